"""The lines of a text file, looked at byte by byte: how they end, and how many rows of CSV they make."""

from collections.abc import Callable
from typing import NamedTuple

_BLOCK = 1 << 20


class Lines(NamedTuple):
    """How the lines of a file end, how many of them begin outside of quotes, and whether one has nothing in it.

    `end` is as DuckDB names it, None where they end in different ways.
    """

    end: str | None
    rows: int
    blank: bool


def lines_of(file: str, check: Callable[[bytes], None]) -> Lines:
    """The lines of a file.

    `check` sees all of it, block by block, each after those bytes before it that may belong together.
    """
    feeds = returns = both = quoted = inside = 0
    blank, last, before = False, b"\n", b""
    with open(file, "rb") as opened:
        while block := opened.read(_BLOCK):
            joined = before + block
            check(joined)
            feeds, returns = feeds + block.count(b"\n"), returns + block.count(b"\r")
            both += joined.count(b"\r\n")
            before = block[-1:] if block[-1:] == b"\r" else b""
            if block[-1:] == b'"':
                before = block[-2:]
            parts = block.split(b'"')
            quoted += sum(part.count(b"\n") for part in parts[1 - inside :: 2])
            inside = (inside + len(parts) - 1) % 2
            around = last + block
            blank = blank or b"\n\n" in around or b"\n\r\n" in around
            last = around[-2:]
    end = "\\n" if not returns else "\\r\\n" if feeds == returns == both else None
    return Lines(end, feeds - quoted + (last[-1:] != b"\n"), blank)
