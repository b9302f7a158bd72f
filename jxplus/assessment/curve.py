"""How the total moves as one numeric fact moves and all else stands: the exact breakpoints, and what changes at each.

Between two breakpoints every clause is a straight line before rounding; a clause is rounded to the fen where it is shown,
as everywhere. A breakpoint is a figure of the fact with something new one step of the fact further, a step being the
finest figure the fact may state (money: the fen); so `>` breaks at its bound and `>=` one step below it.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, localcontext
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from jxplus.assessment import ENTITLED, NOT_IN_FORCE, UNDECIDED, Assessment, Assessor, Interval
from jxplus.assessment.assumptions import Assumption
from jxplus.assessment.course import Standing, axis_of, course, read_as, replaced
from jxplus.enterprise import Enterprise
from jxplus.enterprise.spot import Spot
from jxplus.fault import Text
from jxplus.formula.node import Node
from jxplus.formula.pieces import Axis, Piece, Pieces, above, number_at, slope_of
from jxplus.formula.piecewise import Bent
from jxplus.policy import Clause, Policy, Rule
from jxplus.policy.days import held
from jxplus.quantity import EXACT, ZERO, to_fen, total

if TYPE_CHECKING:
    from jxplus.assessment.ruledcourse import GroupCourse

BEGINS, ENDS, JUMPS, BENDS, BECOMES = "begins", "ends", "jumps", "bends", "becomes"
"""What may happen to a clause: it starts to pay, stops, pays more or less at once, changes its slope, or has a new status."""


class ClauseChange(NamedTuple):
    """What happens to a clause between a figure and the next: `how`, its statuses and its amounts at both, in yuan.

    Amounts are rounded to the fen, zero where the clause pays nothing. `slope` is that beyond, in yuan for a unit of the
    fact, of the low and the high end.
    """

    clause: Clause
    how: str
    statuses: tuple[str, str]
    at: Interval
    above: Interval
    slope: Interval


class Break(NamedTuple):
    """A figure of the fact and the totals there; one step above it, unless it is the last, the totals and the changes.

    `slope` is that from there to the next breakpoint, in yuan for a unit of the fact. `rules` are those that take off something
    else from here on.
    """

    value: Decimal
    at: Interval
    above: Interval | None
    slope: Interval | None
    changes: tuple[ClauseChange, ...]
    rules: tuple[Rule, ...] = ()


class Curve(NamedTuple):
    """The total along one fact; `fixed` is what the clauses pay that do not ask for it.

    Where rules bind clauses, `groups` has the pieces of what is paid for these together, and `assessed` gives the assessment at a
    step.
    `undecided` are the clauses that are undecided somewhere on the way, and the facts they wait for: they add nothing there.
    """

    policy: Policy
    enterprise: Enterprise
    as_of: date
    spot: Spot
    axis: Axis
    fixed: Interval
    courses: tuple[tuple[Clause, Pieces], ...]
    undecided: dict[str, tuple[str, ...]]
    assumptions: tuple[Assumption, ...] = ()
    warnings: tuple[Text, ...] = ()
    groups: "tuple[GroupCourse, ...]" = ()
    assessed: Callable[[int], Assessment] | None = None

    @property
    def actual(self) -> Decimal | None:
        """What the enterprise itself states for the fact; None where it does not."""
        stated: Decimal | None = self.spot.value(self.enterprise.facts)
        return stated

    def total(self, value: Decimal) -> Interval:
        """The total at a figure of the fact within the range, in yuan."""
        with localcontext(EXACT):
            return self._total(int(value / self.axis.step))

    def _total(self, step: int) -> Interval:
        if self.assessed is not None:
            return self.assessed(step).total()
        amounts = [self.fixed, *(_amounts(_standing(pieces, step), step) for _, pieces in self.courses)]
        return total(each[0] for each in amounts), total(each[1] for each in amounts)

    def _slope(self, step: int) -> Interval:
        bound = frozenset[str]().union(*(group.clauses for group in self.groups))
        free = [_standing(pieces, step) for clause, pieces in self.courses if clause.id not in bound]
        ends = [(each.low, each.high) for each in free] + [_value(group.pieces, step) for group in self.groups]
        low, high = (sum((slope_of(each[end]) for each in ends), ZERO) for end in (0, 1))
        return low / self.axis.step, high / self.axis.step

    def breaks(self) -> tuple[Break, ...]:
        """The first figure of the range, every breakpoint in it, and the last figure."""
        axis = self.axis
        steps = {axis.first, axis.last}
        for pieces in (*(each for _, each in self.courses), *(group.pieces for group in self.groups)):
            steps |= {piece.last for piece in pieces}
        with localcontext(EXACT):
            return tuple(self._break(step) for step in sorted(steps))

    def _break(self, step: int) -> Break:
        value = step * self.axis.step
        if step == self.axis.last:
            return Break(value, self._total(step), None, None, ())
        changes = tuple(
            change for clause, pieces in self.courses if (change := self._change(clause, pieces, step)) is not None
        )
        ruled = tuple(rule for group in self.groups for rule in self._acting(group, step, bool(changes)))
        return Break(value, self._total(step), self._total(step + 1), self._slope(step + 1), changes, ruled)

    def _acting(self, group: "GroupCourse", step: int, changes: bool) -> list[Rule]:
        """The rules of a group that take off something else from here on, where something else is paid for its clauses.

        It may be another amount at once, or one that they begin to take, or cease to, on the way to the next breakpoint. Where
        neither is so and no clause changes, as where another one counts, they are those that take anything.
        """
        ends = [piece.last for piece in group.pieces]
        if step not in ends or self.assessed is None:
            return []
        here, above, further = (
            {each.rule.id: (each.low, each.high) for each in self.assessed(at).taken}
            for at in (step, step + 1, ends[ends.index(step) + 1])
        )
        found = [
            rule
            for rule in group.rules
            if here.get(rule.id) != above.get(rule.id) or (rule.id in here) != (rule.id in further)
        ]
        if found or changes:
            return found
        return [rule for rule in group.rules if rule.id in here or rule.id in above]

    def _change(self, clause: Clause, pieces: Pieces, step: int) -> ClauseChange | None:
        old, new = _standing(pieces, step), _standing(pieces, step + 1)
        if old == new:
            return None
        slope = slope_of(new.low) / self.axis.step, slope_of(new.high) / self.axis.step
        ends = _amounts(old, step), _amounts(new, step + 1)
        return ClauseChange(clause, _how(old, new, step + 1), (old.status, new.status), *ends, slope)


def curve(assessor: Assessor, enterprise: Enterprise, as_of: date, spot: Spot, first: Decimal, last: Decimal) -> Curve:
    """The total of `enterprise` as the fact at `spot` goes from `first` to `last`, both figures that it may state.

    What the enterprise states for the fact itself does not count. Raises `NoLine` where a clause is no line in the fact.
    """
    policy, pins = assessor.policy, assessor.pins
    facts = assessor.facts(replaced(enterprise, spot, first), as_of)
    fixed: list[Interval] = []
    courses = []
    with localcontext(EXACT):
        axis = axis_of(spot)
        axis = axis._replace(first=int(first / axis.step), last=int(last / axis.step))
        start = assessor.assess(replaced(enterprise, spot, first), as_of)
        for outcome in start.outcomes:
            clause = outcome.clause
            asks = any(spot.mentioned(node) for reading in read_as(clause, pins) for node in _formulas(reading))
            if outcome.status == NOT_IN_FORCE or not asks:
                fixed.append((outcome.low or ZERO, outcome.high or ZERO))
                continue
            try:
                courses.append((clause, course(held(clause, policy.lists), pins, facts, axis)))
            except Bent:
                raise NoLine(clause) from None
        groups = _groups(assessor, start, facts, axis)
        opened = {axis.first} | {piece.first for _, pieces in courses for piece in pieces if _open(piece)}
        undecided: dict[str, tuple[str, ...]] = {}
        assumed = [start.assumptions]
        for step in sorted(opened | set(_turns(axis, [pieces for _, pieces in courses]))):
            found = assessor.assess(replaced(enterprise, spot, step * axis.step), as_of)
            assumed.append(found.assumptions)
            for outcome in found.outcomes:
                if outcome.status == UNDECIDED:
                    before = undecided.get(outcome.clause.id, ())
                    undecided[outcome.clause.id] = tuple(dict.fromkeys((*before, *outcome.missing)))
    unmoved = total(each[0] for each in fixed), total(each[1] for each in fixed)
    own = (policy, enterprise, as_of, spot, axis, unmoved, tuple(courses), undecided)
    floors = [clause for clause, _ in courses if clause.kind == "floor"]
    floors += [each.clause for each in start.outcomes if each.open and each.clause not in floors]

    def assessed(step: int) -> Assessment:
        return assessor.assess(replaced(enterprise, spot, step * axis.step), as_of)

    notes = (*start.warnings, *map(_no_ceiling, floors))
    return Curve(*own, _merged(assumed), notes, groups, assessed if groups else None)


def _turns(axis: Axis, courses: Sequence[Pieces]) -> Iterator[int]:
    """The steps between which an outcome rests on the same defaults: both ends of where a clause has one status, and moves or not."""
    for pieces in courses:
        for _, alike in groupby(pieces, key=lambda piece: (piece.value.status, _moves(piece.value))):
            same = [*alike]
            yield same[0].first
            yield min(same[-1].last, axis.last)


def _moves(standing: Standing) -> bool:
    return any(slope_of(end) != 0 for end in (standing.low, standing.high))


def _merged(several: Iterable[tuple[Assumption, ...]]) -> tuple[Assumption, ...]:
    """The assumptions of several assessments, each once, in the order that each of them has."""
    found: list[Assumption] = []
    for assumptions in several:
        place = 0
        for each in assumptions:
            if each not in found:
                found.insert(place, each)
            place = found.index(each) + 1
    return tuple(found)


def _groups(assessor: Assessor, start: Assessment, facts: Mapping[str, Any], axis: Axis) -> "tuple[GroupCourse, ...]":
    """What is paid for the clauses that rules bind together, along the fact; raises `NoLine`."""
    if not assessor.policy.rules:
        return ()
    from jxplus.assessment.ruledcourse import group_courses

    in_force = [each.clause.id for each in start.outcomes if each.status != NOT_IN_FORCE]
    try:
        return tuple(group_courses(assessor, facts, axis, in_force))
    except Bent:
        raise NoLine(start.outcomes[0].clause) from None


def _no_ceiling(clause: Clause) -> Text:
    """That a total counts the least of what a clause pays."""
    return Text(
        f"{clause.section} {clause.title.zh}：至少如此，不封顶；合计按其下限",
        f"{clause.section} {clause.title.en}: at least this, no ceiling; the total counts its least",
    )


def _open(piece: Piece) -> bool:
    standing: Standing = piece.value
    return standing.status == UNDECIDED


class NoLine(Exception):
    """The amount of `clause` is no line in the fact: the fact is multiplied by itself there."""

    def __init__(self, clause: Clause) -> None:
        super().__init__(clause.id)
        self.clause = clause


def _formulas(reading: tuple[object, ...]) -> Iterator[Node]:
    return (each for each in reading if isinstance(each, Node))


def _value(pieces: Pieces, step: int) -> Any:
    return pieces[bisect_right(pieces, step, key=lambda piece: piece.first) - 1].value


def _standing(pieces: Pieces, step: int) -> Standing:
    """How a clause stands at a step of the fact."""
    found: Standing = _value(pieces, step)
    return found


def _amounts(standing: Standing, step: int) -> Interval:
    """What a clause pays at a step, rounded to the fen; zero where it pays nothing."""
    if standing.status != ENTITLED:
        return ZERO, ZERO
    return to_fen(number_at(standing.low, step)), to_fen(number_at(standing.high, step))


def _how(old: Standing, new: Standing, step: int) -> str:
    """What happens to a clause; a jump is where the two lines do not meet on the way to `step`."""
    if old.status != new.status:
        return BEGINS if new.status == ENTITLED else ENDS if old.status == ENTITLED else BECOMES
    jumps = any(
        above(before, after, step - 1, step) or above(after, before, step - 1, step)
        for before, after in ((old.low, new.low), (old.high, new.high))
    )
    return JUMPS if jumps else BENDS
