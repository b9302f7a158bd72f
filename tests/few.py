"""The policy that ships, with a few clauses of every kind: how rows are read and written does not depend on how many there are."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from jxplus.policy.store import shipped_policy

_CLAUSES = ("hq-settlement", "rd-super-deduction", "revenue-milestone", "new-format-venture-support")
_CLAUSES += ("maker-space-rent-subsidy", "training-base-award", "training-subsidy", "energy-price-cut")
_OWN = TemporaryDirectory(prefix="jxplus-")


@cache
def few() -> str:
    """The file of the policy: a choice, a share, two readings, a ceiling over a list, a range over a list, a term, and two
    clauses that state no amount.
    """
    tree = yaml.load(Path(shipped_policy()).read_bytes(), yaml.CBaseLoader)
    kept = {id: {key: each for key, each in tree["clauses"][id].items() if key != "restates"} for id in _CLAUSES}
    asked = {each["readings"] for each in kept.values() if isinstance(each.get("readings"), str)}
    shared = {id: readings for id, readings in tree["readings"].items() if id in asked}
    plan = {key: each for key, each in {**tree, "readings": shared, "clauses": kept}.items() if each}
    path = Path(_OWN.name) / "few.yaml"
    path.write_text(yaml.safe_dump(plan, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return str(path)
