"""A YAML text that is read without PyYAML has the very tree that PyYAML's events make, value by value and mark by mark."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jxplus.document.plainyaml import read_plain
from jxplus.document.yamltree import _Builder, _read_events
from jxplus.fault import Refused

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = st.sampled_from(("name", "年租金", "a1", "_x", "yes", "null", "“互联网+”企业", "面积(㎡)"))
PLAIN = (
    "",
    "1200万",
    "12,000.50",
    "2016-06-30",
    "15%",
    "某某（南昌）公司",
    "a b",
    "no",
    "null",
    "[]",
    "a - b",
    "x, y",
    "1e3",
)
OTHER = (
    "-5",
    "a: b",
    "a #b",
    "a# b",
    "'q'",
    '"q"',
    "~",
    "&a 1",
    "*a",
    "!x 1",
    "[1]",
    "{}",
    "|",
    ">",
    "? a",
    "@",
    "%",
    "- a",
)
"""What is not plain, or is a fault."""
SCALARS = st.sampled_from((*PLAIN, *PLAIN, *OTHER))
COMMENTS = st.sampled_from(("", "", "", " # why", "  #", "#no", " "))
INDENTS = st.sampled_from(("", "", "", "  ", "  - ", "  - ", "    ", "- ", "    - ", " ", "-  "))
LINES = st.builds("{}{}:{}{}{}".format, INDENTS, NAMES, st.sampled_from((" ", " ", " ", "", "  ")), SCALARS, COMMENTS)
OTHERS = st.sampled_from(
    ("", "# 说明", "  # x", "---", "...", "  more", "- a", "\ta: 1", "a : 1", "名称：某某", "a:\u3000b")
)


@settings(max_examples=300, deadline=None)
@given(st.lists(LINES | LINES | LINES | OTHERS, max_size=7).map("\n".join), st.sampled_from(("", "\n")))
@example("listings:\n  - venue: neeq\n    day: 2016-01-02  # 三月\n\nfunds: []\nname: A", "\n")
@example("a:\n- x: 1\n- x: 2\nb:\n", "")
@example("a:\n- x: 1\n- x: 2\nb:\n  # nothing\nc: 1", "")
@example("a: null\n- x: 1", "")
@example("a: b\n  c", "")
def test_a_plain_text_has_the_tree_of_its_events(text: str, end: str) -> None:
    """What PyYAML reads is the same; what it refuses is never read."""
    plain = read_plain(text + end)
    if plain is not None:
        builder = _Builder("a.yaml", aliases=False)
        tree = _read_events(text + end, builder)
        assert (tree.faults, tree.value) == ((), plain[0])
        assert builder.marks == plain[1]


@pytest.mark.parametrize("name", ["big-data-headquarters", "manufacturer", "platform-operator"])
def test_the_examples_are_plain(name: str) -> None:
    """Files like most that are written are read so, or the reader would be there for nothing."""
    assert read_plain((EXAMPLES / f"{name}.yaml").read_text("utf-8")) is not None


@pytest.mark.parametrize("text", ["a: 1\na: 2", "a: [1", "a: b: c", "a: 1\n b: 2", "'a: 1"])
def test_a_fault_is_told_by_pyyaml(text: str) -> None:
    """A text that is refused or doubtful is left to PyYAML, which knows what is wrong with it and where."""
    assert read_plain(text) is None
    builder = _Builder("a.yaml", aliases=False)
    with pytest.raises(Refused):
        raise Refused(_read_events(text, builder).faults)
