"""One clause in the generated function: its result where all that it asks for is known.

What is rare is handed to the evaluator: an item whose day falls outside, a figure that the plan leaves open, a formula that is
`Hard`.
"""

from collections.abc import Sequence
from decimal import Decimal, localcontext
from typing import Any

from jxplus.assessment import Interval, Outcome
from jxplus.assessment.codegen.facts import FactsSource
from jxplus.assessment.codegen.form import Entitled, OutcomeForm
from jxplus.assessment.outcome import keep
from jxplus.formula.evaluate import literal_value
from jxplus.formula.node import Node
from jxplus.formula.source import is_hard
from jxplus.policy import Reading
from jxplus.quantity import EXACT, ZERO


class KnownClause:
    """The lines that give one clause's result, in the form that is wanted of it."""

    def __init__(self, source: FactsSource, compiled: Any, form: OutcomeForm) -> None:
        self.source, self.compiled, self.clause, self.form = source, compiled, compiled.clause, form
        self.readings = [each for each in self.clause.readings if compiled.pin is None or each.id == compiled.pin]
        self.own = source.thing(compiled)

    # ---- the clause as a whole

    def write(self) -> None:
        """The clause in the time it is in force, and else the outcome that says it is not."""
        source = self.source
        source.line(f"# {self.clause.id}")
        if any(map(is_hard, self.clause.formulas())):
            self.evaluated(f"on({source.name(self.clause.day)})")
        else:
            self._timeless()
            if self.clause.period[:2] != (None, None):
                self._in_time()
        self.form.settled()

    def not_met(self) -> None:
        self.form.fixed(self.compiled.not_met)

    def _in_time(self) -> None:
        key = *self.clause.period[:2], self.clause.day
        within = self.source.periods.setdefault(key, f"p{len(self.source.periods)}")
        empty = [f"not {self.source.name(listed)}" for listed in self.compiled.force.deciding]
        lists = [
            self.source.outsiders.setdefault((*each, *self.clause.period[:2]), f"x{len(self.source.outsiders)}")
            for each in self.compiled.force.dated
        ]
        if lists:
            with self.source.block(f"if {' or '.join(lists)}"):
                self.evaluated("dated_outcome", f", bool({self.form.pays})")
        out = " and ".join([f"not {within}", *empty])
        with self.source.block(f"{'elif' if lists else 'if'} {out}"):
            self.form.found(f"{self.own}.outside({self.source.name(self.clause.day)}, bool({self.form.pays}))")

    def evaluated(self, how: str, more: str = "") -> None:
        """Has the evaluator give the outcome."""
        self.source.line("if facts is None: facts = taken(stated, as_of)")
        self.form.found(f"{self.own}.{how}(facts{more})")

    def _timeless(self) -> None:
        """The outcome if the clause were in force."""
        formulas = list(self.clause.formulas())
        bits = self.source.mask(formulas) | (self.source.bit(self.clause.each) if self.clause.each else 0)
        if not bits:
            self._all_known()
            return
        with self.source.block(f"if {self.source.some_unknown(bits)}"):
            self.where_unknown()
        with self.source.block("else"):
            self._all_known()

    # ---- where all is known

    def _all_known(self) -> None:
        if self.clause.each is None:
            self.whole()
        else:
            with self.source.block(f"if not {self.source.name(self.clause.each)}"):
                self.not_met()
            with self.source.block("else"):
                self.itemwise()

    def whole(self, met: Sequence[str] = ()) -> None:
        """A clause over the enterprise; `met` are the conditions of its readings where something in them may be unknown."""
        source = self.source
        met = met or [source.known(reading.when) for reading in self.readings]
        if len(self.readings) > 1:
            found = []
            for reading, condition in zip(self.readings, met, strict=True):
                found.append(source.fresh("r"))
                source.line(f"{found[-1]} = None")
                with source.block(f"if {condition}"):
                    self._interval(found[-1], reading)
            self._of_readings(found, None, met[0])
            return
        (reading,) = self.readings
        with source.block(f"if {met[0]}"):
            self._entitled(reading)
        with source.block("else"):
            self.not_met()

    def itemwise(self, items: Sequence[tuple[str, str]] = ()) -> None:
        """A clause over the items of a list, of which there is one at least.

        `items` has for each reading the variable of an item and the condition on it, where something in that may be unknown.
        """
        items = items or [self._of_known_item(reading) for reading in self.readings]
        if self.compiled.literal and self.clause.kind != "unstated":
            self._counted(items)
            return
        source, found = self.source, []
        for reading, (item, condition) in zip(self.readings, items, strict=True):
            met = source.fresh("n")
            high = source.fresh("h") if reading.high is not None else ""
            low = source.fresh("l") if reading.low is not None and reading.low is not reading.high else ""
            base = source.fresh("b") if self.clause.base is not None and reading is self.readings[0] else ""
            found.append((reading, met, high, low, base))
            source.line(f"{met} = False")
            if condition == "False":
                if base or high:
                    source.line(" = ".join([*filter(None, (base, high, low)), "ZERO"]))
                continue
            sums = {high: reading.high, low: reading.low, base: self.clause.base}
            adds = {name: source.known(node, item) for name, node in sums.items() if name and node is not None}
            if adds:
                source.line(f"{' = '.join(adds)} = ZERO")
            with source.block(f"for {item} in {source.name(self.clause.each or '')}"), source.block(f"if {condition}"):
                source.line(f"{met} = True")
                for name, amount in adds.items():
                    source.line(f"{name} += {amount}")
                if not adds:
                    source.line("break")
        if len(found) == 1:
            reading, met, high, low, base = found[0]
            with source.block(f"if {met}"):
                self._outcome(reading, high, low, base)
            with source.block("else"):
                self.not_met()
            return
        results = []
        for (reading, met, high, low, _), (_, condition) in zip(found, items, strict=True):
            if condition == "False":
                results.append("None")
                continue
            results.append(source.fresh("r"))
            source.line(f"{results[-1]} = None")
            with source.block(f"if {met}"):
                self._span(results[-1], reading, high, low)
        self._of_readings(results, found[0][4] or None)

    def _of_known_item(self, reading: Reading) -> tuple[str, str]:
        item = self.source.fresh("i")
        return item, self.source.known(reading.when, item)

    def _counted(self, items: Sequence[tuple[str, str]]) -> None:
        """A clause that pays the plan's own figures for each item: its outcome hangs on how many meet it, reading by reading."""
        source, counts = self.source, []
        for item, condition in items:
            counts.append(source.fresh("n"))
            source.line(f"{counts[-1]} = 0")
            with source.block(f"for {item} in {source.name(self.clause.each or '')}"):
                source.line(f"if {condition}: {counts[-1]} += 1")
        kept = source.thing({(0,) * len(counts): self.form.made(self.compiled.not_met)})
        source.line(f"m = ({', '.join(counts)},)")
        self.form.kept(f"{kept}.get(m) or {source.thing(self._outcome_of_counts)}({kept}, m)")

    def _outcome_of_counts(self, kept: dict[tuple[int, ...], Any], counts: tuple[int, ...]) -> Any:
        """The outcome where so many items meet each reading, in its form; kept for the next enterprise that has as many."""
        found = [
            _interval_of(reading, count) if count else None
            for reading, count in zip(self.readings, counts, strict=True)
        ]
        outcome = self.compiled.decided(found, None) if any(counts) else self.compiled.not_met
        return keep(kept, counts, self.form.made(outcome))

    def _of_readings(self, found: Sequence[str], base: str | None, first: str = "") -> None:
        """The outcome of several readings, each in a variable: None, or its interval; `first` is when the first is met."""
        source = self.source
        none = " and ".join(f"{each} is None" for each in found if each != "None")
        if not none:  # whatever is stated, none is met
            self.not_met()
            return
        with source.block(f"if {none}"):
            self.not_met()
        with source.block("else"):
            if base is None and self.clause.base is not None:
                base = source.fresh("b")
                source.line(f"{base} = ZERO")
                with source.block(f"if {first}"):
                    source.line(f"{base} += {source.known(self.clause.base)}")
            self._of_intervals(found, base)

    def _of_intervals(self, found: Sequence[str], base: str | None) -> None:
        """The outcome of several readings, one of which is met at least: the hull of what each comes to, to the fen."""
        source = self.source
        if self.clause.kind == "unstated":
            self.form.fixed(self.compiled.unquantified)
            return
        spans = []
        for each in found:
            if each == "None":
                spans.append("NOTHING")
                continue
            spans.append(source.fresh("k"))
            source.line(f"{spans[-1]} = {each} or NOTHING")
        base = _fen(base) if base else ""
        low, high = _hull(spans)
        if not self.form.tells_readings:
            self.form.entitled(Entitled(low, high, base))
            return
        first, *others = spans
        with source.block(f"if {' and '.join(f'{first} == {other}' for other in others)}"):
            self.form.entitled(Entitled(f"{first}[0]", f"{first}[1]", base))
        with source.block("else"):
            readings = {each.id: span for each, span in zip(self.readings, spans, strict=True)}
            self.form.entitled(Entitled(low, high, base, readings))

    # ---- amounts

    def _interval(self, found: str, reading: Reading) -> None:
        """Puts the interval of one reading of a clause over the enterprise, to the fen, into a variable."""
        source, high, low = self.source, "", ""
        if reading.high is not None:
            high = source.fresh("h")
            source.line(f"{high} = {self.form.sign}{source.known(reading.high)}")
        if high and reading.low is not None and reading.low is not reading.high:
            low = source.fresh("l")
            source.line(f"{low} = {self.form.sign}{source.known(reading.low)}")
        self._span(found, reading, high, low)

    def _span(self, found: str, reading: Reading, high: str, low: str) -> None:
        """Puts the interval of amounts that are worked out, to the fen, into a variable."""
        source = self.source
        if not high:
            source.line(f"{found} = NOTHING")
        elif reading.low is reading.high and reading.cap is None:
            source.line(f"{high} = {_fen(high)}")
            source.line(f"{found} = ({high}, {high})")
        else:
            source.line(f"{found} = {self._ends(reading, high, low)}")
            source.line(f"{found} = ({_fen(f'{found}[0]')}, {_fen(f'{found}[1]')})")

    def _ends(self, reading: Reading, high: str, low: str) -> str:
        """The interval of amounts that are worked out: each end at most the cap, or the high end."""
        if not high:
            return "(ZERO, ZERO)"
        low = low or (high if reading.low is reading.high else "ZERO")
        if reading.cap is None:
            return f"({low if low == high else _lower(low, high)}, {high})"
        cap = self.source.fresh("c")
        self.source.line(f"{cap} = {self.source.known(reading.cap)}")
        return f"({_lower(low, cap)}, {_lower(high, cap)})"

    def _entitled(self, reading: Reading) -> None:
        """The outcome of the only reading of a clause over the enterprise, whose condition is met."""
        source, base = self.source, ""
        if self.clause.kind == "unstated":
            self.form.fixed(self.compiled.unquantified)
            return
        if self.compiled.literal:
            self.form.fixed(self._always(reading))
            return
        high = source.fresh("h") if reading.high is not None else ""
        low = source.fresh("l") if reading.low is not None and reading.low is not reading.high else ""
        if self.clause.base is not None:
            base = source.fresh("b")
            source.line(f"{base} = {self.form.sign}{source.known(self.clause.base)}")
            source.named[self.clause.base] = base
        for name, node in ((high, reading.high), (low, reading.low)):
            if name and node is not None:
                source.line(f"{name} = {self.form.sign}{source.known(node)}")
        source.named.clear()
        self._outcome(reading, high, low, base)

    def _always(self, reading: Reading) -> Outcome:
        """The outcome of a clause over the enterprise that pays the plan's own figures."""
        return self.compiled.decided([_interval_of(reading, 1)], None)  # type: ignore[no-any-return]

    def _outcome(self, reading: Reading, high: str, low: str, base: str) -> None:
        """The outcome of a single reading out of its exact amounts."""
        source = self.source
        if self.clause.kind == "unstated":
            self.form.fixed(self.compiled.unquantified)
            return
        if not high:
            self.form.found(f"{self.own}.decided(({self._ends(reading, high, low)},), {base or None})")
            return
        base = _fen(base) if base else ""
        if reading.low is reading.high and reading.cap is None:
            source.line(f"{high} = {_fen(high)}")
            self.form.entitled(Entitled(high, high, base))
        elif not low and reading.cap is None:
            nothing = source.fresh("e")
            source.line(f"{nothing} = ZERO <= {high}")
            source.line(f"{high} = {_fen(high)}")
            self.form.entitled(Entitled(f"(NIL if {nothing} else {high})", high, base, nothing=nothing))
        else:
            end = source.fresh("e")
            source.line(f"{end}, {high} = {self._ends(reading, high, low)}")
            self.form.entitled(Entitled(_fen(end), _fen(high), base))

    # ---- where something is not known

    def where_unknown(self) -> None:
        """The result where something that the clause asks for is unknown."""
        raise NotImplementedError


def _fen(amount: str) -> str:
    """The expression of an amount to the fen."""
    return f"to_fen({amount}, FEN)"


def _hull(spans: Sequence[str]) -> tuple[str, str]:
    """The expressions of the least and the most of some intervals; of two they are compared, which is sooner than to ask `min`."""
    if len(spans) == 2:
        one, other = spans
        low = f"({one}[0] if {one}[0] <= {other}[0] else {other}[0])"
        return low, f"({one}[1] if {one}[1] >= {other}[1] else {other}[1])"
    lows, highs = (", ".join(f"{each}[{end}]" for each in spans) for end in (0, 1))
    return f"min({lows})", f"max({highs})"


def _lower(one: str, other: str) -> str:
    """The expression of the lower of two variables."""
    return f"({one} if {one} <= {other} else {other})"


def _interval_of(reading: Reading, count: int) -> Interval:
    """What so many items come to under a reading that pays the plan's own figures."""

    def sum_of(node: Node | None) -> Decimal:
        return ZERO if node is None else ZERO + sum([literal_value(node)] * count, ZERO)

    with localcontext(EXACT):
        low, high = sum_of(reading.low), sum_of(reading.high)
        cap = high if reading.cap is None else literal_value(reading.cap)
        return min(low, cap), min(high, cap)
