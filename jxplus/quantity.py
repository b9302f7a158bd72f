"""Quantities: exact decimals with a unit, read as people write them (`1200万元`, `15%`, `12,000,000.00`) and written back.

Nothing here rounds but `to_fen`, and nothing here is a float: `EXACT` is the arithmetic context of every formula, and it
raises where a result would not be exact.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import (
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    FloatOperation,
    Inexact,
    InvalidOperation,
    Overflow,
    localcontext,
)
from functools import cached_property, reduce
from itertools import permutations, product
from typing import NamedTuple

EXACT_TRAPS = [Inexact, InvalidOperation, DivisionByZero, Overflow, FloatOperation]
EXACT = Context(prec=60, traps=EXACT_TRAPS)
ZERO = Decimal(0)

FEN = Decimal("0.01")
HALF_UP = Context(prec=60, rounding=ROUND_HALF_UP)
ROOMY = Context(prec=1000, traps=EXACT_TRAPS)
"""Exact arithmetic for what no bound of a formula holds: sums over clauses and enterprises, a share that somebody types."""

Unit = tuple[tuple[str, int], ...]
"""A product of dimensions and their exponents, sorted by name: yuan per ㎡ per month is (('元', 1), ('㎡', -1), ('月', -1))."""

PURE: Unit = ()

MAGNITUDES = {"": 0, "千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8, "万亿": 12}
"""The words for powers of ten that may stand after the digits, with the power of each."""

_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，％＋－", "0123456789.,%+-")

MOST_DIGITS = 60
"""Figures longer than this are never read: no bound of any type comes near it."""

# Each spelling of a unit that every plan has: its dimension, and how many of that it is.
_SPELLINGS: dict[str, tuple[str, Decimal]] = {
    "元": ("元", Decimal(1)),
    "㎡": ("㎡", Decimal(1)),
    "m²": ("㎡", Decimal(1)),
    "平方米": ("㎡", Decimal(1)),
    "月": ("月", Decimal(1)),
    "个月": ("月", Decimal(1)),
    "年": ("月", Decimal(12)),
    "km": ("km", Decimal(1)),
    "公里": ("km", Decimal(1)),
    "车公里": ("km", Decimal(1)),
    "人": ("人", Decimal(1)),
}
_WRITTEN_IN_FULL = {dimension for dimension, _ in _SPELLINGS.values()}
_MAGNITUDE = "|".join(sorted((m for m in MAGNITUDES if m), key=len, reverse=True))
SHARES = {"%": -2, "‰": -3}
"""The signs of a share, each with the power of ten that it stands for."""

# One quantity: digits (no leading zero: 017 is 15 to some readers), maybe grouped by three, decimals, exponent, magnitude,
# then the sign of a share or units by units: 元/㎡/月, 元/㎡·月, 元/(㎡·月) and 吨·km.
GROUPED = "[1-9][0-9]{0,2}(?:[,，][0-9]{3})+(?![0-9])|"
_DIGITS = rf"(?P<digits>(?:{GROUPED}0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)"
_TIMES, _OVER = "[·•・⋅∙]", "[/／]"
_PLAIN_NAME = r"[^\W\d_](?:[^\W_]|[²³])*|㎡|㎥"


class DeclaredUnit(NamedTuple):
    """A unit that a plan counts in: its name, its English name, and other spellings of it."""

    name: str
    en: str
    also: tuple[str, ...] = ()


class Units:
    """The units that figures may carry: those that every plan has, and those that one plan declares.

    A value like any other: a policy has one, and whoever reads a figure for that policy reads it with these.
    """

    __slots__ = ("__dict__", "declared", "spelled")

    def __init__(self, declared: Iterable[DeclaredUnit] = ()) -> None:
        self.declared = tuple(declared)
        self.spelled = dict(_SPELLINGS)
        for unit in self.declared:
            self.spelled |= dict.fromkeys((unit.name, *unit.also), (unit.name, Decimal(1)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Units) and self.declared == other.declared

    def __hash__(self) -> int:
        return hash(self.declared)

    def __repr__(self) -> str:
        return f"Units({self.declared})"

    def __reduce__(self) -> tuple[type["Units"], tuple[tuple[DeclaredUnit, ...]]]:
        return Units, (self.declared,)

    @cached_property
    def pattern(self) -> str:
        """The regular expression of one quantity, with the groups `digits`, `magnitude` and `unit`."""
        names = sorted(self.spelled, key=len, reverse=True)
        # A unit in Latin letters ends where the word does.
        one = "|".join(re.escape(name) + ("(?![A-Za-z0-9_])" if name[-1].isascii() else "") for name in names)
        some = rf"(?:{one})(?:{_TIMES}(?:{one}))*"
        unit = rf"[%‰]|{some}(?:{_OVER}(?:{some}|[(（]{some}[)）]))*"
        own = "|".join(re.escape(name) for name in names if re.match(_MAGNITUDE, name))
        not_own = f"(?!{own})" if own else ""  # the 千 of 千瓦时 is no magnitude
        return rf"{_DIGITS}(?:\ *{not_own}(?P<magnitude>{_MAGNITUDE}))?(?:\ *(?P<unit>{unit}))?"

    def known(self) -> list[str]:
        """The names of the units, each without its other spellings."""
        return list(dict.fromkeys(dimension for dimension, _ in self.spelled.values()))

    @cached_property
    def _alone(self) -> re.Pattern[str]:
        return re.compile(rf"(?P<sign>[+-]?)\ *{self.pattern}")

    def read(self, text: str) -> "Quantity | None":
        """The quantity that `text` writes, exactly; None where it is no quantity (see `read_quantity`)."""
        plain = text.translate(_FULL_WIDTH).strip()
        usual = None if self.declared else _usual(plain, text)
        if usual is not None:
            return usual
        match = self._alone.fullmatch(plain)
        return None if match is None else self.quantity(match, text)

    def quantity(self, match: re.Match[str], text: str) -> "Quantity | None":
        """The quantity of a match of `pattern`; a group `sign`, where the pattern has one, is applied."""
        digits = re.sub("[,，]", "", match["digits"])
        if len(digits) > MOST_DIGITS or not _short_exponent(digits):
            return None
        number = EXACT.create_decimal(digits)
        if match.groupdict().get("sign") == "-":
            number = -number
        number = number.scaleb(MAGNITUDES[match["magnitude"] or ""], EXACT)
        spelled = match["unit"] or ""
        if spelled in SHARES:
            return Quantity(number.scaleb(SHARES[spelled], EXACT), PURE, text, True)
        unit = PURE
        for index, part in enumerate(re.split(_OVER, spelled) if spelled else ()):
            for spelling in re.split(_TIMES, part.strip("()（）")):
                dimension, factor = self.spelled[spelling]
                if index and factor != 1:
                    return None  # a price per year would divide: write it per month
                number = EXACT.multiply(number, factor)
                unit = times(unit, ((dimension, -1 if index else 1),))
        return Quantity(number, unit, text)

    def spellings(self, unit: Unit) -> dict[Decimal, str]:
        """Every way to write `unit` after a figure, as regular expressions by how many of the unit's base it is.

        Of 月: {1: `月|个月`, 12: `年`}. They mean the same in Python and in ECMAScript.
        """
        over = [name for name, power in unit for _ in range(max(power, 0))]
        under = [name for name, power in unit for _ in range(max(-power, 0))]
        if not over:
            return {}
        below = "|".join(f"{way}" for order in sorted(set(permutations(under))) for way in self._under(order))
        found: dict[Decimal, list[str]] = {}
        for order in sorted(set(permutations(over))):
            for ways in product(*(self._by_factor(name).items() for name in order)):
                factor = reduce(EXACT.multiply, (each for each, _ in ways))
                found.setdefault(factor, []).append(_TIMES.join(names for _, names in ways))
        return {
            factor: f"(?:{'|'.join(dict.fromkeys(ways))})" + (f"(?:{below})" if below else "")
            for factor, ways in found.items()
        }

    def _by_factor(self, dimension: str) -> dict[Decimal, str]:
        """The spellings of a dimension as one expression for each number of it that they are."""
        found: dict[Decimal, list[str]] = {}
        for text, (own, factor) in self.spelled.items():
            if own == dimension:
                found.setdefault(factor, []).append(re.escape(text))
        return {factor: f"(?:{'|'.join(texts)})" for factor, texts in found.items()}

    def _under(self, dimensions: Sequence[str]) -> Iterator[str]:
        """The ways to divide by some dimensions, in this order."""
        names = [self._by_factor(dimension)[Decimal(1)] for dimension in dimensions]
        if names:
            yield _OVER + f"(?:{_OVER}|{_TIMES})".join(names)
        if len(names) > 1:
            yield rf"{_OVER}[(（]{_TIMES.join(names)}[)）]"

    def text(self, unit: Unit, lang: str) -> str:
        """The unit as people write it; in English with what its declared units are called there: `元/亩 (亩: mu)`."""
        written = unit_text(unit)
        names = dict(unit)
        told = ", ".join(f"{each.name}: {each.en}" for each in self.declared if each.name in names)
        if lang != "en" or not told:
            return written
        return f"{written} ({told.partition(': ')[2]})" if written in names else f"{written} ({told})"

    def why_not(self, spelling: str) -> str:
        """Why a unit cannot be spelled so: `taken`, `form` (of a name) or `two` (it reads in two ways); else nothing."""
        if spelling in self.spelled:
            return "taken"
        if not re.fullmatch(_PLAIN_NAME, spelling) or spelling in MAGNITUDES or spelling in "余多":
            return "form"
        heads = [spelling.removeprefix(magnitude) for magnitude in MAGNITUDES if magnitude]
        tails = [each.removeprefix(magnitude) for each in self.spelled for magnitude in MAGNITUDES if magnitude]
        return "two" if any(each in self.spelled for each in heads if each != spelling) or spelling in tails else ""


class Quantity(NamedTuple):
    """A figure as it was written, and what it says: `amount` in the base units of `unit`, or a `share`, 15%, as 0.15."""

    amount: Decimal
    unit: Unit
    text: str
    share: bool = False


def times(left: Unit, right: Unit) -> Unit:
    """The unit of a product."""
    powers = dict(left)
    for dimension, power in right:
        powers[dimension] = powers.get(dimension, 0) + power
    return tuple(sorted((dimension, power) for dimension, power in powers.items() if power))


def unit_text(unit: Unit) -> str:
    """The unit as people write it: `元/㎡/月`; nothing for a pure number."""
    over = "·".join(name for name, power in unit for _ in range(max(power, 0)))
    under = "".join(f"/{name}" for name, power in unit for _ in range(max(-power, 0)))
    return f"{over or ('1' if under else '')}{under}"


BUILT_IN = Units()
"""The units that every plan has."""


def _usual(plain: str, text: str) -> Quantity | None:
    """The quantity of digits with 万, 亿, 万元 or % after them, as most are written; None where it is written otherwise."""
    money = plain.removesuffix("元")
    digits = money.rstrip("百千万亿%")
    mark = money[len(digits) :]
    power = MAGNITUDES.get(mark, SHARES.get(mark) if money == plain else None)
    if power is None or digits[:1] == "-" or len(digits) > MOST_DIGITS or not _is_plain(digits):
        return None
    unit = PURE if money == plain else (("元", 1),)
    return Quantity(EXACT.create_decimal(digits).scaleb(power, EXACT), unit, text, mark in SHARES)


def read_quantity(text: str, units: Units = BUILT_IN) -> Quantity | None:
    """The quantity that `text` writes, exactly; None where it is no quantity.

    Magnitudes (万, 亿) and the signs of a share are applied; full-width digits count as digits. A figure of more than
    `MOST_DIGITS` digits, exponent included, is none.

    >>> read_quantity("30元/㎡/月").unit, read_quantity("1.5%").amount, read_quantity("约3万元")
    ((('㎡', -1), ('元', 1), ('月', -1)), Decimal('0.015'), None)
    """
    return units.read(text)


def _short_exponent(digits: str) -> bool:
    _, _, exponent = digits.lower().partition("e")
    return not exponent or abs(int(exponent)) <= MOST_DIGITS


def has_form_of_day(text: str) -> bool:
    """Whether `text` is written as a day, 2016-06-30, be there such a day or not."""
    digits = text[:4] + text[5:7] + text[8:]
    return len(text) == 10 and text[4] == text[7] == "-" and digits.isdigit() and digits.isascii()


def read_day(text: str) -> date | None:
    """The day that `text` writes as 2016-06-30; None where it is written otherwise or there is no such day."""
    try:
        return date.fromisoformat(text) if has_form_of_day(text) else None
    except ValueError:
        return None


def plain_number(text: str) -> Decimal | None:
    """The number that `text` writes with digits and a point alone: the quick way for most figures; else None."""
    return Decimal(text) if len(text) <= MOST_DIGITS and _is_plain(text) else None


def _is_plain(text: str) -> bool:
    """Whether `text` is a number of digits and a point, without a zero that leads; a pattern takes a start longer to make."""
    whole, point, rest = text.removeprefix("-").partition(".")
    digits = whole.isdigit() and (rest.isdigit() or not point) and text.isascii()
    return digits and (whole[0] != "0" or whole == "0")


def decimals(number: Decimal) -> int:
    """How many decimals `number` needs; trailing zeros do not count."""
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or exponent >= 0 or not number:
        return 0
    exponent = number.normalize(EXACT).as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def to_fen(amount: Decimal) -> Decimal:
    """`amount` in yuan, rounded half up to the fen: done once, at the end of a clause."""
    return amount.quantize(FEN, None, HALF_UP)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The sum of amounts, exactly: it has as many digits as it needs, and zero is the sum of none."""
    return reduce(ROOMY.add, amounts, ZERO)


def sums(spans: Sequence[tuple[Decimal, Decimal]]) -> tuple[Decimal, Decimal]:
    """The sums of both ends of some spans, exactly."""
    with localcontext(ROOMY):
        return sum([low for low, _ in spans], ZERO), sum([high for _, high in spans], ZERO)


def number_text(number: Decimal) -> str:
    """`number` in plain digits without trailing zeros: `1000000`, `0.15`."""
    text = str(number)
    if "E" in text:
        text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def fen_text(amount: Decimal) -> str:
    """An amount of fen, which has two decimals, as `number_text` writes it."""
    return without_zeros(str(amount))


def without_zeros(text: str) -> str:
    """The same number with two decimals as a text, without those that are zero."""
    if text[-3:] == ".00":
        return text[:-3] if text != "-0.00" else "0"
    return text[:-1] if text[-1] == "0" else text


def quantity_text(amount: Decimal, unit: Unit) -> str:
    """`amount` with its unit, much money by 万 and 亿 where that is shorter and exact: `1200万元`, `30元/㎡/月`.

    So is much of what a plan itself counts in, `200万美元`, `200万元/亩`; of the other units every digit is written.
    """
    large = unit == (("元", 1),) or any(name not in _WRITTEN_IN_FULL for name, _ in unit)
    for magnitude, power in (("亿", 8), ("万", 4)):
        scaled = amount.scaleb(-power, EXACT)
        if large and abs(scaled) >= 1 and decimals(scaled) <= 2:
            return f"{number_text(scaled)}{magnitude}{unit_text(unit)}"
    return f"{number_text(amount)}{unit_text(unit)}"


def rate_text(rate: Decimal) -> str:
    """`rate` as a percentage: `15%`."""
    return f"{number_text(rate.scaleb(2, EXACT))}%"


def yuan_text(amount: Decimal) -> str:
    """Yuan with groups of three and two decimals: `1,000,000.00`."""
    return f"{amount:,.2f}"


def span_text(low: Decimal, high: Decimal, said: Callable[[Decimal], str] = yuan_text, gap: str = " ") -> str:
    """Both ends of an amount, one figure where they are the same."""
    return said(high) if low == high else f"{said(low)} –{gap}{said(high)}"


def wan_text(amount: Decimal) -> str:
    """Ten thousands of yuan, exact: `150`, `0.123456`; nothing is rounded away."""
    return f"{amount.scaleb(-4, EXACT).normalize(EXACT):,f}"
