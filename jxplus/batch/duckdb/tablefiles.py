"""The file of a table for DuckDB: Parquet where it lies, CSV where both readers are sure to part it into the same cells."""

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from jxplus.batch.duckdb import Unfit
from jxplus.batch.duckdb.parquetfile import NotParquet, columns_of_parquet, numbered_source
from jxplus.batch.duckdb.textfile import lines_of
from jxplus.batch.duckdb.words import name, pattern_of, text, text_of
from jxplus.batch.sources.columns import columns_of
from jxplus.batch.sources.csvtable import csv_table, encoding_of, separator_of
from jxplus.batch.sources.known import Known
from jxplus.batch.sources.rows import Columns, Row, Table
from jxplus.fault import Text
from jxplus.policy import Policy

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_BLOCK = 1 << 20
_LONGEST_LINE = 131_072


class TableView(NamedTuple):
    """A table that is a view of its own name; `types` are DuckDB's of the file's columns."""

    file: str
    heading: Row
    columns: Columns
    source: str
    types: list[str]
    named: list[str]
    rows: int = -1
    """How many rows a CSV file has, below its heading."""

    @property
    def is_csv(self) -> bool:
        return self.rows >= 0

    @property
    def cells(self) -> list[str]:
        """The columns of the file, in order, as SQL calls them."""
        return [name(each) for each in self.named]

    def shown(self, index: int) -> str:
        """A column as the text that its cells show."""
        return text_of(self.named[index], self.types[index])


# ---- Parquet -------------------------------------------------------------------------------------------------------


def _parquet(database: "DuckDBPyConnection", file: str, table: str, policy: Policy, folder: str) -> TableView:
    try:
        source = numbered_source(database, file)
    except NotParquet as problem:
        raise Unfit(Text(f"DuckDB 读不了：{problem}", f"DuckDB cannot read them: {problem}")) from None
    described = columns_of_parquet(database, file)
    heading = Row(1, [column.strip() or None for column, _ in described])
    columns = columns_of(Table(table, file, heading, iter(())), policy)
    if not columns.tidy:
        raise Unfit(Text("表格有单位或不读取的列", "a table has units or columns that are not read"))
    return TableView(
        file, heading, columns, source, [type for _, type in described], [column for column, _ in described]
    )


# ---- CSV -----------------------------------------------------------------------------------------------------------


def _csv(database: "DuckDBPyConnection", file: str, table: str, policy: Policy, folder: str) -> TableView:
    encoding = encoding_of(file)
    if separator_of(file, encoding, {table: Known(policy, table)}) != ",":
        raise Unfit(Text("CSV 不是以逗号分隔", "the cells of a CSV are not parted by commas"))
    found = csv_table(file, table, policy)
    columns = columns_of(found, policy)
    if not columns.tidy or found.unread:
        raise Unfit(Text("表格有单位、说明或不读取的列", "a table has units, notes or columns that are not read"))
    lines = lines_of(file, _check_quotes)
    if lines.end is None:
        raise Unfit(Text("CSV 的换行不一致", "the lines of a CSV end in different ways"))
    if lines.blank or found.heading.line > 1:
        raise Unfit(Text("CSV 有空行", "a CSV has empty lines"))
    if encoding == "gb18030":
        own = os.path.join(folder, f"{table}.utf-8")
        with open(file, encoding=encoding, newline="") as old, open(own, "w", encoding="utf-8", newline="") as new:
            while block := old.read(_BLOCK):
                new.write(block)
    else:
        own = pattern_of(file)
    cells = [f"c{number}" for number in range(len(found.heading.cells))]
    types = ", ".join(f"{cell}: 'VARCHAR'" for cell in cells)
    # Told how lines end, DuckDB 2.0.1 finds none in a file whose lines end in CRLF.
    source = (
        f"read_csv({text(own)}, columns = {{{types}}}, auto_detect = false, header = true, delim = ',', quote = '\"',"
        f" escape = '\"', comment = '', nullstr = '', strict_mode = true, max_line_size = {_LONGEST_LINE})"
    )
    return TableView(file, found.heading, columns, source, ["VARCHAR"] * len(cells), cells, lines.rows - 1)


VIEWS = {".csv": _csv, ".parquet": _parquet}
"""What makes a view of a table, by the ending of its file. DuckDB reads no other."""


# A quote that neither opens nor closes a cell, nor stands beside another: readers differ about those.
_ODD_QUOTE = re.compile(rb'[^,\r\n"]"+[^,\r\n"]')


def _check_quotes(block: bytes) -> None:
    if b"\0" in block or (b'"' in block and _ODD_QUOTE.search(block)):
        raise Unfit(Text("CSV 里有少见的引号或字符", "a CSV has unusual quotes or characters"))
