"""`jxplus init --ask` asks at a terminal. Each answer is in the file before the next question is asked."""

import contextlib
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, NoReturn

import typer

from jxplus.atomic import replace_file
from jxplus.cli import EXIT_REFUSED, emit, emit_data, inputs, note_written, options, refusing, show_faults
from jxplus.document import decode, read_bytes, tree_of
from jxplus.enterprise import Enterprise, Misstated
from jxplus.enterprise.interview import Idle, Interview, Progress, Question, State
from jxplus.enterprise.template import begun, filled, unfinished
from jxplus.fault import Fault, Place, Text, why
from jxplus.policy import Clause, Policy
from jxplus.render.asking import InterviewPage

_EXPLAIN, _BACK = ("?", "？"), ("back", "返回")
_SIGNALS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


class _Ended(BaseException):
    """The interview is ended from outside, by a signal; `number` is its number."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def interview(policy: Policy, clauses: list[Clause] | None, present: str, file: str, text: str, lang: str) -> None:
    """Asks for what the clauses need, keeps each answer, and prints what those clauses pay.

    `present` is the file to go on with, where there is one; `file` the one to write, standard output where it is empty;
    `text` the template that answers go into where nothing is there yet.
    """
    asking = Interview(policy, date.today(), clauses, _idle(policy) if clauses is None else None)
    state = State({})
    if present:
        text, facts = _present(asking, present, lang)
        text, state = _taken_up(asking, text, State(facts))
    page = InterviewPage(policy, lang)
    page.opening(file, len(state.facts))
    sitting = _Sitting(asking, page, file, text, state)
    try:
        with _signals():
            sitting.ask()
    except _Ended as ended:
        sitting.close()
        raise typer.Exit(128 + ended.number) from None
    page.console.print()
    if not sitting.close():
        page.say("没有新的回答，未写文件。", "Nothing was answered; nothing was written.")
    _result(policy, clauses, sitting.state.facts, file, lang)


def _idle(policy: Policy) -> Idle | None:
    """What tells of which clauses nothing is paid after the rules; where some clauses are asked for by name, nothing does."""
    if not policy.rules:
        return None
    from jxplus.assessment.idle import IdleClauses  # what few plans have is not loaded for the others

    return IdleClauses(policy)


@contextmanager
def _signals() -> Iterator[None]:
    """Has a signal that ends the process, or a terminal that is closed, end the interview in order."""

    def end(number: int, frame: object) -> NoReturn:
        raise _Ended(number)

    former = {number: signal.signal(number, end) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


class _Sitting:
    """One interview: its state, the answers before, and the file that holds them."""

    def __init__(self, asking: Interview, page: InterviewPage, file: str, text: str, state: State) -> None:
        self.asking, self.page, self.file, self.text = asking, page, file, text
        self.state = state
        self.before: list[State] = []
        self.dropped: dict[str, Progress] = {}
        """The lists that were given up in the middle, with the items that were answered."""
        self.begun = False
        self.kept = True

    def ask(self) -> None:
        """Ask until no question is left, or whoever answers has stopped."""
        with contextlib.suppress(ImportError):
            import readline  # noqa: F401 (editing on the line)
        sys.stdin.reconfigure(errors="surrogateescape")  # type: ignore[union-attr]
        try:
            while (question := self.asking.question(self.state)) is not None:
                self.page.question(question, len(self.asking.undecided(self.state)))
                self._answered(question)
        except (KeyboardInterrupt, EOFError):
            self.page.console.print()
            self.page.say("已停止，已答的都保留。", "Stopped; what was answered is kept.")
        except OSError:
            raise _Ended(signal.SIGHUP) from None  # the terminal is gone

    def _answered(self, question: Question) -> None:
        """Take lines until one answers the question, or leads back to the one before."""
        warned = False
        while True:
            written = _line().strip()
            if written in _EXPLAIN:
                self.page.explanation(question)
            elif written.lower() in _BACK:
                if self.before:
                    self._go_on(self.before.pop())
                    return
                self.page.say("这是第一题。", "This is the first question.", deep=2)
            elif not written and not warned and (items := _given_up(question, self.state)):
                warned = True
                self.page.giving_up(question, items)
            else:
                try:
                    after = self.asking.answer(self.state, question, written)
                    yuan = self.asking.yuan(question, written)
                except Misstated as misstated:
                    self.page.wrong(misstated)
                    continue
                if yuan is not None:
                    self.page.taken(yuan)
                if warned and not written and self.state.progress is not None:
                    self.dropped[self.state.progress.listed] = self.state.progress
                self.before.append(self.state)
                self._go_on(after)
                return

    def _go_on(self, state: State) -> None:
        """Keep the answers as they are now, in the file where there is one."""
        self.state = state
        if self.file and self._answers():
            self._write()

    def _answers(self) -> bool:
        self.begun |= bool(self.state.written or self.state.progress or self.dropped)
        return self.begun

    def _write(self) -> None:
        try:
            replace_file(self.file, self.whole())
            self.kept = True
        except OSError as error:
            if self.kept:
                wrong = Text(f"无法写入：{why(error).zh}", f"cannot be written: {why(error).en}")
                right = Text("回答仍在，结束时会显示", "the answers are still here, and are shown at the end")
                show_faults([Fault(self.file, Place(), "", wrong, right)], self.page.lang)
            self.kept = False

    def whole(self) -> str:
        """The file with the answers written into it; a list that is not complete stands below as comments."""
        policy, lang, state = self.page.policy, self.page.lang, self.state
        text = filled(self.text, policy, lang, state.written, state.facts)
        open_lists = {**self.dropped, **({state.progress.listed: state.progress} if state.progress else {})}
        for listed, progress in open_lists.items():
            if listed not in state.facts:
                text += "\n" + unfinished(policy, lang, listed, progress.written, progress.whole)
        return text

    def close(self) -> bool:
        """Have the answers where they belong: in the file, or on standard output; whether there are any."""
        if not self._answers():
            return False
        if self.file:
            self._write()
            if self.kept:
                with contextlib.suppress(OSError):
                    note_written(self.file, self.page.lang)
                return True
        emit_data(self.whole(), end="")
        if self.file:
            raise typer.Exit(EXIT_REFUSED)
        return True


def _given_up(question: Question, state: State) -> int:
    """How many items have answers that would be given up with a blank; 0 where none would."""
    if not question.needed or state.progress is None:
        return 0
    return sum(1 for item in state.progress.written if item)


def _present(asking: Interview, file: str, lang: str) -> tuple[str, dict[str, Any]]:
    """The text of a file that is there, and the facts it states; a required one may still be blank."""
    with refusing(lang):
        data = read_bytes(file)
        tree = tree_of(file, data, asking.reader.units)
        asking.reader.needed = []
        facts = {} if tree.value is None and not tree.faults else asking.reader.read(tree).facts
        return decode(data, file), facts


def _taken_up(asking: Interview, text: str, state: State) -> tuple[str, State]:
    """The text of a file without the list that was not answered to its end, and the interview in the middle of it."""
    cleared, lists = begun(text, asking.policy)
    with contextlib.suppress(Misstated):  # what is no answer any more stays in the file, for whoever wrote it
        for each in lists[-1:]:
            state = asking.resumed(state, *each)
        return cleared, state
    return text, state


def _line() -> str:
    """One line from the terminal. The prompt is on standard error where standard output goes elsewhere."""
    if sys.stdout.isatty():
        return input("> ")
    sys.stderr.write("> ")
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line


def _result(policy: Policy, clauses: list[Clause] | None, facts: Mapping[str, Any], file: str, lang: str) -> None:
    """Print what the clauses asked for pay, where enough is known to say so."""
    from jxplus.assessment import Assessor
    from jxplus.assessment.reach import reach
    from jxplus.render.terminal import page
    from jxplus.render.wording import Wording

    if any(fact.required and fact.id not in facts for fact in policy.facts.values()):
        return
    enterprise = Enterprise(facts.get("name", ""), {**facts}, file)
    assessor = Assessor(policy if clauses is None else policy._replace(clauses=tuple(clauses)))
    assessment = assessor.assess(enterprise, inputs.as_of(None, enterprise))
    near = reach(assessor, assessment, inputs.share("--reach", options.NEAR))
    text = page(Wording(assessment, lang), near)
    if file or not sys.stdout.isatty():
        emit(text) if file else print(text, file=sys.stderr)
    else:
        emit(f"\n{text}")
