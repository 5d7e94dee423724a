# SPDX-License-Identifier: MIT
"""Rows as an XLSX file: dates, times and numbers as such, everything else as text, nothing mangled."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from crmdesk.domain.errors import Invalid
from crmdesk.domain.names import FieldName
from crmdesk.domain.record import Record
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value, plain

MOST_ROWS = 1_048_576
"""Rows of a sheet, the header among them (Microsoft: Excel specifications and limits)."""
_MOST_CHARACTERS = 32_767
_MOST_DIGITS = 15
"""Excel keeps numbers as binary64: longer ones would lose their last digits."""
_FIRST_DAY = date(1900, 3, 1)
"""Before it, Excel's calendar is a day off (it believes in 29 February 1900)."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


class SpreadsheetWriter:
    """Rows go to disk as they arrive, the file is packed at the end.

    Args:
        title: name of the sheet.
        heads: what stands above the columns, "id" first; None = the fields' names.
        zone: in which moments are written; a spreadsheet knows no zones.
    """

    def __init__(
        self,
        out: BinaryIO,
        fields: Sequence[FieldName],
        title: str,
        heads: Sequence[str] | None = None,
        zone: tzinfo = UTC,
    ) -> None:
        self._zone = zone
        self._out, self._fields = out, [name for name in fields if name != "id"]
        self._book = Workbook(write_only=True)
        sheet = self._book.create_sheet(re.sub(r"[\\*?:/\[\]]", " ", title)[:31])
        assert isinstance(sheet, WriteOnlyWorksheet)
        self._sheet = sheet
        self._sheet.freeze_panes = "A2"
        self._sheet.append([self._text(name) for name in heads or ("id", *self._fields)])
        self._rows = 1

    def write(self, records: Sequence[Record]) -> None:
        """Some more rows.

        Raises:
            Invalid: more than a sheet holds.
        """
        for record in records:
            self._rows += 1
            if self._rows > MOST_ROWS:
                raise Invalid(
                    sentence(
                        "A sheet holds {most_rows} records, there are more. Take fewer of them, or CSV.",
                        most_rows=f"{MOST_ROWS - 1:,}",
                    )
                )
            values = (self._cell(record, name) for name in self._fields)
            self._sheet.append([self._text(record.id.key), *values])

    def end(self) -> None:
        """Pack and write the file."""
        self._book.save(self._out)

    def give_up(self) -> None:
        """No file after all: close and remove what openpyxl has written beside."""
        self._sheet.close()
        writer = getattr(self._sheet, "_writer", None)  # its stub does not know it
        if writer is not None:
            writer.cleanup()

    def _cell(self, record: Record, name: FieldName) -> Cell | None:
        value = record.values.get(name)
        if value is None or value == "":
            return None
        typed = _typed(value, self._zone)
        if typed is None:
            return self._text(plain(value))
        content, number_format = typed
        cell = WriteOnlyCell(self._sheet)
        cell.value = content
        cell.number_format = number_format
        return cell

    def _text(self, text: str) -> Cell:
        """A text stays a text, even ``=1+1`` and ``007``.

        Raises:
            Invalid: longer than a cell can be; cutting it would lose data.
        """
        if len(text) > _MOST_CHARACTERS:
            raise Invalid(
                sentence(
                    "A text has {n} characters, a cell holds {most_characters}. Take CSV or JSON lines.",
                    n=f"{len(text):,}",
                    most_characters=f"{_MOST_CHARACTERS:,}",
                )
            )
        cell = WriteOnlyCell(self._sheet, value=_CONTROL.sub(_escaped, text))
        cell.data_type = "s"
        cell.number_format = "@"
        return cell


def _typed(value: Value, zone: tzinfo) -> tuple[bool | int | Decimal | datetime | date | time, str] | None:
    """What Excel can hold exactly, with its format; None = write it as text."""
    match value:
        case bool():
            return value, "General"
        case int():
            return (value, "0") if len(str(abs(value))) <= _MOST_DIGITS else None
        case Decimal() if value.is_finite():
            return _number(value)
        case datetime():
            moment = value.astimezone(zone)
            if moment.date() < _FIRST_DAY or _is_twofold(moment):
                return None
            return moment.replace(tzinfo=None), "yyyy-mm-dd hh:mm:ss"
        case date():
            return (value, "yyyy-mm-dd") if value >= _FIRST_DAY else None
        case time():
            return value, "hh:mm:ss"
        case _:
            return None


def _is_twofold(moment: datetime) -> bool:
    """Whether the clocks show this time twice, so that it says nothing without its zone."""
    return moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset()


def _number(value: Decimal) -> tuple[Decimal, str] | None:
    """An amount with its places, without the zeros that a database adds; None where binary64 would round it."""
    exact = value.normalize()
    places = max(0, -int(exact.as_tuple().exponent))
    if len(exact.as_tuple().digits) > _MOST_DIGITS or max(places, exact.adjusted()) >= _MOST_DIGITS:
        return None
    shown = max(places, min(2, -int(value.as_tuple().exponent)))
    return exact, f"0.{'0' * shown}" if shown > 0 else "0"


def _escaped(hit: re.Match[str]) -> str:
    """ECMA-376 part 1, 22.9.2.19: what XML cannot hold is written ``_xHHHH_``, and ``_`` itself where it looks so."""
    return f"_x{ord(hit[0]):04X}_"
