"""The folder for what there is no room for in memory, of DuckDB and of a workbook; what killed runs have left is cleared away."""

import contextlib
import os
import shutil
from tempfile import gettempdir, mkdtemp

from jxplus.atomic import clear, hold

_PREFIX = "jxplus-"
_LOCK = "lock"
"""The file in a folder whose lock its run holds, until it ends in whatever way."""


class Spill:
    """A folder of one run, called `name`; `cleanup` deletes it. Those of dead runs are deleted when one is made."""

    def __init__(self) -> None:
        clear_spills()
        self.lock = -1
        while self.lock < 0:
            self.name = mkdtemp(prefix=_PREFIX)
            path = os.path.join(self.name, _LOCK)
            self.lock = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
            hold(self.lock)
            if not os.path.exists(path):  # taken for a dead run's in the moment before it was locked
                os.close(self.lock)
                self.lock = -1

    def cleanup(self) -> None:
        if self.lock >= 0:
            shutil.rmtree(self.name, ignore_errors=True)
            os.close(self.lock)
            self.lock = -1


def clear_spills() -> None:
    """Delete the folders of this user's runs that are dead. One without a lock is another program's, or being made."""
    with contextlib.suppress(OSError):
        for entry in os.scandir(gettempdir()):
            lock = os.path.join(entry.path, _LOCK)
            if entry.name.startswith(_PREFIX) and entry.is_dir(follow_symlinks=False) and os.path.isfile(lock):
                clear(entry.path, lock)
