"""`jxplus batch` as its users run it: what it prints, what it writes, and how it ends."""

import csv
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pexpect
import pytest
import python_calamine
from commandline import ended

from jxplus.batch import Done
from jxplus.batch.duckdb.parquetfile import ParquetOutput
from jxplus.fault import why

ROOT = Path(__file__).resolve().parents[2]
BATCH = [sys.executable, "-m", "jxplus", "batch"]
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT), "COLUMNS": "80"}

# Two clients. 甲: 30元 × 100㎡ × 12 months of rent, at most; two of three talents qualify: 2 × 30万 to 2 × 100万.
# 乙: tolls of 10,000 on a stored-value card: 5 % and, in the one year, 2 % more.
# Of the 34 clauses 甲 meets 5 and fails 3 that run over its premises; 乙 meets 2 and fails 6 that ask for internet_plus. The
# other 26 of each wait for facts that are not stated.
FIRST = {
    "name": "甲",
    "as_of": "2016-06-30",
    "internet_plus": True,
    "premises": [{"landlord": "private", "use": "office", "area": 100, "monthly_rent": 45, "months": 12}],
    "talents": [
        {"internet_experience": True, "senior_or_core": True, "brings_project": each} for each in (True, False, True)
    ],
}
SECOND = {
    "name": "乙",
    "as_of": "2016-06-30",
    "internet_plus": False,
    "truck_tolls": [{"card": "stored-value", "toll": 10000}],
}
BAD = {"name": "丙", "trainees": -1, "cit_rate": 2}
PLAN = "赣府发〔2015〕43号"
LONG = [
    ["enterprise", "clause", "section", "status", "low", "high", "base", "policy"],
    ["甲", "guide-fund-support", "三(一)", "unquantified", "", "", "", PLAN],
    ["甲", "guarantee-support", "三(二)", "unquantified", "", "", "", PLAN],
    ["甲", "park-rent-subsidy", "四(二)", "entitled", "0", "36000", "", PLAN],
    ["甲", "talent-startup", "七(一)", "entitled", "600000", "2000000", "", PLAN],
    ["甲", "energy-price-cut", "八(四)", "unquantified", "", "", "", PLAN],
    ["乙", "toll-card-base", "八(四)", "entitled", "500", "500", "", PLAN],
    ["乙", "toll-card-extra", "八(四)", "entitled", "200", "200", "", PLAN],
]


@pytest.fixture
def clients(tmp_path: Path) -> Path:
    """An NDJSON file with both clients and, between them, one that is wrong."""
    path = tmp_path / "clients.ndjson"
    path.write_text("".join(json.dumps(one) + "\n" for one in (FIRST, BAD, SECOND)))
    return path


def batch(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """The command as a process, in English by the locale."""
    done = ended("batch", *arguments, folder=options.get("cwd"), said=options.get("input", ""))
    assert "Traceback" not in done.stderr
    return done


def test_table(clients: Path) -> None:
    """Ranked by the high amount, the refused one named below; the same in a pipe as on a terminal, without colour."""
    done = batch(clients)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        '赣府发〔2015〕43号 Jiangxi "Internet+" action plan · each on its day · in yuan',
        "",
        " Enterprise          Low           High   Entitled   Undecided",
        " ─────────────────────────────────────────────────────────────",
        " 甲           600,000.00   2,036,000.00          2          26",
        " 乙               700.00         700.00          2          26",
        " 丙              refused       2 faults",
        "",
        " Total        600,700.00   2,036,700.00",
        "",
        "3 enterprises: 2 computed, 1 refused",
    ]
    assert done.stderr.splitlines() == [
        f"{clients}:2:32: trainees: '-1' is negative; zero or more",
        f"{clients}:2:48: cit_rate: '2' is out of range; at most 100%: write 15% or 0.15",
        "Last day of the year that the annual facts are of: not stated, the same as as_of (2 enterprises)",
        "Enterprise income tax rate: not stated, taken as 25%, the statutory rate of the Enterprise Income Tax Law"
        " (2 enterprises)",
        "Truck tolls, Day of travel (of a month's statement its last): not stated, the same as period_end"
        " (1 enterprise)",
        "all sums that are stated are below 100,000 yuan; if they are in 万 (10,000 yuan), write the unit: 1200万"
        " (1 enterprise)",
    ]


def test_csv(clients: Path, tmp_path: Path) -> None:
    """One long table: a row for each clause that is entitled or unquantified, on standard output or in a file."""
    printed = batch(clients, "--format", "csv")
    assert list(csv.reader(printed.stdout.splitlines())) == LONG
    done = batch(clients, "-o", tmp_path / "out.csv")
    assert done.stdout == ""
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == printed.stdout
    assert done.stderr.splitlines()[-1] == f"{tmp_path}/out.csv: 3 enterprises: 2 computed, 1 refused (丙)"


def test_all_and_wide(clients: Path) -> None:
    """`--all` has a row for each of the 34 clauses; wide has one row for each enterprise, and four columns a clause."""
    every = list(csv.DictReader(batch(clients, "--format", "csv", "--all").stdout.splitlines()))
    assert [row["enterprise"] for row in every] == ["甲"] * 34 + ["乙"] * 34
    wide = list(csv.DictReader(batch(clients, "--format", "csv", "--shape", "wide").stdout.splitlines()))
    assert [len(row) for row in wide] == [3 + 4 * 34 + 1] * 2
    for row in wide:
        own = [each for each in every if each["enterprise"] == row["enterprise"]]
        for each in own:
            columns = ("status", "low", "high", "base")
            assert [row[f"{each['clause']}_{column}"] for column in columns] == [each[column] for column in columns]
    assert [(row["enterprise"], row["total_low"], row["total_high"]) for row in wide] == [
        ("甲", "600000", "2036000"),
        ("乙", "700", "700"),
    ]


def test_ndjson_is_what_calc_says(clients: Path, tmp_path: Path) -> None:
    """A line is the object of `calc --format json`, on standard output as in a file, in the order of the sources."""
    done = batch(clients, "--format", "json")
    batch(clients, "-o", tmp_path / "out.ndjson")
    assert (tmp_path / "out.ndjson").read_text(encoding="utf-8") == done.stdout
    for one, line in zip((FIRST, SECOND), done.stdout.splitlines(), strict=True):
        path = tmp_path / "one.json"
        path.write_text(json.dumps(one))
        told = json.loads(ended("calc", path, "--format", "json").stdout)
        found = json.loads(line)
        for own in ("within_reach", "receipt"):  # advice is for one enterprise, and a receipt tells its own input
            told.pop(own)
            found.pop(own, None)
        assert found == told


def test_results_verify(clients: Path, tmp_path: Path) -> None:
    """What a batch has written can be computed again from its receipts, and held against the lines it was made from."""
    results = tmp_path / "results.ndjson"
    for arguments in ([], ["--set", "trainees=3"], ["--as-of", "2017-01-01", "--reading", "platform-grant=exceeds"]):
        batch(clients, "-o", results, *arguments)
        done = ended("verify", results, clients)
        assert done.stdout.startswith(f"{results}: reproduced"), done.stdout
        assert done.returncode == 0


@pytest.mark.parametrize("form", ["github", "html", "plain"])
def test_tabulate(clients: Path, form: str) -> None:
    """The summary in tabulate's formats, with the total last."""
    text = batch(clients, "--format", form).stdout
    assert re.findall(r"甲|乙|Total", text) == ["甲", "乙", "Total"]
    assert "2,036,700.00" in text


def test_parquet(clients: Path, tmp_path: Path) -> None:
    """Parquet holds the long table, texts as texts and amounts as decimals."""
    path = tmp_path / "out.parquet"
    assert batch(clients, "-o", path).returncode == 1
    found = duckdb.sql(f"SELECT * FROM '{path}'")
    assert [str(type) for type in found.types] == ["VARCHAR"] * 4 + ["DECIMAL(38,2)"] * 3 + ["VARCHAR"]
    shown = [
        [*row[:4], *("" if each is None else f"{each:.0f}" for each in row[4:7]), row[7]] for row in found.fetchall()
    ]
    assert shown == LONG[1:]
    assert sorted(os.listdir(tmp_path)) == ["clients.ndjson", "out.parquet"]


def test_figures_beyond_parquet(tmp_path: Path) -> None:
    """An amount of 39 digits with its fen is one more than a decimal of Parquet has: it is said so, with the way out."""
    out = tmp_path / "out.parquet"
    output = ParquetOutput(str(out), {"enterprise": "VARCHAR", "low": "DECIMAL(38,2)"})
    output.add(Done(f"甲,{'9' * 37}.99\n".encode(), [], [], [], {}, 0))
    with pytest.raises(OSError, match="more than the 38 digits") as refused:
        output.keep()
    output.drop()
    assert why(refused.value).zh == "有数字超过38位，Parquet 存不下；写成 .csv 或 .ndjson"
    assert os.listdir(tmp_path) == []


def test_types_of_the_wide_table(clients: Path, tmp_path: Path) -> None:
    """18 digits where all enterprises' amounts fit, as with a deduction from figures below 10^13 yuan; a rent for any area,
    time and number of premises, and a total, have 38."""
    path = tmp_path / "out.parquet"
    assert batch(clients, "-o", path, "--shape", "wide").returncode == 1
    found = duckdb.sql(f"SELECT * FROM '{path}'")
    types = dict(zip(found.columns, map(str, found.types), strict=True))
    assert (types["enterprise"], types["hq-settlement_status"]) == ("VARCHAR", "VARCHAR")
    narrow = ("hq-settlement_high", "rd-super-deduction_low", "rd-post-subsidy_base", "student-venture_base")
    assert {types[each] for each in narrow} == {"DECIMAL(18,2)"}
    assert {types[each] for each in ("park-rent-exemption_high", "total_low")} == {"DECIMAL(38,2)"}


def test_text_stays_text(tmp_path: Path) -> None:
    """A name that looks like a formula, a link or a tag stays the text that it is, in a workbook and in CSV."""
    names = ["=1+1", "+86", "-x", "@y", "http://example.com", "<r>z</r>", '"quoted", with comma']
    path = tmp_path / "in.ndjson"
    path.write_text("".join(json.dumps({"name": name}) + "\n" for name in names))
    batch(path, "-o", tmp_path / "out.xlsx")
    summary = python_calamine.load_workbook(tmp_path / "out.xlsx").get_sheet_by_name("Summary").to_python()
    assert [str(row[0]).rstrip("\u200b") for row in summary[1 : len(names) + 1]] == names
    batch(path, "-o", tmp_path / "out.parquet", "--all")
    batch(path, "-o", tmp_path / "out.csv", "--all")
    with open(tmp_path / "out.csv", encoding="utf-8", newline="") as file:
        assert list(dict.fromkeys(row[0] for row in csv.reader(file)))[1:] == names
    found = duckdb.sql(f"SELECT enterprise FROM '{tmp_path}/out.parquet'").fetchall()
    assert list(dict.fromkeys(row[0] for row in found)) == names


def test_amounts_finer_than_a_double(tmp_path: Path) -> None:
    """An amount of more than 15 digits is written to a workbook as text, exact: 99999999 × 99999999 × 1 month of rent."""
    premises = {"landlord": "university", "use": "maker-space", "area": 99999999, "monthly_rent": 99999999, "months": 1}
    path = tmp_path / "in.json"
    path.write_text(json.dumps({"name": "甲", "premises": [premises]}))
    batch(path, "-o", tmp_path / "out.xlsx")
    summary = python_calamine.load_workbook(tmp_path / "out.xlsx").get_sheet_by_name("Summary").to_python()
    assert summary[1][:3] == ["甲", "9999999800000001", "9999999800000001"]


def test_errors(clients: Path, tmp_path: Path) -> None:
    """`--errors` keeps each fault as an object, in both languages; an empty file says that there were none."""
    path = tmp_path / "errors.ndjson"
    batch(clients, "--errors", path, "-o", tmp_path / "out.csv")
    first, second = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    assert first == {
        "enterprise": "丙",
        "file": str(clients),
        "line": 2,
        "column": 32,
        "fact": "trainees",
        "wrong": {"zh": "“-1”是负数", "en": "'-1' is negative"},
        "right": {"zh": "0或以上", "en": "zero or more"},
    }
    assert second["fact"] == "cit_rate"
    clients.write_text(json.dumps(FIRST))
    assert batch(clients, "--errors", path, "-o", tmp_path / "out.csv").returncode == 0
    assert path.read_text() == ""


def test_who_is_refused_has_its_id_and_its_name(tmp_path: Path) -> None:
    """As in the results, a line's enterprise is its id where it states one, and its name stands beside; so it is for tables."""
    path, errors = tmp_path / "clients.ndjson", tmp_path / "errors.ndjson"
    path.write_text('{"id": "K1", "name": "甲", "trainees": -1}\n{"name": "乙", "trainees": -1}\n', "utf-8")
    done = batch(path, "--errors", errors, "-o", tmp_path / "out.csv")
    assert "2 refused (K1, 乙)" in done.stderr
    told = [json.loads(line) for line in errors.read_text("utf-8").splitlines()]
    assert [(each["enterprise"], each.get("name")) for each in told] == [("K1", "甲"), ("乙", None)]


def test_what_no_file_can_hold_stops_nobody(tmp_path: Path) -> None:
    """Half of a surrogate pair in a value, a byte in a file's name that is no character, a command to a terminal in an id."""
    folder = tmp_path / "clients"
    folder.mkdir()
    (folder / "a.json").write_text('{"name": "甲", "operating_revenue": "\\ud800"}')
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.yaml")).write_text("name: 乙\ntrainees: x\n")
    (folder / "c.yaml").write_text("name: 丙\n")
    for out in ("out.xlsx", "out.csv"):
        done = batch(folder, "-o", tmp_path / out, "--errors", tmp_path / "errors.ndjson")
        assert done.returncode == 1
        assert "3 enterprises: 1 computed, 2 refused" in done.stderr
        assert [json.loads(line)["enterprise"] for line in (tmp_path / "errors.ndjson").open()] == ["甲", "乙"]
    table = tmp_path / "enterprises.csv"
    table.write_text("id,trainees\nA\x1b[31m,1\nB\x1b[31m,x\n")
    for arguments in ((), ("--format", "csv")):
        assert "\x1b" not in batch(table, *arguments).stderr
    assert "\x1b" not in batch(table).stdout


@pytest.mark.skipif(sys.platform == "win32", reason="there is no sh")
def test_a_result_does_not_hang_on_who_reads_the_messages(tmp_path: Path) -> None:
    """Standard error into a pipe that is closed: the file is written all the same."""
    (tmp_path / "a.ndjson").write_text("".join('{"name": "甲", "trainees": -1}\n{"name": "乙"}\n' for _ in range(2000)))
    command = f"{' '.join(BATCH)} a.ndjson -o out.csv 2>&1 | head -1"
    subprocess.run(["sh", "-c", command], cwd=tmp_path, env=ENVIRONMENT, check=True, capture_output=True)
    assert len({line.split(",")[0] for line in (tmp_path / "out.csv").read_text().splitlines()[1:]}) <= 1
    assert (tmp_path / "out.csv").exists()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
def test_a_disk_that_is_full_is_named_with_its_file(clients: Path, tmp_path: Path) -> None:
    """The refusals cannot be written: that file is named, and not the result's."""
    errors = tmp_path / "errors.ndjson"
    code = (
        "import sys; from jxplus.batch.outputs.files import RefusalOutput\n"
        "def full(self, part): raise OSError(28, 'No space left on device')\n"
        "RefusalOutput.add = full\n"
        "from jxplus.__main__ import main; main()"
    )
    command = [
        sys.executable,
        "-c",
        code,
        "batch",
        str(clients),
        "-o",
        str(tmp_path / "o.csv"),
        "--errors",
        str(errors),
    ]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (1, f"jxplus: {errors}: No space left on device")
    assert not (tmp_path / "o.csv").exists()


def test_jobs_change_nothing(tmp_path: Path) -> None:
    """With several processes the same bytes come out, in the same order, refusals as well."""
    path = tmp_path / "many.ndjson"
    with open(path, "w") as file:
        for number in range(6000):
            one = (FIRST, SECOND, BAD)[number % 7 % 3]
            file.write(json.dumps({**one, "name": f"企业{number}"}) + "\n")
    one, three = (batch(path, "--format", "json", "--jobs", jobs) for jobs in ("1", "3"))
    assert one.stdout == three.stdout
    assert one.stderr == three.stderr
    assert one.returncode == three.returncode == 1
    assert one.stdout.count("\n") == 6000 - one.stderr.count("trainees")


def test_options(clients: Path) -> None:
    """--set, --as-of and --reading mean what they mean for `calc`: after the one year the 2 points are gone."""
    text = batch(clients, "--format", "csv", "--set", "internet_plus=no", "--as-of", "2017-01-01").stdout
    assert [row[1] for row in csv.reader(text.splitlines())] == ["clause", "talent-startup", "toll-card-base"]


@pytest.mark.parametrize("text", [json.dumps(FIRST), json.dumps(FIRST, indent=1), "name: 甲\ninternet_plus: yes\n"])
def test_standard_input(text: str) -> None:
    """`-` takes one enterprise in YAML or JSON as well as NDJSON."""
    done = batch("-", "--format", "csv", input=text)
    assert done.returncode == 0
    assert {row["enterprise"] for row in csv.DictReader(done.stdout.splitlines())} == {"甲"}
    lines = "".join(json.dumps(one).replace("{", "{ ", 1) + " \n" for one in (FIRST, SECOND))
    for several in (lines, "\n \n" + lines, lines.replace("{ ", "{")):
        both = batch("-", "--format", "json", input=several)
        assert [json.loads(line)["enterprise"] for line in both.stdout.splitlines()] == ["甲", "乙"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-o", "out.txt"], "ends in none of .csv, .ndjson, .xlsx, .parquet"),
        (["--shape", "round"], "--shape takes long or wide"),
        (["--format", "table", "--lang", "fr"], "--lang takes zh or en"),
        (["--format", "cvs"], "unknown format"),
        (["--format", "json", "-o", "out.csv"], "--format is for standard output"),
        (["-o", "none/out.csv"], "No such file or directory"),
        (["-o", "x.ndjson", "--errors", "./x.ndjson"], "name the same file"),
        (["--jobs", "0"], "jobs"),
        # What would be passed over in silence.
        (["--shape", "wide"], "--shape wide is for tables: -o FILE.csv, .parquet or .xlsx, or --format csv"),
        (["--shape", "wide", "-o", "x.ndjson"], "--shape wide is for tables"),
        (["--shape", "wide", "--format", "json"], "--shape wide is for tables"),
        (["--errors", "refused.csv"], "--errors writes NDJSON: name it refused.ndjson"),
        (["--master", "spark://h:7077"], "--master is for --engine spark"),
    ],
)
def test_usage(clients: Path, arguments: list[str], message: str) -> None:
    """A command line that is wrong ends with exit code 2 and says why; nothing is written."""
    done = ended("batch", clients, *arguments, folder=clients.parent)
    assert done.returncode == 2
    assert message in re.sub(r"[│\s]+", " ", done.stderr)
    assert os.listdir(clients.parent) == [clients.name]


@pytest.mark.parametrize(("module", "out", "extra"), [("xlsxwriter", "xlsx", "excel"), ("duckdb", "parquet", "tables")])
def test_missing_extras(clients: Path, module: str, out: str, extra: str) -> None:
    """What is not installed is named with the command that installs it, for reading and for writing."""
    path = clients.parent / f"out.{out}"
    reads = [(module, [str(path)], 1)] if out == "parquet" else []  # a workbook is read without any library
    for absent, arguments, code in ((module, [str(clients), "-o", str(path)], 2), *reads):
        path.unlink(missing_ok=True)
        if code == 1:
            path.write_text("")
        program = f"import sys; sys.modules[{absent!r}] = None; from jxplus.cli import run; run()"
        done = subprocess.run(
            [sys.executable, "-c", program, "batch", *arguments],
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code
        assert f"pip install '.[{extra}]'" in re.sub(r"[│\s]+", " ", done.stderr)


def test_progress_on_a_terminal(clients: Path) -> None:
    """On a terminal standard error shows how far the work has come, and nothing of it stays; a pipe never sees it."""
    terminal = pexpect.spawn(BATCH[0], [*BATCH[1:], str(clients)], env={**ENVIRONMENT, "TERM": "xterm"}, timeout=30)
    terminal.expect(pexpect.EOF)
    assert b"computed" in terminal.before
    assert b"\x1b[2K" in terminal.before  # the bar is wiped
    assert "\x1b" not in batch(clients).stderr


@pytest.mark.parametrize("form", ["json", "csv"])
def test_progress_takes_nothing_from_the_results(clients: Path, tmp_path: Path, form: str) -> None:
    """What goes to a file or a pipe from a terminal is the same as without one, to the byte."""
    words = [*BATCH, str(clients), "--format", form]
    command = f"{shlex.join(words)} > {shlex.quote(str(tmp_path / 'results'))}"
    terminal = pexpect.spawn("/bin/sh", ["-c", command], env={**ENVIRONMENT, "TERM": "xterm"}, timeout=30)
    terminal.expect(pexpect.EOF)
    assert b"\x1b[2K" in terminal.before
    assert (tmp_path / "results").read_text("utf-8") == batch(clients, "--format", form).stdout


def test_memory_does_not_grow(tmp_path: Path) -> None:
    """Ten times the enterprises take no more memory: NDJSON in and out, and tables whose lists stand in any order."""
    program = (
        "import resource, sys; from jxplus.cli import app\n"
        "try: app()\n"
        "finally: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
    )
    peaks = []
    for count in (2_000, 20_000):
        folder = tmp_path / str(count)
        folder.mkdir()
        with open(folder / "enterprises.csv", "w") as heads, open(folder / "truck_tolls.csv", "w") as tolls:
            heads.write("id,internet_plus\n")
            tolls.write("enterprise_id,card,toll\n")
            for number in range(count):
                heads.write(f"{number},yes\n")
                tolls.write(f"{count - 1 - number},credit,1000\n")
        command = [sys.executable, "-c", program, "batch", str(folder), "-o", str(tmp_path / "out.ndjson")]
        done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=True)
        peaks.append(int(done.stderr.split()[-1]))
    # 18,000 more enterprises are 200 MB more of results.
    assert peaks[1] - peaks[0] < 20_000


def test_two_of_one_name_are_named(clients: Path, tmp_path: Path) -> None:
    """An enterprise whose file is there twice counts twice in the total, and the summary says so."""
    (tmp_path / "one.yaml").write_text("name: 甲\ntrainees: 3\n", "utf-8")
    (tmp_path / "two.yaml").write_text("name: 甲\ntrainees: 3\n", "utf-8")
    one = batch(tmp_path / "one.yaml", "--as-of", "2016-06-30")
    both = batch(tmp_path / "one.yaml", tmp_path / "two.yaml")
    assert "Called the same" not in one.stdout
    assert " · as of 2016-06-30 · in yuan" in one.stdout
    alike = "Called the same, and each in the total: 2 of '甲'"
    assert both.stdout.splitlines()[-1] == alike


@pytest.mark.parametrize(
    ("engine", "out"),
    [*(("python", out) for out in ("csv", "ndjson", "parquet", "xlsx", "")), ("duckdb", "csv"), ("duckdb", "parquet")],
)
def test_two_of_one_name_are_named_whatever_is_written(engine: str, out: str, tmp_path: Path) -> None:
    """Of three lines two are of 甲, one with a figure that needs judgement: standard error says so once, results are as they were."""
    lines = ('{"name": "甲", "trainees": 3}', '{"name": "乙", "trainees": 4}', '{"name": "甲", "trainees": "3名"}')
    (tmp_path / "a.ndjson").write_text("".join(f"{line}\n" for line in lines), "utf-8")
    to = ["-o", str(tmp_path / f"o.{out}")] if out else ["--format", "json"]
    done = batch(tmp_path / "a.ndjson", *to, "--engine", engine, "--as-of", "2016-06-30")
    assert done.stderr.splitlines().count("Called the same, and each in the total: 2 of '甲'") == 1
    assert ("engine: duckdb" in done.stderr) is (engine == "duckdb")


@pytest.mark.parametrize("engine", ["python", "duckdb"])
def test_one_name_may_be_written_in_two_ways(engine: str, tmp_path: Path) -> None:
    """Brackets of either width and blanks make no other enterprise: 甲（集团） and 甲 (集团) both count in the total."""
    names = ("甲（集团）公司", "乙公司", "甲 (集团)公司", "甲(集团）公司")
    (tmp_path / "a.ndjson").write_text(
        "".join(json.dumps({"name": name, "trainees": 3}) + "\n" for name in names), "utf-8"
    )
    done = batch(tmp_path / "a.ndjson", "-o", tmp_path / "o.csv", "--engine", engine, "--as-of", "2016-06-30")
    assert "Called the same, and each in the total: 3 of '甲（集团）公司'" in done.stderr.splitlines()
    assert ("engine: duckdb" in done.stderr) is (engine == "duckdb")


@pytest.mark.parametrize("engine", ["python", "duckdb"])
def test_a_line_that_is_called_as_a_total_is_refused(engine: str, tmp_path: Path) -> None:
    """The lines of a table with its sum would count everything twice: as in the table, the sum is no enterprise."""
    lines = ("甲", "南昌 合计", "Total Energies", "合计科技有限公司", "总计：")
    text = "".join(json.dumps({"name": name, "trainees": 3}) + "\n" for name in lines)
    (tmp_path / "a.ndjson").write_text(text, "utf-8")
    done = batch(tmp_path / "a.ndjson", "-o", tmp_path / "o.csv", "--engine", engine, "--as-of", "2016-06-30")
    assert [line.partition("a.ndjson:")[2] for line in done.stderr.splitlines() if "a total, which" in line] == [
        f"{place}: name: '{name}' is a subtotal or a total, which is no enterprise; leave it out; where it is one, write its full name"
        for place, name in (("2:10", "南昌 合计"), ("5:10", "总计："))
    ]
    assert "3 computed, 2 refused" in done.stderr
    assert ("engine: duckdb" in done.stderr) is (engine == "duckdb")


def test_the_id_of_a_line_may_be_that_of_a_total(tmp_path: Path) -> None:
    """Beside ids the same: 合计 is none, in the first line and behind hundreds that are read at once."""
    rows = [{"id": f"K{number}", "name": "甲", "trainees": 3} for number in range(300)]
    rows += [{"id": "合计", "name": "乙", "trainees": 900}, {"id": "K301", "name": "小计", "trainees": 900}]
    (tmp_path / "a.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    done = batch(tmp_path / "a.ndjson", "-o", tmp_path / "o.csv", "--as-of", "2016-06-30", "--lang", "zh")
    said = [line.partition("a.ndjson:")[2] for line in done.stderr.splitlines() if "a.ndjson:" in line]
    assert said == [
        "301:8: id: “合计”是小计或合计，不是企业；删去这一行",
        "302:24: name: “小计”是小计或合计，不是企业；不要列入；真是企业的，写执照上的全称",
    ]


@pytest.mark.parametrize("form", ["csv", "json"])
def test_that_there_was_nobody_is_said(form: str, tmp_path: Path) -> None:
    """A pipe gets nothing, or the headings alone; whoever looks is told that the source is empty, and that this is no fault."""
    (tmp_path / "a.ndjson").write_text("", "utf-8")
    done = batch(tmp_path / "a.ndjson", "--format", form)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == (form == "csv")
    assert done.stderr == "0 enterprises: 0 computed, 0 refused\n"
