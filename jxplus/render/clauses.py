"""The clauses of a policy are shown as a list, and one of them in full."""

import os
from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text as Rich

from jxplus.enterprise.questions import form_text, needed
from jxplus.fault import Text
from jxplus.formula.node import Node, unparse, walk
from jxplus.policy import Clause, Policy, Reading, Rule, RuleReading
from jxplus.policy.bonds import binding
from jxplus.render.checklist import CALLED, NEVER, Speaker
from jxplus.render.console import bare, beside, headed, printed, width
from jxplus.render.ruled import TITLE, said

if TYPE_CHECKING:
    from jxplus.plan.text import PlanText

KINDS = {
    "exact": Text("按公式", "exact"),
    "ceiling": Text("上限", "ceiling"),
    "range": Text("区间", "range"),
    "floor": Text("至少", "at least"),
    "unstated": Text("未载明金额", "no amount stated"),
}


_SECTION, _CLAUSE, _TITLE = Text("章节", "Section"), Text("条款", "Clause"), Text("事项", "Entitlement")
_SHORTEST = 24
"""Where a title has less room than this, what else is said of a clause stands below it."""


def listing(policy: Policy, lang: str) -> str:
    """Gives all clauses by section with id, title and how the amount is stated."""
    table = headed()
    sides = [*_sides(policy, lang), *((rule.section, rule.id, "") for rule in policy.rules)]
    around = 12 + sum(max(map(cell_len, column)) for column in zip(*sides, strict=True))
    beside = width() - around >= _SHORTEST
    heads = (_SECTION, _CLAUSE, _TITLE, Text("金额", "Amount")) if beside else (_SECTION, _TITLE)
    for head in heads:
        table.add_column(head.show(lang), overflow="fold", no_wrap=head is not _TITLE)
    part: tuple[Policy | None, str] = None, ""
    for clause, (section, id, kind) in zip(policy.clauses, _sides(policy, lang), strict=True):
        plan, (number, name) = policy.plan_of(clause), policy.heading(clause)
        if part[0] is not plan and policy.plans:
            table.add_section()
            table.add_row("", Rich(f"{plan.id} {plan.title.show(lang)}", style="bold magenta"))
        if number and (plan, number) != part:
            table.add_section()
            table.add_row(Rich(policy.part_number(clause), style="bold cyan"), Rich(name.show(lang), style="bold cyan"))
        part = plan, number or part[1]
        title = Rich(clause.title.show(lang))
        if beside:
            table.add_row(section, id, title, Rich(kind, style="dim"))
        else:
            table.add_row(section, Group(title, Rich(f"{id} · {kind}", style="dim", overflow="fold")))
    for place, rule in enumerate(policy.rules):
        if not place:
            table.add_section()
            table.add_row("", Rich(TITLE.show(lang), style="bold cyan"))
        said_of = (
            (rule.id, Rich(rule.title.show(lang)), "")
            if beside
            else (Group(rule.title.show(lang), Rich(rule.id, style="dim")),)
        )
        table.add_row(rule.section, *said_of)
    last = policy.clauses[-1].section
    hint = Text(
        f"{len(policy.clauses)} 条。查看其中一条：jxplus explain 条款名、事项或章节（如 {last}）",
        f"{len(policy.clauses)} clauses. For one of them: jxplus explain CLAUSE, its title, or a section such as "
        f"{policy.plan_of(policy.clauses[-1]).numbering.alias(last)}",
    ).show(lang)
    return printed(Rich(f"{policy.id} {policy.title.show(lang)}", style="bold"), table, Rich(hint, style="dim"))


def _sides(policy: Policy, lang: str) -> list[tuple[str, str, str]]:
    """What stands beside the title of each clause: its section, its id, and how its amount is stated."""
    return [(each.section, each.id, KINDS[each.kind].show(lang)) for each in policy.clauses]


def description(
    policy: Policy, one: Clause | Rule, lang: str, formulas: bool = False, plan: "PlanText | None" = None
) -> str:
    """Gives one clause in full: where it stands, who pays, when it is in force, what it asks for, pays and needs; or one rule.

    With `formulas` conditions and amounts stand in the policy's own words; with `plan` the sentences of the plan's text that
    it encodes stand above it, each with its place.
    """
    said = [*(said_by(plan, one) if plan else ())]
    said += _said(policy, one, formulas) if isinstance(one, Clause) else _ruled(policy, one)
    facts = bare()
    facts.add_column(no_wrap=True)
    facts.add_column(overflow="fold")
    facts.add_column(style="dim", overflow="fold")
    for fact, name in needed(policy, one):
        facts.add_row(name, fact.label.show(lang), form_text(fact, lang))
    page: list[RenderableType] = [Rich(f"{one.section} {one.title.show(lang)}".strip(), style="bold")]
    page.append(Padding(beside((name.show(lang), value.show(lang)) for name, value in said), (0, 0, 0, 2)))
    if facts.row_count:
        heading = Rich(Text("需要的事实", "Facts it needs").show(lang), style="bold")
        page += [heading, Padding(facts, (0, 0, 0, 2))]
    return printed(Group(*page))


def said_by(plan: "PlanText", clause: Clause | Rule, handed_on: bool = False) -> Iterator[tuple[Text, Text]]:
    """The plan's own sentences for a clause, each after its place; what is wrong where the text has them no more.

    On a page that is `handed_on` the place is in the file, wherever that is kept here.
    """
    name = Text("原文", "the plan says")
    if not clause.sentences:
        yield name, Text("政策文件未写明它编入哪一句", "the policy file does not say which sentence it encodes")
    found = {(each.section, each.digest): each for each in plan.sentences}
    for digest, section in clause.sentences:
        sentence = found.get((plan.has(section or clause.section), digest))
        if sentence is not None:
            place = sentence.place
            file = os.path.basename(plan.file) if handed_on else plan.file
            said = f"{file}:{place.line}:{place.column} {sentence.text}"
            yield name, Text.same(said)
        else:
            yield (
                name,
                Text(
                    f"{plan.file} 本节没有 {digest} 这一句：原文改了，请用 jxplus audit 核对",
                    f"{plan.file} has no sentence {digest} in this section: the text has changed; see jxplus audit",
                ),
            )


def _ruled(policy: Policy, rule: Rule) -> Iterator[tuple[Text, Text]]:
    """What there is to say of a rule, each with its name."""
    yield _RULE, Text.same(rule.id)
    if rule.section:
        yield _section(policy, rule)
    for reading in rule.readings:
        yield from _title(reading)
        yield Text("内容", "says"), said(policy, reading)
    if rule.note:
        yield Text("说明", "note"), rule.note


def _said(policy: Policy, clause: Clause, formulas: bool) -> Iterator[tuple[Text, Text]]:
    """What there is to say of a clause, each with its name."""
    yield Text("条款", "clause"), Text.same(clause.id)
    yield _section(policy, clause)
    nature, basis = policy.natures[clause.nature], policy.bases[clause.basis]
    yield Text("性质", "nature"), Text(f"{nature.zh} · {basis.zh}", f"{nature.en} · {basis.en}")
    yield Text("出资方", "paid by"), clause.payer
    yield Text("咨询", "ask"), Text(clause.lead, f"{clause.lead}, {policy.departments[clause.lead].en}")
    if clause.period.start or clause.period.end:
        yield Text("执行期", "in force"), _days(clause)
    if clause.each:
        yield _each(policy, clause.each)
    if formulas:
        yield from _in_formulas(policy, clause)
    else:
        yield from _in_words(policy, clause)
    if clause.unquantified_without:
        label = policy.facts[clause.unquantified_without].label
        yield (
            Text("须写明", "open"),
            Text(f"{label.zh} ({clause.unquantified_without})", f"{label.en} ({clause.unquantified_without})"),
        )
    for rule in binding(policy, clause.id) if policy.rules else ():
        for reading in rule.readings:
            told, name = said(policy, reading), f"{policy.stands(rule)} {reading.id}".strip()
            yield _RULE, Text(f"{name}：{told.zh}", f"{name}: {told.en}")
    if clause.note:
        yield Text("说明", "note"), clause.note


def _in_words(policy: Policy, clause: Clause) -> Iterator[tuple[Text, Text]]:
    """What the clause asks for, a condition a line, and its amount as a sum of named figures."""
    speaker = Speaker(policy)
    alike = len({reading.when for reading in clause.readings}) == 1 and not any(each.over for each in clause.readings)
    if alike:
        yield from _asked(speaker, clause.readings[0].when)
    if clause.base is not None:
        yield _BASE, speaker.term(clause.base, {})
    for reading in clause.readings:
        yield from _title(reading)
        if speaker.never(reading.when):
            yield _AMOUNT, NEVER
            continue
        own = reading.of_item() if reading.over else reading
        if reading.over:
            yield _each(policy, reading.over)
        if not alike:
            yield from _asked(speaker, own.when)
        yield from _pays(clause, own, _in_table(speaker))


def _section(policy: Policy, one: Clause | Rule) -> tuple[Text, Text]:
    """Where it stands in its plan, as that has the number and as that is typed."""
    alias = policy.plan_of(one).numbering.alias(one.section)
    return Text("章节", "section"), Text.same(f"{one.section} ({alias})")


def _each(policy: Policy, listed: str) -> tuple[Text, Text]:
    """The list that a clause, or a reading, runs over."""
    label = policy.lists[listed].label
    return Text("逐项", "for each"), Text(f"{label.zh}（{listed}）", f"{listed} ({label.en})")


def _asked(speaker: Speaker, when: Node) -> Iterator[tuple[Text, Text]]:
    name = _WHEN
    for line in speaker.requirements(when):
        deep = "  " * line.deep
        yield name, Text(f"{deep}· {line.text.zh}", f"{deep}· {line.text.en}")
        name = _BLANK


def _in_formulas(policy: Policy, clause: Clause) -> Iterator[tuple[Text, Text]]:
    """The clause as the policy file writes it."""
    if clause.base is not None:
        yield _BASE, Text.same(unparse(clause.base))
    for reading in clause.readings:
        yield from _title(reading)
        own = reading.of_item() if reading.over else reading
        if reading.over:
            yield _each(policy, reading.over)
        yield _WHEN, Text.same(unparse(own.when))
        yield from _pays(clause, own, _as_written)
    for name, node in _lets(clause).items():
        yield Text.same(f"  {name}"), Text.same(unparse(node))


_BLANK = Text("", "")
_RULE = Text("规则", "rule")
_WHEN, _BASE, _AMOUNT = Text("条件", "when"), Text("基数", "base"), Text("金额", "pays")


def _title(reading: Reading | RuleReading) -> Iterator[tuple[Text, Text]]:
    if reading.title is not None:
        title = reading.title
        yield Text("解读", "reading"), Text(f"{reading.id}：{title.zh}", f"{reading.id}: {title.en}")


_Saying = Callable[[Text, Node], Iterator[tuple[Text, Text]]]
"""Says a formula under a name, on as many lines as it takes."""


def _pays(clause: Clause, reading: Reading, said: _Saying) -> Iterator[tuple[Text, Text]]:
    """The amount of a reading, with `said` for each formula of it."""
    if reading.high is None:
        yield _AMOUNT, Text("方案未载明", "the plan states no amount")
    for key, amount in clause.amounts(reading):
        yield from said(_AMOUNT if key == "pays" else CALLED[key], amount)
    if reading.cap is not None:
        yield from said(Text("封顶", "at most"), reading.cap)


def _in_table(speaker: Speaker) -> _Saying:
    """Says a formula in words; tiers as a table, a line for each."""

    def said(name: Text, node: Node) -> Iterator[tuple[Text, Text]]:
        yield name, speaker.term(node, {})
        for each in dict.fromkeys(each for each in walk(node) if each.op == "tiers"):
            if each is not node:
                by = speaker.term(each, {})
                yield _BLANK, Text(f"{by.zh}:", f"{by.en}:")
            for edges, value, _ in speaker.tiers(each.value, {}):
                worth = speaker.term(value, {})
                yield _BLANK, Text(f"· {edges.zh}：{worth.zh}", f"· {edges.en}: {worth.en}")

    return said


def _as_written(name: Text, node: Node) -> Iterator[tuple[Text, Text]]:
    yield name, Text.same(unparse(node))


def _period(start: date | None, end: date | None) -> str:
    """The days in Chinese."""
    if start and end:
        return f"{start} 至 {end}"
    if start:
        return f"自 {start} 起，未载明终止日期"
    return f"至 {end}" if end else "未载明"


def _days(clause: Clause) -> Text:
    """The days on which a clause is in force, and where they are from."""
    start, end, source = clause.period
    until = f" to {end}" if end else ", no end stated"
    days = Text(_period(start, end), f"from {start or '…'}{until}")
    return Text(f"{days.zh}；{source.zh}", f"{days.en}; {source.en}") if source else days


def _lets(clause: Clause) -> dict[str, Node]:
    """The named parts that the clause's formulas use; its base has a line of its own."""
    return {
        str(node.value): node.args[0]
        for node in walk(*clause.formulas())
        if node.op == "let" and node.args[0] != clause.base
    }
