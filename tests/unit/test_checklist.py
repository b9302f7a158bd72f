"""An explanation in a reader's words: each line worked by hand from the plan's sentence and the enterprise's figures."""

import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from commandline import ended, jxplus
from oneclause import ALWAYS, SHOP, plan

from jxplus.assessment import Assessor
from jxplus.assessment.checklist import check_of, normal
from jxplus.enterprise import Enterprise, Reader
from jxplus.formula.check import Scope, check
from jxplus.formula.evaluate import Unknown, function
from jxplus.formula.node import Node
from jxplus.formula.operators import DATE, OPERATORS, TRUTH, YUAN, Type
from jxplus.formula.syntax import parse
from jxplus.policy import Policy
from jxplus.render.checklist import Speaker
from jxplus.render.explained import MOST_ITEMS, explanation

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2016, 6, 30)


def told(
    policy: Policy, clause: str, facts: dict[str, Any], lang: str = "zh", wan: bool = False, pins: Any = None
) -> str:
    """How a clause came about for an enterprise that states these facts, a line each, two blanks for each step inward."""
    reader = Reader(policy)
    stated = dict(reader.value(name, value) for name, value in facts.items())
    assessment = Assessor(policy, pins).assess(Enterprise("甲", stated), DAY)
    (outcome,) = [each for each in assessment.outcomes if each.clause.id == clause]
    lines = explanation(assessment, outcome, wan)
    return "\n".join(f"{'  ' * line.deep}{line.mark}{' ' * bool(line.mark)}{line.text.show(lang)}" for line in lines)


NEWCOMER = {"new_format": "yes", "operating_revenue": "1.08亿", "previous_peak_revenue": "3600万"}
OFFICES = {
    "internet_plus": "yes",
    "premises": [
        {"landlord": "private", "use": "office", "area": "100", "monthly_rent": "42.5", "months": "12"},
        {"landlord": "private", "use": "office", "area": "20.5", "monthly_rent": "12", "months": "1"},
        {"landlord": "government", "use": "office", "area": "10", "monthly_rent": "1", "months": "1"},
    ],
}


def test_both_marks_in_one_year(policy: Policy) -> None:
    """六(二): 3600万 to 1.08亿 passes 4000万 and 1亿; stacked 50万 + 100万, else the higher alone."""
    assert told(policy, "revenue-milestone", NEWCOMER) == (
        "✓ 新业态企业：是\n"
        "✓ 下列任一\n"
        "  ✓ 下列各项\n"
        "    ✓ 年营业收入 1.08亿元 > 4000万元\n"
        "    ✓ 以往最高年营业收入 3600万元 ≤ 4000万元\n"
        "  ✓ 下列各项\n"
        "    ✓ 年营业收入 1.08亿元 > 1亿元\n"
        "    ✓ 以往最高年营业收入 3600万元 ≤ 1亿元\n"
        "解读 stack：150万元 （同年跨过两档，两档奖励都给）\n"
        "  金额：50万元 + 100万元 = 150万元\n"
        "    其中 50万元：年营业收入 1.08亿元 > 4000万元，以往最高年营业收入 3600万元 ≤ 4000万元\n"
        "    其中 100万元：年营业收入 1.08亿元 > 1亿元，以往最高年营业收入 3600万元 ≤ 1亿元\n"
        "解读 highest：100万元 （同年跨过两档，只给高的一档）\n"
        "  金额：100万元\n"
        "    其中 100万元：年营业收入 1.08亿元 > 1亿元，以往最高年营业收入 3600万元 ≤ 1亿元"
    )


def test_a_pinned_reading_is_told_alone(policy: Policy) -> None:
    pinned = told(policy, "revenue-milestone", NEWCOMER, pins={"revenue-milestone": "highest"})
    assert "金额：100万元" in pinned
    assert "150万元" not in pinned


def test_a_base_and_a_rounding(policy: Policy) -> None:
    """六(一): 50 % of 1234567.89 is 617283.945; a quarter of that, 154320.98625, is 154320.99 to the fen."""
    assert told(policy, "rd-super-deduction", {"rd_expensed": "1234567.89", "cit_rate": "25%"}) == (
        "✓ 费用化研发费用 1,234,567.89元 > 0元\n"
        "基数：50% × 费用化研发费用 1,234,567.89元 = 617,283.945元\n"
        "金额：基数 617,283.945元 × 企业所得税税率 25% = 154,320.98625元\n"
        "四舍五入到分：154,320.98625元 → 154,320.99元"
    )


def test_items_a_cap_and_their_sum(policy: Policy) -> None:
    """四(二): min(42.5, 30) x 100 x 12 = 36000; 12 x 20.5 x 1 = 246; the government's office is another clause's."""
    rent = policy.lists["premises"].facts["monthly_rent"].label.zh
    assert told(policy, "park-rent-subsidy", OFFICES) == (
        "✓ 用房 第1项\n"
        "  ✓ “互联网+”企业：是\n"
        "  ✓ 出租方：社会\n"
        "  ✓ 用途：办公\n"
        "  不超过：30元/㎡/月 × 面积 100㎡ × 测算月数 12月 = 3.6万元\n"
        f"    其中 30元/㎡/月 = 取较小值({rent} 42.5元/㎡/月、30元/㎡/月)\n"
        "✓ 用房 第2项\n"
        "  ✓ “互联网+”企业：是\n"
        "  ✓ 出租方：社会\n"
        "  ✓ 用途：办公\n"
        "  不超过：12元/㎡/月 × 面积 20.5㎡ × 测算月数 1月 = 246元\n"
        f"    其中 12元/㎡/月 = 取较小值({rent} 12元/㎡/月、30元/㎡/月)\n"
        "✗ 用房 第3项\n"
        "  ✗ 出租方：政府（须为社会）\n"
        "不超过合计：3.6万元 + 246元 = 36,246元"
    )


def test_one_unit_of_money(policy: Policy) -> None:
    """In a page in 10,000 yuan every amount of money is: 3.6 and 0.0246 are 3.6246."""
    lines = told(policy, "park-rent-subsidy", OFFICES, wan=True)
    assert "= 3.6万元" in lines
    assert "= 0.0246万元" in lines
    assert "不超过合计：3.6万元 + 0.0246万元 = 3.6246万元" in lines
    lines = told(policy, "revenue-milestone", NEWCOMER, wan=True)
    assert "年营业收入 10,800万元 > 4,000万元" in lines
    assert "亿元" not in lines


def test_one_unit_of_money_in_english(policy: Policy) -> None:
    """An English sentence has the unit in Latin letters; the head of its page says that a wan is 10,000 yuan. A rent stays one in yuan."""
    lines = told(policy, "park-rent-subsidy", OFFICES, "en", wan=True)
    assert "up to in all: 3.6 wan + 0.0246 wan = 3.6246 wan" in lines
    assert "12 yuan/㎡/month" in lines
    assert not set("万元") & set(lines)


def test_what_is_not_met_shows_what_it_fails(policy: Policy) -> None:
    """六(二) again, for an enterprise that was over 1亿 before: neither mark is passed for the first time."""
    facts = {**NEWCOMER, "previous_peak_revenue": "1.2亿"}
    assert told(policy, "revenue-milestone", facts).split("\n")[:7] == [
        "✗ 下列任一",
        "  ✗ 下列各项",
        "    ✓ 年营业收入 1.08亿元 > 4000万元",
        "    ✗ 以往最高年营业收入 1.2亿元 ≤ 4000万元",
        "  ✗ 下列各项",
        "    ✓ 年营业收入 1.08亿元 > 1亿元",
        "    ✗ 以往最高年营业收入 1.2亿元 ≤ 1亿元",
    ]
    assert told(policy, "park-rent-subsidy", {"internet_plus": "yes", "premises": []}) == "✗ 用房：没有一项"


def test_what_is_undecided_has_no_tree(policy: Policy) -> None:
    assert told(policy, "revenue-milestone", {"new_format": "yes"}) == ""


def test_a_question_about_a_list(policy: Policy) -> None:
    """三(三): the second listing is the one on the NEEQ, and none there was paid before."""
    listings = [{"venue": "shanghai"}, {"venue": "neeq"}]
    assert told(policy, "neeq-listing", {"registered_in_jiangxi": "yes", "listings": listings}) == (
        "✓ 省内企业：是\n"
        "✓ 挂牌上市有一项：挂牌上市日期 ≥ 2015-09-01，上市地为新三板（第2项）\n"
        "✓ 挂牌上市没有一项：挂牌上市日期 ≥ 2015-09-01，上市地为新三板，已获补助\n"
        "金额：50万元"
    )


def test_in_english(policy: Policy) -> None:
    """The same in English: yuan in digits, units in words."""
    lines = told(policy, "park-rent-subsidy", OFFICES, "en")
    assert "× Area 100 ㎡ × Months that this calculation covers 12 months = 36,000 yuan" in lines
    assert "✗ Landlord: government (private is asked for)" in lines
    assert "up to in all: 36,000 yuan + 246 yuan = 36,246 yuan" in lines


def test_the_same_figure_for_each(policy: Policy) -> None:
    """七(一): two talents who have all three: 30万 to 100万 each."""
    talent = {"internet_experience": "yes", "senior_or_core": "yes", "brings_project": "yes"}
    lines = told(policy, "talent-startup", {"talents": [talent, talent]})
    assert (
        "每项下限：30万元\n每项上限：100万元\n下限合计：2 × 30万元 = 60万元\n上限合计：2 × 100万元 = 200万元" in lines
    )


def test_long_lists_are_told_in_part_and_said_so(policy: Policy) -> None:
    """Of 40 offices 30 are told; the other 10, of which 5 are private, are counted, and the sum is over all."""
    one, other = OFFICES["premises"][1], OFFICES["premises"][2]  # type: ignore[index]
    lines = told(policy, "park-rent-subsidy", {"internet_plus": "yes", "premises": [one, other] * 20})
    assert MOST_ITEMS == 30
    assert "另有10项，其中5项符合" in lines
    assert "不超过合计：20 × 246元 = 4,920元" in lines


# ---- the taking apart --------------------------------------------------------------------------------------------------

SCOPE = Scope(
    {"a": TRUTH, "b": TRUTH, "m": YUAN, "d": DATE, "c": Type("choice", (), ("x", "y"))},
    {"shops": {"big": TRUTH, "rent": YUAN}},
)


def resolved(text: str) -> Node:
    node, found, wrongs = check(parse(text), SCOPE)
    assert not wrongs, wrongs
    assert found is not None
    return node


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("not (a and b)", "not a or not b"),
        ("not (a or not b)", "not a and b"),
        ("not m > 4元", "m <= 4元"),
        ("not m <= 4元", "m > 4元"),
        ("not c = x", "c != x"),
        ("not not a", "a"),
        ("not (a or (b and m < 1元))", "not a and (not b or m >= 1元)"),
        ("not any shops where (big)", "not any shops where (big)"),
    ],
)
def test_not_is_carried_inward(text: str, same: str) -> None:
    assert normal(resolved(text)) == resolved(same)


@pytest.mark.parametrize("a", [True, False, None])
@pytest.mark.parametrize("b", [True, False, None])
@pytest.mark.parametrize(
    "text", ["not (a and b)", "not (a or not b)", "a and not (b or a)", "not (a or (b and not a)) or b"]
)
def test_a_checklist_says_what_the_condition_says(a: bool | None, b: bool | None, text: str) -> None:
    """Law: whatever is known, the whole holds exactly where the evaluation has it, and so does each part."""
    node, facts = resolved(text), {"a": a, "b": b}
    value = function(node)(facts, {})
    whole = check_of(node, facts, {})
    assert whole.holds is (None if isinstance(value, Unknown) else value)
    holds = [part.holds for part in whole.parts]
    if whole.join == "all":
        assert whole.holds is (False if False in holds else None if None in holds else True)
    if whole.join == "some":
        assert whole.holds is (True if True in holds else None if None in holds else False)


SAID = {
    "+": "m + m > 1元",
    "-": "m - 1元 > 1元",
    "*": "2 * m > 1元",
    "neg": "-m > 1元",
    "min": "min(m, 1元) > 1元",
    "max": "max(m, 1元) > 1元",
    **{sign: f"m {sign} 1元" for sign in (">", ">=", "<", "<=")},
    "=": "c = x",
    "!=": "c != x",
    "in": "c in (x, y)",
    "and": "a and b",
    "or": "a or b",
    "not": "not a",
    "if": "(if a then m else 1元) > 0元",
    "any": "any shops where (big)",
    "count": "count of shops where (big) >= 1",
    "sum": "sum of m in shops where (big) > 1元",
    "whole": "whole(m / 2元) >= 1",
    "later": "d + 3年 >= as_of",
    "earlier": "d - 6个月 < as_of",
}


BIG = "      big: {type: bool, zh: 大, en: Big}\n"
FACTS = """\
  a: {type: bool, zh: 甲, en: A}
  b: {type: bool, zh: 乙, en: B}
  m: {type: money, zh: 金额, en: Money}
  d: {type: date, zh: 某日, en: Some day}
  c: {type: choice, choices: {x: {zh: 东, en: east}, y: {zh: 西, en: west}}, zh: 方位, en: Side}
"""
KNOWN: dict[str, Any] = {"a": "yes", "b": "no", "m": "3", "d": "2016-02-29", "c": "x", "shops": [{"big": "yes"}]}


@pytest.mark.parametrize("op", SAID)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_operator_is_said(op: str, lang: str) -> None:
    """Each operator of the language has words, with figures and without, and none of them is the formula's own."""
    policy = plan(f"when: {SAID[op]}\npays: 5万元", ALWAYS, ("facts:\n", f"facts:\n{FACTS}"), (SHOP, BIG))
    when = policy.clauses[0].readings[0].when
    without = [line.text.show(lang) for line in Speaker(policy).requirements(when)]
    assert all(without)
    lines = told(policy, "c", KNOWN, lang)
    for own in (" and ", "any shops", "min(", "max(", "if a", "not a")[0 if lang == "zh" else 1 :]:
        assert own not in lines
        assert own not in "\n".join(without)


def test_the_operators_that_are_said_are_all() -> None:
    assert set(SAID) == set(OPERATORS)


def test_a_clause_that_is_asked_for_is_explained_whatever_it_came_to(tmp_path: Path) -> None:
    """Why it pays nothing is the question: `--explain 5.1` says it of an award not met, and of one whose years are over."""
    file = tmp_path / "a.yaml"
    file.write_text("{name: 甲, as_of: 2019-01-31, big_data: no, investment: 1000万, rd_expensed: 0}", "utf-8")
    _, whole, _ = jxplus("calc", str(file), "--explain")
    assert "Conditions not met" not in whole
    assert "Not in force" not in whole
    _, asked, _ = jxplus("calc", str(file), "--explain", "hq-settlement")
    (title, *told) = asked[asked.index("Conditions not met") : asked.index("Assumptions")].split("\n")[1:]
    assert title.split()[0] == "五(一)"
    assert "✗ Big-data or related enterprise: no" in " ".join(" ".join(told).split())
    assert "Support for investment in big data" not in asked
    assert "Not in force" not in asked
    _, over, _ = jxplus("calc", str(file), "--explain", "rd-super-deduction")
    assert "period_end 2019-01-31 is outside" in over
    assert "Conditions not met" not in over


def test_explain_narrows_to_clauses() -> None:
    """`--explain 6.2` before or after the file, by section, id or title; named without --explain it is a usage error."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return ended("calc", *arguments, "--lang", "zh", folder=ROOT)

    file = "examples/platform-operator.yaml"
    whole = run(file, "--explain").stdout
    assert "✓ 新业态企业：是" in whole
    assert "费用化研发费用" in whole
    narrowed = [run(*words).stdout for words in ((file, "--explain", "6.2"), ("--explain", "六(二)", file))]
    assert narrowed[0] == narrowed[1]
    assert "✓ 新业态企业：是" in narrowed[0]
    assert "出处 六(二)；咨询 省工信委" in narrowed[0]
    assert "✓ 费用化研发费用" not in narrowed[0]
    assert "✓ 费用化研发费用" in run(file, "--explain", "研发费用加计扣除").stdout
    in_formulas = run(file, "--explain", "--formulas").stdout
    assert "rd_expensed > 0元" in in_formulas
    assert "出处 六(一)；咨询 省财政厅" in in_formulas
    for wrong in ((file, "6.2"), (file, "--formulas"), (file, "--explain", "9.9")):
        assert run(*wrong).returncode == 2
