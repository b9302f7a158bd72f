"""`jxplus check`: enterprise files read and validated, nothing computed."""

from typing import Annotated

import typer

from jxplus.cli import EXIT_REFUSED, emit, inputs, language, options, show_faults, words
from jxplus.cli.commands import Command
from jxplus.enterprise import Reader
from jxplus.fault import Fault, Refused, Text

app = typer.Typer(add_completion=False)


@app.command(
    cls=Command,
    help=words("读取并校验企业文件，不作测算。", "Read and validate enterprise files; compute nothing."),
    epilog=words(
        "jxplus check 企业.yaml\njxplus check 企业/*.yaml",
        "jxplus check acme.yaml\njxplus check enterprises/*.yaml",
    ),
)
def check(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar=words("文件…", "FILE..."),
            help=words("企业文件；- 为标准输入。", "Enterprise files; - is standard input."),
        ),
    ],
    lang: options.Lang = "",
    policies: options.Policies = None,
) -> None:
    """Read each file; say what it states or all that is wrong with it."""
    lang = language(lang)
    try:
        reader = Reader(inputs.policy_of(policies))
    except Refused as refused:
        show_faults(refused.faults, lang)
        raise typer.Exit(EXIT_REFUSED) from None
    faults: list[Fault] = []
    for file in files:
        try:
            enterprise = inputs.enterprise_of(file, reader)
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
