"""Small SQL expressions: casts, days, brackets."""

from typing import Any

from sqlglot import exp


def decimal_type(width: int, scale: int) -> exp.DataType:
    """The SQL type DECIMAL(width, scale)."""
    sizes = [exp.DataTypeParam(this=exp.Literal.number(size)) for size in (width, scale)]
    return exp.DataType(this=exp.DataType.Type.DECIMAL, expressions=sizes)


def cast(expression: exp.Expr, type: exp.DataType | str) -> exp.Expr:
    """An expression as a type, written as it is where it has been cast to that very type.

    The function of sqlglot leaves out a cast to a wider decimal of one that is cast already, and copies what it is given.
    """
    to = type if isinstance(type, exp.DataType) else exp.DataType(this=exp.DataType.Type[type], nested=False)
    if isinstance(expression, exp.Cast) and expression.args["to"] == to:
        return expression
    made = exp.Cast(this=expression, to=to)
    made.type = to
    return made


def coalesce(first: exp.Expr, *others: exp.Expr) -> exp.Expr:
    """The first of some values that is not NULL."""
    return exp.Coalesce(this=first, expressions=list(others))


def day(value: Any) -> exp.Expr:
    """A date of the calendar."""
    return cast(exp.Literal.string(value.isoformat()), "DATE")


def free(expression: exp.Expr) -> exp.Expr:
    """An expression that may be put anywhere: itself, or a copy where it stands in another already."""
    return expression if expression.parent is None else expression.copy()


def bracketed(expression: exp.Expr) -> exp.Expr:
    """An expression that may be put anywhere, in brackets where it is made of parts."""
    own = free(expression)
    return exp.paren(own, copy=False) if isinstance(own, (exp.Binary, exp.Not, exp.Neg, exp.In)) else own


def negated(condition: exp.Expr) -> exp.Expr:
    """NOT `condition`."""
    return exp.Not(this=bracketed(condition))
