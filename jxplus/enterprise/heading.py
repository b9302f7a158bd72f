"""What a key or a heading says: which fact, and in what unit the figures under it are.

`年营业收入（万元）`, `研发投入/万元`, `面积(㎡)`, `operating_revenue (wan)`: the name of a fact and its unit. What is left over beside a
name is its unit, or a remark that changes nothing (`必填`, `是/否`), or else a fault with its own reason: a figure under 月营业收入,
in 亩 or in USD is never offered another fact's name, for whoever followed would be wrong by a factor.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from jxplus.enterprise.measures import OTHERWISE, core, folded, foreign, measure_of
from jxplus.enterprise.misread import Misread
from jxplus.fault import Text, cut, nearest, perhaps, quoted, unknown_name
from jxplus.policy import Fact, FactList, known_names
from jxplus.quantity import MAGNITUDES, Quantity, unit_text

_REMARKS = ("必填", "选填", "可选", "required", "optional")
_BESIDE = "(/:,;_-[{<【〔〈《*.~"
"""With what something beside a name begins."""
_UNIT_NAMES = "(?:金额|货币|计量)?单位|币种|币别|货币|currency|units?"
_NAMES = "企业|公司|客户|企业全称|公司全称|单位全称|客户名称|名称|company|enterprise"
_PERIOD_NAMES = "(?:所属|会计|财务|数据)?(?:年度|年份|期间)|所属期|year|period"
_ALIKE = 0.6
"""How like a known name one must be in Chinese to be a slip for it: 成立日期 is none for 测算日期."""
_LISTED = Text("可用的名称见 `jxplus init`", "`jxplus init` lists the known ones")
_SHORT = {
    "text": ("全称", "中文", "盖章", "公章", "加盖公章"),
    "truth": ("是", "否", "有", "无", "y", "n", "yes", "no", "true", "false"),
    "date": ("年", "月", "日", "yyyy", "mm", "dd", "年月日", "日期"),
}


class Heading(NamedTuple):
    """What a key or a heading says: the id of a fact or a list, and the unit that it gives to bare figures.

    `unit` is written as it would stand after a figure, `万元`, `%`, `㎡`; empty where the heading names none.
    """

    id: str
    unit: str = ""

    def stated(self, written: Any) -> Any:
        """What a value under the heading states: a bare figure with the heading's unit, anything else as it is."""
        if not self.unit or type(written) is not str:
            return written
        if written.isdigit() and written.isascii():
            return f"{written}{self.unit}"
        from jxplus.enterprise.figures import in_unit_above

        return in_unit_above(written, self.unit)


class Misnamed(Misread):
    """A key or a heading names no fact, or says more than its name: what is wrong, what would be right."""


_MARKS = r"(?:[*★☆※]+|\(?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})[)、.:])+"
"""What a form puts before each heading: the star of what must be filled in, the number of the column."""


def heading_name(written: str) -> str:
    """A heading as `folded` leaves it, without a star or a number before it and a colon or a star behind it."""
    name = folded(re.sub(r"^\s*[①-⑳]", "", written))
    return re.sub(f"^{_MARKS}", "", name).rstrip(":*")


class Headings:
    """The names that stand at the head of a value, in one file or table, and what may be written beside them."""

    def __init__(
        self,
        facts: Mapping[str, Fact],
        lists: Mapping[str, FactList] | None = None,
        keys: Mapping[str, str] | None = None,
    ) -> None:
        """`keys` are further names, with what each means: those of a table's column of ids."""
        self.facts, self.lists = facts, lists or {}
        self.names = {**known_names(facts, lists), **(keys or {})}
        self._folded: dict[str, str] = {}
        self._read: dict[str, Heading] = {}

    def known(self, written: str) -> bool:
        """Whether it is a heading that can be taken."""
        try:
            self.read(written)
        except Misnamed:
            return False
        return True

    def read(self, written: str) -> Heading:
        """What a key or heading says; raises `Misnamed` where it names nothing, or says what is not read."""
        id = self.names.get(written)
        if id is not None:
            return Heading(id)
        found = self._read.get(written)
        if found is None:
            found = self._of(folded(written), " ".join(written.split()))
            if len(self._read) < 1000:  # headings repeat; names that somebody makes up without end do not
                self._read[written] = found
        return found

    def _of(self, name: str, written: str) -> Heading:
        found = self._named(name, written)
        bare = heading_name(written)
        if found is None and bare != name:
            found = self._named(bare, written)
        if found is None and (asked := re.match("是否(?:为|属于|有)?|有无|是不是", bare)):
            found = self._named(bare[asked.end() :], written)
            fact = self.facts.get(found.id) if found is not None else None
            found = found if fact is not None and fact.type.kind == "truth" else None
        if found is None:
            raise Misnamed(*self._unknown(written))
        return found

    def _named(self, name: str, written: str) -> Heading | None:
        """What a folded name says; None where it is that of nothing."""
        own = self._plain()
        if name in own:
            return Heading(own[name])
        for stem in sorted((each for each in own if name.startswith(each)), key=len, reverse=True):
            fact = self.facts.get(own[stem])
            rest = list(_parts(name[len(stem) :]))
            if rest == [] or (fact is not None and all(_is_remark(part, fact) for part in rest)):
                return Heading(own[stem])
            if (fact is not None and name[len(stem)] in _BESIDE) or _is_unit_text(rest, fact):
                return self._with_unit(own[stem], stem, rest, written)
        id, unit = self._by_its_unit(written)
        return Heading(id, unit) if unit else None

    def _by_its_unit(self, written: str) -> tuple[str, str]:
        """The fact whose name is left half said, where the unit says the rest: 月租金（元/㎡·月）; empty for any other."""
        match = re.fullmatch(r".*?[(（/:：](.*)", written, re.DOTALL)
        alike = {self.names[name] for name in self._cores.get(core(written), ())} if match else set()
        fact = self.facts.get(alike.pop()) if len(alike) == 1 else None
        if match is None or fact is None or not any(power < 0 for _, power in fact.type.unit):
            return "", ""
        parts = list(_parts(folded(match[1])))
        return fact.id, (unit_of("/".join(parts), fact) or "" if parts else "")

    @cached_property
    def _cores(self) -> dict[str, list[str]]:
        """The names by what they are of, without their measures; none that is of nothing else."""
        found: dict[str, list[str]] = {}
        for name in self.names:
            if its_core := core(name):
                found.setdefault(its_core, []).append(name)
        return found

    def _plain(self) -> dict[str, str]:
        """Every name as `folded` leaves it, and ids without their underscores; none that would be two things."""
        if not self._folded:
            two = set()
            for name, id in self.names.items():
                for each in {folded(name), folded(name).replace("_", "")}:
                    if self._folded.setdefault(each, id) != id:
                        two.add(each)
            for each in two:
                del self._folded[each]
        return self._folded

    def _with_unit(self, id: str, stem: str, parts: list[str], written: str) -> Heading:
        """A fact whose name has something beside it: its unit, or what is not read, with the reason."""
        fact = self.facts.get(id)
        if fact is None:
            raise Misnamed(*_beside(written, parts[0], None))
        unit = ""
        for part in parts:
            if _is_remark(part, fact):
                continue
            found = unit_of(part, fact, stem)
            if found is None or unit:
                raise Misnamed(*_beside(written, part, fact))
            unit = found
        return Heading(id, unit)

    @cached_property
    def _english(self) -> dict[str, str]:
        """What facts and lists are called on an English page, with their ids: whoever copies that is told what to write."""
        labels = {id: fact.label.en for id, fact in self.facts.items()}
        labels |= {id: listed.label.en for id, listed in self.lists.items()}
        return {folded(label): id for id, label in labels.items()}

    def from_english(self, written: str) -> str:
        """What would be right for a name copied from an English page, the unit behind it kept; empty where it is none."""
        whole = re.sub(r"^\s*\*|\*\s*$", "", written)
        at = next((match.start() for match in re.finditer(r"\s*[(（/:：]", whole)), len(whole))
        for name, unit in ((whole, ""), (whole[:at], whole[at:])):
            if id := self._english.get(folded(name)):
                return f"{id}{unit}"
        return ""

    def _unknown(self, written: str) -> tuple[Text, Text]:
        what = Text("事实", "fact")
        wrong, right = unknown_name(written, list(self.names), what)
        for name, instead in self._other_ways:
            if re.fullmatch(name, folded(written)):
                return wrong, instead
        if meant := self.from_english(written) or self._with_the_unit(written):
            return wrong, perhaps(meant)
        of_one_core = self._cores.get(core(written))
        like = of_one_core[0] if of_one_core else nearest(written, self.names)
        fact = self.facts.get(self.names[like]) if like is not None else None
        if like is None or fact is None:
            return wrong, right
        extra = foreign(written, like)
        if extra:
            word, kind = extra
            return (
                Text(
                    f"{wrong.zh}；“{cut(word)}”是{kind.called.zh}，它不是“{cut(like)}”",
                    f"{wrong.en}: {quoted(word)} is {kind.called.en}, so it is not {quoted(like)}",
                ),
                kind.way(fact, like),
            )
        if any(power < 0 for _, power in fact.type.unit):  # such as a rent per ㎡, which a whole rent is not
            unit = unit_text(fact.type.unit)
            return wrong, Text(
                f"“{cut(like)}”以{unit}计；换算成{unit}后用这个名称",
                f"{quoted(like)} is in {unit}: convert the figure to {unit}, and use that name",
            )
        from difflib import SequenceMatcher

        far = not written.isascii() and SequenceMatcher(None, written, like).ratio() < _ALIKE
        return wrong, _LISTED if far and not of_one_core else right

    @cached_property
    def _other_ways(self) -> Iterable[tuple[str, Text]]:
        """The names of what is no fact by itself, each with where it is said."""
        ways = [(_UNIT_NAMES, Text("单位写在数后，如 1200万元", "write the unit behind the figures, as 1200万元"))]
        name = self.facts.get("name")
        if name is not None and name.required:
            ways.append((_NAMES, perhaps(name.label.zh)))
        end = self.facts.get("period_end")
        if end is not None:
            said = Text(f"写作“{end.label.zh}”，如 2015-12-31", f"state it as {end.id}, such as 2015-12-31")
            ways.append((_PERIOD_NAMES, said))
        return ways

    def _with_the_unit(self, written: str) -> str:
        """The known name most like an unknown one, with the unit that was written beside that; empty where there is none."""
        match = re.fullmatch(r"(.*?)(\s*[(（/:：].*)", written, re.DOTALL)
        like = nearest(match[1], self.names) if match else None
        fact = self.facts.get(self.names[like]) if like is not None else None
        if match is None or like is None or fact is None or foreign(match[1], like):
            return ""
        parts = [part for part in _parts(folded(match[2])) if not _is_remark(part, fact)]
        return f"{like}{match[2].strip()}" if len(parts) == 1 and unit_of(parts[0], fact) else ""


def _parts(rest: str) -> Iterator[str]:
    """What stands beside a name, part by part, without brackets and without the word `unit` before it."""
    for part in re.split(r"[,;、()\[\]{}<>【】〔〕〈〉《》]|(?<=位):", rest):
        told = re.sub(r"^(?:计量|金额)?(?:单位|unit)s?:?|^in_?(?=[^a-z]|wan|yuan)", "", part.strip("/:_-*.~"))
        if said := told.strip("/:_-*.~"):
            yield said


def _is_remark(part: str, fact: Fact) -> bool:
    """Whether it says only what everybody knows of the fact: that it must be filled in, what may be chosen, the form of a day."""
    if part in _REMARKS:
        return True
    words = [word for word in re.split(r"[/|或\-.]|or", part) if word]
    if fact.type.kind == "choice":
        names = {folded(name) for name in fact.choice_names}
        return bool(words) and all(word in names for word in words)
    return bool(words) and all(word in _SHORT.get(fact.type.kind, ()) for word in words)


def _is_unit_text(parts: list[str], fact: Fact | None) -> bool:
    """Whether a name is followed by a unit at once, its own or another: 年营业收入万元."""
    from jxplus.enterprise.figures import unit_of_unit

    return len(parts) == 1 and fact is not None and unit_of_unit(parts[0], fact) is not None


def unit_of(written: str, fact: Fact, name: str = "") -> str | None:
    """The unit of a heading, or of a row of units, as it stands after a figure of `fact`; None where it is not one of its own.

    `name` is what the heading calls the fact: where that says `per ㎡ per month`, the unit may be 元 alone.
    """
    if fact.type.kind != "number":
        return None
    from jxplus.enterprise.figures import unit_of_unit

    one = unit_of_unit(written, fact)
    if one is None:
        return None
    own = unit_text(fact.type.unit)
    percent = one.share
    if percent or fact.is_rate:
        return one.text[1:] if percent and fact.is_rate else None
    partial = own if one.unit and _says_the_rest(name, one, fact) else None
    if one.unit and one.unit != fact.type.unit and partial is None:
        return None
    if one.unit and partial is None and one.text[-1] in "年":
        return one.text[1:]
    words = {power: word for word, power in MAGNITUDES.items()}
    power = one.amount.adjusted()
    scaled = one.amount == one.amount.__class__(1).scaleb(power)
    return f"{words[power]}{own}" if scaled and power in words and own else None


def _says_the_rest(name: str, one: Quantity, fact: Fact) -> bool:
    """Whether `name` says by what the fact's unit divides, where `one` is only what is divided."""
    words = {"㎡": ("㎡", "m2", "平方米", "平米"), "月": ("月", "month"), "年": ("年",), "人": ("人",)}
    over = tuple((dimension, power) for dimension, power in fact.type.unit if power > 0)
    under = [dimension for dimension, power in fact.type.unit if power < 0]
    return (
        one.unit == over
        and bool(under)
        and all(any(word in name for word in words.get(dimension, (dimension,))) for dimension in under)
    )


def _beside(heading: str, part: str, fact: Fact | None) -> tuple[Text, Text]:
    """The fault of what stands beside a known name and is not its unit."""
    wrong = Text(f"“{cut(heading)}”中的“{cut(part)}”没有读取", f"{quoted(part)} in {quoted(heading)} is not read")
    if fact is None or fact.type.kind != "number":
        return wrong, Text("只写名称", "write the name alone")
    measure = measure_of(part)
    name = fact.label.zh
    if measure is None:
        right = Text(
            f"数值确为“{cut(name)}”的，只写名称和单位；否则先换算",
            f"write the name and the unit alone where the figure is just {quoted(fact.id)}, else convert it first",
        )
        return wrong, right
    kind = measure[1]
    if kind in OTHERWISE:
        wrong = Text(
            f"“{cut(heading)}”中的“{cut(part)}”是{kind.called.zh}，不是“{cut(name)}”",
            f"{quoted(part)} in {quoted(heading)} is {kind.called.en}, and not {quoted(fact.id)}",
        )
    else:
        wrong = Text(
            f"“{cut(heading)}”中的“{cut(part)}”是{kind.called.zh}，与“{cut(name)}”不符",
            f"{quoted(part)} in {quoted(heading)} is {kind.called.en} that {quoted(fact.id)} is not in",
        )
    return wrong, Text(kind.way(fact, name).zh, kind.way(fact, fact.id).en)
