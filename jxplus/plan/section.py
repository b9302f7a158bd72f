"""How a plan numbers its sections: 六(二), 第8条, 一.2, 1.2 or Article 5, with 6.2, 8 and 1.2 as plain aliases.

A numbering is learnt from one example, level by level. A section that is numbered so has the same levels, or fewer.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

CHINESE_DIGITS = "〇一二三四五六七八九十"
RULES = "附则"
"""The name of what stands after the numbered sections of many plans and is part of them."""

PART, BRACKETED, DIGITS, BRACKETED_DIGITS = "一", "(一)", "1", "(1)"
"""The kinds of a level that are written without a word; the others are `第条`, `第款` …, and a word such as `article`."""

_WIDE, _NARROW = "（）０１２３４５６７８９．", "()0123456789."
_ONE_WIDTH, _PLAIN = str.maketrans(_WIDE, _NARROW), str.maketrans(f"{_WIDE}零", f"{_NARROW}〇")
_CHINESE_FIGURES = f"{CHINESE_DIGITS}百"
_CHINESE = f"[{_CHINESE_FIGURES}]+"
_LEVEL = (
    rf"第(?P<counted>[0-9]+|{_CHINESE}|\([0-9]+\)|\({_CHINESE}\))(?P<what>[编章节条款项目])"
    rf"|\((?:(?P<bracketed>{_CHINESE})|(?P<among>[0-9]+))\)"
    rf"|[.、]?(?:(?P<digits>[0-9]+)|(?P<part>{_CHINESE}))"
    r"|(?P<word>[A-Za-z]+)\.?\s*(?P<worded>[0-9]+)"
)


def chinese_number(text: str) -> int | None:
    """The number of a Chinese numeral up to 999 (六, 十二, 二十, 一百零三); None where it is none."""
    digits = text.translate(_PLAIN)
    hundreds, hundred, rest = digits.rpartition("百")
    if hundred:
        most, least = chinese_number(hundreds), chinese_number(rest.removeprefix("〇")) if rest else 0
        return None if most is None or least is None or most > 9 else most * 100 + least
    if not digits or any(char not in CHINESE_DIGITS for char in digits):
        return None
    tens, ten, ones = digits.rpartition("十")
    if not ten:
        return CHINESE_DIGITS.index(digits) if len(digits) == 1 else None
    if len(tens) > 1 or len(ones) > 1 or "十" in tens:
        return None
    return (CHINESE_DIGITS.index(tens) if tens else 1) * 10 + (CHINESE_DIGITS.index(ones) if ones else 0)


class Level(NamedTuple):
    """One level of a section's number: its kind and its number."""

    kind: str
    number: int


def levels_of(section: str) -> tuple[Level, ...] | None:
    """The levels of a section's number, however it is numbered; None where it is none."""
    text, at, found = section.strip().translate(_PLAIN).rstrip(".、"), 0, list[Level]()
    text = re.sub(r"(?<![A-Za-z])\s+|\s+(?![0-9A-Za-z])", "", text)
    while at < len(text):
        match = _level_at(text, at)
        level = _level(match) if match else None
        if match is None or level is None:
            return None
        found.append(level)
        at = match.end()
    return tuple(found) or None


def alias_of(levels: Iterable[Level]) -> str:
    """The plain form of a section's number: `6.2`, or `附则.1`; empty for no levels."""
    return ".".join(level.kind if level.kind == RULES else str(level.number) for level in levels)


def _level_at(text: str, at: int) -> re.Match[str] | None:
    return re.compile(_LEVEL).match(text, at)  # made when the first section is read, and kept by the library


def _level(match: re.Match[str]) -> Level | None:
    if match["counted"]:
        return _counted(f"第{match['what']}", match["counted"].strip("()"))
    if match["word"]:
        return Level(match["word"].lower(), int(match["worded"]))
    for kind, group in ((BRACKETED, "bracketed"), (BRACKETED_DIGITS, "among"), (DIGITS, "digits"), (PART, "part")):
        if match[group]:
            return _counted(kind, match[group])
    return None


def _counted(kind: str, text: str) -> Level | None:
    number = int(text) if text.isdecimal() else chinese_number(text)
    return None if number is None else Level(kind, number)


GROUPS = (PART, BRACKETED, "第编", "第章", "第节")


def is_group(section: str) -> bool:
    """Whether a section's name is that of a group's heading (四, (二), 第一章), which a plan may have around numbered sections."""
    levels = levels_of(section)
    return levels is not None and len(levels) == 1 and levels[0].kind in GROUPS


class Numbering(NamedTuple):
    """How the sections of a plan are numbered: the kind of each level, and an example."""

    kinds: tuple[str, ...]
    example: str

    def levels(self, section: str) -> tuple[Level, ...] | None:
        """The levels of a section that is numbered so; None where it is not. 附则 has no number, what is in it has."""
        rest = section.strip().removeprefix(RULES) if section.strip().startswith(RULES) else None
        if rest is not None:
            below = levels_of(rest) if rest else ()
            return None if below is None else (Level(RULES, 0), *below)
        levels = levels_of(section)
        if levels is None or [level.kind for level in levels] != list(self.kinds[: len(levels)]):
            return None
        return levels

    def alias(self, section: str) -> str:
        """The plain form of a section's number: `6.2` for 六(二), `8` for 第8条; empty where it is not numbered so."""
        return alias_of(self.levels(section) or ())

    def asked(self, written: str) -> str:
        """The plain form of what somebody asks for: as the plan numbers it or, level by level, in other signs: 6.2, 6(2), 六.2."""
        levels = levels_of(written) or ()
        other = alias_of(levels) if 1 < len(levels) <= len(self.kinds) else written.strip().rstrip(".")
        return self.alias(written) or other

    def part(self, section: str) -> str:
        """The first level of a section, as it is written: 六 of 六(二); all of it where the numbering has one level."""
        if len(self.kinds) == 1:
            return section
        text = section.strip().translate(_PLAIN)
        if text.startswith(RULES):
            return RULES
        rest = text.lstrip(_CHINESE_FIGURES)
        if rest != text:  # as most plans number their parts
            return text[: len(text) - len(rest)]
        first = _level_at(text, 0)
        return first[0] if first else section


USUAL = Numbering((PART, BRACKETED), "六(二)")
"""The numbering of a plan that states none."""


def numbering_like(example: str) -> Numbering | None:
    """The numbering that an example shows, such as `第8条`; None where it is no section's number."""
    levels = levels_of(example)
    return None if levels is None else Numbering(tuple(level.kind for level in levels), example)


def plain_section(section: str) -> str:
    """A section as a policy keeps it: brackets, digits and points of one width."""
    return section.strip().translate(_ONE_WIDTH)
