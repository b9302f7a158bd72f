"""`batch` on DuckDB and on the scalar engine: the same tables give the same files, refusals, messages and exit codes."""

import csv
import io
import json
import signal
import subprocess
import sys
import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import commandline
import duckdb
import pytest
from commandline import invoked
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jxplus.enterprise import Enterprise
from jxplus.policy.store import load_policy
from jxplus.render.rows import csv_lines

sys.path.insert(0, str(Path(__file__).parents[1]))
import namesakes
import tables
from few import few

POLICY = load_policy()
TANGLED_FILE = Path(__file__).parents[1] / "tangled.yaml"
TANGLED = load_policy(str(TANGLED_FILE))
WHOLE = ("--policies", POLICY.file)
LAW = settings(deadline=None, suppress_health_check=list(HealthCheck))

# Ten enterprises; the sixth earns 1,000,000 yuan too little for any award, the others pass the mark of 4000万元.
ENTERPRISES = "id,name,new_format,operating_revenue,previous_peak_revenue,as_of\n" + "".join(
    f"E{number},企业{number},true,{39000000 if number == 6 else 45000000.5},0,2016-06-30\n" for number in range(10)
)
PREMISES = "enterprise_id,landlord,use,area,monthly_rent,months\nE3,private,maker-space,100,45,12\nE1,private,maker-space,50.5,15,6\n"


class Result(NamedTuple):
    """What a batch left behind: its exit code, its messages, its result and its refusals; None for no file."""

    code: int
    said: list[str]
    out: Any
    errors: str | None


def batch(folder: Path, engine: str, out: str, *arguments: str) -> tuple[str, Result]:
    """The engine that a batch took, and what it left behind; by the few clauses where no policy is named."""
    place = folder.parent / f"{engine}-{out}"
    kept = folder.parent / f"{engine}-errors.ndjson"
    for path in (place, kept):
        path.unlink(missing_ok=True)
    command = ["batch", str(folder), "-o", str(place), "--errors", str(kept), "--engine", engine, "--lang", "en"]
    command += [] if "--policies" in arguments else ["--policies", few()]
    done = invoked(*command, *arguments)
    said = [line.replace(str(place), "OUT") for line in done.stderr.splitlines()]
    took = [line for line in said if line.startswith("engine: ")]
    read: Any = None
    if place.exists() and out.endswith(".csv"):
        read = place.read_bytes()
    elif place.exists():
        found = duckdb.sql(f"SELECT * FROM '{place}'")
        read = (found.columns, [str(type) for type in found.types], found.fetchall())
    errors = kept.read_text(encoding="utf-8") if kept.exists() else None
    rest = [line for line in said if line not in took]
    return "".join(took), Result(done.exit_code, rest, read, errors)


def alike(folder: Path, out: str, *arguments: str, took: str = "engine: duckdb") -> Result:
    """What both engines left behind, which is the same."""
    by_columns, own = batch(folder, "duckdb", out, *arguments)
    _, other = batch(folder, "python", out, *arguments)
    assert own == other
    assert took in by_columns
    return own


def lay(folder: Path, **files: str | bytes) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / f"{name}.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def as_parquet(folder: Path) -> Path:
    """The same tables as Parquet, typed as DuckDB guesses them out of the text."""
    other = folder.parent / "typed"
    other.mkdir()
    for file in folder.iterdir():
        duckdb.sql(f"COPY (SELECT * FROM read_csv('{file}')) TO '{other / file.stem}.parquet'")
    return other


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return lay(tmp_path / "tables", enterprises=ENTERPRISES, premises=PREMISES)


OPTIONS = [
    (),
    ("--all",),
    ("--shape", "wide"),
    ("--as-of", "2019-01-01", "--all"),
    ("--reading", "revenue-milestone=stack", "--shape", "wide"),
    ("--set", "cit_rate=15%", "--set", "new_format=", "--all"),
]


@pytest.mark.parametrize("out", ["out.csv", "out.parquet"])
def test_an_id_may_run_over_lines(out: str, folder: Path) -> None:
    """Whatever ends a line in it: it stays one cell, which is read as it was written."""
    typed = as_parquet(folder)
    ids = ["E\r0", "E\n1", "E\r\n2"]
    for number, id in enumerate(ids):
        changed = f"SELECT * REPLACE (if(id = 'E{number}', $id, id) AS id) FROM '{typed}/enterprises.parquet'"
        duckdb.execute(f"COPY ({changed}) TO '{typed}/enterprises.parquet'", {"id": id})
    duckdb.execute(f"COPY (FROM '{typed}/premises.parquet' WHERE enterprise_id = 'E3') TO '{typed}/premises.parquet'")
    found = alike(typed, out, "--shape", "wide")
    assert found.code == 0
    rows = list(csv.reader(io.StringIO(found.out.decode(), newline="")))[1:] if out.endswith(".csv") else found.out[2]
    assert [row[0] for row in rows] == [*ids, *(f"E{number}" for number in range(3, 10))]


@pytest.mark.parametrize("arguments", OPTIONS, ids=" ".join)
@pytest.mark.parametrize("out", ["out.csv", "out.parquet"])
def test_the_same_file(folder: Path, out: str, arguments: tuple[str, ...]) -> None:
    """Out of CSV and out of Parquet, whatever is asked for."""
    assert alike(folder, out, *arguments, *WHOLE).code == 0
    assert alike(as_parquet(folder), out, *arguments).code == 0


def test_what_is_in_it(folder: Path) -> None:
    """E3 rents 100㎡ for 12 months at 45, of which 20元/㎡ count: up to 24,000; E1 pays 15 for 50.5㎡, 6 months: 4,545."""
    found = alike(folder, "out.csv").out.decode().splitlines()
    assert f"E3,企业3,maker-space-rent-subsidy,六(三),entitled,0,24000,,{POLICY.id}" in found
    assert f"E1,企业1,maker-space-rent-subsidy,六(三),entitled,0,4545,,{POLICY.id}" in found
    assert [line for line in found if line.startswith("E6,") and "revenue" in line] == []
    awards = [line for line in found if ",revenue-milestone," in line]
    entitled = "revenue-milestone,六(二),entitled,500000,500000,"
    assert awards == [f"E{n},企业{n},{entitled},{POLICY.id}" for n in range(10) if n != 6]


DIRTY = {
    "a unit in the text": ("E5,企业5,true,45000000.5", "E5,企业5,true,4500.00005万元"),
    "words for a truth": ("E5,企业5,true", "E5,企业5,是"),
    "a figure with commas": ("E5,企业5,true,45000000.5", 'E5,企业5,true,"45,000,000.5"'),
    "a fault": ("E5,企业5,true,45000000.5", "E5,企业5,maybe,-1"),
    "three decimals": ("E5,企业5,true,45000000.5", "E5,企业5,true,45000000.555"),
    "too large": ("E5,企业5,true,45000000.5", "E5,企业5,true,10000000000000"),
    "no name": ("E5,企业5", "E5,"),
    "no id": ("E5,企业5", ",企业5"),
    "one id twice": ("E5,企业5", "E4,企业5"),
    "an empty row": ("E5,企业5", ",,,,,\nE5,企业5"),
    "blanks around": ("E5,企业5,true", " E5 ,　企业5 , true"),
    "no such day": ("0,2016-06-30\nE7", "0,2016-06-31\nE7"),
    "a mark and a currency": ("E5,企业5,true,45000000.5", "E5,企业5,√,￥4500万元整"),
    "none and a day with strokes": ("39000000,0,2016-06-30\nE7", "39000000,无,2016/6/30\nE7"),
    "unknown facts": ("E5,企业5,true,45000000.5,0,2016-06-30", "E5,企业5,,,,"),
    "a line break": ("E5,企业5", '"E5","企业\n5"'),
}


@pytest.mark.parametrize("change", DIRTY.values(), ids=list(DIRTY))
@pytest.mark.parametrize("out", ["out.csv", "out.parquet"])
def test_a_row_that_needs_judgement(folder: Path, change: tuple[str, str], out: str) -> None:
    """Whatever a row says, both engines take it for the same, or refuse it with the same words in the same place."""
    assert change[0] in ENTERPRISES
    lay(folder, enterprises=ENTERPRISES.replace(*change))
    alike(folder, out, "--shape", "long" if out.endswith(".csv") else "wide")


ITEMS = {
    "a unit": "E3,private,office,100㎡,45,12\n",
    "a fact that is missing": "E3,private,,100,45,12\n",
    "an unknown enterprise": "E33,private,office,100,45,12\nE44,private,office,100,45,12\n",
    "no enterprise": ",private,office,100,45,12\n",
    "an area of nothing": "E3,private,office,0,45,12\n",
    "a Chinese choice": "E3,社会,办公,100,45,12\n",
    "a blank": "E3 ,private,office,100,45,12\n",
}


@pytest.mark.parametrize("item", ITEMS.values(), ids=list(ITEMS))
def test_an_item_that_needs_judgement(folder: Path, item: str) -> None:
    """An item takes its whole enterprise with it; one that belongs to none is refused at the end."""
    lay(folder, premises=PREMISES + item)
    alike(folder, "out.csv", "--all")
    alike(folder, "out.parquet", "--shape", "wide")


TYPED = {
    "an unknown enterprise": ITEMS["an unknown enterprise"],
    "no enterprise": ITEMS["no enterprise"],
    "a blank": ITEMS["a blank"],
    "a Chinese choice": ITEMS["a Chinese choice"],
    "a choice that is none": "E3,private,attic,100,45,12\n",
    "a total": "合计,private,office,100,45,12\n",
    "the headings once more": "enterprise_id,private,office,100,45,12\n",
    "an id that Excel spoilt": "1E5,private,office,100,45,12\n",
}


@pytest.mark.parametrize("item", TYPED.values(), ids=list(TYPED))
def test_an_item_in_parquet(folder: Path, item: str) -> None:
    """Whose it is is looked at where no enterprise has its id: the same is told of it, and the others are computed."""
    alike(as_parquet(lay(folder, premises=PREMISES + item)), "out.csv", "--all", took="engine: ")


@pytest.mark.parametrize(
    ("id", "took", "computed"),
    [
        ("三江公司", "engine: duckdb", 10),  # an id, though notes begin with numerals too
        (" E4", "engine: duckdb", 10),  # E4
        (" 9e17", "engine: duckdb", 9),  # what Excel made of a long id: refused
        ("合计", "engine: python", 9),  # a total, which is no enterprise
        ("A:4", "engine: python", 10),
    ],
)
def test_an_id_in_parquet_that_is_not_as_most_are(id: str, took: str, computed: int, folder: Path) -> None:
    lay(folder, enterprises=ENTERPRISES.replace("E4,", f"{id},"))
    typed = "SELECT * REPLACE (CAST(as_of AS DATE) AS as_of)"
    other = as_parquet(folder)
    duckdb.sql(f"COPY ({typed} FROM '{other}/enterprises.parquet') TO '{other}/enterprises.parquet'")
    found = alike(other, "out.csv", "--shape", "wide", took=took).out.decode().splitlines()[1:]
    assert len(found) == computed


def test_a_day_that_nobody_states(tmp_path: Path) -> None:
    """A column that all leave empty is none: the toll is of the enterprise's own last day, as is said of the one who pays it.

    E1 paid 1,000 yuan with a stored-value card, of which 5% and, until August 2016, 2% more are back; E2 paid without a card.
    """
    enterprises = "id,name,as_of,period_end\nE1,甲,2016-06-30,\nE2,乙,2016-06-30,\n"
    tolls = "enterprise_id,card,toll,date\nE1,stored-value,1000,\nE2,none,1000,\n"
    folder = lay(tmp_path / "tables", enterprises=enterprises, truck_tolls=tolls)
    found = alike(folder, "out.csv", *WHOLE)
    assert [line.split(",")[2:7] for line in found.out.decode().splitlines() if ",toll-" in line] == [
        ["toll-card-base", "八(四)", "entitled", "50", "50"],
        ["toll-card-extra", "八(四)", "entitled", "20", "20"],
    ]
    (said,) = [line for line in found.said if "Day of travel" in line]
    assert said.endswith("(1 enterprise)")
    typed = "SELECT * REPLACE (CAST(period_end AS DATE) AS period_end, CAST(as_of AS DATE) AS as_of)"
    other = as_parquet(folder)
    duckdb.sql(f"COPY ({typed} FROM '{other}/enterprises.parquet') TO '{other}/enterprises.parquet'")
    assert alike(other, "out.csv", *WHOLE) == found


def test_rows_that_are_judged_keep_their_place(folder: Path) -> None:
    """The results stand in the order of the table, judged or not; a refused enterprise is left out."""
    text = ENTERPRISES.replace("E5,企业5,true", "E5,企业5,yes ").replace("E2,企业2,true", "E2,企业2,perhaps")
    lay(folder, enterprises=text)
    done = alike(folder, "out.csv", "--shape", "wide")
    assert done.code == 1
    assert [line.split(",")[0] for line in done.out.decode().splitlines()[1:]] == [f"E{n}" for n in range(10) if n != 2]
    assert [line.split(": ")[0] for line in done.said[:1]] == [f"{folder}/enterprises.csv:4:3"]


@pytest.mark.parametrize(
    "files",
    [
        {"enterprises": ENTERPRISES.replace("id,name", "编号,企业名称"), "premises": PREMISES},
        {"enterprises": ENTERPRISES.encode("gb18030"), "premises": PREMISES},
        {"enterprises": b"\xef\xbb\xbf" + ENTERPRISES.encode(), "premises": PREMISES},
        {"enterprises": ENTERPRISES.replace("\n", "\r\n"), "premises": PREMISES},
        {"enterprises": ENTERPRISES, "premises": PREMISES.replace("\n", "\r\n")},
        {"enterprises": ENTERPRISES.replace("\n", "\r\n").encode("gb18030"), "premises": PREMISES},
        {"enterprises": ENTERPRISES.rstrip("\n").replace("\n", "\r\n")},
        {"enterprises": ENTERPRISES.replace("企业5", '"企业\n5"').replace("企业6", '"企业""\n6"')},
        {"enterprises": ENTERPRISES.replace("企业5", '"企业\r\n5"').replace("0\n", "0\r\n").replace("of\n", "of\r\n")},
        {"enterprises": ENTERPRISES.rstrip("\n"), "premises": PREMISES.splitlines()[0]},
        {"enterprises": ENTERPRISES.replace(",as_of\n", ",\n").replace(",2016-06-30\n", ",\n")},
    ],
    ids=[
        "Chinese headings",
        "GB18030",
        "a byte-order mark",
        "CRLF",
        "a list in CRLF",
        "GB18030 in CRLF",
        "CRLF without its last",
        "a name over two lines",
        "a name over two lines of CRLF",
        "an empty list",
        "no heading",
    ],
)
def test_files_of_every_kind(tmp_path: Path, files: dict[str, str | bytes]) -> None:
    alike(lay(tmp_path / "tables", **files), "out.csv", "--all", took="engine: duckdb")


def test_an_empty_list_is_none_and_an_absent_one_unknown(tmp_path: Path) -> None:
    """With an empty table of premises nobody rents; without one nobody can tell."""
    row = f"E6,企业6,maker-space-rent-subsidy,六(三),{{}},,,,{POLICY.id}"
    folder = lay(tmp_path / "tables", enterprises=ENTERPRISES, premises=PREMISES.splitlines()[0] + "\n")
    assert row.format("not-met") in alike(folder, "out.csv", "--all").out.decode().splitlines()
    (folder / "premises.csv").unlink()
    assert row.format("undecided") in alike(folder, "out.csv", "--all").out.decode().splitlines()


def test_a_column_of_lists(tmp_path: Path) -> None:
    """A Parquet column that holds lists of decimals states no figure; it is refused alike."""
    folder = tmp_path / "tables"
    folder.mkdir()
    facts = "'E' || i AS id, 'n' AS name, if(i = 3, [1.5::DECIMAL(10, 2)], NULL) AS operating_revenue"
    duckdb.sql(f"COPY (SELECT {facts} FROM range(10) r(i)) TO '{folder}/enterprises.parquet'")
    assert alike(folder, "out.csv", "--all").code == 1


def test_a_folder_that_holds_more_than_tables(folder: Path) -> None:
    """A file of an enterprise beside the tables is computed too, and so by the engine that reads it."""
    (folder / "beside.yaml").write_text("name: 旁\nas_of: 2016-06-30\ninternet_plus: yes\n")
    found = alike(folder, "out.csv", "--shape", "wide", took="engine: python (not everything in the folder")
    assert [line.split(",")[0] for line in found.out.decode().splitlines()[1:]] == [*(f"E{n}" for n in range(10)), "旁"]


BROKEN = {
    "an unknown column": ENTERPRISES.replace("new_format", "new_fromat"),
    "no ids": ENTERPRISES.replace("id,", "number,"),
    "a row cut short": ENTERPRISES + "E10,企业10\n",
    "mostly in doubt": ENTERPRISES.replace("45000000.5", "4500万"),
    "an open quote": ENTERPRISES + '"E10,企业10\n',
    "quotes in a cell": ENTERPRISES.replace("企业5", '企"业"5'),
    "uneven rows": ENTERPRISES.replace("name,", "").replace("企业", "").replace("E", "企"),
    "lines of another kind in a name": ENTERPRISES.replace("企业5", '"企业\r5"'),
    "an empty line at the start": "\n" + ENTERPRISES,
    "an empty row at the start": ",,,,,\n" + ENTERPRISES,
    "an empty line in CRLF": ENTERPRISES.replace("\n", "\r\n").replace("E5", "\r\nE5"),
    "an empty line at the end": ENTERPRISES + "\n",
    "a sum": ENTERPRISES + "总额,公司,true,45000000,0,2016-06-30\n",
    "a mean": ENTERPRISES + "E10,平均,true,45000000,0,2016-06-30\n",
    "a label of a note": ENTERPRISES + "备注,以上未经审计,,,,\n",
    "who made it": ENTERPRISES + "制表人,张三,,审核,李四,\n",
    "lines of two kinds": ENTERPRISES.replace("\nE5", "\r\nE5"),
    "binary": b"\xff\xfe\x00\x01",
    "nothing": b"",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=list(BROKEN))
def test_what_is_left_to_the_scalar_engine(folder: Path, text: str | bytes) -> None:
    """Tables that DuckDB cannot be trusted with, or that are nearly all in doubt; it is said why."""
    lay(folder, enterprises=text)
    alike(folder, "out.csv", took="engine: python (")


@pytest.mark.parametrize(
    ("id", "shown", "took"),
    [
        ('"E,5"', '"E,5"', "duckdb"),
        ('"E""5"', '"E""5"', "python (a CSV has unusual quotes or characters)"),
        ("E'5", "E'5", "duckdb"),
        ("E 5", "E 5", "duckdb"),
        ("E#5", "E#5", "python (an id or a name has a # in it)"),
    ],
)
def test_ids_that_csv_quotes(folder: Path, id: str, shown: str, took: str) -> None:
    """An id is quoted where CSV needs it, and stands in the result as it stood in the table."""
    lay(folder, enterprises=ENTERPRISES.replace("E5", id))
    found = alike(folder, "out.csv", took=f"engine: {took}").out.decode()
    assert f"\n{shown},企业5,revenue-milestone,六(二),entitled," in found


# Half of the research expenses times the rate, half up to the fen: about half a fen, a full million, and the limits.
DEDUCTIONS = [
    ("20000000.10", "0.1", "1000000.01"),  # 10000000.05 × 0.1 = 1000000.005
    ("20000000.08", "0.1", "1000000.00"),  # 10000000.04 × 0.1 = 1000000.004
    ("0.10", "0.1", "0.01"),  # 0.05 × 0.1 = 0.005
    ("0.08", "0.1", "0.00"),
    ("2000000.00", "0.12345678", "123456.78"),
    ("1999999.98", "0.00000001", "0.01"),  # 999999.99 × 0.00000001 = 0.0099999999
    (
        "9999999999999.99",
        "0.99999999",
        "4999999950000.00",
    ),  # 4999999999999.995 less a hundred millionth, 49999.99999999995
    ("9999999999999.99", "0.00000001", "50000.00"),  # 49999.99999999995
]


def test_an_amount_times_a_rate_to_the_fen(tmp_path: Path) -> None:
    rows = "".join(f"E{place},{amount},{rate},2016-06-30\n" for place, (amount, rate, _) in enumerate(DEDUCTIONS))
    tables = lay(tmp_path / "tables", enterprises=f"id,rd_expensed,cit_rate,as_of\n{rows}")
    found = alike(tables, "out.parquet", "--shape", "wide", *WHOLE).out
    low = found[0].index("rd-super-deduction_low")
    assert [row[low] for row in found[2]] == [Decimal(each) for *_, each in DEDUCTIONS]


def test_many_rows_keep_their_order(tmp_path: Path) -> None:
    """Several row groups of Parquet, items in another order, two cores: the results stand as the enterprises do."""
    folder = tmp_path / "tables"
    folder.mkdir()
    count = 200_000
    duckdb.sql(
        f"COPY (SELECT 'E' || (i * 7919 % {count}) AS id, 'n' AS name, true AS internet_plus FROM range({count}) r(i))"
        f" TO '{folder}/enterprises.parquet' (ROW_GROUP_SIZE 20000)"
    )
    duckdb.sql(
        f"COPY (SELECT 'E' || (i * 31 % {count}) AS enterprise_id, true AS qualified FROM range({count}) r(i))"
        f" TO '{folder}/training_bases.parquet' (ROW_GROUP_SIZE 20000)"
    )
    for shape in ("wide", "long"):
        out = tmp_path / f"{shape}.parquet"
        invoked("batch", folder, "-o", out, "--shape", shape, "--engine", "duckdb", code=0)
        found = duckdb.sql(f"SELECT enterprise FROM '{out}'").fetchall()
        assert list(dict.fromkeys(id for (id,) in found)) == [f"E{i * 7919 % count}" for i in range(count)]


ENDLESS = """
import signal, threading
from jxplus.__main__ import main
from jxplus.batch.duckdb import engine

text, write, start = engine.query_text, engine.Columnar.write, threading.Thread.start
pairs = ", (SELECT count(*) FROM range(9000000) a, range(9000000) b WHERE a.range * b.range = 7)"

def heard(thread):
    start(thread)
    signal.raise_signal(signal.SIGINT)

def begin(columnar, path):
    if HEARD:
        threading.Thread.start = heard
    write(columnar, path)

engine.query_text = lambda query, dialect: f"SELECT * FROM ({text(query, dialect)}){pairs}"
engine.Columnar.write = begin
main()
"""
"""The command, with a query that DuckDB is at for days; where HEARD, Ctrl-C is typed just as that begins."""


def ended(folder: Path, number: signal.Signals | None) -> tuple[int, str]:
    """How the command ends that is sent a signal, or hears Ctrl-C as the query begins, and what it says then."""
    out = folder.parent / "out.parquet"
    out.write_text("before")
    script = ENDLESS.replace("HEARD", str(number is None))
    asked = ["batch", str(folder), "--engine", "duckdb", "-o", str(out), "--shape", "wide", "--lang", "en"]
    with subprocess.Popen([sys.executable, "-c", script, *asked], stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            assert process.stderr.readline() == "engine: duckdb\n"
            while number is not None and process.poll() is None and len(list(folder.parent.iterdir())) < 3:
                time.sleep(0.01)  # the third is the file that it writes
            if number is not None:
                process.send_signal(number)
            said = process.communicate(timeout=60)[1]
        finally:
            process.kill()
    assert out.read_text() == "before"
    assert sorted(each.name for each in folder.parent.iterdir()) == ["out.parquet", "tables"]
    return commandline.as_a_shell_says(process.returncode), said


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (None, 130)],
    ids=["Ctrl-C", "asked to end", "Ctrl-C as it begins"],
)
def test_ended_from_outside(folder: Path, number: signal.Signals | None, code: int) -> None:
    """While DuckDB is at work it ends at once and quietly; the former output stands and nothing else is left."""
    assert ended(folder, number) == (code, "")


def test_replaced_whole_or_not_at_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the results cannot be written to the end, the former file is as it was and nothing else is left."""
    from jxplus.batch.duckdb.engine import Columnar

    def fail(self: Columnar, path: str) -> None:
        Path(path).write_text("half")
        raise OSError(28, "No space left on device", path)

    monkeypatch.setattr(Columnar, "write", fail)
    out = folder.parent / "out.csv"
    out.write_text("before")
    done = invoked("batch", folder, "-o", out, "--engine", "duckdb", code=1)
    assert "No space left on device" in done.stderr
    assert out.read_text() == "before"
    assert sorted(each.name for each in folder.parent.iterdir()) == ["out.csv", "tables"]


# ---- lines of NDJSON -----------------------------------------------------------------------------------------------

PLAIN = {"name": "甲", "new_format": True, "operating_revenue": 45000000.5, "previous_peak_revenue": 0}
RENTED = '{"landlord": "private", "use": "maker-space", "area": 50.5, "monthly_rent": 15, "months": 6}'

LINES = {
    "blanks": '{ "name" : "乙" , "trainees" : 5 }',
    "no blanks": '{"name":"乙","trainees":5}',
    "Chinese names": '{"企业名称": "乙", "总部迁入": "总部迁入", "大数据及相关企业": true, "用房": []}',
    "escapes": '{"name": "\\u4e59 \\"a\\", b", "trainees": 5}',
    "a date": '{"name": "乙", "as_of": "2016-06-30"}',
    "nulls": '{"name": "乙", "new_format": null, "trainees": null, "as_of": null, "premises": null}',
    "an empty list": '{"name": "乙", "premises": []}',
    "an item": f'{{"name": "乙", "premises": [{RENTED}]}}',
    "two items": f'{{"name": "乙", "premises": [{RENTED}, {RENTED}]}}',
    "an item in Chinese": f'{{"name": "乙", "premises": [{RENTED.replace("private", "社会").replace("use", "用途")}]}}',
    "a blank line": "   ",
    "an empty line": "",
    "a unit": '{"name": "乙", "operating_revenue": "4500万元"}',
    "a unit in an item": f'{{"name": "乙", "premises": [{RENTED.replace("50.5", chr(34) + "50.5㎡" + chr(34))}]}}',
    "an exponent": '{"name": "乙", "operating_revenue": 1e3}',
    "a small rate": '{"name": "乙", "cit_rate": 0.00000001}',
    "zeros at the end": '{"name": "乙", "operating_revenue": 1.500, "trainees": 5.0}',
    "zeros at the end everywhere": '{"name": "乙", "operating_revenue": 1.50, "cit_rate": 0.1500, "trainees": 5.00, "sales_revenue": 0.00}',
    "more digits than a double has": '{"name": "乙", "operating_revenue": 0.1000000000000000055}',
    "minus zero": '{"name": "乙", "operating_revenue": -0}',
    "a zero in front": '{"name": "乙", "operating_revenue": 007}',
    "a plus": '{"name": "乙", "operating_revenue": +7}',
    "the largest": '{"name": "乙", "operating_revenue": 9999999999999.99}',
    "too large": '{"name": "乙", "operating_revenue": 10000000000000}',
    "negative": '{"name": "乙", "operating_revenue": -1}',
    "no number": '{"name": "乙", "operating_revenue": NaN}',
    "a comma too many": '{"name": "乙",}',
    "a name twice": '{"name": "乙", "name": "丙"}',
    "a name in both languages": '{"name": "乙", "企业名称": "丙"}',
    "a name twice in an item": f'{{"name": "乙", "premises": [{RENTED.replace("6}", "6, " + chr(34) + "months" + chr(34) + ": 6}")}]}}',
    "an unknown fact": '{"name": "乙", "nme": "丙"}',
    "an unknown fact in an item": f'{{"name": "乙", "premises": [{RENTED.replace("landlord", "landlady")}]}}',
    "a fact missing in an item": '{"name": "乙", "premises": [{"landlord": "private"}]}',
    "null in an item": f'{{"name": "乙", "premises": [{RENTED.replace("15", "null")}]}}',
    "no object for an item": '{"name": "乙", "premises": [5]}',
    "null for an item": '{"name": "乙", "premises": [null]}',
    "an object for a list": '{"name": "乙", "premises": {}}',
    "a text for a list": '{"name": "乙", "premises": "none"}',
    "a text for a truth": '{"name": "乙", "new_format": "true"}',
    "a number for a truth": '{"name": "乙", "new_format": 1}',
    "zero for a truth": '{"name": "乙", "new_format": 0}',
    "a mark for a truth": '{"name": "乙", "new_format": "√", "big_data": "×", "internet_plus": "有"}',
    "a share that may be a percentage": '{"name": "乙", "cit_rate": 1, "rd_expensed": 100}',
    "a share that may be a percentage, with zeros": '{"name": "乙", "cit_rate": 1.00, "rd_expensed": 100}',
    "a share in words": '{"name": "乙", "cit_rate": "百分之十五", "rd_expensed": "980万元整"}',
    "a currency": '{"name": "乙", "operating_revenue": "￥4500万", "new_format": "y"}',
    "none of a sum and of a list": '{"name": "乙", "operating_revenue": "无", "premises": "无"}',
    "lost digits": '{"name": "乙", "operating_revenue": 1.23457E+11}',
    "a unit in a key": '{"name": "乙", "new_format": true, "年营业收入（万元）": 4500, "previous_peak_revenue": 0}',
    "a key in capitals": '{"name": "乙", "New_Format": true, "OPERATING_REVENUE": 45000000, "previous_peak_revenue": 0}',
    "a further name": '{"name": "乙", "研发投入": 20000000, "sales_revenue": 1000, "rd_post_subsidy_rate": 0.5}',
    "a further name and its own": '{"name": "乙", "研发投入": 20000000, "rd_investment": 1000}',
    "a period that is another": '{"name": "乙", "季度营业收入": 45000000}',
    "days": '{"name": "乙", "as_of": 20160630}',
    "a day with strokes": '{"name": "乙", "as_of": "2016/6/30"}',
    "a further name of a choice": f'{{"name": "乙", "premises": [{RENTED.replace("private", "民营").replace("maker-space", "Maker_Space")}]}}',
    "a number for a name": '{"name": 5}',
    "an empty name": '{"name": ""}',
    "blanks around a name": '{"name": " 乙　"}',
    "a line break in a name": '{"name": "乙\\n丙"}',
    "half of a character": '{"name": "\\ud800"}',
    "no name": '{"trainees": 5}',
    "no such day": '{"name": "乙", "as_of": "2016-02-30"}',
    "a day in short": '{"name": "乙", "as_of": "2016-6-3"}',
    "an unknown choice": '{"name": "乙", "headquarters": "elsewhere"}',
    "blanks around a choice": '{"name": "乙", "headquarters": "none "}',
    "a list of objects": '[{"name": "乙"}]',
    "a text": '"乙"',
    "not ended": '{"name": "乙"',
    "two objects": '{"name": "乙"} {"name": "丙"}',
    "no JSON": "name: 乙",
}


def ndjson(path: Path, *lines: str, end: str = "\n") -> Path:
    path.write_bytes("".join(f"{line}{end}" for line in lines).encode())
    return path


@pytest.mark.parametrize("line", LINES.values(), ids=list(LINES))
def test_a_line(tmp_path: Path, line: str) -> None:
    """Whatever a line says, both engines take it for the same, or refuse it with the same words in the same place."""
    plain = [json.dumps({**PLAIN, "name": f"企业{number}"}, ensure_ascii=False) for number in range(5)]
    alike(ndjson(tmp_path / "clients.ndjson", *plain[:3], line, *plain[3:]), "out.csv", "--all")


def test_lines_that_need_no_judgement(tmp_path: Path) -> None:
    """What programs commonly write goes the columnar way: any blanks, escapes, null, zeros at the end of a figure."""
    from jxplus.batch import Task
    from jxplus.batch.duckdb.engine import Columnar

    common = [
        "blanks",
        "no blanks",
        "Chinese names",
        "escapes",
        "a date",
        "nulls",
        "an empty list",
        "an item",
        "two items",
    ]
    common += ["an item in Chinese", "zeros at the end", "zeros at the end everywhere", "the largest", "a blank line"]
    path = ndjson(tmp_path / "clients.ndjson", *(LINES[each] for each in common), LINES["an exponent"])
    task = Task(POLICY, "csv", False, True, {}, {}, None, date(2016, 6, 30))
    columnar = Columnar({str(path): "enterprises"}, task, "csv")
    try:
        assert columnar.doubts == (14, 1, 13)
    finally:
        columnar.close()


def test_a_list_that_only_some_lines_state(tmp_path: Path) -> None:
    """Of the three, one states no premises, one states that it has none, one pays 15 for 50.5㎡ in 6 months: up to 4,545."""
    lines = ('{"name": "甲"}', '{"name": "乙", "premises": []}', f'{{"name": "丙", "premises": [{RENTED}]}}')
    found = alike(ndjson(tmp_path / "clients.jsonl", *lines), "out.csv", "--all").out.decode().splitlines()
    told = [line for line in found if ",maker-space-rent-subsidy," in line]
    assert told == [
        f"甲,maker-space-rent-subsidy,六(三),undecided,,,,{POLICY.id}",
        f"乙,maker-space-rent-subsidy,六(三),not-met,,,,{POLICY.id}",
        f"丙,maker-space-rent-subsidy,六(三),entitled,0,4545,,{POLICY.id}",
    ]


@pytest.mark.parametrize("out", ["out.csv", "out.parquet"])
@pytest.mark.parametrize("arguments", OPTIONS, ids=" ".join)
def test_the_same_file_of_lines(tmp_path: Path, out: str, arguments: tuple[str, ...]) -> None:
    """Two enterprises may have one name, and stand in the order of their lines; one line among them needs judgement."""
    lines = [json.dumps({**PLAIN, "trainees": number}, ensure_ascii=False) for number in range(9)]
    lines[4] = '{"name": "甲", "operating_revenue": "4500万元", "new_format": "yes"}'
    assert alike(ndjson(tmp_path / "clients.ndjson", *lines), out, *arguments, *WHOLE).code == 0


KINDS = {
    "a byte-order mark": (b"\xef\xbb\xbf" + '{"name": "甲"}\n{"name": "乙"}\n'.encode(), "duckdb"),
    "CRLF": ('{"name": "甲"}\r\n\r\n{"name": "乙"}\r\n'.encode(), "duckdb"),
    "no end": ('{"name": "甲"}\n{"name": "乙"}'.encode(), "duckdb"),
    "GB18030": ('{"name": "甲"}\n{"name": "乙"}\n'.encode("gb18030"), "python (DuckDB cannot read them"),
    "mixed ends": (b'{"name": "a"}\r{"name": "b"}\n', "python (the lines end in different ways)"),
    "control characters": (b'{"name": "a\0"}\n{"name": "b\1"}\n', "python (there are unusual characters in it)"),
    "blank": (b"\n\n", "duckdb"),
    "empty": (b"", "duckdb"),
}


@pytest.mark.parametrize(("content", "took"), KINDS.values(), ids=list(KINDS))
def test_lines_of_every_kind(tmp_path: Path, content: bytes, took: str) -> None:
    """Lines of another encoding, or that end in several ways, are left to the scalar engine, and it is said why."""
    path = tmp_path / "clients.ndjson"
    path.write_bytes(content)
    alike(path, "out.csv", "--all", took=f"engine: {took}")


# ---- the choice ----------------------------------------------------------------------------------------------------


def test_auto(folder: Path) -> None:
    """Many rows or lines to a table go to DuckDB, all else to the scalar engine; either way the file is the same."""
    assert batch(folder, "auto", "out.csv")[0] == "engine: python"
    heading, *rows = ENTERPRISES.splitlines()
    many = [row.replace("E", f"E{number}-") for number in range(1000) for row in rows]
    lay(folder, enterprises="\n".join([heading, *many, ""]))
    assert batch(folder, "auto", "out.csv")[0] == "engine: duckdb"
    assert batch(folder, "auto", "out.ndjson")[0] == ""
    assert batch(folder, "auto", "out.csv", str(folder / "premises.csv"))[0] == ""
    lines = ndjson(folder.parent / "clients.ndjson", *(json.dumps({**PLAIN, "trainees": each}) for each in range(3000)))
    assert batch(lines, "auto", "out.parquet")[0] == "engine: duckdb"


def test_on_standard_output(folder: Path) -> None:
    by_columns, one_by_one = (
        invoked("batch", folder, "--format", "csv", "--engine", engine) for engine in ("duckdb", "python")
    )
    assert by_columns.stdout == one_by_one.stdout
    assert "revenue-milestone" in by_columns.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--engine", "sqlite"], "auto, duckdb, python, spark"),
        (["--engine", "duckdb"], "-o FILE.csv"),
        (["--engine", "duckdb", "-o", "out.ndjson"], "FILE.parquet"),
        (["--engine", "duckdb", "-", "-o", "out.csv"], "one source"),
    ],
)
def test_where_an_engine_cannot_serve(folder: Path, arguments: list[str], said: str) -> None:
    done = invoked("batch", folder, *arguments, code=2)
    assert said in done.stderr


def test_a_folder_of_files_is_not_for_duckdb(tmp_path: Path) -> None:
    """Who asks for DuckDB is told that it does not read enterprise files, and not served by another engine in silence."""
    (tmp_path / "clients").mkdir()
    (tmp_path / "clients" / "one.yaml").write_text("name: 甲\n", encoding="utf-8")
    command = ["batch", str(tmp_path / "clients"), "-o", str(tmp_path / "out.csv"), "--lang", "en"]
    done = invoked(*command, "--engine", "duckdb")
    assert (done.exit_code, "tables and NDJSON" in done.stderr) == (2, True)
    assert invoked(*command).exit_code == 0


# ---- the law -------------------------------------------------------------------------------------------------------


def write_tables(folder: Path, policy: Any, case: tables.Case, ending: str, spoilt: dict[str, str]) -> None:
    """A case as tables; `spoilt` are the cells of the first enterprise that say something else."""
    folder.mkdir()
    sheets = {"enterprises": [["id", *policy.facts]]}
    for each in case.enterprises:
        sheets["enterprises"].append([each.id, *(_shown(each.facts.get(name)) for name in policy.facts)])
    for name, cell in spoilt.items():
        sheets["enterprises"][1][1 + list(policy.facts).index(name)] = cell
    for name, listed in policy.lists.items():
        if name not in case.absent:
            sheets[name] = [["enterprise_id", *listed.facts]]
            for each in reversed(case.enterprises):
                items = each.facts.get(name, ())
                sheets[name] += [[each.id, *(_shown(item.get(fact)) for fact in listed.facts)] for item in items]
    for name, rows in sheets.items():
        path = folder / f"{name}.csv"
        path.write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    if ending == "parquet":
        for path in list(folder.iterdir()):
            types = "" if spoilt and path.stem == "enterprises" else _types(policy, path.stem)
            duckdb.sql(
                f"COPY (SELECT * {types} FROM read_csv('{path}', all_varchar = true, header = true, delim = ','))"
                f" TO '{path.with_suffix('.parquet')}'"
            )
            path.unlink()


def write_lines(path: Path, policy: Any, case: tables.Case, spoilt: dict[str, str]) -> None:
    """A case as NDJSON, `spoilt` as above; of two enterprises without items in a list, one states it and one does not."""
    lines = []
    for number, each in enumerate(case.enterprises):
        stated = {"name": each.name, **{id: each.facts[id] for id in policy.facts if id in each.facts}}
        if number == 0:
            stated |= spoilt
        for place, id in enumerate(policy.lists):
            if id not in case.absent and (each.facts.get(id) or (number + place) % 2):
                stated[id] = list(each.facts.get(id, ()))
        lines.append(_json(stated))
    ndjson(path, *lines)


def _json(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_json(key)}: {_json(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_json, value)) + "]"
    return f"{value:f}" if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False, default=str)


def _doubtful(policy: Any, enterprise: Enterprise, ending: str) -> bool:
    """Whether an enterprise may need judgement: a share of 1 is 1 % or 100 %, and in JSON DuckDB sees a tiny figure as 1e-8."""
    own = [(policy.facts[id], value) for id, value in enterprise.facts.items() if id in policy.facts]
    for id, listed in policy.lists.items():
        own += [(listed.facts[name], value) for item in enterprise.facts.get(id, ()) for name, value in item.items()]
    figures = [(fact, abs(value)) for fact, value in own if isinstance(value, Decimal)]
    return any(
        (fact.is_rate and value == 1) or (ending == "ndjson" and 0 < value < Decimal("0.001"))
        for fact, value in figures
    )


def _types(policy: Any, table: str) -> str:
    facts = policy.facts if table == "enterprises" else policy.lists[table].facts
    casts = [f'"{name}"::{tables._type(fact)} AS "{name}"' for name, fact in facts.items()]
    return f"REPLACE ({', '.join(casts)})"


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else f"{value:f}" if isinstance(value, Decimal) else str(value)


@pytest.mark.parametrize("policy", [POLICY, TANGLED], ids=["the plan", "a tangled one"])
def test_the_engines_agree(policy: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """For all tables that crowd the thresholds, whatever stands in a cell: the two engines leave the same behind."""
    agree(policy, tmp_path_factory, 5)


@pytest.mark.parametrize("lists", namesakes.LISTS.values(), ids=list(namesakes.LISTS))
def test_names_of_the_engine_itself_are_free_for_a_plan(
    lists: tuple[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The same where facts and lists are called what the engine calls its own tables and columns."""
    file = tmp_path_factory.mktemp("plan") / "plan.yaml"
    file.write_text(namesakes.text(*lists), encoding="utf-8")
    agree(load_policy(str(file)), tmp_path_factory, 2)


def test_a_list_called_judged(tmp_path: Path) -> None:
    """The fifth of nine enterprises writes 1万 and so is judged by itself; like all others it gets 1.01 yuan, 1.005 rounded."""
    (tmp_path / "plan.yaml").write_text(namesakes.text("judged", "computed"), encoding="utf-8")
    rows = "".join(f"E{number},企业{number},{'1万' if number == 5 else '10000'}\n" for number in range(9))
    items = "enterprise_id,abroad,id,status,facts_sums\nE3,true,2,30,1\nE5,true,5,4,3\n"
    folder = lay(tmp_path / "tables", enterprises=f"id,name,total_low\n{rows}", judged=items)
    asked = ("--policies", str(tmp_path / "plan.yaml"), "--as-of", "2020-05-01", "--shape", "wide")
    lines = alike(folder, "out.csv", *asked).out.decode().splitlines()
    place = lines[0].split(",").index("always_high")
    assert [tuple(line.split(",")[each] for each in (0, place)) for line in lines[1:]] == [
        (f"E{number}", "1.01") for number in range(9)
    ]
    sites = [{"cost": 5, "read": True}]
    stated = [{"name": f"企业{number}", "line": "large", "sites": sites, "judged": []} for number in range(9)]
    lines = [json.dumps(each, ensure_ascii=False) for each in stated]
    lines[5] = lines[5].replace('"name"', '"total_low": "1万", "name"')
    found = alike(ndjson(tmp_path / "clients.ndjson", *lines), "out.csv", *asked).out.decode().splitlines()
    place = found[0].split(",").index("always_high")
    assert [line.split(",")[place] for line in found[1:]] == ["1.01"] * 9


def test_a_list_called_id_that_has_no_table(tmp_path: Path) -> None:
    """The column `id` of the enterprises is not the list: whether one of its items pays is open."""
    (tmp_path / "plan.yaml").write_text(namesakes.text("id", "enterprise_id"), encoding="utf-8")
    folder = lay(tmp_path / "tables", enterprises="id,name,enterprise\nE1,企业1,true\n")
    asked = ("--policies", str(tmp_path / "plan.yaml"), "--as-of", "2020-05-01", "--all")
    row = "E1,企业1,every-shop,一(一),undecided,,,,某市〔2020〕2号"
    assert row in alike(folder, "out.csv", *asked).out.decode().splitlines()


def test_a_list_called_id_on_a_line(tmp_path: Path) -> None:
    """A line whose `id` is a list states that list and no id: a shop of an exporter earns 5 yuan, no shop nothing."""
    (tmp_path / "plan.yaml").write_text(namesakes.text("id", "enterprise_id"), encoding="utf-8")
    shop = {"abroad": True, "met": 10, "status": 30, "facts_sums": 0}
    stated = [{"name": f"企业{count}", "enterprise": True, "id": [shop] * count} for count in (2, 0)]
    path = ndjson(tmp_path / "clients.ndjson", *(json.dumps(each, ensure_ascii=False) for each in stated))
    asked = ("--policies", str(tmp_path / "plan.yaml"), "--as-of", "2020-05-01", "--all")
    lines = alike(path, "out.csv", *asked).out.decode().splitlines()
    assert [line for line in lines if ",every-shop," in line] == [
        "企业2,every-shop,一(一),entitled,10,10,,某市〔2020〕2号",
        "企业0,every-shop,一(一),not-met,,,,某市〔2020〕2号",
    ]


@pytest.mark.parametrize(
    ("fact", "of_csv", "of_parquet"),
    [("rowid", "python (a column is called rowid)", "duckdb"), ("file_row_number", "duckdb", "python (DuckDB cannot")],
)
def test_a_fact_with_the_name_of_a_row_number(fact: str, of_csv: str, of_parquet: str, tmp_path: Path) -> None:
    """DuckDB numbers the rows of each kind of file under a name of its own: nothing changes its place all the same."""
    plan = TANGLED_FILE.read_text(encoding="utf-8").replace("exports", fact)
    (tmp_path / "plan.yaml").write_text(plan, encoding="utf-8")
    rows = "".join(f"E{number},企业{number},{9 - number}\n" for number in range(9))
    folder = lay(tmp_path / "tables", enterprises=f"id,name,{fact}\n{rows}")
    asked = ("--policies", str(tmp_path / "plan.yaml"), "--as-of", "2020-05-01", "--shape", "wide")
    out = alike(folder, "out.csv", *asked, took=f"engine: {of_csv}").out
    assert [line.split(",")[0] for line in out.decode().splitlines()[1:]] == [f"E{number}" for number in range(9)]
    assert alike(as_parquet(folder), "out.csv", *asked, took=f"engine: {of_parquet}").out == out
    lines = ndjson(tmp_path / "clients.ndjson", *(json.dumps({"name": f"E{n}", fact: 9 - n}) for n in range(9)))
    of_lines = alike(lines, "out.csv", *asked, took=f"engine: {of_csv}").out
    table, listed = (list(csv.reader(io.StringIO(each.decode(), newline=""))) for each in (out, of_lines))
    assert [[id, *rest] for id, _, *rest in table] == listed  # lines without ids have no names beside them


def agree(policy: Any, tmp_path_factory: pytest.TempPathFactory, examples: int) -> None:
    @settings(LAW, max_examples=examples)
    @given(
        tables.cases(policy, 6),
        st.sampled_from(["csv", "parquet", "ndjson"]),
        st.sampled_from(["out.csv", "out.parquet"]),
        st.booleans(),
        st.dictionaries(
            st.sampled_from([name for name in policy.facts if name != "name"]),
            st.sampled_from(
                [
                    "1万",
                    "yes",
                    "TRUE",
                    "-0",
                    "007",
                    "1e3",
                    "2016-06-30",
                    "1.50",
                    "50%",
                    "x",
                    "５",
                    "1_0",
                    "+1",
                    "-1",
                    "5.0",
                    "1.5000",
                    "7.00000",
                ]
            ),
            max_size=2,
        ),
    )
    def law(case: tables.Case, ending: str, out: str, wide: bool, spoilt: dict[str, str]) -> None:
        folder = tmp_path_factory.mktemp("law") / "tables"
        if len(case.enterprises) < 2:
            spoilt = {}
        if ending == "ndjson":
            folder = folder.with_suffix(".ndjson")
            write_lines(folder, policy, case, spoilt)
        else:
            write_tables(folder, policy, case, ending, spoilt)
        took = "engine: duckdb"
        doubtful = bool(spoilt) + sum(_doubtful(policy, each, ending) for each in case.enterprises)
        if 2 * doubtful > len(case.enterprises):
            took = "engine: "  # more than half may need judgement, which is then the scalar engine's work
        arguments = ["--policies", policy.file, "--shape", "wide" if wide else "long", "--all"]
        arguments += ["--as-of", case.day.isoformat()] if case.day else []
        for clause, reading in case.pins.items():
            arguments += ["--reading", f"{clause}={reading}"]
        alike(folder, out, *arguments, took=took)

    law()


def test_sums_that_look_like_wan_are_counted_alike(folder: Path) -> None:
    """The warning of sums that are too small for yuan stands once on both engines, with how many it is true of."""
    lay(
        folder,
        enterprises="id,name,rd_expensed,sales_revenue\nA,甲,300,0\nB,乙,300,2000000\nC,丙,,\nD,丁,0,99999.99\nE,戊,100000,5\n"
        "F,己,,\nG,庚,300,\nH,辛,,\n",
        platforms="enterprise_id,private_investment,qualified\nF,1200,yes\nF,0,no\nG,1650万,yes\nE,3,yes\nH,0,yes\n",
    )
    alike(folder, "out.csv")
    done = invoked("batch", folder, "-o", folder.parent / "b.csv", "--engine", "duckdb")
    assert "below 100,000 yuan; if they are in 万 (10,000 yuan), write the unit: 1200万 (3 enterprises)" in done.stderr


# ---- for Excel in China ------------------------------------------------------------------------------------------------

FORMULAS = ["=HYPERLINK(1)", "+1+1", "-1+1", "@SUM(1)", "＝1+1"]
HARMLESS = ["甲公司", "a=b", "5-1", "'quoted"]


@pytest.mark.parametrize("shape", ["long", "wide"])
def test_texts_stay_texts_for_excel(shape: str, tmp_path: Path) -> None:
    """With --bom a text that Excel would compute has an apostrophe before it, and nothing else is changed.

    六(一): of 100 yuan half is deducted once more, 25 % of 50 yuan: 12.5.
    """
    stated = [{"name": name, "as_of": "2016-06-30", "rd_expensed": 100} for name in FORMULAS + HARMLESS]
    path = ndjson(tmp_path / "clients.ndjson", *(json.dumps(each, ensure_ascii=False) for each in stated))
    as_they_are = alike(path, "out.csv", "--shape", shape).out.decode()
    for_excel = alike(path, "out.csv", "--shape", shape, "--bom").out.decode()
    assert for_excel.startswith("\ufeffenterprise,")
    rows, guarded = (list(csv.reader(io.StringIO(text, newline=""))) for text in (as_they_are, for_excel))
    assert [row[0] for row in rows[1:]] == FORMULAS + HARMLESS
    assert [row[0] for row in guarded[1:]] == [*(f"'{name}" for name in FORMULAS), *HARMLESS]
    assert [row[1:] for row in rows[1:]] == [row[1:] for row in guarded[1:]]
    assert not as_they_are.startswith("\ufeff")
    if shape == "long":
        assert rows[1] == ["=HYPERLINK(1)", "rd-super-deduction", "六(一)", "entitled", "12.5", "12.5", "50", POLICY.id]


@pytest.mark.parametrize("text", ["\t=1", "\r=1", "\n", "-", "＋", "=", "@"])
def test_each_beginning_is_guarded(text: str) -> None:
    """A tab or a line end before it does not save a formula: a spreadsheet takes them off."""
    assert csv_lines([[text]], guarded=True) in (f"'{text}\n", f'"\'{text}"\n')
    assert csv_lines([[text]]) in (f"{text}\n", f'"{text}"\n')


def test_amounts_are_never_guarded() -> None:
    """-5 is a figure, whose sign Excel reads as such; what is not there stays empty."""
    assert csv_lines([["a", Decimal("-5.00"), None]], guarded=True) == csv_lines([["a", Decimal("-5.00"), None]])


def test_a_judged_row_stays_text_for_excel_too(tmp_path: Path) -> None:
    """A name with blanks around it is judged by itself, and its result guarded once."""
    lines = [f'{{"name": "{name}", "as_of": "2016-06-30", "rd_expensed": 100}}' for name in (" =1 ", "=2", "c", "d")]
    out = alike(ndjson(tmp_path / "clients.ndjson", *lines), "out.csv", "--bom").out.decode()
    assert [line.split(",")[0] for line in out.splitlines()[1:]] == ["'=1", "'=2", "c", "d"]


def test_bom_on_standard_output(tmp_path: Path) -> None:
    path = ndjson(tmp_path / "clients.ndjson", '{"name": "=1", "as_of": "2016-06-30", "rd_expensed": 100}')
    for engine in ("python", "duckdb"):
        done = invoked("batch", path, "--format", "csv", "--bom", "--engine", engine)
        assert done.stdout.startswith("\ufeffenterprise,")
        assert done.stdout.splitlines()[1].startswith("'=1,rd-super-deduction,")


@pytest.mark.parametrize(
    "arguments", [("-o", "out.xlsx"), ("-o", "out.parquet"), ("-o", "out.ndjson"), (), ("--format", "json")]
)
def test_bom_is_for_csv(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = invoked("batch", tmp_path, "--bom", *arguments, code=2)
    assert "--bom is for CSV" in done.stderr
