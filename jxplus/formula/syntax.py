"""The formula language's syntax: text to tokens, tokens to nodes.

A formula says one thing and says it exactly: arithmetic without division, comparisons, three-valued logic, `min` and
`max`, a choice between two values, and figures with their units. There are no assignments, no loops, no calls but those
named here, and nothing is ever handed to Python to run.

Each rule of the grammar is the docstring of the method that reads it; quotes mark what is written as it stands, `*` is
any number of times, `?` once or not at all.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from jxplus.fault import Text, quoted
from jxplus.formula.node import COMPARISONS, Node
from jxplus.quantity import QUANTITY, quantity_of


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
_TOKEN = rf"""(?P<space>\s+)
    |(?P<date>\d{{4}}-\d{{2}}-\d{{2}})
    |(?P<number>{QUANTITY})
    |(?P<name>[a-z][a-z0-9_]*(?:-[a-z0-9_]+)*)
    |(?P<sign>>=|<=|!=|[-+*><=(),≥≤≠×＞＜＝（），])
    |(?P<other>.)"""


@cache
def _token() -> re.Pattern[str]:
    return re.compile(_TOKEN, re.VERBOSE | re.DOTALL)


def tokens(text: str) -> list[Token]:
    """The tokens of a formula, closed by one of kind `end`; raises `SyntaxFault` at a character that begins none."""
    found: list[Token] = []
    for match in _token().finditer(text):
        kind, word = str(match.lastgroup), match[0]
        if kind == "space":
            continue
        if kind == "other":
            raise _stray(match.start(), word)
        if found and kind in ("name", "number") and found[-1].kind == "number" and found[-1].end == match.start():
            raise SyntaxFault(
                match.start(),
                Text(f"未知单位{quoted(word)}", f"unknown unit {quoted(word)}"),
                Text("如 元、万元、亿元、㎡、月、年、km、人、%", "such as 元, 万元, 亿元, ㎡, 月, 年, km, 人, %"),
            )
        found.append(Token("word" if word in WORDS else kind, _SAME.get(word, word), match.start(), match.end()))
    if len(found) > MOST_TOKENS:
        raise SyntaxFault(
            found[MOST_TOKENS].start,
            Text("公式过长", "the formula is too long"),
            Text("用 let 拆开", "name its parts with `let`"),
        )
    found.append(Token("end", "", len(text), len(text)))
    return found


def _stray(index: int, char: str) -> SyntaxFault:
    if char == "/":
        return SyntaxFault(
            index,
            Text("公式中没有除法", "a formula does not divide"),
            Text("两边相乘后再比较", "compare with a product: rd > 10% * sales"),
        )
    return SyntaxFault(
        index,
        Text(f"不能识别{quoted(char)}", f"{quoted(char)} means nothing here"),
        Text("运算符为 + - * > >= < <= = != ( )", "the signs are + - * > >= < <= = != ( )"),
    )


def parse(text: str) -> Node:
    """The tree of a formula, its names not yet resolved; raises `SyntaxFault` where the text is not one."""
    reader = _Reader(text)
    node = reader.expression()
    if reader.here.kind != "end":
        raise reader.expected(Text("公式到此应结束，或接运算符", "an operator or the end of the formula"))
    return node


class _Reader:
    """Recursive descent over the tokens of one formula."""

    def __init__(self, text: str) -> None:
        self.tokens = tokens(text)
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
            raise self.expected(Text(f"此处应为{quoted(word)}", quoted(word)))
        return self.take()

    def expected(self, what: Text) -> SyntaxFault:
        found = quoted(self.here.text) if self.here.kind != "end" else ""
        wrong = (
            Text(f"不应有{found}", f"{found} is not expected here")
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
        """comparison = sum (('>' | '>=' | '<' | '<=' | '=' | '!=') sum)? | sum 'in' '(' name (',' name)* ')'"""
        start = self.here.start
        left = self.sum()
        if self.at(*COMPARISONS):
            op = self.take().text
            return self.node(op, start, (left, self.sum()))
        if self.at("in"):
            self.take()
            return self.node("in", start, (left, *self.listed(self.name)))
        return left

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
        if self.at("min", "max", "any"):
            return self.call()
        if self.at("yes", "no"):
            token = self.take()
            return self.node("truth", token.start, value=token.text == "yes")
        if self.here.kind == "number":
            return self.number()
        if self.here.kind == "date":
            return self.date()
        return self.name()

    def call(self) -> Node:
        """call = ('min' | 'max') '(' expression (',' expression)* ')' | 'any' name 'where' '(' expression ')'"""
        token = self.take()
        if token.text != "any":
            return self.node(token.text, token.start, self.listed(self.expression))
        listed = self.name()
        self.expect("where")
        self.expect("(")
        condition = self.expression()
        self.expect(")")
        return self.node("any", token.start, (condition,), listed.value)

    def name(self) -> Node:
        """name = a small letter, then small letters, digits, '_' and inner '-'"""
        if self.here.kind != "name":
            raise self.expected(Text("此处应为名称、数字或括号", "a name, a figure or a bracket"))
        token = self.take()
        return self.node("name", token.start, value=token.text)

    def number(self) -> Node:
        """number = digits, a magnitude such as 万, a unit such as 元/㎡/月 or %"""
        token = self.take()
        match = _token().fullmatch(token.text)
        quantity = quantity_of(match, token.text) if match else None
        if quantity is None:
            raise SyntaxFault(
                token.start,
                Text(f"不能读作数字: {quoted(token.text)}", f"{quoted(token.text)} is no figure"),
                Text("如 1000万元", "such as 1000万元"),
            )
        return self.node("number", token.start, value=quantity)

    def date(self) -> Node:
        """date = year '-' month '-' day"""
        token = self.take()
        try:
            return self.node("date", token.start, value=date.fromisoformat(token.text))
        except ValueError:
            raise SyntaxFault(
                token.start,
                Text(f"没有这一天: {token.text}", f"there is no {token.text}"),
                Text("如 2016-08-31", "such as 2016-08-31"),
            ) from None
