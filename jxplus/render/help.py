"""The help of a command says how it is called, what it takes, and what to try. Nothing is cut at any width."""

from collections.abc import Sequence
from typing import NamedTuple

from jxplus.fault import Text
from jxplus.render.blocks import Block, Indent, PageColumn, PageTable, PageText
from jxplus.render.page import shown
from jxplus.render.widths import cells_of

Row = tuple[str, str]
"""A name, and what is said of it."""
_MOST_BESIDE = 26
"""A name wider than this stands on a line of its own, so that there is room for what is said of it."""


class Group(NamedTuple):
    """Holds arguments, options or commands under their heading."""

    heading: Text
    rows: Sequence[Row]


class Help(NamedTuple):
    """Holds all that is said of a command. An example that begins with `#` says what the next one is for."""

    usage: str
    about: str
    groups: Sequence[Group]
    examples: Sequence[str]


def page(help: Help, lang: str) -> str:
    """Gives the help as a page as wide as standard output."""
    usage = PageText(Text("用法: ", "Usage: ").show(lang), style="bold", rest=help.usage)
    parts: list[Block] = [usage, PageText(), PageText(help.about)]
    for group in help.groups:
        if group.rows:
            parts += [PageText(), PageText(group.heading.show(lang), style="bold"), *_rows(group.rows)]
    if help.examples:
        parts += [PageText(), PageText(Text("示例", "Examples").show(lang), style="bold")]
        parts += [Indent(PageText(line, "dim" if line.startswith("#") else ""), 2) for line in help.examples]
    return shown(*parts)


def _rows(rows: Sequence[Row]) -> list[Block]:
    """Each name beside what is said of it, or above where it is wide; all of it in the same column."""
    beside = max((width for name, _ in rows if (width := cells_of(name)) <= _MOST_BESIDE), default=0)
    found: list[Block] = []
    for name, told in rows:
        wide = cells_of(name) > beside
        if wide:
            found.append(Indent(PageText(name, "cyan"), 2))
        table = PageTable(PageColumn(whole=True, width=beside, style="cyan"), PageColumn(), after=2)
        table.row(PageText("" if wide else name), PageText(told))
        found.append(Indent(table, 2))
    return found
