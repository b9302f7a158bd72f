"""Which facts, changed to which values, would bring a clause about, or a higher amount of it: found from its formulas.

One figure alone is followed along all values it may have (see `course`), so the needed one is exact: one fen over the
bound where the plan asks for more than it, the bound itself where that is enough. Where truths, choices or two figures
stand between, the condition is taken apart into the comparisons that fail, and the smallest sets of facts that would turn
them are solved one fact at a time.

All here are pure functions of a formula and the `Ground` it is asked on; what a change would pay is not their question.
Evaluate inside `EXACT`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain, pairwise, permutations, product
from typing import Any, NamedTuple

from jxplus.assessment import ENTITLED, UNQUANTIFIED
from jxplus.assessment.course import Standing, axis_of, course, read_as
from jxplus.enterprise.spot import Spot
from jxplus.formula.evaluate import Function, function
from jxplus.formula.node import OVER_ITEMS, MadeOnce, Node
from jxplus.formula.pieces import Axis, Piece, Pieces, above, lift, slope_of
from jxplus.formula.piecewise import Along, Bent, Moving
from jxplus.policy import Clause, Policy, Reading

MOST_FACTS = 2
"""More facts than this between an enterprise and a clause are not within reach."""
MOST_ITEMS = 100
_MOST_FLIPS = 4
_MOST_SETS = 1000

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
        self.leaves: MadeOnce[tuple[Leaf, ...]] = MadeOnce(lambda node: tuple(dict.fromkeys(_leaves(node, False))))
        self.parted = MadeOnce(_parted)
        self._moving: dict[tuple[str | None, str], Moving] = {}

    def moving(self, axis: Axis) -> Moving:
        """What moves with the fact of an axis."""
        key = axis.listed, axis.name
        if key not in self._moving:
            self._moving[key] = Moving(axis, self.functions)
        return self._moving[key]


def _leaves(node: Node, over: bool) -> Iterator[Leaf]:
    if node.op == "fact":
        yield None, node.value, over
    elif node.op == "item":
        yield *node.value, over
    for arg in node.args:
        yield from _leaves(arg, over or node.op in OVER_ITEMS)


def _parted(node: Node) -> Node:
    """A condition with two ways, `if a then b else c`, as the two ways in which it holds."""
    condition, then, other = node.args
    return Node("or", (Node("and", (condition, then)), Node("and", (Node("not", (condition,)), other))))


class Ground:
    """What a search stands on: `facts` are the enterprise's with the defaults among them, `stated` its own alone."""

    def __init__(self, formulas: SearchedFormulas, facts: Facts, stated: Facts) -> None:
        self.formulas, self.policy, self.facts, self.stated = formulas, formulas.policy, facts, stated

    def value(self, node: Node, item: "Place", facts: Facts | None = None) -> Any:
        """What a formula of an item comes to, with these facts or with others."""
        known = self.facts if facts is None else facts
        return self.formulas.functions.of(node)(known, known[item[0]][item[1]] if item else {})

    def movable(self, spot: Spot) -> bool:
        """Whether a fact may be changed: it is stated, not `fixed`, and no text and no day."""
        fact = spot.fact
        return (
            fact.type.kind in ("number", "truth", "choice") and not fact.fixed and spot.value(self.stated) is not None
        )

    def spots(self, nodes: Iterable[Node]) -> list[Spot]:
        """The facts that these formulas ask for and that may be changed, item by item."""
        asked = dict.fromkeys((listed, name) for node in nodes for listed, name, _ in self.formulas.leaves.of(node))
        return [spot for listed, name in asked for spot in self.places(listed, name) if self.movable(spot)]

    def places(self, listed: str | None, name: str) -> Iterator[Spot]:
        """Where a fact stands: on the enterprise, or on each item of a list."""
        if listed is None:
            yield Spot(self.policy.facts[name])
            return
        fact = self.policy.lists[listed].facts[name]
        for place in range(min(len(self.facts.get(listed, ())), MOST_ITEMS)):
            yield Spot(fact, listed, place)

    def asked(self, flip: "Flip") -> list[Spot]:
        """The facts that may be changed of those that a comparison asks for: of its own item, and of all items of a list that it counts or sums."""
        found: list[Spot] = []
        for listed, name, over in self.formulas.leaves.of(flip.node):
            if listed is None or over:
                found += self.places(listed, name)
            elif flip.item is not None:
                found.append(Spot(self.policy.lists[listed].facts[name], *flip.item))
        return list(filter(self.movable, found))


class Flip(NamedTuple):
    """A comparison, a truth or a choice that must turn to `want`; `item` is the list and place of the item it asks."""

    node: Node
    want: bool
    item: Place


def moves(
    ground: Ground, clause: Clause, pins: Mapping[str, str], entitled: bool, near: Decimal
) -> Iterator[tuple[Move, ...]]:
    """The changes that may bring the clause about, or a higher amount of it where the enterprise is `entitled` already.

    One figure alone is not looked for further off than `near`, the gap as a share of the needed figure.
    """
    readings = read_as(clause, pins)
    yield from single(ground, clause, pins, near)
    for reading in readings:
        for item in items(ground, clause):
            yield from several(ground, reading.when, item)
    if entitled:
        yield from choices(ground, readings)


# ---- one figure ----------------------------------------------------------------------------------------------------


def single(ground: Ground, clause: Clause, pins: Mapping[str, str], near: Decimal) -> Iterator[tuple[Move, ...]]:
    """The figures that are `near` at which the clause starts to pay, pays more at once, or reaches a ceiling."""
    nodes = [node for each in read_as(clause, pins) for node in (each.when, *each.amounts())]
    for spot in ground.spots(nodes):
        if spot.fact.type.kind != "number":
            continue
        axis = axis_of(spot)
        start = int(spot.value(ground.facts) / axis.step)
        axis = _around(axis, start, near)
        try:
            pieces = course(clause, pins, ground.facts, axis, only=True, moving=ground.formulas.moving(axis))
        except Bent:
            continue
        for step in chain(_rises(pieces, start, 1), _rises(pieces, start, -1)):
            yield ((spot, step * axis.step),)


def _around(axis: Axis, start: int, near: Decimal) -> Axis:
    """The part of an axis with all steps from which to `start` is at most `near` of them, and one more at either end."""
    if near >= 1:
        return axis
    over, under = (near + 1).as_integer_ratio(), (1 - near).as_integer_ratio()
    least, most = abs(start) * over[1] // over[0] - 1, -(-abs(start) * under[1] // under[0]) + 1
    first, last = (least, most) if start >= 0 else (-most, -least)
    return axis._replace(first=max(axis.first, first), last=min(axis.last, last))


def _rises(pieces: Pieces, start: int, way: int) -> Iterator[int]:
    """The steps from `start` on, up (`way` 1) or down (-1), at which a clause is better than just before."""
    ahead = [piece for piece in pieces if (piece.last >= start if way > 0 else piece.first <= start)][::way]
    for old, new in pairwise(ahead):
        before, step = (old.last, new.first) if way > 0 else (old.first, new.last)
        was: Standing = old.value
        now: Standing = new.value
        if now.status not in (ENTITLED, UNQUANTIFIED):
            continue
        if was.status != now.status:
            yield step
            continue
        ends = [(was.low, now.low), (was.high, now.high)]
        if any(above(one, other, before, step) for one, other in ends):
            yield step
        elif slope_of(was.high) * way > 0 and not slope_of(now.high):
            yield before


# ---- truths, choices, two figures ----------------------------------------------------------------------------------


def items(ground: Ground, clause: Clause) -> list[Place]:
    """The items whose condition is looked at; none of a list stands for the enterprise itself."""
    each = clause.each
    if each is None:
        return [None]
    return [(each, place) for place in range(min(len(ground.facts.get(each, ())), MOST_ITEMS))]


def several(ground: Ground, when: Node, item: Place) -> Iterator[tuple[Move, ...]]:
    """The sets of facts, a truth or a choice alone or any two, that would meet a condition that is not met."""
    if ground.value(when, item) is not False:
        return
    whole = Flip(when, True, item)
    done: list[frozenset[Spot]] = []
    sets = [(spots, flips) for flips in repairs(ground, whole) for spots in _covers(ground, flips, whole)]
    for spots, flips in sorted(sets, key=lambda each: len(each[0])):
        if not any(part < spots for part in done):
            found = [way for order in permutations(spots) for way in _ways(ground, order, flips, whole)]
            done += [spots] if found else []
            yield from found


def repairs(ground: Ground, flip: Flip) -> list[tuple[Flip, ...]]:
    """The sets of single comparisons, truths and choices that must turn for `flip` to come about; none where none can."""
    node, want, item = flip
    if ground.value(node, item) is want:
        return [()]
    if node.op == "not":
        return repairs(ground, Flip(node.args[0], not want, item))
    if node.op == "let":
        return repairs(ground, Flip(node.args[0], want, item))
    if node.op == "if":
        node = ground.formulas.parted.of(node)
    if node.op in ("and", "or"):
        parts = [Flip(arg, want, item) for arg in node.args]
        return _every(ground, parts) if want is (node.op == "and") else _some(ground, parts)
    if node.op == "any":
        count = len(ground.facts.get(node.value, ()))
        parts = [Flip(node.args[0], want, (node.value, place)) for place in range(count)]
        return _some(ground, parts[:MOST_ITEMS]) if want else _every(ground, parts)
    return [(flip,)] if ground.asked(flip) else []


def _some(ground: Ground, parts: Sequence[Flip]) -> list[tuple[Flip, ...]]:
    return [each for part in parts for each in repairs(ground, part)]


def _every(ground: Ground, parts: Sequence[Flip]) -> list[tuple[Flip, ...]]:
    sets: list[tuple[Flip, ...]] = [()]
    for part in parts:
        own = repairs(ground, part)
        sets = [both for one, other in product(sets, own) if len(both := (*one, *other)) <= _MOST_FLIPS]
        sets = sets[:_MOST_SETS]
        if not sets:
            break
    return sets


def _covers(ground: Ground, flips: Sequence[Flip], whole: Flip) -> set[frozenset[Spot]]:
    """The sets of at most `MOST_FACTS` facts with one of each comparison that must turn.

    Turning one may upset another that holds now, so a smaller set is also tried with any other fact of the condition.
    """
    asked = [ground.asked(flip) for flip in flips]
    sets = {chosen for each in product(*asked) if len(chosen := frozenset(each)) <= MOST_FACTS}
    others = ground.asked(whole)
    return sets | {spots | {other} for spots in sets if len(spots) < MOST_FACTS for other in others}


def _ways(ground: Ground, order: tuple[Spot, ...], flips: Sequence[Flip], whole: Flip) -> list[tuple[Move, ...]]:
    """The values of some facts that meet the whole condition, found for one fact after the other.

    A fact before the last takes what turns the comparisons that ask for none after it; the last, what meets all.
    """
    spot, after = order[0], order[1:]
    if not after:
        return [((spot, value),) for value in values(ground, spot, [whole], ground.facts)]
    own = [flip for flip in flips if spot in (asked := ground.asked(flip)) and after[0] not in asked]
    found: list[tuple[Move, ...]] = []
    for value in values(ground, spot, own, ground.facts) if own else ():
        changed = moved(ground.facts, ((spot, value),))
        found += [((spot, value), (after[0], last)) for last in values(ground, after[0], [whole], changed)]
    return found


def values(ground: Ground, spot: Spot, wanted: Sequence[Flip], facts: Facts) -> list[Any]:
    """The values of a fact that turn all of `wanted`: of a figure, the nearest one up and the nearest one down."""
    if spot.fact.type.kind != "number":
        return [value for value in alternatives(spot, facts) if _turned(ground, wanted, moved(facts, ((spot, value),)))]
    axis = axis_of(spot)
    start = int(spot.value(facts) / axis.step)
    try:
        met = [_flipped(ground, flip, spot, axis, facts) for flip in wanted]
    except Bent:
        return []
    pieces = lift(met, lambda first, last, holds: [Piece(first, last, all(holds))])
    up = next((max(piece.first, start) for piece in pieces if piece.value and piece.last >= start), None)
    down = next((min(piece.last, start) for piece in reversed(pieces) if piece.value and piece.first <= start), None)
    return [step * axis.step for step in dict.fromkeys((up, down)) if step is not None]


def _flipped(ground: Ground, flip: Flip, spot: Spot, axis: Axis, facts: Facts) -> Pieces:
    """Where along a figure `flip` has come about."""
    listed, place = flip.item or ("", 0)
    item = facts[listed][place] if flip.item else {}
    formulas = Along(axis, facts, ground.formulas.moving(axis))
    pieces = formulas.visit(flip.node, item, flip.item == (spot.listed, spot.place))
    return tuple(piece._replace(value=piece.value is flip.want) for piece in pieces)


def _turned(ground: Ground, wanted: Sequence[Flip], facts: Facts) -> bool:
    return all(ground.value(flip.node, flip.item, facts) is flip.want for flip in wanted)


# ---- a choice within the amount ------------------------------------------------------------------------------------


def choices(ground: Ground, readings: Sequence[Reading]) -> Iterator[tuple[Move, ...]]:
    """Other values of the truths and choices that an amount asks for."""
    amounts = [node for each in readings for node in each.amounts()]
    for spot in ground.spots(amounts):
        if spot.fact.type.kind != "number":
            yield from (((spot, value),) for value in alternatives(spot, ground.facts))


def alternatives(spot: Spot, facts: Facts) -> list[Any]:
    """The other values of a truth or a choice."""
    actual = spot.value(facts)
    return [not actual] if spot.fact.type.kind == "truth" else [each for each in spot.fact.choices if each != actual]


def moved(facts: Facts, changes: Iterable[Move]) -> dict[str, Any]:
    """The facts with these changes made."""
    found = dict(facts)
    for spot, value in changes:
        found = spot.put(found, value)
    return found
