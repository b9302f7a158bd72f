"""Names, types and units of a formula, bottom-up, before it is ever evaluated: a wrong formula is refused when it is loaded.

The check resolves each name to a fact, an item's fact, a named part or a choice's label, and works out the type of every
node. It collects all it finds wrong; it never corrects anything.
"""

from collections.abc import Mapping
from typing import NamedTuple

from jxplus.fault import Text, cut, nearest, quoted, unknown_name
from jxplus.formula.node import EVERY, OVER_ITEMS, STANDS_FOR, Node
from jxplus.formula.operators import CODE, DATE, NUMBER, OPERATORS, SHARE, TERM, TRUTH, Type, figure_type
from jxplus.quantity import Quantity, number_text, rate_text


class Scope(NamedTuple):
    """What the names of a formula may mean: the enterprise's facts, the item's facts, the named parts, all lists.

    A named part that is itself wrong has no type; what uses it is not called wrong a second time.
    """

    facts: Mapping[str, Type]
    lists: Mapping[str, Mapping[str, Type]]
    item: str | None = None
    lets: Mapping[str, tuple[Node, Type | None]] = {}


class WrongFormula(NamedTuple):
    """A fault within a formula: where in its text, what is wrong, what would be right."""

    at: int
    wrong: Text
    right: Text


def check(node: Node, scope: Scope) -> tuple[Node, Type | None, list[WrongFormula]]:
    """The resolved node, its type (None where it has none) and all that is wrong with it."""
    checker = _Checker(scope)
    resolved, found = checker.visit(node)
    return resolved, found, checker.wrongs


_LEAVES = {"truth": TRUTH, "date": DATE}
_TERMS = {"+": "later", "-": "earlier"}
_OF_ITEMS = {"number": "sum of {0} in {1}", "truth": "any {1} where ({0})"}
"""How a formula asks for a fact of the items of a list, by the kind of the fact; of all others, what one of them has."""
_BEFORE_LIST = {"any": len("any "), "count": len("count of ")}


class _Checker:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.wrongs: list[WrongFormula] = []

    def visit(self, node: Node) -> tuple[Node, Type | None]:
        if node.op == "name":
            return self.name(node)
        if node.op == "number":
            return node, figure_type(node.value)
        if node.op in _LEAVES:
            return node, _LEAVES[node.op]
        if node.op == "code":  # from here on a label like any other
            return node._replace(op="choice"), CODE
        if node.op in OVER_ITEMS:
            return self.over_items(node)
        return self.operator(node)

    def operator(self, node: Node) -> tuple[Node, Type | None]:
        if node.op in ("min", "max") and len(node.args) < 2:
            wrong = Text(f"“{cut(node.op)}”只有一个值", f"{quoted(node.op)} of a single value is that value")
            right = Text(f"至少写两个，如 {node.op}(…, 0元)", f"give two at least, such as {node.op}(…, 0元)")
            self.wrongs.append(WrongFormula(node.span[0], wrong, right))
        return self.applied(
            node, self.labels(node) if node.op in ("=", "!=", "in") else [self.visit(arg) for arg in node.args]
        )

    def applied(self, node: Node, visited: list[tuple[Node, Type | None]]) -> tuple[Node, Type | None]:
        """An operator with its arguments, each with its type; without a type where one of them has none."""
        resolved = node._replace(args=tuple(arg for arg, _ in visited))
        known = [found for _, found in visited if found is not None]
        if len(known) < len(visited):
            return resolved, None
        if node.op in _TERMS and known[0] == DATE and known[1].kind == "number":
            return self.day_and_term(resolved, known[1])
        if node.op == "whole" and resolved.args[1].value.amount <= 0:
            wrong, right = (
                Text("不能按零来分", "there are no parts of zero"),
                Text("写大于0的数", "give a figure above zero"),
            )
            self.wrongs.append(WrongFormula(resolved.args[1].span[0], wrong, right))
            return resolved, None
        result = OPERATORS[node.op].signature(_scaled(node, known))
        if result is None:
            self.mismatch(node, known)
        return resolved, result

    def mismatch(self, node: Node, types: list[Type]) -> None:
        sign = {"neg": "-"}.get(node.op, node.op)
        index = node.args[1].span[0] if len(node.args) > 1 else node.span[0]
        wrong = Text(
            f"“{cut(sign)}”不能用于 {' 与 '.join(each.zh for each in types)}",
            f"{quoted(sign)} does not go with {' and '.join(str(each) for each in types)}",
        )
        self.wrongs.append(WrongFormula(index, wrong, _advice(node, types)))

    def labels(self, node: Node) -> list[tuple[Node, Type | None]]:
        """The arguments of a comparison, where a name beside a choice is one of its labels."""
        for side, arg in enumerate(node.args):
            choice = self.known(arg.value) if arg.op == "name" else None
            if choice is not None and choice[1] is not None and choice[1].kind == "choice":
                return [
                    choice if index == side else self.label(other, choice[1]) for index, other in enumerate(node.args)
                ]
        return [self.visit(arg) for arg in node.args]

    def label(self, node: Node, choice: Type) -> tuple[Node, Type | None]:
        if node.op != "name":
            return self.visit(node)
        if node.value not in choice.choices:
            self.wrongs.append(
                WrongFormula(node.span[0], *unknown_name(node.value, choice.choices, Text("选项", "choice")))
            )
            return node, None
        return Node("choice", (), node.value, node.span), choice

    def known(self, name: str) -> tuple[Node, Type | None] | None:
        """What a name means, as a node without a place and its type; None where it means nothing."""
        if name in self.scope.lets:
            definition, found = self.scope.lets[name]
            return Node("let", (definition,), name), found
        if self.scope.item is not None and name in self.scope.lists[self.scope.item]:
            return Node("item", (), (self.scope.item, name)), self.scope.lists[self.scope.item][name]
        if name in self.scope.facts:
            return Node("fact", (), name), self.scope.facts[name]
        return None

    def name(self, node: Node) -> tuple[Node, Type | None]:
        found = self.known(node.value)
        if found is not None:
            return found[0]._replace(span=node.span), found[1]
        item = self.scope.lists[self.scope.item] if self.scope.item else {}
        names = [*self.scope.lets, *item, *self.scope.facts]
        wrong, right = unknown_name(node.value, names, Text("名称", "name"))
        of = next((each for each, inner in self.scope.lists.items() if node.value in inner), "")
        if of:
            way = _OF_ITEMS.get(self.scope.lists[of][node.value].kind, "any {1} where ({0} = …)")
            asked = way.format(node.value, of)
            right = Text(
                f"它是 {of} 中一项的；写 {asked}，或用 for each: {of}",
                f"it is of an item of {of}: write `{asked}`, or `for each: {of}`",
            )
        elif node.value in ("true", "false"):
            word = "yes" if node.value == "true" else "no"
            right = Text(f"写 {word}", f"write `{word}`")
        elif nearest(node.value, names) is None:
            right = Text("先在 facts 中声明", "declare it under `facts`")
        if node.value.partition("-")[0] in names:  # a name may hold a '-', so this one is no sign
            right = Text("减号两边留空格", "write blanks around a minus sign")
        self.wrongs.append(WrongFormula(node.span[0], wrong, right))
        return node, None

    def over_items(self, node: Node) -> tuple[Node, Type | None]:
        """`any`, `count` and `sum`: their own arguments are asked of an item; a condition that is left out is always met."""
        if node.value not in self.scope.lists:
            what = unknown_name(node.value, list(self.scope.lists), Text("列表", "list"))
            self.wrongs.append(WrongFormula(node.span[0] + _BEFORE_LIST.get(node.op, 0), *what))
            return node, None
        outer, self.scope = self.scope, self.scope._replace(item=node.value, lets={})
        visited = [self.visit(arg) for arg in node.args]
        self.scope = outer
        if node.op != "any" and len(node.args) == (node.op == "sum"):
            visited.append((EVERY, TRUTH))
        return self.applied(node, visited)

    def day_and_term(self, node: Node, term: Type) -> tuple[Node, Type | None]:
        """A day plus a term, or less one: a figure of whole months."""
        figure = node.args[1]
        if term == TERM and figure.op == "number" and figure.value.amount == int(figure.value.amount):
            return node._replace(op=_TERMS[node.op]), DATE
        wrong = Text("日期只能加减整月、整年的期限", "to a day only a term of whole months or years is added")
        self.wrongs.append(WrongFormula(figure.span[0], wrong, Text("如 registered + 3年", "such as registered + 3年")))
        return node, None


def _scaled(node: Node, types: list[Type]) -> list[Type]:
    """The types of a product's factors, where a plain figure scales a share: `2 * share` is a share, as `200% * share` is."""
    if node.op == "*" and SHARE in types:
        return [SHARE if _plain_figure(arg) else each for arg, each in zip(node.args, types, strict=True)]
    return types


def share_written(figure: Quantity) -> str:
    """How a share is written for which a plain figure stands: 15 and 0.15 are 15%."""
    return rate_text(figure.amount) if figure.amount <= 1 else f"{number_text(figure.amount)}%"


def _plain_figure(node: Node) -> bool:
    """Whether a node is a figure without unit and sign as it stands in the formula, or a product of such."""
    if node.op in ("neg", "*"):
        return all(map(_plain_figure, node.args))
    return node.op == "number" and figure_type(node.value) == NUMBER


def _advice(node: Node, types: list[Type]) -> Text:
    """What would be right where an operator does not take some types."""
    plain = next((arg for arg in node.args if _plain_figure(arg) and arg.op == "number"), None)
    if SHARE in types and plain is not None:
        written = share_written(plain.value)
        return Text(f"比例写作 {written}", f"a share is written {written}")
    if SHARE in types and NUMBER in types:
        return Text("比例与纯数不能混用", "a share is no plain number; use the one or the other")
    if DATE in types and NUMBER in types:
        return Text("日期写作 2020-06-30", "a day is written 2020-06-30")
    if node.op in ("min", "max") and plain is not None and NUMBER in types:
        return Text(
            "带千分位的数字不加逗号，如 1200万元",
            "a figure in groups of three is written without commas here: 1200万元",
        )
    return Text("两边的类型和单位须相符", f"it takes {OPERATORS[node.op].takes}")


def type_of(node: Node, scope: Scope) -> Type:
    """The type of a checked node; `scope` is the one it was checked in, its named parts left out."""
    if node.op == "number":
        return figure_type(node.value)
    if node.op in _LEAVES:
        return _LEAVES[node.op]
    if node.op == "fact":
        return scope.facts[node.value]
    if node.op == "item":
        listed, name = node.value
        return scope.lists[listed][name]
    if node.op in STANDS_FOR:
        return type_of(node.args[0], scope)
    if node.op in ("any", "in"):
        return TRUTH
    if node.op == "count":
        return NUMBER
    labels = [arg for arg in node.args if arg.op != "choice"]
    if len(labels) < len(node.args):
        return TRUTH
    found = OPERATORS[node.op].signature(_scaled(node, [type_of(arg, scope) for arg in labels]))
    assert found is not None, node.op
    return found
