"""The options that several commands share, and what they mean."""

from typing import Annotated, Any

import typer

from jxplus.cli.language import words

FORMATS = ("table", "json", "csv")
"""What `--format` takes of every command that has rows, besides tabulate's formats."""
NEAR = "20%"
"""How near is within reach where `--reach` does not say."""


def option(name: str, zh: str, en: str, metavar: str | None = None, short: str | None = None) -> Any:
    """Gives an option, with its help in Chinese and in English."""
    names = (name, short) if short else (name,)
    return typer.Option(*names, metavar=metavar, help=words(zh, en))


def argument(metavar: str, zh: str, en: str) -> Any:
    """Gives an argument, with its help in Chinese and in English."""
    return typer.Argument(metavar=metavar, help=words(zh, en))


EnterpriseFile = Annotated[
    str,
    argument(
        words("文件", "FILE"),
        "企业文件（YAML 或 JSON）；- 为标准输入。",
        "An enterprise file, YAML or JSON; - is standard input.",
    ),
]
Lang = Annotated[
    str,
    option(
        "--lang",
        "输出语言；默认按 JXPLUS_LANG，再按系统语言。",
        "Language; else JXPLUS_LANG says it, else the locale.",
        metavar="zh|en",
    ),
]
AsOf = Annotated[
    str,
    option(
        "--as-of",
        "测算日期，如 2016-06-30。",
        "Calculate as of this day, such as 2016-06-30.",
        metavar=words("日期", "DATE"),
    ),
]
Policies = Annotated[
    list[str] | None,
    option(
        "--policies",
        "改用这份政策文件；多份方案可多次使用。",
        "A policy file, not the one that ships. Repeat it for several plans.",
        metavar=words("文件", "FILE"),
    ),
]
Set = Annotated[
    list[str] | None,
    option(
        "--set",
        "直接写明一项事实，代替文件中的值；可多次使用。",
        "State a fact, in place of the file's. May be repeated.",
        metavar=words("事实=值", "FACT=VALUE"),
    ),
]
Readings = Annotated[
    list[str] | None,
    option(
        "--reading",
        "指定某条款的一种解读；可多次使用。",
        "Choose one reading of a clause. May be repeated.",
        metavar=words("条款=解读", "CLAUSE=READING"),
    ),
]
Every = Annotated[bool, option("--all", "也列出没有金额的条款。", "Also the clauses that pay nothing.")]
Format = Annotated[
    str,
    option(
        "--format",
        "table、json、csv，或 tabulate 的格式，如 plain、github、html、latex。",
        "table, json, csv, or one of tabulate's such as plain, github, html, latex.",
        metavar=words("名称", "NAME"),
    ),
]
Shape = Annotated[
    str,
    option(
        "--shape",
        "表的形状：每条款一行，或每企业一行。",
        "A row for each clause, or for each enterprise.",
        metavar="long|wide",
    ),
]
Unit = Annotated[str, option("--unit", "表中金额的单位。", "How tables show money.", metavar="yuan|wan")]
PlanText = Annotated[
    str,
    option(
        "--text",
        "方案原文：在条款旁列出它所编入的原句。",
        "The plan's official text: its own sentences stand beside the clause.",
        metavar=words("方案.txt", "SOURCE.txt"),
    ),
]
Formulas = Annotated[bool, option("--formulas", "用政策文件自己的公式。", "Formulas in the policy's own words.")]
Bom = Annotated[
    bool,
    option(
        "--bom", "供 Excel 打开的 CSV：带 BOM，文字不成为公式。", "CSV for Excel in China: a BOM, and text stays text."
    ),
]
Lean = Annotated[
    bool,
    option(
        "--lean",
        "JSON 只写应得、未定和未载明金额的条款，只有代号和数字。",
        "JSON of ids and figures alone: what is entitled, undecided or unquantified.",
    ),
]
Strict = Annotated[
    bool,
    option(
        "--strict",
        "有未读取的内容（标题、备注、合计……）即不受理。",
        "Refuse what would be named and not read: titles, remarks, totals.",
    ),
]
