"""The first sheet: what the book is of, what it comes to, what stands where, what it rests on, and its receipt."""

import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from jxplus.batch.outputs.workbook.book import Book
from jxplus.batch.outputs.workbook.clients import MOST_CLIENTS
from jxplus.batch.outputs.workbook.sheet import LINE, Link, Pen, lines_of
from jxplus.fault import Text, writable
from jxplus.quantity import span_text
from jxplus.render.words import EACH_ON_ITS_DAY, of_enterprises
from jxplus.version import __version__

SHEET = Text("封面", "Cover")
TITLE = Text("可享受政策金额测算", "Entitlements under the plan")
_LABEL, _TEXT = 20, 84


class Contents(NamedTuple):
    """What a cover tells: who, on which day, the totals in yuan, and the sheets with what stands on each.

    `files` are the files that were read, `pins` the readings chosen, `said` the assumptions with how many they are true of.
    `open` says that the total has no ceiling.
    """

    who: Text
    day: date | None
    totals: tuple[Decimal, Decimal]
    sheets: Sequence[tuple[Link, Text]]
    files: Sequence[str]
    pins: Mapping[str, str]
    said: Counter[Text]
    clients: int
    open: bool


class Cover:
    """The cover of a book; it stands first, and is written last."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.sheet = book.sheet(book.say(SHEET))
        self.pen = Pen(book, self.sheet)
        self.sheet.set_column(0, 0, _LABEL)
        self.sheet.set_column(1, 1, _TEXT)
        self.row = 0

    def write(self, contents: Contents) -> None:
        """Write all of it."""
        say = self.book.say
        self.sheet.set_row(0, 34)
        self.pen.write(0, 0, say(TITLE), "title")
        self.row = 1
        for plan in self.book.plans:
            self.sheet.merge_range(self.row, 0, self.row, 1, "", self.book.format("text"))
            self.pen.write(self.row, 0, plan, "text")
            self.sheet.set_row(self.row, LINE * lines_of(plan, _LABEL + _TEXT - 2))
            self.row += 1
        self.row += 1
        self.facts(_about(self.book, contents))
        self.heading(Text("目录", "Contents"))
        for link, told in contents.sheets:
            self.line(link, say(told))
        self.heading(Text("如何阅读", "How to read it"))
        self.facts(_notes(self.book, contents))
        if contents.pins or contents.said:
            self.heading(Text("所依据的假设与解读", "What it rests on"))
            self.facts(_rests(self.book, contents))
        self.heading(Text("凭据", "Receipt"))
        self.facts(_receipt(self.book, contents))
        self.sheet.print_area(0, 0, self.row, 1)

    def facts(self, lines: Iterator[tuple[Text, Text]]) -> None:
        for name, told in lines:
            self.line(self.book.say(name), self.book.say(told))

    def line(self, label: "str | Link", text: str) -> None:
        text = writable(text)
        self.pen.write(self.row, 0, label, "label", *(("link",) if isinstance(label, Link) else ()))
        self.pen.write(self.row, 1, text, "text")
        self.sheet.set_row(self.row, LINE * lines_of(text, _TEXT - 2))
        self.row += 1

    def heading(self, text: Text) -> None:
        self.row += 1
        self.pen.write(self.row, 0, self.book.say(text), "head")
        self.pen.write(self.row, 1, None, "head")
        self.sheet.set_row(self.row, 22)
        self.row += 1


def _about(book: Book, contents: Contents) -> Iterator[tuple[Text, Text]]:
    yield Text("测算对象", "For"), contents.who
    yield Text("测算日期", "As of"), Text.same(contents.day.isoformat()) if contents.day else EACH_ON_ITS_DAY
    money = book.money
    amount = Text.same(span_text(*contents.totals, money.shown))
    if contents.open:
        least = money.shown(contents.totals[0])
        amount = Text(f"至少 {least}", f"at least {least}")
    yield Text("金额合计", "In all"), Text(*(f"{one} {unit}" for one, unit in zip(amount, money.unit, strict=True)))


def _notes(book: Book, contents: Contents) -> Iterator[tuple[Text, Text]]:
    unit = book.money.unit
    yield (
        Text("金额", "Amounts"),
        Text(
            f"单位{unit.zh}，按分四舍五入。“不超过”的下限为0；有多种解读的，下限和上限是各解读的最低和最高。",
            f"in {unit.en}, rounded half up to the fen; a ceiling begins at 0, and readings span what they come to",
        ),
    )
    yield (
        Text("合计", "Totals"),
        Text(
            "合计为公式，重算后分毫不差；一个数超过15位有效数字时，Excel存不下，按文本写出，其合计直接写为数值或文本。",
            "they are formulas, and come to the same fen when they are calculated again; a figure of more than 15 digits,"
            " which Excel does not hold, is written as text, and its total as it is",
        ),
    )
    yield (
        Text("金额未载明", "Unquantified"),
        Text("条款适用，但方案没有写明金额。", "the clause applies, and the plan states no amount"),
    )
    yield (Text("未定", "Undecided"), Text("还缺事实，见“待补事实”。", "a fact is missing: see the sheet Missing"))
    if contents.clients > MOST_CLIENTS:
        yield (
            Text("各企业的工作表", "Sheets of clients"),
            Text(
                f"只有金额最高的{MOST_CLIENTS}家各有一张，其余{contents.clients - MOST_CLIENTS}家见“金额”。",
                f"the {MOST_CLIENTS} with the highest amounts have one each; the other"
                f" {contents.clients - MOST_CLIENTS} are on the sheet Amounts",
            ),
        )


def _rests(book: Book, contents: Contents) -> Iterator[tuple[Text, Text]]:
    for name, pin in contents.pins.items():
        clause = book.policy.clause(name)
        found = next((each.title for each in clause.readings if each.id == pin), None) if clause else None
        if clause is not None:
            title = found or Text.same(pin)
            yield (
                Text("选定的解读", "Reading chosen"),
                Text(
                    f"{clause.section} {clause.title.zh}：{title.zh}", f"{clause.section} {clause.title.en}: {title.en}"
                ),
            )
    for text, count in contents.said.items():
        yield Text("假设或提示", "Assumption or note"), of_enterprises(text, count)


def _receipt(book: Book, contents: Contents) -> Iterator[tuple[Text, Text]]:
    for plan in book.policy.each_plan:
        yield Text("政策文件", "Policy file"), Text.same(f"{plan.id} · SHA-256 {plan.sha256}")
    yield Text("程序", "Computed by"), Text.same(f"jxplus {__version__}")
    for file in contents.files[:20]:
        digest = _digest(file)
        if digest:
            yield Text("来源文件", "Source"), Text.same(f"{os.path.basename(file)} · SHA-256 {digest}")
    others = len(contents.files) - 20
    if others > 0:
        yield Text("来源文件", "Sources"), Text(f"另有{others}个文件", f"{others} files more")


def _digest(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
