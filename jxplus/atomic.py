"""A file replaced whole, or left as it was: written beside the former one, and put in its place in one step."""

import atexit
import contextlib
import os
from typing import BinaryIO


class Replacement:
    """A new file that takes the place of the one at `path` when it is complete.

    It is written beside that one under a name of its own, and put in its place in one step after all of it has reached
    the disk. Whatever ends the program before leaves the former file as it was. Raises `OSError`.
    """

    def __init__(self, path: str) -> None:
        self.path = os.path.realpath(path)  # a link stays one, and what it points to is replaced
        folder, name = os.path.split(self.path)
        self.partial = os.path.join(folder, f".{name}.{os.getpid()}.part")
        if os.path.isdir(self.path):
            raise IsADirectoryError(21, os.strerror(21), path)
        _begun.add(self.partial)
        try:
            self.file: BinaryIO = open(self.partial, "xb")  # noqa: SIM115
        except OSError as error:
            error.filename = path  # nobody has named the partial file
            raise
        with contextlib.suppress(OSError):
            os.chmod(self.partial, os.stat(self.path).st_mode & 0o7777)

    def keep(self) -> None:
        """Put the file in place."""
        if self.file.closed:  # someone else has written it
            self.file = open(self.partial, "rb+")  # noqa: SIM115
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        os.replace(self.partial, self.path)
        _begun.discard(self.partial)

    def drop(self) -> None:
        """Give the file up; nothing happens where it is in place."""
        with contextlib.suppress(OSError):
            self.file.close()
        with contextlib.suppress(OSError):
            os.unlink(self.partial)
        _begun.discard(self.partial)


_begun: set[str] = set()
"""The files begun and not in place yet. A signal may end the program before whoever began one holds it in hand."""


@atexit.register
def _clear_away() -> None:
    for path in _begun:
        with contextlib.suppress(OSError):
            os.unlink(path)


def replace_file(path: str, text: str) -> None:
    """Write `text` to the file at `path`: whole, or not at all; raises `OSError`."""
    replacement = Replacement(path)
    try:
        replacement.file.write(text.encode())
        replacement.keep()
    finally:
        replacement.drop()
