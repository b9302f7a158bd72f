"""Where the headings of a table stand, which table that is, and what stands around them.

The headings are the first row in which two or more are known: what stands above is named and not read. A table is known by
its headings where its name says nothing.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import NamedTuple

from jxplus.batch.sources import Unread
from jxplus.batch.sources.known import NAME, Known
from jxplus.batch.sources.rows import ColumnGroup, Row
from jxplus.batch.sources.unitnotes import given_in_title, hint, of_other_figures, over_columns, says_only
from jxplus.enterprise.heading import heading_name
from jxplus.enterprise.measures import folded, is_measure, unmeasured
from jxplus.fault import Place, Text, all_quoted
from jxplus.policy.tables import ENTERPRISES

DEEPEST = 100
"""Within how many rows the headings stand."""
_MOST_UPRIGHT = 4
"""In which of the first columns headings may stand below each other."""
TURNED = (
    Text("表头竖排在一列里", "the headings stand below each other"),
    Text("改成每家企业一行（选择性粘贴，转置）", "give each enterprise a row: transpose the table"),
)
"""The fault of a table whose headings stand in its first column."""
_DEEP_GROUPS = 3
"""In how many rows above the headings others may stand over several columns."""
NO_UNIT = {
    folded(each)
    for each in (
        "单位",
        "-",
        "—",
        "--",
        "/",
        "无",
        "是/否",
        "有/无",
        "年月日",
        "年/月/日",
        "日期",
        "文本",
        "yyyy-mm-dd",
    )
}
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_COUNTED = ("栏次", "列次", "行次", "项目", "序号")
"""What stands before the numbers of the columns."""
_AGAIN = Text("又一次的表头", "the headings once more")
_EXPLAINED = Text("对表头的说明", "what explains the headings")
_EXPLAINS = re.compile(
    r"(?:填写|填报)?(?:说明|要求|格式|类型|规则)(?:[:：].*)?|[（(]?(?:必填|选填|可选)[)）]?|文本|文字|字符串?|text|string|required|optional"
)
"""With what a row begins that says how each column is filled in."""
_FIGURES = Text("对各列年度的说明", "of which year the columns are")
_OF_THE_YEAR = re.compile(
    "(?:[本当全今]?年度?|[本当]期)?(?:实际|实际发生|决算)?(?:数|额|值|数据|金额|数额|数值|发生额|发生数|合计)?|actual|current|thisyear"
)
"""What says below a heading that its figures are those of the year."""
_NUMBERS = Text("各列的序号", "the numbers of the columns")


class FoundTable(NamedTuple):
    """Where a table was found: what it is called, its headings, the rows above and the rows below; what units are given.

    `below` are rows that belong to the headings and are not read, with what they are. `weak` says that nothing but ids and
    names are known of it. `upper` is the upper of two rows of headings, as it stands there.
    """

    name: str
    heading: Row
    above: list[Row]
    rows: Iterator[Row]
    units: dict[int, str]
    weak: bool
    below: Sequence[tuple[Row, Text]] = ()
    upper: Row | None = None


def find(rows: Iterator[Row], known: Mapping[str, Known], named: str | None) -> FoundTable | None:
    """The table that rows hold: the one that its file or sheet is `named` after, else the one whose headings it has.

    None where no row has headings enough. One that is named has its first row for its headings if none is better.
    """
    above: list[Row] = []
    for row in islice((row for row in rows if not row.blank), DEEPEST):
        counts = {name: each.count(row.cells) for name, each in known.items() if named in (None, name)}
        name = max(counts, key=lambda each: (counts[each], each == ENTERPRISES))
        if counts[name][0] >= 2:
            return _found(name, row, above, rows, known[name], weak=not counts[name][1])
        above.append(row)
    if named is None or not above:
        return None
    most = max(range(len(above)), key=lambda place: known[named].count(above[place].cells)[0])
    return _found(named, above[most], above[:most], chain(above[most + 1 :], rows), known[named], weak=False)


def upright(rows: Sequence[Row], known: Known) -> tuple[int, int] | None:
    """Where headings begin that stand below each other in a column, by row and column; None where none do."""
    for index in range(_MOST_UPRIGHT):
        lines = {
            known.means(cell): row.line
            for row in reversed(rows)
            if index < len(row.cells) and (cell := row.cells[index]) is not None
        }
        lines.pop(None, None)
        if len(lines) >= 3:
            return min(lines.values()), index + 1
    return None


def doubtful(row: Row, known: Mapping[str, Known]) -> list[str]:
    """The tables that a row of headings fits equally well; empty where one fits best."""
    counts = {name: each.count(row.cells) for name, each in known.items()}
    most = max(counts.values())
    best = [name for name, count in counts.items() if count == most]
    return best if len(best) > 1 and ENTERPRISES not in best else []


def _found(name: str, heading: Row, above: list[Row], rows: Iterator[Row], known: Known, weak: bool) -> FoundTable:
    """A table with all of its headings: those of two rows are put together, and a row of units is taken off."""
    cells = list(heading.cells)
    upper: Row | None = None
    if above and above[-1].line == heading.line - 1 and known.count(above[-1].cells)[0]:
        upper = above[-1]
        cells += [None] * (len(upper.cells) - len(cells))
        left = [each if own is not None else None for each, own in zip(upper.cells, cells, strict=False)]
        cells = [own or over for own, over in zip(cells, [*upper.cells, *[None] * len(cells)], strict=False)]
        above = [*above[:-1], *([] if not any(left) else [Row(upper.line, left)])]
    line = heading.line
    units: dict[int, str] = {}
    following = next(rows, None)
    if following is not None and _go_on(cells, following.cells, known):
        width = max(len(cells), len(following.cells))
        pairs = [*zip(*([*each, *[None] * width][:width] for each in (following.cells, cells)), strict=True)]
        groups = Row(line, [over if own not in (None, over) else None for own, over in pairs])
        above, upper = (above if groups.blank else [*above, groups]), Row(line, cells)
        cells, line = [own or over for own, over in pairs], following.line
        following = next(rows, None)
    below: list[tuple[Row, Text]] = []
    again: dict[int, str] = {}
    while following is not None:
        if _say_of_what(following.cells, cells, known):
            below.append((following, _FIGURES))
        elif not units and _are_units(following.cells, cells, known):
            units = {index: cell for index, cell in enumerate(following.cells) if cell is not None}
        elif _say_it_again(cells, following.cells, known):
            again |= {index: unit for index, cell in enumerate(following.cells) if cell and (unit := known.unit(cell))}
            below.append((following, _AGAIN))
        elif _number_columns(cells, following.cells, known):
            below.append((following, _NUMBERS))
        elif _explain(following.cells):
            below.append((following, _EXPLAINED))
        else:
            break
        following = next(rows, None)
    rest = rows if following is None else chain([following], rows)
    return FoundTable(name, Row(line, cells, heading.fault), above, rest, {**again, **units}, weak, below, upper)


def _go_on(upper: Sequence[str | None], lower: Sequence[str | None], known: Known) -> bool:
    """Whether a row goes on with the headings above it: one of its cells says what the one above does not, as 费用化研发费用
    under 研发投入, or under nothing known; and none that is not known stands under a known one, where a row has its figures.
    """
    on = False
    for index, cell in enumerate(lower):
        if cell is None:
            continue
        above = upper[index] if index < len(upper) else None
        own, over = (known.means(each) if each is not None else None for each in (cell, above))
        if over is not None and own != over and not known.are_money(own, over):
            return False
        on |= own is not None and own != over
    return on


def _texts(cells: Sequence[str | None]) -> list[tuple[int, str]]:
    """The cells in which something stands, by their index, as they are compared: without the brackets around it."""
    return [(index, folded(cell).strip("()[]")) for index, cell in enumerate(cells) if cell is not None]


def _say_of_what(cells: Sequence[str | None], headings: Sequence[str | None], known: Known) -> bool:
    """Whether a row says of each column of which year its figures are, or that they are planned, and nothing else: 上年, 本年."""
    told = _texts(cells)
    if any(known.means(headings[index] or "") in (known.key, NAME) for index, _ in told if index < len(headings)):
        return False
    return bool(told) and all(
        text
        and (_OF_THE_YEAR.fullmatch(text) or (of_other_figures(text) and not re.sub("[本当]", "", unmeasured(text))))
        for _, text in told
    )


def _are_units(cells: Sequence[str | None], headings: Sequence[str | None], known: Known) -> bool:
    """Whether a row gives units alone: one at least, and none where an id or a name would stand."""
    real = []
    for index, told in _texts(cells):
        if told in NO_UNIT:
            continue
        heading = heading_name(headings[index] or "") if index < len(headings) else ""
        if not told or len(told) > 20 or heading in known.keys or heading in known.names:
            return False
        real.append(re.sub("^单位:?", "", told))
    return bool(real) and all(
        is_measure(text) or (not text[:1].isdigit() and known.units.read(f"1{text}") is not None) for text in real
    )


def _say_it_again(upper: Sequence[str | None], lower: Sequence[str | None], known: Known) -> bool:
    """Whether a row says the headings above it once more, be it in the other language: each of its cells means what the one above means."""
    pairs = [(upper[index] if index < len(upper) else None, cell) for index, cell in enumerate(lower) if cell]
    return len(pairs) > 1 and all(
        above is not None and known.means(cell) is not None and known.means(above) == known.means(cell)
        for above, cell in pairs
    )


def _number_columns(headings: Sequence[str | None], cells: Sequence[str | None], known: Known) -> bool:
    """Whether a row counts the columns, as forms do: 1, 2, 3 or 甲, 乙, 1, 2; the name among them, so that it is no enterprise."""
    filled = _texts(cells)
    label = bool(filled) and filled[0][1] in _COUNTED
    told = filled[label:]
    names = {index for index, heading in enumerate(headings) if heading is not None and known.means(heading) == NAME}
    if len(told) < 3 or not (label or names & {index for index, _ in told}):
        return False
    stems = next((place for place, (_, text) in enumerate(told) if text != _STEMS[place : place + 1]), len(told))
    return all(text == str(number) for number, (_, text) in enumerate(told[stems:], 1))


class Around(NamedTuple):
    """What stands around the headings of a table and is not read; the unit that it gives to amounts, and that over some columns.

    `noted` is what it says of another unit in any other way, `others` what says over or under columns that their figures are
    not those of the year.
    """

    unread: list[Unread]
    unit: str
    over: list[ColumnGroup]
    noted: str
    others: list[ColumnGroup]


def _explain(cells: Sequence[str | None]) -> bool:
    """Whether a row says of each column how it is filled in: it begins so, and has no id."""
    first = next((cell for cell in cells if cell is not None), None)
    return first is not None and _EXPLAINS.fullmatch(folded(first)) is not None


def around(found: FoundTable, file: str, sheet: str = "") -> Around:
    """What stands above the headings of a table, and between them and the rows."""
    texts = [str(each) for row in found.above for each in row.cells if each is not None]
    unread = []
    if texts:
        lines = [row.line for row in found.above]
        column = next(index for index, each in enumerate(found.above[0].cells, 1) if each is not None)
        named, more = all_quoted(texts[:4]), "…" * (len(texts) > 4)
        what = Text(f"表头上方的文字{named.zh}{more}", f"what stands above the headings, {named.en}{more}")
        unread.append(Unread(file, Place(lines[0], column, sheet, tuple(lines[1:])), what))
    for row, kind in found.below:
        named = all_quoted([str(each) for each in row.cells if each is not None][:4])
        column = next(index for index, each in enumerate(row.cells, 1) if each is not None)
        unread.append(
            Unread(file, Place(row.line, column, sheet), Text(f"{named.zh}是{kind.zh}", f"{named.en}: {kind.en}"))
        )
    explained = [str(each) for row, _ in found.below for each in row.cells if each is not None]
    groups = _groups(found)
    over = [each for each in groups if each.unit]
    titles = [row for row in found.above if not over or row is not found.above[-1]]
    said = [unit for row in titles for each in (*row.cells,) if each for unit in given_in_title(each)]
    said += given_in_title(sheet) if "元" in sheet else []
    higher = [row for row in found.above[-_DEEP_GROUPS:] if found.upper is None or row.line != found.upper.line]
    groups += [each for row in higher for each in _groups_in(row, found) if each not in groups]
    groups += [
        ColumnGroup(row.line, column, column, cell, "")
        for row, kind in found.below
        for column, cell in enumerate(row.cells, 1)
        if kind is _FIGURES and cell is not None
    ]
    called = sheet or os.path.splitext(os.path.basename(file))[0]
    if says_only(called):
        groups.append(ColumnGroup(0, 1, len(found.heading.cells), called, ""))
    others = [each for each in groups if of_other_figures(each.text)]
    return Around(
        unread,
        "、".join(dict.fromkeys(said)),
        over,
        hint([*texts, sheet, os.path.basename(file).replace("_", " "), *explained]),
        others,
    )


def _groups(found: FoundTable) -> list[ColumnGroup]:
    """The headings that stand over several columns each, with the unit that they give: `研发（万元）` over what R&D cost."""
    return _groups_in(found.upper or (found.above[-1] if found.above else None), found)


def _groups_in(row: Row | None, found: FoundTable) -> list[ColumnGroup]:
    """The headings over several columns that stand in one row."""
    filled = [] if row is None else [index for index, cell in enumerate(row.cells) if cell is not None]
    if row is None or not filled or (row is not found.upper and len(filled) == 1 and _is_title(row, found.heading)):
        return []
    own = set() if row is not found.upper else {found.heading.cells[index] for index in filled}
    width = max(len(row.cells), len(found.heading.cells))
    groups = []
    for index, end in zip(filled, [*filled[1:], width], strict=True):
        text = row.cells[index] or ""
        if text not in own:  # the unit of a heading of its own is that of its column
            groups.append(ColumnGroup(row.line, index + 1, end, text, over_columns(text)))
    return groups


def _is_title(row: Row, heading: Row) -> bool:
    """Whether the one text of a row above the headings is the table's: it stands where the table begins, or is a unit alone."""
    first, begins = (next(index for index, cell in enumerate(each.cells) if cell) for each in (row, heading))
    return first <= begins or (row.cells[first] or "")[0] in "(（"
