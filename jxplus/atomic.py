"""A file replaced whole, or left as it was: written beside the former one, and put in its place in one step.

Who writes a file holds a lock on it, which the system takes back when the program ends in whatever way. So a later run knows
what a dead one has left, and clears it away.
"""

import atexit
import contextlib
import os
import re
import shutil
from collections.abc import Iterator
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # Windows lets nobody delete a file that is open
    fcntl = None  # type: ignore[assignment]


def hold(file: int, wait: bool = True) -> bool:
    """Whether the lock of an open file or folder is held by this program now; without `wait`, not where another has it."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        return wait  # a file system without locks: nobody else has one
    return True


@contextlib.contextmanager
def _abandoned(path: str) -> Iterator[bool]:
    """Whether nobody writes the file or the folder at `path` any more; meanwhile nobody else begins to."""
    try:
        file = os.open(path, os.O_RDONLY)
    except OSError:
        yield False
        return
    try:
        yield hold(file, wait=False)
    finally:
        os.close(file)


def clear(path: str, lock: str | None = None) -> None:
    """Delete the file or the folder at `path`, unless a program still holds its `lock`, which is a file in the folder."""
    with _abandoned(lock or path) as abandoned, contextlib.suppress(OSError):
        if abandoned and os.path.isdir(path):
            shutil.rmtree(path, ignore_errors=True)
        elif abandoned:
            os.unlink(path)


class Replacement:
    """A new file that takes the place of the one at `path` when it is complete.

    It is written beside that one under a name of its own, and put in its place in one step after all of it has reached
    the disk. Whatever ends the program before leaves the former file as it was. Raises `OSError`.
    """

    def __init__(self, path: str) -> None:
        self.path = os.path.realpath(path)  # a link stays one, and what it points to is replaced
        if os.path.isdir(self.path):
            raise IsADirectoryError(21, os.strerror(21), path)
        clear_parts(self.path)
        try:
            self.file: BinaryIO = self._begin()
        except OSError as error:
            error.filename = path  # nobody has named the partial file
            raise
        self.lock = os.dup(self.file.fileno())  # it is held though another program writes the file
        with contextlib.suppress(OSError):
            os.chmod(self.partial, os.stat(self.path).st_mode & 0o7777)

    def _begin(self) -> BinaryIO:
        """The partial file, locked; `partial` is its path, which no other program has, be it of the same number elsewhere."""
        folder, name = os.path.split(self.path)
        number = 0
        while True:
            own = f"{os.getpid()}-{number}" if number else f"{os.getpid()}"
            self.partial = os.path.join(folder, f".{name}.{own}.part")
            _begun.add(self.partial)
            try:
                file = open(self.partial, "xb")  # noqa: SIM115
            except FileExistsError:
                _begun.discard(self.partial)
                number += 1
                continue
            hold(file.fileno())
            with contextlib.suppress(OSError):
                if os.path.samestat(os.stat(self.partial), os.fstat(file.fileno())):
                    return file
            file.close()  # taken for abandoned by another run in the moment before it was locked

    def keep(self) -> None:
        """Put the file in place."""
        if self.file.closed:  # someone else has written it
            self.file = open(self.partial, "rb+")  # noqa: SIM115
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        os.replace(self.partial, self.path)
        self._let_go()

    def drop(self) -> None:
        """Give the file up; nothing happens where it is in place."""
        with contextlib.suppress(OSError):
            self.file.close()
        if self.partial in _begun:
            with contextlib.suppress(OSError):
                os.unlink(self.partial)
            self._let_go()

    def _let_go(self) -> None:
        _begun.discard(self.partial)
        os.close(self.lock)


def clear_parts(path: str) -> None:
    """Delete what dead runs have left of the file at `path`."""
    folder, name = os.path.split(path)
    part = re.compile(rf"\.{re.escape(name)}\.(?:csv\.)?([0-9]+)(?:-[0-9]+)?\.part")
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder or "."):
            found = part.fullmatch(entry.name)
            # A folder is Spark's, which makes it anew under any lock: there the number of the program tells.
            if found and not (entry.is_dir(follow_symlinks=False) and runs(int(found[1]))):
                clear(entry.path)


def runs(number: int) -> bool:
    """Whether a program of such a number runs on this machine; true too where the system does not say."""
    if fcntl is not None:
        try:
            os.kill(number, 0)
        except OSError as error:
            return not isinstance(error, ProcessLookupError)
    return True


_begun: set[str] = set()
"""The files begun and not in place yet. A signal may end the program before whoever began one holds it in hand."""


@atexit.register
def _clear_away() -> None:
    for path in _begun:
        with contextlib.suppress(OSError):
            os.unlink(path)


@contextlib.contextmanager
def replacing(path: str) -> Iterator[BinaryIO]:
    """The file that takes the place of the one at `path` when all of it is written; nothing does where that fails. Raises `OSError`."""
    replacement = Replacement(path)
    try:
        yield replacement.file
        replacement.keep()
    finally:
        replacement.drop()


def replace_file(path: str, text: str) -> None:
    """Write `text` to the file at `path`: whole, or not at all; raises `OSError`."""
    with replacing(path) as file:
        file.write(text.encode())
