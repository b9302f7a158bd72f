"""The values of a variable at which something may change: the edges that both plans' formulas have, and one between any two.

A figure is followed along all values it may have, exactly, as a curve is (see `course`): where both clauses come to the same
it need not be tried, where they differ the roundest figure is taken. Where it is no line, or waits for other facts, the
edges are those of the figures that the formulas name.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal, localcontext
from typing import Any

from jxplus.assessment.course import axis_of, reading_course
from jxplus.comparison.sides import UNSTATED, ClauseSide, Items, State, Variable
from jxplus.enterprise.spot import Spot
from jxplus.formula.evaluate import Unknown
from jxplus.formula.node import walk
from jxplus.formula.operators import day_after
from jxplus.formula.pieces import Axis, Piece, Pieces, lift, number_at
from jxplus.formula.piecewise import Bent, along
from jxplus.policy import DAY, Fact, Limits
from jxplus.quantity import EXACT, ROOMY, ZERO, to_fen

_MOST_ITEMS = 100
"""How many items a list is given at most."""
_STEPS = 400
"""How many figures one after another are looked at for amounts that differ by less than a fen."""
_TYPICAL = 3
"""The power of ten of a figure that nothing in a formula is held against, where its type lets it be so large."""


class Domains:
    """The values to try of each variable, for one clause in two plans."""

    def __init__(self, old: ClauseSide, new: ClauseSide) -> None:
        self.sides = old, new
        self.nodes = [node for side in self.sides for node in walk(*side.formulas())]
        self.figures = list(dict.fromkeys(node.value[:2] for node in self.nodes if node.op == "number"))

    def of(self, var: Variable, state: State, open: Sequence[Variable]) -> Iterator[Any]:
        """The values of a variable, those that say most first."""
        facts = [side.declared(var) for side in self.sides]
        if var == Variable("", DAY):
            yield from self.days(state)
            return
        if not var.listed and any(var.name in side.policy.lists for side in self.sides):
            yield from self.counts(var.name)
            return
        fact = one_fact(facts)
        if fact is None:
            return
        if self._may_be_left_out(var, facts):
            yield UNSTATED
        kind = fact.type.kind
        if kind == "truth":
            yield from (True, False)
        elif kind == "choice":
            yield from self.choices([each for each in facts if each is not None])
        elif kind == "code":
            yield from self.codes()
        elif kind == "date":
            yield from self.days(state)
        elif kind == "number":
            yield from self.numbers(var, fact, state, open)
        else:
            yield "A"

    @staticmethod
    def _may_be_left_out(var: Variable, facts: Sequence[Fact | None]) -> bool:
        """Whether a fact has a default: one of an item must have it in either plan, or an item without it is refused."""
        known = [each for each in facts if each is not None]
        having = [each.default is not None for each in known]
        return all(having) if var.listed else any(having)

    # ---- days

    def dates(self, side: ClauseSide) -> list[Any]:
        """What the formulas of a clause say of days, and which days its plan takes where none is stated."""
        told = [node.value for node in walk(*side.formulas()) if node.op == "date"]
        return [told, [(fact.id, fact.default) for fact in side.policy.facts.values() if fact.type.kind == "date"]]

    def days(self, state: State) -> Iterator[date]:
        """The days at which a period begins or ends, and those beside them; a day on which both clauses hold comes first."""
        edges: set[date] = set()
        for side in self.sides:
            for policy in side.policy.each_plan:
                edges |= {each for each in policy.period[:2] if each} | {each.after for each in policy.warned}
            if side.clause is not None:
                edges |= {each for each in side.clause.period[:2] if each}
        edges |= {node.value for node in self.nodes if node.op == "date"}
        known = {value for value in state.values() if isinstance(value, date)}
        terms = [node for node in self.nodes if node.op in ("later", "earlier")]
        for node in terms:
            term = node.args[1].value.amount
            edges |= {day_after(day, sign * term) for day in known for sign in (1, -1)}
        edges |= known if terms else set()
        step = timedelta(days=1)
        near = {day + way * step for day in edges for way in (-1, 0, 1) if date.min < day < date.max}
        yield from sorted(near or {date(2020, 1, 1)}, key=lambda day: (-self._held(day), day not in edges, day))

    def _held(self, day: date) -> int:
        """How many of the clauses are in force on a day."""
        return sum(side.clause is not None and side.clause.period.holds(day) for side in self.sides)

    # ---- lists, choices, codes

    def counts(self, listed: str) -> Iterator[Items]:
        """The items that a list may have: one, none, two alike or not, and as many as a count or a sum may ask for."""
        whole = {int(amount) for amount, unit in self.figures if not unit and amount == amount.to_integral_value()}
        money = sorted({amount for amount, unit in self.figures if unit and amount > 0})
        ratios = {
            int(large / small) for small in money for large in money if small < large <= small * _MOST_ITEMS
        }  # as many items as come to a ceiling
        wanted = {number + step for number in whole | ratios for step in (-1, 0, 1)}
        yield from (Items(1), Items(0), Items(2, True), Items(2), Items(3, True))
        yield from (Items(number) for number in sorted(wanted) if 2 < number <= _MOST_ITEMS)

    def choices(self, facts: Sequence[Fact]) -> Iterator[str]:
        """The choices, those that both plans know first."""
        names = dict.fromkeys(name for fact in facts for name in fact.choices)
        yield from sorted(names, key=lambda name: -sum(name in fact.choices for fact in facts))

    def codes(self) -> Iterator[str]:
        """The codes that the formulas name, one of each group, and one that none of them names."""
        named = dict.fromkeys(str(node.value) for node in self.nodes if node.op == "choice" and _is_code(node.value))
        for code in named:
            yield f"{code[:-1]}0" if code.endswith("*") else code
        yield "Z9999"

    # ---- figures

    def numbers(self, var: Variable, fact: Fact, state: State, open: Sequence[Variable]) -> Iterator[Decimal]:
        """The figures at which either clause changes, exactly where it is a line; else those that its formulas name."""
        limits = fact.limits
        assert limits is not None
        named = [each for each in self._named(fact) if fact.holds(each)]
        items = state.get(Variable("", var.listed), Items(1)) if var.listed else Items(1)
        axis = axis_of(Spot(fact, var.listed or None, var.place))
        alone = items.number == 1 or items.apart
        stretches = self._stretches(var, axis, state, open) if alone else None
        usual = _usual(fact)
        found = dict.fromkeys(_between(stretches, axis, named, usual) if stretches is not None else named)
        typical = [each for each in _typical(limits) if fact.holds(each)] if stretches is None else []
        yield from dict.fromkeys((*found, *typical))

    def _named(self, fact: Fact) -> Iterator[Decimal]:
        """The figures of the fact's unit that the formulas name, and those beside them."""
        assert fact.limits is not None
        step = fact.limits.step
        for amount, unit in self.figures:
            if unit == fact.type.unit:
                yield from (amount, ROOMY.add(amount, step), ROOMY.subtract(amount, step))

    def _stretches(self, var: Variable, axis: Axis, state: State, open: Sequence[Variable]) -> Pieces | None:
        """How both clauses stand over all figures of a fact; None where one of them is no line."""
        rest = [each for each in open if each != var]
        try:
            with localcontext(EXACT):
                both = [self._standing(side, axis, state, rest) for side in self.sides]
                return lift(both, lambda first, last, values: [Piece(first, last, tuple(values))])
        except Bent:
            return None

    def _standing(self, side: ClauseSide, axis: Axis, state: State, rest: Sequence[Variable]) -> Pieces:
        """What each reading of a clause comes to over all figures, by its id, and the clause's base."""
        if side.held is None or side.clause is None:
            return axis.whole(())
        facts = side.facts(state, [*rest, Variable(axis.listed or "", axis.name, axis.place or 0)])
        force = side.assessor.clauses[0].force
        if side.clause.day in facts and not force.holds(facts, force.outside(facts)):
            return axis.whole(())
        held = side.held
        parts = [reading_course(held, reading, facts, axis) for reading in held.readings]
        if held.base is not None:
            item = (facts.get(held.each or "") or [{}])[axis.place or 0 if held.each == axis.listed else 0]
            parts.append(along(held.base, axis, facts, item, held.each == axis.listed))
        names = [*(reading.id for reading in held.readings), "base"]

        def told(first: int, last: int, values: list[Any]) -> Sequence[Piece]:
            met = any(value is not None for value in values[: len(held.readings)])
            return [Piece(first, last, tuple(zip(names, values, strict=False)) if met else ())]

        return lift(parts, told)


def one_fact(facts: Iterable[Fact | None]) -> Fact | None:
    """One fact of two plans: within the limits of both; the one that there is where the other has none, or another type."""
    known = [each for each in facts if each is not None]
    if not known:
        return None
    first, *others = known
    for other in others:
        if first.type.kind == other.type.kind == "number" and first.limits and other.limits:
            first = first._replace(limits=first.limits.both(other.limits))
    return first


def _is_code(value: Any) -> bool:
    return isinstance(value, str) and value[:1].isupper()


def _between(stretches: Pieces, axis: Axis, named: Sequence[Decimal], usual: int) -> Iterator[Decimal]:
    """The figures to try: where the clauses differ first, then where it is not known; none where they are the same."""
    apart = [each for each in stretches if _decided(each) and each.value[0] != each.value[1]]
    unknown = [each for each in stretches if not _decided(each)]
    for stretch in apart:
        first, last = stretch.first, stretch.last
        for step in dict.fromkeys((*_middling(first, last, usual), _roundest(first, last), last, first)):
            yield step * axis.step
        flipped = _flip(stretch)
        if flipped is not None:
            yield flipped * axis.step
    # Between the edge of the one plan and that of the other there is little room: narrow stretches say most.
    unknown.sort(key=lambda each: each.last - each.first)
    yield from _in_turn([_within(each, axis, named, usual) for each in unknown])


def _flip(stretch: Piece) -> int | None:
    """A step at which two amounts differ once they are rounded to the fen, though they lie less than a fen apart."""
    if len(stretch.value[0]) != len(stretch.value[1]):
        return None
    for step in range(stretch.first, min(stretch.last, stretch.first + _STEPS) + 1):
        for (_, old), (_, new) in zip(*stretch.value, strict=True):
            if isinstance(old, tuple) and isinstance(new, tuple):
                ends = [[to_fen(number_at(end, step)) for end in each] for each in (old, new)]
                if ends[0] != ends[1]:
                    return step
    return None


def _within(stretch: Piece, axis: Axis, named: Sequence[Decimal], usual: int) -> Iterator[Decimal]:
    """The figures to try of a stretch on which the outcome waits for other facts."""
    first, last = stretch.first, stretch.last
    yield from (step * axis.step for step in (*_middling(first, last, usual), _roundest(first, last)))
    yield from (each for each in named if first * axis.step <= each <= last * axis.step)
    yield from (last * axis.step, first * axis.step)


def _in_turn(sources: Sequence[Iterator[Decimal]]) -> Iterator[Decimal]:
    """One of each source after another, until all are at their end."""
    left = list(sources)
    while left:
        for source in list(left):
            try:
                yield next(source)
            except StopIteration:
                left.remove(source)


def _decided(stretch: Piece) -> bool:
    return not any(_unknown(value) for side in stretch.value for _, value in side)


def _unknown(value: Any) -> bool:
    """Whether a reading's interval, or a base, is not known yet."""
    return isinstance(value, Unknown) or (isinstance(value, tuple) and any(isinstance(each, Unknown) for each in value))


def _middling(first: int, last: int, usual: int) -> Iterator[int]:
    """The power of ten from `first` to `last` that is nearest to a usual figure; none where there is none above one step."""
    if last < 0:
        yield from (-step for step in _middling(-last, -first, usual))
        return
    powers = [power for power in range(1, len(str(last))) if first <= 10**power <= last]
    yield from (10 ** min(powers, key=lambda power: abs(power - usual)),) if powers else ()


def _usual(fact: Fact) -> int:
    """The power of ten of a usual figure of a fact, in its steps: a million yuan, a tenth, a hundred of anything else."""
    assert fact.limits is not None
    return fact.limits.decimals + (6 if fact.is_money else -1 if fact.is_rate else 2)


def _typical(limits: Limits) -> Iterator[Decimal]:
    """Figures of a fact that nothing is held against: a middling one, the least, the largest, one step."""
    middling = Decimal(10) ** _TYPICAL
    yield from (min(middling, limits.largest), Decimal(1), Decimal(10), max(limits.least, ZERO), limits.step)
    yield from (limits.largest, limits.least)


def _roundest(first: int, last: int) -> int:
    """The whole number from `first` to `last` with the most zeros at its end; not zero itself where there is another."""
    if first <= 0 <= last:
        first = min(1, last)  # zero says little: a figure above it, where there is one
        if last <= 0:
            return 0
    if last < 0:
        return -_roundest(-last, -first)
    for power in range(len(str(last)), -1, -1):
        size = 10**power
        number: int = -(-first // size) * size
        if number <= last:
            return number
    return first


def filler(fact: Fact, day: date) -> Any:
    """A value for a fact that a file must state and that nothing asks for."""
    kind = fact.type.kind
    if kind == "number":
        assert fact.limits is not None
        return next((each for each in (ZERO, Decimal(1)) if fact.holds(each)), fact.limits.least)
    first = next(iter(fact.choices), "")
    return {"truth": False, "date": day, "choice": first, "code": "A0000", "text": "Example"}[kind]
