"""A cell of a workbook, and what it states for a fact under a heading.

A cell is taken as Excel shows it: a number with its 15 digits at most, a date as a date, and what its number format says of
the unit and the scale. What a format says must agree with the fact and with the heading: where it does not, nobody can tell
which of them was meant, and the cell is wrong.
"""

from decimal import Decimal
from typing import NamedTuple

from jxplus.batch.sources.numberformat import PLAIN, ShownAs
from jxplus.enterprise.heading import Heading, unit_of
from jxplus.enterprise.spoilt import AGAIN
from jxplus.fault import Text, cut, quoted
from jxplus.policy import Fact
from jxplus.quantity import decimals, number_text, read_quantity, unit_text


class WrongCell(NamedTuple):
    """What is wrong with a cell, and what would be right."""

    wrong: Text
    right: Text


class Cell(str):
    """A cell as the text it shows, with what else its workbook says of it.

    `number` is the figure it holds, `shown` what its format says of that, `formula` whether a formula gave it. `wrong` is
    what is wrong with it whatever it stands for, `as_id` what would be if it were an id or a name.
    """

    __slots__ = ("as_id", "formula", "number", "shown", "wrong")

    number: Decimal | None
    shown: ShownAs
    formula: bool
    wrong: WrongCell | None
    as_id: WrongCell | None


def cell(
    text: str,
    number: Decimal | None = None,
    shown: ShownAs = PLAIN,
    formula: bool = False,
    wrong: WrongCell | None = None,
    as_id: WrongCell | None = None,
) -> Cell:
    """A cell with all that is to be said of it."""
    made = Cell(text)
    made.number, made.shown, made.formula, made.wrong, made.as_id = number, shown, formula, wrong, as_id
    return made


def spoilt(text: str | None) -> WrongCell | None:
    """What is wrong with a cell as an id or a name: its own workbook tells."""
    return (text.wrong or text.as_id) if isinstance(text, Cell) else None


def no_id(what: Text) -> WrongCell:
    """The fault of an id that is no longer the one that was entered; `what` says what became of it."""
    return WrongCell(what, AGAIN)


def stated(text: str | None, heading: Heading, fact: Fact | None) -> str | WrongCell | None:
    """What a cell states for a fact under a heading, as an enterprise file would write it."""
    if text is None or type(text) is str:
        return heading.stated(text)  # type: ignore[no-any-return]
    assert isinstance(text, Cell)
    if text.wrong is not None:
        return text.wrong
    if fact is not None and text.number is None and (text.shown.after or text.shown.power):
        return _typed(text, heading, fact)
    if fact is not None and fact.type.kind == "date" and text.shown.hides:
        return _half_shown(text)
    if fact is None or fact.type.kind != "number" or text.number is None:
        return text.as_id if fact is not None and fact.id == "name" and text.as_id is not None else str(text)
    found = heading.stated(str(text)) if text.shown.plain else _as_shown(text, text.number, heading, fact)
    if text.formula and type(found) is str:
        return _fine_enough(found, text.number, fact) or found
    return found


def _half_shown(text: Cell) -> WrongCell:
    """The fault of a day of which the cell shows the month alone, or no year: Excel has put in what nobody wrote."""
    zh, en = {"day": ("日", "day"), "year": ("年份", "year")}[text.shown.hides]
    wrong = Text(f"单元格没有显示{zh}，存的是 {text}", f"the cell does not show the {en}, and what it holds is {text}")
    return WrongCell(
        wrong, Text("核对这一天，格式改为 yyyy-mm-dd", "look at the day, and format the cell as yyyy-mm-dd")
    )


def _typed(text: Cell, heading: Heading, fact: Fact) -> str | WrongCell | None:
    """What a text of digits states whose cell has a format for figures: that has no effect on it, and may be meant all the same."""
    told = heading.stated(str(text))
    unit = unit_of(text.shown.after, fact) if not text.shown.power else None
    if fact.type.kind != "number" or (unit is not None and _size(unit, fact) == _size(heading.unit, fact)):
        return told  # type: ignore[no-any-return]
    sign = text.shown.after or f"1/{Decimal(10) ** text.shown.power}"
    wrong = Text(
        f"“{cut(text)}”是文本，格式里的“{cut(sign)}”对它不起作用",
        f"{quoted(text)} is text, on which {quoted(sign)} in the cell's format has no effect",
    )
    return WrongCell(wrong, Text("连单位一起写，如 980万元", "write it with its unit, such as 980万元"))


def _as_shown(text: Cell, number: Decimal, heading: Heading, fact: Fact) -> str | WrongCell:
    """What a figure states whose format shows more than its digits."""
    shown, own = text.shown, unit_text(fact.type.unit)
    if shown.date:
        return str(text)
    if shown.before or (shown.currency and (shown.currency, 1) not in fact.type.unit):
        return _contrary(text, shown.before or shown.currency, fact)
    if shown.percent:
        share = f"{number_text(number.scaleb(2))}%"
        return share if fact.is_rate and not shown.power and not shown.after else _contrary(text, f"{share}", fact)
    unit = unit_of(shown.after, fact, heading.id) if shown.after else heading.unit
    if unit is None:
        return _contrary(text, shown.after, fact)
    size = _size(unit, fact)
    if shown.power:
        # Shown is a part of the figure, in that many times the unit: the figure itself is in the unit alone.
        return (
            f"{number_text(number)}{own}" if size == Decimal(1).scaleb(shown.power) and own else _scaled(text, number)
        )
    if shown.after and heading.unit and _size(heading.unit, fact) != size:
        wrong = Text(
            f"列标题的单位是{heading.unit}，单元格格式却显示{shown.after}",
            f"the heading says {heading.unit}, and the cell's format shows {shown.after}",
        )
        return WrongCell(
            wrong, Text("把单元格格式改为“常规”，只留一个单位", "format the cell as General: one of them can be right")
        )
    digits = number_text(number)
    return f"{digits}{unit}" if unit else digits


def _size(unit: str, fact: Fact) -> Decimal:
    """How many of its base a unit is: 10000 for 万元, 1 for none."""
    one = fact.units.read(f"1{unit}") if unit else None
    return Decimal(1) if one is None else one.amount


def _contrary(text: Cell, sign: str, fact: Fact) -> WrongCell:
    name = fact.label
    unit = Text.same(unit_text(fact.type.unit)) if fact.type.unit else Text("比例", "a share")
    wrong = Text(
        f"单元格格式显示“{cut(sign)}”，与“{name.zh}”不符",
        f"the cell's format shows {quoted(sign)}, which {fact.id} is not in",
    )
    right = Text(f"换算成{unit.zh}，格式改为“常规”", f"convert it to {unit.en}, and format the cell as General")
    return WrongCell(wrong, right)


def _scaled(text: Cell, number: Decimal) -> WrongCell:
    shown = number_text(number.scaleb(-text.shown.power))
    wrong = Text(
        f"单元格格式显示 {shown}{text.shown.after}，存的却是 {number_text(number)}",
        f"the cell shows {shown}{text.shown.after} by its format, and holds {number_text(number)}",
    )
    return WrongCell(
        wrong, Text("把格式改为“常规”，写明要的数", "format the cell as General, and enter the figure that is meant")
    )


def _fine_enough(found: str, number: Decimal, fact: Fact) -> WrongCell | None:
    """The fault of a formula whose result has more decimals than the fact takes, with how to round it in Excel."""
    quantity = read_quantity(found, fact.units)
    finest = fact.limits.decimals if fact.limits is not None else 0
    if quantity is None or decimals(quantity.amount) <= finest:
        return None
    digits = finest + (quantity.amount.adjusted() - number.adjusted() if number else 0)
    wrong = Text(
        f"公式的结果“{cut(number_text(number))}”小数超过{digits}位",
        f"the formula comes to {quoted(number_text(number))}, which has more than {digits} decimals",
    )
    right = Text(f"在公式外加 =ROUND(…, {digits})", f"round it yourself, with =ROUND(…, {digits})")
    return WrongCell(wrong, right)
