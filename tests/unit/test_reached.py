"""`jxplus batch --reach`: who is nearest to another yuan, on the screen and as columns; the same as `calc` gives for each."""

import csv
import json
import re
from pathlib import Path

import duckdb
import pytest
from commandline import ended

ROOT = Path(__file__).resolve().parents[2]

# 六(二) pays 50万 beyond 4,000万 and 100万 beyond 1亿 for the first time. 甲 is 50万 short of 1亿, 乙 5万 short of 4,000万; and
# 丙 is no new-format enterprise, so that nobody can tell how near it is; 丁 has nothing within reach.
CLIENTS = [
    {"name": "甲", "as_of": "2016-06-30", "new_format": True, "operating_revenue": 99500000, "previous_peak_revenue": 50000000},
    {"name": "乙", "as_of": "2016-06-30", "new_format": True, "operating_revenue": 39950000, "previous_peak_revenue": 10000000},
    {"name": "丙", "as_of": "2016-06-30", "new_format": False, "operating_revenue": 50000000, "previous_peak_revenue": 10000000},
    {"name": "丁", "as_of": "2016-06-30"},
]  # fmt: skip


@pytest.fixture
def clients(tmp_path: Path) -> Path:
    path = tmp_path / "clients.ndjson"
    path.write_text("".join(json.dumps(one) + "\n" for one in CLIENTS))
    return path


def test_the_nearest_come_first_on_the_screen(clients: Path) -> None:
    """乙 is 0.125 % short, 甲 0.5 %; a truth has no distance, and comes last."""
    told = ended("batch", clients, "--reach", "--lang", "zh", columns=100).stdout
    below = told.partition("触手可及：离再多得一笔最近的企业\n")[2].splitlines()
    assert [re.sub(" {2,}", "  ", line.strip()) for line in below[:9]] == [
        "乙  +500,000.00",
        "六(二) 新业态营业收入首超奖励",
        "年营业收入 39,950,000.00元 → 40,000,000.01元（还差 50,000.01元）",
        "甲  +1,000,000.00",
        "六(二) 新业态营业收入首超奖励",
        "年营业收入 99,500,000.00元 → 100,000,000.01元（还差 500,000.01元）",
        "丙  +500,000.00",
        "六(二) 新业态营业收入首超奖励",
        "新业态企业 否 → 是",
    ]
    assert "触手可及" not in ended("batch", clients, "--lang", "zh").stdout
    assert "0.01元" in ended("batch", clients, "--reach", "--lang", "zh", "--format", "github").stdout


def test_the_objects_are_those_of_calc(clients: Path, tmp_path: Path) -> None:
    """`within_reach` and the receipt's `reach` are there as `calc --format json` gives them; without the flag neither is."""
    lines = ended("batch", clients, "--reach", "--format", "json").stdout.splitlines()
    for one, line in zip(CLIENTS, lines, strict=True):
        path = tmp_path / "one.json"
        path.write_text(json.dumps(one))
        calc = json.loads(ended("calc", path, "--format", "json").stdout)
        found = json.loads(line)
        assert found["within_reach"] == calc["within_reach"]
        assert found["receipt"]["reach"] == calc["receipt"]["reach"]
    assert "within_reach" not in ended("batch", clients, "--format", "json").stdout


def test_columns_of_the_long_table(clients: Path, tmp_path: Path) -> None:
    """A row for each clause within reach, with the facts as --set takes them, what it would be and how much that is more."""
    rows = list(csv.DictReader(ended("batch", clients, "--reach", "--format", "csv").stdout.splitlines()))
    assert list(rows[0])[-6:] == [
        "reach_facts", "reach_low", "reach_high", "reach_gain_low", "reach_gain_high", "policy",
    ]  # fmt: skip
    (own,) = (row for row in rows if (row["enterprise"], row["clause"]) == ("乙", "revenue-milestone"))
    assert own == {
        "enterprise": "乙", "clause": "revenue-milestone", "section": "六(二)", "status": "not-met", "low": "", "high": "",
        "base": "", "reach_facts": "operating_revenue=40000000.01", "reach_low": "500000", "reach_high": "500000",
        "reach_gain_low": "500000", "reach_gain_high": "500000", "policy": "赣府发〔2015〕43号",
    }  # fmt: skip
    clients.write_text(json.dumps(CLIENTS[1]))
    tried = ended("batch", clients, "--format", "csv", "--set", own["reach_facts"]).stdout
    assert "乙,revenue-milestone,六(二),entitled,500000,500000,," in tried


def test_columns_of_the_wide_table_and_parquet(clients: Path, tmp_path: Path) -> None:
    """In the wide table each enterprise has what is nearest of all; Parquet has the same with types."""
    wide = list(
        csv.DictReader(ended("batch", clients, "--reach", "--format", "csv", "--shape", "wide").stdout.splitlines())
    )
    columns = ("enterprise", "reach_clause", "reach_facts", "reach_gain_low", "reach_gain_high")
    found = [tuple(row[column] for column in columns) for row in wide]
    assert found == [
        ("甲", "revenue-milestone", "operating_revenue=100000000.01", "1000000", "1000000"),
        ("乙", "revenue-milestone", "operating_revenue=40000000.01", "500000", "500000"),
        ("丙", "revenue-milestone", "new_format=yes", "500000", "500000"),
        ("丁", "", "", "", ""),
    ]
    out = tmp_path / "out.parquet"
    assert ended("batch", clients, "--reach", "-o", out, "--shape", "wide").returncode == 0
    told = duckdb.sql(f"SELECT {', '.join(columns)} FROM '{out}'")
    assert [str(type) for type in told.types] == ["VARCHAR"] * 3 + ["DECIMAL(38,2)"] * 2
    assert [
        tuple("" if each is None else f"{each:.0f}" if not isinstance(each, str) else each for each in row)
        for row in told.fetchall()
    ] == found


def test_engines_by_columns_do_not_find_it(clients: Path, tmp_path: Path) -> None:
    """Asked for by name, they refuse; chosen by size, the scalar engine does the work."""
    done = ended("batch", clients, "--reach", "-o", tmp_path / "o.csv", "--engine", "duckdb", "--lang", "en")
    assert done.returncode == 2
    assert "--reach is computed by the engine python" in done.stderr
    done = ended("batch", clients, "--unit", "mu", "--lang", "en")
    assert (done.returncode, "--unit takes yuan or wan" in done.stderr) == (2, True)
