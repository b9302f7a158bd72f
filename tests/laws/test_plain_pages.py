"""A page laid out without Rich is the page that Rich lays out, line by line, whatever stands on it and however wide it is."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from jxplus.render.blocks import Block, Indent, PageColumn, PageParts, PageTable, PageText, Right, Stack
from jxplus.render.coloured import drawn
from jxplus.render.console import printed
from jxplus.render.page import without_gaps
from jxplus.render.plainly import lines
from jxplus.render.widths import Doubtful, columns

WORDS = st.text("ab1,.-()%·–“”→㎡元一企业，。：（） ", max_size=30) | st.sampled_from(
    (
        "",
        "1,000,000.00 – 6,000,000.00",
        "a\nbc\n",
        "一段没有空格的很长的中文会在任意两字之间断开",
        "internet" * 9,
        "up to 5",
    )
)
TITLES = st.text("abc 企业", max_size=12)


LINES = st.builds(lambda text, rest: PageText(text, "", rest), WORDS, st.sampled_from(("", "", "more 更多")))
"""A text, sometimes with more after it."""
LEAVES = LINES | st.lists(WORDS, max_size=4).map(PageParts)


@st.composite
def tables(draw: st.DrawFn, cells: st.SearchStrategy[Block], nested: bool = False) -> PageTable:
    """A table of one of the kinds that pages have."""
    count, before = draw(st.integers(1, 4)), draw(st.integers(0, 1))
    stretched, ruled = not nested and draw(st.booleans()), not nested and draw(st.booleans())
    wide = draw(st.integers(0, count - 1)) if stretched else None
    heads = [
        PageColumn(
            draw(TITLES) if ruled else "",
            whole=draw(st.booleans()) and at != wide,
            wide=at == wide,
            right=draw(st.booleans()),
            width=draw(st.sampled_from((None, None, None, 9))) if at != wide else None,
        )
        for at in range(count)
    ]
    table = PageTable(*heads, before=before, after=draw(st.integers(0, 2)), ruled=ruled, stretched=stretched)
    for _ in range(draw(st.integers(1, 4))):
        table.row(*(draw(cells) for _ in range(draw(st.integers(1, count)))))
        if draw(st.booleans()):
            table.section()
    return table


CELLS = st.recursive(
    LEAVES | LINES.map(Right),
    lambda within: (
        st.lists(within, min_size=1, max_size=3).map(lambda all: Stack(*all))
        | st.builds(Indent, within, st.integers(0, 3))
        | tables(within, nested=True)
    ),
    max_leaves=5,
)
BLOCKS = LEAVES | tables(CELLS) | st.builds(Indent, tables(CELLS), st.integers(0, 3), st.integers(0, 1))


@settings(max_examples=60, deadline=None)
@given(st.lists(BLOCKS, min_size=1, max_size=3), st.integers(40, 120))
def test_a_plain_page_is_that_of_rich(blocks: list[Block], wide: int) -> None:
    """Without colour, the lines of a page are those that Rich prints, or the page is left to Rich."""
    try:
        plain = without_gaps(lines(blocks, wide))
    except Doubtful:
        assume(False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(wide))
        assert plain == printed(*map(drawn, blocks))


def test_widths_are_those_of_rich() -> None:
    """Each character that is measured here takes as many columns as Rich says; any other is Rich's to measure."""
    from rich.cells import cell_len

    measured = 0
    for code in range(0x20, 0x20000):
        char = chr(code)
        try:
            width = columns(char)
        except Doubtful:
            continue
        measured += 1
        assert width == cell_len(char), f"U+{code:04X}"
    assert measured > 20_000
