"""What the bounds of the facts prove of an amount: that it never comes to less than zero where its condition holds.

A formula is parted into cases: which branch of an `if` is taken, which argument of `min` or `max` decides. In each case it
is a polynomial of facts, and what holds there (the clause's condition, the branches taken, the bounds of the facts) are
polynomials that are at least zero. The amount is proved where it is a sum of those, each times a number that is not
negative, and of a constant that is not: linear programming over exact fractions finds the numbers. Nothing is sampled and
nothing estimated, so what is proved is so; an amount that is not proved may still be right, and can be written
`max(…, 0元)`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import combinations, product
from typing import NamedTuple

from jxplus.formula.extent import MOST_ITEMS
from jxplus.formula.node import COMPARISONS, EVERY, STANDS_FOR, Node
from jxplus.quantity import ROOMY, ZERO

MOST_CASES = 300
_MOST_GIVEN = 200
"""More cases than these, and more conditions in one, are not looked at: such an amount is not proved."""

Span = tuple[Decimal, Decimal]
"""The least and the greatest value of a number."""


class Range(NamedTuple):
    """What a fact may be: its least and its greatest figure, and its decimals."""

    least: Decimal
    greatest: Decimal
    decimals: int


Leaf = Callable[[Node], Range | None]
"""Gives the range of a fact or an item's fact; None where it is no number."""

Monomial = tuple[int, ...]
"""A product of numbers that a formula does not take apart, by their places; none of them is one."""
Polynomial = Mapping[Monomial, Decimal]
_ONE: Monomial = ()


def never_below_zero(amount: Node, when: Node, leaf: Leaf) -> bool:
    """Whether an amount is proved to be at least zero wherever `when` holds; `leaf` gives the bounds of the facts."""
    with localcontext(ROOMY):
        lowest = span(amount, leaf)
        if lowest is not None and lowest[0] >= 0:
            return True
        return any(_proved(amount, condition, leaf) for condition in (_comparisons(when), when))


def _proved(amount: Node, when: Node, leaf: Leaf) -> bool:
    try:
        return _Proof(leaf).holds(amount, when)
    except _TooMuch:
        return False


def _comparisons(when: Node) -> Node:
    """The comparisons that a condition asks for together: mostly they are enough, and make a single case."""
    if when.op == "let":
        return _comparisons(when.args[0])
    if when.op == "and":
        return when._replace(args=tuple(map(_comparisons, when.args)))
    return when if when.op in COMPARISONS else EVERY


def span(node: Node, leaf: Leaf) -> Span | None:
    """Between what a number is bound to be, whatever the facts are; None where nothing bounds it."""
    if node.op == "number":
        return node.value.amount, node.value.amount
    if node.op in ("fact", "item"):
        found = leaf(node)
        return None if found is None else (found.least, found.greatest)
    if node.op not in SPANS:
        return None
    inner = [span(arg, leaf) for arg in node.args[_NUMBERS.get(node.op, _ALL)]]
    known = [each for each in inner if each is not None]
    return SPANS[node.op](known) if len(known) == len(inner) else None


_NUMBERS = {"if": slice(1, None), "count": slice(0), "sum": slice(1)}
"""Which of the arguments are numbers, where not all are."""
_ALL = slice(None)


def _product(of: Sequence[Span]) -> Span:
    ends = [one * other for one in of[0] for other in of[1]]
    return min(ends), max(ends)


SPANS: dict[str, Callable[[Sequence[Span]], Span]] = {
    "+": lambda of: (of[0][0] + of[1][0], of[0][1] + of[1][1]),
    "-": lambda of: (of[0][0] - of[1][1], of[0][1] - of[1][0]),
    "*": _product,
    "neg": lambda of: (-of[0][1], -of[0][0]),
    "min": lambda of: (min(each[0] for each in of), min(each[1] for each in of)),
    "max": lambda of: (max(each[0] for each in of), max(each[1] for each in of)),
    "if": lambda of: (min(each[0] for each in of), max(each[1] for each in of)),
    **dict.fromkeys(STANDS_FOR, lambda of: of[0]),
    "count": lambda of: (ZERO, Decimal(MOST_ITEMS)),
    "sum": lambda of: (min(of[0][0] * MOST_ITEMS, ZERO), max(of[0][1] * MOST_ITEMS, ZERO)),
    "whole": lambda of: (of[0][0] // of[1][0], of[0][1] // of[1][0]),
}
"""Each operator that gives a number: between what the result is, by what its arguments are; of `if`, its two branches."""


class _TooMuch(Exception):
    """There is more to look at than is looked at."""


class _Case(NamedTuple):
    """What holds in a case: polynomials that are at least zero, and conditions of another kind that are true or false."""

    given: tuple[Polynomial, ...] = ()
    truths: tuple[tuple[Node, bool], ...] = ()


class _Proof:
    """The numbers that a formula does not take apart, and what is proved of them."""

    def __init__(self, leaf: Leaf) -> None:
        self.leaf = leaf
        self.places: dict[Node, int] = {}
        self.spans: list[Span | None] = []
        self.decimals: list[int | None] = []
        self.cases = 0

    def holds(self, amount: Node, when: Node) -> bool:
        for case in self.where(when, True, _Case()):
            for value, here in self.values(amount, case):
                self.cases += 1
                if self.cases > MOST_CASES:
                    raise _TooMuch
                if not self.proved(value, here):
                    return False
        return True

    # -- cases

    def values(self, node: Node, case: _Case) -> Iterator[tuple[Polynomial, _Case]]:
        """A number as a polynomial, in each case with what holds there."""
        if node.op == "number":
            yield _plain({_ONE: node.value.amount}), case
        elif node.op in STANDS_FOR:
            yield from self.values(node.args[0], case)
        elif node.op == "if":
            condition, *branches = node.args
            for want, branch in zip((True, False), branches, strict=True):
                for here in self.where(condition, want, case):
                    yield from self.values(branch, here)
        elif node.op in ("neg", "+", "-", "*", "min", "max"):
            for parts, here in self.together(node.args, case):
                yield from self.joined(node.op, parts, here)
        else:
            yield {(self.place(node),): Decimal(1)}, case

    def together(self, nodes: Sequence[Node], case: _Case) -> Iterator[tuple[list[Polynomial], _Case]]:
        """Several numbers at once."""
        if not nodes:
            yield [], case
            return
        for first, here in self.values(nodes[0], case):
            for rest, there in self.together(nodes[1:], here):
                yield [first, *rest], there

    def joined(self, op: str, parts: list[Polynomial], case: _Case) -> Iterator[tuple[Polynomial, _Case]]:
        if op == "neg":
            yield _minus({}, parts[0]), case
        elif op == "+":
            yield _minus(parts[0], _minus({}, parts[1])), case
        elif op == "-":
            yield _minus(*parts), case
        elif op == "*":
            yield _times(*parts), case
        else:
            for index, value in enumerate(parts):
                others = [other for at, other in enumerate(parts) if at != index]
                beyond = [_minus(other, value) if op == "min" else _minus(value, other) for other in others]
                yield value, case._replace(given=(*case.given, *beyond))

    def where(self, node: Node, want: bool, case: _Case) -> Iterator[_Case]:
        """The cases in which a condition is true, or false."""
        if node.op == "truth":
            if node.value is want:
                yield case
        elif node.op in ("let", "not"):
            yield from self.where(node.args[0], want is (node.op == "let"), case)
        elif node.op in ("and", "or"):
            first, second = node.args
            for here in self.where(first, want, case):
                if want is (node.op == "and"):
                    yield from self.where(second, want, here)
                else:
                    yield here
            if want is not (node.op == "and"):
                for here in self.where(first, not want, case):
                    yield from self.where(second, want, here)
        elif node.op in COMPARISONS and span(node.args[0], self.leaf) is not None:
            for (left, right), here in self.together(node.args, case):
                for given in self.compared(node.op, want, left, right):
                    yield here._replace(given=(*here.given, *given))
        elif (node, not want) not in case.truths:
            yield case._replace(truths=(*case.truths, (node, want)))

    def compared(self, op: str, want: bool, left: Polynomial, right: Polynomial) -> list[list[Polynomial]]:
        """What is at least zero where a comparison is true, or false: one list for each way in which it can be."""
        if not want:
            op = {">": "<=", ">=": "<", "<": ">=", "<=": ">", "=": "!=", "!=": "="}[op]
        more, less = _minus(left, right), _minus(right, left)
        ways: dict[str, list[list[Polynomial]]] = {
            ">": [[self.above(more)]],
            ">=": [[more]],
            "<": [[self.above(less)]],
            "<=": [[less]],
            "=": [[more, less]],
            "!=": [[self.above(more)], [self.above(less)]],
        }
        return ways[op]

    def above(self, value: Polynomial) -> Polynomial:
        """What is at least zero where `value` is above zero: it is the less by the finest step that it can be."""
        steps = [
            -min(int(factor.as_tuple().exponent), 0) + sum(filter(None, places))
            for monomial, factor in value.items()
            if None not in (places := [self.decimals[each] for each in monomial])
        ]
        if len(steps) < len(value):
            return value
        return _minus(value, {_ONE: Decimal(1).scaleb(-max(steps, default=0))})

    def place(self, node: Node) -> int:
        """The place of a number that is not taken apart."""
        if node not in self.places:
            self.places[node] = len(self.spans)
            known = self.leaf(node) if node.op in ("fact", "item") else None
            self.spans.append(span(node, self.leaf))
            self.decimals.append(None if known is None else known.decimals)
        return self.places[node]

    # -- a case

    def proved(self, value: Polynomial, case: _Case) -> bool:
        """Whether a polynomial is at least zero in a case, or the case cannot be."""
        own = self.given(value, case)
        impossible = {_ONE: Decimal(-1)}
        return _combined(value, own) or _combined(impossible, own) or _combined(value, self.products(value, own))

    def given(self, value: Polynomial, case: _Case) -> list[Polynomial]:
        """What is at least zero: the case's own, and the bounds of all numbers."""
        asked = [value, *case.given]
        used = {each for one in asked for monomial in one for each in monomial}
        own = list(case.given)
        for each in sorted(used):
            bounds = self.spans[each]
            if bounds is not None:
                own += [
                    _plain({(each,): Decimal(1), _ONE: -bounds[0]}),
                    _plain({(each,): Decimal(-1), _ONE: bounds[1]}),
                ]
        terms = {monomial for one in asked for monomial in one}
        factors = {each for each in self.parts(terms) if len(each) > 1 and self.positive(each)}
        return self.few([*own, *({factor: Decimal(1)} for factor in sorted(factors))])

    def few(self, given: list[Polynomial]) -> list[Polynomial]:
        if len(given) > _MOST_GIVEN:
            raise _TooMuch
        return given

    def products(self, value: Polynomial, own: Sequence[Polynomial]) -> list[Polynomial]:
        """What is given, and its products with each other and with numbers that are not negative, to the degree of `value`."""
        terms = {monomial for one in (value, *own) for monomial in one}
        degree = max(map(len, terms), default=0)
        factors = [each for each in sorted(self.parts(terms)) if self.positive(each)]
        found = [*own]
        for one in own:
            room = degree - _degree(one)
            found += [_times(one, {factor: Decimal(1)}) for factor in factors if 0 < len(factor) <= room]
        if degree > 1:
            pairs = [pair for pair in combinations(own, 2) if sum(map(_degree, pair)) <= degree]
            found += [_times(*pair) for pair in pairs]
        return self.few(found)

    def parts(self, terms: set[Monomial]) -> set[Monomial]:
        """All products that divide one of some terms."""
        return {tuple(part) for term in terms for size in range(1, len(term) + 1) for part in combinations(term, size)}

    def positive(self, monomial: Monomial) -> bool:
        spans = [self.spans[each] for each in monomial]
        return all(each is not None and each[0] >= 0 for each in spans)


# ---- polynomials -----------------------------------------------------------------------------------------------------


def _degree(value: Polynomial) -> int:
    return max(map(len, value), default=0)


def _plain(value: Polynomial) -> dict[Monomial, Decimal]:
    return {monomial: factor for monomial, factor in value.items() if factor}


def _minus(left: Polynomial, right: Polynomial) -> dict[Monomial, Decimal]:
    return _plain({each: left.get(each, ZERO) - right.get(each, ZERO) for each in {**left, **right}})


def _times(left: Polynomial, right: Polynomial) -> dict[Monomial, Decimal]:
    found: dict[Monomial, Decimal] = {}
    for (one, factor), (other, times) in product(left.items(), right.items()):
        both = tuple(sorted((*one, *other)))
        found[both] = found.get(both, ZERO) + factor * times
    return _plain(found)


def _combined(value: Polynomial, given: Sequence[Polynomial]) -> bool:
    """Whether `value` is a sum of what is given, each times a number that is not negative, and of a constant that is not."""
    terms = sorted({each for one in (value, *given) for each in one} | {_ONE})
    columns = [*given, {_ONE: Decimal(1)}]
    rows = [[Fraction(one.get(term, ZERO)) for one in columns] for term in terms]
    return _solvable(rows, [Fraction(value.get(term, ZERO)) for term in terms])


def _solvable(rows: list[list[Fraction]], sums: list[Fraction]) -> bool:
    """Whether there are numbers, none negative, that times the columns of `rows` add up to `sums`.

    The first phase of the simplex method, with Bland's rule, so that it ends: it begins with a number of its own for each
    row and drives those to zero.
    """
    table = [
        [cell if total >= 0 else -cell for cell in row] + [abs(total)] for row, total in zip(rows, sums, strict=True)
    ]
    width = len(rows[0])
    basis = [
        width + index for index in range(len(table))
    ]  # the numbers that are not zero; from `width` on, the rows' own
    cost = [sum(column, Fraction(0)) for column in zip(*table, strict=True)]
    while cost[-1]:
        entering = next((index for index in range(width) if cost[index] > 0), None)
        if entering is None:
            return False
        ratios = [
            (row[-1] / row[entering], basis[index], index) for index, row in enumerate(table) if row[entering] > 0
        ]
        _, _, leaving = min(ratios)
        basis[leaving] = entering
        pivot = table[leaving][entering]
        table[leaving] = [cell / pivot for cell in table[leaving]]
        for index, row in enumerate(table):
            if index != leaving and row[entering]:
                table[index] = [cell - row[entering] * own for cell, own in zip(row, table[leaving], strict=True)]
        cost = [cell - cost[entering] * own for cell, own in zip(cost, table[leaving], strict=True)]
    return True
