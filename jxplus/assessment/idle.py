"""Whether anything hangs on a clause that is not decided yet: where rules let others count whatever it comes to, nobody need ask."""

from collections.abc import Collection, Mapping
from decimal import localcontext
from itertools import combinations
from typing import Any

from jxplus.assessment import Assessor, Outcome
from jxplus.enterprise import Enterprise
from jxplus.formula.node import EVERY, OVER_ITEMS, walk
from jxplus.policy import DAY, Clause, Period, Policy, Rule
from jxplus.policy.bonds import binding
from jxplus.quantity import EXACT

_MOST_OPEN = 4
"""Beside how many other open clauses a clause is looked at: each may come to be due or not."""


class IdleClauses:
    """Tells which clauses change nothing that is paid, however they are decided; made once for a policy."""

    def __init__(self, policy: Policy) -> None:
        self.assessor = Assessor(policy)
        self.clauses = {clause.id: clause for clause in policy.clauses}
        self.asked: dict[frozenset[str], frozenset[str] | None] = {}
        self.made: dict[tuple[frozenset[str], frozenset[str]], Assessor] = {}

    def __call__(
        self, name: str, facts: Mapping[str, Any], open: Collection[str], unsettled: Collection[str] = ()
    ) -> bool:
        """Whether the clause pays no more in all, be it due or not, whichever others of `open` come to be due.

        `facts` is all that is known, with a day; `unsettled` are the facts that have a default and may still be stated. Where
        an amount is not known yet, or a list is looked through, something may hang on it.
        """
        bound = self.assessor.together(name)
        others = sorted(bound.intersection(open) - {name})
        if not bound or len(others) > _MOST_OPEN or not all(_plain(self.clauses[each]) for each in (name, *others)):
            return False
        asked = self._asked(bound)
        if asked is None or not asked.isdisjoint(unsettled):
            return False
        with localcontext(EXACT):
            for count in range(len(others) + 1):
                for due in combinations(others, count):
                    without, out = frozenset(due), frozenset(others).difference(due)
                    if not self._alike(bound, facts, (without | {name}, out), (without, out | {name})):
                        return False
        return True

    def _asked(self, bound: frozenset[str]) -> frozenset[str] | None:
        """The facts that bound clauses and their rules ask for; None where they look through a list."""
        if bound not in self.asked:
            own = [self.clauses[name] for name in bound]
            rules = {rule.id: rule for name in bound for rule in binding(self.assessor.policy, name)}
            asking: list[Clause | Rule] = [*own, *rules.values()]
            nodes = [node for each in asking for node in walk(*each.formulas())]
            listed = any(node.op in OVER_ITEMS or node.op == "item" for node in nodes) or any(each.each for each in own)
            names = {node.value for node in nodes if node.op == "fact"} | {each.day for each in own}
            self.asked[bound] = None if listed else frozenset(names)
        return self.asked[bound]

    def _alike(
        self,
        bound: frozenset[str],
        facts: Mapping[str, Any],
        one: tuple[frozenset[str], frozenset[str]],
        other: tuple[frozenset[str], frozenset[str]],
    ) -> bool:
        """Whether what is paid for bound clauses is the same in two ways to decide them, each those that are due and those not."""
        paid = []
        for due, out in (one, other):
            found = self._assessor(bound, due, out).assess(Enterprise("", dict(facts)), facts[DAY])
            if any(each.clause.id in due and not _known(each) for each in found.outcomes):
                return False
            paid.append((found.paid(bound), found.open()))
        return paid[0] == paid[1]

    def _assessor(self, bound: frozenset[str], due: frozenset[str], out: frozenset[str]) -> Assessor:
        if (due, out) not in self.made:
            policy = self.assessor.policy
            # What is not due stays: a rule would be silent without a clause that it names.
            clauses = tuple(
                _due(clause) if clause.id in due else _never(clause) if clause.id in out else clause
                for clause in policy.clauses
                if clause.id in bound
            )
            self.made[due, out] = Assessor(policy._replace(clauses=clauses))
        return self.made[due, out]


def _plain(clause: Clause) -> bool:
    """Whether a clause is due as a whole or not at all, in one reading."""
    return clause.each is None and len(clause.readings) == 1 and clause.kind != "unstated"


def _known(outcome: Outcome) -> bool:
    return outcome.low is not None


def _due(clause: Clause) -> Clause:
    (reading,) = clause.readings
    return clause._replace(readings=(reading._replace(when=EVERY),), period=Period())


def _never(clause: Clause) -> Clause:
    (reading,) = clause.readings
    return clause._replace(readings=(reading._replace(when=EVERY._replace(value=False)),))
