"""Tables as the sheets of an Excel workbook, as consultants keep them.

A cell is taken as Excel shows it: a number with its 15 digits at most, a date as a date. Nothing in the workbook is
passed over in silence: a sheet that is hidden or no table, a cell without a heading, a merged cell and an error value are
faults.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zipfile import ZipFile, is_zipfile

from jxplus.batch.sources.tables import Row, Table, table_names
from jxplus.fault import Fault, Place, Refused, Text, quoted, unknown_name
from jxplus.policy import Policy
from jxplus.policy.tables import ENTERPRISES


def workbook_tables(path: str, policy: Policy) -> list[Table]:
    """The tables of a workbook; raises `Refused` with all that is wrong with its sheets."""
    try:
        import python_calamine
    except ImportError:
        wrong = Text("读取 Excel 需要 python-calamine", "reading Excel takes python-calamine")
        right = Text("安装: pip install 'jxplus[excel]'", "install it: pip install 'jxplus[excel]'")
        raise Refused([Fault(path, Place(), "", wrong, right)]) from None
    try:
        book = python_calamine.load_workbook(path)
        tables = _tables(book, path, policy)
    except python_calamine.CalamineError as error:
        wrong = Text(f"不是可读的 Excel 文件: {error}", f"no Excel file that can be read: {error}")
        right = Text("去掉密码，另存为 .xlsx", "save it as .xlsx, without a password")
        raise Refused([Fault(path, Place(), "", wrong, right)]) from None
    if not is_zipfile(path):
        wrong = Text("旧的 .xls 格式看不出公式的错误", "the old format .xls does not show a formula's error")
        right = Text("另存为 .xlsx", "save it as .xlsx")
        raise Refused([Fault(path, Place(), "", wrong, right)])
    faults = list(_without_value(path))
    if faults:
        raise Refused(faults)
    return tables


def _tables(book: Any, path: str, policy: Policy) -> list[Table]:
    import python_calamine

    names = table_names(policy)
    found: dict[str, Table] = {}
    faults = []
    for sheet in book.sheets_metadata:
        if sheet.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        file = f"{path}[{sheet.name}]"
        visible = sheet.visible == python_calamine.SheetVisibleEnum.Visible
        name = names.get(sheet.name.strip())
        content = book.get_sheet_by_name(sheet.name)
        if visible and content.end is None:
            continue  # the empty sheets that a new workbook comes with
        fault = _sheet_fault(sheet.name, visible, name, found, list(names))
        if fault is not None or name is None:
            faults.append(Fault(file, Place(), "", *(fault or (Text("", ""), Text("", "")))))
            continue
        rows = _rows(content)
        heading = next(rows)
        found[name] = Table(name, file, heading, _whole(rows, content, file, heading.line))
    if ENTERPRISES not in found and not faults:
        wrong = Text("没有“企业”工作表", f"no sheet {quoted(ENTERPRISES)}")
        right = Text(f"把企业表命名为“企业”或 {ENTERPRISES}", f"name the sheet of the enterprises `{ENTERPRISES}`")
        faults.append(Fault(path, Place(), ENTERPRISES, wrong, right))
    if faults:
        raise Refused(faults)
    return list(found.values())


def _sheet_fault(
    sheet: str, visible: bool, name: str | None, before: dict[str, Table], known: list[str]
) -> tuple[Text, Text] | None:
    if not visible:
        wrong = Text("是隐藏的工作表", "the sheet is hidden")
        return wrong, Text("取消隐藏或删去", "unhide it, or delete it")
    if name is None:
        wrong, right = unknown_name(sheet, known, Text("工作表", "sheet"))
        notes = Text("说明请放在另一个文件", "keep notes in another file")
        return wrong, Text(f"{right.zh}；{notes.zh}", f"{right.en}; {notes.en}")
    if name in before:
        wrong = Text(f"与“{before[name].file}”是同一张表", f"the same table as {before[name].file}")
        return wrong, Text("只保留一张", "keep one of them")
    return None


def _rows(sheet: Any) -> Iterator[Row]:
    """The rows that are not blank, from the one that Excel numbers 1 on, with their cells from column A on."""
    before = [None] * sheet.start[1]
    for line, cells in enumerate(sheet.iter_rows(), 1):
        shown = [*before, *map(cell_text, cells)]
        if any(cell is not None for cell in shown):
            yield Row(line, shown)


def _whole(rows: Iterator[Row], sheet: Any, file: str, heading: int) -> Iterator[Row]:
    """The rows, and a fault of each that a merged cell has a part of: the cells it covers would be read as blank."""
    merged = {
        line: first[1] + 1
        for first, last in sheet.merged_cell_ranges or ()
        if first != last
        for line in range(max(first[0], heading) + 1, last[0] + 2)
    }
    for row in rows:
        if row.line not in merged:
            yield row
            continue
        wrong = Text("有合并的单元格", "merged cells")
        right = Text("取消合并，每格都填写", "unmerge them, and fill each cell")
        yield row._replace(fault=Fault(file, Place(row.line, merged[row.line]), "", wrong, right))


def cell_text(cell: Any) -> str | None:
    """A cell as the text that Excel shows for it, without a number format; None for an empty one."""
    if isinstance(cell, str):
        return cell.strip() or None
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        # A cell is a double, and Excel shows 15 digits of it: 0.1 + 0.2 is 0.3 there. Finer ones are refused by their fact.
        return f"{Decimal(f'{cell:.15g}'):f}"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*[^>/])>(.*?)</(?:\w+:)?c>", re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]+)<")


def _without_value(path: str) -> Iterator[Fault]:
    """The cells whose formula came to an error, or was never calculated: to python-calamine they are empty."""
    for sheet, data in _sheets_xml(path):
        for attributes, content in _CELL.findall(data):
            value = _VALUE.search(content)
            is_error = b't="e"' in attributes
            if not is_error and (
                value is not None or b't="str"' in attributes or not re.search(rb"<(?:\w+:)?f\b", content)
            ):
                continue
            if is_error:
                shown = quoted(value[1].decode() if value else "#?")
                wrong = Text(f"公式出错: {shown}", f"the formula comes to {shown}")
            else:
                wrong = Text("公式没有结果", "the formula has no stored result")
            at = re.search(rb'\br="([A-Z]+)([0-9]+)"', attributes)
            place = Place(int(at[2]), _column_number(at[1].decode())) if at else Place()
            right = Text(
                "在 Excel 中重算并保存，或直接填写数值", "recalculate and save it in Excel, or enter the value"
            )
            yield Fault(f"{path}[{sheet}]", place, "", wrong, right)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _sheets_xml(path: str) -> Iterator[tuple[str, bytes]]:
    """The name and the XML of each worksheet that holds a formula or an error; of an .xlsx, which is a zip archive."""
    from xml.etree import ElementTree

    with ZipFile(path) as archive:
        held = set(archive.namelist())
        if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= held:
            return
        targets = {
            each.get("Id"): each.get("Target", "")
            for each in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        }
        for each in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
            if not each.tag.endswith("}sheet"):
                continue
            target = next((targets.get(value, "") for key, value in each.items() if key.endswith("}id")), "")
            member = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            if member in held:
                data = archive.read(member)
                if b't="e"' in data or re.search(rb"<(?:\w+:)?f\b", data):
                    yield each.get("name", ""), data
