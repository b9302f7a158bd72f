"""The pages cannot drift: their commands are run in the order in which they stand, and print what stands under them.

    python tests/transcripts/test_docs.py

runs them and writes into the pages what they print now. A `console` block is a session: a line after `$ ` is a command, what
follows is its output, standard error among it. A `yaml` block whose first line is a comment with a file's name is that file.
The commands of an `sh` block are run too: none of them is a usage error. A `pycon` block is run as a docstring's examples are.
The two commands that install are run, as they stand, by the project's continuous integration.
"""

import doctest
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
PAGES = [README, ROOT / "README.zh-CN.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
MOST_LINES = {"README.md": 200, "README.zh-CN.md": 200, "CONTRIBUTING.md": 80}
_BLOCK = re.compile(r"^```(console|yaml|sh)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
posix = pytest.mark.skipif(sys.platform == "win32", reason="the commands are written for a POSIX shell")


def folder(path: Path, page: Path) -> dict[str, str]:
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
        "JXPLUS_LANG": "zh" if ".zh-CN" in page.name else "en",
        "PYTHONPATH": str(ROOT),
    }


def run(line: str, here: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    """A command as a shell runs it, its errors among its output."""
    return subprocess.run(
        ["bash", "-c", line],
        cwd=here,
        env=environment,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def replayed(page: Path, wrong: list[str]) -> str:
    """A page's text with what its commands print now; `wrong` takes the commands of `sh` blocks that are usage errors."""
    text = page.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as name:
        here = Path(name)
        environment = folder(here, page)

        def session(match: re.Match[str]) -> str:
            kind, body = match.groups()
            if kind == "yaml":
                file = re.match(r"# (\S+\.yaml)\n", body)
                if file:
                    (here / file[1]).write_text(body, encoding="utf-8")
                return match[0]
            if kind == "sh":
                for line in re.findall(r"^jxplus .*$", body, re.MULTILINE):
                    done = run(line, here, environment)
                    if done.returncode not in (0, 1) or b"Traceback" in done.stdout:
                        wrong.append(f"{line}: {done.stdout.decode()}")
                return match[0]
            printed = []
            for line in body.splitlines():
                if line.startswith("$ "):
                    printed += [line, *run(line[2:], here, environment).stdout.decode().splitlines()]
            return "```console\n" + "".join(f"{line}\n" for line in printed) + "```"

        return _BLOCK.sub(session, text)


@posix
@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_commands(page: Path) -> None:
    """Every command of a page prints what stands under it, and none is a usage error."""
    wrong: list[str] = []
    assert replayed(page, wrong) == page.read_text(encoding="utf-8")
    assert wrong == []


@pytest.mark.parametrize(
    "page", [page for page in PAGES if "```pycon" in page.read_text("utf-8")], ids=lambda p: p.name
)
def test_examples_in_python(page: Path) -> None:
    """The Python of a page gives what it says."""
    found = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert found.attempted > 0
    assert found.failed == 0


def test_links() -> None:
    """Every link between the pages leads to a file that is there."""
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_lengths() -> None:
    """The front doors stay short."""
    for name, most in MOST_LINES.items():
        assert len((ROOT / name).read_text("utf-8").splitlines()) <= most, name


@pytest.mark.parametrize("page", PAGES[:2], ids=lambda path: path.name)
def test_install_commands(page: Path) -> None:
    """A front door gives one command that installs and runs the main job, and one that installs and runs the tests."""
    commands = re.findall(r"^python3 -m venv .*$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(commands) == 2
    assert "jxplus calc examples/" in commands[0]
    assert commands[1].endswith("pytest")


if __name__ == "__main__":
    for each in PAGES:
        each.write_text(replayed(each, []), encoding="utf-8")
