"""What stands on a page, apart from how it is drawn: texts, blocks within blocks, tables."""

from collections.abc import Sequence


class Block:
    """Something that stands on a page, over its whole width or that of what holds it."""

    __slots__ = ()


class PageText(Block):
    """A text, folded between words where it is too long; `rest` follows it in no style."""

    __slots__ = ("rest", "style", "text")

    def __init__(self, text: str = "", style: str = "", rest: str = "") -> None:
        self.text, self.style, self.rest = text, style, rest


class PageParts(Block):
    """Short parts one after the other: a line is broken between two of them, and within one only where it alone is too long."""

    __slots__ = ("parts",)

    def __init__(self, parts: Sequence[str]) -> None:
        self.parts = parts


class Stack(Block):
    """Blocks one under the other."""

    __slots__ = ("blocks",)

    def __init__(self, *blocks: Block) -> None:
        self.blocks = blocks


class Right(Block):
    """A text at the right edge of a cell."""

    __slots__ = ("line",)

    def __init__(self, line: PageText) -> None:
        self.line = line


class Indent(Block):
    """A block so many columns to the right, with empty lines above and below it."""

    __slots__ = ("around", "block", "columns")

    def __init__(self, block: Block, columns: int, around: int = 0) -> None:
        self.block, self.columns, self.around = block, columns, around


class PageColumn:
    """A column of a table: its heading, and how its cells are set.

    A `whole` column never folds its cells. One that is `wide` takes all the width that the others leave; `width` is fixed.
    """

    __slots__ = ("heading", "right", "style", "whole", "wide", "width")

    def __init__(
        self,
        heading: str = "",
        whole: bool = False,
        wide: bool = False,
        right: bool = False,
        width: int | None = None,
        style: str = "",
    ) -> None:
        self.heading, self.whole, self.wide, self.right = heading, whole, wide, right
        self.width, self.style = width, style


class PageTable(Block):
    """Rows of cells beside each other: `before` and `after` are the blanks of a cell, but at the edges of the table.

    A `ruled` one has headings with a line under them, and an empty line where a section ends; one that is `stretched` is as
    wide as the page.
    """

    __slots__ = ("after", "before", "columns", "ends", "rows", "ruled", "stretched")

    def __init__(
        self, *columns: PageColumn, before: int = 0, after: int = 1, ruled: bool = False, stretched: bool = False
    ) -> None:
        self.columns, self.before, self.after = columns, before, after
        self.ruled, self.stretched = ruled, stretched
        self.rows: list[list[Block]] = []
        self.ends: set[int] = set()

    def row(self, *cells: Block) -> None:
        """Adds a row; cells that are not given are empty."""
        self.rows.append([*cells, *(PageText() for _ in self.columns[len(cells) :])])

    def section(self) -> None:
        """Ends a section after the rows that are there."""
        self.ends.add(len(self.rows) - 1)
