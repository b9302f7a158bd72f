"""Where the headings of a table stand, which table that is, and what each column states.

The headings are the first row in which two or more are known: what stands above is named and not read. A table is known by
its headings where its name says nothing. A heading that is like a known one, or measures in something else, is a fault:
whoever followed a guess would be wrong. One that is like none is a column of remarks.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import NamedTuple

from jxplus.batch.sources import Unread
from jxplus.batch.sources.keys import COUNTS, NAMES, OF_ENTERPRISES, OF_LISTS, ranked
from jxplus.batch.sources.remarks import REMARK_COLUMNS
from jxplus.batch.sources.rows import Columns, Row, Table
from jxplus.enterprise.heading import Heading, Headings, Misnamed, folded, heading_name, is_measure, unit_of
from jxplus.fault import COMMA, Fault, Place, Refused, Text, all_quoted, column_name, cut, quoted
from jxplus.policy import Fact, Policy, known_names
from jxplus.policy.tables import ENTERPRISES, ENTERPRISES_ZH, KEY, KEY_ZH, OWNER, OWNER_ZH
from jxplus.quantity import BUILT_IN

_DEEPEST = 100
"""Within how many rows the headings stand."""
_ALIKE = 0.6
"""From which likeness on a heading may be a slip for a known one."""
_NO_UNIT = {
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
_UNIT_ABOVE = re.compile(
    r"(?:^|[\s(（,，;；])(?:金额|货币|计量)?单位\s*[:：]\s*([^\s()（）;；]+)|[(（]\s*([^()（）\s]*元)\s*[)）]\s*$"
)
_UNIT_IN_NOTES = re.compile(
    r"单位\s*[:：为是]?\s*(?:人民币)?(?:百万|千万|[万千亿])元|(?:以|按)\s*(?:百万|千万|[万千亿])元\s*(?:计|为单位|填)"
)
_NAME = "name"


def table_names(policy: Policy) -> dict[str, str]:
    """Every name that a table may have, as a file or a sheet, and what it holds: `enterprises` or a list's id."""
    lists = {name: each.id for each in policy.lists.values() for name in (each.id, each.label.zh)}
    return {ENTERPRISES: ENTERPRISES, ENTERPRISES_ZH: ENTERPRISES, **lists}


class Known:
    """The headings that one table may have."""

    def __init__(self, policy: Policy, table: str) -> None:
        self.policy, self.table = policy, table
        self.of_enterprises = table == ENTERPRISES
        self.key, self.key_zh = (KEY, KEY_ZH) if self.of_enterprises else (OWNER, OWNER_ZH)
        self.facts = policy.facts if self.of_enterprises else policy.lists[table].facts
        self.headings = Headings(self.facts)
        self.units = next((fact.units for fact in self.facts.values()), BUILT_IN)
        taken = {folded(name) for name in known_names(self.facts)}
        own = {folded(self.key), folded(self.key_zh)}
        ranks = ranked(OF_ENTERPRISES if self.of_enterprises else OF_LISTS)
        self.keys = {name: rank for name, rank in ranks.items() if name not in taken or name in own}
        self.names = {
            name for name in ranked(NAMES) if self.of_enterprises and _NAME in self.facts and name not in taken
        }

    def read(self, written: str) -> Heading:
        """What a heading says of a fact; raises `Misnamed` where that is nothing."""
        return self.headings.read(written)

    def count(self, cells: Sequence[str | None]) -> tuple[int, int]:
        """How many headings of this table are among the cells, each once, and how many of those are facts by themselves."""
        found: set[str] = set()
        for cell in cells:
            if cell is None or len(cell) > 60:
                continue
            name = heading_name(cell)
            if name in self.keys:
                found.add(self.key)
            elif name in self.names:
                found.add(_NAME)
            else:
                try:
                    found.add(self.read(cell).id)
                except Misnamed:
                    continue
        return len(found), len(found - {self.key, *([_NAME] if self.of_enterprises else [])})

    def alike(self, written: str) -> bool:
        """Whether a heading that is not known may be meant for one that is."""
        from difflib import SequenceMatcher

        name = heading_name(written)
        if name in REMARK_COLUMNS or name in ranked(COUNTS):
            return False
        for each in map(folded, self.headings.names):
            if (
                len(each) > 1
                and not each.isascii()
                and each in name
                and not re.search("(?:说明|备注|来源|依据)$", name)
            ):
                return True
            if SequenceMatcher(None, name, each).ratio() >= _ALIKE:
                return True
        return False


class FoundTable(NamedTuple):
    """Where a table was found: what it is called, its headings, the rows above and the rows below; what units are given.

    `weak` says that nothing but ids and names are known of it.
    """

    name: str
    heading: Row
    above: list[Row]
    rows: Iterator[Row]
    units: dict[int, str]
    weak: bool


def find(rows: Iterator[Row], known: Mapping[str, Known], named: str | None) -> FoundTable | None:
    """The table that rows hold: the one that its file or sheet is `named` after, else the one whose headings it has.

    None where no row has headings enough. One that is named has its first row for its headings if none is better.
    """
    above: list[Row] = []
    for row in islice((row for row in rows if not row.blank), _DEEPEST):
        counts = {name: each.count(row.cells) for name, each in known.items() if named in (None, name)}
        name = max(counts, key=lambda each: (counts[each], each == ENTERPRISES))
        if counts[name][0] >= 2:
            return _found(name, row, above, rows, known[name], weak=not counts[name][1])
        above.append(row)
    if named is None or not above:
        return None
    return FoundTable(named, above[0], [], chain(above[1:], rows), {}, weak=False)


def doubtful(row: Row, known: Mapping[str, Known]) -> list[str]:
    """The tables that a row of headings fits equally well; empty where one fits best."""
    counts = {name: each.count(row.cells) for name, each in known.items()}
    most = max(counts.values())
    best = [name for name, count in counts.items() if count == most]
    return best if len(best) > 1 and ENTERPRISES not in best else []


def _found(name: str, heading: Row, above: list[Row], rows: Iterator[Row], known: Known, weak: bool) -> FoundTable:
    """A table with all of its headings: those of two rows are put together, and a row of units is taken off."""
    cells = list(heading.cells)
    if above and above[-1].line == heading.line - 1:
        for index, cell in enumerate(above[-1].cells):
            if cell is not None and (index >= len(cells) or cells[index] is None) and known.count([cell])[0]:
                cells += [None] * (index + 1 - len(cells))
                cells[index] = cell
    line, units = heading.line, {}
    following = next(rows, None)
    if following is not None and _continues(cells, following.cells, known):
        width = max(len(cells), len(following.cells))
        pairs = zip(*([*each, *[None] * width][:width] for each in (following.cells, cells)), strict=True)
        cells, line = [lower or upper for lower, upper in pairs], following.line
        following = next(rows, None)
    if following is not None and _are_units(following.cells, cells, known):
        units = {index: cell for index, cell in enumerate(following.cells) if cell is not None}
        following = None
    rest = rows if following is None else chain([following], rows)
    return FoundTable(name, Row(line, cells, heading.fault), above, rest, units, weak)


def _continues(upper: Sequence[str | None], lower: Sequence[str | None], known: Known) -> bool:
    """Whether a row goes on with the headings above it: each of its cells is one, in a column that has none yet."""
    filled = [index for index, cell in enumerate(lower) if cell is not None]
    return bool(filled) and all(
        known.count([lower[index]])[0] and not (index < len(upper) and known.count([upper[index]])[0])
        for index in filled
    )


def _are_units(cells: Sequence[str | None], headings: Sequence[str | None], known: Known) -> bool:
    """Whether a row gives units alone: one at least, and none where an id or a name would stand."""
    real = []
    for index, cell in enumerate(cells):
        told = folded(cell).strip("()[]") if cell is not None else ""
        if cell is None or told in _NO_UNIT:
            continue
        heading = heading_name(headings[index] or "") if index < len(headings) else ""
        if not told or len(told) > 20 or heading in known.keys or heading in known.names:
            return False
        real.append(re.sub("^单位:?", "", told))
    return bool(real) and all(
        is_measure(text) or (not text[:1].isdigit() and known.units.read(f"1{text}") is not None) for text in real
    )


def around(found: FoundTable, file: str, sheet: str = "") -> tuple[list[Unread], str]:
    """What stands above the headings of a table, to be named, and the unit that it gives to amounts."""
    texts = [str(each) for row in found.above for each in row.cells if each is not None]
    unread = []
    if texts:
        lines = [row.line for row in found.above]
        column = next(index for index, each in enumerate(found.above[0].cells, 1) if each is not None)
        named, more = all_quoted(texts[:4]), "…" * (len(texts) > 4)
        what = Text(f"表头上方的文字{named.zh}{more}", f"what stands above the headings, {named.en}{more}")
        unread.append(Unread(file, Place(lines[0], column, sheet, tuple(lines[1:])), what))
    return unread, _unit_above([*texts, sheet])


def _unit_above(texts: Sequence[str]) -> str:
    """The unit that a title gives to amounts, such as 万元 of `单位：万元`; nothing where none does."""
    for text in texts:
        match = _UNIT_ABOVE.search(text)
        if match is not None:
            return match[1] or match[2]
    return ""


# ---- what each column states ---------------------------------------------------------------------------------------


def columns_of(table: Table, policy: Policy) -> Columns:
    """What the columns of a table state; raises `Refused` with every heading that is not right."""
    known = Known(policy, table.name)
    cells = table.heading.cells
    last = max((number for number, heading in enumerate(cells, 1) if heading is not None), default=0)
    found: list[Heading | None] = []
    faults: list[Fault] = []
    remarks: list[int] = []
    keys: list[tuple[int, int]] = []
    names: list[int] = []
    for index, written in enumerate(cells[:last]):
        found.append(None)
        if written is None:
            continue
        name = heading_name(written)
        if name in known.keys:
            keys.append((known.keys[name], index))
            continue
        try:
            heading = _with_unit(known.read(written), table.units.get(index, ""), known.facts)
        except Misnamed as misnamed:
            if name in known.names:
                names.append(index)
            elif _is_fault(written, known, policy):
                place = Place(table.heading.line, index + 1, table.sheet)
                faults.append(Fault(table.file, place, written, *_misnamed(written, misnamed, known, policy)))
            else:
                remarks.append(index)
            continue
        before = [each.id for each in found if each is not None]
        if heading.id in before:
            second = Text("重复的列", f"a second column {quoted(heading.id)}"), Text("只保留一列", "keep one of them")
            faults.append(Fault(table.file, Place(table.heading.line, index + 1, table.sheet), written, *second))
        found[-1] = heading
    key, by_name = _key(found, keys, names, remarks, known, cells)
    if key is None:
        wrong = Text(f"没有“{known.key_zh}”列", f"no column {quoted(known.key)}")
        right = Text(f"加一列“{known.key_zh}”（{known.key}）", f"add a column `{known.key}`")
        faults.append(Fault(table.file, Place(table.heading.line, 1, table.sheet), known.key, wrong, right))
    twice = [index for rank, index in keys if keys.count((rank, index)) and [each for each, _ in keys].count(rank) > 1]
    if key in twice:
        second = Text("重复的列", f"a second column {quoted(known.key)}"), Text("只保留一列", "keep one of them")
        place = Place(table.heading.line, max(twice) + 1, table.sheet)
        faults.append(Fault(table.file, place, cells[max(twice)] or "", *second))
    told = [_remark(table, index) for index in sorted(remarks)]
    told += _unit_for_amounts(table, found, known, faults)
    if faults:
        raise Refused(faults)
    assert key is not None
    bare = tuple(index for index in range(last) if found[index] is None and index != key)
    facts = tuple(each and each.id for each in found)
    called = tuple(" ".join((each or "").split()) for each in cells[:last])
    return Columns(table.file, facts, key, tuple(found), table.sheet, by_name, bare, tuple(told), called)


def _key(
    found: list[Heading | None],
    keys: list[tuple[int, int]],
    names: list[int],
    remarks: list[int],
    known: Known,
    cells: Sequence[str | None],
) -> tuple[int | None, bool]:
    """The column that the rows are known by, and whether it is the name's; what else would do is put among the remarks."""
    if known.of_enterprises and _NAME in known.facts:
        own = next((index for index, each in enumerate(found) if each is not None and each.id == _NAME), None)
        if own is None and names:
            own = names.pop(0)
            found[own] = Heading(_NAME)
        remarks += names
        if not keys and own is not None:
            return own, True
    if not keys:
        counts = [index for index in remarks if heading_name(cells[index] or "") in ranked(COUNTS)]
        if not known.of_enterprises or not counts:
            return None, False
        keys = [(0, counts[0])]
        remarks.remove(counts[0])
    first = min(keys)
    remarks += [index for each in keys for index in each[1:] if each != first and each[0] != first[0]]
    found[first[1]] = Heading(known.key)
    return first[1], False


def _with_unit(heading: Heading, below: str, facts: Mapping[str, Fact]) -> Heading:
    """A heading with the unit that the row below it gives; raises `Misnamed` where that is not one of the fact's."""
    below = re.sub(r"^单位:?", "", folded(below).strip("()[]"))
    if not below or below in _NO_UNIT:
        return heading
    fact = facts[heading.id]
    unit = unit_of(below, fact, heading.id)
    if unit is None:
        wrong = Text(
            f"下一行的单位“{cut(below)}”与“{fact.label.zh}”不符",
            f"the row below says {quoted(below)}, which {fact.id} is not in",
        )
        raise Misnamed(wrong, Text("换算后写明对的单位", "convert the figures, and write their unit"))
    if heading.unit and heading.unit != unit:
        wrong = Text(
            f"标题的单位是{heading.unit}，下一行却是{unit}", f"the heading says {heading.unit}, the row below {unit}"
        )
        raise Misnamed(wrong, Text("只留一个单位", "keep the one that is right"))
    return Heading(heading.id, unit)


def _is_fault(written: str, known: Known, policy: Policy) -> bool:
    """Whether a heading that is not understood is wrong; one that is like nothing known is that of a column of remarks."""
    if known.of_enterprises and written in known_names({}, policy.lists):
        return True
    try:
        known.read(written)
    except Misnamed:
        return known.alike(written)
    return True  # its row of units is what is wrong


def _misnamed(written: str, misnamed: Misnamed, known: Known, policy: Policy) -> tuple[Text, Text]:
    lists = known_names({}, policy.lists)
    if known.of_enterprises and written in lists:
        wrong = Text("列表不能写在一列里", "a list does not fit into a column")
        name = lists[written]
        return wrong, Text(f"另建一张表“{written}”，用“{OWNER_ZH}”关联", f"give it a table `{name}`, with `{OWNER}`")
    return misnamed.wrong, misnamed.right


def _remark(table: Table, index: int) -> Unread:
    written = table.heading.cells[index]
    what = Text(f"列“{cut(written)}”不是事实", f"the column {quoted(written)} states no fact")
    return Unread(table.file, Place(table.heading.line, index + 1, table.sheet), what)


def _unit_for_amounts(table: Table, found: list[Heading | None], known: Known, faults: list[Fault]) -> list[Unread]:
    """Gives the unit of a title to the columns of amounts that have none of their own, and says so."""
    bare = without_unit(found, known.facts)
    if not table.unit or not bare:
        if bare and table.noted:
            faults.append(noted_fault(table.noted, table.file, Place(table.heading.line, bare[0] + 1, table.sheet)))
        return []
    first = found[bare[0]]
    assert first is not None
    parts = re.split("[、,，/]", table.unit)
    unit = next((unit for part in parts if (unit := unit_of(part, known.facts[first.id]))), None)
    place = Place(table.heading.line, bare[0] + 1, table.sheet)
    if unit is None:
        if all(is_measure(part) and "元" not in part and not re.search("[美欧港日英]", part) for part in parts):
            return []  # such as 单位：人
        wrong = Text(
            f"表头上方的单位“{cut(table.unit)}”不是元或万元", f"the unit {quoted(table.unit)} above is none of yuan"
        )
        faults.append(
            Fault(table.file, place, "", wrong, Text("换算成元或万元", "convert the amounts to yuan, and say so"))
        )
        return []
    if unit == "元":
        return []
    for index in bare:
        each = found[index]
        assert each is not None
        found[index] = Heading(each.id, unit)
    names = Text(
        *(sep.join(f"{table.heading.cells[index]}({column_name(index + 1)})" for index in bare) for sep in COMMA)
    )
    what = Text(
        f"按表头上方的“单位：{table.unit}”，以下各列以{unit}计：{names.zh}",
        f"in {unit}, as the unit {quoted(table.unit)} above the headings says: {names.en}",
    )
    return [Unread(table.file, place, what, read=True)]


def without_unit(headings: Sequence[Heading | None], facts: Mapping[str, Fact]) -> list[int]:
    """The columns of amounts whose headings name no unit: they are taken to be in yuan."""
    return [
        index
        for index, each in enumerate(headings)
        if each is not None and not each.unit and each.id in facts and facts[each.id].is_money
    ]


def unit_in_notes(texts: Iterable[str]) -> str:
    """What a note says of the unit of amounts, where it is not yuan: `单位：万元`, `以万元计`; nothing where none does."""
    return next((match[0] for text in texts if (match := _UNIT_IN_NOTES.search(text)) is not None), "")


def noted_fault(noted: str, file: str, place: Place) -> Fault:
    """The fault of amounts without a unit in a table beside which a note has one: which of them is meant nobody can tell."""
    wrong = Text(
        f"说明里写着“{cut(noted)}”，列标题却没有单位", f"a note says {quoted(noted)}, and the heading names no unit"
    )
    right = Text("把单位写进列标题，如“（万元）”或“（元）”", "write the unit into the heading, as （万元） or （元）")
    return Fault(file, place, "", wrong, right)
