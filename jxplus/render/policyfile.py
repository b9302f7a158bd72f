"""What a policy file holds, for whoever writes it: the clauses, the readings and the facts that were found in it."""

from collections.abc import Iterable, Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text as Rich

from jxplus.enterprise.questions import form_text, sections, users
from jxplus.fault import Text, joined
from jxplus.policy import Fact, Policy
from jxplus.policy.bonds import own_name, waits_for
from jxplus.render.clauses import KINDS
from jxplus.render.console import headed, printed
from jxplus.render.ruled import TITLE, said

_SECTION, _CLAUSE, _ENTITLEMENT = Text("章节", "Section"), Text("条款", "Clause"), Text("事项", "Entitlement")
_AMOUNT, _READING = Text("金额", "Amount"), Text("解读", "reading")
_RULE, _SAYS = Text("规则", "Rule"), Text("内容", "What it says")
_FACT, _NAME, _TAKES = Text("事实", "Fact"), Text("名称", "Name"), Text("填写", "Takes")


def found(policy: Policy, lang: str, beside: Policy | None = None) -> str:
    """The clauses of a policy with their readings, then the facts with what each takes and the sections that ask for it.

    A rule that is silent is said to be: alone, or `beside` other plans, where the policy is one of several.
    """
    clauses = _table((_SECTION, _CLAUSE, _ENTITLEMENT, _AMOUNT), (_ENTITLEMENT,), lang)
    for clause in policy.clauses:
        clauses.add_row(clause.section, clause.id, clause.title.show(lang), KINDS[clause.kind].show(lang))
        for reading in clause.readings:
            if reading.title is not None:
                clauses.add_row("", f"  {reading.id}", reading.title.show(lang), Rich(_READING.show(lang), style="dim"))
    rules, silent = _table((_SECTION, _RULE, _SAYS), (_SAYS,), lang), _unheard(policy, beside or policy)
    for rule in policy.rules:
        for place, way in enumerate(rule.readings):
            id = rule.id if len(rule.readings) == 1 else f"{rule.id}={way.id}"
            rules.add_row("" if place else rule.section, id, said(policy, way).show(lang))
        if rule.id in silent:
            rules.add_row("", "", Rich(_silent(silent[rule.id]).show(lang), style="yellow"))
    facts = _table((_FACT, _NAME, _TAKES, _SECTION), (_NAME, _TAKES, _SECTION), lang)
    for name, fact, asked in _facts(policy, lang):
        facts.add_row(name, fact.label.show(lang), form_text(fact, lang), asked)
    ruled = (*_under(TITLE, rules, lang), "") if policy.rules else ()
    return printed(
        *_under(Text("条款", "Clauses"), clauses, lang), "", *ruled, *_under(Text("事实", "Facts"), facts, lang)
    )


def _unheard(policy: Policy, beside: Policy) -> dict[str, tuple[str, ...]]:
    """What the silent rules of a policy wait for, beside the plans that it is loaded with."""
    own = next((plan.alias for plan in beside.plans if plan.sha256 == policy.sha256), "")
    waiting = {
        own_name(id, own): names for id, names in waits_for(beside).items() if not own or id.startswith(f"{own}:")
    }
    return {id: tuple(own_name(name, own) for name in names) for id, names in waiting.items()}


def _silent(names: Sequence[str]) -> Text:
    """That a rule says nothing, and what it waits for."""
    aliases = dict.fromkeys(name.partition(":")[0] for name in names if ":" in name)
    if aliases:
        listed = ", ".join(aliases)
        return Text(f"不起作用：未载入方案 {listed}", f"silent: plan {listed} is not loaded")
    listed = ", ".join(names)
    return Text(f"不起作用：规则 {listed} 不起作用", f"silent, as the rule {listed} is")


def counted(policy: Policy) -> Text:
    """How many clauses, readings, facts and lists a policy has."""
    readings = sum(len(each.readings) for each in policy.ambiguous)
    facts = len(policy.facts) + sum(len(listed.facts) for listed in policy.lists.values())
    numbers = (
        (len(policy.clauses), "条条款", "clause"),
        (readings, "种解读", "reading"),
        (len(policy.rules), "条规则", "rule"),
        (facts, "项事实", "fact"),
        (len(policy.lists), "个列表", "list"),
    )
    return joined(Text(f"{count}{zh}", f"{count} {en}{'s' * (count != 1)}") for count, zh, en in numbers if count)


def _facts(policy: Policy, lang: str) -> Iterator[tuple[str, Fact, str]]:
    """Each fact with its name in a formula or, in a list, in a file, and the sections that ask for it."""
    asked = users(policy)
    for fact in policy.facts.values():
        yield fact.id, fact, sections(asked.get(fact.id, ()), lang)
    for listed in policy.lists.values():
        for fact in listed.facts.values():
            name = f"{listed.id}[].{fact.id}"
            yield name, fact, sections(asked.get(name, ()), lang)


def _table(heads: Sequence[Text], folded: Sequence[Text], lang: str) -> Table:
    table = headed()
    for head in heads:
        table.add_column(head.show(lang), overflow="fold", no_wrap=head not in folded)
    return table


def _under(heading: Text, table: Table, lang: str) -> Iterable[RenderableType]:
    return Rich(heading.show(lang), style="bold"), table
