"""The clauses of a policy for a reader: the list of them, and one of them in full."""

from collections.abc import Iterator

from rich import box
from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Rich

from jxplus.enterprise.asked import form_text, needed
from jxplus.fault import Text
from jxplus.formula.node import Node, unparse, walk
from jxplus.plan.section import section_alias
from jxplus.policy import Clause, Policy, Reading
from jxplus.render.paper import printed

_KINDS = {
    "exact": Text("定额", "exact"),
    "ceiling": Text("上限", "ceiling"),
    "range": Text("区间", "range"),
    "unstated": Text("未载明金额", "no amount stated"),
}


def listing(policy: Policy, lang: str) -> str:
    """All clauses by section: id, title and how the amount is stated."""
    heads = (Text("章节", "Section"), Text("条款", "Clause"), Text("事项", "Entitlement"), Text("金额", "Amount"))
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    for head in heads:
        table.add_column(head.show(lang), overflow="fold", no_wrap=head.en != "Entitlement")
    part = ""
    for clause in policy.clauses:
        number = clause.section.partition("(")[0]
        if number != part:
            part = number
            table.add_section()
            name = policy.parts.get(part, Text("", "")).show(lang)
            table.add_row(Rich(part, style="bold cyan"), Rich(name, style="bold cyan"))
        kind = _KINDS[clause.kind].show(lang)
        table.add_row(clause.section, clause.id, clause.title.show(lang), Rich(kind, style="dim"))
    hint = (
        f"{len(policy.clauses)} 条。查看其中一条: jxplus explain 条款名或章节（如 {policy.clauses[-1].section}）"
        if lang == "zh"
        else f"{len(policy.clauses)} clauses. For one of them: jxplus explain CLAUSE, or a section such as "
        f"{section_alias(policy.clauses[-1].section)}"
    )
    return printed(Rich(f"{policy.id} {policy.title.show(lang)}", style="bold"), table, Rich(hint, style="dim"))


def description(policy: Policy, clause: Clause, lang: str) -> str:
    """One clause in full: where it stands, who pays, when it is in force, its formulas, and the facts it needs."""
    zh = lang == "zh"
    table = Table(box=None, padding=(0, 1), pad_edge=False, show_header=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in _lines(policy, clause, lang):
        table.add_row(name, value)
    facts = Table(box=None, padding=(0, 1), pad_edge=False, show_header=False)
    facts.add_column(no_wrap=True)
    facts.add_column(overflow="fold")
    facts.add_column(style="dim", overflow="fold")
    for fact, name in needed(policy, clause):
        facts.add_row(name, fact.label.show(lang), form_text(fact, lang))
    title = Rich(f"{clause.section} {clause.title.show(lang)}", style="bold")
    heading = Rich("需要的事实" if zh else "Facts it needs", style="bold")
    return printed(Group(title, Padding(table, (0, 0, 0, 2)), heading, Padding(facts, (0, 0, 0, 2))))


def _lines(policy: Policy, clause: Clause, lang: str) -> Iterator[tuple[str, str]]:
    zh = lang == "zh"
    yield ("条款" if zh else "clause"), clause.id
    yield ("章节" if zh else "section"), f"{clause.section} ({section_alias(clause.section)})"
    nature, basis = policy.natures[clause.nature].show(lang), policy.bases[clause.basis].show(lang)
    yield ("性质" if zh else "nature"), f"{nature} · {basis}"
    yield ("出资方" if zh else "paid by"), clause.payer.show(lang)
    department = policy.departments[clause.lead]
    yield ("咨询" if zh else "ask"), clause.lead if zh else f"{clause.lead}, {department.en}"
    start, end, source = clause.period
    if start or end:
        days = (
            f"{start or '…'} 至 {end or '未载明'}"
            if zh
            else f"from {start or '…'}{f' to {end}' if end else ', no end stated'}"
        )
        yield ("执行期" if zh else "in force"), days + (f"; {source.show(lang)}" if source else "")
    if clause.each:
        yield ("逐项" if zh else "for each"), f"{clause.each} ({policy.lists[clause.each].label.show(lang)})"
    if clause.base is not None:
        yield ("基数" if zh else "base"), unparse(clause.base)
    for reading in clause.readings:
        yield from _reading_lines(clause, reading, lang)
    for name, node in _lets(clause).items():
        yield f"  {name}", unparse(node)
    if clause.unquantified_without:
        yield ("须写明" if zh else "open"), clause.unquantified_without
    if clause.note:
        yield ("说明" if zh else "note"), clause.note.show(lang)


def _reading_lines(clause: Clause, reading: Reading, lang: str) -> Iterator[tuple[str, str]]:
    zh = lang == "zh"
    if reading.title is not None:
        yield ("解读" if zh else "reading"), f"{reading.id}: {reading.title.show(lang)}"
    yield ("条件" if zh else "when"), unparse(reading.when)
    if reading.high is None:
        yield ("金额" if zh else "pays"), "方案未载明" if zh else "the plan states no amount"
    elif clause.kind == "range" and reading.low is not None:
        yield ("金额" if zh else "pays"), f"{unparse(reading.low)} – {unparse(reading.high)}"
    elif clause.kind == "ceiling":
        yield ("不超过" if zh else "up to"), unparse(reading.high)
    else:
        yield ("金额" if zh else "pays"), unparse(reading.high)


def _lets(clause: Clause) -> dict[str, Node]:
    """The named parts that the clause's formulas use; its base has a line of its own."""
    return {
        str(node.value): node.args[0]
        for formula in clause.formulas()
        for node in walk(formula)
        if node.op == "let" and node.args[0] != clause.base
    }
