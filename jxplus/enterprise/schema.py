"""The JSON Schema (2020-12) of an enterprise file, made from the facts that a policy declares: for editors, which complete
and check with it as one types.

It says what the reader of enterprise files says wherever a schema can: both names of every fact, the choices under id and
label, the form and the size of a figure. A figure written with its unit is text to an editor, so a pattern holds it to its
decimals and its bound. It never refuses a file that jxplus would read.
"""

from collections.abc import Iterator, Mapping
from decimal import ROUND_CEILING, Decimal
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

    It takes what the reader takes, and refuses what has too many decimals, a foreign unit or a size out of bounds (a bound
    is rounded up to the next whole figure where a magnitude or a year splits it). An exponent is not weighed.
    """
    limits = fact.limits
    assert limits is not None
    bound = limits.at_most if limits.below is None else limits.below
    units = fact.units.spellings(fact.type.unit)
    ways: dict[tuple[int, Decimal], list[str]] = {}
    for magnitude, power in MAGNITUDES.items():
        ways.setdefault((power, Decimal(1)), []).append(magnitude)
        for factor, spelled in units.items():
            ways.setdefault((power, factor), []).append(f"{magnitude} *{spelled}")
        if fact.is_rate:
            ways.setdefault((power - 2, Decimal(1)), []).append(f"{magnitude} *[%％]")
            ways.setdefault((power - 3, Decimal(1)), []).append(f"{magnitude} *‰")
    written = [
        f"(?:{_number_below(bound, power, factor, limits.decimals, limits.below is None)}) *(?:{'|'.join(tails)})"
        for (power, factor), tails in ways.items()
    ]
    tails = "|".join(tail for tails in ways.values() for tail in tails)
    written.append(f"[,，0-9０-９]+(?:{_POINT}{_digit(0, 9)}+)?[eE][+＋－-]?{_digit(0, 9)}{{1,2}} *(?:{tails})")
    sign = "[+＋－-]?" if fact.signed else f"(?:[+＋]?|[－-](?![^eE]*{_digit(1, 9)}))"
    above_zero = f"(?=[^eE]*{_digit(1, 9)})" if fact.positive else ""
    return rf"^\s*{above_zero}{sign} *(?:{'|'.join(written)})\s*$"


_POINT, _COMMA, _ZERO = "[.．]", "[,，]", "[0０]"


def _digit(low: int, high: int) -> str:
    """One digit from `low` to `high`, of either width."""
    wide = [chr(ord("０") + digit) for digit in (low, high)]
    return f"[{low}{wide[0]}]" if low == high else f"[{low}-{high}{wide[0]}-{wide[1]}]"


def _number_below(bound: Decimal | None, power: int, factor: Decimal, finest: int, at_most: bool) -> str:
    """Digits before `power` and a unit of `factor`, such that the whole stays below (or at) the bound."""
    any_digit = _digit(0, 9)
    places = max(finest + power, 0) if factor == 1 else finest + max(power, 0) + 2
    fraction = f"(?:{_POINT}{f'{any_digit}{{1,{places}}}' if places else _ZERO}{_ZERO}*)?"
    if bound is None:
        return f"(?:{any_digit}+|{any_digit}{{1,3}}(?:{_COMMA}{any_digit}{{3}})+){fraction}"
    scaled = bound.scaleb(-power) / factor
    zeros = -scaled.adjusted()
    if zeros > 0 and scaled == Decimal(1).scaleb(-zeros):  # 0.001 is the bound: no digit but zero in three places
        few = f"{_ZERO}{{{zeros}}}{any_digit}{{0,{max(places - zeros, 0)}}}{_ZERO}*"
        return f"{_ZERO}(?:{_POINT}(?:{_ZERO}+|{few}{f'|{_ZERO}{{{zeros - 1}}}[1１]{_ZERO}*' if at_most else ''}))?"
    most = int(scaled.to_integral_value(ROUND_CEILING))
    wholes = f"(?:{'|'.join([*_below(most), *_grouped(len(str(max(most - 1, 0))))])}){fraction}"
    if at_most and scaled == most:
        wholes += f"|{''.join(_digit(int(d), int(d)) for d in str(most))}(?:{_POINT}{_ZERO}+)?"
    return wholes


def _below(bound: int) -> Iterator[str]:
    """Whole numbers below `bound`, without leading zeros."""
    any_digit, digits = _digit(0, 9), str(bound)
    yield _digit(0, 0)
    if len(digits) > 1:
        yield f"{_digit(1, 9)}{any_digit}{{0,{len(digits) - 2}}}"
    for index, digit in enumerate(digits):
        least, most = (0 if index else 1), int(digit) - 1
        if least <= most:
            before = "".join(_digit(int(each), int(each)) for each in digits[:index])
            rest = len(digits) - index - 1
            yield f"{before}{_digit(least, most)}{f'{any_digit}{{{rest}}}' if rest else ''}"


def _grouped(digits: int) -> Iterator[str]:
    """Whole numbers of at most so many digits, in groups of three."""
    any_digit, groups, heads = _digit(0, 9), (digits - 1) // 3, (digits - 1) % 3
    group = f"(?:{_COMMA}{any_digit}{{3}})"
    if groups > 1:
        yield f"{_digit(1, 9)}{any_digit}{{0,2}}{group}{{1,{groups - 1}}}"
    if groups:
        yield f"{_digit(1, 9)}{any_digit}{{0,{heads}}}{group}{{{groups}}}"
