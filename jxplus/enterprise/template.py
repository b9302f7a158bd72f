"""An enterprise file to fill in: every fact on a line of its own, with what it takes and the sections that ask for it.

A line left blank is an unknown fact, so the template itself is a right file but for the name. `fill` writes answers into
such a file, or into one that somebody has begun, and leaves every other character of it as it was.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from unicodedata import east_asian_width

from jxplus.document import read_tree
from jxplus.enterprise.questions import form_of, form_text, sections, spoken, users
from jxplus.fault import Refused, Text
from jxplus.policy import Clause, Fact, FactList, Policy, known_names
from jxplus.policy.store import told_of

MODELINE = "# yaml-language-server: $schema="
_PLAIN = re.compile(r"(?![-?:](?:\s|$))[^\s,\[\]{}#&*!|>'\"%@`](?:[^\n]*\S)?")
_WORDS = {"", "~", "null", "true", "false"}

Item = Mapping[str, str]
Written = str | Sequence[Item]
"""A fact as a file writes it, or a list as its items."""


def template(
    policy: Policy, lang: str, clauses: Sequence[Clause] | None = None, schema: str = "", file: str = "FILE"
) -> str:
    """The text of an enterprise file with every value blank, its comments and names in `lang`, `zh` or `en`.

    With `clauses` it has the facts that these need and no others; in an item, those too that a file must state. `schema` is
    the path of the JSON Schema that an editor is pointed to; `file` is what the comments call the file.
    """
    chosen = policy.clauses if clauses is None else tuple(clauses)
    asked = users(policy._replace(clauses=chosen))
    form = form_of(policy, clauses)
    rows = [(f"{key_of(fact, lang)}:", _comment(fact, lang, asked.get(fact.id, []))) for fact in form.facts]
    for listed, facts in form.lists:
        rows += _list_rows(listed, lang, facts, asked)
    head = _head(policy, lang, None if clauses is None else chosen, file)
    lines = [*([MODELINE + schema] if schema else []), *(f"# {line}".rstrip() for line in head), "", *_aligned(rows)]
    return "\n".join(lines) + "\n"


_HOW_TO_FILL = (
    Text(
        "在冒号后填写。留空是“未知”，不是“否”，也不是零；确实没有，请写 否、0 或 []。",
        "Write after the colon. A blank is unknown: never no, never zero. Where there is none, write no, 0 or [].",
    ),
    Text(
        "金额可写 12000000、1200万、1200万元、0.12亿、12,000,000.00元；比例可写 15% 或 0.15。",
        "Money is yuan (元): 12000000, 1200万 (万 is 10,000) or 0.12亿 (亿 is 100 million); a rate is 15% or 0.15.",
    ),
)


def _head(policy: Policy, lang: str, chosen: Sequence[Clause] | None, file: str) -> Iterator[str]:
    yield f"{policy.id} {policy.title.show(lang)}"
    if chosen is not None:
        named = sections(chosen, lang)
        yield Text(f"只含 {named} 所需的事实", f"The facts that {named} need, and no others").show(lang)
    command = f"jxplus calc {file}{told_of(policy)}"
    for told in (*_HOW_TO_FILL, Text(f"填好后运行：{command}", f"Then run: {command}")):
        yield told.show(lang)


def _list_rows(
    listed: FactList, lang: str, facts: Sequence[Fact], asked: Mapping[str, list[Clause]]
) -> Iterator[tuple[str, str]]:
    """The line of a list and, as a comment, those of one of its items."""
    label = Text("", f"{listed.label.en}: ").show(lang)
    how = Text("没有写 []；有则按下列样式逐项写（去掉 #）", "[] for none; else write items as below, without the #")
    yield "", ""
    yield f"{key_of(listed, lang)}:", _joined(f"{label}{how.show(lang)}", lang, asked.get(listed.id, []))
    mark = "#  - "
    for fact in facts:
        yield f"{mark}{key_of(fact, lang)}:", _comment(fact, lang, [])
        mark = "#    "


def _comment(fact: Fact, lang: str, clauses: Sequence[Clause]) -> str:
    label = Text("", f"{fact.label.en}; ").show(lang)
    form = form_text(fact, lang, Text("、".join(choice.zh for choice in fact.choices.values()), "").show(lang))
    must = Text("；必填", "; required").show(lang) if fact.required else ""
    return _joined(f"{label}{form}{must}", lang, clauses)


def _joined(text: str, lang: str, clauses: Sequence[Clause]) -> str:
    return f"{text} · {sections(clauses, lang)}" if clauses else text


def key_of(named: Fact | FactList, lang: str) -> str:
    return scalar(Text(named.label.zh, named.id).show(lang))


def _aligned(rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    """The rows with their comments in one column, wide characters counted as two."""
    column = max((width(left) for left, _ in rows), default=0) + 2
    for left, comment in rows:
        yield f"{left}{' ' * (column - width(left))}# {comment}" if comment else left


@lru_cache(maxsize=4096)
def width(text: str) -> int:
    """How many columns of a monospaced font a text takes: two for a Chinese character."""
    return len(text) if text.isascii() else sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def scalar(text: str) -> str:
    """A text as a YAML scalar on one line: plain where it can be, else in double quotes."""
    plain = (
        _PLAIN.fullmatch(text)
        and ": " not in text
        and " #" not in text
        and not text.endswith(":")
        and text.isprintable()
    )
    if plain and text.lower() not in _WORDS:
        return text
    return '"' + "".join(_escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    return char if char.isprintable() else f"\\U{ord(char):08x}"


# ---- answers written into a file -----------------------------------------------------------------------------------


def fill(text: str, policy: Policy, lang: str, written: Mapping[str, Written]) -> str:
    """`text`, a YAML enterprise file that states none of the facts `written`, with these written into it.

    A fact whose line is there gets its value on that line; others follow at the end. All else stays to the letter.
    """
    if "\r\n" in text:
        return fill(text.replace("\r\n", "\n"), policy, lang, written).replace("\n", "\r\n")
    entries: dict[str, Fact | FactList] = {**policy.facts, **policy.lists}
    names = known_names(policy.facts, policy.lists)
    tree = read_tree(text, "")
    keys = {names[key]: key for key in tree.value or {} if key in names} if isinstance(tree.value, dict) else {}
    lines = text.split("\n")
    ends: dict[int, list[str]] = {}
    last: list[str] = []
    for id, answer in written.items():
        entry = entries[id]
        value, below = _answer_lines(policy, lang, id, answer)
        key = keys.get(id)
        if key is None:
            last += [f"{key_of(entry, lang)}:{value}", *below]
            continue
        place = tree.place((key,), True)
        line = lines[place.line - 1]
        lines[place.line - 1] = _with_value(line, place.column - 1, key, value)
        ends[place.line - 1] = below
    found = [each for index, line in enumerate(lines) for each in (line, *ends.get(index, ()))]
    if not last:
        return "\n".join(found)
    while found and not found[-1].strip():
        found.pop()
    return "\n".join([*found, *last]) + "\n"


def _answer_lines(policy: Policy, lang: str, id: str, answer: Written) -> tuple[str, list[str]]:
    """What stands behind the key of an answer, and the lines below it."""
    if isinstance(answer, str):
        return f" {scalar(answer)}", []
    if not answer:
        return " []", []
    return "", list(_item_lines(policy.lists[id], lang, answer))


def _item_lines(listed: FactList, lang: str, items: Sequence[Item]) -> Iterator[str]:
    return item_lines(
        [(key_of(listed.facts[id], lang), scalar(answer)) for id, answer in item.items()] for item in items
    )


def item_lines(items: Iterable[Sequence[tuple[str, str]]]) -> Iterator[str]:
    """The lines of the items of a list, each from its keys and values as YAML has them."""
    for item in items:
        first, *more = [f"{key}: {value}" for key, value in item] or ["{}"]
        yield f"  - {first}"
        yield from (f"    {line}" for line in more)


def _with_value(line: str, column: int, key: str, value: str) -> str:
    """A line `key:` with its value put in, its comment where it was as far as there is room."""
    match = re.match(rf"(['\"]?){re.escape(key)}\1\s*:", line[column:])
    if match is None:
        return line
    end = column + match.end()
    rest = re.sub(r"^\s*(?:~|null|Null|NULL)(?=\s|$)", lambda blank: " " * len(blank[0]), line[end:])
    comment = rest.lstrip()
    if not comment:
        return f"{line[:end]}{value}"
    room = len(rest) - len(comment) - width(value)
    return f"{line[:end]}{value}{' ' * max(room, 2)}{comment}"


def unfinished(policy: Policy, lang: str, listed: str, items: Sequence[Item], count: int) -> str:
    """The items of a list that was not asked to its end, as comments: a file must not state that these are all."""
    entry = policy.lists[listed]
    done = len(items)
    head = Text(
        f"{entry.label.zh}: 共{count}项，答到第{done}项；未答完，所以这个列表仍是未知",
        f"{listed}: {count} items, answered as far as item {done}; not complete, so the list is still unknown",
    )
    lines = [head.show(lang), *_item_lines(entry, lang, [item for item in items if item])]
    return "".join(f"# {line}\n" for line in lines)


_UNFINISHED = re.compile(
    r"(?:\r?\n)?^# (?P<name>[^\n:]+): (?:共(?P<zh>\d+)项，答到第\d+项；未答完"
    r"|(?P<en>\d+) items, answered as far as item \d+; not complete)[^\n]*\n(?P<items>(?:^#   [^\n]*(?:\n|\Z))*)",
    re.MULTILINE,
)


class Begun(NamedTuple):
    """A list that was not asked to its end: how many items the whole has, and those begun as they were written."""

    listed: str
    whole: int
    items: list[dict[str, str]]


def begun(text: str, policy: Policy) -> tuple[str, list[Begun]]:
    """A file's text without what `unfinished` has put into it, and that; where somebody has changed it, it stays."""
    names, found = known_names({}, policy.lists), list[Begun]()

    def take(match: re.Match[str]) -> str:
        listed = names.get(match["name"], "")
        lines = re.sub("^#", "", match["items"], flags=re.MULTILINE)
        try:
            facts = known_names(policy.lists[listed].facts)
            items = read_tree(f"items:\n{lines}", "").value["items"] or []
            written = [{facts[key]: str(value) for key, value in item.items()} for item in items]
        except (Refused, KeyError, AttributeError):
            return match[0]
        found.append(Begun(listed, int(match["zh"] or match["en"]), written))
        return ""

    return _UNFINISHED.sub(take, text), found


def filled(text: str, policy: Policy, lang: str, written: Mapping[str, Written], facts: Mapping[str, Any]) -> str:
    """`text` with answers written into it; where its form does not allow that, a new file with all of `facts`."""
    from jxplus.enterprise import Reader

    reader = Reader(policy)
    reader.needed = []  # what is still to be answered is no fault here
    try:
        found = fill(text, policy, lang, written)
        if reader.read(read_tree(found, "")).facts == facts:
            return found
    except Refused:
        pass
    every = {id: _spoken_entry(policy, id, value, lang) for id, value in facts.items()}
    return fill(template(policy, lang), policy, lang, {**every, **written})


def _spoken_entry(policy: Policy, id: str, value: Any, lang: str) -> Written:
    if id in policy.facts:
        return spoken(policy.facts[id], value, lang)
    facts = policy.lists[id].facts
    return [{name: spoken(fact, item[name], lang) for name, fact in facts.items() if name in item} for item in value]
