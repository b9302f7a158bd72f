"""What facts are taken as where they are not stated: the defaults that a policy declares, and the days that follow from others."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from jxplus.policy import DAY, TODAY, Fact, FactList, Policy


class _OfItems:
    """The defaults of a list's items: values that are always the same, days that are those of enterprise facts, all facts."""

    def __init__(self, listed: FactList) -> None:
        facts = listed.facts.values()
        self.values = {fact.id: fact.taken for fact in facts if fact.taken is not None}
        self.days = {fact.id: _day(fact) for fact in facts if fact.follows}
        self.facts = len(facts)


class Defaults:
    """The defaults of a policy; made once, used for any number of enterprises."""

    def __init__(self, policy: Policy) -> None:
        self.values = {fact.id: fact.taken for fact in policy.facts.values() if fact.taken is not None}
        self.days = dict(_in_order(policy.facts))
        self.lists = {
            listed.id: _OfItems(listed)
            for listed in policy.lists.values()
            if any(fact.default is not None for fact in listed.facts.values())
        }

    def taken(self, stated: Mapping[str, Any], as_of: date) -> dict[str, Any]:
        """The facts that are `stated`, with all defaults among them: every item has all its facts, every day that follows is known."""
        facts = {**self.values, **stated, DAY: as_of}
        for id, followed in self.days.items():
            if id not in facts:
                facts[id] = facts[followed]
        for name, own in self.lists.items():
            items = stated.get(name)
            if items and any(len(item) < own.facts for item in items):
                others = {**own.values, **{id: facts[followed] for id, followed in own.days.items()}}
                facts[name] = [item if len(item) == own.facts else {**others, **item} for item in items]
        return facts


def _day(fact: Fact) -> str:
    return DAY if fact.follows == TODAY else fact.follows


def _in_order(facts: Mapping[str, Fact]) -> Iterator[tuple[str, str]]:
    """The days that follow others, each after the one it follows."""
    left = {fact.id: _day(fact) for fact in facts.values() if fact.follows and fact.id != DAY}
    while left:
        for id, followed in list(left.items()):
            if followed not in left:
                del left[id]
                yield id, followed
