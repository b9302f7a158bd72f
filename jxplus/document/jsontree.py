"""JSON text as a tree, decoded by the standard library; places are worked out only when one is asked for."""

import json
from collections.abc import Callable
from functools import cache, partial
from json.scanner import py_make_scanner  # type: ignore[attr-defined]
from typing import Any

from jxplus.document.tree import (
    DEEPEST,
    Enough,
    Gathered,
    Mark,
    Path,
    Tree,
    duplicate,
    place_at,
    refused,
    too_deep,
    too_many,
)
from jxplus.fault import Fault, Place, Text


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


@cache
def _decoders(number: type[str]) -> tuple[Callable[[str], Any], Callable[[str], Any]]:
    """What decodes a text: without a look at its keys, and with an exception where one is stated twice."""
    decoder = partial(json.JSONDecoder, parse_float=number, parse_int=number, parse_constant=number)
    return decoder().decode, decoder(object_pairs_hook=_unique).decode


def read_json(text: str, file: str, line: int = 1, deepest: int = DEEPEST, number: type[str] = str) -> Tree:
    """The tree of a JSON text whose first line is line `line` of its file; raises `Refused` on a syntax error.

    A number is text as it is written, of the type `number` where it matters that it is none of the texts. Places are worked
    out only when one is asked for: a file without faults is decoded at the full speed of `json`.
    """
    faults: tuple[Fault, ...] = ()
    decode, decode_unique = _decoders(number)
    try:
        value = decode(text)
        keys = _keys(value, deepest)
        # Each key has its colon. With as many colons as keys none is stated twice; with more, some may stand in texts.
        if keys is not None and keys != text.count(":"):
            value = decode_unique(text)
    except _Duplicate:
        try:  # the slow decoder recurses in Python, so its depth ends sooner
            located = _Located(text, file, line)
        except RecursionError:
            raise too_deep(file, Place(line), deepest) from None
        except Enough as enough:
            raise too_many(file, enough.faults) from None
        value, faults = located.value, tuple(located.faults)
    except RecursionError:
        raise too_deep(file, Place(line), deepest) from None
    except json.JSONDecodeError as error:
        place = Place(error.lineno + line - 1, error.colno)
        raise refused(
            file,
            place,
            Text(f"JSON 语法错误: {error.msg}", f"not valid JSON: {error.msg}"),
            Text(
                "键和文字用双引号，末项之后不加逗号", "double quotes around keys and text, no comma after the last item"
            ),
        ) from None
    if keys is None:
        raise too_deep(file, Place(line), deepest)
    made: list[_Located] = []

    def find(path: Path, key: bool) -> Mark:
        if not made:
            made.append(_Located(text, file, line))
        return made[0].find(path, key)

    return Tree(file, value, faults, find)


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


class _Located:
    """A JSON text decoded once more, slowly, with the place of each key and value."""

    def __init__(self, text: str, file: str, line: int) -> None:
        self.text, self.file, self.line = text, file, line
        self.faults = Gathered()
        decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=self._pairs)

        def scan_once(string: str, index: int) -> tuple[Any, int]:
            """Each value with the index where it starts; the containers below call this again for what they hold."""
            value, end = scan(string, index)
            return (index, value), end

        decoder.parse_object = lambda pair, strict, _scan, *rest: json.decoder.JSONObject(  # type: ignore[attr-defined]
            pair, strict, scan_once, *rest
        )
        decoder.parse_array = lambda pair, _scan: json.decoder.JSONArray(pair, scan_once)  # type: ignore[attr-defined]
        scan = py_make_scanner(decoder)
        start = len(text) - len(text.lstrip(" \t\n\r"))
        self.top, _ = scan_once(text, start)
        self.value = _bare(self.top)

    def _pairs(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key, (start, value) in pairs:
            if key in mapping:
                self.faults.append(duplicate(self.file, self._at(self._key_start(start)), key))
            mapping.setdefault(key, (start, value))
        return mapping

    def _key_start(self, value_start: int) -> int:
        """Where the key of the value at `value_start` opens its quotes."""
        index = self.text.rfind('"', 0, value_start)
        while index > 0:
            index = self.text.rfind('"', 0, index)
            before = self.text[:index]
            if (len(before) - len(before.rstrip("\\"))) % 2 == 0:
                break
        return max(index, 0)

    def _at(self, index: int) -> Place:
        place = place_at(self.text, index)
        return Place(place.line + self.line - 1, place.column)

    def find(self, path: Path, key: bool) -> Mark:
        start, value = self.top
        for depth, step in enumerate(path):
            try:
                start, value = value[step]
            except (KeyError, IndexError, TypeError):
                return Mark(self._at(start))
            if key and depth == len(path) - 1:
                return Mark(self._at(self._key_start(start)))
        return Mark(self._at(start))


def _bare(located: tuple[int, Any]) -> Any:
    """A located value without its places."""
    _, value = located
    if type(value) is dict:
        return {key: _bare(child) for key, child in value.items()}
    if type(value) is list:
        return [_bare(child) for child in value]
    return value
