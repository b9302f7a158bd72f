"""What the rows of a table are known by: the columns that hold an id or a name, and what Excel makes of an id."""

import re

from jxplus.batch.sources.cells import WrongCell, no_id
from jxplus.enterprise.measures import folded
from jxplus.enterprise.misread import SHEET_ERROR
from jxplus.fault import Text, cut, quoted
from jxplus.policy.tables import KEY, KEY_ZH, OWNER, OWNER_ZH

_IDS = (
    "客户编号", "客户编码", "客户代码", "企业代码", "企业编码", "单位编号", "公司编号", "统一社会信用代码", "社会信用代码",
    "信用代码", "纳税人识别号", "税号", "client_id", "customer_id", "company_id",
)  # fmt: skip
NAMES = ("企业名称", "企业", "公司名称", "单位名称", "客户名称", "企业全称", "公司", "名称", "company", "company_name")
"""The headings under which a table of enterprises may have their names, if none is that of the fact."""
COUNTS = ("序号", "no.", "no", "#", "行号", "index")
"""The headings of a column that counts the rows: no id, unless there is nothing else to know them by."""

OF_ENTERPRISES = (KEY, KEY_ZH, OWNER_ZH, OWNER, *_IDS)
"""The headings under which a table of enterprises may have its ids, the first of them that is there."""
OF_LISTS = (OWNER, OWNER_ZH, *_IDS, KEY_ZH, KEY, *NAMES, "name")
"""The headings under which a list's table may say whose a row is, the first of them that is there."""
HEADS = frozenset((*OF_ENTERPRISES, *OF_LISTS))
"""What stands in the column of ids where another table begins."""

_SCIENTIFIC = re.compile(r"[+-]?[0-9](?:\.[0-9]+)?[Ee][+-]?[0-9]+")
_OF_EXCEL = re.compile(r'="?.*"?', re.DOTALL)
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_DATE = re.compile(
    rf"[0-9]{{4}}([-/])[0-9]{{1,2}}\1[0-9]{{1,2}}( 0?0:00(:00)?)?|[0-9]{{4}}年[0-9]{{1,2}}月([0-9]{{1,2}}日)?|[0-9]{{1,2}}月[0-9]{{1,2}}日"
    rf"|[0-9]{{1,2}}-(?:{_MONTHS})|(?:{_MONTHS})-[0-9]{{2}}"
)
_SHEET_ERROR = re.compile(SHEET_ERROR)
SPOILT = (
    rf"{SHEET_ERROR}|[+-]?[0-9](\.[0-9]+)?[Ee][+-]?[0-9]+|=.*|[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]"
    rf"|[0-9]{{4}}[-/][0-9]{{1,2}}[-/][0-9]{{1,2}}.*|[0-9]{{4}}年.*|[0-9]{{1,2}}月[0-9]{{1,2}}日|[0-9]{{1,2}}-({_MONTHS})|({_MONTHS})-[0-9]{{2}}"
)
"""A pattern that fits every id that `spoilt_id` has something to say of, and few others."""

SPOILT_IN = (SHEET_ERROR, _SCIENTIFIC.pattern, "(?s)=.*", "(?i)true|false", _DATE.pattern)
"""Patterns of which one fits every id that `spoilt_id` has something to say of, and no other."""


def ranked(names: tuple[str, ...]) -> dict[str, int]:
    """The place of each name in its order, as `folded` leaves it."""
    found: dict[str, int] = {}
    for rank, name in enumerate(names):
        found.setdefault(folded(name), rank)
    return found


def spoilt_id(text: str) -> WrongCell | None:
    """What is wrong with an id in a text that a spreadsheet has been at; None where nothing is."""
    if _SCIENTIFIC.fullmatch(text):
        return no_id(Text(f"“{cut(text)}”是被 Excel 改写的编号", f"{quoted(text)} is what Excel made of a long id"))
    if text.startswith("=") and _OF_EXCEL.fullmatch(text):
        return WrongCell(
            Text(f"“{cut(text)}”是公式", f"{quoted(text)} is a formula"),
            Text("只写编号本身，不带 = 和引号", "write the id alone, without = and quotes"),
        )
    if _SHEET_ERROR.fullmatch(text):
        return no_id(Text(f"“{cut(text)}”是表格软件的错误值", f"{quoted(text)} is a spreadsheet's error"))
    if text.casefold() in ("true", "false"):
        return no_id(Text(f"“{cut(text)}”是真假值，不是编号", f"{quoted(text)} is a truth value and no id"))
    if _DATE.fullmatch(text):
        return no_id(Text(f"“{cut(text)}”是日期，不是编号", f"{quoted(text)} is a date and no id"))
    return None
