"""Reports as a folder: a page for each enterprise, and an index of them, ranked. The folder is replaced whole, or left as it was.

Nothing is ever deleted that a former run has not written: a folder that holds anything else is refused.
"""

import atexit
import errno
import os
import shutil
import unicodedata

from jxplus.atomic import clear_parts
from jxplus.batch import Brief, Done, ReportPage, Task
from jxplus.batch.outputs.files import ForeignFolder
from jxplus.batch.outputs.reportindex import index
from jxplus.batch.signals import held
from jxplus.fault import writable
from jxplus.render.report import INDEX, environment

LISTED = ".jxplus-reports"
"""The file that lists what a run has written into its folder, a name a line."""
_LONGEST = 60
_DEVICES = {"con", "prn", "aux", "nul", *(f"{name}{number}" for name in ("com", "lpt") for number in range(10))}


def file_name(id: str, name: str, taken: set[str]) -> str:
    """The name of an enterprise's page, which every system takes; none that is `taken`, in whatever case."""
    told = f"{id}-{name}" if id and id != name else name
    plain = unicodedata.normalize("NFC", writable(told))
    kept = "".join(char if char.isalnum() or char in "-_()（）·" else "-" for char in plain)
    stem = kept[:_LONGEST].strip("-") or "-"
    if stem.casefold() in _DEVICES:
        stem += "_"
    number, found = 1, stem
    while unicodedata.normalize("NFKC", found).casefold() in taken:
        number += 1
        found = f"{stem}-{number}"
    taken.add(unicodedata.normalize("NFKC", found).casefold())
    return f"{found}.html"


class ReportsOutput:
    """A folder of reports of a task.

    Raises `ImportError` where Jinja2 is not installed, `OSError` where the folder cannot be made, and `ForeignFolder` where
    it holds what no run has written.
    """

    def __init__(self, path: str, task: Task) -> None:
        environment()
        self.path, self.task = path, task
        self.folder = os.path.realpath(path.rstrip("/" + os.sep) or os.sep)
        parent, name = os.path.split(self.folder)
        if not os.path.isdir(parent):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        self.former = os.path.join(parent, f".{name}.former")
        if os.path.isdir(self.former) and not os.path.exists(self.folder):
            os.rename(self.former, self.folder)  # a run was ended between the two steps of `_put`
        self._check(path)
        clear_parts(self.folder)
        self.partial = os.path.join(parent, f".{name}.{os.getpid()}.part")
        try:
            os.mkdir(self.partial)
        except OSError as error:
            error.filename = path  # nobody has named the partial folder
            raise
        atexit.register(self.drop)
        self.taken = {"index"}
        self.pages: list[tuple[Brief, str]] = []
        self.refused: list[tuple[str, str, int]] = []

    def _check(self, path: str) -> None:
        """Raises `ForeignFolder` where the folder holds what no run has written, `OSError` where it is none."""
        if not os.path.lexists(self.folder):
            return
        if not os.path.isdir(self.folder):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path)
        found = set(os.listdir(self.folder))
        listed = {LISTED}
        if LISTED in found:
            with open(os.path.join(self.folder, LISTED), encoding="utf-8") as file:
                listed |= set(file.read().splitlines())
        others = sorted(found - listed)
        if others:
            raise ForeignFolder(path, others)

    def add(self, done: Done) -> None:
        """Write the pages of a further chunk."""
        for brief, each in zip(done.briefs, done.made, strict=True):
            assert isinstance(each, ReportPage)
            name = file_name(each.id, each.name, self.taken)
            self._write(name, each.text)
            self.pages.append((brief, name))
        self.refused += [
            (each.enterprise or each.faults[0].where, each.name, len(each.faults)) for each in done.refusals
        ]

    def _write(self, name: str, text: str) -> None:
        with open(os.path.join(self.partial, name), "w", encoding="utf-8", newline="\n") as file:
            file.write(text)

    def keep(self) -> None:
        """Write the index, and put the folder in place."""
        ranked = sorted(self.pages, key=lambda each: -each[0].high)
        task = self.task
        self._write(INDEX, index(task.policy, task.day, ranked, self.refused, task.lang, task.unit))
        self._write(LISTED, "".join(f"{name}\n" for name in (INDEX, *(file for _, file in self.pages))))
        with held():
            self._put()
        atexit.unregister(self.drop)

    def _put(self) -> None:
        """Put the new folder in the place of the former one: in two steps, of which a later run makes up for the second."""
        if os.path.isdir(self.folder):
            shutil.rmtree(self.former, ignore_errors=True)
            os.rename(self.folder, self.former)
        os.rename(self.partial, self.folder)
        shutil.rmtree(self.former, ignore_errors=True)

    def drop(self) -> None:
        """Give the folder up; nothing happens where it is in place."""
        shutil.rmtree(self.partial, ignore_errors=True)
