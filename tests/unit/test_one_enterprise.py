"""What holds many enterprises is no file of one: it is refused with the way to `batch`, from a file and from standard input."""

import csv
import json
from pathlib import Path

import pytest
from commandline import ROOT, jxplus

from jxplus.document import tree_of
from jxplus.enterprise import Reader
from jxplus.fault import Refused
from jxplus.policy.store import load_policy

LINES = '{"name": "甲", "rd_expensed": 100}\n{"name": "乙", "rd_expensed": 200}\n'
BATCH = "run jxplus batch -"
NDJSON = "write each enterprise on a line of its own into an .ndjson file, and run jxplus batch on it"
FOLDER = "give each enterprise a file of its own, and run jxplus batch on their folder"
TABLE = "standard input takes YAML, JSON or NDJSON; name the file of a table or workbook: jxplus batch clients.csv"


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load_policy())


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("-", LINES, f"<stdin>:2:1: it holds one enterprise a line; {BATCH}"),
        ("-", "\n" + LINES.replace("\n", "\r\n\r\n"), f"<stdin>:4:1: it holds one enterprise a line; {BATCH}"),
        # Of two lines the second is not complete: it is a line of its own all the same.
        ("-", LINES.rstrip("}\n"), f"<stdin>:2:1: it holds one enterprise a line; {BATCH}"),
        (
            "a.yaml",
            LINES,
            "a.yaml:2:1: it holds one enterprise a line; name the file .ndjson, and run jxplus batch on it",
        ),
        ("a", LINES, "a:2:1: it holds one enterprise a line; name the file .ndjson, and run jxplus batch on it"),
        ("-", '[{"name": "甲"}]', f"<stdin>:1:1: it is a list, and not one enterprise; {NDJSON}"),
        ("a.json", '[{"name": "甲"}]', f"a.json:1:1: it is a list, and not one enterprise; {NDJSON}"),
        ("-", "- name: 甲\n- name: 乙\n", f"<stdin>:1:1: it is a list, and not one enterprise; {NDJSON}"),
        (
            "a.json",
            '{"enterprises": [{"name": "甲"}]}',
            f"a.json:1:17: enterprises: it is a list, and not one enterprise; {NDJSON}",
        ),
        ("-", "企业:\n  - name: 甲\n", f"<stdin>:2:3: 企业: it is a list, and not one enterprise; {NDJSON}"),
        ("-", "name: 甲\n---\nname: 乙\n", f"<stdin>:2:1: a second YAML document; {FOLDER}"),
        ("a.yaml", "name: 甲\n---\nname: 乙\n", f"a.yaml:2:1: a second YAML document; {FOLDER}"),
        ("-", "企业,研发投入\n甲,100\n", f"<stdin>:1:1: it is a table; {TABLE}"),
        ("-", "PK\x03\x04", f"<stdin>:1:1: it is a workbook or an archive, and no text; {TABLE}"),
    ],
)
def test_what_holds_many_is_named(path: str, text: str, said: str, reader: Reader) -> None:
    with pytest.raises(Refused) as refused:
        reader.read(tree_of(path, text.encode()))
    assert [fault.show("en") for fault in refused.value.faults] == [said]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "企业:\n  name: 甲\n  rd_expensed: 1\n",
            "<stdin>:1:1: 企业: facts stand in no groups; write what is in it without it",
        ),
        (
            "name: 甲\n研发:\n  年研发投入: 1\n",
            "<stdin>:2:1: 研发: facts stand in no groups; write what is in it without it",
        ),
        ("<!DOCTYPE html>\n<p>name: 甲</p>\n", f"<stdin>:1:1: it is a page or XML; {TABLE}"),
        *(
            (
                f"name: {written}\n",
                f"<stdin>:1:7: name: '{shown}' does not say who it is; write the name on the licence",
            )
            for written, shown in (
                ("'-'", "-"),
                ("/", "/"),
                ("无", "无"),
                ("N/A", "N/A"),
                ("nan", "nan"),
                ("待定", "待定"),
            )
        ),
    ],
)
def test_what_is_written_for_an_enterprise_and_is_none(text: str, said: str, reader: Reader) -> None:
    with pytest.raises(Refused) as refused:
        reader.read(tree_of("-", text.encode()))
    assert said in [fault.show("en") for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("name: 甲\nrd_expensed: 100 # 万元\n", ["2:18"]),
        ("# 金额单位：万元\nname: 甲\nrd_expensed: 100\n", ["1:1"]),
        ("name: 甲\nrd_expensed: 100   # （单位:亿元）\ntrainees: 3  # 以千元计\n", ["2:20", "3:14"]),
        ("name: 甲\n# 以下金额单位：万元，不含分公司\nrd_expensed: 100 # wan\n", ["2:1", "3:18"]),
    ],
)
def test_a_comment_that_gives_figures_their_unit(text: str, places: list[str], reader: Reader) -> None:
    """No comment is read: 100 would be yuan, and whoever wrote it means 1,000,000."""
    with pytest.raises(Refused) as refused:
        reader.read(tree_of("a.yaml", text.encode()))
    assert [fault.place.show() for fault in refused.value.faults] == places
    assert "in the comment is not read; write it behind the figures, as 1200" in refused.value.faults[0].show("en")


@pytest.mark.parametrize("comment", ["美元", "万美元", "USD", "in millions of yuan", "亩", "年", "%", "元/㎡/天"])
def test_a_comment_that_gives_a_unit_of_another_kind(comment: str, reader: Reader) -> None:
    """100 would be yuan, ㎡ or months; what cannot be written behind a figure as it stands is to be converted."""
    with pytest.raises(Refused) as refused:
        reader.read(tree_of("a.yaml", f"name: 甲\nrd_expensed: 100 # {comment}\n".encode()))
    assert [fault.place.show() for fault in refused.value.faults] == ["2:18"]
    assert "convert the figures to their own unit" in refused.value.faults[0].show("en")


@pytest.mark.parametrize(
    "text",
    [
        "rd_expensed: 100万元 # 万元",
        "rd_expensed: 100 # 元",
        "# 金额以元计，不以万元计",
        "# 投资额超过1000万元的才填",
        "# Money is yuan (元): 12000000, 1200万 (万 is 10,000) or 0.12亿 (亿 is 100 million)",
    ],
)
def test_a_comment_that_changes_no_figure(text: str, reader: Reader) -> None:
    assert reader.read(tree_of("a.yaml", f"name: 甲\n{text}\n".encode()))


def test_a_comment_may_name_a_unit_of_the_plan(reader: Reader) -> None:
    """30 is 30 mu in any case, and whoever starts from a template has the unit beside it; 万亩 is another figure, 年 no month."""
    units = {*reader.units(), "亩"}
    tree_of("a.yaml", "name: 甲\nland: 30 # 亩\narea: 5 # 平方米\n".encode(), lambda: units)
    for comment in ("万亩", "年"):
        with pytest.raises(Refused) as refused:
            tree_of("a.yaml", f"name: 甲\nland: 30 # {comment}\n".encode(), lambda: units)
        assert f"the unit '{comment}' in the comment is not read" in refused.value.faults[0].show("en")


def test_an_error_of_a_spreadsheet_is_no_comment(reader: Reader) -> None:
    """Months used would be left to their default, 0, and 36 months be paid where nobody knows."""
    text = "name: 甲\nrd_expensed: #DIV/0!\ncit_rate: #N/A\n"
    with pytest.raises(Refused) as refused:
        reader.read(tree_of("a.yaml", text.encode()))
    assert [fault.place.show() for fault in refused.value.faults] == ["2:14", "3:11"]


@pytest.mark.parametrize(
    "line",
    [
        "rd_expensed: 1000万元  # 刚好够1000万元",
        "rd_expensed: 100万 # 万元",
        "# 不足 100万",
        "# 金额可写 1200万元",
        "name: '甲 # 万元'",
    ],
)
def test_a_comment_that_gives_no_unit(line: str, reader: Reader) -> None:
    text = line if line.startswith("name") else f"name: 甲\n{line}\n"
    assert reader.read(tree_of("a.yaml", text.encode())).name.startswith("甲")


@pytest.mark.parametrize("engine", ["python", "duckdb"])
def test_a_line_that_names_nobody_is_refused_by_every_engine(engine: str, tmp_path: Path) -> None:
    """`nan` is what a data frame writes for a name that it has not; 南 is one."""
    names = ["南", "nan", "NaN", "-", "无锡", "None", "nano"] * 60
    lines = "".join(json.dumps({"name": name, "trainees": 3}) + "\n" for name in names)
    (tmp_path / "a.ndjson").write_text(lines, "utf-8")
    out = tmp_path / "o.csv"
    code, _, _ = jxplus("batch", str(tmp_path / "a.ndjson"), "-o", str(out), "--engine", engine, "--all")
    with open(out, encoding="utf-8", newline="") as file:
        assert {row["enterprise"] for row in csv.DictReader(file)} == {"南", "无锡", "nano"}
    assert code == 1


def test_a_policy_file_is_no_enterprise(tmp_path: Path) -> None:
    """`calc` and `batch` say so in one line, and not of each of its keys that no fact is called so."""
    for command in ("calc", "batch"):
        code, _, said = jxplus(command, "policies.yaml", folder=ROOT)
        assert (code, said.splitlines()[0]) == (
            1,
            "policies.yaml:1:1: it is a policy file and no enterprise; name it with --policies",
        )


@pytest.mark.parametrize("text", ['{"name": "甲"}\n', '{"name":\n "甲"}\n', "{name: 甲}\n", '\n{"name": "甲"}\n\n'])
def test_one_enterprise_is_read(text: str, reader: Reader) -> None:
    assert reader.read(tree_of("-", text.encode())).name == "甲"


def test_a_name_that_is_not_known_beside_others_is_no_list_of_enterprises(reader: Reader) -> None:
    """Who states a name too has one enterprise, and a word that is misspelt."""
    with pytest.raises(Refused, match="unknown fact 'premise'"):
        reader.read(tree_of("-", "name: 甲\npremise:\n  - area: 3\n".encode()))
