"""An Excel workbook as its file has it: a zip archive of XML, parsed as it is unpacked, and never held whole.

Nothing in a file can take the memory or the process: a part that is made to be huge, a text or a tag without end and a
document type (which could define entities) are refused.
"""

import posixpath
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from struct import error as StructError
from typing import NamedTuple
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from jxplus.fault import Text, quoted

_BLOCK = 1 << 16
_KEPT = 1 << 27
"""Up to how many bytes a part may have that is kept: the shared texts."""
_DENSE, _OFTEN = 1 << 24, 200
"""A part longer than the first and packed more than so many times over was made to be huge: rows of a table never are."""
_LONGEST_TEXT = 1 << 20
_LONGEST_TAG = 1 << 22
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class Damaged(Exception):
    """A workbook cannot be read: what is wrong, what would be right, and where as far as that is known."""

    def __init__(self, wrong: Text, right: Text | None = None, line: int = 0, column: int = 0) -> None:
        super().__init__(wrong.en)
        self.wrong = wrong
        self.right = right or Text("在 Excel 中打开，另存为 .xlsx", "open it in Excel, and save it as .xlsx again")
        self.line, self.column = line, column


class Sheet(NamedTuple):
    """A worksheet of a workbook: its name, whether it is hidden, and the part of the archive that holds it."""

    name: str
    hidden: bool
    part: str


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
            self.struck_texts: set[int] = set()
            """The shared texts of which a part is struck out."""
            texts = self._target(home, "sharedStrings")
            self.texts = list(_texts(self, texts)) if texts else []
            styles = self._target(home, "styles")
            self.struck: set[int] = set()
            """The cell styles that strike out what stands in them."""
            self.formats = _formats(self, styles) if styles else []

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
                self.date1904 = is_true(attributes.get("date1904", ""))
            elif name == "calcPr":
                self.uncalculated = is_true(attributes.get("fullCalcOnLoad", "")) or not is_true(
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

    def beside(self, sheet: Sheet) -> Iterator[str]:
        """The texts that stand beside the cells of a sheet: in comments and in boxes."""
        for kind in ("comments", "drawing"):
            part = self._target(sheet.part, kind)
            if part:
                yield from _runs(self, part)

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
        how = Text("它不是 zip 压缩包" if "not a zip" in str(error) else "已损坏", str(error))
        wrong = Text(f"不是可读的 Excel 文件：{how.zh}", f"no Excel file that can be read: {how.en}")
        raise Damaged(wrong) from None


def _no_doctype(*_: object) -> None:
    raise Damaged(Text("内部的 XML 带有文档类型声明", "its XML has a document type"))


def is_true(written: str) -> bool:
    return written.strip().lower() in ("1", "true", "on")


def _starts(book: XlsxFile, part: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each element of a small part: its name without its namespace, and its attributes."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        found.append((name.rpartition(" ")[2], attributes))

    for _ in book.parse(part, _DENSE, Handlers(start, lambda name: None, lambda text: None)):
        yield from found
        found.clear()


def _runs(book: XlsxFile, part: str) -> Iterator[str]:
    """The texts of a part, each comment and each paragraph as one."""
    found: list[str] = []
    runs: list[str] = []
    within: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        within.append(name.rpartition(" ")[2])

    def end(name: str) -> None:
        if within.pop() in ("comment", "p"):
            found.append("".join(runs))
            runs.clear()

    def text(written: str) -> None:
        if within[-1] == "t":
            runs.append(written)

    for _ in book.parse(part, _DENSE, Handlers(start, end, text)):
        yield from found
        found.clear()


def _texts(book: XlsxFile, part: str) -> Iterator[str]:
    """The shared texts, in order; what is said of their pronunciation is none of them."""
    found: list[str] = []
    runs: list[str] = []
    within: list[str] = []
    size = count = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        within.append(name.rpartition(" ")[2])
        if within[-2:] == ["rPr", "strike"] and is_true(attributes.get("val", "1")):
            book.struck_texts.add(count)

    def end(name: str) -> None:
        nonlocal size, count
        if within.pop() == "si":
            found.append(unescaped("".join(runs)))
            runs.clear()
            size = 0
            count += 1

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
    """The number format of each cell style: its number, and its code where the file states one; `struck` is found too."""
    codes: dict[int, str] = {}
    found: list[int] = []
    within: list[str] = []
    fonts: list[bool] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        own = name.rpartition(" ")[2]
        if own == "numFmt" and within[-1:] == ["numFmts"]:
            codes[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif own == "xf" and within[-1:] == ["cellXfs"]:
            font = int(attributes.get("fontId", "0"))
            if font < len(fonts) and fonts[font]:
                book.struck.add(len(found))
            found.append(int(attributes.get("numFmtId", "0")))
        elif own == "font" and within[-1:] == ["fonts"]:
            fonts.append(False)
        elif own == "strike" and within[-2:] == ["fonts", "font"]:
            fonts[-1] = is_true(attributes.get("val", "1"))
        within.append(own)

    def end(name: str) -> None:
        within.pop()

    for _ in book.parse(part, _DENSE, Handlers(start, end, lambda text: None)):
        pass
    return [(number, codes.get(number, "")) for number in found]
