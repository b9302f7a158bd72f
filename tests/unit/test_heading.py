"""What a key or a heading says: the fact, and the unit of the figures under it; or why it is not read."""

from decimal import Decimal as D

import pytest

from jxplus.document import read_tree
from jxplus.enterprise import Misstated, Reader
from jxplus.enterprise.heading import Heading, Headings, Misnamed
from jxplus.fault import Refused
from jxplus.policy.store import load_policy

POLICY = load_policy()
ENTERPRISE = Headings(POLICY.facts, POLICY.lists, {"id": "id", "编号": "id"})
PREMISES = Headings(POLICY.lists["premises"].facts)
READER = Reader(POLICY)


@pytest.mark.parametrize(
    ("written", "id", "unit"),
    [
        ("年营业收入", "operating_revenue", ""),
        ("年营业收入（万元）", "operating_revenue", "万元"),
        ("年营业收入(万元)", "operating_revenue", "万元"),
        ("年营业收入（单位：万元）", "operating_revenue", "万元"),
        ("年营业收入（单位:人民币万元）", "operating_revenue", "万元"),
        ("年营业收入：万元", "operating_revenue", "万元"),
        ("年营业收入 / 亿元", "operating_revenue", "亿元"),
        ("年营业收入_万元", "operating_revenue", "万元"),
        ("年营业收入万元", "operating_revenue", "万元"),
        ("年营业收入（万）", "operating_revenue", "万元"),
        ("年营业收入（元）", "operating_revenue", "元"),
        ("年营业收入（千元）", "operating_revenue", "千元"),
        ("年营业收入（必填，万元）", "operating_revenue", "万元"),
        ("年营业收入*", "operating_revenue", ""),
        ("年营\n业收入\n（万元）", "operating_revenue", "万元"),
        ("operating_revenue (wan)", "operating_revenue", "万元"),
        ("operating_revenue (10k yuan)", "operating_revenue", "万元"),
        ("operating_revenue_wan", "operating_revenue", "万元"),
        ("Operating Revenue", "operating_revenue", ""),
        ("OPERATING_REVENUE", "operating_revenue", ""),
        ("年研发投入/万元", "rd_investment", "万元"),
        ("企业所得税税率（％）", "cit_rate", "%"),
        ("研发后补助比例(%)", "rd_post_subsidy_rate", "%"),
        ("互联网＋企业", "internet_plus", ""),
        ("新业态企业（是/否）", "new_format", ""),
        ("测算日期（YYYY-MM-DD）", "as_of", ""),
        ("参加培训人数（名）", "trainees", "人"),
        # in every kind of bracket, and with what forms put before a heading
        ("年营业收入【万元】", "operating_revenue", "万元"),
        ("年营业收入〔必填、万元〕", "operating_revenue", "万元"),
        ("年营业收入《必填，万元》", "operating_revenue", "万元"),
        ("年营业收入＜万元＞", "operating_revenue", "万元"),
        ("年营业收入「万元」", "operating_revenue", "万元"),
        ("\u200b年营业收入\u00a0（万元）\ufeff", "operating_revenue", "万元"),
        ("是否省内企业", "registered_in_jiangxi", ""),
        ("是否为“互联网+”企业（是/否）", "internet_plus", ""),
        ("有无重大项目贷款", "major_project_loan", ""),
        ("*年营业收入（万元）", "operating_revenue", "万元"),
        ("★ 年营业收入", "operating_revenue", ""),
        ("3.年营业收入（万元）", "operating_revenue", "万元"),
        ("（三）年营业收入/万元", "operating_revenue", "万元"),
        ("③年营业收入（万元）", "operating_revenue", "万元"),
        ("编 号", "id", ""),
    ],
)
def test_a_heading_names_a_fact_and_its_unit(written: str, id: str, unit: str) -> None:
    assert ENTERPRISE.read(written) == Heading(id, unit)


@pytest.mark.parametrize(
    ("written", "id", "unit"),
    [
        ("面积(㎡)", "area", "㎡"),
        ("面积（平方米）", "area", "㎡"),
        ("面积/平米", "area", "㎡"),
        ("area (m2)", "area", "㎡"),
        ("monthly_rent（元/㎡·月）", "monthly_rent", "元/㎡/月"),
        ("monthly_rent（元/平方米/月）", "monthly_rent", "元/㎡/月"),
        ("测算月数（年）", "months", "年"),
        ("测算月数（个月）", "months", "月"),
    ],
)
def test_a_heading_of_an_item(written: str, id: str, unit: str) -> None:
    assert PREMISES.read(written) == Heading(id, unit)


def test_what_a_form_says_beside_a_name() -> None:
    """企业名称（全称） and （盖章） ask for no other name; a line break is a blank in what is told of a heading."""
    assert [ENTERPRISE.read(each).id for each in ("企业名称（全称）", "企业名称\n（盖章）")] == ["name", "name"]
    with pytest.raises(Misnamed) as misnamed:
        ENTERPRISE.read("企业名称\n（简称）")
    assert "“企业名称 （简称）”" in misnamed.value.wrong.zh


@pytest.mark.parametrize(
    ("headings", "written", "word"),
    [
        (ENTERPRISE, "季度营业收入", "季度"),
        (ENTERPRISE, "月营业收入", "月"),
        (ENTERPRISE, "sales_revenue_usd", "usd"),
        (ENTERPRISE, "年营业收入（万美元）", "万美元"),
        (ENTERPRISE, "rd_investment_in_thousands", "thousands"),
        (ENTERPRISE, "rd_investment in thousands", "thousands"),
        (ENTERPRISE, "rd_investment per month", "month"),
        (ENTERPRISE, "年营业收入（含税）", "含税"),
        (ENTERPRISE, "年营业收入（不含税，万元）", "不含税"),
        (ENTERPRISE, "年营业收入（2015年）", "2015年"),
        (ENTERPRISE, "企业所得税税率（万元）", "万元"),
        (ENTERPRISE, "参加培训人数（人次）", "人次"),
        (ENTERPRISE, "企业名称（简称）", "简称"),
        (PREMISES, "面积(亩)", "亩"),
        (PREMISES, "年租金", "年"),
        (PREMISES, "annual_rent", "annual"),
        (PREMISES, "monthly_rent（元）", "元"),
    ],
)
def test_what_is_left_over_is_refused_with_its_reason(headings: Headings, written: str, word: str) -> None:
    """A unit, a period or a currency beside a name is named, and the bare name is never offered in its place."""
    with pytest.raises(Misnamed) as misnamed:
        headings.read(written)
    assert f"“{word}”" in misnamed.value.wrong.zh
    assert f"'{word}'" in misnamed.value.wrong.en
    for offer in (misnamed.value.right.zh, misnamed.value.right.en):
        assert "是否应为" not in offer
        assert "did you mean" not in offer


@pytest.mark.parametrize(
    ("headings", "written", "right"),
    [
        (ENTERPRISE, "Enterprise income tax rate", "did you mean 'cit_rate'?"),
        (ENTERPRISE, "Operating revenue of the year (wan)", "did you mean 'operating_revenue (wan)'?"),
        (ENTERPRISE, "*operating revenue of the year", "did you mean 'operating_revenue'?"),
        (ENTERPRISE, "Public platforms", "did you mean 'platforms'?"),
        (PREMISES, "Area in m²", ""),
    ],
)
def test_a_name_of_an_english_page_is_told_what_to_write(headings: Headings, written: str, right: str) -> None:
    """Files have ids and Chinese names; what a page in English calls a fact is refused with its id, and its unit is kept."""
    assert headings.from_english(written) == right.removeprefix("did you mean '").removesuffix("'?")
    if right:
        with pytest.raises(Misnamed) as refused:
            headings.read(written)
        assert refused.value.right.en == right


@pytest.mark.parametrize(
    ("stated", "fact", "value"),
    [
        ("费用化研发费用（万元）: 300", "rd_expensed", D(3_000_000)),
        ("费用化研发费用（万元）: 300.5", "rd_expensed", D(3_005_000)),
        ("费用化研发费用（万元）: 1,300.5", "rd_expensed", D(13_005_000)),
        ("费用化研发费用（万元）: 300万", "rd_expensed", D(3_000_000)),
        ("费用化研发费用（万元）: 300元", "rd_expensed", D(300)),
        ("费用化研发费用（元）: 300", "rd_expensed", D(300)),
        ("研发后补助比例(%): 0.5", "rd_post_subsidy_rate", D("0.005")),
        ("研发后补助比例(%): 15", "rd_post_subsidy_rate", D("0.15")),
        ("研发后补助比例(%): 15%", "rd_post_subsidy_rate", D("0.15")),
    ],
)
def test_a_bare_figure_is_in_the_unit_of_its_key_and_another_keeps_its_own(stated: str, fact: str, value: D) -> None:
    assert READER.read(read_tree(f"name: A\n{stated}\n", "a.yaml")).facts[fact] == value


@pytest.mark.parametrize(
    ("written", "yuan"),
    [
        ("300", 3_000_000),
        (" 300 ", 3_000_000),
        ("３００", 3_000_000),
        ("“300”", 3_000_000),
        ("300。", 3_000_000),
        ("+300", 3_000_000),
        (".5", 5_000),
        ("3e2", 3_000_000),
        ("300 元", 300),
        ("￥300元", 300),
        ("叁佰元整", 300),
        ("三百万", 3_000_000),
        ("5角", D("0.5")),
        # Whether these are of 万元 nobody can tell.
        ("￥300", None),
        ("300 RMB", None),
        ("人民币300", None),
        ("¥ 1,300.50", None),
        ("三百", None),
        ("叁佰整", None),
        ("9 800", None),
        ("1 2", None),
    ],
)
def test_a_figure_under_wan_is_in_wan_or_says_its_own_unit_or_is_refused(written: str, yuan: D | int | None) -> None:
    """Read as yuan, a bare figure in any dress would be 10,000 times too low, and nobody would be told."""
    heading = Heading("rd_expensed", "万元")
    if yuan is not None:
        assert READER.value("rd_expensed", heading.stated(written)) == ("rd_expensed", yuan)
        return
    with pytest.raises(Misstated):
        READER.value("rd_expensed", heading.stated(written))


def test_a_term_under_years_is_in_years_or_is_refused() -> None:
    """三 under 年 is 3 years or nothing, and never 3 months."""
    heading = PREMISES.read("测算月数（年）")
    assert READER.item_value("premises", "months", heading.stated("3")) == 36
    assert READER.item_value("premises", "months", heading.stated("6个月")) == 6
    with pytest.raises(Misstated):
        READER.item_value("premises", "months", heading.stated("三"))


def test_a_fact_stated_with_its_unit_and_without_is_stated_twice() -> None:
    with pytest.raises(Refused) as refused:
        READER.read(read_tree("name: A\n年营业收入: 300\n年营业收入（万元）: 300\n", "a.yaml"))
    (fault,) = refused.value.faults
    assert (fault.place.line, fault.fact) == (3, "年营业收入（万元）")
