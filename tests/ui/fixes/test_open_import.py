# SPDX-License-Identifier: MIT
"""The ways to an import and an export: menu, button, a dropped file; and who is told that it cannot be."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from crmdesk.ui.file_drops import FileDrops
from crmdesk.ui.file_opening import is_table
from tests.ui.waiting import host


def data_of(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drop(widget: QWidget, data: QMimeData) -> bool:
    """Drag over a widget and let go; whether it was taken."""
    actions, button, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(5, 5).toPoint(), actions, data, button, keys)
    enter.ignore()
    QApplication.sendEvent(widget, enter)
    if not enter.isAccepted():
        return False
    QApplication.sendEvent(widget, QDropEvent(QPointF(5, 5), actions, data, button, keys))
    return True


def test_one_table_can_be_dropped_and_nothing_else(qapp: QApplication, tmp_path: Path) -> None:
    with host() as window:
        dropped: list[Path] = []
        FileDrops(window, dropped.append, is_table)
        assert drop(window, data_of(tmp_path / "a.CSV"))
        assert not drop(window, data_of(tmp_path / "a.csv", tmp_path / "b.csv"))
        assert not drop(window, data_of(tmp_path / "a.pdf"))
        assert not drop(window, data_of(tmp_path / "a.crmdesk.jsonl"))
        assert not drop(window, QMimeData())
        assert dropped == [tmp_path / "a.CSV"]
