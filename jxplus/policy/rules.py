"""The rules of a policy file: what clauses may pay together, each rule checked against the clauses that it names."""

from collections.abc import Iterator, Sequence
from typing import Any

from jxplus.document.tree import Path
from jxplus.fault import Text, cut, quoted, unknown_name
from jxplus.formula.node import EVERY, Node
from jxplus.formula.operators import YUAN
from jxplus.formula.proof import never_below_zero
from jxplus.policy import HIGHEST, NEVER, SAME, SUM, Clause, Policy, Rule, RuleReading
from jxplus.policy.bonds import Tangled, checked, in_order, own_name
from jxplus.policy.clauses import Clauses
from jxplus.policy.form import OTHER_NAME, Form
from jxplus.policy.omissions import sentences
from jxplus.policy.tables import TOTAL

KINDS = (HIGHEST, SUM, SAME)
_SAID = (*KINDS, "at most", "less", "for each")
_RULE = ("section", "sentences", "title", "note", *_SAID, "readings")
_READING = ("zh", "en", "applies", *_SAID)


class Rules:
    """Reads the rules of a policy whose clauses are known; `alias` is what other plans call it by."""

    def __init__(self, form: Form, reader: Clauses, clauses: Sequence[Clause], alias: str = "") -> None:
        self.form, self.reader, self.alias = form, reader, alias
        self.clauses = {clause.id: clause for clause in clauses}
        self.names = [str(name) for name in form.mapping(("rules",), optional=True)]
        self.places: dict[tuple[str, str], Path] = {}
        """Where each reading of each rule names its clauses."""

    def read(self) -> tuple[Rule, ...]:
        before = len(self.form.faults)
        rules = tuple(self.rule(("rules", name)) for name in self.names)
        if len(self.form.faults) == before:
            self.circles(rules)
        if len(self.form.faults) == before:
            for rule in rules:
                self.within(rule, {each.id: each for each in rules})
        return rules

    def rule(self, path: Path) -> Rule:
        form = self.form
        value = form.mapping(path, _RULE)
        name = form.own_id(path, Text("规则名", "a rule"), "yearly-ceiling")
        if name in self.clauses or name == TOTAL:
            wrong = Text(
                f"“{cut(name)}”已是条款或合计列的名称", f"{quoted(name)} is what a clause or a total is called"
            )
            form.fault(path, wrong, OTHER_NAME, key=True)
        readings = self.readings(path, value)
        same = all(reading.kind == SAME for reading in readings)
        section = (
            "" if same and "section" not in value else form.section((*path, "section"), form.word((*path, "section")))
        )
        note = form.text((*path, "note")) if "note" in value else None
        return Rule(
            name,
            section,
            form.text((*path, "title")),
            readings,
            note,
            form.tree.place(path, True),
            sentences(form, path),
        )

    # ---- readings

    def readings(self, path: Path, value: dict[str, Any]) -> tuple[RuleReading, ...]:
        own = self.form.mapping((*path, "readings"), optional=True)
        if not own:
            return (self.reading(path, value, "", None),)
        self.reader.plan_readings.several((*path, "readings"), list(own))
        found = []
        for name in map(str, own):
            place: Path = (*path, "readings", name)
            self.reader.plan_readings.named(place, Text("如 each-project", "such as each-project"))
            said = self.form.mapping(place, _READING)
            title = Text(self.form.word((*place, "zh")), self.form.word((*place, "en")))
            found.append(self.reading(path, value, name, title, said))
        return tuple(found)

    def reading(
        self, path: Path, value: dict[str, Any], id: str, title: Text | None, said: dict[str, Any] | None = None
    ) -> RuleReading:
        """What a rule says, where a reading says nothing else."""
        own: Path = (*path, "readings", id) if id else path
        said = said or {}

        def at(key: str) -> Path:
            return (*own, key) if key in said else (*path, key)

        stated = [key for key in KINDS if key in said] or [key for key in KINDS if key in value]
        if len(stated) != 1:
            wrong = Text("规则须说明一种关系", "a rule says one thing of its clauses")
            right = Text("写 highest of、sum of 或 same as", "`highest of`, `sum of` or `same as`")
            self.form.fault((*own, stated[0]) if stated else own, wrong, right, key=True)
            return RuleReading(id, title, NEVER, ())
        (kind,) = stated
        listed = self.listed(at("for each")) if "for each" in {**value, **said} else None
        self.places[str(path[-1]), id] = at(kind)
        members = self.members(at(kind), kind)
        applies = "applies" not in said or self.form.truth((*own, "applies"))
        most, less = self.ceiling(at, {**value, **said}, kind, listed)
        return RuleReading(id, title, kind if applies else NEVER, members, listed, most, less)

    def listed(self, path: Path) -> str | None:
        name = self.form.among(path, self.reader.lists, Text("列表", "list"))
        return name if name in self.reader.lists else None

    def ceiling(self, at: Any, value: dict[str, Any], kind: str, listed: str | None) -> tuple[Node | None, Node | None]:
        """The ceiling of a sum and the fact that it is less of; no other rule has them."""
        if kind != SUM:
            for key in ("at most", "less"):
                if key in value:
                    wrong = Text(f"{key} 只用于 sum of", f"only a `sum of` has `{key}`")
                    self.form.fault(at(key), wrong, Text("删去", "leave it out"), key=True)
            return None, None
        if "at most" not in value:
            wrong = Text("没有限额", "it has no ceiling")
            self.form.fault(at(SUM), wrong, Text("加 at most: 金额", "add `at most: AMOUNT`"), key=True)
            return None, None
        scope = self.reader.formulas.scope._replace(item=listed)
        before = len(self.form.faults)
        most = self.reader.formulas.yuan(at("at most"), scope)
        sound = len(self.form.faults) == before
        if (
            most is not None
            and sound
            and self.reader.declared.bounded
            and not never_below_zero(most, EVERY, self.reader.formulas.range)
        ):
            wrong = Text("可能小于0", "it may come to less than zero")
            self.form.fault(at("at most"), wrong, Text("如 max(…, 0元)", "such as max(…, 0元)"))
        return most, self.less(at("less"), listed) if "less" in value else None

    def less(self, path: Path, listed: str | None) -> Node | None:
        """A fact in yuan: of the item where the rule is for each item, else of the enterprise."""
        facts = self.reader.lists[listed].facts if listed else self.reader.facts
        name = self.form.among(path, facts, Text("明细事实", "fact of an item") if listed else Text("事实", "fact"))
        if name not in facts:
            return None
        if facts[name].type != YUAN:
            self.reader.formulas.unlike(path, facts[name].type, YUAN)
        elif facts[name].signed:
            wrong = Text(f"“{cut(name)}”可以是负数", f"{quoted(name)} may be below zero")
            self.form.fault(path, wrong, Text("用不为负的事实", "a fact that is not `signed` is wanted"))
        return Node("item", (), (listed, name)) if listed else Node("fact", (), name)

    # ---- members

    def members(self, path: Path, kind: str) -> tuple[str, ...]:
        """The clauses and rules that a rule names, each as its own file has it."""
        form, least = self.form, 1 if kind == SUM else 2
        wanted = f"a list of {'two clauses' if least > 1 else 'a clause'} or more is wanted"
        right = Text("如 [条款名, 条款名]", "such as [one-clause, other-clause]")
        written = form.texts(path, Text(f"须是{least}个以上条款的列表", wanted), right, least)
        found = [own_name(each, self.alias) if self.alias else each for each in written]
        for place, name in enumerate(found):
            if name in found[:place]:
                wrong = Text(f"“{cut(name)}”写了两次", f"{quoted(name)} is named twice")
                form.fault((*path, place), wrong, Text("只写一次", "name it once"))
            elif name in self.clauses and self.clauses[name].kind == "unstated":
                wrong = Text(f"“{cut(name)}”未载明金额", f"{quoted(name)} states no amount")
                form.fault((*path, place), wrong, Text("删去，没有金额可计", "leave it out: it has no amount to count"))
            elif ":" not in name and name not in self.clauses and name not in self.names:
                known = [*self.clauses, *self.names]
                form.fault((*path, place), *unknown_name(name, known, Text("条款", "clause"), "jxplus explain"))
        return tuple(found)

    # ---- rules together

    def circles(self, rules: Sequence[Rule]) -> None:
        sound = {rule.id for rule in in_order(rules)}
        for rule in rules:
            if rule.id not in sound:
                wrong = Text("规则之间循环引用", "it names itself by way of the rules that it names")
                right = Text("删去其中一处引用", "leave one of them out")
                self.form.fault(("rules", rule.id), wrong, right, key=True)

    def within(self, rule: Rule, rules: dict[str, Rule]) -> None:
        """Each clause stands in one part of a rule, and where the rule is for each item, it runs over those items."""
        for reading in rule.readings:
            path = self.places[rule.id, reading.id]
            seen: dict[str, str] = {}
            for place, name in enumerate(reading.members):
                for clause in _clauses(name, rules):
                    if clause in seen and seen[clause] != name:
                        wrong = Text(
                            f"“{cut(clause)}”已在“{cut(seen[clause])}”中",
                            f"{quoted(clause)} is in {quoted(seen[clause])} already",
                        )
                        self.form.fault((*path, place), wrong, Text("一条只写一次", "name each clause once"))
                    seen.setdefault(clause, name)
                if reading.each is not None and not self.runs(name, reading.each, rules):
                    wrong = Text(
                        f"“{cut(name)}”不逐项计算 {reading.each}", f"{quoted(name)} does not run over {reading.each}"
                    )
                    right = Text("删去，或去掉规则的 for each", "leave it out, or the rule's `for each`")
                    self.form.fault((*path, place), wrong, right)

    def runs(self, name: str, listed: str, rules: dict[str, Rule]) -> bool:
        """Whether a clause, or all of a rule, runs over a list; of another plan's it is not known here."""
        if name in rules:
            return all(each.each == listed for each in rules[name].readings)
        return name not in self.clauses or self.clauses[name].each == listed


def _clauses(name: str, rules: dict[str, Rule]) -> Iterator[str]:
    """The clauses that a name stands for: itself, or those of the rule that it is."""
    if name not in rules:
        yield name
        return
    for member in dict.fromkeys(member for reading in rules[name].readings for member in reading.members):
        yield from _clauses(member, rules)


def tangles(form: Form, policy: Policy) -> None:
    """A fault where the rules of a policy cannot be decided together."""
    try:
        checked(policy)
    except Tangled as tangled:
        form.fault(("rules", tangled.rule), tangled.wrong, tangled.right, key=True)
