"""The audit by sentence: each sentence that speaks of money is a clause's or is listed, and no character of it may change.

The plan and the policy are made up; the plan that ships is held against its official text where that text is.
"""

import re
from pathlib import Path

import pytest
from commandline import ended
from official import OFFICIAL, letters_of, official, shipped_plan

from jxplus.audit import Audit, audit
from jxplus.document import read_tree
from jxplus.fault import Refused
from jxplus.plan.sentences import MONEY
from jxplus.plan.text import PlanText, read_plan
from jxplus.policy.file import read_policy
from jxplus.render.audited import json_page, page
from jxplus.render.clauses import description

PLAN = """试行办法

2023年2月8日印发

一、稳岗
（一）用工。鼓励企业用工。对招用二十人以上的企业，给予５万元奖励；房地产企业（含“物业；中
介”企业）不享受。具体办法另行制定。（责任单位：局）
（二）房租。租金减免三年。
"""
POLICY = """
policy: {id: X, title: {zh: 试, en: Test}, issued: 2023-02-08, in force: {from: 2023-02-08}, currency: CNY}
parts: {一: {zh: 奖励, en: One}}
natures: {grant: {zh: 奖补, en: Grants}}
bases: {one-off: {zh: 一次性, en: one-off}}
departments: {局: {en: Bureau}}
types:
  people: {unit: 人, decimals: 0, below: 1000000}
  money: {unit: 元, decimals: 2, below: 1亿元}
facts:
  name: {type: text, required: yes, zh: 企业名称, en: Name}
  as_of: {type: date, default: today, zh: 测算日期, en: Date}
  staff: {type: people, zh: 用工, en: Staff}
  rent: {type: money, zh: 月租金, en: Rent}
clauses:
  hiring:
    section: 一(一)
    CLAIM
    title: {zh: 用工, en: Hiring}
    nature: grant
    basis: one-off
    payer: {zh: 县, en: county}
    lead: 局
    when: staff >= 20人
    pays: 5万元
not encoded:
  sections:
    一(二):
      三年: {zh: 无金额, en: no amount}
ENTRIES"""


def text(plan: str = PLAN) -> PlanText:
    return read_plan(plan.encode(), "plan.txt")


def digest(start: str, plan: str = PLAN) -> str:
    """The digest of the one sentence that begins so."""
    (found,) = [each.digest for each in text(plan).sentences if each.text.startswith(start)]
    return found


def policy(claim: str = "", omitted: str = "") -> str:
    """The policy with what its clause and its entries say of sentences."""
    return POLICY.replace("    CLAIM\n", claim).replace("ENTRIES", f"  sentences:\n{omitted}" if omitted else "")


HIRING, ESTATE, RENT, ISSUED = (digest(start) for start in ("对招用", "房地产", "租金", "试行办法"))
CLAIM = f"    sentences: [{HIRING}]\n"
REASON = "{zh: 甲, en: a}"
LISTED = f"    一(一):\n      {ESTATE}: {REASON}\n    一(二):\n      {RENT}: {REASON}\n    preamble:\n      {ISSUED}: {REASON}\n"


def held(policy: str, plan: str = PLAN) -> Audit:
    tree = read_tree(policy, "policy.yaml", aliases=True)
    return audit(read_policy(policy.encode(), "policy.yaml", ""), text(plan), tree)


def found(result: Audit) -> list[tuple[str, str, str, str]]:
    """The problems of an audit: kind, section, clause, figure or digest."""
    return [(each.kind, each.section, each.owner, each.figure) for each in result.problems]


# ---- sentences ---------------------------------------------------------------------------------------------------------


def test_a_text_is_split_into_its_sentences() -> None:
    """A semicolon ends one, but not in brackets; a break inside one is no part of it; what has no money or figure is not held."""
    assert [(each.section, each.text, each.held) for each in text().sentences if each.section.startswith("一(")] == [
        ("一(一)", "用工。", False),
        ("一(一)", "鼓励企业用工。", False),
        ("一(一)", "对招用二十人以上的企业，给予５万元奖励；", True),
        ("一(一)", "房地产企业（含“物业；中介”企业）不享受。", True),
        ("一(一)", "具体办法另行制定。", False),
        ("一(一)", "（责任单位：局）", False),
        ("一(二)", "房租。", True),  # a heading that names what is given
        ("一(二)", "租金减免三年。", True),
    ]


@pytest.mark.parametrize(
    "word",
    [
        "补助",
        "补贴",
        "奖励",
        "减免",
        "免收",
        "优惠",
        "贴息",
        "补偿",
        "资助",
        "扣除",
        "摊销",
        "加计",
        "免征",
        "返还",
        "配套",
        "追回",
        "兑现",
        "拨付",
        "减半",
        "退税",
        "不享受",
    ],
)
def test_what_gives_lowers_or_forbids_money_is_held(word: str) -> None:
    (_, sentence) = text(f"一、甲\n对企业{word}。\n").sentences
    assert sentence.held
    assert MONEY.search(sentence.text)


@pytest.mark.parametrize(
    "laid_out",
    [
        PLAN.replace("给予５万元", "给予 5 万元"),
        PLAN.replace("二十人以上", "二十\n人以上"),
        PLAN.replace("企业，给予", "企业，\n\n- 1 -\n\n给予"),
        PLAN.replace("（", "(").replace("）", ")"),
    ],
)
def test_a_page_laid_out_otherwise_has_the_same_sentences(laid_out: str) -> None:
    assert [each.digest for each in text(laid_out).sentences] == [each.digest for each in text().sentences]


def test_a_digest_is_a_word_to_every_reader_of_yaml() -> None:
    assert all(re.fullmatch("s[0-9a-f]{7}", each.digest) for each in text().sentences)


def test_the_same_sentence_twice_has_two_digests() -> None:
    one, other = [each.digest for each in text("一、奖\n奖励1元。奖励1元。\n").sentences if "1" in each.text]
    assert one != other


# ---- both ways ---------------------------------------------------------------------------------------------------------

HEADING = digest("房租")
ALL = LISTED.replace(f"      {RENT}", f"      {HEADING}: {REASON}\n      {RENT}")


def test_every_sentence_is_a_clauses_or_is_listed() -> None:
    result = held(policy(CLAIM, ALL))
    assert found(result) == []
    assert [(each.sentence.digest, each.status, each.owners) for each in result.sentences] == [
        (ISSUED, "not-encoded", ()),
        (HIRING, "covered", ("hiring",)),
        (ESTATE, "not-encoded", ()),
        (HEADING, "not-encoded", ()),
        (RENT, "not-encoded", ()),
    ]


def test_a_policy_that_names_no_sentence_is_told_so() -> None:
    """Its figures agree; that no sentence was held against it stands on the page and in the JSON."""
    result = held(policy())
    assert (found(result), result.by_sentence) == ([], False)
    assert "not held sentence by sentence: 5 speak of money" in page(result, "en")
    assert '"by_sentence": false' in json_page(result)


@pytest.mark.parametrize(
    ("claim", "entries", "problems"),
    [
        ("", ALL, [("unclaimed", "一(一)", "", HIRING)]),
        (CLAIM, ALL.replace(f"      {ESTATE}: {REASON}\n", ""), [("unclaimed", "一(一)", "", ESTATE)]),
        # a sentence of another section
        (CLAIM.replace("]", f", {RENT}]"), ALL, [("gone", "一(一)", "hiring", RENT)]),
        # listed, though a clause encodes it
        (CLAIM, ALL.replace(f"      {ESTATE}", f"      {HIRING}: {REASON}\n      {ESTATE}"), [("stale", "一(一)", "", HIRING)]),
        (CLAIM, ALL.replace(ISSUED, "s0000000"), [("unclaimed", "前言", "", ISSUED), ("gone", "前言", "", "s0000000")]),
    ],
)  # fmt: skip
def test_a_mistake_in_the_policy_is_caught(claim: str, entries: str, problems: list[tuple[str, ...]]) -> None:
    entries = entries.replace("    一(一):\n    一(二)", "    一(二)")
    assert found(held(policy(claim, entries))) == problems


def test_a_changed_character_of_any_held_sentence_is_noticed() -> None:
    """Each character of each sentence in turn becomes another; whatever it does to the figures, the sentence is missed."""
    encoded, changes = policy(CLAIM, ALL), 0
    for sentence in text().sentences:
        for index in letters_of(PLAN, sentence) if sentence.held else ():
            problems = found(held(encoded, PLAN[:index] + "某" + PLAN[index + 1 :]))
            owner = "hiring" if sentence.digest == HIRING else ""
            assert ("gone", sentence.section, owner, sentence.digest) in problems
            changes += 1
    assert changes == sum(len(each.text) for each in text().sentences if each.held)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (policy("    sentences: [对招用二十人]\n"), "not the digest of a sentence"),
        (policy("    sentences: 12\n"), "not the digest of a sentence"),
        (policy("    sentences: [{一(二): 12}]\n"), "not the digest of a sentence"),
        (policy(f"    sentences: [{{第二页: {HIRING}}}]\n"), "is no section"),
        (policy(CLAIM, f"    一(一):\n      对招用: {REASON}\n"), "not the digest of a sentence"),
        (policy(CLAIM, f"    第二页:\n      {HIRING}: {REASON}\n"), "is no section"),
        (policy(CLAIM, f"    一(一):\n      {ESTATE}: {{zh: 甲}}\n"), "no text"),
    ],
)
def test_a_misformed_entry_is_a_fault(written: str, message: str) -> None:
    with pytest.raises(Refused) as refused:
        read_policy(written.encode(), "policy.yaml", "")
    assert message in refused.value.faults[0].show("en")


def test_the_plans_own_sentence_stands_beside_the_clause() -> None:
    encoded = read_policy(policy(CLAIM, ALL).encode(), "policy.yaml", "")
    shown = description(encoded, encoded.clauses[0], "zh", plan=text())
    assert "plan.txt:6:14 对招用二十人以上的企业，给予５万元奖励；" in shown
    changed = description(encoded, encoded.clauses[0], "en", plan=text(PLAN.replace("５", "６")))
    assert f"plan.txt has no sentence {HIRING} in this section" in re.sub(r"\s+", " ", changed)
    silent = read_policy(policy().encode(), "policy.yaml", "")
    assert "does not say which sentence" in description(silent, silent.clauses[0], "en", plan=text())


# ---- the plan that ships -----------------------------------------------------------------------------------------------


@official
def test_the_official_text_every_sentence_is_accounted_for() -> None:
    shipped = shipped_plan()
    result = audit(shipped, text(OFFICIAL.read_text("utf-8")))
    assert found(result) == []
    assert result.by_sentence
    assert len(result.sentences) == 64
    assert all(clause.sentences for clause in shipped.clauses)


def test_a_rule_may_be_what_encodes_a_sentence() -> None:
    plan = changed_plan("每户每年累计不超过8万元。")
    ceiling = digest("每户每年", plan)
    rule = (
        "\nrules:\n  yearly:\n    section: 一(一)\n    sentences: [DIGEST]\n    title: {zh: 年度上限, en: Yearly ceiling}\n"
        "    sum of: [hiring]\n    at most: 8万元\n"
    )
    assert found(held(policy(CLAIM, ALL) + rule.replace("DIGEST", ceiling), plan)) == []
    assert found(held(policy(CLAIM, ALL) + rule.replace("    sentences: [DIGEST]\n", ""), plan)) == [
        ("unclaimed", "一(一)", "", ceiling)
    ]


ABOUT_ALL = f"{PLAN}（三）附则。房地产企业不享受补助。补助最高不超过9万元。试行至2025年12月31日。\n"


def test_a_clause_may_encode_a_sentence_of_another_section() -> None:
    """一(三) says of every clause who gets nothing and how much at most: the clause names it there, and 9万元 is found there."""
    general = [digest(start, ABOUT_ALL) for start in ("房地产企业不", "补助最高", "试行至")]
    claim = f"    sentences: [{HIRING}, {{一(三): [{general[0]}, {general[1]}]}}]\n    at most: 9万元\n"
    whole = policy(claim, ALL).replace("currency: CNY", f"currency: CNY, sentences: {{一(三): {general[2]}}}")
    whole = whole.replace("from: 2023-02-08}", "from: 2023-02-08, to: 2025-12-31}")
    assert found(held(whole, ABOUT_ALL)) == []
    result = {each.sentence.digest: each.owners for each in held(whole, ABOUT_ALL).sentences}
    assert [result[each] for each in general] == [("hiring",), ("hiring",), ("policy",)]
    read = read_policy(whole.encode(), "policy.yaml", "")
    shown = description(read, read.clauses[0], "zh", plan=text(ABOUT_ALL))
    assert "房地产企业不享受补助。" in shown
    # Named as of its own section, none of these is found.
    astray = whole.replace(f"{{一(三): [{general[0]}, {general[1]}]}}", ", ".join(general[:2]))
    assert {(kind, section) for kind, section, _, _ in found(held(astray, ABOUT_ALL))} == {
        ("gone", "一(一)"),
        ("unclaimed", "一(三)"),
        ("uncovered", "一(三)"),
        ("unsupported", "一(一)"),
    }


def changed_plan(sentence: str) -> str:
    """The plan with one more sentence in 一(一)."""
    return PLAN.replace("具体办法另行制定。", f"具体办法另行制定。{sentence}")


HERE = Path(__file__).parents[1] / "audit"


def test_a_calculation_shows_the_sentence_that_it_follows(tmp_path: Path) -> None:
    """The whole sentence stands under the amount, however narrow the page."""
    (tmp_path / "a.yaml").write_text("name: 甲\nstaff: 20人\n", "utf-8")
    given = [str(tmp_path / "a.yaml"), "--policies", str(HERE / "hiring.yaml"), "--lang", "en"]
    plan = str(HERE / "hiring.txt")
    done = ended("calc", *given, "--explain", "--text", plan)
    assert done.returncode == 0, done.stderr
    assert "theplansays:" in re.sub(r"\s", "", done.stdout)
    assert "hiring.txt:6:14对招用二十人以上的企业，给予５万元奖励；" in re.sub(r"\s", "", done.stdout)
    for wrong in (["--text", plan], ["--explain", "--text", plan, "--format", "json"]):
        assert (ended("calc", *given, *wrong).returncode, ended("calc", *given, *wrong).stdout) == (2, "")
    page = tmp_path / "a.html"
    assert ended("calc", *given, "--text", plan, "-o", str(page)).returncode == 0
    assert "对招用二十人以上的企业，给予５万元奖励；</blockquote>" in page.read_text("utf-8")
    missing = ended("calc", *given, "--explain", "--text", str(tmp_path / "none.txt"))
    assert (missing.returncode, missing.stdout) == (1, "")
    assert "none.txt:1:1: cannot be read" in missing.stderr
