"""The next question that still matters: a pure function of a policy, of what is known and of what was left open.

A fact matters while its answer, with the answers to other open questions, can still decide a clause that is not decided
yet. A question that was answered with a blank is closed: its fact stays unknown, and so does every other fact that could
decide nothing without it. Asked first is what decides most clauses by itself.

In an item of a list a file must state every fact that has no default, so these are asked whatever they decide; one with a
default is asked only where it matters.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal, localcontext
from typing import Any, NamedTuple

from jxplus.enterprise import Misstated, Reader, says_none
from jxplus.enterprise.defaults import Defaults
from jxplus.enterprise.outlook import NONE, FollowedDay, Outlook
from jxplus.fault import Text, cut, quoted
from jxplus.formula.evaluate import Unknown, function
from jxplus.formula.node import walk
from jxplus.policy import DAY, TODAY, Clause, Fact, FactList, Policy
from jxplus.policy.days import deciding_lists, held
from jxplus.quantity import EXACT

MOST_ITEMS = 1000
_MOST_DIGITS = 6
"""No number of items is longer, with its zeros in front."""


class Progress(NamedTuple):
    """A list that is being asked for: how many items the whole has, and those begun, each with its values and as written."""

    listed: str
    whole: int
    items: tuple[dict[str, Any], ...] = ({},)
    written: tuple[dict[str, str], ...] = ({},)
    closed: frozenset[str] = NONE


class State(NamedTuple):
    """An interview at one moment: the facts known, those answered here as they were written, and those left open."""

    facts: Mapping[str, Any]
    written: Mapping[str, Any] = {}
    closed: frozenset[str] = NONE
    progress: Progress | None = None


class Question(NamedTuple):
    """What to ask: a fact, or how many items a list has (then `fact` is None), or a fact of an item.

    `clauses` are those not decided yet that ask for it; `item` counts from 1, and there are `of`. A blank answer to one that
    is `needed` in an item leaves the whole list unknown.
    """

    fact: Fact | None
    listed: FactList | None
    clauses: tuple[Clause, ...]
    item: int = 0
    of: int = 0
    needed: bool = False


Idle = Callable[[str, Mapping[str, Any], Collection[str], Collection[str]], bool]
"""Whether nothing that is paid hangs on a clause, by what is known, which clauses are open, and the facts whose default may yet be
asked for; see `jxplus.assessment.idle`."""


class Interview:
    """Asks for what the clauses of a policy need, or some of its clauses; `today` is the day where none is stated.

    `idle` tells of which open clauses nothing would be paid after the rules between clauses: nobody asks for these.
    """

    def __init__(
        self, policy: Policy, today: date, clauses: Sequence[Clause] | None = None, idle: Idle | None = None
    ) -> None:
        self.policy, self.today, self.idle = policy, today, idle
        self.reader = Reader(policy)
        self.clauses = policy.clauses if clauses is None else tuple(clauses)
        self.names = [*policy.facts, *policy.lists]
        self.ceilings = self._ceilings()
        self.bounds = [
            function(node)
            for rule in policy.rules
            for reading in rule.readings
            for node in (reading.at_most, reading.less)
            if node is not None and reading.each is None
        ]
        self.defaults = Defaults(policy)
        self.held = {clause.id: held(clause, policy.lists) for clause in self.clauses}
        self.deciding = {
            clause.id: [each.id for each in deciding_lists(clause, policy.lists)] for clause in self.clauses
        }

    # -- what to ask

    def undecided(self, state: State) -> list[Clause]:
        """The clauses in force that are not decided, and that an answer can still decide."""
        with localcontext(EXACT):
            return [clause for clause, _ in self._open(state)]

    def question(self, state: State) -> Question | None:
        """The next question; None where no answer would change anything."""
        if state.progress is not None:
            return self._item_question(state, state.progress)
        for fact in self.policy.facts.values():
            if fact.id not in state.facts and fact.id not in state.closed and self._always(fact):
                return Question(fact, None, ())
        with localcontext(EXACT):
            open_yet = self._open(state)
            asked = frozenset(name for _, names in open_yet for name in names)
            if not asked:
                return self._ceiling(state)
            name = max(
                (name for name in self.names if name in asked), key=lambda name: self._weight(name, state, open_yet)
            )
        clauses = tuple(clause for clause, names in open_yet if name in names)
        if name in self.policy.facts:
            return Question(self.policy.facts[name], None, clauses)
        return Question(None, self.policy.lists[name], clauses)

    def _open(self, state: State) -> list[tuple[Clause, frozenset[str]]]:
        """The clauses that an answer can still decide, with the facts that it may be, but those that rules take away anyway."""
        bearing = [(clause, self._bearing(clause, state, state.closed)) for clause in self.clauses]
        found = [(clause, names) for clause, names in bearing if names]
        if self.idle is None or not found or not self.policy.rules:
            return found
        open = frozenset(clause.id for clause, _ in found)
        assumed = frozenset(fact.id for fact in self.policy.facts.values() if fact.default is not None)
        unsettled = assumed - state.facts.keys() - state.closed - {DAY}
        facts = {DAY: self.today, **state.facts}
        return [(clause, names) for clause, names in found if not self.idle(clause.id, facts, open, unsettled)]

    def _ceiling(self, state: State) -> Question | None:
        """The next fact that a rule's ceiling asks for, once it is known which clauses pay: one of the rule's must."""
        if not self.ceilings:
            return None
        facts = self._taken(state, state.closed)
        with localcontext(EXACT):
            bounds = [bound(facts, {}) for bound in self.bounds]
        waited = frozenset[str]().union(*(each.facts for each in bounds if isinstance(each, Unknown)))
        for name, clauses in self.ceilings.items():
            if name in waited and name in self.policy.facts and name not in state.facts and name not in state.closed:
                outlook = Outlook(self.policy, facts, state.closed)
                paying = [
                    clause
                    for clause in clauses
                    if any(outlook.holds(clause, reading.when) for reading in self.held[clause.id].readings)
                ]
                if paying:
                    return Question(self.policy.facts[name], None, tuple(paying))
        return None

    def _ceilings(self) -> dict[str, list[Clause]]:
        """The facts that the ceilings of rules ask for, as a file names them, each with the clauses that the rule binds."""
        if not self.policy.rules:
            return {}
        from jxplus.policy.bonds import binding  # what few plans have is not loaded for the others

        found: dict[str, list[Clause]] = {}
        for clause in self.clauses:
            for rule in binding(self.policy, clause.id):
                for node in walk(*rule.formulas()):
                    if node.op in ("fact", "item"):
                        name = node.value if node.op == "fact" else f"{node.value[0]}[].{node.value[1]}"
                        found.setdefault(name, []).append(clause)
        return found

    def _always(self, fact: Fact) -> bool:
        """Whether a fact is asked for by the file itself, or by the days on which clauses are in force."""
        timed = any(clause.period.start or clause.period.end for clause in self.clauses)
        return fact.required or (fact.follows == TODAY and timed)

    def _weight(self, name: str, state: State, open_yet: Sequence[tuple[Clause, frozenset[str]]]) -> tuple[int, int]:
        """How many clauses an answer can decide by itself, and how many it has a part in."""
        others = state.closed | (frozenset(self.names) - {name})
        alone = sum(1 for clause, names in open_yet if name in names and self._bearing(clause, state, others))
        return alone, sum(1 for _, names in open_yet if name in names)

    def _item_question(self, state: State, progress: Progress) -> Question:
        """The next fact of the item that is being asked for; `answer` sees to it that there is one."""
        fact = self._next_in_item(state, progress)
        assert fact is not None
        listed = self.policy.lists[progress.listed]
        clauses = tuple(
            clause for clause in self.clauses if f"{listed.id}[].{fact.id}" in self._item_names(clause, state)
        )
        return Question(fact, listed, clauses, len(progress.items), progress.whole, fact.default is None)

    def _next_in_item(self, state: State, progress: Progress) -> Fact | None:
        facts, item = self.policy.lists[progress.listed].facts.values(), progress.items[-1]
        for fact in facts:
            if fact.default is None and fact.id not in item:
                return fact
        wanted: set[str] = set()
        for clause in self.clauses:
            wanted |= self._item_names(clause, state)
        wanted |= self.ceilings.keys()
        for fact in facts:
            if fact.id not in item and fact.id not in progress.closed and f"{progress.listed}[].{fact.id}" in wanted:
                return fact
        return None

    def _item_names(self, clause: Clause, state: State) -> frozenset[str]:
        assert state.progress is not None
        facts = {**state.facts, state.progress.listed: list(state.progress.items)}
        with localcontext(EXACT):
            return self._bearing(clause, state._replace(facts=facts), state.closed)

    # -- what can still decide a clause

    def _bearing(self, clause: Clause, state: State, closed: Collection[str]) -> frozenset[str]:
        """The facts and lists that can still decide `clause`; none where it is decided, or can never be."""
        facts = self._taken(state, closed)
        by_items = any(facts.get(name, name not in closed) for name in self.deciding[clause.id])
        day = facts.get(clause.day)
        if not by_items and day is not None and not clause.period.holds(day):
            return NONE
        outlook, names, entitled = Outlook(self.policy, facts, closed), NONE, NONE
        pays = False
        for reading in self.held[clause.id].readings:
            found = outlook.reading(clause, reading.when, reading.amounts())
            if found is None:
                return NONE
            names |= found
            entitled |= outlook.reading(clause, reading.when, []) or NONE
            pays = pays or outlook.holds(clause, reading.when)
        if pays and not entitled and not by_items and day is None and clause.period[:2] != (None, None):
            return frozenset({clause.day})  # before what the amount asks for
        return names

    def _taken(self, state: State, closed: Collection[str]) -> dict[str, Any]:
        """What is known, with the defaults of what stays open; a default that may still be asked for is not known yet."""
        defaults = self.defaults
        facts = {**{name: value for name, value in defaults.values.items() if name in closed}, **state.facts}
        facts.setdefault(DAY, self.today)
        for name, followed in defaults.days.items():
            if name in closed and followed in facts:
                facts.setdefault(name, facts[followed])
        for name, own in defaults.lists.items():
            others = {**own.values, **{id: facts.get(day, FollowedDay(day)) for id, day in own.days.items()}}
            items = [{**others, **item} for item in facts.get(name, ())]
            if items and state.progress is not None and state.progress.listed == name:
                asked = others.keys() - state.progress.closed - facts[name][-1].keys()
                items[-1] = {id: value for id, value in items[-1].items() if id not in asked}
            if items:
                facts[name] = items
        return facts

    # -- what an answer changes

    def answer(self, state: State, question: Question, written: str) -> State:
        """The interview after an answer; a blank leaves the fact unknown. Raises `Misstated` where the answer is wrong."""
        written = written.strip()
        if question.item:
            return self._answer_item(state, question, written)
        if question.fact is None:
            assert question.listed is not None
            return self._answer_count(state, question.listed, written)
        fact = question.fact
        if not written:
            if fact.required:
                raise Misstated(fact.id, Text("不能留空", "it cannot be left blank"), Text("写名称", "write it out"))
            return state._replace(closed=state.closed | {fact.id})
        _, value = self.reader.value(fact.id, written)
        return state._replace(facts={**state.facts, fact.id: value}, written={**state.written, fact.id: written})

    def yuan(self, question: Question, written: str) -> Decimal | None:
        """The yuan that an answer comes to; None where it is a blank, or no money is asked for."""
        fact, written = question.fact, written.strip()
        if fact is None or not fact.is_money or not written:
            return None
        if question.item:
            assert question.listed is not None
            amount: Decimal = self.reader.item_value(question.listed.id, fact.id, written)
        else:
            _, amount = self.reader.value(fact.id, written)
        return amount

    def resumed(self, state: State, listed: str, whole: int, items: Sequence[Mapping[str, str]]) -> State:
        """The interview in the middle of a list, whose first `items` were answered before, as they were written.

        Raises `Misstated` where one of the answers is none.
        """
        if listed in state.facts:
            return state
        state = self._answer_count(state, self.policy.lists[listed], str(whole))
        while state.progress is not None and len(state.progress.items) <= len(items):
            question, place = self._item_question(state, state.progress), len(state.progress.items)
            assert question.fact is not None
            answer = items[place - 1].get(question.fact.id, "")
            if not answer and (question.needed or place == len(items)):
                break
            state = self.answer(state, question, answer)
        return state

    def _answer_count(self, state: State, listed: FactList, written: str) -> State:
        if not written:
            return state._replace(closed=state.closed | {listed.id})
        if says_none(written) or written.lower() in ("[]", "no"):
            written = "0"
        if not written.isdecimal() or len(written) > _MOST_DIGITS or (count := int(written)) > MOST_ITEMS:
            raise Misstated(
                listed.id,
                Text(f"“{cut(written)}”不是项数", f"{quoted(written)} is no number of items"),
                Text(f"写 0 到 {MOST_ITEMS} 的整数，没有写 0", f"a whole number from 0 to {MOST_ITEMS}; 0 for none"),
            )
        if count == 0:
            return state._replace(facts={**state.facts, listed.id: []}, written={**state.written, listed.id: []})
        return state._replace(progress=Progress(listed.id, count))

    def _answer_item(self, state: State, question: Question, written: str) -> State:
        progress, fact = state.progress, question.fact
        assert progress is not None
        assert fact is not None
        if not written and question.needed:
            return state._replace(closed=state.closed | {progress.listed}, progress=None)
        if not written:
            progress = progress._replace(closed=progress.closed | {fact.id})
        else:
            value = self.reader.item_value(progress.listed, fact.id, written)
            items = (*progress.items[:-1], {**progress.items[-1], fact.id: value})
            texts = (*progress.written[:-1], {**progress.written[-1], fact.id: written})
            progress = progress._replace(items=items, written=texts)
        if self._next_in_item(state._replace(progress=progress), progress) is not None:
            return state._replace(progress=progress)
        if len(progress.items) < progress.whole:
            items, texts = (*progress.items, {}), (*progress.written, {})
            return state._replace(progress=Progress(progress.listed, progress.whole, items, texts))
        return state._replace(
            facts={**state.facts, progress.listed: list(progress.items)},
            written={**state.written, progress.listed: list(progress.written)},
            progress=None,
        )
