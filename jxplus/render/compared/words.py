"""What changed, said in words: each change as a name and a sentence, formulas in a reader's language."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from jxplus.comparison import ClauseChange, FactChange, RuleChange
from jxplus.comparison.changes import Change
from jxplus.comparison.clauses import formulas_of
from jxplus.comparison.formulas import Pair, bare, conditions
from jxplus.enterprise.questions import default_day, spoken
from jxplus.fault import COMMA, STOP, YES_NO, Text, joined
from jxplus.formula.node import Node
from jxplus.policy import Clause, Fact, Policy, Reading, Rule
from jxplus.render.checklist import Speaker
from jxplus.render.ruled import said as rule_said

_NAMES = {
    "when": Text("条件", "when"),
    "base": Text("基数", "base"),
    "pays": Text("金额", "pays"),
    "up to": Text("不超过", "up to"),
    "from": Text("下限", "from"),
    "to": Text("上限", "to"),
    "at least": Text("至少", "at least"),
    "at most": Text("封顶", "at most"),
    "clause": Text("条款名", "clause"),
    "section": Text("章节", "section"),
    "title": Text("事项", "title"),
    "nature": Text("性质", "nature"),
    "basis": Text("方式", "basis"),
    "payer": Text("出资方", "paid by"),
    "lead": Text("咨询", "ask"),
    "for each": Text("逐项", "for each"),
    "in force": Text("执行期", "in force"),
    "held against": Text("对照日期", "held against"),
    "unquantified without": Text("须写明", "open"),
    "assumes": Text("前提", "assumes"),
    "note": Text("说明", "note"),
    "read with": Text("共用解读", "read with"),
    "reading": Text("解读", "reading"),
    "readings": Text("解读", "reading"),
    "id": Text("文号", "id"),
    "issued": Text("印发日期", "issued"),
    "currency": Text("币种", "currency"),
    "warn after": Text("此后提示", "warns after"),
    "warning": Text("提示", "warning"),
    "replaces": Text("替代", "replaces"),
    "alias": Text("别名", "alias"),
    "source": Text("执行期出处", "source of the days"),
    "names": Text("名称", "names"),
    "audit": Text("审核", "audit"),
    "type": Text("类型", "type"),
    "least": Text("最小", "least"),
    "largest": Text("最大", "largest"),
    "decimals": Text("小数位", "decimals"),
    "choices": Text("选项", "choices"),
    "required": Text("必填", "required"),
    "default": Text("默认", "default"),
    "fixed": Text("不可变动", "fixed"),
    "name": Text("中文名称", "Chinese name"),
    "also": Text("其他写法", "also"),
    "names of choices": Text("选项名称", "names of choices"),
    "words": Text("文字", "words"),
    "dated by": Text("各项日期", "dated by"),
    "says": Text("内容", "says"),
}
_SHORT = 36
"""Formulas up to this length stand on one line, from which to which."""
_BLANK = Text("", "")
_NONE = Text("无", "none")
_REWORDED = Text("文字有改动", "worded otherwise")
_AUDIT = Text(
    "只供原文审核用的内容有改动（出处、句子、不编入）",
    "what only the audit reads: sources, sentences, figures left out",
)
_NAMES_OF = {
    "parts": Text("各部分", "parts"),
    "natures": Text("性质", "natures"),
    "bases": Text("方式", "bases"),
    "departments": Text("部门", "departments"),
    "units": Text("单位", "units"),
    "numbering": Text("章节编号", "numbering of sections"),
}


class Said(NamedTuple):
    """One thing that is said: its name, and the words."""

    name: Text
    said: Text


def arrow(old: Text, new: Text) -> Text:
    """From what to what."""
    return Text(f"{old.zh} → {new.zh}", f"{old.en} → {new.en}")


class Sayer:
    """Says what changed between two plans."""

    def __init__(self, old: Policy, new: Policy) -> None:
        self.policies = old, new
        self.speakers = Speaker(old), Speaker(new)

    def clause(self, change: ClauseChange) -> list[Said]:
        """What is said of a clause: what it asks for and pays where it came or went, else what changed."""
        if change.old is not None and change.new is not None:
            return self.rows(change.changes, change)
        side = 0 if change.new is None else 1
        return list(self._whole(change.one, side))

    def _whole(self, clause: Clause, side: int) -> Iterator[Said]:
        for reading in clause.readings:
            yield from self._formulas(clause, reading, side)
            if reading.high is None:
                yield Said(_NAMES["pays"], Text("方案未载明", "the plan states no amount"))

    def _formulas(self, clause: Clause, reading: Reading, side: int) -> Iterator[Said]:
        mark = f" {reading.id}" if reading.id else ""
        for key, node in formulas_of(clause, reading).items():
            yield Said(Text(*(f"{each}{mark}" for each in _NAMES[key])), self.formula(key, node, side))

    def rule(self, change: RuleChange) -> list[Said]:
        """What is said of a rule: each of its readings where they changed."""
        rows = [self.row(each) for each in change.changes if each.what != "says"]
        if not change.changes or any(each.what == "says" for each in change.changes):
            before, after = (self._rule(each, side) for side, each in enumerate((change.old, change.new)))
            said = after if change.old is None else before if change.new is None else arrow(before, after)
            rows.append(Said(_NAMES["says"], said))
        return rows

    def _rule(self, rule: Rule | None, side: int) -> Text:
        if rule is None:
            return _NONE
        told = []
        for reading in rule.readings:
            one = rule_said(self.policies[side], reading)
            told.append(Text(f"{reading.id}：{one.zh}", f"{reading.id}: {one.en}") if reading.id else one)
        return joined(told, STOP)

    def facts(self, changes: Sequence[FactChange]) -> Iterator[tuple[str, Text, list[Said], tuple[str, str]]]:
        """What is said of facts, those of one type that changed alike once."""
        groups: dict[Any, list[FactChange]] = {}
        for each in changes:
            alike = each.old is not None and each.new is not None
            key = (each.one.form, each.changes) if alike and not _own(each) else each.name
            groups.setdefault(key, []).append(each)
        for group in groups.values():
            first = group[0]
            name = called(first.name, first.one.label)
            if len(group) > 1:
                names = ", ".join(each.name for each in group)
                name = Text(
                    f"{first.one.form}（{len(group)} 项事实）：{names}",
                    f"{first.one.form} ({len(group)} facts): {names}",
                )
            yield first.change, name, self.fact_rows(first), ("fact", first.name)

    def fact_rows(self, change: FactChange) -> list[Said]:
        """What changed in a fact."""
        if change.old is None or change.new is None:
            return [Said(_NAMES["type"], _type(change.one))]
        rows = []
        for each in change.changes:
            said = _REWORDED
            if each.what != "words":
                ends = ((each.old, change.old), (each.new, change.new))
                said = arrow(*(self._fact_value(each.what, value, fact) for value, fact in ends))
            rows.append(Said(_NAMES[each.what], said))
        return rows

    def _fact_value(self, what: str, value: Any, fact: Fact) -> Text:
        if value is None:
            return _NONE
        if what == "type":
            return _type(fact)
        if what == "default":
            return default_day(fact) if fact.follows else Text(*(spoken(fact, value, lang) for lang in ("zh", "en")))
        if what in ("least", "largest"):
            return Text.same(fact.figure_text(value))
        if what == "choices":
            return joined([fact.choices[each] for each in value])
        if what == "names of choices":
            return joined([Text(*(COMMA.zh.join((each, *also)) for each in label)) for label, also in value.values()])
        return self.value(what, value, 0)

    def rows(self, changes: Sequence[Change], of: ClauseChange | None = None) -> list[Said]:
        """What is said of some changes, each on as many lines as it takes."""
        found = []
        for each in changes:
            name = _NAMES[each.what]
            if each.reading and each.what not in ("reading", "readings"):
                name = Text(*(f"{one} {each.reading}" for one in name))
            found += [Said(name if place == 0 else _BLANK, said) for place, said in enumerate(self.said(each, of))]
        return found

    def row(self, change: Change) -> Said:
        """What is said of a change of one value."""
        (said,) = self.said(change, None)
        return Said(_NAMES[change.what], said)

    def said(self, change: Change, of: ClauseChange | None) -> list[Text]:
        """A change in words: a figure by itself, a part of a condition, else the old formula and the new."""
        if isinstance(change.old, Node) or isinstance(change.new, Node):
            return self.formulas(change)
        if change.what == "readings":
            return [self._readings(change, of)]
        if change.what == "reading":
            return [arrow(change.old, change.new).about(change.reading)]
        if change.what == "audit":
            return [_AUDIT]
        if change.what == "names":
            return [joined([_NAMES_OF[each] for each in change.new])]
        if change.what == "words":
            return [_REWORDED]
        before, after = self.value(change.what, change.old, 0), self.value(change.what, change.new, 1)
        return [_in_either(arrow(before, after), before, after)]

    def _readings(self, change: Change, of: ClauseChange | None) -> Text:
        """A reading that came or went, with what it asks for and pays."""
        side = 0 if change.new is None else 1
        reading: Reading = change.old or change.new
        came = (Text("取消", "went"), Text("新增", "came"))[side]
        clause = of and (of.old, of.new)[side]
        told = list(self._formulas(clause, reading, side)) if clause else []
        what = joined(
            [Text(*(f"{n.split(' ')[0]} {s}" for n, s in zip(row.name, row.said, strict=True))) for row in told], STOP
        )
        title = f"{reading.id} " if reading.id else ""
        return Text(f"{came.zh} {title}（{what.zh}）", f"{came.en} {title}({what.en})")

    def formulas(self, change: Change) -> list[Text]:
        """A formula that changed."""
        if change.old is None or change.new is None:
            side = 0 if change.new is None else 1
            whole = self.formula(change.what, change.old or change.new, side)
            return [arrow(*((whole, _NONE) if side == 0 else (_NONE, whole)))]
        if change.figures_alone:
            return [self._figures(change, pair) for pair in change.pairs]
        if change.what == "when":
            parts = self._parts(change)
            if parts is not None:
                return parts
        return self._whole_formulas(change)

    def _whole_formulas(self, change: Change) -> list[Text]:
        """The old formula and the new, on a line each where they are long."""
        before, after = self.formula(change.what, change.old, 0), self.formula(change.what, change.new, 1)
        if max(map(len, (*before, *after))) <= _SHORT:
            return [arrow(before, after)]
        return [before, Text(f"→ {after.zh}", f"→ {after.en}")]

    def _figures(self, change: Change, pair: Pair) -> Text:
        """One figure, from what to what, and where it stands."""
        assert pair.old is not None
        assert pair.new is not None
        told = arrow(self._literal(pair.old, 0), self._literal(pair.new, 1))
        if pair.within is not None:
            within = self.speakers[0].condition(pair.within, {})
        elif change.old.op == "number":
            return told
        else:
            within = self.formula(change.what, change.old, 0)
        return Text(f"{told.zh}（原为 {within.zh}）", f"{told.en} (it was: {within.en})")

    def _literal(self, node: Node, side: int) -> Text:
        return self.speakers[side].term(node, {})

    def _parts(self, change: Change) -> list[Text] | None:
        """The parts of a condition that came or went; None where that does not tell all."""
        before, after = conditions(change.old), conditions(change.new)
        was, now = set(map(bare, before)), set(map(bare, after))
        gone, come = (
            [each for each in before if bare(each) not in now],
            [each for each in after if bare(each) not in was],
        )
        if len(gone) == len(before) and len(before) > 1:
            return None
        told = [arrow(self.named(one, 0), self.named(other, 1)) for one, other in zip(gone, come, strict=False)]
        for one in gone[len(come) :]:
            said = self.named(one, 0)
            told.append(Text(f"不再要求：{said.zh}", f"no longer asked for: {said.en}"))
        for one in come[len(gone) :]:
            said = self.named(one, 1)
            told.append(Text(f"增加要求：{said.zh}", f"now asked for too: {said.en}"))
        return told or None

    def named(self, node: Node, side: int) -> Text:
        return self.speakers[side].named(node)

    def formula(self, key: str, node: Node, side: int) -> Text:
        """A condition or an amount in words."""
        return self.named(node, side) if key == "when" else self.speakers[side].term(node, {})

    def value(self, what: str, value: Any, side: int) -> Text:
        """What something is, that is no formula."""
        policy = self.policies[side]
        if value is None or value in ((), ""):
            return _NONE
        if isinstance(value, Text):
            return value
        if isinstance(value, bool):
            return YES_NO[value]
        if what == "nature":
            return policy.natures[value]
        if what == "basis":
            return policy.bases[value]
        if what == "lead":
            named = policy.departments.get(value)
            return Text(value, f"{value}, {named.en}" if named else value)
        if what == "for each":
            return policy.lists[value].label
        if what == "in force":
            return _days(*value)
        if what in ("held against", "unquantified without") and value in policy.facts:
            return policy.facts[value].label
        if what == "replaces":
            return joined([Text(f"{each.plan}（自{each.day}）", f"{each.plan} from {each.day}") for each in value])
        if isinstance(value, tuple):
            return joined(Text.same(str(each)) for each in value)
        return Text.same(str(value))


def _in_either(told: Text, before: Text, after: Text) -> Text:
    """What is told, in the other language where a text changed in that alone."""
    if before.en == after.en:
        return Text.same(told.zh)
    return Text.same(told.en) if before.zh == after.zh else told


def _own(change: FactChange) -> bool:
    """Whether what changed in a fact is its own, and not that of its type."""
    return any(each.what not in ("least", "largest", "decimals") for each in change.changes)


def titled(one: Clause | Rule) -> Text:
    """What a clause or a rule is called: its section, its title, its id."""
    return Text(*(f"{one.section} {title}  {one.id}".strip() for title in one.title))


def called(id: str, label: Text) -> Text:
    """What a fact or a list is called: its label and its id."""
    return Text(*(f"{name}  {id}" for name in label))


def _days(start: Any, end: Any) -> Text:
    return Text(
        f"{start or '…'} 至 {end or '未载明'}", f"from {start or '…'}" + (f" to {end}" if end else ", no end stated")
    )


def _type(fact: Fact) -> Text:
    if fact.choices:
        return joined(fact.choices.values())
    unit = fact.units.text(fact.type.unit, "zh") if fact.type.kind == "number" else ""
    return Text.same(f"{fact.form} {unit}".strip())
