"""Sentences of local plans in the words of a policy file: each amount worked by hand from the sentence beside its clause."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from jxplus.assessment import Assessor
from jxplus.enterprise import Enterprise, Reader
from jxplus.policy.store import load_policy

POLICY = load_policy(str(Path(__file__).parents[1] / "sentences.yaml"))
ASSESSOR, READER = Assessor(POLICY), Reader(POLICY)
PROJECT = {"key_industry": "yes", "intensity": "200万元/亩"}

CASES: list[tuple[str, dict[str, Any], str | None, str | None]] = [
    ("investment", {**PROJECT, "invested": "1000万"}, "500000", "2000000"),
    ("investment", {**PROJECT, "invested": "9999999.99"}, None, None),
    ("investment", {**PROJECT, "invested": "1000万", "intensity": "1999999.99"}, None, None),
    ("farming", {"farming": "yes", "invested": "9999999.99", "contribution": "100万"}, None, None),
    ("farming", {"farming": "yes", "invested": "1000万", "contribution": "100万"}, "700000", "700000"),
    ("farming", {"farming": "yes", "invested": "5000万", "contribution": "100万"}, "700000", "700000"),
    ("farming", {"farming": "yes", "invested": "50000000.01", "contribution": "100万"}, "800000", "800000"),
    ("farming", {"farming": "yes", "invested": "1亿", "contribution": "100万"}, "800000", "800000"),
    ("farming", {"farming": "yes", "invested": "100000000.01", "contribution": "100万"}, "900000", "900000"),
    ("performance", {"key_industry": "yes", "tax_year": "2", "contribution": "6250万"}, "50000000", "50000000"),
    ("performance", {"key_industry": "yes", "tax_year": "2", "contribution": "6000万"}, "48000000", "48000000"),
    ("performance", {"key_industry": "yes", "tax_year": "3", "contribution": "6000万"}, "30000000", "30000000"),
    ("performance", {"key_industry": "yes", "tax_year": "5", "contribution": "2亿"}, "50000000", "50000000"),
    ("performance", {"key_industry": "yes", "tax_year": "6", "contribution": "2亿"}, None, None),
    ("headquarters", {"headquarters": "yes", "contribution": "9999999.99"}, None, None),
    ("headquarters", {"headquarters": "yes", "contribution": "2000万"}, "14000000", "14000000"),
    ("headquarters", {"headquarters": "yes", "contribution": "5000万"}, "40000000", "40000000"),
    ("headquarters", {"headquarters": "yes", "contribution": "1亿"}, "90000000", "90000000"),
    ("growth", {"large_industry": "yes", "output": "2000万", "output_before": "1000万"}, None, None),
    ("growth", {"large_industry": "yes", "output": "4000万", "output_before": "1000万"}, "100000", "100000"),
    ("growth", {"large_industry": "yes", "output": "1亿", "output_before": "1000万"}, "200000", "200000"),
    ("statistics", {"large_service": "yes", "year_of_listing": "1"}, "50000", "50000"),
    ("statistics", {"large_service": "yes", "year_of_listing": "2"}, "30000", "30000"),
    ("statistics", {"large_service": "yes", "year_of_listing": "3"}, "20000", "20000"),
    ("statistics", {"large_service": "yes", "year_of_listing": "4"}, None, None),
    ("planting", {"planted": "99.99亩"}, None, None),
    ("planting", {"planted": "500亩"}, "50000", "50000"),
    ("planting", {"planted": "500.01亩"}, "100002", "100002"),
    # at 6.5 yuan a dollar 8‰ of 10 million dollars are 520,000 yuan, of 100 million 5.2 million
    ("foreign-capital", {"paid_in": "1999999.99", "rate": "6.5", "received": "0"}, None, None),
    ("foreign-capital", {"paid_in": "200万美元", "rate": "6.5", "received": "0"}, "300000", "300000"),
    ("foreign-capital", {"paid_in": "500万美元", "rate": "6.5", "received": "0"}, "500000", "500000"),
    ("foreign-capital", {"paid_in": "1000万美元", "rate": "6.5", "received": "0"}, "520000", "520000"),
    ("foreign-capital", {"paid_in": "1亿美元", "rate": "6.5", "received": "0"}, "3000000", "3000000"),
    ("foreign-capital", {"paid_in": "1亿美元", "rate": "6.5", "received": "280万"}, "200000", "200000"),
    ("exports", {"exports": "300万美元", "exports_before": "272万美元"}, "20000", "20000"),  # 299.2 is 110 %
    ("exports", {"exports": "300万美元", "exports_before": "273万美元"}, None, None),
    ("exports", {"exports": "999万美元", "exports_before": "1美元"}, "30000", "30000"),
    ("exports", {"exports": "1000万美元", "exports_before": "1美元"}, "50000", "50000"),
    ("young-traders", {"registered": "2020-07-01", "trade_growth": "500万美元"}, "50000", "50000"),
    ("young-traders", {"registered": "2020-06-30", "trade_growth": "500万美元"}, None, None),
    ("fairs", {"fairs": [{"in_asia": "yes"}, {"in_asia": "no"}]}, "23000", "23000"),
    ("equipment", {"warehouses": [{"cost": "100万"}, {"cost": "10万"}]}, "0", "350000"),
    ("warehouse-rent", {"warehouse_rent": "39万"}, "195000", "195000"),
    ("warehouse-rent", {"warehouse_rent": "50万"}, "200000", "200000"),
]


@pytest.mark.parametrize(("clause", "facts", "low", "high"), CASES)
def test_a_sentence(clause: str, facts: dict[str, Any], low: str | None, high: str | None) -> None:
    """Assessed on 2023-06-30; None where nothing is paid."""
    stated = dict(READER.value(name, value) for name, value in {"paid_in_year": "1", **facts}.items())
    found = {
        each.clause.id: each
        for each in ASSESSOR.assess(Enterprise("甲", {"name": "甲", **stated}), date(2023, 6, 30)).outcomes
    }[clause]
    assert found.status == ("not-met" if high is None else "entitled")
    assert (found.low, found.high) == tuple(None if each is None else Decimal(each) for each in (low, high))
