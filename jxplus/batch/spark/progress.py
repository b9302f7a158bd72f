"""How far Spark has come: its steps are known beforehand, and of each the tasks that are done."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

Shown = Callable[[float], None]
"""Is told how far the work has come, in percent."""
STEPS = 4
"""The rows are checked, what is assumed of the enterprises and of their items is counted, and the results are written."""
_OFTEN = 0.5
"""Seconds between two looks."""


class Steps:
    """Tells `shown` how far the work has come, from a thread of its own while it is `watched`; it never goes back."""

    def __init__(self, spark: "SparkSession", shown: Shown) -> None:
        self.tracker, self.shown = spark.sparkContext.statusTracker(), shown
        self.done, self.most = 0, 0.0
        self.over = threading.Event()

    def step(self) -> None:
        """A further step is done."""
        self.done += 1
        self._tell(0.0)

    @contextlib.contextmanager
    def watched(self) -> Iterator["Steps"]:
        """Looks every now and then, until the work is over or Spark is."""
        threading.Thread(target=self._watch, daemon=True).start()
        try:
            yield self
        finally:
            self.over.set()

    def _watch(self) -> None:
        with contextlib.suppress(Exception):  # who breaks off the work ends Spark first
            while not self.over.wait(_OFTEN):
                stages = map(self.tracker.getStageInfo, self.tracker.getActiveStageIds())
                tasks = [(each.numCompletedTasks, each.numTasks) for each in stages if each is not None]
                every = sum(count for _, count in tasks)
                self._tell(sum(done for done, _ in tasks) / every if every else 0.0)

    def _tell(self, part: float) -> None:
        self.most = max(self.most, 100 * min(self.done + part, STEPS) / STEPS)
        self.shown(self.most)
