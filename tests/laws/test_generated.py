"""The clauses as one generated function come to what the evaluator says, clause by clause, whatever is known and whatever is not."""

import traceback
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from chance import enterprises, plan_of
from formulas import some_facts, sums, truths
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oneclause import plan

from jxplus.assessment import Assessor
from jxplus.assessment.codegen import function_of
from jxplus.assessment.many import ManyAssessor
from jxplus.enterprise import Enterprise
from jxplus.formula.node import OVER_ITEMS, Node
from jxplus.formula.operators import OPERATORS
from jxplus.formula.source import SOURCE
from jxplus.policy import Clause, Reading


def alike(one: Assessor, other: Assessor, enterprise: Enterprise, day: date) -> None:
    """Both come to the same outcomes, with the same decimals, and to the same assumptions, warnings and totals."""
    first, second = one.assess(enterprise, day), other.assess(enterprise, day)
    assert [repr(each[1:]) for each in first.outcomes] == [repr(each[1:]) for each in second.outcomes]
    assert first[:-1] == second[:-1]
    assert first.total() == second.total()


# ---- random clauses ------------------------------------------------------------------------------------------------------

FACTS = """\
  a: {type: bool, zh: 甲, en: a}
  b: {type: bool, zh: 乙, en: b}
  c: {type: bool, zh: 丙, en: c}
  x: {type: money, signed: yes, zh: 数, en: x}
  y: {type: money, signed: yes, zh: 额, en: y}
  p: {type: rate, zh: 率, en: p}
  k: {type: choice, zh: 色, en: k, choices: {red: {zh: 红, en: red}, green: {zh: 绿, en: green}, blue: {zh: 蓝, en: blue}}}
lists:
  items:
    zh: 项
    en: Items
    facts:
      flag: {type: bool, zh: 旗, en: flag}
      sum: {type: money, signed: yes, zh: 和, en: sum}
"""
PLAIN = plan("when: exporter\npays: 1元", ("lists:\n", FACTS))


@st.composite
def clauses(draw: st.DrawFn) -> Clause:
    """A clause of one or two readings, over the enterprise or over items, with any of the ways to say an amount."""
    each = draw(st.sampled_from([None, "items"]))
    kind = draw(st.sampled_from(["exact", "ceiling", "range", "floor", "unstated"]))
    base = draw(st.none() | sums(1, each is not None))
    readings = []
    for number in range(draw(st.sampled_from([1, 1, 2]))):
        high = low = cap = None
        if kind != "unstated":
            high = draw(sums(2, each is not None))
            low = {"ceiling": None, "range": draw(sums(1, each is not None))}.get(kind, high)
            cap = draw(st.none() | sums(1))
        readings.append(Reading(f"r{number}", None, draw(truths(3, each is not None)), low, high, cap))
    (clause,) = PLAIN.clauses
    return clause._replace(kind=kind, each=each, base=base, readings=tuple(readings))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(clauses(), min_size=1, max_size=3), st.lists(some_facts, min_size=3, max_size=3))
def test_a_clause_comes_to_what_the_evaluator_says(made: list[Clause], some: list[dict[str, Any]]) -> None:
    policy = PLAIN._replace(clauses=tuple(each._replace(id=f"c{place}") for place, each in enumerate(made)))
    one, other = Assessor(policy), ManyAssessor(policy, few=0)
    for facts in [*some, some[0]]:
        alike(one, other, Enterprise("甲", {"name": "甲", **facts}), date(2020, 6, 1))


def test_a_clause_of_items_none_of_whose_readings_is_ever_met() -> None:
    """Two readings that nothing meets come to nothing for any items, known or not."""
    (clause,) = PLAIN.clauses
    never, amount = Node("truth", (), False), Node("fact", (), "x")
    readings = tuple(Reading(id, None, never, amount, amount, None) for id in ("first", "second"))
    policy = PLAIN._replace(clauses=(clause._replace(each="items", readings=readings),))
    one, other = Assessor(policy), ManyAssessor(policy, few=0)
    for items in ([], [{"flag": True, "sum": Decimal(1)}]):
        alike(one, other, Enterprise("甲", {"name": "甲", "x": Decimal(5), "items": items}), date(2020, 6, 1))
    alike(one, other, Enterprise("甲", {"name": "甲", "x": Decimal(5)}), date(2020, 6, 1))


# ---- whole plans ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["", "tangled.yaml", "gathered.yaml", "county.yaml", "lucheng.yaml"])
@pytest.mark.parametrize("pinned", [False, True])
def test_a_plan_comes_to_what_the_evaluator_says(file: str, pinned: bool) -> None:
    policy = plan_of(file)
    pins = {each.id: each.readings[0].id for each in policy.ambiguous[:1]} if pinned else {}
    one, other = Assessor(policy, pins), ManyAssessor(policy, pins, few=0)
    for enterprise, day in enterprises(policy, 250):
        alike(one, other, enterprise, day)


def test_the_first_few_are_the_evaluators() -> None:
    """For few enterprises no function is made: that takes as long as to assess some of them."""
    many = ManyAssessor(PLAIN, few=2)
    for made in (False, False, True):
        alike(Assessor(PLAIN), many, Enterprise("甲", {"name": "甲", "exporter": True}), date(2020, 6, 1))
        assert (many.generated is not None) is made


# ---- the source ----------------------------------------------------------------------------------------------------------


def test_each_operator_has_its_source() -> None:
    """The table is the twin of the operators', but for those that are written by what they look at."""
    assert set(SOURCE) == set(OPERATORS) - {"in", *OVER_ITEMS}


def as_evaluated(when: Node) -> None:
    """A clause with this condition comes to what the evaluator says, whatever is known."""
    (clause,) = PLAIN.clauses
    (reading,) = clause.readings
    policy = PLAIN._replace(clauses=(clause._replace(readings=(reading._replace(when=when),)),))
    for facts in ({}, {"exporter": True}, {"exporter": False}):
        alike(
            Assessor(policy), ManyAssessor(policy, few=0), Enterprise("甲", {"name": "甲", **facts}), date(2020, 6, 1)
        )


def test_a_formula_too_deep_is_left_to_the_evaluator() -> None:
    """A named part within a named part without end would be more than Python reads: that clause alone is evaluated."""
    deep = Node("fact", (), "exporter")
    for _ in range(100):
        deep = Node("let", (Node("not", (deep,)),), "part")
    as_evaluated(deep)


def test_a_condition_that_grows_without_end_is_left_to_the_evaluator() -> None:
    """In three values each level is written twice or more: what becomes too long is evaluated, where something is unknown."""
    wide: Node = Node("fact", (), "exporter")
    for _ in range(20):
        wide = Node("or", (Node("and", (wide, Node("fact", (), "exporter"))), Node("fact", (), "exporter")))
    as_evaluated(wide)


def test_a_traceback_shows_the_source() -> None:
    policy = plan("when: exports > 5元\npays: 1元")
    wrong: Mapping[str, Any] = {"name": "甲", "exports": "a text"}
    with pytest.raises(TypeError) as caught:
        function_of(Assessor(policy)).found(wrong, date(2020, 6, 1))
    assert "if (f_exports > K" in "".join(traceback.format_exception(caught.value))


# ---- many items ----------------------------------------------------------------------------------------------------------


class Seen(dict[str, Any]):
    """An item that counts how often one of its facts is asked for, with all others of its kind."""

    times = 0

    def get(self, name: str, default: Any = None) -> Any:
        Seen.times += 1
        return super().get(name, default)

    def __getitem__(self, name: str) -> Any:
        Seen.times += 1
        return super().__getitem__(name)


def looks(assessor: Assessor, count: int) -> int:
    """How often facts of items are asked for, where there are so many projects and so many patents."""
    projects = [Seen(invested=Decimal(place), closed=place < 2) for place in range(count)]
    patents = [Seen(abroad=True, granted=date(2020, 1, 1), cost=Decimal(1)) for _ in range(count)]
    facts = {"name": "甲", "exporter": True, "sales": Decimal(2), "projects": projects, "patents": patents}
    Seen.times = 0
    assessor.assess(Enterprise("甲", facts), date(2020, 6, 30))
    return Seen.times


@pytest.mark.parametrize("assessor", [Assessor, ManyAssessor])
def test_what_is_asked_of_a_list_for_each_item_of_another_is_asked_once(assessor: type[Assessor]) -> None:
    """A clause for each project counts projects and looks through patents: twice as many of both take twice the looks, not four times."""
    some = assessor(plan_of("gathered.yaml"))
    if isinstance(some, ManyAssessor):
        some.few = 0
    assert looks(some, 200) < 2.2 * looks(some, 100)
