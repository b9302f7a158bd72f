"""One plan with one clause of it, asked what facts come to that are not all decided yet.

A fact that is not decided is unknown, be it one with a default: so an outcome that is decided stays what it is, whatever the
rest is decided to be, and nothing need be tried below it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, localcontext
from typing import Any, NamedTuple

from jxplus.assessment import ENTITLED, NOT_MET, UNDECIDED, UNQUANTIFIED, Assessor, Outcome
from jxplus.enterprise.defaults import Defaults
from jxplus.formula.node import OVER_ITEMS, Node, walk
from jxplus.policy import DAY, Clause, Fact, Policy
from jxplus.policy.days import held
from jxplus.quantity import EXACT

PAYS, APPLIES, TELLS = 3, 2, 1
"""How much a difference says: what is paid, whether and how the clause applies, or what is asked for alone."""


class Variable(NamedTuple):
    """A fact of the enterprise, a list (its `Items`), or a fact of its items: of all of them, or of that at `place`."""

    listed: str
    name: str
    place: int = 0


class Items(NamedTuple):
    """How many items a list has, and whether each is decided by itself or all of them are alike."""

    number: int
    apart: bool = False


class Unstated:
    """What a variable is decided to be that is not stated: its default, if it has one."""

    def __repr__(self) -> str:
        return "UNSTATED"


UNSTATED = Unstated()
State = Mapping[Variable, Any]
"""What is decided so far; of a list how many items it has, of a fact of its items what all of them state."""


def stated(state: State) -> dict[str, Any]:
    """The facts of an enterprise that states what is decided; without the day of the calculation."""
    facts: dict[str, Any] = {}
    for var, value in state.items():
        if isinstance(value, Items):
            facts[var.name] = [_item(state, var.name, place if value.apart else 0) for place in range(value.number)]
        elif not var.listed and value is not UNSTATED and var.name != DAY:
            facts[var.name] = value
    return facts


def _item(state: State, listed: str, place: int) -> dict[str, Any]:
    return {
        var.name: value
        for var, value in state.items()
        if var.listed == listed and var.place == place and value is not UNSTATED
    }


class ClauseSide:
    """A clause of a plan, or none, ready to be asked; `asked` are the variables that its formulas ask for, in their order.

    With `day` it is asked on that day, whatever day is decided.
    """

    def __init__(self, policy: Policy, clause: Clause | None, day: date | None = None) -> None:
        self.policy, self.clause, self.day = policy, clause, day
        self.defaults = Defaults(policy)
        self.held = held(clause, policy.lists) if clause is not None else None
        self.assessor = Assessor(policy._replace(clauses=(clause,) if clause else (), rules=()))
        self.asked = list(dict.fromkeys(self._asked())) if self.held is not None else []

    def _asked(self) -> Iterator[Variable]:
        assert self.held is not None
        if self.held.each is not None:
            yield Variable("", self.held.each)
            dated = self.policy.lists[self.held.each].dated
            if dated:
                yield Variable(self.held.each, dated)
        for formula in self.formulas():
            yield from _variables(formula)
        if self.held.unquantified_without:
            yield Variable("", self.held.unquantified_without)

    def formulas(self) -> Iterator[Node]:
        """The formulas of the clause, the conditions of its readings before all others; none where there is no clause."""
        if self.held is not None:
            yield from (each.when for each in self.held.readings)
            yield from self.held.formulas()

    def declared(self, var: Variable) -> Fact | None:
        """The fact that a variable is in this plan; None for a list, and where the plan has no such fact."""
        return self.policy.fact(var.listed, var.name)

    def facts(self, state: State, open: Sequence[Variable]) -> dict[str, Any]:
        """What the plan takes the facts for; those of `open` that are not decided are unknown."""
        facts = self.defaults.taken(self._taken(stated(state)), self.day or state[Variable("", DAY)])
        unknown: dict[tuple[str, int], set[str]] = {}
        for var in open:
            if var not in state and not var.listed:
                facts.pop(var.name, None)
            elif var not in state:
                unknown.setdefault((var.listed, var.place), set()).add(var.name)
        for listed in {each for each, _ in unknown}:
            items = state.get(Variable("", listed))
            if isinstance(items, Items) and isinstance(facts.get(listed), list):
                facts[listed] = [
                    {
                        name: value
                        for name, value in item.items()
                        if name not in unknown.get((listed, place if items.apart else 0), ())
                    }
                    for place, item in enumerate(facts[listed])
                ]
        return facts

    def _taken(self, facts: dict[str, Any]) -> dict[str, Any]:
        """The facts that are values of what the plan calls so: the other plan may call another thing by the same name."""
        lists = self.policy.lists
        found: dict[str, Any] = {}
        for name, value in facts.items():
            if isinstance(value, list):
                own = lists[name].facts if name in lists else None
                if own is not None:
                    found[name] = [
                        {key: each for key, each in item.items() if _fits(own.get(key), each)} for item in value
                    ]
            elif name not in lists and _fits(self.policy.facts.get(name), value):
                found[name] = value
        return found

    def outcome(self, facts: dict[str, Any]) -> Outcome | None:
        """What the clause comes to; None where the plan has no such clause."""
        if self.clause is None:
            return None
        compiled = self.assessor.clauses[0]
        with localcontext(EXACT):
            return compiled.on(facts[self.clause.day])(facts)

    def waits(self, outcome: Outcome | None, state: State) -> frozenset[str]:
        """The names that an outcome waits for; none where it is decided."""
        if outcome is None:
            return frozenset()
        if outcome.status == UNDECIDED:
            return frozenset(outcome.missing)
        assert self.clause is not None
        without = self.clause.unquantified_without
        if outcome.status == UNQUANTIFIED and without and Variable("", without) not in state:
            return frozenset({without})
        return frozenset()

    def days(self) -> list[str]:
        """The facts whose days the clause is held against, that of the calculation first."""
        return [DAY] if self.clause is None or self.clause.day == DAY else [DAY, self.clause.day]

    def dated(self) -> list[Variable]:
        """The days of items without which the clause cannot be asked."""
        if self.clause is None:
            return []
        return [Variable(listed, name) for listed, name in self.assessor.clauses[0].force.dated]


def _fits(fact: Fact | None, value: Any) -> bool:
    """Whether a value is of the kind that a fact takes; of a fact that the plan has not, any is."""
    if fact is None:
        return True
    kinds = {"number": Decimal, "truth": bool, "date": date}
    return isinstance(value, kinds.get(fact.type.kind, str))


def _variables(node: Node) -> Iterator[Variable]:
    for each in walk(node):
        if each.op == "fact":
            yield Variable("", each.value)
        elif each.op == "item":
            yield Variable("", each.value[0])
            yield Variable(*each.value)
        elif each.op in OVER_ITEMS:
            yield Variable("", each.value)


def level(old: Outcome | None, new: Outcome | None) -> int:
    """How much the difference of two outcomes says; zero where there is none."""
    if UNDECIDED not in (_status(old), _status(new)):
        if _paid(old) != _paid(new):
            return PAYS
        ways = [(_status(each), each and each.base, each and each.readings) for each in (old, new)]
        if ways[0] != ways[1]:
            return APPLIES
    if old is None or new is None:
        return TELLS if old is not new else 0
    return TELLS if old[1:7] != new[1:7] else 0


def _status(outcome: Outcome | None) -> str:
    return NOT_MET if outcome is None else outcome.status


def _paid(outcome: Outcome | None) -> tuple[Any, ...]:
    """What is paid and as what; nothing where nothing is."""
    if outcome is None or outcome.status != ENTITLED or not (outcome.high or outcome.low or outcome.open):
        return ()
    clause = outcome.clause
    return outcome.low, outcome.high, outcome.open, clause.nature, clause.basis


def day_of(state: State) -> date:
    """The day of the calculation."""
    day = state[Variable("", DAY)]
    assert isinstance(day, date)
    return day
