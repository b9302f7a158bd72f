"""A command line of jxplus, run as a user runs it."""

import atexit
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typer.testing import Result

ROOT = Path(__file__).resolve().parents[1]


def ended(
    *arguments: object, columns: int = 80, folder: Path | None = None, said: str = "", **variables: str
) -> "subprocess.CompletedProcess[str]":
    """A command line that has ended, `said` to it on standard input, in an English locale unless told."""
    environment = {**os.environ, "COLUMNS": str(columns), "LC_ALL": "C.UTF-8", **variables}
    return run([*map(str, arguments)], environment, folder, said)


def jxplus(*arguments: str, columns: int = 80, folder: Path | None = None, **variables: str) -> tuple[int, str, str]:
    """The exit code, standard output and standard error of such a command line."""
    done = ended(*arguments, columns=columns, folder=folder, **variables)
    return done.returncode, done.stdout, done.stderr


def invoked(
    *arguments: object, columns: int = 80, given: str | None = None, code: int | None = None, **variables: str
) -> "Result":
    """What a command line comes to in this process, `given` to it on standard input, in English unless told; it ends with `code`."""
    from typer.testing import CliRunner

    from jxplus.cli import app

    environment = {"COLUMNS": str(columns), "LC_ALL": "C.UTF-8", "JXPLUS_LANG": "en", **variables}
    done = CliRunner().invoke(app, [*map(str, arguments)], input=given, env=environment)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert code in (None, done.exit_code), (arguments, done.output)
    return done


def run(
    arguments: Sequence[str],
    environment: Mapping[str, str] | None = None,
    folder: Path | str | None = None,
    said: str = "",
) -> "subprocess.CompletedProcess[str]":
    """A command line that has ended, `said` to it on standard input; in this process's environment and folder unless told.

    It has a process of its own, forked from one that has the libraries loaded; only where the environment speaks to Python
    itself is a new one started.
    """
    own = {**(os.environ if environment is None else environment)}
    place = str(folder or os.getcwd())
    command = [sys.executable, "-m", "jxplus", *arguments]
    told = any(own[name] != os.environ.get(name) for name in own if name.startswith("PYTHON") and name != "PYTHONPATH")
    if os.name != "posix" or told:
        return subprocess.run(
            command, input=said, env=own, cwd=place, capture_output=True, encoding="utf-8", check=False
        )
    with TemporaryDirectory(prefix="jxplus-said-") as kept:
        streams = {name: str(Path(kept, name)) for name in ("stdin", "stdout", "stderr")}
        Path(streams["stdin"]).write_text(said, encoding="utf-8")
        code = _forked().ask({"words": [*arguments], "folder": place, "environment": own, **streams})
        out, err = (_read(streams[name]) for name in ("stdout", "stderr"))
    return subprocess.CompletedProcess(command, code, out, err)


def _read(path: str) -> str:
    return Path(path).read_bytes().decode() if os.path.exists(path) else ""


class _Forked:
    """The process that others are forked from, started when it is first asked."""

    def __init__(self) -> None:
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT)}
        program = [sys.executable, str(ROOT / "tests" / "forked.py")]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(program, env=environment, stdin=pipe, stdout=pipe, encoding="utf-8", cwd=ROOT)
        atexit.register(self.close)

    def ask(self, request: Mapping[str, object]) -> int:
        """The exit code of a command line; below zero the signal that ended it."""
        assert self.process.stdin
        assert self.process.stdout
        print(json.dumps(request), file=self.process.stdin, flush=True)
        return int(self.process.stdout.readline())

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()


@cache
def _forked() -> _Forked:
    return _Forked()


def as_a_shell_says(code: int) -> int:
    """How a process ended, Ctrl-C as a shell says it: Python itself ends by the signal where it met the text of a class that was
    being made, in `python -m` even if the program has heard it and has ended in order."""
    return 130 if code == -signal.SIGINT else code
