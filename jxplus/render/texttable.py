"""An assessment as a table in one of tabulate's formats."""

import re
from collections.abc import Sequence

from jxplus.assessment import ENTITLED, UNQUANTIFIED, Assessment
from jxplus.render.ruled import TITLE
from jxplus.render.wording import Wording
from jxplus.render.words import STATUS

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
    words = Wording(assessment, lang, unit)
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
                    *words.terms(outcome),
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
