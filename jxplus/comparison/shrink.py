"""An enterprise made smaller, one step at a time: whoever does it looks whether it still shows what it should."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import partial
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


def scaled(facts: Mapping[str, Any], power: int) -> dict[str, Any]:
    """The facts with all money and all other figures ten times as large, or a hundred …"""

    def moved(value: Any) -> Any:
        if isinstance(value, list):
            return [{key: moved(each) for key, each in item.items()} for item in value]
        return value.scaleb(power) if isinstance(value, Decimal) and value != ZERO else value

    return {name: moved(value) for name, value in facts.items()}
