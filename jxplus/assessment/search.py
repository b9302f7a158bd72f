"""Which facts, changed to which values, would bring a clause about, or a higher amount of it: found from its formulas.

One figure alone is followed along all values it may have (see `course`), so the needed one is exact: one fen over the
bound where the plan asks for more than it, the bound itself where that is enough. Where truths, choices or two figures
stand between, the condition is taken apart into the comparisons that fail, and the smallest sets of facts that would turn
them are solved one fact at a time.

All here are pure functions of a formula and the `Ground` it is asked on; what a change would pay is not their question.
Evaluate inside `EXACT`.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain, combinations, pairwise, product
from typing import Any

from jxplus.assessment import ENTITLED, UNQUANTIFIED
from jxplus.assessment.course import Standing, axis_of, course, read_as
from jxplus.assessment.ground import MOST_ITEMS, Facts, Flip, Ground, Move, Place
from jxplus.enterprise.spot import Spot
from jxplus.formula.node import Node
from jxplus.formula.pieces import Axis, Piece, Pieces, above, lift, slope_of
from jxplus.formula.piecewise import Bent
from jxplus.policy import Clause, Reading

MOST_FACTS = 2
"""More facts than this between an enterprise and a clause are not within reach."""
_MOST_FLIPS = 4
_MOST_SETS = 1000


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
            if ground.stands(clause, nodes, axis):
                continue
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
    alone, sets = dict[Spot, bool](), repairs(ground, whole)
    for flips in sets:
        least, *others = sorted(map(ground.asked, flips), key=len)
        for spot in least:
            if spot not in alone and all(spot in each for each in others):
                found = values(ground, spot, [whole])
                alone[spot] = bool(found)
                yield from (((spot, value),) for value in found)
    done = {spot for spot, found in alone.items() if found}
    for flips in sets:
        if len(flips) > 1 or len(ground.asked(flips[0])) < len(ground.asked(whole)):
            for first in dict.fromkeys(chain.from_iterable(_turners(ground, flip) for flip in flips)):
                if first not in done:
                    yield from _with_another(ground, first, flips, whole, done)


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


def _with_another(
    ground: Ground, first: Spot, flips: Sequence[Flip], whole: Flip, done: Collection[Spot]
) -> Iterator[tuple[Move, ...]]:
    """The values of a fact and another one that meet the whole condition together; none with one that is `done` alone.

    The first takes what turns the comparisons of `flips` that ask for it and not for the other, the other what meets all. One of
    both asks each of `flips`. Turning one may upset another that holds now, so where the first is asked by all, the other may
    be any fact of the condition.
    """
    own = [flip for flip in flips if first in ground.asked(flip)]
    rest = [flip for flip in flips if flip not in own]
    for count in range(len(own), 0, -1):
        for turned in combinations(own, count):
            for value in _turning(ground, first, turned):
                moves = ((first, value),)
                for second in _seconds(ground, moves, flips, whole):
                    asks = [flip for flip in own if second not in ground.asked(flip)]
                    covers = all(second in ground.asked(flip) for flip in rest)
                    if second not in done and second != first and asks == list(turned) and covers:
                        yield from (((*moves, (second, last))) for last in values(ground, second, [whole], moves))


def _turning(ground: Ground, spot: Spot, flips: Sequence[Flip]) -> list[Any]:
    """The values of a fact that turn all of these comparisons."""
    first, *more = flips
    return ground.once(
        "turning", first, lambda: values(ground, spot, flips), spot, *((id(m.node), m[1:]) for m in more)
    )


def _seconds(ground: Ground, moves: tuple[Move, ...], flips: Sequence[Flip], whole: Flip) -> Collection[Spot]:
    """The facts that may meet the condition after a first one has moved: what then fails hangs on each of them.

    A part of the condition that does not hang on the first one must turn by the second alone.
    """
    (first, _), facts = moves[0], ground.tried(moves)
    lists = [
        ground.asked(part) if ground.hangs(part, first) else _turners(ground, part)
        for node in ground.formulas.parts.of(whole.node)
        if not _holds(ground, part := Flip(node, True, whole.item), moves, facts)
    ]
    if not lists:
        return dict.fromkeys(chain(ground.asked(whole), *map(ground.asked, flips)))
    least = min(lists, key=len)
    return [spot for spot in least if all(spot in each for each in lists)]


def _holds(ground: Ground, part: Flip, moves: tuple[Move, ...], facts: Facts) -> bool:
    return ground.once("holds", part, lambda: ground.value(part.node, part.item, facts) is True, moves)


def _turners(ground: Ground, part: Flip) -> dict[Spot, None]:
    """The facts that turn a part of a condition alone, or may: along some no line can be followed."""

    def turns(spot: Spot) -> bool:
        try:
            return bool(_values(ground, spot, [part], ()))
        except Bent:
            return True

    return ground.once("turners", part, lambda: dict.fromkeys(filter(turns, ground.asked(part))))


def values(ground: Ground, spot: Spot, wanted: Sequence[Flip], before: tuple[Move, ...] = ()) -> list[Any]:
    """The values of a fact that turn all of `wanted`, after other changes: of a figure, the nearest one up and the nearest one down."""
    try:
        return _values(ground, spot, wanted, before)
    except Bent:
        return []


def _values(ground: Ground, spot: Spot, wanted: Sequence[Flip], before: tuple[Move, ...]) -> list[Any]:
    facts = ground.tried(before)
    if spot.fact.type.kind != "number":
        others = alternatives(spot, facts)
        return [value for value in others if _turned(ground, wanted, ground.tried((*before, (spot, value))))]
    axis = axis_of(spot)
    start = int(spot.value(facts) / axis.step)
    met = [_flipped(ground, flip, spot, axis, before) for flip in wanted]
    pieces = lift(met, lambda first, last, holds: [Piece(first, last, all(holds))])
    up = next((max(piece.first, start) for piece in pieces if piece.value and piece.last >= start), None)
    down = next((min(piece.last, start) for piece in reversed(pieces) if piece.value and piece.first <= start), None)
    return [step * axis.step for step in dict.fromkeys((up, down)) if step is not None]


def _flipped(ground: Ground, flip: Flip, spot: Spot, axis: Axis, before: tuple[Move, ...]) -> Pieces:
    """Where along a figure `flip` has come about."""
    listed, place = flip.item or ("", 0)
    formulas = ground.along(spot, axis, before)
    item = formulas.facts[listed][place] if flip.item else {}
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
