# SPDX-License-Identifier: MIT
"""Files that nobody would wish for, through the sheet: a sentence with the place, and nothing lost."""

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from crmdesk.ui.fixes.import_sheet import FILE
from tests.conftest import RunAsync
from tests.engine.fake_vendor import CITY
from tests.ui.changes.stage import Office
from tests.ui.fixes.import_scene import Scene, play_with, texts

Played = Callable[..., Office]


@pytest.fixture
def played(run_async: RunAsync[None], tmp_path: Path) -> Played:
    return play_with(run_async, tmp_path / "office")


def book(path: Path, *rows: tuple[object, ...], merge: str = "") -> Path:
    made = Workbook(write_only=not merge)
    sheet = made.create_sheet("Data") if not merge else made.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    if merge:
        sheet.merge_cells(merge)
    made.save(path)
    return path


def refused(scene: Scene) -> str:
    """The sentence; there is no way on."""
    assert scene.sheet.step == FILE
    assert not scene.sheet.go.isEnabled()
    assert scene.sheet.file.trouble.isVisible()
    assert scene.office.account.staged.count == 0
    return scene.sheet.file.trouble.text_label.text()


def test_a_stray_quote_at_line_40_000(played: Played, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("id,City\n" + "A1,Turku\n" * 39_998 + 'A2,"Es"poo\n' + "A3,Oulu\n")

    async def act(scene: Scene) -> None:
        await scene.open(path)
        assert refused(scene) == (
            "Line 40000 of x.csv has a stray quotation mark. Double it where it belongs to the text."
        )
        assert texts(scene.sheet.file.grid)[:2] == [["1", "id", "City"], ["2", "A1", "Turku"]]
        path.write_text("id,City\nA1,Turku\n")  # mended meanwhile
        await scene.open(path)
        assert not scene.sheet.file.trouble.isVisible()
        await scene.next()

    played(act)


def test_three_hundred_columns(played: Played, tmp_path: Path) -> None:
    heads = ["id", "City", *(f"Column {n}" for n in range(298))]
    path = book(tmp_path / "wide.xlsx", tuple(heads), ("A1", "Espoo", *range(298)))

    async def act(scene: Scene) -> None:
        await scene.open(path)
        await scene.next()
        assert scene.sheet.columns.grid.records.rowCount() == 300
        await scene.next()
        await scene.next()
        await scene.next()
        (staged,) = scene.office.account.staged.all()
        assert dict(staged.values) == {CITY: "Espoo"}

    played(act)


def test_a_million_rows(played: Played, tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("id\n" + "1\n" * 1_000_000)

    async def act(scene: Scene) -> None:
        await scene.open(path)
        assert "more than 200,000 rows. Split it" in refused(scene)

    played(act)


def test_formulas_never_computed_are_left_out_with_their_place(played: Played, tmp_path: Path) -> None:
    path = book(tmp_path / "x.xlsx", ("id", "City", "Employees"), ("A1", "Espoo", "=1+1"), ("A2", "Oulu", 7))

    async def act(scene: Scene) -> None:
        await scene.open(path)
        note = scene.sheet.file.notes.text_label.text()
        assert note.startswith("1 cell holds a formula without a stored value, the first is C2.")
        await scene.next()
        await scene.next()
        rows = texts(scene.sheet.rows.grid)
        assert [row[1] for row in rows] == ["Left out", "Update"]
        assert "Employees: This is a formula without a stored value." in rows[0][3]

    played(act)


def test_merged_cells_are_told_before_anything_else(played: Played, tmp_path: Path) -> None:
    path = book(tmp_path / "x.xlsx", ("id", "City"), ("A1", "Espoo"), ("A2", None), merge="B2:B3")

    async def act(scene: Scene) -> None:
        await scene.open(path)
        assert scene.sheet.file.notes.text_label.text() == (
            "The cells B2:B3 are merged: only the first of them has the value."
        )

    played(act)


def test_dates_that_are_numbers_are_not_guessed(played: Played, tmp_path: Path) -> None:
    path = book(tmp_path / "x.xlsx", ("id", "Founded"), ("A1", 46053))

    async def act(scene: Scene) -> None:
        await scene.open(path)
        await scene.next()
        assert texts(scene.sheet.columns.grid)[1][5] == "1 wrong"
        assert "if 2026-01-31 is meant" in scene.told()

    played(act)


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("x.csv", b"", "x.csv is empty."),
        ("x.csv", b"id,City\n", "There are no rows below the names of the columns."),
        ("x.xlsx", b"PK\x03\x04nothing", "x.xlsx is no workbook that can be read. Save it as XLSX or CSV."),
        ("x.csv", b"id,City\nA1,Espoo,Finland\n", "Line 2 of x.csv has more cells than there are columns (column C)."),
        ("x.jsonl", b'{"id":"A1"}\n{"id":\n', "Line 2 of x.jsonl is no JSON. Each line holds one object."),
    ],
)
def test_what_is_no_table_is_a_sentence(played: Played, tmp_path: Path, name: str, data: bytes, sentence: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)

    async def act(scene: Scene) -> None:
        await scene.open(path)
        assert refused(scene).startswith(sentence)

    assert played(act).reports == []
