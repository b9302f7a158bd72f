"""The columns of the two tables that a batch gives, the long and the wide one."""

from jxplus.policy import Policy

LONG = ("enterprise", "clause", "section", "status", "low", "high", "base")
"""A row for each clause of each enterprise."""
OF_CLAUSE = ("status", "low", "high", "base")
"""What the wide table says of each clause."""
SHAPES = ("long", "wide")


def wide_columns(policy: Policy) -> list[str]:
    """The columns of the wide table: totals, then four for each clause in the policy's order."""
    own = [f"{clause.id}_{what}" for clause in policy.clauses for what in OF_CLAUSE]
    return ["enterprise", "total_low", "total_high", *own]


def columns_of(policy: Policy, wide: bool) -> list[str]:
    """The columns of the wide or the long table."""
    return wide_columns(policy) if wide else list(LONG)


def is_text(column: str) -> bool:
    """Whether a column holds texts; the others hold amounts."""
    return column in LONG[:4] or column.endswith("_status")
