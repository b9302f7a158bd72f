"""A batch by several processes: chunks handed out, results taken back in their order.

A result may be large, and a pipe takes it in many small parts, each of which wakes the other side. So a process writes the text
of a chunk into memory that it shares with its parent, where the system has that (`memfd`); nothing of it is left behind when
both are gone. There is a place for each chunk that is on its way.
"""

import os
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple

from jxplus.batch.sources import Chunk
from jxplus.batch.worker import Done, Task, Worker

_AHEAD = 3
"""How many chunks are on their way for each process: enough to keep it busy, few enough to hold."""
_LARGE = 1 << 16
"""From how many bytes on a text goes by shared memory: as much as a pipe holds."""


# ---- in a process beside the parent --------------------------------------------------------------------------------


class _Beside(NamedTuple):
    """What one of several processes has: its worker, and the places for texts."""

    worker: Worker
    places: Sequence[BinaryIO]


_own: list[_Beside] = []


def _start(task: Task, parent: int, places: Sequence[int]) -> None:
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it too, and ends this process
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _own[:] = [_Beside(Worker(task), _opened(parent, places))]


def _end_with(parent: int) -> None:
    """End this process when its parent is gone: one that was killed tells nobody."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _opened(parent: int, places: Sequence[int]) -> Sequence[BinaryIO]:
    """The parent's places; none where this process may not open them."""
    try:
        return [open(f"/proc/{parent}/fd/{place}", "r+b", buffering=0) for place in places]
    except OSError:
        return ()


def _work(chunk: Chunk, number: int) -> tuple[Done, int]:
    """What came of the chunk with that number, and how many bytes of text are in its place instead of in it."""
    ((worker, places),) = _own
    done = worker.work(chunk)
    if len(done.text) < _LARGE or not places:
        return done, 0
    place = places[number % len(places)]
    try:
        place.seek(0)
        left = memoryview(done.text)
        while left:
            left = left[place.write(left) or 0 :]
    except OSError:  # no more memory, or a bound on the size of files: then as it is
        return done, 0
    return done._replace(text=b""), len(done.text)


# ---- in the parent -------------------------------------------------------------------------------------------------


def in_parallel(chunks: Iterator[Chunk], task: Task, jobs: int) -> Iterator[Done]:
    """The results of chunks, in order, by so many processes."""
    from concurrent.futures import Future, ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    from jxplus.batch.signals import held

    most = jobs * _AHEAD
    places = _places(most)
    texts = _Texts(places)
    pool = ProcessPoolExecutor(jobs, initializer=_start, initargs=(task, os.getpid(), places))
    ahead: deque[tuple[int, Future[tuple[Done, int]]]] = deque()

    def first() -> Done:
        number, future = ahead.popleft()
        done, size = future.result()
        return done._replace(text=texts.text(number % most, size)) if size else done

    try:
        for number, chunk in enumerate(chunks):
            with held():  # processes are made here, and Python drops the Ctrl-C that it hears while it makes one
                ahead.append((number, pool.submit(_work, chunk, number)))
            if len(ahead) >= most:
                yield first()
        while ahead:
            yield first()
    except BrokenProcessPool:
        raise OSError(0, "one of the processes was ended from outside; try fewer of them", f"--jobs {jobs}") from None
    finally:
        pool.shutdown(cancel_futures=True)
        for place in places:
            os.close(place)


def _places(count: int) -> list[int]:
    """Places for so many texts, each a file in memory; none where the system has no such files."""
    found: list[int] = []
    try:
        for _ in range(count):
            found.append(os.memfd_create("jxplus"))
    except (AttributeError, OSError):
        for each in found:
            os.close(each)
        return []
    return found


class _Texts:
    """The texts in the places, as they stand there: nothing is copied, and each is good until the next result is asked for."""

    def __init__(self, places: Sequence[int]) -> None:
        self.places = places
        self.seen: list[memoryview] = [memoryview(b"")] * len(places)

    def text(self, number: int, size: int) -> memoryview:
        """The text of so many bytes in a place."""
        from mmap import ACCESS_READ, mmap

        if len(self.seen[number]) < size:
            self.seen[number] = memoryview(mmap(self.places[number], size, access=ACCESS_READ))
        return self.seen[number][:size]
