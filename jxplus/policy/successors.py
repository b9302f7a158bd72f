"""What follows what: a clause, or a whole plan, that takes the place of another from a day on.

The one before holds until the day before, the one after from that day: so of two that follow each other one holds on a day.
What is replaced is known where both are loaded; a successor that nobody has loaded ends nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from jxplus.document.tree import Path
from jxplus.fault import Text, cut, quoted, unknown_name
from jxplus.policy import Clause, Period, Policy, Replaced

if TYPE_CHECKING:
    from jxplus.policy.form import Form

KEY = "replaces"


class _End(NamedTuple):
    """The last day of what is replaced, and by what."""

    name: str
    day: date
    by: Text


def ended(period: Period, last: date, by: Text) -> Period:
    """A period that ends with a day at the latest, for the reason that something else follows."""
    if period.end is not None and period.end <= last:
        return period
    why = by if period.source is None else Text(f"{period.source.zh}；{by.zh}", f"{period.source.en}; {by.en}")
    return Period(period.start, last, why)


def succeeded(clauses: Sequence[Clause]) -> tuple[Clause, ...]:
    """The clauses, those that others among them replace until the day before."""
    return _ended(clauses, [end for clause in clauses for end in _ends(clause)])


def plans_succeeded(clauses: Sequence[Clause], plans: Sequence[Policy]) -> tuple[Clause, ...]:
    """The clauses of several plans, each called `ALIAS:clause`: those of plans and clauses that others replace until the day before."""
    ends = [end for clause in clauses for end in _ends(clause)]
    for plan in plans:
        by = Text(f"由{plan.id}替代", f"{plan.id} takes its place")
        for each in plan.replaces:
            aliases = [other.alias for other in plans if each.plan in (other.id, other.alias) and other is not plan]
            ends += [
                _End(clause.id, each.day - timedelta(days=1), by)
                for clause in clauses
                if clause.id.partition(":")[0] in aliases
            ]
    return _ended(clauses, ends)


def _ends(clause: Clause) -> Iterator[_End]:
    start = clause.period.start
    if start is not None:
        by = Text(f"由{clause.section} {clause.title.zh}替代", f"{clause.title.en} ({clause.section}) takes its place")
        yield from (_End(name, start - timedelta(days=1), by) for name in clause.replaces)


def _ended(clauses: Sequence[Clause], ends: Iterable[_End]) -> tuple[Clause, ...]:
    found = {clause.id: clause for clause in clauses}
    for name, day, by in ends:
        if name in found:
            found[name] = found[name]._replace(period=ended(found[name].period, day, by))
    return tuple(found.values())


# ---- as a file states it -----------------------------------------------------------------------------------------------


def replaced_clauses(form: "Form", path: Path, value: dict[str, Any]) -> tuple[str, ...]:
    """The clauses that the one at `path` takes the place of, from the day on which it begins."""
    if KEY not in value:
        return ()
    place: Path = (*path, KEY)
    stated = [value[KEY]] if isinstance(value[KEY], str) else value[KEY]
    if not isinstance(stated, list) or not all(isinstance(each, str) for each in stated):
        form.fault(place, Text("须是条款名", "not a clause"), Text("如 rd-50", "such as rd-50, or a list of clauses"))
        return ()
    own = form.at(("clauses",)) or {}
    for each in stated:
        if each == path[-1]:
            form.fault(
                place, Text("是这一条自己", "it is the clause itself"), Text("写此前的条款", "name the one before")
            )
        elif ":" not in each and each not in own:
            form.fault(place, *unknown_name(each, list(own), Text("条款", "clause"), "jxplus explain"))
    if not isinstance(value.get("in force"), dict) or "from" not in value["in force"]:
        wrong = Text("没有写自哪天起", "it does not say from which day")
        form.fault(
            place, wrong, Text("加 in force: {from: 2018-01-01}", "add `in force: {from: 2018-01-01}`"), key=True
        )
    return tuple(stated)


def check_order(form: "Form", clauses: Sequence[Clause]) -> None:
    """A clause begins before the one that takes its place, or it would never hold."""
    found = {clause.id: clause for clause in clauses}
    for clause in clauses:
        for name in clause.replaces:
            before, start = found.get(name), clause.period.start
            if (
                before is not None
                and start is not None
                and before.period.start is not None
                and before.period.start >= start
            ):
                wrong = Text(
                    f"“{cut(name)}”始于{before.period.start}，不早于它",
                    f"{quoted(name)} begins on {before.period.start}, no earlier",
                )
                right = Text("替代者在后", "what takes the place of another begins later")
                form.fault(("clauses", clause.id, KEY), wrong, right)


def replaced_plans(form: "Form", period: Period) -> tuple[Replaced, ...]:
    """The plans that the file's takes the place of, and from which day: the one stated, else that on which it begins itself."""
    path: Path = ("policy", KEY)
    if form.at(path) is None:
        return ()
    value = form.mapping(path, ("plan", "from"))
    plan, day = form.word((*path, "plan")), form.day((*path, "from")) if "from" in value else period.start
    if day is None:
        wrong = Text("没有写自哪天起", "it does not say from which day")
        form.fault(path, wrong, Text("加 from: 2018-01-01", "add `from: 2018-01-01`"), key=True)
        return ()
    return (Replaced(plan, day),)
