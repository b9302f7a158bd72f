"""Which readings wait for more than the one fact that the plan leaves open, in SQL: those are undecided, the others unquantified."""

from sqlglot import exp

from jxplus.formula.node import OVER_ITEMS, Node, conjuncts
from jxplus.policy import Clause, Reading
from jxplus.query import expressions
from jxplus.query import formula as sql
from jxplus.query.logic import both, either, is_known, is_null, some
from jxplus.query.numbers import Sql
from jxplus.query.readings import Readings
from jxplus.query.sums import counted, level_of, uses_item
from jxplus.query.terms import Terms


class Waits:
    """What the readings of a clause wait for, out of the same facts and sums."""

    def __init__(self, readings: Readings, clause: Clause) -> None:
        self.readings, self.clause = readings, clause

    def of(self, reading: Reading, terms: Terms) -> exp.Expr | None:
        """The condition that a reading waits for more than the fact that the plan leaves open; None where it cannot."""
        assert terms.met is not None
        clause = self.clause
        parts = conjuncts(reading.when)
        own = [part for part in parts if uses_item(part)]
        amounts = reading.amounts()
        whole = self.wait(self.readings.leaf, *(part for part in parts if not uses_item(part)))
        if clause.each is None:
            return self.waiting(terms.met, [whole], [self.wait(self.readings.leaf, *amounts)])
        if self.readings.absent(clause.each):
            return self.waiting(terms.met, [exp.true()], [])
        sums = self.readings.sums_of(clause.each, level_of(*own, *filter(uses_item, amounts)))
        leaf = self.readings.item_leaf(sums)
        holds = sql.all_of([sql.compile_formula(each, leaf) for each in own]).expression
        name = f"{self.readings.clause} {reading.id} waits"
        of_items = self.wait(leaf, *filter(uses_item, amounts))
        return self.waiting(
            terms.met,
            [whole, self.unstated(clause.each), counted(sums, name, self.wait(leaf, *own))],
            [
                self.wait(self.readings.leaf, *(node for node in amounts if not uses_item(node))),
                counted(sums, f"{name} amount", both(holds, of_items) if of_items is not None else None),
            ],
        )

    def waiting(self, met: Sql, conditions: list[exp.Expr | None], amounts: list[exp.Expr | None]) -> exp.Expr | None:
        condition, amount = either(*conditions), either(*amounts)
        return either(
            both(is_null(met.expression), condition) if condition is not None else None,
            both(is_known(met.expression) if met.nullable else None, met.expression, amount)
            if amount is not None
            else None,
        )

    def unstated(self, listed: str) -> exp.Expr | None:
        """The condition that an enterprise does not state a list, where only some do: what asks for its items waits for it."""
        column = self.readings.is_stated(listed)
        return None if column is None else expressions.negated(column)

    def wait(self, leaf: sql.Leaf, *nodes: Node) -> exp.Expr | None:
        """The condition that one of the formulas waits for more than the fact that the plan leaves open."""
        return either(*(self.wait_of(leaf, node) for node in nodes))

    def wait_of(self, leaf: sql.Leaf, node: Node) -> exp.Expr | None:
        """The same of one formula: it mirrors how an unknown value gathers the facts it waits for; None where that cannot be."""
        if node.op in ("fact", "item"):
            value, is_open = leaf(node), node.value == self.clause.unquantified_without
            return is_null(value.expression) if value.nullable and not is_open else None
        if node.op in OVER_ITEMS:
            return self.wait_over_items(node, leaf)
        found = [self.wait_of(leaf, arg) for arg in node.args]
        if not any(found):
            return None
        if node.op == "if":
            condition = sql.compile_formula(node.args[0], leaf).expression
            unknown, then, other = (each or exp.false() for each in found)
            case = exp.Case().when(is_null(condition), unknown, copy=False).when(condition.copy(), then, copy=False)
            return case.else_(other, copy=False)
        waits = either(*found)
        if node.op in ("and", "or"):
            return both(is_null(sql.compile_formula(node, leaf).expression), waits)
        return waits

    def wait_over_items(self, node: Node, leaf: sql.Leaf) -> exp.Expr | None:
        value = leaf(node)
        if not value.nullable:
            return None
        if self.readings.absent(node.value):
            waits: exp.Expr | None = exp.true()
        else:
            sums = self.readings.sums_of(node.value, level_of(*node.args))
            inner, name = self.readings.item_leaf(sums), f"{self.readings.clause} {node.op} waits"
            *values, condition = node.args
            own, of_values = self.wait(inner, condition), self.wait(inner, *values)
            found = [self.unstated(node.value), counted(sums, name, own)]
            if of_values is not None:
                holds = sql.compile_formula(condition, inner)
                amount = counted(sums, f"{name} amount", both(holds.expression, of_values))
                # What an item adds is asked for only once it is certain who counts.
                sure = some(sums.add(f"{name} who", is_null(holds.expression))) if holds.nullable else exp.false()
                found.append(both(expressions.negated(sure), amount))
            waits = either(*found)
        return None if waits is None else both(is_null(value.expression), waits)
