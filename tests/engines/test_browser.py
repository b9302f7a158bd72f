"""The report in a real browser: it asks the network for nothing, nothing sticks out of it, and it prints on A4.

Chromium is driven by Playwright; where either is not there the tests are skipped by name (see `insist`).
"""

import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from insist import missing

from jxplus.assessment import Assessor
from jxplus.batch import Brief
from jxplus.batch.outputs.reportindex import index
from jxplus.document import read_tree
from jxplus.enterprise import Reader
from jxplus.library.desk import Result
from jxplus.policy.store import load_policy
from jxplus.render.report import ResultPage

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright is not installed")
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        missing("there is no Chromium")
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]
        one = playwright.chromium.launch(executable_path=program, args=flags)
        yield one
        one.close()


def written(example: Path, lang: str, folder: Path) -> Path:
    policy = load_policy()
    enterprise = Reader(policy).read(read_tree(example.read_text("utf-8"), example.name))
    result = Result(*Assessor(policy).assess(enterprise, enterprise.facts["as_of"]))
    path = folder / "report.html"
    path.write_text(ResultPage(result, lang).text(), "utf-8")
    return path


def opened(browser: Any, path: Path, width: int) -> tuple[Any, list[str], list[str]]:
    """A page on a screen so wide, no wider than it; the addresses that it asks for, and what the browser complains of."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.goto(path.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    return page, asked, faults


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_sticks_out_and_nothing_is_asked_for(browser: Any, example: Path, lang: str, tmp_path: Path) -> None:
    """At 375 and at 1280 pixels no element is wider than the page; the file itself is the only thing ever requested."""
    path = written(example, lang, tmp_path)
    for width in (375, 1280):
        page, asked, faults = opened(browser, path, width)
        wide = page.evaluate(
            "w => [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > w + 0.5)"
            ".map(e => e.tagName + '.' + e.className)",
            width,
        )
        assert wide == []
        assert asked == [path.as_uri()]
        assert faults == []
        page.close()


def test_it_prints_on_a4(browser: Any, tmp_path: Path) -> None:
    """The page's own paper is A4, 595 by 842 points, and no page of it is blank."""
    page = browser.new_page()
    page.goto(written(EXAMPLES[0], "zh", tmp_path).as_uri())
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    page.close()
    boxes = {box for box in pdf.split(b"/MediaBox")[1:] for box in [box[: box.index(b"]")].strip(b" [")]}
    assert boxes
    for box in boxes:
        width, height = (round(float(each)) for each in box.split()[2:])
        assert (width, height) == (595, 842)


def test_it_is_read_without_a_script(browser: Any, tmp_path: Path) -> None:
    """With scripts turned off the amounts and how they came about are on the page."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(written(ROOT / "examples" / "platform-operator.yaml", "zh", tmp_path).as_uri())
    text = page.inner_text("body")
    assert "3,000,000.00 – 6,000,000.00" in text
    assert "✓" in text
    context.close()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_index_is_searched_without_the_network(browser: Any, lang: str, tmp_path: Path) -> None:
    """Nothing sticks out or is asked for; words hide the rows that lack them; without scripts all rows are there."""
    entries = [
        (
            Brief(f"KH{number:03}", Decimal(1000), Decimal(10**9) - number, 3, 0, 20, name=f"南昌企业{number}有限公司"),
            "a.html",
        )
        for number in range(30)
    ]
    path = tmp_path / "index.html"
    path.write_text(index(load_policy(), None, entries, [("KH900", "丙公司", 2)], lang, "yuan"), "utf-8")
    shown = "[...document.querySelectorAll('tbody tr')].filter(row => row.offsetParent !== null).length"
    for width in (375, 1280):
        page, asked, faults = opened(browser, path, width)
        assert page.evaluate(shown) == 31
        for words, count in (("kh01", 10), ("南昌 KH007", 1), ("丙", 1), ("none such", 0), ("", 31)):
            page.fill("input", words)
            assert page.evaluate(shown) == count
            assert page.locator("tr.sum").is_visible() is (words == "")  # the total is that of all
        assert (asked, faults) == ([path.as_uri()], [])
        page.close()
    bare = browser.new_context(java_script_enabled=False).new_page()
    bare.goto(path.as_uri())
    assert bare.locator("tbody tr").count() == 31
    assert not bare.locator("input").is_visible()
    bare.close()
