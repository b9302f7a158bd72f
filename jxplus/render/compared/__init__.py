"""Two plans compared are shown: what came, what went, and what changed in it, in a reader's language."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Rich

from jxplus.comparison import CAME, WENT, Comparison
from jxplus.fault import Text
from jxplus.render.compared.words import Said, Sayer, called, titled
from jxplus.render.console import beside, printed


class Evidence(Protocol):
    """What shows that something changed, by the sort of thing and its id: rows for a page, members for a record."""

    def rows(self, key: tuple[str, str]) -> Sequence[Said]: ...

    def record(self, key: tuple[str, str]) -> Mapping[str, Any]: ...


_MARKS = {CAME: ("+", "green"), WENT: ("-", "red")}
_CHANGED = ("~", "yellow")
_UNNAMED = Text("", "")
_PLAN, _CLAUSES, _FACTS, _LISTS, _RULES = (
    Text("方案", "The plan"),
    Text("条款", "Clauses"),
    Text("事实", "Facts"),
    Text("列表", "Lists"),
    Text("规则", "Rules"),
)


class Entry(NamedTuple):
    """One thing that came, went or changed: its mark, its name, what is said of it, its sort and id."""

    change: str
    name: Text
    rows: Sequence[Said]
    key: tuple[str, str]


def page(comparison: Comparison, lang: str, shown: Evidence | None = None) -> str:
    """Gives all that changed, a heading for each sort of thing; with `shown` also the smallest enterprises that show it."""
    old, new = comparison.old, comparison.new
    heading = Rich(f"{old.id} → {new.id}", style="bold")
    files = Rich(f"{old.file} → {new.file}", style="dim", overflow="fold")
    parts: list[RenderableType] = [Group(heading, files)]
    for title, entries in sections(comparison):
        parts += ["", Rich(title.show(lang), style="bold")]
        for entry in entries:
            parts += _entry(entry, lang, shown)
    parts += ["", Rich(counted(comparison).show(lang), style="dim")]
    return printed(*parts)


def _entry(entry: Entry, lang: str, shown: Evidence | None) -> Iterator[RenderableType]:
    mark, style = _MARKS.get(entry.change, _CHANGED)
    title = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, show_header=False)
    title.add_column(no_wrap=True)
    title.add_column(overflow="fold")
    title.add_row(Rich(mark, style=style), Rich(entry.name.show(lang), style=style))
    rows = [*entry.rows, *(shown.rows(entry.key) if shown is not None else ())]
    if any(entry.name):
        yield title
    if rows:
        yield Padding(beside((row.name.show(lang), row.said.show(lang)) for row in rows), (0, 0, 0, 4))


def sections(comparison: Comparison) -> Iterator[tuple[Text, list[Entry]]]:
    """The entries under their headings; a heading without any is left out."""
    sayer = Sayer(comparison.old, comparison.new)

    def changed(kind: str, of: Iterable[Any], name: Callable[[Any], Text], rows: Callable[[Any], Any]) -> Any:
        return [Entry(each.change, name(each.one), rows(each), (kind, each.name)) for each in of]

    lists = [
        Entry(each.change, called(each.name, each.one.label), sayer.rows(each.changes), ("list", each.name))
        for each in comparison.lists
    ]
    found: tuple[tuple[Text, list[Entry]], ...] = (
        (_PLAN, [Entry("", _UNNAMED, list(map(sayer.row, comparison.plan)), ("plan", ""))] if comparison.plan else []),
        (_CLAUSES, changed("clause", comparison.clauses, titled, sayer.clause)),
        (_FACTS, [Entry(*told) for told in sayer.facts(comparison.facts)]),
        (_LISTS, lists),
        (_RULES, changed("rule", comparison.rules, titled, sayer.rule)),
    )
    for title, entries in found:
        if entries:
            yield title, entries


def counted(comparison: Comparison) -> Text:
    """How many clauses came, went and changed, in a sentence."""
    clauses = [each.change for each in comparison.clauses]
    came, went = clauses.count(CAME), clauses.count(WENT)
    changed = len(clauses) - came - went
    same = len(comparison.new.clauses) - came - changed
    return Text(
        f"条款：新增 {came}，取消 {went}，改动 {changed}，未变 {same}",
        f"clauses: {came} came, {went} went, {changed} changed, {same} as before",
    )
