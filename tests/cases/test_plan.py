"""The policy file against `plan.yaml`: what stands where in the plan, who pays, whom to ask, and what may be stated."""

from handworked import plan_differences

from jxplus.policy import Policy


def test_the_policy_stands_as_the_plan_does(policy: Policy) -> None:
    assert plan_differences(policy) == []


def test_there_are_34_clauses(policy: Policy) -> None:
    """21 with an amount, 13 without."""
    unstated = [clause.id for clause in policy.clauses if clause.kind == "unstated"]
    assert (len(policy.clauses), len(unstated)) == (34, 13)


def test_the_clauses_follow_the_plan(policy: Policy) -> None:
    """The file keeps the order of the plan's sections."""
    parts = list(policy.parts)
    items = "一二三四五六七八九"
    order = [(parts.index(clause.section[0]), items.index(clause.section[2])) for clause in policy.clauses]
    assert order == sorted(order)


def test_every_section_is_found_by_either_number(policy: Policy) -> None:
    """A section is 六(二) or plainly 6.2, and a part 六 or 6."""
    six_two = ["revenue-milestone", "new-format-venture-support"]
    for written in ("六(二)", "六（二）", "6.2", " 6.2 "):
        assert [clause.id for clause in policy.in_section(written)] == six_two
    part_five = ["hq-settlement", "big-data-investment"]
    for written in ("五", "5", "5."):
        assert [clause.id for clause in policy.in_section(written)] == part_five
    for written in ("九", "9", "6.20", "六二", "", "x"):
        assert policy.in_section(written) == []
