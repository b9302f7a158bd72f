"""The tables of all sources of a batch, laid out in one temporary database so that rows find their enterprise.

The database is the standard library's SQLite, which keeps small ones in memory and large ones on disk. It also tells which
ids are stated twice before anything is computed.
"""

import sqlite3
from collections.abc import Sequence

from jxplus.batch.sources.columns import columns_of
from jxplus.batch.sources.rows import Table
from jxplus.batch.sources.tables import StatedAt, TableSource
from jxplus.fault import gathered
from jxplus.policy import Policy
from jxplus.policy.tables import ENTERPRISES


class Shelf:
    """The tables that are laid out by now, and the ids that stand in more than one place of them."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.database = sqlite3.connect("", isolation_level=None)
        for setting in ("journal_mode = memory", "synchronous = off", "cache_size = -32768"):
            self.database.execute(f"PRAGMA {setting}")
        # One line for each enterprise of any source: where it stands.
        self.database.execute("CREATE TABLE enterprise (id TEXT, source INTEGER, file TEXT, line INTEGER, sheet TEXT)")
        self.number = 0
        self.twice: dict[str, list[StatedAt]] = {}

    def add(self, files: list[str], tables: Sequence[Table]) -> list[TableSource]:
        """The sources of these tables: one for each of enterprises, and the lists are of all of them.

        Raises `Refused` where a table cannot be used as it is.
        """
        columns = gathered(lambda table: columns_of(table, self.policy), tables)
        own = [each for each in zip(tables, columns, strict=True) if each[0].name == ENTERPRISES]
        lists = [each for each in zip(tables, columns, strict=True) if each[0].name != ENTERPRISES]
        together: list[TableSource] = []
        for _, its in own:
            self.number += 1
            of_lists = {table.name: each for table, each in lists}
            together.append(TableSource(self.database, self.policy, self.number, files, its, of_lists, self.twice))
        self.database.execute("BEGIN")
        try:
            for source, (table, _) in zip(together, own, strict=True):
                source.together = together
                source.lay(table)
            for table, _ in lists:
                rows = list(table.rows) if len(together) > 1 else table.rows
                for source in together:
                    source.lay(table._replace(rows=iter(rows)))
        except BaseException as error:
            if self.database.in_transaction:
                self.database.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                raise OSError(0, f"no room to lay it out: {error}", files[0]) from None
            raise
        self.database.execute("COMMIT")
        return together

    def settle(self) -> None:
        """Find, once all sources are laid out, the ids that are stated twice."""
        self.database.execute("CREATE INDEX enterprise_by_id ON enterprise (id)")
        twice = "SELECT id FROM enterprise GROUP BY id HAVING count(*) > 1"
        for id, *place in self.database.execute(f"SELECT * FROM enterprise WHERE id IN ({twice})"):
            self.twice.setdefault(id, []).append(StatedAt(*place))
