"""Random formulas that are checked, over a few facts and one list, and what enterprises may state of these."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from jxplus.formula.node import COMPARISONS, Node
from jxplus.formula.operators import YUAN
from jxplus.quantity import PURE, Quantity

COLOURS = ("red", "green", "blue")
amounts = st.integers(-(10**6), 10**6).map(lambda count: Decimal(count).scaleb(-2))


def _fact(name: str, item: bool) -> Node:
    return Node("item", (), ("items", name)) if item else Node("fact", (), name)


@st.composite
def sums(draw: st.DrawFn, depth: int, item: bool = False, choosing: bool = True) -> Node:
    """A checked formula in yuan; with `item` over an item's facts too.

    With `choosing` some of it may be asked for only once other things are known: the sides of `if`, what items add to a sum.
    """
    inner = sums(depth - 1, item, choosing)
    forms = ["figure", "fact"]
    if depth:
        forms += ["+", "-", "*", "neg", "min", "max"] + (["if"] if choosing else [])
        forms += [] if item else ["count", "whole"] + (["sum"] if choosing else [])
    form = draw(st.sampled_from(forms))
    if form == "figure":
        amount = draw(amounts)
        return Node("number", (), Quantity(amount, YUAN.unit, f"{amount}元"))
    if form == "fact":
        names = [_fact("x", False), _fact("y", False), *([_fact("sum", True)] if item else [])]
        return names[draw(st.integers(0, len(names) - 1))]
    if form == "neg":
        return Node("neg", (draw(inner),))
    if form == "*":
        rate = draw(st.integers(0, 1000).map(lambda count: Decimal(count).scaleb(-3)))
        factor = draw(st.sampled_from([Node("number", (), Quantity(rate, PURE, f"{rate}")), Node("fact", (), "p")]))
        return Node("*", (factor, draw(inner)))
    if form == "if":
        return Node("if", (draw(truths(depth - 1, item, choosing)), draw(inner), draw(inner)))
    if form == "count":
        return Node("*", (Node("count", (draw(truths(depth - 1, True, choosing)),), "items"), draw(inner)))
    if form == "sum":
        args = (draw(sums(depth - 1, True, choosing)), draw(truths(depth - 1, True, choosing)))
        return Node("sum", args, "items")
    if form == "whole":
        part = draw(st.integers(1, 10**6).map(lambda count: Decimal(count).scaleb(-2)))
        figure = Node("number", (), Quantity(part, YUAN.unit, f"{part}元"))
        return Node("*", (Node("whole", (draw(inner), figure)), draw(inner)))
    return Node(form, (draw(inner), draw(inner)))


@st.composite
def truths(draw: st.DrawFn, depth: int, item: bool = False, choosing: bool = True) -> Node:
    """A checked condition; see `sums`."""
    forms = ["fact", "fact", "truth", "choice"]
    if depth:
        forms += ["and", "or", "and", "or", "not", "compare"] + (["if"] if choosing else []) + ([] if item else ["any"])
    form = draw(st.sampled_from(forms))
    inner = truths(depth - 1, item, choosing)
    if form == "fact":
        names = [_fact(name, False) for name in "abc"] + ([_fact("flag", True)] if item else [])
        return names[draw(st.integers(0, len(names) - 1))]
    if form == "truth":
        return Node("truth", (), draw(st.booleans()))
    if form == "choice":
        labels = draw(st.lists(st.sampled_from(COLOURS), min_size=1, max_size=2, unique=True))
        nodes = tuple(Node("choice", (), label) for label in labels)
        subject = Node("fact", (), "k")
        return (
            Node("in", (subject, *nodes))
            if len(nodes) > 1
            else Node(draw(st.sampled_from(["=", "!="])), (subject, *nodes))
        )
    if form == "compare":
        amounts = sums(depth - 1, item, choosing)
        return Node(draw(st.sampled_from(COMPARISONS)), (draw(amounts), draw(amounts)))
    if form == "not":
        return Node("not", (draw(inner),))
    if form == "any":
        return Node("any", (draw(truths(depth - 1, True, choosing)),), "items")
    if form == "if":
        return Node("if", (draw(inner), draw(inner), draw(inner)))
    return Node(form, (draw(inner), draw(inner)))


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "a": st.booleans(),
    "b": st.booleans(),
    "c": st.booleans(),
    "x": amounts,
    "y": amounts,
    "p": st.integers(0, 1000).map(lambda count: Decimal(count).scaleb(-3)),
    "k": st.sampled_from(COLOURS),
    "items": st.lists(st.fixed_dictionaries({"flag": st.booleans(), "sum": amounts}), max_size=3),
}
known_facts = st.fixed_dictionaries(VALUES)
some_facts = st.fixed_dictionaries({}, optional=VALUES)
