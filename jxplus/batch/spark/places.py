"""Where tables are and results go: a path of this machine, or an address that Spark knows. What is there stays until all is new."""

import contextlib
import errno
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jxplus.atomic import clear_parts
from jxplus.batch.spark import NoSpark, runs
from jxplus.batch.spark.session import gave_up
from jxplus.fault import Text

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

Write = Callable[[str], None]
"""Has Spark write a folder of parts to an address."""
_TRIES = 5
"""How often a folder is put in place where another run puts its own there."""


def is_address(path: str) -> bool:
    """Whether a path is an address that Spark knows, such as `hdfs://…` or `file:/…`, and not one of this machine's own."""
    return re.match("[A-Za-z][A-Za-z0-9+.-]+:/", path) is not None


def is_same(one: str, other: str) -> bool:
    """Whether two paths or addresses are of one place, as far as their texts and this machine's links tell."""
    return _plain(one) == _plain(other)


def _plain(where: str) -> str:
    """A place without what may be written in several ways; a `file:` address is the path that it names."""
    if not is_address(where):
        return os.path.realpath(where)
    scheme, _, rest = where.partition(":")
    if scheme.lower() == "file":
        return os.path.realpath("/" + rest.lstrip("/"))
    authority, slash, path = rest.removeprefix("//").partition("/")
    return f"{scheme.lower()}://{authority}{slash}{os.path.normpath(path)}"


class OneFile:
    """A path of this machine, where the one part that Spark writes takes the place of the former file.

    Raises `OSError` where a file cannot be put; Spark would make the folder, and write into one of the file's name.
    """

    parts = 1
    left: tuple[str, ...] = ()
    """Nothing is left by runs of other machines: a path is this machine's own."""

    def __init__(self, out: str) -> None:
        self.out, self.path = out, os.path.realpath(out)
        if os.path.isdir(self.path):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), out)
        folder, name = os.path.split(self.path)
        if not os.path.isdir(folder):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), out)
        clear_parts(self.path)
        self.partial = os.path.join(folder, f".{name}.{os.getpid()}.part")

    def begin(self, spark: "SparkSession") -> None:
        """Nothing is to be looked at: the folder is there."""

    def write(self, spark: "SparkSession", write: Write) -> None:
        """Has the part written to a folder beside the file."""
        write(f"file:{self.partial}")

    def keep(self) -> None:
        """Puts the part in place of the file; raises `NoSpark` where it is not on this machine."""
        parts = list(Path(self.partial).glob("part-*"))
        if len(parts) != 1:
            zh = f"{self.out} 不在这台机器上：集群的各台机器各写各的磁盘；请写到它们都能访问的地址，如 hdfs://…"
            en = f"{self.out} is not on this machine: each machine of a cluster writes to its own disk"
            raise NoSpark(Text(zh, f"{en}; write to an address that all of them reach, such as hdfs://…"))
        with open(parts[0], "rb") as file:
            os.fsync(file.fileno())
        os.replace(parts[0], self.path)

    def drop(self) -> None:
        """Deletes what is beside the file; not before Spark has ended: it would make the folder again."""
        shutil.rmtree(self.partial, ignore_errors=True)


class FolderOfParts:
    """An address, where a folder of as many parts as Spark has takes the place of the former one."""

    parts = 0

    def __init__(self, out: str) -> None:
        self.out = out.rstrip("/")
        self.folder, _, self.name = self.out.rpartition("/")
        self.left: tuple[str, ...] = ()
        """What runs of other machines have left, or still write: nobody here can know which."""

    def begin(self, spark: "SparkSession") -> None:
        """Deletes what dead runs of this machine have left. Raises `NoSpark` where nobody answers at the address."""
        reach(spark, self.out)
        path, files = _path(spark), _files(spark, self.out)
        with contextlib.suppress(Exception):  # there may be no such folder, or none that may be listed
            found = [(each.getPath(), each.getPath().getName()) for each in files.listStatus(path(self.folder + "/"))]
            hidden = [each for each in found if runs.is_beside(each[1], self.name)]
            self.left = tuple(f"{self.folder}/{name}" for _, name in hidden if not runs.is_own(name))
            for where, name in hidden:
                if runs.is_gone(name):
                    files.delete(where, True)

    def write(self, spark: "SparkSession", write: Write) -> None:
        """Has the folder written beside the former one, which it then replaces."""
        beside = f"{self.folder}/{runs.beside(self.name)}"
        files = _files(spark, self.out)
        try:
            write(beside)
            self._put(files, _path(spark), beside)
        except Exception:
            with contextlib.suppress(Exception):
                files.delete(_path(spark)(beside), True)
            raise

    def _put(self, files: Any, path: Any, beside: str) -> None:
        """Puts the new folder in place of the former one. Another run may do so at the same time: the last one stays, whole."""
        inside = f"{self.out}/{beside.rpartition('/')[2]}"
        for _ in range(_TRIES):
            if not files.exists(path(beside)):
                break  # such as on the machines of a cluster, each with a disk of its own: the former one stays
            files.delete(path(self.out), True)
            renamed = files.rename(path(beside), path(self.out))
            if renamed and not files.exists(path(inside)):
                return
            if renamed:  # HDFS has moved it into the one that the other run has put there meanwhile
                files.rename(path(inside), path(beside))
        zh = f"{beside} 已写好，但不能改名为 {self.out}"
        en = f"{beside} is written and cannot be renamed to {self.out}"
        raise NoSpark(Text(zh, en))

    def keep(self) -> None:
        """The folder is in place."""

    def drop(self) -> None:
        """Nothing of it is on this machine."""


def place(out: str) -> OneFile | FolderOfParts:
    """Where results go; raises `OSError` where a file cannot be put."""
    return FolderOfParts(out) if is_address(out) else OneFile(out)


def reach(spark: "SparkSession", address: str) -> None:
    """Raises `NoSpark` where nobody answers at an address, or nothing here knows its kind."""
    from py4j.protocol import Py4JError

    try:
        _files(spark, address).exists(_path(spark)(address))
    except Py4JError as error:
        said = gave_up(error)
        raise NoSpark(Text(f"{address}：{said.zh}", f"{address}: {said.en}")) from None


def _files(spark: "SparkSession", address: str) -> Any:
    """Hadoop's files at an address."""
    return _path(spark)(address).getFileSystem(spark.sparkContext._jsc.hadoopConfiguration())


def _path(spark: "SparkSession") -> Any:
    jvm: Any = spark.sparkContext._jvm
    return jvm.org.apache.hadoop.fs.Path
