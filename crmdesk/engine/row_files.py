# SPDX-License-Identifier: MIT
"""Rows to files, as they arrive: JSON, JSON lines, CSV exactly or for spreadsheets; and a file that is whole or not there."""

import csv
import io
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, Protocol, TextIO, TypeAlias

from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.values import Value, plain

Json: TypeAlias = str | bool | int | Sequence["Json"] | Mapping[str, "Json"] | None

_MOST_LITERAL = 255
"""Characters of a text inside a formula (Microsoft: Excel specifications and limits)."""
_COMPUTES = frozenset("=+-@\t\r＝＋－＠")
"""How a cell begins that some spreadsheet computes; the wide ones do so where Japanese is set."""


class RowWriter(Protocol):
    """Takes rows as they arrive."""

    def write(self, records: Sequence[Record]) -> None:
        """Some more rows."""

    def end(self) -> None:
        """That was all."""


def value_shape(value: Value) -> Json:
    """Decimals as texts, moments as ISO 8601 with zone, a reference as its id, anything empty as null."""
    match value:
        case None | "" | ():
            return None
        case bool() | int() | str():
            return value
        case Decimal() | date() | datetime() | time() | RecordId():
            return plain(value)
        case tuple():
            return list(value)


def row_shape(record: Record, fields: Sequence[FieldName]) -> dict[str, Json]:
    """One flat object: ``id`` first, then the fields by name."""
    return {"id": record.id.key, **{name: value_shape(record.values.get(name)) for name in fields if name != "id"}}


class JsonWriter:
    """One array, an object a line."""

    def __init__(self, out: TextIO, fields: Sequence[FieldName]) -> None:
        self._out, self._fields = out, fields
        self._before = "[\n"

    def write(self, records: Sequence[Record]) -> None:
        """Some more objects."""
        for record in records:
            self._out.write(self._before + json.dumps(row_shape(record, self._fields), ensure_ascii=False))
            self._before = ",\n"

    def end(self) -> None:
        """Close the array."""
        self._out.write("[]\n" if self._before == "[\n" else "\n]\n")


class JsonLinesWriter:
    """One object a line, flushed with each page."""

    def __init__(self, out: TextIO, fields: Sequence[FieldName]) -> None:
        self._out, self._fields = out, fields

    def write(self, records: Sequence[Record]) -> None:
        """Some more lines."""
        for record in records:
            self._out.write(json.dumps(row_shape(record, self._fields), ensure_ascii=False) + "\n")
        self._out.flush()

    def end(self) -> None:
        """Nothing follows the last line."""


class CsvWriter:
    """RFC 4180: a header, CRLF, quotes where needed. Values exactly as they are, flushed with each page.

    Args:
        heads: what stands above the columns, the id's first; None = the fields' names.
    """

    def __init__(self, out: TextIO, fields: Sequence[FieldName], heads: Sequence[str] | None = None) -> None:
        self._out, self._fields = out, [name for name in fields if name != "id"]
        self._csv = csv.writer(out, lineterminator="\r\n")
        self._csv.writerow(heads or ["id", *self._fields])

    def write(self, records: Sequence[Record]) -> None:
        """Some more lines."""
        for record in records:
            self._csv.writerow([record.id.key, *(plain(record.values.get(name)) for name in self._fields)])
        self._out.flush()

    def end(self) -> None:
        """Nothing follows the last line."""


class SheetCsvWriter:
    """CSV for spreadsheets: a mark that says UTF-8, and nothing that a spreadsheet would compute, cut or round.

    ids, leading zeros and long numbers are written as ``="007"``, which spreadsheets show as 007 and our own import reads
    back; so is a text that would be taken for a formula.

    Args:
        heads: what stands above the columns, the id's first.
        separator: what the person's spreadsheet expects.
        decimal_point: of numbers, as there.
    """

    def __init__(
        self,
        out: TextIO,
        fields: Sequence[FieldName],
        heads: Sequence[str] | None = None,
        separator: str = ",",
        decimal_point: str = ".",
    ) -> None:
        self._out, self._fields = out, [name for name in fields if name != "id"]
        self._point = decimal_point
        out.write("\ufeff")
        self._csv = csv.writer(out, lineterminator="\r\n", delimiter=separator)
        self._csv.writerow([text_cell(head) for head in heads or ("id", *self._fields)])

    def write(self, records: Sequence[Record]) -> None:
        """Some more lines."""
        for record in records:
            cells = (self._cell(record.values.get(name)) for name in self._fields)
            self._csv.writerow([text_cell(record.id.key), *cells])
        self._out.flush()

    def end(self) -> None:
        """Nothing follows the last line."""

    def _cell(self, value: Value) -> str:
        if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
            return text_cell(plain(value))
        text = plain(value)
        return f'="{text}"' if len(text.strip("-").replace(".", "")) > 15 else text.replace(".", self._point)


def text_cell(text: str) -> str:
    """A text that stays this text in a spreadsheet."""
    looks_computed = text.lstrip("'")[:1] in _COMPUTES
    digits = text.strip()
    looks_numeric = digits[:1].isdigit() and (
        digits.isdigit() and ((digits[0] == "0" and len(digits) > 1) or len(digits) > 15)
    )
    if not (looks_computed or looks_numeric):
        return text
    if len(text) > _MOST_LITERAL or "\n" in text or "\r" in text:
        return "'" + text
    return '="' + text.replace('"', '""') + '"'


def from_text_cell(cell: str) -> str:
    """What ``text_cell`` was given."""
    if len(cell) >= 3 and cell.startswith('="') and cell.endswith('"'):
        return cell[2:-1].replace('""', '"')
    return cell[1:] if cell[:1] == "'" and cell.lstrip("'")[:1] in _COMPUTES else cell


@contextmanager
def whole_file(target: Path) -> Iterator[BinaryIO]:
    """A file that takes its name only when it is whole; a link stays a link, permissions stay.

    Raises:
        OSError: it cannot be written; what was there before is still there.
    """
    target = target.resolve() if target.is_symlink() else target
    whole = target.exists() and not target.is_file()  # a pipe or a device has no name to take
    part = target if whole else target.with_name(f".{target.name}.{os.getpid()}.part")
    with _gone_unless_done(part, keep=whole), part.open("wb") as out:
        yield out
        out.flush()
        if not whole:
            os.fsync(out.fileno())
            _take_name(part, target)


def write_table(target: Path, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table of texts for spreadsheets, whole or not there: each cell stays the text that it is. Blocks.

    Raises:
        OSError: it cannot be written; what was there before is still there.
    """
    with whole_file(target) as raw:
        out = io.TextIOWrapper(raw, encoding="utf-8-sig", errors="surrogatepass", newline="")
        csv.writer(out, lineterminator="\r\n").writerows([text_cell(cell) for cell in row] for row in (heads, *rows))
        out.flush()
        out.detach()


@contextmanager
def _gone_unless_done(part: Path, *, keep: bool) -> Iterator[None]:
    try:
        yield
    except BaseException:
        if not keep:
            part.unlink(missing_ok=True)
        raise


def _take_name(part: Path, target: Path) -> None:
    if target.exists():
        shutil.copymode(target, part)
    os.replace(part, target)
