"""Rules between clauses are said in a reader's language: what each asks for, what it takes off, and which clause counts."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from jxplus.assessment import Assessment
from jxplus.fault import COMMA, Text, joined
from jxplus.formula.evaluate import Unknown
from jxplus.formula.node import Node
from jxplus.policy import HIGHEST, NEVER, SUM, Clause, Policy, Rule, RuleReading
from jxplus.policy.facts import fact_of
from jxplus.quantity import span_text, yuan_text
from jxplus.render.checklist import Speaker

Money = Callable[[Decimal], str]
if TYPE_CHECKING:
    from jxplus.assessment.rules import Taken

TITLE = Text("规则", "Rules")
_MOST_ITEMS = 5
"""For how many items it is named which clause counts; of more, the rest is counted."""


def said(policy: Policy, reading: RuleReading, speaker: Speaker | None = None) -> Text:
    """What a rule says of its clauses, in a sentence; with a `speaker` that has facts, with the enterprise's figures."""
    names = joined([called(policy, name) for name in reading.members])
    if reading.kind == NEVER:
        return Text("不适用", "it does not apply")
    listed = policy.lists[reading.each].label if reading.each in policy.lists else None
    each = Text(f"（{listed.zh}逐项计）", f", for each of {listed.en}") if listed else Text("", "")
    if reading.kind == SUM and reading.at_most is not None:
        most = _ceiling(policy, reading.at_most, speaker)
        less = Text("", "")
        if reading.less is not None:
            label = fact_of(reading.less, policy.facts, policy.lists).label
            less = Text(f"，扣除{label.zh}", f", less {label.en}")
        return Text(
            f"{names.zh}，合计不超过 {most.zh}{less.zh}{each.zh}",
            f"{names.en}, together at most {most.en}{less.en}{each.en}",
        )
    if reading.kind == HIGHEST:
        return Text(f"{names.zh}，只计最高的一项{each.zh}", f"of {names.en}, the highest counts{each.en}")
    return Text(f"{names.zh}，是同一事项，只计一次{each.zh}", f"{names.en} are the same thing and count once{each.en}")


def _ceiling(policy: Policy, most: Node, speaker: Speaker | None) -> Text:
    """A ceiling in words; with the enterprise's figures what they come to as well, where it is more than one figure."""
    if speaker is None:
        return Speaker(policy).term(most, {})
    told, value = speaker.term(most, {}), speaker.money(speaker.known(most, {}))
    if most.op not in ("+", "-", "*"):
        return told
    return Text(f"{told.zh} = {value.zh}", f"{told.en} = {value.en}")


def called(policy: Policy, name: str) -> Text:
    """What a clause or a rule is called on a page: its section and its title."""
    one: Clause | Rule | None = policy.clause(name) or policy.rule(name)
    if one is None:
        return Text.same(name)
    place = policy.stands(one)
    return Text(f"{place} {one.title.zh}".strip(), f"{place} {one.title.en}".strip())


def why(assessment: Assessment, taken: "Taken", money: Money) -> Iterator[Text]:
    """Why a rule takes off what it does: which clauses count, what the ceiling waits for, what each reading takes."""
    policy, rule = assessment.policy, taken.rule
    if taken.items:
        yield from _items(policy, taken, money)
    elif any(reading.kind not in (SUM, NEVER) for reading in rule.readings):
        yield _with_lead(policy, _counts(policy, *taken.counted), taken, None, money)
    else:
        yield from _ceilings(assessment, rule)
    if taken.open:
        yield Text("所涉金额本不封顶，以此为限", "what had no ceiling has this one")
    yield from _waiting(policy, taken)
    titles = {reading.id: reading.title for reading in rule.readings}
    for name, (low, high) in taken.readings.items():
        title = titles[name] or Text("", "")
        amount = less(low, high, money)
        yield Text(f"解读 {name}：{amount.zh} （{title.zh}）", f"reading {name}: {amount.en} — {title.en}")


def _ceilings(assessment: Assessment, rule: Rule) -> Iterator[Text]:
    """What each reading of a rule says of its clauses with the enterprise's figures, and how its ceiling came about."""
    from jxplus.assessment.explain import facts_of

    speaker = Speaker(assessment.policy, facts_of(assessment))
    for reading in rule.readings:
        most = reading.at_most if reading.each is None else None
        known = most is not None and not isinstance(speaker.known(most, {}), Unknown)
        yield said(assessment.policy, reading, speaker if known else None)
        if most is not None and known:
            yield from speaker.ways(most, {})


def _waiting(policy: Policy, taken: "Taken") -> Iterator[Text]:
    """The facts that a ceiling waits for: those that say what was drawn before, and those that it is made of."""
    less_of = {reading.less.value for reading in taken.rule.readings if reading.less is not None}
    drawn = {value if isinstance(value, str) else value[1] for value in less_of}
    for names, zh, en in (
        (
            [name for name in taken.missing if name in drawn],
            "可能已用完，也可能未用",
            "all or nothing of it may be drawn already",
        ),
        ([name for name in taken.missing if name not in drawn], "限额未定", "the ceiling is not known"),
    ):
        if names:
            labels = joined(policy.named(name).label for name in names)
            yield Text(f"未写明{labels.zh}，{zh}", f"{labels.en}: not stated, so {en}")


def _with_lead(policy: Policy, told: Text, taken: "Taken", place: int | None, money: Money) -> Text:
    """Which clause counts, and by how much it is ahead of the next one."""
    if place not in taken.ahead:
        return told
    name, amount = taken.ahead[place]
    after = called(policy, name)
    if not amount:
        return Text(f"{told.zh}，与{after.zh}相同", f"{told.en}, as much as {after.en}")
    blank = " " if after.zh[:1].isascii() else ""
    return Text(f"{told.zh}，比{blank}{after.zh}多 {money(amount)}", f"{told.en}, {money(amount)} more than {after.en}")


def _items(policy: Policy, taken: "Taken", money: Money) -> Iterator[Text]:
    label = policy.lists[next(reading.each for reading in taken.rule.readings if reading.each)].label
    for place, (low, high) in list(taken.items.items())[:_MOST_ITEMS]:
        told = _with_lead(policy, _counts(policy, low, high), taken, place, money)
        yield Text(f"{label.zh} 第{place + 1}项：{told.zh}", f"{label.en}, item {place + 1}: {told.en}")
    more = len(taken.items) - _MOST_ITEMS
    if more > 0:
        yield Text(f"另有{more}项，见 JSON", f"and {more} more, which JSON has")


def _counts(policy: Policy, low: Sequence[str], high: Sequence[str]) -> Text:
    """Which clauses count, at both ends where they differ."""
    least, most = (joined([called(policy, name) for name in names]) for names in (low, high))
    if not low or low == high:
        return Text(f"计 {most.zh}", f"{most.en} counts") if high else Text("都不计", "none counts")
    return Text(f"下限计 {least.zh}，上限计 {most.zh}", f"{least.en} counts at the low end, {most.en} at the high one")


def less(low: Decimal, high: Decimal, money: Money) -> Text:
    """What is taken off, as an amount that is taken off."""
    ends = span_text(min(low, high), max(low, high), money)
    return Text(f"减 {ends}", f"less {ends}")


def said_in_one(assessment: Assessment, taken: "Taken") -> Text:
    """What a rule takes off, on one line; in yuan."""
    name, amount = called(assessment.policy, taken.rule.id), less(taken.low, taken.high, yuan_text)
    return Text(f"规则 {name.zh}：合计{amount.zh}元", f"rule {name.en}: {amount.en} yuan in the total")


def bound(policy: Policy, rules: Sequence[Rule], lang: str) -> str:
    """The titles of some rules, one after another."""
    return COMMA.show(lang).join(called(policy, rule.id).show(lang) for rule in rules)
