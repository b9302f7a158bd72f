"""What rules between clauses leave of the totals, in SQL: the best of all lawful choices, at both ends, as `assessment.rules` has it.

What is decided for every item is decided in a query of its own over the items, and added up for each enterprise; the rest is
decided in layers above what the clauses come to, what is within another before it. Every amount carries its bounds, as in a
formula.
"""

from collections.abc import Iterator, Sequence

from sqlglot import exp

from jxplus.assessment import ENTITLED
from jxplus.policy.bonds import groups
from jxplus.policy.tables import KEY, OWNER, TOTAL
from jxplus.query import expressions, numbers
from jxplus.query.layers import added
from jxplus.query.numbers import Sql
from jxplus.query.outcome import Outcomes
from jxplus.query.ruled import ENDS, GroupInSql, RuledColumns
from jxplus.query.tables import FEN, part_name


class Rulings(RuledColumns):
    """The rules of a policy in SQL; raises `Unwritten` where one cannot be, `Unproved` where a decimal may not fit."""

    def __init__(self, outcomes: Outcomes) -> None:
        super().__init__(outcomes)
        self.bound: set[str] = set()
        self.spans: list[tuple[Sql, Sql]] = []
        for number, group in enumerate(groups(self.policy), 1):
            self.bound |= set(group.clauses)
            self.spans.append(GroupInSql(self, group, f"rules {number}").span())

    def totals(self) -> list[exp.Expr]:
        """The columns of the totals."""
        found = []
        for place, what in enumerate(ENDS):
            free = [self.amount(name, what) for name in self.clauses if name not in self.bound]
            every = sorted(
                [*free, *(span[place] for span in self.spans)], key=lambda each: numbers.bounds_of(each).width
            )
            sum: exp.Expr = expressions.cast(
                added(what, every).expression, expressions.decimal_type(numbers.WIDEST, FEN)
            )
            floors = [each.id for each in self.clauses.values() if each.kind == "floor"]
            if what == "high" and floors:  # a total that holds an amount without a ceiling has no high end
                open_ends = (exp.column(f"{name}_status", quoted=True).eq(ENTITLED) for name in floors)
                sum = exp.Case().when(exp.or_(*open_ends, copy=False), exp.null(), copy=False).else_(sum, copy=False)
            found.append(exp.alias_(sum, f"{TOTAL}_{what}", copy=False))
        return found

    def select(self, computed: str, columns: Sequence[exp.Expr], ordered: exp.Expr | None) -> exp.Select:
        """The query of the totals beside the columns of the clauses, above `computed`."""
        source = exp.select(exp.column(exp.Star(), table=computed), copy=False).from_(computed, copy=False)
        for part in self.items.values():
            for name in part.sums:
                source = source.select(exp.column(name, quoted=True), copy=False)
            source = source.join(part.name, on=f"{part.name}.{OWNER} = {computed}.{KEY}", join_type="left", copy=False)
        if ordered is not None and self.items:
            source = source.order_by(ordered.copy(), copy=False)
        query = self.layers.above(source, "ruled")
        return exp.select(*columns, *self.totals(), copy=False).from_(query.subquery("ruled", copy=False), copy=False)

    def parts(self, computed: str) -> Iterator[tuple[str, exp.Select]]:
        """The queries over items, each with its name."""
        for listed, part in self.items.items():
            items = part_name(self.policy, f"{listed}_items")
            own = [exp.column(OWNER, table=items), *part.columns]
            query = (
                exp.select(*own, copy=False)
                .from_(items, copy=False)
                .join(computed, on=f"{computed}.{KEY} = {items}.{OWNER}", copy=False)
            )
            query = part.layers.above(query, "each_item")
            sums = [exp.alias_(value, name, quoted=True, copy=False) for name, value in part.sums.items()]
            yield (
                part.name,
                exp.select(OWNER, *sums, copy=False)
                .from_(query.subquery("every_item", copy=False), copy=False)
                .group_by(exp.column(OWNER), copy=False),
            )
