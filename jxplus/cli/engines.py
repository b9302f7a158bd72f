"""A batch is handed to the engine that computes it, where that is not the scalar one."""

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import typer

from jxplus.atomic import Replacement
from jxplus.batch import Done, Summary, Task, engines
from jxplus.batch.engines import Asked, Choice, There, Unserved
from jxplus.batch.outputs.files import Output, RefusalOutput, drop
from jxplus.batch.outputs.formats import output_format
from jxplus.batch.sources import Refusal, Unread, changed, size_of
from jxplus.batch.sources.paths import holds_tables, others_in, tables_of
from jxplus.cli import EXIT_REFUSED, emit_data, not_installed, note, refuse, show_faults, stopped, unwritable, usage
from jxplus.cli.language import WrongUsage
from jxplus.document import STANDARD_INPUT
from jxplus.fault import Refused, Text, cut, joined, quoted
from jxplus.policy import DAY, Policy

if TYPE_CHECKING:
    from jxplus.batch.duckdb.engine import Columnar
    from jxplus.batch.outputs.summary import Bar
    from jxplus.batch.spark import Report

_T = TypeVar("_T")
_MOST_CHANGED = 10


class BatchResult(NamedTuple):
    """Holds what a batch comes to: its summary, and of how many enterprises each assumption and warning is true."""

    summary: Summary
    assumptions: Counter[Text]

    def add(self, done: Done) -> None:
        """Takes what came of a chunk."""
        for brief in done.briefs:
            self.summary.add(brief)
        self.summary.call(done.unranked)
        for refusal in done.refusals:
            first = refusal.faults[0]
            where = first.where if first.place.sheet else f"{first.file}:{first.place.line}"
            self.summary.add_refused(refusal.enterprise or where, len(refusal.faults), refusal.name)
        self.assumptions.update(done.assumptions)


def check(engine: str, sources: Sequence[str], out: str, form: str) -> Asked:
    """Gives what is asked for. It is a usage error to ask for an engine that is not known or cannot serve."""
    format = output_format(out)
    columnar = format.columnar if format is not None else ""
    return served(Asked(engine, len(sources), columnar, not out and form == "csv", STANDARD_INPUT in sources))


def served(asked: Asked) -> Asked:
    """Gives back what is asked of an engine. It is a usage error where the engine cannot serve."""
    try:
        engines.check(asked, missing())
    except Unserved as unserved:
        raise WrongUsage(unserved.text) from None
    return asked


def choice(asked: Asked, found: There, source: str) -> Choice:
    """Gives the engine for what there is. It is a usage error where the one asked for cannot serve `source`."""
    try:
        return engines.choose(asked, found)
    except Unserved as unserved:
        raise WrongUsage(unserved.text.about(source)) from None


def missing() -> tuple[str, ...]:
    """The libraries of DuckDB's engine that are not installed."""
    return tuple(each for each in engines.NEEDS if find_spec(each) is None)


def spare(files: Sequence[str], out: str, errors: str, policy: Policy) -> None:
    """Raises a usage error where a file that is to be written is also read, under this name or another."""
    for option, path in (("-o", out), ("--errors", errors)):
        if path and os.path.exists(path):
            for file in (*(plan.file for plan in policy.each_plan), *files):
                if os.path.exists(file) and os.path.samefile(path, file):
                    raise _also_read(option, path)


def _also_read(option: str, path: str) -> Exception:
    """The usage error that a file is to be written and read."""
    return usage(
        f"{option}: “{cut(path)}”同时也是来源；请写到别的文件",
        f"{option}: {quoted(path)} is also read; write to another file",
    )


def compute(
    asked: Asked,
    sources: Sequence[str],
    task: Task,
    out: str,
    errors: str,
    master: str,
    bar: "Bar | None",
    passed: Callable[[Unread], None],
    strict: bool,
) -> BatchResult | None:
    """Computes the batch on the engine that is chosen. It gives None where that is the scalar one.

    `passed` is told of what is not read, unless that is left to the scalar engine too.
    """
    since = time.time_ns()
    found_there, files = there(asked, sources, task.policy, strict)
    chosen = choice(asked, found_there, sources[0])
    if chosen.engine == "spark":
        found: BatchResult | None = _on_spark(sources[0], task, out, errors, master, bar)
    elif chosen.engine == "duckdb":
        found = _on_duckdb(files, asked, task, out, errors, bar)
        if found is not None:
            say_changed(files, since, task.lang)
    else:
        if chosen.said:
            say(chosen.engine, task.lang, chosen.reason)
        return None
    for file, reason in others_in(sources[0], task.policy) if found is not None else ():
        passed(Unread(file, None, reason))
    return found


def there(asked: Asked, sources: Sequence[str], policy: Policy, strict: bool) -> tuple[There, dict[str, str]]:
    """What there is, and the files of tables or lines where the source is nothing else.

    With `strict`, results of former runs and policies are something else; without, they are passed over.
    """
    libraries = missing()
    if not engines.hangs_on_source(asked, libraries):
        return There(libraries), {}
    (source,) = sources
    try:
        files = tables_of(source, policy) if not (strict and others_in(source, policy)) else None
    except OSError:
        files = None
    if files is None:
        return There(libraries, holds_tables(source, policy)), {}
    return There(libraries, True, True, sum(map(size_of, files))), files


def say_changed(files: Iterable[str], since: int, lang: str) -> None:
    """Says which files were written to while they were read, the first few of them by name."""
    found = changed(files, since)
    for file in found[:_MOST_CHANGED]:
        zh, en = f"{file}：读取期间被改动，所读内容前后不一；请重新运行", f"{file}: it was changed while it was read"
        note(Text(zh, f"{en}, so what was read is of no one state; run again"), lang)
    more = len(found) - _MOST_CHANGED
    if more > 0:
        note(Text(f"另有{more}个文件也是", f"and so were {more} more files"), lang)


def _on_duckdb(
    files: dict[str, str], asked: Asked, task: Task, out: str, errors: str, bar: "Bar | None"
) -> BatchResult | None:
    """Has DuckDB compute tables or lines; None where they turn out to be for the scalar engine."""
    from jxplus.batch.duckdb.engine import Columnar

    shown = bar.at if bar is not None else lambda percent: None
    columnar = on_duckdb(lambda: Columnar(files, task, asked.columnar or "csv", shown), asked, task.lang)
    if columnar is None:
        return None
    say("duckdb", task.lang)
    try:
        spare(list(files), out, errors, task.policy)
        return _columnar(columnar, out, errors, task.lang)
    finally:
        columnar.close()


def on_duckdb(made: Callable[[], _T], asked: Asked, lang: str) -> _T | None:
    """Gives what has DuckDB compute tables, as `made` makes it; None, which is said, where it is for the scalar engine.

    A policy that cannot be one query is refused where DuckDB was asked for by name.
    """
    from jxplus.batch.duckdb import Unfit

    try:
        return made()
    except Unfit as unfit:
        say("python", lang, unfit.reason)
    except Refused as refused:
        if asked.engine == "duckdb":
            refuse(refused, lang)
        first = refused.faults[0]
        no_query = Text("该方案写不成一条查询", "the policy cannot be one query")
        say("python", lang, joined((no_query, first.wrong.about(f"{first.where}: {first.fact}")), Text.same(": ")))
    return None


def say(engine: str, lang: str, reason: Text | None = None) -> None:
    """Says which engine computes, and why it is not another."""
    why = Text("", "") if reason is None else Text(f"（{reason.zh}）", f" ({reason.en})")
    note(Text(f"引擎：{engine}{why.zh}", f"engine: {engine}{why.en}"), lang)


def note_assumptions(assumptions: Mapping[Text, int], lang: str) -> None:
    """Says what is taken for granted, and of how many enterprises."""
    from jxplus.render.words import of_enterprises

    for text, count in assumptions.items():
        note(of_enterprises(text, count), lang)


def progress(lang: str, stdout_streams: bool = False) -> "AbstractContextManager[Bar | None]":
    """Gives a progress bar, on a terminal that nothing else is written to meanwhile."""
    if not sys.stderr.isatty() or (stdout_streams and sys.stdout.isatty()):
        return nullcontext()
    from jxplus.batch.outputs.summary import Bar

    return Bar(lang)


def _columnar(columnar: "Columnar", out: str, errors: str, lang: str) -> BatchResult:
    """Writes what the columns come to, and what is wrong with the rows that were judged one by one."""
    tally = BatchResult(Summary(), Counter())
    refusals: list[Output] = []
    result: Replacement | None = None

    def take(done: Done) -> None:
        for output in refusals:
            output.add(done)
        tally.add(done._replace(assumptions={}))
        show_faults((fault for refusal in done.refusals for fault in refusal.faults), lang)

    try:
        try:
            result = Replacement(out) if out else None
            refusals = [RefusalOutput(errors)] if errors else []
        except OSError as error:
            raise unwritable(out, error) from None
        judged = columnar.judge(take)
        path = result.partial if result else os.path.join(columnar.folder.name, "out.csv")
        columnar.write(path)
        tally.assumptions.update(columnar.assumptions(judged))
        tally.summary.count += columnar.doubts.unjudged
        tally.summary.called = columnar.called_alike()
        if result is None:
            _print(path)
        elif tally.summary.wrote:
            result.file.close()
            result.keep()
        for output in refusals:
            output.keep()
    except OSError as error:
        raise stopped(out, error, lang) from None
    finally:
        drop(refusals)
        if result is not None:
            result.drop()
    return tally


def _on_spark(folder: str, task: Task, out: str, errors: str, master: str, bar: "Bar | None") -> BatchResult:
    """Has Spark compute a folder of Parquet tables."""
    try:
        from jxplus.batch.spark import NoSpark, engine, places, tables
    except ImportError as missing:
        raise not_installed(missing, "spark", "--engine spark 须安装", "--engine spark needs") from None
    by_hand = {id for id, value in task.extra.items() if (id, value) != (DAY, task.day)}
    if not out or by_hand or task.bom:
        raise usage(
            "--engine spark 须有 -o，且不能用 --set 和 --bom", "--engine spark takes -o, and none of --set and --bom"
        )
    for option, path in (("-o", out), ("--errors", errors)):
        if path and any(places.is_same(path, each) for each in tables.table_files(task.policy, folder)):
            raise _also_read(option, path)
    say("spark", task.lang)
    try:
        refusals: list[Output] = [RefusalOutput(errors)] if errors else []
    except OSError as error:
        raise unwritable(errors, error) from None
    try:
        take = _writes(refusals[0]) if refusals else None
        report = engine.run(task, folder, out, master, take, bar.at if bar is not None else lambda percent: None)
        for output in refusals:
            output.keep()
    except Refused as refused:
        refuse(refused, task.lang)
    except NoSpark as gone:
        print(f"jxplus: {gone.text.show(task.lang)}", file=sys.stderr)
        raise typer.Exit(EXIT_REFUSED) from None
    finally:
        drop(refusals)
    return _reported(report, errors, task.lang)


def _writes(output: Output) -> Callable[[Refusal], None]:
    """Gives what writes each refusal."""
    return lambda refusal: output.add(Done(b"", [], [], [refusal], {}, 0))


def _reported(report: "Report", errors: str, lang: str) -> BatchResult:
    """Says what Spark has refused, as far as it is named."""
    tally = BatchResult(Summary(), Counter(report.assumptions))
    for name in report.names[: report.refused]:
        tally.summary.add_refused(name, 1)
    tally.summary.count, tally.summary.refusals = report.computed, report.refused
    show_faults(report.faults, lang)
    for folder in report.left:
        zh = f"{folder}：不是这台机器上的运行所写，是否已经中断无从得知；如已中断，请删除"
        en = f"{folder}: written by a run that is not of this machine, and may be alive; delete it if it is not"
        note(Text(zh, en), lang)
    if report.more:
        kept = (
            Text(f"见 {errors}", f"see {errors}")
            if errors
            else Text("--errors 文件 写下全部", "--errors FILE keeps all")
        )
        more = Text(f"另有 {report.more} 处错误；{kept.zh}", f"{report.more} more faults; {kept.en}")
        note(more, lang)
    return tally


def _print(path: str) -> None:
    with open(path, encoding="utf-8", newline="") as file:
        while block := file.read(1 << 20):
            emit_data(block, end="")
