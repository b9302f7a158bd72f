"""Assessments as lines of NDJSON in bytes, for many enterprises: what is the same in every line is encoded once.

It writes what `Recorder.line` writes, byte for byte, and has the recorder write what is rare.
"""

from collections.abc import Iterable
from decimal import Decimal

from jxplus.assessment import Assessment, Outcome
from jxplus.assessment.assumptions import Assumption
from jxplus.fault import Text
from jxplus.policy import Policy
from jxplus.quantity import ROOMY, ZERO, fen_text
from jxplus.render.record import Recorder, json_string, json_text, receipt_text

_MOST_KEPT = 10_000
_PLAIN_END = b', "missing": [], "notes": []}'


class NdjsonWriter:
    """Writes assessments under one policy as lines, without the end of the line. It is made once and used for any number."""

    def __init__(self, policy: Policy) -> None:
        self.policy, self.recorder = policy, Recorder(policy)
        head = "".join(f'"{key}": {text}, ' for key, text in self.recorder.head)
        self.head = f'{{{head}"enterprise": '.encode()
        self.currency = f', "currency": {json_string(policy.currency)}, "entitlements": ['.encode()
        self.clauses = {
            clause.id: (f'{before}"entitled"{between}"low": '.encode(), clause.literal)
            for clause in policy.clauses
            for before, between in [self.recorder.clauses[clause.id]]
        }
        self.floors = any(clause.kind == "floor" for clause in policy.clauses)
        self.kept: dict[int, tuple[Outcome, bytes]] = {}
        self.said: dict[int, tuple[tuple[Assumption, ...], bytes]] = {}
        self.warned: dict[tuple[Text, ...], bytes] = {}

    def line(self, assessment: Assessment) -> bytes:
        """Gives the object of an assessment on one line."""
        enterprise, kept = assessment.enterprise, self.kept
        name = f', "name": {json_string(enterprise.name)}' if enterprise.id else ""
        own = f'{json_string(enterprise.label)}{name}, "as_of": "{assessment.as_of.isoformat()}"'
        entitlements = [
            kept[key][1] if (key := id(each)) in kept else self._outcome(each) for each in assessment.outcomes
        ]
        rest = self._totals(assessment) + self._said(assessment)
        return b"".join(
            (
                self.head,
                own.encode(),
                self.currency,
                b", ".join(entitlements),
                b"], ",
                rest,
                receipt_text(assessment).encode(),
                b"}",
            )
        )

    def _outcome(self, outcome: Outcome) -> bytes:
        """One entitlement; kept where the outcome is likely to be handed out again."""
        clause, _, low, high, base, missing, readings, notes, out_of_time = outcome
        before, literal = self.clauses[clause.id]
        if low is None or high is None or literal:
            found = self.recorder.outcome(outcome).encode()
            if len(self.kept) >= _MOST_KEPT:
                self.kept.clear()
            self.kept[id(outcome)] = outcome, found  # while an outcome is kept, no other has its id
            return found
        if missing or readings or notes or out_of_time or clause.kind == "floor":
            return self.recorder.outcome(outcome).encode()
        first = fen_text(low)
        last = first if high is low else fen_text(high)
        base_text = "null" if base is None else fen_text(base)
        return before + f'{first}, "high": {last}, "base": {base_text}'.encode() + _PLAIN_END

    def _totals(self, assessment: Assessment) -> bytes:
        """The totals, after the rules; added up here where there is nothing between the clauses and no amount is open."""
        if assessment.settled or self.floors:
            members = self.recorder.after(assessment)[:-2]  # the rules and the totals, without what is said
            return "".join(f'"{key}": {text}, ' for key, text in members).encode()
        add, natures, bases = ROOMY.add, dict[str, list[Decimal]](), dict[str, list[Decimal]]()
        for each in assessment.outcomes:
            low, high = each[2], each[3]
            if low is not None and high is not None:
                clause = each[0]
                for name, sums in ((clause.nature, natures), (clause.basis, bases)):
                    if name in sums:
                        found = sums[name]
                        found[0], found[1] = add(found[0], low), add(found[1], high)
                    else:
                        sums[name] = [low, high]
        total_low = total_high = ZERO
        for low, high in natures.values():
            total_low, total_high = add(total_low, low), add(total_high, high)
        policy = self.policy
        return (
            f'"totals": {{{_ends(total_low, total_high)}, "by_nature": {{{_sums(policy.natures, natures)}}},'
            f' "by_basis": {{{_sums(policy.bases, bases)}}}}}, '
        ).encode()

    def _said(self, assessment: Assessment) -> bytes:
        """The assumptions and warnings, up to the receipt."""
        assumptions, warnings = assessment.assumptions, assessment.warnings
        kept = self.said.get(id(assumptions))
        if kept is None:
            if len(self.said) >= _MOST_KEPT:
                self.said.clear()
            text = ", ".join(json_text(each.record) for each in assumptions)
            kept = self.said[id(assumptions)] = assumptions, f'"assumptions": [{text}], "warnings": ['.encode()
        told = self.warned.get(warnings)
        if told is None:
            text = ", ".join(map(json_text, warnings))
            told = self.warned[warnings] = f'{text}], "receipt": '.encode()
        return kept[1] + told


def _ends(low: Decimal, high: Decimal) -> str:
    return f'"low": {_text(low)}, "high": {_text(high)}'


def _text(total: Decimal) -> str:
    return fen_text(total) if total else "0"


def _sums(names: Iterable[str], sums: dict[str, list[Decimal]]) -> str:
    return ", ".join([f"{json_string(name)}: {{{_ends(*sums[name])}}}" for name in names if name in sums])
