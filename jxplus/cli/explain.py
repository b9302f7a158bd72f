"""`jxplus explain` says what a clause says, needs and pays, and what a rule says of clauses."""

from typing import Annotated

from jxplus.cli import emit, inputs, language, options, refusing, usage, words
from jxplus.cli.commands import command


@command(
    "# 全部条款；一章；一条；连同原文\njxplus explain\njxplus explain 6.2\njxplus explain 研发费用加计扣除\n"
    "jxplus explain 6.2 --text 方案.txt",
    "# all clauses; a section; one clause by id or title; with the plan's own words\n"
    "jxplus explain\n"
    "jxplus explain 6.2\n"
    "jxplus explain rd-super-deduction\n"
    "jxplus explain 6.2 --text plan.txt",
)
def explain(
    what: Annotated[
        str | None,
        options.argument(
            words("条款或章节", "CLAUSE or SECTION"),
            "条款或规则的名称、事项，或章节，如 六(二) 或 6.2。",
            "The id or title of a clause or a rule, or a section as 六(二) or 6.2.",
        ),
    ] = None,
    formulas: options.Formulas = False,
    text: options.PlanText = "",
    lang: options.Lang = "",
    policies: options.Policies = None,
) -> None:
    """Finds the clauses that are meant and describes them."""
    lang = language(lang)
    if text and what is None:
        raise usage("--text 须与条款或章节同用", "--text goes with a clause or a section")
    with refusing(lang):
        policy = inputs.policy_of(policies)
        found = inputs.entries(policy, what) if what is not None else []
        plan = inputs.plan_text(text, policy, found) if text else None
    from jxplus.render import clauses

    if what is None:
        emit(clauses.listing(policy, lang))
        return
    emit("\n\n".join(clauses.description(policy, one, lang, formulas, plan) for one in found))
