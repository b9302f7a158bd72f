"""Whatever file states them, the same enterprises give the same results."""

import csv
import datetime
import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter
from batched import POLICY, results
from hypothesis import given, settings
from hypothesis import strategies as st

from jxplus.batch import Done
from jxplus.policy import Fact
from jxplus.render.record import json_text

Stated = dict[str, Any]


def values(fact: Fact) -> st.SearchStrategy[Any]:
    """Values of a fact as Python holds them; figures of 15 digits at most, which is what an Excel cell can hold."""
    if fact.type.kind == "truth":
        return st.booleans()
    if fact.type.kind == "choice":
        return st.sampled_from(list(fact.choices))
    if fact.type.kind == "date":
        return st.dates(datetime.date(2015, 1, 1), datetime.date(2019, 12, 31))
    assert fact.limits is not None
    most = fact.limits.written.figure
    places = min(fact.limits.decimals, 4)
    whole = st.integers(0, int(min(most, Decimal(10) ** 10) * 10**places) - 1)
    figures = whole.map(lambda digits: Decimal(digits).scaleb(-places))
    if fact.positive:
        figures = figures.filter(lambda figure: figure > 0)
    return (
        st.tuples(figures, st.booleans()).map(lambda pair: -pair[0] if pair[1] else pair[0]) if fact.signed else figures
    )


def items(name: str) -> st.SearchStrategy[list[Stated]]:
    """A list of an enterprise; a fact with a default may be left out."""
    facts = POLICY.lists[name].facts.values()
    required = {fact.id: values(fact) for fact in facts if fact.default is None}
    optional = {fact.id: values(fact) for fact in facts if fact.default is not None}
    return st.lists(st.fixed_dictionaries(required, optional=optional), max_size=3)


NAMES = st.text("甲乙丙丁江西省南昌市ABCxyz-（）'\", ", min_size=1, max_size=12).filter(
    lambda name: name == name.strip()
)
ENTERPRISES = st.lists(
    st.fixed_dictionaries(
        {"name": NAMES, **{name: items(name) for name in POLICY.lists}},
        optional={fact.id: values(fact) for fact in POLICY.facts.values() if fact.id != "name"},
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda one: one["name"],
)


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    return value.isoformat() if isinstance(value, datetime.date) else value


def as_json(one: Stated) -> str:
    """An enterprise as a JSON object on one line; YAML reads it too."""
    lists = {name: [{key: plain(each) for key, each in item.items()} for item in one[name]] for name in POLICY.lists}
    return json_text({**{key: plain(value) for key, value in one.items()}, **lists})


Tables = dict[str, list[list[Any]]]


def tables(enterprises: Sequence[Stated], chinese: bool = False) -> Tables:
    """The enterprises as tables, the first row of each its headings; the id of an enterprise is its name."""
    facts = list(POLICY.facts.values())
    key, link = ("编号", "企业编号") if chinese else ("id", "enterprise_id")
    found: Tables = {
        "企业" if chinese else "enterprises": [
            [key, *(fact.label.zh if chinese else fact.id for fact in facts)],
            *[[one["name"], *(one.get(fact.id) for fact in facts)] for one in enterprises],
        ]
    }
    for name, listed in POLICY.lists.items():
        own = list(listed.facts.values())
        rows = [[one["name"], *(item.get(fact.id) for fact in own)] for one in enterprises for item in one[name]]
        heading = [link, *(fact.label.zh if chinese else fact.id for fact in own)]
        found[listed.label.zh if chinese else name] = [heading, *rows]
    return found


def cell(value: Any) -> str:
    """A value as people type it into a table."""
    if value is None:
        return ""
    return ("是" if value else "否") if isinstance(value, bool) else str(value)


def write_csv(folder: Path, found: Tables, encoding: str) -> Path:
    """A folder of CSV tables."""
    folder.mkdir()
    for name, rows in found.items():
        with open(folder / f"{name}.csv", "w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows([[cell(value) for value in row] for row in rows])
    return folder


def write_parquet(folder: Path, found: Tables) -> Path:
    """A folder of Parquet tables, figures as decimals."""
    folder.mkdir()
    kinds = {bool: "BOOLEAN", Decimal: "DECIMAL(18, 4)", datetime.date: "DATE", str: "VARCHAR"}
    with duckdb.connect() as connection:
        for name, (heading, *rows) in found.items():
            types = [
                kinds[type(next((row[index] for row in rows if row[index] is not None), ""))]
                for index in range(len(heading))
            ]
            columns = ", ".join(f'"{column}" {type}' for column, type in zip(heading, types, strict=True))
            connection.execute(f"CREATE TABLE one ({columns})")
            if rows:
                connection.executemany(f"INSERT INTO one VALUES ({', '.join('?' * len(heading))})", rows)
            connection.execute(f"COPY one TO '{folder / name}.parquet' (FORMAT parquet)")
            connection.execute("DROP TABLE one")
    return folder


def write_workbook(path: Path, found: Tables) -> Path:
    """A workbook: figures as numbers, dates as dates, truths as Excel's own."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in found.items():
            sheet = book.add_worksheet(name)
            for line, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, datetime.date):
                        sheet.write_datetime(line, column, datetime.datetime.combine(value, datetime.time()), day)
                    elif isinstance(value, (bool, str)):
                        (sheet.write_boolean if isinstance(value, bool) else sheet.write_string)(line, column, value)
                    elif value is not None:
                        sheet.write_number(line, column, float(value))
    return path


def unreceipted(found: Done) -> list[bytes]:
    """The lines of results, each without its last member, which tells the input that it was computed from, and the name
    that tables have beside an id."""
    return [
        re.sub(rb', "name": "(?:[^"\\]|\\.)*"', b"", line.partition(b', "receipt": ')[0])
        for line in found.text.splitlines()
    ]


@settings(max_examples=12, deadline=None)
@given(ENTERPRISES)
def test_every_form_states_the_same(tmp_path_factory: pytest.TempPathFactory, enterprises: list[Stated]) -> None:
    """Whatever file states them, the same enterprises give the same results, byte for byte, up to the receipt of the input."""
    folder = tmp_path_factory.mktemp("forms")
    lines = [as_json(one) for one in enterprises]
    (folder / "all.ndjson").write_text("\n".join(lines), encoding="utf-8")
    for ending in ("json", "yaml"):
        (folder / ending).mkdir()
        for number, line in enumerate(lines):
            (folder / ending / f"{number}.{ending}").write_text(line, encoding="utf-8")
    english, chinese = tables(enterprises), tables(enterprises, chinese=True)
    forms = [
        folder / "json",
        folder / "yaml",
        write_csv(folder / "utf-8", english, "utf-8"),
        write_csv(folder / "with a mark", chinese, "utf-8-sig"),
        write_csv(folder / "gb", chinese, "gb18030"),
        write_parquet(folder / "parquet", english),
        write_workbook(folder / "english.xlsx", english),
        write_workbook(folder / "chinese.xlsx", chinese),
    ]
    expected = results(folder / "all.ndjson")
    assert len(expected.briefs) == len(enterprises)
    for form in forms:
        found = results(form)
        assert found.refusals == []
        assert unreceipted(found) == unreceipted(expected), form
