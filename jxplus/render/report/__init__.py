"""One calculation as a page to hand on or print: self-contained, without a script and without the network.

Every name, title and note is text to the page and never a part of its code: the templates escape whatever they are given.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from jxplus.assessment import ENTITLED, UNDECIDED, Outcome
from jxplus.enterprise.spot import named_spot
from jxplus.fault import COLON, COMMA, Text, joined, writable
from jxplus.render.checklist import MARKS
from jxplus.render.explained import explanation
from jxplus.render.ruled import TITLE, less, why
from jxplus.render.wording import Wording
from jxplus.render.words import PAYS_NOTHING, STATUS_HEADINGS, days_told, group_of, is_listed
from jxplus.version import __version__

if TYPE_CHECKING:
    from jinja2 import Environment

    from jxplus.assessment.reached import Reach

INDEX = "index.html"
"""What the page is called that leads to all pages of a folder."""
_WIDTH = 1000
"""The length of the longest bar, in the units of its drawing."""
_WORDS = {
    "totals": Text("金额合计", "Totals"),
    "certain": Text("至少", "at least"),
    "open": Text("至多", "at most"),
    "nothing": PAYS_NOTHING,
    "how": Text("如何得出", "how it came about"),
    "receipt": Text("凭据", "Receipt"),
    "verify": Text(
        "用同一份企业文件和政策文件重新测算，应得同样的结果。",
        "The same enterprise file and policy file, calculated again, give the same result.",
    ),
    "back": Text("返回名单", "Back to the list"),
}
_KINDS = {MARKS[True]: "yes", MARKS[False]: "no", MARKS[None]: "maybe"}


@cache
def environment() -> "Environment":
    """The templates of this room, with escaping on; raises `ImportError` where Jinja2 is not installed."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("jxplus.render.report", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class ResultPage(Wording):
    """One assessment as a page. What pays is told how it came about, and what has no amount where that is to be explained."""

    def text(self, reach: "Sequence[Reach]" = (), back: str = "") -> str:
        """The page, with what is within reach; `back` is the page it belongs to. Raises `ImportError` where Jinja2 is not installed."""
        return writable(environment().get_template("page.html").render(self.content(reach, back)))

    def content(self, reach: "Sequence[Reach]", back: str) -> dict[str, Any]:
        """Everything that the template shows."""
        assessment, policy = self.assessment, self.policy
        return {
            "lang": self.lang,
            "version": __version__,
            "back": back,
            "words": {key: self.say(text) for key, text in _WORDS.items()},
            "enterprise": assessment.enterprise.name or assessment.enterprise.label,
            "plan": f"{policy.id} {self.say(policy.title)}",
            "head": self.head(),
            "bars": self.bars(),
            "parts": self.parts(),
            "blocks": [*self.rules(), *self.blocks(), *self.reachable(reach)],
            "lists": list(self.lists()),
            "receipt": self.receipt(),
        }

    def say(self, text: Text) -> str:
        return text.show(self.lang)

    def head(self) -> list[tuple[str, str]]:
        """Who, which day, which unit; the id where a batch gives one."""
        assessment = self.assessment
        days = days_told(self.policy, assessment.enterprise, assessment.as_of)
        found = [(Text(name.zh, name.en[:1].upper() + name.en[1:]), day) for name, day in days]
        found.append((Text("单位", "Unit"), self.unit_word))
        if assessment.enterprise.id and assessment.enterprise.id != assessment.enterprise.name:
            found.insert(0, (Text("编号", "Id"), assessment.enterprise.id))
        return [(self.say(name), value) for name, value in found]

    # ---- amounts

    def bars(self) -> list[dict[str, Any]]:
        """The totals by basis and in all, each as a bar from its low to its high end."""
        entitled = [each for each in self.assessment.outcomes if each.status == ENTITLED]
        if not entitled:
            return []
        rows = []
        for basis, name in self.policy.bases.items():
            if any(each.clause.basis == basis for each in entitled):
                open = self.assessment.open(basis=basis)
                rows.append((self.say(name), *self.assessment.total(basis=basis), open, False))
        rows.append((self.say(Text("合计", "Total")), *self.assessment.total(), self.assessment.open(), True))
        longest = max(high for _, _, high, _, _ in rows)
        return [self.bar(*row, longest) for row in rows]

    def bar(self, name: str, low: Decimal, high: Decimal, open: bool, sum: bool, longest: Decimal) -> dict[str, Any]:
        scale = _WIDTH / longest if longest else Decimal(0)
        start, end = round(max(low, Decimal(0)) * scale), round(high * scale)
        return {"name": name, "low": start, "more": end - start, "amount": self.span(low, high, " ", open), "sum": sum}

    def parts(self) -> list[dict[str, Any]]:
        """The clauses that pay, under the parts of the plan."""
        found: dict[str, list[dict[str, Any]]] = {}
        for outcome in self.assessment.outcomes:
            if outcome.status == ENTITLED:
                found.setdefault(self.part(outcome), []).append(self.entitlement(outcome))
        return [{"title": title, "amounts": each} for title, each in found.items()]

    def part(self, outcome: Outcome) -> str:
        """The part of its plan that an outcome stands in; of several plans the plan's name before it."""
        part, title = self.policy.part_number(outcome.clause), self.policy.heading(outcome.clause)[1]
        plan = f"{self.policy.plan_of(outcome.clause).id} · " if self.policy.plans else ""
        return f"{plan}{part} {self.say(title)}".strip()

    def entitlement(self, outcome: Outcome) -> dict[str, Any]:
        clause = outcome.clause
        department = self.policy.departments.get(clause.lead, Text.same(clause.lead))
        terms = [
            (Text("频次", "Basis"), self.policy.bases[clause.basis]),
            (Text("性质", "Nature"), self.policy.natures[clause.nature]),
            (Text("出资方", "Paid by"), clause.payer),
            (Text("咨询", "Ask"), Text(clause.lead, f"{clause.lead} {department.en}")),
        ]
        return {
            "section": clause.section,
            "title": self.say(clause.title),
            "amount": self.interval(outcome),
            "terms": [(self.say(name), self.say(value)) for name, value in terms],
            "notes": [self.say(note) for note in outcome.notes],
            "quotes": self.quoted(outcome),
            "lines": self.told(outcome),
        }

    def told(self, outcome: Outcome) -> list[dict[str, Any]]:
        """How an outcome came about, line by line."""
        return [
            {"deep": line.deep, "mark": line.mark, "kind": _KINDS.get(line.mark, ""), "text": self.say(line.text)}
            for line in explanation(self.assessment, outcome, self.unit == "wan")
        ]

    # ---- rules between clauses

    def rules(self) -> Iterator[dict[str, Any]]:
        """What rules between clauses take off, each with why."""
        rows = [
            {
                "section": self.policy.stands(taken.rule),
                "title": self.say(taken.rule.title),
                "notes": [self.say(text) for text in why(self.assessment, taken, self.money)],
                "aside": self.say(less(taken.low, taken.high, self.money)),
            }
            for taken in self.assessment.taken
        ]
        if rows:
            lead = Text("合计已减去下列金额。", "The totals are after these.")
            yield {"title": self.say(TITLE), "lead": self.say(lead), "rows": rows}

    # ---- what pays nothing yet

    def blocks(self) -> Iterator[dict[str, Any]]:
        """The clauses without an amount: what applies, what is missing, whose days do not fit, what is not met."""
        shown = [each for each in self.assessment.outcomes if is_listed(each, self.every, self.asked)]
        for status in STATUS_HEADINGS:
            rows = [self.row(each) for each in shown if group_of(each) == status]
            if rows:
                yield {"title": self.say(STATUS_HEADINGS[status]), "lead": "", "rows": rows}

    def row(self, outcome: Outcome) -> dict[str, Any]:
        clause = outcome.clause
        aside = clause.lead
        if outcome.status == UNDECIDED:
            aside = self.say(joined(self.policy.named(name).label for name in outcome.missing))
        notes = [self.say(note) for note in outcome.notes]
        return {
            "section": self.policy.stands(clause),
            "title": self.say(clause.title),
            "notes": notes,
            "quotes": self.quoted(outcome),
            "lines": self.told(outcome) if clause.id in self.explain else [],
            "aside": aside,
        }

    def quoted(self, outcome: Outcome) -> list[tuple[str, str]]:
        """The plan's own sentences behind a clause, each after its heading."""
        return [
            (f"{self.say(name)}{COLON.show(self.lang)}", self.say(said))
            for name, said in self.quotes.get(outcome.clause.id, ())
        ]

    def reachable(self, reach: "Sequence[Reach]") -> Iterator[dict[str, Any]]:
        """What is within reach, of what pays a stated amount: the facts that stand between, and what it would come to."""
        rows = [
            {
                "section": self.policy.stands(each.then.clause),
                "title": self.say(each.then.clause.title),
                "notes": [self.say(text) for text in each.told],
                "aside": self.interval(each.then) if each.brings is None else "",
            }
            for each in reach
            if self.every or each.then.low is not None
        ]
        if rows:
            lead = Text(
                "下列事实改变后，该条金额如右所列。", "With these facts the clause would come to what is stated."
            )
            yield {"title": self.say(Text("触手可及", "Within reach")), "lead": self.say(lead), "rows": rows}

    def lists(self) -> Iterator[dict[str, Any]]:
        """What the amounts rest on, and what a reader should know."""
        for title, texts in (
            (Text("假设", "Assumptions"), [each.text for each in self.assessment.assumptions]),
            (Text("提示", "Warnings"), list(self.assessment.warnings)),
        ):
            if texts:
                yield {"title": self.say(title), "lines": [self.say(text) for text in texts]}

    def by_hand(self, name: str) -> str:
        """A fact that was set by hand, by its name in the reader's language; in English by its id, as it was set."""
        return self.say(Text(named_spot(self.policy, name).label(self.policy).zh, name))

    def receipt(self) -> list[tuple[str, str]]:
        """What the result was computed from."""
        assessment, enterprise = self.assessment, self.assessment.enterprise
        found = [
            *(
                (Text("政策文件", "Policy file"), f"{plan.id} · SHA-256 {plan.sha256}")
                for plan in self.policy.each_plan
            ),
            (Text("企业文件", "Enterprise file"), f"SHA-256 {enterprise.sha256}" if enterprise.sha256 else "–"),
            (Text("程序", "Program"), f"jxplus {__version__}"),
        ]
        if enterprise.by_hand:
            found.append(
                (
                    Text("另行指定的事实", "Facts set by hand"),
                    COMMA.show(self.lang).join(map(self.by_hand, enterprise.by_hand)),
                )
            )
        if assessment.pins:
            found.append(
                (Text("指定解读", "Readings chosen"), ", ".join(f"{k}={v}" for k, v in assessment.pins.items()))
            )
        return [(self.say(name), value) for name, value in found]
