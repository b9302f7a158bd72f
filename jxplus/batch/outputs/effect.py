"""What replacing a plan comes to for many enterprises: who gains, who loses, and how much in all by nature and by payer."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text as Rich

from jxplus.batch.compared import EITHER, GAINS, LOSES, SAME, Effect, Ends, EnterpriseChange, Sums
from jxplus.comparison import Comparison
from jxplus.fault import Text, joined, shown
from jxplus.quantity import number_text, span_text, yuan_text
from jxplus.render.console import headed, printed, width
from jxplus.render.record import json_text
from jxplus.render.rows import Cells

MOST_LISTED = 10
"""How many enterprises that gain, and that lose, are listed on a page."""
_SHORTEST, _AROUND = 16, 8
"""Where a name has less room than this beside its figures, these stand below it; and what stands between the columns."""

_TITLE = Text("企业", "Enterprises")
_COUNTS = {
    GAINS: Text("增加 {} 家", "{} gain"),
    LOSES: Text("减少 {} 家", "{} lose"),
    EITHER: Text("依解读或上下限而定 {} 家", "{} either way"),
    SAME: Text("不变 {} 家", "{} unchanged"),
}
_REFUSED = {
    "both": Text("两份方案都未受理 {} 家", "{} refused by both"),
    "old": Text("仅旧方案未受理 {} 家", "{} refused by the old plan alone"),
    "new": Text("仅新方案未受理 {} 家", "{} refused by the new plan alone"),
}
_UNDECIDED = Text(
    "其中 {} 家有条款只在一份方案下因事实未写明而未定，该方案下的金额可能更高",
    "for {} of them a clause waits, by one plan alone, for facts that are not stated: by that plan it may be more",
)
_GAIN, _LOSE = Text("增加最多", "Who gains most"), Text("减少最多", "Who loses most")
_OLD, _NEW, _CHANGE = Text("旧", "old"), Text("新", "new"), Text("变化", "change")
_LOW, _HIGH, _IN_ALL = Text("下限", "Low"), Text("上限", "High"), Text("合计", "In all")
_BY_NATURE, _BY_PAYER = Text("按性质", "by nature"), Text("按出资方", "by payer")
_UNCHANGED = Text("不变", "unchanged")
_OPEN = Text(
    "其中有不封顶的金额，上限按其下限计", "an amount without a ceiling is among them: its floor stands at both ends"
)
_COMPARED = Text(
    "单位 元。变化：同一解读下，下限比下限、上限比上限",
    "in yuan. The change: under one reading in both plans, low end against low end, high against high",
)
_RULED = Text("；有规则之处，按规则之后的两端相比", "; where rules are between clauses, by both ends after the rules")


class Of(NamedTuple):
    """What comes together under a name: by the old plan, by the new, and the change."""

    name: Text
    old: Ends
    new: Ends
    change: Ends


def _natures(effect: Effect, comparison: Comparison) -> list[tuple[str, Of]]:
    """What comes together by nature, in the order of the new plan; each is called as it is there, else as the old plan has it."""
    names = {**comparison.new.natures, **comparison.old.natures} | comparison.new.natures
    sums = effect.natures
    return [(id, Of(name, *sums[id])) for id, name in names.items() if id in sums and any(map(any, sums[id]))]


def _payers(effect: Effect) -> list[Of]:
    return [Of(payer, *sums) for payer, sums in effect.payers.items() if any(map(any, sums))]


def page(effect: Effect, comparison: Comparison, lang: str) -> str:
    """Gives how many gain and lose, the sums, and those that gain and lose most."""
    parts: list[RenderableType] = [Rich(_TITLE.show(lang), style="bold"), Rich(counted(effect).show(lang))]
    if effect.undecided:
        parts.append(
            Rich(Text(*(each.format(f"{effect.undecided:,}") for each in _UNDECIDED)).show(lang), style="yellow")
        )
    if sum(effect.counts.values()):
        parts += _sums(effect, comparison, lang)
        ruled = comparison.old.rules or comparison.new.rules
        told = _COMPARED if not ruled else Text(_COMPARED.zh + _RULED.zh, _COMPARED.en + _RULED.en)
        parts += [Rich(told.show(lang), style="dim")]
        parts += [Rich(_OPEN.show(lang), style="dim")] if effect.open else []
    for title, listed in ((_GAIN, effect.gains), (_LOSE, effect.losses)):
        if listed:
            parts += ["", Rich(title.show(lang), style="bold"), *_listed(listed, lang)]
    return printed(*parts)


def counted(effect: Effect) -> Text:
    """How many gain, lose and stay, and how many are refused, in a sentence."""
    count = sum(effect.counts.values())
    told = [
        (text, effect.counts.get(key, 0)) for key, text in _COUNTS.items() if key != EITHER or effect.counts.get(key)
    ]
    told += [(text, effect.refused[key]) for key, text in _REFUSED.items() if effect.refused.get(key)]
    parts = [Text(*(each.format(f"{number:,}") for each in text)) for text, number in told]
    said = joined(parts, Text("，", ", "))
    return Text(f"两份方案都测算的 {count:,} 家：{said.zh}", f"{count:,} computed by both plans: {said.en}")


def _sums(effect: Effect, comparison: Comparison, lang: str) -> list[RenderableType]:
    """What it comes to in all, by nature and by payer: a table, or below each name its figures where there is no room beside."""
    natures = [each for _, each in _natures(effect, comparison)]
    groups = [(None, [Of(_IN_ALL, *effect.total)]), (_BY_NATURE, natures), (_BY_PAYER, _payers(effect))]
    figures = [_signed(end) for _, group in groups for each in group for ends in each[1:] for end in ends]
    words = max(cell_len(each.show(lang)) for each in (_OLD, _NEW, _CHANGE, _UNCHANGED))
    if width() - 2 * max(map(len, figures)) - words - _AROUND < _SHORTEST:
        return list(_below(groups, lang))
    table = headed()
    table.add_column("", overflow="fold")
    table.add_column("", no_wrap=True)
    for head in (_LOW, _HIGH):
        table.add_column(head.show(lang), justify="right", no_wrap=True)
    for title, group in groups:
        if title is not None and group:
            table.add_section()
            table.add_row(Rich(title.show(lang), style="dim"))
        for each in group:
            _add(table, each, lang)
    return [table]


def _below(groups: Sequence[tuple[Text | None, Sequence[Of]]], lang: str) -> Iterator[RenderableType]:
    """Each name on a line of its own, and below it its figures."""
    for title, group in groups:
        if title is not None and group:
            yield from ("", Rich(title.show(lang), style="dim"))
        for each in group:
            yield Rich(each.name.show(lang), overflow="fold")
            if each.old == each.new and not any(each.change):
                yield Rich(f"  {_UNCHANGED.show(lang)} {span_text(*each.new)}", style="dim", overflow="fold")
                continue
            yield Rich(f"  {_OLD.show(lang)} {span_text(*each.old)}", overflow="fold")
            yield Rich(f"  {_NEW.show(lang)} {span_text(*each.new)}", overflow="fold")
            yield Rich(
                f"  {_CHANGE.show(lang)} {span_text(*each.change, _signed)}", style=_style(each.change), overflow="fold"
            )


def _add(table: Table, each: Of, lang: str) -> None:
    """Adds what comes together under a name, on one line where nothing changes."""
    name = each.name.show(lang)
    if each.old == each.new and not any(each.change):
        table.add_row(name, Rich(_UNCHANGED.show(lang), style="dim"), *map(yuan_text, each.new), style="dim")
        return
    style = _style(each.change)
    ends = [
        Rich(f"{yuan_text(before)}\n{yuan_text(after)}\n").append(_signed(by), style=style)
        for before, after, by in zip(each.old, each.new, each.change, strict=True)
    ]
    which = Rich(f"{_OLD.show(lang)}\n{_NEW.show(lang)}\n").append(_CHANGE.show(lang), style=style)
    table.add_row(name, which, *ends)


def _style(change: Ends) -> str:
    return "bold green" if change[0] >= 0 else "bold red" if change[1] <= 0 else "bold yellow"


def _signed(amount: Decimal) -> str:
    return f"+{yuan_text(amount)}" if amount > 0 else yuan_text(amount)


def _listed(listed: Sequence[EnterpriseChange], lang: str) -> Iterator[RenderableType]:
    """Each enterprise with what it was due, is due, and the change."""
    for each in listed[:MOST_LISTED]:
        who = f"{each.enterprise} {each.name}" if each.name and each.name != each.enterprise else each.enterprise
        change = Rich(span_text(*each.change, _signed), style=_style(each.change))
        yield Rich(shown(f"{who}  "), overflow="fold").append(change)
        yield Rich(f"    {span_text(*each.old)} → {span_text(*each.new)}", style="dim")
    if len(listed) > MOST_LISTED:
        more = Text("其余可用 -o 写入文件", "-o writes all of them to a file")
        yield Rich(more.show(lang), style="dim")


# ---- as a record and as rows -----------------------------------------------------------------------------------------------


def record(effect: Effect, comparison: Comparison, engine: str) -> dict[str, Any]:
    """The effect, and the `engine` that computed it, as plain values; amounts as Decimals in yuan."""
    counts = {key: effect.counts.get(key, 0) for key in (GAINS, LOSES, EITHER, SAME)}
    return {
        "engine": engine,
        "compared": sum(counts.values()),
        **counts,
        "undecided": effect.undecided,
        "refused": {key: effect.refused.get(key, 0) for key in ("both", "old", "new")},
        "totals": {
            **_three(effect.total),
            **({"open": True} if effect.open else {}),
            "by_nature": {id: _three(each) for id, each in _natures(effect, comparison)},
            "by_payer": [{"payer": each.name, **_three(each)} for each in _payers(effect)],
        },
        "gaining": [one_record(each) for each in effect.gains[:MOST_LISTED]],
        "losing": [one_record(each) for each in effect.losses[:MOST_LISTED]],
    }


def _three(each: Of | Sums) -> dict[str, Any]:
    return {"old": _ends(each.old), "new": _ends(each.new), "change": _ends(each.change)}


def _ends(ends: Ends) -> dict[str, Decimal]:
    return {"low": ends[0], "high": ends[1]}


def one_record(each: EnterpriseChange) -> dict[str, Any]:
    """One enterprise as plain values."""
    own: dict[str, Any] = {"enterprise": each.enterprise}
    if each.name:
        own["name"] = each.name
    return {**own, "change": each.how, "old": _ends(each.old), "new": _ends(each.new), "difference": _ends(each.change)}


def one_line(each: EnterpriseChange) -> str:
    """One enterprise as a line of JSON."""
    return json_text(one_record(each))


def columns(named: bool) -> list[str]:
    """The columns of the table of enterprises, with their names or without."""
    ends = [f"{which}_{end}" for which in ("old", "new", "change") for end in ("low", "high")]
    return ["enterprise", *(["name"] if named else []), *ends, "change"]


def cells(each: EnterpriseChange, named: bool) -> Cells:
    """One enterprise as a row of the table."""
    return [
        each.enterprise,
        *([each.name] if named else []),
        *each.old,
        *each.new,
        *(number_text(end) for end in each.change),
        each.how,
    ]
