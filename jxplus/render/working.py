"""What shows on a terminal that a long file is being worked on."""

import sys
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn


class Working:
    """A line on standard error while a file is worked on; it goes away at the end. `size` is how much there is, None for not known."""

    def __init__(self, text: str, size: int | None = None) -> None:
        far = (BarColumn(), TaskProgressColumn()) if size is not None else ()
        self.progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            *far,
            TimeElapsedColumn(),
            console=Console(stderr=True, highlight=False, markup=False, emoji=False),
            transient=True,
            redirect_stdout=sys.stdout.isatty(),  # what goes to a file or a pipe is left alone
        )
        self.task = self.progress.add_task(text, total=size)

    def __enter__(self) -> "Working":
        self.progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.progress.stop()

    def at(self, done: int) -> None:
        """Show how much of it is done."""
        self.progress.update(self.task, completed=done)
