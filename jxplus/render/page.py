"""A page for standard output, drawn by Rich on a terminal and laid out without it in a pipe.

In a pipe there is no colour, and to load Rich and to render with it would take a third of the time of a whole `jxplus calc`.
The lines are the same; a page with any character whose width is in doubt is Rich's there too.
"""

import os
import sys
from collections.abc import Iterable

from jxplus.render.blocks import Block
from jxplus.render.widths import Doubtful

_NARROWEST = 40
"""The columns that a page takes at least; on a narrower terminal its lines are folded."""
_USUAL = 80


def width() -> int:
    """Gives how many columns a page on standard output has."""
    if sys.stdout.isatty() or sys.platform == "win32":
        from jxplus.render.console import width as of_console

        return of_console()
    columns = os.environ.get("COLUMNS", "")
    return max(int(columns) if columns.isdecimal() else _of_terminal(), _NARROWEST)


def _of_terminal() -> int:
    """The columns of the terminal that one of the standard streams is still on, though standard output is not."""
    for stream in range(3):
        try:
            return os.get_terminal_size(stream).columns or _USUAL
        except OSError:
            pass
    return _USUAL


def shown(*blocks: Block) -> str:
    """Gives the blocks one under the other as text for standard output, with colour where that is a terminal.

    No line has blanks at its end, and no two empty lines follow each other.
    """
    if not sys.stdout.isatty():
        from jxplus.render.plainly import lines

        try:
            return without_gaps(lines(blocks, width()))
        except Doubtful:
            pass
    from jxplus.render.coloured import drawn
    from jxplus.render.console import printed

    return printed(*map(drawn, blocks))


def without_gaps(lines: Iterable[str]) -> str:
    """The lines as text without blanks at their ends, of more than one empty line one, and none at the ends."""
    found: list[str] = []
    for line in lines:
        bare = line.rstrip()
        if bare or (found and found[-1]):
            found.append(bare)
    return "\n".join(found).rstrip("\n")
