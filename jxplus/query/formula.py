"""A checked formula as a SQL expression, or a refusal to write it where a number of it is not proved to fit.

Unknown is SQL's NULL: its logic is the three-valued logic of the plan. The functions that ignore NULL (LEAST, GREATEST,
the ELSE of a CASE) are used only where there is none.
"""

from collections.abc import Callable, Sequence
from datetime import date

from sqlglot import exp

from jxplus.formula.node import OVER_ITEMS, STANDS_FOR, Node
from jxplus.formula.operators import day_after
from jxplus.query import expressions, numbers
from jxplus.query.numbers import Sql, Unproved

WHOLE_DIVISION = ("duckdb", "postgres", "spark", "databricks")
"""The dialects whose division into whole parts is exact, as it is written for them."""
Leaf = Callable[[Node], Sql]
"""Gives the expression of a fact, an item's fact, an `any`, a `count` or a `sum`: where those stand in the query is the query's business."""


def compile_formula(node: Node, leaf: Leaf) -> Sql:
    """The SQL of a checked formula; raises `Unproved` where a decimal of it may not fit."""
    if node.op in STANDS_FOR:
        return compile_formula(node.args[0], leaf)
    if node.op in ("fact", "item", *OVER_ITEMS):
        found = leaf(node)
    elif node.op in _LEAVES:
        found = _LEAVES[node.op](node)
    else:
        found = SQL[node.op](node, [compile_formula(arg, leaf) for arg in node.args])
    if found.bounds is not None and found.bounds.digits > numbers.WIDEST:
        raise Unproved(node, found.bounds.digits)
    return found


def _truth(node: Node) -> Sql:
    return Sql(exp.true() if node.value else exp.false(), False)


def _date(node: Node) -> Sql:
    return Sql(expressions.day(node.value), False)


def _choice(node: Node) -> Sql:
    return Sql(exp.Literal.string(node.value), False)


def _figure(node: Node) -> Sql:
    return numbers.figure(node.value.amount)


_LEAVES: dict[str, Callable[[Node], Sql]] = {
    "truth": _truth,
    "date": _date,
    "choice": _choice,
    "number": _figure,
}


def _of(make: type[exp.Binary], left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return make(this=expressions.bracketed(left), expression=expressions.bracketed(right))


def _compared(make: type[exp.Binary]) -> Callable[[Node, list[Sql]], Sql]:
    def compared(node: Node, args: list[Sql]) -> Sql:
        if any(_is_nothing(arg.expression) for arg in args):
            return unknown_truth()
        left, right = numbers.common(node, args) if args[0].bounds is not None else args
        return Sql(_of(make, left.expression, right.expression), left.nullable or right.nullable)

    return compared


def _is_nothing(expression: exp.Expr) -> bool:
    return isinstance(expression, exp.Cast) and isinstance(expression.this, exp.Null)


def unknown_truth(where: exp.Expr | None = None) -> Sql:
    """A truth that is NULL, everywhere or under a condition that is itself never NULL; else it is false."""
    nothing = expressions.cast(exp.null(), "BOOLEAN")
    if where is None:
        return Sql(nothing, True, open=exp.true())
    case = exp.Case().when(where.copy(), nothing, copy=False).else_(exp.false(), copy=False)
    return Sql(case, True, open=where)


def _member(node: Node, args: list[Sql]) -> Sql:
    """Whether a value is one of several, `IN`, or begins as one of several codes do, `LIKE 'C39%'`."""
    value, *choices = args
    starts = [arg.value[:-1] for arg in node.args[1:] if arg.value[-1] == "*"]
    whole = [
        choice.expression.copy() for arg, choice in zip(node.args[1:], choices, strict=True) if arg.value[-1] != "*"
    ]
    found: list[exp.Expr] = [exp.In(this=value.expression.copy(), expressions=whole)] if whole else []
    found += [exp.Like(this=value.expression.copy(), expression=exp.Literal.string(f"{each}%")) for each in starts]
    return Sql(exp.or_(*found, copy=False), any(arg.nullable for arg in args))


def _and(node: Node, args: list[Sql]) -> Sql:
    return all_of(args)


def _or(node: Node, args: list[Sql]) -> Sql:
    return any_of(args)


def all_of(conditions: Sequence[Sql]) -> Sql:
    """All of several conditions; true for none."""
    conditions = [each for each in conditions if each.expression != exp.true()]
    if not conditions:
        return Sql(exp.true(), False)
    if any(each.open for each in conditions):
        # NULL where none of them is false.
        parts = [_not_false(each) for each in conditions]
        asked = [each for each in dict.fromkeys(parts) if each != exp.true()]
        return unknown_truth(exp.and_(*asked, copy=False) if asked else None)
    return Sql(
        exp.and_(*(each.expression for each in conditions), copy=False), any(each.nullable for each in conditions)
    )


def _not_false(condition: Sql) -> exp.Expr:
    if condition.open is not None:
        return condition.open.copy()
    own = condition.expression.copy()
    return expressions.coalesce(own, exp.true()) if condition.nullable else own


def any_of(conditions: Sequence[Sql]) -> Sql:
    """Any of several conditions."""
    opens = [each.open for each in conditions if each.open is not None]
    if opens and len(opens) == len(conditions):
        return unknown_truth(exp.true() if exp.true() in opens else exp.or_(*dict.fromkeys(opens), copy=False))
    return Sql(
        exp.or_(*(each.expression for each in conditions), copy=False), any(each.nullable for each in conditions)
    )


def _not(node: Node, args: list[Sql]) -> Sql:
    return (
        unknown_truth()
        if args[0].open == exp.true()
        else Sql(expressions.negated(args[0].expression), args[0].nullable)
    )


def _if(node: Node, args: list[Sql]) -> Sql:
    """A choice between two values; where the condition may be NULL there is no ELSE, so that NULL stays NULL."""
    condition, *branches = args
    bounds = None
    if branches[0].bounds is not None:
        branches = numbers.common(node, branches)
        found = [numbers.bounds_of(branch) for branch in branches]
        bounds = numbers.chosen(found, min(each.low for each in found), max(each.high for each in found))
    then, other = (expressions.free(branch.expression) for branch in branches)
    case = exp.Case().when(expressions.free(condition.expression), then, copy=False)
    case = (
        case.when(expressions.negated(condition.expression), other, copy=False)
        if condition.nullable
        else case.else_(other, copy=False)
    )
    known, chosen = condition.expression, list(condition.missing())
    for holds, branch in zip((known, expressions.negated(known)), branches, strict=True):
        chosen += [exp.and_(holds, gap, copy=False) for gap in branch.missing()]
    return Sql(case, any(arg.nullable for arg in args), bounds, gaps=tuple(chosen))


def _moved(sign: int) -> Callable[[Node, list[Sql]], Sql]:
    """A day and a term of months: every engine keeps to the month's last day as `day_after` does; at its ends it stands still."""

    def moved(node: Node, args: list[Sql]) -> Sql:
        months = node.args[1].value.amount * sign
        last = date.max if months > 0 else date.min
        beyond = exp.GT if months > 0 else exp.LT
        added = exp.DateAdd(
            this=expressions.bracketed(args[0].expression),
            expression=exp.Literal.number(int(months)),
            unit=exp.var("MONTH"),
        )
        edge = beyond(
            this=expressions.bracketed(args[0].expression), expression=expressions.day(day_after(last, -months))
        )
        case = (
            exp.Case().when(edge, expressions.day(last), copy=False).else_(expressions.cast(added, "DATE"), copy=False)
        )
        return Sql(case, args[0].nullable)

    return moved


SQL: dict[str, Callable[[Node, list[Sql]], Sql]] = {
    "+": numbers.add,
    "-": numbers.subtract,
    "*": numbers.multiply,
    "neg": numbers.negate,
    "min": numbers.extreme_of(min, exp.Least),
    "max": numbers.extreme_of(max, exp.Greatest),
    ">": _compared(exp.GT),
    ">=": _compared(exp.GTE),
    "<": _compared(exp.LT),
    "<=": _compared(exp.LTE),
    "=": _compared(exp.EQ),
    "!=": _compared(exp.NEQ),
    "in": _member,
    "and": _and,
    "or": _or,
    "not": _not,
    "if": _if,
    "whole": numbers.whole_parts,
    "later": _moved(1),
    "earlier": _moved(-1),
}
"""The twin of `operators.OPERATORS`: each operator's SQL; `any`, `count` and `sum` are the query's, which knows where the items are."""
