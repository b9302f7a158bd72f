"""Which of two holds on a day: clauses of one plan that follow each other, and a plan that takes another's place."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from oneclause import PLAN, plan, refused, written

from jxplus.assessment import Assessor
from jxplus.enterprise import Enterprise
from jxplus.policy import Policy
from jxplus.policy.file import read_policy
from jxplus.policy.together import together
from jxplus.query import policy_query
from jxplus.query.tables import Options
from jxplus.query.text import query_text

SUPER = """\
policy:
  id: 企业所得税法
  alias: cit
  title: {zh: 研发费用加计扣除, en: Additional deduction of R&D expenses}
  issued: 2008-01-01
  in force: {from: 2008-01-01}
  currency: CNY
natures: {tax: {zh: 税收, en: Tax}}
bases: {annual: {zh: 每年, en: each year, held against: period_end}}
departments: {税务局: {en: Tax bureau}}
types:
  money: {unit: 元, decimals: 2, below: 10万亿元}
  rate: {unit: "%", decimals: 4, at most: 100%}
facts:
  name: {type: text, required: yes, zh: 名称, en: Name}
  as_of: {type: date, default: today, zh: 测算日期, en: Day}
  period_end: {type: date, default: as_of, zh: 所属期末, en: End of the year}
  rd_expensed: {type: money, zh: 费用化研发费用, en: R&D expensed}
  cit_rate: {type: rate, default: 25%, zh: 企业所得税税率, en: CIT rate}
clauses:
"""


def deduction(id: str, share: str, start: str, replaces: str = "") -> str:
    return f"""\
  {id}:
    section: 一(一)
    title: {{zh: 加计{share}, en: "{share} more"}}
    nature: tax
    basis: annual
    payer: {{zh: 税务, en: tax}}
    lead: 税务局
    in force: {{from: {start}}}
    {replaces}
    when: rd_expensed > 0元
    base: {share} * rd_expensed
    pays: base * cit_rate
"""


NATIONAL = (
    SUPER
    + deduction("half", "50%", "2008-01-01")
    + deduction("three-quarters", "75%", "2018-01-01", "replaces: half")
    + deduction("whole", "100%", "2023-01-01", "replaces: three-quarters")
)


def policy_of(text: str) -> Policy:
    return read_policy(text.encode(), "p.yaml", "")


@pytest.mark.parametrize(
    ("year", "clause", "saved"),
    [
        (2016, "half", "12.5"),
        (2017, "half", "12.5"),
        (2018, "three-quarters", "18.75"),
        (2022, "three-quarters", "18.75"),
        (2023, "whole", "25"),
        (2030, "whole", "25"),
    ],
)
def test_the_deduction_of_a_year(year: int, clause: str, saved: str) -> None:
    """Of 100 yuan of R&D 50, 75 or 100 are deducted once more, by the year; a quarter of that is saved. One clause holds."""
    facts: dict[str, Any] = {"name": "甲", "rd_expensed": Decimal(100), "period_end": date(year, 12, 31)}
    assessment = Assessor(policy_of(NATIONAL)).assess(Enterprise("甲", facts), date(year + 1, 4, 1))
    paid = {each.clause.id: each.low for each in assessment.outcomes if each.status == "entitled"}
    assert paid == {clause: Decimal(saved)}
    assert {each.status for each in assessment.outcomes} == {"entitled", "not-in-force"}


def test_the_days_are_said_with_their_reason() -> None:
    half, quarters, whole = policy_of(NATIONAL).clauses
    assert [str(each.period) for each in (half, quarters, whole)] == [
        "from 2008-01-01 to 2017-12-31",
        "from 2018-01-01 to 2022-12-31",
        "from 2023-01-01",
    ]
    assert half.period.source is not None
    assert (half.period.source.zh, half.period.source.en) == (
        "由一(一) 加计75%替代",
        "75% more (一(一)) takes its place",
    )


def test_the_query_has_the_same_days() -> None:
    """The days are the clause's own from the moment it is read, for every engine."""
    text = query_text(policy_query(policy_of(NATIONAL), Options()), "duckdb")
    for day in ("2017-12-31", "2018-01-01", "2022-12-31", "2023-01-01"):
        assert day in text


OLD = (
    PLAN.replace("某市〔2020〕1号", "某市〔2010〕1号")
    .replace("in force: {from: 2020-01-01, to: 2021-12-31}", "in force: {from: 2010-01-01}")
    .replace("  currency", "  alias: old\n  currency", 1)
    + "    pays: 5元\n"
)


def new(replaces: str) -> str:
    return PLAN.replace("  currency", f"  alias: new\n  {replaces}\n  currency", 1) + "    pays: 7元\n"


def paying(policies: list[Policy], day: date) -> dict[str, Decimal | None]:
    found = Assessor(together(policies)).assess(Enterprise("甲", {"name": "甲"}), day).outcomes
    return {each.clause.id: each.low for each in found if each.status == "entitled"}


@pytest.mark.parametrize(
    "replaces",
    ["replaces: {plan: 某市〔2010〕1号}", "replaces: {plan: old}", "replaces: {plan: old, from: 2020-01-01}"],
)
def test_a_plan_and_its_successor(replaces: str) -> None:
    """The new plan is in force from 2020-01-01: until the day before the old one pays 5 yuan, from then on the new one 7."""
    plans = [policy_of(OLD), policy_of(new(replaces))]
    assert paying(plans, date(2019, 12, 31)) == {"old:c": 5}
    assert paying(plans, date(2020, 1, 1)) == {"new:c": 7}
    assert paying(plans[:1], date(2020, 1, 1)) == {"c": 5}  # nobody has loaded what follows


def test_a_plan_from_a_day_of_its_own() -> None:
    """Both hold until the day on which the old one is repealed."""
    plans = [policy_of(OLD), policy_of(new("replaces: {plan: old, from: 2020-07-01}"))]
    assert paying(plans, date(2020, 6, 30)) == {"old:c": 5, "new:c": 7}
    assert paying(plans, date(2020, 7, 1)) == {"new:c": 7}


def test_a_clause_takes_the_place_of_another_plans_clause() -> None:
    """A national clause ends a provincial one where both are loaded, and says nothing where only its own plan is."""
    text = NATIONAL.replace("in force: {from: 2023-01-01}", "in force: {from: 2020-06-01}").replace(
        "replaces: three-quarters", "replaces: [three-quarters, old:c]"
    )
    money = "money: {unit: 元, decimals: 2, below: 1亿元}"
    old = OLD.replace("  exports:", "  exports_abroad:").replace(money, money.replace("1亿元", "10万亿元"))
    plans = [policy_of(old), policy_of(text)]
    assert "old:c" in paying(plans, date(2020, 5, 31))
    assert "old:c" not in paying(plans, date(2020, 6, 1))
    assert policy_of(text).clauses[-1].replaces == ("three-quarters", "old:c")


@pytest.mark.parametrize(
    ("replaces", "start", "wrong"),
    [
        ("replaces: hallf", "2018-01-01", "unknown clause 'hallf'"),
        ("replaces: three-quarters", "2018-01-01", "it is the clause itself"),
        ("replaces: {half: yes}", "2018-01-01", "not a clause"),
        ("replaces: half", "2008-01-01", "'half' begins on 2008-01-01, no earlier"),
    ],
)
def test_what_is_no_successor(replaces: str, start: str, wrong: str) -> None:
    text = SUPER + deduction("half", "50%", "2008-01-01") + deduction("three-quarters", "75%", start, replaces)
    assert wrong in refused(text)[0].wrong.en


def test_a_successor_says_from_which_day() -> None:
    body = "replaces: other\npays: 5元"
    assert "it does not say from which day" in [each.wrong.en for each in refused(written(body))]
    no_day = written("pays: 5元", ("  in force: {from: 2020-01-01, to: 2021-12-31}", "  replaces: {plan: old}"))
    assert [each.wrong.en for each in refused(no_day)] == ["it does not say from which day"]


# ---- a reading that runs over a list -----------------------------------------------------------------------------------

READ = """
when: exporter
readings:
  once: {zh: 每家一次, en: once, pays: 5元}
  each-shop: {zh: 每家门店, en: each shop, for each: shops, when: rent > 10元, pays: 10% * rent}
"""


@pytest.mark.parametrize(
    ("rents", "readings"),
    [
        (["20", "100"], {"once": (5, 5), "each-shop": (12, 12)}),
        (["10"], {"once": (5, 5), "each-shop": (0, 0)}),
        ([], {"once": (5, 5), "each-shop": (0, 0)}),
        (["50"], {}),  # both come to 5
    ],
)
def test_a_reading_for_each_of_a_list(rents: list[str], readings: dict[str, tuple[int, int]]) -> None:
    """Read as once for an enterprise it is 5 yuan; read as for each shop, 10 % of every rent above 10 yuan."""
    shops = [{"abroad": True, "rent": Decimal(each), "profit": Decimal(0)} for each in rents]
    facts = {"name": "甲", "exporter": True, "shops": shops}
    found = Assessor(plan(READ)).assess(Enterprise("甲", facts), date(2020, 6, 30)).outcomes[0]
    assert (found.status, dict(found.readings)) == ("entitled", readings)


def test_a_reading_runs_over_a_list_where_its_clause_does_not() -> None:
    assert "runs over a list" in refused(written(f"for each: shops{READ}"))[0].wrong.en
    body = "pays: 5元\nreadings:\n  a: {zh: 甲, en: a, for each: shops}\n  b: {zh: 乙, en: b, when: exporter}"
    assert "no amount of its own" in refused(written(body))[0].wrong.en
    body = READ.replace("10% * rent", "profit")
    assert refused(written(body))[0].wrong.en == "it may come to less than zero"
    assert plan(READ.replace("rent > 10元", "profit > 0元").replace("10% * rent", "profit")).clauses
