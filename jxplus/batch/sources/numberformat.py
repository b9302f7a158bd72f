"""What a number format of Excel says of a figure beside its digits: a date, a share, a unit, a scale.

`0.00"万元"` says that the figure is one of 万元, `0%` that it is a share, and `0!.0,"万元"` that a ten thousandth of it is
shown. Whoever takes the bare figure is then wrong by a factor, so all that is shown is told here; what follows from it is
for the fact to say.
"""

import re
from decimal import Decimal
from functools import cache
from typing import NamedTuple

_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_NO_DAY, _NO_YEAR = (
    {17, 27, 36, 50, 52, 57},
    {16, *range(18, 22), 28, 29, *range(32, 36), *range(45, 48), 51, *range(53, 57), 58},
)
"""The formats of days that Excel has by number and that show a month alone, or no year."""
_SHARES = {9, 10}
_SIGNS = "0#?.,%/@ -+():yYmMdDhHsSgGeEbB"
"""What means something in a format, or changes nothing; any other sign stands for itself."""
_AROUND = " ()（）-"


class ShownAs(NamedTuple):
    """What a format shows of a figure: whether as a date, as a share, divided by how many powers of ten, and beside what.

    `before` and `after` stand beside the digits, without signs of currency; `currency` is the sign, 元 for the yuan's.
    `exactly` says that the digits of a whole number are shown as they are, as those of an id must be. `hides` is what of a
    date is not shown: the `day`, the `year`, or nothing.
    """

    date: bool = False
    percent: bool = False
    power: int = 0
    before: str = ""
    after: str = ""
    currency: str = ""
    exactly: bool = True
    hides: str = ""

    @property
    def plain(self) -> bool:
        """Whether nothing but the digits is shown."""
        return not (self.date or self.percent or self.power or self.before or self.after or self.currency)


PLAIN = ShownAs()
_YUAN = ("¥", "￥", "CNY", "RMB", "人民币")


def shown(number: int, code: str, value: Decimal) -> ShownAs:
    """What the format of this number, or with this code where the file states one, shows of a figure."""
    if not code:
        if number in _DATES:
            return _date("day" if number in _NO_DAY else "year" if number in _NO_YEAR else "")
        return ShownAs(percent=number in _SHARES, exactly=number not in _SHARES)
    return _of_section(_section(code, value))


def _date(hides: str) -> ShownAs:
    return ShownAs(date=True, exactly=False, hides=hides)


@cache
def _sections(code: str) -> list[tuple[str, str]]:
    """The sections of a code, each with its condition, such as `>=10000`, where it has one."""
    parts = re.findall(r'(?:"[^"]*"|[\\!_*].|\[[^\]]*\]|[^;])*', code)
    found = []
    for part in [each for index, each in enumerate(parts) if each or index == 0]:
        condition = re.search(r"\[(<=|>=|<>|<|>|=)(-?[0-9.]+)\]", part)
        found.append((part, "".join(condition.groups()) if condition else ""))
    return found


def _section(code: str, value: Decimal) -> str:
    sections = _sections(code)
    for part, condition in sections:
        if condition and _holds(condition, value):
            return part
    if any(condition for _, condition in sections):
        return next((part for part, condition in sections if not condition), sections[-1][0])
    index = 1 if value < 0 else 2 if value == 0 else 0
    return sections[index if index < len(sections) else 0][0]


def _holds(condition: str, value: Decimal) -> bool:
    sign = re.match("[<>=]+", condition)
    assert sign is not None
    bound = Decimal(condition[sign.end() :])
    return {
        "<": value < bound,
        ">": value > bound,
        "=": value == bound,
        "<=": value <= bound,
        ">=": value >= bound,
        "<>": value != bound,
    }[sign[0]]


_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|[_*].|\[\$(?P<money>[^\]-]*)(?:-[^\]]*)?\]|\[(?P<hours>[hms]+)\]|\[[^\]]*\]'
    r"|(?P<general>General|G/通用格式)|(?P<ampm>AM/PM|A/P|上午/下午)|(?P<exponent>[Ee][+-])|(?P<other>.)",
    re.DOTALL | re.IGNORECASE,
)


@cache
def _of_section(section: str) -> ShownAs:
    """What one section of a format shows."""
    date = percent = point = scaled = False
    power = digits = commas = zeros = 0
    before = after = between = currency = told = ""
    for match in _TOKEN.finditer(section):
        kind, char = match.lastgroup, match[0]
        literal = match[kind] if kind in ("quoted", "escaped") else None
        told += " " * (kind != "other")
        if kind == "other" and char not in _SIGNS:
            literal = char
        if kind == "money":
            currency = match["money"] or currency
        elif kind == "general" or char in "0#?@":
            # A point of its own between two digits divides by ten for each digit behind it: 0!.0 shows a tenth.
            scaled = scaled or (bool(digits) and between.strip() == ".")
            if between.strip() == ".":
                after = after.removesuffix(between)
            between, commas = "", 0
            digits += 1
            zeros += char == "0" and not point
            power += scaled
        elif literal is not None:
            between += literal
            after, before = (after + literal, before) if digits else (after, before + literal)
        elif kind in ("hours", "ampm") or char in "yYmMdDhHsSgGeEbB":
            date, told = True, told + char.lower()
        elif char == ",":
            commas += bool(digits)
        point = point or char == "."
        percent = percent or char == "%"
    if date:
        return _date("year" if not set("yegb") & set(told) else "" if re.search("(?<!d)dd?(?!d)", told) else "day")
    power += 3 * commas
    for sign in _YUAN:
        if sign in before + after + currency:
            before, after, currency = before.replace(sign, ""), after.replace(sign, ""), "元"
    before, after = before.strip(f"{_AROUND}+"), after.strip(_AROUND)  # 300+ is more than 300
    exactly = not (percent or power or before or after or currency) and zeros <= 1
    return ShownAs(False, percent, power, before, after, currency.strip(), exactly)
