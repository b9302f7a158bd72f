"""What a calculation takes for granted: the defaults that it rests on, and what an amount assumes of its own.

The day of the calculation and the enterprise's own values with a default are told wherever they are not stated. Of all other
defaults, those of items and of days that follow others, only what an outcome rests on is told. An outcome rests on a default
where the clause applies, or has days alone against it, and could not be told if the default were not known either: some
other value might make it another. What a clause itself assumes is told where it is entitled.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from jxplus.fault import YES_NO, Text
from jxplus.formula.node import Node
from jxplus.policy import DAY, TODAY, Clause, Fact, FactList, Policy
from jxplus.policy.days import held

if TYPE_CHECKING:
    from typing import Protocol

    class OfClause(Protocol):
        """How one clause came out, as far as it is asked here."""

        clause: Clause
        dated: Clause
        """With its days written into its conditions, see `held`."""

        def applies(self, outcome: Any) -> bool:
            """Whether the clause applies, or has days alone against it."""
            ...

        def pays(self, outcome: Any) -> bool:
            """Whether the clause is entitled."""
            ...

        def decides(self, facts: Mapping[str, Any]) -> bool:
            """Whether the clause's own day decides whether it is in force."""
            ...

        def untold(self, outcome: Any, facts: Mapping[str, Any], is_day: bool) -> bool:
            """Whether the clause cannot be told from facts that lack a default."""
            ...


class Assumption(NamedTuple):
    """What was taken for granted: a fact that was not stated and its value, or, without both, what a clause assumes."""

    fact: str
    value: str
    text: Text

    @property
    def record(self) -> dict[str, Any]:
        """One entry of JSON's `assumptions`."""
        return {"fact": self.fact or None, "value": self.value or None, **self.text._asdict()}


class Default(NamedTuple):
    """A fact of an item that has a default, its list, and the clauses that ask for it."""

    listed: FactList
    fact: Fact
    clauses: tuple[str, ...]

    @property
    def name(self) -> str:
        """The fact as a file's schema names it: `listings[].subsidised`."""
        return f"{self.listed.id}[].{self.fact.id}"

    @property
    def text(self) -> Text:
        """That the fact was not stated, and what it was taken as."""
        return _taken(self.fact, self.listed)

    @property
    def is_day(self) -> bool:
        """Whether items are held against it."""
        return self.fact.id == self.listed.dated


def item_defaults(policy: Policy, dated: Iterable[Clause] | None = None) -> list[Default]:
    """The defaults of items that a clause asks for, in the policy's order; `dated` are its clauses as they are `held`, if known."""
    asked: dict[tuple[str, str], list[str]] = {}
    if all(fact.default is None for listed in policy.lists.values() for fact in listed.facts.values()):
        return []
    for clause in dated if dated is not None else (held(each, policy.lists) for each in policy.clauses):
        names: dict[tuple[str, str], None] = {}
        for formula in clause.written():
            _note_items(formula, names)
        for name in names:
            asked.setdefault(name, []).append(clause.id)
    return [
        Default(listed, fact, tuple(asked[listed.id, fact.id]))
        for listed in policy.lists.values()
        for fact in listed.facts.values()
        if fact.default is not None and (listed.id, fact.id) in asked
    ]


def _note_items(node: Node, names: dict[tuple[str, str], None]) -> None:
    """Notes the facts of items that a formula asks for."""
    if node.op == "item":
        names[node.value] = None
    for arg in node.args:
        if arg.args or arg.op == "item":
            _note_items(arg, names)


def is_told(fact: Fact) -> bool:
    """Whether a fact of the enterprise is told wherever it is not stated."""
    return fact.taken is not None or fact.follows == TODAY


def is_followed(fact: Fact) -> bool:
    """Whether a fact of the enterprise is a day that follows another."""
    return bool(fact.follows) and fact.follows != TODAY


def own_text(fact: Fact, as_of: date | None) -> Text:
    """That a fact of the enterprise was not stated, and what it was taken as."""
    if fact.follows == TODAY:
        return Text(f"{fact.label.zh}：未写明，按今天 {as_of}", f"{fact.label.en}: not stated, taken as today, {as_of}")
    return _taken(fact)


def _taken(fact: Fact, listed: FactList | None = None) -> Text:
    zh, en = fact.label
    if listed is not None:
        zh, en = f"{listed.label.zh}·{zh}", f"{listed.label.en}, {en}"
    if fact.follows:
        followed = fact.source or Text("测算日期", DAY)
        return Text(f"{zh}：未写明，按{followed.zh}", f"{en}: not stated, the same as {followed.en}")
    taken, source = _value(fact), fact.source or Text("默认值", "the default")
    return Text(f"{zh}：未写明，按 {taken.zh}（{source.zh}）", f"{en}: not stated, taken as {taken.en}, {source.en}")


def _value(fact: Fact) -> Text:
    """What a fact is taken as where it is not stated, as a reader writes it."""
    if isinstance(fact.taken, bool):
        return YES_NO[fact.taken]
    if fact.choices:
        return Text(fact.choices[fact.taken].zh, fact.taken)
    assert isinstance(fact.taken, Decimal)
    return Text.same(fact.figure_text(fact.taken))


class Assumptions:
    """What the outcomes of a policy's clauses take for granted; made once, used for any number of enterprises."""

    def __init__(self, policy: Policy, clauses: "Sequence[OfClause]") -> None:
        self.policy, self.clauses = policy, clauses
        dated = [each.dated for each in clauses]
        places = {each.clause.id: place for place, each in enumerate(clauses)}
        self.told = [fact for fact in policy.facts.values() if is_told(fact)]
        self.followed = [fact for fact in policy.facts.values() if is_followed(fact)]
        self.items = [(each, [places[id] for id in each.clauses]) for each in item_defaults(policy, dated)]
        self.assumed = [place for place, each in enumerate(clauses) if each.clause.assumes is not None]

    def of(
        self, stated: Mapping[str, Any], facts: Mapping[str, Any], outcomes: Sequence[Any]
    ) -> tuple[Assumption, ...]:
        """The assumptions behind `outcomes`: `facts` are those `stated`, with all defaults among them. Within `EXACT`."""
        items = [each for each, places in self.items if self._rests(each, places, stated, facts, outcomes)]
        days = {
            own.clause.day
            for own, outcome in zip(self.clauses, outcomes, strict=True)
            if own.decides(facts) and own.applies(outcome)
        }
        assumed = [place for place in self.assumed if self.clauses[place].pays(outcomes[place])]
        unstated = {fact.id for fact in (*self.told, *self.followed) if fact.id not in stated}
        return self.told_of(items, days, assumed, unstated, facts)

    def told_of(
        self,
        items: Sequence[Default],
        days: Set[str],
        assumed: Iterable[int],
        unstated: Set[str],
        facts: Mapping[str, Any],
    ) -> tuple[Assumption, ...]:
        """The assumptions where an outcome rests on the defaults of some items and on some days, and some clauses assume something.

        `unstated` are the facts of the enterprise with a default that it does not state; of `facts` the days are asked for.
        """
        rested = days | {_followed(each.fact) for each in items if each.fact.follows}
        found = list(self._own(unstated, facts, rested))
        for each in items:
            value = facts[_followed(each.fact)].isoformat() if each.fact.follows else _value(each.fact).en
            found.append(Assumption(each.name, value, each.text))
        own = dict.fromkeys(self.clauses[place].clause.assumes for place in assumed)
        return (*found, *(Assumption("", "", text) for text in own if text is not None))

    def _own(self, unstated: Set[str], facts: Mapping[str, Any], days: Set[str]) -> Iterator[Assumption]:
        """Those of the enterprise's own facts, where `days` are the days that something rests on."""
        for _ in self.followed:  # as far as one may follow another
            days = days | {_followed(fact) for fact in self.followed if fact.id in days and fact.id in unstated}
        for fact in self.policy.facts.values():
            if fact.id in unstated and (is_told(fact) or fact.id in days):
                value = facts[fact.id].isoformat() if fact.follows else _value(fact).en
                yield Assumption(fact.id, value, own_text(fact, facts[DAY]))

    def _rests(
        self,
        each: Default,
        places: Sequence[int],
        stated: Mapping[str, Any],
        facts: Mapping[str, Any],
        outcomes: Sequence[Any],
    ) -> bool:
        """Whether one of some outcomes rests on the default of an item's fact."""
        items, name = stated.get(each.listed.id), each.fact.id
        if not items or all(name in item for item in items):
            return False
        asking = [place for place in places if self.clauses[place].applies(outcomes[place])]
        return any(self.untold(each, place, outcomes[place], stated, facts) for place in asking)

    def untold(
        self, each: Default, place: int, outcome: Any, stated: Mapping[str, Any], facts: Mapping[str, Any]
    ) -> bool:
        """Whether a clause that came to an outcome could not be told without the default of an item's fact."""
        name, listed = each.fact.id, each.listed.id
        bare = [
            item if name in own else {id: value for id, value in item.items() if id != name}
            for own, item in zip(stated[listed], facts[listed], strict=True)
        ]
        return self.clauses[place].untold(outcome, {**facts, listed: bare}, each.is_day)


def _followed(fact: Fact) -> str:
    return DAY if fact.follows == TODAY else fact.follows
