"""Tables in Parquet, read by DuckDB; a row counts from 1, and a figure is taken with the digits that it holds."""

from jxplus.batch.duckdb.parquetfile import NotParquet, parquet_cells
from jxplus.batch.sources.tables import Row, Table
from jxplus.fault import Fault, Place, Refused, Text


def parquet_table(path: str, name: str) -> Table:
    """The table of a Parquet file; raises `Refused` where it is none, or where DuckDB is not installed."""
    try:
        columns, cells = parquet_cells(path)
    except ImportError:
        wrong = Text("读取 Parquet 需要 DuckDB", "reading Parquet takes DuckDB")
        right = Text("安装: pip install 'jxplus[tables]'", "install it: pip install 'jxplus[tables]'")
        raise Refused([Fault(path, Place(), "", wrong, right)]) from None
    except NotParquet as problem:
        wrong = Text(f"不是可读的 Parquet: {problem}", f"no Parquet that can be read: {problem}")
        raise Refused([Fault(path, Place(), "", wrong, Text("重新导出该表", "export the table again"))]) from None
    heading = Row(1, [column.strip() or None for column in columns])
    rows = (Row(line, [(cell and cell.strip()) or None for cell in row]) for line, row in enumerate(cells, start=1))
    return Table(name, path, heading, rows)
