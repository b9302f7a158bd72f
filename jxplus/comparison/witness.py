"""The smallest enterprise that shows a change: its `calc` differs between the two plans.

Found is one that shows most of it (see `search`); then whatever can be left out is left out, and figures are made smaller,
while it still shows as much. Where nothing shows it, it is said whether that is proved.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

from jxplus.assessment import Outcome
from jxplus.comparison import ClauseChange, Comparison, FactChange, ListChange, RuleChange, succession
from jxplus.comparison.changes import Change
from jxplus.comparison.domains import filler, one_fact
from jxplus.comparison.proof import equal_everywhere
from jxplus.comparison.search import Goal, Seeker
from jxplus.comparison.shrink import smaller, varied
from jxplus.comparison.sides import APPLIES, PAYS, TELLS, Side, Variable, day_of, level, stated
from jxplus.comparison.trial import Bench, Under
from jxplus.formula.node import Node, walk
from jxplus.policy import DAY, Clause, Fact, Policy, Rule
from jxplus.quantity import ZERO

WORDS, PROVED, NOT_FOUND, SHOWN = "words", "proved", "not-found", "shown"
"""Why no enterprise shows a change: it is words alone, no amount changes and that is proved, none was found; or one does."""
_MOST_CLAUSES = 4
"""How many clauses are looked at, at most, for what concerns many of them."""
_MOST_VARIED = 400
"""How many enterprises are tried for a rule, at most."""
_LATER = timedelta(days=1)
_ANY_DAY = date(2020, 1, 1)


Days = tuple[date, date]
"""The days on which the old plan and the new one are asked: one day for both, but where the one takes the other's place."""


Clauses = tuple[Clause | None, Clause | None]
"""A clause as it was and as it is."""


class Witness(NamedTuple):
    """An enterprise that shows a change: what its file states, on which day for either plan, and what that makes of it.

    `level` says what differs: what is paid, whether a clause applies, or what a result says beside it. `clause` is the one
    whose outcome differs, as it was and as it is.
    """

    facts: dict[str, Any]
    days: Days
    level: int
    old: Under
    new: Under
    clause: Clauses = (None, None)


class Verdict(NamedTuple):
    """What is known of a change: an enterprise that shows it, or why there is none."""

    why: str
    witness: Witness | None = None


Key = tuple[str, str]


def witnesses(comparison: Comparison) -> Iterator[tuple[Key, Verdict]]:
    """For each thing that changed, by its sort and its id, an enterprise that shows it, or why there is none."""
    found = _Finder(comparison)
    if comparison.plan:
        yield from ((("plan", each.what), found.of_plan(each)) for each in comparison.plan)
    yield from ((("clause", each.one.id), found.of_clause(each)) for each in comparison.clauses)
    yield from ((("fact", each.name), found.of_fact(each)) for each in comparison.facts)
    yield from ((("list", each.one.id), found.of_list(each)) for each in comparison.lists)
    yield from ((("rule", each.one.id), found.of_rule(each)) for each in comparison.rules)


Shows = Callable[[Under, Under], int]


class _Finder:
    """Finds what shows the changes between two plans."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison
        self.old, self.new = comparison.old, comparison.new
        self.bench = Bench(self.old, self.new)
        self.before = {clause.id: clause for clause in self.old.clauses}
        self.day = self.new.period.start or self.old.period.start or _ANY_DAY
        self.days = succession(self.old, self.new)

    # ---- clauses

    def of_clause(self, change: ClauseChange) -> Verdict:
        """An enterprise that shows what became of a clause."""
        pair = change.old, change.new
        told = {each.what for each in change.changes}
        if change.words and "assumes" not in told:
            return Verdict(WORDS)
        if change.words:
            found = self.telling(pair)
            return Verdict(SHOWN, found) if found else Verdict(WORDS)
        found = self.sought(pair)
        if found is None and self.days is not None:
            found = self.sought(pair, together=True)
        if found is not None:
            return Verdict(SHOWN, found)
        return Verdict(PROVED if self.proved_equal(change) else NOT_FOUND)

    def proved_equal(self, change: ClauseChange) -> bool:
        """Whether nothing changed but formulas, each of which comes to the same everywhere."""
        formulas = [each for each in change.changes if isinstance(each.old, Node) and isinstance(each.new, Node)]
        rest = [each for each in change.changes if each not in formulas]

        def declared(var: Variable) -> Fact | None:
            return one_fact(self.bench.facts((var.listed, var.name)))

        known = change.old is not None and change.new is not None
        return known and all(each.words for each in rest) and all(equal_everywhere(each, declared) for each in formulas)

    def sought(self, pair: Clauses, together: bool = False, alike: Clause | None = None) -> Witness | None:
        """The smallest enterprise found that shows the difference of a clause.

        Where one plan takes the other's place, each is asked on a day of its own, unless they are to be asked `together`. With
        `alike` it shows what comes of one clause in both plans, by their facts alone, and what becomes of the pair besides.
        """
        looked = pair if alike is None else (alike, alike)
        apart = None if together else self.days
        days = apart or (None, None)
        found = Seeker(Side(self.old, looked[0], days[0]), Side(self.new, looked[1], days[1])).seek()
        if found is None:
            return None
        day = day_of(found.state)
        small = self.smallest(stated(found.state), apart or (day, day), looked, _of_clause(looked))
        if small is None or alike is None:
            return small
        return self.tried(small.facts, small.days, pair, _of_clause(pair))

    def telling(self, pair: Clauses) -> Witness | None:
        """An enterprise that a clause pays and of which something else is assumed, by all clauses together."""
        days = self.days or (None, None)
        found = Seeker(Side(self.old, pair[0], days[0]), Side(self.new, pair[1], days[1]), _both_pay).seek()
        if found is None:
            return None
        day = day_of(found.state)
        return self.smallest(stated(found.state), self.days or (day, day), (None, None), _assumed)

    def smallest(self, facts: dict[str, Any], days: Days, pair: Clauses, shows: Shows) -> Witness | None:
        """The enterprise without what can be left out; None where its file does not show the change after all."""
        first = self.tried(facts, days, pair, shows)
        if first is None:
            return None
        kept = first
        for name in {clause.day for clause in pair if clause is not None and clause.day in facts}:
            # The day that counts may be that of the calculation as well, from which it follows.
            moved = {key: value for key, value in facts.items() if key != name}
            own = facts[name], facts[name]
            tried = self.tried(moved, own, pair, shows) if self.days is None else None
            if tried is not None and _no_less(tried, kept):
                kept, days, facts = tried, own, moved
        for make in smaller(facts):
            while (reduced := make(kept.facts)) is not None:
                tried = self.tried(reduced, days, pair, shows)
                if tried is None or tried.facts == kept.facts or not _no_less(tried, kept):
                    break
                kept = tried
        return kept

    def tried(
        self,
        facts: Mapping[str, Any],
        days: Days,
        pair: Clauses,
        shows: Shows,
        without: str = "",
    ) -> Witness | None:
        """The enterprise as a witness, if it is one; its file states what it must but for the fact `without`."""
        # Of two days neither stands in the file: each is that of a calculation.
        whole = self.bench.whole(facts, days[1], without if days[0] == days[1] else DAY)
        written = self.bench.written(whole)
        some = [None, None] if pair == (None, None) else [[each] if each else [] for each in pair]
        old, new = (self.bench.under(side, written, days[side], some[side]) for side in (0, 1))
        found = shows(old, new)
        return Witness(whole, days, found, old, new, pair) if found else None

    # ---- the plan

    def of_plan(self, change: Change) -> Verdict:
        """An enterprise that shows what changed of the plan itself."""
        if change.what == "in force":
            pairs = [
                (self.before.get(clause.id), clause)
                for clause in self.new.clauses
                if clause.id in self.before and self.before[clause.id].period[:2] != clause.period[:2]
            ]
            return self.best_of(pairs, together=True) if pairs else Verdict(WORDS)
        if change.what in ("warn after", "warning"):
            days = [plan.warning.after for plan in (self.old, self.new) if plan.warning is not None]
            near = [day + step * _LATER for day in days for step in (1, 0)]
            tried = (self.tried({}, (day, day), (None, None), _warned) for day in near)
            return _verdict(next((each for each in tried if each is not None), None))
        if change.what in ("id", "issued", "currency"):
            found = self.tried({}, (self.day, self.day), (None, None), lambda old, new: TELLS if old.assessment else 0)
            return _verdict(found)
        return Verdict(WORDS)

    def best_of(self, pairs: Iterable[Clauses], together: bool = False, by_facts: bool = False) -> Verdict:
        """Of some clauses what shows most; what is paid is enough. With `by_facts` it is what comes of the facts alone."""
        best: Witness | None = None
        for number, pair in enumerate(pairs):
            if number >= _MOST_CLAUSES:
                break
            found = self.sought(pair, together, self.in_both(pair) if by_facts else None)
            if found is not None and (best is None or found.level > best.level):
                best = found
            if best is not None and best.level == PAYS:
                break
        return _verdict(best)

    def in_both(self, pair: Clauses) -> Clause | None:
        """A clause of which both plans know all that it asks for: as it is, else as it was; None where it is none such."""
        for clause, policy, other in ((pair[1], self.new, self.old), (pair[0], self.old, self.new)):
            if clause is not None:
                asked = Side(policy, clause).asked
                if all(_knows(other, var) for var in asked) and clause.day in (DAY, *other.facts):
                    return clause
        return None

    # ---- facts and lists

    def of_fact(self, change: FactChange) -> Verdict:
        """An enterprise whose file the one plan takes and the other does not, or that a default makes another amount."""
        if change.words:
            return Verdict(WORDS)
        told = {each.what for each in change.changes}
        var = Variable(change.listed, change.one.id)
        paid = self.best_of(self.asking(var), by_facts=True) if told & {"default", "type"} else Verdict(NOT_FOUND)
        if paid.witness is not None and paid.witness.level == PAYS:
            return paid
        for facts in self.refusable(change):
            found = self.tried(facts, (self.day, self.day), (None, None), _refused)
            if found is not None:
                return Verdict(SHOWN, found)
        bare: dict[str, Any] = {change.listed: [{}]} if change.listed else {}
        found = self.tried(bare, (self.day, self.day), (None, None), _refused, change.one.id)
        if found is not None:
            return Verdict(SHOWN, found)
        return paid if paid.witness is not None else self.assumed(var)

    def assumed(self, var: Variable) -> Verdict:
        """An enterprise of which something else is assumed, by a clause that asks for a fact."""
        for number, pair in enumerate(self.asking(var)):
            if number >= _MOST_CLAUSES:
                break
            found = self.telling(pair)
            if found is not None:
                return Verdict(SHOWN, found)
        return Verdict(NOT_FOUND)

    def asking(self, var: Variable) -> Iterator[Clauses]:
        """The clauses, as they were and as they are, that ask for a fact or a list, or are held against it."""
        changed = {each.one.id for each in self.comparison.clauses}
        for clause in sorted(self.new.clauses, key=lambda each: each.id in changed):
            was = self.before.get(clause.id)
            sides = Side(self.new, clause), Side(self.old, was)
            if any(var in side.asked or (not var.listed and var.name in side.days()) for side in sides):
                yield was, clause

    def refusable(self, change: FactChange) -> Iterator[dict[str, Any]]:
        """Files that state a fact as the one plan may take it and the other not."""
        if change.old is None or change.new is None:
            yield self.stating(change, filler(change.one, self.day))
        for value in _at_limits(change):
            yield self.stating(change, value)
        names = {name for each in (change.old, change.new) if each for name in (each.label.zh, *each.also)}
        value = filler(change.one, self.day)
        for name in sorted(names):
            yield self.stating(change, value, name)

    def stating(self, change: FactChange, value: Any, name: str = "") -> dict[str, Any]:
        """A file that states a fact, under its id or another name."""
        own = {name or change.one.id: value}
        return {change.listed: [own]} if change.listed else own

    def of_list(self, change: ListChange) -> Verdict:
        """An enterprise that shows what became of a list."""
        told = {each.what for each in change.changes}
        if change.changes and all(each.words for each in change.changes):
            return Verdict(WORDS)
        if "dated by" in told:
            paid = self.best_of(self.asking(Variable("", change.one.id)))
            if paid.witness is not None:
                return paid
        names = [change.one.id]
        names += [name for each in (change.old, change.new) if each for name in (each.label.zh, *each.also)]
        for name in names:
            found = self.tried({name: []}, (self.day, self.day), (None, None), _refused)
            if found is not None:
                return Verdict(SHOWN, found)
        return Verdict(NOT_FOUND)

    # ---- rules

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
        return _verdict(best)

    def under_rule(self, change: RuleChange) -> Iterator[tuple[dict[str, Any], date]]:
        """Enterprises that are paid by all clauses of a rule, in ever larger sums."""
        names = {
            name for rule, policy in ((change.old, self.old), (change.new, self.new)) for name in _bound(policy, rule)
        }
        state: dict[Variable, Any] = {}
        for policy in (self.new, self.old):
            for clause in policy.clauses:
                if clause.id in names or clause.own in names:
                    found = Seeker(Side(policy, clause), Side(policy, None), _paid_over(self._ceiling(change))).seek()
                    state = {**(found.state if found is not None else {}), **state}
        if Variable("", DAY) not in state:
            return
        facts, day = stated(state), day_of(state)
        for other in islice(varied(facts, self._less(change)), _MOST_VARIED):
            yield other, day

    def _ceiling(self, change: RuleChange) -> Decimal:
        """The largest figure of a rule's ceilings; zero where it has none."""
        nodes = [node for rule in (change.old, change.new) if rule is not None for node in rule.formulas()]
        figures = [each.value.amount for node in nodes for each in walk(node) if each.op == "number"]
        return max(figures, default=ZERO)

    def _less(self, change: RuleChange) -> list[tuple[str, str]]:
        """The facts that say what was drawn before, of the enterprise or of an item with its list before it."""
        nodes = [node for rule in (change.old, change.new) if rule is not None for node in rule.formulas()]
        leaves = [each for node in nodes for each in walk(node) if each.op in ("fact", "item")]
        return list(dict.fromkeys(each.value if each.op == "item" else ("", each.value) for each in leaves))


def _bound(policy: Policy, rule: Rule | None) -> set[str]:
    """The clauses that a rule is about, those of the rules that it names among them."""
    found: set[str] = set()
    for reading in rule.readings if rule is not None else ():
        for name in reading.members:
            within = policy.rule(name)
            found |= {name} if within is None or within is rule else _bound(policy, within)
    return found


def _knows(policy: Policy, var: Variable) -> bool:
    """Whether a plan has a fact or a list."""
    if var.listed:
        return var.listed in policy.lists and var.name in policy.lists[var.listed].facts
    return var.name in policy.facts or var.name in policy.lists


def _verdict(found: Witness | None) -> Verdict:
    return Verdict(SHOWN, found) if found is not None else Verdict(NOT_FOUND)


def _no_less(one: Witness, other: Witness) -> bool:
    """Whether one shows as much as the other, and is refused by no more plans."""
    refused = [[bool(under.faults or under.unknown) for under in (each.old, each.new)] for each in (one, other)]
    return one.level >= other.level and all(mine <= its for mine, its in zip(*refused, strict=True))


# ---- what shows a change -------------------------------------------------------------------------------------------------


def _of_clause(pair: Clauses) -> Shows:
    """That a clause comes to something else; a plan that does not take the file shows it too, with less."""

    def shows(old: Under, new: Under) -> int:
        if old.assessment is None or new.assessment is None:
            return APPLIES if (old.assessment is None) != (new.assessment is None) else 0
        return level(old.outcome(pair[0]), new.outcome(pair[1]))

    return shows


def _both_pay(old: Outcome | None, new: Outcome | None) -> int:
    """How near both are to being paid."""
    return PAYS if old is not None and new is not None and bool(old.high) and bool(new.high) else 0


def _paid_over(figure: Decimal) -> Goal:
    """How near the one that is looked at is to being paid more than a figure."""

    def goal(old: Outcome | None, new: Outcome | None) -> int:
        if old is None or not old.high:
            return 0
        return PAYS if old.high > figure else APPLIES

    return goal


def _assumed(old: Under, new: Under) -> int:
    """That something else is assumed."""
    ways = [each.assessment and [one.record for one in each.assessment.assumptions] for each in (old, new)]
    return TELLS if ways[0] != ways[1] and None not in ways else 0


def _warned(old: Under, new: Under) -> int:
    ways = [each.assessment and each.assessment.warnings for each in (old, new)]
    return TELLS if ways[0] != ways[1] and None not in ways else 0


def _refused(old: Under, new: Under) -> int:
    """That one plan takes the file and the other does not."""
    taken = [each.assessment is not None and not each.unknown for each in (old, new)]
    return APPLIES if taken[0] != taken[1] else 0


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


# ---- what a fact may be --------------------------------------------------------------------------------------------------


def _at_limits(change: FactChange) -> Iterator[Any]:
    """Values that the one plan may take and the other not: figures at the limits of either, choices, texts of either type."""
    known: Sequence[Fact] = [each for each in (change.old, change.new) if each is not None]
    for fact in known:
        if fact.limits is not None:
            limits = fact.limits
            yield from (limits.largest, limits.least, limits.step, Decimal(1) + limits.step)
        yield from fact.choices
    for fact in known:
        for label, also in ((fact.choices[id].zh, fact.choices_also.get(id, ())) for id in fact.choices):
            yield from (label, *also)
        yield filler(fact, _ANY_DAY)
