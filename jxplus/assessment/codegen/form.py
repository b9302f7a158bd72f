"""What a clause comes to, as the generated function holds it: here as the outcome itself, elsewhere as the text of it.

A form writes the lines that put a clause's result into variables, and the expressions that ask how it came out. Whoever writes
a clause knows when it is entitled and to what; the form alone knows what is made of that.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from jxplus.assessment import ENTITLED, PAYING, Outcome
from jxplus.formula.source import SourceCode


class Entitled(NamedTuple):
    """The expressions of a clause's amounts, to the fen; `low` and `high` are the same where the amount is exact.

    `base` is empty for a clause without one. `readings` has the interval of each, a pair, where they differ. `nothing` says of
    an amount from nothing up whether the low end is that, or, below zero, the high end too.
    """

    low: str
    high: str
    base: str
    readings: Mapping[str, str] = {}
    nothing: str = ""


class OutcomeForm:
    """The result of one clause as its outcome, in one variable."""

    tells_readings = True
    """Whether the intervals of readings that differ are told, beside that of all."""
    sign = "+"
    """What stands before an amount: the evaluator's is a sum, and never -0."""

    def __init__(self, source: SourceCode, compiled: Any, place: int) -> None:
        self.source, self.compiled, self.clause = source, compiled, compiled.clause
        self.out = f"o{place}"
        self.fixed_names: dict[int, tuple[Outcome, str]] = {}

    # ---- lines

    def fixed(self, outcome: Outcome) -> None:
        """The result is an outcome that is known beforehand."""
        if id(outcome) not in self.fixed_names:
            self.fixed_names[id(outcome)] = outcome, self.source.thing(outcome)
        self.source.line(f"{self.out} = {self.fixed_names[id(outcome)][1]}")

    def found(self, outcome: str) -> None:
        """The result is the outcome that an expression gives."""
        self.source.line(f"{self.out} = {outcome}")

    def kept(self, made: str) -> None:
        """The result is what an expression gives of outcomes that were `made` before."""
        self.source.line(f"{self.out} = {made}")

    def entitled(self, amounts: Entitled) -> None:
        """The result is that the clause is entitled to some amounts."""
        low, high, base, readings, _ = amounts
        clause, notes = self.source.thing(self.clause), self.source.thing(self.compiled.notes)
        told = ", ".join(f"{name!r}: {span}" for name, span in readings.items())
        members = f"{clause}, {ENTITLED!r}, {low}, {high}, {base or None}, (), {{{told}}}, {notes}, False"
        self.source.line(f"{self.out} = new(Outcome, ({members}))")

    def settled(self) -> None:
        """The result stands: nothing about the clause is looked at any more."""

    def made(self, outcome: Outcome) -> Any:
        """What the variables hold of an outcome, for those that are kept."""
        return outcome

    # ---- expressions

    @property
    def pays(self) -> str:
        """Whether the clause is entitled or unquantified."""
        return f"{self.out}[1] in PAYING"

    @property
    def is_entitled(self) -> str:
        """Whether it is entitled."""
        return f"{self.out}[1] == {ENTITLED!r}"

    @property
    def out_of_time(self) -> str:
        """Whether days alone stand against it."""
        return f"{self.out}[8]"

    @property
    def applies(self) -> str:
        """Whether it is one or the other."""
        return f"{self.pays} or {self.out_of_time}"


class OutcomesForm:
    """The results of all clauses as their outcomes: of each clause the form of its own, and what the function gives at its end."""

    def of(self, source: SourceCode, compiled: Any, place: int) -> OutcomeForm:
        """The form of a clause."""
        return OutcomeForm(source, compiled, place)

    def constants(self) -> Iterator[tuple[str, Any]]:
        """What the lines name."""
        yield "Outcome", Outcome
        yield "PAYING", PAYING

    def begin(self, source: SourceCode) -> None:
        """The lines before those of the clauses."""

    def end(self, source: SourceCode, clauses: Sequence[OutcomeForm], resting: str) -> None:
        """The lines behind those of the clauses: all is given, `resting` the expression of what the assumptions hang on."""
        source.line(f"return ({''.join(f'{each.out}, ' for each in clauses)}), {resting}")
