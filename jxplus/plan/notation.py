"""How figures are written in a plan: one row for each way, with what it becomes and examples of it.

The rows are tried in their order wherever a figure may begin; the first that fits takes its characters. A row says what a
match is (`build`), not yet in which unit: the first ends of ranges and lists take theirs from what follows.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from jxplus.plan.stream import Stream
from jxplus.quantity import EXACT, MOST_DIGITS, Units

NUMERALS = "〇零○一二两三四五六七八九十百千万亿"
PER = "[/·•・每()]"
"""What stands between money and what it is per: 元/㎡/月, 元/月•平方米, 元/(㎡·月), 元每平方米."""
SIZE = r"平方米|平米|㎡|m²|m2|车公里|公里|千米|km|㎞"
SPELLED = {
    "平方米": "㎡",
    "平米": "㎡",
    "㎡": "㎡",
    "m²": "㎡",
    "m2": "㎡",
    "车公里": "km",
    "公里": "km",
    "千米": "km",
    "km": "km",
    "㎞": "km",
    "人": "人",
    "月": "月",
}

_HAN = "[\u4e00-\u9fff]"
_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
_ANY = rf"(?:[0-9]+|[{NUMERALS}]+)"
_MEASURE = rf"""周岁|个?工作日|个?小时|个?季度|分钟|平方公里|千瓦时|美元|港元|欧元|英镑|人次
    |(?:{_HAN}(?<![以至到和或及与等的内后前起为在由向达且分])(?:\({_HAN}\))?)|[A-Za-z]+"""
_PARTS = r"成(?![果员立为效就分本功长人品片型套])|折(?![旧合叠腾])|倍"
# Counting words that make a figure of a single Chinese numeral; before others it is part of a word (三网, 二级, 三方).
_COUNTED = r"""(?:个|家(?!万户)|所|户|名|项|台|套|人(?!计划|工程|转)|位(?!一体)|(?<!二)次|件|条|批|辆|艘|架|座|栋|幢|间|处|场
    |亩|公?顷|公?斤|吨|周岁|岁|天|日(?!报|用)|周(?!年|期|边)|款|层|张|支(?!一扶)|组|种|本|台|部(?![门委署队分])
    |类(?!新药|医疗|器械|似|型)|期(?!工程|项目|建设|临床|试验)|小时|分钟|工作日)(?!性|体)"""
# A numeral of several places, whatever follows: 一百, 二十五, 三千零八; 十二五 and 三五 are none.
_DIGIT = "[一二两三四五六七八九]"
_PLACES = rf"(?=[{NUMERALS}]{{2}})(?:{_DIGIT}?[十百千万亿][零〇○十百千万亿]*)+{_DIGIT}?(?![{NUMERALS}])"
_PAIR = "(?:一二|一两|两三|二三|三四|三五|四五|五六|六七|七八|八九)"
_HALVES = {"半年": ("年", "0.5"), **dict.fromkeys(("双倍", "加倍"), ("倍", "2")), "翻两番": ("倍", "4")}
"""What words without a numeral say, unless they say a half; 翻番 is to become twice as much."""
_MARKER = re.compile(r"[.、](?![0-9])")
_FORMAL = "壹贰叁肆伍陆柒捌玖拾佰仟"
_PLAIN_NUMERALS = str.maketrans(_FORMAL, "一二三四五六七八九十百千")
_DIGITS = {char: index for index, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}


class Word(NamedTuple):
    """A match before its unit is settled; `number` is None where it states no definite amount."""

    start: int
    end: int
    kind: str
    number: Decimal | None = None
    magnitude: Decimal | None = None
    unit: str = ""


class Spelling(NamedTuple):
    """One way to write figures. `examples` are texts, each with its figures as `kind` and normal form."""

    name: str
    pattern: str
    build: Callable[[re.Match[str], Stream], Word]
    examples: Mapping[str, str]


def _of_kind(kind: str) -> Callable[[re.Match[str], Stream], Word]:
    return lambda match, stream: Word(*match.span(), kind)


def _document(match: re.Match[str], stream: Stream) -> Word:
    """A document number with its office's mark: 国发 of 国发〔2015〕40号."""
    line = stream.source.rfind("\n", 0, stream.offsets[match.start()]) + 1
    office = re.search(rf"{_HAN}+$", stream.source[line : stream.offsets[match.start()]])
    before = len(office[0]) if office and len(office[0]) <= 8 else 0
    return Word(match.start() - before, match.end(), "document number")


def _bracketed(match: re.Match[str], stream: Stream) -> Word:
    """A number in brackets: that of an item where it stands in its turn, else a figure like any other."""
    number, start = match["number"], match.start()
    opens = start in stream.starts or not start or stream.text[start - 1] in "。;:,，、"
    before = int(number[-4:]) - 1
    if opens and len(number) < 3 and (not before or f"({before})" in stream.text[:start]):
        return Word(*match.span(), "numbering")
    return _counting(match, number)


def _counting(match: re.Match[str], digits: str, magnitude: Decimal | None = None, unit: str = "") -> Word:
    digits = digits.replace(",", "")
    if len(digits) > MOST_DIGITS // 4:
        return Word(*match.span(), "count")
    number = chinese(digits) if digits[0] in NUMERALS else EXACT.create_decimal(digits)
    return Word(*match.span(), "number", number, magnitude, unit)


def _number(match: re.Match[str], stream: Stream) -> Word:
    # A number that opens a paragraph with a point or a comma of enumeration after it numbers the paragraph.
    if match.start() in stream.starts and not match["unit"] and _MARKER.match(stream.text, match.end()):
        return Word(*match.span(), "numbering")
    magnitude = chinese(f"一{match['magnitude']}") if match["magnitude"] else None
    return _counting(match, match["number"], magnitude, match["unit"] or "")


def _spoken(match: re.Match[str], stream: Stream) -> Word:
    """A Chinese numeral; its last 万 or 亿 holds for the first end of a range too (三至五万元)."""
    text, unit = match["spoken"], match.groupdict().get("unit") or ""
    more = match.groupdict().get("more")
    if more:
        return _counting(match, text, chinese(f"一{more}"), unit)
    digits = text.rstrip("万亿")
    if digits and digits != text and not re.search("[万亿点]", digits):
        return _counting(match, digits, chinese(f"一{text[len(digits) :]}"), unit)
    return _counting(match, text, None, unit)


def _formal(match: re.Match[str], stream: Stream) -> Word:
    """A numeral as it stands on cheques: 壹佰万."""
    plain = match["formal"].translate(_PLAIN_NUMERALS)
    magnitude = chinese(f"一{match['more']}") if match["more"] else None
    return _counting(match, plain, magnitude, match["unit"] or "")


def _fraction(match: re.Match[str], stream: Stream) -> Word:
    power = {"百": 2, "千": 3, "万": 4}.get(match["under"])
    over = _counting(match, match["over"])
    if power is None or over.number is None:
        return Word(*match.span(), "count")
    return Word(*match.span(), "rate", over.number.scaleb(-power, EXACT))


def _half(match: re.Match[str], stream: Stream) -> Word:
    unit, amount = _HALVES.get(match[0], ("倍", "2") if match[0].startswith("翻") else ("成", "5"))
    return Word(*match.span(), "number", Decimal(amount), None, unit)


ROWS = (
    Spelling(
        "document",
        r"[\[(][0-9]{4}[\])]第?[0-9]+号",
        _document,
        {"(国发〔2015〕40号)": "document number 国发〔2015〕40号", "财税[2014]75 号": "document number 财税[2014]75号"},
    ),
    Spelling(
        "date",
        r"""[0-9]{4}年[0-9]{1,2}月(?:[0-9]{1,2}日)?|[0-9]{1,2}月(?:[0-9]{1,2}日)?|[0-9]{1,2}-[0-9]{1,2}月份?(?!租|薪|供)
        |[0-9]{4}(?:-[0-9]{1,2}-|/[0-9]{1,2}/|\.[0-9]{1,2}\.)[0-9]{1,2}(?![0-9])
        |[〇零○一二三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月(?:[一二三四五六七八九十]{1,3}日)?""",
        _of_kind("date"),
        {
            "2015年9月1日": "date 2015-09-01",
            "二〇一五年九月一日": "date 2015-09-01",
            "1－10月份": "date 1－10月份",
            "次年1－3月": "date 1－3月",
        },
    ),
    Spelling(
        "name",
        rf"""(?<![A-Za-z0-9])(?>[A-Za-z]+-?{_NUMBER}[A-Za-z0-9]*)(?![个家所台套户项名次%‰万亿千元年月人])
        |(?<=["“‘「]){_NUMBER}(?=["”’」](?![万亿元%个家]))
        |(?:[0-9]+|[{NUMERALS}]+)强(?![制度化力调势行劲])""",
        _of_kind("name"),
        {"“12316”服务中心": "name 12316", "PM2.5": "name PM2.5", "世界500强、五百强": "name 500强, name 五百强"},
    ),
    Spelling(
        "numbering",
        rf"第{_ANY}(?:[、,和与及至到-]第?{_ANY})*(?:条|款|项(?!目)|章|节|编|目(?!标))",
        _of_kind("numbering"),
        {
            "按第2、3条执行": "numbering 第2、3条",
            "第十二条、第八条第一款": "numbering 第十二条, numbering 第八条, numbering 第一款",
        },
    ),
    Spelling(
        "ordinal",
        rf"第{_ANY}个?(?:年度?(?!级)|季度|月|周|批次?|期|档|阶段)|第(?P<number>[0-9]+)"
        r"|[上下同前后]一个?(?:(?:会计|纳税)?年度|季度)|(?<!以)(?:[上下同]一年(?!度)|[上下]一个?[月期])",
        lambda match, stream: Word(
            *match.span(), "ordinal", _counting(match, (re.search(_ANY, match[0]) or match)[0]).number
        ),
        {
            "第一年奖励，第2年减半": "ordinal 第一年, ordinal 第2年, rate 50%",
            "第3名": "ordinal 第3",
            "第三方": "",
            "以上一年度为基数，同一年度": "ordinal 上一年度, ordinal 同一年度",
            "比上一年增长，下一个季度": "ordinal 上一年, ordinal 下一个季度",
            "半年以上一年以下": "term 6月, term 12月",
        },
    ),
    Spelling(
        "bracketed",
        r"\((?P<number>[0-9]+)\)(?![万亿元%])",
        _bracketed,
        {"(1)补助;(2)奖励": "numbering (1), numbering (2)", "补助(500)": "count 500"},
    ),
    Spelling(
        "fraction",
        rf"(?P<under>[{NUMERALS}]+)分之(?P<over>{_NUMBER}|[{NUMERALS}]+(?:点[{NUMERALS}]+)?)",
        _fraction,
        {"百分之二十": "rate 20%", "千分之三": "rate 0.3%", "百分之12.5": "rate 12.5%"},
    ),
    Spelling(
        "number",
        rf"""(?P<number>{_NUMBER})[余多]?(?P<magnitude>(?:百(?!分)|千(?![米瓦克伏])|[万亿]){{0,3}})[余多]?
        (?:(?:\(不?含\))?(?P<unit>%|‰|个?百分点|MONEY|OWN{SIZE}|个月|周年|年|{_MEASURE}))?""",
        _number,
        {
            "500余万元": "money 500万元",
            "500万余元": "money 500万元",
            "200万-500万（不含）美元": "count 2000000美元, count 5000000美元",
            "30元/月•平方米": "price 30元/㎡/月",
            "30元/(㎡·月)": "price 30元/㎡/月",
            "20元每平方米": "price 20元/㎡",
            "人均300元": "price 300元/人",
            "提高3、2、1个百分点": "rate 3%, rate 2%, rate 1%",
        },
    ),
    Spelling(
        "vague",
        rf"""(?:(?<![人户次总件个台家基倍系参指岁月天年少多无额])数(?=[十百千万亿])|(?<![以网线])上(?=[十百千万亿]+[余多]?(?:元|{_COUNTED}))
        |几(?=[十百千万亿])|(?<![{NUMERALS}])十几|(?<![第{NUMERALS}]){_PAIR}(?=[十百千万亿]*(?:MONEY|{_COUNTED}|年)))[十百千万亿]*[余多]?
        (?:MONEY|OWN{SIZE}|个月|年|{_MEASURE})?""",
        _of_kind("count"),
        {"数十万元": "count 数十万元", "上百家": "count 上百家", "几十户": "count 几十户", "三五家": "count 三五家"},
    ),
    Spelling(
        "formal",
        rf"""(?P<formal>[{_FORMAL}]+[{_FORMAL}零万亿]+|[{_FORMAL}](?=MONEY))(?:[余多](?P<more>[万亿]{{0,2}}))?
        (?P<unit>个?百分点|%|(?:MONEY)|OWN{SIZE}|个月|周年|年|{_MEASURE})?""",
        _formal,
        {"壹佰万元": "money 100万元", "叁拾伍人": "count 35人", "陆元": "money 6元", "队伍、大陆": ""},
    ),
    Spelling(
        "spoken",
        rf"""(?<![第{NUMERALS}])(?P<spoken>[{NUMERALS}]+(?:点[{NUMERALS}]+)?)(?:[余多](?P<more>[万亿]{{0,2}}))?
        (?P<unit>个?百分点|%|(?:MONEY)(?!化|结构)|OWN{SIZE}|个月|周年|年半|年(?![级轻代])|个?工作日|{_PARTS})""",
        _spoken,
        {"一亿五千万元": "money 1.5亿元", "三十余万元": "money 30万元", "一年半": "term 18月", "八五折": "rate 85%"},
    ),
    Spelling(
        "first",
        rf"(?<![第{NUMERALS}])(?P<spoken>[{NUMERALS}]+)(?=(?:至|到|-)[{NUMERALS}]+[余多]?(?:MONEY|OWN{SIZE}|个月|年|%|{_COUNTED}))",
        _spoken,
        {
            "三至五万元": "money 3万元, money 5万元",
            "二十到三十人": "count 20人, count 30人",
            "三至五年": "term 36月, term 60月",
        },
    ),
    Spelling(
        "half",
        "减半|一半|对半|过半|半数|半价|半年|双倍|加倍|翻[一两]?番",
        _half,
        {"减半": "rate 50%", "翻一番": "count 2倍"},
    ),
    Spelling(
        "counted",
        rf"""(?<![第双{NUMERALS}])(?P<spoken>{_PLACES})(?!大(?![型户])|届)(?:[余多](?P<more>[万亿]{{0,2}}))?(?P<unit>{_MEASURE})?
        |(?<![第{NUMERALS}])(?P<lone>[二两三四五六七八九十百千万亿])[余多来]?(?P<measure>{_COUNTED})""",
        lambda match, stream: (
            _counting(match, match["lone"], None, match["measure"]) if match["lone"] else _spoken(match, stream)
        ),
        {
            "招用二十人": "count 20人",
            "服务企业一百家": "count 100家",
            "流转土地五百亩": "count 500亩",
            "每满一万人": "count 10000人",
            "人数二十人以上": "count 20人",
            "一百余家、十多名": "count 100家, count 10名",
            "两次、三项": "count 2次, count 3项",
            "二级、三网、十二五、党的二十大精神、一家、一个": "",
        },
    ),
)


class Notation(NamedTuple):
    """How figures are written in a plan that counts in some units: the rows as one pattern and each alone."""

    figure: re.Pattern[str]
    rows: Mapping[str, tuple[re.Pattern[str], Spelling]]
    each: re.Pattern[str]
    spelled: Mapping[str, str]
    declared: frozenset[str]

    def words(self, stream: Stream) -> list[Word]:
        """The figures of a section, each as it is written."""
        return [self._word(match, stream) for match in self.figure.finditer(stream.text)]

    def _word(self, match: re.Match[str], stream: Stream) -> Word:
        pattern, row = self.rows[match.lastgroup or ""]
        own = pattern.match(stream.text, match.start())
        assert own is not None, row.name
        return row.build(own, stream)


@cache
def notation(units: Units) -> Notation:
    """The rows for a plan that declares `units`."""
    own = {spelling: unit.name for unit in units.declared for spelling in (unit.name, *unit.also)}
    spelled = {**SPELLED, **own}
    dimension = "|".join(map(re.escape, sorted(spelled, key=len, reverse=True)))
    slash = "[/·•・]"
    several = rf"\((?:{dimension})(?:{slash}(?:{dimension}))*\)"
    money = rf"元(?:{slash}(?:{dimension}|{several}|{_HAN})|每(?:{dimension}))*"
    declared = "".join(f"{re.escape(name)}|" for name in sorted(own, key=len, reverse=True))
    patterns = {row.name: row.pattern.replace("MONEY", money).replace("OWN", declared) for row in ROWS}
    together = "|".join(f"(?P<{name}>{re.sub('[(][?]P<[a-z]+>', '(?:', each)})" for name, each in patterns.items())
    alone = {row.name: (re.compile(patterns[row.name], re.VERBOSE), row) for row in ROWS}
    each = re.compile(rf"每(?:个)?({dimension})|({dimension})均|(月)(?=租|房租|薪|工资)")
    return Notation(re.compile(together, re.VERBOSE), alone, each, spelled, frozenset(own))


def chinese(text: str) -> Decimal:
    """The number of a Chinese numeral, spoken (一千二百万) or spelt digit by digit (二〇一八), with decimals after 点."""
    whole, _, decimals = text.partition("点")
    digits = [_DIGITS.get(char) for char in whole]
    value = int("".join(map(str, digits))) if len(whole) > 1 and None not in digits else _whole(whole)
    fraction = "".join(str(_DIGITS.get(char, 0)) for char in decimals)
    return Decimal(f"{value}.{fraction}" if fraction else value)


def _whole(text: str) -> int:
    total = group = digit = 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in "十百千":
            group += (digit or 1) * 10 ** ("十百千".index(char) + 1)
            digit = 0
        elif char == "万":
            total = total + (group + digit) * 10**4 if group + digit else (total or 1) * 10**4
            group = digit = 0
        else:
            total = (total + group + digit or 1) * 10**8
            group = digit = 0
    return total + group + digit
