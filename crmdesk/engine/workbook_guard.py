# SPDX-License-Identifier: MIT
"""Workbooks that are bombs: refused before the reader unpacks them or makes room for cells that are not there. Blocks.

A workbook is packed XML, and its reader makes one table from the first cell to the last: ten kilobytes can ask for
gigabytes of text, or for a table of 17 thousand million cells, for which the whole process is ended by the system.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from crmdesk.domain.errors import Invalid
from crmdesk.domain.sentence import sentence

_MOST_PARTS = 5_000
_MOST_BYTES = 1024**3
_MOST_OTHER_BYTES = 256 * 1024**2
"""Unpacked: all parts together; one that is no sheet (texts, styles), which the reader keeps in memory whole."""
_MOST_INDEX_BYTES = 4 * 1024**2
"""Unpacked: what is read as a tree, of some 25 times its bytes. Real ones have some KB; thousands of named ranges some hundred."""
_MOST_RATIO, _RATIO_FROM = 200, 16 * 1024**2
"""Real sheets are packed to a tenth or a thirtieth; the format's utmost is 1032."""
_MOST_CELLS = 20_000_000
_MOST_TEXTS = 10_000_000
"""Each takes the reader 24 bytes, be it empty."""
_CHUNK = 256 * 1024
_LONGEST_TAG = 64 * 1024

INDEX, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_LOCAL_HEADER = struct.Struct("<4s22xHH")  # signature, then lengths of name and extra field (APPNOTE 4.3.7)
_AFTER_NAME = (b" ", b">", b"/", b"\t", b"\n", b"\r")
_PLAIN = b'<c r="'
_FAR = re.compile(rb'<c r="(?![A-Z]\d{1,5}")([^"<>]{0,24})')
_TAG = re.compile(rb"<(?:[\w.-]+:)?(c|row)(?=[\s/>])([^<>]*)")
_PLACE = re.compile(rb"""(?:^|\s)r\s*=\s*["']\s*([A-Za-z]{0,8})(\d{1,12})\s*["']""")
_REFERENCE = re.compile(rb"([A-Z]{1,8})(\d{1,12})")


@dataclass(slots=True)
class _Extent:
    """The farthest cell, counted from 1; ``row`` and ``column`` are where a cell without a place would stand."""

    rows: int = 0
    columns: int = 0
    row: int = 0
    column: int = 0

    def take(self, row: int, column: int) -> None:
        self.rows, self.columns = max(self.rows, row), max(self.columns, column)

    @property
    def cells(self) -> int:
        return self.rows * self.columns


def check_book(path: Path) -> None:
    """Look through a workbook, piece by piece; once, as long as the file stays what it is.

    Raises:
        Invalid: it is none that is read here, or unpacks to more than a real one would.
        OSError, zipfile.BadZipFile: it cannot be read.
    """
    now = path.stat()
    _check(path, (now.st_size, now.st_mtime_ns, now.st_ctime_ns, now.st_ino))


@lru_cache(maxsize=4)
def _check(path: Path, state: tuple[int, ...]) -> None:
    with path.open("rb") as file, zipfile.ZipFile(file) as book:
        parts = book.infolist()
        names = {part.filename for part in parts}
        if names & {"content.xml", "xl/workbook.bin"} or INDEX not in names:
            raise Invalid(sentence("{path} is no workbook that can be read. Save it as XLSX or CSV.", path=path.name))
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_BYTES:
            raise _too_large(path)
        for part in parts:
            _check_part(path, file, part)  # whatever its name: a part is a sheet because another one says so


def _check_part(path: Path, file: BinaryIO, part: zipfile.ZipInfo) -> None:
    is_sheet = "sheet" in part.filename.lower() and "sharedstrings" not in part.filename.lower()
    is_index = part.filename in (INDEX, RELATIONS)
    if part.file_size > (_MOST_BYTES if is_sheet else _MOST_INDEX_BYTES if is_index else _MOST_OTHER_BYTES):
        raise _too_large(path)
    if part.file_size > _RATIO_FROM and part.file_size > _MOST_RATIO * max(part.compress_size, 1):
        raise _too_large(path)
    extent, texts = _Extent(), 0
    for piece in _tags(path, _unpacked(path, file, part)):
        _measure(path, piece, extent)
        texts += piece.count(b"<si") + piece.count(b":si")
        if texts > _MOST_TEXTS:
            raise _too_large(path)
    if extent.cells > _MOST_CELLS:  # cells of A to Z in the first rows were not looked at one by one
        extent = _Extent()
        for piece in _tags(path, _unpacked(path, file, part)):
            _measure_each(path, piece, extent)
    if extent.cells > _MOST_CELLS:
        raise Invalid(
            sentence(
                "{path} has a cell in row {rows} and one in column {columns}: that is too large a table. Take away what stands far from the others, or save the sheet as CSV.",
                path=path.name,
                rows=f"{extent.rows:,}",
                columns=f"{extent.columns:,}",
            )
        )


def _unpacked(path: Path, file: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """What a part truly unpacks to; the size that the file tells of it is not believed."""
    file.seek(part.header_offset)
    header = file.read(_LOCAL_HEADER.size)
    if len(header) < _LOCAL_HEADER.size or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile(sentence("{filename} is packed in another way", filename=part.filename))
    signature, name_bytes, extra_bytes = _LOCAL_HEADER.unpack(header)
    if signature != b"PK\x03\x04" or part.flag_bits & 1:
        raise zipfile.BadZipFile(sentence("{filename} has no header, or a password", filename=part.filename))
    at, left, seen = part.header_offset + _LOCAL_HEADER.size + name_bytes + extra_bytes, part.compress_size, 0
    unpacker = zlib.decompressobj(-15) if part.compress_type == zipfile.ZIP_DEFLATED else None
    waiting = b""
    while left > 0 or waiting:
        if not waiting:
            file.seek(at)
            waiting = file.read(min(_CHUNK, left))
            if not waiting:
                raise zipfile.BadZipFile(sentence("{filename} ends too early", filename=part.filename))
            at, left = at + len(waiting), left - len(waiting)
        if unpacker is None:
            piece, waiting = waiting, b""
        else:
            try:
                piece = unpacker.decompress(waiting, _CHUNK)
            except zlib.error as error:
                raise zipfile.BadZipFile(f"{part.filename}: {error}") from error
            waiting = unpacker.unconsumed_tail
        seen += len(piece)
        if seen > part.file_size:
            raise Invalid(sentence("{path} holds more than it says. Save it anew as XLSX, or as CSV.", path=path.name))
        yield piece
        if unpacker is not None and unpacker.eof:
            return


def _tags(path: Path, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same cut in front of a tag."""
    rest, is_wide = b"", None
    for piece in pieces:
        if is_wide is None:
            is_wide = b"\0" in piece[:4]  # UTF-16, or no text at all
        text = rest + (piece.replace(b"\0", b"") if is_wide else piece)
        cut = text.rfind(b"<")
        cut = len(text) if cut < 0 or b">" in text[cut:] else cut
        yield text[:cut]
        rest = text[cut:]
        if len(rest) > _LONGEST_TAG:
            if _TAG.match(rest):
                raise Invalid(
                    sentence("{path} is no workbook that can be read. Save it as XLSX or CSV.", path=path.name)
                )
            rest = b""  # a picture
    yield rest


def _measure(path: Path, piece: bytes, extent: _Extent) -> None:
    """The farthest cell of a piece; quick where the cells are written as every spreadsheet program does."""
    begun = piece.count(b"<c")
    if not begun and b":c" not in piece:
        return
    if begun == piece.count(_PLAIN) and b":c" not in piece:  # nothing else begins like a cell
        cells = begun
    else:
        cells = sum(piece.count(start + end) for start in (b"<c", b":c") for end in _AFTER_NAME)
    if not cells:
        return
    if cells != piece.count(_PLAIN):
        extent.take(99_999, 26)  # those of other pieces
        _measure_each(path, piece, extent)
        return
    extent.take(99_999, 26)
    for one in _FAR.finditer(piece):
        place = _REFERENCE.fullmatch(one[1])
        if place is None:
            raise Invalid(
                sentence(
                    "{path} has a cell at “{decode}”. Save it anew as XLSX, or as CSV.",
                    path=path.name,
                    decode=one[1].decode("latin-1"),
                )
            )
        extent.take(int(place[2]), _column(place[1]))


def _measure_each(path: Path, piece: bytes, extent: _Extent) -> None:
    for tag in _TAG.finditer(piece):
        attributes = tag[2]
        if attributes.count(b'"') % 2 or attributes.count(b"'") % 2:
            raise Invalid(sentence("{path} is no workbook that can be read. Save it as XLSX or CSV.", path=path.name))
        place = _PLACE.search(attributes)
        if tag[1] == b"row":
            extent.row = int(place[2]) if place is not None else extent.row + 1
            extent.column = 0
            continue
        if place is not None and place[1]:
            extent.row, extent.column = int(place[2]), _column(place[1])
        else:
            extent.column += 1
        extent.take(max(extent.row, 1), extent.column)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _too_large(path: Path) -> Invalid:
    return Invalid(
        sentence("{path} unpacks to more than can be read. Split it, or save the sheet as CSV.", path=path.name)
    )
