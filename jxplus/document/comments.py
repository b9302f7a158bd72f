"""What a comment of an enterprise file says of figures, which nobody reads who reads the figures alone."""

import re
from collections.abc import Collection

from jxplus.fault import Fault, Place, Refused, Text

_UNIT = r"""(?x)(?:[以下上本表全部所有文件均金额货币数字据计量单位为是按:\s]|units?|amounts?|figures?|money|all|are|is|in|rmb|cny|人民币)*
    (?P<told>
        (?P<scale>(?:百万|千万|[万亿千]|10[,']?000|(?:ten\s)?thousands?|millions?|billions?|wan)\s*(?:of\s)?\s*(?:人民币)?[元圆]?(?:yuan|rmb|cny)?)
        |(?P<other>(?:百万|千万|[万亿千])?(?:美[元金]|港[元币]|欧元|日元|英镑|台币|[公英]?[亩顷])|usd|us\$|hkd|eur|jpy|gbp|(?:us\s)?dollars?|euros?|yen
            |平方英[尺里]|英里|年|天|周|季度?|人次|[%％]
            |元/(?:㎡|平方米|平米)[/·](?:天|日|年)|元/(?:天|日|年|亩))
    )\s*(?:为单位|计算?|填写?|列示)?"""
"""A comment that says a unit and nothing else."""
_WITHIN = r"单位\s*[:为是]?\s*(?:人民币)?(?P<told>(?:百万|千万|[万千亿])元)|(?<![不勿非别])[以按]\s*(?P<counted>(?:百万|千万|[万千亿])元)\s*(?:计|为单位|填)"
_SCALE = "^(?:百万|千万|[万亿千])"
_SHORT = "(?:百万|千万|[万亿千])元?|wan"
"""A unit that can be written behind a figure as it stands."""
_ERROR = r"#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|SPILL!|CALC!)"


def refuse_comments(file: str, text: str, units: Collection[str]) -> None:
    """Raises `Refused` where a comment says in what unit figures are that have none, or is what a spreadsheet wrote for an error.

    `100 # 万元`, `100万 # 美元`, `# 以下金额单位：万元`; `年营业收入: #DIV/0!` would leave the fact unknown, or to its default.
    One of the `units` that figures have in any case changes none: `30 # 亩` of a plan that counts in 亩.
    """
    faults = []
    for number, line in enumerate(text.split("\n"), 1):
        before, sign, comment = line.partition("#")
        if sign and not before[-1:].strip():
            told = _error_told(before, comment) or _unit_told(before.strip(), comment, units)
            if told is not None:
                faults.append(Fault(file, Place(number, len(before) + 1), "", *told))
    if faults:
        raise Refused(faults)


def _error_told(before: str, comment: str) -> tuple[Text, Text] | None:
    """What is wrong with a comment that stands for a value, and what would be right; None where it is no error of a spreadsheet."""
    written = f"#{comment.strip()}"
    if not before.rstrip().endswith((":", "-")) or not re.fullmatch(_ERROR, written):
        return None
    return (
        Text(f"“{written}”是表格软件的错误值", f"'{written}' is an error of a spreadsheet"),
        Text("写上数值；不知道就删去它，留空", "write the figure, or delete it and leave the place blank"),
    )


def _unit_told(before: str, comment: str, units: Collection[str]) -> tuple[Text, Text] | None:
    """What is wrong with a comment that gives a unit, and what would be right; None where it gives none."""
    unit = _unit(before, comment)
    own = re.sub(_SCALE, "", unit)
    if not unit or unit in units:
        return None
    wrong = Text(f"注释里的单位“{unit}”没有读取", f"the unit '{unit}' in the comment is not read")
    if re.fullmatch(_SHORT, unit) or own in units:
        return wrong, Text(
            f"写在数后：1200{unit}；再删去注释", f"write it behind the figures, as 1200{unit}, and drop the comment"
        )
    return wrong, Text(
        "换算成该项的单位再写，并删去注释", "convert the figures to their own unit, and drop the comment"
    )


def _unit(before: str, comment: str) -> str:
    """The unit that a comment gives to the figure before it, or to the figures below where it has a line of its own; empty for none."""
    bare = comment.strip().strip("（）()。.").lower().replace("：", ":")
    if before and before[-1] not in "0123456789万亿千元":
        return ""
    match = re.fullmatch(_UNIT, bare)
    if match is not None:  # whatever has a unit of its own keeps it
        return match["told"] if match["other"] or not before or before[-1].isdigit() else ""
    within = None if before else re.search(_WITHIN, bare)
    return (within["told"] or within["counted"]) if within is not None else ""
