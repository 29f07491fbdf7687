"""A report as files for spreadsheets: CSV that Excel opens with its diacritics, and XLSX with a sheet a table.

A cell that begins like a formula does nothing: names come from plans and accounts, and a spreadsheet would run
them.
"""

import csv
import io
import tempfile
from collections.abc import Iterator, Sequence
from typing import IO

import xlsxwriter

from app.report.tables import Cell, Column, Table
from app.report.words import MEANINGS

BOM = "\ufeff"  # so that Excel reads UTF-8
FORMULA = ("=", "+", "-", "@", "\t", "\r")
DIGITS = {"minutes": 2, "hours": 2, "share": 4}
FORMATS = {"minutes": "0.0", "hours": "0.0", "share": "0.0%", "count": "#,##0", "text": "@"}
FORBIDDEN = str.maketrans("[]:*?/\\", "       ")  # in a sheet's name


def csv_lines(title: str, tables: Sequence[Table]) -> Iterator[str]:
    """The tables one under another, line by line; the file begins with a byte order mark."""
    yield BOM + _csv_line([title])
    for table in tables:
        yield _csv_line([])
        yield _csv_line([table.vi, table.en])
        yield _csv_line([heading(column) for column in table.columns])
        for row in table.rows:
            yield _csv_line([_rounded(cell, column) for cell, column in zip(row, table.columns, strict=True)])
    yield _csv_line([])
    for meaning in MEANINGS:
        yield _csv_line([meaning.vi, meaning.says_vi, meaning.formula])


def heading(column: Column) -> str:
    """A column's heading with its unit."""
    return f"{column.vi} (phút)" if column.kind == "minutes" else column.vi


def _csv_line(cells: Sequence[Cell]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([_harmless(cell) for cell in cells])
    return line.getvalue()


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _rounded(cell: Cell, column: Column) -> Cell:
    return round(cell, DIGITS[column.kind]) if isinstance(cell, float) and column.kind in DIGITS else cell


def xlsx(title: str, tables: Sequence[Table]) -> IO[bytes]:
    """The workbook, written row by row to a temporary file that goes when it is closed."""
    file = tempfile.TemporaryFile(prefix="goiso-report-", suffix=".xlsx")  # noqa: SIM115
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        kinds = {kind: book.add_format({"num_format": form}) for kind, form in FORMATS.items()}
        for table in tables:
            sheet = book.add_worksheet(table.vi.translate(FORBIDDEN)[:31])
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
            sheet.freeze_panes(2, 1)
            sheet.set_column(0, 1, 26)
            sheet.set_column(2, len(table.columns), 11)
            sheet.write_string(0, 0, f"{title} · {table.vi}", book.add_format({"bold": True}))
            for at, column in enumerate(table.columns):
                sheet.write_string(1, at, heading(column), bold)
            for line, row in enumerate(table.rows, 2):
                for at, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
                    if isinstance(cell, str):
                        sheet.write_string(line, at, cell, kinds["text"])
                    elif cell is not None:
                        sheet.write_number(line, at, cell, kinds[column.kind])
        sheet = book.add_worksheet("Cách tính")
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 2, 70)
        for line, meaning in enumerate(MEANINGS):
            for at, text in enumerate((meaning.vi, meaning.says_vi, meaning.formula)):
                sheet.write_string(line, at, text, bold if at == 0 else wrapped)
    file.seek(0)
    return file
