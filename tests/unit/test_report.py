"""The report of one enterprise: what stands on it, that all of it is text to the page, and how `calc -o` writes it."""

import json
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from commandline import ended

from jxplus.assessment import Assessor
from jxplus.assessment.reach import reach
from jxplus.enterprise import Reader
from jxplus.library import assess
from jxplus.policy import Policy
from jxplus.quantity import read_quantity
from jxplus.render.report import ResultPage

ROOT = Path(__file__).resolve().parents[2]
NASTY = "<script>alert(1)</script>\"&'{{ 7 * 7 }}"


class Text(HTMLParser):
    """The text of a page, and its tags with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


def page_of(policy: Policy, lang: str = "zh", unit: str = "yuan", **facts: object) -> Text:
    """The report of an enterprise that states these facts."""
    result = assess({"name": "江西某某科技有限公司", **facts}, policy, as_of="2016-06-30")
    share = read_quantity("20%")
    assert share is not None
    return Text(ResultPage(result, lang, unit).text(reach(Assessor(policy), result, share.amount)))


NEWCOMER = {
    "new_format": True,
    "operating_revenue": "1.08亿",
    "previous_peak_revenue": "3600万",
    "rd_expensed": "300万",
}


def test_a_report_in_chinese(policy: Policy) -> None:
    """Who, plan, day, amounts with section, payer and department, how they came about, what is missing, the receipt."""
    text = page_of(policy, **NEWCOMER).text
    for each in (
        "江西某某科技有限公司",
        "赣府发〔2015〕43号",
        "测算日期 2016-06-30",
        "六(二) 新业态营业收入首超奖励",
        "1,000,000.00 – 1,500,000.00",
        "✓ 年营业收入 1.08亿元 > 4000万元",
        "出资方 省级“互联网+”专项引导资金",
        "咨询 省工信委",
        "一次性 1,000,000.00 – 1,500,000.00",
        "每年 375,000.00",
        "合计 1,375,000.00 – 1,875,000.00",
        "尚不能判定",
        "“互联网+”企业",
        "企业所得税税率：未写明",
        f"SHA-256 {policy.sha256}",
    ):
        assert each in text, each


def test_a_report_in_english_and_in_wan(policy: Policy) -> None:
    text = page_of(policy, "en", "wan", **NEWCOMER).text
    for each in ("As of 2016-06-30", "Unit 10,000 yuan", "one-off 100 – 150", "annual 37.5", "Total 137.5 – 187.5"):
        assert each in text, each
    assert "1,500,000" not in text


def test_every_text_is_text_to_the_page(policy: Policy) -> None:
    """A name that is markup, a title and a note of the policy too, stand on the page as they are written, and do nothing."""
    clause = policy.clause("rd-super-deduction")
    assert clause is not None
    nasty = clause._replace(title=clause.title._replace(zh=NASTY), note=clause.title._replace(zh=f"note {NASTY}"))
    own = policy._replace(clauses=tuple(nasty if each is clause else each for each in policy.clauses))
    page = page_of(own, name=NASTY, rd_expensed="300万")
    assert page.text.count(NASTY) >= 3
    assert not [tag for tag, _ in page.tags if tag == "script"]
    assert "49" not in page.text.split("SHA-256")[0].replace(NASTY, "")


def test_a_report_needs_nothing_else(policy: Policy) -> None:
    """No script, no address, nothing to load: the page forbids it by itself."""
    page = page_of(policy, **NEWCOMER)
    assert not [tag for tag, _ in page.tags if tag in ("script", "link", "img", "iframe", "object", "form")]
    for _, attributes in page.tags:
        assert not {"src", "href", "onclick", "onload"} & set(attributes)
    policies = [attributes["content"] for _, attributes in page.tags if "http-equiv" in attributes]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]


def test_bars_go_from_low_to_high(policy: Policy) -> None:
    """Of 187.5万 at most, 137.5万 are certain: the bar of the total is whole, 733 of 1000 certain, 267 open."""
    page = page_of(policy, **NEWCOMER)
    bars = [attributes for tag, attributes in page.tags if tag == "rect"]
    total = bars[-3:]
    assert [each["width"] for each in total] == ["1000", "733", "267"]
    assert total[2]["x"] == "733"


def test_nothing_to_pay(policy: Policy) -> None:
    assert "没有可享受且载明金额的条款" in page_of(policy).text


# ---- calc -o -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["html", "json", "csv", "xlsx"])
def test_calc_writes_a_file_by_its_ending(ending: str, tmp_path: Path) -> None:
    file = ROOT / "examples" / "platform-operator.yaml"
    done = ended("calc", file, "-o", f"out.{ending}", "--lang", "en", folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert f"wrote out.{ending}" in done.stderr
    assert [each.name for each in tmp_path.iterdir()] == [f"out.{ending}"]
    data = (tmp_path / f"out.{ending}").read_bytes()
    if ending == "html":
        assert "六(二)" in Text(data.decode()).text
    elif ending == "xlsx":
        assert data[:2] == b"PK"
    else:
        printed = ended("calc", file, "--format", ending, "--lang", "en", folder=tmp_path).stdout
        assert json.loads(data) == json.loads(printed) if ending == "json" else data.decode() == printed


@pytest.mark.parametrize("words", [("-o", "out.txt"), ("-o", "out"), ("-o", "out.html", "--format", "json")])
def test_calc_writes_nothing_else(words: tuple[str, ...], tmp_path: Path) -> None:
    done = ended("calc", ROOT / "examples" / "platform-operator.yaml", *words, folder=tmp_path)
    assert done.returncode == 2
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    done = ended(
        "calc", ROOT / "examples" / "platform-operator.yaml", "-o", "no/out.html", "--lang", "zh", folder=tmp_path
    )
    assert done.returncode == 2
    assert done.stderr.endswith("错误: no/out.html: 无法写入：没有这个文件或文件夹\n")


def test_the_file_that_states_the_enterprise_is_not_written_over(tmp_path: Path) -> None:
    """`calc a.json -o a.json` would leave a result where the client's facts were."""
    (tmp_path / "a.json").write_text('{"name": "Example Ltd"}')
    done = ended("calc", "a.json", "-o", "./a.json", folder=tmp_path)
    assert (done.returncode, (tmp_path / "a.json").read_text()) == (2, '{"name": "Example Ltd"}')
    assert done.stderr.endswith("Error: -o: './a.json' is also read; write to another file\n")


def test_the_reader_of_a_report_is_asked_for_the_day_it_stands_for(policy: Policy) -> None:
    """The day on the page is the one that was calculated for, whatever day it is read on."""
    reader = Reader(policy)
    facts = dict([reader.value("name", "甲"), reader.value("as_of", "2015-08-31")])
    assessment = assess(facts, policy, as_of=date(2015, 8, 31))
    assert "测算日期 2015-08-31" in Text(ResultPage(assessment, "zh").text()).text


def test_what_pays_nothing_stands_on_the_page_where_it_is_asked_for(tmp_path: Path) -> None:
    """As on the screen: all of it with `--all`, a clause that `--explain` names with what it fails, and else none."""
    (tmp_path / "a.yaml").write_text("{name: A, as_of: 2016-06-30, big_data: no, trainees: 5}", "utf-8")

    def said(*options: str) -> str:
        done = ended("calc", "a.yaml", "-o", "a.html", "--lang", "en", *options, folder=tmp_path)
        assert done.returncode == 0
        return Text((tmp_path / "a.html").read_text("utf-8")).text

    settlement, investment = "Settlement award for a big-data headquarters", "Support for investment in big data"
    plain, every, asked = said(), said("--all"), said("--explain", "hq-settlement")
    assert settlement not in plain
    assert "Conditions not met" not in plain
    assert every.index("Conditions not met") < every.index(settlement) < every.index(investment)
    assert f"{settlement} ✗ Big-data or related enterprise: no (yes is asked for)" in asked
    assert investment not in asked
    assert "5 persons > 0 persons" not in plain
    assert "5 persons > 0 persons" in said("--explain", "training-subsidy")
    ended("batch", "a.yaml", "-o", "pages/", "--lang", "en", "--all", folder=tmp_path)
    assert settlement in Text((tmp_path / "pages" / "A.html").read_text("utf-8")).text


def test_a_workbook_tells_how_what_is_asked_for_came_about(tmp_path: Path) -> None:
    """On the client's sheet, under what it is due: of the clauses that `--explain` names, met or not, and of none without it."""
    from python_calamine import CalamineWorkbook

    (tmp_path / "a.yaml").write_text(
        "{name: A, as_of: 2016-06-30, cit_rate: 15%, big_data: no, rd_expensed: 100万}", "utf-8"
    )

    def said(*options: str) -> str:
        done = ended("calc", "a.yaml", "-o", "a.xlsx", "--lang", "en", *options, folder=tmp_path)
        assert done.returncode == 0
        rows = CalamineWorkbook.from_path(str(tmp_path / "a.xlsx")).get_sheet_by_name("A").to_python()
        return "\n".join(" | ".join(str(cell) for cell in row if cell != "") for row in rows)

    assert "How it came about" not in said()
    asked = said("--explain", "hq-settlement", "rd-super-deduction")
    told = asked[asked.index("How it came about") :].split("\n\n")[0].split("\n")
    assert told[:2] == ["How it came about", "五(一) | Settlement award for a big-data headquarters"]
    assert told[2] == "✗ Big-data or related enterprise: no (yes is asked for)"
    assert told[-3:] == [
        "✓ R&D cost expensed in the year, no intangible asset formed 1,000,000 yuan > 0 yuan",
        "base: 50% × R&D cost expensed in the year, no intangible asset formed 1,000,000 yuan = 500,000 yuan",
        "amount: the base 500,000 yuan × Enterprise income tax rate 15% = 75,000 yuan",
    ]
