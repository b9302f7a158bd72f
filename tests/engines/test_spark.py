"""The policy's query on a real Spark, held against the scalar engine; and what Spark is not given, refused by name."""

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import commandline
import duckdb
import pytest
from commandline import invoked

from jxplus.batch import Task
from jxplus.batch.spark import NoSpark, refusals, session
from jxplus.batch.spark.engine import run
from jxplus.batch.spark.places import is_same, place
from jxplus.batch.spark.runs import beside
from jxplus.enterprise import Enterprise
from jxplus.fault import Refused
from jxplus.policy import Policy
from jxplus.policy.file import read_policy
from jxplus.policy.store import load_policy
from jxplus.query import policy_query
from jxplus.query.rests import rests
from jxplus.query.tables import Options
from jxplus.query.text import query_text
from jxplus.render.rows import ResultRow

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))
import namesakes
import tables
from cluster import SHORT_LIVED
from few import few
from insist import missing

TODAY = date(2016, 6, 30)
ROOT = Path(__file__).parents[2]
PLANS = {
    "shipped": load_policy(),
    "tangled": load_policy(str(Path(__file__).parents[1] / "tangled.yaml")),
    "gathered": load_policy(str(Path(__file__).parents[1] / "gathered.yaml")),
    "namesakes": read_policy(namesakes.text("facts", "facts_items").encode(), "namesakes.yaml", ""),
    "few": load_policy(few()),
}
WAYS = {"shipped": 0, "tangled": 1, "gathered": 3, "namesakes": 2}
"""Which of the ways to lay and ask tables a plan is tried with: Spark takes some ten seconds to plan a query so large."""
QUICK = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
"""Has Spark interpret a query in place of compiling it to Java, which takes longer than a few hundred rows do."""
DATABASE = duckdb.connect()


def needed() -> None:
    if importlib.util.find_spec("pyspark") is None:
        missing("no pyspark here: pip install '.[spark]'")
    if shutil.which("java") is None:
        missing("no Java here: apt-get install openjdk-17-jre-headless")


@pytest.fixture(scope="module", autouse=True)
def short_lived() -> Iterator[None]:
    """Has every Java be what suits a short life."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_SUBMIT_OPTS", SHORT_LIVED)
        patch.setenv("SPARK_DRIVER_MEMORY", "3g")  # it keeps the plans of all queries, which are large
        yield


@pytest.fixture(scope="module")
def spark(short_lived: None) -> Iterator[Any]:
    """One Spark for all tests: it takes seconds to start."""
    needed()
    with session.session("local[2]") as own:
        for name, value in {"spark.sql.shuffle.partitions": "2", **QUICK}.items():
            own.conf.set(name, value)
        yield own


@contextmanager
def conf(spark: Any, settings: dict[str, str]) -> Iterator[None]:
    """Has a session work with some settings for a while."""
    former = {name: spark.conf.get(name, None) for name in settings}
    try:
        for name, value in settings.items():
            spark.conf.set(name, value)
        yield
    finally:
        for name, value in former.items():
            spark.conf.unset(name) if value is None else spark.conf.set(name, value)


def write(policy: Policy, case: tables.Case, folder: Path) -> None:
    """Puts enterprises into Parquet files as the contract describes them."""
    tables.load(DATABASE, policy, case.enterprises, case.absent)
    folder.mkdir(exist_ok=True)
    for name in ["enterprises", *(name for name in policy.lists if name not in case.absent)]:
        DATABASE.execute(f"COPY {name} TO '{folder}/{name}.parquet'")


def parquet(file: Path) -> list[dict[str, Any]]:
    """The rows of a result, and none of its columns a binary float."""
    found = DATABASE.execute(f"SELECT * FROM '{file}'")
    columns = [(each[0], str(each[1])) for each in found.description or ()]
    assert {type.partition("(")[0] for _, type in columns} == {"VARCHAR", "DECIMAL"}
    assert all(type.endswith(",2)") for name, type in columns if name.endswith(("low", "high", "base")))
    return [dict(zip([name for name, _ in columns], row, strict=True)) for row in found.fetchall()]


@pytest.mark.parametrize("plan", WAYS)
def test_spark_gives_what_the_scalar_engine_gives(spark: Any, plan: str, tmp_path: Path) -> None:
    """For enterprises at every threshold: status, low, high and base are equal, clause by clause, and so are the totals."""
    policy = PLANS[plan]
    place = {clause.id: index for index, clause in enumerate(policy.clauses)}
    case = tables.settled(policy, tables.without_bare_one(policy, tables.crowd(policy, 120)))[WAYS[plan]]
    write(policy, case, tmp_path)
    expected = tables.scalar(policy, case, TODAY)
    task = Task(policy, "", every=True, pins=case.pins, day=case.day, today=TODAY)
    report = run(task, str(tmp_path), str(tmp_path / "out.parquet"))
    assert report[:3] == (len(case.enterprises), 0, ())
    found = [ResultRow(**row) for row in parquet(tmp_path / "out.parquet")]
    tables.same(sorted(found, key=lambda row: (int(row.enterprise[1:]), place[row.clause])), expected, case)
    if plan == "tangled":
        run(task._replace(wide=True), str(tmp_path), str(tmp_path / "out.parquet"))
        wide = sorted(parquet(tmp_path / "out.parquet"), key=lambda row: int(row["enterprise"][1:]))
        tables.same(wide, tables.wide(policy, expected), case)


@pytest.mark.parametrize(
    "settings",
    [
        {
            "spark.sql.ansi.enabled": "false",
            "spark.sql.decimalOperations.allowPrecisionLoss": "true",
            "spark.sql.codegen.wholeStage": "true",
            "spark.sql.codegen.factoryMode": "FALLBACK",
        },
        {
            "spark.sql.ansi.enabled": "true",
            "spark.sql.decimalOperations.allowPrecisionLoss": "false",
            "spark.sql.adaptive.enabled": "false",
        },
    ],
)
def test_no_setting_of_a_session_changes_an_amount(spark: Any, settings: dict[str, str], tmp_path: Path) -> None:
    """The types of the query are proved to fit, so that what Spark does to one that does not is never asked for."""
    policy = PLANS["tangled"]
    case = tables.settled(policy, tables.without_bare_one(policy, tables.crowd(policy, 60)))[0]
    write(policy, case, tmp_path)
    for name in ["enterprises", *policy.lists]:
        spark.read.parquet(str(tmp_path / f"{name}.parquet")).createOrReplaceTempView(name)
    query = query_text(policy_query(policy, Options("long", None, TODAY, every=True), "spark"), "spark")
    with conf(spark, settings):
        found = {(row["enterprise"], row["clause"]): ResultRow(*row) for row in spark.sql(query).collect()}
    expected = tables.scalar(policy, case, TODAY)
    tables.same([found[row.enterprise, row.clause] for row in expected], expected, case)


@pytest.mark.parametrize(
    ("plan", "shape"), [("shipped", "long"), ("tangled", "wide"), ("gathered", "long"), ("few", "wide")]
)
def test_no_amount_is_a_binary_float(spark: Any, plan: str, shape: str, tmp_path: Path) -> None:
    """No step of Spark's plan knows a double or a float: not the result, and nothing on the way to it."""
    policy = PLANS[plan]
    write(policy, tables.Case([], frozenset(), None, {}), tmp_path)
    for name in ["enterprises", *policy.lists]:
        spark.read.parquet(str(tmp_path / f"{name}.parquet")).createOrReplaceTempView(name)
    frame = spark.sql(query_text(policy_query(policy, Options(shape, TODAY), "spark"), "spark"))
    types = {field.name: field.dataType.simpleString() for field in frame.schema}
    assert len(types) == (9 if shape == "long" else 5 + 4 * len(policy.clauses))
    for name, type in types.items():
        wanted = "decimal" if name.endswith(("low", "high", "base")) else "string"
        assert type.partition("(")[0] == wanted, name
        assert wanted == "string" or type.endswith(",2)"), name
    plans = spark.sql(f"EXPLAIN EXTENDED {query_text(policy_query(policy, Options(shape, TODAY), 'spark'), 'spark')}")
    told = plans.collect()[0][0].lower()
    assert "decimal" in told
    assert not any(binary in told for binary in ("double", "float"))


def test_spark_can_tell_all_columns_apart_where_no_item_states_its_day(spark: Any, tmp_path: Path) -> None:
    """Whether an outcome rests on a day that no item states is asked under names of its own: Spark takes none that two have."""
    policy = PLANS["shipped"]
    days = [f"{each.id}.{each.dated}" for each in policy.lists.values() if each.dated]
    assert days
    write(policy, tables.Case([], frozenset(), None, {}), tmp_path)
    for name in ["enterprises", *policy.lists]:
        frame = spark.read.parquet(str(tmp_path / f"{name}.parquet"))
        gone = [day.partition(".")[2] for day in days if day.startswith(f"{name}.")]
        frame.drop(*gone).createOrReplaceTempView(name)
    resting = rests(policy, Options("long", None, TODAY, absent=frozenset(days)))
    assert resting is not None
    spark.sql(query_text(resting.query, "spark"))  # it is looked through, and not computed


def test_the_printed_query_runs_in_spark_sql(tmp_path: Path) -> None:
    """What `jxplus sql` prints is given to the `spark-sql` program unchanged, after a line for each table.

    500,000.005 to deduct, 25 % of it saved, each rounded half up.
    """

    needed()
    case = tables.Case([deducting("E1")], frozenset(PLANS["few"].lists), None, {})
    write(PLANS["few"], case, tmp_path)
    without = [word for name in PLANS["few"].lists for word in ("--without", name)]
    printed = invoked("sql", "--dialect", "spark", "--policies", few(), "--as-of", "2016-06-30", *without, code=0)
    script = tmp_path / "policy.sql"
    view = f"CREATE TEMPORARY VIEW enterprises USING parquet OPTIONS (path '{tmp_path}/enterprises.parquet');\n"
    script.write_text(view + printed.output, encoding="utf-8")
    pyspark = importlib.util.find_spec("pyspark")
    assert pyspark is not None
    program = Path(str(pyspark.origin)).parent / "bin" / "spark-sql"
    settings = [
        "--master",
        "local[1]",
        "--conf",
        "spark.ui.enabled=false",
        "--conf",
        "spark.sql.catalogImplementation=in-memory",
    ]
    done = subprocess.run([program, *settings, "-f", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    amounts = ["125000.00", "125000.00", "500000.01"]
    row = ["E1", '"甲" 公司', "rd-super-deduction", "六(一)", "entitled", *amounts, PLANS["few"].id]
    assert "\t".join(row) in done.stdout.splitlines()


# ---- files ---------------------------------------------------------------------------------------------------------


def deducting(id: str, **facts: Any) -> Enterprise:
    """An enterprise with 1,000,000.01 yuan of research expensed: half of it, 500,000.005, to deduct; at 25 %."""
    return Enterprise("甲", {"name": '"甲" 公司', "rd_expensed": Decimal("1000000.01"), **facts}, id=id)


ASSUMED = [
    "Last day of the year that the annual facts are of: not stated, the same as as_of (1 enterprise)",
    "Enterprise income tax rate: not stated, taken as 25%, the statutory rate of the Enterprise Income Tax Law (1 enterprise)",
    "the year's taxable income takes the deduction up (what it does not is carried forward) (1 enterprise)",
]
"""What is taken for granted of an enterprise that states nothing but its research."""


def batch(folder: Path, out: Path, *arguments: str) -> list[str]:
    """The command that has Spark compute a folder, in a process of its own."""
    asked = [
        "--engine",
        "spark",
        "-o",
        str(out),
        "--as-of",
        "2016-06-30",
        "--lang",
        "en",
        "--policies",
        few(),
        *arguments,
    ]
    return [sys.executable, "-m", "jxplus", "batch", str(folder), *asked]


def test_a_run_ends_what_it_starts_and_says_nothing(tmp_path: Path) -> None:
    """The command as it is typed: one file, replaced whole, nothing beside it, and not a word of Java on the terminal."""
    needed()
    write(
        PLANS["few"], tables.Case([deducting("E1")], frozenset(PLANS["few"].lists), None, {}), tmp_path / "企业 [2016]"
    )
    out = tmp_path / "out" / "结果.csv"
    out.parent.mkdir()
    out.write_text("former", encoding="utf-8")
    command = batch(tmp_path / "企业 [2016]", out, "--master", "local[1]")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    said = ["engine: spark", *ASSUMED, f"{out}: 1 enterprise: 1 computed, 0 refused"]
    assert (done.returncode, done.stdout, done.stderr.splitlines()) == (0, "", said)
    assert out.read_text(encoding="utf-8") == (
        "enterprise,name,clause,section,status,low,high,base,policy\n"
        'E1,"""甲"" 公司",rd-super-deduction,六(一),entitled,125000,125000,500000.01,赣府发〔2015〕43号\n'
    )
    assert [each.name for each in out.parent.iterdir()] == ["结果.csv"]


def test_a_run_that_is_broken_off_leaves_nothing_behind(tmp_path: Path) -> None:
    """Ctrl-C while Spark writes: not a word, and the former file as it was."""
    needed()
    folder, out = tmp_path / "tables", tmp_path / "out" / "out.csv"
    folder.mkdir()
    out.parent.mkdir()
    out.write_text("former", encoding="utf-8")
    many = "SELECT 'E' || i AS id, 'n' AS name, true AS internet_plus FROM range(100000) r(i)"
    DATABASE.execute(f"COPY ({many}) TO '{folder}/enterprises.parquet'")
    with subprocess.Popen(
        batch(folder, out, "--shape", "wide"), cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as run:
        while run.poll() is None and not list(out.parent.glob(".*.part")):
            time.sleep(0.01)
        os.killpg(run.pid, signal.SIGINT)
        _, said = run.communicate()
    assert (commandline.as_a_shell_says(run.returncode), said) == (130, "engine: spark\n")
    assert [each.name for each in out.parent.iterdir()] == ["out.csv"]
    assert out.read_text(encoding="utf-8") == "former"


def asked(folder: Path, engine: str, out: Path, *arguments: str) -> Any:
    """What an engine leaves behind: its exit code, its messages but for which engine it is, and the lines or rows of its file.

    The rows are sorted: Spark gives them in no particular order.
    """

    command = ["batch", str(folder), "--engine", engine, "-o", str(out), "--as-of", "2016-06-30", "--lang", "en"]
    command += [] if "--policies" in arguments else ["--policies", few()]
    done = invoked(*command, *arguments)
    said = [line.replace(str(out), "OUT") for line in done.stderr.splitlines() if not line.startswith("engine: ")]
    if not out.exists():
        return done.exit_code, said, None
    if out.suffix == ".csv":
        first, *lines = out.read_bytes().split(b"\n")
        return done.exit_code, said, (first, sorted(lines))
    found = DATABASE.execute(f"SELECT * FROM '{out}'")
    columns = [(each[0], str(each[1])) for each in found.description or ()]
    return done.exit_code, said, (columns, sorted(found.fetchall(), key=str))


IDS = ["E,0", 'E"1', '"E2"', "E'3", "E\\4", "E 5", "企6", "#7", "E#8", "E\t9", "-10", "E;11", "12", "E1e13", "E\n14"]


@pytest.mark.parametrize(
    ("plan", "shape", "ending"), [("few", "wide", "csv"), ("few", "long", "parquet"), ("tangled", "long", "csv")]
)
def test_the_files_of_all_engines_are_alike(spark: Any, plan: str, shape: str, ending: str, tmp_path: Path) -> None:
    """The same header, lines and quotes in CSV; the same columns, types and rows in Parquet: for ids of every kind."""
    policy = PLANS[plan]
    case = tables.settled(policy, tables.without_bare_one(policy, tables.crowd(policy, 40)))[0]
    named = [each._replace(id=id) for each, id in zip(case.enterprises, IDS, strict=False)]
    case = case._replace(enterprises=[*named, *case.enterprises[len(named) :]])
    write(policy, case, tmp_path / "tables")
    arguments = ["--policies", policy.file, "--shape", shape, "--all"]
    found = {
        engine: asked(tmp_path / "tables", engine, tmp_path / f"{engine}.{ending}", *arguments)
        for engine in ("python", "duckdb", "spark")
    }
    assert found["python"][0] == 0
    assert found["duckdb"] == found["python"]
    assert found["spark"][::2] == found["python"][::2]
    assert sorted(found["spark"][1]) == sorted(found["python"][1])


def test_what_is_no_id_and_no_name(spark: Any, tmp_path: Path) -> None:
    """Each is refused as the scalar engine refuses it: an id that a spreadsheet has spoilt, and a name that turns the line.

    A total is no enterprise either; the scalar engine names it and reads on, and Spark refuses it.
    """
    ids = ["E1", "9.13E+17", '="E3"', "TRUE", "2026-01-02", "1月2日", "2016", "E=8"]
    spoilt = [deducting(id) for id in ids] + [deducting("E9", name="a\u202eb"), deducting("E10", name="a\x07b")]
    write(PLANS["few"], tables.Case(spoilt, frozenset(), None, {}), tmp_path / "tables")
    found = {engine: asked(tmp_path / "tables", engine, tmp_path / f"{engine}.csv") for engine in ("python", "spark")}
    assert found["spark"][::2] == found["python"][::2]
    paid = sorted(line.split(b",")[0].decode() for line in found["spark"][2][1] if line)
    assert paid == sorted(["E1", "2016", "E=8"])
    assert "OUT: 10 enterprises: 3 computed, 7 refused" in [line.partition(" (")[0] for line in found["spark"][1]]
    DATABASE.execute("UPDATE enterprises SET id = '合计' WHERE id = 'E1'")
    DATABASE.execute(f"COPY enterprises TO '{tmp_path}/tables/enterprises.parquet'")
    _, said, _ = asked(tmp_path / "tables", "spark", tmp_path / "spark.csv")
    assert any("'合计' is a subtotal or a total, which is no enterprise; leave the row out" in line for line in said)


def test_a_command_with_a_faulty_cell(spark: Any, tmp_path: Path) -> None:
    """E2's figure is below zero: E2 is refused with the line that says so, E1 computed."""
    write(PLANS["few"], tables.Case([deducting("E1"), deducting("E2")], frozenset(), None, {}), tmp_path / "tables")
    DATABASE.execute("UPDATE enterprises SET rd_expensed = -1 WHERE id = 'E2'")
    DATABASE.execute(f"COPY enterprises TO '{tmp_path}/tables/enterprises.parquet'")
    code, said, (_, lines) = asked(tmp_path / "tables", "spark", tmp_path / "out.csv")
    assert code == 1
    assert said == [
        f"{tmp_path}/tables/enterprises.parquet:1:1: rd_expensed: enterprise 'E2': '-1.00' is negative; zero or more",
        *ASSUMED,
        "OUT: 2 enterprises: 1 computed, 1 refused (E2)",
    ]
    row = 'E1,"""甲"" 公司",rd-super-deduction,六(一),entitled,125000,125000,500000.01,赣府发〔2015〕43号'
    assert lines == [b"", row.encode()]


def test_what_is_assumed_is_told_with_how_many_it_is_true_of(spark: Any, tmp_path: Path) -> None:
    """On 2019-01-02: E1 states no day and no tax rate, E2 both, and E3 a day, the last before the plan's targets are past.

    None states its year, which decides for all three; the deduction of 2016 alone is in force, and alone assumes an income.
    The results go to an address, where a folder of parts takes the place of the former one. What a dead run has left there is
    gone; what one of another machine writes, or has left, is named.
    """
    out = tmp_path / "results" / "out.csv"
    out.mkdir(parents=True)
    (out / "part-of-a-former-run.csv").write_text("former", encoding="utf-8")
    dead, elsewhere = beside("out.csv").rpartition("-")[0] + "-1.part", ".out.csv.node7-0123456789ab-77-12345.part"
    for left in (dead, elsewhere):
        (out.parent / left).mkdir()
    rated = deducting("E2", as_of=date(2016, 6, 30), cit_rate=Decimal("0.15"))
    case = tables.Case([deducting("E1"), rated, deducting("E3", as_of=date(2018, 12, 31))], frozenset(), None, {})
    write(PLANS["few"], case, tmp_path)
    told: list[float] = []
    task = Task(PLANS["few"], "", today=date(2019, 1, 2))
    report = run(task, str(tmp_path), out.as_uri(), shown=told.append)
    assert sorted(each.name for each in out.parent.iterdir()) == [elsewhere, "out.csv"]
    assert report.left == (f"{out.parent.as_uri()}/{elsewhere}",)
    names = sorted(each.name for each in out.iterdir() if not each.name.startswith("."))
    assert names[0] == "_SUCCESS"
    assert all(name.startswith("part-0") for name in names[1:])
    lines = [line for name in names[1:] for line in (out / name).read_text(encoding="utf-8").splitlines()]
    assert {line.split(",")[0] for line in lines} == {"enterprise", "E2"}
    assert told == sorted(told)
    assert {25.0, 50.0, 75.0, 100.0} <= set(told)  # of four steps, how far the work has come
    assert [(text.en.partition(":")[0], count) for text, count in report.assumptions.items()] == [
        ("Date of the calculation", 1),
        ("Last day of the year that the annual facts are of", 3),
        ("Enterprise income tax rate", 2),
        ("the year's taxable income takes the deduction up (what it does not is carried forward)", 1),
        ("the plan sets its targets for 2018; ask the lead department whether it is still applied", 1),
    ]


def test_a_command_without_its_folder(spark: Any, tmp_path: Path) -> None:
    code, said, found = asked(tmp_path / "tables", "spark", tmp_path / "out.csv", "--shape", "wide")
    wrong = "there is no enterprises.parquet; give it a row for each enterprise, keyed by `id`"
    assert (code, said, found) == (1, [f"{tmp_path}/tables:1:1: {wrong}"], None)


def test_one_bad_enterprise_never_stops_the_others(spark: Any, tmp_path: Path) -> None:
    """A choice that is none, an item that does not say all, an id that is stated twice or that nobody has: by name."""
    folder, out = tmp_path / "tables", tmp_path / "out.parquet"
    good = [deducting("E1"), deducting("E2", premises=[])]
    write(PLANS["few"], tables.Case([*good, *map(deducting, ("E3", "E4", "E5", "E5"))], frozenset(), None, {}), folder)
    DATABASE.execute("UPDATE enterprises SET headquarters = 'moved' WHERE id = 'E3'")
    DATABASE.execute("INSERT INTO premises (enterprise_id, landlord) VALUES ('E4', 'private')")
    DATABASE.execute("INSERT INTO training_bases VALUES ('E9', true)")
    for name in ("enterprises", "premises", "training_bases"):
        DATABASE.execute(f"COPY {name} TO '{folder}/{name}.parquet'")
    report = run(Task(PLANS["few"], "", day=TODAY), str(folder), str(out))
    assert (report.computed, report.refused) == (2, 4)
    told = [fault.show("en") for fault in report.faults]
    assert [line.split(": ")[1] for line in told if "'E4'" in line] == ["area", "monthly_rent", "months", "use"]
    for words in (
        "headquarters: enterprise 'E3': 'moved' is not among",
        "id 'E5' is stated twice",
        "no enterprise has the id 'E9'",
    ):
        assert any(words in line for line in told), words
    assert {row["enterprise"] for row in parquet(out)} == {"E1", "E2"}


def test_refusals_are_named_as_the_file_names_them_and_kept_beyond_those_that_are_shown(
    spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Chinese table, all of whose enterprises are refused, E2 since its id stands twice: two faults of six are shown.

    The file of refusals has all six, each with the name of its enterprise where there is one; the former result stays.
    """
    monkeypatch.setattr(refusals, "MOST_FAULTS", 2)
    folder, out, errors = tmp_path / "tables", tmp_path / "out.csv", tmp_path / "errors.ndjson"
    folder.mkdir()
    out.write_text("former\n", encoding="utf-8")
    rows = "('E1', '甲', -5.00, NULL), ('E2', '乙', 5.00, NULL), ('E2', '丙', 5.00, 'moved'), (NULL, '丁', -6.00, NULL)"
    columns = '"编号", "企业名称", "费用化研发费用", "总部迁入"'
    DATABASE.execute(f"COPY (FROM (VALUES {rows}) AS v({columns})) TO '{folder}/企业.parquet'")
    trained = 'FROM (VALUES (\'E9\', true)) AS v("企业编号", "符合条件")'
    DATABASE.execute(f"COPY ({trained}) TO '{folder}/实训基地.parquet'")
    code, said, found = asked(folder, "spark", out, "--errors", str(errors))
    assert (code, found) == (1, (b"former", [b""]))
    assert said == [
        f"{folder}/企业.parquet:1:1: 编号: the id '' is empty or has blanks around it; write the id",
        f"{folder}/企业.parquet:1:1: 费用化研发费用: '-6.00' is negative; zero or more",
        f"4 more faults; see {errors}",
        f"OUT: 4 enterprises: 0 computed, 4 refused ({folder}/企业.parquet…); not written",
    ]
    kept = [json.loads(line) for line in errors.read_text(encoding="utf-8").splitlines()]
    assert [(each["enterprise"], each.get("name"), each["fact"], each["wrong"]["en"]) for each in kept] == [
        (None, None, "编号", "the id '' is empty or has blanks around it"),
        (None, None, "费用化研发费用", "'-6.00' is negative"),
        ("E1", "甲", "费用化研发费用", "enterprise 'E1': '-5.00' is negative"),
        ("E2", None, "总部迁入", "enterprise 'E2': 'moved' is not among the choices"),
        ("E2", None, "编号", "the id 'E2' is stated twice"),
        ("E9", None, "企业编号", "no enterprise has the id 'E9'"),
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("ALTER TABLE enterprises ALTER rd_expensed TYPE DOUBLE", "the column's type is DOUBLE; export it as DECIMAL"),
        ("ALTER TABLE enterprises ALTER new_format TYPE VARCHAR", "the column's type is STRING; export it as BOOLEAN"),
        ("ALTER TABLE enterprises RENAME rd_expensed TO rd_expense", "did you mean 'rd_expensed'?"),
        ("ALTER TABLE enterprises DROP id", "id: there is no such column"),
        (
            'ALTER TABLE enterprises RENAME rd_expensed TO "费用化研发费用（万元）"',
            "the column's name has the unit 万元 in it; take --engine python",
        ),
        (
            'ALTER TABLE enterprises RENAME rd_expensed TO "费用化研发费用（万美元）"',
            "convert the figure to 'rd_expensed', which is in 元, and state that",
        ),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(spark: Any, change: str, said: str, tmp_path: Path) -> None:
    """Nothing is guessed: no amount out of a binary float, no fact under another name."""
    write(PLANS["few"], tables.Case([deducting("E1")], frozenset(), None, {}), tmp_path)
    DATABASE.execute(change)
    DATABASE.execute(f"COPY enterprises TO '{tmp_path}/enterprises.parquet'")
    with pytest.raises(Refused) as caught:
        run(Task(PLANS["few"], ""), str(tmp_path), str(tmp_path / "out.csv"))
    assert any(said in fault.show("en") for fault in caught.value.faults)
    assert not (tmp_path / "out.csv").exists()


def test_a_folder_that_cannot_be_used_is_refused(spark: Any, tmp_path: Path) -> None:
    """No table of enterprises; a list under a wrong name, which would pass for unknown; a file that is no Parquet."""
    (tmp_path / "premise.parquet").write_text("")
    (tmp_path / "funds.parquet").write_text("no Parquet")
    with pytest.raises(Refused) as caught:
        run(Task(PLANS["few"], ""), str(tmp_path), str(tmp_path / "out.csv"))
    told = "\n".join(fault.show("en") for fault in caught.value.faults)
    for words in ("there is no enterprises.parquet", "did you mean 'premises'?", "funds.parquet:1:1: no Parquet"):
        assert words in told


@pytest.mark.parametrize("out", ["no/such/folder.csv", "folder.csv"])
def test_a_place_that_cannot_be_written_is_told_before_anything_starts(out: str, tmp_path: Path) -> None:
    """Spark would make the folder that is missing, and take one of the file's name for its own."""
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(OSError, match=out):
        run(Task(PLANS["few"], ""), str(tmp_path), str(tmp_path / out))


@pytest.mark.parametrize("out", ["{0}/enterprises.parquet", "file:{0}/用房.parquet", "file://{0}"])
def test_nothing_that_is_read_is_written(out: str, tmp_path: Path) -> None:
    """A table under either name, and the folder of all: its place is that of the results, by path and by address."""
    folder = tmp_path / "tables.parquet"
    folder.mkdir()
    for source in (str(folder), f"file:{folder}", folder.as_uri()):
        code, said, _ = asked(Path(source), "spark", Path("out.csv"), "-o", out.format(folder))
        assert (code, said[-1].endswith("is also read; write to another file")) == (2, True), said
    assert is_same("HDFS://head/a//b.parquet/", "hdfs://head/a/b.parquet")
    assert not is_same("hdfs://head/a/b.parquet", "hdfs://other/a/b.parquet")
    assert list(folder.iterdir()) == []


def test_a_part_that_another_machine_has_kept_to_itself_is_told(tmp_path: Path) -> None:
    """A cluster whose machines share no disk has written nothing here: that is said, and the former file stays."""
    (tmp_path / "out.csv").write_text("former", encoding="utf-8")
    with pytest.raises(NoSpark, match="is not on this machine: each machine of a cluster writes to its own disk"):
        place(str(tmp_path / "out.csv")).keep()
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == "former"


def test_an_address_that_nobody_answers_at_is_told_once(spark: Any, tmp_path: Path) -> None:
    """Before anything is read, and not for each table that is looked for there."""
    with pytest.raises(NoSpark, match=r"^nonesuch://there/tables: Spark gave up: .*nonesuch"):
        run(Task(PLANS["few"], ""), "nonesuch://there/tables", str(tmp_path / "out.csv"))


def test_what_spark_lacks_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without pyspark, without Java and with a Java that is too old: what to install."""
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "pyspark.sql", None)
        with pytest.raises(NoSpark, match=r"pip install '\.\[spark\]'"):
            run(Task(PLANS["few"], ""), "tables", "out.csv")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(NoSpark, match="there is none; install Java 17"):
        session.check_java()
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\necho 'openjdk version \"1.8.0_392\"' >&2\n")
    java.chmod(0o755)
    with pytest.raises(NoSpark, match="is Java 8; install Java 17"):
        session.check_java()
