"""Tables as the sheets of an Excel workbook, as consultants keep them.

Nothing in the workbook is passed over in silence: a sheet that is hidden or no table is named and not read, hidden rows and
columns are named and read, since they count in every sum that Excel shows. An error value and a formula without a stored
result are faults of the enterprise whose row they stand in.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from jxplus.batch.sources import Unread
from jxplus.batch.sources.bookcells import BookCells, without_result
from jxplus.batch.sources.headings import DEEPEST, TURNED, FoundTable, around, doubtful, find, upright
from jxplus.batch.sources.known import Known, named_table, table_names
from jxplus.batch.sources.remarks import says_it_is_unread
from jxplus.batch.sources.rows import Row, Span, Table
from jxplus.batch.sources.sheetrows import RawRow, Rows
from jxplus.batch.sources.unitnotes import in_notes
from jxplus.batch.sources.xlsx import Damaged, Sheet, XlsxFile, guarded
from jxplus.fault import COMMA, Fault, Place, Refused, Text, all_quoted, column_name, quoted
from jxplus.policy import Policy
from jxplus.policy.tables import ENTERPRISES

_FARTHEST = 1024
"""The last column that a table may reach out to."""
_NOTED = 100
"""In how many texts of a sheet of notes the unit of amounts is looked for."""
_OLD = b"\xd0\xcf\x11\xe0"
_HIDDEN = Text("隐藏的工作表；要读取请取消隐藏", "a hidden sheet; unhide it to have it read")


def workbook_tables(path: str, policy: Policy, old: bool = False) -> list[Table]:
    """The tables of a workbook; raises `Refused` with what is wrong with it as a whole. Rows raise it as they are read.

    `old` says that its name is that of the old format, which is what it is taken for where it is none of the new.
    """
    with open(path, "rb") as file:
        start = file.read(8)
    if start.startswith(_OLD):
        wrong, right = (
            Text("有密码", "it has a password"),
            Text("去掉密码，另存为 .xlsx", "save it as .xlsx, without a password"),
        )
        if old:
            wrong = Text("旧的 .xls 格式看不出公式的错误", "the old format .xls does not show a formula's error")
            right = Text("另存为 .xlsx", "save it as .xlsx")
        raise Refused.of(path, Place(), wrong, right)
    try:
        with guarded():
            return _tables(XlsxFile(path), path, policy)
    except Damaged as damaged:
        raise _refused(path, "", damaged) from None


def _refused(path: str, sheet: str, damaged: Damaged) -> Refused:
    place = Place(max(damaged.line, 1), max(damaged.column, 1), sheet)
    return Refused.of(path, place, damaged.wrong, damaged.right)


def _tables(book: XlsxFile, path: str, policy: Policy) -> list[Table]:
    names = table_names(policy)
    known = {name: Known(policy, name) for name in dict.fromkeys(names.values())}
    unread: list[Unread] = []
    notes: list[str] = []
    turned: list[Place] = []
    found: list[_FoundSheet] = []
    for sheet in book.sheets:
        name = named_table(names, sheet.name)
        if sheet.hidden:
            unread.append(_whole(path, sheet, _HIDDEN))
            continue
        one = _Sheet(book, sheet, path)
        table = one.find(known, name)
        if table is not None:
            found.append(_FoundSheet(name is not None, one, table))
        elif one.any and not says_it_is_unread(one.first_text):
            begins = upright(one.begun, known[ENTERPRISES])
            turned += [] if begins is None else [Place(*begins, sheet.name)]
            notes += one.texts
            what = Text("工作表里没有已知的表头", "no headings of a table are known in this sheet")
            unread.append(_whole(path, sheet, what))
    if turned and all(each.table.name != ENTERPRISES for each in found):  # else such a sheet may explain the headings
        raise Refused([Fault(path, place, "", *TURNED) for place in turned])
    noted = in_notes(notes)
    first, *others = (each._replace(noted=each.noted or noted) for each in _chosen(path, found, known, unread))
    return [first._replace(unread=[*unread, *first.unread]), *others]


class _FoundSheet(NamedTuple):
    """A sheet that holds a table, and whether it is named after one."""

    named: bool
    sheet: "_Sheet"
    table: FoundTable


def _chosen(path: str, found: list[_FoundSheet], known: Mapping[str, Known], unread: list[Unread]) -> list[Table]:
    """One sheet for each table: that of its name, else that of its headings; raises `Refused` where two would do.

    Several sheets of enterprises of which none is named so are all read, and the lists beside them are of all of them.
    """
    faults: list[Fault] = []
    tables: list[Table] = []
    found = _telling(path, found, unread)
    for name in dict.fromkeys(each.table.name for each in found):
        own = [each for each in found if each.table.name == name]
        first, *others = chosen = [each for each in own if each.named] or own
        called = first.sheet.sheet.name
        what = Text(f"与“{called}”是同一张表", f"the same table as {quoted(called)}")
        unread += [_whole(path, each.sheet.sheet, what) for each in own if each not in chosen]
        several = name == ENTERPRISES and not first.named
        tables.insert(0 if several else len(tables), first.sheet.table(first.table))
        for each in others:
            if several:
                what = Text(
                    f"与“{path}:{called}”都是企业表，两张都读取",
                    f"enterprises as in {path}:{called}, and both are read",
                )
                unread.append(Unread(path, each.sheet.top, what, read=True))
                tables.append(each.sheet.table(each.table))
                continue
            wrong = Text(f"与“{path}:{called}”是同一张表", f"the same table as {path}:{called}")
            right = Text("并作一张，或另存一个文件", "put them into one, or into files of their own")
            faults.append(Fault(path, each.sheet.top, "", wrong, right))
        alike = [] if first.named else doubtful(first.table.heading, known)
        if alike:
            listed = Text(*(sep.join(alike) for sep in COMMA))
            wrong = Text(f"看不出是哪张表：{listed.zh}", f"it may be one of several tables: {listed.en}")
            right = Text("用表名命名工作表", "name the sheet after its table")
            faults.append(Fault(path, first.sheet.top, "", wrong, right))
    if not faults and not any(table.name == ENTERPRISES for table in tables):
        faults.append(_without_enterprises(path, unread))
    if faults:
        raise Refused(faults)
    return tables


def _telling(path: str, found: list[_FoundSheet], unread: list[Unread]) -> list[_FoundSheet]:
    """The sheets, without those of ids and names alone where there is one of enterprises that says more."""
    if not any(each.table.name == ENTERPRISES and not each.table.weak for each in found):
        return found
    what = Text("工作表里只有编号和名称", "nothing but ids and names are known in this sheet")
    unread += [_whole(path, each.sheet.sheet, what) for each in found if each.table.weak and not each.named]
    return [each for each in found if each.named or not each.table.weak]


def _without_enterprises(path: str, unread: Sequence[Unread]) -> Fault:
    """The fault of a workbook without a sheet of enterprises; one may be hidden."""
    hidden = all_quoted([each.place.sheet for each in unread if each.place and each.what is _HIDDEN])
    wrong = Text(
        "没有“企业”工作表" + f"，隐藏的{hidden.zh}不读取" * bool(hidden.zh),
        f"no sheet {quoted(ENTERPRISES)}" + f", and {hidden.en}, which is hidden, is not read" * bool(hidden.en),
    )
    right = Text(f"把企业表命名为“企业”或 {ENTERPRISES}", f"name the sheet of the enterprises `{ENTERPRISES}`")
    return Fault(path, Place(), ENTERPRISES, wrong, right)


def _whole(path: str, sheet: Sheet, what: Text) -> Unread:
    return Unread(path, Place(1, 1, sheet.name), what)


class _Sheet:
    """A sheet whose rows are read as they are asked for; `top` is its first cell."""

    def __init__(self, book: XlsxFile, sheet: Sheet, path: str) -> None:
        self.book, self.sheet, self.path = book, sheet, path
        self.raw = Rows(book, sheet)
        self.rows = self._rows()
        self.reads = BookCells(book)
        self.top = Place(1, 1, sheet.name)
        self.any = False
        self.first_text: str | None = None
        self.texts: list[str] = []
        self.begun: list[Row] = []
        self.hidden: list[int] = []
        self.struck: dict[int, list[int]] = {}
        """The lines of what is struck out, by their column; under 0 those of whole rows."""
        self.left: list[tuple[int, str]] = []

    def find(self, known: Mapping[str, Known], named: str | None) -> FoundTable | None:
        """The table that the sheet holds; None where it is none."""
        return find(self.kept(), known, named)

    def kept(self) -> Iterator[Row]:
        """The rows, of which the first are kept where no table is found among them."""
        for row in self.rows:
            if len(self.begun) < DEEPEST:
                self.begun.append(row)
            yield row

    def table(self, found: FoundTable) -> Table:
        """The sheet as a table, with all that stands around it."""
        unread, unit, over, noted, others = around(found, self.path, self.sheet.name)
        self.first = found.heading.line
        units = {index: str(text) for index, text in found.units.items()}
        return Table(
            found.name,
            self.path,
            found.heading,
            found.rows,
            self.sheet.name,
            units,
            unit,
            unread,
            self.merged,
            self.late,
            noted,
            over,
            self.said,
            self.heads,
            others,
        )

    def said(self) -> Iterator[str]:
        """What comments, boxes and the margins of its pages say, once all rows are read."""
        yield from map("".join, self.raw.margins)
        try:
            with guarded():
                yield from self.book.beside(self.sheet)
        except Damaged as damaged:
            raise _refused(self.path, self.sheet.name, damaged) from None

    def merged(self) -> Sequence[Span]:
        """What is merged below the headings, once all rows are read."""
        return [each for each in self.raw.merged if each.bottom > self.first and each[:2] != each[2:]]

    def heads(self) -> Sequence[Span]:
        """What is merged across columns in the headings and above them, once all rows are read."""
        return [each for each in self.raw.merged if each.top <= self.first and each.left < each.right]

    def late(self, last: int) -> Iterator[Unread]:
        """What is hidden or struck out, once all rows are read: it is read all the same. The table reaches to the `last` column."""
        for left, right in self.raw.hidden_columns:
            for column in range(left, min(right, last) + 1):
                what = Text(
                    f"隐藏的列{column_name(column)}，照常读取", f"the hidden column {column_name(column)} is read"
                )
                yield Unread(self.path, Place(self.first, column, self.sheet.name), what, read=True)
        hidden = [line for line in self.hidden if line > self.first]
        if hidden:
            what = Text(f"隐藏的行（{len(hidden)}行），照常读取", f"hidden rows, which are read: {len(hidden)}")
            yield Unread(self.path, Place(hidden[0], 1, self.sheet.name, tuple(hidden[1:])), what, read=True)
        for column, lines in sorted(self.struck.items()):
            own = [line for line in lines if line >= self.first]
            if own and column <= last:
                cells = Text(
                    f"格中有删除线（{len(own)}格）", f"cells with what is struck out, which are read: {len(own)}"
                )
                rows = Text(f"整行有删除线（{len(own)}行）", f"rows that are struck out, which are read: {len(own)}")
                what = cells if column else rows
                place = Place(own[0], max(column, 1), self.sheet.name, tuple(own[1:]))
                yield Unread(self.path, place, Text(f"{what.zh}，照常读取", what.en), read=True)

    def _rows(self) -> Iterator[Row]:
        try:
            with guarded():
                for raw in self.raw:
                    row = self._row(raw)
                    if not row.blank:
                        if not self.any:
                            self.first_text = next(cell for cell in row.cells if cell is not None)
                        self.any = True
                        if len(self.texts) < _NOTED:
                            self.texts += [cell for cell in row.cells if cell is not None and "元" in cell]
                        if raw.hidden or self.raw.all_hidden:
                            self.hidden.append(raw.line)
                    yield row
        except Damaged as damaged:
            raise _refused(self.path, self.sheet.name, damaged) from None

    def _row(self, raw: RawRow) -> Row:
        cells: list[str | None] = []
        struck: list[int] = []
        for each in raw.cells:
            text = self.reads.of(each, raw.line)
            if text is None:
                continue
            if each.column > _FARTHEST:
                wrong = Text(
                    f"表格一直伸到{column_name(each.column)}列",
                    f"the sheet reaches out to column {column_name(each.column)}",
                )
                right = Text("删去远处的内容，或移到别的文件", "delete what stands far out, or move it to another file")
                raise Damaged(wrong, right, raw.line, each.column)
            if each.style in self.book.struck or (each.type == "s" and int(each.text or -1) in self.book.struck_texts):
                struck.append(each.column)
            cells += [None] * (each.column - 1 - len(cells))
            cells.append(text)
        for column in [0] if struck and len(struck) == sum(cell is not None for cell in cells) else struck:
            self.struck.setdefault(column, []).append(raw.line)
        for array in self.raw.arrays:
            if array.top <= raw.line <= array.bottom and array.left <= _FARTHEST:
                cells += [None] * (min(array.right, _FARTHEST) - len(cells))
                for column in range(array.left, min(array.right, _FARTHEST) + 1):
                    if not any(each.column == column for each in raw.cells):
                        cells[column - 1] = without_result()
        return Row(raw.line, cells)
