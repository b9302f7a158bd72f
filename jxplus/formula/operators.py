"""Each operator of a formula: what types it takes and gives, and its exact function, side by side.

The logical operators `and` and `or`, `if` and `any` decide by what they know, so their functions live with the
three-valued evaluation; so do those that look at the items of a list, `any`, `count` and `sum`; here they have their
types. There is no division but into whole parts, whose number is a whole number: every value is a finite decimal.
"""

import operator
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from jxplus.quantity import PURE, Quantity, Unit, times, unit_text


class Type(NamedTuple):
    """What a value is: its kind (`number`, `truth`, `date`, `choice`, `code`, `text`), a number's unit, a choice's labels.

    A number without a unit is a plain number or a `share`, such as 15%; None says that it may be taken for either: 10% of
    three patents, or 10% for each of three patents.
    """

    kind: str
    unit: Unit = PURE
    choices: tuple[str, ...] = ()
    share: bool | None = False

    def __str__(self) -> str:
        if self.kind == "number":
            return "a share" if self.share else unit_text(self.unit) or "a pure number"
        return {"truth": "yes or no", "choice": f"one of {', '.join(self.choices)}"}.get(self.kind, f"a {self.kind}")

    @property
    def zh(self) -> str:
        """The type in Chinese."""
        if self.kind == "number":
            return "比例" if self.share else unit_text(self.unit) or "纯数"
        return {"truth": "是或否", "choice": f"选项（{'、'.join(self.choices)}）", "date": "日期", "code": "代码"}.get(
            self.kind, "文字"
        )


TRUTH = Type("truth")
DATE = Type("date")
TEXT = Type("text")
CODE = Type("code")
NUMBER = Type("number")
SHARE = Type("number", share=True)
YUAN = Type("number", (("元", 1),))
TERM = Type("number", (("月", 1),))

Signature = Callable[[Sequence[Type]], Type | None]


def figure_type(figure: Quantity) -> Type:
    """The type of a figure as it is written: `15%` is a share, `15` a plain number."""
    return Type("number", figure.unit, (), figure.share)


def _common(types: Sequence[Type]) -> Type | None:
    """The one type of all these; what may be a share or a plain number is what the others are. None where they differ."""
    shares = {each.share for each in types if each.share is not None}
    first = types[0]
    if len(shares) > 1 or any(each[:3] != first[:3] for each in types):
        return None
    return first._replace(share=shares.pop() if shares else None)


def _alike(types: Sequence[Type]) -> Type | None:
    """Numbers of one unit, and the same again."""
    return _common(types) if types[0].kind == "number" else None


def _product(types: Sequence[Type]) -> Type | None:
    """A share of something is of its unit; with a plain number it comes to either (see `Type`)."""
    if any(each.kind != "number" for each in types):
        return None
    left, right = types
    unit = times(left.unit, right.unit)
    if unit or left.unit or right.unit:
        return Type("number", unit)
    return Type("number", unit, (), left.share if left.share == right.share else None)


def _ordered(types: Sequence[Type]) -> Type | None:
    return TRUTH if types[0].kind in ("number", "date") and _common(types) else None


def _equal(types: Sequence[Type]) -> Type | None:
    return TRUTH if types[0].kind != "text" and _common(types) else None


def _member(types: Sequence[Type]) -> Type | None:
    return TRUTH if types[0].kind in ("choice", "code") and all(other == types[0] for other in types) else None


def _truths(types: Sequence[Type]) -> Type | None:
    return TRUTH if all(each == TRUTH for each in types) else None


def _conditional(types: Sequence[Type]) -> Type | None:
    condition, *both = types
    return _common(both) if condition == TRUTH else None


def _parts(types: Sequence[Type]) -> Type | None:
    """How many times a figure is in an amount of the same unit: a plain number."""
    return NUMBER if types[0].kind == "number" and _common(types) else None


def _counted(types: Sequence[Type]) -> Type | None:
    return NUMBER if _truths(types) else None


def _summed(types: Sequence[Type]) -> Type | None:
    """The sum over items of what each has, and the condition on an item."""
    value, condition = types
    return value if value.kind == "number" and condition == TRUTH else None


def _day_and_term(types: Sequence[Type]) -> Type | None:
    return DATE if list(types) == [DATE, TERM] else None


def day_after(day: date, months: Decimal) -> date:
    """The day that is a term of whole months after `day`, or before it where the term is negative.

    It has the same number in its month, or is the last of a month that is too short for it: a year after 29 February is
    28 February, a month after 31 January the last of February. Beyond the calendar it is its last day or its first.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + int(months), 12)
    if not date.min.year <= year <= date.max.year:
        return date.max if months > 0 else date.min
    from calendar import monthrange

    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _in(value: Any, *choices: Any) -> bool:
    return value in choices or any(each[-1] == "*" and value.startswith(each[:-1]) for each in choices)


class Operator(NamedTuple):
    """An operator's types, its function of known values (None where it decides by what is known), and what it takes."""

    signature: Signature
    function: Callable[..., Any] | None
    takes: str


_SAME_UNIT = "numbers of the same unit"
_SAME_TYPE = "two values of the same type and unit"

OPERATORS: dict[str, Operator] = {
    "+": Operator(_alike, operator.add, _SAME_UNIT),
    "-": Operator(_alike, operator.sub, _SAME_UNIT),
    "*": Operator(_product, operator.mul, "two numbers"),
    "neg": Operator(_alike, operator.neg, "a number"),
    "min": Operator(_alike, min, _SAME_UNIT),
    "max": Operator(_alike, max, _SAME_UNIT),
    ">": Operator(_ordered, operator.gt, _SAME_TYPE),
    ">=": Operator(_ordered, operator.ge, _SAME_TYPE),
    "<": Operator(_ordered, operator.lt, _SAME_TYPE),
    "<=": Operator(_ordered, operator.le, _SAME_TYPE),
    "=": Operator(_equal, operator.eq, _SAME_TYPE),
    "!=": Operator(_equal, operator.ne, _SAME_TYPE),
    "in": Operator(_member, _in, "a choice and some of its labels, or a code and some codes"),
    "and": Operator(_truths, None, "conditions"),
    "or": Operator(_truths, None, "conditions"),
    "not": Operator(_truths, operator.not_, "a condition"),
    "if": Operator(_conditional, None, "a condition and two values of the same unit"),
    "any": Operator(_truths, None, "a condition on an item"),
    "count": Operator(_counted, None, "a condition on an item"),
    "sum": Operator(_summed, None, "a number that each item has, and a condition on an item"),
    "whole": Operator(_parts, operator.floordiv, "an amount and a figure of the same unit"),
    "later": Operator(_day_and_term, day_after, "a day and a term, such as 3年 or 6个月"),
    "earlier": Operator(
        _day_and_term, lambda day, months: day_after(day, -months), "a day and a term, such as 3年 or 6个月"
    ),
}
