"""`jxplus audit` holds the policy file against the official text of its plan."""

from typing import Annotated

import typer

from jxplus.cli import EXIT_COMPUTED, EXIT_REFUSED, emit, emit_data, inputs, language, options, refusing, usage, words
from jxplus.cli.commands import command
from jxplus.cli.language import WrongUsage
from jxplus.fault import none_of

FORMATS = ("table", "json")


@command(
    "jxplus audit 方案.txt\njxplus audit 方案.txt --all",
    "jxplus audit plan.txt\njxplus audit plan.txt --all --format json",
)
def audit(
    source: Annotated[
        str,
        options.argument(
            words("方案.txt", "SOURCE.txt"),
            "方案原文，UTF-8 或 GB18030；- 为标准输入。",
            "The plan's official text, UTF-8 or GB18030; - is standard input.",
        ),
    ],
    form: Annotated[
        str, options.option("--format", "输出格式。", "How to print the result.", metavar="table|json")
    ] = "table",
    every: Annotated[
        bool, options.option("--all", "也列出每个数字及其去向。", "Also every figure, and what covers it.")
    ] = False,
    sentences: Annotated[
        bool,
        options.option(
            "--sentences",
            "也列出涉及资金或含数字的每一句、其摘要及去向。",
            "Also every sentence that speaks of money or has a figure, its digest, and what encodes it.",
        ),
    ] = False,
    lang: options.Lang = "",
    policies: options.Policies = None,
) -> None:
    """Holds the policy file against the text. It exits with 1 where they do not agree."""
    lang = language(lang)
    if form not in FORMATS:
        raise WrongUsage(none_of("--format", form, FORMATS))
    from jxplus.audit import audit as held_against
    from jxplus.document import decode, name_of, read_bytes, read_tree
    from jxplus.plan.text import read_plan
    from jxplus.render import audited

    with refusing(lang):
        policy = inputs.policy_of(policies)
        if policy.plans:
            raise usage(
                "原文是一份方案的原文；--policies 只写这一份",
                "a text is that of one plan; name that one alone with --policies",
            )
        plan = read_plan(read_bytes(source), name_of(source), policy.numbering, policy.units)
        tree = read_tree(decode(read_bytes(policy.file), policy.file), policy.file, aliases=True)
        result = held_against(policy, plan, tree)
    if form == "json":
        emit_data(audited.json_page(result))
    else:
        emit(audited.page(result, lang, every, sentences), unread=EXIT_REFUSED if result.problems else EXIT_COMPUTED)
    if result.problems:
        raise typer.Exit(EXIT_REFUSED)
