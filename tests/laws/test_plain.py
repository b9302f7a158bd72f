"""What is read at once because it is plain is what the reader of everything reads; in any doubt that one has the word."""

import json
import random
import sys
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from chance import SEED, enterprises, plan_of

from jxplus.batch.sources.files import NdjsonLines
from jxplus.batch.sources.remarks import outside
from jxplus.batch.sources.tables import _is_plain
from jxplus.document import read_tree
from jxplus.enterprise import Enterprise, Reader
from jxplus.enterprise.spoilt import spoilt_id
from jxplus.enterprise.typed import TypedReader
from jxplus.fault import Refused
from jxplus.library.desk import Desk
from jxplus.policy import Policy

ODD = [
    *(
        "null",
        "true",
        "false",
        "[]",
        "{}",
        "[1]",
        "[{}]",
        "[null]",
        '{"a": 1}',
        "1.",
        "01",
        "NaN",
        "-0",
        "0",
        "1",
        "-1",
    ),
    *(
        "1e5",
        "1.5E+3",
        "12.345",
        "0.001",
        "1.10",
        "1.0",
        "99999999999999999999",
        '"1200万"',
        '"15%"',
        '"1,200"',
        '"１２"',
    ),
    *(
        '"是"',
        '"Yes"',
        '"no"',
        '"无"',
        '"none"',
        '"2016/6/30"',
        '"2016-02-30"',
        '"20160630"',
        '"2016-W01-1"',
        '"x:y"',
        '""',
    ),
    *("15e-1", "1.23457e11", "-0.0", "-1.5", '"1_2"', '" 12"', '"NaN"', '"٣"', '"007"', '[{"a": null}]', r'"q\"q"'),
    *('" "', '"约100"', r'"\u0041"', r'"\ud800"', r'"a\nb"', '"C3910"', '"企业：甲"', '"12"', '"0.5"'),
]
"""Values of JSON, some of which some fact takes."""


def written(value: Any) -> str:
    """A value as JSON."""
    if isinstance(value, list):
        items = (", ".join(f'"{name}": {written(each)}' for name, each in item.items()) for item in value)
        return f"[{', '.join(f'{{{item}}}' for item in items)}]"
    if isinstance(value, (Decimal, date)):
        return f"{value:f}" if isinstance(value, Decimal) else f'"{value}"'
    return json.dumps(value, ensure_ascii=False)


def lines(policy: Policy, count: int) -> Iterator[str]:
    """Lines of which a third is clean, by ids or by Chinese names; in the others a value, a name or an id is odd, or stands twice."""
    rng = random.Random(SEED)
    chinese = {id: entry.label.zh for id, entry in {**policy.facts, **policy.lists}.items()}
    for enterprise, _ in enterprises(policy, count):
        pairs = [(name, written(value)) for name, value in enterprise.facts.items()]
        rng.shuffle(pairs)
        if rng.random() < 0.3:
            pairs = [(chinese[name], value) for name, value in pairs]
        place = rng.randrange(len(pairs))
        name, value = pairs[place]
        odd = rng.choice(ODD)
        change = rng.randrange(9)
        if change == 0:
            pairs[place] = name, odd
        elif change == 1:
            pairs.append((name, rng.choice([value, odd])))
        elif change == 2:
            pairs.append((chinese.get(name, name), value))
        elif change == 3:
            pairs[place] = rng.choice(["foo", "年营业收入(万元)", "NAME"]), rng.choice([value, "null"])
        elif change == 4:
            pairs.insert(0, (rng.choice(["id", "编号"]), rng.choice(['"K1"', '" K2 "', odd])))
        elif change == 5 and ": " in value:
            head, _, tail = value.partition(": ")
            pairs[place] = name, f"{head}: {odd}{tail[min(tail.find(',') % 999, tail.find('}')) :]}"
        yield "{" + rng.choice([", ", ","]).join(f'"{name}": {value}' for name, value in pairs) + "}"


def read(policy: Policy, some: list[str], few: int, extra: dict[str, Any]) -> list[Any]:
    """What comes of some lines, by the reader of everything for the first `few` of them."""
    reader = Reader(policy)
    reader.few = few
    data = [f"{line}\n".encode(errors="surrogatepass") for line in some]
    return [repr(each) for each in NdjsonLines("lines.ndjson", 1, data, 0).entries(reader, extra)]


@pytest.mark.parametrize("file", ["", "tangled.yaml", "gathered.yaml", "county.yaml", "lucheng.yaml"])
@pytest.mark.parametrize("extra", [{}, {"as_of": date(2016, 6, 30)}, {"as_of": None, "name": "乙"}])
def test_a_line_is_read_as_it_is_without_haste(file: str, extra: dict[str, Any]) -> None:
    """Enterprises, their facts in their order, and refusals with all their faults and places."""
    policy = plan_of(file)
    some = list(lines(policy, 200))
    assert read(policy, some, 0, extra) == read(policy, some, len(some), extra)


@pytest.mark.parametrize("file", ["", "county.yaml"])
def test_a_line_is_read_alike_without_msgspec(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is not installed the standard library decodes, and what comes of the lines is the same."""
    policy = plan_of(file)
    some = list(lines(policy, 200))
    monkeypatch.setitem(sys.modules, "jxplus.enterprise.typed", None)
    assert read(policy, some, 0, {}) == read(policy, some, len(some), {})


def test_clean_lines_are_decoded_into_their_facts() -> None:
    """Most lines of a clean file are not even decoded twice, be there null in them or an id."""
    policy = plan_of("")
    reader = Reader(policy)
    some = [written_facts(each) for each, _ in enterprises(policy, 50)]
    sure = [each for each in some if '_rate": 1' not in each]
    for line in sure:
        found = reader.line(line.encode())
        assert found is not None
        assert reader.line(line.replace("{", '{"id": "K1", ', 1).encode()) == (found[0], "K1")
        others = [fact.id for fact in policy.facts.values() if fact.id not in found[0]]
        assert not others or reader.line(line.replace("{", f'{{"{others[0]}": null, ', 1).encode()) == found
    assert len(sure) > 15


@pytest.mark.parametrize(("written", "decoded"), [("60.0", True), ("60.00", True), ("60.5", False), ("6E1", False)])
def test_zeros_at_the_end_of_a_figure_are_no_decimals(written: str, decoded: bool) -> None:
    """Months have no decimals, and a data frame writes 60 of them as 60.0: the line is decoded at once, and says the same as the other way."""
    policy = plan_of("")
    premises = f'{{"landlord": "private", "use": "office", "area": 1, "monthly_rent": 1, "months": {written}}}'
    line = f'{{"name": "A", "premises": [{premises}]}}'.encode()
    found = TypedReader(policy).facts(line)
    assert (found is not None) is decoded
    if found is not None:
        (item,) = found[0]["premises"]
        assert item["months"] == Decimal(60)
        assert found[0] == Reader(policy).read(read_tree(line.decode(), "a", "json")).facts


@pytest.mark.parametrize(
    ("name", "written", "decoded"),
    [
        ("rd_expensed", "9999999999999", True),
        ("rd_expensed", "10000000000000", False),  # money is below 10^13
        ("rd_expensed", "-1", False),
        ("rd_expensed", "0", True),
        ("rd_expensed", "0.00", True),
        ("rd_expensed", "-0.0", False),
        ("rd_expensed", "0e400", False),  # a figure of so many digits is none
        ("rd_expensed", "0.25", True),
        ("rd_expensed", "0.125", False),  # finer than a fen
        ("cit_rate", "0", True),
        ("cit_rate", "1", False),  # 1% or 100%
        ("trainees", "999999999", True),
        ("trainees", "1000000000", False),
    ],
)
def test_a_figure_is_decoded_within_its_limits(name: str, written: str, decoded: bool) -> None:
    """A whole one as well as one with decimals; whatever is outside has the reader of everything say what is wrong with it."""
    found = TypedReader(plan_of("")).facts(f'{{"name": "A", "{name}": {written}}}'.encode())
    assert found == (({"name": "A", name: Decimal(written)}, "") if decoded else None)
    assert found is None or found[0][name].__class__ is Decimal


@pytest.mark.parametrize(("months", "decoded"), [(0, True), (1199, True), (1200, False), (-1, False)])
def test_months_are_decoded_within_their_limits(months: int, decoded: bool) -> None:
    """Their decimals are made beforehand, and none for what they may not be."""
    premises = f'[{{"landlord": "private", "use": "office", "area": 1, "monthly_rent": 1, "months": {months}}}]'
    found = TypedReader(plan_of("")).facts(f'{{"name": "A", "premises": {premises}}}'.encode())
    assert (found is not None) is decoded
    assert found is None or found[0]["premises"][0]["months"].__class__ is Decimal


def test_lines_in_chinese_names_are_decoded_into_their_facts() -> None:
    """Names, choices, yes and no in Chinese, be there null among them or an id: they say what the same line says by ids."""
    item = '"出租方": "政府", "用途": "office", "面积": 80.5, "每平方米月租金": 30, "测算月数": 12'
    own = '"企业名称": "甲", "省内企业": "是", "“互联网+”企业": false, "总部迁入": "区域总部", "年研发投入": 1200000'
    line = f'{{{own}, "用房": [{{{item}}}], "测算日期": "2016-06-30"}}'
    premises = {"landlord": "government", "use": "office", "area": Decimal("80.5")}
    premises |= {"monthly_rent": Decimal(30), "months": Decimal(12)}
    facts = {"name": "甲", "registered_in_jiangxi": True, "internet_plus": False, "headquarters": "regional"}
    facts |= {"rd_investment": Decimal(1200000), "premises": [premises], "as_of": date(2016, 6, 30)}
    reader = TypedReader(plan_of(""))
    assert reader.facts(line.encode()) == (facts, "")
    assert reader.facts(line.replace("{", '{"编号": " K1 ", ', 1).encode()) == (facts, "K1")
    assert reader.facts(line.replace("{", '{"id": null, "销售收入": null, ', 1).encode()) == (facts, "")
    assert reader.facts(line.replace('"测算月数"', '"已享受月数": null, "months"').encode()) == (facts, "")
    assert reader.facts(b'{"name": "A"}') == ({"name": "A"}, "")
    for twice in ('"name": "甲"', '"name": null', '"企业名称": "甲"', '"编号": "K1", "id": "K1"', '"电话": 5'):
        assert reader.facts(line.replace("{", f"{{{twice}, ", 1).encode()) is None
    for lacking in ('"企业名称": "甲", ', '"出租方": "政府", ', ', "测算月数": 12'):
        assert reader.facts(line.replace(lacking, "").encode()) is None


def test_lines_of_another_kind_are_not_tried_for_ever() -> None:
    """A file of which no line is plain goes the other way, which is sooner than to try both."""
    reader = TypedReader(plan_of("county.yaml"))
    plain = b'{"name": "A"}'
    assert reader.facts(plain) == ({"name": "A"}, "")
    for _ in range(200):
        assert reader.facts(b'{"name": "A", "telephone": 5}') is None
    assert reader.facts(plain) is None


def test_clean_lines_are_plain() -> None:
    """Most lines of a clean file are read at once without msgspec too: else nothing would be won."""
    policy = plan_of("")
    reader = Reader(policy)
    reader.few = 0
    stated = [json.loads(written_facts(each), parse_float=str) for each, _ in enterprises(policy, 50)]
    rates = ("cit_rate", "rd_post_subsidy_rate")
    sure = [each for each in stated if all(Decimal(each.get(rate, 0)) < 1 for rate in rates)]
    assert len(sure) > 15  # a rate of 1, which may be 1% or 100%, is none of these
    assert all(reader.plain(each) is not None for each in sure)


def written_facts(enterprise: Enterprise) -> str:
    """The facts of an enterprise as an object of JSON."""
    return written([enterprise.facts])[1:-1]


def test_the_first_few_are_read_without_haste() -> None:
    """For few enterprises no function is made."""
    reader = Reader(plan_of("county.yaml"))
    reader.few = 3
    assert [reader.is_quick() for _ in range(4)] == [False, False, True, True]


@pytest.mark.parametrize(
    "id", ["N1", "913600001", "1E5", "TRUE", "2016-06-30", "合计", "Total9", "A-1", "甲", "1", "E1", "", None]
)
@pytest.mark.parametrize("name", ["甲公司", "合计", "小计:", "※示例，不读取", "subtotals", "注：以上", None])
@pytest.mark.parametrize("fact", ["1", None])
def test_a_row_that_is_plain_is_a_row(id: str | None, name: str | None, fact: str | None) -> None:
    """What is taken for a row at first sight has a sound id, and is no total, note or example."""
    cells = [id or None, name, fact]
    if _is_plain(cells, 0, [1], [2]):
        assert id is not None
        assert spoilt_id(id) is None
        assert outside(cells, ["id", "name", "trainees"], [0, 1], [0, 1], [2]) is None
    elif (id, name, fact) == ("N1", "甲公司", "1"):
        pytest.fail("an everyday row is looked at twice")


def mappings() -> list[dict[str, Any]]:
    """Enterprises as a program states them, every tenth with something wrong."""
    found = [dict(each.facts) for each, _ in enterprises(plan_of(""), 60)]
    for place in range(0, 60, 10):
        found[place]["trainees"] = "-1"
    others = [
        None,
        12,
        1.5,
        1e22,
        float("nan"),
        Decimal("1E+3"),
        Decimal("-0"),
        True,
        "12万",
        [],
        {},
        datetime(2016, 6, 30),
    ]
    for place, value in enumerate(others, 1):
        found[place]["operating_revenue"] = value
        found[place + 20]["premises"] = [
            {"landlord": "private", "use": "office", "area": value, "months": 3, "monthly_rent": 9}
        ]
        found[place + 40]["premises"] = [
            {"landlord": "private", "use": "office", "area": 5, "months": value, "monthly_rent": 9.5}
        ]
    return found


def test_a_program_s_enterprises_are_read_alike() -> None:
    """`assess_many` and `assess_frame` go the same way: the same results and the same refusals."""
    quick, slow = Desk(plan_of(""), "2016-06-30", None), Desk(plan_of(""), "2016-06-30", None)
    quick.reader.few, slow.reader.few = 0, 10**9
    quick.assessor.few, slow.assessor.few = 0, 10**9
    refused = 0
    for line, stated in enumerate(mappings(), 1):
        one, other = quick.result(stated, "mapping", line), slow.result(stated, "mapping", line)
        if isinstance(one, Refused):
            assert isinstance(other, Refused)
            assert one.faults == other.faults
            refused += 1
        else:
            assert one[:-1] == other[:-1]
    assert 0 < refused < 60


def test_the_reader_s_source_is_kept() -> None:
    """A traceback shows the line that raised."""
    import linecache

    reader = Reader(plan_of("county.yaml"))
    reader.few = 0
    reader.plain({"name": "甲"})
    assert any("def read(stated):" in "".join(linecache.getlines(name)) for name in list(linecache.cache))
