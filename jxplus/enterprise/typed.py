"""What is plain in a line of JSON, decoded by msgspec straight into the values of its facts; whatever is in doubt is left to others.

The decoder tells the classes of values, the days, the choices, and what an item must state. What it lets pass and a fact may
not take is looked for in one generated function: a figure that is too large, too fine, or below zero. That a key is not known
or stands twice, and that a figure is written as a text, the quotes of the line tell by their number: each key and each text
that was counted has two of them, and whatever else there is has more. As `PlainReader`, this says nothing of a fault: whoever
asked has the whole read again.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, getcontext, setcontext
from typing import Any, Literal, NamedTuple, NotRequired, Required, TypedDict

import msgspec

from jxplus.enterprise.plain import DOUBTS, Doubt, Stated, function_of, text_of
from jxplus.enterprise.totals import is_total
from jxplus.enterprise.values import reader_of
from jxplus.policy import Fact, FactList, Policy
from jxplus.policy.facts import Limits
from jxplus.policy.tables import KEY
from jxplus.quantity import EXACT, ZERO, decimals

_ONE = Decimal(1)
_CLASSES: dict[str, Any] = {"truth": bool, "date": date, "number": Decimal}
_MOST_MISSES = 100
"""After how many lines in a row that are not plain no further one is tried: they are in another dialect."""


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
            quoted = self._counted(stated)
        except (*DOUBTS, ValueError, RecursionError, ArithmeticError):
            return None
        if id:
            quoted, id = quoted + 2, id.strip()
            if not id.isprintable() or is_total(id):
                return None
        if data.count(b'"') != 2 * quoted:
            return None
        self.missed = 0
        return (_without_null(stated) if b"null" in data else stated), id

    def _counted(self, stated: Stated) -> int:
        """How many keys and texts there are; sums of figures are exact, whatever context the caller has."""
        own = getcontext()
        setcontext(EXACT)
        try:
            return self.count(stated)
        finally:
            setcontext(own)


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


class _Figures(NamedTuple):
    """Figures with the same limits, none of them below zero: those of the enterprise, and those of the items of each list."""

    limits: Limits
    own: list[str]
    listed: list[tuple[str, str]]

    def look(self, stated: Stated) -> None:
        """Looks at each of them, which are zero or more; raises `Doubt` where one is too large, or too fine."""
        for name in self.own:
            self._fit(stated.get(name))
        for listed, name in self.listed:
            for item in stated.get(listed) or ():
                self._fit(item.get(name))

    def _fit(self, number: Decimal | None) -> None:
        if number is not None and (number > self.limits.largest or decimals(number) > self.limits.decimals):
            raise Doubt


def _counter(policy: Policy) -> Callable[[Stated], int]:
    """The function that looks through what a line states, and gives how many keys and texts it has; called within `EXACT`.

    Of figures with the same limits it looks at the sum: where that is small and has few decimals, each of them is and has.
    """
    source = _CounterSource()
    for fact in policy.facts.values():
        source.of_fact(fact)
    for listed in policy.lists.values():
        source.of_list(listed)
    lines = source.whole()
    found: Callable[[Stated], int] = function_of("count", f"typed reader of {policy.id}", lines, source.constants)
    return found


class _CounterSource:
    """The source of such a function in the making, with the objects that it names."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.constants: dict[str, Any] = {"Doubt": Doubt, "ZERO": ZERO, "ONE": _ONE, "text": text_of}
        self.constants |= {"ends_in_zeros": _ends_in_zeros, "zero": _is_zero}
        self.sums: dict[tuple[int, Decimal], tuple[str, _Figures]] = {}

    def thing(self, value: Any) -> str:
        name = f"K{len(self.constants)}"
        self.constants[name] = value
        return name

    def whole(self) -> list[str]:
        """The lines of the function."""
        sums = [f"  {' = '.join(name for name, _ in self.sums.values())} = ZERO"] if self.sums else []
        for name, figures in self.sums.values():
            limits = figures.limits
            in_doubt = f"{name} > {self.thing(limits.largest)} or not ({self._at_sight(name, limits.decimals)})"
            self.lines.append(f"  if {in_doubt}: {self.thing(figures)}.look(stated)")
        return [
            "def count(stated):",
            "  g = stated.get",
            "  quoted = len(stated)",
            *sums,
            *self.lines,
            "  return quoted",
        ]

    def of_fact(self, fact: Fact) -> None:
        """The lines of a fact of the enterprise."""
        looks = self.looks(fact)
        if looks:
            self.lines += [f"  v = g({fact.id!r})", "  if v is not None:"]
            self.lines += ["    quoted += 1"] * _is_text(fact) + [f"    {look}" for look in looks]
        elif _is_text(fact):
            self.lines.append(f"  if g({fact.id!r}) is not None: quoted += 1")

    def of_list(self, listed: FactList) -> None:
        """The lines of a list."""
        texts = sum(_is_text(fact) for fact in listed.facts.values() if fact.default is None)
        self.lines += [f"  v = g({listed.id!r})", "  if v:"]
        if texts:
            self.lines.append(f"    quoted += {texts} * len(v)" if texts > 1 else "    quoted += len(v)")
        self.lines += ["    for i in v:", "      quoted += len(i)"]
        for fact in listed.facts.values():
            looks = self.looks(fact, listed.id)
            if fact.default is None and looks:
                self.lines += [f"      v = i[{fact.id!r}]", *(f"      {look}" for look in looks)]
            elif fact.default is not None and (looks or _is_text(fact)):
                self.lines += [
                    f"      if {fact.id!r} in i:",
                    f"        v = i[{fact.id!r}]",
                    "        if v is not None:",
                ]
                self.lines += ["          quoted += 1"] * _is_text(fact) + [f"          {look}" for look in looks]

    def looks(self, fact: Fact, listed: str = "") -> list[str]:
        """The lines that look at a value in `v`, that of an item where it is `listed`; none where the decoder has seen all."""
        kind, put = fact.type.kind, f"{'i' if listed else 'stated'}[{fact.id!r}]"
        if kind == "text":
            return [f"{put} = text(v)"]
        if kind == "number":
            return self._of_figure(fact, listed)
        return [] if kind in ("truth", "date", "choice") else [f"{put} = {self.thing(reader_of(fact))}(v)"]

    def _of_figure(self, fact: Fact, listed: str) -> list[str]:
        """A figure that is not below zero is added to those with its limits; a rate may be a percentage without its sign."""
        limits = fact.limits
        assert limits is not None
        largest = self.thing(limits.largest)
        if fact.signed or fact.is_rate:
            below = f"v < {self.thing(limits.least)}" if fact.signed else "v.is_signed()"
            too_much = f"{below} or v > {largest}" + (" or v >= ONE" if fact.is_rate else "")
            fine = f"{self._at_sight('v', limits.decimals)} or ends_in_zeros(v, {limits.decimals})"
            return [f"if {too_much} or not ({fine}): raise Doubt"]
        name, figures = self.sums.setdefault(
            (limits.decimals, limits.largest), (f"s{len(self.sums)}", _Figures(limits, [], []))
        )
        if listed:
            figures.listed.append((listed, fact.id))
        else:
            figures.own.append(fact.id)
        return [f"if v > ZERO: {name} += v", f"{'else' if fact.positive else 'elif not zero(v)'}: raise Doubt"]

    def _at_sight(self, name: str, decimals: int) -> str:
        """Whether a figure is seen to have no exponent, and no more decimals than it may have."""
        places = sorted(range(decimals + 1), key=lambda place: (0, 2, 1).index(place) if place < 3 else place)
        return " or ".join(f"{name}.same_quantum({self.thing(_ONE.scaleb(-place))})" for place in places)


def _ends_in_zeros(number: Decimal, most: int) -> bool:
    """Whether a figure has more decimals than `most` for the zeros at its end alone: 60.0 months, as data frames write them."""
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent < 0 and decimals(number) <= most


def _is_zero(number: Decimal) -> bool:
    """Whether a figure that is not above zero is zero, written without a sign or an exponent."""
    exponent = number.as_tuple().exponent
    return not number.is_signed() and isinstance(exponent, int) and exponent <= 0


def _is_text(fact: Fact) -> bool:
    """Whether a line has the values of a fact in quotes."""
    return fact.type.kind not in ("truth", "number")
