"""A workbook to hand over, in one language: its formats, its paper, the names of its sheets, its properties.

Text stays text, whatever it begins with. Rows go to disk as they come, so that a large batch takes little memory.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, BinaryIO

from jxplus.batch.sources.former import MADE_BY
from jxplus.batch.spill import Spill
from jxplus.enterprise.template import width
from jxplus.fault import COMMA, Text, writable
from jxplus.policy import Policy
from jxplus.quantity import EXACT, decimals, number_text
from jxplus.render.words import UNITS
from jxplus.version import __version__

_A4 = 9
_LONGEST_NAME = 31
_IN_A_CORNER = 60
"""How wide what stands at the top left of a page may be, so that the name of the sheet has room beside it."""
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
EXACT_DIGITS = 15
"""Excel holds a double: up to so many digits it shows exactly what was computed."""

_FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 18},
    "heading": {"bold": True, "font_size": 12},
    "head": {"bold": True, "bottom": 1, "bg_color": "#E8EEF4", "text_wrap": True, "valign": "vcenter"},
    "plain": {},
    "label": {"bold": True, "valign": "top"},
    "text": {"text_wrap": True, "valign": "top"},
    "note": {"font_color": "#595959", "text_wrap": True, "valign": "top"},
    "count": {"num_format": "0", "align": "right", "valign": "top", "indent": 1},
    "money": {"align": "right", "valign": "top", "indent": 1},
    "right": {"align": "right", "indent": 1},
    "total": {"bold": True, "top": 1},
    "link": {"font_color": "#0563C1", "underline": 1},
    "refused": {"font_color": "#B00020"},
    "example": {"italic": True, "font_color": "#7F7F7F"},
}
"""What each word says of a cell; a cell has several."""


class Money:
    """Amounts in one unit, `yuan` or `wan`: exact figures, and how they are shown."""

    def __init__(self, unit: str) -> None:
        self.wan = unit == "wan"
        self.unit = UNITS[unit]
        self.decimals = 6 if self.wan else 2
        self.finest = 2
        """How many decimals the finest figure has that was written: all are shown with so many."""

    @property
    def format(self) -> str:
        """How Excel shows the figures that were written, each with all its decimals and the points below each other."""
        return f"#,##0.{'0' * self.finest}"

    def figure(self, amount: Decimal) -> Decimal:
        """An amount in yuan as a figure in the unit."""
        return amount.scaleb(-4, EXACT) if self.wan else amount

    def shown(self, amount: Decimal) -> str:
        """An amount in yuan as a text in the unit."""
        figure = self.figure(amount)
        return f"{figure.normalize(EXACT):,f}" if self.wan else f"{figure:,.2f}"

    def as_cell(self, amount: Decimal) -> str:
        """A text as long as an amount in yuan may be in its cell, which from now on shows all its decimals."""
        figure = self.figure(amount)
        self.finest = max(self.finest, decimals(figure))
        return f"{figure:,.{self.decimals}f}"

    def fits(self, amount: Decimal) -> bool:
        """Whether Excel holds all digits of an amount."""
        return len(number_text(self.figure(amount)).strip("-").replace(".", "")) <= EXACT_DIGITS


class _Spared:
    """A file that nothing more goes to once it could not be written: who tidies up when the disk is full would fail once more."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.full, self.place = file, False, 0

    def write(self, data: bytes) -> int:
        self._tried(lambda: self.file.write(data))
        self.place += len(data)
        return len(data)

    def seek(self, place: int) -> int:
        self._tried(lambda: self.file.seek(place))
        self.place = place
        return place

    def tell(self) -> int:
        return self.place

    def flush(self) -> None:
        self._tried(self.file.flush)

    def _tried(self, ask: Callable[[], object]) -> None:
        if self.full or self.file.closed:
            return
        try:
            ask()
        except OSError:
            self.full = True
            raise


class Book:
    """A workbook that is being written to a file. Raises `ImportError` where XlsxWriter is not installed."""

    def __init__(self, file: BinaryIO, policy: Policy, lang: str, unit: str = "yuan") -> None:
        import xlsxwriter  # type: ignore[import-untyped]

        self.policy, self.lang, self.money = policy, lang, Money(unit)
        self.spill = Spill()
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.workbook = xlsxwriter.Workbook(_Spared(file), {**options, "tmpdir": self.spill.name})
        self.workbook.set_custom_property(MADE_BY, __version__)
        self.formats: dict[tuple[tuple[str, ...], int | str | None], Any] = {}
        self.names: set[str] = set()
        self.plans = [" ".join(filter(None, (each.alias, self.called(each)))) for each in policy.plans] or [
            self.called(policy)
        ]
        """Every plan by its number and its title, among several after the alias that its sections have."""
        self.plan = self._short("; ".join(map(self.called, policy.each_plan)))

    def say(self, text: Text) -> str:
        """A text in the language of the book."""
        return text.show(self.lang)

    def called(self, plan: Policy) -> str:
        """A plan by its number and its title."""
        return f"{plan.id} {self.say(plan.title)}"

    def _short(self, plans: str) -> str:
        """What the book is of, short enough to stand in a corner of each page."""
        if width(plans) <= _IN_A_CORNER:
            return plans
        ids = [each.id for each in self.policy.each_plan]
        many = Text(f"{ids[0]}等{len(ids)}个方案", f"{ids[0]} and {len(ids) - 1} more plans" if ids[1:] else ids[0])
        joined = COMMA.show(self.lang).join(ids)
        return joined if width(joined) <= _IN_A_CORNER else self.say(many) if ids[1:] else ids[0]

    def format(self, *words: str, figures: int | str | None = None) -> Any:
        """The format of a cell that these words describe; `figures` is one of Excel's own for what is entered."""
        if (words, figures) not in self.formats:
            made = {"font_name": self.say(Text("等线", "Calibri")), "font_size": 11}
            made |= {} if figures is None else {"num_format": figures}
            for word in words:
                made |= _FORMATS[word]
            self.formats[words, figures] = self.workbook.add_format(made)
        return self.formats[words, figures]

    def sheet(self, name: str, landscape: bool = False) -> Any:
        """A new sheet that prints on A4, as wide as the paper; its name is as near to `name` as Excel allows."""
        sheet = self.workbook.add_worksheet(self.free(name))
        sheet.set_paper(_A4)
        if landscape:
            sheet.set_landscape()
        sheet.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        sheet.hide_gridlines(2)
        sheet.set_header(f"&L{self.plan.replace('&', '&&')}&R&A")
        page = Text("第 &P 页，共 &N 页", "Page &P of &N")
        sheet.set_footer(f"&R{self.say(page)}")
        return sheet

    def free(self, name: str) -> str:
        """A name that no sheet has yet."""
        plain = _NOT_IN_NAMES.sub(" ", writable(name)).strip().strip("'") or "-"
        if plain.casefold() == "history":
            plain += "_"  # Excel keeps that name to itself
        number, found = 1, _cut(plain, _LONGEST_NAME)
        while found.casefold() in self.names:
            number += 1
            found = f"{_cut(plain, _LONGEST_NAME - len(f' {number}'))} {number}"
        self.names.add(found.casefold())
        return found

    def close(self, title: str, comments: str) -> None:
        """Write the file, with these properties; raises `OSError`."""
        from xlsxwriter.exceptions import FileCreateError  # type: ignore[import-untyped]

        self.workbook.set_properties(
            {
                "title": title,
                "subject": self.plan,
                "author": f"jxplus {__version__}",
                "category": self.say(Text("政策测算", "Entitlements")),
                "keywords": self.policy.id,
                "comments": comments,
            }
        )
        for (words, _), format in self.formats.items():
            if "money" in words:
                format.set_num_format(self.money.format)
        self.workbook.use_zip64()
        try:
            self.workbook.close()
        except FileCreateError as error:
            raise (error.args[0] if isinstance(error.args[0], OSError) else OSError(0, str(error))) from None
        finally:
            self.spill.cleanup()

    def drop(self) -> None:
        """Give the workbook up."""
        self.workbook.fileclosed = True  # or its destructor would warn of it
        self.spill.cleanup()


def _cut(name: str, longest: int) -> str:
    """A name cut to what Excel counts as so many characters, two for one beyond the basic plane."""
    while len(name.encode("utf-16-le")) // 2 > longest:
        name = name[:-1]
    return name.strip().strip("'")
