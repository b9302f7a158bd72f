"""Figures so large that their column may be in another unit than its heading says."""

import sqlite3
from collections.abc import Iterator

from jxplus.batch.sources import Unread
from jxplus.batch.sources.rows import Columns, Table
from jxplus.fault import Text

_HUGE = 1_000_000
"""From how many 万元 on figures are named."""
_SAID = Text(
    "按万元计达到100亿元；填的如果是元，改列标题的单位",
    "ten billion yuan and more, in 万元 as the heading says; if they are yuan, put its unit right",
)


def huge_figures(database: sqlite3.Connection, name: str, table: Table, columns: Columns) -> Iterator[Unread]:
    """The figures under 万元 that come to ten billion yuan, in the rows laid out as `name`: few firms are so large."""
    for index, heading in enumerate(columns.headings):
        if heading is None or heading.unit != "万元":
            continue
        huge = f"c{index} LIKE '%万元' AND CAST(replace(c{index}, ',', '') AS REAL) >= {_HUGE}"
        lines = [line for (line,) in database.execute(f"SELECT line FROM {name} WHERE {huge} ORDER BY line")]
        if lines:
            yield Unread(table.file, table.at(index, lines), _SAID, read=True)
