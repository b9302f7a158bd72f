"""Tables assessed by their columns: one query of DuckDB for all rows that are plain, the scalar engine for the others.

What a row may say, and how it is refused, is the business of the reader of tables alone: a row that is not plain at first
sight goes through it, with all rows of its enterprise, and what comes of it takes its place among the others.
"""

from jxplus.fault import Text


class Unfit(Exception):
    """The tables are not for DuckDB to assess; `reason` says why."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason
