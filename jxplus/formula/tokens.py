"""The text of a formula as tokens, each with its place; what begins none is a fault with its reason."""

import re
from functools import lru_cache
from typing import NamedTuple

from jxplus.fault import Text, cut, quoted
from jxplus.quantity import BUILT_IN, GROUPED, SHARES, Units


class SyntaxFault(Exception):
    """A formula cannot be read: `index` is where in its text, with what is wrong and what would be right."""

    def __init__(self, index: int, wrong: Text, right: Text) -> None:
        super().__init__(wrong.en)
        self.index, self.wrong, self.right = index, wrong, right


class Token(NamedTuple):
    """A word of a formula and where it stands in it."""

    kind: str
    text: str
    start: int
    end: int


WORDS = frozenset({"and", "or", "not", "if", "then", "else", "in", "any", "where", "min", "max", "yes", "no"})
MOST_TOKENS = 500
"""A formula that is longer is no sentence any more."""

_SAME = {"≥": ">=", "≤": "<=", "≠": "!=", "×": "*", "＞": ">", "＜": "<", "（": "(", "）": ")", "，": ",", "＝": "="}
PLAIN_SIGNS = str.maketrans("（）／", "()/")
_CODE = r"[A-Z][A-Z0-9]*(?:[.-][A-Z0-9]+)*\*?"
_NAMED = r"[a-z][a-z0-9_]*(?:-[a-z0-9_]+)*"
NAME = re.compile(_NAMED)
"""How a name is written in a formula."""
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
# A day in another form than 2020-06-30, or a month, or a year and a month.
_OTHER_DAY = (
    r"(?<![0-9.])(?:19|20)[0-9]{2}(?:-[0-9]{1,2}(?:-[0-9]{1,2})?|/[0-9]{1,2}(?:/[0-9]{1,2})?|\.[0-9]{1,2}\.[0-9]{1,2}"
    r"|年[0-9]{1,2}月(?:[0-9]{1,2}日)?)(?![0-9.万亿%])"
)
_LETTERS = re.compile(r"(?:[^\W\d_]|[㎡㎥])+[²³]?")
_LISTS = frozenset({"min", "max", "in"})
_INSTEAD = {"and": "且并和及与&", "or": "或|", "not": "不非未无!"}
"""How people write the words of a condition, by what the first of it is."""


class _Patterns(NamedTuple):
    """The patterns of a formula's tokens with the units of one policy; `parted` ends a figure at its first comma."""

    grouped: re.Pattern[str]
    parted: re.Pattern[str]


@lru_cache(maxsize=64)
def _words(units: Units) -> _Patterns:
    def pattern(quantity: str) -> re.Pattern[str]:
        return re.compile(
            rf"""(?P<space>\s+)|(?P<date>{_DAY}(?![0-9]))|(?P<month>{_OTHER_DAY})|(?P<number>{quantity})|(?P<name>{_NAMED})
            |(?P<code>{_CODE})|(?P<sign>>=|<=|!=|[-+*><=(),≥≤≠×＞＜＝（），])|(?P<other>.)""".replace(
                "\n            ", ""
            ),
            re.DOTALL,
        )

    return _Patterns(pattern(units.pattern), pattern(units.pattern.replace(GROUPED, "", 1)))


def tokens(text: str, units: Units = BUILT_IN) -> list[Token]:
    """The tokens of a formula, closed by one of kind `end`; raises `SyntaxFault` at a character that begins none."""
    found: list[Token] = []
    brackets: list[str] = []
    at = 0
    while at < len(text):
        match = _match(text, at, units, bool(brackets) and brackets[-1] in _LISTS)
        kind, word, at = str(match.lastgroup), match[0], match.end()
        if kind == "space":
            continue
        before = found[-1] if found else None
        if word in "/／÷" and brackets and brackets[-1] == "whole":
            found.append(Token("sign", "/", match.start(), match.end()))
            continue
        if before and before.kind == "number" and kind in ("name", "number", "code", "other"):
            _undeclared(text, before, match.start(), units)
            if kind == "number" and before.end == match.start():
                raise SyntaxFault(before.start, *no_figure(f"{before.text}{word}"))
        if kind in ("other", "month"):
            raise _stray(match, before.text if before else "") if kind == "other" else _no_day(match)
        word = _SAME.get(word, word)
        if word == "(":
            brackets.append(before.text if before is not None else "")
        elif word == ")" and brackets:
            brackets.pop()
        found.append(Token("word" if word in WORDS else kind, word, match.start(), match.end()))
    if len(found) > MOST_TOKENS:
        raise SyntaxFault(
            found[MOST_TOKENS].start,
            Text("公式过长", "the formula is too long"),
            Text("用 let 拆开", "name its parts with `let`"),
        )
    found.append(Token("end", "", len(text), len(text)))
    return found


def _match(text: str, at: int, units: Units, listed: bool) -> re.Match[str]:
    """The token that begins at an index.

    A comma between the arguments of `min` parts two figures wherever it can: `min(5,100)` has two, `min(1,000, n)` too.
    """
    grouped, parted = _words(units)
    match = grouped.match(text, at)
    assert match is not None
    if listed and match["number"] and not re.search("[,，]0", match["digits"]):
        match = parted.match(text, at)
        assert match is not None
    return match


def _undeclared(text: str, figure: Token, at: int, units: Units) -> None:
    """Refuse what follows a figure as its unit, or as a part of it, and is none of `units`; `at` is where it begins."""
    char, adjacent = text[at], at == figure.end
    joined = char in "/／·•・⋅∙"
    if joined and not (adjacent and text[at + 1 : at + 2].isalpha()):
        return
    if not joined and not (char.isalpha() and (adjacent or not char.isascii())):
        return
    if not adjacent and char in "".join(_INSTEAD.values()):
        return  # 1000万元 且 …
    own, begun = _words(units).grouped.fullmatch(figure.text), 0
    if own and own["unit"] and own["unit"] not in SHARES and adjacent and not joined:
        begun = len(re.split(r"[/／·•・⋅∙()（）]", own["unit"])[-1])
    start = at + 1 if joined else at - begun
    run = _LETTERS.match(text, start)
    assert run is not None
    strange, known = run[0], units.known()
    raise SyntaxFault(
        start,
        Text(f"未知单位“{cut(strange)}”，没有声明", f"unknown unit {quoted(strange)}: it is not declared"),
        Text(
            f"在文件中声明: units: {{{strange}: {{en: 英文名}}}}，或用 {'、'.join([*known, '%'])}",
            f"declare it in the file: `units: {{{strange}: {{en: NAME}}}}`, or use one of {', '.join([*known, '%'])}",
        ),
    )


def no_figure(written: str) -> tuple[Text, Text]:
    """What is wrong with something that is written like a figure, and what would be right."""
    return (
        Text(f"不能读作数字：“{cut(written)}”", f"{quoted(written)} is no figure"),
        Text("如 1000万元、1,000万元、30元/㎡/月", "such as 1000万元, 1,000万元 or 30元/㎡/月"),
    )


def _stray(match: re.Match[str], before: str) -> SyntaxFault:
    index, char = match.start(), match[0]
    if char in "/÷":
        return SyntaxFault(
            index,
            Text("公式中没有除法", "a formula does not divide"),
            Text(
                "两边相乘后再比较；每满若干写 whole(sales / 1000万元)",
                "compare with a product: rd > 10% * sales; for each full part write whole(sales / 1000万元)",
            ),
        )
    run = _LETTERS.match(match.string, index)
    fault = meaningless(index, run[0] if run else char)
    if "-" in before and (run or char == "%"):  # sales-10% is the name sales-10, and then a percent sign
        fault.right = Text("减号两边留空格", "write blanks around a minus sign")
    elif instead := next((word for word, signs in _INSTEAD.items() if char in signs), ""):
        fault.right = Text(f"写 {instead}", f"write `{instead}`")
    return fault


def meaningless(index: int, written: str) -> SyntaxFault:
    """The fault of a sign or a word that means nothing; a word may be meant for a fact."""
    right = Text("运算符为 + - * > >= < <= = != ( )", "the signs are + - * > >= < <= = != ( )")
    if written[0].isalpha():
        right = Text("名称写事实的 id，如 rd_expensed", "a name is the id of a fact, such as rd_expensed")
    return SyntaxFault(index, Text(f"不能识别“{cut(written)}”", f"{quoted(written)} means nothing here"), right)


def _no_day(match: re.Match[str]) -> SyntaxFault:
    written = match[0]
    right = Text("日期写作 2020-06-30", "a day is written 2020-06-30")
    if re.fullmatch("[0-9]{4}-[0-9]+", written):
        right = Text(f"{right.zh}；减号两边留空格", f"{right.en}; a minus has a blank on either side")
    return SyntaxFault(match.start(), Text(f"“{cut(written)}”不是日期", f"{quoted(written)} is no day"), right)
