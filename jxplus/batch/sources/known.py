"""The headings that a table may have: those of its facts, and those of what its rows are known by."""

import re
from collections.abc import Mapping, Sequence

from jxplus.batch.sources.keys import COUNTS, NAMES, OF_ENTERPRISES, OF_LISTS, ranked
from jxplus.batch.sources.remarks import REMARK_COLUMNS
from jxplus.batch.sources.unitnotes import is_column_of_units
from jxplus.enterprise.heading import Heading, Headings, Misnamed, heading_name
from jxplus.enterprise.measures import folded
from jxplus.policy import Policy, known_names
from jxplus.policy.tables import ENTERPRISES, ENTERPRISES_ZH, KEY, KEY_ZH, OWNER, OWNER_ZH
from jxplus.quantity import BUILT_IN

NAME = "name"
"""The fact that names an enterprise."""
_ALIKE = 0.6
"""From which likeness on a heading may be a slip for a known one."""


def table_names(policy: Policy) -> dict[str, str]:
    """Every name that a table may have, as a file or a sheet, and what it holds: `enterprises` or a list's id."""
    lists = {name: each.id for each in policy.lists.values() for name in (each.id, each.label.zh)}
    return {ENTERPRISES: ENTERPRISES, ENTERPRISES_ZH: ENTERPRISES, **lists}


def named_table(names: Mapping[str, str], written: str) -> str | None:
    """Which table a sheet or a file is named after, however its name is written: `Truck Tolls` as `truck_tolls`; None for none."""
    name = written.strip()
    return names.get(name) or names.get(re.sub(r"[\s-]+", "_", name.lower()))


class Known:
    """The headings that one table may have."""

    def __init__(self, policy: Policy, table: str) -> None:
        self.policy, self.table = policy, table
        self.of_enterprises = table == ENTERPRISES
        self.key, self.key_zh = (KEY, KEY_ZH) if self.of_enterprises else (OWNER, OWNER_ZH)
        self.facts = policy.facts if self.of_enterprises else policy.lists[table].facts
        self.headings = Headings(self.facts)
        self.units = next((fact.units for fact in self.facts.values()), BUILT_IN)
        taken = {folded(name) for name in known_names(self.facts)}
        own = {folded(self.key), folded(self.key_zh)}
        ranks = ranked(OF_ENTERPRISES if self.of_enterprises else OF_LISTS)
        self.keys = {name: rank for name, rank in ranks.items() if name not in taken or name in own}
        self.names = {
            name for name in ranked(NAMES) if self.of_enterprises and NAME in self.facts and name not in taken
        }

    def read(self, written: str) -> Heading:
        """What a heading says of a fact; raises `Misnamed` where that is nothing."""
        return self.headings.read(written)

    def means(self, written: str) -> str | None:
        """What a heading means: the key of the rows, or the id of a fact; None for one that is not known."""
        if len(written) > 60:
            return None
        name = heading_name(written)
        if name in self.keys:
            return self.key
        if name in self.names:
            return NAME
        try:
            return self.read(written).id
        except Misnamed:
            return None

    def unit(self, written: str) -> str:
        """The unit that a heading says; empty for one that says none or is not known."""
        try:
            return self.read(written).unit
        except Misnamed:
            return ""

    def count(self, cells: Sequence[str | None]) -> tuple[int, int]:
        """How many headings of this table are among the cells, each once, and how many of those are facts by themselves."""
        found = {meant for cell in cells if cell is not None and (meant := self.means(cell)) is not None}
        return len(found), len(found - {self.key, *([NAME] if self.of_enterprises else [])})

    def are_money(self, *meant: str | None) -> bool:
        """Whether headings mean amounts, of which one may be part of another: 费用化研发费用 under 研发投入."""
        return all(each in self.facts and self.facts[each].is_money for each in meant)

    def alike(self, written: str) -> bool:
        """Whether a heading that is not known may be meant for one that is."""
        from difflib import SequenceMatcher

        name = heading_name(written)
        if self.headings.from_english(written):
            return True
        if name in REMARK_COLUMNS or name in ranked(COUNTS) or is_column_of_units(name):
            return False
        of_it = re.search("(?:说明|备注|来源|依据)$", name) is None
        for known, id in self.headings.names.items():
            each = folded(known)
            within = not each.isascii() and each in name
            beside = self.facts[id].type.kind == "number" and re.match(re.escape(each) + r"[(/:,;\[]", name)
            if len(each) > 1 and of_it and (within or beside):
                return True
            if SequenceMatcher(None, name, each).ratio() >= _ALIKE:
                return True
        return False
