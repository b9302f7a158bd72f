"""A policy over tables, as one SELECT: every clause of it for every enterprise at once.

The tables are those of a batch: `enterprises`, keyed by `id`, with a column per fact, and a table per list with
`enterprise_id`. The query goes the way the policy does: the facts, typed and with their defaults; the items of each list
and what they add up to; who meets each clause, NULL where that is open; what it comes to. An enterprise gets what
`assess` gives it, to the fen.

Rows are taken to be clean: figures within their limits, choices under their ids, every item complete.
"""

from collections.abc import Iterator
from contextlib import suppress
from decimal import localcontext

from sqlglot import exp

from jxplus.fault import Fault, Place, Refused, Text
from jxplus.formula.node import unparse, walk
from jxplus.policy import Clause, Policy, Rule
from jxplus.policy.tables import OF_CLAUSE, columns_of, is_text
from jxplus.query import formula as sql
from jxplus.query import numbers
from jxplus.query.numbers import Unproved
from jxplus.query.outcome import Outcomes
from jxplus.query.readings import Readings
from jxplus.query.ruled import Unwritten
from jxplus.query.rules import Rulings
from jxplus.query.shapes import joined, select
from jxplus.query.tables import FEN, Options, Ranked


def policy_query(policy: Policy, options: Options, dialect: str = "duckdb") -> exp.Expr:
    """The query that gives the long or the wide table, for `query_text` to write in `dialect`.

    Raises `Refused` where a decimal of a formula is not proved to fit 38 digits: each such formula with its place.
    """
    return PolicyQueries(policy, options).query(dialect=dialect)


class PolicyQueries:
    """A policy's clauses as columns over tables, out of which more than one query may be made; raises `Refused`."""

    def __init__(self, policy: Policy, options: Options) -> None:
        options = options._replace(pins=policy.pinned(options.pins))
        self.outcomes, faults = Outcomes(Readings(policy, options)), []
        self.rulings: Rulings | None = None
        with localcontext(numbers.PROOF):
            for clause in policy.clauses:
                try:
                    self.outcomes.add(clause)
                except Unproved as unproved:
                    faults.append(_fault(policy, clause, unproved))
            floors = [clause for clause in policy.clauses if clause.kind == "floor"]
            if options.shape == "wide" and policy.rules and floors:
                open_ends = Text(
                    f"{floors[0].id} 不封顶，合计的上限不能由查询算出",
                    f"{floors[0].id} has no ceiling: no query works out the high end of what they are paid together",
                )
                faults.append(_rule_fault(policy, policy.rules[0], open_ends))
            if not faults and options.shape == "wide" and policy.rules:
                try:
                    self.rulings = Rulings(self.outcomes)
                    self.outcomes.ruled = True
                except Unwritten as unwritten:
                    faults.append(_rule_fault(policy, unwritten.rule, unwritten.wrong))
                except Unproved as unproved:
                    faults.append(_unproved_rule(policy, unproved))
        if faults:
            raise Refused(faults)

    @property
    def ruled(self) -> bool:
        """Whether the totals are after rules between clauses, and stand among the outcomes."""
        return self.rulings is not None

    def joined(self, ranked: Ranked) -> exp.Expr:
        """The query for the facts and sums of each enterprise, out of which `ranked.joined` has the others made."""
        return joined(self.outcomes.readings, ranked)

    def query(self, shape: str = "", ranked: Ranked | None = None, dialect: str = "duckdb") -> exp.Expr:
        """The query in the shape and the order of the options, or in those given; raises `Refused`."""
        options = self.outcomes.options
        options = options._replace(shape=shape or options.shape, ranked=ranked or options.ranked)
        if dialect not in sql.WHOLE_DIVISION:
            faults = list(_undivided(self.outcomes.readings.policy, dialect))
            if faults:
                raise Refused(faults)
        with localcontext(numbers.PROOF):
            try:
                return select(self.outcomes, options, dialect, self.rulings)
            except Unproved as unproved:
                policy = self.outcomes.readings.policy
                raise Refused([_fault(policy, policy.clauses[-1], unproved)]) from None


TEXT = "VARCHAR"


def column_types(policy: Policy, wide: bool, named: bool = True, reached: bool = False) -> dict[str, str]:
    """The columns of the wide or the long table, each with its type in a file: text, or a decimal with two decimals.

    `named` has the names beside what enterprises are known by, `reached` what is within reach.

    An amount has 18 digits in the wide table where no enterprise's can have more, as the bounds of the facts prove; else,
    and in sums and in the long table, 38. Whatever the readings and the day, the types are the same.
    """
    outcomes, proved = Outcomes(Readings(policy, Options())), set()
    with localcontext(numbers.PROOF):
        for clause in policy.clauses if wide else ():
            with suppress(Unproved):
                outcomes.add(clause)
                proved |= {f"{clause.id}_{what}" for what in OF_CLAUSE} - outcomes.wider
    digits = {
        column: numbers.NARROW if column in proved else numbers.WIDEST
        for column in columns_of(policy, wide, named, reached)
    }
    return {column: TEXT if is_text(column) else f"DECIMAL({each}, {FEN})" for column, each in digits.items()}


def _rule_fault(policy: Policy, rule: Rule, wrong: Text) -> Fault:
    plan = policy.plan_of(rule)
    right = Text("逐家测算：jxplus calc 或 batch", "calculate one by one: jxplus calc, or batch")
    return Fault(plan.file, rule.place, rule.id, wrong, right)


def _unproved_rule(policy: Policy, unproved: Unproved) -> Fault:
    """The fault of a rule whose amounts are not proved to fit; `unproved` has the rule's id, or a part of its ceiling."""
    rules = [rule for rule in policy.rules if unproved.node.value == rule.id or unproved.node in rule.formulas()]
    digits = Text(
        f"可能达{unproved.digits}位数字，而 SQL 的十进制数最多{numbers.WIDEST}位",
        f"it may come to {unproved.digits} digits, and a decimal in SQL has {numbers.WIDEST} at most",
    )
    return _rule_fault(policy, (rules or list(policy.rules))[0], digits)


def _undivided(policy: Policy, dialect: str) -> Iterator[Fault]:
    """The formulas that divide into full parts, which a dialect cannot do exactly."""
    for clause in policy.clauses:
        for node in dict.fromkeys(node for formula in clause.formulas() for node in walk(formula)):
            if node.op == "whole":
                written = unparse(node)
                wrong = Text(f"{dialect} 不能精确地算出“{written}”", f"{dialect} does not compute '{written}' exactly")
                right = Text(f"可用 {'、'.join(sql.WHOLE_DIVISION)}", f"these do: {', '.join(sql.WHOLE_DIVISION)}")
                yield Fault(policy.plan_of(clause).file, Place(*(node.place or ())), clause.id, wrong, right)


def _fault(policy: Policy, clause: Clause, unproved: Unproved) -> Fault:
    written = unparse(unproved.node)
    return Fault(
        policy.file,
        Place(*(unproved.node.place or ())),
        clause.id,
        Text(
            f"“{written}”可能达{unproved.digits}位数字，而 SQL 的十进制数最多{numbers.WIDEST}位",
            f"'{written}' may come to {unproved.digits} digits, and a decimal in SQL has {numbers.WIDEST} at most",
        ),
        Text("在 types 中收紧所用事实的上限或小数位数", "lower the bounds or the decimals of its facts, under `types`"),
    )
