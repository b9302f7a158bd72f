"""How an outcome came about: the formula as the policy writes it, the same with the enterprise's figures, each value on
the way, the cap or the rounding that acted, and the reading that lost.

An explanation recomputes nothing of its own: every value in it is what the evaluation of that part of the formula gives.
Where a list is dated, the days that an item must fall into stand among the conditions on it.
"""

from collections.abc import Sequence
from decimal import Decimal, localcontext
from typing import Any, NamedTuple

from jxplus.assessment import ENTITLED, Assessment, Outcome
from jxplus.enterprise.defaults import Defaults
from jxplus.fault import Text
from jxplus.formula.check import type_of
from jxplus.formula.evaluate import Facts, Unknown, function, of_unknown_list
from jxplus.formula.node import OVER_ITEMS, Node, unparse
from jxplus.formula.operators import Type
from jxplus.policy import Clause, Policy, Reading
from jxplus.policy.days import held
from jxplus.policy.facts import scope_of
from jxplus.quantity import EXACT, quantity_text, rate_text, to_fen

_ASIDE: Facts = {}
_OVER = {"any": "any ", "count": "count of ", "sum": "sum in "}


class Step(NamedTuple):
    """One value on the way to a formula's: the node, what it came to, and the steps it was made from."""

    node: Node
    value: Any
    steps: tuple["Step", ...]


def trace(node: Node, facts: Facts, item: Facts) -> Step:
    """How the value of a formula came about: each node with the value that `function` gives it."""
    below = () if node.op in OVER_ITEMS else tuple(trace(arg, facts, item) for arg in node.args if arg.op != "choice")
    return Step(node, function(node)(facts, item), below)


class Part(NamedTuple):
    """One value on the way to an amount.

    `role` is what it is for: `when`, `base`, `pays`, `up to`, `from`, `to`, `at least`, `at most`, or empty within a formula. `formula` is as
    the policy writes it, `figures` the same with the enterprise's figures; `acted` names the argument of `min` or `max`
    that decided.
    """

    role: str
    formula: str
    figures: str
    value: str
    acted: str = ""
    parts: tuple["Part", ...] = ()


class Item(NamedTuple):
    """What one item of a list, or the enterprise itself (its name is empty), adds under one reading."""

    name: str
    met: bool | None
    parts: tuple[Part, ...]


class ReadingPart(NamedTuple):
    """A clause under one reading: its items, and whether it bounds the interval or lost against the others."""

    id: str
    title: Text | None
    items: tuple[Item, ...]
    low: Decimal | None
    high: Decimal | None
    lost: bool


class Explanation(NamedTuple):
    """How one outcome came about; `rounding` is the exact amount and the rounded one where rounding changed it."""

    clause: Clause
    department: Text
    readings: tuple[ReadingPart, ...]
    rounding: tuple[tuple[Decimal, Decimal], ...]


def facts_of(assessment: Assessment) -> Facts:
    """The facts that an assessment rests on: those stated, and the defaults of those that are not."""
    return Defaults(assessment.policy).taken(assessment.enterprise.facts, assessment.as_of)


def explain(assessment: Assessment, outcome: Outcome, in_parts: bool = True) -> Explanation:
    """How `outcome`, one of `assessment`'s, came about; without the values on the way to it where `in_parts` is false."""
    policy = assessment.policy
    clause = held(outcome.clause, policy.lists)
    department = policy.departments.get(clause.lead, Text.same(clause.lead))
    facts = facts_of(assessment)
    pin = assessment.pins.get(clause.id)
    with localcontext(EXACT):
        teller = _Teller(policy, clause, facts, in_parts)
        readings = [teller.reading(each, lost=pin is not None and each.id != pin) for each in clause.readings]
    if pin is None and outcome.status == ENTITLED:
        readings = [
            each._replace(lost=outcome.low != (each.low or 0) and outcome.high != each.high) for each in readings
        ]
    return Explanation(outcome.clause, department, tuple(readings), tuple(teller.rounded))


class _Teller:
    """Tells the formulas of one clause for one enterprise."""

    def __init__(self, policy: Policy, clause: Clause, facts: Facts, in_parts: bool) -> None:
        self.policy, self.clause, self.facts, self.in_parts = policy, clause, facts, in_parts
        self.scope = scope_of(policy.facts, policy.lists)
        self.rounded: list[tuple[Decimal, Decimal]] = []

    def items(self) -> Sequence[tuple[str, Facts]]:
        listed = self.clause.each
        if listed is None:
            return [("", _ASIDE)]
        known = self.facts.get(listed)
        if known is None:
            return [(listed, _ASIDE)]
        return [(f"{listed}[{index + 1}]", item) for index, item in enumerate(known)]

    def those(self, when: Node) -> list[tuple[str, Facts, Any]]:
        """The items, and whether each meets a condition; of a list that is not known, whether one does."""
        condition, listed = function(when), self.clause.each
        items = [(name, item, condition(self.facts, item)) for name, item in self.items()]
        if listed is not None and self.facts.get(listed) is None:
            unknown = Unknown(frozenset({listed}))
            return [(name, item, of_unknown_list(unknown, found)) for name, item, found in items]
        return items

    def reading(self, reading: Reading, lost: bool) -> ReadingPart:
        """One reading, item by item; its interval is None where it pays nothing."""
        those = self.those(reading.when)
        items = [self.item(reading, *each) for each in those]
        met = [item for _, item, holds in those if holds is True]
        low, high = (self.sum(node, reading, met) for node in (reading.low, reading.high))
        if high is not None and reading.low is None:
            low = Decimal(0)
        return ReadingPart(reading.id, reading.title, tuple(items), low, high, lost)

    def sum(self, node: Node | None, reading: Reading, met: Sequence[Facts]) -> Decimal | None:
        if node is None:
            return None
        amount = function(node)
        values = [amount(self.facts, item) for item in met]
        cap = [] if reading.cap is None else [function(reading.cap)(self.facts, _ASIDE)]
        if not values or any(isinstance(value, Unknown) for value in (*values, *cap)):
            return None
        exact = min([sum(values, Decimal(0)), *cap])
        rounded = to_fen(exact)
        if rounded != exact and (exact, rounded) not in self.rounded:
            self.rounded.append((exact, rounded))
        return rounded

    def item(self, reading: Reading, name: str, item: Facts, met: Any) -> Item:
        parts = [self.part("when", reading.when, item)] if self.in_parts else []
        if met is True and self.in_parts:
            if self.clause.base is not None:
                parts.append(self.part("base", self.clause.base, item))
            parts += [self.part(role, node, item) for role, node in self.clause.amounts(reading)]
            parts += [self.part("at most", reading.cap, _ASIDE)] if reading.cap is not None else []
        return Item(name, None if isinstance(met, Unknown) else met, tuple(parts))

    def part(self, role: str, node: Node, item: Facts) -> Part:
        return self.told(role, trace(node, self.facts, item), item)

    def told(self, role: str, step: Step, item: Facts, idle: bool = False) -> Part:
        """A step as a part; one that is `idle` stands in a branch that was not taken, and no cap in it acted."""
        node, own = step.node, step
        if node.op == "let":  # the named part's own formula is what there is to tell
            own = step.steps[0]
        inner = [own] if own.node.op == "let" and own is not step else [each for each in own.steps if each.node.args]
        if own.node.op == "tiers":
            inner = [own] if own is not step else [each for each in (tier_of(own),) if each.node.args]
        shown = unparse(own.node)
        return Part(
            role,
            f"{node.value} = {shown}" if node.op == "let" else shown,
            self.figures(own.node, item),
            self.text(step.value, type_of(node, self.scope)),
            "" if idle else self.acted(own),
            tuple(self.told("", each, item, idle or _untaken(own, each)) for each in inner),
        )

    def figures(self, node: Node, item: Facts) -> str:
        """The formula with the enterprise's figures in place of its names."""

        def leaf(each: Node) -> str | None:
            if each.op in ("fact", "item", "let"):
                return self.text(function(each)(self.facts, item), type_of(each, self.scope))
            if each.op in OVER_ITEMS:
                return f"{_OVER[each.op]}{each.value} ({self.text(function(each)(self.facts, item), type_of(each, self.scope))})"
            return None

        return unparse(node, leaf)

    def text(self, value: Any, type: Type) -> str:
        if isinstance(value, Unknown):
            return "?"
        if value is True or value is False:
            return "yes" if value else "no"
        if isinstance(value, Decimal):
            return rate_text(value) if type.share else quantity_text(value, type.unit)
        return str(value)

    def acted(self, step: Step) -> str:
        """Which argument of a `min` or `max` decided it, where the arguments differ."""
        if step.node.op not in ("min", "max") or isinstance(step.value, Unknown):
            return ""
        if len({each.value for each in step.steps}) == 1:
            return ""
        return next(unparse(each.node) for each in step.steps if each.value == step.value)


def tier_of(step: Step) -> Step:
    """Of a step of tiers, the step of the value of the tier that holds."""
    values = [*(each.value for each in step.node.value.tiers), step.node.value.other]
    (found,) = step.steps
    while found.node.op == "if" and found.node not in values:
        condition, then, other = found.steps
        found = then if condition.value is True else other
    return found


def _untaken(step: Step, below: Step) -> bool:
    """Whether `below` is the branch of a choice that was not taken."""
    if step.node.op != "if":
        return False
    condition, then, other = step.steps
    return (below is then and condition.value is not True) or (below is other and condition.value is not False)


# ---- an explanation as a record --------------------------------------------------------------------------------------


def trace_record(explanation: Explanation) -> dict[str, Any]:
    """The explanation as JSON's `trace`, to be written once; every node of it names its clause and section."""
    clause = explanation.clause
    own = {"clause": clause.own, "section": clause.section}

    def part(each: Part) -> dict[str, Any]:
        record: dict[str, Any] = dict(own)
        if each.role:
            record["role"] = each.role
        record |= {"formula": each.formula, "figures": each.figures, "value": each.value}
        if each.acted:
            record["acted"] = each.acted
        if each.parts:
            record["steps"] = [part(inner) for inner in each.parts]
        return record

    def item(each: Item) -> dict[str, Any]:
        return {**own, "item": each.name or None, "met": each.met, "steps": [part(inner) for inner in each.parts]}

    return {
        **own,
        "lead": explanation.department,
        "readings": [
            {
                **own,
                "reading": each.id or None,
                "title": each.title,
                "low": each.low,
                "high": each.high,
                "lost": each.lost,
                # One at a time: a list may be long, and each item has a dozen of its own.
                "items": map(item, each.items),
            }
            for each in explanation.readings
        ],
        "rounding": [{**own, "exact": exact, "rounded": rounded} for exact, rounded in explanation.rounding],
    }
