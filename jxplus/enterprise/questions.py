"""What a clause asks for, and what each fact takes, in words."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from jxplus.fault import COMMA, YES_NO, Text
from jxplus.formula.node import Node, walk
from jxplus.plan.section import levels_of
from jxplus.policy import TODAY, Clause, Fact, FactList, Policy, Rule
from jxplus.policy.days import dated_lists
from jxplus.quantity import number_text, rate_text


def needed(policy: Policy, clause: Clause | Rule) -> list[tuple[Fact, str]]:
    """The facts that a clause asks for, its formulas', its days' and its rules', each with the name it has in a file (`premises[].area`).

    Of a rule they are those of its ceilings.
    """
    found: dict[str, Fact] = {}
    ceilings: list[Node] = []
    if policy.rules:
        from jxplus.policy.bonds import binding  # what few plans have is not loaded for the others

        ceilings = [formula for rule in binding(policy, clause.id) for formula in rule.formulas()]
    for formula in (*clause.formulas(), *ceilings):
        for node in walk(formula):
            if node.op == "fact":
                found[node.value] = policy.facts[node.value]
            elif node.op == "item":
                listed, name = node.value
                found[f"{listed}[].{name}"] = policy.lists[listed].facts[name]
    if isinstance(clause, Clause) and clause.period[:2] != (None, None):
        for listed in dated_lists(clause, policy.lists):
            found[f"{listed.id}[].{listed.dated}"] = listed.facts[listed.dated]
        if clause.day in policy.facts:
            found[clause.day] = policy.facts[clause.day]
    return [(fact, name) for name, fact in found.items()]


def users(policy: Policy) -> dict[str, list[Clause]]:
    """The clauses that ask for each fact, by the name it has in a file; `premises` stands for the whole list.

    The days that clauses are held against are asked for by so many that it says nothing to name them.
    """
    found: dict[str, list[Clause]] = {}
    for clause in policy.clauses:
        names = [name for _, name in needed(policy, clause) if name != clause.day]
        for name in dict.fromkeys([*names, *(name.partition("[")[0] for name in names)]):
            found.setdefault(name, []).append(clause)
    return found


class Questionnaire(NamedTuple):
    """What somebody is asked to state: facts, and lists with the facts of an item."""

    facts: list[Fact]
    lists: list[tuple[FactList, list[Fact]]]


def form_of(policy: Policy, clauses: Sequence[Clause] | None = None) -> Questionnaire:
    """All facts and lists of a policy; with `clauses`, those that these need, and what must be stated in any case."""
    if clauses is None:
        return Questionnaire(
            list(policy.facts.values()), [(each, list(each.facts.values())) for each in policy.lists.values()]
        )
    names = {name for clause in clauses for _, name in needed(policy, clause)}
    asked = users(policy._replace(clauses=tuple(clauses)))
    facts = [each for each in policy.facts.values() if each.id in names or each.required or each.follows == TODAY]
    lists = [
        (
            listed,
            [each for each in listed.facts.values() if each.default is None or f"{listed.id}[].{each.id}" in names],
        )
        for listed in policy.lists.values()
        if listed.id in asked
    ]
    return Questionnaire(facts, lists)


def sections(clauses: Iterable[Clause], lang: str) -> str:
    """The sections of some clauses, each once; articles that follow each other as the first and the last of them.

    Of several plans those of each stand after its alias.
    """
    plans: dict[str, list[Clause]] = {}
    for clause in clauses:
        plans.setdefault(clause.id.rpartition(":")[0], []).append(clause)
    return COMMA.show(lang).join(f"{plan} {_sections(own, lang)}".strip() for plan, own in plans.items())


def _sections(clauses: Iterable[Clause], lang: str) -> str:
    runs: list[list[str]] = []
    last: tuple[str, int] | None = None
    for clause in clauses:
        section = clause.section
        if any(section in run for run in runs):
            continue
        levels = levels_of(section) or ()
        own = (levels[0].kind, levels[0].number) if len(levels) == 1 else None
        if own is not None and last is not None and own == (last[0], last[1] + 1):
            runs[-1].append(section)
        else:
            runs.append([section])
        last = own
    to = Text("至", " to ").show(lang)
    said = [[f"{run[0]}{to}{run[-1]}"] if len(run) > 2 else run for run in runs]
    return COMMA.show(lang).join(section for run in said for section in run)


def form_text(fact: Fact, lang: str, listed: str = "") -> str:
    """What a fact takes, for a reader: its unit, its choices (as they are `listed` where that is said), its default."""
    if fact.choices:
        text = listed or COMMA.show(lang).join(
            Text(f"{name} ({label.zh})", name).show(lang) for name, label in fact.choices.items()
        )
    elif fact.type.kind == "number":
        named = Text("比例，如 15%", "a rate, such as 15%") if fact.is_rate else Text("数字", "a number")
        text = fact.units.text(fact.type.unit, lang) or named.show(lang)
    else:
        text = {
            "truth": Text("是 / 否", "yes / no"),
            "date": Text("日期，如 2016-06-30", "a date, such as 2016-06-30"),
            "code": Text("代码，如 C3910", "a code, such as C3910"),
            "text": Text("文字", "text"),
        }[fact.type.kind].show(lang)
    if fact.default is None:
        return text
    default = default_day(fact).show(lang) if fact.follows else spoken(fact, fact.default, lang)
    return Text(f"{text}；默认 {default}", f"{text}; {default} if not stated").show(lang)


def spoken(fact: Fact, value: Any, lang: str) -> str:
    """A fact's value as a file writes it: exact, a rate with its percent sign."""
    if isinstance(value, bool):
        return YES_NO[value].show(lang)
    if isinstance(value, Decimal):
        return rate_text(value) if fact.is_rate else number_text(value)
    if fact.choices:
        return Text(fact.choices[value].zh, value).show(lang)
    return str(value)


def example_text(fact: Fact) -> Text:
    """What somebody might state for a fact, as a file would have it."""
    if fact.choices:
        id, label = next(iter(fact.choices.items()))
        return Text(label.zh, id)
    if fact.type.kind != "number":
        return {
            "truth": YES_NO[True],
            "date": Text.same("2016-06-30"),
            "code": Text.same("C3910"),
            "text": Text("江西某某科技有限公司", "Example Ltd"),
        }[fact.type.kind]
    if fact.is_money or fact.is_rate:
        figure = "1200万元" if fact.is_money else "15%"
        return Text.same(figure)
    unit = fact.type.unit
    return Text(f"12{fact.units.text(unit, 'zh')}", f"12{fact.units.text(unit, 'en')}")


def default_day(fact: Fact) -> Text:
    """The day that a date has where it is not stated: today, or that of another date by its name."""
    return Text("今天", "today") if fact.follows == TODAY or fact.source is None else fact.source
