"""A table as it is found in a file: rows of cells, which know where they stand, below a row of headings."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from jxplus.batch.sources import Unread
from jxplus.enterprise.heading import Heading
from jxplus.fault import Fault, Place

Cells = Sequence[str | None]


class Row(NamedTuple):
    """A row of a table: where it stands, its cells from the first column on, and what is wrong with it as a row."""

    line: int
    cells: Cells
    fault: Fault | None = None

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it."""
        return not any(cell is not None for cell in self.cells)


class Span(NamedTuple):
    """Some cells: the rows and columns from the first to the last."""

    top: int
    left: int
    bottom: int
    right: int


class ColumnGroup(NamedTuple):
    """A heading that stands over several columns and gives them its unit: where it stands, and as far as which column.

    It reaches as far as the next one begins, unless it turns out to be merged over fewer columns.
    """

    line: int
    left: int
    right: int
    text: str
    unit: str


class Table(NamedTuple):
    """A table: `name` is `enterprises` or a list's id, `file` and `sheet` what faults call it, `heading` its headings.

    `units` are the units that a row below the headings gives its columns, `unit` what a line above gives to amounts, as it
    says that, `over` the headings over some columns that give those a unit, `others` those that speak of other figures than the year's,
    and `noted` what notes elsewhere say of their unit. `unread` is what stands around the table and is no part of it. What
    is `merged` below the headings and within them (`heads`), what is to be said of its columns up to the last (`late`), and
    what is `said` in comments and margins, is known when all rows are read.
    """

    name: str
    file: str
    heading: Row
    rows: Iterator[Row]
    sheet: str = ""
    units: Mapping[int, str] = {}
    unit: str = ""
    unread: Sequence[Unread] = ()
    merged: Callable[[], Sequence[Span]] = lambda: ()
    late: Callable[[int], Iterator[Unread]] = lambda last: iter(())
    noted: str = ""
    over: Sequence[ColumnGroup] = ()
    said: Callable[[], Iterable[str]] = lambda: ()
    heads: Callable[[], Sequence[Span]] = lambda: ()
    others: Sequence[ColumnGroup] = ()

    def at(self, index: int, lines: Sequence[int] = ()) -> Place:
        """The place of a column, the first being 0: its heading, or its cells on some `lines`."""
        first, *more = lines or (self.heading.line,)
        return Place(first, index + 1, self.sheet, tuple(more))


class Columns(NamedTuple):
    """The id of the fact that each column states, None for one that is not read, and its whole heading; `key` is the column that its rows are known by.

    `by_name` says that this is the enterprises' name and no id. `unread` are the columns that are not read, and `told`
    what is to be said of them. `names` are the headings as the file has them, each on one line, and `given` the columns whose
    unit stands above them.
    """

    file: str
    facts: tuple[str | None, ...]
    key: int
    headings: tuple[Heading | None, ...]
    sheet: str = ""
    by_name: bool = False
    unread: tuple[int, ...] = ()
    told: tuple[Unread, ...] = ()
    names: tuple[str, ...] = ()
    given: tuple[int, ...] = ()

    def called(self, id: str) -> str:
        """What the table calls a fact: the heading of its column, the id where it has none."""
        return self.names[self.facts.index(id)] if self.names and id in self.facts else id

    @property
    def tidy(self) -> bool:
        """Whether every column states a fact as its cells have it, or is empty."""
        return not self.told and not self.by_name and not any(each.unit for each in self.headings if each)
