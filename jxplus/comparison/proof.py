"""Whether two formulas come to the same whatever an enterprise states: proved, or not said.

Proved is what can be looked at whole: truths and choices by all their values, and one figure along all it may be, exactly.
"""

from collections.abc import Callable, Sequence
from decimal import localcontext
from itertools import product
from math import prod
from typing import Any

from jxplus.assessment.course import axis_of
from jxplus.comparison.formulas import bare, meant
from jxplus.comparison.sides import Variable
from jxplus.enterprise.spot import Spot
from jxplus.formula.evaluate import function
from jxplus.formula.node import OVER_ITEMS, Node, asked_of, walk
from jxplus.formula.piecewise import Bent, along
from jxplus.policy import Fact
from jxplus.quantity import EXACT

_MOST = 4096
"""How many combinations of truths and choices are looked at, at most."""

Declared = Callable[[Variable], Fact | None]


def equal_everywhere(old: Node, new: Node, declared: Declared) -> bool:
    """Whether two formulas are the same, come to the same as they are looked at whole, or in each of their parts."""
    old, new = meant(old), meant(new)
    if bare(old) == bare(new) or _alike(old, new, declared):
        return True
    if old.op != new.op or old.value != new.value or len(old.args) != len(new.args) or not old.args:
        return False
    return all(equal_everywhere(one, other, declared) for one, other in zip(old.args, new.args, strict=True))


def _alike(old: Node, new: Node, declared: Declared) -> bool:
    """Whether two formulas come to the same for all that their facts may be."""
    nodes = walk(bare(old), bare(new))
    if any(each.op in OVER_ITEMS or each.op in ("later", "earlier") for each in nodes):
        return False
    asked = [Variable(*each) for each in asked_of(bare(old), bare(new))]
    facts = {var: declared(var) for var in asked}
    if None in facts.values():
        return False
    figures = [var for var, fact in facts.items() if fact is not None and fact.type.kind == "number"]
    others = [var for var in asked if var not in figures]
    values = [_values(facts[var]) for var in others]
    if len(figures) > 1 or not all(values) or prod(map(len, values)) > _MOST:
        return False
    with localcontext(EXACT):
        return all(
            _same(old, new, dict(zip(others, chosen, strict=True)), figures and facts[figures[0]], figures)
            for chosen in product(*values)
        )


def _values(fact: Fact | None) -> Sequence[Any]:
    """All values of a truth or a choice; none of what has too many to look at."""
    assert fact is not None
    return (True, False) if fact.type.kind == "truth" else tuple(fact.choices)


def _same(old: Node, new: Node, chosen: dict[Variable, Any], figure: Any, figures: Sequence[Variable]) -> bool:
    """Whether both come to the same where truths and choices are `chosen`, whatever the figure is."""
    facts = {var.name: value for var, value in chosen.items() if not var.listed}
    item = {var.name: value for var, value in chosen.items() if var.listed}
    if not figures:
        return bool(function(old)(facts, item) == function(new)(facts, item))
    (var,) = figures
    axis = axis_of(Spot(figure, var.listed or None))
    try:
        one, other = (along(node, axis, facts, item, bool(var.listed)) for node in (old, new))
    except Bent:
        return False
    return one == other
