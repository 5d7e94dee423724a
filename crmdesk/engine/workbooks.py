# SPDX-License-Identifier: MIT
"""Rows of XLSX files, and what their reader keeps to itself: merged ranges, formulas never computed, errors. Blocks."""

import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from crmdesk.domain.errors import Invalid
from crmdesk.domain.sentence import counted, sentence
from crmdesk.engine.sheet_shape import MOST_ROWS, Cell, FileKind, Format, SheetRow, Unvalued, check_size
from crmdesk.engine.workbook_guard import INDEX, RELATIONS, check_book

_CHUNK = 256 * 1024
_LONGEST_ROW = 16 * 1024**2
_MOST_TOLD = 50_000
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# ECMA-376 part 1, 18.3.1.4 (c), 18.3.1.40 (f), 18.3.1.55 (mergeCell); writers put ``r`` first in a cell.
_NO_VALUE = re.compile(
    rb'<(?:\w+:)?c r="(?P<at>[A-Z]+\d+)"(?P<more>[^<>]*)>\s*<(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*>(?P<formula>[^<]*)</(?:\w+:)?f>)'
    rb"\s*(?P<empty><(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ERROR = re.compile(
    rb'<(?:\w+:)?c r="(?P<at>[A-Z]+\d+)"[^<>]*\bt="e"[^<>]*>(?:\s*<(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f>))?'
    rb"\s*<(?:\w+:)?v>(?P<error>[^<]*)</(?:\w+:)?v>"
)
_MERGED = re.compile(rb'mergeCell ref="([A-Z]+\d+:[A-Z]+\d+)"')


@dataclass(slots=True)
class _Hidden:
    """What stands in a sheet's XML and not in its rows.

    Attributes:
        unvalued: (row, column), both from 0 -> what stands there.
        merged: ranges as people write them.
    """

    unvalued: dict[tuple[int, int], Unvalued] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)

    def notes(self) -> tuple[str, ...]:
        """What a person should know."""
        return (*_merged_note(self.merged), *_formula_note(self.unvalued))


def detect_book(path: Path) -> Format:
    """Which sheets a workbook has; the first one people can see is proposed.

    Raises:
        Invalid: it cannot be read.
    """
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    try:
        check_book(path)
        with CalamineWorkbook.from_path(str(path)) as book:
            known = [one for one in book.sheets_metadata if one.name in book.sheet_names]
    except (CalamineError, OSError, zipfile.BadZipFile) as error:
        raise _unreadable(path, error) from error
    if not known:
        raise Invalid(sentence("{path} has no sheet.", path=path.name))
    first = next((one for one in known if one.visible == SheetVisibleEnum.Visible), known[0])
    return Format(kind=FileKind.XLSX, sheet=first.name, sheets=tuple(one.name for one in known))


def book_rows(path: Path, form: Format, notes: list[str]) -> Iterator[SheetRow]:
    """Every row of a sheet, blank ones too; ``notes`` gets what a person should know.

    Raises:
        Invalid: it cannot be read, or is too large.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        check_book(path)
        hidden = _hidden(path, form.sheet)
        hidden.merged = [one for one in hidden.merged if _last_row(one) >= form.header_row]  # a title is no loss
        notes += hidden.notes()
        with CalamineWorkbook.from_path(str(path)) as book:
            sheet = book.get_sheet_by_name(form.sheet or book.sheet_names[0])
            check_size(path, sheet.total_height, sheet.total_width, MOST_ROWS + form.header_row)
            by_row = _by_row(hidden.unvalued)
            for number, row in enumerate(sheet.iter_rows(), 1):
                cells = [cell or None if type(cell) is str else _cell(cell) for cell in row]
                for place, mark in by_row.get(number - 1, ()):
                    if place < len(cells) and cells[place] is None:
                        cells[place] = mark
                yield SheetRow(number, tuple(cells))
    except (CalamineError, OSError, zipfile.BadZipFile) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> Invalid:
    return Invalid(
        sentence("{path} is no workbook that can be read. Save it as XLSX or CSV.", path=path.name), str(error)
    )


def _number(raw: float) -> Cell:
    return int(raw) if raw.is_integer() and abs(raw) < 2**53 else Decimal(repr(raw))


def _clock(raw: timedelta) -> Cell:
    seconds = int(raw.total_seconds())
    return time(seconds // 3600 % 24, seconds // 60 % 60, seconds % 60)


_CELLS: Mapping[type, Callable[[Any], Cell]] = {
    str: lambda raw: raw or None,
    float: _number,
    timedelta: _clock,
    **dict.fromkeys((type(None), bool, int, datetime, date, time), lambda raw: raw),
}
"""By what the reader gives; asked for every cell, so by its type alone."""


def _cell(raw: object) -> Cell:
    return _CELLS.get(type(raw), str)(raw)


# ---- what the reader does not tell ---------------------------------------------------------------------------------


def _hidden(path: Path, sheet: str) -> _Hidden:
    """Look through a sheet's XML once, piece by piece; nothing for other kinds of workbooks.

    Raises:
        Invalid: it is too large. OSError, zipfile.BadZipFile.
    """
    found = _Hidden()
    with zipfile.ZipFile(path) as book:
        name = _part_of(book, sheet)
        if name is None:
            return found
        with book.open(name) as part:
            rest = b""
            while piece := part.read(_CHUNK):
                text = rest + piece
                end = text.rfind(b"</row>", max(0, len(rest) - 6)) + 6  # 5 = there is none
                end = end if end > 5 else 0
                _look(text[:end], found)
                rest = text[end:]
                if len(rest) > _LONGEST_ROW:
                    raise Invalid(sentence("{path} has a row that is too long. Save the sheet as CSV.", path=path.name))
            _look(rest, found)
    return found


def _part_of(book: zipfile.ZipFile, sheet: str) -> str | None:
    """The name of a sheet's part inside the file."""
    names = frozenset(book.namelist())
    try:
        index = ElementTree.fromstring(book.read(INDEX))
        related = ElementTree.fromstring(book.read(RELATIONS))
    except (KeyError, ElementTree.ParseError):
        return None
    targets = {one.get("Id"): one.get("Target", "") for one in related}
    ids = {one.get("name"): one.get(_RELATION) for one in index.iter(f"{_MAIN}sheet")}
    target = targets.get(ids.get(sheet), "")
    name = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return name if name in names else None


def _look(text: bytes, found: _Hidden) -> None:
    if b"mergeCell" in text:
        found.merged += [one.decode() for one in _MERGED.findall(text)]
    if len(found.unvalued) >= _MOST_TOLD:
        return
    if b"<f" in text or b":f" in text:
        for one in _NO_VALUE.finditer(text):
            if b't="str"' in one["more"] and one["empty"]:
                continue  # computed, and the outcome is an empty text
            formula = (one["formula"] or b"").decode("utf-8", "replace")
            found.unvalued[_place(one["at"])] = Unvalued(f"={formula}")
    if b't="e"' in text:
        for one in _ERROR.finditer(text):
            found.unvalued[_place(one["at"])] = Unvalued(one["error"].decode("utf-8", "replace") or "#ERROR")


def _place(at: bytes) -> tuple[int, int]:
    """Row and column of ``B7``, both from 0."""
    column, row = 0, at.lstrip(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    for letter in at[: len(at) - len(row)]:
        column = column * 26 + letter - 64
    return int(row) - 1, column - 1


def _last_row(merged: str) -> int:
    """Of ``B7:D9`` 9."""
    return _place(merged.rpartition(":")[2].encode())[0] + 1


def _by_row(marks: Mapping[tuple[int, int], Unvalued]) -> dict[int, list[tuple[int, Unvalued]]]:
    found: dict[int, list[tuple[int, Unvalued]]] = {}
    for (row, column), mark in marks.items():
        found.setdefault(row, []).append((column, mark))
    return found


def _merged_note(merged: list[str]) -> tuple[str, ...]:
    if not merged:
        return ()
    if len(merged) == 1:
        return (sentence("The cells {merged} are merged: only the first of them has the value.", merged=merged[0]),)
    some = ", ".join(merged[:3]) + ("…" if len(merged) > 3 else "")
    return (
        sentence(
            "{n} ranges of cells are merged ({some}): only the first cell of each has the value.",
            n=len(merged),
            some=some,
        ),
    )


def _formula_note(marks: Mapping[tuple[int, int], Unvalued]) -> tuple[str, ...]:
    from crmdesk.engine.sheet_shape import letters

    if not marks:
        return ()
    (row, column), what = next(iter(marks.items()))
    first = f"{letters(column)}{row + 1}"
    computed = sum(mark.startswith("=") for mark in marks.values())
    if not computed:
        return (
            counted(
                len(marks),
                "1 cell holds an error instead of a value, the first is {first} ({what}).",
                "{n} cells hold an error instead of a value, the first is {first} ({what}).",
                first=first,
                what=what,
            ),
        )
    return (
        counted(
            len(marks),
            "1 cell holds a formula without a stored value, the first is {first}. Open the file in your spreadsheet program and save it there: that stores the values.",
            "{n} cells hold formulas or errors without a stored value, the first is {first}. Open the file in your spreadsheet program and save it there: that stores the values.",
            first=first,
        ),
    )
