"""A batch for a reader: its enterprises ranked by what they are due, and how far the work has come."""

from collections.abc import Sequence
from types import TracebackType

from rich import box
from rich.cells import cell_len
from rich.console import Console, Group
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text as Rich

from jxplus.assessment import ENTITLED, UNDECIDED, UNQUANTIFIED
from jxplus.batch import Brief, Summary
from jxplus.fault import Text, shown
from jxplus.policy import Policy
from jxplus.quantity import yuan_text
from jxplus.render.console import printed, width
from jxplus.render.terminal import tabulated
from jxplus.render.words import STATUS, status_heading

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


_SHORTEST = 16
"""Where a name has less room than this, its figures stand below it: neither is ever cut."""


def page(summary: Summary, policy: Policy, lang: str) -> str:
    """The summary as a table, with colour on a terminal."""
    figures = [yuan_text(each) for brief in summary.ranked() for each in (brief.low, brief.high)]
    widest = max(map(len, [*figures, yuan_text(summary.low), yuan_text(summary.high)]))
    heads = [_WORDS[key].show(lang) for key in (ENTITLED, UNDECIDED)]
    beside = width() - 2 * widest - sum(map(cell_len, heads)) - 14 >= _SHORTEST
    unit = Text("单位 元", "in yuan").show(lang)
    heading = Rich(f"{policy.id} {policy.title.show(lang)} · {unit}", style="dim")
    body = _table(summary, lang) if beside else _list(summary, lang)
    return printed(heading, body, Rich(_closing(summary, lang), style="dim"))


def _table(summary: Summary, lang: str) -> Table:
    """An enterprise a line."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    for key in ("enterprise", "low", "high", ENTITLED, UNDECIDED):
        first = key == "enterprise"
        head = _WORDS[key].show(lang)
        table.add_column(head, justify="left" if first else "right", overflow="fold", no_wrap=not first)
    for brief in summary.ranked():
        counts = (str(each or "") for each in (brief.entitled, brief.undecided))
        table.add_row(
            Rich(shown(brief.enterprise)), yuan_text(brief.low), Rich(_most(brief, lang), style="bold"), *counts
        )
    for name, faults in summary.refused:
        refused, many = (Rich(text, style="red") for text in _refusal(faults, lang))
        table.add_row(Rich(shown(name)), refused, many)
    table.add_section()
    total = Rich(_WORDS["total"].show(lang), style="bold")
    table.add_row(total, yuan_text(summary.low), Rich(_most(summary, lang), style="bold"))
    return table


def _list(summary: Summary, lang: str) -> Group:
    """An enterprise on a line of its own, and below it the figures."""
    lines: list[Rich] = [Rich()]
    for brief in summary.ranked():
        lines += [Rich(shown(brief.enterprise), overflow="fold"), _figures(brief, lang)]
        counts = ((ENTITLED, brief.entitled), (UNDECIDED, brief.undecided))
        named = [f"{STATUS[status].show(lang)} {count}" for status, count in counts if count]
        lines += [Rich(f"  {' · '.join(named)}", style="dim")] if named else []
    for name, faults in summary.refused:
        lines += [Rich(shown(name), overflow="fold"), Rich(f"  {' · '.join(_refusal(faults, lang))}", style="red")]
    total = Rich(_WORDS["total"].show(lang), style="bold")
    return Group(*lines, Rich(), total, _figures(summary, lang), Rich())


def _most(due: Brief | Summary, lang: str) -> str:
    """The most that is due, or that nothing bounds it."""
    return Text("不封顶", "no ceiling").show(lang) if due.most is None else yuan_text(due.most)


def _figures(due: Brief | Summary, lang: str) -> Rich:
    return Rich(f"  {yuan_text(due.low)} – {_most(due, lang)}", style="bold", overflow="fold")


def _refusal(faults: int, lang: str) -> tuple[str, str]:
    many = Text(f"{faults}处问题", f"{faults} fault{'s' if faults > 1 else ''}")
    return _WORDS["refused"].show(lang), many.show(lang)


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
            _most(each, lang),
            str(each.entitled),
            str(each.unquantified),
            str(each.undecided),
        ]
        for each in summary.ranked()
    ]
    table.append([_WORDS["total"].show(lang), yuan_text(summary.low), _most(summary, lang), "", "", ""])
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
