"""How long `jxplus calc` takes as a whole process, beside a Typer app that prints as much and computes nothing.

    python tests/bench/bench_start.py [RUNS]

The two run in turn, pair by pair, so that a machine whose speed drifts slows both; beside the help stands `calc` itself.
Printed are the median of each and of the ratios, pair by pair, of the processors' time. Run it where jxplus is installed as
a user has it, from a wheel and not in editable form.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
EXAMPLE = HERE.parent.parent / "examples" / "platform-operator.yaml"


def seconds(command: list[str], environment: dict[str, str]) -> float:
    """The processors' time of one run of a command, its output read and thrown away: others who use the machine change little."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare(name: str, ours: list[str], theirs: list[str], runs: int, environment: dict[str, str]) -> None:
    """Print the medians of two commands run in turn, and of their ratios."""
    for command in (ours, theirs):
        seconds(command, environment)
    pairs = [(seconds(ours, environment), seconds(theirs, environment)) for _ in range(runs)]
    own, other = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(mine / its for mine, its in pairs)
    print(f"{name:6} jxplus {own * 1000:6.1f} ms   app {other * 1000:6.1f} ms   ratio {ratio:.2f}   ({runs} pairs)")


def main() -> None:
    """Compare the table and the JSON with the app's, and the help with the table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    script = Path(sys.executable).with_name("jxplus")
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "XDG_CACHE_HOME": cache, "COLUMNS": "80"}
        for form in ("table", "json"):
            ours = [str(script), "calc", str(EXAMPLE), "--format", form]
            theirs = [sys.executable, str(HERE / "two_commands.py"), "calc", "file", "--format", form]
            compare(form, ours, theirs, runs, environment)
        compare("help", [str(script), "--help"], [str(script), "calc", str(EXAMPLE)], runs, environment)


if __name__ == "__main__":
    main()
