"""Whether a clause is in force for an enterprise: its own day, or the days of the items of its lists, and how that is told."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from jxplus.fault import Text
from jxplus.formula.evaluate import Items
from jxplus.policy import Clause, FactList, Period, Policy
from jxplus.policy.days import deciding

_MOST_NAMED = 5
"""How many items that are left out are named; of more, the rest is counted."""


class OutsideItem(NamedTuple):
    """An item whose day does not fall into those of its clause: its list, its place from 1, its day."""

    listed: str
    place: int
    day: date

    @property
    def text(self) -> str:
        return f"{self.listed}[{self.place}] {self.day}"


class Force:
    """The days of one clause, and what is held against them."""

    def __init__(self, policy: Policy, clause: Clause, lists: list[FactList]) -> None:
        """`lists` are the dated lists that the clause asks for."""
        self.policy, self.period, self.day = policy, clause.period, clause.day
        bounded = clause.period[:2] != (None, None)
        self.dated = [(each.id, each.dated) for each in lists] if bounded else []
        self.deciding = [each.id for each in deciding(clause, lists)] if bounded else []

    def outside(self, facts: Mapping[str, Any]) -> list[OutsideItem]:
        """The items of the dated lists that are left out."""
        return [each for listed, dated in self.dated for each in self._left_out(facts.get(listed) or (), listed, dated)]

    def _left_out(self, items: Items, listed: str, dated: str) -> list[OutsideItem]:
        if not isinstance(items, list | tuple):  # no day is tried
            found: list[OutsideItem] = items.lasting((self, listed), lambda every: self._left_out(every, listed, dated))
            return found
        holds = self.period.holds
        return [
            OutsideItem(listed, place, item[dated]) for place, item in enumerate(items, 1) if not holds(item[dated])
        ]

    def holds(self, facts: Mapping[str, Any], outside: Sequence[OutsideItem]) -> bool:
        """Whether the clause is in force, where `outside` are the items left out; without items its own day decides."""
        items = sum(len(facts.get(listed) or ()) for listed in self.deciding)
        if not items:
            return self.period.holds(facts[self.day])
        return sum(each.listed in self.deciding for each in outside) < items

    def own_notes(self, day: date) -> tuple[Text, ...]:
        """When the clause is in force, and that its own day is not among these."""
        fact = self.policy.facts.get(self.day)
        label = fact.label.zh if fact is not None else self.day
        return (*period_notes(self.period), Text(f"{label} {day} 不在其中", f"{self.day} {day} is outside"))

    def item_notes(self, outside: Sequence[OutsideItem]) -> tuple[Text, ...]:
        """When the clause is in force, and which items are left out."""
        told, more = outside[:_MOST_NAMED], len(outside) - _MOST_NAMED
        labels = {listed: self.policy.lists[listed].label.zh for listed, _ in self.dated}
        zh = "、".join(f"{labels[each.listed]}第{each.place}项（{each.day}）" for each in told)
        en = ", ".join(each.text for each in told)
        rest = Text(f" 等{len(outside)}项", f" and {more} more") if more > 0 else Text("", "")
        left_out = Text(f"未计入 {zh}{rest.zh}", f"left out: {en}{rest.en}")
        return (*period_notes(self.period), left_out)


def period_notes(period: Period) -> tuple[Text, ...]:
    """The days on which something is in force, in words."""
    start, end, source = period
    why = Text(f"（{source.zh}）", f" ({source.en})") if source else Text("", "")
    if start and end:
        return (Text(f"执行期 {start}至{end}{why.zh}", f"in force from {start} to {end}{why.en}"),)
    if end:
        return (Text(f"执行至{end}{why.zh}", f"in force to {end}{why.en}"),)
    return (Text(f"自{start}起执行{why.zh}", f"in force from {start}{why.en}"),) if start else ()
