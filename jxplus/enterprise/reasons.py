"""Why a value is refused that people do write, and the way out of each: the rows of a table, the first that fits.

A row tells by what a value says, not by what it fails to be: 约 is no exact figure, 含税 leaves a question open, 亩 is no ㎡.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from jxplus.enterprise.figures import AREA, BLANK_INSTEAD, MONTHS, PEOPLE, YUAN, cleaned, plain_width
from jxplus.enterprise.misread import SHEET_ERROR, Misread
from jxplus.fault import Text, cut, quoted
from jxplus.policy import Fact
from jxplus.quantity import unit_text

_NUMBER = "[0-9][0-9,.]*"
_WHOLE_FIGURE = Text("写一个确切的数", "write one exact figure")


class Reason(NamedTuple):
    """What a refused value says, as a pattern; what is wrong with that, after the value; and the way out."""

    says: str
    wrong: Text
    right: Text
    of: Callable[[Fact], bool] = lambda fact: True

    def fault(self, written: str, unit: str = "") -> Misread:
        zh, en = self.wrong
        right = Text(*(each.replace("UNIT", unit) for each in self.right))
        return Misread(Text(f"“{cut(written)}”{zh}", f"{quoted(written)} {en}"), right)


def _in_unit(*units: object) -> Callable[[Fact], bool]:
    return lambda fact: fact.type.unit in units


def _divided(fact: Fact) -> bool:
    return any(power < 0 for _, power in fact.type.unit)


UNKNOWN = Reason(
    r"(?:不详|待定|待核实|待确认|待补充?|待填|待查|未知|不知道|不清楚|暂无|暂缺|未填|保密|n/?a|nil|null|nan|<na>|tbd|unknown|无法?提供|[-/—–?？.…]+|#n/a)",
    Text("没有说是多少", "does not say how much"),
    BLANK_INSTEAD,
)
UNSEEN = Reason(
    ".*[\u00ad\u200b-\u200d\u2060\ufeff].*",
    Text("含看不见的字符", "has a character in it that nobody sees"),
    Text("删去重写，不要粘贴", "delete it, and type it anew"),
)
_RATE_NONE = Reason(
    "无|没有|none",
    Text("没有说是0还是未知", "does not say whether it is zero or not known"),
    Text("确为零写 0%；不知道就留空", "write 0% for zero, leave it blank where it is not known"),
    lambda fact: fact.is_rate,
)
_NONE_OF_IT = _RATE_NONE._replace(
    right=Text("确为零写 0；不知道就留空", "write 0 for zero, leave it blank where it is not known"),
    of=lambda fact: fact.type.unit == AREA or _divided(fact),
)
_FIGURES = (
    UNSEEN,
    UNKNOWN,
    Reason(
        SHEET_ERROR,
        Text("是表格软件的错误值", "is a spreadsheet's error"),
        Text("在表格软件中改正，或填写数值", "put it right in the spreadsheet, or enter the value"),
    ),
    Reason(
        "[+-]?[0-9.]+e[+-]?[0-9]{2,}.*",
        Text("的指数太大", "has an exponent beyond all figures"),
        Text("写全数字", "write all its digits"),
    ),
    Reason("[+-]?0[0-9]+.*", Text("以0开头", "begins with a 0"), Text("去掉开头的0", "leave the 0 out")),
    Reason(
        "[+-]?[0-9,.]{60,}.*", Text("位数太多", "has too many digits"), Text("核对这个数", "look at the figure again")
    ),
    Reason(
        "(?:预计|预估|估计|暂估|预算|计划|目标|拟|[上去]一?年度?|前一?年|累计|[月年]均|平均|同比|增长) *[:：]? *[0-9].*",
        Text("不是测算年度的实际数", "does not say what was in the year that is asked for"),
        Text("写测算年度实际发生的数", "state the figure of that year as it was"),
        lambda fact: fact.type.unit in (YUAN, PEOPLE),
    ),
    _RATE_NONE,
    _NONE_OF_IT,
    Reason(
        r"(?=.*[0-9一二三四五六七八九十百千万亿两几]).*(?:约|大概|大致|左右|上下|以上|以下|以内|超|多于|少于|不足|不到|大于|小于|近|余|至少|至多|不低于|不少于|不高于|不多于"
        r"|about|approx|around|over|under|[><≥≤≈]|^~|\+$|多$|多[万亿元人名个]|几).*",
        Text("不是确数", "is not an exact figure"),
        _WHOLE_FIGURE,
    ),
    Reason(
        r".*[0-9]{4}[年/.-].*",
        Text("是日期，不是月数", "is a date, not a number of months"),
        Text("写月数，如 12", "write how many months, such as 12"),
        _in_unit(MONTHS),
    ),
    Reason(
        "[0-9]{4}(?:年|([-/.])[0-9]{1,2}\\1[0-9]{1,2}(?![0-9])).*",
        Text("是日期，不是数", "is a date, not a figure"),
        Text("写数字，如 12UNIT", "write the figure, such as 12UNIT"),
    ),
    Reason(
        rf"(?!.*(?:年|月).*(?:至|到)){_NUMBER}[^0-9]*?(?:[-~—–]+|至|到|或){_NUMBER}.*",
        Text("是一个区间", "is a range"),
        _WHOLE_FIGURE,
    ),
    Reason(
        r".*(?:含税|税前|税后|税).*",
        Text("的税务口径没有读取", "says something of taxes, which is not read"),
        Text(
            "按该事实的口径确定后只写金额，如 1200万元",
            "settle what the fact asks for, and write the amount alone, such as 1200万元",
        ),
        _in_unit(YUAN),
    ),
    Reason(
        r"\(.*[0-9].*\)",
        Text("加了括号，可能是负数", "is in brackets, which may mean a negative"),
        Text("负数写 -1200，否则去掉括号", "write -1200 for a negative, else leave the brackets out"),
    ),
    Reason(
        r"(?:负|亏损?|红字|[△▲]|[—–-]{1,2} *[^0-9]?) *[0-9一二三四五六七八九].*|[^0-9]*[0-9][^-]*(?:-|\((?:亏损?|负数?|红字)\))",
        Text("可能是负数", "may be a negative"),
        Text("负数写 -1200，否则只写数字", "write -1200 for a negative, else the figure alone"),
        lambda fact: not fact.is_rate,
    ),
    Reason(
        r"[^0-9]*[0-9].*\((?:百万|千万|[百千万亿])元?\)",
        Text("的单位不明确", "leaves its unit open"),
        Text("单位紧跟数字写，如 300万元 或 300元", "write the unit right after the figure: 300万元 or 300元"),
        _in_unit(YUAN),
    ),
    Reason(
        r".*[0-9].*(?:\(.*\)|【.*】|#.*)",
        Text("带有说明，没有读取", "has a remark, which is not read"),
        Text("只写数字和单位", "write the figure and its unit alone"),
        lambda fact: not _divided(fact),
    ),
    Reason(
        r".*(?:美元|美金|美刀|港[元币]|欧元|日元|英镑|台币|usd|us\$|hk\$|hkd|eur|jpy|gbp|\$|€|£).*",
        Text("不是人民币", "is not in yuan"),
        Text("折算成人民币元", "convert it to yuan"),
        _in_unit(YUAN, (("㎡", -1), ("元", 1), ("月", -1))),
    ),
    Reason(
        rf"[+-]?{_NUMBER} *(?:k|m|mn|mm|bn|b|million|thousand|billion)(?:元|yuan)?",
        Text("用了英文数量级", "has a scale of English"),
        Text("写全数字，或用万、亿，如 1200万", "write all digits, or 万 and 亿: 1200万"),
    ),
    Reason(
        rf"{_NUMBER}(?:[万亿]元?|元)?/(?:年|月|季|季度|天|日)|每[年月季天日].*",
        Text("是按期间计的", "is per period"),
        Text("写该期间的合计金额，如 1200万元", "write the amount of the whole period, such as 1200万元"),
        _in_unit(YUAN),
    ),
    Reason(
        rf"{_NUMBER} *万?元?/(?:月|个月)|{_NUMBER} *[万千]?元/?年?",
        Text("没有说是每㎡每月的", "does not say that it is per ㎡ and month"),
        Text("整月的租金先除以面积，写作 42.5UNIT", "divide a whole rent by the area, and write 42.5UNIT"),
        _divided,
    ),
    Reason(
        rf"{_NUMBER}.*(?:天|日|年|季度?|亩|平方英尺|平方公里|公顷|每间|/间).*",
        Text("不是每㎡每月的", "is not per ㎡ and month"),
        Text("换算后写作 42.5UNIT", "convert it, and write 42.5UNIT"),
        _divided,
    ),
    Reason(
        rf"{_NUMBER} *万?(?:亩|公顷|平方公里|平方千米|平方英尺|分地?|间|层|ha|sqft|km2)",
        Text("的单位不是㎡", "is not in ㎡"),
        Text("换算成㎡，如 320.5㎡", "convert it to ㎡, such as 320.5㎡"),
        _in_unit(AREA),
    ),
    Reason(
        rf"{_NUMBER} *万?(?:人次|人天|人日|课时|人月)",
        Text("不是人数", "does not count people"),
        Text("写人数，每人只计一次，如 120人", "write how many people, each counted once: 120人"),
        _in_unit(PEOPLE),
    ),
    Reason(
        rf"{_NUMBER} *个",
        Text("没有说是什么的个数", "does not say of what"),
        Text("写上单位，如 12UNIT", "write the unit, such as 12UNIT"),
        _in_unit(PEOPLE, MONTHS),
    ),
    Reason(
        rf"{_NUMBER} *(?:天|日|周|季度?|days?|weeks?)",
        Text("不是以月计的", "is not in months"),
        Text("写月数，如 12", "write how many months, such as 12"),
        _in_unit(MONTHS),
    ),
    Reason(
        rf"{_NUMBER} *万?(?:里|英里|米|吨公里|miles?|m)",
        Text("不是以公里计的", "is not in km"),
        Text("换算成公里，如 1200km", "convert it to km, such as 1200km"),
        _in_unit((("km", 1),)),
    ),
    Reason(
        rf"{_NUMBER} */ *{_NUMBER}|.*[=×÷].*",
        Text("是算式", "is a sum to be worked out"),
        Text("写算出来的数", "write what it comes to"),
    ),
    Reason(
        rf"{_NUMBER} *(?:bps?|个?基点|成.*)",
        Text("没有写成百分数", "is not written as a percentage"),
        Text("如 15%", "such as 15%"),
        lambda fact: fact.is_rate,
    ),
    Reason(
        rf"{_NUMBER} *[%‰]",
        Text("是百分数", "is a percentage"),
        Text("写数额本身", "write the figure itself"),
        lambda fact: not fact.is_rate,
    ),
    Reason(
        ".*[0-9]。[0-9].*",
        Text("的小数点写成了句号", "has a full stop for a decimal point"),
        Text("用半角小数点，如 1200.5万", "write a plain point: 1200.5万"),
    ),
    Reason(
        "[千万亿百]+元?[0-9].*",
        Text("的数量级在数字前面", "has its magnitude before the figure"),
        Text("写在后面，如 1200万", "write it after: 1200万"),
    ),
    Reason(
        rf"{_NUMBER} *[百千万亿]*(?:元|圆|块钱?)",
        Text("是金额", "is an amount of money"),
        Text("写数字，如 12UNIT", "write the figure, such as 12UNIT"),
        lambda fact: ("元", 1) not in fact.type.unit,
    ),
    Reason(
        r"[+-]?[0-9]+[,，][0-9]{1,2} *%?",
        Text("的小数点写成了逗号", "has a comma for a decimal point"),
        Text("用半角小数点，如 15.5%", "write a plain point: 15.5%"),
        lambda fact: fact.is_rate,
    ),
    Reason(
        r"(?!(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:[.][0-9]+)? *[^0-9]*$)[+-]?[0-9][0-9,.'_ ]*[,.'_ ][0-9,.'_ ]*[^0-9]*",
        Text("的数字分组不清楚", "is not grouped by threes with commas"),
        Text("写 12000000 或 12,000,000", "write 12000000 or 12,000,000"),
    ),
    Reason(
        r"(?=.*[^0-9])[0-9一二三四五六七八九十百千万亿两零壹贰叁肆伍陆柒捌玖拾佰仟]+元?",
        Text("说不准是多少，如“3万5”可能是35000或30005", "may be two figures, as 3万5 is 35000 or 30005"),
        Text("写全，如 35000 或 3.5万", "write it out: 35000 or 3.5万"),
    ),
)


def why_no_figure(written: str, fact: Fact, called: Text, example: Text) -> Misread:
    """The fault of a value that is no figure of its fact: the reason that fits what it says, else what is wanted."""
    text = cleaned(written)
    for reason in _FIGURES:
        if reason.of(fact) and re.fullmatch(reason.says, text, re.IGNORECASE | re.DOTALL):
            return reason.fault(written, unit_text(fact.type.unit))
    return Misread(Text(f"“{cut(written)}”不是{called.zh}", f"{quoted(written)} is not {called.en}"), example)


_DAYS = (
    UNSEEN,
    UNKNOWN._replace(
        wrong=Text("没有说是哪一天", "does not say which day"),
        right=Text("不知道就留空", "leave it blank where it is not known"),
    ),
    Reason(
        "今天|今日|现在|当天|today|now",
        Text("每天都不同", "is another day every day"),
        Text("写明日期；测算日期留空即按当天", "write the day; a date of calculation left blank is today"),
    ),
    Reason(
        r"[0-9]{4}(?:年|[-/.][0-9]{1,2}|年[0-9]{1,2}月(?:份|底|末|初)?)?",
        Text("没有写到日", "does not say which day"),
        Text("写到日，如 2016-06-30", "write the day too: 2016-06-30"),
    ),
    Reason(
        r"[0-9]{1,2}([-/.])[0-9]{1,2}\1(?:[0-9]{2}|[0-9]{4})|[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}[日号]",
        Text("年、月、日的次序不明", "may be read in more than one order of day, month and year"),
        Text("年份写四位，在最前：2016-06-30", "the year first, with four digits: 2016-06-30"),
    ),
    Reason(
        "[0-9]{5}(?:[.][0-9]+)?",
        Text("是表格软件的日期序号", "is the number by which a spreadsheet keeps a day"),
        Text("把单元格设为日期格式，或写 2016-06-30", "format the cell as a date, or write 2016-06-30"),
    ),
    Reason(
        ".*(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec).*",
        Text("用文字写月份", "has the month in words"),
        Text("用数字写，如 2016-06-30", "write it in figures: 2016-06-30"),
    ),
    Reason(
        r".*[0-9][ T][0-9]{1,2}:.*|.*[时点].*",
        Text("带有时刻", "has a time of day"),
        Text("只写日期，如 2016-06-30", "write the day alone: 2016-06-30"),
    ),
)


def why_no_day(written: str) -> Misread:
    """The fault of a value that writes no day."""
    text = plain_width(written).strip()
    for reason in _DAYS:
        if re.fullmatch(reason.says, text, re.IGNORECASE):
            return reason.fault(written)
    wrong = Text(f"“{cut(written)}”不是日期", f"{quoted(written)} is no date")
    return Misread(wrong, Text("如 2016-06-30", "such as 2016-06-30"))


_TRUTHS = (
    UNSEEN,
    Reason("[tf]|已|未", Text("没有写完整", "is cut short"), Text("写 是 或 否", "write yes or no")),
    Reason("on|off|开|关", Text("说的是开或关", "says on or off"), Text("写 是 或 否", "write yes or no")),
    Reason(
        "[xX]|○|o|〇",
        Text("可能是选中，也可能是否", "may be a mark that says yes, or one that says no"),
        Text("写 是 或 否", "write yes or no"),
    ),
)


def why_no_truth(written: str, right: Text) -> Misread:
    """The fault of a value that is neither yes nor no."""
    for reason in _TRUTHS:
        if re.fullmatch(reason.says, cleaned(written), re.IGNORECASE):
            return reason.fault(written)
    wrong = Text(f"“{cut(written)}”不是“是”或“否”", f"{quoted(written)} is neither yes nor no")
    return why_unknown(written) or Misread(wrong, right)


def why_unknown(written: str) -> Misread | None:
    """The fault of a value that says that nothing is known, or has what nobody sees, where a yes or no or a choice is wanted."""
    if re.fullmatch(UNSEEN.says, cleaned(written), re.DOTALL):
        return UNSEEN.fault(written)
    if not re.fullmatch(UNKNOWN.says, cleaned(written), re.IGNORECASE):
        return None
    wrong = Text(f"“{cut(written)}”不是回答", f"{quoted(written)} is no answer")
    return Misread(wrong, Text("不知道就留空", "leave it blank where it is not known"))
