"""JSON text as a tree, decoded by the standard library; places are worked out only when one is asked for."""

import json
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from jxplus.document.tree import (
    DEEPEST,
    Enough,
    FileFaults,
    Mark,
    Path,
    Tree,
    duplicate,
    place_at,
    too_deep,
    too_many,
)
from jxplus.fault import Place, Refused, Text


class _Duplicate(Exception):
    pass


class Number(str):
    """A number of a JSON text, as it is written there."""

    __slots__ = ()


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise _Duplicate
    return mapping


def _first(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The mapping of keys that may be stated twice; the first counts."""
    mapping: dict[str, Any] = {}
    for key, value in pairs:
        mapping.setdefault(key, value)
    return mapping


@cache
def _decoders(number: type[str]) -> tuple[Callable[[str], Any], ...]:
    """What decodes a text: without a look at its keys, with an exception where one is stated twice, and by the first."""
    decoder = partial(json.JSONDecoder, parse_float=number, parse_int=number, parse_constant=number)
    return decoder().decode, decoder(object_pairs_hook=_unique).decode, decoder(object_pairs_hook=_first).decode


def read_json(text: str, file: str, line: int = 1, deepest: int = DEEPEST, number: type[str] = str) -> Tree:
    """The tree of a JSON text whose first line is line `line` of its file; raises `Refused` on a syntax error.

    A number is text as it is written, of the type `number` where it matters that it is none of the texts. Places are worked
    out only when one is asked for: a file without faults is decoded at the full speed of `json`.
    """
    places = _Places(text, file, line)
    decode, decode_unique, decode_first = _decoders(number)
    try:
        value = decode(text)
        keys = _keys(value, deepest)
        # Each key has its colon. With as many colons as keys none is stated twice; with more, some may stand in texts.
        if keys is not None and keys != text.count(":"):
            value = decode_unique(text)
    except _Duplicate:
        value = decode_first(text)
        try:
            places.read()
        except Enough as enough:
            raise too_many(file, enough.faults) from None
    except RecursionError:
        raise too_deep(file, Place(line), deepest) from None
    except json.JSONDecodeError as error:
        raise _no_json(places, error.pos) from None
    if keys is None:
        raise too_deep(file, Place(line), deepest)
    return Tree(file, value, tuple(places.faults), places.find)


def _no_json(places: "_Places", index: int) -> Refused:
    """The refusal of a text that the decoder could not read beyond `index`."""
    from jxplus.document.jsonplaces import NotJSON, parts

    wrong = Text("无法读下去", "it cannot be read on")
    right = Text("用相应工具重新导出", "write the file anew with the tool that it comes from")
    try:
        for _ in parts(places.text):
            pass
    except NotJSON as broken:
        index, wrong, right = broken.index, broken.wrong, broken.right
    wrong = Text(f"JSON 语法错误：{wrong.zh}", f"not valid JSON: {wrong.en}")
    return Refused.of(places.file, places.at(index), wrong, right)


def _keys(value: Any, deepest: int) -> int | None:
    """How many keys the mappings of a value hold together; None where containers stand more than `deepest` in each other."""
    count, level = 0, [value]
    for _ in range(deepest):
        below = []
        for container in level:
            if type(container) is dict:
                count += len(container)
                below += [each for each in container.values() if type(each) is dict or type(each) is list]
            elif type(container) is list:
                below += [each for each in container if type(each) is dict or type(each) is list]
        if not below:
            return count
        level = below
    return None


class _Places:
    """Where each key and value of a JSON text stands, and the faults of those stated twice; read when first asked for."""

    __slots__ = ("faults", "file", "line", "marks", "text")

    def __init__(self, text: str, file: str, line: int) -> None:
        self.text, self.file, self.line = text, file, line
        self.faults = FileFaults()
        self.marks: dict[tuple[Path, bool], int] = {}

    def read(self) -> None:
        """Reads the text, which is JSON; raises `Enough` where too many keys are stated twice."""
        from jxplus.document.jsonplaces import parts

        for part in parts(self.text):
            if part.again:
                self.faults.append(duplicate(self.file, self.at(part.start), str(part.path[-1])))
            self.marks.setdefault((part.path, part.key), part.start)

    def at(self, index: int) -> Place:
        place = place_at(self.text, index)
        return Place(place.line + self.line - 1, place.column)

    def find(self, path: Path, key: bool) -> Mark:
        """Where a path stands; where it does not, the nearest value around it."""
        if not self.marks:
            self.read()
        while (path, key) not in self.marks:
            path, key = path[:-1], False
        return Mark(self.at(self.marks[path, key]))
