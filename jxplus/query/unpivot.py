"""From one row of an enterprise to one row of each clause: the long table, in the way that suits each engine."""

from collections.abc import Callable

from sqlglot import exp

Rows = list[list[exp.Expr]]
"""For each clause its columns in the long table, from `clause` on."""


def unpivot_union(rows: Rows, outcome: str, who: list[str], of_row: list[str]) -> exp.Select:
    """A query per clause, put together: what every engine can do."""
    selects = [exp.select(*who, *map(exp.alias_, row, of_row), copy=False).from_(outcome, copy=False) for row in rows]
    every = exp.union(*selects, distinct=False, copy=False) if len(selects) > 1 else selects[0]
    return exp.select(*who, *of_row, copy=False).from_(every.subquery("each_clause", copy=False), copy=False)


def unpivot_lateral(rows: Rows, outcome: str, who: list[str], of_row: list[str]) -> exp.Select:
    """The clauses as a table of values beside each row."""
    values = exp.Values(expressions=[exp.Tuple(expressions=row) for row in rows])
    columns = exp.TableAlias(
        this=exp.to_identifier("each_clause"), columns=[exp.to_identifier(name) for name in of_row]
    )
    beside = exp.Lateral(this=exp.Subquery(this=values), alias=columns)
    return exp.select(*who, *of_row, copy=False).from_(outcome, copy=False).join(beside, join_type="cross", copy=False)


def unpivot_structs(rows: Rows, outcome: str, who: list[str], of_row: list[str]) -> exp.Select:
    """The clauses as a list of records in each row, spread over rows in their order."""
    records = [
        exp.Struct(
            expressions=[
                exp.PropertyEQ(this=exp.to_identifier(name), expression=value)
                for name, value in zip(of_row, row, strict=True)
            ]
        )
        for row in rows
    ]
    each_clause = exp.alias_(exp.Explode(this=exp.Array(expressions=records)), "each_clause", copy=False)
    spread = exp.select(*who, each_clause, copy=False).from_(outcome, copy=False)
    parts = [exp.alias_(of_record(name), name, copy=False) for name in of_row]
    return exp.select(*who, *parts, copy=False).from_(spread.subquery("each_enterprise", copy=False), copy=False)


def unpivot_lists(rows: Rows, outcome: str, who: list[str], of_row: list[str]) -> exp.Select:
    """The clauses as a list for each column in each row, spread side by side over rows in their order.

    It costs DuckDB less than records do, and reads worse.
    """
    spread = [
        exp.alias_(exp.Explode(this=exp.Array(expressions=[row[place] for row in rows])), name, copy=False)
        for place, name in enumerate(of_row)
    ]
    inner = exp.select(*who, *spread, copy=False).from_(outcome, copy=False)
    return exp.select(*who, *of_row, copy=False).from_(inner.subquery("each_clause", copy=False), copy=False)


def of_record(name: str) -> exp.Expr:
    return exp.Dot.build([exp.to_identifier("each_clause"), exp.to_identifier(name)])


UNPIVOT: dict[str, Callable[[Rows, str, list[str], list[str]], exp.Select]] = {
    "duckdb": unpivot_structs,
    "spark": unpivot_structs,
    "databricks": unpivot_structs,
    "postgres": unpivot_lateral,
}
