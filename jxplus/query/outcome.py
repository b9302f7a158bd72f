"""What a clause comes to for each enterprise, in SQL: its status, its interval and its base, to the fen."""

from collections.abc import Iterable

from sqlglot import exp

from jxplus.assessment import ENTITLED, NOT_IN_FORCE, NOT_MET, UNDECIDED, UNQUANTIFIED
from jxplus.policy import Clause
from jxplus.policy.tables import TOTAL, is_text
from jxplus.quantity import ZERO, to_fen
from jxplus.query import expressions, numbers
from jxplus.query.expressions import negated
from jxplus.query.logic import both, either
from jxplus.query.numbers import Bounds, Sql
from jxplus.query.readings import Readings
from jxplus.query.rounding import rounded, rounded_in_64_bits
from jxplus.query.tables import FEN
from jxplus.query.terms import Terms
from jxplus.query.waits import Waits

_STATUSES = (ENTITLED, UNQUANTIFIED, UNDECIDED, NOT_MET, NOT_IN_FORCE)


class Outcomes:
    """The columns of each clause, in the policy's order, and the amounts that add up to the totals."""

    def __init__(self, readings: Readings) -> None:
        self.readings, self.options = readings, readings.options
        self.clauses: list[tuple[Clause, dict[str, exp.Expr]]] = []
        self.totals: dict[str, list[Sql]] = {"low": [], "high": []}
        self.ruled = False
        """Whether rules are between the clauses: then the totals stand beside what these come to."""
        self.bounds: dict[tuple[str, str], Bounds] = {}
        """The bounds of the amounts, by clause and end."""
        self.under: dict[tuple[str, str], list[exp.Expr]] = {}
        """What a clause comes to at an end under each of its readings, zero where it comes to nothing, in the order of these."""
        self.wider: set[str] = set()
        """The columns of amounts that 18 digits are not proved to hold."""

    def add(self, clause: Clause) -> None:
        """Adds a clause to the query; raises `Unproved`."""
        inside = self.readings.in_force(clause)
        clause = self.readings.held(clause)
        if inside == exp.false():
            self.clauses.append((clause, no_amount(self.said(NOT_IN_FORCE))))
            return
        pin = self.options.pins.get(clause.id)
        read = self.readings.of(clause, pin)
        readings = [terms for _, terms in read]
        unknown = either(*(each for terms in readings for each in terms.unknown()))
        met = either(*(terms.met.expression for terms in readings if terms.met is not None and not terms.met.open))
        left_open = None
        if clause.unquantified_without is not None and unknown is not None:
            waiting = Waits(self.readings, clause)
            waits = either(*(waiting.of(reading, terms) for reading, terms in read if terms.met is not None))
            left_open = both(unknown, negated(waits) if waits is not None else None)
        columns = no_amount(self.status(clause, inside, left_open, unknown, met))
        decided = (
            negated(unknown)
            if unknown is not None and (len(readings) > 1 or any(terms.open_amounts() for terms in readings))
            else None
        )
        entitled = both(inside, decided, met if met is not None else exp.false())
        if clause.kind != "unstated" and met is not None:
            self.amounts(clause, columns, entitled, met, readings)
        base = readings[0].base
        if base is not None and readings[0].whole is not None:
            if left_open is not None:
                entitled = both(inside, either(left_open, both(decided, met) if met is not None else None))
            bound = fen_bounds([base])
            zero = self.fen(numbers.figure(ZERO), bound)
            kept = (
                exp.Case().when(readings[0].whole.expression, self.fen(base, bound), copy=False).else_(zero, copy=False)
            )
            columns["base"] = exp.Case().when(
                entitled, kept if left_open is not None else self.fen(base, bound), copy=False
            )
            self.keep_width(clause, "base", bound)
        self.clauses.append((clause, columns))

    def status(
        self,
        clause: Clause,
        inside: exp.Expr,
        left_open: exp.Expr | None,
        unknown: exp.Expr | None,
        met: exp.Expr | None,
    ) -> exp.Expr:
        """The status of a clause: the first of these conditions that holds decides."""
        paid = ENTITLED if clause.kind != "unstated" else UNQUANTIFIED
        outside = negated(inside) if inside != exp.true() else None
        ways = ((outside, NOT_IN_FORCE), (left_open, UNQUANTIFIED), (unknown, UNDECIDED), (met, paid))
        case = exp.Case()
        for condition, status in ways:
            if condition is not None:
                case = case.when(condition, self.said(status), copy=False)
        other = self.said(NOT_MET)
        return case.else_(other, copy=False) if case.args.get("ifs") else other

    def said(self, status: str) -> exp.Expr:
        return self.one_of(status, _STATUSES)

    def one_of(self, text: str, texts: Iterable[str]) -> exp.Expr:
        """One of several texts; as a value of their ENUM, of one byte, where the query is tuned."""
        literal = exp.Literal.string(text)
        return expressions.cast(literal, enum_type(texts)) if self.options.tuned else literal

    def type_of(self, column: str) -> exp.DataType:
        """The type of a column of the outcome, by its name, where the query is tuned."""
        if column.endswith("_status"):
            return enum_type(_STATUSES)
        if is_text(column):
            return exp.DataType(this=exp.DataType.Type.TEXT, nested=False)
        wide = column in self.wider or column in (f"{TOTAL}_low", f"{TOTAL}_high")
        return expressions.decimal_type(numbers.WIDEST if wide else numbers.NARROW, FEN)

    def fen(self, value: Sql | None, bounds: Bounds) -> exp.Expr:
        """An amount rounded half up to the fen, in the type of `bounds`; zero for None."""
        value = value or numbers.figure(ZERO)
        if value.figure is not None:
            return expressions.cast(
                numbers.figure(to_fen(value.figure), FEN).expression, expressions.decimal_type(bounds.width, FEN)
            )
        if numbers.bounds_of(value).scale <= FEN:
            return expressions.cast(expressions.free(value.expression), expressions.decimal_type(bounds.width, FEN))
        return rounded_in_64_bits(value, bounds.width) if self.options.tuned else rounded(value, bounds.width)

    def keep_width(self, clause: Clause, what: str, bound: Bounds) -> None:
        if bound.width > numbers.NARROW:
            self.wider.add(f"{clause.id}_{what}")

    def amounts(
        self,
        clause: Clause,
        columns: dict[str, exp.Expr],
        entitled: exp.Expr,
        met: exp.Expr,
        readings: list[Terms],
    ) -> None:
        """Fills in `low` and `high`: those of the only reading, or the least and the greatest of several."""
        for what, pick in (("low", exp.Least), ("high", exp.Greatest)):
            ends = [terms.low if what == "low" else terms.high for terms in readings]
            bound = fen_bounds(ends)
            values = []
            for terms, end in zip(readings, ends, strict=True):
                value = self.fen(end, bound)
                if terms.met is not None and terms.met.expression != met:
                    value = (
                        exp.Case()
                        .when(terms.met.expression, value, copy=False)
                        .else_(self.fen(None, bound), copy=False)
                    )
                values.append(value)
            nothing = self.fen(None, bound)
            if self.readings.policy.rules:
                self.under[clause.id, what] = [
                    exp.Case().when(entitled, each, copy=False).else_(nothing, copy=False) for each in values
                ]
            self.bounds[clause.id, what] = bound
            values = list(dict.fromkeys(values))
            value = values[0] if len(values) == 1 else pick(this=values[0], expressions=values[1:])
            if what == "high" and clause.kind == "floor":
                continue  # there is none
            columns[what] = exp.Case().when(entitled, value, copy=False)
            self.keep_width(clause, what, bound)
            total = expressions.coalesce(exp.column(f"{clause.id}_{what}", quoted=True), exp.Literal.number("0.00"))
            self.totals[what].append(Sql(total, False, bound))


def enum_type(texts: Iterable[str]) -> exp.DataType:
    """The type of one of several texts, which costs a byte."""
    listed = [exp.Literal.string(each) for each in texts]
    return exp.DataType(this=exp.DataType.Type.ENUM, expressions=listed)


def no_amount(status: exp.Expr) -> dict[str, exp.Expr]:
    """The columns of a clause that pays nothing."""
    nothing = expressions.cast(exp.null(), expressions.decimal_type(numbers.NARROW, FEN))
    return {"status": status, "low": nothing, "high": nothing.copy(), "base": nothing.copy()}


def fen_bounds(values: Iterable[Sql | None]) -> Bounds:
    """The bounds and the type of amounts that are rounded to the fen: of 18 digits where that is enough."""
    found = [numbers.bounds_of(value) for value in values if value is not None]
    low = min((to_fen(each.low) for each in found), default=ZERO)
    high = max((to_fen(each.high) for each in found), default=ZERO)
    bounds = Bounds(min(low, ZERO), max(high, ZERO), FEN, numbers.NARROW, True)
    return bounds if bounds.digits <= numbers.NARROW else bounds._replace(width=bounds.digits, narrow=False)
