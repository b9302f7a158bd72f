"""`jxplus explain` says what a clause says, needs and pays."""

from typing import TYPE_CHECKING, Annotated

import typer

from jxplus.cli import emit, inputs, language, options, refuse, usage, words
from jxplus.cli.commands import Command
from jxplus.fault import Refused

if TYPE_CHECKING:
    from jxplus.plan.text import PlanText
    from jxplus.policy import Policy

app = typer.Typer(add_completion=False)


@app.command(
    cls=Command,
    help=words(
        "一条条款说什么、需要什么、给多少；不带参数则列出全部条款。",
        "What a clause says, needs and pays; without an argument, the list of clauses.",
    ),
    epilog=words(
        "# 全部条款；一章；一条；连同原文\njxplus explain\njxplus explain 6.2\njxplus explain 研发费用加计扣除\n"
        "jxplus explain 6.2 --text 方案.txt",
        "# all clauses; a section; one clause by id or title; with the plan's own words\n"
        "jxplus explain\n"
        "jxplus explain 6.2\n"
        "jxplus explain rd-super-deduction\n"
        "jxplus explain 6.2 --text plan.txt",
    ),
)
def explain(
    what: Annotated[
        str,
        typer.Argument(
            metavar=words("条款或章节", "CLAUSE or SECTION"),
            help=words(
                "条款名、事项，或章节，如 六(二) 或 6.2。", "A clause's id or title, or a section as 六(二) or 6.2."
            ),
        ),
    ] = "",
    formulas: options.Formulas = False,
    text: Annotated[
        str,
        typer.Option(
            "--text",
            metavar=words("方案.txt", "SOURCE.txt"),
            help=words(
                "方案原文：在条款旁列出它所编入的原句。",
                "The plan's official text: its own sentences stand beside the clause.",
            ),
        ),
    ] = "",
    lang: options.Lang = "",
    policies: options.Policies = None,
) -> None:
    """Finds the clauses that are meant and describes them."""
    lang = language(lang)
    if text and not what:
        raise usage("--text 须与条款或章节同用", "--text goes with a clause or a section")
    try:
        policy = inputs.policy_of(policies)
        found = inputs.clauses(policy, what) if what else []
        plan = plan_text(text, policy.plan_of(found[0])) if text else None
    except Refused as refused:
        refuse(refused, lang)
    from jxplus.render import clauses

    if not what:
        emit(clauses.listing(policy, lang))
        return
    emit("\n\n".join(clauses.description(policy, one, lang, formulas, plan) for one in found))


def plan_text(source: str, policy: "Policy") -> "PlanText":
    """The official text of a plan, read as `policy` numbers and counts; raises `Refused` where it is no such text."""
    from jxplus.document import STANDARD_INPUT, read_bytes
    from jxplus.plan.text import read_plan

    name = "<stdin>" if source == STANDARD_INPUT else source
    return read_plan(read_bytes(source), name, policy.numbering, policy.units)
