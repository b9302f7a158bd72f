"""The tree of a formula, and the text of a tree: what parsing gives, and what everything else reads."""

from collections.abc import Callable, Iterable
from typing import Any, Generic, NamedTuple, TypeVar

from jxplus.quantity import Quantity

_T = TypeVar("_T")

COMPARISONS = (">", ">=", "<", "<=", "=", "!=")
OVER_ITEMS = ("any", "count", "sum")
"""The operators that look at the items of a list of their own, which each names as its value."""


STANDS_FOR = ("let", "tiers")
"""The operators that come to what their only argument comes to."""
NOWHERE = (0, 0)


class Node(NamedTuple):
    """A part of a formula: an operator with its arguments, or a leaf with its value.

    Leaves are `number` (a `Quantity`), `date`, `truth` (a bool), `name` (not yet resolved), `code` (`C3910`, or all that begin
    so: `C39*`) and, once a formula is checked, `fact`, `item` (a fact of a list's item) and `choice`, a code too; `let` stands
    for a named part and holds it as its only argument. `any`, `count` and `sum` name their list as their value; the last of
    their arguments is the condition on an item, which a formula that is not checked may leave out. `later` and `earlier` are
    a day and a term, once a formula is checked; `tiers` holds choices as its only argument, and the table of them as its
    value. `span` says where the node stands in the text of its formula, and `place`,
    once the formula is read, on which line and in which column of its file; neither counts when two nodes are compared.
    """

    op: str
    args: tuple["Node", ...] = ()
    value: Any = None
    span: tuple[int, int] = NOWHERE
    place: tuple[int, int] | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and self[:3] == other[:3]

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self[:3])


EVERY = Node("truth", (), True)
"""The condition that everything meets."""


class MadeOnce(Generic[_T]):
    """What `make` gives of formulas, made once for each: for which it is, since to ask what it says is to walk through all of it."""

    def __init__(self, make: Callable[[Node], _T], made: Iterable[tuple[Node, _T]] = ()) -> None:
        """`made` is what is there already, with the formulas that it was made of."""
        self._make = make
        self._made = {id(node): (node, own) for node, own in made}

    def of(self, node: Node) -> _T:
        """What is made of a formula."""
        found = self._made.get(id(node))
        if found is None:
            found = self._made[id(node)] = node, self._make(node)
        return found[1]


_BINDING = {
    "if": 0,
    "or": 1,
    "and": 2,
    "not": 3,
    **dict.fromkeys(COMPARISONS, 4),
    "in": 4,
    "+": 5,
    "-": 5,
    "later": 5,
    "earlier": 5,
    "*": 6,
    "neg": 7,
}
_TIGHTEST = 8

Leaf = Callable[[Node], str | None]


def unparse(node: Node, leaf: Leaf = lambda _: None) -> str:
    """The text of a formula, such that `parse(unparse(node)) == node`.

    `leaf` may write a node in another way (the enterprise's figure in place of the fact's name); where it gives None the
    node is written as the policy writes it. A `let` is written by its name.
    """
    written = leaf(node)
    if written is not None:
        return written
    op, value = node.op, node.value
    if op == "number":
        return str(value.text) if isinstance(value, Quantity) else str(value)
    if op == "truth":
        return "yes" if value else "no"
    if op in ("name", "fact", "choice", "code", "let"):
        return str(value)
    if op == "item":
        return str(value[1])
    if op == "date":
        return str(value.isoformat())
    return _unparse_operator(node, leaf)


def _unparse_operator(node: Node, leaf: Leaf) -> str:
    op, args = node.op, node.args
    if op in OVER_ITEMS:
        return _unparse_over(node, leaf)
    if op == "tiers":
        return str(node.value.text(leaf))
    if op == "whole":
        return f"whole({_bound(args[0], 5, leaf)} / {unparse(args[1], leaf)})"
    if op in ("min", "max"):
        return f"{op}({', '.join(unparse(arg, leaf) for arg in args)})"
    own = _BINDING[op]
    if op == "if":
        return f"if {_bound(args[0], 1, leaf)} then {unparse(args[1], leaf)} else {unparse(args[2], leaf)}"
    if op == "in":
        return f"{_bound(args[0], own + 1, leaf)} in ({', '.join(unparse(arg, leaf) for arg in args[1:])})"
    if op in ("not", "neg"):
        return f"{'not ' if op == 'not' else '-'}{_bound(args[0], own, leaf)}"
    left, sign = own + 1 if op in COMPARISONS else own, _SIGNS.get(op, op)
    return f"{_bound(args[0], left, leaf)} {sign} {_bound(args[1], own + 1, leaf)}"


_SIGNS = {"later": "+", "earlier": "-"}


def _unparse_over(node: Node, leaf: Leaf) -> str:
    op, args, value = node[:3]
    (condition,) = args[-1:] if len(args) > (op == "sum") else (EVERY,)
    where = "" if op != "any" and condition == EVERY else f" where ({unparse(condition, leaf)})"
    if op == "any":
        return f"any {value}{where}"
    return f"count of {value}{where}" if op == "count" else f"sum of {_bound(args[0], 5, leaf)} in {value}{where}"


def _bound(node: Node, least: int, leaf: Leaf) -> str:
    """The text of an argument, in brackets where it binds less tightly than `least`."""
    text = unparse(node, leaf)
    binding = _BINDING.get(node.op, _TIGHTEST)
    return text if binding >= least else f"({text})"


def placed(node: Node, place: Callable[[int], tuple[int, int]]) -> Node:
    """The tree with the place of each of its parts, by where it begins in the text; a named part has its own already."""
    if node.place is not None:
        return node
    args = tuple(placed(arg, place) for arg in node.args)
    return node._replace(args=args, span=NOWHERE, place=place(node.span[0]))


def chained(node: Node, op: str) -> list[Node]:
    """The parts of `a and b and c`, or of another chain of `op`, from first to last, however they were grouped."""
    return [part for arg in node.args for part in chained(arg, op)] if node.op == op else [node]


def conjuncts(node: Node) -> list[Node]:
    """The conditions that must all hold for a condition to hold, those of its named parts among them."""
    if node.op == "let":
        return conjuncts(node.args[0])
    return [part for arg in node.args for part in conjuncts(arg)] if node.op == "and" else [node]


def parted(node: Node) -> Node:
    """A condition with two ways, `if a then b else c`, as the two ways in which it holds."""
    condition, then, other = node.args
    ways = Node("and", (condition, then)), Node("and", (Node("not", (condition,)), other))
    return Node("or", ways, span=node.span)


def walk(*nodes: Node) -> list[Node]:
    """Some nodes and all below them, a parent before its arguments."""
    found = []
    for node in nodes:
        found.append(node)
        if node.args:
            found += walk(*node.args)
    return found


def asked_of(*nodes: Node) -> list[tuple[str, str]]:
    """The facts that checked formulas ask for, each once: its list, empty for one of the enterprise, and its id."""
    leaves = [each for each in walk(*nodes) if each.op in ("fact", "item")]
    return list(dict.fromkeys(("", each.value) if each.op == "fact" else each.value for each in leaves))
