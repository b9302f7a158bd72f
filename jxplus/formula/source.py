"""A checked formula as the source of Python: the twin of `evaluate`, for those who compute it for many enterprises.

Where all that a formula asks for is known it is one plain expression. Where something is not, a condition is three expressions:
whether it is true, whether it is false, and which facts it waits for, as the bits of an integer. What asks about the items of
a list is worked out in lines that stand before. A formula that this does not know how to write raises `Hard`, and is left to
the evaluator: a choice whose condition may be unknown, and a number gathered from a list that may be.

In the source `u` holds the bits of all that is not known. An unknown fact or list is None. An item states all its facts but for
those with a default, one of which may be taken for unknown where it is not stated (`lacking`).
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

from jxplus.formula.evaluate import LITERALS, ONE, literal_value
from jxplus.formula.node import OVER_ITEMS, STANDS_FOR, Node, walk
from jxplus.formula.operators import OPERATORS
from jxplus.quantity import ZERO

LONGEST, DEEPEST, MOST_NODES = 5_000, 60, 1_000
"""How long an expression may become, how deep a formula may be and of how many parts; what is more is left to the evaluator."""


class Hard(Exception):
    """A formula whose unknown values, or all of whose values, are left to the evaluator."""


class Logic(NamedTuple):
    """A condition of which something may not be known: expressions that say whether it is true, whether it is false, and for
    which facts it waits where it is neither; that is `0` where it is always one of them."""

    true: str
    false: str
    missing: str


_TRUE, _FALSE = Logic("True", "False", "0"), Logic("False", "True", "0")
Write = Callable[..., str]


def is_hard(node: Node) -> bool:
    """Whether a formula is too deep or too large to be written as Python."""
    parts = len(walk(node))
    return parts > MOST_NODES or (parts > DEEPEST and _depth(node) > DEEPEST)  # none is deeper than it has parts


def _depth(node: Node) -> int:
    return 1 + max(map(_depth, node.args), default=0)


def _between(sign: str) -> Write:
    return lambda *args: f"({f' {sign} '.join(args)})"


def _call(function: str) -> Write:
    return lambda *args: args[0] if len(args) == 1 else f"{function}({', '.join(args)})"


SOURCE: dict[str, Write] = {
    "+": _between("+"),
    "-": _between("-"),
    "*": _between("*"),
    "neg": lambda arg: f"(-{arg})",
    "min": _call("min"),
    "max": _call("max"),
    ">": _between(">"),
    ">=": _between(">="),
    "<": _between("<"),
    "<=": _between("<="),
    "=": _between("=="),
    "!=": _between("!="),
    "and": _between("and"),
    "or": _between("or"),
    "not": lambda arg: f"(not {arg})",
    "if": lambda condition, then, other: f"({then} if {condition} else {other})",
    "whole": _between("//"),
    "later": _call("later"),
    "earlier": _call("earlier"),
}
"""The twin of `operators.OPERATORS`: each operator's source; `in`, `any`, `count` and `sum` are the writer's, by their items."""
_FIRST = {"min": "<=", "max": ">="}
"""When the first of two values is the one that is meant."""


def _all(conditions: Sequence[str]) -> str:
    """Whether all of some conditions hold, without those that always do."""
    return _together("and", conditions, "True", "False")


def _one(conditions: Sequence[str]) -> str:
    """Whether one of some conditions holds, without those that never do."""
    return _together("or", conditions, "False", "True")


def _together(sign: str, conditions: Sequence[str], idle: str, decides: str) -> str:
    open = [each for each in conditions if each != idle]
    if decides in open:
        return decides
    return _between(sign)(*open) if len(open) > 1 else open[0] if open else idle


def either(*waits: str) -> str:
    """The bits of all that some expressions wait for, in brackets, without those that wait for nothing."""
    open = [each for each in waits if each != "0"]
    return f"({' | '.join(open)})" if open else "0"


def waits_unless(decided: str, missing: str) -> str:
    """What a condition waits for where it may be decided."""
    if missing == "0" or decided == "True":
        return "0"
    return missing if decided == "False" else f"(0 if {decided} else {missing})"


class _Below:
    """What stands one step below a line of a source: there are hundreds of such blocks, and this is made once."""

    def __init__(self, source: "SourceCode") -> None:
        self.source = source

    def __enter__(self) -> None:
        self.source.depth += 1

    def __exit__(self, *raised: object) -> None:
        self.source.depth -= 1


class SourceCode:
    """Lines of Python in the making, with the constants that they name; `fact` and `bit` are told of all that is asked for.

    A fact of the enterprise stands in the variable that `fact` gives, a list in that of `listed`.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.depth = 0
        self.constants: dict[str, Any] = {name: OPERATORS[name].function for name in ("later", "earlier")}
        self.bits: dict[str, int] = {}
        self.names: dict[str, str] = {}
        self.lacking: tuple[str, str] | None = None
        """The list and the fact of its items that is taken for unknown where an item does not state it."""
        self.named: dict[Node, str] = {}
        """The variables of formulas that are worked out already."""
        self._kept: dict[Any, str] = {}
        self._numbered = 0
        self._below = _Below(self)

    # ---- names

    def constant(self, value: Any) -> str:
        """The name of a value that the lines use as it is; one value has one name."""
        key = value.__class__, str(value)
        if key not in self._kept:
            self._kept[key] = f"K{len(self._kept)}"
            self.constants[self._kept[key]] = value
        return self._kept[key]

    def thing(self, value: Any) -> str:
        """The name of an object that the lines call or hand on."""
        name = self.fresh("C")
        self.constants[name] = value
        return name

    def fresh(self, letter: str) -> str:
        """A name that nothing has yet."""
        self._numbered += 1
        return f"{letter}{self._numbered}"

    def name(self, asked: str) -> str:
        """The variable of a fact or a list of the enterprise."""
        if asked not in self.names:
            self.names[asked] = f"f_{asked}" if asked.isidentifier() else f"f_{len(self.names)}_"
            self.bits[asked] = 1 << len(self.bits)
        return self.names[asked]

    def bit(self, asked: str) -> int:
        """What stands for a fact or a list among the unknown."""
        self.name(asked)
        return self.bits[asked]

    def mask(self, nodes: Sequence[Node]) -> int:
        """The bits of all facts and lists of the enterprise that some formulas ask for."""
        asked = [each.value for each in walk(*nodes) if each.op == "fact" or each.op in OVER_ITEMS]
        return sum({self.bit(name) for name in asked})

    # ---- lines

    def line(self, text: str) -> None:
        self.lines.append(f"{'  ' * self.depth}{text}")

    def block(self, head: str) -> AbstractContextManager[None]:
        """A line that ends in a colon, and what stands below it."""
        self.line(f"{head}:")
        return self._below

    def default(self, listed: str, fact: str) -> str:
        """The expression of what an item's fact is where it is not stated; empty where each item states it."""
        return ""

    def of_item(self, item: str, listed: str, fact: str) -> str:
        """The expression of an item's fact."""
        stated = f"{item}[{fact!r}]"
        other = "" if self.lacking == (listed, fact) else self.default(listed, fact)  # asked for where it is stated
        return f"({stated} if {fact!r} in {item} else {other})" if other else stated

    def lacks(self, node: Node) -> bool:
        """Whether a formula asks for the fact of an item that may be lacking."""
        return any(each.op == "item" and each.value == self.lacking for each in walk(node))

    # ---- where all is known

    def known(self, node: Node, item: str = "") -> str:
        """The expression of a formula all of whose facts are known; `item` is the variable of an item."""
        op = node.op
        if self.named and node in self.named:  # to hash a formula is to walk through all of it
            return self.named[node]
        if op in LITERALS:
            value = literal_value(node)
            return repr(value) if isinstance(value, (str, bool)) else self.constant(value)
        if op == "fact":
            return self.name(node.value)
        if op == "item":
            return self.of_item(item, *node.value)
        if op in STANDS_FOR:
            return self.known(node.args[0], item)
        if op == "in":
            return self._member(node, self.known(node.args[0], item))
        if op in OVER_ITEMS:
            return self._gathered(node)
        if op == "and" and not item:
            return self._conjunction(node)
        args = [self.known(arg, item) for arg in node.args]
        if op in _FIRST and len(args) == 2:
            return self._one_of(op, *args)
        return _all(args) if op == "and" else _one(args) if op == "or" else SOURCE[op](*args)

    def _conjunction(self, node: Node) -> str:
        """The expression of `and`: what one of its parts works out in lines before is worked out where those before it hold."""
        parts: list[str] = []
        for arg in node.args:
            before, self.lines = self.lines, []
            self.depth += bool(parts)
            part = self.known(arg)
            self.depth -= bool(parts)
            own, self.lines = self.lines, before
            if own and parts:
                self.line(f"if {_all(parts)}:")
            self.lines += own
            parts.append(part)
        return _all(parts)

    def _one_of(self, op: str, *args: str) -> str:
        """The lower or the higher of two values, sooner than by a call."""
        names, values = [], []
        for arg in args:
            names.append(arg if arg.isidentifier() else self.fresh("j"))
            values.append(arg if arg.isidentifier() else f"({names[-1]} := {arg})")
        return f"({names[0]} if {values[0]} {_FIRST[op]} {values[1]} else {names[1]})"

    def _member(self, node: Node, value: str) -> str:
        choices = [arg.value for arg in node.args[1:]]
        starts = tuple(each[:-1] for each in choices if each[-1] == "*")
        found = f"{value} in {{{', '.join(map(repr, choices))}}}"
        return f"({found} or {value}.startswith({starts!r}))" if starts else f"({found})"

    def _gathered(self, node: Node) -> str:
        """The variable of what the items of a known list come to, worked out in lines before."""
        found, item = self.fresh("v"), self.fresh("i")
        self.line(f"{found} = {'False' if node.op == 'any' else self.constant(ZERO)}")
        condition = self.known(node.args[-1], item)
        adds = self.known(node.args[0], item) if node.op == "sum" else self.constant(ONE)
        with self.block(f"for {item} in {self.name(node.value)}"), self.block(f"if {condition}"):
            if node.op == "any":
                self.line(f"{found} = True")
                self.line("break")
            else:
                self.line(f"{found} += {adds}")
        return found

    # ---- where something may not be

    def strict(self, node: Node, item: str = "") -> tuple[str, int]:
        """The expression of a value that needs all it asks for, and the bits of that; raises `Hard` where it needs less."""
        if any(each.op == "if" or each.op in OVER_ITEMS for each in walk(node)):
            raise Hard
        return self.known(node, item), self.mask([node])

    def logic(self, node: Node, item: str = "", listed: str = "") -> Logic:
        """A condition of which something may not be known; `listed` is the list that is not, of which there is no item then."""
        op = node.op
        if op == "truth":
            return _TRUE if node.value else _FALSE
        if op in STANDS_FOR:
            return self.logic(node.args[0], item, listed)
        if op == "not":
            true, false, missing = self.logic(node.args[0], item, listed)
            return Logic(false, true, missing)
        if op in ("and", "or"):
            return self._decided(op, [self.logic(arg, item, listed) for arg in node.args])
        if op == "any":
            return self._any(node)
        if op == "fact":
            name = self.name(node.value)
            return Logic(f"({name} is True)", f"({name} is False)", f"u & {self.bit(node.value)}")
        return self._compared(node, item, listed)

    def _compared(self, node: Node, item: str, listed: str) -> Logic:
        """A condition that needs all its values."""
        found, bits = self.strict(node, item)
        if listed and any(each.op == "item" for each in walk(node)):
            return Logic("False", "False", either(*([f"u & {bits}"] if bits else []), str(self.bit(listed))))
        told = [f"not u & {bits}"] if bits else []
        if self.lacking is not None and self.lacks(node):
            told.append(f"{self.lacking[1]!r} in {item}")
        if not told:
            return Logic(found, f"(not {found})", "0")
        sure = " and ".join(told)
        return Logic(f"({sure} and {found})", f"({sure} and not {found})", f"u & {bits}")

    def _decided(self, op: str, parts: Sequence[Logic]) -> Logic:
        """`and` (decided by false) or `or` (decided by true) of some conditions; what is decided waits for nothing."""
        true, false = [each.true for each in parts], [each.false for each in parts]
        settled = true if op == "and" else false
        missing = either(
            *(
                each.missing
                if each.missing.startswith("u &")
                else waits_unless(done, each.missing)  # 0 where it is decided
                for each, done in zip(parts, settled, strict=True)
            )
        )
        found = Logic(_all(true), _one(false), missing) if op == "and" else Logic(_one(true), _all(false), missing)
        if max(map(len, found)) > LONGEST:
            raise Hard
        return found

    def _any(self, node: Node) -> Logic:
        """`any`, in lines before: True, False or None in a variable, and the bits that it waits for in another."""
        found, waits, item, listed = self.fresh("v"), self.fresh("m"), self.fresh("i"), node.value
        own = self.bit(listed)
        of_none = self.logic(node.args[0], "", listed)
        self.line(f"{found}, {waits} = False, 0")
        if self.lacking is None or self.lacking[0] != listed:  # of which there is an item then
            with self.block(f"if u & {own} and not {of_none.false}"):
                self.line(f"{found}, {waits} = None, {either(str(own), waits_unless(of_none.true, of_none.missing))}")
        one = self.logic(node.args[0], item)
        with self.block(f"for {item} in {self.name(listed)} or ()"):
            with self.block(f"if {one.true}"):
                self.line(f"{found} = True")
                self.line("break")
            if one.missing != "0":
                with self.block(f"if not {one.false}"):
                    self.line(f"{found} = None")
                    if self.lacking is None:
                        self.line(f"{waits} |= {one.missing}")
        return Logic(f"({found} is True)", f"({found} is False)", waits)
