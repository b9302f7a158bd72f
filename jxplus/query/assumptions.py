"""What a calculation assumes and warns of, in SQL: of which enterprises each of these is true."""

from collections.abc import Collection
from datetime import date

from sqlglot import exp

from jxplus.assessment.assumptions import is_told, item_defaults, own_text
from jxplus.fault import Text
from jxplus.policy import DAY, Policy
from jxplus.query import expressions
from jxplus.query.logic import is_null


def assumptions(policy: Policy, known: Collection[str], day: date | None, today: date) -> dict[Text, exp.Expr]:
    """The assumptions and warnings, each with the condition on a row of the table of enterprises that it is true of it.

    `known` are the facts that the table has columns for; `day` is the day of every calculation, and without it each
    enterprise's own holds, and else `today`.
    """
    found: dict[Text, exp.Expr] = {}
    for fact in policy.facts.values():
        if is_told(fact) and (fact.id != DAY or day is None):
            column = exp.column(fact.id, quoted=True)
            found[own_text(fact, day or today)] = is_null(column) if fact.id in known else exp.true()
    for warning in policy.warned:
        own = expressions.day(day or today)
        if DAY in known and day is None:
            own = expressions.coalesce(exp.column(DAY, quoted=True), own)
        found[warning.text] = exp.GT(this=own, expression=expressions.day(warning.after))
    return found


def in_order(policy: Policy, found: Collection[Text], day: date) -> list[Text]:
    """Assumptions and warnings as an assessment on a day tells them: of facts, of items, of clauses, and what to mind."""
    own = [own_text(fact, day) for fact in policy.facts.values() if fact.default is not None]
    items = [each.text for each in item_defaults(policy)]
    assumed = [clause.assumes for clause in policy.clauses if clause.assumes is not None]
    return list(dict.fromkeys(text for text in (*own, *items, *assumed, *found) if text in found))
