"""Rules between clauses as a query: the totals of random plans are those of the scalar engine, to the fen."""

from pathlib import Path

import duckdb
import ruled
import tables
from commandline import jxplus
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from jxplus.assessment import Assessor
from jxplus.enterprise import Enterprise
from jxplus.fault import Refused
from jxplus.policy import Policy
from jxplus.query import policy_query
from jxplus.query.tables import Options
from jxplus.query.text import query_text

LUCHENG = Path(__file__).parents[1] / "lucheng.yaml"


def totals(
    policy: Policy, enterprises: list[Enterprise], pins: dict[str, str], tuned: bool
) -> list[tuple[object, ...]]:
    """The totals of the query on DuckDB, in the order of the enterprises."""
    with duckdb.connect() as database:
        tables.load(database, policy, enterprises, frozenset())
        try:
            query = policy_query(policy, Options("wide", ruled.DAY, pins=pins, tuned=tuned))
        except Refused:
            assume(False)
            raise
        text = f"SELECT enterprise, total_low, total_high FROM ({query_text(query, 'duckdb')}) ORDER BY enterprise"
        return database.execute(text).fetchall()


@settings(max_examples=60, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.data())
def test_the_totals_of_a_query_are_those_of_the_scalar_engine(data: st.DataObject) -> None:
    """Each enterprise gets from one SELECT what `assess` gives it, under any readings, tuned for DuckDB or not."""
    plan = data.draw(ruled.plans())
    policy = ruled.loaded(plan)
    facts = data.draw(st.lists(ruled.facts_of(plan), min_size=1, max_size=4))
    enterprises = [Enterprise("甲", each, id=f"E{number}") for number, each in enumerate(facts)]
    pins = {
        each.id: data.draw(st.sampled_from([one.id for one in each.readings]))
        for each in policy.ambiguous
        if data.draw(st.booleans())
    }
    assessor = Assessor(policy, pins)
    expected = [(each.id, *assessor.assess(each, ruled.DAY).total()) for each in enterprises]
    assert totals(policy, enterprises, pins, data.draw(st.booleans())) == expected


CROSSING = """\
  three-years-and-honours:
    section: 第1条
    title: {zh: 奖励与荣誉合计, en: awards and honours together}
    sum of: [three-years, culture]
    at most: 300万元
    for each: projects
  honours:
    section: 第8条
    title: {zh: 荣誉合计, en: honours together}
    sum of: [culture, trade-city]
    at most: 6万元
    for each: projects
"""


def test_a_rule_that_cannot_be_a_query_is_refused_by_name(tmp_path: Path) -> None:
    """Ceilings that cross item by item are for the scalar engine: `sql` names the rule and its line, `batch` says so too.

    500,000 and 50,000 and 20,000 of one project: honours together at most 60,000, so 560,000.
    """
    text = LUCHENG.read_text(encoding="utf-8").split("  not-twice:")[0] + CROSSING
    plan, folder, out = tmp_path / "plan.yaml", tmp_path / "tables", tmp_path / "out.csv"
    plan.write_text(text, encoding="utf-8")
    line = text[: text.index("  honours:")].count("\n") + 1
    code, _, err = jxplus("sql", "--shape", "wide", "--policies", str(plan), "--lang", "en")
    assert code == 1
    assert f"plan.yaml:{line}:3: honours: ceilings for each item cross, which no query can say" in err
    assert jxplus("sql", "--policies", str(plan))[0] == 0  # the long table has no totals
    folder.mkdir()
    (folder / "enterprises.csv").write_text("id,name,course\nE1,甲,7元/美元\n", encoding="utf-8")
    row = "enterprise_id,year,inflow,culture,trade\nE1,first,500万美元,provincial,city\n"
    (folder / "projects.csv").write_text(row, encoding="utf-8")
    options = ("--policies", str(plan), "--shape", "wide", "--as-of", "2020-06-01", "--lang", "en", "-o", str(out))
    with open(folder / "enterprises.csv", "a", encoding="utf-8") as file:
        file.writelines(f"E{number},乙{number},7元/美元\n" for number in range(2, 20_000))
    code, _, err = jxplus("batch", str(folder), *options)
    assert code == 0, err
    assert f"engine: python (the policy cannot be one query: {plan}:{line}:3: honours: ceilings" in err
    assert out.read_text(encoding="utf-8").splitlines()[1].startswith("E1,甲,560000,560000,")
