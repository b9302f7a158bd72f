"""What a calculation assumes and warns of, in SQL: of which enterprises each of these is true."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from sqlglot import exp

from jxplus.assessment import LIKE_WAN, SMALL
from jxplus.assessment.assumptions import is_told, item_defaults, own_text
from jxplus.fault import Text
from jxplus.policy import DAY, Policy
from jxplus.quantity import ZERO
from jxplus.query import formula as sql
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
        own = sql.day(day or today)
        if DAY in known and day is None:
            own = exp.func("COALESCE", exp.column(DAY, quoted=True), own, copy=False)
        found[warning.text] = exp.GT(this=own, expression=sql.day(warning.after))
    sums = [exp.column(fact.id, quoted=True) for fact in policy.facts.values() if fact.is_money and fact.id in known]
    if sums:
        small = [
            exp.func("COALESCE", exp.LT(this=exp.Abs(this=each), expression=_number(SMALL)), exp.true(), copy=False)
            for each in sums
        ]
        some = [
            exp.func("COALESCE", exp.NEQ(this=each.copy(), expression=_number(ZERO)), exp.false(), copy=False)
            for each in sums
        ]
        found[LIKE_WAN] = exp.and_(*small, exp.or_(*some, copy=False), copy=False)
    return found


def in_order(policy: Policy, found: Collection[Text], day: date) -> list[Text]:
    """Assumptions and warnings as an assessment on a day tells them: of facts, of items, of clauses, and what to mind."""
    own = [own_text(fact, day) for fact in policy.facts.values() if fact.default is not None]
    items = [each.text for each in item_defaults(policy)]
    assumed = [clause.assumes for clause in policy.clauses if clause.assumes is not None]
    return list(dict.fromkeys(text for text in (*own, *items, *assumed, *found) if text in found))


def _number(value: Decimal) -> exp.Expr:
    return exp.Literal.number(f"{value:f}")
