"""An enterprise file, read against the facts that a policy declares: every value exact, or every fault of it.

A fact that is not stated, or is left blank, is unknown: it has no entry. Nothing is guessed, rounded or cut.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from jxplus.document.slips import slip_of_line
from jxplus.document.tree import UNREAD, Enough, Gathered, Mark, Path, Tree, too_many
from jxplus.enterprise.heading import Heading, Headings, Misnamed
from jxplus.fault import Fault, Place, Refused, Text, quoted
from jxplus.policy import Fact, FactList, Policy
from jxplus.quantity import decimals, has_form_of_day, number_text, plain_number, read_day, unit_text

TRUTHS = {"true": True, "yes": True, "是": True, "false": False, "no": False, "否": False, True: True, False: False}
LONGEST_TEXT = 1000
Read = Callable[[Any], Any]
"""Reads what a file states for one fact: gives its value, or raises `_Misread`."""


class Enterprise(NamedTuple):
    """One enterprise: its name, and what is known of it.

    `facts` holds the value of each stated fact under its id (a Decimal in base units, a bool, a date, a choice's id, a
    text), and each stated list as its items. `file` is where it was read from, `sha256` that of the bytes read; `by_hand`
    names the facts that were stated in place of the file's. `source` is the JSON object on one line that states just these
    facts, where they were read from such a line: a result that carries its facts need not write them again.
    """

    name: str
    facts: dict[str, Any]
    file: str = ""
    id: str = ""
    sha256: str = ""
    by_hand: tuple[str, ...] = ()
    source: str = ""

    @property
    def label(self) -> str:
        """What a result calls the enterprise: its id where its source gives one, else its name."""
        return self.id or self.name


_EMPTY = Text("是空的", "it is empty"), Text("写名称", "write the name")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""What no name has: a terminal would take it for a command, and half a surrogate pair cannot be written."""


class _Misread(Exception):
    """A value is not what its fact takes."""

    def __init__(self, wrong: Text, right: Text) -> None:
        super().__init__(wrong.en)
        self.wrong, self.right = wrong, right


class Reader:
    """Reads enterprises against one policy; made once, used for any number of them."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.headings = Headings(policy.facts, policy.lists)
        self.names = self.headings.names
        self.reads = {fact.id: _reader(fact) for fact in policy.facts.values()}
        self.lists = {listed.id: _ListReader(listed) for listed in policy.lists.values()}
        self.needed = [fact.id for fact in policy.facts.values() if fact.required]

    def read(self, tree: Tree, extra: Mapping[str, Any] | None = None) -> Enterprise:
        """The enterprise that a file's tree states; raises `Refused` with all that is wrong in it.

        `extra` are facts that stand in place of the file's, already read, by id; None makes one unknown.
        """
        faults = Gathered(tree.faults)
        facts: dict[str, Any] = {}
        if not isinstance(tree.value, dict):
            faults.append(_no_mapping(tree, (), tree.value))
        else:
            try:
                self._read_into(facts, tree, faults)
                self._miss(facts, tree, extra or {}, faults)
            except Enough as enough:
                raise too_many(tree.file, enough.faults) from None
        if faults:
            unread = {fault.place for fault in tree.faults}
            raise Refused([*tree.faults, *(each for each in faults[len(tree.faults) :] if each.place not in unread)])
        facts = {name: value for name, value in {**facts, **(extra or {})}.items() if value is not None}
        return Enterprise(facts.get("name", ""), facts, tree.file, by_hand=tuple(extra or ()))

    def _miss(self, facts: Mapping[str, Any], tree: Tree, extra: Mapping[str, Any], faults: list[Fault]) -> None:
        """A fault for each fact that a file must state, and does not."""
        for name in self.needed:
            if name in facts or extra.get(name) is not None or any(fault.fact == name for fault in faults):
                continue
            label = self.policy.facts[name].label
            blank = [key for key in tree.value if self.names.get(key) == name]
            wrong, right = Text("没有写明", "not stated"), Text(f"加一行“{label.zh}: …”", f"add a line `{name}: …`")
            if blank:
                faults.append(tree.fault((blank[0],), name, wrong, Text("填上", "fill it in"), key=True))
            else:
                faults.append(tree.fault((), name, wrong, right))

    def _read_into(self, facts: dict[str, Any], tree: Tree, faults: list[Fault]) -> None:
        seen: dict[str, str] = {}
        names, reads, lists = self.names, self.reads, self.lists
        for key, written in tree.value.items():
            id, value = names.get(key), written
            if id is None:
                try:
                    id, unit = self.headings.read(key)
                except Misnamed as misnamed:
                    faults.append(tree.fault((key,), key, misnamed.wrong, misnamed.right, key=True))
                    continue
                value = Heading(id, unit).stated(written)
            if id in seen:
                faults.append(_twice(tree, (key,), id, seen[id]))
                continue
            seen[id] = key
            if value is None:
                continue
            if value is UNREAD:
                facts[id] = None
                continue
            if id in lists:
                items = lists[id].read(value, tree, (key,), faults)
                if items is not None:
                    facts[id] = items
                continue
            try:
                facts[id] = reads[id](value)
            except _Misread as misread:
                faults.append(tree.fault((key,), id, misread.wrong, misread.right))

    def value(self, name: str, written: Any) -> tuple[str, Any]:
        """The id and the value of one fact stated by itself, by id or Chinese name; None, unknown, for nothing.

        Raises `Misstated` where there is no such fact or it does not take the value.
        """
        try:
            heading = self.headings.read(name)
        except Misnamed as misnamed:
            raise Misstated(name, misnamed.wrong, misnamed.right) from None
        id, written = heading.id, heading.stated(written)
        if written is None:
            if id in self.needed:
                raise Misstated(id, *_EMPTY)
            return id, None
        if id in self.lists:
            faults: list[Fault] = []
            tree = Tree(name, {id: written}, (), lambda path, key: Mark(Place()))
            items = self.lists[id].read(written, tree, (id,), faults)
            if faults:
                raise Misstated(faults[0].fact, faults[0].wrong, faults[0].right)
            return id, items
        try:
            return id, self.reads[id](written)
        except _Misread as misread:
            raise Misstated(id, misread.wrong, misread.right) from None

    def item_value(self, listed: str, name: str, written: Any) -> Any:
        """The value of one fact of an item of a list, stated by itself; raises `Misstated` where it is wrong."""
        try:
            return self.lists[listed].reads[name](written)
        except _Misread as misread:
            raise Misstated(name, misread.wrong, misread.right) from None


class Misstated(Exception):
    """A fact stated outside a file is wrong: which, what is wrong, what would be right."""

    def __init__(self, fact: str, wrong: Text, right: Text) -> None:
        super().__init__(wrong.en)
        self.fact, self.wrong, self.right = fact, wrong, right


def read_figure(fact: Fact, written: str) -> Any:
    """The value of one fact as it is written outside a file; raises `Misstated` where the fact does not take it."""
    try:
        return _reader(fact)(written)
    except _Misread as misread:
        raise Misstated(fact.id, misread.wrong, misread.right) from None


class _ListReader:
    """Reads the items of one list."""

    def __init__(self, listed: FactList) -> None:
        self.listed = listed
        self.headings = Headings(listed.facts)
        self.names = self.headings.names
        self.reads = {fact.id: _reader(fact) for fact in listed.facts.values()}
        self.defaults = {fact.id: fact.default for fact in listed.facts.values() if fact.default is not None}
        self.count = len(listed.facts)

    def read(self, value: Any, tree: Tree, path: Path, faults: list[Fault]) -> list[dict[str, Any]] | None:
        """The items that a file states, each with all its facts; None, and a fault, where it states no list."""
        if type(value) is not list:
            faults.append(
                tree.fault(
                    path,
                    self.listed.id,
                    Text("须是列表", "a list is wanted"),
                    Text("每项以“- ”开头；没有则写 []", "begin each item with `- `; write [] for none"),
                )
            )
            return None
        return [self._item(item, tree, path, index, faults) for index, item in enumerate(value)]

    def _item(self, value: Any, tree: Tree, path: Path, index: int, faults: list[Fault]) -> dict[str, Any]:
        facts = dict(self.defaults)
        if type(value) is not dict:
            first = next(iter(self.listed.facts.values()))
            faults.append(_no_mapping(tree, (*path, index), value, self._where(index), first))
            return facts
        seen: dict[str, str] = {}
        names, reads = self.names, self.reads
        for key, stated in value.items():
            id, written = names.get(key), stated
            if id is None:
                try:
                    id, unit = self.headings.read(key)
                except Misnamed as misnamed:
                    where = self._where(index, key)
                    faults.append(tree.fault((*path, index, key), where, misnamed.wrong, misnamed.right, key=True))
                    continue
                written = Heading(id, unit).stated(stated)
            if id in seen:
                faults.append(_twice(tree, (*path, index, key), self._where(index, id), seen[id]))
                continue
            seen[id] = key
            if written is None:
                continue
            if written is UNREAD:
                facts[id] = None
                continue
            try:
                facts[id] = reads[id](written)
            except _Misread as misread:
                facts[id] = None
                where = self._where(index, id)
                faults.append(tree.fault((*path, index, key), where, misread.wrong, misread.right))
        if len(facts) < self.count:
            faults += self._missing(facts, tree, path, index)
        return facts

    def _where(self, index: int, name: str = "") -> str:
        """What a fault calls an item, or a fact of it: `premises[2].area`."""
        return f"{self.listed.id}[{index + 1}]{name and '.' + name}"

    def _missing(self, facts: dict[str, Any], tree: Tree, path: Path, index: int) -> list[Fault]:
        return [
            tree.fault(
                (*path, index),
                self._where(index, fact.id),
                Text("没有写明", "not stated"),
                Text(f"加上“{fact.label.zh}: …”", f"add `{fact.id}: …`"),
            )
            for fact in self.listed.facts.values()
            if fact.id not in facts
        ]


def _twice(tree: Tree, path: Path, fact: str, before: str) -> Fault:
    return tree.fault(
        path,
        fact,
        Text(f"与{quoted(before)}重复", f"already stated as {quoted(before)}"),
        Text("只保留一处", "keep one of them"),
        key=True,
    )


def _no_mapping(tree: Tree, path: Path, value: Any, where: str = "", first: Fact | None = None) -> Fault:
    """The fault of a file that states no facts, or of an item, `first` of whose facts is the example."""
    if value is None:
        wrong = Text("是空的", "nothing is stated") if first else Text("文件是空的", "nothing is stated")
    else:
        wrong = Text("须是“名称: 值”", "`fact: value` lines are wanted")
    slip = slip_of_line(value) if isinstance(value, str) else None
    if slip is not None:
        fault = tree.fault(path, where, slip.wrong, slip.right)
        if " " in value[: slip.at]:  # which may be the end of a line
            return fault
        return fault._replace(place=Place(fault.place.line, fault.place.column + slip.at))
    if first is not None:
        return tree.fault(path, where, wrong, Text(f"例如“{first.label.zh}: …”", f"such as `{first.id}: …`"))
    return tree.fault(path, where, wrong, Text("例如“企业名称: 某某公司”", "such as `name: Example Ltd`"))


# ---- values --------------------------------------------------------------------------------------------------------


def _reader(fact: Fact) -> Read:
    """What reads the values of a fact."""
    if fact.type.kind == "number":
        return _number(fact)
    if fact.type.kind == "choice":
        return _choice(fact)
    return {"truth": _truth, "date": _date, "text": _text}[fact.type.kind]


def _structured(value: Any, wanted: Text) -> _Misread:
    shape = Text("列表", "a list") if isinstance(value, list) else Text("一组键值", "a mapping")
    return _Misread(Text(f"不应是{shape.zh}", f"{shape.en} is not expected here"), wanted)


def _text(value: Any) -> str:
    example = _EMPTY[1]
    if not isinstance(value, str):
        if isinstance(value, bool):
            raise _Misread(Text("须是文字，不是是否", "text is wanted, not true or false"), example)
        raise _structured(value, example)
    text = value.strip()
    if not text:
        raise _Misread(*_EMPTY)
    if len(text) > LONGEST_TEXT:
        raise _Misread(Text(f"超过{LONGEST_TEXT}个字符", f"longer than {LONGEST_TEXT} characters"), example)
    if not text.isprintable() and _UNPRINTABLE.search(text):
        raise _Misread(Text("含不能打印的字符", "it has characters that cannot be printed"), example)
    return text


def _truth(value: Any) -> bool:
    if value is True or value is False:
        return bool(value)
    found = TRUTHS.get(value.lower() if isinstance(value, str) else value) if isinstance(value, (str, bool)) else None
    if found is None:
        right = Text("写 是/否、yes/no 或 true/false", "write yes or no, true or false, 是 or 否")
        if not isinstance(value, (str, bool)):
            raise _structured(value, right)
        raise _Misread(Text(f"{quoted(value)}不是“是”或“否”", f"{quoted(value)} is neither yes nor no"), right)
    return found


def _date(value: Any) -> date:
    right = Text("如 2016-06-30", "such as 2016-06-30")
    if not isinstance(value, str):
        raise (
            _structured(value, right)
            if isinstance(value, (list, dict))
            else _Misread(Text("须是日期", "a date is wanted"), right)
        )
    found = read_day(value)
    if found is None:
        absent = Text(f"没有{quoted(value)}这一天", f"there is no day {quoted(value)}")
        other = Text(f"{quoted(value)}不是日期", f"{quoted(value)} is no date")
        raise _Misread(absent if has_form_of_day(value) else other, right)
    return found


def _choice(fact: Fact) -> Read:
    labels: dict[str, str] = {}
    for id, label in fact.choices.items():
        labels[id] = labels[label.zh] = id
    listed = Text("、".join(f"{label.zh}({id})" for id, label in fact.choices.items()), ", ".join(fact.choices))

    def read(value: Any) -> str:
        found = labels.get(value) if isinstance(value, str) else None
        if found is None:
            right = Text(f"可选: {listed.zh}", f"one of {listed.en}")
            if not isinstance(value, (str, bool)):
                raise _structured(value, right)
            raise _Misread(Text(f"{quoted(value)}不是可选项", f"{quoted(value)} is not among the choices"), right)
        return found

    return read


def _number(fact: Fact) -> Read:
    """Reads a figure: its unit must be the fact's own, its decimals and its size within the limits of its type."""
    limits, unit = fact.limits, fact.type.unit
    assert limits is not None
    finest, below, at_most = limits.decimals, limits.below, limits.at_most
    least = None if fact.signed else Decimal(0)
    plainly_right = _plainly_right(fact)

    def read(value: Any) -> Decimal:
        if type(value) is str and plainly_right(value):
            return Decimal(value)
        if type(value) is not str:
            raise (
                _structured(value, example)
                if isinstance(value, (list, dict))
                else _Misread(Text("须是数字，不是是否", "a figure is wanted, not true or false"), example)
            )
        number = plain_number(value)
        if number is None:
            quantity = fact.units.read(value)
            if quantity is None or (quantity.unit != unit and quantity.unit) or (quantity.share and not fact.is_rate):
                raise _Misread(
                    Text(f"{quoted(value)}不是{_called(fact).zh}", f"{quoted(value)} is not {_called(fact).en}"),
                    example,
                )
            number = quantity.amount
        exponent = number.as_tuple().exponent
        if not isinstance(exponent, int) or (-exponent > finest and decimals(number) > finest):
            raise _Misread(
                Text(f"小数超过{finest}位", f"it has more than {finest} decimals"),
                Text(f"最多{finest}位小数，不四舍五入", f"{finest} decimals at most; nothing is rounded for you")
                if finest
                else Text("写整数", "write a whole number"),
            )
        size = abs(number)
        if (below is not None and size >= below) or (at_most is not None and size > at_most):
            raise _Misread(Text(f"{quoted(value)}超出范围", f"{quoted(value)} is out of range"), _bound(fact))
        if least is not None and (number < least or (fact.positive and number <= least)):
            raise _Misread(
                Text(
                    f"{quoted(value)}{'须大于0' if fact.positive else '是负数'}",
                    f"{quoted(value)} is {'not above zero' if fact.positive else 'negative'}",
                ),
                Text("大于0" if fact.positive else "0或以上", "above zero" if fact.positive else "zero or more"),
            )
        return number

    example = _example(fact)
    return read


def _plainly_right(fact: Fact) -> Callable[[str], object]:
    """Tells the figures that are right at first sight, which most are: plain digits, few enough to be within the limits."""
    assert fact.limits is not None
    bounds = [bound for bound in (fact.limits.below, fact.limits.at_most) if bound is not None]
    if not bounds or min(bounds) < 1:
        return lambda _: False
    # As many digits before the point as the nines below a bound of 10, 100, 1000 …: such a figure stays below it.
    digits = min(bounds).adjusted()
    whole = f"(?:0|[1-9][0-9]{{0,{digits - 1}}})" if digits else "0"
    fraction = f"(?:\\.[0-9]{{1,{fact.limits.decimals}}})?" if fact.limits.decimals else ""
    above_zero = "(?=.*[1-9])" if fact.positive else ""
    return re.compile(f"{'-?' if fact.signed else ''}{above_zero}{whole}{fraction}").fullmatch


def _called(fact: Fact) -> Text:
    unit = fact.type.unit
    if fact.is_rate:
        return Text("比例", "a rate")
    if not unit:
        return Text("数字", "a figure")
    return Text(f"以{unit_text(unit)}计的数字", f"a figure in {fact.units.text(unit, 'en')}")


def _example(fact: Fact) -> Text:
    unit = unit_text(fact.type.unit)
    if fact.is_money:
        written = "1200万 / 12000000"
    else:
        written = "15% / 0.15" if fact.is_rate else f"12 / 12{unit}" if unit else "12"
    return Text(f"如 {written}", f"such as {written.replace(' / ', ' or ')}")


def _bound(fact: Fact) -> Text:
    assert fact.limits is not None
    if fact.limits.at_most is not None and not fact.is_rate:
        bound = f"{fact.limits.at_most:,f}{unit_text(fact.type.unit)}"
        return Text(f"不超过{bound}", f"at most {bound}")
    if fact.limits.at_most is not None:
        bound = number_text(fact.limits.at_most.scaleb(2))
        return Text(f"不超过{bound}%，如 15% 或 0.15", f"at most {bound}%: write 15% or 0.15")
    bound = f"{fact.limits.below:,f}{unit_text(fact.type.unit)}"
    return Text(f"须小于{bound}", f"it must stay below {bound}")
