"""What an audit finds: every figure and sentence of the text, every figure of the policy, and what does not match."""

from collections import Counter
from typing import NamedTuple

from jxplus.fault import Place, Text
from jxplus.plan.figures import Figure
from jxplus.plan.sentences import Sentence
from jxplus.plan.text import PlanText
from jxplus.policy import Policy

COVERED, OMITTED, UNCOVERED = "covered", "not-encoded", "uncovered"
FOUND, SOURCED, UNSUPPORTED = "found", "sourced", "unsupported"
STALE, NO_SECTION, LEAD, OVERUSED = "stale", "no-section", "lead", "overused"
UNCLAIMED, GONE = "unclaimed", "gone"
POLICY = "policy"
"""The owner of what the policy file states of the plan as a whole: its number, its dates."""


class Checked(NamedTuple):
    """A figure of the text and what became of it: `owners` are the clauses that use it, `reason` why none does."""

    figure: Figure
    status: str
    owners: tuple[str, ...] = ()
    reason: Text | None = None


class Stated(NamedTuple):
    """A figure of the policy and where it comes from: its places in the text, or a source outside it."""

    owner: str
    section: str
    figure: str
    status: str
    place: Place
    found: tuple[Place, ...] = ()
    source: Text | None = None


class Claimed(NamedTuple):
    """A sentence of the text and what became of it: `owners` are the clauses that encode it, `reason` why none does."""

    sentence: Sentence
    status: str
    owners: tuple[str, ...] = ()
    reason: Text | None = None


class Problem(NamedTuple):
    """One thing that the audit finds wrong.

    `kind` is `uncovered`, `unsupported`, `stale`, `no-section`, `lead` or `overused`, and of sentences `unclaimed` or
    `gone`: `figure` is then the sentence's digest.
    """

    kind: str
    file: str
    place: Place
    section: str
    owner: str
    figure: str
    text: Text


class Tally(NamedTuple):
    """The numbers of one section, or of all."""

    section: str
    figures: int
    covered: int
    omitted: int
    uncovered: int
    unsupported: int


class Audit(NamedTuple):
    """The result: every figure of the text, every figure of the policy, and all that does not match.

    `sentences` are those that must be accounted for and those that are; where the policy names none they are not held
    against it (`by_sentence`), and none of them is a problem.
    """

    policy: Policy
    plan: PlanText
    checked: tuple[Checked, ...]
    stated: tuple[Stated, ...]
    problems: tuple[Problem, ...]
    sentences: tuple[Claimed, ...] = ()
    by_sentence: bool = False

    def tallies(self) -> list[Tally]:
        """The numbers of each section that has a figure or a problem, in the order of the text; the last is the total."""
        statuses = Counter((each.figure.section, each.status) for each in self.checked)
        lacking = Counter(each.section for each in self.stated if each.status == UNSUPPORTED)
        troubled = {problem.section for problem in self.problems}
        tallies = []
        for section in dict.fromkeys([*self.plan.sections, *lacking, *sorted(troubled)]):
            counts = [statuses[section, status] for status in (COVERED, OMITTED, UNCOVERED)]
            if any(counts) or lacking[section] or section in troubled:
                tallies.append(Tally._make((section, sum(counts), *counts, lacking[section])))
        sums = [sum(int(each[column]) for each in tallies) for column in range(1, 6)]
        return [*tallies, Tally._make(("", *sums))]
