"""What the tables of a batch are called: those that it reads, and the columns of the two that it gives."""

from jxplus.policy import Policy

ENTERPRISES, ENTERPRISES_ZH = "enterprises", "企业"
"""The table of the enterprises; every other is named after a list."""
KEY, KEY_ZH = "id", "编号"
"""The column of `enterprises` that its rows are known by."""
OWNER, OWNER_ZH = "enterprise_id", "企业编号"
"""The column of a list's table that says whose the row is."""
LONG = ("enterprise", "clause", "section", "status", "low", "high", "base")
"""A row for each clause of each enterprise."""
OF_CLAUSE = ("status", "low", "high", "base")
"""What the wide table says of each clause."""
TOTAL = "total"
"""What the wide table calls the sums over all clauses, where each clause has its id."""
SHAPES = ("long", "wide")


def wide_columns(policy: Policy) -> list[str]:
    """The columns of the wide table: totals, then four for each clause in the policy's order."""
    own = [f"{clause.id}_{what}" for clause in policy.clauses for what in OF_CLAUSE]
    return ["enterprise", f"{TOTAL}_low", f"{TOTAL}_high", *own]


def columns_of(policy: Policy, wide: bool) -> list[str]:
    """The columns of the wide or the long table."""
    return wide_columns(policy) if wide else list(LONG)


def is_text(column: str) -> bool:
    """Whether a column holds texts; the others hold amounts."""
    return column in LONG[:4] or column.endswith("_status")
