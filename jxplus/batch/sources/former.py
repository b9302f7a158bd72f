"""The results of former runs: what stands in a folder of sources because it was written there, and states no enterprise."""

import os
import re
from collections.abc import Callable, Sequence

from jxplus.document import ending_of
from jxplus.policy.tables import TOTAL

MADE_BY = "jxplus"
"""The first property of each object that is written, and the name under which a workbook says what has made it."""

_OBJECT = re.compile(rb'\s*\{\s*"(?:' + MADE_BY.encode() + rb'"\s*:\s*"|enterprise"\s*:[^{}]*?"wrong"\s*:)')
_LONG = {"enterprise", "clause", "section", "status", "low", "high"}
_WIDE = {"enterprise", f"{TOTAL}_low", f"{TOTAL}_high"}
_ENOUGH = 1 << 13
"""How many bytes from its beginning on tell what a file is."""


def is_result(path: str) -> bool:
    """Whether a file is the result of a former run, its refusals, or the result of `calc`; false where it cannot be read."""
    tell = _TELL.get(ending_of(path))
    try:
        return tell is not None and tell(path)
    except OSError:
        return False


def _columns_tell(columns: Sequence[str]) -> bool:
    """Whether these are the columns of the long or the wide table, be there others beside them."""
    return any(each <= set(columns) for each in (_LONG, _WIDE))


def _csv(path: str) -> bool:
    with open(path, "rb") as file:
        first = file.readline(_ENOUGH).removeprefix(b"\xef\xbb\xbf")
    return _columns_tell(first.decode("ascii", "replace").strip().split(","))


def _json(path: str) -> bool:
    with open(path, "rb") as file:
        return _OBJECT.match(file.read(_ENOUGH)) is not None


def _lines(path: str) -> bool:
    """As for one object; a file without a line is what the refusals are where nobody was refused."""
    return os.path.getsize(path) == 0 or _json(path)


def _parquet(path: str) -> bool:
    from jxplus.batch.duckdb.parquetfile import NotParquet, parquet_headings

    try:
        return _columns_tell(parquet_headings(path))
    except (ImportError, NotParquet):
        return False


def _workbook(path: str) -> bool:
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(path) as book:
            return f'name="{MADE_BY}"'.encode() in book.read("docProps/custom.xml")
    except (KeyError, BadZipFile, NotImplementedError, RuntimeError):
        return False


_TELL: dict[str, Callable[[str], bool]] = {
    ".csv": _csv,
    ".json": _json,
    ".ndjson": _lines,
    ".jsonl": _lines,
    ".parquet": _parquet,
    ".xlsx": _workbook,
}
"""What tells a result, by the ending of its file."""
