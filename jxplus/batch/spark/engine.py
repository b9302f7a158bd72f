"""A folder of Parquet tables from Spark to a file: what is sound is computed, and the file is whole or as it was."""

import contextlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from jxplus.batch import Task
from jxplus.batch.outputs.formats import output_format
from jxplus.batch.sources import Refusal
from jxplus.batch.spark import NoSpark, Report
from jxplus.batch.spark.places import FolderOfParts, OneFile, place
from jxplus.batch.spark.progress import Shown, Steps
from jxplus.batch.spark.refusals import Counted, WrongRows
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


def run(
    task: Task,
    folder: str,
    out: str,
    master: str = LOCAL,
    take: Callable[[Refusal], None] | None = None,
    shown: Shown = lambda percent: None,
) -> Report:
    """What became of the enterprises of `folder`, whose results are then in `out`.

    `folder` holds `enterprises.parquet` and a table for each list; it and `out` may be addresses that Spark knows, such as
    `hdfs://…`. `out` ends in `.parquet` or `.csv`; as a path it is one file, as an address a folder of parts, and either is
    replaced whole. `take` is given every refusal, one after the other; the report has the first of them alone. `shown`
    is told how far the work has come, in percent. A session of the calling program is used where there is one. Facts that
    the task sets by hand are left out. Raises `Refused` where a table cannot be used, `OSError` where `out` cannot be
    written, and `NoSpark`.
    """
    where = place(out)
    try:
        with session(master) as spark:
            from py4j.protocol import Py4JError
            from pyspark.errors import PySparkException

            try:
                where.begin(spark)
                tables = SparkTables(spark, task.policy, folder)
                with Steps(spark, shown).watched() as progress:
                    report = _computed(task, tables, where, take, progress)
            except (PySparkException, Py4JError) as error:
                raise NoSpark(gave_up(error)) from None
        if report.wrote:
            where.keep()
        return report
    finally:
        where.drop()


def _computed(
    task: Task,
    tables: SparkTables,
    where: OneFile | FolderOfParts,
    take: Callable[[Refusal], None] | None,
    progress: Steps,
) -> Report:
    """Computes what is sound, and writes it; says what is not."""
    refusals = WrongRows(tables)
    try:
        named = refusals.first()
        counted = refusals.counted() if named else Counted(0, 0)
        if named and take is not None:
            for refusal in refusals.every():
                take(refusal)
        refusals.lay(bool(named))
        progress.step()
        computed, assumed = _told(task, tables, progress)
        if computed or not named:
            form = _columnar(where.out)
            frame = _result(task, tables, form)
            parts = frame.repartition(where.parts) if where.parts else frame
            where.write(tables.spark, lambda address: _write(parts, form, address))
        progress.step()
    except Exception:
        with contextlib.suppress(Exception):  # who breaks off the work has no time for it
            refusals.close()
        raise
    refusals.close()
    names = tuple(dict.fromkeys(each.enterprise or each.faults[0].file for each in named))
    faults = tuple(fault for each in named for fault in each.faults)
    return Report(computed, counted.enterprises, faults, assumed, counted.faults - len(faults), names, where.left)


def _result(task: Task, tables: SparkTables, form: str) -> "DataFrame":
    """The table of results, as every engine writes it: amounts are text in CSV, and of the columns' own types in Parquet."""
    query = policy_query(task.policy, task.options(tables.absent), "spark")
    frame = tables.spark.sql(query_text(query, "spark"))
    written = "CAST({} AS {})"
    if form == "csv":
        written = "regexp_replace(CAST({} AS STRING), '[.]00$|(?<=[.][0-9])0$', '')"
    types = column_types(task.policy, task.wide)
    return frame.selectExpr(
        *(
            named(column) if type == TEXT else f"{written.format(named(column), type)} AS {named(column)}"
            for column, type in types.items()
        )
    )


def _told(task: Task, tables: SparkTables, progress: Steps) -> tuple[int, dict[Text, int]]:
    """How many enterprises there are, and the assumptions and warnings, each with how many of them it is true of."""
    own = assumptions(task.policy, tables.tables[ENTERPRISES].columns, task.day, task.today)
    count, found = _counts(tables, own, ENTERPRISES)
    progress.step()
    resting = rests(task.policy, task.options(tables.absent))
    if resting is not None:
        found |= _counts(tables, resting.conditions, f"({query_text(resting.query, 'spark')})")[1]
    progress.step()
    return count, {text: found[text] for text in in_order(task.policy, found, task.day or task.today)}


def _counts(tables: SparkTables, conditions: Mapping[Text, Any], source: str) -> tuple[int, dict[Text, int]]:
    """How many rows a source has, and of how many of them each condition is true; without those true of none."""
    counts = ["count(*)", *(f"count_if({each.sql('spark')})" for each in conditions.values())]
    ((count, *found),) = tables.spark.sql(f"SELECT {', '.join(counts)} FROM {source}").collect()
    return count, {text: each for text, each in zip(conditions, found, strict=True) if each}


def _columnar(out: str) -> str:
    format = output_format(out)
    assert format is not None
    return format.columnar


def _write(frame: "DataFrame", form: str, where: str) -> None:
    """Has Spark write a folder of parts."""
    writer = frame.write.mode("overwrite")
    if form == "csv":
        # Spark's own CSV has a backslash before a quote, quotes before a #, and no blanks at the ends of a cell.
        exactly = {"ignoreLeadingWhiteSpace": False, "ignoreTrailingWhiteSpace": False}
        writer.option("comment", "\x01").csv(where, header=True, escape='"', emptyValue="", **exactly)
    else:
        writer.parquet(where)
