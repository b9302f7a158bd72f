"""Which enterprises of the tables need judgement: those in doubt, those of one id, and whoever an item in doubt belongs to."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from jxplus.columns.cells import name, trimmed
from jxplus.columns.laid import DOUBT, WANTED, Laid, trim_keys
from jxplus.policy import Policy
from jxplus.query.tables import ENTERPRISES, KEY, OWNER

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class Seen(NamedTuple):
    """What a look at the tables tells: how many different ids `enterprises` has, and how many are in doubt.

    `unjudged` are the rows that need no judgement.
    """

    ids: int
    doubtful: int
    unjudged: int


class _Census(NamedTuple):
    keyed: int
    ids: int
    padded: int
    doubtful: int


def look(database: "DuckDBPyConnection", laid: Mapping[str, Laid], policy: Policy, extra: Mapping[str, Any]) -> Seen:
    """Looks through all tables, and puts the ids of the enterprises that need judgement into the table `WANTED`.

    Ids are taken as they stand where all items find their enterprise by them, which is soon told, else without blanks
    around them.
    """
    lists = [table for table in laid if table != ENTERPRISES]
    # All lists at once: to have the enterprises at hand is what costs.
    owners = " UNION ALL ".join(f"SELECT {OWNER} AS id FROM {name(each)}" for each in lists)
    nobody = f"SELECT item.id FROM ({owners}) AS item ANTI JOIN {ENTERPRISES} AS e ON e.{KEY} = item.id"
    strays = bool(lists) and _count(database, f"SELECT EXISTS ({nobody})") > 0
    census = _census(database)
    if strays or census.padded:
        trim_keys(database, laid, policy, extra)
        census = _census(database)
    found = [f"SELECT {OWNER} AS id FROM {name(each)} WHERE {name(DOUBT)}" for each in lists]
    if census.doubtful:
        found.append(f"SELECT {KEY} AS id FROM {ENTERPRISES} WHERE {name(DOUBT)}")
    if census.ids != census.keyed:
        found.append(f"SELECT {KEY} AS id FROM {ENTERPRISES} GROUP BY {KEY} HAVING count(*) > 1")
    if strays:
        found.append(nobody)
    union = " UNION ALL ".join(found) or f"SELECT {KEY} AS id FROM {ENTERPRISES} LIMIT 0"
    database.execute(f"CREATE TABLE {name(WANTED)} AS SELECT DISTINCT id FROM ({union})")
    doubtful, unjudged = _count(database, f"SELECT count(*) FROM {name(WANTED)}"), census.keyed
    if doubtful:
        judged = f"SELECT id FROM {name(WANTED)} WHERE id IS NOT NULL"
        unjudged = _count(database, f"SELECT count({KEY}) FROM {ENTERPRISES} WHERE {KEY} NOT IN ({judged})")
    return Seen(census.ids, doubtful, unjudged)


def _count(database: "DuckDBPyConnection", query: str) -> int:
    row = database.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def _census(database: "DuckDBPyConnection") -> _Census:
    """The enterprises counted in one pass: those with an id, how many different ones, with blanks around them, in doubt."""
    counts = (
        f"count({KEY})",
        f"count(DISTINCT {KEY})",
        f"count(*) FILTER (WHERE {KEY} IS DISTINCT FROM {trimmed(KEY)})",
        f"count(*) FILTER (WHERE {name(DOUBT)})",
    )
    row = database.execute(f"SELECT {', '.join(counts)} FROM {ENTERPRISES}").fetchone()
    assert row is not None
    return _Census(*row)
