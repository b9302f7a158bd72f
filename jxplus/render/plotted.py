"""A curve is plotted in characters for a terminal. It is a picture, drawn with what its library takes for numbers."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from jxplus.assessment import Interval
from jxplus.assessment.curve import Break, Curve
from jxplus.fault import Text
from jxplus.quantity import number_text, quantity_text, rate_text

_HEIGHT = 16


def plot(curve: Curve, breaks: Sequence[Break], lang: str, width: int) -> str:
    """Plots the low and the high end of the total over the fact."""
    import plotext  # type: ignore[import-untyped]

    figure = plotext.figure
    figure.clear()
    figure.plot_size(width, _HEIGHT)
    figure.theme("colorless")
    points = list(_points(curve, breaks))
    x = [int(value / curve.axis.step) for value, _ in points]
    ends = [[int(each[end]) for _, each in points] for end in (1, 0)]
    actual = _present(curve, breaks)
    if actual is not None:
        here = plotext.marker("┊", "gray")
        figure.draw(
            figure.signal([int(actual / curve.axis.step)] * 2, [min(ends[1]), max(ends[0])], marker=here).lines()
        )
    for y, shade in zip(ends if ends[0] != ends[1] else ends[:1], ("cyan", "green"), strict=False):
        figure.draw(figure.signal(x, y, marker=plotext.marker("hd", shade)).lines())
    across = _ticks(breaks[0].value, breaks[-1].value)
    up = _ticks(Decimal(min(ends[1])), Decimal(max(ends[0])))
    figure.ruler("x", "lower").ticks(
        [int(each / curve.axis.step) for each in across], [_tick(curve, each, lang) for each in across]
    )
    figure.ruler("y", "left").ticks([int(each) for each in up], [_money_tick(each, lang) for each in up])
    return str(figure.build().string()).rstrip("\n")


def legend(curve: Curve, breaks: Sequence[Break], lang: str) -> str:
    """Says what the lines of the plot are."""
    parts = [Text("合计（元）", "total in yuan")]
    if any(low != high for low, high in (each.at for each in breaks)):
        parts.append(Text("上线为上限，下线为下限", "the upper line is the high end, the lower the low end"))
    if _present(curve, breaks) is not None:
        parts.append(Text("┊ 现值", "┊ at present"))
    return " · ".join(part.show(lang) for part in parts)


def _present(curve: Curve, breaks: Sequence[Break]) -> Decimal | None:
    """What the enterprise states for the fact, where that is on the plot."""
    actual = curve.actual
    return actual if actual is not None and breaks[0].value < actual < breaks[-1].value else None


def _points(curve: Curve, breaks: Sequence[Break]) -> Iterator[tuple[Decimal, Interval]]:
    for each in breaks:
        yield each.value, each.at
        if each.above is not None:
            yield each.value + curve.axis.step, each.above


def _ticks(first: Decimal, last: Decimal) -> list[Decimal]:
    """Round figures between two, about four of them."""
    if last <= first:
        return [first]
    size = (last - first) / 4
    power = Decimal(1).scaleb(size.adjusted())
    step = next(power * each for each in (1, 2, 5, 10) if power * each >= size)
    tick = (first / step).to_integral_value("ROUND_CEILING") * step
    found = []
    while tick <= last:
        found.append(tick)
        tick += step
    return found


def _tick(curve: Curve, value: Decimal, lang: str) -> str:
    if curve.spot.fact.is_money:
        return _money_tick(value, lang)
    return rate_text(value) if curve.spot.fact.is_rate else number_text(value)


def _money_tick(value: Decimal, lang: str) -> str:
    """Yuan beside an axis: by 万 and 亿 in Chinese, in groups of three in English."""
    return Text(quantity_text(value, (("元", 1),)).removesuffix("元"), f"{value:,.0f}").show(lang)
