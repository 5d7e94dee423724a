# SPDX-License-Identifier: MIT
"""Rows of CSV, XLSX and JSON lines files, with what was found out about the file: shown, never guessed in silence.

Everything here blocks; call it on a lane.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path

from crmdesk.domain.errors import Invalid
from crmdesk.engine.row_files import from_text_cell

Cell = None | str | bool | int | Decimal | date | datetime | time
"""None = an empty cell, or none at all. Text comes as it is in the file; spreadsheets and JSON give typed cells too."""

MOST_ROWS = 200_000
MOST_COLUMNS = 500
_MOST_BYTES = 256 * 1024 * 1024
_MOST_CELL = 1_000_000
_SEPARATORS = (",", ";", "\t", "|")
_ENCODINGS = {
    "utf_8": "UTF-8",
    "utf_8_sig": "UTF-8 with a mark",
    "utf_16": "UTF-16",
    "cp1252": "Western (Windows-1252)",
    "cp1250": "Central European (Windows-1250)",
    "iso8859_15": "Western (ISO 8859-15)",
    "cp1257": "Baltic (Windows-1257)",
    "cp1251": "Cyrillic (Windows-1251)",
}
"""Those that a person may choose; the names of Python's codecs."""


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
        notes: what a person should know: merged cells, a mark at the beginning, formulas without a value.
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


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row; ``line`` is its place in the file (for a CSV the line it begins in), 1 is the first."""

    line: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file, read. ``headers`` are unique; every row has as many cells."""

    headers: tuple[str, ...]
    rows: tuple[SheetRow, ...]


def encodings() -> dict[str, str]:
    """Codec -> name for people, of those to choose from."""
    return dict(_ENCODINGS)


def detect(path: Path) -> Format:
    """Look at a file and propose how to read it.

    Raises:
        Invalid: it is none of the kinds, empty, too large, or cannot be opened.
    """
    begin = _begin(path)
    if begin.startswith(b"PK\x03\x04"):
        return _detect_book(path)
    if begin.startswith(b"\xd0\xcf\x11\xe0"):
        raise Invalid(f"{path.name} is an old or a protected workbook. Save it as XLSX or CSV without a password.")
    encoding, certain, notes = _encoding(path)
    with _opened(path, encoding) as file:
        text = file.read(200_000)
    if not text.strip():
        raise Invalid(f"{path.name} is empty.")
    if text.lstrip().startswith("{"):
        return Format(kind=FileKind.JSON_LINES, encoding=encoding, is_certain=certain, notes=notes)
    return Format(kind=FileKind.CSV, encoding=encoding, is_certain=certain, separator=_separator(text), notes=notes)


def load(path: Path, form: Format, most_rows: int = MOST_ROWS) -> Sheet:
    """Read a whole file.

    Args:
        most_rows: more are refused.

    Raises:
        Invalid: with the place where it cannot be read.
    """
    match form.kind:
        case FileKind.CSV:
            rows: Iterable[SheetRow] = _csv_rows(path, form)
        case FileKind.XLSX:
            rows = _book_rows(path, form)
        case FileKind.JSON_LINES:
            return _json_sheet(path, form, most_rows)
    return _sheet(path, form, rows, most_rows)


# ---- text files -------------------------------------------------------------------------------------------------


def _begin(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise Invalid(f"{path.name} is larger than {_MOST_BYTES // 2**20} MB. Split it.")
        with path.open("rb") as file:
            begin = file.read(8)
    except OSError as error:
        raise Invalid(f"{path.name} cannot be opened: {error.strerror or error}.") from error
    if not begin:
        raise Invalid(f"{path.name} is empty.")
    return begin


def _encoding(path: Path) -> tuple[str, bool, tuple[str, ...]]:
    """The codec, whether it is certain, and what to say about it."""
    data = path.read_bytes()
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf_8_sig", True, ("The file begins with a mark that says UTF-8.",)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf_16", True, ("The file begins with a mark that says UTF-16.",)
    try:
        data.decode("utf_8")
        return "utf_8", True, ()
    except UnicodeDecodeError:
        pass
    if b"\x00" in data[:1000]:
        raise Invalid(f"{path.name} is no text. Choose a CSV, XLSX or JSON lines file.")
    return _likeliest(data), False, ("The file does not say its encoding: look at names with special letters.",)


def _likeliest(data: bytes) -> str:
    from charset_normalizer import from_bytes

    # Isolated to what offices write: left to itself the library also proposes encodings of the 1980s.
    some = [name for name in _ENCODINGS if name not in ("utf_8", "utf_8_sig", "utf_16")]
    best = from_bytes(data[:1_000_000], cp_isolation=some).best()
    return best.encoding if best is not None and best.encoding in some else "cp1252"


def _opened(path: Path, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(path.open("rb"), encoding=encoding, newline="")


def _separator(text: str) -> str:
    """The mark that cuts the first lines into the most columns, equally many in each."""
    lines = text[: text.rfind("\n") + 1] or text

    def score(mark: str) -> tuple[float, int]:
        try:
            counts = [
                len(row) for row, _ in zip(csv.reader(io.StringIO(lines), delimiter=mark), range(50), strict=False)
            ]
        except csv.Error:
            return 0.0, 0
        counts = [count for count in counts if count]
        usual = max(set(counts), key=counts.count, default=0)
        return (counts.count(usual) / len(counts) if counts and usual > 1 else 0.0), usual

    best = max(_SEPARATORS, key=score)
    return best if score(best)[0] else ","


def _csv_rows(path: Path, form: Format) -> Iterator[SheetRow]:
    csv.field_size_limit(_MOST_CELL)
    line = 1
    try:
        with _opened(path, form.encoding) as file:
            reader = csv.reader(file, delimiter=form.separator, strict=True)
            for row in reader:
                yield SheetRow(line, tuple(from_text_cell(cell) or None for cell in row))
                line = reader.line_num + 1
    except csv.Error as error:
        raise Invalid(_stray(path, line, str(error)), str(error)) from error
    except UnicodeError as error:
        raise Invalid(
            f"{path.name} is not {form.encoding_label}: the line after {line - 1} cannot be read. Choose another encoding."
        ) from error
    except OSError as error:
        raise Invalid(f"{path.name} cannot be read: {error.strerror or error}.") from error


def _stray(path: Path, line: int, error: str) -> str:
    if "field larger" in error or "unexpected end" in error:
        return (
            f"The row that begins in line {line} of {path.name} has a quotation mark that is never closed. "
            "Close it, or double it where it belongs to the text."
        )
    if "expected after" in error:
        return f"Line {line} of {path.name} has a stray quotation mark. Double it where it belongs to the text."
    return f"Line {line} of {path.name} cannot be read ({error})."


def _json_sheet(path: Path, form: Format, most_rows: int) -> Sheet:
    names: dict[str, None] = {}
    found: list[tuple[int, dict[str, object]]] = []
    try:
        with _opened(path, form.encoding) as file:
            for line, text in enumerate(file, 1):
                if not text.strip():
                    continue
                one = json.loads(text, parse_float=Decimal)
                if not isinstance(one, dict):
                    raise Invalid(f"Line {line} of {path.name} is no object in braces.")
                found.append((line, one))
                names |= dict.fromkeys(one)
                _check_size(path, len(found), len(names), most_rows)
    except ValueError as error:
        raise Invalid(
            f"Line {len(found) + 1} of {path.name} is no JSON. Each line holds one object.", str(error)
        ) from error
    except (OSError, RecursionError) as error:
        raise Invalid(f"{path.name} cannot be read.", str(error)) from error
    headers = tuple(names)
    return Sheet(headers, tuple(SheetRow(n, tuple(_json_cell(one.get(h)) for h in headers)) for n, one in found))


def _json_cell(raw: object) -> Cell:
    if raw is None or isinstance(raw, (str, bool, int, Decimal)):
        return raw if raw != "" else None
    return json.dumps(raw, ensure_ascii=False, default=str)


# ---- workbooks --------------------------------------------------------------------------------------------------


def _detect_book(path: Path) -> Format:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            sheets = tuple(book.sheet_names)
            if not sheets:
                raise Invalid(f"{path.name} has no sheet.")
            sheet = next((n for n in sheets if book.get_sheet_by_name(n).height), sheets[0])
            merged = len(book.get_sheet_by_name(sheet).merged_cell_ranges or ())
    except (CalamineError, OSError) as error:
        raise Invalid(f"{path.name} is no workbook that can be read. Save it as XLSX or CSV.", str(error)) from error
    notes = (f"{merged} merged cells: only the first of each has the value.",) if merged else ()
    return Format(kind=FileKind.XLSX, sheet=sheet, sheets=sheets, notes=notes)


def _book_rows(path: Path, form: Format) -> Iterator[SheetRow]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            sheet = book.get_sheet_by_name(form.sheet or book.sheet_names[0])
            _check_size(path, sheet.total_height, sheet.total_width, MOST_ROWS + form.header_row)
            for number, row in enumerate(sheet.iter_rows(), 1):
                yield SheetRow(number, tuple(_book_cell(cell) for cell in row))
    except (CalamineError, OSError) as error:
        raise Invalid(f"{path.name} is no workbook that can be read. Save it as XLSX or CSV.", str(error)) from error


def _book_cell(raw: object) -> Cell:
    match raw:
        case None | "":
            return None
        case bool() | str() | int() | datetime() | date() | time():
            return raw
        case float():
            return int(raw) if raw.is_integer() and abs(raw) < 2**53 else Decimal(repr(raw))
        case timedelta():
            seconds = int(raw.total_seconds())
            return time(seconds // 3600 % 24, seconds // 60 % 60, seconds % 60)
        case _:
            return str(raw)


# ---- both -------------------------------------------------------------------------------------------------------


def _sheet(path: Path, form: Format, rows: Iterable[SheetRow], most_rows: int) -> Sheet:
    headers: tuple[str, ...] | None = None
    found: list[SheetRow] = []
    for place, row in enumerate(rows, 1):
        if place < form.header_row or (headers is None and not any(row.cells)):
            continue
        if headers is None:
            headers = _headers(row.cells)
            _check_size(path, 0, len(headers), most_rows)
            continue
        if not any(cell is not None for cell in row.cells):
            continue
        found.append(_fitted(path, row, len(headers)))
        _check_size(path, len(found), len(headers), most_rows)
    if headers is None:
        raise Invalid(f"{path.name} has no row with the columns' names.")
    return Sheet(headers, tuple(found))


def _headers(cells: Sequence[Cell]) -> tuple[str, ...]:
    """Names of the columns, each once; one without a name is called by its letters."""
    last = max((place for place, cell in enumerate(cells) if cell is not None), default=-1)
    found: dict[str, None] = {}
    for place, cell in enumerate(cells[: last + 1]):
        name = " ".join(str(cell).split()) if cell is not None else f"Column {letters(place)}"
        number, unique = 2, name
        while unique in found:
            number, unique = number + 1, f"{name} ({number})"
        found[unique] = None
    return tuple(found)


def letters(place: int) -> str:
    """The letters of a column, 0 is A, 26 is AA."""
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text


def _fitted(path: Path, row: SheetRow, width: int) -> SheetRow:
    extra = [place for place, cell in enumerate(row.cells[width:], width) if cell is not None]
    if extra:
        raise Invalid(
            f"Line {row.line} of {path.name} has more cells than there are columns (column {letters(extra[0])}). "
            "A text with the separator in it must stand in quotation marks."
        )
    return replace(row, cells=(*row.cells[:width], *(None,) * (width - len(row.cells))))


def _check_size(path: Path, rows: int, columns: int, most_rows: int) -> None:
    if rows > most_rows:
        raise Invalid(
            f"{path.name} has more than {most_rows:,} rows. Split it, or take out the rows that are not needed."
        )
    if columns > MOST_COLUMNS:
        raise Invalid(
            f"{path.name} has {columns:,} columns; at most {MOST_COLUMNS} can be read. Take out those not needed."
        )
