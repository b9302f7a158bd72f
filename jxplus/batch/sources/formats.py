"""The files that a batch can read, by the ending of their names: a new one is a line here, and a file of its own."""

from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from jxplus.document import ONE_ENTERPRISE, ending_of
from jxplus.fault import Text
from jxplus.policy import Policy

if TYPE_CHECKING:
    from jxplus.batch.sources.known import Known
    from jxplus.batch.sources.rows import Table


class Holds(Enum):
    """What one file holds."""

    ENTERPRISE = "one enterprise"
    LINES = "one enterprise a line"
    TABLE = "one table"
    TABLES = "several tables"


Read = Callable[[str, str, Policy], "Iterator[Table]"]
"""The tables of the file at a path, of which a single one is called by the name given. Raises `Refused` and `OSError`."""
Tell = Callable[[str, "Mapping[str, Known]"], str | None]
"""Which table the file at a path holds, as its headings tell. Raises `Refused` and `OSError`."""


class SourceFormat(NamedTuple):
    """A kind of file: what it holds, and what reads its tables, where it holds any, and tells which one it is.

    `columnar` says that DuckDB reads it too, `parts` that a folder of such a name holds the parts of one, as Spark writes it.
    """

    holds: Holds
    read: Read | None = None
    table: Tell | None = None
    columnar: bool = False
    parts: bool = False


def _csv(path: str, name: str, policy: Policy) -> "Iterator[Table]":
    from jxplus.batch.sources.csvtable import csv_table

    yield csv_table(path, name, policy)


def _told_csv(path: str, known: "Mapping[str, Known]") -> str | None:
    from jxplus.batch.sources.csvtable import table_of_csv

    return table_of_csv(path, known)


def _parquet(path: str, name: str, policy: Policy) -> "Iterator[Table]":
    from jxplus.batch.sources.parquet import parquet_table

    yield parquet_table(path, name)


def _told_parquet(path: str, known: "Mapping[str, Known]") -> str | None:
    from jxplus.batch.sources.parquet import table_of_parquet

    return table_of_parquet(path, known)


def _workbook(path: str, name: str, policy: Policy) -> "Iterator[Table]":
    from jxplus.batch.sources.workbook import workbook_tables

    yield from workbook_tables(path, policy)


def _old_workbook(path: str, name: str, policy: Policy) -> "Iterator[Table]":
    from jxplus.batch.sources.workbook import workbook_tables

    yield from workbook_tables(path, policy, old=True)


SOURCES = {
    **dict.fromkeys(ONE_ENTERPRISE, SourceFormat(Holds.ENTERPRISE)),
    ".ndjson": SourceFormat(Holds.LINES, columnar=True),
    ".jsonl": SourceFormat(Holds.LINES, columnar=True),
    ".csv": SourceFormat(Holds.TABLE, _csv, _told_csv, columnar=True),
    ".tsv": SourceFormat(Holds.TABLE, _csv, _told_csv),
    ".tab": SourceFormat(Holds.TABLE, _csv, _told_csv),
    ".parquet": SourceFormat(Holds.TABLE, _parquet, _told_parquet, columnar=True, parts=True),
    ".xlsx": SourceFormat(Holds.TABLES, _workbook),
    ".xlsm": SourceFormat(Holds.TABLES, _workbook),
    ".xls": SourceFormat(Holds.TABLES, _old_workbook),
}

_PACKED = Text("是压缩文件", "it is packed"), Text("先解压", "unpack it first")
_OTHER_BOOK = (
    Text("不读取这种表格格式", "it is a kind of workbook that is not read"),
    Text("另存为 .xlsx 或 CSV", "save it as .xlsx or CSV"),
)
NOT_TAKEN = {
    **dict.fromkeys((".gz", ".zip", ".bz2", ".xz", ".zst", ".7z", ".rar"), _PACKED),
    **dict.fromkeys((".xlsb", ".ods", ".fods", ".et", ".ett", ".wps", ".numbers", ".xltx", ".dbf"), _OTHER_BOOK),
}
"""The files that may hold enterprises and are not read: what is wrong with each, and what would be right."""
_DOCUMENTS = (
    ".pdf",
    ".doc",
    ".docx",
    ".rtf",
    ".ppt",
    ".pptx",
    ".png",
    ".jpg",
    ".jpeg",
    ".gif",
    ".bmp",
    ".tif",
    ".tiff",
)
"""The pages and pictures in which an enterprise may have been described, and which are not read."""
_OF_PROGRAMS = (".md", ".svg", ".html", ".htm", ".log", ".py", ".sh")


def not_taken(path: str) -> tuple[Text, Text]:
    """Why a file is not read, and in what form it would be."""
    ending = ending_of(path)
    wrong = Text(
        f"不读取这种格式（{ending or '没有扩展名'}）", f"its ending, {ending or 'none'}, is of nothing that is read"
    )
    return NOT_TAKEN.get(ending, (wrong, Text("表格请另存为 .xlsx 或 CSV", "save a table as .xlsx or CSV")))


def is_document(path: str) -> bool:
    """Whether a file in a folder is a page or a picture."""
    return ending_of(path) in _DOCUMENTS


def is_of_programs(path: str) -> bool:
    """Whether a file in a folder is a program's, or a page that one wrote, which nobody takes for enterprises."""
    return ending_of(path) in _OF_PROGRAMS


def source_format(path: str) -> SourceFormat | None:
    """The kind of file that a name ends as; None for an ending that is not known."""
    return SOURCES.get(ending_of(path))


def holds(path: str) -> Holds | None:
    """What a file of such a name holds; None for an ending that is not known."""
    found = source_format(path)
    return found.holds if found is not None else None
