"""One thing that is other than it was: what it is called in a policy file, what it was, and what it is."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from jxplus.comparison.formulas import Pair


class Change(NamedTuple):
    """What changed, by the key under which a policy file has it, from `old` to `new`.

    `words` says that no amount can follow from it. Of a formula `old` and `new` are its trees and `pairs` the smallest parts
    in which these differ; `reading` is that of the clause whose formula it is, empty where all of them changed alike.
    """

    what: str
    old: Any
    new: Any
    words: bool = False
    pairs: tuple[Pair, ...] = ()
    reading: str = ""

    @property
    def figures_alone(self) -> bool:
        """Whether figures of a formula changed and nothing else."""
        return bool(self.pairs) and all(each.is_figure for each in self.pairs)


def differing(rows: Iterable[tuple[str, Any, Any, bool]]) -> tuple[Change, ...]:
    """The rows whose two values are not the same."""
    return tuple(Change(what, old, new, words) for what, old, new, words in rows if old != new)
