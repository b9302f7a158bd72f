"""Rich renderables become text for standard output, with colour where that is a terminal."""

import io
import re
import sys
from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement
from rich.text import Text

_NARROWEST = 40
"""The columns that a page takes at least; on a narrower terminal its lines are folded."""


def width() -> int:
    """Gives how many columns a page on standard output has."""
    return max(Console().width, _NARROWEST)


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


def printed(*parts: RenderableType) -> str:
    """Gives the parts one under the other, as wide as standard output, without blanks at line ends or two blank lines.

    Nothing is written here: who prints the text sees to a pipe that is closed or a disk that is full.
    """
    # What stands in brackets or between colons is the policy's text, and never a style or a picture.
    page = Console(
        file=io.StringIO(),
        force_terminal=sys.stdout.isatty(),
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
