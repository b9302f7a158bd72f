"""What a checked formula comes to for one enterprise: exact decimals, three-valued logic, and how each value came about.

A formula is made once into a function of the enterprise's facts and of an item's facts. Where a fact it needs is not
stated the function gives an `Unknown` that carries the names of the facts it waits for; there is no other stand-in for
"not known". *False and unknown* is false, *true or unknown* is true.

The caller evaluates inside `EXACT` (see `quantity`), where any rounding raises.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from jxplus.formula.node import STANDS_FOR, Node, chained
from jxplus.formula.operators import OPERATORS
from jxplus.quantity import ZERO

ONE = Decimal(1)
NEAR = 100
"""The items of a list that are tried with other facts are among so many first ones."""

Facts = Mapping[str, Any]
Function = Callable[[Facts, Facts], Any]
"""A formula as a function of the enterprise's facts (lists among them) and the item's; an unknown list's item is empty."""


class Unknown:
    """A value that is not known, and the names of the facts that would make it known."""

    __slots__ = ("facts",)

    def __init__(self, facts: frozenset[str]) -> None:
        self.facts = facts

    def __or__(self, other: "Unknown") -> "Unknown":
        return self if other.facts <= self.facts else Unknown(self.facts | other.facts)

    def __repr__(self) -> str:
        return f"Unknown({', '.join(sorted(self.facts))})"


def of_unknown_list(listed: Unknown, holds: Any) -> Any:
    """Whether an item of a list that is not known meets a condition, which `holds` says of an item of unknown facts.

    No item meets what none could. Else the list decides: even a condition that is true of every item needs an item to be
    true of, and there may be none.
    """
    if holds is False:
        return False
    return listed | holds if isinstance(holds, Unknown) else listed


class TriedFacts(dict[str, Any]):
    """Facts of which some are tried, and what looks through lists have come to with them."""

    __slots__ = ("looks",)

    def __init__(self, facts: Facts) -> None:
        super().__init__(facts)
        self.looks = dict[Callable[[Facts], Any], Any]()


Items = Any
"""The items of a list, or those of them that meet a condition: a list or a tuple of facts, or what `tried` makes of a long list."""


def those_that_meet(condition: Function, facts: Facts, items: Items) -> Items | Unknown:
    """The items that meet a condition; unknown, for the facts that any of them waits for, where one only may."""
    return in_turn(condition, facts, items) if isinstance(items, list | tuple) else items.meet(condition, facts)


def in_turn(condition: Function, facts: Facts, items: Iterable[Facts]) -> list[Facts] | Unknown:
    """The items that meet a condition, asked one after the other."""
    met: list[Facts] = []
    unknown: Unknown | None = None
    for item in items:
        holds = condition(facts, item)
        if holds is True:
            met.append(item)
        elif holds is not False:
            unknown = holds if unknown is None else unknown | holds
    return met if unknown is None else unknown


def sum_over(adds: Function, facts: Facts, items: Items) -> Any:
    """The exact sum of what a function gives for each of some items; unknown where it is for one."""
    if isinstance(items, list | tuple):
        return added(adds(facts, item) for item in items)
    return items.sum(adds, facts)


def without(items: Items, place: int) -> Items:
    """All items but one."""
    return [*items[:place], *items[place + 1 :]] if isinstance(items, list | tuple) else items.without(place)


def where(condition: Function, adds: Function) -> Function:
    """What gives an item's amount where it certainly meets a condition, and zero for any other."""
    return lambda facts, item: adds(facts, item) if condition(facts, item) is True else ZERO


def function(node: Node) -> Function:
    """The function of a checked formula; it gives a Decimal, a bool, a date, a choice's id or an `Unknown`."""
    make = _MAKERS.get(node.op)
    return make(node) if make is not None else _strict(node)


LITERALS = ("number", "truth", "date", "choice")


def literal_value(node: Node) -> Any:
    """What a figure, a truth, a day, a choice or a code of a formula is."""
    return node.value.amount if node.op == "number" else node.value


def _literal(node: Node) -> Function:
    value = literal_value(node)
    return lambda facts, item: value


def _fact(node: Node) -> Function:
    name = node.value
    unknown = Unknown(frozenset({name}))

    def fact(facts: Facts, item: Facts) -> Any:
        value = facts.get(name)
        return unknown if value is None else value

    return fact


def _item(node: Node) -> Function:
    listed, name = node.value
    unknown = Unknown(frozenset({listed}))

    def item_fact(facts: Facts, item: Facts) -> Any:
        value = item.get(name)
        return unknown if value is None else value

    return item_fact


def _strict(node: Node) -> Function:
    """An operator that needs all its arguments: unknown where one of them is."""
    apply = OPERATORS[node.op].function
    assert apply is not None, node.op
    first, rest = node.args[0], node.args[1:]
    if all(arg.op in LITERALS for arg in rest):
        return _with_literals(apply, first, [literal_value(arg) for arg in rest])
    if len(rest) == 1:
        return _binary(apply, function(first), function(rest[0]))
    arguments = tuple(map(function, node.args))

    def strict(facts: Facts, item: Facts) -> Any:
        values = [argument(facts, item) for argument in arguments]
        unknown = unknowns(values)
        return apply(*values) if unknown is None else unknown

    return strict


def unknowns(values: Iterable[Any]) -> Unknown | None:
    """All that the unknown ones among some values wait for; None where none is unknown."""
    found = None
    for value in values:
        if value.__class__ is Unknown:
            found = value if found is None else found | value
    return found


def _with_literals(apply: Callable[..., Any], first: Node, literals: Sequence[Any]) -> Function:
    """An operator on one value and literals, as in most conditions (`use = office`); a fact is looked up on the spot."""
    if len(literals) == 1 and first.op == "item":
        (literal,) = literals
        listed, name = first.value
        unknown = Unknown(frozenset({listed}))

        def item_against(facts: Facts, item: Facts) -> Any:
            value = item.get(name)
            return unknown if value is None else apply(value, literal)

        return item_against

    inner = function(first)

    def against(facts: Facts, item: Facts) -> Any:
        value = inner(facts, item)
        return value if value.__class__ is Unknown else apply(value, *literals)

    return against


def _binary(apply: Callable[..., Any], first: Function, second: Function) -> Function:
    def binary(facts: Facts, item: Facts) -> Any:
        left = first(facts, item)
        right = second(facts, item)
        if left.__class__ is Unknown:
            return left | right if right.__class__ is Unknown else left
        return right if right.__class__ is Unknown else apply(left, right)

    return binary


def _deciding(node: Node) -> Function:
    """`and` (decided by false) or `or` (decided by true): the value that decides wins over an unknown one."""
    decided = node.op == "or"
    chain = chained(node, node.op)
    if any(part.op == "truth" and part.value is decided for part in chain):
        return lambda facts, item: decided
    parts = tuple(map(function, chain))

    def deciding(facts: Facts, item: Facts) -> Any:
        unknown = None
        for part in parts:
            value = part(facts, item)
            if value is decided:
                return decided
            if value.__class__ is Unknown:
                unknown = value if unknown is None else unknown | value
        return not decided if unknown is None else unknown

    return deciding


def _if(node: Node) -> Function:
    condition, then, other = map(function, node.args)

    def conditional(facts: Facts, item: Facts) -> Any:
        holds = condition(facts, item)
        if holds.__class__ is Unknown:
            return holds
        return then(facts, item) if holds else other(facts, item)

    return conditional


def _gathered(node: Node) -> Function:
    """`count of LIST` and `sum of FORMULA in LIST`, over the items that meet the condition: unknown where one may or may not.

    What an item adds is asked for only once it is certain who counts. A list that is not known counts for nothing where no
    item could meet the condition; else it decides.
    """
    condition, listed = function(node.args[-1]), node.value
    adds = function(node.args[0]) if node.op == "sum" else lambda facts, item: ONE
    waiting = Unknown(frozenset({listed}))

    def gathered(facts: Facts) -> Any:
        items = facts.get(listed)
        if items is None:
            found = of_unknown_list(waiting, condition(facts, {}))
            return found if found.__class__ is Unknown else ZERO
        met = those_that_meet(condition, facts, items)
        return met if isinstance(met, Unknown) else sum_over(adds, facts, met)

    return _once(gathered)


def _once(look: Callable[[Facts], Any]) -> Function:
    """A look through a list as a function: no item of another list has a say in it, so that it is made once for all of these.

    It is kept for the facts that were last asked about: nobody changes facts that formulas are asked about.
    """
    last: tuple[Facts | None, Any] = None, None

    def once(facts: Facts, item: Facts) -> Any:
        nonlocal last
        if facts.__class__ is TriedFacts:
            return _looked(look, facts)
        seen = last  # as another thread may leave it
        if seen[0] is not facts:
            seen = last = facts, look(facts)
        return seen[1]

    return once


def _looked(look: Callable[[Facts], Any], facts: TriedFacts) -> Any:
    if look not in facts.looks:
        facts.looks[look] = look(facts)
    return facts.looks[look]


def added(values: Iterable[Any]) -> Any:
    """The exact sum of some values; unknown where one of them is."""
    total, unknown = ZERO, None
    for value in values:
        if value.__class__ is Unknown:
            unknown = value if unknown is None else unknown | value
        else:
            total += value
    return total if unknown is None else unknown


def _any(node: Node) -> Function:
    """`any LIST where (…)`: true where one item meets it, false where none can; over an unknown list, by the rest alone."""
    condition, listed = function(node.args[0]), node.value
    waiting = Unknown(frozenset({listed}))

    def some(facts: Facts) -> Any:
        items = facts.get(listed)
        if items is None:
            return of_unknown_list(waiting, condition(facts, {}))
        return one_meets(condition, facts, items)

    return _once(some)


def one_meets(condition: Function, facts: Facts, items: Items) -> Any:
    """True where one item meets a condition, false where none does, else unknown."""
    if isinstance(items, list | tuple):
        return any_of(condition(facts, item) for item in items)
    return items.one_meets(condition, facts)


def any_of(truths: Iterable[Any]) -> Any:
    """True where one is true, false where all are false, else unknown."""
    unknown = None
    for each in truths:
        if each is True:
            return True
        if each.__class__ is Unknown:
            unknown = each if unknown is None else unknown | each
    return False if unknown is None else unknown


_MAKERS: dict[str, Callable[[Node], Function]] = {
    **dict.fromkeys(LITERALS, _literal),
    "fact": _fact,
    "item": _item,
    **dict.fromkeys(STANDS_FOR, lambda node: function(node.args[0])),
    "and": _deciding,
    "or": _deciding,
    "if": _if,
    "any": _any,
    "count": _gathered,
    "sum": _gathered,
}
