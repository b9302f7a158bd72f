"""What is plain in a line of JSON, decoded by msgspec straight into the values of its facts; whatever is in doubt is left to others.

The decoder tells the classes of values, the days, the choices, and what an item must state; a whole figure comes as an int, of
which a decimal is sooner made than of its text. What it lets pass and a fact may not take is looked for in one generated
function: a figure that is too large, too fine, below zero or has an exponent. That a key is not known or stands twice, and that
a figure is written as a text, the quotes of the line tell by their number: each key and each text that was counted has two of
them, and whatever else there is has more. As `PlainReader`, this says nothing of a fault: whoever asked has the whole read again.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from math import ceil, floor
from typing import Any, Literal, NotRequired, Required, TypedDict

import msgspec

from jxplus.enterprise.plain import DOUBTS, Doubt, Stated, function_of, text_of
from jxplus.enterprise.totals import is_total
from jxplus.enterprise.values import reader_of
from jxplus.policy import Fact, FactList, Policy
from jxplus.policy.tables import KEY
from jxplus.quantity import decimals

_ONE = Decimal(1)
_CLASSES: dict[str, Any] = {"truth": bool, "date": date, "number": int | Decimal}
_DOUBTS = (*DOUBTS, ValueError, RecursionError, ArithmeticError)
_MOST_MISSES = 100
"""After how many lines in a row that are not plain no further one is tried: they are in another dialect."""
_FEW = 10_000
"""Up to how many whole figures that a fact may take, months most of all, the decimals are made beforehand."""


class TypedReader:
    """Reads lines that are plain against one policy; made once, used for any number of them."""

    def __init__(self, policy: Policy) -> None:
        self.has_id = KEY not in policy.facts and KEY not in policy.lists
        self.decode: Callable[[bytes], Stated] = msgspec.json.Decoder(_line_type(policy, self.has_id)).decode
        self.count = _counter(policy)
        self.missed = 0

    def facts(self, data: bytes) -> tuple[Stated, str] | None:
        """The facts of a line and its id, empty where it has none; None where something is in doubt."""
        if self.missed >= _MOST_MISSES:
            return None
        self.missed += 1
        try:
            stated = self.decode(data)
            id = stated.pop(KEY, "") if self.has_id else ""
            quoted, nulls = self.count(stated)
        except _DOUBTS:
            return None
        if id:
            quoted, id = quoted + 2, id.strip()
            if not id.isprintable() or is_total(id):
                return None
        if data.count(b'"') != 2 * quoted:
            return None
        self.missed = 0
        return (_without_null(stated) if nulls else stated), id


def _without_null(stated: Stated) -> Stated:
    """The facts that are stated: null says that one is not known."""
    found = {name: value for name, value in stated.items() if value is not None}
    for name, value in found.items():
        if value.__class__ is list:
            found[name] = [{id: each for id, each in item.items() if each is not None} for item in value]
    return found


# ---- what the decoder takes ----------------------------------------------------------------------------------------


def _class_of(fact: Fact) -> Any:
    """The values that a fact takes, as the decoder knows them."""
    if fact.type.kind == "choice":
        names = fact.choice_names
        return Literal[tuple(id for id in fact.choices if names[id] == id)]
    return _CLASSES.get(fact.type.kind, str)


def _line_type(policy: Policy, has_id: bool) -> Any:
    """What a line may state: each fact or null, each list, and an id."""
    fields: dict[str, Any] = {KEY: NotRequired[str]} if has_id else {}
    fields |= {fact.id: _stated(fact, fact.required) for fact in policy.facts.values()}
    for listed in policy.lists.values():
        item: Any = _mapping({fact.id: _stated(fact, fact.default is None) for fact in listed.facts.values()})
        fields[listed.id] = NotRequired[list[item] | None]
    return _mapping(fields)


def _stated(fact: Fact, needed: bool) -> Any:
    """A fact that has to be stated, or may be left out or null."""
    values = _class_of(fact)
    return Required[values] if needed else NotRequired[values | None]


def _mapping(fields: Mapping[str, Any]) -> Any:
    """A mapping of some names and no others; made when it is run, so that no checker of types can know it."""
    made: Any = TypedDict
    return made("Stated", fields)


# ---- what is looked for behind it ----------------------------------------------------------------------------------


def _counter(policy: Policy) -> Callable[[Stated], tuple[int, bool]]:
    """The function that looks through what a line states, and makes decimals of whole figures.

    It gives how many keys and texts there are, and whether there is a null.
    """
    source = _CounterSource()
    for fact in policy.facts.values():
        source.of_fact(fact)
    for listed in policy.lists.values():
        source.of_list(listed)
    head = ["def count(stated):", "  g = stated.get", "  quoted, nulls = len(stated), False"]
    found: Callable[[Stated], tuple[int, bool]] = function_of(
        "count", f"typed reader of {policy.id}", [*head, *source.lines, "  return quoted, nulls"], source.constants
    )
    return found


class _CounterSource:
    """The source of such a function in the making, with the objects that it names."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.ready: dict[tuple[int, int], str] = {}
        """The decimals of all whole figures within some bounds."""
        self.constants: dict[str, Any] = {
            "decimal": Decimal.from_float,  # of an int as well, and sooner than the class itself
            "Doubt": Doubt,
            "ONE": _ONE,
            "text": text_of,
            "ends_in_zeros": _ends_in_zeros,
        }

    def thing(self, value: Any) -> str:
        name = f"K{len(self.constants)}"
        self.constants[name] = value
        return name

    def of_fact(self, fact: Fact) -> None:
        """The lines of a fact of the enterprise."""
        looks, is_text = self.looks(fact, "stated"), _is_text(fact)
        if not looks and not is_text:
            self.lines.append(f"  if g({fact.id!r}, False) is None: nulls = True")
            return
        self.lines += [f"  v = g({fact.id!r})", "  if v is not None:"]
        self.lines += ["    quoted += 1"] * is_text + [f"    {look}" for look in looks]
        self.lines.append(f"  elif {fact.id!r} in stated: nulls = True")

    def of_list(self, listed: FactList) -> None:
        """The lines of a list: each item has all that it must state, and is looked at for what it may leave out."""
        needed = [fact for fact in listed.facts.values() if fact.default is None]
        each = len(needed) + sum(map(_is_text, needed))
        self.lines += [f"  v = g({listed.id!r})", "  if v:", f"    quoted += {each} * len(v)"]
        lines = []
        for fact in needed:
            looks = self.looks(fact, "i")
            lines += [f"v = i[{fact.id!r}]", *looks] if looks else []
        for fact in listed.facts.values():
            if fact.default is not None:
                lines += [
                    f"if {fact.id!r} in i:",
                    f"  v = i[{fact.id!r}]",
                    "  quoted += 1",
                    "  if v is None: nulls = True",
                ]
                looks = [*["quoted += 1"] * _is_text(fact), *self.looks(fact, "i")]
                lines += ["  else:", *(f"    {look}" for look in looks)] if looks else []
        if lines:
            self.lines += ["    for i in v:", *(f"      {line}" for line in lines)]
        self.lines.append(f"  elif v is None and {listed.id!r} in stated: nulls = True")

    def looks(self, fact: Fact, holder: str) -> list[str]:
        """The lines that look at a value in `v`; none where the decoder has seen all."""
        kind, put = fact.type.kind, f"{holder}[{fact.id!r}]"
        if kind == "text":
            return [f"{put} = text(v)"]
        if kind == "number":
            return [
                *self._of_whole(fact, put),
                f"elif {self._too_much(fact)} or not ({self._fine(fact)}): raise Doubt",
            ]
        return [f"{put} = {self.thing(reader_of(fact))}(v)"] if kind not in ("truth", "date", "choice") else []

    def _of_whole(self, fact: Fact, put: str) -> list[str]:
        """The lines that put the decimal of a whole figure in its place, within the limits: of a rate 1 may be 1% or 100%."""
        assert fact.limits is not None
        least, most = ceil(fact.limits.least), 0 if fact.is_rate else floor(fact.limits.largest)
        if 0 <= least <= most < _FEW:  # whatever is not among them raises KeyError, a doubt
            if (least, most) not in self.ready:
                self.ready[least, most] = self.thing({whole: Decimal(whole) for whole in range(least, most + 1)})
            return [f"if v.__class__ is int: {put} = {self.ready[least, most]}[v]"]
        return [
            "if v.__class__ is int:",
            f"  if {least} <= v <= {most}: {put} = decimal(v)",
            "  else: raise Doubt",
        ]

    def _too_much(self, fact: Fact) -> str:
        """Whether a figure is outside its limits, or may be a percentage without its sign."""
        assert fact.limits is not None
        least, most = fact.limits.least, self.thing(fact.limits.largest)
        below = "v.is_signed()" if least == 0 else f"v < {self.thing(least)}"
        return f"{below} or v >= ONE" if fact.is_rate and fact.limits.largest >= _ONE else f"{below} or v > {most}"

    def _fine(self, fact: Fact) -> str:
        """Whether a figure has no exponent, and no more decimals than it may have."""
        assert fact.limits is not None
        places = range(fact.limits.decimals + 1)
        order = sorted(places, key=lambda place: (place != 2, place))  # the commonest first
        at_sight = " or ".join(f"v.same_quantum({self.thing(_ONE.scaleb(-place))})" for place in order)
        return f"{at_sight} or ends_in_zeros(v, {fact.limits.decimals})"


def _ends_in_zeros(number: Decimal, most: int) -> bool:
    """Whether a figure has more decimals than `most` for the zeros at its end alone: 60.0 months, as data frames write them."""
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent < 0 and decimals(number) <= most


def _is_text(fact: Fact) -> bool:
    """Whether a line has the values of a fact in quotes."""
    return fact.type.kind not in ("truth", "number")
