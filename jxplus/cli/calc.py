"""`jxplus calc`: one enterprise, every clause."""

import os
import sys
from typing import Annotated

import typer

from jxplus.assessment import Assessment, Assessor
from jxplus.assessment.reach import reach
from jxplus.cli import emit, emit_data, inputs, language, options, refuse, usage, words
from jxplus.cli.commands import Command
from jxplus.document import STANDARD_INPUT
from jxplus.fault import Refused, quoted
from jxplus.policy import Policy

app = typer.Typer(add_completion=False)


@app.command(
    cls=Command,
    help=words(
        "逐条测算一家企业可得的金额，每笔注明章节。",
        "Every amount the plan gives one enterprise, each with its section.",
    ),
    epilog=words(
        "# 金额与章节；再看每笔如何算出\n"
        "jxplus calc 企业.yaml\n"
        "jxplus calc 企业.yaml --explain\n"
        "jxplus calc 企业.yaml --explain 6.2\n"
        "# 换一项事实试算，输出 JSON\n"
        "jxplus calc 企业.yaml --set 年研发投入=1200万 --format json",
        "# the amounts with their sections; then how each came about\n"
        "jxplus calc acme.yaml\n"
        "jxplus calc acme.yaml --explain\n"
        "jxplus calc acme.yaml --explain 6.2\n"
        "# with another figure, as JSON\n"
        "jxplus calc acme.yaml --set rd_investment=1200万 --format json",
    ),
)
def calc(
    file: Annotated[
        str,
        typer.Argument(
            metavar=words("文件", "FILE"),
            help=words(
                "企业文件（YAML 或 JSON）；- 为标准输入。", "An enterprise file, YAML or JSON; - is standard input."
            ),
        ),
    ],
    told: Annotated[
        list[str] | None,
        typer.Argument(
            metavar=words("条款或章节", "CLAUSE or SECTION"),
            help=words("与 --explain 连用: 只说明这些条款。", "With --explain: the clauses to explain, and no others."),
        ),
    ] = None,
    form: options.Format = "table",
    lang: options.Lang = "",
    as_of: options.AsOf = "",
    policies: options.Policies = None,
    sets: options.Set = None,
    reading: options.Readings = None,
    every: options.Every = False,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            help=words(
                "在每笔金额下说明由来；后面可写条款名、事项或章节，只说明这些。",
                "Show under each amount how it came about; of the clauses or sections named beside it alone.",
            ),
        ),
    ] = False,
    formulas: options.Formulas = False,
    near: Annotated[
        str,
        typer.Option(
            "--reach",
            metavar=words("比例", "PERCENT"),
            help=words(
                "差距占所需数值的多少以内算触手可及。",
                "How near is within reach: the gap, as a share of the needed figure.",
            ),
        ),
    ] = options.NEAR,
    unit: Annotated[
        str, typer.Option("--unit", metavar="yuan|wan", help=words("表中金额的单位。", "How the table shows money."))
    ] = "yuan",
) -> None:
    """Load, assess, render."""
    lang = language(lang)
    if unit not in ("yuan", "wan"):
        raise usage(f"--unit 只能是 yuan 或 wan，不能是{quoted(unit)}", f"--unit takes yuan or wan, not {quoted(unit)}")
    inputs.known_format(form)
    file, told = _file_first(file, told or [])
    if told and not explain:
        more = " ".join(told)
        raise usage(
            f"多余的参数: {more}；说明某些条款须加 --explain",
            f"unexpected extra argument: {more}; a clause is named with --explain",
        )
    if formulas and not explain:
        raise usage("--formulas 须与 --explain 连用", "--formulas goes with --explain")
    day, nearness = inputs.day(as_of), inputs.share("--reach", near)
    try:
        policy, pins, enterprise = inputs.loaded(file, policies, sets, reading, day)
    except Refused as refused:
        refuse(refused, lang)
    explained = _explained(policy, told) if explain else frozenset()
    assessor = Assessor(policy, pins)
    assessment = assessor.assess(enterprise, inputs.as_of(day, enterprise))
    if form == "json":
        from jxplus.render.record import Recorder

        traces = None
        if explain:
            from jxplus.assessment.explain import explain as traced
            from jxplus.assessment.explain import trace_record

            traces = {
                each.clause.id: trace_record(traced(assessment, each))
                for each in assessment.outcomes
                if each.clause.id in explained
            }
        emit_data(Recorder(policy).page(assessment, traces, reach(assessor, assessment, nearness), nearness))
    elif form == "csv":
        from jxplus.render.record import csv_text, rows

        _aside(assessment, lang)
        emit_data(csv_text(rows(assessment, every)), end="")
    else:
        from jxplus.render import terminal

        if form == "table":
            near_ones = reach(assessor, assessment, nearness)
            emit(terminal.page(assessment, lang, unit, every, explained, near_ones, formulas))
        else:
            _aside(assessment, lang)
            emit(terminal.text_table(assessment, form, lang, unit, every))


def _file_first(file: str, told: list[str]) -> tuple[str, list[str]]:
    """The enterprise file and the clauses to explain, in whichever order they were named: `--explain 6.2 acme.yaml`."""
    words = [file, *told]
    if told and file != STANDARD_INPUT and not os.path.lexists(file):
        file = next((each for each in told if each == STANDARD_INPUT or os.path.lexists(each)), file)
        words.remove(file)
        return file, words
    return file, told


def _explained(policy: Policy, told: list[str]) -> frozenset[str]:
    """The clauses to explain: those named, or all."""
    if not told:
        return frozenset(clause.id for clause in policy.clauses)
    return frozenset(clause.id for what in told for clause in inputs.clauses(policy, what))


def _aside(assessment: Assessment, lang: str) -> None:
    """Assumptions and warnings on standard error, for the formats that have no place for them."""
    for text in (*(each.text for each in assessment.assumptions), *assessment.warnings):
        print(text.show(lang), file=sys.stderr)
