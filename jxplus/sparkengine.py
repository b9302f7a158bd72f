"""The policy's query over a folder of Parquet tables on Spark: one machine's cores, or a cluster's.

Spark is given what the query asks for and no more: tables whose columns have exact types, and rows that need no judgement.
A table that is not so is refused as a whole, with all that is wrong with it; a row that is not so refuses its enterprise,
by name and with the scalar reader's own words, and stops no other. Nothing of Spark's own talk reaches the terminal.
"""

import contextlib
import errno
import logging
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jxplus.enterprise import Misstated, Reader
from jxplus.fault import Fault, Place, Refused, Text, quoted, unknown_name
from jxplus.layout import ENTERPRISES, ENTERPRISES_ZH, KEY, KEY_ZH, OWNER, OWNER_ZH
from jxplus.policy import Fact, Policy, known_names

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.types import DataType

LOCAL = "local[*]"
JAVA = 17
"""The Java that Spark 4 asks for, or a newer one."""
_PATIENCE = 10
"""The seconds that Java is given to end in good order."""
MOST_FAULTS = 1000
"""How many faults a report names; all are counted."""
_KEYS_ZH = {KEY: KEY_ZH, OWNER: OWNER_ZH}


class NoSpark(Exception):
    """Spark is not there, does not start or gave up; `text` says why and what helps."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class Report(NamedTuple):
    """How many enterprises were computed and refused, and why: at most `MOST_FAULTS` faults."""

    computed: int
    refused: int
    faults: tuple[Fault, ...]


def run(
    policy: Policy,
    folder: str,
    out: str,
    shape: str = "long",
    as_of: date | None = None,
    today: date | None = None,
    pins: Mapping[str, str] | None = None,
    every: bool = False,
    master: str = LOCAL,
) -> Report:
    """What became of the enterprises of `folder`, whose results are then in `out`.

    `folder` holds `enterprises.parquet` and a table for each list; it and `out` may be addresses that Spark knows, such as
    `hdfs://…`. `out` ends in `.parquet` or `.csv`; as a path it is one file, replaced whole, as an address a folder of
    parts. A session of the calling program is used where there is one. Raises `Refused` where a table cannot be used,
    `OSError` where `out` cannot be written, and `NoSpark`.
    """
    _check_place(out)
    partial = _partial(out)
    try:
        with session(master) as spark:
            from py4j.protocol import Py4JError
            from pyspark.errors import PySparkException

            try:
                tables = _Tables(spark, policy, folder)
                report = tables.lay()
                _save(_result(spark, policy, tables, (shape, as_of, today, pins or {}, every), out), out, partial)
            except (PySparkException, Py4JError) as error:
                raise NoSpark(_gave_up(error)) from None
        if partial:
            _replace(out, partial)
        return report
    finally:
        if partial:
            shutil.rmtree(partial, ignore_errors=True)  # not before Spark has ended: it would make the folder again


def _result(
    spark: "SparkSession",
    policy: Policy,
    tables: "_Tables",
    asked: tuple[str, date | None, date | None, Mapping[str, str], bool],
    out: str,
) -> "DataFrame":
    """The table of results, as every engine writes it: amounts are text in CSV, and of the columns' own types in Parquet."""
    from jxplus.query import TEXT, column_types, policy_query
    from jxplus.query.tables import Options
    from jxplus.query.text import query_text

    options = Options(*asked, absent=frozenset(tables.absent))
    frame = spark.sql(query_text(policy_query(policy, options, "spark"), "spark"))
    written = "CAST({} AS {})"
    if out.lower().endswith(".csv"):
        written = "regexp_replace(CAST({} AS STRING), '[.]00$|(?<=[.][0-9])0$', '')"
    types = column_types(policy, options.shape == "wide")
    return frame.selectExpr(
        *(
            _name(column) if type == TEXT else f"{written.format(_name(column), type)} AS {_name(column)}"
            for column, type in types.items()
        )
    )


def _name(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


# ---- the session ---------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def session(master: str) -> Iterator["SparkSession"]:
    """A session of Spark: the calling program's own, or one that ends with the work."""
    try:
        from pyspark.sql import SparkSession
    except ModuleNotFoundError:
        wrong = Text("没有安装 pyspark", "pyspark is not installed")
        raise NoSpark(
            Text(f"{wrong.zh}: pip install 'jxplus[spark]'", f"{wrong.en}: pip install 'jxplus[spark]'")
        ) from None
    active = SparkSession.getActiveSession()
    if active is not None:
        yield active
        return
    check_java()
    own: SparkSession | None = None
    try:
        with _held() as hold:
            own = _start(master, hold)
        yield own
    except Exception:
        raise
    except BaseException:
        if own is not None:
            _break_off(own)
            own = None
        raise
    finally:
        if own is not None:
            own.stop()


@contextlib.contextmanager
def _held() -> Iterator[Callable[[], None]]:
    """What would end the program waits until Spark has started: given up half-way, Java would stay behind for good.

    Gives what makes it wait once more: while it starts, Spark sets an answer to Ctrl-C of its own, which talks at length.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return
    caught: list[int] = []
    former = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def hold() -> None:
        for number in former:
            signal.signal(number, lambda number, frame: caught.append(number))

    hold()
    try:
        yield hold
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
        for each in caught:
            signal.raise_signal(each)


def _break_off(spark: "SparkSession") -> None:
    """Ends Spark in the middle of its work, and Java with it, so that nothing is written any more."""
    context = type(spark.sparkContext)
    java = getattr(context._gateway, "proc", None)
    # This thread's line to Java still waits for an answer; another thread has one of its own.
    stopping = threading.Thread(target=_stop, args=(spark,), daemon=True)
    stopping.start()
    stopping.join(_PATIENCE)
    if java is not None:
        java.stdin.close()
        try:
            java.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            java.kill()
        context._gateway = context._jvm = None


def _stop(spark: "SparkSession") -> None:
    with contextlib.suppress(Exception):
        spark.stop()


def _start(master: str, started: Callable[[], None]) -> "SparkSession":
    """A new session. What Java says while it starts and after is kept off the terminal; Spark's errors are exceptions.

    `started` is called as soon as there is a Java that does as it is told.
    """
    from pyspark import SparkConf, SparkContext
    from pyspark.sql import SparkSession

    settings = {
        "spark.sql.ansi.enabled": "true",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    if master.startswith("local"):
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    conf = SparkConf().setAppName("jxplus").setMaster(master).setAll(list(settings.items()))
    with tempfile.TemporaryFile() as said:
        try:
            with _redirected(said.fileno()):
                SparkContext.getOrCreate(conf)
                started()
                _hush()
                spark = SparkSession.builder.config(conf=conf).getOrCreate()
        except Exception as error:
            said.seek(0)
            lines = [
                line
                for line in said.read().decode(errors="replace").splitlines()
                if "rror" in line or "xception" in line
            ]
            raise NoSpark(_gave_up(lines[0] if lines else error)) from None
    if master.startswith("local"):
        # Spark's 200 parts for everything that meets are for a cluster; here each costs more than it saves.
        spark.conf.set("spark.sql.shuffle.partitions", 4 * spark.sparkContext.defaultParallelism)
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def _hush() -> None:
    """Keeps off the terminal what Python's side of Spark would log: it is in the exceptions, and Ctrl-C needs no words."""
    for name in ("SQLQueryContextLogger", "py4j.java_gateway", "py4j.clientserver"):
        logging.getLogger(name).disabled = True
    logging.getLogger().addFilter(_elsewhere)


def _elsewhere(record: logging.LogRecord) -> bool:
    """Whether a record does not come from the line to Java, part of which logs in nobody's name."""
    return "py4j" not in Path(record.pathname).parts


@contextlib.contextmanager
def _redirected(file: int) -> Iterator[None]:
    """Standard output and error of this process and those it starts go to `file`."""
    kept = {stream: os.dup(stream) for stream in (1, 2)}
    try:
        for stream in kept:
            os.dup2(file, stream)
        yield
    finally:
        for stream, copy in kept.items():
            os.dup2(copy, stream)
            os.close(copy)


def check_java() -> None:
    """Raises `NoSpark` where there is no Java, or one that is too old."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
    help = Text(
        f"请安装 Java {JAVA} 或更新版本，如 apt-get install openjdk-{JAVA}-jre-headless",
        f"install Java {JAVA} or newer, such as apt-get install openjdk-{JAVA}-jre-headless",
    )
    if java is None:
        where = f" (JAVA_HOME={home})" if home else ""
        raise NoSpark(
            Text(
                f"Spark 需要 Java，这里没有{where}；{help.zh}", f"Spark needs Java, and there is none{where}; {help.en}"
            )
        )
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(?:1\.)?(\d+)', told)
    if found is not None and int(found[1]) < JAVA:
        raise NoSpark(Text(f"{java} 是 Java {found[1]}；{help.zh}", f"{java} is Java {found[1]}; {help.en}"))


def _gave_up(error: object) -> Text:
    """What Spark said, on one line: of Java's traces the line that names the cause."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    cause = next((line for line in reversed(lines) if line.startswith("Caused by: ")), None)
    said = (cause or next((line for line in lines if not line.startswith("An error occurred")), "?")).removeprefix(": ")
    said = re.sub(r'^(Caused by: |Exception in thread "main" )*([a-z]\w*[.])*[A-Z]\w*(Exception|Error): ', "", said)
    return Text(f"Spark 未能完成: {said}", f"Spark gave up: {said}")


# ---- tables --------------------------------------------------------------------------------------------------------


class _Table(NamedTuple):
    """A table as Spark reads it, under the view `view`; `columns` are its columns by the ids of their facts."""

    name: str
    file: str
    frame: "DataFrame"
    columns: dict[str, "DataType"]

    @property
    def view(self) -> str:
        return f"unchecked_{self.name}_"  # no list has such a name

    @property
    def key(self) -> str:
        return KEY if self.name == ENTERPRISES else OWNER


class _Tables:
    """The tables of a folder: what they lack, what is wrong with them, and the views that the query reads."""

    def __init__(self, spark: "SparkSession", policy: Policy, folder: str) -> None:
        self.spark, self.policy, self.reader = spark, policy, Reader(policy)
        faults = _unknown_files(policy, folder)
        labels = {ENTERPRISES: ENTERPRISES_ZH, **{each.id: each.label.zh for each in policy.lists.values()}}
        self.tables: dict[str, _Table] = {}
        for name, label in labels.items():
            try:
                table = self._found(folder, name, label)
            except Refused as refused:
                faults += refused.faults
                continue
            if table is not None:
                self.tables[name] = table
            elif name == ENTERPRISES:
                wrong = Text("没有企业表 enterprises.parquet", "there is no enterprises.parquet")
                right = Text("每个企业一行，以 id 为键", "give it a row for each enterprise, keyed by `id`")
                faults.append(Fault(folder, Place(), "", wrong, right))
        if faults:
            raise Refused(faults)

    def facts(self, name: str) -> dict[str, Fact]:
        """The facts that a table may state."""
        return self.policy.facts if name == ENTERPRISES else self.policy.lists[name].facts

    @property
    def absent(self) -> list[str]:
        """What the tables do not have, as a query's options name it."""
        lacking = [name for name in self.policy.lists if name not in self.tables]
        for table in self.tables.values():
            prefix = "" if table.name == ENTERPRISES else f"{table.name}."
            lacking += [prefix + fact for fact in self.facts(table.name) if fact not in table.columns]
        return lacking

    def _found(self, folder: str, name: str, label: str) -> "_Table | None":
        """A table of the folder, under its name or its Chinese one; None where there is none."""
        from pyspark.errors import AnalysisException

        for called in (name, label):
            file = f"{folder.rstrip('/')}/{called}.parquet"
            address = file if "://" in file else "file:" + os.path.abspath(file)
            try:
                # To Spark a path is a pattern; with a backslash each character stands for itself.
                frame = self.spark.read.parquet(re.sub(r"([{}\[\]*?\\])", r"\\\1", address))
            except AnalysisException as error:
                if error.getCondition() != "PATH_NOT_FOUND":
                    raise Refused([_unreadable(file, error)]) from None
            except Exception as error:
                raise Refused([_unreadable(file, error)]) from None
            else:
                return self._table(name, file, frame)
        return None

    def _table(self, name: str, file: str, frame: "DataFrame") -> _Table:
        """A table whose columns are known and have exact types; raises `Refused`."""
        key, facts, faults = KEY if name == ENTERPRISES else OWNER, self.facts(name), []
        names = {**known_names(facts), key: key, _KEYS_ZH[key]: key}
        columns: dict[str, DataType] = {}
        for field in frame.schema:
            id = names.get(field.name)
            if id is None:
                faults.append(
                    Fault(file, Place(), field.name, *unknown_name(field.name, list(names), Text("列", "column")))
                )
            elif id in columns:
                wrong = Text("重复的列", f"a second column {quoted(id)}")
                faults.append(Fault(file, Place(), field.name, wrong, Text("只保留一列", "keep one of them")))
            else:
                columns[id] = field.dataType
                faults += _type_faults(file, field.name, facts.get(id), field.dataType)
        needed = [key, *(fact.id for fact in facts.values() if name != ENTERPRISES and fact.default is None)]
        for id in needed:
            if id not in columns:
                faults.append(
                    Fault(
                        file,
                        Place(),
                        id,
                        Text("没有这一列", "there is no such column"),
                        Text("加上这一列", "add the column"),
                    )
                )
        if faults:
            raise Refused(faults)
        return _Table(name, file, frame.toDF(*(names[each] for each in frame.columns)), columns)

    def lay(self) -> Report:
        """Lays out the views that the query reads, without the enterprises that are refused; and says which are."""
        for table in self.tables.values():
            table.frame.createOrReplaceTempView(table.view)
        checks = [check for table in self.tables.values() for check in self._checks(table)]
        wrong = self.spark.sql(" UNION ALL ".join(checks))
        found = wrong.orderBy("tab", "id", "fact").limit(MOST_FAULTS).collect()
        if not found:
            for table in self.tables.values():
                table.frame.createOrReplaceTempView(table.name)
            return Report(self.tables[ENTERPRISES].frame.count(), 0, ())
        refused = wrong.select("id").distinct().persist()
        for table in self.tables.values():
            own = table.frame[table.key].cast("string")
            sound = table.frame.where(own.isNotNull()).join(refused, own == refused["id"], "left_anti")
            sound.createOrReplaceTempView(table.name)
        faults = tuple(self._fault(self.tables[row["tab"]], row["id"], row["fact"], row["value"]) for row in found)
        return Report(self.spark.table(ENTERPRISES).count(), refused.count(), faults)

    def _checks(self, table: _Table) -> list[str]:
        """Queries that give a row (tab, id, fact, value) for each cell that needs judgement."""
        id = f"CAST({_name(table.key)} AS STRING)"
        bad = {table.key: f"{id} IS NULL OR {id} <> trim({id}) OR {id} = ''"}
        for name, fact in self.facts(table.name).items():
            if name in table.columns and (condition := _bad(fact, table.name != ENTERPRISES)):
                bad[name] = condition
        found = ", ".join(
            f"IF({condition}, named_struct('fact', {_literal(name)}, 'value', CAST({_name(name)} AS STRING)), NULL)"
            for name, condition in bad.items()
        )
        cells = (
            f"SELECT {_literal(table.name)} AS tab, id, cell.fact AS fact, cell.value AS value FROM (SELECT {id} AS id,"
            f" explode(filter(array({found}), cell -> cell IS NOT NULL)) AS cell FROM {_name(table.view)})"
        )
        enterprises, nothing = self.tables[ENTERPRISES].view, "CAST(NULL AS STRING)"
        if table.name == ENTERPRISES:
            others = (
                f"SELECT '{ENTERPRISES}', {id}, '{KEY}', {nothing} FROM {enterprises} GROUP BY {id} HAVING count(*) > 1"
            )
        else:
            others = (
                f"SELECT DISTINCT {_literal(table.name)}, {id}, '{OWNER}', {nothing} FROM {_name(table.view)}"
                f" LEFT ANTI JOIN (SELECT {KEY} FROM {enterprises}) AS e ON CAST(e.{KEY} AS STRING) = {id}"
                f" WHERE {id} IS NOT NULL"
            )
        return [cells, others]

    def _fault(self, table: _Table, id: str | None, fact: str, value: str | None) -> Fault:
        """What is wrong with a cell, in the scalar reader's words."""
        wrong, right = self._reason(table, fact, id if fact == table.key else value)
        if fact != table.key:
            wrong = Text(f"企业{quoted(id)}: {wrong.zh}", f"enterprise {quoted(id)}: {wrong.en}")
        return Fault(table.file, Place(), fact, wrong, right)

    def _reason(self, table: _Table, fact: str, value: str | None) -> tuple[Text, Text]:
        if fact == table.key:
            return _key_reason(table, value)
        if value is None:
            return Text("没有写明", "not stated"), Text("填上该值", "fill it in")
        try:
            if table.name == ENTERPRISES:
                self.reader.value(fact, value)
            else:
                self.reader.item_value(table.name, fact, value)
        except Misstated as misstated:
            return misstated.wrong, misstated.right
        known = ", ".join(self.facts(table.name)[fact].choices)
        return Text(f"{quoted(value)}不是英文代号", f"{quoted(value)} is not an id"), Text(
            f"可选: {known}", f"one of {known}"
        )


def _key_reason(table: _Table, value: str | None) -> tuple[Text, Text]:
    if value is None or value.strip() != value or not value:
        return Text(
            f"编号{quoted(value or '')}是空的或带空格", f"the id {quoted(value or '')} is empty or has blanks around it"
        ), Text("写上编号", "write the id")
    if table.name == ENTERPRISES:
        return Text(f"编号{quoted(value)}重复", f"the id {quoted(value)} is stated twice"), Text(
            "每个企业一个编号", "one id for each enterprise"
        )
    return Text(f"没有编号为{quoted(value)}的企业", f"no enterprise has the id {quoted(value)}"), Text(
        "与企业表的编号一致", f"write an `{KEY}` of the table {ENTERPRISES}"
    )


def _bad(fact: Fact, item: bool) -> str:
    """The condition that a cell needs judgement: it is not within the fact's limits, or an item does not state it."""
    from jxplus.query.tables import fact_bounds

    cell, found = _name(fact.id), []
    if fact.required or (item and fact.default is None):
        found.append(f"{cell} IS NULL")
    bounds = fact_bounds(fact)
    if bounds is not None:
        type = f"DECIMAL({bounds.width}, {bounds.scale})"
        least = f"{cell} <= 0" if fact.positive else f"{cell} < {bounds.low:f}"
        fits = f"try_cast({cell} AS {type})"
        found.append(
            f"({cell} IS NOT NULL AND ({fits} IS NULL OR {fits} <> {cell} OR {least} OR {cell} > {bounds.high:f}))"
        )
    if fact.choices:
        found.append(f"{cell} NOT IN ({', '.join(map(_literal, fact.choices))})")
    return " OR ".join(found)


def _type_faults(file: str, column: str, fact: Fact | None, type: "DataType") -> list[Fault]:
    """What is wrong with a column's type: a binary float has no exact amounts, and text would have to be read."""
    from pyspark.sql import types

    integers = (types.ByteType, types.ShortType, types.IntegerType, types.LongType)
    wanted: tuple[tuple[type[DataType], ...], Text]
    if fact is None:
        wanted = (types.StringType, *integers), Text("文字或整数", "text or whole numbers")
    elif fact.limits is not None:
        wanted = (types.DecimalType, *integers), Text("DECIMAL 或整数", "DECIMAL or whole numbers")
    else:
        wanted = {
            "truth": ((types.BooleanType,), Text("BOOLEAN", "BOOLEAN")),
            "date": ((types.DateType,), Text("DATE", "DATE")),
        }.get(fact.type.kind, ((types.StringType,), Text("文字", "text")))
    if isinstance(type, (*wanted[0], types.NullType)):
        return []
    told = type.simpleString().upper()
    wrong = Text(f"该列的类型是 {told}", f"the column's type is {told}")
    right = Text(
        f"请导出为{wanted[1].zh}，或用 --engine python", f"export it as {wanted[1].en}, or take --engine python"
    )
    return [Fault(file, Place(), column, wrong, right)]


def _unreadable(file: str, error: Exception) -> Fault:
    said = _gave_up(error)
    wrong = Text(f"不是可读的 Parquet（{said.zh}）", f"no Parquet that can be read ({said.en})")
    return Fault(file, Place(), "", wrong, Text("重新导出该表", "export the table again"))


def _unknown_files(policy: Policy, folder: str) -> list[Fault]:
    """The Parquet files of a folder that are no table of a policy; a list under a wrong name would be taken for unknown."""
    if "://" in folder or not os.path.isdir(folder):
        return []
    known = [ENTERPRISES, ENTERPRISES_ZH, *known_names({}, policy.lists)]
    return [
        Fault(str(file), Place(), "", *unknown_name(file.stem, known, Text("表", "table")))
        for file in sorted(Path(folder).glob("*.parquet"))
        if file.stem not in known and not file.name.startswith((".", "_"))
    ]


# ---- results -------------------------------------------------------------------------------------------------------


def _check_place(out: str) -> None:
    """Raises `OSError` where a file cannot be put; Spark would make the folder, and write into one of the file's name."""
    path = os.path.realpath(out)
    if "://" not in out and os.path.isdir(path):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), out)
    if "://" not in out and not os.path.isdir(os.path.dirname(path)):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), out)


def _partial(out: str) -> str:
    """The folder beside a file in which Spark writes it; none for an address, where the folder of parts is the result."""
    if "://" in out:
        return ""
    folder, name = os.path.split(os.path.realpath(out))
    return os.path.join(folder, f".{name}.{os.getpid()}.part")


def _replace(out: str, partial: str) -> None:
    """Puts the only part that Spark has written in place of the former file."""
    (part,) = [each for each in Path(partial).iterdir() if each.name.startswith("part-")]
    with open(part, "rb") as file:
        os.fsync(file.fileno())
    os.replace(part, os.path.realpath(out))


def _save(frame: "DataFrame", out: str, partial: str) -> None:
    """Writes a table: all of it as one part to the folder `partial`, or to the address `out`."""
    writer = (frame.repartition(1) if partial else frame).write.mode("overwrite")
    where = f"file:{partial}" if partial else out
    if out.lower().endswith(".csv"):
        # Spark's own CSV has a backslash before a quote, quotes before a #, and no blanks at the ends of a cell.
        exactly = {"ignoreLeadingWhiteSpace": False, "ignoreTrailingWhiteSpace": False}
        writer.option("comment", "\x01").csv(where, header=True, escape='"', emptyValue="", **exactly)
    else:
        writer.parquet(where)
