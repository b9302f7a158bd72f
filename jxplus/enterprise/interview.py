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
from itertools import product
from typing import Any, NamedTuple

from jxplus.enterprise import Misstated, Reader
from jxplus.enterprise.defaults import Defaults
from jxplus.fault import Text, cut, quoted
from jxplus.formula.evaluate import Unknown, function
from jxplus.formula.node import COMPARISONS, OVER_ITEMS, STANDS_FOR, Node, walk
from jxplus.formula.operators import OPERATORS
from jxplus.policy import DAY, TODAY, Clause, Fact, FactList, Policy
from jxplus.policy.days import deciding_lists, held
from jxplus.quantity import EXACT, ZERO

MOST_ITEMS = 1000

# What a part of a formula can still become, where it is no known value: any value, or never a known one.
_ANY, _NEVER = "any", "never"
_TRUTHS = frozenset({True, False})
_NONE: frozenset[str] = frozenset()


class Progress(NamedTuple):
    """A list that is being asked for: how many items the whole has, and those begun, each with its values and as written."""

    listed: str
    whole: int
    items: tuple[dict[str, Any], ...] = ({},)
    written: tuple[dict[str, str], ...] = ({},)
    closed: frozenset[str] = _NONE


class State(NamedTuple):
    """An interview at one moment: the facts known, those answered here as they were written, and those left open."""

    facts: Mapping[str, Any]
    written: Mapping[str, Any] = {}
    closed: frozenset[str] = _NONE
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
                outlook = _Outlook(self.policy, facts, state.closed)
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
                for node in (each for formula in rule.formulas() for each in walk(formula)):
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
            return _NONE
        outlook, names, entitled = _Outlook(self.policy, facts, closed), _NONE, _NONE
        pays = False
        for reading in self.held[clause.id].readings:
            found = outlook.reading(clause, reading.when, reading.amounts())
            if found is None:
                return _NONE
            names |= found
            entitled |= outlook.reading(clause, reading.when, []) or _NONE
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
            others = {**own.values, **{id: facts.get(day, _Day(day)) for id, day in own.days.items()}}
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
        digits = written.translate(str.maketrans("０１２３４５６７８９", "0123456789"))
        count = 0 if written.lower() in ("[]", "无", "没有", "no", "none") else int(digits) if _whole(digits) else -1
        if not 0 <= count <= MOST_ITEMS:
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


def _whole(digits: str) -> bool:
    return digits.isascii() and digits.isdigit() and len(digits) <= 6


class _Part(NamedTuple):
    """What a part of a formula can still become, and the names of the facts that its becoming known waits for."""

    can: frozenset[Any]
    names: frozenset[str] = _NONE


_CLOSED = _Part(frozenset({_NEVER}))


class _Day(NamedTuple):
    """The day of an item that is that of a fact of the enterprise, which is not known yet."""

    followed: str


class _Outlook:
    """What formulas can still become while the facts in `closed` stay unknown and all others may be answered."""

    def __init__(self, policy: Policy, facts: Mapping[str, Any], closed: Collection[str]) -> None:
        self.policy, self.facts, self.closed = policy, facts, closed

    def reading(self, clause: Clause, when: Node, amounts: Sequence[Node]) -> frozenset[str] | None:
        """The names that can still decide a clause under one reading: none where it is decided, None where it never is."""
        if clause.each is not None and clause.each not in self.facts:
            return self._unlisted(clause.each, self.part(when, {}))
        items = ({},) if clause.each is None else self.facts[clause.each]
        names: frozenset[str] = _NONE
        met = []
        for item in items:
            part = self.part(when, item)
            if part.can == _CLOSED.can:
                return None
            names |= part.names
            if part.can == {True}:
                met.append(item)
        if names:
            return names
        for node in amounts:
            for item in met:
                part = self.part(node, item)
                if part.can == _CLOSED.can:
                    return None
                names |= part.names
        return names

    def _unlisted(self, listed: str, when: _Part) -> frozenset[str] | None:
        """The same over a list that is not known: an empty one decides, and so does a condition that no item can meet."""
        if when.can == {False}:
            return _NONE
        if listed not in self.closed:
            return when.names | {listed}
        return when.names if False in when.can else None

    def part(self, node: Node, item: Mapping[str, Any]) -> _Part:
        """What `node` can still become, for one item."""
        op, args, value = node[:3]
        if op in ("number", "truth", "date", "choice"):
            return _Part(frozenset({value.amount if op == "number" else value}))
        if op == "fact":
            return self._leaf(value, value, self.facts.get(value), self.policy.facts[value])
        if op == "item":
            listed, name = value
            asked = f"{listed}[].{name}" if listed in self.facts else listed
            return self._leaf(listed, asked, item.get(name), self.policy.lists[listed].facts[name])
        if op in STANDS_FOR:
            return self.part(args[0], item)
        if op in OVER_ITEMS:
            return self._some(node) if op == "any" else self._gathered(node)
        if op == "if":
            return self._if([self.part(arg, item) for arg in args])
        parts = [self.part(arg, item) for arg in args]
        if op in ("and", "or"):
            return _deciding(parts[0], parts[1], op == "or")
        if op == "not":
            return _Part(
                frozenset(not each if each in (True, False) else each for each in parts[0].can), parts[0].names
            )
        return self._strict(op, parts)

    def holds(self, clause: Clause, when: Node) -> bool:
        """Whether a condition is known to be met, by the enterprise or by an item."""
        items = ({},) if clause.each is None else self.facts.get(clause.each, ())
        return any(self.part(when, item).can == {True} for item in items)

    def _leaf(self, name: str, asked: str, value: Any, fact: Fact) -> _Part:
        if isinstance(value, _Day):
            return self._leaf(value.followed, value.followed, None, self.policy.facts[value.followed])
        if value is not None:
            return _Part(frozenset({value}))
        if name in self.closed:
            return _CLOSED
        return _Part(_TRUTHS if fact.type.kind == "truth" else frozenset({_ANY}), frozenset({asked}))

    def _strict(self, op: str, parts: Sequence[_Part]) -> _Part:
        """An operator that needs all its arguments."""
        if any(part.can == _CLOSED.can for part in parts):
            return _CLOSED
        names = frozenset[str]().union(*(part.names for part in parts))
        if not names:
            apply = OPERATORS[op].function
            assert apply is not None
            return _Part(frozenset({apply(*(next(iter(part.can)) for part in parts))}))
        never = {_NEVER} if any(_NEVER in part.can for part in parts) else set()
        return _Part((_TRUTHS if op in (*COMPARISONS, "in") else frozenset({_ANY})) | never, names)

    def _if(self, parts: Sequence[_Part]) -> _Part:
        condition, then, other = parts
        if condition.can == _CLOSED.can:
            return _CLOSED
        if len(condition.can) == 1:
            return then if True in condition.can else other
        can = then.can | other.can | (condition.can & {_NEVER})
        return _CLOSED if can == _CLOSED.can else _Part(can, condition.names | then.names | other.names)

    def _some(self, node: Node) -> _Part:
        """`any LIST where (…)`, over the items known, or over a list that is open or closed."""
        items = self.facts.get(node.value)
        found = _Part(frozenset({False}))
        if items is not None:
            for each in items:
                found = _deciding(found, self.part(node.args[0], each), True)
            return found
        inner = self.part(node.args[0], {})
        if inner.can == {False}:
            return inner
        if node.value in self.closed:
            return _Part(frozenset({False, _NEVER}), inner.names) if False in inner.can else _CLOSED
        return _Part(inner.can | {False}, inner.names | {node.value})

    def _gathered(self, node: Node) -> _Part:
        """`count of LIST` and `sum of FORMULA in LIST`: known once it is known of every item whether it counts, and for what."""
        items, condition = self.facts.get(node.value), node.args[-1]
        if items is None:
            inner = self.part(condition, {})
            if inner.can == {False}:
                return _Part(frozenset({ZERO}))
            if node.value in self.closed:
                return _Part(frozenset({_ANY, _NEVER}), inner.names) if False in inner.can else _CLOSED
            return _Part(frozenset({_ANY}), inner.names | {node.value})
        whens = [self.part(condition, each) for each in items]
        counted = [item for item, when in zip(items, whens, strict=True) if when.can != {False}]
        parts = [*whens, *(self.part(arg, item) for arg in node.args[:-1] for item in counted)]
        if any(part.can == _CLOSED.can for part in parts):
            return _CLOSED
        names = frozenset[str]().union(*(part.names for part in parts))
        if not names:
            return _Part(frozenset({function(node)(self.facts, {})}))
        return _Part(frozenset({_ANY, *({_NEVER} if any(_NEVER in part.can for part in parts) else ())}), names)


def _deciding(left: _Part, right: _Part, decided: bool) -> _Part:
    """`or` (decided by true) or `and` (decided by false) of two parts."""
    for part in (left, right):
        if part.can == {decided}:
            return part
    can = frozenset(
        decided if decided in pair else _NEVER if _NEVER in pair else not decided
        for pair in product(left.can, right.can)
    )
    if can == _CLOSED.can:
        return _CLOSED
    names = left.names | right.names
    for part, other in ((left, right), (right, left)):
        if part.can == _CLOSED.can:  # only the other can decide, and only by being `decided`
            names = other.names
    return _Part(can, names)
