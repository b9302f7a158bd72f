"""`jxplus batch -o FOLDER/`: a page for each enterprise and an index; the folder is replaced whole, or left as it was."""

import os
import re
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest
from commandline import ended

from jxplus.batch import Brief, Done, ReportPage, Task
from jxplus.batch.outputs.files import ForeignFolder
from jxplus.batch.outputs.reports import LISTED, ReportsOutput, file_name
from jxplus.policy.store import load_policy
from jxplus.render.report import INDEX

ROOT = Path(__file__).resolve().parents[2]
TABLE = "id,name,as_of,rd_expensed,trainees\nA1,甲公司,2016-06-30,100万,\nB2,乙公司,2016-06-30,300万,\nC3,丙公司,2016-06-30,0,x\n"


def batch(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The command as a process, in English."""
    return ended("batch", *arguments, "--lang", "en")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "clients.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_a_page_for_each_and_an_index_ranked(table: Path, tmp_path: Path) -> None:
    """六(一): of 300万 half is deducted once more, a quarter of that saved: 375,000; of 100万 125,000. 丙 is refused."""
    done = batch(table, "-o", f"{tmp_path}/reports/")
    assert done.returncode == 1
    assert f"{tmp_path}/reports/: 3 enterprises: 2 computed, 1 refused (C3)" in done.stderr
    folder = tmp_path / "reports"
    assert sorted(os.listdir(folder)) == [LISTED, "A1-甲公司.html", "B2-乙公司.html", INDEX]
    index = (folder / INDEX).read_text("utf-8")
    assert re.findall(r'href="([^"]+)">([^<]+)</a>', index) == [
        ("B2-%E4%B9%99%E5%85%AC%E5%8F%B8.html", "乙公司"),
        ("A1-%E7%94%B2%E5%85%AC%E5%8F%B8.html", "甲公司"),
    ]
    assert re.findall(r'data-head="High">([^<]+)<', index) == ["375,000.00", "125,000.00", "500,000.00"]
    assert "refused · 1 fault" in index
    assert f'href="{INDEX}"' in (folder / "B2-乙公司.html").read_text("utf-8")
    for name in re.findall(r'href="([^"]+)"', index):
        assert (folder / unquote(name)).exists()


def test_a_folder_that_is_there_is_replaced_whole(table: Path, tmp_path: Path) -> None:
    """A second run with one enterprise less leaves no page of it; nothing stays beside the folder."""
    folder = tmp_path / "reports"
    folder.mkdir()
    batch(table, "-o", folder)
    table.write_text("".join(line + "\n" for line in TABLE.splitlines()[:2]), encoding="utf-8")
    assert batch(table, "-o", folder).returncode == 0
    assert sorted(os.listdir(folder)) == [LISTED, "A1-甲公司.html", INDEX]
    assert sorted(os.listdir(tmp_path)) == ["clients.csv", "reports"]


def test_what_no_run_has_written_is_never_deleted(table: Path, tmp_path: Path) -> None:
    """A folder with anything else in it is refused by the name of that, and stays as it is."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "contract.docx").write_text("x")
    done = batch(table, "-o", folder)
    assert done.returncode == 2
    assert "contract.docx" in done.stderr
    assert os.listdir(folder) == ["contract.docx"]
    assert batch(table, "-o", f"{tmp_path}/none/reports/").returncode == 2


def test_where_all_are_refused_the_former_folder_stays(table: Path, tmp_path: Path) -> None:
    """Nothing was computed, so nothing is replaced."""
    folder = tmp_path / "reports"
    batch(table, "-o", f"{folder}/")
    before = sorted(os.listdir(folder))
    table.write_text("id,name,trainees\nC3,丙公司,x\n", encoding="utf-8")
    done = batch(table, "-o", folder)
    assert done.returncode == 1
    assert "not written" in done.stderr
    assert sorted(os.listdir(folder)) == before


def test_an_interrupted_run_leaves_the_former_folder_whole(tmp_path: Path) -> None:
    """A run that is dropped before its end changes nothing; one that died between the two last steps is made up for."""
    policy = load_policy()
    task = Task(policy, "pages", lang="zh")
    done = Done(b"", [ReportPage("", "甲", "<p>")], [Brief("甲", *[policy.clauses and 0] * 2, 0, 0, 0)], [], {}, 0)  # type: ignore[arg-type]
    folder = tmp_path / "reports"
    first = ReportsOutput(f"{folder}/", task)
    first.add(done)
    first.keep()
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    second = ReportsOutput(f"{folder}/", task)
    second.add(done)
    second.drop()
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before
    os.rename(folder, tmp_path / ".reports.former")
    ReportsOutput(f"{folder}/", task).drop()
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before
    (folder / "x.txt").write_text("x")
    with pytest.raises(ForeignFolder):
        ReportsOutput(f"{folder}/", task)
    assert os.listdir(tmp_path) == ["reports"]


def test_file_names_are_safe_and_unique() -> None:
    """Signs of paths, names of devices, capitals alone, the name of the index, and a name of 300 characters."""
    taken = {"index"}
    told = [
        ("", "../../etc/passwd"), ("", "a:b*c?"), ("", "CON"), ("", "Acme"), ("", "ACME"), ("", "index"), ("", "公" * 300),
        ("E 1", "甲（集团）公司"), ("", "..."), ("0012", "0012"),
    ]  # fmt: skip
    assert [file_name(id, name, taken) for id, name in told] == [
        "etc-passwd.html", "a-b-c.html", "CON_.html", "Acme.html", "ACME-2.html", "index-2.html", "公" * 60 + ".html",
        "E-1-甲（集团）公司.html", "-.html", "0012.html",
    ]  # fmt: skip


def test_a_name_is_text_to_the_index(tmp_path: Path) -> None:
    """A name that looks like code of a page is shown, and does nothing."""
    path = tmp_path / "in.ndjson"
    path.write_text('{"name": "<script>alert(1)</script>\\" onload=x"}\n')
    batch(path, "-o", f"{tmp_path}/r/")
    index = (tmp_path / "r" / INDEX).read_text("utf-8")
    assert index.count("<script>") == 1
    assert "&lt;script&gt;alert(1)" in index
    assert "script-src 'sha256-" in index
