"""Whether the hand-worked cases notice that a policy file has changed in one place.

A mutant (see `mutations`) is *caught* where a hand-worked case or limit comes out differently, *refused* where the change does
not even load (its units or names no longer fit), and *survives* otherwise: then some figure of the plan stands unguarded.

A change is read as far as it reaches, since a plan has thousands: that of a clause makes this clause anew, that of a fact is
held against the limits before the clauses are read at all, that of a rule makes the rules anew.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from handworked import ITEMS, Case, Items, Limit, differences, stating, wrong, wrong_limit
from mutations import Mutant, Tree

from jxplus.assessment import Assessor
from jxplus.document import read_tree
from jxplus.document.tree import Mark
from jxplus.document.tree import Tree as FileTree
from jxplus.enterprise import Enterprise, Reader
from jxplus.fault import Place, Refused
from jxplus.policy import DAY, Clause, Policy, Rule
from jxplus.policy.clauses import Clauses
from jxplus.policy.declared import Declared
from jxplus.policy.file import policy_of
from jxplus.policy.form import Form
from jxplus.policy.rules import Rules, tangles


class Watch:
    """The hand-worked cases and limits of a plan, ready to be held against its mutants.

    `tree` is the plan's own, unchanged; `elsewise` says what else of a whole policy is not as it was worked by hand.
    """

    def __init__(
        self,
        tree: Tree,
        policy: Policy,
        cases: Iterable[Case],
        limits: Sequence[Limit],
        elsewise: Callable[[Policy], Sequence[str]],
        items: Items = ITEMS,
    ) -> None:
        # A mutant has no readings that clauses share: what a case chooses for one is chosen for all of them here.
        self.cases = [case._replace(pins=policy.pinned(case.pins)) for case in cases]
        self.limits, self.elsewise, self.items = limits, elsewise, items
        self.policy = _policy(tree)
        self.declared = Declared(Form(_file(tree)))
        reader = Reader(policy)
        self.by_clause: dict[str, list[tuple[Case, Enterprise]]] = {}
        self.of_rules: list[tuple[Case, Enterprise]] = []
        for case in self.cases:
            enterprise = case.enterprise(reader)
            for clause in case.expect:
                self.by_clause.setdefault(clause, []).append((case, enterprise))
            if case.rules or case.totals:
                self.of_rules.append((case, enterprise))

    def verdict(self, mutant: Mutant) -> str:
        """`caught`, `refused` or `survives`."""
        try:
            noticed = self._noticed(mutant)
        except Refused:
            return "refused"
        return "caught" if noticed else "survives"

    def _noticed(self, mutant: Mutant) -> bool:
        if mutant.clause is not None:
            clause = self._clause(mutant.tree, mutant.clause)
            if self._by_clause(self.policy._replace(clauses=(clause,), rules=()), mutant.clause):
                return True
            self._clause(mutant.tree, mutant.clause, bounded=True)
            return False
        if mutant.rules:
            return self._by_rules(self.policy._replace(rules=self._rules(mutant.tree)))
        declared = Declared(form := Form(_file(mutant.tree)))
        _refuse(form)
        facts = self.policy._replace(facts=declared.facts, lists=declared.lists, units=declared.units)
        return self._by_limits(facts, mutant.place) or self._by_all(_policy(mutant.tree))

    # ---- a change read as far as it reaches

    def _reader(self, tree: Tree) -> tuple[Form, Clauses]:
        """What reads clauses of a changed tree where all that is declared stands as it was."""
        form, policy = Form(_file(tree)), self.policy
        form.units, form.numbering = policy.units, policy.numbering
        names = {"parts": policy.parts, "natures": policy.natures, "bases": policy.bases}
        days = {name: each.get("held against", DAY) for name, each in tree["bases"].items()}
        return form, Clauses(form, policy.period, names, policy.departments, self.declared, days)

    def _clause(self, tree: Tree, name: str, bounded: bool = False) -> Clause:
        """The clause; whether bounds prove its amounts takes long, and is asked only where no case has noticed anything."""
        form, reader = self._reader(tree)
        reader.bounded = bounded
        clause = reader.clause(("clauses", name))
        _refuse(form)
        return clause

    def _rules(self, tree: Tree) -> tuple[Rule, ...]:
        form, reader = self._reader(tree)
        rules = Rules(form, reader, self.policy.clauses, self.policy.alias).read()
        _refuse(form)
        tangles(form, self.policy._replace(rules=rules))
        _refuse(form)
        return rules

    # ---- whether a case notices

    def _by_clause(self, policy: Policy, clause: str) -> bool:
        return _any_differs(policy, self.by_clause[clause], clause)

    def _by_rules(self, policy: Policy) -> bool:
        return _any_differs(policy, self.of_rules)

    def _by_limits(self, policy: Policy, place: str) -> bool:
        """Those limits first that are of the changed fact itself."""
        reader = Reader(policy)
        own = [
            limit for limit in self.limits if f".{limit.fact}." in place.replace("lists.", ".").replace("facts.", "")
        ]
        return any(wrong_limit(limit, reader, self.items) for limit in (*own, *self.limits))

    def _by_all(self, policy: Policy) -> bool:
        reader = Reader(policy)
        return (
            bool(self.elsewise(policy))
            or _accepts(reader, "{}")  # an enterprise without a name
            or not _accepts(reader, stating("name", "A", self.items))
            or self._any_wrong(policy, reader)
        )

    def _any_wrong(self, policy: Policy, reader: Reader) -> bool:
        assessors: dict[tuple[tuple[str, str], ...], Assessor] = {}
        for case in self.cases:
            key = tuple(sorted(case.pins.items()))
            if key not in assessors:
                assessors[key] = Assessor(policy, case.pins)
            if wrong(case, assessors[key], reader):
                return True
        return False


def _any_differs(policy: Policy, cases: Iterable[tuple[Case, Enterprise]], clause: str = "") -> bool:
    """Whether a case comes out otherwise than by hand; of one clause only its own readings can be chosen."""
    chosen = {each.id: {reading.id for reading in each.readings} for each in (*policy.clauses, *policy.rules)}
    assessors: dict[tuple[tuple[str, str], ...], Assessor] = {}
    for case, enterprise in cases:
        pins = {id: reading for id, reading in case.pins.items() if not clause or id == clause}
        if any(id not in chosen or reading not in chosen[id] for id, reading in pins.items()):
            return True  # the reading that the case chooses is gone
        key = tuple(sorted(pins.items()))
        if key not in assessors:
            assessors[key] = Assessor(policy, pins)
        if differences(case, assessors[key].assess(enterprise, case.as_of)):
            return True
    return False


def _file(tree: Tree) -> FileTree:
    return FileTree("mutant", tree, (), lambda path, key: Mark(Place()))


def _policy(tree: Tree) -> Policy:
    return policy_of(_file(tree), "")


def _refuse(form: Form) -> None:
    if form.faults:
        raise Refused(form.faults)


def _accepts(reader: Reader, text: str) -> bool:
    try:
        reader.read(read_tree(text, "mutant", "json"))
    except Refused:
        return False
    return True


def survivors(
    watch: Watch, mutants: Iterable[Mutant], excused: Mapping[str, Any], name: str
) -> tuple[list[str], list[str]]:
    """The mutants that no case notices, and what to print of all of them; those that change nothing are excused by name."""
    verdicts: dict[str, Counter[str]] = {"caught": Counter(), "refused": Counter(), "survives": Counter()}
    unnoticed = []
    for mutant in mutants:
        verdict = watch.verdict(mutant)
        if str(mutant) in excused:
            assert verdict == "survives", f"it changes something after all: {mutant}"
            continue
        verdicts[verdict][mutant.kind] += 1
        if verdict == "survives":
            unnoticed.append(str(mutant))
    caught, loaded = verdicts["caught"], verdicts["caught"] + verdicts["survives"]
    kinds = ", ".join(f"{kind} {caught[kind]}/{loaded[kind]}" for kind in sorted(loaded))
    return sorted(set(unnoticed)), [
        f"{name} mutations: {caught.total()} of {loaded.total()} caught by the hand-worked cases",
        f"  {kinds}",
        f"  {verdicts['refused'].total()} more are refused on loading, {len(excused)} change nothing",
    ]
