"""What the command line names, loaded: the policy, the enterprise, the day, the readings and the facts set by hand."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from jxplus.cli import usage
from jxplus.document import printable, read_bytes, read_tree, tree_of
from jxplus.enterprise import Enterprise, Misstated, Reader
from jxplus.fault import Refused, Text, quoted, unknown_name
from jxplus.formula.check import share_written
from jxplus.policy import Clause, Policy
from jxplus.policy.store import digest, load_policy
from jxplus.quantity import read_day, read_quantity

AS_OF = "as_of"
"""The fact that states the day of the calculation."""


def policy_of(path: str) -> Policy:
    """The policy of the file at `path`, or of the one that ships where `path` is empty."""
    return load_policy(path or None)


def enterprise_of(path: str, reader: Reader, extra: Mapping[str, Any] | None = None) -> Enterprise:
    """The enterprise of a file (`-` is standard input), with `extra` facts in place of its own; raises `Refused`."""
    data = read_bytes(path)
    return reader.read(tree_of(path, data), extra)._replace(sha256=digest(data))


def clauses(policy: Policy, what: str, lang: str) -> list[Clause]:
    """The clause of that id, or those of that section; a usage error where there is none."""
    clause = policy.clause(what)
    found = [clause] if clause else policy.in_section(what)
    if not found:
        known = [*(one.id for one in policy.clauses), *dict.fromkeys(one.section for one in policy.clauses)]
        wrong, right = unknown_name(what, known, Text("条款或章节", "clause or section"), "jxplus explain")
        raise usage(f"{wrong.show(lang)}; {right.show(lang)}")
    return found


def day(written: str) -> date | None:
    """The day of `--as-of`, None where the option is not given; a usage error where it is no day."""
    if not written:
        return None
    found = read_day(written)
    if found is None:
        raise usage(f"--as-of takes a day such as 2016-06-30, not {quoted(written)}")
    return found


def as_of(chosen: date | None, enterprise: Enterprise) -> date:
    """The day of the calculation: the one chosen, else the enterprise's own, else today."""
    return chosen or enterprise.facts.get(AS_OF) or date.today()


def share(option: str, written: str) -> Decimal:
    """The share that an option gives as `20%` or `0.2`; a usage error where it is none, or `20` without its sign."""
    quantity = read_quantity(written)
    if quantity is None or quantity.unit or quantity.amount < 0:
        raise usage(f"{option} takes a share such as 20%, not {quoted(written)}")
    if not quantity.share and quantity.amount > 1:
        raise usage(f"{option} takes a share: {share_written(quantity)}, not {quoted(written)}")
    return quantity.amount


def known_format(form: str) -> None:
    """A usage error where `--format` names none: table, json, csv or one of tabulate's."""
    own = ("table", "json", "csv")
    if form not in own:
        from jxplus.render.terminal import text_formats

        if form not in text_formats():
            raise usage(f"--format: unknown format {quoted(form)}; one of {', '.join((*own, *text_formats()))}")


def pins(policy: Policy, written: Sequence[str] | None) -> dict[str, str]:
    """The readings that `--reading CLAUSE=READING` chooses, by clause; a usage error where one is not known."""
    chosen: dict[str, str] = {}
    for each in written or ():
        name, equals, reading = each.partition("=")
        if not equals:
            raise usage(f"--reading takes CLAUSE=READING, not {quoted(each)}")
        clause = policy.clause(name.strip())
        open_clauses = [one.id for one in policy.clauses if len(one.readings) > 1]
        if clause is None or clause.id not in open_clauses:
            raise usage("--reading: " + _unknown(name.strip(), open_clauses, "clause with readings"))
        known = [one.id for one in clause.readings]
        if reading.strip() not in known:
            raise usage(f"--reading {clause.id}: " + _unknown(reading.strip(), known, "reading"))
        chosen[clause.id] = reading.strip()
    return chosen


def _unknown(name: str, known: Sequence[str], what: str) -> str:
    wrong, right = unknown_name(name, known, Text(what, what))
    return f"{wrong.en}; {right.en}"


def set_facts(reader: Reader, written: Sequence[str] | None, chosen: date | None, lang: str) -> dict[str, Any]:
    """The facts that `--set FACT=VALUE` states and the day that `--as-of` does, by id; a usage error where one is wrong.

    An empty value is unknown.
    """
    stop = "；" if lang == "zh" else "; "
    facts: dict[str, Any] = {}
    for each in written or ():
        name, equals, value = each.partition("=")
        if not equals:
            raise usage(f"--set takes FACT=VALUE, not {quoted(each)}")
        try:
            tree = read_tree(printable(value, "--set"), "--set")
            if tree.faults:
                raise Refused(tree.faults)
            id, found = reader.value(name.strip(), tree.value)
        except Misstated as misstated:
            wrong, right = misstated.wrong.show(lang), misstated.right.show(lang)
            raise usage(f"--set {name.strip()}: {misstated.fact}: {wrong}{stop}{right}") from None
        except Refused as refused:
            wrong, right = (each.show(lang) for each in (refused.faults[0].wrong, refused.faults[0].right))
            raise usage(f"--set {name.strip()}: {wrong}{stop}{right}") from None
        facts[id] = found
    if chosen is not None and AS_OF in reader.policy.facts:
        facts[AS_OF] = chosen
    return facts


def loaded(
    file: str, policies: str, sets: Sequence[str] | None, reading: Sequence[str] | None, chosen: date | None, lang: str
) -> tuple[Policy, dict[str, str], Enterprise]:
    """The policy, the readings chosen and the enterprise that a command line names; raises `Refused`."""
    policy = policy_of(policies)
    reader = Reader(policy)
    chosen_readings, extra = pins(policy, reading), set_facts(reader, sets, chosen, lang)
    return policy, chosen_readings, enterprise_of(file, reader, extra)
