"""Enterprises under two plans, one after another: the scalar engine of a comparison."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import localcontext
from typing import Any, NamedTuple

from jxplus.assessment import ENTITLED, UNDECIDED, Assessment, Assessor, Outcome
from jxplus.batch.compared import NOTHING, ClauseTally, Effect, Ends, EnterpriseChange, PairOf, Sums, plus, span
from jxplus.batch.sources import Entry, Refusal, Source
from jxplus.enterprise import Reader
from jxplus.fault import Fault, Text
from jxplus.policy import DAY, Clause, Policy
from jxplus.quantity import ROOMY, ZERO


class PlanSide(NamedTuple):
    """One of the two plans with its readings that are chosen, its sources, the facts in place of an enterprise's own, and the day."""

    policy: Policy
    pins: Mapping[str, str]
    sources: Sequence[Source]
    extra: Mapping[str, Any] = {}
    day: date | None = None


Take = Callable[[EnterpriseChange], None]
_OFTEN = 200
"""After so many enterprises it is told how many there were."""


class Comparer:
    """Computes enterprises under two plans, one after another; `take` is handed each that both plans take."""

    def __init__(self, sides: Sequence[PlanSide], pairs: Sequence[PairOf], today: date) -> None:
        self.sides, self.pairs, self.today = sides, pairs, today
        self.readers = [Reader(side.policy) for side in sides]
        self.assessors = [Assessor(side.policy, side.pins) for side in sides]
        self.ruled = any(side.policy.rules for side in sides)
        self.sums = [ClauseTally([ZERO] * 4, [[ZERO, ZERO] for _ in pair.ways]) for pair in pairs]
        self.effect = Effect()
        self.assumed: list[Counter[Text]] = [Counter(), Counter()]

    def run(
        self,
        take: Take = lambda changed: None,
        refuse: Callable[[Refusal], None] = lambda refusal: None,
        tick: Callable[[int, int], None] = lambda compared, refused: None,
    ) -> Effect:
        """What it comes to for all enterprises of the sources; `tick` is told now and then how many were compared and refused."""
        seen: set[tuple[Fault, ...]] = set()
        with localcontext(ROOMY):
            for found in _together(
                *(_entries(side, reader) for side, reader in zip(self.sides, self.readers, strict=True))
            ):
                for each in found:
                    if isinstance(each, Refusal) and each.faults not in seen:
                        seen.add(each.faults)
                        refuse(each)
                assessed = [
                    None if each is None or isinstance(each, Refusal) else self.assess(side, each)
                    for side, each in enumerate(found)
                ]
                old, new = assessed
                if old is None or new is None:
                    self.effect.refused["both" if old is new else "old" if old is None else "new"] += 1
                    continue
                changed = self.changed((old, new))
                self.effect.add(changed)
                take(changed)
                if self.effect.compared % _OFTEN == 0:
                    tick(self.effect.compared, self.effect.refused.total())
            if not self.ruled:
                self.effect.group((pair, tally.sums()) for pair, tally in zip(self.pairs, self.sums, strict=True))
        self.effect.assume(*self.assumed)
        return self.effect

    def assess(self, side: int, enterprise: Any) -> Assessment:
        day = self.sides[side].day or enterprise.facts.get(DAY) or self.today
        found = self.assessors[side].assess(enterprise, day)
        self.assumed[side].update([*(each.text for each in found.assumptions), *found.warnings])
        return found

    def changed(self, both: Sequence[Assessment]) -> EnterpriseChange:
        """What an enterprise is due under both plans."""
        old, new = both
        outcomes = [{each.clause.id: each for each in one.outcomes} for one in both]
        change, totals, waits = NOTHING, [NOTHING, NOTHING], False
        for pair, tally in zip(self.pairs, self.sums, strict=True):
            waits = waits or _waits(pair.old, outcomes[0]) != _waits(pair.new, outcomes[1])
            ends = [_of(clause, each) for clause, each in zip((pair.old, pair.new), outcomes, strict=True)]
            if ends[0] is None and ends[1] is None:
                continue
            change = plus(change, self._add(pair, tally, ends))
            totals = [plus(total, _ends(each, "")) for total, each in zip(totals, ends, strict=True)]
        self.effect.undecided += waits
        self.effect.open = self.effect.open or any(each.open() for each in both)
        if self.ruled:
            totals = [old.total(), new.total()]
            change = span(totals[1][end] - totals[0][end] for end in (0, 1))
            self._group_ruled(old, new)
        enterprise = new.enterprise
        return EnterpriseChange(
            enterprise.label, enterprise.name if enterprise.id else "", totals[0], totals[1], change
        )

    def _add(self, pair: PairOf, tally: ClauseTally, ends: Sequence[Outcome | None]) -> Ends:
        """Adds what a clause comes to, and gives how it changes."""
        whole = [_ends(each, "") for each in ends]
        for place, amount in enumerate((*whole[0], *whole[1])):
            tally.whole[place] += amount
        found = []
        for way, added in zip(pair.ways, tally.ways, strict=True):
            before, after = (_ends(each, reading) for each, reading in zip(ends, way, strict=True))
            for end in (0, 1):
                added[end] += after[end] - before[end]
                found.append(after[end] - before[end])
        return span(found)

    def _group_ruled(self, old: Assessment, new: Assessment) -> None:
        """Adds what is paid after the rules, by nature and by payer."""
        effect = self.effect
        effect.total = effect.total.plus(_apart(old.total(), new.total()))
        for name in dict.fromkeys((*self.sides[0].policy.natures, *self.sides[1].policy.natures)):
            own = _apart(old.total(name), new.total(name))
            if any(map(any, own)):
                effect.natures[name] = effect.natures.get(name, Sums()).plus(own)
        for payer in dict.fromkeys(each.clause.payer for one in (old, new) for each in one.outcomes):
            paid = [
                one.paid(each.clause.id for each in one.outcomes if each.clause.payer == payer) for one in (old, new)
            ]
            if any(map(any, paid)):
                effect.payers[payer] = effect.payers.get(payer, Sums()).plus(_apart(*paid))


def _apart(old: Ends, new: Ends) -> Sums:
    """Two intervals and what lies between their ends."""
    return Sums(old, new, span(ROOMY.subtract(after, before) for after, before in zip(new, old, strict=True)))


def _waits(clause: Clause | None, outcomes: Mapping[str, Outcome]) -> bool:
    """Whether a clause waits for facts that are not stated."""
    return clause is not None and outcomes[clause.id].status == UNDECIDED


def _of(clause: Clause | None, outcomes: Mapping[str, Outcome]) -> Outcome | None:
    found = outcomes.get(clause.id) if clause is not None else None
    return found if found is not None and found.status == ENTITLED else None


def _ends(outcome: Outcome | None, reading: str) -> Ends:
    """What an outcome comes to, or comes to under one reading."""
    if outcome is None or outcome.low is None or outcome.high is None:
        return NOTHING
    # Of an amount without a ceiling both ends are the least that it is.
    whole = (outcome.low, outcome.low) if outcome.open else (outcome.low, outcome.high)
    return outcome.readings.get(reading, whole)


def _entries(side: PlanSide, reader: Reader) -> Iterator[tuple[str, Entry]]:
    """The enterprises of a plan's sources, each with what it is called; a refusal without a name by its place."""
    for source in side.sources:
        for chunk in source.chunks():
            for entry in chunk.entries(reader, side.extra):
                if isinstance(entry, Refusal):
                    first = entry.faults[0]
                    yield entry.enterprise or f"{first.file}:{first.place.show()}", entry
                else:
                    yield entry.label, entry


def _together(
    old: Iterator[tuple[str, Entry]], new: Iterator[tuple[str, Entry]]
) -> Iterator[tuple[Entry | None, Entry | None]]:
    """The same enterprise as either plan reads it; None where one of them has none of that name.

    They come in one order but for what is refused, so that few wait for each other.
    """
    waiting: list[dict[tuple[str, int], Entry]] = [{}, {}]
    seen: list[Counter[str]] = [Counter(), Counter()]
    sides = [old, new]
    left = [True, True]
    while any(left):
        for side in (0, 1):
            found = next(sides[side], None) if left[side] else None
            if found is None:
                left[side] = False
                continue
            label, entry = found
            key = label, seen[side][label]
            seen[side][label] += 1
            other = waiting[1 - side].pop(key, None)
            if other is None:
                waiting[side][key] = entry
            else:
                yield (other, entry) if side else (entry, other)
    yield from ((entry, None) for entry in waiting[0].values())
    yield from ((None, entry) for entry in waiting[1].values())
