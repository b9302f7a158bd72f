"""Tiers as a policy file writes them: a mapping whose keys say where each begins and ends, as the plan's sentence does.

    pays:
      tiers of: paid_in
      from 200万元 under 500万元: 30万元
      from 500万元 under 1000万元: 50万元
      from 1000万元: 0.8% * paid_in

`from` (以上) and `to` include the figure, `over` (超过) and `under` (不含、不足) do not. A tier that states one end runs to where
its neighbour begins. `else` is the value beyond all tiers; without it an amount is for those alone who stand in one.
"""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from jxplus.document.tree import Path
from jxplus.fault import Text, cut, quoted
from jxplus.formula.check import Scope
from jxplus.formula.node import Node
from jxplus.formula.operators import OPERATORS, TRUTH, Type, figure_type
from jxplus.formula.tiers import Tier, TierTable
from jxplus.policy.form import Form

OF, ELSE = "tiers of", "else"
_KEY = re.compile(
    r"(?:(?P<lower>from|over) +(?P<low>[^ ].*?))?(?:(?:^|(?<=.) +)(?P<upper>to|under) +(?P<high>[^ ].*?))?"
)
Read = Callable[[Path, Scope], tuple[Node | None, Type | None]]
"""Reads the formula at a place."""


class _Line(NamedTuple):
    """A line of the table with its place, its ends not yet completed by those of its neighbours."""

    path: Path
    tier: Tier


def read_tiers(form: Form, path: Path, scope: Scope, read: Read) -> tuple[TierTable | None, Type | None]:
    """The table at `path` and the type of its values; None, and faults, where it is not right."""
    found = len(form.faults)
    value = form.mapping(path)
    subject, of = read((*path, OF), scope)
    if of is not None and of.kind != "number":
        wrong = Text(f"分档的依据是{of.zh}", f"tiers are of a figure, and this is {of}")
        form.fault((*path, OF), wrong, Text("写一个数字事实", "name a fact that is a figure"))
    keys = [key for key in value if key not in (OF, ELSE)]
    if not keys:
        form.fault(path, Text("没有档次", "no tiers"), _LIKE)
    lines, types, other = [], [], None
    for key in (*keys, *([ELSE] if ELSE in value else [])):
        node, type = read((*path, key), scope)
        types += [((*path, key), type)] if type is not None else []
        if key == ELSE:
            other = node
        else:
            lines += [_Line((*path, key), tier) for tier in _tier(form, (*path, key), key, of, node)]
    common = _common(form, types)
    if len(form.faults) > found or subject is None:
        return None, None
    completed = _completed(form, lines)
    return (TierTable(subject, completed, other), common) if completed else (None, None)


_LIKE = Text(
    "每档一行，如 from 200万元 under 500万元: 30万元；over 500万元: 50万元",
    "a line for each, such as `from 200万元 under 500万元: 30万元` and `over 500万元: 50万元`",
)


def _tier(form: Form, path: Path, key: str, of: Type | None, value: Node | None) -> Iterator[Tier]:
    """The tier that a key begins; none, and a fault, where it says no figures."""
    match = _KEY.fullmatch(" ".join(key.split()))
    if match is None or not (match["lower"] or match["upper"]):
        form.fault(path, Text(f"“{cut(key)}”不是档次", f"{quoted(key)} is no tier"), _LIKE, key=True)
        return
    ends: list[Node | None] = []
    for written in (match["low"], match["high"]):
        figure = form.units.read(written) if written else None
        if written and (figure is None or (of is not None and not _alike(figure_type(figure), of))):
            wrong = Text(
                f"“{cut(written)}”不是{of.zh if of else '数字'}", f"{quoted(written)} is not {of or 'a figure'}"
            )
            form.fault(path, wrong, Text("单位与所分档的事实相同", "in the unit of what the tiers are of"), key=True)
            return
        place = form.tree.place(path, True)
        ends.append(None if figure is None else Node("number", (), figure, place=(place.line, place.column)))
    if value is not None:
        yield Tier(ends[0], match["lower"] == "from", ends[1], match["upper"] == "to", value)


def _alike(one: Type, other: Type) -> bool:
    return OPERATORS[">"].signature([one, other]) is not None


def _common(form: Form, types: list[tuple[Path, Type]]) -> Type | None:
    """The one type of all values; a fault at the first that is another."""
    common: Type | None = None
    for path, type in types:
        joined = type if common is None else OPERATORS["if"].signature([TRUTH, common, type])
        if joined is None:
            wrong = Text(f"结果是{type.zh}", f"it comes out as {type}")
            form.fault(
                path,
                wrong,
                Text(f"须如别的档次，是{common.zh}", f"like the other tiers, {common}") if common else _LIKE,
            )
        common = joined or common
    return common


def _completed(form: Form, lines: list[_Line]) -> tuple[Tier, ...]:
    """The tiers from the lowest on, each to where the next begins; none, and a fault, where they do not join."""
    if len(lines) > 1 and _start(lines[0].tier) > _start(lines[-1].tier):
        lines = lines[::-1]
    tiers = [line.tier for line in lines]
    for index, (own, following) in enumerate(pairwise(tiers)):
        if own.high is None and following.low is not None:
            tiers[index] = own._replace(high=following.low, with_high=not following.with_low)
        elif following.low is None and own.high is not None:
            tiers[index + 1] = following._replace(low=own.high, with_low=not own.with_high)
    for line, own, following in zip(lines[1:], tiers, tiers[1:], strict=False):
        joined = own.high is not None and following.low is not None and own.high.value[:2] == following.low.value[:2]
        if not joined or own.with_high is following.with_low:
            twice = joined and own.with_high
            wrong = Text(
                "与前一档有重叠" if twice else "与前一档不相接",
                f"it {'overlaps' if twice else 'does not join'} the tier before it",
            )
            right = Text(
                "前一档 to 的数，后一档用 over；under 的数，用 from",
                "after `to` the next is `over` the same figure, after `under` it is `from` it",
            )
            form.fault(line.path, wrong, right, key=True)
            return ()
    for line, tier in zip(lines, tiers, strict=True):
        if tier.low is not None and tier.high is not None and tier.low.value.amount >= tier.high.value.amount:
            wrong = Text("起点不小于终点", "it begins at its end, or above")
            form.fault(line.path, wrong, Text("小的在前", "put the lower figure first"), key=True)
            return ()
    return tuple(tiers)


def _start(tier: Tier) -> tuple[bool, object]:
    """Where a tier begins, or ends if it does not say: to tell which way a table runs."""
    end = tier.low or tier.high
    assert end is not None
    return tier.low is not None, end.value.amount
