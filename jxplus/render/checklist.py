"""Formulas in a reader's language: a condition as a checklist with the enterprise's figures, an amount as a sum.

Facts are called by their names and figures carry their units; the formula in the policy's own words is `explain`'s
business. Where there are no facts (`explain` of a clause by itself) the same words stand without figures.
"""

from collections.abc import Callable, Iterator
from decimal import localcontext
from functools import cached_property
from typing import Any, NamedTuple

from jxplus.assessment.checklist import SOME, Check, chain, check_of, normal
from jxplus.enterprise.questions import spoken
from jxplus.fault import YES_NO, Text, joined
from jxplus.formula.check import type_of
from jxplus.formula.evaluate import Facts, Unknown, function
from jxplus.formula.node import COMPARISONS, EVERY, OVER_ITEMS, Node
from jxplus.formula.operators import YUAN, Type
from jxplus.formula.tiers import Tier, TierTable
from jxplus.policy import Fact, Policy
from jxplus.policy.facts import fact_of, scope_of
from jxplus.quantity import EXACT
from jxplus.render.figurewords import NOT_STATED, FigureWords

MARKS = {True: "✓", False: "✗", None: "?"}
CALLED = {
    "pays": Text("金额", "amount"),
    "up to": Text("不超过", "up to"),
    "at least": Text("至少", "at least"),
    "from": Text("下限", "from"),
    "to": Text("上限", "to"),
}
"""What an amount is called, by its key in a policy file."""
_SIGNS = {">": ">", ">=": "≥", "<": "<", "<=": "≤", "=": "=", "!=": "≠", "+": "+", "-": "−", "*": "×"}
_BINDING = {"+": 1, "-": 1, "*": 2}
_TERMS = ("later", "earlier")
_CHOSEN = {"min": Text("取较小值", "the smaller of "), "max": Text("取较大值", "the larger of ")}
_OR = Text("或", " or ")
NEVER = Text("按此解读不给", "nothing is paid under this reading")
_ANYONE = Text("不设条件", "no condition")
_ONE_OF, _ALL_OF = Text("下列任一", "one of these"), Text("下列各项", "all of these")


class ChecklistLine(NamedTuple):
    """A line of an explanation: how deep it stands, its words, and its mark (✓, ✗, ? or none)."""

    deep: int
    text: Text
    mark: str = ""


class Speaker(FigureWords):
    """Says formulas of one policy; with `facts` the enterprise's figures stand beside the names."""

    def __init__(self, policy: Policy, facts: Facts | None = None, wan: bool = False) -> None:
        super().__init__(policy, wan)
        self.facts = facts
        self.scope = scope_of(policy.facts, policy.lists)

    # ---- figures and facts

    def literal(self, node: Node) -> Text:
        """A figure of the plan, in Chinese as the plan writes it."""
        quantity = node.value
        said = self.figure(quantity.amount, Type("number", quantity.unit, share=quantity.share))
        return said if self.wan and quantity.unit == YUAN.unit else Text(quantity.text, said.en)

    def fact(self, node: Node) -> Fact:
        """The fact that a leaf names."""
        return fact_of(node, self.policy.facts, self.policy.lists)

    def known(self, node: Node, item: Facts) -> Any:
        """What a formula comes to; None where there are no facts to say it of."""
        if self.facts is None:
            return None
        with localcontext(EXACT):
            return function(node)(self.facts, item)

    # ---- conditions

    def condition(self, node: Node, item: Facts) -> Text:
        """A condition that is no `and` and no `or`, as one line."""
        negated = node.op == "not"
        inner = node.args[0] if negated else node
        if inner.op in ("fact", "item"):
            return self._yes_or_no(inner, negated, item)
        if inner.op == "any":
            return self._any(inner, negated, item)
        if inner.op == "in" or (inner.op in ("=", "!=") and any(arg.op == "choice" for arg in inner.args)):
            return self._choice(inner, negated, item)
        if inner.op in COMPARISONS:
            left, right = (self._side(arg, item) for arg in inner.args)
            sign = _SIGNS[inner.op]
            return Text(f"{left.zh} {sign} {right.zh}", f"{left.en} {sign} {right.en}")
        if inner.op == "truth":
            return _ANYONE if inner.value else NEVER
        said = joined([self.condition(each, item) for each in chain(inner)], *_JOINED[inner.op == "or"])
        return Text(f"并非（{said.zh}）", f"not ({said.en})") if negated else Text(f"（{said.zh}）", f"({said.en})")

    def _side(self, node: Node, item: Facts) -> Text:
        """A side of a comparison; one that is worked out has what it comes to behind it, so that the two can be compared."""
        said, inner = self.term(node, item), node
        while inner.op == "let" and inner.value != "base":
            (inner,) = inner.args
        value = self.known(node, item) if inner.op in _BINDING else None
        if value is None or isinstance(value, Unknown):
            return said
        told = self.figure(value, type_of(node, self.scope))
        return Text(f"{said.zh}（{told.zh}）", f"{said.en} ({told.en})")

    @cached_property
    def in_words(self) -> "Speaker":
        """A speaker that knows no enterprise, and so says formulas without figures of one."""
        return self if self.facts is None else Speaker(self.policy, None, self.wan)

    def worth(self, node: Node, item: Facts) -> Text:
        """What a part of a formula comes to."""
        return self.figure(self.known(node, item), type_of(node, self.scope))

    def named(self, node: Node) -> Text:
        """A condition in words, without any enterprise's figures: `出租方为社会，用途为办公`."""
        node = normal(node)
        return joined([self.in_words.condition(each, {}) for each in chain(node)], *_JOINED[node.op == "or"])

    def _yes_or_no(self, node: Node, negated: bool, item: Facts) -> Text:
        label = self.fact(node).label
        if self.facts is None:
            no = Text(f"不是“{label.zh}”", f"not: {label.en}")
            return no if negated else label
        value = self.figure(self.known(node, item), self.fact(node).type)
        wanted = YES_NO[not negated]
        if self.known(node, item) is (not negated):
            return Text(f"{label.zh}：{value.zh}", f"{label.en}: {value.en}")
        return Text(f"{label.zh}：{value.zh}（须为{wanted.zh}）", f"{label.en}: {value.en} ({wanted.en} is asked for)")

    def _choice(self, node: Node, negated: bool, item: Facts) -> Text:
        leaf = next(arg for arg in node.args if arg.op != "choice")
        fact = self.fact(leaf)
        labels = joined([self._label(fact, arg.value) for arg in node.args if arg.op == "choice"], last=_OR)
        no = negated is not (node.op == "!=")
        if self.facts is None:
            return Text(f"{fact.label.zh}{'不' * no}为{labels.zh}", f"{fact.label.en} is {'not ' * no}{labels.en}")
        value = self.known(leaf, item)
        said = NOT_STATED if isinstance(value, Unknown) else self._label(fact, value)
        if self.known(Node("not", (node,)) if negated else node, item) is True:
            return Text(f"{fact.label.zh}：{said.zh}", f"{fact.label.en}: {said.en}")
        return Text(
            f"{fact.label.zh}：{said.zh}（须{'不' * no}为{labels.zh}）",
            f"{fact.label.en}: {said.en} ({'anything but ' * no}{labels.en} is asked for)",
        )

    def _label(self, fact: Fact, value: Any) -> Text:
        return fact.choices.get(value) or Text(spoken(fact, value, "zh"), spoken(fact, value, "en"))

    def _any(self, node: Node, negated: bool, item: Facts) -> Text:
        label, wanted = self.policy.lists[node.value].label, self.named(node.args[0])
        has = Text("没有一项", "none with") if negated else Text("有一项", "one with")
        told = Text(f"{label.zh}{has.zh}：{wanted.zh}", f"{label.en}, {has.en}: {wanted.en}")
        if self.facts is None:
            return told
        items = self.facts.get(node.value)
        if items is None:
            return Text(f"{told.zh}（{label.zh}{NOT_STATED.zh}）", f"{told.en} (the list is {NOT_STATED.en})")
        met = [str(number) for number, each in enumerate(items, 1) if self.known(node.args[0], each) is True]
        if not met:
            return told
        return Text(f"{told.zh}（第{'、'.join(met)}项）", f"{told.en} (item {', '.join(met)})")

    # ---- amounts

    def term(self, node: Node, item: Facts, least: int = 0) -> Text:
        """A figure or a sum of figures, each name with its figure; in brackets where it binds less tightly than `least`."""
        op = node.op
        if op == "let":
            return self._let(node, item, least)
        if op == "number":
            return self.literal(node)
        if op == "date":
            return self.figure(node.value, Type("date"))
        if op in ("fact", "item"):
            return self._with_figure(node, self.fact(node).label, item)
        if op in OVER_ITEMS and op != "any":
            return self._with_figure(node, self._gathered(node), item)
        if op in _TERMS:
            return self._day_and_term(node, item)
        if op == "whole":
            return self._with_figure(node, self._parts(node), item)
        if op in _BINDING:
            left, right = self.term(node.args[0], item, _BINDING[op]), self.term(node.args[1], item, _BINDING[op] + 1)
            said = Text(f"{left.zh} {_SIGNS[op]} {right.zh}", f"{left.en} {_SIGNS[op]} {right.en}")
            return Text(f"({said.zh})", f"({said.en})") if _BINDING[op] < least else said
        if self.facts is not None:
            return self.worth(node, item)
        return self.way(node, item)

    def _let(self, node: Node, item: Facts, least: int) -> Text:
        if node.value == "base":
            return self._with_figure(node, Text("基数", "the base"), item)
        return self.term(node.args[0], item, least)

    def _gathered(self, node: Node) -> Text:
        """What a count or a sum is of: `品牌（著名）的项数`."""
        label, condition = self.policy.lists[node.value].label, node.args[-1]
        if condition != EVERY:
            wanted = self.named(condition)
            label = Text(f"{label.zh}（{wanted.zh}）", f"{label.en} ({wanted.en})")
        if node.op == "count":
            return Text(f"{label.zh}的项数", f"number of {label.en}")
        value = self.in_words.term(node.args[0], {})
        return Text(f"{label.zh}的{value.zh}之和", f"sum of {value.en} in {label.en}")

    def _parts(self, node: Node) -> Text:
        """What full parts are of: `产值每满1000万元的个数`."""
        amount, figure = self.in_words.term(node.args[0], {}, 2), self.literal(node.args[1])
        return Text(f"{amount.zh}每满{figure.zh}的个数", f"number of full {figure.en} in {amount.en}")

    def _day_and_term(self, node: Node, item: Facts) -> Text:
        """A day moved by a term: `成立日期 2015-01-01 后3年（2018-01-01）`."""
        day, term = self.term(node.args[0], item), self.literal(node.args[1])
        later = node.op == "later"
        found = self.worth(node, item) if self.facts is not None else None
        on = Text("", "") if found is None else Text(f"（{found.zh}）", f" ({found.en})")
        zh, en = f"{day.zh}{'后' if later else '前'}{term.zh}", f"{term.en} {'after' if later else 'before'} {day.en}"
        return Text(f"{zh}{on.zh}", f"{en}{on.en}")

    def _with_figure(self, node: Node, label: Text, item: Facts) -> Text:
        if self.facts is None:
            return label
        value = self.worth(node, item)
        return Text(f"{label.zh} {value.zh}", f"{label.en} {value.en}")

    def way(self, node: Node, item: Facts) -> Text:
        """How a part was decided that stands as one figure in the sum around it: what was compared, or the case that holds."""
        op = node.op
        if op in _CHOSEN:
            args, called = joined([self.term(arg, item) for arg in node.args]), _CHOSEN[op]
            return Text(f"{called.zh}({args.zh})", f"{called.en}({args.en})")
        if op == "neg":
            inner = self.term(node.args[0], item, 2)
            return Text(f"−({inner.zh})", f"−({inner.en})")
        if op == "if":
            return self._case(node, item)
        if op == "tiers":
            subject = self.term(node.value.subject, item)
            return Text(f"按{subject.zh}分档", f"by tiers of {subject.en}")
        return self.named(node)

    def _case(self, node: Node, item: Facts) -> Text:
        condition, then, other = node.args
        if self.facts is None:
            named, first, second = self.named(condition), self.term(then, item), self.term(other, item)
            return Text(f"（{named.zh}：{first.zh}；否则 {second.zh}）", f"({named.en}: {first.en}; else {second.en})")
        holds = self._holding(condition, item)
        return joined([self.condition(each, item) for each in chain(holds)], *_JOINED[holds.op == "or"])

    def _holding(self, condition: Node, item: Facts) -> Node:
        """What holds of a condition and decides it: of a choice between two, which of them it is, and that one."""
        value, decided = self.known(condition, item) is True, list[Node]()
        while condition.op == "if":
            first, then, other = condition.args
            holds = self.known(first, item) is True
            decided.append(normal(first, negated=not holds))
            condition = then if holds else other
        last = normal(condition, negated=not value)
        return Node("and", (*decided, last)) if decided else last

    def ways(self, node: Node, item: Facts) -> Iterator[Text]:
        """For each part that stands as one figure in a sum, that figure and how it came about."""
        if node.op == "let" and node.value != "base":
            yield from self.ways(node.args[0], item)
        elif node.op in _BINDING:
            for arg in node.args:
                yield from self.ways(arg, item)
        elif node.op == "tiers":
            yield from self._tiers(node.value, item)
        elif node.op in (*_CHOSEN, "neg", "if"):
            value, way = self.worth(node, item), self.way(node, item)
            sign = Text("：", ": ") if node.op == "if" else Text.same(" = ")
            yield Text(f"其中 {value.zh}{sign.zh}{way.zh}", f"where {value.en}{sign.en}{way.en}")
            for arg in node.args[1:] if node.op == "if" else node.args:
                if node.op != "if" or arg is (node.args[1] if self.known(node.args[0], item) is True else node.args[2]):
                    yield from self.ways(arg, item)

    def _tiers(self, table: TierTable, item: Facts) -> Iterator[Text]:
        """The table with the tier that holds marked, and how the value of that one came about."""
        subject = self.term(table.subject, item)
        yield Text(f"按{subject.zh}分档:", f"by tiers of {subject.en}:")
        taken = []
        for said, value, holds in self.tiers(table, item):
            worth = self.in_words.term(value, {})
            mark = "→ " if holds else "· "
            yield Text(f"{mark}{said.zh}：{worth.zh}", f"{mark}{said.en}: {worth.en}")
            taken += [value] if holds else []
        for value in taken:
            if value.op not in ("number", "fact", "item"):
                figure, worth = self.worth(value, item), self.term(value, item)
                yield Text(f"其中 {figure.zh} = {worth.zh}", f"where {figure.en} = {worth.en}")
            yield from self.ways(value, item)

    def tiers(self, table: TierTable, item: Facts) -> Iterator[tuple[Text, Node, bool]]:
        """Each tier of a table in words, its value, and whether the figure stands in it."""
        beyond = True
        for tier in table.tiers:
            holds = all(self.known(each, item) is True for each in tier.within(table.subject))
            beyond = beyond and not holds
            yield self._edges(tier), tier.value, holds and self.facts is not None
        if table.other is not None:
            yield Text("其余", "else"), table.other, beyond and self.facts is not None

    def _edges(self, tier: Tier) -> Text:
        """Between which figures a tier stands: `超过500万元至1000万元`, `200万元及以上，不足500万元`."""
        zh = en = ""
        if tier.low is not None:
            low = self.literal(tier.low)
            above = f"{low.zh}及以上" if tier.with_low else f"超过{low.zh}"
            zh, en = above, f"{'from' if tier.with_low else 'over'} {low.en}"
        if tier.high is not None:
            high = self.literal(tier.high)
            if tier.with_high:
                zh += f"至{high.zh}" if zh else f"{high.zh}及以下"
            else:
                zh += f"{'，' * bool(zh)}不足{high.zh}"
            en = f"{en} {'to' if tier.with_high else 'under'} {high.en}".strip()
        return Text(zh, en)

    def amount(self, called: Text, node: Node, item: Facts, deep: int) -> Iterator[ChecklistLine]:
        """An amount as a sum with its figures, and below it how its parts came about."""
        value, said = self.worth(node, item), self.term(node, item)
        ways = list(self.ways(node, item))
        parts = [(f"{called.zh}：", said.zh, value.zh), (f"{called.en}: ", said.en, value.en)]
        zh, en = (f"{name}{sum}" if sum == total else f"{name}{sum} = {total}" for name, sum, total in parts)
        yield ChecklistLine(deep, Text(zh, en))
        for way in dict.fromkeys(ways):
            yield ChecklistLine(deep + 1, way)

    @staticmethod
    def never(condition: Node) -> bool:
        """Whether a condition can hold for nobody: a reading under which a clause pays nothing."""
        return any(part.op == "truth" and not part.value for part in chain(normal(condition)))

    def requirements(self, condition: Node) -> Iterator[ChecklistLine]:
        """What a condition asks for, one thing a line: the checklist without any enterprise."""

        def told(node: Node, deep: int) -> Iterator[ChecklistLine]:
            parts = chain(node)
            if len(parts) == 1:
                yield ChecklistLine(deep, self.condition(node, {}))
                return
            if node.op == "or" or deep:
                yield ChecklistLine(deep, _ONE_OF if node.op == "or" else _ALL_OF)
                deep += 1
            for part in parts:
                yield from told(part, deep)

        return told(normal(condition), 0)

    def checks(self, condition: Node, item: Facts, deep: int, keep: Callable[[Check], bool]) -> Iterator[ChecklistLine]:
        """The checklist of a condition, of its lines those that `keep` keeps."""
        assert self.facts is not None
        with localcontext(EXACT):
            whole = check_of(condition, self.facts, item)
        for check in whole.lines():
            if keep(check):
                yield from self._check(check, item, deep)

    def _check(self, check: Check, item: Facts, deep: int) -> Iterator[ChecklistLine]:
        if not check.parts:
            yield ChecklistLine(deep, self.condition(check.node, item), MARKS[check.holds])
            return
        yield ChecklistLine(deep, _ONE_OF if check.join == SOME else _ALL_OF, MARKS[check.holds])
        for part in check.parts:
            yield from self._check(part, item, deep + 1)


_AND = Text("，", " and ")
_JOINED = {False: (_AND, _AND), True: (Text("，", ", "), Text("，或 ", " or "))}
"""What stands between the parts of a condition and before the last, by whether it is an `or`."""
