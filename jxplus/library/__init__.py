"""What a program calls: a policy loaded, enterprises as mappings or as a data frame, assessed one by one.

An enterprise is read from its mapping as `calc` reads it from a file: the same names, the same notations, the same
refusals. A figure may be an `int`, a `Decimal` or a text; a `float` is taken for the shortest figure that it writes.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from warnings import warn

from jxplus.assessment import Outcome as Outcome
from jxplus.fault import Fault as Fault
from jxplus.fault import Refused as Refused
from jxplus.fault import Text as Text
from jxplus.library.desk import Day, Desk, tree_of
from jxplus.library.desk import Result as Result
from jxplus.policy import Clause as Clause
from jxplus.policy import Policy as Policy
from jxplus.policy import store as policies
from jxplus.policy.together import together


def load_policy(*paths: str | os.PathLike[str]) -> Policy:
    """The policy of the file at a path, of several together, or the plan that ships.

    Raises `Refused` with every fault of the files, and where the plans do not fit together.

    >>> load_policy().id
    '赣府发〔2015〕43号'
    """
    return together(policies.load_policies(os.fspath(path) for path in paths)) if paths else policies.load_policy()


def assess(
    enterprise: Mapping[str, Any], policy: Policy, *, as_of: Day = None, readings: Mapping[str, str] | None = None
) -> Result:
    """What `policy` pays an enterprise, given as a mapping of facts by their ids or Chinese names.

    A fact that is absent, or None, is unknown. A list is a sequence of mappings. `as_of` is the day of the calculation, in
    place of the enterprise's own; where neither is there, today. `readings` chooses one reading of a clause by their ids.
    Raises `Refused` with all that is wrong in the mapping, `ValueError` for a day or a reading that there is not.

    >>> result = assess({"企业名称": "甲公司", "费用化研发费用": "300万"}, load_policy(), as_of="2016-06-30")
    >>> [(each.clause.id, each.low, each.high) for each in result.outcomes if each.status == "entitled"]
    [('rd-super-deduction', Decimal('375000.00'), Decimal('375000.00'))]
    """
    return Desk(policy, as_of, readings).assess(tree_of(enterprise, "mapping"))


def assess_many(
    enterprises: Iterable[Mapping[str, Any]],
    policy: Policy,
    *,
    as_of: Day = None,
    readings: Mapping[str, str] | None = None,
) -> Iterator[Result | Refused]:
    """The result of each enterprise in turn, or its `Refused`, which is yielded and never raised.

    The enterprises are taken one at a time as results are asked for. The line of a fault counts them from 1. The arguments
    are those of `assess`.

    >>> results = assess_many([{"name": "A"}, {"name": "B", "trainees": -1}], load_policy(), as_of="2016-06-30")
    >>> [type(each).__name__ for each in results]
    ['Result', 'Refused']
    """
    desk = Desk(policy, as_of, readings)
    return (desk.result(each, "mapping", line) for line, each in enumerate(enterprises, 1))


def assess_frame(
    frame: Any,
    policy: Policy,
    *,
    as_of: Day = None,
    readings: Mapping[str, str] | None = None,
    lists: Mapping[str, Any] | None = None,
    shape: str = "long",
    every: bool = False,
    refusals: list[Refused] | None = None,
    notices: list[Text] | None = None,
) -> Any:
    """The long or the wide table of a frame of enterprises, as a frame of the same kind: pandas, polars or pyarrow.

    The frame has a row for each enterprise and a column for each fact, under its id or its Chinese name; an empty cell is
    unknown; `id` is what the result calls the enterprise, its name where there is no such column. A list is a column of
    lists of mappings, or a frame in `lists` by the list's name, whose `enterprise_id` says whose each row is, by that id or
    that name. Amounts are exact decimals in yuan. `every` adds the clauses that pay nothing.

    An enterprise that is refused has no rows. Where `refusals` is a list, it is appended there and the others are computed;
    else `Refused` is raised with the faults of all, the line of a fault being the number of its row. Raises `ImportError`
    where narwhals is not installed (the extra `frames`), `TypeError` for what is no frame in memory.

    What is assumed of the enterprises, and what to mind, is appended to `notices` with how many they are, as `batch` says it;
    where that is None, they are a `UserWarning`.
    """
    from jxplus.library.frames import Frames

    frames = Frames(Desk(policy, as_of, readings), shape, every)
    table = frames.table(frame, lists or {}, refusals)
    if notices is not None:
        notices += frames.notices
    elif frames.notices:
        warn("\n".join(notice.en for notice in frames.notices), stacklevel=2)
    return table
