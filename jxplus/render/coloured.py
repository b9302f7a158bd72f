"""Blocks as Rich draws them."""

from rich import box
from rich.align import Align
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from jxplus.render import console
from jxplus.render.blocks import Block, Indent, PageParts, PageTable, PageText, Right, Stack


def drawn(block: Block) -> RenderableType:
    """Gives what Rich prints of a block."""
    match block:
        case PageText():
            return _line(block)
        case PageParts():
            return console.Parts(block.parts)
        case Stack():
            return Group(*map(drawn, block.blocks))
        case Right():
            return Align.right(_line(block.line))
        case Indent():
            return Padding(drawn(block.block), (block.around, 0, block.around, block.columns))
        case PageTable():
            return _table(block)
    raise TypeError(block)


def _line(line: PageText) -> Text:
    text = Text(line.text, style=line.style)
    return text.append(line.rest, style=f"not {line.style}") if line.rest else text


def _table(table: PageTable) -> RichTable:
    found = RichTable(
        box=box.SIMPLE_HEAD if table.ruled else None,
        padding=(0, table.after, 0, table.before),
        pad_edge=False,
        show_header=table.ruled,
        expand=table.stretched,
    )
    for each in table.columns:
        found.add_column(
            each.heading,
            justify="right" if each.right else "left",
            no_wrap=each.whole,
            overflow="ellipsis" if each.whole else "fold",
            ratio=1 if each.wide else None,
            width=each.width,
            style=each.style,
        )
    for index, row in enumerate(table.rows):
        found.add_row(*map(drawn, row), end_section=index in table.ends)
    return found
