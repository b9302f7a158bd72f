"""What a file states, as plain values that know where they stood; `yamltree` and `jsontree` make it from text.

A tree is made of `dict`, `list`, `str`, `bool` (JSON's true and false) and `None` alone. A scalar stays the text that was
written, so a figure never becomes a binary float and a date never a guess; the fact that it states decides how it reads.
Duplicate keys, aliases, tags, second documents and nesting without end are faults. The file is never executed, and no
object of Python's is built from it.
"""

import re
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

from jxplus.fault import Fault, Place, Refused, Text

Path = tuple[str | int, ...]
"""The keys and indexes that lead from the top of a file to a value."""

STANDARD_INPUT = "-"
MOST_BYTES = 10_000_000
DEEPEST = 20


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


def decode(data: bytes, file: str) -> str:
    """The text of a file in UTF-8, with or without a byte-order mark; raises `Refused` where it is too large or no text."""
    if len(data) > MOST_BYTES:
        raise refused(
            file,
            Place(),
            Text("文件超过10 MB", "the file is larger than 10 MB"),
            Text("一个企业文件通常只有几 KB", "an enterprise takes a few kB"),
        )
    try:
        text = data.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        place = Place(before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1)
        raise refused(
            file,
            place,
            Text("不是 UTF-8 文本", "not UTF-8 text"),
            Text("请另存为 UTF-8 编码", "save the file as UTF-8"),
        ) from None
    match = re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text)
    if match:
        char = f"U+{ord(match[0]):04X}"
        raise refused(
            file,
            place_at(text, match.start()),
            Text(f"含控制字符 {char}", f"control character {char}"),
            Text("企业文件须是文本", "an enterprise file is text"),
        )
    return text


def read_tree(text: str, file: str, form: str = "yaml", aliases: bool = False) -> Tree:
    """The tree of `text`, which is `yaml` or `json`; raises `Refused` where the text cannot be read to its end.

    `aliases` lets an anchored value be used again; an enterprise file has no use for that, a policy has.
    """
    if form == "json":
        from jxplus.jsontree import read_json

        return read_json(text, file)
    from jxplus.yamltree import read_yaml

    return read_yaml(text, file, aliases)


def read_bytes(path: str) -> bytes:
    """The bytes of an enterprise file (`-` is standard input), no more than may be read; raises `Refused`."""
    try:
        if path == STANDARD_INPUT:
            return sys.stdin.buffer.read(MOST_BYTES + 1)
        with open(path, "rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        wrong = Text(f"无法读取: {reason}", f"cannot be read: {reason}")
        raise refused(path, Place(), wrong, Text("检查文件路径", "check the path of the file")) from None


def tree_of(path: str, data: bytes) -> Tree:
    """The tree of an enterprise file's bytes: JSON where its name ends so or standard input begins so, else YAML."""
    file = "<stdin>" if path == STANDARD_INPUT else path
    text = decode(data, file)
    if path.lower().endswith(".json"):
        return read_tree(text, file, "json")
    if path == STANDARD_INPUT and text.lstrip()[:1] == "{":
        try:
            return read_tree(text, file, "json")
        except Refused:
            pass  # YAML has braces too
    return read_tree(text, file)


def refused(file: str, place: Place, wrong: Text, right: Text) -> Refused:
    """The refusal of a file that cannot be read on, for one fault."""
    return Refused([Fault(file, place, "", wrong, right)])


def place_at(text: str, index: int) -> Place:
    """Where the character at `index` of a text stands."""
    return Place(text.count("\n", 0, index) + 1, index - (text.rfind("\n", 0, index) + 1) + 1)


def duplicate(file: str, place: Place, key: str) -> Fault:
    """The fault of a key that is stated twice."""
    return Fault(file, place, key, Text("重复出现", "stated twice"), Text("只保留一处", "keep one of them"))


def too_deep(file: str, place: Place) -> Refused:
    """The refusal of a file whose values stand in each other without end."""
    return refused(
        file, place, Text("嵌套过深", "nested too deeply"), Text(f"最多{DEEPEST}层", f"{DEEPEST} levels at most")
    )
