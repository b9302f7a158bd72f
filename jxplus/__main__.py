"""The entry point: `jxplus`, and `python -m jxplus`."""

import gc


def main() -> None:
    """Run the command line."""
    # Starting up makes many objects and drops few: looking for garbage after every 700 of them is a twentieth of a start.
    gc.set_threshold(50_000, 20, 20)
    from jxplus.cli import run

    run()


if __name__ == "__main__":
    main()
