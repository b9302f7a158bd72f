"""Several plans as one policy: their facts are shared, their clauses keep their plan, and what they disagree on is a fault.

A fact of one id and one type is one fact, stated once for all plans; the same id with another type is a fault of both files.
A clause is called `ALIAS:clause`, by the alias that its plan states, so two plans may use the same id. Whatever reads a
policy reads this one like any other; `Policy.plans` holds the plans that it was made of.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from jxplus.document import decode, read_tree
from jxplus.document.tree import Path as TreePath
from jxplus.fault import Fault, Place, Refused, Text, cut, joined, quoted, unknown_name
from jxplus.policy import Clause, Fact, FactList, Period, Policy, names_of
from jxplus.policy.store import digest
from jxplus.policy.successors import plans_succeeded
from jxplus.quantity import Units

Entry = TypeVar("Entry", Fact, FactList)
_PLAIN = re.compile("[^a-z0-9]+")


def together(policies: Sequence[Policy]) -> Policy:
    """One policy of several plans, in their order; a single plan as it is. Raises `Refused` where they do not fit together."""
    if len(policies) == 1:
        return policies[0]
    from jxplus.policy.bonds import Tangled, checked, qualified  # a single plan needs none of it

    faults: list[Fault] = []
    plans = _with_aliases(policies, faults)
    facts = _merged([(plan, plan.facts) for plan in plans], _fact, faults)
    lists = _merged([(plan, plan.lists) for plan in plans], _list_of(faults), faults)
    _one_meaning(plans, facts, lists, faults)
    units = _units(plans, faults)
    faults += _named_in_vain(plans)
    if faults:
        raise Refused(dict.fromkeys(faults))
    policy = Policy(
        " + ".join(plan.id for plan in plans),
        joined((plan.title for plan in plans), Text("、", "; ")),
        max(plan.issued for plan in plans),
        Period(),
        plans[0].currency,
        None,
        {},
        _first(plan.natures for plan in plans),
        _first(plan.bases for plan in plans),
        _first(plan.departments for plan in plans),
        facts=facts,
        lists=lists,
        clauses=plans_succeeded([_qualified(plan, clause) for plan in plans for clause in plan.clauses], plans),
        sha256=digest(" ".join(plan.sha256 for plan in plans).encode()),
        file=plans[0].file,
        units=units,
        plans=plans,
        rules=tuple(qualified(rule, plan.alias) for plan in plans for rule in plan.rules),
    )
    try:
        checked(policy)
    except Tangled as tangled:
        alias, _, name = tangled.rule.partition(":")
        plan = next(each for each in plans if each.alias == alias)
        place = next(rule.place for rule in plan.rules if rule.id == name)
        raise Refused.of(plan.file, place, tangled.wrong, tangled.right, name) from None
    return policy


def _first(names: Iterable[dict[str, Text]]) -> dict[str, Text]:
    """The names of all plans; where two call one thing differently, as the first does."""
    found: dict[str, Text] = {}
    for each in names:
        found = {**each, **found}
    return found


def alias_of(file: str) -> str:
    """The alias of a plan that states none, made of its file's name; empty where nothing of that can be one."""
    stem = os.path.splitext(os.path.basename(file))[0].lower()
    return _PLAIN.sub("-", stem).strip("-")


def _with_aliases(policies: Sequence[Policy], faults: list[Fault]) -> tuple[Policy, ...]:
    """The plans, each with an alias of its own: the one that it states, else one made of its file's name."""
    taken: dict[str, Policy] = {}
    for number, policy in enumerate(policies, 1):
        alias = policy.alias or alias_of(policy.file) or f"plan{number}"
        other = taken.get(alias)
        if other is not None:
            wrong = (
                Text(f"与 {other.file} 是同一方案", f"it is the plan of {other.file} again")
                if other.sha256 == policy.sha256
                else Text(
                    f"别名“{cut(alias)}”与 {other.file} 相同", f"its alias {quoted(alias)} is that of {other.file}"
                )
            )
            right = Text("每个方案写各自的 alias，且只用一次", "give each plan an `alias` of its own, and name it once")
            faults.append(Fault(policy.file, Place(), "alias", wrong, right))
        taken[alias if other is None else f"{alias}{number}"] = policy._replace(alias=alias)
    return tuple(taken.values())


def _qualified(plan: Policy, clause: Clause) -> Clause:
    """A clause under the name that it has among several plans."""
    read_with = clause.read_with and f"{plan.alias}:{clause.read_with}"
    replaces = tuple(name if ":" in name else f"{plan.alias}:{name}" for name in clause.replaces)
    return clause._replace(id=f"{plan.alias}:{clause.id}", read_with=read_with, replaces=replaces)


# ---- facts and lists -----------------------------------------------------------------------------------------------------


def _merged(
    declared: Sequence[tuple[Policy, dict[str, Entry]]],
    merge: Callable[[Policy, Entry, Policy, Entry], Entry | Text],
    faults: list[Fault],
) -> dict[str, Entry]:
    """What several plans declare, each id once; `merge` gives what is wrong where two declarations are not of one thing."""
    found: dict[str, Entry] = {}
    owners: dict[str, Policy] = {}
    for plan, entries in declared:
        for id, entry in entries.items():
            if id not in found:
                found[id], owners[id] = entry, plan
                continue
            one = merge(owners[id], found[id], plan, entry)
            if isinstance(one, Text):
                faults += _both((owners[id], id), (plan, id), one)
            else:
                found[id] = one
    return found


def _both(first: tuple[Policy, str], second: tuple[Policy, str], wrong: Text) -> list[Fault]:
    """The fault of two plans that disagree on an id or a name, at the place of either."""
    right = Text("两个方案写成同一事实，或换一个名称", "declare it alike in both plans, or give one another name")
    return [
        Fault(
            plan.file,
            _place(plan, id),
            id,
            Text(f"{wrong.zh}（另见 {other.file}）", f"{wrong.en} (see {other.file})"),
            right,
        )
        for (plan, id), (other, _) in ((first, second), (second, first))
    ]


def _place(policy: Policy, id: str) -> Place:
    """Where a plan's file declares a fact, a list or a fact of an item: the file is read again for its places."""
    inner: list[TreePath] = [
        ("lists", listed.id, "facts", id) for listed in policy.lists.values() if id in listed.facts
    ]
    own: list[TreePath] = [
        (key, id) for key, known in (("facts", policy.facts), ("lists", policy.lists)) if id in known
    ]
    return _place_of(policy, (*own, *inner)[0]) if own or inner else Place()


def _place_of(policy: Policy, path: TreePath) -> Place:
    """Where something stands in a plan's file, by its key."""
    try:
        tree = read_tree(decode(Path(policy.file).read_bytes(), policy.file), policy.file, aliases=True)
    except (OSError, Refused):
        return Place()
    return tree.place(path, True)


def _entries(policy: Policy, id: str) -> list[Fact | FactList]:
    """What a plan declares under an id: a fact, a list, or a fact of an item."""
    levels: list[Mapping[str, Fact | FactList]] = [policy.facts, policy.lists]
    levels += [listed.facts for listed in policy.lists.values()]
    return [level[id] for level in levels if id in level]


def _owner(plans: Sequence[Policy], id: str, name: str) -> Policy:
    """The plan that calls what it declares under an id by a name."""
    return next(plan for plan in plans if any(name in names_of(each) for each in _entries(plan, id)))


def _fact(first: Policy, one: Fact, second: Policy, other: Fact) -> Fact | Text:
    """One fact of two that are alike: within the limits of both, known by the names of both."""
    if one.type != other.type:
        return Text(f"类型不同：{one.type.zh} 与 {other.type.zh}", f"of two types: {one.type} and {other.type}")
    if (one.default, other.default) != (None, None) and one.default != other.default:
        return Text("默认值不同", "with two defaults")
    also = [name for name in names_of(other) if name not in names_of(one)]
    return one._replace(
        # What either plan has proved of its formulas stays true.
        limits=one.limits.both(other.limits) if one.limits and other.limits else one.limits or other.limits,
        also=(*one.also, *also),
        required=one.required or other.required,
        fixed=one.fixed or other.fixed,
        about=one.about or other.about,
    )


def _list_of(faults: list[Fault]) -> Callable[[Policy, FactList, Policy, FactList], FactList | Text]:
    def merge(first: Policy, one: FactList, second: Policy, other: FactList) -> FactList | Text:
        if one.dated and other.dated and one.dated != other.dated:
            return Text("各项的日期不是同一事实", "its items have their day by two facts")
        facts = _merged([(first, one.facts), (second, other.facts)], _fact, faults)
        also = [name for name in names_of(other) if name not in names_of(one)]
        # Where one plan says which day an item has and the other is silent, an item has its day for both.
        dated = one.dated or other.dated
        return one._replace(facts=facts, also=(*one.also, *also), about=one.about or other.about, dated=dated)

    return merge


def _one_meaning(
    plans: Sequence[Policy], facts: dict[str, Fact], lists: dict[str, FactList], faults: list[Fault]
) -> None:
    """A name must mean one thing in all plans: a Chinese name that is one fact here and another there is a fault of both."""
    levels: list[dict[str, Fact | FactList]] = [{**facts, **lists}]
    levels += [dict(each.facts) for each in lists.values()]
    for entries in levels:
        owners: dict[str, str] = {}
        for id, entry in entries.items():
            for name in names_of(entry):
                other = owners.setdefault(name, id)
                if other != id:
                    wrong = Text(
                        f"名称“{cut(name)}”也指 {other}", f"its name {quoted(name)} also means {quoted(other)}"
                    )
                    faults += _both((_owner(plans, other, name), other), (_owner(plans, id, name), id), wrong)


def _named_in_vain(plans: Sequence[Policy]) -> Iterator[Fault]:
    """A rule, or a clause that takes another's place, must not name a clause that a plan which is loaded does not have."""
    known = {plan.alias: [*(each.id for each in plan.clauses), *(each.id for each in plan.rules)] for plan in plans}
    for plan in plans:
        for rule in plan.rules:
            for name in dict.fromkeys(name for reading in rule.readings for name in reading.members):
                yield from _in_vain(plan, name, known, rule.place)
        for clause in plan.clauses:
            for name in clause.replaces:
                yield from _in_vain(plan, name, known, None, ("clauses", clause.id, "replaces"))


def _in_vain(
    plan: Policy, name: str, known: Mapping[str, Sequence[str]], place: Place | None, path: TreePath = ()
) -> Iterator[Fault]:
    alias, colon, clause = name.partition(":")
    if colon and alias in known and clause not in known[alias]:
        wrong, right = unknown_name(clause, known[alias], Text("条款", "clause"), "jxplus explain")
        wrong = Text(f"方案 {alias}：{wrong.zh}", f"plan {alias}: {wrong.en}")
        yield Fault(plan.file, _place_of(plan, path) if place is None else place, name, wrong, right)


def _units(plans: Sequence[Policy], faults: list[Fault]) -> Units:
    """The units of all plans; one spelling is one unit."""
    declared = {unit.name: unit for plan in plans for unit in plan.units.declared}
    for plan in plans:
        for unit in plan.units.declared:
            if unit != declared[unit.name]:
                faults.append(
                    Fault(
                        plan.file,
                        Place(),
                        unit.name,
                        Text("各方案对该单位的写法不同", "the plans declare this unit in two ways"),
                        Text("写成一样", "declare it alike"),
                    )
                )
    return Units(declared.values())
