"""Rules between clauses: cases worked by hand from the sentences of two plans, and what a rule may not say.

鹿城区: 第一条 awards a project 300,000, 500,000 or 8‰ of its capital in its first year, three years together at most 3 million;
第三条 gives advanced manufacturing 2, 3 or 5 million, "前款奖励与本意见第一条规定的奖励不可重复享受"; and 附则3 has
"同一项目符合本政策两项或两项以上扶持条款的，可执行最高额，但不重复享受". 柳河县: 第25条 "就高不重复".
"""

import sys
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from jxplus.assessment import Assessment, Assessor
from jxplus.assessment.curve import curve
from jxplus.assessment.reach import reach
from jxplus.enterprise import Enterprise
from jxplus.enterprise.interview import Interview
from jxplus.enterprise.spot import named_spot
from jxplus.fault import Place
from jxplus.policy import Policy
from jxplus.policy.file import read_policy
from jxplus.render.clauses import listing

sys.path.insert(0, str(Path(__file__).parents[1]))
from commandline import invoked, jxplus
from oneclause import marked, refused, written
from questioned import questioned

LUCHENG = Path(__file__).parents[1] / "lucheng.yaml"
DAY = date(2020, 6, 1)


@pytest.fixture(scope="module")
def lucheng() -> Policy:
    return read_policy(LUCHENG.read_bytes(), "lucheng.yaml", "")


def project(inflow: str, year: str = "first", **stated: Any) -> dict[str, Any]:
    """A project with so many US dollars; the rest is what an item has where nothing else is said."""
    own = {"drawn": Decimal(0), "manufacturing": False, "top500": False, "culture": "none", "trade": "none"}
    return {"year": year, "inflow": Decimal(inflow), **own, **stated}


def assessed(policy: Policy, *projects: dict[str, Any], pins: dict[str, str] | None = None) -> Assessment:
    facts = {"name": "甲", "course": Decimal(7), "projects": list(projects)}
    return Assessor(policy, pins).assess(Enterprise("甲", facts), DAY)


def yuan(*amounts: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, amounts))


def test_one_project_has_its_highest_award(lucheng: Policy) -> None:
    """5 million dollars in the first year: 50万; provincial culture project: 5万; e-commerce of city and district: 2万 + 1万.

    The clauses come to 58万. 附则3 pays the highest, 50万, and takes 8万 off; either reading of it says so.
    """
    found = assessed(lucheng, project("5000000", culture="provincial", trade="both"))
    own = {each.clause.id: each.high for each in found.outcomes if each.high is not None}
    paid = {"foreign-capital": 500000, "culture": 50000, "trade-city": 20000, "trade-district": 10000}
    assert own == {name: Decimal(amount) for name, amount in paid.items()}
    assert found.total() == yuan("500000", "500000")
    (taken,) = found.taken
    assert (taken.rule.id, taken.low, taken.high) == ("one-award", *yuan("80000", "80000"))
    assert taken.counted == (("foreign-capital",), ("foreign-capital",))
    assert found.total("award") == yuan("500000", "500000")
    assert found.total("honour") == yuan("0", "0")


def test_projects_are_decided_one_by_one(lucheng: Policy) -> None:
    """A second project with 2 million dollars in its third year, 8万, and a national culture project, 10万, has the 10万.

    The clauses come to 50 + 5 + 8 + 10 = 73万; 附则3 leaves 50 + 10 = 60万.
    """
    one = project("5000000", culture="provincial")
    found = assessed(lucheng, one, project("2000000", "third", culture="national"))
    assert found.total() == yuan("600000", "600000")
    (taken,) = found.taken
    assert taken.low == Decimal(130000)
    assert {place: high for place, (_, high) in taken.items.items()} == {0: ("foreign-capital",), 1: ("culture",)}


@pytest.mark.parametrize(
    ("dollars", "drawn", "paid"),
    [
        ("53571428.57", "0", "3000000"),  # 8‰ of it at 7 yuan is 2,999,999.99992, so 3,000,000.00: the ceiling itself
        ("53571428.58", "0", "3000000"),  # 3,000,000.00048, which is above it by less than a fen
        ("60000000", "0", "3000000"),  # 3,360,000
        ("60000000", "2999999.99", "0.01"),  # all but a fen was awarded in the years before
        ("60000000", "3000000", "0"),
        ("60000000", "3360000", "0"),  # more was awarded than the ceiling: nothing is owed, and nothing is claimed back
        ("10000000", "2440000", "560000"),  # 8‰ of 10 million dollars is 560,000: it just fits
        ("10000000", "2440000.01", "559999.99"),
    ],
)
def test_three_years_of_a_project_have_a_ceiling(lucheng: Policy, dollars: str, drawn: str, paid: str) -> None:
    """每个项目三年奖励累计不超过300万元, of which the years before are taken off."""
    found = assessed(lucheng, project(dollars, drawn=Decimal(drawn)))
    assert found.total() == yuan(paid, paid)


def test_a_ceiling_comes_before_what_is_chosen_above_it(lucheng: Policy) -> None:
    """60 million dollars: 第一条 3.36 million, at most 3; 第三条 5 million, not together with it; 附则3 has nothing more to say.

    The clauses come to 8.36 million: the ceiling takes 0.36 off, 第三条 the 3 million that are left.
    """
    found = assessed(lucheng, project("60000000", manufacturing=True))
    assert found.total() == yuan("5000000", "5000000")
    assert [(each.rule.id, each.high) for each in found.taken] == [
        ("three-years", Decimal(360000)),
        ("not-twice", Decimal(3000000)),
    ]


@pytest.mark.parametrize(
    ("reading", "total"),
    [(None, ("2000000", "3000000")), ("every-clause", ("2000000",) * 2), ("but-article-2", ("3000000",) * 2)],
)
def test_a_rule_may_be_read_in_two_ways(lucheng: Policy, reading: str | None, total: tuple[str, str]) -> None:
    """10 million dollars of a Fortune 500 manufacturer: 56万, 200万 and 100万.

    Whether 第二条's "再给予" stands besides is open: 200万 if it is among the awards of which one counts, else 300万.
    """
    pins = {"one-award": reading} if reading else None
    found = assessed(lucheng, project("10000000", manufacturing=True, top500=True), pins=pins)
    assert found.total() == yuan(*total)
    last = found.taken[-1]
    if reading is None:
        assert last.readings == {"every-clause": yuan("1000000", "1000000"), "but-article-2": yuan("0", "0")}


def test_what_no_rule_touches_is_what_it_was(lucheng: Policy) -> None:
    """One award alone is paid, and no rule is told of."""
    found = assessed(lucheng, project("2000000"))
    assert (found.total(), found.taken, found.settled) == (yuan("300000", "300000"), (), ())


# ---- other sentences ---------------------------------------------------------------------------------------------------

SMALL = """\
when: exporter
up to: exports
"""
CLAUSE = """\
  {0}:
    section: 一(二)
    title: {{zh: 条款, en: Clause}}
    nature: grant
    basis: one-off
    payer: {{zh: 市财政, en: city}}
    lead: 商务局
    {1}
"""


def with_rules(rules: str, **clauses: str) -> Policy:
    """The plan of `oneclause`, whose clause `c` is up to the exports, with further clauses and rules."""
    text = written(SMALL) + "".join(CLAUSE.format(name, body) for name, body in clauses.items()) + f"rules:\n{rules}"
    return read_policy(text.encode(), "p.yaml", "")


def total(policy: Policy, **facts: Any) -> tuple[Decimal, Decimal]:
    known = {name: value if isinstance(value, bool) else Decimal(value) for name, value in facts.items()}
    return Assessor(policy).assess(Enterprise("甲", {"name": "甲", "exporter": True, **known}), DAY).total()


RULE = "  r: {{section: 一(三), title: {{zh: 规则, en: Rule}}, {0}}}\n"


def test_of_a_ceiling_and_a_fixed_amount_the_higher_counts_at_each_end() -> None:
    """就高不重复 (柳河 第25条) between 30万 and up to 80万: from 30万, where nothing is paid of the ceiling, to 80万."""
    policy = with_rules(RULE.format("highest of: [c, d]"), d="pays: 30万元")
    assert total(policy, exports=800000) == yuan("300000", "800000")
    assert total(policy, exports=200000) == yuan("300000", "300000")


def test_what_was_drawn_before_is_not_known() -> None:
    """Of 100万 at most anything may have been drawn: of 40万 the rest is between nothing and 40万, and the fact is named."""
    policy = with_rules(RULE.format("sum of: [d], at most: 100万元, less: cost"), d="pays: 40万元")
    assert total(policy, exports=0) == yuan("0", "400000")
    assert total(policy, exports=0, cost=900000) == yuan("100000", "100000")
    found = Assessor(policy).assess(Enterprise("甲", {"name": "甲"}), DAY)
    assert found.taken[0].missing == ("cost",)


def test_one_thing_named_in_two_clauses_is_paid_once() -> None:
    """`same as` needs no section: two clauses that say the same come to it once."""
    rule = "  r: {title: {zh: 同一优惠, en: the same discount}, same as: [d, e]}\n"
    assert total(with_rules(rule, d="pays: 7万元", e="pays: 7万元"), exports=0) == yuan("70000", "70000")


def test_where_rules_overlap_the_best_choice_is_found() -> None:
    """Of d (50) and e (70) one counts, of e and f (40) one: 50 + 40 = 90 is more than e alone, though e is the highest."""
    rules = RULE.format("highest of: [d, e]") + RULE.format("highest of: [e, f]").replace("  r:", "  s:")
    policy = with_rules(rules, d="pays: 50元", e="pays: 70元", f="pays: 40元")
    found = Assessor(policy).assess(Enterprise("甲", {"name": "甲"}), DAY)
    assert found.total() == yuan("90", "90")
    assert found.taken[-1].counted[1] == ("f",)


def test_two_ceilings_that_cross_leave_as_much_as_both_allow() -> None:
    """d + e at most 10, e + f at most 10, each of them 10: d and f are paid, and e is not."""
    rules = RULE.format("sum of: [d, e], at most: 10元") + RULE.format("sum of: [e, f], at most: 10元").replace(
        "  r:", "  s:"
    )
    policy = with_rules(rules, **dict.fromkeys("def", "pays: 10元"))
    assert total(policy, exports=0) == yuan("20", "20")


def test_a_rule_about_a_plan_that_is_not_there_is_silent() -> None:
    """`jx22:d` is of another plan: alone, this one pays 7万 + 3万."""
    rules = RULE.format("highest of: [d, 'jx22:d']") + RULE.format("sum of: [r, e], at most: 1元").replace(
        "  r:", "  s:"
    )
    policy = with_rules(rules, d="pays: 7万元", e="pays: 3万元")
    assert total(policy, exports=0) == yuan("100000", "100000")


def test_a_clause_that_is_undecided_is_worth_nothing_to_a_rule() -> None:
    """Whether d applies is not known: e is paid, the rule takes nothing off, and d is still undecided."""
    policy = with_rules(RULE.format("highest of: [d, e]"), d="when: imports > 1元\n    pays: 9万元", e="pays: 3万元")
    found = Assessor(policy).assess(Enterprise("甲", {"name": "甲"}), DAY)
    assert (found.total(), found.taken) == (yuan("30000", "30000"), ())


def test_a_ceiling_ends_an_amount_that_has_none() -> None:
    """At least 50万, and at most 300万 with all others: 50万 to 300万, and the total is no longer open."""
    policy = with_rules(RULE.format("sum of: [d, e], at most: 300万元"), d="at least: 50万元", e="pays: 20万元")
    found = Assessor(policy).assess(Enterprise("甲", {"name": "甲"}), DAY)
    assert (found.total(), found.open()) == (yuan("700000", "3000000"), False)
    assert [each.open for each in found.taken] == [True]


def test_the_highest_of_an_amount_without_a_ceiling_has_none() -> None:
    """At least 50万 or exactly 80万, the higher: at least 80万."""
    policy = with_rules(RULE.format("highest of: [d, e]"), d="at least: 50万元", e="pays: 80万元")
    found = Assessor(policy).assess(Enterprise("甲", {"name": "甲"}), DAY)
    assert (found.total(), found.open()) == (yuan("800000", "800000"), True)


# ---- what is refused ---------------------------------------------------------------------------------------------------

_HEAD = "section: 一(三), title: {zh: 规则, en: Rule}"
REFUSED = [
    (f"  r: {{{_HEAD}, highest of: [d, ▸x]}}", "unknown clause 'x'"),
    (f"  r: {{{_HEAD}, highest of: [d, ▸d]}}", "'d' is named twice"),
    (f"  r: {{{_HEAD}, highest of: ▸[d]}}", "a list of two clauses or more is wanted"),
    (f"  r: {{{_HEAD}, sum of: ▸[], at most: 1元}}", "a list of a clause or more is wanted"),
    (f"  ▸r: {{{_HEAD}}}", "a rule says one thing of its clauses"),
    (f"  r: {{{_HEAD}, ▸highest of: [d, e], same as: [d, e]}}", "a rule says one thing of its clauses"),
    (f"  r: {{{_HEAD}, ▸sum of: [d, e]}}", "it has no ceiling"),
    (f"  r: {{{_HEAD}, sum of: [d, e], at most: ▸30%}}", "it comes out as a share"),
    (f"  r: {{{_HEAD}, sum of: [d, e], at most: ▸30}}", "it comes out as a pure number"),
    (f"  r: {{{_HEAD}, sum of: [d, e], at most: ▸-3元}}", "it may come to less than zero"),
    (f"  r: {{{_HEAD}, sum of: [d, e], at most: ▸gain}}", "it may come to less than zero"),
    (f"  r: {{{_HEAD}, sum of: [d, e], at most: ▸cost - 3元}}", "it may come to less than zero"),
    (f"  r: {{{_HEAD}, highest of: [d, e], ▸at most: 3元}}", "only a `sum of` has `at most`"),
    (f"  r: {{{_HEAD}, sum of: [d], at most: 3元, less: ▸share}}", "it comes out as a share"),
    (f"  r: {{{_HEAD}, sum of: [d], at most: 3元, less: ▸gain}}", "'gain' may be below zero"),
    (f"  r: {{{_HEAD}, sum of: [d], at most: 3元, less: ▸nothing}}", "unknown fact 'nothing'"),
    (f"  r: {{{_HEAD}, highest of: [▸d, s], for each: shops}}", "'d' does not run over shops"),
    (f"  r: {{{_HEAD}, highest of: [d, e], for each: ▸shop}}", "unknown list 'shop'"),
    (f"  r: {{{_HEAD}, highest of: [d, ▸n]}}", "'n' states no amount"),
    ("  r: {title: {zh: 规则, en: Rule}, highest of: [d, e]}▸", "no text"),
    (f"  ▸d: {{{_HEAD}, highest of: [d, e]}}", "is what a clause or a total is called"),
    (f"  R▸: {{{_HEAD}, highest of: [d, e]}}".replace("R▸", "▸R"), "a rule's id is small letters"),
    (f"  ▸r: {{{_HEAD}, highest of: [d, t]}}\n  ▸t: {{{_HEAD}, highest of: [e, r]}}", "it names itself"),
    (f"  r: {{{_HEAD}, highest of: [d, e]}}\n  t: {{{_HEAD}, sum of: [r, ▸d], at most: 1元}}", "'d' is in 'r' already"),
    (
        f"  r: {{{_HEAD}, highest of: [s, u], for each: shops}}\n  ▸t: {{{_HEAD}, sum of: [s, d], at most: 1元}}",
        "a rule over the whole and a rule for each item cross",
    ),
    (
        "".join(f"  r{n}: {{{_HEAD}, sum of: [{pair}], at most: 1元}}\n" for n, pair in enumerate(("d, e", "e, f")))
        + f"  ▸t: {{{_HEAD}, sum of: [d, f], at most: 1元}}",
        "three ceilings or more cross each other in a ring",
    ),
]


@pytest.mark.parametrize(("rules", "gist"), REFUSED)
def test_a_wrong_rule_is_refused_where_it_is_wrong(rules: str, gist: str) -> None:
    """Each fault has its line and column in the policy's file."""
    clauses = {
        **dict.fromkeys("def", "pays: 10元"),
        **dict.fromkeys("su", "for each: shops\n    pays: rent"),
        "n": "pays: not stated",
    }
    text = written(SMALL) + "".join(CLAUSE.format(name, body) for name, body in clauses.items())
    text, places = marked(f"{text}rules:\n{rules}\n")
    faults = refused(text)
    assert all(gist in fault.wrong.en for fault in faults), faults
    if "no text" not in gist:
        assert [(fault.place.line, fault.place.column) for fault in faults] == places
    assert all(fault.place != Place() for fault in faults)


def test_rules_that_cross_in_too_many_ways_are_refused() -> None:
    """Ten choices of two in a chain are 1024 ways to keep them, and 1000 is the most that is looked at."""
    names = [f"k{number}" for number in range(11)]
    rules = "".join(
        f"  r{place}: {{{_HEAD}, highest of: [{one}, {other}]}}\n" for place, (one, other) in enumerate(pairwise(names))
    )
    text = written(SMALL) + "".join(CLAUSE.format(name, "pays: 1元") for name in names) + f"rules:\n{rules}"
    (fault,) = refused(text)
    assert "1024" in fault.wrong.en
    with_rules(rules.replace(f"  r9: {{{_HEAD}, highest of: [k9, k10]}}\n", ""), **dict.fromkeys(names, "pays: 1元"))


# ---- pages -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [55, 80, 120])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_says_what_is_taken_off_and_which_clause_counts(lang: str, columns: int, tmp_path: Path) -> None:
    """580,000 by summing, 500,000 paid: the rule's section, the 80,000 and the clause that counts stand between them."""
    file = tmp_path / "e.yaml"
    file.write_text(
        "name: 甲\nas_of: 2020-06-01\ncourse: 7元/美元\n"
        "projects:\n- {year: first, inflow: 500万美元, culture: provincial, trade: both}\n",
        encoding="utf-8",
    )
    code, out, _ = jxplus("calc", str(file), "--policies", str(LUCHENG), "--lang", lang, columns=columns)
    assert code == 0
    text = " ".join(out.split())
    assert ("减 80,000.00" if lang == "zh" else "less 80,000.00") in text
    assert "附则" in text
    assert out.rstrip().endswith("500,000.00")
    counted = "计第1条实到外资奖励" if lang == "zh" else "第1条Awardforforeigncapitalcounts"
    assert counted in "".join(out.split())
    assert max(map(len, out.splitlines())) <= columns


def test_a_result_with_rules_is_verified(tmp_path: Path) -> None:
    """The rules are part of the result: computed again they are the same, and a changed one is found."""
    file, result = tmp_path / "e.yaml", tmp_path / "r.json"
    file.write_text(
        "name: 甲\nas_of: 2020-06-01\ncourse: 7元/美元\n"
        "projects:\n- {year: first, inflow: 500万美元, culture: provincial, trade: both}\n",
        encoding="utf-8",
    )
    reading = ("--reading", "one-award=every-clause")
    _, out, _ = jxplus("calc", str(file), "--policies", str(LUCHENG), "--format", "json", *reading)
    result.write_text(out, encoding="utf-8")
    assert jxplus("verify", str(result), "--policies", str(LUCHENG))[0] == 0
    assert '"low": 80000, "high": 80000' in out
    result.write_text(out.replace('"low": 80000, "high": 80000', '"low": 80000, "high": 80001'), encoding="utf-8")
    code, out, err = jxplus("verify", str(result), "--policies", str(LUCHENG), "--lang", "en")
    assert code == 1
    assert "rules" in out + err


def test_a_policy_file_is_checked_with_its_rules() -> None:
    """`check` names each rule with what it says, and the fact of a ceiling is used; `explain` names the rules of a clause."""
    code, out, err = jxplus("check", str(LUCHENG), "--lang", "en", columns=120)
    assert code == 0
    assert "one-award=but-article-2" in out
    assert "at most 3,000,000 yuan, less Awarded before" in " ".join(out.split())
    assert "3 rules" in out + err
    assert "drawn" not in err
    assert "highest counts" in jxplus("explain", "第3条", "--policies", str(LUCHENG), "--lang", "en")[1]


def test_the_figure_of_a_rule_is_a_figure_of_its_section(tmp_path: Path) -> None:
    """累计不超过300万元 stands in 第一条, and the rule of 第1条 uses it: the audit finds it covered, and misses it without the rule."""
    text, plan = tmp_path / "text.txt", tmp_path / "plan.yaml"
    text.write_text("某区办法\n一、奖励\n第一条 项目三年奖励累计不超过300万元。\n", encoding="utf-8")
    ruled = LUCHENG.read_text(encoding="utf-8")
    results = []
    for body in (ruled, ruled.split("rules:")[0]):
        plan.write_text(body, encoding="utf-8")
        results.append(jxplus("audit", str(text), "--policies", str(plan), "--lang", "en", columns=200)[1])
    assert "300万元: no clause uses it" not in results[0]
    assert "300万元: no clause uses it" in results[1]


def test_the_interview_asks_what_was_drawn_before_once_a_clause_pays() -> None:
    """What the ceiling is less of matters to an exporter, and to nobody else."""
    policy = with_rules(RULE.format("sum of: [c], at most: 100万元, less: cost"))
    interview = Interview(policy, DAY)
    assert questioned(interview, {"name": "甲", "exporter": "yes", "exports": "10万"})[0][-1] == "cost"
    assert "cost" not in questioned(interview, {"name": "甲", "exporter": "no"})[0]


def test_what_a_rule_takes_away_again_is_not_within_reach(lucheng: Policy) -> None:
    """9.5 million dollars, 50万, with the honours of one project: a national honour would bring 5万 more, and nothing in all.

    Half a million dollars more bring 第三条's 200万 in place of 50万: 150万 more in all. 第一条's own 56万 is not named.
    """
    one = project("9500000", culture="provincial", manufacturing=True)
    facts = {"name": "甲", "course": Decimal(7), "projects": [one]}
    assessor = Assessor(lucheng, {"one-award": "every-clause"})
    assessment = assessor.assess(Enterprise("甲", facts), DAY)
    found = reach(assessor, assessment, Decimal("0.2"))
    assert [(each.then.clause.id, each.gain) for each in found] == [("manufacturing", yuan("1500000", "1500000"))]
    assert "合计多1,500,000.00元" in found[0].text.zh


def test_what_comes_to_more_in_all_begins_at_its_lesser_end() -> None:
    """c pays up to the exports of 30万; with a fen more of imports d pays 10万: between 10万 more, where c pays nothing, and none."""
    policy = with_rules(RULE.format("highest of: [c, d]"), d="when: imports > 5万元\n    pays: 10万元")
    assessor = Assessor(policy)
    facts = {"name": "甲", "exporter": True, "exports": Decimal(300000), "imports": Decimal(50000)}
    (found,) = reach(assessor, assessor.assess(Enterprise("甲", facts), DAY), Decimal("0.2"))
    assert found.gain == yuan("100000", "0")
    assert "0.00 to 100,000.00 yuan more in all" in found.text.en
    assert "合计多0.00至100,000.00元" in found.text.zh


def test_which_of_two_counts_is_said_with_the_difference(lucheng: Policy) -> None:
    """50万 and 5万 of one project: the first counts, and is 45万 ahead of the second."""
    found = assessed(lucheng, project("5000000", culture="provincial"))
    assert found.taken[0].ahead == {0: ("culture", Decimal(450000))}


def test_a_curve_breaks_where_a_rule_begins_to_act() -> None:
    """d pays 30万 and c up to the exports: of the two the higher counts, so from 300,000.00 of exports on c does."""
    policy = with_rules(RULE.format("highest of: [c, d]"), d="pays: 30万元")
    enterprise = Enterprise("甲", {"name": "甲", "exporter": True})
    spot = named_spot(policy, "exports")
    found = curve(Assessor(policy), enterprise, DAY, spot, Decimal(0), Decimal(1000000)).breaks()
    assert [each.value for each in found] == [Decimal(0), Decimal(300000), Decimal(1000000)]
    assert [each.slope for each in found[:2]] == [yuan("0", "0"), yuan("0", "1")]
    assert [each.at for each in found] == [
        yuan("300000", "300000"),
        yuan("300000", "300000"),
        yuan("300000", "1000000"),
    ]


def test_a_curve_names_the_rules_that_take_something_else_from_there_on(lucheng: Policy) -> None:
    """Of a project with 5万 of culture: from 2 million dollars on 30万, so the 5万 count no more; at 5 million only the clause pays more.

    At 10 million, the 200万 of 第三条 come before the 56万 of 第一条, which begin to be taken off; so they are at every figure above.
    """
    project = {
        "year": "first",
        "inflow": Decimal(0),
        "drawn": Decimal(0),
        "manufacturing": True,
        "top500": False,
        "trade": "none",
    }
    facts = {"name": "甲", "course": Decimal(7), "projects": [{**project, "culture": "provincial"}]}
    spot = named_spot(lucheng, "projects[1].inflow")
    found = curve(Assessor(lucheng), Enterprise("甲", facts), DAY, spot, Decimal(0), Decimal(15000000)).breaks()
    assert [(str(each.value), [rule.id for rule in each.rules]) for each in found] == [
        ("0.00", []),
        ("1999999.99", ["one-award"]),
        ("4999999.99", []),
        ("9999999.99", ["not-twice"]),
        ("15000000.00", []),
    ]


# ---- explained ---------------------------------------------------------------------------------------------------------


def explained(*arguments: str) -> str:
    done = invoked("explain", *arguments, "--policies", LUCHENG, columns=120, code=0)
    return done.output


def test_a_rule_is_explained_by_its_id_its_title_and_its_section() -> None:
    """附则 has no clause, and one rule; 第三条 has a clause and a rule; the ceiling of 第一条 asks for what was drawn."""
    by_id, by_title, by_section = (
        explained(name) for name in ("one-award", "one project has the highest of its awards", "附则")
    )
    assert by_id == by_title == by_section
    assert "every-clause: the award of article 2 is among them" in by_id
    assert "the highest counts, for each of Projects" in by_id
    both = [line.split() for line in explained("第3条").splitlines()]
    assert ["clause", "manufacturing"] in both
    assert ["rule", "not-twice"] in both
    assert "projects[].drawn" in explained("three-years")
    assert "not-twice" in explained()


def test_a_calculation_explains_the_clauses_that_a_rule_binds(tmp_path: Path) -> None:
    """Article 1's ceiling binds article 1 alone, article 3's rule both of them."""
    file = tmp_path / "e.yaml"
    item = "{year: first, inflow: 1000万美元, manufacturing: yes, culture: national, trade: none}"
    file.write_text(f"name: 甲\nas_of: 2020-06-01\ncourse: 7元/美元\nprojects: [{item}]\n", encoding="utf-8")
    told = ["calc", str(file), "--policies", str(LUCHENG), "--lang", "en", "--explain"]
    for rule, clauses in (("three-years", 1), ("not-twice", 2), ("附则", 3)):
        done = invoked(*told, rule, columns=120)
        assert done.output.count("✓ Projects, item 1") == clauses


def test_what_is_neither_a_clause_nor_a_rule_is_named() -> None:
    done = invoked("explain", "one-awards", "--policies", LUCHENG, code=2)
    assert "did you mean 'one-award'?" in done.output + done.stderr


def test_a_part_of_articles_is_explained_whole_and_has_no_number_of_its_own() -> None:
    """Articles 8 and 12 stand in the part that begins with 第8条: its name is theirs, its number is that of an article alone."""
    text = LUCHENG.read_text(encoding="utf-8").replace(
        "natures: {award", "parts: {第8条: {zh: 荣誉, en: Honours}}\n\nnatures: {award"
    )
    policy = read_policy(text.encode(), "p.yaml", "")
    assert [each.id for each in policy.part_titled("honours")] == ["culture", "trade-city", "trade-district"]
    page = listing(policy, "en")
    (line,) = [line for line in page.splitlines() if "Honours" in line]
    assert line.split() == ["Honours"]
