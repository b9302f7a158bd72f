"""The policy as SQL gives each enterprise what the scalar engine gives it."""

import sys
from datetime import date
from pathlib import Path

import duckdb
from hypothesis import HealthCheck, given, settings

from jxplus.assess import Assessor
from jxplus.policystore import load_policy
from jxplus.query import Options, policy_query, query_text
from jxplus.render.record import Row, rows

sys.path.insert(0, str(Path(__file__).parent))
import tables

POLICY = load_policy()
TODAY = date(2016, 6, 30)
DATABASE = duckdb.connect()


def scalar(case: tables.Case, policy=POLICY) -> list[Row]:
    assessor = Assessor(policy, case.pins)
    return [
        row
        for each in case.enterprises
        for row in rows(assessor.assess(each, case.day or each.facts.get("as_of") or TODAY), every=True)
    ]


def columnar(case: tables.Case, policy=POLICY, database=DATABASE) -> list[Row]:
    tables.load(database, policy, case.enterprises, case.absent)
    options = Options("long", case.day, TODAY, case.pins, True, case.absent)
    found = database.execute(query_text(policy_query(policy, options), "duckdb")).fetchall()
    place = {clause.id: index for index, clause in enumerate(policy.clauses)}
    return sorted((Row(*row) for row in found), key=lambda row: (int(row.enterprise[1:]), place[row.clause]))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables.cases(POLICY))
def test_duckdb_gives_what_the_scalar_engine_gives(case):
    """For all enterprises, days, pins and tables: status, low, high and base are equal, clause by clause."""
    assert columnar(case) == scalar(case)


TANGLED = load_policy(str(Path(__file__).parent / "tangled.yaml"))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables.cases(TANGLED))
def test_another_plan_is_another_query(case):
    """The same for a plan whose items ask for the enterprise's facts and for other lists, and whose amounts may be open."""
    assert columnar(case, TANGLED) == scalar(case, TANGLED)
