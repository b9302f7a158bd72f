"""The hand-worked tables: what the plan pays (`cases/*.yaml`), what a file may state (`limits.yaml`), what stands where (`plan.yaml`).

Those of the plans in `examples/plans` stand in `plans/` and are read alike.

A case is read as a user's file is: its enterprise goes as text through the reader of enterprise files. Every figure stays
text until it is an exact decimal.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from jxplus.assessment import Assessment, Assessor, Outcome
from jxplus.document import read_tree
from jxplus.enterprise import Enterprise, Reader
from jxplus.fault import Refused
from jxplus.policy import Clause, Fact, Policy
from jxplus.policy.bonds import live

HERE = Path(__file__).parent
CASE_KEYS = {"case", "why", "as_of", "readings", "enterprise", "expect", "totals", "rules", "warned", "assumed"}
OUTCOME_KEYS = {"status", "low", "high", "base", "missing", "readings"}


class Case(NamedTuple):
    """One hand-worked case: an enterprise on a day, the readings pinned, and what is due under which clauses.

    `expect` maps a clause to what is said of its outcome; `totals` holds `low` and `high` where they are said; `warned`
    says whether the day earns the plan's warning, None where nothing is said. `assumed` are the facts that were not stated
    and that the outcomes rest on, and in its own words what a clause assumes; None where nothing is said.
    """

    name: str
    file: str
    why: str
    as_of: date
    pins: Mapping[str, str]
    text: str
    expect: Mapping[str, Mapping[str, Any]]
    totals: Mapping[str, Decimal]
    warned: bool | None
    assumed: frozenset[str] | None = None
    rules: Mapping[str, tuple[Decimal, ...]] = {}

    def enterprise(self, reader: Reader) -> Enterprise:
        """The case's enterprise as `reader` reads it."""
        return reader.read(read_tree(self.text, self.name, "json"))


class Limit(NamedTuple):
    """One figure beside a limit: the fact (`list.fact` in an item), the text written, and whether it is accepted."""

    fact: str
    written: str
    accepted: bool
    why: str


def read_cases() -> list[Case]:
    """All hand-worked cases of the plan that ships, in the order of their files."""
    return [case for path in sorted((HERE / "cases").glob("*.yaml")) for case in cases_of(path)]


def cases_of(path: Path) -> Iterator[Case]:
    """The hand-worked cases of one file."""
    for entry in yaml.load(path.read_text("utf-8"), yaml.CBaseLoader):
        unknown = set(entry) - CASE_KEYS
        assert not unknown, f"{path.name}: {entry['case']}: {unknown}"
        facts = {} if entry["enterprise"] == "" else entry["enterprise"]
        if "name" not in facts and "企业名称" not in facts:
            facts = {"name": entry["case"], **facts}
        yield Case(
            entry["case"],
            path.name,
            " ".join(entry["why"].split()),
            date.fromisoformat(entry["as_of"]),
            entry.get("readings", {}),
            json.dumps(_blank_is_null(facts), ensure_ascii=False),
            {clause: _expected(said) for clause, said in entry["expect"].items()},
            {end: Decimal(amount) for end, amount in entry.get("totals", {}).items()},
            {"yes": True, "no": False}[entry["warned"]] if "warned" in entry else None,
            frozenset(entry["assumed"]) if "assumed" in entry else None,
            {rule: tuple(map(Decimal, ends)) for rule, ends in entry.get("rules", {}).items()},
        )


def _blank_is_null(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _blank_is_null(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_blank_is_null(child) for child in value]
    return None if value == "" else value


def _expected(said: Any) -> dict[str, Any]:
    """What is said of an outcome, in the terms of an `Outcome`."""
    if isinstance(said, str):
        return {"status": said}
    unknown = set(said) - OUTCOME_KEYS
    assert not unknown, unknown
    expected: dict[str, Any] = dict(said)
    for key in ("low", "high", "base"):
        if key in said:
            expected[key] = Decimal(said[key])
    if "missing" in said:
        expected["missing"] = set(said["missing"])
    if "readings" in said:
        readings = {} if said["readings"] == "none" else said["readings"]
        expected["readings"] = {name: tuple(map(Decimal, ends)) for name, ends in readings.items()}
    return expected


def differences(case: Case, assessment: Assessment) -> list[str]:
    """Where an assessment of the case's enterprise is not what the case says, in words; empty where it is all so.

    Only clauses that the assessment holds are compared, and totals only where it holds more than one.
    """
    found = []
    for outcome in assessment.outcomes:
        for key, expected in case.expect.get(outcome.clause.id, {}).items():
            got = _got(outcome, key)
            if got != expected:
                found.append(f"{outcome.clause.id}: {key}: {_show(expected)} by hand, {_show(got)} computed")
    if len(assessment.outcomes) > 1:
        for end, got in zip(("low", "high"), assessment.total(), strict=True):
            if end in case.totals and got != case.totals[end]:
                found.append(f"totals: {end}: {case.totals[end]} by hand, {got} computed")
    taken = {each.rule.id: (each.low, each.high) for each in assessment.taken}
    for rule in assessment.policy.rules:
        ends = taken.get(rule.id, (Decimal(0), Decimal(0)))
        if case.rules.get(rule.id, ends) != ends:
            found.append(f"rules: {rule.id}: {_ends(case.rules[rule.id])} by hand, {_ends(ends)} computed")
    if case.assumed is not None and len(assessment.outcomes) > 1:
        assumed = frozenset(each.fact or each.text.zh for each in assessment.assumptions)
        if assumed != case.assumed:
            found.append(f"assumed: {sorted(case.assumed)} by hand, {sorted(assumed)} computed")
    if case.warned is not None and bool(assessment.warnings) != case.warned:
        found.append(f"warned: {case.warned} by hand, {bool(assessment.warnings)} computed")
    return found


def _got(outcome: Outcome, key: str) -> Any:
    return set(outcome.missing) if key == "missing" else getattr(outcome, key)


def _ends(ends: tuple[Decimal, ...]) -> list[str]:
    return [str(end) for end in ends]


def _show(value: Any) -> str:
    if isinstance(value, set):
        return f"[{', '.join(sorted(value))}]"
    if isinstance(value, dict):
        return str({name: _ends(ends) for name, ends in value.items()})
    return str(value)


def wrong(case: Case, assessor: Assessor, reader: Reader) -> list[str]:
    """What `assessor` (made with the case's pins) gets wrong in the case; see `differences`."""
    try:
        enterprise = case.enterprise(reader)
    except Refused as refused:
        return [str(refused)]
    return differences(case, assessor.assess(enterprise, case.as_of))


def silent(policy: Policy) -> set[str]:
    """The rules of a plan that say nothing while it is alone: they name a clause of another."""
    return {rule.id for rule in policy.rules} - {rule.id for rule in live(policy)}


def read_limits() -> list[Limit]:
    """The hand-worked limits of the plan that ships."""
    return limits_of(yaml.load((HERE / "limits.yaml").read_text("utf-8"), yaml.CBaseLoader))


def limits_of(entries: list[dict[str, Any]]) -> list[Limit]:
    """The hand-worked limits that the entries of a file hold."""
    return [
        Limit(fact, written, kind == "accepted", entry["why"])
        for entry in entries
        for fact in entry["facts"]
        for kind in ("accepted", "refused")
        for written in entry[kind]
    ]


Items = Mapping[str, Mapping[str, str]]

ITEMS: Items = {
    "listings": {"venue": "neeq"},
    "premises": {"landlord": "private", "use": "office", "area": "1", "monthly_rent": "1", "months": "1"},
    "platforms": {"private_investment": "1", "qualified": "yes"},
    "talents": {"internet_experience": "yes", "senior_or_core": "yes", "brings_project": "yes"},
    "training_bases": {"qualified": "yes"},
    "funds": {"liquidated": "yes", "size": "1", "in_province_investment": "1", "in_province_net_gain": "1"},
    "truck_tolls": {"card": "none", "toll": "1"},
    "container_trips": {"card": "none", "vehicle_km": "1", "lawful": "yes"},
}
"""An item of each list with the facts that it must state, and nothing else."""


def least_items(policy: Policy) -> Items:
    """An item of each list of a policy with the facts that it must state, and nothing else: the first choice, yes, 1 of its unit."""
    return {
        listed.id: {fact.id: _least(fact) for fact in listed.facts.values() if fact.default is None}
        for listed in policy.lists.values()
    }


def _least(fact: Fact) -> str:
    if fact.choices:
        return next(iter(fact.choices))
    if fact.is_rate:
        return "50%"
    return {"truth": "yes", "date": "2020-01-01", "text": "A", "code": "A01"}.get(fact.type.kind, "1")


def stating(fact: str, written: str, items: Items = ITEMS) -> str:
    """An enterprise file, as JSON, that states one fact; one of an item as `list.fact`."""
    listed, dot, name = fact.partition(".")
    stated: dict[str, Any] = {listed: [{**items[listed], name: written}]} if dot else {fact: written}
    return json.dumps({"name": "A", **stated}, ensure_ascii=False)


def wrong_limit(limit: Limit, reader: Reader, items: Items = ITEMS) -> str:
    """What `reader` does otherwise than the limit says; empty where it does the same."""
    try:
        reader.read(read_tree(stating(limit.fact, limit.written, items), "limit", "json"))
    except Refused as refused:
        return f"{limit.fact}: {limit.written}: refused: {refused}" if limit.accepted else ""
    return "" if limit.accepted else f"{limit.fact}: {limit.written}: accepted"


def plan_differences(policy: Policy) -> list[str]:
    """Where a policy is not what `plan.yaml` says, in words."""
    plan = yaml.load((HERE / "plan.yaml").read_text("utf-8"), yaml.CBaseLoader)
    clauses = {**plan["with an amount"], **plan["without an amount"]}
    lists = {
        listed.id: [
            listed.label.zh,
            {fact.id: _fact_row(fact)[:1] + _fact_row(fact)[2:] for fact in listed.facts.values()},
        ]
        for listed in policy.lists.values()
    }
    pairs: list[tuple[dict[str, Any], dict[str, Any]]] = [
        (plan["plan"], _head(policy)),
        (clauses, {clause.id: _clause_row(clause, clauses.get(clause.id, [])) for clause in policy.clauses}),
        (plan["facts"], {fact.id: _fact_row(fact) for fact in policy.facts.values()}),
        (plan["lists"], lists),
        (plan["bases"], _days_of_bases(policy)),
        (plan["days"], {each.id: each.facts[each.dated].label.zh for each in policy.lists.values() if each.dated}),
    ]
    return [
        f"{key}: {by_hand.get(key)} by hand, {read.get(key)} in the policy"
        for by_hand, read in pairs
        for key in dict.fromkeys([*by_hand, *read])
        if by_hand.get(key) != read.get(key)
    ]


def _head(policy: Policy) -> dict[str, str]:
    days = {"issued": str(policy.issued), "from": str(policy.period.start)}
    return {"id": policy.id, **days, "currency": policy.currency}


def _days_of_bases(policy: Policy) -> dict[str, str]:
    """The fact whose day the clauses of each basis are held against; several where they differ."""
    found: dict[str, dict[str, None]] = {}
    for clause in policy.clauses:
        found.setdefault(clause.basis, {})[clause.day] = None
    return {basis: " ".join(days) for basis, days in found.items()}


def _clause_row(clause: Clause, by_hand: list[str]) -> list[str]:
    """A clause as `plan.yaml` writes it, its payer in whichever language is written there."""
    if clause.kind == "unstated":
        return [clause.section, clause.lead]
    payer = by_hand[-1] if by_hand and by_hand[-1] in clause.payer else clause.payer.en
    return [clause.section, clause.lead, clause.nature, clause.basis, payer]


def _fact_row(fact: Fact) -> list[str]:
    """A fact as `plan.yaml` writes it: its type or its choices, its Chinese name, its default."""
    row = [" ".join(fact.choices) or fact.form, fact.label.zh]
    if fact.default is not None:
        row.append({True: "yes", False: "no"}[fact.default] if isinstance(fact.default, bool) else str(fact.default))
    return row
