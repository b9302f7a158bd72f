"""A sheet for each client, to be taken out and handed on by itself: what it is due, what it has still to state, what is near."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from jxplus.assessment import ENTITLED, NOT_IN_FORCE, UNDECIDED, UNQUANTIFIED
from jxplus.batch.clients import Amount, Client, Near, Off
from jxplus.batch.outputs.workbook.book import Book
from jxplus.batch.outputs.workbook.sheet import LINE, Cell, ColumnSum, Link, Pen, lines_of, top_of
from jxplus.batch.outputs.workbook.told import Told
from jxplus.fault import Text, column_name, writable
from jxplus.quantity import ZERO
from jxplus.render.words import PAYS_NOTHING, STATUS_HEADINGS

MOST_CLIENTS = 50
"""How many clients have a sheet of their own: those with the highest amounts."""
_WIDTHS = (12, 25, 16, 16, 10, 15, 16, 22)
_LAST = len(_WIDTHS) - 1
_HEADS = (
    Text("章节", "Section"),
    Text("事项", "Entitlement"),
    Text("下限", "Low"),
    Text("上限", "High"),
    Text("频次", "Basis"),
    Text("出资方", "Paid by"),
    Text("咨询部门", "Ask"),
    Text("说明", "Remarks"),
)


class ClientSheet:
    """The sheet of one client; `back` is the place of the summary that it leads back to."""

    def __init__(self, book: Book, told: Told, client: Client, back: str) -> None:
        self.book, self.told, self.client = book, told, client
        self.sheet: Any = book.sheet(client.name or client.label)
        self.pen = Pen(book, self.sheet)
        self.row, self.made, self.lines = 0, -1, 1
        for index, each in enumerate(_WIDTHS):
            self.sheet.set_column(index, index, each)
        self.head(back)
        self.amounts()
        self.open(UNQUANTIFIED)
        self.open(UNDECIDED)
        self.open(NOT_IN_FORCE)
        self.how()
        self.reach()
        self.said()
        self.sheet.print_area(0, 0, max(self.row - 1, 0), _LAST)

    @property
    def target(self) -> str:
        """The sheet, as a link calls it."""
        return top_of(self.sheet)

    def line(self, cells: Sequence[Cell], *words: str) -> None:
        """A row of cells from the first column on."""
        for index, cell in enumerate(cells):
            if cell is not None or words:
                own = ("link",) if isinstance(cell, Link) else ()
                self.pen.write(self.row, index, cell, *(words or ("text",)), *own)
        self.row += 1

    def merged(self, text: str, *words: str) -> None:
        """A row with one text over all columns."""
        self.spread(0, _LAST, text, *words)
        self.row += 1

    def head(self, back: str) -> None:
        """Who, under which plan, on which day, in which unit."""
        client, say = self.client, self.book.say
        self.sheet.set_row(0, 28)
        self.line([client.name or client.label], "title")
        if client.id:
            self.line([say(Text(f"编号 {client.id}", f"Id {client.id}"))], "plain")
        unit = self.book.money.unit
        day = client.day.isoformat()
        for plan in self.book.plans:
            self.merged(plan, "text")
        others = "".join(f" · {say(name)} {other}" for name, other in client.others)
        told = Text(f"测算日期 {day}{others} · 单位：{unit.zh}", f"As of {day}{others} · in {unit.en}")
        self.line([say(told)], "plain")
        if back:
            self.line([Link(say(Text("返回汇总", "Back to the summary")), back)], "plain")
        self.row += 1

    def amounts(self) -> None:
        """The clauses that pay, and their total."""
        paid = [each for each in self.client.amounts if each.status == ENTITLED]
        if not paid:
            self.line([self.book.say(PAYS_NOTHING)], "plain")
            return
        for index, head in enumerate(_HEADS):
            self.pen.write(self.row, index, self.book.say(head), "head", *(("right",) if index in (2, 3) else ()))
        self.row += 1
        money = self.book.money
        first, sums = self.row, (ColumnSum(money), ColumnSum(money))
        for each in paid:
            self.cells(self.amount(each), sums)
        for off in self.client.off:
            self.cells(self.off(off), sums)
        for index in range(len(_HEADS)):
            if index == 3 and any(each.open for each in paid):
                self.pen.write(self.row, index, self.told.high(self.client), "money", "total")
            elif index in (2, 3):
                letter = column_name(index + 1)
                cells = f"SUM({letter}{first + 1}:{letter}{self.row})"
                self.pen.sum(self.row, index, cells, sums[index - 2], "money", "total")
            else:
                label = self.book.say(Text("合计", "Total")) if index == 0 else None
                self.pen.write(self.row, index, label, "text", "total")
        self.row += 1

    def off(self, off: Off) -> Sequence[Cell]:
        """What a rule between clauses takes off."""
        section, title = self.told.section(off.rule) or None, self.told.rule_title(off.rule)
        return section, title, -off.low, -off.high, None, None, None, self.told.off(off)

    def amount(self, amount: Amount) -> Sequence[Cell]:
        """What a clause comes to."""
        told, id = self.told, amount.clause
        return (
            told.section(id),
            told.title(id),
            amount.low,
            told.high(amount),
            told.basis(id),
            told.payer(id),
            told.lead(id),
            told.remarks(amount) or None,
        )

    def cells(self, cells: Sequence[Cell], sums: tuple[ColumnSum, ColumnSum]) -> None:
        """A row of the table of amounts, whose ends the sums take."""
        for index, cell in enumerate(cells):
            if isinstance(cell, Decimal):
                sums[index - 2].add(cell)
            shown = self.pen.write(self.row, index, cell, "money" if index in (2, 3) else "text")
            self.high(lines_of(shown, _WIDTHS[index] - 1))
        self.row += 1

    def high(self, lines: int, more: int = 0) -> None:
        """Make the row as high as so many lines, unless it is higher already."""
        if self.made != self.row:
            self.made, self.lines = self.row, 1
        self.lines = max(self.lines, lines)
        self.sheet.set_row(self.row, LINE * self.lines + more)

    def heading(self, text: Text) -> None:
        self.row += 1
        self.merged(self.book.say(text), "heading")

    def open(self, status: str) -> None:
        """The clauses of a status without an amount: what applies, what is missing, whose days do not fit."""
        found = [each for each in self.client.amounts if each.status == status]
        if status == NOT_IN_FORCE:
            found = [each for each in found if each.notes]
        if not found:
            return
        self.heading(STATUS_HEADINGS[status])
        for each in found:
            told, id = self.told, each.clause
            clause = told.clause(id)
            said = [*map(told.plain, each.notes)]
            if status == NOT_IN_FORCE:  # nobody is to be asked for it, and there may be many
                said = [Text("；", "; ").show(self.book.lang).join(said)]
            else:
                said.insert(0, told.facts(each.missing) if status == UNDECIDED else told.lead(id))
            self.pen.write(self.row, 0, self.told.section(clause.id), "text")
            self.spread(1, 2, told.title(id), "text")
            self.spread(3, _LAST, "\n".join(said).strip(), "note")
            self.row += 1

    def how(self) -> None:
        """How the clauses to explain came about, line by line."""
        told = [(clause, lines) for clause, lines in self.client.how if lines]
        if told:
            self.heading(Text("如何得出", "How it came about"))
        for clause, lines in told:
            self.pen.write(self.row, 0, self.told.section(clause), "text")
            self.spread(1, _LAST, self.told.title(clause), "text")
            self.row += 1
            for line in lines:
                self.spread(1, _LAST, self.book.say(line), "note")
                self.row += 1

    def spread(self, first: int, last: int, text: str, *words: str) -> None:
        """A text over some columns of the row, which becomes high enough for it: Excel sees to that in single cells alone."""
        text = writable(text)
        self.sheet.merge_range(self.row, first, self.row, last, "", self.book.format(*words))
        self.pen.write(self.row, first, text, *words)
        self.high(lines_of(text, sum(_WIDTHS[first : last + 1]) - 2), 4 * ("heading" in words))

    def reach(self) -> None:
        """What is within reach, of what would bring a stated amount."""
        near = [each for each in self.client.reach if each.pays]
        if not near:
            return
        self.heading(
            Text("触手可及：下列事实改变后，可多得", "Within reach: with these facts it would be so much more")
        )
        for each in near:
            gaps = "\n".join(map(self.book.say, each.gaps))
            brings = self.book.say(each.brings) if each.brings else self.more(each)
            self.pen.write(self.row, 0, self.told.section(each.clause), "text")
            self.spread(1, 2, self.told.title(each.clause), "text")
            self.spread(3, _LAST, f"{gaps}\n{brings}", "note")
            self.row += 1

    def more(self, near: Near) -> str:
        """How much more a clause within reach would pay."""
        low, high = near.gain or (ZERO, ZERO)
        unit = self.book.money.unit
        if near.open:
            shown = self.book.money.shown(low)
            return self.book.say(Text(f"至少多得 {shown} {unit.zh}", f"at least {shown} {unit.en} more"))
        if high < low:  # a range that closes from below
            shown = self.book.money.shown(low)
            return self.book.say(Text(f"下限增加 {shown} {unit.zh}", f"the low end rises by {shown} {unit.en}"))
        return self.book.say(
            Text(f"可多得 {self.told.span(low, high)} {unit.zh}", f"{self.told.span(low, high)} {unit.en} more")
        )

    def said(self) -> None:
        """What the amounts rest on, and what a reader should know."""
        if self.client.said:
            self.heading(Text("假设与提示", "Assumptions and notes"))
            for text in self.client.said:
                self.merged(self.book.say(text), "note")
