"""What `batch` takes and holds where there is much of something: lines, rows of a workbook, files, items of one enterprise.

    python tests/bench/bench_growth.py [CASE]... [--part N] [--folder DIR]

Each case is made, computed once by the command of a user with standard error at a terminal, and deleted. Printed are the
seconds by the clock and of processors, the memory at its peak, and how far the work had come each time that was shown: how
many different figures, and the first and the last. `--part` divides all counts, to see quickly whether it runs.
"""

import argparse
import json
import os
import pty
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100", "TERM": "xterm", "NO_COLOR": "1"}


class Case(NamedTuple):
    """Much of something: what makes `count` of it in a folder and gives what is read, the engine, the output's ending, and more options."""

    count: int
    make: Callable[[Path, int], Path]
    engine: str
    ending: str
    options: tuple[str, ...] = ()


class Cost(NamedTuple):
    """What a process took: seconds by the clock, seconds of processors, MiB at its peak; what it showed, and said last."""

    wall: float
    cpu: float
    memory: float
    shown: list[int]
    said: str


# ---- what is made ----------------------------------------------------------------------------------------------------


def lines(folder: Path, count: int, ids: bool = True) -> Path:
    """Tiny enterprises: a name, a figure, and an id; without ids DuckDB takes them."""
    path = folder / ("enterprises.ndjson" if ids else "names.ndjson")
    with path.open("w", encoding="utf-8") as file:
        for n in range(count):
            id = f'"id": "E{n}", ' if ids else ""
            file.write(f'{{{id}"name": "企业{n}", "operating_revenue": {n % 300 * 1_000_000}}}\n')
    return path


def workbook(folder: Path, count: int) -> Path:
    """A sheet of enterprises with six columns."""
    import xlsxwriter

    path = folder / "clients.xlsx"
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("企业")
    sheet.write_row(0, 0, ["编号", "企业名称", "年营业收入（万元）", "年研发投入（万元）", "“互联网+”企业", "测算日期"])
    for n in range(count):
        sheet.write_row(
            n + 1, 0, [f"E{n}", f"企业{n}", n % 300 * 100, n % 77 * 50, "是" if n % 2 else "否", "2016-06-30"]
        )
    book.close()
    return path


def files(folder: Path, count: int) -> Path:
    """A folder of small enterprise files."""
    inner = folder / "enterprises"
    inner.mkdir()
    for n in range(count):
        (inner / f"{n:06}.yaml").write_text(f"企业名称: 企业{n}\n年营业收入: {n % 300 + 1}00万\n", encoding="utf-8")
    return inner


def _tolls(count: int) -> list[dict[str, object]]:
    from make_tables import make_tables

    from jxplus.policy.store import load_policy

    with tempfile.TemporaryDirectory() as name:
        import duckdb

        make_tables(load_policy(), Path(name), max(2 * count, 10), "parquet")
        found = duckdb.connect().execute(f"FROM '{name}/truck_tolls.parquet' LIMIT {count}")
        columns = [each[0] for each in found.description or ()]
        rows = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
    return [{key: each for key, each in row.items() if key != "enterprise_id" and each is not None} for row in rows]


def items(folder: Path, count: int) -> Path:
    """One enterprise file with so many statements of tolls."""
    path = folder / "fleet.json"
    whole = {"name": "车队", "as_of": "2016-06-30", "truck_tolls": _tolls(count)}
    path.write_text(json.dumps(whole, ensure_ascii=False, default=_number), encoding="utf-8")
    return path


def rows(folder: Path, count: int) -> Path:
    """The same enterprise as tables of CSV."""
    inner, tolls = folder / "tables", _tolls(count)
    inner.mkdir()
    (inner / "enterprises.csv").write_text("id,name,as_of\nE1,车队,2016-06-30\n", encoding="utf-8")
    with (inner / "truck_tolls.csv").open("w", encoding="utf-8") as file:
        file.write(",".join(["enterprise_id", *tolls[0]]) + "\n")
        file.writelines(",".join(["E1", *map(str, each.values())]) + "\n" for each in tolls)
    return inner


def counted(folder: Path, count: int) -> Path:
    """One enterprise with two lists of so many items, each of which a plan counts and sums for each item of the other."""
    rng, path = random.Random(count), folder / "counted.json"
    patents = [
        {"abroad": rng.random() < 0.5, "granted": f"{rng.randint(2018, 2023)}-05-01", "cost": rng.randint(1, 500_000)}
        for _ in range(count)
    ]
    projects = [{"invested": rng.randint(1, 900_000), "closed": rng.random() < 0.3} for _ in range(count)]
    whole = {"name": "甲", "as_of": "2022-01-01", "founded": "2020-01-01", "exporter": False, "sales": 600_000}
    lists = {"gain": 1000, "share": "20%", "staff": 5, "patents": patents, "projects": projects}
    path.write_text(json.dumps({**whole, **lists}, ensure_ascii=False), encoding="utf-8")
    return path


COUNTED = ("--reach", "--policies", str(ROOT / "tests" / "gathered.yaml"))


def _number(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else str(value)


CASES = {
    **{
        f"{name} lines to csv, {engine}": Case(count, make, engine, "csv")
        for engine, make in (("python", lines), ("duckdb", partial(lines, ids=False)))
        for count, name in ((500_000, "500k"), (1_000_000, "1M"), (2_000_000, "2M"))
    },
    "100k lines to ndjson": Case(100_000, lines, "python", "ndjson"),
    "200k lines to ndjson": Case(200_000, lines, "python", "ndjson"),
    "200k rows of a workbook to csv": Case(200_000, workbook, "python", "csv"),
    "200k rows of a workbook to xlsx": Case(200_000, workbook, "python", "xlsx"),
    "20k files to csv": Case(20_000, files, "python", "csv"),
    "100k items of one file to csv": Case(100_000, items, "python", "csv"),
    "100k items of one file to ndjson": Case(100_000, items, "python", "ndjson"),
    "100k rows of one enterprise to csv, python": Case(100_000, rows, "python", "csv"),
    "100k rows of one enterprise to csv, duckdb": Case(100_000, rows, "duckdb", "csv"),
    **{
        f"{count} items counted for each of others, reach": Case(count, counted, "python", "csv", COUNTED)
        for count in (100, 1000, 10_000, 100_000)
    },
}


# ---- what it takes ---------------------------------------------------------------------------------------------------


def cost(source: Path, out: Path, engine: str, options: tuple[str, ...]) -> Cost:
    """What the command takes, with a terminal at its standard error; stops here where it fails."""
    command = [sys.executable, "-m", "jxplus", "batch", str(source), "--engine", engine, "-o", str(out), "--lang", "en"]
    command += options
    terminal, end = pty.openpty()
    said = bytearray()

    def listen() -> None:
        try:
            while part := os.read(terminal, 1 << 16):
                said.extend(part)
        except OSError:  # the other end is closed
            pass

    start = time.perf_counter()
    process = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=end)
    os.close(end)
    listening = threading.Thread(target=listen)
    listening.start()
    _, code, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(code)
    listening.join()
    os.close(terminal)
    text = said.decode(errors="replace")
    if process.returncode:
        sys.exit(f"{' '.join(command)}\n{text[-2000:]}")
    shown = list(dict.fromkeys(int(each) for each in re.findall(r"(\d+)%\s+(?:\d+:\d\d|-:--)", text)))
    last = text.strip().splitlines()[-1]
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, shown, last.rpartition(": ")[0] or last)


def made(name: str, folder: str, part: int) -> Path:
    """Makes a case in a process of its own: a process begins with the peak of the one that starts it."""
    command = [sys.executable, __file__, "--make", name, "--folder", folder, "--part", str(part)]
    return Path(subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip())


def main() -> None:
    """Runs the cases."""
    parser = argparse.ArgumentParser()
    parser.add_argument("cases", nargs="*", metavar="CASE", help="words of which a case's name has one")
    parser.add_argument("--part", type=int, default=1)
    parser.add_argument("--folder")
    parser.add_argument("--make", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.make is not None:
        sys.path[:0] = [str(HERE), str(ROOT)]
        case = CASES[arguments.make]
        print(case.make(Path(arguments.folder), max(case.count // arguments.part, 1)))
        return
    print(f"{'':44}{'wall s':>8}{'cpu s':>8}{'MiB':>7}{'read MiB':>10}  shown")
    for name, case in CASES.items():
        if arguments.cases and not any(each in name for each in arguments.cases):
            continue
        with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
            source = made(name, folder, arguments.part)
            inner = source.rglob("*") if source.is_dir() else [source]
            size = sum(each.stat().st_size for each in inner) / (1 << 20)
            found = cost(source, Path(folder) / f"out.{case.ending}", case.engine, case.options)
            shutil.rmtree(folder, ignore_errors=True)
        told = f"{len(found.shown)} figures, {found.shown[0]}% to {found.shown[-1]}%" if found.shown else "nothing"
        print(f"{name:44}{found.wall:8.1f}{found.cpu:8.1f}{found.memory:7,.0f}{size:10.1f}  {told}", flush=True)


if __name__ == "__main__":
    main()
