"""Numbers in SQL whose every decimal is proved to fit.

SQL engines differ in what they do to a decimal that grows: one stops the query, one rounds without a word, one turns to
binary floats. So each number carries its *bounds*: the values it can have, worked out by interval arithmetic from the
limits that the policy declares for its facts, and the widths that engines give its type. Where a product or a sum could
outgrow an engine's type, a CAST widens it first; where 38 digits, the most that engines offer, cannot be proved to be
enough, the formula is refused.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Context, Decimal
from typing import NamedTuple

from sqlglot import exp

from jxplus.formula.node import Node
from jxplus.quantity import EXACT, decimals
from jxplus.query import expressions

WIDEST = 38
"""The digits of the widest decimal that every engine has."""
PROOF: Context = EXACT.copy()
"""The arithmetic of bounds: exact, and wide enough for what is then refused. Whoever compiles a formula sets it."""
PROOF.prec = 10_000
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
    NULL, else false. `factors` are the two numbers of which it is the product, as they are before they are widened.
    """

    expression: exp.Expr
    nullable: bool
    bounds: Bounds | None = None
    figure: Decimal | None = None
    gaps: tuple[exp.Expr, ...] | None = None
    open: exp.Expr | None = None
    factors: "tuple[Sql, Sql] | None" = None

    def missing(self) -> tuple[exp.Expr, ...]:
        """The conditions under which it is NULL; none where it never is."""
        if not self.nullable:
            return ()
        return self.gaps or (exp.Is(this=expressions.bracketed(self.expression), expression=exp.null()),)


class Unproved(Exception):
    """No decimal type is proved to hold what a part of a formula can come to; `node` is that part."""

    def __init__(self, node: Node, digits: int) -> None:
        super().__init__(digits)
        self.node, self.digits = node, digits


def whole_digits(*values: Decimal) -> int:
    """How many digits stand before the decimal point of the largest of `values`; none for a fraction."""
    return max(len(str(int(abs(value)))) if abs(value) >= 1 else 0 for value in values)


def fact_bounds(low: Decimal, high: Decimal, scale: int) -> Bounds:
    """The bounds of a column of exactly the type that its limits ask for."""
    width = max(whole_digits(low, high) + scale, 1)
    return Bounds(low, high, scale, width, width <= NARROW)


def figure(value: Decimal, scale: int = 0) -> Sql:
    """A figure, written with at least `scale` decimals and those it needs.

    A whole one is cast: without a point it would be an integer, whose products have the engine's own types.
    """
    scale = max(scale, decimals(value))
    bounds = fact_bounds(value, value, scale)
    text = f"{abs(value):.{scale}f}"
    literal: exp.Expr = exp.Literal.number(text)
    if not scale:
        literal = expressions.cast(literal, expressions.decimal_type(bounds.width, 0))
    return Sql(exp.Neg(this=literal) if value < 0 else literal, False, bounds, value)


def bounds_of(value: Sql) -> Bounds:
    """The bounds of a number, which it has."""
    assert value.bounds is not None
    return value.bounds


def widened(value: Sql, width: int) -> Sql:
    """The same number as DECIMAL of `width` digits."""
    bounds = bounds_of(value)
    expression = expressions.cast(expressions.free(value.expression), expressions.decimal_type(width, bounds.scale))
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
    found = _wide_enough(list(values), digits)
    if grown([bounds_of(value) for value in found]) <= WIDEST:
        return found
    # Each is cast only now: what is put into a cast that nobody takes would have to be copied.
    proved = [
        value if bounds_of(value).width <= bounds_of(value).digits else widened(value, bounds_of(value).digits)
        for value in values
    ]
    found = _wide_enough(proved, digits)
    if grown([bounds_of(value) for value in found]) <= WIDEST:
        return found
    raise Unproved(node, max(digits, grown([bounds_of(value) for value in proved])))


def _together(bounds: Sequence[Bounds]) -> int:
    """The width of the type that holds each of several decimals."""
    return max(each.width - each.scale for each in bounds) + max(each.scale for each in bounds)


def chosen(bounds: Sequence[Bounds], low: Decimal, high: Decimal) -> Bounds:
    """The bounds of one out of several numbers, which is between `low` and `high`, in the type that holds each of them."""
    scale, narrow = max(each.scale for each in bounds), all(each.narrow for each in bounds)
    return Bounds(low, high, scale, _together(bounds), narrow)


def common(node: Node, values: Sequence[Sql]) -> list[Sql]:
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


def subtract(node: Node, args: list[Sql]) -> Sql:
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
    nullable, (one, other) = left.nullable or right.nullable, args
    return Sql(_binary(exp.Mul, left, right), nullable, bounds, gaps=_gaps(args), factors=(one, other))


def negate(node: Node, args: list[Sql]) -> Sql:
    (arg,), bounds = args, bounds_of(args[0])
    bounds = bounds._replace(low=-bounds.high, high=-bounds.low)
    return Sql(exp.Neg(this=expressions.bracketed(arg.expression)), arg.nullable, bounds, gaps=arg.missing())


def extreme_of(pick: Callable[..., Decimal], function: type[exp.Func]) -> Callable[[Node, list[Sql]], Sql]:
    """`min` or `max`: LEAST or GREATEST, which skip NULL, and so are asked only where none of the values is."""

    def extreme(node: Node, args: list[Sql]) -> Sql:
        values = common(node, args)
        found = [bounds_of(value) for value in values]
        bounds = chosen(found, pick(each.low for each in found), pick(each.high for each in found))
        if len(values) == 1:
            return values[0]
        first, *rest = [expressions.free(value.expression) for value in values]
        found_one, gaps = function(this=first, expressions=rest), _gaps(values)
        if not gaps:
            return Sql(found_one, False, bounds)
        case = exp.Case().when(exp.or_(*gaps, copy=False), exp.null(), copy=False).else_(found_one, copy=False)
        return Sql(case, True, bounds, gaps=gaps)

    return extreme


def _binary(make: type[exp.Binary], left: Sql, right: Sql) -> exp.Expr:
    """`left` and `right` joined, with brackets only where the tree would otherwise be read in another way."""

    def side(value: exp.Expr, keeps: tuple[type[exp.Expr], ...]) -> exp.Expr:
        return expressions.free(value) if isinstance(value, keeps) else expressions.bracketed(value)

    keeps: tuple[type[exp.Expr], ...] = {exp.Mul: (exp.Mul,), exp.Add: (exp.Add, exp.Mul)}.get(make, ())
    return make(this=side(left.expression, keeps), expression=side(right.expression, keeps))


def whole_parts(node: Node, args: list[Sql]) -> Sql:
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
    whole = expressions.cast(scaled.expression, expressions.decimal_type(proved.digits - proved.scale, 0))
    divided = exp.IntDiv(this=whole, expression=figure(over).expression)
    bounds = fact_bounds(low, high, 0)
    return Sql(
        expressions.cast(divided, expressions.decimal_type(bounds.width, 0)),
        amount.nullable,
        bounds,
        gaps=amount.missing(),
    )
