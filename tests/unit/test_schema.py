"""The JSON Schema of an enterprise file, held against files as an editor reads them: YAML 1.2, or JSON.

An editor knows more than the schema (it marks a file that is not YAML) and less than jxplus (it has made numbers of the
figures before the schema sees them). Which bad file is caught by whom is said here, file by file.
"""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from oneclause import plan

from jxplus.enterprise import Reader
from jxplus.enterprise.patterns import figure_pattern
from jxplus.enterprise.schema import DIALECT, enterprise_schema
from jxplus.policy import Fact, FactList
from jxplus.policy.store import load_policy
from jxplus.render.record import json_page

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES, GOOD, BAD = (
    sorted(path for path in (ROOT / folder).iterdir() if path.suffix in (".yaml", ".json"))
    for folder in ("examples", "tests/good", "tests/bad")
)
POLICY = load_policy()
READER = Reader(POLICY)
SCHEMA = json.loads(json_page(enterprise_schema(POLICY)))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)

# What an editor's parser refuses, so that no schema ever sees it.
NOT_PARSED = {
    *("alias-bomb.yaml", "alias-in-item.yaml", "alias-to-itself.yaml", "alias-unknown.yaml", "bracket-not-closed.yaml"),
    *("colon-full-width.yaml", "comment.json", "control-c1.yaml", "control-character.yaml", "duplicate-item-fact.yaml"),
    *("duplicate-key.yaml", "duplicate-unknown.yaml", "empty.json", "not-text.yaml"),
    *("not-utf8-after-chinese.yaml", "nul.yaml", "quote-not-closed.yaml", "syntax.json", "syntax.yaml"),
    *("tab-indent.yaml", "tag.yaml", "three-names.yaml", "truncated.json", "two-documents.yaml", "two-values.json"),
}

# What no schema can see, and why.
ITS_SIZE = "a figure with its unit is text: a pattern holds its form, and its size is for `jxplus check`"
AS_A_NUMBER = "YAML makes a number of it before the schema sees it"
BEYOND = {
    "alias.yaml": "YAML has put the value in place of the alias before the schema sees it",
    "duplicate-key.json": "of two equal keys JSON keeps one; an editor warns of that itself",
    "exponent-tiny.json": "the number has become zero",
    "finer-than-fen.json": "`multipleOf` fails on right figures where an editor counts in binary, so it is not used",
    "finer-than-fen.yaml": "as in JSON: the third decimal is checked in text alone",
    "area-five-decimals.yaml": "as finer-than-fen.yaml",
    "rent-five-decimals.yaml": "as finer-than-fen.yaml",
    "nan.json": "nothing is larger or smaller than what is not a number",
    "nan.yaml": "nothing is larger or smaller than what is not a number",
    "number-hex.yaml": AS_A_NUMBER,
    "number-octal.yaml": AS_A_NUMBER,
    "number-octal-leading-zero.yaml": AS_A_NUMBER,
    "rate-over-100.yaml": ITS_SIZE,
    "too-large-yi.yaml": ITS_SIZE,
    "lone-surrogate.json": "a schema does not look into the characters of a name",
}

_CORE = {
    "null": r"~|null|Null|NULL|",
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+",
    "float": r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
}


def as_an_editor(path: Path) -> Any:
    """What an editor makes of a file before it turns to the schema; raises ValueError where it cannot."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:  # an editor opens it in the encoding of its folder
        text = data.decode("gb18030")
    if path.suffix == ".json":
        return json.loads(text, parse_int=lambda digits: int(digits) if len(digits) < 400 else float(digits))
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error
    return _core(node, [0])


def _core(node: Any, count: list[int]) -> Any:
    """A node of YAML 1.2 by its core schema: `yes` and a date are text, `017` is seventeen, a key stands once."""
    count[0] += 1
    if count[0] > 10_000:
        raise ValueError("aliases without end")
    if node is None:
        return None
    if not node.tag.startswith("tag:yaml.org,2002:") or "python" in node.tag:
        raise ValueError(f"tag {node.tag}")
    if isinstance(node, yaml.MappingNode):
        mapping = {_hashable(_core(key, count)): _core(value, count) for key, value in node.value}
        if len(mapping) < len(node.value):
            raise ValueError("duplicate key")
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [_core(item, count) for item in node.value]
    return node.value if node.style else _core_scalar(node.value)


def _hashable(key: Any) -> Any:
    return json.dumps(key) if isinstance(key, (list, dict)) else key


def _core_scalar(text: str) -> Any:
    kind = next((kind for kind, pattern in _CORE.items() if re.fullmatch(pattern, text)), "str")
    if kind == "int":
        return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
    if kind == "float":
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return {"null": None, "bool": text.lower() == "true"}.get(kind, text)


def test_it_is_a_schema() -> None:
    """It is valid JSON Schema 2020-12, says so, and names the policy file that it was made from."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == DIALECT
    assert POLICY.sha256 in SCHEMA["$id"]


@pytest.mark.parametrize("path", [*EXAMPLES, *GOOD], ids=lambda path: path.name)
def test_good_files_are_valid(path: Path) -> None:
    """An editor has nothing to say against a file that jxplus reads."""
    assert [error.message for error in VALIDATOR.iter_errors(as_an_editor(path))] == []


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.name)
def test_bad_files_are_caught(path: Path) -> None:
    """A bad file is caught by the editor's parser, by the schema, or is named above with the reason why it is not."""
    if path.name in NOT_PARSED:
        with pytest.raises((ValueError, RecursionError)):
            as_an_editor(path)
        return
    try:
        errors = [error.message for error in VALIDATOR.iter_errors(as_an_editor(path))]
    except RecursionError:  # it is an error, and too deep to be quoted
        errors = ["nested without end"]
    assert bool(errors) == (path.name not in BEYOND), errors


def test_the_lists_above_name_files_that_are_there() -> None:
    """A name that is no longer among the bad files is a slip."""
    assert NOT_PARSED | set(BEYOND) <= {path.name for path in BAD}


@pytest.mark.parametrize(
    ("file", "wrong"),
    [
        ("many-faults.yaml", {"as_of", "internet_plus", "sales_revenue", "headquarters", "trainees"}),
        ("bad-choice-in-item.yaml", {"premises.0.landlord"}),
        ("finer-than-fen-wan.yaml", {"operating_revenue"}),
    ],
)
def test_an_error_stands_at_its_fact(file: str, wrong: set[str]) -> None:
    """An editor underlines the fact that is wrong, not the whole file."""
    errors = VALIDATOR.iter_errors(as_an_editor(ROOT / "tests" / "bad" / file))
    assert wrong <= {".".join(map(str, error.absolute_path)) for error in errors}


def test_every_name_is_there_in_both_languages() -> None:
    """A fact has two names, with the same rule; its description says both names and the sections that ask for it."""
    properties = SCHEMA["properties"]
    entries: list[Fact | FactList] = [*POLICY.facts.values(), *POLICY.lists.values()]
    for entry in entries:
        own, chinese = properties[entry.id], properties[entry.label.zh]
        assert {**own, "title": ""} == {**chinese, "title": ""}
        assert (own["title"], chinese["title"]) == (entry.label.en, entry.label.zh)
        assert entry.label.zh in own["description"]
        assert entry.label.en in own["description"]
    assert len(properties) == 2 * (len(POLICY.facts) + len(POLICY.lists))
    assert "六(二)" in properties["operating_revenue"]["description"]
    assert "元" in properties["operating_revenue"]["description"]
    items = properties["用房"]["items"]["properties"]
    assert items["出租方"]["anyOf"][0]["enum"] == ["government", "政府", "university", "高校", "private", "社会"]


FIGURES = {
    fact.form: fact
    for fact in (*POLICY.facts.values(), *(fact for each in POLICY.lists.values() for fact in each.facts.values()))
    if fact.type.kind == "number"
}
LISTED = {fact.id: each.id for each in POLICY.lists.values() for fact in each.facts.values()}
_DIGITS = st.from_regex(r"(?:0|[1-9][0-9]{0,14}|[1-9][0-9]{0,2}(?:,[0-9]{3}){1,4})(?:\.[0-9]{1,10})?", fullmatch=True)
_TAILS = st.sampled_from(
    [
        "",
        "万",
        "亿",
        "千",
        "万元",
        "亿元",
        "元",
        " 元",
        "%",
        "％",
        "元/㎡/月",
        "元/月/平方米",
        "㎡",
        "月",
        "年",
        "个月",
        "人",
        "万人",
        "km",
        "公里",
        "万亿",
        "吨",
        "元元",
        "e3",
        "E-2",
    ]
)


def refusal(form: str, written: str) -> str:
    """What the reader of enterprise files has against `written` for a fact of that type; nothing where it takes it."""
    fact = FIGURES[form]
    read = READER.lists[LISTED[fact.id]].reads[fact.id] if fact.id in LISTED else READER.reads[fact.id]
    try:
        read(written)
    except Exception as misread:
        return str(misread)
    return ""


@settings(max_examples=600)
@given(st.sampled_from(sorted(FIGURES)), st.sampled_from(["", "+", "-", " "]), _DIGITS, _TAILS, st.booleans())
@example("money", "", "9,999,999,999,999.99", "元", False)
@example("months", "", "1199", "", False)
@example("months", "", "99.5", "年", False)
@example("months", "", "0.25", "年", False)
@example("rate", "", "4.5", "‰", False)
@example("rate", "", "100.00", "%", True)
def test_a_figure_that_is_read_is_valid(form: str, sign: str, digits: str, tail: str, wide: bool) -> None:
    """Law: the pattern of a figure never refuses a text that jxplus reads."""
    written = f"{sign}{digits}{tail}"
    if wide:
        written = written.translate(str.maketrans("0123456789.,%+-", "０１２３４５６７８９．，％＋－"))
    if not refusal(form, written):
        assert re.search(figure_pattern(FIGURES[form]), written)


@settings(max_examples=600)
@given(st.sampled_from(["money", "rate", "area", "rent", "distance", "count"]), _DIGITS, _TAILS)
@example("money", "0.1234567", "万")
@example("rate", "100.01", "%")
def test_a_figure_that_is_refused_is_caught(form: str, digits: str, tail: str) -> None:
    """Law: the pattern refuses all that jxplus refuses for its form, its unit or its decimals, but for exponents."""
    written = f"{digits}{tail}"
    wrong = refusal(form, written)
    # How large a figure is, an editor leaves to `check`; and whether 1 is 1% or 100%.
    if wrong and "out of range" not in wrong and "may be" not in wrong and tail[:1] not in ("e", "E"):
        assert not re.search(figure_pattern(FIGURES[form]), written)


@pytest.mark.parametrize(
    ("form", "written", "taken"),
    [
        ("money", "1200万元", True),
        ("money", "0.123456万", True),  # 1,234.56
        ("money", "0.1234567万", False),  # a tenth of a fen
        ("money", "1,200.00 元", True),
        ("money", "12,00元", False),
        ("money", "1200 USD", False),
        ("money", "－5", False),
        ("money", "-0", True),
        ("money", "1e3", True),
        ("rate", "15%", True),
        ("rate", "15.5%", True),
        ("rate", "15万元", False),
        ("months", "1.5年", True),
        ("months", "1.5月", False),
        ("money above zero", "0.00", False),
        ("money above zero", "0.01", True),
    ],
)
def test_the_pattern_of_a_figure(form: str, written: str, taken: bool) -> None:
    """Form, unit, decimals and sign; how large it is does not matter to it."""
    fact = FIGURES.get(form) or POLICY.lists["funds"].facts["size"]
    assert bool(re.search(figure_pattern(fact), written)) == taken


def test_another_policy_makes_another_schema() -> None:
    """The schema follows the facts of the policy: a new plan is a new file, and no line of Python changes."""
    schema = json.loads(
        json_page(enterprise_schema(plan("when: gain > 0元\npays: 1元", ("below: 1亿元", "below: 500元"))))
    )
    valid = jsonschema.Draft202012Validator(schema).is_valid
    assert valid({"name": "某", "gain": -499.99})
    assert valid({"名称": "某", "净利": "-499.99元"})
    assert valid({"名称": "某", "净利": None})
    assert not valid({"名称": "某", "净利": 500})
    assert not valid({"名称": "某", "净利": "500美元"})
    assert not valid({"净利": 1})
    assert not valid({"name": None})
    assert not valid({"name": "某", "operating_revenue": 1})
