"""Results as an Excel workbook that can be handed over: a cover, a summary, all amounts, what is missing, a sheet for each client."""

import heapq
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from jxplus.atomic import Replacement
from jxplus.batch import Brief, Done, Task
from jxplus.batch.clients import Client
from jxplus.batch.outputs.workbook import amounts, clients, cover, missing, refused, summary
from jxplus.batch.outputs.workbook.book import Book
from jxplus.batch.outputs.workbook.sheet import Link
from jxplus.batch.outputs.workbook.told import Told
from jxplus.fault import Text
from jxplus.quantity import total


class WorkbookOutput:
    """A workbook of a task.

    Raises `ImportError` where XlsxWriter is not installed, `OSError` where the file cannot be written.
    """

    def __init__(self, path: str, task: Task) -> None:
        self.path, self.task = path, task
        self.replacement = Replacement(path)
        try:
            self.book = Book(self.replacement.file, task.policy, task.lang, task.unit)
        except ImportError:
            self.replacement.drop()
            raise
        self.told = Told(self.book, task.named)
        self.cover = cover.Cover(self.book)
        self.summary = summary.SummarySheet(self.told)
        self.amounts: amounts.Amounts | amounts.Wide = (
            amounts.Wide(self.told) if task.wide else amounts.Amounts(self.told, task.every)
        )
        self.missing = missing.Missing(self.told)
        self.reached = missing.Reached(self.told) if task.near is not None else None
        self.refused: refused.RefusedSheet | None = None
        self.refusals: list[tuple[str, str, int]] = []
        self.briefs: list[tuple[Brief, int]] = []
        self.highest: list[tuple[object, int, Client]] = []
        self.said = Counter[Text]()

    def add(self, done: Done) -> None:
        """Write what came of a further chunk."""
        self.said.update(done.assumptions)
        for brief, client in zip(done.briefs, done.made, strict=True):
            assert isinstance(client, Client)
            number = len(self.briefs)
            self.briefs.append((brief, number))
            ranked = client.high, -number, client  # of two alike the earlier stands first
            push = heapq.heappush if len(self.highest) < clients.MOST_CLIENTS else heapq.heappushpop
            push(self.highest, ranked)
            self.amounts.add(client)
            self.missing.add(client)
            if self.reached is not None:
                self.reached.add(client)
        for refusal in done.refusals:
            self.refused = self.refused or refused.RefusedSheet(self.told)
            self.refused.add(refusal)
            self.refusals.append((refusal.enterprise or refusal.faults[0].where, refusal.name, len(refusal.faults)))

    def keep(self) -> None:
        """Write what is known when all are there, and put the file in place."""
        ranked = sorted(self.briefs, key=lambda each: (-each[0].high, each[1]))
        self.amounts.finish()
        for table in (self.missing, self.reached, self.refused):
            if table is not None:
                table.finish()
        own = dict(self.sheets())
        places = {place: own[number] for place, (_, number) in enumerate(ranked) if number in own}
        self.summary.rank([brief for brief, _ in ranked], self.refusals, places)
        self.summary.finish(self.amounts, len(ranked))
        who = self.who()
        self.cover.write(
            cover.Contents(
                who,
                self.task.day,
                self.totals(),
                list(self.contents()),
                self.task.files,
                self.task.pins,
                self.said,
                len(ranked),
                any(brief.open for brief, _ in self.briefs),
            )
        )
        self.book.close(self.book.say(cover.TITLE), self.book.say(who))
        self.replacement.keep()

    def drop(self) -> None:
        """Give the workbook up; nothing happens where it is in place."""
        self.book.drop()
        self.replacement.drop()

    def totals(self) -> tuple[Decimal, Decimal]:
        """What all clients are due together, in yuan."""
        return total(brief.low for brief, _ in self.briefs), total(brief.high for brief, _ in self.briefs)

    def sheets(self) -> Iterator[tuple[int, str]]:
        """Write the sheets of the clients with the highest amounts; each with the client's number, and its place."""
        for _, number, client in sorted(self.highest, key=lambda each: each[:2], reverse=True):
            yield -number, clients.ClientSheet(self.book, self.told, client, self.summary.table.target).target

    def who(self) -> Text:
        """Whom the book is of."""
        count, others = len(self.briefs), len(self.refusals)
        if count == 1 and not others:
            brief = self.briefs[0][0]
            name = brief.name or brief.enterprise
            return Text.same(name)
        total = count + others
        return Text(
            f"{total}家企业：测算{count}家，未受理{others}家",
            f"{total} enterprise{'s' if total > 1 else ''}: {count} computed, {others} refused",
        )

    def contents(self) -> Iterator[tuple[Link, Text]]:
        """The sheets, each with what stands on it."""
        for sheet in (self.summary, self.amounts, self.missing, self.reached, self.refused):
            if sheet is not None:
                yield Link(sheet.table.called, sheet.table.target), sheet.about
