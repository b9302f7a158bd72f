"""Rows of tables as enterprises: each row of `enterprises` with the rows of each list that are its own.

Every cell is read as an enterprise file's value would be, and is known by its place and its heading where something is wrong.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from jxplus.batch.sources import Entry, Refusal
from jxplus.batch.sources.rows import Cells, Columns
from jxplus.document.tree import UNREAD, Mark, Path, Tree
from jxplus.enterprise import Enterprise, Reader
from jxplus.enterprise.spot import of_item
from jxplus.fault import Fault, Place, Refused, Text
from jxplus.policy import Policy
from jxplus.policy.tables import OWNER

_ITEM = re.compile(r"(\w+)\[([0-9]+)\](?:\.(\w+))?")
"""How a fault calls an item of a list, or a fact of one: `premises[2].area`."""

Stating = Sequence[tuple[int, str]]
"""Columns, each with the fact that it states."""


class Record(NamedTuple):
    """One row of `enterprises`, the rows of each list that belong to it, and faults that are known already."""

    line: int
    id: str
    cells: Cells
    items: dict[str, list[tuple[int, Cells]]]
    faults: tuple[Fault, ...] = ()


class Records(NamedTuple):
    """A chunk of enterprises out of tables; `lists` are the columns of each list's table."""

    columns: Columns
    lists: dict[str, Columns]
    records: list[Record]
    size: int

    def entries(self, reader: Reader, extra: Mapping[str, Any]) -> Iterator[Entry]:
        whole = not any(map(of_item, extra))
        own, lists = _stating(self.columns), {name: _stating(columns) for name, columns in self.lists.items()}
        for record in self.records:
            quick = whole and not record.faults and reader.is_quick()
            plain = self._plain(record, own, lists, reader, extra) if quick else None
            if plain is not None:
                yield plain
                continue
            faults = list(record.faults)
            try:
                enterprise = reader.read(tree_of_record(record, self.columns, self.lists), extra)
            except Refused as refused:
                faults += refused.faults
            if faults:
                faults = [_as_named(each, self.columns, self.lists, reader.policy) for each in faults]
                yield Refusal(record.id, Refused(faults).faults, _name_of(record, self.columns))
            else:
                yield enterprise if self.columns.by_name else enterprise._replace(id=record.id)

    def _plain(
        self, record: Record, own: Stating, lists: Mapping[str, Stating], reader: Reader, extra: Mapping[str, Any]
    ) -> Enterprise | None:
        """The enterprise of rows whose cells are plain, with the facts `extra`, none of an item, in place of its own; else None."""
        stated: dict[str, Any] = _cells_of(own, record.cells)
        if "name" not in self.columns.facts:
            stated["name"] = record.id
        for name, columns in lists.items():
            stated[name] = [_cells_of(columns, cells) for _, cells in record.items.get(name, ())]
        found = reader.plain(stated)
        if found is None:
            return None
        facts = found[0]
        if extra:
            facts = {name: value for name, value in {**facts, **extra}.items() if value is not None}
        id = "" if self.columns.by_name else record.id
        return Enterprise(facts.get("name", ""), facts, self.columns.file, id, by_hand=tuple(extra))


def _stating(columns: Columns) -> Stating:
    """The columns that state facts."""
    key = -1 if columns.by_name else columns.key
    return [(index, id) for index, id in enumerate(columns.facts) if id is not None and index != key]


def _cells_of(stating: Stating, cells: Sequence[Any]) -> dict[str, Any]:
    """The cells of a row that state something, by their facts."""
    return {id: cells[index] for index, id in stating if cells[index] is not None}


def _as_named(fault: Fault, columns: Columns, lists: Mapping[str, Columns], policy: Policy) -> Fault:
    """A fault of what an enterprise's rows state, its fact called as the tables call it: by its heading."""
    item = _ITEM.fullmatch(fault.fact)
    if item is None:
        return fault._replace(fact=columns.called(fault.fact))
    own = lists[item[1]]
    chinese = own.headings[own.key] is not None and own.called(OWNER) != OWNER
    name, fact = policy.lists[item[1]].label.zh if chinese else item[1], item[3] or ""
    if chinese and fact in policy.lists[item[1]].facts and fact not in own.facts:
        fact = policy.lists[item[1]].facts[fact].label.zh
    return fault._replace(fact=f"{name}[{item[2]}]{fact and '.' + own.called(fact)}")


def _name_of(record: Record, columns: Columns) -> str:
    """The name that a row states beside its id, as it stands there; empty where it states none."""
    stated = record.cells[columns.facts.index("name")] if "name" in columns.facts and not columns.by_name else None
    return stated if isinstance(stated, str) else ""


def tree_of_record(record: Record, columns: Columns, lists: Mapping[str, Columns]) -> Tree:
    """What an enterprise's rows state, as the tree that an enterprise file would give; each cell knows its place."""
    faults: list[Fault] = []
    value: dict[str, Any] = _facts(columns, record.line, record.cells, "", faults)
    if "name" not in columns.facts:
        value["name"] = record.id
    for name, own in lists.items():
        items = enumerate(record.items.get(name, ()), 1)
        value[name] = [_facts(own, line, cells, f"{name}[{number}].", faults) for number, (line, cells) in items]

    def find(path: Path, key: bool) -> Mark:
        if len(path) > 1 and path[0] in lists and isinstance(path[1], int):
            own, line = lists[str(path[0])], record.items[str(path[0])][path[1]][0]
            return _mark(own, line, path[2:])
        return _mark(columns, record.line, path)

    return Tree(columns.file, value, tuple(faults), find)


def _facts(columns: Columns, line: int, cells: Sequence[Any], item: str, faults: list[Fault]) -> dict[str, Any]:
    """The facts of a row. A cell that was found to be wrong is a fault, and states nothing."""
    found: dict[str, Any] = {}
    key = -1 if columns.by_name else columns.key
    for index, (id, cell) in enumerate(zip(columns.facts, cells, strict=False)):
        if id is None or index == key:
            continue
        if type(cell) is bytes:
            zh, en, right_zh, right_en = json.loads(cell)
            place = Place(line, index + 1, columns.sheet)
            faults.append(Fault(columns.file, place, f"{item}{id}", Text(zh, en), Text(right_zh, right_en)))
        found[id] = UNREAD if type(cell) is bytes else cell
    return found


def _mark(columns: Columns, line: int, path: Path) -> Mark:
    fact = path[0] if path else None
    column = columns.facts.index(fact) + 1 if isinstance(fact, str) and fact in columns.facts else columns.key + 1
    return Mark(Place(line, column, columns.sheet), file=columns.file)
