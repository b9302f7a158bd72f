"""What a start loads: the time of `calc` is that of its modules, so each of them is named here and has its reason.

A module more is 0.2 to 0.5 ms of processor time, a library 1 to 30. Who adds one to a list has measured it
(`tests/bench/bench_start.py`), or imports it where it is used.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
TYPER = {"typer", "shellingham", "annotated_doc"}
"""Typer, and what it brings along."""
RICH, PYYAML = {"rich"}, {"yaml"}
HEAVY = {"csv", "calendar", "unicodedata", "fractions", "pickle", "hashlib"}
"""Modules of Python's own that none of ours loads at a start; Rich loads `fractions` and `pickle`."""

COMMAND_LINE = {"", "__main__", "version", "fault", "cli", "cli.commands", "cli.language", "cli.options"}
PAGE = {"render", "render.console"}
READING = {
    *("enterprise", "enterprise.misread", "enterprise.spot", "enterprise.values"),
    *("policy", "policy.facts", "policy.store", "formula", "formula.node", "formula.operators", "plan", "plan.section"),
    *("document", "document.encoding", "document.tree", "quantity", "cli.inputs"),
}
"""What reads an enterprise by a policy that is ready."""
CALC = READING | {
    *(
        "cli.calc",
        "cli.result",
        "enterprise.defaults",
        "policy.days",
        "formula.evaluate",
        "formula.pieces",
        "formula.piecewise",
    ),
    *("assessment", "assessment.assumptions", "assessment.compiled", "assessment.force", "assessment.outcome"),
    *("assessment.reach", "assessment.reached", "assessment.search", "assessment.ground", "assessment.course"),
}
CHECK = READING | {"cli.check"}
TABLE = {"render.terminal", "render.wording", "render.words"}
JSON = {"render", "render.record"}
YAML, JSON_FILE = {"document.yamltree"}, {"document.jsontree"}

ASKED = [
    pytest.param("--help", [], COMMAND_LINE | PAGE | {"render.help"}, RICH, id="help"),
    pytest.param(
        "calc", ["platform-operator.yaml"], COMMAND_LINE | CALC | PAGE | TABLE | YAML, RICH | PYYAML, id="table"
    ),
    pytest.param(
        "calc", ["platform-operator.yaml", "--format", "json"], COMMAND_LINE | CALC | JSON | YAML, PYYAML, id="JSON"
    ),
    pytest.param(
        "calc",
        ["listed-newcomer.json", "--format", "json"],
        COMMAND_LINE | CALC | JSON | JSON_FILE,
        set(),
        id="JSON of a JSON file",
    ),
    pytest.param("check", ["platform-operator.yaml"], COMMAND_LINE | CHECK | YAML, PYYAML, id="check"),
]
LOADED = """
import atexit, re, sys
before, compiled = set(sys.modules), re._compiler.compile
patterns = set()

def compile(*pattern):
    frame = sys._getframe(1)
    while frame.f_globals["__name__"] == "re":
        frame = frame.f_back
    patterns.add("pattern:" + frame.f_globals["__name__"])
    return compiled(*pattern)

re._compiler.compile = compile
atexit.register(lambda: print(*sorted(set(sys.modules) - before | patterns), file=sys.stderr))
from jxplus.__main__ import main
main()
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache in which the policy is ready, as it is at every start but the first."""
    return tmp_path_factory.mktemp("cache")


@pytest.mark.parametrize(("command", "rest", "known", "libraries"), ASKED)
def test_a_start_loads_what_it_needs(
    command: str, rest: list[str], known: set[str], libraries: set[str], cache: Path
) -> None:
    """A start loads the modules that are named above, of other people's libraries Typer and what is named, and none of Python's that is heavy.

    Of its own patterns it makes none but that of a page's empty lines and that of a policy's keys: a large one takes as
    long as ten modules.
    """
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache), "COLUMNS": "80", "LC_ALL": "C.UTF-8"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # to compile a module takes modules of its own
    words = [sys.executable, "-c", LOADED, command, *rest]
    for _ in range(1 if any(cache.iterdir()) else 2):
        done = subprocess.run(words, cwd=EXAMPLES, env=environment, capture_output=True, text=True, check=True)
    loaded = done.stderr.split()
    own = {name.partition(".")[2] for name in loaded if name.partition(".")[0] == "jxplus"}
    assert own == known
    assert {name for name in loaded if name.startswith("pattern:jxplus")} <= {
        "pattern:jxplus.render.console",
        "pattern:jxplus.policy.store",
    }
    others = {name.partition(".")[0] for name in loaded if ":" not in name} - set(sys.stdlib_module_names) - {"jxplus"}
    # PyYAML's scanner in C brings Cython's own modules, whose names bear a version.
    assert {name for name in others if "cython" not in name} - TYPER == libraries
    assert not (HEAVY - {"fractions", "pickle"} if "rich" in others else HEAVY) & set(loaded)


def _ended(before: str, *words: str) -> subprocess.CompletedProcess[str]:
    """A run of a command line in a Python of its own, after some other program."""
    program = f"import sys; {before}; sys.argv = {['jxplus', *words]}\nimport jxplus.__main__ as entry\nentry.main()"
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, check=False, cwd=EXAMPLES, text=True, encoding="utf-8")


LEAVING = "import os; leave = os._exit; os._exit = lambda code: (print('left', code), sys.stdout.flush(), leave(code))"


def test_a_run_ends_at_once_and_whole() -> None:
    """Taking modules apart is left out; what is printed arrives, and so does the exit code of a refusal."""
    done = _ended(LEAVING, "schema")
    assert done.stdout.endswith("}\nleft 0\n")
    refused = _ended(LEAVING, "calc", "no-such-file.yaml")
    assert (refused.stdout, refused.returncode) == ("left 1\n", 1)


def test_what_waits_for_the_end_is_waited_for() -> None:
    """What a program has registered to be done when Python ends, and a thread that still works, are not cut off."""
    registered = f"{LEAVING}; import atexit; atexit.register(print, 'registered')"
    assert _ended(registered, "--version").stdout.splitlines()[1:] == ["registered"]
    work = "lambda: (threading.main_thread().join(), print('worked'))"  # it works longer than all else
    thread = f"import threading; threading.Thread(target={work}).start()"
    assert _ended(f"{LEAVING}; {thread}", "--version").stdout.splitlines()[1:] == ["worked"]
