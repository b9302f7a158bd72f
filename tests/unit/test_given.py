"""What stands on the command line itself: facts set by hand, items of a list, files of another kind, names with bars."""

import json
from pathlib import Path

import pytest
from commandline import jxplus

ACME = """\
name: 甲公司
as_of: 2016-06-30
registered_in_jiangxi: yes
internet_plus: yes
rd_expensed: 100万
premises:
- landlord: private
  use: office
  area: 50
  monthly_rent: 20
  months: 12
- landlord: private
  use: office
  area: 80
  monthly_rent: 20
  months: 12
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "acme.yaml").write_text(ACME, encoding="utf-8")
    return tmp_path


def computed(folder: Path, *arguments: str) -> dict[str, object]:
    """The object of `calc --format json` for the enterprise of these tests."""
    code, out, error = jxplus("calc", "acme.yaml", "--format", "json", *arguments, folder=folder)
    assert (code, error) == (0, "")
    found: dict[str, object] = json.loads(out)
    return found


@pytest.mark.parametrize(
    "name", ["甲 #1分厂", '"甲"', "甲: 乙", "[甲]", "- 甲", "~", "甲, 乙", "{甲}", "'甲", "*甲", "true"]
)
def test_a_value_of_the_command_line_is_a_value(folder: Path, name: str) -> None:
    """A text set by hand is what was typed, to the last character: it is no YAML, and has no comments."""
    assert computed(folder, "--set", f"name={name}")["enterprise"] == name


def test_a_figure_with_something_behind_it_is_refused(folder: Path) -> None:
    """`1200 # 万元` is not 1200: nothing of a value is taken for a comment."""
    code, out, error = jxplus("calc", "acme.yaml", "--set", "rd_expensed=1200 # 万元", folder=folder)
    assert (code, out) == (2, "")
    assert error.splitlines()[-1].startswith("Error: --set rd_expensed: '1200 # 万元' ")


def rent(result: dict[str, object]) -> object:
    """The most that 四(二) pays towards rent: min(monthly_rent, 30) a ㎡ and month, for each of the premises."""
    entitlements = result["entitlements"]
    assert isinstance(entitlements, list)
    return next(each["high"] for each in entitlements if each["clause"] == "park-rent-subsidy")


def test_a_fact_of_an_item_is_set_by_hand(folder: Path) -> None:
    """20 yuan times 12 months, for 50 + 80 ㎡ as the file says; for 100 + 80, 50 + 10, and for lists set as a whole."""
    assert rent(computed(folder)) == 20 * 12 * (50 + 80)
    assert rent(computed(folder, "--set", "premises[1].area=100")) == 20 * 12 * (100 + 80)
    assert rent(computed(folder, "--set", "用房[2].面积=10")) == 20 * 12 * (50 + 10)
    assert rent(computed(folder, "--set", "premises[1].monthly_rent=40")) == 30 * 12 * 50 + 20 * 12 * 80
    one = '[{"landlord": "private", "use": "office", "area": 10, "monthly_rent": 20, "months": 12}]'
    assert rent(computed(folder, "--set", f"premises={one}")) == 20 * 12 * 10
    assert rent(computed(folder, "--set", f"premises={one}", "--set", "premises[1].area=7")) == 20 * 12 * 7
    assert rent(computed(folder, "--set", "premises=[]")) is None


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        ("premises[3].area=1", 1, "acme.yaml:6:1: premises[3].area: premises has 2 items; items count from one"),
        ("shipments[1].weight=1", 2, "unknown list 'shipments'"),
        ("premises[1].aera=1", 2, "unknown fact 'aera'; did you mean 'area'?"),
        ("premises[0].area=1", 2, "an item is not written so; such as premises[1].area, from one"),
        ("premises[1]=1", 2, "an item is not written so; such as premises[1].area, from one"),
        ("premises[1].area=wide", 2, "--set premises[1].area: 'wide' is not a figure in ㎡"),
        ("premises[1].area=-1", 2, "--set premises[1].area: '-1' is "),
        ("premises[1].area=", 2, "--set premises[1].area: an item is stated whole; write a value"),
        ("premises=[{", 2, "--set premises: not valid YAML"),
        ("premises=3", 2, "--set premises: a list is wanted"),
    ],
)
def test_an_item_that_is_not_there_is_a_fault(folder: Path, given: str, code: int, said: str) -> None:
    """An item that the file does not have refuses the file; a name or a value that nothing has is a usage error."""
    found, out, error = jxplus("calc", "acme.yaml", "--set", given, folder=folder)
    assert (found, out) == (code, "")
    assert said in error.splitlines()[-1]


def test_a_result_with_an_item_set_by_hand_is_reproduced(folder: Path) -> None:
    """The result says what was set, and `verify` holds the rest against the input file."""
    result = computed(folder, "--set", "premises[1].area=100")
    receipt = result["receipt"]
    assert isinstance(receipt, dict)
    assert receipt["set"] == ["premises[1].area"]
    (folder / "result.json").write_text(json.dumps(result), encoding="utf-8")
    assert jxplus("verify", "result.json", "acme.yaml", folder=folder)[0] == 0
    (folder / "acme.yaml").write_text(ACME.replace("area: 80", "area: 81"), encoding="utf-8")
    assert jxplus("verify", "result.json", "acme.yaml", folder=folder)[0] == 1


def test_a_batch_sets_an_item_of_each_and_refuses_who_has_none(folder: Path) -> None:
    """`batch --set premises[2].area=10` counts for each enterprise; one without a second item is refused by name."""
    (folder / "other.yaml").write_text(ACME.replace("甲公司", "乙公司").rpartition("- landlord")[0], encoding="utf-8")
    words = ("batch", "acme.yaml", "other.yaml", "--format", "csv", "--set", "premises[2].area=10")
    code, out, error = jxplus(*words, folder=folder)
    assert code == 1
    assert f"甲公司,park-rent-subsidy,四(二),entitled,0,{20 * 12 * 60}" in out
    assert "other.yaml:6:1: premises[2].area: premises has 1 item; items count from one" in error


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("a.csv", "是表格，可载多家企业", "it is a table, which holds many enterprises"),
        ("a.parquet", "是表格，可载多家企业", "it is a table, which holds many enterprises"),
        ("a.XLSX", "是工作簿，可载多家企业", "it is a workbook, which holds many enterprises"),
        ("a b.xls", "是工作簿，可载多家企业", "it is a workbook, which holds many enterprises"),
        ("a.ndjson", "每行一家企业", "it holds one enterprise a line"),
        ("a", "是文件夹", "it is a folder"),
    ],
)
def test_calc_says_what_is_for_batch(tmp_path: Path, name: str, zh: str, en: str) -> None:
    """A file or folder of many enterprises is told in one line what it is, with the command that takes it."""
    if "." in name:
        (tmp_path / name).write_bytes(b"PK\x03\x04\x14\x00\xff\xfe")
    else:
        (tmp_path / name).mkdir()
    command = f"jxplus batch '{name}'" if " " in name else f"jxplus batch {name}"
    assert jxplus("calc", name, folder=tmp_path) == (1, "", f"{name}:1:1: {en}; run {command}\n")
    zh_line = f"{name}:1:1: {zh}；请运行 {command}\n"
    assert jxplus("calc", name, "--lang", "zh", folder=tmp_path) == (1, "", zh_line)


def test_calc_says_what_nobody_reads(tmp_path: Path) -> None:
    """A workbook of another program and a packed file are no YAML with a fault in it."""
    for name, what in (
        ("a.ods", "it is a kind of workbook that is not read; save it as .xlsx or CSV"),
        ("a.et", "it is a kind of workbook that is not read; save it as .xlsx or CSV"),
        ("a.yaml.gz", "it is packed; unpack it first"),
    ):
        (tmp_path / name).write_bytes(b"PK")
        assert jxplus("calc", name, folder=tmp_path) == (1, "", f"{name}:1:1: {what}\n")


def test_other_files_are_told_by_their_bytes(tmp_path: Path) -> None:
    """A workbook or a table under another name is no text of YAML with a fault in it."""
    (tmp_path / "a.dat").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    (tmp_path / "a.txt").write_text("id\tname\n1\t甲\n", encoding="utf-8")
    right = "save it as .xlsx or .csv, and run jxplus batch on it"
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\n")
    others = {
        "a.dat": "it is a workbook or an archive, and no text",
        "a.txt": "it is a table",
        "a.pdf": "it is a PDF, and no text",
    }
    for name, what in others.items():
        assert jxplus("calc", name, folder=tmp_path) == (1, "", f"{name}:1:1: {what}; {right}\n")
        code, _, error = jxplus("batch", name, folder=tmp_path)
        assert (code, error) == (1, f"{name}:1:1: {what}; {right}\n")


@pytest.mark.parametrize("form", ["github", "pipe", "orgtbl", "jira", "asciidoc", "youtrack", "textile", "mediawiki"])
def test_a_bar_in_a_name_stays_in_its_cell(folder: Path, form: str) -> None:
    """A name with bars gives a row the same cells as any other name does."""
    (folder / "other.yaml").write_text(ACME.replace("甲公司", "甲|乙"), encoding="utf-8")
    code, out, _ = jxplus("batch", "acme.yaml", "other.yaml", "--format", form, folder=folder)
    assert code == 0
    plain, barred = (next(line for line in out.splitlines() if name in line) for name in ("甲公司", "乙"))
    written = {"orgtbl": "甲\\vert{}乙", "textile": "甲&#124;乙", "mediawiki": "甲&#124;乙"}.get(form, "甲\\|乙")
    assert written in barred
    assert barred.replace(written, "").count("|") == plain.count("|")


def test_a_backslash_before_a_bar_does_not_free_it(folder: Path) -> None:
    r"""In Markdown `\|` is a bar, so a name `甲\|乙` is written `甲\\\|乙`: a backslash and a bar."""
    (folder / "acme.yaml").write_text(ACME.replace("甲公司", "甲\\|乙"), encoding="utf-8")
    assert "| 甲\\\\\\|乙 " in jxplus("batch", "acme.yaml", "--format", "github", folder=folder)[1]


@pytest.mark.parametrize("command", ["calc", "batch"])
def test_files_for_programs_say_that_they_are_in_yuan(tmp_path: Path, command: str) -> None:
    """Whoever asks for 万元 and gets a CSV in yuan would be 10,000 times too high: standard error says so. A page in 万元 has nothing to say."""
    (tmp_path / "a.yaml").write_text("name: 甲\nas_of: 2016-06-30\ntrainees: 3\n", encoding="utf-8")
    said = "amounts in CSV, JSON and Parquet are always in yuan; --unit wan is for the screen, workbooks and pages\n"
    for more, told in (
        ("--format csv", True),
        ("--format json", True),
        ("-o b.csv", True),
        ("-o b.xlsx", False),
        ("", False),
    ):
        code, _, error = jxplus(command, "a.yaml", "--unit", "wan", *more.split(), folder=tmp_path)
        assert (code, said in error) == (0, told)
