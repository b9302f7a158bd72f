"""A JSON text token by token: where each key and value stands, or what comes first that is no JSON.

The standard library decodes; this is read only where a place is asked for, or where it did not decode. What is wrong is
said in words of our own: the library's differ from one Python to the next, and know no Chinese.
"""

import json
import re
from collections.abc import Iterator
from typing import NamedTuple, NoReturn

from jxplus.document.slips import MARKS, slip_of_mark
from jxplus.document.tree import Path
from jxplus.fault import Text, cut, quoted

_TEXT = r'"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9A-Fa-f]{4})*+'
_BEGUN = re.compile(_TEXT)
_TOKEN = re.compile(rf'{_TEXT}"|[{{}}\[\],:]|[^ \t\n\r{{}}\[\],:"]+|"')
_WORD = re.compile(r"true|false|null|NaN|-?Infinity|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_PLAIN = {"true": "true", "false": "false", "null": "null", "none": "null"}
_CLOSES = {"{": "}", "[": "]"}
_LEAVE_OUT = Text("去掉它", "leave it out")


class NotJSON(Exception):
    """The text is no JSON: what is wrong at `index`, and what would be right."""

    def __init__(self, index: int, wrong: Text, right: Text) -> None:
        super().__init__(wrong.en)
        self.index, self.wrong, self.right = index, wrong, right


class PlacedValue(NamedTuple):
    """A value, or with `key` the key that leads to it: its path, and where it begins in the text.

    `again` is a key that stands in the same object before.
    """

    path: Path
    key: bool
    start: int
    again: bool = False


class _JSONLevel:
    """An object or array that is being read: its path, its keys, and the key or the number of the value to come."""

    __slots__ = ("bracket", "keys", "path", "step")

    def __init__(self, bracket: str, path: Path) -> None:
        self.bracket, self.path = bracket, path
        self.keys: set[str] = set()
        self.step: str | int = "" if bracket == "{" else 0


class _Reading:
    """What has been read of a text so far: what is open, and what is wanted next.

    Wanted is a `value`, a `key`, a `colon`, a `comma` (or the end of what is open), or the `end` of the text; `first` says
    that nothing stands yet in what is open, and `comma` where the last comma stood.
    """

    def __init__(self) -> None:
        self.open: list[_JSONLevel] = []
        self.wanted, self.first, self.comma = "value", False, -1

    def take(self, index: int, token: str) -> PlacedValue | None:
        """Takes the next token, and gives the key or value that it begins."""
        if self.wanted == "colon":
            if token != ":":
                write = Text('写作 "名称": 值', 'write `"name": value`')
                raise NotJSON(index, Text("名称之后缺冒号", "no colon after the name"), write)
            self.wanted = "value"
        elif token in ("}", "]"):
            self.close(index, token)
        elif self.wanted in ("comma", "end"):
            self.next(index, token)
        elif token in (",", ":"):
            self.stray(index, token)
        elif self.wanted == "key":
            return self.key(index, token)
        else:
            return self.value(index, token)
        return None

    def key(self, index: int, token: str) -> PlacedValue:
        if token[0] != '"':
            wrong = Text("名称没有双引号", "a name without double quotes")
            quoted_name = Text("加双引号", "write it in double quotes")
            if token in _CLOSES:
                wrong, quoted_name = (
                    Text("名称须是文字", "a name must be text"),
                    Text('写作 "名称": 值', 'write `"name": value`'),
                )
            raise NotJSON(index, wrong, quoted_name)
        level, key = self.open[-1], json.loads(token)
        again = key in level.keys
        level.keys.add(key)
        level.step, self.wanted, self.first = key, "colon", False
        return PlacedValue((*level.path, key), True, index, again)

    def value(self, index: int, token: str) -> PlacedValue:
        path: Path = ()
        if self.open:
            level = self.open[-1]
            path = (*level.path, level.step)
            if isinstance(level.step, int):
                level.step += 1
        if token in _CLOSES:
            self.open.append(_JSONLevel(token, path))
            self.wanted, self.first = "key" if token == "{" else "value", True
        else:
            self.wanted = "comma" if self.open else "end"
        return PlacedValue(path, False, index)

    def next(self, index: int, token: str) -> None:
        """What stands after a value."""
        if self.wanted == "end":
            raise NotJSON(
                index,
                Text("结尾之后还有内容", "something stands after the end"),
                Text(
                    "只留一个；多家企业每行一个，存为 .ndjson",
                    "leave one of them; many, one a line, go into an .ndjson file",
                ),
            )
        if token != ",":
            raise NotJSON(
                index, Text("前面缺逗号", "no comma before this"), Text("各项之间用逗号", "a comma between two items")
            )
        self.wanted, self.first, self.comma = "key" if self.open[-1].bracket == "{" else "value", False, index

    def close(self, index: int, token: str) -> None:
        """A bracket that closes, as it should, what was opened last."""
        if not self.open:
            raise NotJSON(index, Text(f"没有与 {token} 成对的括号", f"nothing is open that {token} closes"), _LEAVE_OUT)
        bracket = self.open[-1].bracket
        if token != _CLOSES[bracket]:
            wrong = Text(f"{token} 与 {bracket} 不成对", f"{token} does not close {bracket}")
            raise NotJSON(index, wrong, Text(f"应为 {_CLOSES[bracket]}", f"write {_CLOSES[bracket]}"))
        if self.wanted != "comma" and not self.first:
            if isinstance(self.open[-1].step, str) and self.wanted == "value":
                self.stray(index, token)
            raise NotJSON(self.comma, Text("末项之后多了逗号", "a comma after the last item"), _LEAVE_OUT)
        self.open.pop()
        self.wanted, self.first = "comma" if self.open else "end", False

    def stray(self, index: int, token: str) -> NoReturn:
        """A mark where a key or a value is wanted."""
        if self.wanted == "value" and self.open and self.open[-1].bracket == "{":
            unknown = Text("未知则写 null", "write null for what is not known")
            raise NotJSON(index, Text("冒号之后没有值", "no value after the colon"), unknown)
        name = Text("逗号", "comma") if token == "," else Text("冒号", "colon")
        raise NotJSON(index, Text(f"多了{name.zh}", f"a {name.en} too many"), _LEAVE_OUT)

    def end(self, index: int) -> None:
        """The end of the text, where all has been closed."""
        if self.open:
            bracket = self.open[-1].bracket
            wrong = Text(f"{bracket} 没有收尾", f"{bracket} is never closed")
            raise NotJSON(index, wrong, Text(f"补上 {_CLOSES[bracket]}", f"write {_CLOSES[bracket]} at the end"))
        if self.wanted != "end":
            raise NotJSON(
                index, Text("没有内容", "nothing is stated"), Text("写在 { } 之间", "write it between { and }")
            )


def parts(text: str) -> Iterator[PlacedValue]:
    """Every key and value of a JSON text in its order; raises `NotJSON` at the first thing that no JSON has there."""
    reading, end = _Reading(), 0
    for index, token in _tokens(text):
        part = reading.take(index, token)
        if part is not None:
            yield part
        end = index + len(token)
    reading.end(end)


def _tokens(text: str) -> Iterator[tuple[int, str]]:
    """The marks, texts, figures and words of a JSON text with their indexes; raises `NotJSON` at what is none of them."""
    for match in _TOKEN.finditer(text):
        token, index = match[0], match.start()
        if token == '"':
            _broken_text(text, index)
        if token[0] not in '"{}[],:' and not _WORD.fullmatch(token):
            _broken_word(index, token)
        yield index, token


def _broken_text(text: str, index: int) -> NoReturn:
    """What is wrong with the text that begins at `index`."""
    match = _BEGUN.match(text, index)
    assert match is not None
    stop, next_ = match.end(), text[match.end() : match.end() + 2]
    if next_.startswith("\\") and len(next_) == 2:
        wrong = Text(f"不能写 {next_}", f"{next_} stands for nothing")
        if next_[1] == "u":
            wrong = Text("\\u 之后须有四位十六进制数字", "four hexadecimal digits are wanted after \\u")
        raise NotJSON(stop, wrong, Text("反斜杠本身写作 \\\\", "write \\\\ for a backslash"))
    if next_.startswith("\t"):
        raise NotJSON(stop, Text("文字中有制表符", "a tab in a text"), Text("写作 \\t", "write \\t"))
    wrong = Text("文字的引号没有成对", "a quote that is never closed")
    raise NotJSON(index, wrong, Text("在行末之前补上双引号", "close it on its line with a double quote"))


def _broken_word(index: int, word: str) -> NoReturn:
    """What is wrong with a word that is no figure and none of the few words of JSON."""
    match = _WORD.match(word)
    stop = match.end() if match is not None else 0
    rest = word[stop:]
    if re.match(MARKS, rest):
        raise NotJSON(index + stop, *slip_of_mark(rest[0]))
    if rest.startswith(("//", "/*", "#")):
        raise NotJSON(index + stop, Text("JSON 没有注释", "JSON has no comments"), _LEAVE_OUT)
    if word.startswith("'"):
        raise NotJSON(index, Text("用了单引号", "a single quote"), Text("改用双引号", "use double quotes"))
    wrong = Text(f"“{cut(word)}”没有双引号", f"{quoted(word)} without double quotes")
    plain = _PLAIN.get(word.lower())
    if plain is not None:
        raise NotJSON(index, wrong, Text(f"应为 {plain}", f"write {plain}"))
    raise NotJSON(index, wrong, Text("文字须加双引号", "write text in double quotes"))
