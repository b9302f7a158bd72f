"""What changed in a clause: where it stands and who pays in words, its days, its condition and its amounts by their trees."""

from collections.abc import Iterator, Mapping
from typing import Any

from jxplus.comparison.changes import Change, differing
from jxplus.comparison.formulas import alike, bare, pairs, without_base
from jxplus.formula.node import Node
from jxplus.policy import Clause, Policy, Reading, Rule


def changes_of(old_policy: Policy, old: Clause, new_policy: Policy, new: Clause) -> tuple[Change, ...]:
    """What changed in a clause, in the order in which a policy file has it."""
    rows: list[tuple[str, Any, Any, bool]] = [
        ("clause", old.id, new.id, True),
        ("section", old.section, new.section, True),
        ("title", old.title, new.title, True),
        ("nature", old.nature, new.nature, False),
        ("basis", old.basis, new.basis, False),
        ("payer", old.payer, new.payer, True),
        ("lead", old.lead, new.lead, True),
        ("for each", old.each, new.each, False),
    ]
    # What a clause has of its plan changes with the plan, and is said of that.
    inherited = old.period[:2] == old_policy.period[:2] and new.period[:2] == new_policy.period[:2]
    if not inherited:
        rows.append(("in force", old.period[:2], new.period[:2], False))
    if old.period[:2] == new.period[:2]:
        rows.append(("source", old.period.source, new.period.source, True))
    rows.append(("held against", old.day, new.day, False))
    rest = [
        ("unquantified without", old.unquantified_without, new.unquantified_without, False),
        ("assumes", old.assumes, new.assumes, True),
        ("note", old.note, new.note, True),
        ("read with", old.read_with, new.read_with, True),
    ]
    return (*differing(rows), *_formula_changes(old, new), *differing(rest))


def formulas_of(clause: Clause, reading: Reading) -> dict[str, Node]:
    """The formulas of a clause under one reading, by the keys of a policy file."""
    found = {"when": reading.when}
    if clause.base is not None:
        found["base"] = clause.base
    found |= dict(clause.amounts(reading))
    if reading.cap is not None:
        found["at most"] = reading.cap
    return found


def _formula_changes(old: Clause, new: Clause) -> Iterator[Change]:
    """The formulas that changed, of all readings alike once; then the readings that came, went or are called otherwise."""
    before = {each.id: each for each in old.readings}
    after = {each.id: each for each in new.readings}
    common = [id for id in after if id in before]
    found: dict[Any, tuple[Change, list[str]]] = {}
    for id in common:
        for change in _of_reading(formulas_of(old, before[id]), formulas_of(new, after[id])):
            found.setdefault(_told(change), (change, []))[1].append(id)
    for change, ids in found.values():
        for id in ids if len(ids) < len(common) else [""]:
            yield change._replace(reading=id)
    for id in dict.fromkeys((*before, *after)):
        if (id in before) != (id in after):
            yield Change("readings", before.get(id), after.get(id), reading=id)
        elif before[id].title != after[id].title:
            yield Change("reading", before[id].title, after[id].title, True, reading=id)


def _of_reading(old: Mapping[str, Node], new: Mapping[str, Node]) -> Iterator[Change]:
    """The formulas of one reading that changed; an amount that is said in another way is told whole."""
    for key in dict.fromkeys(("when", "base", *(key for key in (*old, *new) if key != "at most"), "at most")):
        one, other = old.get(key), new.get(key)
        if one is None or other is None:
            if one is not other:
                yield Change(key, one, other)
            continue
        shown = one, other
        if key != "base" and "base" in old and "base" in new:
            one, other = without_base(one), without_base(other)
        if not alike(one, other):
            yield Change(key, *shown, False, tuple(pairs(one, other)))


def _told(change: Change) -> Any:
    """What is told of a formula's change: the same of two readings where the same parts changed in both."""
    parts = tuple((each.old and bare(each.old), each.new and bare(each.new)) for each in change.pairs)
    return change.what, parts or (change.old and bare(change.old), change.new and bare(change.new))


def readings_of_rule(rule: Rule) -> tuple[Any, ...]:
    """What a rule says under each of its readings, for comparison."""
    return tuple(
        (
            reading.id,
            reading.title,
            reading.kind,
            frozenset(reading.members),
            reading.each,
            reading.at_most and bare(reading.at_most),
            reading.less and bare(reading.less),
        )
        for reading in rule.readings
    )
