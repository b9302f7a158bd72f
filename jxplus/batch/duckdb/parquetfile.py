"""Parquet by DuckDB: lines of CSV as a file of it, and the cells of a file as text."""

from collections.abc import Iterator, Mapping

from jxplus.atomic import Replacement
from jxplus.batch import Done
from jxplus.batch.duckdb.words import pattern_of, text, text_of
from jxplus.render.record import csv_lines

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


def parquet_cells(path: str) -> tuple[list[str], Iterator[tuple[str | None, ...]]]:
    """The names of a Parquet file's columns, and its rows with each cell as the text that it shows, none for an empty one.

    Raises `NotParquet`, and `ImportError` where DuckDB is not installed.
    """
    import duckdb

    connection = duckdb.connect()
    own = pattern_of(path)
    try:
        columns = connection.execute("DESCRIBE SELECT * FROM read_parquet($path)", {"path": own}).fetchall()
        cells = ", ".join(text_of(str(column[0]), str(column[1])) for column in columns)
        connection.execute(f"SELECT {cells} FROM read_parquet($path)", {"path": own})
    except duckdb.Error as error:
        raise NotParquet(str(error).splitlines()[0]) from None

    def rows() -> Iterator[tuple[str | None, ...]]:
        with connection:
            while some := connection.fetchmany(_ROWS):
                yield from some

    return [str(column[0]) for column in columns], rows()
