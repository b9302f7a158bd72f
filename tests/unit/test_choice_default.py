"""What a choice is taken as where nothing is said: the same by every engine, and told."""

import csv
import io
import json
from pathlib import Path

import duckdb
from commandline import invoked
from oneclause import marked, plan, refused, written

from jxplus.query import policy_query
from jxplus.query.tables import Options
from jxplus.query.text import query_text

LEVEL = "level: {type: choice, default: none, choices: {city: {zh: 市级, en: city}, none: {zh: 无, en: none}}, zh: 级别, en: Level}"
AT_HOME = ("exporter: {type: bool", f"{LEVEL}\n  exporter: {{type: bool")
OF_A_SHOP = (
    "abroad: {type: bool",
    f"{LEVEL.replace('level:', 'rank:').replace('级别', '等级')}\n      abroad: {{type: bool",
)
BODY = """\
for each: shops
when: (level = none and rank = none) or rank = city
pays: rent
"""
SHOPS = "{name: 甲, as_of: 2020-06-01, tax: 25%, shops: [{abroad: no, rent: 70000, profit: 0}, {abroad: no, rank: 无, rent: 80000, profit: 0}]}"


def said(tmp_path: Path, *arguments: str, given: str = "") -> str:
    file = tmp_path / "p.yaml"
    file.write_text(written(BODY, AT_HOME, OF_A_SHOP), encoding="utf-8")
    done = invoked(*arguments, "--policies", file, given=given, columns=120, code=0)
    return done.output


def test_what_is_not_stated_is_the_default_and_told(tmp_path: Path) -> None:
    """Neither the enterprise nor its first shop has a level: 70,000 and 80,000 are paid, and both are told to be assumed."""
    record = json.loads(said(tmp_path, "calc", "-", "--format", "json", given=SHOPS))
    assert record["totals"]["high"] == 150000
    assert [each["en"] for each in record["assumptions"]] == [
        "Level: not stated, taken as none, the default",
        "Shops, Level: not stated, taken as none, the default",
    ]
    assert "级别：未写明，按 无（默认值）" in said(tmp_path, "calc", "-", "--lang", "zh", given=SHOPS)


def test_a_query_takes_it_too() -> None:
    """A states nothing: 70,000 + 80,000. B is of the city, so of its shops only that of the city counts: 80,000."""
    tables = """
        CREATE TABLE enterprises AS SELECT * FROM (VALUES
            ('A', '甲', DATE '2020-06-01', NULL), ('B', '乙', DATE '2020-06-01', 'city')) t(id, name, as_of, level);
        CREATE TABLE shops AS SELECT * FROM (VALUES ('A', NULL, 70000), ('A', 'none', 80000), ('B', NULL, 70000), ('B', 'city', 80000))
            t(enterprise_id, rank, rent);
    """
    query = query_text(policy_query(plan(BODY, AT_HOME, OF_A_SHOP), Options(shape="wide")), "duckdb")
    database = duckdb.connect()
    database.execute(tables)
    rows = database.execute(f"SELECT enterprise, total_high FROM ({query})").fetchall()
    assert {name: int(high) for name, high in rows} == {"A": 150000, "B": 80000}


def test_it_is_written_where_a_file_is_filled_in(tmp_path: Path) -> None:
    """The template, the schema and the explanation of a clause say what a choice is where it is left out."""
    assert "市级、无；默认 无" in said(tmp_path, "init", "--lang", "zh")
    assert "city, none; none if not stated" in said(tmp_path, "init", "--lang", "en")
    assert "city (市级), none (无)；默认 无".replace(", ", "、") in said(tmp_path, "explain", "c", "--lang", "zh")
    facts = json.loads(said(tmp_path, "schema"))["properties"]
    assert facts["level"]["default"] == "none"
    assert facts["shops"]["items"]["properties"]["rank"]["default"] == "none"


def test_a_table_may_leave_it_out(tmp_path: Path) -> None:
    """The same of tables, a row without the cell and a table without the column, on both engines."""
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "enterprises.csv").write_text("id,name,as_of\nA,甲,2020-06-01\n", encoding="utf-8")
    shops = "enterprise_id,abroad,rank,rent,profit\nA,no,,70000,0\nA,no,none,80000,0\n"
    (tmp_path / "t" / "shops.csv").write_text(shops, encoding="utf-8")
    for engine in ("python", "duckdb"):
        out = said(tmp_path, "batch", str(tmp_path / "t"), "--engine", engine, "--format", "csv")
        assert next(csv.DictReader(io.StringIO(out[out.index("enterprise,") :])))["high"] == "150000"


def test_it_is_one_of_the_choices() -> None:
    text, places = marked(written(BODY, (AT_HOME[0], AT_HOME[1].replace("default: none", "default: ▸town")), OF_A_SHOP))
    (fault,) = refused(text)
    assert (fault.place.line, fault.place.column) == places[0]
    assert "unknown choice 'town'" in fault.wrong.en
