# SPDX-License-Identifier: MIT
"""From the table to the server and back: filter, edit, review, apply; new records, deletes, conflicts."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crmdesk.demo.server import DemoServer
from crmdesk.domain.names import FieldName
from crmdesk.domain.query import Compare, Op
from tests.journeys.conftest import Play
from tests.journeys.program import PATIENCE_S, column, press, program, results, texts, until

CITY, PHONE = FieldName("bill_city"), FieldName("phone")


def test_filter_edit_review_apply(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            tab = await p.open()
            assert tab.bar is not None
            tab.bar.show_filter(Compare(CITY, Op.EQ, "Helsinki"))
            tab.show_query()
            await until(lambda: set(column(tab, "bill_city")) == {"Helsinki"}, PATIENCE_S)
            record = await p.edit(0, "bill_city", "Espoo")
            assert column(tab, "bill_city")[0] == "Espoo"
            assert tab.model.staged(record.key)  # amber
            await until(p.space.staged.isVisible)
            assert p.stored(record)["bill_city"] == "Helsinki"  # nothing is sent yet
            sheet = await p.review()
            assert texts(sheet, "mine") == ["Espoo"]
            assert await p.apply(sheet) == ["applied"]
            assert texts(sheet, "stored") == ["Espoo"]
            assert p.stored(record)["bill_city"] == "Espoo"
            press(sheet, "Close")
            await until(lambda: not p.space.staged.isVisible())
            assert not p.account.staged.undo_text
            assert p.told == ""

    play(journey())


def test_the_same_by_keyboard_alone(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            tab = await p.open()
            p.keys("Ctrl+F")
            QTest.keyClicks(p.focused(), "Konepaja")
            QTest.keyClick(p.focused(), Qt.Key.Key_Return)
            await until(lambda: 0 < tab.rows.read < 50 and "Konepaja" in column(tab, "accountname")[0], PATIENCE_S)
            assert p.focused() is tab.grid
            QTest.keyClick(tab.grid, Qt.Key.Key_Home)
            at = tab.model.column_at("bill_city")
            for _ in range(at):
                QTest.keyClick(tab.grid, Qt.Key.Key_Right)
            record = tab.current_record()
            assert record is not None
            QTest.keyClicks(tab.grid, "B")
            QTest.keyClicks(p.focused(), "onn")
            QTest.keyClick(p.focused(), Qt.Key.Key_Return)
            await until(lambda: p.account.staged.count == 1)
            p.keys("Ctrl+Shift+Return")
            from crmdesk.ui.changes.review_dialog import ReviewDialog

            sheet = p.sheet(ReviewDialog)
            await until(lambda: bool(sheet.review.checked), PATIENCE_S)
            for _ in range(12):
                if getattr(p.focused(), "text", lambda: "")().startswith("Apply"):
                    break
                QTest.keyClick(p.focused(), Qt.Key.Key_Tab)
            QTest.keyClick(p.focused(), Qt.Key.Key_Space)
            await p.applied(sheet)
            assert results(sheet) == ["applied"]
            QTest.keyClick(p.focused(), Qt.Key.Key_Escape)
            await until(lambda: not sheet.isVisible())
            assert p.stored(record)["bill_city"] == "Bonn"

    play(journey())


def test_a_new_record_is_refused_here_until_it_is_complete(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            tab = await p.open()
            sent_before = sum(seen.operation == "create" for seen in server.seen)
            p.keys("Ctrl+N")
            await until(lambda: len(p.account.staged.created(tab.module.name)) == 1, PATIENCE_S)
            await until(lambda: tab.grid.currentIndex().row() == 0)
            await p.edit(0, "bill_city", "Turku")
            sheet = await p.review()
            assert await p.apply(sheet) == ["refused"]
            said = " ".join(texts(sheet, "stored"))
            assert "Account Name" in said
            assert sum(seen.operation == "create" for seen in server.seen) == sent_before
            press(sheet, "Close")
            await p.edit(0, "accountname", "Aurajoki Oy")
            sheet = await p.review()
            assert "Aurajoki Oy" in texts(sheet, "record")
            assert await p.apply(sheet) == ["applied"]
            press(sheet, "Close")
            assert tab.bar is not None
            tab.bar.search.setText("Aurajoki")
            await until(lambda: column(tab, "accountname") == ["Aurajoki Oy"], PATIENCE_S)
            assert column(tab, "account_no")[0].startswith("ACC")
            assert column(tab, "bill_city") == ["Turku"]

    play(journey())


def test_delete_with_confirmation(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            tab = await p.open()
            tab.grid.go_to(3, "accountname")
            tab.grid.setFocus()
            record, name = tab.current_record(), column(tab, "accountname")[3]
            assert record is not None
            p.keys("Ctrl+Del")
            from crmdesk.ui.sheets import Sheet

            await until(lambda: any(s.isVisible() for s in p.window.findChildren(Sheet)))
            question = p.sheet(Sheet)
            assert name in question.windowTitle()
            press(question, "Cancel")
            await until(lambda: not any(s.isVisible() for s in p.window.findChildren(Sheet)))
            assert not p.account.staged.count
            p.keys("Ctrl+Del")
            await until(lambda: any(s.isVisible() for s in p.window.findChildren(Sheet)))
            press(p.sheet(Sheet), "Delete")
            await until(lambda: p.account.staged.count == 1)
            assert "to be deleted" in column(tab, "accountname")[3]
            assert p.stored(record)
            sheet = await p.review()
            assert await p.apply(sheet) == ["applied"]
            assert not p.stored(record)
            press(sheet, "Close")
            await until(lambda: tab.rows.read > 0 and tab.rows.place_of(record.key) < 0, PATIENCE_S)
            assert p.told == ""

    play(journey())


def test_a_conflict_is_shown_and_decided(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            mine = await p.edit(0, "bill_city", "Espoo")
            theirs = await p.edit(1, "bill_city", "Turku")
            p.change_behind(mine, bill_city="Vantaa")
            p.change_behind(theirs, bill_city="Oulu")
            sheet = await p.review()
            assert texts(sheet, "theirs") == ["Vantaa | conflict", "Oulu | conflict"]
            apply = next(b for b in sheet.findChildren(type(sheet.buttons.apply)) if b.text().startswith("Apply"))
            assert not apply.isEnabled()
            sheet.grid.pressed_in.emit(0, "mine", "Espoo")
            sheet.grid.pressed_in.emit(1, "theirs", "Oulu")
            assert apply.isEnabled()
            assert await p.apply(sheet) == ["applied", "skipped"]
            assert p.stored(mine)["bill_city"] == "Espoo"
            assert p.stored(theirs)["bill_city"] == "Oulu"
            press(sheet, "Close")
            await until(lambda: p.account.staged.count == 0)

    play(journey())


def test_a_change_made_between_review_and_apply_is_refused(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            record = await p.edit(0, "bill_city", "Espoo")
            sheet = await p.review()
            p.change_behind(record, bill_city="Vantaa")
            assert await p.apply(sheet) == ["refused"]
            assert "Review it again" in texts(sheet, "stored")[0]
            assert p.stored(record)["bill_city"] == "Vantaa"
            press(sheet, "Close")
            assert p.account.staged.count == 1
            sheet = await p.review()
            assert texts(sheet, "theirs") == ["Vantaa | conflict"]

    play(journey())


def test_undo_and_redo_by_key(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            tab = await p.open()
            before = column(tab, "bill_city")[0]
            await p.edit(0, "bill_city", "Espoo")
            tab.grid.setFocus()
            p.keys("Ctrl+Z")
            await until(lambda: column(tab, "bill_city")[0] == before)
            assert p.account.staged.count == 0
            p.keys("Ctrl+Shift+Z")
            await until(lambda: column(tab, "bill_city")[0] == "Espoo")

    play(journey())
