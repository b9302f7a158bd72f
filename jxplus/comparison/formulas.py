"""Where two checked formulas differ: the smallest parts that do, so that a figure that changed is named and nothing else is.

Compared are trees: layout, comments, the names of named parts and the way a figure is written (1000万元, 10000000元) say
nothing.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from jxplus.formula.node import COMPARISONS, STANDS_FOR, Node
from jxplus.quantity import Quantity

_CHAINS = ("and", "or", "+", "*", "min", "max")
"""The operators whose arguments are told apart as a set: one that came leaves the others what they were."""


class Pair(NamedTuple):
    """A part of a formula and what stands in its place; None where nothing does. `within` is the comparison around it."""

    old: Node | None
    new: Node | None
    within: Node | None = None

    @property
    def is_figure(self) -> bool:
        """Whether a figure, or a day, changed and nothing else."""
        return self.old is not None and self.new is not None and {self.old.op, self.new.op} <= {"number", "date"}


def bare(node: Node) -> Node:
    """The tree without what says nothing: named parts are what they stand for, a figure is its amount and its unit."""
    if node.op in STANDS_FOR and node.args:
        return bare(node.args[0])
    if node.op == "number":
        quantity = node.value
        return Node("number", (), Quantity(quantity.amount.normalize(), quantity.unit, "", quantity.share))
    return Node(node.op, tuple(map(bare, node.args)), node.value)


def alike(old: Node | None, new: Node | None) -> bool:
    """Whether two formulas are the same, or neither is there."""
    if old is None or new is None:
        return old is new
    return bare(old) == bare(new)


def pairs(old: Node, new: Node) -> list[Pair]:
    """The smallest parts in which two formulas differ, in their order; none where they are the same."""
    return list(dict.fromkeys(_pairs(_named(old), _named(new), None)))


def conditions(node: Node) -> list[Node]:
    """What a condition asks for together: the parts of its `and`."""
    return _parts(_named(node), "and")


def _named(node: Node) -> Node:
    """What a named part stands for, of which there is none by itself in a formula that is told in words."""
    while node.op == "let" and node.args:
        node = node.args[0]
    return node


def without_base(node: Node) -> Node:
    """The formula with its clause's base as a name alone: what changed in that is told once, of the base."""
    if node.op == "let" and node.value == "base":
        return Node("let", (), "base")
    return node._replace(args=tuple(map(without_base, node.args)))


def _parts(node: Node, op: str) -> list[Node]:
    node = _named(node)
    if node.op != op:
        return [node]
    return [part for arg in node.args for part in _parts(arg, op)]


def meant(node: Node) -> Node:
    """What a named part, or tiers, come to: the formula that they stand for."""
    while node.op in STANDS_FOR and node.args:
        node = node.args[0]
    return node


def _pairs(old: Node, new: Node, within: Node | None) -> Iterator[Pair]:
    old, new = meant(old), meant(new)
    if bare(old) == bare(new):
        return
    if old.op in COMPARISONS:
        within = old
    if old.op != new.op or (old.value != new.value and old.args):
        yield Pair(old, new, within)
    elif old.op in _CHAINS:
        yield from _aligned(_parts(old, old.op), _parts(new, old.op), within)
    elif not old.args or len(old.args) != len(new.args):
        yield Pair(old, new, within)
    else:
        for one, other in zip(old.args, new.args, strict=True):
            yield from _pairs(one, other, within)


def _aligned(old: Sequence[Node], new: Sequence[Node], within: Node | None) -> Iterator[Pair]:
    """The parts of two chains that differ: those that are in both are left out, of the others each with its like."""
    gone, come = _unmatched(old, new), _unmatched(new, old)
    while gone and come:
        one = gone.pop(0)
        other = next((each for each in come if each.op == one.op), None)
        if other is None:
            yield Pair(one, None, within)
        else:
            come.remove(other)
            yield from _pairs(one, other, within)
    yield from (Pair(one, None, within) for one in gone)
    yield from (Pair(None, one, within) for one in come)


def _unmatched(some: Sequence[Node], others: Sequence[Node]) -> list[Node]:
    left = [bare(each) for each in others]
    found = []
    for each in some:
        own = bare(each)
        if own in left:
            left.remove(own)
        else:
            found.append(each)
    return found
