"""Is every figure of the policy guarded? Change one, and some hand-worked case must come out differently."""

import re
from collections import Counter
from typing import Any

import pytest
from handworked import plan_differences, read_cases, read_limits
from mutations import NOTHING_CHANGES, Mutant, alone, apart, mutants
from watch import Watch, survivors

from jxplus.document import read_tree
from jxplus.policy import Policy


@pytest.fixture(scope="module")
def tree(policy_bytes: bytes) -> dict[str, Any]:
    value = read_tree(policy_bytes.decode(), "policies.yaml", aliases=True).value
    assert isinstance(value, dict)
    return apart(value)


@pytest.fixture(scope="module")
def watch(policy: Policy, tree: dict[str, Any]) -> Watch:
    return Watch(tree, policy, read_cases(), read_limits(), plan_differences)


def test_every_change_of_the_policy_is_noticed(tree: dict[str, Any], watch: Watch, summary: list[str]) -> None:
    """Each mutant that loads and changes anything fails a hand-worked case."""
    unnoticed, lines = survivors(watch, mutants(tree), NOTHING_CHANGES, "policy")
    summary += lines
    assert not unnoticed, "\n".join(["no hand-worked case notices:", *unnoticed])


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
