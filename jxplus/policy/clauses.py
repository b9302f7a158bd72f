"""The clauses of a policy file: what each says of itself, and its formulas, checked for names, types and units."""

from typing import Any, NamedTuple

from jxplus.document.tree import Path
from jxplus.fault import Text, cut, quoted, unknown_name
from jxplus.formula.check import Scope
from jxplus.formula.node import EVERY, Node, walk
from jxplus.formula.operators import YUAN, Type
from jxplus.formula.proof import never_below_zero
from jxplus.formula.tokens import NAME, WORDS
from jxplus.policy import DAY, Clause, Period, Reading
from jxplus.policy.declared import Declared
from jxplus.policy.form import OTHER_NAME, Form
from jxplus.policy.formulas import Formulas
from jxplus.policy.omissions import sentences
from jxplus.policy.readings import AMOUNTS, CAP, EACH, PlanReadings, Written
from jxplus.policy.successors import KEY as REPLACES
from jxplus.policy.successors import replaced_clauses
from jxplus.policy.tables import TOTAL

_CLAUSE = (
    "section",
    "title",
    "nature",
    "basis",
    "payer",
    "lead",
    "note",
    "in force",
    REPLACES,
    "held against",
    EACH,
    "let",
    "when",
    "base",
    *AMOUNTS,
    CAP,
    "readings",
    "unquantified without",
    "restates",
    "sentences",
    "assumes",
)
_NOT_STATED = "not stated"


class _Read(NamedTuple):
    """What a clause pays as the file has it; `amounts` are the places of its readings' amounts, `of` the plan's readings.

    `plain` are the readings as they are written: one that runs over a list by itself says there what an item gets.
    """

    kind: str
    readings: tuple[Reading, ...]
    amounts: tuple[Path, ...]
    of: str | None
    plain: tuple[Reading, ...]


def _within(when: Node, *amounts: Node | None) -> Node:
    """Who is entitled: of those who meet a condition, whose figures stand in one of the tiers of the amounts."""
    for node in dict.fromkeys(amounts):
        reach = node.value.reach() if node is not None and node.op == "tiers" else None
        if reach is not None:
            when = reach if when == EVERY else Node("and", (when, reach), None, place=when.place)
    return when


def _over_items(reading: Reading, listed: str) -> Reading:
    """A reading that runs over a list by itself, as one of the enterprise: that an item meets it, and the sum over those that do."""
    when = reading.when

    def summed(amount: Node) -> Node:
        return Node("sum", (amount, when), listed, place=amount.place)

    return reading.put(Node("any", (when,), listed, place=when.place), summed)


class Clauses:
    """Reads the clauses of a policy whose facts are known."""

    def __init__(
        self,
        form: Form,
        period: Period,
        names: dict[str, dict[str, Text]],
        departments: dict[str, Text],
        declared: Declared,
        days: dict[str, str],
    ) -> None:
        self.form, self.period, self.names, self.departments = form, period, names, departments
        self.declared, self.days = declared, days
        self.facts, self.lists = declared.facts, declared.lists
        self.formulas = Formulas(form, declared)
        self.plan_readings = PlanReadings(form)

    def read(self) -> tuple[Clause, ...]:
        names = self.form.mapping(("clauses",), optional=True)
        if not names and "clauses" in self.form.tree.value:
            self.form.fault(("clauses",), Text("没有条款", "no clauses"), Text("至少写一条", "write one at least"))
        found = tuple(self.clause(("clauses", name)) for name in names)
        self.plan_readings.unused()
        return found

    def clause(self, path: Path) -> Clause:
        form = self.form
        value = form.mapping(path, _CLAUSE)
        name = form.own_id(path, Text("条款名", "a clause"), "neeq-listing")
        if name == TOTAL:
            wrong = Text(f"“{cut(name)}”是总计列的名称", f"{quoted(name)} is what the columns of the totals are called")
            form.fault(path, wrong, OTHER_NAME, key=True)
        section = self.section((*path, "section"))
        scope, each = self.formulas.scope, None
        if "for each" in value:
            each = form.among((*path, "for each"), self.lists, Text("列表", "list"))
            scope = scope._replace(item=each if each in self.lists else None)
        found = len(form.faults)
        scope, base = self.named(path, value, scope)
        read = self.readings(path, value, scope)
        sound = len(form.faults) == found  # a formula that is wrong is not there to be asked
        clause = Clause(
            name,
            section,
            form.text((*path, "title")),
            form.among((*path, "nature"), self.names["natures"], Text("性质", "nature")),
            form.among((*path, "basis"), self.names["bases"], Text("频次", "basis")),
            form.text((*path, "payer")),
            form.among((*path, "lead"), self.departments, Text("部门", "department")),
            form.period((*path, "in force"), self.period),
            read.kind,
            read.readings,
            each,
            base,
            self.open_fact(path, value),
            form.text((*path, "note")) if "note" in value else None,
            self.restated(path),
            self.day(path, value),
            form.text((*path, "assumes")) if "assumes" in value else None,
            read.of,
            replaced_clauses(form, path, value),
            sentences(form, path),
        )
        if sound:
            self.unused(path, clause)
            if self.declared.bounded:
                self.in_order(read)
            self.left_open(path, clause)
        return clause

    def unused(self, path: Path, clause: Clause) -> None:
        """A part that has a name and that nothing uses is refused: what it was meant for goes without it."""
        used = {each.value for each in walk(*clause.formulas()) if each.op == "let"}
        for name in self.form.mapping((*path, "let"), optional=True):
            if name not in used:
                wrong = Text(f"没有公式用到“{cut(name)}”", f"nothing uses {quoted(name)}")
                right = Text("用在 when 或金额中，或删去", "use it in `when` or in an amount, or leave it out")
                self.form.fault((*path, "let", name), wrong, right, key=True)

    def in_order(self, read: _Read) -> None:
        """No amount comes to less than zero, and none begins above its end: proved by the bounds of the facts."""
        ranges = self.formulas.range
        for reading, place in zip(read.plain, read.amounts, strict=True):
            if reading.high is None:
                continue
            low = reading.low or reading.high
            if reading.cap is not None and not never_below_zero(reading.cap, reading.when, ranges):
                wrong = Text("可能小于0", "it may come to less than zero")
                at = place if CAP in self.form.mapping(place) else place[:2]
                self.form.fault((*at, CAP), wrong, Text("如 max(…, 0元)", "such as max(…, 0元)"))
            if not never_below_zero(low, reading.when, ranges):
                stated = self.form.mapping(place)
                key = next(key for key in ("pays", "up to", "from", "at least") if key in stated)
                wrong = Text("可能小于0", "it may come to less than zero")
                right = Text("用条件排除，或写 max(…, 0元)", "let the condition rule that out, or write max(…, 0元)")
                self.form.fault((*place, key), wrong, right)
            if low is not reading.high and not never_below_zero(Node("-", (reading.high, low)), reading.when, ranges):
                wrong = Text("可能低于下限", "it may come to less than `from`")
                right = Text(
                    "用条件排除，或写 max(下限, 上限)", "let the condition rule that out, or write max(FROM, TO)"
                )
                self.form.fault((*place, "to"), wrong, right)

    def left_open(self, path: Path, clause: Clause) -> None:
        """The fact that the plan leaves open stands in an amount, and in no condition: it says how much, never who."""
        fact, place = clause.unquantified_without, (*path, "unquantified without")
        if fact is None or fact not in self.facts:
            return
        if self.facts[fact].default is not None:
            wrong = Text(f"{fact} 有默认值，从不缺少", f"{fact} has a default, so no amount is ever without it")
            self.form.fault(place, wrong, Text("删去它的 default", "leave out its `default`"))

        def asks(node: Node | None) -> bool:
            return node is not None and any(each.op == "fact" and each.value == fact for each in walk(node))

        if any(asks(reading.when) for reading in clause.readings):
            wrong = Text(f"条件用到 {fact}", f"a condition asks for {fact}")
            right = Text("它只能用在金额中", "only an amount may: without it, who is entitled is known")
            self.form.fault(place, wrong, right)
        elif not any(asks(node) for reading in clause.readings for node in (reading.low, reading.high)):
            wrong = Text(f"没有金额用到 {fact}", f"no amount asks for {fact}")
            self.form.fault(place, wrong, Text("用在金额中，或删去这一项", "use it in one, or leave this out"))

    def section(self, path: Path) -> str:
        """The section that a clause stands in, whose part is one of `parts` where these are stated."""
        form, parts = self.form, self.names["parts"]
        section = form.section(path, form.word(path))
        many = len(form.numbering.kinds) > 1  # else no section says which part it stands in
        if section and many and parts and form.numbering.alias(section) and form.numbering.part(section) not in parts:
            form.fault(
                path,
                Text("parts 中没有这一部分", "`parts` does not have this part"),
                Text("在 parts 中加上它", "add it to `parts`"),
            )
        return section

    def day(self, path: Path, value: dict[str, Any]) -> str:
        """The fact that a clause is held against: the one it names itself, else that of its basis."""
        if "held against" in value:
            return self.declared.date((*path, "held against"), self.facts) or DAY
        return self.days.get(str(value.get("basis")), DAY)

    def named(self, path: Path, value: dict[str, Any], scope: Scope) -> tuple[Scope, Node | None]:
        """The scope with the clause's named parts in it, and its base."""
        lets: dict[str, tuple[Node, Type | None]] = {}
        parts = [(*path, "let", name) for name in self.form.mapping((*path, "let"), optional=True)]
        base: Node | None = None
        for part in [*parts, *([(*path, "base")] if "base" in value else [])]:
            name = str(part[-1])
            node, type = self.formulas.formula(part, scope._replace(lets=dict(lets)))
            if (
                name in scope.facts
                or (scope.item and name in scope.lists[scope.item])
                or (name == "base" and len(part) > 3)
            ):
                self.form.fault(part, Text("与已有名称相同", "this name is taken"), OTHER_NAME, key=True)
            if len(part) > 3 and (not NAME.fullmatch(name) or name in WORDS):
                wrong = Text(f"公式中不能写“{cut(name)}”", f"a formula cannot have the name {quoted(name)}")
                right = Text("用小写字母、数字和下划线，如 loss", "small letters, digits and '_', such as loss")
                self.form.fault(part, wrong, right, key=True)
            lets[name] = node or Node("truth", (), False), type
            if name == "base" and node is not None:
                base = node
                if type is not None and type != YUAN:
                    self.formulas.unlike(part, type, YUAN)
                    lets[name] = node, None
        if base is not None and "readings" in value:
            self.form.fault(
                (*path, "base"),
                Text("有多种解读的条款不能有 base", "a clause with readings has no base"),
                Text("写进各解读的 pays", "write it into each reading's `pays`"),
                key=True,
            )
        return scope._replace(lets=lets), base

    def readings(self, path: Path, value: dict[str, Any], scope: Scope) -> _Read:
        """What the clause pays, as its kind and its readings; one without an id where it can be read in one way only."""
        written, name = self.plan_readings.of(path)
        none = "readings" not in value
        apart = "when" not in value and any(each.when for each in written)
        when = EVERY if "when" not in value else self.formulas.condition((*path, "when"), scope)
        general = self.amount(path, value, scope, required=none)
        if not written:
            kind, low, high = general
            when = _within(when, low, high)
            only = (Reading("", None, when, low, high, self.cap(path, scope, kind)),)
            return _Read(kind, only, (path,), None, only)
        kinds, found, places, plain = set(), [], [], list[Reading]()
        for each in written:
            places.append(each.amount or path)
            inner, listed = self.own_list(path, each, value, scope)
            kind, low, high = self.amount(each.amount, self.form.at(each.amount), inner) if each.amount else general
            if not kind:
                wrong = Text("没有金额", "it states no amount")
                self.form.fault(each.title, wrong, Text("加 pays", "add `pays`"), key=True)
            kinds.add(kind)
            joined = when
            if each.when or apart:
                further = self.formulas.condition((*(each.when or each.title), "when"), inner) if each.when else EVERY
                joined = further if "when" not in value else Node("and", (when, further), None, place=further.place)
            title = self.form.both(each.title)
            cap = self.cap(each.cap or path, scope, kind)
            reading = Reading(each.id, title, _within(joined, low, high), low, high, cap)
            plain.append(reading)
            found.append(reading if listed is None else _over_items(reading, listed))
            if listed is not None:
                all(self.formulas.fits(each.title, node) for node in found[-1].amounts())
        if len(kinds) > 1:
            self.form.fault(
                (*path, "readings"),
                Text("各解读的金额须同类", "the readings pay in different ways"),
                Text("都用 pays、都用 up to 或都用 from 与 to", "use one of `pays`, `up to`, `from` and `to`"),
            )
        return _Read(kinds.pop(), tuple(found), tuple(places), name, tuple(plain))

    def own_list(self, path: Path, written: Written, value: dict[str, Any], scope: Scope) -> tuple[Scope, str | None]:
        """The list that a reading runs over by itself, and what its formulas may name then; None for none."""
        if written.each is None:
            return scope, None
        place: Path = (*written.each, EACH)
        listed = self.form.among(place, self.lists, Text("列表", "list"))
        if EACH in value or not written.amount:
            wrong = Text("条款和它的解读都逐项", "the clause runs over a list, and its reading too")
            if not written.amount:
                wrong = Text("逐项的解读没有自己的金额", "a reading that runs over a list has no amount of its own")
            right = Text("写在各解读中，金额也写在其中", "state it in each reading, and the amount beside it")
            self.form.fault(place, wrong, right, key=True)
            return scope, None
        return (scope._replace(item=listed), listed) if listed in self.lists else (scope, None)

    def cap(self, path: Path, scope: Scope, kind: str) -> Node | None:
        """What an amount comes to at most, all items together: it asks for no item, nor does a named part in it."""
        if CAP not in (self.form.at(path) or ()):
            return None
        if kind in ("unstated", "floor"):
            wrong = Text("未载明的金额没有上限", "an amount that is not stated has no cap")
            if kind == "floor":
                wrong = Text("at least 没有上限", "an amount that is `at least` this has no ceiling")
            self.form.fault((*path, CAP), wrong, Text("删去 at most", "leave it out"), key=True)
            return None
        named = {name: let for name, let in scope.lets.items() if all(each.op != "item" for each in walk(let[0]))}
        return self.formulas.yuan((*path, CAP), scope._replace(item=None, lets=named))

    def amount(
        self, path: Path, value: dict[str, Any], scope: Scope, required: bool = False
    ) -> tuple[str, Node | None, Node | None]:
        """The kind of an amount, its low and its high end; an empty kind where none is stated and none is required."""
        stated = [key for key in AMOUNTS if key in value]
        if stated == ["pays"]:
            if value["pays"] == _NOT_STATED:
                if "base" in value:
                    wrong = Text("未载明金额的条款没有基数", "a clause whose amount is not stated has no base")
                    self.form.fault((*path, "base"), wrong, Text("删去 base", "leave it out"), key=True)
                return "unstated", None, None
            node = self.formulas.yuan((*path, "pays"), scope, within=True)
            return "exact", node, node
        if stated == ["up to"]:
            return "ceiling", None, self.formulas.yuan((*path, "up to"), scope, within=True)
        if stated == ["from", "to"]:
            low, high = (self.formulas.yuan((*path, key), scope, within=True) for key in stated)
            if low and high and low.op == high.op == "number" and low.value.amount > high.value.amount:
                wrong = Text("下限高于上限", "it begins above its end")
                self.form.fault((*path, "from"), wrong, Text("小的在前", "put the lower amount first"))
            return "range", low, high
        if stated == ["at least"]:
            node = self.formulas.yuan((*path, "at least"), scope, within=True)
            return "floor", node, node
        if stated or required:
            self.form.fault(
                (*path, stated[0]) if stated else path,
                Text("金额须写成一种", "an amount is stated in one way"),
                Text(
                    "pays、up to、from 与 to、at least，或 pays: not stated",
                    "`pays`, `up to`, `from` with `to`, `at least`, or `pays: not stated`",
                ),
                key=True,
            )
        return "", None, None

    def restated(self, path: Path) -> tuple[str, ...]:
        """The clauses whose figures a clause uses again, maybe itself."""
        place, wrong = (*path, "restates"), Text("须是条款的列表", "not a list of clauses")
        stated = self.form.texts(place, wrong, Text("如 [条款名]", "such as [neeq-listing]"))
        known = list(self.form.mapping(("clauses",)))
        for each in stated:
            if each not in known:
                self.form.fault(place, *unknown_name(each, known, Text("条款", "clause"), "jxplus explain"))
        return tuple(stated)

    def open_fact(self, path: Path, value: dict[str, Any]) -> str | None:
        key = "unquantified without"
        return self.form.among((*path, key), self.facts, Text("事实", "fact")) if key in value else None
