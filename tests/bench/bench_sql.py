"""What the policy as SQL costs on DuckDB, beside a query of the same clauses written by hand and beside a bare copy.

    python tests/bench/bench_sql.py [COUNT ...] [--runs N] [--direct] [--csv] [--ndjson] [--folder FOLDER]

For each COUNT of enterprises, made up from a fixed seed, each way runs in a process of its own, all in turn, RUNS times:

    wide     jxplus batch FOLDER --engine duckdb --shape wide -o out.parquet, out of Parquet
    long     the same in the long shape
    by hand  by_hand.sql, which gives what wide gives
    copy     each table read and written, nothing computed

With --direct, or where the command has no such engine, wide and long are the compiled query alone, run as the others
are; with --csv and --ndjson they also read these, and so does a copy. Printed are the medians of the time by the clock, of the
processors' time (it says more on a machine that others use) and of the peak memory, and the medians of the ratios within
a round. Where there are several counts, what a million enterprises cost at each comes last. The tables are deleted.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BY_HAND = HERE / "by_hand.sql"
SHAPES = ("wide", "long")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
ENVIRONMENT.pop("PYTHONDONTWRITEBYTECODE", None)


class Cost(NamedTuple):
    """What a process took: seconds by the clock, seconds of processors, MiB at its peak."""

    wall: float
    cpu: float
    memory: float


# ---- in a process of its own: its memory is then the task's alone ---------------------------------------------------


def make(folder: str, count: str, ending: str) -> None:
    """The tables of a run."""
    sys.path[:0] = [str(HERE), str(ROOT)]
    from make_tables import make_tables

    from jxplus.policy.store import load_policy

    make_tables(load_policy(), Path(folder), int(count), ending)


def compile_query(out: str, shape: str) -> None:
    """The compiled query, as a file."""
    sys.path[:0] = [str(ROOT)]
    from jxplus.policy.store import load_policy
    from jxplus.query import policy_query
    from jxplus.query.tables import Options
    from jxplus.query.text import query_text

    # The tables state no day but that of the calculation.
    days = [f"{each.id}.{each.dated}" for each in load_policy().lists.values() if each.dated]
    query = policy_query(load_policy(), Options(shape, tuned=True, absent=frozenset({"period_end", *days})))
    Path(out).write_text(query_text(query, "duckdb"), encoding="utf-8")


def run(folder: str, out: str, file: str) -> None:
    """The query of a file over the tables of a folder, into a Parquet file; what stands before the query runs first."""
    import duckdb

    database = duckdb.connect()
    for table in Path(folder).iterdir():
        read = "read_parquet" if table.suffix == ".parquet" else "read_csv"
        text = "" if table.suffix == ".parquet" else ", all_varchar = true"
        database.execute(f"CREATE VIEW {table.stem} AS FROM {read}('{table}'{text})")
    *before, query = Path(file).read_text(encoding="utf-8").split(";\n\n")
    for statement in before:
        database.execute(statement)
    database.execute(f"COPY ({query}\n) TO '{out}' (FORMAT parquet)")


def copy(folder: str, out: str) -> None:
    """Every table of a folder, read and written as Parquet."""
    import duckdb

    database = duckdb.connect()
    for table in Path(folder).iterdir():
        database.execute(f"COPY (FROM '{table}') TO '{out}-{table.stem}' (FORMAT parquet)")


TASKS = {task.__name__: task for task in (make, compile_query, run, copy)}


# ---- the rounds -----------------------------------------------------------------------------------------------------


def task(name: str, *arguments: object) -> list[str]:
    """The command that does one of the above."""
    return [sys.executable, str(Path(__file__).resolve()), f"--task={name}", *map(str, arguments)]


def batch(folder: Path, out: Path, shape: str) -> list[str]:
    """The command of a user."""
    options = ["--engine", "duckdb", "--shape", shape, "-o", str(out)]
    return [sys.executable, "-m", "jxplus", "batch", str(folder), *options]


def cost(command: Sequence[str]) -> Cost:
    """What a command takes from its start to its end; stops here where it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(command, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    said = process.stderr.read()
    _, code, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(code)
    if process.returncode:
        sys.exit(f"{' '.join(command)}\n{said}")
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def has_engine() -> bool:
    """Whether the command runs the query itself."""
    shown = subprocess.run(
        [sys.executable, "-m", "jxplus", "batch", "--help"],
        env={**ENVIRONMENT, "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return "--engine" in shown.stdout


def ways(folder: Path, direct: bool, endings: Sequence[str]) -> dict[str, list[str]]:
    """The command of each way."""
    found: dict[str, list[str]] = {}
    out = folder / "out.parquet"
    for ending in endings:
        suffix = "" if ending == "parquet" else f", {ending}"
        source = folder / ending / "enterprises.ndjson" if ending == "ndjson" else folder / ending
        for shape in SHAPES:
            query = task("run", source, out, folder / f"{shape}.sql")
            found[shape + suffix] = query if direct else batch(source, out, shape)
        if ending == "parquet":
            found["by hand"] = task("run", folder / ending, out, BY_HAND)
        found[f"copy{suffix}"] = task("copy", folder / ending, out)
    return found


def rounds(count: int, runs: int, direct: bool, endings: Sequence[str], within: str | None) -> dict[str, list[Cost]]:
    """What each way takes, round by round."""
    with tempfile.TemporaryDirectory(dir=within) as name:
        folder = Path(name)
        for shape in SHAPES:
            cost(task("compile_query", folder / f"{shape}.sql", shape))
        for ending in endings:
            cost(task("make", folder / ending, count, ending))
        commands = ways(folder, direct, endings)
        taken: dict[str, list[Cost]] = {way: [] for way in commands}
        for _ in range(runs):
            for way, command in commands.items():
                taken[way].append(cost(command))
        return taken


def middle(costs: list[Cost]) -> Cost:
    """The medians of several runs, each figure by itself."""
    return Cost(*map(statistics.median, zip(*costs, strict=True)))


def ratio(costs: list[Cost], others: list[Cost]) -> str:
    """How many times as long as another way, by the clock and by the processors."""
    pairs = list(zip(costs, others, strict=True))
    wall = statistics.median(mine.wall / its.wall for mine, its in pairs)
    cpu = statistics.median(mine.cpu / its.cpu for mine, its in pairs)
    return f"{wall:6.2f} {cpu:6.2f}"


def report(count: int, taken: dict[str, list[Cost]]) -> None:
    """Print one count's table."""
    print(f"\n{count:,} enterprises")
    print(f"{'':14}{'wall s':>8}{'cpu s':>8}{'MiB':>8}   {'to by hand':>13}   {'to a copy':>13}")
    for way, costs in taken.items():
        found = middle(costs)
        to_copy = ratio(costs, taken["copy" + "".join(way.partition(", ")[1:])])
        to_hand = " " * 13 if way.startswith("copy") else ratio(costs, taken["by hand"])
        print(f"{way:14}{found.wall:8.2f}{found.cpu:8.2f}{found.memory:8,.0f}   {to_hand}   {to_copy}")


def linearity(all_taken: dict[int, dict[str, list[Cost]]]) -> None:
    """Print what a million enterprises cost at each count, by the clock and by the processors."""
    ways = list(next(iter(all_taken.values())))
    print("\nseconds for a million enterprises, by the clock and of processors")
    print(f"{'':>11}" + "".join(f"{way:>16}" for way in ways))
    for count, taken in all_taken.items():
        scaled = [(middle(taken[way]).wall / count * 1e6, middle(taken[way]).cpu / count * 1e6) for way in ways]
        print(f"{count:11,}" + "".join(f"{wall:9.2f}{cpu:7.2f}" for wall, cpu in scaled))


def main() -> None:
    """Time all counts."""
    parser = argparse.ArgumentParser()
    parser.add_argument("counts", nargs="*", type=int, metavar="COUNT", default=[10_000, 100_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--direct", action="store_true")
    parser.add_argument("--csv", action="store_true")
    parser.add_argument("--ndjson", action="store_true")
    parser.add_argument("--folder")
    arguments = parser.parse_args()
    # An installed package is compiled to bytecode; a checkout is so from its first run on.
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(ROOT / "jxplus")], env=ENVIRONMENT, check=True)
    direct = arguments.direct or not has_engine()
    endings = ["parquet", *(each for each in ("csv", "ndjson") if getattr(arguments, each))]
    print("wide and long:", "the compiled query alone" if direct else "jxplus batch --engine duckdb", flush=True)
    all_taken = {}
    for count in arguments.counts:
        all_taken[count] = rounds(count, arguments.runs, direct, endings, arguments.folder)
        report(count, all_taken[count])
        sys.stdout.flush()
    if len(all_taken) > 1:
        linearity(all_taken)


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1].startswith("--task="):
        TASKS[sys.argv[1].removeprefix("--task=")](*sys.argv[2:])
    else:
        main()
