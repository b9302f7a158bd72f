"""A policy held against the official text of its plan, both ways: what the text says is encoded or left out for a reason,
and what the policy says stands in the section that it cites.

The comparison is of figures, in their normal units, section by section. It proves that no figure was missed, misplaced or
mistyped; that a clause uses a figure in the right way is for its reader to judge. A figure that a section has twice must
be used twice and no more, in formulas of whichever of the section's clauses, but for clauses that say whose figures they
restate; a mark that a sentence says twice, where one tier ends and the next begins, may be used once or twice. Zero compares
with nothing and is no figure of the text. The numbers of articles and items, and the place in an order (第一年), say by their
form that they are no quantities: they need no clause, though a formula may use an order's number.
Where a section names the departments in charge, the clause's lead must be the one that leads, or one of them where the
text does not say which.
"""

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from jxplus.document.tree import Path, Tree
from jxplus.fault import Place, Text
from jxplus.formula.node import Node, walk
from jxplus.plan.figures import LABELS, Figure, figures_in, same_words
from jxplus.plan.text import PlanText
from jxplus.policy import Clause, Fact, Omission, Policy, Rule
from jxplus.quantity import PURE, Quantity, quantity_text, rate_text

COVERED, OMITTED, UNCOVERED = "covered", "not-encoded", "uncovered"
FOUND, SOURCED, UNSUPPORTED = "found", "sourced", "unsupported"
STALE, NO_SECTION, LEAD, OVERUSED = "stale", "no-section", "lead", "overused"
POLICY = "policy"
"""The owner of what the policy file states of the plan as a whole: its number, its dates."""

_HEADCOUNT = (("人", 1),)
_ALWAYS = 1_000_000
_FORMS = {
    "numbering": Text("条款、事项的编号", "number of an article or item"),
    "ordinal": Text("次序，不是数量", "place in an order, no quantity"),
}
"""The kinds of figures that say by their form that they are no quantity, and what they say."""


class Checked(NamedTuple):
    """A figure of the text and what became of it: `owners` are the clauses that use it, `reason` why none does."""

    figure: Figure
    status: str
    owners: tuple[str, ...] = ()
    reason: Text | None = None


class Stated(NamedTuple):
    """A figure of the policy and where it comes from: its places in the text, or a source outside it."""

    owner: str
    section: str
    figure: str
    status: str
    place: Place
    found: tuple[Place, ...] = ()
    source: Text | None = None


class Problem(NamedTuple):
    """One thing that the audit finds wrong.

    `kind` is `uncovered`, `unsupported`, `stale`, `no-section`, `lead` or `overused`.
    """

    kind: str
    file: str
    place: Place
    section: str
    owner: str
    figure: str
    text: Text


class Tally(NamedTuple):
    """The numbers of one section, or of all."""

    section: str
    figures: int
    covered: int
    omitted: int
    uncovered: int
    unsupported: int


class Audit(NamedTuple):
    """The result: every figure of the text, every figure of the policy, and all that does not match."""

    policy: Policy
    plan: PlanText
    checked: tuple[Checked, ...]
    stated: tuple[Stated, ...]
    problems: tuple[Problem, ...]

    def tallies(self) -> list[Tally]:
        """The numbers of each section that has a figure or a problem, in the order of the text; the last is the total."""
        statuses = Counter((each.figure.section, each.status) for each in self.checked)
        lacking = Counter(each.section for each in self.stated if each.status == UNSUPPORTED)
        troubled = {problem.section for problem in self.problems}
        tallies = []
        for section in dict.fromkeys([*self.plan.sections, *lacking, *sorted(troubled)]):
            counts = [statuses[section, status] for status in (COVERED, OMITTED, UNCOVERED)]
            if any(counts) or lacking[section] or section in troubled:
                tallies.append(Tally._make((section, sum(counts), *counts, lacking[section])))
        sums = [sum(int(each[column]) for each in tallies) for column in range(1, 6)]
        return [*tallies, Tally._make(("", *sums))]


class _Use(NamedTuple):
    """A figure that the policy states, how often, which figures of the text say the same, and where it stands."""

    owner: str
    section: str
    within: frozenset[str]
    written: str
    matches: Callable[[Figure], bool]
    path: Path
    times: int = 1
    source: Text | None = None


def audit(policy: Policy, plan: PlanText, tree: Tree | None = None) -> Audit:
    """`policy` held against the text of its plan; `tree`, the policy file's, gives the places of problems in it."""
    uses = [*_head(policy, plan), *_defaults(policy, plan)]
    for clause in policy.clauses:
        uses += _clause(policy, clause, plan.has(clause.section))
    for rule in policy.rules:
        uses += _rule(policy, rule, plan.has(rule.section))
    groups: _Groups = {}
    for figure in plan.figures:
        groups.setdefault(_group(figure), []).append(figure)
    entries = _entries(policy, plan, groups)
    checked = [found for group in groups.values() for found in _cover(policy, group, uses, entries)]
    checked.sort(key=lambda each: each.figure.place)
    stated = [_support(plan, use, tree) for use in uses]
    problems = [
        *(_uncovered(plan.file, each) for each in checked if each.status == UNCOVERED),
        *(_unsupported(policy.file, each) for each in stated if each.status == UNSUPPORTED),
        *_misplaced(policy, plan, tree),
        *_stale(policy, plan, groups, uses, entries, tree),
        *_overused(policy, plan, groups.values(), uses, tree),
    ]
    return Audit(policy, plan, tuple(checked), tuple(stated), tuple(problems))


# ---- what the policy states ----------------------------------------------------------------------------------------


def _head(policy: Policy, plan: PlanText) -> Iterator[_Use]:
    """The plan's number and its dates, which may stand anywhere in the text and as often as it likes."""

    everywhere = frozenset(plan.sections)

    def use(written: str, matches: Callable[[Figure], bool], key: str, source: Text | None = None) -> _Use:
        source = source or _source(policy, POLICY, written)
        return _Use(POLICY, "", everywhere, written, matches, ("policy", key), _ALWAYS, source)

    if any(figure.kind == "document number" for figure in figures_in(policy.id)):
        yield use(policy.id, lambda figure: same_words(figure.text, policy.id), "id")
    days = {policy.issued: "issued"}
    for day in (policy.period.start, policy.period.end):
        if day is not None:
            days.setdefault(day, "in force")
    days.pop(date.min, None)
    for day, key in days.items():
        yield use(day.isoformat(), _on(day), key, policy.period.source if key == "in force" else None)
    if policy.warning:
        # Only a reminder: that the text's years are targets is for `not encoded` to say.
        day = policy.warning.after
        yield use(day.isoformat(), _on(day), "warn after")._replace(times=0)


def _defaults(policy: Policy, plan: PlanText) -> Iterator[_Use]:
    """The values that facts have where they are not stated, in the sections of the clauses that ask for the facts."""
    sections: dict[tuple[str, ...], dict[str, None]] = {}
    for clause in policy.clauses:
        for node in (node for formula in clause.formulas() for node in walk(formula)):
            if node.op in ("fact", "item"):
                name = (node.value,) if node.op == "fact" else node.value
                sections.setdefault(name, {})[clause.section] = None
    facts: list[tuple[tuple[str, ...], Path, Fact]] = [
        ((fact.id,), ("facts", fact.id), fact) for fact in policy.facts.values()
    ]
    for listed in policy.lists.values():
        facts += [
            ((listed.id, fact.id), ("lists", listed.id, "facts", fact.id), fact) for fact in listed.facts.values()
        ]
    for name, path, fact in facts:
        if not isinstance(fact.default, Decimal) or not fact.default:
            continue
        unit = fact.type.unit
        written = rate_text(fact.default) if fact.is_rate else quantity_text(fact.default, unit)
        cited = list(sections.get(name, ()))
        within = frozenset(plan.has(section) for section in cited)
        matches = _saying(Quantity(fact.default, unit, written))
        yield _Use(".".join(name), "、".join(cited), within, written, matches, (*path, "default"), 1, fact.source)


def _clause(policy: Policy, clause: Clause, section: str) -> Iterator[_Use]:
    """The figures of a clause's formulas and the days on which it begins or ends apart from the plan as a whole.

    `section` is the clause's own as the text has it; empty where it has none. What the clause restates of others counts
    for nothing: the text has it for them.
    """
    others = [other for name in clause.restates if name != clause.id and (other := policy.clause(name))]
    restated = {meaning for other in others for meaning in _figures(other)[1]}
    path: Path = ("clauses", clause.id)
    use = _Use(clause.id, section or clause.section, frozenset({section}), "", lambda _: False, path)
    written, counts = _figures(clause)
    for meaning, times in counts.items():
        value = written[meaning]
        text = value.text if isinstance(value, Quantity) else value.isoformat()
        matches = _saying(value) if isinstance(value, Quantity) else _on(value)
        source = _source(policy, clause.id, text)
        counted = 0 if meaning in restated else 1 if clause.id in clause.restates else times
        yield use._replace(written=text, matches=matches, times=counted, source=source)
    start, end, stated = clause.period
    for key, day, own, start_of in (
        ("from", start, policy.period.start, None),
        ("to", end, policy.period.end, start),
    ):
        if day is not None and day != own:
            text = day.isoformat()
            source = stated or _source(policy, clause.id, text)
            again = any(day in (other.period.start, other.period.end) for other in others)
            place = (*path, "in force", key)
            yield use._replace(written=text, matches=_on(day, start_of), path=place, times=1 - again, source=source)


def _rule(policy: Policy, rule: Rule, section: str) -> Iterator[_Use]:
    """The figures of a rule's ceilings; `section` is the rule's own as the text has it, empty where it has none."""
    counts: Counter[_Meaning] = Counter()
    written: dict[_Meaning, Any] = {}
    for reading in rule.readings:
        formulas = [reading.at_most] if reading.at_most is not None else []
        counts |= _counted(formulas, written)
    for meaning, times in counts.items():
        value = written[meaning]
        text = value.text if isinstance(value, Quantity) else value.isoformat()
        matches = _saying(value) if isinstance(value, Quantity) else _on(value)
        source = _source(policy, rule.id, text)
        path: Path = ("rules", rule.id)
        yield _Use(rule.id, section or rule.section, frozenset({section}), text, matches, path, times, source)


_Meaning = tuple[object, ...]


def _counted(formulas: Iterable[Node], written: dict[_Meaning, Any]) -> Counter[_Meaning]:
    """How often some formulas have each figure or day; `written` takes how each is written."""
    once: Counter[_Meaning] = Counter()
    for value in _literals(formulas):
        meaning: _Meaning = value[:2] if isinstance(value, Quantity) else (value,)
        written.setdefault(meaning, value)
        once[meaning] += 1
    return once


def _figures(clause: Clause) -> tuple[dict[_Meaning, Any], Counter[_Meaning]]:
    """The figures and days of a clause's formulas by what they mean: as written, and how often each stands there."""
    written: dict[_Meaning, Any] = {}
    counts: Counter[_Meaning] = Counter()
    for reading in clause.readings:
        # Readings are alternatives: a figure that each of them has once, the clause has once.
        formulas = dict.fromkeys(node for node in (reading.when, *reading.amounts(), clause.base) if node)
        counts |= _counted(formulas, written)
    return written, counts


def _literals(formulas: Iterable[Node]) -> Iterator[Any]:
    """The figures and days written in some formulas; a named part, however often it is used, is written once."""
    named = {"base"}  # it stands among the formulas itself
    waiting = list(formulas)[::-1]
    while waiting:
        node = waiting.pop()
        if node.op == "let":
            if node.value in named:
                continue
            named.add(node.value)
        if (node.op == "number" and node.value.amount) or node.op == "date":
            yield node.value
        waiting += node.args[::-1]


def _saying(quantity: Quantity) -> Callable[[Figure], bool]:
    """Whether a figure of the text says `quantity`; a count is one of people, or a pure number."""

    def matches(figure: Figure) -> bool:
        if figure.amount != quantity.amount or (figure.kind in LABELS and figure.kind != "ordinal"):
            return False
        if figure.kind == "ordinal":
            return not quantity.share and quantity.unit == PURE
        if figure.kind == "count":
            return not quantity.share and quantity.unit in (PURE, _HEADCOUNT)
        return quantity.unit in (figure.unit, figure.bare)

    return matches


def _on(day: date, start: date | None = None) -> Callable[[Figure], bool]:
    """Whether a figure of the text says `day`: that date, the year it opens or closes, a term that runs to it from `start`."""
    edge = (day.month, day.day) in ((1, 1), (12, 31))

    def matches(figure: Figure) -> bool:
        if figure.kind == "year":
            return edge and figure.amount == day.year
        if figure.kind == "term" and start is not None and figure.amount is not None:
            return _term_end(start, figure.amount) == day
        return figure.day == day

    return matches


def _term_end(start: date, months: Decimal) -> date | None:
    """The last day of a term of whole months that begins on `start`."""
    if months != months.to_integral_value() or months > 1200:
        return None
    year, month = divmod(start.year * 12 + start.month - 1 + int(months), 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1])) - timedelta(days=1)


def _source(policy: Policy, owner: str, written: str) -> Text | None:
    """The source outside the text that the policy file states for a figure of a clause."""
    for figure, source in policy.sources.get(owner, {}).items():
        if figure == written or (
            (said := policy.units.read(figure)) and said[:2] == (policy.units.read(written) or said)[:2]
        ):
            return source
    return None


# ---- one against the other -----------------------------------------------------------------------------------------


_Groups = dict[tuple[object, ...], list[Figure]]
"""The figures of the text by their section and what they mean there."""


def _group(figure: Figure) -> tuple[object, ...]:
    return figure.section, *figure.meaning


class _Entry(NamedTuple):
    """An entry under `not encoded`: its section as written and as the text has it, and by figure named the groups it is for."""

    written: str
    section: str
    omission: Omission
    named: tuple[tuple[tuple[object, ...], ...], ...]


def _entries(policy: Policy, plan: PlanText, groups: _Groups) -> list[_Entry]:
    found = []
    for written, omissions in policy.not_encoded.sections.items():
        section = plan.has(written) or written
        own = [(key, figures[0]) for key, figures in groups.items() if key[0] == section]
        for omission in omissions:
            names = figures_in(omission.figure, policy.units)
            found.append(_Entry(written, section, omission, tuple(_named(name, own) for name in names)))
    return found


def _named(name: Figure, figures: list[tuple[tuple[object, ...], Figure]]) -> tuple[tuple[object, ...], ...]:
    """The figures of a section that an entry's figure is for: those that it fits best."""
    ranks = {key: _rank(name, figure) for key, figure in figures}
    best = min(ranks.values(), default=None) if ranks else None
    return tuple(key for key, rank in ranks.items() if rank == best and rank < _NO_FIT)


_NO_FIT = 3


def _rank(named: Figure, figure: Figure) -> int:
    """How well a figure named in the policy file fits one of the text, from 0: 3 alone is an item's number before it is 3%."""
    bare = named.text.isdecimal() and not (figure.kind == "numbering" or figure.meaning == named.meaning)
    if named.meaning == figure.meaning or same_words(named.text, figure.text):
        return 1 if bare else 0
    alike = named.kind != "count" and figure.kind not in LABELS and named.amount is not None
    same = alike and named.amount == figure.amount and named.unit in (figure.unit, figure.bare)
    return 2 if same else _NO_FIT


def _omissions(entries: list[_Entry], figure: Figure) -> list[Omission]:
    """The entries that name a figure of the text, in its section."""
    group = _group(figure)
    return [entry.omission for entry in entries if any(group in keys for keys in entry.named)]


def _users(figure: Figure, uses: Iterable[_Use]) -> list[_Use]:
    return [use for use in uses if figure.section in use.within and use.matches(figure)]


def _cover(policy: Policy, group: list[Figure], uses: list[_Use], entries: list[_Entry]) -> Iterator[Checked]:
    """What becomes of a figure that a section has once or more: clauses take the first places, what is left out the rest."""
    users = _users(group[0], uses)
    owners = tuple(dict.fromkeys(use.owner for use in users if use.times))
    reasons = [each.reason for each in _omissions(entries, group[0]) for _ in range(each.times)]
    once = [figure for figure in group if not figure.again]
    definite = sum(use.times for use in users if use.times < _ALWAYS)
    if definite:  # an entry that names a whole range leaves the ends that clauses use to them
        reasons = reasons[: max(len(once) - definite, 0)]
    used = min(sum(use.times for use in users), max(len(once) - len(reasons), 0))
    rule = policy.not_encoded.kinds.get(group[0].kind) or _FORMS.get(group[0].kind)
    if group[0].kind in _FORMS and owners:
        used = len(once)
    each = Checked(group[0], COVERED, owners)
    for index, figure in enumerate(once):
        if index < used:
            each = Checked(figure, COVERED, owners)
        elif index - used < len(reasons):
            each = Checked(figure, OMITTED, (), reasons[index - used])
        elif rule is not None:
            each = Checked(figure, OMITTED, (), rule)
        else:
            each = Checked(figure, UNCOVERED, owners)
        yield each
    for figure in group:
        if figure.again:
            yield each._replace(figure=figure)


def _support(plan: PlanText, use: _Use, tree: Tree | None) -> Stated:
    found = tuple(figure.place for figure in plan.figures if figure.section in use.within and use.matches(figure))
    status = FOUND if found else SOURCED if use.source else UNSUPPORTED
    source = None if found else use.source
    return Stated(use.owner, use.section, use.written, status, _where(tree, use.path, use.written), found, source)


def _uncovered(file: str, each: Checked) -> Problem:
    figure = each.figure
    why = Text("没有条款使用它，“not encoded”也未列出", "no clause uses it and `not encoded` does not list it")
    if each.owners:
        names = ", ".join(each.owners)
        why = Text(f"本节不止一处，{names} 未全部使用", f"it stands here more often than {names} uses it")
    elif figure.kind in LABELS:
        kind = figure.kind
        why = Text(
            f"没有条款使用它，“not encoded”既未列出它，也未列出这一类（kinds 的 {kind}）",
            f"no clause uses it, and `not encoded` lists neither it nor its kind (`kinds: {kind}`)",
        )
    elif figure.amount is None:
        why = Text(f"不是确定的数，未读取；{why.zh}", f"no definite amount, not read; {why.en}")
    return Problem(UNCOVERED, file, figure.place, figure.section, "", figure.key, why)


def _unsupported(file: str, each: Stated) -> Problem:
    where = Text("本节", "the section") if each.section else Text("原文", "the text")
    lacking = Text(f"{where.zh}没有这个数，也未注明出处", f"{where.en} does not have it, and no source is stated")
    return Problem(UNSUPPORTED, file, each.place, each.section, each.owner, each.figure, lacking)


def _misplaced(policy: Policy, plan: PlanText, tree: Tree | None) -> Iterator[Problem]:
    """The clauses whose section the text does not have, or puts in the charge of another department."""
    absent = Text("原文中没有这一节", "the text has no such section")
    for rule in policy.rules:
        if rule.section and not plan.has(rule.section):
            place = _where(tree, ("rules", rule.id, "section"), rule.section)
            yield Problem(NO_SECTION, policy.file, place, rule.section, rule.id, "", absent)
    for clause in policy.clauses:
        section = plan.has(clause.section)
        leads = plan.leads.get(section, ())
        if not section:
            place = _where(tree, ("clauses", clause.id, "section"), clause.section)
            yield Problem(NO_SECTION, policy.file, place, clause.section, clause.id, "", absent)
        elif leads and clause.lead not in leads:
            place = _where(tree, ("clauses", clause.id, "lead"), clause.lead)
            named = Text(f"原文中本节由{'、'.join(leads)}负责", f"in the text the section is led by {', '.join(leads)}")
            yield Problem(LEAD, policy.file, place, section, clause.id, clause.lead, named)


def _overused(
    policy: Policy, plan: PlanText, groups: Iterable[list[Figure]], uses: list[_Use], tree: Tree | None
) -> Iterator[Problem]:
    """The figures that clauses use more often than their section has them: one of them has no sentence of its own."""
    told: set[int] = set()
    for group in groups:
        users = [use for use in _users(group[0], uses) if 0 < use.times < _ALWAYS and group[0].kind not in _FORMS]
        same = [each for each in plan.figures if any(each.section in use.within and use.matches(each) for use in users)]
        times = sum(use.times for use in users)
        if times <= len(same) or id(users[-1]) in told:
            continue
        told.add(id(users[-1]))
        last, names = users[-1], ", ".join(dict.fromkeys(use.owner for use in users))
        why = Text(
            f"本节有{len(same)}处，{names} 用了{times}次；重复引用的在 restates 中写明",
            f"the section has it {_often(len(same))}, used {_often(times)} by {names}; `restates` says whose is used again",
        )
        yield Problem(
            OVERUSED, policy.file, _where(tree, last.path, last.written), last.section, last.owner, last.written, why
        )


def _often(times: int) -> str:
    return {1: "once", 2: "twice"}.get(times, f"{times} times")


def _stale(
    policy: Policy,
    plan: PlanText,
    groups: _Groups,
    uses: list[_Use],
    entries: list[_Entry],
    tree: Tree | None,
) -> Iterator[Problem]:
    """The entries of the policy file that explain nothing: the text has no such figure, or a clause accounts for it."""
    for entry in entries:
        whys = [_staleness(entry.omission, [groups[key] for key in keys], uses, entries) for keys in entry.named]
        absent = next((why for why, keys in zip(whys, entry.named, strict=True) if why and not keys), None)
        # Of a range that is named as a whole one end may be a clause's.
        why = absent or (whys[0] if whys and all(whys) else None)
        if why:
            where: Path = ("not encoded", "sections", entry.written, entry.omission.figure)
            place = tree.place(where, True) if tree else Place()
            yield Problem(STALE, policy.file, place, entry.section, "", entry.omission.figure, why)
    for owner, sources in policy.sources.items():
        for figure, source in sources.items():
            if not any(use.owner == owner and use.source is source and not _any(plan, use) for use in uses):
                place = tree.place(("sources", owner, figure), True) if tree else Place()
                unused = Text("没有公式需要这个出处", "no figure needs this source")
                yield Problem(STALE, policy.file, place, "", owner, figure, unused)


def _staleness(omission: Omission, same: list[list[Figure]], uses: list[_Use], entries: list[_Entry]) -> Text | None:
    """Why an entry for some figures of the text explains nothing; None where it is needed."""
    stands = sum(not figure.again for group in same for figure in group)
    if not stands:
        return Text("本节没有这个数", "the section does not have it")
    if stands < omission.times:
        return Text(f"本节只有 {stands} 处", f"the section has it {stands} of {omission.times} times")
    users: dict[str, None] = {}
    for group in same:
        listed = sum(each.times for each in _omissions(entries, group[0]))
        own = dict.fromkeys(use.owner for use in _users(group[0], uses) if use.times)
        if not own or listed < len(group):
            return None
        users |= own
    names = ", ".join(users)
    return Text(f"已由 {names} 编入", f"{names} encodes it")


def _any(plan: PlanText, use: _Use) -> bool:
    return any(figure.section in use.within and use.matches(figure) for figure in plan.figures)


# ---- places in the policy file ---------------------------------------------------------------------------------------


def _where(tree: Tree | None, path: Path, written: str) -> Place:
    """Where the policy file writes a figure below `path`; the key that leads there where it is not to be seen."""
    if tree is None:
        return Place()
    value = tree.value
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    pattern = re.compile(rf"(?<![0-9.]){re.escape(written)}")
    waiting: list[tuple[Path, Any]] = [(path, value)]
    while waiting:
        at, value = waiting.pop(0)
        if isinstance(value, dict):
            waiting += [((*at, key), each) for key, each in value.items() if key not in ("title", "note", "zh", "en")]
        elif isinstance(value, str) and (match := pattern.search(value)):
            mark = tree.find(at, False)
            plain = mark.end - mark.start == len(value)
            return Place(mark.place.line, mark.place.column + (match.start() if plain else 0))
    return tree.place(path, True)
