"""The rules by which any plan is assessed, on a small plan made for the purpose, and what is said beside the amounts."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from oneclause import plan

from jxplus.assessment import Assessment, Assessor, Outcome, assess
from jxplus.document import read_tree
from jxplus.enterprise import Enterprise, Reader
from jxplus.policy import Policy
from jxplus.policy.store import load_policy

DAY = date(2020, 6, 30)


def outcome(body: str, facts: Mapping[str, Any], pin: str = "") -> Outcome:
    """What the clause comes to for an enterprise of these facts."""
    enterprise = Enterprise("A", dict(facts))
    return Assessor(plan(body), {"c": pin} if pin else {}).assess(enterprise, DAY).outcomes[0]


def shop(abroad: bool, rent: str) -> dict[str, Any]:
    return {"abroad": abroad, "rent": Decimal(rent)}


EVERY_SHOP = """
for each: shops
when: exporter
pays: 5元
"""


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        ({"exporter": True}, ("shops",)),
        ({}, ("exporter", "shops")),
        ({"shops": [shop(True, "1")]}, ("exporter",)),
    ],
)
def test_an_unknown_list_keeps_a_clause_undecided(facts: dict[str, Any], missing: tuple[str, ...]) -> None:
    """A list that is not stated is unknown: it may be empty, even where every item of it would meet the condition."""
    found = outcome(EVERY_SHOP, facts)
    assert (found.status, found.missing, found.low) == ("undecided", missing, None)


def test_a_condition_that_no_item_can_meet_decides() -> None:
    """A false condition decides, whatever else is unknown; and no item of an empty list meets any."""
    assert outcome(EVERY_SHOP, {"exporter": False}).status == "not-met"
    assert outcome(EVERY_SHOP, {"shops": []}).status == "not-met"
    assert outcome(EVERY_SHOP, {"exporter": True, "shops": []}).status == "not-met"


def test_each_item_that_meets_the_condition_counts() -> None:
    """5 yuan for each of two shops."""
    found = outcome(EVERY_SHOP, {"exporter": True, "shops": [shop(True, "1"), shop(False, "2")]})
    assert (found.status, found.low, found.high) == ("entitled", Decimal(10), Decimal(10))


def test_any_waits_for_its_list() -> None:
    """Whether any shop is there hangs on the list, whatever is asked of it."""
    body = "when: any shops where (exporter)\npays: 5元"
    assert outcome(body, {}).missing == ("exporter", "shops")
    assert outcome(body, {"exporter": True}).missing == ("shops",)
    assert outcome(body, {"exporter": False}).status == "not-met"
    assert outcome(body, {"shops": []}).status == "not-met"


def test_an_amount_names_all_that_it_waits_for() -> None:
    """Two shops that are paid by different facts wait for both."""
    body = "for each: shops\nwhen: yes\npays: share * (if abroad then exports else imports)"
    shops = [shop(True, "1"), shop(False, "1")]
    assert outcome(body, {"shops": shops}).missing == ("exports", "imports", "share")
    assert outcome(body, {"shops": shops, "share": Decimal("0.1")}).missing == ("exports", "imports")


def test_an_amount_asks_only_once_the_condition_holds() -> None:
    """While it is open who is entitled, the facts of the amount are not missing."""
    body = "when: exporter\npays: share * exports"
    assert outcome(body, {}).missing == ("exporter",)
    assert outcome(body, {"exporter": True}).missing == ("exports", "share")


READINGS = """
for each: shops
when: rent > 100元
pays: 10% * rent
readings:
  abroad-only: {zh: 仅境外, en: abroad alone, when: abroad}
  all: {zh: 全部, en: all of them}
"""


def test_the_interval_spans_the_readings() -> None:
    """10 % of 1000 and of 500: 150 for all shops, 100 for the one abroad."""
    found = outcome(READINGS, {"shops": [shop(True, "1000"), shop(False, "500"), shop(True, "100")]})
    assert (found.low, found.high) == (Decimal(100), Decimal(150))
    assert found.readings == {"abroad-only": (Decimal(100), Decimal(100)), "all": (Decimal(150), Decimal(150))}


def test_a_reading_that_pays_nothing_starts_the_interval_at_zero() -> None:
    found = outcome(READINGS, {"shops": [shop(False, "500")]})
    assert (found.status, found.low, found.high) == ("entitled", Decimal(0), Decimal(50))
    assert outcome(READINGS, {"shops": [shop(False, "500")]}, "abroad-only").status == "not-met"
    assert outcome(READINGS, {"shops": [shop(True, "100")]}).status == "not-met"


def test_readings_that_agree_are_not_named() -> None:
    found = outcome(READINGS, {"shops": [shop(True, "500")]})
    assert (found.low, found.high, dict(found.readings)) == (Decimal(50), Decimal(50), {})


def test_what_the_plan_leaves_open_is_unquantified() -> None:
    """Without the share the clause applies and has no amount; its base is there. A false condition still decides."""
    body = "when: exports > 100元\nbase: exports - 100元\npays: base * share\nunquantified without: share"
    found = outcome(body, {"exports": Decimal("150.55")})
    assert (found.status, found.base, found.low, found.missing) == ("unquantified", Decimal("50.55"), None, ())
    assert outcome(body, {"exports": Decimal(100)}).status == "not-met"
    assert outcome(body, {}).missing == ("exports",)


def test_what_the_plan_states_is_still_asked_for() -> None:
    """Where another fact of the amount is missing too, the clause is undecided and names both."""
    body = "when: exporter\nbase: exports\npays: base * share + imports\nunquantified without: share"
    facts = {"exporter": True, "exports": Decimal(100)}
    assert outcome(body, facts).missing == ("imports", "share")
    assert outcome(body, {**facts, "imports": Decimal(7)}).status == "unquantified"
    paid = outcome(body, {**facts, "imports": Decimal(7), "share": Decimal("0.1")})
    assert (paid.low, paid.high, paid.base) == (Decimal(17), Decimal(17), Decimal(100))


# ---- the plan that ships: what is said beside the amounts ----------------------------------------------------------------


def assessed(assessor: Assessor, day: date = date(2016, 6, 30), **facts: Any) -> Assessment:
    return assessor.assess(Enterprise("A", facts), day)


def test_a_default_is_an_assumption(assessor: Assessor) -> None:
    """The tax rate of 25 % and today's date are taken where they are not stated, and it is said."""
    assert [(each.fact, each.value) for each in assessed(assessor).assumptions] == [
        ("as_of", "2016-06-30"),
        ("cit_rate", "25%"),
    ]
    stated = assessed(assessor, cit_rate=Decimal("0.15"), as_of=date(2016, 6, 30))
    assert stated.assumptions == ()


def test_totals_by_nature_add_up(assessor: Assessor) -> None:
    """A NEEQ listing of 50万 (a grant), tolls of 10000 on a stored-value card (5 % and 2 %, tolls)."""
    found = assessed(
        assessor,
        registered_in_jiangxi=True,
        listings=[{"venue": "neeq", "subsidised": False}],
        truck_tolls=[{"card": "stored-value", "toll": Decimal(10000)}],
    )
    natures = {nature: found.total(nature) for nature in found.policy.natures}
    nothing = (Decimal(0), Decimal(0))
    assert natures == {
        "grant": (Decimal(500000), Decimal(500000)),
        "toll": (Decimal(700), Decimal(700)),
        "rent": nothing,
        "tax": nothing,
        "fund": nothing,
    }
    assert found.total() == (Decimal(500700), Decimal(500700))


def test_all_clauses_come_in_the_order_of_the_plan(assessor: Assessor, policy: Policy) -> None:
    assert [each.clause for each in assessed(assessor).outcomes] == list(policy.clauses)


def test_an_assessment_leaves_its_facts_alone(assessor: Assessor) -> None:
    """The same enterprise comes to the same again: nothing is kept and nothing is changed."""
    facts: dict[str, Any] = {"internet_plus": True, "rd_expensed": Decimal(1000)}
    first = assessed(assessor, **facts)
    assert facts == {"internet_plus": True, "rd_expensed": Decimal(1000)}
    assert assessed(assessor, **facts) == first


FUND = "funds:\n  - {{liquidated: yes, size: 900, in_province_investment: 0, in_province_net_gain: {}}}\n"


@pytest.mark.parametrize(
    ("facts", "warned"),
    [
        ("rd_expensed: 300\noperating_revenue: 5000\n", True),
        ("rd_expensed: 300\nprevious_peak_revenue: 0\n", True),  # zero is zero in 万 too
        ("rd_expensed: 99999.99\n", True),
        ("rd_expensed: 100000\n", False),
        ("rd_expensed: 300\noperating_revenue: 5000万\n", False),
        ("rd_expensed: 0\n", False),
        ("trainees: 12\n", False),
        ("", False),
        # Those of items count as those of the enterprise do.
        ("platforms:\n  - {private_investment: 1200, qualified: yes}\n", True),
        (
            "platforms:\n  - {private_investment: 1200, qualified: yes}\n  - {private_investment: 1650万, qualified: yes}\n",
            False,
        ),
        ("rd_expensed: 300\nplatforms:\n  - {private_investment: 1200万, qualified: yes}\n", False),
        ("rd_expensed: 980万\nplatforms:\n  - {private_investment: 1200, qualified: yes}\n", False),
        (FUND.format("-99999.99"), True),
        (FUND.format("-100000"), False),
    ],
)
def test_sums_that_look_like_wan_earn_a_warning(facts: str, warned: bool) -> None:
    """Whoever fills 300 into a form in 万元 and forgets the unit is told; the calculation goes on."""
    policy = load_policy()
    enterprise = Reader(policy).read(read_tree(f"name: 甲\n{facts}", "a.yaml"))
    warnings = [text.en for text in assess(policy, enterprise, date(2016, 6, 30)).warnings]
    assert any("below 100,000 yuan" in each for each in warnings) == warned
