"""Which day counts: the words of a policy file for it, the defaults that follow other days, and what is said of a day that does not fit."""

from datetime import date
from typing import Any

import pytest

from jxplus.assessment import Assessment, assess
from jxplus.document import read_tree
from jxplus.enterprise import Enterprise, Reader
from jxplus.enterprise.defaults import Defaults
from jxplus.fault import Refused, Text
from jxplus.policy import Policy
from jxplus.policy.file import read_policy
from jxplus.policy.store import load_policy
from jxplus.query import policy_query
from jxplus.query.tables import Options
from jxplus.query.text import heading
from jxplus.render.words import days_told

POLICY = load_policy()

PLAN = """
policy: {id: T-1, title: {zh: 试, en: Trial}, issued: 2020-01-01, in force: {from: 2020-01-01, to: 2020-12-31}, currency: CNY}
parts: {一: {zh: 一, en: One}}
natures: {grant: {zh: 奖, en: Grant}}
bases: {annual: {zh: 年, en: annual, held against: year_end}, one-off: {zh: 一次, en: once}}
departments: {厅: {en: Department}}
types: {money: {unit: 元, decimals: 2, below: 500元}}
facts:
  name: {type: text, required: yes, zh: 企业名称, en: Name}
  as_of: {type: date, default: today, zh: 测算日期, en: Day}
  year_end: {type: date, default: quarter_end, zh: 年末, en: End of the year}
  quarter_end: {type: date, default: as_of, zh: 季末, en: End of the quarter}
  founded: {type: date, zh: 成立日期, en: Day of foundation}
  member: {type: bool, zh: 会员, en: Member}
lists:
  shops:
    zh: 店铺
    en: Shops
    dated by: opened
    facts:
      rent: {type: money, zh: 租, en: Rent}
      opened: {type: date, default: year_end, zh: 开业日期, en: Day of opening}
  sites:
    zh: 工地
    en: Sites
    facts: {cost: {type: money, zh: 造价, en: Cost}}
clauses:
  gift: &clause
    section: 一(一)
    title: {zh: 礼, en: Gift}
    nature: grant
    basis: annual
    payer: {zh: 厅, en: Department}
    lead: 厅
    when: member
    pays: 1元
  opening: {<<: *clause, for each: shops, when: rent > 0元, pays: rent}
  beside: {<<: *clause, for each: sites, when: any shops where (rent > 0元), pays: cost}
  quarter: {<<: *clause, held against: quarter_end}
"""


def plan(old: str = "", new: str = "") -> Policy:
    assert old in PLAN
    text = PLAN.replace(old, new, 1)
    for name in ("opening", "beside", "quarter"):  # YAML's merge key is refused, as any other file's is
        head = text.split("gift: &clause\n")[1].split("  opening:")[0]
        own = [line for line in head.splitlines() if not line.lstrip().startswith(("when", "pays"))]
        fields = ", ".join(line.strip() for line in own)
        text = text.replace(f"{name}: {{<<: *clause", f"{name}: {{{fields}", 1)
    text = text.replace("held against: quarter_end}", "held against: quarter_end, when: member, pays: 1元}")
    return read_policy(text.replace("&clause", "").encode(), "p.yaml", "")


def faults(old: str, new: str) -> list[str]:
    with pytest.raises(Refused) as refused:
        plan(old, new)
    return [f"{fault.place.line}: {fault.fact}: {fault.wrong.en}; {fault.right.en}" for fault in refused.value.faults]


def outcomes(policy: Policy, as_of: date, **facts: Any) -> dict[str, tuple[Any, ...]]:
    assessment = assess(policy, Enterprise("a", facts), as_of)
    return {each.clause.id: (each.status, each.high and int(each.high)) for each in assessment.outcomes}


# ---- the words of a policy file ----------------------------------------------------------------------------------------


def test_days_that_follow_others() -> None:
    """A shop's opening is taken for the end of the year, that for the end of the quarter, that for the day itself."""
    taken = Defaults(plan()).taken({"shops": [{"rent": 1}, {"rent": 1, "opened": date(2020, 2, 2)}]}, date(2020, 5, 1))
    assert taken["year_end"] == taken["quarter_end"] == taken["shops"][0]["opened"] == date(2020, 5, 1)
    assert taken["shops"][1]["opened"] == date(2020, 2, 2)
    taken = Defaults(plan()).taken({"quarter_end": date(2020, 3, 31), "shops": [{"rent": 1}]}, date(2020, 5, 1))
    assert taken["year_end"] == taken["shops"][0]["opened"] == date(2020, 3, 31)
    assert "founded" not in taken


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("held against: year_end}", "held against: year_ends}", "unknown fact 'year_ends'"),
        ("held against: year_end}", "held against: member}", "'member' is yes or no; name a fact that is a date"),
        ("held against: year_end}", "held against: founded}", "'founded' may not be stated; give it a default"),
        ("held against: year_end}", "held aginst: year_end}", "unknown key 'held aginst'"),
        ("held against: quarter_end}", "held against: rent}", "unknown fact 'rent'"),
        ("dated by: opened", "dated by: rent", "'rent' is 元; name a fact that is a date"),
        ("dated by: opened", "dated by: year_end", "unknown fact 'year_end'"),
        ("dated by: opened", "dated: opened", "unknown key 'dated'"),
        ("default: year_end", "default: founded", "'founded' is no day to take it as; one of today, as_of"),
        ("default: year_end", "default: rent", "'rent' is no day to take it as"),
        ("default: as_of", "default: year_end", "'year_end' is no day to take it as; one of today, as_of"),
        ("default: as_of", "default: quarter_end", "'quarter_end' is no day to take it as; one of today, as_of"),
        ("default: as_of", "default: [as_of]", "a fact of this type takes no default"),
    ],
)
def test_a_wrong_word_is_refused(old: str, new: str, said: str) -> None:
    assert any(said in each for each in faults(old, new)), faults(old, new)


def test_an_item_may_be_made_to_state_its_day() -> None:
    """Without a default a shop must say when it opened; then it is held against that."""
    policy = plan("opened: {type: date, default: year_end,", "opened: {type: date,")
    with pytest.raises(Refused) as refused:
        Reader(policy).read(read_tree("{name: a, shops: [{rent: 1}]}", "a.yaml"))
    assert [fault.fact for fault in refused.value.faults] == ["shops[1].opened"]


# ---- what is held against which day ------------------------------------------------------------------------------------


def test_a_clause_of_its_own_day_one_of_its_basis_and_one_without() -> None:
    """`gift` is annual: the end of the year counts. `quarter` names its own. Neither asks for the day of the calculation."""
    days = {"year_end": date(2020, 12, 31), "quarter_end": date(2021, 3, 31)}
    found = outcomes(plan(), date(2021, 4, 1), member=True, **days)
    assert (found["gift"], found["quarter"]) == (("entitled", 1), ("not-in-force", None))
    found = outcomes(plan(), date(2020, 4, 1), member=True, year_end=date(2019, 12, 31))
    assert (found["gift"], found["quarter"]) == (("not-in-force", None), ("entitled", 1))


def test_a_list_without_days_is_held_against_the_day_of_its_clause() -> None:
    """`beside` runs over sites, which have no days, so its own decides; a shop that it looks for counts by the shop's."""
    shop, sites = {"rent": 1, "opened": date(2020, 3, 1)}, [{"cost": 7}]
    year: dict[str, Any] = {"year_end": date(2020, 12, 31), "sites": sites}
    old = {**shop, "opened": date(2019, 12, 31)}
    assert outcomes(plan(), date(2020, 1, 1), shops=[shop], **year)["beside"] == ("entitled", 7)
    assert outcomes(plan(), date(2020, 1, 1), shops=[old], **year)["beside"] == ("not-met", None)
    late = {**year, "year_end": date(2021, 12, 31)}
    assert outcomes(plan(), date(2020, 1, 1), shops=[shop], **late)["beside"] == ("not-in-force", None)
    assert outcomes(plan(), date(2020, 1, 1), shops=[shop], **late)["opening"] == ("entitled", 1)


# ---- what is said of a day that does not fit ---------------------------------------------------------------------------


def assessed(as_of: date, **facts: Any) -> Assessment:
    return assess(POLICY, Reader(POLICY).read(_tree(facts)), as_of)


def _tree(facts: dict[str, Any]) -> Any:
    import json

    return read_tree(json.dumps({"name": "甲", **facts}, ensure_ascii=False), "a.json", "json")


def said(assessment: Assessment, clause: str) -> tuple[str, bool, list[str]]:
    (outcome,) = (each for each in assessment.outcomes if each.clause.id == clause)
    return outcome.status, outcome.out_of_time, [note.zh for note in outcome.notes]


def test_days_alone_stand_against_it() -> None:
    """R&D of 2018 would be deducted, were it of 2017; of nobody who spent nothing is that said."""
    late = assessed(date(2019, 4, 1), rd_expensed="980万", rd_amortisation="0", period_end="2018-12-31")
    years = "执行期 2015-09-01至2017-12-31（财税〔2018〕99号自2018年起另定比例）"
    assert said(late, "rd-super-deduction") == ("not-in-force", True, [years, "所属期末 2018-12-31 不在其中"])
    assert said(late, "rd-amortisation")[:2] == ("not-in-force", False)
    unknown = assessed(date(2019, 4, 1), period_end="2018-12-31")
    assert said(unknown, "rd-super-deduction")[:2] == ("not-in-force", False)


def test_items_left_out_are_named() -> None:
    """Of three months two are over; all three over is out of time, and so is a listing too early beside one of another kind."""
    days = ("2016-08-31", "2016-09-30", "2016-10-31")
    tolls = [{"card": "credit", "toll": "100", "date": day} for day in days]
    some = assessed(date(2017, 4, 1), truck_tolls=tolls)
    year = "执行期 2015-09-01至2016-08-31（暂定执行一年）"
    left = "未计入 货车通行费第2项（2016-09-30）、货车通行费第3项（2016-10-31）"
    assert said(some, "toll-card-extra") == ("entitled", False, [year, left])
    assert said(some, "toll-card-base") == ("entitled", False, [])
    late = assessed(date(2017, 4, 1), truck_tolls=tolls[1:])
    left = "未计入 货车通行费第1项（2016-09-30）、货车通行费第2项（2016-10-31）"
    assert said(late, "toll-card-extra") == ("not-in-force", True, [year, left])
    listings = [{"venue": "neeq", "date": "2014-05-01"}, {"venue": "shanghai", "date": "2016-05-01"}]
    early = assessed(date(2016, 6, 30), registered_in_jiangxi=True, listings=listings)
    assert said(early, "neeq-listing") == (
        "not-met",
        True,
        ["自2015-09-01起执行", "未计入 挂牌上市第1项（2014-05-01）"],
    )
    assert said(early, "exchange-listing") == ("entitled", False, [])


def test_of_many_items_left_out_the_first_are_named_and_all_counted() -> None:
    tolls = [{"card": "credit", "toll": "100", "date": f"2017-01-{day:02}"} for day in range(1, 10)]
    _, _, notes = said(assessed(date(2017, 4, 1), truck_tolls=tolls), "toll-card-extra")
    assert notes[1].endswith("货车通行费第5项（2017-01-05） 等9项")


def test_the_days_that_a_result_rests_on_stand_in_its_heading() -> None:
    """The return for 2017 calculated in April 2018: both days. Where no year is stated the day of the calculation is its end, too."""
    both = assessed(date(2018, 4, 20), period_end="2017-12-31")
    assert list(days_told(POLICY, both.enterprise, both.as_of)) == [
        (Text("测算日期", "as of"), "2018-04-20"),
        (Text("所属期末", "annual amounts held against"), "2017-12-31"),
    ]
    alone = assessed(date(2018, 4, 20))
    assert list(days_told(POLICY, alone.enterprise, alone.as_of)) == [(Text("测算日期", "as of"), "2018-04-20")]


def test_a_query_says_which_day_annual_clauses_are_held_against() -> None:
    options = Options("long", None, date(2018, 4, 20))
    lines = heading(POLICY, options, policy_query(POLICY, options, "duckdb"), "en").splitlines()
    assert "-- annual clauses: held against the period_end of each enterprise, as_of where it has none" in lines
