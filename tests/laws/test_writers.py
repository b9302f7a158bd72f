"""What is written of many enterprises is, byte for byte, what is written of each by itself."""

import pytest
from chance import enterprises, plan_of

from jxplus.assessment.many import ManyAssessor
from jxplus.render.longcsv import LongCsv
from jxplus.render.ndjson import NdjsonWriter
from jxplus.render.record import Recorder, csv_lines, rows

PLANS = ("", "tangled.yaml", "gathered.yaml", "county.yaml", "lucheng.yaml")
NAMES = ("甲公司", "=1+1", "a,b", 'the "first"', "two\nlines", "", "é", "O'Neill (Jiangxi) Ltd", "#1", "'quoted", " a")
"""Names and ids: such that CSV has them in quotes, such that a spreadsheet takes for a formula, and others."""


@pytest.mark.parametrize("file", PLANS)
def test_a_line_is_what_the_recorder_writes(file: str) -> None:
    """Of the same enterprises twice: what is kept of the first ones is written of others."""
    policy = plan_of(file)
    assessor, recorder, writer = ManyAssessor(policy, few=0), Recorder(policy), NdjsonWriter(policy)
    for number, (enterprise, day) in enumerate(enterprises(policy, 120)):
        one = enterprise._replace(name=NAMES[number % len(NAMES)], id=NAMES[number % 7] if number % 3 else "")
        assessment = assessor.assess(one, day)
        assert writer.line(assessment) == recorder.line(assessment).encode()


@pytest.mark.parametrize("file", PLANS)
@pytest.mark.parametrize(
    ("every", "named", "guarded"), [(False, False, False), (True, True, True), (False, True, True)]
)
def test_rows_are_what_a_writer_of_csv_writes(file: str, every: bool, named: bool, guarded: bool) -> None:
    policy = plan_of(file)
    assessor, writer = ManyAssessor(policy, few=0), LongCsv(policy, every, named, guarded)
    for number, (enterprise, day) in enumerate(enterprises(policy, 60)):
        one = enterprise._replace(name=NAMES[number % len(NAMES)], id=NAMES[number % 7] if number % 3 else "")
        assessment = assessor.assess(one, day)
        plain = csv_lines([row.cells(named) for row in rows(assessment, every)], guarded)
        assert writer.rows(assessment) == plain.encode()
