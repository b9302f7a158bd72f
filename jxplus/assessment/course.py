"""The course of a clause: how its outcome runs as one numeric fact moves over the figures it may state, exactly.

The same rules as `assess`, followed by pieces and not by points. An amount here is not yet rounded: it is rounded to the
fen where it is shown, as `assess` rounds it when a clause is complete.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from jxplus.assessment import ENTITLED, NOT_MET, UNDECIDED, UNQUANTIFIED
from jxplus.enterprise import Enterprise
from jxplus.enterprise.spot import Spot
from jxplus.formula.evaluate import unknowns
from jxplus.formula.node import Node
from jxplus.formula.pieces import Axis, Piece, Pieces, counted, lift, outermost, summed, within
from jxplus.formula.piecewise import Along, Moving, of_unknown_item
from jxplus.policy import Clause, Reading
from jxplus.quantity import ROOMY, ZERO

_WHOLE: Sequence[Mapping[str, Any]] = ({},)


def replaced(enterprise: Enterprise, spot: Spot, value: Any) -> Enterprise:
    """The enterprise with another value of one fact."""
    return enterprise._replace(facts=spot.put(enterprise.facts, value))


def axis_of(spot: Spot) -> Axis:
    """The axis of a numeric fact over all figures it may state; a step is the finest of them."""
    limits = spot.fact.limits
    assert limits is not None
    step = limits.step
    first, last = (int(end.scaleb(limits.decimals, ROOMY)) for end in (limits.least, limits.largest))
    return Axis(spot.fact.id, spot.listed, spot.place if spot.listed else None, step, first, last)


class Standing(NamedTuple):
    """How a clause stands over a stretch: its status and, where it is entitled, its two ends as numbers or lines."""

    status: str
    low: Any = None
    high: Any = None


def read_as(clause: Clause, pins: Mapping[str, str]) -> tuple[Reading, ...]:
    """The readings of a clause that count, when `pins` chooses one."""
    pin = pins.get(clause.id)
    return tuple(reading for reading in clause.readings if pin is None or reading.id == pin)


def course(
    clause: Clause,
    pins: Mapping[str, str],
    facts: Mapping[str, Any],
    axis: Axis,
    only: bool = False,
    moving: Moving | None = None,
) -> Pieces:
    """The pieces of a clause along `axis`, each with its `Standing`; `only` the item that moves where the clause has items.

    `facts` are the enterprise's with the defaults among them; `moving` is what moves with the fact of the axis, where it is
    known already. The clause is taken to be in force. Evaluate inside `EXACT`; raises `Bent` where an amount or a condition
    is no line in the fact.
    """
    own = _Course(clause, Along(axis, facts, moving), only)
    return lift(
        [own.reading(reading) for reading in read_as(clause, pins)],
        lambda first, last, found: _standing(clause, first, last, found),
    )


def reading_course(clause: Clause, reading: Reading, facts: Mapping[str, Any], axis: Axis) -> Pieces:
    """The pieces of one reading of a clause along `axis`: its interval, `Unknown`, or None where nobody meets it."""
    return _Course(clause, Along(axis, facts), only=False).reading(reading)


class _Course:
    """One clause and its items along an axis."""

    def __init__(self, clause: Clause, formulas: Along, only: bool) -> None:
        self.clause, self.formulas, self.only = clause, formulas, only
        self.facts, self.axis = formulas.facts, formulas.axis

    def items(self) -> list[tuple[Mapping[str, Any], bool]]:
        """The items that count, and whether each is the one whose fact moves."""
        each, axis = self.clause.each, self.axis
        items = _WHOLE if each is None else self.facts[each]
        if each is None or each != axis.listed or axis.place is None:
            return [(item, False) for item in items]
        if self.only:
            return [(items[axis.place], True)]
        return [(item, index == axis.place) for index, item in enumerate(items)]

    def reading(self, reading: Reading) -> Pieces:
        """A reading's pieces: its interval, `Unknown`, or None where no item meets the condition."""
        each = self.clause.each
        if each is not None and self.facts.get(each) is None:
            found = of_unknown_item(each, self.along(reading.when, {}, False))
            return tuple(piece._replace(value=piece.value or None) for piece in found)
        items = self.items()
        whens = [self.along(reading.when, item, moving) for item, moving in items]
        if not whens:
            return self.axis.whole(None)
        met = [(item, piece) for item, when in zip(items, whens, strict=True) for piece in when if piece.value is True]
        parts = [counted(whens, lambda yes, no, unknown: (yes > 0) if unknown is None else unknown)]
        if met and reading.high is not None:
            lower = [] if reading.low is None or reading.low is reading.high else [reading.low]
            parts += [self.sum(node, met) for node in (reading.high, *lower)]
            parts += [self.along(reading.cap, {}, False)] if reading.cap is not None else []
        return lift(parts, partial(_of_reading, reading))

    def along(self, node: Node, item: Mapping[str, Any], moving: bool) -> Pieces:
        return self.formulas.visit(node, item, moving)

    def sum(self, node: Node, met: Sequence[tuple[tuple[Mapping[str, Any], bool], Piece]]) -> Pieces:
        """What a formula comes to over all items, each where it meets the condition."""
        parts = [within(self.along(node, *item), piece.first, piece.last) for item, piece in met]
        return summed(parts, self.axis.first, self.axis.last)


def _of_reading(reading: Reading, first: int, last: int, values: list[Any]) -> Sequence[Piece]:
    """A reading's interval from `first` to `last`, of whether an item meets it, its high end, a low one that differs, and its cap."""
    holds, *amounts = values
    if holds is not True:
        return [Piece(first, last, holds or None)]
    if reading.high is None:
        return [Piece(first, last, (ZERO, ZERO))]
    cap = [amounts.pop()] if reading.cap is not None else []
    ends = [_capped(each, cap, first, last) for each in amounts]
    if len(ends) == 1:
        low = ends[0] if reading.low is reading.high else (Piece(first, last, ZERO),)
        ends.append(low)
    high, low = ends
    return lift([low, high], lambda start, end, both: [Piece(start, end, _interval(*both))])


def _capped(amount: Any, cap: Sequence[Any], first: int, last: int) -> Pieces:
    """An amount over all items, and no more than the reading's cap."""
    unknown = unknowns([amount, *cap])
    return (Piece(first, last, unknown),) if unknown is not None else outermost(False, first, last, [amount, *cap])


def _interval(low: Any, high: Any) -> Any:
    unknown = unknowns((low, high))
    return (low, high) if unknown is None else unknown


def _standing(clause: Clause, first: int, last: int, found: list[Any]) -> Sequence[Piece]:
    """How a clause stands whose readings have come to `found`, from `first` to `last`."""
    unknown = unknowns(found)
    if unknown is not None:
        open_alone = clause.unquantified_without is not None and unknown.facts == {clause.unquantified_without}
        return [Piece(first, last, Standing(UNQUANTIFIED if open_alone else UNDECIDED))]
    met = [result for result in found if result is not None]
    if not met:
        return [Piece(first, last, Standing(NOT_MET))]
    if clause.kind == "unstated":
        return [Piece(first, last, Standing(UNQUANTIFIED))]
    nothing = (ZERO, ZERO) if len(met) < len(found) else None
    intervals = [*met, nothing] if nothing else met
    low = outermost(False, first, last, [each[0] for each in intervals])
    high = outermost(True, first, last, [each[1] for each in intervals])
    return lift([low, high], lambda start, end, ends: [Piece(start, end, Standing(ENTITLED, *ends))])
