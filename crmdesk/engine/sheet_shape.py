# SPDX-License-Identifier: MIT
"""What a table in a file is: cells, rows, how the file is read; and how large it may be."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from crmdesk.domain.errors import Invalid
from crmdesk.domain.sentence import sentence

Cell = None | str | bool | int | Decimal | date | datetime | time
"""None = an empty cell, or none at all. Text comes as it is in the file; spreadsheets and JSON give typed cells too."""

MOST_ROWS = 200_000
MOST_COLUMNS = 500
_ENCODINGS = {
    "utf_8": "UTF-8",
    "utf_8_sig": sentence("UTF-8 with a mark"),
    "utf_16": "UTF-16",
    "cp1252": sentence("Western (Windows-1252)"),
    "cp1250": sentence("Central European (Windows-1250)"),
    "iso8859_15": sentence("Western (ISO 8859-15)"),
    "cp1257": sentence("Baltic (Windows-1257)"),
    "cp1251": sentence("Cyrillic (Windows-1251)"),
}
"""Those that a person may choose; the names of Python's codecs."""


class Unvalued(str):
    """A cell without a value of its own, as it stands in the file: an error such as #N/A, or a formula never computed.

    It is no text: importing it would store what nobody wrote.
    """

    __slots__ = ()


class FileKind(Enum):
    """What a file is."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON_LINES = "jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How a file is read; everything can be set otherwise by the person.

    Attributes:
        encoding: of a text file, as Python's codec. is_certain: False where the encoding is the likeliest of several.
        separator: of a CSV. sheet: of a workbook; sheets: all it has.
        header_row: the row that holds the columns' names, 1 is the first.
        notes: what a person should know: merged cells, a mark at the beginning, a guessed encoding.
    """

    kind: FileKind
    encoding: str = "utf_8"
    is_certain: bool = True
    separator: str = ","
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    header_row: int = 1
    notes: tuple[str, ...] = ()

    @property
    def encoding_label(self) -> str:
        """The encoding's name for people."""
        return _ENCODINGS.get(self.encoding, self.encoding)


class SheetRow(NamedTuple):
    """One row; ``line`` is its place in the file (for a CSV the line it begins in), 1 is the first.

    A tuple, since there are many thousands, and no other kind of object is made as quickly.
    """

    line: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file, read. ``headers`` are unique; every row has as many cells.

    Attributes:
        notes: what was met on the way: formulas without a value, errors.
    """

    headers: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    notes: tuple[str, ...] = ()


def encodings() -> dict[str, str]:
    """Codec -> name for people, of those to choose from."""
    return dict(_ENCODINGS)


def letters(place: int) -> str:
    """The letters of a column, 0 is A, 26 is AA."""
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text


def check_size(path: Path, rows: int, columns: int, most_rows: int) -> None:
    """Refuse a table that is too large.

    Raises:
        Invalid.
    """
    if rows > most_rows:
        raise Invalid(
            sentence(
                "{path} has more than {most_rows} rows. Split it, or take out the rows that are not needed.",
                path=path.name,
                most_rows=f"{most_rows:,}",
            )
        )
    if columns > MOST_COLUMNS:
        raise Invalid(
            sentence(
                "{path} has {columns} columns; at most {most_columns} can be read. Take out those not needed.",
                path=path.name,
                columns=f"{columns:,}",
                most_columns=MOST_COLUMNS,
            )
        )
