"""A file of YAML or JSON, from its path or its bytes to its tree; each form is loaded only where a file has it."""

import os
import re
import sys
from collections.abc import Callable, Collection

from jxplus.document.encoding import GB18030, encoding_of_bytes, plainly_utf8
from jxplus.document.tree import Tree, place_at
from jxplus.fault import Place, Refused, Text

STANDARD_INPUT = "-"
YAML, JSON = (".yaml", ".yml"), ".json"
ONE_ENTERPRISE = (*YAML, JSON)
"""The endings of a file that holds one enterprise, whatever else is in it."""
MOST_BYTES = 10_000_000
BOOK = Text("是工作簿或压缩文件", "it is a workbook or an archive")
_PAGE = Text("是网页或 XML", "it is a page or XML")
_OTHERS = (
    ((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf"), BOOK),
    ((b"%PDF",), Text("是 PDF 文件", "it is a PDF")),
    ((b"<!", b"<?", b"<html", b"<table", b"<meta"), _PAGE),
)
"""How the bytes of other files begin that are named as if they were texts of figures, and what each of them is."""
_TABLE = rb"(?:\xef\xbb\xbf)?\s*[^\s:{}\[\]#,;\t-][^:{}\[\]#\r\n]*[,\t][^:{}\[\]#\r\n]*[\r\n]"
"""A first line of cells between commas or tabs, with nothing that YAML or JSON would have on theirs."""
_NO_TEXT = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]"


def ending_of(path: str) -> str:
    """The ending of a name, in small letters, with its point; empty where it has none."""
    return os.path.splitext(path)[1].lower()


def name_of(path: str) -> str:
    """What messages call a file."""
    return "<stdin>" if path == STANDARD_INPUT else path


def decode(data: bytes, file: str) -> str:
    """The text of a file in UTF-8, with or without a byte-order mark, or GB18030; raises `Refused` where it is too large or no text."""
    if len(data) > MOST_BYTES:
        raise Refused.of(
            file,
            Place(),
            Text("文件超过10 MB", "the file is larger than 10 MB"),
            Text("一个企业文件通常只有几 KB", "an enterprise takes a few kB"),
        )
    try:
        text = data.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        text = _in_gb18030(data)
        if not text:
            before = data[: error.start].decode().removeprefix("\ufeff")
            raise Refused.of(
                file,
                place_at(before, len(before)),
                Text("既不是 UTF-8 也不是 GB18030 文本", "neither UTF-8 nor GB18030 text"),
                Text("请另存为 UTF-8 编码", "save the file as UTF-8"),
            ) from None
        return text
    if not (text.isascii() or plainly_utf8(text)):
        text = _in_gb18030(data) or text
    return printable(text, file)


def _in_gb18030(data: bytes) -> str:
    """The text of bytes that are GB18030; empty where they are not, or are no text in it."""
    text = data.decode(GB18030) if encoding_of_bytes(lambda: (data,)) == GB18030 else ""
    return "" if _no_text(text) else text


def _no_text(text: str) -> re.Match[str] | None:
    """The first character that is none of a text. Where all but the ends of lines can be printed, none has to be looked for."""
    return None if text.replace("\r\n", "").replace("\n", "").isprintable() else re.search(_NO_TEXT, text)


def printable(text: str, file: str) -> str:
    """The text; raises `Refused` where it has a character that is none of a text, such as a byte of another encoding."""
    match = _no_text(text)
    if match is None:
        return text
    char = f"U+{ord(match[0]):04X}"
    wrong = Text(f"含控制字符 {char}", f"control character {char}")
    if "\ud800" <= match[0] <= "\udfff":  # what Python makes of a byte that is no character
        wrong = Text("不是 UTF-8 文本", "not UTF-8 text")
    raise Refused.of(file, place_at(text, match.start()), wrong, Text("企业文件须是文本", "an enterprise file is text"))


def read_tree(text: str, file: str, form: str = "yaml", aliases: bool = False) -> Tree:
    """The tree of `text`, which is `yaml` or `json`; raises `Refused` where the text cannot be read to its end.

    `aliases` lets an anchored value be used again; an enterprise file has no use for that, a policy has.
    """
    if form == "json":
        from jxplus.document.jsontree import read_json

        return read_json(text, file)
    from jxplus.document.yamltree import read_yaml

    return read_yaml(text, file, aliases)


def read_bytes(path: str) -> bytes:
    """The bytes of an enterprise file (`-` is standard input), no more than may be read; raises `Refused`."""
    try:
        if path == STANDARD_INPUT:
            return sys.stdin.buffer.read(MOST_BYTES + 1)
        with open(path, "rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Refused.unread(path, error) from None


def named_otherwise(data: bytes) -> Text | None:
    """What a file is that begins as a workbook, an archive, a PDF or a page does; None for others."""
    begins = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    for signs, what in _OTHERS:
        if begins.startswith(signs) or begins.lower().startswith(signs):
            return what
    return None


def _refuse_other(path: str, file: str, data: bytes) -> None:
    """Raises `Refused` for bytes that are no file of YAML or JSON but a workbook, an archive or a table: by what they are."""
    what = named_otherwise(data)
    if what is None:
        if ending_of(path) in ONE_ENTERPRISE or not re.match(_TABLE, data):
            return
        what = Text("是表格", "it is a table")
    elif what != _PAGE:  # which is a text, of another kind
        what = Text(f"{what.zh}，不是文本", f"{what.en}, and no text")
    right = Text("另存为 .xlsx 或 .csv，再运行 jxplus batch", "save it as .xlsx or .csv, and run jxplus batch on it")
    if path == STANDARD_INPUT:
        right = Text(
            "标准输入只收 YAML、JSON 或 NDJSON；表格和工作簿请写文件名：jxplus batch 客户.csv",
            "standard input takes YAML, JSON or NDJSON; name the file of a table or workbook: jxplus batch clients.csv",
        )
    raise Refused.of(file, Place(), what, right)


def tree_of(path: str, data: bytes, units: Callable[[], Collection[str]] = tuple) -> Tree:
    """The tree of an enterprise file's bytes: JSON where its name ends so or standard input begins so, else YAML.

    `units` tells those that figures have in any case, so that a comment may name them.
    """
    file = name_of(path)
    _refuse_other(path, file, data)
    text = decode(data, file)
    if ending_of(path) == JSON:
        return read_tree(text, file, "json")
    if path == STANDARD_INPUT and text.lstrip()[:1] == "{":
        try:
            return read_tree(text, file, "json")
        except Refused:
            pass  # YAML has braces too
    try:
        tree = read_tree(text, file)
    except Refused:
        _refuse_lines(path, file, text)
        raise
    if "#" in text and any(_may_tell(line) for line in text.split("\n") if "#" in line):
        from jxplus.document.comments import refuse_comments

        refuse_comments(file, text, units())
    return tree


_ENDS = (
    *"万亿千元圆金币镑亩顷尺里年季度月周天日次位计算填写示%％!?",
    *("000", "wan", "yuan", "rmb", "cny", "usd", "us$", "hkd", "eur", "jpy", "gbp", "yen", "n/a"),
    *("thousand", "million", "billion", "dollar", "euro"),
)
"""How a comment ends that gives figures their unit, or is what a spreadsheet wrote for an error."""
_BRIEF = 36
"""The bytes of the longest comment that says a unit and nothing else."""


def _may_tell(line: str) -> bool:
    """Whether the comment of a line may say something of figures: few do, and the others are looked at no further."""
    comment = line.partition("#")[2].strip("（）()。. \t\r").lower().removesuffix("s")
    brief = len(comment.encode()) <= _BRIEF and comment.endswith(_ENDS)
    return brief or ("元" in comment and any(word in comment for word in ("单位", "计", "填")))


def _refuse_lines(path: str, file: str, text: str) -> None:
    """Raises `Refused` for a text that is no YAML because it has an object of JSON on each of its lines."""
    two = re.match(r"\s*+\{[^\n]*\}[^\S\n]*+\n\s*+\{", text)
    if two is None:
        return
    right = Text("改名为 .ndjson，再运行 jxplus batch", "name the file .ndjson, and run jxplus batch on it")
    if path == STANDARD_INPUT:
        right = Text("请运行 jxplus batch -", "run jxplus batch -")
    raise Refused.of(
        file, Place(text.count("\n", 0, two.end()) + 1), Text("每行一家企业", "it holds one enterprise a line"), right
    )
