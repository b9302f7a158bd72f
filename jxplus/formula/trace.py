"""How the value of a formula came about, step by step."""

from typing import Any, NamedTuple

from jxplus.formula.evaluate import Facts, function
from jxplus.formula.node import OVER_ITEMS, Node


class Step(NamedTuple):
    """One value on the way to a result: the node, what it came to, and the steps it was made from."""

    node: Node
    value: Any
    steps: tuple["Step", ...]


def trace(node: Node, facts: Facts, item: Facts) -> Step:
    """How the value of a formula came about: each node with the value that `function` gives it."""
    below = () if node.op in OVER_ITEMS else tuple(trace(arg, facts, item) for arg in node.args if arg.op != "choice")
    return Step(node, function(node)(facts, item), below)
