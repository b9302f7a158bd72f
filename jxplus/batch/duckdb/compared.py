"""Tables or lines under two plans: each plan's query once, what they come to side by side, and one query over both.

A clause that both plans have alike comes to the same, so its change is zero and is not worked out. Of one that changed and is
read in several ways each reading is a clause of its own beside it, so that a reading is held against itself.
"""

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from jxplus.assessment import ENTITLED, UNDECIDED
from jxplus.batch import Done, Task
from jxplus.batch.compared import EITHER, GAINS, LOSES, MOST_SHOWN, SAME, ClauseTally, Effect, EnterpriseChange, PairOf
from jxplus.batch.duckdb.doubt import NUMBER
from jxplus.batch.duckdb.engine import Columnar, Shown
from jxplus.batch.duckdb.words import name, text
from jxplus.batch.spill import Spill
from jxplus.fault import Text
from jxplus.policy import Clause, Policy
from jxplus.policy.tables import NAME

_AMOUNT = "DECIMAL(38, 2)"
_AT_ONCE = 10_000
Take = Callable[[int, Done], None]
"""Is handed what came of the rows that were judged one by one, by the old plan (0) or the new (1)."""


class Compared:
    """The sources of two plans in DuckDB, computed and joined; `close` it when done.

    `affected` are the pairs, by their place, whose clause may come to something else. Raises `Unfit` where the scalar engine
    must do the work, `Refused` where a plan cannot be a query, and `OSError`.
    """

    def __init__(
        self,
        files: Sequence[Mapping[str, str]],
        tasks: Sequence[Task],
        pairs: Sequence[PairOf],
        affected: Collection[int],
        take: Take,
        shown: Shown = lambda percent: None,
    ) -> None:
        import duckdb

        self.pairs, self.affected = pairs, affected
        self.folder = Spill()
        self.named = False
        self.refusals = [0, 0]
        self.assumed: list[Mapping[Text, int]] = []
        try:
            for side in (0, 1):
                self._side(side, files[side], tasks[side], take, _half(side, shown))
            self.database = duckdb.connect(config={"temp_directory": os.path.join(self.folder.name, "spill")})
            self._join()
        except BaseException:
            self.folder.cleanup()
            raise

    def close(self) -> None:
        self.database.close()
        self.folder.cleanup()

    # ---- one plan after the other

    def _side(self, side: int, files: Mapping[str, str], task: Task, take: Take, shown: Shown) -> None:
        """Puts what one plan's clauses come to into a file of its own."""
        policy = _with_readings(task.policy, side, self.pairs, self.affected)
        columnar = Columnar(files, task._replace(policy=policy, wide=True, form="csv"), "parquet", shown)

        def taken(done: Done) -> None:
            self.refusals[side] += len(done.refusals)
            take(side, done)

        try:
            judged = columnar.judge(taken)
            self.assumed.append(columnar.assumptions(judged))
            self.named = columnar.named
            columnar.copy(self._columns(side, policy, columnar), self._file(side))
        finally:
            columnar.close()

    def _columns(self, side: int, policy: Policy, columnar: Columnar) -> str:
        """The query for the rows of a plan: whose each is, and what its clauses come to."""
        found = ((self.pairs[place].old, self.pairs[place].new)[side] for place in self.affected)
        asked = {clause.id for clause in found if clause is not None}
        own = [f"{name(NUMBER)} AS number", "enterprise", *([NAME] if columnar.named else [])]
        for clause in policy.clauses:
            low, high, status = (name(f"{clause.id}_{what}") for what in ("low", "high", "status"))
            # An amount without a ceiling is at least its floor, which stands at both ends.
            most = f"coalesce({high}, {low})" if clause.kind == "floor" else high
            own += [f"{low} AS {_column(side, clause.id, 'low')}", f"{most} AS {_column(side, clause.id, 'high')}"]
            if clause.id in asked:
                own.append(f"{status} = {text(UNDECIDED)} AS {_column(side, clause.id, 'waits')}")
            if clause.kind == "floor":
                own.append(f"{status} = {text(ENTITLED)} AS {_column(side, clause.id, 'open')}")
        return f"SELECT {', '.join(own)} FROM ({columnar.outcomes()})"

    def _file(self, side: int) -> str:
        return os.path.join(self.folder.name, f"plan{side}")

    # ---- both

    def _join(self) -> None:
        """Makes the table of the enterprises that both plans take, with what each is due and how that changes."""
        sides = [f"read_parquet({text(self._file(side))})" for side in (0, 1)]
        self.source = f"{sides[0]} AS o JOIN {sides[1]} AS n USING (number)"
        totals = [
            _added(_column(side, clause.id, end) for pair in self.pairs if (clause := (pair.old, pair.new)[side]))
            for side in (0, 1)
            for end in ("low", "high")
        ]
        columns = [f"{value} AS {column}" for value, column in zip(totals, _TOTALS, strict=True)]
        found = [(place, self._differences(place)) for place in sorted(self.affected)]
        least = _added(f"least({', '.join(each)})" for _, each in found)
        most = _added(f"greatest({', '.join(each)})" for _, each in found)
        named = f"n.{NAME}" if self.named else "''"
        self.database.execute(
            f"CREATE TABLE compared AS SELECT number, n.enterprise AS enterprise, {named} AS named, {', '.join(columns)}, "
            f"{least} AS change_low, {most} AS change_high FROM {self.source}"
        )
        self.database.execute(f"ALTER TABLE compared ADD COLUMN how VARCHAR DEFAULT {text(SAME)}")
        self.database.execute(
            f"UPDATE compared SET how = CASE WHEN change_low >= 0 THEN {text(GAINS)} "
            f"WHEN change_high <= 0 THEN {text(LOSES)} ELSE {text(EITHER)} END WHERE change_low <> 0 OR change_high <> 0"
        )

    def _differences(self, place: int) -> list[str]:
        """How both ends of a pair change in each of its ways."""
        pair = self.pairs[place]
        found = []
        for way in pair.ways:
            for end in ("low", "high"):
                ends = [
                    _cell(side, clause, reading, end)
                    for side, (clause, reading) in enumerate(zip((pair.old, pair.new), way, strict=True))
                ]
                found.append(f"({ends[1]} - {ends[0]})")
        return found

    def effect(self) -> Effect:
        """What it comes to in all."""
        effect = Effect()
        effect.assume(*self.assumed)
        effect.named = self.named
        counts = dict(self._rows("SELECT how, count(*) FROM compared GROUP BY how"))
        effect.group((pair, tally.sums()) for pair, tally in zip(self.pairs, self._tallies(), strict=True))
        for order in ("change_high DESC, number", "change_low, number"):
            condition = "change_high > 0" if "high" in order else "change_low < 0"
            query = f"FROM compared WHERE {condition} ORDER BY {order} LIMIT {MOST_SHOWN}"
            for row in self._rows(f"SELECT enterprise, named, {', '.join(_TOTALS)}, change_low, change_high {query}"):
                effect.keep(_changed(row), (GAINS if "high" in order else LOSES,))
        effect.counts.clear()
        effect.counts.update(counts)
        for which, there, other in (("new", 0, 1), ("old", 1, 0)):
            sides = [f"read_parquet({text(self._file(side))})" for side in (there, other)]
            ((alone,),) = self._rows(f"SELECT count(*) FROM {sides[0]} ANTI JOIN {sides[1]} USING (number)")
            effect.refused[which] = alone
        effect.refused["both"] = max(self.refusals[0] - effect.refused["old"], 0)
        apart = [self._apart(place) for place in sorted(self.affected)]
        if apart:
            ((effect.undecided,),) = self._rows(
                f"SELECT count(*) FILTER (WHERE {' OR '.join(apart)}) FROM {self.source}"
            )
        opened = [
            _column(side, clause.id, "open")
            for pair in self.pairs
            for side, clause in enumerate((pair.old, pair.new))
            if clause is not None and clause.kind == "floor"
        ]
        if opened:
            ((effect.open,),) = self._rows(f"SELECT coalesce(bool_or({' OR '.join(opened)}), false) FROM {self.source}")
        return effect

    def _apart(self, place: int) -> str:
        """Whether a clause waits for facts by one plan and not by the other."""
        pair = self.pairs[place]
        waits = [
            "false" if clause is None else f"coalesce({_column(side, clause.id, 'waits')}, false)"
            for side, clause in enumerate((pair.old, pair.new))
        ]
        return f"{waits[0]} <> {waits[1]}"

    def _tallies(self) -> list[ClauseTally]:
        """What each pair comes to in all, in one query."""
        sums: list[str] = []
        for place, pair in enumerate(self.pairs):
            for side, clause in enumerate((pair.old, pair.new)):
                sums += [_cell(side, clause, "", end) for end in ("low", "high")]
            sums += self._differences(place) if place in self.affected else []
        (row,) = self._rows(f"SELECT {', '.join(f'coalesce(sum({each}), 0)' for each in sums)} FROM {self.source}")
        values = iter([Decimal(each) for each in row])
        found = []
        for place, pair in enumerate(self.pairs):
            whole = [next(values) for _ in range(4)]
            ways = [[next(values), next(values)] for _ in pair.ways] if place in self.affected else [[Decimal(0)] * 2]
            found.append(ClauseTally(whole, ways))
        return found

    def rows(self, every: bool) -> Iterator[EnterpriseChange]:
        """The enterprises whose amounts change, or all, in the order of their source."""
        where = "" if every else f"WHERE how <> {text(SAME)} "
        found = f"SELECT enterprise, named, {', '.join(_TOTALS)}, change_low, change_high FROM compared {where}"
        cursor = self.database.execute(f"{found}ORDER BY number")
        while some := cursor.fetchmany(_AT_ONCE):
            yield from map(_changed, some)

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.database.execute(query).fetchall()


def _half(side: int, shown: Shown) -> Shown:
    """Tells how far the work has come, of which either plan is half."""
    return lambda percent: shown(percent if percent < 0 else 50 * side + percent / 2)


_TOTALS = ("old_low", "old_high", "new_low", "new_high")


def _changed(row: Sequence[Any]) -> EnterpriseChange:
    enterprise, named, old_low, old_high, new_low, new_high, low, high = row
    return EnterpriseChange(enterprise, named or "", (old_low, old_high), (new_low, new_high), (low, high))


def _with_readings(policy: Policy, side: int, pairs: Sequence[PairOf], affected: Collection[int]) -> Policy:
    """The plan with each reading of a clause that changed as a clause of its own, after all others."""
    more: list[Clause] = []
    for place in sorted(affected):
        clause = (pairs[place].old, pairs[place].new)[side]
        if clause is None:
            continue
        for id in dict.fromkeys(way[side] for way in pairs[place].ways):
            alone = tuple(each._replace(id="", title=None) for each in clause.readings if each.id == id)
            if id and len(clause.readings) > 1:
                more.append(clause._replace(id=_alone(clause, id), readings=alone, read_with=None, replaces=()))
    return policy._replace(clauses=(*policy.clauses, *more))


def _alone(clause: Clause, reading: str) -> str:
    """What a reading is called that is a clause of its own."""
    return f"{clause.id}={reading}"


def _column(side: int, id: str, what: str) -> str:
    return name(f"{('old', 'new')[side]} {id} {what}")


def _cell(side: int, clause: Clause | None, reading: str, end: str) -> str:
    """What a clause comes to at an end, under one of its readings; zero where it comes to nothing."""
    if clause is None:
        return f"0::{_AMOUNT}"
    whole = f"coalesce({_column(side, clause.id, end)}, 0)::{_AMOUNT}"
    if not reading or len(clause.readings) == 1:
        return whole
    # Where one reading is open the clause is, and nothing is said of the others.
    alone = f"coalesce({_column(side, _alone(clause, reading), end)}, 0)::{_AMOUNT}"
    return f"(CASE WHEN {_column(side, clause.id, end)} IS NULL THEN 0::{_AMOUNT} ELSE {alone} END)"


def _added(values: Any) -> str:
    found = [f"coalesce({each}, 0)::{_AMOUNT}" for each in values]
    return " + ".join(found) if found else f"0::{_AMOUNT}"
