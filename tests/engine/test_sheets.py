# SPDX-License-Identifier: MIT
"""Files as people have them: what is found out about them, and a place for everything that cannot be read."""

import io
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from crmdesk.domain.errors import Invalid
from crmdesk.domain.names import FieldName
from crmdesk.domain.schema import Field
from crmdesk.domain.values import PLAIN, NotAValue
from crmdesk.engine.cell_values import cell_value
from crmdesk.engine.sheets import FileKind, Format, Sheet, Unvalued, detect, letters, load, look


def written(tmp_path: Path, data: bytes | str, name: str = "addresses.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(data.encode("utf-8") if isinstance(data, str) else data)
    return path


def read(path: Path) -> Sheet:
    return load(path, detect(path))


def cells(sheet: Sheet) -> list[tuple[object, ...]]:
    return [row.cells for row in sheet.rows]


def book(tmp_path: Path, rows: list[list[object]], name: str = "addresses.xlsx") -> Path:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    path = tmp_path / name
    made.save(path)
    return path


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_separator_is_found(tmp_path: Path, mark: str) -> None:
    path = written(tmp_path, f'name{mark}city{mark}note\r\nKoch{mark}Köln{mark}"a, b; c"\r\nLehto{mark}{mark}x\r\n')
    form = detect(path)
    assert (form.kind, form.separator, form.encoding, form.is_certain) == (FileKind.CSV, mark, "utf_8", True)
    assert cells(load(path, form)) == [("Koch", "Köln", "a, b; c"), ("Lehto", None, "x")]


def test_one_column_is_a_table_too(tmp_path: Path) -> None:
    assert cells(read(written(tmp_path, "id\n3x1\n3x2\n"))) == [("3x1",), ("3x2",)]


@pytest.mark.parametrize(
    ("codec", "found", "certain"),
    [("utf-8", "utf_8", True), ("utf-8-sig", "utf_8_sig", True), ("utf-16", "utf_16", True)],
)
def test_encodings_that_can_be_told(tmp_path: Path, codec: str, found: str, certain: bool) -> None:
    path = written(tmp_path, "name;city\nKöch;Kölñ\n".encode(codec))
    form = detect(path)
    assert (form.encoding, form.is_certain) == (found, certain)
    assert bool(form.notes) == (codec != "utf-8")
    assert cells(load(path, form)) == [("Köch", "Kölñ")]
    assert load(path, form).headers == ("name", "city")


def test_an_encoding_that_is_guessed_is_said_to_be(tmp_path: Path) -> None:
    text = "name;city;street\n" + "Müller;Köln;Hauptstraße 1\nSörensen;Malmö;Vägen 3\n" * 20
    form = detect(path := written(tmp_path, text.encode("cp1252")))
    assert not form.is_certain
    assert "look at names" in form.notes[0]
    assert cells(load(path, form))[0] == ("Müller", "Köln", "Hauptstraße 1")


def test_a_line_break_in_a_cell_keeps_the_place_of_what_follows(tmp_path: Path) -> None:
    sheet = read(written(tmp_path, 'name,note\nKoch,"one\ntwo"\nLehto,x\n'))
    assert [(row.line, row.cells[1]) for row in sheet.rows] == [(2, "one\ntwo"), (4, "x")]


def test_a_stray_quote_far_down_is_named_by_its_line(tmp_path: Path) -> None:
    text = "name,city\n" + "Koch,Turku\n" * 39_998 + 'Le"hto,"Es"poo\n' + "Koch,Turku\n" * 10
    with pytest.raises(Invalid, match=r"Line 40000 of addresses\.csv has a stray quotation mark"):
        read(written(tmp_path, text))


def test_a_quote_that_is_never_closed_is_named_by_where_it_opens(tmp_path: Path) -> None:
    text = "name,city\nKoch,Turku\n" + 'Lehto,"Espoo\n' + "Koch,Turku\n" * 5
    with pytest.raises(Invalid, match="row that begins in line 3"):
        read(written(tmp_path, text))


def test_more_cells_than_columns_are_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"Line 3 .*column C"):
        read(written(tmp_path, "name,city\nKoch,Turku\nLehto,Espoo,Finland\n"))


def test_fewer_cells_are_empty_ones_and_blank_lines_are_no_rows(tmp_path: Path) -> None:
    sheet = read(written(tmp_path, "name,city\nKoch\n\n,\nLehto,Espoo\n"))
    assert [(row.line, row.cells) for row in sheet.rows] == [(2, ("Koch", None)), (5, ("Lehto", "Espoo"))]


def test_names_of_columns_are_made_unique(tmp_path: Path) -> None:
    sheet = read(written(tmp_path, "city,City,city,,\nA,B,C,,\n"))
    assert sheet.headers == ("city", "City", "city (2)")
    with_gap = read(written(tmp_path, "city,,zip\nA,B,C\n"))
    assert with_gap.headers == ("city", "Column B", "zip")


def test_a_header_further_down(tmp_path: Path) -> None:
    path = written(tmp_path, "Export of today\n\nname,city\nKoch,Turku\n")
    form = detect(path)
    sheet = load(path, Format(kind=form.kind, header_row=3))
    assert sheet.headers == ("name", "city")
    assert sheet.rows[0].line == 4


def test_a_workbook_gives_typed_cells(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        [
            ["id", "name", "amount", "since", "at", "when", "yes", "empty"],
            [
                123456789012345,
                "Koch",
                12.1,
                date(2026, 1, 31),
                time(9, 30),
                datetime.fromisoformat("2026-01-31T09:30"),
                True,
                None,
            ],
        ],
    )
    form = detect(path)
    assert (form.kind, form.sheet, form.sheets) == (FileKind.XLSX, "Sheet", ("Sheet",))
    (row,) = load(path, form).rows
    assert row.line == 2
    assert row.cells[:3] == (123456789012345, "Koch", Decimal("12.1"))
    assert row.cells[3] in (date(2026, 1, 31), datetime.fromisoformat("2026-01-31"))
    assert row.cells[4:] == (time(9, 30), datetime.fromisoformat("2026-01-31T09:30"), True, None)


def test_merged_cells_are_told(tmp_path: Path) -> None:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in (["name", "city"], ["Koch", "Turku"], ["Lehto", None]):
        sheet.append(row)
    sheet.merge_cells("B2:B3")
    path = tmp_path / "merged.xlsx"
    made.save(path)
    assert read(path).notes == ("The cells B2:B3 are merged: only the first of them has the value.",)


def test_rows_that_begin_further_down_in_a_workbook_keep_their_numbers(tmp_path: Path) -> None:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet["B4"], sheet["C4"], sheet["B5"], sheet["C5"] = "name", "city", "Koch", "Turku"
    path = tmp_path / "low.xlsx"
    made.save(path)
    found = read(path)
    assert [row.line for row in found.rows] == [5]
    assert "name" in found.headers


def test_json_lines(tmp_path: Path) -> None:
    path = written(tmp_path, '{"id":"3x1","n":1.10}\n\n{"id":"3x2","b":null,"c":{"x":1}}\n', "rows.jsonl")
    sheet = read(path)
    assert sheet.headers == ("id", "n", "b", "c")
    assert [row.cells for row in sheet.rows] == [("3x1", Decimal("1.10"), None, None), ("3x2", None, None, '{"x": 1}')]
    with pytest.raises(Invalid, match="Line 2"):
        read(written(tmp_path, '{"id":1}\n{"id":\n', "bad.jsonl"))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b"  \n ", "is empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "old or a protected workbook"),
        (b"PK\x03\x04 nothing of the kind", "no workbook"),
        (b"\xff\xd8\xff\xe0" + b"\x00\x01" * 400, "is no text"),
    ],
)
def test_what_is_no_table_is_a_sentence(tmp_path: Path, data: bytes, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        read(written(tmp_path, data, "thing"))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="cannot be opened"):
        detect(tmp_path / "gone.csv")


def test_too_many_rows_or_columns(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b\n" + "1,2\n" * 20)
    with pytest.raises(Invalid, match="more than 10 rows"):
        load(path, detect(path), most_rows=10)
    wide = written(tmp_path, ",".join(f"c{n}" for n in range(501)) + "\n1\n", "wide.csv")
    with pytest.raises(Invalid, match="501 columns"):
        read(wide)
    assert len(read(written(tmp_path, ",".join(f"c{n}" for n in range(300)) + "\n1\n")).headers) == 300


def test_the_wrong_encoding_chosen_is_a_sentence(tmp_path: Path) -> None:
    path = written(tmp_path, "name\nMüller\n".encode("cp1252"))
    with pytest.raises(Invalid, match="is not UTF-8"):
        load(path, Format(kind=FileKind.CSV, encoding="utf_8"))


def test_letters_of_columns() -> None:
    assert [letters(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_a_cell_of_two_million_letters_is_refused(tmp_path: Path) -> None:
    text = io.StringIO()
    text.write('a,b\n1,"' + "x" * 2_000_000 + '"\n')
    with pytest.raises(Invalid, match="line 2"):
        read(written(tmp_path, text.getvalue()))


def test_formulas_without_a_value_and_errors_are_told_and_never_read_as_empty(tmp_path: Path) -> None:
    path = book(tmp_path, [["name", "sum", "found"], ["Koch", "=1+1", "#N/A"], ["Lehto", 2, "x"]])
    made = load_workbook(path)
    made["Sheet"]["C2"].data_type = "e"
    made.save(path)
    sheet = read(path)
    assert sheet.notes == (
        "2 cells hold formulas or errors without a stored value, the first is B2. "
        "Open the file in your spreadsheet program and save it there: that stores the values.",
    )
    first = sheet.rows[0].cells
    assert first == ("Koch", "=1+1", "#N/A")
    assert all(isinstance(cell, Unvalued) for cell in first[1:])
    field = Field(name=FieldName("sum"), label="Sum")
    for cell, sentence in zip(first[1:], ("a formula without a stored value", "could not compute"), strict=True):
        with pytest.raises(NotAValue, match=sentence):
            cell_value(cell, field, PLAIN)


def test_merged_ranges_are_named(tmp_path: Path) -> None:
    path = book(tmp_path, [["a", "b", "c"], [1, 2, 3], [4, 5, 6]])
    made = load_workbook(path)
    for cells in ("A2:A3", "B2:B3", "C2:C3", "A4:C4"):
        made["Sheet"].merge_cells(cells)
    made.save(path)
    (note,) = read(path).notes
    assert note.startswith("4 ranges of cells are merged (")


def test_the_first_sheet_that_people_see_is_proposed(tmp_path: Path) -> None:
    made = Workbook()
    first = made.active
    assert first is not None
    first.sheet_state = "hidden"
    made.create_sheet("Visitors").append(["name"])
    made.save(path := tmp_path / "x.xlsx")
    form = detect(path)
    assert (form.sheet, form.sheets) == ("Visitors", ("Sheet", "Visitors"))


def test_a_file_that_breaks_off_shows_its_first_rows_all_the_same(tmp_path: Path) -> None:
    path = written(tmp_path, "name,city\n" + "Koch,Turku\n" * 39_998 + 'Lehto,"Es"poo\n')
    found = look(path, detect(path))
    assert found.sheet is None
    assert found.trouble.startswith("Line 40000 of addresses.csv has a stray quotation mark")
    assert [row.cells for row in found.head[:2]] == [("name", "city"), ("Koch", "Turku")]


def test_reading_can_be_told_to_end(tmp_path: Path) -> None:
    path, told = written(tmp_path, "a\n" + "1\n" * 20_000), list[int]()

    def tick(rows: int) -> None:
        told.append(rows)
        if rows == 10_000:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        load(path, detect(path), tick=tick)
    assert told == [5_000, 10_000]


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("Søndergård;Ærø\nÄijälä;Hämeenlinna\nMüller;Köln\n", "cp1252"),
        ("Dvořák;Plzeň\nŽižka;Tábor\nNěmcová;Česká Lípa\n" * 5, "cp1250"),
        ("Łukasz;Łódź\nWiśniewski;Kraków\nGrześ;Częstochowa\n" * 5, "cp1250"),
        ("Иванов;Москва\nПетров;Псков\n" * 5, "cp1251"),
    ],
)
def test_what_offices_write_is_told_apart(tmp_path: Path, text: str, codec: str) -> None:
    assert detect(written(tmp_path, text.encode(codec))).encoding == codec


def test_a_blank_line_does_not_move_the_place_in_json_lines(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"Line 4 of x\.jsonl is no JSON"):
        read(written(tmp_path, '{"a":1}\n\n\n{"a":\n', "x.jsonl"))
    found = look(path := written(tmp_path, '{"a":1}\n{"a":', "y.jsonl"), detect(path))
    assert (found.sheet, [row.cells for row in found.head]) == (None, [(1,)])


@pytest.mark.parametrize("depth", [150, 900, 990, 100_000])
def test_a_line_nested_too_deeply_is_named(tmp_path: Path, depth: int) -> None:
    """At some depths Python read the line, and writing its cell broke with no sentence at all."""
    path = written(tmp_path, '{"a":1}\n{"a":' + "[" * depth + "{}" + "]" * depth + "}\n", "x.jsonl")
    with pytest.raises(Invalid, match=r"Line 2 of x\.jsonl is no JSON"):
        read(path)
    assert look(path, detect(path)).head[0].cells == (1,)
