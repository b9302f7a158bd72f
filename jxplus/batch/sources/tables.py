"""Tables as enterprises: `enterprises` with one row for each, keyed by `id`, and a table per list, keyed by `enterprise_id`.

Every cell is taken as the text that it shows. An empty cell is unknown. The rows of a list may stand in any order and anywhere:
all tables are laid out in a temporary database first, which also tells whose rows belong to no enterprise.
"""

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from jxplus.batch.sources import Chunk, Refusal, Refusals, Unread, size_of
from jxplus.batch.sources.cells import WrongCell, spoilt, stated
from jxplus.batch.sources.columns import noted_fault, other_names, without_unit
from jxplus.batch.sources.headings import TURNED
from jxplus.batch.sources.keys import HEADS
from jxplus.batch.sources.known import Known
from jxplus.batch.sources.merged import Unnamed, faults_of, fill, of_each, over_fewer, over_others, runs_down, told
from jxplus.batch.sources.oddfigures import odd_figures, otherwise_measured
from jxplus.batch.sources.records import Record, Records
from jxplus.batch.sources.remarks import SHOWN, TableRemarks, may_be_outside, outside, what_it_says
from jxplus.batch.sources.rowkinds import RowKinds
from jxplus.batch.sources.rows import Cells, Columns, Row, Table
from jxplus.batch.sources.unitnotes import hint, in_notes, unit_alone
from jxplus.enterprise.heading import Heading
from jxplus.enterprise.spoilt import spoilt_id
from jxplus.enterprise.wrongids import nobodys, not_stated, stated_twice
from jxplus.fault import Fault, Place, Refused, Text, cut, quoted, writable
from jxplus.policy import Fact, Policy
from jxplus.policy.tables import ENTERPRISES, KEY, KEY_ZH, OWNER

_CHUNK = 200
"""How many enterprises make a chunk."""


class StatedAt(NamedTuple):
    """Where an id is stated: in which source, and at which line of which file and sheet."""

    source: int
    file: str
    line: int
    sheet: str


class TableSource:
    """A table of enterprises and its lists in a database: a source itself.

    The lists may be those of several such sources, which stand `together`: each has the rows of its own enterprises, and the
    first of them what is to be said of a list as a whole. `twice` are the ids that are stated twice, once all tables are laid.
    """

    def __init__(
        self,
        database: sqlite3.Connection,
        policy: Policy,
        number: int,
        files: list[str],
        columns: Columns,
        lists: dict[str, Columns],
        twice: Mapping[str, Sequence[StatedAt]],
    ) -> None:
        self.database, self.policy, self.number, self.files = database, policy, number, files
        self.size = sum(map(size_of, files))
        self.columns, self.lists, self.twice = columns, lists, twice
        self.together = [self]
        self.count = 0
        self.faults: dict[str, list[Fault]] = {}
        """What is wrong with rows as rows, by the id of the enterprise; under "" where a row has none."""
        self.unnamed = Unnamed()
        self.beyond: Mapping[int, list[int]] = {}
        """The lines of what stands in columns without a heading, in the table that was laid last, by their column."""
        self.remarked = ""
        """What a remark beside a row of that table says of another unit."""
        self.beside: list[Unread] = []
        """What stands beside the rows of the table that was laid last."""
        self.unread: list[Unread] = []
        """What stands in the tables and is not read."""

    @property
    def has_ids(self) -> bool:
        """Whether its enterprises are known by ids, and not by their names."""
        return not self.columns.by_name

    def _name(self, table: str) -> str:
        return f'"{self.number} {table}"'

    def lay(self, table: Table) -> None:
        """Copy the rows of a table into the database, but for blank ones and those that are no rows of it."""
        columns = self.columns if table.name == ENTERPRISES else self.lists[table.name]
        facts = self.policy.facts if table.name == ENTERPRISES else self.policy.lists[table.name].facts
        name, width = self._name(table.name), len(columns.headings)
        said, lost = len(self.unread), len(self.faults.get("", ()))
        cells = "".join(f", c{number}" for number in range(width))
        self.database.execute(f"CREATE TABLE {name} (line INTEGER PRIMARY KEY, id TEXT{cells})")
        marks = ", ".join("?" * (width + 2))
        # The key of the row is the text of its cell; what a heading says of the others is applied to them here.
        reads = [None if index == columns.key else each for index, each in enumerate(columns.headings)]
        bare = not any(each is not None and each.unit for each in reads) and not table.sheet
        rows = (
            (line, _plain(cells[columns.key]), *(cells if bare else _stated(cells, reads, facts))[:width])
            for line, cells, _ in self._sound(table, columns)
        )
        self.database.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
        self._settle_rows(table, columns, name, facts)
        self.unread += odd_figures(self.database, name, table, columns)
        if wide := [*over_fewer(table, columns), *over_others(table, columns, self.beyond)]:
            raise Refused(wide)
        noted = hint([*(each.what.zh for each in self.beside), *table.said()]) or self.remarked
        amounts = without_unit(columns.headings, facts)
        if noted and amounts and not table.unit:
            raise Refused([noted_fault(noted, table, amounts[0])])
        texts = [*(each.what.zh for each in (*table.unread, *self.beside)), *table.said()]
        if otherwise := [*otherwise_measured(table, columns, facts, texts)]:
            raise Refused(otherwise)
        beside = sorted(
            [*table.unread, *columns.told, *self.beside, *table.late(width)],
            key=lambda each: each.place[:2] if each.place else (0, 0),
        )
        self.unread += beside
        if table.name == ENTERPRISES:
            place = (self.number, writable(table.file), table.sheet)
            self.database.execute(f"INSERT INTO enterprise SELECT id, ?1, ?2, line, ?3 FROM {name}", place)
            self.database.execute(f'CREATE INDEX "{self.number} by id" ON {name} (id)')
            self.count = self.database.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
        elif self is not self.together[0]:  # the first of them says it
            del self.unread[said:], self.faults.get("", [])[lost:]

    def _sound(self, table: Table, columns: Columns) -> Iterator[Row]:
        """The rows that are rows of the table and have an id; what is wrong with them is kept, and what is none is named."""
        width = len(columns.headings)
        own = "name" if table.name == ENTERPRISES else None
        facts = [index for index, id in enumerate(columns.facts) if id not in (None, own) and index != columns.key]
        # A word such as 合计 stands where a row says what it is: before its facts.
        first = min(facts, default=width)
        labels = [index for index in range(width) if index not in facts and (index < first or columns.facts[index])]
        name = columns.facts.index("name") if table.name == ENTERPRISES and "name" in columns.facts else columns.key
        who = sorted({columns.key, name})
        gathered, self.remarked = TableRemarks(table.file, table.sheet), ""
        beyond: dict[int, list[int]] = {}
        bare: list[int] = []
        words = [index for index in {*labels, *who} if index != columns.key]
        kinds = RowKinds(table, columns, self.policy)
        plainly = not columns.unread
        across = Known(self.policy, ENTERPRISES) if own and not facts else None
        for row in table.rows:
            cells = row.cells
            if across is not None and (fact := cells[columns.key]) and across.means(fact) in self.policy.facts:
                raise Refused.of(table.file, table.at(columns.key, [row.line]), *TURNED)
            if plainly and len(cells) == width and row.fault is None and _is_plain(cells, columns.key, words, facts):
                yield row
                continue
            if row.blank and row.fault is None:
                continue
            why = outside(cells, table.heading.cells, labels, who, facts)
            if why is SHOWN:
                continue
            why = why or kinds.numbered(row)
            if why is not None:
                column, text = what_it_says(why, cells)
                gathered.add(why, row.line, column, text)
                continue
            self._look_beside(row, table, columns, beyond)
            id = cells[columns.key] if len(cells) > columns.key else None
            if columns.by_name and facts and id is not None and sum(cell is not None for cell in cells) == 1:
                bare.append(row.line)
            if id in HEADS:
                wrong = Text("这里开始另一张表", "another table begins here")
                right = Text("一张工作表或一个文件只放一张表", "give it a sheet or a file of its own")
                raise Refused.of(table.file, table.at(columns.key, [row.line]), wrong, right)
            if kinds.asked and id is not None and (told := kinds.faults(row)):
                self.faults.setdefault(str(id), []).extend(told)
            fault = row.fault or _row_fault(row, id, columns)
            if id is None and fault is not None and row.fault is None:
                self.unnamed.faults[row.line] = fault  # unless its cell turns out to be merged with one above
            elif fault is not None:
                self.faults.setdefault(str(id or ""), []).append(fault)
            if id is not None or row.line in self.unnamed.faults:
                yield row if len(cells) >= width else row._replace(cells=[*cells, *[None] * width][:width])
        self.beside, self.beyond = gathered.unread(), beyond
        self._name_odd(table, columns, bare)

    def _look_beside(self, row: Row, table: Table, columns: Columns, beyond: dict[int, list[int]]) -> None:
        """Keeps where a row has cells under no heading, and what a remark beside it says of a unit, or a row without an id."""
        if not self.remarked and row.cells[columns.key : columns.key + 1] in ([], [None]):
            self.remarked = hint(cell for cell in row.cells if cell is not None)
        for index in (*columns.unread, *range(len(columns.headings), len(row.cells))):
            cell = row.cells[index] if index < len(row.cells) else None
            if cell is None:
                continue
            if index >= len(columns.headings) or table.heading.cells[index] is None:
                beyond.setdefault(index, []).append(row.line)
            elif not self.remarked:
                self.remarked = (in_notes([cell]) if "元" in cell else "") or unit_alone(cell)

    def _name_odd(self, table: Table, columns: Columns, bare: Sequence[int]) -> None:
        """Names the cells that stand under no heading, and the `bare` rows that have a name and nothing else."""
        if bare and not self.lists:
            what = Text("只有名称、没有事实的行，照常作为企业", "names without any fact, which are read as enterprises")
            self.unread.append(Unread(table.file, table.at(columns.key, bare), what, read=True))
        for index, below in sorted(self.beyond.items()):
            what = Text("所在的列没有标题", "it stands in a column without a heading")
            self.unread.append(Unread(table.file, table.at(index, below), what))

    def _settle_rows(self, table: Table, columns: Columns, name: str, facts: Mapping[str, Fact]) -> None:
        """Finds whose each row is, and what is wrong with it: cells may be merged over rows, and a list may give a name for an id."""
        spans = table.merged()
        taken = self.unnamed.merged(self.database, name, [each for each in spans if runs_down(each, table, columns)])
        for span in spans:
            if of_each(span, table, columns, facts):
                fill(self.database, name, span, columns)
                taken.append(span)
        if table.name != ENTERPRISES:
            self._know_by_name(name)
            for index in other_names(columns):
                self._hold_names(name, index, columns)
        for span in spans:
            if span not in taken:
                for id, fault in faults_of(self.database, name, span, columns):
                    self.faults.setdefault(id, []).append(fault)
        self.unread += told(taken, table, columns)
        if self.unnamed.faults:
            self.faults.setdefault("", []).extend(self.unnamed.faults.values())
            self.unnamed.faults.clear()
        self.database.execute(f"DELETE FROM {name} WHERE id IS NULL")

    def _know_by_name(self, name: str) -> None:
        """Has the rows of a list that give the name of an enterprise for its id find it, where only one has that name."""
        named = self._named
        if not named:
            return
        one = f"SELECT min(id) FROM ({named}) AS e WHERE e.name = {name}.id HAVING count(*) = 1"
        strays = f"id NOT IN ({self._ids}) AND id IN (SELECT name FROM ({named}))"
        found = self.database.execute(f"SELECT DISTINCT id, ({one}) FROM {name} WHERE {strays}").fetchall()
        for called, id in found:
            if id is not None and called in self.faults:
                self.faults.setdefault(id, []).extend(self.faults.pop(called))
        self.database.execute(f"UPDATE {name} SET id = coalesce(({one}), id) WHERE {strays}")

    def _hold_names(self, name: str, index: int, columns: Columns) -> None:
        """Has a row of a list whose id is one enterprise's and whose name is another's be a fault of the first."""
        named = self._named
        if not named:
            return
        others = (
            f"SELECT line, id, c{index} FROM {name} AS l WHERE id IN ({self._ids})"
            f" AND c{index} IN (SELECT name FROM ({named}))"
            f" AND NOT EXISTS (SELECT 1 FROM ({named}) AS e WHERE e.id = l.id AND e.name = l.c{index})"
        )
        for line, id, called in self.database.execute(others).fetchall():
            wrong = Text(
                f"“{cut(called)}”是另一家企业的名称", f"{quoted(called)} is the name of another than {quoted(id)}"
            )
            right = Text("编号和名称须是同一家企业", "the id and the name of one enterprise")
            place = Place(line, index + 1, columns.sheet)
            self.faults.setdefault(id, []).append(Fault(columns.file, place, columns.names[index], wrong, right))

    @property
    def _named(self) -> str:
        """A query of the ids and names of all enterprises that stand together; empty where none have both."""
        return " UNION ALL ".join(
            f"SELECT id, c{each.columns.facts.index('name')} AS name FROM {each._name(ENTERPRISES)}"
            for each in self.together
            if not each.columns.by_name and "name" in each.columns.facts
        )

    @property
    def _ids(self) -> str:
        """A query of the ids of all enterprises that stand together."""
        return " UNION ALL ".join(f"SELECT id FROM {each._name(ENTERPRISES)}" for each in self.together)

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
        second = self._second(id, line)
        faults = (*self.faults.get(id, ()), *([second] if second else ()))
        return Record(line, id, cells, {name: items.of(line) for name, items in cursors.items()}, faults)

    def _second(self, id: str, line: int) -> Fault | None:
        """The fault of an id that stands elsewhere too, be it in the same file named once more."""
        others = [each for each in self.twice.get(id, ()) if (each.source, each.line) != (self.number, line)]
        if not others:
            return None
        columns, at = self.columns, others[0]
        other = f"{at.file}:{Place(at.line, columns.key + 1, at.sheet).show() if at.sheet else at.line}"
        place = Place(line, columns.key + 1 if columns.sheet else 1, columns.sheet)
        also = Text(f"，另见 {other}", f", also at {other}")
        return Fault(columns.file, place, "name" if columns.by_name else KEY, *stated_twice(id, columns.by_name, also))

    def _items(self, name: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a list in the order of their enterprises, each after the line of its enterprise."""
        return self.database.execute(
            f"SELECT e.line, i.* FROM {self._name(name)} AS i JOIN {self._name(ENTERPRISES)} AS e ON e.id = i.id"
            " ORDER BY e.line, i.line"
        )

    def _strays(self) -> Iterator[Refusal]:
        """The rows that belong to no enterprise, those without an id first."""
        if self.faults.get(""):
            yield Refusal("", Refused(self.faults[""]).faults)
        if self is not self.together[-1]:
            return
        stray: dict[str, list[Fault]] = {}
        for name, columns in self.lists.items():
            for line, id in self.database.execute(
                f"SELECT line, id FROM {self._name(name)} WHERE id NOT IN ({self._ids})"
            ):
                right = Text(f"与企业表的“{KEY_ZH}”一致", f"write an `{KEY}` of the table {ENTERPRISES}")
                place = Place(line, columns.key + 1, columns.sheet)
                stray.setdefault(id, []).append(Fault(columns.file, place, columns.called(OWNER), nobodys(id), right))
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


def _is_plain(cells: Cells, key: int, words: Sequence[int], facts: Sequence[int]) -> bool:
    """Whether a row is one at first sight: a plain id, facts, and no word that may say it is a total or an example."""
    id = cells[key]
    if type(id) is not str or _PLAIN_ID(id) is None:
        return False
    for index in words:
        cell = cells[index]
        if cell is not None and (type(cell) is not str or may_be_outside(cell)):
            return False
    return any(cells[index] is not None for index in facts)


_PLAIN_ID = re.compile("[0-9A-DF-Z]*[0-9]").fullmatch
"""An id of digits and capitals with a digit at its end: without an E it is no figure of a spreadsheet and no TRUE or FALSE."""


def _row_fault(row: Row, id: str | None, columns: Columns) -> Fault | None:
    """What is wrong with a row as a row: no id, or one that is no longer what was entered."""
    key = "name" if columns.by_name else KEY if columns.facts[columns.key] == KEY else OWNER
    wrong = not_stated(key) if id is None else spoilt(id) or spoilt_id(id)
    if wrong is None:
        return None
    return Fault(columns.file, Place(row.line, columns.key + 1, columns.sheet), columns.called(key), *wrong)


def _plain(id: str | None) -> str | None:
    return None if id is None else str(id)


def _stated(cells: Cells, headings: Sequence[Heading | None], facts: Mapping[str, Fact]) -> list[Any]:
    """What the cells of a row state under their headings; what is wrong with one stands in its place, as bytes."""
    found: list[Any] = []
    for cell, heading in zip(cells, headings, strict=False):
        if heading is None or cell is None:
            found.append(None if cell is None else str(cell))
            continue
        told = stated(cell, heading, facts.get(heading.id))
        found.append(_kept(told) if isinstance(told, WrongCell) else told)
    return found


def _kept(wrong: WrongCell) -> bytes:
    return json.dumps([*wrong.wrong, *wrong.right]).encode()
