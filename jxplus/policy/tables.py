"""What the tables of a batch are called: those that it reads, and the columns of the two that it gives."""

from jxplus.policy import Policy

ENTERPRISES, ENTERPRISES_ZH = "enterprises", "企业"
"""The table of the enterprises; every other is named after a list."""
KEY, KEY_ZH = "id", "编号"
"""The column of `enterprises` that its rows are known by."""
OWNER, OWNER_ZH = "enterprise_id", "企业编号"
"""The column of a list's table that says whose the row is."""
NAME = "name"
"""The column that stands beside `enterprise` where enterprises are known by ids."""
PLAN = "policy"
"""The column of the plan's id, the last of each table."""
LONG = ("enterprise", NAME, "clause", "section", "status", "low", "high", "base", PLAN)
"""A row for each clause of each enterprise; without ids it has no `name`."""
OF_CLAUSE = ("status", "low", "high", "base")
"""What the wide table says of each clause."""
TOTAL = "total"
"""What the wide table calls the sums over all clauses, where each clause has its id."""
REACHED = ("reach_facts", "reach_low", "reach_high", "reach_gain_low", "reach_gain_high")
"""What the long table says of each clause within reach, before the plan, where it is asked for."""
REACHED_WIDE = ("reach_clause", "reach_facts", "reach_gain_low", "reach_gain_high")
"""What the wide table says of the nearest that is within an enterprise's reach, before the plan, where it is asked for."""
SHAPES = ("long", "wide")


def wide_columns(policy: Policy, named: bool = False) -> list[str]:
    """The columns of the wide table: totals, then four for each clause in the policy's order; `named` has the names too."""
    own = [f"{clause.id}_{what}" for clause in policy.clauses for what in OF_CLAUSE]
    return ["enterprise", *([NAME] if named else []), f"{TOTAL}_low", f"{TOTAL}_high", *own, PLAN]


def long_columns(named: bool = False) -> list[str]:
    """The columns of the long table; `named` has the names too."""
    return [each for each in LONG if named or each != NAME]


def columns_of(policy: Policy, wide: bool, named: bool = False, reached: bool = False) -> list[str]:
    """The columns of the wide or the long table.

    `named` has the names beside what enterprises are known by, `reached` what is within reach.
    """
    *columns, plan = wide_columns(policy, named) if wide else long_columns(named)
    return [*columns, *((REACHED_WIDE if wide else REACHED) if reached else ()), plan]


def is_text(column: str) -> bool:
    """Whether a column holds texts; the others hold amounts."""
    return column in (*LONG[:5], *REACHED[:1], *REACHED_WIDE[:2], PLAN) or column.endswith("_status")
