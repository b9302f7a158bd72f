"""Results as lines of NDJSON in bytes, for many enterprises: what is the same in every line is encoded once.

It writes what `Recorder.line` writes, byte for byte, of results that are no assessments, and has the recorder write what is rare.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from jxplus.assessment import Outcome
from jxplus.assessment.assumptions import Assumption
from jxplus.assessment.outcome import MANY_KEPT, keep
from jxplus.enterprise import Enterprise
from jxplus.fault import Text
from jxplus.policy import Policy
from jxplus.render.record import Recorder, facts_text, json_string, json_text, receipt_head


class NdjsonWriter:
    """Writes results under one policy as lines. It is made once and used for any number."""

    def __init__(self, policy: Policy) -> None:
        self.policy, self.recorder = policy, Recorder(policy)
        head = "".join(f'"{key}": {text}, ' for key, text in self.recorder.head)
        self.head = f'{{{head}"enterprise": '.encode()
        self.currency = f', "currency": {json_string(policy.currency)}, "entitlements": ['.encode()
        self.clauses = {
            id: f'{before}"entitled"{between}"low": '.encode()
            for id, (before, between) in self.recorder.clauses.items()
        }
        self.assumed: dict[int, tuple[tuple[Assumption, ...], bytes]] = {}
        self.warned: dict[tuple[Text, ...], bytes] = {}

    def add(
        self,
        enterprise: Enterprise,
        as_of: date,
        entitlements: Sequence[bytes],
        totals: bytes,
        said: tuple[bytes, bytes],
        pins: Mapping[str, str],
        parts: list[bytes],
    ) -> None:
        """Adds a line whose entitlements, each with a comma behind it, totals, assumptions and warnings are written already."""
        name = f', "name": {json_string(enterprise.name)}' if enterprise.id else ""
        own = f'{json_string(enterprise.label)}{name}, "as_of": "{as_of.isoformat()}"'
        parts += (self.head, own.encode(), self.currency)
        parts += entitlements
        if entitlements:
            parts[-1] = parts[-1][:-2]
        facts = enterprise.source or facts_text(enterprise).encode()
        parts += (b"], ", totals, *said, receipt_head(enterprise, pins).encode(), facts, b"}}", b"\n")

    def entitlement(self, outcome: Outcome) -> bytes:
        """One entitlement with a comma behind it, where it is made beforehand, or seldom."""
        return self.recorder.outcome(outcome).encode() + b", "

    def behind(self, notes: tuple[Text, ...]) -> bytes:
        """The end of an entitlement with notes, and a comma."""
        return f', "notes": {json_text(notes)}}}, '.encode()

    def said(self, assumptions: tuple[Assumption, ...], warnings: tuple[Text, ...]) -> tuple[bytes, bytes]:
        """The assumptions and warnings, up to the receipt."""
        kept = self.assumed.get(id(assumptions))
        if kept is None:
            text = ", ".join(json_text(each.record) for each in assumptions)
            told = f'"assumptions": [{text}], "warnings": ['.encode()
            kept = keep(self.assumed, id(assumptions), (assumptions, told), MANY_KEPT)
        warned = self.warned.get(warnings)
        if warned is None:
            text = ", ".join(map(json_text, warnings))
            warned = self.warned[warnings] = f'{text}], "receipt": '.encode()
        return kept[1], warned
