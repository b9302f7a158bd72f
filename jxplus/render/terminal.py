"""An assessment is shown as a table, in colour on a terminal and plain in a pipe, or in one of tabulate's formats.

Below 110 columns the basis, the payer and the department stand under the title; from there on each has its own column.
Below 64 the amount stands under the title too: no figure is ever cut.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from rich import box
from rich.align import Align
from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Rich

from jxplus.assessment import ENTITLED, NOT_IN_FORCE, NOT_MET, UNDECIDED, UNQUANTIFIED, Assessment, Outcome
from jxplus.assessment.explain import explain as told
from jxplus.assessment.explain import lines as told_lines
from jxplus.fault import COMMA, Text
from jxplus.policy import Policy
from jxplus.quantity import wan_text, yuan_text
from jxplus.render.console import Parts, printed, width
from jxplus.render.explained import explanation
from jxplus.render.ruled import TITLE, less, why
from jxplus.render.words import OUT_OF_TIME, PAYS_NOTHING, STATUS, STATUS_HEADINGS, days_told, group_of, to_state

if TYPE_CHECKING:
    from jxplus.assessment.reach import Reach
    from jxplus.assessment.rules import Taken

WIDE = 110
NARROW = 64
"""Below so many columns there is no room for a title beside an amount."""
_MARK_STYLES = {"✓": "green", "✗": "red", "?": "yellow"}

_WORDS = {
    "section": Text("章节", "Section"),
    "title": Text("事项", "Entitlement"),
    "amount": Text("金额", "Amount"),
    "basis": Text("频次", "Basis"),
    "payer": Text("出资方", "Paid by"),
    "lead": Text("咨询部门", "Ask"),
    "status": Text("状态", "Status"),
    "low": Text("下限", "Low"),
    "high": Text("上限", "High"),
    "base": Text("基数", "Base"),
    "total": Text("合计", "Total"),
    "reading": Text("解读", "reading"),
    "up to": Text("不超过", "up to"),
    "at least": Text("至少", "at least"),
    "unit": Text("单位", "in"),
    "reach": Text("触手可及：下列事实改变后，该条金额为", "Within reach: with these facts the clause would come to"),
    "assumptions": Text("假设", "Assumptions"),
    "warnings": Text("提示", "Warnings"),
}


class _Page:
    """Words and amounts in one language and one unit."""

    def __init__(
        self,
        assessment: Assessment,
        lang: str,
        unit: str,
        formulas: bool = False,
        quotes: Mapping[str, Sequence[tuple[Text, Text]]] = {},
    ) -> None:
        self.quotes = quotes
        self.assessment, self.lang, self.unit, self.formulas = assessment, lang, unit, formulas
        self.policy = assessment.policy

    def word(self, key: str) -> str:
        return _WORDS[key].show(self.lang)

    def section(self, outcome: Outcome) -> str:
        """Where an outcome stands: of several plans the plan's alias before the section."""
        return self.policy.stands(outcome.clause)

    def money(self, amount: Decimal) -> str:
        return wan_text(amount) if self.unit == "wan" else yuan_text(amount)

    @property
    def unit_word(self) -> str:
        return {"yuan": Text("元", "yuan"), "wan": Text("万元", "10,000 yuan (wan)")}[self.unit].show(self.lang)

    def interval(self, outcome: Outcome, gap: str = " ") -> str:
        """An outcome's amount: one figure, a ceiling or a floor that is named as one, or both ends with `gap` between them."""
        low, high = outcome.low, outcome.high
        if low is None or high is None:
            return ""
        if low != high and outcome.clause.kind == "ceiling":
            return f"{self.word('up to')}{gap}{self.money(high)}"
        return _span(self, low, high, gap, outcome.open)

    def lead(self, name: str) -> str:
        english = self.policy.departments.get(name)
        return name if english is None else Text(name, f"{name} {english.en}").show(self.lang)

    def details(self, outcome: Outcome, readings: bool = True) -> Iterator[str]:
        """What else must be known about an amount: its base, its readings (unless they are explained), its notes."""
        if outcome.base is not None:
            yield f"{Text('基数', 'base').show(self.lang)} {self.money(outcome.base)}"
        titles = {reading.id: reading.title for reading in outcome.clause.readings}
        for name, (low, high) in outcome.readings.items() if readings else ():
            title = titles[name]
            amount = self.money(high) if low == high else f"{self.money(low)} – {self.money(high)}"
            yield Text(f"解读 {name}：{amount}", f"reading {name}: {amount}").show(self.lang)
            if title:
                yield Text(f"（{title.zh}）", f"({title.en})").show(self.lang)
        for note in outcome.notes:
            yield note.show(self.lang)


def page(
    assessment: Assessment,
    lang: str,
    unit: str,
    every: bool,
    explain: Collection[str],
    reach: "Sequence[Reach]" = (),
    formulas: bool = False,
    quotes: Mapping[str, Sequence[tuple[Text, Text]]] = {},
) -> str:
    """Gives the whole page for standard output, with colour on a terminal.

    `reach` is what is within reach: what pays a stated amount, or all of it with `every`. Under the
    clauses that `explain` names it is told how they came about, in the reader's words or, with `formulas`, in the policy's own;
    `quotes` are the plan's own sentences by clause, each after its heading.
    """
    words = _Page(assessment, lang, unit, formulas, quotes)
    parts = [_heading(words), _entitled(words, width(), explain)]
    for status in (UNQUANTIFIED, UNDECIDED, OUT_OF_TIME, *((NOT_MET, NOT_IN_FORCE) if every else ())):
        outcomes = [each for each in assessment.outcomes if group_of(each) == status]
        if outcomes:
            parts.append(_listed(words, status, outcomes, explain))
    for title, texts in (
        ("assumptions", [each.text for each in assessment.assumptions]),
        ("warnings", assessment.warnings),
    ):
        if texts:
            parts.append(_notes(words, title, [text.show(lang) for text in texts]))
    near = [each for each in reach if every or each.then.low is not None]
    if near:
        parts.append(_reachable(words, near))
    return printed(*parts)


def _heading(words: _Page) -> RenderableType:
    assessment, policy = words.assessment, words.policy
    title = Rich(assessment.enterprise.name, style="bold")
    told = days_told(policy, assessment.enterprise, assessment.as_of)
    days = [f"{name.show(words.lang)} {day}" for name, day in told]
    unit = f"{words.word('unit')} {words.unit_word}"
    if policy.plans:
        longest = max(len(each.alias) for each in policy.plans)
        plans = [
            Rich(f"{each.alias:{longest}}  {each.id} {each.title.show(words.lang)}", style="dim")
            for each in policy.plans
        ]
        return Group(title, *plans, Parts([*days, unit]))
    return Group(title, Parts([f"{policy.id} {policy.title.show(words.lang)}", *days, unit]))


class _Columns(NamedTuple):
    """Says how the table of amounts is laid out: which of terms and amount have columns, what stands in a range."""

    terms: bool
    amount: bool
    gap: str

    def row(self, section: str, title: RenderableType, amount: str, style: str = "bold") -> list[RenderableType]:
        """A row's first cells: the amount beside the title, or below it where there is no room."""
        figure = Rich(amount, style=style)
        if self.amount:
            return [section, title, figure]
        return [section, Group(title, Align.right(figure)) if amount else title]


def _columns(words: _Page, outcomes: Sequence[Outcome], width: int, explain: bool) -> _Columns:
    """The layout for a width: a range is on one line wherever that takes no more than half of it."""
    amounts = [words.interval(each) for each in outcomes]
    amounts.append(_span(words, *words.assessment.total(), " ", words.assessment.open()))
    amounts += [less(each.low, each.high, words.money).show(words.lang) for each in words.assessment.taken]
    widest = max(map(cell_len, amounts))
    terms = width >= WIDE and not explain
    beside = width >= NARROW
    return _Columns(terms, beside, " " if terms or not beside or 2 * widest <= width else "\n")


def _grid(words: _Page, columns: _Columns) -> Table:
    """The table of amounts without its rows: two columns, three, or six."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, expand=not columns.terms)
    table.add_column(words.word("section"), no_wrap=True)
    table.add_column(words.word("title"), ratio=None if columns.terms else 1, overflow="fold")
    if columns.amount:
        table.add_column(words.word("amount"), justify="right", no_wrap=True)
    if columns.terms:
        for key in ("basis", "payer", "lead"):
            table.add_column(words.word(key), overflow="fold")
    return table


def _entitled(words: _Page, width: int, explain: Collection[str]) -> RenderableType:
    outcomes = [each for each in words.assessment.outcomes if each.status == ENTITLED]
    if not outcomes:
        return Padding(Rich(PAYS_NOTHING.show(words.lang)), (1, 0))
    columns = _columns(words, outcomes, width, bool(explain))
    table = _grid(words, columns)
    part: tuple[Policy, str] | None = None
    for index, outcome in enumerate(outcomes):
        clause = outcome.clause
        plan, (number, heading) = words.policy.plan_of(clause), words.policy.heading(clause)
        if part is None or part[0] is not plan or (number and number != part[1]):
            if index:
                table.add_section()
            if words.policy.plans and (part is None or part[0] is not plan):
                table.add_row("", Rich(f"{plan.id} {plan.title.show(words.lang)}", style="bold magenta"))
            part = plan, number
            if number and (heading.zh or not words.policy.plans):
                table.add_row(
                    Rich(words.policy.part_number(clause), style="bold cyan"),
                    Rich(heading.show(words.lang), style="bold cyan"),
                )
        title, *below = _cell(words, outcome, columns.terms, clause.id in explain)
        amount = words.interval(outcome, columns.gap)
        if columns.amount:
            cells = columns.row(clause.section, Group(title, *below), amount)
        else:
            _, head = columns.row(clause.section, title, amount)
            cells = [clause.section, Group(head, *below)]
        table.add_row(*cells, *_terms(words, outcome, columns.terms))
    _totals(words, table, columns)
    return table


def _cell(words: _Page, outcome: Outcome, wide: bool, explain: bool) -> list[RenderableType]:
    """The title of an outcome, and under it what belongs to it."""
    lines: list[RenderableType] = [Rich(outcome.clause.title.show(words.lang))]
    if not wide:
        basis, payer, lead = _terms(words, outcome, True)
        parts = Text(f"出资 {payer}", f"paid by {payer}"), Text(f"咨询 {lead}", f"ask {lead}")
        lines.append(Parts([basis, *(part.show(words.lang) for part in parts)]))
    lines += [Rich(detail, style="dim") for detail in words.details(outcome, not explain)]
    if explain:
        lines += _explained(words, outcome)
    return lines


def _explained(words: _Page, outcome: Outcome) -> list[RenderableType]:
    """How an outcome came about: the checklist, or with `formulas` the policy's own words."""
    if words.formulas:
        lines = [(len(line) - len(line.lstrip(" ")), "", line.strip()) for line in _in_formulas(words, outcome)]
    else:
        told = explanation(words.assessment, outcome, words.unit == "wan")
        lines = [(2 * line.deep, line.mark, line.text.show(words.lang)) for line in told]
    grid = Table.grid(padding=0)
    grid.add_column(overflow="fold")
    for heading, sentence in words.quotes.get(outcome.clause.id, ()):
        said = Rich(f"{heading.show(words.lang)}: {sentence.show(words.lang)}", overflow="fold")
        grid.add_row(Padding(said, (0, 0, 0, 1)))
    for deep, mark, text in lines:
        line = Table.grid(padding=(0, 1, 0, 0))
        if mark:
            line.add_column(no_wrap=True)
            line.add_column(overflow="fold")
            line.add_row(Rich(mark, style=_MARK_STYLES[mark]), Rich(text))
        else:
            line.add_column(overflow="fold")
            line.add_row(Rich(text, style="italic" if not deep and words.formulas else ""))
        grid.add_row(Padding(line, (0, 0, 0, deep + 1)))
    return [grid]


def _in_formulas(words: _Page, outcome: Outcome) -> Iterator[str]:
    return told_lines(told(words.assessment, outcome), words.lang)


def _terms(words: _Page, outcome: Outcome, wide: bool) -> list[str]:
    if not wide:
        return []
    clause = outcome.clause
    basis = words.policy.bases[clause.basis].show(words.lang)
    return [basis, clause.payer.show(words.lang), words.lead(clause.lead)]


def _totals(words: _Page, table: Table, columns: _Columns) -> None:
    table.add_section()
    assessment = words.assessment
    if assessment.taken:
        table.add_row("", Rich(TITLE.show(words.lang), style="bold cyan"))
        for taken in assessment.taken:
            table.add_row(*_rule(words, taken, columns))
        table.add_section()
    entitled = [each.clause for each in assessment.outcomes if each.status == ENTITLED]
    natures, bases = {each.nature for each in entitled}, {each.basis for each in entitled}
    rows = [
        (name, assessment.total(nature), assessment.open(nature))
        for nature, name in words.policy.natures.items()
        if nature in natures
    ]
    rows += [
        (name, assessment.total(basis=basis), assessment.open(basis=basis))
        for basis, name in words.policy.bases.items()
        if basis in bases
    ]
    for place, (name, sum, open) in enumerate(rows):
        if place == len(natures):
            table.add_section()
        table.add_row(*columns.row("", Rich(name.show(words.lang)), _span(words, *sum, columns.gap, open), ""))
    table.add_section()
    for plan in words.policy.plans:
        own = assessment.of_plan(plan)
        if any(each.status == ENTITLED for each in own.outcomes):
            amount = _span(words, *own.total(), columns.gap, own.open())
            table.add_row(*columns.row("", Rich(f"{words.word('total')} {plan.id}"), amount, ""))
    total = Rich(words.word("total"), style="bold")
    table.add_row(*columns.row("", total, _span(words, *assessment.total(), columns.gap, assessment.open())))


def _rule(words: _Page, taken: "Taken", columns: _Columns) -> list[RenderableType]:
    """A rule between clauses as a row: what it takes off, and why."""
    amount = less(taken.low, taken.high, words.money).show(words.lang).replace(" – ", f" –{columns.gap}")
    reasons = [Rich(text.show(words.lang), style="dim") for text in why(words.assessment, taken, words.money)]
    title = Rich(taken.rule.title.show(words.lang))
    if columns.amount:
        return columns.row(words.policy.stands(taken.rule), Group(title, *reasons), amount, "")
    _, head = columns.row("", title, amount, "")
    return [words.policy.stands(taken.rule), Group(head, *reasons)]


def _span(words: _Page, low: Decimal, high: Decimal, gap: str, open: bool) -> str:
    """One figure or both ends; the least alone where nothing bounds it."""
    if open:
        return f"{words.word('at least')}{gap}{words.money(low)}"
    return words.money(high) if low == high else f"{words.money(low)} –{gap}{words.money(high)}"


def _listed(words: _Page, status: str, outcomes: list[Outcome], explain: Collection[str]) -> RenderableType:
    """The clauses of a status that has no amount: where each stands, and what it needs or whom to ask."""
    table = Table(box=None, padding=(0, 1), pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    for outcome in outcomes:
        table.add_row(
            words.section(outcome), _plain_cell(words, outcome, outcome.clause.id in explain), _aside(words, outcome)
        )
    return Group(Rich(), Rich(STATUS_HEADINGS[status].show(words.lang), style="bold"), Padding(table, (0, 0, 0, 2)))


def _plain_cell(words: _Page, outcome: Outcome, explain: bool) -> RenderableType:
    lines: list[RenderableType] = [Rich(outcome.clause.title.show(words.lang))]
    lines += [Rich(detail, style="dim") for detail in words.details(outcome)]
    if explain:
        lines += _explained(words, outcome)
    return Group(*lines)


def _aside(words: _Page, outcome: Outcome) -> RenderableType:
    if outcome.status != UNDECIDED:
        return Rich(words.lead(outcome.clause.lead), style="dim")
    policy = words.policy
    labels = [(policy.facts[name] if name in policy.facts else policy.lists[name]).label for name in outcome.missing]
    facts = [to_state(*each).show(words.lang) for each in zip(labels, outcome.missing, strict=True)]
    return Rich(COMMA.show(words.lang).join(facts), style="yellow")


def _reachable(words: _Page, reach: "list[Reach]") -> RenderableType:
    """What is within reach: the clause, what it would come to, and the facts that stand between."""
    table = Table(box=None, padding=(0, 1), pad_edge=False, show_header=False, expand=True)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    columns = _columns(words, [each.then for each in reach], width(), explain=True)
    if columns.amount:
        table.add_column(justify="right", no_wrap=True)
    for each in reach:
        told = (*(gap.text(words.policy) for gap in each.gaps), each.brings, each.in_all)
        gaps = [Rich(text.show(words.lang), style="green") for text in told if text is not None]
        title = Group(Rich(each.then.clause.title.show(words.lang)), *gaps)
        amount = words.interval(each.then, columns.gap) if each.brings is None else ""
        table.add_row(*columns.row(words.section(each.then), title, amount))
    return Group(Rich(), Rich(words.word("reach"), style="bold"), Padding(table, (0, 0, 0, 2)))


def _notes(words: _Page, title: str, texts: list[str]) -> RenderableType:
    notes = Table.grid(padding=(0, 1, 0, 0))
    notes.add_column(no_wrap=True)
    notes.add_column(overflow="fold")
    for text in texts:
        notes.add_row("-", text)
    return Group(Rich(), Rich(words.word(title), style="bold"), Padding(notes, (0, 0, 0, 2)))


# ---- tabulate ------------------------------------------------------------------------------------------------------


_PIPES = {
    **dict.fromkeys(("github", "pipe", "jira", "asciidoc", "youtrack"), r"\|"),
    **dict.fromkeys(("mediawiki", "moinmoin", "textile"), "&#124;"),
    "orgtbl": r"\vert{}",
}
"""How a bar is written within a cell, in the formats where a bare one ends the cell; tabulate writes it bare."""


def _kept(cell: str, pipe: str) -> str:
    """A cell's text so that it stays in its cell: no bare bar, on one line."""
    if pipe.startswith("\\|"):  # a backslash that stands before the bar would take the one that is put there
        cell = re.sub(r"\\+(?=\|)", lambda match: match[0] * 2, cell)
    return " ".join(cell.splitlines()).replace("|", pipe)


def text_formats() -> list[str]:
    """Gives the names of tabulate's formats."""
    from tabulate import tabulate_formats

    return list(tabulate_formats)


def text_table(assessment: Assessment, form: str, lang: str, unit: str, every: bool) -> str:
    """Gives the clauses that pay or apply, or `every` clause, in one of tabulate's formats, and the total."""
    words = _Page(assessment, lang, unit)
    table = []
    for outcome in assessment.outcomes:
        if every or outcome.status in (ENTITLED, UNQUANTIFIED):
            clause = outcome.clause
            table.append(
                [
                    words.policy.stands(clause),
                    clause.title.show(lang),
                    STATUS[outcome.status].show(lang),
                    *(
                        "" if amount is None else words.money(amount)
                        for amount in (outcome.low, None if outcome.open else outcome.high, outcome.base)
                    ),
                    *_terms(words, outcome, True),
                ]
            )
    for taken in assessment.taken:
        ends = (f"-{words.money(end)}" if end else words.money(end) for end in (taken.low, taken.high))
        title = taken.rule.title.show(lang)
        table.append([words.policy.stands(taken.rule), title, TITLE.show(lang), *ends, "", "", "", ""])
    low, high = assessment.total()
    most = "" if assessment.open() else words.money(high)
    table.append(["", words.word("total"), "", words.money(low), most, "", "", "", ""])
    headers = [
        words.word(key) for key in ("section", "title", "status", "low", "high", "base", "basis", "payer", "lead")
    ]
    headers[3:6] = [f"{header} ({words.unit_word})" for header in headers[3:6]]
    align = ["left"] * 3 + ["right"] * 3 + ["left"] * 3
    return tabulated(table, headers, form, align)


def tabulated(table: Sequence[Sequence[str]], headers: Sequence[str], form: str, align: Sequence[str]) -> str:
    """Gives rows of text in one of tabulate's formats, Chinese characters counted as two columns wide."""
    from tabulate import tabulate

    pipe = _PIPES.get(form)
    if pipe is not None:
        table = [[_kept(cell, pipe) for cell in row] for row in table]
        headers = [_kept(head, pipe) for head in headers]
    return tabulate(table, headers, tablefmt=form, disable_numparse=True, colalign=align)
