"""What a checked formula comes to as one numeric fact moves and all others stand: exact pieces, each a constant or a line.

A formula in which the fact is multiplied by itself is no line: it is refused (`Bent`), never approximated.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from jxplus.formula.evaluate import (
    LITERALS,
    ONE,
    Facts,
    Function,
    Items,
    Unknown,
    function,
    literal_value,
    of_unknown_list,
    one_meets,
    sum_over,
    those_that_meet,
    unknowns,
    without,
)
from jxplus.formula.node import COMPARISONS, OVER_ITEMS, STANDS_FOR, MadeOnce, Node
from jxplus.formula.operators import OPERATORS
from jxplus.formula.pieces import (
    Axis,
    Line,
    Piece,
    Pieces,
    counted,
    joined,
    lift,
    line_of,
    minus,
    outermost,
    plain,
    plus,
    signs_of,
    summed,
    within,
)
from jxplus.quantity import ZERO

MOST_STAIRS = 10_000
"""The steps of a staircase that are followed: full parts of a figure, of which a fact may go through ever so many."""


class Bent(Exception):
    """The formula `node` multiplies the fact by itself, or goes up in more than `MOST_STAIRS` steps: it is no line."""

    def __init__(self, node: Node) -> None:
        super().__init__(node.op)
        self.node = node


def along(node: Node, axis: Axis, facts: Facts, item: Facts, moving: bool) -> Pieces:
    """The pieces of a checked formula along `axis`; `moving` says that `item` is the one whose fact moves.

    Raises `Bent` where the formula is no line in the fact.
    """
    return Along(axis, facts).visit(node, item, moving)


class Moving:
    """What moves in formulas with one fact, the enterprise's or that of an item; made once for the fact, wherever it stands.

    Of a formula in which nothing moves it has the function; of one in which something does, None.
    """

    def __init__(self, axis: Axis, functions: MadeOnce[Function]) -> None:
        self.name, self.listed, self.functions = axis.name, axis.listed, functions
        self._stands = {inside: MadeOnce(partial(self._standing, inside)) for inside in (False, True)}

    def stands(self, node: Node, moving: bool) -> Function | None:
        """The function of a formula in which nothing moves; `moving` says that the item at hand is the one whose fact moves."""
        return self._stands[moving].of(node)

    def _standing(self, moving: bool, node: Node) -> Function | None:
        return None if self._moves(node, moving) else self.functions.of(node)

    def _moves(self, node: Node, moving: bool) -> bool:
        """Whether the fact that moves is asked for: of the item at hand only where it is `moving`, and of those of a list in any case."""
        if node.op == "fact":
            return self.listed is None and node.value == self.name
        if node.op == "item":
            return moving and node.value == (self.listed, self.name)
        inside = moving or (node.op in OVER_ITEMS and node.value == self.listed)
        return any(self._moves(arg, inside) for arg in node.args)


class Along:
    """Formulas along one axis, with the same facts; made once for all formulas and items that are followed along it."""

    def __init__(self, axis: Axis, facts: Facts, moving: Moving | None = None) -> None:
        """`moving` is what moves with the fact of the axis, where it is known already."""
        self.axis, self.facts, self.moving = axis, facts, moving or Moving(axis, MadeOnce(function))
        # No item of another list has a say in what a look through a list comes to: it is made once for all of these.
        self.over_items = MadeOnce(lambda node: self.any(node) if node.op == "any" else self.gathered(node))

    def visit(self, node: Node, item: Facts, moving: bool) -> Pieces:
        """The pieces of a checked formula; `moving` says that `item` is the one whose fact moves. Raises `Bent`."""
        if node.op in LITERALS:
            return self.axis.whole(literal_value(node))
        stands = self.moving.stands(node, moving)
        if stands is not None:
            return self.axis.whole(stands(self.facts, item))
        if node.op in ("fact", "item"):
            return self.fact(node, item, moving)
        if node.op in OVER_ITEMS:
            return self.over_items.of(node)
        if node.op in ("and", "or"):
            return self.decided(node, item, moving)
        arguments = [self.visit(arg, item, moving) for arg in node.args]
        return arguments[0] if node.op in STANDS_FOR else PIECES[node.op](node, arguments)

    def decided(self, node: Node, item: Facts, moving: bool) -> Pieces:
        """`and` and `or`: what does not move is asked first, since it may decide whatever moves."""
        decided, found = node.op == "or", list[Pieces]()
        for arg in sorted(node.args, key=lambda arg: self.moving.stands(arg, moving) is None):
            pieces = self.visit(arg, item, moving)
            if len(pieces) == 1 and pieces[0].value is decided:
                return pieces
            found.append(pieces)
        return _deciding(found, decided)

    def fact(self, node: Node, item: Facts, moving: bool) -> Pieces:
        listed, name = node.value if node.op == "item" else (None, node.value)
        axis = self.axis
        if name == axis.name and listed == axis.listed and (moving or listed is None):
            return axis.whole(Line(axis.step, Decimal(0)))
        value = (self.facts if listed is None else item).get(name)
        return axis.whole(Unknown(frozenset({listed or name})) if value is None else value)

    def any(self, node: Node) -> Pieces:
        items = self.facts.get(node.value)
        if items is None:
            return of_unknown_item(node.value, self.visit(node.args[0], {}, False))
        pairs, others = self.parted(node, items)
        meets = self.moving.functions.of(node.args[0])
        rest = one_meets(meets, self.facts, others)
        return _deciding([*(self.visit(node.args[0], *pair) for pair in pairs), self.axis.whole(rest)], True)

    def gathered(self, node: Node) -> Pieces:
        """`count` and `sum`: the items that meet the condition over each stretch, and what they add."""
        axis, items, condition = self.axis, self.facts.get(node.value), node.args[-1]
        if items is None:
            found = of_unknown_item(node.value, self.visit(condition, {}, False))
            return joined([p._replace(value=p.value if isinstance(p.value, Unknown) else ZERO) for p in found])
        pairs, others = self.parted(node, items)
        met = those_that_meet(self.moving.functions.of(condition), self.facts, others)
        rest = met if isinstance(met, Unknown) else self.standing(node, met)
        conditions, parts = [axis.whole(met if isinstance(met, Unknown) else False)], [axis.whole(rest)]
        for pair in pairs:
            holds = self.visit(condition, *pair)
            conditions.append(holds)
            for first, last, held in holds:
                if held is True:
                    adds = axis.whole(ONE) if node.op == "count" else self.visit(node.args[0], *pair)
                    parts.append(within(adds, first, last))
        certain = counted(conditions, lambda yes, no, unknown: unknown)
        return lift(
            [certain, summed(parts, axis.first, axis.last)],
            lambda first, last, values: [Piece(first, last, values[values[0] is None])],
        )

    def parted(self, node: Node, items: Items) -> tuple[list[tuple[Facts, bool]], Items]:
        """The items that a node looks at along the axis, each with whether it is the one that moves, and those that stand."""
        place = self.axis.place if node.value == self.axis.listed else None
        if place is not None and None not in [self.moving.stands(arg, False) for arg in node.args]:
            return [(items[place], True)], without(items, place)
        return [(item, index == place) for index, item in enumerate(items)], ()

    def standing(self, node: Node, met: Items) -> Any:
        """What items that stand, and meet the condition, come to."""
        return (
            Decimal(len(met))
            if node.op == "count"
            else sum_over(self.moving.functions.of(node.args[0]), self.facts, met)
        )


def of_unknown_item(listed: str, holds: Pieces) -> Pieces:
    """Where an item of a list that is not known meets a condition, whose pieces are given for an item of unknown facts."""
    unknown = Unknown(frozenset({listed}))
    return joined([piece._replace(value=of_unknown_list(unknown, piece.value)) for piece in holds])


def _deciding(arguments: Sequence[Pieces], decided: bool) -> Pieces:
    """`or` (decided by true) and `and` (decided by false) of any number of conditions."""

    def settle(yes: int, no: int, unknown: Unknown | None) -> Any:
        if yes if decided else no:
            return decided
        return not decided if unknown is None else unknown

    return counted(arguments, settle)


def _if(node: Node, arguments: Sequence[Pieces]) -> Pieces:
    def apply(first: int, last: int, values: list[Any]) -> Sequence[Piece]:
        condition, then, other = values
        return [Piece(first, last, condition if isinstance(condition, Unknown) else then if condition else other)]

    return lift(arguments, apply)


_OfLines = Callable[[Node, int, int, list[Any]], Sequence[Piece]]
"""What an operator comes to from one step to another, of numbers that are known and of which one at least is a line."""


def _strict(of_lines: _OfLines | None) -> Callable[[Node, Sequence[Pieces]], Pieces]:
    """An operator that needs all its arguments: unknown where one of them is. Without `of_lines` it takes no numbers."""

    def strict(node: Node, arguments: Sequence[Pieces]) -> Pieces:
        function = OPERATORS[node.op].function

        def apply(first: int, last: int, values: list[Any]) -> Sequence[Piece]:
            unknown = unknowns(values)
            if unknown is not None:
                return [Piece(first, last, unknown)]
            if of_lines is not None and any(isinstance(value, Line) for value in values):
                return of_lines(node, first, last, values)
            assert function is not None, node.op
            return [Piece(first, last, function(*values))]

        return lift(arguments, apply)

    return strict


def _negative(node: Node, first: int, last: int, values: list[Any]) -> Sequence[Piece]:
    (line,) = map(line_of, values)
    return [Piece(first, last, Line(-line.slope, -line.start))]


def _product(node: Node, first: int, last: int, values: list[Any]) -> Sequence[Piece]:
    left, right = map(line_of, values)
    if left.slope and right.slope:
        raise Bent(node)
    slope = left.slope * right.start + left.start * right.slope
    return [Piece(first, last, plain(Line(slope, left.start * right.start)))]


def _extreme(node: Node, first: int, last: int, values: list[Any]) -> Sequence[Piece]:
    return outermost(node.op == "max", first, last, values)


def _stairs(node: Node, first: int, last: int, values: list[Any]) -> Sequence[Piece]:
    """The full parts of a figure in a line: a stair for each number of them."""
    line, figure = line_of(values[0]), values[1]
    parts, every = OPERATORS["whole"].function, (line.at(first), line.at(last))
    assert parts is not None
    least, most = sorted(parts(end, figure) for end in every)
    if most - least > MOST_STAIRS:
        raise Bent(node)
    found, start = [], first
    while start <= last:
        number = parts(line.at(start), figure)
        # Between two stairs the line passes a multiple of the figure: the end of this one is found by halving.
        low, high = start, last
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if parts(line.at(middle), figure) == number else (low, middle - 1)
        found.append(Piece(start, low, number))
        start = low + 1
    return joined(found)


def _compared(node: Node, first: int, last: int, values: list[Any]) -> Sequence[Piece]:
    function = OPERATORS[node.op].function
    assert function is not None, node.op
    signs = signs_of(first, last, *values)
    return joined([piece._replace(value=function(piece.value, 0)) for piece in signs])


PIECES: dict[str, Callable[[Node, Sequence[Pieces]], Pieces]] = {
    "+": _strict(lambda node, first, last, values: [Piece(first, last, plus(*values))]),
    "-": _strict(lambda node, first, last, values: [Piece(first, last, minus(*values))]),
    "*": _strict(_product),
    "neg": _strict(_negative),
    "min": _strict(_extreme),
    "max": _strict(_extreme),
    **dict.fromkeys(COMPARISONS, _strict(_compared)),
    "in": _strict(None),
    "not": _strict(None),
    "if": _if,
    "whole": _strict(_stairs),
    "later": _strict(None),
    "earlier": _strict(None),
}
"""The twin of `operators.OPERATORS`: each operator along a fact; what looks at items, `and` and `or` are the visitor's."""
