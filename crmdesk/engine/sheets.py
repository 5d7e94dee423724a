# SPDX-License-Identifier: MIT
"""Rows of CSV, XLSX and JSON lines files, with what was found out about the file: shown, never guessed in silence.

Everything here blocks; call it on a lane.
"""

import codecs
import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

from crmdesk.connectors.wire.json_text import Decoder
from crmdesk.domain.errors import Invalid
from crmdesk.domain.numbers import exact
from crmdesk.domain.sentence import sentence
from crmdesk.engine.row_files import from_text_cell
from crmdesk.engine.sheet_names import column_names
from crmdesk.engine.sheet_shape import (
    MOST_COLUMNS,
    MOST_ROWS,
    Cell,
    FileKind,
    Format,
    Sheet,
    SheetRow,
    Unvalued,
    check_size,
    encodings,
    letters,
)

__all__ = [
    "MOST_COLUMNS", "MOST_ROWS", "SEPARATORS", "Cell", "FileKind", "Format", "Look", "Sheet", "SheetRow", "Unvalued",
    "detect", "encodings", "letters", "load", "look",
]  # fmt: skip

SEPARATORS = (",", ";", "\t", "|")
HEAD_ROWS = 12
_MOST_BYTES = 256 * 1024 * 1024
_MOST_CELL = 1_000_000
_MARKED = frozenset("='")
"""How a cell begins that ``row_files.text_cell`` may have made."""
_WESTERN = frozenset("äöüßÄÖÜåÅøØæÆéÉèÈêÊëàÀâÂçÇñÑíÍáÁóÓúÚîïôûõãþðÞÐýœŒ€–—„“”‘’‚…°«»§®©·´\xa0")
"""What people from Lisbon to Helsinki write, in Windows-1252; the same bytes are rarely all among them elsewhere."""
_TICK_ROWS = 5_000

Tick = Callable[[int], None]
"""Told the rows read so far, now and then; may raise to end the reading."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a file holds as it is read now.

    Attributes:
        head: its first rows as they stand, before the row of names too.
        sheet: everything, None where it cannot be read to its end.
        trouble: why, with the place; "" = it can.
    """

    head: tuple[SheetRow, ...]
    sheet: Sheet | None
    trouble: str = ""


def detect(path: Path) -> Format:
    """Look at a file and propose how to read it.

    Raises:
        Invalid: it is none of the kinds, empty, too large, or cannot be opened.
    """
    begin = _begin(path)
    if begin.startswith(b"PK\x03\x04"):
        from crmdesk.engine.workbooks import detect_book

        return detect_book(path)
    if begin.startswith(b"\xd0\xcf\x11\xe0"):
        raise Invalid(
            sentence(
                "{path} is an old or a protected workbook. Save it as XLSX or CSV without a password.", path=path.name
            )
        )
    encoding, certain, notes = _encoding(path)
    with _opened(path, encoding, errors="replace") as file:  # the whole is read strictly, and says the line
        text = file.read(200_000)
    if not text.strip():
        raise Invalid(sentence("{path} is empty.", path=path.name))
    if text.lstrip().startswith("{"):
        return Format(kind=FileKind.JSON_LINES, encoding=encoding, is_certain=certain, notes=notes)
    return Format(kind=FileKind.CSV, encoding=encoding, is_certain=certain, separator=_separator(text), notes=notes)


def load(path: Path, form: Format, most_rows: int = MOST_ROWS, tick: Tick | None = None) -> Sheet:
    """Read a whole file.

    Args:
        most_rows: more are refused.

    Raises:
        Invalid: with the place where it cannot be read.
    """
    return _read(path, form, most_rows, tick, [])


def look(path: Path, form: Format, tick: Tick | None = None) -> Look:
    """Read a whole file; where that does not go to its end, its first rows are there all the same."""
    head: list[SheetRow] = []
    try:
        sheet = _read(path, form, MOST_ROWS, tick, head)
    except Invalid as error:
        return Look(tuple(head), None, error.user_text)
    return Look(tuple(head), sheet)


def _read(path: Path, form: Format, most_rows: int, tick: Tick | None, head: list[SheetRow]) -> Sheet:
    match form.kind:
        case FileKind.CSV:
            return _sheet(path, form, _watched(_csv_rows(path, form), tick, head), most_rows)
        case FileKind.XLSX:
            from crmdesk.engine.workbooks import book_rows

            notes: list[str] = []
            sheet = _sheet(path, form, _watched(book_rows(path, form, notes), tick, head), most_rows)
            return replace(sheet, notes=tuple(notes))
        case FileKind.JSON_LINES:
            return _json_sheet(path, form, most_rows, tick, head)


def _watched(rows: Iterable[SheetRow], tick: Tick | None, head: list[SheetRow]) -> Iterator[SheetRow]:
    for number, row in enumerate(rows, 1):
        if number <= HEAD_ROWS:
            head.append(row)
        if tick is not None and number % _TICK_ROWS == 0:
            tick(number)
        yield row


# ---- text files -------------------------------------------------------------------------------------------------


def _begin(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise Invalid(sentence("{path} is a folder. Choose a CSV, XLSX or JSON lines file.", path=path.name))
        if path.stat().st_size > _MOST_BYTES:
            raise Invalid(
                sentence(
                    "{path} is larger than {most_bytes} MB. Split it.", path=path.name, most_bytes=_MOST_BYTES // 2**20
                )
            )
        with path.open("rb") as file:
            begin = file.read(8)
    except OSError as error:
        raise Invalid(
            sentence("{path} cannot be opened: {strerror}.", path=path.name, strerror=error.strerror or error)
        ) from error
    if not begin:
        raise Invalid(sentence("{path} is empty.", path=path.name))
    return begin


def _encoding(path: Path) -> tuple[str, bool, tuple[str, ...]]:
    """The codec, whether it is certain, and what to say about it."""
    with path.open("rb") as file:
        begin = file.read(4096)
        if begin.startswith(b"\xef\xbb\xbf"):
            return "utf_8_sig", True, (sentence("The file begins with a mark that says UTF-8."),)
        if begin.startswith((b"\xff\xfe", b"\xfe\xff")):
            return "utf_16", True, (sentence("The file begins with a mark that says UTF-16."),)
        file.seek(0)
        if _is_utf_8(file):
            return "utf_8", True, ()
        if b"\x00" in begin:
            raise Invalid(sentence("{path} is no text. Choose a CSV, XLSX or JSON lines file.", path=path.name))
        file.seek(0)
        data = file.read(8 * 1024 * 1024)
    return (
        _likeliest(data),
        False,
        (sentence("The file does not say its encoding: look at names with special letters."),),
    )


def _is_utf_8(file: BinaryIO) -> bool:
    """Piece by piece: decoding a large file in one go would hold up every other thread."""
    decoder = codecs.getincrementaldecoder("utf_8")()
    try:
        while piece := file.read(256 * 1024):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _likeliest(data: bytes) -> str:
    from charset_normalizer import from_bytes

    # Isolated to what offices write: left to itself the library also proposes encodings of the 1980s.
    some = [name for name in encodings() if name not in ("utf_8", "utf_8_sig", "utf_16")]
    telling = b"\n".join(line for line in data.split(b"\n") if not line.isascii())
    western = [letter for letter in telling.decode("cp1252", "replace") if not letter.isascii()]
    if sum(letter in _WESTERN for letter in western) >= 0.97 * len(western):
        return "cp1252"  # the library takes Danish names for Czech ones
    telling = (telling or data)[:65_536]
    odd = {name: _odd_letters(telling, name) for name in some}
    some = [name for name in some if odd[name] == min(odd.values())]
    best = from_bytes(telling, cp_isolation=some).best()
    return best.encoding if best is not None and best.encoding in some else some[0]


def _odd_letters(data: bytes, encoding: str) -> int:
    """How many signs stand inside words: ``£ódŸ`` for Łódź tells a wrong guess."""
    text = data.decode(encoding, "replace")
    return sum(
        not letter.isascii() and not letter.isalpha() and (before.isalpha() or after.isalpha())
        for before, letter, after in zip(" " + text, text, text[1:] + " ", strict=False)
    )


def _opened(path: Path, encoding: str, errors: str = "strict") -> io.TextIOWrapper:
    return io.TextIOWrapper(path.open("rb"), encoding=encoding, errors=errors, newline="")


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

    best = max(SEPARATORS, key=score)
    return best if score(best)[0] else ","


def _csv_rows(path: Path, form: Format) -> Iterator[SheetRow]:
    csv.field_size_limit(_MOST_CELL)
    line, is_marked = 1, False

    def lines(file: Iterable[str]) -> Iterator[str]:
        nonlocal is_marked
        for text in file:
            if "=" in text or "'" in text:
                is_marked = True
            yield text

    try:
        with _opened(path, form.encoding) as file:
            reader = csv.reader(lines(file), delimiter=form.separator, strict=True)
            for row in reader:
                # As lists first: a generator takes twice as long, and there may be millions of cells.
                if is_marked:
                    cells = [cell or None if cell[:1] not in _MARKED else from_text_cell(cell) or None for cell in row]
                    is_marked = False
                else:
                    cells = [cell or None for cell in row]
                yield SheetRow(line, tuple(cells))
                line = reader.line_num + 1
    except csv.Error as error:
        raise Invalid(_stray(path, line, str(error)), str(error)) from error
    except UnicodeError as error:
        raise Invalid(
            sentence(
                "{path} is not {encoding_label}: the line after {line} cannot be read. Choose another encoding.",
                path=path.name,
                encoding_label=form.encoding_label,
                line=line - 1,
            )
        ) from error
    except OSError as error:
        raise Invalid(
            sentence("{path} cannot be read: {strerror}.", path=path.name, strerror=error.strerror or error)
        ) from error


def _stray(path: Path, line: int, error: str) -> str:
    if "field larger" in error or "unexpected end" in error:
        return sentence(
            "The row that begins in line {line} of {path} has a quotation mark that is never closed. Close it, or double it where it belongs to the text.",
            line=line,
            path=path.name,
        )
    if "expected after" in error:
        return sentence(
            "Line {line} of {path} has a stray quotation mark. Double it where it belongs to the text.",
            line=line,
            path=path.name,
        )
    return sentence("Line {line} of {path} cannot be read ({error}).", line=line, path=path.name, error=error)


def _json_sheet(path: Path, form: Format, most_rows: int, tick: Tick | None, head: list[SheetRow]) -> Sheet:
    names: dict[str, None] = {}
    found: list[tuple[int, dict[str, object]]] = []
    line = 0
    try:
        with _opened(path, form.encoding) as file:
            for line, text in enumerate(file, 1):
                if not text.strip():
                    continue
                one = json.loads(text, cls=Decoder, parse_float=exact)
                if not isinstance(one, dict):
                    raise Invalid(sentence("Line {line} of {path} is no object in braces.", line=line, path=path.name))
                found.append((line, one))
                names |= dict.fromkeys(one)
                check_size(path, len(found), len(names), most_rows)
                if tick is not None and line % _TICK_ROWS == 0:
                    tick(line)
    except UnicodeError as error:
        raise Invalid(
            sentence(
                "{path} is not {encoding_label}: the line after {line} cannot be read. Choose another encoding.",
                path=path.name,
                encoding_label=form.encoding_label,
                line=line,
            )
        ) from error
    except ValueError as error:
        raise Invalid(
            sentence("Line {line} of {path} is no JSON. Each line holds one object.", line=line, path=path.name),
            str(error),
        ) from error
    except OSError as error:
        raise Invalid(sentence("{path} cannot be read.", path=path.name), str(error)) from error
    finally:
        head += [_json_row(number, one, tuple(names)) for number, one in found[:HEAD_ROWS]]
    headers = tuple(names)
    return Sheet(headers, tuple(_json_row(number, one, headers) for number, one in found))


def _json_row(line: int, one: Mapping[str, object], headers: tuple[str, ...]) -> SheetRow:
    return SheetRow(line, tuple(_json_cell(one.get(name)) for name in headers))


def _json_cell(raw: object) -> Cell:
    if raw is None or isinstance(raw, (str, bool, int, Decimal)):
        return raw if raw != "" else None
    if isinstance(raw, list) and all(isinstance(one, str) for one in raw):
        return "; ".join(raw) or None  # as all our files write several choices
    return json.dumps(raw, ensure_ascii=False, default=str)


# ---- tables of rows ---------------------------------------------------------------------------------------------


def _sheet(path: Path, form: Format, rows: Iterable[SheetRow], most_rows: int) -> Sheet:
    headers: tuple[str, ...] | None = None
    found: list[SheetRow] = []
    width = 0
    for place, row in enumerate(rows, 1):
        cells = row.cells
        if place < form.header_row or cells.count(None) == len(cells):
            continue
        if headers is None:
            headers = column_names(cells)
            width = len(headers)
            check_size(path, 0, width, most_rows)
            continue
        found.append(row if len(cells) == width else _fitted(path, form, row, width))
        if len(found) > most_rows:
            check_size(path, len(found), width, most_rows)
    if headers is None:
        raise Invalid(sentence("{path} has no row with the columns' names.", path=path.name))
    return Sheet(headers, tuple(found))


def _fitted(path: Path, form: Format, row: SheetRow, width: int) -> SheetRow:
    extra = [place for place, cell in enumerate(row.cells[width:], width) if cell is not None]
    if extra and form.kind is not FileKind.CSV:
        raise Invalid(
            sentence(
                "Row {line} of {path} has a value in column {letters}, which has no name. Say in which row the names stand, or name the column.",
                line=row.line,
                path=path.name,
                letters=letters(extra[0]),
            )
        )
    if extra:
        raise Invalid(
            sentence(
                "Line {line} of {path} has more cells than there are columns (column {letters}). A text with the separator in it must stand in quotation marks.",
                line=row.line,
                path=path.name,
                letters=letters(extra[0]),
            )
        )
    return SheetRow(row.line, (*row.cells[:width], *(None,) * (width - len(row.cells))))
