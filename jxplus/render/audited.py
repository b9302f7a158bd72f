"""An audit is shown as a table by section with its totals, then each problem with its place, or as JSON."""

from collections import Counter
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Rich

from jxplus.audit.result import (
    COVERED,
    FOUND,
    GONE,
    LEAD,
    NO_SECTION,
    OMITTED,
    OVERUSED,
    SOURCED,
    STALE,
    UNCLAIMED,
    UNCOVERED,
    UNSUPPORTED,
    Audit,
    Checked,
    Claimed,
    Problem,
    Stated,
    Tally,
)
from jxplus.audit.sentences import first_words
from jxplus.fault import Place, Text
from jxplus.plan.text import ENGLISH
from jxplus.render.console import bare, headed, printed
from jxplus.render.record import json_text, paged, rowed
from jxplus.version import __version__

_WORDS = {
    "section": Text("章节", "Section"),
    "figures": Text("数字", "Figures"),
    COVERED: Text("已编入", "covered"),
    OMITTED: Text("不编入", "not encoded"),
    UNCOVERED: Text("未覆盖", "uncovered"),
    UNSUPPORTED: Text("无依据", "unsupported"),
    STALE: Text("多余", "stale"),
    NO_SECTION: Text("无此章节", "no section"),
    LEAD: Text("部门不符", "other department"),
    OVERUSED: Text("重复使用", "overused"),
    UNCLAIMED: Text("句子未编入", "unclaimed"),
    GONE: Text("句子已变", "gone"),
    FOUND: Text("有原文", "found"),
    SOURCED: Text("另有出处", "other source"),
    "total": Text("合计", "Total"),
    **{zh: Text(zh, en) for en, zh in ENGLISH.items()},
    "": Text("全文", "whole text"),
    "text": Text("原文中的数字", "Figures of the text"),
    "sentences": Text("原文中的句子", "Sentences of the text"),
    "stated": Text("政策文件中的数字", "Figures of the policy file"),
}
_STYLES = {
    UNCOVERED: "bold red",
    UNSUPPORTED: "bold red",
    STALE: "red",
    NO_SECTION: "bold red",
    LEAD: "red",
    OVERUSED: "red",
    UNCLAIMED: "bold red",
    GONE: "bold red",
    OMITTED: "dim",
}


def page(audit: Audit, lang: str, every: bool = False, sentences: bool = False) -> str:
    """Gives the whole page, with colour on a terminal.

    With `every` it has each figure and what covers it, with `sentences` each sentence with its digest and what encodes it.
    """
    parts = [printed(_heading(audit, lang), _sections(audit, lang))]
    # As with a refusal, a problem is a line that begins with its place, however long: never wrapped.
    parts.append("\n".join(_problem(problem, lang) for problem in audit.problems))
    if every:
        parts += [printed(_checked(audit, lang)), printed(_stated(audit, lang))]
    if sentences:
        parts.append(printed(_claimed(audit, lang)))
    parts.append(printed(_by_sentence(audit, lang), _verdict(audit, lang)))
    return "\n\n".join(part for part in parts if part)


def _word(key: str, lang: str) -> str:
    return _WORDS[key].show(lang) if key in _WORDS else key


def _heading(audit: Audit, lang: str) -> RenderableType:
    policy = audit.policy
    return Group(
        Rich(f"{policy.id} {policy.title.show(lang)}", style="bold"),
        Rich(f"{policy.file} ↔ {audit.plan.file}", style="dim", overflow="fold"),
    )


def _sections(audit: Audit, lang: str) -> Table:
    table = headed()
    table.add_column(_word("section", lang), no_wrap=True)
    for key in ("figures", COVERED, OMITTED, UNCOVERED, UNSUPPORTED):
        table.add_column(_word(key, lang), justify="right", no_wrap=True)
    *sections, total = audit.tallies()
    for tally in sections:
        table.add_row(_word(tally.section, lang), *_numbers(tally))
    table.add_section()
    table.add_row(Rich(_word("total", lang), style="bold"), *_numbers(total), style="bold")
    return table


def _numbers(tally: Tally) -> list[Rich]:
    kinds = ("", COVERED, OMITTED, UNCOVERED, UNSUPPORTED)
    return [
        Rich(str(number) if number or not kind else "·", style=_STYLES.get(kind, "") if number else "dim")
        for kind, number in zip(kinds, tally[1:], strict=True)
    ]


def _spot(place: Place) -> str:
    return f"{place.line}:{place.column}"


def _problem(problem: Problem, lang: str) -> str:
    """One line: the place, what kind of problem, the section, clause and figure, what is wrong."""
    about = " ".join(each for each in (_word(problem.section, lang), problem.owner, problem.figure) if each)
    where = f"{problem.file}:{_spot(problem.place)}"
    return f"{where}: {_word(problem.kind, lang)}: {about}: {problem.text.show(lang)}"


def _grid(title: str, rows: list[list[RenderableType]]) -> RenderableType:
    table = bare()
    for index in range(4):
        table.add_column(overflow="fold", no_wrap=index < 2)
    for row in rows:
        table.add_row(*row)
    return Group(Rich(title, style="bold"), Padding(table, (0, 0, 0, 2)))


def _fate(status: str, what: str, lang: str) -> Rich:
    """A figure's status and, after it, what covers it or why nothing does."""
    fate = Rich(_word(status, lang), style=_STYLES.get(status, "green"))
    return fate.append(f": {what}" if what else "")


def _checked(audit: Audit, lang: str) -> RenderableType:
    rows: list[list[RenderableType]] = []
    for each in audit.checked:
        figure = each.figure
        normal = figure.show()
        said = figure.text if normal == figure.text else f"{figure.text} = {normal}"
        what = each.reason.show(lang) if each.reason else ", ".join(each.owners)
        rows.append([_spot(figure.place), _word(figure.section, lang), said, _fate(each.status, what, lang)])
    return _grid(_word("text", lang), rows)


def _stated(audit: Audit, lang: str) -> RenderableType:
    rows: list[list[RenderableType]] = []
    for each in audit.stated:
        where = ", ".join(map(_spot, each.found[:3])) + (" …" if len(each.found) > 3 else "")
        what = each.source.show(lang) if each.source else where
        about = f"{each.section} {each.owner}".strip()
        rows.append([_spot(each.place), about, each.figure, _fate(each.status, what, lang)])
    return _grid(_word("stated", lang), rows)


def _claimed(audit: Audit, lang: str) -> RenderableType:
    rows: list[list[RenderableType]] = []
    for each in audit.sentences:
        sentence = each.sentence
        what = each.reason.show(lang) if each.reason else ", ".join(each.owners)
        said = Rich(first_words(sentence.text)).append("\n").append(_fate(each.status, what, lang))
        rows.append([_spot(sentence.place), _word(sentence.section, lang), sentence.digest, said])
    return _grid(_word("sentences", lang), rows)


def _by_sentence(audit: Audit, lang: str) -> RenderableType:
    """How many sentences are accounted for, or that none is held against the policy."""
    counts = Counter(each.status for each in audit.sentences)
    among, encoded, listed = len(audit.sentences), counts[COVERED], counts[OMITTED]
    if not audit.by_sentence:
        text = Text(
            f"未逐句对照：{among} 句涉及资金或含数字，政策文件未写明由哪条编入（--sentences 列出各句）",
            f"not held sentence by sentence: {among} speak of money or have a figure, and the policy file names none of "
            "them (--sentences lists them)",
        )
        return Rich(text.show(lang), style="yellow")
    text = Text(
        f"{among} 句涉及资金或含数字：{encoded} 句由条款编入，{listed} 句列明不编入的理由",
        f"{among} sentences speak of money or have a figure: clauses encode {encoded}, {listed} are listed as not encoded",
    )
    return Rich(text.show(lang), style="dim")


def _verdict(audit: Audit, lang: str) -> RenderableType:
    sections, clauses, problems = len(audit.plan.sections), len(audit.policy.clauses), len(audit.problems)
    ending = Text("两相符合", "text and policy agree")
    if problems:
        ending = Text(f"{problems} 处不符", f"{problems} problem{'s' if problems > 1 else ''}")
    text = Text(
        f"{sections} 个章节、{clauses} 条：{ending.zh}",
        f"{sections} sections, {clauses} clause{'s' * (clauses != 1)}: {ending.en}",
    )
    return Rich(text.show(lang), style="bold red" if problems else "bold green")


# ---- JSON ----------------------------------------------------------------------------------------------------------


def json_page(audit: Audit) -> str:
    """Gives the audit as one JSON object, the same in every language. Amounts are exact, in the units beside them."""
    policy = audit.policy
    *sections, total = audit.tallies()
    members: dict[str, Any] = {
        "jxplus": __version__,
        "policy": {"id": policy.id, "file": policy.file, "sha256": policy.sha256},
        "source": {"file": audit.plan.file, "sha256": audit.plan.sha256},
        "agrees": not audit.problems,
        "sections": [{"section": tally.section, **_counts(tally)} for tally in sections],
        "totals": _counts(total),
        "figures": [_figure_record(each) for each in audit.checked],
        "stated": [_stated_record(each) for each in audit.stated],
        "by_sentence": audit.by_sentence,
        "sentences": [_sentence_record(each) for each in audit.sentences],
        "problems": [_problem_record(each) for each in audit.problems],
    }
    return paged(
        (key, rowed(map(json_text, value)) if value and isinstance(value, list) else json_text(value))
        for key, value in members.items()
    )


def _counts(tally: Tally) -> dict[str, int]:
    return dict(zip(("figures", "covered", "not_encoded", "uncovered", "unsupported"), tally[1:], strict=True))


def _figure_record(each: Checked) -> dict[str, Any]:
    figure = each.figure
    return {
        "section": figure.section,
        "text": figure.text,
        **figure.place._asdict(),
        "kind": figure.kind,
        "amount": figure.amount,
        "unit": figure.unit_name,
        "date": figure.day,
        "status": each.status,
        "clauses": each.owners,
        "reason": each.reason,
    }


def _stated_record(each: Stated) -> dict[str, Any]:
    return {
        "clause": each.owner,
        "section": each.section,
        "figure": each.figure,
        **each.place._asdict(),
        "status": each.status,
        "found": [place._asdict() for place in each.found],
        "source": each.source,
    }


def _sentence_record(each: Claimed) -> dict[str, Any]:
    sentence = each.sentence
    return {
        "section": sentence.section,
        "digest": sentence.digest,
        "text": sentence.text,
        **sentence.place._asdict(),
        "status": each.status,
        "clauses": each.owners,
        "reason": each.reason,
    }


def _problem_record(each: Problem) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "file": each.file,
        **each.place._asdict(),
        "section": each.section,
        "clause": each.owner,
        "figure": each.figure,
        "text": each.text,
    }
