"""Two plans compared as one JSON object and as rows of CSV; formulas stand in the policy's own words."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from jxplus.comparison import Changed, Comparison
from jxplus.comparison.changes import Change
from jxplus.fault import Text
from jxplus.formula.node import Node, unparse
from jxplus.policy import Policy, Reading, Replaced
from jxplus.render.compared import Evidence
from jxplus.render.record import json_page, json_text
from jxplus.render.rows import csv_lines
from jxplus.version import __version__

_Change = Mapping[str, Any]


def json_object(comparison: Comparison, shown: Evidence | None = None, more: Mapping[str, Any] | None = None) -> str:
    """Gives the comparison as one JSON object, the same in every language; `more` are members that follow."""
    return json_page({**record(comparison, shown), **(more or {})})


def record(comparison: Comparison, shown: Evidence | None = None) -> dict[str, Any]:
    """The comparison as plain values."""

    def witness(kind: str, id: str) -> dict[str, Any]:
        return {} if shown is None else dict(shown.record((kind, id)))

    def changed(kind: str, each: Changed[Any], **own: Any) -> dict[str, Any]:
        changes = list(map(_change, each.changes))
        return {kind: each.name, **own, "change": each.change, "changes": changes, **witness(kind, each.name)}

    return {
        "jxplus": __version__,
        "old": _policy(comparison.old),
        "new": _policy(comparison.new),
        "plan": [{**_change(each), **witness("plan", each.what)} for each in comparison.plan],
        "clauses": [
            changed(
                "clause",
                each,
                **({"replaces": each.old.id} if each.old and each.new and each.old.id != each.new.id else {}),
                section=each.one.section,
                title=each.one.title,
            )
            for each in comparison.clauses
        ],
        "facts": [changed("fact", each, label=each.one.label) for each in comparison.facts],
        "lists": [changed("list", each, label=each.one.label) for each in comparison.lists],
        "rules": [
            changed("rule", each, section=each.one.section or None, title=each.one.title) for each in comparison.rules
        ],
    }


def _policy(policy: Policy) -> dict[str, Any]:
    return {
        "id": policy.id,
        "title": policy.title,
        "issued": policy.issued,
        "sha256": policy.sha256,
        "file": policy.file,
    }


def _change(change: Change) -> dict[str, Any]:
    found: dict[str, Any] = {"what": change.what}
    if change.reading:
        found["reading"] = change.reading
    found |= {"old": _plain(change.old), "new": _plain(change.new)}
    if change.figures_alone:
        found["figures"] = [{"old": _plain(each.old), "new": _plain(each.new)} for each in change.pairs]
    return found


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Node):
        return unparse(value)
    if isinstance(value, Reading):
        amounts = {"low": value.low, "high": value.high, "at_most": value.cap}
        return {
            "title": value.title,
            "when": unparse(value.when),
            **{key: _plain(node) for key, node in amounts.items()},
        }
    if isinstance(value, Replaced):
        return {"plan": value.plan, "from": value.day}
    if value is None or isinstance(value, (str, bool, int, Decimal, date, Text)):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (tuple, list, frozenset, set)):
        return [_plain(each) for each in (sorted(value) if isinstance(value, (frozenset, set)) else value)]
    return str(value)


def csv_table(comparison: Comparison) -> str:
    """Gives a row for each thing that changed: what kind of thing, its id, what became of it, the key, old and new."""
    return csv_lines([("kind", "id", "section", "change", "what", "reading", "old", "new"), *_rows(comparison)])


def _rows(comparison: Comparison) -> Iterator[Sequence[str]]:
    found = record(comparison)
    for change in found["plan"]:
        yield ("plan", found["new"]["id"], "", "changed", *_cells(change))
    for kind in ("clause", "fact", "list", "rule"):
        for each in found[f"{kind}s"]:
            head = kind, each[kind], each.get("section") or "", each["change"]
            for change in each["changes"] or ({},):
                yield (*head, *_cells(change))


def _cells(change: _Change) -> tuple[str, str, str, str]:
    return change.get("what", ""), change.get("reading", ""), _cell(change.get("old")), _cell(change.get("new"))


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value
    text = "" if value is None else json_text(value)
    return text.strip('"') if isinstance(value, date) else text
