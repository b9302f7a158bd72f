"""An Excel workbook as its file has it: a zip archive of XML, parsed as it is unpacked, and never held whole.

Nothing in a file can take the memory or the process: a part that is made to be huge, a text or a tag without end and a
document type (which could define entities) are refused. A cell comes with its value, its number format and whether a
formula gave it, since each of them can change what it means.
"""

import posixpath
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from struct import error as StructError
from typing import Any, NamedTuple
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from jxplus.fault import Text, cut, quoted

_BLOCK = 1 << 16
_KEPT, _STREAMED = 1 << 27, 1 << 30
"""Up to how many bytes a part may have that is kept (the shared texts), and one that is read row by row."""
_DENSE, _OFTEN = 1 << 24, 200
"""A part longer than the first and packed more than so many times over was made to be huge: rows of a table never are."""
_LONGEST_TEXT = 1 << 20
_LONGEST_TAG = 1 << 22
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""Where every sheet of Excel ends."""
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class Damaged(Exception):
    """A workbook cannot be read: what is wrong, what would be right, and where as far as that is known."""

    def __init__(self, wrong: Text, right: Text | None = None, line: int = 0, column: int = 0) -> None:
        super().__init__(wrong.en)
        self.wrong = wrong
        self.right = right or Text("在 Excel 中打开，另存为 .xlsx", "open it in Excel, and save it as .xlsx again")
        self.line, self.column = line, column


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


class Sheet(NamedTuple):
    """A worksheet of a workbook: its name, whether it is hidden, and the part of the archive that holds it."""

    name: str
    hidden: bool
    part: str


class CellRange(NamedTuple):
    """Some cells: from one row and column to another, ends included."""

    top: int
    left: int
    bottom: int
    right: int


class XlsxFile:
    """A workbook: its sheets, the texts and the number formats they share, and how its days are counted.

    `uncalculated` says that the file itself marks the results of its formulas as not calculated yet. Raises `Damaged`.
    """

    def __init__(self, path: str) -> None:
        with guarded():
            self.archive = ZipFile(path)
            self._parts = {name.replace("\\", "/").casefold(): name for name in self.archive.namelist()}
            home = self._target("", "officeDocument") or "xl/workbook.xml"
            if home.casefold() not in self._parts:
                raise Damaged(Text("不是 Excel 工作簿", "it is no Excel workbook"))
            self.sheets: list[Sheet] = []
            self.date1904 = self.uncalculated = False
            self._read_book(home)
            texts = self._target(home, "sharedStrings")
            self.texts = list(_texts(self, texts)) if texts else []
            styles = self._target(home, "styles")
            self.formats = _formats(self, styles) if styles else []

    def close(self) -> None:
        self.archive.close()

    def _relations(self, part: str) -> Iterator[Mapping[str, str]]:
        folder, name = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if relations.casefold() not in self._parts:
            return
        for name, attributes in _starts(self, relations):
            if name == "Relationship":
                target = attributes.get("Target", "").replace("\\", "/")
                own = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
                yield {**attributes, "Target": own}

    def _target(self, part: str, kind: str) -> str:
        """The part that another leads to under a kind of relation; nothing where there is none."""
        for each in self._relations(part):
            if each.get("Type", "").endswith(f"/{kind}") and each["Target"].casefold() in self._parts:
                return each["Target"]
        return ""

    def _read_book(self, home: str) -> None:
        targets = {each.get("Id", ""): each for each in self._relations(home)}
        for name, attributes in _starts(self, home):
            if name == "workbookPr":
                self.date1904 = _true(attributes.get("date1904", ""))
            elif name == "calcPr":
                self.uncalculated = _true(attributes.get("fullCalcOnLoad", "")) or not _true(
                    attributes.get("calcCompleted", "1")
                )
            elif name == "sheet":
                id = next((value for key, value in attributes.items() if key.rpartition(" ")[2] == "id"), "")
                target = targets.get(id)
                if target is None:
                    raise Damaged(Text("工作表缺失", f"the sheet {quoted(attributes.get('name', ''))} is missing"))
                if target.get("Type", "").endswith(("/worksheet", "/worksheets")) or not target.get("Type"):
                    hidden = attributes.get("state", "visible") != "visible"
                    self.sheets.append(Sheet(attributes.get("name", ""), hidden, target["Target"]))

    def parse(self, part: str, most: int, handlers: "Handlers") -> Iterator[None]:
        """Has the `handlers` see a part of the archive, at most so many bytes long, block by block."""
        name = self._parts.get(part.casefold())
        if name is None:
            raise Damaged(Text(f"缺少 {part}", f"{part} is missing"))
        info = self.archive.getinfo(name)
        often = info.file_size > _OFTEN * max(info.compress_size, 1)
        if info.file_size > most or (info.file_size > _DENSE and often):
            size = f"{info.file_size >> 20} MB"
            right = Text(
                "只保留有内容的行和列，另存一份", "keep the rows and columns that have something, in a new file"
            )
            raise Damaged(Text(f"{part} 展开后有 {size}", f"{part} unpacks to {size}"), right)
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _no_doctype
        parser.StartElementHandler, parser.EndElementHandler = handlers.start, handlers.end
        parser.CharacterDataHandler = handlers.text
        with self.archive.open(info) as file:
            fed = 0
            while block := file.read(_BLOCK):
                parser.Parse(block, False)
                fed += len(block)
                if fed - max(parser.CurrentByteIndex, 0) > _LONGEST_TAG:
                    raise Damaged(Text(f"{part} 有过长的标记", f"{part} has a tag without end"))
                yield
            parser.Parse(b"", True)
        yield


class Handlers(NamedTuple):
    """What is done at the beginning and the end of an element, and with its text."""

    start: Callable[[str, dict[str, str]], None]
    end: Callable[[str], None]
    text: Callable[[str], None]


@contextmanager
def guarded() -> Iterator[None]:
    """Has whatever a damaged archive or its XML leads to raise `Damaged`."""
    try:
        yield
    except Damaged:
        raise
    except expat.ExpatError as error:
        wrong = Text(
            f"不是可读的 Excel 文件：内部的 XML 在第{error.lineno}行第{error.offset + 1}列有误",
            f"no Excel file that can be read: its XML: {error}",
        )
        raise Damaged(wrong) from None
    except NotImplementedError as error:
        raise Damaged(Text(f"压缩方式未知：{error}", f"it is packed in an unknown way: {error}")) from None
    except (
        BadZipFile,
        zlib.error,
        EOFError,
        StructError,
        UnicodeError,
        LookupError,
        ValueError,
        RuntimeError,
    ) as error:
        if "password" in str(error) or "encrypted" in str(error):
            wrong, right = Text("有密码", "it has a password"), Text("去掉密码", "take the password off")
            raise Damaged(wrong, right) from None
        how = Text("它不是 zip 压缩包" if "not a zip" in str(error) else f"已损坏（{error}）", str(error))
        wrong = Text(f"不是可读的 Excel 文件：{how.zh}", f"no Excel file that can be read: {how.en}")
        raise Damaged(wrong) from None


def _no_doctype(*_: object) -> None:
    raise Damaged(Text("内部的 XML 带有文档类型声明", "its XML has a document type"))


def _true(written: str) -> bool:
    return written.strip().lower() in ("1", "true", "on")


def _starts(book: XlsxFile, part: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each element of a small part: its name without its namespace, and its attributes."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        found.append((name.rpartition(" ")[2], attributes))

    for _ in book.parse(part, _DENSE, Handlers(start, lambda name: None, lambda text: None)):
        yield from found
        found.clear()


def _texts(book: XlsxFile, part: str) -> Iterator[str]:
    """The shared texts, in order; what is said of their pronunciation is none of them."""
    found: list[str] = []
    runs: list[str] = []
    within: list[str] = []
    size = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        within.append(name.rpartition(" ")[2])

    def end(name: str) -> None:
        nonlocal size
        if within.pop() == "si":
            found.append(unescaped("".join(runs)))
            runs.clear()
            size = 0

    def text(written: str) -> None:
        nonlocal size
        if within[-1] == "t" and "rPh" not in within:
            size += len(written)
            if size > _LONGEST_TEXT:
                raise Damaged(Text("有过长的文字", "a text is without end"))
            runs.append(written)

    for _ in book.parse(part, _KEPT, Handlers(start, end, text)):
        yield from found
        found.clear()


def unescaped(text: str) -> str:
    """A text without Excel's own escapes: `_x000D_` is a line end."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _formats(book: XlsxFile, part: str) -> list[tuple[int, str]]:
    """The number format of each cell style: its number, and its code where the file states one."""
    codes: dict[int, str] = {}
    found: list[int] = []
    within: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        own = name.rpartition(" ")[2]
        if own == "numFmt" and within[-1:] == ["numFmts"]:
            codes[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif own == "xf" and within[-1:] == ["cellXfs"]:
            found.append(int(attributes.get("numFmtId", "0")))
        within.append(own)

    def end(name: str) -> None:
        within.pop()

    for _ in book.parse(part, _DENSE, Handlers(start, end, lambda text: None)):
        pass
    return [(number, codes.get(number, "")) for number in found]


def column_number(letters: str) -> int:
    """A column's number: A is 1, AA is 27; 0 where the letters are none."""
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            return 0
        number = number * 26 + ord(letter) - ord("A") + 1
    return number if number <= LAST_COLUMN else 0


def read_range(written: str) -> CellRange:
    """The cells that `A1:Q1` or `A1` names; raises `Damaged` where that is no place of a sheet."""
    ends = [re.fullmatch(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})", each) for each in written.split(":")]
    if len(ends) > 2 or not all(ends):
        raise Damaged(Text(f"单元格地址有误：“{cut(written)}”", f"no cell is called {quoted(written)}"))
    places = [(int(each[2]), column_number(each[1])) for each in ends if each is not None]
    return CellRange(*places[0], *places[-1])


class Rows:
    """The rows of a sheet as they are parsed. When all are read, `merged` and `hidden_columns` are known."""

    def __init__(self, book: XlsxFile, sheet: Sheet) -> None:
        self.book, self.sheet = book, sheet
        self.merged: list[CellRange] = []
        self.hidden_columns: list[tuple[int, int]] = []
        self.all_hidden = False
        self.arrays: list[CellRange] = []
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
            if _true(attributes.get("hidden", "")):
                first, last = int(attributes.get("min", "0")), int(attributes.get("max", "0"))
                self.rows.hidden_columns.append((first, min(last, LAST_COLUMN)))
        elif own == "mergeCell":
            self.rows.merged.append(read_range(attributes.get("ref", "")))
        elif own == "sheetFormatPr":
            self.rows.all_hidden = _true(attributes.get("zeroHeight", ""))

    def end(self, name: str) -> None:
        own = self.names[name]
        if own in ("v", "t", "f"):
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
        self.hidden = _true(attributes.get("hidden", ""))

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


def closing(values: Iterator[Any], close: Callable[[], None]) -> Iterator[Any]:
    """The values, with something closed when they end or are given up."""
    try:
        yield from values
    finally:
        close()
