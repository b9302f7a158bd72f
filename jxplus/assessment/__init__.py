"""What one enterprise is entitled to: each clause of a policy, with its status, its interval and the reason.

`assess` is a pure function of the policy, the enterprise, the day and the readings that are pinned: it knows no clock and
no file. Within it every figure is exact; an amount is rounded half up to the fen once, when its clause is complete.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, localcontext
from functools import cached_property
from typing import TYPE_CHECKING, Any

from jxplus.assessment.assumptions import Assumptions
from jxplus.assessment.compiled import CompiledClause
from jxplus.assessment.outcome import ENTITLED as ENTITLED
from jxplus.assessment.outcome import NOT_IN_FORCE as NOT_IN_FORCE
from jxplus.assessment.outcome import NOT_MET as NOT_MET
from jxplus.assessment.outcome import PAYING as PAYING
from jxplus.assessment.outcome import STATUSES as STATUSES
from jxplus.assessment.outcome import UNDECIDED as UNDECIDED
from jxplus.assessment.outcome import UNQUANTIFIED as UNQUANTIFIED
from jxplus.assessment.outcome import Assessment as Assessment
from jxplus.assessment.outcome import Interval as Interval
from jxplus.assessment.outcome import Outcome as Outcome
from jxplus.assessment.outcome import keep
from jxplus.enterprise import Enterprise
from jxplus.enterprise.defaults import Defaults
from jxplus.fault import Text
from jxplus.formula.evaluate import Function
from jxplus.formula.node import Node
from jxplus.policy import Policy
from jxplus.quantity import EXACT

if TYPE_CHECKING:
    from jxplus.assessment.paid import Amount
    from jxplus.assessment.rules import Ruling, Settled

SMALL = Decimal(100000)
_SMALL_BELOW = -SMALL
LIKE_WAN = Text(
    "写明的金额都不到10万元。如果填的是万元，请写上单位，如 1200万",
    "all sums that are stated are below 100,000 yuan; if they are in 万 (10,000 yuan), write the unit: 1200万",
)
"""The warning of sums that look like 万 in yuan: all that are stated, of the enterprise and of items, are below `SMALL`."""


class Assessor:
    """A policy made ready to assess enterprises; made once, used for any number of them.

    `pins` chooses one reading of a clause: a mapping of clause ids to reading ids, both known to the policy. Clauses that share
    their readings are read alike; raises `ValueError` where they are chosen apart.
    """

    def __init__(self, policy: Policy, pins: Mapping[str, str] | None = None, whole: "Assessor | None" = None) -> None:
        """`whole` is the assessor of the policy that this one has some clauses of."""
        self.policy = policy
        self.pins = policy.pinned(pins or {})
        if whole is None:
            self.defaults = Defaults(policy)
            self.clauses = [CompiledClause(policy, each, self.pins.get(each.id)) for each in policy.clauses]
        else:
            names = {each.id for each in policy.clauses}
            self.defaults = whole.defaults
            self.clauses = [each for each in whole.clauses if each.clause.id in names]
        self.held_against = tuple(dict.fromkeys(clause.day for clause in policy.clauses))
        self.days: dict[tuple[date, ...], list[Callable[[dict[str, Any]], Outcome]]] = {}
        self.warned = policy.warned
        self._warnings: dict[date, tuple[tuple[Text, ...], tuple[Text, ...]]] = {}
        self.ruling = self._ruling() if policy.rules else None
        self._apart: dict[frozenset[str], Assessor] = {}

    def _ruling(self) -> "Ruling":
        from jxplus.assessment.rules import Ruling  # what few plans have is not loaded for the others

        return Ruling(self.policy, self.pins, self._itemwise)

    @cached_property
    def sums(self) -> list[str]:
        """The facts that are sums of money."""
        return [fact.id for fact in self.policy.facts.values() if fact.is_money]

    @cached_property
    def item_sums(self) -> list[tuple[str, str]]:
        """The lists and facts of their items that are sums of money."""
        lists = self.policy.lists.values()
        return [(listed.id, fact.id) for listed in lists for fact in listed.facts.values() if fact.is_money]

    @property
    def conditions(self) -> "Iterator[tuple[Node, Function]]":
        """The condition of each reading that counts, with its function."""
        return ((each.reading.when, each.when) for clause in self.clauses for each in clause.readings)

    @cached_property
    def assumptions(self) -> Assumptions:
        """What tells what the outcomes take for granted."""
        return Assumptions(self.policy, self.clauses)

    def assess(self, enterprise: Enterprise, as_of: date) -> Assessment:
        """What the policy pays `enterprise` on the day `as_of`."""
        facts = self.facts(enterprise, as_of)
        found = self.priced(enterprise, as_of, facts)
        with localcontext(EXACT):
            assumptions = self.assumptions.of(enterprise.facts, facts, found.outcomes)
        return found._replace(assumptions=assumptions, warnings=self.warnings(enterprise, as_of))

    def priced(self, enterprise: Enterprise, as_of: date, facts: dict[str, Any]) -> Assessment:
        """The same without assumptions and warnings, of `facts` that have what holds on the day among them."""
        with localcontext(EXACT):
            outcomes = tuple([outcome(facts) for outcome in self._on(facts)])
            settled = self.settled(outcomes, facts)
        return Assessment(self.policy, enterprise, as_of, outcomes, pins=self.pins, settled=settled)

    def settled(self, outcomes: Sequence[Outcome], facts: Mapping[str, Any]) -> "tuple[Settled, ...]":
        """What the rules between the clauses come to; within `EXACT`."""
        if self.ruling is None:
            return ()
        return self.ruling.settle(_amounts(outcomes), facts, self._open(outcomes))

    def warnings(self, enterprise: Enterprise, as_of: date) -> tuple[Text, ...]:
        """What whoever reads the results is warned of."""
        return self.warned_of(as_of)[self.looks_like_wan(enterprise)]

    def warned_of(self, as_of: date) -> tuple[tuple[Text, ...], tuple[Text, ...]]:
        """What is warned of on a day: of most enterprises, and of one whose sums look as if they were 万."""
        kept = self._warnings.get(as_of)
        if kept is None:
            own = tuple([each.text for each in self.warned if as_of > each.after])
            kept = keep(self._warnings, as_of, (own, (*own, LIKE_WAN)))
        return kept

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
        bound = self.together(name)
        names = bound or frozenset({name})
        if names not in self._apart:
            own = tuple(clause for clause in self.policy.clauses if clause.id in names)
            rules = self.policy.rules if bound else ()
            self._apart[names] = Assessor(self.policy._replace(clauses=own, rules=rules), self.pins, self)
        return self._apart[names]

    def _itemwise(self, name: str, facts: Mapping[str, Any]) -> Mapping[str, Sequence[Interval]]:
        """The exact amounts of the items of an entitled clause under each of its readings."""
        compiled = next(each for each in self.clauses if each.clause.id == name)
        items = facts.get(compiled.clause.each or "") or ()
        return {reading.id: [reading.of_item(facts, item) for item in items] for reading in compiled.readings}

    def looks_like_wan(self, enterprise: Enterprise) -> bool:
        """Whether all sums that are stated, those of items too, are so small, and not all zero, that they may be 万 without their unit."""
        stated, found = enterprise.facts, False
        for id in self.sums:
            amount = stated.get(id)
            if amount:
                if amount >= SMALL or amount <= _SMALL_BELOW:  # most state one that is large, and that is all
                    return False
                found = True
        for listed, id in self.item_sums:
            for item in stated.get(listed) or ():
                amount = item.get(id)
                if amount:
                    if amount >= SMALL or amount <= _SMALL_BELOW:
                        return False
                    found = True
        return found

    def _on(self, facts: Mapping[str, Any]) -> "Sequence[Callable[[dict[str, Any]], Outcome]]":
        """What gives the outcome of each clause on an enterprise's days; kept, since those of most enterprises are the same."""
        days = tuple([facts[name] for name in self.held_against])
        found = self.days.get(days)
        if found is None:
            found = keep(self.days, days, [compiled.on(facts[compiled.clause.day]) for compiled in self.clauses])
        return found


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
