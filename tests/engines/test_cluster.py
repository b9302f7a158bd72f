"""Spark's engine on a cluster of two workers, one of which is killed in the middle: DuckDB's amounts, to the fen."""

import importlib.util
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb

from jxplus.policy import Policy
from jxplus.policy.store import load_policy

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))
import tables
from cluster import SHORT_LIVED, Cluster, cluster
from few import few
from insist import missing

ROOT = Path(__file__).parents[2]
COUNT = 300
SETTINGS = {
    "spark.executor.memory": "512m",
    "spark.executor.extraJavaOptions": SHORT_LIVED,
    "spark.eventLog.enabled": "true",
    "spark.eventLog.rolling.enabled": "false",
    "spark.eventLog.compress": "false",
    # A few hundred rows are interpreted sooner than a query is compiled to Java.
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.autoBroadcastJoinThreshold": "-1",  # as where lists are too large to be sent to everybody
}


def write(policy: Policy, folder: Path) -> None:
    """Puts enterprises at every threshold, with one of their lists, into a folder of Parquet tables."""
    case = tables.settled(policy, tables.without_bare_one(policy, tables.crowd(policy, COUNT)))[0]
    database = duckdb.connect()
    tables.load(database, policy, case.enterprises, case.absent)
    folder.mkdir()
    for name in ("enterprises", "premises"):
        database.execute(f"COPY {name} TO '{folder}/{name}.parquet'")


def command(folder: Path, out: Path, engine: str, *arguments: str) -> list[str]:
    asked = ["--engine", engine, "-o", str(out), "--as-of", "2016-06-30", "--policies", few(), "--all", "--lang", "en"]
    return [sys.executable, "-m", "jxplus", "batch", str(folder), *asked, *arguments]


def begun(own: Cluster, folder: Path) -> subprocess.Popen[str]:
    """A run on the cluster that has come as far as to write."""
    conf = folder / "conf"
    conf.mkdir()
    settings = {**SETTINGS, "spark.eventLog.dir": folder.as_uri()}
    (conf / "spark-defaults.conf").write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    environment = {**own.environment, "SPARK_CONF_DIR": str(conf), "SPARK_DRIVER_MEMORY": "1g"}
    environment["SPARK_SUBMIT_OPTS"] = SHORT_LIVED
    run = subprocess.Popen(
        command(folder / "tables", folder / "out" / "spark.parquet", "spark", "--master", own.url),
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    while run.poll() is None and not list((folder / "out").glob(".*.part")):
        time.sleep(0.01)
    return run


def rows(file: Path) -> list[Any]:
    return duckdb.connect().execute(f"FROM '{file}' ORDER BY ALL").fetchall()


def events(folder: Path, kind: str) -> list[dict[str, Any]]:
    """What has happened, as Spark writes it down for its history."""
    (file,) = folder.glob("app-*")
    return [event for line in file.open(encoding="utf-8") if (event := json.loads(line))["Event"] == kind]


def test_a_worker_that_is_killed_takes_nothing_with_it(tmp_path: Path) -> None:
    """Of two workers one loses its power while the results are written: what it had made is made again by the other."""
    if importlib.util.find_spec("pyspark") is None:
        missing("no pyspark here: pip install '.[spark]'")
    if shutil.which("java") is None:
        missing("no Java here: apt-get install openjdk-17-jre-headless")
    write(load_policy(few()), tmp_path / "tables")
    (tmp_path / "out").mkdir()
    with cluster(workers=2, cores=1, memory="512m") as own:
        run = begun(own, tmp_path)
        own.kill(1)
        _, said = run.communicate(timeout=200)
    by_duckdb = command(tmp_path / "tables", tmp_path / "duckdb.parquet", "duckdb")
    other = subprocess.run(by_duckdb, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == other.returncode == 0, said + other.stderr
    assert said.splitlines()[-1].endswith(f": {COUNT} enterprises: {COUNT} computed, 0 refused")
    assert [each.name for each in (tmp_path / "out").iterdir()] == ["spark.parquet"]
    assert len(events(tmp_path, "SparkListenerExecutorAdded")) == 2
    assert len(events(tmp_path, "SparkListenerExecutorRemoved")) == 1  # it was killed before the end
    assert rows(tmp_path / "out" / "spark.parquet") == rows(tmp_path / "duckdb.parquet")
