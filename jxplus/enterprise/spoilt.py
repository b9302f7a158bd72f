"""What Excel makes of an id, in a text that a spreadsheet has been at."""

import re

from jxplus.enterprise.misread import SHEET_ERROR
from jxplus.fault import Text, cut, quoted

AGAIN = Text("把该列设为文本格式，重新输入", "format the column as text, and enter it again")
"""The way out of an id that was not kept as it was entered."""
_SCIENTIFIC = r"[+-]?[0-9](?:\.[0-9]+)?[Ee][+-]?[0-9]+"
_OF_EXCEL = r'(?s)="?.*"?'
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_DATE = (
    rf"[0-9]{{4}}([-/])[0-9]{{1,2}}\1[0-9]{{1,2}}( 0?0:00(:00)?)?|[0-9]{{4}}年[0-9]{{1,2}}月([0-9]{{1,2}}日)?|[0-9]{{1,2}}月[0-9]{{1,2}}日"
    rf"|[0-9]{{1,2}}-(?:{_MONTHS})|(?:{_MONTHS})-[0-9]{{2}}"
)
SPOILT = (
    rf"{SHEET_ERROR}|[+-]?[0-9](\.[0-9]+)?[Ee][+-]?[0-9]+|=.*|[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]"
    rf"|[0-9]{{4}}[-/][0-9]{{1,2}}[-/][0-9]{{1,2}}.*|[0-9]{{4}}年.*|[0-9]{{1,2}}月[0-9]{{1,2}}日|[0-9]{{1,2}}-({_MONTHS})|({_MONTHS})-[0-9]{{2}}"
)
"""A pattern that fits every id that `spoilt_id` has something to say of, and few others."""

SPOILT_IN = (SHEET_ERROR, _SCIENTIFIC, "(?s)=.*", "(?i)true|false", _DATE)
"""Patterns of which one fits every id that `spoilt_id` has something to say of, and no other."""


def is_figure(id: str) -> bool:
    """Whether an id is the figure that became of a long one, and has lost digits: 9.13E+17."""
    return not id.isalnum() and re.fullmatch(_SCIENTIFIC, id) is not None


def spoilt_id(text: str) -> tuple[Text, Text] | None:
    """What is wrong with an id in a text that a spreadsheet has been at; None where nothing is."""
    if re.fullmatch(_SCIENTIFIC, text):
        return Text(f"“{cut(text)}”是被 Excel 改写的编号", f"{quoted(text)} is what Excel made of a long id"), AGAIN
    if text.startswith("=") and re.fullmatch(_OF_EXCEL, text):
        right = Text("只写编号本身，不带 = 和引号", "write the id alone, without = and quotes")
        return Text(f"“{cut(text)}”是公式", f"{quoted(text)} is a formula"), right
    if re.fullmatch(SHEET_ERROR, text):
        return Text(f"“{cut(text)}”是表格软件的错误值", f"{quoted(text)} is a spreadsheet's error"), AGAIN
    if text.casefold() in ("true", "false"):
        return Text(f"“{cut(text)}”是真假值，不是编号", f"{quoted(text)} is a truth value and no id"), AGAIN
    if re.fullmatch(_DATE, text):
        return Text(f"“{cut(text)}”是日期，不是编号", f"{quoted(text)} is a date and no id"), AGAIN
    return None
