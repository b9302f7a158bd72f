"""The compiled query gives, cell by cell, what a query of the same clauses gives that was written by hand."""

import sys
from pathlib import Path

import duckdb
import pytest

from jxplus.policy.store import load_policy
from jxplus.query import policy_query
from jxplus.query.tables import Options
from jxplus.query.text import query_text

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))
from make_tables import make_tables

BY_HAND = Path(__file__).parents[1] / "bench" / "by_hand.sql"
Cells = dict[str, object]
POLICY = load_policy()
COUNT = 3000
EDGES = {
    "enterprises": {
        "operating_revenue": "40000000, 40000000.01, 100000000, 100000000.01",
        "previous_peak_revenue": "40000000, 40000000.01, 100000000, 100000000.01",
        "rd_investment": "10000000, 10000000.01, 0.1 * sales_revenue",
        "rd_expensed": "0, 0.01, 9999999999999.99",
        "rd_amortisation": "0, 0.01, 9999999999999.99",
        "investment": "9999999.99, 10000000",
        "trainees": "0, 1",
        "as_of": "DATE '2015-08-31', DATE '2015-09-01', DATE '2016-08-31', DATE '2016-09-01', DATE '2018-01-01'",
    },
    "premises": {
        "monthly_rent": "20, 20.0001, 30, 30.0001, 99999999.9999",
        "area": "0.0001, 99999999.9999",
        "months": "0, 36, 1199",
        "months_used": "0, 35, 36, 37",
    },
    "platforms": {"private_investment": "9999999.99, 10000000, 10000000.01"},
    "funds": {
        "in_province_investment": "0.5 * size, 0.5 * size + 0.01",
        "in_province_net_gain": "0, 0.01, -0.01, -33333333.33, -33333333.34, -9999999999999.99",
        "local_gain": "0.01, 9999999999999.99",
    },
    "truck_tolls": {"toll": "0, 0.25, 9999999999999.99"},
    "container_trips": {"vehicle_km": "0, 0.0001, 0.2174, 9999999999.9999"},
}
"""Figures that decide or that fill their type, as SQL lists: every third cell of the column gets one of them."""


LEFT_OUT = frozenset(
    {"period_end", *(f"{each}.date" for each in ("listings", "funds", "truck_tolls", "container_trips"))}
)
"""The days that the tables do not state: what they date has the day of the calculation."""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """The tables of a benchmark, with the figures above strewn over them."""
    folder = tmp_path_factory.mktemp("tables")
    make_tables(POLICY, folder, COUNT, "parquet")
    database = duckdb.connect()
    for file in folder.iterdir():
        database.execute(f"CREATE TABLE {file.stem} AS FROM '{file}'")
        for column, values in EDGES.get(file.stem, {}).items():
            draw = f"(hash(rowid, '{column}') // 3)::BIGINT"
            picked = f"([{values}])[1 + {draw} % len([{values}])]"
            database.execute(f"UPDATE {file.stem} SET {column} = {picked} WHERE hash(rowid, '{column}') % 3 = 0")
    return database


def rows(database: duckdb.DuckDBPyConnection, query: str) -> list[Cells]:
    found = database.execute(query)
    names = [column[0] for column in found.description or ()]
    return sorted(
        (dict(zip(names, row, strict=True)) for row in found.fetchall()), key=lambda row: str(row["enterprise"])
    )


@pytest.fixture(scope="module")
def by_hand(database: duckdb.DuckDBPyConnection) -> list[Cells]:
    """What the query by hand gives."""
    *before, query = BY_HAND.read_text(encoding="utf-8").split(";\n\n")
    for statement in before:
        database.execute(statement)
    return rows(database, query)


@pytest.mark.parametrize("tuned", [False, True])
def test_the_compiled_query_gives_what_the_one_by_hand_gives(
    database: duckdb.DuckDBPyConnection, by_hand: list[Cells], tuned: bool
) -> None:
    """3,000 enterprises, their figures on both sides of every threshold: 139 cells each, all equal."""
    compiled = rows(database, query_text(policy_query(POLICY, Options("wide", tuned=tuned, absent=LEFT_OUT)), "duckdb"))
    assert len(compiled) == COUNT
    for mine, its in zip(compiled, by_hand, strict=True):
        assert list(mine) == list(its)
        assert mine == its
    for clause in POLICY.clauses:
        paid = "unquantified" if clause.kind == "unstated" else "entitled"
        assert {paid, "not-met", "not-in-force"} <= {row[f"{clause.id}_status"] for row in compiled}
