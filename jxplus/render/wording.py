"""An assessment's words and amounts in one language and one unit, for whatever lays them out as a table."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal

from jxplus.assessment import Assessment, Outcome
from jxplus.fault import Text
from jxplus.quantity import span_text, wan_text, yuan_text
from jxplus.render.words import UNITS_TOLD

_WORDS = {
    "section": Text("章节", "Section"),
    "title": Text("事项", "Entitlement"),
    "amount": Text("金额", "Amount"),
    "basis": Text("频次", "Basis"),
    "payer": Text("出资方", "Paid by"),
    "lead": Text("咨询部门", "Ask"),
    "status": Text("状态", "Status"),
    "low": Text("下限", "Low"),
    "high": Text("上限", "High"),
    "base": Text("基数", "Base"),
    "total": Text("合计", "Total"),
    "reading": Text("解读", "reading"),
    "up to": Text("不超过", "up to"),
    "at least": Text("至少", "at least"),
    "unit": Text("单位", "in"),
    "reach": Text("触手可及：下列事实改变后，该条金额为", "Within reach: with these facts the clause would come to"),
    "assumptions": Text("假设", "Assumptions"),
    "warnings": Text("提示", "Warnings"),
}


class Wording:
    """Words and amounts in one language and one unit, and what is told beside the amounts.

    Of the clauses that `explain` names it is told how they came about, with `formulas` in the policy's own words; `quotes`, the plan's own sentences
    by clause, each after its heading, stand beside it. A clause that pays nothing is shown with `every`, or where it is among those `asked` for.
    """

    def __init__(
        self,
        assessment: Assessment,
        lang: str,
        unit: str = "yuan",
        every: bool = False,
        explain: Collection[str] = (),
        asked: Collection[str] = (),
        quotes: Mapping[str, Sequence[tuple[Text, Text]]] = {},
        formulas: bool = False,
    ) -> None:
        self.assessment, self.lang, self.unit = assessment, lang, unit
        self.every, self.explain, self.asked, self.quotes, self.formulas = every, explain, asked, quotes, formulas
        self.policy = assessment.policy

    def word(self, key: str) -> str:
        """One of the page's own words."""
        return _WORDS[key].show(self.lang)

    def section(self, outcome: Outcome) -> str:
        """Where an outcome stands: of several plans the plan's alias before the section."""
        return self.policy.stands(outcome.clause)

    def money(self, amount: Decimal) -> str:
        """An amount in the unit of the page."""
        return wan_text(amount) if self.unit == "wan" else yuan_text(amount)

    @property
    def unit_word(self) -> str:
        """What the unit is called."""
        return UNITS_TOLD[self.unit].show(self.lang)

    def interval(self, outcome: Outcome, gap: str = " ") -> str:
        """An outcome's amount: one figure, a ceiling or a floor that is named as one, or both ends with `gap` between them."""
        low, high = outcome.low, outcome.high
        if low is None or high is None:
            return ""
        if low != high and outcome.clause.kind == "ceiling":
            return f"{self.word('up to')}{gap}{self.money(high)}"
        return self.span(low, high, gap, outcome.open)

    def span(self, low: Decimal, high: Decimal, gap: str, open: bool) -> str:
        """One figure or both ends; the least alone where nothing bounds it."""
        if open:
            return f"{self.word('at least')}{gap}{self.money(low)}"
        return span_text(low, high, self.money, gap)

    def lead(self, name: str) -> str:
        """A department, with its English name where it has one."""
        english = self.policy.departments.get(name)
        return name if english is None else Text(name, f"{name} {english.en}").show(self.lang)

    def details(self, outcome: Outcome, readings: bool = True) -> Iterator[str]:
        """What else must be known about an amount: its base, its readings (unless they are explained), its notes."""
        if outcome.base is not None:
            yield f"{Text('基数', 'base').show(self.lang)} {self.money(outcome.base)}"
        titles = {reading.id: reading.title for reading in outcome.clause.readings}
        for name, (low, high) in outcome.readings.items() if readings else ():
            title = titles[name]
            amount = span_text(low, high, self.money)
            yield Text(f"解读 {name}：{amount}", f"reading {name}: {amount}").show(self.lang)
            if title:
                yield Text(f"（{title.zh}）", f"({title.en})").show(self.lang)
        for note in outcome.notes:
            yield note.show(self.lang)

    def terms(self, outcome: Outcome) -> list[str]:
        """How often a clause pays, who pays, and whom to ask."""
        clause = outcome.clause
        basis = self.policy.bases[clause.basis].show(self.lang)
        return [basis, clause.payer.show(self.lang), self.lead(clause.lead)]
