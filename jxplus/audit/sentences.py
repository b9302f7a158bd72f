"""The sentences of the text against the clauses that encode them: none is passed over, none has changed since.

A sentence that gives, lowers or forbids something about money, or holds any figure, is named by a clause of its section or
listed with the reason. What is kept is its digest: another character, and the text has no sentence of that digest any more.
"""

from collections.abc import Iterator
from typing import NamedTuple

from jxplus.audit.result import COVERED, GONE, OMITTED, POLICY, STALE, UNCLAIMED, UNCOVERED, Claimed, Problem
from jxplus.document.tree import Path, Tree
from jxplus.fault import Place, Text
from jxplus.plan.text import PlanText
from jxplus.policy import Clause, Policy, Rule

_FIRST_WORDS = 16


class _Claim(NamedTuple):
    """What the policy file says of a sentence: the clause or rule that encodes it, or the reason why none does."""

    section: str
    digest: str
    path: Path
    owner: str = ""
    reason: Text | None = None


def names_sentences(policy: Policy) -> bool:
    """Whether a policy accounts for its text by sentence."""
    named = any(clause.sentences for clause in policy.clauses) or any(rule.sentences for rule in policy.rules)
    return named or bool(policy.sentences) or bool(policy.not_encoded.sentences)


def _claims(policy: Policy, plan: PlanText) -> Iterator[_Claim]:
    named: list[tuple[str, Clause | Rule]] = [("clauses", clause) for clause in policy.clauses]
    named += [("rules", rule) for rule in policy.rules]
    for kind, each in named:
        for cited in each.sentences:
            section = cited.section or each.section
            yield _Claim(plan.has(section) or section, cited.digest, (kind, each.id, "sentences"), each.id)
    for cited in policy.sentences:
        yield _Claim(plan.has(cited.section) or cited.section, cited.digest, (POLICY, "sentences"), POLICY)
    for written, reasons in policy.not_encoded.sentences.items():
        for digest, reason in reasons.items():
            path: Path = ("not encoded", "sentences", written, digest)
            yield _Claim(plan.has(written) or written, digest, path, reason=reason)


def hold(policy: Policy, plan: PlanText, tree: Tree | None) -> tuple[list[Claimed], list[Problem]]:
    """What becomes of each sentence, and the sentences that nothing accounts for or that the text has no more."""
    claims = list(_claims(policy, plan))
    found: list[Claimed] = []
    for sentence in plan.sentences:
        own = [claim for claim in claims if (claim.section, claim.digest) == (sentence.section, sentence.digest)]
        owners = tuple(claim.owner for claim in own if claim.owner)
        reason = next((claim.reason for claim in own if claim.reason), None)
        if own or sentence.held:
            found.append(Claimed(sentence, COVERED if owners else OMITTED if own else UNCOVERED, owners, reason))
    if not claims:
        return found, []
    present = {(sentence.section, sentence.digest) for sentence in plan.sentences}
    problems = [_unclaimed(plan.file, each) for each in found if each.status == UNCOVERED]
    problems += [_twice(policy, each, claims, tree) for each in found if each.owners and each.reason]
    problems += [_gone(policy, claim, tree) for claim in claims if (claim.section, claim.digest) not in present]
    return found, problems


def first_words(text: str) -> str:
    """The beginning of a sentence, enough to find it."""
    return text if len(text) <= _FIRST_WORDS else f"{text[:_FIRST_WORDS]}…"


def _unclaimed(file: str, each: Claimed) -> Problem:
    words = first_words(each.sentence.text)
    why = Text(
        f"没有条款的 sentences 写明这一句，“not encoded”也未列出：{words}",
        f"no clause names this sentence in `sentences`, and `not encoded` does not list it: {words}",
    )
    return Problem(UNCLAIMED, file, each.sentence.place, each.sentence.section, "", each.sentence.digest, why)


def _gone(policy: Policy, claim: _Claim, tree: Tree | None) -> Problem:
    why = Text(
        "本节没有这一句：原文改了，或句子在另一节",
        "the section has no such sentence: the text has changed, or the sentence stands in another section",
    )
    return Problem(GONE, policy.file, _place(claim, tree), claim.section, claim.owner, claim.digest, why)


def _twice(policy: Policy, each: Claimed, claims: list[_Claim], tree: Tree | None) -> Problem:
    own = (each.sentence.section, each.sentence.digest)
    claim = next(claim for claim in claims if claim.reason and (claim.section, claim.digest) == own)
    names = ", ".join(each.owners)
    why = Text(f"已由 {names} 编入", f"{names} encodes it")
    return Problem(STALE, policy.file, _place(claim, tree), claim.section, "", claim.digest, why)


def _place(claim: _Claim, tree: Tree | None) -> Place:
    return tree.place(claim.path, True) if tree else Place()
