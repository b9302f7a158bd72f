"""`jxplus curve` shows how the total moves with one fact."""

import sys
from decimal import Decimal
from importlib.util import find_spec
from typing import Annotated

from jxplus.cli import emit, emit_data, inputs, language, note, options, refusing, usage, words
from jxplus.cli.commands import command
from jxplus.cli.language import WrongUsage
from jxplus.enterprise import Misstated, read_figure
from jxplus.enterprise.spot import find_spot
from jxplus.fault import STOP, Text, cut, joined, quoted
from jxplus.policy import Fact


@command(
    "jxplus curve 企业.yaml 年研发投入 0..1.5亿\njxplus curve 企业.yaml 'premises[1].area' 10..500 --format csv",
    "jxplus curve acme.yaml rd_investment 0..1.5亿\njxplus curve acme.yaml 'premises[1].area' 10..500 --format csv",
    context_settings={"ignore_unknown_options": True},
)
def curve(
    file: options.EnterpriseFile,
    fact: Annotated[
        str,
        options.argument(
            words("事实", "FACT"),
            "一项数字，如 rd_investment、年研发投入、premises[1].area。",
            "A figure of it, such as rd_investment, 年研发投入 or premises[1].area.",
        ),
    ],
    bounds: Annotated[
        str,
        options.argument(words("起..止", "FROM..TO"), "范围，如 0..1.5亿。", "From where to where, such as 0..1.5亿."),
    ],
    form: Annotated[
        str,
        options.option("--format", "table、json 或 csv。", "table, json or csv.", metavar=words("名称", "NAME")),
    ] = "table",
    lang: options.Lang = "",
    as_of: options.AsOf = "",
    policies: options.Policies = None,
    sets: options.Set = None,
    reading: options.Readings = None,
) -> None:
    """Loads an enterprise, follows one of its facts and prints how the total moves."""
    lang = language(lang)
    inputs.known_format(form, tabulates=False)
    from jxplus.assessment import Assessor
    from jxplus.assessment.curve import NoLine
    from jxplus.assessment.curve import curve as curve_of

    day = inputs.day(as_of)
    with refusing(lang):
        policy, pins, enterprise = inputs.loaded(file, policies, sets, reading, day)
    try:
        spot = find_spot(policy, enterprise.facts, fact)
        first, last = _range(spot.fact, bounds)
        with inputs.working(file, inputs.has_many(enterprise)):
            found = curve_of(Assessor(policy, pins), enterprise, inputs.as_of(day, enterprise), spot, first, last)
    except Misstated as fault:
        raise WrongUsage(joined((fault.wrong, fault.right), STOP).about(fact)) from None
    except NoLine as bent:
        raise usage(
            f"{fact}: {bent.clause.id} 把它与自身相乘；曲线只能由直线段组成",
            f"{fact}: {bent.clause.id} multiplies it by itself; a curve needs straight lines",
        ) from None
    from jxplus.render import curve as render

    if form == "json":
        emit_data(render.json_page(found))
    elif form == "csv":
        for text in (*(each.text for each in found.assumptions), *found.warnings):
            note(text, lang)
        emit_data(render.csv_page(found), end="")
    else:
        emit(render.page(found, lang, _can_plot(lang)))


def _can_plot(lang: str) -> bool:
    """Whether a plot goes with the table: on a terminal, where the plotting library is there; else says how to have it."""
    if not sys.stdout.isatty():
        return False
    if find_spec("plotext") is None:
        install = "pip install '.[plot]'"
        note(Text(f"要在终端画图：{install}", f"for a plot in the terminal: {install}"), lang)
        return False
    return True


def _range(fact: Fact, bounds: str) -> tuple[Decimal, Decimal]:
    """The two figures of FROM..TO; raises `Misstated` where one is none, a usage error where they are not in order."""
    first, dots, last = bounds.partition("..")
    if not dots:
        raise usage(
            f"起..止 须是两个数字，如 0..1.5亿，不能是“{cut(bounds)}”",
            f"FROM..TO takes two figures such as 0..1.5亿, not {quoted(bounds)}",
        )
    ends = read_figure(fact, first.strip()), read_figure(fact, last.strip())
    if ends[0] >= ends[1]:
        raise usage(
            f"起..止：{first.strip()} 不小于 {last.strip()}", f"FROM..TO: {first.strip()} is not below {last.strip()}"
        )
    return ends
