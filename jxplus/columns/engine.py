"""A folder of tables from file to file: what is in doubt is judged first, then one query writes all results in order."""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from tempfile import TemporaryDirectory
from typing import NamedTuple

from sqlglot import exp

from jxplus.assess import Assessor
from jxplus.batch import Done, Task, Worker
from jxplus.columns import Unfit
from jxplus.columns.cells import name, text
from jxplus.columns.laid import NUMBER, WANTED, lay, wanted_table
from jxplus.columns.look import look
from jxplus.enterprise import Enterprise
from jxplus.fault import Text
from jxplus.layout import wide_columns
from jxplus.query import TEXT, column_types, policy_query
from jxplus.query.shapes import MET, OUTCOME
from jxplus.query.tables import ENTERPRISES, FACTS, KEY, Options, names
from jxplus.query.text import query_text
from jxplus.sources.tables import Records, Shelf

_MEMORY = "50%"
"""Of the machine's memory, what DuckDB may use; what goes beyond that it puts on disk.

It takes far less, but writes on a single core where a quarter of this does not hold a buffer of 4 MiB for each column and
core.
"""
_JUDGED, _COMPUTED = "judged", "computed"
_TAKEN = "taken one by one"


class Aside(NamedTuple):
    """An assumption or a warning: the enterprise it is first true of, its place among that one's, and of how many."""

    first: int
    place: int
    text: Text
    times: int


class Columnar:
    """The tables of one source, laid out and looked through, for results as `parquet` or `csv`; `close` it when done.

    Raises `Unfit` where the scalar engine must do the work, and `Refused` where the policy cannot be a query.
    """

    def __init__(self, files: Mapping[str, str], task: Task, form: str) -> None:
        import duckdb

        self.task, self.policy, self.form = task, task.policy, form
        self.error = duckdb.Error
        if any(id in self.policy.lists for id in task.extra):
            raise Unfit(Text("--set 写明了列表", "--set states a list"))
        self.folder = TemporaryDirectory(prefix="jxplus-")
        own = os.path.join(self.folder.name, "spill")
        # What is read is kept by the system; a second copy only takes room.
        own_cache = {"enable_external_file_cache": False}
        self.database = duckdb.connect(config={"temp_directory": own, "memory_limit": _MEMORY, **own_cache})
        try:
            self.laid = lay(self.database, files, self.policy, task.extra, self.folder.name)
            with ThreadPoolExecutor(1) as beside:  # DuckDB looks while the policy is compiled
                seen = beside.submit(look, self.database, self.laid, self.policy, task.extra)
                self.query = self._query()
                self.seen = seen.result()
            self._check()
        except duckdb.Error as error:
            self.close()
            reason = str(error).splitlines()[0]
            raise Unfit(Text(f"DuckDB 读不了: {reason}", f"DuckDB cannot read them: {reason}")) from None
        except BaseException:
            self.close()
            raise

    def _check(self) -> None:
        """Raises `Unfit` where the scalar engine would have most of the work anyway, or writes an id in another way."""
        # About these the two writers of CSV differ in where quotes are needed.
        odd = f"SELECT EXISTS (FROM {ENTERPRISES} WHERE contains({KEY}, '#') OR contains({KEY}, chr(13)))"
        if self.form == "csv" and self.database.execute(odd).fetchone() == (True,):
            raise Unfit(Text("编号里有 # 或换行", "an id has a # or a line break in it"))
        if self.seen.doubtful * 2 > self.seen.ids:
            raise Unfit(Text("半数以上的企业需要逐家核对", "more than half of the enterprises need judgement"))

    def close(self) -> None:
        self.database.close()
        self.folder.cleanup()

    def _query(self) -> exp.Select:
        """The policy's query, with the rows of the enterprises in the order of their table."""
        task = self.task
        self.types = column_types(self.policy, task.wide)
        known = {*self.laid, *task.extra} - {ENTERPRISES}
        for table, laid in self.laid.items():
            prefix = "" if table == ENTERPRISES else f"{table}."
            known |= {prefix + id for id in laid.columns.facts if id is not None}
        absent = frozenset(names(self.policy)) - known
        shape = "wide" if task.wide else "long"
        query = policy_query(
            self.policy, Options(shape, task.day, task.today, task.pins, task.every, absent, enums=True)
        )
        parts = {part.alias: part for part in query.find_all(exp.CTE)}
        parts[FACTS].set("this", parts[FACTS].this.select(exp.column(NUMBER, quoted=True)))
        # The order is the tables' again once the lists are joined; all that follows goes row by row, and keeps it.
        parts[MET].set("this", parts[MET].this.order_by(exp.column(NUMBER, quoted=True)))
        assert isinstance(query, exp.Select)
        return query

    # ---- what is in doubt

    def _number_of(self) -> dict[str, int]:
        found = f"SELECT {KEY}, {name(NUMBER)} FROM {ENTERPRISES} SEMI JOIN {name(WANTED)} USING ({KEY})"
        return dict(self.database.execute(found).fetchall())

    def judge(self, take: Callable[[Done], None]) -> list[Aside]:
        """Judges what is in doubt, hands over what comes of it, and keeps the results for the query."""
        if not self.seen.doubtful:
            return []
        database, run = self.database, self.database.execute
        wanted = {id for (id,) in run(f"SELECT id FROM {name(WANTED)} WHERE id IS NOT NULL").fetchall()}
        numbers, asides = self._number_of(), dict[Text, Aside]()
        path = os.path.join(self.folder.name, "judged.csv")
        worker = Worker(self.task._replace(form="csv", wide=True))
        shelf = Shelf(self.policy)
        source = shelf.add(
            [one.file for one in self.laid.values()],
            [wanted_table(database, table, one, wanted) for table, one in self.laid.items()],
        )
        shelf.settle()
        with open(path, "wb") as file:
            for chunk in source.chunks():
                for one in [chunk] if not isinstance(chunk, Records) else _singly(chunk):
                    done = worker.work(one)
                    file.write(done.text)
                    for place, (aside, count) in enumerate(done.asides.items()):
                        first = Aside(numbers[done.briefs[0].enterprise], place, aside, 0)
                        asides[aside] = (before := asides.get(aside, first))._replace(times=before.times + count)
                    take(done)
        self._keep_judged(path)
        return list(asides.values())

    def _keep_judged(self, path: str) -> None:
        """Puts the results of a CSV file into a table with the very types that the query computes."""
        outcome = self.query.copy()
        parts = {part.alias: part for part in outcome.find_all(exp.CTE)}
        plain = exp.select("*").from_(OUTCOME).limit(0)
        for part in parts.values():
            plain = plain.with_(part.alias, as_=part.this, copy=False)
        self.database.execute(f"CREATE TABLE {_JUDGED} AS {query_text(plain, 'duckdb')}")
        listed = dict.fromkeys(wide_columns(self.policy), "VARCHAR")
        types = ", ".join(f"{text(column)}: {text(type)}" for column, type in listed.items())
        self.database.execute(
            f"INSERT INTO {_JUDGED} BY NAME SELECT * EXCLUDE (total_low, total_high) FROM read_csv({text(path)},"
            f" columns = {{{types}}}, header = false, auto_detect = false, delim = ',', quote = '\"', escape = '\"',"
            " comment = '', nullstr = '', new_line = '\\n')"
        )
        self._take_judged()

    def _take_judged(self) -> None:
        """Makes the query take the judged enterprises' results in place of its own, and leave out the refused."""
        query = self.query
        parts = {part.alias: part for part in query.find_all(exp.CTE)}
        computed = parts[OUTCOME]
        computed.args["alias"].set("this", exp.to_identifier(_COMPUTED))
        columns: list[exp.Expr] = [exp.column("enterprise", table=_COMPUTED)]
        for column in [each.alias for each in computed.this.selects if each.alias != "enterprise"]:
            own, other = (exp.column(column, table=table, quoted=True) for table in (_COMPUTED, _JUDGED))
            judged = exp.Is(this=exp.column("enterprise", table=_JUDGED), expression=exp.null())
            columns.append(exp.alias_(exp.Case().when(judged, own).else_(other), column, quoted=True))
        outcome = exp.select(*columns).from_(_COMPUTED)
        outcome = outcome.join(_JUDGED, on=f"{_JUDGED}.enterprise = {_COMPUTED}.enterprise", join_type="left")
        kept = f"{_COMPUTED}.enterprise IS NOT NULL AND ({_JUDGED}.enterprise IS NOT NULL OR"
        outcome = outcome.where(
            f"{kept} NOT EXISTS (SELECT 1 FROM {name(WANTED)} AS w WHERE w.id = {_COMPUTED}.enterprise))"
        )
        # The joins have put the rows out of order once more.
        order = exp.column(NUMBER, quoted=True)
        computed.set("this", computed.this.select(order))
        self.query = query.with_(OUTCOME, as_=outcome.order_by(order), copy=False)

    # ---- the results

    def write(self, path: str) -> None:
        """Writes the results to the file at `path`; raises `OSError`."""
        shown = []
        for column, type in self.types.items():
            own = name(column)
            if type == TEXT:
                shown.append(own)
            elif self.form == "parquet":
                shown.append(f"CAST({own} AS {type}) AS {own}")
            else:
                shown.append(f"rtrim(rtrim(CAST({own} AS VARCHAR), '0'), '.') AS {own}")
        query = f"SELECT {', '.join(shown)} FROM ({query_text(self.query, 'duckdb')})"
        # Amounts are of so many kinds that a dictionary of them is made in vain.
        options = (
            "FORMAT parquet, DICTIONARY_SIZE_LIMIT 100" if self.form == "parquet" else "FORMAT csv, HEADER, NULLSTR ''"
        )
        try:
            self.database.execute(f"COPY ({query}) TO {text(path)} ({options})")
        except self.error as error:
            raise OSError(0, str(error).splitlines()[0], path) from None

    def asides(self, judged: list[Aside]) -> dict[Text, int]:
        """The assumptions and warnings, in the order in which they first come up, each with how many it is true of."""
        found = self._counted()
        for aside in judged:
            one = found.get(aside.text, aside._replace(times=0))
            first = min((one.first, one.place), (aside.first, aside.place))
            found[aside.text] = Aside(*first, aside.text, one.times + aside.times)
        return {each.text: each.times for each in sorted(found.values(), key=lambda each: each[:2])}

    def _counted(self) -> dict[Text, Aside]:
        """Those of the enterprises that are not judged."""
        task, policy = self.task, self.policy
        day = task.day or task.today
        nobody = Assessor(policy, task.pins).assess(Enterprise("", {}), day)
        conditions = {}
        known = {*self.laid[ENTERPRISES].columns.facts, *task.extra}
        for assumption in nobody.assumptions:
            conditions[assumption.text] = f"{name(assumption.fact)} IS NULL" if assumption.fact in known else "true"
        if policy.warning is not None:
            own = (
                f"coalesce(as_of, {text(day.isoformat())}::DATE)"
                if "as_of" in known and not task.day
                else text(day.isoformat())
            )
            conditions[policy.warning.text] = f"CAST({own} AS DATE) > DATE {text(policy.warning.after.isoformat())}"
        if not conditions:
            return {}
        cells = ", ".join(
            f"count(*) FILTER (WHERE {each}), min({name(NUMBER)}) FILTER (WHERE {each})" for each in conditions.values()
        )
        judged = f" ANTI JOIN {name(WANTED)} USING ({KEY})" if self.seen.doubtful else ""
        row = self.database.execute(f"SELECT {cells} FROM {ENTERPRISES}{judged} WHERE {KEY} IS NOT NULL").fetchone()
        assert row is not None
        return {
            text: Aside(row[2 * place + 1], place, text, row[2 * place])
            for place, text in enumerate(conditions)
            if row[2 * place]
        }


def _singly(chunk: Records) -> list[Records]:
    return [chunk._replace(records=[record], size=0) for record in chunk.records]
