"""A policy file read and checked: every clause, fact and formula of it, or every fault of it with its line.

The file is checked whole before it is used: a clause that names an unknown fact, compares money with an area or does not
come out in yuan is refused here, so a policy that loads cannot compute with the wrong thing.
"""

from collections.abc import Iterable
from datetime import date

from jxplus.document import decode, read_tree
from jxplus.document.tree import Path, Tree
from jxplus.fault import Refused, Text, cut, quoted
from jxplus.plan.section import USUAL, Numbering, numbering_like
from jxplus.policy import DAY, Period, Policy, PolicyWarning
from jxplus.policy.clauses import Clauses
from jxplus.policy.declared import Declared
from jxplus.policy.form import ID, Form
from jxplus.policy.omissions import not_encoded, sentences, sources
from jxplus.policy.rules import Rules, tangles
from jxplus.policy.successors import check_order, replaced_plans, succeeded

_TOP = (
    "policy",
    "numbering",
    "parts",
    "natures",
    "bases",
    "departments",
    "units",
    "types",
    "facts",
    "lists",
    "readings",
    "clauses",
    "rules",
    "not encoded",
    "sources",
)
_HEAD = ("id", "alias", "title", "issued", "in force", "currency", "warn after", "replaces", "sentences")
CURRENCY = "CNY"
"""What every amount is in: a formula comes out in yuan."""


def read_policy(data: bytes, file: str, sha256: str) -> Policy:
    """The policy that the bytes of a file describe; raises `Refused` with every fault found in them."""
    return policy_of(read_tree(decode(data, file), file, aliases=True), sha256)


def policy_of(tree: Tree, sha256: str) -> Policy:
    """The policy of a file that is a tree already; raises `Refused` as `read_policy` does."""
    form = Form(tree)
    begins = Text("以 policy: 开头", "it starts with `policy:`")
    if not isinstance(form.tree.value, dict):
        form.fault((), Text("须是“键: 值”的文件", "not a mapping"), begins)
        raise Refused(form.faults)
    if form.tree.value and not any(key in form.tree.value for key in _TOP):
        form.fault((), Text("不是方案文件", "it is no policy file"), begins)
        raise Refused(form.faults)
    policy = _policy(form, sha256)
    if form.faults:
        raise Refused(form.faults)
    return policy


def _policy(form: Form, sha256: str) -> Policy:
    top = form.mapping((), _TOP)
    for key in ("policy", "types", "facts", "clauses"):
        if key not in top:
            form.fault((), Text(f"缺少 {key}", f"{key} is missing"), Text(f"补上 {key}:", f"add `{key}:`"))
    currency = form.at(("policy", "currency"))
    if currency not in (None, CURRENCY):
        wrong = Text(f"不能以“{cut(currency)}”计", f"amounts are not in {quoted(currency)}")
        form.fault(("policy", "currency"), wrong, Text("金额以元计，写 CNY", "they are in yuan: write CNY"))
    head = form.mapping(("policy",), _HEAD, optional=True)
    period = form.period(("policy", "in force"), Period())
    form.numbering = _numbering(form)
    names = {key: form.names((key,)) for key in ("parts", "natures")}
    names["bases"] = form.names(("bases",), ("held against",))
    _parts(form, names["parts"])
    departments = {}
    for name in form.mapping(("departments",), optional=True):
        form.mapping(("departments", name), ("en",))
        stated = isinstance(form.at(("departments", name)), dict)
        departments[name] = Text(name, form.word(("departments", name, "en")) if stated else "")
    declared = Declared(form)
    days = {
        basis: declared.date(("bases", basis, "held against"), declared.facts) or DAY
        for basis in names["bases"]
        if form.at(("bases", basis, "held against")) is not None
    }
    reader = Clauses(form, period, names, departments, declared, days)
    clauses = reader.read()
    check_order(form, clauses)
    clauses = succeeded(clauses)
    alias = form.at(("policy", "alias"))
    rules = Rules(form, reader, clauses, alias if isinstance(alias, str) else "").read()
    policy = Policy(
        form.word(("policy", "id")) if head else "",
        form.text(("policy", "title")),
        form.day(("policy", "issued"), required=True) or date.min,
        period,
        form.word(("policy", "currency")) if head else "",
        _warning(form),
        names["parts"],
        names["natures"],
        names["bases"],
        departments=departments,
        facts=declared.facts,
        lists=declared.lists,
        clauses=clauses,
        sha256=sha256,
        file=form.tree.file,
        not_encoded=not_encoded(form, ("not encoded",)),
        sources=sources(
            form, ("sources",), ["policy", *(clause.id for clause in clauses), *(rule.id for rule in rules)]
        ),
        units=declared.units,
        numbering=form.numbering,
        alias=_alias(form),
        rules=rules,
        replaces=replaced_plans(form, period),
        sentences=sentences(form, ("policy",)) if head else (),
    )
    if not form.faults:
        tangles(form, policy)
    return policy


def _alias(form: Form) -> str:
    """What other plans call this one; empty where the file does not say."""
    path = ("policy", "alias")
    written = form.at(path)
    if written is None or (isinstance(written, str) and ID.fullmatch(written)):
        return written or ""
    wrong = Text("须由小写字母、数字和连字符组成", "an alias is small letters, digits, '-' and '_'")
    form.fault(path, wrong, Text("如 jx43", "such as jx43"))
    return ""


def _numbering(form: Form) -> Numbering:
    """How the plan numbers its sections, from an example of it; the usual way where the file gives none."""
    written = form.at(("numbering",))
    if written is None:
        return USUAL
    found = numbering_like(written) if isinstance(written, str) else None
    if found is None:
        wrong = Text(f"“{cut(written)}”不是章节号", f"{quoted(written)} is no section's number")
        right = Text(
            "照原文写一个，如 六(二)、第8条、一.2、1.2、Article 5",
            "give one as the plan has it: 六(二), 第8条, 一.2, 1.2, Article 5",
        )
        form.fault(("numbering",), wrong, right)
    return found or USUAL


def _parts(form: Form, parts: Iterable[str]) -> None:
    """Where sections have one level, a part is known by the section that it begins with."""
    if len(form.numbering.kinds) == 1:
        for name in parts:
            form.section(("parts", name), name, key=True)


def _warning(form: Form) -> PolicyWarning | None:
    path: Path = ("policy", "warn after")
    if not form.mapping(path, ("date", "zh", "en"), optional=True):
        return None
    return PolicyWarning(form.day((*path, "date"), required=True) or date.max, form.both(path))
