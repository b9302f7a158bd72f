"""A table on a sheet: a heading that stays in view and is printed on each page, rows, and a total that adds up again."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from jxplus.batch.outputs.workbook.book import Book, Money
from jxplus.enterprise.template import width
from jxplus.fault import Text, column_name, writable
from jxplus.quantity import ZERO, number_text, total

MOST_ROWS = 1_048_576
MOST_LINKS = 65_530
"""How many links Excel allows on a sheet."""
_SURE = Decimal("0.004")
"""A sum of doubles that is certain to be off by less than this is the same fen when it is rounded."""
_EPSILON = Decimal("1.2e-16")
"""A double is off by at most so much of itself."""


LINE, ROW, HEADING = 16, 15, 32
"""The heights of a line of text in a row of several, of a row of one, and of a heading, in points."""


class Column(NamedTuple):
    """A column: its heading, what stands in it (`text`, `money` or `count`), and how wide it may become.

    One that is not `printed` stands behind all that are.
    """

    head: Text
    kind: str = "text"
    most: int = 30
    printed: bool = True


class Link(NamedTuple):
    """A text that leads to a place of the workbook, such as `'甲'!A1`."""

    text: str
    target: str


class Unbounded(NamedTuple):
    """The high end of an amount that has none; `text` says so."""

    text: str


Cell = str | int | Decimal | Link | Unbounded | None


class ColumnSum:
    """The sum of a column as it is written: a formula that gives the same figure when Excel calculates it again.

    Where that is not certain, since some of the amounts are texts or the figures too large for a double, it is a value.
    """

    def __init__(self, money: Money) -> None:
        self.money = money
        self.total, self.size, self.count, self.exact = ZERO, ZERO, 0, True

    def add(self, amount: Decimal) -> None:
        """Take an amount in yuan, which is a text in the sheet where Excel does not hold it."""
        self.total, self.size = total((self.total, amount)), total((self.size, abs(amount)))
        self.count += 1
        self.exact = self.exact and self.money.fits(amount)

    @property
    def sure(self) -> bool:
        """Whether a formula comes to the same fen, and Excel holds it."""
        return self.exact and self.money.fits(self.total) and (self.count + 1) * self.size * _EPSILON < _SURE


class Pen:
    """Writes cells to one sheet of a book."""

    def __init__(self, book: Book, sheet: Any) -> None:
        self.book, self.sheet = book, sheet

    def write(self, row: int, column: int, cell: Cell, *words: str) -> str:
        """Write a cell in a format; it gives the text that shows."""
        format = self.book.format(*words)
        if cell is None:
            self.sheet.write_blank(row, column, None, format)
            return ""
        if isinstance(cell, Link):
            self.sheet.write_url(row, column, f"internal:{cell.target}", format, _plain(cell.text))
            return cell.text
        if isinstance(cell, Decimal):
            return self.amount(row, column, cell, format)
        if isinstance(cell, Unbounded):
            cell = cell.text
        if isinstance(cell, int):
            self.sheet.write_number(row, column, cell, format)
            return str(cell)
        self.sheet.write_string(row, column, _plain(cell), format)
        return cell

    def amount(self, row: int, column: int, amount: Decimal, format: Any) -> str:
        money = self.book.money
        if money.fits(amount):
            # XlsxWriter takes the digits from the decimal itself.
            self.sheet.write_number(row, column, money.figure(amount), format)
            return money.as_cell(amount)
        text = number_text(money.figure(amount))
        self.sheet.write_string(row, column, text, format)
        return text

    def formula(self, row: int, column: int, formula: str, value: Decimal, *words: str) -> str:
        """Write a formula of amounts, with the amount in yuan that it comes to."""
        money = self.book.money
        rounded = f"=ROUND({formula},{money.decimals})"
        self.sheet.write_formula(row, column, rounded, self.book.format(*words), money.figure(value))
        return money.as_cell(value)

    def sum(self, row: int, column: int, formula: str, sum: ColumnSum, *words: str) -> str:
        """Write a sum as a formula, or as a value where that is not sure to come to the same."""
        if sum.sure:
            return self.formula(row, column, formula, sum.total, *words)
        return self.write(row, column, sum.total, *words)


class SheetTable:
    """A table that begins at the top of a sheet; it goes on on a further one where Excel has no more rows.

    Of one that is `passing` nothing is held but the row at hand: nothing stands beside its rows that asks how high they are.
    """

    def __init__(
        self,
        book: Book,
        name: Text,
        columns: Sequence[Column],
        landscape: bool = False,
        fixed: int = 1,
        passing: bool = False,
    ) -> None:
        self.passing = passing
        self.book, self.columns, self.landscape, self.fixed = book, columns, landscape, fixed
        self.called = book.say(name)
        self.sums = {index: ColumnSum(book.money) for index, each in enumerate(columns) if each.kind == "money"}
        self.before: list[list[str]] = [[] for _ in columns]
        """The cells of each column on the sheets that are full."""
        self.links = 0
        self.count = 0
        self.height = 0
        """How high the last sheet is by now, in points."""
        self.totalled = False
        self.repeated = True
        """Whether the heading stands on every page."""
        self.unbounded: set[int] = set()
        """The columns in which an amount has no high end."""
        self.begin()

    def begin(self) -> None:
        """A further sheet, with its heading."""
        self.count += 1
        name = self.called if self.count == 1 else f"{self.called} {self.count}"
        self.sheet = self.book.sheet(name, self.landscape)
        self.pen = Pen(self.book, self.sheet)
        # A heading leaves room for the button of its filter.
        self.widths = [width(each) + 3 for each in map(self.heading, self.columns)]
        for index, column in enumerate(self.columns):
            words = ("head", "right") if column.kind in ("money", "count") else ("head",)
            self.pen.write(0, index, self.heading(column), *words)
        self.sheet.set_row(0, HEADING)
        self.sheet.freeze_panes(1, self.fixed)
        self.row, self.height = 1, HEADING

    def heading(self, column: Column) -> str:
        """The heading of a column; one of amounts has their unit."""
        text = self.book.say(column.head)
        unit = self.book.money.unit
        return text + self.book.say(Text(f"（{unit.zh}）", f" ({unit.en})")) if column.kind == "money" else text

    def add(self, cells: Sequence[Cell], *words: str) -> None:
        """A row; `words` say more of the format of its cells."""
        if self.row == MOST_ROWS - 1:
            full = [self.column(index) for index in range(len(self.columns))]
            self.finish()
            self.before = full
            self.begin()
        lines = 1
        for index, (column, cell) in enumerate(zip(self.columns, cells, strict=True)):
            own = cell
            if isinstance(own, Link):
                self.links += 1
                own = own if self.links < MOST_LINKS else own.text
            if index in self.sums and isinstance(own, Decimal):
                self.sums[index].add(own)
            elif isinstance(own, Unbounded):
                self.unbounded.add(index)
            kind = column.kind if not isinstance(own, str) or column.kind == "money" else "text"
            link = ("link",) if isinstance(own, Link) else ()
            if own is not None or words:
                shown = self.pen.write(self.row, index, own, kind, *link, *words)
                self.widths[index] = max(self.widths[index], max(map(width, shown.split("\n"))) + 1)
                if kind == "text":
                    lines = max(lines, lines_of(shown, column.most))
        if lines > 1:  # not every program makes a row as high as its text
            self.sheet.set_row(self.row, LINE * lines)
        if self.passing:  # XlsxWriter keeps how high every row is, also of those that it has written
            for kept in (self.sheet.row_info, self.sheet.row_sizes):
                kept.pop(self.row - 1, None)
        self.height += LINE * lines if lines > 1 else ROW
        self.row += 1

    @property
    def target(self) -> str:
        """The first cell of the last sheet, as a link calls it."""
        return top_of(self.sheet)

    def column(self, index: int) -> list[str]:
        """The cells of a column on all sheets, as a formula calls them."""
        letter, name = column_name(index + 1), quoted_name(self.sheet)
        last = self.row - self.totalled
        own = [f"{name}!${letter}$2:${letter}${last}"] if last > 1 else []
        return [*self.before[index], *own]

    def total(self, label: str, high: Decimal | Unbounded | None = None) -> None:
        """A last row with the sums of all columns of amounts, bold and under a rule.

        `high` stands for the sum of a column in which an amount has no high end.
        """
        for index, column in enumerate(self.columns):
            if index in self.unbounded:
                self.pen.write(self.row, index, high, "money", "total")
            elif index in self.sums and self.row > 1:
                parts = [
                    each.rpartition("!")[2].replace("$", "") if each.startswith(f"{quoted_name(self.sheet)}!") else each
                    for each in self.column(index)
                ]
                shown = self.pen.sum(self.row, index, f"SUM({','.join(parts)})", self.sums[index], "money", "total")
                self.widths[index] = max(self.widths[index], width(shown) + 3)
            else:
                self.pen.write(self.row, index, label if index == 0 else None, column.kind, "total")
        self.row += 1
        self.height += ROW
        self.totalled = True

    def finish(self, last: int | None = None) -> None:
        """The filter, the widths of the columns and what is printed of them, once all rows are there.

        `last` is the last row of the sheet where more stands below the table.
        """
        end = self.row
        rows = end - 1 - self.totalled
        if rows > 0:
            self.sheet.autofilter(0, 0, rows, len(self.columns) - 1)
        for index, most in enumerate(self.settled()):
            self.sheet.set_column(index, index, most)
        if self.repeated:
            self.sheet.repeat_rows(0)
        printed = sum(each.printed for each in self.columns)
        self.sheet.print_area(0, 0, max(last or 0, end - 1), printed - 1)

    def settled(self) -> list[int]:
        """How wide each column is for what stands in it by now, in characters."""
        pairs = zip(self.columns, self.widths, strict=True)
        return [most if column.kind == "money" else min(most, column.most) + 1 for column, most in pairs]

    @property
    def pixels(self) -> int:
        """How wide what is printed of it is by now, in pixels, less a margin for programs whose characters are narrower."""
        printed = zip(self.columns, self.settled(), strict=True)
        return int(sum(7 * most + 5 for column, most in printed if column.printed) * 0.97)


def lines_of(text: str, room: int) -> int:
    """How many lines a text takes where a line has room for so many columns."""
    return sum(max(1, -(-width(each) // max(room, 1))) for each in text.split("\n"))


def quoted_name(sheet: Any) -> str:
    """The name of a sheet as a formula calls it."""
    return "'" + str(sheet.get_name()).replace("'", "''") + "'"


def top_of(sheet: Any) -> str:
    """The first cell of a sheet, as a link calls it."""
    return f"{quoted_name(sheet)}!A1"


def _plain(text: str) -> str:
    """A text as it can be written; one in this tag XlsxWriter would take for formatting of its own."""
    text = writable(text)
    return f"{text}\N{ZERO WIDTH SPACE}" if text.startswith("<r>") else text
