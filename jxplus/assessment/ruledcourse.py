"""How what rules leave runs as one numeric fact moves: the pieces of what is paid for the clauses that rules bind together.

The rules are those of `rules`, followed by pieces and not by points; an amount here is not yet rounded.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from itertools import product
from typing import Any, NamedTuple

from jxplus.assessment import ENTITLED, Assessor
from jxplus.assessment.course import course, reading_course
from jxplus.assessment.paid import ENDLESS, HIGH, LOW, CompiledGroup
from jxplus.formula.evaluate import unknowns
from jxplus.formula.node import Node
from jxplus.formula.pieces import Axis, Piece, Pieces, lift, minus, outermost, plus
from jxplus.formula.piecewise import along
from jxplus.policy import Clause, Rule
from jxplus.policy.bonds import Bond, Knot, covers
from jxplus.policy.days import held
from jxplus.quantity import ZERO

Read = Mapping[str, str]
"""Which reading counts for each clause whose readings are looked at."""


class GroupCourse(NamedTuple):
    """The clauses that some rules bind together, and the pieces of what is paid for them, each with its two ends."""

    rules: tuple[Rule, ...]
    clauses: frozenset[str]
    pieces: Pieces


def group_courses(
    assessor: Assessor, facts: Mapping[str, Any], axis: Axis, in_force: Sequence[str]
) -> list[GroupCourse]:
    """What is paid for each group of clauses along `axis`, of which `in_force` are; raises `Bent`. Evaluate inside `EXACT`."""
    if assessor.ruling is None:
        return []
    return [_GroupAlong(assessor, group, facts, axis, in_force).course() for group in assessor.ruling.groups]


class _GroupAlong:
    """One group along an axis."""

    def __init__(
        self, assessor: Assessor, group: CompiledGroup, facts: Mapping[str, Any], axis: Axis, in_force: Sequence[str]
    ) -> None:
        self.assessor, self.group, self.facts, self.axis = assessor, group, facts, axis
        lists, pins = assessor.policy.lists, assessor.pins
        self.clauses: dict[str, Clause] = {
            each.id: held(each, lists) for each in assessor.policy.clauses if each.id in group.group.clauses
        }
        self.zero = axis.whole(ZERO)
        self.standings = {
            name: course(clause, pins, facts, axis) for name, clause in self.clauses.items() if name in in_force
        }

    def course(self) -> GroupCourse:
        low, high = (self.end(end) for end in (LOW, HIGH))
        pieces = lift([low, high], lambda first, last, ends: [Piece(first, last, (ends[LOW], ends[HIGH]))])
        return GroupCourse(self.group.group.rules, frozenset(self.group.group.clauses), pieces)

    def end(self, end: int) -> Pieces:
        """What is paid at an end: the least of all readings that hold together, or the most."""
        found = []
        for _, own in self.group.chosen:
            for ids in product(*(ids for _, ids in self.group.read)):
                read = {name: id for (names, _), id in zip(self.group.read, ids, strict=True) for name in names}
                bound = {name for knot in own for name in knot.clauses}
                free = [self.worth(name, read, end) for name in self.group.group.clauses if name not in bound]
                found.append(added([*free, *(self.value(knot, read, end) for knot in own)], self.zero))
        return extreme(end == HIGH, found)

    # ---- amounts

    def worth(self, name: str, read: Read, end: int) -> Pieces:
        """What a clause comes to, under its reading where that is looked at; zero where it is not entitled."""
        if name not in self.standings:
            return self.zero
        if name not in read:
            return joined_ends(self.standings[name], end)
        return self._read(name, read, end, self.facts, self.axis)

    def _read(self, name: str, read: Read, end: int, facts: Mapping[str, Any], axis: Axis) -> Pieces:
        """What a clause comes to under its reading, over the facts as they stand along an axis."""
        clause = self.clauses[name]
        reading = next(each for each in clause.readings if each.id == read[name])
        return self.where_entitled(name, reading_course(clause, reading, facts, axis), end)

    def where_entitled(self, name: str, pieces: Pieces, end: int) -> Pieces:
        def apply(first: int, last: int, values: list[Any]) -> Sequence[Piece]:
            standing, found = values
            there = standing.status == ENTITLED and isinstance(found, tuple)
            return [Piece(first, last, found[end] if there else ZERO)]

        return lift([self.standings[name], pieces], apply)

    def of_item(self, name: str, read: Read, end: int, place: int) -> Pieces:
        """What a clause comes to for one item of its list."""
        if name not in self.standings:
            return self.zero
        return self._read(name, read, end, *self.item_alone(self.clauses[name].each or "", place))

    def item_alone(self, listed: str, place: int) -> tuple[Mapping[str, Any], Axis]:
        """The facts with one item of a list alone, and the axis as it runs there."""
        axis = self.axis
        if axis.listed == listed:
            axis = axis._replace(place=0 if axis.place == place else 1)
        return {**self.facts, listed: [self.facts[listed][place]]}, axis

    # ---- ceilings

    def ceiling(self, bond: Bond, end: int, place: int | None) -> Pieces:
        """A ceiling at an end: for an item by its place, or for the whole."""
        assert bond.at_most is not None
        parts = [self.along(node, bond, place) for node in (bond.at_most, bond.less) if node is not None]

        def apply(first: int, last: int, values: list[Any]) -> Sequence[Piece]:
            most, less = values[0], values[1] if len(values) > 1 else ZERO
            if unknowns(values) is not None and end == LOW:
                return [Piece(first, last, ZERO)]
            if unknowns([most]) is not None:
                return [Piece(first, last, ENDLESS)]
            left = most if unknowns([less]) is not None else minus(most, less)
            return outermost(True, first, last, [left, ZERO])

        return lift(parts, apply)

    def along(self, node: Node, bond: Bond, place: int | None) -> Pieces:
        if bond.each is None or place is None:
            return along(node, self.axis, self.facts, {}, False)
        moving = self.axis.listed == bond.each and self.axis.place == place
        return along(node, self.axis, self.facts, self.facts[bond.each][place], moving)

    # ---- what is decided

    def value(self, knot: Knot, read: Read, end: int) -> Pieces:
        """What is paid of a knot in all."""
        if knot.each is None:
            worth = [
                self.worth(part, read, end) if isinstance(part, str) else self.value(part, read, end)
                for part in knot.parts
            ]
            return self.best(knot, worth, lambda bond: self.ceiling(bond, end, None))
        places = range(len(self.facts.get(knot.each) or ()))
        return added([self.item_value(knot, read, end, place) for place in places], self.zero)

    def item_value(self, knot: Knot, read: Read, end: int, place: int) -> Pieces:
        worth = [
            self.of_item(part, read, end, place) if isinstance(part, str) else self.item_value(part, read, end, place)
            for part in knot.parts
        ]
        return self.best(knot, worth, lambda bond: self.ceiling(bond, end, place))

    def best(self, knot: Knot, worth: Sequence[Pieces], ceiling: Callable[[Bond], Pieces]) -> Pieces:
        """The most that is lawful: of all ways to choose the best, under ceilings the least of all ways to cover the parts."""
        caps = [(frozenset[int]().union(*taken), ceiling(bond)) for bond, taken in knot.bonds if bond.ceiling]
        ways = []
        for active in knot.ways():
            counting = {place: value for place, value in enumerate(worth) if place in active}
            ways.append(extreme(False, [added(each, self.zero) for each in covers(caps, counting)]))
        return extreme(True, ways)


def joined_ends(standings: Pieces, end: int) -> Pieces:
    """The pieces of one end of a clause's standings; zero where it is not entitled."""

    def apply(first: int, last: int, values: list[Any]) -> Sequence[Piece]:
        (standing,) = values
        amount = (standing.low, standing.high)[end] if standing.status == ENTITLED else ZERO
        return [Piece(first, last, amount)]

    return lift([standings], apply)


def added(parts: Sequence[Pieces], zero: Pieces) -> Pieces:
    """The sum of some amounts; zero for none."""
    if not parts:
        return zero
    return lift(parts, lambda first, last, values: [Piece(first, last, reduce(plus, values))])


def extreme(greatest: bool, parts: Sequence[Pieces]) -> Pieces:
    """The greatest or the least of some amounts."""
    if len(parts) == 1:
        return parts[0]
    return lift(parts, lambda first, last, values: outermost(greatest, first, last, values))
