"""All clauses of a policy as one Python function, made from the checked formulas for those who assess many enterprises.

The function gives the very outcomes that the evaluator gives, clause by clause. A clause whose facts are all known is plain
Python; where something is unknown its condition is worked out in three values; and whatever is rare (an item whose day falls
outside, a figure that the plan leaves open, a formula that is `Hard`) is handed to the evaluator, clause by clause. The source
is kept where a traceback looks for it.
"""

import linecache
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from zlib import crc32

from jxplus.assessment import Assessor
from jxplus.assessment.codegen.facts import FactsSource
from jxplus.assessment.codegen.form import OutcomesForm
from jxplus.assessment.codegen.resting import AssumptionsSource, RestingReader
from jxplus.assessment.codegen.unknown import ClauseSource
from jxplus.policy.store import code_of

Stated = Mapping[str, Any]
OUTCOMES = OutcomesForm()


class Generated(NamedTuple):
    """The function of the facts that an enterprise states and the day, called within `EXACT`, and what reads its last result.

    The function gives what each clause comes to, as the form has it, and what the assumptions hang on; `assumptions` gives those.
    """

    found: Callable[..., Any]
    assumptions: RestingReader


def function_of(assessor: Assessor, form: OutcomesForm = OUTCOMES) -> Generated:
    """All clauses of an assessor as one function, in a form."""
    source = FactsSource(assessor)
    source.constants |= dict(form.constants())
    text = text_of(source, form)
    name = f"<clauses of {assessor.policy.id} {crc32(text.encode()):08x}>"  # the same source is kept once
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    namespace = dict(source.constants)
    exec(code_of(text, name), namespace)
    return Generated(namespace["found"], RestingReader(source))


def text_of(source: FactsSource, form: OutcomesForm = OUTCOMES) -> str:
    """The source of a policy's function: its facts, then its clauses, then what the assumptions hang on."""
    source.depth = 1
    form.begin(source)
    forms = [form.of(source, compiled, place) for place, compiled in enumerate(source.assessor.clauses)]
    for compiled, own in zip(source.assessor.clauses, forms, strict=True):
        ClauseSource(source, compiled, own).write()
    form.end(source, forms, AssumptionsSource(source, forms).write())
    clauses, source.lines, source.depth = source.lines, [], 0
    with source.block("def found(stated, as_of)"):
        source.facts()
        source.days()
    return "\n".join([*source.lines, *clauses, ""])
