"""The rows of tables on Spark that need judgement: which enterprises they refuse, and why, in the scalar reader's own words.

They are found and counted where they are. Here come a stated number of them at most, or all of them a part at a time for
somebody who writes them down: never all at once, however many there are.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from jxplus.batch.sources import Refusal
from jxplus.batch.sources.remarks import TOTALS
from jxplus.batch.spark.tables import SparkTable, SparkTables, literal, named
from jxplus.document.tree import MOST_FAULTS
from jxplus.enterprise import Misstated, Reader
from jxplus.enterprise.misread import SHEET_ERROR
from jxplus.enterprise.spoilt import SPOILT_IN, spoilt_id
from jxplus.enterprise.totals import named_as_total
from jxplus.enterprise.values import CODE, DIRECTING, LONGEST_CODE, LONGEST_TEXT, NOBODY
from jxplus.enterprise.wrongids import nobodys, stated_twice
from jxplus.fault import Fault, Place, Text, cut, quoted
from jxplus.policy import Fact
from jxplus.policy.tables import ENTERPRISES, KEY, OWNER

if TYPE_CHECKING:
    from pyspark.sql import Row

_BITS = 60
"""How many lists one number tells of, a bit for each: a BIGINT has 63 that can be set."""


class Counted(NamedTuple):
    """How many faults there are, and how many enterprises they refuse."""

    faults: int
    enterprises: int


class WrongRows:
    """What is wrong with the rows of tables: a row (tab, id, fact, value) for each cell that needs judgement.

    Spark keeps them where it found them until `close`, so that they are looked for once.
    """

    def __init__(self, tables: SparkTables) -> None:
        self.tables, self.reader = tables, Reader(tables.policy)
        for table in tables.tables.values():
            table.frame.createOrReplaceTempView(table.view)
        checks = [*(self._cells(table) for table in tables.tables.values()), self._ids()]
        self.frame = tables.spark.sql(" UNION ALL ".join(checks)).persist()

    def close(self) -> None:
        """Has Spark forget them."""
        self.frame.unpersist()

    def first(self) -> list[Refusal]:
        """What is wrong, as far as it is named: the first `MOST_FAULTS` faults, by id, table and fact."""
        found = self.frame.orderBy("id", "tab", "fact").limit(MOST_FAULTS).collect()
        return [Refusal(row["id"] or "", (self._fault(row),)) for row in found]

    def counted(self) -> Counted:
        """How many faults there are, and how many enterprises they refuse; a row without an id is one."""
        keys = f"fact IN ('{KEY}', '{OWNER}')"
        counts = ("count(*)", "count(DISTINCT id)", f"count_if(id IS NULL AND {keys})")
        (row,) = self.frame.selectExpr(*counts).collect()
        return Counted(row[0], row[1] + row[2])

    def lay(self, found: bool) -> None:
        """Lays out the views that the query reads, without the enterprises that are refused, if any are `found`."""
        refused = self.frame.select("id").distinct()
        for table in self.tables.tables.values():
            if not found:
                table.frame.createOrReplaceTempView(table.name)
                continue
            own = table.frame[table.key].cast("string")
            sound = table.frame.where(own.isNotNull()).join(refused, own == refused["id"], "left_anti")
            sound.createOrReplaceTempView(table.name)

    def every(self) -> Iterator[Refusal]:
        """All that is wrong, fault by fault, by id, table and fact; Spark hands it over a part at a time."""
        self.frame.createOrReplaceTempView("wrong_")
        enterprises = self.tables.tables[ENTERPRISES]
        faults = "SELECT w.tab, w.id, w.fact, w.value, CAST(NULL AS STRING) AS name FROM wrong_ AS w"
        if "name" in enterprises.columns:
            own = f"CAST({named(KEY)} AS STRING)"
            names = (  # of two with one id nobody can say which is meant
                f"SELECT {own} AS own, IF(min(name) = max(name), min(name), NULL) AS name FROM {named(enterprises.view)}"
                f" WHERE {own} IN (SELECT id FROM wrong_) GROUP BY {own}"
            )
            faults = f"SELECT w.*, n.name FROM wrong_ AS w LEFT JOIN ({names}) AS n ON w.id = n.own"
        rows = self.tables.spark.sql(faults).orderBy("id", "tab", "fact").toLocalIterator()
        for row in rows:
            yield Refusal(row["id"] or "", (self._fault(row),), row["name"] or "")

    def _cells(self, table: SparkTable) -> str:
        """A query that gives a row for each cell that needs judgement."""
        id = f"CAST({named(table.key)} AS STRING)"
        bad = {table.key: _bad_key(id)}
        for name, fact in self.tables.facts(table.name).items():
            if name in table.columns and (condition := _bad(fact, table.name != ENTERPRISES)):
                bad[name] = condition
        found = ", ".join(
            f"IF({condition}, named_struct('fact', {literal(name)}, 'value', CAST({named(name)} AS STRING)), NULL)"
            for name, condition in bad.items()
        )
        return (
            f"SELECT {literal(table.name)} AS tab, id, cell.fact AS fact, cell.value AS value FROM (SELECT {id} AS id,"
            f" explode(filter(array({found}), cell -> cell IS NOT NULL)) AS cell FROM {named(table.view)})"
        )

    def _ids(self) -> str:
        """A query that gives a row for each id that is stated twice, and for each list that states one that nobody has.

        The ids of all tables meet once, each with how many enterprises have it, and with a bit for each list that states it.
        """
        lists = [name for name in self.tables.tables if name != ENTERPRISES]
        bits = {name: (f"bits{n // _BITS}", f"{1 << n % _BITS}L") for n, name in enumerate(lists)}
        numbers = list(dict.fromkeys(number for number, _ in bits.values()))
        stated = " UNION ALL ".join(_stated(table, numbers, bits) for table in self.tables.tables.values())
        sums = ", ".join(["sum(own) AS owners", *(f"bit_or({number}) AS {number}" for number in numbers)])
        met = f"SELECT id, {sums} FROM ({stated}) WHERE id IS NOT NULL GROUP BY id"
        wrong = [(ENTERPRISES, KEY, "owners > 1")]
        wrong += [(name, OWNER, f"owners = 0 AND {number} & {bit} <> 0") for name, (number, bit) in bits.items()]
        found = ", ".join(
            f"IF({condition}, named_struct('tab', {literal(tab)}, 'fact', {literal(key)}), NULL)"
            for tab, key, condition in wrong
        )
        return (
            "SELECT cell.tab AS tab, id, cell.fact AS fact, CAST(NULL AS STRING) AS value FROM (SELECT id,"
            f" explode(filter(array({found}), cell -> cell IS NOT NULL)) AS cell FROM ({met}) WHERE owners <> 1)"
        )

    def _fault(self, row: "Row") -> Fault:
        """What is wrong with a cell, in the scalar reader's words, under the name that the file has for its fact."""
        table, id, fact = self.tables.tables[row["tab"]], row["id"], row["fact"]
        wrong, right = self._reason(table, fact, id if fact == table.key else row["value"])
        if fact != table.key and id is not None:
            wrong = Text(f"企业“{cut(id)}”：{wrong.zh}", f"enterprise {quoted(id)}: {wrong.en}")
        return Fault(table.file, Place(), table.written[fact], wrong, right)

    def _reason(self, table: SparkTable, fact: str, value: str | None) -> tuple[Text, Text]:
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
        if self.tables.facts(table.name)[fact].type.kind == "text":  # the pattern for Spark fits some more
            return _of_total(value)
        known = ", ".join(self.tables.facts(table.name)[fact].choices)
        return Text(f"“{cut(value)}”不是英文代号", f"{quoted(value)} is not an id"), Text(
            f"可选：{known}", f"one of {known}"
        )


def _stated(table: SparkTable, numbers: Sequence[str], bits: Mapping[str, tuple[str, str]]) -> str:
    """A query for the ids of a table: whether they are an enterprise's `own`, and the bit of the list that states them."""
    number, bit = bits.get(table.name, ("", ""))
    told = [
        f"{int(table.name == ENTERPRISES)} AS own",
        *(f"{bit if each == number else '0L'} AS {each}" for each in numbers),
    ]
    return f"SELECT CAST({named(table.key)} AS STRING) AS id, {', '.join(told)} FROM {named(table.view)}"


def _bad_key(id: str) -> str:
    """The condition that an id needs judgement: there is none, a spreadsheet has spoilt it, or the row is a total."""
    patterns = [f"^(?:{each})$" for each in (*SPOILT_IN, TOTALS)]
    spoilt = (f"{id} RLIKE {literal(each)}" for each in patterns)
    return " OR ".join((f"{id} IS NULL", f"{id} <> trim({id})", f"{id} = ''", *spoilt))


def _key_reason(table: SparkTable, value: str | None) -> tuple[Text, Text]:
    if value is None or value.strip() != value or not value:
        return Text(
            f"编号“{cut(value or '')}”是空的或带空格", f"the id {quoted(value or '')} is empty or has blanks around it"
        ), Text("写上编号", "write the id")
    spoilt = spoilt_id(value)
    if spoilt is not None:
        return spoilt
    if re.fullmatch(TOTALS, value):
        return _of_total(value)
    if table.name == ENTERPRISES:
        return stated_twice(value)
    return nobodys(value), Text("与企业表的编号一致", f"write an `{KEY}` of the table {ENTERPRISES}")


def _of_total(value: str) -> tuple[Text, Text]:
    return named_as_total(value), Text("删去这一行", "leave the row out")


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
            f" OR {cell} RLIKE {literal(unprintable)} OR trim({cell}) RLIKE {literal(f'^({SHEET_ERROR})$')}))"
        )
        if fact.required:
            found.append(f"{cell} RLIKE {literal(f'^(?:{TOTALS})$')}")
            found.append(f"lower(trim({cell})) IN ({', '.join(map(literal, sorted(NOBODY)))})")
    if fact.choices:
        found.append(f"{cell} NOT IN ({', '.join(map(literal, fact.choices))})")
    if fact.type.kind == "code":
        found.append(f"NOT ({cell} RLIKE {literal(f'^({CODE})$')} AND length({cell}) <= {LONGEST_CODE})")
    return " OR ".join(found)
