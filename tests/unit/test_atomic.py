"""Whatever happens while a batch writes, its output is the whole new file or the former one, and no source is touched."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import commandline
import pytest

from jxplus.atomic import Replacement, clear_parts
from jxplus.batch.spill import Spill

ROOT = Path(__file__).resolve().parents[2]
BATCH = [sys.executable, "-m", "jxplus", "batch"]
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT)}
FORMER = b"the former output"
ENDINGS = ["csv", "ndjson", "xlsx", "parquet"]


LINE = json.dumps({"name": "e", "internet_plus": True, "trainees": 5}) + "\n"


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Enough enterprises to fill a small disk and any pipe."""
    path = tmp_path / "many.ndjson"
    with path.open("w") as file:
        for number in range(40_000):
            file.write(json.dumps({"name": f"e{number}", "internet_plus": True, "trainees": number}) + "\n")
    return path


@pytest.fixture(params=ENDINGS)
def out(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """An output of each kind that is there already."""
    path = tmp_path / f"out.{request.param}"
    path.write_bytes(FORMER)
    return path


def begin(out: Path, jobs: int = 1) -> subprocess.Popen[bytes]:
    """A batch in the midst of its work: it has begun its file, and waits for more of its standard input, which never ends."""
    process = subprocess.Popen(
        [*BATCH, "-", "-o", str(out), "--jobs", str(jobs), "--engine", "python"],
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    process.stdin.write(LINE.encode() * 1000)
    process.stdin.flush()
    until(lambda: any(partial(out.parent)) or process.poll() is not None)
    assert process.poll() is None, process.communicate()
    return process


def ended(process: subprocess.Popen[bytes]) -> tuple[bytes, bytes, int]:
    """What a process that has been sent a signal still says on standard output and error, and its exit code."""
    assert process.stdout is not None
    assert process.stderr is not None
    said = process.stdout.read(), process.stderr.read()
    return *said, commandline.as_a_shell_says(process.wait(timeout=60))


def until(true: Callable[[], bool]) -> None:
    """Waits until something is so; a busy machine may take its time."""
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def partial(folder: Path) -> Iterator[Path]:
    """The files of a batch that is not complete."""
    return folder.glob(".*.part")


def test_kill(out: Path) -> None:
    """Killed without warning, the former output stands."""
    process = begin(out)
    process.kill()
    ended(process)
    assert out.read_bytes() == FORMER


@pytest.mark.parametrize("jobs", [1, 2])
def test_interrupt(out: Path, jobs: int) -> None:
    """Ctrl-C ends it at once and quietly, with exit code 130; the former output stands and nothing else is left."""
    process = begin(out, jobs)
    process.send_signal(signal.SIGINT)
    assert ended(process) == (b"", b"", 130)
    assert out.read_bytes() == FORMER
    assert list(partial(out.parent)) == []


FORKED = """
import os, signal
from jxplus.__main__ import main

os.register_at_fork(after_in_parent=lambda: os.kill(os.getpid(), signal.SIGINT))
main()
"""
"""The command, where Ctrl-C is typed just as it makes another process."""


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="from Python 3.14 on another process makes them")
def test_interrupt_while_processes_are_made(many: Path, tmp_path: Path) -> None:
    """What Python hears in the hooks of `fork` it tells nobody of but standard error, and goes on."""
    out = tmp_path / "out.csv"
    out.write_bytes(FORMER)
    asked = [sys.executable, "-c", FORKED, "batch", str(many), "-o", str(out), "--jobs", "2", "--engine", "python"]
    done = subprocess.run(asked, env=ENVIRONMENT, capture_output=True, timeout=60, check=False)
    assert (done.stdout, done.stderr, done.returncode) == (b"", b"", 130)
    assert out.read_bytes() == FORMER
    assert list(partial(out.parent)) == []


def test_terminate(out: Path) -> None:
    """Asked to end, it clears away what it has begun."""
    process = begin(out)
    process.terminate()
    assert ended(process)[2] == 128 + signal.SIGTERM
    assert out.read_bytes() == FORMER
    assert list(partial(out.parent)) == []


def test_workers_end_with_their_parent(tmp_path: Path) -> None:
    """Where a batch with several processes is killed, none of them is left behind."""
    process = begin(tmp_path / "out.ndjson", jobs=2)
    own = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    until(lambda: len(own.read_text().split()) == 2)
    children = [Path(f"/proc/{child}") for child in own.read_text().split()]
    process.kill()
    process.wait()
    until(lambda: not any(child.exists() for child in children))


def test_full_disk(many: Path, out: Path) -> None:
    """Where the disk is full it is said in one line, the former output stands, and nothing else is left."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # as on a full disk, the write fails
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    done = subprocess.run(
        [*BATCH, str(many), "-o", str(out)],
        env=ENVIRONMENT,
        preexec_fn=limit,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert [line for line in done.stderr.splitlines() if line != "engine: duckdb"] == [f"jxplus: {out}: File too large"]
    assert out.read_bytes() == FORMER
    assert sorted(each.name for each in out.parent.iterdir()) == [many.name, out.name]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk")
def test_small_disk(many: Path, tmp_path: Path) -> None:
    """The same on a disk that is really full."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], check=False).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        out = disk / "out.ndjson"
        out.write_bytes(FORMER)
        command = [*BATCH, str(many), "-o", str(out)]
        done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert "No space left on device" in done.stderr
        assert os.listdir(disk) == ["out.ndjson"]
        assert out.read_bytes() == FORMER
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_closed_pipe(many: Path, form: str) -> None:
    """A reader that has seen enough ends it quietly."""
    process = subprocess.Popen(
        [*BATCH, str(many), "--format", form, "--jobs", "2"],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    if form == "table":
        process.stdout.close()
    else:
        process.stdout.readline()
        process.stdout.close()
    said = process.stderr.read().decode()
    assert process.wait(timeout=30) == 0
    assert "Traceback" not in said
    assert "Broken pipe" not in said


def test_an_output_that_is_a_source(tmp_path: Path) -> None:
    """An output or a file of refusals that is also read is refused, under any of its names; it is not touched."""
    source = tmp_path / "clients.ndjson"
    source.write_text('{"name": "e"}\n')
    os.link(source, tmp_path / "hard.ndjson")
    os.symlink(source, tmp_path / "soft.ndjson")
    (tmp_path / "folder").mkdir()
    os.symlink(source, tmp_path / "folder" / "in.ndjson")
    for read, option, written in (
        ("clients.ndjson", "-o", "./clients.ndjson"),
        ("clients.ndjson", "-o", "hard.ndjson"),
        ("soft.ndjson", "-o", "clients.ndjson"),
        ("clients.ndjson", "--errors", "soft.ndjson"),
        ("folder", "-o", "clients.ndjson"),
    ):
        command = [*BATCH, read, option, written]
        done = subprocess.run(command, env=ENVIRONMENT, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 2, command
        assert "also read" in done.stderr
        assert source.read_text() == '{"name": "e"}\n'


def test_nothing_computed(tmp_path: Path, out: Path) -> None:
    """Where every enterprise is refused, as by a path that is mistyped, the former output stands."""
    errors = tmp_path / "errors.ndjson"
    command = [*BATCH, str(tmp_path / "mistyped.ndjson"), "-o", str(out), "--errors", str(errors)]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.endswith("1 refused (" + str(tmp_path / "mistyped.ndjson") + ":1); not written\n")
    assert out.read_bytes() == FORMER
    assert json.loads(errors.read_text())["file"] == str(tmp_path / "mistyped.ndjson")
    assert list(partial(tmp_path)) == []


def test_what_is_replaced(tmp_path: Path) -> None:
    """A link stays a link, and a file keeps the rights it had; a new one gets those that are usual here."""
    source = tmp_path / "in.ndjson"
    source.write_text('{"name": "e"}\n')
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    real.write_bytes(FORMER)
    real.chmod(0o640)
    link.symlink_to(real)
    for out in (link, tmp_path / "new.csv"):
        subprocess.run([*BATCH, str(source), "-o", str(out)], env=ENVIRONMENT, capture_output=True, check=True)
    assert link.is_symlink()
    assert real.read_bytes() == (tmp_path / "new.csv").read_bytes() != FORMER
    assert real.stat().st_mode & 0o777 == 0o640
    usual = tmp_path / "usual"
    usual.touch()
    assert (tmp_path / "new.csv").stat().st_mode == usual.stat().st_mode


# ---- what dead runs leave, and runs side by side -----------------------------------------------------------------------


def killed(out: Path) -> None:
    """A batch that was killed in the midst of its work, with what it leaves."""
    process = begin(out)
    process.kill()
    ended(process)
    assert any(partial(out.parent))


def test_the_next_run_clears_what_a_killed_one_has_left(out: Path) -> None:
    killed(out)
    source = out.parent / "one.ndjson"
    source.write_text(LINE, "utf-8")
    done = subprocess.run([*BATCH, str(source), "-o", str(out), "--engine", "python"], env=ENVIRONMENT, check=False)
    assert done.returncode == 0
    assert not any(partial(out.parent))


def test_what_a_living_run_writes_is_left_alone(tmp_path: Path) -> None:
    """The second run ends first, with its own result; then the first puts its own in place, whole."""
    out, source = tmp_path / "out.csv", tmp_path / "one.ndjson"
    source.write_text(LINE, "utf-8")
    first = begin(out)
    subprocess.run([*BATCH, str(source), "-o", str(out), "--engine", "python"], env=ENVIRONMENT, check=True)
    second = out.read_bytes()
    assert len(list(partial(tmp_path))) == 1
    first.communicate()
    assert first.returncode == 0
    assert out.read_bytes().count(b"\n") - 1 == 1000 * (second.count(b"\n") - 1)
    assert not any(partial(tmp_path))


def test_two_runs_of_one_number(tmp_path: Path) -> None:
    """Programs in two containers may have the same number and the same folder: neither takes the other's file."""
    path = str(tmp_path / "out.csv")
    one, other = Replacement(path), Replacement(path)
    one.file.write(b"one\n")
    other.file.write(b"other\n")
    one.keep()
    assert (tmp_path / "out.csv").read_bytes() == b"one\n"
    other.keep()
    assert (tmp_path / "out.csv").read_bytes() == b"other\n"
    assert not any(partial(tmp_path))


def test_only_what_is_a_partial_file_of_this_output_is_cleared(tmp_path: Path) -> None:
    """Another output's, a user's own hidden file, and a name that only begins alike stay."""
    gone = [".out.csv.123.part", ".out.csv.123-4.part", ".out.csv.csv.99.part"]
    kept = [".out.csv.part", ".other.csv.123.part", ".out.csv.x.part", "out.csv.123.part", ".out.csv.123.part.bak"]
    for name in (*gone, *kept):
        (tmp_path / name).write_bytes(b"left")
    Replacement(str(tmp_path / "out.csv")).drop()
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted(kept)


def test_a_file_of_spark_s_is_cleared_when_its_run_is_dead(tmp_path: Path) -> None:
    """Spark makes a folder, under no lock: one of a program that runs stays, one of a program that does not goes."""
    ended_one = subprocess.Popen([sys.executable, "-c", ""])
    ended_one.wait()
    dead, alive = (tmp_path / f".out.csv.{number}.part" for number in (ended_one.pid, os.getpid()))
    for each in (dead, alive):
        each.mkdir()
        (each / "part-0").write_bytes(b"left")
    clear_parts(str(tmp_path / "out.csv"))
    assert (dead.exists(), alive.exists()) == (False, True)


def test_spill_folders_of_dead_runs_are_cleared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder whose run was killed goes; one of a living run, one that is being made and another program's stay."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    script = "import os; from jxplus.batch.spill import Spill; print(Spill().name, flush=True); os.kill(os.getpid(), 9)"
    environment = {**ENVIRONMENT, "TMPDIR": str(tmp_path)}
    dead = Path(
        subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
        ).stdout.strip()
    )
    assert dead.parent == tmp_path
    (dead / "spill").mkdir()
    (dead / "spill" / "block").write_bytes(b"x" * 1000)
    (tmp_path / "jxplus-being-made").mkdir()
    (tmp_path / "other-program").mkdir()
    (tmp_path / "other-program" / "lock").write_bytes(b"")
    living, mine = Spill(), Spill()
    names = {each.name for each in tmp_path.iterdir()}
    assert names == {Path(living.name).name, Path(mine.name).name, "jxplus-being-made", "other-program"}
    for each in (living, mine):
        each.cleanup()
        assert not Path(each.name).exists()
