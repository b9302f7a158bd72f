"""What a text around a table says of the unit of its amounts: a title gives it, any other text may only speak of it.

A unit that a title gives is that of the amounts whose headings have none. One that stands elsewhere, or is said in another
way, is never applied: where no heading has a unit, the table is refused, since whoever took yuan could be wrong by a factor.
"""

import re
from collections.abc import Iterable

from jxplus.enterprise.measures import OTHERWISE, PERIODS, MeasureKind, folded, measure_of, unmeasured

_YUAN = "(?:人民币)?(?:百万|千万|[万千亿])?元"
_SCALE = "(?:百万|千万|[万千亿])"
_GIVEN = re.compile(
    r"(?:^|[\s(（,，;；])(?:金额|货币|计量)?单位(?:\s*[:：]\s*|\s+)((?:(?:RMB|CNY)\s+)?[^\s()（）;；]+)(?:\s*[(（]\s*([^\s()（）]*元)\s*[)）])?"
)
_SAID = re.compile(
    rf"(?:以|按)\s*({_YUAN})\s*(?:为单位|计|填)|^\s*[(（]?\s*(?:人民币|金额|币种|数字|[￥¥])?\s*[:：]?\s*({_SCALE}元?)\s*[)）]?\s*$"
)
_IN_BRACKETS = re.compile(r"[(（]\s*((?:金额|货币|计量)?单位\s*[:：]\s*)?([^()（）\s]*元)\s*[)）]\s*$")
_OURS, _SCALES = r"(?:rmb|cny|yuan|[¥￥])", "(?:10k|k|mm|mn|bn|wan|yi|(?:ten )?thousands?|millions?|billions?)"
_FOREIGN = r"(?:usd|us\$|eur|hkd|jpy|gbp|美[元金]|港[元币]|欧元|日元|英镑)"
_HINT = re.compile(
    r"(?:单位\s*[:：为是]?\s*(?:人民币)?)?(?<![0-9一二三四五六七八九十百千万亿两几数余多.\-—~至超过达逾上近满于足每])(?:百万|千万|[万千])元(?!以上|以下|以内|级|户)|[(（:：为]\s*亿元"
    rf"|单位\s*[-—–=]\s*(?:人民币)?{_SCALE}元|[(（]{_SCALE}[)）]"
    r"|ten thousands?|10[,']?000\s*(?:yuan|rmb|cny)|(?:yuan|rmb|cny|¥)\s*'?(?:10[,']?000|0{3,4})\b|\b(?:in|units?:?)\s+(?:wan|thousands?|millions?)\b"
    rf"|\b{_OURS}\s*(?:m|{_SCALES})\b|\b(?:m|{_SCALES})\s*(?:of\s+)?{_OURS}\b|\bunits?\s*[:：]\s*{_SCALES}\b"
    rf"|单位\s*[:：为是]?\s*{_SCALE}(?![\u4e00-\u9fff])|^\s*[(（]?['’]0{{3,4}}[)）]?\s*$|(?:currency|币[种别]|货币)\s*[:：为是]?\s*{_FOREIGN}"
    rf"|^\s*[(（]?\s*(?:in|units?\s*[:：]?|(?:note|备?注|说明)\s*[:：])?\s*{_FOREIGN}\s*[)）]?\s*$",
    re.IGNORECASE,
)
_MEASURES = {
    "㎡": ("[公英]?亩", "公顷", "万(?:平方米|平米)", "平方公里", "平方英尺"),
    "月": ("年", "季度?", "天", "日", "周"),
    "元/㎡/月": ("元/[月年天日]", "元/(?:㎡|平方米|平米)/[年天日]"),
    "km": ("万公里", "英里"),
}
"""What else a figure may be measured in, by the unit of its fact."""
_IN_NOTES = re.compile(
    rf"单位\s*(?:均|都|全部|一律)?\s*[:：为是]*\s*(?:人民币)?{_SCALE}元|(?:以|按)\s*(?:人民币)?{_SCALE}元\s*(?:计|为单位|填|列|反映)"
    rf"|\b(?:amounts?|figures?|money|units?)\b[^.;]{{0,30}}\b(?:in|are|is)\s+(?:{_OURS}\s*)?{_SCALES}\b",
    re.IGNORECASE,
)
_PART_OF_A_YEAR = re.compile(
    r"按?(?:[0-9]{4}年)?(?:[月日季]均|季度平均|本[月季]度?|每[月日季]度?|[月季]度|[上下]半年度?|半年度?|第?[一二三四1-4]季度?|(?:[0-9]{1,2}[-~至到])?[0-9]{1,2}月份?)(?:数|额|值|数据|金额|发生额|情况|合计)?"
)
_ONLY = re.compile(
    "[上去前]一?年度?|上期|同期|预计|预测|预算|计划|目标|[上下]半年|[一二三四1-4]季度|[0-9]{1,2}月份?|同比|环比|占比|月均"
)
_PARTLY = re.compile("半年|季度|[0-9][-~至到][0-9]{1,2}月|[本当每][月季日周]|累计")
_OF_A_TABLE = re.compile("[:]|日期|时间|(?:表|名单|一览|清单|汇总|台账)$")
"""What the title of a table has, or a line that says who made it and when."""
_LONGEST_GROUP = 16
_ALONE = re.compile(r"[(（]?(?:人民币|金额|单位[:：]?)?(?:百万|千万|[万千亿])元?[)）]?")
_DENIED = re.compile("[不勿非]|(?<!特)别|而不是")
_OF_A_COLUMN = re.compile("(?:金额|货币|计量|币种)?单位")


def given_in_title(text: str) -> list[str]:
    """The units that a title gives: 万元 of `单位：万元`, of `金额以万元计`, of `万元` alone, of `客户表（万元）`."""
    found = [inner or unit for unit, inner in _GIVEN.findall(text)] or ["".join(each) for each in _SAID.findall(text)]
    return found or [unit for _, unit in _IN_BRACKETS.findall(text)]


def over_columns(text: str) -> str:
    """The unit that a heading over several columns has in brackets; empty where that is none, or one of the whole table.

    `财务数据（单位：万元）` is of its columns as `财务数据（万元）` is; of the whole table is what stands alone, or behind a title.
    """
    match = _IN_BRACKETS.search(text)
    if match is None:
        return ""
    label = folded(text[: match.start()])
    titled = match[1] and (not label or len(label) > _LONGEST_GROUP or _OF_A_TABLE.search(label))
    return "" if titled or _GIVEN.search(label) else match[2]


def of_other_figures(text: str) -> MeasureKind | None:
    """What a heading over columns says that their figures are, where that is not of the year: 月均, 上半年, 上年度, 预计, 同比增长.

    None where it says nothing of the kind.
    """
    bare = folded(re.sub(r"[(（][^()（）]*元[)）]", "", text))
    if not says_only(text) and (len(bare) > _LONGEST_GROUP or _OF_A_TABLE.search(bare)):
        return None
    told = measure_of(bare)
    if told is not None and told[1] in OTHERWISE:
        if told[0].startswith("20") and re.sub("财务|经营|数据|情况|指标|实际|完成|决算", "", unmeasured(bare)):
            return None  # 2016年客户 is whose table it is, 2016年 and 2016年经营情况 are of figures
        return told[1]
    part = _PART_OF_A_YEAR.fullmatch(re.sub(r"[(].*?[)]", "", bare)) or _PARTLY.search(bare)
    return PERIODS if part else None


def says_only(sheet: str) -> bool:
    """Whether the name of a sheet says of its figures that they are not those of the year, and nothing else: 上年, 预算表, 1月."""
    return _ONLY.fullmatch(re.sub(r"\s+|(?:数据?|表|情况)$", "", sheet)) is not None


def hint(texts: Iterable[str]) -> str:
    """What one of the texts says of another unit than yuan; empty where none does. 500万元以上 is an amount, and 不要填万元 denies it."""
    for text in texts:
        for match in _HINT.finditer(text):
            if not _DENIED.search(text[max(match.start() - 6, 0) : match.start()]):
                return match[0]
    return ""


def of_other_measure(texts: Iterable[str], unit: str) -> str:
    """What a text says of another unit than a fact's own, such as 单位：亩 of an area in ㎡; empty where none does."""
    one = f"(?:{'|'.join([*_MEASURES.get(unit, ()), f'[百千万亿]{re.escape(unit)}'])})"
    said = re.compile(
        rf"单位\s*[:：为是]?\s*(?:[^，。；;：:“”]*[、,，])?\s*{one}(?![\u4e00-\u9fff㎡/])|[以按]\s*{one}\s*(?:计|为单位|填)|[(（]{one}[)）](?=[”\s]|$)"
    )
    return next((match[0] for text in texts if (match := said.search(text)) is not None), "")


def is_column_of_units(heading: str) -> bool:
    """Whether a column says in what unit each row is."""
    return _OF_A_COLUMN.fullmatch(heading) is not None


def in_notes(texts: Iterable[str]) -> str:
    """What notes on another sheet say of the unit, where it is not yuan: `单位：万元`, `以万元计`; nothing where none does."""
    return next((match[0] for text in texts if (match := _IN_NOTES.search(text)) is not None), "")


def unit_alone(text: str) -> str:
    """The unit that a remark beside a row is, and nothing else: 万元; empty for one that says more, or yuan."""
    return text if _ALONE.fullmatch(text) else ""
