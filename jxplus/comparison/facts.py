"""What changed in a fact or a list: its type, the figures it may be, its choices, its default, its names."""

from typing import Any

from jxplus.comparison.changes import Change, differing
from jxplus.policy import DAY, TODAY, Fact, FactList


def fact_changes(old: Fact, new: Fact) -> tuple[Change, ...]:
    """What changed in a fact, in the order in which a policy file has it."""
    rows: list[tuple[str, Any, Any, bool]] = [
        ("type", (old.form, old.type[:2]), (new.form, new.type[:2]), False),
        ("least", old.limits and old.limits.least, new.limits and new.limits.least, False),
        ("largest", old.limits and old.limits.largest, new.limits and new.limits.largest, False),
        ("decimals", old.limits and old.limits.decimals, new.limits and new.limits.decimals, False),
        ("choices", tuple(old.choices), tuple(new.choices), False),
        ("required", old.required, new.required, False),
        ("default", _default(old), _default(new), False),
        ("fixed", old.fixed, new.fixed, True),
        ("name", old.label.zh, new.label.zh, False),
        ("also", old.also, new.also, False),
        ("names of choices", _called(old, new), _called(new, old), False),
        ("words", _words(old), _words(new), True),
    ]
    return differing(rows)


def _default(fact: Fact) -> Any:
    """The default of a fact: to follow the day of the calculation is to be that day."""
    return TODAY if fact.follows == DAY else fact.default


def _words(fact: Fact) -> tuple[Any, ...]:
    return fact.label.en, fact.about, None if fact.follows else fact.source


def _called(fact: Fact, other: Fact) -> dict[str, Any]:
    """Under which names the choices may be written that both have."""
    return {
        id: (label, tuple(fact.choices_also.get(id, ()))) for id, label in fact.choices.items() if id in other.choices
    }


def list_changes(old: FactList, new: FactList) -> tuple[Change, ...]:
    """What changed in a list itself."""
    return differing(
        [
            ("dated by", old.dated, new.dated, False),
            ("name", old.label.zh, new.label.zh, False),
            ("also", old.also, new.also, False),
            ("words", (old.label.en, old.about), (new.label.en, new.about), True),
        ]
    )
