"""An enterprise held against two plans: sought where a clause differs, tried as a file, and made as small as it can be.

What differs is told by two functions: of the outcomes of a clause while it is sought, of all that either plan makes of a file
once it is tried.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

from jxplus.assessment import Assessment, Outcome
from jxplus.comparison import Comparison, succession
from jxplus.comparison.search import Goal, Seeker
from jxplus.comparison.shrink import smaller
from jxplus.comparison.sides import APPLIES, PAYS, TELLS, ClauseSide, Variable, day_of, level, stated
from jxplus.comparison.trial import Bench, Under
from jxplus.policy import DAY, Clause, Policy

WORDS, PAYER, PROVED, NOT_FOUND, SHOWN = "words", "payer", "proved", "not-found", "shown"
"""Why no enterprise shows a change: it is words alone, another pays, no amount changes and that is proved, none was found; or
one does."""
MOST_CLAUSES = 4
"""How many clauses are looked at, at most, for what concerns many of them."""
ANY_DAY = date(2020, 1, 1)
"""The day of plans that say none."""

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


Shows = Callable[[Under, Under], int]
"""How much it says of a change, what either plan makes of a file."""


class Tries:
    """Seeks and tries enterprises under the two plans of a comparison."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison
        self.old, self.new = comparison.old, comparison.new
        self.bench = Bench(self.old, self.new)
        self.before = {clause.id: clause for clause in self.old.clauses}
        self.day = self.new.period.start or self.old.period.start or ANY_DAY
        self.days = succession(self.old, self.new)

    def sought(self, pair: Clauses, together: bool = False, alike: Clause | None = None) -> Witness | None:
        """The smallest enterprise found that shows the difference of a clause.

        Where one plan takes the other's place, each is asked on a day of its own, unless they are to be asked `together`. With
        `alike` it shows what comes of one clause in both plans, by their facts alone, and what becomes of the pair besides.
        """
        looked = pair if alike is None else (alike, alike)
        small = self._seek(looked, level, None if together else self.days, looked, _of_clause(looked))
        if small is None or alike is None:
            return small
        return self.tried(small.facts, small.days, pair, _of_clause(pair))

    def telling(self, pair: Clauses) -> Witness | None:
        """An enterprise that a clause pays and of which something else is assumed, by all clauses together."""
        return self._seek(pair, both_pay, self.days, (None, None), _assumed)

    def _seek(self, asked: Clauses, goal: Goal, apart: Days | None, pair: Clauses, shows: Shows) -> Witness | None:
        """The smallest enterprise for which two clauses come to what `goal` wants, if it `shows` the change of a pair."""
        days = apart or (None, None)
        old, new = ClauseSide(self.old, asked[0], days[0]), ClauseSide(self.new, asked[1], days[1])
        found = Seeker(old, new, goal).seek()
        if found is None:
            return None
        day = day_of(found.state)
        return self.smallest(stated(found.state), apart or (day, day), pair, shows)

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
        by: Sequence[int] = (0, 1),
    ) -> Witness | None:
        """The enterprise as a witness, if it is one; its file states what it must but for the fact `without`.

        What it must is said `by` the old plan (0), the new (1), or both.
        """
        # Of two days neither stands in the file: each is that of a calculation.
        whole = self.bench.whole(facts, days[1], without if days[0] == days[1] else DAY, by)
        written = self.bench.written(whole)
        some = [None, None] if pair == (None, None) else [[each] if each else [] for each in pair]
        old, new = (self.bench.under(side, written, days[side], some[side]) for side in (0, 1))
        found = shows(old, new)
        return Witness(whole, days, found, old, new, pair) if found else None

    def best_of(self, pairs: Iterable[Clauses], together: bool = False, by_facts: bool = False) -> Verdict:
        """Of some clauses what shows most; what is paid is enough. With `by_facts` it is what comes of the facts alone."""
        best: Witness | None = None
        for pair in islice(pairs, MOST_CLAUSES):
            found = self.sought(pair, together, self.in_both(pair) if by_facts else None)
            if found is not None and (best is None or found.level > best.level):
                best = found
            if best is not None and best.level == PAYS:
                break
        return verdict(best)

    def in_both(self, pair: Clauses) -> Clause | None:
        """A clause of which both plans know all that it asks for: as it is, else as it was; None where it is none such."""
        for clause, policy, other in ((pair[1], self.new, self.old), (pair[0], self.old, self.new)):
            if clause is not None:
                asked = ClauseSide(policy, clause).asked
                if all(_knows(other, var) for var in asked) and clause.day in (DAY, *other.facts):
                    return clause
        return None


def _knows(policy: Policy, var: Variable) -> bool:
    """Whether a plan has a fact or a list."""
    return policy.fact(var.listed, var.name) is not None or (not var.listed and var.name in policy.lists)


def verdict(found: Witness | None) -> Verdict:
    """That an enterprise shows a change, or that none was found."""
    return Verdict(SHOWN, found) if found is not None else Verdict(NOT_FOUND)


def _no_less(one: Witness, other: Witness) -> bool:
    """Whether one shows as much as the other, and is refused by no more plans."""
    refused = [[bool(under.faults or under.unknown) for under in (each.old, each.new)] for each in (one, other)]
    return one.level >= other.level and all(mine <= its for mine, its in zip(*refused, strict=True))


def _of_clause(pair: Clauses) -> Shows:
    """That a clause comes to something else; a plan that does not take the file shows it too, with less."""

    def shows(old: Under, new: Under) -> int:
        if old.assessment is None or new.assessment is None:
            return APPLIES if (old.assessment is None) != (new.assessment is None) else 0
        return level(old.outcome(pair[0]), new.outcome(pair[1]))

    return shows


def both_pay(old: Outcome | None, new: Outcome | None) -> int:
    """How near both are to being paid."""
    return PAYS if old is not None and new is not None and bool(old.high) and bool(new.high) else 0


def told_otherwise(of: Callable[[Assessment], Any]) -> Callable[[Under, Under], int]:
    """What tells that both results are there, and that they say another thing of what `of` gives of each."""

    def shows(old: Under, new: Under) -> int:
        ways = [each.assessment and of(each.assessment) for each in (old, new)]
        return TELLS if ways[0] != ways[1] and None not in ways else 0

    return shows


_assumed = told_otherwise(lambda assessment: [each.record for each in assessment.assumptions])
