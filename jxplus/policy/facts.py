"""What an enterprise may state, as a policy declares it: its facts, the lists of them, and what a figure may be."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from sys import intern
from typing import TYPE_CHECKING, Any, NamedTuple

from jxplus.fault import Text
from jxplus.formula.node import Node
from jxplus.formula.operators import DATE, SHARE, YUAN, Type
from jxplus.quantity import BUILT_IN, ROOMY, ZERO, Units, decimals, quantity_text, rate_text

if TYPE_CHECKING:
    from jxplus.formula.check import Scope


class Bound(NamedTuple):
    """The bound of a type as its file writes it: a figure that all others stay below, or are at most where it is `included`."""

    figure: Decimal
    included: bool


class Limits(NamedTuple):
    """What a figure may be: how many decimals it carries, the least and the largest, and its bound as the file writes it."""

    decimals: int
    least: Decimal
    largest: Decimal
    written: Bound

    @property
    def step(self) -> Decimal:
        """The finest figure: all others are so many of it."""
        return Decimal(1).scaleb(-self.decimals)

    def both(self, other: "Limits") -> "Limits":
        """The limits of the figures that are within these and within others."""
        narrower = self if self.largest <= other.largest else other
        return narrower._replace(decimals=min(self.decimals, other.decimals), least=max(self.least, other.least))


def limits_of(decimals: int, bounds: Sequence[Bound]) -> Limits:
    """The limits of a type whose figures are not negative: of several bounds the tightest."""
    step = Decimal(1).scaleb(-decimals)
    ends = [(each.figure if each.included else ROOMY.subtract(each.figure, step), each) for each in bounds]
    return Limits(decimals, ZERO, *min(ends))


class Fact(NamedTuple):
    """Something an enterprise file may state, on the enterprise or on an item of a list.

    `form` is the type's name in the policy file (`money`, `rate`, `bool`, `choice` …), `type` what a formula takes it
    for. `default` holds where the fact is not stated; that of a date is `today`, the day of the calculation, or the date
    fact whose day it then has. A `fixed` fact is history, or not the enterprise's to change: no advice moves it. `units`
    are those of its plan. `about` says what it means, to whoever is asked for it. `also` are further names under which it
    may be written, `choices_also` those of its choices.
    """

    id: str
    label: Text
    form: str
    type: Type
    limits: Limits | None
    choices: dict[str, Text]
    required: bool = False
    default: Any = None
    source: Text | None = None
    fixed: bool = False
    units: Units = BUILT_IN
    about: Text | None = None
    also: tuple[str, ...] = ()
    choices_also: Mapping[str, tuple[str, ...]] = {}

    @property
    def choice_names(self) -> dict[str, str]:
        """Every name under which a choice may be written, with its id: the ids, the Chinese labels, the further names."""
        return {
            name: id for id, label in self.choices.items() for name in (id, label.zh, *self.choices_also.get(id, ()))
        }

    def holds(self, figure: Decimal) -> bool:
        """Whether a figure is within the limits of the fact."""
        assert self.limits is not None
        decimal, least, largest, _ = self.limits
        return least <= figure <= largest and decimals(figure) <= decimal

    def figure_text(self, figure: Decimal) -> str:
        """A figure of the fact as a formula has it: `15%`, `1000万元`."""
        return rate_text(figure) if self.is_rate else quantity_text(figure, self.type.unit)

    @property
    def positive(self) -> bool:
        """Whether it is a figure above zero."""
        return self.limits is not None and self.limits.least > 0

    @property
    def signed(self) -> bool:
        """Whether it is a figure that may be negative."""
        return self.limits is not None and self.limits.least < 0

    @property
    def follows(self) -> str:
        """Where a date is not stated, whose day it has: `today`, or another date fact; empty for a fact without such a default."""
        return self.default if self.type == DATE and self.default is not None else ""

    @property
    def taken(self) -> Any:
        """The value that holds where the fact is not stated, the same for every enterprise; None for none, and for a day."""
        return None if self.follows else self.default

    @property
    def is_money(self) -> bool:
        """Whether it is an amount in yuan."""
        return self.type == YUAN

    @property
    def is_rate(self) -> bool:
        """Whether it is a share, such as 15%."""
        return self.type == SHARE


class FactList(NamedTuple):
    """A list of an enterprise file, and the facts of one of its items; `about` says what counts as an item.

    `also` are further names under which it may be written. `dated` is the date fact of an item that says its day.
    """

    id: str
    label: Text
    facts: dict[str, Fact]
    about: Text | None = None
    also: tuple[str, ...] = ()
    dated: str = ""

    @property
    def needed(self) -> list[Fact]:
        """The facts that each of its items must state: those without a default."""
        return [fact for fact in self.facts.values() if fact.default is None]


def known_names(facts: Mapping[str, Fact], lists: Mapping[str, FactList] | None = None) -> dict[str, str]:
    """Every name under which a fact or list may be written, with its id: the ids, the Chinese names, the further names."""
    names: dict[str, str] = {}
    for entries in (facts, lists or {}):
        for id, entry in entries.items():
            names |= dict.fromkeys(names_of(entry), intern(id))
    return names


def names_of(entry: Fact | FactList) -> tuple[str, ...]:
    """The names under which one fact or list may be written, each once: its id first, then its Chinese name."""
    return tuple(dict.fromkeys((entry.id, entry.label.zh, *entry.also)))


def fact_of(leaf: Node, facts: Mapping[str, Fact], lists: Mapping[str, FactList]) -> Fact:
    """The fact that a leaf of a formula asks for, the enterprise's or an item's."""
    if leaf.op == "fact":
        return facts[leaf.value]
    listed, name = leaf.value
    return lists[listed].facts[name]


def scope_of(facts: Mapping[str, Fact], lists: Mapping[str, FactList]) -> "Scope":
    """What names may mean in formulas about these facts."""
    from jxplus.formula.check import Scope  # a policy that is ready has no use for it

    items = {name: {fact.id: fact.type for fact in listed.facts.values()} for name, listed in lists.items()}
    return Scope({name: fact.type for name, fact in facts.items()}, items)
