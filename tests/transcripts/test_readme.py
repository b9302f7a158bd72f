"""The README cannot drift: its commands are run in the order in which they stand, and print what stands under them.

    python tests/transcripts/test_readme.py

runs them and writes into the README what they print now. A `console` block is a session: a line after `$ ` is a command,
what follows is its output, standard error among it. A `yaml` block whose first line is a comment with a file's name is
that file. The two commands that install are run, as they stand, by the project's continuous integration.
"""

import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
_BLOCK = re.compile(r"^```(console|yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def folder(path: Path) -> dict[str, str]:
    """Make `path` look like a fresh clone after the install, and give the environment to run in."""
    for name in ("examples", "policies.yaml"):
        source, target = ROOT / name, path / name
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    program = path / ".bin" / "jxplus"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m jxplus "$@"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return {
        **os.environ,
        "PATH": f"{program.parent}:{os.environ['PATH']}",
        "COLUMNS": "80",
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
    }


def replayed(text: str) -> str:
    """The README's text with what its commands print now."""
    with tempfile.TemporaryDirectory() as name:
        here = Path(name)
        environment = folder(here)

        def session(match: re.Match[str]) -> str:
            kind, body = match.groups()
            if kind == "yaml":
                file = re.match(r"# (\S+\.yaml)\n", body)
                if file:
                    (here / file[1]).write_text(body, encoding="utf-8")
                return match[0]
            printed = []
            for line in body.splitlines():
                if line.startswith("$ "):
                    done = subprocess.run(
                        ["bash", "-c", line[2:]],
                        cwd=here,
                        env=environment,
                        check=False,
                        stdin=subprocess.DEVNULL,
                        stdout=subprocess.PIPE,
                        stderr=subprocess.STDOUT,
                    )
                    printed += [line, *done.stdout.decode().splitlines()]
            return "```console\n" + "".join(f"{line}\n" for line in printed) + "```"

        return _BLOCK.sub(session, text)


@pytest.mark.skipif(sys.platform == "win32", reason="the README's commands are written for a POSIX shell")
def test_readme() -> None:
    """Every command of the README prints what stands under it."""
    text = README.read_text(encoding="utf-8")
    assert replayed(text) == text


def test_install_commands() -> None:
    """The README gives one command that installs and runs the main job, and one that installs and runs the tests."""
    commands = re.findall(r"^python3 -m venv .*$", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(commands) == 2
    assert "jxplus calc examples/" in commands[0]
    assert commands[1].endswith("pytest")


if __name__ == "__main__":
    README.write_text(replayed(README.read_text(encoding="utf-8")), encoding="utf-8")
