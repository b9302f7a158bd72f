"""The sheet of those who were refused: each fault with its place, what is wrong and what would be right."""

from jxplus.batch.outputs.workbook.sheet import Column
from jxplus.batch.outputs.workbook.told import RowsOfClients, Told
from jxplus.batch.sources import Refusal
from jxplus.fault import Text

SHEET = Text("未受理", "Refused")


class RefusedSheet(RowsOfClients):
    """A row for each fault."""

    about = Text(
        "未受理的企业，问题在哪里，应怎样写", "who was refused, where the fault stands, and what would be right"
    )

    def __init__(self, told: Told) -> None:
        columns = [
            Column(Text("文件", "File"), most=30),
            Column(Text("位置", "Place"), most=18),
            Column(Text("事实", "Fact"), most=24),
            Column(Text("问题", "What is wrong"), most=50),
            Column(Text("应为", "What would be right"), most=50),
        ]
        super().__init__(told, SHEET, columns)

    def add(self, refusal: Refusal) -> None:
        """Take the faults of one who was refused."""
        say = self.book.say
        who = self.told.called(refusal.enterprise, refusal.name)
        for fault in refusal.faults:
            fact = self.book.policy.facts.get(fault.fact)
            named = say(fact.label) if fact else fault.fact
            told = (fault.file, fault.place.show(), named, say(fault.wrong), say(fault.right))
            self.table.add([each or None for each in (*who, *told)])
