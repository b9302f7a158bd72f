"""No change of the plan that ships, and none of its official text, escapes the audit."""

import pytest
from official import OFFICIAL, letters_of, official, official_text, shipped_plan

from jxplus.audit import audit
from jxplus.audit.sentences import hold
from jxplus.plan.figures import figures_in
from jxplus.plan.text import read_plan
from jxplus.policy import Policy

pytestmark = official


def test_any_clause_with_an_amount_moved() -> None:
    """A clause that states an amount cannot cite another clause's section: its figures are missed in one, or lack in the other."""
    shipped, text = shipped_plan(), official_text()
    for clause in shipped.clauses:
        for section in {each.section for each in shipped.clauses} - {clause.section}:
            if clause.kind == "unstated":
                continue
            clauses = tuple(each._replace(section=section) if each is clause else each for each in shipped.clauses)
            assert audit(shipped._replace(clauses=clauses), text).problems, (clause.id, section)


def test_any_entry_dropped() -> None:
    """Without any one of the entries under `not encoded`, just its figures are uncovered."""
    shipped, text = shipped_plan(), official_text()
    sections = shipped.not_encoded.sections
    for section, omissions in sections.items():
        for omission in omissions:
            rest = {**sections, section: tuple(each for each in omissions if each is not omission)}
            less = shipped._replace(not_encoded=shipped.not_encoded._replace(sections=rest))
            named = figures_in(omission.figure)
            expected = [("uncovered", section, "", omission.figure)] * len(named)
            problems = audit(less, text).problems
            assert [(each.kind, each.section, each.owner, each.figure) for each in problems] == expected


def test_any_sentence_changed_or_deleted(capsys: pytest.CaptureFixture[str]) -> None:
    """Each sentence that speaks of money or has a figure is deleted, then changed in its first, middle and last character."""
    shipped, text, source = shipped_plan(), official_text(), OFFICIAL.read_text("utf-8")
    sentences = [each.sentence for each in audit(shipped, text).sentences]
    deleted = altered = changes = 0
    for sentence in sentences:
        letters = letters_of(source, sentence)
        gone = {("gone", sentence.section, sentence.digest)}
        deleted += gone <= missed(shipped, source[: letters[0]] + source[letters[-1] + 1 :])
        for index in sorted({letters[0], letters[len(letters) // 2], letters[-1]}):
            altered += gone <= missed(shipped, source[:index] + "某" + source[index + 1 :])
            changes += 1
    with capsys.disabled():
        print(f"\n{deleted} of {len(sentences)} sentences deleted and {altered} of {changes} changes caught", end=" ")
    assert (deleted, altered) == (len(sentences), changes)


def missed(policy: Policy, source: str) -> set[tuple[str, str, str]]:
    """What is wrong with the sentences of a text: kind, section, digest."""
    _, problems = hold(policy, read_plan(source.encode(), "source.txt"), None)
    return {(each.kind, each.section, each.figure) for each in problems}
