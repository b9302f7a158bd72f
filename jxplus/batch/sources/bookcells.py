"""The cells of an Excel workbook as Excel shows them: texts, numbers by their formats, days, errors and what formulas come to."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from jxplus.batch.sources.cells import Cell, WrongCell, cell, no_id
from jxplus.batch.sources.numberformat import PLAIN, ShownAs, shown
from jxplus.batch.sources.sheetrows import Raw
from jxplus.batch.sources.xlsx import Damaged, XlsxFile, unescaped
from jxplus.fault import Text, cut, quoted

_DIGITS = re.compile("-?(?:0|[1-9][0-9]{0,11})(?:\\.[0-9]{1,3})?").fullmatch
_LONGEST_ID = Decimal(10) ** 15
"""From here on Excel does not keep all digits of a number."""
_RECALCULATE = Text("在 Excel 中重算并保存，或直接填写数值", "recalculate and save it in Excel, or enter the value")


def without_result() -> Cell:
    """A formula whose result the file does not hold."""
    return cell(
        "=", formula=True, wrong=WrongCell(Text("公式没有结果", "the formula has no stored result"), _RECALCULATE)
    )


class BookCells:
    """Turns the cells of one workbook into what they show."""

    def __init__(self, book: XlsxFile) -> None:
        self.book = book
        self.plain = {
            index for index, (number, code) in enumerate(book.formats) if not code and number in (0, 1, 2, 3, 4)
        }
        self.by_type: dict[str, Callable[[Raw, str], str | Cell | None]] = {
            "s": self._shared,
            "str": self._text,
            "inlineStr": self._text,
            "b": self._truth,
            "e": self._error,
            "d": self._day,
            "n": self._number,
        }

    def of(self, raw: Raw, line: int) -> str | Cell | None:
        """What a cell shows; None for an empty one."""
        if raw.formula is not None:
            if raw.text is None or (raw.text.strip() == "" and raw.type != "str"):
                return without_result()
            if self.book.uncalculated and raw.type != "e":
                wrong = Text("公式的结果标明尚未计算", "the file says that its formulas are not calculated yet")
                return cell("=", formula=True, wrong=WrongCell(wrong, _RECALCULATE))
        if raw.text is None:
            return None
        read = self.by_type.get(raw.type)
        if read is None:
            raise Damaged(
                Text(f"未知的单元格类型“{cut(raw.type)}”", f"no cell is of the type {quoted(raw.type)}"),
                None,
                line,
                raw.column,
            )
        try:
            return read(raw, raw.text)
        except (IndexError, ValueError, InvalidOperation, OverflowError):
            wrong = Text(
                f"单元格的内容“{cut(raw.text)}”读不出", f"what the cell holds, {quoted(raw.text)}, cannot be read"
            )
            return cell(raw.text or "?", wrong=WrongCell(wrong, Text("重新填写", "enter it again")))

    def _shared(self, raw: Raw, text: str) -> str | Cell | None:
        index = int(text)
        if index < 0:
            raise IndexError(index)
        return self._text(raw, self.book.texts[index], known=True)

    def _text(self, raw: Raw, text: str, known: bool = False) -> str | Cell | None:
        text = (text if known else unescaped(text)).strip()
        if raw.style and raw.style not in self.plain and _DIGITS(text):
            told = shown(*self.book.formats[raw.style], Decimal(text))
            if told.after or told.power:
                return cell(text, shown=told)
        return text or None

    def _truth(self, raw: Raw, text: str) -> Cell:
        told = "true" if text.strip().lower() in ("1", "true") else "false"
        return cell(told, as_id=no_id(Text(f"是真假值{told.upper()}", f"it is the truth value {told.upper()}")))

    def _error(self, raw: Raw, text: str) -> Cell:
        said = cut(text.strip() or "#?")
        if raw.formula is None:
            wrong = Text(f"错误值“{said}”", f"the error value '{said}'")
            return cell(text or "#?", wrong=WrongCell(wrong, Text("直接填写数值", "enter the value")))
        wrong = Text(f"公式结果为错误值“{said}”", f"the formula comes to '{said}'")
        return cell(text or "#?", formula=True, wrong=WrongCell(wrong, _RECALCULATE))

    def _day(self, raw: Raw, text: str) -> Cell:
        told = shown(*self.book.formats[raw.style], Decimal(0)) if raw.style else PLAIN
        day = text.strip().replace("T", " ").removesuffix("Z").removesuffix(" 00:00:00")
        return self._dated(day, told if told.date else ShownAs(date=True))

    def _dated(self, text: str, told: ShownAs) -> Cell:
        return cell(text, shown=told, as_id=no_id(Text(f"是日期 {text}", f"it is the date {text}")))

    def _number(self, raw: Raw, text: str) -> str | Cell | None:
        text = text.strip()
        if not text:
            return None
        if raw.formula is None and _DIGITS(text) and (not raw.style or raw.style in self.plain):
            return text
        value = float(text)
        # A cell is a double, and Excel shows 15 digits of it: 0.1 + 0.2 is 0.3 there. Finer ones are refused by their fact.
        number = Decimal(f"{value:.15g}")
        if not number.is_finite():
            raise ValueError(text)
        told = PLAIN
        if raw.style:
            format, code = self.book.formats[raw.style]
            told = shown(format, code, number)
        if told.date:
            return self._serial(value, told)
        digits = f"{number:f}"
        as_id = None
        if abs(number) >= _LONGEST_ID:
            as_id = no_id(
                Text(
                    f"{digits}是数字，第16位起已丢失",
                    f"{digits} is a number, whose 16th digit and further ones are lost",
                )
            )
        elif not told.exactly:
            as_id = no_id(
                Text(
                    f"存的是数字 {digits}，显示的却是另一种写法",
                    f"it holds the number {digits} and shows something else",
                )
            )
        if as_id is None and told.plain and raw.formula is None:
            return digits
        return cell(digits, number, told, raw.formula is not None, None, as_id)

    def _serial(self, value: float, told: ShownAs) -> Cell:
        """The day, and the time, of a number that is formatted as one."""
        if not 0 <= value < 2_958_466:
            wrong = Text(f"格式是日期，{value:.15g}却不是", f"the cell's format is a date, and {value:.15g} is none")
            return cell("?", wrong=WrongCell(wrong, Text("把格式改为“常规”", "format the cell as General")))
        start = datetime(1904, 1, 1) if self.book.date1904 else datetime(1899, 12, 30 if value >= 60 else 31)
        moment = start + timedelta(days=int(value), seconds=round(value % 1 * 86400))
        if value < 1:
            return self._dated(moment.time().isoformat(), told)
        return self._dated(moment.date().isoformat() if value == int(value) else moment.isoformat(" "), told)
