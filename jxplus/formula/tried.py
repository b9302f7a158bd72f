"""The items of a list of which a few are tried with other facts, again and again: what the others come to is found once.

The items that are tried are among the first `NEAR`. What is found of the others is kept as long as nothing that they are asked
hangs on what is tried; whoever tries says which others those are. Evaluate inside `EXACT`.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import chain, islice
from operator import or_
from typing import Any, NamedTuple, TypeVar

from jxplus.formula.evaluate import NEAR, Facts, Function, Unknown, added, any_of, in_turn

_T = TypeVar("_T")


class Others:
    """The items of a list as they stand, and what has been found of them under certain facts: of the near ones each, of the far ones together."""

    __slots__ = ("found", "items", "lasting")

    def __init__(self, items: list[Facts], lasting: dict[Hashable, Any]) -> None:
        """`lasting` is what has been found that hangs on no fact that is tried."""
        self.items, self.lasting, self.found = items, lasting, dict[Hashable, Any]()

    def once(self, what: Hashable, find: Callable[[], _T]) -> _T:
        """What `find` gives, made once for each `what`."""
        if what not in self.found:
            self.found[what] = find()
        found: _T = self.found[what]
        return found

    def holds(self, condition: Function, facts: Facts) -> "_Holds":
        """Which of them meet a condition."""

        def find() -> _Holds:
            near = [condition(facts, item) for item in self.items[:NEAR]]
            return _Holds(near, in_turn(condition, facts, self.items[NEAR:]))

        return self.once(condition, find)


class _Holds(NamedTuple):
    """What a condition comes to for each of the near items, and the far ones that meet it."""

    near: list[Any]
    far: "Sequence[Facts] | Unknown"


class Tried:
    """The items of a list of which some are tried with other facts (`own`, by place), or left out (None), again and again.

    What the others come to is found once. So nothing that is asked of them may hang on what is tried: where it does, the
    `others` are those under the facts that are tried.
    """

    __slots__ = ("others", "own")

    def __init__(self, others: Others, own: Mapping[int, Facts | None]) -> None:
        self.others, self.own = others, own

    def without(self, place: int) -> "Tried":
        """All but one."""
        return Tried(self.others, {**self.own, place: None})

    def lasting(self, what: Hashable, find: Callable[[list[Facts]], Any]) -> Any:
        """What `find` makes of the items, which hangs on no fact that is tried; made once for each `what`."""
        if what not in self.others.lasting:
            self.others.lasting[what] = find(self.others.items)
        return self.others.lasting[what]

    def __len__(self) -> int:
        return len(self.others.items) - sum(each is None for each in self.own.values())

    def __iter__(self) -> Iterator[Facts]:
        items, done = self.others.items, 0
        for place in sorted(self.own):
            yield from islice(items, done, place)
            own, done = self.own[place], place + 1
            if own is not None:
                yield own
        yield from islice(items, done, None)

    def __getitem__(self, place: int) -> Facts:
        own = self.own.get(place)
        return self.others.items[place] if own is None else own

    @property
    def tried(self) -> list[Facts]:
        """Those that are tried."""
        return [each for each in self.own.values() if each is not None]

    def meet(self, condition: Function, facts: Facts) -> "TriedMet | Unknown":
        """Those that meet a condition; unknown where one only may."""
        holds = self.others.holds(condition, facts)
        own = in_turn(condition, facts, self.tried)
        near = list[int]()
        unknown = [each for each in (own, holds.far) if isinstance(each, Unknown)]
        for place, held in enumerate(holds.near):
            if held is not False and place not in self.own:
                if held is True:
                    near.append(place)
                else:
                    unknown.append(held)
        if unknown:
            return reduce(or_, unknown)
        assert not isinstance(own, Unknown)
        assert not isinstance(holds.far, Unknown)
        return TriedMet(self.others, condition, own, near, holds.far)

    def one_meets(self, condition: Function, facts: Facts) -> Any:
        """Whether one of them meets a condition."""
        near, far = self.others.once(
            (condition, any_of),
            lambda: (
                [condition(facts, item) for item in self.others.items[:NEAR]],
                any_of(condition(facts, item) for item in self.others.items[NEAR:]),
            ),
        )
        rest = [held for place, held in enumerate(near) if place not in self.own]
        return any_of(chain([far], rest, (condition(facts, each) for each in self.tried)))

    def sum(self, adds: Function, facts: Facts) -> Any:
        """The sum of what a function gives for each of them."""
        near, far = self.others.once(
            adds,
            lambda: (
                [adds(facts, item) for item in self.others.items[:NEAR]],
                added(adds(facts, item) for item in self.others.items[NEAR:]),
            ),
        )
        rest = [amount for place, amount in enumerate(near) if place not in self.own]
        return added(chain([far], rest, (adds(facts, each) for each in self.tried)))


class TriedMet:
    """The items of a list that meet a condition: those that are tried, the near ones by their places, and the far ones."""

    __slots__ = ("condition", "far", "near", "others", "own")

    def __init__(
        self, others: Others, condition: Function, own: list[Facts], near: list[int], far: Sequence[Facts]
    ) -> None:
        self.others, self.condition, self.own, self.near, self.far = others, condition, own, near, far

    def __len__(self) -> int:
        return len(self.own) + len(self.near) + len(self.far)

    def sum(self, adds: Function, facts: Facts) -> Any:
        """The sum of what a function gives for each of them."""
        others = self.others
        far = others.once((self.condition, adds), lambda: added(adds(facts, item) for item in self.far))
        near = others.once((self.condition, adds, NEAR), dict[int, Any])
        for place in self.near:
            if place not in near:
                near[place] = adds(facts, others.items[place])
        return added(chain([far], map(near.__getitem__, self.near), (adds(facts, each) for each in self.own)))
