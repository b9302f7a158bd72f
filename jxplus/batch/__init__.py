"""Many enterprises: chunks of sources in, the results of each chunk out, in the order of the sources.

The work on a chunk is the same function in this process and in any other, so that `jobs` changes nothing but the time. No
enterprise stops another, and what is held at a time is a few chunks, however many enterprises there are.
"""

import heapq
import os
import threading
import time
from collections import deque
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from jxplus.assessment import ENTITLED, UNDECIDED, UNQUANTIFIED, Assessment, Assessor
from jxplus.batch.sources import Chunk, Refusal, Source
from jxplus.enterprise import Reader
from jxplus.fault import Text
from jxplus.policy import Policy
from jxplus.quantity import ZERO, total
from jxplus.render.record import Recorder, csv_lines, rows, wide_row

if TYPE_CHECKING:
    from jxplus.query.tables import Options

Cells = list[str | Decimal | None]
MOST_SHOWN = 1000
"""How many enterprises a summary shows; a file takes all of them."""
_AHEAD = 3
"""How many chunks are on their way for each process: enough to keep it busy, few enough to hold."""


class Task(NamedTuple):
    """What is to be done with each enterprise.

    `form` says what is made of it: `ndjson` or `csv` as text, `rows` as cells, `none` but its brief. `day` is the one chosen,
    `today` the one of an enterprise that names none. `extra` are facts in place of the enterprise's own. `bom` has CSV be for
    Excel in China: marked as UTF-8, and no text of it a formula.
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

    @property
    def most(self) -> Decimal | None:
        """The most that it is due; None where nothing bounds it."""
        return None if self.open else self.high


class Done(NamedTuple):
    """What came of a chunk: text in UTF-8 or rows, as the task's form says, a brief or a refusal for each enterprise.

    `assumptions` are the assumptions and warnings, with the number of enterprises that each is true of.
    """

    text: bytes
    rows: list[Cells]
    briefs: list[Brief]
    refusals: list[Refusal]
    assumptions: dict[Text, int]
    size: int


class Summary:
    """Collects what a summary shows: the enterprises with the highest amounts, the refused ones, and the sums of all."""

    def __init__(self) -> None:
        self.heap: list[tuple[Decimal, int, Brief]] = []
        self.count = 0
        self.refused: list[tuple[str, int]] = []
        self.refusals = 0
        self.low = self.high = ZERO
        self.open = False

    @property
    def most(self) -> Decimal | None:
        """The most that all are due; None where nothing bounds what one of them is."""
        return None if self.open else self.high

    def add(self, brief: Brief) -> None:
        """Take an enterprise that was computed."""
        self.count += 1
        self.open = self.open or brief.open
        self.low, self.high = total((self.low, brief.low)), total((self.high, brief.high))
        ranked = (brief.high, -self.count, brief)  # of two alike the earlier stands first
        if len(self.heap) < MOST_SHOWN:
            heapq.heappush(self.heap, ranked)
        else:
            heapq.heappushpop(self.heap, ranked)

    def add_refused(self, name: str, faults: int) -> None:
        """Take an enterprise that was refused, by name or place, with the number of its faults."""
        self.refusals += 1
        if len(self.refused) < MOST_SHOWN:
            self.refused.append((name, faults))

    def ranked(self) -> list[Brief]:
        """The enterprises with the highest amounts, the highest first."""
        return [brief for _, _, brief in sorted(self.heap, reverse=True)]

    @property
    def wrote(self) -> bool:
        """Whether there is anything to take the place of a former output: not where everything was refused."""
        return bool(self.count or not self.refusals)

    def counted(self, lang: str) -> str:
        """How many enterprises there were, in a sentence."""
        total = self.count + self.refusals
        noun = "enterprise" if total == 1 else "enterprises"
        return Text(
            f"{total} 家企业：测算 {self.count} 家，未受理 {self.refusals} 家",
            f"{total} {noun}: {self.count} computed, {self.refusals} refused",
        ).show(lang)


class Worker:
    """Does a task, chunk by chunk; made once in each process."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.reader = Reader(task.policy)
        self.assessor = Assessor(task.policy, task.pins)
        self.recorder = Recorder(task.policy)

    def work(self, chunk: Chunk) -> Done:
        """The results of a chunk."""
        task, done = self.task, Done(b"", [], [], [], {}, chunk.size)
        lines: list[bytes] = []
        for entry in chunk.entries(self.reader, task.extra):
            if isinstance(entry, Refusal):
                done.refusals.append(entry)
                continue
            day = task.day or entry.facts.get("as_of") or task.today
            assessment = self.assessor.assess(entry, day)
            if task.form == "ndjson":
                lines.append(self.recorder.line(assessment).encode())
            elif task.form != "none":
                done.rows.extend(_cells(assessment, task))
            done.briefs.append(_brief(assessment))
            for text in (*(each.text for each in assessment.assumptions), *assessment.warnings):
                done.assumptions[text] = done.assumptions.get(text, 0) + 1
        if task.form == "csv":
            return done._replace(text=csv_lines(done.rows, task.bom).encode(), rows=[])
        return done._replace(text=b"\n".join([*lines, b""]))


def _cells(assessment: Assessment, task: Task) -> list[Cells]:
    return [wide_row(assessment)] if task.wide else [list(row) for row in rows(assessment, task.every)]


def _brief(assessment: Assessment) -> Brief:
    low, high = assessment.total()
    statuses = [each.status for each in assessment.outcomes]
    counts = {status: statuses.count(status) for status in (ENTITLED, UNQUANTIFIED, UNDECIDED)}
    label, open = assessment.enterprise.label, assessment.open()
    return Brief(label, low, high, counts[ENTITLED], counts[UNQUANTIFIED], counts[UNDECIDED], open)


def run(sources: Iterable[Source], task: Task, jobs: int = 1) -> Generator[Done, None, None]:
    """The results of all chunks of the sources, in order; with `jobs` processes beside this one where it is more than 1."""
    chunks = (chunk for source in sources for chunk in source.chunks())
    if jobs > 1:
        yield from _in_parallel(chunks, task, jobs)
        return
    worker = Worker(task)
    for chunk in chunks:
        yield worker.work(chunk)


# ---- several processes ---------------------------------------------------------------------------------------------

_made: list[Worker] = []
"""The worker of this process, where it is one of several."""


def _start(task: Task, parent: int) -> None:
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it too, and ends this process
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _made[:] = [Worker(task)]


def _end_with(parent: int) -> None:
    """End this process when its parent is gone: one that was killed tells nobody."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _work(chunk: Chunk) -> Done:
    return _made[0].work(chunk)


def _in_parallel(chunks: Iterator[Chunk], task: Task, jobs: int) -> Iterator[Done]:
    from concurrent.futures import Future, ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    from jxplus.batch.signals import held

    pool = ProcessPoolExecutor(jobs, initializer=_start, initargs=(task, os.getpid()))
    ahead: deque[Future[Done]] = deque()
    try:
        for chunk in chunks:
            with held():  # processes are made here, and Python drops the Ctrl-C that it hears while it makes one
                ahead.append(pool.submit(_work, chunk))
            if len(ahead) >= jobs * _AHEAD:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
    except BrokenProcessPool:
        raise OSError(0, "one of the processes was ended from outside; try fewer of them", f"--jobs {jobs}") from None
    finally:
        pool.shutdown(cancel_futures=True)
