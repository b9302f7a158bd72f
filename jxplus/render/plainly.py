"""Blocks laid out as plain lines, just as Rich would lay them out without colour.

Widths and folds are Rich's rules, for the characters that a policy and a file are mostly written in: each takes one column
or two, whatever stands beside it. Of a page with any other character, and of a table that has no room, nothing is laid out
here (`Doubtful`).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from math import ceil
from typing import Any

from jxplus.render.blocks import Block, Indent, PageColumn, PageParts, PageTable, PageText, Right, Stack
from jxplus.render.widths import WIDTHS, Doubtful, columns


def lines(blocks: Iterable[Block], width: int) -> Iterator[str]:
    """Gives the lines of blocks one under the other; raises `Doubtful`."""
    for block in blocks:
        yield from _drawn(block, width, _FOLDED)


# ---- text ------------------------------------------------------------------------------------------------------------

_FOLDED = PageColumn()
"""How a text is set that stands in no column."""


def _set(text: str, width: int, column: PageColumn, marked: bool) -> Iterator[str]:
    """The lines of a text in a column; what is cut off is `marked` with an ellipsis or not."""
    for line in text.split("\n"):
        for piece in [line] if column.whole else folded(line, width):
            own = piece.rstrip() if column.right else piece
            before = width - columns(own) if column.right else 0
            yield " " * before + _cut(own, width, marked)


def folded(line: str, width: int) -> list[str]:
    """Gives the lines that a text makes: broken between words, and within a word that is too long for any."""
    if columns(line) <= width:
        return [line]
    breaks, used = [0], 0
    for match in re.finditer(r"\s*\S+\s*", line):
        start, word = match.start(), match[0]
        length = columns(word.rstrip())
        if length <= width - used:
            used += columns(word)
        elif length > width:
            for piece in _chopped(word, width):
                breaks.append(start)
                start, used = start + len(piece), columns(piece)
        elif used:
            breaks.append(start)
            used = columns(word)
    ends = [*breaks[1:], len(line)]
    return [line[start:end] for start, end in zip(breaks, ends, strict=True) if end > start]


def _chopped(word: str, width: int) -> list[str]:
    """A word in pieces that fit; a piece ends where the next character would not."""
    found, start, used = list[str](), 0, 0
    for at, char in enumerate(word):
        if WIDTHS[char] > width:
            raise Doubtful("no room")
        if used + WIDTHS[char] > width:
            found.append(word[start:at])
            start, used = at, 0
        used += WIDTHS[char]
    return [*found, word[start:]]


def _cut(line: str, width: int, marked: bool) -> str:
    """A line that is no wider than its column; one that was, and is never folded, ends in an ellipsis."""
    if columns(line) <= width:
        return line
    return f"{_first(line, width - 1)}…" if marked else _first(line, width)


def _first(line: str, width: int) -> str:
    """As much of a line as takes just so many columns; half a character is a blank."""
    found = _chopped(line, width)[0]
    return found + " " * (width - columns(found))


# ---- blocks ----------------------------------------------------------------------------------------------------------


def _drawn(block: Block, width: int, column: PageColumn) -> Iterator[str]:
    """The lines of a block, none wider than `width`; what is text is set as in `column`."""
    if width < 1:
        raise Doubtful("no room")
    yield from _DRAWN[type(block)](block, width, column)


def _parts(block: PageParts, width: int, column: PageColumn) -> Iterator[str]:
    found: list[str] = []
    for part in block.parts:
        if found and columns(f"{found[-1]} · {part}") <= width:
            found[-1] += f" · {part}"
        else:
            found.append(part)
    yield from _set("\n".join(found), width, column, False)


def _stack(block: Stack, width: int, column: PageColumn) -> Iterator[str]:
    for each in block.blocks:
        yield from _drawn(each, width, column)


def _right(block: Right, width: int, column: PageColumn) -> Iterator[str]:
    most = _most(block, width)
    return (" " * (width - most) + line for line in _drawn(block.line, most, column))


def _indent(block: Indent, width: int, column: PageColumn) -> Iterator[str]:
    around = [""] * block.around
    yield from around
    for line in _drawn(block.block, width - block.columns, column):
        yield " " * block.columns + line
    yield from around


_DRAWN: dict[type[Block], Callable[[Any, int, PageColumn], Iterator[str]]] = {
    PageText: lambda block, width, column: _set(block.text + block.rest, width, column, column.whole),
    PageParts: _parts,
    Stack: _stack,
    Right: _right,
    Indent: _indent,
    PageTable: lambda block, width, column: _Laid(block).lines(width),
}


def _most(block: Block, width: int) -> int:
    """The columns that a block would take if it were never folded, `width` at most."""
    return min(_MOST[type(block)](block, width), width) if width > 0 else 0


def _most_of_text(text: str) -> int:
    return max([columns(line) for line in text.split("\n")])


_MOST: dict[type[Block], Callable[[Any, int], int]] = {
    PageText: lambda block, width: _most_of_text(block.text + block.rest),
    PageParts: lambda block, width: _most_of_text(" · ".join(block.parts)),
    Stack: lambda block, width: max([_most(each, width) for each in block.blocks], default=0),
    Right: lambda block, width: _most(block.line, width),
    Indent: lambda block, width: width if width <= block.columns else _most(block.block, width) + block.columns,
    PageTable: lambda block, width: _Laid(block).most(width),
}


# ---- tables ----------------------------------------------------------------------------------------------------------


class _Laid:
    """A table, with the widths of its columns to be found; a width counts the blanks of the cells."""

    def __init__(self, table: PageTable) -> None:
        self.table = table
        last = len(table.columns) - 1
        self.blanks = [(table.before if at else 0, table.after if at < last else 0) for at in range(len(table.columns))]
        self.ruled = len(table.columns) + 1 if table.ruled else 0
        self.cells = [
            [*([PageText(column.heading)] if table.ruled else []), *(row[at] for row in table.rows)]
            for at, column in enumerate(table.columns)
        ]

    def _column_most(self, at: int, width: int) -> int:
        """The columns that the widest cell of a column would take, unfolded."""
        around, own = sum(self.blanks[at]), self.table.columns[at].width
        if width < 1:
            return 0
        if own is not None:
            return min(own + around, width)
        if around and width <= around:
            return width
        return min(max([_most(cell, width) for cell in self.cells[at]], default=width) + around, width)

    def most(self, width: int) -> int:
        """The columns that the table would take, unfolded."""
        inner = sum(self.widths(width - self.ruled))
        return sum(self._column_most(at, inner) for at in range(len(self.blanks))) + self.ruled

    def widths(self, width: int) -> list[int]:
        """The widths of the columns, in a table of that width."""
        each = range(len(self.blanks))
        most = [self._column_most(at, width) for at in each]
        found = [own or 1 for own in most]
        wide = [column.wide for column in self.table.columns]
        if self.table.stretched and any(wide):
            rest = width - sum(own for own, is_wide in zip(most, wide, strict=True) if not is_wide)
            least = [1 + sum(self.blanks[at]) for at in each if wide[at]]
            shares = iter(_shared(rest, [1] * len(least), least))
            found = [next(shares) if is_wide else own for own, is_wide in zip(found, wide, strict=True)]
        total = sum(found)
        if total > width:
            found = _narrowed(
                found, [column.width is None and not column.whole for column in self.table.columns], width
            )
            total = sum(found)
            if total > width:
                raise Doubtful("no room")
            found = [self._column_most(at, own) for at, own in zip(each, found, strict=True)]
        if total < width and self.table.stretched:
            found = [own + more for own, more in zip(found, _shared(width - total, found), strict=True)]
        return found

    def lines(self, width: int) -> Iterator[str]:
        """The lines of the table in a page of that width."""
        widths = self.widths(width - self.ruled)
        if any(own <= sum(blanks) for own, blanks in zip(widths, self.blanks, strict=True)):
            raise Doubtful("no room")
        edge = " " if self.table.ruled else ""
        rows = list(zip(*self.cells, strict=True))
        if self.table.ruled:
            yield ""
        for index, row in enumerate(rows):
            heads = self.table.ruled and not index
            for line in self._row(row, widths, heads):
                yield edge + edge.join(line) + edge
            if heads:
                yield edge + "─" * (sum(widths) + len(widths) - 1)
            elif self.table.ruled and index - 1 in self.table.ends and index < len(rows) - 1:
                yield ""
        if self.table.ruled:
            yield ""

    def _row(self, row: Sequence[Block], widths: Sequence[int], heads: bool) -> Iterator[Sequence[str]]:
        """The lines of a row, each as its cells; headings stand on its last line."""
        cells: list[list[str]] = []
        for cell, width, (before, after), column in zip(row, widths, self.blanks, self.table.columns, strict=True):
            own = width - before - after
            cells.append([_padded(line, own, before, after) for line in _drawn(cell, own, column)])
        tallest = max(map(len, cells))
        for own_lines, width in zip(cells, widths, strict=True):
            empty = [" " * width] * (tallest - len(own_lines))
            own_lines[:] = [*empty, *own_lines] if heads else [*own_lines, *empty]
        return zip(*cells, strict=True)


def _padded(line: str, width: int, before: int, after: int) -> str:
    return " " * before + _cut(line, width, False) + " " * (width - columns(line) + after)


def _shared(total: int, ratios: Sequence[int], least: Sequence[int] | None = None) -> list[int]:
    """A width shared out by ratios, as whole columns."""
    found, left = [], sum(ratios)
    for ratio, minimum in zip(ratios, least or [0] * len(ratios), strict=True):
        own = max(minimum, ceil(ratio * total / left)) if left > 0 else total
        found.append(own)
        left, total = left - ratio, total - own
    return found


def _narrowed(widths: list[int], foldable: Sequence[bool], width: int) -> list[int]:
    """Widths made less until they fit: the widest of the foldable columns first, down to the next widest."""
    excess = sum(widths) - width
    while any(foldable) and excess > 0:
        widest = max(own for own, may in zip(widths, foldable, strict=True) if may)
        next_widest = max(own if may and own != widest else 0 for own, may in zip(widths, foldable, strict=True))
        if widest == next_widest:
            break
        step = min(excess, widest - next_widest)
        left = sum(own == widest and may for own, may in zip(widths, foldable, strict=True))
        found = []
        for own, may in zip(widths, foldable, strict=True):
            less = 0
            if own == widest and may:
                less = min(step, round(excess / left))
                excess, left = excess - less, left - 1
            found.append(own - less)
        widths = found
        excess = sum(widths) - width
    return widths
