"""Tables or lines from file to file: what is in doubt is judged first, then one query writes all results in order."""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cached_property
from typing import NamedTuple, Protocol, TypeVar

from sqlglot import exp

from jxplus.batch import Done, Task, Worker
from jxplus.batch.duckdb import Unfit
from jxplus.batch.duckdb.doubt import NUMBER, Doubts, WhoStates, count, show
from jxplus.batch.duckdb.ndjson import NdjsonViews
from jxplus.batch.duckdb.parquetfile import csv_source
from jxplus.batch.duckdb.tables import TableViews
from jxplus.batch.duckdb.words import name, text
from jxplus.batch.signals import held
from jxplus.batch.sources import Chunk
from jxplus.batch.sources.formats import Holds, holds
from jxplus.batch.spill import Spill
from jxplus.enterprise.misread import SHEET_ERROR
from jxplus.enterprise.spot import of_item
from jxplus.fault import Text
from jxplus.policy.tables import ENTERPRISES, KEY, wide_columns
from jxplus.query import TEXT, PolicyQueries, column_types
from jxplus.query.assumptions import assumptions, in_order
from jxplus.query.rests import like_wan, rests_beside
from jxplus.query.tables import KNOWN, Ranked, names
from jxplus.query.text import query_text
from jxplus.render.rows import BOM, FORMULA_STARTS

_MEMORY = "50%"
"""Of the machine's memory, what DuckDB may use; what goes beyond that it puts on disk.

It takes far less, but writes on a single core where a quarter of this does not hold a buffer for each column and core.
"""
_BUFFER = 4 << 20
"""The bytes of such a buffer."""
_AHEAD = 800 << 20
"""Bytes in which rows of the long table may wait for their turn to be written; without a bound they fill what there is."""
_OFTEN = 0.1
"""Seconds between two looks at how far DuckDB has come, and at most until somebody who ends the program is heard."""

JUDGED = "judged_"
"""The table of those who were judged: an enterprise's id, its row number and its results. No list has such a name."""

JOINED = "joined_"
"""The table of the facts and sums of each enterprise, or of its results where it was judged."""

_T = TypeVar("_T")
Shown = Callable[[float], None]
"""Is told how far the work has come, in percent; below zero where that is not known."""


class Views(Protocol):
    """What a source is to DuckDB: `enterprises` and a table for each list, each row with its number and its doubt.

    `label` is the column under whose text results stand, `facts` what `enterprises` has columns for; `known` is what the
    tables have, as `Options.absent` would name it, `partly` are the lists that only some enterprises state, and `stated` says
    which facts everybody and nobody states.
    """

    label: str

    @property
    def owners(self) -> Mapping[str, str]:
        """The column of each table that says whose a row is."""
        ...

    @property
    def facts(self) -> set[str]: ...

    @property
    def known(self) -> set[str]: ...

    @property
    def partly(self) -> Sequence[str]: ...

    @property
    def stated(self) -> WhoStates: ...

    def find_doubtful(self) -> Doubts:
        """Puts the ids of the enterprises that need judgement into the table `WANTED`."""
        ...

    def wanted(self) -> Iterator[tuple[int, Chunk]]:
        """The enterprises that need judgement, one by one, each with its row number; -1 for what belongs to none."""
        ...


class Assumed(NamedTuple):
    """An assumption or a warning: the enterprise it is first true of, its place among that one's, and of how many."""

    first: int
    place: int
    text: Text
    times: int


_IN_CHINESE = (
    ("type width", "数字可能超过38位"),
    ("CSV Error on Line", "CSV 各行的格数或引号不合规则"),
)
"""What DuckDB says of sources that it cannot read, in Chinese."""


def _guarded(column: str) -> str:
    """A column's texts as `guard` writes them."""
    starts = ", ".join(map(text, FORMULA_STARTS))
    own = f"CAST({column} AS VARCHAR)"
    return f"CASE WHEN left({own}, 1) IN ({starts}) THEN concat({text(chr(39))}, {own}) ELSE {own} END"


class Columnar:
    """One source in DuckDB, with what is in doubt found, for results as `parquet` or `csv`; `close` it when done.

    `files` says what each table's file holds, or is a single file of lines. Raises `Unfit` where the scalar engine must do
    the work, and `Refused` where the policy cannot be a query. `shown` is told how far it has come.
    """

    def __init__(self, files: Mapping[str, str], task: Task, form: str, shown: Shown = lambda percent: None) -> None:
        import duckdb

        self.task, self.policy, self.form, self.shown = task, task.policy, form, shown
        self.error, self.stopped = duckdb.Error, False
        if any(id in self.policy.lists or of_item(id) for id in task.extra):
            raise Unfit(Text("--set 写明了列表或其中一项", "--set states a list, or an item of one"))
        self.folder = Spill()
        own = os.path.join(self.folder.name, "spill")
        # What is read is kept by the system; a second copy only takes room.
        own_cache = {"enable_external_file_cache": False}
        self.database = duckdb.connect(config={"temp_directory": own, "memory_limit": _MEMORY, **own_cache})
        self.database.execute("SET enable_progress_bar = true")
        self.database.execute("SET enable_progress_bar_print = false")
        try:
            self.views = self._beside(lambda: self._views(files))
            self.doubts = self._beside(self.views.find_doubtful, self._compile)
            self._beside(self._check)
        except duckdb.Error as error:
            self.close()
            reason = str(error).splitlines()[0]
            own = next((zh for said, zh in _IN_CHINESE if said in reason), reason)
            raise Unfit(Text(f"DuckDB 读不了：{own}", f"DuckDB cannot read them: {reason}")) from None
        except BaseException:
            self.close()
            raise

    def _beside(self, work: Callable[[], _T], meanwhile: Callable[[], None] = lambda: None) -> _T:
        """What DuckDB's `work` gives, done beside this thread, which hears who ends the program: then it stops at once."""
        done: Future[_T] | None = None
        with ThreadPoolExecutor(1) as pool:
            try:
                with held():  # heard while the thread starts, it would leave one behind that nobody waits for
                    done = pool.submit(work)
                meanwhile()
                while wait([done], _OFTEN).not_done:
                    self.shown(self.database.query_progress())
            except BaseException:
                self.stopped = True
                while done is not None and not done.done():
                    self.database.interrupt()
                    wait([done], _OFTEN)
                raise
        return done.result()

    def _views(self, files: Mapping[str, str]) -> Views:
        for file in files:
            if holds(file) is Holds.LINES:
                return NdjsonViews(self.database, file, self.policy, self.task.extra)
        return TableViews(self.database, files, self.policy, self.task.extra, self.folder.name)

    def _check(self) -> None:
        """Raises `Unfit` where the scalar engine would have most of the work anyway, or writes a name in another way."""
        # About these the two writers of CSV differ in where quotes are needed.
        columns = {each for each, *_ in self.database.execute(f"FROM {ENTERPRISES} LIMIT 0").description or ()}
        found = (
            f"contains({name(each)}, '#') AND NOT regexp_full_match({name(each)}, {text(SHEET_ERROR)})"  # that is refused
            for each in sorted(columns & {self.views.label, "name"})
        )
        odd = f"SELECT EXISTS (FROM {ENTERPRISES} WHERE {' OR '.join(found)})"
        if self.form == "csv" and self.database.execute(odd).fetchone() == (True,):
            raise Unfit(Text("编号或名称里有 #", "an id or a name has a # in it"))
        if self.doubts.doubtful * 2 > self.doubts.enterprises:
            raise Unfit(Text("半数以上的企业需要逐家核对", "more than half of the enterprises need judgement"))

    def close(self) -> None:
        self.database.close()
        self.folder.cleanup()

    def _compile(self) -> None:
        """Makes the policy's query, with the rows of the enterprises in the order of their table."""
        task = self.task
        self.named = self.views.label == KEY
        self.types = column_types(self.policy, task.wide, self.named)
        known = self.views.known - self.views.stated.empty  # what nobody states is asked of no table
        absent = frozenset(names(self.policy)) - known - task.extra.keys()
        self.ranked = Ranked(NUMBER, self.views.label)
        options = task.options(absent, self.views.partly, tuned=True)._replace(ranked=self.ranked)
        self.options = options
        self.queries = PolicyQueries(self.policy, options)
        self.resting = rests_beside(self.queries.outcomes, self.views.stated.full)

    # ---- what is in doubt

    def judge(self, take: Callable[[Done], None]) -> list[Assumed]:
        """Judges what is in doubt, hands over what comes of it, and keeps the results for the query."""
        return self._beside(lambda: self._judge(take)) if self.doubts.doubtful else []

    def _judge(self, take: Callable[[Done], None]) -> list[Assumed]:
        found = dict[Text, Assumed]()
        path = os.path.join(self.folder.name, "judged.csv")
        worker = Worker(self.task._replace(form="csv", wide=True, named=self.named, bom=False))
        with open(path, "wb") as file:
            for number, chunk in self.views.wanted():
                if self.stopped:
                    break
                done = worker.work(chunk)
                if done.text:
                    file.writelines((b"%d," % number, done.text))
                for place, (text, count) in enumerate(done.assumptions.items()):
                    before = found.get(text, Assumed(number, place, text, 0))
                    found[text] = before._replace(times=before.times + count)
                take(done)
        self._keep_judged(path)
        return list(found.values())

    def _keep_judged(self, path: str) -> None:
        """Puts the results of a CSV file into a table, each row as a map, out of which the query takes them.

        The query computes the others alone: what is in doubt is no longer in any table that it reads.
        """
        columns = wide_columns(self.policy, self.named)
        source = csv_source(path, {NUMBER: "BIGINT", **dict.fromkeys(columns, "VARCHAR")}, header=False)
        id = name(columns[0]) if self.named else name(NUMBER)
        known = f"MAP([{', '.join(map(text, columns))}], [{', '.join(map(name, columns))}])"
        self.database.execute(
            f"CREATE TABLE {JUDGED} AS SELECT {id} AS {KEY}, {name(NUMBER)}, {known} AS {name(KNOWN)} FROM {source}"
        )
        show(self.database, self.views.owners, without_wanted=True)

    # ---- the results

    def outcomes(self) -> str:
        """The query for what each clause comes to for each enterprise, with its row number, those judged among them."""
        return query_text(self.queries.query("outcome", ranked=self.joined), "duckdb")

    @cached_property
    def joined(self) -> Ranked:
        """The order of the results, with the table out of which they are made: it is there from now on."""
        ranked = self.ranked._replace(known=JUDGED if self.doubts.doubtful else "")
        query = query_text(self.queries.joined(ranked), "duckdb")
        self._beside(lambda: self.database.execute(f"CREATE TEMPORARY TABLE {JOINED} AS {query}"))
        return ranked._replace(joined=JOINED)

    def copy(self, query: str, path: str) -> None:
        """Writes what a query gives to a Parquet file; raises `OSError`."""
        self._copy(f"COPY ({query}) TO {text(path)} (FORMAT parquet, USE_TMP_FILE false)")

    def write(self, path: str) -> None:
        """Writes the results to the file at `path`; raises `OSError`."""
        shown, bom = [], self.task.bom and self.form == "csv"
        for number, (column, type) in enumerate(self.types.items()):
            own = name(column)
            if type == TEXT and bom:
                heading = name(f"{BOM}{column}" if number == 0 else column)
                shown.append(f"{_guarded(own)} AS {heading}")
            elif type == TEXT:
                shown.append(own)
            elif self.form == "parquet":
                shown.append(f"CAST({own} AS {type}) AS {own}")
            else:
                shown.append(f"rtrim(rtrim(CAST({own} AS VARCHAR), '0'), '.') AS {own}")
        query = f"SELECT {', '.join(shown)} FROM ({query_text(self.queries.query(ranked=self.joined), 'duckdb')})"
        # Amounts are of so many kinds that a dictionary of them is made in vain.
        own = "parquet, DICTIONARY_SIZE_LIMIT 100" if self.form == "parquet" else "csv, HEADER, NULLSTR ''"
        copy = f"COPY ({query}) TO {text(path)} (FORMAT {own}, USE_TMP_FILE false)"
        if not self.task.wide:
            self._keep_few_ahead(len(self.types))
        self._copy(copy)

    def _keep_few_ahead(self, columns: int) -> None:
        """Bounds the memory for rows of the long table: an enterprise has many, and those ahead of their turn wait in it."""
        held = "SELECT sum(memory_usage_bytes)::BIGINT, current_setting('threads') FROM duckdb_memory()"
        row = self.database.execute(held).fetchone()
        assert row is not None
        most = row[0] + max(_AHEAD, 5 * _BUFFER * columns * int(row[1]))
        known = "SELECT parse_formatted_bytes(current_setting('memory_limit'))"
        if most < count(self.database, known):
            self.database.execute(f"SET memory_limit = '{most}B'")

    def _copy(self, copy: str) -> None:
        """Has DuckDB write a file; raises `OSError`."""
        try:
            self._beside(lambda: self.database.execute(copy))
        except self.error as error:
            reason = re.search(r'"errno":"(\d+)"', str(error))
            number = int(reason[1]) if reason else 0
            raise OSError(number, os.strerror(number) if number else str(error).splitlines()[0]) from None

    def assumptions(self, judged: list[Assumed]) -> dict[Text, int]:
        """The assumptions and warnings, in the order in which they first come up, each with how many it is true of."""
        ranked = self.joined
        found = self._beside(lambda: self._counted(ranked))
        for each in judged:
            one = found.get(each.text, each._replace(times=0))
            first = min((one.first, one.place), (each.first, each.place))
            found[each.text] = Assumed(*first, each.text, one.times + each.times)
        return {each.text: each.times for each in sorted(found.values(), key=lambda each: each[:2])}

    def called_alike(self) -> Counter[str]:
        """The first few names that several enterprises go by, each with how many go by it; where they have ids, these are different."""
        if self.named:
            return Counter()
        labels = f"SELECT {name(self.views.label)} AS label, {name(NUMBER)} AS number FROM {ENTERPRISES} WHERE {KEY} IS NOT NULL"
        if self.doubts.doubtful:
            first = text(wide_columns(self.policy)[0])
            labels += f" UNION ALL SELECT {name(KNOWN)}[{first}], {name(NUMBER)} FROM {JUDGED}"
        plain = "label"
        for old, new in (("（", "("), ("）", ")"), (" ", ""), ("\u3000", ""), ("\u00a0", "")):  # as in a Summary
            plain = f"replace({plain}, {text(old)}, {text(new)})"
        twice = (
            f"SELECT min_by(label, number), count(*) FROM ({labels}) GROUP BY {plain} HAVING count(*) > 1"
            " ORDER BY min(number) LIMIT 8"
        )
        return Counter(dict(self._beside(lambda: self.database.execute(twice).fetchall())))

    def _counted(self, ranked: Ranked) -> dict[Text, Assumed]:
        """Those of the enterprises that are not judged."""
        task = self.task
        own = assumptions(self.policy, {*self.views.facts, *task.extra}, task.day, task.today)
        found = self._count(own, f"{ENTERPRISES} WHERE {KEY} IS NOT NULL")
        if self.resting is not None:
            query = query_text(self.resting.numbers(ranked), "duckdb")
            cells = (f"count(c{place}), min(c{place})" for place in range(len(self.resting.conditions)))
            found |= self._counts(self.resting.conditions, ", ".join(cells), f"({query})")
        found |= self._like_wan()
        return {
            text: Assumed(found[text][1], place, text, found[text][0])
            for place, text in enumerate(in_order(self.policy, found, task.day or task.today))
        }

    def _like_wan(self) -> dict[Text, tuple[int, int]]:
        """Of how many enterprises the sums look like 万: hardly any is without a large one of its own."""
        small = like_wan(self.policy, self.options, self.ranked)
        if small is None:
            return {}
        without = f"WHERE NOT coalesce({small.large.sql('duckdb')}, false)"
        table = ENTERPRISES
        if self._as_stated_in_joined(small.large):
            table = f"(FROM {JOINED} WHERE {name(KNOWN)} IS NULL)" if self.doubts.doubtful else JOINED
        if self.database.execute(f"SELECT EXISTS (FROM {table} {without})").fetchone() != (True,):
            return {}
        which = f"main.{ENTERPRISES} {without}"
        items = f"SELECT {KEY} FROM {ENTERPRISES}"
        shown = {
            table: f"FROM {which}" if table == ENTERPRISES else f"FROM main.{name(table)} WHERE {own} IN ({items})"
            for table, own in self.views.owners.items()
        }
        tables = ", ".join(f"{name(table)} AS ({query})" for table, query in shown.items())
        return self._count(small.rests.conditions, f"(WITH {tables} FROM ({query_text(small.rests.query, 'duckdb')}))")

    def _as_stated_in_joined(self, condition: exp.Expr) -> bool:
        """Whether the table `JOINED`, which is sooner read than a file, has all facts of a condition as they are stated."""
        asked = {column.name for column in condition.find_all(exp.Column)}
        there = {each for each, *_ in self.database.execute(f"FROM {JOINED} LIMIT 0").description or ()}
        return asked <= there and all(self.policy.facts[each].taken is None for each in asked)

    def _count(self, conditions: Mapping[Text, exp.Expr], source: str) -> dict[Text, tuple[int, int]]:
        """Of how many rows of a source each condition is true, and the number of the first; without those true of none."""
        if not conditions:
            return {}
        cells = ", ".join(
            f"count(*) FILTER (WHERE {each}), min({name(NUMBER)}) FILTER (WHERE {each})"
            for each in (condition.sql("duckdb") for condition in conditions.values())
        )
        return self._counts(conditions, cells, source)

    def _counts(self, texts: Iterable[Text], cells: str, source: str) -> dict[Text, tuple[int, int]]:
        """Pairs of how often and where first, as `cells` ask a source for them; without what is nowhere."""
        row = self.database.execute(f"SELECT {cells} FROM {source}").fetchone()
        assert row is not None
        pairs = zip(texts, zip(row[::2], row[1::2], strict=True), strict=True)
        return {text: each for text, each in pairs if each[0]}
