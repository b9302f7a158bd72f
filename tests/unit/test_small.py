"""A plan that is nothing like the one that ships: what it calls its types, and what it lacks, is its own business."""

import json
from pathlib import Path

import duckdb
import pytest
from commandline import invoked

from jxplus.policy.store import load_policy
from jxplus.query import policy_query
from jxplus.query.tables import Options
from jxplus.query.text import Unwritable, dialects, query_text

PLAN = str(Path(__file__).parents[1] / "small.yaml")


def said(*arguments: str, given: str | None = None) -> str:
    """What a command prints on this plan, in English."""
    done = invoked(*arguments, "--policies", PLAN, given=given, code=0)
    return done.output


def test_shares_are_percents_under_any_name() -> None:
    """Four patents, more than three, with fees of 1,000.01 of which 12.5 % are borne: 875.00875, rounded to 875.01.

    The patents are 4, not 400 %.
    """
    enterprise = "{name: 甲, fees: 1000.01元, own_share: 12.5%, granted: 4}"
    shown = said("calc", "-", "--explain", "--formulas", given=enterprise)
    assert "875.01" in shown
    assert "= yes and 4 > 3" in shown
    assert "fees - fees * own_share" in shown
    assert "12.5%" in shown
    assert "not stated, taken as yes" in shown


def test_a_fact_is_asked_for_as_what_it_is() -> None:
    """The template, the explanation and a refusal know a share from a number."""
    template = said("init")
    assert "a rate, such as 15%; 20% if not stated" in template
    assert "a number" in template
    assert "a rate, such as 15%" in said("explain", "patent-award")
    done = invoked("check", "-", "--policies", PLAN, given="{name: 甲, granted: 501}")
    assert "'501' is out of range; at most 500" in done.output
    done = invoked("schema", "--policies", PLAN)
    facts = json.loads(done.output)["properties"]
    assert "%" in json.dumps(facts["own_share"])
    assert "%" not in json.dumps(facts["granted"])


def test_the_query_needs_neither_a_day_nor_a_second_clause(tmp_path: Path) -> None:
    """A table of three: 875.01 as above; three patents are not enough; of the third nobody knows how many it has."""
    table = tmp_path / "enterprises.csv"
    table.write_text("id,name,fees,own_share,granted\nA,甲,1000.01,0.125,4\nB,乙,5,,3\nC,丙,5,,\n", encoding="utf-8")
    rows = ["A,甲,patent-award,一(一),entitled,875.01,875.01,", "B,乙,patent-award,一(一),not-met,,,"]
    rows = [f"{row},小方案〔2020〕1号" for row in (*rows, "C,丙,patent-award,一(一),undecided,,,")]
    expected = ["enterprise,name,clause,section,status,low,high,base,policy", *rows]
    for engine in ("python", "duckdb"):
        out = tmp_path / f"{engine}.csv"
        said("batch", str(table), "--all", "--engine", engine, "-o", str(out))
        assert out.read_text(encoding="utf-8").splitlines() == expected
    text = query_text(policy_query(load_policy(PLAN), Options(every=True, absent={"local", "as_of"})), "duckdb")
    database = duckdb.connect()
    database.execute(f"CREATE VIEW enterprises AS FROM read_csv('{table}', all_varchar = true)")
    assert [row[4] for row in database.execute(text).fetchall()] == ["entitled", "not-met", "undecided"]


@pytest.mark.parametrize("dialect", dialects())
def test_one_clause_is_a_query_in_every_dialect(dialect: str) -> None:
    try:
        text = query_text(policy_query(load_policy(PLAN), Options(), dialect), dialect)
    except Unwritable:
        assert dialect == "sqlite"
    else:
        assert "patent-award" in text
