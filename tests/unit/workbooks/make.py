"""Makes the workbooks beside it, each the way another tool writes them: `python tests/unit/workbooks/make.py`.

It takes openpyxl, pandas and XlsxWriter. The books in the dialects of tools of other languages are written out as the XML that
those tools write. What each book must come to stands in `test_workbooks.py`, worked by hand.
"""

import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

HERE = Path(__file__).parent
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
DAY = datetime.date(2016, 6, 30)


def package(
    path: Path,
    sheets: dict[str, str],
    texts: str = "",
    styles: str = "",
    book: str = "",
    prefix: str = "",
    relations: str = RELATIONS,
    absolute: bool = False,
    main: str = MAIN,
) -> None:
    """A workbook out of the XML of its sheets, by name; `book` is what its own part says beside them."""
    p = f"{prefix}:" if prefix else ""
    space = f'xmlns{":" + prefix if prefix else ""}="{main}"'
    base = "/xl/" if absolute else ""
    listed = "".join(f'<{p}sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(sheets, 1))
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{relations}/worksheet" Target="{base}worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{relations}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<{p}workbook {space} xmlns:r="{relations}"><{p}sheets>{listed}</{p}sheets>{book}</{p}workbook>',
    }
    for n, (own, xml) in enumerate({"sharedStrings": texts, "styles": styles}.items(), len(sheets) + 1):
        if xml:
            parts[f"xl/{own}.xml"] = xml
            links += f'<Relationship Id="rId{n}" Type="{relations}/{own}" Target="{base}{own}.xml"/>'
    parts["xl/_rels/workbook.xml.rels"] = f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>'
    for n, rows in enumerate(sheets.values(), 1):
        parts[f"xl/worksheets/sheet{n}.xml"] = f"<{p}worksheet {space}>{rows}</{p}worksheet>"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, xml in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>\n{xml}')


def inline(rows: list[list[object]], first: int = 1) -> str:
    """Rows as Apache POI streams them: texts in the cells, no extent of the sheet, no spans."""
    found = []
    for line, row in enumerate(rows, first):
        cells = []
        for column, value in enumerate(row):
            at = f"{'ABCDEFGHIJKL'[column]}{line}"
            if isinstance(value, str) and value.startswith("<"):
                cells.append(f'<c r="{at}"{value[1:]}')
            elif isinstance(value, str):
                cells.append(f'<c r="{at}" t="inlineStr"><is><t>{value}</t></is></c>')
            elif value is not None:
                cells.append(f'<c r="{at}" t="n"><v>{value}</v></c>')
        found.append(f'<row r="{line}">{"".join(cells)}</row>')
    return f'<dimension ref="A1"/><sheetData>{"".join(found)}</sheetData>'


def openpyxl_titles() -> None:
    """A title over merged cells, 万元 in the headings, a counter, remarks, and a sum whose formula was never calculated."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = "客户清单"
    sheet.append(["2016年度客户测算表"])
    sheet.merge_cells("A1:G1")
    sheet.append(
        ["序号", "企业编号", "企业 名称", "测算日期", "费用化研发费用\n（万元）", "企业所得税税率（％）", "备 注"]
    )
    sheet.append([1, "P1", "甲", DAY, 980, 15, "高新"])
    sheet.append([2, "P2", "乙", DAY, 1200.5, 25, None])
    sheet.append([None, "合 计", None, None, "=SUM(E3:E4)", None, None])
    sheet.append([None, "备注：以上数据未经审计", None, None, None, None, None])
    book.create_sheet("填表说明").append(["金额以万元计", "税率以%计"])
    book.save(HERE / "openpyxl.xlsx")


def pandas_index() -> None:
    """A frame with its index: a first column of numbers without a heading; dates with a time of midnight."""
    import pandas as pd

    frame = pd.DataFrame(
        {
            "编号": ["D1", "D2"],
            "企业名称": ["甲", "乙"],
            "测算日期": pd.to_datetime(["2016-06-30", "2016-06-30"]),
            "费用化研发费用": [9800000.1, None],
            "企业所得税税率": [0.15, 0.25],
        }
    )
    frame.to_excel(HERE / "pandas.xlsx", sheet_name="Sheet1")


def xlsxwriter_formats() -> None:
    """Number formats that say a unit and a scale; a formula that the file marks as not calculated yet."""
    import xlsxwriter

    with xlsxwriter.Workbook(HERE / "xlsxwriter.xlsx") as book:
        sheet = book.add_worksheet("企业")
        sheet.write_row(0, 0, ["编号", "企业名称", "测算日期", "费用化研发费用", "企业所得税税率"])
        formats = ['0.00"万元"', '0!.0,"万元"', '_ "¥"* #,##0.00_ ', '0.00"美元"', "0!.0,", "General", '0.0"%"']
        figures = [980, 9800000, 9800000, 9800000, 9800000, None, 9800000]
        day = book.add_format({"num_format": "yyyy/m/d"})
        share = book.add_format({"num_format": "0%"})
        for line, (code, figure) in enumerate(zip(formats, figures, strict=True), 1):
            sheet.write_row(line, 0, [f"X{line}", f"第{line}家"])
            sheet.write_datetime(line, 2, datetime.datetime(2016, 6, 30), day)
            if figure is None:
                sheet.write_formula(line, 3, "=4900000*2")
            else:
                sheet.write_number(line, 3, figure, book.add_format({"num_format": code}))
            sheet.write_number(line, 4, 0.15, share)


def poi() -> None:
    """Apache POI: texts in the cells, formulas without a result, an error, a list whose rows name their enterprise."""
    rows = [
        ["企业名称", "测算日期", "费用化研发费用/万元", "企业所得税税率", "“互联网＋”企业"],
        ["甲", "2016-06-30", 980, "15%", "是"],
        ["乙", "2016-06-30", "<><f>490*2</f></c>", "15%", "否"],
        ["丙", "2016-06-30", '< t="e"><f>1/0</f><v>#DIV/0!</v></c>', "15%", "否"],
        ["丁", "2016-06-30", "500万元", "25%", "否"],
    ]
    premises = [
        ["企业名称", "出租方", "用途", "面积(㎡)", "每平方米月租金（元/㎡/月）", "测算月数", "已享受月数"],
        ["甲", "政府", "办公", 100, 30, 12, 30],
    ]
    package(HERE / "poi.xlsx", {"Sheet0": inline(rows), "用房情况": inline(premises)})


def phpspreadsheet() -> None:
    """PhpSpreadsheet without calculation: t="str" and no value; a formula that comes to nothing has an empty one."""
    rows = [
        ["编号", "企业名称", "测算日期", "费用化研发费用", "企业所得税税率"],
        ["H1", "甲", "2016-06-30", 9800000, '< t="str"><f>15/100</f></c>'],
        ["H2", "乙", "2016-06-30", 9800000, '< t="str"><f>IF(1,"","")</f><v></v></c>'],
        ["H3", "丙", "2016-06-30", 9800000, '<><f t="shared" si="0"/><v/></c>'],
    ]
    package(HERE / "phpspreadsheet.xlsx", {"企业": inline(rows)})


def open_xml_sdk() -> None:
    """The Open XML SDK of .NET: a prefix before every element, targets from the root, cells that do not say where they are."""

    def row(*cells: object) -> str:
        told = (
            f'<x:c t="s"><x:v>{cell[1:]}</x:v></x:c>' if str(cell).startswith("s") else f"<x:c><x:v>{cell}</x:v></x:c>"
            for cell in cells
        )
        return f"<x:row>{''.join(told)}</x:row>"

    words = ["编号", "企业名称", "测算日期", "费用化研发费用", "企业所得税税率", "N1", "甲", "2016-06-30", "N2", "乙"]
    runs = "".join(f"<x:si><x:r><x:t>{word[:1]}</x:t></x:r><x:r><x:t>{word[1:]}</x:t></x:r></x:si>" for word in words)
    sheet = (
        row(*(f"s{n}" for n in range(5)))
        + row("s5", "s6", "s7", 9800000, 0.15)
        + row("s8", "s9", "s7", " 10000000 ", 0.25)
    )
    package(
        HERE / "openxmlsdk.xlsx",
        {"Clients": f"<x:sheetData>{sheet}</x:sheetData>"},
        f'<x:sst xmlns:x="{MAIN}">{runs}</x:sst>',
        prefix="x",
        absolute=True,
    )


def strict() -> None:
    """Excel's Strict Open XML: other names of the namespaces, and days as text of type d."""
    rows = [
        ["编号", "企业名称", "测算日期", "费用化研发费用（元）", "企业所得税税率"],
        ["S1", "甲", '< t="d"><v>2016-06-30T00:00:00</v></c>', 9800000, 0.15],
    ]
    package(HERE / "strict.xlsx", {"企业": inline(rows)}, relations=STRICT_RELATIONS, main=STRICT)


def excel_two_rows() -> None:
    """Two rows of headings, units below them, days counted from 1904, hidden rows and columns, subtotals by region."""
    rows = [
        ["客户情况（2016年上半年）"],
        ["编号", "企业名称", "基本情况", "研发情况", None, "税率"],
        [None, None, "测算日期", "费用化研发费用", "年研发投入", "企业所得税税率"],
        [None, None, None, "万元", "万元", "%"],
        ["一、南昌"],
        ["T1", "甲", '< s="1"><v>41089</v></c>', 980, 2000, 15],
        ["T2", "乙", '< s="1"><v>41089</v></c>', 1000, 2000, 25],
        ["南昌小计", None, None, 1980, 4000, None],
        ["T3", "丙", '< s="1"><v>41089</v></c>', 100, 200, 25],
        ["总计", None, None, 2080, 4200, None],
        ["制表人：王五", "日期：2016-07-01"],
    ]
    sheet = inline(rows).replace('<row r="7">', '<row r="7" hidden="1">')
    sheet = sheet.replace("<sheetData>", '<cols><col min="5" max="5" hidden="1" width="9"/></cols><sheetData>')
    sheet += '<mergeCells count="2"><mergeCell ref="A1:F1"/><mergeCell ref="D2:E2"/></mergeCells>'
    styles = (
        f'<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    )
    book = '<workbookPr date1904="1"/>'
    package(HERE / "tworows.xlsx", {"清单": sheet}, styles=styles, book=book)


def ids() -> None:
    """Ids that a spreadsheet has spoilt, each in its way, beside one that is sound."""
    rows = [
        ["编号", "企业名称", "测算日期", "费用化研发费用", "企业所得税税率"],
        ["91360100705509812X", "甲", "2016-06-30", 9800000, 0.15],
        ["<><v>9.13601007055098E+17</v></c>", "乙", "2016-06-30", 9800000, 0.15],
        ['< s="1"><v>13</v></c>', "丙", "2016-06-30", 9800000, 0.15],
        ['< s="2"><v>46024</v></c>', "丁", "2016-06-30", 9800000, 0.15],
        ['< t="b"><v>1</v></c>', "戊", "2016-06-30", 9800000, 0.15],
        ["9.13E+17", "己", "2016-06-30", 9800000, 0.15],
        [1001, "庚", "2016-06-30", 9800000, 0.15],
    ]
    styles = (
        f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" formatCode="&quot;JX&quot;0000"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    )
    package(HERE / "ids.xlsx", {"企业": inline(rows)}, styles=styles)


def one_unit() -> None:
    """A book whose only word about its unit stands in its title: 单位：万元."""
    rows = [
        ["研发费用明细表", None, None, "（单位：万元）"],
        ["编号", "企业名称", "测算日期", "费用化研发费用", "企业所得税税率", "参加培训人数"],
        ["U1", "甲", "2016-06-30", 980, 0.15, 30],
        ["U2", "乙", "2016-06-30", "98万元", 0.15, 30],
    ]
    package(HERE / "oneunit.xlsx", {"研发": inline(rows)})


if __name__ == "__main__":
    for make in (
        openpyxl_titles, pandas_index, xlsxwriter_formats, poi, phpspreadsheet, open_xml_sdk, strict, excel_two_rows, ids, one_unit,
    ):  # fmt: skip
        make()
