"""Workbooks as other people's tools write them: what each must come to, worked by hand, and what of it is not read.

What each enterprise saves is the super-deduction of 六(一): half of its expensed R&D cost at its tax rate. 980万元 at 15% are
9,800,000 × 50% × 15% = 735,000. `workbooks/make.py` makes the books.
"""

import importlib.util
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from came import POLICY, came, clause

from jxplus.batch import Task, run
from jxplus.batch.sources.paths import sources_of

BOOKS = Path(__file__).parent / "workbooks"
_SPEC = importlib.util.spec_from_file_location("make", BOOKS / "make.py")
assert _SPEC is not None
assert _SPEC.loader is not None
make = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(make)
NO_RESULT = "the formula has no stored result; recalculate and save it in Excel, or enter the value"
OF_A_LIST = [
    "填表说明!A1: not read: no headings of a table are known in this sheet",
    "客户清单!A1: not read: what stands above the headings, '2016年度客户测算表'",
    "客户清单!A2: not read: the column '序号' states no fact",
    "客户清单!G2: not read: the column '备 注' states no fact",
    "客户清单!B5: not read: '合 计': a subtotal or a total, which is no enterprise",
    "客户清单!B6: not read: '备注：以上数据未经审计': a note",
]
"""What is said of a list of clients, with a sheet of notes, a title, columns of the lister's own, a total and a note."""
AS_TEXT = "format the column as text, and enter it again"


@pytest.mark.parametrize(
    ("book", "saved", "faults", "said"),
    [
        # 980万 × 50% × 15%; 1200.5万 × 50% × 25%. The bare 15 under a heading in % is 15%.
        (
            "openpyxl",
            {"P1": "735000", "P2": "1500625"},
            [],
            OF_A_LIST,
        ),
        # The same book, written again by LibreOffice Calc.
        (
            "libreoffice",
            {"P1": "735000", "P2": "1500625"},
            [],
            OF_A_LIST,
        ),
        # 9,800,000.1 × 50% × 15% = 735,000.0075, to the fen 735,000.01; D2 states no R&D cost.
        (
            "pandas",
            {"D1": "735000.01", "D2": None},
            [],
            ["Sheet1!A2:A3: not read: it stands in a column without a heading"],
        ),
        # 980 shown in 万元, 9,800,000 shown as 980.0万元 and as ¥9,800,000.00 are the same figure. What the others show is not.
        (
            "xlsxwriter",
            {"X1": "735000", "X2": "735000", "X3": "735000"},
            [
                "企业!D5: 费用化研发费用: the cell's format shows '美元', which rd_expensed is not in; convert it to 元, and"
                " format the cell as General",
                "企业!D6: 费用化研发费用: the cell shows 980 by its format, and holds 9800000; format the cell as General, and"
                " enter the figure that is meant",
                "企业!D7: 费用化研发费用: the file says that its formulas are not calculated yet; recalculate and save it in"
                " Excel, or enter the value",
                "企业!D8: 费用化研发费用: the cell's format shows '%', which rd_expensed is not in; convert it to 元, and"
                " format the cell as General",
            ],
            [],
        ),
        # Keyed by name. 980 under 费用化研发费用/万元; 500万元 keeps its own unit: 5,000,000 × 50% × 25%.
        (
            "poi",
            {"甲": "735000", "丁": "625000"},
            [
                f"Sheet0!C3: 费用化研发费用/万元: {NO_RESULT}",
                "Sheet0!C4: 费用化研发费用/万元: the formula comes to '#DIV/0!'; recalculate and save it in Excel, or enter the value",
            ],
            [],
        ),
        # H2's rate is a formula that comes to nothing: unknown, so the statutory 25%: 9,800,000 × 50% × 25%.
        ("phpspreadsheet", {"H2": "1225000"}, [f"企业!E2,E4: 企业所得税税率: {NO_RESULT}"], []),
        ("openxmlsdk", {"N1": "735000", "N2": "1250000"}, [], []),
        ("strict", {"S1": "735000"}, [], []),
        # 980万 × 50% × 15%; 1000万 × 50% × 25%, in a hidden row; 100万 × 50% × 25%.
        (
            "tworows",
            {"T1": "735000", "T2": "1250000", "T3": "125000"},
            [],
            [
                "清单!A1:A2: not read: what stands above the headings, '客户情况（2016年上半年）', '基本情况', '研发情况', '税率'",
                "清单!E3: the hidden column E is read",
                "清单!A5,A11: not read: '一、南昌', '制表人：王五': a note",
                "清单!A7: hidden rows, which are read: 1",
                "清单!A8,A10: not read: '南昌小计', '总计': a subtotal or a total, which is no enterprise",
            ],
        ),
        (
            "ids",
            {"91360100705509812X": "735000", "1001": "735000"},
            [
                "企业!A3: 编号: 913601007055098000 is a number, whose 16th digit and further ones are lost; " + AS_TEXT,
                "企业!A4: 编号: it holds the number 13 and shows something else; " + AS_TEXT,
                "企业!A5: 编号: it is the date 2026-01-02; " + AS_TEXT,
                "企业!A6: 编号: it is the truth value TRUE; " + AS_TEXT,
                "企业!A7: 编号: '9.13E+17' is what Excel made of a long id; " + AS_TEXT,
            ],
            [],
        ),
        # 单位：万元 above the headings: 980万 × 50% × 15%; 98万元 keeps its own unit. 30 trainees are people.
        (
            "oneunit",
            {"U1": "735000", "U2": "73500"},
            [],
            [
                "研发!A1: not read: what stands above the headings, '研发费用明细表', '（单位：万元）'",
                "研发!D2: in 万元, as the unit '万元' above the headings says: 费用化研发费用(D)",
            ],
        ),
    ],
)
def test_books(book: str, saved: dict[str, str | None], faults: list[str], said: list[str]) -> None:
    """Each book goes through in one run: the amounts exact, the wrong cells named, and what is not read named once."""
    found = came(BOOKS / f"{book}.xlsx")
    assert found.saved() == {id: None if amount is None else Decimal(amount) for id, amount in saved.items()}
    assert (found.faults, found.said) == (faults, said)


def test_the_list_of_a_book_that_names_its_enterprises() -> None:
    """A row of 用房情况 says 甲 for its enterprise: 100㎡ × 30元 × the 6 months of 36 that are left after 30 are 18,000."""
    first = came(BOOKS / "poi.xlsx").results[0]
    assert clause(first, "park-rent-exemption")["high"] == 18000


def test_forty_clients() -> None:
    """Forty clients in 万元, the units in a row of their own, come to just what the same facts in yuan come to."""
    found, stated = came(BOOKS / "clients.xlsx"), came(BOOKS / "clients.ndjson")
    assert len(found.results) == 40
    assert found.faults == []
    assert [each["entitlements"] for each in found.results] == [each["entitlements"] for each in stated.results]
    assert [each["totals"] for each in found.results] == [each["totals"] for each in stated.results]
    assert [each.partition(" ")[0] for each in found.said] == [
        "填表说明!A1:", "参数!A1:", "客户清单!A1:A2:", "客户清单!A3:", "客户清单!N3:", "客户清单!Q3:", "客户清单!B25,B46:B47:", "用房情况!A1:",
    ]  # fmt: skip


@pytest.mark.parametrize("book", ["openpyxl", "tworows", "clients"])
def test_strict(book: str) -> None:
    """With --strict a book is refused for what would be named and not read, each at its place; what is read is no fault."""
    path = BOOKS / f"{book}.xlsx"
    unread = [line for line in came(path).said if "not read: " in line]
    found = came(path, strict=True)
    assert found.results == []
    assert sorted(line.partition(": ")[0] for line in found.faults) == sorted(
        line.partition(": ")[0] for line in unread
    )


# ---- one cell ------------------------------------------------------------------------------------------------------

HEADINGS: list[Any] = ["编号", "企业名称", "测算日期", "费用化研发费用", "企业所得税税率"]


def book(path: Path, cost: str, heading: str = HEADINGS[3], code: str = "", own: str = "") -> Path:
    """A book of two enterprises, A1 with a cost written as this XML of a cell, and A2 with 9,800,000; both pay 15%."""
    rows = [
        [*HEADINGS[:3], heading, HEADINGS[4]],
        ["A1", "甲", "2016-06-30", cost, 0.15],
        ["A2", "乙", "2016-06-30", "9800000元", 0.15],
    ]
    quoted = code.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
    styles = (
        f'<styleSheet xmlns="{make.MAIN}"><numFmts><numFmt numFmtId="164" formatCode="{quoted}"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>'
    )
    make.package(path, {"企业": make.inline(rows)}, styles=styles, book=own)
    return path


@pytest.mark.parametrize(
    ("heading", "code", "figure", "saved"),
    [
        # What the format shows is the figure: 980 万元, 9,800,000 元, in whichever way it is said.
        ("费用化研发费用", "General", "9800000", "735000"),
        ("费用化研发费用", '0.00"万元"', "980", "735000"),
        ("费用化研发费用", "#,##0.00\\ 万元", "980", "735000"),
        ("费用化研发费用", '#,##0.00"元"', "9800000", "735000"),
        ("费用化研发费用", "[$¥-804]#,##0.00", "9800000", "735000"),
        ("费用化研发费用", '_ "¥"* #,##0.00_ ;_ "¥"* \\-#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ ', "9800000", "735000"),
        ("费用化研发费用", '0!.0,"万元"', "9800000", "735000"),
        ("费用化研发费用", '0"."0,"万"', "9800000", "735000"),
        ("费用化研发费用", '[>=10000]0!.0,"万元";0"元"', "9800000", "735000"),
        ("费用化研发费用", '[>=10000]0!.0,"万元";0"元"', "5000", "375"),
        ("费用化研发费用", "[Red]0.00", "9800000", "735000"),
        # A format that agrees with the heading, or says nothing of the unit.
        ("费用化研发费用（万元）", '0.00"万元"', "980", "735000"),
        ("费用化研发费用（万元）", "#,##0.00", "980", "735000"),
        ("费用化研发费用（万元）", "¥#,##0.00", "980", "735000"),
        ("费用化研发费用（万元）", "0!.0,", "9800000", "735000"),
        # 0.1 + 0.2 of 万元 is what Excel shows: 0.3万元, of which half at 15% are 225.
        ("费用化研发费用（万元）", "General", "0.30000000000000004", "225"),
        ("费用化研发费用", "General", " 9800000 ", "735000"),
    ],
)
def test_what_a_number_format_says(heading: str, code: str, figure: str, saved: str, tmp_path: Path) -> None:
    """A figure counts as its format and its heading show it, exactly."""
    found = came(book(tmp_path / "b.xlsx", f'< s="1"><v>{figure}</v></c>', heading, code))
    assert found.faults == []
    assert found.saved() == {"A1": Decimal(saved), "A2": Decimal(735000)}


@pytest.mark.parametrize(
    ("heading", "code", "figure", "wrong"),
    [
        ("费用化研发费用", '0.00"亩"', "980", "the cell's format shows '亩', which rd_expensed is not in"),
        ("费用化研发费用", "0%", "980", "the cell's format shows '98000%', which rd_expensed is not in"),
        ("费用化研发费用", "[$$-409]#,##0.00", "980", "the cell's format shows '$', which rd_expensed is not in"),
        ("费用化研发费用", '"约"0', "980", "the cell's format shows '约', which rd_expensed is not in"),
        ("费用化研发费用", '0"+"', "980", "the cell's format shows '+', which rd_expensed is not in"),
        ("费用化研发费用", "0!.0,", "9800000", "the cell shows 980 by its format, and holds 9800000"),
        ("费用化研发费用", '0,"万元"', "9800000", "the cell shows 9800万元 by its format, and holds 9800000"),
        ("费用化研发费用（万元）", '0.00"元"', "980", "the heading says 万元, and the cell's format shows 元"),
        ("费用化研发费用", "yyyy-mm-dd", "98000000000", "the cell's format is a date, and 98000000000 is none"),
        ("费用化研发费用", "yyyy-mm-dd", "42551", "'2016-06-30' is a date, not a figure"),
    ],
)
def test_number_formats_that_say_something_else(
    heading: str, code: str, figure: str, wrong: str, tmp_path: Path
) -> None:
    """A unit or a scale that is not the fact's refuses the enterprise, and no other."""
    found = came(book(tmp_path / "b.xlsx", f'< s="1"><v>{figure}</v></c>', heading, code))
    assert found.saved() == {"A2": Decimal(735000)}
    assert [each.partition("; ")[0] for each in found.faults] == [f"企业!D2: {heading}: {wrong}"]


@pytest.mark.parametrize(
    ("format", "hides"),
    [
        ('numFmtId="14"', ""),
        ('numFmtId="31"', ""),
        ('numFmtId="57"', "day"),
        ('numFmtId="17"', "day"),
        ('numFmtId="58"', "year"),
        ('numFmtId="16"', "year"),
        ('formatCode="yyyy/m/d;@"', ""),
        ('formatCode="[$-804]yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"', ""),
        ('formatCode="e.m.d"', ""),
        ('formatCode="yyyy&quot;年&quot;m&quot;月&quot;"', "day"),
        ('formatCode="yyyy-mm"', "day"),
        ('formatCode="yyyy-mm dddd"', "day"),
        ('formatCode="m/d"', "year"),
        ('formatCode="h:mm"', "year"),
    ],
)
def test_a_day_of_which_the_cell_shows_less(format: str, hides: str, tmp_path: Path) -> None:
    """Whoever types 2016年6月 has Excel put in the first, whoever types 6月30日 this year: neither was said, and 42551 is 2016-06-30."""
    number = format[10:-1] if format.startswith("numFmtId") else "164"
    codes = f'<numFmts><numFmt numFmtId="164" {format}/></numFmts>' if number == "164" else ""
    styles = f'<styleSheet xmlns="{make.MAIN}">{codes}<cellXfs><xf numFmtId="0"/><xf numFmtId="{number}"/></cellXfs></styleSheet>'
    row = ["A1", "甲", '< s="1"><v>42551</v></c>', 9800000, 0.15]
    make.package(tmp_path / "b.xlsx", {"企业": make.inline([HEADINGS, row])}, styles=styles)
    found = came(tmp_path / "b.xlsx")
    if not hides:
        assert (found.faults, [each["as_of"] for each in found.results]) == ([], ["2016-06-30"])
        return
    assert found.results == []
    assert found.faults == [
        f"企业!C2: 测算日期: the cell does not show the {hides}, and what it holds is 2016-06-30;"
        " look at the day, and format the cell as yyyy-mm-dd"
    ]


@pytest.mark.parametrize(
    ("heading", "code", "saved"),
    [
        ("费用化研发费用", '0.00"万元"', None),
        ("费用化研发费用", '@"万元"', None),
        ("费用化研发费用", '0!.0,"万元"', None),
        ("费用化研发费用（万元）", '0.00"元"', None),
        ("费用化研发费用（万元）", '0.00"万元"', "735000"),
        ("费用化研发费用", '0.00"元"', "73.5"),
        ("费用化研发费用", "#,##0.00", "73.5"),
        ("费用化研发费用", "@", "73.5"),
    ],
)
def test_digits_that_are_text_in_a_format_for_figures(
    heading: str, code: str, saved: str | None, tmp_path: Path
) -> None:
    """Excel shows the text 980 without the 万元 of its cell's format, which all its neighbours show: which is meant nobody can tell."""
    found = came(book(tmp_path / "b.xlsx", '< s="1" t="inlineStr"><is><t>980</t></is></c>', heading, code))
    expected = {"A2": Decimal(735000)} if saved is None else {"A1": Decimal(saved), "A2": Decimal(735000)}
    assert found.saved() == expected
    wrong = f"企业!D2: {heading}: '980' is text, on which "
    assert [each.startswith(wrong) for each in found.faults] == [True] * (saved is None)


@pytest.mark.parametrize(
    ("cost", "own", "fault"),
    [
        # However a formula without a result is written, it is no empty cell.
        ("<><f>1+1</f></c>", "", NO_RESULT),
        ("<><f>1+1</f><v/></c>", "", NO_RESULT),
        ("<><f>1+1</f><v></v></c>", "", NO_RESULT),
        ('< t="str"><f>1+1</f></c>', "", NO_RESULT),
        ('< t="n"><f t="shared" ref="D2:D3" si="0">C2*2</f></c>', "", NO_RESULT),
        ('<><f t="array" ref="D2:D2">SUM(C1:C2)</f><v/></c>', "", NO_RESULT),
        (
            "<><f>1+1</f><v>2</v></c>",
            '<calcPr fullCalcOnLoad="1"/>',
            "the file says that its formulas are not calculated yet; recalculate and save it in Excel, or enter the value",
        ),
        (
            "<><f>1+1</f><v>2</v></c>",
            '<calcPr calcCompleted="0"/>',
            "the file says that its formulas are not calculated yet; recalculate and save it in Excel, or enter the value",
        ),
        ('< t="e"><v>#SPILL!</v></c>', "", "the error value '#SPILL!'; enter the value"),
        ('< t="s"><v>7</v></c>', "", "what the cell holds, '7', cannot be read; enter it again"),
        ("<><v>NaN</v></c>", "", "what the cell holds, 'NaN', cannot be read; enter it again"),
        # 10000 / 3 has too many decimals for yuan.
        (
            "<><f>10000/3</f><v>3333.3333333333335</v></c>",
            "",
            "the formula comes to '3333.33333333333', which has more than 2 decimals; round it yourself, with =ROUND(…, 2)",
        ),
    ],
)
def test_cells_that_refuse_their_enterprise(cost: str, own: str, fault: str, tmp_path: Path) -> None:
    """A cell that is wrong is named as Excel calls it, and refuses its enterprise alone."""
    found = came(book(tmp_path / "b.xlsx", cost, own=own))
    assert (found.saved(), found.refused) == ({"A2": Decimal(735000)}, ["A1"])
    assert found.faults == [f"企业!D2: 费用化研发费用: {fault}"]


def test_a_formula_is_rounded_in_the_unit_of_its_heading(tmp_path: Path) -> None:
    """Of 万元 six decimals are fen: the formula must say so many."""
    found = came(book(tmp_path / "b.xlsx", "<><f>1000/3</f><v>333.33333333333331</v></c>", "费用化研发费用（万元）"))
    assert found.faults == [
        "企业!D2: 费用化研发费用（万元）: the formula comes to '333.333333333333', which has more than 6 decimals; round it yourself, with"
        " =ROUND(…, 6)"
    ]


def test_an_array_formula_that_was_not_calculated(tmp_path: Path) -> None:
    """The cells that an array formula fills are not empty because the file leaves them out."""
    rows = [HEADINGS, *([f"A{n}", "甲", "2016-06-30", None, 0.15] for n in range(1, 4))]
    rows[1][3] = '<><f t="array" ref="D2:D3">C2:C3*2</f></c>'
    rows[3][3] = 9800000
    make.package(tmp_path / "b.xlsx", {"企业": make.inline(rows)})
    found = came(tmp_path / "b.xlsx")
    assert (found.refused, found.faults) == (["A1", "A2"], [f"企业!D2:D3: 费用化研发费用: {NO_RESULT}"])


def test_one_cause_in_many_rows_is_one_line(tmp_path: Path) -> None:
    """Forty cells with one fault are one line, K5:K44 as Excel writes it; the values that differ are told by the first."""
    rows = [HEADINGS, *([f"A{n}", "甲", "2016-06-30", f"约{n}万", 0.15] for n in range(2, 42))]
    rows[10][3] = 9800000
    make.package(tmp_path / "b.xlsx", {"企业": make.inline(rows)})
    found = came(tmp_path / "b.xlsx")
    (fault,) = found.faults
    assert fault.startswith("企业!D2:D10,D12:D41: 费用化研发费用: '约2万' ")
    assert "(39 like it)" in fault
    assert len(found.refused) == 39


@pytest.mark.parametrize("where", ["below", "beside"])
def test_a_note_that_speaks_of_another_unit(where: str, tmp_path: Path) -> None:
    """金额单位：万元 in a note and no unit in the headings: read as yuan it would be 10,000 times too low, so it is refused."""
    note, row = "注：金额单位：万元", ["A1", "甲", "2016-06-30", 980, 0.15]
    sheets = {"below": {"企业": [HEADINGS, row, [note]]}, "beside": {"企业": [HEADINGS, row], "填表说明": [[note]]}}[
        where
    ]
    make.package(tmp_path / "b.xlsx", {name: make.inline(rows) for name, rows in sheets.items()})
    found = came(tmp_path / "b.xlsx")
    assert (found.results, found.faults) == (
        [],
        [
            "企业!D1: a note says '单位：万元', and the heading names no unit; write the unit into the heading, as （万元） or （元）"
        ],
    )
    own = [*HEADINGS[:3], "费用化研发费用（万元）", HEADINGS[4]]
    make.package(
        tmp_path / "b.xlsx",
        {name: make.inline([own if each is HEADINGS else each for each in rows]) for name, rows in sheets.items()},
    )
    assert came(tmp_path / "b.xlsx").saved() == {"A1": Decimal(735000)}


@pytest.mark.parametrize("where", ["comment", "header", "box"])
def test_a_unit_that_stands_beside_the_cells(where: str, tmp_path: Path) -> None:
    """金额单位：万元 in a comment, above each printed page or in a box counts like a note: where no heading says it, the book is refused."""
    import xlsxwriter

    for heading, saved in (("费用化研发费用", {}), ("费用化研发费用（万元）", {"A1": Decimal(735000)})):
        book = xlsxwriter.Workbook(tmp_path / "b.xlsx")
        sheet = book.add_worksheet("企业")
        sheet.write_row(0, 0, [*HEADINGS[:3], heading, HEADINGS[4]])
        sheet.write_row(1, 0, ["A1", "甲", "2016-06-30", 980, 0.15])
        if where == "comment":
            sheet.write_comment(0, 3, "金额单位：万元")
        elif where == "header":
            sheet.set_header("&L客户表&R金额单位：万元")
        else:
            sheet.insert_textbox(5, 1, "金额单位：万元")
        book.close()
        found = came(tmp_path / "b.xlsx")
        assert found.saved() == saved
        assert bool(found.faults) is not bool(saved)
        assert all(each.startswith("企业!D1: a note says '单位：万元'") for each in found.faults)


def test_a_second_table_in_one_sheet(tmp_path: Path) -> None:
    """The rows of another table are no enterprises: its headings are, at the place where it begins, a fault of the book."""
    rows = [
        HEADINGS,
        ["A1", "甲", "2016-06-30", 9800000, 0.15],
        [],
        ["企业编号", "出租方", "用途"],
        ["A1", "政府", "办公"],
    ]
    make.package(tmp_path / "b.xlsx", {"企业": make.inline(rows)})
    found = came(tmp_path / "b.xlsx")
    assert (found.results, found.faults) == (
        [],
        ["企业!A4: another table begins here; give it a sheet or a file of its own"],
    )


def test_two_sheets_for_one_table(tmp_path: Path) -> None:
    """Two sheets of enterprises of which neither is named 企业 are both read; else the one of that name counts, the other is named.

    An id that both state refuses its enterprise.
    """
    sheet = make.inline(
        [HEADINGS, ["A1", "甲", "2016-06-30", 9800000, 0.15], ["A2", "乙", "2016-06-30", 9800000, 0.15]]
    )
    other = make.inline(
        [HEADINGS, ["A1", "甲", "2016-06-30", 9800000, 0.15], ["B1", "丙", "2016-06-30", 9800000, 0.15]]
    )
    make.package(tmp_path / "b.xlsx", {"2015年": sheet, "2016年": other})
    both = came(tmp_path / "b.xlsx")
    assert both.saved() == {"A2": Decimal(735000), "B1": Decimal(735000)}
    assert both.said == [f"2016年!A1: enterprises as in {tmp_path}/b.xlsx:2015年, and both are read"]
    assert sorted(both.faults) == [
        f"2015年!A2: 编号: the id 'A1' is stated twice, also at {tmp_path}/b.xlsx:2016年!A2; one id for each enterprise",
        f"2016年!A2: 编号: the id 'A1' is stated twice, also at {tmp_path}/b.xlsx:2015年!A2; one id for each enterprise",
    ]
    make.package(tmp_path / "b.xlsx", {"2015年": sheet, "企业": sheet})
    found = came(tmp_path / "b.xlsx")
    assert found.saved() == {"A1": Decimal(735000), "A2": Decimal(735000)}
    assert found.said == ["2015年!A1: not read: the same table as '企业'"]


@pytest.mark.parametrize(
    "headings",
    [
        ["*编号", "*企业名称", "*测算日期", "*费用化研发费用（万元）", "企业所得税税率"],
        ["1.编号", "2.企业名称", "3.测算日期", "4.费用化研发费用【万元】", "5.企业所得税税率"],
        ["①编号", "②企业名称", "③测算日期", "④费用化研发费用《万元》", "⑤企业所得税税率"],
        ["编号：", "企业名称：", "测算日期：", "费用化研发费用（万元）：", "企业所得税税率："],
    ],
)
def test_headings_of_a_form(headings: list[Any], tmp_path: Path) -> None:
    """Stars, numbers and colons change no heading: 980万元 × 50 % × 15 % are 735,000, and the id is A1."""
    make.package(tmp_path / "b.xlsx", {"Sheet1": make.inline([headings, ["A1", "甲", "2016-06-30", 980, 0.15]])})
    found = came(tmp_path / "b.xlsx")
    assert (found.saved(), found.said) == ({"A1": Decimal(735000)}, [])


A1: list[Any] = ["A1", "甲", "2016-06-30", 980, 0.15]
BARE = ["编号", "企业名称", "测算日期", "费用化研发费用", "企业所得税税率"]
WAN = [*BARE[:3], "费用化研发费用（万元）", BARE[4]]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        # The headings in the other language: the unit that one of the two says counts.
        (
            [["id", "name", "as_of", "rd_expensed", "cit_rate"], WAN, A1],
            ["S!A2: not read: '编号', '企业名称', '测算日期', '费用化研发费用（万元）': the headings once more"],
        ),
        (
            [WAN, WAN, A1],
            ["S!A2: not read: '编号', '企业名称', '测算日期', '费用化研发费用（万元）': the headings once more"],
        ),
        # What is one of an item's, and would be a list's with a table of its own.
        (
            [[*WAN, "面积（㎡）", "Landlord", "年会"], [*A1, 100, "private", "有"]],
            [
                "S!F1: not read: the column '面积（㎡）' is of an item of premises, which take a table `premises`",
                "S!G1: not read: the column 'Landlord' is of an item of premises, which take a table `premises`",
                "S!H1: not read: the column '年会' states no fact",
            ],
        ),
        # The numbers of the columns, of which one stands where a name would.
        ([WAN, [1, 2, 3, 4, 5], A1], ["S!A2: not read: '1', '2', '3', '4': the numbers of the columns"]),
        ([WAN, ["甲", "乙", "1", "2", "3"], A1], ["S!A2: not read: '甲', '乙', '1', '2': the numbers of the columns"]),
        (
            [BARE, [None, None, None, "万元", None], ["（1）", "（2）", "（3）", "（4）", "（5）"], A1],
            ["S!A3: not read: '（1）', '（2）', '（3）', '（4）': the numbers of the columns"],
        ),
        # What explains the headings.
        (
            [WAN, ["必填", "必填", "必填", "选填", "选填"], A1],
            ["S!A2: not read: '必填', '必填', '必填', '选填': what explains the headings"],
        ),
        (
            [WAN, ["文本", "文本", "日期", "数字", "百分比"], A1],
            ["S!A2: not read: '文本', '文本', '日期', '数字': what explains the headings"],
        ),
        # Who made it and who looked at it, whichever columns that stands in.
        ([WAN, A1, ["编制：张三", None, None, "审核：李四"]], ["S!A3: not read: '编制：张三': a note"]),
        ([WAN, A1, ["制表：", "张三", None, "审核：", "李四"]], ["S!A3: not read: '制表：': a note"]),
        ([WAN, A1, ["制表人", "张三", None, "审核", "李四"]], ["S!A3: not read: '制表人': a note"]),
        # A label by itself is no id, and what stands beside it no name; a total is named by its own word.
        ([WAN, A1, ["备注", "以上为未审数"]], ["S!A3: not read: '备注': a note"]),
        (
            [WAN, A1, ["A9", "合計", None, 980]],
            ["S!B3: not read: '合計': a subtotal or a total, which is no enterprise"],
        ),
        # A heading over some columns gives its unit to these.
        (
            [["基本", None, None, "研发（万元）", None, "经营（元）"], [*BARE, "年营业收入"], [*A1, 5000000]],
            [
                "S!A1: not read: what stands above the headings, '基本', '研发（万元）', '经营（元）'",
                "S!D2: in 万元, as the unit '万元' above the headings says: 费用化研发费用(D)",
            ],
        ),
    ],
)
def test_rows_around_the_headings(rows: list[list[object]], said: list[str], tmp_path: Path) -> None:
    """980万元 × 50 % × 15 % are 735,000 for the one client; no row that belongs to a form makes another."""
    make.package(tmp_path / "b.xlsx", {"S": make.inline(rows)})
    found = came(tmp_path / "b.xlsx")
    assert (found.saved(), found.faults, found.said) == ({"A1": Decimal(735000)}, [], said)


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        (
            [["id", "name", "as_of", "rd_expensed (yuan)", "cit_rate"], WAN, A1],
            "S!D1: rd_expensed (yuan): the heading says 元, the row below 万元; keep the one that is right",
        ),
        (
            [["客户表（元）"], ["单位：万元"], BARE, A1],
            "S!D3: more than one unit stands above the headings: '元、万元'; write the unit into the heading, as （万元） or （元）",
        ),
        (
            [["基本", None, None, "研发（万元）", "其他", None], [*BARE, "年营业收入"], [*A1, 5000000]],
            "S!F2: over other columns stands '万元', and over this one no unit; write the unit into the heading, as （万元） or （元）",
        ),
    ],
)
def test_units_of_which_nobody_knows_which_is_meant(rows: list[list[object]], fault: str, tmp_path: Path) -> None:
    """Whoever chose one of them could be wrong by a factor of 10,000: the table is refused, and says so at the column."""
    make.package(tmp_path / "b.xlsx", {"S": make.inline(rows)})
    found = came(tmp_path / "b.xlsx")
    assert (found.results, found.faults) == ([], [fault])


UNDER = "write the unit into the heading, as （万元） or （元）"
UPPER: list[object] = ["编号", "企业名称", "测算日期", "研发（万元）", None]


@pytest.mark.parametrize(
    ("rows", "merges", "fault", "said"),
    [
        # The upper of two rows of headings gives its unit to what stands below it, and is named.
        (
            [UPPER, [None, None, None, "费用化研发费用", "年研发投入"], ["A1", "甲", "2016-06-30", 980, 990]],
            "A1:A2 B1:B2 C1:C2 D1:E1",
            "",
            [
                "S!D1: not read: what stands above the headings, '研发（万元）'",
                "S!D2: in 万元, as the unit '万元' above the headings says: 费用化研发费用(D), 年研发投入(E)",
            ],
        ),
        # So it does where a column of remarks stands among them.
        (
            [UPPER, [None, None, None, "费用化研发费用", "其中：外包"], ["A1", "甲", "2016-06-30", 980, 990]],
            "D1:E1",
            "",
            [
                "S!D1: not read: what stands above the headings, '研发（万元）'",
                "S!D2: in 万元, as the unit '万元' above the headings says: 费用化研发费用(D)",
                "S!E2: not read: the column '其中：外包' states no fact",
            ],
        ),
        # The unit of the one is not that of the other.
        (
            [
                [*UPPER, "年营业收入"],
                [None, None, None, "费用化研发费用", "年研发投入"],
                ["A1", "甲", "2016-06-30", 980, 990, 5000000],
            ],
            "D1:E1",
            f"S!F2: over other columns stands '万元', and over this one no unit; {UNDER}",
            [],
        ),
        # Merged over fewer columns than there are before the next one.
        (
            [
                [*UPPER, None],
                [None, None, None, "费用化研发费用", "年研发投入", "年营业收入"],
                ["A1", "甲", "2016-06-30", 980, 990, 5000000],
            ],
            "D1:E1",
            f"S!F2: 年营业收入: '研发（万元）' is merged as far as column E, and this one has no unit; {UNDER}",
            [],
        ),
        # The same in a row of its own: it does not stand where the table begins, so it is no title.
        (
            [
                [None, None, None, "研发（万元）"],
                [*BARE[:4], "年研发投入", "年营业收入"],
                ["A1", "甲", "2016-06-30", 980, 990, 5000000],
            ],
            "D1:E1",
            f"S!F2: 年营业收入: '研发（万元）' is merged as far as column E, and this one has no unit; {UNDER}",
            [],
        ),
        (
            [[*UPPER[:3], "研发，单位万元"], [None, None, None, "费用化研发费用"], ["A1", "甲", "2016-06-30", 980]],
            "",
            f"S!D2: a note says '单位万元', and the heading names no unit; {UNDER}",
            [],
        ),
        # A mean, or a part of the year: an amount is of the year.
        (
            [
                [*UPPER[:3], "月均（万元）", None],
                [None, None, None, "费用化研发费用", "联系人"],
                ["A1", "甲", "2016-06-30", 980, "张三"],
            ],
            "D1:E1",
            "S!D2: 费用化研发费用: '月均（万元）' stands above, which is not the year; state the figures of the year, or put right"
            " what stands above",
            [],
        ),
        # One heading over the figures of two years.
        (
            [[*WAN[:4], None], [None, None, None, "2015年", "2016年"], ["A1", "甲", "2016-06-30", 980, 990]],
            "A1:A2 B1:B2 C1:C2 D1:E1",
            "S!D1: 费用化研发费用（万元）: '2015年' stands below, which is a year of its own; state the figures of the year that is"
            " asked for; where they are, take out what stands below",
            [],
        ),
        (
            [[*WAN[:4], None], ["A1", "甲", "2016-06-30", 980, 990]],
            "D1:E1",
            "S!D1: 费用化研发费用（万元）: the heading is merged over the columns D to E, and nobody can tell which is meant;"
            " unmerge it, and give each column a heading",
            [],
        ),
    ],
)
def test_two_rows_of_headings(
    rows: list[list[object]], merges: str, fault: str, said: list[str], tmp_path: Path
) -> None:
    """980万元 × 50 % × 25 % are 1,225,000; a unit that stands over some columns is theirs, and never another's."""
    ranges = "".join(f'<mergeCell ref="{each}"/>' for each in merges.split())
    make.package(
        tmp_path / "b.xlsx", {"S": make.inline(rows) + (f"<mergeCells>{ranges}</mergeCells>" if ranges else "")}
    )
    found = came(tmp_path / "b.xlsx")
    if fault:
        assert (found.results, found.faults) == ([], [fault])
    else:
        assert (found.saved(), found.faults, found.said) == ({"A1": Decimal(1225000)}, [], said)


def test_a_sheet_is_named_however_its_name_is_written(tmp_path: Path) -> None:
    """A sheet with the name of a table is that table: what it calls nothing known is told there, and not that there is no sheet."""
    headings = ["ID", "Name of the enterprise", "R&amp;D cost expensed in the year, no intangible asset formed (wan)"]
    make.package(tmp_path / "b.xlsx", {" Enterprises": make.inline([headings, ["A1", "甲", 980]])})
    found = came(tmp_path / "b.xlsx")
    assert (found.results, [each.rpartition("; ")[2] for each in found.faults]) == (
        [],
        ["did you mean 'name'?", "did you mean 'rd_expensed (wan)'?"],
    )
    tolls = [["enterprise_id", "card", "toll"], ["A1", "credit", 1000]]
    make.package(tmp_path / "b.xlsx", {"ENTERPRISES": make.inline([WAN, A1]), "Truck Tolls": make.inline(tolls)})
    found = came(tmp_path / "b.xlsx")
    assert found.saved() == {"A1": Decimal(735000)}
    assert clause(found.results[0], "toll-card-base")["high"] == 20  # 2 % of 1,000


UPRIGHT: list[list[object]] = [
    ["企业信息表"],
    *([heading, value] for heading, value in zip(WAN[1:], A1[1:], strict=True)),
]


def test_headings_that_stand_below_each_other(tmp_path: Path) -> None:
    """A form for one client has them in a column, and is refused with the way out; beside a table it may explain the headings."""
    make.package(tmp_path / "b.xlsx", {"甲公司": make.inline(UPRIGHT)})
    found = came(tmp_path / "b.xlsx")
    assert found.faults == [
        "甲公司!A2: the headings stand below each other; give each enterprise a row: transpose the table"
    ]
    make.package(tmp_path / "b.xlsx", {"企业": make.inline(UPRIGHT[1:])})
    (said,) = came(tmp_path / "b.xlsx").faults
    assert said.startswith("企业!A2: the headings stand below each other")
    make.package(tmp_path / "b.xlsx", {"字段说明": make.inline(UPRIGHT), "客户": make.inline([WAN, A1])})
    found = came(tmp_path / "b.xlsx")
    assert found.saved() == {"A1": Decimal(735000)}
    assert found.said == ["字段说明!A1: not read: no headings of a table are known in this sheet"]


@pytest.mark.parametrize(
    ("cell", "wrong"),
    [
        ("<><f>A1</f></c>", NO_RESULT),
        ('< t="e"><v>#REF!</v></c>', "the error value '#REF!'; enter the value"),
    ],
)
def test_a_heading_that_cannot_be_read_is_no_remark(cell: str, wrong: str, tmp_path: Path) -> None:
    """Nobody knows what the figures below it are: left out, they would be missing in every client without a word."""
    make.package(tmp_path / "b.xlsx", {"客户": make.inline([[*WAN[:3], cell, WAN[4]], A1])})
    found = came(tmp_path / "b.xlsx")
    assert (found.results, found.faults) == ([], [f"客户!D1: {wrong}"])


@pytest.mark.parametrize(
    "title",
    ["单位：万元", "单位 万元", "（金额单位：人民币万元）", "本表金额以万元为单位", "金额按万元填列", "万元", "人民币：万元", "客户表（万元）"],
)  # fmt: skip
def test_titles_that_give_a_unit(title: str, tmp_path: Path) -> None:
    """However it is said, 980 below it are 980万元, and that is said."""
    make.package(tmp_path / "b.xlsx", {"S": make.inline([[title], BARE, A1])})
    found = came(tmp_path / "b.xlsx")
    assert (found.saved(), found.faults) == ({"A1": Decimal(735000)}, [])
    assert found.said[1].endswith("above the headings says: 费用化研发费用(D)")


@pytest.mark.parametrize(
    ("rows", "noted"),
    [
        ([["Clients (Unit: RMB 10,000)"], BARE, A1], "RMB 10,000"),
        ([["in ten thousand yuan"], BARE, A1], "ten thousand"),
        ([[*BARE, "（单位：万元）"], A1], "单位：万元"),
        ([[*BARE, "金额单位"], [*A1, "万元"]], "金额单位"),
        ([BARE, A1, ["注：金额均为万元"]], "万元"),
        ([BARE, ["填写说明：统一编号", "名称", "YYYY-MM-DD", "万元，保留两位", "如15%"], A1], "万元"),
        ([BARE, A1, ["合计（万元）", None, None, 980]], "万元"),
        ([[*BARE, "备注"], [*A1, "金额单位为万元"]], "单位为万元"),
        ([[*BARE, "备注"], [*A1, "以万元计"]], "以万元计"),
    ],
)
def test_texts_that_speak_of_a_unit_and_give_none(rows: list[list[object]], noted: str, tmp_path: Path) -> None:
    """Read as yuan, the figures may be 10,000 times too low: the table is refused, and takes the unit in its heading."""
    make.package(tmp_path / "b.xlsx", {"S": make.inline(rows)})
    found = came(tmp_path / "b.xlsx")
    assert found.results == []
    assert len(found.faults) == 1
    assert f": a note says '{noted}', and the heading names no unit;" in found.faults[0]
    named = [[WAN[3] if each == BARE[3] else each for each in row] for row in rows]
    make.package(tmp_path / "b.xlsx", {"S": make.inline(named)})
    assert came(tmp_path / "b.xlsx").saved() == {"A1": Decimal(735000)}


@pytest.mark.parametrize("title", ["营业收入500万元以上客户", "单位：江西某某公司", "单位：人", "金额请填到元，不要填万元", "亿元企业名单", "投资额3-5千万元", "研发投入超过千万元的客户", "每万元补助50元"])  # fmt: skip
def test_titles_that_give_no_unit(title: str, tmp_path: Path) -> None:
    """An amount, a company and a warning say nothing of the unit: 9,800,000 are yuan."""
    make.package(tmp_path / "b.xlsx", {"S": make.inline([[title], BARE, [*A1[:3], 9800000, 0.15]])})
    found = came(tmp_path / "b.xlsx")
    assert (found.saved(), found.faults) == ({"A1": Decimal(735000)}, [])


def test_a_client_with_the_number_of_its_row_is_a_client(tmp_path: Path) -> None:
    """1, a day and 3 below headings without a name are a client with the id 1: 3万元 × 50 % × 15 % are 2,250."""
    rows = [["编号", "测算日期", "费用化研发费用（万元）", "企业所得税税率"], [1, "2016-06-30", 3, 0.15]]
    make.package(tmp_path / "b.xlsx", {"S": make.inline(rows)})
    assert came(tmp_path / "b.xlsx").saved() == {"1": Decimal(2250)}


TOLLS: list[Any] = ["企业编号", "赣通卡", "通行费"]


def test_the_list_of_several_sheets_of_enterprises(tmp_path: Path) -> None:
    """A list beside two sheets of enterprises is of both: a row finds the one that has its id, or alone has its name.

    A stored-value card pays 5 % and in the one year 2 % more: of 1,000 they are 50 and 20. Whose B9 is nobody says, nor which 乙
    is meant: both rows are named once, and the enterprises are computed.
    """
    south = [HEADINGS, ["A1", "甲", "2016-06-30", 9800000, 0.15], ["A2", "乙", "2016-06-30", 9800000, 0.15]]
    north = [HEADINGS, ["B1", "丙", "2016-06-30", 9800000, 0.15], ["B2", "乙", "2016-06-30", 9800000, 0.15]]
    tolls = [TOLLS, *([owner, "储值卡", 1000] for owner in ("B1", "A1", "丙", "B9", "乙")), ["备注：以上为全年数"]]
    make.package(
        tmp_path / "b.xlsx",
        {name: make.inline(rows) for name, rows in (("南昌", south), ("赣州", north), ("通行费", tolls))},
    )
    found = came(tmp_path / "b.xlsx")
    paid = {each["enterprise"]: clause(each, "toll-card-base")["high"] for each in found.results}
    assert paid == {"A1": 50, "A2": None, "B1": 100, "B2": None}
    assert found.refused == ["B9", "乙"]
    assert found.faults == [
        "通行费!A5:A6: 企业编号: no enterprise has the id 'B9' (2 like it); write an `id` of the table enterprises",
    ]
    assert found.said == [
        f"赣州!A1: enterprises as in {tmp_path}/b.xlsx:南昌, and both are read",
        "通行费!A7: not read: '备注：以上为全年数': a note",
    ]


def test_a_row_of_a_list_with_the_id_of_one_and_the_name_of_another(tmp_path: Path) -> None:
    """Whose the tolls of A1 and 乙 are nobody can tell: A1 is refused. 乙厂 is nobody's name, and no more than a remark."""
    clients = [HEADINGS, *([id, name, "2016-06-30", 9800000, 0.15] for id, name in (("A1", "甲"), ("A2", "乙")))]
    tolls = [["企业编号", "企业名称", "赣通卡", "通行费"], ["A1", "乙", "储值卡", 1000], ["A2", "乙厂", "储值卡", 1000]]
    make.package(tmp_path / "b.xlsx", {"企业": make.inline(clients), "通行费": make.inline(tolls)})
    found = came(tmp_path / "b.xlsx")
    assert (found.saved(), found.refused) == ({"A2": Decimal(735000)}, ["A1"])
    assert found.faults == [
        "通行费!B2: 企业名称: '乙' is the name of another than 'A1'; the id and the name of one enterprise"
    ]


@pytest.mark.parametrize("owner", ["A1", "甲"])
def test_merged_facts_of_a_list_refuse_the_enterprise_however_it_is_called(owner: str, tmp_path: Path) -> None:
    """Months used that are merged over two offices would be 0 in the second: 甲 is refused, by its id or by its name, and 乙 is not."""
    premises = [
        ["企业编号", "出租方", "用途", "面积", "每平方米月租金", "测算月数", "已享受月数"],
        [owner, "政府", "办公", 100, 45, 12, 30],
        [owner, "政府", "办公", 50, 45, 12, None],
    ]
    clients = [HEADINGS, *([id, name, "2016-06-30", 9800000, 0.15] for id, name in (("A1", "甲"), ("A2", "乙")))]
    merged = f'{make.inline(premises)}<mergeCells count="1"><mergeCell ref="G2:G3"/></mergeCells>'
    make.package(tmp_path / "b.xlsx", {"企业": make.inline(clients), "用房": merged})
    found = came(tmp_path / "b.xlsx")
    assert (found.saved(), found.refused) == ({"A2": Decimal(735000)}, ["A1"])
    assert found.faults == ["用房!G2:G3: merged cells; unmerge them, and fill each cell"]


# ---- a workbook as a whole -----------------------------------------------------------------------------------------

SHEET = make.inline([HEADINGS, ["A1", "甲", "2016-06-30", 9800000, 0.15]])


def changed(path: Path, part: str, data: bytes) -> Path:
    """A sound book with one part in place of its own."""
    make.package(path, {"企业": SHEET})
    with ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, own in {**parts, part: data}.items():
            archive.writestr(name, own)
    return path


def more(xml: str) -> bytes:
    """The sheet with further rows."""
    return f'<worksheet xmlns="{make.MAIN}">{SHEET.replace("</sheetData>", xml + "</sheetData>")}</worksheet>'.encode()


ENTITIES = b'<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (
            more('<row r="9"><c r="XFD9"><v>1</v></c></row>'),
            "企业!XFD9: the sheet reaches out to column XFD; delete what stands far out, or move it to another file",
        ),
        (more('<row r="1048577"><c r="A1048577"><v>1</v></c></row>'), "企业!A2: row 1048577 lies beyond the sheet"),
        (more('<row r="2"/>'), "企业!A2: row 2 is out of order, or stands there twice"),
        (
            more('<row r="5"><c r="B10000000000000"><v>1</v></c></row>'),
            "企业!A5: no cell of this row is called 'B10000000000000'",
        ),
        (more('<row r="5"><c r="$D$5"><v>1</v></c></row>'), "企业!A5: no cell of this row is called '$D$5'"),
        (
            more('<row r="5"><c r="B5"/><c r="A5"><v>1</v></c></row>'),
            "企业!A5: the cell is out of order, or stands there twice",
        ),
        (
            more(f'<row r="5"><c r="A5" t="inlineStr"><is><t>{"a" * 3_000_000}</t></is></c></row>'),
            "企业!A5: the cell is without end",
        ),
        (more(f'<row r="5" x="{"a" * 6_000_000}"/>'), "企业!A1: xl/worksheets/sheet1.xml has a tag without end"),
        (more(f"<!--{'x' * 40_000_000}-->"), "企业!A1: xl/worksheets/sheet1.xml unpacks to 38 MB"),
        (ENTITIES + more("").replace("甲".encode(), b"&c;"), "企业!A1: its XML has a document type"),
        (more("")[:-20], "企业!A1: no Excel file that can be read: its XML: "),
    ],
    ids=["far", "beyond", "twice", "no cell", "dollars", "order", "text", "tag", "huge", "entities", "cut"],
)
def test_damaged_books(data: bytes, fault: str, tmp_path: Path) -> None:
    """A book that is damaged, or made to take the memory, is refused by name; the others are computed."""
    path = changed(tmp_path / "b.xlsx", "xl/worksheets/sheet1.xml", data)
    found = came(path)
    assert found.results == []
    assert len(found.faults) == 1
    assert found.faults[0].startswith(fault)
    both = [str(path), str(BOOKS / "strict.xlsx")]
    done = list(run(sources_of(both, POLICY), Task(POLICY, "none", today=date(2016, 6, 30))))
    assert [brief.enterprise for each in done for brief in each.briefs] == ["S1"]


STYLES = (
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts><font/><font><strike/></font>'
    '<font><strike val="0"/></font></fonts><cellXfs><xf fontId="0"/><xf fontId="1"/><xf fontId="2"/></cellXfs></styleSheet>'
)


def test_what_is_struck_out_is_named(tmp_path: Path) -> None:
    """Whoever strikes a client out may mean that it is none: it is read, as what is hidden is, and said so."""
    make.package(tmp_path / "b.xlsx", {"S": make.inline([WAN, A1, ["A2", *A1[1:]], ["A3", *A1[1:]]])})
    with ZipFile(tmp_path / "b.xlsx") as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}
    parts["xl/styles.xml"] = STYLES
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(
        "</Relationships>",
        '<Relationship Id="rS" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"'
        ' Target="styles.xml"/></Relationships>',
    )
    sheet = next(name for name in parts if name.startswith("xl/worksheets/"))
    for cell in ("A2", "B2", "C2", "D2", "E2", "D4"):
        parts[sheet] = parts[sheet].replace(f'<c r="{cell}"', f'<c r="{cell}" s="1"')
    parts[sheet] = parts[sheet].replace('<c r="A3"', '<c r="A3" s="2"')
    with ZipFile(tmp_path / "b.xlsx", "w", ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(name, text)
    found = came(tmp_path / "b.xlsx")
    assert (len(found.results), found.faults) == (3, [])
    assert found.said == [
        "S!A2: rows that are struck out, which are read: 1",
        "S!D4: cells with what is struck out, which are read: 1",
    ]


@pytest.mark.parametrize(
    ("name", "kind"), [("上年", "a year of its own"), ("预算表", "a figure that is planned or estimated")]
)
def test_a_sheet_may_be_called_after_other_figures(name: str, kind: str, tmp_path: Path) -> None:
    make.package(tmp_path / "b.xlsx", {name: make.inline([WAN, A1])})
    found = came(tmp_path / "b.xlsx")
    assert found.results == []
    assert found.faults[0] == (
        f"{name}!D1: 费用化研发费用（万元）: the sheet is called '{name}', which is {kind}; state the figures of the year that is"
        " asked for; where they are, give the sheet another name"
    )


@pytest.mark.parametrize("name", ["2015", "2015年", "2015年度"])
def test_a_sheet_that_is_called_after_a_year_is_named(name: str, tmp_path: Path) -> None:
    """Its figures are taken for those of the year to the day of the calculation, unless a row says of which it is."""
    headings, row = ["企业名称", "费用化研发费用"], ["甲", 9800000]
    make.package(tmp_path / "b.xlsx", {name: make.inline([headings, row])})
    (said,) = came(tmp_path / "b.xlsx").said
    assert said.startswith(
        f"{name}!A1: the sheet is called '{name}', and its figures are taken for those of the year of the"
    )
    make.package(tmp_path / "b.xlsx", {name: make.inline([[*headings, "所属期末"], [*row, "2015-12-31"]])})
    assert came(tmp_path / "b.xlsx").said == []


def test_a_share_that_its_format_speaks_of_is_told_in_both_languages(tmp_path: Path) -> None:
    """A rate has no unit that could be named: what is wanted is a share, 比例 in Chinese."""
    path = book(tmp_path / "b.xlsx", '< s="1"><v>0.15</v></c>', "研发后补助比例", '"税率"0.00')
    refusals = [each for part in run(sources_of([str(path)], POLICY), Task(POLICY, "ndjson")) for each in part.refusals]
    fault = next(fault for each in refusals for fault in each.faults if fault.where.endswith("!D2"))
    assert fault.right == ("换算成比例，格式改为“常规”", "convert it to a share, and format the cell as General")
