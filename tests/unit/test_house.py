"""The rooms of the house: what each module of `jxplus/` may import.

Read are all imports, wherever they stand: at the top, in a function, under TYPE_CHECKING, and those that
`import_module` makes. A module of a room imports its own room and what stands below; rooms side by side know nothing of
each other; no module imports itself by way of others; a library is known in its own rooms alone.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

FLOORS = (
    # from the top down; what stands on one floor does not import one another
    ("__main__",),
    ("cli", "jxplus"),  # the command line; `jxplus/__init__.py`, the public library
    ("batch", "library"),  # many enterprises; what a program calls
    ("receipt",),  # a result computed again
    ("render", "query"),  # pages and records; a policy as one SELECT
    ("comparison",),  # what changes when a plan is replaced
    ("assessment",),  # what an enterprise is entitled to
    ("enterprise", "audit"),  # what an enterprise file may say; the policy against the plan's text
    ("policy",),  # what a policy file says
    ("formula", "plan", "document"),  # the language; the official text; bytes to a tree
    ("quantity", "fault", "atomic", "version"),
)

LIBRARIES = {
    "typer": ("cli",),
    "click": ("cli",),
    "rich": ("render", "batch.outputs"),
    "tabulate": ("render", "batch.outputs"),
    "plotext": ("render",),
    "sqlglot": ("query", "batch.duckdb"),
    "duckdb": ("batch.duckdb",),
    "pyspark": ("batch.spark",),
    "py4j": ("batch.spark",),
    "xlsxwriter": ("batch.outputs",),
    "yaml": ("document",),
    "narwhals": ("library",),
    "msgspec": ("enterprise",),
    "jinja2": ("render",),
}

STANDARD = {*sys.stdlib_module_names, "_sha2", "_sha256"}
"""Python's own modules, of whichever version: SHA-256 is in the one or the other."""

PACKAGE = Path(__file__).parents[2] / "jxplus"
LEVEL = {room: len(FLOORS) - floor for floor, rooms in enumerate(FLOORS) for room in rooms}


class Import(NamedTuple):
    """An import: the module that it stands in and its line, and the name that it imports."""

    module: str
    line: int
    name: str


def modules_of(package: Path) -> dict[str, Path]:
    """The modules of a package by name; a package has the name of its folder."""
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports_of(module: str, path: Path) -> Iterator[Import]:
    """The imports of a module, lazy ones too; raises `ValueError` at one whose name is made up when it runs."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (Import(module, node.lineno, each.name) for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
            start = ".".join([*parents, *([node.module] if node.module else [])])
            yield from (Import(module, node.lineno, f"{start}.{each.name}") for each in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("import_module", "__import__"):
            yield Import(module, node.lineno, called_name(node))


def called_name(call: ast.Call) -> str:
    """The name given to `import_module`: as it is written, or as far as it is known, `jxplus.cli.` of an f-string."""
    name = call.args[0] if call.args else None
    if isinstance(name, ast.JoinedStr):
        name = name.values[0]
    if isinstance(name, ast.Constant) and isinstance(name.value, str) and "." in name.value.strip("."):
        return name.value
    if isinstance(name, ast.Constant) and name is call.args[0]:
        return str(name.value)
    raise ValueError(f"line {call.lineno}: {ast.unparse(call)} does not say what it imports")


def room_of(name: str) -> str:
    """The room of a module: `jxplus.cli.calc` is of `cli`, and the package itself a room of its own."""
    return [*name.split("."), "jxplus"][1] if "." in name else name


def stands_in(name: str, room: str) -> bool:
    """Whether a module is of a room, or of a room in a room, such as `batch.duckdb`."""
    return f"{name}.".startswith(f"jxplus.{room}.")


def offences(package: Path, own: str = "jxplus") -> list[str]:
    """What is against the order of the house, one line each."""
    modules = modules_of(package)
    graph: dict[str, set[str]] = {module: set() for module in modules}
    found = []
    for module, path in modules.items():
        if room_of(module) not in LEVEL:
            found.append(f"{module}: the room {room_of(module)} stands on no floor")
            continue
        for each in imports_of(module, path):
            if each.name.split(".")[0] != own:
                found += library_offence(each)
            else:
                target = each.name if each.name in modules else each.name.rpartition(".")[0]
                if not each.name.endswith("."):  # a name half known is of a room, and of no module
                    graph[module] |= {target} & set(modules)
                found += room_offence(each, target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = error.args[1][1:]
        first = circle.index(min(circle))
        found.append(f"a circle: {' < '.join([*circle[first:], *circle[:first], circle[first]])}")
    return found


def library_offence(each: Import) -> list[str]:
    """A library outside its rooms, or one that has none."""
    library = each.name.split(".")[0]
    if library in STANDARD:
        return []
    if library not in LIBRARIES:
        return [f"{each.module}:{each.line}: the library {library} has no room"]
    if any(stands_in(each.module, room) for room in LIBRARIES[library]):
        return []
    return [f"{each.module}:{each.line}: {library} is known only in {', '.join(LIBRARIES[library])}"]


def room_offence(each: Import, target: str) -> list[str]:
    """An import from a room that does not stand below."""
    here, there = room_of(each.module), room_of(target)
    if here == there:
        return []
    if there not in LEVEL:
        return [f"{each.module}:{each.line}: the room {there} stands on no floor"]
    if LEVEL[there] < LEVEL[here]:
        return []
    way = "upward" if LEVEL[there] > LEVEL[here] else "sideways"
    return [f"{each.module}:{each.line}: {here} imports {way}, from {there}"]


def test_the_house_is_in_order() -> None:
    """Every import of every module goes downward, and every library is in its room."""
    assert offences(PACKAGE) == []


def test_a_name_belongs_to_one_class() -> None:
    # Whoever meets a class in a traceback or a signature knows which one it is; those of one module's own included.
    where = defaultdict(list)
    for name, path in modules_of(PACKAGE).items():
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef):
                where[node.name].append(name)
    assert {name: modules for name, modules in where.items() if len(modules) > 1} == {}


def test_no_floor_is_empty() -> None:
    """The table names the rooms that are there and no others, so that no room is held to an order that is not its own."""
    assert {room_of(module) for module in modules_of(PACKAGE)} == set(LEVEL)


def test_libraries_are_used() -> None:
    """The table of libraries names none that nothing imports, but what a library brings along."""
    used = {each.name.split(".")[0] for name, path in modules_of(PACKAGE).items() for each in imports_of(name, path)}
    assert set(LIBRARIES) - used <= {"click", "py4j"}


ORDERLY = {
    "__init__.py": "from jxplus.version import __version__",
    "version.py": "__version__ = '1'",
    "fault.py": "import re",
    "policy/__init__.py": "from jxplus.version import __version__\nfrom jxplus.fault import Fault",
    "policy/store.py": "from jxplus.policy import Policy\nfrom . import file",
    "policy/file.py": "from ..fault import Text",
    "cli/__init__.py": "import importlib\nimportlib.import_module(f'jxplus.cli.{name}')",
    "cli/calc.py": "import typer\nfrom jxplus import cli, policy",
    "batch/sources/workbook.py": "def tables():\n    import zipfile",
}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        pytest.param({}, [], id="in order"),
        pytest.param(
            {"atomic.py": "from jxplus.policy import Policy"},
            ["jxplus.atomic:1: atomic imports upward, from policy"],
            id="upward",
        ),
        pytest.param(
            {"atomic.py": "def late():\n    from jxplus import cli"},
            ["jxplus.atomic:2: atomic imports upward, from cli"],
            id="upward in a function",
        ),
        pytest.param(
            {"atomic.py": "import typing\nif typing.TYPE_CHECKING:\n    import jxplus.cli.calc"},
            ["jxplus.atomic:3: atomic imports upward, from cli"],
            id="upward for a type",
        ),
        pytest.param(
            {"atomic.py": "from importlib import import_module\nimport_module('jxplus.policy')"},
            ["jxplus.atomic:2: atomic imports upward, from policy"],
            id="upward by import_module",
        ),
        pytest.param(
            {"atomic.py": "import importlib\nimportlib.import_module(f'jxplus.cli.{name}')"},
            ["jxplus.atomic:2: atomic imports upward, from cli"],
            id="upward by a name half known",
        ),
        pytest.param(
            {"policy/file.py": "from ..cli import run"},
            ["jxplus.policy.file:1: policy imports upward, from cli"],
            id="upward by a relative import",
        ),
        pytest.param(
            {"atomic.py": "from jxplus import load_policy"},
            ["jxplus.atomic:1: atomic imports upward, from jxplus"],
            id="upward from the public library",
        ),
        pytest.param(
            {"quantity.py": "from jxplus.fault import Text"},
            ["jxplus.quantity:1: quantity imports sideways, from fault"],
            id="sideways",
        ),
        pytest.param(
            {"policy/file.py": "def late():\n    from jxplus.policy.store import cached"},
            ["a circle: jxplus.policy.file < jxplus.policy.store < jxplus.policy.file"],
            id="a circle in a room",
        ),
        pytest.param(
            {"cli/calc.py": "def late():\n    from rich.table import Table"},
            ["jxplus.cli.calc:2: rich is known only in render, batch.outputs"],
            id="a library outside its room",
        ),
        pytest.param(
            {"batch/sources/workbook.py": "import xlsxwriter"},
            ["jxplus.batch.sources.workbook:1: xlsxwriter is known only in batch.outputs"],
            id="a library in the room beside its own",
        ),
        pytest.param(
            {"atomic.py": "import numpy"}, ["jxplus.atomic:1: the library numpy has no room"], id="a new library"
        ),
        pytest.param(
            {"utils.py": ""}, ["jxplus.utils: the room utils stands on no floor"], id="a room that is not in the table"
        ),
    ],
)
def test_offences(changed: Mapping[str, str], said: list[str], tmp_path: Path) -> None:
    """Each kind of offence is found where it stands, and nothing is said of a house in order."""
    for name, text in {**ORDERLY, **changed}.items():
        path = tmp_path / "jxplus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    assert sorted(offences(tmp_path / "jxplus")) == said


def test_an_import_that_cannot_be_read(tmp_path: Path) -> None:
    """A name made up when the program runs would go past this test, so it is not allowed."""
    path = tmp_path / "late.py"
    path.write_text("import importlib\nimportlib.import_module(name)", "utf-8")
    with pytest.raises(ValueError, match=r"line 2: .* does not say what it imports"):
        list(imports_of("jxplus.late", path))
