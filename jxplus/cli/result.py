"""One calculation, ready to be shown or written in each of its forms."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from jxplus.assessment import Assessment, Assessor, Outcome
from jxplus.assessment.reach import reach, unseen
from jxplus.assessment.reached import Reach
from jxplus.cli import note, writing
from jxplus.document import ending_of
from jxplus.enterprise import Enterprise, Reader
from jxplus.fault import Text

if TYPE_CHECKING:
    from typing import TypeVar

    from jxplus.batch.sources import Entry
    from jxplus.render.wording import Wording

    _W = TypeVar("_W", bound=Wording)

ENDINGS = (".html", ".xlsx", ".json", ".csv")
"""What `calc -o` can write."""


class ShownResult(NamedTuple):
    """An assessment with all that a command line says of how to show it."""

    assessor: Assessor
    assessment: Assessment
    lang: str
    unit: str
    every: bool
    explained: Collection[str]
    asked: Collection[str]
    """The clauses to explain that were named: they are shown whatever they came to."""
    formulas: bool
    near: Decimal
    quotes: Mapping[str, Sequence[tuple[Text, Text]]]
    bom: bool
    lean: bool

    def printed(self, form: str) -> str:
        """What goes to standard output; what a form has no place for goes to standard error."""
        if form == "json":
            return self.json()
        if form == "csv":
            return self.csv()
        return self.page() if form == "table" else self.text_table(form)

    def reach(self) -> tuple[Reach, ...]:
        """What is within reach; what was not looked at for it goes to standard error."""
        self.say_unseen()
        return reach(self.assessor, self.assessment, self.near)

    def say_unseen(self) -> None:
        """What was not looked at for what is within reach, on standard error."""
        for text in unseen(self.assessment):
            note(text, self.lang)

    def page(self) -> str:
        """The page of a terminal."""
        from jxplus.render.terminal import page
        from jxplus.render.wording import Wording

        return page(self._in(Wording), self.reach())

    def _in(self, kind: "type[_W]") -> "_W":
        """The result in the words of a kind of page."""
        told = self.every, self.explained, self.asked, self.quotes, self.formulas
        return kind(self.assessment, self.lang, self.unit, *told)

    def text_table(self, form: str) -> str:
        """The table in one of tabulate's formats; assumptions and warnings go to standard error."""
        from jxplus.render.texttable import text_table

        self.say_beside()
        return text_table(self.assessment, form, self.lang, self.unit, self.every)

    def json(self) -> str:
        """The JSON object, with the traces of the clauses to explain; or the lean one."""
        if self.lean:
            from jxplus.render.lean import LeanRecorder

            return LeanRecorder(self.assessment.policy).line(self.assessment)
        from jxplus.render.record import Recorder

        trace = self.trace if self.explained else None
        return Recorder(self.assessment.policy).page(self.assessment, trace, self.reach(), self.near)

    def trace(self, outcome: Outcome) -> dict[str, Any] | None:
        """How one of the clauses to explain came about, as plain values; None of another. It is made where it is written."""
        from jxplus.assessment.explain import explain, trace_record

        return trace_record(explain(self.assessment, outcome)) if outcome.clause.id in self.explained else None

    def csv(self) -> str:
        """The long table; assumptions, warnings and what rules take off go to standard error."""
        from jxplus.render.rows import csv_text, rows

        self.say_beside()
        for each in self.assessment.taken:
            from jxplus.render.ruled import said_in_one

            note(said_in_one(self.assessment, each), self.lang)
        return csv_text(rows(self.assessment, self.every), bom=self.bom)

    def say_beside(self) -> None:
        """Assumptions and warnings on standard error, for the forms that have no place for them."""
        for text in (*(each.text for each in self.assessment.assumptions), *self.assessment.warnings):
            note(text, self.lang)

    # ---- files

    def write(self, path: str) -> None:
        """Write the file at `path` by its ending, whole or not at all, and say so."""
        with writing(path, self.lang):
            if ending_of(path) == ".xlsx":
                self._workbook(path)
            else:
                from jxplus.atomic import replace_file

                replace_file(path, self._text(ending_of(path)))

    def _text(self, ending: str) -> str:
        if ending == ".html":
            from jxplus.render.report import ResultPage

            return self._in(ResultPage).text(self.reach())
        return self.json() + "\n" if ending == ".json" else self.csv()

    def _workbook(self, path: str) -> None:
        from jxplus.batch import Task, Worker
        from jxplus.batch.outputs.formats import OUTPUTS
        from jxplus.render.words import is_listed

        assessment = self.assessment
        day = assessment.as_of
        form = OUTPUTS[".xlsx"].form
        task = Task(
            assessment.policy,
            form,
            every=self.every,
            pins=dict(assessment.pins),
            day=day,
            today=day,
            near=self.near,
            unit=self.unit,
            lang=self.lang,
            files=(assessment.enterprise.file,),
            explain=frozenset(
                each.clause.id
                for each in assessment.outcomes
                if each.clause.id in self.explained and is_listed(each, self.every, self.asked)
            ),
        )
        output = OUTPUTS[".xlsx"].begin(path, task)
        try:
            output.add(Worker(task).work(_One(assessment.enterprise)))
            output.keep()
            self.say_unseen()
        finally:
            output.drop()


class _One:
    """An enterprise that has been read, as a source of one."""

    size = 0

    def __init__(self, enterprise: Enterprise) -> None:
        self.enterprise = enterprise

    def entries(self, reader: Reader, extra: Mapping[str, Any]) -> "Iterator[Entry]":
        return iter((self.enterprise,))
