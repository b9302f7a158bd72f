"""Facts written as an enterprise file: what is stated and nothing else, each under its name with what it is."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from jxplus.enterprise.questions import spoken
from jxplus.enterprise.template import scalar
from jxplus.fault import Text
from jxplus.policy import Fact, FactList, Policy


def enterprise_text(policies: Sequence[Policy], facts: Mapping[str, Any], lang: str, about: Sequence[str] = ()) -> str:
    """The text of an enterprise file that states these facts, with `about` as comments above them.

    A fact is called by its id, in Chinese by its name, as the last of the plans has it that knows it; what none of them knows
    stands as it is.
    """
    lines = [f"# {line}".rstrip() for line in about]
    for name, value in facts.items():
        fact = _known([policy.facts for policy in policies], name)
        listed = _known([policy.lists for policy in policies], name)
        if isinstance(value, list):
            inner = [policy.lists[name].facts for policy in policies if name in policy.lists]
            lines += _list_lines(_key(listed, name, lang), value, inner, lang)
        else:
            lines.append(f"{_key(fact, name, lang)}: {_said(fact, value, lang)}")
    return "\n".join(lines) + "\n"


def _known(holders: Sequence[Mapping[str, Any]], name: str) -> Any:
    return next((holder[name] for holder in reversed(holders) if name in holder), None)


def _list_lines(
    key: str, items: Sequence[Mapping[str, Any]], facts: Sequence[Mapping[str, Fact]], lang: str
) -> Iterator[str]:
    if not items:
        yield f"{key}: []"
        return
    yield f"{key}:"
    for item in items:
        mark = "  - "
        for name, value in item.items():
            fact = _known(facts, name)
            yield f"{mark}{_key(fact, name, lang)}: {_said(fact, value, lang)}"
            mark = "    "
        if not item:
            yield "  - {}"


def _key(named: Fact | FactList | None, name: str, lang: str) -> str:
    return scalar(name if named is None else Text(named.label.zh, named.id).show(lang))


def _said(fact: Fact | None, value: Any, lang: str) -> str:
    """A value as a file writes it; one that is no value of the fact as it stands."""
    if isinstance(value, Decimal):
        value = value.normalize()
    if fact is None or (fact.choices and value not in fact.choices) or (isinstance(value, str) and not fact.choices):
        return scalar(str(value))
    return scalar(spoken(fact, value, lang))
