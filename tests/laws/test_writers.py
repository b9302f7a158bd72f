"""What is written of many enterprises is, byte for byte, what is written of each by itself."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, localcontext

import pytest
from chance import enterprises, plan_of

from jxplus.assessment import Assessment, Assessor
from jxplus.assessment.many import ManyAssessor
from jxplus.enterprise import Enterprise
from jxplus.policy import Policy
from jxplus.quantity import EXACT
from jxplus.render.longcsv import LongCsv
from jxplus.render.ndjson import NdjsonWriter
from jxplus.render.record import Recorder
from jxplus.render.rows import csv_lines, rows
from jxplus.render.straight import StraightCsv, StraightNdjson, has_plain_totals

PLANS = ("", "tangled.yaml", "gathered.yaml", "county.yaml", "lucheng.yaml")
NAMES = ("甲公司", "=1+1", "a,b", 'the "first"', "two\nlines", "", "é", "O'Neill (Jiangxi) Ltd", "#1", "'quoted", " a")
"""Names and ids: such that CSV has them in quotes, such that a spreadsheet takes for a formula, and others."""


def some_of(policy: Policy, count: int) -> Iterator[tuple[Enterprise, date]]:
    """Enterprises of all names, with an id or without."""
    for number, (enterprise, day) in enumerate(enterprises(policy, count)):
        yield enterprise._replace(name=NAMES[number % len(NAMES)], id=NAMES[number % 7] if number % 3 else ""), day


def written(
    straight: StraightNdjson | StraightCsv, policy: Policy, pins: dict[str, str]
) -> Iterator[tuple[bytes, Assessment]]:
    """What is written straight of each of some enterprises, and its assessment, of which the same assumptions are told."""
    reference = Assessor(policy, pins)
    for enterprise, day in some_of(policy, 100):
        parts: list[bytes] = []
        assessment = reference.assess(enterprise, day)
        with localcontext(EXACT):
            told = straight.write(enterprise, day, parts)
        assert told == (assessment.assumptions, assessment.warnings)
        yield b"".join(parts), assessment


@pytest.mark.parametrize("file", ["", "tangled.yaml", "county.yaml"])
@pytest.mark.parametrize("pinned", [False, True])
def test_a_straight_line_is_what_the_recorder_writes(file: str, pinned: bool) -> None:
    """The text that the generated function makes is that of the evaluator's outcomes, and it tells of the same assumptions."""
    policy = plan_of(file)
    pins = {each.id: each.readings[0].id for each in policy.ambiguous[:1]} if pinned else {}
    recorder = Recorder(policy)
    straight = StraightNdjson(ManyAssessor(policy, pins, few=0), NdjsonWriter(policy))
    for line, assessment in written(straight, policy, pins):
        assert line == f"{recorder.line(assessment)}\n".encode()


@pytest.mark.parametrize("file", PLANS)
@pytest.mark.parametrize(
    ("every", "named", "guarded"),
    [(False, False, False), (True, True, True), (False, True, False), (False, False, True)],
)
def test_straight_rows_are_what_a_writer_of_csv_writes(file: str, every: bool, named: bool, guarded: bool) -> None:
    policy = plan_of(file)
    straight = StraightCsv(ManyAssessor(policy, few=0), LongCsv(policy, every, named, guarded))
    for lines, assessment in written(straight, policy, {}):
        assert lines == csv_lines([row.cells(named) for row in rows(assessment, every)], guarded).encode()


@pytest.mark.parametrize("file", ["gathered.yaml", "lucheng.yaml"])
def test_totals_that_are_more_than_sums_are_not_written_straight(file: str) -> None:
    """A floor makes a total open, and rules take something off: both need the outcomes."""
    assert not has_plain_totals(plan_of(file))


def test_a_policy_of_many_natures_is_written_straight_alike() -> None:
    """Each nature has sums of its own, which no other variable of the function takes the place of."""
    policy = plan_of("")
    natures = {f"nature-{place}": next(iter(policy.natures.values())) for place, _ in enumerate(policy.clauses)}
    clauses = [each._replace(nature=nature) for each, nature in zip(policy.clauses, natures, strict=True)]
    first = sorted(clauses, key=lambda each: each.id != "revenue-milestone")  # two readings: it has many variables
    many = policy._replace(clauses=tuple(first), natures=natures)
    straight, milestone = StraightNdjson(ManyAssessor(many, few=0), NdjsonWriter(many)), Decimal(100_000_000)
    met = {"new_format": True, "operating_revenue": milestone, "previous_peak_revenue": Decimal(1)}
    for enterprise, day in some_of(policy, 100):
        one, parts = enterprise._replace(facts=enterprise.facts | met), list[bytes]()
        with localcontext(EXACT):
            straight.write(one, day, parts)
        assert b"".join(parts) == f"{Recorder(many).line(Assessor(many).assess(one, day))}\n".encode()
