"""The files that a batch can read, by the ending of their names: a new one is a line here, and a file of its own."""

import os
from collections.abc import Callable, Iterator
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from jxplus.policy import Policy

if TYPE_CHECKING:
    from jxplus.batch.sources.tables import Table


class Holds(Enum):
    """What one file holds."""

    ENTERPRISE = "one enterprise"
    LINES = "one enterprise a line"
    TABLE = "one table"
    TABLES = "several tables"


Read = Callable[[str, str, Policy], "Iterator[Table]"]
"""The tables of the file at a path, of which a single one is called by the name given. Raises `Refused` and `OSError`."""


class SourceFormat(NamedTuple):
    """A kind of file: what it holds, and what reads its tables, where it holds any.

    `columnar` says that DuckDB reads it too.
    """

    holds: Holds
    read: Read | None = None
    columnar: bool = False


def _csv(path: str, name: str, policy: Policy) -> "Iterator[Table]":
    from jxplus.batch.sources.csvtable import csv_table

    yield csv_table(path, name)


def _parquet(path: str, name: str, policy: Policy) -> "Iterator[Table]":
    from jxplus.batch.sources.parquet import parquet_table

    yield parquet_table(path, name)


def _workbook(path: str, name: str, policy: Policy) -> "Iterator[Table]":
    from jxplus.batch.sources.workbook import workbook_tables

    yield from workbook_tables(path, policy)


SOURCES = {
    ".yaml": SourceFormat(Holds.ENTERPRISE),
    ".yml": SourceFormat(Holds.ENTERPRISE),
    ".json": SourceFormat(Holds.ENTERPRISE),
    ".ndjson": SourceFormat(Holds.LINES, columnar=True),
    ".jsonl": SourceFormat(Holds.LINES, columnar=True),
    ".csv": SourceFormat(Holds.TABLE, _csv, columnar=True),
    ".parquet": SourceFormat(Holds.TABLE, _parquet, columnar=True),
    ".xlsx": SourceFormat(Holds.TABLES, _workbook),
    ".xlsm": SourceFormat(Holds.TABLES, _workbook),
    ".xls": SourceFormat(Holds.TABLES, _workbook),
}


def ending_of(path: str) -> str:
    """The ending of a name, in small letters, with its point; empty where it has none."""
    return os.path.splitext(path)[1].lower()


def source_format(path: str) -> SourceFormat | None:
    """The kind of file that a name ends as; None for an ending that is not known."""
    return SOURCES.get(ending_of(path))


def holds(path: str) -> Holds | None:
    """What a file of such a name holds; None for an ending that is not known."""
    found = source_format(path)
    return found.holds if found is not None else None
