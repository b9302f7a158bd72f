"""Is every figure of the policy guarded? Change one, and some hand-worked case must come out differently."""

import re
from collections import Counter
from typing import Any

import pytest
from mutations import Mutant, Watch, alone, apart, mutants

from jxplus.document import read_tree
from jxplus.policy import Policy

NOTHING_CHANGES = {
    "comparison: rd-super-deduction.when: rd_expensed > 0元: !=": "the fact is money and never negative",
    "comparison: rd-amortisation.when: rd_amortisation > 0元: !=": "the fact is money and never negative",
    "comparison: training-subsidy.when: trainees > 0人: !=": "the fact is a count and never negative",
    "fact: lists.funds.facts.in_province_net_gain.positive: positive: no": "a signed fact takes any sign",
}
"""The changes that provably make no difference to any enterprise, with the reason."""


@pytest.fixture(scope="module")
def tree(policy_bytes: bytes) -> dict[str, Any]:
    value = read_tree(policy_bytes.decode(), "policies.yaml", aliases=True).value
    assert isinstance(value, dict)
    return apart(value)


@pytest.fixture(scope="module")
def watch(policy: Policy) -> Watch:
    return Watch(policy)


def test_every_change_of_the_policy_is_noticed(tree: dict[str, Any], watch: Watch, summary: list[str]) -> None:
    """Each mutant that loads and changes anything fails a hand-worked case."""
    verdicts: dict[str, Counter[str]] = {"caught": Counter(), "refused": Counter(), "survives": Counter()}
    survivors = set()
    for mutant in mutants(tree):
        verdict = "same" if str(mutant) in NOTHING_CHANGES else watch.verdict(mutant)
        if verdict == "same":
            assert watch.verdict(mutant) == "survives", f"it changes something after all: {mutant}"
            continue
        verdicts[verdict][mutant.kind] += 1
        if verdict == "survives":
            survivors.add(str(mutant))
    summary += _lines(verdicts)
    assert not survivors, "\n".join(["no hand-worked case notices:", *sorted(survivors)])


def _lines(verdicts: dict[str, Counter[str]]) -> list[str]:
    caught, loaded = verdicts["caught"], verdicts["caught"] + verdicts["survives"]
    kinds = ", ".join(f"{kind} {caught[kind]}/{loaded[kind]}" for kind in sorted(loaded))
    return [
        f"policy mutations: {caught.total()} of {loaded.total()} caught by the hand-worked cases",
        f"  {kinds}",
        f"  {verdicts['refused'].total()} more are refused on loading, {len(NOTHING_CHANGES)} change nothing",
    ]


def test_what_is_excused_is_still_there(tree: dict[str, Any]) -> None:
    assert set(NOTHING_CHANGES) <= {str(mutant) for mutant in mutants(tree)}


def test_no_figure_comparison_or_day_is_passed_over(tree: dict[str, Any]) -> None:
    """Each figure and day is changed in two ways at least, each comparison in one at least."""
    found: dict[str, Counter[str]] = {}
    for mutant in mutants(tree):
        found.setdefault(mutant.place, Counter())[mutant.kind] += 1
    for place, written in _written(tree, ()):
        figures = len(re.findall(r"(?<![a-z0-9_.-])[0-9]", written))
        signs = len(re.findall(r"[<>]=?|!?=", written))
        kinds = found.get(place, Counter())
        assert kinds["figure"] + kinds["date"] >= 2 * figures, (place, written)
        assert kinds["comparison"] >= signs, (place, written)


def _written(value: Any, path: tuple[str, ...]) -> list[tuple[str, str]]:
    """Every text of the policy that may hold a figure, with its place; names and titles may not."""
    if isinstance(value, dict):
        return [
            entry
            for key, child in value.items()
            if key not in ("id", "zh", "en", "title", "source", "section", "sources", "not encoded")
            for entry in _written(child, (*path, key))
        ]
    return [(".".join(path[1:] if path[0] == "clauses" else path), value)] if isinstance(value, str) else []


def test_an_unchanged_policy_is_not_caught(tree: dict[str, Any], watch: Watch) -> None:
    """The watch tells a change from none: the policy as it is survives, clause by clause and as a whole."""
    assert watch.verdict(Mutant("", "", "", tree, None)) == "survives"
    for clause in tree["clauses"]:
        assert watch.verdict(Mutant("", "", "", alone(tree, clause), clause)) == "survives"
