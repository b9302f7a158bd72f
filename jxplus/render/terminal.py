"""An assessment is shown as a table, in colour on a terminal and plain in a pipe.

Below 110 columns the basis, the payer and the department stand under the title; from there on each has its own column.
Below 64 the amount stands under the title too: no figure is ever cut.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from rich.align import Align
from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Rich

from jxplus.assessment import ENTITLED, UNDECIDED, Outcome
from jxplus.fault import Text, joined
from jxplus.policy import Policy
from jxplus.render.console import Parts, bare, headed, printed, settled, width
from jxplus.render.wording import Wording
from jxplus.render.words import PAYS_NOTHING, STATUS_HEADINGS, days_told, group_of, is_listed, to_state

if TYPE_CHECKING:
    from jxplus.assessment.reached import Reach
    from jxplus.assessment.rules import Taken

WIDE = 110
NARROW = 64
"""Below so many columns there is no room for a title beside an amount."""
INDENT = "  "
"""What stands before all that is under a heading; in its first cell, since Rich lays out a padded table once more."""


def page(words: Wording, reach: "Sequence[Reach]" = ()) -> str:
    """Gives the whole page for standard output, with colour on a terminal.

    `reach` is what is within reach: shown is what pays a stated amount, or all of it where every clause is shown.
    """
    assessment, lang, every = words.assessment, words.lang, words.every
    parts = [_heading(words), _entitled(words, width())]
    shown = [each for each in assessment.outcomes if is_listed(each, every, words.asked)]
    for status in STATUS_HEADINGS:
        outcomes = [each for each in shown if group_of(each) == status]
        if outcomes:
            parts.append(_listed(words, status, outcomes))
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


def _heading(words: Wording) -> RenderableType:
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


def _columns(words: Wording, outcomes: Sequence[Outcome], width: int, explain: bool) -> _Columns:
    """The layout for a width: a range is on one line wherever that takes no more than half of it."""
    amounts = [words.interval(each) for each in outcomes]
    amounts.append(words.span(*words.assessment.total(), " ", words.assessment.open()))
    amounts += [_less(words, each) for each in words.assessment.taken]
    widest = max(map(cell_len, amounts))
    terms = width >= WIDE and not explain
    beside = width >= NARROW
    return _Columns(terms, beside, " " if terms or not beside or 2 * widest <= width else "\n")


def _grid(words: Wording, columns: _Columns) -> Table:
    """The table of amounts without its rows: two columns, three, or six."""
    table = headed(expand=not columns.terms)
    table.add_column(words.word("section"), no_wrap=True)
    table.add_column(words.word("title"), ratio=None if columns.terms else 1, overflow="fold")
    if columns.amount:
        table.add_column(words.word("amount"), justify="right", no_wrap=True)
    if columns.terms:
        for key in ("basis", "payer", "lead"):
            table.add_column(words.word(key), overflow="fold")
    return table


def _entitled(words: Wording, width: int) -> RenderableType:
    outcomes = [each for each in words.assessment.outcomes if each.status == ENTITLED]
    if not outcomes:
        return Padding(Rich(PAYS_NOTHING.show(words.lang)), (1, 0))
    columns = _columns(words, outcomes, width, bool(words.explain))
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
        title, *below = _cell(words, outcome, columns.terms)
        amount = words.interval(outcome, columns.gap)
        if columns.amount:
            cells = columns.row(clause.section, Group(title, *below), amount)
        else:
            _, head = columns.row(clause.section, title, amount)
            cells = [clause.section, Group(head, *below)]
        table.add_row(*cells, *(words.terms(outcome) if columns.terms else ()))
    _totals(words, table, columns)
    return table if columns.terms else settled(table, width)


def _explained(words: Wording, outcome: Outcome) -> list[RenderableType]:
    """How an outcome came about, where that is told."""
    if outcome.clause.id not in words.explain:
        return []
    from jxplus.render.explainedgrid import explained_grid  # what a page alone has no use for

    return [explained_grid(words, outcome)]


def _cell(words: Wording, outcome: Outcome, wide: bool) -> list[RenderableType]:
    """The title of an outcome, and under it what belongs to it."""
    lines: list[RenderableType] = [Rich(outcome.clause.title.show(words.lang))]
    if not wide:
        basis, payer, lead = words.terms(outcome)
        parts = Text(f"出资 {payer}", f"paid by {payer}"), Text(f"咨询 {lead}", f"ask {lead}")
        lines.append(Parts([basis, *(part.show(words.lang) for part in parts)]))
    explained = _explained(words, outcome)
    lines += [Rich(detail, style="dim") for detail in words.details(outcome, not explained)]
    return [*lines, *explained]


def _totals(words: Wording, table: Table, columns: _Columns) -> None:
    table.add_section()
    assessment = words.assessment
    if assessment.taken:
        from jxplus.render.ruled import TITLE

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
        table.add_row(*columns.row("", Rich(name.show(words.lang)), words.span(*sum, columns.gap, open), ""))
    table.add_section()
    for plan in words.policy.plans:
        own = assessment.of_plan(plan)
        if any(each.status == ENTITLED for each in own.outcomes):
            amount = words.span(*own.total(), columns.gap, own.open())
            table.add_row(*columns.row("", Rich(f"{words.word('total')} {plan.id}"), amount, ""))
    total = Rich(words.word("total"), style="bold")
    table.add_row(*columns.row("", total, words.span(*assessment.total(), columns.gap, assessment.open())))


def _less(words: Wording, taken: "Taken") -> str:
    """What a rule takes off."""
    from jxplus.render.ruled import less  # what few plans have is not loaded for the others

    return less(taken.low, taken.high, words.money).show(words.lang)


def _rule(words: Wording, taken: "Taken", columns: _Columns) -> list[RenderableType]:
    """A rule between clauses as a row: what it takes off, and why."""
    from jxplus.render.ruled import why

    amount = _less(words, taken).replace(" – ", f" –{columns.gap}")
    reasons = [Rich(text.show(words.lang), style="dim") for text in why(words.assessment, taken, words.money)]
    title = Rich(taken.rule.title.show(words.lang))
    if columns.amount:
        return columns.row(words.policy.stands(taken.rule), Group(title, *reasons), amount, "")
    _, head = columns.row("", title, amount, "")
    return [words.policy.stands(taken.rule), Group(head, *reasons)]


def _listed(words: Wording, status: str, outcomes: list[Outcome]) -> RenderableType:
    """The clauses of a status that has no amount: where each stands, and what it needs or whom to ask."""
    table = bare()
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    for outcome in outcomes:
        table.add_row(INDENT + words.section(outcome), _plain_cell(words, outcome), _aside(words, outcome))
    return Group(Rich(), Rich(STATUS_HEADINGS[status].show(words.lang), style="bold"), table)


def _plain_cell(words: Wording, outcome: Outcome) -> RenderableType:
    lines: list[RenderableType] = [Rich(outcome.clause.title.show(words.lang))]
    lines += [Rich(detail, style="dim") for detail in words.details(outcome)]
    return Group(*lines, *_explained(words, outcome))


def _aside(words: Wording, outcome: Outcome) -> RenderableType:
    if outcome.status != UNDECIDED:
        return Rich(words.lead(outcome.clause.lead), style="dim")
    facts = joined(to_state(words.policy.named(name).label, name) for name in outcome.missing)
    return Rich(facts.show(words.lang), style="yellow")


def _reachable(words: Wording, reach: "list[Reach]") -> RenderableType:
    """What is within reach: the clause, what it would come to, and the facts that stand between."""
    table = bare(expand=True)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    columns = _columns(words, [each.then for each in reach], width(), explain=True)
    if columns.amount:
        table.add_column(justify="right", no_wrap=True)
    for each in reach:
        gaps = [Rich(text.show(words.lang), style="green") for text in each.told]
        title = Group(Rich(each.then.clause.title.show(words.lang)), *gaps)
        amount = words.interval(each.then, columns.gap) if each.brings is None else ""
        table.add_row(*columns.row(INDENT + words.section(each.then), title, amount))
    return Group(Rich(), Rich(words.word("reach"), style="bold"), settled(table, width()))


def _notes(words: Wording, title: str, texts: list[str]) -> RenderableType:
    notes = Table.grid(padding=(0, 1, 0, 0))
    notes.add_column(no_wrap=True)
    notes.add_column(overflow="fold")
    for text in texts:
        notes.add_row(f"{INDENT}-", text)
    return Group(Rich(), Rich(words.word(title), style="bold"), notes)
