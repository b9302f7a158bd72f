"""The lawful choice that pays most, among the parts that rules bind together: which of them count, and what ceilings leave.

Of all ways to keep the choices the first that pays most is taken. The most that ceilings leave of some amounts is the least of
all ways to cover them by ceilings and by themselves; this is exact where ceilings stand within each other or cross in pairs.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal

from jxplus.policy.bonds import Knot, covers
from jxplus.quantity import ZERO

Paid = dict[str, Decimal]
"""What each clause is paid, in yuan."""
Ceilings = Callable[[int], Decimal | None]
"""A ceiling by its bond's key; None for none."""


class Decision:
    """How a knot is decided under some of its bonds: which parts count in each way to keep the choices, and the ceilings."""

    def __init__(self, knot: Knot, rules: frozenset[str]) -> None:
        bonds = [(bond, taken) for bond, taken in knot.bonds if bond.rule in rules]
        self.names = [(part,) if isinstance(part, str) else part.clauses for part in knot.parts]
        self.ways = knot._replace(bonds=tuple(bonds)).ways()
        self.caps = [(frozenset[int]().union(*taken), id(bond)) for bond, taken in bonds if bond.ceiling]

    def decided(self, amounts: Paid, ceilings: Ceilings) -> Paid:
        """What each clause is paid of `amounts`: of all ways the first that pays most."""
        worth = [
            amounts[names[0]] if len(names) == 1 else sum((amounts[name] for name in names), ZERO)
            for names in self.names
        ]
        if not self.caps and sum(1 for value in worth if value) < 2:
            return amounts  # there is nothing to choose among
        caps = [(taken, most) for taken, bond in self.caps if (most := ceilings(bond)) is not None]
        best: list[Decimal] | None = None
        most_paid = ZERO
        for counting in self.ways:
            way = [value if place in counting else ZERO for place, value in enumerate(worth)]
            way = _under(caps, way) if caps else way
            paid_so = sum(way, ZERO)
            if best is None or paid_so > most_paid:
                best, most_paid = way, paid_so
        assert best is not None
        paid = dict(amounts)
        for names, before, now in zip(self.names, worth, best, strict=True):
            if now != before:
                paid |= _first(names, amounts, now)
        return paid


def _first(names: Sequence[str], amounts: Paid, left: Decimal) -> Paid:
    """What is left for these clauses, the first of them first."""
    paid = {}
    for name in names:
        paid[name] = min(amounts[name], left)
        left -= paid[name]
    return paid


def _under(caps: Sequence[tuple[frozenset[int], Decimal]], worth: list[Decimal]) -> list[Decimal]:
    """The most that ceilings leave of some amounts; what must be cut is cut from the last of them."""
    if all(sum((worth[place] for place in taken), ZERO) <= most for taken, most in caps):
        return worth
    left = list(worth)
    best = _covered(caps, left)
    for place in reversed(range(len(left))):
        around = [cap for cap in caps if place not in cap[0]]
        others = [ZERO if other == place else value for other, value in enumerate(left)]
        left[place] = min(left[place], max(best - _covered(around, others), ZERO))
    return left


def _covered(caps: Sequence[tuple[frozenset[int], Decimal]], worth: Sequence[Decimal]) -> Decimal:
    """The most that ceilings leave of some amounts in all: the least of all ways to cover them by ceilings and themselves."""
    return min(sum(each, ZERO) for each in covers(caps, dict(enumerate(worth))))
