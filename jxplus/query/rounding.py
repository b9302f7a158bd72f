"""Amounts rounded half up to the fen, in SQL; for DuckDB in 64 bits wherever that is exact, as it divides 128 bits slowly."""

from decimal import Decimal

from sqlglot import exp

from jxplus.query import expressions, numbers
from jxplus.query.logic import both
from jxplus.query.numbers import Sql
from jxplus.query.tables import FEN


def rounded(value: Sql, width: int) -> exp.Expr:
    """A figure rounded to the fen, as DECIMAL of `width` digits."""
    fen = exp.Round(this=expressions.free(value.expression), decimals=exp.Literal.number(FEN))
    return expressions.cast(fen, expressions.decimal_type(width, FEN))


def rounded_in_64_bits(value: Sql, width: int) -> exp.Expr:
    """The same, where DuckDB divides in 64 bits whatever fits: 40 times as fast as a division in 128 bits."""
    bounds = numbers.bounds_of(value)
    if bounds.narrow or bounds.scale >= numbers.NARROW:
        return rounded(value, width)
    swift = rounded(numbers.widened(value, numbers.NARROW), width)
    if bounds.digits <= numbers.NARROW:
        return swift
    in_parts = _rounded_in_parts(value, width)
    if in_parts is not None:
        return in_parts
    most = numbers.figure(Decimal(10) ** (numbers.NARROW - bounds.scale), bounds.scale).expression
    fits: exp.Expr = exp.LT(this=expressions.free(value.expression), expression=most)
    if bounds.low < 0:
        fits = both(exp.GT(this=expressions.free(value.expression), expression=exp.Neg(this=most.copy())), fits)
    return exp.Case().when(fits, swift, copy=False).else_(rounded(value, width), copy=False)


def _rounded_in_parts(value: Sql, width: int) -> exp.Expr | None:
    """The same of an amount multiplied by a share, in two parts; None where 18 digits are not proved to hold these.

    10^n times the share has no decimals beyond the fen, where n are those that it has itself. So the full 10^n yuan of the
    amount come to whole fen, and only what is left of it below that is rounded.
    """
    if value.factors is None or width > numbers.NARROW:
        return None
    one, other = value.factors
    return _in_parts(one, other, width) or _in_parts(other, one, width)


def _in_parts(amount: Sql, share: Sql, width: int) -> exp.Expr | None:
    whole, part = numbers.bounds_of(amount), numbers.bounds_of(share)
    beyond = part.scale - FEN
    full_digits = max(whole.digits - whole.scale - beyond, 1)
    widths = (
        full_digits + part.digits,  # of what the full ones come to
        beyond + whole.scale + part.width,  # of what the rest comes to
        part.width + beyond + 1,  # of 10^n times the share
    )
    if beyond <= 0 or not (whole.narrow and part.narrow) or max(widths) > numbers.NARROW:
        return None
    step = numbers.figure(Decimal(10**beyond)).expression
    before_point = expressions.cast(exp.Trunc(this=expressions.bracketed(amount.expression)), "BIGINT")
    # A function of DuckDB's: the operator is written in 128 bits, as all divisions of whole numbers are.
    full = exp.Anonymous(
        this="divide", expressions=[before_point, expressions.cast(exp.Literal.number(10**beyond), "BIGINT")]
    )
    times = exp.Mul(this=expressions.bracketed(share.expression), expression=step)
    rest = exp.Mod(this=expressions.bracketed(amount.expression), expression=step.copy())
    of_full = exp.Mul(
        this=expressions.cast(full, expressions.decimal_type(full_digits, 0)),
        expression=expressions.cast(times, expressions.decimal_type(part.digits, FEN)),
    )
    of_rest = exp.Round(
        this=exp.Mul(
            this=expressions.cast(rest, expressions.decimal_type(beyond + whole.scale, whole.scale)),
            expression=expressions.bracketed(share.expression),
        ),
        decimals=exp.Literal.number(FEN),
    )
    return expressions.cast(exp.Add(this=of_full, expression=of_rest), expressions.decimal_type(width, FEN))
