"""One clause as functions: the evaluator, which gives the clause's outcome for any facts, on any day."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from jxplus.assessment.force import Force, OutsideItem
from jxplus.assessment.outcome import (
    ENTITLED,
    NOT_IN_FORCE,
    NOT_MET,
    PAYING,
    UNDECIDED,
    UNQUANTIFIED,
    Interval,
    Outcome,
    keep,
)
from jxplus.fault import Text
from jxplus.formula.evaluate import (
    Function,
    Items,
    Unknown,
    function,
    of_unknown_list,
    sum_over,
    those_that_meet,
    unknowns,
    where,
)
from jxplus.formula.node import Node
from jxplus.policy import Clause, Period, Policy, Reading
from jxplus.policy.days import dated_by, dated_lists
from jxplus.quantity import ZERO, to_fen

_NO_ITEM: Mapping[str, Any] = {}
_WHOLE = (_NO_ITEM,)
"""The items of a clause that does not run over a list: one, without facts of its own."""


class CompiledReading:
    """One reading of a clause as functions; those of its amounts are made when it is first met, since most are not."""

    def __init__(self, reading: Reading) -> None:
        self.id = reading.id
        self.reading = reading
        self.when = function(reading.when)

    @cached_property
    def high(self) -> Function | None:
        """What an item comes to at most; None where the plan states no amount."""
        return _made(self.reading.high)

    @cached_property
    def low(self) -> Function | None:
        """What an item comes to at least; None where that is nothing."""
        return self.high if self.reading.low is self.reading.high else _made(self.reading.low)

    @cached_property
    def cap(self) -> Function | None:
        """What all items come to together at most; None for no such bound."""
        return _made(self.reading.cap)

    def assess(self, facts: Mapping[str, Any], items: Items) -> Interval | Unknown | None:
        """The exact interval over the items that meet the condition; None where none does, unknown where one may.

        An amount is asked for only once it is certain who is entitled, so the facts it needs are not missing before.
        """
        met = those_that_meet(self.when, facts, items)
        if isinstance(met, Unknown):
            return met
        return self._amount(facts, met) if met else None

    def unlisted(self, facts: Mapping[str, Any], listed: Unknown) -> Interval | Unknown | None:
        """The same where the list is not known: nothing where no item could meet the condition, else unknown."""
        return of_unknown_list(listed, self.when(facts, _NO_ITEM)) or None

    def of_item(self, facts: Mapping[str, Any], item: Mapping[str, Any]) -> Interval:
        """The exact interval of one item, of a clause that is entitled; zero where the item does not meet the condition."""
        amount = self._amount(facts, (item,)) if self.when(facts, item) is True else (ZERO, ZERO)
        assert not isinstance(amount, Unknown)
        return amount

    def _amount(self, facts: Mapping[str, Any], items: Items) -> Interval | Unknown:
        if self.high is None:
            return ZERO, ZERO
        high = low = sum_over(self.high, facts, items)
        if self.low is not self.high:
            low = sum_over(self.low, facts, items) if self.low is not None else ZERO
        cap = high if self.cap is None else self.cap(facts, _NO_ITEM)
        return unknowns((low, high, cap)) or (min(low, cap), min(high, cap))


def _made(formula: Node | None) -> Function | None:
    return None if formula is None else function(formula)


class CompiledClause:
    """A clause as functions, with the outcomes that are the same for every enterprise made once."""

    def __init__(self, policy: Policy, clause: Clause, pin: str | None) -> None:
        self.policy, self.clause, self.pin = policy, clause, pin
        lists = dated_lists(clause, policy.lists)
        self.force = Force(policy, clause, lists)
        self.undated_clause: CompiledClause | None = None
        self.dated = dated = dated_by(clause, policy.lists) if lists else clause
        # Outcomes made once are handed out again: many enterprises wait for the same facts or come to the same amount.
        self.open: dict[frozenset[str], Outcome] = {}
        self.kept: dict[tuple[Interval | Unknown | None, ...], Outcome] = {}
        self.readings = [CompiledReading(each) for each in dated.readings if pin is None or each.id == pin]
        self.unlisted = Unknown(frozenset({clause.each or ""}))
        self.notes: tuple[Text, ...] = (clause.note,) if clause.note else ()
        if pin is not None:
            title = self.readings[0].reading.title or Text("", "")
            self.notes += (Text(f"按指定解读 {pin}：{title.zh}", f"under the reading chosen, {pin}: {title.en}"),)
        self.not_met = Outcome(clause, NOT_MET)
        self.not_in_force: dict[tuple[date | tuple[OutsideItem, ...], bool], Outcome] = {}

    @cached_property
    def literal(self) -> bool:
        """Whether the clause comes to few amounts, see `Clause.literal`."""
        return self.clause.literal

    @cached_property
    def unquantified(self) -> Outcome:
        """The outcome where the clause applies and the plan states no amount, or leaves a fact open that it takes."""
        fact = self.clause.unquantified_without
        if fact is None:
            return Outcome(self.clause, UNQUANTIFIED, notes=self.notes)
        label = self.policy.facts[fact].label
        left_open = Text(
            f"方案未载明{label.zh}；写明后可算出金额", f"the plan leaves {fact} open; state it to have the amount"
        )
        return Outcome(self.clause, UNQUANTIFIED, notes=(*self.notes, left_open))

    @cached_property
    def base(self) -> Function | None:
        """The base of an item, zero of one that does not meet the condition; None for a clause without one."""
        base = _made(self.dated.base)
        return None if base is None else where(self.readings[0].when, base)

    def on(self, day: date) -> Callable[[dict[str, Any]], Outcome]:
        """What gives the clause's outcome on a day."""
        if self.force.dated:
            return self.dated_outcome
        if not self.clause.period.holds(day):
            return self.out_of_force
        plain = self.clause.kind == "unstated" and self.clause.each is None and len(self.readings) == 1
        return self.outcome_of_condition if plain else self.outcome

    def out_of_force(self, facts: dict[str, Any]) -> Outcome:
        """The outcome where the clause's own day is not among those on which it is in force."""
        return self.outside(facts[self.clause.day], self.undated(facts).status in PAYING)

    def outside(self, what: "date | tuple[OutsideItem, ...]", applies: bool) -> Outcome:
        """The outcome of a clause that is not in force, where it otherwise applies or does not.

        `what` is the day on which it is not, or the items that are outside, all that decide it.
        """
        found = self.not_in_force.get((what, applies))
        if found is None:
            notes = self.force.item_notes(what) if isinstance(what, tuple) else self.force.own_notes(what)
            made = Outcome(self.clause, NOT_IN_FORCE, notes=notes, out_of_time=applies)
            found = keep(self.not_in_force, (what, applies), made)
        return found

    def dated_outcome(self, facts: dict[str, Any], applies: bool | None = None) -> Outcome:
        """The outcome of a clause with dated lists: items outside are left out, and where all are it is not in force.

        `applies` says whether it would apply if it were in force on every day, where that is known already.
        """
        outside = self.force.outside(facts)
        in_force = self.force.holds(facts, outside)
        if not outside:
            return self.outcome(facts) if in_force else self.out_of_force(facts)
        if not in_force:
            return self.outside(tuple(outside), self.undated(facts).status in PAYING if applies is None else applies)
        outcome, undated = self.outcome(facts), self.undated(facts)
        if outcome[1:6] == undated[1:6]:
            return outcome  # those left out would have changed nothing
        timeless = outcome.status not in PAYING and undated.status in PAYING
        return outcome._replace(notes=outcome.notes + self.force.item_notes(outside), out_of_time=timeless)

    def applies(self, outcome: Outcome) -> bool:
        """Whether the clause applies, or has days alone against it."""
        return outcome.status in PAYING or outcome.out_of_time

    def pays(self, outcome: Outcome) -> bool:
        """Whether the clause is entitled."""
        return outcome.status == ENTITLED

    def decides(self, facts: Mapping[str, Any]) -> bool:
        """Whether the clause's own day decides whether it is in force: it has bounds, and no items with days."""
        bounded = self.clause.period[:2] != (None, None)
        return bounded and not any(facts.get(listed) for listed in self.force.deciding)

    def untold(self, outcome: Outcome, facts: Mapping[str, Any], is_day: bool) -> bool:
        """Whether the clause cannot be told from facts that lack a default, the day of an item or something else."""
        known = dict(facts)
        told = self.outcome(known) if is_day or outcome.status in PAYING else self.undated(known)
        return told.status == UNDECIDED

    def undated(self, facts: dict[str, Any]) -> Outcome:
        """What the outcome would be if the clause were in force on every day."""
        if self.undated_clause is None:
            self.undated_clause = CompiledClause(self.policy, self.clause._replace(period=Period()), self.pin)
        return self.undated_clause.outcome(facts)

    def timeless(self, facts: dict[str, Any]) -> Outcome:
        """The same as an outcome of this clause."""
        return self.undated(facts)._replace(clause=self.clause)

    def outcome_of_condition(self, facts: dict[str, Any]) -> Outcome:
        """The outcome for an enterprise's facts, of a clause that is its condition alone: no list, no amount."""
        holds = self.readings[0].when(facts, _NO_ITEM)
        if holds is True:
            return self.unquantified
        return self.not_met if holds is False else self._undecided(holds.facts, facts, _WHOLE)

    def outcome(self, facts: dict[str, Any]) -> Outcome:
        """The outcome for an enterprise's facts."""
        clause = self.clause
        items = _WHOLE if clause.each is None else facts.get(clause.each)
        if items is None:
            items = ()
            found = [reading.unlisted(facts, self.unlisted) for reading in self.readings]
        elif not items:
            return self.not_met
        else:
            found = [reading.assess(facts, items) for reading in self.readings]
        if found.count(None) == len(found):
            return self.not_met
        missing = unknowns(found)
        if missing is not None:
            return self._undecided(missing.facts, facts, items)
        return self.decided(found, None if self.base is None else self.base_of(facts, items))

    def decided(self, found: Sequence[Interval | Unknown | None], base: Decimal | None) -> Outcome:
        """The outcome of a clause one of whose readings at least is met, and none unknown; `base` is exact."""
        if self.clause.kind == "unstated":
            return self.unquantified
        if not self.literal:
            return self.entitled(found, base)
        same = tuple(found)
        return self.kept.get(same) or keep(self.kept, same, self.entitled(found, None))

    def _undecided(self, missing: frozenset[str], facts: dict[str, Any], items: Items) -> Outcome:
        """A clause that is not decided; `unquantified` where only the figure is missing that the plan leaves open."""
        clause = self.clause
        if clause.unquantified_without is not None and missing == {clause.unquantified_without}:
            base = self.base_of(facts, items)
            return self.unquantified._replace(base=None if base is None else to_fen(base))
        return self.waiting(missing)

    def waiting(self, missing: frozenset[str]) -> Outcome:
        """The outcome of a clause that is undecided for want of some facts."""
        found = self.open.get(missing)
        if found is None:
            names = tuple(name for name in (*self.policy.facts, *self.policy.lists) if name in missing)
            found = keep(self.open, missing, Outcome(self.clause, UNDECIDED, missing=names, notes=self.notes))
        return found

    def base_of(self, facts: Mapping[str, Any], items: Items) -> Decimal | None:
        """The exact base, summed over the items that meet the condition; None for a clause without one."""
        if self.base is None:
            return None
        base = sum_over(self.base, facts, items)
        return None if isinstance(base, Unknown) else base

    def entitled(self, found: Sequence[Interval | Unknown | None], base: Decimal | None) -> Outcome:
        """The outcome of a clause whose readings all have come to an interval, or to nothing."""
        if len(found) == 1:
            low, high = found[0]  # type: ignore[misc]
            low = to_fen(low)
            return Outcome(
                self.clause,
                ENTITLED,
                low,
                low if high == low else to_fen(high),
                None if base is None else to_fen(base),
                (),
                {},
                self.notes,
            )
        intervals: dict[str, Interval] = {}
        for reading, result in zip(self.readings, found, strict=True):
            low, high = result if isinstance(result, tuple) else (ZERO, ZERO)
            intervals[reading.id] = to_fen(low), to_fen(high)
        low = min(each[0] for each in intervals.values())
        high = max(each[1] for each in intervals.values())
        differ = len(set(intervals.values())) > 1
        return Outcome(
            self.clause,
            ENTITLED,
            low,
            high,
            None if base is None else to_fen(base),
            (),
            intervals if differ else {},
            self.notes,
        )
