"""What a file states, as plain values that know where they stood; `document` reads it, from YAML or JSON.

A tree is made of `dict`, `list`, `str`, `bool` (JSON's true and false) and `None` alone. A scalar stays the text that was
written, so a figure never becomes a binary float and a date never a guess; the fact that it states decides how it reads.
Duplicate keys, aliases, tags, second documents and nesting without end are faults. The file is never executed, and no
object of Python's is built from it.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from jxplus.fault import Fault, Place, Refused, Text

Path = tuple[str | int, ...]
"""The keys and indexes that lead from the top of a file to a value."""

DEEPEST = 20
MOST_FAULTS = 1000
"""A file with more faults than this is refused before it is read to its end."""
UNREAD = object()
"""What stands in a tree where the form of the file was at fault: nothing more is wrong with it than that."""


class Mark(NamedTuple):
    """A place and, for a YAML scalar written plainly, where its text begins and ends in the file.

    `file` is set where a tree was put together from several files.
    """

    place: Place
    start: int = -1
    end: int = -1
    file: str = ""


class Tree(NamedTuple):
    """A file's value, the faults of its form, and the means to find where a part of it stands."""

    file: str
    value: Any
    faults: tuple[Fault, ...]
    find: Callable[[Path, bool], Mark]

    def place(self, path: Path, key: bool = False) -> Place:
        """Where the value at `path` stands, or with `key` the key that leads to it."""
        return self.find(path, key).place

    def fault(self, path: Path, fact: str, wrong: Text, right: Text, key: bool = False) -> Fault:
        """The fault of the value at `path`, or with `key` of the key that leads to it."""
        mark = self.find(path, key)
        return Fault(mark.file or self.file, mark.place, fact, wrong, right)


class Enough(Exception):
    """A file has so many faults that no more are looked for; `faults` are those found."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(len(faults))
        self.faults = faults


class FileFaults(list[Fault]):
    """The faults of one file, up to as many as anybody reads: a file made of nothing else must not take for ever."""

    def append(self, fault: Fault) -> None:
        """Take a fault; raises `Enough` with the last that is taken."""
        super().append(fault)
        if len(self) >= MOST_FAULTS:
            raise Enough(self)


def too_many(file: str, faults: Iterable[Fault]) -> Refused:
    """The refusal of a file that was not read to its end, so many are its `faults`."""
    wrong = Text(f"错误多于{MOST_FAULTS}处", f"more than {MOST_FAULTS} faults")
    return Refused([*faults, Fault(file, Place(), "", wrong, Text("先改正这些", "mend these first"))])


def place_at(text: str, index: int) -> Place:
    """Where the character at `index` of a text stands."""
    return Place(text.count("\n", 0, index) + 1, index - (text.rfind("\n", 0, index) + 1) + 1)


def duplicate(file: str, place: Place, key: str) -> Fault:
    """The fault of a key that is stated twice."""
    return Fault(file, place, key, Text("重复出现", "stated twice"), Text("只保留一处", "keep one of them"))


def too_deep(file: str, place: Place, deepest: int = DEEPEST) -> Refused:
    """The refusal of a file whose values stand in each other without end."""
    right = Text(f"最多{deepest}层", f"{deepest} levels at most")
    return Refused.of(file, place, Text("嵌套过深", "nested too deeply"), right)
