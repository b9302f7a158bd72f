"""What a command line names is loaded: the policy, the enterprise, the day, the readings, the facts set by hand."""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from jxplus.cli import note, options, usage, words
from jxplus.cli.language import WrongUsage
from jxplus.document import (
    ONE_ENTERPRISE,
    STANDARD_INPUT,
    YAML,
    ending_of,
    name_of,
    printable,
    read_bytes,
    read_tree,
    tree_of,
)
from jxplus.enterprise import Enterprise, Misstated, Reader
from jxplus.enterprise.misread import Misread
from jxplus.enterprise.values import day_written
from jxplus.fault import STOP, Place, Refused, Text, all_quoted, cut, joined, nearest, none_of, quoted, unknown_name
from jxplus.policy import DAY, Clause, Policy, Rule
from jxplus.policy.store import digest, load_policies, load_policy, meant_as_policy, no_enterprise, states_policy
from jxplus.quantity import read_day, read_quantity

if TYPE_CHECKING:
    from jxplus.plan.text import PlanText
    from jxplus.render.working import Working

LONG, MANY = 500_000, 10_000
"""The bytes of a file, and the items of an enterprise, beyond which a user waits: a quarter of a second and more."""


def policy_of(policies: Sequence[str] | None) -> Policy:
    """Gives the policy of the files that `--policies` names, several together, or the one that ships. Raises `Refused`.

    A folder stands for the policy files in it. All faults of all files are gathered.
    """
    files = [file for path in policies or () for file in _policy_files(path)]
    if not policies:
        return load_policy()
    found = load_policies(files)
    if len(found) == 1:
        return found[0]
    from jxplus.policy.together import together  # what a single plan has no use for

    return together(found)


def _policy_files(path: str) -> list[str]:
    """The policy files that a path names: itself, or those of a folder in the order of their names; YAML that is none is named."""
    if not os.path.isdir(path):
        return [path]
    files = [os.path.join(path, name) for name in sorted(os.listdir(path)) if ending_of(name) in YAML]
    found = [file for file in files if meant_as_policy(read_bytes(file))]
    for file in files if found else ():
        if file not in found:
            print(words(f"{file}: 未读取：不是方案文件", f"{file}: not read: it is no policy file"), file=sys.stderr)
    if not found:
        wrong = Text("文件夹里没有政策文件", "the folder holds no policy file")
        raise Refused.of(path, Place(), wrong, Text("写 .yaml 文件的路径", "name a .yaml file"))
    return found


@contextmanager
def working(path: str, long: bool, size: int | None = None) -> "Iterator[Working | None]":
    """Says on a terminal that a file is being worked on, if that is `long`; `size` is how much there is of it, where that is known."""
    if not long or not sys.stderr.isatty():
        yield None
        return
    from jxplus.batch.signals import cleared_away
    from jxplus.render.working import Working

    with cleared_away(), Working(words(f"正在处理 {path}", f"working on {path}"), size) as shown:
        yield shown


def enterprise_of(path: str, reader: Reader, extra: Mapping[str, Any] | None = None) -> Enterprise:
    """Reads the enterprise of a file (`-` is standard input). `extra` facts replace its own. Raises `Refused`."""
    if path != STANDARD_INPUT and (os.path.isdir(path) or ending_of(path) not in ONE_ENTERPRISE):
        _refuse_many(path)
    data = read_bytes(path)
    with working(path, len(data) > LONG):
        try:
            return reader.read(tree_of(path, data, reader.units), extra)._replace(sha256=digest(data))
        except Refused:
            if states_policy(data):
                raise no_enterprise(path) from None
            raise


def has_many(enterprise: Enterprise) -> bool:
    """Whether an enterprise states so many items that computing it takes a while."""
    return sum(len(each) for each in enterprise.facts.values() if isinstance(each, list)) > MANY


def unit(asked: str, told_in_yuan: bool, lang: str) -> None:
    """Says that amounts are in yuan all the same, where files for programs are written. Another unit is a usage error."""
    if asked not in ("yuan", "wan"):
        raise WrongUsage(none_of("--unit", asked, ("yuan", "wan")))
    if asked == "wan" and told_in_yuan:
        said = Text(
            "CSV、JSON 和 Parquet 的金额总以元计；--unit wan 用于屏幕、工作簿和网页",
            "amounts in CSV, JSON and Parquet are always in yuan; --unit wan is for the screen, workbooks and pages",
        )
        note(said, lang)


def _refuse_many(path: str) -> None:
    """Raises `Refused` where a path is one that `batch` takes: it may hold many enterprises."""
    from jxplus.batch.sources.formats import NOT_TAKEN, Holds, holds, not_taken

    if ending_of(path) in NOT_TAKEN and os.path.isfile(path):
        raise Refused.of(path, Place(), *not_taken(path))
    what = {
        Holds.LINES: Text("每行一家企业", "it holds one enterprise a line"),
        Holds.TABLE: Text("是表格，可载多家企业", "it is a table, which holds many enterprises"),
        Holds.TABLES: Text("是工作簿，可载多家企业", "it is a workbook, which holds many enterprises"),
    }.get(holds(path) or Holds.ENTERPRISE)
    if os.path.isdir(path):
        what = Text("是文件夹", "it is a folder")
    if what is not None and os.path.exists(path):
        from shlex import quote

        command = f"jxplus batch {quote(path)}"
        raise Refused.of(path, Place(), what, Text(f"请运行 {command}", f"run {command}"))


def clauses(policy: Policy, what: str) -> list[Clause]:
    """Gives the clauses of an id, a section, or the title of a clause or a part; of a rule those that it binds. None is a usage error."""
    named = entries(policy, what)
    found = [each for each in named if isinstance(each, Clause)]
    if found:
        return found
    from jxplus.policy.bonds import binding  # what few plans have is not loaded for the others

    rules = {rule.id for rule in named}
    found = [clause for clause in policy.clauses if any(rule.id in rules for rule in binding(policy, clause.id))]
    if not found:  # a rule about a plan that is not loaded
        raise _not_there(policy.clauses, what)
    return found


def entries(policy: Policy, what: str) -> list[Clause | Rule]:
    """Gives the clauses and the rules of an id, a section or a title; of an id without its plan those of every plan. None is a usage error."""
    clause, rule, written = policy.clause(what), policy.rule(what), what.strip().casefold()
    if clause is not None or rule is not None:
        return [each for each in (clause or rule,) if each is not None]
    ruled = policy.rules_in(what) or [
        rule for rule in policy.rules if written in (title.casefold() for title in rule.title)
    ]
    found: list[Clause | Rule] = [*(policy.in_section(what) or _titled(policy, what)), *ruled]
    if not found and policy.plans:
        found += [clause for clause in policy.clauses if clause.own == written]
        found += [rule for rule in policy.rules if rule.id.rpartition(":")[2] == written]
    if not found:
        raise _not_there([*policy.clauses, *policy.rules], what)
    return found


def _not_there(those: Sequence[Clause | Rule], what: str) -> WrongUsage:
    """That nothing is called so, and what is."""
    titles = [title for one in those for title in one.title]
    sections = dict.fromkeys(one.section for one in those if one.section)
    known = [*(one.id for one in those), *titles, *sections]
    part = what.strip().casefold()
    within = [title for title in dict.fromkeys(titles) if part in title.casefold()] if len(part) > 1 else []
    if within and nearest(what, known) is None:
        named = all_quoted(within)
        return usage(
            f"没有条款或章节叫“{cut(what)}”；名称含有它的：{named.zh}",
            f"no clause or section is called {quoted(what)}; it is in the names of {named.en}",
        )
    return WrongUsage(
        joined(unknown_name(what, known, Text("条款或章节", "clause or section"), "jxplus explain"), STOP)
    )


def _titled(policy: Policy, what: str) -> list[Clause]:
    """The clauses under a title as the list of clauses shows it: a clause's own, or that of a part of the plan."""
    written = what.strip().casefold()
    found = [clause for clause in policy.clauses if written in (title.casefold() for title in clause.title)]
    return found or policy.part_titled(written)


def day(written: str) -> date | None:
    """Gives the day of `--as-of`, None where the option is not given. A text that is no day is a usage error."""
    if not written:
        return None
    try:
        return read_day(written) or day_written(written)
    except Misread as misread:
        raise usage(
            f"--as-of 须是日期：{misread.wrong.zh}；{misread.right.zh}",
            f"--as-of takes a day: {misread.wrong.en}; {misread.right.en}",
        ) from None


def as_of(chosen: date | None, enterprise: Enterprise) -> date:
    """Gives the day of the calculation: the one chosen, else the enterprise's own, else today."""
    return chosen or enterprise.facts.get(DAY) or date.today()


def bom(asked: bool, is_csv: bool) -> None:
    """Refuses the mark of UTF-8 for what is no CSV."""
    if asked and not is_csv:
        raise usage("--bom 用于 CSV：-o 文件.csv 或 --format csv", "--bom is for CSV: -o FILE.csv or --format csv")


def lean(elsewhere: bool, besides: bool) -> None:
    """Refuses lean results that are not JSON, or of which more is asked than they hold."""
    if elsewhere:
        raise usage(
            "--lean 用于 JSON：--format json 或 -o 文件", "--lean is for JSON: --format json, or -o a file of it"
        )
    if besides:
        raise usage("--lean 不与 --all、--explain、--reach 连用", "--lean goes without --all, --explain and --reach")


def share(option: str, written: str) -> Decimal:
    """Gives the share that an option writes as `20%` or `0.2`. Anything else is a usage error, a bare `20` too."""
    quantity = read_quantity(written)
    if quantity is None or quantity.unit or quantity.amount < 0:
        raise usage(
            f"{option} 须是比例，如 20%，不能是“{cut(written)}”",
            f"{option} takes a share such as 20%, not {quoted(written)}",
        )
    if not quantity.share and quantity.amount >= 1:
        from jxplus.formula.check import share_written

        share = "1% / 100%" if quantity.amount == 1 else share_written(quantity)
        raise usage(
            f"{option} 须是比例：{share}，不能是“{cut(written)}”",
            f"{option} takes a share: {share}, not {quoted(written)}",
        )
    return quantity.amount


def count(option: str, written: str) -> int:
    """Gives the number, one or more, that an option writes. Anything else is a usage error."""
    if not (written.isascii() and written.isdigit() and int(written)):
        raise usage(
            f"{option} 须是 1 或更大的整数，不能是“{cut(written)}”",
            f"{option} takes a whole number from 1 on, not {quoted(written)}",
        )
    return int(written)


def known_format(form: str, tabulates: bool = True) -> None:
    """Raises a usage error where `--format` names neither table, json, csv nor one of tabulate's formats, if those are taken."""
    if form not in options.FORMATS:
        from jxplus.render.texttable import text_formats

        known = (*options.FORMATS, *(text_formats() if tabulates else ()))
        if form not in known:
            raise usage(
                f"--format: 未知的格式“{cut(form)}”；可用：{'、'.join(known)}",
                f"--format: unknown format {quoted(form)}; one of {', '.join(known)}",
            )


def other_ending(path: str, known: Iterable[str]) -> WrongUsage:
    """Gives the usage error of a file to write whose name ends in none of the endings that can be written."""
    return usage(
        f"-o: “{cut(path)}”的扩展名须是 {'、'.join(known)} 之一",
        f"-o: {quoted(path)} ends in none of {', '.join(known)}",
    )


def pins(policy: Policy, written: Sequence[str] | None) -> dict[str, str]:
    """Gives the readings that `--reading CLAUSE=READING` chooses, by clause. One that is not known is a usage error."""
    chosen: dict[str, str] = {}
    for each in written or ():
        name, equals, reading = map(str.strip, each.partition("="))
        if not equals:
            raise usage(
                f"--reading 须写成 条款=解读，不能是“{cut(each)}”",
                f"--reading takes CLAUSE=READING, not {quoted(each)}",
            )
        open_clauses = [one.id for one in policy.ambiguous]
        clause = policy.clause(name) or policy.rule(name) or _one_sentence(policy, name, open_clauses)
        if clause is None or clause.id not in open_clauses:
            what = Text("有多种解读的条款", "clause with readings")
            raise WrongUsage(joined(unknown_name(name, open_clauses, what), STOP).about("--reading"))
        known = [one.id for one in clause.readings]
        if reading not in known:
            told = joined(unknown_name(reading, known, Text("解读", "reading")), STOP)
            raise WrongUsage(told.about(f"--reading {clause.id}"))
        if clause.id in chosen:
            raise usage(
                f"--reading {clause.id}: 指定了两次，{chosen[clause.id]} 与 {reading}；只保留一个",
                f"--reading {clause.id}: chosen twice, {chosen[clause.id]} and {reading}; keep one",
            )
        for other in _of_one_sentence(policy, clause):
            if chosen.get(other.id, reading) != reading:
                raise usage(
                    f"--reading {clause.id}={reading}: 与 {other.id}={chosen[other.id]} 是同一句话，只能有一种解读",
                    f"--reading {clause.id}={reading}: one sentence with {other.id}={chosen[other.id]}; choose one reading of it",
                )
        chosen[clause.id] = reading
    return policy.pinned(chosen)


def _one_sentence(policy: Policy, what: str, known: Sequence[str]) -> Clause | None:
    """The clause with readings that a section or a title names; None where there is none, or it has sentences of several."""
    found = [each for each in policy.in_section(what) or _titled(policy, what) if each.id in known]
    one = found[0] if found else None
    return one if one is not None and all(each in (one, *_of_one_sentence(policy, one)) for each in found) else None


def _of_one_sentence(policy: Policy, one: Clause | Rule) -> list[Clause]:
    """The clauses that share their readings with this one."""
    if not isinstance(one, Clause) or one.read_with is None:
        return []
    return [clause for clause in policy.clauses if clause.read_with == one.read_with]


def set_facts(reader: Reader, written: Sequence[str] | None, chosen: date | None) -> dict[str, Any]:
    """Gives the facts that `--set FACT=VALUE` states and the day of `--as-of`, by id. A wrong one is a usage error.

    A value is taken as it stands, to the last character. Only a list is written as YAML or JSON. An empty value is
    unknown.
    """
    facts: dict[str, Any] = {}
    for each in written or ():
        stated, equals, value = each.partition("=")
        name = stated.strip()
        if not equals:
            raise usage(f"--set 须写成 事实=值，不能是“{cut(each)}”", f"--set takes FACT=VALUE, not {quoted(each)}")
        try:
            id, found = reader.value(name, _value(reader, name, printable(value, "--set")))
        except Misstated as misstated:
            told = joined((misstated.wrong, misstated.right), STOP)
            if misstated.fact not in (name, reader.names.get(name, name)):
                told = told.about(misstated.fact)
            raise WrongUsage(told.about(f"--set {name}")) from None
        except Refused as unread:
            told = joined((unread.faults[0].wrong, unread.faults[0].right), STOP)
            raise WrongUsage(told.about(f"--set {name}")) from None
        if id in facts:
            raise usage(f"--set {name}: 写明了两次；只保留一个", f"--set {name}: stated twice; keep one")
        facts[id] = found
    if chosen is not None and DAY in facts:
        raise usage(
            f"--set {DAY}: --as-of 也写明了测算日期；只保留一个", f"--set {DAY}: --as-of states the day too; keep one"
        )
    if chosen is not None:
        facts[DAY] = chosen
    return facts


def _value(reader: Reader, name: str, written: str) -> Any:
    """What a value of the command line states: a list by its YAML or JSON, anything else as it is written."""
    if reader.names.get(name) not in reader.lists:
        return written.strip() or None
    tree = read_tree(written, "--set")
    if tree.faults:
        raise Refused(tree.faults)
    return tree.value


def loaded(
    file: str,
    policies: Sequence[str] | None,
    sets: Sequence[str] | None,
    reading: Sequence[str] | None,
    chosen: date | None,
) -> tuple[Policy, dict[str, str], Enterprise]:
    """Loads the policy, the readings chosen and the enterprise that a command line names. Raises `Refused`."""
    policy = policy_of(policies)
    reader = Reader(policy)
    chosen_readings, extra = pins(policy, reading), set_facts(reader, sets, chosen)
    return policy, chosen_readings, enterprise_of(file, reader, extra)


def plan_text(source: str, policy: Policy, clauses: Sequence[Clause | Rule]) -> "PlanText":
    """The official text of the plan that some clauses are of; raises `Refused` where it is no such text.

    A text is that of one plan: clauses of several are a usage error.
    """

    from jxplus.plan.text import read_plan

    plans = {policy.plan_of(clause).file: policy.plan_of(clause) for clause in clauses}
    if len(plans) > 1:
        raise usage(
            "--text 是一个方案的原文：请只列这个方案的条款",
            "--text is the text of one plan: name clauses of that plan alone",
        )
    (own,) = plans.values()
    return read_plan(read_bytes(source), name_of(source), own.numbering, own.units)
