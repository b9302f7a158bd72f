"""One reading of a clause in SQL, as it is handed on: who meets it, with what amounts, and where that is open."""

from typing import NamedTuple

from sqlglot import exp

from jxplus.query.logic import both, is_null
from jxplus.query.numbers import Sql


class Terms(NamedTuple):
    """One reading of a clause in SQL: who meets it, from what to what amount, and the base; the figures are exact.

    `met` is None where nobody can meet it, `low` and `high` where no amount is stated. `whole` is what the reading asks
    of the enterprise, apart from its items.
    """

    met: Sql | None
    whole: Sql | None = None
    low: Sql | None = None
    high: Sql | None = None
    base: Sql | None = None

    def open_amounts(self) -> list[exp.Expr]:
        """The amounts that may be unknown."""
        return list(dict.fromkeys(each.expression for each in (self.high, self.low) if each and each.nullable))

    def unknown(self) -> list[exp.Expr]:
        """The conditions under which the reading is open: who meets it is, or what those get who do."""
        if self.met is None:
            return []
        if self.met.open is not None:
            return [self.met.open]
        found = [is_null(self.met.expression)] if self.met.nullable else []
        return found + [both(self.met.expression, is_null(amount)) for amount in self.open_amounts()]
