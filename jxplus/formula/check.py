"""Names, types and units of a formula, bottom-up, before it is ever evaluated: a wrong formula is refused when it is loaded.

The check resolves each name to a fact, an item's fact, a named part or a choice's label, and works out the type of every
node. It collects all it finds wrong; it never corrects anything.
"""

from collections.abc import Mapping
from typing import NamedTuple

from jxplus.fault import Text, quoted, unknown_name
from jxplus.formula.node import Node
from jxplus.formula.operators import DATE, OPERATORS, TRUTH, Type


class Scope(NamedTuple):
    """What the names of a formula may mean: the enterprise's facts, the item's facts, the named parts, all lists.

    A named part that is itself wrong has no type; what uses it is not called wrong a second time.
    """

    facts: Mapping[str, Type]
    lists: Mapping[str, Mapping[str, Type]]
    item: str | None = None
    lets: Mapping[str, tuple[Node, Type | None]] = {}


class Wrong(NamedTuple):
    """A fault within a formula: where in its text, what is wrong, what would be right."""

    at: int
    wrong: Text
    right: Text


def check(node: Node, scope: Scope) -> tuple[Node, Type | None, list[Wrong]]:
    """The resolved node, its type (None where it has none) and all that is wrong with it."""
    checker = _Checker(scope)
    resolved, found = checker.visit(node)
    return resolved, found, checker.wrongs


_LEAVES = {"truth": TRUTH, "date": DATE}


class _Checker:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.wrongs: list[Wrong] = []

    def visit(self, node: Node) -> tuple[Node, Type | None]:
        if node.op == "name":
            return self.name(node)
        if node.op == "number":
            return node, Type("number", node.value.unit)
        if node.op in _LEAVES:
            return node, _LEAVES[node.op]
        if node.op == "any":
            return self.any(node)
        return self.operator(node)

    def operator(self, node: Node) -> tuple[Node, Type | None]:
        visited = self.labels(node) if node.op in ("=", "!=", "in") else [self.visit(arg) for arg in node.args]
        resolved = node._replace(args=tuple(arg for arg, _ in visited))
        types = [found for _, found in visited]
        known = [found for found in types if found is not None]
        if len(known) < len(types):
            return resolved, None
        result = OPERATORS[node.op].signature(known)
        if result is None:
            self.mismatch(node, known)
        return resolved, result

    def mismatch(self, node: Node, types: list[Type]) -> None:
        sign = {"neg": "-"}.get(node.op, node.op)
        index = node.args[1].span[0] if len(node.args) > 1 else node.span[0]
        self.wrongs.append(
            Wrong(
                index,
                Text(
                    f"{quoted(sign)}不能用于 {' 与 '.join(each.zh for each in types)}",
                    f"{quoted(sign)} does not go with {' and '.join(str(each) for each in types)}",
                ),
                Text("两边的类型和单位须相符", f"it takes {OPERATORS[node.op].takes}"),
            )
        )

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
            self.wrongs.append(Wrong(node.span[0], *unknown_name(node.value, choice.choices, Text("选项", "choice"))))
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
        self.wrongs.append(Wrong(node.span[0], *unknown_name(node.value, names, Text("名称", "name"))))
        return node, None

    def any(self, node: Node) -> tuple[Node, Type | None]:
        if node.value not in self.scope.lists:
            what = unknown_name(node.value, list(self.scope.lists), Text("列表", "list"))
            self.wrongs.append(Wrong(node.span[0] + len("any "), *what))
            return node, None
        outer, self.scope = self.scope, self.scope._replace(item=node.value, lets={})
        condition, found = self.visit(node.args[0])
        self.scope = outer
        if found is not None and found != TRUTH:
            self.mismatch(node, [found])
        return node._replace(args=(condition,)), TRUTH if found == TRUTH else None


def type_of(node: Node, scope: Scope) -> Type:
    """The type of a checked node; `scope` is the one it was checked in, its named parts left out."""
    if node.op == "number":
        return Type("number", node.value.unit)
    if node.op in _LEAVES:
        return _LEAVES[node.op]
    if node.op == "fact":
        return scope.facts[node.value]
    if node.op == "item":
        listed, name = node.value
        return scope.lists[listed][name]
    if node.op == "let":
        return type_of(node.args[0], scope)
    if node.op in ("any", "in"):
        return TRUTH
    labels = [arg for arg in node.args if arg.op != "choice"]
    if len(labels) < len(node.args):
        return TRUTH
    found = OPERATORS[node.op].signature([type_of(arg, scope) for arg in labels])
    assert found is not None, node.op
    return found
