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

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from decimal import Decimal, localcontext
from functools import cached_property
from itertools import product
from typing import Any, NamedTuple

from jxplus.formula.evaluate import Function, Unknown, function
from jxplus.policy import Clause, Policy, Rule
from jxplus.policy.bonds import Bond, Group, Knot, groups, knots, read_together
from jxplus.quantity import EXACT, ZERO, to_fen, total

Interval = tuple[Decimal, Decimal]
Names = tuple[str, ...]
Paid = dict[str, Decimal]
"""What each clause is paid, in yuan."""
_NO_ITEM: Mapping[str, Any] = {}
_NOTHING: Interval = (ZERO, ZERO)
LOW, HIGH = 0, 1
ENDLESS = Decimal(10) ** 30
"""What stands for an amount without a ceiling: more than any amount that has one."""
Amount = tuple[Interval, Mapping[str, Interval]]
"""What an entitled clause comes to, and under each of its readings where they differ."""


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

    def __init__(self, group: "RuledGroup", found: "_Found", endless: "_Found | None") -> None:
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
                return _NOTHING
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


class Worth(NamedTuple):
    """What a clause comes to under one reading, to the fen, and exactly item by item where it is taken so."""

    ends: Interval
    items: Sequence[Interval] = ()


Way = tuple[list[Knot], Mapping[str, Worth]]
"""One choice of readings: what is decided within what, and what those clauses come to whose readings are looked at."""
Itemwise = Callable[[str, Mapping[str, Any]], Mapping[str, Sequence[Interval]]]
"""A clause's readings by id, each with the exact interval of every item of its list; zero where an item does not meet it."""


class RuledGroup:
    """A group of rules with its ceilings as functions, and what is decided within what under each choice of readings."""

    def __init__(
        self,
        group: Group,
        clauses: Mapping[str, Clause],
        pins: Mapping[str, str],
        itemwise: Itemwise,
        order: Sequence[str],
    ) -> None:
        self.group, self.itemwise, self.order = group, itemwise, order
        chosen = group.chosen(pins)
        bonds = [group.bonds(readings) for readings in chosen]
        self.by_item = {name for each in bonds for bond in each if bond.each is not None for name in bond.clauses}
        self.read = [
            (names, [id for id in ids if pins.get(names[0]) in (None, id)])
            for names, ids in read_together(group, clauses, self.by_item)
        ]
        self.chosen = [
            ({rule.id: one.id for rule, one in zip(group.rules, readings, strict=True)}, knots(each, group.clauses))
            for readings, each in zip(chosen, bonds, strict=True)
        ]
        self.ceilings = {id(bond): _Ceiling(bond) for each in bonds for bond in each if bond.ceiling}
        self.clauses, self.rules = frozenset(group.clauses), frozenset(rule.id for rule in group.rules)
        self.decisions: dict[tuple[int, frozenset[str]], _Decision] = {}
        self.leaves = {
            rule.id: [name for name in group.clauses if any(_binds(each, rule.id, name) for each in bonds)]
            for rule in group.rules
        }

    def settle(self, amounts: Mapping[str, Amount], facts: Mapping[str, Any], open: Collection[str]) -> Settled | None:
        own = {name: amounts.get(name, (_NOTHING, {})) for name in self.group.clauses}
        floors = [name for name in self.group.clauses if name in open]
        if not floors and not any(ends[HIGH] for ends, _ in own.values()):
            return None
        found = _Found(self, own, facts)
        endless = _Found(self, own, facts, floors) if floors else None
        whole = total(low for (low, _), _ in own.values()), total(high for (_, high), _ in own.values())
        if endless is None and found.span(self.rules) == whole:
            return None
        return Settled(self, found, endless)

    def decision(self, knot: Knot, rules: frozenset[str]) -> "_Decision":
        """How a knot is decided under those of its bonds that are of these rules; made once."""
        key = id(knot), rules
        if key not in self.decisions:
            self.decisions[key] = _Decision(knot, rules)
        return self.decisions[key]

    def taken(self, found: "_Found", endless: "_Found | None") -> Iterator[Taken]:
        """What each rule takes off after those before it, of the rules that take something."""
        rules = [rule.id for rule in self.group.rules]
        for number, rule in enumerate(self.group.rules):
            before, kept = frozenset(rules[:number]), frozenset(rules[: number + 1])
            ends = endless is not None and endless.span(before)[HIGH] - endless.span(kept)[HIGH] > ENDLESS / 2
            last, now = found.span(before), found.span(kept)
            if ends or last != now:
                yield self.taken_by(rule, found, kept, last, now)._replace(open=ends)

    def taken_by(self, rule: Rule, found: "_Found", kept: frozenset[str], last: Interval, now: Interval) -> Taken:
        leaves, every = self.leaves[rule.id], self.rules
        paid = [found.best(every, end) for end in (LOW, HIGH)]
        counted = [tuple(name for name in leaves if each[name] > 0) for each in paid]
        items: dict[int, tuple[Names, Names]] = {}
        ahead: dict[int | None, tuple[str, Decimal] | None] = {}
        if not any(reading.each for reading in rule.readings):
            ahead[None] = _ahead(leaves, counted, found.amounts)
        else:
            noted = [found.items_at(every, end) for end in (LOW, HIGH)]
            for place in noted[HIGH]:
                rivals = [name for name in leaves if noted[HIGH][place].get(name, _NOTHING)[0] > 0]
                if len(rivals) > 1:
                    low, high = (
                        tuple(name for name in leaves if each.get(place, {}).get(name, _NOTHING)[1] > 0)
                        for each in noted
                    )
                    items[place] = low, high
                    worth = {
                        name: (noted[LOW].get(place, {}).get(name, _NOTHING)[0], noted[HIGH][place][name][0])
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


def _binds(bonds: Sequence[Bond], rule: str, clause: str) -> bool:
    return any(bond.rule == rule and clause in bond.clauses for bond in bonds)


class _Ends(NamedTuple):
    """A ceiling at its low and its high end, None for none, and the facts that it waits for."""

    ends: tuple[Decimal | None, Decimal | None]
    missing: frozenset[str]


class _Ceiling:
    """A ceiling as functions of the enterprise's facts and an item's."""

    def __init__(self, bond: Bond) -> None:
        assert bond.at_most is not None
        self.rule, self.each = bond.rule, bond.each
        self.most: Function = function(bond.at_most)
        self.less = None if bond.less is None else function(bond.less)

    def ends(self, facts: Mapping[str, Any], item: Mapping[str, Any]) -> "_Ends":
        """Its ends; without an upper one where its formula is unknown."""
        most = self.most(facts, item)
        less = ZERO if self.less is None else self.less(facts, item)
        names = frozenset[str]().union(*(each.facts for each in (most, less) if isinstance(each, Unknown)))
        if isinstance(most, Unknown):
            return _Ends((ZERO, None), names)
        if isinstance(less, Unknown):
            return _Ends((ZERO, to_fen(max(most, ZERO))), names)
        left = to_fen(max(most - less, ZERO))
        return _Ends((left, left), names)


class _Found:
    """What the clauses of a group come to for one enterprise, under each choice of readings, and what is paid of it."""

    def __init__(
        self, group: RuledGroup, amounts: Mapping[str, Amount], facts: Mapping[str, Any], endless: Collection[str] = ()
    ) -> None:
        self.group, self.facts, self.endless = group, facts, endless
        self.amounts = {name: (ends[LOW], ENDLESS) if name in endless else ends for name, (ends, _) in amounts.items()}
        self.readings = [self._readings(names, ids, amounts) for names, ids in group.read]
        self.spans: dict[Any, Interval] = {}

    def _readings(
        self, names: Sequence[str], ids: Sequence[str], amounts: Mapping[str, Amount]
    ) -> list[dict[str, Worth]]:
        """What clauses that share their readings come to under each; a single way where none of them is paid anything."""
        if not any(self.amounts[name][HIGH] for name in names):
            return [dict.fromkeys(names, Worth(_NOTHING))]
        found: list[dict[str, Worth]] = [{} for _ in ids]
        for name in names:
            ends, own = amounts[name]
            by_item = self.group.itemwise(name, self.facts) if name in self.group.by_item and ends[HIGH] else {}
            for id, worth in zip(ids, found, strict=True):
                worth[name] = self._worth(name, own.get(id, ends), by_item.get(id, ()))
        return found

    def _worth(self, name: str, ends: Interval, items: Sequence[Interval]) -> Worth:
        """What a clause comes to; of one without a ceiling every item that comes to something has no end above."""
        if name not in self.endless:
            return Worth(ends, items)
        endless = [(low, ENDLESS) if high else (low, high) for low, high in items]
        return Worth((ends[LOW], ENDLESS * max(sum(1 for _, high in endless if high), 1)), endless)

    @cached_property
    def ceilings(self) -> dict[int, list[_Ends]]:
        """The ends of every ceiling, by its bond: one for each item where it is for each item."""
        return {
            key: [
                ceiling.ends(self.facts, item)
                for item in ([_NO_ITEM] if ceiling.each is None else self.facts.get(ceiling.each) or ())
            ]
            for key, ceiling in self.group.ceilings.items()
        }

    def missing(self, bond: int) -> frozenset[str]:
        """The facts that a ceiling waits for."""
        return frozenset[str]().union(*(each.missing for each in self.ceilings[bond]))

    @cached_property
    def exact(self) -> bool:
        """Whether every amount and every ceiling is a single figure under any readings, so that both ends need one look."""
        worth = [each for ways in self.readings for way in ways for each in way.values()]
        amounts = [*self.amounts.values(), *(each.ends for each in worth)]
        ceilings = [each.ends for ends in self.ceilings.values() for each in ends]
        return all(low == high for low, high in amounts + [one for each in worth for one in each.items]) and all(
            low == high for low, high in ceilings
        )

    # ---- ends

    def ways(self, pinned: Mapping[str, str]) -> Iterator[Way]:
        """The choices of readings that hold together: of the rules, and of the clauses whose readings are looked at."""
        for readings, own in self.group.chosen:
            if all(readings[rule] == each for rule, each in pinned.items()):
                for chosen in product(*self.readings):
                    yield own, {name: worth for each in chosen for name, worth in each.items()}

    def span(self, rules: frozenset[str], pinned: Mapping[str, str] | None = None) -> Interval:
        """What is paid under some of the rules, at both ends."""
        key = rules, tuple((pinned or {}).items())
        if key not in self.spans:
            if self.exact:
                ends = dict.fromkeys(self.amounts, LOW)
                sums = [total(self.paid(way, rules, ends, LOW).values()) for way in self.ways(pinned or {})]
                low, high = min(sums), max(sums)
            else:
                low, high = (total(self.best(rules, end, pinned).values()) for end in (LOW, HIGH))
            # Rounding item by item can set the ends a fen apart the wrong way round.
            self.spans[key] = min(low, high), max(low, high)
        return self.spans[key]

    def best(self, rules: frozenset[str], end: int, pinned: Mapping[str, str] | None = None) -> Paid:
        """What each clause is paid at an end: under the readings that pay least at the low one, most at the high one."""
        return self.best_way(rules, end, pinned)[1]

    def best_way(self, rules: frozenset[str], end: int, pinned: Mapping[str, str] | None = None) -> tuple[Way, Paid]:
        """The readings under which so much is paid at an end, and what is paid."""
        pick = min if end == LOW else max
        ends = dict.fromkeys(self.amounts, end)
        found = ((way, self.paid(way, rules, ends, end)) for way in self.ways(pinned or {}))
        return pick(found, key=lambda each: total(each[1].values()))

    def items_at(self, rules: frozenset[str], end: int) -> dict[int, dict[str, Interval]]:
        """For each item of the lists that rules look at: what each clause comes to at an end, and what is paid of it."""
        way, _ = self.best_way(rules, end)
        found: dict[int, dict[str, Interval]] = {}
        ends = dict.fromkeys(self.amounts, end)
        for knot in _itemwise(way[0]):
            for place, own, left in self.items(knot, way[1], rules, ends, end):
                found.setdefault(place, {}).update({name: (own[name], left[name]) for name in own})
        return found

    def of(self, clauses: Collection[str]) -> Interval:
        """What is paid for some clauses: the most with their own high ends and the others' low ones, the least otherwise."""
        every = self.group.rules
        ends: list[Decimal] = []
        for end in (LOW, HIGH):
            given = {name: end if name in clauses else 1 - end for name in self.amounts}
            sums = [
                total(amount for name, amount in self.paid(way, every, given, end).items() if name in clauses)
                for way in self.ways({})
            ]
            ends.append(min(sums) if end == LOW else max(sums))
        return ends[LOW], ends[HIGH]

    # ---- one choice of readings, one end

    def paid(
        self,
        way: Way,
        rules: frozenset[str],
        ends: Mapping[str, int],
        ceiling: int,
    ) -> Paid:
        """What each clause is paid: `ends` says which end of each is taken, `ceiling` which of the ceilings."""
        own, read = way
        paid = {
            name: (read[name].ends if name in read else amounts)[ends[name]] for name, amounts in self.amounts.items()
        }
        for knot in own:
            paid |= self.knot(knot, paid, read, rules, ends, ceiling)
        return paid

    def knot(
        self,
        knot: Knot,
        amounts: Paid,
        read: Mapping[str, Worth],
        rules: frozenset[str],
        ends: Mapping[str, int],
        ceiling: int,
    ) -> Paid:
        if knot.each is not None:
            return self.each_item(knot, amounts, read, rules, ends, ceiling)
        paid = {name: amounts[name] for name in knot.clauses}
        for part in knot.parts:
            if isinstance(part, Knot):
                paid |= self.knot(part, amounts, read, rules, ends, ceiling)
        return self.group.decision(knot, rules).decided(paid, lambda bond: self.ceilings[bond][0].ends[ceiling])

    def each_item(
        self,
        knot: Knot,
        amounts: Paid,
        read: Mapping[str, Worth],
        rules: frozenset[str],
        ends: Mapping[str, int],
        ceiling: int,
    ) -> Paid:
        """A knot that is decided for every item: what each clause is paid over all of them, to the fen."""
        paid = {name: amounts[name] for name in knot.clauses}
        cut = dict.fromkeys(paid, ZERO)
        for _, own, left in self.items(knot, read, rules, ends, ceiling):
            for name in paid:
                cut[name] += own[name] - left[name]
        for name in paid:
            if cut[name]:
                paid[name] = to_fen(sum((each[ends[name]] for each in read[name].items), ZERO) - cut[name])
        return paid

    def items(
        self, knot: Knot, read: Mapping[str, Worth], rules: frozenset[str], ends: Mapping[str, int], ceiling: int
    ) -> Iterator[tuple[int, Paid, Paid]]:
        """For every item of a knot its place from 0, what each clause comes to, and what is paid of it; exact."""
        for place in range(max(len(read[name].items) for name in knot.clauses)):
            own = {
                name: read[name].items[place][ends[name]] if place < len(read[name].items) else ZERO
                for name in knot.clauses
            }

            def most(bond: int, at: int = place) -> Decimal | None:
                return self.ceilings[bond][at].ends[ceiling]

            yield place, own, self.inside_out(knot, own, rules, most)

    def inside_out(self, knot: Knot, amounts: Paid, rules: frozenset[str], ceilings: "Ceilings") -> Paid:
        """What each clause of a knot is paid for one item."""
        paid = amounts
        for part in knot.parts:
            if isinstance(part, Knot):
                paid = {**paid, **self.inside_out(part, {name: paid[name] for name in part.clauses}, rules, ceilings)}
        return self.group.decision(knot, rules).decided(paid, ceilings)


def _itemwise(knots: Sequence[Knot]) -> Iterator[Knot]:
    """The outermost knots that are decided for every item."""
    for knot in knots:
        if knot.each is not None:
            yield knot
        else:
            yield from _itemwise([part for part in knot.parts if isinstance(part, Knot)])


Ceilings = Callable[[int], Decimal | None]
"""A ceiling by its bond's key; None for none."""


class _Decision:
    """How a knot is decided under some of its bonds: which parts are out in each way to keep the choices, and the ceilings."""

    def __init__(self, knot: Knot, rules: frozenset[str]) -> None:
        bonds = [(bond, taken) for bond, taken in knot.bonds if bond.rule in rules]
        self.names = [(part,) if isinstance(part, str) else part.clauses for part in knot.parts]
        choices = [taken for bond, taken in bonds if not bond.ceiling]
        outs = (
            frozenset(
                place
                for taken, kept in zip(choices, chosen, strict=True)
                for other in taken
                if other is not kept
                for place in other
            )
            for chosen in product(*choices)
        )
        self.outs = list(dict.fromkeys(outs))
        self.caps = [(frozenset[int]().union(*taken), id(bond)) for bond, taken in bonds if bond.ceiling]

    def decided(self, amounts: Paid, ceilings: Ceilings) -> Paid:
        """What each clause is paid of `amounts`: of all ways the first that pays most."""
        worth = [
            amounts[names[0]] if len(names) == 1 else sum((amounts[name] for name in names), ZERO)
            for names in self.names
        ]
        if not self.caps and sum(1 for value in worth if value) < 2:
            return amounts  # there is nothing to choose among
        caps = [(taken, most) for taken, bond in self.caps if (most := ceilings(bond)) is not None]
        best: list[Decimal] | None = None
        most_paid = ZERO
        for out in self.outs:
            way = [ZERO if place in out else value for place, value in enumerate(worth)]
            way = _under(caps, way) if caps else way
            paid_so = sum(way, ZERO)
            if best is None or paid_so > most_paid:
                best, most_paid = way, paid_so
        assert best is not None
        paid = dict(amounts)
        for names, before, now in zip(self.names, worth, best, strict=True):
            if now != before:
                paid |= _first(names, amounts, now)
        return paid


def _first(names: Sequence[str], amounts: Paid, left: Decimal) -> Paid:
    """What is left for these clauses, the first of them first."""
    paid = {}
    for name in names:
        paid[name] = min(amounts[name], left)
        left -= paid[name]
    return paid


def _under(caps: Sequence[tuple[frozenset[int], Decimal]], worth: list[Decimal]) -> list[Decimal]:
    """The most that ceilings leave of some amounts; what must be cut is cut from the last of them."""
    if all(sum((worth[place] for place in taken), ZERO) <= most for taken, most in caps):
        return worth
    left = list(worth)
    best = _covered(caps, left)
    for place in reversed(range(len(left))):
        around = [cap for cap in caps if place not in cap[0]]
        others = [ZERO if other == place else value for other, value in enumerate(left)]
        left[place] = min(left[place], max(best - _covered(around, others), ZERO))
    return left


def _covered(caps: Sequence[tuple[frozenset[int], Decimal]], worth: Sequence[Decimal]) -> Decimal:
    """The most that ceilings leave of some amounts in all: the least of all ways to cover them by ceilings and themselves."""
    least: Decimal | None = None
    for used in product((False, True), repeat=len(caps)):
        kept = [cap for cap, one in zip(caps, used, strict=True) if one]
        covered = frozenset[int]().union(*(taken for taken, _ in kept))
        whole = sum((most for _, most in kept), ZERO)
        whole += sum((value for place, value in enumerate(worth) if place not in covered), ZERO)
        least = whole if least is None else min(least, whole)
    assert least is not None
    return least
