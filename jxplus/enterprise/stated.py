"""Facts written as an enterprise file: what is stated and nothing else, each under its name with what it is."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from jxplus.enterprise.questions import spoken
from jxplus.enterprise.template import item_lines, key_of, scalar
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
            lines.append(f"{_key(listed, name, lang)}:{'' if value else ' []'}")
            lines += item_lines(
                [_stated(_known(inner, each), each, own, lang) for each, own in item.items()] for item in value
            )
        else:
            lines.append(": ".join(_stated(fact, name, value, lang)))
    return "\n".join(lines) + "\n"


def _known(holders: Sequence[Mapping[str, Any]], name: str) -> Any:
    return next((holder[name] for holder in reversed(holders) if name in holder), None)


def _stated(fact: Fact | None, name: str, value: Any, lang: str) -> tuple[str, str]:
    """A fact as a file states it: its key and its value."""
    return _key(fact, name, lang), _said(fact, value, lang)


def _key(named: Fact | FactList | None, name: str, lang: str) -> str:
    return scalar(name) if named is None else key_of(named, lang)


def _said(fact: Fact | None, value: Any, lang: str) -> str:
    """A value as a file writes it; one that is no value of the fact as it stands."""
    if isinstance(value, Decimal):
        value = value.normalize()
    if fact is None or (fact.choices and value not in fact.choices) or (isinstance(value, str) and not fact.choices):
        return scalar(str(value))
    return scalar(spoken(fact, value, lang))
