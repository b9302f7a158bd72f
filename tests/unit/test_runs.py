"""Which of the hidden folders beside results are of runs that are gone, and which of runs that are alive or of other machines."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from jxplus.batch.spark import NoSpark, runs
from jxplus.batch.spark.places import FolderOfParts
from jxplus.batch.spark.session import gave_up

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


class _Files:
    """A file system whose rename is HDFS's: where the new name is that of a folder, the old one is moved into it.

    `others` are folders that other runs put in place in the moments between a deletion and a rename.
    """

    def __init__(self, *others: Path) -> None:
        self.others = [*others]

    def exists(self, path: str) -> bool:
        return os.path.exists(path)

    def delete(self, path: str, whole: bool) -> None:
        shutil.rmtree(path, ignore_errors=True)

    def rename(self, old: str, new: str) -> bool:
        if self.others and os.path.basename(old) != self.others[0].name:
            os.rename(self.others.pop(0), new)
        shutil.move(old, new)
        return True


def folder(path: Path, said: str) -> Path:
    path.mkdir()
    (path / "part-0").write_text(said)
    return path


@pytest.mark.parametrize("others", [0, 1, 2])
def test_of_runs_into_one_folder_at_once_the_last_one_stays_whole(tmp_path: Path, others: int) -> None:
    """However often another run is quicker, what is there at the end is this run's folder, with nothing in it but its own."""
    folder(tmp_path / "out.csv", "former")
    own = folder(tmp_path / ".out.csv.own.part", "own")
    rivals = [folder(tmp_path / f".out.csv.{n}.part", f"rival {n}") for n in range(others)]
    FolderOfParts(str(tmp_path / "out.csv"))._put(_Files(*rivals), str, str(own))
    assert [each.name for each in tmp_path.iterdir()] == ["out.csv"]
    assert [(each.name, each.read_text()) for each in (tmp_path / "out.csv").iterdir()] == [("part-0", "own")]


def test_where_nothing_was_written_the_former_folder_stays(tmp_path: Path) -> None:
    """As on a cluster whose machines write to disks of their own: there is nothing to put, and nothing is deleted."""
    former = folder(tmp_path / "out.csv", "former")
    with pytest.raises(NoSpark, match=r"cannot be renamed"):
        FolderOfParts(str(former))._put(_Files(), str, str(tmp_path / ".out.csv.own.part"))
    assert (former / "part-0").read_text() == "former"


def test_a_class_that_java_lacks_is_named() -> None:
    """Of a client of Hadoop's that is not whole, as PySpark's of webhdfs:// is not, the name alone says nothing."""
    trace = "An error occurred while calling o54.exists.\n: java.io.IOException: x\nCaused by: java.lang.ClassNotFoundException: a.b.C$D\n\t... 23 more"
    assert gave_up(trace).en == "Spark gave up: Java has no class a.b.C$D"
