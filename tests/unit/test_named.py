"""Names beside ids: where a source knows its enterprises by ids, every output has their names too, on every engine alike."""

import csv
import json
import subprocess
from pathlib import Path

import duckdb
import pytest
from commandline import ended

ROOT = Path(__file__).resolve().parents[2]
PLAN = "赣府发〔2015〕43号"
LONG = ["enterprise", "clause", "section", "status", "low", "high", "base", "policy"]
NAMED = ["enterprise", "name", *LONG[1:]]


def jxplus(*arguments: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """The command as a process; a batch is of a day in 2016, when the deduction was in force."""
    day = ["--as-of", "2016-06-30"] if arguments[0] == "batch" else []
    return ended(*arguments, *day, said=stdin)


def table(folder: Path, text: str) -> Path:
    path = folder / "enterprises.csv"
    path.write_text(text, encoding="utf-8")
    return path


def head(*arguments: str | Path, stdin: str = "") -> list[list[str]]:
    """The header of the CSV that a batch prints, and its first row."""
    done = jxplus("batch", *arguments, "--format", "csv", stdin=stdin)
    return list(csv.reader(done.stdout.splitlines()))[:2]


@pytest.mark.parametrize("shape", ["long", "wide"])
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_engines_agree(tmp_path: Path, shape: str, ending: str) -> None:
    """A table with ids and names, one row of which needs judgement: the same bytes, the name second, the plan last."""
    source = table(tmp_path, "id,name,rd_expensed\nA,甲,1000\nB,乙,1万\nC,丙,3000\nD,丁,4000\n")
    found = {}
    for engine in ("python", "duckdb"):
        out = tmp_path / f"{engine}.{ending}"
        done = jxplus("batch", source, "-o", out, "--engine", engine, "--shape", shape, "--lang", "en")
        assert f"engine: {engine}" in done.stderr or engine == "python"
        rows = duckdb.sql(f"FROM '{out}'")
        assert (rows.columns[1], rows.columns[-1]) == ("name", "policy")
        found[engine] = rows.fetchall()
    assert found["python"] == found["duckdb"]
    assert [row[:2] for row in found["duckdb"]] == [("A", "甲"), ("B", "乙"), ("C", "丙"), ("D", "丁")]
    assert {row[-1] for row in found["duckdb"]} == {PLAN}


def test_a_table_without_names_has_the_ids_for_names(tmp_path: Path) -> None:
    """There is nothing else to call them by; so it is on each engine."""
    source = table(tmp_path, "id,rd_expensed\nA,1000\n")
    for engine in ("python", "duckdb"):
        out = tmp_path / f"{engine}.csv"
        jxplus("batch", source, "-o", out, "--engine", engine)
        assert [row[:2] for row in csv.reader(out.open(encoding="utf-8"))] == [["enterprise", "name"], ["A", "A"]]


def test_without_ids_there_is_no_column_of_names(tmp_path: Path) -> None:
    """Enterprise files, lines, and a table that is known by names; among sources with ids all have it."""
    line = '{"name": "甲", "rd_expensed": 1000}\n'
    lines, one = tmp_path / "lines.ndjson", tmp_path / "one.yaml"
    lines.write_text(line)
    one.write_text("name: 乙\nrd_expensed: 1000\n", encoding="utf-8")
    named = table(tmp_path, "企业名称,费用化研发费用（元）\n丙,1000\n")
    for source in (lines, one, named):
        assert head(source)[0] == LONG
    assert head("-", stdin=line)[0] == LONG
    ids = tmp_path / "ids.csv"
    ids.write_text("id,name,rd_expensed\nA,甲,1000\n")
    header, first = head(one, ids)
    assert header == NAMED
    assert first[:2] == ["乙", "乙"]


def test_lines_with_ids(tmp_path: Path) -> None:
    """The first line tells, from a file as from standard input; DuckDB leaves such lines to the other engine."""
    lines = '\n{"id": "A", "name": "甲", "rd_expensed": 1000}\n{"id": "B", "name": "乙", "rd_expensed": 1000}\n'
    path = tmp_path / "lines.ndjson"
    path.write_text(lines)
    for told in (head(path), head("-", stdin=lines)):
        assert told[0] == NAMED
        assert told[1][:3] == ["A", "甲", "rd-super-deduction"]
    done = jxplus("batch", path, "-o", tmp_path / "o.csv", "--engine", "duckdb", "--lang", "en")
    assert "its lines state ids" in done.stderr
    assert (tmp_path / "o.csv").read_text("utf-8").splitlines()[1].startswith("A,甲,")


def test_objects_and_refusals_have_names_beside_ids(tmp_path: Path) -> None:
    """`name` stands after `enterprise` where that is an id, and nowhere else."""
    source = table(tmp_path, "id,name,trainees\nA,甲,1\nB,乙,x\n")
    errors = tmp_path / "errors.ndjson"
    done = jxplus("batch", source, "--format", "json", "--errors", errors)
    assert [(one["enterprise"], one["name"]) for one in map(json.loads, done.stdout.splitlines())] == [("A", "甲")]
    assert [(one["enterprise"], one["name"]) for one in map(json.loads, errors.read_text("utf-8").splitlines())] == [
        ("B", "乙")
    ]
    one = tmp_path / "one.yaml"
    one.write_text("name: 甲\n", encoding="utf-8")
    assert "name" not in json.loads(jxplus("calc", one, "--format", "json").stdout)


def test_the_screen_has_both(tmp_path: Path) -> None:
    """The id first, as in the table, then the name; in a table of tabulate's as well."""
    source = table(tmp_path, "id,name,rd_expensed\nA,甲公司,1000万\nB,乙公司,x\n")
    told = jxplus("batch", source, "--lang", "en").stdout
    lines = [line.split() for line in told.splitlines()]
    assert ["A", "甲公司", "1,250,000.00", "1,250,000.00"] in [line[:4] for line in lines]
    assert ["B", "乙公司", "refused", "1", "fault"] in lines
    github = jxplus("batch", source, "--lang", "en", "--format", "github").stdout
    assert ["", "A", "甲公司", "1,250,000.00"] in [
        [cell.strip() for cell in line.split("|")][:4] for line in github.splitlines()
    ]
    wan = jxplus("batch", source, "--lang", "en", "--unit", "wan").stdout
    assert ["A", "甲公司", "125", "125"] in [line.split()[:4] for line in wan.splitlines()]
    assert "in 10,000 yuan" in wan


def test_the_query_has_them_too() -> None:
    """`jxplus sql` reads the column `name`; a table that has none is named by --without, and the id stands for it."""
    told = jxplus("sql", "--dialect", "postgres", "--lang", "en").stdout
    assert "enterprises (id, name, " in told
    without = jxplus("sql", "--dialect", "postgres", "--without", "name", "--lang", "en").stdout
    assert "enterprises (id, name" not in without
    assert "CAST(id AS TEXT) AS name" in without
    assert f"'{PLAN}' AS policy" in told


@pytest.mark.parametrize("engine", ["python", "duckdb"])
def test_each_row_names_its_own_plan(tmp_path: Path, engine: str) -> None:
    """Two plans with one award each, which bear 80 % of 1,000 yuan of fees; the wide row is of both."""
    small = (ROOT / "tests/small.yaml").read_text("utf-8")
    one, two, out = tmp_path / "one.yaml", tmp_path / "two.yaml", tmp_path / "out.csv"
    one.write_text(small.replace("  issued:", "  alias: one\n  issued:"), encoding="utf-8")
    other = small.replace("小方案〔2020〕1号", "二方案").replace("patent-award", "patent-prize")
    two.write_text(other.replace("  issued:", "  alias: two\n  issued:"), encoding="utf-8")
    source = table(tmp_path, "id,name,fees,granted\nA,甲,1000,5\n")
    asked = ["batch", source, "--policies", one, "--policies", two, "-o", out, "--engine", engine]
    command = [*map(str, asked), "--as-of", "2021-01-01"]
    ended(*command)
    assert out.read_text("utf-8").splitlines() == [
        "enterprise,name,clause,section,status,low,high,base,policy",
        "A,甲,patent-award,一(一),entitled,800,800,,小方案〔2020〕1号",
        "A,甲,patent-prize,一(一),entitled,800,800,,二方案",
    ]
    ended(*command, "--shape", "wide")
    assert out.read_text("utf-8").splitlines()[1].endswith(",小方案〔2020〕1号 + 二方案")
