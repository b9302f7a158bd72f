"""One group of rules between clauses in SQL: what it leaves of the amounts of its clauses, at both ends."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import reduce
from itertools import product

from sqlglot import exp

from jxplus.fault import Text
from jxplus.formula.extent import MOST_ITEMS
from jxplus.formula.node import Node, conjuncts
from jxplus.policy import Clause, Rule
from jxplus.policy.bonds import Bond, Knot, RuleGroup, covers, crossing, knots, read_together
from jxplus.quantity import ZERO
from jxplus.query import expressions, numbers
from jxplus.query import formula as sql
from jxplus.query.layers import ItemPart, Layers, added, extreme
from jxplus.query.logic import both, is_known
from jxplus.query.numbers import Bounds, Sql, Unproved
from jxplus.query.outcome import Outcomes, fen_bounds
from jxplus.query.sums import level_of, uses_item
from jxplus.query.tables import FEN, part_name

ENDS = ("low", "high")
MOST_WAYS = 100
"""In how many ways rules may be kept and read, each written out at both ends; of more there is no query."""

Read = dict[str, int]
"""Which of its readings counts for each clause whose readings are looked at."""


class Unwritten(Exception):
    """A rule that cannot be a query, and why."""

    def __init__(self, rule: Rule, wrong: Text) -> None:
        super().__init__(wrong.en)
        self.rule, self.wrong = rule, wrong


class RuledColumns:
    """What all groups of rules have their columns among: what the clauses come to, parts over items and layers above both."""

    def __init__(self, outcomes: Outcomes) -> None:
        self.outcomes, self.readings = outcomes, outcomes.readings
        self.policy = self.readings.policy
        self.clauses = {clause.id: clause for clause, _ in outcomes.clauses}
        self.columns: dict[str, exp.Expr] = {}
        """What stands beside the amounts of the clauses: ceilings, and amounts under one reading."""
        self.items: dict[str, ItemPart] = {}
        self.layers = Layers()

    def amount(self, name: str, what: str) -> Sql:
        """What a clause comes to at an end, zero where it comes to nothing."""
        bound = self.outcomes.bounds.get((name, what))
        if bound is None:
            return numbers.figure(ZERO, FEN)
        column = exp.column(f"{name}_{what}", quoted=True)
        return Sql(expressions.coalesce(column, exp.Literal.number("0.00")), False, bound)


class GroupInSql:
    """One group of rules."""

    def __init__(self, rulings: RuledColumns, group: RuleGroup, name: str) -> None:
        self.rulings, self.group, self.name = rulings, group, name
        self.outcomes, self.readings = rulings.outcomes, rulings.readings
        pins = self.readings.options.pins
        chosen = group.chosen(pins)
        self.bonds = [group.bonds(each) for each in chosen]
        self.by_item = {each for bonds in self.bonds for bond in bonds if bond.each for each in bond.clauses}
        self.read = [
            (names, [place for place, id in enumerate(ids) if pins.get(names[0]) in (None, id)])
            for names, ids in read_together(group, rulings.clauses, self.by_item)
        ]
        self.knots = [knots(bonds, group.clauses) for bonds in self.bonds]
        self.node = Node("number", (), group.rules[-1].id)
        self.made: dict[str, Sql] = {}
        self.check()

    def check(self) -> None:
        """Raises `Unwritten` where there are too many ways, ceilings cross item by item, or an amount has no ceiling."""
        floors = [name for name in self.group.clauses if self.rulings.clauses[name].kind == "floor"]
        if floors:
            wrong = Text(f"“{floors[0]}”不封顶，写不成 SQL", f"'{floors[0]}' has no ceiling, which no query can say")
            raise Unwritten(self.group.rules[-1], wrong)
        read = reduce(lambda number, each: number * len(each[1]), self.read, 1)
        for own in self.knots:
            for knot in _every(own):
                ways = knot.ways()
                covers = 2 ** sum(bond.ceiling for bond, _ in knot.bonds)
                if len(self.knots) * read * len(ways) * covers > MOST_WAYS:
                    wrong = Text(
                        f"有{len(self.knots) * read * len(ways) * covers}种取法，SQL 最多写{MOST_WAYS}种",
                        f"it can be kept and read in {len(self.knots) * read * len(ways) * covers} ways, and a query has "
                        f"{MOST_WAYS} at most",
                    )
                    raise Unwritten(self.rule(knot), wrong)
                caps = [bond.clauses for bond, _ in knot.bonds if bond.ceiling]
                if knot.each and any(crossing(one, other) for one in caps for other in caps):
                    raise Unwritten(
                        self.rule(knot),
                        Text("逐项的限额相互交叉，写不成 SQL", "ceilings for each item cross, which no query can say"),
                    )

    def rule(self, knot: Knot) -> Rule:
        last = knot.bonds[-1][0].rule
        return next(rule for rule in self.group.rules if rule.id == last)

    # ---- both ends

    def span(self) -> tuple[Sql, Sql]:
        """What is paid for the group at both ends."""
        found: list[list[Sql]] = [[], []]
        for own in self.knots:
            for places in product(*(places for _, places in self.read)):
                read = {name: place for (names, _), place in zip(self.read, places, strict=True) for name in names}
                for end, values in zip(ENDS, found, strict=True):
                    values.append(self.paid(own, read, end))
        depth = len(self.rulings.layers.below)
        low, high = (
            self.rulings.layers.add(depth, f"{self.name} {end}", extreme(self.node, pick, values))
            for end, pick, values in zip(ENDS, ("min", "max"), found, strict=True)
        )
        if not self.by_item:
            return low, high
        return extreme(self.node, "min", [low, high]), extreme(self.node, "max", [low, high])

    def paid(self, own: Sequence[Knot], read: Read, end: str) -> Sql:
        held = {name for knot in own for name in knot.clauses}
        free = [self.worth(name, read, end) for name in self.group.clauses if name not in held]
        return added(self.node, [*free, *(self.value(knot, read, end)[0] for knot in own)])

    def worth(self, name: str, read: Read, end: str) -> Sql:
        """What a clause comes to by itself, under its reading where that is looked at."""
        amount = self.rulings.amount(name, end)
        if name not in read or len(self.outcomes.under.get((name, end), ())) < 2:
            return amount
        column = f"{name} {self.rulings.clauses[name].readings[read[name]].id} {end}"
        self.rulings.columns[column] = self.outcomes.under[name, end][read[name]]
        return Sql(exp.column(column, quoted=True), False, amount.bounds)

    # ---- the whole

    def value(self, knot: Knot, read: Read, end: str) -> tuple[Sql, int]:
        """What is paid of a knot in all, and the layer in which it is computed, -1 for below all layers."""
        if knot.each is not None:
            return self.over_items(knot, read, end), -1
        name = self.called(knot, read, end)
        if name in self.made:
            return self.made[name], self.depths[name]
        below = [
            (self.worth(part, read, end), -1) if isinstance(part, str) else self.value(part, read, end)
            for part in knot.parts
        ]
        depth = 1 + max(deep for _, deep in below)
        caps = [(frozenset[int]().union(*taken), self.ceiling(bond, end)) for bond, taken in knot.bonds if bond.ceiling]
        values = [self.covered(caps, [value for value, _ in below], active) for active in knot.ways()]
        self.made[name] = self.rulings.layers.add(depth, name, extreme(self.node, "max", values))
        self.depths[name] = depth
        return self.made[name], depth

    @property
    def depths(self) -> dict[str, int]:
        found: dict[str, int] = self.__dict__.setdefault("_depths", {})
        return found

    def called(self, knot: Knot, read: Read, end: str) -> str:
        """The name of what is paid of a knot: it says the rules, and the readings that it hangs on."""
        rules = " ".join(bond.rule for bond, _ in knot.bonds)
        which = next(place for place, own in enumerate(self.knots) if any(each is knot for each in _every(own)))
        several = {name for names, places in self.read if len(places) > 1 for name in names}
        hangs = [f"{name} {read[name]}" for name in knot.clauses if name in several]
        return " ".join([self.name, *([str(which)] if len(self.knots) > 1 else []), rules, *hangs, end])

    def covered(self, caps: Sequence[tuple[frozenset[int], Sql]], worth: Sequence[Sql], active: frozenset[int]) -> Sql:
        """The most that ceilings leave of the active parts: the least of all ways to cover them."""
        counting = {place: value for place, value in enumerate(worth) if place in active}
        return extreme(self.node, "min", [added(self.node, each) for each in covers(caps, counting)])

    def ceiling(self, bond: Bond, end: str) -> Sql:
        """A ceiling of the whole at an end, as a column."""
        name = f"{bond.rule} {self.bond_number(bond)}at most {end}"
        value = self.ceiling_of(bond, end, self.readings.leaf)
        if value.figure is not None:
            return value
        self.rulings.columns[name] = value.expression
        return Sql(exp.column(name, quoted=True), False, value.bounds)

    def bond_number(self, bond: Bond) -> str:
        """Which reading of its rule a bond is of, where there are several."""
        own = list(dict.fromkeys(each for bonds in self.bonds for each in bonds if each.rule == bond.rule))
        return f"{own.index(bond) + 1} " if len(own) > 1 else ""

    def ceiling_of(self, bond: Bond, end: str, leaf: sql.Leaf) -> Sql:
        """A ceiling: zero at its low end where it is not known, and at its high end as large as anything that it could cut."""
        assert bond.at_most is not None
        zero = numbers.figure(ZERO, FEN)
        most = sql.compile_formula(bond.at_most, leaf)
        left = most if bond.less is None else sql.SQL["-"](bond.at_most, [most, sql.compile_formula(bond.less, leaf)])
        ways = [sql.SQL["max"](bond.at_most, [left, zero])]
        if end == "high" and bond.less is not None:
            ways.append(sql.SQL["max"](bond.at_most, [most, zero]))
        known = next((each for each in ways if not each.nullable), None)
        if known is None:
            known = zero if end == "low" else numbers.figure(self.everything(), FEN)
        elif ways[0] is known:
            return known if known.figure is not None else self.to_fen(known)
        ways = [each for each in ways if each.nullable]
        bounds = fen_bounds([*ways, known])
        values = [
            expressions.cast(self.to_fen(each).expression, expressions.decimal_type(bounds.width, FEN))
            for each in [*ways, known]
        ]
        return Sql(expressions.coalesce(*values), False, bounds)

    def everything(self) -> Decimal:
        """No less than all clauses of the group come to."""
        tops = (self.outcomes.bounds.get((name, "high")) for name in self.group.clauses)
        return sum((each.high for each in tops if each is not None), ZERO)

    def to_fen(self, value: Sql) -> Sql:
        bounds = fen_bounds([value])
        return Sql(self.outcomes.fen(value, bounds), value.nullable, bounds)

    # ---- item by item

    def over_items(self, knot: Knot, read: Read, end: str) -> Sql:
        """What is paid of a knot that is decided for every item: a sum for each of its clauses, rounded to the fen once."""
        assert knot.each is not None
        if self.readings.absent(knot.each) or not any((name, end) in self.outcomes.bounds for name in knot.clauses):
            return numbers.figure(ZERO, FEN)
        name = self.called(knot, read, end)
        if name not in self.made:
            part = self.part(knot.each)
            paid, _ = self.items(knot, part, read, end)
            sums = []
            for clause, value in paid.items():
                if value.figure is not None and not value.figure:
                    continue
                column, each = f"{name} {clause}", numbers.bounds_of(value)
                bounds = Bounds(ZERO, max(each.high * MOST_ITEMS, ZERO), each.scale, numbers.WIDEST, False)
                if bounds.digits > numbers.WIDEST:
                    raise Unproved(self.node, bounds.digits)
                part.sums[column] = exp.Sum(this=value.expression.copy())
                sum = expressions.coalesce(exp.column(column, quoted=True), exp.Literal.number(0))
                sums.append(
                    self.to_fen(
                        Sql(expressions.cast(sum, expressions.decimal_type(numbers.WIDEST, each.scale)), False, bounds)
                    )
                )
            self.made[name] = added(self.node, sums)
        return self.made[name]

    def part(self, listed: str) -> ItemPart:
        if listed not in self.rulings.items:
            name = part_name(self.readings.policy, f"{listed}_ruled")
            self.rulings.items[listed] = ItemPart(name, [], Layers(), {})
        return self.rulings.items[listed]

    def items(self, knot: Knot, part: ItemPart, read: Read, end: str) -> tuple[dict[str, Sql], int]:
        """What each clause of a knot is paid for an item, and the layer above that in which it is computed."""
        paid: dict[str, Sql] = {}
        depth = 0
        for each in knot.parts:
            if isinstance(each, str):
                paid[each] = self.of_item(each, part, read, end)
            else:
                below, deep = self.items(each, part, read, end)
                paid |= below
                depth = max(depth, deep)
        return self.decided(knot, part, paid, depth, read, end), depth + 3

    def of_item(self, name: str, part: ItemPart, read: Read, end: str) -> Sql:
        """What a clause comes to for an item, exactly; zero where it is not entitled, or the item does not meet it."""
        clause = self.rulings.clauses[name]
        if (name, end) not in self.outcomes.bounds:
            return numbers.figure(ZERO, FEN)
        reading = clause.readings[read[name]]
        node = reading.low if end == "low" else reading.high
        column = f"{name} {reading.id} item {end}".replace("  ", " ")
        if node is None:
            return numbers.figure(ZERO, FEN)
        if column not in self.made:
            self.made[column] = self.item_column(clause, read[name], node, part, column)
        return self.made[column]

    def item_column(self, clause: Clause, place: int, node: Node, part: ItemPart, column: str) -> Sql:
        reading, readings = clause.readings[place], self.readings
        readings.clause, readings.names = clause.id, {}
        conditions = conjuncts(reading.when)
        own = [each for each in conditions if uses_item(each)]
        assert clause.each is not None
        sums = readings.sums_of(clause.each, level_of(*own, *filter(uses_item, [node])))
        leaf = readings.item_leaf(sums)
        holds = sql.all_of([sql.compile_formula(each, leaf if each in own else readings.leaf) for each in conditions])
        value = sql.compile_formula(node, leaf if uses_item(node) else readings.leaf)
        if value.figure is not None:
            value = numbers.figure(value.figure, FEN)
        bounds = numbers.bounds_of(value)._replace(low=ZERO)
        entitled = both(is_known(exp.column(f"{clause.id}_high", quoted=True)), holds.expression)
        width = max(bounds.digits, bounds.scale + 1)
        type = expressions.decimal_type(width, bounds.scale)
        amount = (
            exp.Case()
            .when(entitled, expressions.cast(value.expression.copy(), type), copy=False)
            .else_(expressions.cast(exp.Literal.number(0), type), copy=False)
        )
        part.columns.append(exp.alias_(amount, column, quoted=True, copy=False))
        return Sql(exp.column(column, quoted=True), False, bounds._replace(width=width, narrow=width <= numbers.NARROW))

    def item_ceiling(self, bond: Bond, part: ItemPart, end: str) -> Sql:
        name = f"{bond.rule} {self.bond_number(bond)}at most {end}"
        if name not in self.made:
            assert bond.each is not None
            assert bond.at_most is not None
            asked = [node for node in (bond.at_most, bond.less) if node is not None]
            leaf = self.readings.item_leaf(self.readings.sums_of(bond.each, level_of(*asked)))
            value = self.ceiling_of(bond, end, leaf)
            if value.figure is None:
                part.columns.append(exp.alias_(value.expression, name, quoted=True, copy=False))
                value = Sql(exp.column(name, quoted=True), False, value.bounds)
            self.made[name] = value
        return self.made[name]

    def decided(
        self, knot: Knot, part: ItemPart, amounts: dict[str, Sql], depth: int, read: Read, end: str
    ) -> dict[str, Sql]:
        """What each clause is paid of `amounts` for an item: of all ways, the first that pays most."""
        name = self.called(knot, read, end)
        own = [(each,) if isinstance(each, str) else each.clauses for each in knot.parts]
        worth = [added(self.node, [amounts[clause] for clause in names]) for names in own]
        caps = [
            (frozenset[int]().union(*taken), self.item_ceiling(bond, part, end))
            for bond, taken in knot.bonds
            if bond.ceiling
        ]
        ways = knot.ways()
        sums = [
            part.layers.add(depth, f"{name} way {number}", self.covered(caps, worth, active))
            for number, active in enumerate(ways)
        ]
        best = part.layers.add(depth + 1, f"{name} best", _first_best(sums)) if len(ways) > 1 else None
        paid: dict[str, Sql] = {}
        for place, names in enumerate(own):
            left = [self.left(caps, worth, active, place) for active in ways]
            value = part.layers.add(depth + 2, f"{name} {place}", self.of_best(best, left))
            before: list[Sql] = []
            for clause in names:
                rest = value
                if before:
                    rest = sql.SQL["max"](
                        self.node, [sql.SQL["-"](self.node, [value, added(self.node, before)]), numbers.figure(ZERO)]
                    )
                paid[clause] = value if len(names) == 1 else extreme(self.node, "min", [amounts[clause], rest])
                before.append(amounts[clause])
        return paid

    def of_best(self, best: Sql | None, values: Sequence[Sql]) -> Sql:
        """The value of the way that is the best; what most ways come to is said once."""
        written = [value.expression.sql() for value in values]
        usual = max(written, key=written.count)
        found = values[written.index(usual)]
        for number, value in reversed(list(enumerate(values))):
            if best is not None and written[number] != usual:
                is_best = exp.EQ(this=best.expression.copy(), expression=exp.Literal.number(number))
                found = sql.SQL["if"](self.node, [Sql(is_best, False), value, found])
        return found

    def left(
        self, caps: Sequence[tuple[frozenset[int], Sql]], worth: Sequence[Sql], active: frozenset[int], place: int
    ) -> Sql:
        """What is left of one part where the ceilings are used up by the parts before it."""
        if place not in active:
            return numbers.figure(ZERO, FEN)
        if not any(place in taken for taken, _ in caps):
            return worth[place]
        up_to = [self.covered(caps, worth, frozenset(at for at in active if at < last)) for last in (place + 1, place)]
        difference = sql.SQL["-"](self.node, up_to)
        bounds = numbers.bounds_of(difference)._replace(low=ZERO)
        return difference._replace(bounds=bounds)


def _first_best(sums: Sequence[Sql]) -> Sql:
    """The number of the way that pays most, the first of several."""
    case = exp.Case()
    for number, sum in enumerate(sums[:-1]):
        others = [each for at, each in enumerate(sums) if at != number]
        most = (exp.GTE(this=sum.expression.copy(), expression=other.expression.copy()) for other in others)
        case = case.when(exp.and_(*most, copy=False), exp.Literal.number(number), copy=False)
    return Sql(case.else_(exp.Literal.number(len(sums) - 1), copy=False), False)


def _every(own: Sequence[Knot]) -> Iterator[Knot]:
    for knot in own:
        yield knot
        yield from _every([part for part in knot.parts if isinstance(part, Knot)])
