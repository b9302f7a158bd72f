"""The command line: load, call, render, exit code. A command is imported when it is called, and not before."""

import io
import os
import sys
from collections.abc import Iterable
from importlib import import_module
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

from jxplus.fault import Fault, Refused, quoted

COMMANDS = ("calc", "batch", "explain", "check", "init", "audit", "sql", "schema", "curve", "verify")
EXIT_COMPUTED, EXIT_REFUSED, EXIT_USAGE = 0, 1, 2


def locale_language() -> str:
    """The language of the locale: `zh` where it is Chinese, else `en`."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    if sys.platform == "win32":
        import locale

        return "zh" if (locale.getlocale()[0] or "").startswith(("zh", "Chinese")) else "en"
    return "en"


def words(zh: str, en: str) -> str:
    """A help text in the language of the locale: help is shown before `--lang` is read."""
    return zh if locale_language() == "zh" else en


def language(chosen: str) -> str:
    """`zh` or `en`: the one chosen, else that of the locale; any other word is a usage error."""
    if chosen not in ("", "zh", "en"):
        raise usage(f"--lang takes zh or en, not {quoted(chosen)}")
    return chosen or locale_language()


class _Commands(TyperGroup):
    """The commands by name; each is a module of this package whose `app` holds it."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        command = typer.main.get_command(import_module(f"jxplus.cli.{cmd_name}").app)
        command.name = cmd_name
        return command


app = typer.Typer(cls=_Commands, no_args_is_help=True, pretty_exceptions_enable=False)


def _version(wanted: bool) -> None:
    if wanted:
        from jxplus import __version__

        print(f"jxplus {__version__}")
        raise typer.Exit


@app.callback(
    help=words(
        "政策方案给一家企业多少钱：每笔金额都注明出自方案哪一章节。",
        "What a policy plan pays one enterprise: each amount with the section of the plan it comes from.",
    )
)
def root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help=words("显示版本。", "Print the version.")
    ),
) -> None:
    """The options before a command."""


def usage(message: str) -> typer.BadParameter:
    """The error of a command line that is wrong: shown with the usage, exit code 2."""
    return typer.BadParameter(message)


def show_faults(faults: Iterable[Fault], lang: str) -> None:
    """Show faults on standard error, one a line."""
    for fault in faults:
        print(fault.show(lang), file=sys.stderr)


def refuse(refused: Refused, lang: str) -> NoReturn:
    """Show every fault of a file that is refused, and end with exit code 1."""
    show_faults(refused.faults, lang)
    raise typer.Exit(EXIT_REFUSED)


def emit(text: str, end: str = "\n", unread: int = EXIT_COMPUTED) -> None:
    """Print a result to standard output.

    A reader that has closed the pipe ends the program quietly, with the exit code `unread`; output that cannot be written
    ends it with a message.
    """
    try:
        sys.stdout.write(text + end)
        sys.stdout.flush()
    except OSError as error:
        raise typer.Exit(_not_written(error) or unread) from None


def emit_data(text: str, end: str = "\n") -> None:
    """Print a result that a program reads: in UTF-8, whatever the encoding of the locale, but to a terminal."""
    if not sys.stdout.isatty() and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    emit(text, end)


def _not_written(error: OSError) -> int:
    """The exit code where standard output cannot be written, which is then said."""
    # What is still buffered has nowhere to go, and must not be tried again at exit.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        return EXIT_COMPUTED
    print(f"jxplus: standard output: {error.strerror}", file=sys.stderr)
    return EXIT_REFUSED


def run() -> None:
    """Run the command line; a character that the terminal cannot show is replaced, never a crash."""
    _open_streams()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr = _Messages(sys.stderr.buffer, sys.stderr.encoding, "replace", line_buffering=True)
    try:
        app()
    except OSError as error:  # what a command has not told itself, and help, which is printed without one
        if error.filename is None:
            sys.exit(_not_written(error))
        print(f"jxplus: {error.filename}: {error.strerror}", file=sys.stderr)
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
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
