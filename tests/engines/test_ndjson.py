"""How DuckDB is known to have read all that a line says: what it writes for the line is what it found, with the same figures."""

import json
from pathlib import Path

import duckdb
import pytest

from jxplus.batch.duckdb.ndjson import (
    _AGAIN,
    _ALL_FOUND,
    _TWO_BYTES,
    _VALUES,
    TEXTS_AND_BLANKS,
    ZEROS_AFTER_DIGITS,
    ZEROS_ALONE,
    NdjsonViews,
    _found,
    _lines_with,
    _paths,
    figures,
    without,
)
from jxplus.policy.store import load_policy


def told(expression: str, line: str) -> str:
    """What SQL about a column `line` gives for one line."""
    with duckdb.connect() as database:
        ((found,),) = database.execute(f"SELECT {expression} FROM (SELECT $line AS line)", {"line": line}).fetchall()
    return str(found)


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ('{"a": 1, "b": [2, 3]}', "{:1,:[2,3]}"),
        (r'{"a": "he said \"no\"", "b": 1}', "{:,:1}"),
        (r'{"a": "ends in \\", "b": 1}', "{:,:1}"),
        (r'{"a": "\\\"", "b": 1}', "{:,:1}"),
        ('{"a": "", "b": "1.50"}', "{:,:}"),
        ('{"a": "甲 乙", "b": 1}', "{:,:1}"),
    ],
)
def test_texts_and_blanks_are_left_out(line: str, left: str) -> None:
    """A quote that is escaped ends no text, and a backslash that is escaped escapes no quote."""
    assert told(without("line", TEXTS_AND_BLANKS), line) == left


@pytest.mark.parametrize(
    ("zeros", "line", "left"),
    [
        (ZEROS_AFTER_DIGITS, "[1.50]", "[1.5]"),
        (ZEROS_AFTER_DIGITS, "[1.050,2.100]", "[1.05,2.1]"),
        (ZEROS_AFTER_DIGITS, "{:0.10}", "{:0.1}"),
        (ZEROS_AFTER_DIGITS, "[1.5000000000000]", "[1.5]"),  # twelve zeros
        # thirteen: no file has so many, and such a line is judged by itself
        (ZEROS_AFTER_DIGITS, "[1.50000000000000]", "[1.50000000000000]"),
        (ZEROS_AFTER_DIGITS, "[1.500e3]", "[1.500e3]"),  # with an exponent it is not written so again
        (ZEROS_AFTER_DIGITS, "[100]", "[100]"),
        (ZEROS_AFTER_DIGITS, "[1.00]", "[1.00]"),  # nothing stands before these zeros that would be kept
        (ZEROS_AFTER_DIGITS, "[1.05]", "[1.05]"),
        (ZEROS_ALONE, "[1.0]", "[1]"),
        (ZEROS_ALONE, "[1.00,20.000]", "[1,20]"),
        (ZEROS_ALONE, "{:0.0}", "{:0}"),
        (ZEROS_ALONE, "[-3.0]", "[-3]"),
        (ZEROS_ALONE, "[1.50]", "[1.50]"),
        (ZEROS_ALONE, "[1.0e3]", "[1.0e3]"),
        (ZEROS_ALONE, "[100]", "[100]"),
    ],
)
def test_zeros_after_digits_are_left_out_and_zeros_alone_with_their_point(
    zeros: tuple[str, str], line: str, left: str
) -> None:
    assert told(without("line", zeros), line) == left


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('{"a": 1.50, "b": "x"}', '{"a":1.5,"b":"y"}'),
        ('{"a": [1.0, 2.10]}', '{"a":[1,2.1]}'),
        ('{"a": "\\u7532", "b": 12.00}', '{"a":"甲","b":12}'),
    ],
)
def test_the_same_figures(one: str, other: str) -> None:
    assert told(figures("line"), one) == told(figures("line"), other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('{"a": 0.1000000000000000055}', '{"a":0.1}'),
        ('{"a": 12345678901234567.89}', '{"a":12345678901234568.0}'),
        ('{"a": 1e3}', '{"a":1000.0}'),
        ('{"a": 10}', '{"a":1}'),
        ('{"a": 1.05}', '{"a":1.5}'),
        ('{"a": 1, "b": 2}', '{"a":1,"b":[2]}'),
        ('{"a": -0}', '{"a":0}'),
    ],
)
def test_other_figures(one: str, other: str) -> None:
    """Digits that a binary float has lost, a figure written in another way, another figure, and another place for it."""
    assert told(figures("line"), one) != told(figures("line"), other)


@pytest.mark.parametrize(
    ("block", "lines"),
    [
        (b"", []),
        (b"{}\n{}\n", []),
        ("甲\n".encode(), []),
        ("é\n".encode(), ["é"]),
        ("甲é乙é\n丙\nñ".encode(), ["甲é乙é", "ñ"]),
    ],
)
def test_each_line_with_a_character_of_two_bytes_is_found_once(block: bytes, lines: list[str]) -> None:
    assert [block[start:end].decode() for start, end in _lines_with(_TWO_BYTES, block)] == lines


def test_a_long_line_is_looked_at_once() -> None:
    """Ten million bytes without what is sought take one look; a look from each of them on would take days."""
    assert list(_lines_with(_TWO_BYTES, b"1" * 10_000_000)) == []


def doubted(folder: Path, *lines: str) -> list[int]:
    """Which of some lines need judgement, by their number from 0 on."""
    file = folder / "enterprises.ndjson"
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    with duckdb.connect() as database:
        NdjsonViews(database, str(file), load_policy(), {}).find_doubtful()
        return sorted(number for (number,) in database.execute('FROM "wanted enterprises"').fetchall())


PLAIN = '{"name": "甲", "internet_plus": true, "premises": []}'


@pytest.mark.parametrize(
    "line",
    [
        PLAIN,
        PLAIN.replace(" ", ""),
        PLAIN.replace("甲", "\\u7532"),
        PLAIN.replace('"internet_plus"', '"internet\\u005fplus"'),
        '{"企业名称": "甲", "“互联网+”企业": true}',
        json.dumps({"企业名称": "甲", "“互联网+”企业": True}),
        '{"name": "甲", "internet_plus": null}',
    ],
)
def test_a_line_of_known_names_is_plain_however_they_are_written(line: str, tmp_path: Path) -> None:
    assert doubted(tmp_path, line) == []


@pytest.mark.parametrize(
    "line",
    [
        '{"name": "甲", "colour": "red"}',
        '{"name": "甲", "": 0}',
        '{"name": "甲", "name": "甲"}',
        '{"name": "甲", "internet_plus": true, "internet_plus": true}',
        '{"name": "甲", "企业名称": "甲"}',
        '{"name": "甲", "premises": [{"colour": 1}]}',
        '{"name": "甲", "training_bases": [{"qualified": true, "qualified": true}]}',
        '{"name": "甲", "training_bases": [[]]}',
        '{"name": "甲"',
        "[]",
        "{}",
        "1",
    ],
)
def test_a_line_that_says_more_or_less_is_in_doubt(line: str, tmp_path: Path) -> None:
    """An unknown name, one that stands twice, one fact under two of its names, and what is no object: each is for the reader."""
    assert doubted(tmp_path, PLAIN, line, PLAIN, PLAIN) == [1]


STRAIGHT = '{"name":"甲","operating_revenue":1.5}'


@pytest.mark.parametrize(
    ("line", "in_doubt"),
    [
        (STRAIGHT, False),
        ('{"name":"乙"}', False),
        ('{"operating_revenue":1.5,"name":"乙"}', False),
        ('{"name": "乙", "operating_revenue": 1.50}', False),
        ('{"name":"乙","operating_revenue":1.5,"internet_plus":true}', False),
        ('{"name":"乙","operating_revenue":0.10000000000000001}', True),  # read as 0.1
        ('{"name":"乙","operating_revenue":1.5,"operating_revenue":1.5}', True),
        ('{"name":"乙","operating_revenue":1.5,"colour":1}', True),
        ('{"name":"乙","operating_revenue":1.5', True),
        ('{"name":"乙","operating_revenue":1.5}}', True),
    ],
)
def test_a_line_of_another_form_than_the_first_is_judged_by_itself(line: str, in_doubt: bool, tmp_path: Path) -> None:
    """The first has its values one after another as DuckDB writes them; what has not is read and written once more."""
    assert doubted(tmp_path, STRAIGHT, line, STRAIGHT, STRAIGHT) == [1] * in_doubt
    assert doubted(tmp_path, line, STRAIGHT, STRAIGHT, STRAIGHT) == [0] * in_doubt


def test_names_that_the_beginning_of_a_file_does_not_have_are_in_doubt(tmp_path: Path) -> None:
    """So few lines are spelled in a way of their own that no other has to be searched for all names."""
    many = [PLAIN] * (2**20 // len(PLAIN.encode()) + 1)
    assert doubted(tmp_path, *many, '{"企业名称": "甲"}', PLAIN) == [len(many)]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("{}", "True"),  # an item of whose facts all have defaults may state none
        ('{"a":1}', "True"),
        ('{"阿":[1,{"c":2}],"b":"x"}', "True"),
        ('{"b":null}', "True"),
        ('{"a":1,"阿":1}', "False"),
        ('{"a":1,"a":1}', "False"),
        ('{"":0}', "False"),
        ("[]", "False"),
    ],
)
def test_all_of_an_object_is_found(written: str, found: str) -> None:
    names = {"a": "a", "阿": "a", "b": "b"}
    read = f"WITH read AS (SELECT line, line AS {_AGAIN}, json_extract(line, {_paths(names)}) AS {_VALUES} FROM (SELECT $line AS line))"
    with duckdb.connect() as database:
        query = f"{read} SELECT {_ALL_FOUND} FROM ({_found(['a', 'b'], names, 'line', _AGAIN)})"
        assert str(database.execute(query, {"line": written}).fetchall()[0][0]) == found
