"""What is found in doubt in the tables, and the table of those that need judgement."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from jxplus.batch.duckdb import Unfit
from jxplus.batch.duckdb.words import name
from jxplus.fault import Text
from jxplus.policy import Policy
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


def every(table: str) -> str:
    """What a table is called with all its rows; under its own name those are left out that are judged one by one."""
    return f"every row of {table}"


def show(database: "DuckDBPyConnection", tables: Mapping[str, str], without_wanted: bool = False) -> None:
    """Makes the view of each table, by its name and the column that says whose a row is.

    It is of all its rows, or of those that belong to an enterprise and not to one of the table `WANTED`.
    """
    for table, own in tables.items():
        query = f"FROM {name(every(table))}"
        if without_wanted:
            wanted = f"SELECT id FROM {name(WANTED)} WHERE id IS NOT NULL"
            query = f"SELECT * {query} WHERE {own} IS NOT NULL AND {own} NOT IN ({wanted})"
        database.execute(f"CREATE OR REPLACE VIEW {name(table)} AS {query}")


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


def full_facts(database: "DuckDBPyConnection", policy: Policy, known: Collection[str]) -> set[str]:
    """The facts of items with a default that every item of the tables states, as `Options.absent` would name them."""
    found = set()
    for listed in policy.lists.values():
        asked = [
            fact.id for fact in listed.facts.values() if fact.default is not None and f"{listed.id}.{fact.id}" in known
        ]
        if asked:
            cells = ", ".join(f"count({name(each)}) = count(*)" for each in asked)
            row = database.execute(f"SELECT {cells} FROM {name(listed.id)}").fetchone()
            assert row is not None
            found |= {f"{listed.id}.{each}" for each, holds in zip(asked, row, strict=True) if holds}
    return found


def count(database: "DuckDBPyConnection", query: str) -> int:
    """The number that a query gives."""
    row = database.execute(query).fetchone()
    assert row is not None
    return int(row[0])
