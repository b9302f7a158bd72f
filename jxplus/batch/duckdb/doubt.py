"""What is found in doubt in the tables, and the table of those that need judgement."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from jxplus.batch.duckdb import Unfit
from jxplus.batch.duckdb.words import name
from jxplus.fault import Text
from jxplus.policy.tables import ENTERPRISES, KEY

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NUMBER, DOUBT, WANTED = "row number", "in doubt", "wanted enterprises"
"""The columns that each table has beside its facts, and the table of the enterprises that are judged one by one."""


class Doubts(NamedTuple):
    """How many enterprises there are, how many need judgement, and how many rows do not."""

    enterprises: int
    doubtful: int
    unjudged: int


def not_the_row_number(facts: Iterable[str | None]) -> None:
    """Raises `Unfit` where a fact has the name under which DuckDB numbers the rows of its own tables."""
    if "rowid" in facts:
        raise Unfit(Text("有一列名为 rowid", "a column is called rowid"))


def list_wanted(database: "DuckDBPyConnection", found: Sequence[str], enterprises: int) -> Doubts:
    """Puts into the table `WANTED` whose ids the queries `found` give; `enterprises` is how many there are."""
    union = " UNION ALL ".join(found) or f"SELECT {KEY} AS id FROM {ENTERPRISES} LIMIT 0"
    database.execute(f"CREATE TABLE {name(WANTED)} AS SELECT DISTINCT id FROM ({union})")
    doubtful, unjudged = count(database, f"SELECT count(*) FROM {name(WANTED)}"), enterprises
    if doubtful:
        wanted = f"SELECT id FROM {name(WANTED)} WHERE id IS NOT NULL"
        unjudged = count(database, f"SELECT count({KEY}) FROM {ENTERPRISES} WHERE {KEY} NOT IN ({wanted})")
    return Doubts(enterprises, doubtful, unjudged)


def count(database: "DuckDBPyConnection", query: str) -> int:
    """The number that a query gives."""
    row = database.execute(query).fetchone()
    assert row is not None
    return int(row[0])
