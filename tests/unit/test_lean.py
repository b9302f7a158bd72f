"""Lean results: ids and figures alone, of what is due, open or without a figure; and verified against their input."""

import json
from pathlib import Path
from typing import Any

import pytest
from commandline import jxplus

from jxplus.policy.store import load_policy

# 六(一): of 200万 half is deducted once more, 100万, and a quarter of that is saved: 25万. The lists are stated empty.
RESEARCH: dict[str, Any] = {"name": "甲", "as_of": "2016-06-30", "rd_expensed": 2000000, "rd_amortisation": 0}
NOTHING = dict.fromkeys(("internet_plus", "new_format", "big_data", "telecom_operator", "selected_logistics"), False)
NOTHING |= dict.fromkeys(("new_cargo_route", "major_project_loan", "student_venture"), False)
LISTS: dict[str, Any] = {id: [] for id in load_policy().lists}
SHORT = {**RESEARCH, **NOTHING, **LISTS, "trainees": 0, "sales_revenue": 0}


@pytest.fixture
def clients(tmp_path: Path) -> Path:
    path = tmp_path / "clients.ndjson"
    path.write_text(f"{json.dumps(SHORT)}\n{json.dumps({**SHORT, 'name': '乙', 'rd_expensed': 0})}\n", "utf-8")
    return path


def lean(clients: Path, *arguments: str) -> Path:
    out = clients.with_name("lean.ndjson")
    code, _, said = jxplus("batch", str(clients), "-o", str(out), "--lean", *arguments)
    assert code == 0, said
    return out


def test_ids_and_figures_alone(clients: Path) -> None:
    """Of 甲 the deduction is due and the investment of its research is not known; 乙 has spent nothing on research."""
    first, second = map(json.loads, lean(clients).read_text("utf-8").splitlines())
    assert first["entitlements"] == [
        {"clause": "rd-super-deduction", "section": "六(一)", "status": "entitled", "low": 250000, "high": 250000}
        | {"base": 1000000, "assumes": True},
        {"clause": "rd-post-subsidy", "status": "undecided", "missing": ["rd_investment"]},
    ]
    assert (first["lean"], first["enterprise"], first["as_of"]) == (True, "甲", "2016-06-30")
    assert first["totals"] == {"low": 250000, "high": 250000}
    assert first["assumptions"] == {"period_end": "2016-06-30", "cit_rate": "25%"}
    assert list(first["receipt"]) == ["input_sha256"]
    assert [each["clause"] for each in second["entitlements"]] == ["rd-post-subsidy"]


def test_the_figures_are_those_of_the_whole_object(clients: Path) -> None:
    whole = [json.loads(line) for line in jxplus("batch", str(clients), "--format", "json")[1].splitlines()]
    for one, short in zip(whole, map(json.loads, lean(clients).read_text("utf-8").splitlines()), strict=True):
        said = {each["clause"]: each for each in one["entitlements"]}
        for each in short["entitlements"]:
            assert {name: said[each["clause"]][name] for name in each if name != "assumes"} == {
                name: value for name, value in each.items() if name != "assumes"
            }
        left = {each["clause"] for each in one["entitlements"]} - {each["clause"] for each in short["entitlements"]}
        assert {said[name]["status"] for name in left} <= {"not-met", "not-in-force"}


def test_it_is_verified_against_its_input(clients: Path) -> None:
    """Its facts stand in the input: without it, or with another, nothing is vouched for; a fen more is a difference."""
    out = lean(clients)
    assert jxplus("verify", str(out), str(clients))[:2] == (0, f"{out}: reproduced, 2 results\n")
    code, told, said = jxplus("verify", str(out))  # said once, and nothing is called different that was not compared
    assert (code, told) == (1, "")
    assert (
        said.count("a lean result carries no facts; name the file it was computed from: jxplus verify RESULT FILE") == 1
    )
    out.write_text(out.read_text("utf-8").replace('"high": 250000', '"high": 250000.01', 1), "utf-8")
    code, told, _ = jxplus("verify", str(out), str(clients))
    assert code == 1
    assert "六(一) rd-super-deduction high: the result says 250000.01, now 250000" in told
    clients.write_text(clients.read_text("utf-8").replace("2000000", "2000001"), "utf-8")
    code, _, said = jxplus("verify", str(out), str(clients))
    assert code == 1
    assert "the file that is named does not hold the enterprise that it is of" in said


def test_what_was_set_by_hand_stands_in_the_receipt(clients: Path) -> None:
    out = lean(clients, "--set", "cit_rate=15%")
    assert json.loads(out.read_text("utf-8").splitlines()[0])["receipt"]["facts"]["cit_rate"] == 0.15
    assert jxplus("verify", str(out))[:2] == (0, f"{out}: reproduced, 2 results\n")


def test_one_enterprise(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(SHORT), "utf-8")
    code, told, _ = jxplus("calc", str(path), "--lean", "--format", "json")
    assert (code, json.loads(told)["totals"]) == (0, {"low": 250000, "high": 250000})
    (tmp_path / "r.json").write_text(told, "utf-8")
    assert jxplus("verify", str(tmp_path / "r.json"), str(path))[0] == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("calc", "a.json"),
        ("calc", "a.json", "--format", "csv"),
        ("batch", "a.json", "-o", "x.csv"),
        ("batch", "a.json"),
        ("batch", "a.json", "-o", "x.ndjson", "--reach"),
        ("calc", "a.json", "--format", "json", "--explain"),
        ("calc", "a.json", "--format", "json", "--all"),
        ("calc", "a.json", "--format", "json", "--reach", "50%"),
        ("batch", "a.json", "-o", "x.ndjson", "--all"),
    ],
)
def test_usage(arguments: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(SHORT), "utf-8")
    code, told, said = jxplus(*arguments, "--lean", folder=tmp_path)
    assert (code, told) == (2, "")
    assert "--lean" in said
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.json"]
