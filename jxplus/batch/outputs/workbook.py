"""Results as an Excel workbook that can be handed on: a summary, all amounts, what was refused, and what it all rests on.

Text stays text, whatever it begins with. Rows go to disk as they come, so that a large batch takes little memory.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

from jxplus import __version__
from jxplus.assessment import ENTITLED, UNDECIDED, UNQUANTIFIED
from jxplus.atomic import Replacement
from jxplus.batch import Done
from jxplus.batch.sources.former import MADE_BY
from jxplus.fault import Text, writable
from jxplus.policy import Policy
from jxplus.quantity import ZERO, number_text, total
from jxplus.render.record import Cells
from jxplus.render.words import STATUS, status_heading

_MONEY = "#,##0.00"
_MOST_ROWS = 1_048_576
_WIDEST = 60
_EXACT_DIGITS = 15

Cell = str | int | Decimal | None


class WorkbookOutput:
    """A workbook with the sheets summary, amounts, refused and basis, headed in the language `lang`.

    `columns` are those of the wide table, or None for the long one; `day` and `pins` are the day and the readings that
    were chosen. Raises `ImportError` where XlsxWriter is not installed, `OSError` where the file cannot be written.
    """

    def __init__(
        self,
        path: str,
        policy: Policy,
        lang: str,
        columns: Sequence[str] | None = None,
        day: date | None = None,
        pins: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        import xlsxwriter  # type: ignore[import-untyped]

        self.path, self.policy, self.lang, self.wide = path, policy, lang, columns is not None
        self.day, self.pins, self.assumptions = day, pins, Counter[Text]()
        self.replacement = Replacement(path)
        self.book = xlsxwriter.Workbook(
            self.replacement.file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        self.book.set_custom_property(MADE_BY, __version__)
        self.clauses = {(clause.own, clause.section): clause for clause in policy.clauses}
        self.low, self.high, self.open = ZERO, ZERO, False
        self.summary = _Sheet(self, Text("汇总", "Summary"), _SUMMARY)
        self.amounts = _Sheet(self, Text("金额", "Amounts"), _wide_heads(columns) if columns is not None else _LONG)
        self.refused: _Sheet | None = None

    def add(self, done: Done) -> None:
        self.assumptions.update(done.assumptions)
        for brief in done.briefs:
            self.summary.add([brief.enterprise, brief.low, brief.most, *brief[3:6]])
            self.low, self.high = total((self.low, brief.low)), total((self.high, brief.high))
            self.open = self.open or brief.open
        for row in done.rows:
            self.amounts.add(self._statuses(row) if self.wide else self._told(*row))
        for refusal in done.refusals:
            self.refused = self.refused or _Sheet(self, Text("未受理", "Refused"), _REFUSED)
            for fault in refusal.faults:
                told = (fault.fact, fault.wrong.show(self.lang), fault.right.show(self.lang))
                self.refused.add([refusal.enterprise, fault.file, fault.place.line, fault.place.column, *told])

    def _statuses(self, row: Cells) -> list[Cell]:
        return [STATUS[cell].show(self.lang) if isinstance(cell, str) and cell in STATUS else cell for cell in row]

    def _told(self, enterprise: Cell, id: Cell, section: Cell, status: Cell, *amounts: Cell) -> list[Cell]:
        """A row of the long table with its clause's title, payer and department."""
        clause = self.clauses[str(id), str(section)]
        title, payer = clause.title.show(self.lang), clause.payer.show(self.lang)
        lead = Text(clause.lead, f"{clause.lead} {self.policy.departments[clause.lead].en}").show(self.lang)
        return [enterprise, section, title, STATUS[str(status)].show(self.lang), *amounts, payer, lead, clause.id]

    def keep(self) -> None:
        basis = _Sheet(self, Text("依据", "Basis"), _BASIS)
        for label, told, count in _basis(self.policy, self.day, self.pins, self.assumptions):
            basis.add([label.show(self.lang), told.show(self.lang), count])
        for sheet in (self.summary, self.amounts, *([self.refused] if self.refused else []), basis):
            sheet.finish()
        self.summary.add([Text("合计", "Total").show(self.lang), self.low, None if self.open else self.high])
        from xlsxwriter.exceptions import FileCreateError  # type: ignore[import-untyped]

        self.book.use_zip64()
        try:
            self.book.close()
        except FileCreateError as error:
            raise (error.args[0] if isinstance(error.args[0], OSError) else OSError(0, str(error))) from None
        self.replacement.keep()

    def drop(self) -> None:
        self.book.fileclosed = True  # or its destructor would warn of it
        self.replacement.drop()


class _Head(NamedTuple):
    """The heading of a column, and whether figures stand under it."""

    name: Text
    figures: bool = False


_AMOUNTS = [_Head(Text("下限（元）", "Low (yuan)"), True), _Head(Text("上限（元）", "High (yuan)"), True)]
_SUMMARY = [
    _Head(Text("企业", "Enterprise")),
    *_AMOUNTS,
    *(_Head(status_heading(status), True) for status in (ENTITLED, UNQUANTIFIED, UNDECIDED)),
]
_LONG = [
    _Head(Text("企业", "Enterprise")),
    _Head(Text("章节", "Section")),
    _Head(Text("事项", "Entitlement")),
    _Head(Text("状态", "Status")),
    *_AMOUNTS,
    _Head(Text("基数（元）", "Base (yuan)"), True),
    _Head(Text("出资方", "Paid by")),
    _Head(Text("咨询部门", "Ask")),
    _Head(Text("条款", "Clause")),
]
_REFUSED = [
    _Head(Text("企业", "Enterprise")),
    _Head(Text("文件", "File")),
    _Head(Text("行", "Line"), True),
    _Head(Text("列", "Column"), True),
    _Head(Text("事实", "Fact")),
    _Head(Text("问题", "What is wrong")),
    _Head(Text("应为", "What would be right")),
]


_BASIS = [_Head(Text("依据", "Basis")), _Head(Text("内容", "What")), _Head(Text("企业数", "Enterprises"), True)]


def _basis(
    policy: Policy, day: date | None, pins: Mapping[str, str], assumptions: Mapping[Text, int]
) -> Iterator[tuple[Text, Text, int | None]]:
    """What the amounts rest on, line by line: what it is, what it says, and how many enterprises it is true of."""
    yield Text("方案", "Plan"), Text(*(f"{policy.id} {title}" for title in policy.title)), None
    yield Text("政策文件 SHA-256", "SHA-256 of the policy file"), Text(policy.sha256, policy.sha256), None
    yield Text("计算", "Computed by"), Text(f"jxplus {__version__}", f"jxplus {__version__}"), None
    own = Text("各企业写明的日期，未写明则为当天", "the day that each enterprise states, today where it states none")
    yield Text("测算日期", "As of"), Text(day.isoformat(), day.isoformat()) if day else own, None
    for name, pin in pins.items():
        clause = policy.clause(name)
        title = next((each.title for each in clause.readings if each.id == pin), None) if clause else None
        if clause is not None and title is not None:
            told = (f"{clause.section} {one}: {pin}, {other}" for one, other in zip(clause.title, title, strict=True))
            yield Text("选定的解读", "Reading chosen"), Text(*told), None
    yield (
        Text("金额", "Amounts"),
        Text(
            "单位元，按分四舍五入；“不超过”的下限为 0，有多种解读的为其上下限",
            "in yuan, rounded half up to the fen; a ceiling begins at 0, readings span what they come to",
        ),
        None,
    )
    for text, count in assumptions.items():
        yield Text("假设或提示", "Assumption or note"), text, count


def _wide_heads(columns: Sequence[str]) -> list[_Head]:
    return [_Head(Text(each, each), each != "enterprise" and not each.endswith("_status")) for each in columns]


class _Sheet:
    """A sheet with a heading that stays in view, filters, and columns as wide as what stands in them.

    It goes on on a further sheet where Excel has no more rows.
    """

    def __init__(self, output: WorkbookOutput, name: Text, heads: Sequence[_Head]) -> None:
        self.output, self.name = output, name.show(output.lang)
        self.heading = [(head.name.show(output.lang), head.figures) for head in heads]
        self.bold = output.book.add_format({"bold": True, "bottom": 1})
        self.right = output.book.add_format({"bold": True, "bottom": 1, "align": "right", "indent": 1})
        self.money = output.book.add_format({"num_format": _MONEY, "align": "right", "indent": 1})
        self.count = 0
        self.begin()

    def begin(self) -> None:
        self.count += 1
        self.sheet: Any = self.output.book.add_worksheet(self.name if self.count == 1 else f"{self.name} {self.count}")
        # A heading leaves room for the button of its filter.
        self.widths = [_width(text) + 2 for text, _ in self.heading]
        self.row = 1
        for column, (text, figures) in enumerate(self.heading):
            self.sheet.write_string(0, column, text, self.right if figures else self.bold)
        self.sheet.freeze_panes(1, 1)
        self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(0)
        policy = self.output.policy
        title = f"{policy.id} {policy.title.show(self.output.lang)}".replace("&", "&&")
        self.sheet.set_header(f"&L{title}&R&A")
        self.sheet.set_footer("&R&P / &N")

    def add(self, cells: Sequence[Cell]) -> None:
        if self.row == _MOST_ROWS:
            self.finish()
            self.begin()
        for column, cell in enumerate(cells):
            if cell is None:
                continue
            if isinstance(cell, Decimal) and len(number_text(cell).strip("-").replace(".", "")) <= _EXACT_DIGITS:
                # Excel holds a double: up to 15 digits it shows exactly what was computed. XlsxWriter takes the digits
                # from the decimal itself.
                self.sheet.write_number(self.row, column, cell, self.money)
                text = f"{cell:,.2f}"
            elif isinstance(cell, int):
                self.sheet.write_number(self.row, column, cell)
                text = str(cell)
            else:
                text = number_text(cell) if isinstance(cell, Decimal) else writable(cell)
                # XlsxWriter would take a text in this tag for formatting of its own.
                self.sheet.write_string(
                    self.row, column, f"{text}\N{ZERO WIDTH SPACE}" if text.startswith("<r>") else text
                )
            self.widths[column] = max(self.widths[column], _width(text))
        self.row += 1

    def finish(self) -> None:
        self.sheet.autofilter(0, 0, max(self.row - 1, 1), len(self.heading) - 1)
        for column, width in enumerate(self.widths):
            self.sheet.set_column(column, column, min(width, _WIDEST) + 2)


def _width(text: str) -> int:
    """How many columns of a monospaced font a text takes: two for a Chinese character."""
    from unicodedata import east_asian_width

    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
