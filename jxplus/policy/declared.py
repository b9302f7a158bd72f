"""What a policy file declares: the types of figures, the facts of an enterprise, and the lists and facts of their items."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jxplus.document.tree import Path
from jxplus.fault import Text, cut, quoted
from jxplus.formula.operators import CODE, DATE, NUMBER, TEXT, TRUTH, Type, figure_type
from jxplus.formula.tokens import WORDS
from jxplus.policy import DAY, TODAY, Bound, Fact, FactList, Limits, limits_of, names_of
from jxplus.policy.form import ID, OTHER_NAME, Form
from jxplus.policy.tables import ENTERPRISES, ENTERPRISES_ZH, KEY, KEY_ZH, OWNER, OWNER_ZH
from jxplus.quantity import ZERO, DeclaredUnit, Quantity, Units
from jxplus.quantity import decimals as decimal_places

_FACT = ("type", "zh", "en", "required", "default", "source", "choices", "positive", "signed", "fixed", "about", "also")
_LIST = ("zh", "en", "about", "also", "dated by", "facts")
_FORMS = ("text", "date", "bool", "choice", "code")
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
_OWN = {
    name: Text(f"加上 {name}: {{{written}}}", f"add `{name}: {{{written}}}`")
    for name, written in (
        ("name", "type: text, required: yes, zh: 企业名称, en: Name of the enterprise"),
        ("as_of", "type: date, default: today, zh: 测算日期, en: Date of the calculation"),
    )
}
"""The two facts that every calculation asks for: whose it is, and of which day."""

_WHY_NOT: dict[str, Callable[[str], tuple[Text, Text]]] = {
    "taken": lambda name: (
        Text(f"单位“{cut(name)}”已经有了", f"the unit {quoted(name)} is there already"),
        Text("删去，或换一个名称", "leave it out, or choose another name"),
    ),
    "form": lambda name: (
        Text(f"“{cut(name)}”不能作单位名", f"{quoted(name)} cannot name a unit"),
        Text(
            "由文字组成，不含数量级，如 亩、吨、人次、kWh", "letters alone and no magnitude, such as 亩, 吨, 人次, kWh"
        ),
    ),
    "two": lambda name: (
        Text(f"“{cut(name)}”可读作另一单位的若干倍", f"{quoted(name)} can be read as many of another unit"),
        Text("只声明其中一个", "declare one of the two"),
    ),
}


class Declared:
    """The units, types, facts and lists of a file, each name of them checked to mean one thing."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.bounded = not form.tree.faults
        """Whether each figure is known to stay within what the file says of it: what is declared wrongly proves nothing."""
        self.untyped = set[str]()
        """What is wrongly declared, types and facts: a formula that has such a name is held against nothing."""
        self.units = form.units = self.declared_units(("units",))
        self.types: dict[str, tuple[Type, Limits | None]] = {
            name: self.limited(("types", name)) for name in form.mapping(("types",), optional=True)
        }
        self.facts = self.read(("facts",))
        self.lists = {name: self.listed(("lists", name)) for name in form.mapping(("lists",), optional=True)}
        self.followed()
        self.twice()
        self.taken()

    def limited(self, path: Path) -> tuple[Type, Limits | None]:
        """A type of figure: its unit and its limits; without them, and with a fault, where it states none that could be."""
        if path[-1] in _FORMS:
            wrong = Text(f"“{path[-1]}”是已有的类型", f"{path[-1]} is a type of its own already")
            self.form.fault(path, wrong, OTHER_NAME, key=True)
        before = len(self.form.faults)
        value = self.form.mapping(path, ("unit", "decimals", "below", "at most"))
        unit = self.unit((*path, "unit"), value.get("unit"))
        decimals = value.get("decimals")
        if not isinstance(decimals, str) or not decimals.isdecimal() or int(decimals) > 12:
            self.form.fault(
                (*path, "decimals"),
                Text("须是0至12的整数", "not a whole number from 0 to 12"),
                Text("如 2", "such as 2"),
            )
            decimals = "0"
        # Where the unit is wrong, the bound tells what was meant, and nothing else is called wrong for it.
        unit = unit or next(
            (each for key in ("below", "at most") if (each := self.units.read(str(value.get(key))))), None
        )
        if unit is None:
            self.untyped.add(str(path[-1]))
        type = figure_type(unit) if unit else NUMBER
        bounds: list[Bound] = []
        if "below" not in value and "at most" not in value:
            self.form.fault(
                path, Text("没有上限", "it has no bound"), Text("加 below 或 at most", "add `below` or `at most`")
            )
        for key in ("below", "at most"):
            bound = self.form.figure((*path, key), type) if key in value and unit else None
            if bound is not None:
                bounds.append(Bound(bound, key == "at most"))
            if bound is not None and (bound <= 0 or decimal_places(bound) > int(decimals)):
                wrong = Text(f"“{cut(value[key])}”不能作上限", f"{quoted(value[key])} cannot be a bound")
                right = Text(f"大于0，最多{decimals}位小数", f"above zero, {decimals} decimals at most")
                self.form.fault((*path, key), wrong, right)
        self.bounded &= len(self.form.faults) == before
        return type, limits_of(int(decimals), bounds) if bounds else None

    def unit(self, path: Path, spelled: Any) -> Quantity | None:
        """One of the unit that a type's figures carry; a fault, and maybe None, where it is no unit of the plan's."""
        one = self.units.read(f"1{spelled}") if isinstance(spelled, str) else None
        if one is not None and (one.amount == 1 or one.share):
            return one
        known = "、".join([*self.units.known(), "%"])
        right = Text(
            f'如 {known}，或在 units 中声明；没有单位写 ""',
            f'such as {known.replace("、", ", ")}, or declare it under `units`; `""` for none',
        )
        wrong = Text("带有数量级", "it is more than one of a unit")
        if one is None:
            wrong = Text("没有写单位", "no unit") if spelled is None else Text("未知单位", "unknown unit")
        self.form.fault(path, wrong, right)
        return one

    def declared_units(self, path: Path) -> Units:
        """The units that the plan counts in: those that every plan has, and those that the file declares."""
        found: list[DeclaredUnit] = []
        for name in self.form.mapping(path, optional=True):
            self.form.mapping((*path, name), ("en", "also"))
            wrong = Text("须是写法的列表", "not a list of spellings")
            also = self.form.texts((*path, name, "also"), wrong, Text("如 [畝]", "such as [畝]"))
            sound: list[str] = []
            for spelling in dict.fromkeys((name, *also)):
                reason = Units([*found, *(DeclaredUnit(each, "") for each in sound)]).why_not(spelling)
                if reason:
                    place: Path = (*path, name) if spelling == name else (*path, name, "also", also.index(spelling))
                    self.form.fault(place, *_WHY_NOT[reason](spelling), key=spelling == name)
                else:
                    sound.append(spelling)
            if sound:
                found.append(DeclaredUnit(name, self.form.word((*path, name, "en")), tuple(sound[1:])))
        return Units(found)

    def read(self, path: Path) -> dict[str, Fact]:
        return {name: self.fact((*path, name)) for name in self.form.mapping(path, optional=True)}

    def spelled(self, path: Path, what: str) -> str:
        """The id that a mapping stands under: that of a fact or a list."""
        name = self.form.own_id(path, Text("名称", f"a {what}"), "rd_investment", "_")
        if name in WORDS:
            wrong = Text(f"“{cut(name)}”是公式中的词", f"{quoted(name)} is a word of the formulas")
            self.form.fault(path, wrong, OTHER_NAME, key=True)
        return name

    def listed(self, path: Path) -> FactList:
        """A list: its names, and the facts of its items."""
        name, value = self.spelled(path, "list"), self.form.mapping(path, _LIST)
        label = self.form.both(path)
        facts = self.read((*path, "facts"))
        dated = self.date((*path, "dated by"), facts) if "dated by" in value else ""
        return FactList(name, label, facts, self.about(path), self.form.words((*path, "also")), dated)

    def date(self, path: Path, facts: Mapping[str, Fact]) -> str:
        """The date fact that is named at `path`; a fault, and nothing, where it is none or may be unknown."""
        name = self.form.among(path, facts, Text("事实", "fact"))
        fact = facts.get(name)
        if fact is None:
            return ""
        if fact.type != DATE:
            wrong = Text(f"“{cut(name)}”的类型为“{fact.type.zh}”", f"{quoted(name)} is {fact.type}")
            self.form.fault(path, wrong, Text("写日期事实", "name a fact that is a date"))
            return ""
        if facts is self.facts and not self.ends(fact):
            wrong = Text(f"“{cut(name)}”可能没有写明", f"{quoted(name)} may not be stated")
            self.form.fault(
                path, wrong, Text(f"给它默认值，如 default: {DAY}", f"give it a default, such as `default: {DAY}`")
            )
        return name

    def fact(self, path: Path) -> Fact:
        """A fact: its names, its type and limits, its default."""
        name, value = self.spelled(path, "fact"), self.form.mapping(path, _FACT)
        before = len(self.form.faults)
        form = self.form.among((*path, "type"), (*_FORMS, *self.types), Text("类型", "type"))
        choices, also = self.choices((*path, "choices")) if form == "choice" else ({}, {})
        if "choices" in value and form != "choice":
            wrong, right = Text("只用于选项", "it is said of a choice alone"), Text("删去 choices", "leave it out")
            self.form.fault((*path, "choices"), wrong, right, key=True)
        if form in self.untyped or form not in (*_FORMS, *self.types):
            self.untyped.add(name)
        type, limits = self.types.get(form, (TEXT, None))
        type = {"date": DATE, "bool": TRUTH, "code": CODE, "choice": Type("choice", (), tuple(choices))}.get(form, type)
        limits = self.from_least(path, limits)
        self.bounded &= len(self.form.faults) == before
        fact = Fact(
            name,
            self.form.both(path),
            form,
            type,
            limits,
            choices,
            self.form.truth((*path, "required")),
            also=self.form.words((*path, "also")),
            choices_also=also,
        )
        source = self.form.text((*path, "source")) if "source" in value else None
        fixed = self.form.truth((*path, "fixed"))
        default, about = self.default((*path, "default"), fact), self.about(path)
        if fact.required and default is not None:
            wrong = Text("必填的事实用不到默认值", "a fact that is required never has its default")
            right = Text("required 和 default 只写一个", "say one of `required` and `default`")
            self.form.fault((*path, "default"), wrong, right, key=True)
        return fact._replace(default=default, source=source, fixed=fixed, units=self.units, about=about)

    def from_least(self, path: Path, limits: Limits | None) -> Limits | None:
        """The limits of a fact of a type: from zero on, above zero, or to either side of it."""
        positive, signed = (self.form.truth((*path, key)) for key in ("positive", "signed"))
        if positive and signed:
            wrong = Text("既大于0又可为负", "it is above zero and below it too")
            self.form.fault(
                (*path, "positive"), wrong, Text("只写一种", "say one of `positive` and `signed`"), key=True
            )
        if limits is not None:
            return limits._replace(least=limits.largest.copy_negate() if signed else limits.step if positive else ZERO)
        for key, stated in (("positive", positive), ("signed", signed)):
            if stated and self.form.at((*path, "type")) not in list(self.types):
                wrong = Text("只用于数字", "it is said of figures alone")
                self.form.fault((*path, key), wrong, Text(f"删去 {key}", "leave it out"), key=True)
        return None

    def about(self, path: Path) -> Text | None:
        """What a fact or a list means, in both languages; None where its label says enough."""
        return self.form.text((*path, "about")) if self.form.at((*path, "about")) is not None else None

    def choices(self, path: Path) -> tuple[dict[str, Text], dict[str, tuple[str, ...]]]:
        """The choices of a fact by their ids, and their further names; no two can be written alike."""
        choices, seen = self.form.names(path, ("also",)), dict[str, str]()
        also = {id: self.form.words((*path, id, "also")) for id in choices}
        if not choices:
            self.form.fault(path, Text("没有可选项", "no choices"), Text("列出可选项", "list them"))
        for id, label in choices.items():
            if not ID.fullmatch(id):
                wrong = Text("须由小写字母、数字和连字符组成", "a choice's id is small letters, digits, '-' and '_'")
                self.form.fault((*path, id), wrong, Text("如 stored-value", "such as stored-value"), key=True)
            for name in dict.fromkeys((id, label.zh, *also[id])):
                if seen.setdefault(name, id) != id:
                    self.used((*path, id), name)
        return choices, also

    def default(self, path: Path, fact: Fact) -> Any:
        value = self.form.at(path)
        if value is None:
            return None
        if fact.type.kind == "number":
            figure = self.form.figure(path, fact.type)
            if figure is not None and fact.limits is not None and not fact.holds(figure):
                wrong = Text(f"“{cut(value)}”超出该事实的范围", f"{quoted(value)} is not within the fact's limits")
                right = Text("在 types 所写的范围内", "keep within what `types` says of it")
                self.form.fault(path, wrong, right)
            return figure
        if fact.type == TRUTH:
            return self.form.truth(path)
        if fact.type.kind == "choice":
            return self.form.among(path, fact.choices, Text("选项", "choice")) or None
        if fact.type == DATE and isinstance(value, str):
            return value  # held against the other facts by `followed`, once they are known
        self.form.fault(
            path,
            Text("这类事实没有默认值", "a fact of this type takes no default"),
            Text("删去 default", "leave it out"),
        )
        return None

    def followed(self) -> None:
        """A date's default is today or the day of another date of the enterprise that is always known, and never its own."""
        tables: list[tuple[Path, dict[str, Fact]]] = [(("facts",), self.facts)]
        tables += [(("lists", listed.id, "facts"), listed.facts) for listed in self.lists.values()]
        known = [name for name, fact in self.facts.items() if fact.type == DATE and self.ends(fact)]
        for path, facts, fact in [(path, own, fact) for path, own in tables for fact in own.values()]:
            if fact.follows in known:
                label = Text(self.facts[fact.follows].label.zh, fact.follows)
                facts[fact.id] = fact._replace(source=fact.source or label)
            elif fact.follows not in ("", TODAY):
                others = [TODAY, *(each for each in known if each != fact.id)]
                wrong = Text(
                    f"“{cut(fact.follows)}”不能作它的默认日期", f"{quoted(fact.follows)} is no day to take it as"
                )
                right = Text(f"可选：{'、'.join(others)}", f"one of {', '.join(others)}")
                self.form.fault((*path, fact.id, "default"), wrong, right)

    def ends(self, fact: Fact) -> bool:
        """Whether a date is always known: the days it follows come to that of the calculation, and not back to itself."""
        seen = set[str]()
        while fact.id != DAY and fact.follows != TODAY:
            other = self.facts.get(fact.follows)
            if other is None or other.type != DATE or other.id in seen:
                return False
            seen.add(other.id)
            fact = other
        return True

    def twice(self) -> None:
        """A name must mean one thing: in the file, and in a formula over a list's items."""
        top = self.once(("facts",), self.facts.values(), set())
        self.once(("lists",), self.lists.values(), top)
        for listed in self.lists.values():
            self.once(("lists", listed.id, "facts"), listed.facts.values(), set(self.facts))

    def once(self, path: Path, entries: Iterable[Fact | FactList], seen: set[str]) -> set[str]:
        """The names that are `seen` and those of the facts or lists at `path`; a fault for each that stands there twice."""
        for entry in entries:
            for name in {*names_of(entry)} & seen:
                self.used((*path, entry.id), name)
            seen |= {*names_of(entry)}
        return seen

    def used(self, path: Path, name: str) -> None:
        """A fault: what stands at `path` has a name that something else has."""
        wrong = Text(f"名称“{cut(name)}”已被使用", f"{quoted(name)} names something else too")
        self.form.fault(path, wrong, OTHER_NAME, key=True)

    def taken(self) -> None:
        """A batch reads tables whose own names no fact and no list can have, and asks two facts what they are."""
        groups: list[tuple[Path, Iterable[Fact | FactList], dict[str, Text]]] = [
            (("facts",), self.facts.values(), _KEYS),
            (("lists",), self.lists.values(), _NO_LISTS),
            *((("lists", each.id, "facts"), each.facts.values(), _OWNERS) for each in self.lists.values()),
        ]
        for path, entries, own in groups:
            for entry in entries:
                places = [(entry.id, (*path, entry.id)), (entry.label.zh, (*path, entry.id, "zh"))]
                for name, place in (*places, *((also, (*path, entry.id, "also")) for also in entry.also)):
                    if name in own:
                        what = own[name]
                        wrong = Text(f"“{cut(name)}”{what.zh}", f"{quoted(name)} {what.en}")
                        self.form.fault(place, wrong, OTHER_NAME, key=name == entry.id)
        for name, wanted in (("name", TEXT), ("as_of", DATE)):
            fact = self.facts.get(name)
            if fact is None:
                if "facts" in self.form.tree.value:
                    wrong = Text(f"缺少事实 {name}", f"there is no fact {quoted(name)}")
                    self.form.fault(("facts",), wrong, _OWN[name], key=True)
            elif fact.type != wanted and fact.form in (*_FORMS, *self.types):
                wrong = Text(f"类型为“{fact.type.zh}”", f"its type is {fact.type}")
                right = Text(f"{name} 须是{wanted.zh}", f"{quoted(name)} must be {wanted}")
                self.form.fault(("facts", name, "type"), wrong, right)
            elif name == "name" and self.form.at(("facts", name, "required")) in (None, "no", "false"):
                wrong = Text("企业可以没有名称", "an enterprise may have none")
                self.form.fault(("facts", name), wrong, _OWN[name], key=True)
            elif name == "as_of" and fact.default is None:
                wrong = Text("未写明时不是任何一天", "where it is not stated it is no day")
                self.form.fault(("facts", name), wrong, _OWN[name], key=True)
