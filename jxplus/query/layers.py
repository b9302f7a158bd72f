"""Columns in layers, each above what it asks for, and the amounts that they add up and choose among."""

from collections.abc import Sequence
from functools import reduce
from typing import NamedTuple

from sqlglot import exp

from jxplus.formula.node import Node
from jxplus.quantity import ZERO
from jxplus.query import formula as sql
from jxplus.query import numbers
from jxplus.query.numbers import Sql
from jxplus.query.tables import FEN


class Layers:
    """Columns above a query: those of a layer ask for what stands below them."""

    def __init__(self) -> None:
        self.below: list[dict[str, exp.Expr]] = []

    def add(self, depth: int, name: str, value: Sql) -> Sql:
        """Has a layer compute a value under a name; a figure needs none."""
        if value.figure is not None:
            return value
        while len(self.below) <= depth:
            self.below.append({})
        self.below[depth][name] = value.expression
        return Sql(exp.column(name, quoted=True), False, value.bounds)

    def above(self, query: exp.Select, name: str) -> exp.Select:
        """The query with all layers on it."""
        for number, columns in enumerate(self.below):
            if columns:
                own = [exp.alias_(value, alias, quoted=True, copy=False) for alias, value in columns.items()]
                query = exp.select("*", *own, copy=False).from_(
                    query.subquery(f"{name}_{number}", copy=False), copy=False
                )
        return query


class ItemPart(NamedTuple):
    """A query over the items of a list, and the sums that it gives for each enterprise."""

    name: str
    columns: list[exp.Expr]
    layers: Layers
    sums: dict[str, exp.Expr]


def added(node: Node | str, values: Sequence[Sql]) -> Sql:
    """The sum of some amounts; zero for none."""
    where = Node("number", (), node) if isinstance(node, str) else node
    if not values:
        return numbers.figure(ZERO, FEN)
    first, *rest = [each for each in values if each.figure is None or each.figure] or [values[0]]
    return reduce(lambda left, right: numbers.add(where, [left, right]), rest, first)


def extreme(node: Node, pick: str, values: Sequence[Sql]) -> Sql:
    """The least or the greatest of some amounts, each looked at once."""
    found = list({each.expression.sql(copy=False): each for each in values}.values())
    return found[0] if len(found) == 1 else sql.SQL[pick](node, found)
