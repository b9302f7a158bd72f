"""`jxplus diff` says what changes when a plan is replaced by another."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from jxplus.cli import emit, emit_data, inputs, language, options, refuse, usage, words
from jxplus.cli.commands import Command
from jxplus.fault import Fault, Refused, Text, quoted, why
from jxplus.policy import Policy

if TYPE_CHECKING:
    from jxplus.render.compared.shown import Shown

app = typer.Typer(add_completion=False)
FORMATS = ("table", "json", "csv")


@app.command(
    cls=Command,
    help=words(
        "方案换成另一份，会有什么变化：逐条列出新增、取消和改动的内容。有无变化退出码都是 0，政策文件未受理为 1，命令写错为 2。",
        "What changes when a plan is replaced: what came, went and changed, clause by clause. It exits with 0 whether or "
        "not there are differences, with 1 where a plan is refused, with 2 where the command line is wrong.",
    ),
    epilog=words(
        "jxplus diff 旧方案.yaml 新方案.yaml\njxplus diff 旧方案.yaml 新方案.yaml --format json",
        "jxplus diff old.yaml new.yaml\njxplus diff old.yaml new.yaml --format json",
    ),
)
def diff(
    old: Annotated[
        str,
        typer.Argument(metavar=words("旧方案", "OLD"), help=words("原来的政策文件。", "The policy file as it was.")),
    ],
    new: Annotated[
        str,
        typer.Argument(
            metavar=words("新方案", "NEW"), help=words("替代它的政策文件。", "The policy file in its place.")
        ),
    ],
    form: Annotated[
        str, typer.Option("--format", metavar="table|json|csv", help=words("输出格式。", "How to print the result."))
    ] = "table",
    witness: Annotated[
        str,
        typer.Option(
            "--witness",
            metavar=words("文件夹", "FOLDER"),
            help=words(
                "为每处变化写一个最小的企业文件，两份方案对它的测算不同。",
                "For each change write the smallest enterprise file that shows it: its `calc` differs between the two.",
            ),
        ),
    ] = "",
    lang: options.Lang = "",
) -> None:
    """Compares two policy files and says what changed."""
    lang = language(lang)
    if form not in FORMATS:
        raise usage(
            f"--format 只能是 {'、'.join(FORMATS)}，不能是{quoted(form)}",
            f"--format takes one of {', '.join(FORMATS)}, not {quoted(form)}",
        )
    try:
        policies = _both(old, new)
    except Refused as refused:
        refuse(refused, lang)
    from jxplus.comparison import compare
    from jxplus.comparison.witness import witnesses
    from jxplus.render.compared.shown import Shown

    comparison = compare(*policies)
    if comparison.same and form == "table":
        _say_same(policies, lang)
        return
    shown = Shown(comparison, dict(witnesses(comparison)))
    if witness:
        _write(shown, witness, lang)
    if form == "table":
        from jxplus.render.compared import page

        emit(page(comparison, lang, shown))
    else:
        from jxplus.render.compared.record import csv_table, json_object

        emit_data(
            json_object(comparison, shown) if form == "json" else csv_table(comparison), end="\n" * (form == "json")
        )


def _write(shown: "Shown", folder: str, lang: str) -> None:
    """Writes the enterprises that show the changes, and says how many there are."""
    from jxplus.render.compared.shown import write

    try:
        count = len(write(shown, folder, lang))
    except OSError as error:
        raise usage(*(f"--witness: {error.filename or folder}: {each}" for each in why(error))) from None
    said = Text(f"{folder}: 写了 {count} 个企业文件", f"{folder}: {count} enterprise file{'s' * (count != 1)} written")
    print(said.show(lang), file=sys.stderr)


def _both(old: str, new: str) -> tuple[Policy, Policy]:
    """The two policies; raises `Refused` with the faults of both."""
    found: list[Policy] = []
    faults: list[Fault] = []
    for path in (old, new):
        try:
            found.append(inputs.policy_of([path]))
        except Refused as refused:
            faults += refused.faults
    if faults:
        raise Refused(dict.fromkeys(faults))
    return found[0], found[1]


def _say_same(policies: tuple[Policy, Policy], lang: str) -> None:
    """Says of two files that are not the same that their plans are: of one file with itself there is nothing to say."""
    if policies[0].sha256 != policies[1].sha256:
        said = Text(
            "两份文件内容相同，只有排版、注释或次序不同",
            "the two files say the same: only layout, comments or order differ",
        )
        print(said.show(lang), file=sys.stderr)
