"""Which engine is chosen, for everything that may be asked and be there; and that endings are asked about in one place."""

import ast
from pathlib import Path

import pytest

from jxplus.batch.engines import ENGINES, FEW, Asked, Choice, There, Unserved, check, choose
from jxplus.batch.outputs.formats import OUTPUTS, output_format
from jxplus.batch.sources.formats import SOURCES, Holds, holds

PACKAGE = Path(__file__).parents[2] / "jxplus"
COMMANDS = ("batch", "check", "engines", "verify")
"""The modules of the command line that take what a batch takes."""
MANY = There(tables=True, fit=True, size=FEW + 1)
"""A folder of sound tables, larger than the scalar engine is quick with."""


def asked(engine: str = "auto", sources: int = 1, columnar: str = "csv", **more: bool) -> Asked:
    return Asked(engine, sources, columnar, **more)


@pytest.mark.parametrize(
    ("asked", "there", "chosen"),
    [
        pytest.param(asked(), MANY, ("duckdb", True, ""), id="many, from tables to a table"),
        pytest.param(asked(columnar="parquet"), MANY, ("duckdb", True, ""), id="to Parquet"),
        pytest.param(asked(), MANY._replace(tables=False), ("duckdb", True, ""), id="lines"),
        pytest.param(asked(), MANY._replace(size=FEW), ("python", True, ""), id="few: DuckDB is not worth its start"),
        pytest.param(asked(sources=2), MANY, ("python", False, ""), id="two sources are one batch, and no one table"),
        pytest.param(asked(piped=True), MANY, ("python", False, ""), id="standard input"),
        pytest.param(asked(columnar=""), MANY, ("python", False, ""), id="to a workbook, NDJSON or the screen"),
        pytest.param(
            asked(columnar="", printed=True),
            MANY,
            ("python", False, ""),
            id="CSV on standard output comes as it is made",
        ),
        pytest.param(
            asked(), MANY._replace(missing=("duckdb",)), ("python", False, ""), id="DuckDB is not installed: no matter"
        ),
        pytest.param(
            asked(), There(tables=True), ("python", True, "not everything in the folder"), id="not all are tables"
        ),
        pytest.param(asked(), There(), ("python", False, ""), id="enterprise files"),
        pytest.param(asked("python"), MANY, ("python", False, ""), id="the scalar engine by name"),
        pytest.param(asked("duckdb"), MANY._replace(size=1), ("duckdb", True, ""), id="DuckDB by name, however few"),
        pytest.param(asked("duckdb", columnar="", printed=True), MANY, ("duckdb", True, ""), id="DuckDB, printed"),
        pytest.param(
            asked("duckdb"),
            There(tables=True),
            ("python", True, "not everything"),
            id="DuckDB, but the tables are not sound",
        ),
        pytest.param(asked("spark"), There(), ("spark", True, ""), id="Spark looks at the tables itself"),
    ],
)
def test_choice(asked: Asked, there: There, chosen: tuple[str, bool, str]) -> None:
    engine, said, reason = chosen
    check(asked, there.missing)
    found = choose(asked, there)
    assert found[:2] == (engine, said)
    assert (found.reason.en[: len(reason)] if found.reason else "") == reason


@pytest.mark.parametrize(
    ("asked", "missing", "said"),
    [
        pytest.param(
            asked("Duck DB"), (), "--engine takes one of auto, duckdb, python, spark, not 'Duck DB'", id="unknown"
        ),
        pytest.param(
            asked("duckdb", sources=2), (), "--engine duckdb takes one source, a folder of tables or NDJSON", id="two"
        ),
        pytest.param(asked("spark", piped=True), (), "--engine spark takes one source", id="standard input"),
        pytest.param(
            asked("duckdb", columnar=""),
            (),
            "--engine duckdb writes tables: -o FILE.csv or FILE.parquet",
            id="to no table",
        ),
        pytest.param(asked("spark", columnar=""), (), "--engine spark writes tables", id="Spark to no table"),
        pytest.param(
            asked("duckdb"), ("sqlglot",), "--engine duckdb needs sqlglot: pip install '.[tables]'", id="missing"
        ),
    ],
)
def test_an_engine_that_cannot_serve(asked: Asked, missing: tuple[str, ...], said: str) -> None:
    """It is said before anything is read."""
    with pytest.raises(Unserved) as raised:
        check(asked, missing)
    assert str(raised.value).startswith(said)


def test_duckdb_by_name_for_what_is_no_table() -> None:
    with pytest.raises(Unserved, match="reads tables and NDJSON"):
        choose(asked("duckdb"), There())


def test_a_missing_library_stops_nobody_else() -> None:
    """Spark takes its own, and the scalar engine none."""
    for engine in set(ENGINES) - {"duckdb"}:
        check(asked(engine), ("duckdb", "sqlglot"))
    assert choose(asked(), There(("sqlglot",), True, True, FEW + 1)) == Choice("python")


# ---- endings -----------------------------------------------------------------------------------------------------------


def test_an_ending_counts_in_any_case() -> None:
    assert holds("x/Clients.XLSX") is Holds.TABLES
    assert holds("a.b.JsonL") is Holds.LINES
    assert output_format("a.PARQUET") is OUTPUTS[".parquet"]


@pytest.mark.parametrize("path", ["", "a", "a.txt", "csv", ".csv", "a.csv.gz", "a.csv/b"])
def test_no_known_ending(path: str) -> None:
    """A name that only has an ending's letters in it, and a hidden file, have no ending."""
    assert holds(path) is None
    assert output_format(path) is None


def test_what_holds_tables_can_be_read() -> None:
    """And what holds enterprises is read for itself."""
    assert all((each.read is not None) == (each.holds in (Holds.TABLE, Holds.TABLES)) for each in SOURCES.values())


def test_endings_are_asked_about_in_one_place() -> None:
    """Nowhere else in a batch is the ending of a name compared: a new format is a line in a table, and no search."""
    endings = {*SOURCES, *OUTPUTS} - {".json", ".yaml", ".yml"}  # templates and enterprise files end so too
    found = {
        str(path.relative_to(PACKAGE))
        for path in (*(PACKAGE / "batch").rglob("*.py"), *(PACKAGE / "cli" / f"{each}.py" for each in COMMANDS))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Compare) or (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute))
        for each in ast.walk(node)
        if isinstance(each, ast.Constant) and each.value in endings
    }
    assert found == set()
