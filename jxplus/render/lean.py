"""Lean results: of an assessment what is due, left open or without a figure, by ids and figures alone.

A batch of many enterprises says the same titles, payers and departments in every line; whoever reads the lines with a program
has them in the plan. A result's own receipt says which input it was computed from; the facts stand there, and only where they
do not, since some were set by hand or the input is a table, are they in the receipt too.
"""

from collections.abc import Iterator
from typing import Any

from jxplus.assessment import ENTITLED, UNDECIDED, UNQUANTIFIED, Assessment, Outcome
from jxplus.policy import Policy
from jxplus.render.record import facts_text, json_text, rule_records, there
from jxplus.version import __version__

LEAN = "lean"
"""The member of a result that says that it is lean."""
_SAID = (ENTITLED, UNDECIDED, UNQUANTIFIED)
_OF_RULES = ("rule", "policy", "section", "clauses", "low", "high", "open")


class LeanRecorder:
    """Writes assessments under one policy as lean objects of JSON. It is made once and used for any number of them.

    Members and their figures are those of the whole object. What is left out: clauses that are not met or not in force, all
    texts, the section of what has no amount, totals by nature and by basis, and whatever is empty.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy, self.several = policy, len(policy.each_plan) > 1
        plans = [{"id": plan.id, "sha256": plan.sha256} for plan in policy.each_plan]
        named = {"policies": plans} if self.several else {"policy": plans[0]}
        self.head = json_text({"jxplus": __version__, LEAN: True, **named})[:-1]

    def line(self, assessment: Assessment) -> str:
        """The object on one line."""
        members = json_text(dict(self._members(assessment)))[1:-1]
        return f'{self.head}, {members}, "receipt": {_receipt_text(assessment)}}}'

    def _members(self, assessment: Assessment) -> Iterator[tuple[str, Any]]:
        enterprise = assessment.enterprise
        yield "enterprise", enterprise.label
        if enterprise.id:
            yield "name", enterprise.name
        yield "as_of", assessment.as_of
        yield "entitlements", [self._entitlement(each) for each in assessment.outcomes if each.status in _SAID]
        if assessment.taken:
            yield (
                "rules",
                [{name: each[name] for name in _OF_RULES if name in each} for each in rule_records(assessment)],
            )
        low, high = assessment.total()
        yield "totals", {"low": low, "high": high, **({"open": True} if assessment.open() else {})}
        assumed = {each.fact: each.value for each in assessment.assumptions if each.fact}
        if assumed:
            yield "assumptions", assumed
        if assessment.warnings:
            yield "warnings", assessment.warnings

    def _entitlement(self, outcome: Outcome) -> dict[str, Any]:
        """One entitlement: what it is called and what it comes to; `assumes` says that the clause assumes something itself."""
        clause = outcome.clause
        said: dict[str, Any] = {"clause": clause.own}
        if self.several:
            said["policy"] = self.policy.plan_of(clause).id
        if outcome.low is None:
            said["status"] = outcome.status
        else:
            said |= {"section": clause.section, "status": outcome.status, "low": outcome.low, "high": outcome.high}
        if outcome.base is not None:
            said["base"] = outcome.base
        assumes = clause.assumes is not None and outcome.status == ENTITLED
        return said | there(open=outcome.open, missing=outcome.missing, readings=outcome.readings, assumes=assumes)


def _receipt_text(assessment: Assessment) -> str:
    """What the result was computed from, without the facts where they stand in an input that is known by its SHA-256."""
    enterprise = assessment.enterprise
    said = there(input_sha256=enterprise.sha256, id=enterprise.id, set=enterprise.by_hand, readings=assessment.pins)
    told = json_text(said)[1:-1]
    if enterprise.sha256 and not enterprise.by_hand:
        return f"{{{told}}}"
    return f'{{{told}{", " if told else ""}"facts": {facts_text(enterprise)}}}'
