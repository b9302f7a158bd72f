"""The frozen contract: an assessment as one JSON object and as rows.

Amounts are written from their decimals, digit by digit, so that what a script reads is what was computed. The parts of an
object that are the same for every enterprise are written once and kept, which is what makes a batch quick.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from jxplus import __version__
from jxplus.assess import ENTITLED, UNQUANTIFIED, Assessment, Interval, Outcome
from jxplus.fault import Text
from jxplus.policy import Clause, Policy
from jxplus.quantity import number_text

try:  # as `json` itself has it: the rest of that package is not needed to write
    from _json import encode_basestring
except ImportError:
    from json.encoder import encode_basestring

LONG = ("enterprise", "clause", "section", "status", "low", "high", "base")
"""The columns of the long table."""


class Row(NamedTuple):
    """One clause for one enterprise, as a row of the long table; amounts in yuan, None where there is none."""

    enterprise: str
    clause: str
    section: str
    status: str
    low: Decimal | None
    high: Decimal | None
    base: Decimal | None


def rows(assessment: Assessment, every: bool = False) -> list[Row]:
    """The rows of the clauses that are entitled or unquantified, or of `every` clause, in the policy's order."""
    return [
        Row(
            assessment.enterprise.label,
            each.clause.id,
            each.clause.section,
            each.status,
            each.low,
            each.high,
            each.base,
        )
        for each in assessment.outcomes
        if every or each.status in (ENTITLED, UNQUANTIFIED)
    ]


def amount_cell(amount: Decimal | None) -> str:
    """An amount as CSV and JSON write it: plain digits in yuan; nothing for none."""
    return "" if amount is None else number_text(amount)


def json_text(value: Any) -> str:
    """`value` as JSON: mappings, sequences, texts, truths, None, and decimals as exact numbers."""
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Text):
        return f'{{"zh": {encode_basestring(value.zh)}, "en": {encode_basestring(value.en)}}}'
    if isinstance(value, Mapping):
        return _object((str(key), json_text(each)) for key, each in value.items())
    return _array(map(json_text, value))


def _object(members: Iterable[tuple[str, str]]) -> str:
    return "{" + ", ".join([f"{encode_basestring(key)}: {text}" for key, text in members]) + "}"


def _array(elements: Iterable[str]) -> str:
    return "[" + ", ".join(elements) + "]"


class Recorder:
    """Writes assessments under one policy as JSON objects; made once, used for any number of them."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.head = [("jxplus", json_text(__version__)), ("policy", json_text(_policy_record(policy)))]
        self.clauses = {clause.id: _clause_texts(clause) for clause in policy.clauses}
        self.kept: dict[int, tuple[Outcome, str]] = {}

    def members(self, assessment: Assessment, traces: Mapping[str, Any] | None = None) -> list[tuple[str, str]]:
        """The members of an assessment's object, each with its JSON text; `traces` by clause are added where given."""
        texts = [self._outcome(each, traces) for each in assessment.outcomes]
        return [
            *self.head,
            ("enterprise", encode_basestring(assessment.enterprise.label)),
            ("as_of", f'"{assessment.as_of.isoformat()}"'),
            ("currency", encode_basestring(self.policy.currency)),
            ("entitlements", _array(texts)),
            ("totals", _totals(assessment)),
            (
                "assumptions",
                _array(
                    [
                        f'{{"fact": "{each.fact}", "value": "{each.value}", {json_text(each.text)[1:]}'
                        for each in assessment.assumptions
                    ]
                ),
            ),
            ("warnings", _array(map(json_text, assessment.warnings))),
        ]

    def line(self, assessment: Assessment) -> str:
        """The object on one line."""
        return _object(self.members(assessment))

    def page(
        self, assessment: Assessment, traces: Mapping[str, Any] | None = None, more: Sequence[tuple[str, str]] = ()
    ) -> str:
        """The object over several lines, an entitlement on each; `more` members follow the others."""
        entitlements = ",\n    ".join(self._outcome(each, traces) for each in assessment.outcomes)
        texts = {**dict(self.members(assessment, traces)), "entitlements": f"[\n    {entitlements}\n  ]", **dict(more)}
        return "{\n" + ",\n".join(f'  "{key}": {text}' for key, text in texts.items()) + "\n}"

    def _outcome(self, outcome: Outcome, traces: Mapping[str, Any] | None) -> str:
        """One entitlement; that of an outcome which every enterprise shares is written once."""
        if traces is None:
            kept = self.kept.get(id(outcome))
            if kept is not None and kept[0] is outcome:
                return kept[1]
        before, between = self.clauses[outcome.clause.id]
        low, high, base = (json_text(amount) for amount in (outcome.low, outcome.high, outcome.base))
        parts = [f'{before}"{outcome.status}"{between}"low": {low}, "high": {high}, "base": {base}']
        parts.append(f'"missing": {json_text(outcome.missing)}')
        if outcome.readings:
            parts.append(f'"readings": {json_text(outcome.readings)}')
        parts.append(f'"notes": {json_text(list(outcome.notes))}')
        if traces is not None and outcome.clause.id in traces:
            parts.append(f'"trace": {json_text(traces[outcome.clause.id])}')
        text = ", ".join(parts) + "}"
        if outcome.low is None and not outcome.missing and outcome.base is None and traces is None:
            self.kept[id(outcome)] = outcome, text
        return text


def _policy_record(policy: Policy) -> dict[str, Any]:
    return {"id": policy.id, "issued": policy.issued.isoformat(), "sha256": policy.sha256}


def _clause_texts(clause: Clause) -> tuple[str, str]:
    """What a clause's object says before its status, and between that and its amounts."""
    before = {"clause": clause.id, "section": clause.section, "title": clause.title}
    between = {"nature": clause.nature, "basis": clause.basis, "payer": clause.payer, "lead": clause.lead}
    return f'{json_text(before)[:-1]}, "status": ', f", {json_text(between)[1:-1]}, "


def _totals(assessment: Assessment) -> str:
    natures: dict[str, Interval] = {}
    for each in assessment.outcomes:
        if each.low is not None and each.high is not None:
            low, high = natures.get(each.clause.nature, (Decimal(0), Decimal(0)))
            natures[each.clause.nature] = low + each.low, high + each.high
    low = sum((each[0] for each in natures.values()), Decimal(0))
    high = sum((each[1] for each in natures.values()), Decimal(0))
    by_nature = {
        name: {"low": natures[name][0], "high": natures[name][1]}
        for name in assessment.policy.natures
        if name in natures
    }
    return json_text({"low": low, "high": high, "by_nature": by_nature})
