"""Pages on narrow terminals: a figure is never cut, and a name goes on over as many lines as it takes."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from commandline import jxplus
from rich.cells import cell_len

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
PLATFORM = str(ROOT / "examples" / "platform-operator.yaml")
MANUFACTURER = str(ROOT / "examples" / "manufacturer.yaml")
WIDTHS = (120, 100, 80, 70, 69, 60, 50, 40)
_FIGURE = re.compile(r"\d[\d,]*\.\d\d")


def figures(page: str) -> list[str]:
    """The amounts of a page in the order in which they stand, each whole; a figure that is cut is another one."""
    return _FIGURE.findall(page)


def listed(out: str) -> str:
    """What stands below the heading of a list, without blanks and the dots between what stands on one line."""
    return re.sub(r"[\s·]", "", out.rpartition("─")[2])


def page(*words: str, columns: int) -> str:
    """A page at that width; no line is longer than it."""
    code, out, _ = jxplus(*words, columns=columns)
    assert code == 0
    assert max(map(cell_len, out.splitlines())) <= columns
    assert "…" not in out
    return out


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("columns", WIDTHS)
def test_a_batch_names_all_with_their_figures(tmp_path: Path, columns: int, lang: str) -> None:
    """Each enterprise's name is whole, over several lines where it is long, with both ends of what it is due."""
    long = "江西省上饶市信江新区高新技术产业开发区智能装备制造股份有限公司"
    (tmp_path / "long.yaml").write_text(f"name: {long}\nas_of: 2016-06-30\nrd_expensed: 9亿\ncit_rate: 25%\n", "utf-8")
    files = [*map(str, EXAMPLES), str(tmp_path / "long.yaml")]
    out = page("batch", *files, "--lang", lang, columns=columns)
    code, csv, _ = jxplus("batch", *files, "--format", "csv", "--shape", "wide")
    assert code == 0
    for name, low, high in (line.split(",")[:3] for line in csv.splitlines()[1:]):
        # A name goes on in its own column: between its characters stand figures, but no other name.
        assert len(re.findall("[^\u4e00-\u9fff]*".join(name), out)) == 1
        assert {f"{Decimal(low):,.2f}", f"{Decimal(high):,.2f}"} <= set(figures(out))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("columns", WIDTHS)
def test_the_list_of_clauses_has_every_title_and_id(columns: int, lang: str) -> None:
    """All of each title and of each id is there, at 60 columns and at 40."""
    out = page("explain", "--lang", lang, columns=columns)
    _, wide, _ = jxplus("explain", "--lang", lang, columns=400)
    clauses = json.loads(jxplus("calc", MANUFACTURER, "--format", "json")[1])["entitlements"]
    for clause in clauses:
        assert clause["clause"] in out
        assert clause["title"][lang] in wide
    assert sorted(listed(out)) == sorted(listed(wide))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("columns", WIDTHS)
def test_a_curve_cuts_no_figure(columns: int, lang: str) -> None:
    """The figures of each row are those of the exact curve, whole, in their order."""
    words = ("curve", MANUFACTURER, "rd_investment", "0..1亿", "--lang", lang)
    out = page(*words, columns=columns)
    exact = json.loads(jxplus(*words, "--format", "json")[1])
    wanted = {f"{each[end]:,.2f}" for each in exact["breaks"] for end in ("value", "low", "high")}
    assert wanted <= set(figures(out))
    assert set(figures(out)) == set(figures(page(*words, columns=200)))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("columns", WIDTHS)
def test_a_calculation_cuts_no_amount(columns: int, lang: str) -> None:
    """Every amount of the widest page is on the narrow one, whole."""
    words = ("calc", PLATFORM, "--lang", lang)
    assert sorted(figures(page(*words, columns=columns))) == sorted(figures(page(*words, columns=200)))


@pytest.mark.parametrize("columns", [80, 100, 120, 60, 40])
def test_a_range_stays_on_one_line_where_there_is_room(columns: int) -> None:
    """3,000,000.00 to 6,000,000.00 takes 27 columns: it breaks where that is more than half of the line, beside a title."""
    out = page("calc", PLATFORM, columns=columns)
    assert "3,000,000.00 – 6,000,000.00" in out
    assert "5,583,000.00 – 10,042,860.00" in out


def test_a_range_that_is_wider_than_half_the_line_breaks_at_the_dash() -> None:
    """On 64 columns two figures of billions take more than half, and stand one above the other.

    15 % of half of 90 billion yuan is 6.75 billion, in place of 735,000 in a total of 5,583,000 to 10,042,860.
    """
    out = page("calc", PLATFORM, "--set", "rd_expensed=900亿", columns=64)
    assert re.search(r"6,754,848,000.00 –\n +6,759,307,860.00", out)
