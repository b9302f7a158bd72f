"""Figures whose column may be in another unit than its heading says: by their size, or by a text around the table."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence

from jxplus.batch.sources import Unread
from jxplus.batch.sources.columns import noted_fault
from jxplus.batch.sources.rows import Columns, Table
from jxplus.batch.sources.unitnotes import of_other_measure
from jxplus.fault import Fault, Text
from jxplus.policy import Fact
from jxplus.quantity import unit_text

_ODD = {
    "万元": (
        ">= 1000000",
        Text(
            "按万元计达到100亿元；填的如果是元，改列标题的单位",
            "ten billion yuan and more, in 万元 as the heading says; if they are yuan, put its unit right",
        ),
    ),
    "%": (
        "BETWEEN 0.00000001 AND 0.99999999",
        Text(
            "按%计不到1%；填的如果是 0.15 这样的比例，写作 15%",
            "less than 1%, in % as the heading says; if 0.15 is meant for 15%, write 15%",
        ),
    ),
}
"""By the unit of a heading, which of its figures are named, and what is said of them: few firms are so large, few shares so small."""


def odd_figures(database: sqlite3.Connection, name: str, table: Table, columns: Columns) -> Iterator[Unread]:
    """The figures in the rows laid out as `name` of whose unit may be doubted; they are read in that of their heading."""
    for index, heading in enumerate(columns.headings):
        if heading is None or heading.unit not in _ODD:
            continue
        size, said = _ODD[heading.unit]
        # What ends otherwise has a unit of its own; a cast takes the figure that a text begins with.
        odd = f"substr(c{index}, -?1) = ?2 AND CAST(replace(c{index}, ',', '') AS REAL) {size}"
        found = database.execute(
            f"SELECT line FROM {name} WHERE {odd} ORDER BY line", (len(heading.unit), heading.unit)
        )
        lines = [line for (line,) in found]
        if lines:
            yield Unread(table.file, table.at(index, lines), said, read=True)


def otherwise_measured(
    table: Table, columns: Columns, facts: Mapping[str, Fact], texts: Sequence[str]
) -> Iterator[Fault]:
    """The faults of figures that are no amounts and whose headings name no unit, where a text measures in another: 面积单位：亩."""
    for index, heading in enumerate(columns.headings if texts else ()):
        fact = facts.get(heading.id) if heading is not None and not heading.unit else None
        if fact is None or fact.type.kind != "number" or fact.is_money or not (unit := unit_text(fact.type.unit)):
            continue
        if told := of_other_measure(texts, unit):
            right = Text(f"把单位写进列标题，如“（{unit}）”", f"write the unit into the heading, as （{unit}）")
            yield noted_fault(told, table, index)._replace(right=right)
