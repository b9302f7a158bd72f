"""Tables in Parquet, read by DuckDB; a row counts from 1, and a figure is taken with the digits that it holds."""

from collections.abc import Mapping

from jxplus.batch.duckdb.parquetfile import NotParquet, parquet_cells, parquet_headings
from jxplus.batch.sources.known import Known
from jxplus.batch.sources.rows import Row, Table
from jxplus.fault import Place, Refused, Text


def parquet_table(path: str, name: str) -> Table:
    """The table of a Parquet file; raises `Refused` where it is none, or where DuckDB is not installed."""
    try:
        columns, cells = parquet_cells(path)
    except ImportError:
        wrong = Text("读取 Parquet 需要 DuckDB", "reading Parquet takes DuckDB")
        right = Text("安装：pip install '.[tables]'", "install it: pip install '.[tables]'")
        raise Refused.of(path, Place(), wrong, right) from None
    except NotParquet as problem:
        wrong = Text(f"不是可读的 Parquet: {problem}", f"no Parquet that can be read: {problem}")
        raise Refused.of(path, Place(), wrong, Text("重新导出该表", "export the table again")) from None
    heading = Row(1, [column.strip() or None for column in columns])
    rows = (Row(line, [(cell and cell.strip()) or None for cell in row]) for line, row in enumerate(cells, start=1))
    return Table(name, path, heading, rows)


def table_of_parquet(path: str, known: Mapping[str, Known]) -> str | None:
    """Which table a Parquet file holds, as its columns tell; None where they do not, or cannot be read."""
    try:
        cells = [column.strip() or None for column in parquet_headings(path)]
    except (ImportError, NotParquet):
        return None
    counts = {name: each.count(cells) for name, each in known.items()}
    best = [name for name, count in counts.items() if count == max(counts.values())]
    most = counts[best[0]]
    return best[0] if len(best) == 1 and most[0] >= 2 and most[1] else None
