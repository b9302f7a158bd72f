"""Several plans at once: what they share is stated once, each clause keeps its plan, and what they disagree on is a fault of both."""

import csv
import io
import json
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from commandline import ended

from jxplus.assessment import Assessor
from jxplus.document import read_tree
from jxplus.enterprise import Reader
from jxplus.fault import Refused
from jxplus.policy import Policy
from jxplus.policy.store import load_policy
from jxplus.policy.together import together

ROOT = Path(__file__).resolve().parents[2]

CITY = """
policy:
  id: 测府发〔2016〕7号
  alias: city
  title: {zh: 测试市奖励办法, en: City awards}
  issued: 2016-01-01
  in force: {from: 2016-01-01, to: 2018-12-31}
  currency: CNY
  warn after: {date: 2017-12-31, zh: 市里的办法快到期了, en: the city plan is about to end}
parts: {二: {zh: 奖励, en: Awards}}
natures: {grant: {zh: 奖补, en: Grants}, prize: {zh: 奖金, en: Prizes}}
bases: {one-off: {zh: 一次性, en: one-off}}
departments: {市工信局: {en: City Industry Bureau}}
units: {亩: {en: mu}}
types:
  money: {unit: 元, decimals: 2, below: 1000亿元}
  land: {unit: 亩, decimals: 2, below: 1万亩}
facts:
  name: {type: text, required: yes, zh: 企业名称, en: Name}
  as_of: {type: date, default: today, zh: 测算日期, en: Day}
  operating_revenue: {type: money, zh: 年营业收入, en: Revenue}
  land: {type: land, zh: 用地, en: Land}
clauses:
  revenue-milestone:
    section: 二(一)
    title: {zh: 上台阶奖, en: Milestone prize}
    nature: prize
    basis: one-off
    payer: {zh: 市财政, en: the city}
    lead: 市工信局
    when: operating_revenue >= 1亿元
    pays: 20万元
  land-award:
    section: 二(二)
    title: {zh: 用地奖励, en: Award for land}
    nature: grant
    basis: one-off
    payer: {zh: 市财政, en: the city}
    lead: 市工信局
    when: land > 10亩
    up to: 500元/亩 * land
"""
FACTS = """
name: 甲
as_of: 2016-06-30
new_format: yes
operating_revenue: 1.08亿
previous_peak_revenue: 3600万
land: 12.5亩
"""


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """The city's plan, in a file."""
    path = tmp_path / "city.yaml"
    path.write_text(CITY, "utf-8")
    return path


@pytest.fixture
def both(city: Path) -> Policy:
    """The province's plan and the city's."""
    return together([load_policy(), load_policy(str(city))])


def run(*arguments: str, folder: Path, given: str = FACTS) -> subprocess.CompletedProcess[str]:
    return ended(*arguments, folder=folder, said=given)


def test_no_plan_of_several_is_written_over(city: Path, tmp_path: Path) -> None:
    """A plan may have any name, and the results another one's: the second is as little written over as the first."""
    plans = [tmp_path / "a.csv", tmp_path / "b.csv"]
    plans[0].write_bytes(Path(load_policy().file).read_bytes())
    plans[1].write_bytes(city.read_bytes())
    (tmp_path / "client.yaml").write_text(FACTS, "utf-8")
    before = [each.read_bytes() for each in plans]
    named = [word for each in plans for word in ("--policies", str(each))]
    for command in ("calc", "batch"):
        for each in plans:
            done = run(command, "client.yaml", *named, "-o", str(each), folder=tmp_path)
            assert (done.returncode, "is also read; write to another file" in done.stderr) == (2, True)
    assert [each.read_bytes() for each in plans] == before


def test_one_enterprise_under_two_plans(both: Policy) -> None:
    """六(二) of the province, 100万 to 150万, and of the city 20万 and up to 500 x 12.5 = 6250: each with its own clauses."""
    enterprise = Reader(both).read(read_tree(FACTS, "a.yaml"))
    assessment = Assessor(both).assess(enterprise, enterprise.facts["as_of"])
    paid = {each.clause.id: (each.low, each.high) for each in assessment.outcomes if each.low is not None}
    assert paid == {
        "jx43:revenue-milestone": (1_000_000, 1_500_000),
        "city:revenue-milestone": (200_000, 200_000),
        "city:land-award": (0, 6250),
    }
    assert assessment.total() == (1_200_000, 1_706_250)
    jiangxi, own = both.plans
    assert assessment.of_plan(jiangxi).total() == (1_000_000, 1_500_000)
    assert assessment.of_plan(own).total() == (200_000, 206_250)


def test_each_clause_comes_to_what_it_comes_to_alone(both: Policy, city: Path) -> None:
    """Law: an outcome under both plans is the outcome under its own, for every clause of every example."""
    alone = {plan.alias: plan for plan in (load_policy(), load_policy(str(city)))}
    for path in sorted((ROOT / "examples").glob("*.yaml")):
        tree = read_tree(path.read_text("utf-8"), path.name)
        enterprise = Reader(both).read(tree)
        day = enterprise.facts["as_of"]
        outcomes = Assessor(both).assess(enterprise, day).outcomes
        found = {each.clause.id: each[1:] for each in outcomes}
        for alias, plan in alone.items():
            own = enterprise._replace(
                facts={k: v for k, v in enterprise.facts.items() if k in {*plan.facts, *plan.lists}}
            )
            for each in Assessor(plan).assess(own, day).outcomes:
                assert found[f"{alias}:{each.clause.id}"] == each[1:], (path.name, each.clause.id)


def test_facts_are_shared_and_stay_within_both_limits(both: Policy) -> None:
    """A revenue of 1000亿 is below the province's bound and not below the city's, whose formulas are proved by it."""
    assert list(both.facts).count("operating_revenue") == 1
    reader = Reader(both)
    assert reader.value("用地", "12.5亩") == ("land", Decimal("12.5"))
    assert reader.value("operating_revenue", "999亿")[1] == Decimal(99_900_000_000)
    with pytest.raises(Exception, match="out of range"):
        reader.value("operating_revenue", "1000亿")


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("type: money, zh: 年营业收入", "type: bool, zh: 年营业收入", "of two types: 元 and yes or no"),
        ("operating_revenue: {type", "turnover: {type", "its name '年营业收入' also means"),
        ("default: today", "default: today, also: [挂牌上市]", "also means"),
        ("  land: {type: land", "  cit_rate: {type: land, default: 3亩", "of two types: a share and 亩"),
    ],
)
def test_what_the_plans_disagree_on_is_a_fault_of_both(old: str, new: str, wrong: str, city: Path) -> None:
    """Both files are named, each with the line that declares it."""
    text = CITY.replace(old, new)
    if "turnover" in new:
        text = text.replace("when: operating_revenue", "when: turnover")
    if "bool" in new:
        text = text.replace("operating_revenue >= 1亿元", "operating_revenue")
    if "cit_rate" in new:
        text = text.replace("* land\n", "* cit_rate\n").replace("when: land", "when: cit_rate")
    city.write_text(text, "utf-8")
    with pytest.raises(Refused) as caught:
        together([load_policy(), load_policy(str(city))])
    faults = caught.value.faults
    assert {Path(fault.file).name for fault in faults} == {"policies.yaml", "city.yaml"}
    assert all(wrong in fault.wrong.en for fault in faults), [fault.wrong.en for fault in faults]
    assert all(fault.place.line > 1 for fault in faults)


def test_a_plan_twice_is_a_fault(city: Path) -> None:
    with pytest.raises(Refused, match=r"it is the plan of .*city.yaml again"):
        together([load_policy(str(city)), load_policy(str(city))])


def test_an_alias_is_made_of_the_name_where_none_is_stated(city: Path) -> None:
    other = city.with_name("Our District.yaml")
    other.write_text(CITY.replace("  alias: city\n", ""), "utf-8")
    policy = together([load_policy(), load_policy(str(other))])
    assert policy.clause("our-district:land-award") is not None
    assert policy.clause("land-award") is policy.clause("our-district:land-award")
    assert policy.clause("revenue-milestone") is None  # both plans have one


def test_sections_and_parts_are_those_of_each_plan(both: Policy) -> None:
    assert [clause.id for clause in both.in_section("2.1")] == ["city:revenue-milestone"]
    assert {clause.id for clause in both.in_section("6.2")} == {
        "jx43:revenue-milestone",
        "jx43:new-format-venture-support",
    }
    clause = both.clause("city:land-award")
    assert clause is not None
    assert both.heading(clause)[1].zh == "奖励"


# ---- on the command line -----------------------------------------------------------------------------------------------


def shipped() -> str:
    return str(ROOT / "policies.yaml")


def test_calc_groups_by_plan_and_totals_each(city: Path) -> None:
    done = run("calc", "-", "--policies", shipped(), "--policies", "city.yaml", "--lang", "zh", folder=city.parent)
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["测府发〔2016〕7号", "测试市奖励办法"] in lines
    assert ["二(一)", "上台阶奖", "200,000.00"] in lines
    assert ["合计", "测府发〔2016〕7号", "200,000.00", "–", "206,250.00"] in lines
    assert ["合计", "赣府发〔2015〕43号", "1,000,000.00", "–", "1,500,000.00"] in lines
    assert ["合计", "1,200,000.00", "–", "1,706,250.00"] in lines


def test_a_folder_of_plans(city: Path) -> None:
    """A folder stands for the policy files in it, in the order of their names; an enterprise among them is named.

    A plan that is cut short is refused and not left out: whoever counted on it would get too little.
    """
    folder = city.parent / "plans"
    folder.mkdir()
    (folder / "b.yaml").write_text(CITY, "utf-8")
    (folder / "a.yaml").write_text((ROOT / "policies.yaml").read_text("utf-8"), "utf-8")
    (folder / "company.yaml").write_text(FACTS, "utf-8")
    done = run("calc", "-", "--policies", "plans", "--format", "json", folder=city.parent)
    assert [each["id"] for each in json.loads(done.stdout)["policies"]] == ["赣府发〔2015〕43号", "测府发〔2016〕7号"]
    assert "plans/company.yaml: not read: it is no policy file\n" in done.stderr
    (folder / "c.yaml").write_text(CITY.partition("types:")[0].replace("policy:", "polcy:"), "utf-8")
    done = run("calc", "-", "--policies", "plans", "--lang", "zh", folder=city.parent)
    assert (done.returncode, done.stdout) == (1, "")
    assert "plans/company.yaml: 未读取：不是方案文件\nplans/c.yaml:2:1: polcy: 未知的键" in done.stderr
    (folder / "c.yaml").unlink()
    (folder / "a.yaml").unlink()
    (folder / "b.yaml").unlink()
    done = run("calc", "-", "--policies", "plans", "--lang", "en", folder=city.parent)
    assert done.returncode == 1
    assert "the folder holds no policy file" in done.stderr


def test_json_names_the_plans(city: Path) -> None:
    """`policies` are all, `policy` is the only one or null, and each entitlement names its own."""
    arguments = ("calc", "-", "--format", "json")
    two = json.loads(run(*arguments, "--policies", shipped(), "--policies", "city.yaml", folder=city.parent).stdout)
    assert two["policy"] is None
    assert [each["id"] for each in two["policies"]] == ["赣府发〔2015〕43号", "测府发〔2016〕7号"]
    marks = {(each["policy"], each["clause"]) for each in two["entitlements"] if each["clause"] == "revenue-milestone"}
    assert marks == {("赣府发〔2015〕43号", "revenue-milestone"), ("测府发〔2016〕7号", "revenue-milestone")}
    one = json.loads(run(*arguments, given=FACTS.replace("land: 12.5亩\n", ""), folder=city.parent).stdout)
    assert one["policies"] == [one["policy"]]
    assert {each["policy"] for each in one["entitlements"]} == {"赣府发〔2015〕43号"}


def test_verify_says_which_plans_a_result_is_of(city: Path) -> None:
    plans = ("--policies", shipped(), "--policies", "city.yaml")
    (city.parent / "a.yaml").write_text(FACTS, "utf-8")
    result = city.parent / "result.json"
    result.write_text(run("calc", "a.yaml", "--format", "json", *plans, folder=city.parent).stdout, "utf-8")
    again = run("verify", "result.json", "a.yaml", *plans, folder=city.parent)
    assert again.returncode == 0, again.stdout + again.stderr
    other = run("verify", "result.json", "--lang", "en", folder=city.parent)
    assert other.returncode == 1
    assert len(other.stdout.splitlines()) == 1
    assert "the result says 赣府发〔2015〕43号, 测府发〔2016〕7号, now 赣府发〔2015〕43号" in other.stdout


@pytest.mark.parametrize("engine", ["python", "duckdb"])
def test_batch_under_two_plans(engine: str, city: Path) -> None:
    """On either engine the same rows; in the wide table a clause stands under its plan's alias."""
    (city.parent / "a.ndjson").write_text(
        json.dumps({"name": "甲", "as_of": "2016-06-30", "operating_revenue": "1亿", "land": "10.01"}) + "\n", "utf-8"
    )
    plans = ("--policies", shipped(), "--policies", "city.yaml", "--engine", engine)
    for shape in ("long", "wide"):
        done = run("batch", "a.ndjson", *plans, "--shape", shape, "-o", f"{shape}.csv", folder=city.parent)
        assert done.returncode == 0, done.stderr
    rows: list[dict[str, Any]] = list(csv.DictReader(io.StringIO((city.parent / "long.csv").read_text("utf-8"))))
    # 20万 for exactly 1亿, and up to 500 x 10.01 for just over ten mu.
    assert [(row["clause"], row["section"], row["low"], row["high"]) for row in rows] == [
        ("revenue-milestone", "二(一)", "200000", "200000"),
        ("land-award", "二(二)", "0", "5005"),
    ]
    (wide,) = csv.DictReader(io.StringIO((city.parent / "wide.csv").read_text("utf-8")))
    assert wide["city:land-award_high"] == "5005"
    assert wide["total_high"] == "205005"


def test_readings_are_chosen_by_plan(city: Path) -> None:
    plans = ("--policies", shipped(), "--policies", "city.yaml")
    done = run(
        "calc", "-", "--format", "csv", "--reading", "jx43:revenue-milestone=highest", *plans, folder=city.parent
    )
    assert "revenue-milestone,六(二),entitled,1000000,1000000" in done.stdout
    wrong = run("calc", "-", "--reading", "revenue-milestone=highest", *plans, folder=city.parent)
    assert wrong.returncode == 2
    assert "jx43:revenue-milestone" in wrong.stderr


def test_a_text_is_that_of_one_plan(city: Path) -> None:
    """Held against two, the figures of the one would be missing in the text of the other."""
    (city.parent / "text.txt").write_text("一、总则\n", "utf-8")
    plans = ("--policies", shipped(), "--policies", "city.yaml")
    done = run("audit", "text.txt", *plans, folder=city.parent)
    assert (done.returncode, done.stdout) == (2, "")
    assert "a text is that of one plan; name that one alone with --policies" in done.stderr


def test_an_id_that_two_plans_have_explains_both(city: Path) -> None:
    """`explain` shows what is there, as it does for a section; only a reading must be chosen for one of the two."""
    plans = ("--policies", shipped(), "--policies", "city.yaml", "--lang", "zh")
    both = run("explain", "revenue-milestone", *plans, folder=city.parent).stdout
    ids = [line.split()[1] for line in both.splitlines() if line.split()[:1] == ["条款"]]
    assert ids == ["jx43:revenue-milestone", "city:revenue-milestone"]
    one = run("explain", "land-award", *plans, folder=city.parent).stdout
    assert "city:land-award" in one
    asked = run("calc", "-", "--explain", "revenue-milestone", *plans, folder=city.parent).stdout
    assert "✓ 年营业收入 1.08亿元 > 4000万元" in " ".join(asked.split())
    assert "✓ 年营业收入 1.08亿元 ≥ 1亿元" in " ".join(asked.split())


def test_a_warning_for_each_plan(city: Path) -> None:
    given = FACTS.replace("2016-06-30", "2019-01-01")
    done = run(
        "calc",
        "-",
        "--format",
        "csv",
        "--lang",
        "zh",
        "--policies",
        shipped(),
        "--policies",
        "city.yaml",
        folder=city.parent,
        given=given,
    )
    assert "市里的办法快到期了" in done.stderr
    assert "目标期为2018年" in done.stderr
