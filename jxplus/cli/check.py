"""`jxplus check`: enterprise files and policy files read and validated, nothing computed."""

from collections.abc import Sequence
from typing import Annotated

import typer

from jxplus.cli import EXIT_REFUSED, emit, inputs, language, options, refuse, show_faults, words
from jxplus.cli.commands import Command
from jxplus.document import read_bytes, tree_of
from jxplus.enterprise import Reader
from jxplus.fault import Fault, Refused, Text
from jxplus.policy.store import digest, states_policy

app = typer.Typer(add_completion=False)


@app.command(
    cls=Command,
    help=words(
        "读取并校验企业文件或方案文件，不作测算。",
        "Read and validate enterprise files and policy files; compute nothing.",
    ),
    epilog=words(
        "jxplus check 企业.yaml\njxplus check 企业/*.yaml\njxplus check 方案.yaml",
        "jxplus check acme.yaml\njxplus check enterprises/*.yaml\njxplus check plan.yaml",
    ),
)
def check(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar=words("文件…", "FILE..."),
            help=words("企业文件或方案文件；- 为标准输入。", "Enterprise files or policy files; - is standard input."),
        ),
    ],
    lang: options.Lang = "",
    policies: options.Policies = None,
) -> None:
    """Read each file; say what it states or all that is wrong with it."""
    lang = language(lang)
    reader: Reader | None = None
    faults: list[Fault] = []
    for file in files:
        try:
            data = read_bytes(file)
            if states_policy(data):
                _policy_file(file, data, lang)
                continue
            reader = reader or _reader(policies, lang)
            enterprise = reader.read(tree_of(file, data))
        except Refused as refused:
            faults += refused.faults
            show_faults(refused.faults, lang)
        else:
            count = len(enterprise.facts)
            valid = Text(
                f"{file}: 有效，共{count}项（{enterprise.name}）",
                f"{file}: valid, {count} fact{'s' if count != 1 else ''} ({enterprise.name})",
            )
            emit(valid.show(lang))
    if faults:
        raise typer.Exit(EXIT_REFUSED)


def _reader(policies: Sequence[str] | None, lang: str) -> Reader:
    try:
        return Reader(inputs.policy_of(policies))
    except Refused as refused:
        refuse(refused, lang)


def _policy_file(file: str, data: bytes, lang: str) -> None:
    """Show what a policy file holds, and on standard error what of it nothing uses; raises `Refused` where it is wrong."""
    from jxplus.document import decode, read_tree
    from jxplus.policy.file import read_policy
    from jxplus.policy.unused import unused
    from jxplus.render import policyfile

    policy = read_policy(data, file, digest(data))
    remarks = unused(policy, read_tree(decode(data, file), file, aliases=True))
    counted = policyfile.counted(policy)
    valid = Text(f"{file}: 有效，{counted.zh}", f"{file}: valid, {counted.en}")
    emit(f"{valid.show(lang)}\n\n{policyfile.found(policy, lang)}")
    show_faults(remarks, lang)
