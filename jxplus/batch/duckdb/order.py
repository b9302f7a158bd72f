"""The policy's query as DuckDB runs it over tables: in their order, with the results that were judged in their place."""

from typing import NamedTuple

from sqlglot import exp

from jxplus.batch.duckdb.doubt import NUMBER, WANTED
from jxplus.batch.duckdb.words import name
from jxplus.policy.tables import ENTERPRISES, KEY

JUDGED = "judged_"
"""The table of the results that were judged: an enterprise's row number, and what the query's OUTCOME has of it."""
_COMPUTED, _JOINED = "computed_", "joined_"  # no list has a name like these three
_ENTERPRISE = "enterprise"


class _Parts(NamedTuple):
    """The parts of a query that say whose row is whose: FACTS, its first, and MET and OUTCOME, its last, whatever their names."""

    facts: exp.CTE
    met: exp.CTE
    outcome: exp.CTE


def _parts(query: exp.Select) -> _Parts:
    facts, *_, met, outcome = query.ctes
    return _Parts(facts, met, outcome)


def _number(table: str = "") -> exp.Column:
    return exp.column(NUMBER, table=table or None, quoted=True)


def in_order(query: exp.Select, label: str) -> None:
    """Has a query give the rows in the order of their table, each enterprise under what its column `label` says."""
    parts = _parts(query)
    facts, outcome = parts.facts.this, parts.outcome.this
    if label not in [each.alias_or_name for each in facts.selects]:
        facts.select(exp.column(label, quoted=True), copy=False)
    facts.select(_number(), copy=False)
    outcome.set("expressions", outcome.selects[1:])
    outcome.select(exp.alias_(exp.cast(exp.column(label, quoted=True), "TEXT"), _ENTERPRISE), _number(), copy=False)
    # The order is the tables' again once the lists are joined; all that follows goes row by row, and keeps it. What is
    # worked out of the facts and the sums need not be sorted with them.
    joined, met = parts.met.this, exp.select("*")
    met.select(*(each for each in joined.selects if isinstance(each, exp.Alias)), copy=False)
    joined.set("expressions", [each for each in joined.selects if not isinstance(each, exp.Alias)])
    parts.met.set("this", met.from_(joined.order_by(_number(), copy=False).subquery(_JOINED), copy=False))


def only_outcome(query: exp.Select) -> exp.Select:
    """A query for the OUTCOME alone, without a row: the columns of the table of judged results, with their types."""
    plain = exp.select("*").from_(_parts(query).outcome.alias).limit(0)
    for part in query.copy().ctes:
        plain = plain.with_(part.alias, as_=part.this, copy=False)
    return plain


def take_judged(query: exp.Select) -> exp.Select:
    """Takes the judged enterprises' results in place of those computed, and leaves out the refused, which have none."""
    computed = _parts(query).outcome
    name_of_outcome = computed.alias
    computed.args["alias"].set("this", exp.to_identifier(_COMPUTED))
    own = exp.Is(this=_number(JUDGED), expression=exp.null())
    columns: list[exp.Expr] = []
    for column in [each.alias_or_name for each in computed.this.selects]:
        ours, theirs = (exp.column(column, table=table, quoted=True) for table in (_COMPUTED, JUDGED))
        value = ours if column == NUMBER else exp.Case().when(own.copy(), ours).else_(theirs)
        columns.append(exp.alias_(value, column, quoted=True))
    wanted = f"SELECT e.{name(NUMBER)} FROM {ENTERPRISES} AS e SEMI JOIN {name(WANTED)} AS w ON w.id = e.{KEY}"
    outcome = exp.select(*columns).from_(_COMPUTED)
    outcome = outcome.join(JUDGED, on=exp.EQ(this=_number(JUDGED), expression=_number(_COMPUTED)), join_type="left")
    left = f"{_COMPUTED}.{_ENTERPRISE} IS NOT NULL AND {_COMPUTED}.{name(NUMBER)} NOT IN ({wanted})"
    outcome = outcome.where(f"{name(JUDGED)}.{name(NUMBER)} IS NOT NULL OR ({left})")
    # The joins have put the rows out of order once more.
    return query.with_(name_of_outcome, as_=outcome.order_by(_number(_COMPUTED)), copy=False)
