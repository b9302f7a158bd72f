"""The tables that a query reads: what they are called, and the columns of their facts."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

from sqlglot import exp

from jxplus.policy import DAY, TODAY, Fact, Policy
from jxplus.policy.tables import KEY, OWNER
from jxplus.quantity import ZERO
from jxplus.query import expressions, numbers
from jxplus.query.numbers import Bounds

FACTS = "facts"
"""The part of a query that types the facts."""
FEN = 2
"""The decimals of an amount in yuan."""
KNOWN = "known results"
"""The column of those whose results are there already: a map with these as texts, by their columns; else NULL."""


class Ranked(NamedTuple):
    """In what order the rows come, under what names, and which results are there already.

    `number` is the column of the table of enterprises that numbers its rows, and they come in that order. `label` is the
    column under whose text results stand, in place of `id`: where it is the name, no further column has that.

    `joined` is a table that holds what the query `PolicyQueries.joined` gives, out of which all others are then made; empty
    where there is none. `known` is a table of those whose results are there already, which take their place among the
    others in it: it has `id`, `number` and the column `KNOWN`; empty where there is none.
    """

    number: str
    label: str
    known: str = ""
    joined: str = ""


class Options(NamedTuple):
    """What is asked of a policy over tables.

    `day` is the day of every calculation; without it each enterprise's own holds, and else `today` (the engine's own day
    where that is None). `pins` chooses readings. `every` also gives the clauses that pay nothing, in the long shape.
    `shape` is `long`, `wide`, or `outcome`: that part of the query alone which both of them show. `ranked` puts the rows in order.
    `absent` names what the tables do not have: a list (`premises`), a fact (`investment`), an item's fact
    (`premises.months_used`). `tuned` asks for what costs DuckDB less and makes the same columns in files: statuses,
    clauses and sections as ENUMs, and amounts rounded in 64 bits where they fit.

    `partly` names the lists that only some enterprises state, as lines of JSON do. For each of them the table of
    enterprises has a column more, of truths and never NULL, under the name that `stated` gives. Where it is false the
    enterprise's list is unknown, whatever the list's table holds; where it is true its items are those of that table,
    maybe none. A list that is `absent` too is absent, and no such column is read.
    """

    shape: str = "long"
    day: date | None = None
    today: date | None = None
    pins: Mapping[str, str] = {}
    every: bool = False
    absent: Collection[str] = ()
    tuned: bool = False
    partly: Collection[str] = ()
    ranked: Ranked | None = None


def stated(listed: str) -> str:
    """The column of the table of enterprises that says who states a list, where only some do."""
    return f"{listed} stated"


def names(policy: Policy) -> list[str]:
    """What tables may lack, as `Options.absent` names it."""
    items = [f"{listed.id}.{name}" for listed in policy.lists.values() for name in listed.facts]
    return [*policy.facts, *policy.lists, *items]


def part_name(policy: Policy, part: str) -> str:
    """What a part of the query is called: its own name, but where a list is called so, whose table the name means."""
    return f"{part}_" if part in policy.lists else part  # the name of a list ends in no underscore


def column_name(fact: str) -> str:
    """What a fact's column is called within the query, where two of its columns have names by which tables are joined."""
    return f"{fact}_" if fact in (KEY, OWNER) else fact


def fact_bounds(fact: Fact) -> Bounds | None:
    limits = fact.limits
    if limits is None:
        return None
    return numbers.fact_bounds(min(limits.least, ZERO), limits.largest, limits.decimals)


def fact_type(fact: Fact) -> exp.DataType:
    """The type of a fact's column: a decimal of exactly the size its limits ask for, a truth, a date or text."""
    bounds = fact_bounds(fact)
    if bounds is not None:
        return expressions.decimal_type(bounds.width, bounds.scale)
    return exp.DataType.build({"truth": "BOOLEAN", "date": "DATE"}.get(fact.type.kind, "TEXT"))


def typed(fact: Fact, absent: bool, table: str = "") -> exp.Expr:
    """A fact's column out of its table, typed, with its default unless that is a day."""
    value = expressions.cast(exp.null() if absent else exp.column(fact.id, table=table or None), fact_type(fact))
    default = fact.taken
    if default is None:
        return value
    bounds = fact_bounds(fact)
    other: exp.Expr = exp.Literal.string(default) if fact.choices else exp.true() if default is True else exp.false()
    if bounds:
        other = numbers.figure(default, bounds.scale).expression
    return expressions.coalesce(value, other)


class Days:
    """The days of each enterprise in SQL, as the table of enterprises states them or they follow from others."""

    def __init__(self, policy: Policy, options: Options) -> None:
        self.policy, self.options = policy, options

    def fixed(self, name: str) -> date | None:
        """The day that a date fact has for every enterprise; None where it is each one's own, or the engine's today."""
        if name == DAY and self.options.day is not None:
            return self.options.day
        if name in self.policy.facts and name not in self.options.absent:
            return None
        return self.options.today if name == DAY else self.fixed(self.follows(name))

    def follows(self, name: str) -> str:
        """The date fact whose day another has where it is not stated."""
        followed = self.policy.facts[name].follows
        return DAY if followed in ("", TODAY) else followed

    def column(self, name: str) -> exp.Expr:
        """The day of a date fact, out of the table of enterprises."""
        fixed = self.fixed(name)
        if fixed is not None:
            return expressions.day(fixed)
        if name == DAY:
            other: exp.Expr = expressions.day(self.options.today) if self.options.today else exp.CurrentDate()
        else:
            other = self.column(self.follows(name))
        if name not in self.policy.facts or name in self.options.absent:
            return other
        return expressions.coalesce(expressions.cast(exp.column(name), "DATE"), other)
