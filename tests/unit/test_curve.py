"""How the total moves with one fact: breakpoints worked by hand from the plan."""

import csv
import io
import json
import os
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from commandline import ended
from oneclause import ALWAYS, PEOPLE, plan

from jxplus.assessment import Assessor
from jxplus.assessment.course import axis_of
from jxplus.assessment.curve import Curve, NoLine, curve
from jxplus.document import read_tree
from jxplus.enterprise import Enterprise, Misstated, Reader
from jxplus.enterprise.spot import Spot, find_spot
from jxplus.policy import Policy
from jxplus.policy.store import load_policy
from jxplus.quantity import number_text

ROOT = Path(__file__).resolve().parents[2]
POLICY = load_policy()
ASSESSOR = Assessor(POLICY)
DAY = date(2016, 6, 30)


def stated(text: str, policy: Policy = POLICY) -> Enterprise:
    """The enterprise that a file of these lines states, with a name."""
    return Reader(policy).read(read_tree(f"name: 某公司\n{text}", "some.yaml"))


def followed(text: str, fact: str, first: str, last: str, assessor: Assessor = ASSESSOR) -> Curve:
    enterprise = stated(text, assessor.policy)
    spot = find_spot(assessor.policy, enterprise.facts, fact)
    return curve(assessor, enterprise, DAY, spot, Decimal(first), Decimal(last))


def told(found: Curve) -> list[tuple[str, ...]]:
    """Each breakpoint as the figure, the low and high there, the low and high one step above, and what changes."""
    return [
        (
            *map(number_text, (each.value, *each.at, *(each.above or ()))),
            *(f"{change.clause.section} {change.clause.id} {change.how}" for change in each.changes),
        )
        for each in found.breaks()
    ]


# ---- worked by hand --------------------------------------------------------------------------------------------------


def test_what_rests_on_a_default_somewhere_on_the_way_is_said() -> None:
    """Nothing is deducted at 0 yuan; from a fen on the deduction rests on the day, on 25 %, and on income that takes it up.

    Of a place of 36 months or less it matters from the first month on whether some were enjoyed before.
    """
    day = "as_of: 2016-06-30"
    for last in ("0.01", "100"):
        deducted = followed(day, "rd_expensed", "0", last)
        assert [each.fact for each in deducted.assumptions] == ["period_end", "cit_rate", ""]
    place = f"{day}\ncit_rate: 15%\npremises: [{{landlord: university, use: maker-space, area: 100, monthly_rent: 20, months: 0}}]"
    free = followed(place, "premises[1].months", "0", "12")
    assert [each.fact for each in free.assumptions] == ["premises[].months_used"]
    unpaid = followed(place.replace("maker-space", "office"), "premises[1].months", "0", "12")
    assert unpaid.assumptions == ()


def test_two_marks_of_revenue() -> None:
    """六(二): more than 4000万 earns 50万, more than 1亿 100万 or, where both are passed in one year, perhaps both."""
    found = followed("new_format: yes\nprevious_peak_revenue: 3860万", "operating_revenue", "0", "150000000")
    begins, jumps = "六(二) revenue-milestone begins", "六(二) revenue-milestone jumps"
    assert told(found) == [
        ("0", "0", "0", "0", "0"),
        ("40000000", "0", "0", "500000", "500000", begins),
        ("100000000", "500000", "500000", "1000000", "1500000", jumps),
        ("150000000", "1000000", "1500000"),
    ]


def test_exceeding_and_at_least_break_one_fen_apart() -> None:
    """四(三): 1000万 itself is enough under one reading alone; the fen above it is enough under both."""
    found = followed("platforms: [{private_investment: 1, qualified: yes}]", "公共平台[1].社会投资额", "1", "20000000")
    assert [(*row[:5], *(part.split()[-1] for part in row[5:])) for row in told(found)][1:3] == [
        ("9999999.99", "0", "0", "0", "3000000", "begins"),
        ("10000000", "0", "3000000", "3000000", "3000000", "jumps"),
    ]


def test_the_higher_of_two_bounds_counts_and_the_slope_is_the_rate() -> None:
    """六(一): over 1000万 and over 10 % of sales of 1.2亿, which is 1200万; from there 20 % of what is over it."""
    found = followed("sales_revenue: 1.2亿\nrd_post_subsidy_rate: 20%", "rd_investment", "0", "20000000")
    assert told(found)[1] == ("12000000", "0", "0", "0", "0", "六(一) rd-post-subsidy begins")
    assert [each.slope for each in found.breaks()][:2] == [(Decimal(0), Decimal(0)), (Decimal("0.2"), Decimal("0.2"))]
    assert found.total(Decimal(20000000)) == (Decimal("1600000"), Decimal("1600000"))


def test_the_amount_begins_at_once_where_the_fixed_bound_is_the_higher() -> None:
    """六(一): sales of 8000万 put the share at 800万, so past 1000万 there are 200万 over it at once: 20 % is 40万."""
    found = followed("sales_revenue: 8000万\nrd_post_subsidy_rate: 20%", "rd_investment", "0", "20000000")
    assert told(found)[1][:5] == ("10000000", "0", "0", "400000", "400000")


def test_a_ceiling_bends_the_line() -> None:
    """四(二): up to 30 yuan a month for each of 100 ㎡, twelve months: 1200 for each yuan of rent, and 36000 at most."""
    rent = "internet_plus: yes\npremises: [{landlord: private, use: office, area: 100, monthly_rent: 1, months: 12}]"
    found = followed(rent, "premises[1].monthly_rent", "0", "50")
    assert told(found)[1] == (
        *("30", "0", "36000", "0", "36000"),
        "四(二) park-rent-subsidy bends",
    )
    assert [each.slope for each in found.breaks()] == [(Decimal(0), Decimal(1200)), (Decimal(0), Decimal(0)), None]


def test_a_bound_between_two_fen_breaks_at_the_fen_below_it() -> None:
    """六(五): 30 % of a loss reaches 1000万 between 33,333,333.33 and .34; the capped side is the larger loss."""
    fund = "{liquidated: yes, size: 1亿, in_province_investment: 6000万, in_province_net_gain: 0}"
    found = followed(f"funds: [{fund}]", "funds[1].in_province_net_gain", "-40000000", "-1")
    assert told(found)[1][:5] == ("-33333333.34", "10000000", "10000000", "10000000", "10000000")
    assert [change.how for change in found.breaks()[1].changes] == ["bends"]
    assert found.total(Decimal("-33333333.30")) == (Decimal("9999999.99"), Decimal("9999999.99"))


def test_a_clause_without_an_amount_changes_its_status_and_not_the_total() -> None:
    """五(一): from 1000万 on, that figure included, the support applies, and no amount is stated."""
    (change,) = followed("big_data: yes", "investment", "0", "20000000").breaks()[1].changes
    assert (change.clause.id, change.how, change.statuses) == (
        "big-data-investment",
        "becomes",
        ("not-met", "unquantified"),
    )


def test_what_waits_for_an_unknown_fact_is_named_and_not_counted() -> None:
    """六(一): without the sales nobody knows the bound; up to 1000万 it is out of the question all the same."""
    found = followed("rd_post_subsidy_rate: 20%", "rd_investment", "0", "20000000")
    assert found.undecided["rd-post-subsidy"] == ("sales_revenue",)
    at = [(number_text(each.value), [(c.how, c.statuses) for c in each.changes]) for each in found.breaks()]
    assert at[1] == ("10000000", [("becomes", ("not-met", "undecided"))])


# ---- another plan ----------------------------------------------------------------------------------------------------

STAFF = ("facts:\n", "facts:\n  staff: {type: people, zh: 人数, en: Staff}\n")


def other(*lines: str) -> Assessor:
    return Assessor(plan("\n".join(lines), ALWAYS, PEOPLE, STAFF))


@pytest.mark.parametrize(
    ("when", "breaks"),
    [
        ("staff < 10人", ["9"]),
        ("staff <= 10人", ["10"]),
        ("staff = 10人", ["9", "10"]),
        ("staff != 10人", ["9", "10"]),
        ("3 * staff > 31人", ["10"]),
        ("3 * staff >= 30人", ["9"]),
        ("not (staff > 10人 and staff < 20人)", ["10", "19"]),
        ("2 * staff > staff + 10人", ["10"]),
    ],
)
def test_where_a_condition_turns(when: str, breaks: list[str]) -> None:
    """A breakpoint is the last whole person before the condition turns."""
    found = followed("", "staff", "0", "100", other(f"when: {when}", "pays: 100元"))
    inner = found.breaks()[1:-1]
    assert [str(each.value) for each in inner] == breaks
    assert all(sorted((each.at[0], each.above[0] if each.above else None)) == [0, 100] for each in inner)


@pytest.mark.parametrize("pays", ["min(exports, 10元)", "max(exports, 10元)", "min(3 * exports, 20元 + exports)"])
def test_two_lines_that_meet_bend_where_they_meet(pays: str) -> None:
    """Both are alike at 10 yuan, so that is the last figure of the line that came before."""
    found = followed("", "exports", "0", "20", other("when: yes", f"pays: {pays}"))
    assert [(number_text(each.value), [c.how for c in each.changes]) for each in found.breaks()][1:-1] == [
        ("10", ["bends"])
    ]


def test_a_list_that_is_not_known_may_have_no_item() -> None:
    """More than ten staff would be enough for any shop there is, and whether there is one nobody has said."""
    found = followed("", "staff", "0", "20", other("when: any shops where (staff > 10人)", "pays: 100元"))
    assert [(str(each.value), [c.statuses for c in each.changes]) for each in found.breaks()][1:-1] == [
        ("10", [("not-met", "undecided")])
    ]


def test_an_axis_covers_what_may_be_stated() -> None:
    """An area is above zero, a gain may be negative, a rate is 100 % at most; money stays below 10 to the 13."""
    area, gain = POLICY.lists["premises"].facts["area"], POLICY.lists["funds"].facts["in_province_net_gain"]
    axes = [axis_of(Spot(fact)) for fact in (area, gain, POLICY.facts["cit_rate"])]
    ends = [(axis.first * axis.step, axis.last * axis.step) for axis in axes]
    most = Decimal("9999999999999.99")
    assert ends == [(Decimal("0.0001"), Decimal("99999999.9999")), (-most, most), (Decimal(0), Decimal(1))]


def test_each_clause_is_rounded_where_the_amount_is_shown() -> None:
    """Half a fen for each fen of exports: 0.03 makes 0.015, which is rounded half up to 0.02."""
    found = followed("", "exports", "0", "10", other("when: yes", "pays: 50% * exports"))
    assert [found.total(Decimal(f"0.0{fen}"))[0] for fen in range(4)] == list(
        map(Decimal, ("0", "0.01", "0.01", "0.02"))
    )


def test_a_fact_multiplied_by_itself_is_refused_by_the_clause() -> None:
    with pytest.raises(NoLine) as refused:
        followed("", "share", "0", "1", other("when: yes", "pays: share * share * 100元"))
    assert refused.value.clause.id == "c"


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("operating_revenu", "did you mean 'operating_revenue'?"),
        ("internet_plus", "it is no figure"),
        ("premises", "it is a list; name a fact of one of its items, such as premises[1].area"),
        ("用房", "it is a list; name a fact of one of its items, such as premises[1].area"),
        ("premises[2].area", "premises has 1 item;"),
        ("premises[0].area", "an item is not written so"),
        ("premises[1].size", "unknown fact"),
        # Whoever took the name that is nearest would have a whole rent for one per ㎡, and mu for ㎡.
        ("用房[1].月租金", "'每平方米月租金' is in 元/㎡/月: convert the figure to 元/㎡/月, and use that name"),
        ("用房[1].面积（亩）", "convert the figure to 'area', which is in ㎡, and state that"),
        ("用房[1].面积（㎡）", "it has a unit in its name; write it with the figure: 12㎡"),
        ("年营业收入（万元）", "it has a unit in its name; write it with the figure: 12万元"),
        ("月营业收入", "'月' is a period"),
        ("rooms[1].area", "unknown list"),
    ],
)
def test_a_name_that_means_no_figure(name: str, wrong: str) -> None:
    rent = "premises: [{landlord: private, use: office, area: 100, monthly_rent: 1, months: 12}]"
    with pytest.raises(Misstated) as refused:
        find_spot(POLICY, stated(rent).facts, name)
    assert wrong in f"{refused.value.wrong.en}; {refused.value.right.en}"


# ---- as a user runs it -----------------------------------------------------------------------------------------------


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return ended("curve", "examples/manufacturer.yaml", *arguments, folder=ROOT)


def test_json_and_csv_hold_the_same_exact_figures() -> None:
    """The manufacturer's sales are 3.26亿, so 六(一) begins past 3260万, and pays 20 % of what is over it."""
    page = json.loads(run("年研发投入", "0..1亿", "--format", "json").stdout, parse_float=Decimal, parse_int=Decimal)
    rows = list(csv.DictReader(io.StringIO(run("rd_investment", "0..1亿", "--format", "csv").stdout)))
    assert [each["value"] for each in page["breaks"]] == [0, 32600000, 100000000]
    assert [(each["low"], each["high"]) for each in page["breaks"]] == [
        (Decimal(row["low"]), Decimal(row["high"])) for row in rows
    ]
    assert page["breaks"][2]["low"] - page["breaks"][1]["low"] == (100000000 - 32600000) * Decimal("0.2")
    assert [(row["clause"], row["section"], row["change"]) for row in rows][1] == (
        "rd-post-subsidy",
        "六(一)",
        "begins",
    )
    assert (page["fact"], page["step"], page["actual"]) == ("rd_investment", Decimal("0.01"), 32600000)


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        (("rd_investment", "0"), "0..1.5亿"),
        (("rd_investment", "5..1"), "is not below"),
        (("rd_investment", "0..1.234"), "more than 2 decimals"),
        (("rd_investment", "0..1km"), "'1km'"),
        (("rd_investment", "-1..5"), "negative"),
        (("rd_investment", "0..5", "--format", "png"), "unknown format"),
    ],
)
def test_a_wrong_command_line(arguments: tuple[str, ...], wrong: str) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert wrong in " ".join(done.stderr.replace("│", " ").split())


LINE = ["curve", "examples/manufacturer.yaml", "rd_investment", "0..1亿", "--lang", "en"]


def on_a_terminal(program: str) -> str:
    """What a program that runs the command line shows on a terminal of 80 columns."""
    pexpect = pytest.importorskip("pexpect")
    environment = {
        **os.environ,
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        "TERM": "xterm-256color",
        "NO_COLOR": "1",
    }
    child = pexpect.spawn(
        sys.executable,
        ["-c", f"import sys; sys.argv[1:] = {LINE!r}; {program}"],
        cwd=str(ROOT),
        env=environment,
        encoding="utf-8",
        dimensions=(50, 80),
        timeout=60,
    )
    shown = str(child.read())
    child.close()
    assert child.exitstatus == 0
    return shown


def test_a_terminal_shows_the_plot_and_a_pipe_does_not() -> None:
    pytest.importorskip("plotext")
    shown = on_a_terminal("import jxplus.__main__ as start; start.main()")
    assert "┤" in shown
    assert "32,600,000.00" in shown
    assert "┤" not in run("rd_investment", "0..1亿").stdout


def test_without_the_plotting_library_the_table_is_there_and_the_extra_is_named() -> None:
    shown = on_a_terminal("sys.modules['plotext'] = None; import jxplus.__main__ as start; start.main()")
    assert "┤" not in shown
    assert "32,600,000.00" in shown
    assert "pip install '.[plot]'" in shown
