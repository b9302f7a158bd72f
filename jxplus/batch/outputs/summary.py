"""A batch for a reader: its enterprises ranked by what they are due, and how far the work has come."""

from collections.abc import Sequence
from types import TracebackType

from rich import box
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text as Rich

from jxplus.assessment import ENTITLED, UNDECIDED, UNQUANTIFIED
from jxplus.batch import Summary
from jxplus.fault import Text, shown
from jxplus.policy import Policy
from jxplus.quantity import yuan_text
from jxplus.render.console import printed
from jxplus.render.terminal import tabulated
from jxplus.render.words import status_heading

_WORDS = {
    "enterprise": Text("企业", "Enterprise"),
    "low": Text("下限", "Low"),
    "high": Text("上限", "High"),
    ENTITLED: status_heading(ENTITLED),
    UNQUANTIFIED: status_heading(UNQUANTIFIED),
    UNDECIDED: status_heading(UNDECIDED),
    "total": Text("合计", "Total"),
    "refused": Text("未受理", "refused"),
}


def page(summary: Summary, policy: Policy, lang: str) -> str:
    """The summary as a table, with colour on a terminal."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    for key in ("enterprise", "low", "high", ENTITLED, UNDECIDED):
        first = key == "enterprise"
        head = _WORDS[key].show(lang)
        table.add_column(head, justify="left" if first else "right", overflow="fold", no_wrap=not first)
    for brief in summary.ranked():
        counts = (str(each or "") for each in (brief.entitled, brief.undecided))
        table.add_row(
            Rich(shown(brief.enterprise)), yuan_text(brief.low), Rich(yuan_text(brief.high), style="bold"), *counts
        )
    for name, faults in summary.refused:
        many = Text(f"{faults}处问题", f"{faults} fault{'s' if faults > 1 else ''}").show(lang)
        table.add_row(Rich(shown(name)), Rich(_WORDS["refused"].show(lang), style="red"), Rich(many, style="red"))
    table.add_section()
    total = Rich(_WORDS["total"].show(lang), style="bold")
    table.add_row(total, yuan_text(summary.low), Rich(yuan_text(summary.high), style="bold"))
    unit = Text("单位 元", "in yuan").show(lang)
    heading = Rich(f"{policy.id} {policy.title.show(lang)} · {unit}", style="dim")
    return printed(heading, table, Rich(_closing(summary, lang), style="dim"))


def _closing(summary: Summary, lang: str) -> str:
    ranked = len(summary.ranked())
    if ranked == summary.count:
        return summary.counted(lang)
    more = Text(f"；表中为金额最高的 {ranked} 家，用 -o 写出全部", f"; the {ranked} highest are shown, -o writes all")
    return summary.counted(lang) + more.show(lang)


def text_table(summary: Summary, form: str, lang: str) -> str:
    """The summary in one of tabulate's formats, with the total as the last row."""
    unit = Text("元", "yuan").show(lang)
    heads = [word.show(lang) for word in list(_WORDS.values())[:6]]
    heads[1:3] = [f"{head} ({unit})" for head in heads[1:3]]
    table = [
        [
            shown(each.enterprise),
            yuan_text(each.low),
            yuan_text(each.high),
            str(each.entitled),
            str(each.unquantified),
            str(each.undecided),
        ]
        for each in summary.ranked()
    ]
    table.append([_WORDS["total"].show(lang), yuan_text(summary.low), yuan_text(summary.high), "", "", ""])
    return tabulated(table, heads, form, ["left", *["right"] * 5])


class Bar:
    """A progress bar on standard error, shown while it is entered; it goes away when it is left."""

    def __init__(self, lang: str) -> None:
        self.counts = Text("测算 {}，未受理 {}", "{} computed, {} refused").show(lang)
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True, highlight=False, markup=False, emoji=False),
            transient=True,
        )
        self.task = self.progress.add_task("", total=None)

    def __enter__(self) -> "Bar":
        self.progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.progress.stop()

    def begin(self, total: int) -> None:
        """Begin to count towards `total`, the size of all sources; 0 where it cannot be known."""
        self.progress.update(self.task, total=total or None)

    def at(self, percent: float) -> None:
        """Show how far the work as a whole has come; below zero where that is not known."""
        self.progress.update(self.task, total=100 if percent >= 0 else None, completed=max(percent, 0))

    def show(self, lines: Sequence[str], done: int, refused: int, size: int) -> None:
        """Print lines above the bar, and show how far the work has come: `size` more of the sources."""
        for line in lines:
            self.progress.console.print(line, soft_wrap=True)
        self.progress.update(self.task, advance=size, description=self.counts.format(done, refused))
