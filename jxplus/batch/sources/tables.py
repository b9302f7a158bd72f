"""Tables as enterprises: `enterprises` with one row for each, keyed by `id`, and a table per list, keyed by `enterprise_id`.

Every cell is taken as the text that it shows, and read as an enterprise file's value would be. An empty cell is unknown.
The rows of a list may stand in any order and anywhere: all tables are laid out in a temporary database first, of the
standard library's SQLite, which keeps small ones in memory and large ones on disk. That also tells which ids are stated
twice before anything is computed, and whose rows belong to no enterprise.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from jxplus.batch.sources import Chunk, Entry, Refusal, Refusals, size_of
from jxplus.document.tree import Mark, Path, Tree
from jxplus.enterprise import Reader
from jxplus.fault import Fault, Place, Refused, Text, quoted, unknown_name, writable
from jxplus.policy import Policy, known_names
from jxplus.policy.tables import ENTERPRISES, ENTERPRISES_ZH, KEY, KEY_ZH, OWNER, OWNER_ZH

_CHUNK = 200
"""How many enterprises make a chunk."""

Cells = Sequence[str | None]


class Row(NamedTuple):
    """A row of a table: where it stands, its cells from the first column on, and what is wrong with it as a row."""

    line: int
    cells: Cells
    fault: Fault | None = None


class Table(NamedTuple):
    """A table as it was found: `name` is `enterprises` or a list's id, `file` what faults call it, `heading` its first row."""

    name: str
    file: str
    heading: Row
    rows: Iterator[Row]


class Columns(NamedTuple):
    """Which column states what: the id of each column's fact, None for one that is empty; `key` is the column of the id."""

    file: str
    facts: tuple[str | None, ...]
    key: int


def table_names(policy: Policy) -> dict[str, str]:
    """Every name that a table may have, as a file or a sheet, and what it holds: `enterprises` or a list's id."""
    lists = known_names({}, policy.lists)
    return {ENTERPRISES: ENTERPRISES, ENTERPRISES_ZH: ENTERPRISES, **lists}


def columns_of(table: Table, policy: Policy) -> Columns:
    """What the columns of a table state; raises `Refused` with every heading that is not right."""
    key, key_zh = (KEY, KEY_ZH) if table.name == ENTERPRISES else (OWNER, OWNER_ZH)
    facts = policy.facts if table.name == ENTERPRISES else policy.lists[table.name].facts
    names = {**known_names(facts), key: key, key_zh: key}
    found: list[str | None] = []
    faults = []
    last = max((number for number, heading in enumerate(table.heading.cells, 1) if heading is not None), default=0)
    for number, heading in enumerate(table.heading.cells[:last], 1):
        id = names.get(heading or "")
        fault = _heading_fault(heading, id, found, table.name, policy, list(names))
        if fault is not None:
            faults.append(Fault(table.file, Place(table.heading.line, number), heading or "", *fault))
        found.append(id)
    if key not in found:
        wrong = Text(f"没有“{key_zh}”列", f"no column {quoted(key)}")
        right = Text(f"加一列“{key_zh}”（{key}）", f"add a column `{key}`")
        faults.append(Fault(table.file, Place(table.heading.line), key, wrong, right))
    if faults:
        raise Refused(faults)
    return Columns(table.file, tuple(found), found.index(key))


def _heading_fault(
    heading: str | None, id: str | None, before: Sequence[str | None], table: str, policy: Policy, known: list[str]
) -> tuple[Text, Text] | None:
    if heading is None:
        return None  # an empty column needs no heading, and a cell under none is a fault of its row
    if id is not None and id in before:
        return Text("重复的列", f"a second column {quoted(id)}"), Text("只保留一列", "keep one of them")
    if id is not None:
        return None
    lists = known_names({}, policy.lists)
    if table == ENTERPRISES and heading in lists:
        wrong = Text("列表不能写在一列里", "a list does not fit into a column")
        name = lists[heading]
        right = Text(f"另建一张表“{heading}”，用“{OWNER_ZH}”关联", f"give it a table `{name}`, with `{OWNER}`")
        return wrong, right
    wrong, right = unknown_name(heading, known, Text("列", "column"))
    notes = Text("备注请移到别处", "move notes out of the table")
    return wrong, Text(f"{right.zh}；{notes.zh}", f"{right.en}; {notes.en}")


# ---- rows as enterprises -------------------------------------------------------------------------------------------


class Record(NamedTuple):
    """One row of `enterprises`, the rows of each list that belong to it, and faults that are known already."""

    line: int
    id: str
    cells: Cells
    items: dict[str, list[tuple[int, Cells]]]
    faults: tuple[Fault, ...] = ()


class Records(NamedTuple):
    """A chunk of enterprises out of tables; `lists` are the columns of each list's table."""

    columns: Columns
    lists: dict[str, Columns]
    records: list[Record]
    size: int

    def entries(self, reader: Reader, extra: Mapping[str, Any]) -> Iterator[Entry]:
        for record in self.records:
            faults = list(record.faults)
            try:
                enterprise = reader.read(tree_of_record(record, self.columns, self.lists), extra)
            except Refused as refused:
                faults += refused.faults
            if faults:
                yield Refusal(record.id, Refused(faults).faults)
            else:
                yield enterprise._replace(id=record.id)


def tree_of_record(record: Record, columns: Columns, lists: Mapping[str, Columns]) -> Tree:
    """What an enterprise's rows state, as the tree that an enterprise file would give; each cell knows its place."""
    value: dict[str, Any] = _facts(columns, record.cells)
    if "name" not in columns.facts:
        value["name"] = record.id
    for name, own in lists.items():
        value[name] = [_facts(own, cells) for _, cells in record.items.get(name, ())]

    def find(path: Path, key: bool) -> Mark:
        if len(path) > 1 and path[0] in lists and isinstance(path[1], int):
            own, line = lists[str(path[0])], record.items[str(path[0])][path[1]][0]
            return _mark(own, line, path[2:])
        return _mark(columns, record.line, path)

    return Tree(columns.file, value, (), find)


def _facts(columns: Columns, cells: Cells) -> dict[str, Any]:
    return {
        id: cell
        for index, (id, cell) in enumerate(zip(columns.facts, cells, strict=False))
        if id is not None and index != columns.key
    }


def _mark(columns: Columns, line: int, path: Path) -> Mark:
    fact = path[0] if path else None
    column = columns.facts.index(fact) + 1 if isinstance(fact, str) and fact in columns.facts else 1
    return Mark(Place(line, column), file=columns.file)


# ---- all tables of a batch -----------------------------------------------------------------------------------------


class Shelf:
    """The tables of all sources of a batch, laid out in one temporary database so that rows find their enterprise."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.database = sqlite3.connect("", isolation_level=None)
        for setting in ("journal_mode = memory", "synchronous = off", "cache_size = -32768"):
            self.database.execute(f"PRAGMA {setting}")
        # One line for each enterprise of any source: where it stands.
        self.database.execute("CREATE TABLE enterprise (id TEXT, source INTEGER, file TEXT, line INTEGER)")
        self.number = 0
        self.twice: dict[str, list[tuple[int, str, int]]] = {}

    def add(self, files: list[str], tables: Sequence[Table]) -> "TableSource":
        """The source of these tables, `enterprises` among them; raises `Refused` where a table cannot be used as it is."""
        faults: list[Fault] = []
        columns = {}
        for table in tables:
            try:
                columns[table.name] = columns_of(table, self.policy)
            except Refused as refused:
                faults += refused.faults
        if faults:
            raise Refused(faults)
        self.number += 1
        source = TableSource(self, self.number, files, columns)
        self.database.execute("BEGIN")
        try:
            for table in sorted(tables, key=lambda each: each.name != ENTERPRISES):
                source.lay(table)
        except BaseException as error:
            if self.database.in_transaction:
                self.database.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                raise OSError(0, f"no room to lay it out: {error}", files[0]) from None
            raise
        self.database.execute("COMMIT")
        return source

    def settle(self) -> None:
        """Find, once all sources are laid out, the ids that are stated twice."""
        self.database.execute("CREATE INDEX enterprise_by_id ON enterprise (id)")
        twice = "SELECT id FROM enterprise GROUP BY id HAVING count(*) > 1"
        for id, *place in self.database.execute(f"SELECT * FROM enterprise WHERE id IN ({twice})"):
            self.twice.setdefault(id, []).append((place[0], place[1], place[2]))

    def second(self, id: str, source: int, file: str, line: int) -> Fault | None:
        """The fault of an id that stands elsewhere too, be it in the same file named once more."""
        others = [each for each in self.twice.get(id, ()) if (each[0], each[2]) != (source, line)]
        if not others:
            return None
        other = f"{others[0][1]}:{others[0][2]}"
        wrong = Text(f"编号{quoted(id)}重复，另见 {other}", f"the id {quoted(id)} is stated twice, also at {other}")
        return Fault(file, Place(line), KEY, wrong, Text("每个企业一个编号", "one id for each enterprise"))


class TableSource:
    """The tables of one source in the database of a shelf: a source itself."""

    def __init__(self, shelf: Shelf, number: int, files: list[str], columns: dict[str, Columns]) -> None:
        self.shelf, self.database, self.number, self.files = shelf, shelf.database, number, files
        self.size = sum(map(size_of, files))
        self.columns = columns.pop(ENTERPRISES)
        self.lists = columns
        self.count = 0
        self.faults: dict[str, list[Fault]] = {}
        """What is wrong with rows as rows, by the id of the enterprise; under "" where a row has none."""

    def _name(self, table: str) -> str:
        return f'"{self.number} {table}"'

    def lay(self, table: Table) -> None:
        """Copy the rows of a table into the database, but for blank ones and those that are no rows of it."""
        columns = self.columns if table.name == ENTERPRISES else self.lists[table.name]
        name, width = self._name(table.name), len(columns.facts)
        cells = "".join(f", c{number}" for number in range(width))
        self.database.execute(f"CREATE TABLE {name} (line INTEGER PRIMARY KEY, id TEXT{cells})")
        marks = ", ".join("?" * (width + 2))
        rows = ((row.line, row.cells[columns.key], *row.cells[:width]) for row in self._sound(table.rows, columns))
        self.database.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
        if table.name == ENTERPRISES:
            place = (self.number, writable(table.file))
            self.database.execute(f"INSERT INTO enterprise SELECT id, ?, ?, line FROM {name}", place)
            self.database.execute(f'CREATE INDEX "{self.number} by id" ON {name} (id)')
            self.count = self.database.execute(f"SELECT count(*) FROM {name}").fetchone()[0]

    def _sound(self, rows: Iterator[Row], columns: Columns) -> Iterator[Row]:
        width = len(columns.facts)
        bare = [number for number, id in enumerate(columns.facts) if id is None]
        for row in rows:
            if not any(cell is not None for cell in row.cells) and row.fault is None:
                continue
            id = row.cells[columns.key] if len(row.cells) > columns.key else None
            fault = row.fault or _row_fault(row, id, columns, [*bare, *range(width, len(row.cells))])
            if fault is not None:
                self.faults.setdefault(id or "", []).append(fault)
            if id is not None:
                yield row if len(row.cells) >= width else row._replace(cells=[*row.cells, *[None] * width][:width])

    def chunks(self) -> Iterator[Chunk]:
        """The enterprises with their lists, in the order of their table, and at last the rows that belong to none."""
        try:
            yield from self._chunks()
        except sqlite3.Error as error:
            raise OSError(0, f"no room to lay it out: {error}", self.files[0]) from None

    def _chunks(self) -> Iterator[Chunk]:
        cursors = {name: _Items(self._items(name)) for name in self.lists}
        rows = self.database.execute(f"SELECT * FROM {self._name(ENTERPRISES)} ORDER BY line")
        while some := list(islice(rows, _CHUNK)):
            records = [self._record(line, id, cells, cursors) for line, id, *cells in some]
            yield Records(self.columns, self.lists, records, self.size * len(records) // self.count)
        yield Refusals(tuple(self._strays()))

    def _record(self, line: int, id: str, cells: Cells, cursors: "Mapping[str, _Items]") -> Record:
        second = self.shelf.second(id, self.number, self.columns.file, line)
        faults = (*self.faults.get(id, ()), *([second] if second else ()))
        return Record(line, id, cells, {name: items.of(line) for name, items in cursors.items()}, faults)

    def _items(self, name: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a list in the order of their enterprises, each after the line of its enterprise."""
        return self.database.execute(
            f"SELECT e.line, i.* FROM {self._name(name)} AS i JOIN {self._name(ENTERPRISES)} AS e ON e.id = i.id"
            " ORDER BY e.line, i.line"
        )

    def _strays(self) -> Iterator[Refusal]:
        """The rows that belong to no enterprise, those without an id first."""
        own = self._name(ENTERPRISES)
        if "" in self.faults:
            yield Refusal("", Refused(self.faults[""]).faults)
        stray: dict[str, list[Fault]] = {}
        for name, columns in self.lists.items():
            for line, id in self.database.execute(
                f"SELECT line, id FROM {self._name(name)} WHERE id NOT IN (SELECT id FROM {own})"
            ):
                wrong = Text(f"没有编号为{quoted(id)}的企业", f"no enterprise has the id {quoted(id)}")
                right = Text(f"与企业表的“{KEY_ZH}”一致", f"write an `{KEY}` of the table {ENTERPRISES}")
                stray.setdefault(id, []).append(Fault(columns.file, Place(line, columns.key + 1), OWNER, wrong, right))
        for id, faults in stray.items():
            yield Refusal(id, Refused([*faults, *self.faults.get(id, ())]).faults)


class _Items:
    """The rows of one list, in the order of the enterprises they belong to, handed out enterprise by enterprise."""

    def __init__(self, rows: Iterator[tuple[Any, ...]]) -> None:
        self.rows = rows
        self.next = next(rows, None)

    def of(self, line: int) -> list[tuple[int, Cells]]:
        """The items of the enterprise at `line`."""
        found: list[tuple[int, Cells]] = []
        while self.next is not None and self.next[0] == line:
            found.append((self.next[1], self.next[3:]))
            self.next = next(self.rows, None)
        return found


def _row_fault(row: Row, id: str | None, columns: Columns, bare: list[int]) -> Fault | None:
    """What is wrong with a row as a row: no id, or a cell that stands under no heading."""
    key, key_zh = (KEY, KEY_ZH) if columns.facts[columns.key] == KEY else (OWNER, OWNER_ZH)
    if id is None:
        wrong = Text("没有写明", "not stated")
        right = Text(f"每行都要有“{key_zh}”", f"every row needs its `{key}`")
        return Fault(columns.file, Place(row.line, columns.key + 1), key, wrong, right)
    for number in bare:
        if number < len(row.cells) and row.cells[number] is not None:
            wrong = Text(
                f"{quoted(row.cells[number])}所在的列没有标题", f"{quoted(row.cells[number])} has no heading above it"
            )
            right = Text("给这一列写上标题，备注请移到别处", "name the column, or move notes out of the table")
            return Fault(columns.file, Place(row.line, number + 1), "", wrong, right)
    return None
