"""A clause within reach as it is told: the facts that stand between, and what it would come to, in words and as plain values."""

from decimal import Context, Decimal
from typing import Any, NamedTuple

from jxplus.assessment import Interval, Outcome
from jxplus.enterprise.spot import Spot
from jxplus.fault import STOP, YES_NO, Text, joined
from jxplus.formula.operators import YUAN
from jxplus.policy import Policy, Rule
from jxplus.quantity import ZERO, quantity_text, span_text, unit_text, yuan_text

_ORDER = Context(prec=30)
"""For distances alone, which are compared and never shown: the one place where a quotient is taken."""
STEP = Decimal(10000)
"""By how much a figure is moved on to see what more of it would bring: 1万元."""
NOTHING: Interval = (ZERO, ZERO)


class Gap(NamedTuple):
    """One fact that stands between: its value, and the needed one; `others` are values that would do the same.

    `gap` is the needed figure less the actual one, None for a truth or a choice.
    """

    spot: Spot
    actual: Any
    needed: Any
    others: tuple[Any, ...] = ()

    @property
    def gap(self) -> Decimal | None:
        """How much is missing, in the fact's unit; negative where less is needed."""
        if self.spot.fact.type.kind != "number":
            return None
        missing: Decimal = self.needed - self.actual
        return missing

    def text(self, policy: Policy) -> Text:
        """The gap in one clause of a sentence."""
        label, gap = self.spot.label(policy), self.gap
        actual = _value_text(self.spot, self.actual)
        needed = [_value_text(self.spot, value) for value in (self.needed, *self.others)]
        wanted = joined(needed, Text("或", " or "))
        zh, en = f"{label.zh} {actual.zh} → {wanted.zh}", f"{label.en}: {actual.en} → {wanted.en}"
        if gap is None:
            return Text(zh, en)
        size = _value_text(self.spot, abs(gap))
        more = Text("还差", "more") if gap > 0 else Text("须减少", "less")
        return Text(f"{zh}（{more.zh} {size.zh}）", f"{en} ({size.en} {more.en})")

    def record(self, policy: Policy) -> dict[str, Any]:
        """The gap as plain values; figures are Decimals in the base unit `unit`."""
        own = {
            "fact": self.spot.name,
            "label": self.spot.label(policy),
            "actual": self.actual,
            "needed": self.needed,
            "gap": self.gap,
            "unit": unit_text(self.spot.fact.type.unit) or None,
        }
        return {**own, "or": list(self.others)} if self.others else own


class Reach(NamedTuple):
    """A clause within reach: the outcome it has, the facts that stand between, and the outcome it would have.

    `further` is there where that outcome is next to nothing, since the amount only begins to grow there: what each further
    `STEP` of the figure would bring, low and high, in yuan. `more` is there where rules bind the clause: how much more would be
    paid after them for all clauses that they bind together, low and high; `rules` are those that then take something off. `counts` is false
    where what the clause itself is paid after them does not grow.
    """

    policy: Policy
    now: Outcome
    gaps: tuple[Gap, ...]
    then: Outcome
    further: Interval | None = None
    more: Interval | None = None
    rules: tuple[Rule, ...] = ()
    counts: bool = True

    @property
    def gain(self) -> tuple[Decimal, Decimal] | None:
        """How much more would be paid, low and high, in yuan; None where the plan states no amount."""
        if self.then.low is None or self.then.high is None:
            return None
        if self.more is not None:
            return self.more
        return self.then.low - (self.now.low or ZERO), self.then.high - (self.now.high or ZERO)

    @property
    def distance(self) -> Decimal:
        """How far it is, to put the nearest first: the sum of its figures' gaps, each as a part of the needed figure."""
        distance = ZERO
        for gap in self.gaps:
            if gap.gap is not None and gap.needed:
                distance = _ORDER.add(distance, _ORDER.divide(abs(gap.gap), abs(gap.needed)))
        return distance

    @property
    def nearness(self) -> tuple[Decimal, ...]:
        """What ranks it among all that is within anybody's reach, the nearest first.

        First come gaps that are figures, by how far they are as a part of the needed figure; a truth or a choice has no
        distance, and nobody can tell how near it is. Of two alike, the one that brings more comes first.
        """
        figures = sum(gap.gap is not None for gap in self.gaps)
        gain = self.gain or NOTHING
        others = Decimal(len(self.gaps) - figures)
        return others, Decimal(figures), self.distance, -gain[1], -gain[0]

    @property
    def text(self) -> Text:
        """What stands between and what it would pay, in one sentence."""
        gaps = joined((gap.text(self.policy) for gap in self.gaps), STOP)
        amount = joined(filter(None, (self.brings or _amount_text(self.then), self.in_all)), STOP)
        clause, place = self.then.clause, self.policy.stands(self.then.clause)
        return Text(
            f"{gaps.zh}：{place} {clause.title.zh}，{amount.zh}", f"{gaps.en}: {place} {clause.title.en}, {amount.en}"
        )

    @property
    def told(self) -> list[Text]:
        """What stands between, and what that brings beside the amount, each by itself."""
        return [*(gap.text(self.policy) for gap in self.gaps), *filter(None, (self.brings, self.in_all))]

    @property
    def in_all(self) -> Text | None:
        """How much more would be paid after the rules between clauses, in words; None where they take nothing off."""
        if self.more is None or not self.rules:
            return None
        low, high = sorted(self.more)  # of a ceiling and an award it may be the low end that grows
        amount = (
            _money(high)
            if low == high
            else Text(f"{yuan_text(low)}至{yuan_text(high)}元", f"{yuan_text(low)} to {yuan_text(high)} yuan")
        )
        names = joined(
            Text(*(f"{self.policy.stands(rule)} {title}".strip() for title in rule.title)) for rule in self.rules
        )
        return Text(f"按规则（{names.zh}），合计多{amount.zh}", f"under the rules ({names.en}) {amount.en} more in all")

    @property
    def brings(self) -> Text | None:
        """What each further step brings, in words; None where the amount itself says enough."""
        if self.further is None:
            return None
        step, (low, high) = quantity_text(STEP, YUAN.unit), self.further
        amount = span_text(low, high)
        return Text(f"此后每多{step}，可得 {amount}", f"each further {step} brings {amount}")

    def record(self) -> dict[str, Any]:
        """The whole as plain values, amounts as Decimals in yuan: one entry of JSON's `within_reach`."""
        clause, then, gain = self.then.clause, self.then, self.gain
        return {
            "clause": clause.own,
            **({"policy": self.policy.plan_of(clause).id} if self.policy.plans else {}),
            "section": clause.section,
            "title": clause.title,
            "facts": [gap.record(self.policy) for gap in self.gaps],
            "status": then.status,
            "low": then.low,
            "high": then.high,
            "base": then.base,
            "gain": None if gain is None else {"low": gain[0], "high": gain[1]},
            "further": None
            if self.further is None
            else {"step": STEP, "low": self.further[0], "high": self.further[1]},
            "text": self.text,
            **({"rules": [rule.id for rule in self.rules]} if self.rules else {}),
        }


def _value_text(spot: Spot, value: Any) -> Text:
    """A value as a reader writes it."""
    fact = spot.fact
    if fact.type.kind == "truth":
        return YES_NO[bool(value)]
    if fact.type.kind == "choice":
        return fact.choices[value]
    if fact.is_money:
        return _money(value)
    return Text.same(fact.figure_text(value))


def _money(amount: Decimal) -> Text:
    return Text(f"{yuan_text(amount)}元", f"{yuan_text(amount)} yuan")


def _amount_text(outcome: Outcome) -> Text:
    low, high = outcome.low, outcome.high
    if low is None or high is None:
        return Text("方案未载明金额", "the plan states no amount")
    least, most = _money(low), _money(high)
    if outcome.open:
        return Text(f"至少{least.zh}", f"pays at least {least.en}")
    if low == high:
        return Text(f"可得{most.zh}", f"pays {most.en}")
    if outcome.clause.kind == "ceiling":
        return Text(f"不超过{most.zh}", f"up to {most.en}")
    return Text(f"可得{least.zh}至{most.zh}", f"pays {least.en} to {most.en}")
