"""A policy over tables, as one SELECT: every clause of it for every enterprise at once.

The tables are those of a batch: `enterprises`, keyed by `id`, with a column per fact, and a table per list with
`enterprise_id`. The query goes the way the policy does: the facts, typed and with their defaults; the items of each list
and what they add up to; who meets each clause, NULL where that is open; what it comes to. An enterprise gets what
`assess` gives it, to the fen.

Rows are taken to be clean: figures within their limits, choices under their ids, every item complete.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal, localcontext
from functools import reduce
from typing import NamedTuple

from sqlglot import Dialect, Dialects, ErrorLevel, UnsupportedError, exp

from jxplus import __version__
from jxplus.assess import ENTITLED, NOT_IN_FORCE, NOT_MET, UNDECIDED, UNQUANTIFIED
from jxplus.fault import Fault, Refused, Text
from jxplus.formula import sql
from jxplus.formula.evaluate import function
from jxplus.formula.node import Node, unparse
from jxplus.formula.sql import Bounds, Sql, Unproved, negated
from jxplus.policy import Clause, Fact, Policy, Reading
from jxplus.quantity import EXACT, ZERO, to_fen

ENTERPRISES, KEY, OWNER, DAY = "enterprises", "id", "enterprise_id", "as_of"
"""The table of enterprises, its key, the column of a list's table that refers to it, and the fact that is a row's day."""
SHAPES = ("long", "wide")
LONG = ("enterprise", "clause", "section", "status", "low", "high", "base")
MOST_ITEMS = 10**9 - 1
"""The items that one enterprise may have in a list: the sums are proved for so many, and more stop the query."""

_FACTS, _MET, _OUTCOME, _DAY = "facts", "met", "outcome", "day of calculation"
_FEN = 2
_NULL_TRUTH = exp.cast(exp.null(), "BOOLEAN")


class Options(NamedTuple):
    """What is asked of a policy over tables.

    `day` is the day of every calculation; without it each enterprise's own holds, and else `today` (the engine's own day
    where that is None). `pins` chooses readings. `every` also gives the clauses that pay nothing, in the long shape.
    `absent` names what the tables do not have: a list (`premises`), a fact (`investment`), an item's fact
    (`premises.months_used`).
    """

    shape: str = "long"
    day: date | None = None
    today: date | None = None
    pins: Mapping[str, str] = {}
    every: bool = False
    absent: Collection[str] = ()


def policy_query(policy: Policy, options: Options, dialect: str = "duckdb") -> exp.Expr:
    """The query that gives the long or the wide table, for `query_text` to write in `dialect`.

    Raises `Refused` where a decimal of a formula is not proved to fit 38 digits: each such formula with its place.
    """
    query, faults = _Query(policy, options), []
    with localcontext(EXACT):
        for clause in policy.clauses:
            try:
                query.add(clause)
            except Unproved as unproved:
                faults.append(_fault(policy, clause, unproved))
        if faults:
            raise Refused(faults)
        return query.select(dialect)


def _fault(policy: Policy, clause: Clause, unproved: Unproved) -> Fault:
    from jxplus.policyfile import formula_place

    written = unparse(unproved.node)
    return Fault(
        policy.file,
        formula_place(policy, clause, unproved.node),
        clause.id,
        Text(
            f"“{written}”可能达{unproved.digits}位数字，而 SQL 的十进制数最多{sql.WIDEST}位",
            f"'{written}' may come to {unproved.digits} digits, and a decimal in SQL has {sql.WIDEST} at most",
        ),
        Text("在 types 中收紧所用事实的上限或小数位数", "lower the bounds or the decimals of its facts, under `types`"),
    )


# ---- formulas ------------------------------------------------------------------------------------------------------


def _conjuncts(node: Node) -> list[Node]:
    """The conditions that `node` asks for together."""
    if node.op == "let":
        return _conjuncts(node.args[0])
    return [part for arg in node.args for part in _conjuncts(arg)] if node.op == "and" else [node]


def _uses_item(node: Node) -> bool:
    """Whether a formula depends on the item that its clause has come to; an `any` looks at items of its own."""
    return node.op == "item" or (node.op != "any" and any(map(_uses_item, node.args)))


def _level(*nodes: Node) -> int:
    """How many layers of sums an item's formulas stand above: 0 where they ask for nothing but the item's facts."""
    found = 0
    for node in nodes:
        if node.op == "fact":
            found = max(found, 1)
        elif node.op == "any":
            found = max(found, 1 + _level(*node.args))
        else:
            found = max(found, _level(*node.args))
    return found


def _fact_bounds(fact: Fact) -> Bounds | None:
    limits = fact.limits
    if limits is None:
        return None
    if limits.at_most is not None:
        high = limits.at_most
    else:
        assert limits.below is not None
        high = limits.below - Decimal(1).scaleb(-limits.decimals)
    return sql.fact_bounds(-high if fact.signed else ZERO, high, limits.decimals)


def _fact_type(fact: Fact) -> exp.DataType:
    """The type of a fact's column: a decimal of exactly the size its limits ask for, a truth, a date or text."""
    bounds = _fact_bounds(fact)
    if bounds is not None:
        return sql.decimal_type(bounds.width, bounds.scale)
    return exp.DataType.build({"truth": "BOOLEAN", "date": "DATE"}.get(fact.type.kind, "TEXT"))


def _typed(fact: Fact, absent: bool) -> exp.Expr:
    """A fact's column out of its table, typed, with its default."""
    value = exp.cast(exp.null() if absent else exp.column(fact.id), _fact_type(fact))
    if fact.default is None or fact.default == "today":
        return value
    default = fact.default
    bounds = _fact_bounds(fact)
    other = sql.figure(default, bounds.scale).expression if bounds else exp.true() if default is True else exp.false()
    return exp.func("COALESCE", value, other)


def _is_null(value: exp.Expr) -> exp.Expr:
    return exp.Is(this=sql.bracketed(value), expression=exp.null())


def _is_known(value: exp.Expr) -> exp.Expr:
    return exp.Not(this=_is_null(value))


def _count(condition: exp.Expr) -> exp.Expr:
    """How many rows meet a condition."""
    if condition == exp.true():
        return exp.Count(this=exp.Star())
    return exp.Count(this=exp.Case().when(condition.copy(), exp.Literal.number(1)))


def _some(count: exp.Expr) -> exp.Expr:
    """Whether a count of items is above zero; an enterprise without items has none."""
    return exp.GT(this=exp.func("COALESCE", count, exp.Literal.number(0)), expression=exp.Literal.number(0))


def _both(*conditions: exp.Expr | None) -> exp.Expr:
    return exp.and_(*[each for each in conditions if each is not None and each != exp.true()] or [exp.true()])


def _either(*conditions: exp.Expr | None) -> exp.Expr | None:
    found = [each for each in dict.fromkeys(conditions) if each is not None and each != exp.false()]
    return exp.or_(*found) if found else None


# ---- lists ---------------------------------------------------------------------------------------------------------


class _Sums:
    """What the items of one list add up to for each enterprise: a query of its own, grouped by the enterprise.

    On level 0 it asks for the items alone; above that the items are joined with the enterprise's facts, and with the sums
    of lower levels that it asks for.
    """

    def __init__(self, listed: str, level: int, taken: Counter[str]) -> None:
        self.listed, self.level, self.taken = listed, level, taken
        self.name = f"{listed}_sums" + (f"_{level}" if level else "")
        self.columns: dict[str, exp.Expr] = {}
        self.named: dict[str, str] = {}
        self.joins: dict[str, None] = {}

    def add(self, name: str, value: exp.Expr) -> exp.Column:
        """The column of an aggregate: a new one under `name`, or the one that has it already."""
        text = value.sql()
        if text not in self.named:
            self.taken[name] += 1
            name += f" #{self.taken[name]}" if self.taken[name] > 1 else ""
            self.named[text] = name
            self.columns[name] = value
        return exp.column(self.named[text], quoted=True)

    def select(self) -> exp.Select:
        items = f"{self.listed}_items"
        owner = exp.column(OWNER, table=items)
        query = exp.select(owner, *(exp.alias_(value, name, quoted=True) for name, value in self.columns.items()))
        query = query.from_(items)
        if self.level:
            query = query.join(_FACTS, on=f"{_FACTS}.{KEY} = {items}.{OWNER}", join_type="inner")
        for other in self.joins:
            query = query.join(other, on=f"{other}.{OWNER} = {items}.{OWNER}", join_type="left")
        return query.group_by(owner.copy())


class _Terms(NamedTuple):
    """One reading of a clause in SQL: who meets it, from what to what amount, and the base; the figures are exact.

    `met` is None where nobody can meet it, `low` and `high` where no amount is stated. `whole` is what the reading asks
    of the enterprise, apart from its items.
    """

    met: Sql | None
    whole: Sql | None = None
    low: Sql | None = None
    high: Sql | None = None
    base: Sql | None = None

    def open_amounts(self) -> list[exp.Expr]:
        """The amounts that may be unknown."""
        return list(dict.fromkeys(each.expression for each in (self.high, self.low) if each and each.nullable))

    def unknown(self) -> list[exp.Expr]:
        """The conditions under which the reading is open: who meets it is, or what those get who do."""
        if self.met is None:
            return []
        found = [_is_null(self.met.expression)] if self.met.nullable else []
        return found + [_both(self.met.expression, _is_null(amount)) for amount in self.open_amounts()]


class _Query:
    """The query as it grows, clause by clause."""

    def __init__(self, policy: Policy, options: Options) -> None:
        self.policy, self.options = policy, options
        self.facts: dict[str, None] = {}
        self.items: dict[str, dict[str, None]] = {}
        self.sums: dict[tuple[str, int], _Sums] = {}
        self.taken: Counter[str] = Counter()
        self.met: dict[str, exp.Expr] = {}
        self.names: dict[str, str] = {}
        self.clauses: list[tuple[Clause, dict[str, exp.Expr]]] = []
        self.totals: dict[str, list[Sql]] = {"low": [], "high": []}
        self.clause = ""

    # -- where facts, items and lists stand

    def absent(self, *names: str) -> bool:
        return ".".join(names) in self.options.absent

    def fact(self, name: str) -> Sql:
        self.facts[name] = None
        fact = self.policy.facts[name]
        return Sql(exp.column(name), fact.default in (None, "today"), _fact_bounds(fact))

    def leaf(self, node: Node) -> Sql:
        """A fact, an `any`, or the fact of an item that is not there because its list is unknown."""
        if node.op == "fact":
            return self.fact(node.value)
        if node.op == "any":
            return self.any(node)
        fact = self.item_fact(node)
        return Sql(exp.cast(exp.null(), _fact_type(fact)), True, _fact_bounds(fact))

    def item_fact(self, node: Node) -> Fact:
        listed, name = node.value
        return self.policy.lists[listed].facts[name]

    def item_leaf(self, sums: _Sums) -> sql.Leaf:
        """The leaves of a formula about an item of the list of `sums`."""

        def leaf(node: Node) -> Sql:
            if node.op == "item":
                self.items[sums.listed][node.value[1]] = None
                return Sql(exp.column(node.value[1]), False, _fact_bounds(self.item_fact(node)))
            if node.op == "any" and not self.absent(node.value):
                sums.joins[self.sums_of(node.value, _level(*node.args)).name] = None
            return self.leaf(node)

        return leaf

    def sums_of(self, listed: str, level: int) -> _Sums:
        self.items.setdefault(listed, {})
        return self.sums.setdefault((listed, level), _Sums(listed, level, self.taken))

    def any(self, node: Node) -> Sql:
        """`any LIST where (…)` as a truth of the enterprise."""
        condition = node.args[0]
        if self.absent(node.value):
            return self.of_unknown([condition])
        sums = self.sums_of(node.value, _level(condition))
        holds = sql.compile_formula(condition, self.item_leaf(sums))
        some = _some(sums.add(f"{self.clause} any", _count(holds.expression)))
        return self.unless_open(sums, "any", holds, some)

    def unless_open(self, sums: _Sums, what: str, holds: Sql, some: exp.Expr) -> Sql:
        """`some`, the truth that an item meets a condition; or unknown, where one may that is not known to."""
        if not holds.nullable:
            return Sql(some, False)
        open_items = _some(sums.add(f"{self.clause} {what} open", _count(_is_null(holds.expression))))
        if what == "any":
            return Sql(exp.Case().when(some, exp.true()).when(open_items, exp.null()).else_(exp.false()), True)
        return Sql(exp.Case().when(open_items, exp.null()).else_(some), True)

    def of_unknown(self, conditions: list[Node]) -> Sql:
        """Whether an item of a list that is not known meets the conditions: false where none can, else NULL."""
        if _level(*conditions) == 0:
            # With nothing to ask but the item, the answer is the same for every enterprise.
            known = [function(each)({}, {}) for each in conditions]
            return Sql(exp.false(), False) if False in known else Sql(_NULL_TRUTH.copy(), True)
        found = sql.all_of([sql.compile_formula(each, self.leaf) for each in conditions])
        return Sql(_both(found.expression, _NULL_TRUTH.copy()), True)

    # -- one reading

    def terms(self, clause: Clause, reading: Reading) -> _Terms:
        """A reading in SQL. What does not ask for the item is decided outside the sums over items."""
        parts = _conjuncts(reading.when)
        if any(part.op == "truth" and part.value is False for part in parts):
            return _Terms(None)
        own = [part for part in parts if _uses_item(part)]
        whole = sql.all_of([sql.compile_formula(part, self.leaf) for part in parts if not _uses_item(part)])
        if clause.each is None:
            low, high, base = (
                self.named(reading, what, sql.compile_formula(node, self.leaf)) if node is not None else None
                for what, node in (("low", reading.low), ("high", reading.high), ("base", clause.base))
            )
            met = self.named(reading, "met", whole)
            return _Terms(met, met, low, high, base)
        if self.absent(clause.each):
            met = self.named(reading, "met", sql.all_of([whole, self.of_unknown(own)]))
            return _Terms(met, whole, base=sql.figure(ZERO) if clause.base else None)
        return self.item_terms(clause, reading, own, whole)

    def item_terms(self, clause: Clause, reading: Reading, own: list[Node], whole: Sql) -> _Terms:
        assert clause.each is not None
        amounts = [node for node in (reading.low, reading.high, clause.base) if node is not None]
        sums = self.sums_of(clause.each, _level(*own, *filter(_uses_item, amounts)))
        holds = sql.all_of([sql.compile_formula(each, self.item_leaf(sums)) for each in own])
        low, high, base = (
            self.summed(sums, f"{reading.id} {what}".strip(), holds, node) if node is not None else None
            for what, node in (("low", reading.low), ("high", reading.high), ("base", clause.base))
        )
        some = self.some_item(sums, reading, holds, [low, high, base])
        met = sql.all_of([whole, self.unless_open(sums, reading.id, holds, some)])
        return _Terms(self.named(reading, "met", met), whole, low, high, base)

    def some_item(self, sums: _Sums, reading: Reading, holds: Sql, amounts: list[Sql | None]) -> exp.Expr:
        """Whether an item meets the condition: there is a sum, or else a count."""
        for amount in amounts:
            if amount is not None and not amount.nullable and isinstance(amount.expression, exp.Column):
                return _is_known(amount.expression)
        return _some(sums.add(f"{self.clause} {reading.id} count".replace("  ", " "), _count(holds.expression)))

    def summed(self, sums: _Sums, what: str, holds: Sql, node: Node) -> Sql:
        """An amount over the items that meet the condition: their sum, or their number times what is the same for all."""
        name = f"{self.clause} {what}"
        if not _uses_item(node):
            number = sums.add(f"{self.clause} count", _count(holds.expression))
            counted = exp.func("COALESCE", number, exp.Literal.number(0))
            bounds = sql.fact_bounds(ZERO, Decimal(MOST_ITEMS), 0)
            times = Sql(exp.cast(counted, sql.decimal_type(bounds.width, 0)), False, bounds)
            amount = sql.compile_formula(node, self.leaf)
            if amount.figure is not None:
                amount = sql.figure(amount.figure, _FEN)
            return sql.multiply(node, [times, amount])
        value = sql.compile_formula(node, self.item_leaf(sums))
        each = sql.bounds_of(value)
        bounds = Bounds(
            min(each.low * MOST_ITEMS, ZERO), max(each.high * MOST_ITEMS, ZERO), each.scale, sql.WIDEST, False
        )
        if bounds.digits > sql.WIDEST:
            raise Unproved(node, bounds.digits)
        case = (
            value.expression if holds.expression == exp.true() else exp.Case().when(holds.expression, value.expression)
        )
        total: exp.Expr = sums.add(name, exp.Sum(this=case))
        if value.nullable:
            holes = sums.add(f"{name} open", _count(_both(holds.expression, _is_null(value.expression))))
            total = exp.Case().when(_some(holes), exp.null()).else_(total)
        return Sql(total, value.nullable, bounds)

    def named(self, reading: Reading, what: str, value: Sql) -> Sql:
        """A condition or an amount under a name of its own, by which everything after it can ask for it."""
        if value.figure is not None:
            return value
        text = value.expression.sql()
        if text not in self.names:
            self.names[text] = " ".join(filter(None, (self.clause, reading.id, what)))
            self.met[self.names[text]] = value.expression
        return value._replace(expression=exp.column(self.names[text], quoted=True))

    # -- one clause

    def add(self, clause: Clause) -> None:
        """Adds a clause to the query; raises `Unproved`."""
        self.clause, self.names = clause.id, {}
        outside = self.outside(clause)
        if outside == exp.true():
            self.clauses.append((clause, _columns(exp.Literal.string(NOT_IN_FORCE))))
            return
        pin = self.options.pins.get(clause.id)
        read = [(each, self.terms(clause, each)) for each in clause.readings if pin in (None, each.id)]
        readings = [terms for _, terms in read]
        unknown = _either(*(each for terms in readings for each in terms.unknown()))
        met = _either(*(terms.met.expression for terms in readings if terms.met is not None))
        left_open = None
        if clause.unquantified_without is not None and unknown is not None:
            waits = _either(*(self.waits(clause, reading, terms) for reading, terms in read if terms.met is not None))
            left_open = _both(unknown, negated(waits) if waits is not None else None)
        columns = _columns(_status(clause, outside, left_open, unknown, met))
        inside = self.inside(clause)
        decided = negated(unknown) if unknown is not None and (len(readings) > 1 or self.has_open(readings)) else None
        entitled = _both(inside, decided, met)
        if clause.kind != "unstated" and met is not None:
            self.amounts(clause, columns, entitled, met, readings)
        base = readings[0].base
        if base is not None and readings[0].whole is not None:
            if left_open is not None:
                entitled = _both(inside, _either(left_open, _both(decided, met)))
            bound = _fen_bounds([base])
            zero = _fen(sql.figure(ZERO), bound)
            kept = exp.Case().when(readings[0].whole.expression, _fen(base, bound)).else_(zero)
            columns["base"] = exp.Case().when(entitled, kept if left_open is not None else _fen(base, bound))
        self.clauses.append((clause, columns))

    def has_open(self, readings: list[_Terms]) -> bool:
        return any(terms.open_amounts() for terms in readings)

    def outside(self, clause: Clause) -> exp.Expr | None:
        """The condition that a clause is not in force on the day; None where it always is."""
        start, end, _ = clause.period
        if self.options.day is not None:
            return None if clause.period.holds(self.options.day) else exp.true()
        day = exp.column(_DAY, quoted=True)
        return _either(
            exp.LT(this=day.copy(), expression=sql.day(start)) if start else None,
            exp.GT(this=day.copy(), expression=sql.day(end)) if end else None,
        )

    def inside(self, clause: Clause) -> exp.Expr | None:
        """The opposite of `outside`."""
        start, end, _ = clause.period
        if self.options.day is not None:
            return None
        day = exp.column(_DAY, quoted=True)
        return _both(
            exp.GTE(this=day.copy(), expression=sql.day(start)) if start else None,
            exp.LTE(this=day.copy(), expression=sql.day(end)) if end else None,
        )

    def amounts(
        self,
        clause: Clause,
        columns: dict[str, exp.Expr],
        entitled: exp.Expr,
        met: exp.Expr,
        readings: list[_Terms],
    ) -> None:
        """Fills in `low` and `high`: those of the only reading, or the least and the greatest of several."""
        for what, pick in (("low", exp.Least), ("high", exp.Greatest)):
            ends = [terms.low if what == "low" else terms.high for terms in readings]
            bound = _fen_bounds(ends)
            values = []
            for terms, end in zip(readings, ends, strict=True):
                value = _fen(end, bound)
                if terms.met is not None and terms.met.expression != met:
                    value = exp.Case().when(terms.met.expression, value).else_(_fen(None, bound))
                values.append(value)
            values = list(dict.fromkeys(values))
            value = values[0] if len(values) == 1 else pick(this=values[0], expressions=values[1:])
            columns[what] = exp.Case().when(entitled, value)
            total = exp.func("COALESCE", exp.column(f"{clause.id}_{what}", quoted=True), exp.Literal.number("0.00"))
            self.totals[what].append(Sql(total, False, bound))

    # -- what only one fact is missing for

    def waits(self, clause: Clause, reading: Reading, terms: _Terms) -> exp.Expr | None:
        """The condition that a reading waits for more than the fact that the plan leaves open; None where it cannot."""
        assert terms.met is not None
        parts = _conjuncts(reading.when)
        own = [part for part in parts if _uses_item(part)]
        amounts = [node for node in dict.fromkeys((reading.high, reading.low)) if node is not None]
        whole = self.wait(clause, self.leaf, *(part for part in parts if not _uses_item(part)))
        if clause.each is None:
            return self.waiting(terms.met, [whole], [self.wait(clause, self.leaf, *amounts)])
        if self.absent(clause.each):
            return self.waiting(terms.met, [exp.true()], [])
        sums = self.sums_of(clause.each, _level(*own, *filter(_uses_item, amounts)))
        leaf = self.item_leaf(sums)
        holds = sql.all_of([sql.compile_formula(each, leaf) for each in own]).expression
        name = f"{self.clause} {reading.id} waits"
        of_items = self.wait(clause, leaf, *filter(_uses_item, amounts))
        return self.waiting(
            terms.met,
            [whole, _counted(sums, name, self.wait(clause, leaf, *own))],
            [
                self.wait(clause, self.leaf, *(node for node in amounts if not _uses_item(node))),
                _counted(sums, f"{name} amount", _both(holds, of_items) if of_items is not None else None),
            ],
        )

    def waiting(self, met: Sql, conditions: list[exp.Expr | None], amounts: list[exp.Expr | None]) -> exp.Expr | None:
        condition, amount = _either(*conditions), _either(*amounts)
        return _either(
            _both(_is_null(met.expression), condition) if condition is not None else None,
            _both(met.expression, amount) if amount is not None else None,
        )

    def wait(self, clause: Clause, leaf: sql.Leaf, *nodes: Node) -> exp.Expr | None:
        """The condition that one of the formulas waits for more than the fact left open."""

        def others(node: Node) -> exp.Expr | None:
            if node.op == "fact":
                value = self.fact(node.value)
                return (
                    _is_null(value.expression) if value.nullable and node.value != clause.unquantified_without else None
                )
            if node.op == "item":
                return exp.true() if self.absent(node.value[0]) else None
            return self.wait_any(clause, node, leaf)

        return _either(*(sql.waits_for_others(node, leaf, others) for node in nodes))

    def wait_any(self, clause: Clause, node: Node, leaf: sql.Leaf) -> exp.Expr | None:
        value = leaf(node)
        if not value.nullable:
            return None
        if self.absent(node.value):
            waits: exp.Expr | None = exp.true()
        else:
            sums = self.sums_of(node.value, _level(*node.args))
            waits = _counted(sums, f"{self.clause} any waits", self.wait(clause, self.item_leaf(sums), *node.args))
        return None if waits is None else _both(_is_null(value.expression), waits)

    # -- the whole

    def select(self, dialect: str) -> exp.Expr:
        """The query, its parts in the order in which they build on each other."""
        outcome: list[exp.Expr] = [exp.alias_(exp.cast(exp.column(KEY), "TEXT"), "enterprise")]
        for clause, columns in self.clauses:
            for what, value in columns.items():
                alias = exp.alias_(value, f"{clause.id}_{what}", quoted=True)
                if what == "status":
                    alias.add_comments([f" {clause.section} {clause.title.zh} / {clause.title.en} "])
                outcome.append(alias)
        query = self.wide() if self.options.shape == "wide" else self.long(dialect)
        query = query.with_(_FACTS, as_=self.fact_columns(), copy=False)
        for listed in self.items:
            query = query.with_(f"{listed}_items", as_=self.item_columns(listed), copy=False)
        for sums in sorted(self.sums.values(), key=lambda each: each.level):
            query = query.with_(sums.name, as_=sums.select(), copy=False)
        query = query.with_(_MET, as_=self.met_columns(), copy=False)
        return query.with_(_OUTCOME, as_=exp.select(*outcome).from_(_MET), copy=False)

    def fact_columns(self) -> exp.Select:
        facts = self.policy.facts
        columns = [exp.alias_(_typed(facts[name], self.absent(name)), name) for name in facts if name in self.facts]
        if self.options.day is None:
            today = sql.day(self.options.today) if self.options.today else exp.CurrentDate()
            own = exp.cast(exp.column(DAY), "DATE")
            day = today if self.absent(DAY) else exp.func("COALESCE", own, today)
            columns.append(exp.alias_(day, _DAY, quoted=True))
        return exp.select(exp.column(KEY), *columns).from_(ENTERPRISES)

    def item_columns(self, listed: str) -> exp.Select:
        facts, used = self.policy.lists[listed].facts, self.items[listed]
        columns = [exp.alias_(_typed(facts[name], self.absent(listed, name)), name) for name in facts if name in used]
        return exp.select(exp.column(OWNER), *columns).from_(listed)

    def met_columns(self) -> exp.Select:
        """Facts, sums, and who meets what: all that the outcome is made of."""
        columns: list[exp.Expr] = [exp.column(exp.Star(), table=_FACTS)]
        for sums in self.sums.values():
            columns += [exp.column(name, quoted=True) for name in sums.columns]
        columns += [exp.alias_(value, name, quoted=True) for name, value in self.met.items()]
        query = exp.select(*columns).from_(_FACTS)
        for sums in self.sums.values():
            query = query.join(sums.name, on=f"{sums.name}.{OWNER} = {_FACTS}.{KEY}", join_type="left")
        return query

    def wide(self) -> exp.Select:
        totals = []
        for what, amounts in self.totals.items():
            node = Node("number", (), what)
            narrow_first = sorted(amounts, key=lambda each: sql.bounds_of(each).width)
            total = reduce(lambda left, right: sql.add(node, [left, right]), narrow_first, sql.figure(ZERO, _FEN))
            totals.append(exp.alias_(exp.cast(total.expression, sql.decimal_type(sql.WIDEST, _FEN)), f"total_{what}"))
        columns = [exp.column(f"{clause.id}_{what}", quoted=True) for clause, each in self.clauses for what in each]
        return exp.select("enterprise", *totals, *columns).from_(_OUTCOME)

    def long(self, dialect: str) -> exp.Select:
        """A row for each clause of each enterprise, made in the way that suits the engine."""
        rows: _Rows = []
        for clause, columns in self.clauses:
            told: list[exp.Expr] = [exp.Literal.string(clause.id), exp.Literal.string(clause.section)]
            amounts = [
                exp.cast(exp.column(f"{clause.id}_{what}", quoted=True), sql.decimal_type(sql.WIDEST, _FEN))
                for what in columns
                if what != "status"
            ]
            rows.append([*told, exp.column(f"{clause.id}_status", quoted=True), *amounts])
        query = _UNPIVOT.get(dialect, _unpivot_union)(rows)
        if self.options.every:
            return query
        paying = [exp.Literal.string(each) for each in (ENTITLED, UNQUANTIFIED)]
        return query.where(exp.In(this=exp.column("status"), expressions=paying))


def heading(policy: Policy, options: Options, query: exp.Expr, lang: str) -> str:
    """What stands above the query's text: what it is made from, what it gives and which tables it reads, as comments."""
    tables = []
    for part in query.find_all(exp.CTE):
        select = part.this
        table = select.find(exp.From).this.name
        if table == ENTERPRISES or table in policy.lists:
            read = dict.fromkeys(column.name for each in select.selects for column in each.find_all(exp.Column))
            tables.append(f"{table} ({', '.join(read)})")
    rows = {
        "wide": Text("每个企业一行", "one row for each enterprise"),
        "long": Text("每个企业的每一条款一行", "one row for each clause of each enterprise"),
    }[options.shape]
    day = options.day.isoformat() if options.day else None
    if lang == "zh":
        lines = [
            f"jxplus {__version__}: {policy.id} {policy.title.zh}，SHA-256 {policy.sha256}",
            f"结果: {rows.zh}；金额以元计，按分四舍五入",
            f"测算日期: {day or '各企业的 as_of，未写明则为当天'}",
            *(f"解读: {clause} = {reading}" for clause, reading in options.pins.items()),
            "读取的表（值须已校验；空值为未知；选项写英文代号；每项须填全）:",
        ]
    else:
        lines = [
            f"jxplus {__version__}: {policy.id} {policy.title.en}, SHA-256 {policy.sha256}",
            f"gives {rows.en}; amounts in yuan, rounded half up to the fen",
            f"day: {day or 'the as_of of each enterprise, today where it has none'}",
            *(f"reading: {clause} = {reading}" for clause, reading in options.pins.items()),
            "reads these tables (checked values; NULL is unknown; choices by their ids; every item complete):",
        ]
    return "".join(f"-- {line}\n" for line in [*lines, *(f"  {table}" for table in tables)])


def _columns(status: exp.Expr) -> dict[str, exp.Expr]:
    """The columns of a clause that pays nothing."""
    nothing = exp.cast(exp.null(), sql.decimal_type(sql.NARROW, _FEN))
    return {"status": status, "low": nothing, "high": nothing.copy(), "base": nothing.copy()}


def _status(
    clause: Clause,
    outside: exp.Expr | None,
    left_open: exp.Expr | None,
    unknown: exp.Expr | None,
    met: exp.Expr | None,
) -> exp.Expr:
    """The status of a clause: the first of these conditions that holds decides."""
    paid = ENTITLED if clause.kind != "unstated" else UNQUANTIFIED
    ways = ((outside, NOT_IN_FORCE), (left_open, UNQUANTIFIED), (unknown, UNDECIDED), (met, paid))
    case = exp.Case()
    for condition, status in ways:
        if condition is not None:
            case = case.when(condition, exp.Literal.string(status))
    other = exp.Literal.string(NOT_MET)
    return case.else_(other) if case.args.get("ifs") else other


def _counted(sums: _Sums, name: str, condition: exp.Expr | None) -> exp.Expr | None:
    return None if condition is None else _some(sums.add(name, _count(condition)))


# ---- fen -----------------------------------------------------------------------------------------------------------


def _fen_bounds(values: Iterable[Sql | None]) -> Bounds:
    """The bounds and the type of amounts that are rounded to the fen: of 18 digits where that is enough."""
    found = [sql.bounds_of(value) for value in values if value is not None]
    low = min((to_fen(each.low) for each in found), default=ZERO)
    high = max((to_fen(each.high) for each in found), default=ZERO)
    bounds = Bounds(min(low, ZERO), max(high, ZERO), _FEN, sql.NARROW, True)
    return bounds if bounds.digits <= sql.NARROW else bounds._replace(width=bounds.digits, narrow=False)


def _fen(value: Sql | None, bounds: Bounds) -> exp.Expr:
    """An amount rounded half up to the fen, in the type of `bounds`; zero for None."""
    value = value or sql.figure(ZERO)
    if value.figure is not None:
        expression = sql.figure(to_fen(value.figure), _FEN).expression
    elif sql.bounds_of(value).scale > _FEN:
        expression = exp.Round(this=value.expression.copy(), decimals=exp.Literal.number(_FEN))
    else:
        expression = value.expression.copy()
    return exp.cast(expression, sql.decimal_type(bounds.width, _FEN))


# ---- from one row of an enterprise to one row of each clause -------------------------------------------------------

_Rows = list[list[exp.Expr]]
"""For each clause its columns in the long table, from `clause` to `base`."""


def _unpivot_union(rows: _Rows) -> exp.Select:
    """A query per clause, put together: what every engine can do."""
    selects = [exp.select("enterprise", *map(exp.alias_, row, LONG[1:])).from_(_OUTCOME) for row in rows]
    return exp.select(*LONG).from_(exp.union(*selects, distinct=False).subquery("each_clause"))


def _unpivot_lateral(rows: _Rows) -> exp.Select:
    """The clauses as a table of values beside each row."""
    values = exp.Values(expressions=[exp.Tuple(expressions=row) for row in rows])
    columns = exp.TableAlias(
        this=exp.to_identifier("each_clause"), columns=[exp.to_identifier(name) for name in LONG[1:]]
    )
    beside = exp.Lateral(this=exp.Subquery(this=values), alias=columns)
    return exp.select(*LONG).from_(_OUTCOME).join(beside, join_type="cross")


def _unpivot_structs(rows: _Rows) -> exp.Select:
    """The clauses as a list of records in each row, spread over rows in their order."""
    records = [
        exp.Struct(
            expressions=[
                exp.PropertyEQ(this=exp.to_identifier(name), expression=value)
                for name, value in zip(LONG[1:], row, strict=True)
            ]
        )
        for row in rows
    ]
    spread = exp.select(
        "enterprise", exp.alias_(exp.Explode(this=exp.Array(expressions=records)), "each_clause")
    ).from_(_OUTCOME)
    parts = [
        exp.alias_(exp.Dot.build([exp.to_identifier("each_clause"), exp.to_identifier(name)]), name)
        for name in LONG[1:]
    ]
    return exp.select("enterprise", *parts).from_(spread.subquery("each_enterprise"))


_UNPIVOT: dict[str, Callable[[_Rows], exp.Select]] = {"duckdb": _unpivot_structs, "postgres": _unpivot_lateral}


# ---- text ----------------------------------------------------------------------------------------------------------

_EXACT_LITERALS = {"duckdb", "spark", "databricks", "trino", "presto", "postgres", "redshift", "snowflake", "oracle"}
"""Dialects that read 0.5 as a decimal; in the others a figure might be a binary float, and is cast from text."""


def names(policy: Policy) -> list[str]:
    """What tables may lack, as `Options.absent` names it."""
    items = [f"{listed.id}.{name}" for listed in policy.lists.values() for name in listed.facts]
    return [*policy.facts, *policy.lists, *items]


class Unwritable(Exception):
    """A query cannot be written in a dialect; the message says why."""


def dialects() -> list[str]:
    """The names of the dialects that a query may be asked for."""
    return sorted(each.value for each in Dialects if each.value)


def query_text(query: exp.Expr, dialect: str) -> str:
    """The query as text of a dialect, over several lines; raises `Unwritable`.

    A dialect without exact decimals cannot hold an amount, so none is written for it.
    """
    decimal = exp.cast(exp.null(), sql.decimal_type(sql.WIDEST, _FEN)).sql(dialect).upper()
    if any(binary in decimal for binary in ("REAL", "DOUBLE", "FLOAT")):
        raise Unwritable(f"{dialect} has no exact decimals")
    skips_null = Dialect.get_or_raise(dialect).LEAST_GREATEST_IGNORES_NULLS

    def suited(node: exp.Expr) -> exp.Expr:
        if isinstance(node, (exp.Least, exp.Greatest)):
            # They stand only among values that are never NULL, so an engine's own way with NULL is as good as another's.
            node.set("ignore_nulls", skips_null)
        elif (
            isinstance(node, exp.Literal) and not node.is_string and "." in node.name and dialect not in _EXACT_LITERALS
        ):
            whole, _, fraction = node.name.partition(".")
            type = sql.decimal_type(len(whole) + len(fraction), len(fraction))
            return exp.cast(exp.Literal.string(node.name), type)
        return node

    try:
        return query.transform(suited).sql(dialect, pretty=True, unsupported_level=ErrorLevel.RAISE, comments=True)
    except UnsupportedError as error:
        raise Unwritable(str(error)) from None
