"""A run speaks the language that its command line asks for, else that of `JXPLUS_LANG`, else the locale's.

Help and usage errors are shown before any option is read, so `--lang` is looked for wherever it stands.
"""

import os
import sys
from collections.abc import Sequence
from functools import cache

import typer

from jxplus.fault import Text, none_of

LANGUAGES = ("zh", "en")
VARIABLE = "JXPLUS_LANG"


def locale_language() -> str:
    """Gives the language of the locale: `zh` where it is Chinese, else `en`."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    if sys.platform == "win32":
        import locale

        return "zh" if (locale.getlocale()[0] or "").startswith(("zh", "Chinese")) else "en"
    return "en"


def asked(arguments: Sequence[str]) -> str:
    """Gives the language in which a command line is answered, before anything else of it is understood."""
    chosen = ""
    for index, each in enumerate(arguments):
        if each == "--":
            break
        if each == "--lang":
            chosen = next(iter(arguments[index + 1 :]), "")
        elif each.startswith("--lang="):
            chosen = each.removeprefix("--lang=")
    told = [each for each in (chosen, os.environ.get(VARIABLE, "")) if each in LANGUAGES]
    return told[0] if told else locale_language()


def words(zh: str, en: str) -> str:
    """Gives a help text in the language of the command line that is being run."""
    return zh if _spoken(tuple(sys.argv[1:])) == "zh" else en


@cache
def _spoken(arguments: tuple[str, ...]) -> str:
    """The language of a command line, looked for once: a help has some sixty texts."""
    return asked(arguments)


def language(chosen: str) -> str:
    """Gives `zh` or `en`: the one chosen, else `JXPLUS_LANG`, else the locale's. Another word is a usage error."""
    for name, value in (("--lang", chosen), (VARIABLE, os.environ.get(VARIABLE, ""))):
        if value in LANGUAGES:
            return value
        if value:
            raise WrongUsage(none_of(name, value, LANGUAGES))
    return locale_language()


class WrongUsage(typer.BadParameter):
    """Says in both languages why a command line is wrong."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def usage(zh: str, en: str) -> WrongUsage:
    """Gives the error of a wrong command line, which is shown with the usage and ends with exit code 2."""
    return WrongUsage(Text(zh, en))
