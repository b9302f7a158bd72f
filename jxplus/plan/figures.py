"""The figures of a plan's text: what they say, in normal units, and where they stand.

Nothing numeric is passed over: every digit belongs to a figure, and what is not a quantity has a kind of its own (a year, a
date, a document number, the name of something, the number of an article). A Chinese numeral is a figure before a unit or a
counting word, and wherever it has several places; in a word (三网, 二级, 一站式) it is none, and 一 before a counting word
(一家, 一个) is an article. What states no definite amount (数十万元) is a figure without one. How each is written stands in
`notation`.
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from jxplus.fault import Place
from jxplus.plan.notation import NUMERALS, PER, SIZE, SPELLED, Notation, Word, chinese, notation
from jxplus.plan.stream import ALIKE, Stream
from jxplus.quantity import (
    BUILT_IN,
    EXACT,
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
LABELS = ("year", "date", "document number", "name", "ordinal", "numbering", "page number")
"""The kinds of figures that measure nothing: only these may be left to a rule for all of their kind."""


class Figure(NamedTuple):
    """A figure of the text, where it stands and what it says.

    `kind` is one of `QUANTITIES`, `count`, or one of `LABELS`. `amount` is in base units of `unit`, a rate as a fraction;
    `bare` is the unit without what the sentence merely distributes over (each person, each month); `measure` is a count's
    measure word; `day` a full date. The ends of a range bear the text of the whole range. `again` is a
    mark that a sentence says a second time, where one tier ends and the next begins (500万元至1000万元、1000万元以上).
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
    again: bool = False

    @property
    def meaning(self) -> tuple[object, ...]:
        """What makes two figures of a section the same figure."""
        named = self.text.translate(ALIKE) if self.amount is None and self.day is None else ""
        return self.kind, self.amount, self.unit, self.bare, self.measure, self.day, named

    @property
    def key(self) -> str:
        """What an entry of the policy file names it by: as the text has it, but with its unit where the text has it later."""
        return (
            self.show() if self.amount is not None and self.kind != "numbering" and self.text.isdecimal() else self.text
        )

    @property
    def unit_name(self) -> str:
        """The unit of the amount, such as `元/㎡/月`, or a count's measure word; nothing for a rate, which is a fraction."""
        return self.measure or unit_text(self.unit)

    def show(self) -> str:
        """The figure in its normal form: `1000万元`, `2%`, `36月`, `200家`, `2015-09-01`."""
        if self.day is not None:
            return self.day.isoformat()
        if self.amount is None or self.kind == "ordinal":
            return self.text
        if self.kind == "rate":
            return rate_text(self.amount)
        if self.kind in QUANTITIES:
            return quantity_text(self.amount, self.unit)
        return f"{number_text(self.amount)}{self.measure}"


@cache
def figures_in(text: str, units: Units = BUILT_IN) -> tuple[Figure, ...]:
    """The figures of a few words, such as `3-5个` or `25%`, read as in a plan that counts in `units`.

    >>> [(each.kind, each.show()) for each in figures_in("前3年按25%补助，每家最高100万元")]
    [('term', '36月'), ('rate', '25%'), ('money', '100万元')]
    """
    return tuple(figures_of(Stream("", text, (0,)).add(0, text), units))


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ at most in the width of their brackets, digits and dashes."""
    return one.translate(ALIKE) == other.translate(ALIKE)


_BETWEEN = re.compile(r"-{1,2}|至|到|、")
_STOPS = re.compile(r"[，,。；;：:()]")
_TIER_ENDS = re.compile(r"(?:-|至|到|不足|低于|不超过|未达到?)$")
_TIER_ENDED = re.compile(r"(?:\(不?含\))?(?:及?以下|以内)|\(不含\)")
_TIER_BEGINS = re.compile(r"(?:\(不?含\))?(?:及?以上|-|至|到)")
_TIER_BEGUN = re.compile(r"[、，,](?:超过|达到?|满|高于)$")
_NEXT = re.compile(r"(?:\(不?含\)|及?以下|以内|之间|的|部分|企业|项目)*[、，,](?:和|及)?(?:超过|达到?|满|高于)?")


def figures_of(stream: Stream, units: Units = BUILT_IN) -> Iterator[Figure]:
    """The figures of a section, in the order in which they stand."""
    own = notation(units)
    words = own.words(stream)
    spans = [(word.start, word.end) for word in words]
    for index in range(len(words) - 2, -1, -1):
        word, following = words[index], words[index + 1]
        between = stream.text[word.end : following.start]
        if word.kind == following.kind == "number" and not word.unit and _BETWEEN.fullmatch(between):
            words[index] = word._replace(unit=following.unit, magnitude=word.magnitude or following.magnitude)
            if between != "、":
                spans[index] = spans[index + 1] = (word.start, spans[index + 1][1])
    before: Figure | None = None
    for index, (word, (start, end)) in enumerate(zip(words, spans, strict=True)):
        figure = _settled(word, stream, own)._replace(text=stream.written(start, end))
        again = before is not None and before.meaning == figure.meaning and _next_tier(words, index, stream.text)
        yield figure._replace(again=again)
        before = figure


def _next_tier(words: list[Word], index: int, text: str) -> bool:
    """Whether a mark that was said just before is said again only because a tier begins where the one before it ends."""
    last, word = words[index - 1], words[index]
    before, between = text[max(last.start - 4, 0) : last.start], text[last.end : word.start]
    ends = _TIER_ENDS.search(before) or _TIER_ENDED.match(between)
    begins = _TIER_BEGINS.match(text, word.end) or _TIER_BEGUN.search(between)
    return bool(word.number is not None and _NEXT.fullmatch(between) and ends and begins)


def _settled(word: Word, stream: Stream, own: Notation) -> Figure:
    """The figure of a word whose unit is known."""
    figure = Figure(stream.section, "", word.kind, stream.place(word.start))
    if word.kind == "date":
        return figure._replace(day=_day(stream.text[word.start : word.end]))
    if word.number is None or word.kind != "number":
        return figure._replace(amount=word.number)
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
    if re.fullmatch(SIZE, word.unit):
        unit = SPELLED[word.unit]
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


def _money(figure: Figure, amount: Decimal, word: Word, text: str, own: Notation) -> Figure:
    """Money, or the price that it is together with the words around it: 每平米…20元, 30元/平方米的月房租."""
    written = [each for each in re.split(PER, word.unit)[1:] if each]
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
        int(chinese(each)) if each[0] in NUMERALS else int(each) for each in re.split(r"[年月日份/.-]", text) if each
    ]
    try:
        return date(*numbers) if len(numbers) == 3 else None
    except ValueError:
        return None
