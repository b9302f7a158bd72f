"""What rules bind together: the clauses of a policy in groups, and in each of them what is decided within what.

A rule binds the clauses that it names. Rules that share clauses stand one within the other, or they cross: what one of them
takes as a whole, another takes apart. Rules that stand within each other are decided from the inside out; those that cross are
decided at once, by looking at every way to keep them, so there is a bound to how many ways there may be.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import NamedTuple, TypeVar

from jxplus.fault import Text
from jxplus.formula.node import Node
from jxplus.policy import NEVER, SUM, Clause, Policy, Rule, RuleReading

_T = TypeVar("_T")
MOST_WAYS = 1000
"""In how many ways rules that cross may be kept, each to be looked at."""
MOST_READINGS = 100
"""How many readings may hold together of the rules that share clauses, and of the clauses that they take item by item."""


class Bond(NamedTuple):
    """What a rule says under one reading: one of its `parts` counts, or all of them come to a ceiling at most.

    A part is a set of clauses: one that the rule names, or those of a rule that it names.
    """

    rule: str
    each: str | None
    parts: tuple[frozenset[str], ...]
    ceiling: bool = False
    at_most: Node | None = None
    less: Node | None = None

    @property
    def clauses(self) -> frozenset[str]:
        return frozenset[str]().union(*self.parts)

    def around(self, clauses: frozenset[str]) -> bool:
        """Whether it takes these clauses as a whole, if it takes any of them."""
        if not clauses & self.clauses:
            return True
        return any(clauses <= part for part in ((self.clauses,) if self.ceiling else self.parts))


def covers(caps: Sequence[tuple[frozenset[int], _T]], worth: Mapping[int, _T]) -> Iterator[list[_T]]:
    """All ways to cover some amounts, each by itself or by a ceiling of its place: the ceilings and the amounts of each way."""
    for used in product((False, True), repeat=len(caps)):
        kept = [cap for cap, one in zip(caps, used, strict=True) if one]
        taken = frozenset[int]().union(*(places for places, _ in kept))
        yield [*(most for _, most in kept), *(value for place, value in worth.items() if place not in taken)]


class Knot(NamedTuple):
    """Bonds that are decided at once: their `parts` are clauses, and knots that are decided before.

    Each bond stands beside the places of the parts that it takes as one. A knot with `each` is decided for every item.
    """

    each: str | None
    parts: "tuple[str | Knot, ...]"
    bonds: tuple[tuple[Bond, tuple[frozenset[int], ...]], ...]
    clauses: tuple[str, ...] = ()
    """All clauses in it, in the order in which rules name them."""

    def ways(self) -> list[frozenset[int]]:
        """The places of the parts that count, in each way to keep its choices."""
        choices = [taken for bond, taken in self.bonds if not bond.ceiling]
        every = frozenset(range(len(self.parts)))
        found = []
        for chosen in product(*choices):
            out = (
                place
                for taken, kept in zip(choices, chosen, strict=True)
                for other in taken
                if other is not kept
                for place in other
            )
            found.append(every.difference(out))
        return list(dict.fromkeys(found))


class RuleGroup(NamedTuple):
    """Rules that share clauses, what is within another before it, and all clauses that they name."""

    rules: tuple[Rule, ...]
    clauses: tuple[str, ...]

    def chosen(self, pins: Mapping[str, str]) -> list[tuple[RuleReading, ...]]:
        """The readings of the rules that may hold together, a reading for each rule."""
        ways = [[each for each in rule.readings if pins.get(rule.id) in (None, each.id)] for rule in self.rules]
        return list(product(*ways))

    def bonds(self, readings: Sequence[RuleReading]) -> list[Bond]:
        """What the rules say under these readings, one of each; a rule that says nothing has no bond."""
        found: dict[str, frozenset[str]] = {}
        bonds = []
        for rule, reading in zip(self.rules, readings, strict=True):
            parts = tuple(found.get(name, frozenset({name})) for name in reading.members)
            found[rule.id] = frozenset[str]().union(*parts)
            if reading.kind != NEVER:
                ceiling = reading.kind == SUM
                bonds.append(Bond(rule.id, reading.each, parts, ceiling, reading.at_most, reading.less))
        return bonds


def read_together(
    group: RuleGroup, clauses: Mapping[str, Clause], by_item: Collection[str]
) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The clauses of a group whose readings are looked at one by one, those that share them together, and the readings' ids.

    They are the clauses that are taken item by item, and those that share their readings with another one of the group. Of
    any other clause the least and the greatest of its readings are enough.
    """
    shared: dict[str, list[str]] = {}
    for name in group.clauses:
        shared.setdefault(clauses[name].read_with or f"{name}:", []).append(name)
    return [
        (tuple(names), tuple(each.id for each in clauses[names[0]].readings))
        for names in shared.values()
        if len(names) > 1 or names[0] in by_item
    ]


class Tangled(Exception):
    """Rules that cannot be decided together: the last of them, what is wrong and what would be right."""

    def __init__(self, rule: str, wrong: Text, right: Text) -> None:
        super().__init__(wrong.en)
        self.rule, self.wrong, self.right = rule, wrong, right


def own_name(name: str, alias: str) -> str:
    """A clause or a rule as its own plan calls it: without the plan's alias, if that is before it."""
    before, colon, after = name.rpartition(":")
    return after if colon and before == alias else name


def qualified(rule: Rule, alias: str) -> Rule:
    """The rule of a plan among those of other plans: its names, and the clauses and rules of its own plan, under `alias`."""

    def known(name: str) -> str:
        return name if ":" in name else f"{alias}:{name}"

    readings = tuple(each._replace(members=tuple(map(known, each.members))) for each in rule.readings)
    return rule._replace(id=known(rule.id), readings=readings)


def in_order(rules: Iterable[Rule]) -> list[Rule]:
    """The rules, each after those that it names; those that name each other in a circle are left out."""
    waiting, found = {rule.id: rule for rule in rules}, dict[str, Rule]()
    while ready := [rule for rule in waiting.values() if not any(name in waiting for name in _named(rule))]:
        for rule in ready[:1]:
            found[rule.id] = waiting.pop(rule.id)
    return list(found.values())


def _named(rule: Rule) -> Iterator[str]:
    return (name for reading in rule.readings for name in reading.members)


def live(policy: Policy) -> list[Rule]:
    """The rules that all of what they name is there for, each after those that it names; the others are silent."""
    known = {clause.id for clause in policy.clauses}
    found = []
    for rule in in_order(policy.rules):
        if known.issuperset(_named(rule)):
            known.add(rule.id)
            found.append(rule)
    return found


def before_rules(policy: Policy) -> Text | None:
    """What is to be said of a table that has each clause by itself; None where no rule takes anything off."""
    count = len(live(policy)) if policy.rules else 0
    if not count:
        return None
    return Text(
        f"{count} 条规则约束条款合计；长表逐条列出，相加不等于合计；按规则的合计见 --shape wide",
        f"{count} rule{'s' * (count > 1)} between clauses: the rows of a long table are before them and do not add up to "
        "what is paid; --shape wide has the totals after them",
    )


def waits_for(policy: Policy) -> dict[str, tuple[str, ...]]:
    """What each silent rule names that is not there: clauses of plans that are not loaded, and rules that are silent."""
    heard = {clause.id for clause in policy.clauses} | {rule.id for rule in live(policy)}
    silent = [rule for rule in policy.rules if rule.id not in heard]
    return {rule.id: tuple(dict.fromkeys(name for name in _named(rule) if name not in heard)) for rule in silent}


def groups(policy: Policy) -> list[RuleGroup]:
    """The rules of a policy that say something, in groups that share no clause."""
    found: list[tuple[list[Rule], dict[str, None]]] = []
    for rule in live(policy):
        own = dict.fromkeys(_named(rule))
        touched = [
            each for each in found if any(name in each[1] or name in {one.id for one in each[0]} for name in own)
        ]
        rules = [one for each in touched for one in each[0]]
        names = {name: None for each in touched for name in each[1]}
        found = [each for each in found if each not in touched]
        found.append(([*rules, rule], {**names, **own}))
    order = {rule.id: place for place, rule in enumerate(live(policy))}
    clauses = {clause.id for clause in policy.clauses}
    return [
        RuleGroup(
            tuple(sorted(rules, key=lambda rule: order[rule.id])), tuple(name for name in names if name in clauses)
        )
        for rules, names in found
    ]


def binding(policy: Policy, clause: str) -> list[Rule]:
    """The rules that say something of a clause, by naming it or a rule that does."""
    found: list[Rule] = []
    names = {clause}
    for rule in live(policy):
        if not names.isdisjoint(_named(rule)):
            names.add(rule.id)
            found.append(rule)
    return found


def checked(policy: Policy) -> None:
    """Raises `Tangled` where rules cannot be decided together, or not by looking at every way to keep them."""
    for group in groups(policy):
        readings = group.chosen({})
        by_item = {name for each in readings for bond in group.bonds(each) if bond.each for name in bond.clauses}
        clauses = {clause.id: clause for clause in policy.clauses}
        of_clauses = prod(len(ids) for _, ids in read_together(group, clauses, by_item))
        if len(readings) * of_clauses > MOST_READINGS:
            number = len(readings) * of_clauses
            wrong = Text(
                f"与相关规则、条款共有{number}种解读组合", f"with its like and their clauses it reads in {number} ways"
            )
            right = Text(f"最多{MOST_READINGS}种", f"{MOST_READINGS} at most: leave readings out, or part the rules")
            raise Tangled(group.rules[-1].id, wrong, right)
        for each in readings:
            for bond in group.bonds(each):
                _check_clauses(bond, clauses)
            knots(group.bonds(each), group.clauses)


def _check_clauses(bond: Bond, clauses: Mapping[str, Clause]) -> None:
    """What can only be said of clauses of other plans when these are there: that they run over the list, and stand there once."""
    for name in sorted(bond.clauses):
        if bond.each is not None and clauses[name].each != bond.each:
            wrong = Text(f"“{name}”不逐项计算 {bond.each}", f"'{name}' does not run over {bond.each}")
            raise Tangled(bond.rule, wrong, Text("删去，或去掉 for each", "leave it out, or the rule's `for each`"))
        if bond.each is not None and any(reading.cap is not None for reading in clauses[name].readings):
            wrong = Text(f"“{name}”各项合计另有上限", f"the items of '{name}' together have a cap of their own")
            right = Text("在规则中写这一上限，或去掉 for each", "leave it out, or the rule's `for each`")
            raise Tangled(bond.rule, wrong, right)
        if sum(name in part for part in bond.parts) > 1:
            wrong = Text(f"“{name}”写了两次", f"'{name}' is named twice")
            raise Tangled(bond.rule, wrong, Text("只写一次", "name it once"))


def knots(bonds: Sequence[Bond], clauses: Sequence[str]) -> list[Knot]:
    """What is decided within what: the outermost knots of some bonds; raises `Tangled`."""
    clusters = _clusters(bonds)
    for cluster in clusters:
        _check(cluster)
    reach = [frozenset[str]().union(*(bond.clauses for bond in cluster)) for cluster in clusters]

    def depth(place: int) -> tuple[int, int]:
        """What stands within another comes before it, where they take the same clauses too."""
        alike = (other for other, own in enumerate(reach) if own == reach[place] and other != place)
        return len(reach[place]), sum(_within(clusters[other], reach[other], clusters[place]) for other in alike)

    inner = sorted(range(len(clusters)), key=depth)
    made: dict[int, Knot] = {}
    for place in inner:
        below = [other for other in made if reach[other] <= reach[place]]
        direct = [made.pop(other) for other in below]
        made[place] = _knot(clusters[place], [name for name in clauses if name in reach[place]], direct)
    return [made[place] for place in sorted(made)]


def _clusters(bonds: Sequence[Bond]) -> list[list[Bond]]:
    """Bonds that cross, put together until no two clusters cross."""
    found = [[bond] for bond in bonds]
    while True:
        pair = next(
            (
                (one, other)
                for one in range(len(found))
                for other in range(one + 1, len(found))
                if not _apart(found[one], found[other])
            ),
            None,
        )
        if pair is None:
            return found
        found[pair[0]] += found.pop(pair[1])


def _apart(one: Sequence[Bond], other: Sequence[Bond]) -> bool:
    """Whether two clusters share no clause, or one stands within the other."""
    own, its = (frozenset[str]().union(*(bond.clauses for bond in each)) for each in (one, other))
    return not own & its or _within(one, own, other) or _within(other, its, one)


def _within(inner: Sequence[Bond], clauses: frozenset[str], outer: Sequence[Bond]) -> bool:
    """Whether a cluster stands within another, which takes all its clauses as a whole: what is for each item, within the whole."""
    if inner[0].each is None and outer[0].each is not None:
        return False
    return all(bond.around(clauses) for bond in outer)


def _check(cluster: Sequence[Bond]) -> None:
    last = cluster[-1].rule
    if len({bond.each for bond in cluster}) > 1:
        raise Tangled(
            last,
            Text("整体的规则与逐项的规则交叉", "a rule over the whole and a rule for each item cross"),
            Text(
                "整体的规则须包含逐项规则的全部条款",
                "let the one over the whole take all clauses of the other, or none",
            ),
        )
    ways = prod(2 if bond.ceiling else len(bond.parts) for bond in cluster)
    if ways > MOST_WAYS:
        wrong = Text(f"与交叉的规则共有{ways}种取法", f"with the rules that cross it can be kept in {ways} ways")
        right = Text(
            f"最多{MOST_WAYS}种：减少交叉的规则或条款", f"{MOST_WAYS} at most: let fewer rules, or clauses, cross"
        )
        raise Tangled(last, wrong, right)
    if _odd([bond.clauses for bond in cluster if bond.ceiling]):
        wrong = Text("三个以上的限额两两交叉", "three ceilings or more cross each other in a ring")
        right = Text("最多两个限额交叉", "let no more than two cross")
        raise Tangled(last, wrong, right)


def crossing(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two sets share something, and neither is within the other."""
    return bool(one & other) and not one <= other and not other <= one


def _odd(sets: Sequence[frozenset[str]]) -> bool:
    """Whether ceilings cross in a ring of odd length; without one, the best amounts under them are whole fen."""
    colours: dict[int, bool] = {}
    for start in range(len(sets)):
        waiting = [(start, colours.get(start, True))]
        while waiting:
            place, colour = waiting.pop()
            if place in colours:
                if colours[place] != colour:
                    return True
                continue
            colours[place] = colour
            for other, each in enumerate(sets):
                if crossing(each, sets[place]):
                    waiting.append((other, not colour))
    return False


def _knot(cluster: Sequence[Bond], clauses: Sequence[str], below: Sequence[Knot]) -> Knot:
    owner: dict[str, Knot] = {name: knot for knot in below for name in knot.clauses}
    parts: list[str | Knot] = []
    for name in clauses:
        part = owner.get(name, name)
        if part not in parts:
            parts.append(part)

    def places(taken: frozenset[str]) -> frozenset[int]:
        return frozenset(place for place, part in enumerate(parts) if taken & frozenset(_names(part)))

    bonds = tuple((bond, tuple(map(places, bond.parts))) for bond in cluster)
    return Knot(cluster[0].each, tuple(parts), bonds, tuple(name for part in parts for name in _names(part)))


def _names(part: str | Knot) -> tuple[str, ...]:
    return (part,) if isinstance(part, str) else part.clauses
