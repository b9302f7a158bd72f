"""A curve is shown as a table and a plot, as one JSON object, as one CSV table.

The table and the object are exact. The plot is a picture: it alone is drawn with what its library takes for numbers.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text as Rich

from jxplus.assessment import NOT_MET, Interval
from jxplus.assessment.curve import BECOMES, BEGINS, BENDS, ENDS, JUMPS, Break, ClauseChange, Curve
from jxplus.fault import COLON, Text, joined
from jxplus.policy import Policy
from jxplus.quantity import number_text, rate_text, span_text, unit_text, yuan_text
from jxplus.render.checklist import Speaker
from jxplus.render.console import Parts, headed, printed, width
from jxplus.render.record import json_text, paged, policies_record, rowed
from jxplus.render.ruled import bound
from jxplus.render.words import STATUS, days_told, to_state
from jxplus.version import __version__

WIDEST = 100
"""No plot is wider than this many columns."""

_HOW = {
    BEGINS: Text("开始享受", "begins to pay"),
    ENDS: Text("不再享受", "stops paying"),
    JUMPS: Text("变为", "now pays"),
    BENDS: Text("此后斜率改变", "from here on another slope"),
    BECOMES: Text("状态变为", "is now"),
}
COLUMNS = (
    *("enterprise", "fact", "value", "low", "high", "above", "low_above", "high_above", "slope_low", "slope_high"),
    *("clause", "section", "change", "status", "status_above"),
    *("clause_low", "clause_high", "clause_low_above", "clause_high_above"),
)
"""The columns of the CSV: a row for each change, and one for a figure at which no clause changes."""


# ---- for a program ---------------------------------------------------------------------------------------------------


def json_page(curve: Curve) -> str:
    """Gives the curve as one JSON object, a breakpoint a line. Amounts are exact numbers in yuan."""
    policy, spot, step = curve.policy, curve.spot, curve.axis.step
    head: dict[str, Any] = {
        "jxplus": __version__,
        **policies_record(policy),
        "enterprise": curve.enterprise.label,
        "as_of": curve.as_of.isoformat(),
        "currency": policy.currency,
        "fact": spot.name,
        "label": spot.label(policy),
        "unit": unit_text(spot.fact.type.unit) or None,
        "from": curve.axis.first * step,
        "to": curve.axis.last * step,
        "actual": curve.actual,
        "step": step,
    }
    assumed = [each.record for each in curve.assumptions]
    tail: dict[str, Any] = {"undecided": curve.undecided, "assumptions": assumed, "warnings": curve.warnings}
    breaks = rowed(json_text(_record(policy, each, step)) for each in curve.breaks())
    before, after = ([(key, json_text(value)) for key, value in part.items()] for part in (head, tail))
    return paged([*before, ("breaks", breaks), *after])


def _record(policy: Policy, each: Break, step: Decimal) -> dict[str, Any]:
    above = None if each.above is None else {"value": each.value + step, **_ends(each.above)}
    return {
        "value": each.value,
        **_ends(each.at),
        "above": above,
        "slope": None if each.slope is None else _ends(each.slope),
        **({"rules": [rule.id for rule in each.rules]} if each.rules else {}),
        "changes": [
            {
                "clause": change.clause.own,
                **({"policy": policy.plan_of(change.clause).id} if policy.plans else {}),
                "section": change.clause.section,
                "title": change.clause.title,
                "change": change.how,
                "status": change.statuses[0],
                **_ends(change.at),
                "above": {"status": change.statuses[1], **_ends(change.above)},
                "slope": _ends(change.slope),
            }
            for change in each.changes
        ],
    }


def _ends(interval: Interval) -> dict[str, Decimal]:
    return {"low": interval[0], "high": interval[1]}


def csv_page(curve: Curve) -> str:
    """Gives the curve as CSV with the header `COLUMNS`. Amounts are plain digits in yuan."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for each in curve.breaks():
        above = ["", "", "", "", ""]
        if each.above is not None and each.slope is not None:
            above = [number_text(value) for value in (each.value + curve.axis.step, *each.above, *each.slope)]
        own = [curve.enterprise.label, curve.spot.name, *map(number_text, (each.value, *each.at)), *above]
        for change in each.changes or (None,):
            writer.writerow([*own, *_changed(change)])
    return text.getvalue()


def _changed(change: ClauseChange | None) -> list[str]:
    if change is None:
        return [""] * 9
    clause = change.clause
    return [clause.id, clause.section, change.how, *change.statuses, *map(number_text, (*change.at, *change.above))]


# ---- for a reader ----------------------------------------------------------------------------------------------------


def page(curve: Curve, lang: str, plotted: bool) -> str:
    """Gives the curve as a table, under its plot where that is wanted (it needs the extra `plot`)."""
    breaks = curve.breaks()
    told = days_told(curve.policy, curve.enterprise, curve.as_of)
    days = [f"{name.show(lang)} {day}" for name, day in told]
    head = Parts([f"{curve.policy.id} {curve.policy.title.show(lang)}", *days])
    parts: list[RenderableType] = [Rich(curve.enterprise.label, style="bold"), head]
    if plotted:
        from jxplus.render.plotted import legend, plot

        parts.append(Rich.from_ansi(plot(curve, breaks, lang, min(width(), WIDEST)), no_wrap=True))
        parts.append(Rich(legend(curve, breaks, lang), style="dim"))
    parts.append(_table(curve, breaks, lang))
    return printed(*parts, *(Rich(note, style="dim") for note in _notes(curve, lang)))


_SHORTEST = 24
"""Where the changes have less room than this, the totals stand above them: no figure is ever cut."""


def _table(curve: Curve, breaks: Sequence[Break], lang: str) -> RenderableType:
    """A row for each breakpoint: the figure, the totals there and a step above, what changes."""
    unit = unit_word(curve, lang)
    label = curve.spot.label(curve.policy).show(lang) + (f" ({unit})" if unit != "%" else "")
    step = _with_unit(curve, curve.axis.step, lang)
    totals = Text("此处合计（元）", "Total there (yuan)"), Text(f"多{step}时合计", f"Total at {step} more")
    headings = [label, *(each.show(lang) for each in totals)]
    rows = [
        (_figure(curve, each.value), _span(each.at), "" if each.above is None else _span(each.above)) for each in breaks
    ]
    # A heading may go over lines, a figure may not.
    widest = [
        max(len(line) for cell in column for line in cell.splitlines() or [""]) for column in zip(*rows, strict=True)
    ]
    told = [_changes(curve, each, lang) for each in breaks]
    if width() - sum(widest) - 12 < _SHORTEST:
        return _stacked(headings, rows, told)
    table = headed()
    for heading, least in zip(headings, widest, strict=True):
        table.add_column(heading, justify="right", min_width=least, max_width=max(least, 20), overflow="fold")
    table.add_column(Text("变化", "What changes").show(lang), overflow="fold")
    for (value, there, above), changes in zip(rows, told, strict=True):
        table.add_row(value, Rich(there, style="bold"), above, changes)
    return table


def _stacked(headings: Sequence[str], rows: Sequence[tuple[str, str, str]], told: Sequence[Rich]) -> RenderableType:
    """The rows one under the other, each figure after its heading."""
    lines: list[RenderableType] = [Rich()]
    for cells, changes in zip(rows, told, strict=True):
        for index, (heading, cell) in enumerate(zip(headings, cells, strict=True)):
            if cell:
                line = Rich(f"{heading}: ", overflow="fold").append(" ".join(cell.split("\n")), style="bold")
                lines.append(Padding(line, (0, 0, 0, 2 if index else 0)))
        lines += [Padding(changes, (0, 0, 0, 2)), Rich()] if changes.plain else [Rich()]
    return Group(*lines)


def _changes(curve: Curve, each: Break, lang: str) -> Rich:
    """What changes at a breakpoint, and by how much the total then grows."""
    lines = [Rich(_told(curve.policy, change, lang)) for change in each.changes]
    if each.rules:
        names = bound(curve.policy, each.rules, lang)
        told = Text(f"规则（{names}）改变所付", f"rules ({names}) change what is paid")
        lines.append(Rich(told.show(lang), style="dim"))
    slope = _slope(curve, each, lang)
    return Rich("\n", overflow="fold").join([*lines, *([Rich(slope, style="dim")] if slope else [])])


def _figure(curve: Curve, value: Decimal) -> str:
    """A figure of the fact as the table shows it; its unit stands in the heading."""
    if curve.spot.fact.is_money:
        return yuan_text(value)
    return rate_text(value) if curve.spot.fact.is_rate else f"{value:,f}"


def _span(interval: Interval) -> str:
    """Both ends of a total, one above the other where they differ: four columns fit in 80 characters."""
    return span_text(*interval, gap="\n")


def _told(policy: Policy, change: ClauseChange, lang: str) -> str:
    """What happens to a clause, and where in the plan it stands."""
    clause, how = change.clause, _HOW[change.how].show(lang)
    if change.how == BECOMES:
        how = f"{how} {STATUS[change.statuses[1]].show(lang)}"
    elif change.how == ENDS and change.statuses[1] != NOT_MET:
        how = f"{how} ({STATUS[change.statuses[1]].show(lang)})"
    elif change.how in (BEGINS, JUMPS):
        how = f"{how} {span_text(*change.above)}"
    return f"{policy.stands(clause)} {clause.title.show(lang)}{COLON.show(lang)}{how}"


def _slope(curve: Curve, each: Break, lang: str) -> str:
    """By how much the total grows from a breakpoint on; nothing where it stays."""
    if each.slope is None or not any(each.slope):
        return ""
    scale = Decimal("0.01") if curve.spot.fact.is_rate else Decimal(1)
    low, high = (f"{'+' * (end > 0)}{number_text(end * scale)}" for end in each.slope)
    gain = Text(f"{low}元", f"{low} yuan")
    if low != high:
        gain = Text(f"下限{low}元、上限{high}元", f"low {low}, high {high} yuan")
    unit = unit_word(curve, lang)
    return Text(f"此后每1{unit}：{gain.zh}", f"then for each {unit}: {gain.en}").show(lang)


def unit_word(curve: Curve, lang: str) -> str:
    """Gives what the fact counts in, as a reader calls it."""
    if curve.spot.fact.is_money:
        return Text("元", "yuan").show(lang)
    unit = curve.spot.fact.type.unit
    if curve.spot.fact.is_rate:
        return "%"
    return Text(unit_text(unit), Speaker(curve.policy).unit(unit, Decimal(1))).show(lang)


def _with_unit(curve: Curve, value: Decimal, lang: str) -> str:
    unit = unit_word(curve, lang)
    return rate_text(value) if unit == "%" else number_text(value) + Text(unit, f" {unit}").show(lang)


def _notes(curve: Curve, lang: str) -> Iterator[str]:
    if curve.actual is not None:
        actual = _figure(curve, curve.actual)
        yield Text(f"现值 {actual}", f"At present {actual}").show(lang)
    yield Text(
        "两行之间每条款是直线；每条款的金额四舍五入到分。",
        "Between two rows every clause is a straight line; each clause is rounded to the fen.",
    ).show(lang)
    for clause in curve.policy.clauses:
        if clause.id in curve.undecided:
            needs = joined(to_state(curve.policy.named(name).label, name) for name in curve.undecided[clause.id])
            title = f"{curve.policy.stands(clause)} {clause.title.show(lang)}"
            yield Text(
                f"未定、未计入：{title}，缺少 {needs.zh}", f"Undecided, not counted: {title}; it needs {needs.en}"
            ).show(lang)
    for text in (*(each.text for each in curve.assumptions), *curve.warnings):
        yield text.show(lang)
