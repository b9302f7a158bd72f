"""What each column of a table states, by its heading and by what stands around it.

A heading that is like a known one, or measures in something else, is a fault: whoever followed a guess would be wrong. One
that is like none is a column of remarks.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from jxplus.batch.sources import Unread
from jxplus.batch.sources.cells import Cell, WrongCell
from jxplus.batch.sources.headings import NO_UNIT
from jxplus.batch.sources.keys import COUNTS, NAMES, ranked
from jxplus.batch.sources.known import NAME, Known
from jxplus.batch.sources.otherfigures import other_figures
from jxplus.batch.sources.rows import Columns, Table
from jxplus.batch.sources.unitnotes import hint, is_column_of_units
from jxplus.enterprise.heading import Heading, Misnamed, heading_name, unit_of
from jxplus.enterprise.measures import folded
from jxplus.fault import COMMA, Fault, Refused, Text, column_name, cut, quoted
from jxplus.policy import Fact, Policy, known_names
from jxplus.policy.tables import ENTERPRISES, OWNER, OWNER_ZH

UNIT_IN_HEADING = Text(
    "把单位写进列标题，如“（万元）”或“（元）”", "write the unit into the heading, as （万元） or （元）"
)
"""The way out wherever nobody can tell in what unit a column of amounts is."""


class _ReadHeadings(NamedTuple):
    """What headings say: of a fact each, or nothing; the columns of keys with their ranks, of names, and of remarks."""

    found: list[Heading | None]
    keys: list[tuple[int, int]]
    names: list[int]
    remarks: list[int]


def columns_of(table: Table, policy: Policy) -> Columns:
    """What the columns of a table state; raises `Refused` with every heading that is not right."""
    known, faults = Known(policy, table.name), list[Fault]()
    cells = table.heading.cells
    last = max((number for number, heading in enumerate(cells, 1) if heading is not None), default=0)
    found, keys, names, remarks = _read(table, cells[:last], known, faults)
    key, by_name = _key(found, keys, names, remarks, known, cells)
    if key is None:
        none = Text(f"没有“{known.key_zh}”列", f"no column {quoted(known.key)}")
        right = Text(f"加一列“{known.key_zh}”（{known.key}）", f"add a column `{known.key}`")
        faults.append(Fault(table.file, table.at(0), known.key, none, right))
    ranks = [rank for rank, _ in keys]
    twice = [index for rank, index in keys if ranks.count(rank) > 1]
    if key in twice:
        second = Text("重复的列", f"a second column {quoted(known.key)}"), Text("只保留一列", "keep one of them")
        faults.append(Fault(table.file, table.at(max(twice)), cells[max(twice)] or "", *second))
    told = [_remark(table, index, policy) for index in sorted(remarks)]
    beside = [cells[index] or "" for index in remarks]
    noted = table.noted or hint(beside) or next(filter(is_column_of_units, map(heading_name, beside)), "")
    faults += other_figures(table, found, known)
    amounts = without_unit(found, known.facts)
    told += [*_unit_for_amounts(table._replace(noted=noted), found, known, faults), *_of_a_year(table, found, known)]
    if faults:
        raise Refused(faults)
    assert key is not None
    bare = tuple(index for index in range(last) if found[index] is None and index != key)
    facts = tuple(each and each.id for each in found)
    called = tuple(" ".join((each or "").split()) for each in cells[:last])
    given = tuple(index for index in amounts if (now := found[index]) is not None and now.unit)
    return Columns(table.file, facts, key, tuple(found), table.sheet, by_name, bare, tuple(told), called, given)


def _read(table: Table, cells: Sequence[str | None], known: Known, faults: list[Fault]) -> _ReadHeadings:
    """What each heading says; those that are not right are faults."""
    read = _ReadHeadings([], [], [], [])
    for index, written in enumerate(cells):
        read.found.append(None)
        if written is None:
            continue
        place = table.at(index)
        name, wrong = heading_name(written), _wrong_cell(written)
        if name in known.keys:
            read.keys.append((known.keys[name], index))
            continue
        if wrong is not None:  # nobody knows what stands below it
            faults.append(Fault(table.file, place, "", *wrong))
            continue
        try:
            heading = _with_unit(known.read(written), table.units.get(index, ""), known.facts)
        except Misnamed as misnamed:
            if name in known.names:
                read.names.append(index)
            elif _is_fault(written, known):
                faults.append(Fault(table.file, place, " ".join(written.split()), *_misnamed(written, misnamed, known)))
            else:
                read.remarks.append(index)
            continue
        if heading.id in [each.id for each in read.found if each is not None]:
            second = Text("重复的列", f"a second column {quoted(heading.id)}"), Text("只保留一列", "keep one of them")
            faults.append(Fault(table.file, place, " ".join(written.split()), *second))
        read.found[-1] = heading
    return read


def _wrong_cell(written: str) -> WrongCell | None:
    """What is wrong with the cell of a heading: a formula without a result, or one that comes to an error."""
    return written.wrong if isinstance(written, Cell) else None


def _key(
    found: list[Heading | None],
    keys: list[tuple[int, int]],
    names: list[int],
    remarks: list[int],
    known: Known,
    cells: Sequence[str | None],
) -> tuple[int | None, bool]:
    """The column that the rows are known by, and whether it is the name's; what else would do is put among the remarks."""
    if known.of_enterprises and NAME in known.facts:
        own = next((index for index, each in enumerate(found) if each is not None and each.id == NAME), None)
        if own is None and names:
            own = names.pop(0)
            found[own] = Heading(NAME)
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
    if not below or below in NO_UNIT:
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


def _is_fault(written: str, known: Known) -> bool:
    """Whether a heading that is not understood is wrong; one that is like nothing known is that of a column of remarks."""
    if known.of_enterprises and written in known_names({}, known.policy.lists):
        return True
    try:
        known.read(written)
    except Misnamed:
        return known.alike(written)
    return True  # its row of units is what is wrong


def _misnamed(written: str, misnamed: Misnamed, known: Known) -> tuple[Text, Text]:
    lists = known_names({}, known.policy.lists)
    if known.of_enterprises and written in lists:
        wrong = Text("列表不能写在一列里", "a list does not fit into a column")
        name = lists[written]
        return wrong, Text(f"另建一张表“{written}”，用“{OWNER_ZH}”关联", f"give it a table `{name}`, with `{OWNER}`")
    return misnamed.wrong, misnamed.right


def _remark(table: Table, index: int, policy: Policy) -> Unread:
    """A column that is not read: it states no fact, or one of the items of a list, which have a table of their own."""
    written = table.heading.cells[index] or ""
    what = Text(f"列“{cut(written)}”不是事实", f"the column {quoted(written)} states no fact")
    for listed in policy.lists.values() if table.name == ENTERPRISES else ():
        if Known(policy, listed.id).means(written) in listed.facts:
            what = Text(
                f"列“{cut(written)}”是“{listed.label.zh}”中一项的，另建一张表“{listed.label.zh}”",
                f"the column {quoted(written)} is of an item of {listed.id}, which take a table `{listed.id}`",
            )
            break
    return Unread(table.file, table.at(index), what)


def _unit_for_amounts(table: Table, found: list[Heading | None], known: Known, faults: list[Fault]) -> Iterator[Unread]:
    """Gives the unit of a title to the columns of amounts that have none of their own, and says so."""
    bare = without_unit(found, known.facts)
    told = {index: _over(table, index) or table.unit for index in bare}
    for unit in dict.fromkeys(told.values()):
        own = [index for index in bare if told[index] == unit]
        if unit:
            yield from _unit_above(table, found, known, unit, own, faults)
        elif table.over and any(told.values()):
            others = next(filter(None, told.values()))
            wrong = Text(
                f"别的列标明了“{cut(others)}”，这一列没有单位",
                f"over other columns stands {quoted(others)}, and over this one no unit",
            )
            faults.append(Fault(table.file, table.at(own[0]), "", wrong, UNIT_IN_HEADING))
        elif table.noted:
            faults.append(noted_fault(table.noted, table, own[0]))


def _over(table: Table, index: int) -> str:
    """The unit of the heading that stands over a column and others; empty where none does, or has none."""
    return next((each.unit for each in table.over if each.left <= index + 1 <= each.right), "")


def _unit_above(
    table: Table, found: list[Heading | None], known: Known, told: str, own: list[int], faults: list[Fault]
) -> Iterator[Unread]:
    """Gives the unit that is told above to its own columns of amounts."""
    first = found[own[0]]
    assert first is not None
    parts = re.split("[、,，/]", told)
    units = list(dict.fromkeys(unit for part in parts if (unit := unit_of(part, known.facts[first.id]))))
    place = table.at(own[0])
    if not units:
        if not any(
            re.search("元$|币$|[$€£]|usd|eur|hkd|jpy|gbp|dollar|yuan|yen", part, re.IGNORECASE) for part in parts
        ):
            if table.noted:
                faults.append(noted_fault(table.noted, table, own[0]))
            return  # such as 单位：人, or whose table it is
        wrong = Text(f"表头上方的单位“{cut(told)}”不是元或万元", f"the unit {quoted(told)} above is none of yuan")
        faults.append(
            Fault(table.file, place, "", wrong, Text("换算成元或万元", "convert the amounts to yuan, and say so"))
        )
        return
    if len(units) > 1:
        wrong = Text(
            f"表头上方有几个单位：“{cut(told)}”", f"more than one unit stands above the headings: {quoted(told)}"
        )
        faults.append(Fault(table.file, place, "", wrong, UNIT_IN_HEADING))
        return
    (unit,) = units
    if unit == "元":
        return
    for index in own:
        each = found[index]
        assert each is not None
        found[index] = Heading(each.id, unit)
    names = Text(
        *(sep.join(f"{table.heading.cells[index]}({column_name(index + 1)})" for index in own) for sep in COMMA)
    )
    what = Text(
        f"按表头上方的“单位：{told}”，以下各列以{unit}计：{names.zh}",
        f"in {unit}, as the unit {quoted(told)} above the headings says: {names.en}",
    )
    yield Unread(table.file, place, what, read=True)


def _of_a_year(table: Table, found: Sequence[Heading | None], known: Known) -> Iterator[Unread]:
    """Names a sheet or file called after a year where no row says of which its figures are: they are taken for the year of the day."""
    dated = any(
        each is not None and each.id in known.facts and known.facts[each.id].type.kind == "date" for each in found
    )
    end = known.facts.get("period_end")
    called = (table.sheet or os.path.splitext(os.path.basename(table.file))[0]).strip()
    if end is not None and not dated and re.fullmatch("20[0-9]{2}年?度?", called):
        kind = Text("工作表", "sheet") if table.sheet else Text("文件", "file")
        what = Text(
            f"{kind.zh}叫“{called}”，其中的数按测算日期所在的年度计；不是那一年的，加一列“{end.label.zh}”",
            f"the {kind.en} is called {quoted(called)}, and its figures are taken for those of the year of the calculation; "
            f"where they are not, add a column {quoted(end.id)}",
        )
        yield Unread(table.file, table.at(0), what, read=True)


def other_names(columns: Columns) -> list[int]:
    """The columns of a list that have the names of enterprises beside what its rows are known by."""
    called = ranked(NAMES)
    return [index for index, each in enumerate(columns.names) if index != columns.key and heading_name(each) in called]


def without_unit(headings: Sequence[Heading | None], facts: Mapping[str, Fact]) -> list[int]:
    """The columns of amounts whose headings name no unit: they are taken to be in yuan."""
    return [
        index
        for index, each in enumerate(headings)
        if each is not None and not each.unit and each.id in facts and facts[each.id].is_money
    ]


def noted_fault(noted: str, table: Table, index: int) -> Fault:
    """The fault of amounts without a unit in a table beside which a note has one: which of them is meant nobody can tell."""
    wrong = Text(
        f"说明里写着“{cut(noted)}”，列标题却没有单位", f"a note says {quoted(noted)}, and the heading names no unit"
    )
    return Fault(table.file, table.at(index), "", wrong, UNIT_IN_HEADING)
