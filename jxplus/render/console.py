"""Rich renderables become text for standard output, with colour where that is a terminal."""

import io
import re
import sys

from rich.console import Console, RenderableType

_NARROWEST = 40
"""The columns that a page takes at least; on a narrower terminal its lines are folded."""


def width() -> int:
    """Gives how many columns a page on standard output has."""
    return max(Console().width, _NARROWEST)


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
