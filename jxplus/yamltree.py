"""YAML or JSON text as plain values that know where they stood.

A tree is made of `dict`, `list`, `str`, `bool` (JSON's true and false) and `None` alone. A scalar stays the text that was
written, so a figure never becomes a binary float and a date never a guess; the fact that it states decides how it reads.
Duplicate keys, aliases, tags, second documents and nesting without end are faults. The file is never executed, and no
object of Python's is built from it.
"""

import json
import re
from collections.abc import Callable
from json.scanner import py_make_scanner  # type: ignore[attr-defined]
from typing import Any, NamedTuple

from jxplus.fault import Fault, Place, Refused, Text, quoted

Path = tuple[str | int, ...]
"""The keys and indexes that lead from the top of a file to a value."""

MOST_BYTES = 10_000_000
DEEPEST = 20
_NULLS = {"", "~", "null", "Null", "NULL"}
_PLAIN_TAGS = {
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq")
}


class Mark(NamedTuple):
    """A place and, for a YAML scalar written plainly, where its text begins and ends in the file."""

    place: Place
    start: int = -1
    end: int = -1


class Tree(NamedTuple):
    """A file's value, the faults of its form, and the means to find where a part of it stands."""

    file: str
    value: Any
    faults: tuple[Fault, ...]
    find: Callable[[Path, bool], Mark]

    def place(self, path: Path, key: bool = False) -> Place:
        """Where the value at `path` stands, or with `key` the key that leads to it."""
        return self.find(path, key).place


def decode(data: bytes, file: str) -> str:
    """The text of a file in UTF-8, with or without a byte-order mark; raises `Refused` where it is too large or no text."""
    if len(data) > MOST_BYTES:
        raise _refused(
            file,
            Place(),
            Text("文件超过10 MB", "the file is larger than 10 MB"),
            Text("一个企业文件通常只有几 KB", "an enterprise takes a few kB"),
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        place = Place(before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1)
        raise _refused(
            file,
            place,
            Text("不是 UTF-8 文本", "not UTF-8 text"),
            Text("请另存为 UTF-8 编码", "save the file as UTF-8"),
        ) from None
    match = re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text)
    if match:
        char = f"U+{ord(match[0]):04X}"
        raise _refused(
            file,
            _place_at(text, match.start()),
            Text(f"含控制字符 {char}", f"control character {char}"),
            Text("企业文件须是文本", "an enterprise file is text"),
        )
    return text


def read_tree(text: str, file: str, form: str = "yaml", aliases: bool = False) -> Tree:
    """The tree of `text`, which is `yaml` or `json`; raises `Refused` where the text cannot be read to its end.

    `aliases` lets an anchored value be used again; an enterprise file has no use for that, a policy has.
    """
    return read_json(text, file) if form == "json" else read_yaml(text, file, aliases)


def _refused(file: str, place: Place, wrong: Text, right: Text, fact: str = "") -> Refused:
    return Refused([Fault(file, place, fact, wrong, right)])


def _place_at(text: str, index: int) -> Place:
    return Place(text.count("\n", 0, index) + 1, index - (text.rfind("\n", 0, index) + 1) + 1)


def _duplicate(file: str, place: Place, key: str) -> Fault:
    return Fault(file, place, key, Text("重复出现", "stated twice"), Text("只保留一处", "keep one of them"))


def _too_deep(file: str, place: Place) -> Refused:
    return _refused(
        file, place, Text("嵌套过深", "nested too deeply"), Text(f"最多{DEEPEST}层", f"{DEEPEST} levels at most")
    )


# ---- YAML ----------------------------------------------------------------------------------------------------------


class _Level:
    """A mapping or sequence that is being read: what it holds so far, and the key that waits for its value."""

    __slots__ = ("anchor", "key", "path", "value")

    def __init__(self, value: Any, path: Path, anchor: str | None) -> None:
        self.value, self.path, self.anchor = value, path, anchor
        self.key: str | None = None


class _Builder:
    """Puts YAML events together into a tree, without recursion."""

    def __init__(self, file: str, aliases: bool) -> None:
        self.file, self.aliases = file, aliases
        self.faults: list[Fault] = []
        self.marks: dict[tuple[Path, bool], Mark] = {}
        self.anchors: dict[str, tuple[Any, Path]] = {}
        self.borrowed: dict[Path, Path] = {}
        self.levels: list[_Level] = []
        self.value: Any = None
        self.documents = 0

    def fault(self, event: Any, wrong: Text, right: Text, fact: str = "") -> None:
        self.faults.append(Fault(self.file, _mark(event).place, fact, wrong, right))

    def take(self, event: Any) -> None:
        """Take one event of PyYAML's parser."""
        kind = type(event).__name__
        if kind == "ScalarEvent":
            self.scalar(event)
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            self.begin(event, {} if kind == "MappingStartEvent" else [])
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self.finish()
        elif kind == "AliasEvent":
            self.alias(event)
        elif kind == "DocumentStartEvent":
            self.documents += 1
            if self.documents == 2:
                raise _refused(
                    self.file,
                    _mark(event).place,
                    Text("有多个 YAML 文档", "a second YAML document"),
                    Text("每个文件只写一个企业", "one enterprise a file"),
                )

    def scalar(self, event: Any) -> None:
        plain = not event.style
        level = self.levels[-1] if self.levels else None
        if level is not None and type(level.value) is dict and level.key is None:
            self.key(event, level)
            return
        if event.tag is not None and event.tag not in _PLAIN_TAGS:
            self.tag(event)
        value = None if plain and event.tag is None and event.value in _NULLS else event.value
        path = self.put(event, value)
        if event.anchor:
            self.anchors[event.anchor] = (value, path)

    def tag(self, event: Any) -> None:
        self.fault(
            event,
            Text(f"不支持标签{quoted(event.tag)}", f"tag {quoted(event.tag)} is not used here"),
            Text("直接写值", "write the value alone"),
        )

    def key(self, event: Any, level: _Level) -> None:
        if event.value == "<<" and not event.style:
            self.fault(
                event, Text("不支持合并键", "merge keys are not used here"), Text("逐项写出", "write the facts out")
            )
        path = (*level.path, event.value)
        if event.value in level.value:
            self.faults.append(_duplicate(self.file, _mark(event).place, event.value))
        self.marks[path, True] = _mark(event)
        level.key = event.value

    def begin(self, event: Any, value: Any) -> None:
        if len(self.levels) >= DEEPEST:
            raise _too_deep(self.file, _mark(event).place)
        level = self.levels[-1] if self.levels else None
        if level is not None and type(level.value) is dict and level.key is None:
            raise _refused(
                self.file,
                _mark(event).place,
                Text("键须是名称", "a key must be a name"),
                Text("写作“名称: 值”", "write `name: value`"),
            )
        if event.tag is not None and event.tag not in _PLAIN_TAGS:
            self.tag(event)
        path = self.put(event, value)
        self.levels.append(_Level(value, path, event.anchor))

    def finish(self) -> None:
        level = self.levels.pop()
        if level.anchor:
            self.anchors[level.anchor] = (level.value, level.path)

    def alias(self, event: Any) -> None:
        if not self.aliases:
            self.fault(
                event,
                Text(f"不支持引用 *{event.anchor}", f"alias *{event.anchor} is not used here"),
                Text("把值写出来", "write the value out"),
            )
            self.put(event, None)
        elif event.anchor not in self.anchors:
            raise _refused(
                self.file,
                _mark(event).place,
                Text(f"没有锚 &{event.anchor}", f"no anchor &{event.anchor}"),
                Text("先定义再引用", "an anchor stands before its alias"),
            )
        else:
            value, origin = self.anchors[event.anchor]
            self.borrowed[self.put(event, value)] = origin

    def put(self, event: Any, value: Any) -> Path:
        """Put a value where it belongs, and give its path."""
        path: Path = ()
        if not self.levels:
            self.value = value
        else:
            level = self.levels[-1]
            if type(level.value) is list:
                path = (*level.path, len(level.value))
                level.value.append(value)
            elif level.key is None:  # an alias where a key should be
                raise _refused(
                    self.file,
                    _mark(event).place,
                    Text("键须是名称", "a key must be a name"),
                    Text("写作“名称: 值”", "write `name: value`"),
                )
            else:
                path = (*level.path, level.key)
                level.value[level.key], level.key = value, None
        self.marks[path, False] = _mark(event)
        return path

    def find(self, path: Path, key: bool) -> Mark:
        """Where a path stands; through an alias, where its anchor does; the nearest enclosing value where it does not."""
        for cut in range(len(path), -1, -1):
            if path[:cut] in self.borrowed:
                path = self.borrowed[path[:cut]] + path[cut:]
        while path and (path, key) not in self.marks:
            path, key = path[:-1], False
        return self.marks.get((path, key), Mark(Place()))


def _mark(event: Any) -> Mark:
    mark = event.start_mark
    plain = not getattr(event, "style", "not a scalar")
    place = Place(mark.line + 1, mark.column + 1)
    return Mark(place, mark.index, event.end_mark.index) if plain else Mark(place)


def read_yaml(text: str, file: str, aliases: bool = False) -> Tree:
    """The tree of a YAML text; raises `Refused` on a syntax error, a second document or nesting without end."""
    import yaml

    builder = _Builder(file, aliases)
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else Place()
        problem = error.problem or error.context or "syntax error"
        raise Refused(
            [
                *builder.faults,
                Fault(
                    file,
                    place,
                    "",
                    Text(f"YAML 语法错误: {problem}", f"not valid YAML: {problem}"),
                    _advice(text, place, problem),
                ),
            ]
        ) from None
    except yaml.YAMLError as error:
        raise _refused(
            file,
            Place(),
            Text(f"YAML 错误: {error}", f"not valid YAML: {error}"),
            Text("每行写作“名称: 值”", "write `name: value` on each line"),
        ) from None
    return Tree(file, builder.value, tuple(builder.faults), builder.find)


def _advice(text: str, place: Place, problem: str) -> Text:
    lines = text.splitlines()
    line = lines[place.line - 1] if place.line <= len(lines) else ""
    if "\t" in line or "'\\t'" in problem:
        return Text("缩进用空格，不用制表符", "indent with spaces, not with tabs")
    if "：" in line:
        return Text("冒号用半角“: ”", "use the plain colon `: `, not the full-width one")
    return Text(
        "每行写作“名称: 值”，括号和引号要成对", "write `name: value` on each line, and close every bracket and quote"
    )


# ---- JSON ----------------------------------------------------------------------------------------------------------


class _Duplicate(Exception):
    pass


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise _Duplicate
    return mapping


_decode_unique = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_unique).decode


def read_json(text: str, file: str, line: int = 1) -> Tree:
    """The tree of a JSON text whose first line is line `line` of its file; raises `Refused` on a syntax error.

    Places are worked out only when one is asked for: a file without faults is decoded at the full speed of `json`.
    """
    faults: tuple[Fault, ...] = ()
    try:
        value = _decode_unique(text)
    except _Duplicate:
        located = _Located(text, file, line)
        value, faults = located.value, tuple(located.faults)
    except RecursionError:
        raise _too_deep(file, Place(line)) from None
    except json.JSONDecodeError as error:
        place = Place(error.lineno + line - 1, error.colno)
        raise _refused(
            file,
            place,
            Text(f"JSON 语法错误: {error.msg}", f"not valid JSON: {error.msg}"),
            Text(
                "键和文字用双引号，末项之后不加逗号", "double quotes around keys and text, no comma after the last item"
            ),
        ) from None
    if _depth_over(value, DEEPEST):
        raise _too_deep(file, Place(line))
    made: list[_Located] = []

    def find(path: Path, key: bool) -> Mark:
        if not made:
            made.append(_Located(text, file, line))
        return made[0].find(path, key)

    return Tree(file, value, faults, find)


def _depth_over(value: Any, most: int) -> bool:
    """Whether containers stand in each other more than `most` deep."""
    level = [value]
    for _ in range(most + 1):
        level = (
            [
                child
                for container in level
                for child in (container.values() if type(container) is dict else container)
                if type(child) is dict or type(child) is list
            ]
            if type(value) in (dict, list)
            else []
        )
        if not level:
            return False
    return True


class _Located:
    """A JSON text decoded once more, slowly, with the place of each key and value."""

    def __init__(self, text: str, file: str, line: int) -> None:
        self.text, self.file, self.line = text, file, line
        self.faults: list[Fault] = []
        self.starts: dict[int, int] = {}
        self.kept: list[Any] = []
        decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=self._pairs)
        decoder.parse_object = json.decoder.JSONObject  # type: ignore[attr-defined]
        decoder.parse_array = json.decoder.JSONArray  # type: ignore[attr-defined]
        scan = py_make_scanner(decoder)

        def scan_once(string: str, index: int) -> tuple[Any, int]:
            value, end = scan(string, index)
            return (index, value), end

        self._scan = scan_once
        # The pure scanner binds its own recursion; bind it to the one that notes where each value starts.
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
                self.faults.append(_duplicate(self.file, self._at(self._key_start(start)), key))
            mapping[key] = (start, value)
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
        place = _place_at(self.text, index)
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
