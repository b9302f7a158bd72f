"""The smallest enterprise that shows a change: its `calc` differs between the two plans.

Found is one that shows most of it (see `search`); then whatever can be left out is left out, and figures are made smaller,
while it still shows as much. Where nothing shows it, it is said whether that is proved.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import islice
from operator import attrgetter
from typing import Any

from jxplus.comparison import ClauseChange, Comparison, FactChange, ListChange
from jxplus.comparison.changes import Change
from jxplus.comparison.domains import filler, one_fact
from jxplus.comparison.proof import equal_everywhere
from jxplus.comparison.ruletries import RuleTries
from jxplus.comparison.sides import APPLIES, PAYS, TELLS, ClauseSide, Variable
from jxplus.comparison.trial import Under
from jxplus.comparison.tries import (
    ANY_DAY,
    MOST_CLAUSES,
    NOT_FOUND,
    PAYER,
    PROVED,
    SHOWN,
    WORDS,
    Clauses,
    Verdict,
    told_otherwise,
    verdict,
)
from jxplus.formula.node import Node
from jxplus.policy import Fact, names_of

_LATER = timedelta(days=1)
Key = tuple[str, str]


def witnesses(comparison: Comparison) -> Iterator[tuple[Key, Verdict]]:
    """For each thing that changed, by its sort and its id, an enterprise that shows it, or why there is none."""
    found = _Finder(comparison)
    yield from ((("plan", each.what), found.of_plan(each)) for each in comparison.plan)
    yield from ((("clause", each.one.id), found.of_clause(each)) for each in comparison.clauses)
    yield from ((("fact", each.name), found.of_fact(each)) for each in comparison.facts)
    yield from ((("list", each.one.id), found.of_list(each)) for each in comparison.lists)
    yield from ((("rule", each.one.id), found.of_rule(each)) for each in comparison.rules)


class _Finder(RuleTries):
    """Finds what shows the changes between two plans."""

    # ---- clauses

    def of_clause(self, change: ClauseChange) -> Verdict:
        """An enterprise that shows what became of a clause."""
        pair = change.old, change.new
        told = {each.what for each in change.changes}
        if change.words and "assumes" not in told:
            return Verdict(PAYER if "payer" in told else WORDS)
        if change.words:
            found = self.telling(pair)
            return Verdict(SHOWN, found) if found else Verdict(WORDS)
        found = self.sought(pair)
        if found is None and self.days is not None:
            found = self.sought(pair, together=True)
        if found is not None:
            return Verdict(SHOWN, found)
        return Verdict(PROVED if self.proved_equal(change) else NOT_FOUND)

    def proved_equal(self, change: ClauseChange) -> bool:
        """Whether nothing changed but formulas, each of which comes to the same everywhere."""
        formulas = [each for each in change.changes if isinstance(each.old, Node) and isinstance(each.new, Node)]
        rest = [each for each in change.changes if each not in formulas]

        def declared(var: Variable) -> Fact | None:
            return one_fact(self.bench.facts((var.listed, var.name)))

        known = change.old is not None and change.new is not None
        return (
            known
            and all(each.words for each in rest)
            and all(equal_everywhere(each.old, each.new, declared) for each in formulas)
        )

    # ---- the plan

    def of_plan(self, change: Change) -> Verdict:
        """An enterprise that shows what changed of the plan itself."""
        if change.what == "in force":
            pairs = [
                (self.before.get(clause.id), clause)
                for clause in self.new.clauses
                if clause.id in self.before and self.before[clause.id].period[:2] != clause.period[:2]
            ]
            return self.best_of(pairs, together=True) if pairs else Verdict(WORDS)
        if change.what in ("warn after", "warning"):
            days = [plan.warning.after for plan in (self.old, self.new) if plan.warning is not None]
            near = [day + step * _LATER for day in days for step in (1, 0)]
            tried = (self.tried({}, (day, day), (None, None), told_otherwise(attrgetter("warnings"))) for day in near)
            return verdict(next((each for each in tried if each is not None), None))
        if change.what in ("id", "issued", "currency"):
            found = self.tried({}, (self.day, self.day), (None, None), lambda old, new: TELLS if old.assessment else 0)
            return verdict(found)
        return Verdict(WORDS)

    # ---- facts and lists

    def of_fact(self, change: FactChange) -> Verdict:
        """An enterprise whose file the one plan takes and the other does not, or that a default makes another amount."""
        if change.words:
            return Verdict(WORDS)
        told = {each.what for each in change.changes}
        var = Variable(change.listed, change.one.id)
        paid = self.best_of(self.asking(var), by_facts=True) if told & {"default", "type"} else Verdict(NOT_FOUND)
        if paid.witness is not None and paid.witness.level == PAYS:
            return paid
        for facts, without, by in self.refusable(change):
            found = self.tried(facts, (self.day, self.day), (None, None), _refused, without, by)
            if found is not None:
                return Verdict(SHOWN, found)
        return paid if paid.witness is not None else self.assumed(var)

    def assumed(self, var: Variable) -> Verdict:
        """An enterprise of which something else is assumed, by a clause that asks for a fact."""
        told = map(self.telling, islice(self.asking(var), MOST_CLAUSES))
        return verdict(next(filter(None, told), None))

    def asking(self, var: Variable) -> Iterator[Clauses]:
        """The clauses, as they were and as they are, that ask for a fact or a list, or are held against it."""
        changed = {each.one.id for each in self.comparison.clauses}
        for clause in sorted(self.new.clauses, key=lambda each: each.id in changed):
            was = self.before.get(clause.id)
            sides = ClauseSide(self.new, clause), ClauseSide(self.old, was)
            if any(var in side.asked or (not var.listed and var.name in side.days()) for side in sides):
                yield was, clause

    def refusable(self, change: FactChange) -> Iterator[tuple[dict[str, Any], str, Sequence[int]]]:
        """Files that state a fact as the one plan may take it and the other not, each with what it need not state.

        A fact that one plan alone knows stands in a file as that plan takes it; the last file leaves the fact out.
        """
        by = (0,) if change.new is None else (1,) if change.old is None else (0, 1)
        value = filler(change.one, self.day)
        if len(by) == 1:
            yield self.stating(change, value), "", by
        for each in _at_limits(change):
            yield self.stating(change, each), "", by
        names = {name for each in (change.old, change.new) if each for name in (each.label.zh, *each.also)}
        for name in sorted(names):
            yield self.stating(change, value, name), change.one.id, by
        yield {change.listed: [{}]} if change.listed else {}, change.one.id, (0, 1)

    def stating(self, change: FactChange, value: Any, name: str = "") -> dict[str, Any]:
        """A file that states a fact, under its id or another name."""
        own = {name or change.one.id: value}
        return {change.listed: [own]} if change.listed else own

    def of_list(self, change: ListChange) -> Verdict:
        """An enterprise that shows what became of a list."""
        told = {each.what for each in change.changes}
        if change.changes and all(each.words for each in change.changes):
            return Verdict(WORDS)
        if "dated by" in told:
            paid = self.best_of(self.asking(Variable("", change.one.id)))
            if paid.witness is not None:
                return paid
        for name in dict.fromkeys(name for each in (change.old, change.new) if each for name in names_of(each)):
            found = self.tried({name: []}, (self.day, self.day), (None, None), _refused)
            if found is not None:
                return Verdict(SHOWN, found)
        return Verdict(NOT_FOUND)


# ---- what shows a change -------------------------------------------------------------------------------------------------


def _refused(old: Under, new: Under) -> int:
    """That one plan takes the file and the other does not."""
    taken = [each.assessment is not None and not each.unknown for each in (old, new)]
    return APPLIES if taken[0] != taken[1] else 0


# ---- what a fact may be --------------------------------------------------------------------------------------------------


def _at_limits(change: FactChange) -> Iterator[Any]:
    """Values that the one plan may take and the other not: figures at the limits of either, choices, texts of either type."""
    known: Sequence[Fact] = [each for each in (change.old, change.new) if each is not None]
    for fact in known:
        if fact.limits is not None:
            limits = fact.limits
            yield from (limits.largest, limits.least, limits.step, Decimal(1) + limits.step)
        yield from fact.choices
    for fact in known:
        for label, also in ((fact.choices[id].zh, fact.choices_also.get(id, ())) for id in fact.choices):
            yield from (label, *also)
        yield filler(fact, ANY_DAY)
