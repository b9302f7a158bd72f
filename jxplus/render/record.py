"""An assessment is written as one JSON object, by a contract that is frozen.

Amounts are written from their decimals, digit by digit, so that what a script reads is what was computed. The parts of an
object that are the same for every enterprise are written once and kept, which is what makes a batch quick.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from jxplus.assessment import Assessment, Interval, Outcome
from jxplus.assessment.outcome import MANY_KEPT, keep
from jxplus.fault import Fault, Text
from jxplus.policy import Clause, Policy
from jxplus.quantity import number_text, total
from jxplus.version import __version__

if TYPE_CHECKING:
    from jxplus.assessment.reached import Reach
    from jxplus.enterprise import Enterprise

try:  # as `json` itself has it: the rest of that package is not needed to write
    from _json import encode_basestring
except ImportError:
    from json.encoder import encode_basestring

json_string = encode_basestring
"""Writes a text as JSON."""


def json_text(value: Any) -> str:
    """Writes `value` as JSON: mappings, sequences, texts, truths, None, and decimals as exact numbers."""
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
    if isinstance(value, date):
        return f'"{value.isoformat()}"'
    if isinstance(value, Text):
        return f'{{"zh": {encode_basestring(value.zh)}, "en": {encode_basestring(value.en)}}}'
    if isinstance(value, Mapping):
        return _object((str(key), json_text(each)) for key, each in value.items())
    return _array(map(json_text, value))


def json_page(value: Any, indent: str = "") -> str:
    """Writes `value` as JSON over several lines, two spaces deeper for what stands within."""
    inner = f"{indent}  "
    if value and isinstance(value, Mapping):
        members = [f"{inner}{encode_basestring(str(key))}: {json_page(each, inner)}" for key, each in value.items()]
        return "{\n" + ",\n".join(members) + f"\n{indent}}}"
    if value and isinstance(value, (list, tuple)) and any(isinstance(each, Mapping) for each in value):
        return "[\n" + ",\n".join(f"{inner}{json_page(each, inner)}" for each in value) + f"\n{indent}]"
    return json_text(value)


def paged(members: Iterable[tuple[str, str]]) -> str:
    """Writes a JSON object with a member a line, from their names and the JSON of each."""
    return "{\n" + ",\n".join(f'  "{key}": {text}' for key, text in members) + "\n}"


def rowed(elements: Iterable[str]) -> str:
    """Writes a JSON array with an element a line, as a member of a `paged` object."""
    return "[\n    " + ",\n    ".join(elements) + "\n  ]"


def _object(members: Iterable[tuple[str, str]]) -> str:
    return "{" + ", ".join([f"{encode_basestring(key)}: {text}" for key, text in members]) + "}"


def _array(elements: Iterable[str]) -> str:
    return "[" + ", ".join(elements) + "]"


def refusal_lines(enterprise: str, faults: Iterable[Fault], name: str = "") -> str:
    """Writes the refusal of an enterprise as JSON, a line for each fault.

    `enterprise` is null where unknown; a `name` beside it is written where there is one.
    """
    return "".join(
        json_text(
            {
                "enterprise": enterprise or None,
                **({"name": name} if name else {}),
                "file": fault.file,
                "line": fault.place.line,
                "column": fault.place.column,
                **({"cell": fault.place.show()} if fault.place.sheet else {}),
                "fact": fault.fact or None,
                "wrong": fault.wrong,
                "right": fault.right,
            }
        )
        + "\n"
        for fault in faults
    )


class Recorder:
    """Writes assessments under one policy as JSON objects. It is made once and used for any number of them."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        plans = policies_record(policy)
        self.head = [("jxplus", json_text(__version__)), *((key, json_text(value)) for key, value in plans.items())]
        self.clauses = {clause.id: _clause_texts(policy, clause) for clause in policy.clauses}
        self.literal = {clause.id for clause in policy.clauses if clause.literal}
        self.kept: dict[int, tuple[Outcome, str]] = {}

    def line(self, assessment: Assessment, reach: "Sequence[Reach]" = (), near: Decimal | None = None) -> str:
        """Writes the object on one line; with `near`, also what is within reach and how near that is."""
        kept = self.kept
        entitlements = [
            kept[key][1] if (key := id(each)) in kept else self.outcome(each) for each in assessment.outcomes
        ]
        # Put together in one go: most of a line is the entitlements, and it is long.
        before = [f'"{key}": {text}' for key, text in self._before(assessment)]
        after = [f'"{key}": {text}' for key, text in self.after(assessment)]
        after.append(f'"receipt": {receipt_text(assessment.enterprise, assessment.pins, near)}')
        if near is not None:
            after.append(f'"within_reach": {_array([json_text(each.record()) for each in reach])}')
        first = entitlements[0] if entitlements else ""
        before.append(f'"entitlements": [{first}')
        parts = [*before, *entitlements[1:]]
        parts[-1] += "]"
        return f"{{{', '.join([*parts, *after])}}}"

    def _before(self, assessment: Assessment) -> list[tuple[str, str]]:
        """The members that stand before the entitlements, each with its JSON text."""
        return [
            *self.head,
            ("enterprise", encode_basestring(assessment.enterprise.label)),
            *([("name", encode_basestring(assessment.enterprise.name))] if assessment.enterprise.id else []),
            ("as_of", f'"{assessment.as_of.isoformat()}"'),
            ("currency", encode_basestring(self.policy.currency)),
        ]

    def after(self, assessment: Assessment) -> list[tuple[str, str]]:
        """Gives the members that stand after the entitlements, each with its JSON text."""
        assumptions = [json_text(each.record) for each in assessment.assumptions]
        rules = [("rules", _array(map(json_text, rule_records(assessment))))] if assessment.taken else []
        return [
            *rules,
            ("totals", _totals(assessment)),
            ("assumptions", _array(assumptions)),
            ("warnings", _array(map(json_text, assessment.warnings))),
        ]

    def page(
        self,
        assessment: Assessment,
        trace: "Callable[[Outcome], Any] | None" = None,
        reach: "Sequence[Reach]" = (),
        near: Decimal | None = None,
    ) -> str:
        """Writes the object over several lines, an entitlement on each, with what is within reach and how near."""
        members = [
            *self._before(assessment),
            ("entitlements", rowed(self.outcome(each, trace) for each in assessment.outcomes)),
            *self.after(assessment),
            ("receipt", receipt_text(assessment.enterprise, assessment.pins, near)),
            ("within_reach", _array([json_text(each.record()) for each in reach])),
        ]
        return paged(members)

    def outcome(self, outcome: Outcome, trace: "Callable[[Outcome], Any] | None" = None) -> str:
        """Writes one entitlement; kept with its outcome where the assessor hands that out again."""
        before, between = self.clauses[outcome.clause.id]
        low, high, base = outcome.low, outcome.high, outcome.base
        low_text = _amount(low)
        high_text = low_text if high is low else _amount(high)
        parts = [f'{before}"{outcome.status}"{between}"low": {low_text}, "high": {high_text}, "base": {_amount(base)}']
        if outcome.open:
            parts.append('"open": true')
        parts.append(f'"missing": {json_text(outcome.missing) if outcome.missing else "[]"}')
        if outcome.readings:
            readings = [f"{encode_basestring(name)}: {_pair(*each)}" for name, each in outcome.readings.items()]
            parts.append(f'"readings": {{{", ".join(readings)}}}')
        if outcome.out_of_time:
            parts.append('"out_of_time": true')
        parts.append(f'"notes": {json_text(outcome.notes) if outcome.notes else "[]"}')
        told = None if trace is None else trace(outcome)
        if told is not None:
            parts.append(f'"trace": {json_text(told)}')
        text = ", ".join(parts) + "}"
        if trace is None and (low is None or outcome.clause.id in self.literal):
            keep(self.kept, id(outcome), (outcome, text), MANY_KEPT)  # while an outcome is kept, no other has its id
        return text


def there(**members: Any) -> dict[str, Any]:
    """Gives the members that say something: neither false nor empty."""
    return {name: value for name, value in members.items() if value}


def rule_records(assessment: Assessment) -> list[dict[str, Any]]:
    """Gives each rule between clauses that took something off as plain values. Amounts are Decimals in yuan."""
    found = []
    for taken in assessment.taken:
        rule = taken.rule
        record: dict[str, Any] = {
            "rule": rule.id,
            "policy": assessment.policy.plan_of(rule).id,
            "section": rule.section or None,
            "title": rule.title,
            "clauses": taken.clauses,
            "low": taken.low,
            "high": taken.high,
            "counted": {"low": taken.counted[0], "high": taken.counted[1]},
        }
        items = [{"item": place + 1, "low": low, "high": high} for place, (low, high) in taken.items.items()]
        more = there(items=items, open=taken.open, missing=taken.missing, readings=taken.readings)
        found.append({**record, **more})
    return found


def _amount(amount: Decimal | None) -> str:
    return "null" if amount is None else number_text(amount)


def _pair(low: Decimal, high: Decimal) -> str:
    return f"[{number_text(low)}, {number_text(high)}]"


def policies_record(policy: Policy) -> dict[str, Any]:
    """The members that name the plans: `policy`, the only one, null where there are several, and `policies`, each of them."""
    plans = [{"id": plan.id, "issued": plan.issued, "sha256": plan.sha256} for plan in policy.each_plan]
    return {"policy": plans[0] if len(plans) == 1 else None, "policies": plans}


def _clause_texts(policy: Policy, clause: Clause) -> tuple[str, str]:
    """What a clause's object says before its status, and between that and its amounts."""
    before = {
        "clause": clause.own,
        "policy": policy.plan_of(clause).id,
        "section": clause.section,
        "title": clause.title,
    }
    between = {"nature": clause.nature, "basis": clause.basis, "payer": clause.payer, "lead": clause.lead}
    return f'{json_text(before)[:-1]}, "status": ', f", {json_text(between)[1:-1]}, "


def receipt_text(enterprise: "Enterprise", pins: Mapping[str, str], near: Decimal | None = None) -> str:
    """Writes what the result was computed from: enough to compute it again, and to recognise the input."""
    return f"{receipt_head(enterprise, pins, near)}{facts_text(enterprise)}}}"


def receipt_head(enterprise: "Enterprise", pins: Mapping[str, str], near: Decimal | None = None) -> str:
    """Writes a receipt up to the facts."""
    sha256 = f'"{enterprise.sha256}"' if enterprise.sha256 else "null"
    id = f', "id": {encode_basestring(enterprise.id)}' if enterprise.id else ""
    by_hand = json_text(enterprise.by_hand) if enterprise.by_hand else "[]"
    chosen = json_text(pins) if pins else "{}"
    reach = "" if near is None else f', "reach": {json_text(near)}'
    return f'{{"input_sha256": {sha256}{id}, "set": {by_hand}, "readings": {chosen}{reach}, "facts": '


def facts_text(enterprise: "Enterprise") -> str:
    """Writes all that an enterprise states, as its file has it where that is at hand."""
    return enterprise.source.decode() or _facts_text(enterprise.facts)


def _facts_text(facts: Mapping[str, Any]) -> str:
    """Facts as `json_text` writes them, by the class of each value: a batch of tables writes millions of them."""
    writers = _WRITERS
    return "{" + ", ".join([f'"{id}": {writers[value.__class__](value)}' for id, value in facts.items()]) + "}"


def _figure_text(figure: Decimal) -> str:
    text = str(figure)
    return text if text.isdigit() else number_text(figure)


def _items_text(items: Iterable[Mapping[str, Any]]) -> str:
    return "[" + ", ".join([_facts_text(item) for item in items]) + "]"


_WRITERS: dict[type, Callable[[Any], str]] = {
    Decimal: _figure_text,
    bool: {True: "true", False: "false"}.__getitem__,
    str: encode_basestring,
    date: json_text,
    list: _items_text,
    type(None): json_text,
}


def _totals(assessment: Assessment) -> str:
    natures: dict[str, list[Interval]] = {}
    bases: dict[str, list[Interval]] = {}
    for each in assessment.outcomes:
        if each.low is not None and each.high is not None:
            paid = each.low, each.high
            natures.setdefault(each.clause.nature, []).append(paid)
            bases.setdefault(each.clause.basis, []).append(paid)
    if assessment.settled:
        by_nature = {name: assessment.total(name) for name in assessment.policy.natures if name in natures}
        by_basis = {name: assessment.total(basis=name) for name in assessment.policy.bases if name in bases}
        low, high = assessment.total()
    else:
        by_nature, by_basis = _sums(assessment.policy.natures, natures), _sums(assessment.policy.bases, bases)
        low, high = (total(each[end] for each in by_nature.values()) for end in (0, 1))
    open_ones = [each.clause for each in assessment.outcomes if each.open]
    natures_open = {each.nature for each in open_ones if assessment.open(each.nature)}
    bases_open = {each.basis for each in open_ones if assessment.open(basis=each.basis)}
    parts = [
        f'"{name}": {_object((id, _low_high(*each, id in opened)) for id, each in sums.items())}'
        for name, sums, opened in (("by_nature", by_nature, natures_open), ("by_basis", by_basis, bases_open))
    ]
    return f"{_low_high(low, high, bool(open_ones) and assessment.open())[:-1]}, {', '.join(parts)}}}"


def _sums(names: Iterable[str], paid: Mapping[str, Sequence[Interval]]) -> dict[str, Interval]:
    """The sums of what is paid under each name, in the order of `names`."""
    return {
        name: (total(low for low, _ in paid[name]), total(high for _, high in paid[name]))
        for name in names
        if name in paid
    }


def _low_high(low: Decimal, high: Decimal, open: bool = False) -> str:
    """A total's two ends; `open` where it holds an amount without a ceiling, and is at least this."""
    more = ', "open": true' if open else ""
    return f'{{"low": {number_text(low)}, "high": {number_text(high)}{more}}}'
