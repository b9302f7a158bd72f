"""A folder of Parquet tables from Spark to a file: what is sound is computed, and the file is whole or as it was."""

import errno
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jxplus.atomic import clear_parts
from jxplus.batch import Task
from jxplus.batch.outputs.formats import output_format
from jxplus.batch.spark import NoSpark, Report
from jxplus.batch.spark.session import gave_up, session
from jxplus.batch.spark.tables import SparkTables, named
from jxplus.fault import Text
from jxplus.policy.tables import ENTERPRISES
from jxplus.query import TEXT, column_types, policy_query
from jxplus.query.assumptions import assumptions, in_order
from jxplus.query.rests import rests
from jxplus.query.text import query_text

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

LOCAL = "local[*]"


def run(task: Task, folder: str, out: str, master: str = LOCAL) -> Report:
    """What became of the enterprises of `folder`, whose results are then in `out`.

    `folder` holds `enterprises.parquet` and a table for each list; it and `out` may be addresses that Spark knows, such as
    `hdfs://…`. `out` ends in `.parquet` or `.csv`; as a path it is one file, replaced whole, as an address a folder of
    parts. A session of the calling program is used where there is one. Facts that the task sets by hand are left out.
    Raises `Refused` where a table cannot be used, `OSError` where `out` cannot be written, and `NoSpark`.
    """
    _check_place(out)
    partial = _partial(out)
    try:
        with session(master) as spark:
            from py4j.protocol import Py4JError
            from pyspark.errors import PySparkException

            try:
                tables = SparkTables(spark, task.policy, folder)
                report = tables.lay()
                _save(_result(task, tables, out), out, partial)
                report = report._replace(assumptions=_assumptions(task, tables))
            except (PySparkException, Py4JError) as error:
                raise NoSpark(gave_up(error)) from None
        if partial:
            _replace(out, partial)
        return report
    finally:
        if partial:
            shutil.rmtree(partial, ignore_errors=True)  # not before Spark has ended: it would make the folder again


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


def _assumptions(task: Task, tables: SparkTables) -> dict[Text, int]:
    """The assumptions and warnings, each with the number of enterprises that it is true of."""
    own = assumptions(task.policy, tables.tables[ENTERPRISES].columns, task.day, task.today)
    found = _count(tables, own, ENTERPRISES)
    resting = rests(task.policy, task.options(tables.absent))
    if resting is not None:
        found |= _count(tables, resting.conditions, f"({query_text(resting.query, 'spark')})")
    return {text: found[text] for text in in_order(task.policy, found, task.day or task.today)}


def _count(tables: SparkTables, conditions: Mapping[Text, Any], source: str) -> dict[Text, int]:
    """Of how many rows of a source each condition is true; without those true of none."""
    counts = [f"count_if({each.sql('spark')})" for each in conditions.values()]
    if not counts:
        return {}
    (row,) = tables.spark.sql(f"SELECT {', '.join(counts)} FROM {source}").collect()
    return {text: count for text, count in zip(conditions, row, strict=True) if count}


# ---- where the results go ------------------------------------------------------------------------------------------


def _check_place(out: str) -> None:
    """Raises `OSError` where a file cannot be put; Spark would make the folder, and write into one of the file's name."""
    path = os.path.realpath(out)
    if "://" not in out and os.path.isdir(path):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), out)
    if "://" not in out and not os.path.isdir(os.path.dirname(path)):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), out)


def _partial(out: str) -> str:
    """The folder beside a file in which Spark writes it; none for an address, where the folder of parts is the result."""
    if "://" in out:
        return ""
    clear_parts(os.path.realpath(out))
    folder, name = os.path.split(os.path.realpath(out))
    return os.path.join(folder, f".{name}.{os.getpid()}.part")


def _replace(out: str, partial: str) -> None:
    """Puts the only part that Spark has written in place of the former file."""
    (part,) = [each for each in Path(partial).iterdir() if each.name.startswith("part-")]
    with open(part, "rb") as file:
        os.fsync(file.fileno())
    os.replace(part, os.path.realpath(out))


def _columnar(out: str) -> str:
    format = output_format(out)
    assert format is not None
    return format.columnar


def _save(frame: "DataFrame", out: str, partial: str) -> None:
    """Writes a table: all of it as one part to the folder `partial`, or to the address `out`."""
    writer = (frame.repartition(1) if partial else frame).write.mode("overwrite")
    where = f"file:{partial}" if partial else out
    if _columnar(out) == "csv":
        # Spark's own CSV has a backslash before a quote, quotes before a #, and no blanks at the ends of a cell.
        exactly = {"ignoreLeadingWhiteSpace": False, "ignoreTrailingWhiteSpace": False}
        writer.option("comment", "\x01").csv(where, header=True, escape='"', emptyValue="", **exactly)
    else:
        writer.parquet(where)
