"""The tangled plan with names that the tables, the query and its engines use themselves: what it pays is the same."""

import re
from pathlib import Path

_TANGLED = Path(__file__).parent / "tangled.yaml"
_FACTS = {
    "exporter": "enterprise",
    "exports": "enterprise_id",
    "share": "c1",
    "gain": "total_low",
    "tax": "row_number",
    "listed": "always_low",
    "founded": "each_enterprise",
    "space": "id",
    "rent": "status",
    "profit": "facts_sums",
    "value": "id",
    "famous": "unchecked",
    "since": "item",
    "size": "line",
    "crane": "read",
}
LISTS = {
    "a list called facts": ("facts", "facts_items"),
    "a list called met": ("met", "met_sums"),
    "a list called outcome": ("outcome", "outcome_sums_1"),
    "a list called judged": ("judged", "computed"),
    "a list called id": ("id", "enterprise_id"),
    "a list called order": ("order", "unchecked_order"),
}
"""What the two lists of the plan are called in its place."""


def text(shops: str, brands: str) -> str:
    """The plan's text, with these names for its two lists."""
    plan = _TANGLED.read_text(encoding="utf-8").replace("\n  brands:\n    section", "\n  each-brand:\n    section")
    names = {**_FACTS, "shops": shops, "brands": brands}
    if shops == "id":
        names |= {"exports": "facts", "space": "met", "value": "outcome"}
    return re.sub(rf"(?<!\w)(?<!\w-)({'|'.join(names)})(?![\w-])", lambda word: names[word[0]], plan)
