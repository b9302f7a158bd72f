"""Enterprises that crowd every threshold of a policy, as Hypothesis draws them, and as tables in a DuckDB."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any, NamedTuple

from duckdb import DuckDBPyConnection
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from jxplus.assessment import Assessor
from jxplus.enterprise import Enterprise
from jxplus.formula.node import Node, walk
from jxplus.policy import Fact, Policy
from jxplus.query.tables import stated
from jxplus.render.rows import ResultRow, rows


class Case(NamedTuple):
    """Enterprises that stand in the same tables, the lists that have no table, the day and the readings chosen.

    `partly` are the lists that each enterprise states or not.
    """

    enterprises: list[Enterprise]
    absent: frozenset[str]
    day: date | None
    pins: dict[str, str]
    partly: frozenset[str] = frozenset()


class Drawn(NamedTuple):
    """Strategies for what an enterprise states: its own facts, its day or None, and the items of each list."""

    own: st.SearchStrategy[dict[str, Any]]
    day: st.SearchStrategy[date | None]
    items: dict[str, st.SearchStrategy[list[dict[str, Any]]]]


def drawn(policy: Policy) -> Drawn:
    """Statements whose figures stand at, just below and just above each figure of the plan, and at shares of them."""
    figures = [
        node.value for clause in policy.clauses for one in clause.formulas() for node in walk(one) if _is_figure(node)
    ]
    shares = {each.amount for each in figures if not each.unit and 0 < each.amount < 1}

    def values(fact: Fact) -> st.SearchStrategy[Any]:
        if fact.type.kind == "truth":
            return st.booleans()
        if fact.type.kind == "choice":
            return st.sampled_from(fact.type.choices)
        if fact.type.kind == "date":
            return st.sampled_from(days(policy))
        if fact.type.kind == "code":
            return st.sampled_from(["C39", "C3910", "C40", "I65", "I65.1", "I6", "C3"])
        if fact.type.kind == "text":
            return st.sampled_from(["甲", "乙"])
        assert fact.limits is not None
        ulp, least, top = fact.limits.step, fact.limits.least, fact.limits.largest
        marks = {each.amount for each in figures if each.unit == fact.type.unit} | {Decimal(0), ulp, 5 * ulp, top}
        marks |= {mark * share for mark in marks for share in shares}
        pool = {(mark + step).quantize(ulp) for mark in marks for step in (-ulp, Decimal(0), ulp)}
        if fact.signed:
            pool |= {-each for each in pool}
        crowded = st.sampled_from(sorted(each for each in pool if least <= each <= top))
        anywhere = st.integers(int(least / ulp), int(top / ulp)).map(lambda each: each * ulp)
        exactly = st.sampled_from(
            sorted(each.amount for each in figures if each.unit == fact.type.unit) or [Decimal(0)]
        )
        return st.one_of(crowded, exactly.filter(lambda each: least <= each <= top and each % ulp == 0), anywhere)

    def facts(known: dict[str, Fact], whole: bool) -> st.SearchStrategy[dict[str, Any]]:
        each = {name: values(fact) for name, fact in known.items() if name not in ("name", "as_of")}
        return st.fixed_dictionaries(each) if whole else st.fixed_dictionaries({}, optional=each)

    def items(known: dict[str, Fact]) -> st.SearchStrategy[dict[str, Any]]:
        """An item states what it must, and each of the others or not."""
        must = {name: values(fact) for name, fact in known.items() if fact.default is None}
        may = {name: values(fact) for name, fact in known.items() if fact.default is not None}
        return st.fixed_dictionaries(must, optional=may)

    return Drawn(
        st.one_of(facts(policy.facts, True), facts(policy.facts, False)),
        st.none() | st.sampled_from(days(policy)),
        {name: st.lists(items(listed.facts), max_size=3) for name, listed in policy.lists.items()},
    )


def enterprise(
    number: int, own: dict[str, Any], day: date | None, lists: dict[str, list[dict[str, Any]]]
) -> Enterprise:
    """What was drawn, as an enterprise with an id of its own."""
    dated = {"as_of": day} if day else {}
    return Enterprise(f"企业{number}", {"name": f"企业{number}", **own, **dated, **lists}, "", f"E{number}")


class Way(NamedTuple):
    """How tables are laid and asked: the lists without a table, those each enterprise states or not, the day, the readings."""

    absent: frozenset[str]
    partly: frozenset[str]
    day: date | None
    pins: dict[str, str]


def ways(policy: Policy, apart: bool) -> list[Way]:
    """Twelve ways to ask a plan, each a query of its own: with all tables and nothing chosen, and others by chance."""
    chance = Random(f"{policy.id} {apart}")
    found = [Way(frozenset(), frozenset(policy.lists if apart else ()), None, {})]
    open_clauses = {each.read_with or each.id: each for each in policy.clauses if len(each.readings) > 1}
    while len(found) < 12:
        some = chance.random() < 0.5
        absent = frozenset(name for name in policy.lists if some and chance.random() < 0.5)
        partly = frozenset(name for name in policy.lists if apart and name not in absent and chance.random() < 0.5)
        chosen = [each for each in open_clauses.values() if chance.random() < 0.25]
        pins = {each.id: chance.choice(each.readings).id for each in chosen}
        found.append(Way(absent, partly, chance.choice([None, chance.choice(days(policy))]), pins))
    return found


def cases(policy: Policy, size: int = 12, apart: bool = False) -> st.SearchStrategy[Case]:
    """Cases of enterprises that crowd every threshold, with tables, days and readings of every kind.

    `apart` has enterprises state some lists each on its own, as lines of JSON do.
    """
    strategies, asked = drawn(policy), ways(policy, apart)

    @st.composite
    def draw_case(draw: Any) -> Case:
        way = draw(st.sampled_from(asked))
        enterprises = []
        for number in range(draw(st.integers(1, size))):
            own, day = draw(strategies.own), draw(strategies.day)
            lists = {
                name: draw(one)
                for name, one in strategies.items.items()
                if name not in way.absent and not (name in way.partly and draw(st.booleans()))
            }
            enterprises.append(enterprise(number, own, day, lists))
        return Case(enterprises, way.absent, way.day, way.pins, way.partly)

    return draw_case()


def crowd(policy: Policy, size: int) -> list[Enterprise]:
    """About `size` enterprises, for an engine that is too slow to be asked about a few at a time."""
    strategies, found = drawn(policy), []

    @settings(
        max_examples=size,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategies.own, strategies.day, st.fixed_dictionaries(strategies.items))
    def collect(own: dict[str, Any], day: date | None, lists: dict[str, list[dict[str, Any]]]) -> None:
        found.append(enterprise(len(found), own, day, lists))

    collect()
    return found


def without_bare_one(policy: Policy, enterprises: Sequence[Enterprise]) -> list[Enterprise]:
    """The same, with 99.99% for each share of 100%: a 1 in a table of figures may be 1% too, and is refused."""

    def below(facts: dict[str, Fact], stated: dict[str, Any]) -> dict[str, Any]:
        found = dict(stated)
        for id, value in stated.items():
            if id in policy.lists:
                found[id] = [below(policy.lists[id].facts, item) for item in value]
            elif facts[id].is_rate and value == 1:
                found[id] = Decimal("0.9999")
        return found

    return [each._replace(facts=below(policy.facts, each.facts)) for each in enterprises]


def settled(policy: Policy, enterprises: Sequence[Enterprise]) -> list[Case]:
    """The same enterprises in tables that have all lists, every other list and none, with each reading chosen in turn."""
    open_clauses = [clause for clause in policy.clauses if len(clause.readings) > 1]
    first, last = ({clause.id: clause.readings[end].id for clause in open_clauses} for end in (0, -1))
    names = sorted(policy.lists)
    ways: list[tuple[list[str], date | None, dict[str, str]]] = [
        ([], None, {}),
        (names[::2], days(policy)[0], first),
        (names[1::2], None, last),
        (names, days(policy)[-1], {}),
    ]
    found = []
    for absent, day, pins in ways:
        known = [
            each._replace(facts={name: value for name, value in each.facts.items() if name not in absent})
            for each in enterprises
        ]
        found.append(Case(known, frozenset(absent), day, pins))
    return found


def scattered(policy: Policy, enterprises: Sequence[Enterprise]) -> Case:
    """The same enterprises, of which each states other lists than the one before."""
    names = sorted(policy.lists)
    known = [
        each._replace(
            facts={
                name: value
                for name, value in each.facts.items()
                if name not in names or not number >> names.index(name) & 1
            }
        )
        for number, each in enumerate(enterprises)
    ]
    return Case(known, frozenset(), None, {}, frozenset(names))


def scalar(policy: Policy, case: Case, today: date) -> list[ResultRow]:
    """All rows of the scalar engine, in the order of the enterprises and of the policy."""
    assessor = Assessor(policy, case.pins)
    return [
        row
        for each in case.enterprises
        for row in rows(assessor.assess(each, case.day or each.facts.get("as_of") or today), every=True)
    ]


def wide(policy: Policy, long: Sequence[ResultRow]) -> list[dict[str, Any]]:
    """The rows of `scalar` as the wide table has them: one for each enterprise, with the totals."""
    found = []
    for start in range(0, len(long), len(policy.clauses)):
        own = long[start : start + len(policy.clauses)]
        row: dict[str, Any] = {"enterprise": own[0].enterprise, "name": own[0].name}
        row["total_low"] = sum((each.low or Decimal(0) for each in own), Decimal(0))
        row["total_high"] = sum((each.high or Decimal(0) for each in own), Decimal(0))
        if any(each.status == "entitled" and each.high is None for each in own):
            row["total_high"] = None  # what one clause pays has no ceiling
        for each in own:
            row |= {f"{each.clause}_{what}": getattr(each, what) for what in ("status", "low", "high", "base")}
        row["policy"] = policy.id
        found.append(row)
    return found


def same(found: Sequence[Any], expected: Sequence[Any], case: Case) -> None:
    """Asserts that two tables are equal; where they are not, it names the first enterprise, its facts and how it was asked."""
    if list(found) == list(expected):
        return
    one, other = next(
        ((one, other) for one, other in zip(found, expected, strict=False) if one != other), (len(found), len(expected))
    )
    named = other.enterprise if isinstance(other, ResultRow) else other["enterprise"] if isinstance(other, dict) else ""
    facts = [each.facts for each in case.enterprises if each.id == named]
    asked = case._replace(enterprises=[])
    raise AssertionError(f"{one}\nis not\n{other}\nof {facts}\nasked {asked}")


def _is_figure(node: Node) -> bool:
    return node.op == "number"


def days(policy: Policy) -> list[date]:
    """The first and the last day of everything in the policy that is bounded in time, and the days beside them."""
    ends = {end for clause in policy.clauses for end in clause.period[:2] if end is not None}
    around = sorted({end + timedelta(days=step) for end in ends for step in (-1, 0, 1)})
    return [*around, *[around[1] + timedelta(days=90)] * len(around)]


def load(
    database: DuckDBPyConnection,
    policy: Policy,
    enterprises: Sequence[Enterprise],
    absent: frozenset[str],
    partly: frozenset[str] = frozenset(),
) -> None:
    """Puts enterprises into the tables that the contract describes, in place of those that are there.

    For the lists in `partly` the table of enterprises also says who states them.
    """
    types = {name: _type(fact) for name, fact in policy.facts.items()} | {stated(name): "BOOLEAN" for name in partly}
    _table(
        database,
        "enterprises",
        {"id": "VARCHAR", **types},
        [
            [each.id, *(each.facts.get(name) for name in policy.facts), *(name in each.facts for name in partly)]
            for each in enterprises
        ],
    )
    for name, listed in policy.lists.items():
        database.execute(f'DROP TABLE IF EXISTS "{name}"')
        if name not in absent:
            _table(
                database,
                name,
                {"enterprise_id": "VARCHAR", **{item: _type(fact) for item, fact in listed.facts.items()}},
                [
                    [each.id, *(item.get(fact) for fact in listed.facts)]
                    for each in enterprises
                    for item in each.facts.get(name, ())
                ],
            )


def _table(database: DuckDBPyConnection, name: str, columns: dict[str, str], rows: list[list[Any]]) -> None:
    written = ", ".join(f'"{column}" {type}' for column, type in columns.items())
    database.execute(f'CREATE OR REPLACE TABLE "{name}" ({written})')
    if rows:
        values = ", ".join(f"({', '.join(map(_literal, row))})" for row in rows)
        database.execute(f'INSERT INTO "{name}" VALUES {values}')


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return "'" + str(value).replace("'", "''") + "'"


def _type(fact: Fact) -> str:
    if fact.limits is None:
        return {"truth": "BOOLEAN", "date": "DATE"}.get(fact.type.kind, "VARCHAR")
    return f"DECIMAL({len(str(int(fact.limits.largest))) + fact.limits.decimals}, {fact.limits.decimals})"
