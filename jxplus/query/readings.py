"""Each reading of a clause in SQL: who meets it, and with what amounts."""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import partial

from sqlglot import exp

from jxplus.formula.evaluate import function
from jxplus.formula.extent import MOST_ITEMS
from jxplus.formula.node import OVER_ITEMS, Node, conjuncts
from jxplus.policy import DAY, TODAY, Clause, Fact, FactList, Period, Policy, Reading
from jxplus.policy.days import deciding_lists, held, item_day
from jxplus.quantity import ZERO
from jxplus.query import expressions, numbers
from jxplus.query import formula as sql
from jxplus.query.logic import NULL_TRUTH, both, is_known, is_null, some, within
from jxplus.query.numbers import Bounds, Sql, Unproved
from jxplus.query.sums import ListSums, level_of, uses_item
from jxplus.query.tables import FACTS, FEN, Days, Options, column_name, fact_bounds, fact_type, part_name, stated
from jxplus.query.terms import Terms


def _followed(fact: Fact) -> str:
    """The day of the enterprise that a date has where it is not stated."""
    return DAY if fact.follows in ("", TODAY) else fact.follows


class Readings:
    """The readings of a policy in SQL, and what they need of the tables: facts, items, sums, and names for what is found."""

    def __init__(self, policy: Policy, options: Options) -> None:
        self.policy, self.options, self.days = policy, options, Days(policy, options)
        self.facts: dict[str, None] = {}
        self.stated: dict[str, None] = {}
        self.items: dict[str, dict[str, None]] = {}
        self.sums: dict[tuple[str, int], ListSums] = {}
        self.taken: Counter[str] = Counter()
        self.met: dict[str, exp.Expr] = {}
        self.names: dict[str, str] = {}
        self.clause = ""

    # -- where facts, items and lists stand

    def absent(self, *names: str) -> bool:
        return ".".join(names) in self.options.absent

    def is_stated(self, listed: str) -> exp.Column | None:
        """The column that says who states a list; None where all do, or nobody does."""
        if self.absent(listed) or listed not in self.options.partly:
            return None
        self.stated[listed] = None
        return exp.column(stated(listed), quoted=True)

    def where_stated(self, listed: str, known: Sql, unknown: Callable[[], Sql]) -> Sql:
        """`known`, which a list's items come to, for those who state the list; for the others what `unknown` gives."""
        column = self.is_stated(listed)
        if column is None:
            return known
        other = unknown()
        if known.open is not None and (other.open == exp.true() or other.expression == exp.false()):
            where = both(column, known.open)
            if other.open is not None:
                where = exp.or_(expressions.negated(column), where, copy=False)
            return sql.unknown_truth(where)
        case = exp.Case().when(column, known.expression.copy(), copy=False).else_(other.expression, copy=False)
        return Sql(case, known.nullable or other.nullable, known.bounds)

    def fact(self, name: str) -> Sql:
        self.facts[name] = None
        fact = self.policy.facts[name]
        known = fact.taken is not None or bool(fact.follows) or name == DAY
        return Sql(exp.column(column_name(name)), not known, fact_bounds(fact))

    def day(self, name: str) -> exp.Expr:
        """The day of a date fact that is always known."""
        fixed = self.days.fixed(name)
        if fixed is not None:
            return expressions.day(fixed)
        self.facts[name] = None
        return exp.column(column_name(name))

    def leaf(self, node: Node, within: ListSums | None = None) -> Sql:
        """A fact, an `any`, a `count` or a `sum`, or the fact of an item that is not there because its list is unknown.

        `within` are the sums in whose formula it stands; None outside of sums.
        """
        if node.op == "fact":
            return self.fact(node.value)
        if node.op in OVER_ITEMS:
            return self.any(node, within) if node.op == "any" else self.gathered(node, within)
        return self.nothing(self.item_fact(node))

    def nothing(self, fact: Fact) -> Sql:
        """A fact that nobody states."""
        if fact.type.kind == "truth":
            return sql.unknown_truth()
        return Sql(expressions.cast(exp.null(), fact_type(fact)), True, fact_bounds(fact))

    def item_fact(self, node: Node) -> Fact:
        listed, name = node.value
        return self.policy.lists[listed].facts[name]

    def item_leaf(self, sums: ListSums) -> sql.Leaf:
        """The leaves of a formula about an item of the list of `sums`."""

        def leaf(node: Node) -> Sql:
            if node.op == "item":
                fact = self.item_fact(node)
                if fact.id != node.value[1] and self.absent(sums.listed, fact.id):
                    return self.nothing(fact)
                self.item(sums.listed, node.value[1])
                # A fact under another name than its own is that fact as the table states it, or does not.
                return Sql(exp.column(column_name(node.value[1])), fact.id != node.value[1], fact_bounds(fact))
            return self.leaf(node, sums)

        return leaf

    def item(self, listed: str, name: str) -> None:
        """Has the items of a list have a column for one of their facts, and for the day of the enterprise that it may follow."""
        self.items[listed][name] = None
        fact = self.policy.lists[listed].facts[name]
        if fact.follows and self.days.fixed(_followed(fact)) is None:
            self.facts[_followed(fact)] = None

    def item_day(self, listed: str, name: str) -> exp.Expr:
        """What the day of an item is where it is not stated: the same for all, or that of its enterprise."""
        followed = _followed(self.policy.lists[listed].facts[name])
        fixed = self.days.fixed(followed)
        return (
            exp.column(column_name(followed), table=part_name(self.policy, FACTS))
            if fixed is None
            else expressions.day(fixed)
        )

    def held(self, clause: Clause) -> Clause:
        """The clause with its days in its conditions, but where every item of a list has the very day of the clause."""

        def day(listed: FactList) -> Node | None:
            if not self.absent(listed.id, listed.dated):
                return item_day(listed)
            return None if _followed(listed.facts[listed.dated]) == clause.day else item_day(listed)

        return held(clause, self.policy.lists, day)

    def in_force(self, clause: Clause) -> exp.Expr:
        """The condition that a clause is in force: a column that all clauses of the same days share."""
        fixed = self.days.fixed(clause.day)
        if fixed is not None:
            own: exp.Expr = exp.true() if clause.period.holds(fixed) else exp.false()
        else:
            own = within(self.day(clause.day), clause.period) if clause.period[:2] != (None, None) else exp.true()
        lists = [
            listed
            for listed in deciding_lists(clause, self.policy.lists)
            if not self.absent(listed.id)
            and not (self.absent(listed.id, listed.dated) and _followed(listed.facts[listed.dated]) == clause.day)
        ]
        if not lists and (fixed is not None or own == exp.true()):
            return own
        bounds = (f"{word} {day}" for word, day in zip(("from", "to"), clause.period[:2], strict=True) if day)
        name = " ".join((*(listed.id for listed in lists), clause.day, "in force", *bounds))
        if name not in self.met:
            there, inside = (
                zip(*(self.dated(listed, clause.period) for listed in lists), strict=True) if lists else ((), ())
            )
            by_items = (
                exp.Case()
                .when(exp.or_(*there, copy=False), exp.or_(*inside, copy=False), copy=False)
                .else_(own, copy=False)
                if lists
                else own
            )
            self.met[name] = by_items
        return exp.column(name, quoted=True)

    def dated(self, listed: FactList, period: Period) -> tuple[exp.Expr, exp.Expr]:
        """Whether an enterprise has items in a dated list, and whether it has some within the days of a period."""
        sums = self.sums_of(listed.id, 0)
        self.item(listed.id, listed.dated)
        day = exp.column(column_name(listed.dated))
        bounds = " ".join(str(end) for end in period[:2] if end)
        found = [
            some(sums.add(f"{listed.id} items", exp.true())),
            some(sums.add(f"{listed.id} within {bounds}", within(day, period))),
        ]
        stated = self.is_stated(listed.id)
        return both(stated, found[0]), both(stated, found[1])

    def sums_of(self, listed: str, level: int) -> ListSums:
        self.items.setdefault(listed, {})
        return self.sums.setdefault((listed, level), ListSums(self.policy, listed, level, self.taken))

    def any(self, node: Node, within: ListSums | None) -> Sql:
        """`any LIST where (…)` as a truth of the enterprise, for a formula that stands `within` sums or outside of them."""
        condition = node.args[0]
        if self.absent(node.value):
            return self.of_unknown([condition], within)
        sums = self.sums_of(node.value, level_of(condition))
        if within is not None:
            within.joins[sums.name] = None
        holds = sql.compile_formula(condition, self.item_leaf(sums))
        if holds.open is not None:
            known = self.open_items(sums, "any", holds.open)
        else:
            known = self.unless_open(sums, "any", holds, some(sums.add(f"{self.clause} any", holds.expression)))
        return self.where_stated(node.value, known, lambda: self.of_unknown([condition], within))

    def gathered(self, node: Node, within: ListSums | None) -> Sql:
        """`count of LIST` or `sum of FORMULA in LIST` as a number of the enterprise, in the way of `any`."""
        condition = node.args[-1]
        if self.absent(node.value):
            # Its bounds are those of the items that there might be, so that it has one type with a list and without.
            shape = sql.compile_formula(node.args[0], self.leaf) if node.op == "sum" else None
            return self.gathered_of_unknown(node, self.bounds_over_items(node, shape), within)
        sums = self.sums_of(node.value, level_of(*node.args))
        if within is not None:
            within.joins[sums.name] = None
        leaf = self.item_leaf(sums)
        holds = sql.compile_formula(condition, leaf)
        value = sql.compile_formula(node.args[0], leaf) if node.op == "sum" else None
        bounds = self.bounds_over_items(node, value)
        name = f"{self.clause} {node.op}"
        column: exp.Expr = sums.add(name, holds.expression, None if value is None else value.expression)
        if value is None:
            column = expressions.cast(column, expressions.decimal_type(bounds.width, 0))
        total = expressions.coalesce(column, numbers.figure(ZERO, bounds.scale).expression)
        open_items = [is_null(holds.expression)] if holds.nullable else []
        if value is not None and value.nullable:
            open_items.append(both(holds.expression, is_null(value.expression)))
        if open_items:
            unknown = some(sums.add(f"{name} open", exp.or_(*open_items, copy=False)))
            total = exp.Case().when(unknown, exp.null(), copy=False).else_(total, copy=False)
        return self.where_stated(
            node.value, Sql(total, bool(open_items), bounds), partial(self.gathered_of_unknown, node, bounds, within)
        )

    def gathered_of_unknown(self, node: Node, bounds: Bounds, within: ListSums | None) -> Sql:
        """What items come to that are not known: nothing where none can meet the condition, else NULL."""
        found = self.of_unknown([node.args[-1]], within)
        type = expressions.decimal_type(bounds.width, bounds.scale)
        nothing, unknown = expressions.cast(exp.Literal.number(0), type), expressions.cast(exp.null(), type)
        if found.expression == exp.false():
            return Sql(nothing, False, bounds)
        case = exp.Case().when(is_null(found.expression), unknown, copy=False).else_(nothing, copy=False)
        return Sql(case, True, bounds)

    def bounds_over_items(self, node: Node, value: Sql | None) -> Bounds:
        """The bounds of a count (without `value`) or a sum over items; raises `Unproved` at `node`."""
        if value is None:
            return numbers.fact_bounds(ZERO, Decimal(MOST_ITEMS), 0)
        low, high, scale = numbers.bounds_of(value)[:3]
        bounds = Bounds(min(low * MOST_ITEMS, ZERO), max(high * MOST_ITEMS, ZERO), scale, numbers.WIDEST, False)
        if bounds.digits > numbers.WIDEST:
            raise Unproved(node, bounds.digits)
        return bounds

    def unless_open(self, sums: ListSums, what: str, holds: Sql, found: exp.Expr) -> Sql:
        """`found`, the truth that an item meets a condition; or unknown, where one may that is not known to."""
        if not holds.nullable:
            return Sql(found, False)
        open_items = some(sums.add(f"{self.clause} {what} open", is_null(holds.expression)))
        if what == "any":
            return Sql(
                exp.Case()
                .when(found, exp.true(), copy=False)
                .when(open_items, exp.null(), copy=False)
                .else_(exp.false(), copy=False),
                True,
            )
        return Sql(exp.Case().when(open_items, exp.null(), copy=False).else_(found, copy=False), True)

    def open_items(self, sums: ListSums, what: str, where: exp.Expr) -> Sql:
        """The truth that an item meets a condition which is NULL for those that meet another, and else false."""
        return sql.unknown_truth(sums.holds(f"{self.clause} {what} open", where))

    def of_unknown(self, conditions: list[Node], within: ListSums | None = None) -> Sql:
        """Whether an item of a list that is not known meets the conditions: false where none can, else NULL."""
        if level_of(*conditions) == 0:
            # With nothing to ask but the item, the answer is the same for every enterprise.
            known = [function(each)({}, {}) for each in conditions]
            return Sql(exp.false(), False) if False in known else sql.unknown_truth()
        found = sql.all_of([sql.compile_formula(each, partial(self.leaf, within=within)) for each in conditions])
        return Sql(both(found.expression, NULL_TRUTH.copy()), True)

    # -- one reading

    def of(self, clause: Clause, pin: str | None) -> list[tuple[Reading, Terms]]:
        """The readings of a clause, or the one that `pin` chooses, each with its terms; raises `Unproved`."""
        self.clause, self.names = clause.id, {}
        return [(each, self.terms(clause, each)) for each in clause.readings if pin in (None, each.id)]

    def terms(self, clause: Clause, reading: Reading) -> Terms:
        """A reading in SQL. What does not ask for the item is decided outside the sums over items."""
        parts = conjuncts(reading.when)
        if any(part.op == "truth" and part.value is False for part in parts):
            return Terms(None)
        own = [part for part in parts if uses_item(part)]
        whole = sql.all_of([sql.compile_formula(part, self.leaf) for part in parts if not uses_item(part)])
        if clause.each is None:
            low, high, base = (
                None if node is None else sql.compile_formula(node, self.leaf)
                for node in (reading.low, reading.high, clause.base)
            )
            # Capped before they have names: what has one is not known by it beside itself, in most engines.
            low, high, base = (
                None if value is None else self.named(reading, what, value)
                for what, value in (
                    ("low", self.capped(reading, low)),
                    ("high", self.capped(reading, high)),
                    ("base", base),
                )
            )
            met = self.named_truth(reading, whole)
            return Terms(met, met, low, high, base)
        if self.absent(clause.each):
            met = self.named_truth(reading, sql.all_of([whole, self.of_unknown(own)]))
            return Terms(met, whole, base=numbers.figure(ZERO) if clause.base else None)
        return self.item_terms(clause, reading, own, whole)

    def item_terms(self, clause: Clause, reading: Reading, own: list[Node], whole: Sql) -> Terms:
        assert clause.each is not None
        amounts = [node for node in (reading.low, reading.high, clause.base) if node is not None]
        sums = self.sums_of(clause.each, level_of(*own, *filter(uses_item, amounts)))
        holds = sql.all_of([sql.compile_formula(each, self.item_leaf(sums)) for each in own])
        if holds.open is not None and clause.base is None:
            items = self.open_items(sums, reading.id, holds.open)
            met = sql.all_of([whole, self.where_stated(clause.each, items, lambda: self.of_unknown(own))])
            return Terms(self.named_truth(reading, met), whole)
        low, high, base = (
            self.summed(sums, f"{reading.id} {what}".strip(), holds, node) if node is not None else None
            for what, node in (("low", reading.low), ("high", reading.high), ("base", clause.base))
        )
        found = self.some_item(sums, reading, holds, [low, high, base])
        # Nobody is certain to meet a condition on items that are not known, so nothing else needs to be told apart.
        known = self.unless_open(sums, reading.id, holds, found)
        met = sql.all_of([whole, self.where_stated(clause.each, known, lambda: self.of_unknown(own))])
        if reading.cap is not None:
            low, high = (
                None if end is None else self.named(reading, f"{what} at most", end)
                for what, end in (("low", self.capped(reading, low)), ("high", self.capped(reading, high)))
            )
        return Terms(self.named_truth(reading, met), whole, low, high, base)

    def capped(self, reading: Reading, amount: Sql | None) -> Sql | None:
        """An amount over all items, and no more than the reading's cap."""
        if amount is None or reading.cap is None:
            return amount
        cap = sql.compile_formula(reading.cap, self.leaf)
        return sql.SQL["min"](reading.cap, [amount, cap])

    def some_item(self, sums: ListSums, reading: Reading, holds: Sql, amounts: list[Sql | None]) -> exp.Expr:
        """Whether an item meets the condition: there is a sum, or else a count."""
        for amount in amounts:
            if amount is not None and not amount.nullable and isinstance(amount.expression, exp.Column):
                return is_known(amount.expression)
        return some(sums.add(f"{self.clause} {reading.id} count".replace("  ", " "), holds.expression))

    def summed(self, sums: ListSums, what: str, holds: Sql, node: Node) -> Sql:
        """An amount over the items that meet the condition: their sum, or their number times what is the same for all."""
        name = f"{self.clause} {what}"
        if not uses_item(node):
            number = sums.add(f"{self.clause} count", holds.expression)
            counted = expressions.coalesce(number, exp.Literal.number(0))
            bounds = numbers.fact_bounds(ZERO, Decimal(MOST_ITEMS), 0)
            times = Sql(expressions.cast(counted, expressions.decimal_type(bounds.width, 0)), False, bounds)
            amount = sql.compile_formula(node, self.leaf)
            if amount.figure is not None:
                amount = numbers.figure(amount.figure, FEN)
            return numbers.multiply(node, [times, amount])
        value = sql.compile_formula(node, self.item_leaf(sums))
        bounds = self.bounds_over_items(node, value)
        total: exp.Expr = sums.add(name, holds.expression, value.expression, whole=not value.nullable)
        if value.nullable:
            holes = sums.add(f"{name} open", both(holds.expression, is_null(value.expression)))
            total = exp.Case().when(some(holes), exp.null(), copy=False).else_(total, copy=False)
        return Sql(total, value.nullable, bounds)

    def named(self, reading: Reading, what: str, value: Sql) -> Sql:
        """A condition or an amount under a name of its own, by which everything after it can ask for it."""
        if value.figure is not None:
            return value
        text = value.expression.sql(copy=False)
        if text not in self.names:
            self.names[text] = " ".join(filter(None, (self.clause, reading.id, what)))
            self.met[self.names[text]] = value.expression
        return value._replace(expression=exp.column(self.names[text], quoted=True), gaps=None)

    def named_truth(self, reading: Reading, met: Sql) -> Sql:
        """Who meets a reading under a name of its own; of what nobody can meet, the name of where that is open."""
        if met.open is None or met.open == exp.true():
            return self.named(reading, "met", met)
        return met._replace(open=self.named(reading, "met open", Sql(met.open, False)).expression)
