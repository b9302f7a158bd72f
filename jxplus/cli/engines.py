"""Which engine computes a batch, and the batches that are not computed enterprise by enterprise."""

import os
import sys
from collections import Counter
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple

import typer

from jxplus.atomic import Replacement
from jxplus.batch import Done, Summary, Task
from jxplus.batch.outputs.files import Output, RefusalOutput, drop
from jxplus.batch.sources import size_of
from jxplus.batch.sources.paths import holds_tables, tables_of
from jxplus.cli import EXIT_REFUSED, refuse, usage
from jxplus.cli.inputs import AS_OF
from jxplus.fault import Refused, Text, quoted
from jxplus.policy import Policy

if TYPE_CHECKING:
    from jxplus.batch.duckdb.engine import Columnar
    from jxplus.batch.outputs.summary import Bar

ENGINES = ("auto", "duckdb", "python", "spark")
_NEEDS = ("duckdb", "sqlglot")
_ENDINGS = (".csv", ".parquet")
_FEW = 1 << 18
"""Up to how many bytes the scalar engine is done before DuckDB has begun."""


class BatchResult(NamedTuple):
    """What a batch comes to: its summary, and the assumptions and warnings with how many enterprises each is true of."""

    summary: Summary
    assumptions: Counter[Text]

    def add(self, done: Done) -> None:
        """Take what came of a chunk."""
        for brief in done.briefs:
            self.summary.add(brief)
        for refusal in done.refusals:
            first = refusal.faults[0]
            self.summary.add_refused(refusal.enterprise or f"{first.file}:{first.place.line}", len(refusal.faults))
        self.assumptions.update(done.assumptions)


def check(engine: str, sources: Sequence[str], out: str, form: str) -> None:
    """A usage error where an engine is asked for that is not known, or cannot serve this command line."""
    if engine not in ENGINES:
        raise usage(f"--engine takes one of {', '.join(ENGINES)}, not {quoted(engine)}")
    if engine in ("duckdb", "spark"):
        if len(sources) != 1 or sources[0] == "-":
            raise usage(f"--engine {engine} takes one source, a folder of tables or NDJSON; python takes any mix")
        if os.path.splitext(out)[1].lower() not in _ENDINGS and (out or form != "csv"):
            raise usage(f"--engine {engine} writes tables: -o FILE.csv or FILE.parquet, or --format csv")
        for needed in _NEEDS if engine == "duckdb" else ():
            if find_spec(needed) is None:
                raise usage(f"--engine duckdb needs {needed}: pip install 'jxplus[tables]'")


def spare(files: Sequence[str], out: str, errors: str, policy: Policy) -> None:
    """A usage error where a file that is to be written is read, under this name or another."""
    for option, path in (("-o", out), ("--errors", errors)):
        if path and os.path.exists(path):
            for file in (policy.file, *files):
                if os.path.exists(file) and os.path.samefile(path, file):
                    raise usage(f"{option}: {quoted(path)} is also read; write to another file")


def compute(
    engine: str,
    sources: Sequence[str],
    task: Task,
    out: str,
    errors: str,
    form: str,
    master: str,
    lang: str,
    bar: "Bar | None",
) -> BatchResult | None:
    """Computes the batch on DuckDB where that is asked for, or serves; None where it is left to the scalar engine."""
    if engine == "python" or (engine == "auto" and not _serves(sources, out)):
        return None
    if engine == "spark":
        return _on_spark(sources[0], task, out, errors, master, lang)
    files = _tables(sources[0], task.policy)
    if files is None:
        if holds_tables(sources[0], task.policy):  # whatever is wrong with them, their reader says it
            reason = Text("文件夹里不全是可用的表格", "not everything in the folder is a table that can be used")
            _say("python", lang, reason)
            return None
        if engine == "auto":
            return None
        raise usage(f"--engine {engine} reads tables and NDJSON: {quoted(sources[0])} is neither")
    if engine == "auto" and sum(map(size_of, files)) <= _FEW:
        _say("python", lang)
        return None
    from jxplus.batch.duckdb import Unfit
    from jxplus.batch.duckdb.engine import Columnar

    shown = bar.at if bar is not None else lambda percent: None
    try:
        columnar = Columnar(files, task, "parquet" if out.lower().endswith(".parquet") else "csv", shown)
    except Unfit as unfit:
        _say("python", lang, unfit.reason)
        return None
    except Refused as refused:
        if engine == "duckdb":
            refuse(refused, lang)
        _say("python", lang, Text("该方案写不成一条查询", "the policy cannot be one query"))
        return None
    _say("duckdb", lang)
    try:
        spare(list(files), out, errors, task.policy)
        return _columnar(columnar, out, errors, lang)
    finally:
        columnar.close()


def _serves(sources: Sequence[str], out: str) -> bool:
    """Whether DuckDB is there and this may be something for it: a table source and a table to write."""
    if len(sources) != 1 or os.path.splitext(out)[1].lower() not in _ENDINGS:
        return False
    return all(find_spec(needed) is not None for needed in _NEEDS)


def _tables(source: str, policy: Policy) -> dict[str, str] | None:
    try:
        return tables_of(source, policy)
    except OSError:
        return None


def _say(engine: str, lang: str, reason: Text | None = None) -> None:
    why = Text("", "") if reason is None else Text(f"（{reason.zh}）", f" ({reason.en})")
    print(Text(f"引擎: {engine}{why.zh}", f"engine: {engine}{why.en}").show(lang), file=sys.stderr)


def _columnar(columnar: "Columnar", out: str, errors: str, lang: str) -> BatchResult:
    """Writes what the columns come to, and what is wrong with the rows that were judged one by one."""
    tally = BatchResult(Summary(), Counter())
    refusals: list[Output] = []
    result: Replacement | None = None

    def take(done: Done) -> None:
        for output in refusals:
            output.add(done)
        tally.add(done._replace(assumptions={}))
        sys.stderr.writelines(f"{fault.show(lang)}\n" for refusal in done.refusals for fault in refusal.faults)

    try:
        try:
            result = Replacement(out) if out else None
            refusals = [RefusalOutput(errors)] if errors else []
        except OSError as error:
            raise usage(f"{error.filename or out}: {error.strerror}") from None
        judged = columnar.judge(take)
        path = result.partial if result else os.path.join(columnar.folder.name, "out.csv")
        columnar.write(path)
        tally.assumptions.update(columnar.assumptions(judged))
        tally.summary.count += columnar.doubts.unjudged
        if result is None:
            _print(path)
        elif tally.summary.wrote:
            result.file.close()
            result.keep()
        for output in refusals:
            output.keep()
    except OSError as error:
        print(f"jxplus: {error.filename or out}: {error.strerror}", file=sys.stderr)
        raise typer.Exit(EXIT_REFUSED) from None
    finally:
        drop(refusals)
        if result is not None:
            result.drop()
    return tally


def _on_spark(folder: str, task: Task, out: str, errors: str, master: str, lang: str) -> BatchResult:
    """Has Spark compute a folder of Parquet tables."""
    try:
        from jxplus.batch.spark import NoSpark, engine
    except ImportError as missing:
        raise usage(f"--engine spark needs {missing.name}: pip install 'jxplus[spark]'") from None
    by_hand = {id for id, value in task.extra.items() if (id, value) != (AS_OF, task.day)}
    if not out or errors or by_hand:
        raise usage("--engine spark takes -o, and neither --errors nor --set")
    _say("spark", lang)
    try:
        report = engine.run(task, folder, out, master)
    except Refused as refused:
        refuse(refused, lang)
    except NoSpark as gone:
        print(f"jxplus: {gone.text.show(lang)}", file=sys.stderr)
        raise typer.Exit(EXIT_REFUSED) from None
    tally = BatchResult(Summary(), Counter(report.assumptions))
    tally.summary.count, tally.summary.refusals = report.computed, report.refused
    sys.stderr.writelines(f"{fault.show(lang)}\n" for fault in report.faults)
    return tally


def _print(path: str) -> None:
    from jxplus.cli import emit_data

    with open(path, encoding="utf-8", newline="") as file:
        while block := file.read(1 << 20):
            emit_data(block, end="")
