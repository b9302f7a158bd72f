"""What a book says of a clause and of what it came to, in words."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from jxplus.batch.clients import Amount, Client, Off
from jxplus.batch.outputs.workbook.book import Book
from jxplus.batch.outputs.workbook.sheet import Cell, Column, SheetTable, Unbounded
from jxplus.fault import COMMA, STOP, Text, joined
from jxplus.policy import Clause
from jxplus.quantity import span_text
from jxplus.render.words import NO_CEILING

LOW, HIGH = Column(Text("下限", "Low"), "money"), Column(Text("上限", "High"), "money")
SECTION = Column(Text("章节", "Section"), most=12)
TITLE = Column(Text("事项", "Entitlement"), most=24)
PAYER, LEAD = Column(Text("出资方", "Paid by"), most=14), Column(Text("咨询部门", "Ask"), most=16)
ID, NAME = Column(Text("编号", "Id"), most=20), Column(Text("企业", "Enterprise"), most=28)


OFF = Text("规则扣减", "Taken off by rules")
"""What stands for the basis of what rules between clauses take off."""


class Told:
    """The words of one policy for a book; `named` says that clients have ids beside their names."""

    def __init__(self, book: Book, named: bool) -> None:
        self.book, self.policy = book, book.policy
        self.who = [ID, NAME] if named else [NAME]
        """The columns that say which enterprise a row is of."""
        self.clauses = {clause.id: clause for clause in book.policy.clauses}
        self.rules = {rule.id: rule for rule in book.policy.rules}

    def called(self, label: Cell, name: str | None) -> list[Cell]:
        """The cells of the columns that say which enterprise a row is of: what it is known by, and its name beside an id."""
        return [label, name] if len(self.who) > 1 else [label]

    def client(self, client: Client) -> list[Cell]:
        """These cells for a client."""
        return self.called(client.label, client.name)

    def clause(self, id: str) -> Clause:
        return self.clauses[id]

    def section(self, id: str) -> str:
        """Where a clause or a rule stands, among several plans with the plan that it is of."""
        return self.policy.stands(self.rules[id] if id in self.rules else self.clauses[id])

    def rule_title(self, id: str) -> str:
        return self.book.say(self.rules[id].title)

    def title(self, id: str) -> str:
        return self.book.say(self.clauses[id].title)

    def nature(self, id: str) -> str:
        return self.book.say(self.policy.natures[self.clauses[id].nature])

    def basis(self, id: str) -> str:
        return self.book.say(self.policy.bases[self.clauses[id].basis])

    def payer(self, id: str) -> str:
        return self.book.say(self.clauses[id].payer)

    def lead(self, id: str) -> str:
        """The department to ask; in English with the name that it has at home."""
        lead = self.clauses[id].lead
        department = self.policy.departments.get(lead)
        return self.book.say(Text(lead, f"{department.en} ({lead})" if department else lead))

    def remarks(self, amount: Amount) -> str:
        """What must be known of an amount: that it is a ceiling, what each reading comes to, the notes."""
        return "\n".join(self._remarks(amount))

    def _remarks(self, amount: Amount) -> Iterator[str]:
        book, clause = self.book, self.clauses[amount.clause]
        if amount.low is not None and amount.low != amount.high and clause.kind == "ceiling":
            yield book.say(Text("不超过上限金额", "up to the high amount"))
        if amount.open:
            yield book.say(Text("至少为下限金额", "at least the low amount"))
        titles = {reading.id: reading.title for reading in clause.readings}
        for id, (low, high) in amount.readings.items():
            title = titles.get(id) or Text.same(id)
            yield book.say(
                Text(f"解读“{title.zh}”：{self.span(low, high)}", f"reading “{title.en}”: {self.span(low, high)}")
            )
        for note in amount.notes:
            yield self.plain(note)

    def plain(self, text: Text) -> str:
        """A text in which facts have their names, in a Chinese book."""
        if self.book.lang != "zh":
            return text.en
        facts = self.policy.facts
        return re.sub(
            r" ?([a-z][a-z0-9_]+) ?", lambda word: facts[word[1]].label.zh if word[1] in facts else word[0], text.zh
        )

    def off(self, off: Off) -> str:
        """Of which clauses a rule takes something off, and which of them count."""
        counted, others = (
            COMMA.show(self.book.lang).join(f"{self.section(id)} {self.title(id)}" for id in ids)
            for ids in ([id for id in off.clauses if (id in off.counted) is each] for each in (True, False))
        )
        parts = [
            Text(f"计 {counted}", f"counted: {counted}") if counted else None,
            Text(f"不计 {others}", f"not counted: {others}") if others else None,
        ]
        told = joined((each for each in parts if each is not None), STOP)
        return self.book.say(Text(f"条款之间的规则：{told.zh}", f"a rule between clauses; {told.en}"))

    def high(self, of: Amount | Client) -> Decimal | Unbounded | None:
        """The high end of an amount or of a total; one that has none says so."""
        return Unbounded(self.book.say(NO_CEILING)) if of.open else of.high

    def span(self, low: Decimal, high: Decimal) -> str:
        """An amount from its low to its high end, in the unit of the book."""
        return span_text(low, high, self.book.money.shown)

    def facts(self, names: Sequence[str]) -> str:
        """Facts and lists by their names."""
        return COMMA.show(self.book.lang).join(self.fact(name) for name in names)

    def fact(self, name: str) -> str:
        return self.book.say(self.policy.named(name).label)


class RowsOfClients:
    """A sheet of rows for the clients, each after whose it is; nothing of it is held but the row at hand."""

    def __init__(self, told: Told, name: Text, columns: Sequence[Column]) -> None:
        self.book, self.told = told.book, told
        fixed = len(told.who)
        self.table = SheetTable(told.book, name, [*told.who, *columns], landscape=True, fixed=fixed, passing=True)

    def finish(self) -> None:
        """What stands below the rows, once all clients are there."""
        self.table.finish()
