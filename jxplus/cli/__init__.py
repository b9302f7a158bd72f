"""The command line loads, calls, renders and ends with an exit code. A command is imported when it is called."""

import codecs
import io
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from shutil import get_terminal_size
from typing import NoReturn

import typer

from jxplus.cli import options
from jxplus.cli.commands import COMMANDS, EXIT_USAGE, Commands
from jxplus.cli.language import WrongUsage
from jxplus.cli.language import language as language
from jxplus.cli.language import usage as usage
from jxplus.cli.language import words as words
from jxplus.fault import Fault, Refused, Text, why

EXIT_COMPUTED, EXIT_REFUSED = 0, 1

app = typer.Typer(
    cls=Commands,
    invoke_without_command=True,
    add_completion=not any(each in COMMANDS for each in sys.argv[1:2]),  # its options stand before a command
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from jxplus.version import __version__

        emit(f"jxplus {__version__}")
        raise typer.Exit


@app.callback(
    help=words(
        "政策方案给一家企业多少钱：每笔金额都注明出自方案哪一章节。",
        "What a policy plan pays one enterprise: each amount with the section of the plan it comes from.",
    ),
    epilog=words(
        "# 写一个企业文件模板，填好后测算\n"
        "jxplus init 企业.yaml --lang zh\n"
        "jxplus calc 企业.yaml\n"
        "# 一次测算多家，写成 Excel\n"
        "jxplus batch 客户.xlsx -o 结果.xlsx",
        "# write a template, fill it in, calculate\n"
        "jxplus init acme.yaml\n"
        "jxplus calc acme.yaml\n"
        "# many enterprises at once, as a workbook\n"
        "jxplus batch clients.xlsx -o results.xlsx",
    ),
)
def root(
    ctx: typer.Context,
    lang: options.Lang = "",
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help=words("显示版本。", "Print the version.")
    ),
) -> None:
    """Takes the options before a command, and prints the help where there is no command."""
    if lang:
        chosen = language(lang)
        ctx.default_map = {name: {"lang": chosen} for name in COMMANDS}
    if ctx.invoked_subcommand is None:
        emit(ctx.get_help(), unread=EXIT_USAGE)
        raise typer.Exit(EXIT_USAGE)


def show_faults(faults: Iterable[Fault], lang: str) -> None:
    """Shows faults on standard error."""
    for line in fault_lines(faults, lang):
        print(line, file=sys.stderr)


def fault_lines(faults: Iterable[Fault], lang: str) -> Iterator[str]:
    """Gives each fault as one line. On a terminal the line of the file and a mark under the place follow."""
    if not sys.stderr.isatty():
        yield from (fault.show(lang) for fault in faults)
        return
    from jxplus.render.excerpt import excerpt

    for _, alike in groupby(faults, key=lambda fault: (fault.file, fault.place)):
        for fault in alike:
            yield fault.show(lang)
        yield from excerpt(fault, get_terminal_size().columns)  # what is wrong at one place is pointed at once


def refuse(refused: Refused, lang: str) -> NoReturn:
    """Shows every fault of a refused file and ends with exit code 1."""
    show_faults(refused.faults, lang)
    raise typer.Exit(EXIT_REFUSED)


@contextmanager
def refusing(lang: str) -> Iterator[None]:
    """Has a file that is refused end the command, with all its faults shown."""
    try:
        yield
    except Refused as refused:
        refuse(refused, lang)


def begun(path: str) -> None:
    """Raises a usage error where the file to write cannot be begun, before anything is read or asked for it."""
    from jxplus.atomic import Replacement

    try:
        Replacement(path).drop()
    except OSError as error:
        raise unwritable(path, error) from None


def unwritable(path: str, error: OSError) -> WrongUsage:
    """Gives the usage error of a file that cannot be begun: its path on the command line is wrong."""
    wrong = Text(f"无法写入：{why(error).zh}", f"cannot be written: {why(error).en}")
    return WrongUsage(wrong.about(error.filename or path))


def stopped(path: str, error: OSError, lang: str) -> typer.Exit:
    """Says why the system has stopped a command at a file, and gives what ends the command with exit code 1."""
    note(why(error).about(f"jxplus: {error.filename or path}"), lang)
    return typer.Exit(EXIT_REFUSED)


def not_installed(missing: ImportError, extra: str, zh: str, en: str) -> WrongUsage:
    """Gives the usage error of what takes a library that is not installed, with the extra that brings it."""
    return usage(*(f"{what} {missing.name}: pip install '.[{extra}]'" for what in (zh, en)))


def note(text: Text, lang: str) -> None:
    """Says something beside the result, on standard error."""
    print(text.show(lang), file=sys.stderr)


def note_written(path: str, lang: str) -> None:
    """Says that a file was written."""
    note(Text(f"已写入 {path}", f"wrote {path}"), lang)


@contextmanager
def writing(path: str, lang: str) -> Iterator[None]:
    """Has what keeps a file from being written end the command, be it a library or the system; says else that it was written."""
    try:
        yield
    except ImportError as missing:
        extra = "excel" if path.lower().endswith(".xlsx") else "report"
        raise not_installed(missing, extra, f"{path}: 需要", f"{path}: writing it takes") from None
    except OSError as error:
        raise stopped(path, error, lang) from None
    note_written(path, lang)


def emit(text: str, end: str = "\n", unread: int = EXIT_COMPUTED) -> None:
    """Prints a result to standard output.

    A reader that has closed the pipe ends the program quietly, with the exit code `unread`. Output that cannot be
    written ends it with a message.
    """
    try:
        sys.stdout.write(text + end)
        sys.stdout.flush()
    except OSError as error:
        raise typer.Exit(_not_written(error) or unread) from None


def emit_data(text: str, end: str = "\n") -> None:
    """Prints a result that a program reads. It is in UTF-8 whatever the locale's encoding, except on a terminal."""
    if not sys.stdout.isatty() and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    emit(text, end)


def _not_written(error: OSError) -> int:
    """The exit code where standard output cannot be written, which is then said."""
    # What is still buffered has nowhere to go, and must not be tried again at exit.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        return EXIT_COMPUTED
    print("jxplus: " + words(f"标准输出：{why(error).zh}", f"standard output: {why(error).en}"), file=sys.stderr)
    return EXIT_REFUSED


_PLAINER: dict[str, tuple[str, ...]] = dict.fromkeys("−–—─·", ("-",))
_PLAINER |= {"✓": ("√", "+"), "✗": ("×", "-"), "≥": (">=",), "≤": ("<=",), "≠": ("!=",), "→": ("->",), "×": ("*",)}
"""What stands for a sign that an encoding lacks. A mark must not become `?`, which says of a condition that it is not known."""


def _plainer(error: UnicodeError) -> tuple[str, int]:
    """What is written in place of characters that the encoding of a stream lacks."""
    assert isinstance(error, UnicodeEncodeError)
    each = (_PLAINER.get(char, ()) for char in error.object[error.start : error.end])
    return "".join(next((way for way in ways if _writes(error.encoding, way)), "?") for ways in each), error.end


def _writes(encoding: str, text: str) -> bool:
    try:
        return bool(text.encode(encoding))
    except UnicodeEncodeError:
        return False


def run() -> None:
    """Runs the command line. A character that the terminal cannot show is replaced, never a crash."""
    _open_streams()
    codecs.register_error("plainer", _plainer)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="plainer")
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr = _Messages(sys.stderr.buffer, sys.stderr.encoding, "plainer", line_buffering=True)
    try:
        app()
    except OSError as error:  # what a command has not told itself, and help, which is printed without one
        if error.filename is None:
            sys.exit(_not_written(error))
        print(f"jxplus: {error.filename}: {words(*why(error))}", file=sys.stderr)
        sys.exit(EXIT_REFUSED)


class _Messages(io.TextIOWrapper):
    """Standard error, whose reader may have gone: a result is written all the same."""

    def write(self, text: str) -> int:
        """Writes a message, if there is anybody to read it."""
        try:
            return super().write(text)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())
            return len(text)


def _open_streams() -> None:
    """Opens the standard streams that the calling program has closed: there is no input, and output cannot be written."""
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115
    if sys.stdout is None:
        sys.stdout = open(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8")  # noqa: SIM115
    if sys.stderr is None:  # named twice, since what nobody names any more is closed
        sys.stderr = sys.__stderr__ = open(os.devnull, "w", encoding="utf-8")  # type: ignore[misc]  # noqa: SIM115
