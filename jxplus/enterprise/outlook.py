"""What formulas can still become while some facts stay unknown and all others may be answered."""

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

from jxplus.formula.evaluate import function
from jxplus.formula.node import COMPARISONS, OVER_ITEMS, STANDS_FOR, Node
from jxplus.formula.operators import OPERATORS
from jxplus.policy import Clause, Fact, Policy
from jxplus.quantity import ZERO

# What a part of a formula can still become, where it is no known value: any value, or never a known one.
_ANY, _NEVER = "any", "never"
_TRUTHS = frozenset({True, False})
NONE: frozenset[str] = frozenset()


class _Part(NamedTuple):
    """What a part of a formula can still become, and the names of the facts that its becoming known waits for."""

    can: frozenset[Any]
    names: frozenset[str] = NONE


_CLOSED = _Part(frozenset({_NEVER}))


class FollowedDay(NamedTuple):
    """The day of an item that is that of a fact of the enterprise, which is not known yet."""

    followed: str


class Outlook:
    """What formulas can still become while the facts in `closed` stay unknown and all others may be answered."""

    def __init__(self, policy: Policy, facts: Mapping[str, Any], closed: Collection[str]) -> None:
        self.policy, self.facts, self.closed = policy, facts, closed

    def reading(self, clause: Clause, when: Node, amounts: Sequence[Node]) -> frozenset[str] | None:
        """The names that can still decide a clause under one reading: none where it is decided, None where it never is."""
        if clause.each is not None and clause.each not in self.facts:
            return self._unlisted(clause.each, self.part(when, {}))
        items = ({},) if clause.each is None else self.facts[clause.each]
        names: frozenset[str] = NONE
        met = []
        for item in items:
            part = self.part(when, item)
            if part.can == _CLOSED.can:
                return None
            names |= part.names
            if part.can == {True}:
                met.append(item)
        if names:
            return names
        for node in amounts:
            for item in met:
                part = self.part(node, item)
                if part.can == _CLOSED.can:
                    return None
                names |= part.names
        return names

    def _unlisted(self, listed: str, when: _Part) -> frozenset[str] | None:
        """The same over a list that is not known: an empty one decides, and so does a condition that no item can meet."""
        if when.can == {False}:
            return NONE
        if listed not in self.closed:
            return when.names | {listed}
        return when.names if False in when.can else None

    def part(self, node: Node, item: Mapping[str, Any]) -> _Part:
        """What `node` can still become, for one item."""
        op, args, value = node[:3]
        if op in ("number", "truth", "date", "choice"):
            return _Part(frozenset({value.amount if op == "number" else value}))
        if op == "fact":
            return self._leaf(value, value, self.facts.get(value), self.policy.facts[value])
        if op == "item":
            listed, name = value
            asked = f"{listed}[].{name}" if listed in self.facts else listed
            return self._leaf(listed, asked, item.get(name), self.policy.lists[listed].facts[name])
        if op in STANDS_FOR:
            return self.part(args[0], item)
        if op in OVER_ITEMS:
            return self._some(node) if op == "any" else self._gathered(node)
        if op == "if":
            return self._if([self.part(arg, item) for arg in args])
        parts = [self.part(arg, item) for arg in args]
        if op in ("and", "or"):
            return _deciding(parts[0], parts[1], op == "or")
        if op == "not":
            return _Part(
                frozenset(not each if each in (True, False) else each for each in parts[0].can), parts[0].names
            )
        return self._strict(op, parts)

    def holds(self, clause: Clause, when: Node) -> bool:
        """Whether a condition is known to be met, by the enterprise or by an item."""
        items = ({},) if clause.each is None else self.facts.get(clause.each, ())
        return any(self.part(when, item).can == {True} for item in items)

    def _leaf(self, name: str, asked: str, value: Any, fact: Fact) -> _Part:
        if isinstance(value, FollowedDay):
            return self._leaf(value.followed, value.followed, None, self.policy.facts[value.followed])
        if value is not None:
            return _Part(frozenset({value}))
        if name in self.closed:
            return _CLOSED
        return _Part(_TRUTHS if fact.type.kind == "truth" else frozenset({_ANY}), frozenset({asked}))

    def _strict(self, op: str, parts: Sequence[_Part]) -> _Part:
        """An operator that needs all its arguments."""
        apply = OPERATORS[op].function
        assert apply is not None
        can = _TRUTHS if op in (*COMPARISONS, "in") else frozenset({_ANY})
        return _of_all(parts, lambda: apply(*(next(iter(part.can)) for part in parts)), can)

    def _if(self, parts: Sequence[_Part]) -> _Part:
        condition, then, other = parts
        if condition.can == _CLOSED.can:
            return _CLOSED
        if len(condition.can) == 1:
            return then if True in condition.can else other
        can = then.can | other.can | (condition.can & {_NEVER})
        return _CLOSED if can == _CLOSED.can else _Part(can, condition.names | then.names | other.names)

    def _some(self, node: Node) -> _Part:
        """`any LIST where (…)`, over the items known, or over a list that is open or closed."""
        items = self.facts.get(node.value)
        found = _Part(frozenset({False}))
        if items is not None:
            for each in items:
                found = _deciding(found, self.part(node.args[0], each), True)
            return found
        inner = self.part(node.args[0], {})
        if inner.can == {False}:
            return inner
        if node.value in self.closed:
            return _Part(frozenset({False, _NEVER}), inner.names) if False in inner.can else _CLOSED
        return _Part(inner.can | {False}, inner.names | {node.value})

    def _gathered(self, node: Node) -> _Part:
        """`count of LIST` and `sum of FORMULA in LIST`: known once it is known of every item whether it counts, and for what."""
        items, condition = self.facts.get(node.value), node.args[-1]
        if items is None:
            inner = self.part(condition, {})
            if inner.can == {False}:
                return _Part(frozenset({ZERO}))
            if node.value in self.closed:
                return _Part(frozenset({_ANY, _NEVER}), inner.names) if False in inner.can else _CLOSED
            return _Part(frozenset({_ANY}), inner.names | {node.value})
        whens = [self.part(condition, each) for each in items]
        counted = [item for item, when in zip(items, whens, strict=True) if when.can != {False}]
        parts = [*whens, *(self.part(arg, item) for arg in node.args[:-1] for item in counted)]
        return _of_all(parts, lambda: function(node)(self.facts, {}), frozenset({_ANY}))


def _of_all(parts: Sequence[_Part], known: Callable[[], Any], can: frozenset[Any]) -> _Part:
    """What needs all its parts: their value where they are `known`, else what it `can` come to."""
    if any(part.can == _CLOSED.can for part in parts):
        return _CLOSED
    names = frozenset[str]().union(*(part.names for part in parts))
    if not names:
        return _Part(frozenset({known()}))
    return _Part(can | ({_NEVER} if any(_NEVER in part.can for part in parts) else frozenset()), names)


def _deciding(left: _Part, right: _Part, decided: bool) -> _Part:
    """`or` (decided by true) or `and` (decided by false) of two parts."""
    for part in (left, right):
        if part.can == {decided}:
            return part
    can = frozenset(
        decided if decided in pair else _NEVER if _NEVER in pair else not decided
        for pair in product(left.can, right.can)
    )
    if can == _CLOSED.can:
        return _CLOSED
    names = left.names | right.names
    for part, other in ((left, right), (right, left)):
        if part.can == _CLOSED.can:  # only the other can decide, and only by being `decided`
            names = other.names
    return _Part(can, names)
