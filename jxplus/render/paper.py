"""Rich renderables as text for standard output: with colour where it is a terminal, plain where it is not."""

import io
import re
import sys

from rich.console import Console, RenderableType


def width() -> int:
    """How many columns standard output has."""
    return Console().width


def printed(*parts: RenderableType) -> str:
    """The parts one under the other, as wide as standard output, without blanks at line ends or more than one blank line.

    Nothing is written here: who prints the text sees to a pipe that is closed or a disk that is full.
    """
    page = Console(file=io.StringIO(), force_terminal=sys.stdout.isatty(), width=width(), highlight=False)
    for part in parts:
        page.print(part)
    assert isinstance(page.file, io.StringIO)
    text = "\n".join(line.rstrip() for line in page.file.getvalue().splitlines())
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")
