"""Pieces: what stands from one step of a fact to another, each a constant or a line, and what is reckoned with them.

A fact moves in steps of the finest figure it may state (money: the fen), so its values are whole numbers of steps and a
threshold falls between two of them: there are no open and closed ends to mind, and nothing is searched for. The roots of
comparisons, `min` and `max` are solved as fractions; everything else is exact decimals, evaluated inside `EXACT`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

from jxplus.formula.evaluate import Unknown, unknowns
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


def number_at(value: Any, step: int) -> Any:
    """A piece's value at a step."""
    return value.at(step) if isinstance(value, Line) else value


def above(old: Any, new: Any, first: int, last: int) -> bool:
    """Whether `new` lies above `old` all the way from `first` to `last`: they do not meet on it."""
    return all(number_at(new, step) > number_at(old, step) for step in (first, last))


def slope_of(value: Any) -> Decimal:
    """How much a piece's value gains with each step."""
    return value.slope if isinstance(value, Line) else ZERO


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
        alone = apply(first, last, [only.value for (only,) in arguments])
        return joined(alone) if len(alone) > 1 else tuple(alone)
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


def line_of(value: Any) -> Line:
    """A number that is known as a line."""
    return value if isinstance(value, Line) else Line(Decimal(0), value)


def plain(line: Line) -> Any:
    """A line as it stands in a piece: one that is level is a number."""
    return line if line.slope else line.start


def plus(left: Any, right: Any) -> Any:
    """The sum of two piece values that are numbers."""
    first, second = line_of(left), line_of(right)
    return plain(Line(first.slope + second.slope, first.start + second.start))


def minus(left: Any, right: Any) -> Any:
    """The difference of two numbers or lines."""
    one, other = line_of(left), line_of(right)
    return plain(Line(one.slope - other.slope, one.start - other.start))


def counted(arguments: Sequence[Pieces], settle: Callable[[int, int, Unknown | None], Any]) -> Pieces:
    """What `settle` makes, over each stretch, of how many conditions hold, how many do not, and what the others wait for."""
    if max(map(len, arguments)) == 1:  # as most are: few facts of a formula move
        first, last, _ = arguments[0][0]
        values = [only.value for (only,) in arguments]
        return (Piece(first, last, settle(values.count(True), values.count(False), unknowns(values))),)
    holds: dict[Any, int] = {True: 0, False: 0}  # and the facts of what is unknown

    def change(value: Any, by: int) -> None:
        key = value.facts if value.__class__ is Unknown else value
        holds[key] = holds.get(key, 0) + by

    return joined(
        [
            Piece(first, last, settle(holds[True], holds[False], _waiting(holds)))
            for first, last in _stretches(arguments, change)
        ]
    )


def summed(parts: Sequence[Pieces], first: int, last: int) -> Pieces:
    """The pieces of a sum, from `first` to `last`, of parts that add nothing where they have no piece; unknown where a part is."""
    if len(parts) == 1 and parts[0][0].first == first and parts[0][-1].last == last:
        return parts[0]
    line, waits = Line(ZERO, ZERO), dict[Any, int]()

    def change(value: Any, by: int) -> None:
        nonlocal line
        if value.__class__ is Unknown:
            waits[value.facts] = waits.get(value.facts, 0) + by
        else:
            own = line_of(value)
            line = Line(line.slope + by * own.slope, line.start + by * own.start)

    whole: Pieces = (Piece(first, last, ZERO),)
    return joined(
        [Piece(start, end, _waiting(waits) or plain(line)) for start, end in _stretches([whole, *parts], change)]
    )


def _stretches(arguments: Sequence[Pieces], change: Callable[[Any, int], None]) -> Iterator[tuple[int, int]]:
    """The stretches between the ends of pieces; before each `change` is told the values that begin with it (1), and that have ended (-1)."""
    changes = dict[int, list[tuple[Any, int]]]()
    for pieces in arguments:
        for first, last, value in pieces:
            changes.setdefault(first, []).append((value, 1))
            changes.setdefault(last + 1, []).append((value, -1))
    for start, after in pairwise(sorted(changes)):
        for value, by in changes[start]:
            change(value, by)
        yield start, after - 1


def _waiting(counts: Mapping[Any, int]) -> Unknown | None:
    """What is waited for by those that are unknown, which are counted by their facts."""
    facts = [each for each, count in counts.items() if count and each.__class__ is frozenset]
    return Unknown(frozenset[str]().union(*facts)) if facts else None


def signs_of(first: int, last: int, left: Any, right: Any) -> list[Piece]:
    """Where `left` is less than, equal to and more than `right`, as -1, 0 and 1."""
    difference = line_of(minus(left, right))
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


def outermost(most: bool, first: int, last: int, values: Sequence[Any]) -> Pieces:
    """The greatest (`most`) or the least of some numbers, from `first` to `last`."""
    found: Pieces = (Piece(first, last, values[0]),)
    for value in values[1:]:
        parts: list[Piece] = []
        for piece in found:
            signs = signs_of(piece.first, piece.last, piece.value, value)
            for index, sign in enumerate(signs):
                # Where both are equal the one that came before goes on, so a bend is at the point where they meet.
                side = sign.value or signs[index - 1].value
                keep = side >= 0 if most else side <= 0
                parts.append(sign._replace(value=piece.value if keep else value))
        found = joined(parts)
    return found
