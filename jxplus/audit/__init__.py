"""A policy held against the official text of its plan, both ways: what the text says is encoded or left out for a reason,
and what the policy says stands in the section that it cites.

The comparison is of figures, in their normal units, section by section. It proves that no figure was missed, misplaced or
mistyped; that a clause uses a figure in the right way is for its reader to judge. A figure that a section has twice must
be used twice and no more, in formulas of whichever of the section's clauses, but for clauses that say whose figures they
restate; a mark that a sentence says twice, where one tier ends and the next begins, may be used once or twice. Zero compares
with nothing and is no figure of the text. The numbers of articles and items, and the place in an order (第一年), say by their
form that they are no quantities: they need no clause, though a formula may use an order's number.
It compares sentences too, where the policy names any: each that speaks of money or has a figure is a clause's or is listed.
Where a section names the departments in charge, the clause's lead must be the one that leads, or one of them where the
text does not say which.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from jxplus.audit.entries import Groups, OmissionEntry, entries_of, group_of, omissions_for
from jxplus.audit.result import (
    COVERED,
    FOUND,
    LEAD,
    NO_SECTION,
    OMITTED,
    OVERUSED,
    SOURCED,
    STALE,
    UNCOVERED,
    UNSUPPORTED,
    Audit,
    Checked,
    Problem,
    Stated,
)
from jxplus.audit.sentences import hold, names_sentences
from jxplus.audit.stated import ALWAYS, Use, of_clause, of_facts, of_plan, of_rule
from jxplus.document.tree import Path, Tree
from jxplus.fault import Place, Text
from jxplus.plan.figures import LABELS, Figure
from jxplus.plan.text import PlanText
from jxplus.policy import Omission, Policy

_FORMS = {
    "numbering": Text("条款、事项的编号", "number of an article or item"),
    "ordinal": Text("次序，不是数量", "place in an order, no quantity"),
}
"""The kinds of figures that say by their form that they are no quantity, and what they say."""


def audit(policy: Policy, plan: PlanText, tree: Tree | None = None) -> Audit:
    """`policy` held against the text of its plan; `tree`, the policy file's, gives the places of problems in it."""
    uses = [*of_plan(policy, plan), *of_facts(policy, plan)]
    for clause in policy.clauses:
        uses += of_clause(policy, clause, plan)
    for rule in policy.rules:
        uses += of_rule(policy, rule, plan.has(rule.section))
    uses = [_at_home(policy, plan, use) for use in uses]
    groups: Groups = {}
    for figure in plan.figures:
        groups.setdefault(group_of(figure), []).append(figure)
    entries = entries_of(policy, plan, groups)
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
    sentences, unsound = hold(policy, plan, tree)
    problems += unsound
    return Audit(
        policy, plan, tuple(checked), tuple(stated), tuple(problems), tuple(sentences), names_sentences(policy)
    )


def _at_home(policy: Policy, plan: PlanText, use: Use) -> Use:
    """A use in the section that has its figure: that of its clause or rule, else one of which that encodes a sentence."""
    if not use.section or any(map(use.says, plan.figures)):
        return use
    owner = policy.clause(use.owner) or policy.rule(use.owner)
    cited = owner.sentences if owner is not None else ()
    others = (use._replace(within=frozenset({plan.has(each.section)})) for each in cited if each.section)
    return next((other for other in others if any(map(other.says, plan.figures))), use)


def _cover(policy: Policy, group: list[Figure], uses: list[Use], entries: list[OmissionEntry]) -> Iterator[Checked]:
    """What becomes of a figure that a section has once or more: clauses take the first places, what is left out the rest."""
    users = [use for use in uses if use.says(group[0])]
    owners = tuple(dict.fromkeys(use.owner for use in users if use.times))
    reasons = [each.reason for each in omissions_for(entries, group[0]) for _ in range(each.times)]
    once = [figure for figure in group if not figure.again]
    definite = sum(use.times for use in users if use.times < ALWAYS)
    if definite:  # an entry that names a whole range leaves the ends that clauses use to them
        reasons = reasons[: max(len(once) - definite, 0)]
    joints = max(sum(use.joints for use in users) - sum(figure.again for figure in group), 0)
    used = min(sum(use.times for use in users) + joints, max(len(once) - len(reasons), 0))
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


def _support(plan: PlanText, use: Use, tree: Tree | None) -> Stated:
    found = tuple(figure.place for figure in plan.figures if use.says(figure))
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
    cited = [("rules", each.id, each.section) for each in policy.rules if each.section]
    for under, id, section in (*cited, *(("clauses", each.id, each.section) for each in policy.clauses)):
        if not plan.has(section):
            place = _where(tree, (under, id, "section"), section)
            yield Problem(NO_SECTION, policy.file, place, section, id, "", absent)
    for clause in policy.clauses:
        section = plan.has(clause.section)
        leads = plan.leads.get(section, ())
        if leads and clause.lead not in leads:
            place = _where(tree, ("clauses", clause.id, "lead"), clause.lead)
            named = Text(f"原文中本节由{'、'.join(leads)}负责", f"in the text the section is led by {', '.join(leads)}")
            yield Problem(LEAD, policy.file, place, section, clause.id, clause.lead, named)


def _overused(
    policy: Policy, plan: PlanText, groups: Iterable[list[Figure]], uses: list[Use], tree: Tree | None
) -> Iterator[Problem]:
    """The figures that clauses use more often than their section has them: one of them has no sentence of its own."""
    told: set[int] = set()
    for group in groups:
        counting = [use for use in uses if 0 < use.times < ALWAYS] if group[0].kind not in _FORMS else []
        users = [use for use in counting if use.says(group[0])]
        same = [each for each in plan.figures if any(use.says(each) for use in users)]
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
    policy: Policy, plan: PlanText, groups: Groups, uses: list[Use], entries: list[OmissionEntry], tree: Tree | None
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
            own = [use for use in uses if use.owner == owner and use.source is source]
            if all(any(map(use.says, plan.figures)) for use in own):
                place = tree.place(("sources", owner, figure), True) if tree else Place()
                unused = Text("没有公式需要这个出处", "no figure needs this source")
                yield Problem(STALE, policy.file, place, "", owner, figure, unused)


def _staleness(
    omission: Omission, same: list[list[Figure]], uses: list[Use], entries: list[OmissionEntry]
) -> Text | None:
    """Why an entry for some figures of the text explains nothing; None where it is needed."""
    stands = sum(not figure.again for group in same for figure in group)
    if not stands:
        return Text("本节没有这个数", "the section does not have it")
    if stands < omission.times:
        return Text(f"本节只有 {stands} 处", f"the section has it {stands} of {omission.times} times")
    users: dict[str, None] = {}
    for group in same:
        listed = sum(each.times for each in omissions_for(entries, group[0]))
        own = dict.fromkeys(use.owner for use in uses if use.times and use.says(group[0]))
        if not own or listed < len(group):
            return None
        users |= own
    names = ", ".join(users)
    return Text(f"已由 {names} 编入", f"{names} encodes it")


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
