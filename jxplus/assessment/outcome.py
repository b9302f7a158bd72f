"""What an assessment gives: the outcome of each clause, their sums, and what they rest on."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from jxplus.assessment.assumptions import Assumption
from jxplus.enterprise import Enterprise
from jxplus.fault import Text
from jxplus.policy import Clause, Policy
from jxplus.quantity import sums, total

if TYPE_CHECKING:
    from jxplus.assessment.rules import Settled, Taken

ENTITLED, NOT_MET, UNDECIDED = "entitled", "not-met", "undecided"
UNQUANTIFIED, NOT_IN_FORCE = "unquantified", "not-in-force"
PAYING = (ENTITLED, UNQUANTIFIED)
"""The statuses of a clause that applies, with an amount or without one."""
STATUSES = (ENTITLED, UNQUANTIFIED, UNDECIDED, NOT_MET, NOT_IN_FORCE)

Interval = tuple[Decimal, Decimal]
MANY_KEPT = 10_000
"""How many outcomes of a kind are kept where they are written, of all clauses together."""
_Key = TypeVar("_Key")
_Made = TypeVar("_Made")


def keep(kept: dict[_Key, _Made], key: _Key, made: _Made, most: int = 1000) -> _Made:
    """Keeps what was made to be used again, and gives it; not more than `most`: memory does not grow with the enterprises."""
    if len(kept) >= most:
        kept.clear()
    kept[key] = made
    return made


class Outcome(NamedTuple):
    """What a clause comes to. `low`, `high` and `base` are in yuan, to the fen.

    `low` and `high` are None unless the status is `entitled`; `missing` names the facts an `undecided` clause waits for;
    `readings` holds the interval of each reading where they differ. `out_of_time` says that days alone stand against the
    clause: its own or those of the items, and on others it would apply.
    """

    clause: Clause
    status: str
    low: Decimal | None = None
    high: Decimal | None = None
    base: Decimal | None = None
    missing: tuple[str, ...] = ()
    readings: Mapping[str, Interval] = MappingProxyType({})
    notes: tuple[Text, ...] = ()
    out_of_time: bool = False

    @property
    def open(self) -> bool:
        """Whether the amount is at least this, and has no ceiling."""
        return self.status == ENTITLED and self.clause.kind == "floor"


class Assessment(NamedTuple):
    """All clauses of a policy for one enterprise on one day, in the policy's order; `pins` are the readings chosen."""

    policy: Policy
    enterprise: Enterprise
    as_of: date
    outcomes: tuple[Outcome, ...]
    assumptions: tuple[Assumption, ...] = ()
    warnings: tuple[Text, ...] = ()
    pins: Mapping[str, str] = {}
    settled: "tuple[Settled, ...]" = ()

    @property
    def taken(self) -> "tuple[Taken, ...]":
        """What rules between clauses take off, each rule that takes something."""
        return tuple(each for settled in self.settled for each in settled.taken)

    def total(self, nature: str | None = None, basis: str | None = None) -> Interval:
        """What is paid after the rules between clauses, in yuan: for the clauses of one nature, of one basis, or for all.

        Of a nature or a basis it is the least and the most that its own clauses can be paid. Where amounts are not exact and
        a rule lets now one nature count and now another, these spans add up to more than that of the whole.
        """
        if nature is None and basis is None and not self.settled:
            spans = [(each.low, each.high) for each in self.outcomes if each.low is not None and each.high is not None]
            return sums(spans)
        return self.paid(each.clause.id for each in self._own(nature, basis))

    def _own(self, nature: str | None, basis: str | None) -> list[Outcome]:
        """The outcomes of the clauses of a nature and a basis; None is any."""
        return [
            each
            for each in self.outcomes
            if nature in (None, each.clause.nature) and basis in (None, each.clause.basis)
        ]

    @property
    def _bound(self) -> frozenset[str]:
        """The clauses that the rules have a say in."""
        return frozenset[str]().union(*(each.clauses for each in self.settled))

    def paid(self, clauses: Iterable[str]) -> Interval:
        """What is paid for some of the clauses after the rules between clauses, in yuan."""
        names, bound = frozenset(clauses), self._bound
        spans = [each.of(names) for each in self.settled]
        spans += [
            (each.low, each.high)
            for each in self.outcomes
            if each.low is not None
            and each.high is not None
            and each.clause.id in names
            and each.clause.id not in bound
        ]
        return total(low for low, _ in spans), total(high for _, high in spans)

    def open(self, nature: str | None = None, basis: str | None = None) -> bool:
        """Whether a total holds an amount without a ceiling, to which no rule puts one, and is at least this."""
        if not any(each.clause.kind == "floor" for each in self.outcomes if each.low is not None):
            return False
        own, bound = self._own(nature, basis), self._bound
        names = [each.clause.id for each in own]
        return any(each.open(names) for each in self.settled) or any(
            each.open and each.clause.id not in bound for each in own
        )

    def of_plan(self, plan: Policy) -> "Assessment":
        """What one of several plans comes to by itself: its clauses alone."""
        own = tuple(each for each in self.outcomes if self.policy.plan_of(each.clause) is plan)
        return self._replace(outcomes=own)
