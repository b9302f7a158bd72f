"""`jxplus calc`: one enterprise, every clause."""

from typing import Annotated

import typer

from jxplus.cli import emit, inputs, language, options, refuse, usage
from jxplus.fault import Refused

app = typer.Typer(add_completion=False)
_FORMATS = ("table", "json", "csv")


@app.command()
def calc(
    file: Annotated[str, typer.Argument(metavar="FILE", help="An enterprise file, YAML or JSON; - is standard input.")],
    form: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="NAME",
            help="table, json, csv, or a tabulate format such as plain, github, html, latex.",
        ),
    ] = "table",
    lang: options.Lang = "",
    as_of: options.AsOf = "",
    policies: options.Policies = "",
    sets: options.Set = None,
    reading: options.Readings = None,
    every: options.Every = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show under each amount how it came about.")] = False,
    unit: Annotated[str, typer.Option("--unit", metavar="yuan|wan", help="How the table shows money.")] = "yuan",
) -> None:
    """Every amount the plan gives one enterprise, each with the section it comes from."""
    lang = language(lang)
    if unit not in ("yuan", "wan"):
        raise usage(f"--unit takes yuan or wan, not '{unit}'")
    if form not in _FORMATS:
        from jxplus.render.terminal import text_formats

        if form not in text_formats():
            raise usage(f"--format: unknown format '{form}'; one of {', '.join((*_FORMATS, *text_formats()))}")
    from jxplus.assess import Assessor
    from jxplus.enterprise import Reader

    day = inputs.day(as_of)
    try:
        policy = inputs.policy_of(policies)
        reader = Reader(policy)
        pins, extra = inputs.pins(policy, reading), inputs.set_facts(reader, sets)
        enterprise = inputs.enterprise_of(file, reader, extra)
    except Refused as refused:
        refuse(refused, lang)
    assessment = Assessor(policy, pins).assess(enterprise, inputs.as_of(day, enterprise))
    if form == "json":
        from jxplus.render.record import Recorder

        traces = None
        if explain:
            from jxplus.explain import explain as told
            from jxplus.explain import trace_record

            traces = {each.clause.id: trace_record(told(assessment, each)) for each in assessment.outcomes}
        emit(Recorder(policy).page(assessment, traces))
    elif form == "csv":
        from jxplus.render.files import csv_text
        from jxplus.render.record import rows

        emit(csv_text(rows(assessment, every)), end="")
    else:
        from jxplus.render import terminal

        if form == "table":
            emit(terminal.page(assessment, lang, unit, every, explain))
        else:
            emit(terminal.text_table(assessment, form, lang, unit, every))
