"""A condition as a checklist: what must hold, one thing a line, each with whether it does.

The condition is taken apart as a reader would: `and` into the things that must all hold, `or` into a group of which one
must, and `not` carried inward until it meets a comparison, which it turns round. What each part comes to is what the
evaluation gives it; nothing is computed here.
"""

from typing import NamedTuple

from jxplus.formula.evaluate import Facts, Unknown, function
from jxplus.formula.node import Node, chained, parted

ALL, SOME = "all", "some"
_OTHER_WAY = {">": "<=", "<=": ">", "<": ">=", ">=": "<", "=": "!=", "!=": "="}
_JOINS = {"and": ALL, "or": SOME}
_DUAL = {"and": "or", "or": "and"}


class Check(NamedTuple):
    """A part of a condition: its formula, whether it holds (None where that is open), and its parts, if it has any.

    `join` says of the parts whether `all` of them must hold or `some`; it is empty for a single comparison, a yes or no, or
    a question about a list.
    """

    node: Node
    holds: bool | None
    join: str = ""
    parts: tuple["Check", ...] = ()

    def lines(self) -> tuple["Check", ...]:
        """What must hold, one by one: the parts where all must, else the check itself."""
        return self.parts if self.join == ALL else (self,)


def check_of(condition: Node, facts: Facts, item: Facts) -> Check:
    """The checklist of a condition for an enterprise's facts and an item's; an empty item where there is none."""
    return _check(normal(condition), facts, item)


def _check(node: Node, facts: Facts, item: Facts) -> Check:
    value = function(node)(facts, item)
    join = _JOINS.get(node.op, "")
    parts = tuple(_check(each, facts, item) for each in chain(node)) if join else ()
    return Check(node, None if isinstance(value, Unknown) else value, join, parts)


def chain(node: Node) -> list[Node]:
    """The parts of `a and b and c`, or of `a or b or c`, however they were grouped; the node alone where it is neither."""
    return chained(node, node.op) if node.op in _JOINS else [node]


def normal(node: Node, negated: bool = False) -> Node:
    """The condition with its named parts and each `if` written out and each `not` carried inward, to where it can go no further."""
    if node.op == "let":
        return normal(node.args[0], negated)
    if node.op == "not":
        return normal(node.args[0], not negated)
    if node.op in _JOINS:
        args = tuple(normal(arg, negated) for arg in node.args)
        return node._replace(op=_DUAL[node.op] if negated else node.op, args=args)
    if node.op == "if":
        return normal(parted(node), negated)
    if not negated:
        return node
    if node.op in _OTHER_WAY:
        return node._replace(op=_OTHER_WAY[node.op])
    if node.op == "truth":
        return node._replace(value=not node.value)
    return Node("not", (node,))
