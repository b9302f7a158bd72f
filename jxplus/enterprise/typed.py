"""What is plain in a line of JSON, decoded by msgspec straight into the values of its facts; whatever is in doubt is left to others.

There are three ways to read a line: one for facts that stand under their ids, none of them null, one where some are, and one for
facts under any of their names, Chinese ones most of all. The way that read the last plain line is tried first.

The decoder tells the classes of values, the days, the choices, and the limits of whole figures; such a figure comes as an int,
of which a decimal is sooner made than of its text. What it lets pass and a fact may not take is looked for in one generated
function: a figure that is too large, too fine, below zero or has an exponent. That a key is not known or stands twice, and that
a figure is written as a text, the quotes of the line tell by their number: each key and each text that was counted has two of
them, and whatever else there is has more. As `PlainReader`, this says nothing of a fault: whoever asked has the whole read again.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal
from math import ceil, floor
from sys import intern
from typing import Annotated, Any, Literal, NamedTuple, NotRequired, Required, TypedDict

import msgspec

from jxplus.enterprise.plain import DOUBTS, Doubt, Stated, function_of, renamed, text_of
from jxplus.enterprise.spoilt import is_figure
from jxplus.enterprise.totals import is_total
from jxplus.enterprise.values import TRUTHS, reader_of
from jxplus.policy import Fact, FactList, Policy, known_names
from jxplus.policy.tables import KEY, KEY_ZH
from jxplus.quantity import decimals

_ONE = Decimal(1)
_DOUBTS = (*DOUBTS, ValueError, RecursionError, ArithmeticError)
_MOST_MISSES = 100
"""After how many lines in a row that are not plain no further one is tried: they are in another dialect."""
_FEW = 10_000
"""Up to how many whole figures that a fact may take, months most of all, the decimals are made beforehand."""
_LARGEST = 1 << 62
"""The largest bound of an int that msgspec takes, and more; what is larger is a doubt."""


class TypedReader:
    """Reads lines that are plain against one policy; made once, used for any number of them."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.ways = [_LineWay(policy, _BY_ID)]
        self.missed = 0

    def facts(self, data: bytes) -> tuple[Stated, str] | None:
        """The facts of a line and its id, empty where it has none; None where something is in doubt."""
        if self.missed >= _MOST_MISSES:
            return None
        found = self.ways[0].facts(data) or self._otherwise(data)
        self.missed = 0 if found is not None else self.missed + 1
        return found

    def _otherwise(self, data: bytes) -> tuple[Stated, str] | None:
        """The same by the ways that are not tried first; the one that reads the line is from now on."""
        if not data or data.isspace():  # the end of a file, most of all
            return None
        if len(self.ways) == 1:
            self.ways += [_LineWay(self.policy, kind) for kind in (_WITH_NULL, _BY_NAME)]
        for way in self.ways[1:]:
            found = way.facts(data)
            if found is not None:
                self.ways.sort(key=lambda each: each is not way)
                return found
        return None


class _LineKind(NamedTuple):
    """How lines state their facts: under their ids alone, or under `any_name` of theirs; and whether a value may be null."""

    any_name: bool
    nulls: bool


_BY_ID, _WITH_NULL, _BY_NAME = _LineKind(False, False), _LineKind(False, True), _LineKind(True, True)


class _LineWay:
    """Reads lines of one kind."""

    def __init__(self, policy: Policy, kind: _LineKind) -> None:
        self.kind = kind
        self.names = known_names(policy.facts, policy.lists)
        self.has_id = KEY not in self.names and KEY_ZH not in self.names
        if self.has_id:
            self.names |= {KEY: KEY, KEY_ZH: KEY}
        self.items = {id: known_names(listed.facts) for id, listed in policy.lists.items()}
        self.decode: Callable[[bytes], Stated] = msgspec.json.Decoder(_line_type(policy, kind, self.names)).decode
        self.count = _counter(policy, kind.any_name)

    def facts(self, data: bytes) -> tuple[Stated, str] | None:
        """The facts of a line and its id, empty where it has none; None where it is not of this kind, or something is in doubt."""
        nulls = 0
        try:
            stated = self.decode(data)
            if self.kind.any_name:
                stated = self.by_id(stated)
            if self.kind is _WITH_NULL or (self.kind.nulls and b"null" in data):
                stated, nulls = _without_null(stated)
            id = stated.pop(KEY, "") if self.has_id else ""
            quoted = self.count(stated) + nulls
        except _DOUBTS:
            return None
        if id:
            quoted, id = quoted + 2, id.strip()
            if not id.isprintable() or is_total(id) or is_figure(id):
                return None
        return (stated, id) if data.count(b'"') == 2 * quoted else None

    def by_id(self, stated: Stated) -> Stated:
        """What a line states under any names, under ids; raises a doubt where a fact of the enterprise stands twice."""
        found = renamed(stated, self.names)
        for id, names in self.items.items():
            if found.get(id):
                found[id] = [{names[name]: value for name, value in item.items()} for item in found[id]]
        return found


def _without_null(stated: Stated) -> tuple[Stated, int]:
    """What a line states without what is not known, which null says; and of how many keys it says so."""
    found = {name: value for name, value in stated.items() if value is not None}
    nulls = len(stated) - len(found)
    for name, value in found.items():
        if value.__class__ is list and value:
            found[name] = [{id: each for id, each in item.items() if each is not None} for item in value]
            nulls += sum(map(len, value)) - sum(map(len, found[name]))
    return found, nulls


# ---- what the decoder takes ----------------------------------------------------------------------------------------


def _line_type(policy: Policy, kind: _LineKind, names: Mapping[str, str]) -> Any:
    """What a line may state: facts and lists, and an id where `names` has one."""
    own: dict[str, Any] = {KEY: str} if names.get(KEY) == KEY else {}
    own |= {fact.id: _class_of(fact, kind) for fact in policy.facts.values()}
    for listed in policy.lists.values():
        item = {fact.id: _class_of(fact, kind) for fact in listed.facts.values()}
        needed = {fact.id for fact in listed.needed}
        own[listed.id] = list[_mapping(item, needed, kind, known_names(listed.facts))]  # type: ignore[misc]
    return _mapping(own, {fact.id for fact in policy.facts.values() if fact.required}, kind, names)


def _mapping(values: Mapping[str, Any], needed: Collection[str], kind: _LineKind, names: Mapping[str, str]) -> Any:
    """A mapping to some values, of which those that are `needed` cannot be left out: of any of their names, one of them may."""
    fields: dict[str, Any] = {}
    if kind.any_name:
        # msgspec 0.22 finds a key outside of ASCII only where its name was once encoded.
        msgspec.json.encode(list(names))
        fields = {name: NotRequired[values[id] | None] for name, id in names.items()}
    else:
        for id, own in values.items():
            fields[intern(id)] = Required[own] if id in needed else NotRequired[own | None if kind.nulls else own]
    made: Any = TypedDict  # made when it is run, so that no checker of types can know it
    return made("Stated", fields)


def _class_of(fact: Fact, kind: _LineKind) -> Any:
    """The values that a fact takes, as the decoder knows them: choices and truths under their ids or under any name."""
    what = fact.type.kind
    if what == "choice":
        names = fact.choice_names
        return Literal[tuple(names if kind.any_name else (intern(id) for id in fact.choices if names[id] == id))]
    if what == "number":
        least, most = _wholes(fact)
        return Annotated[int, msgspec.Meta(ge=max(least, -_LARGEST), le=min(most, _LARGEST))] | Decimal
    if what == "truth" and kind.any_name:
        return bool | Literal[tuple(TRUTHS)]
    return {"truth": bool, "date": date}.get(what, str)


def _wholes(fact: Fact) -> tuple[int, int]:
    """The least and the largest whole figure of a fact: of a rate 1 may be 1% or 100%, and is a doubt."""
    assert fact.limits is not None
    return ceil(fact.limits.least), 0 if fact.is_rate else floor(fact.limits.largest)


# ---- what is looked for behind it ----------------------------------------------------------------------------------


def _counter(policy: Policy, any_name: bool) -> Callable[[Stated], int]:
    """The function that looks through what a line states, none of which is null, and makes decimals of whole figures.

    It gives how many keys and texts there are; with `any_name` it has choices under their ids, too, and truths as such.
    """
    source = _CounterSource(any_name)
    for fact in policy.facts.values():
        source.of_fact(fact)
    for listed in policy.lists.values():
        source.of_list(listed)
    lines = ["def count(stated):", "  g = stated.get", "  quoted = len(stated)", *source.lines, "  return quoted"]
    found: Callable[[Stated], int] = function_of("count", f"typed reader of {policy.id}", lines, source.constants)
    return found


class _CounterSource:
    """The source of such a function in the making, with the objects that it names."""

    def __init__(self, any_name: bool) -> None:
        self.any_name = any_name
        self.lines: list[str] = []
        self.ready: dict[tuple[int, int], str] = {}
        """The decimals of all whole figures within some bounds."""
        self.constants: dict[str, Any] = {
            "decimal": Decimal.from_float,  # of an int as well, and sooner than the class itself
            "Doubt": Doubt,
            "ONE": _ONE,
            "text": text_of,
            "truth": TRUTHS.__getitem__,
            "ends_in_zeros": _ends_in_zeros,
        }

    def thing(self, value: Any) -> str:
        name = f"K{len(self.constants)}"
        self.constants[name] = value
        return name

    def of_fact(self, fact: Fact) -> None:
        """The lines of a fact of the enterprise."""
        looks, counted = self.looks(fact, "stated"), ["quoted += 1"] * _is_text(fact)
        if fact.required:
            self.lines += [f"  v = stated[{fact.id!r}]", *(f"  {line}" for line in (*counted, *looks))]
        elif looks:
            self.lines += [f"  v = g({fact.id!r})", "  if v is not None:"]
            self.lines += [f"    {line}" for line in (*counted, *looks)]
        elif counted:
            self.lines.append(f"  if {fact.id!r} in stated: quoted += 1")

    def of_list(self, listed: FactList) -> None:
        """The lines of a list: each item has all that it must state, and is looked at for what it may leave out."""
        lines = [line for fact in listed.facts.values() for line in self.of_item(fact)]
        each = len(listed.needed) + sum(map(_is_text, listed.needed))
        self.lines += [f"  v = g({listed.id!r})", "  if v:", f"    quoted += {each} * len(v)"]
        if lines:
            self.lines += ["    for i in v:", *(f"      {line}" for line in lines)]

    def of_item(self, fact: Fact) -> list[str]:
        """The lines of a fact of an item."""
        looks = self.looks(fact, "i")
        if fact.default is not None:
            stated = [f"  v = i[{fact.id!r}]", *(f"  {look}" for look in looks)] if looks else []
            return [f"if {fact.id!r} in i:", f"  quoted += {1 + _is_text(fact)}", *stated]
        return [f"v = i[{fact.id!r}]", *looks] if looks or self.any_name else []

    def looks(self, fact: Fact, holder: str) -> list[str]:
        """The lines that look at a value in `v`; none where the decoder has seen all."""
        kind, put = fact.type.kind, f"{holder}[{fact.id!r}]"
        if kind == "text":
            return [f"{put} = text(v)"]
        if kind == "number":
            whole = f"if type(v) is int: {put} = {self._decimal(fact)}"
            return [whole, f"elif {self._too_much(fact)} or not ({self._fine(fact)}): raise Doubt"]
        if kind == "choice" and self.any_name:
            return [f"{put} = {self.thing(fact.choice_names)}[v]"]
        if kind == "truth" and self.any_name:
            return ["if type(v) is str:", "  quoted += 1", f"  {put} = truth(v)"]
        return [f"{put} = {self.thing(reader_of(fact))}(v)"] if kind not in ("truth", "date", "choice") else []

    def _decimal(self, fact: Fact) -> str:
        """The expression of the decimal of a whole figure in `v`, which is within the limits."""
        least, most = _wholes(fact)
        if not 0 <= least <= most < _FEW:
            return "decimal(v)"
        if (least, most) not in self.ready:
            self.ready[least, most] = self.thing({whole: Decimal(whole) for whole in range(least, most + 1)})
        return f"{self.ready[least, most]}[v]"

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
        # The commonest first: most wholes are ints.
        order = sorted(places, key=lambda place: (place != 2, place == 0, place))
        at_sight = " or ".join(f"v.same_quantum({self.thing(_ONE.scaleb(-place))})" for place in order)
        return f"{at_sight} or ends_in_zeros(v, {fact.limits.decimals})"


def _ends_in_zeros(number: Decimal, most: int) -> bool:
    """Whether a figure has more decimals than `most` for the zeros at its end alone: 60.0 months, as data frames write them."""
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent < 0 and decimals(number) <= most


def _is_text(fact: Fact) -> bool:
    """Whether a line has the values of a fact in quotes."""
    return fact.type.kind not in ("truth", "number")
