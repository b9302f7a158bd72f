"""Results as files: CSV, NDJSON and Parquet; each takes the place of the former one whole, or not at all."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from jxplus.atomic import Replacement
from jxplus.batch import Done
from jxplus.fault import writable
from jxplus.render.record import refusal_lines


class Output(Protocol):
    """A file of results that is being written. `add` and `keep` raise `OSError`."""

    path: str

    def add(self, done: Done) -> None:
        """Write what came of a further chunk."""
        ...

    def keep(self) -> None:
        """Put the file in place: it is complete."""
        ...

    def drop(self) -> None:
        """Give the file up; nothing happens where it is in place."""
        ...


class ForeignFolder(Exception):
    """A folder that is to be replaced holds what no run has written: `others` are the names of that."""

    def __init__(self, path: str, others: Sequence[str]) -> None:
        super().__init__(path)
        self.path, self.others = path, others


def drop(outputs: Iterable[Output]) -> None:
    """Give up all that is not in place."""
    for output in outputs:
        output.drop()


class TextOutput:
    """Lines of CSV or NDJSON as a file, after a `heading`."""

    def __init__(self, path: str, heading: str = "") -> None:
        self.path = path
        self.replacement = Replacement(path)
        self.replacement.file.write(heading.encode())

    def add(self, done: Done) -> None:
        self.replacement.file.write(done.text)

    def keep(self) -> None:
        self.replacement.keep()

    def drop(self) -> None:
        self.replacement.drop()


class RefusalOutput(TextOutput):
    """The refusals as NDJSON, an object for each fault; an empty file where there are none."""

    def add(self, done: Done) -> None:
        lines = "".join(refusal_lines(each.enterprise, each.faults, each.name) for each in done.refusals)
        self.replacement.file.write(writable(lines).encode())
