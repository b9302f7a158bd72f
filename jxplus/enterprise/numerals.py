"""Whole numbers as Chinese writes them: 一千二百万, 壹仟贰佰万, 1千2百万, 1200万零5; exact, or none.

What is said short and could be two numbers (3万5, 一百二) is none: a place that is passed over is told by a 零.
"""

import re

_DIGITS = {
    **{each: value for value, each in enumerate("零一二三四五六七八九")},
    **{each: value for value, each in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    **{each: value for value, each in enumerate("0123456789")},
    "○": 0,
    "两": 2,
    "兩": 2,
    "貳": 2,
    "參": 3,
    "叄": 3,
    "陸": 6,
}
_PLAIN = str.maketrans("拾佰仟萬億〇○", "十百千万亿零零")
_DIGIT = f"[{''.join(each for each, value in _DIGITS.items() if value)}]"
_SECTION = re.compile(rf"(?:({_DIGIT})千)?(零)?(?:({_DIGIT})百)?(零)?(?:({_DIGIT}?)十)?(零)?({_DIGIT})?").fullmatch
NUMERALS = f"{''.join(each for each in _DIGITS if not each.isascii())}十拾百佰千仟万萬亿億"
"""The characters that such a number may have, beside digits."""


def chinese_number(text: str) -> int | None:
    """The whole number that `text` writes in words, or in digits with words between them; None where it is none.

    >>> chinese_number("一千二百万"), chinese_number("1200万零5"), chinese_number("3万5")
    (12000000, 12000005, None)
    """
    text = text.translate(_PLAIN)
    if text == "零":
        return 0
    return _of(text, ("亿", "万"))


def chinese_digits(text: str) -> str:
    """The digits that `text` writes one by one, as years are: 二〇一六 is 2016."""
    return "".join(str(_DIGITS.get(each, each)) for each in text)


def _of(text: str, units: tuple[str, ...]) -> int | None:
    if not units:
        return _below_myriad(text)
    unit, *less = units
    head, found, tail = text.rpartition(unit)
    if not found:
        return _of(text, tuple(less))
    over = _of(head, tuple(less))
    if over is None or not over:
        return None
    value = over * (10**8 if unit == "亿" else 10**4)
    if not tail:
        return value
    rest = _of(tail.removeprefix("零"), tuple(less))
    place = 10**7 if unit == "亿" else 10**3
    if not rest or rest >= place * 10 or (rest < place and not tail.startswith("零")):
        return None
    return value + rest


def _below_myriad(text: str) -> int | None:
    """A number below ten thousand, each place with its word, or in digits alone."""
    if re.fullmatch("[1-9][0-9]{0,3}", text):
        return int(text)
    match = _SECTION(text)
    if match is None or not text:
        return None
    thousands, first, hundreds, second, tens, third, ones = match.groups()
    if tens == "" and (thousands or hundreds or first or second):
        return None
    places = [
        ("千", thousands),
        ("0", first),
        ("百", hundreds),
        ("0", second),
        ("十", tens),
        ("0", third),
        ("一", ones),
    ]
    told = "".join(word for word, digit in places if digit is not None)
    # Whoever passes over a place says 零 once, and nobody says it otherwise.
    if (
        not re.fullmatch("(?:千(?=百|$|0(?:十|一)))?(?:百(?=十|$|0一))?(?:0(?=十|一))?(?:十)?(?:一)?", told)
        or told[:1] == "0"
    ):
        return None
    values = zip((1000, 100, 10, 1), (thousands, hundreds, "1" if tens == "" else tens, ones), strict=True)
    return sum(place * _DIGITS[digit] for place, digit in values if digit)
