"""What stands before a sum in a table, 合计 or Total, or before an example, 示例, and names no enterprise there."""

import re
from functools import cache

from jxplus.enterprise.misread import may_be_total
from jxplus.fault import Text, cut, quoted

NO_ENTERPRISE = Text("小计或合计，不是企业", "a subtotal or a total, which is no enterprise")
_TOTAL = (
    r"(?:(?:其中|减|加|附|[小合总共]计)[:：].*|过次页|承前页|转次页|[接续]上页|转下页|[合总]计[0-9]+(?:家|户|个|项|条|行)|.*(?:小[计計]|合[计計]|总[计計]|共[计計])(?:数|金额)?|共[计計]?[0-9]+(?:家|户|个|项|条|行)|总和|累[计計]|汇总|总额|[计計]|平均[值数]?|均值|占比|比重|最大值|最小值|中位数|其中"
    r"|(?:sub|grand)?[- ]*totals?|sums?|averages?)(?:[(（][^()（）]{1,8}[)）])?[:：]?"
)


@cache
def _total() -> re.Pattern[str]:
    return re.compile(_TOTAL, re.DOTALL)


def is_total(text: str) -> bool:
    """Whether a text is what stands before a sum or another figure of all: 小计, 合 计, 南昌小计, 共 12 家, 平均, Total."""
    if not may_be_total(text.strip()):
        return False
    bare = "".join(text.split())
    return len(bare) <= 20 and _total().fullmatch(bare.casefold()) is not None


def named_as_total(written: str) -> Text:
    """That an id or a name is what stands before a sum."""
    return Text(f"“{cut(written)}”是{NO_ENTERPRISE.zh}", f"{quoted(written)} is {NO_ENTERPRISE.en}")


def is_sample(text: str) -> bool:
    """Whether the id or the name of a row says that it shows how others are filled in: 示例, （样例）, 例：."""
    bare = re.sub(r"\s+|[()（）【】\[\]]", "", text)
    return re.fullmatch("(?:填[写报表])?(?:示例|样例|范例|举例|例如|例)[:：]?", bare) is not None
