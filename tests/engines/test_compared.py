"""`diff` with sources on DuckDB and on the scalar engine: the same tables give the same changes, sums and refusals."""

import json
import random
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from commandline import invoked

from jxplus.policy import Fact
from jxplus.policy.store import load_policy

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))
from make_tables import make_tables

ROOT = Path(__file__).resolve().parents[2]
CHANGED = (
    ("rd_investment > 1000万元 and", "rd_investment > 500万元 and"),  # a figure of a condition
    ("up to: min(monthly_rent, 30元", "up to: min(monthly_rent, 40元"),  # a ceiling
    ("pays: min(30% * loss, 1000万元)", "pays: min(20% * loss, 2000万元)"),  # a clause with readings
    ("      at-least:\n", "      also:\n"),  # a reading under another name
    ("when: private_investment > 1000万元", "when: private_investment > 1500万元"),
    ("when: new_cargo_route", "when: new_cargo_route and internet_plus"),  # more is asked for
    ("  hq-settlement:", "  hq-award:"),  # a clause that went, and one that came
    ("default: 25%", "default: 15%"),  # a default, which other clauses ask for
    ("payer: {zh: 省科技厅, en: Department of Science and Technology}", "payer: {zh: 市财政, en: the city}"),
    (
        "rent: {unit: 元/㎡/月, decimals: 4, below: 1亿元/㎡/月}",
        "rent: {unit: 元/㎡/月, decimals: 4, below: 70元/㎡/月}",
    ),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two plans, and tables of which some rows are wrong for both, or for the new plan alone."""
    folder = tmp_path_factory.mktemp("compared")
    text = (ROOT / "policies.yaml").read_text("utf-8")
    for old, new in CHANGED:
        assert old in text, old
        text = text.replace(old, new, 1)
    (folder / "new.yaml").write_text(text, "utf-8")
    make_tables(load_policy(), folder / "clients", 250, "csv")
    table = folder / "clients" / "enterprises.csv"
    rows = table.read_text("utf-8").splitlines()
    rows[7] = rows[7].replace("false", "perhaps", 1).replace("true", "perhaps", 1)
    table.write_text("\n".join(rows) + "\n", "utf-8")
    return folder


def told(folder: Path, engine: str, *options: str) -> tuple[int, Any, str, set[str]]:
    """The exit code, the effect, the rows and the messages of one engine."""
    out = folder / f"{engine}.csv"
    arguments = ["diff", str(ROOT / "policies.yaml"), str(folder / "new.yaml"), str(folder / "clients")]
    arguments += ["--engine", engine, "-o", str(out), "--format", "json", "--as-of", "2016-06-30", *options]
    result = invoked(*arguments)
    effect = json.loads(result.stdout, parse_float=str)["effect"]
    assert effect.pop("engine") == engine
    said = {line for line in result.stderr.splitlines() if not line.startswith("engine: ") and engine not in line}
    return result.exit_code, effect, out.read_text("utf-8"), said


def test_both_engines_say_the_same(folder: Path) -> None:
    """To the fen, in the same order, with the same faults."""
    code, effect, rows, said = told(folder, "duckdb", "--all")
    assert (code, effect, rows, said) == told(folder, "python", "--all")
    assert code == 1
    assert effect["gains"] > 10
    assert effect["loses"] > 10
    assert effect["either"] > 0
    assert effect["undecided"] > 5
    assert effect["refused"]["both"] == 1
    assert effect["refused"]["new"] > 5
    assert effect["refused"]["old"] == 0


def drawn(fact: Fact, chance: random.Random) -> Any:
    """A value of a fact, a figure around those that plans name."""
    if fact.type.kind == "number":
        assert fact.limits is not None
        if fact.is_rate:
            return chance.choice([0, 0.1, 0.25, 0.5])
        figure = Decimal(chance.choice([0, 1, 5, 100, 1000, 12345, 10000000, 20000000]))
        figure += chance.choice([0, 1, 3]) * fact.limits.step
        return float(min(max(figure, fact.limits.least), fact.limits.largest))
    kinds = {
        "truth": [True, True, False],
        "date": ["2019-01-12", "2020-05-31", "2023-11-30"],
        "code": ["C3910", "A0111"],
    }
    return chance.choice(kinds.get(fact.type.kind) or list(fact.choices) or ["x"])


def test_amounts_without_a_ceiling_and_several_readings(tmp_path: Path) -> None:
    """A plan with all that clauses may be: floors, tiers, caps, shares that are open, readings of each."""
    file = ROOT / "tests" / "gathered.yaml"
    policy, chance = load_policy(str(file)), random.Random(5)
    lines = []
    for number in range(60):
        facts = {fact.id: drawn(fact, chance) for fact in policy.facts.values() if chance.random() < 0.85}
        lists = {
            listed.id: [{fact.id: drawn(fact, chance) for fact in listed.facts.values()} for _ in range(number % 3)]
            for listed in policy.lists.values()
        }
        lines.append(json.dumps({**facts, **lists, "name": f"E{number}"}))
    (tmp_path / "clients.ndjson").write_text("\n".join(lines) + "\n", "utf-8")
    text = file.read_text("utf-8")
    for old, new in (("at least: 5元", "at least: 7元"), ("1% * sales", "2% * sales"), ("100元 *", "90元 *")):
        assert old in text, old
        text = text.replace(old, new)
    (tmp_path / "new.yaml").write_text(text, "utf-8")
    found = []
    for engine in ("duckdb", "python"):
        arguments = [str(file), str(tmp_path / "new.yaml"), str(tmp_path / "clients.ndjson"), "--engine", engine]
        arguments += ["--format", "json", "--all", "-o", str(tmp_path / "out.csv")]
        result = invoked("diff", *arguments)
        effect = json.loads(result.stdout, parse_float=str)["effect"]
        assert effect.pop("engine") == engine
        found.append((result.exit_code, effect, (tmp_path / "out.csv").read_text("utf-8")))
    assert found[0] == found[1]
    assert found[0][1]["totals"]["open"]
    assert found[0][1]["gains"] > 5
    assert found[0][1]["loses"] > 0
