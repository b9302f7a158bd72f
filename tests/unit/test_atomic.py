"""Whatever happens while a batch writes, its output is the whole new file or the former one, and no source is touched."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BATCH = [sys.executable, "-m", "jxplus", "batch"]
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT)}
FORMER = b"the former output"
ENDINGS = ["csv", "ndjson", "xlsx", "parquet"]


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Enough enterprises to be in the midst of for seconds."""
    path = tmp_path / "many.ndjson"
    with open(path, "w") as file:
        for number in range(40_000):
            file.write(json.dumps({"name": f"e{number}", "internet_plus": True, "trainees": number}) + "\n")
    return path


@pytest.fixture(params=ENDINGS)
def out(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """An output of each kind that is there already."""
    path = tmp_path / f"out.{request.param}"
    path.write_bytes(FORMER)
    return path


def begin(*arguments: Path | str, jobs: int = 1) -> subprocess.Popen[bytes]:
    """A batch that has begun to write: its partial file is there and has grown."""
    folder = Path(arguments[-1]).parent
    process = subprocess.Popen(
        [*BATCH, *map(str, arguments), "--jobs", str(jobs), "--engine", "python"],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 30
    while not list(partial(folder)):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    time.sleep(0.1)
    assert process.poll() is None
    return process


def partial(folder: Path) -> Iterator[Path]:
    """The files of a batch that is not complete."""
    return folder.glob(".*.part")


def test_kill(many: Path, out: Path) -> None:
    """Killed without warning, the former output stands."""
    process = begin(many, "-o", out)
    process.kill()
    process.wait()
    assert out.read_bytes() == FORMER


@pytest.mark.parametrize("jobs", [1, 2])
def test_interrupt(many: Path, out: Path, jobs: int) -> None:
    """Ctrl-C ends it at once and quietly, with exit code 130; the former output stands and nothing else is left."""
    process = begin(many, "-o", out, jobs=jobs)
    process.send_signal(signal.SIGINT)
    printed, said = process.communicate(timeout=10)
    assert (printed, said, process.returncode) == (b"", b"", 130)
    assert out.read_bytes() == FORMER
    assert list(partial(out.parent)) == []


def test_terminate(many: Path, out: Path) -> None:
    """Asked to end, it clears away what it has begun."""
    process = begin(many, "-o", out)
    process.terminate()
    assert process.wait(timeout=10) == 128 + signal.SIGTERM
    assert out.read_bytes() == FORMER
    assert list(partial(out.parent)) == []


def test_workers_end_with_their_parent(many: Path, tmp_path: Path) -> None:
    """Where a batch with several processes is killed, none of them is left behind."""
    process = begin(many, "-o", tmp_path / "out.ndjson", jobs=2)
    time.sleep(0.3)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    assert len(children) == 2
    process.kill()
    process.wait()
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{child}").exists() for child in children) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert [child for child in children if Path(f"/proc/{child}").exists()] == []


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
