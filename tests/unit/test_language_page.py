"""The page of the policy language has every word that a policy file knows."""

import re
from pathlib import Path

import pytest

from jxplus.formula.node import COMPARISONS
from jxplus.formula.operators import OPERATORS
from jxplus.formula.tokens import WORDS
from jxplus.policy import clauses, declared, file, readings, rules, tiers

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "policy-language.md").read_text("utf-8")
FENCED = re.compile("```(?:yaml)?(.*?)```", re.DOTALL)
CODE = " ".join(FENCED.findall(PAGE) + re.findall("`([^`]+)`", FENCED.sub("", PAGE)))
KEYS = {
    "a file": file._TOP,
    "its head": file._HEAD,
    "a clause": clauses._CLAUSE,
    "a reading": readings._READING,
    "a fact": declared._FACT,
    "a type": declared._FORMS,
    "a rule": rules._SAID,
    "tiers": (tiers.OF, tiers.ELSE, "from", "over", "to", "under"),
    "a formula": WORDS,
    "a call": {op for op in OPERATORS if op.isalpha()} - {"neg", "later", "earlier"},
    "a sign": COMPARISONS,
}


@pytest.mark.parametrize("what", KEYS)
def test_every_word_is_on_the_page(what: str) -> None:
    """In an example, or in the text as code."""
    lacking = [word for word in KEYS[what] if not re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", CODE)]
    assert lacking == []
