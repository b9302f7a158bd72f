"""The facts of an enterprise in the generated function: what is stated, what is taken for it where it is not, and the days."""

from datetime import date
from typing import Any

from jxplus.assessment import Assessor
from jxplus.assessment.assumptions import is_followed, is_told
from jxplus.formula.source import SourceCode
from jxplus.policy import DAY
from jxplus.quantity import FEN, HALF_UP, ZERO, to_fen


class FactsSource(SourceCode):
    """The source of a policy's function in the making, with the days and lists that its clauses are held against."""

    def __init__(self, assessor: Assessor) -> None:
        super().__init__()
        self.assessor, self.policy = assessor, assessor.policy
        self.constants |= {"new": tuple.__new__, "FEN": FEN, "HALF_UP": HALF_UP, "ZERO": ZERO}
        self.constants |= {"taken": assessor.defaults.taken}
        self.constants["NOTHING"] = (to_fen(ZERO), to_fen(ZERO))
        self.periods: dict[tuple[date | None, date | None, str], str] = {}
        self.outsiders: dict[tuple[str, str, date | None, date | None], str] = {}

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

    def days(self) -> None:
        """Which days fall into which periods, and of which lists an item does not."""
        for (start, end, day), variable in self.periods.items():
            self.line(f"{variable} = {self._within(start, end, self.name(day))}")
        for (listed, dated, start, end), variable in self.outsiders.items():
            self.line(f"{variable} = False")
            outside = f"if not {self._within(start, end, self.of_item('i', listed, dated))}"
            with self.block(f"for i in {self.name(listed)} or ()"), self.block(outside):
                self.line(f"{variable} = True")
                self.line("break")

    def _within(self, start: date | None, end: date | None, day: str) -> str:
        low = f"{self.constant(start)} <= " if start is not None else ""
        return f"({low}{day}{f' <= {self.constant(end)}' if end is not None else ''})"
