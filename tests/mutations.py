"""A policy file changed in one place at a time: each mutant is the file's own tree with one figure, comparison, date, word or
name changed. Whether the hand-worked cases notice is told by `watch`.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from jxplus.formula.node import COMPARISONS, OVER_ITEMS, Node, unparse
from jxplus.formula.syntax import parse
from jxplus.quantity import BUILT_IN, PURE, DeclaredUnit, Units, number_text, unit_text

Path = tuple[str, ...]
Tree = dict[str, Any]
_GONE = object()
_DAY, _DAYS = "as_of", ("as_of", "period_end")
"""The day of a calculation, and all days of the enterprise that another may follow."""
_AMOUNTS = ("pays", "up to", "from", "to", "at least")
_NOT_STATED = "not stated"

NOTHING_CHANGES = {
    "comparison: rd-super-deduction.when: rd_expensed > 0元: !=": "the fact is money and never negative",
    "comparison: rd-amortisation.when: rd_amortisation > 0元: !=": "the fact is money and never negative",
    "comparison: training-subsidy.when: trainees > 0人: !=": "the fact is a count and never negative",
}
"""The changes that provably make no difference to any enterprise, with the reason."""


class Mutant(NamedTuple):
    """A changed policy: the sort of change, where, what became of what, and the whole tree that it makes.

    `clause` is the one clause it concerns (the tree then holds no other), or None; `rules` says that it concerns a rule alone.
    """

    kind: str
    place: str
    what: str
    tree: Tree
    clause: str | None
    rules: bool = False

    def __str__(self) -> str:
        return f"{self.kind}: {self.place}: {self.what}"


def mutants(tree: Tree) -> Iterator[Mutant]:
    """Every mutant of a policy file's tree."""
    for path, kind, what, value in _head_changes(tree):
        yield Mutant(kind, _name(path), what, changed(tree, path, value), None)
    for id in tree["clauses"]:
        if "assumes" in tree["clauses"][id]:
            assumes: Path = ("clauses", id, "assumes")
            yield Mutant("assumption", _name(assumes), "nothing assumed", changed(tree, assumes, _GONE), None)
    for id in tree["clauses"]:
        for path, kind, what, value in _clause_changes(tree, id):
            yield Mutant(kind, _name(path), what, changed(alone(tree, id), path, value), id)
    for id in tree.get("rules", {}):
        for path, kind, what, value in _rule_changes(tree, id):
            yield Mutant(kind, _name(path), what, changed(tree, path, value), None, True)


def apart(tree: Tree) -> Tree:
    """The tree with the plan's readings written into each clause that refers to them, so that each can change by itself."""
    plan = tree.get("readings", {})

    def own(readings: Any) -> Any:
        said = {"of": readings} if isinstance(readings, str) else dict(readings)
        shared = plan[said.pop("of")] if isinstance(said.get("of"), str) else {}
        return {**shared, **{id: {**shared.get(id, {}), **each} for id, each in said.items()}}

    clauses = {
        id: {**clause, "readings": own(clause["readings"])} if "readings" in clause else clause
        for id, clause in tree["clauses"].items()
    }
    return {key: clauses if key == "clauses" else value for key, value in tree.items() if key != "readings"}


def alone(tree: Tree, id: str) -> Tree:
    """The tree of a policy with one clause and no rules, the clause without those whose figures it restates: the audit's business."""
    clause = {key: each for key, each in tree["clauses"][id].items() if key not in ("restates", "replaces")}
    for other in tree["clauses"].values():  # one that takes its place ends it, loaded or not
        if id in _listed(other.get("replaces", [])):
            last = date.fromisoformat(other["in force"]["from"]) - timedelta(days=1)
            clause["in force"] = {**clause.get("in force", {}), "to": last.isoformat()}
    return {key: {id: clause} if key == "clauses" else value for key, value in tree.items() if key != "rules"}


def _listed(written: Any) -> list[str]:
    return [written] if isinstance(written, str) else list(written)


def changed(tree: Tree, path: Path, value: Any) -> Tree:
    """A copy of the tree with `value` at `path`; or with that key gone."""
    step, rest = path[0], path[1:]
    copy = dict(tree)
    if rest:
        copy[step] = changed(tree[step], rest, value)
    elif value is _GONE:
        del copy[step]
    else:
        copy[step] = value
    return copy


def _name(path: Path) -> str:
    return ".".join(path[1:] if path[0] == "clauses" else path)


def _at(tree: Tree, path: Path) -> Any:
    for step in path:
        tree = tree[step]
    return tree


Change = tuple[Path, str, str, Any]


# ---- what is not a clause: days, types, facts ------------------------------------------------------------------------


def _head_changes(tree: Tree) -> Iterator[Change]:
    for path in _DATED:
        if _has(tree, path):
            yield from _days(tree, path)
    for name, type in tree["types"].items():
        path: Path = ("types", name)
        decimals = int(type["decimals"])
        for count in (decimals - 1, decimals + 1, decimals + 2):
            if count >= 0:
                yield (*path, "decimals"), "figure", f"{decimals} -> {count}", str(count)
        for key in ("below", "at most"):
            for other in figures(type[key], units_of(tree)) if key in type else ():
                yield (*path, key), "figure", f"{type[key]} -> {other}", other
    yield from _held_changes(tree)
    for path, facts in _fact_tables(tree):
        for name, fact in facts.items():
            yield from _fact_changes((*path, name), fact, fact.get("type") in tree["types"])


_DATED: tuple[Path, ...] = (
    ("policy", "issued"),
    ("policy", "in force", "from"),
    ("policy", "in force", "to"),
    ("policy", "warn after", "date"),
    ("policy", "replaces", "from"),
)


def _has(tree: Tree, path: Path) -> bool:
    return not path or (isinstance(tree, dict) and path[0] in tree and _has(tree[path[0]], path[1:]))


def _held_changes(tree: Tree) -> Iterator[Change]:
    """A basis or a list that is held against another day, or against that of the calculation."""
    for holders, key, facts in (
        *(((("bases", basis), tree["bases"][basis]), "held against", tree["facts"]) for basis in tree["bases"]),
        *(((("lists", name), listed), "dated by", listed["facts"]) for name, listed in tree.get("lists", {}).items()),
    ):
        path, holder = holders
        dates = [name for name, fact in facts.items() if fact["type"] == "date"]
        for other in dates:
            if other != holder.get(key, _DAY if path[0] == "bases" else None):
                yield (*path, key), "day", f"{holder.get(key)} -> {other}", other
        if key in holder:
            yield (*path, key), "day", f"no {key}", _GONE


def _fact_tables(tree: Tree) -> Iterator[tuple[Path, Tree]]:
    yield ("facts",), tree["facts"]
    for name, listed in tree.get("lists", {}).items():
        yield ("lists", name, "facts"), listed["facts"]


def _fact_changes(path: Path, fact: Tree, is_figure: bool) -> Iterator[Change]:
    if is_figure:
        for key in ("positive", "signed"):
            yield (*path, key), "fact", f"{key}: {fact.get(key, 'no')}", "no" if fact.get(key) == "yes" else "yes"
    if path[0] == "facts":
        yield (*path, "required"), "fact", "required", "no" if fact.get("required") == "yes" else "yes"
    default = fact.get("default")
    if default is None:
        return
    if fact["type"] == "date":
        # Where a file states no day, today is the day of the calculation, which is that of as_of.
        others = [day for day in _DAYS if day not in (default, path[-1]) and default != "today"]
        for other in others:
            yield (*path, "default"), "day", f"{default} -> {other}", other
        yield (*path, "default"), "fact", "no default", _GONE
        return
    yield (*path, "default"), "fact", "no default", _GONE
    others = [each for each in fact.get("choices", {}) if each != default]
    others = others or {"yes": ["no"], "no": ["yes"]}.get(default) or figures(default)
    for other in others:
        yield (*path, "default"), "figure", f"{default} -> {other}", other


def _days(tree: Tree, path: Path) -> Iterator[Change]:
    written = _at(tree, path)
    for step in (-1, 1):
        other = (date.fromisoformat(written) + timedelta(days=step)).isoformat()
        yield path, "date", f"{written} -> {other}", other


# ---- clauses -----------------------------------------------------------------------------------------------------------


def _clause_changes(tree: Tree, id: str) -> Iterator[Change]:
    path: Path = ("clauses", id)
    clause = tree["clauses"][id]
    for end in ("from", "to"):
        if end in clause.get("in force", {}):
            yield from _days(tree, (*path, "in force", end))
            if end == "to":
                yield (*path, "in force", end), "date", "no end", _GONE
    if "held against" in clause:
        yield (*path, "held against"), "day", "no held against", _GONE
    names = _Names(tree, clause.get("for each"))
    for place in _formulas(clause):
        written = _at(clause, place)
        if isinstance(written, dict):
            yield from _tier_changes((*path, *place), written, names)
            continue
        for kind, what, node in variants(parse(written, names.units), names):
            yield (*path, *place), kind, what, unparse(node)
        if place[-1] == "when":
            yield (*path, *place), "condition", f"not ({written})", f"not ({written})"
            yield (*path, *place), "condition", "always", "yes"
    yield from _shape_changes(tree, path, clause)


def _formulas(clause: Tree) -> Iterator[Path]:
    """Where the formulas of a clause stand in it."""
    places: list[Path] = [(key,) for key in _FORMULAS if key in clause and clause[key] != _NOT_STATED]
    places += [("let", name) for name in clause.get("let", {})]
    for name, reading in clause.get("readings", {}).items():
        places += [("readings", name, key) for key in _FORMULAS if key in reading]
    for place in places:
        yield place
        table = _at(clause, place)
        if isinstance(table, dict):
            yield from ((*place, key) for key in table)


_FORMULAS = ("when", "base", *_AMOUNTS, "at most")
_OTHER_EDGE = {"from": "over", "over": "from", "to": "under", "under": "to"}


def _tier_changes(path: Path, table: Tree, names: "_Names") -> Iterator[Change]:
    """Tiers that begin and end elsewhere, or with other words, and tiers that are left out."""
    for key in table:
        words = key.split()
        for index, word in enumerate(words if key not in ("tiers of", "else") else ()):
            others = [_OTHER_EDGE[word]] if word in _OTHER_EDGE else figures(word, names.units, names.steps)
            for other in others:
                told = " ".join([*words[:index], other, *words[index + 1 :]])
                moved = {told if name == key else name: value for name, value in table.items()}
                yield path, "tier", f"{key} -> {told}", moved
        if key != "tiers of":
            yield path, "tier", f"without {key}", {name: value for name, value in table.items() if name != key}


def _shape_changes(tree: Tree, path: Path, clause: Tree) -> Iterator[Change]:
    """A clause that pays in another way, over another list, or is read in another way."""
    if "at most" in clause:
        yield (*path, "at most"), "amount", "no cap", _GONE
    holders = [clause, *clause.get("readings", {}).values()]
    for keys, others in (
        (("pays",), ("up to",)),
        (("up to",), ("pays",)),
        (("at least",), ("pays",)),
        (("from", "to"), ("to", "from")),
        (("from", "to"), (None, "pays")),
        (("from", "to"), ("pays", None)),
        (("from", "to"), (None, "up to")),
    ):
        if any(all(key in holder and holder[key] != _NOT_STATED for key in keys) for holder in holders):
            what = f"{' and '.join(keys)} -> {' and '.join(str(other) for other in others)}"
            yield path, "amount", what, _paying(clause, dict(zip(keys, others, strict=True)))
    if clause.get("pays") == _NOT_STATED:
        yield (*path, "pays"), "amount", "an amount", "1元"
    elif "readings" not in clause:
        rest = {key: value for key, value in clause.items() if key not in _AMOUNTS}
        yield path, "amount", "not stated", {**rest, "pays": _NOT_STATED}
    for listed in tree.get("lists", {}):
        if listed != clause.get("for each", listed):
            yield (*path, "for each"), "list", f"{clause['for each']} -> {listed}", listed
    key = "unquantified without"
    if key in clause:
        yield (*path, key), "amount", f"without {key}", _GONE
        for fact in tree["facts"]:
            if fact != clause[key]:
                yield (*path, key), "name", f"{clause[key]} -> {fact}", fact
    yield from _reading_changes(path, clause)


def _paying(clause: Tree, renamed: dict[str, str | None]) -> Tree:
    """The clause with its amounts, and those of its readings, under other keys."""
    moved = {new: value for key, value in clause.items() if (new := renamed.get(key, key)) is not None}
    if "readings" in clause:
        moved["readings"] = {name: _paying(reading, renamed) for name, reading in clause["readings"].items()}
    return moved


def _reading_changes(path: Path, clause: Tree) -> Iterator[Change]:
    readings = clause.get("readings", {})
    for name, reading in readings.items():
        rest = {key: value for key, value in clause.items() if key != "readings"}
        whens = [f"({each['when']})" for each in (clause, reading) if "when" in each]
        own = {key: reading[key] for key in _AMOUNTS if key in reading}
        yield path, "reading", f"{name} alone", {**rest, **own, "when": " and ".join(whens)}
        if "when" in reading:
            yield (*path, "readings", name, "when"), "reading", f"{name} without its condition", _GONE
    if readings:
        swapped = dict(zip(readings, reversed(readings.values()), strict=True))
        yield (*path, "readings"), "reading", "readings change names", swapped


# ---- rules -------------------------------------------------------------------------------------------------------------


def _rule_changes(tree: Tree, id: str) -> Iterator[Change]:
    """A rule that is not there, or that says something else of other clauses."""
    path, rule = ("rules", id), tree["rules"][id]
    named = [each for other in tree["rules"].values() for said in _sayings(other) for each in _members(said)]
    if id not in named:
        yield path, "rule", "no such rule", _GONE
    places = [path, *((*path, "readings", name) for name in rule.get("readings", {}))]
    for place in places:
        said = _at(tree, place)
        kind = next((key for key in _RULE_KINDS if key in said), None)
        members = _members(said)
        for member in members:
            rest = [each for each in members if each != member]
            if kind is not None and len(rest) >= _RULE_KINDS[kind]:
                yield (*place, kind), "rule", f"without {member}", rest
        if kind == "highest of":
            yield place, "rule", "their sum", {"sum of" if key == kind else key: said[key] for key in said} | _ENDLESS
        if "applies" in said:
            yield (*place, "applies"), "rule", "applies", {"no": "yes", "yes": "no"}[said["applies"]]
        if "for each" in said:
            yield (*place, "for each"), "rule", "no for each", _GONE
        yield from _ceiling_changes(tree, place, said.get("for each", rule.get("for each")))
    readings = rule.get("readings", {})
    for name in readings:
        alone = {**{key: value for key, value in rule.items() if key != "readings"}, **readings[name]}
        if alone.pop("applies", "yes") == "yes":
            yield path, "rule", f"{name} alone", {key: alone[key] for key in alone if key not in ("zh", "en")}
    if readings:
        swapped = dict(zip(readings, reversed(readings.values()), strict=True))
        yield (*path, "readings"), "rule", "readings change names", swapped


_RULE_KINDS = {"highest of": 2, "sum of": 1, "same as": 2}
"""What a rule says of its clauses, and how many it names at least."""
_ENDLESS = {"at most": "9999999999999元"}


def _sayings(rule: Tree) -> list[Tree]:
    return [rule, *rule.get("readings", {}).values()]


def _members(said: Tree) -> list[str]:
    return [each for key in _RULE_KINDS for each in said.get(key, ())]


def _ceiling_changes(tree: Tree, place: Path, listed: str | None) -> Iterator[Change]:
    said, names = _at(tree, place), _Names(tree, listed)
    if "at most" in said:
        for kind, what, node in variants(parse(said["at most"], names.units), names):
            yield (*place, "at most"), kind, what, unparse(node)
    if "less" in said:
        yield (*place, "less"), "rule", "no less", _GONE
        for other in names.alike(said["less"]):
            yield (*place, "less"), "name", f"{said['less']} -> {other}", other


# ---- formulas ----------------------------------------------------------------------------------------------------------


class _Names:
    """What the names of a formula stand for, as far as a change needs it: their types, and the labels of choices."""

    def __init__(self, tree: Tree, each: str | None) -> None:
        self.tree, self.units, self.steps = tree, units_of(tree), steps_of(tree)
        self.facts = {**tree["facts"], **(tree["lists"][each]["facts"] if each else {})}

    def within(self, listed: str) -> "_Names":
        return _Names(self.tree, listed)

    def labels(self, node: Node) -> list[str]:
        """The labels of the choice that a node names; none where it names no choice."""
        fact = self.facts.get(node.value, {}) if node.op == "name" else {}
        return list(fact.get("choices", {}))

    def alike(self, name: str) -> list[str]:
        """The other facts of the same type."""
        fact = self.facts.get(name)
        if fact is None or "choices" in fact:
            return []
        return [other for other in self.facts if other != name and self.facts[other]["type"] == fact["type"]]


Variant = tuple[str, str, Node]


def variants(node: Node, names: _Names) -> Iterator[Variant]:
    """A formula changed in one place: the sort of change, what became of what, the formula that it makes."""
    yield from _own(node, names)
    inner = names.within(node.value) if node.op in OVER_ITEMS else names
    labels = _labels_beside(node, names)
    for index, arg in enumerate(node.args):
        for kind, what, other in _label_variants(arg, labels) if index in labels else variants(arg, inner):
            yield kind, what, node._replace(args=(*node.args[:index], other, *node.args[index + 1 :]))


def _labels_beside(node: Node, names: _Names) -> dict[int, list[str]]:
    """Which arguments of a comparison are labels of a choice, and the labels there are."""
    if node.op not in ("=", "!=", "in"):
        return {}
    for side, arg in enumerate(node.args):
        labels = names.labels(arg)
        if labels:
            return {index: labels for index in range(len(node.args)) if index != side}
    return {}


def _label_variants(node: Node, labels: dict[int, list[str]]) -> Iterator[Variant]:
    for label in next(iter(labels.values())):
        if label != node.value:
            yield "label", f"{node.value} -> {label}", node._replace(value=label)


def _own(node: Node, names: _Names) -> Iterator[Variant]:
    """The changes of one node itself."""
    op, args = node.op, node.args
    written = unparse(node)
    if op == "number":
        for text in figures(node.value.text, names.units, names.steps):
            yield "figure", f"{written} -> {text}", parse(text, names.units)
    elif op == "name":
        for other in names.alike(node.value):
            yield "name", f"{written} -> {other}", node._replace(value=other)
    elif op == "truth":
        yield "condition", f"not {written}", node._replace(value=not node.value)
    elif op in COMPARISONS:
        others = ("=", "!=") if _labels_beside(node, names) else COMPARISONS
        for other in others:
            if other != op:
                yield "comparison", f"{written}: {other}", node._replace(op=other)
    elif op in ("not", "neg"):
        yield "condition" if op == "not" else "arithmetic", f"{written}: without {op}", args[0]
    elif op in ("count", "sum") and len(args) > (op == "sum"):
        yield "condition", f"{written}: without where", node._replace(args=args[:-1])
    elif op == "in":
        yield from _in_variants(node, names)
    elif op == "if":
        yield "condition", f"{written}: branches change places", node._replace(args=(args[0], args[2], args[1]))
        for branch in args[1:]:
            yield "condition", f"{written}: {unparse(branch)} alone", branch
    elif op in _PARTNER:
        kind = "condition" if op in ("and", "or") else "arithmetic"
        yield kind, f"{written}: {_PARTNER[op]}", node._replace(op=_PARTNER[op])
        for arg in args:
            yield kind, f"{written}: {unparse(arg)} alone", arg
    elif op == "*":
        for arg in args:
            yield "arithmetic", f"{written}: {unparse(arg)} alone", arg


_PARTNER = {"and": "or", "or": "and", "min": "max", "max": "min", "+": "-", "-": "+"}


def _in_variants(node: Node, names: _Names) -> Iterator[Variant]:
    subject, *labels = node.args
    stated = [label.value for label in labels]
    for label in labels:
        rest = [each for each in labels if each is not label]
        if rest:
            yield "label", f"{unparse(node)}: without {label.value}", node._replace(args=(subject, *rest))
    for other in names.labels(subject):
        if other not in stated:
            more = (*node.args, Node("name", (), other))
            yield "label", f"{unparse(node)}: with {other}", node._replace(args=more)


_FIGURE = re.compile(r"([0-9][0-9,]*(?:\.[0-9]+)?)(.*)", re.DOTALL)
_FINEST = {"元": "0.01", "元/㎡/月": "0.0001", "元/km": "0.0001", "": "0.00001"}
"""The least step of a figure by its unit: a fen, a tenth of a fen's hundredth of a rent or a rate per km, 0.001 %."""


def units_of(tree: Tree) -> Units:
    """The units that the figures of a plan may carry: its own among them."""
    own = tree.get("units", {})
    return Units(DeclaredUnit(name, "", tuple(each.get("also", ()))) for name, each in own.items())


def steps_of(tree: Tree) -> dict[str, Decimal]:
    """The least step of a figure by its unit: for the plan's own units that which their types have."""
    steps = {unit: Decimal(step) for unit, step in _FINEST.items()}
    for type in tree["types"].values():
        unit, step = type["unit"], Decimal(1).scaleb(-int(type["decimals"]))
        if unit not in _FINEST and unit != "%":
            steps[unit] = min(step, steps.get(unit, step))
    return steps


def figures(written: str, units: Units = BUILT_IN, steps: Mapping[str, Decimal] | None = None) -> list[str]:
    """A figure one step of its last place up and down, doubled, and one step of the finest kind up and down.

    `steps` are the finest steps by unit; a plain number that is no share has none finer than its own last place.
    """
    match = _FIGURE.fullmatch(written)
    quantity = units.read(written)
    assert match is not None, written
    assert quantity is not None, written
    number, rest = Decimal(match[1].replace(",", "")), match[2]
    last = Decimal(1).scaleb(int(number.as_tuple().exponent))
    others = [f"{number_text(other)}{rest}" for other in (number + last, number - last, number * 2)]
    unit = unit_text(quantity.unit)
    step = (steps or {}).get(unit, Decimal(_FINEST.get(unit, "1")))
    if quantity.unit == PURE and not quantity.share:
        step = last
    for amount in (quantity.amount + step, quantity.amount - step):
        percent = rest == "%" and quantity.unit == PURE
        others.append(f"{number_text(amount * 100)}%" if percent else f"{number_text(amount)}{unit}")
    same = {quantity[:2]}
    found = []
    for text in others:
        value = units.read(text)
        assert value is not None, text
        if value[:2] not in same:
            same.add(value[:2])
            found.append(text)
    return found
