"""A result as a receipt: computed again from the facts that it carries, and held against itself member by member.

A result is trusted in nothing. Its facts are read as an enterprise file's are, its day and its readings are those that it
names, and whatever the computation gives now must stand in it: the same clauses, the same amounts, the same totals.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from jxplus.assessment import Assessor
from jxplus.assessment.explain import explain, trace_record
from jxplus.assessment.reach import reach
from jxplus.document.jsontree import Number, read_json
from jxplus.document.tree import Path, Tree
from jxplus.enterprise import Enterprise, Misstated, Reader
from jxplus.enterprise.spot import named_spot, of_item
from jxplus.fault import Place, Refused, Text
from jxplus.policy import Fact, Policy
from jxplus.quantity import read_day, read_quantity
from jxplus.render.lean import LEAN, LeanRecorder
from jxplus.render.record import Recorder, json_text
from jxplus.version import __version__

DEEPEST = 100
"""Values stand in each other no deeper than this in a result: the steps of a formula are nested as the formula is."""

_ABSENT = object()
Find = Callable[[str], Enterprise | None]
"""Finds the enterprise of an input by its SHA-256."""


class Difference(NamedTuple):
    """One thing that differs: what it is, what the result says, and what was computed now (or stands in the input)."""

    what: Text
    stated: str
    found: str

    def show(self, lang: str) -> str:
        """The difference on one line."""
        return Text(
            f"{self.what.zh}：结果为 {self.stated}，现为 {self.found}",
            f"{self.what.en}: the result says {self.stated}, now {self.found}",
        ).show(lang)


def read_result(text: str, file: str, line: int = 1) -> Tree:
    """A result as a tree that tells its figures from its texts; `line` is its first line. Raises `Refused`."""
    return read_json(text, file, line, DEEPEST, Number)


class Verifier:
    """Verifies results under one policy; made once, used for any number of them."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.reader = Reader(policy)
        self.recorder = Recorder(policy)
        self.assessors: dict[tuple[tuple[str, str], ...], Assessor] = {}
        self.sections = {_key(policy.plan_of(clause).id, clause.own): clause.section for clause in policy.clauses}
        if len(policy.each_plan) == 1:  # a lean result of one plan does not name it in each entitlement
            self.sections |= {_key(None, clause.own): clause.section for clause in policy.clauses}

    def differences(self, result: Tree, find: Find | None = None) -> list[Difference]:
        """What differs between a result and its computation now; nothing where it is reproduced to the letter.

        A lean result may leave its facts in the input, where `find` finds them.
        Raises `Refused` where the result is none, carries no receipt, or states facts that this policy does not know.
        """
        if result.faults:
            raise Refused(result.faults)
        other = list(self._other_plans(result.value))
        if other:
            return other
        enterprise, receipt = self.enterprise(result, find), result.value["receipt"]
        assessor = self._assessor(self._pins(result, receipt.get("readings") or {}))
        assessment = assessor.assess(enterprise, self._day(result))
        entitlements = result.value.get("entitlements")
        traced = isinstance(entitlements, list) and any(
            "trace" in each for each in entitlements if isinstance(each, dict)
        )
        trace = (lambda each: trace_record(explain(assessment, each))) if traced else None
        near = self._near(result, receipt.get("reach"))
        if result.value.get(LEAN) is True:
            text = LeanRecorder(self.policy).line(assessment)
        elif near is not None:
            text = self.recorder.page(assessment, trace, reach(assessor, assessment, near), near)
        else:
            text = self.recorder.line(assessment)
        again = read_result(text, result.file).value
        return list(self._compared(result.value, again))

    def _other_plans(self, value: Any) -> Iterator[Difference]:
        """One difference where a result is of other plans than those that are held against it: which."""
        own = value if isinstance(value, dict) else {}
        stated = own.get("policies")
        if stated is None and isinstance(own.get("policy"), dict):  # a lean one of one plan
            stated = [own["policy"]]
        if isinstance(stated, list) and all(isinstance(each, dict) for each in stated):
            then = [str(each.get("id")) for each in stated]
            now = [plan.id for plan in self.policy.each_plan]
            if then != now:
                yield Difference(
                    Text("方案（用 --policies 指明）", "plans (name them with --policies)"),
                    ", ".join(then),
                    ", ".join(now),
                )

    def enterprise(self, result: Tree, find: Find | None = None) -> Enterprise:
        """The enterprise that a result's receipt states, or that stands in the input of a lean one."""
        value = result.value
        receipt = value.get("receipt") if isinstance(value, dict) else None
        if leaves_facts(result):
            lean = value["receipt"]
            return _in_input(result, lean.get("input_sha256"), find)._replace(id=str(lean.get("id") or ""))
        if not isinstance(receipt, dict) or not isinstance(receipt.get("facts"), dict):
            wrong = Text("没有凭据（receipt 及其 facts）", "it carries no receipt with the facts used")
            raise _refused(
                result, (), wrong, Text("用 calc --format json 的结果", "take a result of calc --format json")
            )
        facts = self._facts(receipt["facts"])
        inner = Tree(result.file, facts, (), lambda path, key: result.find(("receipt", "facts", *path), key))
        sha256, by_hand = receipt.get("input_sha256"), receipt.get("set")
        read = self.reader.read(inner)
        return read._replace(
            id=str(receipt.get("id") or ""),
            sha256=sha256 if isinstance(sha256, str) else "",
            by_hand=tuple(map(str, by_hand)) if isinstance(by_hand, list) else (),
        )

    def _facts(self, written: dict[str, Any]) -> dict[str, Any]:
        """The facts of a receipt as an enterprise file states them."""
        found = {}
        for name, value in written.items():
            id = self.reader.names.get(name, "")
            listed = self.reader.lists.get(id)
            if listed is not None and isinstance(value, list):
                facts = listed.listed.facts
                found[name] = [
                    {key: _stated(each, facts.get(listed.names.get(key, ""))) for key, each in item.items()}
                    if isinstance(item, dict)
                    else _as_text(item)
                    for item in value
                ]
            else:
                found[name] = _stated(value, self.policy.facts.get(id))
        return found

    def _pins(self, result: Tree, readings: Any) -> dict[str, str]:
        pins: dict[str, str] = {}
        for name, reading in (readings if isinstance(readings, dict) else {"": ""}).items():
            clause = self.policy.clause(name) or self.policy.rule(name)
            if clause is None or reading not in [each.id for each in clause.readings]:
                wrong = Text(f"本政策没有解读 {name}={reading}", f"this policy has no reading {name}={reading}")
                right = Text("用结果所据的政策文件：--policies", "name the policy that the result is of: --policies")
                raise _refused(result, ("receipt", "readings", name), wrong, right)
            pins[name] = reading
        try:
            return self.policy.pinned(pins)
        except ValueError:
            wrong = Text("同一句话选了两种解读", "one sentence is read in two ways")
            right = Text("用 --reading 重新测算", "calculate again with --reading")
            raise _refused(result, ("receipt", "readings"), wrong, right) from None

    def _assessor(self, pins: dict[str, str]) -> Assessor:
        key = tuple(sorted(pins.items()))
        if key not in self.assessors:
            self.assessors[key] = Assessor(self.policy, pins)
        return self.assessors[key]

    def _day(self, result: Tree) -> date:
        day = read_day(str(result.value.get("as_of")))
        if day is None:
            wrong = Text("没有测算日期", "it has no day")
            raise _refused(result, ("as_of",), wrong, Text("如 2016-06-30", "such as 2016-06-30"))
        return day

    def _near(self, result: Tree, written: Any) -> Decimal | None:
        near = None if written is None else read_quantity(str(written))
        if written is not None and (near is None or near.unit or near.amount < 0):
            wrong = Text("不是比例", "it is no share")
            raise _refused(result, ("receipt", "reach"), wrong, Text("如 0.2", "such as 0.2"))
        return near.amount if near else None

    # -- comparing

    def _compared(self, stated: Mapping[str, Any], again: Mapping[str, Any]) -> Iterator[Difference]:
        """The differences of all members: what the computation does not give is vouched for by nothing."""
        for name in dict.fromkeys([*again, *stated]):
            then, now = stated.get(name, _ABSENT), again.get(name, _ABSENT)
            if name == "jxplus":
                yield from _unlike(Text("引擎版本", "engine version"), then, __version__)
            elif name == "entitlements" and isinstance(then, list) and isinstance(now, list):
                yield from self._entitlements(then, now)
            elif name == "receipt":  # its facts are what was computed from, in whatever notation
                yield from _unlike(_name(name), {**then, "facts": None}, {**now, "facts": None})
            else:
                yield from _unlike(_name(name), then, now)

    def _entitlements(self, then: list[Any], now: list[Any]) -> Iterator[Difference]:
        stated = {_key(each.get("policy"), each.get("clause")): each for each in then if isinstance(each, dict)}
        found = {_key(each.get("policy"), each["clause"]): each for each in now}
        for id in dict.fromkeys([*found, *stated]):
            section = self.sections.get(id) or str(stated[id].get("section", ""))
            clause = f"{section} {id[1]}"
            what = Text.same(clause)
            one, other = stated.get(id, _ABSENT), found.get(id, _ABSENT)
            yield from _unlike(what, one, other, whole=_ABSENT in (one, other))
        if len(then) != len(stated):
            yield Difference(Text("条款的个数", "the number of the clauses"), str(len(then)), str(len(now)))
        elif set(stated) == set(found) and list(stated) != list(found):
            number, one, other = next(
                (number, *pair) for number, pair in enumerate(zip(stated, found, strict=True), 1) if pair[0] != pair[1]
            )
            order = Text(f"条款的次序，第{number}条", f"the order of the clauses, number {number}")
            yield Difference(order, one[1], other[1])


def _key(policy: Any, clause: Any) -> tuple[str, str]:
    """What an entitlement is known by: its plan and its clause."""
    return str(policy), str(clause)


_NAMES = {
    "policy": Text("政策", "policy"),
    "enterprise": Text("企业", "enterprise"),
    "totals": Text("合计", "totals"),
    "rules": Text("规则", "rules"),
    "assumptions": Text("假设", "assumptions"),
    "warnings": Text("提示", "warnings"),
    "within_reach": Text("触手可及", "within reach"),
    "receipt": Text("凭据", "receipt"),
}


def _name(member: str) -> Text:
    return _NAMES.get(member, Text.same(member))


def _unlike(what: Text, then: Any, now: Any, whole: bool = False) -> Iterator[Difference]:
    """The differences of two values: of mappings and lists of one length, those of their parts."""
    if not whole and isinstance(then, dict) and isinstance(now, dict):
        for key in dict.fromkeys([*now, *then]):
            inner = Text(f"{what.zh} {key}", f"{what.en} {key}")
            yield from _unlike(inner, then.get(key, _ABSENT), now.get(key, _ABSENT))
    elif not whole and isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        for index, (one, other) in enumerate(zip(then, now, strict=True), 1):
            yield from _unlike(Text(f"{what.zh} {index}", f"{what.en} {index}"), one, other)
    elif not _same(then, now):
        unlike = isinstance(then, str) and isinstance(now, str) and type(then) is not type(now)
        yield Difference(
            what, *(_shown(json_text(str(each)) if unlike and type(each) is str else each) for each in (then, now))
        )


def _stated(value: Any, fact: Fact | None) -> Any:
    """A value as a file states it: a share that is 1 in a receipt is 100%, of which a file must say that it is not 1%."""
    try:
        whole = fact is not None and fact.is_rate and isinstance(value, Number) and Decimal(value) >= 1
    except InvalidOperation:  # NaN and the like
        whole = False
    return f"{Decimal(value).scaleb(2):f}%" if whole else _as_text(value)


def _as_text(value: Any) -> Any:
    """A value whose numbers are texts like the others, as an enterprise file's are."""
    if isinstance(value, dict):
        return {key: _as_text(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_as_text(each) for each in value]
    return str(value) if isinstance(value, Number) else value


def _same(then: Any, now: Any) -> bool:
    """Whether two scalars say the same: a figure may have been written with other zeros."""
    if isinstance(then, Number) and isinstance(now, Number):
        try:
            return Decimal(then) == Decimal(now)
        except InvalidOperation:  # NaN and the like
            return False
    return bool(then == now and type(then) is type(now))


def _shown(value: Any) -> str:
    if value is _ABSENT:
        return "—"
    text = value if isinstance(value, str) else json_text(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


# ---- the input ---------------------------------------------------------------------------------------------------


def input_differences(policy: Policy, used: Enterprise, stated: Enterprise) -> Iterator[Difference]:
    """The facts that differ between those a result used and those its input file states; set by hand is set by hand."""
    there = _with_items_by_hand(policy, used, stated.facts)
    for id in (*policy.facts, *policy.lists):
        one, other = used.facts.get(id), there.get(id)
        if id not in used.by_hand and one != other:
            label = (policy.facts.get(id) or policy.lists[id]).label
            what = Text(f"事实 {label.zh}", f"fact {id}")
            yield from _unlike(what, _plain(one), _plain(other))


def _with_items_by_hand(policy: Policy, used: Enterprise, facts: dict[str, Any]) -> dict[str, Any]:
    """The facts of the input with what was set by hand on items of its lists."""
    for name in filter(of_item, used.by_hand):
        with suppress(Misstated):  # a result may name anything
            spot = named_spot(policy, name)
            if spot.absent(used.facts) is None and spot.absent(facts) is None:
                facts = spot.put(facts, spot.value(used.facts))
    return facts


def _plain(value: Any) -> Any:
    """A fact's value as JSON text has it; absent where it is unknown."""
    return _ABSENT if value is None else read_json(json_text(value), "").value


def hash_difference(used: Enterprise, sha256: str) -> Iterator[Difference]:
    """That the input is not, byte for byte, the one that the result was computed from."""
    if used.sha256 != sha256:
        yield Difference(Text("输入 SHA-256", "input SHA-256"), used.sha256 or "—", sha256)


def leaves_facts(result: Tree) -> bool:
    """Whether a result is a lean one whose facts stand in its input alone."""
    value = result.value
    receipt = value.get("receipt") if isinstance(value, dict) and value.get(LEAN) is True else None
    return isinstance(receipt, dict) and "facts" not in receipt


def _in_input(result: Tree, sha256: Any, find: Find | None) -> Enterprise:
    """The enterprise of the input that a lean result was computed from."""
    if find is None:
        wrong = Text("精简结果不带事实", "a lean result carries no facts")
        right = Text(
            "写上它所据的文件：jxplus verify 结果 文件", "name the file it was computed from: jxplus verify RESULT FILE"
        )
        raise _refused(result, ("receipt",), wrong, right)
    found = find(sha256) if isinstance(sha256, str) else None
    if found is None:
        wrong = Text("所给文件里没有它所据的企业", "the file that is named does not hold the enterprise that it is of")
        right = Text("写上结果所据的文件，未经改动", "name the file it was computed from, unchanged")
        raise _refused(result, ("receipt", "input_sha256"), wrong, right)
    return found


def _refused(result: Tree, path: Path, wrong: Text, right: Text) -> Refused:
    place = result.place(path) if isinstance(result.value, dict) else Place()
    return Refused.of(result.file, place, wrong, right, ".".join(map(str, path)))
