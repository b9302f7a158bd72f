"""The tables of one source in DuckDB: typed, each row with its number and whether it is in doubt.

Parquet is read where it lies. CSV is copied once, out of a file that both readers are sure to part into the same cells.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from jxplus.batch.duckdb import Unfit
from jxplus.batch.duckdb.cells import FactColumn, cell, checked, constant, may_be_total, settled, trimmed
from jxplus.batch.duckdb.doubt import (
    DOUBT,
    NUMBER,
    WANTED,
    Doubts,
    count,
    every,
    list_wanted,
    not_the_row_number,
    show,
    who_states,
)
from jxplus.batch.duckdb.tablefiles import VIEWS, TableView
from jxplus.batch.duckdb.words import name, text
from jxplus.batch.sources import Chunk
from jxplus.batch.sources.csvtable import csv_table
from jxplus.batch.sources.keys import HEADS
from jxplus.batch.sources.records import Records
from jxplus.batch.sources.remarks import NOTES, is_note
from jxplus.batch.sources.rows import Row, Table
from jxplus.batch.sources.shelf import Shelf
from jxplus.document import ending_of
from jxplus.enterprise.spoilt import SPOILT
from jxplus.fault import Refused, Text
from jxplus.policy import Fact, Policy
from jxplus.policy.tables import ENTERPRISES, KEY, OWNER

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class TableViews:
    """The tables of one source as views of a database: `files` and what each holds; `extra` are facts set by hand.

    Raises `Unfit` where one of them is not for DuckDB to read. A copy that it takes is put into `folder`.
    """

    label = KEY
    """The column of `enterprises` under whose text the results stand."""
    partly: Sequence[str] = ()
    """The lists that only some enterprises state."""

    def __init__(
        self,
        database: "DuckDBPyConnection",
        files: Mapping[str, str],
        policy: Policy,
        extra: Mapping[str, Any],
        folder: str,
    ) -> None:
        self.database, self.files, self.policy, self.extra = database, list(files), policy, extra
        self.views: dict[str, TableView] = {}
        for file, table in files.items():
            try:
                make = VIEWS.get(ending_of(file))
                if make is None:
                    raise Unfit(Text("有的表格不是 CSV 或 Parquet", "a table is neither CSV nor Parquet"))
                self.views[table] = make(database, file, table, policy, folder)
            except Refused:
                raise Unfit(Text("表格有误", "a table is not as it should be")) from None
            if self.views[table].is_csv:
                not_the_row_number(self.views[table].columns.facts)
        self.in_doubt: set[str] = set()
        """The tables of which a row may be in doubt by more than whose it is."""
        self.rows_told = False
        """Whether is known that each row of the enterprises is one of them, and no total or note."""
        for table, one in self.views.items():
            self._view(table, one)
            self._no_bare_cells(one)
        if self.views[ENTERPRISES].is_csv:
            self._only_rows(ENTERPRISES)
        show(database, self.owners)
        self.stated = who_states(database, policy, self.known)

    @property
    def owners(self) -> dict[str, str]:
        """The column of each table that says whose a row is."""
        return {table: KEY if table == ENTERPRISES else OWNER for table in self.views}

    @property
    def facts(self) -> set[str]:
        """The facts that `enterprises` has a column for."""
        return {id for id in self.views[ENTERPRISES].columns.facts if id not in (None, KEY)}

    @property
    def known(self) -> set[str]:
        """What the tables have, as `Options.absent` would name it."""
        items = {f"{each}.{id}" for each, one in self.views.items() for id in one.columns.facts if each != ENTERPRISES}
        return {*self.facts, *self.views, *items} - {ENTERPRISES}

    def _view(self, table: str, one: TableView, strays: bool = False) -> None:
        """Makes the view of a table; the rows of CSV are copied once, with their ids trimmed.

        Ids are taken as they stand, and those of items are not looked at, but where there are `strays`: whatever is wrong
        with an id that an enterprise has too is found there. An enterprise whose row may be none is one in doubt at first.
        """
        facts = self.policy.facts if table == ENTERPRISES else self.policy.lists[table].facts
        key = one.shown(one.columns.key)
        if (strays or one.is_csv) and one.types[one.columns.key] == "VARCHAR":
            key = trimmed(key)
        if strays or one.is_csv:
            conditions = [_plain_key(key, one)]
        else:
            conditions = self._plain_row(key, one) if table == ENTERPRISES else []
        found = _look_over(self.database, one, facts, table == ENTERPRISES)
        query, doubt = _typed(one, table, key, conditions, facts, found, self.extra if table == ENTERPRISES else {})
        self.in_doubt |= {table} if doubt else set()
        if one.is_csv:
            own = name(f"rows of {table}")
            self.database.execute(f"CREATE TABLE {own} AS {query}")
            if count(self.database, f"SELECT count(*) FROM {own}") != one.rows:
                raise Unfit(Text("DuckDB 读出的行数与文件不符", "DuckDB finds other rows in a CSV than its lines are"))
            query = f"SELECT *, rowid AS {name(NUMBER)} FROM {own}"
        self.database.execute(f"CREATE OR REPLACE VIEW {name(every(table))} AS {query}")

    def _no_bare_cells(self, one: TableView) -> None:
        """Raises `Unfit` where a cell stands under no heading: it is to be named."""
        columns = one.columns.facts
        bare = [cell for index, cell in enumerate(one.cells) if index >= len(columns) or columns[index] is None]
        some = " OR ".join(f"{cell} IS NOT NULL" for cell in bare)
        if bare and count(self.database, f"SELECT EXISTS (SELECT 1 FROM {one.source} WHERE {some})"):
            raise Unfit(Text("有的列没有标题", "a column has no heading"))

    def _plain_row(self, key: str, one: TableView) -> list[str]:
        """The conditions that an enterprise's id is plain and without blanks around it, and its row is no other at first."""
        if one.types[one.columns.key] != "VARCHAR":
            return [_plain_key(key, one)]
        bare = f"{key} = {trimmed(key)}"
        if self.rows_told:
            return [_plain_key(key, one, bare)]
        found = [_plain_key(key, one, f"{bare} AND NOT {self._others(key)}")]
        if "name" in one.columns.facts:
            found.append(f"NOT {may_be_total(one.shown(one.columns.facts.index('name')))}")
        return found

    def _others(self, key: str) -> str:
        """The condition that an id may be what stands in a row that is no item: in a total, a note or the headings."""
        heads = {*HEADS, *(str(each.heading.cells[each.columns.key]) for each in self.views.values())}
        listed = ", ".join(map(text, sorted(heads)))
        return f"({may_be_total(key)} OR regexp_matches({key}, {text(NOTES)}) OR {key} IN ({listed}))"

    def _only_rows(self, table: str) -> bool:
        """Raises `Unfit` where a row may be a total, a note or the headings once more: those are to be named.

        What an item says whose it is need be asked only where no enterprise says the same. Gives whether some looked so.
        """
        one = self.views[table]
        self.rows_told |= table == ENTERPRISES
        if one.types[one.columns.key] != "VARCHAR":
            return False
        key = KEY if table == ENTERPRISES else OWNER
        odd = [f"(NOT {_usual(key)} AND {self._others(key)})"]
        if table == ENTERPRISES and "name" in one.columns.facts:
            odd.append(may_be_total("name"))
        query = f"SELECT DISTINCT {key} FROM {name(every(table))} WHERE {' OR '.join(odd)}"
        found = self.database.execute(query).fetchall()
        if any(id is None or is_note(id) or not re.search(NOTES, id) for (id,) in found):
            raise Unfit(Text("表里有合计、说明或重复的表头", "a table has totals, notes or headings among its rows"))
        return bool(found)

    # ---- those that need judgement

    def find_doubtful(self) -> Doubts:
        """Puts the ids of the enterprises that need judgement into the table `WANTED`.

        Ids are taken as they stand where all items find their enterprise by them, which is soon told, else without blanks
        around them.
        """
        lists = [table for table in self.views if table != ENTERPRISES]
        # All lists at once: to have the enterprises at hand is what costs.
        owners = " UNION ALL ".join(f"SELECT {OWNER} AS id FROM {name(each)}" for each in lists)
        nobody = f"SELECT item.id FROM ({owners}) AS item ANTI JOIN {ENTERPRISES} AS e ON e.{KEY} = item.id"
        strays = bool(lists) and count(self.database, f"SELECT EXISTS ({nobody})") > 0
        census = _census(self.database)
        if census.doubtful and not self.rows_told and self._only_rows(ENTERPRISES):
            self._view(ENTERPRISES, self.views[ENTERPRISES])
            census = _census(self.database)
        if strays or (census.doubtful and self._some_padded()):
            for table, one in self.views.items():
                if not one.is_csv:
                    self._view(table, one, strays=True)
            for table in lists:
                self._only_rows(table)
            census = _census(self.database)
        found = [f"SELECT {KEY} AS id FROM {ENTERPRISES} WHERE {name(DOUBT)}"] if census.doubtful else []
        found += [
            f"SELECT {OWNER} AS id FROM {name(each)} WHERE {name(DOUBT)}" for each in lists if each in self.in_doubt
        ]
        if census.ids != census.keyed:
            found.append(f"SELECT {KEY} AS id FROM {ENTERPRISES} GROUP BY {KEY} HAVING count(*) > 1")
        if strays and "name" in self.views[ENTERPRISES].columns.facts:
            named = f"SELECT EXISTS (SELECT 1 FROM ({nobody}) AS n SEMI JOIN {ENTERPRISES} AS e ON e.name = n.id)"
            if count(self.database, named):
                raise Unfit(Text("有的表以名称对应企业", "a table names its enterprises, and has not their ids"))
        if strays:
            found.append(nobody)
        return list_wanted(self.database, found, census.keyed)

    def _some_padded(self) -> bool:
        """Whether some enterprise's id has blanks around it."""
        padded = f"{KEY} IS DISTINCT FROM {trimmed(KEY)}"
        return count(self.database, f"SELECT EXISTS (FROM {ENTERPRISES} WHERE {padded})") > 0

    def wanted(self) -> Iterator[tuple[int, Chunk]]:
        """The enterprises that need judgement, one by one, each with its row number, and what belongs to none, with -1."""
        ids = {id for (id,) in self.database.execute(f"FROM {name(WANTED)}").fetchall()}
        found = f"SELECT {KEY}, {name(NUMBER)} FROM {ENTERPRISES} SEMI JOIN {name(WANTED)} AS w ON w.id = {ENTERPRISES}.{KEY}"
        numbers = dict(self.database.execute(found).fetchall())
        shelf = Shelf(self.policy)
        tables = [_wanted_table(self.database, table, one, ids, self.policy) for table, one in self.views.items()]
        (source,) = shelf.add(self.files, tables)
        shelf.settle()
        for chunk in source.chunks():
            if isinstance(chunk, Records):
                for record in chunk.records:
                    yield numbers[record.id], chunk._replace(records=[record], size=0)
            else:
                yield -1, chunk


class _Census(NamedTuple):
    """The enterprises with an id, how many different ids there are, and how many are in doubt."""

    keyed: int
    ids: int
    doubtful: int


def _census(database: "DuckDBPyConnection") -> _Census:
    counts = f"count({KEY}), count(DISTINCT {KEY}), count(*) FILTER (WHERE {name(DOUBT)})"
    row = database.execute(f"SELECT {counts} FROM {ENTERPRISES}").fetchone()
    assert row is not None
    return _Census(*row)


class _Looked(NamedTuple):
    """What a look over all of a table tells: the facts whose cells are all plain, and those that no row leaves out."""

    plain: set[str]
    full: set[str]


def _look_over(database: "DuckDBPyConnection", one: TableView, facts: Mapping[str, Fact], enterprises: bool) -> _Looked:
    """Looks over the columns of a Parquet file; the least and the greatest of one it states itself, choices are read."""
    if one.is_csv:
        return _Looked(set(), set())
    columns = {id: index for index, id in enumerate(one.columns.facts) if id is not None and index != one.columns.key}
    told = {id: settled(facts[id], one.cells[index], one.types[index]) for id, index in columns.items()}
    choices = {id: each for id, each in told.items() if each and facts[id].type.kind == "choice"}
    ends = {id: each for id, each in told.items() if each and id not in choices}
    needed = [id for id in columns if (facts[id].required if enterprises else facts[id].default is None)]
    no_gaps = {id: f"count({one.cells[columns[id]]}) = count(*)" for id in needed}
    # Asked together with a column that is read, all that the file states itself would be read too.
    found = [_each_holds(database, one, conditions) for conditions in (choices, ends, no_gaps)]
    plain = {id for holds in found[:2] for id, each in holds.items() if each is not False}
    return _Looked(plain, {id for id, holds in found[2].items() if holds})


def _each_holds(
    database: "DuckDBPyConnection", one: TableView, conditions: Mapping[str, str]
) -> dict[str, bool | None]:
    """Whether each of some conditions on the columns of a file holds, by the name that it has among them."""
    if not conditions:
        return {}
    row = database.execute(f"SELECT {', '.join(conditions.values())} FROM {one.source}").fetchone()
    assert row is not None
    return dict(zip(conditions, row, strict=True))


def _usual(key: str) -> str:
    """The condition that an id is as most are, of digits and capital letters: such a one says nothing else."""
    return f"coalesce(regexp_full_match({key}, '[A-Z]{{0,8}}[0-9]{{2}}[0-9A-Z]{{0,50}}'), false)"


def _plain_key(key: str, one: TableView, also: str = "true") -> str:
    """The condition that an id is plain: a whole number always is, a day, a truth or a figure in a text's form is not.

    One that is not as most are must be so `also` that it meets another condition. It stands in a CASE, since of an OR all
    is worked out for each row.
    """
    type = one.types[one.columns.key]
    if type.endswith("INT") or type == "INTEGER":
        return f"{key} IS NOT NULL"
    key = key if type == "VARCHAR" else f"CAST({key} AS VARCHAR)"
    spoilt = f"coalesce(regexp_full_match({key}, {text(SPOILT)}), false)"
    return f"CASE WHEN {_usual(key)} THEN true ELSE {key} IS NOT NULL AND NOT {spoilt} AND {also} END"


def _typed(
    one: TableView,
    table: str,
    key: str,
    conditions: Sequence[str],
    facts: Mapping[str, Fact],
    looked: _Looked,
    extra: Mapping[str, Any],
) -> tuple[str, bool]:
    """The query for a table's rows, typed, with what makes a row one in doubt, and whether anything may.

    `key` is the id in SQL, `conditions` are those on it.
    """
    own = [f"{key} AS {KEY if table == ENTERPRISES else OWNER}"]
    if not one.is_csv:
        own.append(f"file_row_number AS {name(NUMBER)}")
    cells, plain = {}, list(conditions)
    for index, (id, column) in enumerate(zip(one.columns.facts, one.cells, strict=False)):
        if index == one.columns.key:
            continue
        if id is None:
            continue
        if id in looked.plain:
            cells[id] = FactColumn(column, "true")
        else:
            found = cell(facts[id], column, one.types[index], one.shown(index)).or_empty(f"{column} IS NULL")
            cells[id] = found
            if id in extra:  # what is stated must be sound, though another value counts
                plain.append(found.plain)
    for id, fact in facts.items():
        needed = fact.required if table == ENTERPRISES else fact.default is None
        if id == "name" and table == ENTERPRISES and id not in cells:
            plain.append(cell(fact, key, "VARCHAR", key).plain)
        elif needed and id not in looked.full:
            index = one.columns.facts.index(id) if id in cells else -1
            plain.append(f"{one.cells[index]} IS NOT NULL" if id in cells else "false")
    cells |= {id: FactColumn(constant(facts[id], value), "true") for id, value in extra.items()}
    texts = [id for id, fact in facts.items() if fact.type.kind == "text"]
    doubt = bool(plain) or any(not each.always for each in cells.values())
    return checked(one.source, own, cells, texts, plain), doubt


# ---- rows that are read one by one ---------------------------------------------------------------------------------


def _wanted_table(
    database: "DuckDBPyConnection", table: str, one: TableView, wanted: set[str], policy: Policy
) -> Table:
    """The rows of the wanted enterprises, and those without an id, as the reader of tables takes them."""
    if one.is_csv:
        return _wanted_csv(one, table, wanted, policy)
    return Table(table, one.file, one.heading, _wanted_rows(database.cursor(), one))


def _wanted_csv(one: TableView, table: str, wanted: set[str], policy: Policy) -> Table:
    found, key = csv_table(one.file, table, policy), one.columns.key
    rows = (
        row
        for row in found.rows
        if row.fault is not None or len(row.cells) <= key or row.cells[key] is None or row.cells[key] in wanted
    )
    return found._replace(rows=rows)


def _wanted_rows(database: "DuckDBPyConnection", one: TableView) -> Iterator[Row]:
    key = trimmed(one.shown(one.columns.key))
    cells = ", ".join(one.shown(index) for index in range(len(one.cells)))
    database.execute(
        f"SELECT file_row_number + 1, {cells} FROM {one.source}"
        f" WHERE {key} IS NULL OR {key} IN (SELECT id FROM {name(WANTED)}) ORDER BY file_row_number"
    )
    while some := database.fetchmany(2000):
        for line, *found in some:
            yield Row(line, [each.strip() or None if each is not None else None for each in found])
