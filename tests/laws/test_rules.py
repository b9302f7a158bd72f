"""Rules between clauses against brute force: every payment that keeps all rules is tried, and the best of them is what is paid.

The plans are random: clauses over the enterprise and over the items of a list, exact, with ceilings, ranges and readings; rules
of every kind, within each other and across, for each item and for the whole, with readings of their own. Amounts are a few
yuan, so that all payments can be tried one by one. A plan that is refused when it is loaded is not tried.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any, NamedTuple

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from jxplus.assessment import Assessor
from jxplus.enterprise import Enterprise
from jxplus.fault import Refused
from jxplus.policy import Policy
from jxplus.policy.file import read_policy

DAY = date(2020, 6, 1)
HEAD = """\
policy: {id: 某市〔2020〕1号, title: {zh: 方案, en: A plan}, issued: 2020-01-01, currency: CNY}
natures: {grant: {zh: 奖补, en: Grants}, rent: {zh: 租金, en: Rent}}
bases: {one-off: {zh: 一次性, en: one-off}}
departments: {商务局: {en: Bureau of Commerce}}
numbering: 第8条
types: {money: {unit: 元, decimals: 2, below: 100亿元}}
facts:
  name: {type: text, required: yes, zh: 名称, en: Name}
  as_of: {type: date, default: today, zh: 测算日期, en: Day}
  drawn: {type: money, zh: 已领取, en: Drawn before}
"""
KINDS = {
    "exact": "    pays: {0}\n",
    "ceiling": "    up to: {0}\n",
    "range": "    from: min({0}, {1})\n    to: max({0}, {1})\n",
    "readings": "    readings:\n      one: {{zh: 甲, en: one, pays: {0}}}\n      two: {{zh: 乙, en: two, pays: {1}}}\n",
}


class Saying(NamedTuple):
    """What a rule says: its kind, what it names, its ceiling, whether that is less what was drawn."""

    kind: str
    members: tuple[str, ...]
    each: bool
    most: int
    less: bool

    def text(self, deep: str) -> str:
        lines = [f"{self.kind}: [{', '.join(self.members)}]"]
        lines += ["for each: xs"] * self.each
        if self.kind == "sum of":
            lines += [f"at most: {self.most}元", *[f"less: {'got' if self.each else 'drawn'}"] * self.less]
        return "".join(f"{deep}{line}\n" for line in lines)


class Plan(NamedTuple):
    """A random plan: the kind of each clause, what each rule says, under each of its readings."""

    clauses: dict[str, str]
    rules: dict[str, tuple[Saying, ...]]

    def text(self) -> str:
        whole = [name for name in self.clauses if name[0] == "w"]
        items = [name for name in self.clauses if name[0] == "i"]
        text = HEAD
        for name in whole:
            text += "".join(f"  {name}{end}: {{type: money, zh: {name}{end}, en: {name}}}\n" for end in "ab")
        fact = "      {0}: {{type: money, zh: {0}, en: {0}}}\n"
        text += (
            "lists:\n  xs:\n    zh: 项\n    en: Items\n    facts:\n      got: {type: money, zh: 项已领取, en: Got}\n"
        )
        text += "".join(fact.format(f"{name}{end}") for name in items for end in "ab") + "clauses:\n"
        for place, (name, kind) in enumerate(self.clauses.items()):
            text += f"  {name}:\n    section: 第{place + 1}条\n    title: {{zh: 款, en: Clause}}\n    lead: 商务局\n"
            text += "    payer: {zh: 市, en: city}\n    basis: one-off\n"
            text += f"    nature: {'grant' if place % 2 else 'rent'}\n"
            text += "    for each: xs\n" * (name[0] == "i") + KINDS[kind].format(f"{name}a", f"{name}b")
            text += "    when: yes\n"
        text += "rules:\n"
        for name, sayings in self.rules.items():
            text += f"  {name}:\n    section: 第90条\n    title: {{zh: 规则, en: Rule}}\n"
            if len(sayings) == 1:
                text += sayings[0].text("    ")
                continue
            text += "    readings:\n"
            for place, saying in enumerate(sayings):
                text += f"      r{place}:\n        zh: 解读\n        en: reading\n{saying.text('        ')}"
        return text


@st.composite
def plans(draw: Any) -> Plan:
    items = draw(st.integers(0, 2))
    whole = draw(st.integers(0 if items == 2 else 1, 3 if items < 2 else 1))
    names = [*(f"w{number}" for number in range(whole)), *(f"i{number}" for number in range(items))]
    clauses = {name: draw(st.sampled_from(list(KINDS))) for name in names}
    rules: dict[str, tuple[Saying, ...]] = {}
    named = {name: {name} for name in names}
    for number in range(draw(st.integers(1, 3))):
        sayings: list[Saying] = []
        for _ in range(draw(st.sampled_from([1, 1, 1, 2]))):
            known = [*names, *rules]
            members: list[str] = []
            for name in draw(st.lists(st.sampled_from(known), min_size=1, max_size=4, unique=True)):
                if not any(named[name] & named[other] for other in members):
                    members.append(name)
            kind = draw(st.sampled_from(["highest of", "sum of", "same as"])) if len(members) > 1 else "sum of"
            each = all(name[0] == "i" or (name[0] == "r" and all(one.each for one in rules[name])) for name in members)
            each = each and draw(st.booleans())
            sayings.append(Saying(kind, tuple(members), each, draw(st.integers(0, 6)), draw(st.booleans())))
        rules[f"r{number}"] = tuple(sayings)
        named[f"r{number}"] = {name for saying in sayings for member in saying.members for name in named[member]}
    return Plan(clauses, rules)


def loaded(plan: Plan) -> Policy:
    try:
        return read_policy(plan.text().encode(), "p.yaml", "")
    except Refused:
        assume(False)
        raise


def facts_of(plan: Plan) -> st.SearchStrategy[dict[str, Any]]:
    amount = st.integers(0, 3).map(Decimal)
    own = {f"{name}{end}": amount for name in plan.clauses if name[0] == "w" for end in "ab"}
    item = {f"{name}{end}": amount for name in plan.clauses if name[0] == "i" for end in "ab"}
    items = st.lists(st.fixed_dictionaries({**item, "got": amount}), max_size=2)
    return st.fixed_dictionaries({"name": st.just("甲"), **own, "xs": items}, optional={"drawn": amount})


# ---- brute force -------------------------------------------------------------------------------------------------------

Leaf = tuple[str, int]


def leaves(plan: Plan, facts: Mapping[str, Any]) -> list[Leaf]:
    return [(name, place) for name in plan.clauses for place in range(len(facts["xs"]) if name[0] == "i" else 1)]


def amounts(plan: Plan, facts: Mapping[str, Any], leaf: Leaf, reading: int) -> tuple[int, ...]:
    """The amounts that a leaf may come to at an end of what it pays."""
    name, place = leaf
    stated = facts["xs"][place] if name[0] == "i" else facts
    one, other = int(stated[f"{name}a"]), int(stated[f"{name}b"])
    kind = plan.clauses[name]
    ends = {"exact": (one,), "ceiling": (0, one), "range": (one, other), "readings": ((one, other)[reading],)}
    return tuple(sorted(set(ends[kind])))


class Law(NamedTuple):
    """One thing that payments must keep: of some sets of leaves one is paid, or they come to so much at most."""

    sets: tuple[frozenset[Leaf], ...]
    most: int | None


def laws(plan: Plan, chosen: Mapping[str, int], facts: Mapping[str, Any], drawn: int) -> Iterator[Law]:
    every = leaves(plan, facts)
    named: dict[str, set[str]] = {name: {name} for name in plan.clauses}
    for rule, sayings in plan.rules.items():
        said = sayings[chosen[rule]]
        named[rule] = set().union(*(named[name] for name in said.members))
        for place in range(len(facts["xs"])) if said.each else (None,):
            sets = tuple(
                frozenset(leaf for leaf in every if leaf[0] in named[name] and place in (None, leaf[1]))
                for name in said.members
            )
            before = (int(facts["xs"][place]["got"]) if place is not None else drawn) if said.less else 0
            yield Law(sets, max(said.most - before, 0) if said.kind == "sum of" else None)


def best(worth: Mapping[Leaf, int], kept: Sequence[Law]) -> int:
    """The most that can be paid: every payment in whole yuan is tried."""
    most = 0
    for paid in product(*(range(amount + 1) for amount in worth.values())):
        own = dict(zip(worth, paid, strict=True))
        if sum(paid) > most and all(keeps(law, own) for law in kept):
            most = sum(paid)
    return most


def keeps(law: Law, paid: Mapping[Leaf, int]) -> bool:
    sums = [sum(paid[leaf] for leaf in each) for each in law.sets]
    return sum(sums) <= law.most if law.most is not None else sum(each > 0 for each in sums) <= 1


def ends_of(plan: Plan, facts: Mapping[str, Any]) -> tuple[int, int]:
    """The least and the most of what is paid, over all readings that hold together and all ends of all amounts."""
    every, found = leaves(plan, facts), set[int]()
    drawn = [int(facts["drawn"])] if "drawn" in facts else [0, 6]
    for chosen in product(*(range(len(sayings)) for sayings in plan.rules.values())):
        for before in drawn:
            kept = list(laws(plan, dict(zip(plan.rules, chosen, strict=True)), facts, before))
            for readings in product((0, 1), repeat=len(plan.clauses)):
                read = dict(zip(plan.clauses, readings, strict=True))
                ways = [amounts(plan, facts, leaf, read[leaf[0]]) for leaf in every]
                for way in set(product(*ways)):
                    found.add(best(dict(zip(every, way, strict=True)), kept))
    return min(found), max(found)


@settings(max_examples=80, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.data())
def test_what_is_paid_is_the_best_that_is_lawful_at_both_ends(data: st.DataObject) -> None:
    """The total is the hull of the best lawful payments, and both of its ends are such a payment."""
    plan = data.draw(plans())
    policy = loaded(plan)
    facts = data.draw(facts_of(plan))
    assume(len(leaves(plan, facts)) <= 5)
    assessment = Assessor(policy).assess(Enterprise("甲", facts), DAY)
    assert assessment.total() == ends_of(plan, facts)


@settings(max_examples=150, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.data())
def test_what_the_rules_take_off_is_what_the_total_lacks(data: st.DataObject) -> None:
    """Entitlements less all rules are the totals; no rule adds; each takes from clauses that it names; natures add up."""
    plan = data.draw(plans())
    policy = loaded(plan)
    facts = data.draw(facts_of(plan))
    assessment = Assessor(policy).assess(Enterprise("甲", facts), DAY)
    low, high = assessment.total()
    paid = [(each.low, each.high) for each in assessment.outcomes if each.low is not None and each.high is not None]
    assert low == sum(each for each, _ in paid) - sum(each.low for each in assessment.taken)
    assert high == sum(each for _, each in paid) - sum(each.high for each in assessment.taken)
    assert all(each.low >= 0 and each.high >= 0 and max(each.low, each.high) > 0 for each in assessment.taken)
    natures = [assessment.total(nature) for nature in policy.natures]
    assert sum(each for each, _ in natures) <= low <= high <= sum(each for _, each in natures)
    if all(one == other for one, other in paid) and low == high:
        assert sum(each for each, _ in natures) == low
