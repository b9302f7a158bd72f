"""`jxplus batch` computes every clause for many enterprises."""

import os
import sys
import time
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from jxplus.batch import Done, Summary, Task, run
from jxplus.batch.causes import Causes
from jxplus.batch.engines import ENGINES
from jxplus.batch.outputs.files import ForeignFolder, Output, RefusalOutput, drop
from jxplus.batch.outputs.formats import OUTPUTS, csv_heading, output_format
from jxplus.batch.signals import cleared_away
from jxplus.batch.sources import Source, Unread
from jxplus.batch.sources.paths import sources_of
from jxplus.cli import (
    EXIT_COMPUTED,
    EXIT_REFUSED,
    emit,
    emit_data,
    engines,
    fault_lines,
    inputs,
    language,
    not_installed,
    note,
    options,
    refusing,
    stopped,
    unwritable,
    usage,
    words,
)
from jxplus.cli.commands import command
from jxplus.cli.engines import BatchResult
from jxplus.cli.language import WrongUsage
from jxplus.enterprise import Reader
from jxplus.fault import Fault, Text, all_quoted, cut, none_of, shown
from jxplus.policy.tables import SHAPES

if TYPE_CHECKING:
    from jxplus.batch.outputs.summary import Bar

_LOCAL = "local[*]"
"""Where Spark runs when nobody says: on this machine."""

_EXIT_INTERRUPTED = 130
_MOST_NAMED = 10


@command(
    "# 按金额排列；写成可转交的工作簿\n"
    "jxplus batch 客户.xlsx\n"
    "jxplus batch 客户.xlsx -o 结果.xlsx\n"
    "# 文件夹里的企业文件，每企业一行\n"
    "jxplus batch 企业/ -o 结果.csv --shape wide",
    "# ranked by amount; then as a workbook to hand on\n"
    "jxplus batch clients.xlsx\n"
    "jxplus batch clients.xlsx -o results.xlsx\n"
    "# a folder of enterprise files, one row each\n"
    "jxplus batch enterprises/ -o results.csv --shape wide",
)
def batch(
    sources: Annotated[
        list[str],
        options.argument(
            words("来源…", "SOURCE..."),
            "企业文件、文件夹、NDJSON、CSV、Parquet、Excel；- 为标准输入。",
            "Files, folders, NDJSON, CSV, Parquet, Excel; - is standard input.",
        ),
    ],
    out: Annotated[
        str,
        options.option(
            "--out",
            "写入文件，按扩展名：.csv .ndjson .xlsx .parquet；文件夹/ 则每企业一份网页报告。",
            "Write a file, by its ending: .csv .ndjson .xlsx .parquet. FOLDER/ is a page for each.",
            metavar=words("文件", "FILE"),
            short="-o",
        ),
    ] = "",
    shape: options.Shape = "long",
    errors: Annotated[
        str,
        options.option(
            "--errors", "未受理的企业写入 NDJSON 文件。", "Keep the refusals as NDJSON.", metavar=words("文件", "FILE")
        ),
    ] = "",
    jobs: Annotated[
        str, options.option("--jobs", "并行进程数。", "How many processes work on it.", metavar="N", short="-j")
    ] = "1",
    engine: Annotated[
        str,
        options.option(
            "--engine",
            "由什么来计算，结果相同；数据表或 NDJSON 写成 .csv、.parquet 且数量较多时 auto 用 duckdb。",
            "What computes; results are the same. auto: duckdb for many, from tables or NDJSON to .csv, .parquet.",
            metavar="|".join(ENGINES),
        ),
    ] = ENGINES[0],
    master: Annotated[
        str, options.option("--master", "Spark 在哪里运行。", "Where Spark runs.", metavar="URL")
    ] = _LOCAL,
    form: options.Format = "table",
    lang: options.Lang = "",
    as_of: options.AsOf = "",
    policies: options.Policies = None,
    sets: options.Set = None,
    reading: options.Readings = None,
    every: options.Every = False,
    strict: options.Strict = False,
    reach: Annotated[
        bool,
        options.option(
            "--reach",
            "也找触手可及的：哪些企业离再多得一笔最近。",
            "Also what is within reach: who is nearest to another yuan.",
        ),
    ] = False,
    unit: options.Unit = "yuan",
    bom: options.Bom = False,
    lean: options.Lean = False,
) -> None:
    """Loads the sources, computes them and writes what they come to."""
    lang = language(lang)
    _check(out, errors, shape, form, bom)
    if reach and engine in ("duckdb", "spark"):
        raise usage(
            f"--reach 由 python 引擎计算，不能与 --engine {engine} 连用",
            f"--reach is computed by the engine python, and not by {engine}",
        )
    if master != _LOCAL and engine != "spark":
        raise usage("--master 用于 --engine spark", "--master is for --engine spark")
    inputs.unit(unit, _made_of(out, form) in ("csv", "ndjson"), lang)
    inputs.lean(lean and _made_of(out, form) != "ndjson", lean and (every or reach))
    asked = engines.check(engine, sources, out, form)
    if reach:
        asked = asked._replace(columnar="")  # no engine by columns finds what is within reach
    day, processes = inputs.day(as_of), inputs.count("--jobs", jobs)
    with refusing(lang):
        policy = inputs.policy_of(policies)
        pins, extra = inputs.pins(policy, reading), inputs.set_facts(Reader(policy), sets, day)
    near = inputs.share("--reach", options.NEAR) if reach else None
    task = Task(policy, _made_of(out, form), shape == "wide", every, pins, extra, day, date.today(), bom)
    task = task._replace(near=near, unit=unit, lang=lang, ranked=task.form not in ("ndjson", "csv"), lean=lean)
    try:
        with cleared_away(), engines.progress(lang, stdout_streams=not out and form in ("json", "csv")) as bar:
            passed, since = _Passed(lang, out, errors), time.time_ns()
            tally = engines.compute(asked, sources, task, out, errors, master, bar, passed, strict)
            if tally is None:
                found = sources_of(sources, policy, passed, strict)
                files = tuple(dict.fromkeys(file for source in found for file in source.files))
                task = task._replace(named=any(source.has_ids for source in found), files=files)
                engines.spare(files, out, errors, policy)
                outputs = _outputs(out, errors, task)
                tally = _compute(run(found, task, processes), task, outputs, _Shown(bar, lang, found))
                engines.say_changed(files, since, lang)
    except KeyboardInterrupt:
        raise typer.Exit(_EXIT_INTERRUPTED) from None
    _close(tally, task, out, form)


def _check(out: str, errors: str, shape: str, form: str, bom: bool) -> None:
    """The options that do not depend on any file."""
    if shape not in SHAPES:
        raise WrongUsage(none_of("--shape", shape, SHAPES))
    if out and output_format(out) is None:
        raise inputs.other_ending(out, OUTPUTS)
    if out and form != "table":
        raise usage(
            "--format 只用于标准输出；-o 的格式由扩展名决定",
            "--format is for standard output; the ending of -o says what the file is",
        )
    if out and errors and os.path.realpath(out) == os.path.realpath(errors):
        raise usage("-o 和 --errors 是同一个文件", "-o and --errors name the same file")
    format = output_format(out)
    inputs.bom(bom, format.columnar == "csv" if format is not None else form == "csv")
    inputs.known_format(form)
    if shape == "wide" and _made_of(out, form) in ("none", "ndjson", "pages"):
        raise usage(
            "--shape wide 用于表格：-o 文件.csv、.parquet、.xlsx，或 --format csv",
            "--shape wide is for tables: -o FILE.csv, .parquet or .xlsx, or --format csv",
        )
    kept = output_format(errors)
    if kept is not None and kept.form != "ndjson":
        name = os.path.splitext(errors)[0]
        raise usage(f"--errors 写 NDJSON，如 {cut(name)}.ndjson", f"--errors writes NDJSON: name it {cut(name)}.ndjson")


def _made_of(out: str, form: str) -> str:
    """What is made of each enterprise, besides its brief."""
    format = output_format(out)
    return format.form if format is not None else {"json": "ndjson", "csv": "csv"}.get(form, "none")


def _outputs(out: str, errors: str, task: Task) -> list[Output]:
    """The files to write, begun; a usage error where one cannot be."""
    found: list[Output] = []
    format = output_format(out)
    try:
        if format is not None:
            found.append(format.begin(out, task))
        if errors:
            found.append(RefusalOutput(errors))
    except OSError as error:
        drop(found)
        raise unwritable(out, error) from None
    except ForeignFolder as foreign:
        named = all_quoted(foreign.others[:3])
        more = "…" * (len(foreign.others) > 3)
        raise usage(
            f"{out}: 文件夹里有不是报告的内容：{named.zh}{more}；请写到新的文件夹",
            f"{out}: the folder holds what is no report: {named.en}{more}; write to a new one",
        ) from None
    except ImportError as error:
        extra = format.extra if format is not None else ""
        raise not_installed(error, extra, f"{out}: 写这种文件须安装", f"{out}: writing it takes") from None
    return found


class _Passed:
    """Says what is not read, in a folder or in a table; what is written now is none of it."""

    def __init__(self, lang: str, *written: str) -> None:
        self.lang, self.written = lang, {os.path.realpath(path) for path in written if path}

    def __call__(self, unread: Unread) -> None:
        if unread.place is not None or os.path.realpath(unread.file) not in self.written:
            print(unread.show(self.lang), file=sys.stderr)


class _Shown:
    """What is shown on standard error while a batch is computed: the faults, and how far it has come."""

    def __init__(self, bar: "Bar | None", lang: str, sources: Sequence[Source]) -> None:
        self.bar, self.lang = bar, lang
        self.causes = Causes()
        if bar is not None:
            bar.begin(sum(source.size for source in sources))

    def show(self, done: Done, summary: Summary) -> None:
        self.say(self.causes.take(fault for refusal in done.refusals for fault in refusal.faults), done, summary)

    def end(self, summary: Summary) -> None:
        """Show the faults that might have been true of further rows."""
        self.say(self.causes.rest(), Done(b"", [], [], [], {}, 0), summary)

    def say(self, faults: Sequence[Fault], done: Done, summary: Summary) -> None:
        lines = [*fault_lines(faults, self.lang)]
        if self.bar is None:
            sys.stderr.writelines(f"{line}\n" for line in lines)
        else:
            self.bar.show(lines, summary.count, summary.refusals, done.size)


def _compute(parts: Generator[Done, None, None], task: Task, outputs: list[Output], shown: _Shown) -> BatchResult:
    """Compute all sources, and write what comes of them as it comes."""
    tally = BatchResult(Summary(), Counter())
    streams = not outputs or isinstance(outputs[0], RefusalOutput)
    try:
        if streams and task.form == "csv":
            emit_data(csv_heading(task), end="")
        with closing(parts):
            for done in parts:
                for output in outputs:
                    with _naming(output.path):
                        output.add(done)
                if streams and done.text:
                    emit_data(str(done.text, "utf-8"), end="")
                tally.add(done)
                shown.show(done, tally.summary)
                del done  # the text of the next chunk takes the place of its text
        shown.end(tally.summary)
        for output in outputs:
            if tally.summary.wrote or isinstance(output, RefusalOutput):
                with _naming(output.path):
                    output.keep()
    except OSError as error:
        raise stopped("batch", error, shown.lang) from None
    finally:
        drop(outputs)
    return tally


@contextmanager
def _naming(path: str) -> Iterator[None]:
    """Has an `OSError` that names no file name the one at `path`."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or path
        raise


def _close(tally: BatchResult, task: Task, out: str, form: str) -> None:
    """What is said at the end: the summary where nothing else went to standard output, and what it rests on."""
    summary, lang = tally.summary, task.lang
    if task.form != "ndjson":
        engines.note_assumptions(tally.assumptions, lang)
    if task.form == "csv" and not task.wide and task.policy.rules:
        from jxplus.policy.bonds import before_rules

        said = before_rules(task.policy)
        if said is not None:
            note(said, lang)
    alike = summary.alike()
    if alike is not None and (task.form != "none" or form != "table"):
        note(alike, lang)
    if task.form != "none" and (out or summary.refusals or not summary.count):
        named = summary.counted(lang) + _names(summary, lang)
        if out and not summary.wrote:
            named += Text("；未写入", "; not written").show(lang)
        print(f"{out}: " * bool(out) + named, file=sys.stderr)
    elif task.form == "none":
        from jxplus.batch.outputs import summary as page

        if form == "table":
            shown = page.page(summary, task.policy, lang, task.unit, task.day)
        else:
            shown = page.text_table(summary, form, task.policy, lang, task.unit)
        emit(shown, unread=EXIT_REFUSED if summary.refusals else EXIT_COMPUTED)
    if summary.refusals:
        raise typer.Exit(EXIT_REFUSED)


def _names(summary: Summary, lang: str) -> str:
    """Who was refused, the first few by name."""
    names = [shown(label) for label, _, _ in summary.refused[:_MOST_NAMED]]
    if not names:
        return ""
    more = "…" if summary.refusals > len(names) else ""
    return Text(f"（{'、'.join(names)}{more}）", f" ({', '.join(names)}{more})").show(lang)
