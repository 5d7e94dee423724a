# SPDX-License-Identifier: MIT
"""Files of every kind that are opened in the window, by the system, by a drop, by the menu."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from crmdesk.demo.server import DemoServer
from crmdesk.domain.errors import Invalid
from crmdesk.domain.names import FieldName
from crmdesk.ui.changes.review_dialog import ReviewDialog
from crmdesk.ui.file_opening import open_in_window
from crmdesk.ui.fixes.import_sheet import ImportSheet
from tests.journeys.conftest import Play
from tests.journeys.program import PATIENCE_S, Program, press, program, until

pytestmark = [pytest.mark.allow_log, pytest.mark.qt_log_ignore("This plugin does not support", extend=True)]


def drop(target: QWidget, path: Path) -> bool:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, mime, left, none)
    QApplication.sendEvent(target, enter)
    event = QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, mime, left, none)
    QApplication.sendEvent(target, event)
    return enter.isAccepted() and event.isAccepted()


def changes_for(p: Program, path: Path, **wanted: str) -> Path:
    """A file that changes the first record of the table in front."""
    record = p.tab.rows.at(0)
    assert record is not None
    one = {"op": "update", "module": record.id.module, "id": record.id.key, "set": wanted}
    path.write_text(json.dumps(one) + "\n", "utf-8")
    return path


def test_dropped_changes_wait_and_are_offered_for_review(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            path = changes_for(p, tmp_path / "three.jsonl", bill_city="Inari")
            assert drop(p.tab, path)  # which imports tables; this one goes on to the window
            await until(lambda: p.account.staged.count == 1, PATIENCE_S)
            assert dict(p.account.staged.all()[0].values) == {FieldName("bill_city"): "Inari"}
            await until(lambda: "wait in Demo for your review" in p.told, PATIENCE_S)
            press(p.window, "Review and apply…")
            assert p.sheet(ReviewDialog).isVisible()
            p.sheet(ReviewDialog).reject()
            await open_in_window(p.window, path)
            assert "1 change was left out. Line 1: it has edits that wait already." in p.told
            await p.account.staged.discard_all()

    play(journey())


def test_a_table_is_imported_and_another_file_is_refused_in_words(
    play: Play, tmp_path: Path, server: DemoServer
) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            (tmp_path / "t.jsonl").write_text('{"accountname": "Firm"}\n')
            await open_in_window(p.window, tmp_path / "t.jsonl")
            p.sheet(ImportSheet).reject()
            with pytest.raises(Invalid, match=r"picture\.png is none"):
                await open_in_window(p.window, tmp_path / "picture.png")
            p.window.show_welcome()
            for name in ("x.crmdesk.jsonl", "x.csv"):
                with pytest.raises(Invalid, match=f"{name}.*then open the file again"):
                    await open_in_window(p.window, tmp_path / name)

    play(journey())


def test_the_menu_asks_for_a_file(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            path = changes_for(p, tmp_path / "x.crmdesk.jsonl", bill_city="Inari")
            p.keys("Ctrl+O")
            (dialog,) = p.window.findChildren(QFileDialog)
            dialog.fileSelected.emit(str(path))
            dialog.close()
            await until(lambda: p.account.staged.count == 1, PATIENCE_S)
            await p.account.staged.discard_all()

    play(journey())
