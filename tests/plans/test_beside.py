"""Plans of `examples/plans` that meet another one: hand-worked cases of what the two have together, and their rules between plans changed.

`tests/plans/NAME/beside-OTHER.yaml` holds cases as `cases.yaml` does, under the plan NAME and OTHER together, which is `policies.yaml` or
a plan of `examples/plans`; a clause or a rule is `ALIAS:name` in them. The rules of NAME that are silent without OTHER are held against
them, each changed in one place: alone they say nothing, and nothing could notice.
"""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from handworked import Case, cases_of, differences, silent, wrong
from mutations import apart, mutants

from jxplus.assessment import Assessor
from jxplus.document import read_tree
from jxplus.document.tree import Mark
from jxplus.document.tree import Tree as FileTree
from jxplus.enterprise import Enterprise, Reader
from jxplus.fault import Place, Refused
from jxplus.policy import Policy
from jxplus.policy.bonds import live
from jxplus.policy.file import policy_of, read_policy
from jxplus.policy.together import together

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
EXAMPLES = ROOT / "examples" / "plans"
PAIRS = [(path.parent.name, path.stem.removeprefix("beside-"), path) for path in sorted(HERE.glob("*/beside-*.yaml"))]
each_pair = pytest.mark.parametrize(("name", "other"), [pair[:2] for pair in PAIRS])
CASES = [pytest.param(name, other, case, id=case.name) for name, other, path in PAIRS for case in cases_of(path)]


def path_of(name: str) -> Path:
    return ROOT / "policies.yaml" if name == "policies" else EXAMPLES / f"{name}.yaml"


@cache
def plan(name: str) -> Policy:
    return read_policy(path_of(name).read_bytes(), str(path_of(name)), "")


@cache
def both(name: str, other: str) -> Policy:
    return together([plan(other), plan(name)])


@cache
def cases(name: str, other: str) -> list[tuple[Case, Enterprise]]:
    reader = Reader(both(name, other))
    path = HERE / name / f"beside-{other}.yaml"
    return [(case, case.enterprise(reader)) for case in cases_of(path)]


@pytest.mark.parametrize(("name", "other", "case"), CASES)
def test_case(name: str, other: str, case: Case) -> None:
    """What is due under both is what was worked by hand, to the fen."""
    policy = both(name, other)
    found = wrong(case, Assessor(policy, case.pins), Reader(policy))
    assert not found, "\n".join([f"{name} beside {other}: {case.name}", f"why: {case.why}", *found])


@each_pair
def test_cases_name_what_exists(name: str, other: str) -> None:
    policy = both(name, other)
    for case, _ in cases(name, other):
        assert set(case.expect) <= {clause.id for clause in policy.clauses}, case.name
        assert set(case.rules) <= {rule.id for rule in policy.rules}, case.name


@each_pair
def test_every_change_of_a_rule_between_them_is_noticed(name: str, other: str, summary: list[str]) -> None:
    """Each mutant of a rule that says something only beside the other plan fails a case, or does not load."""
    said = {rule.id.partition(":")[2] for rule in live(both(name, other))} & silent(plan(name))
    verdicts: dict[str, list[str]] = {"caught": [], "refused": [], "survives": []}
    tree: Any = read_tree(path_of(name).read_text("utf-8"), name, aliases=True).value
    for mutant in mutants(apart(tree)):
        if mutant.rules and mutant.place.split(".")[1] in said:
            verdicts[verdict(mutant.tree, name, other)].append(str(mutant))
    loaded = len(verdicts["caught"]) + len(verdicts["survives"])
    summary.append(f"{name} beside {other}: {len(verdicts['caught'])} of {loaded} changes of a rule caught")
    assert verdicts["caught"]
    said_by_hand = yaml.load((HERE / name / "limits.yaml").read_text("utf-8"), yaml.CBaseLoader)
    assert [each for each in verdicts["survives"] if each not in said_by_hand["nothing changes"]] == []


def verdict(changed: dict[str, Any], name: str, other: str) -> str:
    try:
        own = policy_of(FileTree("mutant", changed, (), lambda path, key: Mark(Place())), "")
        policy = together([plan(other), own._replace(file=f"{name}.yaml")])
    except Refused:
        return "refused"
    assessor = Assessor(policy)
    noticed = (differences(case, assessor.assess(each, case.as_of)) for case, each in cases(name, other))
    return "caught" if any(noticed) else "survives"
