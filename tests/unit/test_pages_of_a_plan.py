"""What the pages say of a plan with units of its own, readings that run over a list by themselves, and a rule over equals."""

from pathlib import Path

from commandline import invoked

PLAN = Path(__file__).parents[2] / "examples" / "plans" / "liuhe-2023.yaml"
BASES = "{name: 甲, as_of: 2023-06-30, health: yes, herb_bases: [{area: 260}, {area: 80}, {area: 600}]}"
FARM = """{name: 甲, as_of: 2023-06-30, projects: [
{kind: farming, key_industry: yes, invested: 1000万, land: 9, stage: accepted, months_to_build: 9, local_share: 10万}]}"""


def said(enterprise: str, *arguments: str, lang: str = "en") -> str:
    """What a command prints of an enterprise, on one line."""
    command = [arguments[0], "-", *arguments[1:], "--policies", str(PLAN), "--lang", lang]
    done = invoked(*command, given=enterprise, columns=200, code=0)
    return " ".join(done.output.split())


def test_a_reading_that_runs_over_a_list_by_itself_is_told_item_by_item() -> None:
    """260 mu at 100 yuan, 80 mu are too few, 600 mu at 200 yuan: 26,000 + 120,000; the other reading has one sum of areas."""
    page = said(BASES, "calc", "--explain", "17")
    each, _, together = page.partition("reading together: 188,000 yuan")
    assert "reading each-base: 146,000 yuan" in each
    assert "✓ New herb plantations, item 1 ✓ Enterprise of the health industry: yes ✓ Area 260 mu ≥ 100 mu" in each
    assert "✗ New herb plantations, item 2 ✗ Area 80 mu ≥ 100 mu" in each
    assert "where 120,000 yuan = 200 yuan/mu × Area 600 mu" in each
    assert "amount in all: 26,000 yuan + 120,000 yuan = 146,000 yuan" in each
    assert "✓ sum of Area in New herb plantations 940 mu ≥ 100 mu" in together


def test_where_no_item_counts_a_reading_over_a_list_says_what_each_fails() -> None:
    """60 and 60 mu: neither has 100, together they have 120."""
    page = said(
        "{name: 甲, as_of: 2023-06-30, health: yes, herb_bases: [{area: 60}, {area: 60}]}", "calc", "--explain", "17"
    )
    assert "✗ New herb plantations, item 2 ✗ Area 60 mu ≥ 100 mu" in page


def test_a_clause_by_itself_says_which_reading_runs_over_a_list() -> None:
    done = invoked("explain", "herb-base", "--policies", PLAN, columns=200)
    each, _, together = " ".join(done.output.split()).partition("reading together:")
    assert "for each herb_bases (New herb plantations) when · Enterprise of the health industry · Area ≥ 100 mu" in each
    assert "for each" not in together


def test_a_ceiling_over_all_items_is_said_to_act_only_where_it_does() -> None:
    """50 % of 6000万 for each of two projects, at most 5000万 a year for the enterprise; of one it is 3000万."""
    one = "{kind: other, key_industry: yes, invested: 1, land: 1, stage: accepted, months_to_build: 24, award_year: 4, taxes: 1亿, local_share: 6000万}"
    page = said(f"{{name: 甲, as_of: 2024-12-31, projects: [{one}, {one}]}}", "calc", "--explain", "4")
    assert "capped at 50,000,000 yuan: 60,000,000 yuan → 50,000,000 yuan" in page
    page = said(f"{{name: 甲, as_of: 2024-12-31, projects: [{one}]}}", "calc", "--explain", "4")
    assert "within the ceiling of 50,000,000 yuan" in page
    assert "capped" not in page


def test_a_price_has_its_thousands_apart_and_a_product_what_it_comes_to() -> None:
    page = said(FARM.replace("farming", "industry").replace("land: 9", "land: 5"), "calc", "--explain", "2")
    assert "10,000,000 yuan ≥ 2,000,000 yuan/mu × Land 5 mu (10,000,000 yuan)" in page


def test_a_rule_over_equals_says_that_they_are_equal() -> None:
    """70 % of 10万, all of it due at once within nine months: the same 70,000 twice, which counts once."""
    rule = "New projects, item 1: 第2条 Investment in a project of local farming counts, as much as 第21条 "
    assert f"less 70,000.00 {rule}" in said(FARM, "calc")
    assert "新建项目 第1项：计 第2条 特色农业项目投资奖励，与第21条 " in said(FARM, "calc", lang="zh")


def test_a_curve_names_the_unit_in_the_readers_language() -> None:
    assert "Area (mu)" in said(BASES, "curve", "herb_bases[1].area", "1..400")
    assert "种植面积 (亩)" in said(BASES, "curve", "herb_bases[1].area", "1..400", lang="zh")
