"""Small SQL expressions: conditions of three values and their parts."""

from sqlglot import exp

from jxplus.policy import Period
from jxplus.query.expressions import bracketed, cast, coalesce, day

NULL_TRUTH = cast(exp.null(), "BOOLEAN")
"""A condition that is not known."""


def is_null(value: exp.Expr) -> exp.Expr:
    return exp.Is(this=bracketed(value), expression=exp.null())


def is_known(value: exp.Expr) -> exp.Expr:
    return exp.Not(this=is_null(value))


def parts(condition: exp.Expr) -> list[exp.Expr]:
    """The conditions that `condition` asks for together; none for true."""
    if isinstance(condition, exp.Paren):
        return parts(condition.this)
    if isinstance(condition, exp.And):
        return parts(condition.this) + parts(condition.expression)
    return [] if condition == exp.true() else [condition]


def some(count: exp.Expr) -> exp.Expr:
    """Whether a count of items is above zero; an enterprise without items has none."""
    return exp.GT(this=coalesce(count, exp.Literal.number(0)), expression=exp.Literal.number(0))


def both(*conditions: exp.Expr | None) -> exp.Expr:
    return exp.and_(
        *[each for each in conditions if each is not None and each != exp.true()] or [exp.true()], copy=False
    )


def either(*conditions: exp.Expr | None) -> exp.Expr | None:
    found = [each for each in dict.fromkeys(conditions) if each is not None and each != exp.false()]
    return exp.or_(*found, copy=False) if found else None


def within(own: exp.Expr, period: Period) -> exp.Expr:
    """The condition that a day falls into a period."""
    return both(
        exp.GTE(this=own.copy(), expression=day(period.start)) if period.start else None,
        exp.LTE(this=own.copy(), expression=day(period.end)) if period.end else None,
    )
