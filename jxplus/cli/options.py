"""The options that several commands share, and what they mean."""

from typing import Annotated

import typer

from jxplus.cli.language import words

NEAR = "20%"
"""How near is within reach where `--reach` does not say."""

EnterpriseFile = Annotated[
    str,
    typer.Argument(
        metavar=words("文件", "FILE"),
        help=words(
            "企业文件（YAML 或 JSON）；- 为标准输入。", "An enterprise file, YAML or JSON; - is standard input."
        ),
    ),
]
Lang = Annotated[
    str,
    typer.Option(
        "--lang",
        metavar="zh|en",
        help=words(
            "输出语言；默认按 JXPLUS_LANG，再按系统语言。", "Language; else JXPLUS_LANG says it, else the locale."
        ),
    ),
]
AsOf = Annotated[
    str,
    typer.Option(
        "--as-of",
        metavar=words("日期", "DATE"),
        help=words("测算日期，如 2016-06-30。", "Calculate as of this day, such as 2016-06-30."),
    ),
]
Policies = Annotated[
    list[str] | None,
    typer.Option(
        "--policies",
        metavar=words("文件", "FILE"),
        help=words(
            "改用这份政策文件；多份方案可多次使用。",
            "A policy file, not the one that ships. Repeat it for several plans.",
        ),
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar=words("事实=值", "FACT=VALUE"),
        help=words(
            "直接写明一项事实，代替文件中的值；可多次使用。", "State a fact, in place of the file's. May be repeated."
        ),
    ),
]
Readings = Annotated[
    list[str] | None,
    typer.Option(
        "--reading",
        metavar=words("条款=解读", "CLAUSE=READING"),
        help=words("指定某条款的一种解读；可多次使用。", "Choose one reading of a clause. May be repeated."),
    ),
]
Every = Annotated[
    bool, typer.Option("--all", help=words("也列出没有金额的条款。", "Also the clauses that pay nothing."))
]
Format = Annotated[
    str,
    typer.Option(
        "--format",
        metavar=words("名称", "NAME"),
        help=words(
            "table、json、csv，或 tabulate 的格式，如 plain、github、html、latex。",
            "table, json, csv, or one of tabulate's such as plain, github, html, latex.",
        ),
    ),
]
Shape = Annotated[
    str,
    typer.Option(
        "--shape",
        metavar="long|wide",
        help=words("表的形状：每条款一行，或每企业一行。", "A row for each clause, or for each enterprise."),
    ),
]
Unit = Annotated[
    str, typer.Option("--unit", metavar="yuan|wan", help=words("表中金额的单位。", "How tables show money."))
]
PlanText = Annotated[
    str,
    typer.Option(
        "--text",
        metavar=words("方案.txt", "SOURCE.txt"),
        help=words(
            "方案原文：在条款旁列出它所编入的原句。",
            "The plan's official text: its own sentences stand beside the clause.",
        ),
    ),
]
Formulas = Annotated[
    bool, typer.Option("--formulas", help=words("用政策文件自己的公式。", "Formulas in the policy's own words."))
]
Bom = Annotated[
    bool,
    typer.Option(
        "--bom",
        help=words(
            "供 Excel 打开的 CSV：带 BOM，文字不成为公式。", "CSV for Excel in China: a BOM, and text stays text."
        ),
    ),
]
Lean = Annotated[
    bool,
    typer.Option(
        "--lean",
        help=words(
            "JSON 只写应得、未定和未载明金额的条款，只有代号和数字。",
            "JSON of ids and figures alone: what is entitled, undecided or unquantified.",
        ),
    ),
]
Strict = Annotated[
    bool,
    typer.Option(
        "--strict",
        help=words(
            "有未读取的内容（标题、备注、合计……）即不受理。",
            "Refuse what would be named and not read: titles, remarks, totals.",
        ),
    ),
]
