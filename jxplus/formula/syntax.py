"""The formula language's syntax: a text's tokens to nodes.

A formula says one thing and says it exactly: arithmetic without division, comparisons, three-valued logic, `min` and
`max`, a choice between two values, questions about a list, full parts of a figure, and figures with their units. There are no assignments, no loops, no calls but those
named here, and nothing is ever handed to Python to run.

Each rule of the grammar is the docstring of the method that reads it; quotes mark what is written as it stands, `*` is
any number of times, `?` once or not at all.
"""

import re
from collections.abc import Callable
from datetime import date
from itertools import takewhile
from typing import Any

from jxplus.fault import Text, cut, quoted
from jxplus.formula.node import COMPARISONS, EVERY, Node
from jxplus.formula.tokens import PLAIN_SIGNS, SyntaxFault, Token, meaningless, no_figure, tokens
from jxplus.quantity import BUILT_IN, Units

DEEPEST = 30
_CALLS = frozenset({"count", "sum", "whole"})
_KNOWN_CALLS = Text(
    "可用 min(…)、max(…)、whole(…)、count of 列表、sum of 数 in 列表",
    "there are min(…), max(…), whole(…), `count of LIST` and `sum of FORMULA in LIST`",
)
_SIGNS = {"==": "=", "<>": "!=", "=>": ">=", "=<": "<="}
"""How other languages write a comparison."""
"""Names that begin a call where `of` or a bracket follows; so they remain free for facts."""


def parse(text: str, units: Units = BUILT_IN) -> Node:
    """The tree of a formula, its names not yet resolved, its figures in `units`; raises `SyntaxFault` where it is none.

    >>> tree = parse("invested >= 500万元 and not exporter")
    >>> tree.op, [each.op for each in tree.args]
    ('and', ['>=', 'not'])
    """
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
        before = self.tokens[self.index - 1] if self.index else self.here
        if self.at("(") and before.kind == "name":
            return SyntaxFault(
                before.start,
                Text(f"没有函数“{cut(before.text)}”", f"there is no function {quoted(before.text)}"),
                _KNOWN_CALLS,
            )
        signs = self.text[before.start : self.here.end]
        if signs in _SIGNS:
            fault = meaningless(before.start, signs)
            fault.right = Text(f"写 {_SIGNS[signs]}", f"write {_SIGNS[signs]}")
            return fault
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
            raise meaningless(self.here.start, self.here.text)
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
        return () if found == (EVERY,) else found

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
        text = re.sub("[,，]", "", token.text).translate(PLAIN_SIGNS)
        quantity = self.units.read(text)
        if quantity is None:
            raise SyntaxFault(token.start, *no_figure(token.text))
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
