"""Results written straight from the facts: a policy's generated function makes the text of each clause, and of no clause an outcome.

The function is that of `assessment.codegen`, in another form. What is rare, and what it hands to the evaluator, comes as an
outcome here too, and is written by the same writers as that of one enterprise. Objects of a policy with rules between its
clauses, or with amounts that have no ceiling, are not written so: their totals are more than sums.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from jxplus.assessment import ENTITLED, PAYING, Outcome
from jxplus.assessment.assumptions import Assumption
from jxplus.assessment.codegen import function_of
from jxplus.assessment.codegen.form import Entitled, OutcomeForm, OutcomesForm
from jxplus.assessment.codegen.resting import Resting
from jxplus.assessment.many import ManyAssessor
from jxplus.assessment.outcome import MANY_KEPT, keep
from jxplus.enterprise import Enterprise
from jxplus.fault import Text
from jxplus.formula.source import SourceCode
from jxplus.policy import Policy
from jxplus.quantity import EXACT, fen_text, without_zeros
from jxplus.render.longcsv import LongCsv
from jxplus.render.ndjson import NdjsonWriter
from jxplus.render.record import json_string

_PAYS, _ENTITLED, _LATE = 1, 2, 4
_DUE = _PAYS | _ENTITLED
"""How a clause came out, as bits: it applies; it is entitled; days alone stand against it."""
Told = tuple[tuple[Assumption, ...], tuple[Text, ...]]
"""What a result rests on and what it warns of."""
StraightWriter = Callable[[Enterprise, date, list[bytes]], Told]
"""Adds what an enterprise comes to on a day to the parts of a text; gives what is told of it. It is called within `EXACT`."""


def has_plain_totals(policy: Policy) -> bool:
    """Whether all totals of a policy are sums of what its clauses come to, so that its objects can be written straight."""
    return not policy.rules and all(clause.kind != "floor" for clause in policy.clauses)


# ---- one clause as text --------------------------------------------------------------------------------------------


class TextForm(OutcomeForm):
    """The result of one clause as bytes, in the variable `t…`, and how it came out, as bits, in `a…`."""

    sign = ""  # what writes an amount writes -0 as 0

    def __init__(self, source: SourceCode, compiled: Any, place: int) -> None:
        super().__init__(source, compiled, place)
        self.out, self.bits, self.low, self.high = (f"{letter}{place}" for letter in "talh")

    def entitled(self, amounts: Entitled) -> None:
        low, high, base, readings, nothing = amounts
        first = "{first}"
        if low == high:
            first = "{last}"
        elif not nothing:
            self.source.line(f"low, high = {low}, {high}")
            low, high = "low", "high"
            _write_amount(self.source, "first", low)
        _write_amount(self.source, "last", high)
        if nothing:
            self.source.line(f"first = '0' if {nothing} else last")
        if base:
            _write_amount(self.source, "base", base)
        text = self.text(first, "{last}", base and "{base}", readings)
        self.source.line(f"{self.out}, {self.bits} = {text}, {_DUE}")
        self.keep(low, high)

    def text(self, low: str, high: str, base: str, readings: Mapping[str, str]) -> str:
        """The expression of the text of an entitled clause whose amounts are written so in a format; `base` is empty for none."""
        raise NotImplementedError

    def keep(self, low: str, high: str) -> None:
        """The line that keeps the amounts for the totals."""

    @property
    def pays(self) -> str:
        return f"{self.bits} & {_PAYS}"

    @property
    def is_entitled(self) -> str:
        return f"{self.bits} & {_ENTITLED}"

    @property
    def out_of_time(self) -> str:
        return f"{self.bits} & {_LATE}"

    @property
    def applies(self) -> str:
        return f"{self.bits} & {_PAYS | _LATE}"


def _write_amount(source: SourceCode, name: str, amount: str) -> None:
    """Puts an amount, which has two decimals, into a variable as `fen_text` writes it: most end in no zero, or in two."""
    source.line(f"{name} = digits({amount})")
    source.line(
        f"if {name}[-1] == '0': {name} = "
        f"{name}[:-1] if {name}[-2] != '0' else {name}[:-3] if {name}[0] != '-' else fen({name})"
    )


_AMOUNTS = {"digits": EXACT.to_sci_string, "fen": without_zeros, "fen_text": fen_text}.items()
"""What the lines that write amounts call."""


def bits_of(outcome: Outcome) -> int:
    """How a clause came out."""
    found = _PAYS if outcome.status in PAYING else 0
    found |= _ENTITLED if outcome.status == ENTITLED else 0
    return found | (_LATE if outcome.out_of_time else 0)


# ---- rows of CSV ---------------------------------------------------------------------------------------------------


class CsvClause(TextForm):
    """A clause as its row behind what the row calls the enterprise, its bytes as a text; empty where it has none."""

    tells_readings = False

    def __init__(self, source: SourceCode, compiled: Any, place: int, writer: LongCsv) -> None:
        super().__init__(source, compiled, place)
        self.writer = writer

    def fixed(self, outcome: Outcome) -> None:
        text, bits = self.made(outcome)
        self.source.line(f"{self.out}, {self.bits} = {self.source.thing(text)}, {bits}")

    def found(self, outcome: str) -> None:
        self.kept(f"written({outcome})")

    def kept(self, made: str) -> None:
        self.source.line(f"{self.out}, {self.bits} = {made}")

    def made(self, outcome: Outcome) -> tuple[str, int]:
        return _row_and_bits(self.writer, outcome)

    def text(self, low: str, high: str, base: str, readings: Mapping[str, str]) -> str:
        before, behind = self.writer.clauses[self.clause.id]
        begin = self.source.thing(_as_text(before + f"{ENTITLED},".encode()))
        last = "" if self.clause.kind == "floor" else high
        end = self.source.thing("," + _as_text(behind))
        return f"f'{{{begin}}}{low},{last},{base}{{{end}}}'"


def _as_text(data: bytes) -> str:
    """Bytes as a text with a character for each: such texts are put together sooner, and are bytes again at once."""
    return data.decode("latin-1")


def _row_and_bits(writer: LongCsv, outcome: Outcome) -> tuple[str, int]:
    row = writer.rest(outcome) if writer.every or outcome.status in PAYING else b""
    return _as_text(row), bits_of(outcome)


class CsvForm(OutcomesForm):
    """The rows of the long table, of all clauses of a policy."""

    def __init__(self, writer: LongCsv) -> None:
        self.writer = writer

    def of(self, source: SourceCode, compiled: Any, place: int) -> OutcomeForm:
        return CsvClause(source, compiled, place, self.writer)

    def constants(self) -> Iterator[tuple[str, Any]]:
        yield from _AMOUNTS
        yield "written", _Kept(partial(_row_and_bits, self.writer))

    def end(self, source: SourceCode, clauses: Sequence[OutcomeForm], resting: str) -> None:
        source.line(f"return filter(None, ({''.join(f'{each.out}, ' for each in clauses)})), {resting}")


# ---- objects of NDJSON ---------------------------------------------------------------------------------------------


class JsonClause(TextForm):
    """A clause as its entitlement with a comma behind it; its amounts are kept in `l…` and `h…` and go to the totals."""

    def __init__(self, source: SourceCode, compiled: Any, place: int, writer: NdjsonWriter, group: int) -> None:
        super().__init__(source, compiled, place)
        self.writer, self.group = writer, group

    def fixed(self, outcome: Outcome) -> None:
        name = self.source.thing(self.writer.entitlement(outcome))
        self.source.line(f"{self.out}, {self.bits} = {name}, {bits_of(outcome)}")
        if outcome.low is not None:
            self.keep(self.source.thing(outcome.low), self.source.thing(outcome.high))

    def found(self, outcome: str) -> None:
        self.kept(f"written({outcome})")

    def kept(self, made: str) -> None:
        self.source.line(f"{self.out}, {self.bits}, {self.low}, {self.high} = {made}")

    def made(self, outcome: Outcome) -> "Entry":
        return _entry(self.writer, outcome)

    def text(self, low: str, high: str, base: str, readings: Mapping[str, str]) -> str:
        begin = self.source.thing(self.writer.clauses[self.clause.id])
        spans = [
            f"{json_string(name)}: [{{fen_text({each}[0])}}, {{fen_text({each}[1])}}]"
            for name, each in readings.items()
        ]
        told = f', "readings": {{{{{", ".join(spans)}}}}}' if spans else ""
        amounts = f'{low}, "high": {high}, "base": {base or "null"}, "missing": []{told}'
        return f"{begin} + f{amounts!r}.encode() + {self.source.thing(self.writer.behind(self.compiled.notes))}"

    def keep(self, low: str, high: str) -> None:
        self.source.line(f"{self.low}, {self.high} = {low}, {high}")

    def settled(self) -> None:
        """What the clause comes to is added to the others of its nature and basis."""
        with self.source.block(f"if {self.is_entitled}"):
            self.source.line(f"s{self.group} += {self.low}")
            self.source.line(f"z{self.group} += {self.high}")
            self.source.line(f"p |= {1 << self.group}")


Entry = tuple[bytes, int, Decimal | None, Decimal | None]
"""An entitlement as text, how it came out, and its amounts."""


def _entry(writer: NdjsonWriter, outcome: Outcome) -> Entry:
    return writer.entitlement(outcome), bits_of(outcome), outcome.low, outcome.high


class JsonForm(OutcomesForm):
    """The entitlements of all clauses of a policy, and the totals of them, by groups of one nature and one basis each."""

    def __init__(self, writer: NdjsonWriter) -> None:
        self.writer = writer
        self.ends: dict[tuple[int, ...], str] = {}
        """The variables of totals that are written already, by the groups that they add up."""
        self.groups = list(dict.fromkeys((each.nature, each.basis) for each in writer.policy.clauses))

    def of(self, source: SourceCode, compiled: Any, place: int) -> OutcomeForm:
        group = self.groups.index((compiled.clause.nature, compiled.clause.basis))
        return JsonClause(source, compiled, place, self.writer, group)

    def constants(self) -> Iterator[tuple[str, Any]]:
        yield from _AMOUNTS
        yield "written", _Kept(partial(_entry, self.writer))

    def begin(self, source: SourceCode) -> None:
        names = "".join(f"s{place} = z{place} = " for place in range(len(self.groups)))
        source.line(f"{names}NIL")
        source.line("p = 0")

    def end(self, source: SourceCode, clauses: Sequence[OutcomeForm], resting: str) -> None:
        """The totals: of all, of each nature and of each basis of which a clause is entitled."""
        policy = self.writer.policy
        source.line("natures, bases = [], []")
        self.ends.clear()
        for name in policy.natures:
            self._total(source, "natures", name, [place for place, (own, _) in enumerate(self.groups) if own == name])
        for name in policy.bases:
            self._total(source, "bases", name, [place for place, (_, own) in enumerate(self.groups) if own == name])
        low, high = self._sums(range(len(self.groups)))
        _write_amount(source, "first", low)
        _write_amount(source, "last", high)
        members = '"totals": {{"low": {first}, "high": {last}, "by_nature": {{{", ".join(natures)}}}, "by_basis": {{{", ".join(bases)}}}}}, '
        source.line(f"totals = f{members!r}.encode()")
        source.line(f"return [{''.join(f'{each.out}, ' for each in clauses)}], totals, {resting}")

    def _total(self, source: SourceCode, kind: str, name: str, groups: Sequence[int]) -> None:
        """The total of one nature or basis; of the same groups it is written once."""
        if not groups:
            return
        with source.block(f"if p & {sum(1 << place for place in groups)}"):
            key = tuple(groups)
            if key not in self.ends:
                self.ends[key] = source.fresh("e")
                low, high = self._sums(groups)
                _write_amount(source, "first", low)
                _write_amount(source, "last", high)
                source.line(f'{self.ends[key]} = f\'"low": {{first}}, "high": {{last}}\'')
            member = f"{json_string(name)}: {{{{{{{self.ends[key]}}}}}}}"
            source.line(f"{kind}.append(f{member!r})")

    def _sums(self, groups: Sequence[int]) -> tuple[str, str]:
        low, high = (" + ".join(f"{letter}{place}" for place in groups) for letter in "sz")
        return low or "ZERO", high or "ZERO"


# ---- many enterprises ----------------------------------------------------------------------------------------------


class _Kept:
    """What is made of an outcome, kept for when the same one is handed out again."""

    def __init__(self, made: Callable[[Outcome], tuple[Any, ...]]) -> None:
        self.made = made
        self.kept: dict[int, tuple[Outcome, tuple[Any, ...]]] = {}

    def __call__(self, outcome: Outcome) -> tuple[Any, ...]:
        found = self.kept.get(id(outcome))
        if found is not None:
            return found[1]
        # While an outcome is kept, no other has its id.
        return keep(self.kept, id(outcome), (outcome, self.made(outcome)), MANY_KEPT)[1]


class Straight:
    """Writes what enterprises come to under one policy; made once, used for any number of them."""

    def __init__(self, assessor: ManyAssessor, form: OutcomesForm) -> None:
        self.assessor = assessor
        self.found, self.assumptions = function_of(assessor, form)
        self.kept: dict[Resting, tuple[Told, Told]] = {}

    def told(self, enterprise: Enterprise, as_of: date, resting: Resting) -> Told:
        """What the result of an enterprise rests on, the day among it, and what it warns of."""
        kept = self.kept.get(resting)
        if kept is None:
            assumptions, (own, like_wan) = self.assumptions(resting), self.assessor.warned_of(as_of)
            kept = keep(self.kept, resting, ((assumptions, own), (assumptions, like_wan)), MANY_KEPT)
        return kept[self.assessor.looks_like_wan(enterprise)]


class StraightCsv(Straight):
    """Writes the rows of the long table."""

    def __init__(self, assessor: ManyAssessor, writer: LongCsv) -> None:
        super().__init__(assessor, CsvForm(writer))
        self.writer = writer

    def write(self, enterprise: Enterprise, as_of: date, parts: list[bytes]) -> Told:
        """Adds the rows of an enterprise to those that are written; within `EXACT`."""
        rest, resting = self.found(enterprise.facts, as_of)
        label = self.writer.label(enterprise).decode("latin-1")
        rows = label.join(rest)
        if rows:
            parts.append(f"{label}{rows}".encode("latin-1"))
        return self.told(enterprise, as_of, resting)


class StraightNdjson(Straight):
    """Writes lines of NDJSON."""

    def __init__(self, assessor: ManyAssessor, writer: NdjsonWriter) -> None:
        super().__init__(assessor, JsonForm(writer))
        self.writer = writer

    def write(self, enterprise: Enterprise, as_of: date, parts: list[bytes]) -> Told:
        """Adds the parts of a line to those that are written; within `EXACT`."""
        texts, totals, resting = self.found(enterprise.facts, as_of)
        told = self.told(enterprise, as_of, resting)
        said = self.writer.said(*told)
        self.writer.add(enterprise, as_of, texts, totals, said, self.assessor.pins, parts)
        return told
