"""A command line of jxplus, run as a user runs it."""

import os
import subprocess
import sys
from pathlib import Path


def jxplus(*arguments: str, columns: int = 80, folder: Path | None = None, **variables: str) -> tuple[int, str, str]:
    """The exit code, standard output and standard error of a command line, in an English locale unless told."""
    environment = {**os.environ, "COLUMNS": str(columns), "LC_ALL": "C.UTF-8", **variables}
    command = [sys.executable, "-m", "jxplus", *arguments]
    done = subprocess.run(command, env=environment, cwd=folder, check=False, capture_output=True, encoding="utf-8")
    return done.returncode, done.stdout, done.stderr
