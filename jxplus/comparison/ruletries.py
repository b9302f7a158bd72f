"""An enterprise that shows a change of a rule: it is paid by all clauses that the rule is about, in sums that the rule meets."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

from jxplus.assessment import Outcome
from jxplus.comparison import RuleChange
from jxplus.comparison.search import Goal, Seeker
from jxplus.comparison.shrink import varied
from jxplus.comparison.sides import APPLIES, PAYS, ClauseSide, Variable, day_of, stated
from jxplus.comparison.trial import Under
from jxplus.comparison.tries import WORDS, Tries, Verdict, Witness, verdict
from jxplus.formula.node import Node, asked_of, walk
from jxplus.policy import DAY, Policy, Rule
from jxplus.quantity import ZERO

_MOST_VARIED = 400
"""How many enterprises are tried for a rule, at most."""


class RuleTries(Tries):
    """Seeks and tries enterprises for what became of rules."""

    def of_rule(self, change: RuleChange) -> Verdict:
        """An enterprise to which a rule pays another sum than before."""
        if change.words:
            return Verdict(WORDS)
        best: Witness | None = None
        for facts, day in self.under_rule(change):
            days = self.days or (day, day)
            found = self.tried(facts, days, (None, None), _ruled)
            if found is not None and (best is None or found.level > best.level):
                best = self.smallest(facts, days, (None, None), _ruled) or found
            if best is not None and best.level == PAYS:
                break
        return verdict(best)

    def under_rule(self, change: RuleChange) -> Iterator[tuple[dict[str, Any], date]]:
        """Enterprises that are paid by all clauses of a rule, in ever larger sums."""
        names = {
            name for rule, policy in ((change.old, self.old), (change.new, self.new)) for name in _bound(policy, rule)
        }
        state: dict[Variable, Any] = {}
        for policy in (self.new, self.old):
            for clause in policy.clauses:
                if clause.id in names or clause.own in names:
                    found = Seeker(
                        ClauseSide(policy, clause), ClauseSide(policy, None), _paid_over(self._ceiling(change))
                    ).seek()
                    state = {**(found.state if found is not None else {}), **state}
        if Variable("", DAY) not in state:
            return
        facts, day = stated(state), day_of(state)
        for other in islice(varied(facts, self._less(change)), _MOST_VARIED):
            yield other, day

    def _ceiling(self, change: RuleChange) -> Decimal:
        """The largest figure of a rule's ceilings; zero where it has none."""
        figures = [each.value.amount for each in walk(*_formulas(change)) if each.op == "number"]
        return max(figures, default=ZERO)

    def _less(self, change: RuleChange) -> list[tuple[str, str]]:
        """The facts that say what was drawn before, of the enterprise or of an item with its list before it."""
        return asked_of(*_formulas(change))


def _formulas(change: RuleChange) -> list[Node]:
    """The formulas of a rule, as they were and as they are."""
    return [node for rule in (change.old, change.new) if rule is not None for node in rule.formulas()]


def _bound(policy: Policy, rule: Rule | None) -> set[str]:
    """The clauses that a rule is about, those of the rules that it names among them."""
    found: set[str] = set()
    for reading in rule.readings if rule is not None else ():
        for name in reading.members:
            within = policy.rule(name)
            found |= {name} if within is None or within is rule else _bound(policy, within)
    return found


def _paid_over(figure: Decimal) -> Goal:
    """How near the one that is looked at is to being paid more than a figure."""

    def goal(old: Outcome | None, new: Outcome | None) -> int:
        if old is None or not old.high:
            return 0
        return PAYS if old.high > figure else APPLIES

    return goal


def _ruled(old: Under, new: Under) -> int:
    """That another sum is paid, or that another rule takes something off."""
    if old.assessment is None or new.assessment is None:
        return 0
    if old.assessment.total() != new.assessment.total():
        return PAYS
    taken = [
        [(one.rule.id, one.low, one.high, dict(one.readings)) for one in each.taken]
        for each in (old.assessment, new.assessment)
    ]
    return APPLIES if taken[0] != taken[1] else 0
