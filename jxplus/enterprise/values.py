"""The values of facts, each read as its fact takes it: a name, a yes or no, a day, a choice or a figure; exact, or refused.

What most files write is told at first sight. How else people write it, and why the rest is refused, is `figures`' and
`reasons`' business, which are loaded where a file has such a value.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from jxplus.enterprise.misread import SHEET_ERROR, Misread, may_be_total
from jxplus.fault import Text, cut, quoted
from jxplus.policy import Fact
from jxplus.quantity import PURE, Quantity, decimals, plain_number, rate_text, read_day, unit_text

LONGEST_TEXT = 1000
CODE, LONGEST_CODE = "[A-Z0-9]+([.-][A-Z0-9]+)*", 32
"""How a code is written, in every dialect of regular expressions, and how many characters it has at most."""
EMPTY = Text("是空的", "it is empty"), Text("写名称", "write the name")
Read = Callable[[Any], Any]
"""Reads what a file states for one fact: gives its value, or raises `Misread`."""

_YES = ("true", "yes", "y", "是", "是的", "有", "对", "符合", "1", "√", "✓", "✔", "☑")
_NO = ("false", "no", "n", "否", "不是", "不", "无", "没有", "错", "不对", "不符合", "0", "×", "✗", "✘")
TRUTHS = {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}
"""The words for yes and no, small letters."""
NOBODY = frozenset((
    "-", "--", "—", "——", "/", "\\", "?", "？", "…", "*", ".", "。", "无", "没有", "暂无", "不详", "未知", "待定", "空",
    "n/a", "#n/a", "na", "nan", "<na>", "null", "none", "nil", "tbd", "unknown",
))  # fmt: skip
"""What stands for a name where there is none, small letters; of a data frame that was written without care, `nan`."""
LONGEST_BLANK = max(map(len, NOBODY))
DIRECTING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""The characters, as a class of a pattern has them, that turn the direction in which a line is read, its figures too."""
_UNPRINTABLE = f"[\x00-\x1f\x7f-\x9f{DIRECTING}\ud800-\udfff]"
"""What no name has: a terminal would take it for a command, and half a surrogate pair cannot be written."""


def reader_of(fact: Fact) -> Read:
    """What reads the values of a fact."""
    if fact.type.kind == "number":
        return _number(fact)
    if fact.type.kind == "choice":
        return _choice(fact)
    if fact.required and fact.type.kind == "text":
        return _name
    return {"truth": _truth, "date": _date, "code": _code, "text": _text}[fact.type.kind]


def _structured(value: Any, wanted: Text) -> Misread:
    shape = Text("列表", "a list") if isinstance(value, list) else Text("一组键值", "a mapping")
    return Misread(Text(f"不应是{shape.zh}", f"{shape.en} is not expected here"), wanted)


def _no_scalar(value: Any, wrong: Text, right: Text) -> Misread:
    """What is wrong with a value that is no text: a list or a mapping where none is wanted, or what `wrong` says."""
    return _structured(value, right) if isinstance(value, (list, dict)) else Misread(wrong, right)


def _text(value: Any) -> str:
    example = EMPTY[1]
    if not isinstance(value, str):
        if isinstance(value, bool):
            raise Misread(Text("须是文字，不是是否", "text is wanted, not true or false"), example)
        raise _structured(value, example)
    text = value.strip()
    if not text:
        raise Misread(*EMPTY)
    if len(text) > LONGEST_TEXT:
        raise Misread(Text(f"超过{LONGEST_TEXT}个字符", f"longer than {LONGEST_TEXT} characters"), example)
    if text[0] in "#E" and re.fullmatch(SHEET_ERROR, text):
        wrong = Text(f"“{cut(text)}”是表格软件的错误值", f"{quoted(text)} is a spreadsheet's error")
        raise Misread(wrong, Text("在表格软件中改正，或重新填写", "put it right in the spreadsheet, or enter it again"))
    unprintable = re.search(_UNPRINTABLE, text) if not text.isprintable() else None
    if unprintable:
        code = f"U+{ord(unprintable[0]):04X}"
        raise Misread(Text(f"含不能打印的字符 {code}", f"it has a character that cannot be printed, {code}"), example)
    return text


def _name(value: Any) -> str:
    """A text that says who is meant: 合计 is who nobody is, and would count all others once more."""
    text = _text(value)
    if len(text) <= LONGEST_BLANK and text.casefold() in NOBODY:
        wrong = Text(f"“{cut(text)}”没有说是谁", f"{quoted(text)} does not say who it is")
        raise Misread(wrong, Text("写执照上的名称", "write the name on the licence"))
    if may_be_total(text):
        from jxplus.enterprise.totals import is_total, named_as_total

        if is_total(text):
            right = Text("不要列入；真是企业的，写执照上的全称", "leave it out; where it is one, write its full name")
            raise Misread(named_as_total(text), right)
    return text


def _code(value: Any) -> str:
    """A code in capitals, `C3910`: of a trade, a product or a permit."""
    right = Text("如 C3910", "such as C3910")
    if not isinstance(value, str):
        raise _no_scalar(value, Text("须是代码", "a code is wanted"), right)
    from unicodedata import normalize

    found = normalize("NFKC", value).strip().upper()
    if len(found) > LONGEST_CODE or not re.fullmatch(CODE, found):
        raise Misread(Text(f"“{cut(value)}”不是代码", f"{quoted(value)} is no code"), right)
    return found


def _truth(value: Any) -> bool:
    if value is True or value is False:
        return bool(value)
    right = Text("写 是/否、有/无、yes/no 或 true/false", "write yes or no, true or false, 是 or 否")
    if not isinstance(value, str):
        raise _structured(value, right)
    found = TRUTHS.get(value.lower())
    if found is None:
        from jxplus.enterprise.figures import cleaned
        from jxplus.enterprise.reasons import why_no_truth

        found = TRUTHS.get(cleaned(value).lower())
        if found is None:
            raise why_no_truth(value, right)
    return found


def _date(value: Any) -> date:
    right = Text("如 2016-06-30", "such as 2016-06-30")
    if not isinstance(value, str):
        raise _no_scalar(value, Text("须是日期", "a date is wanted"), right)
    return read_day(value) or day_written(value)


def day_written(value: str) -> date:
    """The day that `value` writes in one of the ways of an office, 2016/6/30, 2016年6月30日, 20160630; or raises `Misread`."""
    from jxplus.enterprise.figures import iso_day
    from jxplus.enterprise.reasons import why_no_day

    plain = iso_day(value)
    if plain is None:
        raise why_no_day(value)
    found = read_day(plain)
    if found is None:
        absent = Text(f"没有“{cut(value)}”这一天", f"there is no day {quoted(value)}")
        raise Misread(absent, Text("如 2016-06-30", "such as 2016-06-30"))
    return found


def choice_key(written: str) -> str:
    """A choice as it is looked up: in small letters, without what parts the words of an id."""
    return "".join(written.replace("_", " ").replace("-", " ").split()).casefold()


def _choice(fact: Fact) -> Read:
    plain = fact.choice_names
    folded: dict[str, str | None] = {}
    for name, id in plain.items():
        key = choice_key(name)
        folded[key] = id if folded.get(key, id) == id else None
    listed = Text("、".join(label.zh for label in fact.choices.values()), ", ".join(fact.choices))

    def read(value: Any) -> str:
        found = plain.get(value) if isinstance(value, str) else None
        if found is not None:
            return found
        right = Text(f"可选：{listed.zh}", f"one of {listed.en}")
        if isinstance(value, str):
            from jxplus.enterprise.figures import cleaned
            from jxplus.enterprise.reasons import why_unknown

            found = folded.get(choice_key(cleaned(value)))
            if found is not None:
                return found
            unknown = why_unknown(value)
            if unknown is not None:
                raise unknown
        elif not isinstance(value, bool):
            raise _structured(value, right)
        raise Misread(Text(f"“{cut(value)}”不是可选项", f"{quoted(value)} is not among the choices"), right)

    return read


def _number(fact: Fact) -> Read:
    """Reads a figure: its unit must be the fact's own, its decimals and its size within the limits of its type."""
    limits = fact.limits
    assert limits is not None
    finest, least, largest, _ = limits
    # A whole number of no more digits than the nines below a bound of 10, 100, 1000 … is right at sight.
    digits = limits.written.figure.adjusted()

    def read(value: Any) -> Decimal:
        if type(value) is str and len(value) <= digits and value.isascii() and value.isdigit() and value[0] != "0":
            return Decimal(value)
        if type(value) is not str:
            raise _no_scalar(value, Text("须是数字，不是是否", "a figure is wanted, not true or false"), example)
        number = plain_number(value)
        if number is None:
            number = _written(value, fact, example)
        elif fact.is_rate and number >= 1:
            from jxplus.enterprise.figures import sure_share

            sure_share(number, value, fact)
        exponent = number.as_tuple().exponent
        if not isinstance(exponent, int) or (-exponent > finest and decimals(number) > finest):
            raise Misread(
                Text(f"小数超过{finest}位", f"it has more than {finest} decimals"),
                Text(f"最多{finest}位小数，不四舍五入", f"{finest} decimals at most; nothing is rounded for you")
                if finest
                else Text("写整数", "write a whole number"),
            )
        if number.copy_abs() > largest:  # `abs` would round it
            raise Misread(Text(f"“{cut(value)}”超出范围", f"{quoted(value)} is out of range"), _bound(fact))
        if number < least:
            raise Misread(
                Text(
                    f"“{cut(value)}”{'不大于0' if fact.positive else '是负数'}",
                    f"{quoted(value)} is {'not above zero' if fact.positive else 'negative'}",
                ),
                Text("写大于0的数", "write one above zero") if fact.positive else Text("0或以上", "zero or more"),
            )
        return number

    example = _example(fact)
    return read


def _written(value: str, fact: Fact, example: Text) -> Decimal:
    """The figure of a value that is more than digits and a point; raises `Misread` where it is none of the fact's unit."""
    quantity = fact.units.read(value)
    # Digits with 万, 元 and the like are most of what files write; an exponent or a share is looked at closely.
    if quantity is not None and quantity.unit in (fact.type.unit, PURE) and _sure(quantity, value, fact):
        return quantity.amount
    from jxplus.enterprise.figures import read_figure

    found = read_figure(value, fact)
    if found is None:
        from jxplus.enterprise.reasons import why_no_figure

        raise why_no_figure(value, fact, _called(fact), example)
    return found


def _sure(quantity: Quantity, value: str, fact: Fact) -> bool:
    """Whether a quantity needs no closer look: a share has its sign, and no other figure has one, or an exponent."""
    return quantity.share if fact.is_rate else not set("eE%％‰").intersection(value)


def _called(fact: Fact) -> Text:
    unit = fact.type.unit
    if fact.is_rate:
        return Text("比例", "a rate")
    if not unit:
        return Text("数字", "a figure")
    return Text(f"以{unit_text(unit)}计的数字", f"a figure in {fact.units.text(unit, 'en')}")


def _example(fact: Fact) -> Text:
    unit = unit_text(fact.type.unit)
    if fact.is_money:
        written = "1200万 / 12000000"
    else:
        written = "15% / 0.15" if fact.is_rate else f"12 / 12{unit}" if unit else "12"
    return Text(f"如 {written}", f"such as {written.replace(' / ', ' or ')}")


def _bound(fact: Fact) -> Text:
    assert fact.limits is not None
    bound, included = fact.limits.written
    if included and fact.is_rate:
        most = rate_text(bound)
        return Text(f"不超过{most}，如 15% 或 0.15", f"at most {most}: write 15% or 0.15")
    figure = f"{bound:,f}{unit_text(fact.type.unit)}"
    if included:
        return Text(f"不超过{figure}", f"at most {figure}")
    return Text(f"须小于{figure}", f"it must stay below {figure}")
