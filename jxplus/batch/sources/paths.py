"""What the paths of a command line are: files, folders, tables, workbooks, standard input."""

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from jxplus.batch.sources import Broken, Refusal, Refusals, Source, unreadable
from jxplus.batch.sources.files import EnterpriseFiles, Ndjson, StandardInput
from jxplus.batch.sources.formats import Holds, holds, source_format
from jxplus.document import STANDARD_INPUT
from jxplus.fault import Fault, Place, Refused, Text, quoted, unknown_name
from jxplus.policy import Policy
from jxplus.policy.tables import ENTERPRISES

if TYPE_CHECKING:
    from jxplus.batch.sources.tables import Shelf, Table


def sources_of(
    paths: Sequence[str], policy: Policy, passed_over: Callable[[str], None] = lambda file: None
) -> list[Source]:
    """The sources that the paths name, in their order.

    Tables are read and laid out here, before anything is computed: two enterprises with one id are a fault of both.
    `passed_over` is told of each table in a folder that has no table of enterprises: it may be anything.
    """
    found = _Finder(policy, passed_over)
    for path in paths:
        if path == STANDARD_INPUT:
            found.sources.append(StandardInput())
        elif os.path.isdir(path):
            found.folder(path)
        else:
            found.file(path)
    if found.shelf is not None:
        found.shelf.settle()
    return found.sources


def holds_tables(path: str, policy: Policy) -> bool:
    """Whether a path is a folder with a table of the enterprises in it, or one that cannot be looked into."""
    from jxplus.batch.sources.tables import table_names

    try:
        return os.path.isdir(path) and _has_enterprises(_entries(path), table_names(policy))
    except OSError:
        return True


def tables_of(path: str, policy: Policy) -> dict[str, str] | None:
    """What the files of a folder of tables hold, or a single table, or a file of lines.

    None where it is no such thing, holds more than tables, or is not as it should be.
    """
    from jxplus.batch.sources.tables import table_names

    if not os.path.isdir(path):
        format = source_format(path)
        return {path: ENTERPRISES} if format is not None and format.columnar else None
    names = table_names(policy)
    entries = _entries(path)
    tables = [each for each in entries if _is_table(each)]
    if any(_is_source(os.path.join(path, each)) for each in entries):
        return None
    found = {os.path.join(path, each): names.get(os.path.splitext(each)[0], "") for each in tables}
    held = list(found.values())
    return found if ENTERPRISES in held and "" not in held and len(set(held)) == len(held) else None


def _entries(folder: str) -> list[str]:
    """What is in a folder and not hidden, sorted by name; raises `OSError`."""
    return sorted(each for each in os.listdir(folder) if not each.startswith((".", "~$")))


def _is_table(entry: str) -> bool:
    return holds(entry) is Holds.TABLE


def _is_source(path: str) -> bool:
    """Whether something in a folder is read for itself, and not as a table of the folder's."""
    return os.path.isdir(path) or holds(path) in (Holds.ENTERPRISE, Holds.LINES, Holds.TABLES)


def _has_enterprises(entries: list[str], names: dict[str, str]) -> bool:
    """Whether one of the entries of a folder is the table of the enterprises; `names` are those of tables."""
    return any(_is_table(each) and names.get(os.path.splitext(each)[0]) == ENTERPRISES for each in entries)


class _Finder:
    """The sources found so far; the shelf for tables is made with the first of them."""

    def __init__(self, policy: Policy, passed_over: Callable[[str], None]) -> None:
        self.policy, self.passed_over = policy, passed_over
        self.folders: set[str] = set()
        self.sources: list[Source] = []
        self.seen = 0
        self.shelf: Shelf | None = None

    def file(self, path: str) -> None:
        """A file by its ending; one that has no other is an enterprise file."""
        self.seen += 1
        kind = holds(path)
        if kind is Holds.LINES:
            self.sources.append(Ndjson(path))
        elif kind in (Holds.TABLE, Holds.TABLES):
            self.tables([path], path, {path: ENTERPRISES})
        elif self.sources and isinstance(self.sources[-1], EnterpriseFiles):
            self.sources[-1].files.append(path)
        else:
            self.sources.append(EnterpriseFiles([path]))

    def folder(self, path: str) -> None:
        """A folder: its tables where one of them is that of the enterprises, and its files and folders, sorted by name."""
        before = self.seen
        try:
            self._folder(path)
        except OSError as error:
            self.sources.append(Broken([], unreadable(error.filename or path, error)))
            return
        if self.seen == before:
            wrong = Text("文件夹里没有企业文件", "the folder holds no enterprise files")
            right = Text(
                "放入 .yaml、.json、.ndjson、.xlsx 或 enterprises.csv",
                "put .yaml, .json, .ndjson, .xlsx or enterprises.csv there",
            )
            self.sources.append(_broken([path], Fault(path, Place(), "", wrong, right)))

    def _folder(self, path: str) -> None:
        from jxplus.batch.sources.tables import table_names

        self.folders.add(os.path.realpath(path))
        names = table_names(self.policy)
        entries = _entries(path)
        tables = [each for each in entries if _is_table(each)]
        if _has_enterprises(entries, names):
            self.table_folder(path, tables, names)
        else:
            for entry in tables:
                self.passed_over(os.path.join(path, entry))
        for inner in (os.path.join(path, entry) for entry in entries):
            if os.path.isdir(inner):
                if os.path.realpath(inner) not in self.folders:  # a link may lead to what has been read, or in a circle
                    self._folder(inner)
            elif _is_source(inner):
                self.file(inner)

    def table_folder(self, path: str, entries: list[str], names: dict[str, str]) -> None:
        """A folder of tables: each table once, and none that is not known."""
        self.seen += 1
        found: dict[str, str] = {}
        faults = []
        for entry in entries:
            stem = os.path.splitext(entry)[0]
            name, file = names.get(stem), os.path.join(path, entry)
            if name is None:
                wrong, right = unknown_name(stem, list(names), Text("表", "table"))
                faults.append(Fault(file, Place(), "", wrong, right))
            elif name in found.values():
                wrong = Text("这张表有两个文件", f"a second file for the table {quoted(name)}")
                faults.append(Fault(file, Place(), "", wrong, Text("只保留一个", "keep one of them")))
            else:
                found[file] = name
        if faults:
            self.sources.append(_broken(list(found), *faults))
        else:
            self.tables(list(found), path, found)

    def tables(self, files: list[str], path: str, names: dict[str, str]) -> None:
        """Tables: those of the files that `names` gives the table of, and all of a workbook."""
        from jxplus.batch.sources.tables import Shelf

        if self.shelf is None:
            self.shelf = Shelf(self.policy)
        try:
            self.sources.append(self.shelf.add(files, list(self._tables(names))))
        except Refused as refused:
            self.sources.append(_broken(files, *refused.faults))
        except OSError as error:
            self.sources.append(Broken(files, unreadable(error.filename or path, error)))

    def _tables(self, names: dict[str, str]) -> "Iterator[Table]":
        for file, name in names.items():
            format = source_format(file)
            if format is not None and format.read is not None:
                yield from format.read(file, name, self.policy)


def _broken(files: list[str], *faults: Fault) -> Broken:
    return Broken(files, Refusals((Refusal("", Refused(faults).faults),)))
