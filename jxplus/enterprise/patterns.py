"""Regular expressions for what the reader of enterprise files takes, right for Python and for ECMAScript.

They never refuse what the reader takes. Of the usual notations they refuse what it refuses; of the rest, such as figures in
words, they look at the form and leave the size to the reader.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from jxplus.enterprise.figures import AREA, MONTHS, NONE, PEOPLE, YUAN
from jxplus.enterprise.numerals import NUMERALS
from jxplus.enterprise.values import TRUTHS, choice_key
from jxplus.policy import Fact
from jxplus.quantity import MAGNITUDES, Unit

_OPEN, _SHUT = "[“\"'‘「]?", "[”\"'’」]?[。；;]?"
_WIDE = "[Ａ-Ｚａ-ｚ（）￥／：]"
"""Characters of full width that the patterns do not spell out one by one: what has one is left to the reader."""


def any_case(text: str) -> str:
    """A text with its letters in any case."""
    return "".join(
        f"[{each.lower()}{each.upper()}]" if each.isascii() and each.isalpha() else _escaped(each) for each in text
    )


def _escaped(text: str) -> str:
    return re.sub(r"([.^$*+?()\[\]{}|\\/])", r"\\\1", text)


def _wholly(*ways: str) -> str:
    return rf"^\s*(?:{'|'.join(ways)})\s*$"


def truth_pattern() -> str:
    """The words for yes and no."""
    return _wholly(f"{_OPEN}(?:{'|'.join(any_case(word) for word in TRUTHS)}|[０１]){_SHUT}", f"{_WIDE}{{1,5}}")


def none_pattern() -> str:
    """The words for a list without items."""
    return _wholly(f"{_OPEN}(?:{'|'.join(map(any_case, NONE))}){_SHUT}", f"{_WIDE}+")


def choice_pattern(fact: Fact) -> str:
    """The names of a choice in any case, their words parted in any way."""
    names = (r"[\s_-]*".join(any_case(each) for each in choice_key(name)) for name in fact.choice_names)
    return _wholly(f"{_OPEN}(?:{'|'.join(names)}){_SHUT}", f".*{_WIDE}.*")


_ISO = (
    "[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|[12][0-9]))"
)


def day_pattern() -> str:
    """A day in any of the forms that begin with the year."""
    digit = "[0-9０-９〇○零一二三四五六七八九十]"
    parted = rf"{digit}{{4}}\s*[-/.年－／．‐-—]+\s*{digit}{{1,3}}\s*[-/.月－／．‐-—]+\s*{digit}{{1,3}}\s*[日号]?"
    other = rf"{_OPEN}(?:{parted}|[0-9０-９]{{8}})(?:[ T]0{{1,2}}[:：]00(?:[:：]00(?:[.]0+)?)?)?{_SHUT}"
    return _wholly(_ISO, rf"(?![0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}\s*$){other}")


def name_pattern(names: Iterable[str], with_unit: bool = False) -> str:
    """A key that names a fact, in any case and width; `with_unit` has what may stand beside the name too."""
    spelled = "|".join(
        r"[\s_]*".join("[+＋]" if each == "+" else any_case(each) for each in re.sub(r"[\s_“”‘’\"']", "", name))
        for name in sorted(names)
    )
    beside = (
        r"(?:[\s_]*[（(/:：,，;；\-*＊【\[~_].*|[\s_]*(?:单位|[千万亿百元圆￥¥%％㎡平mM年月个人名位吨公里kKwWyY]).*)"
    )
    quotes = "[“”‘’\"'「」]*"
    return rf"^\s*{quotes}(?:{spelled}){quotes}{f'{beside}?' if with_unit else ''}\s*$"


_USUAL = r"\s*[+＋－-]?\s*[0-9０-９][0-9０-９,，.．]*(?:[eE][+＋－-]?[0-9０-９]+)?\s*[千万亿百元㎡月年个人公里km吨平方米/／·%％‰\s]*$"
"""The form of a figure in digits with the characters of the usual units after it: what the strict patterns judge."""
_WORDS = "".join(each for each in NUMERALS if each not in "百千万亿")
_SPECIAL = f"[{_WORDS}¥￥圆块整正萬億角分半名位点每“”\"'‘’「」。；;（(•・*０-９]"


def _unusual(fact: Fact) -> Iterator[str]:
    """The forms of a figure that the strict patterns do not know: words, currencies, other spellings of its unit."""
    digits, unit = (
        r"[+＋－-]?\s*[0-9０-９][0-9０-９,，.．]*(?:[eE][+＋－-]?[0-9０-９]+)?\s*[千万亿百]*\s*",
        fact.type.unit,
    )
    yield rf"(?!{_USUAL})(?=.*[0-9０-９{NUMERALS}])(?:.*{_SPECIAL}.*|{digits}[千百万亿年][0-9０-９].*)"
    yield r"[+＋－-]?\s*[.．][0-9０-９].*"
    yield ".*[0-9０-９].*\u3000.*"
    of_unit: dict[Unit, str] = {
        YUAN: r"[wW]|[wW][aA][nN]|.*[yY][uU][aA][nN].*|[wW](?:[aA][nN])?元|元?(?:[rR][mM][bB]|[cC][nN][yY]|人民币)|元?/年|元?每年",
        AREA: r"平米|平方|平|.*m2|.*M2|[sS][qQ][mM]|m\^2",
        PEOPLE: "个人",
    }
    words = of_unit.get(
        unit, ".*(?:平米|平方(?!米)|平(?!方)|[mM]2|sqm|千米|yuan).*" if len(unit) > 1 else "千米" if unit else ""
    )
    if fact.is_rate:
        words = "[pP][eE][rR][cC][eE][nN][tT]|[pP][cC][tT]"
    if words:
        yield f"{digits}(?:{words})"
    if len(unit) > 1:
        yield rf"{digits}[/／].*"
    if unit == YUAN:
        yield r"[+＋－-]?\s*(?:人民币|[rR][mM][bB]|[cC][nN][yY])[:： ]*[0-9０-９+＋－-].*"
    if unit in (YUAN, MONTHS, PEOPLE):
        yield f"(?:{'|'.join(map(any_case, NONE))}){_SHUT}"
    if unit == MONTHS:
        yield "半年[。；;]?"


def figure_pattern(fact: Fact) -> str:
    """A regular expression for the text of a figure.

    It takes what the reader takes, and refuses what is no figure, has a foreign unit or too many decimals (an exponent is
    not weighed). How large a figure is, `jxplus check` says.
    """
    limits = fact.limits
    assert limits is not None
    tails: dict[int, list[str]] = {}
    for magnitude, power in MAGNITUDES.items():
        finest = limits.decimals + power
        tails.setdefault(max(finest, 0), []).append(magnitude)
        for factor, spelled in fact.units.spellings(fact.type.unit).items():
            tails.setdefault(max(finest + _finer(factor), 0), []).append(f"{magnitude} *{spelled}")
        if fact.is_rate:
            tails.setdefault(max(finest - 2, 0), []).append(f"{magnitude} *[%％]")
            tails.setdefault(max(finest - 3, 0), []).append(f"{magnitude} *‰")
    written = [f"{_WHOLE}{_decimals(places)} *(?:{'|'.join(each)})" for places, each in tails.items()]
    every = "|".join(tail for each in tails.values() for tail in each)
    written.append(f"[,，0-9０-９]+(?:{_POINT}{_DIGIT}+)?[eE][+＋－-]?{_DIGIT}{{1,2}} *(?:{every})")
    sign = "[+＋－-]?" if fact.signed else f"(?:[+＋]?|[－-](?![^eE]*{_NOT_ZERO}))"
    above_zero = f"(?=[^eE]*{_NOT_ZERO})" if fact.positive else ""
    return rf"^\s*(?:{above_zero}{sign} *(?:{'|'.join(written)})|{'|'.join(_unusual(fact))})\s*$"


_POINT, _COMMA, _ZERO, _DIGIT, _NOT_ZERO = "[.．]", "[,，]", "[0０]", "[0-9０-９]", "[1-9１-９]"
_WHOLE = f"(?:{_DIGIT}+|{_DIGIT}{{1,3}}(?:{_COMMA}{_DIGIT}{{3}})+)"


def _finer(factor: Decimal) -> int:
    """How many decimals more a unit of `factor` may have than its base: 0.25 of a year are 3 whole months, so 2."""
    _, digits, exponent = factor.normalize().as_tuple()
    assert isinstance(exponent, int)
    whole = int("".join(map(str, digits)))
    return exponent + max(next(n for n in range(200) if whole % prime ** (n + 1)) for prime in (2, 5))


def _decimals(places: int) -> str:
    """So many decimals at most, and zeros after them."""
    some = f"{_DIGIT}{{1,{places}}}" if places else _ZERO
    return f"(?:{_POINT}{some}{_ZERO}*)?"
