"""What is wrong with a text that is no YAML, and where, in words of our own.

PyYAML says where it stopped and, in the English of its version, what it wanted there. Often the slip stands before that
place: a full-width colon makes one text of two lines, and the next line is where the parser stops. So the lines that it
was reading are looked through for a slip first, and what it says decides only where there is none.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from jxplus.document.slips import slip_of_line, slip_of_mark
from jxplus.document.tree import place_at
from jxplus.fault import Fault, Place, Text

_NAME_VALUE = Text("每行写作“名称: 值”", "write `name: value` on each line")
_COLUMN = Text("同级各行从同一列开始", "begin the lines of one level in one column")
_QUOTES = Text("整段文字加引号", "put the whole text in quotes")
_BALANCE = Text("补上括号，各项之间用逗号", "close the bracket, with a comma between two items")


class _Kind(NamedTuple):
    """A kind of fault: how PyYAML and libyaml tell of it, and what is wrong and would be right, in our words.

    It stands where the parser stopped, or, with `begun`, where that begins which it was reading.
    """

    told: str
    wrong: Text
    right: Text
    begun: bool = False


TAB = _Kind(
    r"\btab character|'\\t'",
    Text("用了制表符", "a tab"),
    Text("缩进用空格，不用制表符", "indent with spaces, not with tabs"),
)
BACKSLASH = _Kind(
    "quoted scalar: (?!found unexpected)",
    Text("反斜杠写法无效", "a backslash that stands for nothing"),
    Text("写作 \\\\，或改用单引号", "write \\\\, or use single quotes"),
)
BRACKET = _Kind("flow (sequence|mapping)", Text("括号没有收尾", "a bracket that is never closed"), _BALANCE, begun=True)
NEXT_NAME = _Kind("block mapping: ", Text("此处应为下一个名称", "the next name is wanted here"), _COLUMN)
CHARACTER = _Kind("cannot start any token", Text("文字不能这样开头", "text cannot begin so"), _QUOTES)
KINDS = (
    TAB,
    CHARACTER,
    BACKSLASH,
    _Kind(
        "quoted scalar: ",
        Text("引号没有成对", "a quote that is never closed"),
        Text("补上引号", "close it"),
        begun=True,
    ),
    _Kind("could not find expected ':'", Text("这一行没有“: ”", "no colon in this line"), _NAME_VALUE, begun=True),
    _Kind(
        "mapping values are not allowed|found unexpected ':'",
        Text("此处不应有冒号", "a colon where none can stand"),
        Text("同级各行对齐，含冒号的文字加引号", "align the lines of one level, and put text with a colon in quotes"),
    ),
    _Kind(
        "sequence entries are not allowed",
        Text("此处不应有“- ”", "a dash where none can stand"),
        Text("列表的每项另起一行；不知道的留空", "begin each item on a line of its own; leave blank what is not known"),
    ),
    _Kind(
        "mapping keys are not allowed",
        Text("此处不应有问号", "a question mark where none can stand"),
        Text("不知道的留空；文字加引号", "leave blank what is not known, and put text in quotes"),
    ),
    _Kind(
        "document start|stream-start",
        Text("前面的内容已经结束", "this stands after the end"),
        Text("各行从同一列开始，每个文件只写一个企业", "begin all lines in one column, one enterprise a file"),
    ),
    BRACKET,
    NEXT_NAME,
    _Kind("block collection: ", Text("此处应为下一项的“- ”", "the dash of the next item is wanted here"), _COLUMN),
    _Kind(
        "node content",
        Text("此处应为值", "a value is wanted here"),
        Text("以标点开头的文字加引号", "put text that begins with a mark in quotes"),
    ),
    _Kind("an (anchor|alias): ", Text("& 或 * 之后没有名称", "no name after & or *"), _QUOTES),
    _Kind(
        "block scalar: ",
        Text("| 或 > 之后写法无效", "what follows | or > says nothing"),
        Text("文字另起一行", "begin the text on the next line"),
    ),
    _Kind(
        "directive|YAML document|duplicate tag",
        Text("以 % 开头的行无效", "a line that begins with % and says nothing"),
        Text("去掉它", "leave it out"),
    ),
    _Kind(r"\btag\b", Text("标签写法无效", "a tag that says nothing"), _QUOTES),
)
"""The kinds of fault; the first that fits is the one."""
OTHER = _Kind("", Text("无法读下去", "it cannot be read on"), _NAME_VALUE)
"""What is told in words that no kind knows."""

_UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BY_LINE = re.compile("simple key|values are not allowed|block (mapping|collection)|document start")
_PROPER = re.compile(r"\s*(?:- +)*[^#]*?:(?:[ \t\r]|$)|\s*#")
_FLOW_SLIP = re.compile(r"""(?:"[^"]*"|'[^']*')(?:\s*(?P<comma>，))?|[{,]\s*\w+(?P<colon>：)|(?P<bracket>[｝］】])""")
_CLOSES = {"[": "]", "{": "}"}


_Found = tuple[Place, Text, Text]
"""Where something is wrong, what is, and what would be right."""


def yaml_fault(text: str, file: str, error: Exception) -> Fault:
    """The fault that made PyYAML raise `error` when it read `text`."""
    begun, stopped = getattr(error, "context_mark", None), getattr(error, "problem_mark", None)
    if stopped is None:
        place, wrong, right = _unreadable(text)
    else:
        told = f"{getattr(error, 'context', None) or ''}: {getattr(error, 'problem', None) or ''}"
        place, wrong, right = _slip(text, told, begun, stopped) or _told(text, told, begun or stopped, stopped)
    return Fault(file, place, "", Text(f"YAML 语法错误：{wrong.zh}", f"not valid YAML: {wrong.en}"), right)


def slips(text: str, file: str) -> Iterator[Fault]:
    """The slips of all lines of a text that states no mapping: whoever writes one full-width colon writes them all."""
    for number, line in enumerate(text.splitlines(), 1):
        slip = slip_of_line(line)
        if slip is not None:
            yield Fault(file, Place(number, slip.at + 1), "", slip.wrong, slip.right)


def _unreadable(text: str) -> _Found:
    """A text that was not even begun, for a character that is none of a text, or for a figure beyond the library."""
    match = _UNREADABLE.search(text)
    if match is None:
        return Place(), OTHER.wrong, OTHER.right
    char = f"U+{ord(match[0]):04X}"
    wrong = Text(f"含控制字符 {char}", f"control character {char}")
    return place_at(text, match.start()), wrong, Text("去掉它", "leave it out")


def _slip(text: str, told: str, begun: Any, stopped: Any) -> _Found | None:
    """The first slip of the hand in what the parser was reading when it stopped."""
    if begun is not None and re.search(BRACKET.told, told):
        return _slip_in_brackets(text, begun, stopped)
    if not _BY_LINE.search(told):
        return None
    lines, first = [*text.splitlines(), ""], stopped.line
    if "simple key" in told:
        first = begun.line
    while first > 0 and "values are not" in told and not _PROPER.match(lines[first - 1]):
        first -= 1  # a text over several lines is read back to the line that it begins in
    if "values are not" in told:
        first = max(first - 1, 0)
    for number in range(first, stopped.line + 1):
        slip = slip_of_line(lines[number])
        if slip is not None:
            return Place(number + 1, slip.at + 1), slip.wrong, slip.right
    return None


def _slip_in_brackets(text: str, begun: Any, stopped: Any) -> _Found | None:
    for match in _FLOW_SLIP.finditer(text, begun.index, stopped.index + 1):
        if match.lastgroup is not None:
            at = match.start(match.lastgroup)
            *before, last = (text[begun.index : at] + "_").splitlines()
            column = len(last) + (0 if before else begun.column)
            return Place(begun.line + len(before) + 1, column), *slip_of_mark(text[at])
    return None


def _told(text: str, told: str, begun: Any, stopped: Any) -> _Found:
    """What the parser's own words come to."""
    kind = next((kind for kind in KINDS if re.search(kind.told, told)), OTHER)
    char = text[stopped.index : stopped.index + 1]
    line = text[: stopped.index].rpartition("\n")[2]
    rest = text[stopped.index :].strip()
    place = Place(stopped.line + 1, stopped.column + 1)
    if kind is CHARACTER and char == "\t":
        kind = TAB
    elif kind is CHARACTER:
        return place, Text(f"文字不能以 {char} 开头", f"text cannot begin with {char}"), kind.right
    if kind is BACKSLASH:
        back = (line + char).rfind("\\")
        return Place(place.line, back + 1) if back >= 0 else place, kind.wrong, kind.right
    if kind is NEXT_NAME and line.strip(" -"):
        return place, Text("引号或括号之后还有内容", "something stands after a closing quote or bracket"), _QUOTES
    if kind is BRACKET and begun.line == stopped.line and rest:
        closes = _CLOSES[text[begun.index]]
        return place, Text(f"此处应为逗号或 {closes}", f"a comma or {closes} is wanted here"), kind.right
    if kind.begun:
        place = Place(begun.line + 1, begun.column + 1)
    return place, kind.wrong, kind.right
