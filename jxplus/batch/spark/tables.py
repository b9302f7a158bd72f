"""The tables of a folder on Spark: what they lack, what is wrong with them, and the views that the query reads.

A table without exact types is refused as a whole, with all that is wrong with it; a row that needs judgement refuses its
enterprise, by name and with the scalar reader's own words, and stops no other.
"""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jxplus.batch.sources.former import is_result
from jxplus.batch.sources.keys import SPOILT_IN, spoilt_id
from jxplus.batch.sources.remarks import TOTALS
from jxplus.batch.spark import Report
from jxplus.batch.spark.session import gave_up
from jxplus.document.tree import MOST_FAULTS
from jxplus.enterprise import Misstated, Reader
from jxplus.enterprise.values import CODE, DIRECTING, LONGEST_CODE, LONGEST_TEXT
from jxplus.fault import Fault, Place, Refused, Text, cut, quoted, unknown_name
from jxplus.policy import Fact, Policy, known_names
from jxplus.policy.tables import ENTERPRISES, ENTERPRISES_ZH, KEY, KEY_ZH, OWNER, OWNER_ZH

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.types import DataType

_KEYS_ZH = {KEY: KEY_ZH, OWNER: OWNER_ZH}


def named(name: str) -> str:
    """A column or a table as Spark's SQL writes it."""
    return "`" + name.replace("`", "``") + "`"


def literal(text: str) -> str:
    """A text as Spark's SQL writes it."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


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


class SparkTables:
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
        id = f"CAST({named(table.key)} AS STRING)"
        bad = {table.key: _bad_key(id)}
        for name, fact in self.facts(table.name).items():
            if name in table.columns and (condition := _bad(fact, table.name != ENTERPRISES)):
                bad[name] = condition
        found = ", ".join(
            f"IF({condition}, named_struct('fact', {literal(name)}, 'value', CAST({named(name)} AS STRING)), NULL)"
            for name, condition in bad.items()
        )
        cells = (
            f"SELECT {literal(table.name)} AS tab, id, cell.fact AS fact, cell.value AS value FROM (SELECT {id} AS id,"
            f" explode(filter(array({found}), cell -> cell IS NOT NULL)) AS cell FROM {named(table.view)})"
        )
        enterprises, nothing = self.tables[ENTERPRISES].view, "CAST(NULL AS STRING)"
        if table.name == ENTERPRISES:
            others = (
                f"SELECT '{ENTERPRISES}', {id}, '{KEY}', {nothing} FROM {enterprises} GROUP BY {id} HAVING count(*) > 1"
            )
        else:
            others = (
                f"SELECT DISTINCT {literal(table.name)}, {id}, '{OWNER}', {nothing} FROM {named(table.view)}"
                f" LEFT ANTI JOIN (SELECT {KEY} FROM {enterprises}) AS e ON CAST(e.{KEY} AS STRING) = {id}"
                f" WHERE {id} IS NOT NULL"
            )
        return [cells, others]

    def _fault(self, table: _Table, id: str | None, fact: str, value: str | None) -> Fault:
        """What is wrong with a cell, in the scalar reader's words."""
        wrong, right = self._reason(table, fact, id if fact == table.key else value)
        if fact != table.key:
            wrong = Text(f"企业“{cut(id)}”：{wrong.zh}", f"enterprise {quoted(id)}: {wrong.en}")
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
        return Text(f"“{cut(value)}”不是英文代号", f"{quoted(value)} is not an id"), Text(
            f"可选：{known}", f"one of {known}"
        )


def _bad_key(id: str) -> str:
    """The condition that an id needs judgement: there is none, a spreadsheet has spoilt it, or the row is a total."""
    patterns = [f"^(?:{each})$" for each in (*SPOILT_IN, TOTALS)]
    spoilt = (f"{id} RLIKE {literal(each)}" for each in patterns)
    return " OR ".join((f"{id} IS NULL", f"{id} <> trim({id})", f"{id} = ''", *spoilt))


def _key_reason(table: _Table, value: str | None) -> tuple[Text, Text]:
    if value is None or value.strip() != value or not value:
        return Text(
            f"编号“{cut(value or '')}”是空的或带空格", f"the id {quoted(value or '')} is empty or has blanks around it"
        ), Text("写上编号", "write the id")
    spoilt = spoilt_id(value)
    if spoilt is not None:
        return spoilt
    if re.fullmatch(TOTALS, value):
        wrong = Text(
            f"“{cut(value)}”是小计或合计，不是企业", f"{quoted(value)} is a subtotal or a total, and no enterprise"
        )
        return wrong, Text("删去这一行", "leave the row out")
    if table.name == ENTERPRISES:
        return Text(f"编号“{cut(value)}”重复", f"the id {quoted(value)} is stated twice"), Text(
            "每个企业一个编号", "one id for each enterprise"
        )
    return Text(f"没有编号为“{cut(value)}”的企业", f"no enterprise has the id {quoted(value)}"), Text(
        "与企业表的编号一致", f"write an `{KEY}` of the table {ENTERPRISES}"
    )


def _bad(fact: Fact, item: bool) -> str:
    """The condition that a cell needs judgement: it is not within the fact's limits, or an item does not state it."""
    from jxplus.query.tables import fact_bounds

    cell, found = named(fact.id), []
    if fact.required or (item and fact.default is None):
        found.append(f"{cell} IS NULL")
    bounds = fact_bounds(fact)
    if bounds is not None:
        type = f"DECIMAL({bounds.width}, {bounds.scale})"
        least = f"{cell} <= 0" if fact.positive else f"{cell} < {bounds.low:f}"
        most = f"{cell} >= 1" if fact.is_rate and bounds.high >= 1 else f"{cell} > {bounds.high:f}"  # 1% or 100%?
        fits = f"try_cast({cell} AS {type})"
        found.append(f"({cell} IS NOT NULL AND ({fits} IS NULL OR {fits} <> {cell} OR {least} OR {most}))")
    if fact.type.kind == "text":
        unprintable = f"[\\x00-\\x1f\\x7f-\\x9f{DIRECTING}]"
        found.append(
            f"({cell} IS NOT NULL AND (trim({cell}) = '' OR length({cell}) > {LONGEST_TEXT}"
            f" OR {cell} RLIKE {literal(unprintable)}))"
        )
    if fact.choices:
        found.append(f"{cell} NOT IN ({', '.join(map(literal, fact.choices))})")
    if fact.type.kind == "code":
        found.append(f"NOT ({cell} RLIKE {literal(f'^({CODE})$')} AND length({cell}) <= {LONGEST_CODE})")
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
    right = Text(f"请导出为{wanted[1].zh}", f"export it as {wanted[1].en}")
    if not isinstance(type, (types.FloatType, types.TimestampType)):  # those are refused by every engine
        right = Text(f"{right.zh}，或用 --engine python", f"{right.en}, or take --engine python")
    return [Fault(file, Place(), column, wrong, right)]


def _unreadable(file: str, error: Exception) -> Fault:
    said = gave_up(error)
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
        if file.stem not in known and not file.name.startswith((".", "_")) and not is_result(str(file))
    ]
