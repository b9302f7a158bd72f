"""The whole query: its parts in order, and the long or the wide table at its end."""

from collections.abc import Callable, Collection, Iterable
from functools import reduce

from sqlglot import exp

from jxplus.assessment import ENTITLED, UNQUANTIFIED
from jxplus.formula.node import Node
from jxplus.policy import DAY
from jxplus.policy.tables import ENTERPRISES, KEY, LONG, NAME, OWNER, PLAN, TOTAL
from jxplus.quantity import ZERO
from jxplus.query import expressions, numbers
from jxplus.query.logic import is_null
from jxplus.query.outcome import Outcomes
from jxplus.query.readings import Readings
from jxplus.query.rules import Rulings
from jxplus.query.sums import ItemSum
from jxplus.query.tables import FACTS, FEN, KNOWN, Options, Ranked, column_name, part_name, stated, typed
from jxplus.query.unpivot import UNPIVOT, Rows, of_record, unpivot_lists, unpivot_structs, unpivot_union

MET, PAID, COMPUTED, OUTCOME = "met", "paid", "computed", "outcome"
"""The parts in which an enterprise has all that its clauses ask for, and what they come to; as `part_name` calls them.

What they come to is the outcome, but where results are known already: there it is computed first, and those take its place.
"""


def select(outcomes: Outcomes, options: Options, dialect: str, rulings: Rulings | None = None) -> exp.Expr:
    """The query, its parts in the order in which they build on each other; with `rulings` the totals are after these."""
    readings = outcomes.readings
    met, found = (part_name(readings.policy, each) for each in (MET, OUTCOME))
    query = _with_parts(_SHAPES[options.shape](outcomes, options, dialect), readings, options.ranked, options.ranked)
    outcome = exp.select(*_outcome_columns(outcomes, options.ranked), copy=False).from_(met, copy=False)
    if rulings is None:
        outcome = _each_once(outcome) if options.tuned else outcome
    else:
        if options.ranked is not None and options.ranked.joined and rulings.items:
            query = _with_items(query, readings, options.ranked)
        query, outcome = _ruled(query, rulings, outcome, options.ranked)
    if options.ranked is not None and options.ranked.known:
        computed = part_name(readings.policy, COMPUTED)
        query = query.with_(computed, as_=outcome, copy=False)
        outcome = _or_known(outcomes, outcome, computed, options.ranked)
    return query.with_(found, as_=outcome, copy=False)


def _each_once(outcome: exp.Select) -> exp.Select:
    """The same columns, a value that several of them have computed once: DuckDB works out a CASE as often as it stands there."""
    found: dict[exp.Expr, exp.Expr] = {}
    for column in outcome.selects:
        found.setdefault(column.unalias(), column)
    if len(found) == len(outcome.selects):
        return outcome
    columns = []
    for column in outcome.selects:
        first = exp.column(found[column.unalias()].alias_or_name, quoted=True)
        columns.append(exp.alias_(first, column.alias_or_name, quoted=True, copy=False))
    once = outcome.select(*found.values(), append=False, copy=False)
    return exp.select(*columns, copy=False).from_(once.subquery("once", copy=False), copy=False)


def _ruled(
    query: exp.Select, rulings: Rulings, outcome: exp.Select, ranked: Ranked | None
) -> tuple[exp.Select, exp.Select]:
    """What rules make of the outcome: its columns and the totals, above a part that has all that the rules ask for too."""
    paid, met = (part_name(rulings.policy, each) for each in (PAID, MET))
    own = outcome.selects[: len(outcome.selects) - len(_of_row(ranked))]
    who, own = (
        own[: 1 + _is_named(ranked)],
        own[1 + _is_named(ranked) :],
    )  # whose a row is, facts say that stand there too
    beside = [exp.alias_(value, name, quoted=True, copy=False) for name, value in rulings.columns.items()]
    query = query.with_(paid, as_=exp.select("*", *own, *beside, copy=False).from_(met, copy=False), copy=False)
    for name, part in rulings.parts(paid):
        query = query.with_(name, as_=part, copy=False)
    columns = [*who, *(exp.column(each.alias_or_name, quoted=True) for each in own)]
    found = rulings.select(paid, columns, _number(ranked) if ranked else None)
    return query, found.select(*_of_row(ranked), copy=False)


def joined(readings: Readings, ranked: Ranked) -> exp.Select:
    """A query for the facts and the sums of each enterprise in order: all that is asked of the tables, and what is known."""
    query = _joined_columns(readings, ranked)
    if ranked.known:
        known = exp.select("*", copy=False).from_(exp.table_(ranked.known), copy=False)
        everybody = exp.Union(this=query, expression=known, distinct=False, by_name=True)
        query = exp.select("*", copy=False).from_(everybody.subquery("everybody", copy=False), copy=False)
    return _with_tables(query.order_by(_number(ranked), copy=False), readings, ranked)


def statuses(outcomes: Outcomes, ranked: Ranked | None) -> exp.Select:
    """A query for the status of each clause alone, a row for each enterprise with its number, in any order."""
    columns: list[exp.Expr] = [
        exp.alias_(of_clause["status"], f"{clause.id}_status", quoted=True, copy=False)
        for clause, of_clause in outcomes.clauses
    ]
    columns += [_number(ranked)] if ranked else []
    query = exp.select(*columns, copy=False).from_(part_name(outcomes.readings.policy, MET), copy=False)
    return _with_parts(_but_known(query, ranked), outcomes.readings, ranked, None)


def where_true(outcomes: Outcomes, conditions: Iterable[exp.Expr], ranked: Ranked) -> exp.Select:
    """A query that gives on `c0`, `c1` and so on a row's number where a condition on statuses holds, else NULL.

    Whether a status is one of some is asked where it is asked for, and each condition stands in a CASE: DuckDB then works
    out no more of it than decides.
    """
    own = {f"{clause.id}_status": columns["status"] for clause, columns in outcomes.clauses}

    def put(node: exp.Expr) -> exp.Expr:
        asked = isinstance(node, exp.In) and isinstance(node.this, exp.Column) and node.this.name in own
        return _is_one(own[node.this.name], [each.name for each in node.expressions]) if asked else node

    columns = [
        exp.alias_(
            exp.Case().when(condition.transform(put, copy=False), _number(ranked), copy=False),
            f"c{place}",
            copy=False,
        )
        for place, condition in enumerate(conditions)
    ]
    query = exp.select(*columns, copy=False).from_(part_name(outcomes.readings.policy, MET), copy=False)
    return _with_parts(_but_known(query, ranked), outcomes.readings, ranked, None)


def _is_one(status: exp.Expr, statuses: Collection[str]) -> exp.Expr:
    """Whether a status, which the first of some conditions decides, is one of several."""

    def truth(said: exp.Expr) -> exp.Expr:
        return exp.true() if said.name in statuses else exp.false()

    if not isinstance(status, exp.Case):
        return truth(status)
    ways, other = [(way.this, truth(way.args["true"])) for way in status.args["ifs"]], truth(status.args["default"])
    while ways and ways[-1][1] == other:  # what comes to the same as all that is left need not be asked
        ways.pop()
    found = exp.Case().else_(other, copy=False)
    for condition, told in ways:
        found = found.when(condition.copy(), told, copy=False)
    return found if ways else other


def _but_known(query: exp.Select, ranked: Ranked | None) -> exp.Select:
    """A query without the rows whose results are known already."""
    return query.where(is_null(_known()), copy=False) if ranked is not None and ranked.known else query


def _with_parts(query: exp.Select, readings: Readings, numbered: Ranked | None, ranked: Ranked | None) -> exp.Select:
    """A query with all that it is made from: facts, `numbered` or not, items and sums, and who meets what, in order or not."""
    if numbered is None or not numbered.joined:
        query = _with_tables(query, readings, numbered)
    met = _met_columns(readings, numbered if numbered is not None and numbered.joined else ranked)
    return query.with_(part_name(readings.policy, MET), as_=met, copy=False)


def _with_tables(query: exp.Select, readings: Readings, numbered: Ranked | None) -> exp.Select:
    """A query with facts, items and sums."""
    query = _with_items(query, readings, numbered)
    for sums in sorted(readings.sums.values(), key=lambda each: each.level):
        query = query.with_(sums.name, as_=sums.select(), copy=False)
    return query


def _with_items(query: exp.Select, readings: Readings, numbered: Ranked | None) -> exp.Select:
    """A query with facts and items."""
    query = query.with_(part_name(readings.policy, FACTS), as_=_fact_columns(readings, numbered), copy=False)
    for listed in readings.items:
        name = part_name(readings.policy, f"{listed}_items")
        query = query.with_(name, as_=_item_columns(readings, listed), copy=False)
    return query


def _outcome_columns(outcomes: Outcomes, ranked: Ranked | None) -> list[exp.Expr]:
    """What each clause comes to, and whose the row is."""
    label = exp.column(ranked.label, quoted=True) if ranked else exp.column(KEY)
    columns: list[exp.Expr] = [exp.alias_(expressions.cast(label, "TEXT"), "enterprise", copy=False)]
    if _is_named(ranked):
        named = exp.column(column_name(NAME) if _has_names(outcomes.readings) else KEY)
        columns.append(exp.alias_(expressions.cast(named, "TEXT"), NAME, copy=False))
    for clause, of_clause in outcomes.clauses:
        for what, value in of_clause.items():
            alias = exp.alias_(value, f"{clause.id}_{what}", quoted=True, copy=False)
            if what == "status":
                alias.add_comments([f" {clause.section} {clause.title.zh} / {clause.title.en} "])
            columns.append(alias)
    return [*columns, *_of_row(ranked)]


def _of_row(ranked: Ranked | None) -> list[exp.Expr]:
    """What stands beside the outcome of a row: its number, and what is known of it."""
    if ranked is None:
        return []
    return [_number(ranked), _known()] if ranked.known else [_number(ranked)]


def _is_named(ranked: Ranked | None) -> bool:
    """Whether a name stands beside what an enterprise is known by: where that is no name itself."""
    return ranked is None or ranked.label == KEY


def _has_names(readings: Readings) -> bool:
    """Whether the table of enterprises has their names; where it has none, the id is the name."""
    return NAME in readings.policy.facts and not readings.absent(NAME)


def _who(options: Options) -> list[str]:
    """The columns that say whose a row is."""
    return ["enterprise", *([NAME] if _is_named(options.ranked) else [])]


def _plan(outcomes: Outcomes) -> exp.Expr:
    """The column of the plan's id."""
    return exp.alias_(exp.Literal.string(outcomes.readings.policy.id), PLAN, copy=False)


def _number(ranked: Ranked) -> exp.Column:
    return exp.column(ranked.number, quoted=True)


def _known() -> exp.Column:
    return exp.column(KNOWN, quoted=True)


def _or_known(outcomes: Outcomes, outcome: exp.Select, computed: str, ranked: Ranked) -> exp.Select:
    """What is computed for each row, or what is known of it; row by row, so that all stay in order."""
    columns: list[exp.Expr] = []
    for name in (each.alias_or_name for each in outcome.selects if each.alias_or_name not in (ranked.number, KNOWN)):
        known = expressions.cast(
            exp.Bracket(this=_known(), expressions=[exp.Literal.string(name)]), outcomes.type_of(name)
        )
        own = exp.Case().when(is_null(_known()), exp.column(name, quoted=True), copy=False).else_(known, copy=False)
        columns.append(exp.alias_(own, name, quoted=True, copy=False))
    return exp.select(*columns, _number(ranked), copy=False).from_(computed, copy=False)


def _fact_columns(readings: Readings, ranked: Ranked | None) -> exp.Select:
    facts = readings.policy.facts
    shown = {NAME} if _is_named(ranked) and _has_names(readings) else set()
    columns = [
        exp.alias_(
            readings.days.column(name)
            if name == DAY or facts[name].follows
            else typed(facts[name], readings.absent(facts[name].id)),
            column_name(name),
            copy=False,
        )
        for name in (
            *(name for name in facts if name in readings.facts or name in shown),
            *(readings.facts.keys() - facts.keys()),
        )
    ]
    columns += [
        exp.column(stated(listed), quoted=True) for listed in readings.policy.lists if listed in readings.stated
    ]
    if ranked is not None:
        label = ranked.label not in (KEY, *readings.facts)
        columns += [exp.column(ranked.label, quoted=True)] * label + [_number(ranked)]
    return exp.select(exp.column(KEY), *columns, copy=False).from_(ENTERPRISES, copy=False)


def _item_columns(readings: Readings, listed: str) -> exp.Select:
    facts = readings.policy.lists[listed].facts
    used = [name for name in facts if name in readings.items[listed]]
    joined = part_name(readings.policy, FACTS)
    columns: list[exp.Expr] = []
    for name in used:
        absent = readings.absent(listed, facts[name].id)
        value = typed(facts[name], absent, listed)
        if facts[name].follows:
            day = readings.item_day(listed, name)
            value = day if absent else expressions.coalesce(value, day)
        columns.append(exp.alias_(value, column_name(name), copy=False))
    query = exp.select(exp.column(OWNER, table=listed), *columns, copy=False).from_(
        exp.Table(this=exp.to_identifier(listed)), copy=False
    )
    if any(each.table == joined for column in columns for each in column.find_all(exp.Column)):
        query = query.join(joined, on=f"{joined}.{KEY} = {listed}.{OWNER}", join_type="inner", copy=False)
    return query


def _met_columns(readings: Readings, ranked: Ranked | None) -> exp.Select:
    """Facts, sums, and who meets what: all that the outcome is made of."""
    met = [exp.alias_(value, name, quoted=True, copy=False) for name, value in readings.met.items()]
    if ranked is not None and ranked.joined:
        return exp.select("*", *met, copy=False).from_(exp.table_(ranked.joined), copy=False)
    query = _joined_columns(readings, ranked)
    if ranked is None:
        return query.select(*met, copy=False)
    # The order is the tables' again once the lists are joined; all that follows goes row by row, and keeps it. What is
    # worked out of the facts and the sums need not be sorted with them.
    joined = query.order_by(_number(ranked), copy=False).subquery("joined", copy=False)
    return exp.select("*", *met, copy=False).from_(joined, copy=False)


def _joined_columns(readings: Readings, ranked: Ranked | None) -> exp.Select:
    """Facts and sums of each enterprise."""
    facts = part_name(readings.policy, FACTS)
    columns: list[exp.Expr] = [exp.column(exp.Star(), table=facts)]
    for sums in readings.sums.values():
        columns += [_kept(name, sum, readings.options.tuned) for name, sum in sums.columns.items()]
    query = exp.select(*columns, copy=False).from_(facts, copy=False)
    for sums in readings.sums.values():
        query = query.join(sums.name, on=f"{sums.name}.{OWNER} = {facts}.{KEY}", join_type="left", copy=False)
    return query


def _kept(name: str, sum: ItemSum, tuned: bool) -> exp.Expr:
    """A sum of items by its name; where the query is tuned a count in 32 bits, which costs less to sort and to keep."""
    own = exp.column(name, quoted=True)
    if sum.value is not None or not tuned:
        return own
    return exp.alias_(expressions.cast(own, "INT"), name, quoted=True, copy=False)


def _wide(outcomes: Outcomes, options: Options, dialect: str) -> exp.Select:
    totals: list[exp.Expr] = []
    if outcomes.ruled:
        totals = [exp.column(f"{TOTAL}_{what}") for what in outcomes.totals]
    # A total that holds an amount without a ceiling has no high end.
    open_ends = [
        exp.column(f"{clause.id}_status", quoted=True).eq(ENTITLED)
        for clause, _ in outcomes.clauses
        if clause.kind == "floor"
    ]
    for what, amounts in outcomes.totals.items() if not outcomes.ruled else ():
        node = Node("number", (), what)
        narrow_first = sorted(amounts, key=lambda each: numbers.bounds_of(each).width)
        total = reduce(lambda left, right: numbers.add(node, [left, right]), narrow_first, numbers.figure(ZERO, FEN))
        value: exp.Expr = expressions.cast(total.expression, expressions.decimal_type(numbers.WIDEST, FEN))
        if what == "high" and open_ends:
            case = exp.Case().when(exp.or_(*open_ends, copy=False), exp.null(), copy=False).else_(value, copy=False)
            value = expressions.cast(case, expressions.decimal_type(numbers.WIDEST, FEN))
        totals.append(exp.alias_(value, f"{TOTAL}_{what}", copy=False))
    columns = [exp.column(f"{clause.id}_{what}", quoted=True) for clause, each in outcomes.clauses for what in each]
    outcome = part_name(outcomes.readings.policy, OUTCOME)
    return exp.select(*_who(options), *totals, *columns, _plan(outcomes), copy=False).from_(outcome, copy=False)


def _long(outcomes: Outcomes, options: Options, dialect: str) -> exp.Select:
    """A row for each clause of each enterprise, made in the way that suits the engine."""
    rows: Rows = []
    ids = list(dict.fromkeys(clause.own for clause, _ in outcomes.clauses))
    sections = list(dict.fromkeys(clause.section for clause, _ in outcomes.clauses))
    policy = outcomes.readings.policy
    plans = [plan.id for plan in policy.each_plan]
    for clause, columns in outcomes.clauses:
        told = [outcomes.one_of(clause.own, ids), outcomes.one_of(clause.section, sections)]
        amounts = [
            expressions.cast(
                exp.column(f"{clause.id}_{what}", quoted=True), expressions.decimal_type(numbers.WIDEST, FEN)
            )
            for what in columns
            if what != "status"
        ]
        plan = [outcomes.one_of(policy.plan_of(clause).id, plans)] if len(plans) > 1 else []
        rows.append([*told, exp.column(f"{clause.id}_status", quoted=True), *amounts, *plan])
    unpivot = unpivot_lists if options.tuned else UNPIVOT.get(dialect, unpivot_union)
    of_row = [each for each in LONG if each not in ("enterprise", NAME)]
    if len(plans) == 1:
        del of_row[-1]  # the plan is the same in each row
    query = unpivot(rows, part_name(policy, OUTCOME), _who(options), of_row)
    if len(plans) == 1:
        query = query.select(exp.alias_(outcomes.one_of(plans[0], plans), PLAN, copy=False), copy=False)
    if options.every:
        return query
    paying = [exp.Literal.string(each) for each in (ENTITLED, UNQUANTIFIED)]
    status = of_record("status") if unpivot is unpivot_structs else exp.column("status")
    return query.where(exp.In(this=status, expressions=paying), copy=False)


def _outcome(outcomes: Outcomes, options: Options, dialect: str) -> exp.Select:
    return exp.select("*", copy=False).from_(part_name(outcomes.readings.policy, OUTCOME), copy=False)


_SHAPES: dict[str, Callable[[Outcomes, Options, str], exp.Select]] = {"wide": _wide, "long": _long, "outcome": _outcome}
