"""The printed query on a real Postgres, held against the scalar engine; it runs over a socket in a folder of its own."""

import csv
import io
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from commandline import invoked

from jxplus.assessment import Assessor
from jxplus.enterprise import Enterprise, Reader
from jxplus.policy import Policy
from jxplus.policy.file import read_policy
from jxplus.policy.store import load_policy
from jxplus.policy.tables import is_text
from jxplus.policy.together import together
from jxplus.query import policy_query
from jxplus.query.tables import Options, fact_type, stated
from jxplus.query.text import query_text
from jxplus.render.rows import ResultRow

sys.path.insert(0, str(Path(__file__).parents[1]))
import namesakes
import tables
from handworked import cases_of
from insist import missing

TODAY = date(2016, 6, 30)
PLANS = {
    "shipped": load_policy(),
    "tangled": load_policy(str(Path(__file__).parents[1] / "tangled.yaml")),
    "gathered": load_policy(str(Path(__file__).parents[1] / "gathered.yaml")),
    "namesakes": read_policy(namesakes.text("facts", "facts_items").encode(), "namesakes.yaml", ""),
}

EXAMPLES = Path(__file__).parents[2] / "examples" / "plans"
OTHERS = {
    **{path.stem: load_policy(str(path)) for path in sorted(EXAMPLES.glob("*.yaml"))},
    "several": together([load_policy(), load_policy(str(EXAMPLES / "rd-deduction.yaml"))]),
}
"""The plans beside the one that ships, with their rules, and two at once."""
CASES, PLAN_OF = Path(__file__).parents[1] / "plans", {"several": "rd-deduction"}
"""Where the hand-worked cases of the plans are, and whose are taken for two plans."""


def binary(name: str) -> str | None:
    """A program of Postgres: Debian keeps the server's in a folder for each version, off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda each: int(each.parts[-3]))
    return str(found[-1]) if found else shutil.which(name)


def someone() -> dict[str, Any]:
    """Who runs the server: it refuses to be root's."""
    if os.getuid() != 0:
        return {}
    known = {each.pw_name: each for each in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The folder of the socket of a Postgres that nobody else knows; it is gone after the tests."""
    initdb, postgres, psql = map(binary, ("initdb", "pg_ctl", "psql"))
    if initdb is None or postgres is None or psql is None:
        missing("no Postgres server here: apt-get install postgresql")
    assert initdb is not None
    assert postgres is not None
    # A socket's path has 107 bytes at most, so not in pytest's own folder.
    with tempfile.TemporaryDirectory(prefix="jxplus-pg-") as folder:
        user = someone()
        if user:
            os.chown(folder, user["user"], user["group"])

        def run(*command: str) -> None:
            subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, **user)

        os.chmod(folder, 0o755)
        data = f"{folder}/data"
        run(initdb, "-D", data, "-U", "jxplus", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        settings = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
        control = [postgres, "-D", data, "-w", "-l", f"{folder}/log"]
        run(*control, "-o", settings, "start")
        try:
            yield folder
        finally:
            run(*control, "-m", "immediate", "stop")


def asked(server: str, script: str) -> list[dict[str, str]]:
    """The last result of a script of psql, as text: an empty cell is NULL."""
    psql = binary("psql")
    assert psql is not None
    command = [psql, "-h", server, "-U", "jxplus", "-d", "postgres", "-X", "-q", "--csv", "-v", "ON_ERROR_STOP=1"]
    done = subprocess.run(command, input=script, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout)))


def loading(policy: Policy, case: tables.Case) -> str:
    """The script that puts enterprises into the tables of the contract, in place of those that are there."""
    own = {name: fact_type(fact).sql("postgres") for name, fact in policy.facts.items()}
    own |= {stated(name): "BOOLEAN" for name in case.partly}
    lines = [
        *table(
            "enterprises",
            {"id": "TEXT", **own},
            [
                [
                    each.id,
                    *(each.facts.get(name) for name in policy.facts),
                    *(name in each.facts for name in case.partly),
                ]
                for each in case.enterprises
            ],
        )
    ]
    for name, listed in policy.lists.items():
        lines.append(f"DROP TABLE IF EXISTS {name};")
        if name not in case.absent:
            types = {fact: fact_type(item).sql("postgres") for fact, item in listed.facts.items()}
            items = [
                [each.id, *(item.get(fact) for fact in listed.facts)]
                for each in case.enterprises
                for item in each.facts.get(name, ())
            ]
            lines += table(name, {"enterprise_id": "TEXT", **types}, items)
    return "\n".join([*lines, ""])


def table(name: str, types: dict[str, str], rows: Sequence[Sequence[Any]]) -> list[str]:
    columns = ", ".join(f'"{column}" {type}' for column, type in types.items())
    copied = ["\t".join(r"\N" if cell is None else str(cell) for cell in row) for row in rows]
    return [
        f"DROP TABLE IF EXISTS {name};",
        f"CREATE TABLE {name} ({columns});",
        f"COPY {name} FROM STDIN;",
        *copied,
        r"\.",
    ]


def amount(cell: str) -> Decimal | None:
    """An amount, which is written with two decimals."""
    assert cell == "" or cell[-3] == "."
    return Decimal(cell) if cell else None


def query(policy: Policy, case: tables.Case, shape: str) -> str:
    options = Options(shape, case.day, TODAY, case.pins, True, case.absent, partly=case.partly)
    return query_text(policy_query(policy, options, "postgres"), "postgres")


@pytest.mark.parametrize("plan", PLANS)
def test_postgres_gives_what_the_scalar_engine_gives(server: str, plan: str) -> None:
    """For enterprises at every threshold: status, low, high and base are equal, clause by clause, and so are the totals."""
    policy = PLANS[plan]
    place = {clause.id: index for index, clause in enumerate(policy.clauses)}
    enterprises = tables.crowd(policy, 120)
    for case in [*tables.settled(policy, enterprises), tables.scattered(policy, enterprises)]:
        expected = tables.scalar(policy, case, TODAY)
        found = [
            ResultRow(
                row["enterprise"],
                row["name"],
                row["clause"],
                row["section"],
                row["status"],
                *(amount(row[what]) for what in ("low", "high", "base")),
                row["policy"],
            )
            for row in asked(server, loading(policy, case) + query(policy, case, "long") + ";")
        ]
        found.sort(key=lambda row: (int(row.enterprise[1:]), place[row.clause]))
        tables.same(found, expected, case)
        wide = [
            {name: cell if is_text(name) else amount(cell) for name, cell in row.items()}
            for row in asked(server, query(policy, case, "wide") + ";")
        ]
        wide.sort(key=lambda row: int(str(row["enterprise"])[1:]))
        tables.same(wide, tables.wide(policy, expected), case)


def test_a_fact_may_be_called_what_sql_has_another_meaning_for(server: str) -> None:
    """`user` is who is logged in, `order` begins a clause of SQL: as facts of a plan they are what the tables say."""
    text = (Path(__file__).parents[1] / "tangled.yaml").read_text(encoding="utf-8")
    for fact, word in (("exporter", "user"), ("share", "order"), ("famous", "end")):
        text = re.sub(rf"(?<![-\w]){fact}(?![-\w])", word, text)
    policy = read_policy(text.encode(), "tangled.yaml", "")
    case = tables.settled(policy, tables.crowd(policy, 60))[0]
    rows = asked(server, loading(policy, case) + query(policy, case, "long") + ";")
    found = {
        (row["enterprise"], row["clause"]): [row["status"], *(amount(row[what]) for what in ("low", "high", "base"))]
        for row in rows
    }
    expected = tables.scalar(policy, case, TODAY)
    assert found == {(row.enterprise, row.clause): [row.status, row.low, row.high, row.base] for row in expected}


@pytest.mark.parametrize("shape", ["long", "wide"])
@pytest.mark.parametrize("plan", PLANS)
def test_no_amount_is_a_binary_float(server: str, plan: str, shape: str) -> None:
    """Every column of the result is text or a decimal: none is a double."""
    policy, case = PLANS[plan], tables.Case([], frozenset(), TODAY, {})
    described = asked(server, loading(policy, case) + query(policy, case, shape) + r" \gdesc")
    types = {row["Column"]: row["Type"] for row in described}
    assert len(types) == (9 if shape == "long" else 5 + 4 * len(policy.clauses))
    for name, type in types.items():
        if name.endswith(("low", "high", "base")):
            assert type.partition("(")[0] == "numeric", name
        else:
            assert type == "text", name


def test_the_printed_query_runs_as_it_stands(server: str) -> None:
    """What `jxplus sql` prints is given to psql unchanged: 500,000.005 to deduct, 25 % of it saved, each rounded half up."""

    facts = {"name": "甲", "rd_expensed": Decimal("1000000.01"), "new_format": True}
    case = tables.Case([Enterprise("甲", facts, id="E1")], frozenset(), None, {})
    printed = invoked("sql", "--dialect", "postgres", "--as-of", "2016-06-30", code=0)
    rows = {row["clause"]: row for row in asked(server, loading(PLANS["shipped"], case) + printed.output)}
    deduction = rows["rd-super-deduction"]
    assert (deduction["status"], deduction["low"], deduction["base"]) == ("entitled", "125000.00", "500000.01")
    assert rows["new-format-venture-support"]["status"] == "unquantified"


@pytest.mark.parametrize("plan", OTHERS)
def test_other_plans_and_several_at_once(server: str, plan: str) -> None:
    """Each clause and, after the rules, the totals are those of the scalar engine: of the enterprises of the hand-worked cases."""
    policy, reader = OTHERS[plan], Reader(OTHERS[plan])
    assessor, lists = Assessor(policy), policy.lists
    read = [
        (each.as_of, each.enterprise(reader).facts) for each in cases_of(CASES / PLAN_OF.get(plan, plan) / "cases.yaml")
    ]
    enterprises = [
        Enterprise("", {**facts, "name": "甲", "as_of": day}, id=f"E{place}") for place, (day, facts) in enumerate(read)
    ]
    case = tables.Case(enterprises, frozenset(), None, {}, frozenset(lists))
    results = {each.id: assessor.assess(each, each.facts["as_of"]) for each in enterprises}
    ends = ("low", "high", "base")
    rows = asked(server, loading(policy, case) + query(policy, case, "long") + ";")
    found = {
        (row["enterprise"], row["policy"], row["clause"]): [row["status"], *(amount(row[end]) for end in ends)]
        for row in rows
    }
    assert found == {
        (id, policy.plan_of(one.clause).id, one.clause.own): [
            one.status,
            one.low,
            None if one.open else one.high,
            one.base,
        ]
        for id, each in results.items()
        for one in each.outcomes
    }
    rows = asked(server, query(policy, case, "wide") + ";")
    totals = {row["enterprise"]: (amount(row["total_low"]), amount(row["total_high"])) for row in rows}
    assert totals == {
        id: (low, None if each.open() else high) for id, each in results.items() for low, high in [each.total()]
    }
    assert any(each.taken for each in results.values())


def test_the_totals_are_after_rules_between_clauses(server: str) -> None:
    """鹿城's plan: a ceiling of three years and the highest award, project by project; the readings of a rule, and one pinned."""
    policy = load_policy(str(Path(__file__).parents[1] / "lucheng.yaml"))
    enterprises = tables.crowd(policy, 200)
    for pins in ({}, {"one-award": "but-article-2"}):
        assessor = Assessor(policy, pins)
        case = tables.Case(enterprises, frozenset(), date(2020, 6, 1), pins)
        rows = asked(server, loading(policy, case) + query(policy, case, "wide") + ";")
        found = {row["enterprise"]: (amount(row["total_low"]), amount(row["total_high"])) for row in rows}
        results = {each.id: assessor.assess(each, date(2020, 6, 1)) for each in enterprises}
        assert found == {id: each.total() for id, each in results.items()}
        assert any(each.taken for each in results.values())
