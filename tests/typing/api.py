"""The types of the public library, held by mypy: what a caller's editor will say of each name."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, assert_type

import jxplus

policy = assert_type(jxplus.load_policy(), jxplus.Policy)
assert_type(jxplus.load_policy("plan.yaml"), jxplus.Policy)
result = jxplus.assess({"name": "A"}, policy, as_of="2016-06-30", readings={"container-card-base": "stack"})
assert_type(result, jxplus.Result)
assert_type(jxplus.assess({"name": "A"}, policy, as_of=date(2016, 6, 30)), jxplus.Result)
assert_type(result.total(), tuple[Decimal, Decimal])
assert_type(result.outcomes, tuple[jxplus.Outcome, ...])
assert_type(result.outcomes[0].low, Decimal | None)
assert_type(result.outcomes[0].clause, jxplus.Clause)
assert_type(result.record(), dict[str, Any])
assert_type(result.json(reach=False), str)
results = jxplus.assess_many([{"name": "A"}], policy)
assert_type(results, Iterator[jxplus.Result | jxplus.Refused])
for each in results:
    if isinstance(each, jxplus.Refused):
        assert_type(each.faults, tuple[jxplus.Fault, ...])
        assert_type(each.faults[0].wrong, jxplus.Text)
