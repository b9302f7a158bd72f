"""Small SQL expressions: conditions of three values, counts of items."""

from sqlglot import exp

from jxplus.formula.sql import bracketed

NULL_TRUTH = exp.cast(exp.null(), "BOOLEAN")
"""A condition that is not known."""


def is_null(value: exp.Expr) -> exp.Expr:
    return exp.Is(this=bracketed(value), expression=exp.null())


def is_known(value: exp.Expr) -> exp.Expr:
    return exp.Not(this=is_null(value))


def count(condition: exp.Expr) -> exp.Expr:
    """How many rows meet a condition."""
    if condition == exp.true():
        return exp.Count(this=exp.Star())
    return exp.Count(this=exp.Case().when(condition.copy(), exp.Literal.number(1)))


def some(count: exp.Expr) -> exp.Expr:
    """Whether a count of items is above zero; an enterprise without items has none."""
    return exp.GT(this=exp.func("COALESCE", count, exp.Literal.number(0)), expression=exp.Literal.number(0))


def both(*conditions: exp.Expr | None) -> exp.Expr:
    return exp.and_(*[each for each in conditions if each is not None and each != exp.true()] or [exp.true()])


def either(*conditions: exp.Expr | None) -> exp.Expr | None:
    found = [each for each in dict.fromkeys(conditions) if each is not None and each != exp.false()]
    return exp.or_(*found) if found else None
