"""Where the enterprises of a batch come from, in the order in which they are named.

A source gives chunks: parts small enough to hold, which can be read by themselves and in any process. A chunk gives an
enterprise or a refusal for each one that it states; nothing here computes, and nothing stops at a fault.
"""

import contextlib
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from jxplus.enterprise import Enterprise, Reader
from jxplus.fault import Fault, Place, Refused, Text, shown


class Refusal(NamedTuple):
    """An enterprise that is refused, by its id or name as far as one can be read, with all its faults.

    `name` is the name of one that is known by an id.
    """

    enterprise: str
    faults: tuple[Fault, ...]
    name: str = ""


class Unread(NamedTuple):
    """Something in a source that is not read, where it stands, and what it is; `place` is None for a whole file.

    With `read`, something that is read though it may have been meant otherwise, and how.
    """

    file: str
    place: Place | None
    what: Text
    read: bool = False

    def show(self, lang: str) -> str:
        """It on one line, as it is said while the others are computed."""
        where = self.file if self.place is None else f"{self.file}:{self.place.show()}"
        verb = Text("", "") if self.read else Text("未读取：", "not read: ")
        return shown(f"{where}: {verb.show(lang)}{self.what.show(lang)}")

    def fault(self) -> Fault:
        """It as a fault, for one who wants all of a source to be read."""
        right = Text("删去或改正；不用 --strict 则照常测算", "delete it or mend it; without --strict it stops nothing")
        return Fault(self.file, self.place or Place(), "", self.what, right)


Entry = Enterprise | Refusal


class Chunk(Protocol):
    """Some enterprises of a source, not yet read. `size` says how much of its source it is, in bytes or nearly so."""

    @property
    def size(self) -> int: ...

    def entries(self, reader: Reader, extra: Mapping[str, Any]) -> Iterator[Entry]:
        """Each enterprise, with the facts `extra` in place of its own, or its refusal."""
        ...


class Source(Protocol):
    """Something that holds enterprises. `files` are all the files it reads; `size` is 0 where it cannot be known.

    `has_ids` says that its enterprises are known by ids, and not by their names.
    """

    @property
    def files(self) -> list[str]: ...

    @property
    def size(self) -> int: ...

    @property
    def has_ids(self) -> bool: ...

    def chunks(self) -> Iterator[Chunk]:
        """The chunks, in order."""
        ...


class Refusals(NamedTuple):
    """A chunk that states refusals alone: what is wrong with a source as a whole, or belongs to no enterprise of it."""

    refusals: tuple[Refusal, ...]
    size: int = 0

    def entries(self, reader: Reader, extra: Mapping[str, Any]) -> Iterator[Entry]:
        return iter(self.refusals)


class Broken(NamedTuple):
    """A source that cannot be used, and what is wrong with it."""

    files: list[str]
    refusals: Refusals
    size: int = 0
    has_ids: bool = False

    def chunks(self) -> Iterator[Chunk]:
        yield self.refusals


def unreadable(path: str, error: OSError) -> Refusals:
    """What a source gives that cannot be read."""
    return Refusals((Refusal("", Refused.unread(path, error).faults),))


def size_of(path: str) -> int:
    """The size of a file in bytes, or of all files in a folder; 0 where it cannot be told."""
    try:
        if os.path.isdir(path):
            return sum(
                os.stat(os.path.join(inner, each)).st_size for inner, _, files in os.walk(path) for each in files
            )
        return os.stat(path).st_size
    except OSError:
        return 0


def changed(files: Iterable[str], since: int) -> list[str]:
    """The files that were written to after a moment, which is in nanoseconds of the clock: what is read of such a one is of no one state."""
    found, now = [], time.time_ns()
    for file in files:
        with contextlib.suppress(OSError):
            if since < os.stat(file).st_mtime_ns <= now:  # a day still to come says nothing
                found.append(file)
    return found
