"""Answers command lines of jxplus, each in a process of its own that is forked from this one, which has the libraries loaded.

A test of the command line would wait four times as long for imports as for jxplus. The command line itself is imported anew
in each process, in the language and the environment that it has there.

Reads a line of JSON for each command line (`words`, `folder`, `environment`, `stdin`, `stdout`, `stderr`: the paths of three
files), and answers with its exit code.
"""

import atexit
import gc
import json
import os
import sys
import traceback
from importlib import import_module
from typing import Any

_LOADED = (
    "jxplus.assessment",
    "jxplus.assessment.reach",
    "jxplus.batch",
    "jxplus.batch.sources",
    "jxplus.enterprise.template",
    "jxplus.policy.file",
    "jxplus.policy.store",
    "jxplus.policy.together",
    "jxplus.query",
    "jxplus.render.terminal",
    "duckdb",
    "fractions",
    "jinja2",
    "rich.console",
    "rich.progress",
    "rich.table",
    "rich.text",
    "sqlglot",
    "sqlglot.optimizer",
    "tabulate",
    "typer",
    "typer.main",
    "xlsxwriter",
    "yaml",
)


def _run(words: list[str], folder: str, environment: dict[str, str], stdin: str, stdout: str, stderr: str) -> None:
    """Becomes jxplus with these words; its standard streams are files."""
    for number, path, mode in ((0, stdin, os.O_RDONLY), (1, stdout, os.O_WRONLY), (2, stderr, os.O_WRONLY)):
        opened = os.open(path, mode | os.O_CREAT, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, encoding=each.encoding, errors=each.errors, closefd=False)  # noqa: SIM115
        for number, mode, each in ((0, "r", sys.stdin), (1, "w", sys.stdout), (2, "w", sys.stderr))
    )
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr  # type: ignore[misc]
    sys.argv = ["jxplus", *words]
    import_module("jxplus.__main__").main()


def _ended(asked: dict[str, Any]) -> int:
    """The exit code of a command line that has run to its end in this process."""
    code: object = 0
    try:
        _run(**asked)
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
        code = 1
    if code is not None and not isinstance(code, int):
        print(code, file=sys.stderr)
        code = 1
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    return code or 0


def _answer() -> None:
    """Answers until there is no more to read."""
    sys.path[0] = os.getcwd()  # where jxplus is, and not where the tests are
    for name in _LOADED:
        import_module(name)
    gc.freeze()
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if not child:
            os._exit(_ended(asked))  # what was loaded before the fork needs no taking down
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(code, flush=True)


if __name__ == "__main__":
    _answer()
