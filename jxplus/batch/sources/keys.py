"""What the rows of a table are known by: the columns that hold an id or a name."""

from jxplus.enterprise.measures import folded
from jxplus.policy.tables import KEY, KEY_ZH, OWNER, OWNER_ZH

_IDS = (
    "客户编号", "客户编码", "客户代码", "企业代码", "企业编码", "单位编号", "公司编号", "统一社会信用代码", "社会信用代码",
    "信用代码", "纳税人识别号", "税号", "client_id", "customer_id", "company_id",
)  # fmt: skip
NAMES = ("企业名称", "企业", "公司名称", "单位名称", "客户名称", "企业全称", "公司", "名称", "company", "company_name")
"""The headings under which a table of enterprises may have their names, if none is that of the fact."""
COUNTS = ("序号", "no.", "no", "#", "行号", "index", "unnamed: 0")
"""The headings of a column that counts the rows: no id, unless there is nothing else to know them by."""

OF_ENTERPRISES = (KEY, KEY_ZH, OWNER_ZH, OWNER, *_IDS)
"""The headings under which a table of enterprises may have its ids, the first of them that is there."""
OF_LISTS = (OWNER, OWNER_ZH, *_IDS, KEY_ZH, KEY, *NAMES, "name")
"""The headings under which a list's table may say whose a row is, the first of them that is there."""
HEADS = frozenset((*OF_ENTERPRISES, *OF_LISTS))
"""What stands in the column of ids where another table begins."""


def ranked(names: tuple[str, ...]) -> dict[str, int]:
    """The place of each name in its order, as `folded` leaves it."""
    found: dict[str, int] = {}
    for rank, name in enumerate(names):
        found.setdefault(folded(name), rank)
    return found
