"""How an outcome came about, line by line, for whatever shows it: the terminal, a report."""

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from decimal import Decimal
from typing import Any

from jxplus.assessment import ENTITLED, NOT_MET, UNQUANTIFIED, Assessment, Outcome
from jxplus.assessment.checklist import Check
from jxplus.assessment.explain import Explanation, Item, ReadingPart, explain, facts_of
from jxplus.fault import Text, joined
from jxplus.formula.evaluate import Unknown
from jxplus.formula.node import Node
from jxplus.policy import Clause, Reading
from jxplus.policy.days import held
from jxplus.quantity import total
from jxplus.render.checklist import CALLED, MARKS, NEVER, ChecklistLine, Speaker

MOST_ITEMS = 30
"""How many items of a list are told one by one; of the others it is said how many there are."""
_MOST_TERMS = 8


def explanation(assessment: Assessment, outcome: Outcome, wan: bool = False) -> Iterator[ChecklistLine]:
    """The conditions as a checklist, the amount as a sum with its figures, and what rounded it.

    A clause that is not met shows what it fails; one that waits for facts shows nothing, for these are named beside it.
    """
    if outcome.status in (ENTITLED, UNQUANTIFIED, NOT_MET):
        yield from _OutcomeTeller(assessment, outcome, wan).lines()


class _OutcomeTeller:
    """Tells one outcome of an assessment."""

    def __init__(self, assessment: Assessment, outcome: Outcome, wan: bool) -> None:
        self.outcome, self.policy = outcome, assessment.policy
        self.clause = held(outcome.clause, self.policy.lists)
        self.facts = facts_of(assessment)
        self.speaker = Speaker(self.policy, self.facts, wan)
        self.told: Explanation = explain(assessment, outcome, in_parts=False)
        pin = assessment.pins.get(self.clause.id)
        shown = {each.id for each in self.clause.readings if pin is None or each.id == pin}
        self.readings = [
            (reading, part)
            for reading, part in zip(self.clause.readings, self.told.readings, strict=True)
            if reading.id in shown
        ]

    def lines(self) -> Iterator[ChecklistLine]:
        """All lines; under each reading only what is its own."""
        if len(self.readings) == 1:
            yield from self._whole(*self.readings[0])
        elif len({reading.when for reading, _ in self.readings}) == 1 and not any(
            each.over for each, _ in self.readings
        ):
            yield from self._met(*self.readings[0], 0)
            for reading, part in self.readings:
                yield ChecklistLine(0, self._titled(reading, part))
                yield from self._amounts(reading, part, 1)
        else:
            for reading, part in self.readings:
                yield ChecklistLine(0, self._titled(reading, part))
                yield from (line._replace(deep=line.deep + 1) for line in self._whole(reading, part))
        for exact, rounded in self.told.rounding:
            before, after = self.speaker.money(exact), self.speaker.money(rounded)
            yield ChecklistLine(
                0,
                Text(
                    f"四舍五入到分：{before.zh} → {after.zh}", f"rounded half up to the fen: {before.en} → {after.en}"
                ),
            )

    def _titled(self, reading: Reading, part: ReadingPart) -> Text:
        title = reading.title or Text.same(reading.id)
        lost = Text("（未取）", " (not counted)") if part.lost else Text("", "")
        span = self._span(part)
        return Text(
            f"解读 {reading.id}{span.zh}{lost.zh} （{title.zh}）",
            f"reading {reading.id}{span.en}{lost.en} — {title.en}",
        )

    def _span(self, part: ReadingPart) -> Text:
        if part.high is None:
            return Text("", "")
        low, high = self.speaker.money(part.low or Decimal(0)), self.speaker.money(part.high)
        if part.low == part.high:
            return Text(f"：{high.zh}", f": {high.en}")
        return Text(f"：{low.zh} – {high.zh}", f": {low.en} – {high.en}")

    # ---- who is entitled

    def _items(self, part: ReadingPart) -> Sequence[tuple[Item, Mapping[str, Any]]]:
        """The items as they are told, each with its facts; a clause of the enterprise itself has one without any."""
        if self.clause.each is None:
            return [(part.items[0], {})]
        known = self.facts.get(self.clause.each) or ()
        return list(zip(part.items, known, strict=False))

    def _whole(self, reading: Reading, part: ReadingPart) -> Iterator[ChecklistLine]:
        """A clause under one reading: each item with what it adds."""
        if Speaker.never(reading.when):
            yield ChecklistLine(0, NEVER, MARKS[False])
            return
        listed = reading.over if self.clause.each is None else None
        if listed is not None and self.facts.get(listed) is not None:
            yield from self._over(listed)._whole(reading.of_item(), self._of_items(listed, reading.of_item(), part))
            return
        apart = self.clause.each is None or self._constant(reading)
        yield from self._met(reading, part, 0, amounts=not apart)
        if apart:
            yield from self._amounts(reading, part, 0)
        else:
            yield from self._sums(reading, part, 0)

    def _over(self, listed: str) -> "_OutcomeTeller":
        """What tells the clause as one that runs over a list, as one of its readings does by itself."""
        other = copy(self)
        other.clause = self.clause._replace(each=listed)
        return other

    def _of_items(self, listed: str, reading: Reading, part: ReadingPart) -> ReadingPart:
        """What such a reading comes to, with whether each item meets it."""
        found = (self.speaker.known(reading.when, facts) for facts in self.facts[listed])
        items = (Item("", None if isinstance(met, Unknown) else met, ()) for met in found)
        return part._replace(items=tuple(items))

    def _met(self, reading: Reading, part: ReadingPart, deep: int, amounts: bool = False) -> Iterator[ChecklistLine]:
        """The checklist of each item, with `amounts` what it adds; of those that do not meet it, what they fail."""
        if self.clause.each is None:
            yield from self.speaker.checks(reading.when, {}, deep, self._kept)
            return
        items = self._items(part)
        if not items:
            label = self.policy.lists[self.clause.each].label
            yield ChecklistLine(deep, Text(f"{label.zh}：没有一项", f"{label.en}: none"), MARKS[False])
        for number, (item, facts) in enumerate(items[:MOST_ITEMS], 1):
            yield ChecklistLine(deep, self._called(number), MARKS[item.met])
            yield from self.speaker.checks(reading.when, facts, deep + 1, _all if item.met else _failed)
            if amounts and item.met:
                yield from self._item_amounts(reading, facts, deep + 1)
        if len(items) > MOST_ITEMS:
            more, met = items[MOST_ITEMS:], sum(1 for item, _ in items[MOST_ITEMS:] if item.met)
            zh, en = f"另有{len(more)}项，其中{met}项符合", f"{len(more)} more items, of which {met} meet it"
            yield ChecklistLine(deep, Text(zh, en))

    def _called(self, number: int) -> Text:
        label = self.policy.lists[self.clause.each or ""].label
        return Text(f"{label.zh} 第{number}项", f"{label.en}, item {number}")

    def _kept(self, check: Check) -> bool:
        return self.outcome.status != NOT_MET or _failed(check)

    # ---- what it pays

    def _constant(self, reading: Reading) -> bool:
        """Whether each item that meets the condition adds the same figure of the plan."""
        return all(node.op == "number" for _, node in _formulas(self.clause, reading))

    def _item_amounts(
        self, reading: Reading, facts: Mapping[str, Any], deep: int, for_each: bool = False
    ) -> Iterator[ChecklistLine]:
        if self.outcome.status != NOT_MET:
            for called, node in _formulas(self.clause, reading):
                said = Text(f"每项{called.zh}", f"{called.en}, for each") if for_each else called
                yield from self.speaker.amount(said, node, facts, deep)

    def _amounts(self, reading: Reading, part: ReadingPart, deep: int) -> Iterator[ChecklistLine]:
        """The base and the amounts of each item that meets the condition, and their sum where there are several."""
        met = [(number, facts) for number, (item, facts) in enumerate(self._items(part), 1) if item.met]
        if self.clause.each is None or (met and self._constant(reading)):
            if met:
                yield from self._item_amounts(reading, met[0][1], deep, for_each=len(met) > 1)
        else:
            for number, facts in met[:MOST_ITEMS]:
                yield ChecklistLine(deep, self._called(number))
                yield from self._item_amounts(reading, facts, deep + 1)
        yield from self._sums(reading, part, deep)

    def _sums(self, reading: Reading, part: ReadingPart, deep: int) -> Iterator[ChecklistLine]:
        """What the items come to together, where several meet the condition."""
        met = [facts for item, facts in self._items(part) if item.met]
        if len(met) > 1 and self.outcome.status != NOT_MET:
            for called, node in _formulas(self.clause, reading):
                yield ChecklistLine(deep, self._sum(called, node, met))
        if reading.cap is not None and met and self.outcome.status != NOT_MET:
            for called, node in _formulas(self.clause, reading):
                if node in reading.amounts():
                    yield ChecklistLine(deep, self._capped(called, node, reading.cap, met))

    def _sum(self, called: Text, node: Node, items: Sequence[Mapping[str, Any]]) -> Text:
        values = [self.speaker.known(node, item) for item in items]
        if any(isinstance(value, Unknown) for value in values):
            return Text(f"{called.zh}合计：未定", f"{called.en} in all: not known")
        terms, whole = [self.speaker.money(value) for value in values], self.speaker.money(total(values))
        if len(set(values)) == 1:
            zh, en = f"{len(values)} × {terms[0].zh}", f"{len(values)} × {terms[0].en}"
        elif len(terms) <= _MOST_TERMS:
            zh, en = joined(terms, Text.same(" + "))
        else:
            zh, en = f"{len(terms)}项之和", f"the sum of {len(terms)} items"
        return Text(f"{called.zh}合计：{zh} = {whole.zh}", f"{called.en} in all: {en} = {whole.en}")

    def _capped(self, called: Text, node: Node, cap: Node, items: Sequence[Mapping[str, Any]]) -> Text:
        """What an amount comes to, all items together, and what it is then cut to."""
        most, bound = self.speaker.term(cap, {}), self.speaker.known(cap, {})
        values = [self.speaker.known(node, item) for item in items]
        end = called if self.clause.kind == "range" else Text("", "")
        named = Text(f"{end.zh}封顶 {most.zh}", f"{end.en} capped at {most.en}".strip())
        if any(isinstance(value, Unknown) for value in (*values, bound)):
            return named
        whole = total(values)
        if whole <= bound:
            return Text(f"{end.zh}未超过封顶 {most.zh}", f"{end.en} within the ceiling of {most.en}".strip())
        said, kept = self.speaker.money(whole), self.speaker.money(bound)
        return Text(f"{named.zh}：{said.zh} → {kept.zh}", f"{named.en}: {said.en} → {kept.en}")


def _all(check: Check) -> bool:
    return True


def _failed(check: Check) -> bool:
    return check.holds is not True


def _formulas(clause: Clause, reading: Reading) -> Iterator[tuple[Text, Node]]:
    """What a reading computes, each formula with what it is called."""
    amounts = clause.amounts(reading)
    if clause.base is not None and amounts:
        yield Text("基数", "base"), clause.base
    yield from ((CALLED[key], amount) for key, amount in amounts)
