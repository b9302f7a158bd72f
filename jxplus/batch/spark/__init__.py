"""The policy's query over a folder of Parquet tables on Spark: one machine's cores, or a cluster's.

Spark is given what the query asks for and no more: tables whose columns have exact types, and rows that need no judgement.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from jxplus.fault import Fault, Text


class NoSpark(Exception):
    """Spark is not there, does not start or gave up; `text` says why and what helps."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class Report(NamedTuple):
    """How many enterprises were computed and refused, and why: the first of the faults by id, and how many `more` there are.

    `assumptions` are the assumptions and warnings, with the number of enterprises that each is true of.
    """

    computed: int
    refused: int
    faults: tuple[Fault, ...]
    assumptions: Mapping[Text, int] = MappingProxyType({})
    more: int = 0
    names: tuple[str, ...] = ()
    """The ids of the first enterprises that are refused."""
    left: tuple[str, ...] = ()
    """The folders beside the results that runs of other machines have left, or still write."""

    @property
    def wrote(self) -> bool:
        """Whether there is anything to take the place of a former output: not where everything was refused."""
        return bool(self.computed or not self.refused)
