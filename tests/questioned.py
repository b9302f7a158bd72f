"""An interview, held with answers that are known beforehand."""

from collections.abc import Mapping
from typing import Any

from jxplus.enterprise.interview import Interview, Question, State


def name_of(question: Question) -> str:
    """What a question asks for: `trainees`, `listings` (how many), `listings.venue`."""
    if question.listed is None:
        assert question.fact is not None
        return question.fact.id
    return question.listed.id if question.fact is None else f"{question.listed.id}.{question.fact.id}"


def questioned(
    interview: Interview, answers: Mapping[str, str], facts: Mapping[str, Any] = {}, most: int = 999
) -> tuple[list[str], State]:
    """What an interview that begins with `facts` asks for, in order, and where it ends; what has no answer is left blank."""
    state, asked = State(facts), list[str]()
    while len(asked) < most and (question := interview.question(state)) is not None:
        asked.append(name_of(question))
        state = interview.answer(state, question, answers.get(asked[-1], ""))
    return asked, state
