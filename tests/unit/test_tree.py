"""YAML and JSON as trees of text: the same values, each with the place where it stands."""

import pytest

from jxplus.document import decode, read_tree
from jxplus.document.tree import DEEPEST, Path, Tree
from jxplus.fault import Refused

YAML = """\
# a comment
name: 丰城测试公司
"quoted key": 'it''s'
plain: two words   # and a comment
blank:
list:
  - one
  - {a: 1, b: [2, 3]}
  -
    c: "x"
folded: >-
  a
  b
"""

YAML_PLACES: list[tuple[Path, str, str]] = [
    ((), "2:1", ""),
    (("name",), "2:7", "2:1"),
    (("quoted key",), "3:15", "3:1"),
    (("plain",), "4:8", "4:1"),
    (("blank",), "5:7", "5:1"),
    (("list",), "7:3", "6:1"),
    (("list", 0), "7:5", ""),
    (("list", 1), "8:5", ""),
    (("list", 1, "a"), "8:9", "8:6"),
    (("list", 1, "b"), "8:15", "8:12"),
    (("list", 1, "b", 1), "8:19", ""),
    (("list", 2), "10:5", ""),
    (("list", 2, "c"), "10:8", "10:5"),
    (("folded",), "11:9", "11:1"),
]

JSON = """\
{
  "name": "丰城\\u6d4b\\"试",
  "list": [1, {"a\\"b": true, "c" : null},
    [ -1.50e+2 ]],
  "": {}
}
"""

JSON_PLACES: list[tuple[Path, str, str]] = [
    ((), "1:1", ""),
    (("name",), "2:11", "2:3"),
    (("list",), "3:11", "3:3"),
    (("list", 0), "3:12", ""),
    (("list", 1), "3:15", ""),
    (("list", 1, 'a"b'), "3:24", "3:16"),
    (("list", 1, "c"), "3:36", "3:30"),
    (("list", 2), "4:5", ""),
    (("list", 2, 0), "4:7", ""),
    (("",), "5:7", "5:3"),
]


def at(tree: Tree, path: Path, key: bool = False) -> str:
    place = tree.place(path, key)
    return f"{place.line}:{place.column}"


def test_what_yaml_states() -> None:
    """Every scalar is the text that was written; a blank is nothing."""
    assert read_tree(YAML, "a").value == {
        "name": "丰城测试公司",
        "quoted key": "it's",
        "plain": "two words",
        "blank": None,
        "list": ["one", {"a": "1", "b": ["2", "3"]}, {"c": "x"}],
        "folded": "a b",
    }


def test_what_json_states() -> None:
    """Numbers stay text; true, false and null are what they are."""
    assert read_tree(JSON, "a", "json").value == {
        "name": '丰城测"试',
        "list": ["1", {'a"b': True, "c": None}, ["-1.50e+2"]],
        "": {},
    }


@pytest.mark.parametrize(("path", "value", "key"), YAML_PLACES)
def test_places_in_yaml(path: Path, value: str, key: str) -> None:
    tree = read_tree(YAML, "a")
    assert at(tree, path) == value
    assert not key or at(tree, path, key=True) == key


@pytest.mark.parametrize(("path", "value", "key"), JSON_PLACES)
def test_places_in_json(path: Path, value: str, key: str) -> None:
    tree = read_tree(JSON, "a", "json")
    assert at(tree, path) == value
    assert not key or at(tree, path, key=True) == key


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("017", "017"),
        ("0x10", "0x10"),
        ("1:30", "1:30"),
        ("1_000", "1_000"),
        (".inf", ".inf"),
        ("yes", "yes"),
        ("2016-06-30", "2016-06-30"),
        ("1200.50", "1200.50"),
        ("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"),
        ("~", None),
        ("null", None),
        ("", None),
        ('""', ""),
        ('"null"', "null"),
        ("!!str 5", "5"),
        ("!!float 5", "5"),
    ],
)
def test_yaml_guesses_nothing(written: str, value: str | None) -> None:
    """A plain scalar is its own text: no octal, no sexagesimal, no float, no date; only nothing is nothing."""
    tree = read_tree(f"a: {written}\n", "a")
    assert (tree.value, tree.faults) == ({"a": value}, ())


def test_a_place_that_is_not_there_is_the_nearest_around_it() -> None:
    for form, text in (("yaml", "a:\n  - b: 1\n"), ("json", '{"a":\n  [{"b": 1}]}')):
        tree = read_tree(text, "a", form)
        assert at(tree, ("a", 0, "c")) == at(tree, ("a", 0))
        assert at(tree, ("a", 0, "c", 5)) == at(tree, ("a", 0))
        assert at(tree, ("x",), key=True) == at(tree, ())


# ---- what is refused, and the rest that is found with it ---------------------------------------------------------------


def nested(depth: int, form: str) -> str:
    return f'{{"a": {"[" * (depth - 1)}{"]" * (depth - 1)}}}' if form == "json" else "[" * depth + "]" * depth


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_twenty_levels_and_no_more(form: str) -> None:
    read_tree(nested(DEEPEST, form), "a", form)
    for depth in (DEEPEST + 1, 200, 2000, 100_000):
        with pytest.raises(Refused) as caught:
            read_tree(nested(depth, form), "a", form)
        (fault,) = caught.value.faults
        assert fault.wrong.en == "nested too deeply"


@pytest.mark.parametrize("depth", [DEEPEST, 100, 400, 900])
def test_a_key_stated_twice_in_a_deep_text(depth: int) -> None:
    """Two faults in one text, of which either may hide the other, are a refusal and no more."""
    deep = "[" * depth + "]" * depth
    for text in (f'{{"a": 1, "a": 2, "b": {deep}}}', f'{{"a": {deep}, "a": 2}}', f'{{"a": 1, "a": {deep}}}'):
        try:
            faults = read_tree(text, "a", "json").faults
        except Refused as refused:
            faults = refused.faults
        assert faults, text


@pytest.mark.parametrize(
    ("form", "text", "places"),
    [
        ("yaml", "a: 1\nb:\n  c: 1\n  c: 2\na: 3\n", ["4:3 c", "5:1 a"]),
        ("json", '{"a": 1, "b": {"c": 1,\n "c": 2}, "a": 3}', ["2:2 c", "2:11 a"]),
        ("json", '{"a": 1, "a": 2, "a": 3}', ["1:10 a", "1:18 a"]),
    ],
)
def test_every_key_stated_twice_is_found(form: str, text: str, places: list[str]) -> None:
    found = sorted(read_tree(text, "a", form).faults, key=lambda fault: fault.place)
    assert [f"{fault.place.line}:{fault.place.column} {fault.fact}" for fault in found] == places


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: [1, 2\n", "1:4"),
        ("a: 'x", "1:4"),
        ("a: 1\n b: 2\n", "2:3"),
        ("a: b: c\n", "1:5"),
        ("a: %x\n", "1:4"),
        ("? {a: 1}\n: 2\n", "1:3"),
        ("a: 1\n---\nb: 2\n", "2:1"),
        ("a: *b\n", "1:4"),
    ],
)
def test_where_yaml_breaks_off(text: str, place: str) -> None:
    """YAML that cannot be read on is refused where the reader stopped; what was begun and never ended, where it begins."""
    with pytest.raises(Refused) as caught:
        read_tree(text, "a", aliases=True)
    assert [f"{fault.place.line}:{fault.place.column}" for fault in caught.value.faults] == [place]


def test_an_alias_stands_where_its_anchor_does() -> None:
    """Where aliases are allowed, a value that is used again is the same value, and stands where it was written."""
    tree = read_tree("a: &x\n  b: 1\nc: *x\nd: {e: *x}\n", "a", aliases=True)
    assert tree.value == {"a": {"b": "1"}, "c": {"b": "1"}, "d": {"e": {"b": "1"}}}
    assert tree.faults == ()
    for path in (("a", "b"), ("c", "b"), ("d", "e", "b")):
        assert at(tree, path) == "2:6"
    assert at(tree, ("c",), key=True) == "3:1"


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"name: \xff", "1:7"),
        ("名称: 公司".encode() + b"\n\xc0\xff", "2:1"),
        (b"a: 1\n\0", "2:1"),
        (b"a: \x1b[31m", "1:4"),
        ("名称: \x7f".encode(), "1:5"),
        (b"\xff\xfea\0", "1:1"),
    ],
)
def test_what_is_no_text(data: bytes, place: str) -> None:
    with pytest.raises(Refused) as caught:
        decode(data, "a")
    (fault,) = caught.value.faults
    assert f"{fault.place.line}:{fault.place.column}" == place
