"""What a plan says of whole lists, of full parts and of terms: amounts worked by hand, and the law that a curve is the assessment."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oneclause import plan, refused, written

from jxplus.assessment import Assessor, Outcome
from jxplus.assessment.course import replaced
from jxplus.assessment.curve import NoLine, curve
from jxplus.assessment.reach import reach
from jxplus.enterprise import Enterprise
from jxplus.enterprise.interview import Interview, State
from jxplus.enterprise.spot import find_spot
from jxplus.formula.operators import day_after
from jxplus.policy.store import load_policy
from jxplus.render.record import Recorder
from jxplus.render.report import ResultPage
from jxplus.render.rows import csv_text, rows, wide_row
from jxplus.render.terminal import page
from jxplus.render.wording import Wording

DAY = date(2020, 6, 30)
GATHERED = load_policy(str(Path(__file__).parents[1] / "gathered.yaml"))


def shop(rent: str, abroad: bool = False, profit: str = "0") -> dict[str, Any]:
    return {"abroad": abroad, "rent": Decimal(rent), "profit": Decimal(profit)}


def paid(body: str, **facts: Any) -> Outcome:
    """What the clause of these lines comes to."""
    return Assessor(plan(body)).assess(Enterprise("甲", {"name": "甲", **facts}), DAY).outcomes[0]


# ---- counts and sums -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shops", "status", "low"),
    [
        ([shop("1"), shop("2", True)], "not-met", None),  # two are not three
        ([shop("1"), shop("2", True), shop("3", True)], "entitled", "20000"),  # three, two of them abroad
        ([], "not-met", None),
        (None, "undecided", None),
    ],
)
def test_a_count(shops: list[dict[str, Any]] | None, status: str, low: str | None) -> None:
    """From three shops on, 10,000 yuan for each of those abroad."""
    facts = {} if shops is None else {"shops": shops}
    found = paid("when: count of shops >= 3\npays: 1万元 * count of shops where (abroad)", **facts)
    assert (found.status, found.low) == (status, None if low is None else Decimal(low))
    assert found.missing == (("shops",) if shops is None else ())


def test_a_sum() -> None:
    """Rents of 100.10 and 200.20 abroad, and 5 at home: 300.30 is above 300, and 10 % of all three, 30.53, is paid."""
    shops = [shop("100.10", True), shop("200.20", True), shop("5")]
    found = paid("when: sum of rent in shops where (abroad) > 300元\npays: 10% * sum of rent in shops", shops=shops)
    assert (found.status, found.low, found.high) == ("entitled", Decimal("30.53"), Decimal("30.53"))


def test_a_sum_waits_for_who_counts_before_it_asks_what_they_add() -> None:
    """Whether the shop counts hangs on the exports alone; only then is the share asked for, which its rent is taken by."""
    body = "when: exporter\npays: sum of rent * share in shops where (abroad or exports > 5元)"
    shops = [shop("100")]
    assert paid(body, exporter=True, shops=shops).missing == ("exports",)
    assert paid(body, exporter=True, exports=Decimal(6), shops=shops).missing == ("share",)
    assert paid(body, exporter=True, exports=Decimal(5), shops=shops).low == 0


def test_of_a_list_that_is_not_known_nothing_counts_that_never_could() -> None:
    """Only an exporter's shops count, and this is none: the count is 0, whatever shops there are."""
    body = "when: count of shops where (abroad and exporter) >= 1\npays: 1元"
    assert paid(body, exporter=False).status == "not-met"
    assert paid(body, exporter=True).missing == ("shops",)


def test_an_item_beside_all_items_of_its_list() -> None:
    """A shop for which 100 yuan of rent are paid gets 10 yuan for each of the three shops that there are."""
    shops = [shop("100"), shop("99.99"), shop("100.01")]
    found = paid("for each: shops\nwhen: rent >= 100元\npays: 10元 * count of shops", shops=shops)
    assert found.low == 60


@pytest.mark.parametrize(
    ("formula", "wrong", "right"),
    [
        ("count of shop >= 1", "unknown list 'shop'", "did you mean 'shops'?"),
        ("count of shops where (rent) >= 1", "'count' does not go with 元", "it takes a condition on an item"),
        ("sum of abroad in shops > 1元", "'sum' does not go with", "it takes a number that each item has"),
        ("count of shops > 1元", "'>' does not go with a pure number and 元", "it takes two values"),
        ("sum of rent in shops > 1", "'>' does not go with 元 and a pure number", "it takes two values"),
        ("exports / imports > 2", "a formula does not divide", "compare with a product"),
        ("whole(exports / imports) > 2", "'imports' is not expected here", "expected a figure"),
        ("whole(exports / 0元) > 2", "there are no parts of zero", "give a figure above zero"),
        ("whole(exports / 2月) > 2", "'whole' does not go with 元 and 月", "it takes an amount and a figure"),
        ("as_of + 3 > 2020-01-01", "to a day only a term", "such as registered + 3年"),
        ("as_of + used > 2020-01-01", "to a day only a term", "such as registered + 3年"),
        ("as_of + 1.5月 > 2020-01-01", "to a day only a term", "such as registered + 3年"),
        ("3年 + as_of > 2020-01-01", "'+' does not go with 月 and a date", ""),
    ],
)
def test_what_they_do_not_take(formula: str, wrong: str, right: str) -> None:
    """Each slip is refused with what is meant."""
    (fault,) = refused(written(f'when: "{formula}"\npays: 1元'))
    assert wrong in fault.wrong.en
    assert right in fault.right.en


def test_a_sum_that_its_bounds_do_not_keep_above_zero_is_no_amount() -> None:
    """The profit of a shop may be a loss, and so may the sum."""
    (fault,) = refused(written("when: exporter\npays: sum of profit in shops"))
    assert "zero" in fault.wrong.en
    assert plan("when: exporter\npays: max(sum of profit in shops, 0元)").clauses


# ---- full parts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("exports", "pays"),
    [("999.99", "0"), ("1000", "7"), ("1999.99", "7"), ("2000", "14"), ("99999999.99", "699993")],
)
def test_full_parts(exports: str, pays: str) -> None:
    """7 yuan for every full 1,000 yuan of exports; of 99,999,999.99 there are 99,999."""
    found = paid("when: exporter\npays: 7元 * whole(exports / 1000元)", exporter=True, exports=Decimal(exports))
    assert found.low == Decimal(pays)


def test_full_parts_of_a_loss_are_counted_towards_zero() -> None:
    """A loss of 25 yuan has two full tens: with three added, one is paid for."""
    found = paid("when: exporter\npays: max(0元, 1元 * (whole(gain / 10元) + 3))", exporter=True, gain=Decimal(-25))
    assert found.low == 1


# ---- days with a term ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2016-02-29", 12, "2017-02-28"),  # a year after 29 February
        ("2016-02-29", 48, "2020-02-29"),
        ("2020-01-31", 1, "2020-02-29"),
        ("2019-01-31", 1, "2019-02-28"),
        ("2020-12-31", -1, "2020-11-30"),
        ("2020-06-30", 6, "2020-12-30"),
        ("2020-11-30", 3, "2021-02-28"),
        ("9999-01-01", 12, "9999-12-31"),  # the calendar ends
        ("0001-06-01", -12, "0001-01-01"),
    ],
)
def test_a_day_and_a_term(day: str, months: int, then: str) -> None:
    assert day_after(date.fromisoformat(day), Decimal(months)) == date.fromisoformat(then)


@pytest.mark.parametrize(
    ("founded", "as_of", "status"),
    [
        ("2017-02-28", "2020-02-28", "entitled"),
        ("2017-02-28", "2020-02-29", "not-met"),
        ("2017-03-01", "2020-03-01", "entitled"),
        ("2017-03-01", "2020-03-02", "not-met"),
    ],
)
def test_three_years_from_a_day(founded: str, as_of: str, status: str) -> None:
    """Three years from the day it was founded last until the same day of the third year after."""
    fact = ("  used:", "  founded: {type: date, zh: 成立日期, en: Founded}\n  used:")
    assessor = Assessor(plan("when: founded + 3年 >= as_of\npays: 1元", fact))
    enterprise = Enterprise("甲", {"name": "甲", "founded": date.fromisoformat(founded)})
    assert assessor.assess(enterprise, date.fromisoformat(as_of)).outcomes[0].status == status


# ---- a cap, and everybody ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rents", "low", "high"),
    [
        (["100"], "10", "20"),
        (["100", "140"], "24", "48"),
        (["100", "150.05"], "25.01", "50"),  # 10 % of 250.05 is 25.005, 20 % is 50.01
        (["1000", "1500"], "50", "50"),
    ],
)
def test_a_cap_over_the_items(rents: list[str], low: str, high: str) -> None:
    """10 to 20 % of the rent of each shop, all shops together no more than 50 yuan: rounded once, after the cap."""
    found = paid(
        "for each: shops\nfrom: 10% * rent\nto: 20% * rent\nat most: 50元", shops=[shop(rent) for rent in rents]
    )
    assert (found.low, found.high) == (Decimal(low), Decimal(high))


def test_a_cap_beside_an_amount_of_the_enterprise() -> None:
    """20 % of the exports and at most what is imported; where that is not known nothing is."""
    body = "when: exporter\npays: 20% * exports\nat most: imports"
    assert paid(body, exporter=True, exports=Decimal(100), imports=Decimal(15)).high == 15
    assert paid(body, exporter=True, exports=Decimal(100), imports=Decimal(25)).high == 20
    assert paid(body, exporter=True, exports=Decimal(100)).missing == ("imports",)


def test_each_reading_has_its_own_cap_or_that_of_the_clause() -> None:
    """Of 100 yuan of rent under a cap of 30 yuan: 30, or 40 where the reading's own cap is 40."""
    body = """
for each: shops
readings:
  tight: {zh: 紧, en: tight, pays: rent}
  loose: {zh: 松, en: loose, pays: rent, at most: 40元}
at most: 30元
"""
    found = paid(body, shops=[shop("100")])
    assert {name: each[1] for name, each in found.readings.items()} == {"tight": 30, "loose": 40}


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ("pays: not stated\nat most: 5元", "an amount that is not stated has no cap"),
        ("pays: 5元\nat most: gain", "it may come to less than zero"),
        ("pays: 5元\nat most: 5月", "it comes out as 月"),
        ("for each: shops\npays: rent\nat most: rent", "unknown name 'rent'"),
        ("for each: shops\nlet: {half: 50% * rent}\npays: half\nat most: half", "unknown name 'half'"),
    ],
)
def test_what_is_no_cap(body: str, wrong: str) -> None:
    (fault,) = refused(written(body))
    assert wrong in fault.wrong.en


def test_a_clause_without_a_condition_is_for_everybody() -> None:
    """It pays whoever it is; over a list it pays for each item, and nothing where there is none."""
    assert (paid("pays: 5元").status, paid("pays: 5元").low) == ("entitled", 5)
    assert paid("for each: shops\npays: 5元", shops=[shop("1"), shop("2")]).low == 10
    assert paid("for each: shops\npays: 5元", shops=[]).status == "not-met"
    assert paid("for each: shops\npays: 5元").missing == ("shops",)


# ---- tiers -------------------------------------------------------------------------------------------------------------

TIERS = """
pays:
  tiers of: exports
  from 100元 under 200元: 1元
  from 200元 to 300元: 2元
  over 300元: 1% * exports
"""


@pytest.mark.parametrize(
    ("exports", "pays"),
    [
        ("99.99", None),  # in no tier
        ("100", "1"),
        ("199.99", "1"),
        ("200", "2"),  # 不含200, then 200以上
        ("300", "2"),
        ("300.01", "3"),  # 超过300: 1 % is 3.0001
        ("1000", "10"),
    ],
)
def test_tiers(exports: str, pays: str | None) -> None:
    """Each figure stands in one tier, its ends as their words say; below the first there is nothing to be paid."""
    found = paid(TIERS, exports=Decimal(exports))
    assert (found.status, found.low) == (("not-met", None) if pays is None else ("entitled", Decimal(pays)))


SAME = [
    # every tier runs to where the next begins
    "from 100元: 1元\nfrom 200元: 2元\nover 300元: 1% * exports",
    # or from where the one before it ends
    "from 100元 under 200元: 1元\nto 300元: 2元\nover 300元: 1% * exports",
    # from the highest down
    "over 300元: 1% * exports\nfrom 200元 to 300元: 2元\nfrom 100元 under 200元: 1元",
    # with another value beyond
    "from  0.01万元: 1元\nfrom 200 元: 2元\nover 300元: 1% * exports",
]


@pytest.mark.parametrize("lines", SAME)
@pytest.mark.parametrize("exports", ["99.99", "100", "199.99", "200", "300", "300.01"])
def test_tiers_may_be_written_in_more_than_one_way(lines: str, exports: str) -> None:
    """What is left out is where the neighbour begins or ends: the table is the same."""
    body = "pays:\n  tiers of: exports\n" + "".join(f"  {line}\n" for line in lines.splitlines())
    one, other = paid(TIERS, exports=Decimal(exports)), paid(body, exports=Decimal(exports))
    assert one[1:4] == other[1:4]


def test_beyond_all_tiers() -> None:
    """`else` is what holds there: the clause then is for everybody whose exports are known."""
    body = "pays:\n  tiers of: exports\n  over 100元 to 200元: 5元\n  else: 1元"
    assert [paid(body, exports=Decimal(each)).low for each in ("100", "100.01", "200", "200.01")] == [1, 5, 5, 1]
    assert paid(body).missing == ("exports",)


def test_tiers_of_a_part_that_has_a_name() -> None:
    """A rate by the number of shops: 10 % of the exports for one or two, 20 % for more."""
    body = """
let:
  rate:
    tiers of: count of shops
    under 1: 0%
    to 2: 10%
    over 2: 20%
pays: rate * exports
"""
    for number, pays in ((0, "0"), (1, "10"), (2, "10"), (3, "20")):
        assert paid(body, exports=Decimal(100), shops=[shop("1")] * number).low == Decimal(pays)


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        ("from 100元 to 200元: 1元\n  from 200元: 2元", "it overlaps the tier before it"),
        ("from 100元 under 200元: 1元\n  over 200元: 2元", "it does not join the tier before it"),
        ("from 100元 under 200元: 1元\n  from 300元: 2元", "it does not join the tier before it"),
        ("from 300元 to 200元: 1元", "it begins at its end, or above"),
        ("from 100月: 1元", "'100月' is not 元"),
        ("from 100: 1元", "'100' is not 元"),
        ("above 100元: 1元", "'above 100元' is no tier"),
        ("from many: 1元", "'many' is not 元"),
        ("from 100元: 1月", "it comes out as 月"),
        ("from 100元: 1元\n  over 200元: 1月", "it comes out as 月"),
        ("from 100元: gain", "it may come to less than zero"),
    ],
)
def test_what_are_no_tiers(lines: str, wrong: str) -> None:
    """Each slip is refused at its line."""
    faults = refused(written(f"pays:\n  tiers of: exports\n  {lines}"))
    assert wrong in faults[0].wrong.en


def test_tiers_of_a_part_leave_nothing_out() -> None:
    """Of a part with a name, of a base and of a cap it is not said that those beyond get nothing."""
    body = "let:\n  rate:\n    tiers of: exports\n    over 5元: 5%\npays: rate * exports"
    (fault,) = refused(written(body))
    assert fault.wrong.en == "a figure may stand in none of the tiers"


# ---- at least ----------------------------------------------------------------------------------------------------------

FLOOR = "when: exporter\nat least: 10% * exports"


def test_at_least() -> None:
    """10 % of 1,234.56 is 123.456: at least 123.46, and the total with it; nothing bounds either."""
    policy = plan(FLOOR)
    assessment = Assessor(policy).assess(
        Enterprise("甲", {"name": "甲", "exporter": True, "exports": Decimal("1234.56")}), DAY
    )
    (found,) = assessment.outcomes
    assert (found.status, found.low, found.open) == ("entitled", Decimal("123.46"), True)
    assert assessment.open()
    assert assessment.open("grant", "one-off")
    record = json.loads(Recorder(policy).page(assessment))
    (entitlement,) = record["entitlements"]
    assert (entitlement["low"], entitlement["open"]) == (123.46, True)
    totals = record["totals"]
    assert [each["open"] for each in (totals, totals["by_nature"]["grant"], totals["by_basis"]["one-off"])] == [
        True
    ] * 3
    # Where there is no column to say so, there is no high end.
    assert csv_text(rows(assessment)).splitlines()[1] == "甲,c,一(一),entitled,123.46,,,某市〔2020〕1号"
    assert wide_row(assessment)[1:3] == [Decimal("123.46"), None]
    for lang, words in (("zh", "至少 123.46"), ("en", "at least 123.46")):
        assert page(Wording(assessment, lang)).count(words) == 4  # the clause, its nature, its basis, the total
        assert words in ResultPage(assessment, lang).text()


def test_what_pays_nothing_is_not_open() -> None:
    """Nobody who does not export is paid at least anything."""
    assert not paid(FLOOR, exporter=False).open
    assert not paid("when: exporter\npays: 5元", exporter=True).open


def test_a_floor_has_no_cap_and_is_stated_alone() -> None:
    (fault,) = refused(written(f"{FLOOR}\nat most: 5元"))
    assert fault.wrong.en == "an amount that is `at least` this has no ceiling"
    (fault,) = refused(written(f"{FLOOR}\npays: 5元"))
    assert fault.wrong.en == "an amount is stated in one way"


# ---- along a fact, within reach, asked for ---------------------------------------------------------------------------


def test_a_staircase() -> None:
    """7 yuan for every full 1,000 yuan: the curve breaks one fen below each thousand."""
    assessor = Assessor(plan("when: exports > 0元\npays: 7元 * whole(exports / 1000元)"))
    enterprise = Enterprise("甲", {"name": "甲", "exports": Decimal(1)})
    spot = find_spot(assessor.policy, enterprise.facts, "exports")
    found = curve(assessor, enterprise, DAY, spot, Decimal(1), Decimal(2500))
    assert [(each.value, each.at[1]) for each in found.breaks()] == [
        (Decimal(1), 0),
        (Decimal("999.99"), 0),
        (Decimal("1999.99"), 7),
        (Decimal(2500), 14),
    ]
    with pytest.raises(NoLine):  # a hundred million yuan have 100,000 thousands
        curve(assessor, enterprise, DAY, spot, Decimal(1), Decimal("99999999.99"))


@settings(deadline=None, max_examples=30)
@given(st.data())
def test_a_curve_is_the_assessment(data: st.DataObject) -> None:
    """Law: at any figure the curve has what an assessment at that figure comes to, whatever is counted and summed."""
    figures = st.sampled_from([Decimal(each) for each in ("0", "0.03", "300", "899.99", "3000", "10000")])
    patent = st.fixed_dictionaries(
        {"abroad": st.booleans(), "granted": st.sampled_from([date(2019, 2, 28), DAY]), "cost": figures}
    )
    project = st.fixed_dictionaries({"invested": figures, "closed": st.booleans()})
    facts = {
        "name": "甲",
        "exporter": data.draw(st.booleans()),
        "sales": data.draw(figures),
        "gain": data.draw(figures),
        "share": Decimal("0.5"),
        "founded": date(2018, 2, 28),
        "patents": data.draw(st.lists(patent, min_size=1, max_size=3)),
        "projects": data.draw(st.lists(project, min_size=2, max_size=3)),
    }
    assessor, enterprise = Assessor(GATHERED), Enterprise("甲", facts)
    spot = find_spot(
        GATHERED, facts, data.draw(st.sampled_from(["sales", "gain", "patents[1].cost", "projects[2].invested"]))
    )
    found = curve(assessor, enterprise, DAY, spot, Decimal(0), Decimal(12000))
    for figure in [*(each.value for each in found.breaks()), Decimal("0.01"), Decimal(300), Decimal("899.98")]:
        assert found.total(figure) == assessor.assess(replaced(enterprise, spot, figure), DAY).total()


def test_what_a_count_lacks_is_within_reach() -> None:
    """Two shops at 100 yuan or more are asked for; the second has 99.99, so one fen is missing."""
    policy = plan("when: count of shops where (rent >= 100元) >= 2\npays: 50元")
    assessor = Assessor(policy)
    facts = {"name": "甲", "shops": [shop("100"), shop("99.99")]}
    assessment = assessor.assess(Enterprise("甲", facts), DAY)
    (found,) = reach(assessor, assessment, Decimal("0.2"))
    assert [(gap.spot.name, gap.needed) for gap in found.gaps] == [("shops[2].rent", Decimal(100))]


def test_an_interview_asks_for_what_is_counted() -> None:
    """The list is asked for, then of each item all that it must state; then nothing more matters."""
    interview = Interview(plan("when: count of shops where (abroad) >= 1\npays: 1元"), DAY)
    state = State({"name": "甲", "as_of": DAY})
    asked = []
    answers = iter(["1", "是", "5", "0"])
    while (question := interview.question(state)) is not None:
        asked.append(question.fact.id if question.fact else question.listed.id if question.listed else "")
        state = interview.answer(state, question, next(answers))
    assert asked == ["shops", "abroad", "rent", "profit"]
    # Nobody who leaves the list open can be asked anything that would decide.
    closed = State({"name": "甲", "as_of": DAY}, closed=frozenset({"shops"}))
    assert interview.question(closed) is None
