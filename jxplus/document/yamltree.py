"""YAML text as a tree: PyYAML's parser gives events, and a tree is put together from them without recursion.

No object is ever built from a tag, and no value is interpreted: a plain scalar stays the text that was written.
"""

from typing import Any

from jxplus.document.tree import (
    DEEPEST,
    UNREAD,
    Enough,
    FileFaults,
    Mark,
    Path,
    Tree,
    duplicate,
    too_deep,
    too_many,
)
from jxplus.fault import Fault, Place, Refused, Text, cut, quoted

_NULLS = {"", "~", "null", "Null", "NULL"}
_PLAIN_TAGS = {
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq")
}


_NO_NAME = Text("键须是名称", "a key must be a name"), Text("写作“名称: 值”", "write `name: value`")
_ONE_A_FILE = Text(
    "每家企业各写一个文件，再运行 jxplus batch 文件夹",
    "give each enterprise a file of its own, and run jxplus batch on their folder",
)


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
        self.faults = FileFaults()
        self.events: dict[tuple[Path, bool], Any] = {}
        """The event of each value, and of each key: it knows where it stands, which is asked of few."""
        self.anchors: dict[str, tuple[Any, Path]] = {}
        self.borrowed: dict[Path, Path] = {}
        self.levels: list[_Level] = []
        self.value: Any = None
        self.documents = 0

    def fault(self, event: Any, wrong: Text, right: Text, fact: str = "") -> None:
        self.faults.append(Fault(self.file, _mark(event).place, fact, wrong, right))

    def refused(self, event: Any, wrong: Text, right: Text) -> Refused:
        """The refusal of a file that cannot be read on behind an event."""
        return Refused.of(self.file, _mark(event).place, wrong, right)

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
                second = Text("有多个 YAML 文档", "a second YAML document")
                raise self.refused(event, second, _ONE_A_FILE)

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
            Text(f"不支持标签“{cut(event.tag)}”", f"tag {quoted(event.tag)} is not used here"),
            Text("直接写值", "write the value alone"),
        )

    def key(self, event: Any, level: _Level) -> None:
        if event.value == "<<" and not event.style:
            self.fault(
                event, Text("不支持合并键", "merge keys are not used here"), Text("逐项写出", "write the facts out")
            )
        if not (event.style or event.value[:1].isalpha()):  # nearly all names begin with a letter
            self.dash(event)
        path = (*level.path, event.value)
        if event.value in level.value:
            self.faults.append(duplicate(self.file, _mark(event).place, event.value))
        self.events.setdefault((path, True), event)
        level.key = event.value

    def dash(self, event: Any) -> None:
        """Refuse an item that has become a name: nothing below it would be read as it was meant."""
        from jxplus.document.slips import slip_of_dash

        slip = slip_of_dash(event.value)
        if slip is not None:
            place = _mark(event).place
            fault = Fault(self.file, Place(place.line, place.column + slip.at), "", slip.wrong, slip.right)
            raise Refused([*self.faults, fault])

    def begin(self, event: Any, value: Any) -> None:
        if len(self.levels) >= DEEPEST:
            raise too_deep(self.file, _mark(event).place)
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
            self.put(event, UNREAD)
        elif event.anchor not in self.anchors:
            absent = Text(f"没有锚 &{event.anchor}", f"no anchor &{event.anchor}")
            raise self.refused(event, absent, Text("先定义再引用", "an anchor stands before its alias"))
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
            elif level.key is None:  # an alias, a list or a mapping where a key should be
                raise self.refused(event, *_NO_NAME)
            else:
                path = (*level.path, level.key)
                level.value[level.key], level.key = value, None
        self.events[path, False] = event
        return path

    def find(self, path: Path, key: bool) -> Mark:
        """Where a path stands; through an alias, where its anchor does; the nearest enclosing value where it does not."""
        for length in range(len(path) - key, -1, -1):  # a key is written where it stands, whatever its value is
            if path[:length] in self.borrowed:
                path = self.borrowed[path[:length]] + path[length:]
        while path and (path, key) not in self.events:
            path, key = path[:-1], False
        event = self.events.get((path, key))
        return Mark(Place()) if event is None else _mark(event)


def _mark(event: Any) -> Mark:
    mark = event.start_mark
    plain = not getattr(event, "style", "not a scalar")
    place = Place(mark.line + 1, mark.column + 1)
    return Mark(place, mark.index, event.end_mark.index) if plain else Mark(place)


def _refused(builder: _Builder, text: str, found: list[Fault], line: int) -> Refused:
    """The refusal of a text for the faults that were found and, in an enterprise file, the slips of all lines but one."""
    from jxplus.document.yamlfaults import slips

    more = () if builder.aliases else (each for each in slips(text, builder.file) if each.place.line != line)
    try:
        for fault in (*found, *more):
            builder.faults.append(fault)
    except Enough as enough:
        return too_many(builder.file, enough.faults)
    return Refused(builder.faults)


def read_yaml(text: str, file: str, aliases: bool = False) -> Tree:
    """The tree of a YAML text; raises `Refused` on a syntax error, a second document or nesting without end."""
    import yaml

    builder = _Builder(file, aliases)
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            builder.take(event)
    except Enough as enough:
        raise too_many(file, enough.faults) from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # its own, and those of a figure after a backslash
        from jxplus.document.yamlfaults import yaml_fault

        if "nesting depth" in str(error):  # the parser has a limit of its own, and looks ahead
            raise too_deep(file, yaml_fault(text, file, error).place) from None
        first = yaml_fault(text, file, error)
        raise _refused(builder, text, [first], first.place.line) from None
    if isinstance(builder.value, str) and not aliases and (wrong := _refused(builder, text, [], 0)).faults:
        raise wrong
    return Tree(file, builder.value, tuple(builder.faults), builder.find)
