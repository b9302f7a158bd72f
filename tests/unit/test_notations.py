"""Every way of writing a value that stands in `notations.yaml`: read exactly as that says, or refused with its reason.

What the reader takes the JSON Schema must take too, whether an editor sees a text or has made a number of it.
"""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from jxplus.document import read_tree
from jxplus.enterprise import Reader
from jxplus.enterprise.schema import enterprise_schema
from jxplus.fault import Refused
from jxplus.policy.store import load_policy
from jxplus.render.record import json_page

POLICY = load_policy()
READER = Reader(POLICY)
SCHEMA = jsonschema.Draft202012Validator(json.loads(json_page(enterprise_schema(POLICY))))
TABLE = yaml.load((Path(__file__).parent / "notations.yaml").read_text("utf-8"), yaml.BaseLoader)
ITEMS = {
    "premises": {"landlord": "private", "use": "office", "area": "320.5", "monthly_rent": "42", "months": "12"},
    "funds": {"liquidated": "yes", "size": "1亿", "in_province_investment": "6000万", "in_province_net_gain": "0"},
}


def stating(fact: str, written: Any) -> dict[str, Any]:
    """An enterprise file that states one fact so, of the enterprise or of an item of a list."""
    listed, _, name = fact.rpartition(".")
    return {"name": "甲", **({listed: [{**ITEMS[listed], name: written}]} if listed else {fact: written})}


def read(fact: str, document: str) -> Any:
    facts = READER.read(read_tree(document, "a", "json")).facts
    listed, _, name = fact.rpartition(".")
    return facts[listed][0][name] if listed else facts[fact]


def meant(fact: str, told: Any) -> Any:
    """The value that a row of the table names: a figure, a day, a truth, a choice or no items."""
    listed, _, name = fact.rpartition(".")
    if fact in POLICY.lists:
        return []
    kind = (POLICY.lists[listed].facts if listed else POLICY.facts)[name or fact].type.kind
    if kind == "number":
        return Decimal(told)
    return {"truth": told == "true", "date": date.fromisoformat(told) if kind == "date" else None}.get(kind, told)


READS = [
    (row["fact"], written, meant(row["fact"], each["as"]))
    for row in TABLE
    for each in row.get("reads", ())
    for line in each["values"]
    for written in line
]
REFUSED = [
    (row["fact"], written, reason)
    for row in TABLE
    for reason, values in row.get("refused", {}).items()
    for written in values
]


@pytest.mark.parametrize(("fact", "written", "value"), READS)
def test_it_is_read_exactly(fact: str, written: str, value: Any) -> None:
    found = read(fact, json.dumps(stating(fact, written)))
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(("fact", "written", "reason"), REFUSED)
def test_it_is_refused_with_its_reason_and_the_way_out(fact: str, written: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        read(fact, json.dumps(stating(fact, written)))
    (fault,) = refused.value.faults
    assert reason in f"{fault.wrong.zh}；{fault.right.zh}"
    assert fault.wrong.en
    assert fault.right.en


@pytest.mark.parametrize(("fact", "written"), [row[:2] for row in READS])
def test_the_schema_takes_it(fact: str, written: str) -> None:
    """As a text, and as the number that an editor makes of digits."""
    assert [error.message for error in SCHEMA.iter_errors(stating(fact, written))] == []
    try:
        number = json.loads(written)
    except ValueError:
        return
    if type(number) in (int, float) and fact not in POLICY.lists:
        assert [error.message for error in SCHEMA.iter_errors(stating(fact, number))] == []


@pytest.mark.parametrize(
    "written",
    [
        "Operating_Revenue",
        "OPERATING_REVENUE",
        "年营业收入（万元）",
        "年营业收入/万元",
        "operating_revenue (wan)",
        "年度营业收入",
        "年营业收入 ：",
    ],
)
def test_the_schema_takes_the_keys_that_are_read(written: str) -> None:
    """A key in another case, with its unit, or by a further name."""
    document = {"Name": "甲", written: 1200}
    READER.read(read_tree(json.dumps(document), "a", "json"))
    assert [error.message for error in SCHEMA.iter_errors(document)] == []
