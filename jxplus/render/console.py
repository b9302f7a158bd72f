"""Rich renderables become text for standard output, with colour where that is a terminal and NO_COLOR is not set."""

import io
import os
import re
import sys
from collections.abc import Iterable, Sequence

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement
from rich.table import Column, Table
from rich.text import Text

_NARROWEST = 40
"""The columns that a page takes at least; on a narrower terminal its lines are folded."""


def width() -> int:
    """Gives how many columns a page on standard output has."""
    return max(Console().width, _NARROWEST)


_SHORTEST = 12
"""A column that folds its text is no narrower than this, or Rich says which other one gives way."""


class Parts:
    """Short parts one after the other: a line is broken between two of them, and within one only where it alone is too long."""

    def __init__(self, parts: Sequence[str]) -> None:
        self.parts = parts

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        lines: list[str] = []
        for part in self.parts:
            if lines and cell_len(f"{lines[-1]} · {part}") <= options.max_width:
                lines[-1] += f" · {part}"
            else:
                lines.append(part)
        yield Text("\n".join(lines), style="dim", overflow="fold")

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement.get(console, options, Text(" · ".join(self.parts)))


def headed(expand: bool = False) -> Table:
    """Gives a table below its headings, with a line under these and at the sections' ends; its columns and rows are to be added."""
    return Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, expand=expand)


def bare(expand: bool = False) -> Table:
    """Gives a table without headings or lines; its columns and rows are to be added."""
    return Table(box=None, padding=(0, 1), pad_edge=False, show_header=False, expand=expand)


def beside(rows: Iterable[tuple[str, str]]) -> Table:
    """Gives what is said of one thing after another: the name of each, and beside it what it is."""
    table = bare()
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def settled(table: Table, within: int) -> Table:
    """Gives the table with the widths of its columns, where one takes what the others, which are never folded, leave.

    Rich finds the same, and measures every cell of every column for it: a fifth of what it takes to print the page.
    """
    folding = [column for column in table.columns if not column.no_wrap]
    between, edges = 2 * (len(table.columns) - 1), len(table.columns) + 1 if table.box else 0
    widths = {id(column): _widest(table, column) for column in table.columns if column.no_wrap}
    rest = within - edges - between - sum(widths.values())
    if len(folding) == 1 and rest >= _SHORTEST:
        for column in table.columns:
            column.width = widths[id(column)] + 2 if id(column) in widths else rest
        table.padding = 0
    return table


def _widest(table: Table, column: Column) -> int:
    texts = [*([column.header] if table.show_header else []), *column.cells]
    return max((cell_len(line) for text in texts for line in str(text).splitlines()), default=0)


def printed(*parts: RenderableType) -> str:
    """Gives the parts one under the other, as wide as standard output, without blanks at line ends or two blank lines.

    Nothing is written here: who prints the text sees to a pipe that is closed or a disk that is full.
    """
    # What stands in brackets or between colons is the policy's text, and never a style or a picture.
    page = Console(
        file=io.StringIO(),
        # Where no colour is wanted nothing else is put around the text: what shows no colour may not show bold either.
        force_terminal=sys.stdout.isatty() and not os.environ.get("NO_COLOR"),
        width=width(),
        highlight=False,
        markup=False,
        emoji=False,
    )
    for part in parts:
        page.print(part)
    assert isinstance(page.file, io.StringIO)
    text = "\n".join(line.rstrip() for line in page.file.getvalue().splitlines())
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")
