"""What Spark's engine takes on a cluster of this machine, by the number of enterprises: time, memory, and what is shuffled.

    python tests/bench/bench_cluster.py [COUNT]... [--shape wide|long] [--workers N] [--memory 2g] [--folder DIR]

The tables of `bench_sql.py` are computed into a folder of parts at a `file:` address by a standalone master and workers of a
core each. Printed are, for each count, the seconds by the clock, and from Spark's own log of events: seconds of processors
in its tasks, MiB read from tables, MiB shuffled and spilled to disk, the longest task, the most memory that one task asked
for, the largest process of a worker and the driver's, and the bytes that came to the driver.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE), str(ROOT), str(ROOT / "tests" / "engines")]
from cluster import Cluster, cluster  # noqa: E402
from make_tables import make_tables  # noqa: E402

from jxplus.policy.store import load_policy  # noqa: E402

MIB = 1 << 20
SETTINGS = {
    "spark.eventLog.enabled": "true",
    "spark.eventLog.rolling.enabled": "false",
    "spark.eventLog.compress": "false",
    "spark.eventLog.logStageExecutorMetrics": "true",
    "spark.executor.processTreeMetrics.enabled": "true",
    "spark.executor.metrics.pollingInterval": "500",
}
HEADS = (
    "enterprises", "wall s", "task cpu s", "shuffled MiB", "spilled MiB", "longest task s", "task MiB", "worker MiB",
    "driver MiB", "to driver kB", "tasks",
)  # fmt: skip


def events(folder: Path) -> Iterator[dict[str, Any]]:
    """What has happened, as Spark writes it down for its history."""
    (file,) = folder.glob("app-*")
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def told(folder: Path) -> dict[str, float]:
    """The figures of a run."""
    found = dict.fromkeys(HEADS, 0.0)
    for event in events(folder):
        if event["Event"] == "SparkListenerTaskEnd" and (task := event.get("Task Metrics")):
            read = task["Shuffle Read Metrics"]
            found["tasks"] += 1
            found["task cpu s"] += task["Executor CPU Time"] / 1e9
            found["shuffled MiB"] += (read["Remote Bytes Read"] + read["Local Bytes Read"]) / MIB
            found["spilled MiB"] += task["Disk Bytes Spilled"] / MIB
            found["to driver kB"] += task["Result Size"] / 1000
            found["longest task s"] = max(found["longest task s"], task["Executor Run Time"] / 1000)
            found["task MiB"] = max(found["task MiB"], task["Peak Execution Memory"] / MIB)
        if event["Event"] == "SparkListenerStageExecutorMetrics":
            kind = "driver MiB" if event["Executor ID"] == "driver" else "worker MiB"
            found[kind] = max(found[kind], event["Executor Metrics"]["ProcessTreeJVMRSSMemory"] / MIB)
    return found


def run(own: Cluster, tables: Path, folder: Path, shape: str, memory: str) -> float:
    """Computes tables on a cluster; the seconds that it takes by the clock."""
    conf = folder / "conf"
    conf.mkdir()
    settings = {**SETTINGS, "spark.executor.memory": memory, "spark.eventLog.dir": folder.as_uri()}
    (conf / "spark-defaults.conf").write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    asked = ["--engine", "spark", "--master", own.url, "--shape", shape, "-o", f"{folder.as_uri()}/out.parquet"]
    environment = {**own.environment, "SPARK_CONF_DIR": str(conf), "PYTHONPATH": str(ROOT)}
    start = time.perf_counter()
    command = [sys.executable, "-m", "jxplus", "batch", str(tables), *asked, "--as-of", "2016-06-30", "--lang", "en"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return time.perf_counter() - start


def main() -> None:
    """Runs all counts."""
    parser = argparse.ArgumentParser()
    parser.add_argument("counts", nargs="*", type=int, metavar="COUNT", default=[100_000, 300_000, 1_000_000])
    parser.add_argument("--shape", default="wide")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--memory", default="2g")
    parser.add_argument("--folder")
    arguments = parser.parse_args()
    print(f"{arguments.shape}, {arguments.workers} workers of {arguments.memory}, {os.cpu_count()} cores")
    print("  ".join(HEADS), flush=True)
    for count in arguments.counts:
        with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
            folder = Path(name)
            make_tables(load_policy(), folder / "tables", count, "parquet")
            with cluster(arguments.workers, 1, arguments.memory) as own:
                wall = run(own, folder / "tables", folder, arguments.shape, arguments.memory)
            found = {**told(folder), "enterprises": count, "wall s": wall}
        print("  ".join(f"{found[head]:>{len(head)},.0f}" for head in HEADS), flush=True)


if __name__ == "__main__":
    main()
