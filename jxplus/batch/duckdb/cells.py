"""What a cell of a table states, in DuckDB's SQL: its value, typed, and whether it is plain enough to be taken as it stands.

A plain cell is one that an enterprise file's reader would take for just this value. Whatever else a cell may say, be it
right or wrong, is left to that reader: here it is in doubt.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from jxplus.batch.duckdb.doubt import DOUBT
from jxplus.batch.duckdb.words import name, text
from jxplus.batch.sources.remarks import TOTAL_ENDS, TOTALS
from jxplus.enterprise.misread import SHEET_ERROR
from jxplus.enterprise.values import CODE, DIRECTING, LONGEST_CODE, LONGEST_TEXT, NOBODY, TRUTHS
from jxplus.policy import Fact
from jxplus.quantity import MOST_DIGITS
from jxplus.query.tables import fact_bounds, fact_type

BLANK = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
"""The characters that are taken off both ends of a cell."""
_BLANK = "".join(f"\\x{{{ord(char):x}}}" for char in BLANK)
_CONTROL = f"[\\x00-\\x1f\\x7f-\\x9f{DIRECTING}]"
_AT_AN_END = f"^[{_BLANK}]|[{_BLANK}]$"
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")


class FactColumn(NamedTuple):
    """A fact's column: the typed value, and the condition that it is plain; both NULL or true where the cell is empty."""

    value: str
    plain: str

    @property
    def always(self) -> bool:
        """Whether every cell of the column is plain."""
        return self.plain == _ALWAYS

    def or_empty(self, empty: str) -> "FactColumn":
        """The same, plain too where the condition `empty` holds."""
        return self if self.always else self._replace(plain=f"({empty} OR {self.plain})")


_ALWAYS = "true"


def checked(
    source: str, own: Sequence[str], cells: Mapping[str, FactColumn], texts: Collection[str], plain: Sequence[str]
) -> str:
    """The query for the rows of `source`, with what is in doubt left out of their cells.

    It has the columns `own`, the value of each cell where it is plain, else NULL, and DOUBT: whether a cell is not, or one of
    the conditions `plain` does not hold. The query of a policy is proved for plain values alone, so that no other may ever
    come into its arithmetic; `texts`, which it computes nothing with, keep theirs.
    """
    inner, outer = list(own), [column.rpartition(" AS ")[2] for column in own]
    doubted = []
    for id, (value, condition) in cells.items():
        inner.append(f"{value} AS {name(id)}")
        if condition == _ALWAYS:
            outer.append(name(id))
            continue
        is_plain = name(f"{id} is plain")
        inner.append(f"{condition} AS {is_plain}")
        doubted.append(is_plain)
        outer.append(name(id) if id in texts else f"CASE WHEN {is_plain} THEN {name(id)} END AS {name(id)}")
    if plain:
        inner.append(f"{' AND '.join(plain)} AS {_ROW}")
        doubted.append(_ROW)
    doubt = f"NOT coalesce({' AND '.join(doubted)}, false)" if doubted else "false"
    return f"SELECT {', '.join(outer)}, {doubt} AS {name(DOUBT)} FROM (SELECT {', '.join(inner)} FROM {source})"


_ROW = name("row is plain")


def trimmed(column: str) -> str:
    """The text of a column without blanks at its ends; NULL for nothing."""
    # Few have any, and to look for them is far cheaper than to take them off; cheapest where all are of ASCII.
    ascii = f"strlen({column}) = length({column}) AND {column} >= '!' AND reverse({column}) >= '!'"
    plain = f"({ascii}) OR ({column} <> '' AND NOT regexp_matches({column}, {text(_AT_AN_END)}))"
    return f"CASE WHEN {plain} THEN {column} ELSE nullif(trim({column}, {text(BLANK)}), '') END"


def may_be_total(column: str) -> str:
    """The condition that a text may be what stands before a sum; first its end is looked at, which tells most apart."""
    ends = f"regexp_matches({column}, {text(TOTAL_ENDS)})"
    return f"CASE WHEN {ends} THEN regexp_full_match({column}, {text(TOTALS)}) ELSE false END"


def cell(fact: Fact, column: str, type: str, as_text: str) -> FactColumn:
    """The cell of `fact` in a `column` of DuckDB's `type`; `as_text` is the column as the text that it shows."""
    bounds = fact_bounds(fact)
    if fact.type.kind == "truth" and type == "BOOLEAN":
        return FactColumn(column, "true")
    if fact.type.kind == "date" and type == "DATE":
        return FactColumn(column, _of_calendar(column))
    if bounds is not None and _is_exact(type):
        value = f"TRY_CAST({column} AS {_type(fact)})"
        # Compared in the column's own type: in one that holds both, a figure beyond all bounds would end the query.
        exact = f" AND TRY_CAST({value} AS {type}) = {column}" if _scale(type) > bounds.scale else ""
        return FactColumn(value, f"({_within(fact, value)}{exact})")
    return _of_text(fact, as_text if type != "VARCHAR" else column)


def cell_of_json(fact: Fact, column: str) -> FactColumn:
    """The cell of `fact` in a column of JSON values, as their text, NULL where there is none.

    The value is NULL too where the JSON is, and the condition is false.
    """
    if fact.type.kind == "number":
        return _of_text(fact, column)
    if fact.type.kind == "truth":
        return FactColumn(
            _case(column, {"true": "true", "false": "false"}), f"coalesce({column} IN ('true', 'false'), false)"
        )
    if fact.type.kind == "choice":
        value = _case(column, {json.dumps(each, ensure_ascii=False): id for each, id in _spelled(fact).items()})
        return FactColumn(value, f"{value} IS NOT NULL")
    inner = f"CASE WHEN starts_with({column}, '\"') THEN json_extract_string({column}, '$') END"
    return _of_text(fact, inner)


def constant(fact: Fact, value: Any) -> str:
    """SQL for a value of `fact` that was set by hand, typed; NULL for None."""
    told = "NULL" if value is None else str(value) if isinstance(value, bool) else text(f"{value}")
    return f"CAST({told} AS {_type(fact)})"


def settled(fact: Fact, column: str, type: str) -> str | None:
    """SQL that is true where all cells of a column are plain and state what they say in its own type, NULL where all are empty.

    None where a look over the whole column does not tell.
    """
    if fact.type.kind == "choice" and type == "VARCHAR":
        known = fact.choice_names
        return f"bool_and({column} IN ({', '.join(text(id) for id in fact.choices if known[id] == id)}))"
    some = f"min({column}) IS NOT NULL"  # the file states the least itself, a count of a column with empty cells it does not
    if fact.type.kind == "date" and type == "DATE":
        return f"CASE WHEN {some} THEN {_of_calendar(f'min({column})')} AND {_of_calendar(f'max({column})')} END"
    bounds = fact_bounds(fact)
    if bounds is None or not _is_exact(type) or _scale(type) > bounds.scale:
        return None
    least, greatest = (f"TRY_CAST({end}({column}) AS {_type(fact)})" for end in ("min", "max"))
    return f"CASE WHEN {some} THEN {_within(fact, least)} AND {_within(fact, greatest)} END"


def _of_calendar(day: str) -> str:
    return f"{day} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'"


def _is_exact(type: str) -> bool:
    """Whether a column of DuckDB's `type` holds exact figures."""
    return type in _WHOLE or re.fullmatch(r"DECIMAL\(\d+,\d+\)", type) is not None


def _scale(type: str) -> int:
    return int(type.rstrip(")").rpartition(",")[2]) if "(" in type else 0


def _of_text(fact: Fact, column: str) -> FactColumn:
    kind = fact.type.kind
    if kind == "truth":
        spelled = {**TRUTHS, **{word.upper(): truth for word, truth in TRUTHS.items()}}
        value = _case(column, {word: str(truth) for word, truth in spelled.items()})
        plain = f"{value} IS NOT NULL"
    elif kind == "choice":
        value = _case(column, _spelled(fact))
        plain = f"{value} IS NOT NULL"
    elif kind == "code":
        value = column
        plain = f"regexp_full_match({column}, {text(CODE)}) AND length({column}) <= {LONGEST_CODE}"
    elif kind == "date":
        value = f"TRY_CAST({column} AS DATE)"
        plain = f"{value}::VARCHAR = {column} AND length({column}) = 10"
    elif kind == "number":
        value = f"TRY_CAST({column} AS {_type(fact)})"
        bounds = fact_bounds(fact)
        assert bounds is not None
        zeros = "0{0,4}" if bounds.scale else "0{1,4}"
        fraction = f"(\\.{f'[0-9]{{1,{bounds.scale}}}' if bounds.scale else ''}{zeros})?"
        whole = f"(0|[1-9][0-9]{{0,{MOST_DIGITS - bounds.scale - 7}}})"
        digits = f"{'-?' if fact.signed else ''}{whole}{fraction}"
        plain = f"regexp_full_match({column}, {text(digits)}) AND {_within(fact, value)}"
    else:
        value = column
        plain = (
            f"{column} <> '' AND (strlen({column}) <= {LONGEST_TEXT} OR length({column}) <= {LONGEST_TEXT})"
            f" AND NOT regexp_matches({column}, {text(f'{_AT_AN_END}|{_CONTROL}|^(?:{SHEET_ERROR})$')})"
        )
        if fact.required:
            plain += f" AND NOT ({_is_nobody(column)})"
    return FactColumn(value, f"coalesce({plain}, false)")


def _is_nobody(name: str) -> str:
    """The condition that a name stands for none, as nan does; few are as short, and of no other all are compared."""
    longest, listed = max(len(each.encode()) for each in NOBODY), ", ".join(map(text, sorted(NOBODY)))
    return f"CASE WHEN strlen({name}) <= {longest} THEN lower({name}) IN ({listed}) ELSE false END"


def _spelled(fact: Fact) -> dict[str, str]:
    """Every way in which a choice may be written, and SQL for its id."""
    return {spelling: text(id) for spelling, id in fact.choice_names.items()}


def _case(column: str, values: dict[str, str]) -> str:
    whens = " ".join(f"WHEN {text(spelling)} THEN {value}" for spelling, value in values.items())
    return f"CASE {column} {whens} END"


def _type(fact: Fact) -> str:
    return fact_type(fact).sql("duckdb")


def _within(fact: Fact, value: str) -> str:
    """The condition that a figure is within its fact's limits; false where it does not even fit the type."""
    bounds = fact_bounds(fact)
    assert bounds is not None
    above_zero = f" AND {value} > 0" if fact.positive else ""
    return f"coalesce({value} >= {bounds.low:f} AND {value} {_at_most(fact)}{above_zero}, false)"


def _at_most(fact: Fact) -> str:
    """The upper bound of a bare figure: of a share that may be 1, which may be 1% or 100%, it stays below that."""
    bounds = fact_bounds(fact)
    assert bounds is not None
    return "< 1" if fact.is_rate and bounds.high >= 1 else f"<= {bounds.high:f}"
