"""The JSON Schema (2020-12) of an enterprise file, made from the facts that a policy declares: for editors, which complete
and check with it as one types.

It says what the reader of enterprise files says wherever a schema can: both names of every fact, the choices under id and
label, the form and the size of a figure. A figure written with its unit is text to an editor, so a pattern holds it to its
form, its decimals and its unit; its size is for `jxplus check`. It never refuses a file that jxplus would read.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from jxplus.enterprise.patterns import (
    choice_pattern,
    day_pattern,
    figure_pattern,
    name_pattern,
    none_pattern,
    truth_pattern,
)
from jxplus.enterprise.questions import form_text, sections, users
from jxplus.fault import Text
from jxplus.policy import Clause, Fact, FactList, Policy, names_of
from jxplus.quantity import number_text, rate_text, unit_text
from jxplus.version import __version__

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]


def enterprise_schema(policy: Policy) -> Schema:
    """The schema of an enterprise file under `policy`, as plain values; figures in it are Decimals or ints.

    Its `$id` names the policy file by its SHA-256: two schemas with the same `$id` are the same.
    """
    asked = users(policy)
    kinds = {_name(fact): fact for fact in _all_facts(policy) if fact.form != "choice"}
    properties: Schema = {}
    for fact in policy.facts.values():
        properties |= _both_names(fact, _fact(fact, asked.get(fact.id, []), nullable=not fact.required))
    for listed in policy.lists.values():
        properties |= _both_names(listed, _list(listed, asked))
    required = [_either(fact) for fact in policy.facts.values() if fact.required]
    return {
        "$schema": DIALECT,
        "$id": f"urn:jxplus:{__version__}:policy:{policy.sha256}",
        "title": f"{policy.id} {policy.title.zh} / {policy.title.en}",
        "description": _both(
            Text(
                "企业事实。没有写明的或留空的是“未知”，不是“否”，也不是零。",
                "What is known of an enterprise. What is not stated, or left blank, is unknown: never false, never zero.",
            )
        ),
        "type": "object",
        "properties": properties,
        "patternProperties": _other_names([*policy.facts.values(), *policy.lists.values()]),
        **({"allOf": required} if required else {}),
        **_once(list(policy.facts.values()) + list(policy.lists.values())),
        "additionalProperties": False,
        "$defs": {name: _kind(fact) for name, fact in kinds.items()},
    }


def _all_facts(policy: Policy) -> Iterator[Fact]:
    yield from policy.facts.values()
    for listed in policy.lists.values():
        yield from listed.facts.values()


def _both_names(named: Fact | FactList, schema: Schema) -> Schema:
    """The property under its id, titled in English, and under its Chinese name."""
    return {named.id: {"title": named.label.en, **schema}, named.label.zh: {"title": named.label.zh, **schema}}


def _either(fact: Fact) -> Schema:
    """That a fact is stated, under one of its names, in whatever case and with its unit or without."""
    some = {"not": {"propertyNames": {"not": {"pattern": name_pattern(names_of(fact), with_unit=True)}}}}
    return {"anyOf": [{"required": [fact.id]}, {"required": [fact.label.zh]}, some]}


def _other_names(named: Iterable[Fact | FactList]) -> Schema:
    """What may stand under a further name, a name in another case, or one with its unit, in which bare figures then are."""
    figure: Schema = {"type": ["number", "string", "null"]}
    return {
        name_pattern(names_of(each), with_unit=isinstance(each, Fact)): figure
        if isinstance(each, Fact) and each.type.kind == "number"
        else True
        for each in named
    }


def _once(named: list[Fact] | list[FactList] | list[Fact | FactList]) -> Schema:
    """That nothing is stated under both its names."""
    return {"dependentSchemas": {each.label.zh: {"properties": {each.id: False}} for each in named}}


def _both(text: Text) -> str:
    return f"{text.zh}\n\n{text.en}"


def _described(label: Text, form: Text | None, clauses: list[Clause]) -> str:
    """A description in both languages: the name, what it takes, and the sections that ask for it."""
    zh, en = label.zh, label.en
    if form is not None:
        zh, en = f"{zh}（{form.zh}）", f"{en} ({form.en})"
    if clauses:
        zh, en = f"{zh}。用于 {sections(clauses, 'zh')}", f"{en}. Asked for by {sections(clauses, 'en')}"
    return _both(Text(zh, en))


def _list(listed: FactList, asked: Mapping[str, list[Clause]]) -> Schema:
    """The schema of a list: absent or blank where it is unknown, empty where there is none."""
    properties: Schema = {}
    for fact in listed.facts.values():
        clauses = asked.get(f"{listed.id}[].{fact.id}", [])
        properties |= _both_names(fact, _fact(fact, clauses, nullable=fact.default is not None))
    none = Text("没有则写 无", "write [] for none")
    return {
        "description": _described(listed.label, none, asked.get(listed.id, [])),
        "type": ["array", "string", "null"],
        "pattern": none_pattern(),
        "items": {
            "type": "object",
            "properties": properties,
            "patternProperties": _other_names(listed.facts.values()),
            "allOf": [_either(fact) for fact in listed.needed],
            **_once(list(listed.facts.values())),
            "additionalProperties": False,
        },
    }


def _fact(fact: Fact, clauses: list[Clause], nullable: bool) -> Schema:
    """The schema of one fact; a blank is right where `nullable`, and means unknown (in an item: the default)."""
    schema: Schema = {
        "description": _described(fact.label, Text(form_text(fact, "zh"), form_text(fact, "en")), clauses)
    }
    if fact.choices:
        names = [name for id, label in fact.choices.items() for name in dict.fromkeys((id, label.zh))]
        told = {"enum": [*names, *([None] if nullable else [])]}
        schema["anyOf"] = [told, {"type": "string", "pattern": choice_pattern(fact)}]
        return schema if fact.default is None else {**schema, "default": fact.default}
    schema["$ref"] = f"#/$defs/{_name(fact)}"
    if not nullable:
        schema["type"] = [type for type in _kind(fact)["type"] if type != "null"]
    default = _default(fact)
    return schema if default is None else {**schema, "default": default}


def _default(fact: Fact) -> Any:
    if fact.is_rate and fact.default is not None:
        return rate_text(fact.default)
    return fact.taken


# ---- what each type of fact takes ----------------------------------------------------------------------------------


def _name(fact: Fact) -> str:
    """The name of what a fact takes: its type, and its sign where that is not the usual one."""
    return f"{fact.form}{'-signed' * fact.signed}{'-positive' * fact.positive}"


def _kind(fact: Fact) -> Schema:
    """What a fact takes; a blank is among it."""
    if fact.type.kind == "number":
        return _figure(fact)
    return {"truth": _TRUTH, "date": _DATE, "code": _CODE, "text": _TEXT}[fact.type.kind]


_TRUTH: Schema = {
    "type": ["boolean", "string", "integer", "null"],
    "pattern": truth_pattern(),
    "minimum": 0,
    "maximum": 1,
    "patternErrorMessage": "写 是 或 否 / write yes or no",
    "examples": ["是", "否", "yes", "no"],
}
# Eight digits are a number to an editor.
_DATE: Schema = {
    "type": ["string", "integer", "null"],
    "pattern": day_pattern(),
    "minimum": 10000101,
    "maximum": 21991231,
    "patternErrorMessage": "如 2016-06-30 / such as 2016-06-30",
    "examples": ["2016-06-30"],
}
_CODE: Schema = {
    "type": ["string", "number", "null"],
    "pattern": r"^\s*[A-Za-z0-9Ａ-Ｚａ-ｚ０-９]+(?:[.．－-][A-Za-z0-9Ａ-Ｚａ-ｚ０-９]+)*\s*$",
    "patternErrorMessage": "如 C3910 / such as C3910",
    "examples": ["C3910"],
}
# A name of digits alone is a number to an editor, and text to jxplus.
_PRINTABLE = r"[^\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
_TEXT: Schema = {"type": ["string", "number", "null"], "pattern": rf"^\s*(?=\S){_PRINTABLE}*{_PRINTABLE}\s*$"}


def _figure(fact: Fact) -> Schema:
    """A figure: a number within the bound of its type, or the same as text, with its unit or without."""
    limits, unit = fact.limits, unit_text(fact.type.unit)
    assert limits is not None
    example = "1200万" if fact.is_money else "15%" if fact.is_rate else f"12{unit}"
    schema: Schema = {"type": ["number" if limits.decimals else "integer", "string", "null"]}
    bound, included = limits.written
    if fact.is_rate and bound >= 1:
        schema["exclusiveMaximum"] = 1  # 1 may be 1% or 100%
    else:
        schema["maximum" if included else "exclusiveMaximum"] = bound
    if fact.signed:
        schema["minimum" if included else "exclusiveMinimum"] = -bound
    else:
        schema |= {"exclusiveMinimum" if fact.positive else "minimum": 0}
    most = rate_text(bound) if fact.is_rate else f"{number_text(bound)}{unit}"
    less = Text("不超过", "at most") if included else Text("小于", "below")
    sign = (
        Text("大于0，", "above zero, ")
        if fact.positive
        else Text("", "")
        if fact.signed
        else Text("不为负，", "not negative, ")
    )
    wanted = Text(
        f"如 {example}；{sign.zh}{less.zh}{most}，小数不超过{limits.decimals}位",
        f"such as {example}; {sign.en}{less.en} {most}, {limits.decimals} decimals at most",
    )
    return {**schema, "pattern": figure_pattern(fact), "patternErrorMessage": _both(wanted), "examples": [example]}
