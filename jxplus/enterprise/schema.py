"""The JSON Schema (2020-12) of an enterprise file, made from the facts that a policy declares: for editors, which complete
and check with it as one types.

It says what the reader of enterprise files says wherever a schema can: both names of every fact, the choices under id and
label, the form and the size of a figure. A figure written with its unit is text to an editor, so a pattern holds it to its
form, its decimals and its unit; its size is for `jxplus check`. It never refuses a file that jxplus would read.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from jxplus import __version__
from jxplus.enterprise.questions import form_text, sections, users
from jxplus.fault import Text
from jxplus.policy import Clause, Fact, FactList, Policy
from jxplus.quantity import MAGNITUDES, number_text, rate_text, unit_text

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
    return {
        named.id: {"title": named.label.en, **schema},
        named.label.zh: {"title": named.label.zh, **schema},
    }


def _either(fact: Fact) -> Schema:
    """That a fact is stated, under one of its names."""
    return {"anyOf": [{"required": [fact.id]}, {"required": [fact.label.zh]}]}


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
    none = Text("没有则写 []", "write [] for none")
    return {
        "description": _described(listed.label, none, asked.get(listed.id, [])),
        "type": ["array", "null"],
        "items": {
            "type": "object",
            "properties": properties,
            "allOf": [_either(fact) for fact in listed.facts.values() if fact.default is None],
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
        return {**schema, "enum": [*names, *([None] if nullable else [])]}
    schema["$ref"] = f"#/$defs/{_name(fact)}"
    if not nullable:
        schema["type"] = [type for type in _kind(fact)["type"] if type != "null"]
    default = _default(fact)
    return schema if default is None else {**schema, "default": default}


def _default(fact: Fact) -> Any:
    if fact.is_rate and fact.default is not None:
        return rate_text(fact.default)
    return None if fact.default == "today" else fact.default


# ---- what each type of fact takes ----------------------------------------------------------------------------------


def _name(fact: Fact) -> str:
    """The name of what a fact takes: its type, and its sign where that is not the usual one."""
    return f"{fact.form}{'-signed' * fact.signed}{'-positive' * fact.positive}"


def _kind(fact: Fact) -> Schema:
    """What a fact takes; a blank is among it."""
    if fact.type.kind == "number":
        return _figure(fact)
    return {"truth": _TRUTH, "date": _DATE, "text": _TEXT}[fact.type.kind]


_TRUTH: Schema = {
    "type": ["boolean", "string", "null"],
    "pattern": "^(?:[Yy][Ee][Ss]|[Nn][Oo]|[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|是|否)$",
    "patternErrorMessage": "写 是 或 否 / write yes or no",
    "examples": ["是", "否", "yes", "no"],
}
_DATE: Schema = {
    "type": ["string", "null"],
    "format": "date",
    "pattern": (
        "^[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
        "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|[12][0-9]))$"
    ),
    "patternErrorMessage": "如 2016-06-30 / such as 2016-06-30",
    "examples": ["2016-06-30"],
}
# A name of digits alone is a number to an editor, and text to jxplus.
_PRINTABLE = r"[^\u0000-\u001f\u007f-\u009f]"
_TEXT: Schema = {"type": ["string", "number", "null"], "pattern": rf"^\s*(?=\S){_PRINTABLE}*{_PRINTABLE}\s*$"}


def _figure(fact: Fact) -> Schema:
    """A figure: a number within the bound of its type, or the same as text, with its unit or without."""
    limits, unit = fact.limits, unit_text(fact.type.unit)
    assert limits is not None
    example = "1200万" if fact.is_money else "15%" if fact.is_rate else f"12{unit}"
    schema: Schema = {"type": ["number" if limits.decimals else "integer", "string", "null"]}
    bound = limits.at_most if limits.below is None else limits.below
    if bound is not None:
        schema["exclusiveMaximum" if limits.below is not None else "maximum"] = bound
    if not fact.signed:
        schema |= {"exclusiveMinimum" if fact.positive else "minimum": 0}
    elif bound is not None:
        schema["exclusiveMinimum" if limits.below is not None else "minimum"] = -bound
    most = "" if bound is None else rate_text(bound) if fact.is_rate else f"{number_text(bound)}{unit}"
    less = Text("不超过", "at most") if limits.below is None else Text("小于", "below")
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


def figure_pattern(fact: Fact) -> str:
    """A regular expression for the text of a figure: right for Python and for ECMAScript.

    It takes what the reader takes, and refuses what is no figure, has a foreign unit or too many decimals (an exponent is
    not weighed). How large a figure is, `jxplus check` says.
    """
    limits = fact.limits
    assert limits is not None
    tails: dict[int, list[str]] = {}
    for magnitude, power in MAGNITUDES.items():
        finest = limits.decimals + power
        tails.setdefault(max(finest, 0), []).append(magnitude)
        for factor, spelled in fact.units.spellings(fact.type.unit).items():
            tails.setdefault(max(finest + _finer(factor), 0), []).append(f"{magnitude} *{spelled}")
        if fact.is_rate:
            tails.setdefault(max(finest - 2, 0), []).append(f"{magnitude} *[%％]")
            tails.setdefault(max(finest - 3, 0), []).append(f"{magnitude} *‰")
    written = [f"{_WHOLE}{_decimals(places)} *(?:{'|'.join(each)})" for places, each in tails.items()]
    every = "|".join(tail for each in tails.values() for tail in each)
    written.append(f"[,，0-9０-９]+(?:{_POINT}{_DIGIT}+)?[eE][+＋－-]?{_DIGIT}{{1,2}} *(?:{every})")
    sign = "[+＋－-]?" if fact.signed else f"(?:[+＋]?|[－-](?![^eE]*{_NOT_ZERO}))"
    above_zero = f"(?=[^eE]*{_NOT_ZERO})" if fact.positive else ""
    return rf"^\s*{above_zero}{sign} *(?:{'|'.join(written)})\s*$"


_POINT, _COMMA, _ZERO, _DIGIT, _NOT_ZERO = "[.．]", "[,，]", "[0０]", "[0-9０-９]", "[1-9１-９]"
_WHOLE = f"(?:{_DIGIT}+|{_DIGIT}{{1,3}}(?:{_COMMA}{_DIGIT}{{3}})+)"


def _finer(factor: Decimal) -> int:
    """How many decimals more a unit of `factor` may have than its base: 0.25 of a year are 3 whole months, so 2."""
    _, digits, exponent = factor.normalize().as_tuple()
    assert isinstance(exponent, int)
    whole = int("".join(map(str, digits)))
    return exponent + max(next(n for n in range(200) if whole % prime ** (n + 1)) for prime in (2, 5))


def _decimals(places: int) -> str:
    """So many decimals at most, and zeros after them."""
    some = f"{_DIGIT}{{1,{places}}}" if places else _ZERO
    return f"(?:{_POINT}{some}{_ZERO}*)?"
