"""`jxplus init` writes an enterprise file to fill in, or asks for what it should state."""

import os
import sys
from collections.abc import Sequence
from typing import Annotated

from jxplus.cli import (
    begun,
    emit_data,
    inputs,
    language,
    note,
    options,
    refusing,
    words,
    writing,
)
from jxplus.cli.commands import command
from jxplus.cli.language import WrongUsage
from jxplus.document import STANDARD_INPUT, ending_of
from jxplus.fault import Text, writable
from jxplus.policy import Clause, Policy

SCHEMA_FILE = ".jxplus.schema.json"
"""What the schema beside an enterprise file is called: hidden, so that no folder of enterprise files counts it as one."""


@command(
    "# 模板写入文件；只含一章所需的事实\n"
    "jxplus init 企业.yaml\n"
    "jxplus init 企业.yaml --for 6.1\n"
    "# 供多家企业填写的工作簿\n"
    "jxplus init 客户.xlsx\n"
    "# 在终端上逐题询问\n"
    "jxplus init 企业.yaml --ask",
    "# a template; one with the facts of a section alone\n"
    "jxplus init acme.yaml\n"
    "jxplus init acme.yaml --for 6.1\n"
    "# a workbook to fill in for many enterprises\n"
    "jxplus init clients.xlsx\n"
    "# an interview at the terminal\n"
    "jxplus init acme.yaml --ask",
)
def init(
    file: Annotated[
        str,
        options.argument(
            words("文件", "FILE"),
            "要写的文件；.xlsx 为供多家企业填写的工作簿；不写或写 - 则为标准输出。",
            "The file to write, as .xlsx a workbook for many; without it, or with -, standard output.",
        ),
    ] = "",
    only: Annotated[
        list[str] | None,
        options.option(
            "--for",
            "只含这些条款所需的事实：条款名、事项，或章节，如 六(二) 或 6.2。可多次使用。",
            "Only the facts that these clauses need: an id, a title, or a section as 六(二) or 6.2. May be repeated.",
            metavar=words("章节|条款", "SECTION|CLAUSE"),
        ),
    ] = None,
    ask: Annotated[
        bool,
        options.option(
            "--ask",
            "在终端上一次一问；文件已存在则接着问。",
            "Ask at the terminal, one question at a time; go on with FILE where it is there.",
        ),
    ] = False,
    force: Annotated[
        bool, options.option("--force", "文件已存在则覆盖。", "Replace FILE where it is there already.")
    ] = False,
    schema: Annotated[
        bool,
        options.option(
            "--schema/--no-schema",
            f"在文件旁写 {SCHEMA_FILE} 并指向它，供编辑器补全和检查。",
            f"Write {SCHEMA_FILE} beside FILE and point to it, so that an editor completes and checks FILE.",
        ),
    ] = True,
    lang: options.Lang = "",
    policies: options.Policies = None,
) -> None:
    """Writes the template or hands over to the interview."""
    lang = language(lang)
    file = "" if file == STANDARD_INPUT else file
    there = bool(file) and os.path.lexists(file)
    _check(file, there, ask, force)
    if file:
        begun(file)
    with refusing(lang):
        policy = inputs.policy_of(policies)
    clauses = _chosen(policy, only)
    if _is_book(file):
        _write_book(file, policy, lang, clauses)
        return
    pointer = SCHEMA_FILE if schema and file and (force or not there) else ""
    from jxplus.enterprise.template import template

    text = template(policy, lang, clauses, pointer, _named(file))
    if ask:
        from jxplus.cli.interview import interview

        try:
            interview(policy, clauses, file if there and not force else "", file, text, lang)
        finally:
            _write_schema(policy, file, pointer if os.path.lexists(file) else "", False, lang)
        return
    if not file:
        emit_data(text, end="")
        return
    _write(file, text, lang)
    _write_schema(policy, file, pointer, force, lang)


def _is_book(file: str) -> bool:
    """Whether a name is that of a workbook."""
    return file.lower().endswith(".xlsx")


def _write_book(file: str, policy: Policy, lang: str, clauses: Sequence[Clause] | None) -> None:
    """Write a workbook to fill in for many enterprises."""
    from jxplus.atomic import replacing
    from jxplus.batch.outputs.blank import write_blank

    with writing(file, lang), replacing(file) as new:
        write_blank(new, policy, lang, clauses, _named(file))


_ENDINGS = ("", ".yaml", ".yml", ".txt", ".xlsx")
"""The endings that a template may have: under any other it would not be read as what it is."""


def _named(file: str) -> str:
    """What the file's own comments call it; a byte of its name that is no character cannot be written."""
    return writable(os.path.basename(file)) or "FILE"


def _check(file: str, there: bool, ask: bool, force: bool) -> None:
    """Refuse a command line that cannot be followed."""
    wrong: Text | None = None
    if file.lower().endswith(".json"):
        wrong = Text(
            f"{file}: 模板带注释，须是 YAML，如 {file[:-5]}.yaml",
            f"{file}: it has comments, so name it {file[:-5]}.yaml",
        )
    elif ending_of(file) not in _ENDINGS:
        name = os.path.splitext(file)[0]
        wrong = Text(
            f"{file}: 模板写成 YAML 或工作簿，如 {name}.yaml、{name}.xlsx",
            f"{file}: it is YAML or a workbook: name it {name}.yaml or {name}.xlsx",
        )
    elif ask and _is_book(file):
        wrong = Text(
            f"{file}: --ask 问一家企业，写 YAML，如 {file[:-5]}.yaml",
            f"{file}: --ask is about one enterprise, in YAML: name it {file[:-5]}.yaml",
        )
    elif ask and not sys.stdin.isatty():
        wrong = Text("--ask 须在终端上运行", "--ask asks at a terminal, and standard input is none")
    elif there and not ask and not force:
        wrong = Text(f"{file} 已存在；--force 覆盖", f"{file} is there already; --force replaces it")
    if wrong is not None:
        raise WrongUsage(wrong)


def _chosen(policy: Policy, only: Sequence[str] | None) -> list[Clause] | None:
    """The clauses that `--for` names, in the policy's order; None where it names none."""
    if not only:
        return None
    named = {clause.id for what in only for clause in inputs.clauses(policy, what.strip())}
    return [clause for clause in policy.clauses if clause.id in named]


def _write(file: str, text: str, lang: str) -> None:
    from jxplus.atomic import replace_file

    with writing(file, lang):
        replace_file(file, text)


def _write_schema(policy: Policy, file: str, pointer: str, force: bool, lang: str) -> None:
    """Write the schema that an enterprise file points to, unless another is there."""
    if not pointer:
        return
    from jxplus.enterprise.schema import enterprise_schema
    from jxplus.render.record import json_page

    path = os.path.join(os.path.dirname(file), pointer)
    text = json_page(enterprise_schema(policy)) + "\n"
    try:
        with open(path, encoding="utf-8") as present:
            same = present.read() == text
    except (OSError, ValueError):
        same = False
    if os.path.lexists(path) and not force:
        if not same:
            kept = Text(
                f"{path} 与本政策不同，未改动；--force 覆盖",
                f"{path} is another one, and was kept; --force replaces it",
            )
            note(kept, lang)
        return
    _write(path, text, lang)
