"""The official text of a plan as its numbered sections, each with its figures and the departments that it names.

The text is read as it comes off a page: full-width digits and brackets, sentences cut by line and page breaks, page numbers
between them, numbers set apart by spaces.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from jxplus.fault import Fault, Place, Refused, Text
from jxplus.plan.figures import ALIKE, Figure, Stream, figures_of, place_of
from jxplus.plan.section import section_alias

PREAMBLE, TAIL = "前言", "附"
"""The names of what stands before the first numbered section and after the last."""


class PlanText(NamedTuple):
    """A plan's text: the sections it has, in its order, and all figures in the order in which they stand.

    `leads` holds the departments that may lead a section, for each section that names any: the first it names where the
    text says that the first one leads, else all that it names.
    """

    file: str
    sections: tuple[str, ...]
    figures: tuple[Figure, ...]
    leads: Mapping[str, tuple[str, ...]] = {}
    sha256: str = ""

    def has(self, section: str) -> str:
        """The name under which the text has a section that is written with brackets of either width; empty where it has none."""
        alias = section_alias(section)
        return next((name for name in self.sections if name == section or (alias and section_alias(name) == alias)), "")


def read_plan(data: bytes, file: str) -> PlanText:
    """The sections and figures of a plan's text, in UTF-8 or GB18030; raises `Refused` where it is no such text."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            text = "\0"
    if "\0" in text:
        raise _refused(
            file,
            Text("不是 UTF-8 或 GB18030 文本", "not text in UTF-8 or GB18030"),
            Text("另存为纯文本", "save the plan as plain text"),
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    streams, pages = _split(text)
    if not any(section_alias(stream.section) for stream in streams):
        raise _refused(
            file,
            Text("没有找到章节", "no numbered section found"),
            Text("章节写作“一、”和“（一）”，各起一行", "sections begin a line with 一、 or (一)"),
        )
    from hashlib import sha256

    figures = [*pages, *(figure for stream in streams for figure in figures_of(stream))]
    return PlanText(
        file,
        tuple(stream.section for stream in streams),
        tuple(sorted(figures, key=lambda figure: figure.place)),
        _leads(streams),
        sha256(data).hexdigest(),
    )


def _refused(file: str, wrong: Text, right: Text) -> Refused:
    return Refused([Fault(file, Place(), "", wrong, right)])


_PART = re.compile(r"\s*([一二三四五六七八九十]{1,3})、")
_ITEM = re.compile(r"\s*\(([一二三四五六七八九十]{1,3})\)")
_TAIL = re.compile(r"\s*(?:附件|附:|抄送|主题词)")
_PAGE = re.compile(r"\s*(?:-+\s*([0-9]{1,4})\s*-+|第\s*([0-9]{1,4})\s*页.*|([0-9]{1,4}))\s*")
_ENDS = tuple("。；;:!?)]”")


def _split(text: str) -> tuple[list[Stream], list[Figure]]:
    """The sections of a text, and the page numbers that stand between its lines."""
    lines = (0, *(match.end() for match in re.finditer("\n", text)))
    streams = [Stream(PREAMBLE, text, lines)]
    pages: list[Figure] = []
    part, before, headed = "", "", True
    seen: set[str] = set()
    rows = text.split("\n")
    for number, (offset, row) in enumerate(zip(lines, rows, strict=True)):
        plain = row.translate(ALIKE)
        if not plain.strip():
            continue
        if (page := _page(plain, rows, number, len(pages))) is not None:
            pages.append(Figure(streams[-1].section, page, "page number", place_of(lines, offset)))
            continue
        ended = headed or before.endswith(_ENDS)
        section = "" if streams[-1].section == TAIL else _heading(plain, part, ended, seen)
        if section:
            seen.add(section)
            part = section.partition("(")[0]
            mark = (_ITEM if "(" in section else _PART).match(plain)
            skipped = mark.end() if mark else 0
            streams.append(Stream(section, text, lines).add(offset + skipped, row[skipped:]))
        else:
            if part and ended and _TAIL.match(plain) and streams[-1].section != TAIL:
                streams.append(Stream(TAIL, text, lines))
            streams[-1].add(offset, row, ended)
        before, headed = plain.rstrip(), bool(section) and "(" not in section
    return streams, pages


def _page(line: str, rows: list[str], number: int, before: int) -> str | None:
    """The page number that a line consists of, None where it is none.

    Bare digits are one only between blank lines and in their turn: anything else may be a figure that a break cut out.
    """
    match = _PAGE.fullmatch(line)
    if match and match[3]:
        around = rows[max(number - 1, 0) : number] + rows[number + 1 : number + 2]
        turn = (before + 1, 2) if not before else (before + 1, before + 2)
        if any(row.strip() for row in around) or int(match[3]) not in turn:
            return None
    return line.strip() if match else None


def _heading(line: str, part: str, ended: bool, seen: set[str]) -> str:
    """The section that a line opens: the next one in order, or one not met so far after a sentence that has ended."""
    if match := _PART.match(line):
        section, previous = match[1], part
    elif part and (match := _ITEM.match(line)):
        section = f"{part}({match[1]})"
        previous = max((name for name in seen if name.startswith(f"{part}(")), key=_last, default="")
    else:
        return ""
    follows = _last(section) == (_last(previous) if previous else 0) + 1
    return section if section not in seen and (follows or ended) else ""


def _last(section: str) -> int:
    """The last number of a section: 2 of 六(二)."""
    return int(section_alias(section).rpartition(".")[2] or 0)


_DEPARTMENTS = re.compile(r"\((?:责任|牵头)单位:([^)]*)\)")


_FIRST_LEADS = re.compile("列?(?:第一位|首位)的?为牵头单位")


def _leads(streams: list[Stream]) -> dict[str, tuple[str, ...]]:
    found = {stream.section: _DEPARTMENTS.search(stream.text) for stream in streams}
    named = {section: tuple(re.split("[、,，;]", match[1])) for section, match in found.items() if match}
    first = any(_FIRST_LEADS.search(stream.text) for stream in streams)
    return {section: departments[:1] if first else departments for section, departments in named.items()}
