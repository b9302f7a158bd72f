"""The smallest enterprises that show what changed: on a page in short, in JSON whole, as files that `jxplus calc` takes."""

import os
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from jxplus.assessment import ENTITLED, Outcome
from jxplus.atomic import replace_file
from jxplus.comparison import Comparison
from jxplus.comparison.trial import Under
from jxplus.comparison.tries import NOT_FOUND, PAYER, PROVED, WORDS, Verdict, Witness
from jxplus.comparison.witness import Key
from jxplus.enterprise.questions import spoken
from jxplus.enterprise.stated import enterprise_text
from jxplus.fault import COLON, STOP, Text, all_quoted, joined
from jxplus.policy import DAY, Fact, Policy
from jxplus.quantity import span_text, yuan_text
from jxplus.render.compared.words import Said, arrow, called
from jxplus.render.words import STATUS

_FOR_ONE = Text("例", "for one")
_COMES_TO = Text("结果", "it gets")
_WHY = {
    WORDS: Text("只是文字，金额不变", "only words: it changes no amount"),
    PAYER: Text("只是换了出资方，金额不变", "another pays: it changes no amount"),
    PROVED: Text("已证明处处相同，金额不变", "the same everywhere, which is proved: it changes no amount"),
    NOT_FOUND: Text("没有找到能显示这一变化的企业", "no enterprise found that shows it"),
}
_NO_CLAUSE = Text("无此条款", "no such clause")
_REFUSED = Text("不受理", "refused")
_TAKEN = Text("受理", "taken")
_TOLD = Text("金额相同，随附的说明不同", "the same amounts, with another remark beside them")
_OTHERWISE = Text("金额相同，其他内容不同", "the same amounts, and something else beside them")


class WitnessRows:
    """What shows each change: an enterprise, or why there is none."""

    def __init__(self, comparison: Comparison, verdicts: Mapping[Key, Verdict]) -> None:
        self.comparison, self.verdicts = comparison, verdicts

    def rows(self, key: tuple[str, str]) -> Sequence[Said]:
        """What is said below a change; of the plan itself nothing but what pays otherwise."""
        if key == ("plan", ""):
            found = [verdict for (kind, what), verdict in self.verdicts.items() if kind == "plan" and what in _OF_PLAN]
            return [row for verdict in found for row in self._rows(verdict)]
        verdict = self.verdicts.get(key)
        return [] if verdict is None else self._rows(verdict)

    def _rows(self, verdict: Verdict) -> list[Said]:
        if verdict.witness is None:
            return [Said(_FOR_ONE, _WHY[verdict.why])]
        return [Said(_FOR_ONE, self.facts(verdict.witness)), Said(_COMES_TO, self.comes_to(verdict.witness))]

    def facts(self, witness: Witness) -> Text:
        """What an enterprise states, in one line."""
        old, new = witness.days
        day = Text(f"测算日期 {new}", f"as of {new}")
        if old != new:
            day = Text(f"旧方案测算日期 {old}，新方案 {new}", f"as of {old} by the old plan, {new} by the new")
        told = [day]
        for name, value in witness.facts.items():
            fact = self._named("", name)
            if name == DAY or (fact is not None and fact.required and len(witness.facts) > 1):
                continue
            told.append(self._list(name, value) if isinstance(value, list) else _value(fact, Text.same(name), value))
        return joined(told, STOP)

    def _list(self, name: str, items: Sequence[Mapping[str, Any]]) -> Text:
        listed = next((each.lists[name] for each in self._policies() if name in each.lists), None)
        label = listed.label if listed is not None else Text.same(name)
        if not items:
            return Text(f"{label.zh} 没有", f"{label.en}: none")
        alike = all(item == items[0] for item in items)
        told = []
        for item in items[:1] if alike else items:
            parts = [_value(self._named(name, key), Text.same(key), value) for key, value in item.items()]
            told.append(joined(parts))
        said = joined(told, Text.same(" | "))
        many = Text(f"{len(items)} 项", f"{len(items)} of") if len(items) > 1 else Text("", "")
        return Text(f"{label.zh}{many.zh}（{said.zh}）", f"{label.en}{': ' * bool(many.en)}{many.en} ({said.en})")

    def _policies(self) -> Sequence[Policy]:
        return self.comparison.new, self.comparison.old

    def _named(self, listed: str, name: str) -> Fact | None:
        return next(filter(None, (policy.fact(listed, name) for policy in self._policies())), None)

    def comes_to(self, witness: Witness) -> Text:
        """What either plan makes of it."""
        if witness.clause != (None, None):
            ends = [
                _outcome(under, under.outcome(clause))
                for under, clause in zip((witness.old, witness.new), witness.clause, strict=True)
            ]
            return arrow(*ends) if ends[0] != ends[1] else _TOLD
        taken = [not (each.faults or each.unknown) for each in (witness.old, witness.new)]
        if taken[0] != taken[1]:
            return arrow(_taken(witness.old), _taken(witness.new))
        totals = [_total(each) for each in (witness.old, witness.new)]
        return arrow(*totals) if totals[0] != totals[1] else _OTHERWISE

    # ---- as a record, and as files

    def record(self, key: tuple[str, str]) -> dict[str, Any]:
        """The members `shown` (why, or that it is) and `witness`, the enterprise with what either plan makes of it."""
        verdict = self.verdicts.get(key)
        if verdict is None:
            return {}
        witness = verdict.witness
        if witness is None:
            return {"shown": verdict.why, "witness": None}
        ends = zip((witness.old, witness.new), witness.clause, strict=True)
        old, new = (_plain(under, under.outcome(clause)) for under, clause in ends)
        days = {"old": witness.days[0], "new": witness.days[1]}
        return {"shown": verdict.why, "witness": {"as_of": days, "facts": witness.facts, "old": old, "new": new}}

    def files(self, folder: str, lang: str) -> Iterator[tuple[str, str]]:
        """The files of all enterprises that show something: path and text."""
        for (kind, id), verdict in self.verdicts.items():
            if verdict.witness is not None:
                name = re.sub(r"[^\w.-]+", "-", f"{kind}-{id.replace('[]', '')}").strip("-")
                path = os.path.join(folder, f"{name}.yaml")
                yield path, self.text(verdict.witness, self.name(kind, id), path, lang)

    def name(self, kind: str, id: str) -> Text:
        """What changed, by the name that it has on a page."""
        found = {("clause", each.name): each.one.title for each in self.comparison.clauses}
        found |= {("rule", each.name): each.one.title for each in self.comparison.rules}
        return called(id, found[kind, id]) if (kind, id) in found else Text.same(id)

    def text(self, witness: Witness, name: Text, path: str, lang: str) -> str:
        """The file of an enterprise, with what either plan makes of it above it."""
        old, new = self.comparison.old, self.comparison.new
        about = [
            name.show(lang),
            f"{_COMES_TO.show(lang)}{COLON.show(lang)}{self.comes_to(witness).show(lang)}",
            *(_command(path, each, witness, day) for each, day in zip((old, new), witness.days, strict=True)),
        ]
        return enterprise_text((old, new), witness.facts, lang, about)


_OF_PLAN = ("in force", "warn after", "warning")
"""What of the plan itself is shown on a page by an enterprise; the rest every result states."""


def _command(path: str, policy: Policy, witness: Witness, day: date) -> str:
    """The command that computes the file by a plan, or by several."""
    plans = " ".join(f"--policies {shlex.quote(plan.file)}" for plan in policy.each_plan)
    own = "" if DAY in witness.facts else f" --as-of {day}"
    return f"jxplus calc {shlex.quote(os.path.basename(path))} {plans}{own}"


def write(shown: WitnessRows, folder: str, lang: str) -> list[str]:
    """Writes the files of the enterprises into a folder, which is made; gives their paths. Raises `OSError`."""
    os.makedirs(folder, exist_ok=True)
    written = []
    for path, text in shown.files(folder, lang):
        replace_file(path, text)
        written.append(path)
    return written


def _value(fact: Fact | None, label: Text, value: Any) -> Text:
    """A fact and its value, in one piece."""
    if fact is None or (isinstance(value, str) and fact.choices and value not in fact.choices):
        name = fact.label if fact is not None else label
        return Text(f"{name.zh} {value}", f"{name.en} {value}")
    ends = [spoken(fact, value.normalize() if hasattr(value, "normalize") else value, lang) for lang in ("zh", "en")]
    if fact.is_money and not isinstance(value, str):
        return Text(f"{fact.label.zh} {yuan_text(value)}元", f"{fact.label.en} {yuan_text(value)} yuan")
    unit = fact.units.text(fact.type.unit, "zh") if fact.type.kind == "number" and not fact.is_rate else ""
    return Text(f"{fact.label.zh} {ends[0]}{unit}", f"{fact.label.en} {ends[1]}{unit}")


def _outcome(under: Under, outcome: Outcome | None) -> Text:
    """What a clause comes to, in a few words."""
    if under.assessment is None:
        return _REFUSED
    if outcome is None:
        return _NO_CLAUSE
    if outcome.status != ENTITLED or outcome.low is None or outcome.high is None:
        missing = f" ({', '.join(outcome.missing)})" if outcome.missing else ""
        return Text(*(f"{each}{missing}" for each in STATUS[outcome.status]))
    amount = _interval(outcome.low, outcome.high, outcome.open)
    if outcome.readings:
        told = "; ".join(f"{id} {_interval(*each, False).en}" for id, each in outcome.readings.items())
        return Text(f"{amount.zh}（{told}）", f"{amount.en} ({told})")
    return amount


def _interval(low: Any, high: Any, open: bool) -> Text:
    if open:
        return Text(f"至少 {yuan_text(low)}", f"at least {yuan_text(low)}")
    return Text.same(span_text(low, high))


def _total(under: Under) -> Text:
    if under.assessment is None:
        return _REFUSED
    return _interval(*under.assessment.total(), under.assessment.open())


def _taken(under: Under) -> Text:
    """Whether a plan takes the file, and why not."""
    if under.faults:
        first = under.faults[0]
        return Text(
            f"{_REFUSED.zh}（{first.fact}：{first.wrong.zh}）", f"{_REFUSED.en} ({first.fact}: {first.wrong.en})"
        )
    if under.unknown:
        names = all_quoted(under.unknown)
        return Text(f"{_REFUSED.zh}（未设{names.zh}）", f"{_REFUSED.en} (it does not know {names.en})")
    return _TAKEN


def _plain(under: Under, outcome: Outcome | None) -> dict[str, Any]:
    """What a plan makes of an enterprise, as JSON has it."""
    if under.assessment is None:
        return {"refused": [{"fact": each.fact, "wrong": each.wrong, "right": each.right} for each in under.faults]}
    low, high = under.assessment.total()
    own: dict[str, Any] = {"totals": {"low": low, "high": high}}
    if under.unknown:
        own["unknown"] = under.unknown
    if outcome is not None:
        own |= {
            "status": outcome.status,
            "low": outcome.low,
            "high": outcome.high,
            "base": outcome.base,
            "missing": outcome.missing,
        }
        if outcome.readings:
            own["readings"] = outcome.readings
    return own
