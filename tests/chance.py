"""Random enterprises for any plan, the same ones every time: they state much or little, most figures at the plan's own marks."""

import random
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from jxplus.enterprise import Enterprise
from jxplus.formula.node import walk
from jxplus.policy import Fact, Policy
from jxplus.policy.store import load_policy

SEED = 7
DAYS = (date(2014, 1, 1), date(2016, 6, 30), date(2016, 8, 31), date(2018, 5, 5), date(2020, 6, 1))


def plan_of(file: str) -> Policy:
    """The plan of a file in this folder, or for no name the one that ships."""
    return load_policy(str(Path(__file__).parent / file) if file else None)


SIZES = (0, 1, 1, 2, 3)


def enterprises(policy: Policy, count: int, sizes: Sequence[int] = SIZES) -> Iterator[tuple[Enterprise, date]]:
    """Some enterprises, each with the day of its calculation; `sizes` are how many items their lists may have."""
    nodes = [node for clause in policy.clauses for formula in clause.formulas() for node in walk(formula)]
    figures = [Decimal(0), *dict.fromkeys(node.value.amount for node in nodes if node.op == "number")]
    rng = random.Random(SEED)
    for _ in range(count):
        yield enterprise(policy, rng, figures, sizes), rng.choice(DAYS)


def drawn(fact: Fact, rng: random.Random, figures: list[Decimal]) -> Any:
    """A value of a fact, a figure most often at one of the plan's own or next to it."""
    kind = fact.type.kind
    if kind == "number":
        assert fact.limits is not None
        step = fact.limits.step
        near = rng.choice(figures) + rng.choice([0, 0, 1, -1, 12345]) * step
        within = min(max(near, fact.limits.least), fact.limits.largest)
        return (within / step).to_integral_value() * step
    choices = {"truth": [True, True, False], "choice": list(fact.choices), "date": DAYS, "code": ["C3910", "I65"]}
    return rng.choice(choices.get(kind, ["甲"]))


def enterprise(policy: Policy, rng: random.Random, figures: list[Decimal], sizes: Sequence[int] = SIZES) -> Enterprise:
    """An enterprise that states much or little, with items that leave out what has a default."""
    often = rng.choice([0.1, 0.5, 0.9, 1])
    facts: dict[str, Any] = {
        fact.id: drawn(fact, rng, figures) for fact in policy.facts.values() if rng.random() < often
    }
    for listed in policy.lists.values():
        if rng.random() < often:
            facts[listed.id] = [
                {
                    fact.id: drawn(fact, rng, figures)
                    for fact in listed.facts.values()
                    if fact.default is None or rng.random() < 0.7
                }
                for _ in range(rng.choice(sizes))
            ]
    return Enterprise("甲", {**facts, "name": "甲"})
