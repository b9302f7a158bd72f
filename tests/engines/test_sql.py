"""The policy as SQL gives each enterprise what the scalar engine gives it, and proves that no decimal can be spoilt."""

import re
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from commandline import invoked
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlglot import exp, parse_one, transpile

from jxplus.assessment import LIKE_WAN, Assessor
from jxplus.assessment.assumptions import is_told
from jxplus.enterprise import Enterprise
from jxplus.fault import Place, Refused, Text
from jxplus.formula.node import OVER_ITEMS
from jxplus.formula.operators import OPERATORS
from jxplus.policy import Policy
from jxplus.policy.file import read_policy
from jxplus.policy.store import load_policy
from jxplus.query import column_types, expressions, policy_query
from jxplus.query.formula import SQL
from jxplus.query.rests import rests
from jxplus.query.tables import Options, stated
from jxplus.query.text import Unwritable, dialects, query_text
from jxplus.render.rows import ResultRow

sys.path.insert(0, str(Path(__file__).parents[1]))
import namesakes
import tables

POLICY = load_policy()
TANGLED_FILE = Path(__file__).parents[1] / "tangled.yaml"
TANGLED = load_policy(str(TANGLED_FILE))
COUNTY = load_policy(str(Path(__file__).parents[1] / "county.yaml"))
GATHERED = load_policy(str(Path(__file__).parents[1] / "gathered.yaml"))
TODAY = date(2016, 6, 30)
DATABASE = duckdb.connect()
LAW = settings(deadline=None, suppress_health_check=list(HealthCheck))


KEPT: dict[tuple[int, str, str], tuple[Policy, Any]] = {}


def kept(make: Callable[[Policy, Options], Any], policy: Policy, options: Options) -> Any:
    """What is made of a plan that is asked so, made once: many cases ask the same."""
    key = id(policy), make.__name__, repr(options)
    if key not in KEPT:
        KEPT[key] = policy, make(policy, options)  # the policy with it: another must not come to have its number
    return KEPT[key][1]


def compiled(policy: Policy, options: Options) -> str:
    return query_text(policy_query(policy, options), "duckdb")


def compiled_rests(policy: Policy, options: Options) -> tuple[list[Text], str] | None:
    """What may be assumed, and the query of how many enterprises it is assumed for."""
    found = rests(policy, options)
    if found is None:
        return None
    cells = ", ".join(f"count(*) FILTER (WHERE {each.sql('duckdb')})" for each in found.conditions.values())
    return list(found.conditions), f"SELECT {cells} FROM ({query_text(found.query, 'duckdb')})"


def executed(case: tables.Case, policy: Policy, shape: str, tuned: bool = False) -> duckdb.DuckDBPyConnection:
    """The query on DuckDB, over tables that hold the enterprises of a case."""
    tables.load(DATABASE, policy, case.enterprises, case.absent, case.partly)
    options = Options(shape, case.day, TODAY, case.pins, True, case.absent, tuned, case.partly)
    return DATABASE.execute(kept(compiled, policy, options))


def columnar(case: tables.Case, policy: Policy, tuned: bool = False) -> list[ResultRow]:
    """All rows of the query, in the order of the enterprises and of the policy."""
    found = executed(case, policy, "long", tuned).fetchall()
    place = {clause.id: index for index, clause in enumerate(policy.clauses)}
    return sorted((ResultRow(*row) for row in found), key=lambda row: (int(row.enterprise[1:]), place[row.clause]))


def named(found: duckdb.DuckDBPyConnection) -> list[dict[str, object]]:
    """The rows of a result, each cell under the name of its column."""
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


PLANS = [POLICY, TANGLED, COUNTY, GATHERED]
CALLED = ["the plan", "a tangled one", "one with units of its own", "one that counts"]
"""One whose items ask for the enterprise's facts and for other lists, and whose amounts may be open; one that declares its
units; and one with counts and sums over lists, full parts of a figure, days with a term, caps and tiers."""


@pytest.mark.parametrize("policy", PLANS, ids=CALLED)
def test_duckdb_gives_what_the_scalar_engine_gives(policy: Policy) -> None:
    """For all enterprises, days, pins and tables: status, low, high and base are equal, clause by clause."""

    @settings(LAW, max_examples=40)
    @given(tables.cases(policy), st.booleans())
    def law(case: tables.Case, tuned: bool) -> None:
        tables.same(columnar(case, policy, tuned), tables.scalar(policy, case, TODAY), case)

    law()


def counted(policy: Policy, case: tables.Case) -> Counter[Text]:
    """Of how many enterprises of a case the query has it that something was assumed which an outcome rests on."""
    tables.load(DATABASE, policy, case.enterprises, case.absent, case.partly)
    options = Options("long", case.day, TODAY, case.pins, True, case.absent, False, case.partly)
    found = kept(compiled_rests, policy, options)
    if found is None:
        return Counter()
    row = DATABASE.execute(found[1]).fetchone()
    assert row is not None
    return +Counter(dict(zip(found[0], row, strict=True)))


def assumed(policy: Policy, case: tables.Case) -> Counter[Text]:
    """The same as the scalar engine has it, without what is told wherever it is not stated."""
    assessor, always = Assessor(policy, case.pins), {fact.id for fact in policy.facts.values() if is_told(fact)}
    found: Counter[Text] = Counter()
    for each in case.enterprises:
        assessment = assessor.assess(each, case.day or each.facts.get("as_of") or TODAY)
        found.update(each.text for each in assessment.assumptions if each.fact not in always)
        found.update(text for text in assessment.warnings if text == LIKE_WAN)
    return found


@pytest.mark.parametrize("policy", PLANS[:2], ids=CALLED[:2])
def test_the_same_rests_on_what_was_not_stated(policy: Policy) -> None:
    """For all enterprises, days, readings and tables: as many outcomes rest on each default as the scalar engine counts."""

    @settings(LAW, max_examples=25)
    @given(tables.cases(policy, apart=True))
    def law(case: tables.Case) -> None:
        assert counted(policy, case) == assumed(policy, case)

    law()


def test_a_day_that_is_stated_is_not_assumed() -> None:
    """The brand of July falls outside March to June whatever else is unknown; the one without a day has the season's."""
    own = {"exports": Decimal(0), "exporter": True, "gain": Decimal(0), "season": date(2020, 7, 1), "tax": Decimal(0)}
    told = {"famous": False, "value": Decimal(0)}
    brands = ([{**told, "since": date(2020, 7, 1)}], [told])
    enterprises = [tables.enterprise(place, own, None, {"brands": each}) for place, each in enumerate(brands)]
    case = tables.Case(enterprises, frozenset({"shops", "sites"}), date(2020, 7, 1), {})
    assert counted(TANGLED, case) == {
        Text("品牌·起始：未写明，按季末", "Brands, Since: not stated, the same as season"): 1
    }
    assert counted(TANGLED, case) == assumed(TANGLED, case)


@pytest.mark.parametrize("policy", [POLICY, TANGLED, GATHERED], ids=[*CALLED[:2], CALLED[3]])
def test_each_enterprise_may_state_other_lists(policy: Policy) -> None:
    """The same where one enterprise states a list and the next does not, for the long and for the wide table."""

    @settings(LAW, max_examples=12)
    @given(tables.cases(policy, apart=True))
    @example(tables.scattered(policy, tables.crowd(policy, 60)))
    def law(case: tables.Case) -> None:
        expected = tables.scalar(policy, case, TODAY)
        tables.same(columnar(case, policy), expected, case)
        wide = sorted(named(executed(case, policy, "wide")), key=lambda row: int(str(row["enterprise"])[1:]))
        tables.same(wide, tables.wide(policy, expected), case)

    law()


@pytest.mark.parametrize("lists", namesakes.LISTS.values(), ids=list(namesakes.LISTS))
def test_names_of_the_query_itself_are_free_for_a_plan(lists: tuple[str, str]) -> None:
    """The same where facts and lists are called what parts and columns of the query, or keys of its tables, are."""
    policy = read_policy(namesakes.text(*lists).encode(), "p.yaml", "")

    @settings(LAW, max_examples=10)
    @given(tables.cases(policy))
    def law(case: tables.Case) -> None:
        assert columnar(case, policy) == tables.scalar(policy, case, TODAY)

    law()


def test_a_decimal_is_cast_again_to_another_size() -> None:
    """A cast to nine digits and one of that to 38 are two; to cast once more to the same is none."""
    nine, widest = expressions.decimal_type(9, 2), expressions.decimal_type(38, 2)
    found = expressions.cast(expressions.cast(exp.column("x"), nine), widest)
    assert found.sql("duckdb") == "CAST(CAST(x AS DECIMAL(9, 2)) AS DECIMAL(38, 2))"
    assert expressions.cast(found, expressions.decimal_type(38, 2)) is found


def of_clause(
    case: tables.Case, clause: str, policy: Policy = TANGLED
) -> list[tuple[str, Decimal | None, Decimal | None]]:
    """What the query gives each enterprise under a clause: its status, low and high."""
    return [(row.status, row.low, row.high) for row in columnar(case, policy) if row.clause == clause]


UNDECIDED, NOT_MET = ("undecided", None, None), ("not-met", None, None)


def apart(own: dict[str, Any], *lists: dict[str, list[dict[str, Any]]]) -> tables.Case:
    """Enterprises with the same facts, each of which states the lists of one of `lists` and no others."""
    enterprises = [tables.enterprise(number, own, None, each) for number, each in enumerate(lists)]
    return tables.Case(enterprises, frozenset(), date(2020, 3, 1), {}, frozenset(TANGLED.lists))


def test_a_list_that_is_not_stated_is_not_a_list_without_items() -> None:
    """A private office of 100 ㎡ at 40 yuan, for 12 months: 30 * 100 * 12 = 36,000 yuan at most; the NEEQ: 500,000.

    Of two enterprises in the internet business and registered here, one says nothing of premises and listings: both
    clauses are open. The next states that it has neither, and is paid nothing. The last says nothing either, but is not
    in the internet business, and not registered here: nothing that it could state would entitle it.
    """
    premises = {"landlord": "private", "use": "office", "area": Decimal(100), "monthly_rent": Decimal(40)}
    premises |= {"months": Decimal(12), "months_used": Decimal(0)}
    both = {"premises": [premises], "listings": [{"venue": "neeq", "subsidised": False}]}
    here, elsewhere = ({"internet_plus": here, "registered_in_jiangxi": here} for here in (True, False))
    enterprises = [
        tables.enterprise(number, own, None, lists)
        for number, (own, lists) in enumerate(
            [(here, {}), (here, {"premises": [], "listings": []}), (here, both), (elsewhere, {})]
        )
    ]
    case = tables.Case(enterprises, frozenset(), TODAY, {}, frozenset({"premises", "listings"}))
    rent, listing = (of_clause(case, clause, POLICY) for clause in ("park-rent-subsidy", "neeq-listing"))
    assert rent == [UNDECIDED, NOT_MET, ("entitled", Decimal(0), Decimal(36000)), NOT_MET]
    assert listing == [UNDECIDED, NOT_MET, ("entitled", Decimal(500000), Decimal(500000)), NOT_MET]


def test_items_of_a_list_that_is_not_stated_do_not_count() -> None:
    """Only who states a list has the items of its table: rows that stand there all the same change nothing."""
    shop = {"abroad": True, "space": Decimal(1), "rent": Decimal(1), "profit": Decimal(0)}
    case = apart({"exporter": True}, {"shops": [shop]}, {"shops": [shop]})
    executed(case, TANGLED, "long")
    DATABASE.execute(f"UPDATE enterprises SET \"{stated('shops')}\" = false WHERE id = 'E1'")
    options = Options("long", case.day, TODAY, every=True, partly=case.partly)
    rows = DATABASE.execute(query_text(policy_query(TANGLED, options), "duckdb")).fetchall()
    found = {row[0]: row[4:6] for row in rows if row[2] == "every-shop"}
    assert found == {"E0": ("entitled", Decimal(5)), "E1": ("undecided", None)}


def test_an_item_may_ask_for_a_list_that_only_some_state() -> None:
    """A brand of some value pays beside a shop abroad: it is open whether it does where the one or the other is not known.

    It does not where a brand has no value, and where there is no shop, whatever is not known besides.
    """
    brand = {"famous": False, "value": Decimal(10), "since": date(2020, 1, 1)}
    case = apart(
        {},
        {"brands": [brand]},
        {"brands": [{**brand, "value": Decimal(0)}]},
        {"brands": [brand], "shops": []},
        {"shops": [{"abroad": True, "space": Decimal(1), "rent": Decimal(1), "profit": Decimal(0)}]},
        {"shops": []},
    )
    assert of_clause(case, "only-some") == [UNDECIDED, NOT_MET, NOT_MET, UNDECIDED, NOT_MET]


def test_who_waits_for_a_list_waits_for_more_than_the_figure_that_is_open() -> None:
    """Whether a site costs more than the exports, which the plan leaves open, decides what a brand beside a shop abroad gets.

    Where the sites are stated, that is all that is open. Where sites or shops are not, they are missing as well.
    """
    brands = [{"famous": False, "value": Decimal(10), "since": date(2020, 1, 1)}]
    shops = [{"abroad": True, "space": Decimal(1), "rent": Decimal(1), "profit": Decimal(0)}]
    sites = [{"crane": True, "cost": Decimal(200)}]
    case = apart(
        {"gain": Decimal(0), "listed": True},
        {"brands": brands, "shops": shops, "sites": sites},
        {"brands": brands, "shops": shops},
        {"brands": brands, "sites": sites},
        {"shops": shops, "sites": sites},
    )
    open_figure = ("unquantified", None, None)
    assert of_clause(case, "three-lists") == [open_figure, UNDECIDED, UNDECIDED, UNDECIDED]


def test_a_list_that_nobody_states_needs_no_column() -> None:
    """What is absent for all is not asked for again for each."""
    both = frozenset({"shops"})
    text = query_text(policy_query(TANGLED, Options(absent=both, partly=both)), "duckdb")
    assert text == query_text(policy_query(TANGLED, Options(absent=both)), "duckdb")


def test_an_item_may_ask_for_what_is_not_known_of_another_list() -> None:
    """A brand pays if famous, or if a shop abroad stands beside a site with a crane that costs more than the gain.

    Nobody knows the shops. Where a crane costs 200 and the gain is 100 there may be such a shop; where it is 300 there is
    none, and the brand is not famous.
    """
    brand = {"famous": False, "value": Decimal(10), "since": date(2020, 1, 1)}
    facts = {"brands": [brand], "sites": [{"crane": True, "cost": Decimal(200)}]}
    enterprises = [
        tables.enterprise(number, {"gain": Decimal(gain), "listed": False}, None, facts)
        for number, gain in enumerate((100, 300))
    ]
    case = tables.Case(enterprises, frozenset({"shops"}), date(2020, 3, 1), {})
    assert of_clause(case, "three-lists") == [UNDECIDED, NOT_MET]


def test_what_an_amount_waits_for_is_asked_only_once_it_is_certain_who_is_entitled() -> None:
    """Two brands and a shop abroad: the brand that is not famous pays if the crane costs more than the gain.

    The gain is not known, so that it is open who is paid, and nothing is asked of amounts yet. Of one who has only the
    famous brand the amount is asked for, and waits for the exports alone, which the plan leaves open.
    """
    famous, other = ({"famous": is_it, "value": Decimal(10), "since": date(2020, 1, 1)} for is_it in (True, False))
    shop = {"abroad": True, "space": Decimal(1), "rent": Decimal(1), "profit": Decimal(0)}
    sites = [{"crane": True, "cost": Decimal(200)}]
    enterprises = [
        tables.enterprise(number, {"listed": True}, None, {"brands": brands, "shops": [shop], "sites": sites})
        for number, brands in enumerate(([famous, other], [famous]))
    ]
    case = tables.Case(enterprises, frozenset(), date(2020, 3, 1), {})
    assert of_clause(case, "three-lists") == [UNDECIDED, ("unquantified", None, None)]


def wide(*enterprises: Enterprise) -> list[dict[str, object]]:
    tables.load(DATABASE, POLICY, enterprises, frozenset(POLICY.lists) - set(enterprises[0].facts))
    absent = frozenset(POLICY.lists) - set(enterprises[0].facts)
    return named(DATABASE.execute(query_text(policy_query(POLICY, Options("wide", TODAY, absent=absent)), "duckdb")))


def test_a_row_for_each_enterprise() -> None:
    """50 % of 1,000,000.01 is 500,000.005 to deduct; at 25 % that saves 125,000.00125: rounded once each, half up."""
    enterprise = Enterprise("甲", {"name": "甲", "rd_expensed": Decimal("1000000.01"), "big_data": True}, id="E1")
    (row,) = wide(enterprise)
    assert row["enterprise"] == "E1"
    assert row["rd-super-deduction_base"] == Decimal("500000.01")
    assert row["rd-super-deduction_low"] == row["rd-super-deduction_high"] == Decimal("125000.00")
    assert (row["hq-settlement_status"], row["hq-settlement_high"]) == ("undecided", None)
    assert (row["total_low"], row["total_high"]) == (Decimal("125000.00"), Decimal("125000.00"))


def test_a_half_fen_is_rounded_up() -> None:
    """2 % of a toll of 0.25 yuan is half a fen: one fen for a credit card, and one more of the extra points."""
    tolls = [{"card": "credit", "toll": Decimal("0.25")}]
    (row,) = wide(Enterprise("甲", {"name": "甲", "truck_tolls": tolls}, id="E1"))
    assert (row["toll-card-base_low"], row["toll-card-extra_low"]) == (Decimal("0.01"), Decimal("0.01"))


_FULL = Decimal("9999999999999.99")


@pytest.mark.parametrize(
    ("tolls", "saved"),
    [
        # 200 of them are 1,999,999,999,999,998.00, of which 5 % are 99,999,999,999,999.90
        ([_FULL] * 200, "99999999999999.90"),
        ([_FULL] * 200 + [Decimal("1.89")], "99999999999999.99"),  # and 0.0945
        ([_FULL] * 200 + [Decimal("1.90")], "100000000000000.00"),  # and 0.095
        ([_FULL] * 200 + [Decimal("2.00")], "100000000000000.00"),  # and 0.1
        ([_FULL] * 200 + [Decimal("2.09")], "100000000000000.00"),  # and 0.1045
        ([_FULL] * 200 + [Decimal("2.10")], "100000000000000.01"),  # and 0.105
    ],
)
@pytest.mark.parametrize("tuned", [False, True])
def test_a_sum_is_rounded_alike_on_both_sides_of_64_bits(tolls: list[Decimal], saved: str, tuned: bool) -> None:
    """A stored-value card saves 5 % of the tolls; four decimals below 100,000,000,000,000 yuan are 18 digits."""
    listed = [{"card": "stored-value", "toll": toll} for toll in tolls]
    case = tables.Case([tables.enterprise(0, {}, None, {"truck_tolls": listed})], frozenset(), TODAY, {})
    found = {row.clause: (row.low, row.high) for row in columnar(case, POLICY, tuned)}
    assert found["toll-card-base"] == (Decimal(saved), Decimal(saved))


@pytest.mark.parametrize(
    ("expensed", "saved"),
    [
        ("79999999.92", "9999999.99"),
        ("79999999.96", "10000000.00"),  # 9,999,999.995
        ("80000000.00", "10000000.00"),
        ("80000000.03", "10000000.00"),  # 10,000,000.00375
        ("80000000.04", "10000000.01"),  # 10,000,000.005
    ],
)
@pytest.mark.parametrize("tuned", [False, True])
def test_a_product_is_rounded_alike_on_both_sides_of_64_bits(expensed: str, saved: str, tuned: bool) -> None:
    """25 % tax on half of the R&D cost, an eighth of it: eleven decimals below 10,000,000 yuan are 18 digits."""
    own = {"rd_expensed": Decimal(expensed), "cit_rate": Decimal("0.25")}
    case = tables.Case([tables.enterprise(0, own, None, {})], frozenset(POLICY.lists), TODAY, {})
    found = {row.clause: (row.low, row.high) for row in columnar(case, POLICY, tuned)}
    assert found["rd-super-deduction"] == (Decimal(saved), Decimal(saved))


@pytest.mark.parametrize("tuned", [False, True])
@pytest.mark.parametrize("shape", ["long", "wide"])
def test_no_amount_is_a_binary_float(shape: str, tuned: bool) -> None:
    """Every amount that the query gives is a DECIMAL with two decimals, and it casts to no float on the way."""
    tables.load(DATABASE, POLICY, [], frozenset())
    query = policy_query(POLICY, Options(shape, TODAY, tuned=tuned))
    described = DATABASE.execute(f"DESCRIBE {query_text(query, 'duckdb')}").fetchall()
    amounts = {column[0]: column[1] for column in described if column[0].endswith(("low", "high", "base"))}
    assert len(amounts) == (3 if shape == "long" else 2 + 3 * len(POLICY.clauses))
    assert {type.partition("(")[0] for type in amounts.values()} == {"DECIMAL"}
    assert all(type.endswith(",2)") for type in amounts.values())
    plan = DATABASE.execute(f"EXPLAIN {query_text(query, 'duckdb')}").fetchall()
    assert not any(binary in f"{query!r} {plan}" for binary in ("DOUBLE", "FLOAT", "REAL"))


def test_each_operator_has_its_sql() -> None:
    """What the formula language can say, SQL says too; what looks at the items of a list is the query's own."""
    assert set(SQL) == set(OPERATORS) - set(OVER_ITEMS)


def test_full_parts_are_written_where_they_are_exact() -> None:
    """Each formula is named with its line where a dialect cannot divide it exactly."""
    for dialect in ("duckdb", "postgres", "spark", "databricks"):
        assert query_text(policy_query(GATHERED, Options(), dialect), dialect)
    with pytest.raises(Refused) as caught:
        policy_query(GATHERED, Options(), "trino")
    lines = TANGLED_FILE.with_name("gathered.yaml").read_text("utf-8").splitlines()
    for fault in caught.value.faults:
        assert "trino does not compute 'whole(" in fault.wrong.en
        assert "whole(" in lines[fault.place.line - 1]
    assert {fault.fact for fault in caught.value.faults} == {"every-ten-million", "parts-of-items"}


def test_a_total_after_rules_that_has_no_ceiling_is_for_the_scalar_engine() -> None:
    """What a rule leaves of an amount without a ceiling is told by name, and such a plan is computed one by one."""
    file = TANGLED_FILE.with_name("gathered.yaml")
    rule = "\nrules:\n  one-of-two: {section: 一(一), title: {zh: 就高, en: highest}, highest of: [young, at-least]}\n"
    policy = read_policy((file.read_text("utf-8") + rule).encode(), str(file), "")
    with pytest.raises(Refused) as caught:
        policy_query(policy, Options("wide"))
    assert [fault.fact for fault in caught.value.faults] == ["one-of-two"]
    assert policy_query(policy, Options("long"))


def test_figures_at_their_bounds_do_not_overflow() -> None:
    """The largest premises, a thousand of them: 99,999,999.9999 ㎡ x 99,999,999.9999 yuan x 36 months, exactly."""
    largest = Decimal("99999999.9999")
    item = {"landlord": "government", "use": "maker-space", "area": largest, "monthly_rent": largest}
    premises = [{**item, "months": Decimal(1199), "months_used": Decimal(0)}] * 1000
    (row,) = wide(Enterprise("甲", {"name": "甲", "premises": premises}, id="E1"))
    # 99999999.9999² = 9999999999980000.00000001, times 36000
    assert row["maker-space-premises_high"] == Decimal("359999999999280000000.00")


VAST = ("decimals: 3, below: 1万㎡", "decimals: 12, below: 1000000000000000000亿㎡")


def refused(change: tuple[str, str]) -> Refused:
    text = TANGLED_FILE.read_text(encoding="utf-8").replace(*change)
    policy = read_policy(text.encode(), str(TANGLED_FILE), "")
    with pytest.raises(Refused) as caught:
        policy_query(policy, Options())
    return caught.value


def test_an_amount_that_no_width_is_proved_for_has_the_widest_type() -> None:
    """Such a policy is no query, but the scalar engine computes it; its files have room for whatever it comes to."""
    text = TANGLED_FILE.read_text(encoding="utf-8").replace(*VAST)
    policy = read_policy(text.encode(), str(TANGLED_FILE), "")
    clauses = {fault.fact for fault in refused(VAST).faults}
    types = column_types(policy, wide=True)
    assert clauses
    assert {types[f"{clause}_{what}"] for clause in clauses for what in ("low", "high", "base")} == {"DECIMAL(38, 2)"}
    assert "DECIMAL(18, 2)" in types.values()


def test_a_formula_that_may_not_fit_is_refused_at_its_line() -> None:
    """Areas below 10^30 with 12 decimals, times a rent of 5 digits: more than 38 digits, in every clause that multiplies."""
    found = refused(VAST).faults
    lines = TANGLED_FILE.read_text(encoding="utf-8").splitlines()
    clauses = {fault.fact for fault in found}
    assert {"rent-of-shops", "based-on-shops", "shops-beside-brands", "readings-apart"} <= clauses
    assert "young" not in clauses
    for fault in found:
        assert fault.place != Place()
        assert "space" in lines[fault.place.line - 1]
        assert "38" in fault.wrong.zh
        assert "38" in fault.wrong.en


def test_a_fact_too_wide_for_any_engine_is_refused() -> None:
    """A share with 12 decimals below 10^27 has 39 digits and fits no DECIMAL; the exact arithmetic has room for it."""
    small = Path(__file__).parents[1] / "small.yaml"
    text = small.read_text(encoding="utf-8").replace(
        "decimals: 4, at most: 100%", "decimals: 12, below: 100000000000000000000000000000%"
    )
    text = text.replace("fees - fees * own_share", "fees * own_share")  # of which more than all would be left
    policy = read_policy(text.encode(), str(small), "")
    with pytest.raises(Refused, match="39 digits"):
        policy_query(policy, Options())


# ---- the command ---------------------------------------------------------------------------------------------------


def printed(*arguments: str) -> tuple[int, str]:

    result = invoked("sql", *arguments)
    return result.exit_code, result.output


def test_the_printed_query_is_the_query() -> None:
    """What is printed runs as it stands, comments and all; every clause is named in it with its section."""
    code, text = printed("--dialect", "duckdb", "--as-of", "2016-06-30")
    assert code == 0
    tables.load(DATABASE, POLICY, [Enterprise("甲", {"name": "甲", "new_format": True}, id="E1")], frozenset())
    row = ("E1", "甲", "new-format-venture-support", "六(二)", "unquantified", None, None, None, POLICY.id)
    assert row in DATABASE.execute(text).fetchall()
    for clause in POLICY.clauses:
        assert f"{clause.section} {clause.title.zh}" in text


def test_the_heading_names_the_columns_that_are_read() -> None:
    """A day that follows another is that of the enterprise: `listings` has no `as_of`, and `truck_tolls` no `period_end`."""
    _, text = printed()
    told = {name: columns.split(", ") for name, columns in re.findall(r"^--   (\w+) \((.*)\)$", text, re.MULTILINE)}
    lists = {name: ["enterprise_id", *listed.facts] for name, listed in POLICY.lists.items()}
    assert told == {"enterprises": ["id", *POLICY.facts], **lists}


def test_what_the_tables_lack_is_said() -> None:
    """Without a table of premises nobody can tell who rents; without the column nobody's investment is known."""
    code, text = printed("--without", "premises", "--without", "investment", "--shape", "wide", "--lang", "en")
    assert code == 0
    assert "premises" not in [table.name for table in _tables_of(text)]
    tables.load(
        DATABASE, POLICY, [Enterprise("甲", {"name": "甲", "big_data": True}, id="E1")], frozenset({"premises"})
    )
    DATABASE.execute("ALTER TABLE enterprises DROP COLUMN investment")
    found = DATABASE.execute(text)
    row = dict(zip([column[0] for column in found.description or ()], found.fetchall()[0], strict=True))
    assert row["maker-space-premises_status"] == row["big-data-investment_status"] == "undecided"


def _tables_of(text: str) -> list[exp.Table]:
    import sqlglot

    return list(sqlglot.parse_one(text, read="duckdb").find_all(exp.Table))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--dialect", "postgre"), "postgres"),
        (("--dialect", "sqlite"), "no exact decimals"),
        (("--shape", "tall"), "long, wide"),
        (("--without", "premise"), "premises"),
        (("--reading", "platform-grant=maybe"), "at-least"),
    ],
)
def test_a_wrong_command_line_names_the_right_one(arguments: tuple[str, ...], said: str) -> None:
    code, text = printed(*arguments)
    assert code == 2
    assert said in text


def test_every_dialect_is_written_or_refused() -> None:
    """Each dialect gives a query without binary floats, or says that it has no exact decimals."""
    query = {dialect: policy_query(POLICY, Options("long", TODAY), dialect) for dialect in ("duckdb", "mysql", "trino")}
    for dialect in dialects():
        if dialect == "sqlite":
            with pytest.raises(Unwritable, match="no exact decimals"):
                query_text(query["mysql"], dialect)
            continue
        text = query_text(query.get(dialect, query["mysql"]), dialect)
        assert not any(binary in text for binary in ("DOUBLE", "FLOAT", "REAL")), dialect


# ---- long names --------------------------------------------------------------------------------------------------------


def with_ids(tmp_path: Path, *ids: str) -> str:
    """A policy file whose only clause stands there once for each id."""
    text = (Path(__file__).parents[1] / "small.yaml").read_text(encoding="utf-8")
    head, clause = text.split("  patent-award:\n")
    path = tmp_path / "plan.yaml"
    path.write_text(head + "\n".join(f"  {id}:\n{clause.rstrip()}\n" for id in ids), encoding="utf-8")
    return str(path)


def names_of(text: str, dialect: str) -> set[str]:
    """Every name in a query."""
    return {each.name for each in parse_one(text, dialect=dialect).find_all(exp.Identifier)}


ALIKE = ["a" * 61 + end for end in "bc"]
"""Two ids of 62 letters, alike in 61: Postgres, which keeps 63 bytes of a name, would take what is made of one for the other's."""


def test_no_name_is_too_long_for_postgres(tmp_path: Path) -> None:
    """The query's own names are shortened, and each stays another; DuckDB keeps them as they are."""
    plan = with_ids(tmp_path, *ALIKE)
    code, text = printed("--dialect", "postgres", "--policies", plan)
    assert code == 0
    short, long = names_of(text, "postgres"), names_of(printed("--dialect", "duckdb", "--policies", plan)[1], "duckdb")
    assert max(len(name.encode()) for name in short) == 63
    cut = {name for name in long if len(name.encode()) > 63}
    assert cut
    assert len([name for name in short if "~" in name]) == len(cut)


def test_shortened_names_mean_what_the_long_ones_meant(tmp_path: Path) -> None:
    """Run on DuckDB, the query for Postgres gives each of the two clauses 80 % of the fees of 1000.01: 800.008, so 800.01."""
    code, text = printed("--dialect", "postgres", "--policies", with_ids(tmp_path, *ALIKE), "--as-of", "2020-05-01")
    assert code == 0
    with duckdb.connect() as database:
        facts = "1000.01::DECIMAL(10,2) AS fees, 0.2 AS own_share, 4 AS granted, true AS local"
        database.execute(
            f"CREATE TABLE enterprises AS SELECT 'E1' AS id, '甲' AS name, DATE '2020-05-01' AS as_of, {facts}"
        )
        found = database.execute(transpile(text, read="postgres", write="duckdb")[0]).fetchall()
    paid = Decimal("800.01")
    assert sorted(row[2:7] for row in found) == [(id, "一(一)", "entitled", paid, paid) for id in ALIKE]


@pytest.mark.parametrize("letters", [57, 80])
def test_a_heading_too_long_for_postgres_is_refused(letters: int, tmp_path: Path) -> None:
    """A column of the result that is cut would be found by nobody; it is said which one, and what to do."""
    plan = with_ids(tmp_path, "a" * letters)
    code, said = printed("--dialect", "postgres", "--shape", "wide", "--policies", plan, "--lang", "en")
    assert code == 2
    cut = f"{'a' * letters}_[a-z]+ is longer than 63 bytes, and would be cut; give the clause or the fact a shorter id"
    assert re.search(cut, said)
    assert printed("--dialect", "duckdb", "--shape", "wide", "--policies", plan)[0] == 0


def test_a_heading_of_63_bytes_is_not_cut(tmp_path: Path) -> None:
    """`_status` has seven letters, and 56 before it."""
    assert printed("--dialect", "postgres", "--shape", "wide", "--policies", with_ids(tmp_path, "a" * 56))[0] == 0


def test_a_fact_too_long_for_postgres_is_refused(tmp_path: Path) -> None:
    """A table of Postgres cannot have such a column."""
    plan = Path(with_ids(tmp_path, "patent-award"))
    plan.write_text(plan.read_text("utf-8").replace("granted", "g" * 64), "utf-8")
    code, said = printed("--dialect", "postgres", "--policies", str(plan), "--lang", "en")
    assert code == 2
    assert f"{'g' * 64} is longer than 63 bytes" in said
