"""An enterprise as a program holds it, a mapping, assessed: its values as a file would state them, its result."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from math import isnan
from typing import Any

from jxplus.assessment import Assessment, Assessor
from jxplus.assessment.many import ManyAssessor
from jxplus.document.tree import UNREAD, Mark, Tree
from jxplus.enterprise import Enterprise, Reader
from jxplus.fault import Fault, Place, Refused, Text, unknown_name
from jxplus.policy import DAY, Policy
from jxplus.quantity import read_day

Day = date | str | None
_NEAR = Decimal("0.2")
"""How near is within reach where nobody says, as `calc` has it."""
_MISSING = ("NAType", "NaTType")
"""The classes of what data frames hold where a cell is empty, None and NaN apart."""


class Result(Assessment):
    """What a policy pays one enterprise on one day: `outcomes`, clause by clause, and what they rest on.

    `total()` is the sum of the entitled clauses as an interval, in yuan; `total("grant")` that of one nature.
    """

    __slots__ = ()

    def json(self, *, reach: bool = True) -> str:
        """The object of `jxplus calc --format json` as text; without what is `within_reach` where `reach` is false."""
        from jxplus.render.record import Recorder

        if not reach:
            return Recorder(self.policy).line(self)
        from jxplus.assessment.reach import reach as within

        return Recorder(self.policy).page(self, None, within(Assessor(self.policy, self.pins), self, _NEAR), _NEAR)

    def record(self, *, reach: bool = True) -> dict[str, Any]:
        """The object of `jxplus calc --format json`, every figure of it an exact `Decimal`; `reach` as in `json`."""
        from json import loads

        record: dict[str, Any] = loads(self.json(reach=reach), parse_float=Decimal, parse_int=Decimal)
        return record


class Desk:
    """A policy ready to assess mappings on one day under the readings chosen."""

    def __init__(self, policy: Policy, as_of: Day, readings: Mapping[str, str] | None) -> None:
        self.policy = policy
        self.reader = Reader(policy)
        self.assessor = ManyAssessor(policy, policy.pinned(_known(policy, readings or {})))
        self.day = _day(as_of)
        self.extra = {DAY: self.day} if self.day is not None else {}

    def assess(self, tree: Tree) -> Result:
        """The result of the enterprise that a tree states; raises `Refused`."""
        return self.result_of(self.reader.read(tree, self.extra))

    def read(self, enterprise: Mapping[str, Any], file: str, line: int) -> Enterprise:
        """The enterprise of a mapping, the one with that number in `file`; raises `Refused`."""
        if self.reader.is_quick():
            found = self._plain(enterprise, file, line)
            if found is not None:
                facts = {**found, **self.extra}
                return Enterprise(facts.get("name", ""), facts, file, by_hand=tuple(self.extra))
        return self.reader.read(tree_of(enterprise, file, line), self.extra)

    def _plain(self, enterprise: Mapping[str, Any], file: str, line: int) -> dict[str, Any] | None:
        """The facts of a mapping that is plain, of Python's own values or of others that stand for such; None where it may not be."""
        stated = plainly_stated(enterprise)
        found = self.reader.plain(stated) if stated is not None else None
        if found is None:
            tree = tree_of(enterprise, file, line)
            found = self.reader.plain(tree.value) if isinstance(tree.value, dict) and not tree.faults else None
        return None if found is None else found[0]

    def result_of(self, enterprise: Enterprise) -> Result:
        """The result of an enterprise that has been read."""
        day = self.day or enterprise.facts.get(DAY) or date.today()
        return Result(*self.assessor.assess(enterprise, day))

    def result(self, enterprise: Mapping[str, Any], file: str, line: int) -> Result | Refused:
        """The result of the enterprise of a mapping, or its refusal."""
        try:
            return self.result_of(self.read(enterprise, file, line))
        except Refused as refused:
            return refused


def _day(as_of: Day) -> date | None:
    if as_of is None or (isinstance(as_of, date) and not isinstance(as_of, datetime)):
        return as_of
    day = read_day(as_of) if isinstance(as_of, str) else None
    if day is None:
        raise ValueError(f"as_of: a day such as '2016-06-30' is wanted, not {as_of!r}")
    return day


def _known(policy: Policy, readings: Mapping[str, str]) -> Mapping[str, str]:
    """The readings chosen; raises `ValueError` where one is not known."""
    known = {one.id: [each.id for each in one.readings] for one in policy.ambiguous}
    for clause, reading in readings.items():
        if clause not in known:
            wrong, right = unknown_name(clause, list(known), Text("条款", "clause with readings"))
        elif reading not in known[clause]:
            wrong, right = unknown_name(reading, known[clause], Text("解读", "reading"))
        else:
            continue
        raise ValueError(f"readings: {wrong.en}; {right.en}")
    return readings


_PLAIN = frozenset((str, bool, int, Decimal, date))


def plainly_stated(enterprise: Any) -> dict[str, Any] | None:
    """A copy of a mapping of Python's own values without those that are None; None where there is anything else in it."""
    if enterprise.__class__ is not dict:
        return None
    found: dict[str, Any] = {}
    for name, value in enterprise.items():
        if value.__class__ in _PLAIN:
            found[name] = value
        elif value.__class__ is list:
            found[name] = [plainly_stated(item) for item in value]
            if None in found[name]:
                return None
        elif value.__class__ is float and not isnan(value):
            found[name] = repr(value)
        elif value is not None:
            return None
    return found


# ---- values as a file would state them ---------------------------------------------------------------------------------


def tree_of(enterprise: Mapping[str, Any], file: str, line: int = 1) -> Tree:
    """A mapping as the tree of a file that states the same on one line, each of its keys in a column of its own."""
    faults: list[Fault] = []
    columns = {str(key): column for column, key in enumerate(enterprise, 1)} if isinstance(enterprise, Mapping) else {}

    def place(top: str) -> Place:
        return Place(line, columns.get(top, 1))

    def written(value: Any, top: str, fact: str) -> Any:
        if isinstance(value, Mapping):
            return {str(key): written(each, top, f"{fact}.{key}") for key, each in value.items()}
        if hasattr(value, "tolist"):  # an array, or a figure of numpy's
            if str(getattr(value, "dtype", "")) in ("float16", "float32"):
                faults.append(Fault(file, place(top), fact, *INEXACT))
                return UNREAD
            value = value.tolist()
        if isinstance(value, (list, tuple)):
            return [written(each, top, f"{fact}[{index}]") for index, each in enumerate(value, 1)]
        try:
            return _scalar(value)
        except TypeError:
            wrong = Text(f"不能是 {type(value).__name__}", f"it cannot be a {type(value).__name__}")
            right = Text(
                "用文字、int、Decimal、bool、date 或列表", "give a text, an int, a Decimal, a bool, a date or a list"
            )
            faults.append(Fault(file, place(top), fact, wrong, right))
            return UNREAD

    value: Any = str(enterprise)
    if isinstance(enterprise, Mapping):
        value = {str(key): written(each, str(key), str(key)) for key, each in enterprise.items()}
    return Tree(file, value, tuple(faults), lambda path, key: Mark(place(str(path[0]) if path else "")))


INEXACT = (
    Text("32位浮点数只有7位有效数字，存不下元和分", "a 32-bit float holds 7 digits, too few for yuan and fen"),
    Text("用 Decimal、int 或64位浮点数", "use decimals, integers or 64-bit floats"),
)
"""What is wrong with a figure that has lost digits before it came here."""


def _scalar(value: Any) -> str | bool | None:
    """A value as a file writes it; raises `TypeError` where no file could."""
    if value is None or type(value).__name__ in _MISSING:
        return None
    if isinstance(value, (str, bool)):
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return None if isnan(value) else repr(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        midnight = value.tzinfo is None and value == datetime.combine(value.date(), datetime.min.time())
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value))
