"""The form of a policy file: what stands at a place of it, as the kind of thing that is asked for there, or a fault."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from jxplus.document.tree import Path, Tree
from jxplus.fault import Fault, Text, cut, nearest, quoted, unknown_name
from jxplus.formula.check import share_written
from jxplus.formula.operators import SHARE, Type
from jxplus.plan.section import USUAL, plain_section
from jxplus.policy import Period
from jxplus.quantity import BUILT_IN, PURE, read_day, unit_text

ID = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
_TRUTHS = {"yes": True, "no": False, "true": True, "false": False}
OTHER_NAME = Text("换一个名称", "choose another name")
_A_DAY = Text("如 2015-09-01", "such as 2015-09-01")


class Form:
    """Asks a file for its parts and gathers what is wrong with it; what it gives counts only if nothing is.

    `units` are those that the file's figures may carry, `numbering` is that of its sections: the built-in ones until those that
    the file declares have been read.
    """

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.faults = list(tree.faults)
        self.units = BUILT_IN
        self.numbering = USUAL

    def fault(self, path: Path, wrong: Text, right: Text, key: bool = False) -> None:
        self.add(Fault(self.tree.file, self.tree.place(path, key), name_of(path), wrong, right))

    def add(self, fault: Fault) -> None:
        """A fault; one of what several clauses share is told once."""
        if fault not in self.faults:
            self.faults.append(fault)

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
                    wrong, right = unknown_name(key, known, Text("键", "key"))
                    listed = ", ".join(known)
                    if listed not in right.en:
                        like = right if nearest(key, known) else Text("", "")
                        right = Text(
                            f"{like.zh}可用的键：{listed}", f"{like.en}{' ' * bool(like.en)}the keys are {listed}"
                        )
                    self.fault((*path, key), wrong, right, key=True)
        return value

    def at(self, path: Path) -> Any:
        value = self.tree.value
        for step in path:
            if isinstance(step, int):
                value = value[step] if isinstance(value, list) and step < len(value) else None
            else:
                value = value.get(step) if isinstance(value, dict) else None
        return value

    def own_id(self, path: Path, what: Text, example: str, joint: str = "-") -> str:
        """The id that a mapping stands under; a fault where it is none, or its words are joined by another sign than `joint`."""
        name, sign = str(path[-1]), {"-": "连字符", "_": "下划线"}[joint]
        if not ID.fullmatch(name) or {"-", "_"} - {joint} & set(name):
            wrong = Text(
                f"{what.zh}须由小写字母、数字和{sign}组成", f"{what.en}'s id is small letters, digits and '{joint}'"
            )
            self.fault(path, wrong, Text(f"如 {example}", f"such as {example}"), key=True)
        return name

    def word(self, path: Path) -> str:
        """The text at `path`; empty, and a fault, where there is none."""
        value = self.at(path)
        if isinstance(value, str) and value.strip():
            return value
        self.fault(path, Text("缺少文字", "no text"), Text("补上这一项", "state it"))
        return ""

    def among(self, path: Path, known: Iterable[str], what: Text) -> str:
        word, known = self.word(path), list(known)
        if word and word not in known:
            self.fault(path, *unknown_name(word, known, what))
        return word

    def section(self, path: Path, written: str, key: bool = False) -> str:
        """A section's number as the plan has it, at one width; a fault where it is not numbered as the plan's sections are."""
        if written and not self.numbering.alias(written):
            self.fault(
                path,
                Text(f"“{cut(written)}”不是章节号", f"{quoted(written)} is no section"),
                Text(
                    f"如 {self.numbering.example}；编号方式另有不同的，在 numbering 中写明",
                    f"such as {self.numbering.example}; where the plan numbers otherwise, `numbering` says how",
                ),
                key=key,
            )
        return plain_section(written)

    def text(self, path: Path, optional: bool = False) -> Text:
        """A text in both languages; empty where it is `optional` and absent."""
        value = self.at(path)
        if isinstance(value, str) or (value is None and not optional):
            one = cut(value) if value else "…"
            both = f"{{zh: …, en: {one}}}" if one.isascii() else f"{{zh: {one}, en: …}}"
            wrong = Text("只有一种语言", "one language alone") if value else Text("缺少文字", "no text")
            self.fault(path, wrong, Text(f"写作 {both}", f"write {both}"))
            return Text("", "")
        self.mapping(path, ("zh", "en"), optional)
        return self.both(path)

    def both(self, path: Path) -> Text:
        """What stands under `zh` and `en` of a mapping, whatever else it has; empty where it is none."""
        is_stated = isinstance(self.at(path), dict)
        return Text(self.word((*path, "zh")), self.word((*path, "en"))) if is_stated else Text("", "")

    def words(self, path: Path) -> tuple[str, ...]:
        """The texts of a list at `path`, which may be absent; those that are none are faults."""
        right = Text("如 [民营, 民营企业]", "such as [private owner, landlord]")
        found = self.texts(path, Text("须是文字的列表", "a list of texts is wanted"), right)
        return tuple(each.strip() for each in found)

    def texts(self, path: Path, wrong: Text, right: Text, least: int = 0) -> list[str]:
        """The same as they are written; with its fault where they are no list, or fewer than `least`."""
        value = self.at(path)
        if value is None and not least:
            return []
        if (
            isinstance(value, list)
            and len(value) >= least
            and all(isinstance(one, str) and one.strip() for one in value)
        ):
            return value
        self.fault(path, wrong, right)
        return []

    def truth(self, path: Path) -> bool:
        value = self.at(path)
        if value is None:
            return False
        if not isinstance(value, str) or value not in _TRUTHS:
            self.fault(
                path,
                Text(f"“{cut(value)}”不是 yes 或 no", f"{quoted(value)} is not yes or no"),
                Text("写 yes 或 no", "write yes or no"),
            )
            return False
        return _TRUTHS[value]

    def day(self, path: Path, required: bool = False) -> date | None:
        value = self.at(path)
        if value is None:
            if required:
                self.fault(path, Text("缺少日期", "no day"), _A_DAY)
            return None
        found = read_day(str(value))
        if found is None:
            wrong = Text(f"“{cut(value)}”不是日期", f"{quoted(value)} is no date")
            self.fault(path, wrong, _A_DAY)
        return found

    def period(self, path: Path, outer: Period) -> Period:
        """The days at `path`, none of them outside of `outer`; an end that is not stated is that of `outer`."""
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
            return outer
        for key, day in (("from", start), ("to", end)):
            if day is not None and not outer.holds(day):
                wrong = Text(f"{day}不在方案的执行期内", f"{day} is not within the days on which the plan is in force")
                self.fault((*path, key), wrong, Text(f"方案执行期为 {outer.zh}", f"the plan is in force {outer}"))
        source = self.text((*path, "source")) if "source" in value else None
        return Period(start or outer.start, end or outer.end, source)

    def figure(self, path: Path, type: Type) -> Decimal | None:
        """The figure at `path`, in the unit of `type` or without one; a share has its sign, and nothing else has."""
        quantity = self.units.read(str(self.at(path)))
        if quantity is not None and quantity.share == (type == SHARE) and quantity.unit in (type.unit, PURE):
            return quantity.amount
        example = "15%" if type == SHARE else f"1{unit_text(type.unit)}"
        if quantity is not None and type == SHARE and quantity.unit == PURE:
            example = share_written(quantity)
        self.fault(
            path,
            Text(f"“{cut(self.at(path))}”不是{type.zh}", f"{quoted(self.at(path))} is not {_in(type)}"),
            Text(f"如 {example}", f"such as {example}"),
        )
        return None

    def names(self, path: Path, more: Iterable[str] = ()) -> dict[str, Text]:
        """What the names at `path` are called in both languages; `more` are the keys that may stand beside these."""
        found = {}
        for name in self.mapping(path, optional=True):
            self.mapping((*path, name), ("zh", "en", *more))
            found[name] = self.both((*path, name))
        return found


def name_of(path: Path) -> str:
    """A path as people write it: `park-rent-subsidy.when`; the name of the section it stands in is left out."""
    return ".".join(str(step) for step in (path[1:] if len(path) > 1 else path))


def _in(type: Type) -> str:
    return f"in {type}" if type.unit or type != SHARE else str(type)
