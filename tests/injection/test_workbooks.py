# SPDX-License-Identifier: MIT
"""Zip bombs in XLSX: refused with a sentence, in little time and memory, before the reader sees them."""

import io
import random
import struct
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from crmdesk.domain.errors import Invalid
from crmdesk.engine import sheets
from crmdesk.engine.workbook_guard import INDEX, RELATIONS, check_book

_HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_FOOT = "</sheetData></worksheet>"
SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


def book(path: Path, *, renamed: dict[str, str] | None = None, **parts: bytes) -> Path:
    """A small workbook with some parts replaced: ``sheet``, ``texts``, ``index``, ``relations`` or ``more``."""
    plain = io.BytesIO()
    made = Workbook()
    made.active.append(["name", "city"])  # type: ignore[union-attr]
    made.active.append(["Koch", "Ulm"])  # type: ignore[union-attr]
    made.save(plain)
    place = {"sheet": SHEET, "texts": TEXTS, "index": INDEX, "relations": RELATIONS, "more": "xl/media/more.bin"}
    wanted = {place[name]: data for name, data in parts.items()}
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
        for name in dict.fromkeys([*source.namelist(), *wanted]):
            data = wanted.get(name) or source.read(name)
            for old, new in (renamed or {}).items():
                if name == "xl/_rels/workbook.xml.rels":
                    data = data.replace(f"/{old}".encode(), f"/{new}".encode())
                name = new if name == old else name
            target.writestr(name, data)
    return path


def rows(inside: str) -> bytes:
    return (_HEAD + inside + _FOOT).encode()


def refused(path: Path) -> str:
    """The sentence; it takes little time and less than 40 MB."""
    tracemalloc.start()
    begun = time.perf_counter()
    try:
        with pytest.raises(Invalid) as caught:
            sheets.load(path, sheets.detect(path))
        assert time.perf_counter() - begun < 10  # two where nobody else works on this computer
        assert tracemalloc.get_traced_memory()[1] < 40 * 1024**2
    finally:
        tracemalloc.stop()
    return caught.value.user_text


def test_a_zip_bomb_of_texts_is_not_unpacked(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", texts=b"<sst><si><t>" + b"0" * (300 * 1024**2) + b"</t></si></sst>")
    assert path.stat().st_size < 1024**2
    assert "unpacks to more than can be read" in refused(path)


def test_a_zip_bomb_of_rows_is_not_unpacked(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", sheet=rows(" " * (64 * 1024**2)))
    assert "unpacks to more than can be read" in refused(path)


def test_a_size_that_lies_is_not_believed(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", texts=b"<sst>" + b"0" * (30 * 1024**2) + b"</sst>")
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(TEXTS.encode()))  # its entry in the directory at the end
    data[at + 24 : at + 28] = struct.pack("<I", 100)
    path.write_bytes(data)
    assert "holds more than it says" in refused(path)


def test_a_bomb_of_empty_texts_is_refused(tmp_path: Path) -> None:
    """Two megabytes made a table of a gigabyte."""
    noise = b"<!--" + random.Random(1).randbytes(500_000).hex().encode() + b"-->"
    path = book(tmp_path / "a.xlsx", texts=b"<sst>" + b"<si/>" * 11_000_000 + noise + b"</sst>")
    assert "unpacks to more than can be read" in refused(path)


@pytest.mark.parametrize("part", ["index", "relations"])
def test_the_list_of_sheets_is_no_bomb_either(tmp_path: Path, part: str) -> None:
    """A third of a megabyte made a tree of 800 MB: packed less than 200 times, and far from the limit of other parts."""
    name = {"index": INDEX, "relations": RELATIONS}[part]
    with zipfile.ZipFile(book(tmp_path / "plain.xlsx")) as plain:
        text = plain.read(name)
    at = text.rindex(b"</")
    noise = b"<!--" + random.Random(1).randbytes(60_000).hex().encode() + b"-->"

    def made(file: str, grown: bytes) -> Path:
        return book(tmp_path / file, index=grown) if part == "index" else book(tmp_path / file, relations=grown)

    path = made("a.xlsx", text[:at] + b"<a/>" * 2_000_000 + noise + text[at:])
    assert "unpacks to more than can be read" in refused(path)
    usual = made("b.xlsx", text[:at] + b"<a/>" * 10_000 + text[at:])
    assert sheets.load(usual, sheets.detect(usual)).headers == ("name", "city")


def test_a_list_of_sheets_whose_size_lies_is_not_believed(tmp_path: Path) -> None:
    with zipfile.ZipFile(book(tmp_path / "plain.xlsx")) as plain:
        text = plain.read(INDEX)
    path = book(tmp_path / "a.xlsx", index=text.replace(b"</workbook>", b"<a/>" * 2_000_000 + b"</workbook>"))
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(INDEX.encode()))
    data[at + 24 : at + 28] = struct.pack("<I", 100)
    path.write_bytes(data)
    assert "holds more than it says" in refused(path)


def test_parts_that_share_their_bytes_are_counted_each(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", texts=b"x" * (15 * 1024**2))
    with zipfile.ZipFile(path, "a") as archive:
        one = archive.getinfo(TEXTS)
        for number in range(100):
            copy = zipfile.ZipInfo(f"xl/copy{number}.xml")
            for name in ("header_offset", "file_size", "compress_size", "CRC", "compress_type", "flag_bits"):
                setattr(copy, name, getattr(one, name))
            archive.filelist.append(copy)
            archive.NameToInfo[copy.filename] = copy
        archive._didModify = True  # type: ignore[attr-defined]
    assert "unpacks to more than can be read" in refused(path)


@pytest.mark.parametrize(
    "inside",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1048576"><v>1</v></c><c r="XFD1"><v>1</v></c></row>',
        "<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576">' + "<c/>" * 16_000 + "<c><v>1</v></c></row>",
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c t="n" r="XFD1048576"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c\nr="XFD1048576"><v>1</v></c></row>',
    ],
)
def test_cells_far_apart_make_no_giant_table(tmp_path: Path, inside: str) -> None:
    """A workbook of 3 kB: its reader would ask for 512 GB, and the system would end the process."""
    assert "too large a table" in refused(book(tmp_path / "a.xlsx", sheet=rows(inside)))


def test_a_sheet_under_another_name_is_looked_at_too(tmp_path: Path) -> None:
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c r="XFD1048576"><v>1</v></c></row>'
    path = book(tmp_path / "a.xlsx", sheet=rows(far), renamed={SHEET: "xl/media/picture.png"})
    assert "too large a table" in refused(path)


def test_a_sheet_in_wide_letters_is_looked_at_too(tmp_path: Path) -> None:
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c r="XFD1048576"><v>1</v></c></row>'
    path = book(
        tmp_path / "a.xlsx", sheet=('<?xml version="1.0" encoding="UTF-16"?>' + rows(far).decode()).encode("utf-16")
    )
    assert "too large a table" in refused(path)


def test_a_row_without_an_end_is_refused(tmp_path: Path) -> None:
    line = b"".join(b'<c r="A1"><f>%08d</f>' % number for number in range(1_000_000))
    assert "row that is too long" in refused(book(tmp_path / "a.xlsx", sheet=rows("<row>")[: -len(_FOOT)] + line))


@pytest.mark.parametrize("name", ["content.xml", "xl/workbook.bin"])
def test_other_kinds_of_workbooks_are_not_opened(tmp_path: Path, name: str) -> None:
    """Their readers repeat a cell as often as the file says."""
    path = book(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, b"<x/>")
    assert "no workbook that can be read" in refused(path)


def test_a_wide_table_of_real_cells_is_read(tmp_path: Path) -> None:
    made = Workbook(write_only=True)
    sheet = made.create_sheet()
    for number in range(30):
        sheet.append([f"{number} {place}" for place in range(400)])
    path = tmp_path / "wide.xlsx"
    made.save(path)
    check_book(path)
    loaded = sheets.load(path, sheets.detect(path))
    assert len(loaded.rows) == 29
    assert loaded.rows[-1].cells[399] == "29 399"
