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
    """How many enterprises were computed and refused, and why: as many faults as are named.

    `assumptions` are the assumptions and warnings, with the number of enterprises that each is true of.
    """

    computed: int
    refused: int
    faults: tuple[Fault, ...]
    assumptions: Mapping[Text, int] = MappingProxyType({})
