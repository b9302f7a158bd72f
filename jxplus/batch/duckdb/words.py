"""How DuckDB's SQL writes a text, a name, a file, and the cells of a column as text."""

import re


def text(written: str) -> str:
    """A text."""
    return "'" + written.replace("'", "''") + "'"


def name(written: str) -> str:
    """A column or a table."""
    return '"' + written.replace('"', '""') + '"'


def pattern_of(path: str) -> str:
    """The pattern that fits a file's name alone: to DuckDB a name is one, and in brackets a character stands for itself."""
    return re.sub(r"[\[*?]", r"[\g<0>]", path)


def text_of(column: str, type: str) -> str:
    """A column's cells as the text that they show; a time stamp at midnight is the date that was meant."""
    own = name(column)
    if not type.startswith("TIMESTAMP"):
        return f"CAST({own} AS VARCHAR)"
    date = f"CAST(CAST({own} AS DATE) AS VARCHAR)"
    return f"CASE WHEN {own} = date_trunc('day', {own}) THEN {date} ELSE CAST({own} AS VARCHAR) END"
