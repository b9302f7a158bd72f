"""What is within reach is there with the needed figures, not a step short of them, and nothing nearer is passed over."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from chance import enterprises, plan_of
from hypothesis import given, settings
from hypothesis import strategies as st
from oneclause import ALWAYS, PLAN, plan

from jxplus.assessment import Assessment, Assessor
from jxplus.assessment.course import axis_of, replaced
from jxplus.assessment.reach import reach
from jxplus.enterprise import Enterprise
from jxplus.policy.store import load_policy

POLICY = load_policy()
ASSESSOR = Assessor(POLICY)
DAY = date(2016, 6, 30)
PATENT = {"abroad": False, "granted": date(2020, 1, 1)}


def money(*figures: int) -> st.SearchStrategy[Decimal]:
    """Figures at, just beside and some way below or above those of the plan."""
    part = st.integers(60, 140).map(lambda percent: Decimal(percent) / 100)
    beside = st.sampled_from([Decimal("-0.01"), Decimal(0), Decimal("0.01")])
    return st.builds(lambda figure, factor, off: abs(figure * factor + off), st.sampled_from(figures), part, beside)


def items(**facts: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(st.fixed_dictionaries(facts), max_size=3)


TRUTH = st.booleans()
RENT = st.integers(150000, 350000).map(lambda rent: Decimal(rent) / 10000)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("registered_in_jiangxi", "internet_plus", "new_format", "big_data"), TRUTH),
        "headquarters": st.sampled_from(["relocated", "regional", "none"]),
        "operating_revenue": money(40_000_000, 100_000_000),
        "previous_peak_revenue": money(40_000_000, 100_000_000),
        "sales_revenue": money(80_000_000, 100_000_000, 120_000_000),
        "rd_investment": money(8_000_000, 10_000_000, 12_000_000),
        "rd_post_subsidy_rate": st.sampled_from([Decimal("0.125"), Decimal(1)]),
        "investment": money(10_000_000),
        "trainees": st.integers(0, 2).map(Decimal),
        "listings": items(venue=st.sampled_from(["neeq", "shanghai"]), subsidised=TRUTH),
        "platforms": items(private_investment=money(10_000_000), qualified=TRUTH),
        "talents": items(internet_experience=TRUTH, senior_or_core=TRUTH, brings_project=TRUTH),
        "premises": items(
            landlord=st.sampled_from(["government", "private"]),
            use=st.sampled_from(["office", "maker-space"]),
            area=st.sampled_from([Decimal("0.0001"), Decimal(100)]),
            monthly_rent=RENT,
            months=st.just(Decimal(12)),
            months_used=st.just(Decimal(0)),
        ),
        "funds": items(
            liquidated=TRUTH,
            size=money(10_000_000),
            in_province_investment=money(5_000_000),
            in_province_net_gain=st.sampled_from([Decimal(-10), Decimal(0), Decimal(10)]),
            local_gain=st.just(Decimal(8)),
        ),
        "truck_tolls": items(card=st.sampled_from(["stored-value", "credit", "none"]), toll=money(1000)),
    },
)


def assessed(facts: dict[str, Any]) -> tuple[Enterprise, Assessment]:
    enterprise = Enterprise("某公司", {"name": "某公司", **facts})
    return enterprise, ASSESSOR.assess(enterprise, DAY)


def outcome(enterprise: Enterprise, clause: str) -> Any:
    return next(each for each in ASSESSOR.assess(enterprise, DAY).outcomes if each.clause.id == clause)


@settings(max_examples=300, deadline=None)
@given(FACTS)
def test_the_needed_values_do_and_one_step_less_does_not(facts: dict[str, Any]) -> None:
    """With the needed values a clause has the outcome promised; one step of any figure short of it, it is not there yet."""
    enterprise, before = assessed(facts)
    for found in reach(ASSESSOR, before, Decimal("0.4")):
        moved = enterprise
        for gap in found.gaps:
            moved = replaced(moved, gap.spot, gap.needed)
        then = outcome(moved, found.then.clause.id)
        assert then == found.then
        for gap in found.gaps:
            if gap.gap is None:
                continue
            assert abs(gap.gap) <= Decimal("0.4") * abs(gap.needed)
            step = axis_of(gap.spot).step.copy_sign(gap.gap)
            short = outcome(replaced(moved, gap.spot, gap.needed - step), found.then.clause.id)
            if found.now.status == "not-met":  # short of it, a second reading may be all that is missing
                assert short.status == "not-met" or (short.low, short.high) < (then.low, then.high)
            else:
                assert (short.low, short.high) <= (then.low, then.high)


@settings(max_examples=300, deadline=None)
@given(FACTS, st.data())
def test_no_near_figure_is_overlooked(facts: dict[str, Any], data: st.DataObject) -> None:
    """Where another value of one figure would do, that figure is within reach, and no further away than that value."""
    enterprise, before = assessed(facts)
    figures = [name for name in facts if POLICY.facts.get(name) and POLICY.facts[name].type.kind == "number"]
    figures = [name for name in figures if not POLICY.facts[name].fixed]
    if not figures:
        return
    name = data.draw(st.sampled_from(figures))
    value = facts[name] * data.draw(st.integers(50, 150)) // 100
    moved = Enterprise("某公司", {**enterprise.facts, name: value})
    found = reach(ASSESSOR, before, Decimal(2))
    for was, then in zip(before.outcomes, ASSESSOR.assess(moved, DAY).outcomes, strict=True):
        if was.status == "not-met" and then.status in ("entitled", "unquantified"):
            gaps = [
                each.gaps[0].gap
                for each in found
                if each.then.clause.id == was.clause.id and [gap.spot.name for gap in each.gaps] == [name]
            ]
            assert any(gap is not None and abs(gap) <= abs(value - facts[name]) for gap in gaps), (was.clause.id, name)


@pytest.mark.parametrize("file", ["", "gathered.yaml", "tangled.yaml", "lucheng.yaml"])
def test_what_is_found_once_of_long_lists_is_what_is_found_each_time(
    file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Items that are not tried are looked at once for all trials on which they hang alike: the advice is that of looking each time."""
    plan = plan_of(file)
    assessor = Assessor(plan)
    found = list[tuple[Any, ...]]()
    for enterprise, drawn in enterprises(plan, 12, (0, 1, 4, 12)):
        day, ways = max(drawn, plan.issued), []
        for few in (10**9, 0):
            monkeypatch.setattr("jxplus.assessment.reach._FEW_ITEMS", few)
            ways.append(reach(assessor, assessor.assess(enterprise, day), Decimal("0.2")))
        assert ways[0] == ways[1]
        found += ways[0]
    assert found


def test_a_ceiling_between_clauses_is_that_of_the_facts_that_are_tried() -> None:
    """The twelve patents cost 95, 90 … 40, 810 in all; a's condition wants one of 100, and a ceiling counts projects below the sum.

    The twenty projects take 810, 814 … 886. Now none is below 810, and the ceiling is 0. With the first patent at 100 it is
    815, and two are below: 2万元 more; with the second 820 and three, with the third 825 and four, with the twelfth 870 and 15.
    """
    body = "when: any patents where (fee >= 100元)\npays: 60万元"
    lists = """lists:
  patents:
    zh: 专利
    en: Patents
    facts: {fee: {type: money, zh: 费用, en: Fee}}
  projects:
    zh: 项目
    en: Projects
    facts: {invested: {type: money, fixed: yes, zh: 投资, en: Investment}}
"""
    rule = """rules:
  most:
    section: 一(一)
    title: {zh: 上限, en: At most}
    sum of: [c]
    at most: 1万元 * count of projects where (invested < sum of fee in patents)
"""
    shops = PLAN[PLAN.index("lists:") : PLAN.index("clauses:")]
    assessor = Assessor(plan(body, ALWAYS, (shops, lists), ("clauses:\n", f"{rule}clauses:\n")))
    patents = [{"fee": Decimal(95 - 5 * number)} for number in range(12)]
    projects = [{"invested": Decimal(810 + 4 * number)} for number in range(20)]
    enterprise = Enterprise("甲", {"name": "甲", "patents": patents, "projects": projects})
    reached = reach(assessor, assessor.assess(enterprise, date(2021, 1, 1)), Decimal(2))
    more = {each.gaps[0].spot.place + 1: each.more for each in reached}
    assert [more[place] for place in (1, 2, 3, 12)] == [(ten, ten) for ten in (20_000, 30_000, 40_000, 150_000)]


def test_ways_stand_in_the_order_of_their_items() -> None:
    """Two of three projects must be completed: which two comes in the order of the list, the same on every run."""
    plan = plan_of("gathered.yaml")
    projects = [{"invested": Decimal(1000), "closed": False}] * 3
    facts = {"name": "甲", "sales": Decimal(10), "exporter": False, "gain": Decimal(0)}
    enterprise = Enterprise("甲", {**facts, "projects": projects, "patents": [{**PATENT, "cost": Decimal(5)}]})
    assessor = Assessor(plan)
    reached = reach(assessor, assessor.assess(enterprise, date(2021, 1, 1)), Decimal("0.2"))
    pairs = [
        [gap.spot.name for gap in each.gaps]
        for each in reached
        if each.then.clause.id == "each-among-many" and len(each.gaps) == 2
    ]
    assert pairs == [
        ["projects[1].closed", "projects[2].closed"],
        ["projects[1].closed", "projects[3].closed"],
        ["projects[2].closed", "projects[3].closed"],
    ]
