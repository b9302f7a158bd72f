"""The readings of a policy file: those of one clause, and those that the plan has once for all clauses that refer to them.

An ambiguous sentence of the plan may bear on several clauses. Its readings are then declared once, under `readings` at the
top, and each such clause names them: `readings: card-on-containers`, or, where it has formulas of its own under them,
`readings: {of: card-on-containers, no-stack: {when: no}}`. Whoever chooses one of them chooses it for all those clauses.
"""

from typing import Any, NamedTuple

from jxplus.document.tree import Path
from jxplus.fault import Text, cut, quoted, unknown_name
from jxplus.policy.form import ID, Form

AMOUNTS = ("pays", "up to", "from", "to", "at least")
CAP = "at most"
EACH = "for each"
_READING = ("zh", "en", EACH, "when", *AMOUNTS, CAP)
_OF = "of"


class Written(NamedTuple):
    """One reading of a clause as the file writes it: where its title, its condition, its amount, its cap and its list stand; None for none."""

    id: str
    title: Path
    when: Path | None
    amount: Path | None
    cap: Path | None
    each: Path | None


class PlanReadings:
    """The readings that the plan has once: the ids of each, by the name that clauses refer to them by."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.ids = {name: self.declared(("readings", name)) for name in form.mapping(("readings",), optional=True)}
        self.used: set[str] = set()

    def declared(self, path: Path) -> list[str]:
        self.named(path, Text("如 card-on-containers", "such as card-on-containers"))
        ids = list(self.form.mapping(path))
        self.several(path, ids)
        for id in ids:
            self.named((*path, id))
            self.form.mapping((*path, id), _READING)
        return ids

    def of(self, path: Path) -> tuple[list[Written], str | None]:
        """The readings of the clause at `path`, none where it can be read in one way only, and whose of the plan's they are."""
        place: Path = (*path, "readings")
        value = self.form.at(place)
        if isinstance(value, str):
            return self.referred(place, place, {})
        own = self.form.mapping(place, optional=True)
        if isinstance(own.get(_OF), str):
            return self.referred(place, (*place, _OF), {id: each for id, each in own.items() if id != _OF})
        if own:
            self.several(place, list(own))
        for id in own:
            self.named((*place, id))
        return [self.written(place, id, self.form.mapping((*place, id), _READING)) for id in own], None

    def written(self, place: Path, id: str, value: dict[str, Any]) -> Written:
        where: Path = (*place, id)
        amount = where if any(key in value for key in AMOUNTS) else None
        when, cap, each = (where if key in value else None for key in ("when", CAP, EACH))
        return Written(id, where, when, amount, cap, each)

    def referred(self, place: Path, name_at: Path, own: dict[str, Any]) -> tuple[list[Written], str | None]:
        """The plan's readings that a clause refers to, with what it has of its own under them."""
        name = self.form.among(name_at, self.ids, Text("全方案的解读", "readings of the plan"))
        if name not in self.ids:
            return [], None
        self.used.add(name)
        for id in own:
            if id not in self.ids[name]:
                self.form.fault((*place, id), *unknown_name(id, self.ids[name], Text("解读", "reading")), key=True)
        found = []
        for id in self.ids[name]:
            plans = self.written(("readings", name), id, self.form.mapping(("readings", name, id), optional=True))
            value = self.form.mapping((*place, id), _READING[2:]) if id in own else {}
            clauses = self.written(place, id, value)
            if (plans.when and clauses.when) or (plans.amount and clauses.amount):
                wrong = Text(f"readings 的 {name} 已写明", f"{quoted(name)} says it already, under `readings`")
                self.form.fault((*place, id), wrong, Text("只在一处写", "state it in one of the two"), key=True)
            when, amount, cap = clauses.when or plans.when, clauses.amount or plans.amount, clauses.cap or plans.cap
            found.append(Written(plans.id, plans.title, when, amount, cap, clauses.each or plans.each))
        return found, name

    def several(self, path: Path, ids: list[str]) -> None:
        if len(ids) < 2:
            self.form.fault(path, Text("只有一种解读", "a single reading"), Text("至少两种", "give two at least"))

    def named(self, path: Path, right: Text = Text("如 at-least", "such as at-least")) -> None:  # noqa: B008
        if not ID.fullmatch(str(path[-1])):
            wrong = Text("解读名须由小写字母、数字和连字符组成", "a reading's id is small letters, digits and '-'")
            self.form.fault(path, wrong, right, key=True)

    def unused(self) -> None:
        """Readings that no clause refers to are a fault: whoever chooses one would choose nothing."""
        for name in self.ids:
            if name not in self.used:
                wrong = Text(f"没有条款引用“{cut(name)}”", f"no clause refers to {quoted(name)}")
                right = Text(
                    f"在条款中写 readings: {name}，或删去", f"write `readings: {name}` in a clause, or leave it out"
                )
                self.form.fault(("readings", name), wrong, right, key=True)
