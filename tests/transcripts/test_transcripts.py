"""What a user sees, word for word: each file of tests/transcripts/ is a command, and under it all that it printed.

    python tests/transcripts/test_transcripts.py

runs every command again and writes what it prints now; the difference is then read, line by line, before it is kept. The
amounts in these transcripts are not the proof that they are right: that is the cases' business.
"""

import os
import re
import shlex
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
import commandline

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests" / "transcripts"
TRANSCRIPTS = sorted(FOLDER.glob("*.txt"))
_SHA256 = re.compile(r"\b[0-9a-f]{64}\b")


def run(line: str) -> str:
    """What a command line prints at 80 columns: standard output, then standard error, then how it ended."""
    words = shlex.split(line.removeprefix("$ jxplus"))
    arguments: list[str] = []
    for word in words:
        paths = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob(word)) if "*" in word else []
        arguments += paths or [word]
    environment = {**os.environ, "COLUMNS": "80", "LC_ALL": "C.UTF-8"}
    done = commandline.run(arguments, environment, ROOT)
    parts = [line, done.stdout.rstrip("\n")]
    if done.stderr:
        parts.append("--- standard error\n" + done.stderr.rstrip("\n"))
    parts.append(f"--- exit {done.returncode}")
    return _SHA256.sub("<sha256>", "\n".join(part for part in parts if part)) + "\n"


@pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=lambda path: path.stem)
def test_transcript(transcript: Path) -> None:
    """A command prints what its transcript says, to the letter."""
    recorded = transcript.read_text(encoding="utf-8")
    assert run(recorded.partition("\n")[0]) == recorded


def test_every_refusal_is_in_a_transcript() -> None:
    """Each file of tests/bad/ is refused, by name, in both languages; each of tests/good/ is accepted."""
    for language in ("en", "zh"):
        recorded = (FOLDER / f"check-bad-{language}.txt").read_text(encoding="utf-8")
        assert recorded.endswith("--- exit 1\n")
        for path in (ROOT / "tests" / "bad").iterdir():
            assert f"tests/bad/{path.name}:" in recorded
        assert "Traceback" not in recorded
    good = (FOLDER / "check-good.txt").read_text(encoding="utf-8")
    assert good.endswith("--- exit 0\n")
    for path in (ROOT / "tests" / "good").iterdir():
        assert f"tests/good/{path.name}: " in good


if __name__ == "__main__":
    for path in TRANSCRIPTS:
        line = path.read_text(encoding="utf-8").partition("\n")[0]
        path.write_text(run(line), encoding="utf-8")
        print(path.relative_to(ROOT))
