"""Merged cells: Excel writes what they say into the first of them, and those that it covers are blank.

Where a list has the id or the name of an enterprise merged over the rows that are its own, each of them is its. A day, a choice,
a yes or a rate that is merged over rows is that of each. A figure might be what they have together, and what is merged across
might belong to any of its columns: these would be read as blank in all cells but the first, and are a fault of each row.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from jxplus.batch.sources import Unread
from jxplus.batch.sources.columns import UNIT_IN_HEADING
from jxplus.batch.sources.rows import Columns, Span, Table
from jxplus.fault import Fault, Place, Text, column_name, cut, quoted
from jxplus.policy import Fact
from jxplus.policy.tables import ENTERPRISES


class Unnamed:
    """The rows of a table that state no id, by their lines, each with its fault, until it is known what is merged."""

    def __init__(self) -> None:
        self.faults: dict[int, Fault] = {}

    def merged(self, database: sqlite3.Connection, table: str, spans: Sequence[Span]) -> list[Span]:
        """Gives the rows that each span covers the id of the first of them, and tells which spans have such a row."""
        taken = []
        for span in spans:
            query = f"SELECT id FROM {table} WHERE line = ? AND id IS NOT NULL"
            first = database.execute(query, (span.top,)).fetchone()
            if first is None:
                continue
            taken.append(span)
            far = span.bottom - span.top > len(self.faults)
            lines = [*self.faults] if far else range(span.top + 1, span.bottom + 1)
            own = [line for line in lines if span.top < line <= span.bottom and self.faults.pop(line, None) is not None]
            database.executemany(f"UPDATE {table} SET id = ? WHERE line = ?", [(first[0], line) for line in own])
        return taken


def runs_down(span: Span, table: Table, columns: Columns) -> bool:
    """Whether merged cells of a list run down over rows, and of all that is read cover the id alone."""
    return table.name != ENTERPRISES and span.bottom > span.top and _covered(span, columns) == [columns.key + 1]


def of_each(span: Span, table: Table, columns: Columns, facts: Mapping[str, Fact]) -> bool:
    """Whether merged cells run down over rows, and cover one fact that cannot be had together."""
    covered = _covered(span, columns)
    if span.bottom <= span.top or span.top <= table.heading.line or len(covered) != 1 or covered[0] == columns.key + 1:
        return False
    fact = facts.get(columns.facts[covered[0] - 1] or "")
    return fact is not None and (fact.is_rate or fact.type.kind not in ("number", "text"))


def fill(database: sqlite3.Connection, table: str, span: Span, columns: Columns) -> None:
    """Gives each row that merged cells cover what the first of them states."""
    cell = f"c{_covered(span, columns)[0] - 1}"
    first = database.execute(f"SELECT {cell} FROM {table} WHERE line = ?", (span.top,)).fetchone()
    if first is not None:
        query = f"UPDATE {table} SET {cell} = ? WHERE line > ? AND line <= ? AND {cell} IS NULL"
        database.execute(query, (first[0], span.top, span.bottom))


def told(spans: Sequence[Span], table: Table, columns: Columns) -> Iterator[Unread]:
    """What is to be said of merged cells that were read as those of each of their rows."""
    by_column: dict[int, list[int]] = {}
    for span in spans:
        by_column.setdefault(_covered(span, columns)[0], []).append(span.top)
    for column, lines in by_column.items():
        place = Place(lines[0], column, table.sheet, tuple(lines[1:]))
        what = Text("合并的单元格，所盖各行都按它读取", "merged over several rows, and read as that of each of them")
        yield Unread(table.file, place, what, read=True)


def faults_of(database: sqlite3.Connection, table: str, span: Span, columns: Columns) -> Iterator[tuple[str, Fault]]:
    """The faults of the rows that have a part of merged cells, each with the id of its enterprise: what is covered would be blank."""
    if not _covered(span, columns):
        return
    query = f"SELECT line, id FROM {table} WHERE line BETWEEN ? AND ? AND id IS NOT NULL"
    for line, id in database.execute(query, (span.top, span.bottom)).fetchall():
        wrong = Text("有合并的单元格", "merged cells")
        right = Text("取消合并，每格都填写", "unmerge them, and fill each cell")
        yield id, Fault(columns.file, Place(line, span.left, columns.sheet), "", wrong, right)


def over_fewer(table: Table, columns: Columns) -> Iterator[Fault]:
    """The faults of columns that were given the unit of a heading over others: it is merged over fewer than it was taken for."""
    for span, group in product(table.heads(), table.over):
        if span.left != group.left or not span.top <= group.line <= span.bottom:
            continue
        for index in columns.given:
            if span.right <= index < group.right:
                last = column_name(span.right)
                wrong = Text(
                    f"“{cut(group.text)}”只合并到{last}列，这一列没有单位",
                    f"{quoted(group.text)} is merged as far as column {last}, and this one has no unit",
                )
                yield Fault(table.file, table.at(index), columns.names[index], wrong, UNIT_IN_HEADING)


def over_others(table: Table, columns: Columns, beyond: Mapping[int, Sequence[int]]) -> Iterator[Fault]:
    """The faults of headings that are merged across columns in more than one of which something stands."""
    for span in table.heads():
        if not span.top <= table.heading.line <= span.bottom or span.left > len(columns.headings):
            continue
        if columns.headings[span.left - 1] is not None and any(span.left <= index < span.right for index in beyond):
            first, last = column_name(span.left), column_name(span.right)
            wrong = Text(
                f"标题合并在{first}到{last}列上，看不出取哪一列",
                f"the heading is merged over the columns {first} to {last}, and nobody can tell which is meant",
            )
            right = Text("取消合并，每列各写标题", "unmerge it, and give each column a heading")
            yield Fault(table.file, table.at(span.left - 1), columns.names[span.left - 1], wrong, right)


def _covered(span: Span, columns: Columns) -> Sequence[int]:
    """The columns that are read and that merged cells cover, from 1."""
    read = (index for index, each in enumerate(columns.headings, 1) if each is not None)
    return [column for column in read if span.left <= column <= span.right]
