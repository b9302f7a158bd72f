"""What is plain in an enterprise's statement, read by one generated function; whatever is in doubt is left to `Reader`.

Plain is a mapping with known names, each once, and values that their facts take. Of anything else, a fault most of all, this
says nothing: it gives None, and whoever asked has the whole read again by the reader that knows every place and every reason.
"""

import linecache
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from math import ceil, floor
from typing import Any
from zlib import crc32

from jxplus.enterprise.misread import Misread
from jxplus.enterprise.totals import is_total
from jxplus.enterprise.values import LONGEST_BLANK, LONGEST_TEXT, NOBODY, TRUTHS, reader_of
from jxplus.policy import Fact, FactList, Policy, known_names
from jxplus.policy.store import code_of
from jxplus.quantity import read_day

_MOST_DAYS = 10_000
Stated = dict[str, Any]


class Doubt(Exception):
    """Something is not plain."""


DOUBTS = (Doubt, Misread, KeyError, TypeError, AttributeError)
"""What a value raises that is not plain: of another class than is looked for, most of all."""


class PlainReader:
    """Reads what is plain against one policy; made once, used for any number of enterprises."""

    def __init__(self, policy: Policy) -> None:
        self.names = known_names(policy.facts, policy.lists)
        self.needed = [fact.id for fact in policy.facts.values() if fact.required]
        self.read = _function(policy)

    def facts(self, stated: Stated) -> tuple[Stated, int] | None:
        """The facts of a mapping, and how many keys it and its items have; None where something is in doubt.

        The mapping and its items are the caller's no longer: their values become those of the facts. A figure may be an int,
        or the text of one, or a decimal, a day a date or the text of one.
        """
        keys = len(stated)
        try:
            if "name" not in stated or None in stated.values():
                known = renamed(stated, self.names)
                stated = {name: value for name, value in known.items() if value is not None}
            for name in self.needed:
                stated[name]
            return stated, keys + self.read(stated)
        except DOUBTS:
            return None


def renamed(stated: Mapping[str, Any], names: Mapping[str, str]) -> Stated:
    """The same values under the ids of their facts; raises `Doubt` or `KeyError` where a name is not known, or stands twice."""
    found = {names[name]: value for name, value in stated.items()}
    if len(found) != len(stated):
        raise Doubt
    return found


def _function(policy: Policy) -> Callable[[Stated], int]:
    """The function that reads a mapping in place, and gives how many keys its items have; raises one of `DOUBTS`."""
    source = _ReaderSource()
    for listed in policy.lists.values():
        source.of_list(listed)
    source.of_enterprise(policy)
    read: Callable[[Stated], int] = function_of("read", f"reader of {policy.id}", source.lines, source.constants)
    return read


def function_of(name: str, called: str, lines: Sequence[str], constants: dict[str, Any]) -> Callable[..., Any]:
    """The function `name` of some lines of Python, whose source is kept under what it is `called`, where a traceback looks."""
    text = "\n".join(lines)
    file = f"<{called} {crc32(text.encode()):08x}>"  # the same source is kept once
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    exec(code_of(text, file), constants)
    found: Callable[..., Any] = constants[name]
    return found


class _ReaderSource:
    """The source of a reader in the making, with the objects that it names."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.constants: dict[str, Any] = {
            "Decimal": Decimal,
            "date": date,
            "Doubt": Doubt,
            "renamed": renamed,
            "text": text_of,
        }
        self.constants |= {"truth": TRUTHS.__getitem__, "days": _Days()}
        self.lists: dict[str, str] = {}

    def thing(self, value: Any) -> str:
        name = f"K{len(self.constants)}"
        self.constants[name] = value
        return name

    def of_list(self, listed: FactList) -> None:
        """The function of a list: reads its items in place."""
        function = self.lists[listed.id] = f"items{len(self.lists)}"
        first = next(iter(listed.needed or listed.facts.values())).id
        names = self.thing(known_names(listed.facts))
        self.lines += [
            f"def {function}(items):",
            "  if type(items) is not list: raise Doubt",
            "  keys = 0",
            "  for place, item in enumerate(items):",
            "    if type(item) is not dict: raise Doubt",
            f"    if {first!r} not in item: item = items[place] = renamed(item, {names})",
            f"    n = {len(listed.needed)}",
            "    g = item.get",
        ]
        for fact in listed.facts.values():
            if fact.default is None:
                self.lines.append(f"    v = item[{fact.id!r}]")
                self.lines += [f"    {line}" for line in self.value(fact, "item")]
            else:
                self.lines += [f"    v = g({fact.id!r})", "    if v is not None:", "      n += 1"]
                self.lines += [f"      {line}" for line in self.value(fact, "item")]
        self.lines += ["    if len(item) != n: raise Doubt", "    keys += n", "  return keys", ""]

    def of_enterprise(self, policy: Policy) -> None:
        """The function of a whole mapping."""
        self.lines += ["def read(stated):", "  g = stated.get", "  n = keys = 0"]
        for fact in policy.facts.values():
            self.lines += [f"  v = g({fact.id!r})", "  if v is not None:", "    n += 1"]
            self.lines += [f"    {line}" for line in self.value(fact, "stated")]
        for listed, function in self.lists.items():
            self.lines += [f"  v = g({listed!r})", "  if v is not None:", "    n += 1", f"    keys += {function}(v)"]
        self.lines += ["  if len(stated) != n: raise Doubt", "  return keys", ""]

    def value(self, fact: Fact, holder: str) -> list[str]:
        """The lines that put a fact's value in place of what is stated for it, in `v`."""
        put, kind = f"{holder}[{fact.id!r}] =", fact.type.kind
        if kind == "truth":
            return [f"if type(v) is not bool: {put} truth(v)"]
        if kind == "date":
            return [f"if type(v) is not date: {put} days[v]"]
        if kind == "choice":
            return [f"{put} {self.thing(fact.choice_names)}[v]"]
        if kind == "text":
            return [f"{put} text(v)"]
        if kind == "number":
            assert fact.limits is not None
            least, most = ceil(fact.limits.least), floor(fact.limits.largest)
            most = min(most, 0) if fact.is_rate else most  # 1 may be 1% or 100%
            plainly, read = self.thing(_plainly_right(fact)), self.thing(reader_of(fact))
            return [
                f"if type(v) is int and {least} <= v <= {most} or type(v) is str and {plainly}(v): {put} Decimal(v)",
                "elif type(v) is Decimal:",
                f"  if not {plainly}(str(v)): {put} {read}(f'{{v:f}}')",
                f"else: {put} {read}(v)",
            ]
        return [f"{put} {self.thing(reader_of(fact))}(v)"]


class _Days(dict[str, date]):
    """The days that texts write as 2016-06-30; kept, for few days come up."""

    def __missing__(self, text: str) -> date:
        day = read_day(text)
        if day is None:
            raise Doubt
        if len(self) >= _MOST_DAYS:
            self.clear()
        self[text] = day
        return day


def text_of(value: str) -> str:
    """The text without blanks around it; raises `Doubt` where it is none that a name may be."""
    found = value.strip()
    if not found or len(found) > LONGEST_TEXT or not found.isprintable() or found.startswith(("#", "Err:")):
        raise Doubt
    if is_total(found) or (len(found) <= LONGEST_BLANK and found.casefold() in NOBODY):
        raise Doubt
    return found


def _plainly_right(fact: Fact) -> Callable[[str], object]:
    """Tells the figures that are right at first sight, which most are: plain digits, few enough to be within the limits."""
    assert fact.limits is not None
    bound = fact.limits.written.figure
    if bound < 1:
        return lambda _: False
    # As many digits before the point as the nines below a bound of 10, 100, 1000 …: such a figure stays below it.
    digits = bound.adjusted()
    whole = f"(?:0|[1-9][0-9]{{0,{digits - 1}}})" if digits else "0"
    fraction = f"(?:\\.[0-9]{{1,{fact.limits.decimals}}})?" if fact.limits.decimals else ""
    above_zero = "(?=.*[1-9])" if fact.positive else ""
    return re.compile(f"{'-?' if fact.signed else ''}{above_zero}{whole}{fraction}").fullmatch
