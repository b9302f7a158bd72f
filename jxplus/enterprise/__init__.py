"""An enterprise file, read against the facts that a policy declares: every value exact, or every fault of it.

A fact that is not stated, or is left blank, is unknown: it has no entry. Nothing is guessed, rounded or cut.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from jxplus.document.tree import UNREAD, Enough, FileFaults, Mark, Path, Tree, too_many
from jxplus.enterprise.misread import Misread
from jxplus.enterprise.spot import Misstated as Misstated
from jxplus.enterprise.spot import named_spot, of_item
from jxplus.enterprise.values import EMPTY, Read, reader_of
from jxplus.fault import Fault, Place, Refused, Text, cut, quoted
from jxplus.policy import Fact, FactList, Policy, known_names

if TYPE_CHECKING:
    from jxplus.enterprise.heading import Headings
    from jxplus.enterprise.plain import PlainReader


FEW = 200
"""How many enterprises are read before a reader of plain ones is made, which takes about as long as it saves with them."""


class Enterprise(NamedTuple):
    """One enterprise: its name, and what is known of it.

    `facts` holds the value of each stated fact under its id (a Decimal in base units, a bool, a date, a choice's id, a
    text), and each stated list as its items. `file` is where it was read from, `sha256` that of the bytes read; `by_hand`
    names the facts that were stated in place of the file's. `source` is the JSON object on one line, in UTF-8, that states just these
    facts, where they were read from such a line: a result that carries its facts need not write them again.
    """

    name: str
    facts: dict[str, Any]
    file: str = ""
    id: str = ""
    sha256: str = ""
    by_hand: tuple[str, ...] = ()
    source: bytes = b""

    @property
    def label(self) -> str:
        """What a result calls the enterprise: its id where its source gives one, else its name."""
        return self.id or self.name


class _Reads(dict[str, Read]):
    """What reads each of some facts, made where the first value of it is read: a file states few of all."""

    def __init__(self, facts: Mapping[str, Fact]) -> None:
        self.facts = facts

    def __missing__(self, id: str) -> Read:
        read = self[id] = reader_of(self.facts[id])
        return read


class _MappingReader:
    """Reads a mapping of facts by their names: that of an enterprise, with its lists, or an item of one."""

    def __init__(self, facts: Mapping[str, Fact], lists: Mapping[str, FactList]) -> None:
        self.named = facts, lists
        self.names = known_names(facts, lists)
        self.reads = _Reads(facts)
        self.lists = {listed.id: _ListReader(listed) for listed in lists.values()}

    @cached_property
    def headings(self) -> "Headings":
        """What is said by a name with something beside it."""
        from jxplus.enterprise.heading import Headings

        return Headings(*self.named)

    def read_into(
        self, facts: dict[str, Any], stated: Mapping[str, Any], tree: Tree, path: Path, faults: list[Fault]
    ) -> None:
        """Puts what the mapping at `path` states into `facts`, and what is wrong in it into `faults`.

        A fact whose value is wrong is None there: it is stated, so that nobody misses it.
        """
        seen: dict[str, str] = {}
        names, reads, lists = self.names, self.reads, self.lists
        for key, written in stated.items():
            id, value = names.get(key), written
            if id is None:
                from jxplus.enterprise.heading import Heading, Misnamed  # most names are known as they stand

                try:
                    id, unit = self.headings.read(key)
                except Misnamed as misnamed:
                    at = (*path, key)
                    why = (misnamed.wrong, misnamed.right) if not self._groups(written) else _GROUPED
                    faults.append(tree.fault(at, _called(at), *why, key=True))
                    continue
                value = Heading(id, unit).stated(written)
            if id in seen:
                faults.append(_twice(tree, (*path, key), seen[id]))
                continue
            seen[id] = key
            if value is None:
                continue
            if value is UNREAD:
                facts[id] = None
                continue
            if id in lists:
                items = lists[id].read(value, tree, (*path, key), faults)
                if items is not None:
                    facts[id] = items
                continue
            try:
                facts[id] = reads[id](value)
            except Misread as misread:
                facts[id] = None
                at = (*path, key)
                faults.append(tree.fault(at, _called(at), misread.wrong, misread.right))

    def _groups(self, written: Any) -> bool:
        """Whether a value that stands under no known name holds facts: 研发: {年研发投入: …}."""
        return isinstance(written, dict) and any(key in self.names for key in written)


_GROUPED = (
    Text("不能把事实分组", "facts stand in no groups"),
    Text("把其中各项写到最外层", "write what is in it without it"),
)


class Reader(_MappingReader):
    """Reads enterprises against one policy; made once, used for any number of them."""

    def __init__(self, policy: Policy) -> None:
        super().__init__(policy.facts, policy.lists)
        self.policy = policy
        self.needed = [fact.id for fact in policy.facts.values() if fact.required]
        self.few = FEW
        self.receipts = True
        """Whether an enterprise shall say what a receipt names, the SHA-256 of its bytes and the line that states it."""
        self._plain: PlainReader | None = None

    def units(self) -> set[str]:
        """The units of the figures that may be stated, as a comment may name them: 元, ㎡, and what the plan declares."""
        known = next((fact.units for fact in self.policy.facts.values()), None)
        return {name for name, (_, factor) in known.spelled.items() if factor == 1} if known is not None else set()

    def is_quick(self) -> bool:
        """Whether the next enterprise is one to read at once if it is plain: not the first few, each of which this counts."""
        if self.few:
            self.few -= 1
        return not self.few

    def plain(self, stated: dict[str, Any]) -> tuple[dict[str, Any], int] | None:
        """The facts of a mapping that is plain, and how many keys it has in all (see `PlainReader`); None where it may not be.

        The mapping is the caller's no longer.
        """
        if self._plain is None:
            from jxplus.enterprise.plain import PlainReader

            self._plain = PlainReader(self.policy)
        return self._plain.facts(stated)

    @cached_property
    def line(self) -> "Callable[[bytes], tuple[dict[str, Any], str] | None]":
        """What gives the facts of a line of JSON that is plain, and its id; None where it may not be, or msgspec is not installed."""
        try:
            from jxplus.enterprise.typed import TypedReader
        except ImportError:
            return lambda data: None
        return TypedReader(self.policy).facts

    def read(self, tree: Tree, extra: Mapping[str, Any] | None = None) -> Enterprise:
        """The enterprise that a file's tree states; raises `Refused` with all that is wrong in it.

        `extra` are facts that stand in place of the file's, already read, by id or as `premises[1].area`; None makes one
        unknown.
        """
        faults = FileFaults(tree.faults)
        facts: dict[str, Any] = {}
        if not isinstance(tree.value, dict):
            faults.append(_no_mapping(tree, (), tree.value))
        elif several := _several(tree.value, self.names):
            faults.append(_no_mapping(tree, (several,), tree.value[several]))
        else:
            try:
                self.read_into(facts, tree.value, tree, (), faults)
                self._miss(facts, tree, extra or {}, faults)
            except Enough as enough:
                raise too_many(tree.file, enough.faults) from None
        if faults:
            unread = {fault.place for fault in tree.faults}
            raise Refused([*tree.faults, *(each for each in faults[len(tree.faults) :] if each.place not in unread)])
        if extra:
            facts = self._put(facts, extra, tree)
        facts = {name: value for name, value in facts.items() if value is not None}
        return Enterprise(facts.get("name", ""), facts, tree.file, by_hand=tuple(extra or ()))

    def _put(self, facts: dict[str, Any], extra: Mapping[str, Any], tree: Tree) -> dict[str, Any]:
        """The facts with those of `extra` in place of the file's; raises `Refused` where a list has no such item."""
        put = {**facts, **{name: value for name, value in extra.items() if not of_item(name)}}
        faults = []
        for name, value in extra.items():
            if of_item(name):
                spot = named_spot(self.policy, name)
                absent = spot.absent({id: each for id, each in put.items() if each is not None})
                if absent is None:
                    put = spot.put(put, value)
                else:
                    keys = [key for key in tree.value if self.names.get(key) == spot.listed]
                    faults.append(tree.fault(tuple(keys[:1]), name, absent.wrong, absent.right, key=bool(keys)))
        if faults:
            raise Refused(faults)
        return put

    def _miss(self, facts: Mapping[str, Any], tree: Tree, extra: Mapping[str, Any], faults: list[Fault]) -> None:
        """A fault for each fact that a file must state, and does not."""
        for name in self.needed:
            if name in facts or extra.get(name) is not None:
                continue
            label = self.policy.facts[name].label
            blank = [key for key in tree.value if self.names.get(key) == name]
            wrong, right = Text("没有写明", "not stated"), Text(f"加一行“{label.zh}: …”", f"add a line `{name}: …`")
            if blank:
                faults.append(tree.fault((blank[0],), blank[0], wrong, Text("填上", "fill it in"), key=True))
            else:
                called = label.zh if self._in_chinese(tree.value) else name
                faults.append(tree.fault((), called, wrong, right))

    def _in_chinese(self, keys: Mapping[str, Any]) -> bool:
        """Whether a file names its facts in Chinese, by the first that it names."""
        return next((self.names[key] != key for key in keys if key in self.names), False)

    def value(self, name: str, written: Any) -> tuple[str, Any]:
        """The id and the value of one fact stated by itself, by id or Chinese name; None, unknown, for nothing.

        A fact of an item, `premises[1].area`, has that for its id. Raises `Misstated` where there is no such fact or it does
        not take the value.
        """
        if of_item(name):
            spot = named_spot(self.policy, name)
            assert spot.listed is not None
            if written is None:
                raise Misstated(
                    spot.name, Text("每项须写全", "an item is stated whole"), Text("写一个值", "write a value")
                )
            try:
                return spot.name, self.item_value(spot.listed, spot.fact.id, written)
            except Misstated as misstated:
                raise Misstated(spot.name, misstated.wrong, misstated.right) from None
        from jxplus.enterprise.heading import Misnamed

        try:
            heading = self.headings.read(name)
        except Misnamed as misnamed:
            raise Misstated(name, misnamed.wrong, misnamed.right) from None
        id, written = heading.id, heading.stated(written)
        if written is None:
            if id in self.needed:
                raise Misstated(id, *EMPTY)
            return id, None
        if id in self.lists:
            faults: list[Fault] = []
            tree = Tree(name, {id: written}, (), lambda path, key: Mark(Place()))
            items = self.lists[id].read(written, tree, (id,), faults)
            if faults:
                raise Misstated(faults[0].fact, faults[0].wrong, faults[0].right)
            return id, items
        try:
            return id, self.reads[id](written)
        except Misread as misread:
            raise Misstated(id, misread.wrong, misread.right) from None

    def item_value(self, listed: str, name: str, written: Any) -> Any:
        """The value of one fact of an item of a list, stated by itself; raises `Misstated` where it is wrong."""
        try:
            return self.lists[listed].reads[name](written)
        except Misread as misread:
            raise Misstated(name, misread.wrong, misread.right) from None


def read_figure(fact: Fact, written: str) -> Any:
    """The value of one fact as it is written outside a file; raises `Misstated` where the fact does not take it."""
    try:
        return reader_of(fact)(written)
    except Misread as misread:
        raise Misstated(fact.id, misread.wrong, misread.right) from None


class _ListReader(_MappingReader):
    """Reads the items of one list."""

    def __init__(self, listed: FactList) -> None:
        super().__init__(listed.facts, {})
        self.listed = listed
        self.needed = frozenset(fact.id for fact in listed.needed)

    def read(self, value: Any, tree: Tree, path: Path, faults: list[Fault]) -> list[dict[str, Any]] | None:
        """The items that a file states, each with all that it must state; None, and a fault, where it states no list."""
        if type(value) is str and says_none(value):
            return []
        if type(value) is not list:
            faults.append(
                tree.fault(
                    path,
                    str(path[-1]),
                    Text("须是列表", "a list is wanted"),
                    Text("每项以“- ”开头；没有则写 无", "begin each item with `- `; write [] for none"),
                )
            )
            return None
        return [self._item(item, tree, (*path, index), faults) for index, item in enumerate(value)]

    def _item(self, value: Any, tree: Tree, path: Path, faults: list[Fault]) -> dict[str, Any]:
        facts: dict[str, Any] = {}
        if type(value) is not dict:
            first = next(iter(self.listed.facts.values()))
            faults.append(_no_mapping(tree, path, value, first))
            return facts
        self.read_into(facts, value, tree, path, faults)
        if not facts.keys() >= self.needed:
            faults += self._missing(facts, tree, path)
        return facts

    def _missing(self, facts: dict[str, Any], tree: Tree, path: Path) -> list[Fault]:
        chinese = path[0] != self.listed.id
        return [
            tree.fault(
                path,
                _called((*path, fact.label.zh if chinese else fact.id)),
                Text("没有写明", "not stated"),
                Text(f"加上“{fact.label.zh}: …”", f"add `{fact.id}: …`"),
            )
            for fact in self.listed.needed
            if fact.id not in facts
        ]


def _called(path: Path) -> str:
    """What a fault calls a fact, an item or a fact of one, as the file does: `用房`, `premises[2]`, `premises[2].area`."""
    name, *place = path
    if not place:
        return str(name)
    index, *fact = place
    assert isinstance(index, int)
    return ".".join([f"{name}[{index + 1}]", *map(str, fact)])


def says_none(value: str) -> bool:
    """Whether a value says that a list has no items: 无, 没有, none."""
    from jxplus.enterprise.figures import NONE, cleaned

    return cleaned(value).casefold() in NONE


def _twice(tree: Tree, path: Path, before: str) -> Fault:
    return tree.fault(
        path,
        _called(path),
        Text(f"与“{cut(before)}”重复", f"already stated as {quoted(before)}"),
        Text("只保留一处", "keep one of them"),
        key=True,
    )


def _several(stated: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """The one name under which a file lists enterprises, and states nothing else: `{"enterprises": [{…}, {…}]}`; else empty."""
    for name, value in stated.items() if len(stated) == 1 else ():
        if name not in names and isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
            return name
    return ""


def _no_mapping(tree: Tree, path: Path, value: Any, first: Fact | None = None) -> Fault:
    """The fault of a file that states no facts, or of an item, `first` of whose facts is the example."""
    if value is None:
        wrong = Text("是空的", "nothing is stated") if first else Text("文件是空的", "nothing is stated")
    else:
        wrong = Text("须是“名称: 值”", "`fact: value` lines are wanted")
    from jxplus.document.slips import slip_of_line

    where = _called(path) if path else ""
    slip = slip_of_line(value) if isinstance(value, str) else None
    if slip is not None:
        fault = tree.fault(path, where, slip.wrong, slip.right)
        if " " in value[: slip.at]:  # which may be the end of a line
            return fault
        return fault._replace(place=Place(fault.place.line, fault.place.column + slip.at))
    if first is None and isinstance(value, list):
        several = Text("是列表，不是一家企业", "it is a list, and not one enterprise")
        right = Text(
            "多家企业每行写一个对象，存为 .ndjson，再运行 jxplus batch",
            "write each enterprise on a line of its own into an .ndjson file, and run jxplus batch on it",
        )
        return tree.fault(path, where, several, right)
    if first is not None:
        return tree.fault(path, where, wrong, Text(f"例如“{first.label.zh}: …”", f"such as `{first.id}: …`"))
    return tree.fault(path, where, wrong, Text("例如“企业名称: 某某公司”", "such as `name: Example Ltd`"))
