"""An assessment as rows of the long and the wide table, and rows as lines of CSV, by a contract that is frozen.

Amounts are written from their decimals, digit by digit, so that what a script reads is what was computed.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from jxplus.assessment import ENTITLED, UNQUANTIFIED, Assessment
from jxplus.policy.tables import long_columns
from jxplus.quantity import number_text

Cells = Sequence[str | Decimal | None]


class ResultRow(NamedTuple):
    """Holds one clause for one enterprise, a row of the long table. Amounts are in yuan, None where there is none.

    An amount that has no ceiling has its floor as `low`, and no `high`.
    """

    enterprise: str
    name: str
    clause: str
    section: str
    status: str
    low: Decimal | None
    high: Decimal | None
    base: Decimal | None
    policy: str

    def cells(self, named: bool) -> Cells:
        """The row as the table has it, with the name or without."""
        return self if named else self[:1] + self[2:]


def rows(assessment: Assessment, every: bool = False) -> list[ResultRow]:
    """Gives the rows of the clauses that are entitled or unquantified, or of `every` clause, in the policy's order."""
    label, name, policy = assessment.enterprise.label, assessment.enterprise.name, assessment.policy
    plan = policy.id if len(policy.each_plan) == 1 else ""
    return [
        ResultRow(
            label,
            name,
            each.clause.own,
            each.clause.section,
            each.status,
            each.low,
            None if each.open else each.high,
            each.base,
            plan or policy.plan_of(each.clause).id,
        )
        for each in assessment.outcomes
        if every or each.status in (ENTITLED, UNQUANTIFIED)
    ]


def wide_row(assessment: Assessment, named: bool = False) -> list[str | Decimal | None]:
    """Gives an enterprise as a row of the wide table, with its name or without.

    Amounts are in yuan, None where there is none.
    """
    enterprise = assessment.enterprise
    low, high = assessment.total()
    row: list[str | Decimal | None] = [enterprise.label, *([enterprise.name] if named else []), low]
    row.append(None if assessment.open() else high)
    for each in assessment.outcomes:
        row += (each.status, each.low, None if each.open else each.high, each.base)
    row.append(assessment.policy.id)
    return row


def amount_cell(amount: Decimal | None) -> str:
    """Gives an amount as CSV and JSON write it: plain digits in yuan, nothing for none."""
    return "" if amount is None else number_text(amount)


BOM = "\ufeff"
"""The mark at the start of a text by which Excel knows UTF-8."""


def csv_text(rows: Iterable[ResultRow], bom: bool = False) -> str:
    """Gives the long table as CSV with a header. Amounts are plain digits in yuan.

    With `bom` it is for Excel: marked as UTF-8, and no text of it a formula.
    """
    return BOM * bom + csv_lines([long_columns(False), *(row.cells(False) for row in rows)], bom)


def csv_lines(rows: Iterable[Cells], guarded: bool = False) -> str:
    """Gives rows as lines of CSV. Amounts are plain digits in yuan, None is nothing.

    With `guarded`, a text that a spreadsheet would take for a formula stays one: an apostrophe stands before it.
    """
    lines = Lines()
    import csv

    writer = csv.writer(lines, lineterminator="\r\n")
    shown = guard if guarded else str
    writer.writerows([shown(cell) if isinstance(cell, str) else amount_cell(cell) for cell in row] for row in rows)
    return "".join(lines.written)


FORMULA_STARTS = "=+-@＝＋－＠\t\r\n"
"""What a text begins with that a spreadsheet does not leave as it is."""


def guard(text: str) -> str:
    """Gives the text with an apostrophe before it, where a spreadsheet would take it for a formula."""
    return f"'{text}" if text and text[0] in FORMULA_STARTS else text


class Lines:
    """Takes the lines of a writer that ends them in \\r\\n, and ends them in \\n.

    A writer puts quotes about what may end its own lines: so about either.
    """

    def __init__(self) -> None:
        self.written: list[str] = []

    def write(self, line: str) -> None:
        self.written.append(line[:-2] + "\n")
