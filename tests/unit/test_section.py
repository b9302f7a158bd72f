"""How plans number their sections: as a policy cites them, and as an official text has them."""

from pathlib import Path

import pytest
from commandline import invoked
from oneclause import faults

from jxplus.audit import audit
from jxplus.fault import Refused
from jxplus.plan.section import USUAL, chinese_number, numbering_like
from jxplus.plan.text import read_plan
from jxplus.policy import Policy
from jxplus.policy.file import read_policy

COUNTY = (Path(__file__).parents[1] / "county.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("example", "section", "alias"),
    [
        ("六(二)", "六(二)", "6.2"),
        ("六(二)", "六（二）", "6.2"),
        ("六(二)", "十二(二十一)", "12.21"),
        ("六(二)", "六", "6"),
        ("六(二)", "附则", "附则"),
        ("六(二)", "附则(一)", "附则.1"),
        ("第8条", "第8条", "8"),
        ("第8条", "第 8 条", "8"),
        ("第8条", "第８条", "8"),
        ("第8条", "第十二条", "12"),
        ("第8条", "第一百零三条", "103"),
        ("第十二条", "第8条", "8"),
        ("第8条(二)", "第8条（二）", "8.2"),
        ("第8条第二款", "第8条第2款", "8.2"),
        ("第8条第(二)项", "第八条第（三）项", "8.3"),
        ("一.2", "一.2", "1.2"),
        ("一.2", "二、3", "2.3"),
        ("1.2", "1.2", "1.2"),
        ("1.2", "３", "3"),
        ("1.2.3", "4.5.6", "4.5.6"),
        ("一(二)3", "一(二)3", "1.2.3"),
        ("Article 5", "Article 12", "12"),
        ("Article 5", "article 12", "12"),
        ("Section 3(2)", "Section 4(1)", "4.1"),
        # not numbered so
        ("六(二)", "第8条", ""),
        ("六(二)", "6.2", ""),
        ("六(二)", "六(二)(三)", ""),
        ("六(二)", "六（二", ""),
        ("第8条", "8", ""),
        ("第8条", "六(二)", ""),
        ("第8条", "第8款", ""),
        ("第8条", "第8条(二)", ""),
        ("一.2", "1.2", ""),
        ("1.2", "一.2", ""),
        ("Article 5", "Section 5", ""),
        ("Article 5", "第5条", ""),
    ],
)
def test_a_section_is_numbered_like_the_example(example: str, section: str, alias: str) -> None:
    numbering = numbering_like(example)
    assert numbering is not None
    assert numbering.alias(section) == alias


@pytest.mark.parametrize("example", ["", "条", "第条", "六(", "section", "abc", "第甲条", "5%", "(二"])
def test_what_numbers_nothing(example: str) -> None:
    assert numbering_like(example) is None


def test_chinese_numbers() -> None:
    """Up to 999, and nothing that nobody writes."""
    words = {
        "一": 1,
        "十": 10,
        "十二": 12,
        "二十": 20,
        "九十九": 99,
        "一百": 100,
        "一百零三": 103,
        "一百一十": 110,
        "二百二十二": 222,
    }
    assert {word: chinese_number(word) for word in words} == words
    assert [chinese_number(word) for word in ("", "十十", "二三", "百", "一百百", "甲")] == [None] * 6
    assert USUAL.alias("六(二)") == "6.2"


# A text with the quirks of real ones: blanks within numbers and headings, articles below parts and groups, a line that is cut
# before an article it speaks of, 附 则 with a blank, and rules below it that are numbered and no articles.
ARTICLES = """\
某县关于支持产业发展的意见
（2023年2月8日）
  二 、支持范围
 (一)固定资产投资奖励
   第 1 条  对固定资产投资1000万元及以上且亩均投资强度不低于200 万元的，按固定资产投资的5%—20%给予奖励，参照
第2条规定的程序，
第 2条所列项目，按
第2条政策执行。
   第 2 条 种植面积在100亩及以 上的，给予企业100元/亩奖励。

(二)租金
   第 3条 政策租金按元计，不超过30元/月•平方米。
      三、 组织保障
   第 4 条 由县商务局负责。
   第十条 满6个月后兑现。
附  则
1．本意见有效期3年。
2．同一事项符合第3条的，
第5条 起不重复享受。
附件：清单
1. 名单
"""


def sections_of(text: str, example: str) -> tuple[str, ...]:
    numbering = numbering_like(example)
    assert numbering is not None
    return read_plan(text.encode(), "plan.txt", numbering).sections


def test_the_articles_of_a_text() -> None:
    """Every heading is found, and nothing that merely speaks of an article; 附则 and what is attached are sections of their own."""
    named = ("前言", "二", "(一)", "第1条", "第2条", "(二)", "第3条", "三", "第4条", "第十条", "附则", "附")
    assert sections_of(ARTICLES.replace("第5条 起", "第5条起"), "第8条") == named


@pytest.mark.parametrize(
    ("example", "text", "sections"),
    [
        (
            "一.2",
            "前\n一、总则\n1.甲。\n2、乙2.5万元。\n二 、其他\n1. 丙。\n",
            ("前言", "一", "一.1", "一.2", "二", "二.1"),
        ),
        ("1.2", "前\n1. 总则\n1.1 甲。\n1.2 乙。\n2. 其他\n2.1 丙1.1倍。\n", ("前言", "1", "1.1", "1.2", "2", "2.1")),
        ("1", "前\n1．甲。\n2．乙。\n3．丙。\n", ("前言", "1", "2", "3")),
        (
            "一(二)3",
            "前\n一、甲\n(一)乙\n1.丙。\n2.丁。\n(二)戊\n1.己。\n",
            ("前言", "一", "一(一)", "一(一).1", "一(一).2", "一(二)", "一(二).1"),
        ),
        (
            "第8条(二)",
            "前\n第一条 甲:\n(一)乙；\n(二)丙。\n第二条 丁。\n",
            ("前言", "第一条", "第一条(一)", "第一条(二)", "第二条"),
        ),
        (
            "第8条",
            "前\n第一章 总则\n第一条 甲:\n(一)乙；\n(二)丙。\n第二章 附则\n第二条 丁。\n",
            ("前言", "第一章", "第一条", "附则", "第二条"),
        ),
        (
            "Article 5",
            "Preface\nArticle 1. Rent.\nArticle 2 Tolls, under\nArticle 1 above.\n",
            ("前言", "Article 1", "Article 2"),
        ),
        ("六(二)", "前\n一、甲\n(一)乙。\n附则\n(一)丙。\n", ("前言", "一", "一(一)", "附则", "附则(一)")),
    ],
)
def test_the_sections_of_a_text(example: str, text: str, sections: tuple[str, ...]) -> None:
    assert sections_of(text, example) == sections


def test_a_text_without_such_sections_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        sections_of("一、甲\n(一)乙\n", "第8条")
    (fault,) = caught.value.faults
    assert fault.show("en").endswith("no numbered section found; sections are numbered like 第8条, and begin a line")


# ---- a policy whose sections are articles ----------------------------------------------------------------------------------


def by_articles(text: str = COUNTY) -> str:
    """The county's plan with its clauses in 第1条, 第2条 … in place of 一(一), 一(二) …, the last in 附则."""
    for number, old in enumerate("一二三四五六", 1):
        text = text.replace(f"section: 一({old})", f"section: 第{number}条")
    text = (
        text.replace("section: 一(七)", "section: 附则")
        .replace("section: 一(八)", "section: 第26条")
        .replace("parts: {一: {zh: 奖励, en: Awards}}\n", "")
    )
    return text.replace("\nunits:", "\nnumbering: 第8条\n\nunits:", 1)


def articles() -> Policy:
    return read_policy(by_articles().encode(), "p.yaml", "0" * 64)


@pytest.mark.parametrize(
    ("written", "clause"),
    [
        ("第2条", "fixed-assets"),
        ("第二条", "fixed-assets"),
        ("2", "fixed-assets"),
        ("2.", "fixed-assets"),
        ("附则", "patents"),
    ],
)
def test_a_section_is_found_as_it_is_written(written: str, clause: str) -> None:
    assert [each.id for each in articles().in_section(written)] == [clause]


def test_explaining_an_article(tmp_path: Path) -> None:
    plan = tmp_path / "p.yaml"
    plan.write_text(by_articles(), "utf-8")
    for written in ("第2条", "2"):
        done = invoked("explain", written, "--formulas", "--policies", plan, code=0)
        assert "第2条 (2)" in done.output
        assert "per_mu >= 200万元/亩" in done.output
    listed = invoked("explain", "--policies", plan)
    assert "第6条" in listed.output
    assert "附则" in listed.output


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        (
            "section: 第2条",
            "section: 一(二)",
            "fixed-assets.section: '一(二)' is no section; such as 第8条; where the plan",
        ),
        ("section: 第2条", "section: 2", "'2' is no section; such as 第8条"),
        (
            "numbering: 第8条",
            "numbering: 条文",
            "numbering: '条文' is no section's number; give one as the plan has it: 六(二), 第8条",
        ),
        ("numbering: 第8条", "numbering: [第8条]", "is no section's number"),
        (
            "numbering: 第8条",
            "numbering: 第8条\nparts: {一: {zh: 奖励, en: Awards}}",
            "'一' is no section; such as 第8条",
        ),
        (
            "\nclauses:",
            "\nnot encoded:\n  sections:\n    一(二):\n      5%: {zh: 略, en: left out}\n\nclauses:",
            "'一(二)' is no section; such as 第8条, 前言",
        ),
    ],
)
def test_every_section_is_held_against_the_numbering(old: str, new: str, wrong: str) -> None:
    text = by_articles()
    assert old in text
    assert any(wrong in fault for fault in faults(text.replace(old, new, 1))), faults(text.replace(old, new, 1))


def test_parts_of_a_plan_by_articles() -> None:
    """A part is known by the article that it begins with, and its articles follow under it."""
    text = by_articles().replace(
        "\nunits:", "\nparts: {第2条: {zh: 工业, en: Industry}, 第5条: {zh: 其他, en: Other}}\n\nunits:", 1
    )
    policy = read_policy(text.encode(), "p.yaml", "0" * 64)
    parts = [policy.part(clause.section) for clause in policy.clauses]
    assert parts == ["", "第2条", "第2条", "第2条", "第5条", "第5条", "第5条", "第5条"]


def test_the_audit_reads_declared_units() -> None:
    """亩均投资强度不低于200万元 is 200万元/亩, 100亩 and 100元/亩 are what the policy says; the herb base is in 第2条 of the text."""
    kept = ("herb-base", "fixed-assets")
    text = (
        by_articles()
        .replace("section: 第1条", "section: 第9条")
        .replace("section: 第2条", "section: 第1条")
        .replace("section: 第9条", "section: 第2条")
    )
    policy = read_policy(text.encode(), "p.yaml", "0" * 64)
    policy = policy._replace(clauses=tuple(clause for clause in policy.clauses if clause.id in kept))
    result = audit(policy, read_plan(ARTICLES.encode(), "plan.txt", policy.numbering, policy.units))
    stated = {(each.owner, each.figure): each.status for each in result.stated if each.owner in kept}
    assert stated == {
        ("herb-base", "100亩"): "found",
        ("herb-base", "100元/亩"): "found",
        ("herb-base", "500亩"): "unsupported",
        ("herb-base", "200元/畝"): "unsupported",
        ("fixed-assets", "1000万元"): "found",
        ("fixed-assets", "200万元/亩"): "found",
        ("fixed-assets", "5%"): "found",
        ("fixed-assets", "20%"): "found",
    }
    without = read_plan(ARTICLES.encode(), "plan.txt", policy.numbering)
    assert [each.unit_name for each in without.figures if each.text == "100亩"] == ["亩"]
    shown = [each.show() for each in read_plan(ARTICLES.encode(), "p", policy.numbering, policy.units).figures]
    assert "30元/㎡/月" in shown
