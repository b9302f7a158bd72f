"""A terminal shows the line of a file that a fault is about, with a mark under the place."""

import os
import re
from collections.abc import Iterator
from functools import lru_cache

from rich.cells import cell_len

from jxplus.fault import Fault, shown

_MOST_BYTES = 10_000_000
_FOUND = 4
"""The lines of so many files are kept: faults come file by file."""
_CUT = "…"
_SEPARATORS = (",", "\t", ";")
_WIDE_BLANK = "\N{IDEOGRAPHIC SPACE}"
"""Often what is wrong, and as wide as any character of Chinese."""


def excerpt(fault: Fault, columns: int) -> Iterator[str]:
    """Gives the line and, below it, the mark. It is nothing where there is no such line, as in a workbook or a pipe.

    A wide character takes two of the `columns`. Of a line that is longer, what is about the place is shown.
    """
    place = fault.place
    lines = () if place.sheet else _lines(fault.file, _changed(fault.file))
    if not 1 <= place.line <= len(lines):
        return
    line = lines[place.line - 1]
    index = _cell(line, place.column) if fault.file.lower().endswith(".csv") else place.column - 1
    before, after = _about(line, index, columns - 8 - len(str(place.line)))
    margin = " " * len(str(place.line))
    yield f"  {place.line} | {before}{after}".rstrip()
    yield f"  {margin} | {' ' * cell_len(before)}^"


def _cell(line: str, number: int) -> int:
    """Where the cell of that number begins: in a table a column is one of its cells, whatever they are parted by."""
    bare = re.sub('"[^"]*"', lambda quoted: "x" * len(quoted[0]), line)
    separator = max(_SEPARATORS, key=bare.count)
    index = 0
    for cell in bare.split(separator)[: number - 1]:
        index += len(cell) + 1
    return min(index, len(line))


def _about(line: str, index: int, room: int) -> tuple[str, str]:
    """A line in two, up to the place and from it on, with no more of either than there is room for."""
    # A character takes a column or more, so no more of them is looked at: a file may be one line of ten megabytes.
    start, end = max(index - room - 1, 0), index + room + 1
    before, after = _plain(line[start:index]), _plain(line[index:end])
    cut, rest = start > 0, end < len(line)
    if not cut and not rest and cell_len(before) + cell_len(after) <= room:
        return before, after
    if cut or cell_len(before) > room // 2:
        while cell_len(before) > room // 2:
            before = before[1:]
        before = _CUT + before
    if rest or cell_len(before) + cell_len(after) > room:
        while after and cell_len(before) + cell_len(after) >= room:
            after = after[:-1]
        after += _CUT
    return before, after


def _plain(text: str) -> str:
    return _WIDE_BLANK.join(shown(part.replace("\t", " ")) for part in text.split(_WIDE_BLANK))


def _changed(file: str) -> int:
    """When a file was changed last: its lines are read again after that."""
    try:
        return os.stat(file).st_mtime_ns
    except (OSError, ValueError):  # such as the name of what is no file
        return 0


@lru_cache(maxsize=_FOUND)
def _lines(file: str, changed: int) -> tuple[str, ...]:
    """The lines of a text file as its reader counts them; none where it cannot be read or is no text."""
    if not changed:
        return ()
    try:
        with open(file, "rb") as source:
            data = source.read(_MOST_BYTES + 1)
    except OSError:
        return ()
    if len(data) > _MOST_BYTES or b"\0" in data:
        return ()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")
    return tuple(line.removesuffix("\r") for line in text.split("\n"))
