"""Data frames in and out: pandas, polars and pyarrow alike, through narwhals."""

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from jxplus.enterprise import Enterprise
from jxplus.enterprise.heading import Headings, Misnamed
from jxplus.enterprise.spoilt import spoilt_id
from jxplus.enterprise.totals import is_total, named_as_total
from jxplus.enterprise.wrongids import nobodys, not_stated, stated_twice
from jxplus.fault import Fault, Place, Refused, Text, cut, quoted, unknown_name
from jxplus.library.desk import INEXACT, Desk, Result, tree_of
from jxplus.policy import known_names
from jxplus.policy.tables import KEY, KEY_ZH, OWNER, OWNER_ZH, SHAPES, columns_of, is_text
from jxplus.render.rows import Cells, rows, wide_row
from jxplus.render.words import of_enterprises

if TYPE_CHECKING:
    import narwhals as nw

ENTERPRISES = "frame"
"""What a fault calls the frame of the enterprises; a list's frame has the list's name."""
DIGITS, FEN = 38, 2
Table = dict[str, list[tuple[int, dict[str, Any]]]]
"""The items of a list, each with the number of its row, by what the frame of the enterprises calls theirs: its id, else its name."""


class Frames:
    """Assesses the enterprises of a frame, and gives the long or the wide table as a frame of the same kind."""

    def __init__(self, desk: Desk, shape: str, every: bool) -> None:
        if shape not in SHAPES:
            raise ValueError(f"shape: one of {', '.join(SHAPES)} is wanted, not {shape!r}")
        self.desk, self.wide, self.every, self.named = desk, shape == "wide", every, False
        self.headings: dict[str, str] = {}
        self.said = Counter[Text]()
        """What is assumed, and what to mind, with the number of enterprises that it is said of."""
        self.alike: list[Text] = []
        """Which rows are called the same where they have no ids."""

    @property
    def notices(self) -> list[Text]:
        """What is assumed of the enterprises computed, and what to mind, each with how many they are."""
        return [*(of_enterprises(text, count) for text, count in self.said.items()), *self.alike]

    def table(self, frame: Any, lists: Mapping[str, Any], refusals: list[Refused] | None) -> Any:
        """The table of a native frame; raises `Refused` where a frame cannot be read, or `refusals` is None and one is, `TypeError` for what is no frame."""
        try:
            import narwhals as nw
        except ImportError as missing:
            raise ImportError(
                f"assess_frame takes {missing.name}: pip install '.[frames]'", name=missing.name
            ) from None

        def read(each: Any, file: str) -> "nw.DataFrame[Any]":
            try:
                found: nw.DataFrame[Any] = nw.from_native(each, eager_only=True)
            except nw.exceptions.DuplicateError:  # pandas alone allows it
                wrong = Text("有同名的列", "two columns have one name")
                raise Refused.of(file, Place(), wrong, Text("只保留一列", "keep one of them")) from None
            except TypeError:
                lazy = "; collect() it first" if hasattr(each, "collect") else ""
                kind = type(each).__name__
                raise TypeError(f"{file}: a frame of pandas, polars or pyarrow is wanted, not a {kind}{lazy}") from None
            _refuse_index(nw.maybe_get_index(found), file)
            return found

        source = read(frame, ENTERPRISES)
        items = self._items({name: read(each, name) for name, each in lists.items()})
        found: list[Cells] = []
        refused: list[Refused] = []
        for one in self._results(source, items):
            if isinstance(one, Refused):
                refused.append(one)
            else:
                found += self._cells(one)
                self.said.update((*(each.text for each in one.assumptions), *one.warnings))
        if refusals is not None:
            refusals += refused
        elif refused:
            raise Refused(fault for one in refused for fault in one.faults)
        return self._framed(found, source)

    def _cells(self, one: Result) -> list[Cells]:
        if self.wide:
            return [wide_row(one, self.named)]
        return [row.cells(self.named) for row in rows(one, self.every)]

    def _results(self, source: "nw.DataFrame[Any]", items: "dict[str, Table]") -> Iterator[Result | Refused]:
        """The result or the refusal of each row, then the refusals of items that belong to no row."""
        lists = self.desk.policy.lists
        columns = self._columns(source, ENTERPRISES, Headings(self.desk.policy.facts, lists, _KEYS))
        self.headings = columns
        inside = {name for name, id in columns.items() if id in lists}
        for name in inside:
            if columns[name] in items:
                wrong = Text(f"“{cut(name)}”有两处", f"{quoted(name)} is stated twice")
                right = Text("列或表格只留一处", "give it as a column or as a frame of its own")
                raise Refused.of(ENTERPRISES, Place(), wrong, right, name)
        key = next((name for name, id in columns.items() if id == KEY), None)
        called = key or next((name for name, id in columns.items() if id == "name"), None)
        self.named = key is not None
        ids = [""] * len(source) if called is None else [_id(value) for value in source.get_column(called).to_list()]
        lines: dict[str, list[int]] = {}
        for line, id in enumerate(ids, 1):
            lines.setdefault(id, []).append(line)
        if key is None:
            twice = {id: len(rows) for id, rows in lines.items() if id and len(rows) > 1}
            self.alike = [
                Text(f"有{count}行都叫“{cut(id)}”", f"{count} rows are called {quoted(id)}")
                for id, count in twice.items()
            ]
        for line, (id, row) in enumerate(zip(ids, source.iter_rows(named=True), strict=True), 1):
            own = {name: value for name, value in row.items() if columns[name] != KEY}
            if key is not None and not any(columns[name] == "name" for name in own):
                own["name"] = id
            for listed, table in items.items():
                own[listed] = [item for _, item in (table.pop(id, []) if id else [])]
            if key is not None and not id:
                yield _without(ENTERPRISES, line, KEY)
            elif id and len(lines[id]) > 1 and (key is not None or items):
                yield _twice(id, line, next(other for other in lines[id] if other != line), key is not None)
            elif (spoilt := spoilt_id(id)) is not None:
                yield Refused([Fault(ENTERPRISES, Place(line), KEY if key is not None else "name", *spoilt)])
            else:
                yield self._result(own, line, id if key is not None else "")
        for listed, table in items.items():
            for id, strays in table.items():
                line = strays[0][0]
                yield _nobody(listed, line, id, key is not None) if id else _without(listed, line, OWNER)

    def _result(self, own: Mapping[str, Any], line: int, id: str) -> Result | Refused:
        sum = next((each for each in (id, *self._names(own)) if is_total(each)), None)
        if sum is not None:
            return Refused.of(ENTERPRISES, Place(line), named_as_total(sum), Text("删去这一行", "leave the row out"))
        try:
            enterprise: Enterprise = self.desk.read(own, ENTERPRISES, line)
        except Refused as refused:
            return refused
        return self.desk.result_of(enterprise._replace(id=id))

    def _items(self, frames: "Mapping[str, nw.DataFrame[Any]]") -> "dict[str, Table]":
        """The items of each list by their enterprise."""
        found: dict[str, Table] = {}
        known = known_names({}, self.desk.policy.lists)
        for name, frame in frames.items():
            if name not in known:
                what = unknown_name(name, list(known), Text("列表", "list"))
                raise Refused.of(ENTERPRISES, Place(), *what, name)
            listed = self.desk.policy.lists[known[name]]
            columns = self._columns(frame, listed.id, Headings(listed.facts, None, _OWNERS))
            table = found.setdefault(listed.id, {})
            for line, row in enumerate(frame.iter_rows(named=True), 1):
                id = _id(next((value for column, value in row.items() if columns[column] == OWNER), None))
                item = {column: value for column, value in row.items() if columns[column] != OWNER}
                table.setdefault(id, []).append((line, item))
        return found

    def _names(self, own: Mapping[str, Any]) -> Iterator[str]:
        """What a row calls its enterprise."""
        return (value for name, value in own.items() if self.headings.get(name) == "name" and isinstance(value, str))

    def _columns(self, frame: "nw.DataFrame[Any]", file: str, headings: Headings) -> dict[str, str]:
        """What each column states; raises `Refused` with every column that states nothing, or has lost digits.

        A column is called as a heading is: with its unit, `年营业收入（万元）`, every figure in it is in that unit.
        """
        found: dict[str, str] = {}
        faults = []
        for name, kind in frame.schema.items():
            try:
                id = headings.read(str(name)).id  # pandas may number its columns
            except Misnamed as misnamed:
                faults.append(Fault(file, Place(), str(name), misnamed.wrong, misnamed.right))
                continue
            if id in found.values():
                second = Text("重复的列", f"a second column {quoted(id)}"), Text("只保留一列", "keep one of them")
                faults.append(Fault(file, Place(), name, *second))
            elif str(kind) == "Float32":
                faults.append(Fault(file, Place(), name, *INEXACT))
            found[name] = id
        if file != ENTERPRISES and OWNER not in found.values():
            wrong = Text(f"没有“{OWNER_ZH}”列", f"no column {quoted(OWNER)}")
            faults.append(Fault(file, Place(), OWNER, wrong, Text(f"加一列 {OWNER}", f"add a column `{OWNER}`")))
        if faults:
            raise Refused(faults)
        return found

    def _framed(self, found: list[Cells], like: "nw.DataFrame[Any]") -> Any:
        """The rows as a frame of the kind of `like`; decimals of two places, which pandas holds as objects."""
        import narwhals as nw

        columns = columns_of(self.desk.policy, self.wide, self.named)
        types = {column: nw.String() if is_text(column) else nw.Decimal(DIGITS, FEN) for column in columns}
        data = {
            column: [_amount(row[place]) if types[column] != nw.String else row[place] for row in found]
            for place, column in enumerate(columns)
        }
        if like.implementation.is_pandas_like():
            series = {
                name: nw.new_series(
                    name, values, nw.Object() if types[name] != nw.String else nw.String(), backend=like.implementation
                )
                for name, values in data.items()
            }
            return nw.from_dict(series).to_native()
        return nw.from_dict(data, types, backend=like.implementation).to_native()


_KEYS = {KEY: KEY, KEY_ZH: KEY}
_OWNERS = {OWNER: OWNER, OWNER_ZH: OWNER}


def _id(value: Any) -> str:
    """The id in a cell, as a table would show it; empty where there is none."""
    tree = tree_of({KEY: value}, "")
    return str(tree.value[KEY] or "").strip() if not tree.faults else ""


def _refuse_index(index: Any, file: str) -> None:
    """Raises `Refused` where an index of pandas states something, by its name or by what it holds: it is no column, and would not be read."""
    if index is None or not len(index):
        return
    named = [str(name) for name in index.names if name is not None]
    if named or index.dtype.kind not in "iu":  # numbers without a name count the rows
        what = named[0] if named else str(index[0])
        wrong = Text(f"索引“{cut(what)}”不是列，不读取", f"the index {quoted(what)} is no column, and is not read")
        right = Text("用 reset_index() 变成列", "make it a column by reset_index()")
        raise Refused.of(file, Place(), wrong, right, "".join(named[:1]))


def _amount(cell: Any) -> Decimal | None:
    return None if cell is None else Decimal(cell).quantize(Decimal("0.01"))


def _twice(id: str, line: int, other: int, by_id: bool) -> Refused:
    also = Text(f"，另见第 {other} 行", f", also in row {other}")
    return Refused([Fault(ENTERPRISES, Place(line), KEY if by_id else "name", *stated_twice(id, not by_id, also))])


def _without(file: str, line: int, key: str) -> Refused:
    return Refused([Fault(file, Place(line), key, *not_stated(key))])


def _nobody(file: str, line: int, id: str, by_id: bool) -> Refused:
    right = Text("与企业的名称一致", "write a name of the enterprises' frame")
    if by_id:
        right = Text(f"与企业的“{KEY_ZH}”一致", f"write an `{KEY}` of the enterprises' frame")
    return Refused([Fault(file, Place(line), OWNER, nobodys(id, not by_id), right)])
