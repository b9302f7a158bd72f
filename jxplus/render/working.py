"""What shows on a terminal that a long file is being worked on."""

import sys

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn


class Working(Progress):
    """A line on standard error while a file is worked on; it goes away at the end. `size` is how much there is, None for not known."""

    def __init__(self, text: str, size: int | None = None) -> None:
        far = (BarColumn(), TaskProgressColumn()) if size is not None else ()
        super().__init__(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            *far,
            TimeElapsedColumn(),
            console=Console(stderr=True, highlight=False, markup=False, emoji=False),
            transient=True,
            redirect_stdout=sys.stdout.isatty(),  # what goes to a file or a pipe is left alone
        )
        self.task = self.add_task(text, total=size)

    def at(self, done: int) -> None:
        """Show how much of it is done."""
        self.update(self.task, completed=done)
