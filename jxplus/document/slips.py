"""Slips of the hand that a Chinese keyboard or a copied page makes: full-width marks, and blanks that only look plain."""

import re
from typing import NamedTuple

from jxplus.fault import PLAIN_COLON, Text

BLANKS = "\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000"
"""Blanks other than the plain one, as a class of a regular expression has them."""
PLAIN_BLANK = Text("改用半角空格", "write a plain one")
_PLAIN = dict(zip("，｛｝［］【】“”", ',{}[][]""', strict=True))
MARKS = f"[：{''.join(_PLAIN)}{BLANKS}]"
"""A mark or a blank where a plain one should stand, as a regular expression."""
_LINE = rf"""(?x)[ ]*(?:-[ ]+)*  # what a line of YAML may begin with
    (?: (?P<blank>[{BLANKS}])
    | -(?P<after_dash>[{BLANKS}])
    | (?P<wide_dash>[－–—−])(?=[ {BLANKS}])
    | (?P<dash>-)(?=[^\W\d_])
    | [^ :：\#\[\]{{}}][^:：\#]*?(?: (?P<colon>：) | :(?P<after_colon>[{BLANKS}]) | (?P<tight>:)(?=[^ \t\r\n]) )
    )"""
_ITEM = rf"[ {BLANKS}]+-|-[{BLANKS}]|[－–—−][ {BLANKS}]|-[^\W\d_]"
_NAME_VALUE = Text("写作“名称: 值”", "write `name: value`")
_SLIPS = {
    "wide_dash": (Text("横线是全角的", "a full-width dash"), Text("改用半角“- ”", "write the plain `- `")),
    "dash": (Text("“-”之后没有空格", "no blank after the dash"), Text("写作“- ”", "write `- `")),
    "tight": (Text("冒号之后没有空格", "no blank after the colon"), _NAME_VALUE),
}


class Slip(NamedTuple):
    """A slip, where it stands in its line (counted from 0), and what would be right."""

    at: int
    wrong: Text
    right: Text


def slip_of_mark(mark: str) -> tuple[Text, Text]:
    """What is wrong with a mark or blank that `MARKS` finds where a plain one should stand, and what would be right."""
    if mark == "：":
        return Text("冒号是全角的", "a full-width colon"), PLAIN_COLON
    if mark == "\u3000":
        return Text("有全角空格", "a full-width blank"), PLAIN_BLANK
    if mark in _PLAIN:
        plain = _PLAIN[mark]
        return Text(f"{mark} 是全角的", f"a full-width {mark}"), Text(f"改用半角 {plain}", f"write the plain {plain}")
    code = f"U+{ord(mark):04X}"
    return Text(f"有特殊空格 {code}", f"a blank that is not a plain one, {code}"), PLAIN_BLANK


def slip_of_line(line: str) -> Slip | None:
    """The slip in a line where `name: value`, or an item after its dash, should stand; None where there is none."""
    match = re.match(_LINE, line)
    if match is None or match.lastgroup is None:
        return None
    at = match.start(match.lastgroup)
    wrong, right = _SLIPS.get(match.lastgroup) or slip_of_mark(line[at])
    return Slip(at, wrong, right)


def slip_of_dash(name: str) -> Slip | None:
    """The slip in a name that was meant to be an item of a list: in its dash, or in the blanks around that."""
    return slip_of_line(name) if re.match(_ITEM, name) else None
