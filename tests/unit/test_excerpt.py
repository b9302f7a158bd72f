"""Faults on a terminal: the line of the file, and a mark under the place; in a pipe one line a fault, as ever."""

import re
import sys
from pathlib import Path

import pexpect
import pytest
from commandline import jxplus
from rich.cells import cell_len

from jxplus.fault import Fault, Place, Text, all_quoted
from jxplus.render.excerpt import excerpt

WRONG, RIGHT = Text("不对", "wrong"), Text("改正", "right it")


def on_terminal(*words: str, folder: Path, columns: int = 80) -> list[str]:
    """The lines that a terminal shows of a command line."""
    command = [sys.executable, "-m", "jxplus", *words]
    environment = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "TERM": "xterm", "NO_COLOR": "1", "HOME": str(folder)}
    child = pexpect.spawn(
        command[0],
        command[1:],
        cwd=str(folder),
        env=environment,
        encoding="utf-8",
        dimensions=(50, columns),
        timeout=60,
    )
    shown = child.read()
    child.close()
    return re.sub("\x1b\\[[0-9;?]*[A-Za-z]", "", shown).replace("\r", "").splitlines()


def test_a_terminal_shows_the_line_and_a_mark(tmp_path: Path) -> None:
    """`年研发投入: 12x`: the value stands behind five wide characters, a colon and a blank, so in column 13 of the screen."""
    (tmp_path / "a.yaml").write_text("name: 甲\n年研发投入: 12x\nexporter: maybe\n", encoding="utf-8")
    first, line, mark, *_ = on_terminal("calc", "a.yaml", folder=tmp_path)
    assert first.startswith("a.yaml:2:8: 年研发投入: '12x'")
    assert line == "  2 | 年研发投入: 12x"
    assert mark == "    | " + " " * (2 * 5 + 2) + "^"
    code, out, error = jxplus("calc", "a.yaml", folder=tmp_path)
    assert (code, out) == (1, "")
    assert all(each.startswith("a.yaml:") for each in error.splitlines())
    assert first == error.splitlines()[0]


def test_faults_at_one_place_are_pointed_at_once(tmp_path: Path) -> None:
    """An item that lacks several facts: a line for each, then the line of the file."""
    (tmp_path / "a.yaml").write_text("name: 甲\npremises:\n- landlord: private\n", encoding="utf-8")
    lines = on_terminal("calc", "a.yaml", folder=tmp_path, columns=120)
    assert len([each for each in lines if each.startswith("a.yaml:3:3: premises[1].")]) == 4
    assert [each for each in lines if "|" in each] == ["  3 | - landlord: private", "    |   ^"]


def test_a_batch_points_above_its_progress(tmp_path: Path) -> None:
    """The same for a batch, of a CSV as Excel writes it in China, and for `check`."""
    (tmp_path / "clients.csv").write_bytes("id,企业名称,费用化研发费用\n1,甲,很多\n".encode("gb18030"))
    lines = on_terminal("batch", "clients.csv", "-o", "out.csv", "--lang", "zh", folder=tmp_path)
    fault, line, mark = lines[1:4]  # a bar is drawn and wiped between them
    assert "clients.csv:2:3: 费用化研发费用: “很多”" in fault
    assert line.endswith("  2 | 1,甲,很多")
    assert mark.endswith("    |      ^")
    (tmp_path / "a.yaml").write_text("name: 甲\nexporter: maybe\n", encoding="utf-8")
    assert "  2 | exporter: maybe" in on_terminal("check", "a.yaml", folder=tmp_path)


def pointed(tmp_path: Path, line: str, column: int, columns: int = 40) -> tuple[str, str]:
    """What stands for a line of a file, and its mark, without the margin."""
    (tmp_path / "a.yaml").write_text(f"one\n{line}\nthree\n", encoding="utf-8")
    fault = Fault(str(tmp_path / "a.yaml"), Place(2, column), "", WRONG, RIGHT)
    shown, mark = excerpt(fault, columns)
    assert max(cell_len(shown), cell_len(mark)) <= columns
    assert shown.startswith("  2 | ")
    assert mark.startswith("    | ")
    return shown[6:], mark[6:]


@pytest.mark.parametrize("column", [1, 5, 20, 60, 99, 100])
@pytest.mark.parametrize("narrow", ["x", "企"])
def test_a_long_line_is_shown_about_the_place(tmp_path: Path, narrow: str, column: int) -> None:
    """The mark stands under the character that is meant, wherever in the line that is, wide or not."""
    line = narrow * (column - 1) + "@" + narrow * (100 - column)
    shown, mark = pointed(tmp_path, line, column)
    before = shown[: shown.index("@")]
    assert mark == " " * cell_len(before) + "^"
    assert (before[:1] == "…") == (column > 15 or (narrow == "企" and column > 8))


def test_the_mark_counts_cells(tmp_path: Path) -> None:
    """A tab is shown as a blank, a full-width blank as it is; a command to the terminal is replaced; the end is a place."""
    assert pointed(tmp_path, "\t甲:　@", 5) == (" 甲:　@", " " * (1 + 2 + 1 + 2) + "^")
    assert pointed(tmp_path, "\x1b[2J@", 5) == ("\N{REPLACEMENT CHARACTER}[2J@", "    ^")
    assert pointed(tmp_path, "甲乙", 3) == ("甲乙", "    ^")
    assert pointed(tmp_path, "甲乙\r", 1) == ("甲乙", "^")


@pytest.mark.parametrize(
    ("line", "number", "mark"),
    [
        ("1,甲,很多", 1, 0),
        ("1,甲,很多", 3, 5),  # a figure, a comma, a wide character, a comma
        ("1,甲,很多", 4, 9),  # a cell that is not there: the end
        ('1,"甲,乙",很多', 3, 10),  # in quotes a comma parts nothing: 1 + 1 + 7 + 1
        ("1\t甲\t很多", 3, 5),
        ("1;甲,乙;很;多", 3, 8),
    ],
)
def test_the_column_of_a_table_is_a_cell(tmp_path: Path, line: str, number: int, mark: int) -> None:
    """In a CSV file the place is a row and a cell of it; the mark stands where the cell begins."""
    (tmp_path / "a.csv").write_text(f"{line}\n", encoding="utf-8")
    found = [*excerpt(Fault(str(tmp_path / "a.csv"), Place(1, number), "", WRONG, RIGHT), 80)]
    assert found[1] == "    | " + " " * mark + "^"


@pytest.mark.parametrize(
    ("place", "data"),
    [
        (Place(4, 1), b"one\ntwo\n"),
        (Place(0, 0), b"one\n"),
        (Place(1, 1, "企业"), b"one\n"),
        (Place(1, 1), b"PK\x03\x04\0\0"),
    ],
    ids=["no such line", "no line", "a cell", "no text"],
)
def test_nothing_is_shown_where_there_is_no_line(tmp_path: Path, place: Place, data: bytes) -> None:
    """A place beyond the file, a cell of a workbook, a file that is no text, and one that is not there."""
    (tmp_path / "a").write_bytes(data)
    assert list(excerpt(Fault(str(tmp_path / "a"), place, "", WRONG, RIGHT), 80)) == []
    assert list(excerpt(Fault("<stdin>", Place(), "", WRONG, RIGHT), 80)) == []


def test_quotes_within_quotes_are_single() -> None:
    """As Chinese has it; English quotes with other marks."""
    assert all_quoted(["“互联网+”企业", "甲"]) == Text("“‘互联网+’企业”、“甲”", "'“互联网+”企业', '甲'")


def test_of_a_line_as_long_as_a_file_the_part_about_the_place_is_shown(tmp_path: Path) -> None:
    """A file of one line of two million characters, with a fault at either end and in the middle: 70 of them are shown, at once."""
    (tmp_path / "a.json").write_text("a" * 999_999 + "b" + "c" * 1_000_000, encoding="utf-8")

    def shown(column: int) -> list[str]:
        return list(excerpt(Fault(str(tmp_path / "a.json"), Place(1, column), "", WRONG, RIGHT), 80))

    # 80 columns less the number of the line and its margin are 71: half of them before the place, and marks of what is cut.
    assert shown(1_000_000) == [f"  1 | …{'a' * 35}b{'c' * 33}…", f"    | {' ' * 36}^"]
    assert shown(1) == [f"  1 | {'a' * 70}…", "    | ^"]
    assert shown(2_000_000) == [f"  1 | …{'c' * 35}c", f"    | {' ' * 36}^"]
