"""Figures are the same however a page is set."""

import re

from hypothesis import given
from hypothesis import strategies as st

from jxplus.plan.figures import figures_in
from jxplus.plan.text import read_plan

SENTENCE = (
    "对年产值超过2000万元、1.5亿元的工坊分别给予20万元、一百万元奖励，引进团队给予30-100万元补助，"
    "利率再降低2个百分点，租金每平米不高于12元，运费每车每公里由0.8元降至0.65元，培育5000台(套)，三年内25%以上。"
)
WIDE = {ord(narrow): chr(ord(narrow) + 0xFEE0) for narrow in "0123456789.%()-"}


@given(st.data())
def test_breaks_and_widths_change_nothing(data: st.DataObject) -> None:
    """A sentence has the same figures however its lines and pages break, its words are spaced and its digits are wide."""
    text = "一、甲\n（一）"
    for index, char in enumerate(SENTENCE):
        text += data.draw(st.sampled_from([char, char.translate(WIDE)]))
        beside = SENTENCE[index : index + 2]
        if not re.fullmatch(r"[0-9.]{2}|[0-9.]", beside):
            numeric = re.search("[0-9]", beside)
            text += data.draw(st.sampled_from(["", "", "", " ", "\n"] + ([] if numeric else ["\n\n", "\n— 1 —\n"])))
    figures = [each for each in read_plan(text.encode(), "p").figures if each.kind != "page number"]
    assert [each.meaning for each in figures] == [each.meaning for each in figures_in(SENTENCE)]
