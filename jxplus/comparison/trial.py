"""One enterprise under two plans: read as its file would be read, and computed by what changed alone."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from jxplus.assessment import Assessment, Assessor, Outcome
from jxplus.comparison.domains import filler, one_fact
from jxplus.document.tree import Mark, Tree
from jxplus.enterprise import Enterprise, Reader
from jxplus.enterprise.questions import spoken
from jxplus.fault import Fault, Place, Refused
from jxplus.policy import DAY, Clause, Fact, Policy

Facts = Mapping[str, Any]


class Under(NamedTuple):
    """What one of the plans makes of an enterprise: an assessment, or why its file is refused.

    `unknown` names the facts that the file states and the plan does not know: `assessment` is without them.
    """

    assessment: Assessment | None
    faults: tuple[Fault, ...] = ()
    unknown: tuple[str, ...] = ()

    def outcome(self, clause: Clause | None) -> Outcome | None:
        """What a clause comes to; None where there is none, or nothing is computed."""
        if self.assessment is None or clause is None:
            return None
        return next((each for each in self.assessment.outcomes if each.clause.id == clause.id), None)


class Bench:
    """Two plans ready to be asked what a file comes to; made once, used for any number of files."""

    def __init__(self, old: Policy, new: Policy) -> None:
        self.policies = old, new
        self.readers = Reader(old), Reader(new)
        self.assessors: dict[Any, Assessor] = {}

    def facts(self, var: tuple[str, str]) -> list[Fact]:
        """A fact as each of the plans has it that has it; of an item with its list before it."""
        return [fact for policy in self.policies if (fact := policy.fact(*var)) is not None]

    def whole(self, facts: Facts, day: date, without: str = "", by: Sequence[int] = (0, 1)) -> dict[str, Any]:
        """The facts with all that a file must state: a name, the day where it is a fact, every fact of an item.

        But for the fact `without`, of the enterprise or of its items; what it must state is said `by` the old plan (0), the new
        (1), or both.
        """
        asking = [self.policies[side] for side in by]
        needed = [fact for policy in asking for fact in policy.facts.values() if fact.required]
        found = {fact.id: facts.get(fact.id, filler(fact, day)) for fact in needed if fact.id != without}
        if without != DAY and any(DAY in policy.facts for policy in asking):
            found[DAY] = day
        found = {**found, **{name: value for name, value in facts.items() if name not in (without, DAY)}}
        for policy in asking:
            for id, listed in policy.lists.items():
                if isinstance(found.get(id), list):
                    asked = [fact for fact in listed.needed if fact.id != without]
                    found[id] = [
                        {**{fact.id: self._filler((id, fact.id), day) for fact in asked if fact.id not in item}, **item}
                        for item in found[id]
                    ]
        return found

    def _filler(self, var: tuple[str, str], day: date) -> Any:
        fact = one_fact(self.facts(var))
        assert fact is not None
        return filler(fact, day)

    def written(self, facts: Facts) -> dict[str, Any]:
        """The facts as a file has them, under their ids; a value that is a text already stays as it is."""
        found: dict[str, Any] = {}
        for name, value in facts.items():
            if isinstance(value, list):
                found[name] = [{key: self._said((name, key), each) for key, each in item.items()} for item in value]
            else:
                found[name] = self._said(("", name), value)
        return found

    def _said(self, var: tuple[str, str], value: Any) -> str:
        known = self.facts(var)
        if isinstance(value, str) and not (known and known[0].choices):
            return value
        if isinstance(value, Decimal):
            value = value.normalize()
        fact = next((each for each in known if not each.choices or value in each.choices), None)
        return spoken(fact, value, "en") if fact is not None else str(value)

    def under(self, side: int, written: Mapping[str, Any], day: date, clauses: Sequence[Clause] | None = None) -> Under:
        """What a plan makes of a file: by all its clauses and rules, or by some clauses alone."""
        reader, policy = self.readers[side], self.policies[side]
        known, unknown = self._known(side, written)
        tree = Tree("", known, (), lambda path, key: Mark(Place()))
        try:
            enterprise = reader.read(tree)
        except Refused as refused:
            return Under(None, tuple(refused.faults), unknown)
        return Under(self._assess(policy, enterprise, day, clauses), (), unknown)

    def _assess(
        self, policy: Policy, enterprise: Enterprise, day: date, clauses: Sequence[Clause] | None
    ) -> Assessment:
        key = id(policy), None if clauses is None else tuple(clause.id for clause in clauses)
        if key not in self.assessors:
            own = policy if clauses is None else policy._replace(clauses=tuple(clauses), rules=())
            self.assessors[key] = Assessor(own)
        return self.assessors[key].assess(enterprise, day)

    def _known(self, side: int, written: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
        """What a file states that a plan knows by name, and the names of the rest."""
        policy, reader = self.policies[side], self.readers[side]
        other = self.policies[1 - side]
        known: dict[str, Any] = {}
        unknown: list[str] = []
        for name, value in written.items():
            if name not in reader.names and (name in other.facts or name in other.lists):
                unknown.append(name)
            elif isinstance(value, list) and name in policy.lists:
                own = policy.lists[name].facts
                theirs = other.lists[name].facts if name in other.lists else {}
                strange = {key for item in value for key in item if key not in own and key in theirs}
                unknown += [f"{name}[].{key}" for key in sorted(strange)]
                known[name] = [{key: each for key, each in item.items() if key not in strange} for item in value]
            else:
                known[name] = value
        return known, tuple(unknown)
