"""The interview: which question comes next, and that none is asked in vain; then the real thing, in a pseudo-terminal.

That a question matters is proved by the assessment itself, which knows nothing of interviews: with some answer, and some
completion of what is still open, the outcome of a clause is another than with the fact unknown.
"""

import os
import random
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pexpect
import pytest
from oneclause import ALWAYS, plan, written
from questioned import name_of, questioned
from rich.cells import cell_len

from jxplus.assessment import NOT_IN_FORCE, NOT_MET, UNDECIDED, Assessor
from jxplus.document import read_tree
from jxplus.enterprise import Enterprise, Misstated, Reader
from jxplus.enterprise.interview import Interview, Question, State
from jxplus.enterprise.questions import example_text
from jxplus.enterprise.template import begun
from jxplus.policy import Clause
from jxplus.policy.store import load_policy

ROOT = Path(__file__).resolve().parents[2]
POLICY = load_policy()
READER, ASSESSOR = Reader(POLICY), Assessor(POLICY)
DAY = date(2016, 6, 30)

# Values on either side of what the plan's conditions turn on, as an enterprise file states them.
MONEY = ("0", "800万", "1200万", "4500万", "1.2亿")
DAYS = ("2016-06-30", "2016-08-31", "2014-12-31", "2016-12-31", "2018-12-31")
ITEMS = {
    "listings": [
        {"venue": "neeq"},
        {"venue": "shenzhen", "subsidised": "yes"},
        {"venue": "neeq", "subsidised": "yes"},
        *({"venue": "neeq", "subsidised": "no", "date": day} for day in DAYS),
    ],
    "premises": [
        {"landlord": landlord, "use": use, "area": "100", "monthly_rent": "25", "months": "12", "months_used": used}
        for landlord in ("government", "private", "university")
        for use in ("office", "maker-space")
        for used in ("0", "30")
    ],
    "platforms": [{"private_investment": "2000万", "qualified": "yes"}, {"private_investment": "1", "qualified": "no"}],
    "talents": [{"internet_experience": "yes", "senior_or_core": "yes", "brings_project": "yes"}],
    "training_bases": [{"qualified": "yes"}, {"qualified": "no"}],
    "funds": [
        {
            "liquidated": "yes",
            "size": "100",
            "in_province_investment": "60",
            "in_province_net_gain": gain,
            "local_gain": "5",
            **dated,
        }
        for gain in ("10", "-10")
        for dated in ({}, *({"date": day} for day in DAYS))
    ],
    "truck_tolls": [
        {"card": "credit", "toll": "100"},
        {"card": "none", "toll": "100"},
        *({"card": "credit", "toll": "100", "date": day} for day in DAYS),
    ],
    "container_trips": [
        {"card": "credit", "vehicle_km": "100", "lawful": "yes"},
        *({"card": "credit", "vehicle_km": "100", "lawful": "yes", "date": day} for day in DAYS),
    ],
}


def some_value(name: str, chance: random.Random) -> Any:
    """A value of a fact or a list, as the reader gives it."""
    if name in POLICY.lists:
        items = chance.choice([[], [chance.choice(ITEMS[name])], [chance.choice(ITEMS[name])] * 2])
        return READER.value(name, items)[1]
    return READER.value(name, some_answer(POLICY.facts[name].type.kind, name, chance))[1]


def some_answer(kind: str, name: str, chance: random.Random) -> str:
    """An answer to a question of that kind."""
    if kind == "choice":
        return chance.choice(list(POLICY.facts[name].choices))
    if kind == "number":
        form = POLICY.facts[name].form
        return chance.choice({"rate": ("0", "15%", "20%"), "count": ("0", "7")}.get(form, MONEY))
    if kind == "date":
        return chance.choice(DAYS)
    return {"truth": chance.choice(("yes", "no")), "text": "丰城测试公司"}[kind]


def answer_to(question: Question, chance: random.Random) -> str:
    """An answer: now and then a blank, mostly a value."""
    fact, listed = question.fact, question.listed
    if chance.random() < 0.2 and not (fact and fact.required):
        return ""
    if fact is None:
        return chance.choice(("0", "1", "2"))
    if listed is not None:
        return str(chance.choice([item[fact.id] for item in ITEMS[listed.id] if fact.id in item]))
    return some_answer(fact.type.kind, fact.id, chance)


def outcomes(facts: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """What each clause comes to; one that is not met and one whose days do not fit both come to nothing."""
    assessment = ASSESSOR.assess(Enterprise("", {**facts}), facts.get("as_of", DAY))
    nothing = (NOT_MET, NOT_IN_FORCE)
    return [
        (each.status not in nothing and each.status, each.low, each.high, each.base) for each in assessment.outcomes
    ]


def played(seed: int) -> Iterator[tuple[State, Question | None]]:
    """An interview with made-up answers: each question with the state it was asked in; at the end, none."""
    chance, interview = random.Random(seed), Interview(POLICY, DAY)
    state = State({})
    while (question := interview.question(state)) is not None:
        yield state, question
        state = interview.answer(state, question, answer_to(question, chance))
    yield state, None


def matters(name: str, state: State, chance: random.Random) -> bool:
    """Whether some answer, with some completion of what is open, gives another outcome than none at all."""
    names = [each for each in (*POLICY.facts, *POLICY.lists) if each not in ("name", "as_of")]
    free = [each for each in names if each not in state.facts and each not in state.closed and each != name]
    for _ in range(400):
        completed = {**state.facts, **{each: some_value(each, chance) for each in free if chance.random() < 0.8}}
        if outcomes(completed) != outcomes({**completed, name: some_value(name, chance)}):
            return True
    return False


@pytest.mark.parametrize("seed", range(20))
def test_no_question_is_asked_in_vain_and_none_twice(seed: int) -> None:
    """Law: a fact or a list is asked for only while an answer can still change an outcome, and once."""
    asked: list[str] = []
    for state, question in played(seed):
        if question is not None and not question.item:
            name = name_of(question)
            assert name not in asked
            asked.append(name)
            if name not in ("name", "as_of"):
                assert matters(name, state, random.Random(seed)), name


@pytest.mark.parametrize("seed", range(20))
def test_nothing_that_matters_is_left_out(seed: int) -> None:
    """Law: at the end, no value of a fact that was not asked for changes anything."""
    *_, (state, _none) = played(seed)
    chance = random.Random(seed)
    free = [name for name in (*POLICY.facts, *POLICY.lists) if name not in state.facts and name not in state.closed]
    now = outcomes(state.facts)
    for _ in range(40):
        assert outcomes({**state.facts, **{name: some_value(name, chance) for name in free}}) == now
    assessment = ASSESSOR.assess(Enterprise("", {**state.facts}), state.facts.get("as_of", DAY))
    for outcome in assessment.outcomes:
        assert outcome.status != UNDECIDED or set(outcome.missing) & state.closed


def first_questions(
    number: int,
    answers: Mapping[str, str],
    facts: Mapping[str, Any] = {},
    clauses: Sequence[Clause] | None = None,
) -> list[str]:
    """The first questions of an interview that begins with `facts`, whose answers are these, and blank elsewhere."""
    return questioned(Interview(POLICY, DAY, clauses), answers, facts, number)[0]


def test_what_decides_most_comes_first() -> None:
    """`internet_plus: no` ends six clauses (三(一), 三(二), two of 四(二), 六(一), 八(四)); premises none ends four."""
    assert first_questions(4, {"name": "a"}) == ["name", "as_of", "internet_plus", "premises"]


def test_a_list_is_asked_item_by_item() -> None:
    """How many, then the facts of each; months already enjoyed only where 36 months limit the relief: not for private."""
    answers = {"name": "a", "internet_plus": "yes", "premises": "1", "premises.use": "office", "premises.area": "100"}
    answers |= {"premises.monthly_rent": "25", "premises.months": "12"}
    asked = ["premises", *(f"premises.{each}" for each in ("landlord", "use", "area", "monthly_rent", "months"))]
    assert first_questions(9, {**answers, "premises.landlord": "private"})[3:] == asked
    government = first_questions(10, {**answers, "premises.landlord": "government"})[3:]
    assert government == [*asked, "premises.months_used"]


def test_what_is_decided_is_not_asked_for() -> None:
    """Not in Jiangxi: no listing counts. R&D of 800万 is not over 1000万, whatever the sales. No new format: no milestone."""
    answers = {"name": "a", "registered_in_jiangxi": "no", "rd_investment": "800万", "new_format": "no"}
    asked = first_questions(99, answers)
    assert {"registered_in_jiangxi", "rd_investment", "new_format"} <= set(asked)
    gone = {
        "listings",
        "sales_revenue",
        "rd_post_subsidy_rate",
        "operating_revenue",
        "previous_peak_revenue",
        "cit_rate",
    }
    assert not gone & set(asked)


def test_the_day_takes_clauses_out() -> None:
    """The deductions end with 2017: of the year 2018 nobody is asked what they are taken of, whenever it is calculated.

    In April 2018 the year may be 2017 still: what was spent is asked for first, and the year where something was.
    """
    gone = {"rd_expensed", "rd_amortisation", "cit_rate"}
    of_2018 = {"name": "a", "as_of": date(2019, 4, 1), "period_end": date(2018, 12, 31)}
    assert not gone & set(first_questions(99, {}, of_2018))
    assert "rd_expensed" in first_questions(99, {}, {**of_2018, "period_end": date(2017, 12, 31)})
    asked = first_questions(99, {"name": "a", "as_of": "2018-04-01", "rd_expensed": "100万"})
    assert asked.index("rd_expensed") < asked.index("period_end")
    assert "period_end" not in first_questions(99, {"name": "a", "as_of": "2018-04-01", "rd_expensed": "0"})
    asked = first_questions(
        99, {"name": "a", "as_of": "2018-04-01", "rd_expensed": "100万", "period_end": "2018-03-31"}
    )
    assert "cit_rate" not in asked


def test_the_day_of_an_item_is_asked_for_where_it_matters() -> None:
    """A toll paid with a card belongs to a day, and without one gets nothing; the day left blank is the end of the year."""
    answers = {"name": "a", "as_of": "2017-04-01", "truck_tolls": "1", "truck_tolls.toll": "100万"}
    section = POLICY.in_section("8.4")
    asked = first_questions(99, {**answers, "truck_tolls.card": "credit"}, clauses=section)
    assert asked.index("truck_tolls.date") < asked.index("period_end")
    dated = {**answers, "truck_tolls.card": "credit", "truck_tolls.date": "2016-08-31", "internet_plus": "no"}
    dated["container_trips"] = "0"
    assert "period_end" not in first_questions(99, dated, clauses=section)
    cash = {**answers, "truck_tolls.card": "none"}
    assert "truck_tolls.date" not in first_questions(99, cash, clauses=section)


def test_only_some_clauses() -> None:
    """An interview about 六(二) asks for its three facts."""
    answers = {"name": "a", "new_format": "是", "operating_revenue": "1.2亿", "previous_peak_revenue": "3000万"}
    asked, state = questioned(Interview(POLICY, DAY, POLICY.in_section("6.2")), answers)
    assert asked == ["name", "as_of", "new_format", "operating_revenue", "previous_peak_revenue"]
    assert state.facts["operating_revenue"] == Decimal(120000000)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("name", " "),
        ("as_of", "2016-02-30"),
        ("internet_plus", "maybe"),
        ("premises", "-1"),
        ("premises", "some"),
        ("premises", "1001"),
        ("premises.landlord", "landlady"),
        ("premises.area", "0"),
    ],
)
def test_a_wrong_answer_is_refused(asked: str, answer: str) -> None:
    """It leaves the interview where it was, and says what would be right."""
    answers = {
        "name": "a",
        "internet_plus": "yes",
        "premises": "1",
        "premises.landlord": "政府",
        "premises.use": "办公",
    }
    interview, state = Interview(POLICY, DAY), State({})
    while (question := interview.question(state)) is not None and name_of(question) != asked:
        state = interview.answer(state, question, answers.get(name_of(question), ""))
    assert question is not None
    with pytest.raises(Misstated) as raised:
        interview.answer(state, question, answer)
    assert raised.value.right.zh


def test_a_blank_in_an_item_leaves_the_list_unknown() -> None:
    """A file states an item whole or not at all, so the list is unknown, and is not asked for again."""
    answers = {"name": "a", "internet_plus": "yes", "premises": "2", "premises.landlord": "government"}
    asked, state = questioned(Interview(POLICY, DAY), answers)
    assert asked.count("premises") == 1
    assert "premises" not in state.facts
    assert "premises" in state.closed


def test_another_policy_asks_its_own_questions() -> None:
    """Nothing here is of one plan: a policy of two facts of its own asks for these."""
    interview = Interview(plan("when: gain > 0元 and exporter\npays: 1元", ALWAYS), DAY)
    assert questioned(interview, {"name": "某公司", "exporter": "no"})[0] == ["name", "exporter"]
    assert questioned(interview, {"name": "某公司", "exporter": "yes"})[0] == ["name", "exporter", "gain"]


# ---- in a pseudo-terminal ------------------------------------------------------------------------------------------


class Terminal:
    """`jxplus init --ask` in a terminal of 80 columns, and somebody who types."""

    def __init__(self, folder: Path, *arguments: str, shell: str = "") -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", "TERM": "xterm", "NO_COLOR": "1"}
        environment.pop("COLUMNS", None)
        self.child = pexpect.spawn(
            "/bin/sh",
            ["-c", f"exec {shlex.join([sys.executable, '-m', 'jxplus', 'init', '--ask', *arguments])} {shell}"],
            cwd=str(folder),
            env=environment,
            encoding="utf-8",
            dimensions=(24, 80),
            timeout=20,
        )
        self.seen = ""

    def type(self, *answers: str) -> None:
        """Type answers, each at its prompt."""
        for each in answers:
            self.until("> ")
            self.child.sendline(each)

    def answer(self, *answers: str) -> str:
        """Type answers, and give what was on the screen since the first of them."""
        before = len(self.seen)
        self.type(*answers)
        self.until("> ")
        self.child.sendline("?")  # so that the next prompt is there to be waited for
        return self.seen[before:]

    def until(self, what: Any) -> None:
        self.child.expect_exact(what) if isinstance(what, str) else self.child.expect(what)
        self.seen += self.child.before + (what if isinstance(what, str) else "")

    def end(self) -> str:
        """Wait for the end; gives all that was on the screen, without the codes of its colours."""
        self.until(pexpect.EOF)
        self.child.close()
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.seen).replace("\r", "")


def facts_of(path: Path) -> dict[str, Any]:
    return READER.read(read_tree(path.read_text("utf-8"), path.name)).facts


def test_an_interview_in_chinese(tmp_path: Path) -> None:
    """Answers, a wrong one, an explanation with its section, a step back, Ctrl-C: the file states what was answered."""
    terminal = Terminal(tmp_path, "company.yaml", "--for", "六(二)", "--lang", "zh")
    seen = terminal.answer("丰城测试公司", "2016-06-30")
    assert "新业态企业" in seen
    seen = terminal.answer("maybe")
    assert "六(二) 新业态营业收入首超奖励" in terminal.seen
    assert "“maybe”不是“是”或“否”" in seen
    terminal.answer("否？", "是", "1.2亿", "back")
    terminal.answer("1.3亿")
    terminal.until("> ")
    terminal.child.sendintr()
    screen = terminal.end()
    assert terminal.child.exitstatus == 0
    assert "已停止，已答的都保留。" in screen
    assert "已写入 company.yaml" in screen
    assert "六(二)" in screen
    assert facts_of(tmp_path / "company.yaml") == {
        "name": "丰城测试公司",
        "as_of": date(2016, 6, 30),
        "new_format": True,
        "operating_revenue": Decimal(130000000),
    }
    assert max(cell_len(line) for line in screen.splitlines()) <= 80


def test_it_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """What a file states is kept to the letter, its comments too, and is not asked for again; then the result is printed."""
    mine = tmp_path / "company.yaml"
    mine.write_text("# mine\nname: 丰城测试公司\nas_of: 2016-06-30   # fixed\nnew_format: yes\n", "utf-8")
    terminal = Terminal(tmp_path, "company.yaml", "--for", "6.2", "--lang", "en")
    terminal.type("1.2亿", "90,00万元", "30,000,000.00元")
    screen = terminal.end()
    assert terminal.child.exitstatus == 0
    assert mine.read_text("utf-8").startswith(
        "# mine\nname: 丰城测试公司\nas_of: 2016-06-30   # fixed\nnew_format: yes\n"
    )
    # 90,00万元 is not grouped by three, so it was refused and asked for again.
    assert "is not grouped by threes" in screen
    assert facts_of(mine)["previous_peak_revenue"] == Decimal(30000000)
    assert "1,000,000.00" in screen  # the higher award alone, or both: 100万 to 150万
    assert "1,500,000.00" in screen
    assert max(cell_len(line) for line in screen.splitlines()) <= 80


def test_blanks_all_the_way(tmp_path: Path) -> None:
    """Whoever knows nothing but the name is asked for each thing once, and the file states the name."""
    terminal = Terminal(tmp_path, "company.yaml", "--for", "三(三)", "--for", "七(一)", "--lang", "en")
    terminal.type("", "back", "丰城测试公司", "", "", "", "")
    screen = terminal.end()
    assert "it cannot be left blank" in screen
    assert "This is the first question." in screen
    assert facts_of(tmp_path / "company.yaml") == {"name": "丰城测试公司"}


def test_a_list_that_is_not_finished_is_not_stated(tmp_path: Path) -> None:
    """Ctrl-C within a list: its items stay in the file as comments, for a file must not state that these are all."""
    terminal = Terminal(tmp_path, "company.yaml", "--for", "三(三)", "--lang", "zh")
    terminal.type("丰城测试公司", "", "是", "2", "新三板", "否", "", "上海")
    terminal.until("> ")
    terminal.child.sendintr()
    terminal.end()
    assert facts_of(tmp_path / "company.yaml") == {"name": "丰城测试公司", "registered_in_jiangxi": True}
    assert "# 挂牌上市: 共2项，答到第2项" in (tmp_path / "company.yaml").read_text("utf-8")
    assert "#   - 上市地: 上海" in (tmp_path / "company.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("lang", "answers", "last"),
    [
        ("zh", ("丰城测试公司", "", "是", "2", "新三板", "", "", "上海"), "第2项（共2项）· 已获补助"),
        ("en", ("丰城测试公司", "", "yes", "2", "neeq", "yes", "2016-05-04", "shanghai"), "2 of 2 · "),
    ],
)
def test_a_list_that_is_not_finished_is_taken_up_where_it_was_left(
    lang: str, answers: tuple[str, ...], last: str, tmp_path: Path
) -> None:
    """Called again, it asks for what is left of the second item first, and the comments give way to the list."""
    mine = tmp_path / "company.yaml"
    first = Terminal(tmp_path, "company.yaml", "--for", "三(三)", "--lang", lang)
    for answer in answers:
        first.until("> ")
        first.child.sendline(answer)
    first.until("> ")
    first.child.sendintr()
    first.end()
    before = mine.read_text("utf-8")
    assert "未答完" in before or "not complete" in before
    again = Terminal(tmp_path, "company.yaml", "--for", "三(三)", "--lang", lang)
    again.until(last)
    again.until("> ")
    again.child.sendline("no")
    again.until("> ")
    again.child.sendline("")
    again.until("> ")
    again.child.sendline("")
    again.end()
    after = mine.read_text("utf-8")
    assert "未答完" not in after
    assert "not complete" not in after
    listings = facts_of(mine)["listings"]
    assert [item["venue"] for item in listings] == ["neeq", "shanghai"]
    assert [item.get("subsidised") for item in listings] == [True if lang == "en" else None, False]
    assert [item.get("date") for item in listings] == [date(2016, 5, 4) if lang == "en" else None, None]


def test_a_list_that_somebody_has_finished_by_hand_is_left_alone(tmp_path: Path) -> None:
    """Where the comments are no longer as they were written, or the list is stated, it is asked as in any file."""
    note = "# listings: 2 items, answered as far as item 2; not complete, so the list is still unknown\n"
    assert begun(f"name: a\n{note}#   - venue: neeq\n#   - where: here\n", POLICY)[1] == []
    text, (found,) = begun(f"name: a\n\n{note}#   - venue: neeq\n", POLICY)
    assert (text, tuple(found)) == ("name: a\n", ("listings", 2, [{"venue": "neeq"}]))
    with pytest.raises(Misstated, match="not among the choices"):
        Interview(POLICY, date(2016, 6, 30)).resumed(State({}), "listings", 2, [{"venue": "neeqq"}])
    mine = tmp_path / "company.yaml"
    mine.write_text(f"name: a\n\n{note}#   - venue: neeqq\n", "utf-8")
    terminal = Terminal(tmp_path, "company.yaml", "--for", "三(三)", "--lang", "en")
    terminal.type("2016-06-30", "yes")
    terminal.until("> ")
    terminal.child.sendintr()
    terminal.end()
    assert "#   - venue: neeqq" in mine.read_text("utf-8")
    state = State({"listings": []})
    assert Interview(POLICY, date(2016, 6, 30)).resumed(state, *found) == state


def test_stopped_at_once_it_writes_nothing(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "company.yaml", "--lang", "en")
    terminal.until("> ")
    terminal.child.sendeof()
    assert "nothing was written" in terminal.end()
    assert list(tmp_path.iterdir()) == []


def test_answers_are_not_lost_where_the_file_cannot_be_written(tmp_path: Path) -> None:
    """They go to the screen, and the exit code says that the file was not written."""
    (tmp_path / "nowhere").mkdir()
    terminal = Terminal(tmp_path, "nowhere/company.yaml", "--for", "7.2", "--lang", "en")
    terminal.until("> ")
    (tmp_path / "nowhere").rmdir()
    terminal.child.sendline("丰城测试公司")
    terminal.type("2016-06-30", "12", "", "0")
    screen = terminal.end()
    assert terminal.child.exitstatus == 1
    assert "cannot be written" in screen
    assert "trainees: 12" in screen


def test_without_a_file_the_answers_go_to_standard_output(tmp_path: Path) -> None:
    """`jxplus init --ask > company.yaml`: questions and result are on standard error, the facts alone are in the file."""
    terminal = Terminal(tmp_path, "--for", "7.2", "--lang", "en", shell="> company.yaml")
    terminal.type("丰城测试公司", "2016-06-30", "12", "", "0")
    screen = terminal.end()
    assert "Training subsidy for staff" in screen
    assert facts_of(tmp_path / "company.yaml")["trainees"] == Decimal(12)


def test_a_file_with_faults_is_refused_before_the_first_question(tmp_path: Path) -> None:
    """Each fault is named by its line; nobody is asked anything, and the file stays as it is."""
    mine = tmp_path / "company.yaml"
    mine.write_text("name: a\ntrainees: -1\n", "utf-8")
    terminal = Terminal(tmp_path, "company.yaml", "--lang", "en")
    screen = terminal.end()
    assert terminal.child.exitstatus == 1
    assert screen.startswith("company.yaml:2:11: trainees: '-1' is negative")
    assert mine.read_text("utf-8") == "name: a\ntrainees: -1\n"


def test_no_terminal_no_interview(tmp_path: Path) -> None:
    """Standard input that is no terminal is a wrong command line, said politely."""
    done = subprocess.run(
        [sys.executable, "-m", "jxplus", "init", "--ask", "company.yaml", "--lang", "en"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 2
    assert "terminal" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("end", ["the terminal is closed", "SIGHUP", "SIGTERM", "SIGKILL"])
def test_whatever_ends_an_interview_each_answer_is_in_the_file(end: str, tmp_path: Path) -> None:
    """The answers to the questions before are there, those within a list as comments; nothing else is left behind."""
    terminal = Terminal(tmp_path, "company.yaml", "--no-schema", "--for", "三(三)", "--lang", "zh")
    terminal.type("丰城测试公司", "2016-06-30", "是", "2", "新三板")
    terminal.until("> ")
    if end == "the terminal is closed":
        terminal.child.close(force=False)
    else:
        terminal.child.kill(getattr(signal, end))
        terminal.until(pexpect.EOF)
        terminal.child.close()
        assert terminal.child.exitstatus == (None if end == "SIGKILL" else 128 + getattr(signal, end))
    for _ in range(100):
        if not terminal.child.isalive():
            break
        time.sleep(0.1)
    assert [each.name for each in tmp_path.iterdir()] == ["company.yaml"]
    assert facts_of(tmp_path / "company.yaml") == {
        "name": "丰城测试公司",
        "as_of": date(2016, 6, 30),
        "registered_in_jiangxi": True,
    }
    assert "#   - 上市地: 新三板" in (tmp_path / "company.yaml").read_text("utf-8")


def test_without_a_file_a_signal_sends_the_answers_to_standard_output(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "--for", "7.2", "--lang", "en", shell="> company.yaml")
    terminal.type("丰城测试公司", "2016-06-30")
    terminal.until("> ")
    terminal.child.kill(signal.SIGTERM)
    terminal.end()
    assert facts_of(tmp_path / "company.yaml") == {"name": "丰城测试公司", "as_of": date(2016, 6, 30)}


@pytest.mark.parametrize(
    ("lang", "yes", "warning"),
    [("zh", "是", "整个列表按未知，已答的1项"), ("en", "yes", "leaves the whole list 'listings' unknown")],
)
def test_a_list_is_not_dropped_without_a_word(lang: str, yes: str, warning: str, tmp_path: Path) -> None:
    """A blank for what an item must state is asked for twice where answers would go, and these stay as comments."""
    mine = tmp_path / "company.yaml"
    terminal = Terminal(tmp_path, "company.yaml", "--for", "三(三)", "--lang", lang)
    terminal.type("丰城测试公司", "2016-06-30", yes, "2", "neeq", yes, "2016-05-04", "", "")
    screen = re.sub(r"\s+", " ", terminal.end())
    assert screen.count(warning) == 1
    assert "listings" not in facts_of(mine)
    assert re.search(r"^#   - (上市地: neeq|venue: neeq)$", mine.read_text("utf-8"), re.MULTILINE)


def test_a_list_is_kept_by_an_answer_after_the_warning(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "company.yaml", "--for", "三(三)", "--lang", "en")
    terminal.type("丰城测试公司", "2016-06-30", "yes", "2", "neeq", "yes", "2016-05-04", "", "shanghai", "no", "")
    terminal.end()
    assert [item["venue"] for item in facts_of(tmp_path / "company.yaml")["listings"]] == ["neeq", "shanghai"]


def test_a_list_of_which_nothing_was_answered_is_left_at_once(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "company.yaml", "--for", "七(一)", "--lang", "en")
    terminal.type("丰城测试公司", "2016-06-30", "1", "")
    assert "Enter once more" not in terminal.end()


def test_the_result_is_of_what_was_asked(tmp_path: Path) -> None:
    """`--for 6.2` ends with the clauses of 六(二) and of no other section, whatever else the file states."""
    mine = tmp_path / "company.yaml"
    mine.write_text("name: a\nas_of: 2016-06-30\nrd_expensed: 300万\nnew_format: yes\n", "utf-8")
    terminal = Terminal(tmp_path, "company.yaml", "--for", "6.2", "--lang", "en")
    terminal.type("5000万", "0")
    screen = terminal.end()
    assert "500,000.00" in screen  # 六(二): over 4000万 for the first time
    assert "六(一)" not in screen


INCOME = """{type: money, zh: 年营业收入, en: Turnover,
    about: {zh: 利润表第一行，不含增值税, en: "the first line of the income statement, without VAT"}}"""
ABOUT = written(
    "when: exports > 100万元\npays: 5万元",
    ALWAYS,
    ("{type: money, zh: 出口额, en: Exports}", INCOME),
    ("{zh: 条款, en: Clause}", "{zh: 奖励, en: Award}"),
)


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("zh", ("利润表第一行，不含增值税", "例如：1200万元", "一(一) 奖励", "不知道就直接回车")),
        ("en", ("the first line of the income statement", "for example: 1200万元", "一(一) Award")),
    ],
)
def test_an_explanation_says_what_a_fact_means(lang: str, told: tuple[str, ...], tmp_path: Path) -> None:
    """What it means, in the words of the policy file, an example, and the section that asks for it."""
    (tmp_path / "plan.yaml").write_text(ABOUT, "utf-8")
    terminal = Terminal(tmp_path, "company.yaml", "--policies", "plan.yaml", "--lang", lang)
    terminal.type("a", "?", "200万")
    screen = terminal.end()
    for each in told:
        assert each in screen
    assert "50,000.00" in screen


def test_each_example_is_one() -> None:
    """What is shown as an example of a fact, in either language, is a right answer to its question."""
    for fact in POLICY.facts.values():
        if fact.type.kind == "text":
            continue
        example = example_text(fact)
        assert READER.value(fact.id, example.zh) == READER.value(fact.id, example.en)
    for listed in POLICY.lists.values():
        for fact in listed.facts.values():
            example = example_text(fact)
            assert READER.item_value(listed.id, fact.id, example.zh) == READER.item_value(
                listed.id, fact.id, example.en
            )


def test_money_is_said_back_in_yuan(tmp_path: Path) -> None:
    """Whoever forgets 万, or means it, sees what was taken before going on."""
    mine = tmp_path / "company.yaml"
    mine.write_text("name: 甲\nas_of: 2016-06-30\nnew_format: yes\n", "utf-8")
    terminal = Terminal(tmp_path, "company.yaml", "--for", "6.2", "--lang", "zh")
    terminal.type("9,800万", "￥1,200.5")
    screen = terminal.end()
    assert "= 98,000,000.00 元" in screen
    assert "= 1,200.50 元" in screen


def test_every_fact_of_the_plan_says_what_it_means() -> None:
    for fact in [*POLICY.facts.values(), *(each for listed in POLICY.lists.values() for each in listed.facts.values())]:
        assert fact.about is not None, fact.id
    for listed in POLICY.lists.values():
        assert listed.about is not None, listed.id
