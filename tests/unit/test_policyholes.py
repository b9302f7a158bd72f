"""What a policy file may not say though each word of it is right, and what it may though it looks odd: one clause each."""

import json
import re
from datetime import date
from decimal import Decimal, localcontext
from itertools import product
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest
from commandline import invoked
from oneclause import PLAN, faults, marked, plan, refused, written

from jxplus.assessment import Assessment, Assessor
from jxplus.assessment.curve import curve
from jxplus.assessment.explain import explain
from jxplus.assessment.reach import reach
from jxplus.batch import Brief, Summary
from jxplus.enterprise import Enterprise
from jxplus.enterprise.spot import find_spot
from jxplus.fault import Refused
from jxplus.policy import Policy
from jxplus.policy.file import read_policy
from jxplus.quantity import total
from jxplus.query import policy_query
from jxplus.query.tables import Options
from jxplus.query.text import query_text
from jxplus.render.formulalines import formula_lines
from jxplus.render.record import Recorder

DAY = date(2020, 6, 30)
ONE = Decimal("0.01")


class Slip(NamedTuple):
    """The last lines of the clause, an edit of the rest, and what is wrong where the ▸ stands, in English."""

    body: str
    wrong: str
    old: str = ""
    new: str = ""


PAYS = "when: exporter\npays: 5元"
SLIPS = [
    # the plan itself
    Slip(
        PAYS,
        "no day",
        "  id: 某市〔2020〕1号\n  title: {zh: 小方案, en: A small plan}\n  issued: 2020-01-01",
        "  ▸id: 某市〔2020〕1号\n  title: {zh: 小方案, en: A small plan}",
    ),
    Slip(PAYS, "no day", "currency: CNY", "currency: CNY\n  warn after: ▸{zh: 已过期, en: expired}"),
    Slip(PAYS, "amounts are not in 'USD'", "currency: CNY", "currency: ▸USD"),
    Slip(PAYS, "there is no fact 'name'", "facts:\n  name: {type: text, required: yes, zh: 名称, en: Name}", "▸facts:"),
    Slip(
        PAYS,
        "there is no fact 'as_of'",
        "facts:\n  name: {type: text, required: yes, zh: 名称, en: Name}\n  as_of: {type: date, default: today, zh: 测算日期, en: Day}",
        "▸facts:\n  name: {type: text, required: yes, zh: 名称, en: Name}",
    ),
    Slip(PAYS, "an enterprise may have none", "  name: {type: text, required: yes,", "  ▸name: {type: text,"),
    Slip(
        PAYS, "where it is not stated it is no day", "  as_of: {type: date, default: today,", "  ▸as_of: {type: date,"
    ),
    Slip(PAYS, "'min' is a word of the formulas", "  imports: {", "  ▸min: {"),
    # sections
    *(
        Slip(PAYS, "is no section", "section: 一(一)", f"section: ▸{bad}")
        for bad in ("一(一", "一（一", "一一)", "一()")
    ),
    # time
    Slip(f"in force: {{from: ▸2022-01-01}}\n{PAYS}", "2022-01-01 is not within the days"),
    Slip(f"in force: {{to: ▸2019-12-31}}\n{PAYS}", "2019-12-31 is not within the days"),
    Slip(f"in force: {{from: ▸2019-01-01, to: 2020-12-31}}\n{PAYS}", "2019-01-01 is not within the days"),
    Slip(f"in force: {{from: 2021-01-01, to: ▸2022-01-01}}\n{PAYS}", "2022-01-01 is not within the days"),
    # named parts
    Slip("let:\n  ▸part: min(exports, 5元)\nwhen: exporter\npays: 5元", "nothing uses 'part'"),
    Slip("let:\n  ▸a: exports\n  ▸b: a + 1元\nwhen: exporter\npays: 5元", "nothing uses '"),
    Slip("let:\n  ▸Some Part: exports\nwhen: exporter\npays: 5元", "cannot have the name 'Some Part'"),
    Slip("let:\n  ▸max: exports\nwhen: exporter\npays: 5元", "cannot have the name 'max'"),
    # the fact that the plan leaves open
    Slip("when: share > 10%\nbase: exports\npays: base * share\nunquantified without: ▸share", "a condition asks for"),
    Slip(
        "for each: shops\nwhen: rent <= share * rent\npays: 4元\nunquantified without: ▸share", "a condition asks for"
    ),
    Slip("when: exporter\npays: exports\nunquantified without: ▸share", "no amount asks for share"),
    Slip("when: exporter\npays: not stated\nunquantified without: ▸share", "no amount asks for share"),
    Slip("when: exporter\npays: exports * tax\nunquantified without: ▸tax", "tax has a default"),
    Slip(
        "readings:\n  a: {zh: 甲, en: a, when: share > 5%}\n  b: {zh: 乙, en: b, when: exporter}\n"
        "pays: exports * share\nunquantified without: ▸share",
        "a condition asks for",
    ),
    # formulas
    Slip("when: exporter\npays: ▸max(exports)", "'max' of a single value"),
    Slip("when: exporter\npays: 2 * ▸min(exports)", "'min' of a single value"),
    Slip("when: exporter\npays: ▸exports-imports", "unknown name 'exports-imports'"),
    Slip("when: exporter\npays: exports-10▸% * exports", "'%' means nothing here"),
    # readings
]


@pytest.mark.parametrize("each", SLIPS, ids=lambda each: f"{each.wrong} {each.new or each.body.splitlines()[-1]}"[:60])
def test_refused_where_it_is_wrong(each: Slip) -> None:
    text, places = marked(written(each.body, *([(each.old, each.new)] if each.old else [])))
    faults = refused(text)
    assert [fault.place[:2] for fault in faults] == places, [fault.show("en") for fault in faults]
    for fault in faults:
        assert each.wrong in fault.wrong.en
        assert fault.wrong.zh != fault.wrong.en
        assert fault.right.zh


def test_the_way_out_is_said() -> None:
    """A sign that a name has swallowed, a single argument, a fact in a condition."""
    ways = {
        "pays: exports-imports": "write blanks around a minus sign",
        "pays: exports-10% * exports": "write blanks around a minus sign",
        "pays: max(gain)": "give two at least, such as max(…, 0元)",
    }
    for body, way in ways.items():
        (fault,) = refused(written(f"when: exporter\n{body}"))
        assert fault.right.en == way


def test_a_name_of_what_the_plan_has_none_of() -> None:
    """Where no list is declared there is none to choose from."""
    lists = PLAN[PLAN.index("lists:\n") : PLAN.index("clauses:\n")]
    (fault,) = refused(written("for each: branches\nwhen: exporter\npays: 5元", (lists, "")))
    assert fault.show("en").endswith("c.for each: unknown list 'branches'; there is no list")
    assert fault.show("zh").endswith("c.for each: 未知的列表“branches”；一个也没有")


LOADS = [
    # the days of a clause are the plan's where it states none, and may begin and end with them
    f"in force: {{from: 2020-01-01, to: 2021-12-31}}\n{PAYS}",
    f"in force: {{to: 2020-12-31}}\n{PAYS}",
    # a part that only another part uses is used; and a base that is shown is
    "let:\n  a: exports\n  b: 2 * a\nwhen: exporter\npays: b",
    "when: exporter\nbase: exports\npays: 5元",
    # the open fact decides how much, be it by way of the base or of a choice within the amount
    "when: exporter\nbase: exports * share\npays: base\nunquantified without: share",
    "when: exporter\npays: if share > 10% then 5元 else 3元\nunquantified without: share",
    # readings each with a condition of its own, and no general one
    "pays: 5元\nreadings:\n  a: {zh: 甲, en: a, when: exports > 100元}\n  b: {zh: 乙, en: b, when: exports >= 100元}",
]


@pytest.mark.parametrize("body", LOADS)
def test_what_looks_odd_and_is_right_loads(body: str) -> None:
    plan(body)


USAGES = [
    (("--set", "trainees=1", "--set", "trainees=2"), "--set trainees: stated twice"),
    (("--set", "trainees=1", "--set", "参加培训人数=1"), "stated twice"),
    (("--set", "as_of=2016-01-01", "--as-of", "2016-01-02"), "--as-of states the day too"),
    (("--as-of", "2016-01-01", "--as-of=2016-01-02"), "--as-of is stated twice; keep one"),
    (("--explain", "--format", "csv"), "other formats have no place for it"),
    (("--explain", "--format", "github"), "other formats have no place for it"),
    (("--explain", "-o", "a.csv"), "other formats have no place for it"),
    (("--explain", "--formulas", "-o", "a.html"), "--formulas is for the screen"),
    (("--explain", "--formulas", "-o", "a.xlsx"), "--formulas is for the screen"),
    (("--reading", "platform-grant=exceeds", "--reading", "platform-grant=at-least"), "chosen twice"),
    (("--reading", "platform-grant=exceeds", "--reading", "platform-grant=exceeds"), "chosen twice"),
]


@pytest.mark.parametrize(("options", "wrong"), USAGES)
def test_what_is_said_twice_is_a_usage_error(options: tuple[str, ...], wrong: str) -> None:
    """Neither the first nor the last is taken without a word; both may be meant."""
    done = invoked("calc", "-", *options, given="name: 甲\n", columns=200, code=2)
    assert wrong in " ".join(done.output.replace("│", " ").split())


# ---- what a calculation says -----------------------------------------------------------------------------------------


def assessed(policy: Policy, day: date = DAY, **facts: object) -> tuple[Assessor, Assessment]:
    assessor = Assessor(policy)
    return assessor, assessor.assess(Enterprise("甲", {"name": "甲", **facts}), day)


LISTS = [
    # what is asked of items alone, of the enterprise alone, of both, and through `any`
    "for each: shops\nwhen: exports > 100元\npays: 5元",
    "for each: shops\nwhen: exports > 100元 or abroad\npays: 5元",
    "for each: shops\nwhen: exports > 100元 and rent > 3元\npays: rent",
    "when: exports > 100元 and any shops where (yes)\npays: 5元",
    "when: exports > 100元 and any shops where (abroad or exports > 100元)\npays: 5元",
]


@pytest.mark.parametrize("body", LISTS)
def test_a_list_that_is_not_known_may_have_no_item(body: str) -> None:
    """With exports of 200 some shop could be entitled, and nobody knows of one: calc, curve, explain and reach all wait for it.

    With exports of 50 none could, but of the second, where a shop abroad is enough.
    """
    policy = plan(body)
    assessor, assessment = assessed(policy, exports=Decimal(200))
    (outcome,) = assessment.outcomes
    assert (outcome.status, outcome.missing) == ("undecided", ("shops",))
    spot = find_spot(policy, assessment.enterprise.facts, "exports")
    along = curve(assessor, assessment.enterprise, assessment.as_of, spot, Decimal(0), Decimal(200))
    assert {each.at for each in along.breaks()} == {(0, 0)}
    assert along.undecided == {"c": ("shops",)}
    (reading,) = explain(assessment, outcome).readings
    assert {item.met for item in reading.items} == {None}
    assert (reading.low, reading.high) == (None, None)
    assert reach(assessor, assessment, Decimal(1)) == ()
    few = assessed(policy, exports=Decimal(50))[1].outcomes[0]
    assert few.status == ("undecided" if "or abroad\n" in body else "not-met")


def test_the_day_is_what_it_is_said_to_be() -> None:
    """Where no day is stated it is taken as today, says the assumption: a condition that asks for it gets that day.

    In force from 2020 to 2021; half of it, from July 2020 on, pays. A calculation of another day than the one that is stated is
    of that day: the fact and the day are one.
    """
    policy = plan("when: as_of >= 2020-07-01\npays: 5元")
    for day, pays in ((date(2020, 6, 30), None), (date(2020, 7, 1), 5), (date(2022, 1, 1), None)):
        for stated in ({}, {"as_of": day}, {"as_of": date(2021, 1, 1)}):
            _, assessment = assessed(policy, day, **stated)
            assert assessment.outcomes[0].high == pays
            assert assessment.outcomes[0].missing == ()
            assert [each.fact for each in assessment.assumptions] == [*([] if stated else ["as_of"]), "tax"]
            if day < date(2022, 1, 1):
                (reading,) = explain(assessment, assessment.outcomes[0]).readings
                assert reading.high == pays


CAPS = [
    # a cap that a named part is; one that it holds; one part named after another; beside another cap
    ("let: {capped: 'min(exports, 100元)'}\nwhen: exporter\npays: capped", ["100元"]),
    ("let: {capped: '2 * min(exports, 100元)'}\nwhen: exporter\npays: capped", ["100元"]),
    ("let: {a: 'min(exports, 100元)', b: a}\nwhen: exporter\npays: b", ["100元"]),
    ("let: {a: 'max(exports, 300元)'}\nwhen: exporter\npays: 'min(a, 250元)'", ["250元", "300元"]),
    ("when: exporter\nbase: 'min(exports, 100元)'\npays: base", ["100元"]),
    ("when: exporter\nbase: exports\npays: 'min(base, 100元)'", ["100元"]),
    # a cap in a branch that is not taken has not acted
    ("when: exporter\npays: 'if exports > 500元 then min(exports, 100元) else 5元'", []),
    ("when: exporter\npays: 'if exports > 500元 then 5元 else min(exports, 100元)'", ["100元"]),
]


@pytest.mark.parametrize(("body", "acted"), CAPS)
def test_a_cap_is_told_wherever_it_stands(body: str, acted: list[str]) -> None:
    """Exports of 200: each min and max that decided is named, with the argument that did."""
    _, assessment = assessed(plan(body), exporter=True, exports=Decimal(200))
    told = [text for _, text in formula_lines(explain(assessment, assessment.outcomes[0]), "en")]
    assert [line.partition("decided by ")[2].partition(" =")[0] for line in told if "decided" in line] == [
        each for each in acted for _ in range(2 if "base: 'min" in body else 1)
    ]


WAYS = [
    # readings 60–500 beside 100–100, 100–500 beside 100–100, and a word that decides whether the figure itself is enough
    (("100", "105"), "if exports >= 105元 then 60元 else 100元", "if exports >= 105元 then 500元 else 100元"),
    (("100", "105"), "if exports >= 105元 then 100元 else 100元", "if exports >= 105元 then 500元 else 100元"),
    (("100",), "if exports >= 105元 then 60元 else 100元", "if exports >= 105元 then 90元 else 100元"),
]


@pytest.mark.parametrize(("wanted", "first", "second"), WAYS)
def test_of_two_ways_the_further_is_kept_where_either_end_is_higher(
    wanted: tuple[str, ...], first: str, second: str
) -> None:
    readings = f'a: {{zh: 甲, en: a, pays: "{first}"}}\n  b: {{zh: 乙, en: b, pays: "{second}"}}'
    assessor, assessment = assessed(plan(f"when: exports >= 100元\nreadings:\n  {readings}"), exports=Decimal(99))
    found = reach(assessor, assessment, Decimal("0.2"))
    assert [each.gaps[0].needed for each in found] == [Decimal(each) for each in wanted]


def test_a_share_of_58_digits_is_compared_exactly() -> None:
    """Exports of 90, 100 wanted: the gap of 10 is a tenth of it, and 58 digits more or less decide."""
    assessor, assessment = assessed(plan("when: exports >= 100元\npays: 5元"), exports=Decimal(90))
    tenth, last = Decimal("0.1"), Decimal(1).scaleb(-58)
    with localcontext(prec=100):
        assert len(reach(assessor, assessment, tenth + last)) == 1
        assert reach(assessor, assessment, tenth - last) == ()


BIG = ("below: 1亿元", "below: 1e30元")


def test_a_total_has_as_many_digits_as_it_needs() -> None:
    """123,456,789,012,345,678,901,234,567,890.12 yuan and one fen: 32 digits, where Python's own sums round to 28."""
    policy = plan("when: exports > 0元\npays: exports\n", BIG)
    policy = policy._replace(clauses=(*policy.clauses, plan("when: cost > 0元\npays: cost\n", BIG).clauses[0]))
    facts = {"exports": Decimal("123456789012345678901234567890.12"), "cost": Decimal("0.01")}
    assessor, assessment = assessed(policy, **facts)
    wanted = Decimal("123456789012345678901234567890.13")
    assert assessment.total() == assessment.total("grant") == (wanted, wanted)
    record = json.loads(Recorder(policy).line(assessment), parse_float=Decimal)
    assert record["totals"]["low"] == record["totals"]["by_nature"]["grant"]["high"] == wanted
    spot = find_spot(policy, facts, "cost")
    assert curve(assessor, assessment.enterprise, DAY, spot, ONE, ONE).total(ONE) == (wanted, wanted)
    summary = Summary()
    for brief in (Brief("甲", wanted, wanted, 1, 0, 0), Brief("乙", ONE, ONE, 1, 0, 0)):
        summary.add(brief)
    assert summary.low == summary.high == Decimal("123456789012345678901234567890.14")


def test_a_sum_is_exact_however_long() -> None:
    """A billion billion billion billion billion yuan and one fen, and nothing."""
    assert total([Decimal(10) ** 45, Decimal("0.01")]) == Decimal("1" + "0" * 45 + ".01")
    assert total([]) == 0


# ---- least and greatest in SQL ---------------------------------------------------------------------------------------


def query_of(policy: Policy) -> str:
    return query_text(policy_query(policy, Options("wide", DAY)), "duckdb")


def test_the_query_grows_with_the_arguments_of_max_and_no_faster() -> None:
    """Twice as many arguments are no more than twice the text; of parts within each other the conditions add up, and no power of two."""
    facts = [("types:", "types:"), ("lists:", "  gain2: {type: money, zh: 净利二, en: Gain 2}\nlists:")]
    names = "exports, imports, cost, gain, gain2"

    def wide(count: int) -> int:
        return len(query_of(plan(f"when: exporter\npays: max({', '.join([names] * count)}, 0元)", *facts)))

    def deep(count: int) -> int:
        lets = "\n".join(f"  l{n}: max(gain, if exporter then min(l{n - 1}, cost) else cost)" for n in range(1, count))
        return len(query_of(plan(f"when: exporter\nlet:\n  l0: exports\n{lets}\npays: max(l{count - 1}, 0元)")))

    assert wide(8) < 2 * wide(4)
    assert wide(16) < 30_000
    assert deep(10) < 12 * deep(5)


EXTREMES = [
    "max(exports, imports, cost, 0元)",
    "max(min(exports, max(gain, imports)), 0元)",
    "max(0元, min(exports * share, if exporter then max(gain, cost) else imports))",
    "min(-min(-exports, 0元 - imports), max(cost, if gain > 5元 then exports else imports))",
]


@pytest.mark.parametrize("pays", EXTREMES)
def test_an_unknown_argument_makes_the_whole_unknown_in_sql_too(pays: str) -> None:
    """Every fact known or not, in all ways: a table of them gives what each enterprise by itself does."""
    policy = plan(f"when: yes\npays: {pays}")
    known = {
        "exports": Decimal(7), "imports": Decimal(9), "cost": Decimal(8), "gain": Decimal(6), "share": Decimal(1),
        "exporter": True,
    }  # fmt: skip
    asked = [name for name in known if re.search(rf"\b{name}\b", pays)]
    cases = [dict(zip(asked, each, strict=True)) for each in product(*([known[name], None] for name in asked))]
    database = duckdb.connect()
    columns = ", ".join(f"{name} VARCHAR" for name in ("id", *policy.facts))
    database.execute(f"CREATE TABLE enterprises ({columns})")
    for number, case in enumerate(cases):
        row = {"id": str(number), **{name: None if value is None else str(value) for name, value in case.items()}}
        database.execute(
            f"INSERT INTO enterprises ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values())
        )
    told = database.execute(query_of(policy))
    columns_of = [each[0] for each in told.description]
    rows = [dict(zip(columns_of, row, strict=True)) for row in told.fetchall()]
    found = {row["enterprise"]: (row["c_status"], row["c_low"]) for row in rows}
    for number, case in enumerate(cases):
        facts = {name: value for name, value in case.items() if value is not None}
        (outcome,) = assessed(policy, **facts)[1].outcomes
        assert found[str(number)] == (outcome.status, outcome.low), case


# ---- readings of one sentence ----------------------------------------------------------------------------------------

SENTENCE = (
    "clauses:",
    "readings:\n  on-top:\n    stack: {zh: 叠加, en: on top}\n    no-stack: {zh: 不叠加, en: not on top, when: no}\nclauses:",
)
OTHER = """  {id}:
    section: 一(一)
    title: {{zh: 条款, en: Clause}}
    nature: grant
    basis: one-off
    payer: {{zh: 市财政, en: city}}
    lead: 商务局
"""


def two_clauses(first: str, second: str, sentence: tuple[str, str] = SENTENCE) -> str:
    """A plan of two clauses, `c` and `d`, with readings of its own."""
    return written(first, sentence) + OTHER.format(id="d") + "".join(f"    {line}\n" for line in second.splitlines())


SHARED = "when: exporter\npays: {}元\nreadings: on-top"


def test_one_sentence_is_read_in_one_way(tmp_path: Path) -> None:
    """Two clauses, of 5 and of 7 yuan, that pay beside another discount or do not: chosen for the one, chosen for both."""
    file = tmp_path / "plan.yaml"
    file.write_text(two_clauses(SHARED.format(5), SHARED.format(7)), "utf-8")
    asked = ["calc", "-", "--policies", str(file), "--format", "json", "--as-of", "2020-06-30", "--reach", "20%"]

    def totals(*readings: str) -> tuple[int, int]:
        options = [word for each in readings for word in ("--reading", each)]
        done = invoked(*asked, *options, given="{name: 甲, exporter: yes}")
        record = json.loads(done.stdout)
        assert [list(each.get("readings", {})) for each in record["entitlements"]] == [
            [] if readings else ["stack", "no-stack"] for _ in "cd"
        ]
        chosen = readings[0].partition("=")[2] if readings else None
        assert record["receipt"]["readings"] == ({"c": chosen, "d": chosen} if chosen else {})
        (tmp_path / "result.json").write_text(done.stdout, "utf-8")
        invoked("verify", tmp_path / "result.json", "--policies", file, code=0)
        return record["totals"]["low"], record["totals"]["high"]

    assert totals() == (0, 12)
    assert totals("c=stack") == totals("d=stack") == totals("c=stack", "d=stack") == (12, 12)
    assert totals("d=no-stack") == (0, 0)
    apart = invoked(*asked, "--reading", "c=stack", "--reading", "d=no-stack", code=2)
    assert "one sentence with c=stack" in " ".join(apart.output.replace("│", " ").split())
    with pytest.raises(ValueError, match="one sentence"):
        Assessor(read_policy(file.read_bytes(), "p.yaml", ""), {"c": "stack", "d": "no-stack"})


def test_a_clause_may_have_formulas_of_its_own_under_the_plans_readings() -> None:
    """The title is the plan's; the amount or the condition stands with the plan's reading or with the clause's, not with both."""
    own = "when: exporter\npays: {}元\nreadings:\n  of: on-top\n  stack: {{pays: {}元}}"
    policy = read_policy(two_clauses(own.format(5, 6), SHARED.format(7)).encode(), "p.yaml", "")
    first, second = policy.clauses
    assert first.read_with == second.read_with == "on-top"
    for pin, amounts in (("stack", (6, 7)), ("no-stack", (None, None))):
        outcomes = Assessor(policy, {"d": pin}).assess(Enterprise("甲", {"exporter": True}), DAY).outcomes
        assert tuple(each.high for each in outcomes) == amounts


WRONG_READINGS = [
    (two_clauses(SHARED.format(5), "when: exporter\npays: 7元\nreadings: ▸on-bottom"), "unknown readings of the plan"),
    (
        two_clauses(SHARED.format(5), "when: exporter\npays: 7元\nreadings:\n  of: ▸on-bottom"),
        "unknown readings of the plan",
    ),
    (
        two_clauses(SHARED.format(5), "when: exporter\npays: 7元\nreadings:\n  of: on-top\n  ▸stakc: {pays: 5元}"),
        "unknown reading 'stakc'",
    ),
    (
        two_clauses(
            SHARED.format(5), "when: exporter\npays: 7元\nreadings:\n  of: on-top\n  ▸no-stack: {when: exporter}"
        ),
        "'on-top' says it already",
    ),
    (
        two_clauses(SHARED.format(5), "when: exporter\npays: 7元\nreadings:\n  of: on-top\n  stack: {▸zh: 叠加}"),
        "unknown key 'zh'",
    ),
    (
        two_clauses(PAYS, PAYS, ("clauses:", SENTENCE[1].replace("on-top", "▸on-top"))),
        "no clause refers to 'on-top'",
    ),
    (
        two_clauses(
            SHARED.format(5), PAYS, ("clauses:", "readings:\n  on-top: ▸{stack: {zh: 叠加, en: on top}}\nclauses:")
        ),
        "a single reading",
    ),
    # a formula that the plan's reading has is read in each clause that refers to it, and is wrong once
    (
        two_clauses(
            SHARED.format(5), SHARED.format(7), ("clauses:", SENTENCE[1].replace("when: no", "when: ▸exportre"))
        ),
        "unknown name 'exportre'",
    ),
]


@pytest.mark.parametrize(("text", "wrong"), WRONG_READINGS, ids=[wrong for _, wrong in WRONG_READINGS])
def test_wrong_readings_of_the_plan_are_refused(text: str, wrong: str) -> None:
    plain, places = marked(text)
    faults = refused(plain)
    assert [fault.place[:2] for fault in faults] == places, [fault.show("en") for fault in faults]
    assert wrong in faults[0].wrong.en


def test_a_formula_knows_its_place() -> None:
    """The part of a formula that SQL cannot hold is named with the line and the column where the file has it."""
    text, places = marked(
        written(
            "let:\n  part: exports * share\nwhen: exporter\npays: 5元 + ▸part * share * share * share * share",
            ("below: 1亿元", "below: 1e20元"),
        )
    )
    with pytest.raises(Refused) as caught:
        query_of(read_policy(text.encode(), "p.yaml", ""))
    assert [fault.place[:2] for fault in caught.value.faults] == places


# ---- limits ----------------------------------------------------------------------------------------------------------


def test_the_least_and_the_largest_of_a_fact_are_its_own() -> None:
    """Money below 100,000,000 yuan, to the fen: above zero from one fen on, signed to either side; a share is 100 % at most."""
    facts = plan("when: exporter\npays: 5元").facts
    largest = Decimal("99999999.99")
    for name, least, most in (
        ("exports", 0, largest),
        ("cost", ONE, largest),
        ("gain", -largest, largest),
        ("share", 0, 1),
    ):
        fact = facts[name]
        assert fact.limits is not None
        assert fact.limits[1:3] == (least, most)
        assert fact.holds(fact.limits.least)
        assert fact.holds(fact.limits.largest)
        assert not fact.holds(fact.limits.least - fact.limits.step)
        assert not fact.holds(fact.limits.largest + fact.limits.step)


def test_of_two_bounds_the_tighter_holds() -> None:
    for bounds, most in (("below: 1亿元, at most: 5元", 5), ("below: 5元, at most: 5元", Decimal("4.99"))):
        limits = plan("when: exporter\npays: 5元", ("below: 1亿元", bounds)).facts["exports"].limits
        assert limits is not None
        assert limits.largest == most


def test_a_bound_of_more_digits_than_python_rounds_to_is_kept() -> None:
    """Below 10^30 to the fen the largest gain has 32 digits, and so has the largest loss."""
    limits = plan("when: exporter\npays: 5元", ("below: 1亿元", "below: 1e30元")).facts["gain"].limits
    assert limits is not None
    assert (limits.least, limits.largest) == (Decimal("-" + "9" * 30 + ".99"), Decimal("9" * 30 + ".99"))


def test_what_is_above_zero_has_no_other_sign() -> None:
    text, places = marked(
        written(PAYS, ("gain: {type: money, signed: yes,", "gain: {type: money, signed: yes, ▸positive: yes,"))
    )
    (fault,) = refused(text)
    assert (fault.place[:2], fault.wrong.en) == (places[0], "it is above zero and below it too")


def test_what_is_no_figure_is_neither_positive_nor_signed() -> None:
    for key in ("positive", "signed"):
        text, places = marked(written(PAYS, ("exporter: {type: bool,", f"exporter: {{type: bool, ▸{key}: yes,")))
        (fault,) = refused(text)
        assert (fault.place[:2], fault.wrong.en) == (places[0], "it is said of figures alone")


@pytest.mark.parametrize(
    ("asked", "way"),
    [
        ("rent > 1元", "sum of rent in shops"),
        ("abroad", "any shops where (abroad)"),
        ("kind = office", "any shops where (kind = …)"),
    ],
)
def test_a_fact_of_items_is_asked_for_by_what_it_is(asked: str, way: str) -> None:
    """Figures are summed; of a truth or a choice there is no sum, but whether one item has it."""
    kind = (
        "      abroad:",
        "      kind: {type: choice, choices: {office: {zh: 办公, en: office}}, zh: 种类, en: Kind}\n      abroad:",
    )
    fault, *_ = faults(written(f"when: {asked}\npays: 1元", kind))
    assert fault.endswith(f"; it is of an item of shops: write `{way}`, or `for each: shops`")


@pytest.mark.parametrize("way", ["sum of rent in shops > 1元", "any shops where (abroad)"])
def test_such_a_way_is_taken(way: str) -> None:
    assert plan(f"when: {way}\npays: 1元")
