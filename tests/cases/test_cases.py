"""What the plan pays, case by case, worked by hand from its text (`cases/*.yaml`)."""

import pytest
from handworked import Case, read_cases, wrong

from jxplus.assessment import STATUSES, Assessor
from jxplus.enterprise import Reader
from jxplus.policy import Policy

CASES = read_cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case, policy: Policy, reader: Reader) -> None:
    found = wrong(case, Assessor(policy, case.pins), reader)
    assert not found, "\n".join([f"{case.file}: {case.name}", f"why: {case.why}", *found])


def test_cases_name_what_exists(policy: Policy) -> None:
    """A case that names no clause, no reading or no status of the plan would assert nothing."""
    clauses = {clause.id: {reading.id for reading in clause.readings} for clause in policy.clauses}
    for case in CASES:
        assert case.expect, case.name
        assert set(case.expect) <= set(clauses), case.name
        assert all(expected["status"] in STATUSES for expected in case.expect.values()), case.name
        assert all(reading in clauses[clause] for clause, reading in case.pins.items()), case.name


def test_case_names_are_their_own() -> None:
    names = [case.name for case in CASES]
    assert sorted(set(names)) == sorted(names)


def test_only_an_entitled_clause_has_an_amount(policy: Policy, reader: Reader) -> None:
    """`low` and `high` are there exactly where a clause is entitled, `missing` exactly where it is undecided."""
    for case in CASES:
        for outcome in Assessor(policy, case.pins).assess(case.enterprise(reader), case.as_of).outcomes:
            entitled = outcome.status == "entitled"
            assert (outcome.low is not None, outcome.high is not None) == (entitled, entitled), case.name
            assert bool(outcome.missing) == (outcome.status == "undecided"), case.name
            assert outcome.low is None or outcome.high is None or 0 <= outcome.low <= outcome.high, case.name
