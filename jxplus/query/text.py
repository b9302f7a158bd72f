"""A query as text: the dialects it may be written in, and what stands above it."""

from collections.abc import Iterator
from hashlib import sha256

from sqlglot import Dialect, Dialects, ErrorLevel, UnsupportedError, exp

from jxplus.fault import Text, joined
from jxplus.policy import DAY, TODAY, Policy
from jxplus.policy.bonds import before_rules
from jxplus.policy.tables import ENTERPRISES
from jxplus.query import expressions, numbers
from jxplus.query.tables import FEN, Options
from jxplus.version import __version__

_EXACT_LITERALS = {"duckdb", "spark", "databricks", "trino", "presto", "postgres", "redshift", "snowflake", "oracle"}
"""Dialects that read 0.5 as a decimal; in the others a figure might be a binary float, and is cast from text."""


_RESERVED = frozenset(
    word.lower()
    for dialect in ("duckdb", "presto")
    for word in Dialect.get_or_raise(dialect).generator_class.RESERVED_KEYWORDS
) | {"current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"}
"""Words that a fact may have for a name and SQL for another meaning: Postgres takes `user` for who is logged in."""


_LONGEST_NAME = {"postgres": 63, "mysql": 64, "redshift": 127, "oracle": 128, "tsql": 128, "snowflake": 255}
"""How many bytes a name may have. Postgres cuts what is longer without a word, and then takes two for one."""


class Unwritable(Exception):
    """A query cannot be written in a dialect; `reason` says why."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


def dialects() -> list[str]:
    """The names of the dialects that a query may be asked for."""
    return sorted(each.value for each in Dialects if each.value)


def query_text(query: exp.Expr, dialect: str) -> str:
    """The query as text of a dialect, over several lines; raises `Unwritable`.

    A dialect without exact decimals cannot hold an amount, so none is written for it.
    """
    decimal = expressions.cast(exp.null(), expressions.decimal_type(numbers.WIDEST, FEN)).sql(dialect).upper()
    if any(binary in decimal for binary in ("REAL", "DOUBLE", "FLOAT")):
        raise Unwritable(Text(f"{dialect} 没有精确的十进制数", f"{dialect} has no exact decimals"))
    shorter = _shorter(query, dialect)
    skips_null = Dialect.get_or_raise(dialect).LEAST_GREATEST_IGNORES_NULLS

    def suited(node: exp.Expr) -> exp.Expr:
        if isinstance(node, (exp.Least, exp.Greatest)):
            # They stand only among values that are never NULL, so an engine's own way with NULL is as good as another's.
            node.set("ignore_nulls", skips_null)
        elif isinstance(node, exp.IntDiv):
            if dialect == "duckdb":  # its `//` makes decimals binary floats, and is exact for integers
                for side in ("this", "expression"):
                    node.set(side, expressions.cast(node.args[side], "INT128"))
        elif isinstance(node, exp.Identifier):
            node.set("quoted", node.args.get("quoted") or node.name in _RESERVED)
            node.set("this", shorter.get(node.name, node.name))
        elif (
            isinstance(node, exp.Literal) and not node.is_string and "." in node.name and dialect not in _EXACT_LITERALS
        ):
            whole, _, fraction = node.name.partition(".")
            type = expressions.decimal_type(len(whole) + len(fraction), len(fraction))
            return expressions.cast(exp.Literal.string(node.name), type)
        return node

    try:
        # What is changed in the tree itself changes nothing where it is changed again; a query serves more than once.
        again = not shorter and dialect in _EXACT_LITERALS and query.find(exp.IntDiv) is None
        return query.transform(suited, copy=not again).sql(
            dialect, pretty=True, unsupported_level=ErrorLevel.RAISE, copy=False
        )
    except UnsupportedError as error:
        raise Unwritable(Text(str(error), str(error))) from None


def _shorter(query: exp.Expr, dialect: str) -> dict[str, str]:
    """Gives a name that the dialect can hold to each of the query's own that is too long for it.

    Raises `Unwritable` where it is a name of the result or of the tables that are read: nobody would know it again.
    """
    longest = _LONGEST_NAME.get(dialect)
    if longest is None:
        return {}
    parts = {part.alias for part in query.find_all(exp.CTE)}
    public = set(query.named_selects) if isinstance(query, exp.Query) else set()
    for select in query.find_all(exp.Select):
        source = select.find(exp.From)
        if source is not None and isinstance(source.this, exp.Table) and source.this.name not in parts:
            read = (column.name for each in select.selects for column in each.find_all(exp.Column))
            public |= {source.this.name, *read}
    found = {}
    for name in dict.fromkeys(each.name for each in query.find_all(exp.Identifier)):
        if len(name.encode()) > longest:
            if name in public:
                wrong = Text(
                    f"{name}超过{longest}字节，会被截断", f"{name} is longer than {longest} bytes, and would be cut"
                )
                right = Text("给条款或事实一个更短的代号", "give the clause or the fact a shorter id")
                raise Unwritable(Text(f"{wrong.zh}；{right.zh}", f"{wrong.en}; {right.en}"))
            start = name.encode()[: longest - 9].decode(errors="ignore")
            found[name] = f"{start}~{sha256(name.encode()).hexdigest()[:8]}"
    return found


def _other_days(policy: Policy) -> Iterator[Text]:
    """The days beside that of the calculation which clauses are held against: whose they are."""
    for name in dict.fromkeys(clause.day for clause in policy.clauses):
        if name != DAY:
            fact = policy.facts[name]
            bases = dict.fromkeys(policy.bases[clause.basis] for clause in policy.clauses if clause.day == name)
            zh, en = joined(bases, Text("、", " and "))
            other = DAY if fact.follows == TODAY else fact.follows
            yield Text(
                f"{fact.label.zh}：各企业的 {name}{f'，未写明则为 {other}' if other else ''}；频次为“{zh}”的条款以此为准",
                f"{en} clauses: held against the {name} of each enterprise{f', {other} where it has none' if other else ''}",
            )


def heading(policy: Policy, options: Options, query: exp.Expr, lang: str) -> str:
    """What stands above the query's text: what it is made from, what it gives and which tables it reads, as comments."""
    tables = []
    for part in query.find_all(exp.CTE):
        select = part.this
        table = select.find(exp.From).this.name
        if table == ENTERPRISES or table in policy.lists:
            columns = (column for each in select.selects for column in each.find_all(exp.Column))
            # a day that follows another is that of the facts, which are joined to the items
            read = dict.fromkeys(column.name for column in columns if column.table in ("", table))
            tables.append(f"{table} ({', '.join(read)})")
    rows = {
        "wide": Text("每个企业一行", "one row for each enterprise"),
        "long": Text("每个企业的每一条款一行", "one row for each clause of each enterprise"),
    }[options.shape]
    day = options.day.isoformat() if options.day else None
    said = [
        Text(
            f"jxplus {__version__}: {policy.id} {policy.title.zh}，SHA-256 {policy.sha256}",
            f"jxplus {__version__}: {policy.id} {policy.title.en}, SHA-256 {policy.sha256}",
        ),
        Text(
            f"结果：{rows.zh}；金额以元计，按分四舍五入",
            f"gives {rows.en}; amounts in yuan, rounded half up to the fen",
        ),
        Text(
            f"测算日期：{day or '各企业的 as_of，未写明则为当天'}",
            f"day: {day or 'the as_of of each enterprise, today where it has none'}",
        ),
        *_other_days(policy),
        *(Text(f"解读：{clause} = {pin}", f"reading: {clause} = {pin}") for clause, pin in options.pins.items()),
        Text(
            "读取的表（值须已校验；空值为未知；选项写英文代号；每项须填全）:",
            "reads these tables (checked values; NULL is unknown; choices by their ids; every item complete):",
        ),
    ]
    summed = before_rules(policy) if options.shape == "long" else None
    if summed is not None:
        said.insert(2, summed)
    lines = [*(each.show(lang) for each in said), *(f"  {table}" for table in tables)]
    return "".join(f"-- {line}\n" for line in lines)
