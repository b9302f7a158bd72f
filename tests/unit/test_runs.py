"""Which of the hidden folders beside results are of runs that are gone, and which of runs that are alive or of other machines."""

import subprocess
import sys
from pathlib import Path

import pytest

from jxplus.batch.spark import runs

ROOT = Path(__file__).resolve().parents[2]
SAY = "import sys; from jxplus.batch.spark import runs; print(runs.beside('out.parquet'), flush=True); sys.stdin.read()"


def test_a_run_is_gone_when_its_program_has_ended() -> None:
    """Of a program that runs nothing is gone; of the same one after a kill, all is."""
    program = subprocess.Popen(
        [sys.executable, "-c", SAY], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert program.stdout
    hidden = program.stdout.readline().strip()
    assert runs.is_beside(hidden, "out.parquet")
    assert not runs.is_beside(hidden, "other.parquet")
    assert runs.is_own(hidden)
    assert not runs.is_gone(hidden)
    program.kill()
    program.communicate()
    assert runs.is_gone(hidden)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system does not say when a program started")
def test_another_program_with_the_number_of_a_dead_one_is_another_run() -> None:
    """The number is this program's, and the start is not: the run is gone. With its own start it is this run, alive."""
    own = runs.beside("out.csv")
    before, _, _ = own.removesuffix(".part").rpartition("-")
    assert not runs.is_gone(own)
    assert runs.is_gone(f"{before}-1.part")


@pytest.mark.parametrize(
    "hidden", [".out.csv.node7-0123456789ab-77-12345.part", ".out.csv.app-20261126-0001.part", ".out.csv.x.part"]
)
def test_of_another_machine_nobody_here_can_know(hidden: str) -> None:
    """Another machine's run, and a name that does not say whose it is, are named and left."""
    assert runs.is_beside(hidden, "out.csv")
    assert not runs.is_own(hidden)
    assert not runs.is_gone(hidden)
