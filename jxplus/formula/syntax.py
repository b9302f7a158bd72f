"""The formula language's syntax: text to tokens, tokens to nodes.

A formula says one thing and says it exactly: arithmetic without division, comparisons, three-valued logic, `min` and
`max`, a choice between two values, questions about a list, full parts of a figure, and figures with their units. There are no assignments, no loops, no calls but those
named here, and nothing is ever handed to Python to run.

Each rule of the grammar is the docstring of the method that reads it; quotes mark what is written as it stands, `*` is
any number of times, `?` once or not at all.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from itertools import takewhile
from typing import Any, NamedTuple

from jxplus.fault import Text, cut, quoted
from jxplus.formula.node import COMPARISONS, Node
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
DEEPEST = 30
MOST_TOKENS = 500
"""A formula that is longer is no sentence any more."""

_SAME = {"≥": ">=", "≤": "<=", "≠": "!=", "×": "*", "＞": ">", "＜": "<", "（": "(", "）": ")", "，": ",", "＝": "="}
_PLAIN_SIGNS = str.maketrans("（）／", "()/")
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
_CALLS = frozenset({"count", "sum", "whole"})
"""Names that begin a call where `of` or a bracket follows; so they remain free for facts."""
_EVERY = Node("truth", (), True)


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
                raise SyntaxFault(before.start, *_no_figure(f"{before.text}{word}"))
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


def _no_figure(written: str) -> tuple[Text, Text]:
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
    fault = _meaningless(index, char)
    if char == "%" and "-" in before:  # sales-10% is the name sales-10, and then a percent sign
        fault.right = Text("减号两边留空格", "write blanks around a minus sign")
    return fault


def _meaningless(index: int, written: str) -> SyntaxFault:
    return SyntaxFault(
        index,
        Text(f"不能识别“{cut(written)}”", f"{quoted(written)} means nothing here"),
        Text("运算符为 + - * > >= < <= = != ( )", "the signs are + - * > >= < <= = != ( )"),
    )


def _no_day(match: re.Match[str]) -> SyntaxFault:
    written = match[0]
    right = Text("日期写作 2020-06-30", "a day is written 2020-06-30")
    if re.fullmatch("[0-9]{4}-[0-9]+", written):
        right = Text(f"{right.zh}；减号两边留空格", f"{right.en}; a minus has a blank on either side")
    return SyntaxFault(match.start(), Text(f"“{cut(written)}”不是日期", f"{quoted(written)} is no day"), right)


def parse(text: str, units: Units = BUILT_IN) -> Node:
    """The tree of a formula, its names not yet resolved, its figures in `units`; raises `SyntaxFault` where it is none."""
    reader = _Reader(text, units)
    node = reader.expression()
    if reader.here.kind != "end":
        raise reader.expected(Text("公式到此应结束，或接运算符", "an operator or the end of the formula"))
    return node


class _Reader:
    """Recursive descent over the tokens of one formula."""

    def __init__(self, text: str, units: Units) -> None:
        self.units, self.text = units, text
        self.tokens = tokens(text, units)
        self.index = 0
        self.depth = 0

    @property
    def here(self) -> Token:
        return self.tokens[self.index]

    def take(self) -> Token:
        token = self.here
        self.index += 1
        return token

    def at(self, *words: str) -> bool:
        return self.here.kind in ("word", "sign") and self.here.text in words

    def expect(self, word: str) -> Token:
        if not self.at(word):
            raise self.expected(Text(f"此处应为“{cut(word)}”", quoted(word)))
        return self.take()

    def expected(self, what: Text) -> SyntaxFault:
        found = quoted(self.here.text) if self.here.kind != "end" else ""
        wrong = (
            Text(f"不应有“{cut(self.here.text)}”", f"{found} is not expected here")
            if found
            else Text("公式未写完", "the formula ends too early")
        )
        return SyntaxFault(self.here.start, wrong, Text(what.zh, f"expected {what.en}"))

    def node(self, op: str, start: int, args: tuple[Node, ...] = (), value: Any = None) -> Node:
        return Node(op, args, value, (start, self.tokens[self.index - 1].end))

    def expression(self) -> Node:
        """expression = 'if' disjunction 'then' expression 'else' expression | disjunction"""
        self.depth += 1
        if self.depth > DEEPEST:
            raise SyntaxFault(
                self.here.start,
                Text("公式嵌套过深", "the formula is nested too deeply"),
                Text("用 let 拆开", "name its parts with `let`"),
            )
        start = self.here.start
        if self.at("if"):
            self.take()
            condition = self.disjunction()
            self.expect("then")
            then = self.expression()
            self.expect("else")
            node = self.node("if", start, (condition, then, self.expression()))
        else:
            node = self.disjunction()
        self.depth -= 1
        return node

    def chain(self, words: tuple[str, ...], operand: Callable[[], Node]) -> Node:
        """chain = operand (word operand)*, to the left"""
        start = self.here.start
        node = operand()
        while self.at(*words):
            op = self.take().text
            node = self.node(op, start, (node, operand()))
        return node

    def disjunction(self) -> Node:
        """disjunction = conjunction ('or' conjunction)*"""
        return self.chain(("or",), self.conjunction)

    def conjunction(self) -> Node:
        """conjunction = negation ('and' negation)*"""
        return self.chain(("and",), self.negation)

    def negation(self) -> Node:
        """negation = 'not' negation | comparison"""
        return self.prefixed("not", "not", self.negation, self.comparison)

    def prefixed(self, sign: str, op: str, again: Callable[[], Node], operand: Callable[[], Node]) -> Node:
        """prefixed = sign prefixed | operand"""
        if not self.at(sign):
            return operand()
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.expected(Text("公式嵌套过深", "a formula nested less deeply"))
        start = self.take().start
        node = self.node(op, start, (again(),))
        self.depth -= 1
        return node

    def comparison(self) -> Node:
        """comparison = sum (('>' | '>=' | '<' | '<=' | '=' | '!=') sum)? | sum ('=' | '!=') code | sum 'in' listed label"""
        start = self.here.start
        left = self.sum()
        if self.at(*COMPARISONS):
            op = self.take().text
            right = self.code() if op in ("=", "!=") and self.here.kind == "code" else self.sum()
            return self.node(op, start, (left, right))
        if self.at("in"):
            self.take()
            self.in_figures(start)
            return self.node("in", start, (left, *self.listed(self.label)))
        return left

    def label(self) -> Node:
        """label = name | code '*'?"""
        return self.code(some=True) if self.here.kind == "code" else self.name()

    def code(self, some: bool = False) -> Node:
        """code = a capital letter, then capital letters, digits and inner '.' and '-'; `some` takes all that begin so: C39*"""
        token = self.take()
        if token.text.endswith("*") and not some:
            wrong = Text(f"“{cut(token.text)}”是一类代码", f"{quoted(token.text)} is many codes")
            right = Text(f"写 in ({token.text})", f"write `in ({token.text})`")
            raise SyntaxFault(token.start, wrong, right)
        return self.node("code", token.start, value=token.text)

    def in_figures(self, start: int) -> None:
        """Refuse `n in (1, 2)`, which is meant as `n = 1 or n = 2`: only labels of a choice are listed."""
        token = self.tokens[self.index + 1] if self.at("(") else self.here
        if token.kind not in ("number", "date"):
            return
        left = self.text[start : self.tokens[self.index - 1].start].strip()
        inside = takewhile(lambda each: each.text != ")", self.tokens[self.index + 1 :])
        written = " or ".join(f"{left} = {each.text}" for each in inside if each.kind in ("number", "date"))
        raise SyntaxFault(
            token.start,
            Text(f"不应有“{cut(token.text)}”", f"{quoted(token.text)} is not expected here"),
            Text(f"in 只用于选项；写 {written}", f"`in` lists the labels of a choice; write {written}"),
        )

    def listed(self, element: Callable[[], Node]) -> tuple[Node, ...]:
        """listed = '(' element (',' element)* ')'"""
        self.expect("(")
        elements = [element()]
        while self.at(","):
            self.take()
            elements.append(element())
        self.expect(")")
        return tuple(elements)

    def sum(self) -> Node:
        """sum = product (('+' | '-') product)*"""
        return self.chain(("+", "-"), self.product)

    def product(self) -> Node:
        """product = signed ('*' signed)*"""
        return self.chain(("*",), self.signed)

    def signed(self) -> Node:
        """signed = '-' signed | primary"""
        return self.prefixed("-", "neg", self.signed, self.primary)

    def primary(self) -> Node:
        """primary = number | date | 'yes' | 'no' | name | call | '(' expression ')'"""
        if self.at("("):
            self.take()
            node = self.expression()
            self.expect(")")
            return node
        if self.at("min", "max", "any") or (self.here.kind == "name" and self.here.text in _CALLS and self.called()):
            return self.call()
        if self.at("yes", "no"):
            token = self.take()
            return self.node("truth", token.start, value=token.text == "yes")
        if self.here.kind == "code":
            raise _meaningless(self.here.start, self.here.text)
        if self.here.kind == "number":
            return self.number()
        if self.here.kind == "date":
            return self.date()
        return self.name()

    def call(self) -> Node:
        """call = ('min' | 'max') '(' expression (',' expression)* ')' | 'any' name where | counted | summed | parts"""
        token = self.take()
        if token.text in ("count", "sum"):
            return self.counted(token) if token.text == "count" else self.summed(token)
        if token.text == "whole":
            return self.parts(token)
        if token.text != "any":
            return self.node(token.text, token.start, self.listed(self.expression))
        listed = self.name()
        return self.node("any", token.start, self.where(), listed.value)

    def called(self) -> bool:
        """Whether `count`, `sum` or `whole` begins a call here; else it is a name like any other."""
        following = self.tokens[self.index + 1].text
        return following == ("(" if self.here.text == "whole" else "of")

    def where(self) -> tuple[Node, ...]:
        """where = 'where' '(' expression ')'"""
        self.expect("where")
        self.expect("(")
        condition = self.expression()
        self.expect(")")
        return (condition,)

    def some(self) -> tuple[Node, ...]:
        """some = where?, and none for a condition that every item meets"""
        found = self.where() if self.at("where") else ()
        return () if found == (_EVERY,) else found

    def counted(self, token: Token) -> Node:
        """counted = 'count' 'of' name some"""
        self.take()
        listed = self.name()
        return self.node("count", token.start, self.some(), listed.value)

    def summed(self, token: Token) -> Node:
        """summed = 'sum' 'of' sum 'in' name some"""
        self.take()
        value = self.sum()
        self.expect("in")
        listed = self.name()
        return self.node("sum", token.start, (value, *self.some()), listed.value)

    def parts(self, token: Token) -> Node:
        """parts = 'whole' '(' sum '/' number ')'"""
        self.expect("(")
        amount = self.sum()
        self.expect("/")
        if self.here.kind != "number":
            raise self.expected(
                Text("只能除以一个定数，如 whole(sales / 1000万元)", "a figure: whole(sales / 1000万元)")
            )
        figure = self.number()
        self.expect(")")
        return self.node("whole", token.start, (amount, figure))

    def name(self) -> Node:
        """name = a small letter, then small letters, digits, '_' and inner '-'"""
        if self.here.kind != "name":
            raise self.expected(Text("此处应为名称、数字或括号", "a name, a figure or a bracket"))
        token = self.take()
        return self.node("name", token.start, value=token.text)

    def number(self) -> Node:
        """number = digits, a magnitude such as 万, a unit such as 元/㎡/月 or %"""
        token = self.take()
        text = re.sub("[,，]", "", token.text).translate(_PLAIN_SIGNS)
        quantity = self.units.read(text)
        if quantity is None:
            raise SyntaxFault(token.start, *_no_figure(token.text))
        return self.node("number", token.start, value=quantity)

    def date(self) -> Node:
        """date = year '-' month '-' day"""
        token = self.take()
        try:
            return self.node("date", token.start, value=date.fromisoformat(token.text))
        except ValueError:
            raise SyntaxFault(
                token.start,
                Text(f"没有这一天：{token.text}", f"there is no {token.text}"),
                Text("如 2016-08-31", "such as 2016-08-31"),
            ) from None
