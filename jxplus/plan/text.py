"""The official text of a plan as its numbered sections, each with its figures and the departments that it names.

The text is read as it comes off a page: full-width digits and brackets, sentences cut by line and page breaks, page numbers
between them, numbers set apart by spaces.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from jxplus.fault import Place, Refused, Text
from jxplus.plan.figures import Figure, figures_of
from jxplus.plan.section import (
    BRACKETED,
    BRACKETED_DIGITS,
    DIGITS,
    PART,
    RULES,
    USUAL,
    Numbering,
    alias_of,
    levels_of,
    plain_section,
)
from jxplus.plan.sentences import Sentence, sentences_of
from jxplus.plan.stream import ALIKE, Stream, place_of
from jxplus.quantity import BUILT_IN, Units

PREAMBLE, TAIL = "前言", "附"
"""The names of what stands before the first numbered section and after the last."""
ENGLISH = {"preamble": PREAMBLE, "end matter": TAIL}
"""Their English names, which a policy file may use too."""


class PlanText(NamedTuple):
    """A plan's text: the sections it has, in its order, and all figures in the order in which they stand.

    `leads` holds the departments that may lead a section, for each section that names any: the first it names where the
    text says that the first one leads, else all that it names. `sentences` are all of its sentences.
    """

    file: str
    sections: tuple[str, ...]
    figures: tuple[Figure, ...]
    leads: Mapping[str, tuple[str, ...]] = {}
    sha256: str = ""
    numbering: Numbering = USUAL
    sentences: tuple[Sentence, ...] = ()

    def has(self, section: str) -> str:
        """The name under which the text has a section that is written with brackets of either width; empty where it has none."""
        section = plain_section(ENGLISH.get(section, section))
        levels = list(self.numbering.levels(section) or ())
        while levels and levels[-1].kind == "第款":  # paragraphs have no headings
            levels.pop()
        alias = alias_of(levels)
        known = (name for name in self.sections if name == section or (alias and self.numbering.alias(name) == alias))
        return next(known, "")


def read_plan(data: bytes, file: str, numbering: Numbering = USUAL, units: Units = BUILT_IN) -> PlanText:
    """The sections and figures of a plan's text, in UTF-8 or GB18030; raises `Refused` where it is no such text.

    The sections are those that `numbering` numbers; the figures may carry `units`.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            text = "\0"
    if "\0" in text:
        raise Refused.of(
            file,
            Place(),
            Text("不是 UTF-8 或 GB18030 文本", "not text in UTF-8 or GB18030"),
            Text("另存为纯文本", "save the plan as plain text"),
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    streams, pages = _Splitter(text, numbering).split()
    if not any(numbering.alias(stream.section) for stream in streams):
        own = numbering.example
        begin = Text("章节写作“一、”和“（一）”，各起一行", "sections begin a line with 一、 or (一)")
        if numbering != USUAL:
            begin = Text(f"章节按 {own} 编号，各起一行", f"sections are numbered like {own}, and begin a line")
        raise Refused.of(file, Place(), Text("没有找到章节", "no numbered section found"), begin)
    from hashlib import sha256

    in_each = [tuple(figures_of(stream, units)) for stream in streams]
    figures = [*pages, *(figure for own in in_each for figure in own)]
    return PlanText(
        file,
        tuple(stream.section for stream in streams),
        tuple(sorted(figures, key=lambda figure: figure.place)),
        _leads(streams),
        sha256(data).hexdigest(),
        numbering,
        tuple(each for stream, found in zip(streams, in_each, strict=True) for each in sentences_of(stream, found)),
    )


_CHINESE = r"[一二三四五六七八九十百〇零](?:\s*[一二三四五六七八九十百〇零]){0,4}"
_ARABIC = r"[0-9](?:\s*[0-9]){0,2}"
# How a level of each kind begins a line, blanks between its characters or not. An article that is only spoken of (第2条规定,
# 第2条和第3条) may begin a line too.
_OPENING = {
    PART: rf"\s*(?P<number>{_CHINESE})\s*、",
    BRACKETED: rf"\s*\(\s*(?P<number>{_CHINESE})\s*\)",
    DIGITS: rf"\s*(?P<number>{_ARABIC})\s*[.、](?!\s*[0-9])",
    BRACKETED_DIGITS: rf"\s*\(\s*(?P<number>{_ARABIC})\s*\)",
    "第条": rf"\s*第\s*(?P<number>{_ARABIC}|{_CHINESE})\s*条(?![款项、,和与至到或及所的]|之?第|规定)",
    "第项": rf"\s*\(\s*(?P<number>{_CHINESE}|{_ARABIC})\s*\)",
}
_GROUP = re.compile(
    rf"\s*(?:(?P<part>{_CHINESE})\s*、|\(\s*(?P<item>{_CHINESE})\s*\)|第\s*(?:{_CHINESE}|{_ARABIC})\s*(?P<what>[编章节]))"
)
_RULES = re.compile(rf"\s*(?:第\s*{_CHINESE}\s*[编章]\s*)?附\s*则\s*:?\s*")
_TAIL = re.compile(r"\s*(?:附件|附:|抄送|主题词)")
_PAGE = re.compile(r"\s*(?:-+\s*([0-9]{1,4})\s*-+|第\s*([0-9]{1,4})\s*页.*|([0-9]{1,4}))\s*")
_ENDS = tuple("。；;:!?)]”")


class _Opened(NamedTuple):
    """A section that a line opens: its name, the names of the sections around it, and where the line goes on."""

    name: str
    path: tuple[str, ...]
    end: int


class _Splitter:
    """Goes through a text line by line and opens a section wherever one begins."""

    def __init__(self, text: str, numbering: Numbering) -> None:
        self.numbering, self.rows = numbering, text.split("\n")
        self.lines = (0, *(match.end() for match in re.finditer("\n", text)))
        self.text = text
        self.streams = [Stream(PREAMBLE, text, self.lines)]
        self.pages: list[Figure] = []
        self.path: tuple[str, ...] = ()
        self.seen: dict[str, int] = {}
        self.kinds = [kind for kind in numbering.kinds if kind != "第款"]

    def split(self) -> tuple[list[Stream], list[Figure]]:
        """The sections of the text, and the page numbers that stand between its lines."""
        before, headed = "", True
        for number, (offset, row) in enumerate(zip(self.lines, self.rows, strict=True)):
            plain = row.translate(ALIKE)
            if not plain.strip():
                continue
            if (page := _page(plain, self.rows, number, len(self.pages))) is not None:
                self.pages.append(Figure(self.streams[-1].section, page, "page number", place_of(self.lines, offset)))
                continue
            ended = headed or before.endswith(_ENDS)
            opened = None if self.streams[-1].section == TAIL else self.opened(plain, ended, number)
            if opened is None:
                if self.path and ended and _TAIL.match(plain) and self.streams[-1].section != TAIL:
                    self.open(TAIL)
                self.streams[-1].add(offset, row, ended)
            else:
                self.path = opened.path
                self.open(opened.name).add(offset + opened.end, row[opened.end :])
            before = plain.rstrip()
            headed = opened is not None and (len(opened.path) < len(self.kinds) or not row[opened.end :].strip())
        return self.streams, self.pages

    def open(self, name: str) -> Stream:
        self.streams.append(Stream(name, self.text, self.lines))
        return self.streams[-1]

    def opened(self, line: str, ended: bool, number: int) -> _Opened | None:
        """The section that a line opens; None where it goes on with the one that is open."""
        if _RULES.fullmatch(line) and RULES not in self.seen:
            self.seen[RULES] = 0
            return _Opened(RULES, (RULES,), len(line))
        group = self.group(line, number)
        if group is not None:
            return group
        for depth in range(min(len(self.path), len(self.kinds) - 1), -1, -1):
            match = _opening(self.kinds[depth], self.path[:depth]).match(line)
            found = match and self.heading(self.path[:depth], depth, match, ended)
            if found:
                return found
        return None

    def heading(self, around: tuple[str, ...], depth: int, match: re.Match[str], ended: bool) -> _Opened | None:
        """The section of a heading: the next one in order, or one not met so far after a sentence that has ended."""
        written = re.sub(r"\s", "", match["number"])
        own = levels_of(written)
        if own is None:
            return None
        name = _named(around, self.numbering.kinds[depth], written)
        previous = max((self.seen[each] for each in self.seen if self.within(each, around)), default=0)
        follows = own[0].number == previous + 1
        # A sentence may be cut before 第3条: one that goes on without a blank is an article only after a full stop.
        cut = self.numbering.kinds[depth] == "第条" and not match.string[match.end() :][:1].isspace()
        if name in self.seen or not (ended or (follows and not cut)):
            return None
        self.seen[name] = own[0].number
        return _Opened(name, (*around, name), match.end())

    def within(self, name: str, around: tuple[str, ...]) -> bool:
        """Whether a section is one of those directly below `around`."""
        levels = self.numbering.levels(name) or ()
        own = self.numbering.levels(around[-1]) or () if around else ()
        return name != RULES and len(levels) == len(own) + 1 and levels[: len(own)] == own

    def group(self, line: str, number: int) -> _Opened | None:
        """The heading of a group of articles, such as 二、支持范围 before 第2条: a section of its own, for its words are no article's."""
        match = _group(line)
        if self.numbering.kinds[0] == PART or match is None or _opening(self.kinds[0], ()).match(line):
            return None
        for row in self.rows[number + 1 :]:
            plain = row.translate(ALIKE)
            if not plain.strip() or _PAGE.fullmatch(plain) or _group(plain):
                continue
            if _opening(self.kinds[0], ()).match(plain):
                return _Opened(re.sub(r"\s", "", match[0]).rstrip("、"), (), match.end())
            return None
        return None


def _group(line: str) -> re.Match[str] | None:
    """What makes a line the heading of a group: it is numbered, and no sentence."""
    return None if line.rstrip().endswith(("。", ";", ":", ",")) else _GROUP.match(line)


def _opening(kind: str, around: tuple[str, ...]) -> re.Pattern[str]:
    """The pattern with which a level begins a line, below the sections named."""
    if kind == DIGITS and around and around[-1][-1].isdigit() and around[-1][0].isdigit():
        return re.compile(rf"\s*{re.escape(around[-1])}\s*\.\s*(?P<number>{_ARABIC})(?![.0-9])\s*[.、]?")
    if kind in _OPENING:
        return re.compile(_OPENING[kind])
    return re.compile(rf"\s*{re.escape(kind)}\.?\s*(?P<number>{_ARABIC})(?![0-9])\s*[.:]?", re.IGNORECASE)


def _named(around: tuple[str, ...], kind: str, number: str) -> str:
    """What a section is called, as a policy cites it."""
    outer = around[-1] if around else ""
    if kind in (BRACKETED, BRACKETED_DIGITS):
        return f"{outer}({number})"
    if kind == "第项":
        return f"{outer}第({number})项"
    if kind.startswith("第"):
        return f"{outer}{kind[0]}{number}{kind[1:]}"
    if kind in (PART, DIGITS):
        return f"{outer}{'.' if outer else ''}{number}"
    return f"{kind.capitalize()} {number}"


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


_DEPARTMENTS = re.compile(r"\((?:责任|牵头)单位:([^)]*)\)")


_FIRST_LEADS = re.compile("列?(?:第一位|首位)的?为牵头单位")


def _leads(streams: list[Stream]) -> dict[str, tuple[str, ...]]:
    found = {stream.section: _DEPARTMENTS.search(stream.text) for stream in streams}
    named = {section: tuple(re.split("[、,，;]", match[1])) for section, match in found.items() if match}
    first = any(_FIRST_LEADS.search(stream.text) for stream in streams)
    return {section: departments[:1] if first else departments for section, departments in named.items()}
