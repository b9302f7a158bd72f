"""What a checked formula comes to as one numeric fact moves and all others stand: exact pieces, each a constant or a line.

A fact moves in steps of the finest figure it may state (money: the fen), so its values are whole numbers of steps and a
threshold falls between two of them: there are no open and closed ends to mind, and nothing is searched for. The roots of
comparisons, `min` and `max` are solved as fractions; everything else is exact decimals, evaluated inside `EXACT`.

A formula in which the fact is multiplied by itself is no line: it is refused (`Bent`), never approximated.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import reduce
from typing import Any, NamedTuple

from jxplus.formula.evaluate import (
    LITERALS,
    ONE,
    Facts,
    Function,
    Unknown,
    added,
    any_of,
    function,
    literal_value,
    of_unknown_list,
    those_that_meet,
)
from jxplus.formula.node import COMPARISONS, OVER_ITEMS, STANDS_FOR, Node
from jxplus.formula.operators import OPERATORS
from jxplus.quantity import ZERO


class Line(NamedTuple):
    """A number that moves with the fact: `slope` for each step, `start` at step zero."""

    slope: Decimal
    start: Decimal

    def at(self, step: int) -> Decimal:
        """The value at a step."""
        return self.slope * step + self.start


class Piece(NamedTuple):
    """The steps from `first` to `last`, both included, and the value there: a `Line`, or what a formula may come to."""

    first: int
    last: int
    value: Any


Pieces = tuple[Piece, ...]
"""Pieces in order, without a gap, none like its neighbour."""


class Axis(NamedTuple):
    """The fact that moves: its id, the list and the place (from zero) where it belongs to an item, its step, and the steps it covers."""

    name: str
    listed: str | None
    place: int | None
    step: Decimal
    first: int
    last: int

    def whole(self, value: Any) -> Pieces:
        """The same value everywhere."""
        return (Piece(self.first, self.last, value),)


MOST_STAIRS = 10_000
"""The steps of a staircase that are followed: full parts of a figure, of which a fact may go through ever so many."""


class Bent(Exception):
    """The formula `node` multiplies the fact by itself, or goes up in more than `MOST_STAIRS` steps: it is no line."""

    def __init__(self, node: Node) -> None:
        super().__init__(node.op)
        self.node = node


def number_at(value: Any, step: int) -> Any:
    """A piece's value at a step."""
    return value.at(step) if isinstance(value, Line) else value


def above(old: Any, new: Any, first: int, last: int) -> bool:
    """Whether `new` lies above `old` all the way from `first` to `last`: they do not meet on it."""
    return all(number_at(new, step) > number_at(old, step) for step in (first, last))


def slope_of(value: Any) -> Decimal:
    """How much a piece's value gains with each step."""
    return value.slope if isinstance(value, Line) else Decimal(0)


def joined(pieces: Sequence[Piece]) -> Pieces:
    """Pieces in order, with neighbours of the same value made one."""
    found: list[Piece] = []
    for piece in pieces:
        if found and _same(found[-1].value, piece.value):
            found[-1] = found[-1]._replace(last=piece.last)
        else:
            found.append(piece)
    return tuple(found)


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, Unknown) and isinstance(right, Unknown):
        return left.facts == right.facts
    return type(left) is type(right) and bool(left == right)


def within(pieces: Pieces, first: int, last: int) -> Pieces:
    """The part of some pieces from `first` to `last`."""
    return tuple(
        Piece(max(piece.first, first), min(piece.last, last), piece.value)
        for piece in pieces
        if piece.first <= last and piece.last >= first
    )


def lift(arguments: Sequence[Pieces], apply: Callable[[int, int, list[Any]], Sequence[Piece]]) -> Pieces:
    """`apply` over each stretch on which every argument is one piece; it is handed the stretch and the values."""
    if max(map(len, arguments)) == 1:  # as most are: few facts of a formula move
        first, last, _ = arguments[0][0]
        return joined(apply(first, last, [only.value for (only,) in arguments]))
    found: list[Piece] = []
    at = [0] * len(arguments)
    first, last = arguments[0][0].first, arguments[0][-1].last
    while first <= last:
        here = [pieces[index] for pieces, index in zip(arguments, at, strict=True)]
        end = min(piece.last for piece in here)
        found += apply(first, end, [piece.value for piece in here])
        at = [index + (piece.last == end) for index, piece in zip(at, here, strict=True)]
        first = end + 1
    return joined(found)


def along(node: Node, axis: Axis, facts: Facts, item: Facts, moving: bool) -> Pieces:
    """The pieces of a checked formula along `axis`; `moving` says that `item` is the one whose fact moves.

    Raises `Bent` where the formula is no line in the fact.
    """
    return Along(axis, facts).visit(node, item, moving)


class Along:
    """Formulas along one axis, with the same facts; made once for all formulas and items that are followed along it."""

    def __init__(self, axis: Axis, facts: Facts) -> None:
        self.axis, self.facts = axis, facts
        self.made: dict[tuple[int, bool], tuple[Node, Function | None]] = {}
        """The functions of formulas in which nothing moves, each with its formula; None for those in which something does."""

    def visit(self, node: Node, item: Facts, moving: bool) -> Pieces:
        """The pieces of a checked formula; `moving` says that `item` is the one whose fact moves. Raises `Bent`."""
        if node.op in LITERALS:
            return self.axis.whole(literal_value(node))
        key = id(node), moving
        if key not in self.made:
            self.made[key] = node, None if self.moves(node, moving) else function(node)
        _, stands = self.made[key]
        if stands is not None:
            return self.axis.whole(stands(self.facts, item))
        if node.op in ("fact", "item"):
            return self.fact(node, item, moving)
        if node.op in OVER_ITEMS:
            return self.any(node) if node.op == "any" else self.gathered(node)
        arguments = [self.visit(arg, item, moving) for arg in node.args]
        return arguments[0] if node.op in STANDS_FOR else PIECES[node.op](node, arguments)

    def moves(self, node: Node, moving: bool) -> bool:
        """Whether the fact that moves is asked for: of the item at hand only where it is `moving`, and of those of a list in any case."""
        name, listed = self.axis.name, self.axis.listed
        if node.op == "fact":
            return listed is None and node.value == name
        if node.op == "item":
            return moving and node.value == (listed, name)
        inside = moving or (node.op in OVER_ITEMS and node.value == listed)
        return any(self.moves(arg, inside) for arg in node.args)

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
        axis = self.axis
        if self.one_moves(node):
            meets, (moving, others) = function(node.args[0]), self.parted(items)
            rest = any_of(meets(self.facts, each) for each in others)
            return _deciding([self.visit(node.args[0], moving, True), axis.whole(rest)], True)
        each = [
            self.visit(node.args[0], item, node.value == axis.listed and index == axis.place)
            for index, item in enumerate(items)
        ]
        return _deciding(each, True) if each else axis.whole(False)

    def gathered(self, node: Node) -> Pieces:
        """`count` and `sum`: the items that meet the condition over each stretch, and what they add."""
        axis, items, condition = self.axis, self.facts.get(node.value), node.args[-1]
        if items is None:
            found = of_unknown_item(node.value, self.visit(condition, {}, False))
            return joined([p._replace(value=p.value if isinstance(p.value, Unknown) else ZERO) for p in found])
        if self.one_moves(node):
            return self.gathered_beside(node, *self.parted(items))
        moving = [node.value == axis.listed and index == axis.place for index in range(len(items))]
        each = list(zip(items, moving, strict=True))
        one = axis.whole(ONE)

        def apply(first: int, last: int, holds: list[Any]) -> Sequence[Piece]:
            unknown = unknowns(holds)
            if unknown is not None:
                return [Piece(first, last, unknown)]
            met = [pair for pair, held in zip(each, holds, strict=True) if held]
            adds = [one if node.op == "count" else self.visit(node.args[0], *pair) for pair in met]
            return summed([within(pieces, first, last) for pieces in adds], first, last)

        conditions = [self.visit(condition, *pair) for pair in each]
        return lift(conditions, apply) if conditions else axis.whole(ZERO)

    def one_moves(self, node: Node) -> bool:
        """Whether of the items that a node looks at one alone moves, and what it asks of the others stands."""
        return node.value == self.axis.listed and not any(self.moves(arg, False) for arg in node.args)

    def parted(self, items: Sequence[Facts]) -> tuple[Facts, list[Facts]]:
        """The item that moves, and the others."""
        place = self.axis.place
        assert place is not None
        return items[place], [*items[:place], *items[place + 1 :]]

    def gathered_beside(self, node: Node, moving: Facts, others: Sequence[Facts]) -> Pieces:
        """`count` and `sum` where one item moves: what it adds, beside what the others come to."""
        condition, adds = node.args[-1], node.args[0]
        met = those_that_meet(function(condition), self.facts, others)
        rest: Any = met
        if not isinstance(met, Unknown):
            amount = function(adds)
            rest = Decimal(len(met)) if node.op == "count" else added(amount(self.facts, each) for each in met)

        def apply(first: int, last: int, values: list[Any]) -> Sequence[Piece]:
            unknown = unknowns([*values, met])
            if unknown is not None:
                return [Piece(first, last, unknown)]
            parts: list[Pieces] = [(Piece(first, last, rest),)]
            if values[0]:
                own = self.axis.whole(ONE) if node.op == "count" else self.visit(adds, moving, True)
                parts.append(within(own, first, last))
            return summed(parts, first, last)

        return lift([self.visit(condition, moving, True)], apply)


def summed(parts: Sequence[Pieces], first: int, last: int) -> Pieces:
    """The pieces of a sum, from `first` to `last`; unknown where a part is."""

    def apply(start: int, end: int, values: list[Any]) -> Sequence[Piece]:
        unknown = unknowns(values)
        return [Piece(start, end, reduce(plus, values, ZERO) if unknown is None else unknown)]

    return lift(parts, apply) if parts else (Piece(first, last, ZERO),)


def of_unknown_item(listed: str, holds: Pieces) -> Pieces:
    """Where an item of a list that is not known meets a condition, whose pieces are given for an item of unknown facts."""
    unknown = Unknown(frozenset({listed}))
    return joined([piece._replace(value=of_unknown_list(unknown, piece.value)) for piece in holds])


def _not(value: Any) -> Any:
    return value if isinstance(value, Unknown) else not value


def _negated(node: Node, arguments: Sequence[Pieces]) -> Pieces:
    return lift(arguments, lambda first, last, values: [Piece(first, last, _not(values[0]))])


def _decided(node: Node, arguments: Sequence[Pieces]) -> Pieces:
    return _deciding(arguments, node.op == "or")


def _deciding(arguments: Sequence[Pieces], decided: bool) -> Pieces:
    """`or` (decided by true) and `and` (decided by false) of any number of conditions."""

    def apply(first: int, last: int, values: list[Any]) -> Sequence[Piece]:
        if any(value is decided for value in values):
            return [Piece(first, last, decided)]
        unknown = unknowns(values)
        return [Piece(first, last, not decided if unknown is None else unknown)]

    return lift(arguments, apply)


def unknowns(values: Sequence[Any]) -> Unknown | None:
    """All that the unknown ones among `values` wait for; None where none is unknown."""
    found: Unknown | None = None
    for value in values:
        if isinstance(value, Unknown):
            found = value if found is None else found | value
    return found


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


def _line(value: Any) -> Line:
    return value if isinstance(value, Line) else Line(Decimal(0), value)


def _plain(line: Line) -> Any:
    return line if line.slope else line.start


def _negative(node: Node, first: int, last: int, values: list[Any]) -> Sequence[Piece]:
    (line,) = map(_line, values)
    return [Piece(first, last, Line(-line.slope, -line.start))]


def _sum(node: Node, first: int, last: int, values: list[Any]) -> Sequence[Piece]:
    return [Piece(first, last, plus(*values))]


def _difference(node: Node, first: int, last: int, values: list[Any]) -> Sequence[Piece]:
    return [Piece(first, last, minus(*values))]


def minus(left: Any, right: Any) -> Any:
    """The difference of two numbers or lines."""
    one, other = _line(left), _line(right)
    return _plain(Line(one.slope - other.slope, one.start - other.start))


def _product(node: Node, first: int, last: int, values: list[Any]) -> Sequence[Piece]:
    left, right = map(_line, values)
    if left.slope and right.slope:
        raise Bent(node)
    slope = left.slope * right.start + left.start * right.slope
    return [Piece(first, last, _plain(Line(slope, left.start * right.start)))]


def _extreme(node: Node, first: int, last: int, values: list[Any]) -> Sequence[Piece]:
    return outermost(node.op == "max", first, last, values)


def _stairs(node: Node, first: int, last: int, values: list[Any]) -> Sequence[Piece]:
    """The full parts of a figure in a line: a stair for each number of them."""
    line, figure = _line(values[0]), values[1]
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


def plus(left: Any, right: Any) -> Any:
    """The sum of two piece values that are numbers."""
    first, second = _line(left), _line(right)
    return _plain(Line(first.slope + second.slope, first.start + second.start))


def _signs(first: int, last: int, left: Any, right: Any) -> list[Piece]:
    """Where `left` is less than, equal to and more than `right`, as -1, 0 and 1."""
    difference = Line(*(one - other for one, other in zip(_line(left), _line(right), strict=True)))
    if not difference.slope:
        return [Piece(first, last, _sign(difference.start))]
    rising = _sign(difference.slope)
    root, beyond = _root(difference)
    before, after = min(last, root if beyond else root - 1), max(first, root + 1)
    pieces = [Piece(first, before, -rising)] if first <= before else []
    if not beyond and first <= root <= last:
        pieces.append(Piece(root, root, 0))
    return [*pieces, Piece(after, last, rising)] if after <= last else pieces


def _root(line: Line) -> tuple[int, bool]:
    """The step at or before which a line that is not level comes to zero, and whether it does so beyond that step."""
    start, start_over = (-line.start).as_integer_ratio()
    slope, slope_over = line.slope.as_integer_ratio()
    root, rest = divmod(start * slope_over, start_over * slope)
    return root, rest != 0


def _sign(number: Decimal) -> int:
    return (number > 0) - (number < 0)


def _compared(node: Node, first: int, last: int, values: list[Any]) -> Sequence[Piece]:
    function = OPERATORS[node.op].function
    assert function is not None, node.op
    signs = _signs(first, last, *values)
    return joined([piece._replace(value=function(piece.value, 0)) for piece in signs])


def outermost(most: bool, first: int, last: int, values: Sequence[Any]) -> Pieces:
    """The greatest (`most`) or the least of some numbers, from `first` to `last`."""
    found: Pieces = (Piece(first, last, values[0]),)
    for value in values[1:]:
        parts: list[Piece] = []
        for piece in found:
            signs = _signs(piece.first, piece.last, piece.value, value)
            for index, sign in enumerate(signs):
                # Where both are equal the one that came before goes on, so a bend is at the point where they meet.
                side = sign.value or signs[index - 1].value
                keep = side >= 0 if most else side <= 0
                parts.append(sign._replace(value=piece.value if keep else value))
        found = joined(parts)
    return found


PIECES: dict[str, Callable[[Node, Sequence[Pieces]], Pieces]] = {
    "+": _strict(_sum),
    "-": _strict(_difference),
    "*": _strict(_product),
    "neg": _strict(_negative),
    "min": _strict(_extreme),
    "max": _strict(_extreme),
    **dict.fromkeys(COMPARISONS, _strict(_compared)),
    "in": _strict(None),
    "and": _decided,
    "or": _decided,
    "not": _negated,
    "if": _if,
    "whole": _strict(_stairs),
    "later": _strict(None),
    "earlier": _strict(None),
}
"""The twin of `operators.OPERATORS`: each operator along a fact; what looks at items is the visitor's, which knows them."""
