"""What is found in doubt in the tables, and the table of those that need judgement."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from jxplus.batch.duckdb import Unfit
from jxplus.batch.duckdb.words import name
from jxplus.fault import Text
from jxplus.policy import DAY, Policy
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


class WhoStates(NamedTuple):
    """Of the facts that need not be stated: those of items that every item states, and those that nobody does.

    They have the names that `Options.absent` has for them.
    """

    full: set[str]
    empty: set[str]


def who_states(database: "DuckDBPyConnection", policy: Policy, known: Collection[str]) -> WhoStates:
    """Looks which of the known facts of items with a default, and which days that follow others, somebody states."""
    found = WhoStates(set(), set())
    days = [fact.id for fact in policy.facts.values() if fact.follows and fact.id != DAY and fact.id in known]
    asked = {ENTERPRISES: days}
    for listed in policy.lists.values():
        own = (fact.id for fact in listed.facts.values() if fact.default is not None)
        asked[listed.id] = [each for each in own if f"{listed.id}.{each}" in known]
    for table, facts in asked.items():
        if facts:
            cells = ", ".join(f"count({name(each)})" for each in facts)
            row = database.execute(f"SELECT count(*), {cells} FROM {name(table)}").fetchone()
            assert row is not None
            for each, number in zip(facts, row[1:], strict=True):
                id = each if table == ENTERPRISES else f"{table}.{each}"
                found.full.update([id] if number == row[0] and table != ENTERPRISES else [])
                found.empty.update([id] if number == 0 else [])
    return found


def count(database: "DuckDBPyConnection", query: str) -> int:
    """The number that a query gives."""
    row = database.execute(query).fetchone()
    assert row is not None
    return int(row[0])
