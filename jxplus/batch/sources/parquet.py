"""Tables in Parquet, read by DuckDB; a row counts from 1, and a figure is taken with the digits that it holds."""

from collections.abc import Iterator
from typing import Any

from jxplus.batch.duckdb.words import pattern_of, text_of
from jxplus.batch.sources.tables import Row, Table
from jxplus.fault import Fault, Place, Refused, Text

_ROWS = 2000


def parquet_table(path: str, name: str) -> Table:
    """The table of a Parquet file; raises `Refused` where it is none, or where DuckDB is not installed."""
    try:
        import duckdb
    except ImportError:
        wrong = Text("读取 Parquet 需要 DuckDB", "reading Parquet takes DuckDB")
        right = Text("安装: pip install 'jxplus[tables]'", "install it: pip install 'jxplus[tables]'")
        raise Refused([Fault(path, Place(), "", wrong, right)]) from None
    connection = duckdb.connect()
    own = pattern_of(path)
    try:
        columns = connection.execute("DESCRIBE SELECT * FROM read_parquet($path)", {"path": own}).fetchall()
        cells = ", ".join(text_of(str(column[0]), str(column[1])) for column in columns)
        connection.execute(f"SELECT {cells} FROM read_parquet($path)", {"path": own})
    except duckdb.Error as error:
        problem = str(error).splitlines()[0]
        wrong = Text(f"不是可读的 Parquet: {problem}", f"no Parquet that can be read: {problem}")
        raise Refused([Fault(path, Place(), "", wrong, Text("重新导出该表", "export the table again"))]) from None
    heading = Row(1, [str(column[0]).strip() or None for column in columns])
    return Table(name, path, heading, _rows(connection))


def _rows(connection: Any) -> Iterator[Row]:
    line = 0
    while some := connection.fetchmany(_ROWS):
        for cells in some:
            line += 1
            yield Row(line, [cell.strip() or None if cell is not None else None for cell in cells])
    connection.close()
