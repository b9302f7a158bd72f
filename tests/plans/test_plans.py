"""Every plan in `examples/plans`: hand-worked cases, the mutation check, its examples on both engines, and its official text.

A plan NAME has three homes, and nothing here names one of them:

- `examples/plans/NAME.yaml`, the plan, and `examples/plans/NAME/*.yaml`, two enterprises or more;
- `tests/plans/NAME/cases.yaml`, hand-worked cases as in `tests/cases` (see `handworked.Case`): an enterprise on a day and what is
  due, each with the reason. A case may also say what rules between clauses take off: `rules: {RULE: [LOW, HIGH]}`;
- `tests/plans/NAME/limits.yaml`, what stands in no clause:

      plan: {id: …, issued: 2023-02-08, from: 2023-02-08, to: 2026-02-07}   # its head, `to` where it has one
      text: liuhe-2023.txt                     # its official text in ../shared/plans, or where JXPLUS_PLAN_TEXTS says
      limits:                                  # as in tests/limits.yaml; every figure has one of either kind
        - {why: …, facts: [invested, plots.area], accepted: ["0", "0.01"], refused: ["-0.01", "0.001"]}
      nothing changes:                         # mutants that provably make no difference, with the reason
        "comparison: some-clause.when: staff > 0人: !=": a count is never negative

Run one with `pytest -n0 tests/plans -k NAME`. The mutation check says which change no case notices, as `KIND: PLACE: WAS -> IS`;
the answer is a case on the other side of that figure, not an entry under `nothing changes`.
"""

import json
import os
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from commandline import invoked
from handworked import Case, Limit, cases_of, least_items, limits_of, silent, wrong, wrong_limit
from mutations import Mutant, alone, apart, mutants
from official import letters_of
from watch import Watch, survivors

from jxplus.assessment import STATUSES, Assessor
from jxplus.audit import audit
from jxplus.audit.sentences import hold
from jxplus.document import read_tree
from jxplus.document.tree import Tree
from jxplus.enterprise import Reader
from jxplus.plan.text import PlanText, read_plan
from jxplus.policy import Policy
from jxplus.policy.file import read_policy
from jxplus.quantity import number_text

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
EXAMPLES = ROOT / "examples" / "plans"
TEXTS = Path(os.environ.get("JXPLUS_PLAN_TEXTS") or ROOT.parent / "shared" / "plans")
FEWEST_CASES = 15


class Plan(NamedTuple):
    """A plan with all that is known of it by hand."""

    policy: Policy
    file: Tree
    cases: list[Case]
    limits: list[Limit]
    head: dict[str, str]
    text: Path | None
    nothing_changes: dict[str, str]


@cache
def plan(name: str) -> Plan:
    path = EXAMPLES / f"{name}.yaml"
    data = path.read_bytes()
    said = yaml.load((HERE / name / "limits.yaml").read_text("utf-8"), yaml.CBaseLoader)
    return Plan(
        read_policy(data, str(path), ""),
        read_tree(data.decode(), str(path), aliases=True),
        list(cases_of(HERE / name / "cases.yaml")),
        limits_of(said["limits"]),
        said["plan"],
        TEXTS / said["text"] if "text" in said else None,
        said.get("nothing changes", {}),
    )


@cache
def reader(name: str) -> Reader:
    return Reader(plan(name).policy)


@cache
def watch(name: str) -> Watch:
    own = plan(name)
    return Watch(
        tree(name), own.policy, own.cases, own.limits, lambda policy: head_differs(policy, own.head), items(name)
    )


@cache
def tree(name: str) -> dict[str, Any]:
    return apart(plan(name).file.value)


@cache
def items(name: str) -> dict[str, Any]:
    return dict(least_items(plan(name).policy))


@cache
def assessor(name: str, pins: tuple[tuple[str, str], ...]) -> Assessor:
    return Assessor(plan(name).policy, dict(pins))


def head_differs(policy: Policy, head: dict[str, str]) -> list[str]:
    """What of a policy's head is not as it was read off the plan."""
    period = {"from": policy.period.start, "to": policy.period.end}
    own = {"id": policy.id, "issued": policy.issued, **{key: day for key, day in period.items() if day is not None}}
    return [f"{key}: {head.get(key)} by hand" for key in {**own, **head} if str(own.get(key)) != head.get(key)]


NAMES = sorted(path.stem for path in EXAMPLES.glob("*.yaml"))


def of_plan(name: str, *values: Any, id: str = "") -> Any:
    """A parameter of a plan's test."""
    return pytest.param(name, *values, id=f"{name} {id}".strip())


EACH = [of_plan(name) for name in NAMES]
each_plan = pytest.mark.parametrize("name", EACH)
CASES = [of_plan(name, case, id=case.name) for name in NAMES for case in cases_of(HERE / name / "cases.yaml")]


def run(*arguments: str) -> str:
    """What a command prints; it ends with exit code 0."""
    done = invoked(*arguments, columns=100, code=0)
    return done.output


# ---- by hand ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "case"), CASES)
def test_case(name: str, case: Case) -> None:
    """What is due is what was worked by hand from the plan's text, to the fen."""
    found = wrong(case, assessor(name, tuple(sorted(case.pins.items()))), reader(name))
    assert not found, "\n".join([f"{name}: {case.name}", f"why: {case.why}", *found])


@each_plan
def test_cases_name_what_exists_and_are_enough(name: str) -> None:
    """A case that names no clause, rule, reading or status of the plan would assert nothing."""
    own = plan(name)
    several = (*own.policy.clauses, *own.policy.rules)
    readings = {each.id: {reading.id for reading in each.readings} for each in several}
    names = [case.name for case in own.cases]
    assert len(names) >= FEWEST_CASES
    assert sorted(set(names)) == sorted(names)
    for case in own.cases:
        assert set(case.expect) <= {clause.id for clause in own.policy.clauses}, case.name
        assert set(case.rules) <= {rule.id for rule in own.policy.rules}, case.name
        assert case.expect or case.totals, case.name
        assert all(expected["status"] in STATUSES for expected in case.expect.values()), case.name
        assert all(reading in readings[id] for id, reading in case.pins.items()), case.name


@each_plan
def test_limits(name: str) -> None:
    """A file may state what it may by hand and nothing beyond, and every figure of the plan has its limits."""
    own = plan(name)
    assert [said for limit in own.limits if (said := wrong_limit(limit, reader(name), items(name)))] == []
    figures = {id for id, fact in own.policy.facts.items() if fact.limits is not None} | {
        f"{listed.id}.{id}"
        for listed in own.policy.lists.values()
        for id, fact in listed.facts.items()
        if fact.limits is not None
    }
    for accepted in (True, False):
        assert {limit.fact for limit in own.limits if limit.accepted is accepted} == figures
    assert head_differs(own.policy, own.head) == []


@each_plan
def test_every_change_of_the_plan_is_noticed(name: str, summary: list[str]) -> None:
    """Each mutant that loads and changes anything fails a hand-worked case."""
    excused = plan(name).nothing_changes
    assert set(excused) <= {str(mutant) for mutant in mutants(tree(name))}
    unheard = silent(plan(name).policy)
    assert not unheard or list((HERE / name).glob("beside-*.yaml")), f"without another plan nothing holds {unheard}"
    heard = (each for each in mutants(tree(name)) if not each.rules or each.place.split(".")[1] not in unheard)
    unnoticed, lines = survivors(watch(name), heard, excused, name)
    summary += lines
    assert not unnoticed, "\n".join(["no hand-worked case notices:", *unnoticed])


@each_plan
def test_an_unchanged_plan_is_not_caught(name: str) -> None:
    """The watch tells a change from none."""
    for mutant in (
        Mutant("", "", "", tree(name), None),
        Mutant("", "", "", tree(name), None, rules=True),
        *(Mutant("", "", "", alone(tree(name), clause), clause) for clause in tree(name)["clauses"]),
    ):
        assert watch(name).verdict(mutant) == "survives", mutant.clause


# ---- every command ---------------------------------------------------------------------------------------------------


def examples(name: str) -> list[Path]:
    found = sorted((EXAMPLES / name).glob("*.yaml"))
    assert len(found) >= 2
    return found


def options(name: str) -> tuple[str, ...]:
    return ("--policies", str(EXAMPLES / f"{name}.yaml"))


@each_plan
def test_its_examples_compute(name: str, tmp_path: Path) -> None:
    """Each is due something, is explained in both languages, makes a report, and is a file of this plan's."""
    run("check", *map(str, examples(name)), str(EXAMPLES / f"{name}.yaml"), *options(name))
    for path, lang in zip(examples(name), cycle(("zh", "en"))):
        done = json.loads(run("calc", str(path), "--format", "json", *options(name)))
        assert done["totals"]["high"] > 0, path
        run("calc", str(path), "--explain", "--lang", lang, *options(name))
        run("calc", str(path), "-o", str(tmp_path / f"{lang}.html"), "--lang", lang, *options(name))


@each_plan
def test_the_engines_agree_on_its_examples_and_cases(name: str, tmp_path: Path) -> None:
    """Python and DuckDB write the same table of every clause and the same totals, byte for byte."""
    source = tmp_path / "all.ndjson"
    trees = [read_tree(path.read_text("utf-8"), path.name, "yaml") for path in examples(name)]
    stated = [reader(name).read(tree).facts for tree in trees]
    stated += [{**case.enterprise(reader(name)).facts, "as_of": case.as_of} for case in plan(name).cases]
    source.write_text("".join(plainly(each) + "\n" for each in stated), "utf-8")
    for shape in ("long", "wide"):
        written = []
        for engine in ("python", "duckdb"):
            out = tmp_path / f"{engine}-{shape}.csv"
            asked = ("--engine", engine, "--shape", shape, *(("--all",) if shape == "long" else ()), "-o", str(out))
            assert "engine: python" not in run("batch", str(source), *asked, *options(name))
            written.append(out.read_text("utf-8").splitlines())
        assert len(written[0]) > len(stated)
        assert written[0] == written[1]


def plainly(value: Any) -> str:
    """Facts as JSON that needs no second look: figures in digits, choices by their ids."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{json.dumps(key)}: {plainly(each)}' for key, each in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(plainly, value))}]"
    if isinstance(value, Decimal):
        return number_text(value)
    return json.dumps(value, ensure_ascii=False, default=str)


@each_plan
def test_it_is_a_query_in_every_dialect(name: str) -> None:
    for dialect in ("duckdb", "postgres", "spark", "databricks"):
        assert "SELECT" in run("sql", "--dialect", dialect, "--shape", "wide", *options(name))


@each_plan
def test_its_pages(name: str, tmp_path: Path) -> None:
    """The schema, the templates, the explanation and the curves of the plan."""
    own = plan(name)
    schema = json.loads(run("schema", *options(name)))
    assert set(schema["properties"]) >= {*own.policy.facts, *own.policy.lists}
    for lang in ("zh", "en"):
        run("init", str(tmp_path / f"{lang}.yaml"), "--lang", lang, *options(name))
        run("explain", "--lang", lang, *options(name))
        for clause in own.policy.clauses:
            run("explain", clause.id, "--lang", lang, *options(name))
    for path in examples(name):
        spot, stated = a_figure(own.policy, yaml.load(path.read_text("utf-8"), yaml.CBaseLoader))
        run("curve", str(path), spot, f"0..{stated}", *options(name))


def a_figure(policy: Policy, stated: dict[str, Any]) -> tuple[str, str]:
    """Where an example states its first measure above zero, in an item of a list too, and what it states."""
    facts, lists = _by_name(policy.facts), _by_name(policy.lists)
    places = [(facts[name].id, value, facts[name]) for name, value in stated.items() if name in facts]
    for name in set(stated) & set(lists):
        own = _by_name(lists[name].facts)
        items = enumerate(stated[name], 1)
        places += [(f"{lists[name].id}[{n}].{own[key].id}", item[key], own[key]) for n, item in items for key in item]
    measures = ((spot, value) for spot, value, fact in places if fact.limits is not None and fact.limits.decimals)
    return next((spot, value) for spot, value in measures if value not in ("0", ""))


def _by_name(entries: Mapping[str, Any]) -> dict[str, Any]:
    """Facts or lists by each of their names."""
    return {name: entry for entry in entries.values() for name in (entry.id, entry.label.zh, *entry.also)}


def test_the_plans_go_together() -> None:
    """All plans may be taken at once: what one of them declares is never another's in another sense, and an example of one is whole."""
    run("check", *(str(path) for name in NAMES for path in examples(name)), "--policies", str(EXAMPLES))


# ---- its text --------------------------------------------------------------------------------------------------------


def official(name: str) -> str:
    """The plan's official text; skips the test where that is not there."""
    text = plan(name).text
    if text is None or not text.is_file():
        pytest.skip(f"the official text is not at {text}")
    return text.read_text("utf-8")


def as_read(name: str, source: str) -> PlanText:
    policy = plan(name).policy
    return read_plan(source.encode(), name, policy.numbering, policy.units)


@each_plan
def test_its_official_text(name: str, summary: list[str]) -> None:
    """The audit agrees with the plan's own text: every figure, and every sentence that speaks of money."""
    own = plan(name)
    found = audit(own.policy, as_read(name, official(name)), own.file)
    assert found.problems == ()
    omitted = own.policy.not_encoded
    entries = sum(map(len, omitted.sections.values())), sum(map(len, omitted.sentences.values()))
    summary.append(f"{name} audit: agrees; not encoded: {entries[0]} figures, {entries[1]} sentences")


@each_plan
def test_every_change_of_its_text_is_noticed(name: str, summary: list[str]) -> None:
    """Each sentence that is accounted for is deleted, then changed in its first, middle and last character."""
    policy, source = plan(name).policy, official(name)
    sentences = [each.sentence for each in audit(policy, as_read(name, source)).sentences]
    changes = unnoticed = 0
    for sentence in sentences:
        letters = letters_of(source, sentence)
        changed = [source[: letters[0]] + source[letters[-1] + 1 :]]
        changed += [
            source[:at] + "某" + source[at + 1 :] for at in {letters[0], letters[len(letters) // 2], letters[-1]}
        ]
        for text in changed:
            _, problems = hold(policy, as_read(name, text), None)
            changes += 1
            unnoticed += (sentence.section, sentence.digest) not in {(each.section, each.figure) for each in problems}
    summary.append(f"{name} audit: {changes - unnoticed} of {changes} changes of {len(sentences)} sentences noticed")
    assert not unnoticed


@each_plan
def test_its_sentences_are_named(name: str) -> None:
    """Every clause, and every rule that stands in the plan, names by digest the sentences that it encodes."""
    if plan(name).text is None:
        pytest.skip("its text is not one that the audit holds")
    policy = plan(name).policy
    assert [each.id for each in (*policy.clauses, *policy.rules) if each.section and not each.sentences] == []
