"""What a page tells under an amount: the plan's own sentences, and how the amount came about, line by line."""

from collections.abc import Sequence

from jxplus.assessment import Outcome
from jxplus.assessment.explain import explain, lines
from jxplus.fault import Text
from jxplus.render.blocks import Block, Indent, PageColumn, PageTable, PageText
from jxplus.render.explained import explanation
from jxplus.render.wording import Wording

_MARK_STYLES = {"✓": "green", "✗": "red", "?": "yellow"}


def told(words: Wording, outcome: Outcome, formulas: bool, quotes: Sequence[tuple[Text, Text]]) -> Block:
    """Gives the checklist of an outcome, or with `formulas` the policy's own words, under the sentences quoted."""
    if formulas:
        in_formulas = lines(explain(words.assessment, outcome), words.lang)
        found = [(len(line) - len(line.lstrip(" ")), "", line.strip()) for line in in_formulas]
    else:
        in_words = explanation(words.assessment, outcome, words.unit == "wan")
        found = [(2 * line.deep, line.mark, line.text.show(words.lang)) for line in in_words]
    grid = PageTable(PageColumn(), after=0)
    for heading, sentence in quotes:
        grid.row(Indent(PageText(f"{heading.show(words.lang)}: {sentence.show(words.lang)}"), 1))
    for deep, mark, text in found:
        if mark:
            line = PageTable(PageColumn(whole=True), PageColumn())
            line.row(PageText(mark, style=_MARK_STYLES[mark]), PageText(text))
        else:
            line = PageTable(PageColumn())
            line.row(PageText(text, style="italic" if not deep and formulas else ""))
        grid.row(Indent(line, deep + 1))
    return grid
