"""Laws of YAML and JSON as trees: the two forms agree, every place is where its text is, and no text is read by halves."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jxplus.document import read_tree
from jxplus.document.jsonplaces import NotJSON, parts
from jxplus.document.tree import Path
from jxplus.fault import Refused

words = st.text(
    st.characters(categories=("L", "N", "P", "S"), include_characters=" ", exclude_characters="\ufeff"), max_size=12
)
numbers = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False))
values = st.recursive(
    st.one_of(st.none(), words, numbers),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(words, inner, max_size=4)),
    max_leaves=20,
)


def every_path(value: Any, path: Path = ()) -> list[tuple[Path, bool]]:
    """All paths into a value: to each value, and to each key."""
    found: list[tuple[Path, bool]] = [(path, False)]
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in steps:
        if isinstance(value, dict):
            found.append(((*path, step), True))
        found += every_path(child, (*path, step))
    return found


@given(values, st.sampled_from([None, 0, 2]), st.sampled_from([(", ", ": "), (",", ": "), (" , ", " : ")]))
def test_json_read_as_yaml_is_the_same(value: Any, indent: int | None, separators: tuple[str, str]) -> None:
    """A JSON text is a YAML text too: both readings give the same tree, and the same place to every key and value."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=separators)
    one, other = read_tree(text, "a", "json"), read_tree(text, "a", "yaml")
    assert one.value == other.value
    assert (one.faults, other.faults) == ((), ())
    for path, key in every_path(one.value):
        assert one.place(path, key) == other.place(path, key), (path, key)


@given(values)
def test_a_value_stands_where_its_text_is(value: Any) -> None:
    """At the place of each value the text goes on with that value."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    lines = text.split("\n")
    tree = read_tree(text, "a", "json")
    for path, key in every_path(tree.value):
        place = tree.place(path, key)
        rest = "\n".join([lines[place.line - 1][place.column - 1 :], *lines[place.line :]])
        found, _ = json.JSONDecoder(parse_int=str, parse_float=str).raw_decode(rest)
        wanted = tree.value
        for step in path[:-1] if key else path:
            wanted = wanted[step]
        assert found == (path[-1] if key else wanted)


_SCRAPS = st.sampled_from(
    [
        *'{}[],:"\\-.eE01 \n\t：，',
        "true",
        "null",
        "NaN",
        "Infinity",
        '"a"',
        '"b": ',
        "1.5",
        "\\u00e9",
        "1e9",
        "//",
        "\u3000",
        "\u00a0",
    ]
)


@given(st.one_of(st.text(), st.lists(_SCRAPS, max_size=12).map("".join)))
@example('{"a": "\\u12"}')
@example('{"a": -}')
@example("[1.]")
@example("-Infinity")
@example("\ufeff1")
@example("\x0c1")
def test_json_is_what_the_decoder_takes(text: str) -> None:
    """What the standard library decodes has a place for each part of it; what it does not has one at which it breaks."""
    try:
        json.loads(text)
    except ValueError:
        decodes = False
    else:
        decodes = True
    if decodes:
        assert next(parts(text)).path == ()
        list(parts(text))
    else:
        with pytest.raises(NotJSON) as caught:
            list(parts(text))
        assert 0 <= caught.value.index <= len(text)


@given(st.text())
def test_any_text_is_a_tree_or_a_refusal(text: str) -> None:
    """Whatever text is read, in either form, it is a tree or is refused at a place within it."""
    for form in ("yaml", "json"):
        try:
            read_tree(text, "a", form)
        except Refused as refused:
            faults = refused.faults
        else:
            continue
        assert faults
        assert all(fault.place >= (1, 1) for fault in faults)
