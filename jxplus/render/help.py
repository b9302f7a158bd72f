"""The help of a command says how it is called, what it takes, and what to try. Nothing is cut at any width."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Rich

from jxplus.fault import Text
from jxplus.render.console import printed

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
    usage = Rich(Text("用法: ", "Usage: ").show(lang), style="bold").append(help.usage, style="not bold")
    parts: list[RenderableType] = [usage, Rich(), _folded(help.about)]
    for group in help.groups:
        if group.rows:
            parts += [Rich(), Rich(group.heading.show(lang), style="bold"), *_rows(group.rows)]
    if help.examples:
        parts += [Rich(), Rich(Text("示例", "Examples").show(lang), style="bold")]
        parts += [Padding(_example(line), (0, 0, 0, 2)) for line in help.examples]
    return printed(*parts)


def _folded(text: str, style: str = "") -> Rich:
    return Rich(text, style=style, overflow="fold")


def _example(line: str) -> Rich:
    return _folded(line, "dim" if line.startswith("#") else "")


def _rows(rows: Sequence[Row]) -> list[RenderableType]:
    """Each name beside what is said of it, or above where it is wide; all of it in the same column."""
    beside = max((width for name, _ in rows if (width := cell_len(name)) <= _MOST_BESIDE), default=0)
    found: list[RenderableType] = []
    for name, told in rows:
        wide = cell_len(name) > beside
        if wide:
            found.append(Padding(_folded(name, "cyan"), (0, 0, 0, 2)))
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(width=beside, no_wrap=True, style="cyan")
        table.add_column(overflow="fold")
        table.add_row("" if wide else Rich(name), _folded(told))
        found.append(Padding(table, (0, 0, 0, 2)))
    return found
