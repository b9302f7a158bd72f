"""What a list's items add up to for each enterprise, in SQL: a query for each layer of sums that builds on another."""

from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

from sqlglot import exp

from jxplus.formula.node import OVER_ITEMS, Node
from jxplus.policy import Policy
from jxplus.policy.tables import KEY, OWNER
from jxplus.query.logic import both, is_known, parts, some
from jxplus.query.tables import FACTS, part_name


def uses_item(node: Node) -> bool:
    """Whether a formula depends on the item that its clause has come to; an `any` or a `count` looks at items of its own."""
    return node.op == "item" or (node.op not in OVER_ITEMS and any(map(uses_item, node.args)))


def level_of(*nodes: Node) -> int:
    """How many layers of sums an item's formulas stand above: 0 where they ask for nothing but the item's facts."""
    found = 0
    for node in nodes:
        if node.op == "fact":
            found = max(found, 1)
        elif node.op in OVER_ITEMS:
            found = max(found, 1 + level_of(*node.args))
        else:
            found = max(found, level_of(*node.args))
    return found


class ItemSum(NamedTuple):
    """A sum over the items that meet a condition; without a value, their number.

    It is `whole` where the value of no such item may be NULL: then it is there if there is such an item.
    """

    condition: exp.Expr
    value: exp.Expr | None
    whole: bool = False

    def sql(self, given: Collection[exp.Expr]) -> exp.Expr:
        """The aggregate, over items of which the conditions `given` are known to hold."""
        condition = both(*(part for part in parts(self.condition) if part not in given))
        always = condition == exp.true()
        if self.value is None:
            one = exp.Case().when(condition, exp.Literal.number(1), copy=False)
            return exp.Count(this=exp.Star() if always else one)
        value = self.value.copy()
        return exp.Sum(this=value if always else exp.Case().when(condition, value, copy=False))


class ListSums:
    """What the items of one list add up to for each enterprise: a query of its own, grouped by the enterprise.

    On level 0 it asks for the items alone; above that the items are joined with the enterprise's facts, and with the sums
    of lower levels that it asks for.
    """

    def __init__(self, policy: Policy, listed: str, level: int, taken: Counter[str]) -> None:
        self.listed, self.level, self.taken = listed, level, taken
        self.facts, self.items = part_name(policy, FACTS), part_name(policy, f"{listed}_items")
        self.name = part_name(policy, f"{listed}_sums" + (f"_{level}" if level else ""))
        self.columns: dict[str, ItemSum] = {}
        self.named: dict[str, str] = {}
        self.joins: dict[str, None] = {}

    def add(self, name: str, condition: exp.Expr, value: exp.Expr | None = None, whole: bool = False) -> exp.Column:
        """The column of a sum of `value`, or of a count, over the items that meet `condition`.

        It is a new one under `name`, or the one that has it already.
        """
        sum = ItemSum(condition, value, whole)
        text = sum.sql(()).sql(copy=False)
        if text not in self.named:
            self.taken[name] += 1
            name += f" #{self.taken[name]}" if self.taken[name] > 1 else ""
            self.named[text] = name
            self.columns[name] = sum
        return exp.column(self.named[text], quoted=True)

    def holds(self, name: str, condition: exp.Expr) -> exp.Expr:
        """Whether an item meets a condition: there is a sum over just these items, or else a count under `name`."""
        for known, sum in self.columns.items():
            if sum.whole and sum.condition == condition:
                return is_known(exp.column(known, quoted=True))
        return some(self.add(name, condition))

    def select(self) -> exp.Select:
        """The query. Items that no sum asks for are left out at its start, and with them who has no others."""
        items = self.items
        owner = exp.column(OWNER, table=items)
        asked = [parts(sum.condition) for sum in self.columns.values()]
        shared = [part for part in asked[0] if all(part in each for each in asked)] if asked else []
        columns = [exp.alias_(sum.sql(shared), name, quoted=True, copy=False) for name, sum in self.columns.items()]
        query = exp.select(owner, *columns, copy=False).from_(items, copy=False)
        if shared:
            query = query.where(both(*shared), copy=False)
        if self.level:
            query = query.join(self.facts, on=f"{self.facts}.{KEY} = {items}.{OWNER}", join_type="inner", copy=False)
        for other in self.joins:
            query = query.join(other, on=f"{other}.{OWNER} = {items}.{OWNER}", join_type="left", copy=False)
        return query.group_by(owner.copy(), copy=False)


def counted(sums: ListSums, name: str, condition: exp.Expr | None) -> exp.Expr | None:
    return None if condition is None else some(sums.add(name, condition))
