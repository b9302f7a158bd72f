"""The sheet of those who were refused: each fault with its place, what is wrong and what would be right."""

from jxplus.batch.outputs.workbook.book import Book
from jxplus.batch.outputs.workbook.sheet import Column, SheetTable
from jxplus.batch.outputs.workbook.told import who_columns
from jxplus.batch.sources import Refusal
from jxplus.fault import Text

SHEET = Text("未受理", "Refused")


class RefusedSheet:
    """A row for each fault."""

    def __init__(self, book: Book, named: bool) -> None:
        self.book, self.named = book, named
        columns = [
            *who_columns(named),
            Column(Text("文件", "File"), most=30),
            Column(Text("位置", "Place"), most=18),
            Column(Text("事实", "Fact"), most=24),
            Column(Text("问题", "What is wrong"), most=50),
            Column(Text("应为", "What would be right"), most=50),
        ]
        self.table = SheetTable(book, SHEET, columns, landscape=True, fixed=1 + named, passing=True)

    def add(self, refusal: Refusal) -> None:
        """Take the faults of one who was refused."""
        say = self.book.say
        who = [refusal.enterprise, refusal.name] if self.named else [refusal.enterprise]
        for fault in refusal.faults:
            fact = self.book.policy.facts.get(fault.fact)
            named = say(fact.label) if fact else fault.fact
            told = (fault.file, fault.place.show(), named, say(fault.wrong), say(fault.right))
            self.table.add([each or None for each in (*who, *told)])

    def finish(self) -> None:
        self.table.finish()
