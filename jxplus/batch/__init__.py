"""Many enterprises: chunks of sources in, the results of each chunk out, in the order of the sources.

The work on a chunk is the same function in this process and in any other, so that `jobs` changes nothing but the time. No
enterprise stops another, and what is held at a time is a few chunks, however many enterprises there are.
"""

import heapq
import re
from collections import Counter
from collections.abc import Generator, Iterable, Sequence
from decimal import Decimal

from jxplus.batch.sources import Source
from jxplus.batch.worker import Brief, Done, ReportPage, Task, Worker
from jxplus.fault import COMMA, Text, shown
from jxplus.quantity import ZERO, total

__all__ = ["MOST_CALLED", "MOST_NEAR", "MOST_SHOWN", "Brief", "Done", "ReportPage", "Summary", "Task", "Worker", "run"]

MOST_SHOWN = 1000
"""How many enterprises a summary shows; a file takes all of them."""
MOST_CALLED, _MOST_ALIKE = 100_000, 3
"""Among how many names those are found that several enterprises have, and how many of these are said."""
MOST_NEAR = 20
"""Of how many enterprises a summary shows what is nearest within reach."""
_MANY = 1 << 20
"""From how many bytes of sources on there are many enterprises: some hundred at least."""


_SAME = str.maketrans("（）", "()", " \u3000\u00a0")
"""What makes one name of 甲（集团） and 甲 (集团), which are written by different hands."""
_VARIES = re.compile("[（） \u3000\u00a0]").search


class Summary:
    """Collects what a summary shows: the enterprises with the highest amounts, the refused ones, and the sums of all."""

    def __init__(self) -> None:
        self.heap: list[tuple[Decimal, int, Brief]] = []
        self.count = 0
        self.refused: list[tuple[str, str, int]] = []
        self.refusals = 0
        self.low = self.high = ZERO
        self.open = False
        self.nearest: list[Brief] = []
        self.called = Counter[str]()
        """How many enterprises have each of the names, up to a bound, that they or their ids go by."""

    @property
    def most(self) -> Decimal | None:
        """The most that all are due; None where nothing bounds what one of them is."""
        return None if self.open else self.high

    def add(self, brief: Brief) -> None:
        """Take an enterprise that was computed."""
        self.call((brief.enterprise,))
        self.open = self.open or brief.open
        if brief.near is not None:
            self.nearest.append(brief)
            if len(self.nearest) > 2 * MOST_NEAR:
                self.nearest = self.near()
        self.low, self.high = total((self.low, brief.low)), total((self.high, brief.high))
        ranked = (brief.high, -self.count, brief)  # of two alike the earlier stands first
        if len(self.heap) < MOST_SHOWN:
            heapq.heappush(self.heap, ranked)
        else:
            heapq.heappushpop(self.heap, ranked)

    def call(self, labels: Sequence[str]) -> None:
        """Take what enterprises are called that were computed."""
        self.count += len(labels)
        if len(self.called) < MOST_CALLED:
            self.called.update(labels)

    def add_refused(self, label: str, faults: int, name: str = "") -> None:
        """Take an enterprise that was refused, by id, name or place, with the number of its faults and the name beside an id."""
        self.refusals += 1
        if len(self.refused) < MOST_SHOWN:
            self.refused.append((label, name, faults))

    def ranked(self) -> list[Brief]:
        """The enterprises with the highest amounts, the highest first."""
        return [brief for _, _, brief in sorted(self.heap, reverse=True)]

    def near(self) -> list[Brief]:
        """The enterprises that are nearest to another yuan, the nearest first."""
        return heapq.nsmallest(MOST_NEAR, self.nearest, key=lambda each: each.near.place if each.near else ())

    def alike(self) -> Text | None:
        """Which enterprises count twice in the total: those that are called the same; None where none are."""
        if self.called.total() == len(self.called) and not _VARIES("".join(self.called)):
            return None  # sooner told of all than of each
        written = {name: name.translate(_SAME) for name in self.called if _VARIES(name)}
        same = self.called if not written else Counter(written.get(name, name) for name in self.called.elements())
        first = {written.get(name, name): name for name in reversed(self.called)} if written else {}
        twice = [(shown(first.get(name, name)), count) for name, count in same.items() if count > 1]
        if not twice:
            return None
        zh = COMMA.zh.join(f"“{name}”{count}家" for name, count in twice[:_MOST_ALIKE])
        en = COMMA.en.join(f"{count} of '{name}'" for name, count in twice[:_MOST_ALIKE])
        more = "…" * (len(twice) > _MOST_ALIKE)
        return Text(f"名称或编号相同、各自计入合计：{zh}{more}", f"Called the same, and each in the total: {en}{more}")

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


def run(sources: Iterable[Source], task: Task, jobs: int = 1) -> Generator[Done, None, None]:
    """The results of all chunks of the sources, in order; with `jobs` processes beside this one where it is more than 1."""
    sources = list(sources)
    task = task._replace(many=sum(source.size for source in sources) > _MANY)
    chunks = (chunk for source in sources for chunk in source.chunks())
    if jobs > 1:
        from jxplus.batch.parallel import in_parallel

        yield from in_parallel(chunks, task, jobs)
        return
    worker = Worker(task)
    for chunk in chunks:
        yield worker.work(chunk)
