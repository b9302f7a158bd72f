"""What is within reach, as columns of the tables of a batch: of each clause, or of each enterprise what is nearest.

The facts are written as `--set` takes them, so that a row can be tried: `operating_revenue=100000000.01`.
"""

from collections.abc import Collection, Sequence

from jxplus.assessment import PAYING, Assessment
from jxplus.assessment.reached import Gap, Reach
from jxplus.enterprise.questions import spoken
from jxplus.render.rows import Cells, rows, wide_row


def facts_text(gaps: Sequence[Gap]) -> str:
    """The facts that stand between with the values that are needed, as `--set` takes them; other values that do follow a bar."""
    return "; ".join(
        f"{gap.spot.name}={'|'.join(spoken(gap.spot.fact, each, 'en') for each in (gap.needed, *gap.others))}"
        for gap in gaps
    )


def nearest(reach: Sequence[Reach]) -> Reach | None:
    """What is nearest of all that would bring a stated amount; None where nothing would."""
    paying = [each for each in reach if each.then.low is not None]
    return min(paying, key=lambda each: each.nearness, default=None)


def reached_rows(assessment: Assessment, reach: Sequence[Reach], every: bool, named: bool) -> list[Cells]:
    """The rows of the long table, and of the clauses within reach, with what is nearest of each clause."""
    ways: dict[str, Reach] = {}
    for each in reach:
        ways.setdefault(each.then.clause.id, each)
    shown: Collection[str] = {each.clause.id for each in assessment.outcomes if every or each.status in PAYING}
    found: list[Cells] = []
    for outcome, row in zip(assessment.outcomes, rows(assessment, every=True), strict=True):
        way = ways.get(outcome.clause.id)
        if outcome.clause.id in shown or way is not None:
            *cells, plan = row.cells(named)
            found.append([*cells, *_way(way), plan])
    return found


def _way(way: Reach | None) -> Cells:
    if way is None:
        return [None] * 5
    return [facts_text(way.gaps), way.then.low, way.then.high, *(way.gain or (None, None))]


def reached_wide_row(assessment: Assessment, reach: Sequence[Reach], named: bool) -> Cells:
    """The row of the wide table, with what is nearest of all."""
    way = nearest(reach)
    *cells, plan = wide_row(assessment, named)
    if way is None:
        return [*cells, None, None, None, None, plan]
    return [*cells, way.then.clause.id, facts_text(way.gaps), *(way.gain or (None, None)), plan]
