"""A figure of another year, a plan, a rate or a mean is not the fact's: whatever says so in a heading, a row beside it or a key."""

import csv
import importlib.util
from pathlib import Path

import pytest
import xlsxwriter
from came import POLICY, came
from commandline import jxplus

from jxplus.batch.sources.headings import find
from jxplus.batch.sources.known import Known
from jxplus.batch.sources.rows import Row
from jxplus.batch.sources.unitnotes import of_other_figures
from jxplus.enterprise import Reader
from jxplus.enterprise.heading import Misnamed
from jxplus.policy.tables import ENTERPRISES

_SPEC = importlib.util.spec_from_file_location("make", Path(__file__).parent / "workbooks" / "make.py")
assert _SPEC is not None
assert _SPEC.loader is not None
make = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(make)
KNOWN = Known(POLICY, ENTERPRISES)
YEAR, PLAN, RATE, MEAN = "a year of its own", "a figure that is planned or estimated", "a change or a share", "a mean"


@pytest.mark.parametrize(
    ("written", "word", "kind"),
    [
        ("上年度营业收入", "上年度", YEAR),
        ("上年营业收入（万元）", "上年", YEAR),
        ("去年营业收入", "去年", YEAR),
        ("前一年营业收入", "前一年", YEAR),
        ("上一年度营业收入", "上一年度", YEAR),
        ("2015年营业收入", "2015年", YEAR),
        ("近三年研发投入", "近三年", YEAR),
        ("营业收入（上期数）", "上期数", YEAR),
        ("年营业收入(2015年度)", "2015年度", YEAR),
        ("明年营业收入", "明年", YEAR),
        ("预计营业收入", "预计", PLAN),
        ("2017年计划投资额", "计划", PLAN),
        ("年营业收入_预算", "预算", PLAN),
        ("目标营业收入", "目标", PLAN),
        ("拟投资额", "拟", PLAN),
        ("operating_revenue_forecast", "forecast", PLAN),
        ("营业收入增长率", "增长率", RATE),
        ("营业收入同比（%）", "同比", RATE),
        ("研发投入占比", "占比", RATE),
        ("平均营业收入", "平均", MEAN),
        ("月均营业收入", "月均", MEAN),
        ("年营业收入（含税）", "含税", "figures of another kind"),
        ("营业收入（税前）", "税前", "figures of another kind"),
    ],
)
def test_a_name_of_other_figures_is_never_offered_the_fact(written: str, word: str, kind: str) -> None:
    """As the key of a file, and as the heading of a column: to rename 预计营业收入 would be to state a hope."""
    for read in (KNOWN.read, Reader(POLICY).headings.read):
        with pytest.raises(Misnamed) as misnamed:
            read(written)
        wrong, right = misnamed.value.wrong, misnamed.value.right
        assert word in wrong.zh
        assert f"is {kind}" in wrong.en
        assert "did you mean" not in right.en
        assert "是否应为" not in right.zh


def test_what_a_fact_is_of_itself_is_no_other_figure() -> None:
    """The highest revenue of earlier years, and the share that the science department pays, are facts of the plan."""
    for written, id in (
        ("以往最高年营业收入（万元）", "previous_peak_revenue"),
        ("研发后补助比例（%）", "rd_post_subsidy_rate"),
    ):
        assert KNOWN.read(written).id == id
    assert KNOWN.read("全年营业收入（万元）").id == KNOWN.read("年度营业收入").id == "operating_revenue"


@pytest.mark.parametrize(
    "text",
    [
        "上年度",
        "上年数（万元）",
        "去年情况",
        "2015年",
        "预计",
        "2017年计划数",
        "同比增长",
        "占比",
        "月均（万元）",
        "上半年",
        "1-6月",
        "累计",
    ],
)
def test_what_stands_over_columns_may_be_of_other_figures(text: str) -> None:
    assert of_other_figures(text) is not None


@pytest.mark.parametrize(
    "text", ["研发（万元）", "本年度", "全年", "基本情况", "经营数据（万元）", "税率", "日常经营", "虚拟现实"]
)
def test_what_stands_over_columns_may_be_a_word_for_them(text: str) -> None:
    assert of_other_figures(text) is None


def of_csv(path: Path, rows: list[str]) -> Path:
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


def of_book(path: Path, rows: list[str]) -> Path:
    cells = [[int(cell) if cell.isdigit() else cell or None for cell in row] for row in csv.reader(rows)]
    make.package(path, {"S": make.inline(cells)})
    return path


FIGURES = "state the figures of the year, or put right what stands"
ASKED = "state the figures of the year that is asked for; where they are, take out what stands"


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        (
            ["企业名称,上年度,", ",年营业收入,年研发投入", "甲,100,10"],
            [f"年营业收入: '上年度' stands above, which is {YEAR}; {ASKED} above"],
        ),
        (
            [",预计,,实际", "企业名称,年营业收入,联系人,年研发投入", "甲,100,张三,10"],
            [f"年营业收入: '预计' stands above, which is {PLAN}; {FIGURES} above"],
        ),
        (
            ["企业名称,同比增长,", ",年营业收入,企业所得税税率", "甲,100,15%"],
            [f"年营业收入: '同比增长' stands above, which is {RATE}; {FIGURES} above"],
        ),
        (
            ["企业名称,年营业收入,,年研发投入,", ",上年,本年,本年,上年", "甲,100,110,10,9"],
            [f"年营业收入: '上年' stands below, which is {YEAR}; {ASKED} below"],
        ),
        (
            ["企业名称,年营业收入", ",（本年预计）", "甲,100"],
            [f"年营业收入: '（本年预计）' stands below, which is {PLAN}; {FIGURES} below"],
        ),
    ],
)
def test_a_row_of_other_figures_refuses_them(rows: list[str], faults: list[str], tmp_path: Path) -> None:
    """Over the headings or under them, in a CSV as in a workbook: none is taken for the figures of the year."""
    for path in (of_csv(tmp_path / "a.csv", rows), of_book(tmp_path / "a.xlsx", rows)):
        found = came(path)
        assert found.results == []
        said = [fault.partition(": ")[2] for fault in found.faults if fault.partition(": ")[2].startswith("年营业收入")]
        assert said == faults


@pytest.mark.parametrize(
    "rows",
    [
        # The group is called as a fact is; below it stands what is stated.
        ["企业名称,年研发投入（万元）,", ",费用化研发费用,研发形成无形资产当年摊销额", "甲,980,20"],
        # The cells of a merged heading filled down, as other programs export them.
        ["企业名称,年研发投入（万元）,", "企业名称,费用化研发费用,研发形成无形资产当年摊销额", "甲,980,20"],
        [",研发费用（万元）,", "企业名称,费用化研发费用,研发形成无形资产当年摊销额", "甲,980,20"],
        ["企业名称,研发费用（万元）,研发费用（万元）", ",费用化研发费用,研发形成无形资产当年摊销额", "甲,980,20"],
        # Each group says its unit as a title does, and is none: it stands over its own columns.
        [
            "企业名称,研发（单位：万元）,,投资（金额单位：元）",
            ",费用化研发费用,研发形成无形资产当年摊销额,投资额",
            "甲,980,20,5000",
        ],
        # Of the two years that one heading has, this one stands first.
        [
            "企业名称,费用化研发费用（万元）,,研发形成无形资产当年摊销额（万元）",
            ",本年数,上年数,本年数",
            "甲,980,900,20",
        ],
    ],
)
def test_a_row_of_groups_is_read_alike(rows: list[str], tmp_path: Path) -> None:
    """980万元 × 50 % × 25 % are 1,225,000 in a CSV, in a workbook, and for who asked for DuckDB; the group's row is named."""
    table = of_csv(tmp_path / "a.csv", rows)
    for path in (table, of_book(tmp_path / "a.xlsx", rows)):
        found = came(path)
        assert (found.saved(), found.faults) == ({"甲": 1225000}, [])
        assert any("not read" in each for each in found.said)
    out = tmp_path / "o.csv"
    assert jxplus("batch", str(table), "--engine", "duckdb", "-o", str(out), "--as-of", "2016-06-30")[0] == 0
    with open(out, encoding="utf-8", newline="") as file:
        assert [row["low"] for row in csv.DictReader(file) if row["clause"] == "rd-super-deduction"] == ["1225000"]


@pytest.mark.parametrize(
    "rows",
    [
        # Whose table it is, when it was made and in what unit stand over columns too, and say nothing of their figures.
        ["2016年江西省客户,,单位：元", "企业名称,年营业收入,费用化研发费用", "甲,5,9800000"],
        ["“互联网+”行动计划申报企业情况表,,单位：元", "企业名称,年营业收入,费用化研发费用", "甲,5,9800000"],
        [",填报日期：2016年6月30日,", "企业名称,年营业收入,费用化研发费用", "甲,5,9800000"],
        [",,2016年预算表", "企业名称,年营业收入,费用化研发费用", "甲,5,9800000"],
    ],
)
def test_a_title_says_nothing_of_the_columns_below_it(rows: list[str], tmp_path: Path) -> None:
    for path in (of_csv(tmp_path / "a.csv", rows), of_book(tmp_path / "a.xlsx", rows)):
        found = came(path)
        assert (found.saved(), found.faults) == ({"甲": 1225000}, [])


def test_the_unit_of_a_group_is_not_that_of_the_columns_beside_it(tmp_path: Path) -> None:
    """1200 under 投资情况 would be 1200万元, and an investment above the mark of 1000万元."""
    rows = ["企业名称,研发（单位：万元）,,投资情况", ",费用化研发费用,年营业收入,投资额", "甲,980,20,1200"]
    for path in (of_csv(tmp_path / "a.csv", rows), of_book(tmp_path / "a.xlsx", rows)):
        found = came(path)
        assert found.results == []
        assert "over other columns stands '万元', and over this one no unit" in found.faults[0]


@pytest.mark.parametrize(
    "heading", ["Rd_expensed (thousands of yuan)", "rd_expensed: as the auditors have it this year"]
)
def test_a_fact_with_more_beside_it_is_no_remark(heading: str, tmp_path: Path) -> None:
    """However long what stands beside it, the column is that of the fact, and is not passed over."""
    found = came(of_csv(tmp_path / "a.csv", [f"name,{heading}", "甲,100"]))
    assert found.results == []
    assert "is not read; write the name and the unit alone" in found.faults[0]


def test_headings_may_stand_over_headings_over_headings(tmp_path: Path) -> None:
    """上年度 stands over the group, and the group over what is stated."""
    rows = [",上年度,", "企业名称,研发（万元）,", ",费用化研发费用,年研发投入", "甲,980,990"]
    for path in (of_csv(tmp_path / "a.csv", rows), of_book(tmp_path / "a.xlsx", rows)):
        assert len(came(path).faults) == 2


def test_a_group_ends_where_the_next_heading_begins(tmp_path: Path) -> None:
    """上年度 stands over 参加培训人数 alone: what follows has a heading of its own beside it."""
    rows = ["企业名称,上年度,年营业收入,费用化研发费用", ",参加培训人数,,", "甲,5,5,9800000"]
    for path in (of_csv(tmp_path / "a.csv", rows), of_book(tmp_path / "a.xlsx", rows)):
        (fault,) = came(path).faults
        assert fault.partition(": ")[2].startswith("参加培训人数: '上年度' stands above")


def test_only_an_amount_is_part_of_another(tmp_path: Path) -> None:
    """A fact below 测算日期 is no part of it: the row has figures, or nobody knows what."""
    path = of_csv(
        tmp_path / "a.csv", ["企业名称,费用化研发费用,测算日期", ",费用化研发费用,年营业收入", "甲,9800000,2016-06-30"]
    )
    found = came(path)
    assert found.saved() == {"甲": 1225000}
    assert found.faults == ["2:1: 企业名称: not stated; every row needs its `name`"]


def test_a_table_with_one_known_heading_has_it_where_that_stands() -> None:
    """Of a CSV that is named after its table the row with a known heading is that of the headings, and not a title's."""
    rows = [Row(1, [None, "研发费用"]), Row(2, ["企业名称", "研发费用一"]), Row(3, ["甲", "10"])]
    found = find(iter(rows), {ENTERPRISES: KNOWN}, ENTERPRISES)
    assert found is not None
    assert (found.heading.line, [row.line for row in found.above], [row.line for row in found.rows]) == (2, [1], [3])


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("单位", "write the unit behind the figures, as 1200万元"),
        ("币种", "write the unit behind the figures, as 1200万元"),
        ("年度", "state it as period_end, such as 2015-12-31"),
        ("所属年度", "state it as period_end, such as 2015-12-31"),
        ("企业", "did you mean '企业名称'?"),
        ("成立日期", "`jxplus init` lists the known ones"),
        ("高新技术企业", "`jxplus init` lists the known ones"),
        ("资产总额", "`jxplus init` lists the known ones"),
        ("研发人员", "`jxplus init` lists the known ones"),
        ("主营业务收入", "did you mean '年营业收入'?"),
        ("研发费用", "did you mean '费用化研发费用'?"),
        ("年营业收人", "did you mean '年营业收入'?"),
    ],
)
def test_what_is_no_slip_for_a_fact_is_not_offered_one(written: str, right: str) -> None:
    """Whoever renamed 成立日期 to 测算日期 would calculate as of the day on which the enterprise was founded."""
    with pytest.raises(Misnamed) as misnamed:
        Reader(POLICY).headings.read(written)
    assert misnamed.value.right.en == right


def test_a_share_below_one_percent_under_percent_is_named(tmp_path: Path) -> None:
    """0.15 under a heading in % is 0.15 %, exactly; who means 15 % is told. 0.15 under a heading without a unit is 15 %."""
    rows = ["企业名称,企业所得税税率（%）,费用化研发费用", "甲,0.15,1000000", "乙,15,1000000"]
    for path in (of_csv(tmp_path / "a.csv", rows), of_book(tmp_path / "a.xlsx", rows)):
        found = came(path)
        assert found.saved() == {"甲": 750, "乙": 75000}
        assert any("less than 1%, in % as the heading says" in each for each in found.said)
    found = came(of_csv(tmp_path / "a.csv", ["企业名称,企业所得税税率,费用化研发费用", "甲,0.15,1000000"]))
    assert (found.saved(), found.said) == ({"甲": 75000}, [])


def test_the_index_that_pandas_writes_is_no_fact(tmp_path: Path) -> None:
    found = came(of_csv(tmp_path / "a.csv", ["Unnamed: 0,name,rd_expensed", "0,甲,1000000"]))
    assert (found.saved(), found.faults) == ({"甲": 125000}, [])


@pytest.mark.parametrize("title", ["（万）", "￥万", "数字：万", "单位：人民币（万元）", "单位：萬元"])
def test_a_title_gives_a_unit_however_it_is_written(title: str, tmp_path: Path) -> None:
    """980万元 × 50 % × 25 % are 1,225,000; as 980 yuan they were 122.50."""
    rows = [f"研发情况表,,{title}", "企业名称,费用化研发费用,年营业收入", "甲,980,2000"]
    for path in (of_csv(tmp_path / "a.csv", rows), of_book(tmp_path / "a.xlsx", rows)):
        assert came(path).saved() == {"甲": 1225000}


@pytest.mark.parametrize(
    "title",
    [
        "单位-万元",
        "单位：RMB mn",
        "除特别注明外，单位为万元",
        "Unit: RMB million",
        "Currency: RMB; Unit: 10k",
        "k RMB",
        "RMB mn",
        "unit: yi",
        "USD",
        "Unit：EUR",
        "币种：港币",
        "注：币种为美元",
        "单位万",
        "客户表（万）",
    ],
)
def test_a_title_that_speaks_of_another_unit_is_never_passed_over(title: str, tmp_path: Path) -> None:
    rows = [f"研发情况表,,{title}", "企业名称,费用化研发费用,年营业收入", "甲,980,2000"]
    for path in (of_csv(tmp_path / "a.csv", rows), of_book(tmp_path / "a.xlsx", rows)):
        found = came(path)
        assert found.results == []
        assert "and the heading names no unit" in found.faults[0]


@pytest.mark.parametrize(
    "title", ["单位：元", "2016年研发情况", "不要填万元", "USD结算的出口企业", "100万元以上企业", "Unit: yuan"]
)
def test_a_title_that_speaks_of_no_other_unit(title: str, tmp_path: Path) -> None:
    rows = [f"研发情况表,,{title}", "企业名称,费用化研发费用,年营业收入", "甲,9800000,2000"]
    assert came(of_csv(tmp_path / "a.csv", rows)).saved() == {"甲": 1225000}


def test_the_name_of_a_file_says_what_that_of_a_sheet_does(tmp_path: Path) -> None:
    rows = ["企业名称,费用化研发费用", "甲,9800000"]
    for name, said in (
        ("上年.csv", "the file is called '上年'"),
        ("rd_in_thousands.csv", "a note says 'in thousands'"),
    ):
        found = came(of_csv(tmp_path / name, rows))
        assert found.results == []
        assert said in found.faults[0]
    assert "the file is called '2015', and its figures" in came(of_csv(tmp_path / "2015.csv", rows)).said[0]


@pytest.mark.parametrize("unit", ["万元，不含税", "RMB mn", "'000"])
def test_a_row_of_units_that_is_none_is_no_row_without_a_name(unit: str, tmp_path: Path) -> None:
    """The row was refused for want of a name, and the others were computed in yuan."""
    rows = ["企业名称,费用化研发费用,年营业收入", f",{unit},{unit}", "甲,980,2000"]
    for path in (of_csv(tmp_path / "a.csv", rows), of_book(tmp_path / "a.xlsx", rows)):
        found = came(path)
        assert found.results == []
        assert "and the heading names no unit" in found.faults[0]


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("面积单位：亩", 4),
        ("用房情况（公顷）", 4),
        ("单位：万㎡", 4),
        ("租金单位：元/月", 5),
        ("期限单位：年", 6),
        ("面积以亩计", 4),
    ],
)
def test_a_text_that_measures_otherwise_is_never_passed_over(text: str, column: int, tmp_path: Path) -> None:
    """5 mu are 3,333 ㎡: as 5 ㎡ the rent of a maker space came to the 667th part, and three years were three months."""
    rows = ["企业名称,出租方,用途,面积,每平方米月租金,测算月数", "甲,社会,众创空间,5,20,12"]
    of_csv(tmp_path / "enterprises.csv", ["企业名称", "甲"])
    for above, below in (([text], []), ([], [f"注：{text}"])):
        of_csv(tmp_path / "premises.csv", [*above, *rows, *below])
        found = came(tmp_path)
        assert found.results == []
        assert any(f":{column}: a note says" in fault for fault in found.faults), found.faults
    for other in ("单位：平方米、元/㎡/月、月", "园区面积500亩", "填报单位：年丰公司"):
        of_csv(tmp_path / "premises.csv", [other, *rows])
        assert came(tmp_path).faults == []


def test_what_excel_shows_beside_a_cell_to_fill_in_is_heard(tmp_path: Path) -> None:
    """单位：万元 in the message of a validation is as good as in a comment: 980 are 980万元, and nobody may take them for yuan."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("企业")
        sheet.write_row(0, 0, ["企业名称", "费用化研发费用"])
        sheet.write_row(1, 0, ["甲", 980])
        shown = {"validate": "decimal", "criteria": ">", "value": 0, "input_message": "单位：万元"}
        sheet.data_validation("B2:B9", shown)
    assert "a note says '单位：万元'" in came(path).faults[0]
