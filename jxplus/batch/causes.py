"""Faults with one cause, said once: a column of a workbook that is wrong in forty rows is one line, `K5:K44`."""

import re
from collections.abc import Iterable

from jxplus.fault import Fault, Text

_MOST = 1000
"""How many causes are waited with; with more of them, none is that of many rows."""


class Causes:
    """Puts together the faults of cells of one column that have one cause; what stands elsewhere passes as it comes."""

    def __init__(self) -> None:
        self.waiting: dict[tuple[str, ...], tuple[Fault, list[int], bool]] = {}

    def take(self, faults: Iterable[Fault]) -> list[Fault]:
        """The faults that are to be shown now."""
        shown = []
        for fault in faults:
            if not fault.place.sheet:
                shown.append(fault)
                continue
            first, lines, alike = self.waiting.get(key := _cause(fault), (fault, [], True))
            lines.append(fault.place.line)
            self.waiting[key] = first, lines, alike and fault.wrong == first.wrong
        return [*shown, *(self.rest() if len(self.waiting) > _MOST else ())]

    def rest(self) -> list[Fault]:
        """Those that were waited with, each with all its rows."""
        found = []
        for first, lines, alike in self.waiting.values():
            wrong, count = first.wrong, len(lines)
            if not alike:
                wrong = Text(f"{wrong.zh}（共{count}处）", f"{wrong.en} ({count} like it)")
            place = first.place.over([*first.place.more, *lines])
            fact = re.sub(r"\[[0-9]+\]", "", first.fact) if count > 1 else first.fact
            found.append(first._replace(place=place, wrong=wrong, fact=fact))
        self.waiting.clear()
        return found


def _cause(fault: Fault) -> tuple[str, ...]:
    """What is alike in the faults of one cause: all but the row and the values that are quoted."""
    wrong = re.sub("'[^']*'", "'", fault.wrong.en)
    fact = re.sub(r"\[[0-9]+\]", "", fault.fact)
    return fault.file, fault.place.sheet, str(fault.place.column), fact, wrong, fault.right.en
