"""Tiers: a value that hangs on how large a figure is, as a table; computed as choices between values, one tier after another."""

from typing import NamedTuple

from jxplus.formula.node import Leaf, Node, unparse


class Tier(NamedTuple):
    """One line of a table: between which figures it stands, whether these belong to it, and the value there.

    An end that is None is open.
    """

    low: Node | None
    with_low: bool
    high: Node | None
    with_high: bool
    value: Node

    def within(self, subject: Node) -> list[Node]:
        """The comparisons that a figure meets which stands in this tier."""
        lower, upper = (">=" if self.with_low else ">"), ("<=" if self.with_high else "<")
        ends = ((lower, self.low), (upper, self.high))
        return [Node(sign, (subject, end), place=end.place) for sign, end in ends if end is not None]


class TierTable(NamedTuple):
    """The tiers of a subject from the lowest to the highest, without a gap between them; `other` holds beyond them."""

    subject: Node
    tiers: tuple[Tier, ...]
    other: Node | None = None

    def reach(self) -> Node | None:
        """The condition that the subject stands in one of the tiers; None where it always does, or another value holds beyond."""
        first, last = self.tiers[0], self.tiers[-1]
        ends = first._replace(high=last.high, with_high=last.with_high).within(self.subject)
        if self.other is not None or not ends:
            return None
        return ends[0] if len(ends) == 1 else Node("and", tuple(ends), place=ends[0].place)

    def node(self) -> Node:
        """The table as a formula: choices, from the highest tier down; whoever asks sees to it that the subject is in reach."""
        found = self.tiers[0].value
        for tier in self.tiers[1:]:
            (above, *_) = tier.within(self.subject)
            found = Node("if", (above, tier.value, found), place=tier.value.place)
        if self.other is not None:
            reach = self._replace(other=None).reach()
            if reach is not None:
                found = Node("if", (reach, found, self.other), place=self.other.place)
        return Node("tiers", (found,), self, place=self.subject.place)

    def text(self, leaf: Leaf) -> str:
        """The table on one line, as the policy writes its keys and values."""
        lines = [f"{edges(each, leaf)}: {unparse(each.value, leaf)}" for each in self.tiers]
        lines += [f"else: {unparse(self.other, leaf)}"] if self.other is not None else []
        return f"tiers of {unparse(self.subject, leaf)} ({'; '.join(lines)})"


def edges(tier: Tier, leaf: Leaf = lambda _: None) -> str:
    """Between which figures a tier stands, as a policy writes it: `from 200万元 under 500万元`."""
    low = [] if tier.low is None else ["from" if tier.with_low else "over", unparse(tier.low, leaf)]
    high = [] if tier.high is None else ["to" if tier.with_high else "under", unparse(tier.high, leaf)]
    return " ".join([*low, *high])
