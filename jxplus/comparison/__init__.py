"""What changes when a plan is replaced by another: clause by clause, fact by fact, rule by rule.

Records alone: a page says them in words. What is compared is what the two files mean once they are checked, so that layout,
comments and the order of clauses say nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Generic, NamedTuple, TypeVar

from jxplus.comparison.changes import Change, differing
from jxplus.comparison.clauses import changes_of, readings_of_rule
from jxplus.comparison.facts import fact_changes, list_changes
from jxplus.policy import Clause, Fact, FactList, Policy, Rule
from jxplus.policy.together import alias_of

CAME, WENT, CHANGED = "came", "went", "changed"
_T = TypeVar("_T", Clause, Fact, FactList, Rule)


class Changed(NamedTuple, Generic[_T]):
    """A clause, fact, list or rule that came, went, or says another thing than before.

    Of a clause that took another's place both are there. Of a list's facts `listed` is the list: those of a list that came
    or went are told with it.
    """

    old: _T | None
    new: _T | None
    changes: tuple[Change, ...] = ()
    listed: str = ""

    @property
    def change(self) -> str:
        """`came`, `went` or `changed`."""
        return WENT if self.new is None else CAME if self.old is None else CHANGED

    @property
    def one(self) -> _T:
        """What it is, or was."""
        found = self.new or self.old
        assert found is not None
        return found

    @property
    def name(self) -> str:
        """What it is called: `operating_revenue`, `premises[].area`."""
        return f"{self.listed}[].{self.one.id}" if self.listed else self.one.id

    @property
    def words(self) -> bool:
        """Whether nothing changed by which an amount could: titles, notes, who pays."""
        return bool(self.changes) and all(each.words for each in self.changes)


ClauseChange = Changed[Clause]
FactChange = Changed[Fact]
ListChange = Changed[FactList]
RuleChange = Changed[Rule]


class Comparison(NamedTuple):
    """Two plans, and all in which they differ; `plan` is what changed of the plan itself."""

    old: Policy
    new: Policy
    plan: tuple[Change, ...]
    clauses: tuple[ClauseChange, ...]
    facts: tuple[FactChange, ...]
    lists: tuple[ListChange, ...]
    rules: tuple[RuleChange, ...]

    @property
    def same(self) -> bool:
        """Whether the two plans say the same."""
        return not (self.plan or self.clauses or self.facts or self.lists or self.rules)


def succession(old: Policy, new: Policy) -> tuple[date, date] | None:
    """The last day of a plan and the first of the one that takes its place; None where both may hold on one day."""
    end, start = old.period.end, new.period.start
    names = _names(old)
    replaced = [each.day for each in new.replaces if each.plan in names]
    if replaced:
        first = max(replaced[0], start or replaced[0])
        last = first - timedelta(days=1)
        return min(last, end or last), first
    return (end, start) if end is not None and start is not None and end < start else None


def compare(old: Policy, new: Policy) -> Comparison:
    """What changes when `old` is replaced by `new`."""
    before, after = ({rule.id: rule for rule in plan.rules} for plan in (old, new))
    return Comparison(
        old,
        new,
        _plan_changes(old, new),
        tuple(_clause_changes(old, new)),
        tuple(_fact_changes(old, new)),
        tuple(_changed(old.lists, new.lists, list_changes)),
        tuple(_changed(before, after, _rule_changes)),
    )


def _plan_changes(old: Policy, new: Policy) -> tuple[Change, ...]:
    """What changed of the plan itself, as its head states it."""
    rows: list[tuple[str, Any, Any, bool]] = [
        ("id", old.id, new.id, True),
        ("title", old.title, new.title, True),
        ("issued", old.issued, new.issued, True),
        ("in force", old.period[:2], new.period[:2], False),
        ("currency", old.currency, new.currency, True),
        ("warn after", old.warning and old.warning.after, new.warning and new.warning.after, True),
        ("warning", old.warning and old.warning.text, new.warning and new.warning.text, True),
        ("replaces", old.replaces, new.replaces, True),
        ("alias", old.alias, new.alias, True),
    ]
    keys = ("parts", "natures", "bases", "departments", "units", "numbering")
    named = [key for key in keys if getattr(old, key) != getattr(new, key)]
    rows.append(("names", (), tuple(named), True))
    audited = _audited(old, new), _audited(new, old)
    rows.append(("audit", audited[0], audited[1], True))
    return differing(rows)


def _audited(policy: Policy, other: Policy) -> tuple[Any, ...]:
    """What the audit alone reads of a plan, of its clauses and rules those that another has too."""
    known = {clause.id for clause in other.clauses} | {rule.id for rule in other.rules}
    restated = {clause.id: (clause.restates, clause.sentences) for clause in policy.clauses if clause.id in known}
    return policy.not_encoded, policy.sources, restated, {r.id: r.sentences for r in policy.rules if r.id in known}


# ---- clauses -------------------------------------------------------------------------------------------------------------


def _clause_changes(old: Policy, new: Policy) -> Iterator[ClauseChange]:
    """The clauses in the order of the new plan, those that went after the one that stood before them."""
    before = places(old, new)
    replaced = {each.id for each in before.values()}
    gone = [clause for clause in old.clauses if clause.id not in replaced]
    place = {clause.id: number for number, clause in enumerate(old.clauses)}
    for clause in new.clauses:
        was = before.get(clause.id)
        if was is not None:
            while gone and place[gone[0].id] < place[was.id]:
                yield ClauseChange(gone.pop(0), None)
            changes = changes_of(old, was, new, clause)
            if changes:
                yield ClauseChange(was, clause, changes)
        else:
            yield ClauseChange(None, clause)
    yield from (ClauseChange(clause, None) for clause in gone)


def clause_pairs(old: Policy, new: Policy) -> list[tuple[Clause | None, Clause | None]]:
    """Each clause as it was and as it is; None where there was none, or is none."""
    before = places(old, new)
    found: list[tuple[Clause | None, Clause | None]] = [(before.get(clause.id), clause) for clause in new.clauses]
    kept = {clause.id for clause in before.values()}
    return [*found, *((clause, None) for clause in old.clauses if clause.id not in kept)]


def places(old: Policy, new: Policy) -> dict[str, Clause]:
    """The clause of the old plan in whose place each of the new stands: the one it replaces, else that of its id."""
    left, names = {clause.id: clause for clause in old.clauses}, _names(old)
    replaced = ((clause.id, *name.rpartition(":")) for clause in new.clauses for name in clause.replaces)
    wanted = [(id, own) for id, alias, _, own in replaced if alias in names]
    found: dict[str, Clause] = {}
    for id, own in (*wanted, *((clause.id, clause.id) for clause in new.clauses)):
        if own in left and id not in found:
            found[id] = left.pop(own)
    return found


def _names(plan: Policy) -> set[str]:
    """What other plans may call a plan."""
    return {plan.id, plan.alias or alias_of(plan.file)}


# ---- facts, lists and rules ------------------------------------------------------------------------------------------------


def _fact_changes(old: Policy, new: Policy) -> Iterator[FactChange]:
    yield from _changed(old.facts, new.facts, fact_changes)
    for id, listed in new.lists.items():
        if id in old.lists:
            yield from _changed(old.lists[id].facts, listed.facts, fact_changes, id)


def _rule_changes(old: Rule, new: Rule) -> tuple[Change, ...]:
    return differing(
        [
            ("section", old.section, new.section, True),
            ("title", old.title, new.title, True),
            ("note", old.note, new.note, True),
            ("says", readings_of_rule(old), readings_of_rule(new), False),
        ]
    )


def _changed(
    old: Mapping[str, _T], new: Mapping[str, _T], differences: Callable[[_T, _T], tuple[Change, ...]], listed: str = ""
) -> Iterator[Changed[_T]]:
    """What came, what went, and what says another thing under the name that it had before."""
    for name in dict.fromkeys((*new, *old)):
        one, other = old.get(name), new.get(name)
        changes = differences(one, other) if one is not None and other is not None else ()
        if changes or one is None or other is None:
            yield Changed(one, other, changes, listed)
