"""What the paths of a command line are: files, folders, tables, workbooks, standard input."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from jxplus.batch.sources import Broken, Refusal, Refusals, Source, Unread, unreadable
from jxplus.batch.sources.files import EnterpriseFiles, Ndjson, StandardInput
from jxplus.batch.sources.formats import NOT_TAKEN, Holds, holds, is_document, is_of_programs, not_taken, source_format
from jxplus.batch.sources.former import is_result
from jxplus.document import STANDARD_INPUT, YAML, ending_of
from jxplus.fault import Fault, Place, Refused, Text
from jxplus.policy import Policy
from jxplus.policy.store import states_policy
from jxplus.policy.tables import ENTERPRISES

if TYPE_CHECKING:
    from jxplus.batch.sources.known import Known
    from jxplus.batch.sources.rows import Table
    from jxplus.batch.sources.shelf import Shelf


FORMER = Text("是以前测算的结果", "it is the result of a former run")
"""Why a file of a folder is not read that a batch or `calc` has written there."""
PLAN = Text(
    "是方案文件，不是企业；用 --policies 指定", "it is a policy file and no enterprise; name it with --policies"
)
"""Why a file of a folder is not read that states a policy."""
_ENOUGH = 1 << 16
"""How many bytes from its beginning on tell whether a file states a policy."""


def sources_of(
    paths: Sequence[str],
    policy: Policy,
    passed_over: Callable[[Unread], None] = lambda unread: None,
    strict: bool = False,
) -> list[Source]:
    """The sources that the paths name, in their order.

    Tables are read and laid out here, before anything is computed: two enterprises with one id are a fault of both.
    `passed_over` is told of all that is not read, in a folder or in a table; with `strict` it refuses its source instead.
    """
    found = _SourceFinder(policy, passed_over, strict)
    for path in paths:
        if path == STANDARD_INPUT:
            found.sources.append(StandardInput())
        elif _is_folder(path):
            found.folder(path)
        else:
            found.file(path)
    if found.shelf is not None:
        found.shelf.settle()
    return found.sources


def holds_tables(path: str, policy: Policy) -> bool:
    """Whether a path is a folder with a table of the enterprises in it, or one that cannot be looked into."""
    try:
        return _is_folder(path) and ENTERPRISES in _held(path, _entries(path), policy).values()
    except OSError:
        return True


def tables_of(path: str, policy: Policy) -> dict[str, str] | None:
    """What the files of a folder of tables hold, or a single table, or a file of lines.

    None where it is no such thing, holds more than tables, or is not as it should be.
    """
    if not _is_folder(path):
        format = source_format(path)
        return {path: ENTERPRISES} if format is not None and format.columnar else None
    entries, _ = _apart(path, policy)
    if any(not _is_table(os.path.join(path, each)) and not is_of_programs(each) for each in entries):
        return None
    found = _held(path, entries, policy)
    held = list(found.values())
    tables = {file: name for file, name in found.items() if name is not None}
    return tables if ENTERPRISES in held and None not in held and len(set(held)) == len(held) else None


def others_in(path: str, policy: Policy) -> list[tuple[str, Text]]:
    """The files of a folder that are no sources, results of former runs and policies, each with why; raises `OSError`."""
    return _apart(path, policy)[1] if _is_folder(path) else []


def _apart(folder: str, policy: Policy) -> tuple[list[str], list[tuple[str, Text]]]:
    """What is in a folder, and the files of it that are no sources, each with why. What is named as a table is one."""
    from jxplus.batch.sources.known import named_table, table_names

    names = table_names(policy)
    entries = _entries(folder)
    named = {each for each in entries if holds(each) is Holds.TABLE and named_table(names, os.path.splitext(each)[0])}
    others = {each: why for each in entries if each not in named and (why := _no_source(os.path.join(folder, each)))}
    documents = [each for each in entries if is_document(each) and not os.path.isdir(os.path.join(folder, each))]
    if documents:
        others[documents[0]] = _of_documents(len(documents))
    return [each for each in entries if each not in others and each not in documents], [
        (os.path.join(folder, each), why) for each, why in others.items()
    ]


def _of_documents(count: int) -> Text:
    """Why the documents of a folder are not read, said once at the first of them."""
    if count == 1:
        return Text("是文档或图片", "it is a document or a picture")
    return Text(f"是文档或图片，这里共{count}个", f"it is a document or a picture, as {count} are here")


def _no_source(path: str) -> Text | None:
    """Why a file in a folder is none that is read; None where it may be one."""
    if is_result(path):
        return FORMER
    if ending_of(path) not in YAML or os.path.isdir(path):
        return None
    try:
        with open(path, "rb") as file:
            return PLAN if states_policy(file.read(_ENOUGH)) else None
    except OSError:
        return None


def _entries(folder: str) -> list[str]:
    """What is in a folder and not hidden, sorted by name; raises `OSError`."""
    return sorted(each for each in os.listdir(folder) if not each.startswith((".", "~$")))


def _is_table(path: str) -> bool:
    """Whether a path is a table: a file, or a folder of such a name with its parts."""
    format = source_format(path)
    return format is not None and format.holds is Holds.TABLE and (format.parts or not os.path.isdir(path))


def _is_folder(path: str) -> bool:
    """Whether a path is a folder of files, and no table of which a folder holds the parts."""
    return os.path.isdir(path) and not _is_table(path)


def _is_source(path: str) -> bool:
    """Whether something in a folder is read for itself, and not as a table of the folder's."""
    return os.path.isdir(path) or holds(path) in (Holds.ENTERPRISE, Holds.LINES, Holds.TABLES)


def _held(folder: str, entries: list[str], policy: Policy) -> dict[str, str | None]:
    """Which table each file of a folder holds that may hold one, by its name or else by its headings."""
    from jxplus.batch.sources.known import Known, named_table, table_names

    names = table_names(policy)
    known = {name: Known(policy, name) for name in dict.fromkeys(names.values())}
    files = [path for each in entries if _is_table(path := os.path.join(folder, each))]
    stems = {file: os.path.splitext(os.path.basename(file))[0] for file in files}
    return {file: named_table(names, stem) or _by_headings(file, known) for file, stem in stems.items()}


def _by_headings(file: str, known: "Mapping[str, Known]") -> str | None:
    format = source_format(file)
    try:
        return format.table(file, known) if format is not None and format.table is not None else None
    except (Refused, OSError):
        return None


class _SourceFinder:
    """The sources found so far; the shelf for tables is made with the first of them."""

    def __init__(self, policy: Policy, passed_over: Callable[[Unread], None], strict: bool) -> None:
        self.policy, self.passed_over, self.strict = policy, passed_over, strict
        self.folders: set[str] = set()
        self.sources: list[Source] = []
        self.seen = 0
        self.shelf: Shelf | None = None

    def unread(self, file: str, what: Text) -> None:
        """A file that is not read: named, or refused."""
        told = Unread(file, None, what)
        if self.strict:
            self.sources.append(_broken([file], told.fault()))
        else:
            self.passed_over(told)

    def file(self, path: str) -> None:
        """A file by its ending; one that has no other is an enterprise file."""
        self.seen += 1
        kind = holds(path)
        if kind is Holds.LINES:
            self.sources.append(Ndjson(path))
        elif kind in (Holds.TABLE, Holds.TABLES):
            self.tables([path], path, {path: ENTERPRISES})
        elif ending_of(path) in NOT_TAKEN:
            self.sources.append(_broken([path], Fault(path, Place(), "", *not_taken(path))))
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
        self.folders.add(os.path.realpath(path))
        entries, others = _apart(path, self.policy)
        for file, reason in others:
            self.unread(file, reason)
        held = _held(path, entries, self.policy)
        if ENTERPRISES in held.values():
            self.table_folder(path, held)
        else:
            for file in held:
                self.unread(file, Text("旁边没有企业表 enterprises.csv", "there is no enterprises.csv beside it"))
        for inner in (os.path.join(path, entry) for entry in entries):
            if _is_table(inner):
                continue
            if os.path.isdir(inner):
                if os.path.realpath(inner) not in self.folders:  # a link may lead to what has been read, or in a circle
                    self._folder(inner)
            elif _is_source(inner):
                self.file(inner)
            elif not is_of_programs(inner):
                wrong, right = not_taken(inner)
                self.unread(inner, Text(f"{wrong.zh}；{right.zh}", f"{wrong.en}; {right.en}"))

    def table_folder(self, path: str, held: dict[str, str | None]) -> None:
        """A folder of tables: each table once; what is no table is named."""
        self.seen += 1
        found: dict[str, str] = {}
        faults = []
        for file, name in held.items():
            if name is None:
                self.unread(file, Text("没有已知的表头", "none of its headings are known"))
            elif name in found.values():
                wrong = Text("这张表有两个文件", f"a second file for the table '{name}'")
                faults.append(Fault(file, Place(), "", wrong, Text("只保留一个", "keep one of them")))
            else:
                found[file] = name
        if faults:
            self.sources.append(_broken(list(found), *faults))
        else:
            self.tables(list(found), path, found)

    def tables(self, files: list[str], path: str, names: dict[str, str]) -> None:
        """Tables: those of the files that `names` gives the table of, and all of a workbook."""
        from jxplus.batch.sources.shelf import Shelf

        if self.shelf is None:
            self.shelf = Shelf(self.policy)
        try:
            for tables in _apart_by_sheet(list(self._tables(names))):
                laid = self.shelf.add(files, tables)
                unread = [each for source in laid for each in source.unread]
                refused = [each.fault() for each in unread if not each.read] if self.strict else []
                if refused:
                    raise Refused(refused)
                self.sources += laid
                for each in unread:
                    self.passed_over(each)
        except Refused as refused:
            self.sources.append(_broken(files, *refused.faults))
        except OSError as error:
            self.sources.append(Broken(files, unreadable(error.filename or path, error)))

    def _tables(self, names: dict[str, str]) -> "Iterator[Table]":
        for file, name in names.items():
            format = source_format(file)
            if format is not None and format.read is not None:
                yield from format.read(file, name, self.policy)


def _apart_by_sheet(tables: "list[Table]") -> "list[list[Table]]":
    """The tables that belong together: all of them, or each by itself where all are of enterprises, and one may be refused alone."""
    return [[table] for table in tables] if all(table.name == ENTERPRISES for table in tables) else [tables]


def _broken(files: list[str], *faults: Fault) -> Broken:
    return Broken(files, Refusals((Refusal("", Refused(faults).faults),)))
