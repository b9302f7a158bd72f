"""What is within reach: the facts that stand between an enterprise and a clause, or a higher amount of it.

Found from the conditions and formulas themselves. One figure alone is followed along all values it may have (see
`course`), so the needed one is exact: one fen over the bound where the plan asks for more than it, the bound itself where
that is enough. Where truths, choices or two figures stand between, the condition is taken apart into the comparisons
that fail, and the smallest sets of facts that would turn them are solved one fact at a time.

It moves only facts that are stated: an unknown one is no gap (`missing` names it), a fact that the policy calls `fixed` is
not anybody's to change, and no item is made up. Of a list, the first `MOST_ITEMS` items are looked at.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Context, Decimal, localcontext
from functools import cached_property
from itertools import chain, pairwise, permutations, product
from typing import Any, NamedTuple

from jxplus.assessment import ENTITLED, NOT_MET, UNQUANTIFIED, Assessment, Assessor, Outcome
from jxplus.assessment.course import Standing, axis_of, course, read_as
from jxplus.enterprise.spot import Spot
from jxplus.fault import Text
from jxplus.formula.evaluate import function
from jxplus.formula.node import Node, walk
from jxplus.formula.piecewise import Bent, Piece, Pieces, along, lift, number_at, slope_of
from jxplus.policy import Policy
from jxplus.quantity import EXACT, ZERO, quantity_text, rate_text, unit_text, yuan_text

MOST_FACTS = 2
"""More facts than this between an enterprise and a clause are not within reach."""

MOST_ITEMS = 100
_MOST_FLIPS = 4
_MOST_SETS = 1000
_ORDER = Context(prec=30)
"""For distances alone, which are compared and never shown: the one place where a quotient is taken."""

Facts = Mapping[str, Any]
Move = tuple[Spot, Any]


class Gap(NamedTuple):
    """One fact that stands between: its value, and the needed one; `others` are values that would do the same.

    `gap` is the needed figure less the actual one, None for a truth or a choice.
    """

    spot: Spot
    actual: Any
    needed: Any
    others: tuple[Any, ...] = ()

    @property
    def gap(self) -> Decimal | None:
        """How much is missing, in the fact's unit; negative where less is needed."""
        if self.spot.fact.type.kind != "number":
            return None
        missing: Decimal = self.needed - self.actual
        return missing

    def text(self, policy: Policy) -> Text:
        """The gap in one clause of a sentence."""
        label, gap = self.spot.label(policy), self.gap
        actual = _value_text(self.spot, self.actual)
        needed = [_value_text(self.spot, value) for value in (self.needed, *self.others)]
        wanted = Text("或".join(each.zh for each in needed), " or ".join(each.en for each in needed))
        zh, en = f"{label.zh} {actual.zh} → {wanted.zh}", f"{label.en}: {actual.en} → {wanted.en}"
        if gap is None:
            return Text(zh, en)
        size = _value_text(self.spot, abs(gap))
        more = Text("还差", "more") if gap > 0 else Text("须减少", "less")
        return Text(f"{zh}（{more.zh} {size.zh}）", f"{en} ({size.en} {more.en})")

    def record(self, policy: Policy) -> dict[str, Any]:
        """The gap as plain values; figures are Decimals in the base unit `unit`."""
        own = {
            "fact": self.spot.name,
            "label": self.spot.label(policy),
            "actual": self.actual,
            "needed": self.needed,
            "gap": self.gap,
            "unit": unit_text(self.spot.fact.type.unit) or None,
        }
        return {**own, "or": list(self.others)} if self.others else own


class Reach(NamedTuple):
    """A clause within reach: the outcome it has, the facts that stand between, and the outcome it would have."""

    policy: Policy
    now: Outcome
    gaps: tuple[Gap, ...]
    then: Outcome

    @property
    def gain(self) -> tuple[Decimal, Decimal] | None:
        """How much more the clause would pay, low and high, in yuan; None where the plan states no amount."""
        if self.then.low is None or self.then.high is None:
            return None
        return self.then.low - (self.now.low or ZERO), self.then.high - (self.now.high or ZERO)

    @property
    def text(self) -> Text:
        """What stands between and what it would pay, in one sentence."""
        gaps = [gap.text(self.policy) for gap in self.gaps]
        clause, amount = self.then.clause, _amount_text(self.then)
        return Text(
            f"{'；'.join(gap.zh for gap in gaps)}：{clause.section} {clause.title.zh}，{amount.zh}",
            f"{'; '.join(gap.en for gap in gaps)}: {clause.section} {clause.title.en}, {amount.en}",
        )

    def record(self) -> dict[str, Any]:
        """The whole as plain values, amounts as Decimals in yuan: one entry of JSON's `within_reach`."""
        clause, then, gain = self.then.clause, self.then, self.gain
        return {
            "clause": clause.id,
            "section": clause.section,
            "title": clause.title,
            "facts": [gap.record(self.policy) for gap in self.gaps],
            "status": then.status,
            "low": then.low,
            "high": then.high,
            "base": then.base,
            "gain": None if gain is None else {"low": gain[0], "high": gain[1]},
            "text": self.text,
        }


def reach(assessor: Assessor, assessment: Assessment, near: Decimal) -> tuple[Reach, ...]:
    """What is within reach of an enterprise that `assessor` assessed, in the order of the policy, the nearest first.

    A figure is near where its gap is at most `near` of the needed figure (0.2: a fifth); truths and choices have no
    distance and always count. A clause that is not met, pays less under a reading that is not met, or stands on a lower
    tier is within reach where at most `MOST_FACTS` facts stand between. No set of facts is given of which a part would do.
    """
    found: list[Reach] = []
    with localcontext(EXACT):
        for outcome in assessment.outcomes:
            if outcome.status in (ENTITLED, NOT_MET):
                found += _Seeker(assessor, assessment, outcome, near).found()
    return tuple(found)


class _Flip(NamedTuple):
    """A comparison, a truth or a choice that must turn to `want`; `item` is the list and place of the item it asks."""

    node: Node
    want: bool
    item: tuple[str, int] | None

    def spots(self, policy: Policy) -> Iterator[Spot]:
        """The facts it asks for."""
        for each in walk(self.node):
            if each.op == "fact":
                yield Spot(policy.facts[each.value])
            elif each.op == "item" and self.item is not None and each.value[0] == self.item[0]:
                yield Spot(policy.lists[each.value[0]].facts[each.value[1]], *self.item)


class _Seeker:
    """Seeks what is within reach in one clause."""

    def __init__(self, assessor: Assessor, assessment: Assessment, outcome: Outcome, near: Decimal) -> None:
        self.policy, self.clause, self.now, self.near = assessor.policy, outcome.clause, outcome, near
        self.enterprise, self.as_of, self.pins = assessment.enterprise, assessment.as_of, assessor.pins
        self.facts: Facts = {**assessor.defaults, **assessment.enterprise.facts}
        self.readings = read_as(self.clause, self.pins)

    @cached_property
    def alone(self) -> Assessor:
        """Assesses by this clause alone."""
        return Assessor(self.policy._replace(clauses=(self.clause,)), self.pins)

    def found(self) -> list[Reach]:
        """What is within reach, fewest and nearest facts first; of two ways over the same facts, only what pays more for more."""
        moves = chain(self.single(), self.several(), self.choices())
        reaches = [reach for reach in map(self.priced, dict.fromkeys(map(_ordered, moves))) if reach is not None]
        reaches = [each for each in reaches if not any(_does(other, each) or _better(other, each) for other in reaches)]
        return sorted(_merged(reaches), key=lambda each: (len(each.gaps), _distance(each)))

    def priced(self, moves: tuple[Move, ...]) -> Reach | None:
        """The clause with these facts instead; None where they are not near or it would be no better."""
        gaps = tuple(Gap(spot, spot.value(self.facts), value) for spot, value in moves)
        if any(gap.gap is not None and abs(gap.gap) > self.near * abs(gap.needed) for gap in gaps):
            return None
        changed = self.enterprise._replace(facts=_moved(self.enterprise.facts, moves))
        then = self.alone.assess(changed, self.as_of).outcomes[0]
        reach = Reach(self.policy, self.now, gaps, then)
        if self.now.status == NOT_MET:
            return reach if then.status in (ENTITLED, UNQUANTIFIED) else None
        gain = reach.gain
        return reach if gain is not None and min(gain) >= 0 and max(gain) > 0 else None

    def spots(self, nodes: Iterable[Node]) -> list[Spot]:
        """The facts that these formulas ask for and that may be changed, item by item."""
        found: dict[Spot, None] = {}
        for each in chain.from_iterable(map(walk, nodes)):
            if each.op == "fact":
                found[Spot(self.policy.facts[each.value])] = None
            elif each.op == "item":
                listed, name = each.value
                for place in range(min(len(self.facts.get(listed, ())), MOST_ITEMS)):
                    found[Spot(self.policy.lists[listed].facts[name], listed, place)] = None
        return [spot for spot in found if self.movable(spot)]

    def movable(self, spot: Spot) -> bool:
        fact = spot.fact
        stated = spot.value(self.enterprise.facts) is not None
        return stated and not fact.fixed and fact.type.kind in ("number", "truth", "choice")

    # -- one figure

    def single(self) -> Iterator[tuple[Move, ...]]:
        """The figures at which the clause starts to pay, pays more at once, or reaches a ceiling."""
        nodes = [node for each in self.readings for node in (each.when, each.low, each.high) if node is not None]
        for spot in self.spots(nodes):
            if spot.fact.type.kind != "number":
                continue
            axis = axis_of(spot)
            try:
                pieces = course(self.clause, self.pins, self.facts, axis, only=True)
            except Bent:
                continue
            start = int(spot.value(self.facts) / axis.step)
            for step in chain(_rises(pieces, start, 1), _rises(pieces, start, -1)):
                yield ((spot, step * axis.step),)

    # -- truths, choices, two figures

    def several(self) -> Iterator[tuple[Move, ...]]:
        """The sets of facts, a truth or a choice alone or any two, that would meet a condition that is not met."""
        for reading in self.readings:
            for item in self.items():
                if self.value(reading.when, self.facts, item) is not False:
                    continue
                whole = _Flip(reading.when, True, item)
                done: list[frozenset[Spot]] = []
                sets = [(spots, flips) for flips in self.repairs(whole) for spots in self.covers(flips, whole)]
                for spots, flips in sorted(sets, key=lambda each: len(each[0])):
                    if not any(part < spots for part in done):
                        ways = [way for order in permutations(spots) for way in self.ways(order, flips, whole)]
                        done += [spots] if ways else []
                        yield from ways

    def items(self) -> list[tuple[str, int] | None]:
        """The items whose condition is looked at; none of a list stands for the enterprise itself."""
        each = self.clause.each
        if each is None:
            return [None]
        return [(each, place) for place in range(min(len(self.facts.get(each, ())), MOST_ITEMS))]

    def value(self, node: Node, facts: Facts, item: tuple[str, int] | None) -> Any:
        return function(node)(facts, facts[item[0]][item[1]] if item else {})

    def repairs(self, flip: _Flip) -> list[tuple[_Flip, ...]]:
        """The sets of single comparisons, truths and choices that must turn for `flip` to come about; none where none can."""
        node, want, item = flip
        if self.value(node, self.facts, item) is want:
            return [()]
        if node.op == "not":
            return self.repairs(_Flip(node.args[0], not want, item))
        if node.op == "let":
            return self.repairs(_Flip(node.args[0], want, item))
        if node.op == "if":
            condition, then, other = node.args
            node = Node("or", (Node("and", (condition, then)), Node("and", (Node("not", (condition,)), other))))
        if node.op in ("and", "or"):
            parts = [_Flip(arg, want, item) for arg in node.args]
            return self.every(parts) if want is (node.op == "and") else self.some(parts)
        if node.op == "any":
            count = len(self.facts.get(node.value, ()))
            parts = [_Flip(node.args[0], want, (node.value, place)) for place in range(count)]
            return self.some(parts[:MOST_ITEMS]) if want else self.every(parts)
        return [(flip,)] if any(map(self.movable, flip.spots(self.policy))) else []

    def some(self, parts: Sequence[_Flip]) -> list[tuple[_Flip, ...]]:
        return list(chain.from_iterable(map(self.repairs, parts)))

    def every(self, parts: Sequence[_Flip]) -> list[tuple[_Flip, ...]]:
        sets: list[tuple[_Flip, ...]] = [()]
        for part in parts:
            ways = self.repairs(part)
            sets = [both for one, other in product(sets, ways) if len(both := (*one, *other)) <= _MOST_FLIPS]
            sets = sets[:_MOST_SETS]
            if not sets:
                break
        return sets

    def covers(self, flips: Sequence[_Flip], whole: _Flip) -> set[frozenset[Spot]]:
        """The sets of at most `MOST_FACTS` facts with one of each comparison that must turn.

        Turning one may upset another that holds now, so a smaller set is also tried with any other fact of the condition.
        """
        ways = [[spot for spot in flip.spots(self.policy) if self.movable(spot)] for flip in flips]
        sets = {chosen for each in product(*ways) if len(chosen := frozenset(each)) <= MOST_FACTS}
        others = [spot for spot in whole.spots(self.policy) if self.movable(spot)]
        return sets | {spots | {other} for spots in sets if len(spots) < MOST_FACTS for other in others}

    def ways(self, order: tuple[Spot, ...], flips: Sequence[_Flip], whole: _Flip) -> list[tuple[Move, ...]]:
        """The values of some facts that meet the whole condition, found for one fact after the other.

        A fact before the last takes what turns the comparisons that ask for none after it; the last, what meets all.
        """
        spot, after = order[0], order[1:]
        if not after:
            return [((spot, value),) for value in self.values(spot, [whole], self.facts)]
        own = [flip for flip in flips if spot in (asked := set(flip.spots(self.policy))) and not asked & set(after)]
        found: list[tuple[Move, ...]] = []
        for value in self.values(spot, own, self.facts) if own else ():
            moved = _moved(self.facts, ((spot, value),))
            found += [((spot, value), (after[0], last)) for last in self.values(after[0], [whole], moved)]
        return found

    def values(self, spot: Spot, wanted: Sequence[_Flip], facts: Facts) -> list[Any]:
        """The values of a fact that turn all of `wanted`: of a figure, the nearest one up and the nearest one down."""
        if spot.fact.type.kind != "number":
            return [
                value for value in _alternatives(spot, facts) if self.turned(wanted, _moved(facts, ((spot, value),)))
            ]
        axis = axis_of(spot)
        start = int(spot.value(facts) / axis.step)
        try:
            met = [self.flipped(flip, spot, facts) for flip in wanted]
        except Bent:
            return []
        pieces = lift(met, lambda first, last, holds: [Piece(first, last, all(holds))])
        up = next((max(piece.first, start) for piece in pieces if piece.value and piece.last >= start), None)
        down = next(
            (min(piece.last, start) for piece in reversed(pieces) if piece.value and piece.first <= start), None
        )
        return [step * axis.step for step in dict.fromkeys((up, down)) if step is not None]

    def flipped(self, flip: _Flip, spot: Spot, facts: Facts) -> Pieces:
        """Where along a figure `flip` has come about."""
        listed, place = flip.item or ("", 0)
        item = facts[listed][place] if flip.item else {}
        pieces = along(flip.node, axis_of(spot), facts, item, flip.item == (spot.listed, spot.place))
        return tuple(piece._replace(value=piece.value is flip.want) for piece in pieces)

    def turned(self, wanted: Sequence[_Flip], facts: Facts) -> bool:
        return all(self.value(flip.node, facts, flip.item) is flip.want for flip in wanted)

    # -- a choice within the amount

    def choices(self) -> Iterator[tuple[Move, ...]]:
        """Other values of the truths and choices that an amount asks for."""
        if self.now.status == ENTITLED:
            amounts = [node for each in self.readings for node in (each.low, each.high) if node is not None]
            for spot in self.spots(amounts):
                if spot.fact.type.kind != "number":
                    yield from (((spot, value),) for value in _alternatives(spot, self.facts))


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
        if any(_jump(one, other, before, step) > 0 for one, other in ends):
            yield step
        elif slope_of(was.high) * way > 0 and not slope_of(now.high):
            yield before


def _jump(old: Any, new: Any, before: int, step: int) -> Decimal:
    """How far one line lies above another on the way from `before` to `step`; nothing where they meet on it."""
    ends = [number_at(new, each) - number_at(old, each) for each in (before, step)]
    jump: Decimal = ends[1]
    return jump if ends[0] * ends[1] > 0 else ZERO


def _alternatives(spot: Spot, facts: Facts) -> list[Any]:
    actual = spot.value(facts)
    return [not actual] if spot.fact.type.kind == "truth" else [each for each in spot.fact.choices if each != actual]


def _moved(facts: Facts, moves: Iterable[Move]) -> dict[str, Any]:
    found = dict(facts)
    for spot, value in moves:
        found = spot.put(found, value)
    return found


def _ordered(moves: tuple[Move, ...]) -> tuple[Move, ...]:
    return tuple(sorted(moves, key=lambda move: (move[0].listed or "", move[0].place, move[0].fact.id)))


def _distance(reach: Reach) -> Decimal:
    """How far a reach is, to put the nearest first: the sum of its figures' gaps, each as a part of the needed figure."""
    parts = [_ORDER.divide(abs(gap.gap), abs(gap.needed)) for gap in reach.gaps if gap.gap is not None and gap.needed]
    return sum(parts, ZERO)


def _does(one: Reach, other: Reach) -> bool:
    """Whether `one` is a part of what `other` asks for, and pays no less."""
    part, whole = ({(gap.spot, gap.needed) for gap in each.gaps} for each in (one, other))
    ends = zip(one.gain or (ZERO, ZERO), other.gain or (ZERO, ZERO), strict=True)
    return part < whole and all(mine >= its for mine, its in ends)


def _better(one: Reach, other: Reach) -> bool:
    """Whether `one` moves the same facts, none further the same way and one less far, and pays no less."""
    if one is other or [gap.spot for gap in one.gaps] != [gap.spot for gap in other.gaps]:
        return False
    nearer = False
    for near, far in zip(one.gaps, other.gaps, strict=True):
        if near.gap is None or far.gap is None:
            if near.needed != far.needed:
                return False
        elif near.gap * far.gap < 0 or abs(near.gap) > abs(far.gap):
            return False
        else:
            nearer = nearer or near.gap != far.gap
    return nearer and (one.gain or (ZERO, ZERO)) >= (other.gain or (ZERO, ZERO))


def _merged(reaches: Sequence[Reach]) -> list[Reach]:
    """The reaches, with those that differ in one choice alone, and lead to the same, made one."""
    found: dict[Any, Reach] = {}
    for reach in reaches:
        chosen = [gap for gap in reach.gaps if gap.spot.fact.type.kind == "choice"]
        key = tuple((gap.spot, None if len(chosen) == 1 and gap in chosen else gap.needed) for gap in reach.gaps)
        place = (key, reach.then.status, reach.then.low, reach.then.high)
        if place not in found or len(chosen) != 1:
            found[place] = reach
        else:
            gaps = tuple(
                own._replace(others=(*own.others, gap.needed)) if gap in chosen else own
                for own, gap in zip(found[place].gaps, reach.gaps, strict=True)
            )
            found[place] = found[place]._replace(gaps=gaps)
    return list(found.values())


def _value_text(spot: Spot, value: Any) -> Text:
    """A value as a reader writes it."""
    fact = spot.fact
    if fact.type.kind == "truth":
        return Text("是", "yes") if value else Text("否", "no")
    if fact.type.kind == "choice":
        return fact.choices[value]
    if fact.is_money:
        return _money(value)
    text = rate_text(value) if fact.is_rate else quantity_text(value, fact.type.unit)
    return Text(text, text)


def _money(amount: Decimal) -> Text:
    return Text(f"{yuan_text(amount)}元", f"{yuan_text(amount)} yuan")


def _amount_text(outcome: Outcome) -> Text:
    low, high = outcome.low, outcome.high
    if low is None or high is None:
        return Text("方案未载明金额", "the plan states no amount")
    least, most = _money(low), _money(high)
    if low == high:
        return Text(f"可得{most.zh}", f"pays {most.en}")
    if outcome.clause.kind == "ceiling":
        return Text(f"不超过{most.zh}", f"up to {most.en}")
    return Text(f"可得{least.zh}至{most.zh}", f"pays {least.en} to {most.en}")
