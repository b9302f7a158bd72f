"""What this tree costs beside a commit before it: start-up, the scalar batch and SQL, both of them run in turn, pair by pair.

    python tests/bench/against.py REV [--count N] [--pairs N] [--only WORD ...]

REV is checked out into a folder of its own, and run by this very Python. The enterprises are made up from a fixed seed and
state what both commits know. What is timed are the processors: the seconds of the process and of those it started, so that
others who use the machine change little. Printed are of each task the least and the median of either, in seconds, and how many
times as fast this tree is: the median of the pairs, with the least and the most of them. `--only batch` leaves out what has
another word in its name. A task that one of the two cannot do, such as an engine whose library is missing, is said to be so.
"""

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SEED = 43
Facts = Mapping[str, Mapping[str, Any]]
"""The facts that an enterprise may state, by id, as its JSON Schema has them."""


class Tree(NamedTuple):
    """A checkout of jxplus, and the environment in which Python runs it."""

    name: str
    environment: Mapping[str, str]

    def run(self, arguments: Sequence[str], folder: Path) -> subprocess.CompletedProcess[bytes]:
        """What a command of it does."""
        command = [sys.executable, "-m", "jxplus", *arguments]
        return subprocess.run(command, cwd=folder, env=self.environment, capture_output=True, check=False)

    def seconds(self, arguments: Sequence[str], folder: Path) -> float:
        """The processors' time that a command of it takes; stops here where it fails."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = self.run(arguments, folder)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode:
            sys.exit(f"{self.name}: {' '.join(arguments)}\n{done.stderr.decode()[-1000:]}")
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def tree(name: str, root: Path, cache: Path) -> Tree:
    """The checkout at `root`, compiled to bytecode as an installed package is, with a cache of its own."""
    environment = {**os.environ, "PYTHONPATH": str(root), "XDG_CACHE_HOME": str(cache), "COLUMNS": "80"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(root / "jxplus")], env=environment, check=True)
    return Tree(name, environment)


# ---- enterprises that both commits can read -----------------------------------------------------------------------------


def facts_of(tree: Tree, folder: Path) -> Facts:
    """What an enterprise may state, as a commit's own `jxplus schema` says it."""
    facts: Facts = json.loads(tree.run(["schema"], folder).stdout)["properties"]
    return facts


def drawn(one: Facts, other: Facts) -> dict[str, Any]:
    """What draws a value of each fact that both know, as this tree's policy types it; of a list, of each fact of an item."""
    sys.path[:0] = [str(HERE), str(ROOT)]
    from bench_batch import value

    from jxplus.policy.store import load_policy

    policy = load_policy()
    found: dict[str, Any] = {id: partial(value, fact) for id, fact in policy.facts.items() if id in one and id in other}
    for id, listed in policy.lists.items():
        if id in one and id in other:
            both = one[id]["items"]["properties"].keys() & other[id]["items"]["properties"].keys()
            found[id] = {name: partial(value, fact) for name, fact in listed.facts.items() if name in both}
    return found


def enterprise(number: int, values: Mapping[str, Any], rng: random.Random) -> dict[str, Any]:
    """An enterprise that states nearly all facts, and up to four items of each list."""
    one: dict[str, Any] = {}
    for id, draw in values.items():
        if isinstance(draw, dict):
            one[id] = [{name: each(rng) for name, each in draw.items()} for _ in range(rng.randint(0, 4))]
        elif rng.random() < 0.95:
            one[id] = draw(rng)
    return {**one, "name": f"企业{number:07d}"}


def write_enterprises(folder: Path, values: Mapping[str, Any], count: int) -> None:
    """The same enterprises as lines of NDJSON and as a folder of tables in CSV."""
    rng = random.Random(SEED)
    own = [id for id, draw in values.items() if not isinstance(draw, dict)]
    tables = {"enterprises": [["id", *own]]}
    tables |= {id: [["enterprise_id", *draw]] for id, draw in values.items() if id not in own}
    with open(folder / "many.ndjson", "w", encoding="utf-8") as lines:
        for number in range(count):
            one, id = enterprise(number, values, rng), f"N{number:07d}"
            lines.write(json.dumps(one, ensure_ascii=False) + "\n")
            tables["enterprises"].append([id, *(cell(one.get(each)) for each in own)])
            for listed in tables.keys() - {"enterprises"}:
                tables[listed] += [[id, *map(cell, item.values())] for item in one[listed]]
    (folder / "tables").mkdir()
    for name, rows in tables.items():
        text = "".join(",".join(row) + "\n" for row in rows)
        (folder / "tables" / f"{name}.csv").write_text(text, encoding="utf-8")


def cell(value: Any) -> str:
    """A value as a cell of CSV; nothing for one that is not stated."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


# ---- the pairs ----------------------------------------------------------------------------------------------------------


def tasks() -> dict[str, list[str]]:
    """The commands, by what they are called."""
    scalar = ["--engine", "python", "-o"]
    return {
        "start: calc, table": ["calc", "one.json"],
        "start: calc, JSON": ["calc", "one.json", "--format", "json"],
        "start: help": ["--help"],
        "batch: NDJSON to NDJSON": ["batch", "many.ndjson", *scalar, "out.ndjson"],
        "batch: NDJSON to CSV": ["batch", "many.ndjson", *scalar, "out.csv"],
        "batch: tables to CSV": ["batch", "tables", *scalar, "out.csv"],
        "SQL: tables to CSV": ["batch", "tables", "--engine", "duckdb", "-o", "out.csv"],
        "SQL: NDJSON to Parquet": [
            "batch",
            "many.ndjson",
            "--engine",
            "duckdb",
            "--shape",
            "wide",
            "-o",
            "out.parquet",
        ],
    }


def compare(name: str, arguments: Sequence[str], before: Tree, now: Tree, folder: Path, pairs: int) -> None:
    """Print the line of one task."""
    failed = [each.name for each in (before, now) if each.run(arguments, folder).returncode]
    if failed:
        print(f"{name:26}not done by {' and '.join(failed)}", flush=True)
        return
    taken = []
    for number in range(pairs):
        order = (before, now) if number % 2 else (now, before)
        seconds = {each.name: each.seconds(arguments, folder) for each in order}
        taken.append((seconds[before.name], seconds[now.name]))
    old, new = zip(*taken, strict=True)
    ratios = [its / mine for its, mine in taken]
    print(
        f"{name:26}{min(old):8.3f}{statistics.median(old):8.3f}   {min(new):8.3f}{statistics.median(new):8.3f}"
        f"   {statistics.median(ratios):6.2f}  ({min(ratios):.2f} to {max(ratios):.2f})",
        flush=True,
    )


def main() -> None:
    """Compare all tasks."""
    parser = argparse.ArgumentParser()
    parser.add_argument("revision", metavar="REV")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--only", nargs="+", default=[""], metavar="WORD")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "-q", "--detach", str(folder / "before"), arguments.revision], check=True)
        try:
            before = tree(arguments.revision, folder / "before", folder / "cache before")
            now = tree("this tree", ROOT, folder / "cache now")
            values = drawn(facts_of(now, folder), facts_of(before, folder))
            write_enterprises(folder, values, arguments.count)
            with open(folder / "many.ndjson", encoding="utf-8") as lines:
                (folder / "one.json").write_text(lines.readline(), encoding="utf-8")
            print(f"{arguments.count:,} enterprises, {arguments.pairs} pairs, seconds of processors (least, median)")
            print(f"{'':26}{arguments.revision[:16]:>16}   {'this tree':>16}   {'times as fast':>13}")
            for task, command in tasks().items():
                if any(word in task for word in arguments.only):
                    compare(task, command, before, now, folder, arguments.pairs)
        finally:
            subprocess.run([*git, "remove", "--force", str(folder / "before")], check=True)


if __name__ == "__main__":
    main()
