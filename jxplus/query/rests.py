"""Which outcomes rest on what was not stated, in SQL: the rule of `assessment.assumptions` over tables.

Whether a clause could be told without a default is asked as everything else is asked: by clauses. Beside each clause stand
others made from it, one that takes the defaulted fact as the tables state it, one that is in force on every day; a query
gives the statuses of all of them, and from these it follows what rests on what.
"""

from collections.abc import Collection, Iterator
from decimal import Decimal, localcontext
from typing import NamedTuple

from sqlglot import exp

from jxplus.assessment import ENTITLED, LIKE_WAN, PAYING, SMALL, UNDECIDED, UNQUANTIFIED
from jxplus.assessment.assumptions import Default, is_followed, item_defaults, own_text
from jxplus.fault import Text
from jxplus.formula.node import Node
from jxplus.formula.syntax import parse
from jxplus.policy import Clause, Fact, FactList, Period, Policy, Reading
from jxplus.policy.days import deciding_lists, held
from jxplus.quantity import ZERO
from jxplus.query import numbers
from jxplus.query.outcome import Outcomes
from jxplus.query.readings import Readings
from jxplus.query.shapes import statuses, where_true
from jxplus.query.tables import Options, Ranked

_STATED = "__stated"
"""What a fact is called, beside its own name, as the tables state it; no fact's id ends so."""
_EVER, _ITEMS = "at any time", "has items"


class Rests(NamedTuple):
    """A query that gives a row for each enterprise, and on its columns what each outcome rests on, by what is told of it."""

    query: exp.Select
    conditions: dict[Text, exp.Expr]


def rests(policy: Policy, options: Options) -> Rests | None:
    """What the outcomes of a policy over tables rest on; None where there is nothing that they could; raises `Unproved`."""
    made = _Made(policy, options)
    asked = made.asked(dict(made.conditions()) | dict(made.like_wan()))
    return None if asked is None else asked.rests()


def rests_beside(outcomes: Outcomes, full: Collection[str]) -> "RestingClauses | None":
    """The same but for the sums that look like 万, beside the outcomes of a policy and out of the same facts and sums.

    `full` names the facts of items that no item leaves out (`premises.months`), of which nothing is asked. Raises `Unproved`.
    """
    made = _Made(outcomes.readings.policy, outcomes.options, full)
    return made.asked(dict(made.conditions()), outcomes)


class RestingClauses(NamedTuple):
    """The outcomes of clauses that are asked what something rests on, and the conditions on them, by what is told of it."""

    outcomes: Outcomes
    conditions: dict[Text, exp.Expr]

    def rests(self, ranked: Ranked | None = None) -> Rests:
        """The query; its rows have the number that `ranked` names."""
        return Rests(statuses(self.outcomes, ranked), self.conditions)

    def numbers(self, ranked: Ranked) -> exp.Select:
        """A query that gives on `c0`, `c1` and so on, for each condition in turn, the row's number where it holds, else NULL."""
        return where_true(self.outcomes, self.conditions.values(), ranked)


class LikeWan(NamedTuple):
    """Whose sums look like 万: of the enterprises without a `large` sum of their own, those of whom `rests` has it so.

    `large` is a condition on the table of enterprises; it may be NULL. None of the others need be asked.
    """

    large: exp.Expr
    rests: Rests


def like_wan(policy: Policy, options: Options, ranked: Ranked | None = None) -> LikeWan | None:
    """Whose sums look like 万, without those who are soon told; None where there are no sums."""
    made = _Made(policy, options)
    found = made.asked(dict(made.like_wan()))
    own = [fact for fact in policy.facts.values() if fact.is_money and fact.id not in options.absent]
    bounds = [
        exp.GTE(this=exp.Abs(this=exp.column(fact.id, quoted=True)), expression=numbers.figure(SMALL).expression)
        for fact in own
    ]
    return None if found is None else LikeWan(exp.or_(exp.false(), *bounds, copy=False), found.rests(ranked))


class _Made:
    """The clauses that are asked, made from those of a policy; `pinned` says whose readings count for which of them."""

    def __init__(self, policy: Policy, options: Options, full: Collection[str] = ()) -> None:
        self.policy, self.options, self.full = policy, options, full
        self.facts, self.lists = dict(policy.facts), dict(policy.lists)
        self.clauses: dict[str, Clause] = {}
        self.pinned: dict[str, str] = {}

    def asked(self, conditions: dict[Text, exp.Expr], beside: Outcomes | None = None) -> "RestingClauses | None":
        """The outcomes of the clauses that some conditions ask for, `beside` those of the policy where they are there."""
        if not conditions:
            return None
        policy, options = self.policy, self.options
        pins = {**options.pins, **{id: pin for id, own in self.pinned.items() if (pin := options.pins.get(own))}}
        asked = policy._replace(facts=self.facts, lists=self.lists, clauses=tuple(self.clauses.values()))
        readings = beside.readings if beside is not None else Readings(asked, options)
        readings.policy = asked
        outcomes = Outcomes(readings)
        outcomes.options = options._replace(pins=pins)
        known = {clause.id: (clause, columns) for clause, columns in beside.clauses} if beside is not None else {}
        with localcontext(numbers.PROOF):
            for clause in asked.clauses:
                if clause.id in known:
                    outcomes.clauses.append(known[clause.id])
                else:
                    outcomes.add(clause)
        return RestingClauses(outcomes, conditions)

    def conditions(self) -> Iterator[tuple[Text, exp.Expr]]:
        """For all that may be assumed the condition that it is, in the order in which it is told."""
        items = [(each, self.of_item(each)) for each in item_defaults(self.policy) if not self.gone(each)]
        followed: dict[str, list[exp.Expr]] = {}
        for each, condition in items:
            if self.is_day(each.fact.follows):
                followed.setdefault(each.fact.follows, []).append(condition)
        for clause in self.policy.clauses:
            if self.is_day(clause.day) and clause.period[:2] != (None, None) and not self.needs_dated_items(clause):
                followed.setdefault(clause.day, []).append(self.by_own_day(clause))
        for fact in self.in_chain(followed):
            condition = exp.and_(self.unstated(fact), exp.or_(*followed[fact.id], copy=False), copy=False)
            if self.is_day(fact.follows):
                followed.setdefault(fact.follows, []).append(condition)
            yield own_text(fact, None), condition
        for each, condition in items:
            yield each.text, condition
        assumed: dict[Text, list[exp.Expr]] = {}
        for clause in self.policy.clauses:
            if clause.assumes is not None:
                assumed.setdefault(clause.assumes, []).append(self.is_(self.add(clause), ENTITLED))
        yield from ((text, exp.or_(*conditions, copy=False)) for text, conditions in assumed.items())

    def like_wan(self) -> Iterator[tuple[Text, exp.Expr]]:
        """That all sums that are stated are so small, and not all zero, that they may be 万 without their unit."""
        sums = [fact for fact in self.policy.facts.values() if fact.is_money and fact.id not in self.options.absent]
        some = [_own(fact, ("!=", ZERO)) for fact in sums]
        large = [_own(fact, *_LARGE) for fact in sums]
        for listed in self.policy.lists.values():
            inner = [fact for fact in listed.facts.values() if fact.is_money and listed.id not in self.options.absent]
            some += [Node("any", (_of_items(listed, fact, ("!=", ZERO)),), listed.id) for fact in inner]
            large += [Node("any", (_of_items(listed, fact, *_LARGE),), listed.id) for fact in inner]
        if some:
            found = self.is_(self.add(self.asking("some sum", _either(some))), UNQUANTIFIED)
            beyond = self.is_(self.add(self.asking("a large sum", _either(large))), UNQUANTIFIED)
            yield LIKE_WAN, exp.and_(found, exp.Not(this=exp.paren(beyond)), copy=False)

    def is_day(self, name: str) -> bool:
        """Whether a name is that of a day that follows another."""
        return name in self.policy.facts and is_followed(self.policy.facts[name])

    def in_chain(self, followed: dict[str, list[exp.Expr]]) -> Iterator[Fact]:
        """The days that something rests on, each before the one it follows."""
        done: set[str] = set()
        while left := [name for name in followed if name not in done]:
            done.add(left[0])
            yield self.policy.facts[left[0]]

    def gone(self, each: Default) -> bool:
        """Whether there are no items that could leave a fact out."""
        return each.listed.id in self.options.absent or f"{each.listed.id}.{each.fact.id}" in self.full

    # -- conditions on statuses

    def is_(self, id: str, *statuses: str) -> exp.Expr:
        return exp.In(
            this=exp.column(f"{id}_status", quoted=True), expressions=[exp.Literal.string(each) for each in statuses]
        )

    def of_item(self, each: Default) -> exp.Expr:
        """The condition that an outcome rests on the default of an item's fact.

        A clause that could be told with the default, and without it cannot, has an item that leaves it out. Only of one that
        has days alone against it is this asked: with its items outside of them it may wait for other facts.
        """
        asking = (self.of_clause(each, clause) for clause in self.policy.clauses if clause.id in each.clauses)
        rest = exp.or_(*asking, copy=False)
        if each.listed.id not in self.options.partly:
            return rest
        return exp.and_(self.is_(self.has_items(each.listed), UNQUANTIFIED), rest, copy=False)

    def of_clause(self, each: Default, clause: Clause) -> exp.Expr:
        pays = self.is_(self.add(clause), *PAYING)
        without = self.is_(self.without(each, clause, held(clause, self.policy.lists)), UNDECIDED)
        if clause.period[:2] == (None, None):
            return exp.and_(pays, without, copy=False)
        if each.is_day and f"{each.listed.id}.{each.fact.id}" in self.options.absent:
            return exp.and_(self.applies(clause), without, copy=False)
        timeless = self.out_of_time(clause)
        if each.is_day:
            timeless = exp.and_(timeless, self.is_(self.leaves_out(each), UNDECIDED), copy=False)
            return exp.and_(exp.or_(pays, timeless, copy=False), without, copy=False)
        ever = self.is_(self.without(each, clause, clause, _EVER), UNDECIDED)
        return exp.or_(exp.and_(pays, without, copy=False), exp.and_(timeless, ever, copy=False), copy=False)

    def out_of_time(self, clause: Clause) -> exp.Expr:
        """The condition that days alone stand against a clause."""
        ever = self.add(clause._replace(id=f"{clause.id} {_EVER}", period=Period()), clause.id)
        return exp.and_(exp.Not(this=exp.paren(self.is_(clause.id, *PAYING))), self.is_(ever, *PAYING), copy=False)

    def applies(self, clause: Clause) -> exp.Expr:
        """The condition that a clause pays, or has days alone against it."""
        ever = self.add(clause._replace(id=f"{clause.id} {_EVER}", period=Period()), clause.id)
        return exp.or_(self.is_(self.add(clause), *PAYING), self.is_(ever, *PAYING), copy=False)

    def needs_dated_items(self, clause: Clause) -> bool:
        """Whether a clause cannot apply without items that have days of their own, so that its own day never decides."""
        decide = any(listed.id == clause.each for listed in deciding_lists(clause, self.policy.lists))
        return decide and clause.unquantified_without is None

    def by_own_day(self, clause: Clause) -> exp.Expr:
        """The condition that a clause applies, or has days alone against it, and that its own day decides."""
        applies = self.applies(clause)
        some = [self.is_(self.has_items(each), UNQUANTIFIED) for each in deciding_lists(clause, self.policy.lists)]
        return exp.and_(applies, *(exp.Not(this=exp.paren(each)) for each in some), copy=False)

    def unstated(self, fact: Fact) -> exp.Expr:
        """The condition that an enterprise does not state a date."""
        if fact.id in self.options.absent:
            return exp.true()
        name, id = f"{fact.id}{_STATED}", f"{fact.id} stated"
        self.facts[name] = fact._replace(default=None)
        same = Node("=", (Node("fact", (), name), Node("fact", (), name)))
        return self.is_(self.add(self.asking(id, same)), UNDECIDED)

    # -- the clauses

    def add(self, clause: Clause, pinned: str = "") -> str:
        self.clauses.setdefault(clause.id, clause)
        if pinned:
            self.pinned[clause.id] = pinned
        return clause.id

    def asking(self, id: str, when: Node) -> Clause:
        """A clause that is its condition alone."""
        reading = Reading("", None, when, None, None)
        any_of_them = self.policy.clauses[0]
        return any_of_them._replace(
            id=id,
            period=Period(),
            kind="unstated",
            readings=(reading,),
            each=None,
            base=None,
            unquantified_without=None,
        )

    def has_items(self, listed: FactList) -> str:
        return self.add(self.asking(f"{listed.id} {_ITEMS}", Node("any", (Node("truth", (), True),), listed.id)))

    def leaves_out(self, each: Default) -> str:
        """A clause that is undecided where an item of a list does not state a fact: whether it is itself cannot be told."""
        listed = each.listed.id
        fact = Node("item", (), (listed, self.as_stated(each)))
        differs = Node("not", (Node("=", (fact, fact)),))
        return self.add(self.asking(f"{listed} {each.fact.id} stated", Node("any", (differs,), listed)))

    def as_stated(self, each: Default) -> str:
        """What the fact of an item is called as the tables state it; the list has it from now on."""
        name, listed = f"{each.fact.id}{_STATED}", self.lists[each.listed.id]
        self.lists[listed.id] = listed._replace(facts={**listed.facts, name: each.fact._replace(default=None)})
        return name

    def without(self, each: Default, clause: Clause, told: Clause, when: str = "") -> str:
        """A clause as `told` that takes the fact of an item as the tables state it, in force on every day."""
        id = " ".join(filter(None, (clause.id, "without", each.listed.id, each.fact.id, when)))
        old = Node("item", (), (each.listed.id, each.fact.id))
        new = Node("item", (), (each.listed.id, self.as_stated(each)))
        asked = _replaced(told._replace(period=Period(), id=id), old, new)
        return self.add(asked._replace(base=None), clause.id)


_LARGE = ((">=", SMALL), ("<=", -SMALL))


def _own(fact: Fact, *bounds: tuple[str, Decimal]) -> Node:
    """That a sum is to one of some figures as it says."""
    return _either([_to(Node("fact", (), fact.id), fact, *bound) for bound in bounds])


def _of_items(listed: FactList, fact: Fact, *bounds: tuple[str, Decimal]) -> Node:
    """That a sum of an item is to one of some figures as it says."""
    return _either([_to(Node("item", (), (listed.id, fact.id)), fact, *bound) for bound in bounds])


def _to(leaf: Node, fact: Fact, op: str, figure: Decimal) -> Node:
    if figure < 0 and not fact.signed:
        return Node("truth", (), False)
    number = parse(f"{abs(figure):f}元")
    return Node(op, (leaf, number if figure >= 0 else Node("neg", (number,))))


def _either(conditions: list[Node]) -> Node:
    """That one of some conditions holds."""
    return conditions[0] if len(conditions) == 1 else Node("or", tuple(conditions))


def _replaced(clause: Clause, old: Node, new: Node) -> Clause:
    """A clause with one leaf of its formulas in place of another."""

    def put(node: Node) -> Node:
        if node == old:
            return new
        args = tuple(map(put, node.args))
        return node._replace(args=args) if args != node.args else node

    return clause._replace(readings=tuple(reading.put(put(reading.when), put) for reading in clause.readings))
