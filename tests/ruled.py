"""Random plans with rules between their clauses, and enterprises for them; amounts are a few yuan.

Clauses run over the enterprise and over the items of a list, are exact, have ceilings, ranges and readings; rules are of every
kind, within each other and across, for each item and for the whole, with readings of their own.
"""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from hypothesis import assume
from hypothesis import strategies as st

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
            if items == 2 and draw(st.booleans()):
                known = [name for name in known if name[0] == "i" or all(one.each for one in rules.get(name, ()))]
                known = [name for name in known if name[0] != "w"]
            members: list[str] = []
            for name in draw(st.lists(st.sampled_from(known), min_size=1, max_size=4, unique=True)):
                if not any(named[name] & named[other] for other in members):
                    members.append(name)
            kind = draw(st.sampled_from(["highest of", "sum of", "same as"])) if len(members) > 1 else "sum of"
            each = all(name[0] == "i" or (name[0] == "r" and all(one.each for one in rules[name])) for name in members)
            each = each and draw(st.sampled_from([True, True, False]))
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


def parted(plan: Plan, other: Collection[str]) -> list[Policy]:
    """The plan in two: the clauses of `other` in a plan called `else`, all others with the rules, which name them by it."""
    own = {name: kind for name, kind in plan.clauses.items() if name not in other}
    away = Plan({name: kind for name, kind in plan.clauses.items() if name in other}, {})

    def called(saying: Saying) -> Saying:
        return saying._replace(members=tuple(f"'else:{name}'" if name in other else name for name in saying.members))

    rules = {name: tuple(map(called, sayings)) for name, sayings in plan.rules.items()}
    texts = {"else": away.text().removesuffix("rules:\n"), "own": Plan(own, rules).text()}
    head = "policy: {id: 某市〔2020〕1号,"
    return [
        read_policy(text.replace(head, f"policy: {{id: {alias}, alias: {alias},").encode(), f"{alias}.yaml", alias)
        for alias, text in texts.items()
    ]


def facts_of(plan: Plan) -> st.SearchStrategy[dict[str, Any]]:
    amount = st.integers(0, 3).map(Decimal)
    own = {f"{name}{end}": amount for name in plan.clauses if name[0] == "w" for end in "ab"}
    item = {f"{name}{end}": amount for name in plan.clauses if name[0] == "i" for end in "ab"}
    items = st.lists(st.fixed_dictionaries({**item, "got": amount}), max_size=2)
    return st.fixed_dictionaries({"name": st.just("甲"), **own, "xs": items}, optional={"drawn": amount})
