"""All clauses of a policy as one Python function, made from the checked formulas for those who assess many enterprises.

The function gives the very outcomes that the evaluator gives, clause by clause. A clause whose facts are all known is plain
Python; where something is unknown its condition is worked out in three values; and whatever is rare (an item whose day falls
outside, a figure that the plan leaves open, a formula that is `Hard`) is handed to the evaluator, clause by clause. The source
is kept where a traceback looks for it.
"""

import linecache
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple
from zlib import crc32

from jxplus.assessment import Assessor, Outcome
from jxplus.assessment.generated.clause import ClauseSource, waits
from jxplus.assessment.generated.facts import FactsSource
from jxplus.assessment.generated.resting import AssumptionsSource

Stated = Mapping[str, Any]


class Grounds(NamedTuple):
    """What the function gives for an enterprise, besides the outcomes: what the assumptions hang on.

    The others are bits, and the enterprise's days: `unstated` the facts with a default that are not stated, `rested` the days that
    something rests on, `assumed` the clauses that are entitled and assume something, `taken` the defaults of items that an
    outcome rests on.
    """

    outcomes: tuple[Outcome, ...]
    unstated: int
    rested: int
    assumed: int
    taken: int
    days: tuple[date, ...]


def function_of(assessor: Assessor) -> Callable[[Stated, date], Grounds]:
    """The function of the facts that an enterprise states and the day: what each clause comes to. Called within `EXACT`."""
    source = FactsSource(assessor)
    source.constants |= {"Grounds": Grounds, "waiting": waits(source.bits)}
    text = text_of(source)
    name = f"<clauses of {assessor.policy.id} {crc32(text.encode()):08x}>"  # the same source is kept once
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    namespace = dict(source.constants)
    exec(compile(text, name, "exec"), namespace)
    found: Callable[[Stated, date], Grounds] = namespace["found"]
    return found


def text_of(source: FactsSource) -> str:
    """The source of a policy's function: its facts, then its clauses, then what the assumptions hang on."""
    source.depth = 1
    for place, compiled in enumerate(source.assessor.clauses):
        ClauseSource(source, compiled, f"o{place}").write()
    AssumptionsSource(source).write()
    clauses, source.lines, source.depth = source.lines, [], 0
    with source.block("def found(stated, as_of)"):
        source.facts()
        source.days()
    return "\n".join([*source.lines, *clauses, ""])
