"""Figures that are not those of the year: a row over or under the headings, or the name of a sheet, says so."""

import re
from collections.abc import Iterator

from jxplus.batch.sources.known import Known
from jxplus.batch.sources.rows import ColumnGroup, Table
from jxplus.batch.sources.unitnotes import of_other_figures
from jxplus.enterprise.heading import Heading
from jxplus.enterprise.measures import MEANS, PERIODS, PLANS, RATES, YEARS, MeasureKind
from jxplus.fault import Fault, Text, cut, quoted
from jxplus.policy import Fact

_OF_ANOTHER = {YEARS: "以往|此前|历史|历年|往年|[上前去]一?年|最高", PERIODS: "[月季]|半年|累计"}
"""What the name of a fact has that is itself of other years, or of a part of one."""


def other_figures(table: Table, found: list[Heading | None], known: Known) -> Iterator[Fault]:
    """The faults of columns whose figures are of another year, planned, a rate or a mean, as stands over or under them."""
    for group in table.others:
        kind = of_other_figures(group.text)
        for index in range(group.left - 1, min(group.right, len(found))):
            each = found[index]
            fact = known.facts.get(each.id) if each is not None else None
            if kind is not None and fact is not None and _is_other(fact, kind, known.of_enterprises):
                yield Fault(table.file, table.at(index), table.heading.cells[index] or "", *_said(group, kind, table))


def _is_other(fact: Fact, kind: MeasureKind, of_enterprise: bool) -> bool:
    """Whether a fact's figure is none of a kind: each of an enterprise's is of its year, unless its own name says another."""
    if fact.type.kind != "number":
        return False
    if not of_enterprise:
        return fact.is_money and kind in (RATES, PLANS)
    if kind is RATES:
        return not fact.is_rate
    return kind not in _OF_ANOTHER or re.search(_OF_ANOTHER[kind], fact.label.zh) is None


def _said(group: ColumnGroup, kind: MeasureKind, table: Table) -> tuple[Text, Text]:
    """What is wrong where a group says of its figures that they are of a kind, and what would be right."""
    told = Text(f"是{kind.called.zh}", f"which is {kind.called.en}")
    if kind in (MEANS, PERIODS):
        told = Text("不是全年的", "which is not the year")
    if not group.line:
        what = Text("工作表", "the sheet") if table.sheet else Text("文件", "the file")
        wrong = Text(
            f"{what.zh}叫“{cut(group.text)}”，{told.zh}", f"{what.en} is called {quoted(group.text)}, {told.en}"
        )
        return wrong, Text(
            f"写测算年度的数；确为测算年度的，改{what.zh}名称",
            f"state the figures of the year that is asked for; where they are, give {what.en} another name",
        )
    where = Text("下", "below") if group.line > table.heading.line else Text("上", "above")
    wrong = Text(
        f"{where.zh}方写着“{cut(group.text)}”，{told.zh}", f"{quoted(group.text)} stands {where.en}, {told.en}"
    )
    if kind is YEARS:
        return wrong, Text(
            f"写测算年度的数；确为测算年度的，删去{where.zh}方文字",
            f"state the figures of the year that is asked for; where they are, take out what stands {where.en}",
        )
    return wrong, Text(
        f"写测算年度的数，或改正{where.zh}方文字",
        f"state the figures of the year, or put right what stands {where.en}",
    )
