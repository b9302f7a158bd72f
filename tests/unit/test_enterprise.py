"""What an enterprise file states, fact by fact, and where it is wrong.

The files stand in `good/` and `bad/`; what each good one states is spelt out here by hand.
"""

import json
from datetime import date
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest
from handworked import HERE, ITEMS, Limit, read_limits, stating, wrong_limit
from hypothesis import given
from hypothesis import strategies as st

from jxplus.document import MOST_BYTES, decode, read_tree
from jxplus.enterprise import Enterprise, Misstated, Reader
from jxplus.fault import Fault, Refused
from jxplus.policy import Policy
from jxplus.quantity import wan_text, yuan_text

NAME = "丰城测试公司"
DAY = date(2016, 6, 30)
NEEQ = {"venue": "neeq"}
LISTS = (
    "listings",
    "premises",
    "platforms",
    "talents",
    "training_bases",
    "funds",
    "truck_tolls",
    "container_trips",
)
OFFICE = {"landlord": "government", "use": "office", "area": D(100), "monthly_rent": D(25), "months": D(12)}
FUND = {
    "liquidated": True,
    "size": D(100_000_000),
    "in_province_investment": D(60_000_000),
    "in_province_net_gain": D(5_000_000),
}

GOOD: dict[str, dict[str, Any]] = {
    "as-of-late.yaml": {"as_of": date(2020, 1, 1)},
    "blanks.json": {},
    "blanks.yaml": {},
    "bom-crlf.yaml": {"as_of": DAY, "operating_revenue": D(12_000_000), "listings": [NEEQ]},
    "bom.json": {"operating_revenue": D(12_000_000)},
    "bom.yaml": {"as_of": DAY, "operating_revenue": D(12_000_000), "listings": [NEEQ]},
    "bools.yaml": {
        "registered_in_jiangxi": True,
        "internet_plus": True,
        "new_format": True,
        "big_data": False,
        "major_project_loan": False,
        "telecom_operator": False,
        "selected_logistics": True,
        "new_cargo_route": False,
        "qualifying_fixed_assets": True,
        "student_venture": False,
    },
    "chinese-keys.yaml": {
        "as_of": DAY,
        "registered_in_jiangxi": True,
        "internet_plus": True,
        "new_format": False,
        "big_data": True,
        "operating_revenue": D(12_000_000),
        "previous_peak_revenue": D(11_000_000),
        "sales_revenue": D(12_000_000),
        "rd_investment": D(1_300_000),
        "rd_expensed": D(900_000),
        "rd_amortisation": D(40_000),
        "rd_post_subsidy_rate": D("0.15"),
        "cit_rate": D("0.25"),
        "investment": D(12_000_000),
        "headquarters": "none",
        "major_project_loan": False,
        "telecom_operator": False,
        "selected_logistics": False,
        "new_cargo_route": False,
        "qualifying_fixed_assets": True,
        "student_venture": False,
        "trainees": D(8),
        **{listed: [] for listed in LISTS},
    },
    "crlf.json": {"trainees": D(3)},
    "crlf.yaml": {"as_of": DAY, "operating_revenue": D(12_000_000), "listings": [NEEQ]},
    "date-leap-day.yaml": {"as_of": date(2016, 2, 29)},
    "date-plain.yaml": {"as_of": DAY},
    "date-quoted.yaml": {"as_of": DAY},
    "document-marks.yaml": {},
    "empty-lists.yaml": {listed: [] for listed in LISTS},
    "escapes.json": {"name": "丰城𠮷家🚀公司", "trainees": D(3)},
    "exponents.json": {
        "operating_revenue": D(12_000_000),
        "sales_revenue": D(12_000_000),
        "rd_investment": D(12_000_000),
    },
    "flow.yaml": {"as_of": DAY, "listings": [NEEQ]},
    "gb18030.yaml": {"operating_revenue": D(12_000_000)},
    "item-defaults.yaml": {
        "listings": [NEEQ, {"venue": "shanghai", "subsidised": False}],
        "premises": [OFFICE, {**OFFICE, "months_used": D(0)}],
        "funds": [FUND, {**FUND, "local_gain": D(0)}],
    },
    "item-edges.yaml": {
        "trainees": D(999_999_999),
        "premises": [
            {
                "landlord": "private",
                "use": "office",
                "area": D("0.0001"),
                "monthly_rent": D(0),
                "months": D(0),
            },
            {
                "landlord": "university",
                "use": "maker-space",
                "area": D("99999999.9999"),
                "monthly_rent": D("99999999.9999"),
                "months": D(1199),
                "months_used": D(1199),
            },
        ],
        "container_trips": [
            {"card": "credit", "vehicle_km": D(0), "lawful": False},
            {"card": "stored-value", "vehicle_km": D("9999999999.9999"), "lawful": True},
        ],
        "truck_tolls": [{"card": "credit", "toll": D(0)}],
    },
    "keys-of-both-languages.yaml": {"operating_revenue": D(12_000_000), "sales_revenue": D(12_000_000)},
    "money-edges.yaml": {
        "operating_revenue": D("9999999999999.99"),
        "previous_peak_revenue": D(0),
        "sales_revenue": D("0.01"),
        "rd_investment": D("0.01"),
        "rd_expensed": D(9_999_999_999_900),
        "rd_amortisation": D(0),
        "investment": D("1200.50"),
    },
    "money-negative-gain.yaml": {
        "funds": [
            {
                "liquidated": True,
                "size": D(100_000_000),
                "in_province_investment": D(0),
                "in_province_net_gain": D(-9_600_000),
            },
            {
                "liquidated": True,
                "size": D("0.01"),
                "in_province_investment": D("0.01"),
                "in_province_net_gain": D(-9_600_000),
                "local_gain": D(0),
            },
        ]
    },
    "money-notations.yaml": dict.fromkeys(
        (
            "operating_revenue",
            "previous_peak_revenue",
            "sales_revenue",
            "rd_investment",
            "rd_expensed",
            "rd_amortisation",
            "investment",
        ),
        D(12_000_000),
    ),
    "name-leading-zeros.yaml": {"name": "00700"},
    "name-number.yaml": {"name": "360"},
    "name-punctuation.yaml": {"name": "丰城“云+端”(江西): 科技 #1 公司"},
    "no-final-newline.yaml": {"as_of": DAY, "operating_revenue": D(12_000_000), "listings": [NEEQ]},
    "only-name.yaml": {},
    "quoted-figures.json": {
        "operating_revenue": D(12_000_000),
        "cit_rate": D("0.15"),
        "trainees": D(12),
        "internet_plus": True,
    },
    "quoted-figures.yaml": {
        "operating_revenue": D(12_000_000),
        "sales_revenue": D(12_000_000),
        "cit_rate": D("0.15"),
        "trainees": D(12),
        "container_trips": [{"card": "none", "vehicle_km": D("96300.5"), "lawful": True}],
    },
    "rates-edges.yaml": {"cit_rate": D(0), "rd_post_subsidy_rate": D(1)},
    "rates-fine.json": {"cit_rate": D("0.125"), "rd_post_subsidy_rate": D(1)},
    "rates.yaml": {"cit_rate": D("0.15"), "rd_post_subsidy_rate": D("0.15")},
    "tabs.json": {"listings": [NEEQ]},
    "trailing-zeros.yaml": {"operating_revenue": D("1200.50")},
}
"""What each file of `good/` states, beside the name that most of them share."""


def read_file(path: Path, reader: Reader) -> Enterprise:
    form = "json" if path.suffix == ".json" else "yaml"
    return reader.read(read_tree(decode(path.read_bytes(), path.name), path.name, form))


def read_yaml(text: str, reader: Reader) -> Enterprise:
    return reader.read(read_tree(text, "a.yaml"))


def refusal(path: Path, reader: Reader) -> tuple[Fault, ...]:
    with pytest.raises(Refused) as caught:
        read_file(path, reader)
    return caught.value.faults


# ---- good files --------------------------------------------------------------------------------------------------------


def test_every_good_file_is_spelt_out() -> None:
    assert sorted(GOOD) == sorted(path.name for path in (HERE / "good").iterdir())


@pytest.mark.parametrize("file", GOOD)
def test_a_good_file_states(file: str, reader: Reader) -> None:
    enterprise = read_file(HERE / "good" / file, reader)
    assert enterprise.facts == {"name": NAME, **GOOD[file]}
    assert enterprise.name == enterprise.facts["name"]
    assert enterprise.file == file


@pytest.mark.parametrize("limit", read_limits(), ids=lambda limit: f"{limit.fact} {limit.written}")
def test_each_side_of_a_limit(limit: Limit, reader: Reader) -> None:
    assert wrong_limit(limit, reader) == ""


def test_every_figure_has_its_limits(policy: Policy) -> None:
    """No fact that is a figure goes without a row in `limits.yaml`, on both sides."""
    figures = {fact.id for fact in policy.facts.values() if fact.limits}
    figures |= {
        f"{listed.id}.{fact.id}" for listed in policy.lists.values() for fact in listed.facts.values() if fact.limits
    }
    for accepted in (True, False):
        assert {limit.fact for limit in read_limits() if limit.accepted is accepted} == figures


def test_every_name_is_known_in_both_languages(policy: Policy, reader: Reader) -> None:
    """Every fact, of the enterprise and of an item, may be written under its id or its Chinese name."""
    values = {"text": "A", "date": "2016-06-30", "bool": "yes", "rate": "15%"}
    for fact in policy.facts.values():
        written = values.get(fact.form) or next(iter(fact.choices), "1")
        for key in (fact.id, fact.label.zh):
            stated = {**({} if fact.id == "name" else {"name": "A"}), key: written}
            assert fact.id in reader.read(read_tree(json.dumps(stated), "f", "json")).facts
    for listed in policy.lists.values():
        chinese = {listed.facts[name].label.zh: value for name, value in ITEMS[listed.id].items()}
        pairs = [{"name": "A", listed.id: [ITEMS[listed.id]]}, {"name": "A", listed.label.zh: [chinese]}]
        one, other = (reader.read(read_tree(json.dumps(pair), "f", "json")) for pair in pairs)
        assert one.facts == other.facts


def test_every_choice_is_known_in_both_languages(policy: Policy, reader: Reader) -> None:
    """A choice may be written under its id or its Chinese label."""
    tables = {f"{listed.id}.": listed.facts for listed in policy.lists.values()}
    for before, facts in [("", policy.facts), *tables.items()]:
        for fact in facts.values():
            for choice, label in fact.choices.items():
                read = [
                    reader.read(read_tree(stating(f"{before}{fact.id}", written), "f", "json")).facts
                    for written in (choice, label.zh)
                ]
                stated = [facts[before[:-1]][0] if before else facts for facts in read]
                assert [found[fact.id] for found in stated] == [choice, choice]


@pytest.mark.parametrize(
    ("written", "truth"),
    [
        ("true", True),
        ("yes", True),
        ("是", True),
        ("True", True),
        ("YES", True),
        ("false", False),
        ("no", False),
        ("否", False),
        ("No", False),
        ("FALSE", False),
    ],
)
def test_every_way_to_say_yes_or_no(written: str, truth: bool, reader: Reader) -> None:
    for text in (written, f'"{written}"'):
        assert read_yaml(f"name: A\ninternet_plus: {text}\n", reader).facts["internet_plus"] is truth
    assert reader.read(read_tree('{"name": "A", "internet_plus": true}', "f", "json")).facts["internet_plus"] is True
    assert reader.read(read_tree('{"name": "A", "internet_plus": false}', "f", "json")).facts["internet_plus"] is False


@given(st.integers(0, 10**15 - 1).map(lambda fen: D(fen).scaleb(-2)))
def test_money_is_read_to_the_fen(reader: Reader, amount: D) -> None:
    """Every way to write an amount reads as that amount, and JSON's numbers as its texts."""
    ways = [str(amount), f"{amount}元", f"{yuan_text(amount)}元", f"{wan_text(amount)}万", f"{wan_text(amount)}万元"]
    for way in ways:
        assert read_yaml(f"name: A\nsales_revenue: {way}\n", reader).facts["sales_revenue"] == amount
    number = reader.read(read_tree(f'{{"name": "A", "sales_revenue": {amount}}}', "f", "json"))
    assert number.facts["sales_revenue"] == amount


# ---- bad files ---------------------------------------------------------------------------------------------------------

BAD = sorted((HERE / "bad").iterdir())


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.name)
def test_a_bad_file_is_refused(path: Path, reader: Reader) -> None:
    """Each is refused, at a place that it has, in words of both languages, on one line."""
    lines = path.read_bytes().split(b"\n")
    for fault in refusal(path, reader):
        assert fault.file == path.name
        assert 1 <= fault.place.line <= len(lines)
        assert fault.place.column >= 1
        assert all((fault.wrong.zh, fault.wrong.en, fault.right.zh, fault.right.en))
        for lang in ("zh", "en"):
            assert fault.show(lang).isprintable()


@pytest.mark.parametrize(
    ("file", "places"),
    [
        ("alias.yaml", ["3:16 "]),
        ("alias-in-item.yaml", ["3:25 "]),
        ("alias-to-itself.yaml", ["2:17 "]),
        ("area-zero.yaml", ["5:11 premises[1].area"]),
        ("bad-choice.yaml", ["2:15 headquarters"]),
        ("bracket-not-closed.yaml", ["2:11 "]),
        ("colon-full-width.yaml", ["2:6 "]),
        ("colon-full-width-in-item.yaml", ["3:10 listings[1]"]),
        ("colon-full-width-throughout.yaml", ["1:5 ", "2:6 "]),
        ("bad-choice-in-item.yaml", ["3:15 premises[1].landlord"]),
        ("commas-wrong.yaml", ["2:20 operating_revenue"]),
        ("control-c1.yaml", ["2:9 "]),
        ("control-character.yaml", ["1:9 "]),
        ("deep-nesting.yaml", ["2:30 "]),
        ("duplicate-item-fact.yaml", ["8:5 area"]),
        ("duplicate-key.json", ["1:35 trainees"]),
        ("duplicate-key.yaml", ["3:1 operating_revenue"]),
        ("duplicate-key-two-languages.yaml", ["3:1 年营业收入"]),
        ("duplicate-unknown.json", ["2:2 colour", "3:2 colour"]),
        ("duplicate-unknown.yaml", ["2:1 colour", "3:1 colour"]),
        ("empty.yaml", ["1:1 "]),
        ("finer-than-fen.json", ["1:41 operating_revenue"]),
        ("finer-than-fen.yaml", ["2:20 operating_revenue"]),
        ("fund-size-zero.yaml", ["4:11 funds[1].size"]),
        ("impossible-date.yaml", ["2:8 as_of"]),
        ("item-blank.yaml", ["2:12 listings[1]"]),
        ("item-twice-in-two-languages.yaml", ["4:5 listings[1].上市地"]),
        ("list-at-top.yaml", ["1:1 "]),
        ("many-faults.yaml", [
            "2:1 name",
            "2:8 as_of",
            "3:1 operating_revenu",
            "4:16 internet_plus",
            "5:16 sales_revenue",
            "6:16 rd_investment",
            "7:11 cit_rate",
            "8:15 headquarters",
            "9:11 trainees",
            "10:12 platforms",
            "12:5 premises[1].area",
            "14:19 premises[1].monthly_rent",
        ]),
        ("merge-key.yaml", ["2:1 "]),
        ("missing-item-fact.yaml", ["3:5 premises[1].area"]),
        ("missing-name.yaml", ["1:1 name"]),
        ("misspelt-item-fact.yaml", ["8:5 premises[1].month_used"]),
        ("name-blank.yaml", ["1:7 name"]),
        ("name-blank-key.yaml", ["2:1 name"]),
        ("name-direction.json", ["1:10 name"]),
        ("name-direction.yaml", ["1:7 name"]),
        ("name-escape.yaml", ["1:7 name"]),
        ("nan.json", ["1:41 operating_revenue"]),
        ("nul.yaml", ["2:12 "]),
        ("not-utf8-after-chinese.yaml", ["1:7 "]),
        ("number-sexagesimal.yaml", ["2:20 operating_revenue"]),
        ("quote-not-closed.yaml", ["1:7 "]),
        ("rate-without-percent.yaml", ["2:11 cit_rate"]),
        ("tag.yaml", ["2:11 "]),
        ("three-names.yaml", ["2:1 name", "3:1 name"]),
        ("too-large-yi.yaml", ["2:20 operating_revenue"]),
        ("two-documents.yaml", ["2:1 "]),
        ("unknown-fact.yaml", ["2:1 operating_revenu"]),
        ("unknown-fact-chinese.yaml", ["2:1 年营业收人"]),
        ("unknown-item-fact.yaml", ["8:5 premises[1].floor"]),
        ("vehicle-km-negative.yaml", ["4:17 container_trips[1].vehicle_km"]),
        ("wrong-type-item-is-text.yaml", ["2:12 listings[1]"]),
        ("wrong-type-list-is-mapping.yaml", ["2:11 listings"]),
    ],
)  # fmt: skip
def test_faults_stand_where_they_are(file: str, places: list[str], reader: Reader) -> None:
    """Line and column, counted by hand, and the fact concerned."""
    found = refusal(HERE / "bad" / file, reader)
    assert [f"{fault.place.line}:{fault.place.column} {fault.fact}" for fault in found] == places


@pytest.mark.parametrize(
    ("file", "nearest"),
    [
        ("unknown-fact.yaml", "operating_revenue"),
        ("unknown-fact-chinese.yaml", "年营业收入"),
        ("misspelt-item-fact.yaml", "months_used"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(file: str, nearest: str, reader: Reader) -> None:
    (fault,) = refusal(HERE / "bad" / file, reader)
    assert fault.right.en == f"did you mean '{nearest}'?"
    assert nearest in fault.right.zh


def test_ten_million_bytes_and_no_more() -> None:
    """A file of 10 MB is read; one byte more is refused before it is looked at."""
    head = b"name: A\n"
    assert decode(head + b" " * (MOST_BYTES - len(head)), "a.yaml").rstrip() == "name: A"
    with pytest.raises(Refused) as caught:
        decode(b"\xff" * (MOST_BYTES + 1), "a.yaml")
    (fault,) = caught.value.faults
    assert fault.wrong.en == "the file is larger than 10 MB"


# ---- one fact by itself ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "written", "fact", "value"),
    [
        ("operating_revenue", "1200万", "operating_revenue", D(12_000_000)),
        ("年营业收入", "0.12亿", "operating_revenue", D(12_000_000)),
        ("cit_rate", "15%", "cit_rate", D("0.15")),
        ("internet_plus", "否", "internet_plus", False),
        ("总部迁入", "区域性总部", "headquarters", "regional"),
        ("as_of", "2016-06-30", "as_of", DAY),
        ("training_bases", [{"qualified": "yes"}], "training_bases", [{"qualified": True}]),
        ("实训基地", [], "training_bases", []),
    ],
)
def test_a_fact_stated_by_itself(name: str, written: Any, fact: str, value: Any, reader: Reader) -> None:
    assert reader.value(name, written) == (fact, value)


@pytest.mark.parametrize(
    ("name", "written", "fact"),
    [
        ("operating_revenu", "1200万", "operating_revenu"),
        ("operating_revenue", "plenty", "operating_revenue"),
        ("cit_rate", "25", "cit_rate"),
        ("training_bases", "yes", "training_bases"),
        ("training_bases", [{"qualified": "perhaps"}], "training_bases[1].qualified"),
        ("as_of", "2016-W26-4", "as_of"),
        ("as_of", "201606301", "as_of"),
        ("as_of", "２０１６-０６", "as_of"),
    ],
)
def test_a_fact_misstated_by_itself(name: str, written: Any, fact: str, reader: Reader) -> None:
    with pytest.raises(Misstated) as caught:
        reader.value(name, written)
    assert caught.value.fact == fact


# ---- anything at all ---------------------------------------------------------------------------------------------------

ways_to_write = st.one_of(
    st.none(),
    st.booleans(),
    st.text(max_size=8),
    st.sampled_from(["1", "-1", "1.5", "1e3", "15%", "1200万", "是", "no", "neeq", "private", "2016-06-30", "none"]),
    st.integers(-(10**20), 10**20),
    st.floats(),
)


@st.composite
def statements(draw: st.DrawFn) -> str:
    """A JSON text with keys that are known, or nearly, and values that fit, or not."""
    names = [
        *ITEMS,
        "name",
        "as_of",
        "internet_plus",
        "sales_revenue",
        "cit_rate",
        "headquarters",
        "trainees",
        "企业名称",
        "?",
    ]
    inner = ["landlord", "use", "area", "monthly_rent", "months", "card", "toll", "venue", "qualified", "面积", "?"]
    items = st.dictionaries(st.sampled_from(inner), ways_to_write, max_size=6)
    values = st.one_of(ways_to_write, st.lists(st.one_of(items, ways_to_write), max_size=3), items)
    return json.dumps(draw(st.one_of(st.dictionaries(st.sampled_from(names), values, max_size=8), values)))


@given(statements())
def test_any_statement_is_read_or_refused(reader: Reader, text: str) -> None:
    """Whatever is stated of a fact, there is an enterprise or a refusal with every fault in its place."""
    try:
        found: Enterprise | None = reader.read(read_tree(text, "a.json", "json"))
    except Refused as refused:
        found, faults = None, refused.faults
    else:
        faults = ()
    assert (found is None) == bool(faults)
    assert all(fault.place.line == 1 and 1 <= fault.place.column <= len(text) + 1 for fault in faults)


yaml_like = st.text(alphabet="abn01 :-?[]{},&*!|>'\"%@#\n\t.~<年元", max_size=60)


@given(
    st.one_of(st.binary(max_size=200), st.text().map(str.encode), yaml_like.map(str.encode)),
    st.sampled_from(["yaml", "json"]),
)
def test_any_bytes_are_read_or_refused(reader: Reader, data: bytes, form: str) -> None:
    """Any bytes are an enterprise or a refusal: there is no other error."""
    try:
        enterprise = reader.read(read_tree(decode(data, "a"), "a", form))
    except Refused as refused:
        faults = refused.faults
    else:
        assert enterprise.name
        return
    assert faults


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("".join(f"fact_{number}: 1\n" for number in range(100_000)), "yaml"),
        ("fact: 1\n" * 100_000, "yaml"),
        ("{" + ", ".join(['"fact": 1'] * 100_000) + "}", "json"),
    ],
    ids=["unknown", "repeated", "repeated in JSON"],
)
def test_a_file_made_of_faults_is_refused_in_time(text: str, form: str, reader: Reader) -> None:
    """Of a hundred thousand unknown or repeated facts the first thousand are told, and that there are more."""
    with pytest.raises(Refused) as refused:
        reader.read(read_tree(text, "long", form))
    faults = refused.value.faults
    assert len(faults) == 1001
    assert faults[0].place[:2] == (1, 1)
    assert sum("more than 1000 faults" in fault.wrong.en for fault in faults) == 1


def test_a_fact_set_to_nothing_is_unknown(reader: Reader) -> None:
    """`--set trainees=` takes back what the file states; the name cannot be taken back."""
    tree = read_tree("name: A\ntrainees: 5\ntruck_tolls: []\n", "file.yaml")
    extra = dict([reader.value("trainees", None), reader.value("货车通行费", None)])
    assert reader.read(tree, extra).facts == {"name": "A"}
    with pytest.raises(Misstated, match="it is empty"):
        reader.value("name", None)


def test_a_fact_set_by_hand_stands_in_for_one_that_the_file_must_state(reader: Reader) -> None:
    """`--set name=…` names an enterprise whose file does not."""
    tree = read_tree("trainees: 5\n", "file.yaml")
    assert reader.read(tree, dict([reader.value("name", "A")])).name == "A"
    with pytest.raises(Refused, match="name: not stated"):
        reader.read(tree, dict([reader.value("trainees", "6")]))


def test_faults_name_a_fact_as_the_file_does(tmp_path: Path, reader: Reader) -> None:
    """A fault names a fact by the name that stands in the file, a list and its items too; what is missing in the file's language."""
    (tmp_path / "a.yaml").write_text(
        "年营业收入（万元）: 约30\n测算日期: 昨天\n用房:\n  - 出租方: 私\n    area: x\n  - 3\n挂牌上市: 3\n",
        encoding="utf-8",
    )
    assert [each.fact for each in refusal(tmp_path / "a.yaml", reader)] == [
        "企业名称",
        "年营业收入（万元）",
        "测算日期",
        *(f"用房[1].{name}" for name in ("用途", "每平方米月租金", "测算月数", "出租方")),
        "用房[1].area",
        "用房[2]",
        "挂牌上市",
    ]
