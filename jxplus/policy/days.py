"""Which day counts: what a clause is held against, and which items of its lists fall into the days it is in force.

Money belongs to a day. A clause pays only what falls into its days: it is held against a day of the enterprise (`Clause.day`),
but where the items of its list are dated each is held against its own, and one that falls outside is left out.
"""

from collections.abc import Callable, Iterator, Mapping
from operator import is_

from jxplus.formula.node import OVER_ITEMS, Node
from jxplus.policy import Clause, FactList, Reading

ItemDay = Callable[[FactList], Node | None]
"""The day of an item as a formula; None where every item has the very day that its clause is held against."""


def item_day(listed: FactList) -> Node:
    """The day of an item of a dated list."""
    return Node("item", (), (listed.id, listed.dated))


def dated_lists(clause: Clause, lists: Mapping[str, FactList]) -> list[FactList]:
    """The dated lists that a clause asks for: the one it runs over first, then those its formulas look through."""
    asked: dict[str, None] = dict.fromkeys([clause.each] if clause.each else [])
    for formula in clause.written():
        _look(formula, asked)
    return [lists[name] for name in asked if lists[name].dated]


def _look(node: Node, asked: dict[str, None]) -> None:
    """Notes the lists that a formula looks through."""
    if node.op in OVER_ITEMS:
        asked[node.value] = None
    for arg in node.args:
        if arg.args:
            _look(arg, asked)


def deciding_lists(clause: Clause, lists: Mapping[str, FactList]) -> list[FactList]:
    """The dated lists whose items decide whether a clause is in force: the one it runs over, else those it looks through.

    None where the clause runs over a list without days, or has no bounds in time: then its own day decides.
    """
    return [] if clause.period[:2] == (None, None) else deciding(clause, dated_lists(clause, lists))


def deciding(clause: Clause, dated: list[FactList]) -> list[FactList]:
    """The same of a clause with bounds in time that asks for these dated lists."""
    return dated if clause.each is None else [listed for listed in dated if listed.id == clause.each]


def held(clause: Clause, lists: Mapping[str, FactList], day: ItemDay = item_day) -> Clause:
    """The clause with its days written into its conditions: an item of a dated list meets none unless it falls into them.

    To be left out is to meet no condition, so whatever computes with these readings computes without the items outside.
    """
    return dated_by(clause, lists, day) if dated_lists(clause, lists) else clause


def dated_by(clause: Clause, lists: Mapping[str, FactList], day: ItemDay = item_day) -> Clause:
    """The same of a clause that is known to ask for dated lists."""
    return _Held(clause, lists, day).clause()


class _Held:
    """Writes the days of one clause into its formulas."""

    def __init__(self, clause: Clause, lists: Mapping[str, FactList], day: ItemDay) -> None:
        self.own, self.lists, self.day = clause, lists, day

    def clause(self) -> Clause:
        base = None if self.own.base is None else self.node(self.own.base)
        return self.own._replace(readings=tuple(map(self.reading, self.own.readings)), base=base)

    def reading(self, reading: Reading) -> Reading:
        when = self.node(reading.when)
        if self.own.each is not None:
            when = self.among(self.own.each, when)
        cap = None if reading.cap is None else self.node(reading.cap)
        return reading.put(when, self.node)._replace(cap=cap)

    def node(self, node: Node) -> Node:
        if not node.args:
            return node
        args = tuple(map(self.node, node.args))
        if node.op in OVER_ITEMS:
            args = (*args[:-1], self.among(node.value, args[-1]))
        return node if all(map(is_, args, node.args)) else node._replace(args=args)

    def among(self, listed: str, condition: Node) -> Node:
        """A condition on an item of a list, and that its day falls into those of the clause."""
        entry = self.lists[listed]
        day = self.day(entry) if entry.dated else None
        for bound in self.bounds(day) if day is not None else ():
            condition = _first(bound, condition)
        return condition

    def bounds(self, day: Node) -> Iterator[Node]:
        for sign, end in (("<=", self.own.period.end), (">=", self.own.period.start)):
            if end is not None:
                yield Node(sign, (day, Node("date", (), end)))


def _first(condition: Node, others: Node) -> Node:
    """A condition before those that `others` asks for together, so that the whole is written without brackets."""
    if others.op == "truth" and others.value:
        return condition
    if others.op == "and":
        first, *rest = others.args
        return others._replace(args=(_first(condition, first), *rest))
    return Node("and", (condition, others), None, others.span)
