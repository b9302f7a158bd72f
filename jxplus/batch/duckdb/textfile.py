"""The lines of a text file, looked at byte by byte: how they end, and how many rows of CSV they make."""

from collections.abc import Callable
from typing import NamedTuple

_BLOCK = 1 << 20
_EMPTY = (b"\n\n", b"\n\r\n")


class LineEnds(NamedTuple):
    """How the lines of a file end, how many of them begin outside of quotes, and whether one has nothing in it.

    `end` is as DuckDB names it, None where they end in different ways.
    """

    end: str | None
    rows: int
    blank: bool


def lines_of(file: str, check: Callable[[bytes], None], rows: bool = True) -> LineEnds:
    """The lines of a file; where `rows` are not wanted, only how they end is looked at.

    `check` sees all of it, block by block, each after those bytes before it that may belong together.
    """
    feeds = returns = both = quoted = inside = 0
    blank, last, before = False, b"\n", b""
    with open(file, "rb") as opened:
        while block := opened.read(_BLOCK):
            joined = before + block
            check(joined)
            feeds += block.count(b"\n")
            if b"\r" in joined:
                returns, both = returns + block.count(b"\r"), both + joined.count(b"\r\n")
            before = block[-1:] if block[-1:] == b"\r" else b""
            if block[-1:] == b'"':
                before = block[-2:]
            if not rows:
                continue
            if inside or b'"' in block:
                parts = block.split(b'"')
                quoted += sum(part.count(b"\n") for part in parts[1 - inside :: 2])
                inside = (inside + len(parts) - 1) % 2
            blank = blank or any(
                empty in part for empty in _EMPTY[: 2 if returns else 1] for part in (block, last + block[:2])
            )
            last = (last + block[-2:])[-2:]
    end = "\\n" if not returns else "\\r\\n" if feeds == returns == both else None
    return LineEnds(end, feeds - quoted + (last[-1:] != b"\n"), blank)
