"""CSV as people's programs write it: what parts its cells, how it is encoded, what stands around the table; by every engine.

What each client saves is half of its expensed R&D cost at its tax rate: of 980万元 at 15 % 735,000, of 1,200.5万元 at 25 % 1,500,625.
"""

import csv
import io
import re
from decimal import Decimal
from pathlib import Path

import pytest
from came import came
from commandline import jxplus

from jxplus.batch.sources.remarks import TOTAL_ENDS, TOTALS, is_total, may_be_outside
from jxplus.enterprise.totals import is_sample

HEADINGS = ["编号", "企业名称", "测算日期", "费用化研发费用（万元）", "企业所得税税率"]
ROWS = [["A1", "甲公司", "2016-06-30", "980", "15%"], ["A2", "乙公司", "2016/6/30", "1,200.5", "25%"]]
SAVED = {"A1": Decimal(735000), "A2": Decimal(1500625)}


def text(rows: list[list[str]], sign: str = ",", end: str = "\n") -> str:
    """Rows as CSV, cells with the sign in quotes."""
    out = io.StringIO()
    csv.writer(out, delimiter=sign, lineterminator=end).writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("sign", [",", ";", "\t", "|", "，"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_what_parts_the_cells_is_recognised(sign: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    path.write_bytes(text([HEADINGS, *ROWS], sign, "\r\n").encode(encoding))
    found = came(path)
    assert (found.saved(), found.faults, found.said) == (SAVED, [], [])


def test_a_row_of_units(tmp_path: Path) -> None:
    """The units in a row of their own: 980 and 2,000 are in 万元, 15 and 15 in %: half at 15 % are 735,000 and 1,500,000."""
    rows = [["企业名称", "测算日期", "费用化研发费用", "企业所得税税率"], ["", "", "万元", "%"]]
    rows += [["甲公司", "2016-06-30", "980", "15"], ["乙公司", "2016-06-30", "2000", "15"]]
    path = tmp_path / "b.csv"
    path.write_text(text(rows), encoding="utf-8")
    assert came(path).saved() == {"甲公司": 735000, "乙公司": 1500000}


def test_what_stands_around_the_table_is_named_once(tmp_path: Path) -> None:
    """A title, the unit of all amounts, a sum, a note and a signature, as a book saved as CSV has them: each row as wide as the table."""
    bare = [*HEADINGS[:3], "费用化研发费用", HEADINGS[4]]
    around = [["2016年客户表", "", "", "", ""], ["", "", "", "单位：万元", ""], bare, *ROWS]
    rows = [
        *around,
        ["合计", "", "", "2180.5", ""],
        ["注：未经审计", "", "", "", ""],
        ["制表：", "张三", "", "审核：", "李四"],
    ]
    path = tmp_path / "b.csv"
    path.write_text(text(rows), encoding="utf-8")
    found = came(path)
    assert (found.saved(), found.faults) == (SAVED, [])
    assert found.said == [
        "1:1: not read: what stands above the headings, '2016年客户表', '单位：万元'",
        "3:4: in 万元, as the unit '万元' above the headings says: 费用化研发费用(D)",
        "6:1: not read: '合计': a subtotal or a total, which is no enterprise",
        "7:1: not read: '注：未经审计', '制表：': a note",
    ]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (["A3", "丙"], "4:3: the row has 2 cells, the headings are 5; as many cells in each row as headings"),
        (
            ["9.13601E+17", "丙", "2016-06-30", "1", "15%"],
            "4:1: 编号: '9.13601E+17' is what Excel made of a long id; format the column as text, and enter it again",
        ),
        (
            ['="913601007055098123"', "丙", "2016-06-30", "1", "15%"],
            "4:1: 编号: '=\"913601007055098123\"' is a formula; write the id alone, without = and quotes",
        ),
        (
            ["A3", "丙", "2016-06-30", "#DIV/0!", "15%"],
            "4:4: 费用化研发费用（万元）: '#DIV/0!' is a spreadsheet's error; put it right in the spreadsheet, or enter the value",
        ),
        (
            ["A3", "#REF!", "2016-06-30", "1", "15%"],
            "4:2: 企业名称: '#REF!' is a spreadsheet's error; put it right in the spreadsheet, or enter it again",
        ),
        (
            ["####", "丙", "2016-06-30", "1", "15%"],
            "4:1: 编号: '####' is a spreadsheet's error; format the column as text, and enter it again",
        ),
    ],
)
@pytest.mark.parametrize("engine", ["python", "duckdb"])
def test_one_wrong_row_takes_no_other_with_it(engine: str, row: list[str], fault: str, tmp_path: Path) -> None:
    """The row is named at its cell and refused, by the engine that reads rows and the one that reads columns; the others are computed."""
    path = tmp_path / "enterprises.csv"
    plain = [["A1", "甲公司", "2016-06-30", "9800000", "0.15"], ["A2", "乙公司", "2016-06-30", "12005000", "0.25"]]
    yuan = [[*HEADINGS[:3], "费用化研发费用", HEADINGS[4]], *plain]
    path.write_text(text([*yuan, row]), encoding="utf-8")
    out = tmp_path / "out.csv"
    code, _, said = jxplus("batch", str(tmp_path), "-o", str(out), "--engine", engine, "--lang", "en")
    assert (code, "more than half" in said) == (1, False)
    assert f"enterprises.csv:{fault.replace('（万元）', '')}\n" in said
    amounts = {each["enterprise"]: each["high"] for each in csv.DictReader(out.open(encoding="utf-8"))}
    assert amounts == {id: str(amount) for id, amount in SAVED.items()}


def test_a_name_with_a_hash_is_written_alike_by_both_engines(tmp_path: Path) -> None:
    """Two writers of CSV differ in whether #1厂 needs quotes: what is handed over does not."""
    path = tmp_path / "enterprises.csv"
    path.write_text("id,name,as_of,rd_expensed\nA1,#1厂,2016-06-30,1000\n", encoding="utf-8")
    for engine in ("python", "duckdb"):
        code, _, _ = jxplus("batch", str(path), "-o", str(tmp_path / f"{engine}.csv"), "--engine", engine)
        assert code == 0
    assert (tmp_path / "python.csv").read_bytes() == (tmp_path / "duckdb.csv").read_bytes()


@pytest.mark.parametrize(
    "word",
    ["小 计", "南昌市小计", "总 计：", "本页合计", "合计（万元）", "合计金额", "共12家", "共计 2 户", "平均", "平均值", "占比", "其中：", "汇总", "计", "其中：甲子公司", "减: 内部抵销", "合计：3家", "合计3家", "过次页", "承前页", "Grand Total", "Subtotal:", "SUM", "Average"],
)  # fmt: skip
def test_a_row_about_all_rows_is_no_client(word: str, tmp_path: Path) -> None:
    """It is named and not read, whether it stands for the id or for the name, and every engine knows it by its pattern."""
    bare = [*HEADINGS[:3], "费用化研发费用（万元）", HEADINGS[4]]
    path = tmp_path / "b.csv"
    path.write_text(text([bare, *ROWS, [word, "", "", "990", "15%"], ["", word, "", "990", ""]]), encoding="utf-8")
    found = came(path)
    assert (found.saved(), found.faults) == (SAVED, [])
    assert [line.partition(": ")[0] for line in found.said] == ["4:1", "5:2"]
    assert is_total(word)
    assert may_be_outside(word)
    assert re.fullmatch(TOTALS, word)


@pytest.mark.parametrize("name", ["江西合计科技有限公司", "平均律音乐有限公司", "九江银行", "计然咨询", "加计科技有限公司", "小计量仪器厂", "附子药业", "共青城鄱湖投资中心（有限合伙）", "占比数据公司", "Summit", "Totalsoft"])  # fmt: skip
def test_a_client_whose_name_is_like_a_sum(name: str, tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    path.write_text(text([HEADINGS, ["A1", name, *ROWS[0][2:]]]), encoding="utf-8")
    assert came(path).saved() == {"A1": 735000}


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (b"PK\x03\x04\x14\x00", "it is a workbook or an archive, and no CSV; where it is a workbook, name it .xlsx"),
        (b"%PDF-1.4\n", "it is a PDF, and no CSV; open it in Excel, and save it as CSV UTF-8"),
        (b"\xef\xbb\xbf\n<HTML><table>", "it is a page or XML, and no CSV; open it in Excel, and save it as CSV UTF-8"),
        (b'<?xml version="1.0"?>', "it is a page or XML, and no CSV; open it in Excel, and save it as CSV UTF-8"),
        (b'[\n  {"name": "a"}]', "it is JSON, and no CSV; name it .json, or .ndjson with one enterprise a line"),
        (b'{"name": "a"}\n', "it is JSON, and no CSV; name it .json, or .ndjson with one enterprise a line"),
    ],
)
def test_a_file_of_another_kind_that_is_called_csv(start: bytes, said: str, tmp_path: Path) -> None:
    """It is said what it is: to add a column 编号 to a workbook is no way out."""
    path = tmp_path / "b.csv"
    path.write_bytes(start)
    assert came(path).faults == [f"1:1: {said}"]


def test_big5_is_no_gb18030(tmp_path: Path) -> None:
    """鴻海精密 in Big5 decodes as GB18030 too, to what nobody is called."""
    path = tmp_path / "b.csv"
    path.write_bytes("id,name,rd_expensed\nA1,鴻海精密,9800000\n".encode("big5"))
    assert came(path).faults == ["1:1: neither UTF-8 nor GB18030 text; save the file as CSV UTF-8"]


@pytest.mark.parametrize(
    "rows",
    [
        "企业名称,甲,乙\n费用化研发费用,1,2\n年营业收入,1,2\n",
        "事实,甲\n企业名称,甲\n费用化研发费用,1\n年营业收入,1\n",
        "name,甲\nrd_expensed (wan),100\n",
    ],
)
def test_headings_below_each_other_are_refused_as_in_a_workbook(rows: str, tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    path.write_text(rows, encoding="utf-8")
    (said,) = came(path).faults
    assert said.endswith("the headings stand below each other; give each enterprise a row: transpose the table")


@pytest.mark.parametrize("id", ["示例", "例", "（样例）", "范例：", "填写示例"])
def test_a_row_that_shows_how_others_are_filled_in(id: str, tmp_path: Path) -> None:
    """It is named and not read, in the column of ids and in that of names, and every engine knows it by its pattern."""
    path = tmp_path / "b.csv"
    path.write_text(text([HEADINGS, [id, "某某公司", *ROWS[0][2:]], *ROWS, ["9", id, *ROWS[0][2:]]]), encoding="utf-8")
    found = came(path)
    assert (found.saved(), found.faults) == (SAVED, [])
    assert [line.partition(": ")[0] for line in found.said] == ["2:1", "5:2"]
    assert is_sample(id)
    assert re.fullmatch(TOTALS, id)
    assert re.search(TOTAL_ENDS, id)


def test_a_note_may_stand_under_a_column_of_figures(tmp_path: Path) -> None:
    """制表人：张三 is no figure, wherever it stands by itself."""
    path = tmp_path / "b.csv"
    path.write_text(text([HEADINGS, *ROWS, ["", "", "", "制表人：张三", ""]]), encoding="utf-8")
    found = came(path)
    assert (found.saved(), found.faults, found.said) == (SAVED, [], ["4:4: not read: '制表人：张三': a note"])


def test_a_column_of_units_is_never_that_of_names(tmp_path: Path) -> None:
    """单位 is like 单位名称: whoever renamed it so would take 980 万元 for 980 yuan."""
    path = tmp_path / "b.csv"
    path.write_text("编号,费用化研发费用,单位\nA1,980,万元\n", encoding="utf-8")
    (said,) = came(path).faults
    assert said.endswith(
        "a note says '单位', and the heading names no unit; write the unit into the heading, as （万元） or （元）"
    )


def test_the_name_of_a_file_may_tell_the_unit(tmp_path: Path) -> None:
    """客户（万元）.csv says it as a title would, and nothing else does: yuan would be wrong by 10,000."""
    path = tmp_path / "客户（万元）.csv"
    path.write_text("企业名称,费用化研发费用\n甲,980\n", encoding="utf-8")
    assert came(path).faults == [
        "1:2: a note says '万元', and the heading names no unit; write the unit into the heading, as （万元） or （元）"
    ]
    path.write_text("企业名称,费用化研发费用（元）\n甲,9800000\n", encoding="utf-8")
    assert came(path).saved() == {"甲": 1225000}


def test_a_row_with_nothing_but_a_name_is_said(tmp_path: Path) -> None:
    """南昌市 over its enterprises is a line of its own in many tables; it may be a client of whom nothing is known."""
    path = tmp_path / "b.csv"
    path.write_text("企业名称,费用化研发费用\n南昌市,\n甲,9800000\n第1页 共2页,\n", encoding="utf-8")
    found = came(path)
    assert (found.saved(), found.faults) == ({"南昌市": None, "甲": 1225000}, [])
    assert found.said == [
        "2:1: names without any fact, which are read as enterprises",
        "4:1: not read: '第1页 共2页': a note",
    ]


def test_figures_of_a_huge_firm_under_wan_are_named(tmp_path: Path) -> None:
    """9,800,000 under 万元 are 98 billion yuan, which whoever meant yuan should see; 999,999 are some firm's."""
    path = tmp_path / "b.csv"
    path.write_text('企业名称,费用化研发费用（万元）\n甲,"9,800,000"\n乙,999999\n丙,2000000\n', encoding="utf-8")
    found = came(path)
    assert found.saved() == {"甲": 12250000000, "乙": 1249998750, "丙": 2500000000}
    assert found.said == [
        "2:2: ten billion yuan and more, in 万元 as the heading says; if they are yuan, put its unit right"
    ]


YEAR_ASKED = "keep the figures of the year that is asked for, without this column"


@pytest.mark.parametrize(
    ("heading", "says", "fault"),
    [
        ("年度", "2014", "the row is of '2014', which is not read; make it a column period_end, such as 2014-12-31"),
        (
            "所属年度",
            "2015年度",
            "the row is of '2015年度', which is not read; make it a column period_end, such as 2015-12-31",
        ),
        ("月份", "6月", f"the row is of '6月', which is not read; {YEAR_ASKED}"),
        ("期间", "2015年1-6月", f"the row is of '2015年1-6月', which is not read; {YEAR_ASKED}"),
        ("币种", "美元", "'美元' is not yuan; convert the amounts to yuan"),
        (
            "数据口径",
            "预算数",
            "'预算数' is a figure that is planned or estimated; state the figures of the year as they were",
        ),
        (
            "备注",
            "预计数",
            "'预计数' is a figure that is planned or estimated; state the figures of the year as they were",
        ),
        (
            "类型",
            "计划",
            "'计划' is a figure that is planned or estimated; state the figures of the year as they were",
        ),
        ("类型", "实际", ""),
        ("类型", "计划单列企业", ""),
        ("年度", "本年", ""),
        ("币种", "人民币", ""),
        ("备注", "预计明年上市", ""),
        ("数据口径", "审计后", ""),
    ],
)
def test_a_column_may_say_of_what_the_figures_of_a_row_are(heading: str, says: str, fault: str, tmp_path: Path) -> None:
    """It is no fact, and what it says counts: a row of 2014 or in US dollars is refused, and no other."""
    path = tmp_path / "b.csv"
    path.write_text(
        f"企业名称,{heading},费用化研发费用\n甲,,9800000\n乙,{says},9800000\n丙,{says},\n", encoding="utf-8"
    )
    found = came(path)
    assert found.saved()["甲"] == 1225000
    assert found.faults == ([f"3:2: {heading}: {fault}"] if fault else [])
    assert found.said == [f"1:2: not read: the column '{heading}' states no fact"]


def test_a_row_of_another_year_may_say_so_in_a_column_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    path.write_text("企业名称,年度,所属期末,费用化研发费用\n甲,2016,2016-12-31,9800000\n", encoding="utf-8")
    assert came(path).saved() == {"甲": 1225000}


def test_a_number_without_anything_else_is_no_row(tmp_path: Path) -> None:
    """A form counts its lines in advance; the unit of a row that stands in its remark is no yuan."""
    path = tmp_path / "b.csv"
    path.write_text("序号,企业名称,费用化研发费用\n1,甲,9800000\n2,,\n3,,\n", encoding="utf-8")
    found = came(path)
    assert (found.saved(), found.faults) == ({"甲": 1225000}, [])
    assert found.said[1:] == ["3:1: not read: '2', '3': a number without anything else"]
    path.write_text("企业名称,费用化研发费用,备注\n甲,980,万元\n", encoding="utf-8")
    assert came(path).faults == [
        "1:2: a note says '万元', and the heading names no unit; write the unit into the heading, as （万元） or （元）"
    ]


def test_an_item_whose_month_stands_in_a_column_of_its_own(tmp_path: Path) -> None:
    """Tolls of 2016-09 earn no more points than those of August do: the month is their day, and no remark."""
    (tmp_path / "企业.csv").write_text("编号,企业名称\nA1,甲\nA2,乙\n", encoding="utf-8")
    tolls = tmp_path / "货车通行费.csv"
    tolls.write_text("企业编号,赣通卡,月份,通行费\nA1,储值卡,9月,100\n", encoding="utf-8")
    found = came(tmp_path)
    assert [each["enterprise"] for each in found.results] == ["A2"]
    assert [fault.rpartition("csv:")[2] for fault in found.faults] == [
        "2:3: 月份: the row is of '9月', which is not read; make it a column date, such as 2016-06-30"
    ]
    tolls.write_text("企业编号,赣通卡,月份,通行日期,通行费\nA1,储值卡,9月,2016-09-30,100\n", encoding="utf-8")
    assert came(tmp_path).faults == []
