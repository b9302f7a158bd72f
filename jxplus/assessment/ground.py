"""What a search for what is within reach stands on: the facts of an enterprise, which of them may change, and what formulas ask for."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from jxplus.assessment.outcome import keep
from jxplus.enterprise.spot import Spot
from jxplus.formula.evaluate import NEAR, Function, function
from jxplus.formula.node import OVER_ITEMS, MadeOnce, Node, conjuncts, parted
from jxplus.formula.pieces import Axis
from jxplus.formula.piecewise import Along, Moving
from jxplus.policy import Clause, Policy

if TYPE_CHECKING:
    from jxplus.assessment.trials import Trials

_T = TypeVar("_T")
MOST_ITEMS = NEAR

Facts = Mapping[str, Any]
Move = tuple[Spot, Any]
Place = tuple[str, int] | None
"""The list and the place of an item; None is the enterprise itself."""
Leaf = tuple[str | None, str, bool]
"""A fact that a formula asks for: the list of its item, None for one of the enterprise; its id; whether all items of the list are counted or summed."""


class SearchedFormulas:
    """The formulas of a policy as a search asks them; made once, used for any number of enterprises."""

    def __init__(self, policy: Policy, made: Iterable[tuple[Node, Function]] = ()) -> None:
        """`made` are formulas whose functions are there already."""
        self.policy, self.functions = policy, MadeOnce(function, made)
        self.leaves: MadeOnce[tuple[Leaf, ...]] = MadeOnce(_leaves)
        self.parted, self.parts = MadeOnce(parted), MadeOnce(conjuncts)
        self.of_item = MadeOnce(
            lambda node: any(listed is not None and not over for listed, _, over in self.leaves.of(node))
        )
        self._moving: dict[tuple[str | None, str], Moving] = {}

    def moving(self, axis: Axis) -> Moving:
        """What moves with the fact of an axis."""
        key = axis.listed, axis.name
        if key not in self._moving:
            self._moving[key] = Moving(axis, self.functions)
        return self._moving[key]


def _leaves(formula: Node) -> tuple[Leaf, ...]:
    found = dict[Leaf, None]()
    left = [(formula, False)]
    while left:
        node, over = left.pop()
        if node.op == "fact":
            found[None, node.value, over] = None
        elif node.op == "item":
            found[*node.value, over] = None
        elif node.args:
            over = over or node.op in OVER_ITEMS
            left += [(arg, over) for arg in reversed(node.args)]
    return tuple(found)


class Ground:
    """What a search stands on: `facts` are the enterprise's with the defaults among them, `stated` its own alone."""

    def __init__(self, formulas: SearchedFormulas, facts: Facts, stated: Facts, trials: "Trials | None" = None) -> None:
        """`trials` is what makes changes, where lists are so long that the items that do not change are looked at once."""
        self.formulas, self.policy, self.stated = formulas, formulas.policy, stated
        self._plain, self._trials = facts, trials
        self._tried: dict[tuple[Move, ...], dict[str, Any]] = {}
        self._kept: dict[Hashable, Any] = {}
        self._asked: dict[tuple[int, Place], dict[Spot, None]] = {}
        self._along: dict[Spot, Along] = {}
        self._places: dict[tuple[str | None, str], list[Spot]] = {}
        self.facts = facts if trials is None else trials.facts(())

    def tried(self, changes: tuple[Move, ...]) -> dict[str, Any]:
        """The facts with these changes made; those with one change are kept, since they are asked again and again."""
        found = self._tried.get(changes)
        if found is None:
            found = moved(self._plain, changes) if self._trials is None else self._trials.facts(changes)
            if len(changes) == 1:
                keep(self._tried, changes, found)
        return found

    def once(self, what: str, flip: "Flip", find: "Callable[[], _T]", *more: Hashable) -> _T:
        """What `find` gives, found once for a formula and what else it hangs on; for each item where it asks for its facts."""
        key = what, id(flip.node), flip.want, flip.item if self.formulas.of_item.of(flip.node) else None, *more
        if key not in self._kept:
            self._kept[key] = find()
        found: _T = self._kept[key]
        return found

    def value(self, node: Node, item: "Place", facts: Facts | None = None) -> Any:
        """What a formula of an item comes to, with these facts or with others."""
        known = self.facts if facts is None else facts
        return self.formulas.functions.of(node)(known, known[item[0]][item[1]] if item else {})

    def along(self, spot: Spot, axis: Axis, before: tuple[Move, ...]) -> Along:
        """Formulas along a figure, after other changes; where there are none, the same for all that is asked."""
        if before:
            return Along(axis, self.tried(before), self.formulas.moving(axis))
        if spot not in self._along:
            self._along[spot] = Along(axis, self.facts, self.formulas.moving(axis))
        return self._along[spot]

    def stands(self, clause: Clause, nodes: Iterable[Node], axis: Axis) -> bool:
        """Whether nothing of a clause for each item moves along a fact of another list: what its looks through that list come to. Raises `Bent`."""
        if self._trials is None or clause.each is None or axis.listed in (None, clause.each):
            return False
        return self._trials.stands(nodes, Along(axis, self.facts, self.formulas.moving(axis)))

    def movable(self, spot: Spot) -> bool:
        """Whether a fact may be changed: it is stated, not `fixed`, and no text and no day."""
        fact = spot.fact
        return (
            fact.type.kind in ("number", "truth", "choice") and not fact.fixed and spot.value(self.stated) is not None
        )

    def spots(self, nodes: Iterable[Node]) -> list[Spot]:
        """The facts that these formulas ask for and that may be changed, item by item."""
        asked = dict.fromkeys((listed, name) for node in nodes for listed, name, _ in self.formulas.leaves.of(node))
        return [spot for listed, name in asked for spot in self.places(listed, name)]

    def places(self, listed: str | None, name: str) -> list[Spot]:
        """Where a fact stands and may be changed: on the enterprise, or on each item of a list."""
        found = self._places.get((listed, name))
        if found is None:
            found = self._places[listed, name] = list(filter(self.movable, self._spots(listed, name)))
        return found

    def _spots(self, listed: str | None, name: str) -> Iterator[Spot]:
        if listed is None:
            yield Spot(self.policy.facts[name])
            return
        fact = self.policy.lists[listed].facts[name]
        for place in range(min(len(self.facts.get(listed, ())), MOST_ITEMS)):
            yield Spot(fact, listed, place)

    def asked(self, flip: "Flip") -> dict[Spot, None]:
        """The facts that may be changed of those that a comparison asks for: of its own item, and of all items of a list that it counts or sums."""
        key = id(flip.node), flip.item
        asked = self._asked.get(key)
        if asked is None:
            found: list[Spot] = []
            for listed, name, over in self.formulas.leaves.of(flip.node):
                if listed is None or over:
                    found += self.places(listed, name)
                elif flip.item is not None:
                    spot = Spot(self.policy.lists[listed].facts[name], *flip.item)
                    found += [spot] if self.movable(spot) else []
            asked = self._asked[key] = dict.fromkeys(found)
        return asked

    def hangs(self, flip: "Flip", spot: Spot) -> bool:
        """Whether a comparison hangs on a fact, of whichever item of a list that it counts or sums."""
        if spot in self.asked(flip):
            return True
        return spot.place >= MOST_ITEMS and (spot.listed, spot.fact.id, True) in self.formulas.leaves.of(flip.node)


class Flip(NamedTuple):
    """A comparison, a truth or a choice that must turn to `want`; `item` is the list and place of the item it asks."""

    node: Node
    want: bool
    item: Place


def moved(facts: Facts, changes: Iterable[Move]) -> dict[str, Any]:
    """The facts with these changes made."""
    found = dict(facts)
    for spot, value in changes:
        found = spot.put(found, value)
    return found
