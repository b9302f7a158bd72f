"""The formulas of a policy file: each read at its place, and checked for names, types, units and size."""

import re
from collections.abc import Mapping
from typing import Any

from jxplus.document.tree import Path
from jxplus.fault import Fault, Place, Text
from jxplus.formula.check import Scope, check
from jxplus.formula.extent import DEEPEST, LARGEST, MOST_DIGITS, Extent, extent, size, whole_digits
from jxplus.formula.node import Node, placed, walk
from jxplus.formula.operators import TRUTH, YUAN, Type
from jxplus.formula.proof import Range
from jxplus.formula.syntax import parse
from jxplus.formula.tokens import SyntaxFault
from jxplus.policy.declared import Declared
from jxplus.policy.facts import Fact, FactList, fact_of, scope_of
from jxplus.policy.form import Form, name_of
from jxplus.policy.tiers import OF, read_tiers


def range_of(leaf: Node, facts: Mapping[str, Fact], lists: Mapping[str, FactList]) -> Range | None:
    """Between what the fact may be that a leaf of a formula asks for; None where it is no number."""
    limits = fact_of(leaf, facts, lists).limits
    return None if limits is None else Range(limits.least, limits.largest, limits.decimals)


class Formulas:
    """Reads the formulas of a policy whose facts are known."""

    def __init__(self, form: Form, declared: Declared) -> None:
        self.form = form
        self.facts, self.lists, self.untyped = declared.facts, declared.lists, declared.untyped
        self.scope = scope_of(self.facts, self.lists)

    def condition(self, path: Path, scope: Scope) -> Node:
        """The condition at `path`."""
        node, type = self.formula(path, scope)
        if type is not None and type != TRUTH:
            self.unlike(path, type, TRUTH)
        return node or Node("truth", (), False)

    def yuan(self, path: Path, scope: Scope, within: bool = False) -> Node | None:
        """The amount in yuan at `path`; tiers may leave figures out where it is that of those `within` them."""
        node, type = self.formula(path, scope, within)
        if type is not None and type != YUAN:
            self.unlike(path, type, YUAN)
        return node

    def unlike(self, path: Path, type: Type, wanted: Type) -> None:
        """A fault: the formula at `path` comes out as another type than is wanted."""
        self.form.fault(
            path,
            Text(f"结果是{type.zh}", f"it comes out as {type}"),
            Text(f"须是{wanted.zh}", f"it must come out as {wanted}"),
        )

    def tiers(self, path: Path, scope: Scope, within: bool) -> tuple[Node | None, Type | None]:
        """The tiers at `path` as a formula; where it asks for `within`, a figure may stand in none of them."""
        table, type = read_tiers(self.form, path, scope, self.formula)
        if table is None:
            return None, type
        if not within and table.reach() is not None:
            wrong = Text("有的数不在任何一档", "a figure may stand in none of the tiers")
            self.form.fault(path, wrong, Text("加 else", "add `else`"))
            return None, None
        node = table.node()
        return (node, type) if self.fits(path, node) else (None, None)

    def formula(self, path: Path, scope: Scope, within: bool = False) -> tuple[Node | None, Type | None]:
        """The checked formula at `path` and its type; None, and faults, where it is not right.

        Tiers may leave figures out where it asks for the amount of those `within` them.
        """
        written = self.form.at(path)
        if isinstance(written, dict) and OF in written:
            return self.tiers(path, scope, within)
        if not isinstance(written, str) or not written:
            self.form.fault(path, Text("缺少公式", "no formula"), Text("补上公式", "write one"))
            return None, None
        try:
            node = parse(written, self.form.units)
        except SyntaxFault as fault:
            self.misread(path, written, fault.index, fault.wrong, fault.right)
            return None, None
        if self.untyped and self.untyped.intersection(re.findall(r"\w+", written)):
            return None, None  # what is wrong with the fact is told where that is declared
        node, type, wrongs = check(node, scope)
        for wrong in wrongs:
            self.misread(path, written, wrong.at, wrong.wrong, wrong.right)
        if wrongs or not self.fits(path, node):
            return None, None
        lists = {each.value for each in walk(node) if each.op == "any"}
        if scope.item in lists:
            self.form.fault(
                path,
                Text("逐项条款不能再遍历同一列表", "the clause already runs over that list"),
                Text("用 for each 或 any 之一", "use `for each` or `any`"),
            )
        mark = self.form.tree.find(path, False)
        return placed(node, lambda index: self.within(mark, written, index)[:2]), type

    def fits(self, path: Path, node: Node) -> bool:
        """Whether a formula is small enough to be computed, and its values for the exact arithmetic; a fault where not."""
        parts, depth = size(node)
        if parts > LARGEST or depth > DEEPEST:
            wrong = Text("公式过大", "the formula is too large, its named parts written out")
            self.form.fault(path, wrong, Text("分成几条，或减少重复引用", "use its named parts less often"))
            return False
        needed = extent(node, self.extent)
        if needed is not None and sum(needed) > MOST_DIGITS:
            wrong = Text(
                f"结果可能达{sum(needed)}位数字，精确计算最多{MOST_DIGITS}位",
                f"it may come to {sum(needed)} digits, and is computed exactly with {MOST_DIGITS} at most",
            )
            right = Text("在 types 中收紧上限或小数位数", "lower the bounds or the decimals under `types`")
            self.form.fault(path, wrong, right)
            return False
        return True

    def range(self, node: Node) -> Range | None:
        """Between what a fact or an item's fact may be; None where it is no number."""
        return range_of(node, self.facts, self.lists)

    def extent(self, node: Node) -> Extent | None:
        """The digits that a fact or an item's fact may have."""
        limits = fact_of(node, self.facts, self.lists).limits
        return None if limits is None else Extent(whole_digits(limits.largest), limits.decimals)

    def misread(self, path: Path, written: str, index: int, wrong: Text, right: Text) -> None:
        mark = self.form.tree.find(path, False)
        place = self.within(mark, written, index)
        self.form.add(Fault(self.form.tree.file, place, name_of(path), wrong, right))

    def within(self, mark: Any, written: str, index: int) -> Place:
        """Where the character at `index` of a formula stands in the file; the formula's start where YAML folded it."""
        line, column = mark.place[:2]
        return Place(line, column + index) if mark.end - mark.start == len(written) else Place(line, column)
