"""Figures in a reader's language: money in the unit of its page, everything else with the unit that it is counted in."""

from datetime import date
from decimal import Decimal
from typing import Any

from jxplus.fault import YES_NO, Text
from jxplus.formula.evaluate import Unknown
from jxplus.formula.operators import YUAN, Type
from jxplus.policy import Policy
from jxplus.quantity import EXACT, Unit, number_text, quantity_text, rate_text, wan_text

_ENGLISH = {"元": "yuan", "月": "month", "人": "person"}
NOT_STATED = Text("未写明", "not stated")


class FigureWords:
    """Says the figures of one policy.

    `wan` has money in 10,000 yuan throughout, as a page in that unit does, which says at its head what a wan is.
    """

    def __init__(self, policy: Policy, wan: bool = False) -> None:
        self.policy, self.wan = policy, wan
        self.english = {**_ENGLISH, **{unit.name: unit.en for unit in policy.units.declared}}

    def figure(self, value: Any, type: Type) -> Text:
        """A value with its unit."""
        if isinstance(value, Unknown):
            return NOT_STATED
        if value is True or value is False:
            return YES_NO[value]
        if isinstance(value, date):
            return Text.same(value.isoformat())
        if not isinstance(value, Decimal):
            return Text.same(str(value))
        if type.share:
            return Text.same(rate_text(value))
        if type == YUAN:
            return self.money(value)
        amount, short = number_text(value), quantity_text(value, type.unit)
        # Money for each of something, and much of what the plan itself counts in: 200万元/亩, 200万美元.
        much = ("元", 1) in type.unit or not short.startswith(amount)
        english = f"{value.normalize(EXACT):,f}" if much else amount
        return Text(short, f"{english} {self.unit(type.unit, value)}".strip())

    def unit(self, unit: Unit, amount: Decimal) -> str:
        """A unit in English: `yuan/㎡/month`, `months`."""
        over = "·".join(self.english.get(name, name) for name, power in unit for _ in range(max(power, 0)))
        under = "".join(f"/{self.english.get(name, name)}" for name, power in unit for _ in range(max(-power, 0)))
        plural = "s" if over in _ENGLISH.values() and over != "yuan" and not under and amount != 1 else ""
        return f"{over}{plural}{under}"

    def money(self, amount: Decimal) -> Text:
        """Yuan, or ten thousands of yuan where all money is said so."""
        grouped = f"{amount.normalize(EXACT):,f}"
        if self.wan:
            return Text(f"{wan_text(amount)}万元", f"{wan_text(amount)} wan")
        short = quantity_text(amount, YUAN.unit)
        return Text(short if short[-2] in "万亿" else f"{grouped}元", f"{grouped} yuan")
