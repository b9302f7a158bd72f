"""The figures of the plan's text that no clause encodes, and those of the clauses that come from elsewhere."""

import re
from collections.abc import Iterable

from jxplus.document.tree import Path
from jxplus.fault import Text, quoted
from jxplus.plan.figures import LABELS, figures_in
from jxplus.plan.text import ENGLISH, PREAMBLE, TAIL
from jxplus.policy import NotEncoded, Omission
from jxplus.policy.form import Form
from jxplus.quantity import read_day


def not_encoded(form: Form, path: Path) -> NotEncoded:
    """The figures of the plan's text that no clause encodes; whether the text has them is the audit's question."""
    if not form.mapping(path, ("kinds", "sections"), optional=True):
        return NotEncoded()
    kinds = form.mapping((*path, "kinds"), LABELS, optional=True)
    found: dict[str, tuple[Omission, ...]] = {}
    for section in form.mapping((*path, "sections"), optional=True):
        place: Path = (*path, "sections", section)
        if section not in (PREAMBLE, TAIL, *ENGLISH) and not form.numbering.alias(section):
            own = form.numbering.example
            form.fault(
                place,
                Text(f"{quoted(section)}不是章节号", f"{quoted(section)} is no section"),
                Text(f"如 {own}、{PREAMBLE}、{TAIL}", f"such as {own}, {PREAMBLE} or {TAIL}"),
                key=True,
            )
        found[section] = tuple(_omission(form, (*place, figure)) for figure in form.mapping(place))
    return NotEncoded({kind: form.text((*path, "kinds", kind)) for kind in kinds}, found)


def _omission(form: Form, path: Path) -> Omission:
    """One figure that is left out: its reason in both languages, and how often the section has it."""
    figure, value = str(path[-1]), form.mapping(path, ("zh", "en", "times"))
    if not figures_in(figure, form.units):
        form.fault(
            path,
            Text(f"{quoted(figure)}中没有数字", f"{quoted(figure)} has no figure in it"),
            Text("照原文写，如 200家、3-5个、25%", "write it as the text does, such as 200家, 3-5个, 25%"),
            key=True,
        )
    times = str(value.get("times", "1"))
    if not re.fullmatch("[1-9][0-9]?", times):
        form.fault((*path, "times"), Text("须是次数", "not a number of times"), Text("如 2", "such as 2"))
        times = "1"
    return Omission(figure, Text(form.word((*path, "zh")), form.word((*path, "en"))), int(times))


def sources(form: Form, path: Path, known: Iterable[str]) -> dict[str, dict[str, Text]]:
    """The figures that come from elsewhere than the plan's text, by what states them: a clause or `policy`."""
    found: dict[str, dict[str, Text]] = {}
    for owner in form.mapping(path, known, optional=True):
        found[owner] = {figure: form.text((*path, owner, figure)) for figure in form.mapping((*path, owner))}
        for figure in found[owner]:
            if form.units.read(figure) is None and read_day(figure) is None:
                form.fault(
                    (*path, owner, figure),
                    Text(f"{quoted(figure)}不是数字或日期", f"{quoted(figure)} is no figure and no date"),
                    Text("照公式写，如 10%、30元/㎡/月", "write it as the formula does, such as 10%, 30元/㎡/月"),
                    key=True,
                )
    return found
