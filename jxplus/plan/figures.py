"""The figures of a plan's text: what they say, in normal units, and where they stand.

Nothing numeric is passed over: every digit belongs to a figure, and what is not a quantity has a kind of its own (a year, a
date, a document number, the name of something). A Chinese numeral is a figure where a unit follows it; in a word (三网, 二级,
一站式) it is none, and 一 before a measure word (一家, 一个) is an article.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from jxplus.fault import Place
from jxplus.quantity import (
    BUILT_IN,
    EXACT,
    MOST_DIGITS,
    PURE,
    Unit,
    Units,
    number_text,
    quantity_text,
    rate_text,
    read_quantity,
    times,
    unit_text,
)

QUANTITIES = ("money", "price", "rate", "area", "distance", "term", "amount")
LABELS = ("year", "date", "document number", "name", "ordinal", "page number")
"""The kinds of figures that measure nothing: only these may be left to a rule for all of their kind."""


class Figure(NamedTuple):
    """A figure of the text, where it stands and what it says.

    `kind` is one of `QUANTITIES`, `count`, or one of `LABELS`. `amount` is in base units of `unit`, a rate as a fraction;
    `bare` is the unit without what the sentence merely distributes over (each person, each month); `measure` is a count's
    measure word; `day` a full date. The ends of a range bear the text of the whole range.
    """

    section: str
    text: str
    kind: str
    place: Place
    amount: Decimal | None = None
    unit: Unit = PURE
    bare: Unit = PURE
    measure: str = ""
    day: date | None = None

    @property
    def meaning(self) -> tuple[object, ...]:
        """What makes two figures of a section the same figure."""
        named = self.text.translate(ALIKE) if self.amount is None and self.day is None else ""
        return self.kind, self.amount, self.unit, self.bare, self.measure, self.day, named

    @property
    def unit_name(self) -> str:
        """The unit of the amount, such as `元/㎡/月`, or a count's measure word; nothing for a rate, which is a fraction."""
        return self.measure or unit_text(self.unit)

    def show(self) -> str:
        """The figure in its normal form: `1000万元`, `2%`, `36月`, `200家`, `2015-09-01`."""
        if self.day is not None:
            return self.day.isoformat()
        if self.amount is None:
            return self.text
        if self.kind == "rate":
            return rate_text(self.amount)
        if self.kind in QUANTITIES:
            return quantity_text(self.amount, self.unit)
        return f"{number_text(self.amount)}{self.measure}"


ALIKE: dict[int, int | str] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in "，"},
    **dict.fromkeys(map(ord, "〔［【"), "["),
    **dict.fromkeys(map(ord, "〕］】"), "]"),
    **dict.fromkeys(map(ord, "—–―‐‑‒−－~～"), "-"),
    **dict.fromkeys(map(ord, "﹪"), "%"),
}
_NUMERALS = "〇零○一二两三四五六七八九十百千万亿"


class Stream:
    """The text of one section as a single run of characters, each with its offset in the file.

    Breaks and spaces are gone, except where they keep two figures or a word and a figure apart; `starts` are the indexes
    at which a paragraph begins.
    """

    def __init__(self, section: str, source: str, lines: tuple[int, ...]) -> None:
        self.section, self.source, self.lines = section, source, lines
        self.text = ""
        self.offsets: list[int] = []
        self.starts: set[int] = set()

    def add(self, offset: int, line: str, begins: bool = False) -> "Stream":
        """Put a line of the file, or the rest of one, at the end."""
        chars: list[str] = []
        gap = True
        if begins:
            self.starts.add(len(self.text))
        for index, char in enumerate(line.translate(ALIKE), offset):
            if char.isspace():
                gap = True
                continue
            before = chars[-1] if chars else self.text[-1:]
            if gap and "0" <= char <= "9" and before.isascii() and before.isalnum():
                chars.append(" ")
                self.offsets.append(index)
            chars.append(char)
            self.offsets.append(index)
            gap = False
        self.text += "".join(chars)
        return self

    def written(self, start: int, end: int) -> str:
        """The characters of the file from one index to another, without the breaks."""
        return "".join(self.source[offset] for offset in self.offsets[start:end]).replace(" ", "")

    def place(self, index: int) -> Place:
        return place_of(self.lines, self.offsets[index])


def place_of(lines: tuple[int, ...], offset: int) -> Place:
    line = bisect_right(lines, offset)
    return Place(line, offset - lines[line - 1] + 1)


@cache
def figures_in(text: str, units: Units = BUILT_IN) -> tuple[Figure, ...]:
    """The figures of a few words, such as `3-5个` or `25%`, read as in a plan that counts in `units`."""
    return tuple(figures_of(Stream("", text, (0,)).add(0, text), units))


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ at most in the width of their brackets, digits and dashes."""
    return one.translate(ALIKE) == other.translate(ALIKE)


_HAN = "[\u4e00-\u9fff]"
_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
_SPELLED = {
    "平方米": "㎡",
    "平米": "㎡",
    "㎡": "㎡",
    "m²": "㎡",
    "m2": "㎡",
    "车公里": "km",
    "公里": "km",
    "千米": "km",
}
_SPELLED |= {"km": "km", "㎞": "km", "人": "人", "月": "月"}
_PER = "[/·•・]"
_SIZE = r"平方米|平米|㎡|m²|m2|车公里|公里|千米|km|㎞"
_MEASURE = rf"""个?工作日|个?小时|个?季度|分钟|平方公里|千瓦时|美元|港元|欧元|英镑|人次
    |(?:{_HAN}(?<![以至到和或及与等的内后前起为在由向达且分])(?:\({_HAN}\))?)|[A-Za-z]+"""
_PARTS = r"成(?![果员立为效就分本功长人品片型套])|折(?![旧合叠腾])|倍"
_HALVES = {"半年": ("年", "0.5"), **dict.fromkeys(("双倍", "加倍"), ("倍", "2")), "翻两番": ("倍", "4")}
"""What words without a numeral say, unless they say a half; 翻番 is to become twice as much."""
_FIGURE = rf"""
    (?P<document>[\[(][0-9]{{4}}[\])]第?[0-9]+号)
    |(?P<date>[0-9]{{4}}年[0-9]{{1,2}}月(?:[0-9]{{1,2}}日)?|[0-9]{{1,2}}月(?:[0-9]{{1,2}}日)?
        |[0-9]{{4}}([-/.])[0-9]{{1,2}}\3[0-9]{{1,2}}(?![0-9])
        |[〇零○一二三四五六七八九]{{4}}年[一二三四五六七八九十]{{1,2}}月(?:[一二三四五六七八九十]{{1,3}}日)?)
    |(?P<name>(?<![A-Za-z0-9])(?>[A-Za-z]+-?{_NUMBER}[A-Za-z0-9]*)(?![个家所台套户项名次%‰万亿千元年月人])
        |(?<=["“‘「]){_NUMBER}(?=["”’」](?![万亿元%个家])))
    |(?P<ordinal>第[0-9]+|\([0-9]+\)(?![万亿元%]))
    |(?P<fraction>(?P<under>[{_NUMERALS}]+)分之(?P<over>{_NUMBER}|[{_NUMERALS}]+(?:点[{_NUMERALS}]+)?))
    |(?P<number>{_NUMBER})[余多]?(?P<magnitude>(?:百(?!分)|千(?![米瓦克伏])|[万亿]){{0,3}})
        (?P<unit>%|‰|个?百分点|MONEY|OWN{_SIZE}|个月|周年|年|{_MEASURE})?
    |(?<![第数几上{_NUMERALS}])(?P<spoken>[{_NUMERALS}]+(?:点[{_NUMERALS}]+)?)
        (?P<after>个?百分点|%|(?:MONEY)(?!化|结构)|OWN{_SIZE}|个月|周年|年半|年(?![级轻])|个?工作日|{_PARTS})
    |(?P<half>减半|一半|对半|过半|半数|半价|半年|双倍|加倍|翻[一两]?番)
    |(?<![第数几上{_NUMERALS}])(?P<counted>[二两三四五六七八九十][{_NUMERALS}]*)(?P<measure>[个家所户名项台套](?!性|体))
"""
_BETWEEN = re.compile(r"-{1,2}|至|到|、")
_STOPS = re.compile(r"[，,。；;：:()]")
_MARKER = re.compile(r"[.、](?![0-9])")


class _Words(NamedTuple):
    """How figures are written in a plan that counts in some units: their pattern, what they are divided by, each spelling."""

    figure: re.Pattern[str]
    each: re.Pattern[str]
    spelled: Mapping[str, str]
    declared: frozenset[str]


@cache
def _words(units: Units) -> _Words:
    own = {spelling: unit.name for unit in units.declared for spelling in (unit.name, *unit.also)}
    spelled = {**_SPELLED, **own}
    dimension = "|".join(map(re.escape, sorted(spelled, key=len, reverse=True)))
    money = rf"元(?:{_PER}(?:{dimension}|{_HAN}))*"
    declared = "".join(f"{re.escape(name)}|" for name in sorted(own, key=len, reverse=True))
    figure = _FIGURE.replace("MONEY", money).replace("OWN", declared)
    each = rf"每(?:个)?({dimension})|({dimension})均|(月)(?=租|房租|薪|工资)"
    return _Words(re.compile(figure, re.VERBOSE), re.compile(each), spelled, frozenset(own))


class _Word(NamedTuple):
    """A match before its unit is settled; the first ends of ranges and lists take theirs from what follows."""

    start: int
    end: int
    kind: str
    number: Decimal | None = None
    magnitude: Decimal | None = None
    unit: str = ""


def figures_of(stream: Stream, units: Units = BUILT_IN) -> Iterator[Figure]:
    """The figures of a section, in the order in which they stand."""
    own = _words(units)
    words = [_word(match, stream) for match in own.figure.finditer(stream.text)]
    spans = [(word.start, word.end) for word in words]
    for index in range(len(words) - 2, -1, -1):
        word, following = words[index], words[index + 1]
        between = stream.text[word.end : following.start]
        if word.kind == following.kind == "number" and not word.unit and _BETWEEN.fullmatch(between):
            words[index] = word._replace(unit=following.unit, magnitude=word.magnitude or following.magnitude)
            if between != "、":
                spans[index] = spans[index + 1] = (word.start, spans[index + 1][1])
    for word, (start, end) in zip(words, spans, strict=True):
        yield _settled(word, stream, own)._replace(text=stream.written(start, end))


def _word(match: re.Match[str], stream: Stream) -> _Word:
    start, end = match.span()
    kind = str(next(name for name in _GROUPS if match[name] is not None))
    if kind == "number":
        # A number that opens a paragraph with a point or a comma of enumeration after it numbers the paragraph.
        if start in stream.starts and not match["unit"] and _MARKER.match(stream.text, end):
            return _Word(start, end, "ordinal")
        digits = match["number"].replace(",", "")
        if len(digits) > MOST_DIGITS // 4:
            return _Word(start, end, "count")
        number = EXACT.create_decimal(digits)
        magnitude = _chinese(f"一{match['magnitude']}") if match["magnitude"] else None
        return _Word(start, end, kind, number, magnitude, match["unit"] or "")
    if kind == "fraction":
        power = {"百": 2, "千": 3, "万": 4}.get(match["under"])
        over = match["over"].replace(",", "")
        if power is None or len(over) > MOST_DIGITS // 4:
            return _Word(start, end, "count")
        number = _chinese(over) if over[0] in _NUMERALS else EXACT.create_decimal(over)
        return _Word(start, end, kind, number.scaleb(-power, EXACT))
    if kind == "half":
        unit, amount = _HALVES.get(match[0], ("倍", "2") if match[0].startswith("翻") else ("成", "5"))
        return _Word(start, end, "number", Decimal(amount), None, unit)
    if kind in ("spoken", "counted"):
        if len(match[kind]) > MOST_DIGITS // 4:
            return _Word(start, end, "count")
        return _Word(start, end, "number", _chinese(match[kind]), None, match["after"] or match["measure"])
    if kind == "document":
        start -= _office(stream, start)
    return _Word(start, end, kind)


_GROUPS = ("document", "date", "name", "ordinal", "fraction", "number", "spoken", "half", "counted")


def _office(stream: Stream, start: int) -> int:
    """How many characters before a document number are its office's mark: 国发 of 国发〔2015〕40号."""
    line = stream.source.rfind("\n", 0, stream.offsets[start]) + 1
    match = re.search(rf"{_HAN}+$", stream.source[line : stream.offsets[start]])
    return len(match[0]) if match and len(match[0]) <= 8 else 0


def _settled(word: _Word, stream: Stream, own: _Words) -> Figure:
    """The figure of a word whose unit is known."""
    figure = Figure(stream.section, "", word.kind, stream.place(word.start))
    if word.kind == "document":
        return figure._replace(kind="document number")
    if word.kind == "date":
        return figure._replace(day=_day(stream.text[word.start : word.end]))
    if word.kind == "fraction":
        return figure._replace(kind="rate", amount=word.number)
    if word.number is None:
        return figure
    amount = EXACT.multiply(word.number, word.magnitude or Decimal(1))
    if word.unit in ("%", "‰", "百分点", "个百分点"):
        return figure._replace(kind="rate", amount=amount.scaleb(-3 if word.unit == "‰" else -2, EXACT))
    if word.unit == "年" and word.magnitude is None and 1900 <= amount < 2100:
        return figure._replace(kind="year", amount=amount, measure="年")
    if word.unit in ("成", "折"):  # 八五折 has the digits of 8.5折
        tenths = amount if amount < 10 else amount.scaleb(-1, EXACT)
        return figure._replace(kind="rate", amount=tenths.scaleb(-1, EXACT))
    if word.unit == "年半":
        return _measured(figure, "term", EXACT.add(amount, Decimal("0.5")), "年")
    if word.unit in ("年", "周年", "个月"):
        return _measured(figure, "term", amount, "月" if word.unit == "个月" else "年")
    if re.fullmatch(_SIZE, word.unit):
        unit = _SPELLED[word.unit]
        return _measured(figure, "area" if unit == "㎡" else "distance", amount, unit)
    if word.unit in own.declared:
        one: Unit = ((own.spelled[word.unit], 1),)
        return figure._replace(kind="amount", amount=amount, unit=one, bare=one)
    if word.unit.startswith("元"):
        return _money(figure, amount, word, stream.text, own)
    return figure._replace(kind="count", amount=amount, measure=word.unit)


def _measured(figure: Figure, kind: str, amount: Decimal, unit: str) -> Figure:
    """A figure of some amount of a unit of the formula language."""
    one = read_quantity(f"1{unit}")
    assert one is not None, unit
    return figure._replace(kind=kind, amount=EXACT.multiply(amount, one.amount), unit=one.unit, bare=one.unit)


def _money(figure: Figure, amount: Decimal, word: _Word, text: str, own: _Words) -> Figure:
    """Money, or the price that it is together with the words around it: 每平米…20元, 30元/平方米的月房租."""
    written = re.split(_PER, word.unit)[1:]
    if any(each not in own.spelled for each in written):
        return figure._replace(kind="count", amount=amount, measure=word.unit)
    before = _STOPS.split(text[max(word.start - 80, 0) : word.start])[-1]
    each = {own.spelled[match[1] or match[2] or match[3]] for match in own.each.finditer(before)}
    if re.compile("的?月(?!份|底|初)").match(text, word.end):
        each.add("月")
    firm = {own.spelled[one] for one in written} | (each & {"㎡", "km", *map(own.spelled.__getitem__, own.declared)})
    unit: Unit = (("元", 1),)
    bare = unit
    for dimension in sorted(firm | each):
        unit = times(unit, ((dimension, -1),))
        bare = times(bare, ((dimension, -1),)) if dimension in firm else bare
    return figure._replace(kind="price" if len(unit) > 1 else "money", amount=amount, unit=unit, bare=bare)


def _day(text: str) -> date | None:
    """The day that a date names; None where it names a month, or no day of the calendar."""
    numbers = [
        int(_chinese(each)) if each[0] in _NUMERALS else int(each) for each in re.split(r"[年月日/.-]", text) if each
    ]
    try:
        return date(*numbers) if len(numbers) == 3 else None
    except ValueError:
        return None


def _chinese(text: str) -> Decimal:
    """The number of a Chinese numeral, spoken (一千二百万) or spelt digit by digit (二〇一八), with decimals after 点."""
    whole, _, decimals = text.partition("点")
    digits = [_DIGITS.get(char) for char in whole]
    value = int("".join(map(str, digits))) if len(whole) > 1 and None not in digits else _spoken(whole)
    fraction = "".join(str(_DIGITS.get(char, 0)) for char in decimals)
    return Decimal(f"{value}.{fraction}" if fraction else value)


_DIGITS = {char: index for index, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}


def _spoken(text: str) -> int:
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
