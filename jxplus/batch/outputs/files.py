"""Results as files: CSV, NDJSON and Parquet; each takes the place of the former one whole, or not at all."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from jxplus.atomic import Replacement
from jxplus.fault import Fault, Text, writable
from jxplus.render.record import Cells, refusal_lines

ENDINGS = (".csv", ".ndjson", ".xlsx", ".parquet")


class Refusal(Protocol):
    """An enterprise that was refused."""

    @property
    def enterprise(self) -> str: ...
    @property
    def faults(self) -> tuple[Fault, ...]: ...


class Part(Protocol):
    """A part of the results: lines of text in UTF-8 or rows of cells, whichever the output takes, briefs and refusals.

    `asides` are assumptions and warnings, each with how many enterprises it is true of.
    """

    @property
    def text(self) -> bytes: ...
    @property
    def rows(self) -> Sequence[Cells]: ...
    @property
    def briefs(self) -> Sequence[tuple[str, Decimal, Decimal, int, int, int]]: ...
    @property
    def refusals(self) -> Sequence[Refusal]: ...
    @property
    def asides(self) -> Mapping[Text, int]: ...


class Output(Protocol):
    """A file of results that is being written. `add` and `keep` raise `OSError`."""

    path: str

    def add(self, part: Part) -> None:
        """Write a further part."""
        ...

    def keep(self) -> None:
        """Put the file in place: it is complete."""
        ...

    def drop(self) -> None:
        """Give the file up; nothing happens where it is in place."""
        ...


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

    def add(self, part: Part) -> None:
        self.replacement.file.write(part.text)

    def keep(self) -> None:
        self.replacement.keep()

    def drop(self) -> None:
        self.replacement.drop()


class RefusalOutput(TextOutput):
    """The refusals as NDJSON, an object for each fault; an empty file where there are none."""

    def add(self, part: Part) -> None:
        lines = "".join(refusal_lines(each.enterprise, each.faults) for each in part.refusals)
        self.replacement.file.write(writable(lines).encode())
