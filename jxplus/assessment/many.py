"""Many enterprises by one policy: the assessor that `Assessor` is the reference of, with the same results in less time.

The clauses are one function, made once it is worth it: for the first few enterprises the evaluator is sooner done.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import localcontext
from typing import TYPE_CHECKING

from jxplus.assessment import Assessment, Assessor
from jxplus.enterprise import Enterprise
from jxplus.policy import Policy
from jxplus.quantity import EXACT

if TYPE_CHECKING:
    from jxplus.assessment.codegen import Generated

FEW = 200
"""How many enterprises the evaluator has assessed before the function is made, which takes about as long."""
_new: Callable[..., Assessment] = tuple.__new__
"""Makes an assessment of its members: sooner than by their names."""


class ManyAssessor(Assessor):
    """An assessor for many enterprises: it gives what `Assessor` gives."""

    def __init__(self, policy: Policy, pins: Mapping[str, str] | None = None, few: int = FEW) -> None:
        super().__init__(policy, pins)
        self.few = few
        self.generated: Generated | None = None

    def assess(self, enterprise: Enterprise, as_of: date) -> Assessment:
        """What the policy pays `enterprise` on the day `as_of`."""
        if self.generated is None:
            if self.few:
                self.few -= 1
                return super().assess(enterprise, as_of)
            from jxplus.assessment.codegen import function_of

            self.generated = function_of(self)
        with localcontext(EXACT):
            outcomes, resting = self.generated.found(enterprise.facts, as_of)
            settled = self.settled(outcomes, self.facts(enterprise, as_of)) if self.ruling is not None else ()
        assumptions = self.generated.assumptions(resting)
        warnings = self.warnings(enterprise, as_of)
        made = self.policy, enterprise, as_of, outcomes, assumptions, warnings, self.pins, settled
        return _new(Assessment, made)
