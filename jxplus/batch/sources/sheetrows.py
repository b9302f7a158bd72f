"""The rows of a worksheet, put together from its XML as that is unpacked, and never held whole.

A cell comes with its value, its style and whether a formula gave it, since each of them can change what it means. A cell that
is out of order, or has no place of a sheet, ends the reading: nobody could say where it belongs.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from jxplus.batch.sources.rows import Span
from jxplus.batch.sources.xlsx import Damaged, Handlers, Sheet, XlsxFile, is_true
from jxplus.fault import Text, cut, quoted

_STREAMED = 1 << 30
"""Up to how many bytes a sheet may have, which is read row by row."""
_LONGEST_TEXT = 1 << 20
_MARGINS = frozenset(f"{which}{where}" for which in ("odd", "even", "first") for where in ("Header", "Footer"))
_OF_TEXT = _MARGINS | {"v", "t", "f"}
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""Where every sheet of Excel ends."""


class Raw(NamedTuple):
    """A cell as the file has it: its type (`s`, `n`, `e` …), its text (None for none), its style, and its formula.

    `formula` is None where no formula gave the value.
    """

    column: int
    type: str
    text: str | None
    style: int
    formula: str | None


class RawRow(NamedTuple):
    """A row of a sheet: its number, its cells from left to right, and whether it is hidden."""

    line: int
    cells: list[Raw]
    hidden: bool


def column_number(letters: str) -> int:
    """A column's number: A is 1, AA is 27; 0 where the letters are none."""
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            return 0
        number = number * 26 + ord(letter) - ord("A") + 1
    return number if number <= LAST_COLUMN else 0


def read_range(written: str) -> Span:
    """The cells that `A1:Q1` or `A1` names; raises `Damaged` where that is no place of a sheet."""
    ends = [re.fullmatch(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})", each) for each in written.split(":")]
    if len(ends) > 2 or not all(ends):
        raise Damaged(Text(f"单元格地址有误：“{cut(written)}”", f"no cell is called {quoted(written)}"))
    places = [(int(each[2]), column_number(each[1])) for each in ends if each is not None]
    return Span(*places[0], *places[-1])


class Rows:
    """The rows of a sheet as they are parsed. When all are read, `merged`, `hidden_columns` and `margins` are known.

    The margins are what is printed above and below each page, in parts, and what is shown beside cells to fill in.
    """

    def __init__(self, book: XlsxFile, sheet: Sheet) -> None:
        self.book, self.sheet = book, sheet
        self.merged: list[Span] = []
        self.margins: list[list[str]] = []
        self.hidden_columns: list[tuple[int, int]] = []
        self.all_hidden = False
        self.arrays: list[Span] = []
        self.last = 0

    def __iter__(self) -> Iterator[RawRow]:
        reader = _SheetReader(self)
        for _ in self.book.parse(self.sheet.part, _STREAMED, Handlers(reader.start, reader.end, reader.text)):
            yield from reader.found
            reader.found.clear()


class _SheetReader:
    """Puts the rows of a sheet together, element by element."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.found: list[RawRow] = []
        self.columns: dict[str, int] = {}
        self.line = self.column = 0
        self.row: list[Raw] = []
        self.hidden = False
        self.cell: dict[str, str] | None = None
        self.value: list[str] | None = None
        self.formula: list[str] | None = None
        self.into: list[str] | None = None
        self.size = 0
        self.names: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        own = self.names.get(name)
        if own is None:
            own = self.names[name] = name.rpartition(" ")[2]
        if own == "c":
            self._begin_cell(attributes)
        elif own in ("v", "t"):
            if self.cell is not None and self.into is None:
                self.value = self.value or []
                self.into = self.value
        elif own == "f":
            if self.cell is not None:
                self.formula = self.into = []
                if attributes.get("t") in ("array", "dataTable") and "ref" in attributes:
                    self.rows.arrays.append(read_range(attributes["ref"]))
        elif own == "rPh":
            self.into = [""]  # how a text is pronounced is no part of it
        elif own == "row":
            self._begin_row(attributes)
        elif own == "col":
            if is_true(attributes.get("hidden", "")):
                first, last = int(attributes.get("min", "0")), int(attributes.get("max", "0"))
                self.rows.hidden_columns.append((first, min(last, LAST_COLUMN)))
        elif own == "mergeCell":
            self.rows.merged.append(read_range(attributes.get("ref", "")))
        elif own in _MARGINS:
            self.into = []
            self.rows.margins.append(self.into)
        elif own == "dataValidation" and "prompt" in attributes:  # what Excel shows beside a cell that is chosen
            self.rows.margins.append([attributes["prompt"]])
        elif own == "sheetFormatPr":
            self.rows.all_hidden = is_true(attributes.get("zeroHeight", ""))

    def end(self, name: str) -> None:
        own = self.names[name]
        if own in _OF_TEXT:
            if self.into is not None and self.into[:1] != [""]:
                self.into = None
        elif own == "rPh":
            self.into = None
        elif own == "c":
            self._end_cell()
        elif own == "row":
            if self.row or self.hidden:
                self.found.append(RawRow(self.line, self.row, self.hidden))
            self.row = []

    def text(self, written: str) -> None:
        if self.into is not None:
            self.size += len(written)
            if self.size > _LONGEST_TEXT:
                raise Damaged(Text("单元格过长", "the cell is without end"), None, self.line, self.column)
            self.into.append(written)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        written = attributes.get("r")
        line = int(written) if written else self.line + 1
        if not self.line < line <= LAST_ROW:
            beyond = Text("超出工作表的范围", "lies beyond the sheet")
            again = Text("不在顺序里，或出现两次", "is out of order, or stands there twice")
            why = again if 0 < line <= self.line else beyond
            raise Damaged(Text(f"第{line}行{why.zh}", f"row {line} {why.en}"), None, max(self.line, 1), 1)
        self.line, self.column = line, 0
        self.hidden = is_true(attributes.get("hidden", ""))

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        written = attributes.get("r")
        if written is None:
            column = self.column + 1
        else:
            letters = written.rstrip("0123456789")
            column = self.columns.get(letters, 0)
            if not column:
                column = self.columns[letters] = column_number(letters)
            if not column or written[len(letters) :] != str(self.line):
                wrong = Text(f"单元格地址有误：“{cut(written)}”", f"no cell of this row is called {quoted(written)}")
                raise Damaged(wrong, None, self.line, self.column + 1)
        if column <= self.column or column > LAST_COLUMN:
            wrong = Text("单元格不在顺序里，或出现两次", "the cell is out of order, or stands there twice")
            raise Damaged(wrong, None, self.line, column)
        self.column = column
        self.cell, self.value, self.formula, self.into, self.size = attributes, None, None, None, 0

    def _end_cell(self) -> None:
        attributes = self.cell
        if attributes is None:
            return
        self.cell = self.into = None
        text = None if self.value is None else "".join(self.value)
        formula = None if self.formula is None else "".join(self.formula)
        if formula is None and any(
            each.top <= self.line <= each.bottom and each.left <= self.column <= each.right for each in self.rows.arrays
        ):
            formula = ""
        if text is None and formula is None:
            return
        style = attributes.get("s")
        self.row.append(Raw(self.column, attributes.get("t", "n"), text, int(style) if style else 0, formula))
