"""`jxplus calc` computes every clause for one enterprise."""

import os
from typing import Annotated

from jxplus.assessment import Assessor
from jxplus.cli import begun, emit, emit_data, inputs, language, options, refusing, usage, words
from jxplus.cli.commands import command
from jxplus.cli.result import ENDINGS, ShownResult
from jxplus.document import STANDARD_INPUT, ending_of
from jxplus.fault import Text
from jxplus.policy import Policy


@command(
    "# 金额与章节；再看每笔如何算出\n"
    "jxplus calc 企业.yaml\n"
    "jxplus calc 企业.yaml --explain\n"
    "jxplus calc 企业.yaml --explain 6.2\n"
    "# 可打印、可转交的报告\n"
    "jxplus calc 企业.yaml -o 报告.html\n"
    "# 换一项事实试算，输出 JSON\n"
    "jxplus calc 企业.yaml --set 年研发投入=1200万 --format json",
    "# the amounts with their sections; then how each came about\n"
    "jxplus calc acme.yaml\n"
    "jxplus calc acme.yaml --explain\n"
    "jxplus calc acme.yaml --explain 6.2\n"
    "# a report to print or hand on\n"
    "jxplus calc acme.yaml -o report.html\n"
    "# with another figure, as JSON\n"
    "jxplus calc acme.yaml --set rd_investment=1200万 --format json",
)
def calc(
    file: options.EnterpriseFile,
    told: Annotated[
        list[str] | None,
        options.argument(
            words("条款或章节", "CLAUSE or SECTION"),
            "与 --explain 连用：只说明这些条款。",
            "With --explain: the clauses to explain, and no others.",
        ),
    ] = None,
    out: Annotated[
        str,
        options.option(
            "--out",
            "写入文件，按扩展名：.html（可打印的报告）.xlsx .json .csv。",
            "Write a file, by its ending: .html (a report to print), .xlsx, .json, .csv.",
            metavar=words("文件", "FILE"),
            short="-o",
        ),
    ] = "",
    form: options.Format = "table",
    lang: options.Lang = "",
    as_of: options.AsOf = "",
    policies: options.Policies = None,
    sets: options.Set = None,
    reading: options.Readings = None,
    every: options.Every = False,
    explain: Annotated[
        bool,
        options.option(
            "--explain",
            "在每笔金额下说明由来；后面可写条款名、事项或章节，只说明这些，未满足条件的也说明。",
            "Show under each amount how it came about; of the clauses or sections named beside it alone, met or not.",
        ),
    ] = False,
    formulas: options.Formulas = False,
    text: options.PlanText = "",
    near: Annotated[
        str,
        options.option(
            "--reach",
            "差距占所需数值的多少以内算触手可及。",
            "How near is within reach: the gap, as a share of the needed figure.",
            metavar=words("比例", "PERCENT"),
        ),
    ] = options.NEAR,
    unit: options.Unit = "yuan",
    bom: options.Bom = False,
    lean: options.Lean = False,
) -> None:
    """Loads an enterprise, assesses it and prints what it is entitled to."""
    lang = language(lang)
    inputs.unit(unit, (ending_of(out).lstrip(".") if out else form) in ("csv", "json"), lang)
    inputs.known_format(form)
    file, told = _file_first(file, told or [])
    if told and not explain:
        more = " ".join(told)
        raise usage(
            f"多余的参数：{more}；说明某些条款须加 --explain",
            f"unexpected extra argument: {more}; a clause is named with --explain",
        )
    if out and (form != "table" or ending_of(out) not in ENDINGS):
        raise usage(
            f"-o 须以 {'、'.join(ENDINGS)} 结尾，且不与 --format 连用",
            f"-o takes a name that ends in {', '.join(ENDINGS)}, and goes without --format",
        )
    inputs.bom(bom, ending_of(out) == ".csv" or form == "csv")
    nearer = near != options.NEAR
    inputs.lean(lean and not (ending_of(out) == ".json" or form == "json"), lean and (every or explain or nearer))
    for option, given in (("--explain", explain), ("--reach", nearer)):
        if given and (form not in ("table", "json") or ending_of(out) == ".csv"):
            raise usage(
                f"{option} 用于屏幕、JSON、网页和工作簿；其他格式没有它的位置",
                f"{option} is for the screen, JSON, a page and a workbook; other formats have no place for it",
            )
    if formulas and not explain:
        raise usage("--formulas 须与 --explain 连用", "--formulas goes with --explain")
    if formulas and ending_of(out) in (".html", ".xlsx"):
        raise usage(
            "--formulas 用于屏幕；网页和工作簿以文字说明",
            "--formulas is for the screen; a page and a workbook tell it in words",
        )
    if text and ending_of(out) != ".html" and (not explain or out or form != "table"):
        raise usage(
            "--text 须与 --explain 的表格或 -o 报告.html 连用",
            "--text goes with the table of --explain, or with -o REPORT.html",
        )
    if out:
        begun(out)
    day, nearness = inputs.day(as_of), inputs.share("--reach", near)
    with refusing(lang):
        policy, pins, enterprise = inputs.loaded(file, policies, sets, reading, day)
        explained = _explained(policy, told) if explain else frozenset()
        asked = explained if told else frozenset()
        if out:
            from jxplus.cli.engines import spare

            spare([file], out, "", policy)
        quotes = _quotes(text, policy, explained or _explained(policy, []), bool(out)) if text else {}
    assessor = Assessor(policy, pins)
    with inputs.working(file, inputs.has_many(enterprise)):
        assessment = assessor.assess(enterprise, inputs.as_of(day, enterprise))
        result = ShownResult(
            assessor, assessment, lang, unit, every, explained, asked, formulas, nearness, quotes, bom, lean
        )
        if out:
            result.write(out)
            return
        shown = result.printed(form)
    if form in ("json", "csv"):
        emit_data(shown, end="\n" if form == "json" else "")
    else:
        emit(shown)


def _file_first(file: str, told: list[str]) -> tuple[str, list[str]]:
    """The enterprise file and the clauses to explain, in whichever order they were named: `--explain 6.2 acme.yaml`."""
    words = [file, *told]
    if told and file != STANDARD_INPUT and not os.path.lexists(file):
        file = next((each for each in told if each == STANDARD_INPUT or os.path.lexists(each)), file)
        words.remove(file)
        return file, words
    return file, told


def _explained(policy: Policy, told: list[str]) -> frozenset[str]:
    """The clauses to explain: those named, or all."""
    if not told:
        return frozenset(clause.id for clause in policy.clauses)
    return frozenset(clause.id for what in told for clause in inputs.clauses(policy, what))


def _quotes(
    text: str, policy: Policy, explained: frozenset[str], handed_on: bool
) -> dict[str, list[tuple[Text, Text]]]:
    """The plan's own sentences for the clauses to explain, from its text."""
    from jxplus.render.clauses import said_by

    clauses = [clause for clause in policy.clauses if clause.id in explained]
    plan = inputs.plan_text(text, policy, clauses)
    return {clause.id: list(said_by(plan, clause, handed_on)) for clause in clauses}
