"""What changes when a plan is replaced: one change at a time in a copy of policies.yaml, told in both languages."""

import json
import re
from pathlib import Path

import pytest
from commandline import invoked
from typer.testing import Result

from jxplus.comparison import compare
from jxplus.policy.store import load_policy

ROOT = Path(__file__).resolve().parents[2]
POLICY = str(ROOT / "policies.yaml")
TEXT = (ROOT / "policies.yaml").read_text("utf-8")


def copy(tmp_path: Path, *changed: tuple[str, str]) -> str:
    """A copy of the plan with some texts of it replaced, each of which stands in it."""
    text = TEXT
    for old, new in changed:
        assert old in text, old
        text = text.replace(old, new, 1)
    path = tmp_path / "new.yaml"
    path.write_text(text, "utf-8")
    return str(path)


def run(*arguments: str) -> Result:
    """What the command prints at 200 columns, in an English locale."""
    return invoked("diff", *arguments, columns=200)


def told(page: str) -> list[str]:
    """The lines of a page, without blanks between columns."""
    lines = [re.sub(r"\s+", " ", line).strip() for line in page.splitlines()]
    return [line for line in lines if line]


# From which text to which, and what is said of it in English and in Chinese below the name of the clause.
CHANGES = [
    pytest.param(
        ("rd_investment > 1000万元 and", "rd_investment > 2000万元 and"),
        ["when 10,000,000 yuan → 20,000,000 yuan (it was: R&D investment of the year > 10,000,000 yuan)"],
        ["条件 1000万元 → 2000万元（原为 年研发投入 > 1000万元）"],
        id="a figure of a condition",
    ),
    pytest.param(
        ("when: telecom_operator", "when: telecom_operator and internet_plus"),
        ["when now asked for too: Internet+ enterprise"],
        ["条件 增加要求：“互联网+”企业"],
        id="a condition more",
    ),
    pytest.param(
        ("      to: 2017-12-31", "      to: 2018-12-31"),
        ["in force from 2015-09-01 to 2017-12-31 → from 2015-09-01 to 2018-12-31"],
        ["执行期 2015-09-01 至 2017-12-31 → 2015-09-01 至 2018-12-31"],
        id="a day",
    ),
    pytest.param(
        ("title: {zh: 电信普遍服务补偿,", "title: {zh: 普遍服务补偿,"),
        ["title 电信普遍服务补偿 → 普遍服务补偿"],
        ["事项 电信普遍服务补偿 → 普遍服务补偿"],
        id="a title",
    ),
    pytest.param(
        ("payer: {zh: 按国家统一部署, en: as the state arranges}", "payer: {zh: 县财政, en: the county}"),
        ["paid by as the state arranges → the county"],
        ["出资方 按国家统一部署 → 县财政"],
        id="a payer",
    ),
    pytest.param(
        ("    base: 50% * rd_expensed\n", "    base: 75% * rd_expensed\n"),
        ["base 50% → 75% (it was: 50% × R&D cost expensed in the year, no intangible asset formed)"],
        ["基数 50% → 75%（原为 50% × 费用化研发费用）"],
        id="a figure of a base, once",
    ),
]


@pytest.mark.parametrize(("changed", "english", "chinese"), CHANGES)
def test_a_change_of_a_clause_in_words(
    changed: tuple[str, str], english: list[str], chinese: list[str], tmp_path: Path
) -> None:
    """A clause that changed is named, and under it what changed in it and nothing else."""
    new = copy(tmp_path, changed)
    names = 2 if "2017" in changed[0] else 1  # two clauses have the same days
    for lang, wanted in (("en", english), ("zh", chinese)):
        result = run(POLICY, new, "--lang", lang)
        assert result.exit_code == 0, result.output
        lines = told(result.stdout)
        assert sum(line.startswith(("~ ", "+ ", "- ")) for line in lines) == names
        assert [line for line in wanted if line in lines] == wanted, lines


def test_layout_comments_and_other_ways_to_write_a_figure_say_nothing(tmp_path: Path) -> None:
    """1000万元 is 0.1亿元; a comment is none of the plan. What differs of the files alone is said on standard error."""
    new = copy(
        tmp_path,
        ("rd_investment > 1000万元 and", "# said otherwise\n      rd_investment > 0.1亿元 and"),
    )
    Path(new).write_text(Path(new).read_text("utf-8").replace("# said otherwise\n", "\n"), "utf-8")
    result = run(POLICY, new)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "the two files say the same: nothing differs that is computed or shown\n"


def test_a_plan_against_itself_says_nothing() -> None:
    result = run(POLICY, POLICY)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


def test_a_clause_that_went_and_one_that_came(tmp_path: Path) -> None:
    """Under another id it is another clause: the one went, the other came with what it asks for and pays."""
    result = run(POLICY, copy(tmp_path, ("  hq-settlement:", "  hq-award:"), ("up to: 500万元", "up to: 600万元")))
    assert "up to 6,000,000 yuan" in told(result.stdout)
    found = compare(load_policy(POLICY), load_policy(str(tmp_path / "new.yaml"))).clauses
    assert {(each.one.id, each.change) for each in found} == {("hq-settlement", "went"), ("hq-award", "came")}
    assert told(result.stdout)[-1] == "clauses: 1 came, 1 went, 0 changed, 33 as before"


def test_a_clause_that_takes_anothers_place_is_compared_with_it(tmp_path: Path) -> None:
    """`replaces: jx43:hq-settlement` says whose place it takes, under whichever id."""
    new = copy(
        tmp_path,
        ("alias: jx43", "alias: jx50"),
        ("  hq-settlement:\n", "  hq-award:\n    replaces: jx43:hq-settlement\n    in force: {from: 2016-01-01}\n"),
        ("up to: 500万元", "up to: 600万元"),
    )
    (found,) = compare(load_policy(POLICY), load_policy(new)).clauses
    assert (found.old and found.old.id, found.new and found.new.id) == ("hq-settlement", "hq-award")
    assert {each.what for each in found.changes} == {"clause", "in force", "up to"}


def test_facts_that_changed(tmp_path: Path) -> None:
    """A bound of a type is that of all its facts, told once; a default is the fact's own."""
    new = copy(
        tmp_path,
        ("months: {unit: 月, decimals: 0, below: 1200月}", "months: {unit: 月, decimals: 0, below: 600月}"),
        ("default: 25%", "default: 20%"),
    )
    lines = told(run(POLICY, new, "--lang", "en").stdout)
    assert "~ months (2 facts): premises[].months, premises[].months_used" in lines
    assert "largest 1199月 → 599月" in lines
    assert "default 25% → 20%" in lines


def test_json_and_csv(tmp_path: Path) -> None:
    """The same in every language: keys of the policy file, formulas as it writes them."""
    new = copy(tmp_path, ("rd_investment > 1000万元 and", "rd_investment > 2000万元 and"))
    (clause,) = json.loads(run(POLICY, new, "--format", "json").stdout)["clauses"]
    assert (clause["clause"], clause["section"], clause["change"]) == ("rd-post-subsidy", "六(一)", "changed")
    (change,) = clause["changes"]
    assert change["what"] == "when"
    assert change["figures"] == [{"old": "1000万元", "new": "2000万元"}]
    _, row = run(POLICY, new, "--format", "csv").stdout.splitlines()
    assert row.startswith("clause,rd-post-subsidy,六(一),changed,when,,rd_investment > 1000万元 and")


def test_a_plan_that_is_refused_and_a_wrong_command_line(tmp_path: Path) -> None:
    new = copy(tmp_path, ("when: telecom_operator", "when: telecom_oprator"))
    result = run(POLICY, new)
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"{new}:" in result.stderr
    assert run(POLICY, new, "--format", "xml").exit_code == 2
    assert run(POLICY).exit_code == 2


# ---- the smallest enterprise that shows a change -------------------------------------------------------------------------


def shown(tmp_path: Path, *changed: tuple[str, str]) -> dict[str, str]:
    """The files of the enterprises that show these changes, by the name of what changed."""
    folder = tmp_path / "shown"
    result = run(POLICY, copy(tmp_path, *changed), "--witness", str(folder), "--format", "json")
    assert result.exit_code == 0, result.output
    return {path.stem: path.read_text("utf-8") for path in folder.iterdir()}


def paid(tmp_path: Path, text: str, clause: str) -> list[tuple[str, float | None]]:
    """What `jxplus calc` makes of a file for one clause, by the old plan and by the new."""
    file = tmp_path / "enterprise.yaml"
    file.write_text(text, "utf-8")
    found = []
    for plan in (POLICY, str(tmp_path / "new.yaml")):
        result = invoked("calc", file, "--policies", plan, "--format", "json")
        if result.exit_code:
            found.append(("refused", None))
            continue
        outcomes = [each for each in json.loads(result.stdout)["entitlements"] if each["clause"] == clause]
        found.append((outcomes[0]["status"], outcomes[0]["high"]) if outcomes else ("no such clause", None))
    return found


def test_an_enterprise_between_the_old_figure_and_the_new(tmp_path: Path) -> None:
    """Investment of 1000万元 is enough, and under the new plan 2000万元 is asked for: one between them shows it."""
    files = shown(tmp_path, ("big_data and investment >= 1000万元", "big_data and investment >= 2000万元"))
    (text,) = files.values()
    assert re.search(r"(?m)^investment: 1[0-9]{7}(\.[0-9]+)?$", text), text
    assert paid(tmp_path, text, "big-data-investment") == [("unquantified", None), ("not-met", None)]


def test_an_enterprise_for_a_day(tmp_path: Path) -> None:
    """The deduction ends on 2017-12-31, or a year later: on a day between these it is paid by the new plan alone."""
    text = shown(tmp_path, ("      to: 2017-12-31", "      to: 2018-12-31"))["clause-rd-super-deduction"]
    (day,) = re.findall(r"(?m)^as_of: (.*)$", text)
    assert "2018-01-01" <= day <= "2018-12-31"
    (old, _), (new, high) = paid(tmp_path, text, "rd-super-deduction")
    assert (old, new) == ("not-in-force", "entitled")
    assert high is not None
    assert high > 0


def test_an_enterprise_for_a_clause_that_went_and_one_that_came(tmp_path: Path) -> None:
    """Whoever is paid up to 500万元 by the one is paid up to 600万元 by the other, which the other plan does not have."""
    files = shown(tmp_path, ("  hq-settlement:", "  hq-award:"), ("up to: 500万元", "up to: 600万元"))
    assert paid(tmp_path, files["clause-hq-settlement"], "hq-settlement") == [
        ("entitled", 5000000),
        ("no such clause", None),
    ]
    assert paid(tmp_path, files["clause-hq-award"], "hq-award") == [("no such clause", None), ("entitled", 6000000)]


def test_an_enterprise_for_the_bound_of_a_fact(tmp_path: Path) -> None:
    """Months are below 1200, or below 600: 1199 of them are taken by the old plan alone."""
    new = "months: {unit: 月, decimals: 0, below: 600月}"
    files = shown(tmp_path, ("months: {unit: 月, decimals: 0, below: 1200月}", new))
    assert set(files) == {"fact-premises.months", "fact-premises.months_used"}
    assert "months: 1199" in files["fact-premises.months"]
    (old, _), (new, _) = paid(tmp_path, files["fact-premises.months"], "park-rent-subsidy")
    assert old != "refused"
    assert new == "refused"


def test_words_change_no_amount_and_what_is_equal_everywhere_is_proved(tmp_path: Path) -> None:
    """Money is never negative: > 0 and != 0 say the same of it. A title pays nothing."""
    new = copy(tmp_path, ("when: rd_expensed > 0元", "when: rd_expensed != 0元"), ("zh: 电信普遍服务补偿", "zh: 补偿"))
    clauses = json.loads(run(POLICY, new, "--format", "json").stdout)["clauses"]
    assert {each["clause"]: (each["shown"], each["witness"]) for each in clauses} == {
        "telecom-universal-service": ("words", None),
        "rd-super-deduction": ("proved", None),
    }
    page = run(POLICY, new).stdout
    assert "only words: it changes no amount" in page
    assert "the same everywhere, which is proved: it changes no amount" in page


def test_a_fact_that_one_plan_does_not_know(tmp_path: Path) -> None:
    """A file that states it is taken by the new plan and refused by the old."""
    fact = "  exports:\n    type: money\n    zh: 出口额\n    en: Exports\n  trainees:\n"
    files = shown(tmp_path, ("  trainees:\n", fact), ("when: telecom_operator", "when: exports > 0元"))
    assert paid(tmp_path, files["fact-exports"], "telecom-universal-service")[0] == ("refused", None)
    assert paid(tmp_path, files["fact-exports"], "telecom-universal-service")[1] != ("refused", None)
