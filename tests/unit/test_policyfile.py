"""Wrong policy files, each refused where it is wrong; and the store, which never gives another policy than the file's."""

import json
import marshal
import os
import pickle
import re
import sys
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

import pytest

from jxplus.document import read_tree
from jxplus.fault import Fault, Refused
from jxplus.policy import Policy, store
from jxplus.policy import file as policyfile
from jxplus.policy.file import read_policy
from jxplus.policy.store import code_of, digest, load_policy, shipped_policy

TEXT = Path(shipped_policy()).read_text("utf-8")
TANGLED = (Path(__file__).parents[1] / "tangled.yaml").read_text("utf-8")
MARK = "▸"


class Far(NamedTuple):
    """A fault that stands elsewhere than the edit: at `needle`, in the part that begins with `after`."""

    after: str
    needle: str
    gist: str


class Slip(NamedTuple):
    """One wrong edit of the policy file: in the part that begins with `after`, `old` becomes `new`.

    `faults` are all that is to be found wrong: a gist alone stands where the next ▸ in `new` is, a `Far` elsewhere.
    """

    after: str
    old: str
    new: str
    faults: tuple[str | Far, ...]


def slip(after: str, old: str, new: str, *faults: str | Far) -> Slip:
    return Slip(after, old, new, faults)


SLIPS = [
    # keys
    slip("", "warn after:", "▸warm after:", "unknown key 'warm after'"),
    slip("", "\nparts:", "\n▸pairs:", "unknown key 'pairs'"),
    slip("neeq-listing:", "    basis: one-off", "    basis: one-off\n    ▸bases: annual", "unknown key 'bases'"),
    slip("talent-startup:", "    to: 100万元", "    to: 100万元\n    ▸notes: more", "unknown key 'notes'"),
    slip("headquarters:", "    zh: 总部迁入", "    zh: 总部迁入\n    ▸chioces: 1", "unknown key 'chioces'"),
    slip("exceeds:", "        when: private", "        ▸base: 1元\n        when: private", "unknown key 'base'"),
    slip("neeq-listing:", "en: Grant for a listing on the NEEQ", "en: ▸", "no text"),
    slip("neeq-listing:", "nature: grant", "nature:▸", "no text"),
    # further names
    slip(
        "premises:",
        "en: private, also: [民营,",
        "en: private, also: [政府,",
        Far("premises:", "private: {zh", "'政府' names something else too"),
    ),
    slip("premises:", "also: [办公室,", "also: ▸[[办公室],", "a list of texts is wanted"),
    slip("rd_investment:", "also: [研发投入,", "also: ▸[编号, 研发投入,", "is the key of the table"),
    # clauses
    slip("clauses:", "  guarantee-support:", "  ▸guide-fund-support:", "stated twice"),
    slip("clauses:", "  guarantee-support:", "  ▸guarantee_support:", "a clause's id is"),
    slip("clauses:", "  guarantee-support:", "  ▸Guarantee:", "a clause's id is"),
    slip("neeq-listing:", "section: 三(三)", "section: ▸3.3", "'3.3' is no section"),
    slip("neeq-listing:", "section: 三(三)", "section: ▸三-三", "'三-三' is no section"),
    slip("neeq-listing:", "section: 三(三)", "section: ▸九(一)", "`parts` does not have this part"),
    slip("neeq-listing:", "nature: grant", "nature: ▸gift", "unknown nature 'gift'"),
    slip("neeq-listing:", "basis: one-off", "basis: ▸once", "unknown basis 'once'"),
    slip("neeq-listing:", "lead: 省政府金融办", "lead: ▸省金融办", "unknown department '省金融办'"),
    slip(
        "training-base-award:",
        "for each: training_bases",
        "for each: ▸bases",
        "unknown list 'bases'",
        Far("training-base-award:", "qualified", "unknown name 'qualified'"),
    ),
    slip("rd-post-subsidy:", "without: rd_post_subsidy_rate", "without: ▸rate", "unknown fact 'rate'"),
    slip("loan-interest-support:", "*guidance-fund", "▸*guidance-fond", "no anchor &guidance-fond"),
    # dates
    slip("", "issued: 2015-09-01", "issued: ▸2015-09-31", "'2015-09-31' is no date"),
    slip("", "issued: 2015-09-01", "issued: ▸September", "'September' is no date"),
    slip("toll-card-extra:", "to: 2016-08-31", "to: ▸▸31.8.2016", "'31.8.2016' is no date", "'31.8.2016' is no date"),
    slip(
        "toll-card-extra:", "to: 2016-08-31", "to: ▸▸2015-08-31", "it ends before it begins", "it ends before it begins"
    ),
    # types, choices and defaults
    slip("money:", "unit: 元,", "unit: ▸万元,", "it is more than one of a unit"),
    slip("months:", "unit: 月,", "unit: ▸年,", "it is more than one of a unit"),
    slip("rate:", '{unit: "%", decimals', "▸{decimals", "no unit"),
    slip("rate:", "at most: 100%", "at most: ▸33.123456789%", "cannot be a bound"),
    slip("count:", "below: 10亿人", "below: ▸-10亿人", "cannot be a bound"),
    slip("headquarters:", "regional: {zh: 区域性总部", "▸regional: {zh: 总部迁入", "names something else too"),
    slip("headquarters:", "regional: {zh: 区域性总部", "▸regional: {zh: relocated", "names something else too"),
    slip("cit_rate:", "default: 25%", "default: ▸250%", "not within the fact's limits"),
    slip("local_gain:", "default: 0", "default: ▸0.001元", "not within the fact's limits"),
    slip("local_gain:", "default: 0", "default: ▸-1元", "not within the fact's limits"),
    # A text has two languages and nothing else: an unquoted comma begins a key, and the title would end before it.
    slip("neeq-listing:", "a listing on the NEEQ}", "a listing, ▸on the NEEQ}", "unknown key 'on the NEEQ'"),
    slip("neeq-listing:", "title: {", "title: ▸▸{} # {", "no text", "no text"),
    slip("neeq-listing:", "{zh: 新三板挂牌补助,", "{zh: ▸' ',", "no text"),
    slip("natures:", "grant: {", "grant: ▸▸{} # {", "no text", "no text"),
    slip("departments:", "省政府金融办: {", "省政府金融办: {▸short: Finance, ", "unknown key 'short'"),
    slip(
        "cit_rate:", "default: 25%", "required: yes\n    ▸default: 25%", "a fact that is required never has its default"
    ),
    slip("cit_rate:", "type: rate", "type: rate\n    ▸choices: {a: {zh: 甲, en: A}}", "it is said of a choice alone"),
    slip("types:", "  rate:", '  ▸date: {unit: "%", decimals: 1, at most: 100%}\n  rate:', "a type of its own already"),
    # amounts and readings
    slip("talent-startup:", "from: 30万元", "from: ▸300万元", "it begins above its end"),
    slip("guide-fund-support:", "pays: not stated", "▸base: 1元\n    pays: not stated", "has no base"),
    # base has 13 + 1 and 2 + 1 digits, a rate 1 and 8: with the fifth rate it is 62
    slip("rd-super-deduction:", "pays: base * cit_rate", "pays: ▸base" + " * cit_rate" * 6, "may come to 62 digits"),
    slip(
        "neeq-listing:",
        "pays: 50万元",
        "▸payz: 50万元",
        Far("clauses:", "neeq-listing:", "an amount is stated in one way"),
        "unknown key 'payz'",
    ),
    slip("talent-startup:", "    from: 30万元\n    to: 100万元", "    ▸from: 30万元", "an amount is stated in one way"),
    slip("talent-startup:", "    from: 30万元\n    to: 100万元", "    ▸to: 100万元", "an amount is stated in one way"),
    slip("neeq-listing:", "    pays: 50万元", "    ▸pays: 50万元\n    up to: 60万元", "an amount is stated in one way"),
    slip(
        "fund-loss-compensation:",
        "      no-threshold:\n        zh: 亏损补偿不设该门槛\n        en: a loss is compensated whatever share was invested\n",
        "",
        Far("fund-loss-compensation:", "threshold-applies:", "a single reading"),
    ),
    slip(
        "platform-grant:",
        "    pays: 300万元\n",
        "",
        Far("platform-grant:", "exceeds:", "it states no amount"),
        Far("platform-grant:", "at-least:", "it states no amount"),
    ),
    slip(
        "revenue-milestone:",
        "pays: if first_over_1yi",
        "up to: if first_over_1yi",
        Far("revenue-milestone:", "stack:", "the readings pay in different ways"),
    ),
    # formulas: names, types and units
    slip("loan-interest-support:", "when: major_project_loan", "when: ▸major_loan", "unknown name 'major_loan'"),
    slip("park-rent-subsidy:", "landlord = private", "landlord = ▸privat", "unknown choice 'privat'"),
    slip("hq-settlement:", "(relocated, regional)", "(relocated, ▸local)", "unknown choice 'local'"),
    slip("local-listing-topup:", "any listings where", "any ▸listing where", "unknown list 'listing'"),
    slip("container-toll:", "(1.6元/km - 1.15元/km)", "(1.6元/km - ▸1.15元)", "'-' does not go with 元/km and 元"),
    slip("park-rent-subsidy:", "up to: min(", "up to: area + ▸min(", "'+' does not go with ㎡ and 元"),
    slip("park-rent-subsidy:", "30元/㎡/月", "▸30元", "'min' does not go with 元/㎡/月 and 元"),
    slip("big-data-investment:", "1000万元", "▸1000万", "'>=' does not go with 元 and a pure number"),
    slip(
        "park-rent-subsidy:",
        "min(monthly_rent, 30元/㎡/月) * area * months",
        "▸monthly_rent * area",
        "it comes out as 元/月",
    ),
    slip("neeq-listing:", "pays: 50万元", "pays: ▸50万", "it comes out as a pure number"),
    slip("rd-super-deduction:", "when: rd_expensed > 0元", "when: ▸rd_expensed", "it comes out as 元"),
    slip("exceeds:", "when: private_investment > 1000万元", "when: ▸private_investment", "it comes out as 元"),
    slip("rd-post-subsidy:", "base: rd_investment - 10% * sales_revenue", "base: ▸10%", "it comes out as a share"),
    slip(
        "rd-post-subsidy:",
        "    base: rd_investment - 10% * sales_revenue\n    pays: base",
        "    pays: ▸base",
        "unknown name 'base'",
    ),
    slip(
        "fund-loss-compensation:",
        "      loss: -in",
        "      ▸size: -in",
        "this name is taken",
        Far("fund-loss-compensation:", "loss, 1000万元", "unknown name 'loss'"),
    ),
    slip(
        "fund-loss-compensation:",
        "      loss: -in_province_net_gain",
        "      loss: -▸net_gain",
        "unknown name 'net_gain'",
    ),
    slip(
        "park-rent-subsidy:",
        "when: internet_plus",
        "when: ▸any premises where (area > 1㎡)",
        "already runs over that list",
    ),
    slip(
        "platform-grant:",
        "    pays: 300万元",
        "    ▸base: 1元\n    pays: 300万元",
        "a clause with readings has no base",
    ),
    # formulas: syntax
    slip("rd-super-deduction:", "base: 50% * rd_expensed", "base: rd_expensed ▸/ 2", "a formula does not divide"),
    slip("hq-settlement:", "up to: 500万元", "up to: 500万▸美元", "unknown unit '美元': it is not declared"),
    slip("park-rent-subsidy:", "30元/㎡/月", "30元/㎡/▸日", "unknown unit '日': it is not declared"),
    slip("toll-card-extra:", "pays: 2% * toll", "pays: 2% * toll▸)", "')' is not expected here"),
    slip("energy-price-cut:", "when: internet_plus", "when: not▸", "the formula ends too early"),
    slip("energy-price-cut:", "when: internet_plus", "when: ▸[internet_plus]", "no formula"),
    slip("energy-price-cut:", "when: internet_plus", 'when: ▸"internet_pluss"', "unknown name 'internet_pluss'"),
    slip(
        "energy-price-cut:",
        "when: internet_plus",
        "when: ▸>-\n      internet_plus\n      and big",
        "unknown name 'big'",
    ),
    # facts and types
    slip("\ntypes:", "decimals: 0, below: 1200月", "decimals: ▸some, below: 1200月", "not a whole number from 0 to 12"),
    slip("\ntypes:", "below: 1200月", "below: ▸1200㎡", "'1200㎡' is not in 月"),
    slip("\ntypes:", "{unit: 月, decimals: 0, below: 1200月}", "▸{unit: 月, decimals: 0}", "it has no bound"),
    slip(
        "telecom_operator:",
        "type: bool",
        "type: ▸boole",
        "unknown type 'boole'",  # and nothing of the clauses that ask for the fact: they are right
    ),
    slip(
        "  student-venture:",
        "payer: {zh: 按各项创业政策, en: as each start-up policy provides}",
        "payer: ▸省",
        "one language alone",
    ),
    slip("  money:", "unit: 元", "unit: ▸银", "unknown unit"),
    slip(
        "\nfacts:",
        "  student_venture:",
        "  ▸student-venture:",
        "a fact's id is small letters",
        Far("  student-venture:\n    section: 六(三)", "student_venture", "unknown name 'student_venture'"),
    ),
    slip("cit_rate:", "default: 25%", "default: ▸25元", "'25元' is not a share"),
    slip("\n  name:", "required: yes", "required: ▸sure", "'sure' is not yes or no"),
    slip("\n  name:", "type: text", "type: text\n    default: ▸某公司", "takes no default"),
    slip(
        "new_format:",
        "zh: 新业态企业",
        "zh: 大数据及相关企业",
        Far("\nfacts:", "big_data:", "names something else too"),
    ),
    slip(
        "training_bases:",
        "qualified:",
        "▸big_data:",
        "names something else too",
        Far("training-base-award:", "qualified", "unknown name 'qualified'"),
    ),
    # the file itself
    slip("", "below: 10亿人}", "below: 10亿人▸]", "not valid YAML"),
    slip("clauses:", "    section: 三(一)", "▸\tsection: 三(一)", "not valid YAML"),
]


class Clash(NamedTuple):
    """A name of the tangled plan that becomes one that means something else; the fault stands at `at`."""

    old: str
    new: str
    at: str
    zh: str
    en: str


CLASHES = [
    Clash(
        "exports",
        "id",
        "id: {type",
        "id: “id”是企业表的编号列；换一个名称",
        "id: 'id' is the key of the table of enterprises; choose another name",
    ),
    Clash(
        "出口额",
        "编号",
        "编号, en: Exports",
        "exports.zh: “编号”是企业表的编号列；换一个名称",
        "exports.zh: '编号' is the key of the table of enterprises; choose another name",
    ),
    Clash(
        "space",
        "enterprise_id",
        "enterprise_id: {type",
        "shops.facts.enterprise_id: “enterprise_id”是列表数据表中的企业编号列；换一个名称",
        "shops.facts.enterprise_id: 'enterprise_id' is the column by which a list's rows name their enterprise;"
        " choose another name",
    ),
    Clash(
        "面积",
        "企业编号",
        "企业编号, en: Space",
        "shops.facts.space.zh: “企业编号”是列表数据表中的企业编号列；换一个名称",
        "shops.facts.space.zh: '企业编号' is the column by which a list's rows name their enterprise; choose another name",
    ),
    Clash(
        "shops",
        "enterprises",
        "enterprises:\n    zh",
        "enterprises: “enterprises”是企业表的名称；换一个名称",
        "enterprises: 'enterprises' is the table of the enterprises; choose another name",
    ),
    Clash(
        "门店",
        "企业",
        "企业\n",
        "shops.zh: “企业”是企业表的名称；换一个名称",
        "shops.zh: '企业' is the table of the enterprises; choose another name",
    ),
    Clash(
        "name: {type: text",
        "name: {type: rate",
        "rate, required",
        "name.type: 类型为“比例”；name 须是文字",
        "name.type: its type is a share; 'name' must be a text",
    ),
    Clash(
        "as_of: {type: date, default: today",
        "as_of: {type: bool, default: no",
        "bool, default: no, zh: 日期",
        "as_of.type: 类型为“是或否”；as_of 须是日期",
        "as_of.type: its type is yes or no; 'as_of' must be a date",
    ),
    Clash(
        "always",
        "total",
        "total:",
        "total: “total”是总计列的名称；换一个名称",
        "total: 'total' is what the columns of the totals are called; choose another name",
    ),
    Clash(
        "shops",
        "shops-abroad",
        "shops-abroad:",
        "shops-abroad: 名称须由小写字母、数字和下划线组成；如 rd_investment",
        "shops-abroad: a list's id is small letters, digits and '_'; such as rd_investment",
    ),
    Clash(
        "few",
        "Few",
        "Few:",
        "readings-apart.readings.Few: 解读名须由小写字母、数字和连字符组成；如 at-least",
        "readings-apart.readings.Few: a reading's id is small letters, digits and '-'; such as at-least",
    ),
]


def clashing(each: Clash) -> str:
    """The tangled plan with the name replaced, but for the ids of its clauses and where a formula has it."""
    return re.sub(rf"(?<!\w)(?<!\w-){re.escape(each.old)}(?![\w-])", each.new, TANGLED)


@pytest.mark.parametrize("each", CLASHES, ids=lambda each: each.new)
def test_a_name_that_means_something_else_is_refused(each: Clash) -> None:
    """A table's key or name, the column of the totals; and names that no query could have."""
    text = clashing(each)
    line, column = line_and_column(text, text.index(each.at))
    fault = next(fault for fault in refusal(text) if fault.place == (line, column))
    assert fault.show("zh") == f"p.yaml:{line}:{column}: {each.zh}"
    assert fault.show("en") == f"p.yaml:{line}:{column}: {each.en}"
    if "-" not in each.new and "type" not in each.new:
        assert len(refusal(text)) == 1


@pytest.mark.parametrize("name", ["name", "as_of"])
def test_no_list_is_called_what_an_enterprise_states_of_itself(name: str) -> None:
    text = re.sub(rf"\n  {name}: .*", "", TANGLED)
    text = re.sub(r"(?<!\w)(?<!\w-)shops(?![\w-])", name, text)
    what = "what an enterprise is called" if name == "name" else "the day of a calculation"
    faults = {fault.wrong.en: fault.place[:2] for fault in refusal(text)}
    assert f"there is no fact '{name}'" in faults
    assert faults[f"'{name}' is {what}"] == line_and_column(text, text.index(f"{name}:\n    zh"))


def edited(slips: list[Slip]) -> tuple[str, list[tuple[int, int]]]:
    """The policy's text with the edits made, and where each ▸ in it stands, as line and column."""
    text = TEXT
    for each in slips:
        start = text.index(each.old, text.index(each.after))
        text = text[:start] + each.new + text[start + len(each.old) :]
    places = []
    while MARK in text:
        index = text.index(MARK)
        text = text[:index] + text[index + 1 :]
        places.append(line_and_column(text, index))
    return text, places


def line_and_column(text: str, index: int) -> tuple[int, int]:
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def expected(each: Slip, text: str, places: list[tuple[int, int]]) -> list[tuple[int, int, str]]:
    """The faults of an edit, as line, column and gist; takes the places of its marks from the front of `places`."""
    found = []
    for fault in each.faults:
        if isinstance(fault, Far):
            place = line_and_column(text, text.index(fault.needle, text.index(fault.after) + len(fault.after)))
        else:
            place = places.pop(0)
        found.append((*place, fault.gist if isinstance(fault, Far) else fault))
    return found


def refusal(text: str) -> tuple[Fault, ...]:
    with pytest.raises(Refused) as caught:
        read_policy(text.encode(), "p.yaml", "")
    return caught.value.faults


def assert_faults(faults: tuple[Fault, ...], wanted: list[tuple[int, int, str]]) -> None:
    wanted = sorted(wanted)
    shown = [fault.show("en") for fault in faults]
    assert [tuple(fault.place) for fault in faults] == [place[:2] for place in wanted], shown
    left = [gist for *_, gist in wanted]
    for fault in faults:
        match = next((gist for gist in left if gist in fault.wrong.en), None)
        assert match is not None, (shown, left)
        left.remove(match)


@pytest.mark.parametrize("each", SLIPS, ids=lambda each: f"{each.after.strip()} {each.new.strip()}"[:60])
def test_a_wrong_policy_is_refused_where_it_is_wrong(each: Slip) -> None:
    """Refused at its place, in Chinese and in English, with a way out in both."""
    text, places = edited([each])
    faults = refusal(text)
    assert_faults(faults, expected(each, text, places))
    for fault in faults:
        assert all((fault.wrong.zh, fault.wrong.en, fault.right.zh, fault.right.en))
        assert fault.show("zh") != fault.show("en")


def test_named_parts_that_build_on_each_other_have_an_end() -> None:
    """Each of 40 parts uses the one before it twice: written out that is a million million parts, and is refused in time."""
    lets = "".join(f"\n      l{number}: l{number - 1} + l{number - 1}" for number in range(1, 40))
    text = TEXT.replace("    pays: 500万元", f"    let:\n      l0: investment{lets}\n    pays: l39")
    assert text != TEXT
    first, *rest = refusal(text)
    assert "too large" in first.wrong.en
    # Part n is a sum of twice the one before, by name: 2 ** (n + 2) - 3 nodes, which is 8,189 for l11 and 16,381 for l12.
    assert first.fact == "exchange-listing.let.l12"
    assert not [fault for fault in rest if "let" not in fault.fact and "pays" not in fault.fact]


def test_a_bound_beyond_the_exact_arithmetic_is_refused_where_it_is_used() -> None:
    """Money below 10^50 with 12 decimals takes 62 digits: each formula with it is refused, and nothing breaks."""
    old = "{unit: 元, decimals: 2, below: 100000亿元}"
    assert TEXT.count(old) == 1
    faults = refusal(TEXT.replace(old, "{unit: 元, decimals: 12, below: 1e50元}"))
    assert "rd-super-deduction.base" in [fault.fact for fault in faults]
    assert all("may come to" in fault.wrong.en for fault in faults)


def test_a_policy_has_clauses() -> None:
    faults = refusal(TEXT[: TEXT.index("\nclauses:")] + "\nclauses: {}\n")
    assert [(fault.fact, fault.wrong.en) for fault in faults if fault.fact == "clauses"] == [("clauses", "no clauses")]


def test_a_section_may_have_brackets_of_either_width(policy: Policy) -> None:
    found = read_policy(TEXT.replace("section: 三(三)", "section: 三（三）").encode(), "p.yaml", "")
    assert [clause.section for clause in found.clauses] == [clause.section for clause in policy.clauses]


def test_every_fault_is_found_at_once() -> None:
    """Eight slips in one file are eight faults, in the order of the file."""
    slips = [
        each
        for each in SLIPS
        if each.new in ("issued: ▸September", "lead: ▸省金融办", "landlord = ▸privat", "(relocated, ▸local)")
        or each.new in ("base: rd_expensed ▸/ 2", "pays: 2% * toll▸)", "      loss: -▸net_gain", "required: ▸sure")
    ]
    text, places = edited(slips)
    gists = [fault for each in slips for fault in each.faults]
    assert len(gists) == 8
    faults = refusal(text)
    assert [tuple(fault.place) for fault in faults] == places
    assert all(any(str(gist) in fault.wrong.en for gist in gists) for fault in faults)


@pytest.mark.parametrize("part", ["policy", "types", "facts", "clauses"])
def test_a_part_that_is_left_out_is_named(part: str) -> None:
    tree = read_tree(TEXT, "p.yaml", aliases=True).value
    rest = {key: value for key, value in tree.items() if key != part}
    assert f"{part} is missing" in {fault.wrong.en for fault in refusal(json.dumps(rest, ensure_ascii=False))}


@pytest.mark.parametrize("data", [b"", b"\n# nothing\n", b"- policy\n", b"policy\n", b"[1, 2]", b"\xff\xfe", b"a: b\0"])
def test_what_is_no_policy_at_all(data: bytes) -> None:
    with pytest.raises(Refused):
        read_policy(data, "p.yaml", "")


# ---- the store ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def no_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on a policy that is read from its file is an error."""

    def read(*_: object) -> Policy:
        raise AssertionError("read again")

    monkeypatch.setattr(policyfile, "read_policy", read)


def kept(cache: Path) -> Path:
    """The one file that is kept."""
    (file,) = cache.rglob("policy-*")
    return file


def same(one: Policy, other: Policy) -> bool:
    """Equal, the places within formulas too."""
    return one == other and repr(one) == repr(other)


def test_a_kept_policy_is_the_one_that_is_read(cache: Path, policy: Policy, request: pytest.FixtureRequest) -> None:
    first = load_policy()
    assert same(first._replace(file=""), policy._replace(file=""))
    request.getfixturevalue("no_reading")
    assert same(load_policy(), first)
    assert first.file == shipped_policy()
    assert first.sha256 == digest(Path(shipped_policy()).read_bytes())


def test_a_kept_policy_is_called_by_the_file_it_is_asked_for(cache: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.yaml"
    copy.write_text(TEXT, "utf-8")
    load_policy()
    assert load_policy(str(copy)).file == str(copy)


def summed(data: bytes) -> bytes:
    """Something that has arrived whole, whatever it is."""
    return store._sum(data) + data


DAMAGES = [
    lambda data: b"",
    lambda data: data[:10],
    lambda data: data[:-1],
    lambda data: data[:100] + bytes([data[100] ^ 1]) + data[101:],
    lambda data: bytes([data[0] ^ 1]) + data[1:],
    lambda data: data + b"x",
    lambda data: b"\0" * len(data),
    lambda data: summed(pickle.dumps({"clauses": ()})),
    lambda data: summed(pickle.dumps(None)),
    lambda data: summed(marshal.dumps("no code")),
    lambda data: summed(b"no pickle"),
]
DAMAGED = [
    *(
        "empty",
        "begun",
        "cut",
        "flipped",
        "other sum",
        "longer",
        "zeros",
        "another thing",
        "none",
        "no code",
        "no pickle",
    )
]
"""What may have become of a copy."""


@pytest.mark.parametrize("damage", DAMAGES, ids=DAMAGED)
def test_a_damaged_copy_is_not_taken(cache: Path, policy: Policy, damage: Any) -> None:
    """Where the copy is not whole, or is no policy, the file itself is read, and a good copy kept again."""
    load_policy()
    good = kept(cache).read_bytes()
    kept(cache).write_bytes(damage(good))
    assert same(load_policy()._replace(file=""), policy._replace(file=""))
    assert kept(cache).read_bytes() == good


def test_a_copy_of_another_user_is_not_taken(
    cache: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """What another user has put there is never unpickled."""
    load_policy()
    mine = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: mine + 1)
    request.getfixturevalue("no_reading")
    with pytest.raises(AssertionError, match="read again"):
        load_policy()


def test_a_changed_file_is_read(cache: Path, tmp_path: Path) -> None:
    """One figure changed makes another policy, with the old one still kept."""
    file = tmp_path / "p.yaml"
    file.write_text(TEXT, "utf-8")
    before = load_policy(str(file))
    file.write_text(TEXT.replace("pays: 50万元", "pays: 51万元"), "utf-8")
    after = load_policy(str(file))
    assert before.clause("neeq-listing") != after.clause("neeq-listing")
    assert before.sha256 != after.sha256


def test_the_oldest_copies_make_room(cache: Path, tmp_path: Path) -> None:
    """Of the copies the hundred newest are left, that of the last plan among them; nothing else in the folder is touched."""
    folder = cache / "jxplus"
    folder.mkdir(parents=True)
    for age in range(120):
        copy = folder / f"policy-{age:032}"
        copy.write_bytes(b"")
        os.utime(copy, (1_000_000 - age, 1_000_000 - age))
    (folder / "notes.txt").write_bytes(b"")
    os.utime(folder / "notes.txt", (0, 0))
    file = tmp_path / "p.yaml"
    file.write_text(TEXT, "utf-8")
    load_policy(str(file))
    left = {each.name for each in folder.iterdir()}
    assert "notes.txt" in left
    old = {f"policy-{age:032}" for age in range(120)}
    assert old & left == {f"policy-{age:032}" for age in range(99)}
    assert len(left - old) == 2  # the notes, and the copy of the plan that was read


@pytest.mark.parametrize("change", ["version", "python", "code", "installed"])
def test_a_copy_of_other_code_is_not_taken(
    change: str, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """Another version, another Python, changed code or the same version installed once more reads the file again."""
    record = tmp_path / "RECORD"
    if change == "installed":
        record.write_text("jxplus/fault.py,sha256=a,10\n", "utf-8")
        monkeypatch.setattr(store, "_INSTALLED", str(record))
    load_policy()
    if change == "version":
        monkeypatch.setattr(store, "__version__", "0.0.0")
    elif change == "python":
        monkeypatch.setattr(sys, "version", "4.0")
    elif change == "installed":
        record.write_text("jxplus/fault.py,sha256=bc,10\n", "utf-8")
    else:
        monkeypatch.setattr(store, "_CODE", (*store._CODE, "assess"))
    request.getfixturevalue("no_reading")
    with pytest.raises(AssertionError, match="read again"):
        load_policy()


def test_the_stamp_covers_the_code_that_reads_a_policy() -> None:
    """Every room that has a part in reading a policy is in the stamp of its copy."""
    package = Path(store._PACKAGE)
    seen: set[str] = set()
    todo = ["jxplus.policy.file", "jxplus.policy.store"]
    while todo:
        name = todo.pop()
        path = package.parent / name.replace(".", "/")
        if name in seen:
            continue
        seen.add(name)
        file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        todo += re.findall(r"^ *from (jxplus\.[\w.]+) import", file.read_text("utf-8"), re.MULTILINE)
    rooms = {name.split(".")[1] for name in seen}
    assert rooms == {each.removesuffix(".py") for each in store._CODE}


@pytest.mark.parametrize("place", ["file", "relative", "below a file"])
def test_a_cache_that_cannot_be_used_costs_nothing(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, policy: Policy
) -> None:
    """Without a cache the policy is read, twice if need be; nothing is left behind."""
    file = tmp_path / "a file"
    file.write_text("")
    root = {"file": str(file), "relative": "cache", "below a file": str(file / "deep")}[place]
    monkeypatch.setenv("XDG_CACHE_HOME", root)
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert same(load_policy()._replace(file=""), policy._replace(file=""))
    assert list(tmp_path.iterdir()) == [file]


def test_a_cache_that_fills_up_leaves_nothing_half_written(
    cache: Path, monkeypatch: pytest.MonkeyPatch, policy: Policy
) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert same(load_policy()._replace(file=""), policy._replace(file=""))
    assert not list(cache.rglob("policy-*"))


LONG = "".join(f"x{number} = {number}\n" for number in range(3000))
"""A generated source that takes long to compile."""


def held_by(code: CodeType) -> object:
    """What the last line of the long source comes to."""
    names: dict[str, object] = {}
    exec(code, names)
    return names["x2999"]


def test_the_code_of_a_long_source_is_kept(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is compiled once; another source, and the same one on another Python, by itself."""
    assert held_by(code_of(LONG, "<first>")) == 2999
    with monkeypatch.context() as patched:
        patched.setattr(store, "compile", pytest.fail, raising=False)
        found = code_of(LONG, "<first>")
        assert (held_by(found), found.co_filename) == (2999, "<first>")
    assert held_by(code_of(LONG.replace("= 2999", "= 1"), "<first>")) == 1
    monkeypatch.setattr(sys, "version", "4.0")
    assert held_by(code_of(LONG, "<first>")) == 2999
    assert len(list(cache.rglob("code-*"))) == 3


def test_the_code_of_a_short_source_is_not_kept(cache: Path) -> None:
    """It is compiled sooner than a file is read."""
    code_of("x2999 = 1", "<short>")
    assert not list(cache.rglob("code-*"))


@pytest.mark.parametrize("damage", DAMAGES, ids=DAMAGED)
def test_damaged_code_is_not_taken(cache: Path, damage: Any) -> None:
    code_of(LONG, "<long>")
    (file,) = cache.rglob("code-*")
    good = file.read_bytes()
    file.write_bytes(damage(good))
    assert held_by(code_of(LONG, "<long>")) == 2999
    assert file.read_bytes() == good


def test_code_of_another_user_is_not_taken(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code_of(LONG, "<long>")
    mine = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: mine + 1)
    monkeypatch.setattr(store.marshal, "loads", lambda data: pytest.fail("taken") if data else None)
    assert held_by(code_of(LONG, "<long>")) == 2999


def test_a_refused_policy_is_not_kept(cache: Path, tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(TEXT.replace("pays: 50万元", "pays: 50万"), "utf-8")
    for _ in range(2):
        with pytest.raises(Refused):
            load_policy(str(file))
    assert not list(cache.rglob("policy-*"))


@pytest.mark.parametrize("name", ["absent.yaml", "."])
def test_a_file_that_cannot_be_read_is_refused(cache: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused) as caught:
        load_policy(str(tmp_path / name))
    (fault,) = caught.value.faults
    assert "cannot be read" in fault.wrong.en


def test_what_has_no_key_of_a_policy_is_no_policy_file() -> None:
    """An enterprise file that is named as a plan is told so, and not of each fact that it is no key."""
    with pytest.raises(Refused) as refused:
        read_policy(b"name: a\nrd_expensed: 5\n", "a.yaml", "")
    assert [fault.show("en") for fault in refused.value.faults] == [
        "a.yaml:1:1: it is no policy file; it starts with `policy:`"
    ]
