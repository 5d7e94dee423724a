# SPDX-License-Identifier: MIT
"""Ranges of cells as the clipboard and spreadsheets know them: tab-separated text."""

import csv
import io
from collections.abc import Iterable, Sequence


def to_tsv(rows: Iterable[Sequence[str]]) -> str:
    """Rows as a spreadsheet takes them; a cell with a tab, a line break or a leading quote is quoted. No last line end."""
    return "\n".join("\t".join(_quoted(cell) for cell in row) for row in rows)


def _quoted(cell: str) -> str:
    if cell.startswith('"') or any(mark in cell for mark in "\t\n\r"):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def from_tsv(text: str) -> list[list[str]]:
    """Rows of what a spreadsheet put on the clipboard; quoted cells may hold tabs and line breaks.

    Text that only looks quoted (an opening quote without its end, as in `"Bolt 5" long`) is taken as it stands.
    Empty list = nothing there.
    """
    if not text:
        return []
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        rows = list(csv.reader(io.StringIO(lines, newline=""), dialect="excel-tab", strict=True))
    except csv.Error:
        rows = [line.split("\t") for line in lines.removesuffix("\n").split("\n")]
    return [row or [""] for row in rows]
