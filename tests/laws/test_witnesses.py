"""Does `diff` show every change of the policy? Each mutant of the plan has an enterprise whose calculation it changes.

Here every fortieth is looked at, and all that provably change nothing; `tests/bench/witnesses.py` looks at all of them.
"""

from itertools import islice

import pytest
from mutations import NOTHING_CHANGES
from witnessed import MutantPlans, verdict_of

EVERY, FROM = 40, 7


@pytest.fixture(scope="module")
def plans(policy_bytes: bytes) -> MutantPlans:
    return MutantPlans(policy_bytes.decode())


def test_mutants_have_an_enterprise_that_shows_them(plans: MutantPlans) -> None:
    """The file of the witness, read and computed by both plans as a user's is, comes to something else."""
    verdicts = {}
    for mutant in islice(plans.mutants(), FROM, None, EVERY):
        pair = plans.pair(mutant)
        if pair is not None and str(mutant) not in NOTHING_CHANGES:
            verdicts[str(mutant)] = verdict_of(*pair)
    assert len(verdicts) > 25
    assert {name: verdict for name, verdict in verdicts.items() if verdict != "shown"} == {}


def test_what_changes_nothing_is_said_to(plans: MutantPlans) -> None:
    """Of a change that makes no difference there is no witness, and that it makes none is proved."""
    verdicts = {}
    for mutant in plans.mutants():
        if str(mutant) in NOTHING_CHANGES:
            pair = plans.pair(mutant)
            assert pair is not None
            verdicts[str(mutant)] = verdict_of(*pair)
    assert len(verdicts) == len(NOTHING_CHANGES)
    assert set(verdicts.values()) == {"proved"}, verdicts
