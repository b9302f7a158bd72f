"""`jxplus init clients.xlsx`: a workbook to fill in, which `batch` reads without a word."""

import re
import zipfile
from pathlib import Path
from xml.sax.saxutils import unescape

import pytest
import python_calamine
import xlsxwriter
from commandline import ended

from jxplus.batch.sources.remarks import EXAMPLE, UNREAD_SHEET, is_example, is_note
from jxplus.policy.store import load_policy

ROOT = Path(__file__).resolve().parents[2]
POLICY = load_policy()


def blank(folder: Path, lang: str, *arguments: str) -> Path:
    """The workbook that the command writes."""
    path = folder / "clients.xlsx"
    done = ended("init", path, "--lang", lang, *arguments)
    assert (done.returncode, done.stdout) == (0, "")
    return path


def filled(path: Path, ids: dict[str, list[str]], sheets: int | None = None) -> Path:
    """A workbook with the same sheets, its example rows, and below each the same row again for every id of a sheet."""
    book = python_calamine.load_workbook(path)
    copy = path.with_name("filled.xlsx")
    with xlsxwriter.Workbook(copy) as out:
        day = out.add_format({"num_format": "yyyy-mm-dd"})
        for name in book.sheet_names[:sheets]:
            sheet = out.add_worksheet(name)
            rows = book.get_sheet_by_name(name).to_python()
            if len(rows) > 1 and len(rows[0]) > 2:
                rows = [*rows[:2], *([id, *rows[1][1:]] for id in ids.get(name, []))]
            for index, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if hasattr(cell, "isoformat"):
                        sheet.write_datetime(index, column, cell, day)
                    elif cell != "":
                        sheet.write(index, column, cell)
    return copy


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_is_read_without_a_word_as_it_is_and_filled_in(tmp_path: Path, lang: str) -> None:
    """As it is it states nobody. With an enterprise in each sheet all its facts are read, and nothing is left over."""
    path = blank(tmp_path, lang)
    for command in ("batch", "check"):
        done = ended(command, path, "--lang", "en")
        assert (done.returncode, done.stderr) == (0, "")
    names = python_calamine.load_workbook(path).sheet_names
    copy = filled(path, {name: ["0012", "0013"] for name in names})
    done = ended("check", copy, "--lang", "en", "--strict")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{copy}: 2 enterprises valid\n2 enterprises: 2 valid, 0 refused\n"
    done = ended("batch", copy, "--format", "csv", "--all")
    assert {line.split(",")[0] for line in done.stdout.splitlines()[1:]} == {"0012", "0013"}
    assert ",undecided," not in done.stdout  # every fact that a clause asks for has a column


def test_a_figure_is_in_the_unit_of_its_heading(tmp_path: Path) -> None:
    """The example states 1,200万 of R&D expensed and a tax rate of 15: 50 % more is deducted, 600万, of which 15 % are saved."""
    path = blank(tmp_path, "zh", "--for", "六(一)")
    copy = filled(path, {"企业": ["A"]})
    done = ended("batch", copy, "--format", "csv")
    (row,) = (line for line in done.stdout.splitlines() if ",rd-super-deduction," in line)
    assert row == "A,江西某某科技有限公司,rd-super-deduction,六(一),entitled,900000,900000,6000000,赣府发〔2015〕43号"


def test_headings_have_units_and_comments(tmp_path: Path) -> None:
    """One language, each unit in its heading, a comment on each heading with what it takes and an example."""
    path = blank(tmp_path, "zh")
    book = python_calamine.load_workbook(path)
    heads = book.get_sheet_by_name("企业").to_python()[0]
    assert heads[:2] == ["编号", "企业名称"]
    assert {"年营业收入（元）", "企业所得税税率（%）", "参加培训人数（人）"} <= set(heads)
    assert book.get_sheet_by_name("用房").to_python()[0] == [
        "企业编号", "出租方", "用途", "面积（㎡）", "每平方米月租金（元/㎡/月）", "测算月数（月）", "已享受月数（月）",
    ]  # fmt: skip
    assert book.sheet_names == ["企业", *(listed.label.zh for listed in POLICY.lists.values()), "说明"]
    with zipfile.ZipFile(path) as file:
        comments = unescape(file.read("xl/comments1.xml").decode())
        sheet = unescape(file.read("xl/worksheets/sheet1.xml").decode())
    assert comments.count("<comment ") == len(heads)
    assert "填写：元" in comments
    assert "例：1200万元" in comments
    about = next(fact.about for fact in POLICY.facts.values() if fact.about)
    assert about.zh in comments.replace("&quot;", '"')
    assert '"是,否"' in sheet
    assert '"总部迁入,区域性总部,无"' in sheet


def test_ids_and_names_are_text(tmp_path: Path) -> None:
    """The cells of ids and names are formatted as text, so that 0012 stays what it is."""
    path = blank(tmp_path, "en")
    with zipfile.ZipFile(path) as file:
        styles = file.read("xl/styles.xml").decode()
        sheet = file.read("xl/worksheets/sheet1.xml").decode()
    formats = re.findall(r'<xf numFmtId="(\d+)"', styles.partition("<cellXfs")[2])
    for column in ("1", "2"):
        (style,) = re.findall(rf'<col min="{column}" max="{column}"[^>]* style="(\d+)"', sheet)
        assert formats[int(style)] == "49"


def test_only_what_a_section_needs(tmp_path: Path) -> None:
    """六(二) asks for the new format and two revenues; the id, the name and the day are there in any case."""
    book = python_calamine.load_workbook(blank(tmp_path, "en", "--for", "6.2"))
    assert book.sheet_names == ["enterprises", "Notes"]
    heads = book.get_sheet_by_name("enterprises").to_python()[0]
    assert {"id", "name", "as_of", "new_format", "operating_revenue (元)", "previous_peak_revenue (元)"} <= set(heads)
    assert "trainees (人)" not in heads


def test_the_notes_say_what_is_not_read(tmp_path: Path) -> None:
    """The sheet of notes begins with saying that it is not read, and names the row that is not."""
    for lang, sheet in (("zh", "说明"), ("en", "Notes")):
        notes = python_calamine.load_workbook(blank(tmp_path, lang, "--force")).get_sheet_by_name(sheet).to_python()
        assert notes[0][0] == UNREAD_SHEET.show(lang)
        assert any(EXAMPLE.show(lang) in row[1] for row in notes)


def test_only_the_whole_words_make_an_example(tmp_path: Path) -> None:
    """An enterprise whose id merely looks like it is read; the example is told in a CSV too, on every engine."""
    assert all(is_example(text) and is_note(text) for text in EXAMPLE)
    assert not is_example("示例一")
    assert not is_example("※示例，不读取2")
    table = tmp_path / "enterprises.csv"
    table.write_text(
        f"编号,企业名称,费用化研发费用（元）\n{EXAMPLE.zh},甲,100\n示例一,乙,100\nA,丙,100\n", encoding="utf-8"
    )
    found = {}
    for engine in ("python", "duckdb"):
        out = tmp_path / f"{engine}.csv"
        done = ended("batch", table, "-o", out, "--engine", engine, "--all")
        assert done.returncode == 0, done.stderr
        found[engine] = out.read_text("utf-8")
        assert {line.split(",")[0] for line in found[engine].splitlines()[1:]} == {"示例一", "A"}
    assert found["python"] == found["duckdb"]


def test_usage(tmp_path: Path) -> None:
    """A file that is there is not replaced unasked; --ask is about one enterprise."""
    path = blank(tmp_path, "en")
    before = path.read_bytes()
    done = ended("init", path)
    assert done.returncode == 2
    assert "--force" in done.stderr
    assert path.read_bytes() == before
    done = ended("init", tmp_path / "new.xlsx", "--ask")
    assert done.returncode == 2
    assert "new.yaml" in done.stderr
