"""What is done with each enterprise of a batch: the task, the worker that does it chunk by chunk, and what comes of a chunk."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal, localcontext
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from jxplus.assessment import ENTITLED, UNDECIDED, UNQUANTIFIED, Assessment
from jxplus.assessment.many import ManyAssessor
from jxplus.batch.sources import Chunk, Refusal
from jxplus.enterprise import Enterprise, Reader
from jxplus.fault import Text
from jxplus.policy import Policy
from jxplus.quantity import EXACT

if TYPE_CHECKING:
    from jxplus.assessment.reach import Advisor
    from jxplus.assessment.reached import Reach
    from jxplus.batch.clients import Client, Near
    from jxplus.query.tables import Options
    from jxplus.render.rows import Cells
    from jxplus.render.straight import StraightWriter, Told

Write = Callable[[Assessment, "Sequence[Reach]", list[bytes]], None]
"""Adds an assessment, with what is within reach, to the parts of lines in UTF-8."""


class Task(NamedTuple):
    """What is to be done with each enterprise.

    `form` says what is made of it: `ndjson` or `csv` as text, `clients` for a book, `pages` for a folder of reports, `none`
    but its brief. `day` is the one chosen, `today` the one of an enterprise that names none. `extra` are facts in place of
    the enterprise's own. `bom` has CSV be for Excel in China: marked as UTF-8, and no text of it a formula. `named` says
    that the tables have the names of enterprises beside what they are known by. `near` says how near is within reach, and
    is None where nobody asks; `unit` and `lang` are those of books and reports, `files` what a book names as its sources.
    """

    policy: Policy
    form: str
    wide: bool = False
    every: bool = False
    pins: Mapping[str, str] = {}
    extra: Mapping[str, Any] = {}
    day: date | None = None
    today: date = date.min
    bom: bool = False
    named: bool = False
    near: Decimal | None = None
    unit: str = "yuan"
    lang: str = "en"
    files: tuple[str, ...] = ()
    lean: bool = False
    """Whether lines of JSON are of ids and figures alone."""
    ranked: bool = True
    """Whether enterprises are ranked by what they are due: where results are lines of a file nobody asks."""
    many: bool = False
    """Whether it is known beforehand that there are many, so that what is made for many pays from the first one on."""
    explain: Collection[str] = frozenset()
    """The clauses of which a book tells how they came about."""

    def options(self, absent: Collection[str], partly: Collection[str] = (), tuned: bool = False) -> "Options":
        """The same task as the options of a query over tables that lack what `absent` names."""
        from jxplus.query.tables import Options

        shape = "wide" if self.wide else "long"
        return Options(shape, self.day, self.today, self.pins, self.every, absent, tuned, partly)


class Brief(NamedTuple):
    """An enterprise on one line: what it is due in all, and how many clauses came to what.

    `open` says that it is at least this: an amount in it has no ceiling.
    """

    enterprise: str
    low: Decimal
    high: Decimal
    entitled: int
    unquantified: int
    undecided: int
    open: bool = False
    name: str = ""
    """The name of an enterprise that is known by an id."""
    near: "Near | None" = None
    """What is nearest within its reach, of all that would bring a stated amount."""

    @property
    def most(self) -> Decimal | None:
        """The most that it is due; None where nothing bounds it."""
        return None if self.open else self.high


class ReportPage(NamedTuple):
    """The report of one enterprise: the page as text, with its id where it has one, and its name."""

    id: str
    name: str
    text: str


class Done(NamedTuple):
    """What came of a chunk: text in UTF-8, clients or pages, as the task's form says, a brief or a refusal for each enterprise.

    The text may stand in memory that is shared with another process: it is good until the next chunk's is asked for.
    `assumptions` are the assumptions and warnings, with the number of enterprises that each is true of. Where none are ranked
    there are no briefs, and `unranked` is what the enterprises are called that were computed.
    """

    text: bytes | memoryview
    made: "list[Client | ReportPage]"
    briefs: list[Brief]
    refusals: list[Refusal]
    assumptions: dict[Text, int]
    size: int
    unranked: Sequence[str] = ()


class Worker:
    """Does a task, chunk by chunk; made once in each process."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.reader = Reader(task.policy)
        self.reader.receipts = task.form != "csv"  # no table has one
        self.assessor = ManyAssessor(task.policy, task.pins)
        if task.many:
            self.reader.few = self.assessor.few = 0
        self.floors = any(clause.kind == "floor" for clause in task.policy.clauses)
        self._straight: StraightWriter | None = None

    @cached_property
    def write(self) -> "Write | None":
        """What writes an enterprise as text; None where nothing is written, or something else is made."""
        return _writer(self.task)

    def work(self, chunk: Chunk) -> Done:
        """The results of a chunk."""
        done, some = Done(b"", [], [], [], {}, chunk.size), list[Enterprise]()
        for entry in chunk.entries(self.reader, self.task.extra):
            if isinstance(entry, Refusal):
                done.refusals.append(entry)
            else:
                some.append(entry)
        texts: list[bytes] = []
        _count(self.told(some, texts, done), done.assumptions)
        unranked = [] if self.task.ranked else [each.id or each.name for each in some]
        return done._replace(text=b"".join(texts), unranked=unranked)

    def told(self, some: Sequence[Enterprise], texts: list[bytes], done: Done) -> "list[Told]":
        """Takes what enterprises come to into the texts and into what is done; gives what is told of each."""
        day, today, straight = self.task.day, self.task.today, self.straight()
        days = [day or each.facts.get("as_of") or today for each in some]
        if straight is None:
            return [self.assess(each, day, texts, done) for each, day in zip(some, days, strict=True)]
        with localcontext(EXACT):
            return [straight(each, day, texts) for each, day in zip(some, days, strict=True)]

    def assess(self, enterprise: Enterprise, day: date, texts: list[bytes], done: Done) -> "Told":
        """Takes what an enterprise comes to into the texts and into what is done; gives what is told of it."""
        task, assessment = self.task, self.assessor.assess(enterprise, day)
        found = self.reach(assessment) if task.near is not None else ()
        if self.write is not None:
            self.write(assessment, found, texts)
        elif task.form != "none":
            done.made.append(self.made(assessment, found))
        if task.ranked:
            done.briefs.append(_brief(assessment, found, self.floors))
        if task.near is None:
            return assessment.assumptions, assessment.warnings
        from jxplus.assessment.reach import unseen

        return assessment.assumptions, (*assessment.warnings, *unseen(assessment))

    def straight(self) -> "StraightWriter | None":
        """What writes enterprises straight from their facts; None where the task asks for more, or the enterprises may be few."""
        task = self.task
        if self._straight is None and not (self.assessor.few or task.ranked or task.lean or task.near is not None):
            from jxplus.render import straight
            from jxplus.render.longcsv import LongCsv
            from jxplus.render.ndjson import NdjsonWriter

            if task.form == "ndjson" and straight.has_plain_totals(task.policy):
                self._straight = straight.StraightNdjson(self.assessor, NdjsonWriter(task.policy)).write
            elif task.form == "csv" and not task.wide:
                writer = LongCsv(task.policy, task.every, task.named, task.bom)
                self._straight = straight.StraightCsv(self.assessor, writer).write
        return self._straight

    def reach(self, assessment: Assessment) -> "tuple[Reach, ...]":
        """What is within reach of an enterprise."""
        assert self.task.near is not None
        return self.advisor.reach(assessment, self.task.near)

    @cached_property
    def advisor(self) -> "Advisor":
        """What finds what is within reach."""
        from jxplus.assessment.reach import Advisor

        return Advisor(self.assessor)

    def made(self, assessment: Assessment, found: "Sequence[Reach]") -> "Client | ReportPage":
        """The client of a book, or the page of a report."""
        if self.task.form == "clients":
            from jxplus.batch.clients import client

            return client(assessment, found, self.task.explain, self.task.unit == "wan")
        from jxplus.render.report import INDEX, ResultPage

        enterprise, task = assessment.enterprise, self.task
        page = ResultPage(assessment, task.lang, task.unit, task.every)
        return ReportPage(enterprise.id, enterprise.name, page.text(found, INDEX))


def _count(told: "Sequence[Told]", found: dict[Text, int]) -> None:
    """Adds to what was found how many enterprises each assumption and warning is true of.

    Most have the very same ones, the same objects, which are counted together.
    """
    keys = [(id(assumptions), id(warnings)) for assumptions, warnings in told]
    alike = Counter(keys)
    firsts = dict(zip(keys, told, strict=True))
    for key, (assumptions, warnings) in firsts.items():
        count = alike[key]
        for text in (*[each.text for each in assumptions], *warnings):
            found[text] = found.get(text, 0) + count


def _writer(task: Task) -> "Write | None":
    """What writes the assessments of a task as text; what the task does not need is not loaded."""
    if task.form == "ndjson" and task.lean:
        from jxplus.render.lean import LeanRecorder

        lean = LeanRecorder(task.policy).line
        return lambda assessment, found, texts: texts.append(f"{lean(assessment)}\n".encode())
    if task.form == "ndjson":
        from jxplus.render.record import Recorder

        line = Recorder(task.policy).line
        return lambda assessment, found, texts: texts.append(f"{line(assessment, found, task.near)}\n".encode())
    if task.form == "csv":
        from jxplus.render.rows import csv_lines

        return lambda assessment, found, texts: texts.append(
            csv_lines(_cells(assessment, found, task), task.bom).encode()
        )
    return None


def _cells(assessment: Assessment, found: "Sequence[Reach]", task: Task) -> "Sequence[Cells]":
    """The rows of an enterprise in the table that is made, which may say what is within reach."""
    if task.near is None:
        from jxplus.render.rows import rows, wide_row

        if not task.wide:
            return [row.cells(task.named) for row in rows(assessment, task.every)]
        return [wide_row(assessment, task.named)]
    from jxplus.render.reached import reached_rows, reached_wide_row

    if task.wide:
        return [reached_wide_row(assessment, found, task.named)]
    return reached_rows(assessment, found, task.every, task.named)


def _brief(assessment: Assessment, found: "Sequence[Reach]", floors: bool) -> Brief:
    """An enterprise on one line; `floors` says that a clause of its policy has an amount without a ceiling."""
    low, high = assessment.total()
    count, enterprise = [each.status for each in assessment.outcomes].count, assessment.enterprise
    return Brief(
        enterprise.label,
        low,
        high,
        count(ENTITLED),
        count(UNQUANTIFIED),
        count(UNDECIDED),
        floors and assessment.open(),
        enterprise.name if enterprise.id else "",
        _nearest(found) if found else None,
    )


def _nearest(found: "Sequence[Reach]") -> "Near | None":
    from jxplus.batch.clients import nearest_of

    return nearest_of(found)
