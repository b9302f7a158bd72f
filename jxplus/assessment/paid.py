"""What the clauses of a group come to for one enterprise, and what is paid of it under some of its rules.

Which rules stand within which is worked out once (`CompiledGroup`); for an enterprise every choice of readings is looked at (`GroupPaid`).
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import product
from typing import Any, NamedTuple

from jxplus.assessment.lawful import Ceilings, Decision, Paid
from jxplus.formula.evaluate import Function, Unknown, function
from jxplus.policy import Clause
from jxplus.policy.bonds import Bond, Knot, RuleGroup, knots, read_together
from jxplus.quantity import ZERO, to_fen, total

Interval = tuple[Decimal, Decimal]
_NO_ITEM: Mapping[str, Any] = {}
NOTHING: Interval = (ZERO, ZERO)
LOW, HIGH = 0, 1
ENDLESS = Decimal(10) ** 30
"""What stands for an amount without a ceiling: more than any amount that has one."""
Amount = tuple[Interval, Mapping[str, Interval]]
"""What an entitled clause comes to, and under each of its readings where they differ."""


class Worth(NamedTuple):
    """What a clause comes to under one reading, to the fen, and exactly item by item where it is taken so."""

    ends: Interval
    items: Sequence[Interval] = ()


Way = tuple[list[Knot], Mapping[str, Worth]]
"""One choice of readings: what is decided within what, and what those clauses come to whose readings are looked at."""
Itemwise = Callable[[str, Mapping[str, Any]], Mapping[str, Sequence[Interval]]]
"""A clause's readings by id, each with the exact interval of every item of its list; zero where an item does not meet it."""


class _Look(NamedTuple):
    """What is looked at: what clauses come to under one choice of readings, the rules, and which end of each and of ceilings."""

    read: Mapping[str, Worth]
    rules: frozenset[str]
    ends: Mapping[str, int]
    ceiling: int


class CompiledGroup:
    """A group of rules with its ceilings as functions, and what is decided within what under each choice of readings."""

    def __init__(
        self,
        group: RuleGroup,
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
        self.decisions: dict[tuple[int, frozenset[str]], Decision] = {}
        self.leaves = {
            rule.id: [name for name in group.clauses if any(_binds(each, rule.id, name) for each in bonds)]
            for rule in group.rules
        }

    def decision(self, knot: Knot, rules: frozenset[str]) -> Decision:
        """How a knot is decided under those of its bonds that are of these rules; made once."""
        key = id(knot), rules
        if key not in self.decisions:
            self.decisions[key] = Decision(knot, rules)
        return self.decisions[key]


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

    def ends(self, facts: Mapping[str, Any], item: Mapping[str, Any]) -> _Ends:
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


class GroupPaid:
    """What the clauses of a group come to for one enterprise, under each choice of readings, and what is paid of it."""

    def __init__(
        self,
        group: CompiledGroup,
        amounts: Mapping[str, Amount],
        facts: Mapping[str, Any],
        endless: Collection[str] = (),
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
            return [dict.fromkeys(names, Worth(NOTHING))]
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
            for place, own, left in self.items(knot, _Look(way[1], rules, ends, end)):
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
        look = _Look(read, rules, ends, ceiling)
        paid = {
            name: (read[name].ends if name in read else amounts)[ends[name]] for name, amounts in self.amounts.items()
        }
        for knot in own:
            paid |= self.knot(knot, paid, look)
        return paid

    def knot(self, knot: Knot, amounts: Paid, look: _Look) -> Paid:
        if knot.each is not None:
            return self.each_item(knot, amounts, look)
        paid = {name: amounts[name] for name in knot.clauses}
        for part in knot.parts:
            if isinstance(part, Knot):
                paid |= self.knot(part, amounts, look)
        decision = self.group.decision(knot, look.rules)
        return decision.decided(paid, lambda bond: self.ceilings[bond][0].ends[look.ceiling])

    def each_item(self, knot: Knot, amounts: Paid, look: _Look) -> Paid:
        """A knot that is decided for every item: what each clause is paid over all of them, to the fen."""
        paid = {name: amounts[name] for name in knot.clauses}
        cut = dict.fromkeys(paid, ZERO)
        for _, own, left in self.items(knot, look):
            for name in paid:
                cut[name] += own[name] - left[name]
        for name in paid:
            if cut[name]:
                paid[name] = to_fen(sum((each[look.ends[name]] for each in look.read[name].items), ZERO) - cut[name])
        return paid

    def items(self, knot: Knot, look: _Look) -> Iterator[tuple[int, Paid, Paid]]:
        """For every item of a knot its place from 0, what each clause comes to, and what is paid of it; exact."""
        read, rules, ends, ceiling = look
        for place in range(max(len(read[name].items) for name in knot.clauses)):
            own = {
                name: read[name].items[place][ends[name]] if place < len(read[name].items) else ZERO
                for name in knot.clauses
            }

            def most(bond: int, at: int = place) -> Decimal | None:
                return self.ceilings[bond][at].ends[ceiling]

            yield place, own, self.inside_out(knot, own, rules, most)

    def inside_out(self, knot: Knot, amounts: Paid, rules: frozenset[str], ceilings: Ceilings) -> Paid:
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
