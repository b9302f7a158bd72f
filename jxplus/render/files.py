"""Results as files: the long table as CSV, and a file replaced whole or left as it was."""

import contextlib
import csv
import io
import os
from collections.abc import Iterable

from jxplus.render.record import LONG, Row, amount_cell


def csv_text(rows: Iterable[Row]) -> str:
    """The long table as CSV with a header; amounts are plain digits in yuan."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(LONG)
    for row in rows:
        writer.writerow([*row[:4], *map(amount_cell, row[4:])])
    return text.getvalue()


def replace_file(path: str, text: str) -> None:
    """Write `text` to the file at `path`: whole, or not at all. A link keeps pointing where it did; raises `OSError`."""
    target = os.path.realpath(path)
    partial = f"{target}.{os.getpid()}.partial"
    try:
        with open(partial, "x", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if os.path.exists(target):
            os.chmod(partial, os.stat(target).st_mode & 0o7777)
        os.replace(partial, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(partial)
        raise
