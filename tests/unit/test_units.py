"""A plan that counts in units of its own: read, computed, explained, asked for and refused like the built-in ones."""

import csv
import json
import pickle
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from commandline import invoked
from oneclause import faults

from jxplus.enterprise.schema import enterprise_schema, figure_pattern
from jxplus.policy import Policy
from jxplus.policy.file import read_policy
from jxplus.policy.store import load_policy
from jxplus.quantity import BUILT_IN, DeclaredUnit, Units

PLAN = Path(__file__).parents[1] / "county.yaml"
TEXT = PLAN.read_text("utf-8")

# 500.5 mu are over 500: 200 yuan each, 100,100. 2,000 wan invested, at exactly 200 wan a mu: 5 % to 20 %. 15,000 t of straw at
# 240 yuan and a million t·km at 0.1: 3.6 m + 0.1 m. 12,345 kWh at 0.03. 20 people for 12 months at 500. 8 per mille of ten
# million dollars at 6.8765. Three patents at 10 % each are 30 % of 10 wan, of which 80 % are paid. C3910 is one of the trades under C39.
ENTERPRISE = """\
企业名称: 甲
测算日期: 2023-06-30
药材种植面积: 500.5畝
固定资产投资: 2,000万元
亩均投资强度: 200万元/亩
秸秆收储量（万吨）: 1.5
运输周转量: 100万吨·公里
用电量: 12345度
新招用人数: 20
缴费月数: 1年
实到外资: 1000万美元
汇率: 6.8765
授权专利数: 3
行业代码: c3910
"""
AMOUNTS = {
    "herb-base": ("100100", "100100"),
    "fixed-assets": ("1000000", "4000000"),
    "straw": ("0", "3700000"),
    "power": ("370.35", "370.35"),
    "recruits": ("120000", "120000"),
    "foreign-capital": ("550120", "550120"),
    "patents": ("24000", "24000"),
    "key-industry": ("10000", "10000"),
}


@pytest.fixture(scope="module")
def county() -> Policy:
    return read_policy(PLAN.read_bytes(), "county.yaml", "0" * 64)


def said(*arguments: str, given: str | None = None, code: int = 0, plan: Path = PLAN) -> str:
    """What a command says on this plan, in English."""
    done = invoked(*arguments, "--policies", plan, given=given, code=code)
    return done.output


def test_amounts_in_declared_units() -> None:
    """Every unit, its other spellings, a magnitude before it and a heading that carries it come to the same yuan."""
    shown = said("calc", "-", "--format", "json", given=ENTERPRISE)
    entitlements = json.loads(shown, parse_int=Decimal, parse_float=Decimal)["entitlements"]
    assert {each["clause"]: (each["low"], each["high"]) for each in entitlements} == {
        clause: (Decimal(low), Decimal(high)) for clause, (low, high) in AMOUNTS.items()
    }


def test_every_engine_counts_in_them(tmp_path: Path) -> None:
    """The same enterprise as a row of a table, in base units, on the scalar engine and on DuckDB."""
    heads = "id,name,as_of,herb_land,fixed_assets,per_mu,straw,haulage,power_used,recruits,months_paid,inflow,course,patents,industry"
    figures = "500.5,20000000,2000000,15000,1000000,12345,20,12,10000000,6.8765,3,C3910"
    written = "500.5畝,2000万元,200万元/亩,1.5万吨,100万吨·km,12345度,20人,1年,1000万美元,6.8765元/美元,3,c3910"
    table = tmp_path / "enterprises.csv"
    table.write_text(f"{heads}\nA,甲,2023-06-30,{figures}\nB,乙,2023-06-30,{written}\n", encoding="utf-8")
    for engine in ("python", "duckdb"):
        out = tmp_path / f"{engine}.csv"
        said("batch", str(table), "--engine", engine, "-o", str(out))
        with out.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for id in ("A", "B"):
            assert {row["clause"]: (row["low"], row["high"]) for row in rows if row["enterprise"] == id} == AMOUNTS


def test_a_reader_is_told_what_they_are() -> None:
    """The template, an explanation and a refusal name a declared unit, in English with its English name."""
    template = said("init")
    assert "亩 (mu)" in template
    assert "元/亩 (亩: mu)" in template
    assert "100 yuan/mu" in said("explain", "herb-base")
    assert "100元/亩" in said("explain", "herb-base", "--formulas")
    wrong = said("check", "-", given="name: 甲\nherb_land: 20㎡\n", code=1)
    assert "'20㎡' is not a figure in 亩 (mu); such as 12 or 12亩" in wrong


def test_another_plan_does_not_know_them() -> None:
    """The units are the plan's: the plan that ships reads no mu, nor does the same plan without the declaration."""
    done = invoked("check", "-", given="name: 甲\noperating_revenue: 20亩\n")
    assert "'20亩' is not a figure in 元" in done.output
    assert BUILT_IN.read("20亩") is None
    assert load_policy().units == BUILT_IN
    assert load_policy(str(PLAN)).units.read("20亩") is not None


def test_the_schema_takes_what_the_reader_takes(county: Policy) -> None:
    land, course = (re.compile(figure_pattern(county.facts[name])) for name in ("herb_land", "course"))
    for written in ("20亩", "20 畝", "1.5万亩", "20"):
        assert land.match(written), written
    for written in ("20㎡", "20亩/月", "20美元"):
        assert not land.match(written), written
    haulage = re.compile(figure_pattern(county.facts["haulage"]))
    assert all(haulage.match(each) for each in ("1吨·km", "1km·t", "1万吨•公里"))
    assert course.match("6.8元/美元")
    assert "亩" in json.dumps(enterprise_schema(county)["properties"]["herb_land"], default=str, ensure_ascii=False)


def _wrong() -> Iterator[tuple[str, str, str]]:
    yield (
        "  亩: {en: mu, also: [畝]}\n",
        "",
        "unknown unit '亩': it is not declared; declare it in the file: `units: {亩: {en: NAME}}`",
    )
    yield "also: [畝]", "also: 畝", "亩.also: not a list of spellings; such as [畝]"
    yield "美元: {en: US dollar}", "美元: {}", "美元.en: no text"
    yield "美元: {en: US dollar}", "美元: {en: US dollar, zh: 美金}", "unknown key 'zh'"
    yield (
        "美元: {en",
        "万元: {en",
        "'万元' can be read as many of another unit; declare one of the two",
    )
    yield "also: [kWh, 度]", "also: [kWh, 瓦时]", "'瓦时' can be read as many of another unit"
    yield "also: [t]", "also: [t, 人]", "the unit '人' is there already"
    yield "also: [t]", "also: [亩]", "the unit '亩' is there already"
    yield "also: [t]", "also: [公 吨]", "'公 吨' cannot name a unit"
    yield "also: [t]", "also: [3t]", "'3t' cannot name a unit"
    yield "also: [t]", "also: [亿]", "'亿' cannot name a unit"
    yield "also: [t]", "also: [元/吨]", "'元/吨' cannot name a unit"
    yield (
        "land: {unit: 亩",
        "land: {unit: 公顷",
        "land.unit: unknown unit; such as 元, ㎡, 月, km, 人, 亩, 吨, 千瓦时, 美元, %, or declare",
    )
    yield "land: {unit: 亩", "land: {unit: 万亩", "land.unit: it is more than one of a unit"
    yield "below: 10万亩", "below: 10万㎡", "'10万㎡' is not in 亩; such as 1亩"
    yield "at most: 100%", "at most: 100", "'100' is not a share; such as 100%"
    yield "at most: 100%", "at most: 1", "'1' is not a share; such as 100%"
    yield "default: 20%", "default: 0.2", "'0.2' is not a share; such as 20%"
    yield "default: 20%", "default: 20", "'20' is not a share; such as 20%"
    yield "at most: 500}", "at most: 500%}", "'500%' is not in a pure number; such as 1"
    yield "below: 100亿元}", "below: 100%}", "'100%' is not in 元; such as 1元"
    yield (
        "own_share <= 50%",
        "own_share <= 50",
        "'<=' does not go with a share and a pure number; a share is written 50%",
    )
    yield (
        "(100% - own_share)",
        "(1 - own_share)",
        "'-' does not go with a pure number and a share; a share is written 100%",
    )
    yield "patents > 0", "patents > 10%", "'>' does not go with a pure number and a share"
    yield "per_mu >= 200万元/亩", "per_mu >= 200万元", "'>=' does not go with 元/亩 and 元"
    yield "240元/吨 * straw", "240元/吨 * herb_land", "'+' does not go with 亩·元/吨 and 元"
    yield (
        "pays: 0.03元/kWh * power_used",
        "pays: 0.03元 * power_used",
        "it comes out as 元·千瓦时; it must come out as 元",
    )

    yield "industry != C3990", "industry != C39*", "'C39*' is many codes; write `in (C39*)`"
    yield "industry != C3990", "industry > C3990", "'C3990' means nothing here"
    yield "industry != C3990", "industry in (c3990)", "unknown name 'c3990'"
    yield "industry != C3990", "patents in (C3990)", "'in' does not go with a pure number and a code"


@pytest.mark.parametrize(("old", "new", "wrong"), list(_wrong()))
def test_a_wrong_unit_or_share_is_refused(old: str, new: str, wrong: str) -> None:
    """Each is refused with what would be right; a share is no plain number wherever they meet (0.2 is not 20 %)."""
    assert TEXT.count(old) >= 1, old
    assert any(wrong in fault for fault in faults(TEXT.replace(old, new, 1))), faults(TEXT.replace(old, new, 1))


@pytest.mark.parametrize(
    ("code", "status"),
    [("C39", "entitled"), ("C3910", "entitled"), ("Ｃ3910", "entitled"), ("c39.1", "entitled"), ("I65", "entitled"), ("C3990", "not-met"),
     ("I651", "not-met"), ("C3", "not-met"), ("3910", "not-met"), ("", "undecided")],
)  # fmt: skip
def test_a_code_is_one_of_a_kind(code: str, status: str) -> None:
    """C39* is every code that begins so, C39 itself too; I65 is that code alone; a code that is not stated is unknown."""
    given = f"name: 甲\nas_of: 2023-06-30\nindustry: {code}\n"
    entitlements = json.loads(said("calc", "-", "--format", "json", given=given))["entitlements"]
    assert {each["clause"]: each["status"] for each in entitlements}["key-industry"] == status
    assert re.match(enterprise_schema(load_policy(str(PLAN)))["$defs"]["code"]["pattern"], code) or not code


def test_what_is_no_code() -> None:
    for written in ("电子", "C39*", "C 39", "-C39", "C" * 33):
        assert "is no code; such as C3910" in said("check", "-", given=f"name: 甲\nindustry: {written}\n", code=1)
    assert "'c' means nothing" not in said("explain", "key-industry")
    assert "Industry (GB/T 4754) is C39* or I65" in said("explain", "key-industry")


def test_one_mistake_in_a_unit_is_one_fault() -> None:
    assert len(faults(TEXT.replace("land: {unit: 亩", "land: {unit: 公顷", 1))) == 1


def test_units_are_values() -> None:
    """Equal where they declare the same, and whole again from a cache."""
    one, other = (Units([DeclaredUnit("亩", "mu", ("畝",))]) for _ in range(2))
    assert one == other != BUILT_IN
    assert hash(one) == hash(other)
    assert pickle.loads(pickle.dumps(one)).read("5畝") == one.read("5畝")


def test_a_share_on_the_command_line_has_its_sign() -> None:
    """`--reach 20` is not 2000 %."""
    assert "--reach takes a share: 20%, not '20'" in said("calc", "-", "--reach", "20", given=ENTERPRISE, code=2)
    said("calc", "-", "--reach", "20%", given=ENTERPRISE)
    said("calc", "-", "--reach", "0.2", given=ENTERPRISE)
