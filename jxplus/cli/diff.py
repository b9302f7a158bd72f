"""`jxplus diff` says what changes when a plan is replaced by another."""

from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from jxplus.cli import EXIT_REFUSED, begun, emit, emit_data, inputs, language, note, options, refusing, usage, words
from jxplus.cli.commands import command
from jxplus.cli.language import WrongUsage
from jxplus.document import ending_of
from jxplus.fault import Text, gathered, none_of, why

if TYPE_CHECKING:
    from jxplus.batch.compared import Effect
    from jxplus.cli.effect import EnterpriseRows
    from jxplus.comparison import Comparison
    from jxplus.render.compared.shown import WitnessRows


@command(
    "jxplus diff 旧方案.yaml 新方案.yaml --witness 例子\n"
    "# 谁多得、谁少得\n"
    "jxplus diff 旧方案.yaml 新方案.yaml 客户.xlsx -o 变化.csv",
    "jxplus diff old.yaml new.yaml --witness examples\n"
    "# who gains, who loses\n"
    "jxplus diff old.yaml new.yaml clients.xlsx -o changes.csv",
)
def diff(
    old: Annotated[
        str,
        options.argument(words("旧方案", "OLD"), "原来的政策文件。", "The policy file as it was."),
    ],
    new: Annotated[
        str,
        options.argument(words("新方案", "NEW"), "替代它的政策文件。", "The policy file in its place."),
    ],
    sources: Annotated[
        list[str] | None,
        options.argument(
            words("[来源…]", "[SOURCE...]"),
            "batch 读取的任何来源：也算出谁多得、谁少得、合计多少。",
            "Whatever `batch` takes: also who gains, who loses, and how much in all.",
        ),
    ] = None,
    out: Annotated[
        str,
        options.option(
            "--out",
            "金额有变化的企业全部写入 .csv 或 .json。",
            "Write all enterprises whose amounts change: .csv, .json.",
            metavar=words("文件", "FILE"),
            short="-o",
        ),
    ] = "",
    every: Annotated[
        bool, options.option("--all", "也写金额不变的企业。", "Also the enterprises whose amounts stay.")
    ] = False,
    engine: Annotated[
        str,
        options.option(
            "--engine",
            "由什么来计算，结果相同；数据表或 NDJSON 数量较多时 auto 用 duckdb。",
            "What computes; results are the same. auto: duckdb for many, from tables or NDJSON.",
            metavar="auto|duckdb|python",
        ),
    ] = "auto",
    as_of: Annotated[
        list[str] | None,
        options.option(
            "--as-of",
            "来源的测算日期；写两次则先旧方案、后新方案。",
            "Compute the sources as of this day; given twice, for the old plan, then for the new.",
            metavar=words("日期", "DATE"),
        ),
    ] = None,
    reading: options.Readings = None,
    form: Annotated[
        str, options.option("--format", "输出格式。", "How to print the result.", metavar="table|json|csv")
    ] = "table",
    witness: Annotated[
        str,
        options.option(
            "--witness",
            "为每处变化写一个最小的企业文件，两份方案对它的测算不同。",
            "For each change write the smallest enterprise file that shows it: its `calc` differs between the two.",
            metavar=words("文件夹", "FOLDER"),
        ),
    ] = "",
    lang: options.Lang = "",
) -> None:
    """Compares two policy files and says what changed."""
    lang = language(lang)
    _check(form, sources, out, every, as_of, reading)
    from jxplus.comparison import compare
    from jxplus.comparison.witness import witnesses
    from jxplus.render.compared.shown import WitnessRows

    with refusing(lang):
        policies = gathered(lambda path: inputs.policy_of([path]), dict.fromkeys((old, new)))
        comparison = compare(policies[0], policies[-1])
        effect = _effect(comparison, sources, out, engine, as_of, reading, every, form, lang)
    if comparison.same and form == "table" and effect is None:
        _say_same(comparison, lang)
        return
    shown = WitnessRows(comparison, dict(witnesses(comparison)))
    if witness:
        _write(shown, witness, lang)
    _print(comparison, shown, effect, out, form, lang)
    if effect is not None and any(effect.found.refused.values()):
        raise typer.Exit(EXIT_REFUSED)


def _check(
    form: str, sources: list[str] | None, out: str, every: bool, as_of: list[str] | None, reading: list[str] | None
) -> None:
    """The options that do not depend on any file."""
    if form not in options.FORMATS:
        raise WrongUsage(none_of("--format", form, options.FORMATS))
    given = (("-o", out), ("--all", every), ("--as-of", as_of), ("--reading", reading))
    for name, value in given:
        if value and not sources:
            raise usage(f"{name} 须与来源同用", f"{name} goes with sources")


class ShownEffect(NamedTuple):
    """What the enterprises of the sources come to, by which engine, and their rows for a file or standard output."""

    found: "Effect"
    engine: str
    rows: "EnterpriseRows | None"


def _effect(
    comparison: "Comparison",
    sources: list[str] | None,
    out: str,
    engine: str,
    as_of: list[str] | None,
    reading: list[str] | None,
    every: bool,
    form: str,
    lang: str,
) -> ShownEffect | None:
    """Computes the sources under both plans; None where there are none."""
    if not sources:
        return None
    from jxplus.cli import effect, engines

    asked = effect.check(sources, engine, out)
    for policy in (comparison.old, comparison.new):
        engines.spare(sources, out, "", policy)
    if out:
        begun(out)
    kind = ending_of(out).lstrip(".") if out else "csv" if form == "csv" else ""
    rows = effect.EnterpriseRows(kind) if kind else None
    days = effect.days_of(comparison, as_of, lang)
    wanted = effect.Wanted(sources, engine, days, reading, every, lang)
    found, engine = effect.computed(comparison, asked, wanted, rows if rows is not None else lambda changed: None)
    return ShownEffect(found, engine, rows)


def _print(
    comparison: "Comparison", shown: "WitnessRows", effect: ShownEffect | None, out: str, form: str, lang: str
) -> None:
    """Writes the file that is asked for, and prints the page, the object or the rows."""
    from jxplus.batch.outputs.effect import page as effect_page
    from jxplus.batch.outputs.effect import record
    from jxplus.render.compared import page
    from jxplus.render.compared.record import csv_table, json_object

    more = {"effect": record(effect.found, comparison, effect.engine)} if effect is not None else {}
    rows = effect.rows if effect is not None else None
    if rows is not None and out:
        rows.write(out, lang, json_object(comparison, shown, more) if rows.form == "json" else "")
        said = Text(
            f"{out}：已写 {rows.count:,} 家企业", f"{out}: {rows.count:,} enterprise{'s' * (rows.count != 1)} written"
        )
        note(said, lang)
    if form == "json":
        emit_data(json_object(comparison, shown, more))
    elif form == "csv" and rows is not None and not out:
        for block in rows.blocks():
            emit_data(block, end="")
    elif form == "csv":
        emit_data(csv_table(comparison), end="")
    else:
        parts = [page(comparison, lang, shown)] if not comparison.same else []
        parts += [effect_page(effect.found, comparison, lang)] if effect is not None else []
        emit("\n\n".join(parts))


def _write(shown: "WitnessRows", folder: str, lang: str) -> None:
    """Writes the enterprises that show the changes, and says how many there are."""
    from jxplus.render.compared.shown import write

    try:
        count = len(write(shown, folder, lang))
    except OSError as error:
        raise WrongUsage(why(error).about(f"--witness: {error.filename or folder}")) from None
    said = Text(f"{folder}：已写 {count} 个企业文件", f"{folder}: {count} enterprise file{'s' * (count != 1)} written")
    note(said, lang)


def _say_same(comparison: "Comparison", lang: str) -> None:
    """Says of two files that are not the same that their plans are: of one file with itself there is nothing to say."""
    if comparison.old.sha256 != comparison.new.sha256:
        said = Text(
            "两份文件所说的相同：测算和显示的内容没有变化",
            "the two files say the same: nothing differs that is computed or shown",
        )
        note(said, lang)
