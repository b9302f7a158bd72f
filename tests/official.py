"""The official text of the plan that ships, which is no part of the project: where it lies, and where its sentences stand.

It is looked for beside the checkout, in `../shared/plan/source.txt`, or where `JXPLUS_PLAN_TEXT` says.
"""

import os
from functools import cache
from pathlib import Path

import pytest

from jxplus.plan.sentences import Sentence
from jxplus.plan.text import PlanText, read_plan
from jxplus.policy import Policy
from jxplus.policy.file import read_policy
from jxplus.policy.store import shipped_policy

OFFICIAL = Path(
    os.environ.get("JXPLUS_PLAN_TEXT") or Path(__file__).parents[1].parent / "shared" / "plan" / "source.txt"
)
official = pytest.mark.skipif(not OFFICIAL.is_file(), reason=f"the official text is not at {OFFICIAL}")


@cache
def official_text() -> PlanText:
    """The text, read."""
    return read_plan(OFFICIAL.read_bytes(), "source.txt")


@cache
def shipped_plan() -> Policy:
    """The policy that ships, read from its file."""
    return read_policy(Path(shipped_policy()).read_bytes(), "policies.yaml", "")


def letters_of(source: str, sentence: Sentence) -> list[int]:
    """Where the characters of a sentence stand in a source, but for blanks and breaks."""
    at = sum(len(line) + 1 for line in source.split("\n")[: sentence.place.line - 1]) + sentence.place.column - 1
    found: list[int] = []
    for char in sentence.text:
        at = source.index(char, at)
        found.append(at)
        at += 1
    return found
