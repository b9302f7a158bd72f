"""Facts of long lists with a few changes, again and again: what the other items come to is found once.

What is asked of an item may hang on other items too: an amount for each project that goes by a count of all of them. What is
found of the other items is therefore kept by all that they are asked beside their own facts: the enterprise's facts that are
tried, and what counts, sums and conditions over lists then come to. Evaluate inside `EXACT`.
"""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from jxplus.enterprise.spot import Spot
from jxplus.formula.evaluate import NEAR, Facts, Function, TriedFacts, Unknown
from jxplus.formula.node import OVER_ITEMS, MadeOnce, Node, walk
from jxplus.formula.piecewise import Along
from jxplus.formula.tried import Others, Tried

_MOST_KEPT = 1_000_000
"""So many items at most are those of which something is kept, since it is kept for each trial on which they hang."""


class Hanging:
    """What of the formulas that are asked of the items of each list hangs on lists, inner looks before those around them."""

    def __init__(self, formulas: Iterable[tuple[Node, str | None]], functions: MadeOnce[Function]) -> None:
        """`formulas` are each with the list for whose items it is asked."""
        self.parts = MadeOnce(lambda node: list(_hanging(node)))
        found = dict[tuple[str, int], Node]()
        for formula, each in formulas:
            for listed, part in _asked_of_items(formula, each):
                found |= {(listed, id(node)): node for node in self.parts.of(part)}
        depths = sorted({_depth(node) for node in found.values()})
        self.stages: list[list[tuple[str, Function]]] = [
            [(listed, functions.of(node)) for (listed, _), node in found.items() if _depth(node) == depth]
            for depth in depths
        ]


def _asked_of_items(formula: Node, each: str | None) -> Iterator[tuple[str, Node]]:
    """The formulas that are asked of each item of a list, with the list: the whole, and those of its looks through lists."""
    if each is not None:
        yield each, formula
    for node in walk(formula):
        if node.op in OVER_ITEMS:
            yield from ((node.value, arg) for arg in node.args)


def _hanging(node: Node) -> Iterator[Node]:
    """The greatest parts of a formula that look through lists and ask nothing of the item at hand."""
    if _depth(node):
        if _asks_item(node):
            for arg in node.args:
                yield from _hanging(arg)
        else:
            yield node


def _depth(node: Node) -> int:
    """How many looks through lists stand within each other in a formula."""
    return max(map(_depth, node.args), default=0) + (node.op in OVER_ITEMS)


def _asks_item(node: Node) -> bool:
    return node.op == "item" or (node.op not in OVER_ITEMS and any(map(_asks_item, node.args)))


class Trials:
    """The facts of one enterprise, some of whose lists are long, as they are tried with changes."""

    def __init__(self, facts: Mapping[str, Any], long: Collection[str], hanging: Hanging) -> None:
        self.plain, self.long, self.hanging = facts, long, hanging
        self.lasting = {listed: dict[Hashable, Any]() for listed in long}
        self.others = dict[Hashable, Others]()

    def facts(self, changes: Sequence[tuple[Spot, Any]]) -> TriedFacts:
        """The facts with these changes made."""
        found, tried = TriedFacts(self.plain), list[Hashable]()
        far = {spot.listed for spot, _ in changes if spot.place >= NEAR}
        own: dict[str, dict[int, Facts]] = {listed: {} for listed in self.long if listed not in far}
        for spot, value in changes:
            listed, place = spot.listed, spot.place
            if listed in own:
                own[listed][place] = {**own[listed].get(place, self.plain[listed][place]), spot.fact.id: value}
            else:
                found.update(spot.put(found, value))
                if listed is None:
                    tried.append((spot.fact.id, value))
        keys = dict.fromkeys(own, tuple(tried))
        for stage in self.hanging.stages:
            self._put(found, keys, own)
            for listed, look in stage:
                if listed in keys:
                    keys[listed] += (_key(look(found, {})),)
        self._put(found, keys, own)
        return found

    def stands(self, nodes: Iterable[Node], formulas: Along) -> bool:
        """Whether nothing of these formulas moves along a fact that they ask for in looks through lists alone. Raises `Bent`."""
        return all(len(formulas.visit(part, {}, False)) == 1 for node in nodes for part in self.hanging.parts.of(node))

    def _put(self, found: TriedFacts, keys: Mapping[str, Hashable], own: Mapping[str, Mapping[int, Facts]]) -> None:
        for listed, key in keys.items():
            found[listed] = Tried(self._others(listed, key), own[listed])

    def _others(self, listed: str, key: Hashable) -> Others:
        others = self.others.get((listed, key))
        if others is None:
            if len(self.others) * len(self.plain[listed]) > _MOST_KEPT:
                self.others.clear()
            others = self.others[listed, key] = Others(self.plain[listed], self.lasting[listed])
        return others


def _key(value: Any) -> Hashable:
    return value.facts if isinstance(value, Unknown) else value
