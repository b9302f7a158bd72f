"""The template of an enterprise file: what it asks for, what it looks like when filled in, and what it never overwrites."""

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
import yaml
from commandline import ended
from hypothesis import example, given
from hypothesis import strategies as st

from jxplus.document import comments, read_tree
from jxplus.enterprise import Reader
from jxplus.enterprise.questions import sections
from jxplus.enterprise.template import Written, fill, filled, scalar, template
from jxplus.policy import Fact, FactList
from jxplus.policy.file import read_policy
from jxplus.policy.store import load_policy

ROOT = Path(__file__).resolve().parents[2]
POLICY = load_policy()
READER = Reader(POLICY)


PLANS = sorted((Path(__file__).resolve().parents[2] / "examples" / "plans").glob("*.yaml"))


def names_of(text: str) -> list[str]:
    """The facts and lists that a template has a line for, by the names it uses."""
    return list(read_tree(text, "").value)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_template_has_every_fact_and_states_none(lang: str) -> None:
    """Every fact and list is there under its name in that language, blank, which is unknown; only the name is missing."""
    text = template(POLICY, lang)
    entries: list[Fact | FactList] = [*POLICY.facts.values(), *POLICY.lists.values()]
    assert names_of(text) == [each.label.zh if lang == "zh" else each.id for each in entries]
    named = fill(text, POLICY, lang, {"name": "丰城测试公司"})
    assert READER.read(read_tree(named, "")).facts == {"name": "丰城测试公司"}
    for listed in POLICY.lists.values():
        for fact in listed.facts.values():
            assert f"{fact.label.zh if lang == 'zh' else fact.id}:" in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_items_shown_are_right_once_their_marks_are_gone(lang: str) -> None:
    """Whoever takes the # away and writes values behind the colons has a right list."""
    wanted = {"venue": "neeq", "subsidised": "no", "date": "2016-05-04"}
    lines = []
    for line in template(POLICY, lang, POLICY.in_section("三(三)")).splitlines():
        bare = line.removeprefix("#") if line.startswith(("#  - ", "#    ")) else line
        key = bare.partition(":")[0].strip(" -")
        name = next((id for id, fact in POLICY.lists["listings"].facts.items() if key in (id, fact.label.zh)), "")
        lines.append(bare.replace(":", f": {wanted[name]}", 1) if name else bare)
    text = fill("\n".join(lines), POLICY, lang, {"name": "丰城测试公司"})
    item = {"venue": "neeq", "subsidised": False, "date": date(2016, 5, 4)}
    assert READER.read(read_tree(text, "")).facts["listings"] == [item]


# The facts of a section, read from clauses.md; a file always has a name and a day, and an item all that has no default.
@pytest.mark.parametrize(
    ("chosen", "facts"),
    [
        ("六(二)", ["new_format", "operating_revenue", "previous_peak_revenue"]),
        ("6.2", ["new_format", "operating_revenue", "previous_peak_revenue"]),
        ("neeq-listing", ["registered_in_jiangxi", "listings"]),
        ("四(二)", ["internet_plus", "premises"]),
        ("七(二)", ["period_end", "trainees", "training_bases"]),
        ("rd-super-deduction", ["period_end", "rd_expensed", "cit_rate"]),
    ],
)
def test_only_the_facts_that_a_section_needs(chosen: str, facts: list[str], tmp_path: Path) -> None:
    """`--for` leaves out what these clauses do not ask for."""
    done = ended("init", "--for", chosen, "--lang", "en", folder=tmp_path)
    assert done.returncode == 0
    assert names_of(done.stdout) == ["name", "as_of", *facts]


def test_an_item_shows_what_a_file_must_state(tmp_path: Path) -> None:
    """The rent subsidy needs no months already enjoyed, so that line goes; the card stays, for the file is refused without."""
    subsidy = ended("init", "--for", "park-rent-subsidy", "--lang", "en", folder=tmp_path).stdout
    assert "monthly_rent:" in subsidy
    assert "months_used:" not in subsidy
    assert "card:" in ended("init", "--for", "container-toll", "--lang", "en", folder=tmp_path).stdout


def test_several_sections_at_once(tmp_path: Path) -> None:
    """`--for` may be repeated; the facts keep the order of the policy."""
    done = ended("init", "--for", "6.2", "--for", "4.2", "--lang", "en", folder=tmp_path)
    expected = [
        "name",
        "as_of",
        "internet_plus",
        "new_format",
        "operating_revenue",
        "previous_peak_revenue",
        "premises",
    ]
    assert names_of(done.stdout) == expected


def test_an_unknown_section_is_a_usage_error(tmp_path: Path) -> None:
    done = ended("init", "--for", "neeq-listin", "--lang", "en", folder=tmp_path)
    assert done.returncode == 2
    assert "neeq-listing" in done.stderr
    assert done.stdout == ""


def test_a_file_points_to_the_schema_beside_it(tmp_path: Path) -> None:
    """The first line names a schema that is there, offline, and that has nothing against the filled-in file."""
    done = ended("init", "company.yaml", folder=tmp_path)
    assert done.returncode == 0
    assert done.stdout == ""
    text = (tmp_path / "company.yaml").read_text("utf-8")
    first = text.splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    schema = json.loads((tmp_path / first.partition("=")[2]).read_text("utf-8"))
    valid = jsonschema.Draft202012Validator(schema).is_valid
    assert not valid(yaml.safe_load(text))  # it has no name yet
    named = fill(text, POLICY, "en", {"name": "丰城测试公司", "operating_revenue": "1200万", "listings": []})
    assert valid(yaml.safe_load(named))
    assert sorted(path.name for path in tmp_path.iterdir()) == [".jxplus.schema.json", "company.yaml"]


def test_without_a_schema_there_is_no_pointer(tmp_path: Path) -> None:
    """Standard output, and --no-schema, give a template that points to nothing."""
    assert "yaml-language-server" not in ended("init", folder=tmp_path).stdout
    assert ended("init", "-", folder=tmp_path).stdout == ended("init", folder=tmp_path).stdout
    ended("init", "company.yaml", "--no-schema", folder=tmp_path)
    assert "yaml-language-server" not in (tmp_path / "company.yaml").read_text("utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["company.yaml"]


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A file that is there stays as it is, and so does a schema that is another one; --force replaces both."""
    mine, schema = tmp_path / "company.yaml", tmp_path / ".jxplus.schema.json"
    mine.write_text("name: mine\n")
    schema.write_text("{}")
    refused = ended("init", "company.yaml", "--lang", "en", folder=tmp_path)
    assert refused.returncode == 2
    assert "--force" in refused.stderr
    assert mine.read_text() == "name: mine\n"
    other = ended("init", "other.yaml", "--lang", "en", folder=tmp_path)
    assert other.returncode == 0
    assert "was kept" in other.stderr
    assert schema.read_text() == "{}"
    assert ended("init", "company.yaml", "--force", folder=tmp_path).returncode == 0
    assert "operating_revenue" in mine.read_text("utf-8")
    assert json.loads(schema.read_text("utf-8"))["properties"]


@pytest.mark.parametrize("name", ["company.yaml", "company.xlsx"])
def test_a_file_that_cannot_be_written_is_refused(name: str, tmp_path: Path) -> None:
    """No file was refused: the path on the command line is wrong."""
    done = ended("init", f"nowhere/{name}", "--lang", "en", folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr.endswith(f"Error: nowhere/{name}: cannot be written: No such file or directory\n")


def test_json_has_no_comments(tmp_path: Path) -> None:
    """A template is YAML; asked for JSON it says what to name it."""
    done = ended("init", "company.json", "--lang", "en", folder=tmp_path)
    assert done.returncode == 2
    assert "company.yaml" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["clients.csv", "clients.xls", "clients.ndjson", "company.docx", "clients.ODS"])
def test_a_template_has_an_ending_by_which_it_is_read(name: str, tmp_path: Path) -> None:
    """YAML in a .csv would be refused by all that reads it."""
    done = ended("init", name, "--lang", "en", folder=tmp_path)
    assert done.returncode == 2
    stem = name.partition(".")[0]
    assert f"name it {stem}.yaml or {stem}.xlsx" in done.stderr
    assert list(tmp_path.iterdir()) == []


# ---- answers written into a file -----------------------------------------------------------------------------------

MINE = """\
# what I know
name: 丰城测试公司   # as in the register
"operating_revenue":   # ask accounts
年研发投入: ~
premises:
cit_rate: 15%
"""


def test_answers_go_where_their_lines_are() -> None:
    """Comments, order and every other line stay as they were; what has no line yet follows at the end."""
    answers: dict[str, Written] = {
        "operating_revenue": "1200万",
        "rd_investment": "0",
        "premises": [{"landlord": "private", "use": "office"}],
        "trainees": "3",
        "funds": [],
    }
    assert fill(MINE, POLICY, "en", answers) == (
        """\
# what I know
name: 丰城测试公司   # as in the register
"operating_revenue": 1200万  # ask accounts
年研发投入: 0
premises:
  - landlord: private
    use: office
cit_rate: 15%
trainees: 3
funds: []
"""
    )


def test_line_ends_stay_as_they_were() -> None:
    """A file from Windows keeps its line ends."""
    text = fill("name: a\r\ntrainees:\r\n", POLICY, "en", {"trainees": "3", "funds": []})
    assert text == "name: a\r\ntrainees: 3\r\nfunds: []\r\n"


def test_a_form_that_takes_no_lines_is_written_anew() -> None:
    """Braces leave no line to write on: the facts go into a new template, all of them, exact."""
    text = "{name: 丰城测试公司, cit_rate: 0.125, listings: [{venue: neeq}]}"
    facts = {**READER.read(read_tree(text, "")).facts, "trainees": Decimal(3)}
    written = filled(text, POLICY, "zh", {"trainees": "3"}, facts)
    assert READER.read(read_tree(written, "")).facts == facts
    assert "企业所得税税率: 12.5%" in written
    assert "  - 上市地: 新三板" in written


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1).map(str.strip).filter(bool))
@example("a: b #c")
@example("- x")
@example("null")
@example("'quoted' \"twice\" \\")
@example("\u2028")
def test_a_name_is_read_back_as_it_was_written(name: str) -> None:
    """Law: whatever the characters of a name, what YAML reads is what was meant."""
    assert read_tree(f"name: {scalar(name)}  # a comment\n", "").value == {"name": name}


def test_articles_that_follow_each_other_are_named_by_the_first_and_the_last() -> None:
    """The projects of 鹿城 are asked for by articles 1 to 3, 8 and 12; the rate of exchange by the first alone."""
    plan = read_policy((Path(__file__).parents[1] / "lucheng.yaml").read_bytes(), "lucheng.yaml", "")
    clauses = {clause.id: clause for clause in plan.clauses}
    assert sections(plan.clauses, "zh") == "第1条至第3条、第8条、第12条"
    assert sections(plan.clauses, "en") == "第1条 to 第3条, 第8条, 第12条"
    assert sections([clauses["top500"], clauses["manufacturing"]], "zh") == "第2条、第3条"
    assert sections([clauses["top500"]], "zh") == "第2条"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("plan", PLANS, ids=lambda path: path.stem)
def test_what_a_template_says_beside_a_figure_is_no_other_unit(plan: Path, lang: str) -> None:
    """Whoever fills in 12 beside `# 亩` or `# 美元` means just that."""
    policy = load_policy(str(plan))
    lines = template(policy, lang).splitlines()
    text = "\n".join(re.sub(r"^(#  (?:- |  ))?([^\s#]+:) +(#.*)$", r"\2 12 \3", line) for line in lines)
    assert "12 #" in text
    comments.refuse_comments("a.yaml", text, Reader(policy).units())
