"""Figures as people write them: `￥1200万元整`, `壹仟贰佰万元`, `42.5元/平米·月`, `1年6个月`, `百分之十五`; exact, or refused with the reason.

A notation is taken where it is natural in a Chinese office and can mean one figure alone. Whatever says that a figure is
not exact (约, 以上), is of something else (含税, 美元, 人次) or may be of something else (a rent without `per ㎡`) is refused.
"""

import re
from decimal import Decimal

from jxplus.enterprise.misread import Misread
from jxplus.enterprise.numerals import NUMERALS, chinese_digits, chinese_number
from jxplus.fault import Text, cut, quoted
from jxplus.policy import Fact
from jxplus.quantity import EXACT, PURE, Quantity, unit_text

YUAN, MONTHS, PEOPLE, AREA = ((("元", 1),), (("月", 1),), (("人", 1),), (("㎡", 1),))
_QUOTED = re.compile("[“\"'‘「](.*)[”\"'’」]", re.DOTALL)
_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+"
_PLAIN_FIGURE = re.compile(rf"([+-]?) *({_NUMBER})((?:e[+-]?[0-9]+)?) *(.*)", re.IGNORECASE | re.DOTALL)
_BARE = r"[+-]? *(?:[0-9][0-9,]*(?:[.][0-9]+)?|[.][0-9]+)(?:[eE][+-]?[0-9]+)?"
"""A figure without a unit, be its commas right or wrong."""
_SMALL = NUMERALS.translate({ord(each): None for each in "万萬亿億"})
_BARE_WORDS = rf"[+-]?[0-9{_SMALL}]*[{_SMALL}][整正]?"
"""A figure in words without a unit and without 万 or 亿."""
_CURRENCY = re.compile(r"([+-]?) *(?:人民币|rmb|cny|cn¥|¥)[: ]*|[: ]*(?:人民币|rmb|cny)$", re.IGNORECASE)
NONE = ("无", "没有", "none")
"""The words for nothing: no money, no months, nobody, an empty list."""
BLANK_INSTEAD = Text("不知道就留空；确实没有写 0", "leave it blank where it is not known, write 0 where there is none")


_PLAIN_WIDTH: dict[int, int | str] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    **{ord(each): plain for each, plain in (("\u3000", " "), ("￥", "¥"), ("㎡", "m2"), ("㎞", "km"), ("\u2212", "-"))},
}


def plain_width(text: str) -> str:
    """A text in the width of ASCII; no character becomes a digit that was none, as ² would."""
    return text.translate(_PLAIN_WIDTH)


def cleaned(written: str) -> str:
    """A value in plain width, without blanks, quotes and a full stop around it."""
    text = plain_width(written).strip()
    quotes = _QUOTED.fullmatch(text)
    return re.sub("[。;]$", "", quotes[1] if quotes else text).strip()


def in_unit_above(written: str, unit: str) -> str:
    """What a value states that stands under a heading with `unit`: a bare figure in that unit, one with a unit of its own as it is.

    A figure with a sign of money and no unit, ￥980 under 万元, may be of either: it comes with the unit as a remark, which is
    refused. So does one in words, since 九百八十 may be either too.
    """
    text = cleaned(written)
    if re.fullmatch(_BARE, text):
        return f"{text.replace(' ', '')}{unit}"
    without = _CURRENCY.sub(r"\1", text)
    if unit[:1] in "万亿千百十年" and (
        (without != text and re.fullmatch(_BARE, without)) or re.fullmatch(_BARE_WORDS, without)
    ):
        return f"{text}（{unit}）"
    return written


def read_figure(written: str, fact: Fact) -> Decimal | None:
    """The figure that `written` states for a fact, in the base of its unit; None where it is none of that unit.

    Raises `Misread` where it looks exact and is not: digits that a spreadsheet has left out, a share without its sign.
    """
    unit = fact.type.unit
    text = cleaned(written)
    if unit in (YUAN, MONTHS, PEOPLE) and text.casefold() in NONE:
        return Decimal(0)
    _lost_digits(text, written)
    quantity = _quantity(text, fact)
    if quantity is None or quantity.unit not in (unit, PURE):
        return None
    if quantity.share and not fact.is_rate:
        return None
    if fact.is_rate and not quantity.share:
        sure_share(quantity.amount, written, fact)
    return quantity.amount


def sure_share(share: Decimal, written: str, fact: Fact) -> None:
    """Raises `Misread` where a share written without % may as well be a percentage: 1 is 1% or 100%."""
    if share >= 1 and (fact.limits is None or share <= fact.limits.largest):
        percent, whole = f"{cleaned(written)}%", f"{share.scaleb(2, EXACT).normalize(EXACT):f}%"
        raise Misread(
            Text(f"不知“{cut(written)}”是{percent}还是{whole}", f"{quoted(written)} may be {percent} or {whole}"),
            Text(f"写上百分号：{percent} 或 {whole}", f"write the sign: {percent} or {whole}"),
        )


def _lost_digits(text: str, written: str) -> None:
    """Raises `Misread` for a figure in the form that spreadsheets give to long ones, when they leave digits out."""
    match = re.match(r"[+-]?[0-9]\.([0-9]+)[eE](\+?)([0-9]+)(?![0-9])", text)
    if match is None or int(match[3]) <= len(match[1]):
        return
    if len(match[1]) == 5 or (match[2] and len(match[3]) > 1 and len(match[1]) > 1):
        raise Misread(
            Text(
                f"“{cut(written)}”是表格软件缩写的数，后面的数字已经丢失",
                f"{quoted(written)} is how a spreadsheet cuts a long figure: its last digits are lost",
            ),
            Text("回到原表取全部数字，如 123456789012", "take all its digits from where it came, such as 123456789012"),
        )


def _quantity(text: str, fact: Fact) -> Quantity | None:
    unit = fact.type.unit
    if ("元", 1) in unit:
        text = _CURRENCY.sub(r"\1", text)
    if unit == YUAN:
        words = _yuan_in_words(text)
        if words is not None:
            return words
    elif fact.is_rate:
        text = re.sub("^百分之?百$", "100%", text)
        text = re.sub("^([百千])分之(.+)$", lambda each: f"{each[2]}{'%' if each[1] == '百' else '‰'}", text)
    elif unit == MONTHS:
        months = _months(text)
        if months is not None:
            return Quantity(months, unit, text)
    turned = re.fullmatch(r"((?:每\D+)+)([0-9].*)", text)
    text = f"{turned[2]}{turned[1]}" if turned else text
    plain = _PLAIN_FIGURE.fullmatch(text)
    figure = _in_words(text) or (plain.groups() if plain else None)
    if figure is None:
        return None
    sign, number, exponent, tail = figure
    if tail[:1].isdecimal():
        return None  # 9 800: digits in two places
    if number.startswith("."):
        number = f"0{number}"
    own = fact.units.read(f"{sign}{number}{exponent}{tail}")
    if own is not None:
        return own
    suffix = unit_written(tail, fact)
    if re.search("[0-9]", suffix):
        return None  # 12 000 000: digits in two places
    return fact.units.read(f"{sign}{number}{exponent}{suffix}")


def _closed(text: str) -> str:
    """A text without its blanks, but for those between two digits, which part two figures."""
    return re.sub("(?<![0-9]) +| +(?![0-9])", "", text)


def _in_words(text: str) -> tuple[str, str, str, str] | None:
    """A number in words, parted as one in digits is."""
    match = re.fullmatch(rf"([+-]?)(?=.*[{NUMERALS}])([0-9{NUMERALS}]+)(.*)", text)
    number = chinese_number(match[2]) if match else None
    if match is not None and match[3].startswith("."):
        return None  # 1200万.5 is rather 1200.5万; and 1.2億 is a figure in digits
    return None if match is None or number is None else (match[1], str(number), "", match[3])


def _yuan_in_words(text: str) -> Quantity | None:
    """Money in words, 壹仟贰佰万元伍角整, or in digits with words between them, 1千2百万元."""
    match = re.fullmatch(
        rf"([+-]?)(?:([0-9{NUMERALS}]+?)(?:元|圆|块钱?|yuan)?)?零?(?:([0-9{NUMERALS}])角)?零?(?:([0-9{NUMERALS}])分)?[整正]?",
        _closed(text),
    )
    if match is None or not re.search(f"[{NUMERALS}]|角|分", text):
        return None
    if (match[3] or match[4]) and match[2] and not re.search("元|圆|块|yuan", text):
        return None
    parts = [chinese_number(part) if part else 0 for part in match.groups()[1:]]
    if None in parts or not any(match.groups()[1:]):
        return None
    yuan, jiao, fen = (part or 0 for part in parts)
    cents = jiao * 10 + fen
    amount = Decimal(yuan * 100 + cents).scaleb(-2) if cents else Decimal(yuan)
    return Quantity(-amount if match[1] == "-" else amount, YUAN, text)


def _months(text: str) -> Decimal | None:
    """A term of years and months: 1年6个月, 一年半, 半年, 两年; None where it is none."""
    number = rf"[0-9{NUMERALS}]+"
    match = re.fullmatch(rf"(?:({number})年(半)?)?[零又]?(?:({number})个?月)?|(半)年", _closed(text))
    if match is None or not any(match.groups()):
        return None
    years, half, months, half_year = match.groups()
    if half and months:
        return None
    told = [_whole(part) if part else 0 for part in (years, months)]
    if None in told or (years and months and (told[1] or 0) > 11) or (told[0] or 0) > 1000:
        return None
    return Decimal((told[0] or 0) * 12 + (told[1] or 0) + (6 if half or half_year else 0))


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else chinese_number(text)


# ---- days ----------------------------------------------------------------------------------------------------------

_MIDNIGHT = re.compile("[ T]0{1,2}:00(?::00(?:[.]0+)?)?$")


def iso_day(written: str) -> str | None:
    """A day as 2016-06-30, be there such a day or not, from the ways to write it that begin with the year; else None.

    A time is none of a day, but for the midnight that spreadsheets and databases write after one.
    """
    text = re.sub("[\u2010-\u2014]+", "-", _MIDNIGHT.sub("", cleaned(written)))
    words = re.fullmatch(
        "([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]+)月([一二三四五六七八九十]+)[日号]", text
    )
    if words is not None:
        parts = (chinese_digits(words[1]), *(str(chinese_number(each) or "") for each in words.groups()[1:]))
        return _iso(*parts)
    match = re.fullmatch(
        "([0-9]{4})(?: *([-/.]) *([0-9]{1,2}) *\\2 *([0-9]{1,2})| *年 *([0-9]{1,2}) *月 *([0-9]{1,2}) *[日号])", text
    )
    if match is not None:
        return _iso(match[1], match[3] or match[5], match[4] or match[6])
    return _iso(text[:4], text[4:6], text[6:]) if re.fullmatch("(?:1[0-9]|2[01])[0-9]{6}", text) else None


def _iso(year: str, month: str, day: str) -> str:
    return f"{year}-{month:0>2}-{day:0>2}"


# ---- units ---------------------------------------------------------------------------------------------------------

_WAN = re.compile("^(?:w|wan)(?=$|元|yuan|圆)")
_UNIT_WORDS = (
    ("萬", "万"),
    ("億", "亿"),
    ("yuan|圆|块钱?|元[整正]", "元"),
    (r"平方米|平米|平方(?![公千里英])|m2|m²|m\^2|sqm|平(?=$|[/·])", "㎡"),
    ("千米", "km"),
    (r"个百分点|百分点|个点|percent|pct", "%"),
)


def unit_written(tail: str, fact: Fact | None = None) -> str:
    """What stands after a figure, in the words of a policy file: `万元`, `元/㎡/月`, `%`.

    A period that the name of `fact` tells already is left out: 万元/年 of 年营业收入.
    """
    text = re.sub(r"\s+", "", plain_width(tail)).casefold()
    unit = YUAN if fact is None else fact.type.unit
    if unit == YUAN:
        text = _WAN.sub("万", text)
    for words, plain in _UNIT_WORDS:
        text = re.sub(words, plain, text)
    if re.search("[/·•・*每]$", text):
        return text
    head, *rest = re.split("[/·•・*每]+", re.sub(r"(?<=/)\((.*)\)$", r"\1", text))
    text = "/".join([head, *rest])
    if unit == PEOPLE:
        return re.sub("^(?:名|位|个人)$", "人", text)
    if fact is not None and unit == YUAN and fact.label.zh.startswith("年"):
        return re.sub("(?<=[元万亿千])/年$", "", text)
    return f"元{text}" if text.startswith("/") and unit_text(unit).startswith("元/") else text


def unit_of_unit(written: str, fact: Fact) -> Quantity | None:
    """One of the unit that `written` names beside the name of a fact, `万元`, `人民币万元`, `m²`, `%`; None where it is none."""
    text = re.sub(r"\s+", "", plain_width(written)).casefold()
    if fact.type.unit == YUAN:
        text = re.sub("^(?:人民币|rmb|cny|¥)|(?:人民币|rmb|cny)$", "", text).replace("10k", "wan") or "元"
    for spelling in fact.units.spelled:
        text = text.replace(spelling.casefold(), spelling)  # kWh was folded
    for suffix in (text, unit_written(text, fact)):
        found = None if re.search("[0-9]", suffix) else fact.units.read(f"1{suffix}")
        if found is not None:
            return found._replace(text=f"1{suffix}")
    return None
