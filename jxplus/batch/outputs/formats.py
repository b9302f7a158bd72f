"""The files that a batch can write, by the ending of their names: a new one is a line here, and a file of its own."""

import os
from collections.abc import Callable
from typing import NamedTuple

from jxplus.batch import Task
from jxplus.batch.outputs.files import Output, TextOutput
from jxplus.document import ending_of
from jxplus.policy.tables import columns_of
from jxplus.render.rows import BOM, csv_lines

Begin = Callable[[str, Task], Output]
"""Begins the file at a path, for a task. Raises `OSError`, and `ImportError` where a library is missing."""


class OutputFormat(NamedTuple):
    """A kind of file: what a task makes of each enterprise for it, what begins it, and what must be installed for it.

    `columnar` is what an engine that computes by columns calls the kind; empty where none of them writes it.
    """

    form: str
    begin: Begin
    extra: str = ""
    columnar: str = ""


def _csv(path: str, task: Task) -> Output:
    return TextOutput(path, csv_heading(task))


def csv_heading(task: Task) -> str:
    """The first line of a task's CSV, after the mark of UTF-8 where that is asked for."""
    return BOM * task.bom + csv_lines([columns_of(task.policy, task.wide, task.named, task.near is not None)])


def _ndjson(path: str, task: Task) -> Output:
    return TextOutput(path)


def _workbook(path: str, task: Task) -> Output:
    from jxplus.batch.outputs.workbook import WorkbookOutput

    return WorkbookOutput(path, task)


def _parquet(path: str, task: Task) -> Output:
    from jxplus.batch.duckdb.parquetfile import ParquetOutput
    from jxplus.query import column_types

    return ParquetOutput(path, column_types(task.policy, task.wide, task.named, task.near is not None))


OUTPUTS = {
    ".csv": OutputFormat("csv", _csv, columnar="csv"),
    ".ndjson": OutputFormat("ndjson", _ndjson),
    ".xlsx": OutputFormat("clients", _workbook, extra="excel"),
    ".parquet": OutputFormat("csv", _parquet, extra="tables", columnar="parquet"),
}


def _reports(path: str, task: Task) -> Output:
    from jxplus.batch.outputs.reports import ReportsOutput

    return ReportsOutput(path, task)


REPORTS = OutputFormat("pages", _reports, extra="report")
"""A folder of reports, for a name that ends in a slash or is that of a folder."""


def output_format(path: str) -> OutputFormat | None:
    """The kind of file that a name ends as; None for no name, and for an ending that is not known."""
    ending = ending_of(path)
    if path.endswith(("/", os.sep)) or (ending not in OUTPUTS and os.path.isdir(path)):
        return REPORTS
    return OUTPUTS.get(ending)
