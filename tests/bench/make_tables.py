"""Enterprises by the million, as tables or lines: the same ones every time, their figures around the plan's thresholds.

Each list's table has about one item an enterprise; a tenth of the enterprises' facts are unknown.
"""

from pathlib import Path

import duckdb

from jxplus.policy import DAY, Fact, Policy

_LARGEST = {"money": 20_000_000_000, "rate": 100_000_000, "area": 50_000_000, "rent": 800_000, "distance": 10**9}
"""Below what a figure stays, in its last decimal: revenue up to 2亿元, 5000㎡, 80元/㎡/月, 10万km; else 60."""


def make_tables(policy: Policy, folder: Path, count: int, ending: str) -> None:
    """Writes the tables of `count` enterprises as `parquet` or `csv` files into `folder`, or all as lines of `ndjson`."""
    folder.mkdir(parents=True, exist_ok=True)
    database = duckdb.connect()
    id = "'91360' || lpad(i::VARCHAR, 13, '0')"
    facts = ", ".join(
        f'CASE WHEN {_draw(f"unknown {name}", "i", 10)} > 0 THEN {_value(fact, "i")} END AS "{name}"'
        for name, fact in policy.facts.items()
        if name != "name" and not _follows(fact)
    )
    queries = {"enterprises": f"SELECT {id} AS id, '企业' || i AS name, {facts} FROM range({count}) AS r(i)"}
    for name, listed in policy.lists.items():
        items = ", ".join(
            f'{_value(fact, "i, n")} AS "{each}"' for each, fact in listed.facts.items() if not _follows(fact)
        )
        draw = _draw(name, "i", 10)
        number = f"CASE WHEN {draw} < 3 THEN 0 WHEN {draw} < 8 THEN 1 ELSE 3 - {draw} % 2 END"
        queries[name] = f"SELECT {id} AS enterprise_id, {items} FROM range({count}) AS r(i), range({number}) AS u(n)"
    if ending == "ndjson":
        queries = {"enterprises": _lines(policy, queries)}
    form = "FORMAT json" if ending == "ndjson" else "FORMAT parquet" if ending == "parquet" else "FORMAT csv, HEADER"
    for name, query in queries.items():
        database.execute(f"COPY ({query}) TO '{folder / f'{name}.{ending}'}' ({form})")


def _lines(policy: Policy, queries: dict[str, str]) -> str:
    """A row for each enterprise, with its items as lists."""
    parts = ", ".join(f"{name} AS ({query})" for name, query in queries.items())
    lists, joins = "", ""
    for name, listed in policy.lists.items():
        facts = ", ".join(f'"{each}" := "{each}"' for each, fact in listed.facts.items() if not _follows(fact))
        items = f"SELECT enterprise_id, list(struct_pack({facts})) AS items FROM {name} GROUP BY enterprise_id"
        joins += f" LEFT JOIN ({items}) AS of_{name} ON of_{name}.enterprise_id = enterprises.id"
        lists += f", coalesce(of_{name}.items, []) AS {name}"
    return f"WITH {parts} SELECT enterprises.* EXCLUDE (id){lists} FROM enterprises{joins}"


def _follows(fact: Fact) -> bool:
    """Whether a day is another's where it is not stated: the tables leave it out, as the query by hand knows none of them."""
    return fact.type.kind == "date" and fact.id != DAY


def _draw(salt: str, seed: str, below: int) -> str:
    return f"(hash('{salt}', {seed}) % {below})::BIGINT"


def _value(fact: Fact, seed: str) -> str:
    if fact.type.kind == "truth":
        return f"{_draw(fact.id, seed, 2)} = 1"
    if fact.type.kind == "choice":
        listed = ", ".join(f"'{each}'" for each in fact.type.choices)
        return f"([{listed}])[1 + {_draw(fact.id, seed, len(fact.choices))}]"
    if fact.type.kind == "date":
        return f"DATE '2015-06-01' + {_draw(fact.id, seed, 900)}::INTEGER"
    assert fact.limits is not None
    most, decimals = _LARGEST.get(fact.form, 60), fact.limits.decimals
    number = f"1 + {_draw(fact.id, seed, most)}" + (f" - {most // 2}" if fact.signed else "")
    return f"(({number})::DECIMAL(15, 0) * {10**-decimals:.{decimals}f})::DECIMAL(15, {decimals})"
