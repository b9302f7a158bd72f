"""How an outcome came about in the policy's own formulas, line by line: as written, with figures, and what each comes to."""

from collections.abc import Iterator, Mapping

from jxplus.assessment.explain import Explanation, Part
from jxplus.fault import Text
from jxplus.quantity import span_text, yuan_text

_ROLES: Mapping[str, Text] = {
    "when": Text("条件", "when"),
    "base": Text("基数", "base"),
    "pays": Text("金额", "pays"),
    "up to": Text("上限", "up to"),
    "at least": Text("至少", "at least"),
    "from": Text("下限", "from"),
    "to": Text("上限", "to"),
    "at most": Text("封顶", "in all at most"),
}
_MEETS = {
    True: Text("符合", "meets it"),
    False: Text("不符合", "does not meet it"),
    None: Text("未定", "undecided"),
}


def formula_lines(explanation: Explanation, lang: str) -> Iterator[tuple[int, str]]:
    """Gives the lines in a reader's language, each with how many columns it stands further in than what it belongs to."""
    for reading in explanation.readings:
        deep = 0
        if reading.title is not None:
            lost = Text("（未取）", " (lost)").show(lang) if reading.lost else ""
            low = reading.high if reading.low is None else reading.low
            amount = "" if low is None or reading.high is None else f": {span_text(low, reading.high)}"
            yield 0, f"{Text('解读', 'reading').show(lang)} {reading.id}{amount}{lost} — {reading.title.show(lang)}"
            deep = 2
        for item in reading.items:
            if item.name:
                yield deep, f"{item.name}: {_MEETS[item.met].show(lang)}"
            for part in item.parts:
                yield from _part_lines(part, deep + 2 * bool(item.name), lang)
    for exact, rounded in explanation.rounding:
        step = Text("四舍五入到分", "rounded half up to the fen").show(lang)
        yield 0, f"{step}: {exact:,f} → {yuan_text(rounded)}"


def _part_lines(part: Part, deep: int, lang: str) -> Iterator[tuple[int, str]]:
    yield deep, f"{_ROLES[part.role].show(lang)}: {part.formula}"
    # Each where it says something new.
    yield from ((deep + 2, f"= {each}") for each in dict.fromkeys((part.figures, part.value)) if each != part.formula)
    if part.role != "when":
        for inner in _caps(part):
            decided = Text("取", "decided by").show(lang)
            yield deep + 2, f"{inner.formula}: {decided} {inner.acted} = {inner.value}"


def _caps(part: Part) -> Iterator[Part]:
    if part.acted:
        yield part
    for inner in part.parts:
        yield from _caps(inner)
