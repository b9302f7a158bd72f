"""`jxplus sql`: the policy as one query over tables."""

from typing import Annotated

import typer

from jxplus.cli import emit, inputs, language, options, refuse, usage
from jxplus.fault import Refused, quoted

app = typer.Typer(add_completion=False)


@app.command()
def sql(
    dialect: Annotated[
        str, typer.Option("--dialect", metavar="NAME", help="duckdb, spark, trino, postgres or another of sqlglot's.")
    ] = "duckdb",
    shape: Annotated[
        str, typer.Option("--shape", metavar="long|wide", help="A row for each clause, or one for each enterprise.")
    ] = "long",
    lang: options.Lang = "",
    as_of: options.AsOf = "",
    policies: options.Policies = "",
    reading: options.Readings = None,
    every: options.Every = False,
    without: Annotated[
        list[str] | None,
        typer.Option(
            "--without",
            metavar="NAME",
            help="A list, a fact or an item's fact (premises.months_used) that the tables do not have. May be repeated.",
        ),
    ] = None,
) -> None:
    """Print the policy as one SQL query over the tables of a batch."""
    lang = language(lang)
    try:
        from jxplus import query
    except ModuleNotFoundError as missing:
        raise usage(f"sql needs {missing.name}: pip install 'jxplus[sql]'") from None
    _known(dialect, query.dialects(), "--dialect")
    _known(shape, query.SHAPES, "--shape")
    day = inputs.day(as_of)
    try:
        policy = inputs.policy_of(policies)
        for name in without or ():
            _known(name, query.names(policy), "--without")
        asked = query.Options(shape, day, None, inputs.pins(policy, reading), every, frozenset(without or ()))
        found = query.policy_query(policy, asked, dialect)
    except Refused as refused:
        refuse(refused, lang)
    try:
        text = query.query_text(found, dialect)
    except query.Unwritable as unwritable:
        raise usage(f"--dialect {dialect}: {unwritable}") from None
    emit(query.heading(policy, asked, found, lang) + text + ";")


def _known(name: str, known: "list[str] | tuple[str, ...]", option: str) -> None:
    if name not in known:
        from jxplus.fault import nearest

        like = nearest(name, known)
        hint = f"did you mean {quoted(like)}?" if like else f"one of {', '.join(known)}"
        raise usage(f"{option}: unknown {quoted(name)}; {hint}")
