"""The plainest YAML read without PyYAML: lines of `name: value`, and lists whose items are such lines.

Most enterprise files are made of nothing else, and to load PyYAML takes as long as to assess one. A value is a plain scalar
on its own line, of characters that mean nothing to YAML, or `[]`. At anything else, and at whatever may be a fault, the text
is left to PyYAML, by whose events `yamltree` puts a tree together; what is read here has the same values and places.
"""

import re
from functools import cache
from typing import Any

from jxplus.document.tree import Mark, Path
from jxplus.fault import Place

NULLS = {"", "~", "null", "Null", "NULL"}
"""The plain scalars that state nothing."""
_LONGEST = 1000
"""A longer line is PyYAML's: a name of that length is a fault."""
Marks = dict[tuple[Path, bool], Mark]
"""Where each value stands, and with True each key, by its path."""


@cache
def _line() -> re.Pattern[str]:
    safe = r"[\w.,%/()（）<>=+°²³㎡￥¥、。；：“”‘’《》〔〕—–·-]"
    return re.compile(
        rf"(?P<indent> *)(?P<dash>- )?(?P<key>(?:[^\W\d]|[“《]){safe}*):"
        rf"(?: +(?P<value>\w{safe}*(?: +{safe}+)*|\[\]))?(?: +#.*| *)|(?P<blank> *(?:#.*)?)"
    )


class _Plain:
    """A mapping that is being read, line by line."""

    def __init__(self) -> None:
        self.value: dict[str, Any] = {}
        self.marks: Marks = {}
        self.bare = ""
        """The last name of the mapping, where nothing stands beside it: a list may follow."""
        self.items: list[dict[str, Any]] | None = None
        """The list that follows it, whose dashes stand in the column `dashes`."""
        self.dashes = 0

    def take(self, number: int, at: int, match: re.Match[str]) -> bool:
        """Takes line `number` of a text, which begins at `at`; False where it is not one to be read here."""
        column, dash = len(match["indent"]), match["dash"] is not None
        if not column and not dash:
            self.bare, self.items = match["key"] if match["value"] is None else "", None
            return self._state((), self.value, number, at, match)
        if dash and self.items is None and self.bare:
            self.items, self.dashes = [], column
            self.value[self.bare] = self.items
            self.marks[(self.bare,), False] = Mark(Place(number, column + 1))
        if self.items is None or column != self.dashes + (0 if dash else 2):
            return False
        if dash:
            self.marks[(self.bare, len(self.items)), False] = Mark(Place(number, column + 3))
            self.items.append({})
        return self._state((self.bare, len(self.items) - 1), self.items[-1], number, at, match)

    def _state(self, path: Path, holder: dict[str, Any], number: int, at: int, match: re.Match[str]) -> bool:
        """Puts a key and its value where they belong; False where the key stands there already."""
        key, written = match["key"], match["value"]
        if key in holder:
            return False
        self.marks[(*path, key), True] = _mark(number, at, *match.span("key"))
        if written == "[]":
            holder[key] = []
            self.marks[(*path, key), False] = Mark(Place(number, match.start("value") + 1))
        else:
            end = match.end("key") + 1  # after the colon, where a value that is left out stands
            holder[key] = None if written is None or written in NULLS else written
            self.marks[(*path, key), False] = _mark(number, at, *(match.span("value") if written else (end, end)))
        return True


def _mark(number: int, at: int, start: int, end: int) -> Mark:
    return Mark(Place(number, start + 1), at + start, at + end)


def read_plain(text: str) -> tuple[dict[str, Any], Marks] | None:
    """Gives the mapping that a text states and where its parts stand; None where PyYAML must read it."""
    if not text.replace("\n", "").isprintable():
        return None
    plain, at, read = _Plain(), 0, _line().fullmatch
    for number, line in enumerate(text.split("\n"), 1):
        match = read(line) if len(line) <= _LONGEST else None
        if match is None:
            return None
        if match["blank"] is None:
            if not plain.value and match["indent"]:
                return None
            if not plain.value:
                plain.marks[(), False] = Mark(Place(number, 1))
            if not plain.take(number, at, match):
                return None
        at += len(line) + 1
    return (plain.value, plain.marks) if plain.value else None
