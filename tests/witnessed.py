"""Mutants of the plan, and whether an enterprise is found that shows each: computed again from its file, as a user would."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from mutations import Mutant, alone, apart, mutants

from jxplus.assessment import Assessment, Assessor
from jxplus.comparison import compare
from jxplus.comparison.tries import Witness
from jxplus.comparison.witness import witnesses
from jxplus.document import read_tree
from jxplus.document.tree import Mark, Tree
from jxplus.enterprise import Reader
from jxplus.enterprise.stated import enterprise_text
from jxplus.fault import Place, Refused
from jxplus.policy import Policy
from jxplus.policy.file import policy_of


class MutantPlans:
    """The mutants of a plan, each with the plan that it is a mutant of."""

    def __init__(self, text: str) -> None:
        tree = read_tree(text, "policies.yaml", aliases=True).value
        self.tree: dict[str, Any] = apart(tree)
        self.plans: dict[str | None, Policy] = {}

    def mutants(self) -> Iterator[Mutant]:
        return mutants(self.tree)

    def pair(self, mutant: Mutant) -> tuple[Policy, Policy] | None:
        """The plan and the mutant; None where it is refused on loading."""
        try:
            new = _loaded(mutant.tree)
        except Refused:
            return None
        if mutant.clause not in self.plans:
            own = self.tree if mutant.clause is None else alone(self.tree, mutant.clause)
            self.plans[mutant.clause] = _loaded(own)
        return self.plans[mutant.clause], new


def _loaded(tree: dict[str, Any]) -> Policy:
    return policy_of(Tree("mutant", tree, (), lambda path, key: Mark(Place())), "")


def verdict_of(old: Policy, new: Policy) -> str:
    """`shown` where a file is found whose calculation differs; else why there is none."""
    comparison = compare(old, new)
    verdicts = [verdict for _, verdict in witnesses(comparison)]
    if any(each.witness is not None and differs(each.witness, old, new) for each in verdicts):
        return "shown"
    if any(each.witness is not None for each in verdicts):
        return "a witness that shows nothing"
    return max((each.why for each in verdicts), default="same")


def differs(witness: Witness, old: Policy, new: Policy) -> bool:
    """Whether the file of a witness comes to something else, read and computed by either plan as a user's is."""
    text = enterprise_text((old, new), witness.facts, "en")
    return calculated(old, text, witness.days[0]) != calculated(new, text, witness.days[1])


def calculated(policy: Policy, text: str, day: date) -> Any:
    """What a plan makes of a file: why it is refused, or all that a result says of it."""
    try:
        enterprise = Reader(policy).read(read_tree(text, "witness.yaml"))
    except Refused as refused:
        return [fault.fact for fault in refused.faults]
    return _told(Assessor(policy).assess(enterprise, day))


def _told(found: Assessment) -> Any:
    outcomes = [
        (
            each.clause.id,
            each.clause.nature,
            each.clause.basis,
            each.clause.payer,
            *each[1:7],
            each.out_of_time,
            each.open,
        )
        for each in found.outcomes
    ]
    head = found.policy.id, found.policy.issued, found.policy.currency
    taken = [(each.rule.id, each.low, each.high, each.readings) for each in found.taken]
    return head, outcomes, found.total(), taken, [each.text for each in found.assumptions], found.warnings
