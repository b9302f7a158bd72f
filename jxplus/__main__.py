"""The entry point: `jxplus`, and `python -m jxplus`."""

import atexit
import gc
import os
import sys

_INTERRUPTED = 130


def main() -> None:
    """Run the command line, and spare a short run the search for garbage that it has not made.

    Starting up makes many objects and drops few. Collecting after every 700 of them, and once more over all of them when
    Python ends, takes a sixth of the time of `jxplus calc`.
    """
    gc.set_threshold(50_000, 20, 20)
    import signal  # loads more than it seems, and so not before

    try:
        heard = signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if heard:  # nobody catches its exception while modules are loaded
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        from jxplus.cli import run

        if heard:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        run()
    except KeyboardInterrupt:  # in the moment before the command line answers
        sys.exit(_INTERRUPTED)
    except SystemExit as ended:
        if isinstance(ended.code, int) and not _watched():
            _leave(ended.code)
        raise
    finally:
        if "duckdb" not in sys.modules:  # it counts at the end what nobody has collected, and complains
            gc.freeze()


def _watched() -> bool:
    """Whether anything waits for Python to end in order: a thread, what is registered for then, a profiler, a prompt."""
    import threading

    registered = atexit._ncallbacks() or "duckdb" in sys.modules
    return bool(registered or threading.active_count() > 1 or sys.getprofile() or sys.gettrace() or sys.flags.inspect)


def _leave(code: int) -> None:
    """End at once, all that was printed written: to take every module apart first takes as long as the clauses do."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):  # left to Python, which says so
        return
    os._exit(code)


if __name__ == "__main__":
    main()
