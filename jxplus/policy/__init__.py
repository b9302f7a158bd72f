"""A policy plan as jxplus holds it: its clauses, the facts they ask for, and the names of both in two languages.

Records alone: how a policy file is read and checked is `file`'s business, how it is kept is `store`'s. Every
formula here has passed the check of names, types and units.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

from jxplus.fault import Place, Text
from jxplus.formula.node import Node
from jxplus.plan.section import USUAL, Numbering
from jxplus.policy.facts import Bound as Bound
from jxplus.policy.facts import Fact as Fact
from jxplus.policy.facts import FactList as FactList
from jxplus.policy.facts import Limits as Limits
from jxplus.policy.facts import known_names as known_names
from jxplus.policy.facts import limits_of as limits_of
from jxplus.policy.facts import names_of as names_of
from jxplus.quantity import BUILT_IN, Units

_T = TypeVar("_T", "Clause", "Rule")

DAY, TODAY = "as_of", "today"
"""The fact that states the day of a calculation, and the default by which a fact is that day where it is not stated."""


class Period(NamedTuple):
    """The days on which something is in force, both ends included; None is open."""

    start: date | None = None
    end: date | None = None
    source: Text | None = None

    def holds(self, day: date) -> bool:
        """Whether it is in force on `day`."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)

    def __str__(self) -> str:
        return " ".join(f"{word} {day}" for word, day in (("from", self.start), ("to", self.end)) if day)

    @property
    def zh(self) -> str:
        """The days in Chinese."""
        return "".join(f"{word}{day}" for word, day in (("自", self.start), ("至", self.end)) if day)


def _each_once(nodes: Iterable[Node | None]) -> list[Node]:
    """The formulas that there are, each once: they are few, and to hash one is to walk through all of it."""
    found: list[Node] = []
    for node in nodes:
        if node is not None and node not in found:
            found.append(node)
    return found


class Reading(NamedTuple):
    """One way to read a clause: who is entitled under it, and from what to what amount, in yuan.

    A clause that can be read in one way has a single reading without an id. `low` is None for a ceiling (it is then zero)
    and both are None where the plan states no amount. `cap` is what all items come to together at most; None for no such
    bound.
    """

    id: str
    title: Text | None
    when: Node
    low: Node | None
    high: Node | None
    cap: Node | None = None

    @property
    def over(self) -> str | None:
        """The list that it runs over by itself, in a clause that does not; None for a reading that does not."""
        ends = [node for node in (self.low, self.high) if node is not None]
        own = (node.op == "sum" and node.value == self.when.value and node.args[1:] == self.when.args for node in ends)
        return str(self.when.value) if self.when.op == "any" and ends and all(own) else None

    def of_item(self) -> "Reading":
        """A reading that runs over a list by itself, as it is written: its condition and its amounts are those of an item."""
        return self.put(self.when.args[0], lambda amount: amount.args[0])

    def put(self, when: Node, change: Callable[[Node], Node]) -> "Reading":
        """The reading with another condition, and with each end of its amount changed; two ends that are one stay one."""
        high = None if self.high is None else change(self.high)
        low = high if self.low is self.high else None if self.low is None else change(self.low)
        return self._replace(when=when, low=low, high=high)

    def amounts(self) -> list[Node]:
        """The formulas of what it pays, each once, with the cap as the last."""
        return _each_once((self.low, self.high, self.cap))


class Cited(NamedTuple):
    """A sentence of the plan's text that is encoded, by its digest; of another `section` than that of whoever encodes it."""

    digest: str
    section: str = ""


class Clause(NamedTuple):
    """One clause: what it says, where it stands in the plan, who pays, when it is in force, and what it comes to.

    `kind` is `exact`, `ceiling`, `range`, `floor` or `unstated`; of a floor both ends of a reading are the least that it pays,
    and nothing bounds it. `each` is the list it runs over. `unquantified_without` is a fact
    that the plan itself leaves open: without it the clause applies and has no amount. `restates` are the clauses whose
    figures it uses again where the plan's text has them once, itself among them where it does so with its own. `day` is the
    date fact of the enterprise that it is held against; `assumes` says what its amount takes for granted. `read_with` names
    the plan's readings that its own are, where several clauses share them: they are chosen together. `replaces` are the
    clauses whose place it takes, of another plan as `ALIAS:clause`. `sentences` are those that it encodes, of its
    section or of others.
    """

    id: str
    section: str
    title: Text
    nature: str
    basis: str
    payer: Text
    lead: str
    period: Period
    kind: str
    readings: tuple[Reading, ...]
    each: str | None = None
    base: Node | None = None
    unquantified_without: str | None = None
    note: Text | None = None
    restates: tuple[str, ...] = ()
    day: str = DAY
    assumes: Text | None = None
    read_with: str | None = None
    replaces: tuple[str, ...] = ()
    sentences: tuple[Cited, ...] = ()

    @property
    def own(self) -> str:
        """Its id in its own plan, without the alias that stands before it among several."""
        return self.id.rpartition(":")[2]

    @property
    def literal(self) -> bool:
        """Whether its amounts are figures of the plan, not calculated from any of the enterprise's: few come up."""
        amounts = [node for reading in self.readings for node in reading.amounts()]
        return self.base is None and all(node.op == "number" for node in amounts)

    def formulas(self) -> Iterator[Node]:
        """All formulas of the clause, each once."""
        return iter(_each_once(self.written()))

    def amounts(self, reading: Reading) -> list[tuple[str, Node]]:
        """What it pays under one reading, each formula with its key in a policy file: `pays`, `up to`, `from`, `to`, `at least`."""
        if reading.high is None:
            return []
        if self.kind == "range" and reading.low is not None:
            return [("from", reading.low), ("to", reading.high)]
        return [({"ceiling": "up to", "floor": "at least"}.get(self.kind, "pays"), reading.high)]

    def written(self) -> Iterator[Node]:
        """All formulas of the clause as often as they stand in it, for what asks no more than which names they have."""
        if self.base is not None:
            yield self.base
        for reading in self.readings:
            yield reading.when
            low = None if reading.low is reading.high else reading.low  # an exact amount stands there once
            yield from (node for node in (low, reading.high, reading.cap) if node is not None)


HIGHEST, SUM, SAME, NEVER = "highest of", "sum of", "same as", "never"
"""What a rule says of its clauses: one counts, they come to a ceiling at most, they are one thing; or nothing, as it is read."""


class RuleReading(NamedTuple):
    """One way to read a rule; a rule that can be read in one way has a single reading without an id.

    `kind` is one of `HIGHEST`, `SUM`, `SAME` and `NEVER`. `members` are the clauses and rules that it names: as its own file
    has them, those of another plan as `ALIAS:clause`. With `each` it is about every item of a list by itself. A sum is `at_most`
    an amount, `less` a fact that says what was drawn before.
    """

    id: str
    title: Text | None
    kind: str
    members: tuple[str, ...]
    each: str | None = None
    at_most: Node | None = None
    less: Node | None = None


class Rule(NamedTuple):
    """What clauses may pay together; `section` is empty where the plan has no sentence for it.

    `place` is that in its file; `sentences` are the sentences that it encodes, of its section or of others.
    """

    id: str
    section: str
    title: Text
    readings: tuple[RuleReading, ...]
    note: Text | None = None
    place: Place = Place()
    sentences: tuple[Cited, ...] = ()

    def formulas(self) -> Iterator[Node]:
        """The formulas of its ceilings, and the facts that these are less of."""
        nodes = [node for reading in self.readings for node in (reading.at_most, reading.less)]
        return iter(dict.fromkeys(node for node in nodes if node is not None))


class Replaced(NamedTuple):
    """A plan, by its id or its alias, whose place another takes from a day on."""

    plan: str
    day: date


class PolicyWarning(NamedTuple):
    """A day after which a calculation earns a warning, and its words."""

    after: date
    text: Text


class Omission(NamedTuple):
    """A figure of the plan's text that no clause encodes, as the text writes it: why, and how often it stands there."""

    figure: str
    reason: Text
    times: int = 1


class NotEncoded(NamedTuple):
    """What the clauses leave out of the plan's text: figures by section, and kinds of figures that measure nothing.

    `sentences` are the sentences that no clause encodes, by section and digest, each with its reason.
    """

    kinds: Mapping[str, Text] = {}
    sections: Mapping[str, tuple[Omission, ...]] = {}
    sentences: Mapping[str, Mapping[str, Text]] = {}


class Policy(NamedTuple):
    """A policy plan: its clauses in their order, and all the names they use. `sha256` is that of the file's bytes.

    `not_encoded` and `sources` answer for the plan's text: the figures of it that no clause encodes, and by clause (or
    `policy`) the figures that come from elsewhere, each with its reason. `units` are those that its figures carry,
    `numbering` is that of its sections; `sentences` are those that say what holds of the plan as a whole. `rules` say what clauses may pay together. `alias` is what other plans call it; `plans`
    are those that it was made of, where it is several plans together (see `together`).
    """

    id: str
    title: Text
    issued: date
    period: Period
    currency: str
    warning: PolicyWarning | None
    parts: dict[str, Text]
    natures: dict[str, Text]
    bases: dict[str, Text]
    departments: dict[str, Text]
    facts: dict[str, Fact]
    lists: dict[str, FactList]
    clauses: tuple[Clause, ...]
    sha256: str = ""
    file: str = ""
    not_encoded: NotEncoded = NotEncoded()
    sources: Mapping[str, Mapping[str, Text]] = {}
    units: Units = BUILT_IN
    numbering: Numbering = USUAL
    alias: str = ""
    plans: "tuple[Policy, ...]" = ()
    rules: tuple[Rule, ...] = ()
    replaces: tuple[Replaced, ...] = ()
    sentences: tuple[Cited, ...] = ()

    @property
    def each_plan(self) -> "tuple[Policy, ...]":
        """The plans that it holds: those that it was made of, or itself."""
        return self.plans or (self,)

    def plan_of(self, clause: Clause | Rule) -> "Policy":
        """The plan that a clause or a rule is of."""
        if not self.plans:
            return self
        alias = clause.id.partition(":")[0]
        return next(plan for plan in self.plans if plan.alias == alias)

    def stands(self, one: Clause | Rule) -> str:
        """Where a clause or a rule stands: its section, among several plans after the alias of its own."""
        return f"{self.plan_of(one).alias} {one.section}".strip() if self.plans else one.section

    def heading(self, clause: Clause) -> tuple[str, Text]:
        """The part of its plan that a clause stands in, and what that is called; empty where there is none."""
        plan = self.plan_of(clause)
        part = plan.part(clause.section)
        return part, plan.parts.get(part, Text("", ""))

    def part_number(self, clause: Clause) -> str:
        """The number of the part that a clause stands in; empty where sections have one level, and a part has no number of theirs."""
        plan = self.plan_of(clause)
        return plan.part(clause.section) if len(plan.numbering.kinds) > 1 else ""

    def part_titled(self, title: str) -> list[Clause]:
        """The clauses of the part that is called so, in either language."""
        named = [(plan, part) for plan in self.each_plan for part, titles in plan.parts.items()]
        wanted = [(plan, part) for plan, part in named if title in (each.casefold() for each in plan.parts[part])]
        return [
            clause
            for clause in self.clauses
            if any(self.plan_of(clause) is plan and plan.part(clause.section) == part for plan, part in wanted[:1])
        ]

    @property
    def warned(self) -> tuple[PolicyWarning, ...]:
        """The warnings of its plans."""
        return tuple(plan.warning for plan in self.each_plan if plan.warning is not None)

    def named(self, name: str) -> Fact | FactList:
        """The fact of the enterprise, or the list, of that id."""
        return self.facts[name] if name in self.facts else self.lists[name]

    def fact(self, listed: str, name: str) -> Fact | None:
        """The fact of that id, of the enterprise or, where a list is named, of its items; None where there is none."""
        if not listed:
            return self.facts.get(name)
        return self.lists[listed].facts.get(name) if listed in self.lists else None

    def rule(self, name: str) -> Rule | None:
        """The rule of that id; of several plans the one that has it, written `ALIAS:rule` where two do."""
        return self._called(self.rules, name)

    @property
    def ambiguous(self) -> "tuple[Clause | Rule, ...]":
        """The clauses and the rules that can be read in more than one way."""
        known: list[Clause | Rule] = [*self.clauses, *self.rules]
        return tuple(each for each in known if len(each.readings) > 1)

    def clause(self, name: str) -> Clause | None:
        """The clause of that id; of several plans the one that has it, written `ALIAS:clause` where two do."""
        return self._called(self.clauses, name)

    def _called(self, those: Sequence[_T], name: str) -> _T | None:
        found = [each for each in those if each.id == name]
        if not found and self.plans:
            found = [each for each in those if each.id.partition(":")[2] == name]
        return found[0] if len(found) == 1 else None

    def pinned(self, chosen: Mapping[str, str]) -> dict[str, str]:
        """The readings chosen, by clause, with those of the clauses that share them: one sentence is read in one way.

        Raises `ValueError` where two of them are chosen apart.
        """
        shared: dict[str, tuple[str, str]] = {}
        for id, reading in chosen.items():
            clause = self.clause(id)
            if clause is not None and clause.read_with is not None:
                first, other = shared.setdefault(clause.read_with, (id, reading))
                if other != reading:
                    raise ValueError(f"{first}={other} and {id}={reading} are readings of one sentence")
        together = {
            each.id: shared[each.read_with][1] for each in self.clauses if each.read_with and each.read_with in shared
        }
        return {**chosen, **together}

    def in_section(self, written: str) -> list[Clause]:
        """The clauses of a section, written as the plan numbers it (六(二), 六 or 第8条, at any width) or as 6.2, 6(2), 6 or 8."""
        return [clause for clause in self.clauses if self.plan_of(clause)._is_in(clause.section, written)]

    def rules_in(self, written: str) -> list[Rule]:
        """The rules of a section, written as for `in_section`."""
        return [rule for rule in self.rules if self.plan_of(rule)._is_in(rule.section, written)]

    def _is_in(self, section: str, written: str) -> bool:
        alias = self.numbering.asked(written)
        own = self.numbering.alias(section)
        return bool(alias) and (own == alias or own.startswith(f"{alias}."))

    def part(self, section: str) -> str:
        """The part that a section stands in, as `parts` calls it; where sections have one level, the part begun last before it.

        Empty where the sections have one level and no part begins before it.
        """
        own = self.numbering.part(section)
        if len(self.numbering.kinds) > 1 or own in self.parts:
            return own
        levels = self.numbering.levels(section) or ()
        begun = [name for name in self.parts if (first := self.numbering.levels(name)) and first <= levels]
        return begun[-1] if begun else ""
