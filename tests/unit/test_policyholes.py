"""What a policy file may not say though each word of it is right, and what it may though it looks odd: one clause each."""

from typing import NamedTuple

import pytest
from oneclause import marked, plan, refused, written
from typer.testing import CliRunner

from jxplus.cli import app


class Slip(NamedTuple):
    """The last lines of the clause, an edit of the rest, and what is wrong where the ▸ stands, in English."""

    body: str
    wrong: str
    old: str = ""
    new: str = ""


PAYS = "when: exporter\npays: 5元"
SLIPS = [
    # the plan itself
    Slip(
        PAYS,
        "no day",
        "  id: 某市〔2020〕1号\n  title: {zh: 小方案, en: A small plan}\n  issued: 2020-01-01",
        "  ▸id: 某市〔2020〕1号\n  title: {zh: 小方案, en: A small plan}",
    ),
    Slip(PAYS, "no day", "currency: CNY", "currency: CNY\n  warn after: ▸{zh: 已过期, en: expired}"),
    Slip(PAYS, "amounts are not in 'USD'", "currency: CNY", "currency: ▸USD"),
    Slip(PAYS, "there is no fact 'name'", "facts:\n  name: {type: text, required: yes, zh: 名称, en: Name}", "▸facts:"),
    Slip(
        PAYS,
        "there is no fact 'as_of'",
        "facts:\n  name: {type: text, required: yes, zh: 名称, en: Name}\n  as_of: {type: date, default: today, zh: 测算日期, en: Day}",
        "▸facts:\n  name: {type: text, required: yes, zh: 名称, en: Name}",
    ),
    Slip(PAYS, "an enterprise may have none", "  name: {type: text, required: yes,", "  ▸name: {type: text,"),
    Slip(
        PAYS, "where it is not stated it is no day", "  as_of: {type: date, default: today,", "  ▸as_of: {type: date,"
    ),
    Slip(PAYS, "'min' is a word of the formulas", "  imports: {", "  ▸min: {"),
    # sections
    *(
        Slip(PAYS, "is no section", "section: 一(一)", f"section: ▸{bad}")
        for bad in ("一(一", "一（一", "一一)", "一()")
    ),
    # time
    Slip(f"in force: {{from: ▸2022-01-01}}\n{PAYS}", "2022-01-01 is not within the days"),
    Slip(f"in force: {{to: ▸2019-12-31}}\n{PAYS}", "2019-12-31 is not within the days"),
    Slip(f"in force: {{from: ▸2019-01-01, to: 2020-12-31}}\n{PAYS}", "2019-01-01 is not within the days"),
    Slip(f"in force: {{from: 2021-01-01, to: ▸2022-01-01}}\n{PAYS}", "2022-01-01 is not within the days"),
    # named parts
    Slip("let:\n  ▸part: min(exports, 5元)\nwhen: exporter\npays: 5元", "nothing uses 'part'"),
    Slip("let:\n  ▸a: exports\n  ▸b: a + 1元\nwhen: exporter\npays: 5元", "nothing uses '"),
    Slip("let:\n  ▸Some Part: exports\nwhen: exporter\npays: 5元", "cannot have the name 'Some Part'"),
    Slip("let:\n  ▸max: exports\nwhen: exporter\npays: 5元", "cannot have the name 'max'"),
    # the fact that the plan leaves open
    Slip("when: share > 10%\nbase: exports\npays: base * share\nunquantified without: ▸share", "a condition asks for"),
    Slip(
        "for each: shops\nwhen: rent <= share * rent\npays: 4元\nunquantified without: ▸share", "a condition asks for"
    ),
    Slip("when: exporter\npays: exports\nunquantified without: ▸share", "no amount asks for share"),
    Slip("when: exporter\npays: not stated\nunquantified without: ▸share", "no amount asks for share"),
    Slip("when: exporter\npays: exports * tax\nunquantified without: ▸tax", "tax has a default"),
    Slip(
        "readings:\n  a: {zh: 甲, en: a, when: share > 5%}\n  b: {zh: 乙, en: b, when: exporter}\n"
        "pays: exports * share\nunquantified without: ▸share",
        "a condition asks for",
    ),
    # formulas
    Slip("when: exporter\npays: ▸max(exports)", "'max' of a single value"),
    Slip("when: exporter\npays: 2 * ▸min(exports)", "'min' of a single value"),
    Slip("when: exporter\npays: ▸exports-imports", "unknown name 'exports-imports'"),
    Slip("when: exporter\npays: exports-10▸% * exports", "'%' means nothing here"),
    # readings
    Slip("readings:\n  a: {zh: 甲, en: a, when: exporter}\n  b: ▸{zh: 乙, en: b}\npays: 5元", "no formula"),
    Slip(
        "readings:\n  a: {zh: 甲, en: a}\n  b: {zh: 乙, en: b}\npays: 5元", "no formula", "    section", "    ▸section"
    ),
]


@pytest.mark.parametrize("each", SLIPS, ids=lambda each: f"{each.wrong} {each.new or each.body.splitlines()[-1]}"[:60])
def test_refused_where_it_is_wrong(each: Slip) -> None:
    text, places = marked(written(each.body, *([(each.old, each.new)] if each.old else [])))
    faults = refused(text)
    assert [tuple(fault.place) for fault in faults] == places, [fault.show("en") for fault in faults]
    for fault in faults:
        assert each.wrong in fault.wrong.en
        assert fault.wrong.zh != fault.wrong.en
        assert fault.right.zh


def test_the_way_out_is_said() -> None:
    """A sign that a name has swallowed, a single argument, a fact in a condition."""
    ways = {
        "pays: exports-imports": "write blanks around a minus sign",
        "pays: exports-10% * exports": "write blanks around a minus sign",
        "pays: max(gain)": "give two at least, such as max(…, 0元)",
    }
    for body, way in ways.items():
        (fault,) = refused(written(f"when: exporter\n{body}"))
        assert fault.right.en == way


LOADS = [
    # the days of a clause are the plan's where it states none, and may begin and end with them
    f"in force: {{from: 2020-01-01, to: 2021-12-31}}\n{PAYS}",
    f"in force: {{to: 2020-12-31}}\n{PAYS}",
    # a part that only another part uses is used; and a base that is shown is
    "let:\n  a: exports\n  b: 2 * a\nwhen: exporter\npays: b",
    "when: exporter\nbase: exports\npays: 5元",
    # the open fact decides how much, be it by way of the base or of a choice within the amount
    "when: exporter\nbase: exports * share\npays: base\nunquantified without: share",
    "when: exporter\npays: if share > 10% then 5元 else 3元\nunquantified without: share",
    # readings each with a condition of its own, and no general one
    "pays: 5元\nreadings:\n  a: {zh: 甲, en: a, when: exports > 100元}\n  b: {zh: 乙, en: b, when: exports >= 100元}",
]


@pytest.mark.parametrize("body", LOADS)
def test_what_looks_odd_and_is_right_loads(body: str) -> None:
    plan(body)


USAGES = [
    (("--set", "trainees=1", "--set", "trainees=2"), "--set trainees: stated twice"),
    (("--set", "trainees=1", "--set", "参加培训人数=1"), "stated twice"),
    (("--set", "as_of=2016-01-01", "--as-of", "2016-01-02"), "--as-of states the day too"),
    (("--reading", "platform-grant=exceeds", "--reading", "platform-grant=at-least"), "chosen twice"),
    (("--reading", "platform-grant=exceeds", "--reading", "platform-grant=exceeds"), "chosen twice"),
    (("--policies", "policies.yaml", "--policies", "other.yaml"), "--policies takes one file at a time"),
]


@pytest.mark.parametrize(("options", "wrong"), USAGES)
def test_what_is_said_twice_is_a_usage_error(options: tuple[str, ...], wrong: str) -> None:
    """Neither the first nor the last is taken without a word; both may be meant."""
    done = CliRunner().invoke(app, ["calc", "-", *options], input="name: 甲\n", env={"COLUMNS": "200"})
    assert done.exit_code == 2
    assert wrong in " ".join(done.output.replace("│", " ").split())
