"""What is said of a text that is neither YAML nor JSON: in both languages, in no library's words, where the slip is."""

import ast
import inspect
import json
import mmap
import re
from pathlib import Path
from types import ModuleType

import pytest
import yaml
import yaml.parser
import yaml.scanner

from jxplus.document import read_tree
from jxplus.document.yamlfaults import KINDS
from jxplus.enterprise import Reader
from jxplus.fault import Fault, Refused


def fault_of(text: str, form: str) -> Fault:
    with pytest.raises(Refused) as caught:
        read_tree(text, "a", form, aliases=True)
    (fault,) = caught.value.faults
    return fault


def place_of(fault: Fault) -> str:
    return f"{fault.place.line}:{fault.place.column}"


# ---- JSON ----------------------------------------------------------------------------------------------------------

NO_JSON = [
    # the text, where it breaks, what is wrong with it and what would be right
    ("", "1:1", "nothing is stated; write it between { and }"),
    (" \n", "1:1", "nothing is stated; write it between { and }"),
    ('{"a": 1', "1:8", "{ is never closed; write } at the end"),
    ('{"a": [1, 2\n', "1:12", "[ is never closed; write ] at the end"),
    ('{"a"', "1:5", "{ is never closed; write } at the end"),
    ('{"a": 1,}', "1:8", "a comma after the last item; leave it out"),
    ('{"a": [1,\n]}', "1:9", "a comma after the last item; leave it out"),
    ('{"a": [1,, 2]}', "1:10", "a comma too many; leave it out"),
    ("{,}", "1:2", "a comma too many; leave it out"),
    ("[:]", "1:2", "a colon too many; leave it out"),
    ('{"a": 1\n"b": 2}', "2:1", "no comma before this; a comma between two items"),
    ('["a" "b"]', "1:6", "no comma before this; a comma between two items"),
    ('{"a" 1}', "1:6", 'no colon after the name; write `"name": value`'),
    ('{"a"}', "1:5", 'no colon after the name; write `"name": value`'),
    ('{"a": }', "1:7", "no value after the colon; write null for what is not known"),
    ('{"a": ,', "1:7", "no value after the colon; write null for what is not known"),
    ('{"a": [1}', "1:9", "} does not close [; write ]"),
    ('{"a": 1]', "1:8", "] does not close {; write }"),
    ("}", "1:1", "nothing is open that } closes; leave it out"),
    (
        '{"a": 1}\n{"b": 2}',
        "2:1",
        "something stands after the end; leave one of them; many, one a line, go into an .ndjson file",
    ),
    ("{1: 2}", "1:2", "a name without double quotes; write it in double quotes"),
    ("{[1]: 2}", "1:2", 'a name must be text; write `"name": value`'),
    ("{name: 1}", "1:2", "'name' without double quotes; write text in double quotes"),
    ('{"a": 1200万}', "1:7", "'1200万' without double quotes; write text in double quotes"),
    ('{"a": 01}', "1:7", "'01' without double quotes; write text in double quotes"),
    ('{"a": .5}', "1:7", "'.5' without double quotes; write text in double quotes"),
    ('{"a": True}', "1:7", "'True' without double quotes; write true"),
    ('{"a": None}', "1:7", "'None' without double quotes; write null"),
    ("{'a': 1}", "1:2", "a single quote; use double quotes"),
    ('{"a": 1 // one\n}', "1:9", "JSON has no comments; leave it out"),
    ('{"a": 1 /* one */}', "1:9", "JSON has no comments; leave it out"),
    ('# one\n{"a": 1}', "1:1", "JSON has no comments; leave it out"),
    ('{"a"：1}', "1:5", "a full-width colon; use the plain colon `: `, not the full-width one"),
    ('{"a": 1，"b": 2}', "1:8", "a full-width ，; write the plain ,"),
    ('{"a": 1，"b": 2｝', "1:8", "a full-width ，; write the plain ,"),
    ('{"a": 1｝', "1:8", "a full-width ｝; write the plain }"),
    ("{“a”: 1}", "1:2", 'a full-width “; write the plain "'),
    ('{"a":\u30001}', "1:6", "a full-width blank; write a plain one"),
    ('{"a":\u00a01}', "1:6", "a blank that is not a plain one, U+00A0; write a plain one"),
    ('{"a": "b\tc"}', "1:9", "a tab in a text; write \\t"),
    ('{"a": "b\nc"}', "1:7", "a quote that is never closed; close it on its line with a double quote"),
    ('{"a": "b}', "1:7", "a quote that is never closed; close it on its line with a double quote"),
    ('{"a": "C:\\data"}', "1:10", "\\d stands for nothing; write \\\\ for a backslash"),
    ('{"a": "\\u12"}', "1:8", "four hexadecimal digits are wanted after \\u; write \\\\ for a backslash"),
]


@pytest.mark.parametrize(("text", "place", "said"), NO_JSON)
def test_no_json(text: str, place: str, said: str) -> None:
    fault = fault_of(text, "json")
    assert (place_of(fault), f"{fault.wrong.en}; {fault.right.en}") == (place, f"not valid JSON: {said}")
    assert fault.wrong.zh.startswith("JSON 语法错误：")


def test_what_is_said_of_json_knows_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """The decoder says only that it could not: what it says of it, and where, is another thing in each Python."""
    told = [fault_of(text, "json") for text, _, _ in NO_JSON]
    refuse = json.JSONDecodeError.__init__
    monkeypatch.setattr(
        json.JSONDecodeError, "__init__", lambda self, msg, doc, pos: refuse(self, "Quite else", doc, 0)
    )
    assert [fault_of(text, "json") for text, _, _ in NO_JSON] == told


def test_a_key_stated_twice_counts_in_its_own_object() -> None:
    """In the second of two values stated under one key, a key that the first has too is not stated twice."""
    tree = read_tree('{"a": {"c": 1}, "a": {"c": 2, "c": 3}, "b": {"c": 4}}', "a", "json")
    assert tree.value == {"a": {"c": "1"}, "b": {"c": "4"}}
    assert [(place_of(fault), fault.fact) for fault in tree.faults] == [("1:17", "a"), ("1:31", "c")]


# ---- YAML ----------------------------------------------------------------------------------------------------------

NO_YAML = [
    # a slip of the hand stands where it is, though the parser stops further on
    ("name:\u3000甲\nrd_expensed: 100\n", "1:6", "a full-width blank; write a plain one"),
    ("name: 甲\nrd_expensed:\u3000100\nas_of: 2016-06-30\n", "2:13", "a full-width blank; write a plain one"),
    ("name:\u00a0甲\nas_of: 2016-06-30\n", "1:6", "a blank that is not a plain one, U+00A0; write a plain one"),
    ("name：甲\nas_of: 2016-06-30\n", "1:5", "a full-width colon; use the plain colon `: `, not the full-width one"),
    ("a: 1\n用房：\n  - 面积: 1\n", "2:3", "a full-width colon; use the plain colon `: `, not the full-width one"),
    ("name:甲\nas_of: 2016-06-30\n", "1:5", "no blank after the colon; write `name: value`"),
    ("a: 1\nname:甲\nb: 2\n", "2:5", "no blank after the colon; write `name: value`"),
    ("- a: 1\n  b:2\n  c: 3\n", "2:4", "no blank after the colon; write `name: value`"),
    ("- 1\n-\u3000a：1\n- 2\n  b: 1", "2:2", "a full-width blank; write a plain one"),
    ("用房:\n  -面积: 1\n    月数: 2\n", "2:3", "no blank after the dash; write `- `"),
    ("k: [1, 2】\nb: 1\n", "1:9", "a full-width 】; write the plain ]"),
    ('{"name": "甲"， "trainees": 3}', "1:13", "a full-width ，; write the plain ,"),
    ("a: {b：1, c: 2\n", "1:6", "a full-width colon; use the plain colon `: `, not the full-width one"),
    ("a: {b: 1,\n  c：2｝\n", "2:4", "a full-width colon; use the plain colon `: `, not the full-width one"),
    ("a: {b: 1,\n  c: 2｝\n", "2:7", "a full-width ｝; write the plain }"),
    # a text or bracket that is never closed stands where it begins
    ("a: [1, 2\n", "1:4", "a bracket that is never closed; close the bracket, with a comma between two items"),
    ("a: [1, 2", "1:4", "a bracket that is never closed; close the bracket, with a comma between two items"),
    ("a: {b: 1\nc: 2\n", "1:4", "a bracket that is never closed; close the bracket, with a comma between two items"),
    ("a: {b: 1]\n", "1:9", "a comma or } is wanted here; close the bracket, with a comma between two items"),
    ("a: 'x", "1:4", "a quote that is never closed; close it"),
    ('b: 1\na: "x\n---\n', "2:4", "a quote that is never closed; close it"),
    # the others where the parser stops
    ("a:\n\tb: 2\n", "2:1", "a tab; indent with spaces, not with tabs"),
    ("a:\n  b: 1\n\tc: 2\n", "3:1", "a tab; indent with spaces, not with tabs"),
    ("-\ta: 1\n", "1:2", "a tab; indent with spaces, not with tabs"),
    ("a: |\n\tx\n", "2:1", "a tab; indent with spaces, not with tabs"),
    ("a: 1\nb\nc: 1\n", "2:1", "no colon in this line; write `name: value` on each line"),
    (
        "a: b: c\n",
        "1:5",
        "a colon where none can stand; align the lines of one level, and put text with a colon in quotes",
    ),
    (
        "a: 1\n b: 2\n",
        "2:3",
        "a colon where none can stand; align the lines of one level, and put text with a colon in quotes",
    ),
    (
        "a: - 1\n",
        "1:4",
        "a dash where none can stand; begin each item on a line of its own; leave blank what is not known",
    ),
    ("a: ? b\n", "1:4", "a question mark where none can stand; leave blank what is not known, and put text in quotes"),
    ("a: 1\n- b\n", "2:1", "the next name is wanted here; begin the lines of one level in one column"),
    ("a:\n  b: 1\n c: 2\n", "3:2", "the next name is wanted here; begin the lines of one level in one column"),
    ("a: '甲' 乙\n", "1:8", "something stands after a closing quote or bracket; put the whole text in quotes"),
    ("- a\nb: 1\n", "2:1", "the dash of the next item is wanted here; begin the lines of one level in one column"),
    ("  a: 1\nb: 2\n", "2:1", "this stands after the end; begin all lines in one column, one enterprise a file"),
    ("{a: 1}\n{b: 2}\n", "2:1", "this stands after the end; begin all lines in one column, one enterprise a file"),
    ("a: %x\n", "1:4", "text cannot begin with %; put the whole text in quotes"),
    ("a: @甲\n", "1:4", "text cannot begin with @; put the whole text in quotes"),
    ("a: , b\n", "1:4", "a value is wanted here; put text that begins with a mark in quotes"),
    ("a: &\n", "1:5", "no name after & or *; put the whole text in quotes"),
    ("a: * b\n", "1:5", "no name after & or *; put the whole text in quotes"),
    ("a: !x!y z\n", "1:4", "a tag that says nothing; put the whole text in quotes"),
    ("a: !<x\n", "1:7", "a tag that says nothing; put the whole text in quotes"),
    ("%YAML 2.0\n---\na: 1\n", "1:1", "a line that begins with % and says nothing; leave it out"),
    ("%YAML x\n---\n", "1:7", "a line that begins with % and says nothing; leave it out"),
    ("a: |x\n  b\n", "1:5", "what follows | or > says nothing; begin the text on the next line"),
    ('a: "C:\\数据"\n', "1:7", "a backslash that stands for nothing; write \\\\, or use single quotes"),
    ('a: "\\x1"\n', "1:5", "a backslash that stands for nothing; write \\\\, or use single quotes"),
    ("a: \x07\n", "1:4", "control character U+0007; leave it out"),
]


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
@pytest.mark.parametrize(("text", "place", "said"), NO_YAML)
def test_no_yaml(text: str, place: str, said: str, loader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same is said with libyaml and without it, which tell of a fault in words of their own."""
    if loader == "SafeLoader":
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    fault = fault_of(text, "yaml")
    prefix = "" if "dash" in said and "no blank" in said else "not valid YAML: "
    assert (place_of(fault), f"{fault.wrong.en}; {fault.right.en}") == (place, f"{prefix}{said}")
    assert fault.wrong.zh.startswith("YAML 语法错误：" if prefix else "“-”之后没有空格")


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("用房:\n-\u3000面积: 1\n", "2:2", "a full-width blank; write a plain one"),
        ("用房:\n\u3000\u3000- 面积: 1\n", "2:1", "a full-width blank; write a plain one"),
        ("用房:\n  －  面积: 1\n", "2:3", "a full-width dash; write the plain `- `"),
        ("用房:\n  -面积: 1\n", "2:3", "no blank after the dash; write `- `"),
    ],
)
def test_an_item_that_yaml_takes_for_a_name(text: str, place: str, said: str) -> None:
    """YAML reads such a line, and makes a name of what was to be an item."""
    fault = fault_of(text, "yaml")
    assert (place_of(fault), f"{fault.wrong.en}; {fault.right.en}") == (place, said)


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("企业名称：甲\n", "1:5", "a full-width colon"),
        ("企业名称:\u3000甲\n", "1:6", "a full-width blank"),
        ("企业名称:甲\n", "1:5", "no blank after the colon"),
        ("企业名称: 甲\n用房:\n  - 面积：1\n", "3:7", "a full-width colon"),
        ("企业名称: 甲\n用房:\n  - 面积:1\n", "3:7", "no blank after the colon"),
        ("一家企业\n企业名称：甲\n", "2:5", "a full-width colon"),
        ("企业名称：甲\n年营业收入：5万\n", "2:6", "a full-width colon"),
        ("企业名称: 甲\n年营业收入：5万\n用房：无\n", "3:3", "a full-width colon"),
    ],
)
def test_a_text_where_facts_should_be(text: str, place: str, said: str, reader: Reader) -> None:
    """What is a text to YAML, and was meant as `fact: value`, is told by its slip, and so is each line that has one."""
    with pytest.raises(Refused) as caught:
        reader.read(read_tree(text, "a"))
    assert (place, said) in [(place_of(fault), fault.wrong.en) for fault in caught.value.faults]


def problems(module: ModuleType) -> set[str]:
    """What a module of PyYAML says of a fault, as `context: problem`; `%s` is filled in with each name that it is given."""
    found = set()
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("ScannerError", "ParserError", "ComposerError"):
            context, problem = (template(node.args[index]) for index in (0, 2))
            names = ("anchor", "alias") if " an %s" in context else ("tag", "directive")
            found |= {f"{context.replace('%s', name)}: {problem}" for name in names}
    return found


def template(node: ast.expr) -> str:
    """The text of an argument; of `text % value` and `text + value` the text, of anything else nothing."""
    while isinstance(node, ast.BinOp):
        node = node.left
    return str(node.value or "") if isinstance(node, ast.Constant) else ""


def unknown(told: set[str]) -> set[str]:
    return {each for each in told if not any(re.search(kind.told, each) for kind in KINDS)}


def test_every_fault_of_pyyaml_has_our_words() -> None:
    """No fault that the installed PyYAML can raise falls through to what is said of one that nobody foresaw."""
    told = {each for module in (yaml.scanner, yaml.parser) for each in problems(module)}
    assert len(told) > 40
    assert unknown(told) == set()
    assert unknown({"while dreaming: found a sheep"})


LIBYAML = {
    "while scanning a simple key": {"could not find expected ':'"},
    "while scanning for the next token": {"found character that cannot start any token"},
    "": {
        "block sequence entries are not allowed in this context",
        "mapping keys are not allowed in this context",
        "mapping values are not allowed in this context",
        "did not find expected <document start>",
        "did not find expected <stream-start>",
        "found duplicate %YAML directive",
        "found duplicate %TAG directive",
        "found incompatible YAML document",
    },
    "while scanning a directive": {
        "found unknown directive name",
        "could not find expected directive name",
        "found unexpected non-alphabetical character",
        "did not find expected comment or line break",
    },
    "while scanning a %YAML directive": {
        "did not find expected version number",
        "did not find expected digit or '.' character",
        "found extremely long version number",
    },
    "while scanning a %TAG directive": {
        "did not find expected whitespace",
        "did not find expected whitespace or line break",
    },
    "while scanning a tag": {
        "did not find expected '!'",
        "did not find the expected '>'",
        "did not find expected tag URI",
        "did not find URI escaped octet",
        "found an incorrect leading UTF-8 octet",
        "found an incorrect trailing UTF-8 octet",
        "did not find expected whitespace or line break",
    },
    "while parsing a node": {"found undefined tag handle"},
    "while scanning an anchor": {"did not find expected alphabetic or numeric character"},
    "while scanning an alias": {"did not find expected alphabetic or numeric character"},
    "while scanning a block scalar": {
        "found an indentation indicator equal to 0",
        "found a tab character where an indentation space is expected",
        "did not find expected comment or line break",
    },
    "while scanning a plain scalar": {"found a tab character that violates indentation", "found unexpected ':'"},
    "while scanning a quoted scalar": {"found unexpected end of stream", "found unexpected document indicator"},
    "while parsing a quoted scalar": {
        "found unknown escape character",
        "found invalid Unicode character escape code",
        "did not find expected hexdecimal number",
    },
    "while parsing a block node": {"did not find expected node content"},
    "while parsing a flow node": {"did not find expected node content"},
    "while parsing a block collection": {"did not find expected '-' indicator"},
    "while parsing a block mapping": {"did not find expected key"},
    "while parsing a flow sequence": {"did not find expected ',' or ']'"},
    "while parsing a flow mapping": {"did not find expected ',' or '}'"},
}
"""What the scanner and the parser of libyaml 0.2.5 say of a fault, by what they were doing."""
PROBLEM = re.compile(
    rb"(?:found (?!for )|did not find|could not find|block sequence|mapping (?:keys|values)) ?[ -~]{6,80}"
)


def test_every_fault_of_libyaml_has_our_words() -> None:
    """The same of libyaml; one that it has learnt since, in the library that is installed, is missed in the table above."""
    built = pytest.importorskip("yaml._yaml")
    with Path(built.__file__).open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        installed = {found.decode() for found in PROBLEM.findall(data)}
    assert installed
    assert installed <= {problem for each in LIBYAML.values() for problem in each}
    assert unknown({f"{context}: {problem}" for context, each in LIBYAML.items() for problem in each}) == set()
