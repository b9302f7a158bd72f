"""What rules between clauses take off what the clauses pay by themselves, at both ends, and why.

Each clause keeps its own amount. Under the rules an enterprise is paid what the lawful choice comes to that pays most: of
`highest of` and `same as` one counts, a `sum of` comes to its ceiling at most. What is paid grows with every amount and every
ceiling, so its low end is what comes of the low ends and its high end what comes of the high ones, and both can happen. Where
clauses or rules have readings, each choice of readings is looked at by itself and the ends span them: no two readings of one
clause, or of one rule, are ever taken together.

Only entitled clauses are counted: one that is undecided or states no amount is worth nothing to a rule, as it is to the totals,
and so a rule takes nothing off for it and nothing off it. Of a ceiling that is less a fact that is not stated, anything from
nothing to all may have been drawn: its low end is zero, its high end the whole. So it is with a ceiling whose own formula is
unknown, with no end above. And a clause that pays at least an amount, without a ceiling, comes to anything above it: unless a
rule puts a ceiling to it, what is paid has no end above either.

A ceiling is used up in the order in which the rules name the clauses; of two that are worth the same, the first counts. A rule
for each item has the exact amounts of the items; what a clause is paid is rounded half up to the fen once, over its items.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal, localcontext
from functools import cached_property
from typing import Any, NamedTuple

from jxplus.assessment.paid import ENDLESS, HIGH, LOW, NOTHING, Amount, CompiledGroup, GroupPaid, Interval, Itemwise
from jxplus.policy import Policy, Rule
from jxplus.policy.bonds import groups
from jxplus.quantity import EXACT, total

Names = tuple[str, ...]


class Taken(NamedTuple):
    """What a rule takes off either end, in yuan to the fen, of the clauses that it binds.

    `counted` are the clauses of it that are paid at the low end and at the high end; `items` has the same by the place of each
    item for which two or more of them come to something, where the rule is for each item. `ahead` says by how much the only
    clause that counts is ahead of the next one, by the place of the item, None for the whole. `missing` are the facts that its
    ceiling waits for; `readings` has what each reading takes off, where they differ. `open` says that besides it puts an end to what had none.
    """

    rule: Rule
    clauses: tuple[str, ...]
    low: Decimal
    high: Decimal
    counted: tuple[Names, Names]
    items: Mapping[int, tuple[Names, Names]] = {}
    ahead: Mapping[int | None, tuple[str, Decimal]] = {}
    missing: tuple[str, ...] = ()
    readings: Mapping[str, Interval] = {}
    open: bool = False


class Settled:
    """A group of clauses that together are paid something else than their sum: what is paid for all, and for some of them.

    Rules have taken something off, or clauses that share their readings cannot all come to the least, or the most, at once.
    """

    def __init__(self, group: "RuledGroup", found: GroupPaid, endless: GroupPaid | None) -> None:
        self._group, self._found, self._endless = group, found, endless
        self.clauses, self.rules = group.clauses, group.rules
        self.span = self._within(found.span(self.rules), endless.span(self.rules) if endless is not None else None)

    @cached_property
    def taken(self) -> tuple[Taken, ...]:
        """What each of the rules takes off, of those that take something."""
        with localcontext(EXACT):
            return tuple(self._group.taken(self._found, self._endless))

    def _within(self, span: Interval, endless: Interval | None) -> Interval:
        """What is paid, where some amounts have no ceiling: to the end that a rule puts to it, else as if they came to their least."""
        if endless is None or endless[HIGH] >= ENDLESS:
            return span
        return endless

    def open(self, clauses: Collection[str]) -> bool:
        """Whether nothing bounds what is paid for these clauses."""
        own = self.clauses.intersection(clauses)
        if self._endless is None or not own:
            return False
        with localcontext(EXACT):
            most = self._endless.span(self.rules) if own == self.clauses else self._endless.of(own)
        return most[HIGH] >= ENDLESS

    def of(self, clauses: Collection[str]) -> Interval:
        """What is paid for these clauses alone: the least, and the most, that it can be."""
        own = self.clauses.intersection(clauses)
        if own == self.clauses:
            return self.span
        with localcontext(EXACT):
            if not own:
                return NOTHING
            return self._within(self._found.of(own), self._endless.of(own) if self._endless is not None else None)


class Ruling:
    """The rules of a policy made ready; made once, used for any number of enterprises.

    `itemwise` gives for a clause and an enterprise's facts the exact amounts of its items under each reading.
    """

    def __init__(self, policy: Policy, pins: Mapping[str, str], itemwise: "Itemwise") -> None:
        clauses = {clause.id: clause for clause in policy.clauses}
        order = [*policy.facts, *policy.lists]
        self.groups = [RuledGroup(group, clauses, pins, itemwise, order) for group in groups(policy)]

    def settle(
        self, amounts: Mapping[str, Amount], facts: Mapping[str, Any], open: Collection[str] = ()
    ) -> tuple[Settled, ...]:
        """The groups that are not paid their sum, where entitled clauses come to `amounts`, those in `open` to more; within `EXACT`."""
        found = (group.settle(amounts, facts, open) for group in self.groups)
        return tuple(each for each in found if each is not None)


class RuledGroup(CompiledGroup):
    """A group of rules, and what each of them takes off."""

    def settle(self, amounts: Mapping[str, Amount], facts: Mapping[str, Any], open: Collection[str]) -> Settled | None:
        own = {name: amounts.get(name, (NOTHING, {})) for name in self.group.clauses}
        floors = [name for name in self.group.clauses if name in open]
        if not floors and not any(ends[HIGH] for ends, _ in own.values()):
            return None
        found = GroupPaid(self, own, facts)
        endless = GroupPaid(self, own, facts, floors) if floors else None
        whole = total(low for (low, _), _ in own.values()), total(high for (_, high), _ in own.values())
        if endless is None and found.span(self.rules) == whole:
            return None
        return Settled(self, found, endless)

    def taken(self, found: GroupPaid, endless: GroupPaid | None) -> Iterator[Taken]:
        """What each rule takes off after those before it, of the rules that take something."""
        rules = [rule.id for rule in self.group.rules]
        for number, rule in enumerate(self.group.rules):
            before, kept = frozenset(rules[:number]), frozenset(rules[: number + 1])
            ends = endless is not None and endless.span(before)[HIGH] - endless.span(kept)[HIGH] > ENDLESS / 2
            last, now = found.span(before), found.span(kept)
            if ends or last != now:
                yield self.taken_by(rule, found, kept, last, now)._replace(open=ends)

    def taken_by(self, rule: Rule, found: GroupPaid, kept: frozenset[str], last: Interval, now: Interval) -> Taken:
        leaves, every = self.leaves[rule.id], self.rules
        paid = [found.best(every, end) for end in (LOW, HIGH)]
        counted = [tuple(name for name in leaves if each[name] > 0) for each in paid]
        items: dict[int, tuple[Names, Names]] = {}
        ahead: dict[int | None, tuple[str, Decimal] | None] = {}
        if not any(reading.each for reading in rule.readings):
            before = self.group.rules[: self.group.rules.index(rule)]
            left = found.best(frozenset(each.id for each in before), HIGH)
            ahead[None] = _ahead([name for name in leaves if left[name] > 0], counted, found.amounts)
        else:
            noted = [found.items_at(every, end) for end in (LOW, HIGH)]
            for place in noted[HIGH]:
                rivals = [name for name in leaves if noted[HIGH][place].get(name, NOTHING)[0] > 0]
                if len(rivals) > 1:
                    low, high = (
                        tuple(name for name in leaves if each.get(place, {}).get(name, NOTHING)[1] > 0)
                        for each in noted
                    )
                    items[place] = low, high
                    worth = {
                        name: (noted[LOW].get(place, {}).get(name, NOTHING)[0], noted[HIGH][place][name][0])
                        for name in rivals
                    }
                    ahead[place] = _ahead(rivals, (low, high), worth)
        names = {name for key, each in self.ceilings.items() if each.rule == rule.id for name in found.missing(key)}
        readings = {}
        for each in dict.fromkeys(chosen[rule.id] for chosen, _ in self.chosen):
            own = found.span(kept, {rule.id: each})
            readings[each] = last[LOW] - own[LOW], last[HIGH] - own[HIGH]
        differ = len(set(readings.values())) > 1
        return Taken(
            rule,
            tuple(leaves),
            last[LOW] - now[LOW],
            last[HIGH] - now[HIGH],
            (counted[LOW], counted[HIGH]),
            items,
            {place: lead for place, lead in ahead.items() if lead is not None},
            tuple(name for name in self.order if name in names),
            readings if differ else {},
        )


def _ahead(
    names: Sequence[str], counted: Sequence[Names], amounts: Mapping[str, Interval]
) -> tuple[str, Decimal] | None:
    """The clause that comes next to the only one that counts, and by how much it comes to less; None where that is open."""
    others = [name for name in names if name not in counted[HIGH] and amounts[name][HIGH] > 0]
    exact = all(low == high for low, high in (amounts[name] for name in (*counted[HIGH], *others)))
    if len(counted[HIGH]) != 1 or counted[LOW] != counted[HIGH] or not others or not exact:
        return None
    after = max(others, key=lambda name: amounts[name][HIGH])
    return after, amounts[counted[HIGH][0]][HIGH] - amounts[after][HIGH]
