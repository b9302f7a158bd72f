"""Workbooks as other people's tools write them: what each must come to, worked by hand, and what of it is not read.

What each enterprise saves is the super-deduction of 六(一): half of its expensed R&D cost at its tax rate. 980万元 at 15% are
9,800,000 × 50% × 15% = 735,000. `workbooks/make.py` makes the books.
"""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

from jxplus.batch import Task, run
from jxplus.batch.causes import Causes
from jxplus.batch.sources import Unread
from jxplus.batch.sources.paths import sources_of
from jxplus.policy.store import load_policy

POLICY = load_policy()
BOOKS = Path(__file__).parent / "workbooks"
SAVED = "rd-super-deduction"


class Came(NamedTuple):
    """What came of a book: the objects of its enterprises, its refusals by name, its faults, and what was said of the rest."""

    results: list[dict]
    refused: list[str]
    faults: list[str]
    said: list[str]

    def saved(self) -> dict[str, Decimal | None]:
        """What each enterprise saves by the super-deduction."""
        return {each["enterprise"]: clause(each, SAVED)["high"] for each in self.results}


def clause(result: dict, id: str) -> dict:
    """The entitlement of one clause."""
    return next(each for each in result["entitlements"] if each["clause"] == id)


def came(path: Path, strict: bool = False) -> Came:
    """What comes of a book, with its path left out of what is said."""
    said: list[Unread] = []
    sources = sources_of([str(path)], POLICY, said.append, strict)
    done = list(run(sources, Task(POLICY, "ndjson", today=date(2016, 6, 30))))
    lines = b"".join(each.text for each in done).splitlines()
    refusals = [refusal for each in done for refusal in each.refusals]
    causes = Causes()
    faults = [*causes.take(fault for each in refusals for fault in each.faults), *causes.rest()]
    return Came(
        [json.loads(line, parse_float=Decimal, parse_int=Decimal) for line in lines],
        [each.enterprise for each in refusals],
        [each.show("en").removeprefix(f"{path}:") for each in faults],
        [each.show("en").removeprefix(f"{path}:") for each in said],
    )


NO_RESULT = "the formula has no stored result; recalculate and save it in Excel, or enter the value"
AS_TEXT = "format the column as text, and enter it again"


@pytest.mark.parametrize(
    ("book", "saved", "faults", "said"),
    [
        # 980万 × 50% × 15%; 1200.5万 × 50% × 25%. The bare 15 under a heading in % is 15%.
        (
            "openpyxl",
            {"P1": "735000", "P2": "1500625"},
            [],
            [
                "填表说明!A1: not read: no headings of a table are known in this sheet",
                "客户清单!A1: not read: what stands above the headings, '2016年度客户测算表'",
                "客户清单!A2: not read: the column '序号' states no fact",
                "客户清单!G2: not read: the column '备 注' states no fact",
                "客户清单!B5: not read: '合 计': a subtotal or a total, which is no enterprise",
                "客户清单!B6: not read: '备注：以上数据未经审计': a note",
            ],
        ),
        # The same book, written again by LibreOffice Calc.
        (
            "libreoffice",
            {"P1": "735000", "P2": "1500625"},
            [],
            [
                "填表说明!A1: not read: no headings of a table are known in this sheet",
                "客户清单!A1: not read: what stands above the headings, '2016年度客户测算表'",
                "客户清单!A2: not read: the column '序号' states no fact",
                "客户清单!G2: not read: the column '备 注' states no fact",
                "客户清单!B5: not read: '合 计': a subtotal or a total, which is no enterprise",
                "客户清单!B6: not read: '备注：以上数据未经审计': a note",
            ],
        ),
        # 9,800,000.1 × 50% × 15% = 735,000.0075, to the fen 735,000.01; D2 states no R&D cost.
        (
            "pandas",
            {"D1": "735000.01", "D2": None},
            [],
            ["Sheet1!A2:A3: not read: it stands in a column without a heading"],
        ),
        # 980 shown in 万元, 9,800,000 shown as 980.0万元 and as ¥9,800,000.00 are the same figure. What the others show is not.
        (
            "xlsxwriter",
            {"X1": "735000", "X2": "735000", "X3": "735000"},
            [
                "企业!D5: rd_expensed: the cell's format shows '美元', which rd_expensed is not in; convert it to 元, and"
                " format the cell as General",
                "企业!D6: rd_expensed: the cell shows 980 by its format, and holds 9800000; format the cell as General, and"
                " enter the figure that is meant",
                "企业!D7: rd_expensed: the file says that its formulas are not calculated yet; recalculate and save it in"
                " Excel, or enter the value",
                "企业!D8: rd_expensed: the cell's format shows '%', which rd_expensed is not in; convert it to 元, and"
                " format the cell as General",
            ],
            [],
        ),
        # Keyed by name. 980 under 费用化研发费用/万元; 500万元 keeps its own unit: 5,000,000 × 50% × 25%.
        (
            "poi",
            {"甲": "735000", "丁": "625000"},
            [
                f"Sheet0!C3: rd_expensed: {NO_RESULT}",
                "Sheet0!C4: rd_expensed: the formula comes to '#DIV/0!'; recalculate and save it in Excel, or enter the value",
            ],
            [],
        ),
        # H2's rate is a formula that comes to nothing: unknown, so the statutory 25%: 9,800,000 × 50% × 25%.
        ("phpspreadsheet", {"H2": "1225000"}, [f"企业!E2,E4: cit_rate: {NO_RESULT}"], []),
        ("openxmlsdk", {"N1": "735000", "N2": "1250000"}, [], []),
        ("strict", {"S1": "735000"}, [], []),
        # 980万 × 50% × 15%; 1000万 × 50% × 25%, in a hidden row; 100万 × 50% × 25%.
        (
            "tworows",
            {"T1": "735000", "T2": "1250000", "T3": "125000"},
            [],
            [
                "清单!A1: not read: what stands above the headings, '客户情况（2016年上半年）'",
                "清单!E3: the hidden column E is read",
                "清单!A5,A11: not read: '一、南昌', '制表人：王五': a note",
                "清单!A7: hidden rows, which are read: 1",
                "清单!A8,A10: not read: '南昌小计', '总计': a subtotal or a total, which is no enterprise",
            ],
        ),
        (
            "ids",
            {"91360100705509812X": "735000", "1001": "735000"},
            [
                "企业!A3: id: 913601007055098000 is a number, whose 16th digit and further ones are lost; " + AS_TEXT,
                "企业!A4: id: it holds the number 13 and shows something else; " + AS_TEXT,
                "企业!A5: id: it is the date 2026-01-02; " + AS_TEXT,
                "企业!A6: id: it is the truth value TRUE; " + AS_TEXT,
                "企业!A7: id: '9.13E+17' is what Excel made of a long id; " + AS_TEXT,
            ],
            [],
        ),
        # 单位：万元 above the headings: 980万 × 50% × 15%; 98万元 keeps its own unit. 30 trainees are people.
        (
            "oneunit",
            {"U1": "735000", "U2": "73500"},
            [],
            [
                "研发!A1: not read: what stands above the headings, '研发费用明细表', '（单位：万元）'",
                "研发!D2: in 万元, as the unit '万元' above the headings says: 费用化研发费用(D)",
            ],
        ),
    ],
)
def test_books(book: str, saved: dict[str, str | None], faults: list[str], said: list[str]) -> None:
    """Each book goes through in one run: the amounts exact, the wrong cells named, and what is not read named once."""
    found = came(BOOKS / f"{book}.xlsx")
    assert found.saved() == {id: None if amount is None else Decimal(amount) for id, amount in saved.items()}
    assert (found.faults, found.said) == (faults, said)


def test_the_list_of_a_book_that_names_its_enterprises() -> None:
    """A row of 用房情况 says 甲 for its enterprise: 100㎡ × 30元 × the 6 months of 36 that are left after 30 are 18,000."""
    first = came(BOOKS / "poi.xlsx").results[0]
    assert clause(first, "park-rent-exemption")["high"] == 18000


def test_forty_clients() -> None:
    """Forty clients in 万元, the units in a row of their own, come to just what the same facts in yuan come to."""
    found, stated = came(BOOKS / "clients.xlsx"), came(BOOKS / "clients.ndjson")
    assert len(found.results) == 40
    assert found.faults == []
    assert [each["entitlements"] for each in found.results] == [each["entitlements"] for each in stated.results]
    assert [each["totals"] for each in found.results] == [each["totals"] for each in stated.results]
    assert [each.partition(" ")[0] for each in found.said] == [
        "填表说明!A1:", "参数!A1:", "客户清单!A1:A2:", "客户清单!A3:", "客户清单!N3:", "客户清单!Q3:", "客户清单!B25,B46:B47:", "用房情况!A1:",
    ]  # fmt: skip


@pytest.mark.parametrize("book", ["openpyxl", "tworows", "clients"])
def test_strict(book: str) -> None:
    """With --strict a book is refused for what would be named and not read, each at its place; what is read is no fault."""
    path = BOOKS / f"{book}.xlsx"
    unread = [line for line in came(path).said if "not read: " in line]
    found = came(path, strict=True)
    assert found.results == []
    assert sorted(line.partition(": ")[0] for line in found.faults) == sorted(
        line.partition(": ")[0] for line in unread
    )
