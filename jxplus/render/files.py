"""Results as files: CSV, NDJSON and Parquet; each takes the place of the former one whole, or not at all."""

import atexit
import contextlib
import csv
import os
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import BinaryIO, Protocol

from jxplus.ducksql import text
from jxplus.fault import Fault, Text, writable
from jxplus.layout import LONG
from jxplus.render.record import Row, amount_cell, refusal_lines

Cells = Sequence[str | Decimal | None]
ENDINGS = (".csv", ".ndjson", ".xlsx", ".parquet")


class Refusal(Protocol):
    """An enterprise that was refused."""

    @property
    def enterprise(self) -> str: ...
    @property
    def faults(self) -> tuple[Fault, ...]: ...


class Part(Protocol):
    """A part of the results: lines of text in UTF-8 or rows of cells, whichever the output takes, briefs and refusals.

    `asides` are assumptions and warnings, each with how many enterprises it is true of.
    """

    @property
    def text(self) -> bytes: ...
    @property
    def rows(self) -> Sequence[Cells]: ...
    @property
    def briefs(self) -> Sequence[tuple[str, Decimal, Decimal, int, int, int]]: ...
    @property
    def refusals(self) -> Sequence[Refusal]: ...
    @property
    def asides(self) -> Mapping[Text, int]: ...


class Output(Protocol):
    """A file of results that is being written. `add` and `keep` raise `OSError`."""

    path: str

    def add(self, part: Part) -> None:
        """Write a further part."""
        ...

    def keep(self) -> None:
        """Put the file in place: it is complete."""
        ...

    def drop(self) -> None:
        """Give the file up; nothing happens where it is in place."""
        ...


def drop(outputs: Iterable[Output]) -> None:
    """Give up all that is not in place."""
    for output in outputs:
        output.drop()


def csv_text(rows: Iterable[Row]) -> str:
    """The long table as CSV with a header; amounts are plain digits in yuan."""
    return csv_lines([LONG, *rows])


def csv_lines(rows: Iterable[Cells]) -> str:
    """Rows as lines of CSV; amounts are plain digits in yuan, None is nothing."""
    lines = _Lines()
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerows([cell if isinstance(cell, str) else amount_cell(cell) for cell in row] for row in rows)
    return "".join(lines.written)


class _Lines:
    """Takes the lines of a writer that ends them in \\r\\n, and ends them in \\n.

    A writer puts quotes about what may end its own lines: so about either.
    """

    def __init__(self) -> None:
        self.written: list[str] = []

    def write(self, line: str) -> None:
        self.written.append(line[:-2] + "\n")


class Replacement:
    """A new file that takes the place of the one at `path` when it is complete.

    It is written beside that one under a name of its own, and put in its place in one step after all of it has reached
    the disk. Whatever ends the program before leaves the former file as it was. Raises `OSError`.
    """

    def __init__(self, path: str) -> None:
        self.path = os.path.realpath(path)  # a link stays one, and what it points to is replaced
        folder, name = os.path.split(self.path)
        self.partial = os.path.join(folder, f".{name}.{os.getpid()}.part")
        if os.path.isdir(self.path):
            raise IsADirectoryError(21, os.strerror(21), path)
        _begun.add(self.partial)
        self.file: BinaryIO = open(self.partial, "xb")  # noqa: SIM115
        with contextlib.suppress(OSError):
            os.chmod(self.partial, os.stat(self.path).st_mode & 0o7777)

    def keep(self) -> None:
        """Put the file in place."""
        if self.file.closed:  # someone else has written it
            self.file = open(self.partial, "rb+")  # noqa: SIM115
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        os.replace(self.partial, self.path)
        _begun.discard(self.partial)

    def drop(self) -> None:
        """Give the file up; nothing happens where it is in place."""
        with contextlib.suppress(OSError):
            self.file.close()
        with contextlib.suppress(OSError):
            os.unlink(self.partial)
        _begun.discard(self.partial)


_begun: set[str] = set()
"""The files begun and not in place yet. A signal may end the program before whoever began one holds it in hand."""


@atexit.register
def _clear_away() -> None:
    for path in _begun:
        with contextlib.suppress(OSError):
            os.unlink(path)


def replace_file(path: str, text: str) -> None:
    """Write `text` to the file at `path`: whole, or not at all; raises `OSError`."""
    replacement = Replacement(path)
    try:
        replacement.file.write(text.encode())
        replacement.keep()
    finally:
        replacement.drop()


class TextOutput:
    """Lines of CSV or NDJSON as a file, after a `heading`."""

    def __init__(self, path: str, heading: str = "") -> None:
        self.path = path
        self.replacement = Replacement(path)
        self.replacement.file.write(heading.encode())

    def add(self, part: Part) -> None:
        self.replacement.file.write(part.text)

    def keep(self) -> None:
        self.replacement.keep()

    def drop(self) -> None:
        self.replacement.drop()


class RefusalOutput(TextOutput):
    """The refusals as NDJSON, an object for each fault; an empty file where there are none."""

    def add(self, part: Part) -> None:
        lines = "".join(refusal_lines(each.enterprise, each.faults) for each in part.refusals)
        self.replacement.file.write(writable(lines).encode())


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

    def add(self, part: Part) -> None:
        self.lines.file.write(part.text)

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
