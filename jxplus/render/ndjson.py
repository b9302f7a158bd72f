"""Assessments as lines of NDJSON in bytes, for many enterprises: what is the same in every line is encoded once.

It writes what `Recorder.line` writes, byte for byte, and has the recorder write what is rare.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, localcontext

from jxplus.assessment import Assessment, Outcome
from jxplus.assessment.assumptions import Assumption
from jxplus.enterprise import Enterprise
from jxplus.fault import Text
from jxplus.policy import Policy
from jxplus.quantity import ROOMY, ZERO, fen_text
from jxplus.render.record import Recorder, facts_text, json_string, json_text, receipt_head

_MOST_KEPT = 10_000


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
        self.groups = {clause.id: (clause.nature, clause.basis) for clause in policy.clauses}
        self.natures = [(name, f"{json_string(name)}: {{") for name in policy.natures]
        self.bases = [(name, f"{json_string(name)}: {{") for name in policy.bases]
        self.floors = any(clause.kind == "floor" for clause in policy.clauses)
        self.kept: dict[int, tuple[Outcome, bytes]] = {}
        self.notes: dict[tuple[Text, ...], bytes] = {}
        self.assumed: dict[int, tuple[tuple[Assumption, ...], bytes]] = {}
        self.warned: dict[tuple[Text, ...], bytes] = {}

    def line(self, assessment: Assessment) -> bytes:
        """Gives the object of an assessment on one line, without its end."""
        parts: list[bytes] = []
        self.write(assessment, parts)
        return b"".join(parts[:-1])

    def write(self, assessment: Assessment, parts: list[bytes]) -> None:
        """Adds the parts of a line to those that are written, its end the last of them.

        Lines are long: they are put together once, with all others of their chunk.
        """
        kept = self.kept
        texts = [kept[key][1] if (key := id(each)) in kept else self.entitlement(each) for each in assessment.outcomes]
        said = self.said(assessment.assumptions, assessment.warnings)
        self.add(assessment.enterprise, assessment.as_of, texts, self._totals(assessment), said, assessment.pins, parts)

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
        """One entitlement with a comma behind it; kept where the outcome is likely to be handed out again."""
        clause, _, low, high, base, missing, readings, notes, out_of_time = outcome
        before, literal = self.clauses[clause.id]
        if low is None or high is None or literal:
            found = self.recorder.outcome(outcome).encode() + b", "
            if len(self.kept) >= _MOST_KEPT:
                self.kept.clear()
            self.kept[id(outcome)] = outcome, found  # while an outcome is kept, no other has its id
            return found
        if missing or out_of_time or clause.kind == "floor":
            return self.recorder.outcome(outcome).encode() + b", "
        first = fen_text(low)
        last = first if high is low else fen_text(high)
        told = ""
        if readings:
            spans = [
                f"{json_string(name)}: [{fen_text(low)}, {fen_text(high)}]" for name, (low, high) in readings.items()
            ]
            told = f', "readings": {{{", ".join(spans)}}}'
        amounts = f'{first}, "high": {last}, "base": {"null" if base is None else fen_text(base)}, "missing": []{told}'
        return before + amounts.encode() + (self.notes.get(notes) or self.behind(notes))

    def behind(self, notes: tuple[Text, ...]) -> bytes:
        """The end of an entitlement with notes, and a comma; kept: they are those of its clause."""
        if len(self.notes) >= _MOST_KEPT:
            self.notes.clear()
        self.notes[notes] = f', "notes": {json_text(notes)}}}, '.encode()
        return self.notes[notes]

    def _totals(self, assessment: Assessment) -> bytes:
        """The totals, after the rules; added up here where there is nothing between the clauses and no amount is open."""
        if assessment.settled or self.floors:
            members = self.recorder.after(assessment)[:-2]  # the rules and the totals, without what is said
            return "".join(f'"{key}": {text}, ' for key, text in members).encode()
        natures: dict[str, list[Decimal]] = {}
        bases: dict[str, list[Decimal]] = {}
        whole, groups = [ZERO, ZERO], self.groups
        outcomes = assessment.outcomes
        paid = [(each.clause.id, each.low, each.high) for each in outcomes if each.low is not None]
        with localcontext(ROOMY):
            for clause, low, high in paid:
                assert high is not None
                nature, basis = groups[clause]
                for sums in (natures.get(nature), bases.get(basis), whole):
                    if sums is not None:
                        sums[0] += low
                        sums[1] += high
                if nature not in natures:
                    natures[nature] = [low, high]
                if basis not in bases:
                    bases[basis] = [low, high]
        total = ends(*whole) if natures else '"low": 0, "high": 0'
        by_nature = ", ".join([text + ends(*natures[name]) + "}" for name, text in self.natures if name in natures])
        by_basis = ", ".join([text + ends(*bases[name]) + "}" for name, text in self.bases if name in bases])
        return f'"totals": {{{total}, "by_nature": {{{by_nature}}}, "by_basis": {{{by_basis}}}}}, '.encode()

    def said(self, assumptions: tuple[Assumption, ...], warnings: tuple[Text, ...]) -> tuple[bytes, bytes]:
        """The assumptions and warnings, up to the receipt."""
        kept = self.assumed.get(id(assumptions))
        if kept is None:
            if len(self.assumed) >= _MOST_KEPT:
                self.assumed.clear()
            text = ", ".join(json_text(each.record) for each in assumptions)
            kept = self.assumed[id(assumptions)] = assumptions, f'"assumptions": [{text}], "warnings": ['.encode()
        told = self.warned.get(warnings)
        if told is None:
            text = ", ".join(map(json_text, warnings))
            told = self.warned[warnings] = f'{text}], "receipt": '.encode()
        return kept[1], told


def ends(low: Decimal, high: Decimal) -> str:
    """Both ends of a sum of amounts in fen."""
    first = fen_text(low)
    return f'"low": {first}, "high": {first if low == high else fen_text(high)}'
