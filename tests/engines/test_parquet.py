"""Parquet as it comes: columns that are not exact are refused by every engine, and what Spark writes is the table it is."""

import os
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest
from commandline import invoked


def batch(source: Path, *arguments: str) -> tuple[int, str, list[str]]:
    """The exit code, the messages and the lines of the result."""
    out = source.parent / "out.csv"
    out.unlink(missing_ok=True)
    done = invoked("batch", source, "-o", out, *arguments)
    return done.exit_code, done.stderr, out.read_text("utf-8").splitlines()[1:] if out.exists() else []


def lay(path: Path, query: str) -> Path:
    """A Parquet file of what a query gives."""
    path.parent.mkdir(parents=True, exist_ok=True)
    duckdb.sql(f"COPY ({query}) TO '{path}'")
    return path


ENGINES = ["python", "duckdb"]
DAY = "DATE '2016-06-30' AS as_of"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_float_is_refused(engine: str, tmp_path: Path) -> None:
    """16,777,217 yuan in a FLOAT are 16,777,216: what the file held is gone, so every FLOAT is refused, with the way out."""
    lay(
        tmp_path / "t/enterprises.parquet",
        f"SELECT 'A' AS id, {DAY}, 16777217::FLOAT AS rd_expensed, 0.15::FLOAT AS cit_rate",
    )
    code, said, lines = batch(tmp_path / "t", "--engine", engine)
    assert (code, lines) == (1, [])
    for column, fact in ((3, "rd_expensed"), (4, "cit_rate")):
        place = f"{tmp_path}/t/enterprises.parquet:1:{column}: {fact}"
        assert (
            f"{place}: the column's type is FLOAT, whose 7 digits are too few for yuan and fen; export it as DECIMAL"
            in said
        )


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("id", "said"),
    [
        ("9.13601007055098e17::DOUBLE", "'9.13601007055098e+17' is what Excel made of a long id"),
        ("DATE '2016-01-02'", "'2016-01-02' is a date and no id"),
        ("TIMESTAMP '2016-01-02 00:00:00'", "'2016-01-02' is a date and no id"),
        ("true", "'true' is a truth value and no id"),
        ("913601007055098123::BIGINT", ""),
        ("7::SMALLINT", ""),
        ("'K1'", ""),
    ],
)
def test_an_id_that_is_none_in_its_column_s_type(engine: str, id: str, said: str, tmp_path: Path) -> None:
    """A whole number keeps all digits of an id; a day, a truth or a figure with an exponent was made of another, on each engine."""
    path = lay(
        tmp_path / "t.parquet", f"SELECT {id} AS id, '甲' AS name, DATE '2016-06-30' AS as_of, 100 AS rd_expensed"
    )
    code, told, lines = batch(path, "--engine", engine)
    assert (code, len([line for line in lines if ",rd-super-deduction," in line])) == ((1, 0) if said else (0, 1))
    assert said in told


@pytest.mark.parametrize("engine", ENGINES)
def test_a_float_in_a_list_under_a_name_of_its_own(engine: str, tmp_path: Path) -> None:
    """The table is known by its headings, so it is not taken for something else, and its enterprises not for unlisted."""
    lay(tmp_path / "t/enterprises.parquet", f"SELECT 'A' AS id, {DAY}")
    items = "'A' AS enterprise_id, 'private' AS landlord, 'office' AS use, 23456.7891::FLOAT AS area, 30 AS monthly_rent, 12 AS months"
    lay(tmp_path / "t/rooms.parquet", f"SELECT {items}")
    code, said, lines = batch(tmp_path / "t", "--engine", engine)
    assert (code, lines) == (1, [])
    assert f"{tmp_path}/t/rooms.parquet:1:4: area: the column's type is FLOAT" in said


@pytest.mark.parametrize("engine", ENGINES)
def test_a_double_is_taken_with_the_digits_that_it_shows(engine: str, tmp_path: Path) -> None:
    """六(一): of 16,777,217.01 yuan half, 8,388,608.505, is deducted once more: a base of 8,388,608.51, and 25% of the exact
    half, 2,097,152.12625, in tax."""
    lay(tmp_path / "t/enterprises.parquet", f"SELECT 'A' AS id, {DAY}, 16777217.01::DOUBLE AS rd_expensed")
    code, _, lines = batch(tmp_path / "t", "--engine", engine)
    assert (code, lines) == (
        0,
        ["A,A,rd-super-deduction,六(一),entitled,2097152.13,2097152.13,8388608.51,赣府发〔2015〕43号"],
    )


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
def test_a_time_stamp_with_a_zone_is_refused_everywhere(
    zone: str, engine: str, tmp_path: Path, monkeypatch: Any
) -> None:
    """2017-12-31T16:00Z is 2018 in Nanchang, when the clause is no longer in force, and 2017 in London."""
    lay(
        tmp_path / "t/enterprises.parquet",
        "SELECT 'A' AS id, TIMESTAMPTZ '2017-12-31 16:00:00+00' AS as_of, 100 AS rd_expensed",
    )
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        code, said, lines = batch(tmp_path / "t", "--engine", engine)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert (code, lines) == (1, [])
    assert "enterprises.parquet:1:2: as_of: the column's type is TIMESTAMP WITH TIME ZONE" in said
    assert "export it as DATE" in said


def test_a_time_stamp_without_a_zone_at_midnight_is_its_day(tmp_path: Path) -> None:
    lay(
        tmp_path / "t/enterprises.parquet",
        "SELECT 'A' AS id, TIMESTAMP '2017-12-31 00:00:00' AS as_of, 100 AS rd_expensed",
    )
    for engine in ENGINES:
        assert batch(tmp_path / "t", "--engine", engine)[2] == [
            "A,A,rd-super-deduction,六(一),entitled,12.5,12.5,50,赣府发〔2015〕43号"
        ]


# ---- folders of parts --------------------------------------------------------------------------------------------------


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    """Tables as Spark writes them: two parts, a mark that all is written, and a check sum; E2 of the second part is wrong."""
    folder = tmp_path / "t"
    for part, ids in ((0, "E0 E1"), (1, "E2 E3 E4")):
        rows = " UNION ALL ".join(
            f"SELECT '{id}' AS id, {DAY}, {-100 if id == 'E2' else 100}::DECIMAL(15,2) AS rd_expensed"
            for id in ids.split()
        )
        lay(folder / f"enterprises.parquet/part-0000{part}-c000.snappy.parquet", rows)
    for name in ("_SUCCESS", ".part-00000-c000.snappy.parquet.crc"):
        (folder / "enterprises.parquet" / name).write_bytes(b"")
    items = "'private' AS landlord, 'office' AS use, 50.5 AS area, 15 AS monthly_rent, 6 AS months"
    lay(folder / "premises.parquet/part-00000-c000.snappy.parquet", f"SELECT 'E3' AS enterprise_id, {items}")
    lay(folder / "premises.parquet/part-00001-c000.snappy.parquet", f"SELECT 'E0' AS enterprise_id, {items}")
    return folder


PAID = [
    f"{id},{id},rd-super-deduction,六(一),entitled,12.5,12.5,50,赣府发〔2015〕43号" for id in ("E0", "E1", "E3", "E4")
]
"""六(一): half of 100 yuan is deducted once more, 25% of 50 yuan."""


@pytest.mark.parametrize("engine", ENGINES)
def test_spark_s_folders_are_tables(engine: str, parts: Path) -> None:
    """The rows come in the order of the parts, whichever is refused, and no part is reported as not read."""
    code, said, lines = batch(parts, "--engine", engine)
    assert [line for line in lines if ",rd-super" in line] == PAID
    assert code == 1
    assert "not read" not in said
    assert "enterprises.parquet:3:3: rd_expensed: '-100.00' is negative" in said
    assert ("engine: duckdb" in said) == (engine == "duckdb")


@pytest.mark.parametrize("engine", ENGINES)
def test_items_of_several_parts(engine: str, parts: Path) -> None:
    """四(二) asks for an Internet-plus enterprise: E0 and E3 pay 15 for 50.5 ㎡ in 6 months, up to 4,545 yuan."""
    _, _, lines = batch(parts, "--engine", engine, "--set", "internet_plus=yes")
    assert [line for line in lines if ",park-rent-subsidy," in line and ",entitled," in line] == [
        f"{id},{id},park-rent-subsidy,四(二),entitled,0,4545,,赣府发〔2015〕43号" for id in ("E0", "E3")
    ]


def test_one_table_of_parts_by_its_path(parts: Path) -> None:
    code, said, lines = batch(parts / "enterprises.parquet", "--engine", "python")
    assert ([line for line in lines if ",rd-super" in line], code) == (PAID, 1)
    assert "not read" not in said


def test_auto_chooses_duckdb_for_parts(tmp_path: Path) -> None:
    """As for the files that they are together: more than the scalar engine is quick with."""
    ids = "SELECT printf('企业%08d', range) AS id, DATE '2016-06-30' AS as_of, md5(range::VARCHAR) AS name"
    for part in range(2):
        lay(
            tmp_path / f"t/enterprises.parquet/part-{part}.parquet",
            f"{ids} FROM range({part * 9000}, {part * 9000 + 9000})",
        )
    assert sum(os.path.getsize(each) for each in (tmp_path / "t/enterprises.parquet").iterdir()) > 1 << 18
    code, said, _ = batch(tmp_path / "t")
    assert code == 0
    assert "engine: duckdb" in said
    assert "18000 enterprises: 18000 computed" in said


def test_an_empty_folder_of_parts(tmp_path: Path) -> None:
    """Nobody is passed over because a job has left nothing."""
    (tmp_path / "t/enterprises.parquet").mkdir(parents=True)
    code, said, _ = batch(tmp_path / "t", "--engine", "duckdb")
    assert code == 1
    assert "no Parquet that can be read" in said
