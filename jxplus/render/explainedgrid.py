"""What a terminal shows under an amount: the plan's own sentences, and how the amount came about, a row for each line."""

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Rich

from jxplus.assessment import Outcome
from jxplus.assessment.explain import explain
from jxplus.fault import Text
from jxplus.render.explained import explanation
from jxplus.render.formulalines import formula_lines
from jxplus.render.wording import Wording

_MARK_STYLES = {"✓": "green", "✗": "red", "?": "yellow"}


def explained_grid(words: Wording, outcome: Outcome) -> RenderableType:
    """Gives the checklist of an outcome, or what the policy's own words say, under the sentences quoted; and whom to ask."""
    if words.formulas:
        in_formulas = formula_lines(explain(words.assessment, outcome), words.lang)
        found = [(deep, "", text) for deep, text in in_formulas]
    else:
        in_words = explanation(words.assessment, outcome, words.unit == "wan")
        found = [(2 * line.deep, line.mark, line.text.show(words.lang)) for line in in_words]
    if found:
        section, lead = outcome.clause.section, outcome.clause.lead
        department = words.policy.departments.get(lead, Text.same(lead))
        ask = Text(f"出处 {section}；咨询 {department.zh}", f"section {section}; ask {lead}, {department.en}")
        found.append((0, "", ask.show(words.lang)))
    grid = Table.grid(padding=0)
    grid.add_column(overflow="fold")
    for heading, sentence in words.quotes.get(outcome.clause.id, ()):
        said = Rich(f"{heading.show(words.lang)}: {sentence.show(words.lang)}", overflow="fold")
        grid.add_row(Padding(said, (0, 0, 0, 1)))
    for deep, mark, text in found:
        line = Table.grid(padding=(0, 1, 0, 0))
        if mark:
            line.add_column(no_wrap=True)
            line.add_column(overflow="fold")
            line.add_row(Rich(mark, style=_MARK_STYLES[mark]), Rich(text))
        else:
            line.add_column(overflow="fold")
            line.add_row(Rich(text, style="italic" if not deep and words.formulas else ""))
        grid.add_row(Padding(line, (0, 0, 0, deep + 1)))
    return grid
