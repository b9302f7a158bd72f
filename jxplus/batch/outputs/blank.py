"""A workbook to fill in for many enterprises: a sheet for each table, headed in one language, which `batch` reads as it is.

Every heading is one that the reader of tables takes, units included. A row that shows how to fill it in and the sheet of
notes say of themselves that they are not read.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO, NamedTuple

from jxplus.batch.outputs.workbook.book import Book
from jxplus.batch.outputs.workbook.sheet import LINE, Pen, lines_of
from jxplus.batch.sources.remarks import EXAMPLE, UNREAD_SHEET
from jxplus.enterprise.heading import Headings, Misnamed
from jxplus.enterprise.questions import example_text, form_of, form_text, sections, users
from jxplus.enterprise.template import width
from jxplus.fault import YES_NO, Text
from jxplus.policy import Clause, Fact, Policy
from jxplus.policy.store import told_of
from jxplus.policy.tables import ENTERPRISES, ENTERPRISES_ZH, KEY, KEY_ZH, OWNER, OWNER_ZH
from jxplus.quantity import unit_text

_ROWS = 5000
"""Down to which row there are lists to choose from."""
_LONGEST_LIST = 255
"""How many characters Excel takes for the items of a list."""
_TEXT, _GENERAL, _MONEY, _DAY = 49, 0, 4, "yyyy-mm-dd"
"""Excel's own formats by their numbers, where it has them."""


class BlankColumn(NamedTuple):
    """A column to fill in: its heading, what its comment says, the cell of the example, the format of its cells.

    `choices` are what may be chosen; `least` and `largest` bound its figures, in the unit of the heading.
    """

    heading: str
    comment: str
    example: str | Decimal | date
    format: int | str
    choices: Sequence[str] = ()
    bounds: tuple[Decimal, Decimal] | None = None


def write_blank(file: BinaryIO, policy: Policy, lang: str, clauses: Sequence[Clause] | None, called: str) -> None:
    """Write the workbook to a file; with `clauses` it has the facts that these need and no others.

    `called` is what its notes call it. Raises `ImportError` where XlsxWriter is not installed, and `OSError`.
    """
    blank = _Blank(file, policy, lang, clauses, called)
    try:
        blank.write()
    finally:
        blank.book.drop()


class _Blank:
    """The workbook in one language."""

    def __init__(
        self, file: BinaryIO, policy: Policy, lang: str, clauses: Sequence[Clause] | None, called: str
    ) -> None:
        self.book = Book(file, policy, lang)
        self.say = self.book.say
        self.policy, self.lang, self.clauses, self.called = policy, lang, clauses, called
        self.form = form_of(policy, clauses)
        self.users = users(policy if clauses is None else policy._replace(clauses=tuple(clauses)))

    def write(self) -> None:
        """Write all sheets."""
        key = self.key(Text(KEY_ZH, KEY), _KEY, f"{self.say(_KEY_EXAMPLE)}")
        facts = [key, *(self.column(fact, self.policy.facts, fact.id) for fact in self.form.facts)]
        self.sheet(Text(ENTERPRISES_ZH, ENTERPRISES), facts)
        for listed, inner in self.form.lists:
            about = listed.about or Text("", "")
            told = Text(f"{_OWNER.zh}{about.zh}", f"{_OWNER.en} {about.en}".rstrip())
            owner = self.key(Text(OWNER_ZH, OWNER), told, self.say(_KEY_EXAMPLE))
            columns = [owner, *(self.column(fact, listed.facts, f"{listed.id}[].{fact.id}") for fact in inner)]
            self.sheet(Text(listed.label.zh, listed.id), columns)
        self.notes()
        title = Text("企业情况填写表", "Enterprises to be filled in")
        self.book.close(self.say(title), self.say(UNREAD_SHEET))

    # ---- a table

    def key(self, name: Text, comment: Text, example: str) -> BlankColumn:
        return BlankColumn(self.say(name), f"{self.say(comment)}\n{example}", self.say(EXAMPLE), _TEXT)

    def column(self, fact: Fact, known: dict[str, Fact], name: str) -> BlankColumn:
        """The column of a fact, with a heading that the reader of tables takes, and its unit where it has one."""
        unit = "%" if fact.is_rate else unit_text(fact.type.unit)
        heading, unit = self.heading(fact, known, unit)
        example, bounds = self.example(fact, unit), self.bounds(fact, unit)
        return BlankColumn(heading, self.comment(fact, name), example, self.format(fact), self.choices(fact), bounds)

    def heading(self, fact: Fact, known: dict[str, Fact], unit: str) -> tuple[str, str]:
        """What stands over a fact's column, and the unit in it; without one where the reader would not take it."""
        name = self.say(Text(fact.label.zh, fact.id))
        headings = Headings(known)
        with_unit = self.say(Text(f"{name}（{unit}）", f"{name} ({unit})"))
        try:
            if unit and headings.read(with_unit) == (fact.id, unit):
                return with_unit, unit
            taken = headings.read(name).id == fact.id
        except Misnamed:
            taken = False
        return (name if taken else fact.id), ""

    def comment(self, fact: Fact, name: str) -> str:
        """What is said of a fact: what it means, what it takes, an example, the sections that ask for it."""
        parts = []
        if self.lang == "en":
            parts.append(fact.label.en)
        if fact.about is not None:
            parts.append(self.say(fact.about))
        form = form_text(fact, self.lang, self.say(Text(" / ".join(each.zh for each in fact.choices.values()), "")))
        must = self.say(Text("；必填", "; required")) if fact.required else ""
        parts.append(self.say(Text(f"填写：{form}{must}", f"Takes: {form}{must}")))
        example = self.say(example_text(fact))
        parts.append(self.say(Text(f"例：{example}", f"Example: {example}")))
        asking = self.users.get(name, [])
        if asking:
            named = sections(asking, self.lang)
            parts.append(self.say(Text(f"涉及：{named}", f"Asked for by {named}")))
        return "\n".join(parts)

    def example(self, fact: Fact, unit: str) -> "str | Decimal | date":
        """The cell of the example: a figure where the heading has its unit."""
        if fact.type.kind == "date":
            return date(2016, 6, 30)
        if fact.type.kind != "number" or (not unit and fact.type.unit):
            return self.say(example_text(fact))
        figure = Decimal(12000000) if fact.is_money else Decimal(15) if fact.is_rate and unit else Decimal(12)
        bounds = self.bounds(fact, unit)
        return min(figure, bounds[1]) if bounds is not None else figure

    def format(self, fact: Fact) -> int | str:
        """How the cells of a fact are formatted: ids, names and codes as text, so that no sign of them is lost."""
        if fact.type.kind in ("text", "code"):
            return _TEXT
        if fact.type.kind == "date":
            return _DAY
        return _MONEY if fact.is_money else _GENERAL

    def choices(self, fact: Fact) -> Sequence[str]:
        """What may be chosen for a fact, in the reader's words; nothing where that is more than Excel takes."""
        if fact.type.kind == "truth":
            found = [self.say(YES_NO[True]), self.say(YES_NO[False])]
        else:
            found = [self.say(Text(label.zh, id)) for id, label in fact.choices.items()]
        return found if len(",".join(found)) <= _LONGEST_LIST and not any("," in each for each in found) else ()

    def bounds(self, fact: Fact, unit: str) -> tuple[Decimal, Decimal] | None:
        if fact.limits is None:
            return None
        scale = Decimal(100) if fact.is_rate and unit else Decimal(1)
        return fact.limits.least * scale, fact.limits.largest * scale

    def sheet(self, name: Text, columns: Sequence[BlankColumn]) -> None:
        """The sheet of a table: headings with comments, an example, and cells that know what may stand in them."""
        sheet = self.book.sheet(self.say(name), landscape=True)
        pen = Pen(self.book, sheet)
        sheet.set_row(0, 34)
        for index, column in enumerate(columns):
            pen.write(0, index, column.heading, "head")
            sheet.write_comment(0, index, column.comment, {"x_scale": 2.4, "y_scale": 1.6, "font_size": 10})
            self.cell(sheet, index, column)
            room = max(width(column.heading) // 2 + 4, width(_shown(column.example)) + 2, 12)
            sheet.set_column(index, index, min(room, 32), self.book.format(figures=column.format))
        self.example_row(sheet, columns)
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
        if len(columns) > 12:  # they would be too small to read on one page
            sheet.fit_to_pages(0, 0)
            sheet.set_print_scale(80)
            sheet.repeat_columns(0, 1)

    def example_row(self, sheet: Any, columns: Sequence[BlankColumn]) -> None:
        for index, column in enumerate(columns):
            format, value = self.book.format("example", figures=column.format), column.example
            if isinstance(value, Decimal):
                sheet.write_number(1, index, value, format)
            elif isinstance(value, date):
                sheet.write_datetime(1, index, value, format)
            else:
                sheet.write_string(1, index, value, format)

    def cell(self, sheet: Any, index: int, column: BlankColumn) -> None:
        """What the cells of a column may hold: a list to choose from, or a warning beyond the bounds."""
        if column.choices:
            rule: dict[str, Any] = {"validate": "list", "source": list(column.choices)}
            title = Text("请从列表中选择", "Choose from the list")
            message = Text("留空表示未知。", "A blank is unknown.")
        elif column.bounds is not None and column.heading.endswith((")", "）")):
            least, largest = column.bounds
            rule = {"validate": "decimal", "criteria": "between", "minimum": least, "maximum": largest}
            rule["error_type"] = "warning"
            title = Text("请核对", "Please check")
            message = Text(
                "应为数字，以列标题的单位计；也可写明单位，如 1200万元。",
                "A figure in the unit of the heading is wanted; one with a unit of its own may be meant.",
            )
        else:
            return
        told = {"error_title": self.say(title), "error_message": self.say(message)}
        sheet.data_validation(1, index, _ROWS, index, rule | told)

    # ---- the notes

    def notes(self) -> None:
        """How to fill it in; the first cell says that this sheet is not read."""
        sheet = self.book.sheet(self.say(Text("说明", "Notes")))
        pen = Pen(self.book, sheet)
        sheet.set_column(0, 0, 22)
        sheet.set_column(1, 1, 84)
        sheet.set_row(0, 28)
        pen.write(0, 0, self.say(UNREAD_SHEET), "title")
        for row, (name, text) in enumerate(self.told(), 2):
            pen.write(row, 0, self.say(name), "label")
            told = self.say(text)
            pen.write(row, 1, told, "text")
            sheet.set_row(row, LINE * lines_of(told, 82))

    def told(self) -> Iterator[tuple[Text, Text]]:
        """The notes, one after the other."""
        yield Text("方案", "Plan"), Text(*(f"{self.policy.id} {title}" for title in self.policy.title))
        if self.clauses is not None:
            named = Text(sections(self.clauses, "zh"), sections(self.clauses, "en"))
            yield (
                Text("范围", "Scope"),
                Text(f"只含 {named.zh} 所需的事实", f"the facts that {named.en} need, and no others"),
            )
        yield from _NOTES
        plans = told_of(self.policy)
        yield (
            Text("填好以后", "When it is filled in"),
            Text(
                f"检查：jxplus check {self.called}{plans}\n测算：jxplus batch {self.called} -o 结果.xlsx{plans}",
                f"check it: jxplus check {self.called}{plans}\ncalculate: jxplus batch {self.called} -o results.xlsx{plans}",
            ),
        )


_KEY = Text(
    "企业的编号，每家一个，不重复；各明细表用它找到企业。",
    "The id of the enterprise, each its own; the rows of the other sheets find their enterprise by it.",
)
_KEY_EXAMPLE = Text("例：KH001", "Example: C001")
_OWNER = Text(
    "“企业”表里的编号；一家可以有多行。", "The id on the sheet of the enterprises, which may have many rows here."
)
_NOTES = (
    (
        Text("每行一家企业", "A row for each"),
        Text(
            "“企业”表每行一家。编号和企业名称必填，其余不知道的留空。",
            "the sheet of the enterprises has a row for each; id and name are needed, and what is not known is left blank",
        ),
    ),
    (
        Text("留空", "A blank"),
        Text(
            "留空是“未知”，不是“否”，也不是零。确实没有，请填 否 或 0。",
            "a blank is unknown: never no, never zero; where there is none, enter no or 0",
        ),
    ),
    (
        Text("明细表", "The other sheets"),
        Text(
            "一家企业在某张明细表里没有一行，表示它没有这一项。某一项谁都还不知道的，请删去整张工作表，那才是“未知”。",
            "an enterprise without a row on one of them has no such item; where nobody knows yet, delete that sheet: then it"
            " is unknown",
        ),
    ),
    (
        Text("单位", "Units"),
        Text(
            "数字以列标题里的单位计。要用万元，把标题里的“（元）”改成“（万元）”，整列就以万元计；单个格也可写明单位，如 1200万元。",
            "figures are in the unit of their heading; write (万元) in place of (元) and the whole column is in 10,000 yuan; a"
            " single cell may have a unit of its own, as 1200万元",
        ),
    ),
    (
        Text("示例行", "The example"),
        Text(
            f"编号写着“{EXAMPLE.zh}”的一行是示例，不读取，可以删去，也可以留着。",
            f"the row whose id says '{EXAMPLE.en}' shows how it is done; it is not read, and may stay or go",
        ),
    ),
    (
        Text("批注", "Comments"),
        Text(
            "每个列标题都有批注：含义、填法、例子，以及涉及的章节。",
            "each heading has one: what it means, what it takes, an example, and the sections that ask for it",
        ),
    ),
)


def _shown(cell: "str | Decimal | date") -> str:
    return f"{cell:,.2f}" if isinstance(cell, Decimal) else str(cell)
