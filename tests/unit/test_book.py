"""The workbook that `batch -o FILE.xlsx` hands over: what stands on each sheet, and totals that add up again."""

import errno
import gc
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import python_calamine
from commandline import ended
from insist import missing

from jxplus.batch import Brief, Done, Task
from jxplus.batch.clients import client
from jxplus.batch.outputs.workbook import WorkbookOutput, clients
from jxplus.batch.outputs.workbook.book import Book, Money
from jxplus.batch.outputs.workbook.sheet import ColumnSum
from jxplus.library import assess, load_policy

ROOT = Path(__file__).resolve().parents[2]
BATCH = [sys.executable, "-m", "jxplus", "batch"]

# Three clients of a table with ids. A1: rent of a private office, 30元 × 100㎡ × 12 = 36,000 at most; two of three talents
# qualify: 2 × 30万 to 2 × 100万. B2: tolls of 10,000 on a stored-value card: 5 % and, in the one year, 2 % more: 500 and 200.
# C3 has a wrong figure, and is refused.
ENTERPRISES = "id,name,as_of,internet_plus,trainees\nA1,甲公司,2016-06-30,是,\nB2,乙公司,2016-06-30,否,\nC3,丙公司,2016-06-30,否,x\n"
PREMISES = "enterprise_id,landlord,use,area,monthly_rent,months\nA1,private,office,100,45,12\n"
TALENTS = "enterprise_id,internet_experience,senior_or_core,brings_project\nA1,是,是,是\nA1,是,是,否\nA1,是,是,是\n"
TOLLS = "enterprise_id,card,toll\nB2,stored-value,10000\n"


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """The three clients as a folder of tables."""
    folder = tmp_path / "clients"
    folder.mkdir()
    for name, text in (
        ("enterprises", ENTERPRISES),
        ("premises", PREMISES),
        ("talents", TALENTS),
        ("truck_tolls", TOLLS),
    ):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def book(source: Path, *arguments: str) -> Any:
    """The workbook of a batch."""
    out = source.parent / "out.xlsx"
    done = ended("batch", source, "-o", out, *arguments)
    assert "Traceback" not in done.stderr
    return python_calamine.load_workbook(out)


def rows(book: Any, sheet: str) -> list[list[Any]]:
    found: list[list[Any]] = book.get_sheet_by_name(sheet).to_python()
    return found


def test_the_sheets_in_their_order(tables: Path) -> None:
    """A cover first, then what is of all clients, then a sheet for each."""
    assert book(tables, "--lang", "zh").sheet_names == [
        "封面",
        "汇总",
        "金额",
        "待补事实",
        "未受理",
        "甲公司",
        "乙公司",
    ]
    names = ["Cover", "Summary", "Amounts", "Missing", "Within reach", "Refused", "甲公司", "乙公司"]
    assert book(tables, "--lang", "en", "--reach").sheet_names == names


def test_the_summary_is_ranked_with_the_refused_and_totals_by_basis(tables: Path) -> None:
    """甲: 60万 to 203.6万; 乙: 700; 丙 is refused. By basis: the talents once, the rent for its term, the tolls each year."""
    found = rows(book(tables, "--lang", "zh"), "汇总")
    assert found[0] == ["编号", "企业", "下限（元）", "上限（元）", "可享受", "金额未载明", "未定"]
    assert [row[:4] for row in found[1:5]] == [
        ["A1", "甲公司", 600000, 2036000],
        ["B2", "乙公司", 700, 700],
        ["C3", "丙公司", "未受理", "1处问题"],
        ["合计", "", 600700, 2036700],
    ]
    assert [row[:4] for row in found[6:11]] == [
        ["按频次合计", "", "下限", "上限"],
        ["一次性", "", 600000, 2000000],
        ["按租期", "", 0, 36000],
        ["每年", "", 700, 700],
        ["合计", "", 600700, 2036700],
    ]


def test_an_amount_says_what_it_is_and_who_pays(tables: Path) -> None:
    """四(二) is a ceiling, for the term, paid by local government; the words are those of the language."""
    found = rows(book(tables, "--lang", "zh"), "金额")
    (rent,) = (row for row in found if row[-1] == "park-rent-subsidy")
    assert rent == [
        "A1", "甲公司", "四(二)", "非政府投资用房租金补助", "可享受", 0, 36000, "", "不超过上限金额", "租金", "按租期", "所在地政府", "省工信委",
        "park-rent-subsidy",
    ]  # fmt: skip
    assert found[-1][:7] == ["合计", "", "", "", "", 600700, 2036700]
    assert found[0][5:7] == ["下限（元）", "上限（元）"]


def test_the_unit_is_wan_where_that_is_asked(tables: Path) -> None:
    """2,036,000元 is 203.6万元, 700元 is 0.07: the figures are exact in either unit."""
    found = rows(book(tables, "--lang", "zh", "--unit", "wan"), "汇总")
    assert [row[2:4] for row in found[:5]] == [
        ["下限（万元）", "上限（万元）"],
        [60, 203.6],
        [0.07, 0.07],
        ["未受理", "1处问题"],
        [60.07, 203.67],
    ]


def test_in_wan_the_points_stand_below_each_other(tables: Path) -> None:
    """700元 are 0.07万元: two decimals do. With tolls of 10,000.4, of which 5 % are 500.02 and 2 % are 200.01, six are needed by all."""
    for toll, code in (("10000", "#,##0.00"), ("10000.4", "#,##0.000000")):
        (tables / "truck_tolls.csv").write_text(TOLLS.replace("10000", toll), encoding="utf-8")
        book(tables, "--lang", "zh", "--unit", "wan")
        with zipfile.ZipFile(tables.parent / "out.xlsx") as file:
            assert set(re.findall(r'formatCode="(#[^"]*)"', file.read("xl/styles.xml").decode())) == {code}


def test_of_rows_that_are_written_nothing_is_held(tmp_path: Path) -> None:
    """Of 200 clients, whose titles take two lines and more, the sheet of amounts holds the last row's height; all are written."""
    policy = load_policy()
    task = Task(policy, "clients", named=True)
    output = WorkbookOutput(str(tmp_path / "book.xlsx"), task)
    assessed = assess({"企业名称": "甲", "互联网+企业": "是", "年营业收入": "6000万"}, policy, as_of="2016-06-30")
    for _ in range(200):
        brief = Brief("甲", *assessed.total(), 0, 0, 0)
        output.add(Done(b"", [client(assessed, ())], [brief], [], {}, 0))
    sheet = output.amounts.table.sheet
    assert (len(sheet.row_info), len(sheet.row_sizes)) == (1, 1)
    output.keep()
    with zipfile.ZipFile(tmp_path / "book.xlsx") as file:
        found = [file.read(name).decode() for name in file.namelist() if "worksheets/sheet" in name]
    assert max(text.count(' customHeight="1"') for text in found) > 200


def test_what_is_missing_is_listed_for_each_client(tables: Path) -> None:
    """Of 甲 nobody knows the trainees, for whom 七(二) waits; and 乙 states no premises, nor is it asked for them:
    no clause over premises is for one that is no Internet+ enterprise but the maker-spaces' two."""
    found = rows(book(tables, "--lang", "zh"), "待补事实")
    assert found[0] == ["编号", "企业", "缺少的事实", "如何填写", "例", "涉及条款数", "涉及章节", "事实代号"]
    (trainees,) = (row for row in found if row[0] == "A1" and row[-1] == "trainees")
    assert trainees[2:7] == ["参加培训人数", "数字，以人计", "12人", 1, "七(二)"]
    assert {row[0] for row in found[1:]} == {"A1", "B2"}
    english = {row[-1]: row[3:5] for row in rows(book(tables, "--lang", "en"), "Missing")[1:] if row[0] == "A1"}
    assert english["trainees"] == ["a figure in persons", "12"]
    assert english["investment"] == ["a figure in yuan", "12,000,000 yuan"]


def test_the_refused_have_their_place_and_the_way_out(tables: Path) -> None:
    """The figure 'x' in the last column of the third row."""
    found = rows(book(tables, "--lang", "zh"), "未受理")
    assert [row[:2] + row[3:5] for row in found[1:]] == [["C3", "丙公司", "4:5", "参加培训人数"]]
    assert found[1][2].endswith("enterprises.csv")
    assert "x" in found[1][5]


def test_a_client_has_a_sheet_of_its_own(tables: Path) -> None:
    """Its name, id, plan, day and unit; its amounts with their total; what applies without an amount; what is missing."""
    found = rows(book(tables, "--lang", "zh"), "甲公司")
    assert [row[0] for row in found[:5]] == [
        "甲公司",
        "编号 A1",
        "赣府发〔2015〕43号 江西省“互联网+”行动实施方案",
        "测算日期 2016-06-30 · 单位：元",
        "返回汇总",
    ]
    assert [row[:4] for row in found[6:10]] == [
        ["章节", "事项", "下限", "上限"],
        ["四(二)", "非政府投资用房租金补助", 0, 36000],
        ["七(一)", "人才创业资金", 600000, 2000000],
        ["合计", "", 600000, 2036000],
    ]
    assert [row[0] for row in found].count("适用，方案未载明金额") == 1
    assert [row[0] for row in found].count("尚不能判定，缺少下列事实") == 1


def test_the_cover_says_what_it_rests_on(tables: Path) -> None:
    """The plan, the day, the reading chosen, each assumption with its number of clients, the digests of what was read."""
    chosen = ["--as-of", "2019-01-01", "--reading", "platform-grant=at-least", "--lang", "en"]
    told: dict[str, list[str]] = {}
    for row in rows(book(tables, *chosen), "Cover"):
        told.setdefault(row[0], []).append(row[1])
    assert told["For"] == ["3 enterprises: 2 computed, 1 refused"]
    assert told["As of"] == ["2019-01-01"]
    assert told["Reading chosen"][0].startswith("四(三) Grant for a key public platform: the words")
    assert all(text.endswith("(2 enterprises)") for text in told["Assumption or note"][:2])
    policy = load_policy()
    assert told["Policy file"] == [f"{policy.id} · SHA-256 {policy.sha256}"]
    assert len([text for text in told["Source"] if re.search(r"SHA-256 [0-9a-f]{64}$", text)]) == 4
    assert "各企业写明的日期，未写明则为当天" in [row[1] for row in rows(book(tables, "--lang", "zh"), "封面")]


def test_the_wide_sheet_has_headings_that_can_be_read(tables: Path) -> None:
    """A row for each client, four columns a clause under its section and title; a base is summed up nowhere."""
    policy = load_policy()
    found = rows(book(tables, "--lang", "zh", "--shape", "wide"), "金额")
    assert found[0][:4] == ["编号", "企业", "合计 · 下限（元）", "合计 · 上限（元）"]
    assert len(found[0]) == 4 + 4 * len(policy.clauses)
    at = found[0].index("四(二) 非政府投资用房租金补助 · 状态")
    assert [row[at : at + 4] for row in found[1:]] == [
        ["可享受", 0, 36000, ""],
        ["不符合", "", "", ""],
        ["", 0, 36000, ""],
    ]
    summary = rows(book(tables, "--lang", "zh", "--shape", "wide"), "汇总")
    assert [row[:4] for row in summary[7:10]] == [
        ["一次性", "", 600000, 2000000],
        ["按租期", "", 0, 36000],
        ["每年", "", 700, 700],
    ]


def test_what_is_within_reach_is_ranked(tmp_path: Path) -> None:
    """六(二) pays 100万 beyond 1亿: 甲 is 50万 short of it, 乙 5万 - so 乙 is nearer, and stands first."""
    common = "new_format: yes\nas_of: 2016-06-30\nprevious_peak_revenue: 3000万\n"
    folder = tmp_path / "clients"
    folder.mkdir()
    (folder / "a.yaml").write_text(f"name: 甲\noperating_revenue: 9950万\n{common}", encoding="utf-8")
    (folder / "b.yaml").write_text(f"name: 乙\noperating_revenue: 9995万\n{common}", encoding="utf-8")
    found = [row for row in rows(book(folder, "--lang", "zh", "--reach"), "触手可及") if "年营业收入" in row[1]]
    assert [row[0] for row in found] == ["乙", "甲"]
    assert found[0][1] == "年营业收入 99,950,000.00元 → 100,000,000.01元（还差 50,000.01元）"


def test_amounts_finer_than_a_double_stay_exact(tmp_path: Path) -> None:
    """99999999 × 99999999 × 1 month of rent has 16 digits: it is written as text, and so is the total."""
    premises = {"landlord": "university", "use": "maker-space", "area": 99999999, "monthly_rent": 99999999, "months": 1}
    path = tmp_path / "in.json"
    path.write_text(json.dumps({"name": "甲", "premises": [premises]}))
    found = rows(book(path, "--lang", "en"), "Summary")
    assert found[1][:3] == ["甲", "9999999800000001", "9999999800000001"]
    assert found[2][:3] == ["Total", "9999999800000001", "9999999800000001"]


def test_a_sum_is_a_formula_only_where_a_double_comes_to_the_same_fen() -> None:
    """1,000 amounts of 1e12 yuan add up to what a double is off by 0.1 of: that total is a value."""
    small, large, text = (ColumnSum(Money("yuan")) for _ in range(3))
    for _ in range(1000):
        small.add(Decimal("1000000.01"))
        large.add(Decimal("1000000000000.01"))
    text.add(Decimal("12345678901234.56"))  # 16 digits, which Excel holds as text alone
    assert small.sure
    assert not large.sure
    assert not text.sure


def test_names_that_no_sheet_can_have(tmp_path: Path) -> None:
    """Signs that Excel forbids, names that differ in capitals alone, 40 signs, and the name that Excel keeps to itself."""
    with open(tmp_path / "x.xlsx", "wb") as file:
        one = Book(file, load_policy(), "zh")
        named = [one.free(name) for name in ("A/B:[C]*?\\", "acme", "ACME", "公" * 40, "公" * 41, "History", "'", "")]
        one.drop()
    assert named == ["A B  C", "acme", "ACME 2", "公" * 31, "公" * 29 + " 2", "History_", "-", "- 2"]


def test_sheets_of_clients_end_where_the_cover_says(tmp_path: Path) -> None:
    """Of 52 clients those 50 have a sheet whose amounts are highest; the cover says so."""
    policy = load_policy()
    task = Task(policy, "clients", lang="zh")
    output = WorkbookOutput(str(tmp_path / "x.xlsx"), task)
    for number in range(52):
        result = assess({"name": f"企业{number}", "rd_expensed": 1000 + number}, policy, as_of="2016-06-30")
        one = client(result)
        output.add(Done(b"", [one], [Brief(one.label, one.low, one.high, 1, 0, 0)], [], {}, 0))
    output.keep()
    book = python_calamine.load_workbook(tmp_path / "x.xlsx")
    own = [name for name in book.sheet_names if name.startswith("企业")]
    assert len(own) == clients.MOST_CLIENTS == 50
    assert own[0] == "企业51"
    assert not {"企业0", "企业1"} & set(own)
    assert ["各企业的工作表", "只有金额最高的50家各有一张，其余2家见“金额”。"] in rows(book, "封面")


@pytest.mark.parametrize(("count", "repeated"), [(5, True), (30, False), (60, True)])
def test_headings_stand_over_clients_on_each_page_and_never_over_totals_alone(
    count: int, repeated: bool, tmp_path: Path
) -> None:
    """5 clients fit on a page with the chart. 30 fill one, and the totals begin the next with headings of their own.

    60 go on on a second page: their headings are printed there too, and stand for those of the totals.
    """
    result = assess({"name": "甲", "rd_expensed": 1000}, load_policy(), as_of="2016-06-30")
    output = WorkbookOutput(str(tmp_path / "x.xlsx"), Task(load_policy(), "clients", lang="zh"))
    one = client(result)
    output.add(Done(b"", [one] * count, [Brief("甲", one.low, one.high, 1, 0, 0)] * count, [], {}, 0))
    output.keep()
    with zipfile.ZipFile(tmp_path / "x.xlsx") as file:
        sheet, workbook = (file.read(f"xl/{part}.xml").decode() for part in ("worksheets/sheet2", "workbook"))
    assert ('_xlnm.Print_Titles" localSheetId="1"' in workbook) is repeated
    assert re.findall(r'<brk id="(\d+)"', sheet) == ([str(count + 3)] if count > 5 else [])
    found = rows(python_calamine.load_workbook(tmp_path / "x.xlsx"), "汇总")
    assert found[count + 3][:3] == ["按频次合计", *(["", ""] if count == 60 else ["下限", "上限"])]


def test_a_book_of_several_plans_says_what_their_names_stand_for(tables: Path) -> None:
    """Sections stand after the alias of their plan, on every sheet; the cover and each client's sheet say which plan that is."""
    plans = ["--policies", str(ROOT / "policies.yaml"), "--policies", str(ROOT / "examples/plans/rd-deduction.yaml")]
    found = book(tables, "--lang", "zh", *plans)
    own = "jx43 赣府发〔2015〕43号 江西省“互联网+”行动实施方案"
    law = "rd 企业所得税法实施条例第九十五条 研发费用加计扣除（2015年度至今）"
    assert [row[0] for row in rows(found, "封面")[1:3]] == [own, law]
    assert [row[0] for row in rows(found, "甲公司")[2:4]] == [own, law]
    assert {row[2].partition(" ")[0] for row in rows(found, "金额")[1:-1]} == {"jx43"}
    with zipfile.ZipFile(tables.parent / "out.xlsx") as file:
        assert (
            "&amp;L赣府发〔2015〕43号、企业所得税法实施条例第九十五条&amp;R"
            in file.read("xl/worksheets/sheet1.xml").decode()
        )


def test_the_file_is_one_to_hand_over(tables: Path) -> None:
    """A4, headings repeated on each page, its properties, links from the summary to the clients, a chart."""
    book(tables, "--lang", "zh")
    with zipfile.ZipFile(tables.parent / "out.xlsx") as file:
        core = file.read("docProps/core.xml").decode()
        workbook = file.read("xl/workbook.xml").decode()
        summary = file.read("xl/worksheets/sheet2.xml").decode()
        charts = [name for name in file.namelist() if name.startswith("xl/charts/chart")]
        sheets = [name for name in file.namelist() if re.match(r"xl/worksheets/sheet\d+", name)]
        assert all('paperSize="9"' in file.read(name).decode() for name in sheets)
    assert "<dc:title>可享受政策金额测算</dc:title>" in core
    assert "赣府发〔2015〕43号" in core
    assert workbook.count("_xlnm.Print_Titles") == 4
    assert "'甲公司'!A1" in summary
    assert len(charts) == 1


def test_totals_come_to_the_same_when_they_are_calculated_again(tables: Path, tmp_path: Path) -> None:
    """The stored results of all formulas are taken out, and LibreOffice calculates them anew: each is the same figure."""
    program = shutil.which("soffice")
    if program is None:
        missing("LibreOffice is not installed")
    bare: list[Path] = []
    before = []
    for number, arguments in enumerate(([], ["--shape", "wide"], ["--unit", "wan", "--reach"])):
        before.append(book(tables, "--lang", "zh", *arguments))
        bare.append(tmp_path / f"bare{number}.xlsx")
        formulas = 0
        with zipfile.ZipFile(tables.parent / "out.xlsx") as old, zipfile.ZipFile(bare[-1], "w") as new:
            for name in old.namelist():
                data, count = re.subn(rb"(</f>)<v>[^<]*</v>", rb"\1", old.read(name))
                formulas += count
                new.writestr(name, data)
        assert formulas >= 14
    again = tmp_path / "again"
    command = [program, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", str(again), *map(str, bare)], check=True, capture_output=True)
    for own, path in zip(before, bare, strict=True):
        after = python_calamine.load_workbook(again / path.name)
        for sheet in own.sheet_names:
            figures = [[cell for cell in row if isinstance(cell, float)] for row in rows(own, sheet)]
            same = [[cell for cell in row if isinstance(cell, float)] for row in rows(after, sheet)]
            assert [row for row in figures if row] == [row for row in same if row]


RULED = """
  quality-award:
    section: 一(二)
    title: {zh: 质量奖励, en: Quality award}
    nature: grant
    basis: annual
    payer: {zh: 市财政, en: city finance}
    lead: 市科技局
    when: local
    pays: 500元
rules:
  one-award:
    section: 一(三)
    title: {zh: 就高不重复, en: the highest award counts}
    highest of: [patent-award, quality-award]
"""


@pytest.mark.parametrize("shape", ["long", "wide"])
def test_what_a_rule_takes_off_has_a_line_of_its_own(tmp_path: Path, shape: str) -> None:
    """Of 1,000.01 yuan of fees 87.5 % are 875.01 (875.00875); the other award is 500, and the higher one counts."""
    plan = tmp_path / "plan.yaml"
    plan.write_text((ROOT / "tests/small.yaml").read_text("utf-8").rstrip("\n") + RULED, encoding="utf-8")
    table = tmp_path / "enterprises.csv"
    table.write_text("id,name,fees,own_share,granted\nA,甲,1000.01,0.125,4\n", encoding="utf-8")
    found = book(table, "--lang", "zh", "--policies", str(plan), "--shape", shape)
    summary = rows(found, "汇总")
    assert summary[1][:4] == ["A", "甲", 875.01, 875.01]
    assert [row[0:1] + row[2:4] for row in summary[5:8]] == [
        ["每年", 1375.01, 1375.01],
        ["规则扣减", -500, -500],
        ["合计", 875.01, 875.01],
    ]
    own = rows(found, "甲")
    assert [row[:4] for row in own if row[0].startswith("一") or row[0] == "合计"] == [
        ["一(一)", "专利奖励", 875.01, 875.01],
        ["一(二)", "质量奖励", 500, 500],
        ["一(三)", "就高不重复", -500, -500],
        ["合计", "", 875.01, 875.01],
    ]


class _Disk(io.BytesIO):
    """A disk that takes so many bytes and no more."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def write(self, data: Any) -> int:
        if self.tell() + len(data) > self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(data)


@pytest.mark.parametrize("room", [0, 100, 1_000, 4_000, 5_000])
def test_a_full_disk_is_one_error_and_leaves_nothing(
    room: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever in the file there is no more room: the error is raised once, no destructor fails after it, no parts stay."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    late: list[object] = []
    monkeypatch.setattr("sys.unraisablehook", late.append)
    disk = _Disk(room)
    book = Book(disk, load_policy(), "en")
    book.sheet("some").write_row(0, 0, ["甲", 1])
    assert os.listdir(tmp_path)
    with pytest.raises(OSError, match="No space left"):
        book.close("some", "")
    book.drop()
    disk.close()
    del book
    gc.collect()
    assert (late, os.listdir(tmp_path)) == ([], [])
