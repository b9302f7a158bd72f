"""Where a fact stands, by the name that it has outside a file: `investment`, `premises[2].area`."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from jxplus.fault import Text, unknown_name
from jxplus.formula.node import Node, walk
from jxplus.policy import Fact, Policy, known_names


class Misstated(Exception):
    """A fact stated outside a file is wrong: which, what is wrong, what would be right."""

    def __init__(self, fact: str, wrong: Text, right: Text) -> None:
        super().__init__(wrong.en)
        self.fact, self.wrong, self.right = fact, wrong, right


class Spot(NamedTuple):
    """Where a fact stands: on the enterprise, or on the item at `place` (from zero) of a list."""

    fact: Fact
    listed: str | None = None
    place: int = 0

    def __hash__(self) -> int:
        return hash((self.fact.id, self.listed, self.place))

    @property
    def name(self) -> str:
        """The fact as a file's faults name it: `investment`, `premises[2].area`; items count from one."""
        return self.fact.id if self.listed is None else f"{self.listed}[{self.place + 1}].{self.fact.id}"

    def label(self, policy: Policy) -> Text:
        """The fact as a reader calls it, in both languages."""
        if self.listed is None:
            return self.fact.label
        listed, fact = policy.lists[self.listed].label, self.fact.label
        number = self.place + 1
        return Text(f"{listed.zh}[{number}]{fact.zh}", f"{listed.en} [{number}], {fact.en}")

    def value(self, facts: Mapping[str, Any]) -> Any:
        """What is stated there; None where nothing is."""
        holder = facts if self.listed is None else facts[self.listed][self.place]
        return holder.get(self.fact.id)

    def put(self, facts: Mapping[str, Any], value: Any) -> dict[str, Any]:
        """The facts with `value` stated there instead."""
        if self.listed is None:
            return {**facts, self.fact.id: value}
        items = list(facts[self.listed])
        items[self.place] = {**items[self.place], self.fact.id: value}
        return {**facts, self.listed: items}

    def absent(self, facts: Mapping[str, Any]) -> Misstated | None:
        """What is wrong where the list has no such item; None where there is one."""
        count = len(facts.get(self.listed, ())) if self.listed is not None else 0
        if self.listed is None or self.place < count:
            return None
        wrong = Text(f"{self.listed} 只有{count}项", f"{self.listed} has {count} item{'s' * (count != 1)}")
        right = Text("从1数起", "items count from one") if count else Text("先写明这个列表", "state the list first")
        return Misstated(self.name, wrong, right)

    def mentioned(self, node: Node) -> bool:
        """Whether a formula asks for this fact."""
        leaf = ("fact", self.fact.id) if self.listed is None else ("item", (self.listed, self.fact.id))
        return any((each.op, each.value) == leaf for each in walk(node))


_ITEM = r"(?P<listed>[^\[\]]+)\[(?P<number>[1-9][0-9]{0,8})\]\.?(?P<fact>[^\[\]]+)"


def of_item(written: str) -> bool:
    """Whether a name is meant for a fact of an item: no fact of an enterprise has brackets."""
    return "[" in written


def named_spot(policy: Policy, written: str) -> Spot:
    """The spot that a name means: `investment`, `premises[2].area`, or the same by their Chinese names.

    Raises `Misstated` where there is no such fact, or an item is not written so.
    """
    written = written.strip()
    if not of_item(written):
        inside = [
            (each, fact)
            for each in policy.lists.values()
            for fact in each.facts.values()
            if written in (fact.id, fact.label.zh)
        ]
        if inside and written not in known_names(policy.facts):
            wrong = Text("是列表中一项的事实", "it is a fact of an item of a list")
            right = Text(
                "写明第几项，如 " + "、".join(f"{each.label.zh}[1].{fact.label.zh}" for each, fact in inside),
                "say of which: " + ", ".join(f"{each.id}[1].{fact.id}" for each, fact in inside),
            )
            raise Misstated(written, wrong, right)
        listed = policy.lists.get(known_names({}, policy.lists).get(written, ""))
        if listed is not None:
            fact = next((each for each in listed.facts.values() if each.type.kind == "number"), None)
            fact = fact or next(iter(listed.facts.values()))
            right = Text(
                f"写明一项的一个事实，如 {listed.label.zh}[1].{fact.label.zh}",
                f"name a fact of one of its items, such as {listed.id}[1].{fact.id}",
            )
            raise Misstated(written, Text("是列表", "it is a list"), right)
        return Spot(_fact(written, policy.facts))
    match = re.fullmatch(_ITEM, written)
    if match is None:
        wrong = Text("不是一项的写法", "an item is not written so")
        raise Misstated(written, wrong, Text("如 premises[1].area，从1数起", "such as premises[1].area, from one"))
    listed = policy.lists[_known(match["listed"].strip(), known_names({}, policy.lists), Text("列表", "list"))]
    return Spot(_fact(match["fact"].strip(), listed.facts), listed.id, int(match["number"]) - 1)


def find_spot(policy: Policy, facts: Mapping[str, Any], written: str) -> Spot:
    """The numeric fact that a name means, on the enterprise or on an item that is there.

    Raises `Misstated` where there is no such fact, where it is no figure, or where the list has no such item.
    """
    spot = named_spot(policy, written)
    absent = spot.absent(facts)
    if absent is not None:
        raise absent
    if spot.fact.type.kind != "number":
        raise Misstated(spot.name, Text("不是数字", "it is no figure"), Text("选一个数字事实", "choose a fact that is"))
    return spot


def _fact(name: str, facts: Mapping[str, Fact]) -> Fact:
    """The fact of a name, as a heading would say it but for its unit; raises `Misstated` with why it is none of them."""
    id = known_names(facts).get(name)
    if id is not None:
        return facts[id]
    from jxplus.enterprise.heading import Headings, Misnamed

    try:
        found = Headings(facts).read(name)
    except Misnamed as misnamed:
        raise Misstated(name, misnamed.wrong, misnamed.right) from None
    if found.unit:
        right = Text(f"单位写在数值上，如 12{found.unit}", f"write it with the figure: 12{found.unit}")
        raise Misstated(name, Text("名称里带着单位", "it has a unit in its name"), right)
    return facts[found.id]


def _known(name: str, names: Mapping[str, str], what: Text) -> str:
    id = names.get(name)
    if id is None:
        raise Misstated(name, *unknown_name(name, list(names), what))
    return id
