"""Columns that state no fact and say what the figures of each row are: of which year or month, in what currency, planned or not.

Such a column is not read as a fact, and what it says is: a row of 2014, of June, in US dollars or of a budget is refused, since
its figures are none of the year that is asked for, in yuan.
"""

import re
from collections.abc import Callable

from jxplus.batch.sources.keys import COUNTS, ranked
from jxplus.batch.sources.remarks import NoRow
from jxplus.batch.sources.rows import Columns, Row, Table
from jxplus.batch.sources.unitnotes import of_other_figures
from jxplus.enterprise.heading import heading_name
from jxplus.enterprise.measures import folded, unmeasured
from jxplus.fault import Fault, Text, cut, quoted
from jxplus.policy import Fact, Policy
from jxplus.policy.tables import ENTERPRISES

Why = tuple[Text, Text] | None
_OF_PERIODS = re.compile(
    "(?:所属|会计|财务|数据|统计|报告)?(?:年度?|年份|期间|所属期|月份|季度)|报告期|所属期|month|quarter|year|period"
)
_OF_CURRENCIES = re.compile("币种|币别|货币(?:单位|种类)?|currency")
_OF_KINDS = re.compile("(?:数据|金额|数字)(?:口径|类型|性质|类别)|口径")
_OF_REMARKS = re.compile("备注(?:说明)?|说明|附注|注|remarks?|notes?|类型|类别|性质|种类|kind|type")
"""What may say of a row that it is planned, and says mostly something else: of an enterprise its kind."""
_OF_THE_YEAR = re.compile("[本当今全]年度?|本期|实际|决算")
_YUAN = re.compile("人民币元?|元|rmb|cny|¥|￥|yuan")
_PERIOD_END = "period_end"


def _of_period(said: str, day: Fact | None) -> Why:
    if _OF_THE_YEAR.fullmatch(folded(said)):
        return None
    year = re.fullmatch("(20[0-9]{2})(?:[.]0)?年?度?", folded(said))
    wrong = Text(f"这一行是“{cut(said)}”的数，没有读取", f"the row is of {quoted(said)}, which is not read")
    if day is None or (year is None and day.id == _PERIOD_END):
        return wrong, Text(
            "只留测算年度的数，删去这一列",
            "keep the figures of the year that is asked for, without this column",
        )
    example = f"{year[1]}-12-31" if year is not None else "2016-06-30"
    return wrong, Text(f"改为“{day.label.zh}”列，如 {example}", f"make it a column {day.id}, such as {example}")


def _of_currency(said: str, day: Fact | None) -> Why:
    if _YUAN.fullmatch(folded(said)):
        return None
    wrong = Text(f"“{cut(said)}”不是人民币元", f"{quoted(said)} is not yuan")
    return wrong, Text("折算成人民币元", "convert the amounts to yuan")


def _of_kind(said: str, day: Fact | None) -> Why:
    kind = of_other_figures(said)
    if kind is None:
        return None
    wrong = Text(f"“{cut(said)}”是{kind.called.zh}", f"{quoted(said)} is {kind.called.en}")
    return wrong, Text("写测算年度的实际数", "state the figures of the year as they were")


def _of_remark(said: str, day: Fact | None) -> Why:
    alone = not re.sub("[的为是系此]|数据", "", unmeasured(said))
    return _of_kind(said, day) if alone else None


_KINDS: tuple[tuple[re.Pattern[str], Callable[[str, Fact | None], Why]], ...] = (
    (_OF_PERIODS, _of_period),
    (_OF_REMARKS, _of_remark),
    (_OF_CURRENCIES, _of_currency),
    (_OF_KINDS, _of_kind),
)


_NUMBERED = NoRow("numbered", Text("只有序号的空行", "a number without anything else"))


class RowKinds:
    """The columns of one table that say what each row is of."""

    def __init__(self, table: Table, columns: Columns, policy: Policy) -> None:
        self.table, self.columns = table, columns
        known = policy.facts if table.name == ENTERPRISES else policy.lists[table.name].facts
        own = [index for index, id in enumerate(columns.facts) if id in known and known[id].type.kind == "number"]
        self.amounts = [
            index for index in own if known[columns.facts[index] or ""].is_money or table.name != ENTERPRISES
        ]
        days = [fact for fact in known.values() if fact.type.kind == "date" and fact.default is not None]
        self.day = known.get(_PERIOD_END) if table.name == ENTERPRISES else next(iter(days), None)
        # Where each row says by itself of which day it is, nothing else need say so; and an item without one is of none.
        told = self.day.id in columns.facts if self.day is not None else table.name != ENTERPRISES
        heads = {index: heading_name(table.heading.cells[index] or "") for index in columns.unread}
        self.asked = [
            (index, why)
            for index, head in heads.items()
            if self.amounts
            for names, why in _KINDS
            if names.fullmatch(head) and not (told and why is _of_period)
        ]
        self.counts = {index for index, head in heads.items() if head in ranked(COUNTS)}

    def numbered(self, row: Row) -> NoRow | None:
        """Why a row is none that has a number and nothing else, as forms have for the next client; None for any other."""
        own = self.counts and all(index in self.counts for index, cell in enumerate(row.cells) if cell is not None)
        return _NUMBERED if own else None

    def faults(self, row: Row) -> list[Fault]:
        """What is wrong with the figures of a row, as one of these columns says."""
        found = []
        for index, why in self.asked:
            said = row.cells[index] if index < len(row.cells) else None
            stated = any(at < len(row.cells) and row.cells[at] is not None for at in self.amounts)
            if said is not None and stated and (told := why(said, self.day)) is not None:
                found.append(Fault(self.table.file, self.table.at(index, [row.line]), self.columns.names[index], *told))
        return found
