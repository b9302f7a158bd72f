"""What a policy file declares and nothing uses, and what in it is right and looks like a slip.

Nothing here is wrong: the policy computes. But a fact that no clause asks for is asked of every enterprise in vain, and a
reading that says what another says is no reading.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal, localcontext

from jxplus.document.tree import Path, Tree
from jxplus.fault import Fault, Text, cut, quoted
from jxplus.formula.check import share_written, type_of
from jxplus.formula.node import OVER_ITEMS, Node, unparse, walk
from jxplus.formula.operators import NUMBER, YUAN, figure_type
from jxplus.formula.proof import span
from jxplus.policy import Clause, Policy, Rule
from jxplus.policy.facts import scope_of
from jxplus.policy.form import name_of
from jxplus.policy.formulas import range_of
from jxplus.quantity import ROOMY

_ALWAYS = {"name", "as_of", "period_end"}
"""What a calculation asks of every enterprise, whatever the clauses say."""
_OF_ITEMS = {"date"}
"""What decides by itself whether an item counts: the day that it falls on."""


def unused(policy: Policy, tree: Tree) -> list[Fault]:
    """All that the file of `tree`, read as `policy`, declares in vain or says oddly, in the order of the file."""
    remarks = [*_names(policy, tree), *_readings(policy, tree), *_factors(policy, tree), *_never(policy, tree)]
    return sorted(remarks, key=lambda fault: fault.place)


def _names(policy: Policy, tree: Tree) -> Iterator[Fault]:
    """The names that are declared and that nothing uses."""
    asking: list[Clause | Rule] = [*policy.clauses, *policy.rules]
    nodes = [node for each in asking for node in walk(*each.formulas())]
    asked = {node.value for node in nodes if node.op in ("fact", "item")}
    asked |= {clause.unquantified_without for clause in policy.clauses}
    lists = {clause.each for clause in policy.clauses} | {node.value for node in nodes if node.op in OVER_ITEMS}
    lists |= {name[0] for name in asked if isinstance(name, tuple)}
    facts = [*policy.facts.values(), *(fact for listed in policy.lists.values() for fact in listed.facts.values())]
    measured = [unit for fact in facts for unit, _ in fact.type.unit]
    measured += [unit for node in nodes if node.op == "number" for unit, _ in node.value.unit]
    sections = [*(clause.section for clause in policy.clauses), *(rule.section for rule in policy.rules)]
    used = {
        "units": measured,
        "types": [fact.form for fact in facts],
        "parts": [policy.part(section) for section in sections],
        "natures": [clause.nature for clause in policy.clauses],
        "bases": [clause.basis for clause in policy.clauses],
        "departments": [clause.lead for clause in policy.clauses],
        "facts": [*asked, *_ALWAYS],
        "lists": lists,
    }
    for key, names in used.items():
        for name in tree.value.get(key) or {}:
            if name not in names:
                yield _remark(tree, (key, name), *_VAIN)
    for listed in policy.lists.values():
        for fact in listed.facts.values():
            if listed.id in lists and (listed.id, fact.id) not in asked and fact.id not in _OF_ITEMS:
                yield _remark(tree, ("lists", listed.id, "facts", fact.id), *_VAIN)


_VAIN = Text("没有条款用到", "no clause uses it"), Text("删去，或用在条款中", "leave it out, or use it in a clause")


def _readings(policy: Policy, tree: Tree) -> Iterator[Fault]:
    """The readings of a clause that say what one before them says."""
    for clause in policy.clauses:
        seen: dict[tuple[Node | None, ...], str] = {}
        for reading in clause.readings:
            first = seen.setdefault(reading[2:], reading.id)
            if first != reading.id:
                same = Text(f"与解读“{cut(first)}”结果相同", f"it says what the reading {quoted(first)} says")
                right = Text("写出二者的不同，或删去一种", "write in what they differ, or leave one of them out")
                yield _remark(tree, ("clauses", clause.id, "readings", reading.id), same, right)


def _factors(policy: Policy, tree: Tree) -> Iterator[Fault]:
    """The plain figures that multiply an amount: right as five times, and wrong where 5 % was meant."""
    scope = scope_of(policy.facts, policy.lists)
    for clause in policy.clauses:
        for node in dict.fromkeys(_products(clause)):
            plain = [arg for arg in node.args if arg.op == "number" and figure_type(arg.value) == NUMBER]
            if plain and any(arg not in plain and type_of(arg, scope) == YUAN for arg in node.args):
                figure = plain[0].value
                times = Text(
                    f"{unparse(node)} 是 {figure.text} 倍", f"`{unparse(node)}` is {figure.text} times the amount"
                )
                share = share_written(figure)
                yield _remark(
                    tree, ("clauses", clause.id), times, Text(f"指比例的写 {share}", f"write {share} for a share")
                )


def _never(policy: Policy, tree: Tree) -> Iterator[Fault]:
    """The comparisons that the bounds of the facts rule out: whoever wrote one meant another figure or another unit."""
    for clause in policy.clauses:
        nodes = (node for node in walk(*clause.formulas()) if node.op in _RULED_OUT)
        for node in dict.fromkeys(nodes):
            with localcontext(ROOMY):
                between = span(Node("-", node.args), lambda leaf: range_of(leaf, policy.facts, policy.lists))
            if between is not None and _RULED_OUT[node.op](*between):
                never = Text(f"{unparse(node)} 不可能成立", f"`{unparse(node)}` can never hold")
                right = Text(
                    "核对数字、单位和 types 中的上限", "look at the figure, its unit and the bound under `types`"
                )
                yield _remark(tree, ("clauses", clause.id), never, right)


_RULED_OUT: dict[str, Callable[[Decimal, Decimal], bool]] = {
    ">": lambda least, most: most <= 0,
    ">=": lambda least, most: most < 0,
    "<": lambda least, most: least >= 0,
    "<=": lambda least, most: least > 0,
    "=": lambda least, most: least > 0 or most < 0,
}
"""When each comparison is false whatever the facts are, by the least and the most that its left side may exceed its right."""


def _products(clause: Clause) -> Iterator[Node]:
    return (node for node in walk(*clause.formulas()) if node.op == "*")


def _remark(tree: Tree, path: Path, wrong: Text, right: Text) -> Fault:
    return Fault(tree.file, tree.place(path, True), name_of(path), wrong, right)
