"""The sheets of all amounts: a row for each clause of each client, or in the wide shape a row for each client."""

from collections.abc import Sequence
from decimal import Decimal

from jxplus.assessment import PAYING
from jxplus.batch.clients import Amount, Client, Off
from jxplus.batch.outputs.workbook.sheet import LINE, Cell, Column, ColumnSum, Unbounded, lines_of
from jxplus.batch.outputs.workbook.told import HIGH, LEAD, LOW, OFF, PAYER, SECTION, TITLE, RowsOfClients, Told
from jxplus.fault import Text
from jxplus.policy.tables import OF_CLAUSE
from jxplus.quantity import ZERO, total
from jxplus.render.words import NO_CEILING, STATUS

SHEET = Text("金额", "Amounts")
ABOUT = Text(
    "每一笔金额的章节、性质、频次、出资方和咨询部门",
    "every amount with its section, nature, basis, payer and whom to ask",
)
TOTAL = Text("合计", "Total")


class SumsByBasis:
    """What all clients are due, basis by basis; under an empty one what rules take off."""

    def __init__(self, told: Told) -> None:
        self.book, self.told = told.book, told
        money = self.book.money
        self.ends: dict[str, tuple[ColumnSum, ColumnSum]] = {
            basis: (ColumnSum(money), ColumnSum(money)) for basis in (*told.policy.bases, "")
        }
        self.open: set[str | None] = set()
        """The bases without a high end, and None where the whole has none."""
        self.total = ZERO

    def add(self, client: Client) -> None:
        """Take what a client is due, and what rules take off it."""
        for each in client.amounts:
            if each.low is not None and each.high is not None:
                basis = self.told.clause(each.clause).basis
                self.take(basis, each.low, each.high)
                if each.open:
                    self.ends[basis][1].exact = False
                    self.open |= {basis, None} if client.open else set()
        self.total = total((self.total, client.high))
        for off in client.off:
            self.take("", -off.low, -off.high)

    def take(self, basis: str, low: Decimal, high: Decimal) -> None:
        for end, sum in zip((low, high), self.ends[basis], strict=True):
            sum.add(end)

    @property
    def high(self) -> Decimal | Unbounded:
        """The high end of what all clients are due."""
        return Unbounded(self.book.say(NO_CEILING)) if None in self.open else self.total

    def name(self, basis: str) -> str:
        """What a basis is called in the book."""
        return self.book.say(self.book.policy.bases[basis] if basis else OFF)

    @property
    def there(self) -> list[str]:
        """The bases of which there is anything."""
        return [basis for basis, (low, _) in self.ends.items() if low.count]


class RowsOfAmounts(RowsOfClients):
    """A sheet of amounts, with their sums."""

    def __init__(self, told: Told, columns: Sequence[Column]) -> None:
        super().__init__(told, SHEET, columns)
        self.sums = SumsByBasis(told)

    def finish(self) -> None:
        """The total, once all clients are there."""
        self.table.total(self.book.say(TOTAL), self.sums.high)
        super().finish()


class Amounts(RowsOfAmounts):
    """A row for each clause that applies, or for `every` clause: what it is, what it comes to, who pays, whom to ask."""

    about = ABOUT

    def __init__(self, told: Told, every: bool) -> None:
        self.every = every
        self.several = len(told.policy.each_plan) > 1
        columns = [
            SECTION,
            TITLE,
            Column(Text("状态", "Status"), most=12),
            LOW,
            HIGH,
            Column(Text("基数", "Base"), "money"),
            Column(Text("说明", "Remarks"), most=26),
            Column(Text("性质", "Nature"), most=9),
            Column(Text("频次", "Basis"), most=12),
            PAYER,
            LEAD,
            *([Column(Text("方案", "Plan"), most=20, printed=False)] if self.several else []),
            Column(Text("条款", "Clause"), printed=False),
        ]
        super().__init__(told, columns)
        self.low = self.table.columns.index(LOW)
        # A base is no amount that anybody is paid, and is not summed up.
        del self.table.sums[self.low + 2]

    def add(self, client: Client) -> None:
        """Take what a client is due, and what rules take off it."""
        for each in client.amounts:
            if self.every or each.status in PAYING:
                self.table.add(self.row(client, each))
        for off in client.off:
            self.table.add(self.off(client, off))
        self.sums.add(client)

    def off(self, client: Client, off: Off) -> list[Cell]:
        """The row of what a rule takes off, below nothing."""
        rule, kind = self.told.rules[off.rule], self.book.say(OFF)
        return [
            *self.told.client(client),
            self.told.section(off.rule) or None,
            self.told.rule_title(off.rule),
            None,
            -off.low,
            -off.high,
            None,
            self.told.off(off),
            None,
            kind,
            None,
            None,
            *([self.book.policy.plan_of(rule).id] if self.several else []),
            None,
        ]

    def row(self, client: Client, amount: Amount) -> list[Cell]:
        told, id = self.told, amount.clause
        return [
            *self.told.client(client),
            told.section(id),
            told.title(id),
            self.book.say(STATUS[amount.status]),
            amount.low,
            told.high(amount),
            amount.base,
            told.remarks(amount) or None,
            told.nature(id),
            told.basis(id),
            told.payer(id),
            told.lead(id),
            *([self.book.policy.plan_of(told.clause(id)).id] if self.several else []),
            told.clause(id).own,
        ]

    def formulas(self, basis: str) -> tuple[str, str]:
        """The sums of the low and the high ends of one basis, as formulas over this sheet."""
        keys = self.table.column(self.low + 5)
        name = self.sums.name(basis).replace('"', '""')
        ends = []
        for index in (self.low, self.low + 1):
            parts = zip(keys, self.table.column(index), strict=True)
            ends.append("+".join(f'SUMIFS({cells},{key},"{name}")' for key, cells in parts))
        return ends[0], ends[1]


class Wide(RowsOfAmounts):
    """A row for each client: the totals, and for each clause its status, low, high and base under one heading."""

    about = ABOUT

    def __init__(self, told: Told) -> None:
        ends = (_OF_CLAUSE["low"], _OF_CLAUSE["high"])
        columns = [Column(Text(f"合计 · {each.zh}", f"Total · {each.en}"), "money", 18) for each in ends]
        for clause in told.policy.clauses:
            for what in OF_CLAUSE:
                section, words = told.section(clause.id), zip(clause.title, _OF_CLAUSE[what], strict=True)
                head = Text(*(f"{section} {title} · {word}" for title, word in words))
                columns.append(Column(head, "text" if what == "status" else "money", 16))
        self.first = len(told.who) + 2
        super().__init__(told, columns)
        last = len(self.table.columns)
        for index in range(self.first + 3, last, 4):
            del self.table.sums[index]
        # The headings are long: they are folded to the width of the figures.
        self.table.widths = [14 if index >= self.first - 2 else each for index, each in enumerate(self.table.widths)]
        lines = max(lines_of(self.table.heading(each), 12) for each in self.table.columns)
        self.table.sheet.set_row(0, LINE * min(lines, 12))
        self.table.sheet.repeat_columns(0, len(told.who) - 1)
        self.table.sheet.fit_to_pages(0, 0)
        self.table.sheet.set_print_scale(60)
        self.table.sheet.set_v_pagebreaks(list(range(self.first, last, 8)))

    def add(self, client: Client) -> None:
        """Take what a client is due."""
        cells: list[Cell] = [*self.told.client(client), client.low, self.told.high(client)]
        for each in client.amounts:
            cells += [self.book.say(STATUS[each.status]), each.low, self.told.high(each), each.base]
        self.table.add(cells)
        self.sums.add(client)

    def formulas(self, basis: str) -> tuple[str, str]:
        """The sums of the low and the high ends of one basis, as formulas over this sheet."""
        if not basis:  # what is taken off is what the totals are less than the amounts
            every = zip(*(self.formulas(each) for each in self.sums.there if each), strict=True)
            totals = (",".join(self.table.column(self.first - 2 + end)) for end in (0, 1))
            low, high = (f"SUM({total})-{'-'.join(parts)}" for total, parts in zip(totals, every, strict=True))
            return low, high
        ends: tuple[list[str], list[str]] = ([], [])
        for place, clause in enumerate(self.book.policy.clauses):
            if clause.basis == basis:
                for end, cells in enumerate(ends):
                    cells.extend(self.table.column(self.first + 4 * place + 1 + end))
        return f"SUM({','.join(ends[0])})", f"SUM({','.join(ends[1])})"


_OF_CLAUSE = {
    "status": Text("状态", "status"),
    "low": Text("下限", "low"),
    "high": Text("上限", "high"),
    "base": Text("基数", "base"),
}
