"""The results of former runs beside the sources: named, never read, and never in the way of the next run."""

from pathlib import Path

import pytest
from commandline import invoked

from jxplus.batch.sources.former import is_result

ENTERPRISES = "id,as_of,rd_expensed\nE1,2016-06-30,100\nE2,2016-06-30,-1\n"
"""六(一): of 100 yuan half is deducted once more, 25% of 50 yuan; what E2 states is refused."""
PAID = "E1,E1,rd-super-deduction,六(一),entitled,12.5,12.5,50,赣府发〔2015〕43号"


def batch(folder: Path, *arguments: str) -> list[str]:
    """What a batch of a folder says."""
    done = invoked("batch", folder, *arguments, code=1)
    assert "1 computed, 1 refused" in done.stderr
    return list(done.stderr.splitlines())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of tables with every kind of result in it."""
    found = tmp_path / "t"
    found.mkdir()
    (found / "enterprises.csv").write_text(ENTERPRISES, "utf-8")
    batch(found, "-o", f"{found}/long.csv", "--errors", f"{found}/refused.ndjson")
    batch(found, "-o", f"{found}/wide.csv", "--shape", "wide")
    batch(found, "-o", f"{found}/all.ndjson")
    batch(found, "-o", f"{found}/book.xlsx")
    batch(found, "-o", f"{found}/wide-book.xlsx", "--shape", "wide")
    batch(found, "-o", f"{found}/long.parquet")
    batch(found, "-o", f"{found}/wide.parquet", "--shape", "wide")
    (found / "nobody.ndjson").write_text("")  # the refusals where nobody was refused
    (found / "of-calc.json").write_text((found / "all.ndjson").read_text("utf-8"), "utf-8")
    return found


@pytest.mark.parametrize("out", ["long.csv", "new.csv", "all.ndjson", "book.xlsx", "wide.parquet"])
def test_a_result_is_named_once_and_not_read(out: str, folder: Path) -> None:
    """But for the one that is written anew, of which nobody needs to be told."""
    said = batch(folder, "-o", str(folder / out))
    named = sorted(
        line.removesuffix(": not read: it is the result of a former run") for line in said if "not read" in line
    )
    assert named == sorted(str(each) for each in folder.iterdir() if each.name not in ("enterprises.csv", out))


@pytest.mark.parametrize("engine", ["python", "duckdb"])
def test_the_next_run_comes_to_the_same(engine: str, folder: Path) -> None:
    for _ in range(2):
        said = batch(folder, "-o", str(folder / "long.csv"), "--engine", engine)
        assert ("engine: duckdb" in said) == (engine == "duckdb")
        assert [line for line in (folder / "long.csv").read_text("utf-8").splitlines() if ",entitled," in line] == [
            PAID
        ]
        assert sum("all.ndjson: not read" in line for line in said) == 1


@pytest.mark.parametrize("engine", ["python", "duckdb"])
def test_strict_refuses_what_is_not_read(engine: str, tmp_path: Path) -> None:
    (tmp_path / "enterprises.csv").write_text(ENTERPRISES, "utf-8")
    (tmp_path / "old.csv").write_text("enterprise,clause,section,status,low,high,base\n", "utf-8")
    out = tmp_path.parent / "out.csv"
    done = invoked("batch", tmp_path, "-o", out, "--strict", "--engine", engine, code=1)
    assert f"{tmp_path}/old.csv:1:1: it is the result of a former run" in done.stderr


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "enterprise,name,status\nE1,a,entitled\n"),
        ("a.csv", ""),
        ("a.json", '{"name": "jxplus", "rd_expensed": 100}'),
        ("a.ndjson", '{"name": "enterprise", "rd_expensed": 100}\n{"jxplus": "0.1.0"}\n'),
        ("a.ndjson", "\n"),
        ("a.json", ""),
        ("a.parquet", "no Parquet"),
        ("a.xlsx", "no workbook"),
        ("a.yaml", "jxplus: 1"),
        ("a", '{"jxplus": "0.1.0"}'),
    ],
)
def test_what_is_no_result(name: str, text: str, tmp_path: Path) -> None:
    """An enterprise of that name, other tables with some of the columns, and what cannot be read: its reader judges it."""
    (tmp_path / name).write_text(text, "utf-8")
    assert not is_result(str(tmp_path / name))


def test_a_table_is_what_its_name_says(tmp_path: Path) -> None:
    """A table of premises with the headings of a result is wrong, and not passed over: nobody's premises are unknown."""
    (tmp_path / "enterprises.csv").write_text(ENTERPRISES, "utf-8")
    (tmp_path / "premises.csv").write_text("enterprise,clause,section,status,low,high,base\n", "utf-8")
    done = invoked("batch", tmp_path, code=1)
    assert "premises.csv:1" in done.stderr
    assert "former" not in done.stderr


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert not is_result(str(tmp_path / "gone.csv"))


def test_a_policy_file_in_a_folder_is_named_and_not_read(folder: Path) -> None:
    """A plan beside the tables is no enterprise, on either engine; named by itself it is refused, and with --strict too."""
    plan = folder / "plan.yaml"
    plan.write_text((Path(__file__).parents[2] / "policies.yaml").read_text("utf-8"), "utf-8")
    for engine in ("python", "duckdb"):
        said = batch(folder, "-o", f"{folder}/new.csv", "--engine", engine)
        assert f"{plan}: not read: it is a policy file and no enterprise; name it with --policies" in said
    done = invoked("batch", folder, "--strict", code=1)
    assert f"{plan}:1:1: it is a policy file and no enterprise" in done.stderr
    done = invoked("check", folder)
    assert f"{plan}: valid, 34 clauses" in done.stdout
