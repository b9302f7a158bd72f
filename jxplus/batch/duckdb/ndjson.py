"""The lines of an NDJSON file in DuckDB, as the tables that they would be: each enterprise under the number of its line.

A line is plain where DuckDB reads all of it, and every name and value in it is one that an enterprise file's reader takes
just so. That DuckDB has read all of a figure shows when it writes the line again: what it writes is the line, but for
blanks and the way of writing a text. That it has found all that a line says shows in the length of what it writes.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from jxplus.batch.duckdb import Unfit
from jxplus.batch.duckdb.cells import BLANK, FactColumn, cell_of_json, checked, constant, may_be_total
from jxplus.batch.duckdb.doubt import (
    DOUBT,
    NUMBER,
    WANTED,
    Doubts,
    count,
    every,
    list_wanted,
    not_the_row_number,
    show,
    who_states,
)
from jxplus.batch.duckdb.textfile import lines_of
from jxplus.batch.duckdb.words import name, pattern_of, text
from jxplus.batch.sources import Chunk
from jxplus.batch.sources.files import Ndjson, NdjsonLines
from jxplus.document.encoding import may_be_gb18030, plainly_utf8
from jxplus.fault import Text
from jxplus.policy import Fact, Policy, known_names
from jxplus.policy.tables import ENTERPRISES, KEY, OWNER
from jxplus.query.tables import stated

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_TYPED, _LINE = "typed lines", "text of the line"


class NdjsonViews:
    """An NDJSON file as views of a database; `extra` are facts set by hand. Raises `Unfit` where DuckDB cannot read it."""

    label = "name"
    """The column of `enterprises` under whose text the results stand."""

    def __init__(self, database: "DuckDBPyConnection", file: str, policy: Policy, extra: Mapping[str, Any]) -> None:
        self.database, self.file, self.policy, self.extra = database, file, policy, extra
        not_the_row_number(policy.facts)
        if Ndjson(file).has_ids:
            raise Unfit(Text("每行写明了编号", "its lines state ids"))
        with open(file, "rb") as lines:
            self.sample = lines.read(_SAMPLE)
        self._lay()
        show(database, {ENTERPRISES: KEY})
        self.lists = [each for each in policy.lists if self._some(name(stated(each)))]
        self.partly = [each for each in self.lists if self._some(f"NOT {name(stated(each))}")]
        for each in policy.lists:
            if each in self.lists:
                self._lay_items(each)
            # What a list says is kept once: it is most of the lines.
            database.execute(f"ALTER TABLE {name(_TYPED)} DROP COLUMN {name(_as_json(each))}")
        show(database, self.owners)
        self.stated = who_states(database, policy, self.known)

    @property
    def owners(self) -> dict[str, str]:
        """The column of each table that says whose a row is."""
        return {ENTERPRISES: KEY, **dict.fromkeys(self.lists, OWNER)}

    @property
    def facts(self) -> set[str]:
        """The facts that `enterprises` has a column for."""
        return set(self.policy.facts)

    @property
    def known(self) -> set[str]:
        """What the tables have, as `Options.absent` would name it."""
        items = {f"{each}.{fact}" for each in self.lists for fact in self.policy.lists[each].facts}
        return {*self.facts, *self.lists, *items}

    def _some(self, condition: str) -> bool:
        return count(self.database, f"SELECT EXISTS (FROM {ENTERPRISES} WHERE {condition})") > 0

    # ---- the tables

    def _lay(self) -> None:
        """Lays out the enterprises; what their lists say is kept as JSON."""
        policy, line, end = self.policy, name(_LINE), lines_of(self.file, _check_characters, rows=False).end
        if end is None:
            raise Unfit(Text("换行不一致", "the lines end in different ways"))
        options = (
            f"columns = {{{text(_LINE)}: 'VARCHAR'}}, auto_detect = false, header = false, delim = '\x01', quote = '', escape = '',"
            f" comment = '', nullstr = '', new_line = {text(end)}, strict_mode = false"
        )
        cells = _cells(policy.facts)
        stated_facts = [cells[id].plain for id in self.extra]  # they must be sound, though other values count
        cells |= {id: FactColumn(constant(policy.facts[id], value), "true") for id, value in self.extra.items()}
        for each in policy.lists:
            items = f"CASE WHEN starts_with({name(each)}, '[') THEN {name(each)} END"
            cells[_as_json(each)] = FactColumn(
                items, f"coalesce({name(each)} = 'null' OR starts_with({name(each)}, '['), true)"
            )
        texts = [*_texts(policy.facts), *map(_as_json, policy.lists)]
        # Of an AND all parts are computed for every line, of a CASE only what is asked for.
        blank = f"CASE WHEN {_AGAIN} IS NULL THEN {line} IS NULL OR trim({line}, {text(BLANK)}) = '' ELSE false END AS {_BLANK}"
        names = _spelled(known_names(policy.facts, policy.lists), self.sample)
        read = (
            f"WITH read AS (SELECT {line}, TRY(json_extract({line}, {_paths(names)})) AS {_VALUES}"
            f" FROM read_csv({text(pattern_of(self.file))}, {options}))"
        )
        found = _found([*policy.facts, *policy.lists], names, line, _again(line, names, _names_in_order(self.sample)))
        has = [f"coalesce(starts_with({name(each)}, '['), false) AS {name(stated(each))}" for each in policy.lists]
        plain = [_ALL_FOUND, _written_again(line), *stated_facts]
        query = checked(f"({found})", [blank, *has], cells, texts, plain)
        self.database.execute(f"CREATE TABLE {name(_TYPED)} AS {read} {query}")
        own = ", ".join(map(name, (*policy.facts, *map(stated, policy.lists))))
        self.database.execute(
            f"CREATE VIEW {name(every(ENTERPRISES))} AS SELECT rowid AS {KEY}, {own}, {name(DOUBT)}, rowid AS {name(NUMBER)}"
            f" FROM {name(_TYPED)} WHERE NOT {_BLANK}"
        )

    def _lay_items(self, listed: str) -> None:
        facts, items = self.policy.lists[listed].facts, name(_as_json(listed))
        names = _spelled(known_names(facts), self.sample)
        read = (
            f"WITH items AS (SELECT rowid AS {OWNER}, unnest(json_extract({items}, '$[*]')) AS {_AGAIN}"
            f" FROM {name(_TYPED)} WHERE {items} IS NOT NULL),"
            f" read AS (SELECT *, json_extract({_AGAIN}, {_paths(names)}) AS {_VALUES} FROM items)"
        )
        found = _found(facts, names, OWNER, _AGAIN)
        query = checked(f"({found})", [OWNER], _cells(facts, item=True), _texts(facts), [_ALL_FOUND])
        self.database.execute(f"CREATE TABLE {name(every(listed))} AS {read} {query}")

    # ---- those that need judgement

    def find_doubtful(self) -> Doubts:
        """Puts the numbers of those that need judgement into the table `WANTED`."""
        found = [f"SELECT {own} AS id FROM {name(each)} WHERE {name(DOUBT)}" for each, own in self.owners.items()]
        return list_wanted(self.database, found, count(self.database, f"SELECT count(*) FROM {ENTERPRISES}"))

    def wanted(self) -> Iterator[tuple[int, Chunk]]:
        """The lines that need judgement, each with its number in the tables."""
        numbers = {number for (number,) in self.database.execute(f"FROM {name(WANTED)}").fetchall()}
        with open(self.file, "rb") as file:
            for number, line in enumerate(islice(file, 1 + max(numbers, default=-1))):
                if number in numbers:
                    first = line.removeprefix(b"\xef\xbb\xbf") if number == 0 else line
                    yield number, NdjsonLines(self.file, number + 1, [first], 0)


# ---- what a line or an item says -----------------------------------------------------------------------------------

_AGAIN, _VALUES, _LENGTH, _BLANK = map(name, ("written again", "values as JSON", "length of all found", "is blank"))
_ALL_FOUND = f"starts_with({_AGAIN}, '{{') AND strlen({_AGAIN}) = {_LENGTH}"
"""The condition that an object has no name but those that are known, and none twice: else it is longer than what was found."""


TEXTS_AND_BLANKS = r'"(\\.|[^"\\])*"| ', ""
"""Texts, with the quotes that are escaped in them, and blanks: they may be written in several ways."""
ZEROS_AFTER_DIGITS = r"(\.[0-9]*[1-9])0{1,12}([],}])", r"\1\2"
"""The zeros at the end of a decimal's figures: 1.50 is 1.5."""
ZEROS_ALONE = r"\.0{1,12}([],}])", r"\1"
"""A point with nothing but zeros behind it: 1.00 is 1."""


def without(whole: str, *left_out: tuple[str, str]) -> str:
    """SQL for JSON text without what each pattern finds, in the order given; what is kept of it stands beside the pattern."""
    for pattern, kept in left_out:
        whole = f"regexp_replace({whole}, {text(pattern)}, {text(kept)}, 'g')"
    return whole


def figures(whole: str) -> str:
    """SQL for what is left of JSON text when only its figures count, and the marks between them."""
    return without(whole, TEXTS_AND_BLANKS, ZEROS_AFTER_DIGITS, ZEROS_ALONE)


def _written_again(line: str) -> str:
    """The condition that DuckDB writes the figures of a line as they stand in it.

    Most lines are just what it writes, or that but for blanks, which is soon told.
    """
    blanks = f"replace({line}, ' ', '') = replace({_AGAIN}, ' ', '')"
    same = f"{figures(line)} = {figures(_AGAIN)}"
    return f"CASE WHEN {_AGAIN} = {line} THEN true WHEN {blanks} THEN true ELSE {same} END"


def _as_json(listed: str) -> str:
    return f"{listed} as JSON"


_SAMPLE = 1 << 20
"""The first bytes of a file, in which is looked how it spells its names; a line that spells one in another way is in doubt."""


def _spelled(names: Mapping[str, str], sample: bytes) -> dict[str, str]:
    """Of all that facts and lists may be called their ids, and the names that the beginning of a file has."""
    found = {}
    for each, id in names.items():
        written = (json.dumps(each, ensure_ascii=escaped).encode() for escaped in (False, True))
        if '"' not in each and "\\" not in each and (each == id or any(own in sample for own in written)):
            found[each] = id
    return found


def _paths(names: Iterable[str]) -> str:
    """The places of names in an object, as a list in SQL."""
    return f"[{', '.join(text('$.' + name(each)) for each in names)}]"


def _names_in_order(sample: bytes) -> list[str]:
    """The names of a file's first object as they follow each other; none where it is not written as DuckDB writes one."""
    first, _, _ = sample.partition(b"\n")
    try:
        found = json.loads(first)
        written = json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
    except (ValueError, RecursionError):
        return []
    return list(found) if isinstance(found, dict) and written == first.rstrip() else []


def _again(line: str, names: Mapping[str, str], in_order: Sequence[str]) -> str:
    """SQL for a line as DuckDB writes it; NULL where it reads none.

    Most lines of a file may be no more than the values that were found in them, put together as in its first: such a line is
    itself what DuckDB would write, and need be neither read nor written for it.
    """
    again, places = f"CAST(TRY(json({line})) AS VARCHAR)", _places(names)
    if not in_order or not places.keys() >= set(in_order):
        return again
    marks = dict.fromkeys(in_order, ",") | {in_order[0]: "{"}
    parts = [
        f"{text(f'{mark}{json.dumps(each, ensure_ascii=False)}:')}, {places[each]}" for each, mark in marks.items()
    ]
    return f"CASE WHEN concat({', '.join(parts)}, '}}') = {line} THEN {line} ELSE {again} END"


def _places(names: Iterable[str]) -> dict[str, str]:
    """The column in which the value of each name is found."""
    return {each: name(f"value {place}") for place, each in enumerate(names, 1)}


def _found(known: Iterable[str], names: Mapping[str, str], others: str, again: str) -> str:
    """A query for the values of an object as JSON, each under the id of its fact or list, and how long they are together.

    That is with their names and all marks, as DuckDB writes an object of just these; `again` is SQL for what it does write.
    """
    places = _places(names)
    values = [f"CAST({_VALUES}[{place}] AS VARCHAR) AS {own}" for place, own in enumerate(places.values(), 1)]
    columns, lengths = [], []
    for id in known:
        own = [each for each in places if names[each] == id]
        columns.append(f"coalesce({', '.join(places[each] for each in own)}, NULL) AS {name(id)}")
        # Of a fact that is stated under two names only one is counted, so that its line is in doubt.
        counted = (f"strlen({places[each]}) + {len(each.encode()) + len(_MARKS)}" for each in own)
        lengths.append(f"coalesce({', '.join(counted)}, 0)")
    return (
        f"SELECT {others}, {again} AS {_AGAIN}, {', '.join(columns)}, greatest(1 + {' + '.join(lengths)}, 2) AS {_LENGTH}"
        f" FROM (SELECT *, {', '.join(values)} FROM read)"
    )


_MARKS = '"":,'
"""What stands around a name and a value; behind the last it is the brace, and before the first, or alone, one more."""


def _cells(facts: Mapping[str, Fact], item: bool = False) -> dict[str, FactColumn]:
    """The cells of facts that are found as JSON."""
    cells = {}
    for id, fact in facts.items():
        needed = fact.default is None if item else fact.required
        empty = f"{name(id)} IS NULL" if item else f"coalesce({name(id)}, 'null') = 'null'"
        found = cell_of_json(fact, name(id))
        if fact.required and fact.type.kind == "text":  # a total is no enterprise
            found = found._replace(plain=f"({found.plain} AND NOT {may_be_total(found.value)})")
        cells[id] = found if needed else found.or_empty(empty)
    return cells


def _texts(facts: Mapping[str, Fact]) -> list[str]:
    return [id for id, fact in facts.items() if fact.type.kind == "text"]


_TWO_BYTES = re.compile(rb"[\xc2-\xdf][\x80-\xbf]")
"""A character of two bytes in UTF-8: the one kind that everyday Chinese in GB18030 may look like."""
_NOT_OF_TWO = bytes(byte for byte in range(256) if not 0xC2 <= byte <= 0xDF)
"""The bytes with which no such character begins: without them most blocks are empty, which is soon told."""


def _check_characters(block: bytes) -> None:
    if b"\0" in block or b"\1" in block:
        raise Unfit(Text("有少见的字符", "there are unusual characters in it"))
    if not block.translate(None, _NOT_OF_TWO):
        return
    for start, end in _lines_with(_TWO_BYTES, block):
        text = block[start:end].decode(errors="ignore")
        cut = start == 0 or end == len(block)
        if not plainly_utf8(text) and (cut or may_be_gb18030(text)):
            raise Unfit(Text("可能是 GB18030 文本", "it may be text in GB18030"))


def _lines_with(sought: re.Pattern[bytes], block: bytes) -> Iterator[tuple[int, int]]:
    """Where the lines of a block begin and end that have what is sought; each is looked at once, however long it is."""
    end = -1
    while found := sought.search(block, end + 1):
        start, end = block.rfind(b"\n", 0, found.start()) + 1, block.find(b"\n", found.end())
        end = len(block) if end < 0 else end
        yield start, end
