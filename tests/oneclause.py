"""A plan of one clause, to say of a policy file in a line or two what it may say and what it may not."""

import pytest

from jxplus.fault import Fault, Refused
from jxplus.policy import Policy
from jxplus.policy.file import read_policy

PLAN = """\
policy:
  id: 某市〔2020〕1号
  title: {zh: 小方案, en: A small plan}
  issued: 2020-01-01
  in force: {from: 2020-01-01, to: 2021-12-31}
  currency: CNY
natures: {grant: {zh: 奖补, en: Grants}}
bases: {one-off: {zh: 一次性, en: one-off}}
departments: {商务局: {en: Bureau of Commerce}}
types:
  money: {unit: 元, decimals: 2, below: 1亿元}
  rate: {unit: "%", decimals: 4, at most: 100%}
  months: {unit: 月, decimals: 0, below: 1200月}
facts:
  name: {type: text, required: yes, zh: 名称, en: Name}
  as_of: {type: date, default: today, zh: 测算日期, en: Day}
  exporter: {type: bool, zh: 出口企业, en: Exporter}
  exports: {type: money, zh: 出口额, en: Exports}
  imports: {type: money, zh: 进口额, en: Imports}
  cost: {type: money, positive: yes, zh: 成本, en: Cost}
  gain: {type: money, signed: yes, zh: 净利, en: Net gain}
  share: {type: rate, zh: 比例, en: Share}
  tax: {type: rate, default: 25%, zh: 税率, en: Tax rate}
  used: {type: months, zh: 已用月数, en: Months used}
lists:
  shops:
    zh: 门店
    en: Shops
    facts:
      abroad: {type: bool, zh: 境外, en: Abroad}
      rent: {type: money, zh: 租金, en: Rent}
      profit: {type: money, signed: yes, zh: 利润, en: Profit}
clauses:
  c:
    section: 一(一)
    title: {zh: 条款, en: Clause}
    nature: grant
    basis: one-off
    payer: {zh: 市财政, en: city}
    lead: 商务局
"""
MARK = "▸"
ALWAYS = ("  in force: {from: 2020-01-01, to: 2021-12-31}\n", "")
"""The edit by which the plan is in force on any day."""
PEOPLE = ("types:\n", "types:\n  people: {unit: 人, decimals: 0, below: 1000人}\n")
"""The edit by which it counts people."""
SHOP = PLAN[PLAN.index("      abroad:") : PLAN.index("clauses:")]
"""The facts of a shop, which an edit may make others."""


def written(body: str, *edits: tuple[str, str]) -> str:
    """The plan's text, its clause ending with the lines of `body`, and of each of `edits` the first made the second."""
    text = PLAN
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    return text + "".join(f"    {line}\n" for line in body.strip("\n").splitlines())


def plan(body: str, *edits: tuple[str, str]) -> Policy:
    """The policy of that text."""
    return read_policy(written(body, *edits).encode(), "p.yaml", "")


def refused(text: str) -> list[Fault]:
    """What a text is refused for, which it is."""
    with pytest.raises(Refused) as caught:
        read_policy(text.encode(), "p.yaml", "")
    return list(caught.value.faults)


def faults(text: str) -> list[str]:
    """The same, as it is shown in English."""
    return [fault.show("en") for fault in refused(text)]


def marked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """A text without its marks, and where each of them stood, as line and column."""
    places = []
    while MARK in text:
        index = text.index(MARK)
        text = text[:index] + text[index + 1 :]
        places.append((text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)))
    return text, places
