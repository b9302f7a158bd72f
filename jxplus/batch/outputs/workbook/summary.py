"""The sheet that ranks the clients, as a terminal does: totals, those who were refused, totals by basis and a chart."""

from collections.abc import Mapping, Sequence
from typing import Any

from jxplus.assessment import ENTITLED, UNDECIDED, UNQUANTIFIED
from jxplus.batch import Brief
from jxplus.batch.outputs.workbook.amounts import TOTAL, Amounts, Wide
from jxplus.batch.outputs.workbook.sheet import (
    ROW,
    Cell,
    Column,
    ColumnSum,
    Link,
    SheetTable,
    Unbounded,
    quoted_name,
)
from jxplus.batch.outputs.workbook.told import HIGH, LOW, Told
from jxplus.fault import Text, column_name
from jxplus.render.words import NO_CEILING, faults_told, status_heading

SHEET = Text("汇总", "Summary")
MOST_BARS = 15
"""How many clients the chart shows."""
_PAPER = 523, 700
"""How wide and how high what is printed on a page may be, in points, with a little to spare for other programs' fonts."""
_REFUSED = Text("未受理", "refused")


class SummarySheet:
    """A row for each client, the highest amounts first."""

    about = Text("各企业按金额排列，按频次的合计，图", "the clients ranked by amount, totals by basis, a chart")

    def __init__(self, told: Told) -> None:
        self.book, self.told = told.book, told
        self.first = len(told.who)
        """The column of the low ends."""
        counts = [Column(status_heading(each), "count", 12) for each in (ENTITLED, UNQUANTIFIED, UNDECIDED)]
        self.table = SheetTable(self.book, SHEET, [*told.who, LOW, HIGH, *counts], fixed=self.first)

    def rank(self, briefs: Sequence[Brief], refused: Sequence[tuple[str, str, int]], own: Mapping[int, str]) -> None:
        """Write the rows: the clients ranked, those who have a sheet with a link to it; the refused; the total."""
        for index, brief in enumerate(briefs):
            label: Cell = Link(brief.enterprise, own[index]) if index in own else brief.enterprise
            who = self.told.called(label, brief.name)
            high = Unbounded(self.book.say(NO_CEILING)) if brief.most is None else brief.most
            self.table.add([*who, brief.low, high, brief.entitled, brief.unquantified, brief.undecided])
        for label, name, faults in refused:
            who = self.told.called(label, name or None)
            cells: list[Cell] = [*who, self.book.say(_REFUSED), self.book.say(faults_told(faults)), None, None, None]
            self.table.add(cells, "refused")
        self.table.total(self.book.say(TOTAL), Unbounded(self.book.say(NO_CEILING)))

    def finish(self, amounts: Amounts | Wide, computed: int) -> None:
        """The totals by basis, and a chart of the clients with the highest amounts, or of one client's bases."""
        bars = min(computed, MOST_BARS) if computed > 1 else len(self.book.policy.bases)
        table, room = self.table, _PAPER[1] * max(1, self.table.pixels * 0.75 / _PAPER[0])
        goes_on = table.count > 1 or table.height > room
        if table.row > 2 and table.height + ROW * 8 + _height(bars) * 0.75 > room:
            table.sheet.set_h_pagebreaks([table.row + 1])
            table.repeated = goes_on  # over further rows of clients, not over totals that have headings of their own
        shown = self.by_basis(amounts, headed=not goes_on)
        last = self.table.row
        if computed > 1 or shown:
            last = self.chart(computed, shown)
        self.table.finish(last)

    def by_basis(self, amounts: Amounts | Wide, headed: bool) -> list[int]:
        """A table of the totals by basis, below the ranked one, `headed` by itself or else by that; it gives its rows."""
        table, pen, say = self.table, self.table.pen, self.book.say
        bases = amounts.sums.there
        if not bases or table.count > 1:
            return []
        table.row += 1
        self.label(say(Text("按频次合计", "Totals by basis")), "head")
        for end, column in enumerate((LOW, HIGH)):
            pen.write(table.row, self.first + end, say(column.head) if headed else None, "head", "right")
        table.row += 1
        rows = []
        ends = ColumnSum(self.book.money), ColumnSum(self.book.money)
        for basis in bases:
            self.label(amounts.sums.name(basis), "text")
            for end, formula in enumerate(amounts.formulas(basis)):
                if end and basis in amounts.sums.open:
                    pen.write(table.row, self.first + 1, Unbounded(say(NO_CEILING)), "money")
                    continue
                own = amounts.sums.ends[basis][end]
                ends[end].add(own.total)
                pen.sum(table.row, self.first + end, formula, own, "money")
            rows.append(table.row)
            table.row += 1
        self.label(say(TOTAL), "text", "total")
        for end in (0, 1):
            letter = column_name(self.first + end + 1)
            cells = f"SUM({letter}{rows[0] + 1}:{letter}{rows[-1] + 1})"
            if end and None in amounts.sums.open:
                pen.write(table.row, self.first + 1, amounts.sums.high, "money", "total")
            else:
                pen.sum(table.row, self.first + end, cells, ends[end], "money", "total")
        table.row += 1
        return rows

    def label(self, text: str, *words: str) -> None:
        """What a row of the totals by basis is called: over the columns of ids and names, the first of which is narrow."""
        table = self.table
        if self.first > 1:
            table.sheet.merge_range(table.row, 0, table.row, self.first - 1, text, self.book.format(*words))
        else:
            table.pen.write(table.row, 0, text, *words)

    def chart(self, computed: int, bases: Sequence[int]) -> int:
        """A chart of the ranked clients, or of the bases where there is one client; it gives the last row that it covers."""
        book, table = self.book, self.table
        rows = (1, min(computed, MOST_BARS)) if computed > 1 else (bases[0], bases[-1])
        label = self.first - 1 if computed > 1 else 0
        chart: Any = book.workbook.add_chart({"type": "bar"})
        name = quoted_name(table.sheet)
        font = {"name": book.say(Text("等线", "Calibri")), "size": 9}
        for column, colour in ((self.first, "#8FAADC"), (self.first + 1, "#2F5597")):
            chart.add_series(
                {
                    "name": f"={name}!${column_name(column + 1)}$1",
                    "categories": [table.sheet.get_name(), rows[0], label, rows[1], label],
                    "values": [table.sheet.get_name(), rows[0], column, rows[1], column],
                    "fill": {"color": colour},
                    "gap": 60,
                }
            )
        most = (
            Text(f"金额最高的{rows[1]}家", f"The {rows[1]} highest")
            if computed > MOST_BARS
            else Text("金额", "Amounts")
        )
        chart.set_title(
            {
                "name": book.say(most if computed > 1 else Text("按频次合计", "Totals by basis")),
                "name_font": {**font, "size": 12},
            }
        )
        chart.set_y_axis({"reverse": True, "num_font": font, "crossing": "max"})
        chart.set_x_axis(
            {
                "num_font": font,
                "num_format": "#,##0",
                "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
            }
        )
        chart.set_legend({"position": "bottom", "font": font})
        bars = rows[1] - rows[0] + 1
        height = _height(bars)
        chart.set_size({"width": min(760, table.pixels), "height": height})
        table.sheet.insert_chart(table.row + 1, 0, chart, {"object_position": 3})
        return table.row + 2 + height // 20


def _height(bars: int) -> int:
    """How high a chart with so many pairs of bars is, in pixels."""
    return 100 + 28 * bars
