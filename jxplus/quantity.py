"""Quantities: exact decimals with a unit, read as people write them (`1200万元`, `15%`, `12,000,000.00`) and written back.

Nothing here rounds but `to_fen`, and nothing here is a float: `EXACT` is the arithmetic context of every formula, and it
raises where a result would not be exact.
"""

import re
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
)
from itertools import permutations, product
from typing import NamedTuple

EXACT = Context(prec=60, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow, FloatOperation])
ZERO = Decimal(0)

_FEN = Decimal("0.01")
_HALF_UP = Context(prec=60, rounding=ROUND_HALF_UP)

Unit = tuple[tuple[str, int], ...]
"""A product of dimensions and their exponents, sorted by name: yuan per ㎡ per month is (('元', 1), ('㎡', -1), ('月', -1))."""

PURE: Unit = ()

MAGNITUDES = {"": 0, "千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8, "万亿": 12}
"""The words for powers of ten that may stand after the digits, with the power of each."""

# Each spelling of a unit: its dimension, and how many of that it is.
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
_UNIT = "|".join(sorted(_SPELLINGS, key=len, reverse=True))
_MAGNITUDE = "|".join(sorted((m for m in MAGNITUDES if m), key=len, reverse=True))

# One quantity: digits (no leading zero: 017 is 15 to some readers), decimals, exponent, magnitude, then % or units divided
# by units. A figure that stands by itself may group its digits by three; in a formula a comma parts two arguments.
QUANTITY = (
    r"(?P<digits>(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)"
    rf"(?:\ *(?P<magnitude>{_MAGNITUDE}))?(?:\ *(?P<unit>%|(?:{_UNIT})(?:/(?:{_UNIT}))*))?"
)
_ALONE = QUANTITY.replace("(?:0|", "(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|0|", 1)
_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?").fullmatch
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，％＋－", "0123456789.,%+-")

MOST_DIGITS = 60
"""Figures longer than this are never read: no bound of any type comes near it."""


class Quantity(NamedTuple):
    """A figure as it was written, and what it says: `amount` in the base units of `unit`."""

    amount: Decimal
    unit: Unit
    text: str


def times(left: Unit, right: Unit) -> Unit:
    """The unit of a product."""
    powers = dict(left)
    for dimension, power in right:
        powers[dimension] = powers.get(dimension, 0) + power
    return tuple(sorted((dimension, power) for dimension, power in powers.items() if power))


def spellings(unit: Unit) -> dict[str, Decimal]:
    """Every way to write `unit` after a figure, with how many of the unit's base it is: {`月`: 1, `个月`: 1, `年`: 12}."""
    over = [name for name, power in unit for _ in range(max(power, 0))]
    under = [name for name, power in unit for _ in range(max(-power, 0))]
    if len(over) != 1:
        return {}
    found = {text: factor for text, (dimension, factor) in _SPELLINGS.items() if dimension == over[0]}
    if not under:
        return found
    ways = [
        "".join(f"/{text}" for text in texts)
        for order in set(permutations(under))
        for texts in product(
            *([text for text, own in _SPELLINGS.items() if own == (name, Decimal(1))] for name in order)
        )
    ]
    return {f"{text}{way}": factor for text, factor in found.items() for way in sorted(ways)}


def unit_text(unit: Unit) -> str:
    """The unit as people write it: `元/㎡/月`; nothing for a pure number."""
    over = "·".join(name for name, power in unit for _ in range(max(power, 0)))
    under = "".join(f"/{name}" for name, power in unit for _ in range(max(-power, 0)))
    return f"{over or ('1' if under else '')}{under}"


def read_quantity(text: str) -> Quantity | None:
    """The quantity that `text` writes, exactly; None where it is no quantity.

    Magnitudes (万, 亿) and the percent sign are applied; full-width digits count as digits. A figure of more than
    `MOST_DIGITS` digits, exponent included, is none.
    """
    match = re.fullmatch(rf"(?P<sign>[+-]?)\ *{_ALONE}", text.translate(_FULL_WIDTH).strip())
    return None if match is None else quantity_of(match, text)


def quantity_of(match: re.Match[str], text: str) -> Quantity | None:
    """The quantity of a match of the pattern `QUANTITY`; a group `sign`, where the pattern has one, is applied."""
    digits = match["digits"].replace(",", "")
    if len(digits) > MOST_DIGITS or not _short_exponent(digits):
        return None
    number = EXACT.create_decimal(digits)
    if match.groupdict().get("sign") == "-":
        number = -number
    number = number.scaleb(MAGNITUDES[match["magnitude"] or ""], EXACT)
    spelled = match["unit"]
    if spelled == "%":
        return Quantity(number.scaleb(-2, EXACT), PURE, text)
    unit = PURE
    for index, spelling in enumerate(spelled.split("/") if spelled else ()):
        dimension, factor = _SPELLINGS[spelling]
        if index and factor != 1:
            return None  # a price per year would divide: write it per month
        number = EXACT.multiply(number, factor)
        unit = times(unit, ((dimension, -1 if index else 1),))
    return Quantity(number, unit, text)


def _short_exponent(digits: str) -> bool:
    _, _, exponent = digits.lower().partition("e")
    return not exponent or abs(int(exponent)) <= MOST_DIGITS


def has_form_of_day(text: str) -> bool:
    """Whether `text` is written as a day, 2016-06-30, be there such a day or not."""
    return bool(re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text))


def read_day(text: str) -> date | None:
    """The day that `text` writes as 2016-06-30; None where it is written otherwise or there is no such day."""
    try:
        return date.fromisoformat(text) if has_form_of_day(text) else None
    except ValueError:
        return None


def plain_number(text: str) -> Decimal | None:
    """The number that `text` writes with digits and a point alone: the quick way for most figures; else None."""
    return Decimal(text) if len(text) <= MOST_DIGITS and _PLAIN(text) else None


def decimals(number: Decimal) -> int:
    """How many decimals `number` needs; trailing zeros do not count."""
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or exponent >= 0 or not number:
        return 0
    exponent = number.normalize(EXACT).as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def to_fen(amount: Decimal) -> Decimal:
    """`amount` in yuan, rounded half up to the fen: done once, at the end of a clause."""
    return amount.quantize(_FEN, None, _HALF_UP)


def number_text(number: Decimal) -> str:
    """`number` in plain digits without trailing zeros: `1000000`, `0.15`."""
    text = str(number)
    if "E" in text:
        text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def quantity_text(amount: Decimal, unit: Unit) -> str:
    """`amount` with its unit, large yuan by 万 and 亿 where that is shorter and exact: `1200万元`, `30元/㎡/月`."""
    for magnitude, power in (("亿", 8), ("万", 4)):
        scaled = amount.scaleb(-power, EXACT)
        if unit == (("元", 1),) and abs(scaled) >= 1 and decimals(scaled) <= 2:
            return f"{number_text(scaled)}{magnitude}元"
    return f"{number_text(amount)}{unit_text(unit)}"


def rate_text(rate: Decimal) -> str:
    """`rate` as a percentage: `15%`."""
    return f"{number_text(rate.scaleb(2, EXACT))}%"


def yuan_text(amount: Decimal) -> str:
    """Yuan with groups of three and two decimals: `1,000,000.00`."""
    return f"{amount:,.2f}"


def wan_text(amount: Decimal) -> str:
    """Ten thousands of yuan, exact: `150`, `0.123456`; nothing is rounded away."""
    return f"{amount.scaleb(-4, EXACT).normalize(EXACT):,f}"
