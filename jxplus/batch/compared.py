"""Many enterprises under two plans: who gains, who loses, and how much it comes to in all.

An amount is an interval, and the difference of two is not told by their ends alone. What hangs on a reading is compared under
that reading in both plans; the low end of what is paid is held against the low end, the high against the high. Where a
reading came or went each is held against each. The change of an enterprise is the least and the most that these give.
"""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import product
from operator import attrgetter
from typing import Any, NamedTuple

from jxplus.comparison import Comparison, clause_pairs
from jxplus.comparison.sides import ClauseSide as Asking
from jxplus.comparison.sides import Variable
from jxplus.fault import Text
from jxplus.policy import Clause, Fact, FactList, Policy, names_of
from jxplus.quantity import ROOMY, ZERO

MOST_SHOWN = 1000
"""How many enterprises that gain, and that lose, are kept; a file takes all of them."""
GAINS, LOSES, EITHER, SAME = "gains", "loses", "either", "unchanged"
"""What becomes of an enterprise; `either` where one reading or end says that it gains and another that it loses."""

Ends = tuple[Decimal, Decimal]
NOTHING: Ends = (ZERO, ZERO)
Way = tuple[str, str]
"""A reading of a clause as it was and one as it is; empty where there is no such clause, or one reading alone."""


class EnterpriseChange(NamedTuple):
    """One enterprise under both plans: what it is due in all, and how that changes, in yuan."""

    enterprise: str
    name: str
    old: Ends
    new: Ends
    change: Ends

    @property
    def how(self) -> str:
        """`gains`, `loses`, `either` or `unchanged`."""
        return how(self.change)


def how(change: Ends) -> str:
    """What a change is."""
    low, high = change
    if low == high == 0:
        return SAME
    return GAINS if low >= 0 else LOSES if high <= 0 else EITHER


class PairOf(NamedTuple):
    """A clause as it was and as it is, and the readings that are held against each other."""

    old: Clause | None
    new: Clause | None
    ways: tuple[Way, ...]


class Sums(NamedTuple):
    """What comes together: under the old plan, under the new, and the change, each from the least to the most, in yuan."""

    old: Ends = NOTHING
    new: Ends = NOTHING
    change: Ends = NOTHING

    def plus(self, other: "Sums") -> "Sums":
        return Sums(*(plus(one, two) for one, two in zip(self, other, strict=True)))


class ClauseTally(NamedTuple):
    """What one clause comes to for all enterprises: both ends by either plan, and how both ends change in each way."""

    whole: list[Decimal]
    ways: list[list[Decimal]]

    def sums(self) -> Sums:
        """It in all."""
        low, high, new_low, new_high = self.whole
        return Sums((low, high), (new_low, new_high), span(each for way in self.ways for each in way))


class Effect:
    """What replacing a plan comes to for many enterprises.

    `undecided` counts those for which one plan waits for facts where the other does not: what they are due by it may be more.
    `total`, `natures` and `payers` are over those that both plans take; `refused` counts those that the old, the new, or both
    refuse. `open` says that an amount without a ceiling is among them.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.total = Sums()
        self.natures: dict[str, Sums] = {}
        self.payers: dict[Text, Sums] = {}
        self.open = False
        self.undecided = 0
        self.named = False
        self.assumptions: dict[Text, int] = {}
        self._kept = 0
        self._gains: list[tuple[Decimal, int, EnterpriseChange]] = []
        self._losses: list[tuple[Decimal, int, EnterpriseChange]] = []

    @property
    def compared(self) -> int:
        """How many enterprises both plans take."""
        return self.counts.total()

    @property
    def gains(self) -> list[EnterpriseChange]:
        """Those that gain most, the most first."""
        return [each for _, _, each in sorted(self._gains, reverse=True)]

    @property
    def losses(self) -> list[EnterpriseChange]:
        """Those that lose most, the most first."""
        return [each for _, _, each in sorted(self._losses, reverse=True)]

    def add(self, changed: EnterpriseChange) -> None:
        """Counts an enterprise, and keeps it where it is among those that gain or lose most."""
        self.named = self.named or bool(changed.name)
        self.counts[changed.how] += 1
        self.keep(changed)

    def keep(self, changed: EnterpriseChange, which: Sequence[str] = (GAINS, LOSES)) -> None:
        """Keeps an enterprise where it is among those that gain most, or lose most."""
        self._kept += 1
        place = -self._kept  # of two alike the earlier stands first
        if changed.change[1] > 0 and GAINS in which:
            _keep(self._gains, (changed.change[1], place, changed))
        if changed.change[0] < 0 and LOSES in which:
            _keep(self._losses, (-changed.change[0], place, changed))

    def assume(self, old: Mapping[Text, int], new: Mapping[Text, int]) -> None:
        """Takes what the plans assume and warn of, with how many enterprises it is true of; what one of them says alone as its own."""
        for text in dict.fromkeys((*old, *new)):
            told = text
            if text not in new:
                told = Text(f"旧方案：{text.zh}", f"by the old plan: {text.en}")
            elif text not in old:
                told = Text(f"新方案：{text.zh}", f"by the new plan: {text.en}")
            self.assumptions[told] = max(old.get(text, 0), new.get(text, 0))

    def group(self, pairs: Iterable[tuple[PairOf, Sums]]) -> None:
        """Adds up by nature and by payer what each clause comes to; a clause that changes these leaves one and joins another."""
        for pair, sums in pairs:
            self.total = self.total.plus(sums)
            for groups, key in ((self.natures, attrgetter("nature")), (self.payers, attrgetter("payer"))):
                before, after = pair.old and key(pair.old), pair.new and key(pair.new)
                for name, own in _parted(before, after, sums):
                    groups[name] = groups.get(name, Sums()).plus(own)


def _parted(before: Any, after: Any, sums: Sums) -> Iterator[tuple[Any, Sums]]:
    """What a clause comes to, in the group that it is in; where it changed groups, what the one loses and the other gains."""
    if before is None or after is None or before == after:
        yield before or after, sums
        return
    yield before, Sums(sums.old, NOTHING, span(ROOMY.minus(each) for each in sums.old))
    yield after, Sums(NOTHING, sums.new, span(sums.new))


def _keep(heap: list[tuple[Decimal, int, EnterpriseChange]], ranked: tuple[Decimal, int, EnterpriseChange]) -> None:
    if len(heap) < MOST_SHOWN:
        heapq.heappush(heap, ranked)
    else:
        heapq.heappushpop(heap, ranked)


def plus(one: Ends, other: Ends) -> Ends:
    """Two intervals added end by end."""
    return ROOMY.add(one[0], other[0]), ROOMY.add(one[1], other[1])


def span(values: Iterable[Decimal]) -> Ends:
    """The least and the most of some amounts."""
    found = list(values)
    return min(found), max(found)


# ---- what is held against what ---------------------------------------------------------------------------------------------


def pairs_of(old: Policy, new: Policy, pins: Sequence[Mapping[str, str]]) -> list[PairOf]:
    """The clauses of two plans, each as it was and as it is, with the readings to hold against each other."""
    found = []
    for one, other in clause_pairs(old, new):
        ids = [_readings(clause, pin) for clause, pin in zip((one, other), pins, strict=True)]
        alike = set(ids[0]) == set(ids[1])
        ways: list[Way] = [(id, id) for id in ids[1]] if alike else [(was, now) for was, now in product(*ids)]
        found.append(PairOf(one, other, tuple(ways)))
    return found


def _readings(clause: Clause | None, pins: Mapping[str, str]) -> list[str]:
    if clause is None:
        return [""]
    return [pins[clause.id]] if clause.id in pins else [reading.id for reading in clause.readings]


def widened(policy: Policy, other: Policy) -> Policy:
    """A plan that reads what another asks for as well, and makes nothing of it: one file serves both.

    A fact of the other's is not taken where a name of it means something else here.
    """
    names = {name for entries in (policy.facts, policy.lists) for entry in entries.values() for name in names_of(entry)}
    facts = {**policy.facts, **_foreign(policy.facts, other.facts, names)}
    lists: dict[str, FactList] = {}
    for id, listed in policy.lists.items():
        theirs = other.lists[id].facts if id in other.lists else {}
        inner = {name for fact in listed.facts.values() for name in names_of(fact)}
        more = {key: _idle(fact) for key, fact in _foreign(listed.facts, theirs, inner).items()}
        lists[id] = listed._replace(facts={**listed.facts, **more})
    more_lists = {
        id: listed._replace(facts={key: _idle(fact) for key, fact in listed.facts.items()}, dated="")
        for id, listed in other.lists.items()
        if id not in lists and not names.intersection(names_of(listed))
    }
    return policy._replace(facts=facts, lists={**lists, **more_lists})


def _foreign(own: Mapping[str, Fact], theirs: Mapping[str, Fact], names: set[str]) -> dict[str, Fact]:
    return {
        id: fact._replace(required=False, default=None)
        for id, fact in theirs.items()
        if id not in own and not names.intersection(names_of(fact))
    }


def _idle(fact: Fact) -> Fact:
    """A fact of an item that the plan does not ask for: an item need not have it."""
    from jxplus.comparison.domains import filler

    return fact._replace(default="today" if fact.type.kind == "date" else filler(fact, date.min))


def affected(comparison: Comparison, pairs: Sequence[PairOf]) -> set[int]:
    """The places of the pairs whose clause may come to something else: it changed, or what it asks for did."""
    changed = {each.one.id for each in comparison.clauses if not each.words}
    facts = [each for each in comparison.facts if not each.words]
    asked = {Variable(each.listed, each.one.id) for each in facts}
    asked |= {Variable("", each.one.id) for each in comparison.lists}
    if any(each.one.type.kind == "date" for each in facts):  # days follow each other
        return set(range(len(pairs)))
    found = set()
    for place, pair in enumerate(pairs):
        clause = pair.new or pair.old
        assert clause is not None
        if (
            pair.old is None
            or pair.new is None
            or clause.id in changed
            or asked.intersection(Asking(comparison.new, pair.new).asked)
        ):
            found.add(place)
    return found
