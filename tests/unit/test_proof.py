"""Which amounts are proved to be at least zero, and which ranges to be in order."""

from decimal import Decimal, localcontext

import pytest
from oneclause import marked, plan, refused, written

from jxplus.formula.evaluate import function
from jxplus.quantity import EXACT

PROVED = [
    # the bounds of the facts alone: nothing stated is negative, a share is 100 % at most, 3 years less what is used or none
    ("exporter", "exports * share"),
    ("exporter", "exports - share * exports"),
    ("exporter", "exports - 10% * exports"),
    ("exporter", "150% * exports - exports"),
    ("exporter", "(1.6 - 1.15) * exports"),
    ("exporter", "max(gain, 0元)"),
    ("exporter", "if exporter then exports else 5元"),
    ("exporter", "exports + cost - 0.01元"),  # a cost is above zero, so one fen at least
    # a single condition on the fact itself
    ("gain > 0元", "gain"),
    ("gain >= 0元", "gain * share"),
    ("gain < 0元", "-gain"),
    ("not (gain > 0元)", "-gain"),
    ("exports > 1000元", "10% * exports - 100元"),
    ("exports > 1000元", "10% * exports - 100.001元"),  # from 1000.01 on it is 100.001
    ("exports >= 100元 and exporter", "exports - 100元"),
    ("gain = 5元", "gain"),
    # two facts against each other, and the difference times a share
    ("exports > 10% * imports", "exports - 10% * imports"),
    ("exports > 10% * imports", "(exports - 10% * imports) * share"),
    ("exports > 10% * imports", "exports * share - 10% * imports * share"),
    ("exports >= imports and imports >= cost", "exports - cost"),
    ("exports >= imports and gain > cost", "exports + gain - imports - cost"),
    # what `if`, `min` and `max` decide
    ("exporter", "if exports > imports then exports - imports else imports - exports"),
    ("exporter", "max(exports, imports) - min(exports, imports)"),
    ("exporter", "exports - min(exports, imports)"),
    ("exporter", "max(gain, -gain)"),
    ("exporter", "if gain > 0元 then min(gain, exports) else 0元"),
    ("gain > 0元 or exporter", "if exporter then 1元 else gain"),
    ("gain > 0元 or exports > 5元 and gain > 3元", "gain"),
    ("gain != 0元 and gain >= 0元", "gain - 0.01元"),
]
NOT_PROVED = [
    # (the condition, the amount, and an enterprise for which it is below zero)
    ("exporter", "gain", {"gain": -1}),
    ("exporter", "exports - 5元", {"exports": 4}),
    ("exporter", "exports - imports", {"exports": 1, "imports": 2}),
    ("exports > 1000元", "10% * exports - 100.01元", {"exports": "1000.01"}),
    ("exports > 1000元", "10% * exports - 500元", {"exports": 2000}),
    ("exports >= 99.99元", "exports - 100元", {"exports": "99.99"}),
    ("exports > 10% * imports", "exports - 11% * imports", {"exports": "10.01", "imports": 100}),
    ("gain < 0元", "gain", {"gain": -1}),
    ("gain > 0元 or exporter", "gain", {"exporter": True, "gain": -1}),
    ("exporter", "if exporter then gain else 5元", {"exporter": True, "gain": -1}),
    ("exporter", "min(gain, exports)", {"gain": -1, "exports": 1}),
    ("exporter", "max(gain, -exports)", {"gain": -1, "exports": 1}),
    ("exporter", "gain * gain - 5元", {"gain": 1}),
    ("exporter", "-exports", {"exports": 1}),
]
BELOW, OUT_OF_ORDER = "it may come to less than zero", "it may come to less than `from`"


@pytest.mark.parametrize(("when", "pays"), PROVED)
def test_an_amount_that_cannot_be_below_zero_loads(when: str, pays: str) -> None:
    plan(f'when: {when}\npays: "{pays}"')


@pytest.mark.parametrize(("when", "pays", "facts"), NOT_PROVED)
def test_an_amount_that_can_be_below_zero_is_refused(when: str, pays: str, facts: dict[str, object]) -> None:
    text, places = marked(written(f'when: {when}\npays: ▸"{pays}"'))
    if "gain * gain" in pays:  # a fact times itself is in 元·元, and no amount
        assert "does not go with" in refused(text)[0].wrong.en
        return
    (fault,) = refused(text)
    assert (fault.place[:2], fault.wrong.en) == (places[0], BELOW)
    assert fault.right.en == "let the condition rule that out, or write max(…, 0元)"
    amount = plan(f'when: {when}\npays: "max({pays}, 0元)"').clauses[0].readings[0]
    assert amount.high is not None
    known = {name: value if isinstance(value, bool) else Decimal(str(value)) for name, value in facts.items()}
    with localcontext(EXACT):
        assert function(amount.when)({"exporter": True, **known}, {}) is True
        assert function(amount.high.args[0])(known, {}) < 0


ORDERS = [
    ("exporter", "30元", "100元", ""),
    ("exporter", "10% * exports", "20% * exports", ""),
    ("exporter", "min(exports, 30元)", "exports", ""),
    ("exporter", "exports", "exports + imports", ""),
    ("exports >= 3000元", "30元", "1% * exports", ""),
    ("exporter", "30元", "max(30元, 1% * exports)", ""),
    ("exporter", "20% * exports", "10% * exports", OUT_OF_ORDER),
    ("exporter", "30元", "1% * exports", OUT_OF_ORDER),
    ("exports > 2999元", "30元", "1% * exports", OUT_OF_ORDER),
    ("exporter", "gain", "exports", BELOW),
    ("gain < 0元", "0元 - exports", "0元", BELOW),
]


@pytest.mark.parametrize(("when", "low", "high", "wrong"), ORDERS)
def test_a_range_begins_below_its_end(when: str, low: str, high: str, wrong: str) -> None:
    body = f'when: {when}\nfrom: "{low}"\nto: "{high}"'
    if not wrong:
        plan(body)
        return
    found = {fault.fact.rpartition(".")[2]: fault.wrong.en for fault in refused(written(body))}
    assert found["to" if wrong == OUT_OF_ORDER else "from"] == wrong


def test_each_item_and_each_reading_is_looked_at() -> None:
    """A ceiling, an item's loss, an amount that several readings share, and one that a single reading has."""
    cases = {
        "when: exporter\nup to: ▸gain": 1,
        "for each: shops\nwhen: abroad\npays: ▸rent + profit": 1,
        "when: exporter\npays: ▸gain\nreadings:\n  a: {zh: 甲, en: a}\n  b: {zh: 乙, en: b, when: gain < 5元}": 1,
        "when: exporter\npays: gain\nreadings:\n  a: {zh: 甲, en: a, pays: ▸gain}\n"
        "  b: {zh: 乙, en: b, when: gain > 0元}": 1,
        "when: exporter\nbase: gain\npays: ▸base * share": 1,
    }
    for body, count in cases.items():
        text, places = marked(written(body))
        assert [fault.place[:2] for fault in refused(text)] == places
        assert len(places) == count
    plan("for each: shops\nwhen: profit < 0元 and rent >= -profit\nup to: rent + profit")
    plan("when: exporter\nbase: gain\npays: max(base * share, 0元)")


def test_what_else_is_wrong_hides_no_amount_below_zero() -> None:
    """All faults of a file at once: a gain of 20 yuan earns 20 - 100, whatever the currency, the day and the department."""
    text, places = marked(
        written(
            "when: gain > 15元\npays: ▸gain - 100元",
            ("currency: CNY", "currency: ▸USD"),
            ("\nfacts:", "\n▸facts:"),
            ("  as_of: {type: date, default: today, zh: 测算日期, en: Day}\n", ""),
            ("zh: 出口额, en: Exports}", "zh: 出口额, en: ▸''}"),
            ("lead: 商务局", "lead: ▸工信局"),
        )
    )
    found = refused(text)
    assert [fault.place[:2] for fault in found] == places
    assert found[-1].wrong.en == BELOW


def test_a_figure_without_a_bound_proves_nothing_and_is_the_only_fault() -> None:
    """Where the bound of a type is wrong nothing is known of its figures, and no amount is called below zero for that."""
    text, places = marked(written("when: exporter\npays: exports", ("below: 1亿元", "below: ▸some")))
    assert [fault.place[:2] for fault in refused(text)] == places


def test_full_parts_of_what_has_no_bound_are_no_fault_of_their_own() -> None:
    """The type lacks its bound, and nothing can be said of how many full parts may come of its figures."""
    text, places = marked(
        written("when: exporter\npays: 1元 * whole(exports / 10元)", ("below: 1亿元", "below: ▸some"))
    )
    assert [fault.place[:2] for fault in refused(text)] == places
