"""The entry point: `jxplus`, and `python -m jxplus`."""

import gc
import sys


def main() -> None:
    """Run the command line, and spare a short run the search for garbage that it has not made.

    Starting up makes many objects and drops few. Collecting after every 700 of them, and once more over all of them when
    Python ends, takes a sixth of the time of `jxplus calc`.
    """
    gc.set_threshold(50_000, 20, 20)
    try:
        from jxplus.cli import run

        run()
    finally:
        if "duckdb" not in sys.modules:  # it counts at the end what nobody has collected, and complains
            gc.freeze()


if __name__ == "__main__":
    main()
