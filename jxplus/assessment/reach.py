"""What is within reach: the facts that stand between an enterprise and a clause, or a higher amount of it.

Which facts those are is found in `search`; here each way is priced by an assessment and held against the others.
Only facts that are stated are moved: an unknown one is no gap (`missing` names it), a fact that the policy calls `fixed`
is not anybody's to change, and no item is made up. Of a list, the first `MOST_ITEMS` items are looked at.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, localcontext
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

from jxplus.assessment import ENTITLED, NOT_MET, UNQUANTIFIED, Assessment, Assessor, Interval, Outcome
from jxplus.assessment.ground import MOST_ITEMS, Ground, Move, SearchedFormulas
from jxplus.assessment.reached import NOTHING, STEP, Gap, Reach
from jxplus.assessment.search import moves
from jxplus.enterprise.spot import Spot
from jxplus.fault import Text
from jxplus.formula.node import Node
from jxplus.formula.operators import YUAN
from jxplus.quantity import EXACT, ROOMY, ZERO

if TYPE_CHECKING:
    from jxplus.assessment.trials import Hanging, Trials

_FEW_ITEMS = 10
"""A list of no more items is looked through each time."""
_LEAST = Decimal(1)
"""An amount below one yuan is next to nothing: where it grows from there, what more would bring says more."""


def reach(assessor: Assessor, assessment: Assessment, near: Decimal) -> tuple[Reach, ...]:
    """What is within reach of one enterprise that `assessor` assessed, see `Advisor.reach`."""
    return Advisor(assessor).reach(assessment, near)


def unseen(assessment: Assessment) -> tuple[Text, ...]:
    """What is not looked at for what is within reach: the items of long lists beyond the first ones."""
    lists, facts = assessment.policy.lists.values(), assessment.enterprise.facts
    return tuple(
        Text(
            f"触手可及只试了{each.label.zh}的前{MOST_ITEMS}项",
            f"what is within reach was tried of the first {MOST_ITEMS} items of {each.label.en}, and not of the others",
        )
        for each in lists
        if len(facts.get(each.id) or ()) > MOST_ITEMS
    )


class Advisor:
    """What finds what is within reach of enterprises that an assessor assesses; made once, used for any number of them."""

    def __init__(self, assessor: Assessor) -> None:
        self.assessor = assessor
        self.dated = {each.clause.id: each.dated for each in assessor.clauses}
        self.formulas = SearchedFormulas(assessor.policy, assessor.conditions)
        self._hanging: dict[str, Hanging] = {}

    def trials(self, name: str, facts: Mapping[str, Any], long: Collection[str]) -> "Trials":
        """What makes changes to the facts of an enterprise with long lists, for a clause and those that rules bind to it."""
        from jxplus.assessment.trials import Hanging, Trials  # what long lists alone need is not loaded for the others

        if name not in self._hanging:
            self._hanging[name] = Hanging(_formulas(self.assessor.apart(name)), self.formulas.functions)
        return Trials(facts, long, self._hanging[name])

    def reach(self, assessment: Assessment, near: Decimal) -> tuple[Reach, ...]:
        """What is within reach of an enterprise, in the order of the policy, the nearest first.

        A figure is near where its gap is at most `near` of the needed figure (0.2: a fifth); truths and choices have no
        distance and always count. A clause that is not met, pays less under a reading that is not met, or stands on a
        lower tier is within reach where at most `MOST_FACTS` facts stand between. No set of facts is given of which a part
        would do.
        """
        found: list[Reach] = []
        assessor, enterprise = self.assessor, assessment.enterprise
        with localcontext(EXACT):
            facts = assessor.facts(enterprise, assessment.as_of)
            ground = Ground(self.formulas, facts, enterprise.facts)
            long = [each for each in assessor.policy.lists if len(facts.get(each) or ()) > _FEW_ITEMS]
            for outcome in assessment.outcomes:
                if outcome.status in (ENTITLED, NOT_MET):
                    if long:
                        ground = Ground(
                            self.formulas, facts, enterprise.facts, self.trials(outcome.clause.id, facts, long)
                        )
                    clause, entitled = self.dated[outcome.clause.id], outcome.status == ENTITLED
                    changes = moves(ground, clause, assessor.pins, entitled, near)
                    ways = [_gaps(ground, way) for way in dict.fromkeys(map(_ordered, changes))]
                    ways = [way for way in ways if all(_is_near(gap, near) for gap in way)]
                    reached = list(_priced(assessor, assessment, ground, outcome, ways)) if ways else []
                    found += _best(reached) if len(reached) > 1 else reached
        return tuple(found)


def _gaps(ground: Ground, way: tuple[Move, ...]) -> tuple[Gap, ...]:
    return tuple(Gap(spot, spot.value(ground.facts), value) for spot, value in way)


class _Prices:
    """What a clause comes to, and what is then paid: for itself, or after the rules for all clauses that they bind to it."""

    def __init__(self, assessor: Assessor, assessment: Assessment, ground: Ground, now: Outcome) -> None:
        self.assessor, self.assessment, self.ground, self.now = assessor, assessment, ground, now
        self.bound = assessor.together(now.clause.id)
        self.apart = assessor.apart(now.clause.id)
        self.before = self.paid(assessment) if self.bound else (now.low or ZERO, now.high or ZERO)

    def at(self, changes: Iterable[Move]) -> Assessment:
        """The assessment with these changes; no default hangs on a figure, a truth or a choice, so all of them stay."""
        return self.apart.priced(self.assessment.enterprise, self.assessment.as_of, self.ground.tried(tuple(changes)))

    def outcome(self, found: Assessment) -> Outcome:
        return next(each for each in found.outcomes if each.clause.id == self.now.clause.id)

    def paid(self, found: Assessment) -> Interval:
        outcome = self.outcome(found)
        return found.paid(self.bound) if self.bound else (outcome.low or ZERO, outcome.high or ZERO)

    def reach(self, gaps: tuple[Gap, ...]) -> Reach:
        """What is reached by some gaps."""
        found = self.at((gap.spot, gap.needed) for gap in gaps)
        reached = Reach(self.assessor.policy, self.now, gaps, self.outcome(found))
        if not self.bound:
            return reached
        paid = self.paid(found)
        more = paid[0] - self.before[0], paid[1] - self.before[1]
        own = zip(found.paid({self.now.clause.id}), self.assessment.paid({self.now.clause.id}), strict=True)
        counts = any(after > before for after, before in own)
        return reached._replace(
            more=more,
            counts=counts,
            rules=tuple(each.rule for each in found.taken if self.now.clause.id in each.clauses),
        )


def _formulas(assessor: Assessor) -> Iterator[tuple[Node, str | None]]:
    """All formulas of some clauses and the rules between them, each with the list for whose items it is asked."""
    for compiled in assessor.clauses:
        for clause in (compiled.clause, compiled.dated):
            for reading in clause.readings:
                yield from ((each, clause.each) for each in (reading.when, *reading.amounts()))
            if clause.base is not None:
                yield clause.base, clause.each
    for rule in assessor.policy.rules:
        for bound in rule.readings:
            yield from ((each, bound.each) for each in (bound.at_most, bound.less) if each is not None)


def _priced(
    assessor: Assessor, assessment: Assessment, ground: Ground, now: Outcome, ways: Iterable[tuple[Gap, ...]]
) -> Iterator[Reach]:
    """What a clause would come to in each of these ways, where it would be better than it is."""
    prices = _Prices(assessor, assessment, ground, now)
    for gaps in ways:
        reached = prices.reach(gaps)
        gain = reached.gain
        grows = gain is not None and min(gain) >= 0 and max(gain) > 0
        better = reached.then.status in (ENTITLED, UNQUANTIFIED) if now.status == NOT_MET else grows
        if prices.bound and gain is not None:
            better = grows and reached.counts  # what a rule takes away again brings nothing
        if better and gain is not None and max(gain) < _LEAST:
            further = _further(prices, reached)
            if further is not None or max(gain) > 0:
                yield reached._replace(further=further)
        elif better:
            yield reached


def _further(prices: _Prices, reached: Reach) -> Interval | None:
    """What each further `STEP` of the one figure that stands between would bring, if it brings as much twice; else None."""
    if len(reached.gaps) != 1 or reached.gaps[0].spot.fact.type != YUAN or (reached.gaps[0].gap or ZERO) <= 0:
        return None
    (gap,) = reached.gaps
    ends = [prices.paid(prices.at([(gap.spot, gap.needed + steps * STEP)])) for steps in (0, 1, 2)]
    first, second = ((after[0] - before[0], after[1] - before[1]) for before, after in pairwise(ends))
    alike = all(abs(one - other) < _LEAST for one, other in zip(first, second, strict=True))
    return second if alike and min(second) >= 0 and max(second) > 0 else None


def _is_near(gap: Gap, near: Decimal) -> bool:
    return gap.gap is None or abs(gap.gap) <= ROOMY.multiply(near, abs(gap.needed))


def _best(reaches: Sequence[Reach]) -> list[Reach]:
    """The fewest and nearest facts first; of two ways over the same facts, only what pays more for more."""
    by_moves = {frozenset(_moves(each.gaps)): each for each in reaches}
    over = dict[tuple[Spot, ...], list[Reach]]()
    for each in reaches:
        over.setdefault(tuple(gap.spot for gap in each.gaps), []).append(each)
    nearest = {id(each) for alike in over.values() for each in _nearest(alike)}
    kept = [
        each
        for each in reaches
        if id(each) in nearest and not any(_pays_no_less(part, each) for part in _parts(each, by_moves))
    ]
    return sorted(_merged(kept), key=lambda each: (len(each.gaps), each.distance))


def _moves(gaps: Iterable[Gap]) -> Iterator[Move]:
    return ((gap.spot, gap.needed) for gap in gaps)


def _parts(reach: Reach, by_moves: Mapping[frozenset[Move], Reach]) -> Iterator[Reach]:
    """The ways that are a part of what one asks for."""
    for count in range(1, len(reach.gaps)):
        for some in combinations(_moves(reach.gaps), count):
            part = by_moves.get(frozenset(some))
            if part is not None:
                yield part


def _nearest(reaches: Sequence[Reach]) -> list[Reach]:
    """Of ways over the same facts those for which no other pays as much for less."""
    if len(reaches) == 1 or len(reaches[0].gaps) > 1 or reaches[0].gaps[0].gap is None:
        return [each for each in reaches if not any(_better(other, each) for other in reaches)]
    kept: list[Reach] = []
    for way in (1, -1):
        most: list[Reach] = []  # of those that are nearer, what pays no less than another that is kept
        ahead = [each for each in reaches if (each.gaps[0].gap or ZERO) * way > 0]
        for each in sorted(ahead, key=lambda each: abs(each.gaps[0].gap or ZERO)):
            if not any(_pays_no_less(other, each) for other in most):
                kept.append(each)
                most = [*(other for other in most if not _pays_no_less(each, other)), each]
    return kept


def _ordered(way: tuple[Move, ...]) -> tuple[Move, ...]:
    return tuple(sorted(way, key=lambda move: (move[0].listed or "", move[0].place, move[0].fact.id)))


def _pays_no_less(one: Reach, other: Reach) -> bool:
    """Whether neither end of what `one` pays is below that of `other`; where the plan states no amount, both are zero."""
    ends: Iterator[tuple[Decimal, Decimal]] = zip(one.gain or NOTHING, other.gain or NOTHING, strict=True)
    return all(mine >= its for mine, its in ends)


def _better(one: Reach, other: Reach) -> bool:
    """Whether `one` moves the same facts, none further the same way and one less far, and pays no less."""
    if one is other or [gap.spot for gap in one.gaps] != [gap.spot for gap in other.gaps]:
        return False
    nearer = False
    for near, far in zip(one.gaps, other.gaps, strict=True):
        if near.gap is None or far.gap is None:
            if near.needed != far.needed:
                return False
        elif near.gap < 0 < far.gap or far.gap < 0 < near.gap or abs(near.gap) > abs(far.gap):
            return False
        else:
            nearer = nearer or near.gap != far.gap
    return nearer and _pays_no_less(one, other)


def _merged(reaches: Sequence[Reach]) -> list[Reach]:
    """The reaches, with those that differ in one choice alone, and lead to the same, made one."""
    found: dict[Any, Reach] = {}
    for reach in reaches:
        chosen = [gap for gap in reach.gaps if gap.spot.fact.type.kind == "choice"]
        key = tuple((gap.spot, None if len(chosen) == 1 and gap in chosen else gap.needed) for gap in reach.gaps)
        place = (key, reach.then.status, reach.then.low, reach.then.high, reach.more)
        if place not in found or len(chosen) != 1:
            found[place] = reach
        else:
            gaps = tuple(
                own._replace(others=(*own.others, gap.needed)) if gap in chosen else own
                for own, gap in zip(found[place].gaps, reach.gaps, strict=True)
            )
            found[place] = found[place]._replace(gaps=gaps)
    return list(found.values())
