"""What stands in a table and is no row of it: subtotals, totals, notes, headings said again.

Each is named to whoever runs the batch and not read. What could be an enterprise is none of these: a row that has an id
and figures is read, whatever stands beside them.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from jxplus.batch.sources import Unread
from jxplus.enterprise.measures import folded
from jxplus.enterprise.misread import BEGIN_TOTALS, may_be_total
from jxplus.enterprise.misread import ENDS_OF_TOTALS as ENDS
from jxplus.enterprise.totals import NO_ENTERPRISE, is_sample, is_total
from jxplus.fault import Place, Text, all_quoted

_FIRST = frozenset("※*＊")
"""The first signs of what may be an example."""
_NOTE = re.compile(
    r"(?:备注|附注|注|说明|填表说明|填表人|制表|制表人|填报人|填报单位|填报日期|编制人|编制单位|编制日期|审核|审核人|复核|复核人|负责人|单位负责人|联系人|联系电话"
    r"|日期|数据来源|来源|口径|remarks?|notes?|source|prepared ?by|checked ?by)\d*[:：].*|[*※★].{2,}|(?:注|备注|说明)[\d一二三四五六七八九十、.．].*"
    r"|[（(]?[一二三四五六七八九十]+[、.)）．].*|[（(]?(?:以上|以下|本表).*|[（(]?单位[:：].*"
    r"|第?\s*\d+\s*页.*|共\s*\d+\s*页|page\s*\d+.*|[（(]?(?:续表?|接上表|以下空白)[)）]?",
    re.DOTALL | re.IGNORECASE,
)
_LABEL = re.compile(r"[^:：\s]{1,8}\s*[:：]")
_SAYS = re.compile(
    r"备\s*注|附\s*注|注|说\s*明|填表说明|(?:填表|制表|填报|编制|审核|复核|经办|联系|负责|单位负责)(?:人|日期|时间|单位)?|制\s*表|审\s*核|日\s*期|联系电话"
)
"""A label that stands in a cell by itself: what it says is in the next."""
REMARK_COLUMNS = {
    folded(name)
    for name in (
        "备注", "备注说明", "说明", "附注", "注", "填表说明", "联系人", "联系电话", "电话", "手机", "客户经理", "经办人", "负责人",
        "法定代表人", "填表人", "remark", "remarks", "note", "notes", "comment", "comments", "memo", "contact", "phone",
    )
}  # fmt: skip
"""The headings of columns that state no fact, whatever other name they are like."""
EXAMPLE = Text("※示例，不读取", "* example, not read")
"""What stands for the id of a row that shows how a template is filled in; such a row is passed over without a word."""
UNREAD_SHEET = Text("填写说明（本表不读取）", "How to fill it in (this sheet is not read)")
"""What stands in the first cell of a sheet that says of itself that it is not read."""
_EXAMPLES, _OWN_NOTES = set(map(folded, EXAMPLE)), set(map(folded, UNREAD_SHEET))
TOTALS = (
    r"\s*((其\s*中|减|加|附|[小合总共]\s*计)\s*[:：].*|过次页|承前页|转次页|[接续]上页|转下页|[合总]\s*计\s*[0-9]+\s*(家|户|个|项|条|行)|.*(小\s*[计計]|合\s*[计計]|总\s*[计計]|共\s*[计計])\s*(数|金\s*额)?|共\s*[计計]?\s*[0-9]+\s*(家|户|个|项|条|行)|总\s*和|累\s*[计計]|汇\s*总|总\s*额|[计計]"
    r"|平\s*均\s*(值|数)?|均\s*值|占\s*比|比\s*重|最\s*大\s*值|最\s*小\s*值|中\s*位\s*数|其\s*中"
    r"|[(（【\[]?(填[写报表])?(示\s*例|样\s*例|范\s*例|举\s*例|例\s*如|例)[)）】\]]?"
    r"|([Ss][Uu][Bb]|[Gg][Rr][Aa][Nn][Dd])?[- ]*[Tt][Oo][Tt][Aa][Ll][Ss]?|[Ss][Uu][Mm][Ss]?|[Aa][Vv][Ee][Rr][Aa][Gg][Ee][Ss]?)"
    r"\s*([(（][^()（）]{1,16}[)）])?\s*[:：]?\s*"
)
"""The pattern of a total or an example for engines that have their own; whatever is one by `is_total` or `is_sample` fits it."""
TOTAL_ENDS = rf"[{re.escape(ENDS)}]\s*$|^\s*[{BEGIN_TOTALS}]"
"""A pattern found in all that fits `TOTALS`, which is told sooner."""
NOTES = r"[:：]|^[*※★(（一二三四五六七八九十]|^(注|备\s*注|附\s*注|说\s*明|以上|以下|本表|填|制\s*表|编制|审|复核|经办|联系|负责|单位负责|日\s*期|第?\s*[0-9]|共|[Pp]|续|接)|.{61}"
"""A pattern found in every note, and in little else."""


class NoRow(NamedTuple):
    """Why a row is no row of its table: a kind, and words for it that are the same for all of the kind."""

    kind: str
    text: Text


SHOWN = NoRow("example", Text("填写示例", "an example"))
"""The row of a template that shows how it is filled in: it says so itself, and nobody needs to be told."""
_TOTALS = NoRow("total", NO_ENTERPRISE)
_SAMPLES = NoRow("sample", Text("填写示例", "an example"))
_NOTES = NoRow("note", Text("说明文字", "a note"))
_AGAIN = NoRow("again", Text("又一次的表头", "the headings once more"))


def outside(
    cells: Sequence[str | None],
    heading: Sequence[str | None],
    labels: Sequence[int],
    who: Sequence[int],
    facts: Sequence[int],
) -> NoRow | None:
    """Why a row is none of its table; None where it is one.

    `labels` are the columns in which a row says what it is, `who` those of its id and its name, `facts` those of its facts.
    """
    width = len(cells)
    if any(index < width and cells[index] is not None and is_example(cells[index]) for index in who):
        return SHOWN
    for index in labels:
        if index < width and (cell := cells[index]) is not None and may_be_total(cell):
            if is_total(cell):
                return _TOTALS
            if is_sample(cell):
                return _SAMPLES
    first = next((index for index, cell in enumerate(cells) if cell is not None), width)
    if first < min(width, len(heading)) and cells[first] == heading[first]:
        below = zip(cells, [*heading, *cells[len(heading) :]], strict=False)
        if all(cell is None or cell == above for cell, above in below):
            return _AGAIN
    if _signs_off([cell for cell in cells if cell is not None]):
        return _NOTES
    filled = [index for index, cell in enumerate(cells) if cell is not None]
    if any(index in facts for index in filled):
        return _NOTES if len(filled) == 1 and _NOTE.fullmatch(cells[filled[0]] or "") else None
    if len(filled) <= 2:
        # One that has an id and a name is an enterprise, though nothing else be known of it, unless both say they are none.
        named = len(who) > 1 and all(index in filled for index in who)
        texts = [cells[index] or "" for index in filled]
        if _SAYS.fullmatch(texts[0]):
            return _NOTES
        if all(map(_NOTE.fullmatch, texts)) if named else any(map(is_note, texts)):
            return _NOTES
    return None


def what_it_says(why: NoRow, cells: Sequence[str | None]) -> tuple[int, str]:
    """Where in a row that is none stands what tells it, from 1, and what that is: its word for a total or an example, else what stands first."""
    tells = is_total if why is _TOTALS else is_sample if why is _SAMPLES else None
    filled = [(index, cell) for index, cell in enumerate(cells, 1) if cell is not None]
    return next((each for each in filled if tells is not None and tells(each[1])), filled[0])


def _signs_off(texts: Sequence[str]) -> bool:
    """Whether a row says who made the table and when: labels alone, each with what it says or with the next cell for that."""
    waits, labels = False, 0
    for text in texts:
        if waits:
            waits = False
            continue
        match = _LABEL.match(text)
        if match is None and not _SAYS.fullmatch(text):
            return False
        waits, labels = match is None or match.end() == len(text), labels + 1
    return labels > 1


def may_be_outside(text: str) -> bool:
    """Whether a text may be that of a total or an example: by its first and its last sign, which is quickly told."""
    return text[0] in _FIRST or may_be_total(text)


def is_example(text: str | None) -> bool:
    """Whether a text is what stands for the id of an example in a template."""
    return text is not None and text[0] in _FIRST and folded(text) in _EXAMPLES


def says_it_is_unread(text: str | None) -> bool:
    """Whether the first cell of a sheet says that the sheet is not read."""
    return text is not None and folded(text) in _OWN_NOTES


def is_note(text: str) -> bool:
    """Whether a text that stands by itself in a row is a note and no id or name."""
    return (
        any(each is not None for each in (_NOTE.fullmatch(text), _SAYS.fullmatch(text), _LABEL.match(text)))
        or len(text) > 60
    )


class TableRemarks:
    """What is not read in one table, each kind named once with all its rows."""

    def __init__(self, file: str, sheet: str) -> None:
        self.file, self.sheet = file, sheet
        self.kinds: dict[tuple[str, int], tuple[Text, list[int], list[str]]] = {}

    def add(self, why: NoRow, line: int, column: int, text: str) -> None:
        """Take a row that is none of its table; `text` is what it says."""
        _, lines, texts = self.kinds.setdefault((why.kind, column), (why.text, [], []))
        lines.append(line)
        if len(texts) < 4 and text not in texts:
            texts.append(text)

    def unread(self) -> list[Unread]:
        """What is to be said, kind by kind."""
        found = []
        for (_, column), (text, lines, texts) in self.kinds.items():
            named = all_quoted(texts)
            place = Place(lines[0], column, self.sheet, tuple(lines[1:]))
            found.append(Unread(self.file, place, Text(f"{named.zh}是{text.zh}", f"{named.en}: {text.en}")))
        return found
