"""A checked formula as a SQL expression whose every decimal is proved to fit, or a refusal to write it.

SQL engines differ in what they do to a decimal that grows: one stops the query, one rounds without a word, one turns to
binary floats. So each number carries its *bounds*: the values it can have, worked out by interval arithmetic from the
limits that the policy declares for its facts, and the widths that engines give its type. Where a product or a sum could
outgrow an engine's type, a CAST widens it first; where 38 digits, the most that engines offer, cannot be proved to be
enough, the formula is refused.

Unknown is SQL's NULL: its logic is the three-valued logic of the plan. The functions that ignore NULL (LEAST, GREATEST,
the ELSE of a CASE) are used only where there is none.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Context, Decimal
from typing import Any, NamedTuple

from sqlglot import exp

from jxplus.formula.node import OVER_ITEMS, STANDS_FOR, Node
from jxplus.formula.operators import day_after
from jxplus.quantity import EXACT, decimals

WIDEST = 38
"""The digits of the widest decimal that every engine has."""
PROOF: Context = EXACT.copy()
"""The arithmetic of bounds: exact, and wide enough for what is then refused. Whoever compiles a formula sets it."""
PROOF.prec = 10_000
WHOLE_DIVISION = ("duckdb", "postgres", "spark", "databricks")
"""The dialects whose division into whole parts is exact, as it is written for them."""
NARROW = 18
"""The digits up to which DuckDB computes in 64 bits; a result of two such decimals gets no wider type, so a CAST must."""


class Bounds(NamedTuple):
    """What is proved of a number: its least and greatest value, its decimals, and the types engines give it.

    `width` is the widest declared precision among engines; `narrow` says that DuckDB may hold it in 64 bits.
    """

    low: Decimal
    high: Decimal
    scale: int
    width: int
    narrow: bool

    @property
    def digits(self) -> int:
        """How many digits any value within the bounds needs, decimals included."""
        return max(whole_digits(self.low, self.high) + self.scale, 1)


class Sql(NamedTuple):
    """A formula in SQL: the expression, whether it may be NULL, and the bounds of a number.

    `figure` is the value of a figure of the plan, which is written with as many decimals as its surroundings have.
    `gaps` are the conditions under which a number is NULL, each true or false: that one of the facts it is made of is.
    `open` is there for a truth that is never true, since a fact that nobody states decides it: where it holds the truth is
    NULL, else false.
    """

    expression: exp.Expr
    nullable: bool
    bounds: Bounds | None = None
    figure: Decimal | None = None
    gaps: tuple[exp.Expr, ...] | None = None
    open: exp.Expr | None = None

    def missing(self) -> tuple[exp.Expr, ...]:
        """The conditions under which it is NULL; none where it never is."""
        if not self.nullable:
            return ()
        return self.gaps or (exp.Is(this=bracketed(self.expression), expression=exp.null()),)


class Unproved(Exception):
    """No decimal type is proved to hold what a part of a formula can come to; `node` is that part."""

    def __init__(self, node: Node, digits: int) -> None:
        super().__init__(digits)
        self.node, self.digits = node, digits


Leaf = Callable[[Node], Sql]
"""Gives the expression of a fact, an item's fact, an `any`, a `count` or a `sum`: where those stand in the query is the query's business."""


def whole_digits(*values: Decimal) -> int:
    """How many digits stand before the decimal point of the largest of `values`; none for a fraction."""
    return max(len(str(int(abs(value)))) if abs(value) >= 1 else 0 for value in values)


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


def fact_bounds(low: Decimal, high: Decimal, scale: int) -> Bounds:
    """The bounds of a column of exactly the type that its limits ask for."""
    width = max(whole_digits(low, high) + scale, 1)
    return Bounds(low, high, scale, width, width <= NARROW)


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
    if found.bounds is not None and found.bounds.digits > WIDEST:
        raise Unproved(node, found.bounds.digits)
    return found


# ---- leaves --------------------------------------------------------------------------------------------------------


def _truth(node: Node) -> Sql:
    return Sql(exp.true() if node.value else exp.false(), False)


def _date(node: Node) -> Sql:
    return Sql(day(node.value), False)


def day(value: Any) -> exp.Expr:
    """A date of the calendar."""
    return cast(exp.Literal.string(value.isoformat()), "DATE")


def _choice(node: Node) -> Sql:
    return Sql(exp.Literal.string(node.value), False)


def _figure(node: Node) -> Sql:
    return figure(node.value.amount)


def figure(value: Decimal, scale: int = 0) -> Sql:
    """A figure, written with at least `scale` decimals and those it needs.

    A whole one is cast: without a point it would be an integer, whose products have the engine's own types.
    """
    scale = max(scale, decimals(value))
    bounds = fact_bounds(value, value, scale)
    text = f"{abs(value):.{scale}f}"
    literal: exp.Expr = exp.Literal.number(text)
    if not scale:
        literal = cast(literal, decimal_type(bounds.width, 0))
    return Sql(exp.Neg(this=literal) if value < 0 else literal, False, bounds, value)


_LEAVES: dict[str, Callable[[Node], Sql]] = {
    "truth": _truth,
    "date": _date,
    "choice": _choice,
    "number": _figure,
}


# ---- numbers -------------------------------------------------------------------------------------------------------


def bounds_of(value: Sql) -> Bounds:
    """The bounds of a number, which it has."""
    assert value.bounds is not None
    return value.bounds


def widened(value: Sql, width: int) -> Sql:
    """The same number as DECIMAL of `width` digits."""
    bounds = bounds_of(value)
    expression = cast(free(value.expression), decimal_type(width, bounds.scale))
    bounds = bounds._replace(width=width, narrow=width <= NARROW)
    return Sql(expression, value.nullable, bounds, gaps=value.missing())


def _aligned(values: Sequence[Sql]) -> list[Sql]:
    """Numbers that are compared, added or chosen among: the plan's figures get as many decimals as the others have."""
    scale = max(bounds_of(value).scale for value in values)
    return [figure(value.figure, scale) if value.figure is not None else value for value in values]


def _operands(node: Node, values: Sequence[Sql], grown: Callable[[list[Bounds]], int], digits: int = 0) -> list[Sql]:
    """`values` with types in which an operation on them fits: a result of `digits`, and no type over 38 digits.

    They stay as they are where they can; else each is cast to what is proved of it.
    """
    proved = [
        value if bounds_of(value).width <= bounds_of(value).digits else widened(value, bounds_of(value).digits)
        for value in values
    ]
    for attempt in (list(values), proved):
        found = _wide_enough(attempt, digits)
        if grown([bounds_of(value) for value in found]) <= WIDEST:
            return found
    raise Unproved(node, max(digits, grown([bounds_of(value) for value in proved])))


def _together(bounds: Sequence[Bounds]) -> int:
    """The width of the type that holds each of several decimals."""
    return max(each.width - each.scale for each in bounds) + max(each.scale for each in bounds)


def _chosen(bounds: Sequence[Bounds], low: Decimal, high: Decimal) -> Bounds:
    """The bounds of one out of several numbers, which is between `low` and `high`, in the type that holds each of them."""
    scale, narrow = max(each.scale for each in bounds), all(each.narrow for each in bounds)
    return Bounds(low, high, scale, _together(bounds), narrow)


def _common(node: Node, values: Sequence[Sql]) -> list[Sql]:
    return _operands(node, _aligned(values), _together)


def _wide_enough(values: list[Sql], digits: int) -> list[Sql]:
    """`values` of an operation whose result needs `digits`: the widest is cast where 64 bits are not enough."""
    if digits <= NARROW or not all(bounds_of(value).narrow for value in values):
        return values
    index = max(range(len(values)), key=lambda each: bounds_of(values[each]).width)
    return [widened(value, NARROW + 1) if at == index else value for at, value in enumerate(values)]


def _added(node: Node, values: list[Sql], low: Decimal, high: Decimal, make: type[exp.Binary]) -> Sql:
    def grown(bounds: list[Bounds]) -> int:
        return _together(bounds) + 1

    values = _aligned(values)
    scale = max(bounds_of(value).scale for value in values)
    digits = max(whole_digits(low, high, *(end for value in values for end in bounds_of(value)[:2])) + scale, 1)
    left, right = _operands(node, values, grown, digits)
    pair = [bounds_of(left), bounds_of(right)]
    bounds = Bounds(low, high, scale, grown(pair), all(each.narrow for each in pair))
    return Sql(_binary(make, left, right), left.nullable or right.nullable, bounds, gaps=_gaps(values))


def _gaps(values: Iterable[Sql]) -> tuple[exp.Expr, ...]:
    """The conditions under which a number is NULL that is made of all of `values`."""
    return tuple(dict.fromkeys(gap for value in values for gap in value.missing()))


def add(node: Node, args: list[Sql]) -> Sql:
    """The sum of two numbers; raises `Unproved` at `node` where it may not fit."""
    left, right = map(bounds_of, args)
    return _added(node, args, left.low + right.low, left.high + right.high, exp.Add)


def _subtract(node: Node, args: list[Sql]) -> Sql:
    left, right = map(bounds_of, args)
    return _added(node, args, left.low - right.high, left.high - right.low, exp.Sub)


def multiply(node: Node, args: list[Sql]) -> Sql:
    """The product of two numbers; raises `Unproved` at `node` where it may not fit."""

    def grown(bounds: list[Bounds]) -> int:
        return sum(each.width for each in bounds) + 1

    ends = [one * other for one in bounds_of(args[0])[:2] for other in bounds_of(args[1])[:2]]
    scale = sum(bounds_of(arg).scale for arg in args)
    digits = whole_digits(*ends) + scale
    left, right = _operands(node, args, grown, digits)
    pair = [bounds_of(left), bounds_of(right)]
    bounds = Bounds(min(ends), max(ends), scale, grown(pair), all(each.narrow for each in pair))
    return Sql(_binary(exp.Mul, left, right), left.nullable or right.nullable, bounds, gaps=_gaps(args))


def _negate(node: Node, args: list[Sql]) -> Sql:
    (arg,), bounds = args, bounds_of(args[0])
    bounds = bounds._replace(low=-bounds.high, high=-bounds.low)
    return Sql(exp.Neg(this=bracketed(arg.expression)), arg.nullable, bounds, gaps=arg.missing())


def _extreme(pick: Callable[..., Decimal], function: type[exp.Func]) -> Callable[[Node, list[Sql]], Sql]:
    """`min` or `max`: LEAST or GREATEST, which skip NULL, and so are asked only where none of the values is."""

    def extreme(node: Node, args: list[Sql]) -> Sql:
        values = _common(node, args)
        found = [bounds_of(value) for value in values]
        bounds = _chosen(found, pick(each.low for each in found), pick(each.high for each in found))
        if len(values) == 1:
            return values[0]
        first, *rest = [free(value.expression) for value in values]
        found_one, gaps = function(this=first, expressions=rest), _gaps(values)
        if not gaps:
            return Sql(found_one, False, bounds)
        case = exp.Case().when(exp.or_(*gaps, copy=False), exp.null(), copy=False).else_(found_one, copy=False)
        return Sql(case, True, bounds, gaps=gaps)

    return extreme


# ---- truths --------------------------------------------------------------------------------------------------------


def free(expression: exp.Expr) -> exp.Expr:
    """An expression that may be put anywhere: itself, or a copy where it stands in another already."""
    return expression if expression.parent is None else expression.copy()


def bracketed(expression: exp.Expr) -> exp.Expr:
    """An expression that may be put anywhere, in brackets where it is made of parts."""
    own = free(expression)
    return exp.paren(own, copy=False) if isinstance(own, (exp.Binary, exp.Not, exp.Neg, exp.In)) else own


def _of(make: type[exp.Binary], left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return make(this=bracketed(left), expression=bracketed(right))


def _binary(make: type[exp.Binary], left: Sql, right: Sql) -> exp.Expr:
    """`left` and `right` joined, with brackets only where the tree would otherwise be read in another way."""

    def side(value: exp.Expr, keeps: tuple[type[exp.Expr], ...]) -> exp.Expr:
        return free(value) if isinstance(value, keeps) else bracketed(value)

    keeps: tuple[type[exp.Expr], ...] = {exp.Mul: (exp.Mul,), exp.Add: (exp.Add, exp.Mul)}.get(make, ())
    return make(this=side(left.expression, keeps), expression=side(right.expression, keeps))


def _compared(make: type[exp.Binary]) -> Callable[[Node, list[Sql]], Sql]:
    def compared(node: Node, args: list[Sql]) -> Sql:
        if any(_is_nothing(arg.expression) for arg in args):
            return unknown_truth()
        left, right = _common(node, args) if args[0].bounds is not None else args
        return Sql(_of(make, left.expression, right.expression), left.nullable or right.nullable)

    return compared


def _is_nothing(expression: exp.Expr) -> bool:
    return isinstance(expression, exp.Cast) and isinstance(expression.this, exp.Null)


def unknown_truth(where: exp.Expr | None = None) -> Sql:
    """A truth that is NULL, everywhere or under a condition that is itself never NULL; else it is false."""
    nothing = cast(exp.null(), "BOOLEAN")
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
    return coalesce(own, exp.true()) if condition.nullable else own


def any_of(conditions: Sequence[Sql]) -> Sql:
    """Any of several conditions."""
    opens = [each.open for each in conditions if each.open is not None]
    if opens and len(opens) == len(conditions):
        return unknown_truth(exp.true() if exp.true() in opens else exp.or_(*dict.fromkeys(opens), copy=False))
    return Sql(
        exp.or_(*(each.expression for each in conditions), copy=False), any(each.nullable for each in conditions)
    )


def _not(node: Node, args: list[Sql]) -> Sql:
    return unknown_truth() if args[0].open == exp.true() else Sql(negated(args[0].expression), args[0].nullable)


def negated(condition: exp.Expr) -> exp.Expr:
    """NOT `condition`."""
    return exp.Not(this=bracketed(condition))


def _if(node: Node, args: list[Sql]) -> Sql:
    """A choice between two values; where the condition may be NULL there is no ELSE, so that NULL stays NULL."""
    condition, *branches = args
    bounds = None
    if branches[0].bounds is not None:
        branches = _common(node, branches)
        found = [bounds_of(branch) for branch in branches]
        bounds = _chosen(found, min(each.low for each in found), max(each.high for each in found))
    then, other = (free(branch.expression) for branch in branches)
    case = exp.Case().when(free(condition.expression), then, copy=False)
    case = (
        case.when(negated(condition.expression), other, copy=False)
        if condition.nullable
        else case.else_(other, copy=False)
    )
    known, chosen = condition.expression, list(condition.missing())
    for holds, branch in zip((known, negated(known)), branches, strict=True):
        chosen += [exp.and_(holds, gap, copy=False) for gap in branch.missing()]
    return Sql(case, any(arg.nullable for arg in args), bounds, gaps=tuple(chosen))


def _whole(node: Node, args: list[Sql]) -> Sql:
    """The full parts of a figure in an amount, as a division of whole numbers, whatever the engine's own of decimals is."""
    amount, part = args
    assert part.figure is not None
    scale = max(bounds_of(amount).scale, decimals(part.figure))
    scaled = multiply(node, [amount, figure(Decimal(1).scaleb(scale))]) if scale else amount
    proved = bounds_of(scaled)
    over = part.figure.scaleb(scale, PROOF)
    low, high = (end.scaleb(scale, PROOF) // over for end in bounds_of(amount)[:2])
    digits = max(whole_digits(low, high), 1)
    if digits > NARROW:
        raise Unproved(node, digits)
    whole = cast(scaled.expression, decimal_type(proved.digits - proved.scale, 0))
    divided = exp.IntDiv(this=whole, expression=figure(over).expression)
    bounds = fact_bounds(low, high, 0)
    return Sql(cast(divided, decimal_type(bounds.width, 0)), amount.nullable, bounds, gaps=amount.missing())


def _moved(sign: int) -> Callable[[Node, list[Sql]], Sql]:
    """A day and a term of months: every engine keeps to the month's last day as `day_after` does; at its ends it stands still."""

    def moved(node: Node, args: list[Sql]) -> Sql:
        months = node.args[1].value.amount * sign
        last = date.max if months > 0 else date.min
        beyond = exp.GT if months > 0 else exp.LT
        added = exp.DateAdd(
            this=bracketed(args[0].expression), expression=exp.Literal.number(int(months)), unit=exp.var("MONTH")
        )
        edge = beyond(this=bracketed(args[0].expression), expression=day(day_after(last, -months)))
        case = exp.Case().when(edge, day(last), copy=False).else_(cast(added, "DATE"), copy=False)
        return Sql(case, args[0].nullable)

    return moved


SQL: dict[str, Callable[[Node, list[Sql]], Sql]] = {
    "+": add,
    "-": _subtract,
    "*": multiply,
    "neg": _negate,
    "min": _extreme(min, exp.Least),
    "max": _extreme(max, exp.Greatest),
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
    "whole": _whole,
    "later": _moved(1),
    "earlier": _moved(-1),
}
"""The twin of `operators.OPERATORS`: each operator's SQL; `any`, `count` and `sum` are the query's, which knows where the items are."""


def waits_for_others(node: Node, leaf: Leaf, others: Callable[[Node], exp.Expr | None]) -> exp.Expr | None:
    """The SQL condition that a formula is unknown for want of more than the one fact that `others` disregards.

    It mirrors how an unknown value gathers the facts it waits for; None where that cannot be. `others` gives it for a
    fact, an item's fact, an `any`, a `count` or a `sum`.
    """
    if node.op in ("fact", "item", *OVER_ITEMS):
        return others(node)
    found = [waits_for_others(arg, leaf, others) for arg in node.args]
    waits = [each for each in found if each is not None]
    if not waits:
        return None
    if node.op == "if":
        condition = compile_formula(node.args[0], leaf).expression
        case = exp.Case().when(
            exp.Is(this=bracketed(condition), expression=exp.null()), found[0] or exp.false(), copy=False
        )
        return case.when(condition.copy(), found[1] or exp.false(), copy=False).else_(
            found[2] or exp.false(), copy=False
        )
    either = exp.or_(*waits, copy=False)
    if node.op in ("and", "or"):
        value = compile_formula(node, leaf).expression
        return exp.and_(exp.Is(this=bracketed(value), expression=exp.null()), either, copy=False)
    return either
