"""The long table as bytes of CSV, for many enterprises: what a row says of its clause is encoded once.

It writes what `csv_lines` writes of `rows`, byte for byte.
"""

import csv
import re

from jxplus.assessment import Outcome
from jxplus.enterprise import Enterprise
from jxplus.policy import Clause, Policy
from jxplus.quantity import fen_text
from jxplus.render.rows import Lines, guard

_plain = re.compile(r"[\w()（）〔〕-]*").fullmatch
"""A text that needs no quotes, whatever a writer of CSV quotes: letters of any script, digits, brackets and dashes."""


class LongCsv:
    """Writes the rows of outcomes under one policy; `every` has those of all clauses, `named` the name of each enterprise.

    With `guarded`, a text that a spreadsheet would take for a formula stays a text.
    """

    def __init__(self, policy: Policy, every: bool = False, named: bool = False, guarded: bool = False) -> None:
        self.policy, self.every, self.named, self.guarded = policy, every, named, guarded
        self.clauses = {clause.id: self._of_clause(clause) for clause in policy.clauses}

    def label(self, enterprise: Enterprise) -> bytes:
        """What each row of an enterprise calls it, with a comma behind it."""
        name = enterprise.id or enterprise.name
        if self.named or not name.isalnum():  # letters of any script and digits are no formula, and need no quotes
            return self._cells(name, enterprise.name) if self.named else self._cells(name)
        return f"{name},".encode()

    def _of_clause(self, clause: Clause) -> tuple[bytes, bytes]:
        """What stands before the status and behind the amounts of a clause's rows."""
        plan = self._cells(self.policy.plan_of(clause).id)
        return self._cells(clause.own, clause.section), plan[:-1] + b"\n"

    def rest(self, outcome: Outcome) -> bytes:
        """A row behind what it calls the enterprise."""
        clause, status, low, high, base = outcome[:5]
        before, plan = self.clauses[clause.id]
        first = "" if low is None else fen_text(low)
        last = "" if high is None or outcome.open else first if high is low else fen_text(high)
        amounts = f"{status},{first},{last},{'' if base is None else fen_text(base)},"
        return before + amounts.encode() + plan

    def _cells(self, *texts: str) -> bytes:
        """Cells with a comma behind each, in quotes where they need them."""
        shown = [guard(text) for text in texts] if self.guarded else texts
        if all(map(_plain, shown)):
            return ",".join([*shown, ""]).encode()
        lines = Lines()
        csv.writer(lines, lineterminator="\r\n").writerow([*shown, ""])
        return lines.written[0][:-1].encode()
