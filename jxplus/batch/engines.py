"""Which engine computes a batch: what is asked and what is there, to the engine and the reason. Nothing is looked up here."""

from collections.abc import Sequence
from typing import NamedTuple

from jxplus.fault import Text, none_of

ENGINES = ("auto", "duckdb", "python", "spark")
NEEDS = ("duckdb", "sqlglot")
"""The libraries that DuckDB's engine imports."""
FEW = 1 << 18
"""Up to how many bytes the scalar engine is done before DuckDB has begun."""


class Asked(NamedTuple):
    """What a command line asks for: an engine, and how many sources it is to read.

    `columnar` is what an engine by columns calls the file to write, empty where there is none that it writes. `printed` says
    that CSV goes to standard output: only an engine that is asked for by name does that by columns. `piped` says that a
    source is standard input.
    """

    engine: str
    sources: int
    columnar: str
    printed: bool = False
    piped: bool = False


class There(NamedTuple):
    """What there is: the libraries that are missing, and what the only source is.

    `tables` says that it is a folder of tables, `fit` that it is nothing but tables or lines that can be used, and `size` how
    many bytes those are.
    """

    missing: tuple[str, ...] = ()
    tables: bool = False
    fit: bool = False
    size: int = 0


class Choice(NamedTuple):
    """The engine that computes; `said` where a reader is told so, with the `reason` why it is not another."""

    engine: str
    said: bool = False
    reason: Text | None = None


class Unserved(Exception):
    """The engine that is asked for by name cannot serve; `text` says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def check(asked: Asked, missing: Sequence[str]) -> None:
    """Raises `Unserved` where an engine is asked for that is not known, or cannot serve such a command line."""
    engine = asked.engine
    if engine not in ENGINES:
        raise Unserved(none_of("--engine", engine, ENGINES))
    if engine in ("auto", "python"):
        return
    if asked.sources != 1 or asked.piped:
        raise Unserved(
            Text(
                f"--engine {engine} 只读一个来源：表格文件夹或 NDJSON；混合来源请用 python",
                f"--engine {engine} takes one source, a folder of tables or NDJSON; python takes any mix",
            )
        )
    if not (asked.columnar or asked.printed):
        raise Unserved(
            Text(
                f"--engine {engine} 只写表格：-o 文件.csv 或 文件.parquet，或 --format csv",
                f"--engine {engine} writes tables: -o FILE.csv or FILE.parquet, or --format csv",
            )
        )
    if engine == "duckdb" and missing:
        install = "pip install '.[tables]'"
        raise Unserved(
            Text(f"--engine duckdb 须安装 {missing[0]}: {install}", f"--engine duckdb needs {missing[0]}: {install}")
        )


def hangs_on_source(asked: Asked, missing: Sequence[str]) -> bool:
    """Whether the choice hangs on what the source is; else nobody needs to look at it."""
    if asked.engine == "auto":
        return asked.sources == 1 and not asked.piped and bool(asked.columnar) and not missing
    return asked.engine == "duckdb"


def choose(asked: Asked, there: There) -> Choice:
    """The engine for a batch whose command line `check` has let pass; raises `Unserved` where its source is for another."""
    if asked.engine in ("python", "spark"):
        return Choice(asked.engine, said=asked.engine == "spark")
    if not hangs_on_source(asked, there.missing):
        return Choice("python")
    if not there.fit and there.tables:  # whatever is wrong with them, their reader says it
        reason = Text("文件夹里不全是可用的表格", "not everything in the folder is a table that can be used")
        return Choice("python", True, reason)
    if not there.fit and asked.engine == "auto":
        return Choice("python")
    if not there.fit:
        raise Unserved(
            Text(
                f"--engine {asked.engine} 读取表格和 NDJSON，而来源都不是",
                f"--engine {asked.engine} reads tables and NDJSON, and the source is neither",
            )
        )
    few = asked.engine == "auto" and there.size <= FEW
    return Choice("python" if few else "duckdb", said=True)
