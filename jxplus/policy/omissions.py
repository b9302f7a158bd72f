"""The figures of the plan's text that no clause encodes, and those of the clauses that come from elsewhere."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from jxplus.document.tree import Path
from jxplus.fault import Text, cut, quoted
from jxplus.plan.figures import LABELS, figures_in
from jxplus.plan.section import is_group
from jxplus.plan.text import ENGLISH, PREAMBLE, TAIL
from jxplus.policy import Cited, NotEncoded, Omission
from jxplus.policy.form import Form
from jxplus.quantity import read_day

DIGEST = re.compile("s[0-9a-f]{7}")
NO_DIGEST = (
    Text("不是句子的摘要", "not the digest of a sentence"),
    Text("jxplus audit 方案.txt --sentences 列出各句的摘要", "jxplus audit SOURCE.txt --sentences prints them"),
)
"""What is wrong where a sentence is not named by its digest, and what is right."""


def not_encoded(form: Form, path: Path) -> NotEncoded:
    """The figures of the plan's text that no clause encodes; whether the text has them is the audit's question."""
    if not form.mapping(path, ("kinds", "sections", "sentences"), optional=True):
        return NotEncoded()
    kinds = form.mapping((*path, "kinds"), LABELS, optional=True)
    found: dict[str, tuple[Omission, ...]] = {}
    for section, place in _sections(form, (*path, "sections")):
        found[section] = tuple(_omission(form, (*place, figure)) for figure in form.mapping(place))
    sentences: dict[str, dict[str, Text]] = {}
    for section, place in _sections(form, (*path, "sentences")):
        sentences[section] = {digest: form.text((*place, digest)) for digest in form.mapping(place)}
        for digest in sentences[section]:
            if not DIGEST.fullmatch(digest):
                form.fault((*place, digest), *NO_DIGEST, key=True)
    return NotEncoded({kind: form.text((*path, "kinds", kind)) for kind in kinds}, found, sentences)


def _sections(form: Form, path: Path) -> Iterator[tuple[str, Path]]:
    """The sections that a part of `not encoded` names, each with its place; one that is no section is a fault."""
    for section in form.mapping(path, optional=True):
        place: Path = (*path, section)
        named = section in (PREAMBLE, TAIL, *ENGLISH) or is_group(section)
        if not named and not form.numbering.alias(section):
            own = form.numbering.example
            form.fault(
                place,
                Text(f"“{cut(section)}”不是章节号", f"{quoted(section)} is no section"),
                Text(f"如 {own}、{PREAMBLE}、{TAIL}", f"such as {own}, {PREAMBLE} or {TAIL}"),
                key=True,
            )
        yield section, place


def _omission(form: Form, path: Path) -> Omission:
    """One figure that is left out: its reason in both languages, and how often the section has it."""
    figure, value = str(path[-1]), form.mapping(path, ("zh", "en", "times"))
    if not figures_in(figure, form.units):
        form.fault(
            path,
            Text(f"“{cut(figure)}”中没有数字", f"{quoted(figure)} has no figure in it"),
            Text("照原文写，如 200家、3-5个、25%", "write it as the text does, such as 200家, 3-5个, 25%"),
            key=True,
        )
    times = str(value.get("times", "1"))
    if not re.fullmatch("[1-9][0-9]?", times):
        form.fault((*path, "times"), Text("须是次数", "not a number of times"), Text("如 2", "such as 2"))
        times = "1"
    return Omission(figure, form.both(path), int(times))


def sentences(form: Form, path: Path) -> tuple[Cited, ...]:
    """The sentences that a clause, a rule or the plan as a whole encodes, by their digests; none where it names none.

    They are of its own section, or of the one that is named above them, as what stands in 附则 about every clause.
    """
    stated, place = form.mapping(path).get("sentences", ()), (*path, "sentences")
    if not isinstance(stated, list | tuple):
        return tuple(dict.fromkeys(_cited(form, place, stated)))
    return tuple(dict.fromkeys(each for at, said in enumerate(stated) for each in _cited(form, (*place, at), said)))


def _cited(form: Form, place: Path, stated: Any) -> Iterator[Cited]:
    """The sentences of one entry: a digest, or digests by their section."""
    if isinstance(stated, dict):
        for section, below in _sections(form, place):
            digests = stated[section] if isinstance(stated[section], list) else [stated[section]]
            for digest in digests:
                yield from (Cited(each.digest, section) for each in _cited(form, below, digest))
    elif isinstance(stated, str) and DIGEST.fullmatch(stated):
        yield Cited(stated)
    else:
        form.fault(place, *NO_DIGEST)


def sources(form: Form, path: Path, known: Iterable[str]) -> dict[str, dict[str, Text]]:
    """The figures that come from elsewhere than the plan's text, by what states them: a clause or `policy`."""
    found: dict[str, dict[str, Text]] = {}
    for owner in form.mapping(path, known, optional=True):
        found[owner] = {figure: form.text((*path, owner, figure)) for figure in form.mapping((*path, owner))}
        for figure in found[owner]:
            if form.units.read(figure) is None and read_day(figure) is None:
                form.fault(
                    (*path, owner, figure),
                    Text(f"“{cut(figure)}”不是数字或日期", f"{quoted(figure)} is no figure and no date"),
                    Text("照公式写，如 10%、30元/㎡/月", "write it as the formula does, such as 10%, 30元/㎡/月"),
                    key=True,
                )
    return found
