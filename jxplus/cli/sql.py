"""`jxplus sql` prints the policy as one query over tables."""

from typing import Annotated

from jxplus.cli import emit_data, inputs, language, not_installed, options, refusing, words
from jxplus.cli.commands import command
from jxplus.cli.language import WrongUsage
from jxplus.fault import STOP, Text, cut, joined, nearest, perhaps, quoted
from jxplus.policy.tables import SHAPES


@command(
    "jxplus sql --dialect postgres\njxplus sql --dialect duckdb --shape wide --as-of 2016-06-30",
    "jxplus sql --dialect postgres\njxplus sql --dialect duckdb --shape wide --as-of 2016-06-30",
)
def sql(
    dialect: Annotated[
        str,
        options.option(
            "--dialect",
            "duckdb、spark、trino、postgres 或 sqlglot 的其他方言。",
            "duckdb, spark, trino, postgres or another of sqlglot's.",
            metavar=words("名称", "NAME"),
        ),
    ] = "duckdb",
    shape: options.Shape = "long",
    lang: options.Lang = "",
    as_of: options.AsOf = "",
    policies: options.Policies = None,
    reading: options.Readings = None,
    every: options.Every = False,
    without: Annotated[
        list[str] | None,
        options.option(
            "--without",
            "数据表中没有的列表、事实或明细事实（如 premises.months_used）；可多次使用。",
            "A list, a fact or an item's fact (premises.months_used) that the tables lack. May be repeated.",
            metavar=words("名称", "NAME"),
        ),
    ] = None,
) -> None:
    """Checks what is asked for, compiles the policy and prints the query."""
    lang = language(lang)
    try:
        from jxplus.query import policy_query, tables
        from jxplus.query import text as texts
    except ModuleNotFoundError as missing:
        raise not_installed(missing, "sql", "sql 须安装", "sql needs") from None
    _known(dialect, texts.dialects(), "--dialect")
    _known(shape, SHAPES, "--shape")
    day = inputs.day(as_of)
    with refusing(lang):
        policy = inputs.policy_of(policies)
        for name in without or ():
            _known(name, tables.names(policy), "--without")
        asked = tables.Options(shape, day, None, inputs.pins(policy, reading), every, frozenset(without or ()))
        found = policy_query(policy, asked, dialect)
    try:
        text = texts.query_text(found, dialect)
    except texts.Unwritable as unwritable:
        raise WrongUsage(unwritable.reason.about(f"--dialect {dialect}")) from None
    emit_data(texts.heading(policy, asked, found, lang) + text + ";")


def _known(name: str, known: "list[str] | tuple[str, ...]", option: str) -> None:
    if name not in known:
        like = nearest(name, known)
        hint = perhaps(like) if like else Text(f"可用：{'、'.join(known)}", f"one of {', '.join(known)}")
        unknown = Text(f"未知的“{cut(name)}”", f"unknown {quoted(name)}").about(option)
        raise WrongUsage(joined((unknown, hint), STOP))
