"""The entries under `not encoded`, each with the figures of the text that it is for."""

from typing import NamedTuple

from jxplus.plan.figures import LABELS, Figure, figures_in, same_words
from jxplus.plan.text import PlanText
from jxplus.policy import Omission, Policy

Groups = dict[tuple[object, ...], list[Figure]]
"""The figures of the text by their section and what they mean there."""


def group_of(figure: Figure) -> tuple[object, ...]:
    return figure.section, *figure.meaning


class OmissionEntry(NamedTuple):
    """An entry under `not encoded`: its section as written and as the text has it, and by figure named the groups it is for."""

    written: str
    section: str
    omission: Omission
    named: tuple[tuple[tuple[object, ...], ...], ...]


def entries_of(policy: Policy, plan: PlanText, groups: Groups) -> list[OmissionEntry]:
    found = []
    for written, omissions in policy.not_encoded.sections.items():
        section = plan.has(written) or written
        own = [(key, figures[0]) for key, figures in groups.items() if key[0] == section]
        for omission in omissions:
            names = figures_in(omission.figure, policy.units)
            found.append(OmissionEntry(written, section, omission, tuple(_named(name, own) for name in names)))
    return found


def _named(name: Figure, figures: list[tuple[tuple[object, ...], Figure]]) -> tuple[tuple[object, ...], ...]:
    """The figures of a section that an entry's figure is for: those that it fits best."""
    ranks = {key: _rank(name, figure) for key, figure in figures}
    best = min(ranks.values(), default=_NO_FIT)
    return tuple(key for key, rank in ranks.items() if rank == best < _NO_FIT)


_NO_FIT = 3


def _rank(named: Figure, figure: Figure) -> int:
    """How well a figure named in the policy file fits one of the text, from 0: 3 alone is an item's number before it is 3%."""
    bare = named.text.isdecimal() and not (figure.kind == "numbering" or figure.meaning == named.meaning)
    if named.meaning == figure.meaning or same_words(named.text, figure.text):
        return 1 if bare else 0
    alike = named.kind != "count" and figure.kind not in LABELS and named.amount is not None
    same = alike and named.amount == figure.amount and named.unit in (figure.unit, figure.bare)
    return 2 if same else _NO_FIT


def omissions_for(entries: list[OmissionEntry], figure: Figure) -> list[Omission]:
    """The entries that name a figure of the text, in its section."""
    group = group_of(figure)
    return [entry.omission for entry in entries if any(group in keys for keys in entry.named)]
