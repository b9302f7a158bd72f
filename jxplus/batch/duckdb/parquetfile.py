"""Parquet by DuckDB: lines of CSV as a file of it, and the cells of a file as text."""

import errno
import os
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import TYPE_CHECKING

from jxplus.atomic import Replacement
from jxplus.batch import Done
from jxplus.batch.duckdb.words import pattern_of, text, text_of
from jxplus.fault import Fault, Place, Refused, Text
from jxplus.render.rows import csv_lines

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_ROWS = 2000
"""How many rows of a file are held at a time."""


class ParquetOutput:
    """Lines of CSV as a Parquet file, with the given type for each column.

    DuckDB makes it out of a CSV file in the same folder, in one pass and with little memory. Raises `ImportError` where
    DuckDB is not installed.
    """

    def __init__(self, path: str, types: Mapping[str, str]) -> None:
        import duckdb

        self.duckdb = duckdb
        self.path, self.types = path, types
        self.replacement = Replacement(path)
        self.lines = Replacement(f"{self.replacement.path}.csv")
        self.lines.file.write(csv_lines([list(types)]).encode())

    def add(self, done: Done) -> None:
        self.lines.file.write(done.text)

    def keep(self) -> None:
        self.lines.file.close()
        self.replacement.file.close()
        try:
            with self.duckdb.connect() as connection:
                connection.execute(
                    f"COPY (SELECT * FROM {csv_source(self.lines.partial, self.types, header=True)})"
                    f" TO {text(self.replacement.partial)} (FORMAT parquet)"
                )
        except (self.duckdb.ConversionException, self.duckdb.OutOfRangeException, self.duckdb.BinderException):
            wrong = "a figure has more than the 38 digits that Parquet holds; write .csv or .ndjson"
            raise OSError(errno.EOVERFLOW, wrong, self.replacement.path) from None
        except self.duckdb.Error as error:
            raise OSError(0, str(error).splitlines()[0], self.replacement.path) from None
        self.lines.drop()
        self.replacement.keep()

    def drop(self) -> None:
        self.lines.drop()
        self.replacement.drop()


def csv_source(path: str, types: Mapping[str, str], header: bool) -> str:
    """What `csv_lines` has written to a file, as a table in DuckDB's SQL; `types` are those of its columns."""
    columns = ", ".join(f"{text(column)}: {text(type)}" for column, type in types.items())
    return (
        f"read_csv({text(path)}, columns = {{{columns}}}, header = {header}, auto_detect = false, delim = ',',"
        " quote = '\"', escape = '\"', comment = '', nullstr = '', new_line = '\\n')"
    )


class NotParquet(Exception):
    """The file is no Parquet that DuckDB can read; its text says why."""


def parts_of(path: str) -> list[str]:
    """The files of a table: the one at `path`, or those in the folder that Spark writes under such a name, in their order."""
    if not os.path.isdir(path):
        return [path]
    found = []
    for folder, inner, files in os.walk(path):
        inner[:] = sorted(each for each in inner if not each.startswith((".", "_")))
        found += [os.path.join(folder, each) for each in sorted(files) if not each.startswith((".", "_"))]
    return found


def parquet_source(path: str, options: str = "") -> str:
    """The rows of a table in DuckDB's SQL, in the order of its parts; raises `NotParquet` where a folder has none."""
    parts = parts_of(path)
    if not parts:
        raise NotParquet(f"no parts in {path}")
    return f"read_parquet([{', '.join(text(pattern_of(part)) for part in parts)}]{options})"


def numbered_source(database: "DuckDBPyConnection", path: str) -> str:
    """The same rows, with their number from 0 on as `file_row_number`; a table with a column of that name has none."""
    parts, source = parts_of(path), parquet_source(path, ", file_row_number = true")
    if len(parts) == 1:
        return source
    rows = database.execute(
        f"SELECT num_rows FROM parquet_file_metadata([{', '.join(text(pattern_of(part)) for part in parts)}])"
    ).fetchall()
    before = list(accumulate((count for (count,) in rows[:-1]), initial=0))
    return f"(SELECT * REPLACE (file_row_number + {before}[CAST(file_index AS BIGINT) + 1] AS file_row_number) FROM {source})"


def columns_of_parquet(database: "DuckDBPyConnection", path: str) -> list[tuple[str, str]]:
    """The columns of a table with DuckDB's types; raises `Refused` for those that cannot hold what was meant."""
    described = database.execute(f"DESCRIBE SELECT * FROM {parquet_source(path)}").fetchall()
    columns = [(str(column), str(type)) for column, type, *_ in described]
    faults = [
        Fault(path, Place(1, number), column, *_NOT_EXACT[type])
        for number, (column, type) in enumerate(columns, 1)
        if type in _NOT_EXACT
    ]
    if faults:
        raise Refused(faults)
    return columns


_NOT_EXACT = {
    "FLOAT": (
        Text(
            "该列的类型是 FLOAT，只有7位有效数字，存不下元和分",
            "the column's type is FLOAT, whose 7 digits are too few for yuan and fen",
        ),
        Text("请导出为 DECIMAL、整数或 DOUBLE", "export it as DECIMAL, whole numbers or DOUBLE"),
    ),
    "TIMESTAMP WITH TIME ZONE": (
        Text(
            "该列的类型是 TIMESTAMP WITH TIME ZONE，是哪一天要看时区",
            "the column's type is TIMESTAMP WITH TIME ZONE, and what day that is depends on the zone",
        ),
        Text("请导出为 DATE", "export it as DATE"),
    ),
}
"""What is wrong with columns that have lost digits before they came here, or mean another day on another machine."""


def parquet_headings(path: str) -> list[str]:
    """The names of a table's columns, whatever is wrong with their types; raises as `parquet_cells` does for the others."""
    import duckdb

    with duckdb.connect() as connection:
        try:
            described = connection.execute(f"DESCRIBE SELECT * FROM {parquet_source(path)}")
            return [str(column) for column, *_ in described.fetchall()]
        except duckdb.Error as error:
            raise NotParquet(str(error).splitlines()[0]) from None


def parquet_cells(path: str) -> tuple[list[str], Iterator[tuple[str | None, ...]]]:
    """The names of a Parquet file's columns, and its rows with each cell as the text that it shows, none for an empty one.

    Raises `NotParquet`, `Refused` for columns that are not exact, and `ImportError` where DuckDB is not installed.
    """
    import duckdb

    connection = duckdb.connect()
    try:
        columns = columns_of_parquet(connection, path)
        cells = ", ".join(text_of(column, type) for column, type in columns)
        connection.execute(f"SELECT {cells} FROM {parquet_source(path)}")
    except duckdb.Error as error:
        raise NotParquet(str(error).splitlines()[0]) from None

    def rows() -> Iterator[tuple[str | None, ...]]:
        with connection:
            while some := connection.fetchmany(_ROWS):
                yield from some

    return [column for column, _ in columns], rows()
