"""Results as files: the long table as CSV."""

import csv
import io
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
