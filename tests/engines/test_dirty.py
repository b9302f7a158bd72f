"""Thousands of enterprises with something wrong in them: one that is refused takes no other with it, on either engine.

A file has clean enterprises, and among them those with a value that no clean file has: below zero, beyond every bound, of
another kind, half written. Both engines leave the same results, byte for byte, the same refusals and the same words.
"""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import duckdb
import pyarrow
import pytest
from commandline import invoked

from jxplus.policy import Fact, Policy
from jxplus.policy.store import load_policy

ROOT = Path(__file__).parents[1]
PLANS = {
    "shipped": load_policy(),
    "tangled": load_policy(str(ROOT / "tangled.yaml")),
    "lucheng": load_policy(str(ROOT / "lucheng.yaml")),
}
SIZE = 500
"""How many enterprises a file has; a third of them are dirty."""

Record = dict[str, Any]

FIGURES = [
    "-1",
    "-20000000",
    "-0.01",
    "1e30",
    "99999999999999999999",
    "9" * 38,
    "1000000000000",
    "100000000000.005",
    "0.00001",
    "12.3456789",
    "1.50000",
    "1,000",
    "1,00",
    "300万",
    "25%",
    "150%",
    "1e400",
    "1e-400",
    "NaN",
    "Infinity",
    "-0",
    "+5",
    "0x1F",
    "007",
    "1_000",
    "１２",
    ".5",
    "5.",
    "一百",
    "--1",
    "#DIV/0!",
]
DAYS = [
    "2016-02-30",
    "2016/6/30",
    "0000-01-01",
    "10000-01-01",
    "290000-01-01",
    "infinity",
    "-infinity",
    "0044-03-15 (BC)",
    "2016-06-30T00:00:00",
    "2016-6-30",
    "today",
    "42551",
]
TRUTHS = ["maybe", "1", "0", "TRUE", "Yes", "是", "对", "t", "yes no"]
CHOICES = ["office", "OFFICE", "somewhere", "私有", "0", "private;government"]
TEXTS = ["", "=1+1", "甲\u202e乙", "a\u0007b", "x" * 1001, '"no"', "a,b", "甲\u3000", "null", "\u200f甲"]
POOLS = {"number": FIGURES, "date": DAYS, "truth": TRUTHS, "choice": CHOICES, "text": TEXTS}


def clean(fact: Fact, random: Random) -> Any:
    """A value as a clean file has it."""
    kind = fact.type.kind
    if kind == "truth":
        return random.choice(("true", "false"))
    if kind == "choice":
        return random.choice(list(fact.choices))
    if kind == "date":
        return random.choice(("2016-06-30", "2017-12-31", "2021-01-01"))
    if kind == "text":
        return f"企业{random.randrange(10**6)}"
    limits = fact.limits
    assert limits is not None
    largest = min(int(limits.largest * 10**limits.decimals), 10**10)
    largest -= fact.is_rate  # a bare 1 may be 1% or 100%, and is refused
    figure = Decimal(random.choice((random.randrange(1, largest + 1), largest // 2))).scaleb(-limits.decimals)
    return f"{figure:f}"


def dirty(fact: Fact, random: Random) -> Any:
    """A value that may be wrong, or is right though nobody would expect it."""
    others = POOLS[random.choice(list(POOLS))]
    return random.choice(POOLS[fact.type.kind] if random.random() < 0.85 else others)


def statement(facts: dict[str, Fact], share: float, value: Callable[[Fact, Random], Any], random: Random) -> Record:
    """Values of some of the facts; those that have to be stated always are."""
    return {
        id: value(fact, random)
        for id, fact in facts.items()
        if fact.required or (share == 1 and fact.default is None) or random.random() < share
    }


class Books(NamedTuple):
    """The enterprises with their ids, and the items of each list with the id of whose they are."""

    enterprises: list[Record]
    lists: dict[str, list[Record]]


def books(policy: Policy, random: Random) -> Books:
    """Enterprises of which two thirds are clean; the others have one to three dirty cells, their own or of an item."""
    found = Books([], {id: [] for id in policy.lists})
    for number in range(SIZE):
        own = {"id": f"E{number}", **statement(policy.facts, 0.4, clean, random), "name": f"企业{number}"}
        items = {
            id: [statement(listed.facts, 1, clean, random) for _ in range(random.choice((0, 0, 1, 2)))]
            for id, listed in policy.lists.items()
        }
        if random.random() < 1 / 3:
            spoil(policy, own, items, random)
        found.enterprises.append(own)
        for id, each in items.items():
            found.lists[id] += [{"enterprise_id": own["id"], **item} for item in each]
    return found


def spoil(policy: Policy, own: Record, items: dict[str, list[Record]], random: Random) -> None:
    """One to three cells are made dirty."""
    for _ in range(random.randrange(1, 4)):
        listed = random.choice([None, *(id for id in items if items[id])])
        if listed is None:
            fact = random.choice(list(policy.facts.values()))
            own[fact.id] = dirty(fact, random)
        else:
            fact, item = random.choice(list(policy.lists[listed].facts.values())), random.choice(items[listed])
            item[fact.id] = None if random.random() < 0.1 else dirty(fact, random)


# ---- the files ---------------------------------------------------------------------------------------------------------


def as_json(fact: Fact | None, value: Any) -> Any:
    """A value as a program writes it: figures and truths as such, where JSON has a way to write them."""
    if value in ("true", "false"):
        return value == "true"
    if fact is not None and fact.type.kind == "number" and isinstance(value, str):
        try:
            json.loads(value)
        except ValueError:
            return value
        return Bare(value)
    return value


class Bare(str):
    """A figure that is written without quotes, digit for digit."""


def dumped(value: Any) -> str:
    if isinstance(value, Bare):
        return str.__str__(value)
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{json.dumps(key, ensure_ascii=False)}: {dumped(each)}" for key, each in value.items())
            + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(dumped, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def ndjson(folder: Path, policy: Policy, found: Books, random: Random) -> Path:
    """A line for each enterprise; a list that has no item is stated as empty, or not at all."""
    lines = []
    for own in found.enterprises:
        line = {id: as_json(policy.facts[id], value) for id, value in own.items() if id != "id"}
        for id, listed in policy.lists.items():
            items = [
                {key: as_json(listed.facts[key], value) for key, value in item.items() if key != "enterprise_id"}
                for item in found.lists[id]
                if item["enterprise_id"] == own["id"]
            ]
            if items or random.random() < 0.5:
                line[id] = items
        lines.append(dumped(line))
    for _ in range(5):
        lines.insert(
            random.randrange(SIZE),
            random.choice(("{}", "[1]", '{"name": "a"', "null", "", '{"name": "a", "name": "b"}')),
        )
    path = folder / "clients.ndjson"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def tables(found: Books) -> Iterator[tuple[str, list[str], list[list[Any]]]]:
    """Each table's name, its headings, and its rows."""
    for name, rows in (("enterprises", found.enterprises), *found.lists.items()):
        heads = list(dict.fromkeys(key for row in rows for key in row))
        if heads:
            yield name, heads, [[row.get(head) for head in heads] for row in rows]


def spoil_ids(found: Books, random: Random) -> None:
    """Ids that stand twice, are blank or have blanks around them; items that belong to nobody."""
    for id in ("E7", " E8 ", "", "E10"):
        random.choice(found.enterprises)["id"] = id
    for rows in found.lists.values():
        if rows:
            random.choice(rows)["enterprise_id"] = random.choice(("E9999", "", " E3"))


def as_csv(folder: Path, policy: Policy, found: Books, random: Random) -> Path:
    spoil_ids(found, random)
    for name, heads, rows in tables(found):
        with open(folder / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerows([heads, *(["" if cell is None else cell for cell in row] for row in rows)])
    return folder


TYPES = {
    "number": ("DECIMAL(38,4)", "DECIMAL(38,0)", "DOUBLE", "BIGINT", "VARCHAR", "HUGEINT"),
    "date": ("DATE", "TIMESTAMP", "VARCHAR"),
    "truth": ("BOOLEAN", "VARCHAR"),
    "choice": ("VARCHAR",),
    "text": ("VARCHAR",),
}


def types_of(fact: Fact) -> Sequence[str]:
    """Types that a fact's clean values fit; in whole numbers a share of 0.6 would be 1."""
    types = TYPES[fact.type.kind]
    return [type for type in types if type in ("DECIMAL(38,4)", "DOUBLE", "VARCHAR")] if fact.is_rate else types


def parquet(folder: Path, policy: Policy, found: Books, random: Random) -> Path:
    """Columns of a type of their own, with what of the dirty values it can hold; the others of text."""
    spoil_ids(found, random)
    for name, heads, rows in tables(found):
        facts = policy.facts if name == "enterprises" else policy.lists[name].facts
        types = [random.choice(types_of(facts[head])) if head in facts else "VARCHAR" for head in heads]
        with duckdb.connect() as database:
            columns = [[None if row[place] is None else str(row[place]) for row in rows] for place in range(len(heads))]
            stated = pyarrow.table(
                {f"c{number}": pyarrow.array(column, pyarrow.string()) for number, column in enumerate(columns)}
            )
            database.register("stated", stated)
            typed = ", ".join(
                f'TRY_CAST(c{number} AS {type}) AS "{head}"'
                for number, (head, type) in enumerate(zip(heads, types, strict=True))
            )
            database.execute(f"COPY (SELECT {typed} FROM stated) TO '{folder}/{name}.parquet'")
    return folder


# ---- the law -----------------------------------------------------------------------------------------------------------


class Left(NamedTuple):
    """What a batch left: its exit code, its words, its results and its refusals."""

    code: int
    said: list[str]
    out: bytes | tuple[Any, ...]
    refused: str


def batch(source: Path, engine: str, out: Path, *arguments: str) -> tuple[str, Left]:
    """The engine that a batch took, and what it left."""
    kept = out.with_suffix(".refused")
    command = ["batch", str(source), "-o", str(out), "--errors", str(kept), "--engine", engine, "--lang", "en"]
    done = invoked(*command, *arguments, code=1)
    said = done.stderr.replace(str(out), "OUT").splitlines()
    took = [line for line in said if line.startswith("engine: ")]
    read: bytes | tuple[Any, ...] = b""
    if out.suffix == ".csv":
        read = out.read_bytes()
    else:
        rows = duckdb.sql(f"FROM '{out}'")
        read = (rows.columns, list(map(str, rows.types)), rows.fetchall())
    rest = [line for line in said if line not in took]
    return "".join(took), Left(done.exit_code, rest, read, kept.read_text("utf-8"))


FILES = {"ndjson": ndjson, "csv": as_csv, "parquet": parquet}
ASKED = [("out.csv", ()), ("out.csv", ("--all", "--as-of", "2016-06-30")), ("out.parquet", ("--shape", "wide"))]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("plan", PLANS)
def test_both_engines_refuse_and_compute_the_same(plan: str, kind: str, seed: int, tmp_path: Path) -> None:
    """Law: what both engines leave of dirty enterprises is the same, and those that are not refused are computed."""
    policy, random = PLANS[plan], Random(f"{plan} {kind} {seed}")
    (tmp_path / "source").mkdir()
    source = FILES[kind](tmp_path / "source", policy, books(policy, random), random)
    name, arguments = ASKED[seed % len(ASKED)]
    asked = (*arguments, *(() if plan == "shipped" else ("--policies", policy.file)))
    took, by_columns = batch(source, "duckdb", tmp_path / name, *asked)
    assert took == "engine: duckdb"
    _, one_by_one = batch(source, "python", tmp_path / name, *asked)
    assert by_columns == one_by_one
    refused = {json.loads(line)["enterprise"] for line in by_columns.refused.splitlines()}
    assert by_columns.code == 1
    assert SIZE / 10 < len(refused) < SIZE / 2


# ---- by hand -----------------------------------------------------------------------------------------------------------

SUPER_DEDUCTION = '{"name": "g%s", "as_of": "2016-06-30", "rd_expensed": 100}'
"""六(一): half of 100 yuan is deducted once more, which saves 25% of 50 yuan in tax: 12.50."""
SPACE = (
    '{"name": "g%s", "as_of": "2016-06-30", "internet_plus": true, "premises":'
    ' [{"landlord": "private", "use": "office", "area": 50.5, "monthly_rent": 15, "months": 6}]}'
)
"""四(二): a rent of 15 yuan a month, below the 30 yuan that are paid at most, for 50.5 ㎡ in 6 months: up to 4,545.00."""
BEYOND = {
    "a rate below zero": (SUPER_DEDUCTION, '"rd_expensed": 40000000, "cit_rate": -1', "cit_rate"),
    "a rate beyond 100%": (SUPER_DEDUCTION, '"rd_expensed": 40000000, "cit_rate": 9e30', "cit_rate"),
    "a figure beyond all bounds": (
        SUPER_DEDUCTION,
        '"rd_expensed": 99999999999999999999999999999999999999',
        "rd_expensed",
    ),
    "an item beyond all bounds": (
        SPACE,
        '"internet_plus": true, "premises": [{"landlord": "private", "use": "office", "area": 1e15, "monthly_rent": 1e15, '
        '"months": 6}]',
        "premises[1].area",
    ),
    "an area below zero": (
        SPACE,
        '"internet_plus": true, "premises": [{"landlord": "private", "use": "office", "area": -99999999.99, '
        '"monthly_rent": 1, "months": 6}]',
        "premises[1].area",
    ),
    "a day out of the calendar": (SUPER_DEDUCTION, '"as_of": "290000-01-01", "rd_expensed": 1', "as_of"),
}
PAID = {
    SUPER_DEDUCTION: "g{},rd-super-deduction,六(一),entitled,12.5,12.5,50,赣府发〔2015〕43号",
    SPACE: "g{},park-rent-subsidy,四(二),entitled,0,4545,,赣府发〔2015〕43号",
}


@pytest.mark.parametrize("case", BEYOND)
@pytest.mark.parametrize("engine", ["duckdb", "python"])
def test_one_refused_row_takes_no_other_with_it(engine: str, case: str, tmp_path: Path) -> None:
    """Three clean enterprises, and one whose amount would not fit any type of the query."""
    line, wrong, fact = BEYOND[case]
    source = tmp_path / "clients.ndjson"
    lines = [line % 1, line % 2, f'{{"name": "乙", {wrong}}}', line % 3]
    source.write_text("".join(f"{each}\n" for each in lines), encoding="utf-8")
    _, left = batch(source, engine, tmp_path / "out.csv")
    assert isinstance(left.out, bytes)
    entitled = [row for row in left.out.decode().splitlines() if ",entitled," in row]
    assert entitled == [PAID[line].format(number) for number in (1, 2, 3)]
    assert {json.loads(each)["fact"] for each in left.refused.splitlines()} >= {fact}
    assert left.code == 1
