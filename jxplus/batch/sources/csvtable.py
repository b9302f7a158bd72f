"""Tables in CSV: UTF-8 with or without a byte-order mark, or GB18030 as Excel writes it in China; parted by commas, semicolons, bars or tabs."""

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from jxplus.batch.sources.headings import DEEPEST, TURNED, FoundTable, around, doubtful, find, upright
from jxplus.batch.sources.known import Known
from jxplus.batch.sources.rows import Row, Table
from jxplus.document import BOOK, named_otherwise
from jxplus.document.encoding import encoding_of_bytes
from jxplus.fault import Fault, Place, Refused, Text
from jxplus.policy import Policy

_BLOCK = 1 << 20
_SEPARATORS = (",", "\t", ";", "|", "，")
_FIRST = 20
"""How many rows tell by what the cells are parted."""
_CSV_FAULTS = (
    ("end of data", Text("引号没有收尾", "a quote is never closed")),
    ("expected after", Text("收尾的引号之后还有内容", "something stands behind a closing quote")),
    ("field limit", Text("有一格长得没有尽头", "a cell is without end")),
)
"""What the standard library says of a text that is no CSV, and our own words for it."""
_SAVED = Text("在 Excel 中打开，另存为“CSV UTF-8”", "open it in Excel, and save it as CSV UTF-8")
_OF_BOOK = Text("是工作簿的，扩展名改为 .xlsx", "where it is a workbook, name it .xlsx")
_OF_JSON = Text(
    "扩展名改为 .json；每行一家企业的，改为 .ndjson", "name it .json, or .ndjson with one enterprise a line"
)
_NO_CSV = Text("写法不合规则", "it is not written as CSV is")


def csv_table(path: str, name: str, policy: Policy) -> Table:
    """The table of a CSV file; raises `Refused` where its text or its first rows cannot be read."""
    _refuse_other(path)
    known = Known(policy, name)
    found = _find(path, {name: known}, name)
    if found is None:
        wrong, right = Text("文件是空的", "the file is empty"), Text("第一行写列名", "begin with a row of headings")
        raise Refused.of(path, Place(), wrong, right)
    if known.count(found.heading.cells)[0] < 2:
        begun = islice(_rows(path, encoding := encoding_of(path), separator_of(path, encoding, {name: known})), DEEPEST)
        begins = upright([*begun], known)
        if begins is not None:
            raise Refused.of(path, Place(*begins), *TURNED)
    rows = _even(found.rows, path, len(found.heading.cells))
    units = {index: str(text) for index, text in found.units.items()}
    unread, unit, over, noted, others = around(found, path)
    return Table(name, path, found.heading, rows, "", units, unit, unread, noted=noted, over=over, others=others)


def _refuse_other(path: str) -> None:
    """Raises `Refused` for a file that is none of CSV, by how it begins."""
    with open(path, "rb") as file:
        begins = file.read(64)
    what = named_otherwise(begins)
    right = _OF_BOOK if what == BOOK else _SAVED
    if re.match(rb"(?:\xef\xbb\xbf)?\s*(?:\[\s*)?\{", begins):
        what, right = Text("是 JSON", "it is JSON"), _OF_JSON
    if what is not None:
        raise Refused.of(path, Place(), Text(f"{what.zh}，不是 CSV", f"{what.en}, and no CSV"), right)


def table_of_csv(path: str, known: Mapping[str, Known]) -> str | None:
    """Which table a CSV file holds, as its headings tell; None where they do not."""
    found = _find(path, known, None)
    return None if found is None or found.weak or doubtful(found.heading, known) else found.name


def _find(path: str, known: Mapping[str, Known], named: str | None) -> FoundTable | None:
    encoding = encoding_of(path)
    return find(_rows(path, encoding, separator_of(path, encoding, known)), known, named)


def separator_of(path: str, encoding: str, known: Mapping[str, Known]) -> str:
    """What parts the cells of a CSV file: the first sign by which two headings of the tables `known` come out, else a comma."""
    for sign in _SEPARATORS:
        try:
            for row in islice(_rows(path, encoding, sign), _FIRST):
                if any(each.count(row.cells)[0] >= 2 for each in known.values()):
                    return sign
        except Refused:
            continue
    return _SEPARATORS[0]


_new: Callable[..., Row] = tuple.__new__
"""Makes a row of its members: sooner than by their names."""


def encoding_of(path: str) -> str:
    """The encoding of a text file, found by decoding all of it; raises `Refused` where it is none of those known."""

    def blocks() -> Iterator[bytes]:
        with open(path, "rb") as file:
            while block := file.read(_BLOCK):
                yield block

    found = encoding_of_bytes(blocks)
    if found is not None:
        return found
    wrong = Text("既不是 UTF-8 也不是 GB18030 文本", "neither UTF-8 nor GB18030 text")
    raise Refused.of(path, Place(), wrong, Text("请另存为“CSV UTF-8”", "save the file as CSV UTF-8"))


def _rows(path: str, encoding: str, separator: str) -> Iterator[Row]:
    """The rows that are not blank, each with the line on which it begins."""
    with open(path, encoding=encoding, newline="") as file:
        reader = csv.reader(file, strict=True, delimiter=separator)
        line = 1
        try:
            for cells in reader:
                stripped = [cell.strip() or None for cell in cells]
                if any(stripped):
                    yield _new(Row, (line, stripped, None))
                line = reader.line_num + 1
        except csv.Error as error:
            why = next((text for said, text in _CSV_FAULTS if said in str(error)), _NO_CSV)
            wrong = Text(f"CSV 语法错误：{why.zh}", f"not valid CSV: {why.en}")
            right = Text(
                "引号要成对，含逗号或换行的内容用双引号括起",
                "close every quote, and quote cells with commas or line breaks",
            )
            raise Refused.of(path, Place(line), wrong, right) from None


def _even(rows: Iterator[Row], path: str, width: int) -> Iterator[Row]:
    """The rows, and a fault of each that has not as many cells as the first: a file cut short must not pass."""
    for row in rows:
        if len(row.cells) == width:
            yield row
            continue
        count = len(row.cells)
        wrong = Text(f"有{count}格，表头有{width}格", f"the row has {count} cells, the headings are {width}")
        right = Text("每行的格数与表头相同", "as many cells in each row as headings")
        yield row._replace(fault=Fault(path, Place(row.line, min(count, width) + 1), "", wrong, right))
