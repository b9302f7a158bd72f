"""An enterprise made smaller, one step at a time: whoever does it looks whether it still shows what it should."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from itertools import combinations, product
from typing import Any

from jxplus.policy import DAY
from jxplus.quantity import ZERO

Smaller = Callable[[Mapping[str, Any]], dict[str, Any] | None]
"""Makes an enterprise smaller in one way; gives None where it cannot."""


def smaller(facts: Mapping[str, Any]) -> Iterator[Smaller]:
    """The ways to make an enterprise smaller: facts left out, items left out, facts of items, figures a tenth as large."""
    for name, value in facts.items():
        yield partial(_without, name=name)
        if isinstance(value, list):
            yield partial(_fewer, name=name)
            for key in value[0] if value else ():
                yield partial(_each_without, name=name, key=key)
                yield partial(_each_tenth, name=name, key=key)
        else:
            yield partial(_tenth, name=name)


def _without(facts: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    if name not in facts or name == DAY:
        return None
    return {key: value for key, value in facts.items() if key != name}


def _fewer(facts: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    items = facts.get(name)
    return {**facts, name: items[:-1]} if items else None


def _each_without(facts: Mapping[str, Any], name: str, key: str) -> dict[str, Any] | None:
    items = facts.get(name)
    if not items or all(key not in item for item in items):
        return None
    return {**facts, name: [{one: value for one, value in item.items() if one != key} for item in items]}


def _tenth(facts: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    value = facts.get(name)
    return {**facts, name: _less(value)} if isinstance(value, Decimal) and _large(value) else None


def _each_tenth(facts: Mapping[str, Any], name: str, key: str) -> dict[str, Any] | None:
    items = facts.get(name)
    if not items or not all(_large(item.get(key)) for item in items):
        return None
    return {**facts, name: [{**item, key: _less(item[key])} for item in items]}


def _large(value: Any) -> bool:
    return isinstance(value, Decimal) and abs(value) >= 10


def _less(value: Decimal) -> Decimal:
    return value.scaleb(-1)


# ---- larger ----------------------------------------------------------------------------------------------------------------

_POWERS = (1, 2, 3, 4, 5, 6, 7, 8, -1, -2)
_DRAWN = tuple(map(Decimal, ("1000000", "10000", "1", "100000000")))


def varied(facts: Mapping[str, Any], more: Sequence[tuple[str, str]] = ()) -> Iterator[dict[str, Any]]:
    """The enterprise with other figures: all of them, one, or two, so many times ten as large; `more` are facts to state too."""
    spots = [spot for spot in _spots(facts) if isinstance(_at(facts, spot), Decimal)]
    bases = [dict(facts)]
    bases += [_put(facts, spot, value) for spot in more for value in _DRAWN if not spot[0] or facts.get(spot[0])]
    bases += [{**facts, name: [*items, *items]} for name, items in facts.items() if isinstance(items, list) and items]
    yield from bases
    for base in bases:
        for power in _POWERS:
            yield _scaled(base, spots, power)
    for base in bases:
        for spot, power in product(spots, _POWERS):
            yield _scaled(base, [spot], power)
    for one, other in combinations(spots, 2):
        for powers in product(_POWERS[:8], repeat=2):
            yield _scaled(_scaled(facts, [one], powers[0]), [other], powers[1])


Spot = tuple[str, str]


def _spots(facts: Mapping[str, Any]) -> Iterator[Spot]:
    """The facts that are stated, those of items each once with their list before them."""
    for name, value in facts.items():
        if isinstance(value, list):
            yield from ((name, key) for key in (value[0] if value else ()))
        else:
            yield "", name


def _at(facts: Mapping[str, Any], spot: Spot) -> Any:
    listed, name = spot
    return facts[listed][0].get(name) if listed else facts.get(name)


def _put(facts: Mapping[str, Any], spot: Spot, value: Any) -> dict[str, Any]:
    listed, name = spot
    return {**facts, listed: [{**item, name: value} for item in facts[listed]]} if listed else {**facts, name: value}


def _scaled(facts: Mapping[str, Any], spots: Sequence[Spot], power: int) -> dict[str, Any]:
    found = dict(facts)
    for spot in spots:
        value = _at(found, spot)
        if value != ZERO:
            found = _put(found, spot, value.scaleb(power))
    return found
