"""A policy file read and checked: every clause, fact and formula of it, or every fault of it with its line.

The file is checked whole before it is used: a clause that names an unknown fact, compares money with an area or does not
come out in yuan is refused here, so a policy that loads cannot compute with the wrong thing.
"""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path as FilePath
from typing import Any

from jxplus.document import decode, read_tree
from jxplus.fault import Fault, Place, Refused, Text, quoted, unknown_name
from jxplus.formula.check import Scope, check
from jxplus.formula.node import Node, walk
from jxplus.formula.operators import DATE, NUMBER, TEXT, TRUTH, YUAN, Type
from jxplus.formula.syntax import SyntaxFault, parse
from jxplus.layout import ENTERPRISES, ENTERPRISES_ZH, KEY, KEY_ZH, OWNER, OWNER_ZH, TOTAL
from jxplus.policy import (
    Clause,
    Fact,
    FactList,
    Limits,
    NotEncoded,
    Omission,
    Period,
    Policy,
    Reading,
    Warning,
    section_alias,
)
from jxplus.quantity import read_day, read_quantity, unit_text
from jxplus.tree import Path, Tree

_TOP = (
    "policy",
    "parts",
    "natures",
    "bases",
    "departments",
    "types",
    "facts",
    "lists",
    "clauses",
    "not encoded",
    "sources",
)
_FACT = ("type", "zh", "en", "required", "default", "source", "choices", "positive", "signed", "fixed")
_AMOUNTS = ("pays", "up to", "from", "to")
_CLAUSE = (
    "section",
    "title",
    "nature",
    "basis",
    "payer",
    "lead",
    "note",
    "in force",
    "for each",
    "let",
    "when",
    "base",
    *_AMOUNTS,
    "readings",
    "unquantified without",
)
_READING = ("zh", "en", "when", *_AMOUNTS)
_NOT_STATED = "not stated"
_FORMS = ("text", "date", "bool", "choice")
_ID = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
_KEYS = dict.fromkeys((KEY, KEY_ZH), Text("是企业表的编号列", "is the key of the table of enterprises"))
_OWNERS = dict.fromkeys(
    (OWNER, OWNER_ZH), Text("是列表数据表中的企业编号列", "is the column by which a list's rows name their enterprise")
)
_NO_LISTS = {
    **dict.fromkeys((ENTERPRISES, ENTERPRISES_ZH), Text("是企业表的名称", "is the table of the enterprises")),
    "name": Text("是企业的名称", "is what an enterprise is called"),
    "as_of": Text("是测算日期", "is the day of a calculation"),
}
"""What facts of the enterprise, facts of items and lists cannot be called, for it means something else in every batch."""
_OTHER_NAME = Text("换一个名称", "choose another name")
_TRUTHS = {"yes": True, "no": False, "true": True, "false": False}


def read_policy(data: bytes, file: str, sha256: str) -> Policy:
    """The policy that the bytes of a file describe; raises `Refused` with every fault found in them."""
    tree = read_tree(decode(data, file), file, aliases=True)
    reader = _Reader(tree)
    if not isinstance(tree.value, dict):
        reader.fault(
            (), Text("须是“键: 值”的文件", "not a mapping"), Text("以 policy: 开头", "it starts with `policy:`")
        )
        raise Refused(reader.faults)
    policy = reader.policy(sha256)
    if reader.faults:
        raise Refused(reader.faults)
    return policy


def formula_place(policy: Policy, clause: Clause, node: Node) -> Place:
    """Where the formula that `node` is a part of stands in the policy's file, which is read again for its places alone."""
    keys: list[Path] = []
    for reading in clause.readings:
        for formula, names in ((reading.when, ("when",)), (reading.low, ("pays", "from")), (reading.high, _AMOUNTS)):
            around = (
                [] if formula is None else [each for each in walk(formula) if any(one is node for one in walk(each))]
            )
            if around:
                named = [each.value for each in around if each.op == "let"][::-1]
                keys += [("base",) if name == "base" else ("let", name) for name in named]
                keys += [(*own, name) for name in names for own in (("readings", reading.id), ())]
    try:
        tree = read_tree(decode(FilePath(policy.file).read_bytes(), policy.file), policy.file, aliases=True)
    except (OSError, Refused):
        return Place()
    for key in (*keys, ("base",), ()):
        path: Path = ("clauses", clause.id, *key)
        if _Reader(tree).at(path) is not None:
            return tree.place(path)
    return Place()


class _Reader:
    """Reads one policy file and gathers what is wrong with it; what it gives counts only if nothing is."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.faults = list(tree.faults)
        self.types: dict[str, tuple[Type, Limits]] = {}

    # -- the form of the file

    def fault(self, path: Path, wrong: Text, right: Text, key: bool = False) -> None:
        self.faults.append(Fault(self.tree.file, self.tree.place(path, key), _name(path), wrong, right))

    def mapping(self, path: Path, known: Iterable[str] | None = None, optional: bool = False) -> dict[str, Any]:
        """The mapping at `path`, whose keys are among `known`; empty, and a fault, where it is none."""
        value = self.at(path)
        if value is None and optional:
            return {}
        if not isinstance(value, dict):
            self.fault(
                path, Text("须是一组“键: 值”", "not a mapping"), Text("在下面逐行写键和值", "write its keys below it")
            )
            return {}
        if known is not None:
            known = list(known)
            for key in value:
                if key not in known:
                    self.fault((*path, key), *unknown_name(key, known, Text("键", "key")), key=True)
        return value

    def at(self, path: Path) -> Any:
        value = self.tree.value
        for step in path:
            value = value.get(step) if isinstance(value, dict) else None
        return value

    def word(self, path: Path) -> str:
        """The text at `path`; empty, and a fault, where there is none."""
        value = self.at(path)
        if isinstance(value, str) and value:
            return value
        self.fault(path, Text("缺少文字", "no text"), Text("补上这一项", "state it"))
        return ""

    def among(self, path: Path, known: Iterable[str], what: Text) -> str:
        word, known = self.word(path), list(known)
        if word and word not in known:
            self.fault(path, *unknown_name(word, known, what))
        return word

    def text(self, path: Path, optional: bool = False) -> Text:
        value = self.mapping(path, None, optional)
        return Text(self.word((*path, "zh")), self.word((*path, "en"))) if value else Text("", "")

    def truth(self, path: Path) -> bool:
        value = self.at(path)
        if value is None:
            return False
        if not isinstance(value, str) or value not in _TRUTHS:
            self.fault(
                path,
                Text(f"{quoted(value)}不是 yes 或 no", f"{quoted(value)} is not yes or no"),
                Text("写 yes 或 no", "write yes or no"),
            )
            return False
        return _TRUTHS[value]

    def day(self, path: Path) -> date | None:
        value = self.at(path)
        if value is None:
            return None
        found = read_day(str(value))
        if found is None:
            wrong = Text(f"{quoted(value)}不是日期", f"{quoted(value)} is no date")
            self.fault(path, wrong, Text("如 2015-09-01", "such as 2015-09-01"))
        return found

    def period(self, path: Path, outer: Period) -> Period:
        """The days at `path`; an end that is not stated is that of `outer`."""
        value = self.mapping(path, ("from", "to", "source"), optional=True)
        if not value:
            return outer
        start, end = self.day((*path, "from")), self.day((*path, "to"))
        if start and end and end < start:
            self.fault(
                (*path, "to"),
                Text("止日早于起日", "it ends before it begins"),
                Text("起日在前", "put the earlier day first"),
            )
        source = self.text((*path, "source")) if "source" in value else None
        return Period(start or outer.start, end or outer.end, source)

    # -- the parts of the file

    def policy(self, sha256: str) -> Policy:
        top = self.mapping((), _TOP)
        for key in ("policy", "types", "facts", "clauses"):
            if key not in top:
                self.fault((), Text(f"缺少 {key}", f"{key} is missing"), Text(f"补上 {key}:", f"add `{key}:`"))
        head = self.mapping(("policy",), ("id", "title", "issued", "in force", "currency", "warn after"), optional=True)
        period = self.period(("policy", "in force"), Period())
        names = {key: self.names((key,)) for key in ("parts", "natures", "bases")}
        departments = {
            name: Text(name, self.word(("departments", name, "en")))
            for name in self.mapping(("departments",), optional=True)
        }
        for name in self.mapping(("types",), optional=True):
            self.types[name] = self.limited(("types", name))
        facts = self.facts(("facts",))
        lists = {name: self.listed(("lists", name)) for name in self.mapping(("lists",), optional=True)}
        self.twice(facts, lists)
        self.taken(facts, lists)
        clauses = _Clauses(self, period, names, departments, facts, lists).read()
        return Policy(
            self.word(("policy", "id")) if head else "",
            self.text(("policy", "title")),
            self.day(("policy", "issued")) or date.min,
            period,
            self.word(("policy", "currency")) if head else "",
            self.warning(),
            **names,
            departments=departments,
            facts=facts,
            lists=lists,
            clauses=clauses,
            sha256=sha256,
            file=self.tree.file,
            not_encoded=self.not_encoded(("not encoded",)),
            sources=self.sources(("sources",), ["policy", *(clause.id for clause in clauses)]),
        )

    def not_encoded(self, path: Path) -> NotEncoded:
        """The figures of the plan's text that no clause encodes; whether the text has them is the audit's question."""
        if not self.mapping(path, ("kinds", "sections"), optional=True):
            return NotEncoded()
        from jxplus.planfigures import LABELS
        from jxplus.plantext import PREAMBLE, TAIL

        kinds = self.mapping((*path, "kinds"), LABELS, optional=True)
        found: dict[str, tuple[Omission, ...]] = {}
        for section in self.mapping((*path, "sections"), optional=True):
            place: Path = (*path, "sections", section)
            if section not in (PREAMBLE, TAIL) and not section_alias(section):
                self.fault(
                    place,
                    Text(f"{quoted(section)}不是章节号", f"{quoted(section)} is no section"),
                    Text(f"如 六(二)、{PREAMBLE}、{TAIL}", f"such as 六(二), {PREAMBLE} or {TAIL}"),
                    key=True,
                )
            found[section] = tuple(self.omission((*place, figure)) for figure in self.mapping(place))
        return NotEncoded({kind: self.text((*path, "kinds", kind)) for kind in kinds}, found)

    def omission(self, path: Path) -> Omission:
        """One figure that is left out: its reason in both languages, and how often the section has it."""
        from jxplus.planfigures import figures_in

        figure, value = str(path[-1]), self.mapping(path, ("zh", "en", "times"))
        if not figures_in(figure):
            self.fault(
                path,
                Text(f"{quoted(figure)}中没有数字", f"{quoted(figure)} has no figure in it"),
                Text("照原文写，如 200家、3-5个、25%", "write it as the text does, such as 200家, 3-5个, 25%"),
                key=True,
            )
        times = str(value.get("times", "1"))
        if not re.fullmatch("[1-9][0-9]?", times):
            self.fault((*path, "times"), Text("须是次数", "not a number of times"), Text("如 2", "such as 2"))
            times = "1"
        return Omission(figure, Text(self.word((*path, "zh")), self.word((*path, "en"))), int(times))

    def sources(self, path: Path, known: Iterable[str]) -> dict[str, dict[str, Text]]:
        """The figures that come from elsewhere than the plan's text, by what states them: a clause or `policy`."""
        found: dict[str, dict[str, Text]] = {}
        for owner in self.mapping(path, known, optional=True):
            found[owner] = {figure: self.text((*path, owner, figure)) for figure in self.mapping((*path, owner))}
            for figure in found[owner]:
                if read_quantity(figure) is None and read_day(figure) is None:
                    self.fault(
                        (*path, owner, figure),
                        Text(f"{quoted(figure)}不是数字或日期", f"{quoted(figure)} is no figure and no date"),
                        Text("照公式写，如 10%、30元/㎡/月", "write it as the formula does, such as 10%, 30元/㎡/月"),
                        key=True,
                    )
        return found

    def warning(self) -> Warning | None:
        path: Path = ("policy", "warn after")
        if not self.mapping(path, ("date", "zh", "en"), optional=True):
            return None
        return Warning(self.day((*path, "date")) or date.max, Text(self.word((*path, "zh")), self.word((*path, "en"))))

    def names(self, path: Path) -> dict[str, Text]:
        return {name: self.text((*path, name)) for name in self.mapping(path, optional=True)}

    def limited(self, path: Path) -> tuple[Type, Limits]:
        """A type of figure: its unit and its limits."""
        value = self.mapping(path, ("unit", "decimals", "below", "at most"))
        unit = read_quantity(f"1{value.get('unit', '')}")
        if unit is None:
            self.fault(
                (*path, "unit"), Text("未知单位", "unknown unit"), Text("如 元、㎡、月、%", "such as 元, ㎡, 月, %")
            )
        decimals = value.get("decimals")
        if not isinstance(decimals, str) or not decimals.isdecimal() or int(decimals) > 12:
            self.fault(
                (*path, "decimals"),
                Text("须是0至12的整数", "not a whole number from 0 to 12"),
                Text("如 2", "such as 2"),
            )
            decimals = "0"
        type = Type("number", unit.unit) if unit else NUMBER
        bounds = [self.figure((*path, key), type) if key in value else None for key in ("below", "at most")]
        if "below" not in value and "at most" not in value:
            self.fault(
                path, Text("没有上限", "it has no bound"), Text("加 below 或 at most", "add `below` or `at most`")
            )
        return type, Limits(int(decimals), *bounds)

    def figure(self, path: Path, type: Type) -> Decimal | None:
        quantity = read_quantity(str(self.at(path)))
        example = f"1{unit_text(type.unit)}" if type.unit else "15%"
        if quantity is None or (quantity.unit != type.unit and quantity.unit):
            self.fault(
                path,
                Text(f"{quoted(self.at(path))}不是{type.zh}", f"{quoted(self.at(path))} is not in {type}"),
                Text(f"如 {example}", f"such as {example}"),
            )
            return None
        return quantity.amount

    def facts(self, path: Path) -> dict[str, Fact]:
        return {name: self.fact((*path, name)) for name in self.mapping(path, optional=True)}

    def spelled(self, path: Path, what: str) -> str:
        """The id that a mapping stands under: that of a fact or a list."""
        name = str(path[-1])
        if not _ID.fullmatch(name) or "-" in name:
            self.fault(
                path,
                Text("名称须由小写字母、数字和下划线组成", f"a {what}'s id is small letters, digits and '_'"),
                Text("如 rd_investment", "such as rd_investment"),
                key=True,
            )
        return name

    def listed(self, path: Path) -> FactList:
        """A list: its names, and the facts of its items."""
        name = self.spelled(path, "list")
        return FactList(name, Text(self.word((*path, "zh")), self.word((*path, "en"))), self.facts((*path, "facts")))

    def fact(self, path: Path) -> Fact:
        """A fact: its names, its type and limits, its default."""
        name, value = self.spelled(path, "fact"), self.mapping(path, _FACT)
        form = self.among((*path, "type"), (*_FORMS, *self.types), Text("类型", "type"))
        choices = self.names((*path, "choices")) if form == "choice" else {}
        type, limits = self.types.get(form, (TEXT, None))
        type = {"date": DATE, "bool": TRUTH, "choice": Type("choice", (), tuple(choices))}.get(form, type)
        fact = Fact(
            name,
            Text(self.word((*path, "zh")), self.word((*path, "en"))),
            form,
            type,
            limits,
            choices,
            self.truth((*path, "required")),
            self.truth((*path, "positive")),
            self.truth((*path, "signed")),
        )
        source = self.text((*path, "source")) if "source" in value else None
        fixed = self.truth((*path, "fixed"))
        return fact._replace(default=self.default((*path, "default"), fact), source=source, fixed=fixed)

    def default(self, path: Path, fact: Fact) -> Any:
        value = self.at(path)
        if value is None:
            return None
        if fact.type.kind == "number":
            return self.figure(path, fact.type)
        if fact.type == TRUTH:
            return self.truth(path)
        if fact.type == DATE and value == "today":
            return value
        self.fault(
            path,
            Text("这类事实没有默认值", "a fact of this type takes no default"),
            Text("删去 default", "leave it out"),
        )
        return None

    def twice(self, facts: dict[str, Fact], lists: dict[str, FactList]) -> None:
        """A name must mean one thing: in the file, and in a formula over a list's items."""
        top: set[str] = set()
        for key, entries in (("facts", facts.values()), ("lists", lists.values())):
            for entry in entries:
                for name in {entry.id, entry.label.zh} & top:
                    self.fault(
                        (key, entry.id),
                        Text(f"名称{quoted(name)}已被使用", f"{quoted(name)} names something else too"),
                        _OTHER_NAME,
                        key=True,
                    )
                top |= {entry.id, entry.label.zh}
        for listed in lists.values():
            seen: set[str] = set(facts)
            for fact in listed.facts.values():
                for name in {fact.id, fact.label.zh} & seen:
                    self.fault(
                        ("lists", listed.id, "facts", fact.id),
                        Text(f"名称{quoted(name)}已被使用", f"{quoted(name)} names something else too"),
                        _OTHER_NAME,
                        key=True,
                    )
                seen |= {fact.id, fact.label.zh}

    def taken(self, facts: dict[str, Fact], lists: dict[str, FactList]) -> None:
        """A batch reads tables whose own names no fact and no list can have, and asks two facts what they are."""
        groups: list[tuple[Path, Iterable[Fact | FactList], dict[str, Text]]] = [
            (("facts",), facts.values(), _KEYS),
            (("lists",), lists.values(), _NO_LISTS),
            *((("lists", each.id, "facts"), each.facts.values(), _OWNERS) for each in lists.values()),
        ]
        for path, entries, own in groups:
            for entry in entries:
                for name, place in ((entry.id, (*path, entry.id)), (entry.label.zh, (*path, entry.id, "zh"))):
                    if name in own:
                        what = own[name]
                        wrong = Text(f"{quoted(name)}{what.zh}", f"{quoted(name)} {what.en}")
                        self.fault(place, wrong, _OTHER_NAME, key=name == entry.id)
        for name, wanted in (("name", TEXT), ("as_of", DATE)):
            fact = facts.get(name)
            if fact is not None and fact.type != wanted and fact.form in (*_FORMS, *self.types):
                wrong = Text(f"类型为“{fact.type.zh}”", f"its type is {fact.type}")
                right = Text(f"{name} 须是{wanted.zh}", f"{quoted(name)} must be {wanted}")
                self.fault(("facts", name, "type"), wrong, right)


class _Clauses:
    """Reads the clauses of a policy whose facts are known."""

    def __init__(
        self,
        reader: _Reader,
        period: Period,
        names: dict[str, dict[str, Text]],
        departments: dict[str, Text],
        facts: dict[str, Fact],
        lists: dict[str, FactList],
    ) -> None:
        self.reader, self.period, self.names, self.departments = reader, period, names, departments
        self.facts, self.lists = facts, lists
        self.scope = Scope(
            {name: fact.type for name, fact in facts.items()},
            {name: {fact.id: fact.type for fact in listed.facts.values()} for name, listed in lists.items()},
        )

    def read(self) -> tuple[Clause, ...]:
        return tuple(self.clause(("clauses", name)) for name in self.reader.mapping(("clauses",), optional=True))

    def clause(self, path: Path) -> Clause:
        name, reader = str(path[-1]), self.reader
        value = reader.mapping(path, _CLAUSE)
        if not _ID.fullmatch(name) or "_" in name:
            reader.fault(
                path,
                Text("条款名须由小写字母、数字和连字符组成", "a clause's id is small letters, digits and '-'"),
                Text("如 neeq-listing", "such as neeq-listing"),
                key=True,
            )
        if name == TOTAL:
            wrong = Text(
                f"{quoted(name)}是总计列的名称", f"{quoted(name)} is what the columns of the totals are called"
            )
            reader.fault(path, wrong, _OTHER_NAME, key=True)
        section = reader.word((*path, "section"))
        if section and not section_alias(section):
            reader.fault(
                (*path, "section"),
                Text(f"{quoted(section)}不是章节号", f"{quoted(section)} is no section"),
                Text("如 六(二)", "such as 六(二)"),
            )
        elif section and self.names["parts"] and section.partition("(")[0] not in self.names["parts"]:
            reader.fault(
                (*path, "section"),
                Text("parts 中没有这一部分", "`parts` does not have this part"),
                Text("在 parts 中加上它", "add it to `parts`"),
            )
        scope, each = self.scope, None
        if "for each" in value:
            each = reader.among((*path, "for each"), self.lists, Text("列表", "list"))
            scope = scope._replace(item=each if each in self.lists else None)
        scope, base = self.named(path, value, scope)
        kind, readings = self.readings(path, value, scope)
        return Clause(
            name,
            section,
            reader.text((*path, "title")),
            reader.among((*path, "nature"), self.names["natures"], Text("性质", "nature")),
            reader.among((*path, "basis"), self.names["bases"], Text("频次", "basis")),
            reader.text((*path, "payer")),
            reader.among((*path, "lead"), self.departments, Text("部门", "department")),
            reader.period((*path, "in force"), self.period),
            kind,
            readings,
            each,
            base,
            self.open_fact(path, value),
            reader.text((*path, "note")) if "note" in value else None,
        )

    def named(self, path: Path, value: dict[str, Any], scope: Scope) -> tuple[Scope, Node | None]:
        """The scope with the clause's named parts in it, and its base."""
        lets: dict[str, tuple[Node, Type | None]] = {}
        parts = [(*path, "let", name) for name in self.reader.mapping((*path, "let"), optional=True)]
        base: Node | None = None
        for part in [*parts, *([(*path, "base")] if "base" in value else [])]:
            name = str(part[-1])
            node, type = self.formula(part, scope._replace(lets=dict(lets)))
            if (
                name in scope.facts
                or (scope.item and name in scope.lists[scope.item])
                or (name == "base" and len(part) > 3)
            ):
                self.reader.fault(
                    part,
                    Text("与已有名称相同", "this name is taken"),
                    _OTHER_NAME,
                    key=True,
                )
            lets[name] = node or Node("truth", (), False), type
            if name == "base" and node is not None:
                base = node
                if type is not None and type != YUAN:
                    self.unlike(part, type, YUAN)
                    lets[name] = node, None
        if base is not None and "readings" in value:
            self.reader.fault(
                (*path, "base"),
                Text("有多种解读的条款不能有 base", "a clause with readings has no base"),
                Text("写进各解读的 pays", "write it into each reading's `pays`"),
                key=True,
            )
        return scope._replace(lets=lets), base

    def readings(self, path: Path, value: dict[str, Any], scope: Scope) -> tuple[str, tuple[Reading, ...]]:
        """What the clause pays, as its kind and its readings; one without an id where it can be read in one way only."""
        when = self.condition((*path, "when"), scope)
        own = self.reader.mapping((*path, "readings"), optional=True)
        general = self.amount(path, value, scope, required=not own)
        if not own:
            kind, low, high = general
            return kind, (Reading("", None, when, low, high),)
        if len(own) < 2:
            self.reader.fault(
                (*path, "readings"), Text("只有一种解读", "a single reading"), Text("至少两种", "give two at least")
            )
        kinds, found = set(), []
        for name in own:
            place: Path = (*path, "readings", name)
            if not _ID.fullmatch(name):
                self.reader.fault(
                    place,
                    Text("解读名须由小写字母、数字和连字符组成", "a reading's id is small letters, digits and '-'"),
                    Text("如 at-least", "such as at-least"),
                    key=True,
                )
            reading = self.reader.mapping(place, _READING)
            kind, low, high = self.amount(place, reading, scope) if any(key in reading for key in _AMOUNTS) else general
            if not kind:
                self.reader.fault(
                    place, Text("没有金额", "it states no amount"), Text("加 pays", "add `pays`"), key=True
                )
            kinds.add(kind)
            if "when" in reading:
                further = self.condition((*place, "when"), scope)
                joined = further if "when" not in value else Node("and", (when, further), None, further.span)
            else:
                joined = when
            title = Text(self.reader.word((*place, "zh")), self.reader.word((*place, "en")))
            found.append(Reading(name, title, joined, low, high))
        if len(kinds) > 1:
            self.reader.fault(
                (*path, "readings"),
                Text("各解读的金额须同类", "the readings pay in different ways"),
                Text("都用 pays、都用 up to 或都用 from 与 to", "use one of `pays`, `up to`, `from` and `to`"),
            )
        return kinds.pop(), tuple(found)

    def amount(
        self, path: Path, value: dict[str, Any], scope: Scope, required: bool = False
    ) -> tuple[str, Node | None, Node | None]:
        """The kind of an amount, its low and its high end; an empty kind where none is stated and none is required."""
        stated = [key for key in _AMOUNTS if key in value]
        if stated == ["pays"]:
            if value["pays"] == _NOT_STATED:
                return "unstated", None, None
            node = self.yuan((*path, "pays"), scope)
            return "exact", node, node
        if stated == ["up to"]:
            return "ceiling", None, self.yuan((*path, "up to"), scope)
        if stated == ["from", "to"]:
            return "range", self.yuan((*path, "from"), scope), self.yuan((*path, "to"), scope)
        if stated or required:
            self.reader.fault(
                (*path, stated[0]) if stated else path,
                Text("金额须写成一种", "an amount is stated in one way"),
                Text(
                    "pays、up to、from 与 to，或 pays: not stated",
                    "`pays`, `up to`, `from` with `to`, or `pays: not stated`",
                ),
                key=True,
            )
        return "", None, None

    def condition(self, path: Path, scope: Scope) -> Node:
        node, type = self.formula(path, scope)
        if type is not None and type != TRUTH:
            self.unlike(path, type, TRUTH)
        return node or Node("truth", (), False)

    def yuan(self, path: Path, scope: Scope) -> Node | None:
        node, type = self.formula(path, scope)
        if type is not None and type != YUAN:
            self.unlike(path, type, YUAN)
        return node

    def unlike(self, path: Path, type: Type, wanted: Type) -> None:
        self.reader.fault(
            path,
            Text(f"结果是{type.zh}", f"it comes out as {type}"),
            Text(f"须是{wanted.zh}", f"it must come out as {wanted}"),
        )

    def formula(self, path: Path, scope: Scope) -> tuple[Node | None, Type | None]:
        """The checked formula at `path` and its type; None, and faults, where it is not right."""
        written = self.reader.at(path)
        if not isinstance(written, str) or not written:
            self.reader.fault(path, Text("缺少公式", "no formula"), Text("补上公式", "write one"))
            return None, None
        try:
            node, type, wrongs = check(parse(written), scope)
        except SyntaxFault as fault:
            self.misread(path, written, fault.index, fault.wrong, fault.right)
            return None, None
        for wrong in wrongs:
            self.misread(path, written, wrong.at, wrong.wrong, wrong.right)
        lists = {each.value for each in walk(node) if each.op == "any"}
        if scope.item in lists:
            self.reader.fault(
                path,
                Text("逐项条款不能再遍历同一列表", "the clause already runs over that list"),
                Text("用 for each 或 any 之一", "use `for each` or `any`"),
            )
        return (None, None) if wrongs else (node, type)

    def misread(self, path: Path, written: str, index: int, wrong: Text, right: Text) -> None:
        mark = self.reader.tree.find(path, False)
        self.reader.faults.append(
            Fault(self.reader.tree.file, self.within(mark, written, index), _name(path), wrong, right)
        )

    def within(self, mark: Any, written: str, index: int) -> Place:
        """Where the character at `index` of a formula stands in the file; the formula's start where YAML folded it."""
        line, column = mark.place
        return Place(line, column + index) if mark.end - mark.start == len(written) else Place(line, column)

    def open_fact(self, path: Path, value: dict[str, Any]) -> str | None:
        key = "unquantified without"
        return self.reader.among((*path, key), self.facts, Text("事实", "fact")) if key in value else None


def _name(path: Path) -> str:
    """A path as people write it: `park-rent-subsidy.when`; the name of the section it stands in is left out."""
    return ".".join(str(step) for step in (path[1:] if len(path) > 1 else path))
