"""What is within reach: gaps worked by hand from the plan."""

from datetime import date
from decimal import Decimal

import pytest
from oneclause import ALWAYS, PEOPLE, SHOP, plan

from jxplus.assessment import Assessor
from jxplus.assessment.ground import MOST_ITEMS
from jxplus.assessment.reach import Advisor, reach
from jxplus.assessment.reached import Reach
from jxplus.document import read_tree
from jxplus.enterprise import Enterprise, Reader
from jxplus.policy import Policy
from jxplus.policy.store import load_policy
from jxplus.quantity import number_text

POLICY = load_policy()
ASSESSOR = Assessor(POLICY)
DAY = date(2016, 6, 30)
FIFTH = Decimal("0.2")


def stated(text: str, policy: Policy = POLICY) -> Enterprise:
    """The enterprise that a file of these lines states, with a name."""
    return Reader(policy).read(read_tree(f"name: 某公司\n{text}", "some.yaml"))


def reached(text: str, near: Decimal = FIFTH, assessor: Assessor = ASSESSOR) -> tuple[Reach, ...]:
    return reach(assessor, assessor.assess(stated(text, assessor.policy), DAY), near)


def told(found: Reach) -> tuple[str, str, str]:
    """A reach as `fact needed (gap)` for each fact, the low and the high end."""
    gaps = []
    for gap in found.gaps:
        needed = "|".join(each if isinstance(each, str) else str(each) for each in (gap.needed, *gap.others))
        if gap.gap is not None:
            needed = f"{number_text(gap.needed)} ({number_text(gap.gap)})"
        gaps.append(f"{gap.spot.name} {needed}")
    ends = ["" if end is None else number_text(end) for end in (found.then.low, found.then.high)]
    return "; ".join(gaps), ends[0], ends[1]


# ---- worked by hand --------------------------------------------------------------------------------------------------

OFFICE = "{landlord: private, use: office, area: 100, monthly_rent: 28, months: 12}"
FUND = "{liquidated: yes, size: 8000万, in_province_investment: %s, in_province_net_gain: 1000万, local_gain: 300万}"
CASES: list[tuple[str, str, str, list[tuple[str, str, str]]]] = [
    (
        "六(二) asks for more than 4000万: the needed figure is one fen over it",
        "revenue-milestone",
        "new_format: yes\noperating_revenue: 3900万\nprevious_peak_revenue: 3000万",
        [("operating_revenue 40000000.01 (1000000.01)", "500000", "500000")],
    ),
    (
        "4000万 itself is one fen short",
        "revenue-milestone",
        "new_format: yes\noperating_revenue: 4000万\nprevious_peak_revenue: 3000万",
        [("operating_revenue 40000000.01 (0.01)", "500000", "500000")],
    ),
    (
        "entitled to 50万, and 1亿 is near: then 100万, or both",
        "revenue-milestone",
        "new_format: yes\noperating_revenue: 9800万\nprevious_peak_revenue: 3000万",
        [("operating_revenue 100000000.01 (2000000.01)", "1000000", "1500000")],
    ),
    (
        "the year that passed 4000万 is history; only 1亿 can still be passed for the first time",
        "revenue-milestone",
        "new_format: yes\noperating_revenue: 9500万\nprevious_peak_revenue: 5000万",
        [("operating_revenue 100000000.01 (5000000.01)", "1000000", "1000000")],
    ),
    (
        "both marks were passed in an earlier year: nothing to reach",
        "revenue-milestone",
        "new_format: yes\noperating_revenue: 1.1亿\nprevious_peak_revenue: 1.2亿",
        [],
    ),
    (
        "a truth and a figure stand between, and neither alone would do",
        "revenue-milestone",
        "new_format: no\noperating_revenue: 3900万\nprevious_peak_revenue: 3000万",
        [("new_format True; operating_revenue 40000000.01 (1000000.01)", "500000", "500000")],
    ),
    (
        "a fifth of the needed 40,000,000.01 is 8,000,000.002: a gap of 8,000,000.00 is near",
        "revenue-milestone",
        "new_format: yes\noperating_revenue: 32000000.01\nprevious_peak_revenue: 0",
        [("operating_revenue 40000000.01 (8000000)", "500000", "500000")],
    ),
    (
        "… and one fen more is not",
        "revenue-milestone",
        "new_format: yes\noperating_revenue: 32000000.00\nprevious_peak_revenue: 0",
        [],
    ),
    (
        "六(五): 30 % of 0.01 yuan is nothing under either reading: what brings nothing is no advice",
        "fund-loss-compensation",
        "funds: [{liquidated: no, size: 100万, in_province_investment: 45万, in_province_net_gain: -0.01}]",
        [],
    ),
    (
        "… of 0.02 it is a fen, which both readings give only where more than half is invested here",
        "fund-loss-compensation",
        "funds: [{liquidated: no, size: 100万, in_province_investment: 45万, in_province_net_gain: -0.02}]",
        [
            ("funds[1].liquidated True", "0", "0.01"),
            ("funds[1].in_province_investment 500000.01 (50000.01); funds[1].liquidated True", "0.01", "0.01"),
        ],
    ),
    (
        "四(三): 1000万 is enough under one reading, one fen more under both",
        "platform-grant",
        "platforms: [{private_investment: 950万, qualified: yes}]",
        [
            ("platforms[1].private_investment 10000000 (500000)", "0", "3000000"),
            ("platforms[1].private_investment 10000000.01 (500000.01)", "3000000", "3000000"),
        ],
    ),
    (
        "the reading that is not met yet lifts the low end",
        "platform-grant",
        "platforms: [{private_investment: 1000万, qualified: yes}]",
        [("platforms[1].private_investment 10000000.01 (0.01)", "3000000", "3000000")],
    ),
    (
        "the second platform adds its 300万 to the first's",
        "platform-grant",
        "platforms: [{private_investment: 2000万, qualified: yes}, {private_investment: 2000万, qualified: no}]",
        [("platforms[2].qualified True", "6000000", "6000000")],
    ),
    (
        "六(一): the bound is 10 % of sales of 1.2亿; one fen over it pays a fifth of a fen, which is 0.00",
        "rd-post-subsidy",
        "sales_revenue: 1.2亿\nrd_investment: 1100万\nrd_post_subsidy_rate: 20%",
        [("rd_investment 12000000.01 (1000000.01)", "0", "0")],
    ),
    (
        "sales of 8000万: past 1000万 there are 200万 over the share, 20 % of which is 40万",
        "rd-post-subsidy",
        "sales_revenue: 8000万\nrd_investment: 900万\nrd_post_subsidy_rate: 20%",
        [("rd_investment 10000000.01 (1000000.01)", "400000", "400000")],
    ),
    (
        "without the rate the clause would apply, and the plan states no amount",
        "rd-post-subsidy",
        "sales_revenue: 8000万\nrd_investment: 900万",
        [("rd_investment 10000000.01 (1000000.01)", "", "")],
    ),
    (
        "unknown sales are no gap: the clause is not within reach of what is known",
        "rd-post-subsidy",
        "rd_investment: 900万\nrd_post_subsidy_rate: 20%",
        [],
    ),
    (
        "四(二): nobody is told to pay more rent, though 30 yuan would be subsidised",
        "park-rent-subsidy",
        f"internet_plus: yes\npremises: [{OFFICE}]",
        [],
    ),
    (
        "五(一): either kind of headquarters would do",
        "hq-settlement",
        "big_data: yes\nheadquarters: none",
        [("headquarters relocated|regional", "0", "5000000")],
    ),
    (
        "an enterprise does not become a big-data enterprise for it",
        "hq-settlement",
        "big_data: no\nheadquarters: regional",
        [],
    ),
    ("whether it is one is unknown", "hq-settlement", "headquarters: none", []),
    (
        "三(三): listed, and not registered here",
        "neeq-listing",
        "registered_in_jiangxi: no\nlistings: [{venue: neeq}]",
        [("registered_in_jiangxi True", "500000", "500000")],
    ),
    (
        "三(三): the award was paid already, and that stays so",
        "neeq-listing",
        "registered_in_jiangxi: yes\nlistings: [{venue: neeq, subsidised: yes}]",
        [],
    ),
    ("no listing is made up", "neeq-listing", "registered_in_jiangxi: yes\nlistings: []", []),
    (
        "六(五): half in the province is not more than half; 50 % of 300万",
        "fund-gain-reward",
        f"funds: [{FUND % '4000万'}]",
        [("funds[1].in_province_investment 40000000.01 (0.01)", "1500000", "1500000")],
    ),
    (
        "八(四): no card earns nothing, a credit card 2 %, a stored-value card 5 % of 10万",
        "toll-card-base",
        "truck_tolls: [{card: none, toll: 10万}, {card: credit, toll: 10万}]",
        [
            ("truck_tolls[1].card stored-value", "7000", "7000"),
            ("truck_tolls[1].card credit", "4000", "4000"),
            ("truck_tolls[2].card stored-value", "5000", "5000"),
        ],
    ),
    (
        "八(四): the added 2 points are the same on either card",
        "toll-card-extra",
        "truck_tolls: [{card: none, toll: 10万}]",
        [("truck_tolls[1].card stored-value|credit", "2000", "2000")],
    ),
    (
        "五(一) states no amount; 1000万 itself is enough",
        "big-data-investment",
        "big_data: yes\ninvestment: 900万",
        [("investment 10000000 (1000000)", "", "")],
    ),
]


@pytest.mark.parametrize(("why", "clause", "facts", "expected"), CASES, ids=[case[0] for case in CASES])
def test_within_reach(why: str, clause: str, facts: str, expected: list[tuple[str, str, str]]) -> None:
    found = [told(each) for each in reached(facts) if each.then.clause.id == clause]
    assert sorted(found) == sorted(expected)


def test_one_advisor_serves_many_enterprises() -> None:
    """What it has found of formulas for one enterprise holds for the next."""
    advisor = Advisor(ASSESSOR)
    for _, _, facts, _ in CASES:
        assessment = ASSESSOR.assess(stated(facts), DAY)
        assert advisor.reach(assessment, FIFTH) == reach(ASSESSOR, assessment, FIFTH)


@pytest.mark.parametrize(
    ("revenue", "near", "gap"),
    [
        # 六(二) asks for 40,000,000.01 yuan: a fifth of it is 8,000,000.002.
        ("32000000.01", "0.2", "8000000"),
        ("32000000", "0.2", None),
        # Nothing is missing of what is needed but the whole of it: that is a hundred per cent, and no less.
        ("0", "1", "40000000.01"),
        ("0", "0.99", None),
        ("39999999.99", "0", None),
    ],
)
def test_the_nearest_end_of_what_is_near(revenue: str, near: str, gap: str | None) -> None:
    facts = f"new_format: yes\noperating_revenue: {revenue}\nprevious_peak_revenue: 0"
    found = [each for each in reached(facts, Decimal(near)) if each.now.clause.id == "revenue-milestone"]
    assert [each.gaps[0].gap for each in found[:1]] == ([] if gap is None else [Decimal(gap)])


def test_the_day_decides_first() -> None:
    """六(一) ended with 2017: on a later day nothing about it is within reach."""
    enterprise = stated("rd_expensed: 0\ncit_rate: 25%")
    for day, clauses in ((date(2017, 12, 31), ["rd-super-deduction"]), (date(2018, 1, 1), [])):
        found = reach(ASSESSOR, ASSESSOR.assess(enterprise, day), Decimal(1))
        assert [each.then.clause.id for each in found] == clauses


def test_a_pinned_reading_is_the_only_one() -> None:
    assessor = Assessor(POLICY, {"platform-grant": "at-least"})
    found = reached("platforms: [{private_investment: 950万, qualified: yes}]", FIFTH, assessor)
    assert [told(each) for each in found] == [
        ("platforms[1].private_investment 10000000 (500000)", "3000000", "3000000")
    ]


def test_the_record_and_the_sentence_say_the_same() -> None:
    (found,) = reached("new_format: yes\noperating_revenue: 9800万\nprevious_peak_revenue: 3000万")
    record = found.record()
    assert (record["clause"], record["section"], record["status"]) == ("revenue-milestone", "六(二)", "entitled")
    assert record["gain"] == {"low": Decimal(500000), "high": Decimal(1000000)}
    (fact,) = record["facts"]
    assert (fact["fact"], fact["unit"]) == ("operating_revenue", "元")
    assert [fact[key] for key in ("actual", "needed", "gap")] == list(
        map(Decimal, ("98000000", "100000000.01", "2000000.01"))
    )
    assert found.text.zh == (
        "年营业收入 98,000,000.00元 → 100,000,000.01元（还差 2,000,000.01元）："
        "六(二) 新业态营业收入首超奖励，可得1,000,000.00元至1,500,000.00元"
    )
    assert "98,000,000.00 yuan → 100,000,000.01 yuan (2,000,000.01 yuan more)" in found.text.en


def test_a_long_list_is_looked_at_to_its_bound() -> None:
    items = "\n".join("  - {qualified: no}" for _ in range(MOST_ITEMS + 5))
    assert len(reached(f"training_bases:\n{items}")) == MOST_ITEMS


def test_of_a_long_list_the_items_beyond_the_bound_count_in_what_a_change_would_pay() -> None:
    """八(四) of 300 statements of 10万 each: 5% with a stored-value card, 2% with a credit card, and 2% more with either.

    All have a stored-value card but the first, which has none: 299 × 5000 are paid, 300 × 5000 with one for the first, and
    299 × 5000 + 2000 with a credit card for it. The further 2% are 299 × 2000, and 300 × 2000 with either card for the first.
    """
    others = "  - {card: stored-value, toll: 10万}\n" * 299
    found = [told(each) for each in reached(f"truck_tolls:\n  - {{card: none, toll: 10万}}\n{others}")]
    assert found == [
        ("truck_tolls[1].card stored-value", "1500000", "1500000"),
        ("truck_tolls[1].card credit", "1497000", "1497000"),
        ("truck_tolls[1].card stored-value|credit", "600000", "600000"),
    ]


# ---- another plan ----------------------------------------------------------------------------------------------------

FACTS = """\
  green: {type: bool, zh: 绿色, en: Green}
  small: {type: bool, zh: 小型, en: Small}
  sales: {type: money, zh: 销售, en: Sales}
  staff: {type: people, zh: 人数, en: Staff}
"""
SITE = """\
      clean: {type: bool, zh: 清洁, en: Clean}
      size: {type: people, zh: 规模, en: Size}
"""
EDITS = (
    *(ALWAYS, PEOPLE, ("facts:\n", f"facts:\n{FACTS}"), ("cost: {type: money, positive: yes,", "cost: {type: money,")),
    *(("  shops:", "  sites:"), (SHOP, SITE)),
)


def other(body: str) -> Assessor:
    return Assessor(plan(body, *EDITS))


KNOWN = """
green: no
small: no
cost: 90
sales: 1000
staff: 11
sites: [{clean: yes, size: 5}, {clean: no, size: 5}]
"""


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("staff < 11人", ["staff 10 (-1)"]),
        ("staff = 10人", ["staff 10 (-1)"]),
        ("staff != 11人", ["staff 10 (-1)", "staff 12 (1)"]),
        ("3 * staff > 34人", ["staff 12 (1)"]),
        ("cost > 10% * sales", ["cost 100.01 (10.01)", "sales 899.99 (-100.01)"]),
        ("cost >= 100元 and staff <= 10人", ["cost 100 (10); staff 10 (-1)"]),
        ("cost >= 100元 and cost > 9% * sales", ["cost 100 (10)"]),
        ("cost >= 100元 and sales < 900元 and staff < 10人", []),
        ("green or small", ["green True", "small True"]),
        ("green and small", ["green True; small True"]),
        ("green or (small and staff > 12人)", ["green True", "small True; staff 13 (2)"]),
        ("not (not green or staff > 10人)", ["green True; staff 10 (-1)"]),
        ("if green then staff > 12人 else small", ["green True; staff 13 (2)", "small True"]),
        ("any sites where (clean and size > 5人)", ["sites[1].size 6 (1)", "sites[2].clean True; sites[2].size 6 (1)"]),
        ("not any sites where (clean)", ["sites[1].clean False"]),
        ("max(cost, 95元) >= 100元", ["cost 100 (10)"]),
        ("cost = 95元 or cost = 100元", ["cost 95 (5)"]),
        ("cost >= 100元 and cost + sales <= 1000元", ["cost 100 (10); sales 900 (-100)"]),
        ("sales >= 1100元 and cost + sales <= 1180元", ["cost 80 (-10); sales 1100 (100)"]),
        ("no", []),
    ],
)
def test_the_smallest_sets_of_facts_that_meet_a_condition(when: str, expected: list[str]) -> None:
    found = reached(KNOWN, FIFTH, other(f"when: {when}\npays: 100元"))
    assert sorted(told(each)[0] for each in found) == sorted(expected)


@pytest.mark.parametrize(
    ("pays", "expected"),
    [
        ("if staff > 12人 then 100元 else 50元", [("staff 13 (2)", "100", "100")]),
        ("if staff < 11人 then 100元 else 50元", [("staff 10 (-1)", "100", "100")]),
        ("if staff > 12人 then 20元 else 50元", []),
        ("min(cost, 100元)", [("cost 100 (10)", "100", "100")]),
        ("max(100元 - cost, 0元)", []),
        ("min(3 * cost, 299.99元)", [("cost 99.99 (9.99)", "299.97", "299.97")]),
        ("if green then 80元 else 50元", [("green True", "80", "80")]),
        ("cost", []),
    ],
)
def test_a_higher_tier_of_what_is_paid_already(pays: str, expected: list[tuple[str, str, str]]) -> None:
    """A ceiling is reached with the last figure that still adds to the amount."""
    found = reached(KNOWN, FIFTH, other(f"when: yes\npays: {pays}"))
    assert [told(each) for each in found] == expected


def test_where_an_amount_begins_to_grow_it_is_said_what_more_would_bring() -> None:
    """六(一): over 10 % of 2亿 the science department pays 20 % of what is over it: 0.00 at a fen, 2000 for each further 万."""
    facts = "sales_revenue: 2亿\nrd_investment: 1999万\nrd_post_subsidy_rate: 20%"
    (found,) = [each for each in reached(facts) if each.then.clause.id == "rd-post-subsidy"]
    assert told(found) == ("rd_investment 20000000.01 (10000.01)", "0", "0")
    assert found.further == (2000, 2000)
    assert found.brings is not None
    assert found.brings.zh == "此后每多1万元，可得 2,000.00"
    assert "each further 1万元 brings 2,000.00" in found.text.en
    assert found.record()["further"] == {"step": 10000, "low": 2000, "high": 2000}


def test_where_an_amount_is_there_at_once_nothing_is_said_of_more() -> None:
    (found,) = [each for each in reached(NEARLY) if each.then.clause.id == "revenue-milestone"]
    assert found.further is None
    assert found.brings is None


NEARLY = "new_format: yes\noperating_revenue: 3900万\nprevious_peak_revenue: 100万"


def test_of_a_long_list_an_item_may_decide_what_the_others_come_to() -> None:
    """100 yuan for each clean site, from two of them on: with the last of 250 clean, any other one makes two, 200 yuan."""
    assessor = other("for each: sites\nwhen: clean and count of sites where (clean) >= 2\npays: 100元")
    sites = "  - {clean: no, size: 5}\n" * 249 + "  - {clean: yes, size: 5}\n"
    found = reached(f"sites:\n{sites}", assessor=assessor)
    assert [told(each) for each in found] == [
        (f"sites[{n}].clean True", "200", "200") for n in range(1, MOST_ITEMS + 1)
    ]
