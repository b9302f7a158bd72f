"""A result as a receipt: what `verify` reproduces, and that nothing altered in it goes unnoticed."""

import json
import os
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from commandline import ended

from jxplus.assessment import assess
from jxplus.document import decode, read_tree
from jxplus.document.jsontree import read_json
from jxplus.enterprise import Enterprise, Reader
from jxplus.policy.store import digest, load_policy
from jxplus.receipt import Verifier, read_result
from jxplus.render.record import Recorder, json_page, json_text

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted(path for path in (ROOT / "examples").iterdir() if path.suffix in (".yaml", ".json"))
POLICY = load_policy()
READER, RECORDER, VERIFIER = Reader(POLICY), Recorder(POLICY), Verifier(POLICY)
OPERATOR = ROOT / "examples" / "platform-operator.yaml"


def enterprise_of(path: Path) -> Enterprise:
    data = path.read_bytes()
    form = "json" if path.suffix == ".json" else "yaml"
    return READER.read(read_tree(decode(data, path.name), path.name, form))._replace(sha256=digest(data))


def result_of(path: Path) -> dict[str, Any]:
    """The object of one example, its figures exact."""
    enterprise = enterprise_of(path)
    text = RECORDER.line(assess(POLICY, enterprise, enterprise.facts["as_of"]))
    found: dict[str, Any] = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    return found


def differences(result: Any) -> list[str]:
    """What differs in a result, one text each."""
    return [each.show("en") for each in VERIFIER.differences(read_result(json_text(result), "result.json"))]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_a_result_is_reproduced(path: Path) -> None:
    """The facts in a result are enough to compute it again, to the letter."""
    result = result_of(path)
    assert differences(result) == []
    assert result["receipt"]["input_sha256"] == digest(path.read_bytes())


def test_a_whole_share_is_reproduced() -> None:
    """100% stands in a receipt as 1, which an enterprise file would be asked about."""
    enterprise = READER.read(read_tree("name: 甲\ncit_rate: 100%\nrd_expensed: 980万\n", "a.yaml"))
    text = RECORDER.line(assess(POLICY, enterprise, date(2016, 6, 30)))
    assert [each.show("en") for each in VERIFIER.differences(read_result(text, "result.json"))] == []


def test_the_facts_are_exact() -> None:
    """The receipt states the facts as a file would: 1.18亿 yuan, 15 %, and none that the file left to its default."""
    facts = result_of(OPERATOR)["receipt"]["facts"]
    assert facts["operating_revenue"] == Decimal(118000000)
    assert facts["cit_rate"] == Decimal("0.15")
    assert facts["as_of"] == "2016-06-30"
    assert facts["premises"][1]["area"] == Decimal("320.5")
    assert facts["listings"] == [{"venue": "neeq"}]
    assert "trainees" not in facts


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_no_altered_amount_goes_unnoticed(path: Path) -> None:
    """One fen more or less, in any amount of any clause, is named with its section."""
    result = result_of(path)
    for index, each in enumerate(result["entitlements"]):
        for end in ("low", "high", "base"):
            if each[end] is not None:
                altered = json.loads(json_text(result), parse_float=Decimal, parse_int=Decimal)
                altered["entitlements"][index][end] += Decimal("0.01")
                (found,) = differences(altered)
                assert found.startswith(f"{each['section']} {each['clause']} {end}: ")
    result["totals"]["high"] += 1
    assert [found.partition(":")[0] for found in differences(result)] == ["totals high"]


@pytest.mark.parametrize(
    ("member", "value", "named"),
    [
        ("jxplus", "0.0.9", "engine version"),
        ("enterprise", "另一家公司", "enterprise"),
        ("currency", "USD", "currency"),
        ("warnings", [], "warnings"),
    ],
)
def test_every_member_counts(member: str, value: Any, named: str) -> None:
    """What stands around the amounts is held against the computation too."""
    result = result_of(ROOT / "examples" / "venture-fund.yaml")
    if member == "warnings":
        value = [{"zh": "假", "en": "made up"}]
    result[member] = value
    assert [found.partition(":")[0] for found in differences(result)] == [named]


def test_a_status_or_a_clause_that_is_gone() -> None:
    """A status that was changed, a clause left out and a clause made up are each named."""
    result = result_of(OPERATOR)
    entitlements = result["entitlements"]
    assert entitlements[3]["clause"] == "neeq-listing"
    entitlements[3]["status"] = "not-met"
    del entitlements[0]
    entitlements.append({**entitlements[-1], "clause": "made-up", "section": "九(一)"})
    named = [found.partition(":")[0] for found in differences(result)]
    assert named == ["三(一) guide-fund-support", "三(三) neeq-listing status", "九(一) made-up"]


def test_the_order_of_the_clauses_counts() -> None:
    """Clauses in another order are named by the first that stands elsewhere, one that stands twice by their number."""
    result = result_of(OPERATOR)
    listed = result["entitlements"]
    one, other = (each["clause"] for each in listed[2:4])
    turned = [*listed[:2], listed[3], listed[2], *listed[4:]]
    assert differences({**result, "entitlements": turned}) == [
        f"the order of the clauses, number 3: the result says {other}, now {one}"
    ]
    assert differences({**result, "entitlements": [*listed, listed[0]]}) == [
        f"the number of the clauses: the result says {len(listed) + 1}, now {len(listed)}"
    ]


def test_a_fact_changed_in_the_receipt_changes_the_amounts() -> None:
    """Facts that do not lead to the amounts are found by the amounts: 0.25 of 50 % of 980万 is 122.5万, not 73.5万."""
    result = result_of(OPERATOR)
    result["receipt"]["facts"]["cit_rate"] = Decimal("0.25")
    assert "六(一) rd-super-deduction low: the result says 735000, now 1225000" in differences(result)


# ---- the command -------------------------------------------------------------------------------------------------


@pytest.fixture
def result(tmp_path: Path) -> Path:
    """The result of an example as `calc --format json` prints it."""
    path = tmp_path / "result.json"
    path.write_text(ended("calc", OPERATOR, "--format", "json").stdout, "utf-8")
    return path


def test_the_result_of_calc(result: Path) -> None:
    """It is reproduced: from itself, against its file, over standard input, and after another program has laid it out anew."""
    for arguments in ((result,), (result, OPERATOR)):
        done = ended("verify", *arguments, "--lang", "en")
        assert (done.stdout, done.stderr, done.returncode) == (f"{result}: reproduced\n", "", 0)
    text = json.dumps(json.loads(result.read_text("utf-8")), indent=8)
    done = ended("verify", "-", "--lang", "zh", said=text)
    assert (done.stdout, done.returncode) == ("-: 重算一致\n", 0)


def test_a_figure_is_no_text(tmp_path: Path) -> None:
    """An amount in quotes is not what the contract says; a name of digits is not another with the same value."""
    told = result_of(OPERATOR)
    for amount in ("3000000", "3_000_000", "３００００００", "+3000000"):
        entitlements = [
            {**each, "low": amount if each["clause"] == "platform-grant" else each["low"]}
            for each in told["entitlements"]
        ]
        (found,) = differences({**told, "entitlements": entitlements})
        assert found.startswith(f'四(三) platform-grant low: the result says "{amount}", now ')
    text = RECORDER.line(assess(POLICY, READER.read(read_tree('name: "0012"', "f")), date(2016, 6, 30)))
    assert differences(json.loads(text, parse_float=Decimal)) == []
    other = json.loads(text.replace('"enterprise": "0012"', '"enterprise": "12"'), parse_float=Decimal)
    assert differences(other) == ["enterprise: the result says 12, now 0012"]


def test_lines_may_stand_after_blank_ones(tmp_path: Path) -> None:
    line = RECORDER.line(assess(POLICY, enterprise_of(OPERATOR), date(2016, 6, 30)))
    done = ended("verify", "-", "--lang", "en", said=f"\n \n{line}\n\n{line}\n")
    assert (done.stdout, done.returncode) == ("-: reproduced, 2 results\n", 0)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no bash")
def test_a_difference_counts_though_nobody_reads_on(tmp_path: Path) -> None:
    """Into a pipe that is closed: the exit code still says that a result differs."""
    line = RECORDER.line(assess(POLICY, enterprise_of(OPERATOR), date(2016, 6, 30)))
    (tmp_path / "many.ndjson").write_text(f"{line.replace('3000000', '3000001')}\n" * 500, encoding="utf-8")
    command = f"{sys.executable} -m jxplus verify many.ndjson | head -1; exit ${{PIPESTATUS[0]}}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, env=environment, check=False, capture_output=True)
    assert done.returncode == 1


def test_readings_and_facts_set_by_hand(tmp_path: Path) -> None:
    """What the command line chose stands in the receipt, so the file agrees although it states another rate."""
    chosen = ("--set", "cit_rate=20%", "--reading", "revenue-milestone=stack", "--as-of", "2017-01-01", "--explain")
    text = ended("calc", OPERATOR, "--format", "json", *chosen).stdout
    receipt = json.loads(text)["receipt"]
    assert receipt["set"] == ["cit_rate", "as_of"]
    assert receipt["readings"] == {"revenue-milestone": "stack"}
    done = ended("verify", "-", OPERATOR, said=text)
    assert (done.stderr, done.returncode) == ("", 0)
    altered = text.replace('"figures": "50% * 980万元"', '"figures": "50% * 981万元"')
    assert altered != text
    assert ended("verify", "-", said=altered).returncode == 1


def test_what_is_within_reach_is_computed_again() -> None:
    """A gap that was altered is found, under the nearness that the command line chose; taken out, it is vouched for by nothing."""
    text = ended("calc", ROOT / "examples" / "manufacturer.yaml", "--format", "json", "--reach", "35%").stdout
    result = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    assert result["receipt"]["reach"] == Decimal("0.35")
    assert result["within_reach"]
    assert differences(result) == []
    del result["within_reach"][0]
    assert [found.partition(":")[0] for found in differences(result)] == ["within reach"]
    del result["receipt"]["reach"]
    assert [found.partition(":")[0] for found in differences(result)] == ["within reach"]


def test_another_file_is_named(result: Path, tmp_path: Path) -> None:
    """A file with another revenue has another SHA-256, and the fact is named; a new comment changes the SHA-256 alone."""
    other = tmp_path / "other.yaml"
    other.write_text(OPERATOR.read_text("utf-8").replace("1.18亿\n", "1.28亿\n"), "utf-8")
    done = ended("verify", result, other, "--lang", "en")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert [line.partition(": the result says ")[0] for line in lines] == [
        f"{result}:1: input SHA-256",
        f"{result}:1: fact operating_revenue",
    ]
    assert lines[1].endswith("the result says 118000000, now 128000000")
    other.write_text("# mine\n" + OPERATOR.read_text("utf-8"), "utf-8")
    assert len(ended("verify", result, other).stdout.splitlines()) == 1


def test_another_policy_is_named(result: Path, tmp_path: Path) -> None:
    """A policy file that pays 60万 where it was 50万: its SHA-256 is named, and each amount that it changes."""
    policies = tmp_path / "policies.yaml"
    text = (ROOT / "policies.yaml").read_text("utf-8")
    policies.write_text(text.replace("    pays: 50万元\n", "    pays: 60万元\n", 1), "utf-8")
    done = ended("verify", result, "--policies", policies, "--lang", "en")
    assert done.returncode == 1
    assert f"{result}:1: policy sha256: " in done.stdout
    assert "三(三) neeq-listing low: the result says 500000, now 600000" in done.stdout


def test_lines_of_results(tmp_path: Path) -> None:
    """Each line is a result: one that was altered is named by its line, and the others are verified all the same."""
    source, results = tmp_path / "enterprises.ndjson", tmp_path / "results.ndjson"
    lines = [json_text({"企业名称": f"丰城测试{n}公司", "“互联网+”企业": "是", "投资额": f"{n}万"}) for n in range(3)]
    source.write_text("\n".join(lines) + "\n", "utf-8")
    made = []
    for line in lines:
        enterprise = READER.read(read_json(line, ""))._replace(sha256=digest(line.encode()), source=line.encode())
        made.append(RECORDER.line(assess(POLICY, enterprise, READER.value("as_of", "2016-06-30")[1])))
    results.write_text("\n".join(made) + "\n", "utf-8")
    done = ended("verify", results, source, "--lang", "en")
    assert (done.stdout, done.returncode) == (f"{results}: reproduced, 3 results\n", 0)
    made[1] = made[1].replace('"unquantified"', '"entitled"', 1)
    results.write_text("\n".join([*made, "{not json"]) + "\n", "utf-8")
    done = ended("verify", results, source, "--lang", "en")
    assert done.returncode == 1
    assert done.stdout.startswith(f"{results}:2: 三(一) guide-fund-support status: ")
    assert f"{results}:4:" in done.stderr
    assert done.stdout.endswith("2 of 4 differ\n")
    source.write_text("\n".join(lines[:2]) + "\n", "utf-8")
    results.write_text("\n".join(made[2:]) + "\n", "utf-8")
    assert "input SHA-256" in ended("verify", results, source, "--lang", "en").stdout


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("name: 丰城测试公司\n", "not valid JSON"),
        ("{}\n", "it carries no receipt"),
        ("[1, 2]\n", "it carries no receipt"),
        ('{"receipt": {"facts": {}}}\n', "name: not stated"),
        ('{"receipt": {"facts": {"name": "a", "revenue": 1}}}\n', "unknown fact 'revenue'"),
        ('{"receipt": {"facts": {"name": "a", "trainees": -1}}}\n', "trainees: '-1' is negative"),
        ('{"receipt": {"facts": {"name": "a"}}}\n', "as_of: it has no day"),
        ('{"as_of": "2016-06-30", "receipt": {"facts": {"name": "a"}, "readings": {"x": "y"}}}\n', "no reading x=y"),
        ('{"receipt": {"facts": {"name": "a"}}, "receipt": {}}\n', "stated twice"),
        ("", "not valid JSON"),
    ],
)
def test_what_is_no_result_is_refused(text: str, wrong: str) -> None:
    """Refused clearly, never with a traceback."""
    done = ended("verify", "-", "--lang", "en", said=text)
    assert done.returncode == 1
    assert wrong in done.stderr
    assert "Traceback" not in done.stderr


def test_a_result_that_is_not_there() -> None:
    done = ended("verify", "absent.json", "--lang", "en")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("absent.json:1:1: cannot be read")


def test_json_over_several_lines_is_the_same_json() -> None:
    """Law: `json_page` only lays out what `json_text` writes."""
    value = result_of(OPERATOR)
    assert json.loads(json_page(value)) == json.loads(json_text(value))


def test_what_carries_no_facts_is_named_with_what_does(tmp_path: Path) -> None:
    """A table of amounts, or an enterprise file, is no result to compute again; a table is no input to compare with."""
    (tmp_path / "r.csv").write_text("enterprise,low\na,1\n")
    (tmp_path / "a.yaml").write_text("name: a\n")
    (tmp_path / "t.csv").write_text("id,name\n1,a\n")
    assert ended("calc", "a.yaml", "-o", "r.json", folder=tmp_path).returncode == 0
    for words, said in (
        (("r.csv",), "r.csv:1:1: it is no JSON, and carries no facts; verify what calc -o result.json"),
        (("a.yaml",), "a.yaml:1:1: it is no JSON, and carries no facts; verify what calc -o result.json"),
        (("r.json", "t.csv"), "t.csv:1:1: it is a table or a workbook; an enterprise file or NDJSON is wanted"),
    ):
        done = ended("verify", *words, folder=tmp_path)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith(said)
