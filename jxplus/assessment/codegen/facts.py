"""The facts of an enterprise in the generated function: what is stated, what is taken for it where it is not, and the days."""

from collections.abc import Mapping
from contextlib import nullcontext
from datetime import date
from typing import Any

from jxplus.assessment import Assessor
from jxplus.assessment.assumptions import is_followed, is_told
from jxplus.formula.source import SourceCode
from jxplus.policy import DAY, FactList
from jxplus.quantity import FEN, HALF_UP, ZERO, to_fen

Outsider = tuple[str, str, date | None, date | None]
"""A list, the day of its items, and the days of a period, outside which an item may fall."""


class FactsSource(SourceCode):
    """The source of a policy's function in the making, with the days and lists that its clauses are held against."""

    def __init__(self, assessor: Assessor) -> None:
        super().__init__()
        self.assessor, self.policy = assessor, assessor.policy
        self.constants |= {"new": tuple.__new__, "FEN": FEN, "to_fen": HALF_UP.quantize, "ZERO": ZERO}
        self.constants |= {"taken": assessor.defaults.taken}
        nil = self.constants["NIL"] = to_fen(ZERO)
        self.constants["NOTHING"] = (nil, nil)
        self.periods: dict[tuple[date | None, date | None, str], str] = {}
        self.outsiders: dict[Outsider, str] = {}
        self.lacks_of: dict[tuple[str, str], int] = {}

    def facts(self) -> None:
        """The variables of all facts and lists that are asked for, known when all clauses are written."""
        told = [fact.id for fact in self.policy.facts.values() if is_told(fact) or is_followed(fact)]
        for listed in self.policy.lists.values():
            self.name(listed.id)
        defaults = self.assessor.defaults
        for name in [*told, *(compiled.clause.day for compiled in self.assessor.clauses), *defaults.days.values()]:
            self.name(name)
        self.line("g = stated.get")
        self.line("u = d = 0")
        self.line("facts = None")
        self.line(f"{self.name(DAY)} = as_of")
        if DAY in told:
            self.line(f"if {DAY!r} not in stated: d = {self.bit(DAY)}")
        for name, variable in list(self.names.items()):
            if name != DAY and name not in defaults.days:
                self.line(f"{variable} = g({name!r})")
                taken = defaults.values.get(name)
                with self.block(f"if {variable} is None"):
                    self.line(f"u |= {self.bit(name)}" if taken is None else f"{variable} = {self._value(taken)}")
                    if taken is not None:
                        self.line(f"d |= {self.bit(name)}")
        for name, followed in defaults.days.items():
            self.line(f"{self.name(name)} = g({name!r})")
            with self.block(f"if {self.name(name)} is None"):
                self.line(f"{self.name(name)} = {self.name(followed)}")
                self.line(f"d |= {self.bit(name)}")

    def some_unknown(self, bits: int) -> str:
        """Whether one of the facts and lists with these bits is unknown: of one or two sooner asked of each than of the bits."""
        names = [self.name(asked) for asked, bit in self.bits.items() if bit & bits]
        return f"u & {bits}" if len(names) > 2 else " or ".join(f"{name} is None" for name in names)

    def default(self, listed: str, fact: str) -> str:
        """What a fact of an item is taken as where it is not stated."""
        own = self.assessor.defaults.lists.get(listed)
        if own is None:
            return ""
        return (
            self._value(own.values[fact])
            if fact in own.values
            else self.name(own.days[fact])
            if fact in own.days
            else ""
        )

    def _value(self, taken: Any) -> str:
        return repr(taken) if isinstance(taken, (bool, str)) else self.constant(taken)

    def lacked(self, listed: str, fact: str) -> str:
        """Whether an item of a list leaves out a fact that has a default."""
        bit = self.lacks_of.setdefault((listed, fact), 1 << len(self.lacks_of))
        return f"y & {bit}"

    def states_none(self, listed: str, fact: str) -> str:
        """Whether no item of a list states the day of such items."""
        return f"not z & {self.lacks_of[listed, fact]}"

    def days(self) -> None:
        """Which days fall into which periods, and, list by list, what an item leaves out and whether its day falls outside."""
        for (start, end, day), variable in self.periods.items():
            self.line(f"{variable} = {self._within(start, end, self.name(day))}")
        self.line("y = z = 0")
        for listed in self.policy.lists.values():
            outside = {key: variable for key, variable in self.outsiders.items() if key[0] == listed.id}
            lacked = {name: bit for (own, name), bit in self.lacks_of.items() if own == listed.id}
            if outside or lacked:
                self._items(listed, outside, lacked)

    def _items(self, listed: FactList, outside: Mapping["Outsider", str], lacked: Mapping[str, int]) -> None:
        """One look at each item of a list; a day that is left out is held against the periods once, behind it."""
        if outside:
            self.line(f"{' = '.join(outside.values())} = False")
        dated = lacked.get(listed.dated)
        with self.block(f"for i in {self.name(listed.id)} or ()"):
            for name in sorted(lacked, key=listed.dated.__eq__):  # the day last: what is held against it comes behind
                self.line(f"if {name!r} not in i: y |= {lacked[name]}")
            with self.block("else") if dated else nullcontext():
                if dated:
                    self.line(f"z |= {dated}")
                self._hold(outside, f"i[{listed.dated!r}]" if dated else self.of_item("i", listed.id, listed.dated))
        if dated and outside:
            with self.block(f"if y & {dated}"):
                self._hold(outside, self.default(listed.id, listed.dated))

    def _hold(self, outside: Mapping["Outsider", str], day: str) -> None:
        """Notes which periods a day is not in."""
        for (_, _, start, end), variable in outside.items():
            self.line(f"if not {self._within(start, end, day)}: {variable} = True")

    def _within(self, start: date | None, end: date | None, day: str) -> str:
        low = f"{self.constant(start)} <= " if start is not None else ""
        return f"({low}{day}{f' <= {self.constant(end)}' if end is not None else ''})"
