"""What one enterprise is entitled to: each clause of a policy, with its status, its interval and the reason.

`assess` is a pure function of the policy, the enterprise, the day and the readings that are pinned: it knows no clock and
no file. Within it every figure is exact; an amount is rounded half up to the fen once, when its clause is complete.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, localcontext
from functools import cached_property, reduce
from operator import or_
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from jxplus.assessment.assumptions import Assumption, Assumptions
from jxplus.assessment.force import Force, OutsideItem
from jxplus.enterprise import Enterprise
from jxplus.enterprise.defaults import Defaults
from jxplus.fault import Text
from jxplus.formula.evaluate import Function, Unknown, added, function, of_unknown_list
from jxplus.policy import Clause, Period, Policy, Reading
from jxplus.policy.days import held
from jxplus.quantity import EXACT, ZERO, sums, to_fen, total

if TYPE_CHECKING:
    from jxplus.assessment.paid import Amount
    from jxplus.assessment.rules import Ruling, Settled, Taken

ENTITLED, NOT_MET, UNDECIDED = "entitled", "not-met", "undecided"
UNQUANTIFIED, NOT_IN_FORCE = "unquantified", "not-in-force"
PAYING = (ENTITLED, UNQUANTIFIED)
"""The statuses of a clause that applies, with an amount or without one."""
STATUSES = (ENTITLED, UNQUANTIFIED, UNDECIDED, NOT_MET, NOT_IN_FORCE)

Interval = tuple[Decimal, Decimal]
_NO_ITEM: Mapping[str, Any] = {}
_WHOLE = (_NO_ITEM,)
"""The items of a clause that does not run over a list: one, without facts of its own."""
_MOST_KEPT = 1000
"""How many outcomes of a kind are kept to be used again, at most: memory does not grow with the enterprises."""


class Outcome(NamedTuple):
    """What a clause comes to. `low`, `high` and `base` are in yuan, to the fen.

    `low` and `high` are None unless the status is `entitled`; `missing` names the facts an `undecided` clause waits for;
    `readings` holds the interval of each reading where they differ. `out_of_time` says that days alone stand against the
    clause: its own or those of the items, and on others it would apply.
    """

    clause: Clause
    status: str
    low: Decimal | None = None
    high: Decimal | None = None
    base: Decimal | None = None
    missing: tuple[str, ...] = ()
    readings: Mapping[str, Interval] = MappingProxyType({})
    notes: tuple[Text, ...] = ()
    out_of_time: bool = False

    @property
    def open(self) -> bool:
        """Whether the amount is at least this, and has no ceiling."""
        return self.status == ENTITLED and self.clause.kind == "floor"


SMALL = Decimal(100000)
LIKE_WAN = Text(
    "写明的金额都不到10万元。如果填的是万元，请写上单位，如 1200万",
    "all sums that are stated are below 100,000 yuan; if they are in 万 (10,000 yuan), write the unit: 1200万",
)
"""The warning of sums that look like 万 in yuan: all that are stated, of the enterprise and of items, are below `SMALL`."""


class Assessment(NamedTuple):
    """All clauses of a policy for one enterprise on one day, in the policy's order; `pins` are the readings chosen."""

    policy: Policy
    enterprise: Enterprise
    as_of: date
    outcomes: tuple[Outcome, ...]
    assumptions: tuple[Assumption, ...] = ()
    warnings: tuple[Text, ...] = ()
    pins: Mapping[str, str] = {}
    settled: "tuple[Settled, ...]" = ()

    @property
    def taken(self) -> "tuple[Taken, ...]":
        """What rules between clauses take off, each rule that takes something."""
        return tuple(each for settled in self.settled for each in settled.taken)

    def total(self, nature: str | None = None, basis: str | None = None) -> Interval:
        """What is paid after the rules between clauses, in yuan: for the clauses of one nature, of one basis, or for all.

        Of a nature or a basis it is the least and the most that its own clauses can be paid. Where amounts are not exact and
        a rule lets now one nature count and now another, these spans add up to more than that of the whole.
        """
        if nature is None and basis is None and not self.settled:
            spans = [(each.low, each.high) for each in self.outcomes if each.low is not None and each.high is not None]
            return sums(spans)
        return self.paid(
            each.clause.id
            for each in self.outcomes
            if nature in (None, each.clause.nature) and basis in (None, each.clause.basis)
        )

    def paid(self, clauses: Iterable[str]) -> Interval:
        """What is paid for some of the clauses after the rules between clauses, in yuan."""
        names, bound = frozenset(clauses), frozenset[str]().union(*(each.clauses for each in self.settled))
        spans = [each.of(names) for each in self.settled]
        spans += [
            (each.low, each.high)
            for each in self.outcomes
            if each.low is not None
            and each.high is not None
            and each.clause.id in names
            and each.clause.id not in bound
        ]
        return total(low for low, _ in spans), total(high for _, high in spans)

    def open(self, nature: str | None = None, basis: str | None = None) -> bool:
        """Whether a total holds an amount without a ceiling, to which no rule puts one, and is at least this."""
        if not any(each.clause.kind == "floor" for each in self.outcomes if each.low is not None):
            return False
        own = [
            each
            for each in self.outcomes
            if nature in (None, each.clause.nature) and basis in (None, each.clause.basis)
        ]
        names, bound = (
            [each.clause.id for each in own],
            frozenset[str]().union(*(each.clauses for each in self.settled)),
        )
        return any(each.open(names) for each in self.settled) or any(
            each.open and each.clause.id not in bound for each in own
        )

    def of_plan(self, plan: Policy) -> "Assessment":
        """What one of several plans comes to by itself: its clauses alone."""
        own = tuple(each for each in self.outcomes if self.policy.plan_of(each.clause) is plan)
        return self._replace(outcomes=own)


class Assessor:
    """A policy made ready to assess enterprises; made once, used for any number of them.

    `pins` chooses one reading of a clause: a mapping of clause ids to reading ids, both known to the policy. Clauses that share
    their readings are read alike; raises `ValueError` where they are chosen apart.
    """

    def __init__(
        self,
        policy: Policy,
        pins: Mapping[str, str] | None = None,
        compiled: "Sequence[_Compiled] | None" = None,
    ) -> None:
        self.policy = policy
        self.pins = policy.pinned(pins or {})
        self.defaults = Defaults(policy)
        self.clauses = compiled or [_Compiled(policy, clause, self.pins.get(clause.id)) for clause in policy.clauses]
        self.held_against = tuple(dict.fromkeys(clause.day for clause in policy.clauses))
        self.days: dict[tuple[date, ...], list[Callable[[dict[str, Any]], Outcome]]] = {}
        self.warned = policy.warned
        self.sums = [fact.id for fact in policy.facts.values() if fact.is_money]
        self.item_sums = [
            (listed.id, fact.id) for listed in policy.lists.values() for fact in listed.facts.values() if fact.is_money
        ]
        self.ruling = self._ruling() if policy.rules else None
        self._apart: dict[frozenset[str], Assessor] = {}

    def _ruling(self) -> "Ruling":
        from jxplus.assessment.rules import Ruling  # what few plans have is not loaded for the others

        return Ruling(self.policy, self.pins, self._itemwise)

    @cached_property
    def assumptions(self) -> Assumptions:
        """What tells what the outcomes take for granted."""
        return Assumptions(self.policy, self.clauses)

    def assess(self, enterprise: Enterprise, as_of: date) -> Assessment:
        """What the policy pays `enterprise` on the day `as_of`."""
        found, facts = self._outcomes(enterprise, as_of)
        with localcontext(EXACT):
            assumptions = self.assumptions.of(enterprise.facts, facts, found.outcomes)
        return found._replace(assumptions=assumptions, warnings=self.warnings(enterprise, as_of))

    def priced(self, enterprise: Enterprise, as_of: date) -> Assessment:
        """The same without assumptions and warnings, for whoever asks for the amounts alone."""
        return self._outcomes(enterprise, as_of)[0]

    def _outcomes(self, enterprise: Enterprise, as_of: date) -> tuple[Assessment, dict[str, Any]]:
        facts = self.facts(enterprise, as_of)
        with localcontext(EXACT):
            outcomes = tuple([outcome(facts) for outcome in self._on(facts)])
            settled = self.settled(outcomes, facts)
        return Assessment(self.policy, enterprise, as_of, outcomes, pins=self.pins, settled=settled), facts

    def settled(self, outcomes: Sequence[Outcome], facts: Mapping[str, Any]) -> "tuple[Settled, ...]":
        """What the rules between the clauses come to; within `EXACT`."""
        if self.ruling is None:
            return ()
        return self.ruling.settle(_amounts(outcomes), facts, self._open(outcomes))

    def warnings(self, enterprise: Enterprise, as_of: date) -> tuple[Text, ...]:
        """What whoever reads the results is warned of."""
        warnings = tuple([each.text for each in self.warned if as_of > each.after])
        return (*warnings, LIKE_WAN) if self._looks_like_wan(enterprise) else warnings

    def _open(self, outcomes: Sequence[Outcome]) -> list[str]:
        """The clauses that pay at least their amount, without a ceiling."""
        return [each.clause.id for each in outcomes if each.open]

    def facts(self, enterprise: Enterprise, as_of: date) -> dict[str, Any]:
        """What an enterprise states, and what holds on the day where it does not; the day itself is the one chosen."""
        return self.defaults.taken(enterprise.facts, as_of)

    def together(self, name: str) -> frozenset[str]:
        """The clauses that rules bind together with a clause, itself among them; none where no rule does."""
        groups = self.ruling.groups if self.ruling is not None else []
        return next((frozenset(each.group.clauses) for each in groups if name in each.group.clauses), frozenset())

    def apart(self, name: str) -> "Assessor":
        """What assesses by a clause alone, or by it and those that rules bind to it, with the same readings; made once for each."""
        names = self.together(name) or frozenset({name})
        if names not in self._apart:
            own = [each for each in self.clauses if each.clause.id in names]
            rules = self.policy.rules if len(names) > 1 else ()
            policy = self.policy._replace(clauses=tuple(each.clause for each in own), rules=rules)
            self._apart[names] = Assessor(policy, self.pins, own)
        return self._apart[names]

    def _itemwise(self, name: str, facts: Mapping[str, Any]) -> Mapping[str, Sequence[Interval]]:
        """The exact amounts of the items of an entitled clause under each of its readings."""
        compiled = next(each for each in self.clauses if each.clause.id == name)
        items = facts.get(compiled.clause.each or "") or ()
        return {reading.id: [reading.of_item(facts, item) for item in items] for reading in compiled.readings}

    def _looks_like_wan(self, enterprise: Enterprise) -> bool:
        """Whether all sums that are stated, those of items too, are so small, and not all zero, that they may be 万 without their unit."""
        stated, found = enterprise.facts.get, False
        for id in self.sums:  # most state one that is large, and that is all
            amount = stated(id)
            if amount:
                if not -SMALL < amount < SMALL:
                    return False
                found = True
        for listed, id in self.item_sums:
            for item in stated(listed) or ():
                amount = item.get(id)
                if amount:
                    if not -SMALL < amount < SMALL:
                        return False
                    found = True
        return found

    def _on(self, facts: Mapping[str, Any]) -> "Sequence[Callable[[dict[str, Any]], Outcome]]":
        """What gives the outcome of each clause on an enterprise's days; kept, since those of most enterprises are the same."""
        days = tuple([facts[name] for name in self.held_against])
        if days not in self.days:
            if len(self.days) >= _MOST_KEPT:
                self.days.clear()
            self.days[days] = [compiled.on(facts[compiled.clause.day]) for compiled in self.clauses]
        return self.days[days]


def _amounts(outcomes: Sequence[Outcome]) -> "dict[str, Amount]":
    """What the entitled clauses come to by themselves."""
    return {
        each.clause.id: ((each.low, each.high), each.readings)
        for each in outcomes
        if each.low is not None and each.high is not None
    }


def assess(
    policy: Policy, enterprise: Enterprise, as_of: date, readings: Mapping[str, str] | None = None
) -> Assessment:
    """What `policy` pays `enterprise` on the day `as_of`, with the readings pinned that `readings` names by clause."""
    return Assessor(policy, readings).assess(enterprise, as_of)


class _CompiledReading:
    """One reading of a clause as functions."""

    __slots__ = ("cap", "high", "id", "low", "when")

    def __init__(self, reading: Reading) -> None:
        self.id = reading.id
        self.when = function(reading.when)
        self.high = function(reading.high) if reading.high is not None else None
        self.cap = function(reading.cap) if reading.cap is not None else None
        self.low: Function | None = None
        if reading.low is reading.high:
            self.low = self.high
        elif reading.low is not None:
            self.low = function(reading.low)

    def assess(self, facts: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> Interval | Unknown | None:
        """The exact interval over the items that meet the condition; None where none does, unknown where one may.

        An amount is asked for only once it is certain who is entitled, so the facts it needs are not missing before.
        """
        met: list[Mapping[str, Any]] = []
        unknown: Unknown | None = None
        when = self.when
        for item in items:
            holds = when(facts, item)
            if holds is True:
                met.append(item)
            elif holds is not False:
                unknown = holds if unknown is None else unknown | holds
        if unknown is not None:
            return unknown
        return self._amount(facts, met) if met else None

    def unlisted(self, facts: Mapping[str, Any], listed: Unknown) -> Interval | Unknown | None:
        """The same where the list is not known: nothing where no item could meet the condition, else unknown."""
        return of_unknown_list(listed, self.when(facts, _NO_ITEM)) or None

    def of_item(self, facts: Mapping[str, Any], item: Mapping[str, Any]) -> Interval:
        """The exact interval of one item, of a clause that is entitled; zero where the item does not meet the condition."""
        amount = self._amount(facts, (item,)) if self.when(facts, item) is True else (ZERO, ZERO)
        assert not isinstance(amount, Unknown)
        return amount

    def _amount(self, facts: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> Interval | Unknown:
        if self.high is None:
            return ZERO, ZERO
        high = low = added(self.high(facts, item) for item in items)
        if self.low is not self.high:
            low = added(self.low(facts, item) for item in items) if self.low is not None else ZERO
        cap = high if self.cap is None else self.cap(facts, _NO_ITEM)
        unknowns = [each for each in (low, high, cap) if isinstance(each, Unknown)]
        return reduce(or_, unknowns) if unknowns else (min(low, cap), min(high, cap))


class _Compiled:
    """A clause as functions, with the outcomes that are the same for every enterprise made once."""

    __slots__ = (
        "base",
        "clause",
        "dated",
        "force",
        "kept",
        "literal",
        "not_in_force",
        "not_met",
        "notes",
        "open",
        "order",
        "pin",
        "policy",
        "readings",
        "undated_clause",
        "unlisted",
        "unquantified",
    )

    def __init__(self, policy: Policy, clause: Clause, pin: str | None) -> None:
        self.policy, self.clause, self.pin = policy, clause, pin
        self.order = [*policy.facts, *policy.lists]
        self.force = Force(policy, clause)
        self.undated_clause: _Compiled | None = None
        self.dated = dated = held(clause, policy.lists)
        self.literal = clause.literal
        # Outcomes made once are handed out again: many enterprises wait for the same facts or come to the same amount.
        self.open: dict[frozenset[str], Outcome] = {}
        self.kept: dict[tuple[Interval | Unknown | None, ...], Outcome] = {}
        self.readings = [_CompiledReading(each) for each in dated.readings if pin is None or each.id == pin]
        self.base = function(dated.base) if dated.base is not None else None
        self.unlisted = Unknown(frozenset({clause.each or ""}))
        self.notes: tuple[Text, ...] = (clause.note,) if clause.note else ()
        if pin is not None:
            title = self._pinned_title(pin)
            self.notes += (Text(f"按指定解读 {pin}：{title.zh}", f"under the reading chosen, {pin}: {title.en}"),)
        self.not_met = Outcome(clause, NOT_MET)
        self.not_in_force: dict[tuple[date | tuple[OutsideItem, ...], bool], Outcome] = {}
        open_notes: tuple[Text, ...] = ()
        if clause.unquantified_without:
            open_notes = (
                Text(
                    f"方案未载明{policy.facts[clause.unquantified_without].label.zh}；写明后可算出金额",
                    f"the plan leaves {clause.unquantified_without} open; state it to have the amount",
                ),
            )
        self.unquantified = Outcome(clause, UNQUANTIFIED, notes=self.notes + open_notes)

    def _pinned_title(self, pin: str) -> Text:
        return next(each.title for each in self.clause.readings if each.id == pin) or Text("", "")

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

    def outside(self, day: date, applies: bool) -> Outcome:
        """The outcome of a clause on a day on which it is not in force, where it otherwise applies or does not."""
        key = day, applies
        if key not in self.not_in_force:
            if len(self.not_in_force) >= _MOST_KEPT:
                self.not_in_force.clear()
            self.not_in_force[key] = Outcome(
                self.clause, NOT_IN_FORCE, notes=self.force.own_notes(day), out_of_time=applies
            )
        return self.not_in_force[key]

    def dated_outcome(self, facts: dict[str, Any], applies: bool | None = None) -> Outcome:
        """The outcome of a clause with dated lists: items outside are left out, and where all are it is not in force.

        `applies` says whether it would apply if it were in force on every day, where that is known already.
        """
        outside = self.force.outside(facts)
        in_force = self.force.holds(facts, outside)
        if not outside:
            return self.outcome(facts) if in_force else self.out_of_force(facts)
        if not in_force:
            return self._left_out(tuple(outside), self.undated(facts).status in PAYING if applies is None else applies)
        outcome, undated = self.outcome(facts), self.undated(facts)
        if outcome[1:6] == undated[1:6]:
            return outcome  # those left out would have changed nothing
        timeless = outcome.status not in PAYING and undated.status in PAYING
        return outcome._replace(notes=outcome.notes + self.force.item_notes(outside), out_of_time=timeless)

    def _left_out(self, outside: "tuple[OutsideItem, ...]", applies: bool) -> Outcome:
        """The outcome of a clause that is not in force, since all items that decide it are outside."""
        key = outside, applies
        if key not in self.not_in_force:
            if len(self.not_in_force) >= _MOST_KEPT:
                self.not_in_force.clear()
            notes = self.force.item_notes(outside)
            self.not_in_force[key] = Outcome(self.clause, NOT_IN_FORCE, notes=notes, out_of_time=applies)
        return self.not_in_force[key]

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
            self.undated_clause = _Compiled(self.policy, self.clause._replace(period=Period()), self.pin)
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
        missing: Unknown | None = None
        for result in found:
            if isinstance(result, Unknown):
                missing = result if missing is None else missing | result
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
        if same not in self.kept:
            if len(self.kept) >= _MOST_KEPT:
                self.kept.clear()
            self.kept[same] = self.entitled(found, None)
        return self.kept[same]

    def _undecided(self, missing: frozenset[str], facts: dict[str, Any], items: Sequence[Mapping[str, Any]]) -> Outcome:
        """A clause that is not decided; `unquantified` where only the figure is missing that the plan leaves open."""
        clause = self.clause
        if clause.unquantified_without is not None and missing == {clause.unquantified_without}:
            base = self.base_of(facts, items)
            return self.unquantified._replace(base=None if base is None else to_fen(base))
        return self.waiting(missing)

    def waiting(self, missing: frozenset[str]) -> Outcome:
        """The outcome of a clause that is undecided for want of some facts."""
        if missing not in self.open:
            if len(self.open) >= _MOST_KEPT:
                self.open.clear()
            names = tuple(name for name in self.order if name in missing)
            self.open[missing] = Outcome(self.clause, UNDECIDED, missing=names, notes=self.notes)
        return self.open[missing]

    def base_of(self, facts: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> Decimal | None:
        """The exact base, summed over the items that meet the condition; None for a clause without one."""
        if self.base is None:
            return None
        when = self.readings[0].when
        base = added(self.base(facts, item) for item in items if when(facts, item) is True)
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
