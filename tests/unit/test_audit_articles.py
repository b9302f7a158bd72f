"""The audit of a plan numbered by articles under group headings, with tiers, years in order and a term of validity."""

import pytest

from jxplus.audit import Audit, audit
from jxplus.document import read_tree
from jxplus.plan.text import PlanText, read_plan
from jxplus.policy.file import read_policy

PLAN = """若干意见
(2023年2月8日)
一、政策
（一）投资奖励
第 1 条 对投产项目连续5年奖励：前2年奖励税收的80%，后3年奖励50%。
第 2 条 迁回业务的，以上一年度为基数，比照第1条奖励。
第 3 条 对面积100亩至500亩的，奖励100元/亩；对500亩以上的，奖励200元/亩。
第 4 条 对销售额超过2000万元的产品，奖励20万元；给予项目优先支持。
二、兑现
第 5 条 本意见自发布之日起施行，暂定三年有效期；奖励在3年内兑现。
"""
POLICY = """
policy: {id: X, title: {zh: 试, en: Test}, issued: 2023-02-08, in force: {from: 2023-02-08, to: 2026-02-07}, currency: CNY}
numbering: 第8条
natures: {grant: {zh: 奖补, en: Grants}}
bases: {one-off: {zh: 一次性, en: one-off}}
departments: {局: {en: Bureau}}
units: {亩: {en: mu}}
types:
  money: {unit: 元, decimals: 2, below: 100亿元}
  land: {unit: 亩, decimals: 2, below: 100万亩}
  year: {unit: "", decimals: 0, below: 100}
facts:
  name: {type: text, required: yes, zh: 企业名称, en: Name}
  as_of: {type: date, default: today, zh: 测算日期, en: Date}
  year: {type: year, positive: yes, zh: 投产第几年, en: Year}
  back: {type: year, positive: yes, zh: 迁回第几年, en: Year since the return}
  taxes: {type: money, zh: 税收, en: Taxes}
  area: {type: land, zh: 面积, en: Area}
lists:
  products: {zh: 产品, en: Products, facts: {sales: {type: money, zh: 销售额, en: Sales}}}
clauses:
  years: &clause
    section: 第1条
    title: {zh: 投产, en: In production}
    nature: grant
    basis: one-off
    payer: {zh: 县, en: county}
    lead: 局
    when: year <= 5
    pays: (if year <= 2 then 80% else 50%) * taxes
  returned:
    section: 第2条
    title: {zh: 迁回, en: Returned}
    nature: grant
    basis: one-off
    payer: {zh: 县, en: county}
    lead: 局
    restates: [years]
    when: back <= 5
    pays: (if back <= 2 then 80% else 50%) * taxes
  land:
    section: 第3条
    title: {zh: 面积, en: Area}
    nature: grant
    basis: one-off
    payer: {zh: 县, en: county}
    lead: 局
    pays:
      tiers of: area
      from 100亩 to 500亩: 100元/亩 * area
      over 500亩: 200元/亩 * area
  products:
    section: 第4条
    title: {zh: 产品, en: Products}
    nature: grant
    basis: one-off
    payer: {zh: 县, en: county}
    lead: 局
    when: yes
    readings:
      each: {zh: 每个产品, en: each, for each: products, when: sales > 2000万元, pays: 20万元}
      once: {zh: 每家企业, en: once, when: any products where (sales > 2000万元), pays: 20万元}
not encoded:
  sections:
    第1条:
      3年: {zh: 五年减两年, en: five years less two}
    第5条:
      3年: {zh: 兑现期限, en: by when it is paid}
"""


def text(plan: str = PLAN) -> PlanText:
    policy = read_policy(POLICY.encode(), "policy.yaml", "")
    return read_plan(plan.encode(), "plan.txt", policy.numbering, policy.units)


def held(policy: str = POLICY, plan: str = PLAN) -> Audit:
    tree = read_tree(policy, "policy.yaml", aliases=True)
    return audit(read_policy(policy.encode(), "policy.yaml", ""), text(plan), tree)


def found(result: Audit) -> set[tuple[str, str, str, str]]:
    return {(each.kind, each.section, each.owner, each.figure) for each in result.problems}


def test_the_text_and_the_policy_agree() -> None:
    """Years counted by number, figures of another article, both marks of a tier, a term that runs to the plan's last day.

    上一年度 is no term of a year, so nothing need say it.
    """
    assert found(held()) == set()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("to: 2026-02-07}, currency", "to: 2026-02-08}, currency", ("unsupported", "", "policy", "2026-02-08")),
        ("when: year <= 5", "when: year <= 6", ("unsupported", "第1条", "years", "6")),
        ("    restates: [years]\n", "", ("unsupported", "第2条", "returned", "80%")),
        ("over 500亩: 200", "over 500亩: 300", ("unsupported", "第3条", "land", "300元/亩")),
        (
            "when: sales > 2000万元, pays",
            "when: sales > 2000万元 and sales > 2000万元, pays",
            ("overused", "第4条", "products", "2000万元"),
        ),
    ],
)
def test_a_policy_that_says_something_else_is_caught(old: str, new: str, problem: tuple[str, ...]) -> None:
    assert POLICY.count(old) == 1
    assert problem in found(held(POLICY.replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("暂定三年有效期", "暂定四年有效期", ("uncovered", "第5条", "", "四年")),
        ("前2年", "前24个月", ("uncovered", "第1条", "", "24个月")),
        ("至500亩", "至400亩", ("uncovered", "第3条", "", "400亩")),
        ("上一年度", "前一年", ("uncovered", "第2条", "", "一年")),
    ],
)
def test_a_text_that_says_something_else_is_caught(old: str, new: str, problem: tuple[str, ...]) -> None:
    assert PLAN.count(old) == 1
    assert problem in found(held(plan=PLAN.replace(old, new)))


def test_the_sentences_of_a_groups_heading_are_listed_by_its_name() -> None:
    """(一) and 二 number no article here; the page names them, and so may `not encoded`, with brackets of either width."""
    heads = {each.text: (each.section, each.digest) for each in text().sentences if each.section in ("(一)", "二")}
    assert {words: section for words, (section, _) in heads.items()} == {"投资奖励": "(一)", "兑现": "二"}
    entries = (
        POLICY
        + "  sentences:\n"
        + "".join(
            f"    {section.replace('(', '（')}:\n      {digest}: {{zh: 标题, en: a heading}}\n"
            for section, digest in heads.values()
        )
    )
    problems = found(held(entries))
    assert not [each for each in problems if each[1] in ("(一)", "二")]
    assert ("unclaimed", "第1条") in {each[:2] for each in problems}


def test_support_that_is_given_is_held() -> None:
    """给予 … 支持 gives something, with an amount or not."""
    assert [each.held for each in text().sentences if "优先支持" in each.text] == [True]
