"""Standard output in the hands of others: a pipe that is closed, a disk that is full, a terminal without colour."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from commandline import jxplus

ROOT = Path(__file__).resolve().parents[2]
STATED = ("period_end=2016-06-30", "rd_expensed=0", "rd_amortisation=0")
CALC = [sys.executable, "-m", "jxplus", "calc", "examples/telecom-operator.yaml"]
CALC += [word for each in STATED for word in ("--set", each)]
"""A calculation that assumes nothing: of assumptions it would have to speak."""
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT)}
FORMATS = ("table", "json", "csv", "github")


@pytest.mark.parametrize("form", FORMATS)
def test_closed_pipe_ends_quietly(form: str) -> None:
    """A reader that closes the pipe before anything is written ends the program without a word."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [*CALC, "--format", form], cwd=ROOT, env=ENVIRONMENT, check=False, stdout=write, stderr=subprocess.PIPE
    )
    os.close(write)
    assert done.stderr == b""
    assert done.returncode == 0


@pytest.mark.parametrize("words", ["--help", "--version", "calc --help", "explain", "schema"])
def test_a_closed_pipe_ends_quietly_whatever_is_shown(words: str) -> None:
    """What is read no further is no fault: `jxplus --help | head -1` ends as a result in a pipe does."""
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "jxplus", *words.split()]
    done = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, check=False, stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
@pytest.mark.parametrize("form", FORMATS)
def test_full_disk_is_said(form: str) -> None:
    """Output that cannot be written is said in one line, and the exit code tells."""
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*CALC, "--format", form], cwd=ROOT, env=ENVIRONMENT, check=False, stdout=full, stderr=subprocess.PIPE
        )
    assert done.stderr.decode().count("\n") == 1
    assert "standard output" in done.stderr.decode()
    assert done.returncode == 1


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
@pytest.mark.parametrize("option", ["--help", "--version"])
def test_full_disk_is_said_by_what_computes_nothing(option: str) -> None:
    """The same for help and version."""
    with open("/dev/full", "wb") as full:
        command = [sys.executable, "-m", "jxplus", option]
        done = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, check=False, stdout=full, stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr.decode().count("\n")) == (1, 1)
    assert "standard output" in done.stderr.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no sh")
@pytest.mark.parametrize(
    ("arguments", "closed", "code", "said"),
    [
        ("calc examples/manufacturer.yaml", ">&-", 1, "jxplus: standard output: Bad file descriptor"),
        ("schema", ">&-", 1, "jxplus: standard output: Bad file descriptor"),
        ("calc -", "<&-", 1, "<stdin>:1:1: nothing is stated; such as `name: Example Ltd`"),
        ("check examples/manufacturer.yaml", "2>&-", 0, ""),
    ],
)
def test_a_closed_stream_is_no_crash(arguments: str, closed: str, code: int, said: str) -> None:
    """No input is an empty file, and what cannot be written is said."""
    command = f"{sys.executable} -m jxplus {arguments} {closed}"
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, env=ENVIRONMENT, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr.strip()) == (code, said)


@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
@pytest.mark.parametrize("arguments", [["--format", "json"], ["--format", "csv"]], ids=" ".join)
def test_what_a_program_reads_is_utf8(arguments: list[str], encoding: str) -> None:
    """Whatever the locale's encoding is, JSON and CSV lose no character: Windows pipes in that of its code page."""
    found = [
        subprocess.run([*CALC, *arguments], cwd=ROOT, env={**ENVIRONMENT, **own}, check=True, capture_output=True)
        for own in ({"PYTHONIOENCODING": encoding}, {})
    ]
    assert found[0].stdout == found[1].stdout
    assert "江西赣信通信集团有限公司" in found[0].stdout.decode()


@pytest.mark.parametrize(
    ("encoding", "met", "not_met", "more"),
    [("gbk", "√", "×", "≤"), ("cp1252", "+", "×", "<="), ("ascii", "+", "-", "<=")],
)
def test_a_mark_that_an_encoding_lacks_is_none_of_unknown(
    encoding: str, met: str, not_met: str, more: str, tmp_path: Path
) -> None:
    """Windows pipes in its code page, which has no ✓: a condition that is met, or is not, was marked `?`, as one that nobody knows."""
    said = "name: A\nas_of: 2016-06-30\nnew_format: yes\noperating_revenue: 50000000\nprevious_peak_revenue: 0\n"
    (tmp_path / "a.yaml").write_text(said, encoding="utf-8")
    command = [sys.executable, "-m", "jxplus", "calc", str(tmp_path / "a.yaml"), "--explain", "revenue-milestone"]
    own = {**ENVIRONMENT, "PYTHONIOENCODING": encoding, "JXPLUS_LANG": "en"}
    done = subprocess.run(command, cwd=ROOT, env=own, check=True, capture_output=True)
    lines = [line.strip() for line in done.stdout.decode(encoding).splitlines()]
    assert any(line.startswith(f"{met} New-format enterprise") for line in lines)
    assert any(line.startswith(f"{not_met} Operating revenue of the year") for line in lines)
    assert f" 0 yuan {more} 40,000,000 yuan" in " ".join(lines)
    assert not any(line.startswith(("? Operating", "? Highest", "? one of", "? all of")) for line in lines)


def test_a_byte_of_another_encoding_is_no_crash(tmp_path: Path) -> None:
    """A terminal in GBK passes on bytes that are no UTF-8: in a value they are refused, a file may be called so."""
    done = subprocess.run(
        [*CALC, "--set", b"name=\xcf\xee"], cwd=ROOT, env=ENVIRONMENT, check=False, capture_output=True
    )
    assert done.returncode == 2
    assert b"not UTF-8 text" in done.stderr
    name = os.fsencode(tmp_path) + b"/\xcf\xee.yaml"
    done = subprocess.run(
        [sys.executable, "-m", "jxplus", "init", name], env=ENVIRONMENT, check=False, capture_output=True
    )
    assert done.returncode == 0
    with open(name, encoding="utf-8") as file:
        assert "jxplus calc ??.yaml" in file.read()


def test_piped_is_plain() -> None:
    """What is piped has no colour and no control characters."""
    done = subprocess.run(CALC, cwd=ROOT, env=ENVIRONMENT, check=True, capture_output=True)
    assert b"\x1b" not in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
@pytest.mark.parametrize(("variable", "coloured"), [("UNSET", True), ("NO_COLOR", False)])
def test_colour_only_where_wanted(variable: str, coloured: bool) -> None:
    """A terminal gets colour, unless NO_COLOR says otherwise: then it is the text alone, neither bold nor dim."""
    import pexpect

    environment = {**ENVIRONMENT, "TERM": "xterm-256color", variable: "1"}
    terminal = pexpect.spawn(CALC[0], CALC[1:], cwd=str(ROOT), env=environment, dimensions=(60, 80), timeout=30)
    terminal.expect(pexpect.EOF)
    assert (b"36m" in terminal.before) is coloured
    assert (b"\x1b" in terminal.before) is coloured


# ---- a long file -----------------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
@pytest.mark.parametrize(("count", "shown"), [(10, False), (12_000, True)])
def test_a_long_file_is_said_to_be_worked_on(tmp_path: Path, count: int, shown: bool) -> None:
    """On a terminal standard error shows that it takes a while, nothing of which stays; a pipe sees none of it, and a short file needs none."""
    tolls = [{"card": "stored-value", "toll": 100_000}] * count
    file = tmp_path / "fleet.json"
    file.write_text(json.dumps({"name": "车队", "as_of": "2016-06-30", "truck_tolls": tolls}), "utf-8")
    words = ["calc", str(file), "--format", "csv", "--lang", "en"]
    code, out, said = jxplus(*words)
    command = f"{shlex.join([sys.executable, '-m', 'jxplus', *words])} > {shlex.quote(str(tmp_path / 'out'))}"
    import pexpect

    terminal = pexpect.spawn("/bin/sh", ["-c", command], env={**ENVIRONMENT, "TERM": "xterm"}, timeout=30)
    terminal.expect(pexpect.EOF)
    assert (b"working on" in terminal.before) is shown
    assert (b"\x1b[2K" in terminal.before) is shown
    assert (code, "working on" in said, (tmp_path / "out").read_text("utf-8")) == (0, False, out)
    assert f"toll-card-base,八(四),entitled,{count * 5000},{count * 5000}" in out  # 5% of 100,000 yuan each
