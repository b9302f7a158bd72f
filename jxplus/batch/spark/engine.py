"""A folder of Parquet tables from Spark to a file: what is sound is computed, and the file is whole or as it was."""

import contextlib
import errno
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jxplus.atomic import clear_parts
from jxplus.batch import Task
from jxplus.batch.outputs.formats import output_format
from jxplus.batch.sources import Refusal
from jxplus.batch.spark import NoSpark, Report
from jxplus.batch.spark.refusals import Counted, Refusals
from jxplus.batch.spark.session import gave_up, session
from jxplus.batch.spark.tables import SparkTables, is_address, named
from jxplus.fault import Text
from jxplus.policy.tables import ENTERPRISES
from jxplus.query import TEXT, column_types, policy_query
from jxplus.query.assumptions import assumptions, in_order
from jxplus.query.rests import rests
from jxplus.query.text import query_text

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

LOCAL = "local[*]"


def run(
    task: Task, folder: str, out: str, master: str = LOCAL, take: Callable[[Refusal], None] | None = None
) -> Report:
    """What became of the enterprises of `folder`, whose results are then in `out`.

    `folder` holds `enterprises.parquet` and a table for each list; it and `out` may be addresses that Spark knows, such as
    `hdfs://…`. `out` ends in `.parquet` or `.csv`; as a path it is one file, as an address a folder of parts, and either is
    replaced whole. `take` is given every refusal, one after the other; the report has the first of them alone. A session of
    the calling program is used where there is one. Facts that the task sets by hand are left out. Raises `Refused` where a
    table cannot be used, `OSError` where `out` cannot be written, and `NoSpark`.
    """
    _check_place(out)
    partial = _partial(out)
    try:
        with session(master) as spark:
            from py4j.protocol import Py4JError
            from pyspark.errors import PySparkException

            try:
                report = _computed(task, SparkTables(spark, task.policy, folder), out, partial, take)
            except (PySparkException, Py4JError) as error:
                raise NoSpark(gave_up(error)) from None
        if partial and report.wrote:
            _replace(out, partial)
        return report
    finally:
        if partial:
            shutil.rmtree(partial, ignore_errors=True)  # not before Spark has ended: it would make the folder again


def _computed(
    task: Task, tables: SparkTables, out: str, partial: str, take: Callable[[Refusal], None] | None
) -> Report:
    """Computes what is sound, and writes it; says what is not."""
    refusals = Refusals(tables)
    try:
        named = refusals.first()
        counted = refusals.counted() if named else Counted(0, 0)
        if named and take is not None:
            for refusal in refusals.every():
                take(refusal)
        refusals.lay(bool(named))
        computed, assumed = _told(task, tables)
        if computed or not named:
            _save(_result(task, tables, out), out, partial)
        names = tuple(dict.fromkeys(each.enterprise or each.faults[0].file for each in named))
        faults = tuple(fault for each in named for fault in each.faults)
        return Report(computed, counted.enterprises, faults, assumed, counted.faults - len(faults), names)
    finally:
        refusals.close()


def _result(task: Task, tables: SparkTables, out: str) -> "DataFrame":
    """The table of results, as every engine writes it: amounts are text in CSV, and of the columns' own types in Parquet."""
    query = policy_query(task.policy, task.options(tables.absent), "spark")
    frame = tables.spark.sql(query_text(query, "spark"))
    written = "CAST({} AS {})"
    if _columnar(out) == "csv":
        written = "regexp_replace(CAST({} AS STRING), '[.]00$|(?<=[.][0-9])0$', '')"
    types = column_types(task.policy, task.wide)
    return frame.selectExpr(
        *(
            named(column) if type == TEXT else f"{written.format(named(column), type)} AS {named(column)}"
            for column, type in types.items()
        )
    )


def _told(task: Task, tables: SparkTables) -> tuple[int, dict[Text, int]]:
    """How many enterprises there are, and the assumptions and warnings, each with how many of them it is true of."""
    own = assumptions(task.policy, tables.tables[ENTERPRISES].columns, task.day, task.today)
    count, found = _counts(tables, own, ENTERPRISES)
    resting = rests(task.policy, task.options(tables.absent))
    if resting is not None:
        found |= _counts(tables, resting.conditions, f"({query_text(resting.query, 'spark')})")[1]
    return count, {text: found[text] for text in in_order(task.policy, found, task.day or task.today)}


def _counts(tables: SparkTables, conditions: Mapping[Text, Any], source: str) -> tuple[int, dict[Text, int]]:
    """How many rows a source has, and of how many of them each condition is true; without those true of none."""
    counts = ["count(*)", *(f"count_if({each.sql('spark')})" for each in conditions.values())]
    ((count, *found),) = tables.spark.sql(f"SELECT {', '.join(counts)} FROM {source}").collect()
    return count, {text: each for text, each in zip(conditions, found, strict=True) if each}


# ---- where the results go ------------------------------------------------------------------------------------------


def _check_place(out: str) -> None:
    """Raises `OSError` where a file cannot be put; Spark would make the folder, and write into one of the file's name."""
    path = os.path.realpath(out)
    if not is_address(out) and os.path.isdir(path):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), out)
    if not is_address(out) and not os.path.isdir(os.path.dirname(path)):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), out)


def _partial(out: str) -> str:
    """The folder beside a file in which Spark writes it; none for an address, where the folder of parts is the result."""
    if is_address(out):
        return ""
    clear_parts(os.path.realpath(out))
    folder, name = os.path.split(os.path.realpath(out))
    return os.path.join(folder, f".{name}.{os.getpid()}.part")


def _replace(out: str, partial: str) -> None:
    """Puts the only part that Spark has written in place of the former file; raises `NoSpark` where it is not here."""
    parts = (
        [each for each in Path(partial).iterdir() if each.name.startswith("part-")] if os.path.isdir(partial) else []
    )
    if len(parts) != 1:
        raise NoSpark(
            Text(
                f"{out} 不在这台机器上：集群的各台机器各写各的磁盘；请写到它们都能访问的地址，如 hdfs://…",
                f"{out} is not on this machine: each machine of the cluster writes to its own disk; write to an address that"
                " all of them reach, such as hdfs://…",
            )
        )
    with open(parts[0], "rb") as file:
        os.fsync(file.fileno())
    os.replace(parts[0], os.path.realpath(out))


def _columnar(out: str) -> str:
    format = output_format(out)
    assert format is not None
    return format.columnar


def _save(frame: "DataFrame", out: str, partial: str) -> None:
    """Writes a table: all of it as one part to the folder `partial`, or as many parts as there are to the address `out`."""
    if partial:
        _write(frame.repartition(1), _columnar(out), f"file:{partial}")
        return
    spark = frame.sparkSession
    folder, _, name = out.rstrip("/").rpartition("/")
    beside = f"{folder}/.{name}.{spark.sparkContext.applicationId}.part"
    path = spark.sparkContext._jvm.org.apache.hadoop.fs.Path
    files = path(out).getFileSystem(spark.sparkContext._jsc.hadoopConfiguration())
    try:
        _write(frame, _columnar(out), beside)
        files.delete(path(out), True)
        if not files.rename(path(beside), path(out)):
            raise NoSpark(
                Text(f"写好的 {beside} 不能改名为 {out}", f"{beside} is written and cannot be renamed to {out}")
            )
    except BaseException:
        with contextlib.suppress(Exception):
            files.delete(path(beside), True)
        raise


def _write(frame: "DataFrame", form: str, where: str) -> None:
    """Has Spark write a folder of parts."""
    writer = frame.write.mode("overwrite")
    if form == "csv":
        # Spark's own CSV has a backslash before a quote, quotes before a #, and no blanks at the ends of a cell.
        exactly = {"ignoreLeadingWhiteSpace": False, "ignoreTrailingWhiteSpace": False}
        writer.option("comment", "\x01").csv(where, header=True, escape='"', emptyValue="", **exactly)
    else:
        writer.parquet(where)
