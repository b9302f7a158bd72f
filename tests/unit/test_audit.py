"""The audit: figures read off a page, a policy held against its text both ways, and each kind of mistake caught.

`audit/plan.txt` is a made-up plan, with what makes real ones hard to read, and `audit/policy.yaml` encodes it wholly. The
plan that ships is held against its official text where that text is (see `official.py`).
"""

import json
import re
from pathlib import Path

import pytest
from commandline import ended
from hypothesis import given
from hypothesis import strategies as st
from official import official, official_text, shipped_plan

from jxplus.audit import Audit, audit
from jxplus.document import read_tree
from jxplus.fault import Place, Refused
from jxplus.plan.figures import figures_in
from jxplus.plan.notation import ROWS
from jxplus.plan.section import numbering_like
from jxplus.plan.text import PlanText, read_plan
from jxplus.policy import Policy
from jxplus.policy.file import read_policy
from jxplus.policy.store import shipped_policy
from jxplus.quantity import DeclaredUnit, Units
from jxplus.render.audited import json_page, page

HERE = Path(__file__).parents[1] / "audit"
PLAN, POLICY = (HERE / "plan.txt").read_text("utf-8"), (HERE / "policy.yaml").read_text("utf-8")


def held(policy: str = POLICY, plan: str = PLAN) -> Audit:
    """A policy file's text held against a plan's text."""
    tree = read_tree(policy, "policy.yaml", aliases=True)
    return audit(read_policy(policy.encode(), "policy.yaml", ""), read_plan(plan.encode(), "plan.txt"), tree)


def found(result: Audit) -> list[tuple[str, str, str, str]]:
    """The problems of an audit: kind, section, clause, figure."""
    return [(each.kind, each.section, each.owner, each.figure) for each in result.problems]


def changed(text: str, old: str, new: str) -> str:
    """A text with one thing in it changed, which it must hold just once."""
    assert text.count(old) == 1, f"{old} stands {text.count(old)} times"
    return text.replace(old, new)


# ---- figures -------------------------------------------------------------------------------------------------------

FIGURES = [
    # money, with its magnitude in digits or in words, its digits in either width, spaces anywhere
    ("补助50万元", "money 50万元"),
    ("超过 1000 万元", "money 1000万元"),
    ("１．５亿元", "money 1.5亿元"),
    ("12,000元", "money 1.2万元"),
    ("一次性补助三十万元", "money 30万元"),
    ("一亿五千万元", "money 1.5亿元"),
    ("补50多万元", "money 50万元"),
    # a range and a list take the unit of their last figure
    ("30—100 万元", "money 30万元, money 100万元"),
    ("３０－１００万元", "money 30万元, money 100万元"),
    ("30万元至50万元", "money 30万元, money 50万元"),
    ("1-2亿元", "money 1亿元, money 2亿元"),
    ("30万—100万元", "money 30万元, money 100万元"),
    ("4000 万元、1 亿元", "money 4000万元, money 1亿元"),
    ("50、100万元", "money 50万元, money 100万元"),
    ("3-5 个", "count 3个, count 5个"),
    ("5～10家", "count 5家, count 10家"),
    ("5%-10%", "rate 5%, rate 10%"),
    ("2015—2018年", "year 2015年, year 2018年"),
    # shares, multiples and terms in words
    ("补助三成", "rate 30%"),
    ("租金打八折", "rate 80%"),
    ("按八五折收取", "rate 85%"),
    ("给予两倍奖励", "count 2倍"),
    ("双倍奖励，三年翻一番", "count 2倍, term 36月, count 2倍"),
    ("一年内减半征收，半年后再收一半", "term 12月, rate 50%, term 6月, rate 50%"),
    ("执行一年半", "term 18月"),
    ("完成折旧，形成一成果，统一成立，实现倍增", ""),
    # prices, with what they are per said before or after them
    ("30元/平方米", "price 30元/㎡"),
    ("30元/平方米的月房租补助", "price 30元/㎡/月"),
    ("每平米不高于 20 元的月租金", "price 20元/㎡/月"),
    ("每车每公里1.6元降至1.15元", "price 1.6元/km, price 1.15元/km"),
    ("每人每月300元", "price 300元/人/月"),
    ("按每平方米补助，最高10万元", "money 10万元"),
    # rates
    ("25%以上", "rate 25%"),
    ("１５０％", "rate 150%"),
    ("增加2个百分点", "rate 2%"),
    ("百分之二十", "rate 20%"),
    ("百分之12.5", "rate 12.5%"),
    ("3‰", "rate 0.3%"),
    # areas and distances
    ("不少于 100 平方米", "area 100㎡"),
    ("2万㎡", "area 20000㎡"),
    ("50公里", "distance 50km"),
    # terms
    ("3年内", "term 36月"),
    ("三年内", "term 36月"),
    ("暂定执行一年", "term 12月"),
    ("18个月", "term 18月"),
    # counts
    ("200家", "count 200家"),
    ("5000台(套)以上", "count 5000台(套)"),
    ("2000 社", "count 2000社"),
    ("5万户", "count 50000户"),
    ("二个中心、三个平台", "count 2个, count 3个"),
    ("100余家", "count 100家"),
    ("30以上", "count 30"),
    ("100Mbps", "count 100Mbps"),
    # what measures nothing
    ("到2018年", "year 2018年"),
    ("二〇一八年", "year 2018年"),
    ("2015年9月1日印发", "date 2015-09-01"),
    ("二〇一五年九月一日", "date 2015-09-01"),
    ("2015-09-01", "date 2015-09-01"),
    ("9月底前", "date 9月"),
    ("(国发〔2015〕40号)", "document number 国发〔2015〕40号"),
    ("(财税[2014]75 号)", "document number 财税[2014]75号"),
    ("“12316”服务中心", "name 12316"),
    ("PM2.5在线", "name PM2.5"),
    ("B2B平台", "name B2B"),
    ("开发APP10个", "count 10个"),
    # words with a numeral in them
    ("“三网”融合、二级及以上、一站式、一批、一次性、一种、五河三屏、第三方、三合一、十二五", ""),
    ("培育一家企业、一个平台", ""),
    ("二元结构、三年级", ""),
]


@pytest.mark.parametrize(("text", "figures"), FIGURES, ids=[text for text, _ in FIGURES])
def test_a_figure_is_read_as_people_read_it(text: str, figures: str) -> None:
    assert ", ".join(f"{each.kind} {each.show()}" for each in figures_in(text)) == figures


EXAMPLES = [(row.name, text, figures) for row in ROWS for text, figures in row.examples.items()]


@pytest.mark.parametrize(("row", "text", "figures"), EXAMPLES, ids=[f"{name}-{text}" for name, text, _ in EXAMPLES])
def test_each_way_to_write_a_figure_has_its_examples(row: str, text: str, figures: str) -> None:
    assert ", ".join(f"{each.kind} {each.show()}" for each in figures_in(text)) == figures


@pytest.mark.parametrize("word", "个家所户名项台套人位件条批辆艘架座栋幢间处场亩顷吨岁天日款层张组种本台")
def test_a_chinese_numeral_is_read_before_every_counting_word(word: str) -> None:
    """Three, twelve and three hundred of anything are figures; 一 alone is an article."""
    for spoken, digits in (("三", 3), ("十二", 12), ("三百", 300)):
        assert [(each.amount, each.measure) for each in figures_in(f"满{spoken}{word}的")] == [(digits, word)]
    assert figures_in(f"满一{word}的") == ()


DECLARED = Units([DeclaredUnit("亩", "mu"), DeclaredUnit("吨", "ton", ("公吨",)), DeclaredUnit("美元", "US dollar")])


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("五百亩以上", "amount 500亩"),
        ("200万元/亩", "price 200万元/亩"),
        ("亩均投资不低于200万元", "price 200万元/亩"),
        ("每公吨补助240元", "price 240元/吨"),
        ("200万-500万（不含）美元", "amount 200万美元, amount 500万美元"),
        ("数百亩", "count 数百亩"),
    ],
)
def test_a_figure_may_have_a_unit_that_the_plan_declares(text: str, figures: str) -> None:
    assert ", ".join(f"{each.kind} {each.show()}" for each in figures_in(text, DECLARED)) == figures


@pytest.mark.parametrize(
    ("text", "twice"),
    [
        ("500万元以上至1000万元以下、1000万元以上", ["1000万元"]),
        ("500万-1000万元、1000万元以上", ["1000万元"]),
        ("不足100万元的，100万元以上的", ["100万元"]),
        ("100万元以下的，超过100万元的部分", ["100万元"]),
        ("50万-100万（不含）美元奖励，100万-200万（不含）美元", []),  # two sentences in one: 奖励 stands between
        ("不超过500平方米，门面不超过500平方米", []),
        ("奖励10万元、10万元", []),
        ("500万元以下；500万元以上", []),
    ],
)
def test_a_mark_between_two_tiers_is_said_again(text: str, twice: list[str]) -> None:
    assert [each.show() for each in figures_in(text) if each.again] == twice


DIGITS_AND_ALL = st.text(
    st.sampled_from("0123456789０９.,%、，万亿元个年月日第()[]号公里/·A “”每人一百分之点"), max_size=40
)


@given(DIGITS_AND_ALL)
def test_every_digit_belongs_to_one_figure(text: str) -> None:
    """Whatever a text says, the digits of its figures are the digits of the text: none is passed over, none read twice."""
    digits = re.compile("[0-9０-９]")
    figures = figures_in(text)
    assert "".join("".join(digits.findall(each.text)) for each in figures) == "".join(digits.findall(text))


# ---- sections ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plan() -> PlanText:
    return read_plan(PLAN.encode(), "plan.txt")


def test_the_text_is_split_into_its_sections(plan: PlanText) -> None:
    assert plan.sections == ("前言", "一", "一(一)", "一(二)", "二", "二(一)", "二(二)", "三", "附")
    assert plan.leads["二(二)"] == ("市工信局",)  # a page break stands in the middle of 责任单位
    assert plan.has("二（二）") == "二(二)"
    assert plan.has("二(三)") == ""


def test_a_figure_has_its_section_and_place(plan: PlanText) -> None:
    # Line 22 is the second half of a word that a page number cuts: 奖 / - 1 - / 励.
    team = next(each for each in plan.figures if each.text == "5—8万元")
    assert (team.section, team.place) == ("二(一)", Place(22, 11))
    pages = [each for each in plan.figures if each.kind == "page number"]
    assert [each.place.line for each in pages] == [20, 31]


def test_a_numeral_that_opens_a_line_inside_a_sentence_is_no_section() -> None:
    text = "一、总则\n（一）按照第\n（三）项和\n四、五两项办理。\n（二）补助5万元。\n"
    assert read_plan(text.encode(), "p").sections == ("前言", "一", "一(一)", "一(二)")


def test_a_section_is_found_after_one_that_is_missing() -> None:
    text = "一、总则\n（一）甲。\n（三）丙。\n三、附则\n（一）丁。\n"
    assert read_plan(text.encode(), "p").sections == ("前言", "一", "一(一)", "一(三)", "三", "三(一)")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_text_may_be_utf8_or_gb18030(plan: PlanText, encoding: str) -> None:
    assert read_plan(PLAN.replace("\n", "\r\n").encode(encoding), "plan.txt").figures == plan.figures


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"a plan without sections", "第一章".encode()])
def test_what_is_no_plan_is_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        read_plan(data, "plan.txt")


# ---- both ways -----------------------------------------------------------------------------------------------------


def test_the_made_up_policy_and_its_plan_agree() -> None:
    result = held()
    assert found(result) == []
    assert {each.section: each[1:] for each in result.tallies()} == {
        # figures, covered, not encoded, uncovered, unsupported
        "前言": (2, 1, 1, 0, 0),
        "一(一)": (9, 0, 9, 0, 0),
        "一(二)": (3, 0, 3, 0, 0),
        "二(一)": (10, 9, 1, 0, 0),
        "二(二)": (9, 7, 2, 0, 0),
        "三": (2, 2, 0, 0, 0),
        "附": (1, 1, 0, 0, 0),
        "": (36, 20, 16, 0, 0),
    }


def test_each_figure_names_what_covers_it() -> None:
    covers = {
        (each.figure.section, each.figure.show()): each.owners for each in held().checked if each.status == "covered"
    }
    assert covers["二(一)", "100万元"] == ("output-award",)  # the text spells it 一百万元
    assert covers["二(一)", "24月"] == ("interest-subsidy",)  # two years from the policy's first day to 2023-02-28
    assert covers["二(二)", "12元/㎡/月"] == ("workshop-rent",)
    assert covers["三", "2021-03-01"] == ("policy",)


def test_a_figure_from_elsewhere_shows_its_source() -> None:
    sourced = {(each.owner, each.figure): each.source for each in held().stated if each.status == "sourced"}
    assert {key: source and source.en for key, source in sourced.items()} == {
        ("base_rate", "4.35%"): "the central bank's benchmark",
        ("hiring", "3人"): "detailed rules of the Industry Bureau",
    }


TEAM = re.search(r"  team-grant:.*?(?=  interest-subsidy:)", POLICY, re.DOTALL)
assert TEAM

MISTAKES = {
    "a clause is missing": (
        changed(POLICY, TEAM[0], ""),
        [("uncovered", "二(一)", "", "5—8万元")] * 2,
    ),
    "a figure is altered": (
        changed(POLICY, "output > 2000万元", "output > 2001万元"),
        [("uncovered", "二(一)", "", "2000万元"), ("unsupported", "二(一)", "output-award", "2001万元")],
    ),
    "a unit is altered": (
        changed(POLICY, "from: 5万元", "from: 5元"),
        [("uncovered", "二(一)", "", "5—8万元"), ("unsupported", "二(一)", "team-grant", "5元")],
    ),
    "a section is moved": (
        changed(POLICY, "section: 二（二）", "section: 二(一)"),
        [
            ("uncovered", "二(二)", "", "三年"),
            ("uncovered", "二(二)", "", "１２元"),
            ("uncovered", "二(二)", "", "500平方米"),
            ("unsupported", "二(一)", "workshop-rent", "500㎡"),
            ("unsupported", "二(一)", "workshop-rent", "12元/㎡/月"),
            ("unsupported", "二(一)", "workshop-rent", "3年"),
        ],
    ),
    "a section does not exist": (
        changed(POLICY, "section: 二（二）", "section: 二(九)"),
        [
            ("uncovered", "二(二)", "", "三年"),
            ("uncovered", "二(二)", "", "１２元"),
            ("uncovered", "二(二)", "", "500平方米"),
            ("unsupported", "二(九)", "workshop-rent", "500㎡"),
            ("unsupported", "二(九)", "workshop-rent", "12元/㎡/月"),
            ("unsupported", "二(九)", "workshop-rent", "3年"),
            ("no-section", "二(九)", "workshop-rent", ""),
        ],
    ),
    "a lead is none of the section's departments": (
        POLICY.replace("    lead: 市工信局\n    when: area", "    lead: 市财政局\n    when: area"),
        [("lead", "二(二)", "workshop-rent", "市财政局")],
    ),
    "a term ends a day late": (
        changed(POLICY, "to: 2023-02-28", "to: 2023-03-01"),
        [("uncovered", "二(一)", "", "两年"), ("unsupported", "二(一)", "interest-subsidy", "2023-03-01")],
    ),
    "the plan's own period is wrong": (
        changed(POLICY, "to: 2025-12-31", "to: 2026-12-31"),
        [("uncovered", "三", "", "2025年12月31日"), ("unsupported", "", "policy", "2026-12-31")],
    ),
    "an entry is dropped": (
        changed(POLICY, "      1个: {zh: 服务站数, en: number of service posts}\n", ""),
        [("uncovered", "一(二)", "", "１个")],
    ),
    "an entry stands for one of two": (
        changed(POLICY, "{times: 2, zh", "{zh"),
        [("uncovered", "一(二)", "", "10家")],
    ),
    "an entry stands for more than there are": (
        changed(POLICY, "{times: 2, zh", "{times: 3, zh"),
        [("stale", "一(二)", "", "10家")],
    ),
    "an entry is not in its section": (
        changed(POLICY, "      二个: {", "      四个: {"),
        [("uncovered", "一(一)", "", "二个"), ("stale", "一(一)", "", "四个")],
    ),
    "an entry names what a clause encodes": (
        changed(POLICY, "    二(二):\n", "    二(二):\n      500平方米: {zh: 面积, en: size}\n"),
        [("stale", "二(二)", "", "500平方米")],
    ),
    "a kind has no rule": (
        changed(POLICY, "    year: {zh: 目标年份, en: target year}\n", ""),
        [("uncovered", "一(一)", "", "２０２３年")],
    ),
    "a figure from elsewhere has no source": (
        POLICY.partition("\nsources:")[0],
        [("unsupported", "二(二)", "hiring", "3人")],
    ),
    "a default has no source": (
        changed(POLICY, "    source: {zh: 央行基准利率, en: the central bank's benchmark}\n", ""),
        [("unsupported", "二(一)", "base_rate", "4.35%")],
    ),
    "a figure is used again, and nothing says so": (
        changed(POLICY, "    restates: [output-award]\n", ""),
        [("overused", "二(一)", "output-award", "1.5亿元")],
    ),
    "a clause uses the figure of another": (
        changed(POLICY, "when: distance > 0km", "when: distance > 0km and area <= 500㎡"),
        [("overused", "二(二)", "haulage", "500㎡")],
    ),
    "a source is not needed": (
        changed(POLICY, "staff >= 3人", "staff > 0人"),
        [("stale", "", "hiring", "3人")],
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_policy_is_caught(mistake: str) -> None:
    policy, problems = MISTAKES[mistake]
    assert found(held(policy)) == problems


def test_a_problem_in_the_policy_points_to_its_figure() -> None:
    policy = changed(POLICY, "output > 2000万元", "output > 2001万元")
    (place,) = [each.place for each in held(policy).problems if each.kind == "unsupported"]
    line = policy.splitlines()[place.line - 1]
    assert line[place.column - 1 :].startswith("2001万元")


def test_a_figure_that_stands_twice_must_be_used_twice() -> None:
    # A second award of 20万元 that no clause pays: one use of 20万元 in each reading covers one place in the text.
    text = changed(PLAN, "。（责任单位：市财政局", "；另给予 20 万元房租补贴。（责任单位：市财政局")
    assert found(held(plan=text)) == [("uncovered", "二(一)", "", "20万元")]


def test_a_clause_may_say_whose_figure_it_restates() -> None:
    """Haulage asks for the size of the workshop too, which the text states once: `restates` says that it is the same."""
    policy = changed(
        POLICY, "when: distance > 0km", "restates: [workshop-rent]\n    when: distance > 0km and area <= 500㎡"
    )
    assert found(held(policy)) == []
    # A second size in the text is then another figure, which no clause uses.
    text = changed(PLAN, "面积不超过 500 平方", "面积不超过 500 平方米，门面不超过 500 平方")
    assert found(held(policy, text)) == [("uncovered", "二(二)", "", "500平方米")]


def test_a_figure_that_the_text_has_no_more_is_missed() -> None:
    """The interest is paid at 50 %; where a second sentence with 50 % is gone, what used it has none."""
    twice = changed(PLAN, "按百分之五十贴补", "按百分之五十贴补，超过百分之五十的部分不计")
    policy = changed(POLICY, "pays: base * 50% + loan * 1.5%", "pays: min(base, loan * 50%) * 50% + loan * 1.5%")
    assert found(held(policy, twice)) == []
    assert found(held(policy)) == [("overused", "二(一)", "interest-subsidy", "50%")]


def test_a_new_figure_of_the_text_is_caught() -> None:
    text = changed(PLAN, "有效期至", "每月补助50元，有效期至")
    assert found(held(plan=text)) == [("uncovered", "三", "", "50元")]


SMALL = """
policy: {id: X, title: {zh: 试, en: Test}, issued: 2023-02-08, in force: {from: 2023-02-08}, currency: CNY}
parts: {一: {zh: 奖励, en: One}}
natures: {grant: {zh: 奖补, en: Grants}}
bases: {one-off: {zh: 一次性, en: one-off}}
departments: {局: {en: Bureau}}
types:
  money: {unit: 元, decimals: 2, below: 100000亿元}
  count: {unit: "", decimals: 0, below: 1000000}
facts:
  name: {type: text, required: yes, zh: 企业名称, en: Name}
  as_of: {type: date, default: today, zh: 测算日期, en: Date}
  a: {type: money, zh: 金额, en: A}
  y: {type: count, zh: 第几年, en: Year}
  k: {type: choice, choices: {n: {zh: 国家级, en: N}, p: {zh: 省级, en: P}, c: {zh: 市级, en: C}}, zh: 级, en: K}
clauses:
  c: {section: 一, title: {zh: 甲, en: A}, nature: grant, basis: one-off, payer: {zh: 县, en: county}, lead: 局, FORMULAS}
"""
LEVELS = "when: a > 0元, pays: (if k = n then 3% else if k = p then 2% else 1%) * a"
ITEM = "3.技改。国家级、省级、市级技术中心的，补助比例分别提高3、2、1个百分点。"
TIERS = "第一年投资500万-1000万元、1000万元以上的，分别给予10万元、20万元奖励；第二年投资达到标准的，给予3万元。"


def small(formulas: str, text: str, entries: str = "") -> list[tuple[str, str, str, str]]:
    """The problems of a policy of one clause and a plan of one section."""
    listed = f"not encoded:\n  sections:\n    一:\n{entries}" if entries else ""
    return found(held(SMALL.replace("FORMULAS", formulas) + listed, f"办法 2023年2月8日\n一、奖励\n{text}\n"))


def test_the_number_of_an_item_is_no_figure() -> None:
    """3. numbers the item, and 3、2、1个百分点 are three rates: no entry is needed for 3, and one does no harm."""
    assert small(LEVELS, ITEM) == []
    assert small(LEVELS, ITEM, '      "3": {zh: 项号, en: number of an item}\n') == []
    # The rate itself is still missed, under a key that says which 3 it is.
    assert small(LEVELS.replace("3%", "4%"), ITEM) == [("uncovered", "一", "", "3%"), ("unsupported", "一", "c", "4%")]
    assert small(LEVELS.replace("3%", "2%"), ITEM, "      3%: {zh: 甲, en: a}\n") == [("overused", "一", "c", "2%")]


def test_a_chinese_numeral_is_missed_until_it_is_listed() -> None:
    text = "对招用二十人以上、流转土地五百亩以上、服务企业一百家以上、投入数十万元的企业，奖励1元。"
    problems = small("when: a > 0元, pays: 1元", text)
    assert [figure for _, _, _, figure in problems] == ["二十人", "五百亩", "一百家", "数十万元"]
    entries = "".join(f"      {figure}: {{zh: 甲, en: a}}\n" for _, _, _, figure in problems)
    assert small("when: a > 0元, pays: 1元", text, entries) == []


@pytest.mark.parametrize(
    "amount",
    [
        "if y = 1 then (if a >= 1000万元 then 20万元 else 10万元) else 3万元",
        "if y = 1 then (if a < 1000万元 then 10万元 else if a >= 1000万元 then 20万元 else 0元) else 3万元",
    ],
)
def test_the_mark_between_two_tiers_may_be_used_once_or_twice(amount: str) -> None:
    """第一年 supports `y = 1` and needs nothing else; 1000万元 ends one tier and begins the next."""
    assert small(f"when: a >= 500万元, pays: {amount}", TIERS) == []
    thrice = amount.replace("a >= 1000万元 then", "a >= 1000万元 and a > 1000万元 and a != 1000万元 then")
    assert small(f"when: a >= 500万元, pays: {thrice}", TIERS) == [("overused", "一", "c", "1000万元")]


def test_a_mark_between_tiers_may_stand_in_two_sentences_of_the_text() -> None:
    """奖励10万元 stands between the two: the table joins at 100万元, which says both, and no third that says something else."""
    table = "when: a > 0元, pays: {tiers of: a, from 50万元 under 100万元: 10万元, from 100万元: 20万元}"
    text = "50万-100万（不含）元奖励10万元，100万元以上的奖励20万元。"
    assert small(table, text) == []
    assert small(table, "50万-100万元、100万元以上的，奖励10万元、20万元。") == []
    third = [("uncovered", "一", "", "100万元")]
    assert small(table, f"{text}注册资本须有100万元。") == third
    found = small(table, "50万-100万元、100万元以上的，奖励10万元、20万元。注册资本须有100万元。")
    assert set(found) == set(third)  # of the three, it is open which is told


def test_the_first_paragraph_below_a_bare_heading_is_numbered_too() -> None:
    """附则 stands on a line of its own; 1． and 2． below it number what follows."""
    text = read_plan(
        "办法\n第一条 奖励1元。\n附  则\n1．企业指独立法人。\n2．另行制定。\n".encode(),
        "plan.txt",
        numbering_like("第8条"),
    )
    assert [(each.kind, each.text) for each in text.figures if each.section == "附则"] == [
        ("numbering", "1"),
        ("numbering", "2"),
    ]


def test_an_entry_may_name_a_range_of_which_a_clause_uses_one_end() -> None:
    formulas, text = "when: a > 0元, pays: 8万元", "给予5-8万元奖励。"
    ((kind, _, _, key),) = small(formulas, text)
    assert (kind, key) == ("uncovered", "5-8万元")
    assert small(formulas, text, f"      {key}: {{zh: 下限, en: the lower end}}\n") == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_key_that_a_message_names_works(lang: str) -> None:
    """The section and the figure of a message, in its language, are an entry that removes it, wherever the figure stands."""
    text = changed(PLAN, "根据《关于", "对投入50、60万元的，根据《关于").replace("抄送：市委", "抄送80份：市委")
    bare, sections = POLICY.replace("  sections:\n", "  sections:\nHERE", 1), dict[str, str]()
    for _ in range(3):
        policy = bare.replace("HERE", "".join(f"    {section}:\n{rows}" for section, rows in sections.items()))
        line = next(each for each in page(held(policy, text), lang).splitlines() if each.startswith("plan.txt:"))
        section, figure = line.split(": ")[2].rsplit(" ", 1)
        sections[section] = sections.get(section, "") + f"      {figure}: {{zh: 甲, en: a}}\n"
    policy = bare.replace("HERE", "".join(f"    {section}:\n{rows}" for section, rows in sections.items()))
    assert found(held(policy, text)) == []


# ---- the form of `not encoded` and `sources` ---------------------------------------------------------------------------

MISFORMED = {
    "    document number: {": ("    document: {", "document", "did you mean 'document number'?"),
    "      5G: {": ("      技术: {", "技术", "has no figure in it"),
    "    一（二）:\n": ("    第二页:\n", "第二页", "is no section"),
    "{times: 2, zh": ("{times: 零, zh", "零", "not a number of times"),
    "    restates: [output-award]": ("    restates: output-award", "output-award", "not a list of clauses"),
    "restates: [output-award]": ("restates: [output-reward]", "[output-reward", "did you mean 'output-award'?"),
    "  hiring:\n    3人": ("  hirring:\n    3人", "hirring", "did you mean 'hiring'?"),
    "    3人: {": ("    三人: {", "三人", "is no figure and no date"),
    "en: number of parks}": ("}", "{zh: 园区数", "no text"),
}


@pytest.mark.parametrize("old", MISFORMED)
def test_a_misformed_entry_is_a_fault_with_its_place(old: str) -> None:
    new, where, message = MISFORMED[old]
    text = changed(POLICY, old, new)
    with pytest.raises(Refused) as refused:
        read_policy(text.encode(), "policy.yaml", "")
    (fault,) = refused.value.faults
    assert message in fault.show("en")
    assert text.splitlines()[fault.place.line - 1][fault.place.column - 1 :].startswith(where)


# ---- the command -----------------------------------------------------------------------------------------------------


def test_the_command_ends_with_0_where_all_agrees() -> None:
    done = ended("audit", str(HERE / "plan.txt"), "--policies", str(HERE / "policy.yaml"), "--lang", "zh")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "9 个章节、6 条：两相符合"


def test_the_command_ends_with_1_and_names_the_place() -> None:
    text = changed(PLAN, "有效期至", "每月补助50元，有效期至")
    done = ended("audit", "-", "--policies", str(HERE / "policy.yaml"), "--lang", "en", said=text)
    assert done.returncode == 1
    assert (
        "<stdin>:37:22: uncovered: 三 50元: no clause uses it and `not encoded` does not list it"
        in done.stdout.splitlines()
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["no-such-file.txt"], 1), ([str(HERE / "policy.yaml")], 1), ([str(HERE / "plan.txt"), "--format", "xml"], 2)],
)
def test_a_command_that_cannot_work_says_so(arguments: list[str], code: int) -> None:
    done = ended("audit", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert "Traceback" not in done.stderr


def test_the_json_is_exact_and_has_both_languages() -> None:
    record = json.loads(json_page(held(MISTAKES["a clause is missing"][0])), parse_float=str)
    assert record["agrees"] is False
    assert record["totals"] == {"figures": 36, "covered": 18, "not_encoded": 16, "uncovered": 2, "unsupported": 0}
    toll = next(each for each in record["figures"] if each["text"] == "0.65元")
    assert (toll["amount"], toll["unit"], toll["clauses"]) == ("0.65", "元/km", ["haulage"])
    assert {each["text"]["zh"] for each in record["problems"]} == {"没有条款使用它，“not encoded”也未列出"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_fits_80_columns_and_all_shows_each_figure(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from rich.cells import cell_len

    monkeypatch.setenv("COLUMNS", "80")
    text = page(held(), lang, every=True)
    assert max(map(cell_len, text.splitlines())) <= 80
    assert text.count("output-award") == 4 + 4  # four figures of the text, and the same four of its formulas


# ---- the plan that ships -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def text() -> PlanText:
    return official_text()


@pytest.fixture(scope="module")
def shipped() -> Policy:
    return shipped_plan()


def test_the_department_named_first_leads_where_the_text_says_so() -> None:
    """一(一) names 市工信局 and 市商务局, 二(一) 市财政局 and 市工信局: with the rule in the text only the first may lead."""
    policy = changed(POLICY, "lead: 市财政局\n    restates:", "lead: 市工信局\n    restates:")
    assert found(held(policy)) == []
    ruled = changed(PLAN, "市工信局、市商务局）", "市工信局、市商务局，列第一位的为牵头单位，下同）")
    assert found(held(policy, ruled)) == [("lead", "二(一)", "output-award", "市工信局")]


@official
def test_the_official_text_nothing_uncovered_nothing_unsupported(shipped: Policy, text: PlanText) -> None:
    result = audit(shipped, text)
    assert found(result) == []
    assert len(text.sections) == 48  # nine parts, 37 items, what stands before and what stands after
    assert {each.section for each in result.tallies() if each.covered} == {
        *(
            "前言",
            "附",
            "三(三)",
            "四(二)",
            "四(三)",
            "五(一)",
            "六(一)",
            "六(二)",
            "六(三)",
            "六(五)",
            "七(一)",
            "七(二)",
        ),
        *("八(四)", ""),
    }


@official
def test_the_official_text_a_clause_removed(shipped: Policy, text: PlanText) -> None:
    less = shipped._replace(clauses=tuple(each for each in shipped.clauses if each.id != "hq-settlement"))
    removed = shipped.clause("hq-settlement")
    assert removed is not None
    (sentence,) = removed.sentences
    assert found(audit(less, text)) == [
        ("uncovered", "五(一)", "", "500万元"),
        ("unclaimed", "五(一)", "", sentence.digest),
    ]


@official
def test_the_official_text_a_figure_altered(text: PlanText) -> None:
    written = Path(shipped_policy()).read_text("utf-8")
    altered = changed(written, "min(monthly_rent, 20元/㎡/月)", "min(monthly_rent, 25元/㎡/月)")
    assert found(audit(read_policy(altered.encode(), "p", ""), text)) == [
        ("uncovered", "六(三)", "", "20元"),
        ("unsupported", "六(三)", "maker-space-rent-subsidy", "25元/㎡/月"),
    ]
