"""The tables of a folder on Spark, as they are read: what they lack, and what is wrong with them as a whole.

A table without exact types is refused, with all that is wrong with it. What its rows say is for `refusals`.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jxplus.batch.sources.former import is_result
from jxplus.batch.spark.places import is_address, reach
from jxplus.batch.spark.session import gave_up
from jxplus.enterprise.heading import Headings, Misnamed
from jxplus.fault import Fault, Place, Refused, Text, quoted, unknown_name
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


def _labels(policy: Policy) -> dict[str, str]:
    """The tables that a policy knows, each with its Chinese name."""
    return {ENTERPRISES: ENTERPRISES_ZH, **{each.id: each.label.zh for each in policy.lists.values()}}


def _file(folder: str, table: str) -> str:
    return f"{folder.rstrip('/')}/{table}.parquet"


def table_files(policy: Policy, folder: str) -> list[str]:
    """All that may be read of a folder, and the folder."""
    return [folder, *(_file(folder, called) for names in _labels(policy).items() for called in names)]


class SparkTable(NamedTuple):
    """A table as Spark reads it, under the view `view`; `columns` are its columns by the ids of their facts.

    `written` says what the file calls each of them.
    """

    name: str
    file: str
    frame: "DataFrame"
    columns: dict[str, "DataType"]
    written: dict[str, str]

    @property
    def view(self) -> str:
        return f"unchecked_{self.name}_"  # no list has such a name

    @property
    def key(self) -> str:
        return KEY if self.name == ENTERPRISES else OWNER


class SparkTables:
    """The tables of a folder that the policy knows, by their names; raises `Refused` where one cannot be used, `NoSpark` where none is reached."""

    def __init__(self, spark: "SparkSession", policy: Policy, folder: str) -> None:
        self.spark, self.policy = spark, policy
        if is_address(folder):
            reach(spark, folder)
        faults = _unknown_files(policy, folder)
        labels = _labels(policy)
        self.tables: dict[str, SparkTable] = {}
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

    def _found(self, folder: str, name: str, label: str) -> SparkTable | None:
        """A table of the folder, under its name or its Chinese one; None where there is none."""
        from pyspark.errors import AnalysisException

        for called in (name, label):
            file = _file(folder, called)
            address = file if is_address(file) else "file:" + os.path.abspath(file)
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

    def _table(self, name: str, file: str, frame: "DataFrame") -> SparkTable:
        """A table whose columns are known and have exact types; raises `Refused`."""
        key, facts = KEY if name == ENTERPRISES else OWNER, self.facts(name)
        faults: list[Fault] = []
        names = {**known_names(facts), key: key, _KEYS_ZH[key]: key}
        columns: dict[str, DataType] = {}
        written: dict[str, str] = {}
        for field in frame.schema:
            try:
                id = names.get(field.name) or _said(field.name, facts, names)
            except Misnamed as misnamed:
                faults.append(Fault(file, Place(), field.name, misnamed.wrong, misnamed.right))
                continue
            if id in columns:
                wrong = Text("重复的列", f"a second column {quoted(id)}")
                faults.append(Fault(file, Place(), field.name, wrong, Text("只保留一列", "keep one of them")))
            else:
                columns[id], written[id] = field.dataType, field.name
                faults += _type_faults(file, field.name, facts.get(id), field.dataType)
        needed = [key, *(fact.id for fact in facts.values() if name != ENTERPRISES and fact.default is None)]
        wrong, right = Text("没有这一列", "there is no such column"), Text("加上这一列", "add the column")
        chinese = not all(each.isascii() for each in frame.columns)
        for id in needed:
            if id not in columns:
                label = facts[id].label.zh if id in facts else _KEYS_ZH[id]
                faults.append(Fault(file, Place(), label if chinese else id, wrong, right))
        if faults:
            raise Refused(faults)
        return SparkTable(name, file, frame.toDF(*columns), columns, written)


def _said(name: str, facts: Mapping[str, Fact], names: Mapping[str, str]) -> str:
    """The id of a column that is called otherwise than its fact is; raises `Misnamed` where it means nothing or has a unit."""
    heading = Headings(facts, None, {each: id for each, id in names.items() if id not in facts}).read(name)
    if heading.unit:
        wrong = Text(f"列名里带着单位{heading.unit}", f"the column's name has the unit {heading.unit} in it")
        right = "take --engine python, or convert it and leave the unit out"
        raise Misnamed(wrong, Text("用 --engine python，或换算后去掉单位", right))
    return heading.id


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
    if is_address(folder) or not os.path.isdir(folder):
        return []
    known = [ENTERPRISES, ENTERPRISES_ZH, *known_names({}, policy.lists)]
    return [
        Fault(str(file), Place(), "", *unknown_name(file.stem, known, Text("表", "table")))
        for file in sorted(Path(folder).glob("*.parquet"))
        if file.stem not in known and not file.name.startswith((".", "_")) and not is_result(str(file))
    ]
