"""The public library: what `jxplus.__all__` names, held against the command line and against amounts worked by hand."""

import datetime
import doctest
import importlib
import json
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas
import polars
import pyarrow
import pytest

import jxplus
from jxplus.cli import options
from jxplus.policy.tables import LONG, wide_columns

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:tests", "ignore::UserWarning:test_library")
ROOT = Path(__file__).resolve().parents[2]
DAY = "2016-06-30"
NEWCOMER = {"企业名称": "甲公司", "新业态企业": "是", "年营业收入": "1.08亿", "以往最高年营业收入": "3600万"}


@pytest.mark.parametrize(
    "module",
    ["", ".library", ".quantity", ".plan.figures", ".formula.syntax", ".enterprise.numerals"],
)
def test_examples(module: str) -> None:
    """The examples of the docstrings give what they say."""
    found = doctest.testmod(importlib.import_module(f"jxplus{module}"))
    assert found.attempted > 0
    assert found.failed == 0


def test_public_names() -> None:
    """Each public name is there and documented, and nothing else comes with the import."""
    for name in jxplus.__all__:
        assert getattr(jxplus, name).__doc__, name
    assert set(jxplus.__all__) <= set(dir(jxplus))
    with pytest.raises(AttributeError, match="no_such_name"):
        jxplus.no_such_name  # noqa: B018
    code = "import jxplus, sys; print(sorted(each for each in sys.modules if each.startswith('jxplus')))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "['jxplus', 'jxplus.version']\n"


def test_the_rooms_do_not_hide_the_functions() -> None:
    """`jxplus.assess` is the function, whatever else of the package has been imported."""
    code = "import jxplus.cli.calc, jxplus.assessment.reach, jxplus; jxplus.cli.calc; print(callable(jxplus.assess))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_revenue_milestone(policy: jxplus.Policy) -> None:
    """六(二): from 3600万 to 1.08亿 crosses 4000万 (50万) and 1亿 (100万): 150万 if they stack, 100万 if the highest counts."""
    result = jxplus.assess(NEWCOMER, policy, as_of=DAY)
    assert result.total() == (Decimal(1_000_000), Decimal(1_500_000))
    (outcome,) = [each for each in result.outcomes if each.status == "entitled"]
    assert outcome.clause.section == "六(二)"
    assert outcome.readings == {"stack": (1_500_000, 1_500_000), "highest": (1_000_000, 1_000_000)}
    pinned = jxplus.assess(NEWCOMER, policy, as_of=DAY, readings={"revenue-milestone": "highest"})
    assert pinned.total() == (Decimal(1_000_000), Decimal(1_000_000))


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.json")), ids=lambda path: path.name)
def test_the_record_is_the_object_of_calc(path: Path, policy: jxplus.Policy) -> None:
    """`record()` is what `calc --format json` prints, but for the digest of a file that is not there."""
    command = [sys.executable, "-m", "jxplus", "calc", str(path), "--format", "json", "--as-of", DAY]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    expected = json.loads(printed, parse_float=Decimal, parse_int=Decimal)
    result = jxplus.assess(json.loads(path.read_text("utf-8")), policy, as_of=DAY)
    record = result.record()
    assert record["receipt"].pop("input_sha256") is None
    assert len(expected["receipt"].pop("input_sha256")) == 64
    assert record == expected
    del record["within_reach"], record["receipt"]["reach"]
    assert result.record(reach=False) == {**record, "receipt": {**record["receipt"], "input_sha256": None}}


def test_reach_is_as_near_as_on_the_command_line() -> None:
    from jxplus.library import desk

    assert f"{desk._NEAR * 100:.0f}%" == options.NEAR


@pytest.mark.parametrize(
    ("value", "base"),
    [
        (3_000_000, "1500000.00"),
        (Decimal("3000000.01"), "1500000.01"),  # 1500000.005, half up
        (3000000.5, "1500000.25"),
        ("300万", "1500000.00"),
        ("3,000,000.00元", "1500000.00"),
    ],
)
def test_figures(value: Any, base: str, policy: jxplus.Policy) -> None:
    """六(一): the base is 50 % of the R&D cost expensed, to the fen, in whatever class the figure comes."""
    result = jxplus.assess({"name": "A", "rd_expensed": value}, policy, as_of=DAY)
    (outcome,) = [each for each in result.outcomes if each.clause.id == "rd-super-deduction"]
    assert outcome.base == Decimal(base)


def test_days(policy: jxplus.Policy) -> None:
    """The day given, else the enterprise's own; a date or a text, and nothing that is no day."""
    stated = {"name": "A", "as_of": datetime.date(2015, 8, 31)}
    assert jxplus.assess(stated, policy).as_of == datetime.date(2015, 8, 31)
    assert jxplus.assess(stated, policy, as_of=datetime.date(2016, 6, 30)).as_of == datetime.date(2016, 6, 30)
    assert (
        jxplus.assess({"name": "A", "as_of": datetime.datetime(2016, 1, 2)}, policy).as_of.isoformat() == "2016-01-02"
    )
    for wrong in ("30.6.", "2016-02-30", 20160630):
        with pytest.raises(ValueError, match="as_of"):
            jxplus.assess({"name": "A"}, policy, as_of=wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("readings", "message"),
    [
        ({"revenue-milestone": "hihgest"}, "did you mean 'highest'"),
        ({"revenue": "highest"}, "did you mean 'revenue-milestone'"),
    ],
)
def test_readings_that_are_not_known(readings: dict[str, str], message: str, policy: jxplus.Policy) -> None:
    with pytest.raises(ValueError, match=message):
        jxplus.assess(NEWCOMER, policy, as_of=DAY, readings=readings)


def test_all_faults_at_once(policy: jxplus.Policy) -> None:
    """Each fault has the place of its key among the keys, and the fact as the mapping's path."""
    wrong = {"name": "A", "trainees": -1, "premises": [{"area": object()}], "no_such_fact": 1}
    with pytest.raises(jxplus.Refused) as caught:
        jxplus.assess(wrong, policy, as_of=DAY)
    faults = [(fault.place.column, fault.fact) for fault in caught.value.faults]
    assert (2, "trainees") in faults
    assert (3, "premises[1].area") in faults
    assert (4, "no_such_fact") in faults
    with pytest.raises(jxplus.Refused):
        jxplus.assess(["name"], policy)  # type: ignore[arg-type]


def test_many(policy: jxplus.Policy) -> None:
    """A refusal takes its place among the results, and nobody else's; nothing is read before it is asked for."""

    def endless() -> Any:
        yield NEWCOMER
        yield {"name": "B", "trainees": "many"}
        yield NEWCOMER
        raise AssertionError("asked for too early")

    results = jxplus.assess_many(endless(), policy, as_of=DAY)
    first, second, third = next(results), next(results), next(results)
    assert isinstance(first, jxplus.Result)
    assert first.total() == third.total()  # type: ignore[union-attr]
    assert isinstance(second, jxplus.Refused)
    assert second.faults[0].place.line == 2


# ---- frames ------------------------------------------------------------------------------------------------------------

KINDS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "pandas": pandas.DataFrame,
    "polars": polars.DataFrame,
    "pyarrow": pyarrow.table,
}
ROWS = {
    "id": ["a", "b", "c"],
    "企业名称": ["甲", "乙", "丙"],
    "rd_expensed": [3000000.0, None, 1234567.89],
    "registered_in_jiangxi": [True, None, False],
    "listings": [[{"venue": "neeq", "subsidised": False}], [], None],
}
PREMISES = {
    "enterprise_id": ["a", "c"],
    "landlord": ["private", "private"],
    "use": ["office", "office"],
    "area": [100, 20],
    "monthly_rent": [Decimal("42.5"), Decimal("12.5")],
    "months": [12, 1],
}


def columns(frame: Any) -> dict[str, list[Any]]:
    """A frame of any kind as lists."""
    if isinstance(frame, pandas.DataFrame):
        return {name: frame[name].tolist() for name in frame.columns}
    found: dict[str, list[Any]] = (
        frame.to_pydict() if isinstance(frame, pyarrow.Table) else frame.to_dict(as_series=False)
    )
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_frames(kind: str, policy: jxplus.Policy) -> None:
    """三(三): 50万 for 甲's listing on the NEEQ. 六(一): 50 % of 300万 and of 1234567.89 (617283.945), a quarter of it saved."""
    make = KINDS[kind]
    frame = make(ROWS)
    found = jxplus.assess_frame(frame, policy, as_of=DAY)
    assert type(found) is type(frame)
    table = columns(found)
    assert list(table) == list(LONG)
    rows = [list(row) for row in zip(*(table[name] for name in LONG), strict=True)]
    assert rows == [
        ["a", "甲", "neeq-listing", "三(三)", "entitled", 500_000, 500_000, None, policy.id],
        ["a", "甲", "rd-super-deduction", "六(一)", "entitled", 375_000, 375_000, 1_500_000, policy.id],
        [
            "c",
            "丙",
            "rd-super-deduction",
            "六(一)",
            "entitled",
            Decimal("154320.99"),
            Decimal("154320.99"),
            Decimal("617283.95"),
            policy.id,
        ],
    ]
    wide = columns(jxplus.assess_frame(frame, policy, as_of=DAY, shape="wide"))
    assert list(wide) == wide_columns(policy, named=True)
    assert wide["total_low"] == [875_000, 0, Decimal("154320.99")]
    assert all(isinstance(each, Decimal) for each in wide["total_low"])


@pytest.mark.parametrize("kind", KINDS)
def test_frames_with_lists(kind: str, policy: jxplus.Policy) -> None:
    """四(二): 甲 up to min(42.5, 30) x 100 x 12 = 36000 for an Internet+ enterprise; 丙 up to 12.5 x 20 x 1 = 250."""
    make = KINDS[kind]
    frame = make({"id": ["a", "c"], "internet_plus": [True, True]})
    table = columns(jxplus.assess_frame(frame, policy, as_of=DAY, shape="wide", lists={"premises": make(PREMISES)}))
    assert table["enterprise"] == ["a", "c"]
    assert table["park-rent-subsidy_high"] == [36_000, 250]


@pytest.mark.parametrize("kind", KINDS)
def test_frames_refuse_by_row(kind: str, policy: jxplus.Policy) -> None:
    """A row that is wrong is refused, by its number; so are both of two with one id; a column that is not known refuses the frame."""
    make = KINDS[kind]
    frame = make({"id": ["a", "b", "c", "b"], "rd_expensed": [-1, 100, 100, 100]})
    with pytest.raises(jxplus.Refused) as caught:
        jxplus.assess_frame(frame, policy, as_of=DAY)
    assert [fault.place.line for fault in caught.value.faults] == [1, 2, 4]
    refusals: list[jxplus.Refused] = []
    table = columns(jxplus.assess_frame(frame, policy, as_of=DAY, refusals=refusals))
    assert table["enterprise"] == ["c"]
    assert [refused.faults[0].place.line for refused in refusals] == [1, 2, 4]
    with pytest.raises(jxplus.Refused, match="remark"):
        jxplus.assess_frame(make({"id": ["a"], "remark": ["x"]}), policy, refusals=[])
    strays = make({**PREMISES, "enterprise_id": ["a", "zz"]})
    refusals.clear()
    jxplus.assess_frame(make({"id": ["a"]}), policy, lists={"premises": strays}, refusals=refusals)
    assert [refused.faults[0].fact for refused in refusals] == ["enterprise_id"]


@pytest.mark.parametrize("kind", KINDS)
def test_items_belong_to_a_name_where_there_are_no_ids(kind: str, policy: jxplus.Policy) -> None:
    """As in tables: whose an item is says the name, one that says nobody's is nobody's, and two of one name are refused."""
    make = KINDS[kind]
    rooms = {**PREMISES, "enterprise_id": ["甲", None]}
    refusals: list[jxplus.Refused] = []
    frame = make({"name": ["乙", "甲"], "internet_plus": [True, True]})
    lists = {"premises": make(rooms)}
    found = jxplus.assess_frame(frame, policy, as_of=DAY, shape="wide", lists=lists, refusals=refusals)
    assert columns(found)["park-rent-subsidy_high"] == [None, 36_000]
    assert [each.faults[0].show("en") for each in refusals] == [
        "premises:2:1: enterprise_id: not stated; every row needs its `enterprise_id`"
    ]
    twice = make({"name": ["甲", "甲"]})
    with pytest.raises(jxplus.Refused) as refused:
        jxplus.assess_frame(
            twice, policy, as_of=DAY, lists={"premises": make({**PREMISES, "enterprise_id": ["甲", "丁"]})}
        )
    assert [(fault.place.line, fault.fact, fault.right.en) for fault in refused.value.faults] == [
        (1, "name", "tell them apart by a column `id`"),
        (2, "name", "tell them apart by a column `id`"),
        (2, "enterprise_id", "write a name of the enterprises' frame"),
    ]
    assert len(columns(jxplus.assess_frame(twice, policy, as_of=DAY, shape="wide"))["enterprise"]) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_every_row_has_its_id_where_there_are_ids(kind: str, policy: jxplus.Policy) -> None:
    frame = KINDS[kind]({"id": ["a", None], "name": ["甲", "乙"]})
    with pytest.raises(jxplus.Refused, match="frame:2:1: id: not stated; every row needs its `id`"):
        jxplus.assess_frame(frame, policy, as_of=DAY)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_assumed_of_a_frame_is_said(kind: str, policy: jxplus.Policy) -> None:
    """Neither row states its day, or the rate of the tax that the deduction of 六(一) saves; 100 and 200 may be 万. One row is refused."""
    frame = KINDS[kind]({"id": ["a", "b", "c"], "rd_expensed": [100, 200, -1]})
    refusals, notices = list[jxplus.Refused](), list[jxplus.Text]()
    jxplus.assess_frame(frame, policy, refusals=refusals, notices=notices)
    today = datetime.date.today()
    assert f"Date of the calculation: not stated, taken as today, {today} (2 enterprises)" in [
        each.en for each in notices
    ]
    assert any(each.zh.startswith("企业所得税税率") and each.zh.endswith("（2 家）") for each in notices)
    assert any("if they are in 万" in each.en for each in notices)
    with pytest.warns(UserWarning, match=r"taken as today, .* \(2 enterprises\)") as told:
        jxplus.assess_frame(frame, policy, refusals=refusals)
    assert [str(each.message).split("\n") for each in told] == [[each.en for each in notices]]


@pytest.mark.filterwarnings("error")
def test_nothing_is_said_where_nothing_is_assumed(policy: jxplus.Policy) -> None:
    jxplus.assess_frame(polars.DataFrame({"id": list[str]()}), policy)


def test_what_is_no_frame(policy: jxplus.Policy) -> None:
    with pytest.raises(TypeError, match=r"^frame: a frame of .* is wanted, not a LazyFrame; collect\(\) it first$"):
        jxplus.assess_frame(polars.DataFrame({"id": ["a"]}).lazy(), policy)
    with pytest.raises(TypeError, match=r"^premises: a frame of .* is wanted, not a dict$"):
        jxplus.assess_frame(polars.DataFrame({"id": ["a"]}), policy, lists={"premises": PREMISES})


def test_an_index_that_states_something_is_refused(policy: jxplus.Policy) -> None:
    """300万 of research in the index would be passed over; numbers without a name state nothing."""
    frame = pandas.DataFrame({"id": ["a", "b"], "rd_expensed": [3_000_000, 0]})
    with pytest.raises(jxplus.Refused, match="the index 'rd_expensed' is no column, and is not read; make it a column"):
        jxplus.assess_frame(frame.set_index("rd_expensed"), policy, as_of=DAY)
    with pytest.raises(jxplus.Refused, match="frame:1:1: the index '甲' is no column, and is not read"):
        jxplus.assess_frame(pandas.DataFrame({"rd_expensed": [1, 2]}, index=["甲", "乙"]), policy, as_of=DAY)
    table = jxplus.assess_frame(frame[frame["rd_expensed"] > 0], policy, as_of=DAY)
    assert list(table["low"]) == [Decimal(375_000)]  # 300万 x 50 % x 25 %


def test_two_columns_of_one_name(policy: jxplus.Policy) -> None:
    frame = pandas.DataFrame([["甲", 1]], columns=["name", "name"])
    with pytest.raises(jxplus.Refused, match="frame:1:1: two columns have one name; keep one of them"):
        jxplus.assess_frame(frame, policy, as_of=DAY)


@pytest.mark.parametrize("kind", KINDS)
def test_frames_with_units_in_their_headings(kind: str, policy: jxplus.Policy) -> None:
    """980 under 万元 at 15 under % saves 980万 x 50 % x 15 % = 735000; a year of 20元/㎡/月 on 100㎡ is up to 24000."""
    make = KINDS[kind]
    frame = make(
        {"编号": ["a"], "费用化研发费用（万元）": [980], "企业所得税税率（%）": [15.0], "“互联网+”企业": ["是"]}
    )
    rooms = {"企业编号": ["a"], "出租方": ["社会"], "用途": ["办公"], "面积（㎡）": [100], "测算月数（年）": [1]}
    lists = {"用房": make({**rooms, "每平方米月租金（元）": [20]})}
    wide = columns(jxplus.assess_frame(frame, policy, as_of=DAY, shape="wide", lists=lists))
    assert (wide["rd-super-deduction_high"], wide["park-rent-subsidy_high"]) == ([735_000], [24_000])


@pytest.mark.parametrize(
    ("column", "way_out"),
    [
        ("年研发投入（万美元）", "convert the figure to 'rd_investment', which is in 元, and state that"),
        ("月营业收入", "convert the figure to '年营业收入', which is in 元, and state that"),
        ("Enterprise income tax rate", "did you mean 'cit_rate'?"),
        ("name", "keep one of them"),
        (5, "`jxplus init` lists the known ones"),
    ],
)
def test_a_column_of_something_else_is_not_offered_the_nearest_name(
    column: Any, way_out: str, policy: jxplus.Policy
) -> None:
    with pytest.raises(jxplus.Refused) as refused:
        jxplus.assess_frame(pandas.DataFrame({"企业名称": ["甲"], column: [9]}), policy)
    assert [(fault.fact, fault.right.en) for fault in refused.value.faults] == [(str(column), way_out)]


@pytest.mark.parametrize("frame", [{"企业名称": ["甲", "合计"]}, {"id": ["a", "小计："]}])
def test_a_total_is_no_row_of_a_frame(frame: dict[str, Any], policy: jxplus.Policy) -> None:
    """It would count everything twice."""
    refusals: list[jxplus.Refused] = []
    costs = {"rd_expensed": [100, 100]}
    table = columns(jxplus.assess_frame(polars.DataFrame({**frame, **costs}), policy, as_of=DAY, refusals=refusals))
    assert table["enterprise"] == [next(iter(frame.values()))[0]]
    assert [(each.faults[0].place.line, each.faults[0].right.en) for each in refusals] == [(2, "leave the row out")]


def test_floats_of_32_bits_are_refused(policy: jxplus.Policy) -> None:
    """16777217 is no 32-bit float: the frame has lost the last yuan before it comes here."""
    frame = polars.DataFrame({"id": ["a"], "rd_expensed": polars.Series([16777217.0], dtype=polars.Float32)})
    with pytest.raises(jxplus.Refused, match="7 digits"):
        jxplus.assess_frame(frame, policy)
    numpy = pytest.importorskip("numpy")
    with pytest.raises(jxplus.Refused, match="7 digits"):
        jxplus.assess({"name": "A", "rd_expensed": numpy.float32(16777217)}, policy)


def test_an_empty_frame(policy: jxplus.Policy) -> None:
    frame = polars.DataFrame({"id": []}, schema={"id": polars.String})
    assert jxplus.assess_frame(frame, policy).height == 0


def test_what_a_frame_takes_is_named_where_it_is_not_installed(
    policy: jxplus.Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "narwhals", None)
    with pytest.raises(ImportError, match=r"assess_frame takes narwhals: pip install '\.\[frames\]'"):
        jxplus.assess_frame(polars.DataFrame({"name": ["A"]}), policy)


def test_the_faults_of_all_plans_are_told_at_once(tmp_path: Path) -> None:
    """As on the command line: of two files that are wrong, both."""
    text = (ROOT / "policies.yaml").read_text("utf-8")
    for name, wrong in (("a.yaml", "currency: USD"), ("b.yaml", "currency: EUR")):
        (tmp_path / name).write_text(text.replace("currency: CNY", wrong), "utf-8")
    with pytest.raises(jxplus.Refused) as refused:
        jxplus.load_policy(tmp_path / "a.yaml", tmp_path / "b.yaml")
    assert [Path(fault.file).name for fault in refused.value.faults] == ["a.yaml", "b.yaml"]


def test_an_id_that_is_no_longer_the_one_that_was_entered(policy: jxplus.Policy) -> None:
    """A column of numbers keeps 16 digits of a code of 18, and dates and truths are none; as in a table of CSV or Parquet."""
    for id in (913601007055098123.0, "9.13E+17", datetime.date(2016, 1, 2), True):
        with pytest.raises(jxplus.Refused) as refused:
            jxplus.assess_frame(pandas.DataFrame({"id": [id], "name": ["A"]}), policy, as_of="2016-06-30")
        assert "format the column as text, and enter it again" in refused.value.faults[0].show("en")


def test_rows_without_ids_that_are_called_the_same_are_named(policy: jxplus.Policy) -> None:
    notices: list[jxplus.Text] = []
    frame = pandas.DataFrame({"name": ["A", "A", "B"], "rd_expensed": [1, 2, 3]})
    jxplus.assess_frame(frame, policy, as_of="2016-06-30", notices=notices)
    assert "2 rows are called 'A'" in [each.en for each in notices]
