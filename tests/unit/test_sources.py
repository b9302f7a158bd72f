"""Where enterprises come from: every fault of a form is named where it stands."""

import datetime
import json
import os
import re
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from batched import POLICY, results
from commandline import invoked

from jxplus.batch.sources import Unread, changed
from jxplus.batch.sources.paths import others_in, sources_of, tables_of
from jxplus.batch.sources.remarks import NOTES, TOTAL_ENDS, TOTALS, is_note, may_be_outside
from jxplus.enterprise.totals import is_total


def faults(*paths: Path | str) -> list[str]:
    """Every fault of a batch over these paths, as the command line shows it in English."""
    return [fault.show("en") for refusal in results(*paths).refusals for fault in refusal.faults]


def test_large_texts_go_between_processes_with_shared_memory_or_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the system has no files in memory the text of a chunk goes through a pipe, and is the same."""
    path = tmp_path / "many.ndjson"
    path.write_text("".join(f'{{"name": "企业{number}", "trainees": {number}}}\n' for number in range(150)))
    alone = results(path).text
    assert len(alone) > 150 * 10_000  # more than goes through a pipe
    assert results(path, jobs=2).text == alone
    monkeypatch.delattr(os, "memfd_create", raising=False)
    assert results(path, jobs=2).text == alone


# ---- faults, each where it stands ----------------------------------------------------------------------------------


def folder_of(path: Path, **files: str) -> Path:
    """A folder of CSV tables with these texts."""
    path.mkdir(exist_ok=True)
    for name, text in files.items():
        (path / f"{name}.csv").write_text(text, encoding="utf-8")
    return path


GOOD = "id,internet_plus,sales_revenue\nA1,yes,100万\nA2,no,\n"
PREMISES = "enterprise_id,landlord,use,area,monthly_rent,months\nA1,private,office,100,30,12\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        # What a cell states is wrong: its line and its column.
        (
            {"enterprises": "id,internet_plus,sales_revenue\nA1,maybe,100万\nA2,no,1.234\n"},
            [
                "enterprises.csv:2:2: internet_plus: 'maybe' is neither yes nor no; write yes or no, true or false, 是 or 否",
                "enterprises.csv:3:3: sales_revenue: it has more than 2 decimals; 2 decimals at most; nothing is rounded for you",
            ],
        ),
        # An item of a list is wrong: it stands in the list's own table.
        (
            {"enterprises": GOOD, "premises": PREMISES + "A2,private,office,,30,12\nA1,private,office,x,30,12\n"},
            [
                "premises.csv:4:4: premises[2].area: 'x' is not a figure in ㎡; such as 12 or 12㎡",
                "premises.csv:3:1: premises[1].area: not stated; add `area: …`",
            ],
        ),
        # The line counts as an editor counts it, a line break inside a cell too.
        (
            {"enterprises": 'id,name,internet_plus\nA1,"two\nlines",yes\nA2,good,maybe\n'},
            [
                "enterprises.csv:2:2: name: it has a character that cannot be printed, U+000A; write the name",
                "enterprises.csv:4:3: internet_plus: 'maybe' is neither yes nor no; write yes or no, true or false, 是 or 否",
            ],
        ),
        # A column that is not known, a list in a column, a column twice; a column of notes is no fault.
        (
            {"enterprises": "sales_revenu,备注,premises,name,企业名称\n1,x,y,z,z\n"},
            [
                "enterprises.csv:1:1: sales_revenu: unknown fact 'sales_revenu'; did you mean 'sales_revenue'?",
                "enterprises.csv:1:3: premises: a list does not fit into a column; give it a table `premises`, with"
                " `enterprise_id`",
                "enterprises.csv:1:5: 企业名称: a second column 'name'; keep one of them",
            ],
        ),
        # Rows that belong to nobody.
        (
            {"enterprises": GOOD, "training_bases": "enterprise_id,qualified\nA1,yes\nA3,yes\n,no\n"},
            [
                "training_bases.csv:4:1: enterprise_id: not stated; every row needs its `enterprise_id`",
                "training_bases.csv:3:1: enterprise_id: no enterprise has the id 'A3'; write an `id` of the table enterprises",
            ],
        ),
        # A row cut short.
        (
            {"enterprises": "id,internet_plus,sales_revenue\nA1,yes\nA2,no,5\n"},
            ["enterprises.csv:2:3: the row has 2 cells, the headings are 3; as many cells in each row as headings"],
        ),
        # A quote that is never closed.
        (
            {"enterprises": 'id,name\nA1,"open\n'},
            [
                "enterprises.csv:2:1: not valid CSV: a quote is never closed; close every quote, and quote cells with commas"
                " or line breaks"
            ],
        ),
        (
            {"enterprises": 'id,name\nA1,"open"ed\n'},
            [
                "enterprises.csv:2:1: not valid CSV: something stands behind a closing quote; close every quote, and quote"
                " cells with commas or line breaks"
            ],
        ),
        ({"enterprises": ""}, ["enterprises.csv:1:1: the file is empty; begin with a row of headings"]),
    ],
)
def test_faults_of_tables(tmp_path: Path, files: dict[str, str], expected: list[str]) -> None:
    """Each fault of a table is named by file, line and column, and says what would be right."""
    folder = folder_of(tmp_path / "t", **files)
    assert faults(folder) == [f"{folder}/{line}" for line in expected]


def test_faults_leave_the_others(tmp_path: Path) -> None:
    """A row that is wrong is refused under its id; the others are computed: 30元 × 100㎡ × 12 months for A1."""
    folder = folder_of(tmp_path / "t", enterprises=GOOD + "A3,?,\n", premises=PREMISES)
    found = results(folder)
    assert [(each.enterprise, each.high) for each in found.briefs] == [("A1", Decimal(36000)), ("A2", Decimal(0))]
    assert [each.enterprise for each in found.refusals] == ["A3"]


def test_one_id_twice_is_a_fault_of_both(tmp_path: Path) -> None:
    """Two enterprises with one id are both refused, each naming the other, in one source or in two."""
    one = folder_of(tmp_path / "one", enterprises="id,name\nA1,first\nA2,other\nA1,second\n")
    two = folder_of(tmp_path / "two", enterprises="id,name\nA2,again\nA4,alone\n")
    found = results(one, two)
    assert [each.enterprise for each in found.briefs] == ["A4"]
    assert [each.enterprise for each in results(two, two).refusals] == ["A2", "A4", "A2", "A4"]
    assert [fault.show("en") for each in found.refusals for fault in each.faults] == [
        f"{one}/enterprises.csv:2:1: id: the id 'A1' is stated twice, also at {one}/enterprises.csv:4;"
        " one id for each enterprise",
        f"{one}/enterprises.csv:3:1: id: the id 'A2' is stated twice, also at {two}/enterprises.csv:2;"
        " one id for each enterprise",
        f"{one}/enterprises.csv:4:1: id: the id 'A1' is stated twice, also at {one}/enterprises.csv:2;"
        " one id for each enterprise",
        f"{two}/enterprises.csv:2:1: id: the id 'A2' is stated twice, also at {one}/enterprises.csv:3;"
        " one id for each enterprise",
    ]


def test_absent_and_empty_tables(tmp_path: Path) -> None:
    """Without a table its list is unknown and waits for it; with an empty one it is known to be empty."""
    absent = folder_of(tmp_path / "absent", enterprises="id\nA1\n")
    empty = folder_of(tmp_path / "empty", enterprises="id\nA1\n", talents="enterprise_id,brings_project\n")
    undecided = results(absent).briefs[0].undecided
    # The one clause on talents is decided by the empty table: nobody is there to be entitled for.
    assert results(empty).briefs[0].undecided == undecided - 1


def test_rows_of_a_list_in_any_order(tmp_path: Path) -> None:
    """The rows of a list find their enterprise wherever they stand, and keep their order within it."""
    sorted_rows = "A1,no\nA1,yes\nA2,yes\n"
    mixed_rows = "A2,yes\nA1,no\nA1,yes\n"
    texts = {
        results(
            folder_of(tmp_path / name, enterprises="id\nA1\nA2\n", training_bases=f"enterprise_id,qualified\n{rows}")
        ).text
        for name, rows in (("sorted", sorted_rows), ("mixed", mixed_rows))
    }
    assert len(texts) == 1


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        ("id,name\nA1,x\n".encode("utf-16"), "neither UTF-8 nor GB18030 text"),
        (b"id,name\nA1,\xff\xff\n", "neither UTF-8 nor GB18030 text"),
        (b"\xef\xbb\xbfid,name\nA1,\xb4\xf3\n", "neither UTF-8 nor GB18030 text"),
    ],
)
def test_encodings_that_are_refused(tmp_path: Path, data: bytes, wrong: str) -> None:
    """Text in an encoding that is not known is refused, never guessed."""
    (tmp_path / "enterprises.csv").write_bytes(data)
    (found,) = faults(tmp_path)
    assert wrong in found


def test_no_parquet(tmp_path: Path) -> None:
    """A file that only calls itself Parquet is refused with DuckDB's reason."""
    (tmp_path / "enterprises.parquet").write_text("id,name\n")
    (found,) = faults(tmp_path)
    assert found.startswith(f"{tmp_path}/enterprises.parquet:1:1: no Parquet that can be read: ")


# ---- NDJSON --------------------------------------------------------------------------------------------------------


def test_faults_of_lines(tmp_path: Path) -> None:
    """A fault in NDJSON is named by the line of the file and the column in it; blank lines count and state nothing."""
    path = tmp_path / "many.ndjson"
    path.write_bytes(
        "\ufeff".encode()
        + '{"name": "甲"}\n\n{"name": "乙", "trainees": -1}\r\n{"name": \n{"name": "丙", "名": 1}\n'.encode()
        + b'{"name": "\xff"}\n'
        + '{"name": "丁", "name": "丁"}'.encode()
    )
    found = results(path)
    assert [each.enterprise for each in found.briefs] == ["甲"]
    assert [each.enterprise for each in found.refusals] == ["乙", "", "丙", "", "丁"]
    assert [fault.show("en").removeprefix(f"{path}:") for each in found.refusals for fault in each.faults] == [
        "3:27: trainees: '-1' is negative; zero or more",
        "4:9: not valid JSON: { is never closed; write } at the end",
        "5:15: 名: unknown fact '名'; `jxplus init` lists the known ones",
        "6:11: neither UTF-8 nor GB18030 text; save the file as UTF-8",
        "7:15: name: stated twice; keep one of them",
    ]


def test_a_line_without_end(tmp_path: Path) -> None:
    """A line longer than an enterprise file may be is refused and passed over; it is never held whole."""
    path = tmp_path / "many.ndjson"
    path.write_bytes(b'{"name": "first"}\n' + b" " * 25_000_000 + b'x\n{"name": "last"}\n')
    found = results(path)
    assert [each.enterprise for each in found.briefs] == ["first", "last"]
    assert [fault.show("en") for each in found.refusals for fault in each.faults] == [
        f"{path}:2:1: the line is longer than 10 MB; one enterprise a line, which takes a few kB"
    ]


# ---- workbooks -----------------------------------------------------------------------------------------------------


def workbook(path: Path, **sheets: list[list[Any]]) -> Any:
    """A workbook with these sheets; the caller may go on writing, and closes it."""
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for line, row in enumerate(rows):
            sheet.write_row(line, 0, row)
    return book


def test_cells_as_excel_shows_them(tmp_path: Path) -> None:
    """A cell counts as what it shows: 0.1 + 0.2 is 0.3, a percentage its fraction, a number the id it is written as."""
    book = workbook(tmp_path / "b.xlsx", enterprises=[["id", "cit_rate", "rd_expensed", "as_of", "internet_plus"]])
    sheet = book.get_worksheet_by_name("enterprises")
    sheet.write_row(1, 0, [1001, 0.15, 0.1 + 0.2])
    sheet.write_datetime(1, 3, datetime.datetime(2016, 6, 30), book.add_format({"num_format": "yyyy/m/d"}))
    sheet.write_boolean(1, 4, True)
    sheet.write_row(3, 0, ["1002", "15%", "0.3元", "2016-06-30", "是"])  # a blank row stands between
    book.close()
    found = results(tmp_path / "b.xlsx")
    assert found.refusals == []
    first, second = found.text.decode().splitlines()
    assert first.replace("1001", "1002") == second


def test_faults_of_cells(tmp_path: Path) -> None:
    """A cell is named by workbook, sheet, row and column; one finer than its fact is refused, not rounded."""
    path = tmp_path / "客户.xlsx"
    book = workbook(path, 企业=[["编号", "销售收入"], ["A1", 1234.5678], ["A2", "许多"], ["A3", 5]])
    sheet = book.get_worksheet_by_name("企业")
    sheet.write_datetime(3, 1, datetime.datetime(2016, 6, 30, 12), book.add_format({"num_format": "yyyy-mm-dd"}))
    book.close()
    assert faults(path) == [
        f"{path}:企业!B2: 销售收入: it has more than 2 decimals; 2 decimals at most; nothing is rounded for you",
        f"{path}:企业!B3: 销售收入: '许多' is not a figure in 元; such as 1200万 or 12000000",
        f"{path}:企业!B4: 销售收入: '2016-06-30 12:00:00' is a date, not a figure; write the figure, such as 12元",
    ]


def test_sheets_that_are_no_tables(tmp_path: Path) -> None:
    """A hidden sheet and a sheet that is no table are named and not read, an empty one is passed over; a table twice is a fault."""
    path = tmp_path / "b.xlsx"
    book = workbook(path, enterprises=[["id"], ["A1"]], Sheet2=[], premises=[["id"]], 说明=[["x"]])
    book.get_worksheet_by_name("premises").hide()
    book.close()
    passed: list[Unread] = []
    sources_of([str(path)], POLICY, passed.append)
    assert [each.show("en") for each in passed] == [
        f"{path}:premises!A1: not read: a hidden sheet; unhide it to have it read",
        f"{path}:说明!A1: not read: no headings of a table are known in this sheet",
    ]
    workbook(path, enterprises=[["id"], ["A1"]], 企业=[["编号"]]).close()
    assert faults(path) == [
        f"{path}:企业!A1: the same table as {path}:enterprises; put them into one, or into files of their own"
    ]


def test_what_a_cell_hides(tmp_path: Path) -> None:
    """An error value, a formula that was never calculated and a merged figure are faults: they would be read as blank."""
    path = tmp_path / "b.xlsx"
    book = workbook(path, enterprises=[["id", "sales_revenue"], ["A1"], ["A2"]])
    sheet = book.get_worksheet_by_name("enterprises")
    sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
    sheet.write_formula(2, 1, "=A1", None, "")
    book.close()
    assert faults(path) == [
        f"{path}:enterprises!B2: sales_revenue: the formula comes to '#DIV/0!'; recalculate and save it in Excel, or enter the value",
        f"{path}:enterprises!B3: sales_revenue: the formula has no stored result; recalculate and save it in Excel, or enter the value",
    ]
    book = workbook(path, enterprises=[["id", "trainees"], ["A1"], ["A2"], ["A3", 12]])
    book.get_worksheet_by_name("enterprises").merge_range(1, 1, 2, 1, 30)
    book.close()
    merged = "merged cells; unmerge them, and fill each cell"
    assert faults(path) == [f"{path}:enterprises!B2: {merged}", f"{path}:enterprises!B3: {merged}"]
    assert [each.enterprise for each in results(path).briefs] == ["A3"]
    book = workbook(path, enterprises=[["id", "internet_plus"], ["A1"], ["A2"], ["A3", "yes"]])
    book.get_worksheet_by_name("enterprises").merge_range(0, 1, 1, 1, "internet_plus")
    book.close()
    assert faults(path) == [f"{path}:enterprises!B2: {merged}"]


def test_an_id_that_is_merged_over_the_rows_of_its_items(tmp_path: Path) -> None:
    """Four premises: two of A1 and one of A2 are under its merged id or name, the last is by itself; it is said, and nothing is lost.

    A2's rows give its name, in a column beside which another is merged too; what is merged over figures refuses those rows' owner.
    """
    path = tmp_path / "b.xlsx"
    offices = [["enterprise_id", "备注", "landlord", "use", "area", "monthly_rent", "months"]]
    offices += [[None, None, "private", "office", area, 20, 12] for area in (100, 200, 300, 400, 500)]
    book = workbook(
        path, enterprises=[["id", "name", "internet_plus"], ["A1", "甲", "yes"], ["A2", "乙", "yes"]], premises=offices
    )
    sheet = book.get_worksheet_by_name("premises")
    sheet.merge_range(1, 0, 2, 0, "A1")
    sheet.merge_range(3, 0, 4, 1, "乙")
    sheet.write(5, 0, "A2")
    book.close()
    passed: list[Unread] = []
    sources_of([str(path)], POLICY, passed.append)
    assert [each.show("en") for each in passed if each.read] == [
        f"{path}:premises!A2,A4: merged over several rows, and read as that of each of them"
    ]
    assert faults(path) == []
    # 四(二): up to 20 yuan a square metre and month, as 20 is below 30: of 300 ㎡ 72,000, of 300 + 400 + 500 ㎡ 288,000.
    assert [(each.enterprise, each.high) for each in results(path).briefs] == [("A1", 72000), ("A2", 288000)]
    sheet_faults = "merged cells; unmerge them, and fill each cell"
    book = workbook(path, enterprises=[["id", "internet_plus"], ["A1", "yes"], ["A2", "yes"]], premises=offices)
    sheet = book.get_worksheet_by_name("premises")
    sheet.merge_range(1, 0, 2, 0, "A1")
    sheet.merge_range(3, 0, 5, 0, "A2")
    sheet.merge_range(3, 4, 4, 4, 300)
    book.close()
    assert faults(path) == [f"{path}:premises!E4: {sheet_faults}", f"{path}:premises!E5: {sheet_faults}"]
    assert [each.enterprise for each in results(path).briefs] == ["A1"]


def test_what_is_merged_over_rows_and_cannot_be_had_together(tmp_path: Path) -> None:
    """One day and one tax rate over two clients are each one's, and are named; what is merged across both columns is nobody's.

    六(一) for 15 %: of 1,000 half at 15 % are 75, and at the 25 % of A3, who states none, 125. A4 and A5 have a wrong rate between them.
    """
    path = tmp_path / "b.xlsx"
    rows = [[f"A{number}", None, 1000, None] for number in range(1, 7)]
    book = workbook(path, enterprises=[["id", "as_of", "rd_expensed", "cit_rate"], *rows])
    sheet = book.get_worksheet_by_name("enterprises")
    sheet.merge_range(1, 1, 5, 1, "2016-06-30")
    sheet.merge_range(1, 3, 2, 3, "15%")
    sheet.merge_range(4, 3, 5, 3, "1500%")
    sheet.merge_range(6, 1, 6, 2, "2016-06-30")
    book.close()
    passed: list[Unread] = []
    sources_of([str(path)], POLICY, passed.append)
    assert [each.show("en") for each in passed] == [
        f"{path}:enterprises!B2: merged over several rows, and read as that of each of them",
        f"{path}:enterprises!D2,D5: merged over several rows, and read as that of each of them",
    ]
    assert [(each.enterprise, each.high) for each in results(path).briefs] == [("A1", 75), ("A2", 75), ("A3", 125)]
    rate = "cit_rate: '1500%' is out of range; at most 100%: write 15% or 0.15"
    assert faults(path) == [
        f"{path}:enterprises!D5: {rate}",
        f"{path}:enterprises!D6: {rate}",
        f"{path}:enterprises!B7: merged cells; unmerge them, and fill each cell",
    ]


def test_a_table_may_stand_anywhere_in_its_sheet(tmp_path: Path) -> None:
    """A table that begins in C3: a fault is at the column that Excel shows."""
    path = tmp_path / "b.xlsx"
    rows = [[], [], [None, None, "id", "trainees"], [None, None, "A1", 5], [None, None, "A2", "x"]]
    workbook(path, enterprises=rows).close()
    assert faults(path) == [f"{path}:enterprises!D5: trainees: 'x' is not a figure in 人; such as 12 or 12人"]
    assert [each.enterprise for each in results(path).briefs] == ["A1"]


def test_a_workbook_of_the_old_format_is_refused(tmp_path: Path) -> None:
    """Of an .xls nobody can tell whether a blank cell is a formula's error: it is not read as unknown."""
    path = tmp_path / "old.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    assert faults(path) == [f"{path}:1:1: the old format .xls does not show a formula's error; save it as .xlsx"]


def test_no_workbook(tmp_path: Path) -> None:
    """A file that only calls itself a workbook is refused, and so is a workbook without the enterprises."""
    (tmp_path / "a.xlsx").write_text("id,name\n")
    (found,) = faults(tmp_path / "a.xlsx")
    assert found.startswith(f"{tmp_path}/a.xlsx:1:1: no Excel file that can be read: ")
    workbook(tmp_path / "b.xlsx", premises=[["enterprise_id"]]).close()
    assert faults(tmp_path / "b.xlsx") == [
        f"{tmp_path}/b.xlsx:1:1: enterprises: no sheet 'enterprises'; name the sheet of the enterprises `enterprises`"
    ]


# ---- paths ---------------------------------------------------------------------------------------------------------


def test_folders(tmp_path: Path) -> None:
    """A folder is read by name with its folders, and what is no enterprise file there is passed over."""
    (tmp_path / "b.yaml").write_text("name: b\n")
    (tmp_path / "a.ndjson").write_text('{"name": "a1"}\n{"name": "a2"}\n')
    (tmp_path / "README.md").write_text("notes")
    (tmp_path / ".c.yaml").write_text("not: this")
    folder_of(tmp_path / "c", enterprises="id\nc1\n")
    assert [each.enterprise for each in results(tmp_path).briefs] == ["a1", "a2", "b", "c1"]


def test_a_folder_of_tables_holds_more_than_tables(tmp_path: Path) -> None:
    """What stands beside the tables is read too: nobody is passed over."""
    folder = folder_of(tmp_path / "t", enterprises="id\nc1\n")
    (folder / "b.yaml").write_text("name: b\n")
    (folder / "more").mkdir()
    (folder / "more" / "a.json").write_text('{"name": "a"}')
    assert [each.enterprise for each in results(folder).briefs] == ["c1", "b", "a"]


def test_a_table_without_enterprises_is_named(tmp_path: Path) -> None:
    """A CSV among enterprise files may be anything, a former result too: it is said that it is not read."""
    (tmp_path / "a.yaml").write_text("name: a\n")
    (tmp_path / "clients.csv").write_text("id,name\nA,x\n")
    passed: list[Unread] = []
    assert len(sources_of([str(tmp_path)], POLICY, passed.append)) == 1
    assert [each.show("en") for each in passed] == [
        f"{tmp_path}/clients.csv: not read: there is no enterprises.csv beside it"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "合计", "总 计", "南昌小计", "合計", "累计", "计", "总和", "汇总", "总额", "合计数", "小计金额", "平均", "平均值", "均值", "占比", "比重", "最大值",
        "中位数", "其中", "其中：甲", "附：乙厂", "总计: 12", "转下页", "共12家", "共计3户", "合计（2家）", "合计(万元)", "总计：", "Total", "Grand total", "subtotals", "SUM", "averages", "Average:",
    ],
)  # fmt: skip
def test_what_one_engine_takes_for_a_total_every_one_does(text: str) -> None:
    """The engines that have patterns of their own look at the end first: whatever is a total must pass there."""
    assert is_total(text)
    assert may_be_outside(text)
    assert re.fullmatch(TOTALS, text)
    assert re.search(TOTAL_ENDS, text)


@pytest.mark.parametrize(
    "text",
    [
        "备注",
        "备 注",
        "附注",
        "说明",
        "制表",
        "制表人",
        "审核",
        "审核人",
        "复核",
        "填报单位",
        "填表日期",
        "联系电话",
        "日期",
    ],
)
def test_what_one_engine_takes_for_a_label_every_one_does(text: str) -> None:
    assert is_note(text)
    assert re.search(NOTES, text)


def test_documents_of_a_folder_are_named(tmp_path: Path) -> None:
    """What a client has sent as a page or a picture is not read, and said once; what a program has written there is nobody's answer."""
    (tmp_path / "a.yaml").write_text("name: a\n")
    for name in ("甲公司.docx", "扫描.pdf", "照片.JPG", "README.md", "report.html"):
        (tmp_path / name).write_text("")
    (tmp_path / "in.pdf").mkdir()
    passed: list[Unread] = []
    assert len(sources_of([str(tmp_path)], POLICY, passed.append)) == 1
    assert [each.show("zh") for each in passed] == [f"{tmp_path}/扫描.pdf: 未读取：是文档或图片，这里共3个"]
    (tmp_path / "a.yaml").unlink()
    tables = folder_of(tmp_path, enterprises="id\nc1\n")
    assert tables_of(str(tables), POLICY) is None  # for the folder in.pdf
    (tmp_path / "in.pdf").rmdir()
    assert tables_of(str(tables), POLICY) == {f"{tmp_path}/enterprises.csv": "enterprises"}
    assert [path for path, _ in others_in(str(tables), POLICY)] == [f"{tmp_path}/扫描.pdf"]


def test_links_lead_nowhere_twice(tmp_path: Path) -> None:
    """A link to the folder itself, or to one that is read anyway, counts nobody again."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.yaml").write_text("name: a\n")
    (tmp_path / "link").symlink_to(tmp_path / "in")
    (tmp_path / "self").symlink_to(tmp_path)
    assert [each.enterprise for each in results(tmp_path).briefs] == ["a"]


def test_a_folder_whose_name_is_no_text(tmp_path: Path) -> None:
    """A folder out of a zip that was packed in GBK: its tables are read, and their faults told."""
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xb1\xed"))
    folder_of(folder, enterprises="id,trainees\nA,1\nB,x\nC,2\nC,3\n")
    found = results(folder)
    assert [each.enterprise for each in found.briefs] == ["A"]
    assert [each.enterprise for each in found.refusals] == ["B", "C", "C"]


def test_paths_that_hold_nothing(tmp_path: Path) -> None:
    """A path that is not there and a folder without enterprises are refused; the others are computed."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.json").write_text('{"name": "a"}')
    found = results(
        tmp_path / "none.yaml", tmp_path / "none.csv", tmp_path / "none.ndjson", tmp_path / "empty", tmp_path / "a.json"
    )
    assert [each.enterprise for each in found.briefs] == ["a"]
    assert [fault.wrong.en for each in found.refusals for fault in each.faults] == [
        "cannot be read: No such file or directory",
        "cannot be read: No such file or directory",
        "cannot be read: No such file or directory",
        "the folder holds no enterprise files",
    ]


def test_a_line_may_state_an_id(tmp_path: Path) -> None:
    """As a table's row has: results call the enterprise so, a receipt keeps it, and what is no id is refused at its place."""
    path = tmp_path / "clients.ndjson"
    path.write_text('{"id": "KH001", "name": "甲"}\n{"编号": "KH002", "name": "乙"}\n{"name": "丙"}\n', "utf-8")
    done = results(path)
    lines = [json.loads(line) for line in done.text.decode().splitlines()]
    assert [line["enterprise"] for line in lines] == ["KH001", "KH002", "丙"]
    assert [line["receipt"].get("id") for line in lines] == ["KH001", "KH002", None]
    assert all("id" not in line["receipt"]["facts"] for line in lines)
    path.write_text('{"name": "甲", "id": ["KH001"]}\n{"name": "乙", "id": true}\n', "utf-8")
    refused = results(path).refusals
    assert [(each.enterprise, each.faults[0].fact, each.faults[0].place.line) for each in refused] == [
        ("甲", "id", 1),
        ("乙", "id", 2),
    ]
    # What a program made of a code of 18 digits is refused in a text and as a number, 1E5 may be a code.
    path.write_text(
        '{"id": "9.13E+17", "name": "甲"}\n{"id": 9.13e17, "name": "乙"}\n{"id": "1E5", "name": "丙"}\n', "utf-8"
    )
    done = results(path)
    assert [each.enterprise for each in done.refusals] == ["甲", "乙"]
    assert len(done.text.decode().splitlines()) == 1


def test_a_file_that_is_written_to_while_it_is_read_is_known_by_its_time(tmp_path: Path) -> None:
    """Of files changed a second before, a second after and a day after a moment a minute ago, the second: the third is yet to come."""
    since = time.time_ns() - 60 * 10**9
    paths = [tmp_path / name for name in ("before", "after", "to come", "gone")]
    for path, moment in zip(paths, (since - 10**9, since + 10**9, since + 86_400 * 10**9), strict=False):
        path.write_bytes(b"")
        os.utime(path, ns=(moment, moment))
    assert changed(map(str, paths), since) == [str(paths[1])]


@pytest.mark.parametrize("engine", ["python", "duckdb"])
def test_a_batch_says_which_of_its_files_changed(engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines that are replaced by other ones of the same length are read as they come; nothing but the time tells."""
    path = tmp_path / "clients.ndjson"
    path.write_text('{"name": "甲", "as_of": "2016-06-30"}\n' * 3, "utf-8")
    words = ["batch", str(path), "-o", str(tmp_path / "out.csv"), "--engine", engine, "--lang", "en"]
    said = f"{path}: it was changed while it was read, so what was read is of no one state; run again"
    moment = time.time_ns() - 10**9
    os.utime(path, ns=(moment, moment))
    assert said not in invoked(*words).stderr
    monkeypatch.setattr(f"jxplus.cli.{'batch' if engine == 'python' else 'engines'}.time", _Earlier)
    assert said in invoked(*words).stderr.splitlines()


class _Earlier:
    """A clock by which the batch began when no file was there yet."""

    @staticmethod
    def time_ns() -> int:
        return 0
