"""An enterprise that shows that a clause changed, found by deciding one fact after another.

Tried is what an outcome waits for, with the values at which it may change; what both plans have decided alike is left, for
nothing that is decided later can change it. Most that is known is where the amounts differ; failing that, whether the clause
applies, or what it asks for.
"""

from collections.abc import Callable
from itertools import islice, product
from typing import NamedTuple

from jxplus.assessment import Outcome
from jxplus.comparison.domains import Domains
from jxplus.comparison.sides import APPLIES, PAYS, TELLS, ClauseSide, Items, State, Variable, level
from jxplus.policy import DAY

MOST_TRIED = 2500
"""How many states are looked at for one clause, at most."""
WIDTHS = (2, 6, 24)
"""How many values of a figure are tried: few at first, more where these show nothing."""

_FIGURE = 2
_PLACES = (1, 2)
"""The places of items beside the first that are decided by themselves."""

Goal = Callable[[Outcome | None, Outcome | None], int]


class Decided(NamedTuple):
    """What is decided of an enterprise that shows a change, and how much it says."""

    state: State
    level: int


class Seeker:
    """Seeks what shows the difference of a clause in two plans; `goal` says how much an outcome of either says of it."""

    def __init__(self, old: ClauseSide, new: ClauseSide, goal: Goal = level) -> None:
        self.sides, self.goal = (old, new), goal
        states = any(side.clause is not None and side.clause.kind != "unstated" for side in self.sides)
        self.wanted = PAYS if states else APPLIES
        self.width, self.order, self.left = WIDTHS[0], 1, False
        self.domains = Domains(old, new)
        asked = list(dict.fromkeys((*old.asked, *new.asked)))
        self.open = [*asked, *(var._replace(place=place) for place in _PLACES for var in asked if var.listed)]
        self.lists = {var.listed for var in asked if var.listed}
        dated = list(dict.fromkeys((*old.dated(), *new.dated())))
        self.dated = [*dated, *(var._replace(place=place) for place in _PLACES for var in dated)]
        self.timeless = self._timeless()
        self.tried = 0
        self.best: Decided | None = None

    def _timeless(self) -> bool:
        """Whether the days are the same in both plans: those of the clause, of what it is held against and of items."""
        if any(side.clause is None for side in self.sides):
            return True
        ways = [
            (side.clause and (side.clause.period[:2], side.clause.day), self.domains.dates(side), side.dated())
            for side in self.sides
        ]
        return ways[0] == ways[1]

    def seek(self) -> Decided | None:
        """What says most of the difference, of what was tried; None where nothing shows it."""
        first = list(dict.fromkeys((*self.sides[0].days(), *self.sides[1].days())))
        for self.width, self.order in product(WIDTHS, (1, -1)):
            self.tried, self.left = 0, False
            if self._days({}, [Variable("", name) for name in first]) or not self.left:
                break
            if self.best is not None and self.best.level >= APPLIES and self.width > WIDTHS[0]:
                break
        return self.best

    def _days(self, state: State, left: list[Variable]) -> bool:
        """Decides the days that the clauses are held against, then all else."""
        if not left:
            return self._decide(state)
        values = self.domains.of(left[0], state, self.open)
        if self.timeless and left[0] not in self.open:  # any day will do on which both are in force
            values = islice(values, 1)
        return any(self._days({**state, left[0]: value}, left[1:]) for value in values)

    def _decide(self, state: State) -> bool:
        """Whether what was wanted is found, of all that may follow from a state."""
        self.tried += 1
        if self.tried > MOST_TRIED:
            self.left = True
            return False
        forced = self._forced(state)
        if forced is not None:
            return self._branch(state, forced)
        old, new = (side.outcome(side.facts(state, self.open)) for side in self.sides)
        found = self.goal(old, new)
        if found == TELLS:  # what is not decided is not stated in the end, and may have a default
            found = self.goal(*(side.outcome(side.facts(state, ())) for side in self.sides))
        if found and (self.best is None or found > self.best.level):
            self.best = Decided(state, found)
        if found >= self.wanted:
            return True
        waits = self.sides[0].waits(old, state) | self.sides[1].waits(new, state)
        var = self._next(waits, state)
        return self._branch(state, var) if var is not None else False

    def _branch(self, state: State, var: Variable) -> bool:
        is_figure = self._size(var) == _FIGURE or var.name in self.lists
        for number, value in enumerate(self.domains.of(var, state, self.open)):
            if self.tried > MOST_TRIED or (is_figure and number >= self.width):
                self.left = True
                return False
            if self._decide({**state, var: value}):
                return True
        return False

    def _forced(self, state: State) -> Variable | None:
        """The day of an item, without which its clause cannot be asked."""
        return next((var for var in self.dated if var not in state and self._there(var, state)), None)

    def _there(self, var: Variable, state: State) -> bool:
        """Whether a variable is one of its own: a fact of the enterprise, of an item that there is."""
        if not var.listed:
            return True
        items = state.get(Variable("", var.listed))
        return isinstance(items, Items) and var.place < (items.number if items.apart else min(items.number, 1))

    def _next(self, waits: frozenset[str], state: State) -> Variable | None:
        """What to decide next of what an outcome waits for: what has few values before a figure."""
        left = [var for var in self.open if var not in state and var.name != DAY]
        wanted = [var for var in left if (var.listed or var.name) in waits and self._there(var, state)]
        return min(wanted, key=lambda var: (self._size(var), self.order * self.open.index(var)), default=None)

    def _size(self, var: Variable) -> int:
        """How many values a variable has, roughly."""
        facts = [side.declared(var) for side in self.sides]
        kinds = {fact.type.kind for fact in facts if fact is not None}
        return _FIGURE if "number" in kinds else 1 if kinds & {"date", "code"} else 0
