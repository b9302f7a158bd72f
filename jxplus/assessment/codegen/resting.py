"""What the assumptions hang on, in the generated function: days, defaults of items, and what clauses assume of their own."""

from collections.abc import Sequence
from typing import Any

from jxplus.assessment.assumptions import Assumption, Assumptions, Default, is_followed
from jxplus.assessment.codegen.facts import FactsSource
from jxplus.assessment.codegen.form import OutcomeForm
from jxplus.assessment.outcome import MANY_KEPT, keep
from jxplus.formula.node import OVER_ITEMS, walk
from jxplus.formula.source import Hard, is_hard
from jxplus.policy import DAY, Policy, Reading
from jxplus.policy.days import held

Resting = tuple[Any, ...]
"""What the assumptions of an enterprise hang on, as bits, and its days: the facts with a default that are not stated, the days
that something rests on, the clauses that are entitled and assume something, the defaults of items that an outcome rests on."""


class AssumptionsSource:
    """The lines behind those of the clauses, whose results stand in the variables of their forms."""

    def __init__(self, source: FactsSource, forms: Sequence[OutcomeForm]) -> None:
        self.source, self.assessor, self.policy, self.forms = source, source.assessor, source.policy, forms

    def write(self) -> str:
        """The lines; gives the expression of all that the assumptions hang on."""
        clauses = list(enumerate(self.assessor.clauses))
        self.source.line("r = s = 0")
        for fact in filter(is_followed, self.policy.facts.values()):
            rests = []
            for place, compiled in clauses:
                if compiled.clause.day == fact.id and compiled.clause.period[:2] != (None, None):
                    empty = [f"not {self.source.name(listed)}" for listed in compiled.force.deciding]
                    rests.append(f"({' and '.join([*empty, f'({self.forms[place].applies})'])})")
            if rests:
                with self.source.block(f"if d & {self.source.bit(fact.id)} and ({' or '.join(rests)})"):
                    self.source.line(f"r |= {self.source.bit(fact.id)}")
        for number, place in enumerate(self.assessor.assumptions.assumed):
            self.source.line(f"if {self.forms[place].is_entitled}: s |= {1 << number}")
        self._taken()
        return f"(d, r, s, t, {', '.join(map(self.source.name, days_of(self.policy)))})"

    def _taken(self) -> None:
        """The defaults of items that an outcome rests on, where a list has items that leave facts out."""
        self.source.line("t = 0")
        for number, (default, places) in enumerate(self.assessor.assumptions.items):
            ways = [self.forms[place].applies for place in places]
            with self.source.block(
                f"if {self.source.lacked(default.listed.id, default.fact.id)} and ({' or '.join(ways)})"
            ):
                self.source.line("w = False")
                for place in places:
                    form, still = self.forms[place], "" if place == places[0] else "not w and "
                    if default.is_day:  # what waits for a day is undecided, in force or not
                        with self.source.block(f"if {still}({form.applies})"):
                            self._untold_day(default, place)
                        continue
                    with self.source.block(f"if {still}{form.pays}"):
                        self._untold(default, place, held_to_days=True)
                    with self.source.block(f"elif {still}{form.out_of_time}"):
                        self._untold(default, place, held_to_days=False)
                self.source.line(f"if w: t |= {1 << number}")

    def _untold_day(self, default: Default, place: int) -> None:
        """Sets `w` where a clause that applies could not be told without the days of its items that do not state one.

        Where it runs over these, in days of its own, and none states its day, no look at them is needed: it applies since one
        of them at least meets the condition, and of that one nobody could tell whether its day falls into those of the clause.
        """
        listed, clause = default.listed, self.assessor.clauses[place].clause
        if clause.each != listed.id or clause.period[:2] == (None, None):
            self._untold(default, place, held_to_days=True)
            return
        with self.source.block(f"if {self.source.states_none(listed.id, default.fact.id)}"):
            self.source.line("w = True")
        with self.source.block("else"):
            self._untold(default, place, held_to_days=True)

    def _untold(self, default: Default, place: int, held_to_days: bool) -> None:
        """Sets `w` where a clause that applies could not be told without a default of its items."""
        compiled, kept = self.assessor.clauses[place], self.source.lines[:]
        clause = held(compiled.clause, self.policy.lists) if held_to_days else compiled.clause
        self.source.lacking = default.listed.id, default.fact.id
        try:
            if any(map(is_hard, clause.formulas())):
                raise Hard
            for reading in clause.readings:
                if compiled.pin is None or reading.id == compiled.pin:
                    self._untold_reading(reading, clause.each)
        except Hard:
            self.source.lines[:] = kept
            self._by_evaluator(default, place)
        finally:
            self.source.lacking = None

    def _untold_reading(self, reading: Reading, each: str | None) -> None:
        asking = list(filter(self.source.lacks, reading.amounts()))
        if any(node.op == "if" or node.op in OVER_ITEMS for amount in asking for node in walk(amount)):
            raise Hard
        item = self.source.fresh("i") if each is not None else ""
        found = self.source.logic(reading.when, item)
        if found.false == "True":  # no item meets it, whatever is known
            self.source.line("pass")
            return
        unsure = f"not {found.true} and not {found.false}"
        if each is None:
            self.source.line(f"if {unsure}: w = True")
            return
        if asking and self.source.lacking is not None:
            lacking = f"{self.source.lacking[1]!r} not in {item}"
            unsure = f"{lacking} if {found.true} else not {found.false}"
        with (
            self.source.block(f"for {item} in () if w else {self.source.name(each)}"),
            self.source.block(f"if {unsure}"),
        ):
            self.source.line("w = True")
            self.source.line("break")

    def _by_evaluator(self, default: Default, place: int) -> None:
        self.source.line("if facts is None: facts = taken(stated, as_of)")
        day = self.assessor.clauses[place].clause.day
        outcome = f"{self.source.thing(self.assessor.clauses[place])}.on({self.source.name(day)})(facts)"
        asked = f"{self.source.thing(default)}, {place}, {outcome}, stated, facts"
        self.source.line(f"w = {self.source.thing(self.assessor.assumptions.untold)}({asked})")


def days_of(policy: Policy) -> list[str]:
    """The days that assumptions name: the one of the calculation, and those that follow others."""
    return [DAY, *(fact.id for fact in policy.facts.values() if fact.follows and fact.id != DAY)]


class RestingReader:
    """Gives the assumptions behind what the function says of them; each is made once."""

    def __init__(self, source: FactsSource) -> None:
        self.assumptions: Assumptions = source.assessor.assumptions
        self.days = days_of(source.policy)
        own = [*self.assumptions.told, *self.assumptions.followed]
        self.own = [(fact.id, source.bit(fact.id)) for fact in own]
        self.kept: dict[Resting, tuple[Assumption, ...]] = {}

    def __call__(self, resting: Resting) -> tuple[Assumption, ...]:
        """The assumptions of an enterprise: those of the next of which the same is to be said are the very same."""
        found = self.kept.get(resting)
        return keep(self.kept, resting, self._made(resting), MANY_KEPT) if found is None else found

    def _made(self, resting: Resting) -> tuple[Assumption, ...]:
        unstated, rested, assumed, taken, *days = resting
        return self.assumptions.told_of(
            [default for number, (default, _) in enumerate(self.assumptions.items) if taken >> number & 1],
            {name for name, bit in self.own if rested & bit},
            [place for number, place in enumerate(self.assumptions.assumed) if assumed >> number & 1],
            {name for name, bit in self.own if unstated & bit},
            dict(zip(self.days, days, strict=True)),
        )
