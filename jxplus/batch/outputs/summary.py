"""A batch for a reader: its enterprises ranked by what they are due, and how far the work has come."""

from collections.abc import Iterator, Sequence
from datetime import date

from rich.cells import cell_len
from rich.console import Console, Group
from rich.padding import Padding
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text as Rich

from jxplus.assessment import ENTITLED, UNDECIDED, UNQUANTIFIED
from jxplus.batch import Brief, Summary
from jxplus.batch.clients import Near
from jxplus.fault import STOP, Text, shown
from jxplus.policy import Policy
from jxplus.quantity import span_text, wan_text, yuan_text
from jxplus.render.console import Parts, bare, headed, printed, width
from jxplus.render.texttable import tabulated
from jxplus.render.words import NO_CEILING, STATUS, UNITS, faults_told, status_heading

_WORDS = {
    "enterprise": Text("企业", "Enterprise"),
    "low": Text("下限", "Low"),
    "high": Text("上限", "High"),
    ENTITLED: status_heading(ENTITLED),
    UNQUANTIFIED: status_heading(UNQUANTIFIED),
    UNDECIDED: status_heading(UNDECIDED),
    "total": Text("合计", "Total"),
    "refused": Text("未受理", "refused"),
    "id": Text("编号", "Id"),
    "near": Text("触手可及：离再多得一笔最近的企业", "Within reach: who is nearest to more"),
    "entitlement": Text("事项", "Entitlement"),
    "between": Text("还差什么", "What stands between"),
    "more": Text("可多得", "More"),
}
_COLUMNS = ("enterprise", "low", "high", ENTITLED, UNQUANTIFIED, UNDECIDED)


_SHORTEST = 16
"""Where a name has less room than this, its figures stand below it: neither is ever cut."""


def page(summary: Summary, policy: Policy, lang: str, unit: str = "yuan", day: date | None = None) -> str:
    """The summary as a table, with colour on a terminal; below it who is nearest to more, where that was asked for.

    `day` is the day of all calculations; None where each enterprise has its own.
    """
    words = _Words(summary, policy, lang, unit)
    figures = [words.money(each) for brief in summary.ranked() for each in (brief.low, brief.high)]
    widest = max(map(len, [*figures, words.money(summary.low), words.money(summary.high)]))
    heads = [_WORDS[key].show(lang) for key in (ENTITLED, UNDECIDED)]
    ids = max((cell_len(shown(each.enterprise)) + 2 for each in summary.ranked()), default=0) if words.named else 0
    beside = width() - 2 * widest - ids - sum(map(cell_len, heads)) - 14 >= _SHORTEST
    as_of = Text(f"测算日期 {day}", f"as of {day}") if day else Text("测算日期以各企业为准", "each on its day")
    heading = Parts([f"{policy.id} {policy.title.show(lang)}", as_of.show(lang), words.unit.show(lang)])
    body = _table(words) if beside else _list(words)
    near = [_near(words)] if summary.nearest else []
    return printed(heading, body, *near, Rich(_closing(summary, lang), style="dim"))


class _Words:
    """Words and amounts of one summary in one language and one unit; `named` says that there are names beside ids."""

    def __init__(self, summary: Summary, policy: Policy, lang: str, unit: str) -> None:
        self.summary, self.policy, self.lang = summary, policy, lang
        self.money = wan_text if unit == "wan" else yuan_text
        self.unit = Text(f"单位 {UNITS[unit].zh}", f"in {UNITS[unit].en}")
        self.named = any(each.name for each in summary.ranked()) or any(name for _, name, _ in summary.refused)

    def word(self, key: str) -> str:
        return _WORDS[key].show(self.lang)

    def most(self, due: Brief | Summary) -> str:
        """The most that is due, or that nothing bounds it."""
        return NO_CEILING.show(self.lang) if due.most is None else self.money(due.most)

    def near(self) -> Iterator[tuple[str, str, list[str], str]]:
        """Who is nearest to another yuan: of each the nearest clause, what stands between, and how much more it would bring."""
        for brief in self.summary.near():
            near = brief.near
            assert near is not None
            clause = self.policy.clause(near.clause)
            title = f"{clause.section} {clause.title.show(self.lang)}" if clause else near.clause
            told = [text.show(self.lang) for text in (*near.gaps, near.brings) if text is not None]
            yield self.who(brief.enterprise, brief.name), title, told, _more(self, near)

    def who(self, label: str, name: str) -> str:
        """What an enterprise is called where there is one line for it: its id, and its name beside that."""
        return shown(f"{label} {name}" if name and name != label else label)


def _table(words: _Words) -> Table:
    """An enterprise a line."""
    summary = words.summary
    table = headed()
    if words.named:
        table.add_column(words.word("id"), overflow="fold")
    for key in ("enterprise", "low", "high", ENTITLED, UNDECIDED):
        first = key == "enterprise"
        table.add_column(words.word(key), justify="left" if first else "right", overflow="fold", no_wrap=not first)
    for brief in summary.ranked():
        counts = (str(each or "") for each in (brief.entitled, brief.undecided))
        high = Rich(words.most(brief), style="bold")
        table.add_row(*_who(words, brief.enterprise, brief.name), words.money(brief.low), high, *counts)
    for label, name, faults in summary.refused:
        refused, many = (Rich(text, style="red") for text in _refusal(faults, words.lang))
        table.add_row(*_who(words, label, name), refused, many)
    table.add_section()
    total = Rich(words.word("total"), style="bold")
    blank = [""] if words.named else []
    table.add_row(total, *blank, words.money(summary.low), Rich(words.most(summary), style="bold"))
    return table


def _who(words: _Words, label: str, name: str) -> list[Rich]:
    return [Rich(shown(label)), Rich(shown(name))] if words.named else [Rich(shown(label))]


def _list(words: _Words) -> Group:
    """An enterprise on a line of its own, and below it the figures."""
    summary, lang = words.summary, words.lang
    lines: list[Rich] = [Rich()]
    for brief in summary.ranked():
        who = words.who(brief.enterprise, brief.name)
        lines += [Rich(who, overflow="fold"), _figures(words, brief)]
        counts = ((ENTITLED, brief.entitled), (UNDECIDED, brief.undecided))
        named = [f"{STATUS[status].show(lang)} {count}" for status, count in counts if count]
        lines += [Rich(f"  {' · '.join(named)}", style="dim")] if named else []
    for label, name, faults in summary.refused:
        refusal = Rich(f"  {' · '.join(_refusal(faults, lang))}", style="red")
        lines += [Rich(words.who(label, name), overflow="fold"), refusal]
    total = Rich(words.word("total"), style="bold")
    return Group(*lines, Rich(), total, _figures(words, summary), Rich())


def _figures(words: _Words, due: Brief | Summary) -> Rich:
    return Rich(f"  {words.money(due.low)} – {words.most(due)}", style="bold", overflow="fold")


def _near(words: _Words) -> Group:
    table = bare(expand=True)
    table.add_column(ratio=1, overflow="fold")
    table.add_column(justify="right", no_wrap=True)
    for who, title, told, more in words.near():
        lines = [Rich(who, style="bold"), Rich(title, style="dim"), *(Rich(text, style="green") for text in told)]
        table.add_row(Group(*lines), Rich(more, style="bold"))
    return Group(Rich(), Rich(words.word("near"), style="bold"), Padding(table, (0, 0, 1, 2)))


def _more(words: _Words, near: Near) -> str:
    """How much more a clause would pay; nothing where that only begins to grow."""
    if near.gain is None or near.brings is not None:
        return ""
    low, high = near.gain
    if near.open:
        return Text(f"至少 +{words.money(low)}", f"at least +{words.money(low)}").show(words.lang)
    if high < low:  # a range that closes from below
        return Text(f"下限 +{words.money(low)}", f"low +{words.money(low)}").show(words.lang)
    if not low and high:
        return Text(f"至多 +{words.money(high)}", f"up to +{words.money(high)}").show(words.lang)
    return f"+{span_text(low, high, words.money)}"


def _refusal(faults: int, lang: str) -> tuple[str, str]:
    return _WORDS["refused"].show(lang), faults_told(faults).show(lang)


def _closing(summary: Summary, lang: str) -> str:
    ranked = len(summary.ranked())
    if ranked == summary.count:
        return summary.counted(lang) + _alike(summary, lang)
    more = Text(f"；表中为金额最高的 {ranked} 家，用 -o 写出全部", f"; the {ranked} highest are shown, -o writes all")
    return summary.counted(lang) + more.show(lang) + _alike(summary, lang)


def _alike(summary: Summary, lang: str) -> str:
    """Who is called the same, on a line of its own."""
    alike = summary.alike()
    return f"\n{alike.show(lang)}" if alike is not None else ""


def text_table(summary: Summary, form: str, policy: Policy, lang: str, unit: str = "yuan") -> str:
    """The summary in one of tabulate's formats, with the total as the last row; then who is nearest, where that was asked."""
    words = _Words(summary, policy, lang, unit)
    own = ["id"] if words.named else []
    heads = [words.word(key) for key in (*own, *_COLUMNS)]
    for index in (len(own) + 1, len(own) + 2):
        heads[index] = f"{heads[index]} ({UNITS[unit].show(lang)})"
    table = [
        [
            shown(each.enterprise),
            *([shown(each.name)] if own else []),
            words.money(each.low),
            words.most(each),
            str(each.entitled),
            str(each.unquantified),
            str(each.undecided),
        ]
        for each in summary.ranked()
    ]
    table.append([words.word("total"), *[""] * len(own), words.money(summary.low), words.most(summary), *[""] * 3])
    text = tabulated(table, heads, form, ["left"] * (1 + len(own)) + ["right"] * 5)
    return f"{text}\n\n{_near_table(words, form)}" if summary.nearest else text


def _near_table(words: _Words, form: str) -> str:
    """Who is nearest to another yuan, in one of tabulate's formats."""
    rows = [[who, title, STOP.show(words.lang).join(told), more] for who, title, told, more in words.near()]
    heads = [words.word(key) for key in ("enterprise", "entitlement", "between", "more")]
    return tabulated(rows, heads, form, ["left", "left", "left", "right"])


class Bar(Progress):
    """A progress bar on standard error, shown while it is entered; it goes away when it is left."""

    def __init__(self, lang: str) -> None:
        self.counts = Text("测算 {}，未受理 {}", "{} computed, {} refused").show(lang)
        super().__init__(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True, highlight=False, markup=False, emoji=False),
            transient=True,
            redirect_stdout=False,  # or Rich would print results above the bar, wherever they were to go
        )
        self.task = self.add_task("", total=None)

    def begin(self, total: int) -> None:
        """Begin to count towards `total`, the size of all sources; 0 where it cannot be known."""
        self.update(self.task, total=total or None)

    def at(self, percent: float) -> None:
        """Show how far the work as a whole has come; below zero where that is not known."""
        self.update(self.task, total=100 if percent >= 0 else None, completed=max(percent, 0))

    def show(self, lines: Sequence[str], done: int, refused: int, size: int) -> None:
        """Print lines above the bar, and show how far the work has come: `size` more of the sources."""
        for line in lines:
            self.console.print(line, soft_wrap=True)
        self.update(self.task, advance=size, description=self.counts.format(done, refused))
