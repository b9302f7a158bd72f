"""What is wrong with a file, where it stands, and what would be right.

A reader gathers every fault it meets and refuses once. It never prints, and it never guesses: a value that is not
understood is a fault, not a default.
"""

import errno
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

_Of = TypeVar("_Of")
_Made = TypeVar("_Made")


class Text(NamedTuple):
    """A sentence or a name in both languages of the command line."""

    zh: str
    en: str

    @classmethod
    def same(cls, text: str) -> "Text":
        """A text that is the same in both languages: a name, a figure, a file."""
        return cls(text, text)

    def about(self, what: str) -> "Text":
        """The text behind what it is about, an option or a file, which is written the same in both languages."""
        return Text(f"{what}: {self.zh}", f"{what}: {self.en}")

    def show(self, lang: str) -> str:
        """The text in `lang`, `zh` or `en`."""
        return self.zh if lang == "zh" else self.en


STOP = Text("；", "; ")
"""What stands between two parts of a sentence."""
COMMA = Text("、", ", ")
"""What stands between the items of an enumeration."""
COLON = Text("：", ": ")
"""What stands between a name and what is said of it."""
YES_NO = {True: Text("是", "yes"), False: Text("否", "no")}

_SYSTEM = {
    "ENOENT": "没有这个文件或文件夹",
    "EACCES": "没有权限",
    "EPERM": "不允许的操作",
    "EISDIR": "是文件夹，不是文件",
    "ENOTDIR": "路径中有一段不是文件夹",
    "EEXIST": "已存在",
    "ENOSPC": "磁盘空间不足",
    "EROFS": "只读的磁盘",
    "EFBIG": "文件过大",
    "EIO": "读写设备出错",
    "EMFILE": "打开的文件过多",
    "EDQUOT": "超出磁盘配额",
    "ENFILE": "系统中打开的文件过多",
    "ENAMETOOLONG": "文件名过长",
    "ELOOP": "符号链接循环",
    "EBUSY": "文件正被占用",
    "EPIPE": "读取的一方已关闭",
    "EBADF": "未打开，不能读写",
    "EINVAL": "无效的参数",
    "ENOMEM": "内存不足",
    "ETXTBSY": "文件正在执行",
    "EXDEV": "跨了磁盘",
    "ENOTEMPTY": "文件夹不是空的",
    "ENXIO": "没有这个设备",
    "ENODEV": "没有这个设备",
    "ETIMEDOUT": "超时",
    "EOVERFLOW": "有数字超过38位，Parquet 存不下；写成 .csv 或 .ndjson",
}
"""What the operating system's errors are called in Chinese; it knows its own language only where that is installed."""


def why(error: OSError) -> Text:
    """Why the system could not, in both languages: a Chinese sentence stands before its own words where there is none."""
    own = error.strerror or str(error)
    return Text(_SYSTEM.get(errno.errorcode.get(error.errno or 0, ""), f"系统报告：{own}"), own)


def joined(texts: Iterable[Text], stop: Text = COMMA, last: Text | None = None) -> Text:
    """Texts one after the other, with `stop` between them, and `last` in its stead before the last."""
    told = list(texts)
    if last is not None and len(told) > 1:
        told[-2:] = [Text(*map("".join, zip(told[-2], last, told[-1], strict=True)))]
    return Text(stop.zh.join(each.zh for each in told), stop.en.join(each.en for each in told))


PLAIN_COLON = Text("冒号用半角“: ”", "use the plain colon `: `, not the full-width one")
"""What is right where a Chinese keyboard wrote its own colon."""


_MOST_RUNS = 8


class _Point(NamedTuple):
    line: int = 1
    column: int = 1


class Place(_Point):
    """Where something stands in a file: line and column count from 1, columns in characters; a tuple of these two.

    In a workbook it is a cell, and `sheet` the name of its sheet; `more` are further lines of which the same is true.
    """

    sheet: str
    more: tuple[int, ...]

    def __new__(cls, line: int = 1, column: int = 1, sheet: str = "", more: tuple[int, ...] = ()) -> "Place":
        place = super().__new__(cls, line, column)
        place.sheet, place.more = sheet, more
        return place

    def __reduce__(self) -> tuple[type["Place"], tuple[int, int, str, tuple[int, ...]]]:
        return Place, (self.line, self.column, self.sheet, self.more)

    def __eq__(self, other: object) -> bool:
        own, others = (self.sheet, self.more), (getattr(other, "sheet", ""), getattr(other, "more", ()))
        return super().__eq__(other) and own == others

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((self.line, self.column, self.sheet, self.more))

    def over(self, lines: Iterable[int]) -> "Place":
        """The same column of all these lines of the sheet."""
        first, *more = sorted(set(lines))
        return Place(first, self.column, self.sheet, tuple(more))

    def show(self) -> str:
        """The place as it stands after a file's name: `5:11`, or the cell as Excel calls it, `企业!K5`, `企业!K5:K44`."""
        if not self.sheet:
            return f"{self.line}:{self.column}"
        letters, runs = column_name(self.column), [[self.line, self.line]]
        for line in sorted(self.more):
            if line > runs[-1][1] + 1:
                runs.append([line, line])
            runs[-1][1] = line
        cells = [f"{letters}{first}" + f":{letters}{last}" * (last > first) for first, last in runs[:_MOST_RUNS]]
        return f"{self.sheet}!{','.join(cells)}{',…' * (len(runs) > _MOST_RUNS)}"


def column_name(number: int) -> str:
    """A column as Excel calls it: 1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


class Fault(NamedTuple):
    """One thing wrong: its place, the fact (or key) it concerns, what is wrong and what would be right."""

    file: str
    place: Place
    fact: str
    wrong: Text
    right: Text

    @property
    def where(self) -> str:
        """The place with its file: `clients.yaml:5:11`, `clients.xlsx:企业!K5`."""
        return f"{self.file}:{self.place.show()}"

    def show(self, lang: str) -> str:
        """The fault on one line, as `FILE:LINE:COLUMN: fact: what is wrong; what would be right`."""
        fact = f"{self.fact}: " if self.fact else ""
        return shown(f"{self.where}: {fact}{self.wrong.show(lang)}{STOP.show(lang)}{self.right.show(lang)}")


class Refused(Exception):
    """A file was refused: `faults` are all that was found in it, in the order of the file."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.file, fault.place.sheet, fault.place)))
        super().__init__("\n".join(fault.show("en") for fault in self.faults))

    @classmethod
    def of(cls, file: str, place: Place, wrong: Text, right: Text, fact: str = "") -> "Refused":
        """The refusal of a file for one fault."""
        return cls([Fault(file, place, fact, wrong, right)])

    @classmethod
    def unread(cls, file: str, error: OSError) -> "Refused":
        """The refusal of a file that the system does not give."""
        wrong = Text(f"无法读取：{why(error).zh}", f"cannot be read: {why(error).en}")
        return cls.of(file, Place(), wrong, Text("检查文件路径", "check the path of the file"))


def gathered(make: Callable[[_Of], _Made], those: Iterable[_Of]) -> list[_Made]:
    """What is made of each of some things; raises `Refused` with the faults of all that are refused."""
    found, faults = list[_Made](), list[Fault]()
    for each in those:
        try:
            found.append(make(each))
        except Refused as refused:
            faults += refused.faults
    if faults:
        raise Refused(faults)
    return found


def shown(text: str) -> str:
    """A text on one line of a terminal: what cannot be printed, or is a command to it, is replaced."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def writable(text: str) -> str:
    """A text as a file can hold it: half of a surrogate pair, or a byte of a name that is no character, is replaced."""
    return text.encode(errors="replace").decode()


def quoted(written: object) -> str:
    """`written` in quotes for a message in English, cut where it is long; in Chinese it is `“{cut(written)}”`."""
    return f"'{_short(written)}'"


def cut(written: object) -> str:
    """`written` for a message in Chinese, cut where it is long; it stands in quotes there, so its own become single ones."""
    return _short(written).translate(_WITHIN_QUOTES)


def _short(written: object) -> str:
    text = str(written).lower() if isinstance(written, bool) else str(written)  # as files write it
    return text if len(text) <= 40 else text[:37] + "..."


_WITHIN_QUOTES = str.maketrans("“”", "‘’")


def all_quoted(texts: Iterable[str]) -> Text:
    """Texts one after the other for a message, each in quotes."""
    return joined(Text(f"“{cut(text)}”", quoted(text)) for text in texts)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, in capitals or not, or None where none is like it."""
    from difflib import get_close_matches

    folded = {each.casefold(): each for each in known}
    matches = get_close_matches(name.casefold(), folded, n=1, cutoff=0.5)
    return folded[matches[0]] if matches else None


def none_of(option: str, written: str, known: Sequence[str]) -> Text:
    """What is wrong with a word that is none of those that an option takes."""
    zh, en = (
        ("、".join(known), f"one of {', '.join(known)}") if len(known) > 2 else (" 或 ".join(known), " or ".join(known))
    )
    return Text(f"{option} 只能是 {zh}，不能是“{cut(written)}”", f"{option} takes {en}, not {quoted(written)}")


def perhaps(like: str) -> Text:
    """What may be right where a name is not known that is nearly this one."""
    return Text(f"是否应为“{cut(like)}”？", f"did you mean {quoted(like)}?")


def unknown_name(name: str, known: Sequence[str], what: Text, lister: str = "jxplus init") -> tuple[Text, Text]:
    """What is wrong with a name that is not known, and the right one: the nearest, or else all of them in the reader's language.

    `what` says what kind of name it is, such as `Text("事实", "fact")`; `lister` is the command that lists them where
    they are many.
    """
    wrong = Text(f"未知的{what.zh}“{cut(name)}”", f"unknown {what.en} {quoted(name)}")
    like = nearest(name, known)
    if like is not None:
        return wrong, perhaps(like)
    if not known:
        return wrong, Text("一个也没有", f"there is no {what.en}")
    if len(known) > 12:
        return wrong, Text(f"可用的名称见 `{lister}`", f"`{lister}` lists the known ones")
    chinese = [each for each in known if not each.isascii()]
    ids = [each for each in known if each.isascii()]
    listed = Text(COMMA.zh.join(chinese or known), COMMA.en.join(ids or known))
    return wrong, Text(f"可用：{listed.zh}", f"known: {listed.en}")
