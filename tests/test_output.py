"""Standard output in the hands of others: a pipe that is closed, a disk that is full, a terminal without colour."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CALC = [sys.executable, "-m", "jxplus", "calc", "examples/manufacturer.yaml"]
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


def test_piped_is_plain() -> None:
    """What is piped has no colour and no control characters."""
    done = subprocess.run(CALC, cwd=ROOT, env=ENVIRONMENT, check=True, capture_output=True)
    assert b"\x1b" not in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
@pytest.mark.parametrize(("variable", "coloured"), [("UNSET", True), ("NO_COLOR", False)])
def test_colour_only_where_wanted(variable: str, coloured: bool) -> None:
    """A terminal gets colour, unless NO_COLOR says otherwise."""
    import pexpect

    environment = {**ENVIRONMENT, "TERM": "xterm-256color", variable: "1"}
    terminal = pexpect.spawn(CALC[0], CALC[1:], cwd=str(ROOT), env=environment, dimensions=(60, 80), timeout=30)
    terminal.expect(pexpect.EOF)
    assert (b"36m" in terminal.before) is coloured
