"""Who gains and who loses when a plan is replaced: three enterprises worked by hand to the fen, and how intervals are compared.

The plan of tests/small.yaml pays the fees less the enterprise's own share of them (20% where it states none) to a local
enterprise that was granted more than 3 patents.
"""

import csv
import io
import json
from pathlib import Path

import pytest
from commandline import invoked
from typer.testing import Result

ROOT = Path(__file__).resolve().parents[2]
SMALL = (ROOT / "tests" / "small.yaml").read_text("utf-8")
THREE = """\
{"name": "甲", "as_of": "2021-01-01", "local": true, "granted": 4, "fees": "12345.67", "own_share": "25%"}
{"name": "乙", "as_of": "2021-01-01", "local": true, "granted": 6, "fees": "100.01"}
{"name": "丙", "as_of": "2021-01-01", "local": true, "granted": 2, "fees": "500"}
"""


def run(*arguments: str) -> Result:
    return invoked("diff", *arguments)


def plans(tmp_path: Path, *changed: tuple[str, str], base: str = SMALL) -> list[str]:
    """The files of a plan and of a copy of it with some texts replaced."""
    text = base
    for old, new in changed:
        assert old in text, old
        text = text.replace(old, new, 1)
    for name, each in (("old", base), ("new", text)):
        (tmp_path / f"{name}.yaml").write_text(each, "utf-8")
    return [str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml")]


def effect(tmp_path: Path, files: list[str], lines: str, *more: str) -> dict[str, object]:
    """The member `effect` of the JSON object."""
    source = tmp_path / "clients.ndjson"
    source.write_text(lines, "utf-8")
    result = run(*files, str(source), "--format", "json", *more)
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout, parse_float=str)["effect"]
    assert isinstance(found, dict)
    return found


MORE = (("granted > 3", "granted > 5"), ("fees - fees * own_share", "fees - fees * own_share + 1000元"))


def test_three_enterprises_in_fen(tmp_path: Path) -> None:
    """More than 5 patents are asked for instead of 3, and 1,000 yuan are paid on top.

    甲 had 12345.67 x 75% = 9259.2525, 9259.25 yuan, and with 4 patents has nothing. 乙 had 100.01 x 80% = 80.008, 80.01
    yuan, and has 1080.008, 1080.01. 丙 has nothing under either. In all 9339.26 become 1080.01: 8259.25 less.
    """
    found = effect(tmp_path, plans(tmp_path, *MORE), THREE)
    counts = [found[key] for key in ("compared", "gains", "loses", "either", "unchanged")]
    assert counts == [3, 1, 1, 0, 1]
    in_all = {
        "old": {"low": "9339.26", "high": "9339.26"},
        "new": {"low": "1080.01", "high": "1080.01"},
        "change": {"low": "-8259.25", "high": "-8259.25"},
    }
    totals = found["totals"]
    assert totals == {
        **in_all,
        "by_nature": {"grant": in_all},
        "by_payer": [{"payer": {"zh": "市财政", "en": "city finance"}, **in_all}],
    }
    assert [(each["enterprise"], each["difference"]["low"]) for each in found["gaining"]] == [("乙", 1000)]
    assert [(each["enterprise"], each["difference"]["low"]) for each in found["losing"]] == [("甲", "-9259.25")]


def test_the_rows_of_a_file(tmp_path: Path) -> None:
    """Who stays the same is left out, and is there with --all; JSON has the same enterprises in its object."""
    files = plans(tmp_path, *MORE)
    (tmp_path / "clients.ndjson").write_text(THREE, "utf-8")
    out = tmp_path / "changes.csv"
    result = run(*files, str(tmp_path / "clients.ndjson"), "-o", str(out))
    assert result.exit_code == 0, result.output
    assert "1 gain, 1 lose, 1 unchanged" in result.stdout
    assert "name" not in out.read_text("utf-8").splitlines()[0].split(",")  # nobody is known by an id
    rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8"))))
    assert [(row["enterprise"], row["change_low"], row["change"]) for row in rows] == [
        ("甲", "-9259.25", "loses"),
        ("乙", "1000", "gains"),
    ]
    every = run(*files, str(tmp_path / "clients.ndjson"), "--format", "csv", "--all").stdout
    assert [row["change"] for row in csv.DictReader(io.StringIO(every))] == ["loses", "gains", "unchanged"]
    result = run(*files, str(tmp_path / "clients.ndjson"), "-o", str(tmp_path / "changes.json"))
    assert result.exit_code == 0
    whole = json.loads((tmp_path / "changes.json").read_text("utf-8"))
    assert [each["enterprise"] for each in whole["enterprises"]] == ["甲", "乙"]
    assert whole["effect"]["compared"] == 3


def test_another_payer_takes_over(tmp_path: Path) -> None:
    """Nothing changes in all; one payer loses what the other takes over, both ends of it."""
    found = effect(tmp_path, plans(tmp_path, ("{zh: 市财政, en: city finance}", "{zh: 区财政, en: district}")), THREE)
    assert [found[key] for key in ("gains", "loses", "unchanged")] == [0, 0, 3]
    totals = found["totals"]
    assert isinstance(totals, dict)
    assert totals["change"] == {"low": 0, "high": 0}
    assert {each["payer"]["en"]: each["change"] for each in totals["by_payer"]} == {
        "city finance": {"low": "-9339.26", "high": "-9339.26"},
        "district": {"low": "9339.26", "high": "9339.26"},
    }


READ = SMALL.replace(
    "    pays: fees - fees * own_share\n",
    "    readings:\n      a: {zh: 甲, en: a, pays: 100元}\n      b: {zh: 乙, en: b, pays: 200元}\n",
)


@pytest.mark.parametrize(
    ("changed", "chosen", "change", "how"),
    [
        # Under a it loses 50 yuan, under b it gains 100: either way.
        pytest.param((("100元", "50元"), ("200元", "300元")), (), (-50, 100), "either", id="each reading with itself"),
        pytest.param((("100元", "50元"), ("200元", "300元")), ("a",), (-50, -50), "loses", id="one reading chosen"),
        # The readings change amounts: from 100 to 200 yuan both plans, and still whoever reads a gains 100.
        pytest.param(
            (("100元", "9元"), ("200元", "100元"), ("9元", "200元")), (), (-100, 100), "either", id="exchanged"
        ),
        # Reading b is gone, and what is left pays 100: against a nothing, against b 100 less.
        pytest.param(
            (("      b: {zh: 乙, en: b, pays: 200元}\n", "      c: {zh: 丙, en: c, pays: 100元}\n"),),
            (),
            (-100, 0),
            "loses",
            id="another reading",
        ),
    ],
)
def test_readings_are_held_against_themselves(
    changed: tuple[tuple[str, str], ...], chosen: tuple[str, ...], change: tuple[int, int], how: str, tmp_path: Path
) -> None:
    """The change of an enterprise, and of all, is the least and the most that the readings give."""
    options = [part for each in chosen for part in ("--reading", f"patent-award={each}")]
    found = effect(tmp_path, plans(tmp_path, *changed, base=READ), THREE.splitlines()[1] + "\n", *options)
    assert found[how] == 1
    totals = found["totals"]
    assert isinstance(totals, dict)
    assert totals["change"] == {"low": change[0], "high": change[1]}


def test_who_is_refused_by_one_plan(tmp_path: Path) -> None:
    """甲's fees are more than the new plan takes; it is counted, named on standard error, and left out of the sums."""
    files = plans(tmp_path, ("below: 1亿元", "below: 1万元"))
    source = tmp_path / "clients.ndjson"
    source.write_text(THREE, "utf-8")
    result = run(*files, str(source), "--format", "json")
    assert result.exit_code == 1
    found = json.loads(result.stdout, parse_float=str)["effect"]
    assert (found["compared"], found["refused"]) == (2, {"both": 0, "old": 0, "new": 1})
    assert f"{source}:1:" in result.stderr
    assert found["totals"]["old"] == {"low": "80.01", "high": "80.01"}


def test_a_fact_of_one_plan_alone_is_read_by_both(tmp_path: Path) -> None:
    """The new plan asks for exports: a file that states them is computed by the old plan as well, which makes nothing of them.

    乙 exports and keeps its 80.01 yuan; 甲 states none, is undecided, and loses what it had.
    """
    fact = "  exports: {type: cost, zh: 出口额, en: Exports}\n"
    files = plans(tmp_path, ("  granted:", f"{fact}  granted:"), ("granted > 3", "granted > 3 and exports > 0元"))
    lines = THREE.replace('"fees": "100.01"', '"fees": "100.01", "exports": "1"')
    found = effect(tmp_path, files, lines)
    assert [found[key] for key in ("compared", "gains", "loses", "unchanged")] == [3, 0, 1, 2]
    assert found["undecided"] == 1  # 丙 has too few patents to be asked for exports


def test_a_wrong_command_line(tmp_path: Path) -> None:
    files = plans(tmp_path, *MORE)
    for arguments in (["-o", "x.csv"], ["--as-of", "2021-01-01"], [str(tmp_path), "-o", "x.xlsx"], ["-"]):
        assert run(*files, *arguments).exit_code == 2, arguments
    assert run(*files, str(tmp_path), "-o", files[1]).exit_code == 2


def test_the_same_plan_changes_nothing(tmp_path: Path) -> None:
    found = effect(tmp_path, plans(tmp_path), THREE)
    assert [found[key] for key in ("gains", "loses", "unchanged")] == [0, 0, 3]


RULED = (
    SMALL.replace("    pays: fees - fees * own_share\n", "    pays: fees\n")
    + """\
  fee-award:
    section: 一(二)
    title: {zh: 费用奖励, en: Award for fees}
    nature: grant
    basis: annual
    payer: {zh: 省财政, en: province}
    lead: 市科技局
    when: fees > 0元
    pays: 80元
rules:
  together:
    section: 一(三)
    title: {zh: 合计不超过150元, en: at most 150 yuan}
    sum of: [patent-award, fee-award]
    at most: 150元
"""
)


def test_amounts_after_rules(tmp_path: Path) -> None:
    """乙 has 100.01 for its patents and 80 for its fees, 150 under the rule; 170 where that lets it: 20 more.

    甲 states 12345.67 and has what the rule lets it, 150 and then 170. 丙 has 80 for its fees alone, under either.
    """
    found = effect(tmp_path, plans(tmp_path, ("at most: 150元", "at most: 170元"), base=RULED), THREE)
    assert [found[key] for key in ("gains", "loses", "either", "unchanged")] == [2, 0, 0, 1]
    totals = found["totals"]
    assert isinstance(totals, dict)
    assert totals["old"] == {"low": 380, "high": 380}
    assert totals["new"] == {"low": 420, "high": 420}
    assert totals["change"] == {"low": 40, "high": 40}


def test_the_enterprise_that_shows_a_rule(tmp_path: Path) -> None:
    """Whoever has more than 150 yuan of both has more by the new plan; the file says how much."""
    files = plans(tmp_path, ("at most: 150元", "at most: 170元"), base=RULED)
    result = run(*files, "--witness", str(tmp_path / "shown"), "--format", "json")
    assert result.exit_code == 0, result.output
    (rule,) = json.loads(result.stdout, parse_float=str)["rules"]
    assert (rule["rule"], rule["change"], rule["shown"]) == ("together", "changed", "shown")
    assert rule["witness"]["old"]["totals"] == {"low": 150, "high": 150}
    assert rule["witness"]["new"]["totals"] == {"low": 170, "high": 170}
    (file,) = (tmp_path / "shown").iterdir()
    for plan, high in zip(files, (150, 170), strict=True):
        calculated = invoked("calc", file, "--policies", plan, "--format", "json")
        assert json.loads(calculated.stdout)["totals"]["high"] == high


def test_several_plans_of_a_folder(tmp_path: Path) -> None:
    """A folder is its plans together; a clause is called by its plan, and the commands of a file name each."""
    other = SMALL.replace("小方案〔2020〕1号", "二号").replace("currency: CNY", "currency: CNY\n  alias: second")
    for name, fees in (("old", "fees - fees * own_share"), ("new", "fees")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "first.yaml").write_text(SMALL, "utf-8")
        (tmp_path / name / "second.yaml").write_text(other.replace("fees - fees * own_share", fees), "utf-8")
    result = run(str(tmp_path / "old"), str(tmp_path / "new"), "--witness", str(tmp_path / "shown"), "--format", "json")
    assert result.exit_code == 0, result.output
    (clause,) = json.loads(result.stdout)["clauses"]
    assert (clause["clause"], clause["shown"]) == ("second:patent-award", "shown")
    (file,) = (tmp_path / "shown").iterdir()
    commands = [line for line in file.read_text("utf-8").splitlines() if line.startswith("# jxplus calc ")]
    assert [line.count(" --policies ") for line in commands] == [2, 2]


def test_what_is_a_fact_of_one_plan_and_a_list_of_the_other(tmp_path: Path) -> None:
    """The new plan counts the patents that a file lists, where the old one took their number: no file states both.

    Each enterprise is refused by the one or the other; and what shows the clause is a file that the old plan refuses.
    """
    listed = "lists:\n  granted:\n    zh: 授权专利\n    en: Patents\n    facts:\n      own: {type: bool, zh: 自有, en: Own}\n"
    files = plans(
        tmp_path,
        ("  granted: {type: patents, zh: 授权专利数, en: Patents granted}\n", ""),
        ("lists: {}\n", listed),
        ("local and granted > 3", "local and count of granted > 3"),
    )
    source = tmp_path / "clients.ndjson"
    source.write_text(THREE, "utf-8")
    result = run(*files, str(source), "--format", "json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert found["effect"]["refused"] == {"both": 0, "old": 0, "new": 3}
    assert [each["shown"] for each in found["clauses"]] == ["shown"]


def test_a_list_of_one_plan_alone(tmp_path: Path) -> None:
    """The plan that ships asks for listings and their days, the small one does not: its files are read by both."""
    result = run(
        str(ROOT / "policies.yaml"), str(ROOT / "tests" / "small.yaml"), str(ROOT / "examples" / "manufacturer.yaml")
    )
    assert result.exit_code == 0, result.output
    assert "1 computed by both plans: 0 gain, 1 lose, 0 unchanged" in result.stdout


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
def test_no_figure_is_cut_however_narrow(columns: int) -> None:
    """丙 has up to 50% of 3,000,000 yuan, at most 1,000,000; and 乙's 2590.01 yuan stand whole on any width."""
    folder = ROOT / "tests" / "diff"
    files = [str(folder / name) for name in ("award-2020.yaml", "award-2023.yaml", "clients.ndjson")]
    result = invoked("diff", *files, columns=columns, code=1)
    page = result.stdout.partition("\nEnterprises\n")[2]
    for figure in ("1,009,339.26", "802,590.01", "-206,749.25", "2,590.01"):
        assert figure in page, (columns, page)
    assert "…" not in page
