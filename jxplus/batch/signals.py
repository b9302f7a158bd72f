"""What asks the program to end, Ctrl-C or another program: heard in time, and never in the middle of what cannot be left."""

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from typing import NoReturn


@contextlib.contextmanager
def held() -> Iterator[Callable[[], None]]:
    """What would end the program waits until the end of the block, and is heard then.

    Gives what makes it wait once more, where somebody else has set an answer of his own meanwhile.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return
    caught: list[int] = []
    former = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def hold() -> None:
        for number in former:
            signal.signal(number, lambda number, frame: caught.append(number))

    hold()
    try:
        yield hold
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
        for each in caught:
            signal.raise_signal(each)


@contextlib.contextmanager
def cleared_away() -> Iterator[None]:
    """Within the block, a program that is asked to end goes through all that is to be cleared away."""
    former = signal.signal(signal.SIGTERM, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)


def _end(number: int, frame: object) -> NoReturn:
    raise SystemExit(128 + number)
