"""The laws of the formula language: its text, its three-valued logic, its units, its exactness.

Each law is a test's docstring. The reference to hold results against is written here a second time, plainly, with
fractions and with None for what is not known.
"""

import itertools
import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal, Inexact, localcontext
from fractions import Fraction
from typing import Any

import pytest
from formulas import known_facts, some_facts, sums, truths
from hypothesis import assume, given
from hypothesis import strategies as st

from jxplus.assessment.explain import trace
from jxplus.formula import evaluate, node, piecewise
from jxplus.formula.check import Scope, check
from jxplus.formula.evaluate import Unknown, function
from jxplus.formula.extent import EXTENTS
from jxplus.formula.node import COMPARISONS, Node, unparse, walk
from jxplus.formula.operators import DATE, NUMBER, OPERATORS, SHARE, TRUTH, YUAN, Type
from jxplus.formula.proof import SPANS
from jxplus.formula.syntax import DEEPEST, parse
from jxplus.formula.tokens import WORDS, SyntaxFault
from jxplus.quantity import EXACT, PURE, DeclaredUnit, Units, read_quantity, times

UNITS = Units(
    [DeclaredUnit("亩", "mu", ("畝",)), DeclaredUnit("吨", "tonne"), DeclaredUnit("千瓦时", "kilowatt-hour", ("kWh",))]
)
"""The units of a plan that declares its own."""

# ---- the text of a formula ---------------------------------------------------------------------------------------------

name_texts = st.from_regex(r"[a-z][a-z0-9_]{0,6}(-[a-z0-9_]{1,4}){0,2}", fullmatch=True).filter(
    lambda n: n not in WORDS
)
number_texts = st.builds(
    lambda number, decimals, magnitude, unit: f"{number}{decimals}{magnitude}{unit}",
    st.integers(0, 10**7),
    st.sampled_from(["", ".5", ".25", ".001"]),
    st.sampled_from(["", "", "万", "亿"]),
    st.sampled_from(["", "元", "元/㎡/月", "元/㎡·月", "元/km", "㎡", "月", "年", "km", "人", "%", "‰"])
    | st.sampled_from(["亩", "畝", "元/亩", "元/千瓦时", "kWh", "吨·km", "元/吨·km", "元/(亩·月)"]),
)
leaves = st.one_of(
    number_texts.map(lambda text: parse(text, UNITS)),
    name_texts.map(lambda name: Node("name", (), name)),
    st.booleans().map(lambda value: Node("truth", (), value)),
    st.dates(date(1000, 1, 1)).map(lambda day: Node("date", (), day)),
)


def _some(condition: Node) -> tuple[Node, ...]:
    """The condition on an item; one that every item meets is left out."""
    return () if condition == Node("truth", (), True) else (condition,)


def _grow(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    names = name_texts.map(lambda name: Node("name", (), name))
    return st.one_of(
        st.builds(
            lambda op, *args: Node(op, args), st.sampled_from([*COMPARISONS, "+", "-", "*", "and", "or"]), inner, inner
        ),
        st.builds(lambda op, arg: Node(op, (arg,)), st.sampled_from(["not", "neg"]), inner),
        st.builds(
            lambda op, args: Node(op, tuple(args)),
            st.sampled_from(["min", "max"]),
            st.lists(inner, min_size=1, max_size=3),
        ),
        st.builds(lambda *args: Node("if", args), inner, inner, inner),
        st.builds(lambda arg, labels: Node("in", (arg, *labels)), inner, st.lists(names, min_size=1, max_size=3)),
        st.builds(lambda listed, arg: Node("any", (arg,), listed), name_texts, inner),
        st.builds(lambda listed, arg: Node("count", _some(arg), listed), name_texts, inner),
        st.builds(lambda listed, arg, one: Node("sum", (one, *_some(arg)), listed), name_texts, inner, inner),
        st.builds(lambda arg, figure: Node("whole", (arg, figure)), inner, number_texts.map(lambda t: parse(t, UNITS))),
    )


trees = st.recursive(leaves, _grow, max_leaves=20)


@given(trees)
def test_a_formula_reads_back(tree: Node) -> None:
    """parse(unparse(n)) == n: what is written of a tree is read as the same tree."""
    assert parse(unparse(tree), UNITS) == tree


@given(trees)
def test_every_place_is_right(tree: Node) -> None:
    """The text at a node's span, read by itself, is that node."""
    text = unparse(tree)
    for each in walk(parse(text, UNITS)):
        start, end = each.span
        assert parse(text[start:end], UNITS) == each


@given(trees, st.data())
def test_space_and_width_do_not_matter(tree: Node, data: st.DataObject) -> None:
    """More space between the signs, and full-width signs, make the same tree."""
    text = unparse(tree)
    wide = {"(": "（", ")": "）", ">=": "≥", "<=": "≤", "!=": "≠", " * ": " × ", ", ": "， "}
    for plain, other in wide.items():
        if data.draw(st.booleans()):
            text = text.replace(plain, other)
    assert parse(f"  {text.replace(' ', '  ')}\n", UNITS) == tree


@given(
    st.text(max_size=40)
    | st.text(
        alphabet="abx_ 0123456789.,，-+*/·<>=!()元万%‰㎡年亩吨千瓦时人次and or not if then else in min", max_size=40
    )
)
def test_any_text_is_a_formula_or_a_fault(text: str) -> None:
    """A text that is no formula is refused at a place within it, never otherwise."""
    try:
        tree = parse(text, UNITS)
    except SyntaxFault as fault:
        refused_at = fault.index
    else:
        assert parse(unparse(tree), UNITS) == tree
        refused_at = 0
    assert 0 <= refused_at <= len(text)


@pytest.mark.parametrize(
    ("text", "index", "gist"),
    [
        ("", 0, "ends too early"),
        ("a +", 3, "ends too early"),
        ("a b", 2, "'b' is not expected"),
        ("(a", 2, "ends too early"),
        ("a)", 1, "')' is not expected"),
        ("a > b > c", 6, "'>' is not expected"),
        ("a / b", 2, "does not divide"),
        ("whole(a / b)", 10, "'b' is not expected"),
        ("whole(a / 2 / 3)", 12, "'/' is not expected"),
        ("whole(a)", 7, "')' is not expected"),
        ("whole((a / 2) / 3)", 9, "does not divide"),
        ("count of 3", 9, "'3' is not expected"),
        ("count of a where b", 17, "'b' is not expected"),
        ("sum of a", 8, "ends too early"),
        ("sum of a in (b)", 12, "'(' is not expected"),
        ("10% / b", 4, "does not divide"),
        ("a == b", 2, "'==' means nothing"),
        ("a && b", 2, "'&' means nothing"),
        ("a.b", 1, "'.' means nothing"),
        ("A", 0, "'A' means nothing"),
        ("收入 > 1元", 0, "'收入' means nothing"),
        ("1000万美元", 5, "unknown unit '美元': it is not declared"),
        ("30usd", 2, "unknown unit 'usd'"),
        ("a > 200万元/亩", 10, "unknown unit '亩'"),
        ("a > 5 亩", 6, "unknown unit '亩'"),
        ("a > 20人次", 6, "unknown unit '人次'"),
        ("a > 1,00万元", 6, "'00万元' is no figure"),
        ("017", 0, "'017' is no figure"),
        ("d > 2020-06", 4, "'2020-06' is no day"),
        ("d > 2020年6月30日", 4, "'2020年6月30日' is no day"),
        ("d > 2020/6/30", 4, "'2020/6/30' is no day"),
        ("d > 2020.6.30", 4, "'2020.6.30' is no day"),
        ("30元/年", 0, "is no figure"),
        ("1e99 * a", 0, "is no figure"),
        ("2015-02-30", 0, "there is no 2015-02-30"),
        ("if a then b", 11, "ends too early"),
        ("if a b", 5, "'b' is not expected"),
        ("a in b", 5, "'b' is not expected"),
        ("a in ()", 6, "')' is not expected"),
        ("a in (1)", 6, "'1' is not expected"),
        ("min()", 4, "')' is not expected"),
        ("any a (b)", 4, "there is no function 'a'"),
        ("any 1 where (b)", 4, "'1' is not expected"),
        ("not", 3, "ends too early"),
        ("a and and b", 6, "'and' is not expected"),
        ("__import__('os')", 0, "'_' means nothing"),
        ("exec(a)", 0, "there is no function 'exec'"),
        ("lambda: a", 6, "':' means nothing"),
        ("(" * (DEEPEST + 1) + "a" + ")" * (DEEPEST + 1), DEEPEST, "nested too deeply"),
        ("-" * 100 + "a", DEEPEST - 1, "is not expected"),
        ("not " * 100 + "a", 4 * (DEEPEST - 1), "is not expected"),
        ("a + " * 250 + "a", 4 * 250, "too long"),
    ],
)
def test_what_is_no_formula(text: str, index: int, gist: str) -> None:
    """Each is refused where it goes wrong."""
    with pytest.raises(SyntaxFault) as caught:
        parse(text)
    assert (caught.value.index, gist in caught.value.wrong.en) == (index, True), caught.value.wrong.en


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("a or b and c", "a or (b and c)"),
        ("not a and b", "(not a) and b"),
        ("not a > b", "not (a > b)"),
        ("a - b - c", "(a - b) - c"),
        ("a + b * c", "a + (b * c)"),
        ("-a * b", "(-a) * b"),
        ("a > b + c", "a > (b + c)"),
        ("if a then b else if c then d else e + f", "if a then b else (if c then d else (e + f))"),
    ],
)
def test_what_binds_tighter(text: str, same: str) -> None:
    assert parse(text) == parse(same)


# ---- formulas that are checked, and facts for them ---------------------------------------------------------------------

FACTS = {
    "a": TRUTH,
    "b": TRUTH,
    "c": TRUTH,
    "x": YUAN,
    "y": YUAN,
    "p": NUMBER,
    "k": Type("choice", (), ("red", "green", "blue")),
}
ITEMS = {"flag": TRUTH, "sum": YUAN}
SCOPE = Scope({**FACTS, "d": DATE}, {"items": ITEMS})


def value(tree: Node, facts: Mapping[str, Any]) -> Any:
    with localcontext(EXACT):
        return function(tree)(facts, {})


def plainly(tree: Node, facts: Mapping[str, Any], item: Mapping[str, Any]) -> Any:
    """The reference: what a formula comes to, numbers as fractions, None where that is not known."""
    op, args = tree.op, tree.args
    if op == "number":
        return Fraction(tree.value.amount)
    if op in ("truth", "choice", "date"):
        return tree.value
    if op in ("fact", "item"):
        found = facts.get(tree.value) if op == "fact" else item.get(tree.value[1])
        return Fraction(found) if isinstance(found, Decimal) else found
    if op == "any":
        if "items" not in facts:  # any of no items is false, so it is never known to be true
            return None if plainly(args[0], facts, {}) is not False else False
        found = [plainly(args[0], facts, each) for each in facts["items"]]
        return True if True in found else None if None in found else False
    if op in ("count", "sum"):
        if "items" not in facts:
            return None if plainly(args[-1], facts, {}) is not False else Fraction(0)
        who = [plainly(args[-1], facts, each) for each in facts["items"]]
        met = [each for each, holds in zip(facts["items"], who, strict=True) if holds]
        what = [Fraction(1) if op == "count" else plainly(args[0], facts, each) for each in met]
        return None if None in who or None in what else sum(what, Fraction(0))
    if op == "if":
        holds = plainly(args[0], facts, item)
        return None if holds is None else plainly(args[1] if holds else args[2], facts, item)
    values = [plainly(arg, facts, item) for arg in args]
    if op == "and":
        return False if False in values else None if None in values else True
    if op == "or":
        return True if True in values else None if None in values else False
    if None in values:
        return None
    first, second = values[0], values[-1]
    table: dict[str, Callable[[], Any]] = {
        "+": lambda: first + second,
        "-": lambda: first - second,
        "*": lambda: first * second,
        "neg": lambda: -first,
        "whole": lambda: Fraction(math.trunc(first / second)),
        "min": lambda: min(values),
        "max": lambda: max(values),
        "not": lambda: not first,
        ">": lambda: first > second,
        ">=": lambda: first >= second,
        "<": lambda: first < second,
        "<=": lambda: first <= second,
        "=": lambda: first == second,
        "!=": lambda: first != second,
        "in": lambda: first in values[1:],
    }
    return table[op]()


def known(result: Any) -> Any:
    """A result in the reference's terms."""
    if isinstance(result, Unknown):
        return None
    return Fraction(result) if isinstance(result, Decimal) else result


# ---- three-valued logic ------------------------------------------------------------------------------------------------

T, F, U = True, False, None


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (T, T, T, T),
        (T, F, F, T),
        (T, U, U, T),
        (F, T, F, T),
        (F, F, F, F),
        (F, U, F, U),
        (U, T, U, T),
        (U, F, F, U),
        (U, U, U, U),
    ],
)
def test_the_tables_of_and_and_or(
    left: bool | None, right: bool | None, both: bool | None, either: bool | None
) -> None:
    """False and unknown is false; true or unknown is true; otherwise unknown stays unknown."""
    facts = {name: stated for name, stated in (("a", left), ("b", right)) if stated is not None}
    args = (Node("fact", (), "a"), Node("fact", (), "b"))
    assert known(value(Node("and", args), facts)) is both
    assert known(value(Node("or", args), facts)) is either


@pytest.mark.parametrize(("stated", "negated"), [(T, F), (F, T), (U, U)])
def test_the_table_of_not(stated: bool | None, negated: bool | None) -> None:
    facts = {} if stated is None else {"a": stated}
    assert known(value(Node("not", (Node("fact", (), "a"),)), facts)) is negated


@pytest.mark.parametrize(
    ("flags", "stated", "result"),
    [
        ([], T, F),
        ([], U, F),
        ([F, F], T, F),
        ([F, T], T, T),
        ([T, T], F, F),
        ([F, T], U, U),
        ([F, F], U, F),
        (None, T, U),
        (None, F, F),
        (None, U, U),
    ],
)
def test_any_of_a_list(flags: list[bool] | None, stated: bool | None, result: bool | None) -> None:
    """`any items where (flag and a)`: true where one item meets it, false where none can, unknown where one may."""
    listed = {} if flags is None else {"items": [{"flag": flag, "sum": Decimal(0)} for flag in flags]}
    facts = {**listed, **({} if stated is None else {"a": stated})}
    tree = check(parse("any items where (flag and a)"), SCOPE)[0]
    assert known(value(tree, facts)) is result


def test_an_item_that_meets_it_outweighs_those_that_may() -> None:
    """With `a` unknown, `flag or a` is unknown of the first and the last item and true of the second: that one decides."""
    items = [{"flag": flag, "sum": Decimal(0)} for flag in (False, True, False)]
    assert value(check(parse("any items where (flag or a)"), SCOPE)[0], {"items": items}) is True


@given(truths(4) | sums(4), some_facts)
def test_a_formula_comes_to_what_the_reference_says(tree: Node, facts: dict[str, Any]) -> None:
    """Evaluation in exact decimals equals arithmetic in fractions, and knows as much as plain reasoning does."""
    assert known(value(tree, facts)) == plainly(tree, facts, {})


@given(truths(3), truths(3), some_facts)
def test_de_morgan(left: Node, right: Node, facts: dict[str, Any]) -> None:
    """not (a and b) is (not a or not b), and not (a or b) is (not a and not b), unknown or not."""
    negated = Node("not", (left,)), Node("not", (right,))
    for op, dual in (("and", "or"), ("or", "and")):
        one, other = value(Node("not", (Node(op, (left, right)),)), facts), value(Node(dual, negated), facts)
        assert known(one) is known(other)
        assert getattr(one, "facts", None) == getattr(other, "facts", None)


@given(truths(3) | sums(3), some_facts, known_facts)
def test_more_knowledge_never_changes_what_is_known(tree: Node, facts: dict[str, Any], rest: dict[str, Any]) -> None:
    """A result that is known stays the same whatever else becomes known."""
    before = value(tree, facts)
    assume(not isinstance(before, Unknown))
    for count in range(len(rest) + 1):
        more = dict(itertools.islice(rest.items(), count))
        assert value(tree, {**more, **facts}) == before


@given(truths(3) | sums(3), some_facts, known_facts)
def test_what_is_missing_is_what_matters(tree: Node, facts: dict[str, Any], rest: dict[str, Any]) -> None:
    """An unknown result names facts that are not stated; stating any others changes nothing; stating these moves it on."""
    found = value(tree, facts)
    assume(isinstance(found, Unknown))
    missing = found.facts
    assert missing
    assert not missing & set(facts)
    others = {name: stated for name, stated in rest.items() if name not in missing}
    still = value(tree, {**others, **facts})
    assert isinstance(still, Unknown)
    assert still.facts == missing
    after = value(tree, {**facts, **{name: rest[name] for name in missing}})
    assert not isinstance(after, Unknown) or not after.facts & missing


@given(truths(3, choosing=False) | sums(3, choosing=False), some_facts, known_facts)
def test_what_is_missing_decides(tree: Node, facts: dict[str, Any], rest: dict[str, Any]) -> None:
    """Where nothing hangs on an `if`, stating all the missing facts, with any values, decides the result."""
    found = value(tree, facts)
    assume(isinstance(found, Unknown))
    assert not isinstance(value(tree, {**facts, **{name: rest[name] for name in found.facts}}), Unknown)


@given(truths(3) | sums(3), some_facts)
def test_a_trace_tells_the_result(tree: Node, facts: dict[str, Any]) -> None:
    """A trace ends in the result, and each step of it is the value of its own part of the formula."""
    with localcontext(EXACT):
        steps = [trace(tree, facts, {})]
        assert steps[0].node == tree
        while steps:
            step = steps.pop()
            assert known(step.value) == plainly(step.node, facts, {})
            steps += step.steps


# ---- types and units ---------------------------------------------------------------------------------------------------


@given(truths(3) | sums(3))
def test_a_right_formula_passes_the_check(tree: Node) -> None:
    """A formula put together of matching parts, written and read, is resolved to itself, and has its type."""
    written = unparse(tree)
    resolved, found, wrongs = check(parse(written), SCOPE)
    assert not wrongs
    assert found in (YUAN, TRUTH)
    assert unparse(resolved) == written
    assert [each.op for each in walk(resolved) if each.op == "name"] == []


units = st.sampled_from(
    ["", "%", "元", "㎡", "月", "km", "元/㎡/月", "元/km", "人", "亩", "元/亩", "吨", "元/吨·km", "千瓦时"]
)


def type_of_text(text: str) -> Type | None:
    return check(parse(text, UNITS), SCOPE)[1]


@given(units, units, st.sampled_from(["+", "-", "min", "max", *COMPARISONS]))
def test_unlike_units_do_not_meet(left: str, right: str, op: str) -> None:
    """Sums, comparisons, min and max take one unit; money + area is refused, at the second of the two, and 15 + 15% too."""
    text = f"{op}(1{left}, 2{right})" if op in ("min", "max") else f"1{left} {op} 2{right}"
    _, found, wrongs = check(parse(text, UNITS), SCOPE)
    if left == right:
        assert not wrongs
        assert found == (TRUTH if op in COMPARISONS else type_of_text(f"1{left}"))
    else:
        assert [wrong.at for wrong in wrongs] == [text.index("2")]
        assert found is None


@given(units, units)
def test_a_product_has_the_product_of_the_units(left: str, right: str) -> None:
    """yuan/㎡/month × ㎡ × month is yuan, and so for all units; a share is of no unit, and twice a share is one."""
    first, second, product = map(type_of_text, (f"1{left}", f"1{right}", f"1{left} * 1{right}"))
    assert first is not None
    assert second is not None
    unit = times(first.unit, second.unit)
    assert product == Type("number", unit, (), unit == PURE and {left, right} <= {"", "%"} and "%" in (left, right))


@given(units, units, units)
def test_a_product_is_the_same_in_any_order(one: str, two: str, three: str) -> None:
    """The unit of a product does not hang on the order of its factors."""
    found = {
        type_of_text(" * ".join(f"1{each}" for each in order)) for order in itertools.permutations((one, two, three))
    }
    assert len(found) == 1


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("100元/亩 * 500亩", YUAN),
        ("500元/人/月 * 20人 * 3年", YUAN),
        ("240元/吨 * 1.5万吨", YUAN),
        ("0.5元/吨·km * 100吨 * 20km", YUAN),
        ("0.5元/(吨·km) * 100吨·km", YUAN),
        ("200万元/畝 * 1亩", YUAN),
        ("8‰ * 1亿元", YUAN),
        ("10% * 10%", SHARE),
        ("2 * 10%", SHARE),
        ("-2 * 10%", SHARE),
        ("10% + 5‰", SHARE),
        ("10% * 30人", Type("number", (("人", 1),))),
        ("5 * 1元", YUAN),  # five times the amount: a plain figure scales what it stands before
        ("3 * 5", NUMBER),
        ("p * 10%", Type("number", share=None)),  # ten per cent of p, or ten per cent for each of p
        ("p * 10% * 1元", YUAN),
        ("min(p * 10%, 50%)", SHARE),
        ("min(p * 10%, 3)", NUMBER),
        ("p * 10% > 3", TRUTH),
        ("p * 10% > 30%", TRUTH),
        ("if p * 10% > 3 then 1% else 2%", SHARE),
    ],
)
def test_what_units_and_shares_come_to(text: str, wanted: Type) -> None:
    assert (type_of_text(text), check(parse(text, UNITS), SCOPE)[2]) == (wanted, [])


@pytest.mark.parametrize(
    ("text", "at", "wrong", "right"),
    [
        ("10% > 15", 6, "'>' does not go with a share and a pure number", "a share is written 15%"),
        ("10% > 0.15", 6, "'>' does not go with a share and a pure number", "a share is written 15%"),
        ("1 - 10%", 4, "'-' does not go with a pure number and a share", "a share is written 100%"),
        ("max(10%, 0)", 9, "'max' does not go with a share and a pure number", "a share is written 0%"),
        ("10% < p", 6, "'<' does not go with a share and a pure number", "a share is no plain number"),
        ("if a then 1% else 1", 10, "'if' does not go with yes or no and a share and a pure number", "written 100%"),
        ("2 * 10% > 30", 10, "'>' does not go with a share and a pure number", "a share is written 30%"),
        ("d > 2020", 4, "'>' does not go with a date and a pure number", "a day is written 2020-06-30"),
        ("min(1,200万元, x)", 6, "'min' does not go with a pure number and 元 and 元", "without commas here: 1200万元"),
        ("100元/亩 * 2㎡ > x", 14, "'>' does not go with ㎡·元/亩 and 元", "the same type and unit"),
    ],
)
def test_what_shares_and_units_do_not_meet(text: str, at: int, wrong: str, right: str) -> None:
    """Each refusal says what is meant."""
    found = check(parse(text, UNITS), SCOPE)[2]
    assert [(each.at, each.wrong.en) for each in found] == [(at, wrong)]
    assert right in found[0].right.en


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("x > 1,000万元", "x > 1000万元"),
        ("x > 1，000万元", "x > 1000万元"),
        ("min(1,000万元, x)", "min(1000万元, x)"),
        ("min((1,200万元), x)", "min(1200万元, x)"),
        ("max(x, 1,000,000元, y)", "max(x, 1000000元, y)"),
        ("min(5,100)", "min(5, 100)"),
        ("100亩", "100畝"),
        ("30元/月•平方米", "30元/㎡/月"),
        ("30元/(月·㎡)", "30元/㎡/月"),
        ("5 kWh", "5千瓦时"),
        ("1万千瓦时", "10000千瓦时"),
    ],
)
def test_figures_that_are_written_otherwise(text: str, same: str) -> None:
    """A comma between arguments parts two figures wherever it can; elsewhere it groups the digits of one."""

    def amounts(text: str) -> list[tuple[Decimal, object]]:
        return [(each.value.amount, each.value.unit) for each in walk(parse(text, UNITS)) if each.op == "number"]

    assert amounts(text) == amounts(same)


def test_rent_comes_out_in_yuan() -> None:
    assert check(parse("30元/㎡/月 * 100㎡ * 3年"), SCOPE)[1] == YUAN
    assert check(parse("1.15元/km * 100km"), SCOPE)[1] == YUAN
    assert check(parse("10% * 5元"), SCOPE)[1] == YUAN


@pytest.mark.parametrize(
    ("text", "at", "gist"),
    [
        ("x + 1㎡", 4, "'+' does not go with 元 and ㎡"),
        ("x > 1000", 4, "'>' does not go with 元 and a pure number"),
        ("x * a", 4, "'*' does not go with 元 and yes or no"),
        ("-a", 0, "'-' does not go with yes or no"),
        ("not x", 0, "'not' does not go with 元"),
        ("a and x", 6, "'and' does not go with yes or no and 元"),
        ("a > b", 4, "'>' does not go with yes or no and yes or no"),
        ("k > red", 4, "unknown name 'red'"),
        ("k > k", 4, "'>' does not go with one of red, green, blue"),
        ("if x then x else y", 10, "'if' does not go with 元 and 元 and 元"),
        ("if a then x else p", 10, "'if' does not go with yes or no and 元 and a pure number"),
        ("k = purple", 4, "unknown choice 'purple'"),
        ("k in (red, yellow)", 11, "unknown choice 'yellow'"),
        ("k = a", 4, "unknown choice 'a'"),
        ("x in (red)", 6, "unknown name 'red'"),
        ("z", 0, "unknown name 'z'"),
        ("flag", 0, "unknown name 'flag'"),
        ("any thing where (a)", 4, "unknown list 'thing'"),
        ("any items where (sum)", 0, "'any' does not go with 元"),
        ("any items where (sum > 1㎡)", 23, "'>' does not go with 元 and ㎡"),
        ("d > 2015-01-01 and d > x", 23, "'>' does not go with a date and 元"),
    ],
)
def test_what_the_check_refuses(text: str, at: int, gist: str) -> None:
    _, found, wrongs = check(parse(text), SCOPE)
    assert found is None
    shown = [(wrong.at, wrong.wrong.en) for wrong in wrongs]
    assert len(shown) == 1
    assert shown[0][0] == at
    assert gist in shown[0][1]


def test_a_named_part_stays_outside_of_any() -> None:
    """A named part may stand on an item of the clause's own list, so within `any` it has no meaning."""
    scope = SCOPE._replace(lets={"part": (Node("fact", (), "a"), TRUTH)})
    assert check(parse("part and a"), scope)[1] == TRUTH
    (wrong,) = check(parse("any items where (part)"), scope)[2]
    assert (wrong.at, wrong.wrong.en) == (17, "unknown name 'part'")


def test_the_check_finds_everything_at_once() -> None:
    wrongs = check(parse("(x + 1㎡ > y) and z and k = purple"), SCOPE)[2]
    assert sorted(wrong.at for wrong in wrongs) == [5, 17, 27]


# ---- exactness, and the tables ------------------------------------------------------------------------------------------


def test_what_cannot_be_exact_is_an_error() -> None:
    """There is no rounding to hide: where a product needs more digits than there are, evaluation raises."""
    digits = Decimal("0." + "1" * 40)
    tree = Node("*", (Node("fact", (), "p"), Node("fact", (), "p")))
    with pytest.raises(Inexact):
        value(tree, {"p": digits})


def test_nothing_divides() -> None:
    """No operator divides but into full parts, whose number is whole, so every result is a finite decimal."""
    assert not {"/", "//", "%", "div", "mod", "**"} & set(OPERATORS)


def test_each_operator_is_known_everywhere() -> None:
    """The tables of types, of evaluation and of writing have the same operators."""
    special = set(evaluate._MAKERS) - {"number", "truth", "date", "choice", "fact", "item", *node.STANDS_FOR}
    assert special == {op for op, operator in OPERATORS.items() if operator.function is None}
    assert set(node._BINDING) | {"min", "max", "whole", *node.OVER_ITEMS} == set(OPERATORS)
    assert set(COMPARISONS) <= set(OPERATORS)
    calls = {"count", "sum", "whole"}  # words only where a call begins
    assert {op for op in OPERATORS if op.isalpha()} - {"neg", "later", "earlier"} - calls <= WORDS
    assert set(piecewise.PIECES) == set(OPERATORS) - {*node.OVER_ITEMS, "and", "or"}  # which the visitor knows


def test_each_operator_that_gives_a_number_has_its_extent_and_its_span() -> None:
    """What may need more digits than there are, or come to less than zero, is known of each; no other is taken for another."""
    arguments = [[YUAN], [YUAN, YUAN], [TRUTH], [TRUTH, TRUTH], [TRUTH, YUAN, YUAN], [DATE, DATE], [YUAN, TRUTH]]

    def kinds(op: str) -> set[str]:
        found = set()
        for types in arguments:
            with suppress(ValueError, IndexError):
                result = OPERATORS[op].signature(types)
                found |= {result.kind} if result is not None else set()
        return found

    numeric = {op for op in OPERATORS if "number" in kinds(op)}
    assert numeric >= {"+", "*", "if"}
    assert set(EXTENTS) == set(SPANS) == numeric | set(node.STANDS_FOR)


def test_a_comma_parts_arguments_and_groups_no_digits() -> None:
    """In `min(5,100)` there are two figures; where a figure stands alone `5,100` is one."""
    assert [argument.value.text for argument in parse("min(5,100)").args] == ["5", "100"]
    alone = read_quantity("5,100")
    assert alone is not None
    assert alone.amount == Decimal(5100)
