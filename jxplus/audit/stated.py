"""What the policy states: the figures and days of its clauses, of the values that facts have, and of the plan as a whole."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from jxplus.audit.result import POLICY
from jxplus.document.tree import Path
from jxplus.fault import Place, Text
from jxplus.formula.node import Node, asked_of, walk
from jxplus.formula.operators import day_after
from jxplus.plan.figures import LABELS, Figure, figures_in, same_words
from jxplus.plan.sentences import Sentence
from jxplus.plan.text import PlanText
from jxplus.policy import Clause, Policy, Rule
from jxplus.quantity import PURE, Quantity

_HEADCOUNT = (("人", 1),)
ALWAYS = 1_000_000


class Use(NamedTuple):
    """A figure that the policy states, how often, which figures of the text say the same, and where it stands.

    `joints` says how often it is a mark at which one tier ends and the next begins: a sentence may say such a mark twice.
    """

    owner: str
    section: str
    within: frozenset[str]
    written: str
    matches: Callable[[Figure], bool]
    path: Path
    times: int = 1
    source: Text | None = None
    joints: int = 0

    def says(self, figure: Figure) -> bool:
        """Whether a figure of the text stands where it may, and says the same."""
        return figure.section in self.within and self.matches(figure)


def of_plan(policy: Policy, plan: PlanText) -> Iterator[Use]:
    """The plan's number and its dates, which may stand anywhere in the text and as often as it likes."""

    everywhere = frozenset(plan.sections)

    start, end = policy.period[:2]
    valid = _validity(plan)

    def ends(figure: Figure) -> bool:
        """Whether a term of validity that begins with the plan (暂定三年有效期) runs to its last day."""
        if figure.kind != "term" or figure.amount is None or start is None or figure.place not in valid:
            return False
        return _term_end(start, figure.amount) == end

    def use(written: str, matches: Callable[[Figure], bool], key: str, source: Text | None = None) -> Use:
        source = source or _source(policy, POLICY, written)
        return Use(POLICY, "", everywhere, written, matches, ("policy", key), ALWAYS, source)

    if any(figure.kind == "document number" for figure in figures_in(policy.id)):
        yield use(policy.id, lambda figure: same_words(figure.text, policy.id), "id")
    days = {policy.issued: "issued"}
    if start is not None:
        days.setdefault(start, "in force")
    days.pop(date.min, None)
    for day, key in days.items():
        yield use(day.isoformat(), _on(day), key, policy.period.source if key == "in force" else None)
    if end is not None:
        yield use(end.isoformat(), lambda figure: _on(end)(figure) or ends(figure), "in force", policy.period.source)
    if policy.warning:
        # Only a reminder: that the text's years are targets is for `not encoded` to say.
        day = policy.warning.after
        yield use(day.isoformat(), _on(day), "warn after")._replace(times=0)


def of_facts(policy: Policy, plan: PlanText) -> Iterator[Use]:
    """The values that facts have where they are not stated, in the sections of the clauses that ask for the facts."""
    sections: dict[tuple[str, str], dict[str, None]] = {}
    for clause in policy.clauses:
        for name in asked_of(*clause.formulas()):
            sections.setdefault(name, {})[clause.section] = None
    facts = [("", fact) for fact in policy.facts.values()]
    facts += [(listed.id, fact) for listed in policy.lists.values() for fact in listed.facts.values()]
    for listed, fact in facts:
        if not isinstance(fact.default, Decimal) or not fact.default:
            continue
        unit = fact.type.unit
        written = fact.figure_text(fact.default)
        cited = list(sections.get((listed, fact.id), ()))
        within = frozenset(plan.has(section) for section in cited)
        matches = _saying(Quantity(fact.default, unit, written))
        path: Path = (*(("lists", listed) if listed else ()), "facts", fact.id, "default")
        owner = f"{listed}.{fact.id}" if listed else fact.id
        yield Use(owner, "、".join(cited), within, written, matches, path, 1, fact.source)


_VALID = re.compile("有效期|执行期|有效|施行|试行|实施|执行")


def _validity(plan: PlanText) -> set[Place]:
    """Where the figures stand of sentences that say how long something is in force."""
    sentences: dict[str, list[Sentence]] = {}
    for each in plan.sentences:
        sentences.setdefault(each.section, []).append(each)
    found: set[Place] = set()
    for figure in plan.figures:
        own = [each for each in sentences.get(figure.section, ()) if each.place <= figure.place]
        if own and _VALID.search(own[-1].text):
            found.add(figure.place)
    return found


def of_clause(policy: Policy, clause: Clause, plan: PlanText) -> Iterator[Use]:
    """The figures of a clause's formulas and the days on which it begins or ends apart from the plan as a whole.

    What the clause restates of others counts for nothing, for the text has it for them: in their sections, or in its own.
    """
    section = plan.has(clause.section)
    others = [other for name in clause.restates if name != clause.id and (other := policy.clause(name))]
    restated: dict[_Meaning, set[str]] = {}
    for other in others:
        for meaning in _figures(_each_reading(other))[1]:
            restated.setdefault(meaning, set()).add(plan.has(other.section))
    path: Path = ("clauses", clause.id)
    use = Use(clause.id, section or clause.section, frozenset({section}), "", lambda _: False, path)
    written, counts = _figures(_each_reading(clause))
    joints = _joints(clause)
    for meaning, times in counts.items():
        text, matches = _as_written(written[meaning])
        source = _source(policy, clause.id, text)
        counted = 0 if meaning in restated else 1 if clause.id in clause.restates else times
        within = frozenset({section, *restated.get(meaning, ())})
        joined = joints[meaning] if counted else 0
        yield use._replace(within=within, written=text, matches=matches, times=counted, source=source, joints=joined)
    start, end, stated = clause.period
    for key, day, own, start_of in (("from", start, policy.period.start, None), ("to", end, policy.period.end, start)):
        if day is not None and day != own:
            text = day.isoformat()
            source = stated or _source(policy, clause.id, text)
            again = any(day in (other.period.start, other.period.end) for other in others)
            place = (*path, "in force", key)
            yield use._replace(written=text, matches=_on(day, start_of), path=place, times=1 - again, source=source)


def of_rule(policy: Policy, rule: Rule, section: str) -> Iterator[Use]:
    """The figures of a rule's ceilings; `section` is the rule's own as the text has it, empty where it has none."""
    written, counts = _figures([reading.at_most] for reading in rule.readings)
    for meaning, times in counts.items():
        text, matches = _as_written(written[meaning])
        path: Path = ("rules", rule.id)
        source = _source(policy, rule.id, text)
        yield Use(rule.id, section or rule.section, frozenset({section}), text, matches, path, times, source)


_Meaning = tuple[object, ...]


def _as_written(value: Quantity | date) -> tuple[str, Callable[[Figure], bool]]:
    """How a figure or a day of a formula is written, and whether a figure of the text says the same."""
    return (value.text, _saying(value)) if isinstance(value, Quantity) else (value.isoformat(), _on(value))


def _each_reading(clause: Clause) -> Iterator[Iterable[Node | None]]:
    return ((reading.when, *reading.amounts(), clause.base) for reading in clause.readings)


def _figures(readings: Iterable[Iterable[Node | None]]) -> tuple[dict[_Meaning, Any], Counter[_Meaning]]:
    """The figures and days of the formulas of some readings by what they mean: as written, and how often each stands there.

    Readings are alternatives: a figure that each of them has once, the clause has once.
    """
    written: dict[_Meaning, Any] = {}
    counts: Counter[_Meaning] = Counter()
    for formulas in readings:
        own: Counter[_Meaning] = Counter()
        for value in _literals(dict.fromkeys(node for node in formulas if node)):
            meaning: _Meaning = value[:2] if isinstance(value, Quantity) else (value,)
            written.setdefault(meaning, value)
            own[meaning] += 1
        counts |= own
    return written, counts


def _joints(clause: Clause) -> Counter[_Meaning]:
    """How often each figure is one at which a tier ends and the next begins; readings are alternatives."""
    found: Counter[_Meaning] = Counter()
    for reading in clause.readings:
        tables = dict.fromkeys(node for node in walk(reading.when, *reading.amounts()) if node.op == "tiers")
        marks = [tier.low for node in tables for tier in node.value.tiers[1:]]
        found |= Counter(mark.value[:2] for mark in marks if mark is not None and mark.op == "number")
    return found


def _literals(formulas: Iterable[Node]) -> Iterator[Any]:
    """The figures and days written in some formulas.

    A named part, however often it is used, is written once; so is the condition of a reading that runs over a list by itself,
    which stands in its condition and in its sum.
    """
    named = {"base"}  # it stands among the formulas itself
    seen = set[int]()
    waiting = list(formulas)[::-1]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node.op == "let":
            if node.value in named:
                continue
            named.add(node.value)
        if (node.op == "number" and node.value.amount) or node.op == "date":
            yield node.value
        waiting += node.args[::-1]


def _saying(quantity: Quantity) -> Callable[[Figure], bool]:
    """Whether a figure of the text says `quantity`; a count is one of people, or a pure number, as is one of years (前2年)."""
    plain = not quantity.share and quantity.unit == PURE

    def matches(figure: Figure) -> bool:
        if figure.kind == "term" and plain:
            return figure.amount == 12 * quantity.amount and figure.text.endswith("年")
        if figure.amount != quantity.amount or (figure.kind in LABELS and figure.kind != "ordinal"):
            return False
        if figure.kind == "ordinal":
            return plain
        if figure.kind == "count":
            return not quantity.share and quantity.unit in (PURE, _HEADCOUNT)
        return quantity.unit in (figure.unit, figure.bare)

    return matches


def _on(day: date, start: date | None = None) -> Callable[[Figure], bool]:
    """Whether a figure of the text says `day`: that date, the year it opens or closes, a term that runs to it from `start`."""
    edge = (day.month, day.day) in ((1, 1), (12, 31))

    def matches(figure: Figure) -> bool:
        if figure.kind == "year":
            return edge and figure.amount == day.year
        if figure.kind == "term" and start is not None and figure.amount is not None:
            return _term_end(start, figure.amount) == day
        return figure.day == day

    return matches


def _term_end(start: date, months: Decimal) -> date | None:
    """The last day of a term of whole months that begins on `start`."""
    if months != months.to_integral_value() or months > 1200:
        return None
    return day_after(start, months) - timedelta(days=1)


def _source(policy: Policy, owner: str, written: str) -> Text | None:
    """The source outside the text that the policy file states for a figure of a clause."""
    for figure, source in policy.sources.get(owner, {}).items():
        if figure == written or (
            (said := policy.units.read(figure)) and said[:2] == (policy.units.read(written) or said)[:2]
        ):
            return source
    return None
