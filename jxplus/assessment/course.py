"""The course of a clause: how its outcome runs as one numeric fact moves over the figures it may state, exactly.

The same rules as `assess`, followed by pieces and not by points. An amount here is not yet rounded: it is rounded to the
fen where it is shown, as `assess` rounds it when a clause is complete.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from jxplus.assessment import ENTITLED, NOT_MET, UNDECIDED, UNQUANTIFIED
from jxplus.enterprise import Enterprise, Misstated
from jxplus.fault import Text, unknown_name
from jxplus.formula.evaluate import Unknown
from jxplus.formula.node import Node, walk
from jxplus.formula.piecewise import Axis, Piece, Pieces, along, lift, outermost, plus, unknowns, within
from jxplus.policy import Clause, Fact, Policy, Reading, known_names
from jxplus.quantity import ZERO

_WHOLE: Sequence[Mapping[str, Any]] = ({},)


class Spot(NamedTuple):
    """Where a fact stands: on the enterprise, or on the item at `place` (from zero) of a list."""

    fact: Fact
    listed: str | None = None
    place: int = 0

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def name(self) -> str:
        """The fact as a file's faults name it: `investment`, `premises[2].area`; items count from one."""
        return self.fact.id if self.listed is None else f"{self.listed}[{self.place + 1}].{self.fact.id}"

    def label(self, policy: Policy) -> Text:
        """The fact as a reader calls it, in both languages."""
        if self.listed is None:
            return self.fact.label
        listed, fact = policy.lists[self.listed].label, self.fact.label
        number = self.place + 1
        return Text(f"{listed.zh}[{number}]{fact.zh}", f"{listed.en} [{number}], {fact.en}")

    def value(self, facts: Mapping[str, Any]) -> Any:
        """What is stated there; None where nothing is."""
        holder = facts if self.listed is None else facts[self.listed][self.place]
        return holder.get(self.fact.id)

    def put(self, facts: Mapping[str, Any], value: Any) -> dict[str, Any]:
        """The facts with `value` stated there instead."""
        if self.listed is None:
            return {**facts, self.fact.id: value}
        items = list(facts[self.listed])
        items[self.place] = {**items[self.place], self.fact.id: value}
        return {**facts, self.listed: items}

    def mentioned(self, node: Node) -> bool:
        """Whether a formula asks for this fact."""
        leaf = ("fact", self.fact.id) if self.listed is None else ("item", (self.listed, self.fact.id))
        return any((each.op, each.value) == leaf for each in walk(node))


def replaced(enterprise: Enterprise, spot: Spot, value: Any) -> Enterprise:
    """The enterprise with another value of one fact."""
    return enterprise._replace(facts=spot.put(enterprise.facts, value))


_ITEM = re.compile(r"(?P<listed>[^\[\]]+)\[(?P<number>[1-9][0-9]{0,8})\]\.?(?P<fact>[^\[\]]+)")


def find_spot(policy: Policy, facts: Mapping[str, Any], written: str) -> Spot:
    """The numeric fact that a name means: `investment`, `premises[2].area`, or the same by their Chinese names.

    Raises `Misstated` where there is no such fact, where it is no figure, or where the list has no such item.
    """
    match = _ITEM.fullmatch(written.strip())
    if match is None:
        spot = Spot(policy.facts[_known(written.strip(), known_names(policy.facts), "事实", "fact")])
    else:
        listed = policy.lists[_known(match["listed"].strip(), known_names({}, policy.lists), "列表", "list")]
        fact = listed.facts[_known(match["fact"].strip(), known_names(listed.facts), "事实", "fact")]
        spot = Spot(fact, listed.id, int(match["number"]) - 1)
        count = len(facts.get(listed.id, ()))
        if spot.place >= count:
            wrong = Text(f"{listed.id} 只有{count}项", f"{listed.id} has {count} item{'s' * (count != 1)}")
            raise Misstated(spot.name, wrong, Text("从1数起", "items count from one"))
    if spot.fact.type.kind != "number":
        raise Misstated(spot.name, Text("不是数字", "it is no figure"), Text("选一个数字事实", "choose a fact that is"))
    return spot


def _known(name: str, names: Mapping[str, str], zh: str, en: str) -> str:
    id = names.get(name)
    if id is None:
        raise Misstated(name, *unknown_name(name, list(names), Text(zh, en)))
    return id


def axis_of(spot: Spot) -> Axis:
    """The axis of a numeric fact over all figures it may state; a step is the finest of them."""
    limits = spot.fact.limits
    assert limits is not None
    step = Decimal(1).scaleb(-limits.decimals)
    last = int(limits.at_most / step) if limits.at_most is not None else int((limits.below or ZERO) / step) - 1
    first = -last if spot.fact.signed else int(spot.fact.positive)
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


def course(clause: Clause, pins: Mapping[str, str], facts: Mapping[str, Any], axis: Axis, only: bool = False) -> Pieces:
    """The pieces of a clause along `axis`, each with its `Standing`; `only` the item that moves where the clause has items.

    `facts` are the enterprise's with the defaults among them. The clause is taken to be in force. Evaluate inside `EXACT`;
    raises `Bent` where an amount or a condition is no line in the fact.
    """
    return lift(
        [_Course(clause, facts, axis, only).reading(reading) for reading in read_as(clause, pins)],
        lambda first, last, found: _standing(clause, first, last, found),
    )


class _Course:
    """One clause and its items along an axis."""

    def __init__(self, clause: Clause, facts: Mapping[str, Any], axis: Axis, only: bool) -> None:
        self.clause, self.facts, self.axis, self.only = clause, facts, axis, only

    def items(self) -> Iterator[tuple[Mapping[str, Any], bool]]:
        """The items that count, and whether each is the one whose fact moves."""
        each = self.clause.each
        items = _WHOLE if each is None else self.facts.get(each, _WHOLE)
        for index, item in enumerate(items):
            moving = each is not None and each == self.axis.listed and index == self.axis.place
            if moving or not self.only or each is None or each != self.axis.listed:
                yield item, moving

    def reading(self, reading: Reading) -> Pieces:
        """A reading's pieces: its interval, `Unknown`, or None where no item meets the condition."""
        items = list(self.items())
        whens = [self.along(reading.when, item, moving) for item, moving in items]
        if not whens:
            return self.axis.whole(None)

        def apply(first: int, last: int, holds: list[Any]) -> Sequence[Piece]:
            unknown = unknowns(holds)
            if unknown is not None:
                return [Piece(first, last, unknown)]
            met = [item for item, held in zip(items, holds, strict=True) if held]
            return self.amount(reading, met, first, last) if met else [Piece(first, last, None)]

        return lift(whens, apply)

    def along(self, node: Node, item: Mapping[str, Any], moving: bool) -> Pieces:
        return along(node, self.axis, self.facts, item, moving)

    def amount(
        self, reading: Reading, met: Sequence[tuple[Mapping[str, Any], bool]], first: int, last: int
    ) -> Sequence[Piece]:
        """The interval over the items that meet the condition."""
        if reading.high is None:
            return [Piece(first, last, (ZERO, ZERO))]
        high = self.sum(reading.high, met, first, last)
        if reading.low is reading.high:
            return [piece._replace(value=_interval(piece.value, piece.value)) for piece in high]
        low: Pieces = (Piece(first, last, ZERO),)
        if reading.low is not None:
            low = self.sum(reading.low, met, first, last)
        return lift([low, high], lambda start, end, ends: [Piece(start, end, _interval(*ends))])

    def sum(self, node: Node, met: Sequence[tuple[Mapping[str, Any], bool]], first: int, last: int) -> Pieces:
        def apply(start: int, end: int, values: list[Any]) -> Sequence[Piece]:
            total: Any = ZERO
            for value in values:
                if isinstance(value, Unknown):
                    return [Piece(start, end, value)]
                total = plus(total, value)
            return [Piece(start, end, total)]

        return lift([within(self.along(node, *each), first, last) for each in met], apply)


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
