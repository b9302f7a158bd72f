"""Rules between clauses against brute force: every payment that keeps all rules is tried, and the best of them is what is paid.

A plan that is refused when it is loaded is not tried.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise, product
from typing import Any, NamedTuple

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from ruled import DAY, Plan, facts_of, loaded, parted, plans

from jxplus.assessment import Assessor
from jxplus.assessment.course import replaced
from jxplus.assessment.curve import curve
from jxplus.enterprise import Enterprise
from jxplus.enterprise.spot import named_spot
from jxplus.policy.bonds import own_name
from jxplus.policy.together import together

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
    """Entitlements less all rules are the totals; no rule adds; each takes from clauses that it names; natures span it: where a
    rule may take from the one or the other alike, each has its own two ends."""
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


@settings(max_examples=60, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.data())
def test_rules_say_the_same_of_clauses_of_other_plans(data: st.DataObject) -> None:
    """A plan that is taken apart, some clauses into another plan that the rules name by its alias, pays what it paid as one."""
    plan = data.draw(plans())
    policy = loaded(plan)
    other = data.draw(st.sets(st.sampled_from(list(plan.clauses)), max_size=len(plan.clauses) - 1))
    assume(other)
    parts = together(parted(plan, other))
    facts = data.draw(facts_of(plan))
    one, two = (Assessor(each).assess(Enterprise("甲", facts), DAY) for each in (policy, parts))
    assert two.total() == one.total()
    assert {own_name(each.rule.id, "own"): (each.low, each.high) for each in two.taken} == {
        each.rule.id: (each.low, each.high) for each in one.taken
    }
    alone = Assessor(parts.plans[0]).assess(Enterprise("甲", facts), DAY)
    assert alone.taken == ()


@settings(max_examples=60, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.data())
def test_the_total_is_a_line_between_two_breakpoints_of_its_curve(data: st.DataObject) -> None:
    """Of any fact, an item's too: no rule begins or ends to act between two breakpoints, and the slope told is that of the total.

    All amounts are whole fen here, so that nothing is rounded.
    """
    plan = data.draw(plans())
    policy = loaded(plan)
    facts = data.draw(facts_of(plan))
    names = [f"{name}a" for name in plan.clauses if name[0] == "w"]
    names += [
        f"xs[{place + 1}].{name}a" for place in range(len(facts["xs"])) for name in plan.clauses if name[0] == "i"
    ]
    names += ["drawn"]
    spot = named_spot(policy, data.draw(st.sampled_from(names)))
    assessor, enterprise = Assessor(policy), Enterprise("甲", facts)
    breaks = curve(assessor, enterprise, DAY, spot, Decimal(0), Decimal(7)).breaks()
    for one, other in pairwise(breaks):
        assert one.above is not None
        assert one.slope is not None
        for share in (0, 1, 2, 3):
            value = one.value + ((other.value - one.value) * share / 3).quantize(Decimal("0.01"))
            value = max(value, one.value + Decimal("0.01"))
            found = assessor.assess(replaced(enterprise, spot, value), DAY).total()
            further = value - one.value - Decimal("0.01")
            assert found == tuple(end + slope * further for end, slope in zip(one.above, one.slope, strict=True))
