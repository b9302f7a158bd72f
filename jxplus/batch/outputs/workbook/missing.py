"""The sheets of what is open: the facts that each client has still to state, and what is within reach."""

from collections.abc import Sequence
from decimal import Decimal

from jxplus.batch.clients import Client, Near
from jxplus.batch.outputs.workbook.sheet import Cell, Column, Unbounded
from jxplus.batch.outputs.workbook.told import SECTION, TITLE, RowsOfClients, Told
from jxplus.enterprise.questions import example_text, form_text
from jxplus.fault import COMMA, Text
from jxplus.policy import Fact
from jxplus.render.figurewords import FigureWords
from jxplus.render.words import NO_CEILING

SHEET = Text("待补事实", "Missing")
REACH = Text("触手可及", "Within reach")
_MANY = Decimal(12)
_LIST = Text("逐项填写；没有则写明没有", "item by item; say so where there is none")


class Missing(RowsOfClients):
    """A row for each fact that a client does not state and a clause waits for: how to state it, and what it would decide."""

    about = Text(
        "每家企业还缺的事实，和等待它们的条款", "what each client has still to state, and the clauses that wait for it"
    )

    def __init__(self, told: Told) -> None:
        columns = [
            Column(Text("缺少的事实", "Missing fact"), most=32),
            Column(Text("如何填写", "How to state it"), most=40),
            Column(Text("例", "Example"), most=22),
            Column(Text("涉及条款数", "Clauses"), "count", 8),
            Column(Text("涉及章节", "Sections"), most=30),
            Column(Text("事实代号", "Fact"), most=24, printed=False),
        ]
        super().__init__(told, SHEET, columns)

    def add(self, client: Client) -> None:
        """Take what a client has still to state."""
        waiting: dict[str, list[str]] = {}
        for each in client.amounts:
            for name in each.missing:
                waiting.setdefault(name, []).append(self.told.section(each.clause))
        for name in (*self.book.policy.facts, *self.book.policy.lists):
            if name in waiting:
                self.table.add(self.row(client, name, waiting[name]))

    def row(self, client: Client, name: str, sections: Sequence[str]) -> list[Cell]:
        fact = self.book.policy.facts.get(name)
        form = self.book.say(_LIST) if fact is None else self.how(fact)
        example = self.example(fact) if fact is not None else None
        return [
            *self.told.client(client),
            self.told.fact(name),
            form,
            example,
            len(sections),
            COMMA.show(self.book.lang).join(dict.fromkeys(sections)),
            name,
        ]

    def how(self, fact: Fact) -> str:
        """How a fact is stated, in words: in a Chinese book its choices by their Chinese names, a figure with its unit."""
        lang, unit = self.book.lang, fact.type.unit
        if fact.choices and lang == "zh":
            return " / ".join(choice.zh for choice in fact.choices.values())
        if fact.type.kind == "number" and unit and fact.default is None:
            english = FigureWords(self.book.policy).unit(unit, _MANY)
            return self.book.say(Text(f"数字，以{fact.units.text(unit, 'zh')}计", f"a figure in {english}"))
        return form_text(fact, lang)

    def example(self, fact: Fact) -> str:
        """What a client might write; in an English letter a figure has its unit in English, or none."""
        if self.book.lang == "zh" or fact.type.kind != "number" or fact.is_rate:
            return self.book.say(example_text(fact))
        return "12,000,000 yuan" if fact.is_money else str(_MANY)


class Reached(RowsOfClients):
    """A row for each clause within reach, the nearest of all clients first."""

    about = Text("改变一两项事实即可多得的，最近的在前", "what a fact or two would bring, the nearest first")

    def __init__(self, told: Told) -> None:
        self.found: list[tuple[Client, Near]] = []
        columns = [
            Column(Text("还差什么", "What stands between"), most=50),
            SECTION,
            TITLE,
            Column(Text("可多得下限", "More, low"), "money"),
            Column(Text("可多得上限", "More, high"), "money"),
            Column(Text("说明", "Remarks"), most=24),
        ]
        super().__init__(told, REACH, columns)

    def add(self, client: Client) -> None:
        """Take what is within a client's reach."""
        bare = client._replace(amounts=(), reach=(), said=())
        self.found += [(bare, each) for each in client.reach]

    def finish(self) -> None:
        """The rows, ranked, once all clients are there."""
        for client, near in sorted(self.found, key=lambda each: (not each[1].pays, each[1].place)):
            self.table.add(self.row(client, near))
        super().finish()

    def row(self, client: Client, near: Near) -> list[Cell]:
        say = self.book.say
        low, high = near.gain or (None, None)
        unstated = None if near.pays else Text("方案未载明金额", "the plan states no amount")
        remark = near.brings or unstated
        gaps = "\n".join(map(say, near.gaps))
        return [
            *self.told.client(client),
            gaps,
            self.told.section(near.clause),
            self.told.title(near.clause),
            low,
            Unbounded(say(NO_CEILING)) if near.open else high,
            say(remark) if remark else None,
        ]
