"""Rules between plans on every command: the national deduction of R&D beside 六(一) of 赣府发〔2015〕43号, and a town's plan as a third.

A small technology firm of 2017 spends 100万 on R&D and amortises 20万. The law gives it 75 %: at 25 % tax 18.75万 and 3.75万, 22.5万 in all. What
the law gives everybody, 12.5万 and 2.5万, and what 六(一) says, the same again, are of the same cost and are taken off: 30万.
"""

import csv
import io
import json
import random
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest
from commandline import invoked
from questioned import questioned

from jxplus.assessment import Assessor
from jxplus.assessment.idle import IdleClauses
from jxplus.enterprise import Enterprise, Reader
from jxplus.enterprise.interview import Interview, State
from jxplus.policy import Fact, Policy
from jxplus.policy.store import load_policy
from jxplus.policy.together import together

ROOT = Path(__file__).resolve().parents[2]
PROVINCE, LAW = str(ROOT / "policies.yaml"), str(ROOT / "examples" / "plans" / "rd-deduction.yaml")
BOTH = ("--policies", PROVINCE, "--policies", LAW)
FIRM = str(ROOT / "examples" / "plans" / "rd-deduction" / "technology-firm-2017.yaml")
DAY = date(2025, 6, 1)
TAKEN = {
    "rd:one-rate": 125000,
    "rd:jiangxi-expensed": 125000,
    "rd:one-rate-amortised": 25000,
    "rd:jiangxi-amortised": 25000,
}
TOWN = """\
policy: {id: 某市〔2016〕1号, alias: town, title: {zh: 某市办法, en: A town's plan}, issued: 2016-01-01, currency: CNY}
natures: {grant: {zh: 奖补, en: Grants}}
bases: {annual: {zh: 每年, en: annual, held against: period_end}}
departments: {市科技局: {en: Bureau of Science}}
numbering: 第8条
types: {money: {unit: 元, decimals: 2, below: 100亿元}}
facts:
  name: {type: text, required: yes, zh: 企业名称, en: Name}
  as_of: {type: date, default: today, zh: 测算日期, en: Day}
  period_end: {type: date, default: as_of, zh: 所属期末, en: End of the year}
  rd_expensed: {type: money, zh: 费用化研发费用, en: R&D expensed}
clauses:
  rd-prize: {section: 第3条, title: {zh: 研发奖, en: R&D prize}, nature: grant, basis: annual, payer: {zh: 市, en: city}, lead: 市科技局,
    when: rd_expensed > 0元, up to: 10% * rd_expensed}
rules:
  with-the-tax:
    section: 第4条
    title: {zh: 与税收优惠合计不超过25万元, en: with what is saved in tax 250 thousand at most}
    sum of: ["rd:one-rate", rd-prize]
    at most: 25万元
"""


@pytest.fixture
def three(tmp_path: Path) -> tuple[str, ...]:
    """The province's plan, the national one and a town's, whose rule names a rule of the national one."""
    (tmp_path / "town.yaml").write_text(TOWN, "utf-8")
    return (*BOTH, "--policies", str(tmp_path / "town.yaml"))


def run(*arguments: str, code: int = 0, columns: int = 100) -> tuple[str, str]:
    """What a command prints, and what it says on standard error."""
    done = invoked(*arguments, columns=columns, code=code)
    return done.stdout, done.stderr


def words(text: str) -> str:
    """A page on one line."""
    return " ".join(text.split())


def test_json_names_each_rule_with_its_plan_and_totals_are_after_them() -> None:
    found = json.loads(run("calc", FIRM, *BOTH, "--format", "json")[0])
    assert {each["rule"]: each["low"] for each in found["rules"]} == TAKEN
    assert {each["policy"] for each in found["rules"]} == {"企业所得税法实施条例第九十五条"}
    met = next(each for each in found["rules"] if each["rule"] == "rd:jiangxi-expensed")
    assert "jx43:rd-super-deduction" in met["clauses"]
    assert met["counted"]["high"] == ["rd:technology-three-quarters"]
    assert found["totals"]["high"] == found["totals"]["by_nature"]["tax"]["low"] == 225000


def test_the_page_says_which_counts_and_of_which_plan() -> None:
    page = words(run("calc", FIRM, *BOTH)[0])
    assert (
        "rd 三(一) 75 % more of R&D cost, small technology firms counts, 62,500.00 more than jx43 六(一) "
        "Super-deduction of expensed R&D cost"
    ) in page
    # Of two that come to the same the law's counts, so nothing is left of the province's; the totals of the plans are that of both.
    assert "Total 赣府发〔2015〕43号 0.00 Total 企业所得税法实施条例第九十五条 225,000.00 Total 225,000.00" in page


def test_a_ceiling_is_said_with_the_figures_that_make_it() -> None:
    """A wholesaler: the law gives it nothing. Where the share that decides it is not stated the ceiling is not known: nothing is drawn."""
    trade = ("--set", "excluded_industry=trade")
    page = words(run("calc", FIRM, *BOTH, *trade, "--set", "excluded_revenue_share=80%")[0])
    assert (
        "counted once: where the rates differ, the higher one, together at most 0 yuan where 0 yuan: Last day of the year"
        in page
    )
    assert "wholesale and retail and Share of that industry in its revenue 80% > 50%" in page
    page = words(run("calc", FIRM, *BOTH, *trade)[0])
    assert "Share of that industry in its revenue: not stated, so the ceiling is not known" in page
    assert "drawn already" not in page
    quarter = str(ROOT / "examples" / "plans" / "rd-deduction" / "water-treatment-2022.yaml")
    page = words(run("calc", quarter, "--policies", LAW, "--set", "rd_expensed_q4=500万")[0])
    assert "4,000,000 yuan × Enterprise income tax rate 25% = 1,000,000 yuan" in page


def test_each_plan_alone_has_what_it_pays_alone() -> None:
    """Silent without the other: the law's plan alone 22.5万 by its own two rules, the province's 15万 by none."""
    alone = json.loads(run("calc", FIRM, "--policies", LAW, "--format", "json")[0])
    assert [each["rule"] for each in alone["rules"]] == ["one-rate", "one-rate-amortised"]
    assert alone["totals"]["high"] == 225000
    own = json.loads(run("calc", FIRM, *BOTH, "--format", "json")[0])["entitlements"]
    province = [each for each in own if each["policy"] == "赣府发〔2015〕43号" and each["low"] is not None]
    assert [(each["clause"], each["low"]) for each in province] == [
        ("rd-super-deduction", 125000),
        ("rd-amortisation", 25000),
    ]


def test_csv_has_the_clauses_and_standard_error_the_rules() -> None:
    out, err = run("calc", FIRM, *BOTH, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert sum(Decimal(row["low"]) for row in rows) == 525000
    assert err.count("rule rd 十(") == 4
    assert "counted once: where the rates differ, the higher one: less 125,000.00 yuan in the total" in err


def test_a_report_and_a_workbook(tmp_path: Path) -> None:
    calamine = pytest.importorskip("python_calamine")
    run("calc", FIRM, *BOTH, "-o", str(tmp_path / "r.html"), "--lang", "zh")
    page = (tmp_path / "r.html").read_text("utf-8")
    assert "与赣府发〔2015〕43号六(一)是同一项扣除" in page
    assert "225,000.00" in page
    run("calc", FIRM, *BOTH, "-o", str(tmp_path / "r.xlsx"), "--lang", "en")
    book = calamine.CalamineWorkbook.from_path(str(tmp_path / "r.xlsx"))
    cells = [cell for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
    assert -125000.0 in cells
    assert 225000.0 in cells
    assert (
        "a rule between clauses; counted: rd 三(一) 75 % more of R&D cost, small technology firms; "
        "not counted: rd 二(一) 50 % more of R&D cost, jx43 六(一) Super-deduction of expensed R&D cost"
    ) in cells


Row = dict[str, str]
YEARS = ("2015-12-31", "2016-12-31", "2017-12-31", "2018-12-31", "2022-12-31", "2024-12-31")


def enterprises() -> list[Row]:
    """Exact figures, so that no engine needs to judge any: both sides of what decides, in the years in which both plans hold."""
    industries = (("none", ""), ("trade", "0.5"), ("trade", "0.50000001"), ("", "0.8"))
    several = product(YEARS, ("true", "false", ""), industries, ("true", ""))
    return [
        {
            "id": f"E{number:03}",
            "as_of": "2025-06-30",
            "period_end": end,
            "technology_sme": sme,
            "excluded_industry": industry,
            "excluded_revenue_share": share,
            "listed_field": field,
            "rd_expensed": f"{1000 + 37 * number}.{number % 100:02}",
            "rd_amortisation": f"{501 + 11 * number}.07",
            "rd_expensed_q4": f"{300 + number}.11",
            "manufacturing_share": "0.2",
            "listed_chip_or_machine_tool_maker": ("true", "false")[number % 5 == 0],
        }
        for number, (end, sme, (industry, share), field) in enumerate(several)
    ]


def table(folder: Path, rows: list[Row]) -> str:
    """A folder with the table of the enterprises."""
    with (folder / "enterprises.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return str(folder)


@pytest.mark.parametrize("shape", ["long", "wide"])
def test_both_engines_write_the_same(shape: str, three: tuple[str, ...], tmp_path: Path) -> None:
    """The long table under two plans, the wide one under three; and of the long one that its rows do not add up to what is paid."""
    pytest.importorskip("duckdb")
    (tmp_path / "in").mkdir()
    asked = ("batch", table(tmp_path / "in", enterprises()), *(BOTH if shape == "long" else three), "--shape", shape)
    said = []
    for engine in ("python", "duckdb"):
        said.append(run(*asked, "--engine", engine, "-o", str(tmp_path / f"{engine}.csv"))[1].splitlines())
    assert (tmp_path / "python.csv").read_bytes() == (tmp_path / "duckdb.csv").read_bytes()
    assert said[1][0] == "engine: duckdb"
    about = [[line for line in each if "rules between clauses" in line] for each in said]
    assert about[0] == about[1]
    assert len(about[0]) == (shape == "long")
    if shape == "wide":
        rows = list(csv.DictReader(io.StringIO((tmp_path / "python.csv").read_text("utf-8"))))
        assert len(rows) == 144
        assert any(row["total_low"] != row["total_high"] for row in rows)


def test_the_query_by_hand_has_the_totals_to_the_fen(tmp_path: Path) -> None:
    """`sql --shape wide` run by DuckDB against tables, against the scalar engine enterprise by enterprise."""
    duckdb = pytest.importorskip("duckdb")
    rows = enterprises()[::7]
    query, said = run("sql", "--dialect", "duckdb", "--shape", "wide", *BOTH)
    assert said == ""
    assert "before them" not in query
    assert (
        "-- 8 rules between clauses: the rows of a long table are before them"
        in run("sql", "--dialect", "duckdb", *BOTH)[0]
    )
    policy = together([load_policy(PROVINCE), load_policy(LAW)])
    database = duckdb.connect()
    columns = {"id": "VARCHAR", **{id: column(fact) for id, fact in policy.facts.items()}}
    database.execute(f"CREATE TABLE enterprises ({', '.join(map(' '.join, columns.items()))})")
    for row in rows:
        values = [row.get(name) or None for name in columns]
        database.execute(f"INSERT INTO enterprises VALUES ({', '.join('?' * len(columns))})", values)
    for listed in policy.lists.values():
        own = ["enterprise_id VARCHAR", *(f"{id} {column(fact)}" for id, fact in listed.facts.items())]
        database.execute(f"CREATE TABLE {listed.id} ({', '.join(own)})")
    found = database.execute(f"SELECT enterprise, total_low, total_high FROM ({query.strip().rstrip(';')})").fetchall()
    asked = ("batch", table(tmp_path, rows), *BOTH, "--engine", "python", "--format", "json")
    records = [json.loads(line, parse_float=Decimal) for line in run(*asked)[0].splitlines()]
    assert len(records) == len(rows)
    assert found == [(each["enterprise"], each["totals"]["low"], each["totals"]["high"]) for each in records]


def column(fact: Fact) -> str:
    """The type of a fact's column in a table by hand."""
    if fact.choices or fact.form in ("text", "code"):
        return "VARCHAR"
    return {"bool": "BOOLEAN", "date": "DATE"}.get(fact.form, "DECIMAL(38, 8)")


def test_explain_says_the_rules_of_both_plans() -> None:
    page = words(run("explain", "jx43:rd-super-deduction", *BOTH)[0])
    assert "rule rd 十(三): of rd 十(一) one cost has one rate" in page
    assert "jx43 六(一) Super-deduction of expensed R&D cost, the highest counts" in page
    assert "rule" not in words(run("explain", "rd-super-deduction", "--policies", PROVINCE)[0])


def test_check_says_which_rules_are_silent_and_why() -> None:
    alone = words(run("check", LAW)[0])
    assert alone.count("silent: plan jx43 is not loaded") == 2
    assert "silent, as the rule jiangxi-expensed is" in alone
    assert "silent" not in run("check", LAW, "--policies", PROVINCE)[0]
    run("check", FIRM, *BOTH)


def test_check_holds_a_plan_against_others(tmp_path: Path) -> None:
    """A fact of one id and another type is a fault at both places; so is a clause that the other plan does not have, at one."""
    path = tmp_path / "town.yaml"
    path.write_text(TOWN.replace("rd:one-rate", "rd:one-rat"), "utf-8")
    run("check", str(path))
    err = run("check", str(path), "--policies", LAW, code=1)[1]
    assert f"{path}:16:3: rd:one-rat: plan rd: unknown clause 'one-rat'; did you mean 'one-rate'?" in err
    path.write_text(TOWN.replace("rd_expensed: {type: money", "rd_expensed: {type: count").replace(
        "types: {", "types: {count: {unit: 人, decimals: 0, below: 10万人}, ").replace("> 0元", "> 0人").replace(
        "10% * rd_expensed", "10万元"), "utf-8")  # fmt: skip
    err = run("check", str(path), "--policies", LAW, code=1)[1]
    assert f"{path}:11:3: rd_expensed: of two types" in err
    line = Path(LAW).read_text("utf-8").splitlines().index("  rd_expensed:") + 1
    assert f"{LAW}:{line}:3: rd_expensed: of two types" in err


def test_a_place_taken_of_a_clause_that_the_other_plan_does_not_have(tmp_path: Path) -> None:
    path = tmp_path / "town.yaml"
    path.write_text(TOWN.replace("when:", "in force: {from: 2017-01-01}, replaces: 'rd:hal', when:"), "utf-8")
    err = run("calc", FIRM, *BOTH, "--policies", str(path), code=1)[1]
    assert f"{path}:14:35: rd:hal: plan rd: unknown clause 'hal'" in err


def test_three_plans_and_a_rule_over_a_rule_of_another(three: tuple[str, ...]) -> None:
    """第4条: the law's 18.75万 and the prize, up to 10万, come to 25万 at most: 3.75万 off its high end. With 3.75万 of the amortisation
    18.75万 + 3.75万 = 22.5万 at least, 25万 + 3.75万 = 28.75万 at most."""
    found = json.loads(run("calc", FIRM, *three, "--format", "json")[0])
    taken = {each["rule"]: (each["low"], each["high"]) for each in found["rules"]}
    assert taken["town:with-the-tax"] == (0, 37500)
    assert (found["totals"]["low"], found["totals"]["high"]) == (225000, 287500)


def test_all_the_plans_at_hand_fit_together() -> None:
    """With the plans of a county and a district besides, of which it has nothing, the firm has what it had: 22.5万."""
    plans = ("--policies", PROVINCE, "--policies", str(ROOT / "examples" / "plans"))
    found = json.loads(run("calc", FIRM, *plans, "--format", "json")[0])
    assert len(found["policies"]) > 3
    assert (found["totals"]["low"], found["totals"]["high"]) == (225000, 225000)
    assert {each["rule"]: each["low"] for each in found["rules"]} == TAKEN


def test_init_and_schema_ask_each_fact_once(three: tuple[str, ...], tmp_path: Path) -> None:
    run("init", str(tmp_path / "new.yaml"), *three)
    text = (tmp_path / "new.yaml").read_text("utf-8")
    assert text.count("rd_expensed:") == 1
    assert text.count("excluded_industry:") == 1
    assert "jx43 六(一), rd 一(一), 二(一), 三(一), 四(一), 五(一), 六(一), 七(一), 八(一), 九(一), town 第3条" in text
    assert f"# Then run: jxplus calc new.yaml --policies {PROVINCE} --policies {LAW} --policies" in text
    schema = json.loads(run("schema", *three)[0])
    assert {"rd_expensed", "excluded_industry", "internet_plus"} <= set(schema["properties"])


def test_the_curve_is_of_what_is_paid_after_rules() -> None:
    """Each yuan of R&D saves 75 % x 25 % = 0.1875 and no more, though four clauses run over it; without the law's plan 0.125."""
    both = json.loads(run("curve", FIRM, "rd_expensed", "0..100万", *BOTH, "--format", "json")[0])
    first, last = both["breaks"][0], both["breaks"][-1]
    assert (first["low"], last["value"], last["low"]) == (37500, 1000000, 225000)
    assert {each["slope"]["high"] for each in both["breaks"][:-1]} == {0.1875}


def test_a_reading_of_a_clause_is_chosen_by_its_plan() -> None:
    facts = json.dumps({"name": "A", "as_of": "2016-06-30", "new_format": True, "operating_revenue": "1.08亿",
                        "previous_peak_revenue": "3600万"})  # fmt: skip
    done = invoked("calc", "-", *BOTH, "--format", "json", "--reading", "jx43:revenue-milestone=highest", given=facts)
    assert json.loads(done.stdout)["totals"] | {"by_nature": 0, "by_basis": 0} == {
        "low": 1000000, "high": 1000000, "by_nature": 0, "by_basis": 0,
    }  # fmt: skip


def asked(policy: Policy, answers: Mapping[str, str]) -> tuple[list[str], State]:
    """What an interview asks for, in order, and where it ends; what `answers` does not have is left blank."""
    return questioned(Interview(policy, DAY, None, IdleClauses(policy)), answers)


@pytest.mark.parametrize(
    ("end", "answers", "wanted"),
    [
        ("2017-12-31", {}, {"technology_sme"}),  # 75 % in place of 50 %
        ("2018-12-31", {}, set()),  # 75 % for all
        (
            "2022-12-31",
            {"manufacturing_share": "80%"},
            {"manufacturing_share"},
        ),  # 100 % as a manufacturer: no more as the other
        ("2022-12-31", {"manufacturing_share": "10%"}, {"manufacturing_share", "technology_sme"}),
        ("2024-12-31", {}, {"listed_chip_or_machine_tool_maker"}),
    ],
)
def test_nobody_is_asked_for_what_rules_take_away_again(end: str, answers: dict[str, str], wanted: set[str]) -> None:
    """Of a firm with R&D in the fourth quarter and no assets, only what still changes what it is paid."""
    given = {"name": "甲", "as_of": "2025-06-01", "period_end": end, "rd_expensed": "100万", "rd_amortisation": "0",
             "cit_rate": "25%", "excluded_industry": "none", "rd_expensed_q4": "20万", "rd_amortisation_q4": "0"}  # fmt: skip
    law = load_policy(LAW)
    deciding = {
        "technology_sme",
        "manufacturing_share",
        "listed_chip_or_machine_tool_maker",
        "listed_field",
        "excluded_revenue_share",
    }
    assert deciding & set(asked(law, {**given, **answers})[0]) == wanted
    together_with = together([load_policy(PROVINCE), law])
    assert deciding & set(asked(together_with, {**given, **answers})[0]) == wanted


def test_what_an_interview_does_not_ask_changes_nothing() -> None:
    """Law: whatever is stated of a fact that was neither asked for nor stated, as much is paid in all."""
    law = load_policy(LAW)
    chance, assessor = random.Random(7), Assessor(law)
    choices = {
        "period_end": YEARS, "excluded_industry": ("none", "trade"), "excluded_revenue_share": ("20%", "80%"), "technology_sme": ("yes", "no"),
        "manufacturing_share": ("20%", "80%"), "listed_chip_or_machine_tool_maker": ("yes", "no"), "listed_field": ("yes", "no"),
        "rd_expensed": ("0", "100万"), "rd_amortisation": ("0", "20万"), "rd_expensed_q4": ("0", "40万"), "rd_amortisation_q4": ("0", "4万"),
        "cit_rate": ("15%", "25%"),
    }  # fmt: skip
    reader, left = Reader(law), 0
    for _ in range(60):
        answers = {name: chance.choice(values) for name, values in choices.items()}
        names, state = asked(law, {"name": "甲", "as_of": "2025-06-01", **answers})
        paid = assessor.assess(Enterprise("甲", dict(state.facts)), DAY).total()
        for name in sorted(choices.keys() - set(names)):
            for value in choices[name]:
                stated = {**state.facts, name: reader.value(name, value)[1]}
                assert assessor.assess(Enterprise("甲", stated), DAY).total() == paid, (answers, name, value)
                left += 1
    assert left > 100


def test_a_result_of_other_plans_is_one_line(tmp_path: Path) -> None:
    result = tmp_path / "r.json"
    result.write_text(run("calc", FIRM, *BOTH, "--format", "json")[0], "utf-8")
    assert run("verify", str(result), FIRM, *BOTH)[1] == ""
    out, _ = run("verify", str(result), "--policies", LAW, code=1)
    assert len(out.splitlines()) == 1
    assert "赣府发〔2015〕43号, 企业所得税法实施条例第九十五条" in out


def test_what_a_rule_takes_again_is_not_within_reach() -> None:
    """It is no small technology firm. By 六(一) alone nothing is gained by becoming one; by the law 75 % in place of 50 %: 6.25万 more, not
    18.75万."""
    found = json.loads(run("calc", FIRM, *BOTH, "--set", "technology_sme=no", "--format", "json")[0])
    near = {
        (each["clause"], each["policy"]): each["gain"] for each in found["within_reach"] if each["gain"] is not None
    }
    law = "企业所得税法实施条例第九十五条"
    assert near["technology-three-quarters", law] == {"low": 62500, "high": 62500}
    assert near["technology-three-quarters-amortised", law] == {"low": 12500, "high": 12500}


def test_a_clause_that_brings_nothing_after_rules_is_no_advice() -> None:
    """In 2018 everybody has 75 %: to be a small technology firm brings nothing more, though 34号 would pay 18.75万."""
    found = json.loads(run("calc", FIRM, *BOTH, "--set", "technology_sme=no", "--set", "period_end=2018-12-31",
                           "--as-of", "2019-05-31", "--format", "json")[0])  # fmt: skip
    assert {each["status"] for each in found["entitlements"] if each["clause"] == "technology-three-quarters"} == {
        "not-met"
    }
    assert not [each for each in found["within_reach"] if each["clause"].startswith("technology")]
    advised = json.loads(run("calc", FIRM, "--policies", PROVINCE, "--policies", LAW, "--set", "rd_expensed=0",
                             "--set", "rd_amortisation=0", "--format", "json")[0])  # fmt: skip
    assert {each["rule"] for each in advised.get("rules", ())} == set()
