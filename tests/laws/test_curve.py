"""A curve is the assessment: at every breakpoint, one step above it, and anywhere between."""

from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from jxplus.assessment import Assessor
from jxplus.assessment.course import axis_of, replaced
from jxplus.assessment.curve import curve
from jxplus.enterprise import Enterprise
from jxplus.enterprise.spot import Spot
from jxplus.policy import Fact
from jxplus.policy.store import load_policy

POLICY = load_policy()
ASSESSOR = Assessor(POLICY)
DAY = date(2016, 6, 30)


FIGURES = [0, 1, 8, 20, 30, 36, 200, 5_000_000, 9_999_999, 10_000_000, 40_000_000, 60_000_000, 100_000_000]


def values(fact: Fact) -> st.SearchStrategy[Any]:
    """Values of a fact, figures near those that the plan speaks of."""
    if fact.type.kind != "number":
        kinds = {"truth": st.booleans(), "choice": st.sampled_from(sorted(fact.choices)), "text": st.just("某公司")}
        return kinds.get(fact.type.kind, st.just(DAY))
    axis = axis_of(Spot(fact))
    near = st.sampled_from(FIGURES).flatmap(lambda figure: st.integers(-2, 2).map(lambda off: figure / axis.step + off))
    steps = near.map(lambda step: min(max(int(step), axis.first), axis.last))
    return steps.map(lambda step: step * axis.step)


@st.composite
def enterprises(draw: st.DrawFn) -> Enterprise:
    """Enterprises of which some facts and some lists are unknown."""
    left_out = draw(st.sets(st.sampled_from([name for name in POLICY.facts if name != "name"]), max_size=8))
    facts: dict[str, Any] = {name: draw(values(fact)) for name, fact in POLICY.facts.items() if name not in left_out}
    for listed in POLICY.lists.values():
        items = draw(
            st.none() | st.lists(st.fixed_dictionaries({n: values(f) for n, f in listed.facts.items()}), max_size=2)
        )
        if items is not None:
            facts[listed.id] = items
    return Enterprise("某公司", facts)


def spots(enterprise: Enterprise) -> list[Spot]:
    """Every figure that the enterprise may state, on it and on its items."""
    own = [Spot(fact) for fact in POLICY.facts.values()]
    items = [
        Spot(fact, listed.id, place)
        for listed in POLICY.lists.values()
        for place in range(len(enterprise.facts.get(listed.id, ())))
        for fact in listed.facts.values()
    ]
    return [spot for spot in (*own, *items) if spot.fact.type.kind == "number"]


@settings(max_examples=250, deadline=None)
@given(enterprises(), st.data())
def test_a_curve_is_the_assessment_at_every_figure(enterprise: Enterprise, data: st.DataObject) -> None:
    """At each breakpoint, one step above it, and anywhere between, a curve gives what assessing gives."""
    spot = data.draw(st.sampled_from(spots(enterprise)), label="fact")
    axis = axis_of(spot)
    ends = st.sampled_from(FIGURES).map(lambda figure: min(int(figure / axis.step), axis.last))
    first, last = sorted(data.draw(st.tuples(ends, ends).filter(lambda two: two[0] != two[1]), label="range"))
    first = max(first, axis.first)
    found = curve(ASSESSOR, enterprise, DAY, spot, first * axis.step, last * axis.step)
    breaks = found.breaks()
    checked = [(each.value, each.at) for each in breaks]
    checked += [(each.value + axis.step, each.above) for each in breaks if each.above is not None]
    for step in data.draw(st.lists(st.integers(first, last), max_size=4), label="between"):
        checked.append((step * axis.step, found.total(step * axis.step)))
    for value, total in checked:
        assert total == ASSESSOR.assess(replaced(enterprise, spot, value), DAY).total(), value
