"""How large a formula is and what it can come to, so that no formula that loads can fail when it is computed.

A named part stands in a formula as often as it is used, so a few of them that build on each other can make one without
end. And exact arithmetic has room for so many digits and no more: what may need more is refused, never rounded.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

from jxplus.formula.node import STANDS_FOR, Node
from jxplus.quantity import EXACT, decimals

LARGEST, DEEPEST = 10_000, 250
"""The parts that a formula may have, its named parts written out, and how deep they may stand in each other."""
MOST_DIGITS = EXACT.prec - 7
"""The digits that a value may need: seven are left for the sum over an enterprise's items, and over clauses."""


class Size(NamedTuple):
    """How many parts a formula has, and how deep they stand in each other."""

    parts: int
    depth: int


def size(node: Node) -> Size:
    """The size of a formula, each named part as often as it is used; it is weighed once."""
    weighed: dict[int, Size] = {}

    def weigh(node: Node) -> Size:
        found = weighed.get(id(node))
        if found is None:
            below = [weigh(arg) for arg in node.args]
            found = Size(1 + sum(each.parts for each in below), 1 + max((each.depth for each in below), default=0))
            weighed[id(node)] = found
        return found

    return weigh(node)


class Extent(NamedTuple):
    """The digits that a number may need before the decimal point, and after it."""

    whole: int
    decimals: int


ITEM_DIGITS = 9
MOST_ITEMS = 10**ITEM_DIGITS - 1
"""The items that one enterprise may have in a list, and the digits of their number: sums are proved for so many."""

Leaf = Callable[[Node], Extent | None]
"""Gives the extent of a fact or an item's fact; None where it is no number."""


def extent(node: Node, leaf: Leaf) -> Extent | None:
    """What a formula and every part of it may need, or None where it is no number and no part of it outgrows `MOST_DIGITS`."""
    if node.op in ("fact", "item"):
        return leaf(node)
    if node.op == "number":
        return Extent(whole_digits(node.value.amount), decimals(node.value.amount))
    found = [each for each in (extent(arg, leaf) for arg in node.args) if each is not None]
    large = next((each for each in found if sum(each) > MOST_DIGITS), None)
    if large is not None or node.op not in EXTENTS or not (found or node.op == "count"):
        return large
    return EXTENTS[node.op](found)


def _widest(of: Sequence[Extent]) -> Extent:
    return Extent(max(each.whole for each in of), max(each.decimals for each in of))


def _added(of: Sequence[Extent]) -> Extent:
    whole, fraction = _widest(of)
    return Extent(whole + 1, fraction)


def _parts(of: Sequence[Extent]) -> Extent:
    *known, figure = of  # what is parted has no bound where its type states none, which is a fault of the type
    return Extent((known[0].whole if known else 0) + figure.decimals, 0)


EXTENTS: dict[str, Callable[[Sequence[Extent]], Extent]] = {
    "+": _added,
    "-": _added,
    "*": lambda of: Extent(sum(each.whole for each in of), sum(each.decimals for each in of)),
    "count": lambda of: Extent(ITEM_DIGITS, 0),
    "sum": lambda of: Extent(of[0].whole + ITEM_DIGITS, of[0].decimals),
    "whole": _parts,
    **dict.fromkeys(("neg", "min", "max", "if", *STANDS_FOR), _widest),
}
"""Each operator that gives a number: what that may need, by what those of its arguments need that are numbers."""


def whole_digits(figure: Decimal) -> int:
    """The digits of a figure before its decimal point."""
    return max(figure.adjusted() + 1, 1)
