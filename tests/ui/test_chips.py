# SPDX-License-Identifier: MIT
"""Chips wrap, mirror, and answer to mouse and keys; a local one looks different and says why."""

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFrame, QToolButton
from pytestqt.qtbot import QtBot

from crmdesk.ui.chips import Chip, FlowLayout
from crmdesk.ui.metrics import Scheme
from crmdesk.ui.parts import button
from crmdesk.ui.theme import theme


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> None:
    theme().choose(Scheme.LIGHT)


def test_keys_edit_and_remove(qtbot: QtBot) -> None:
    chip = Chip("Country", "is Finland")
    qtbot.addWidget(chip)
    chip.show()
    told: list[str] = []
    chip.edit_wanted.connect(lambda: told.append("edit"))
    chip.removed.connect(lambda: told.append("removed"))
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
        QTest.keyClick(chip, key)
    assert told == ["edit", "edit", "removed", "removed"]


def test_click_edits_and_cross_removes(qtbot: QtBot) -> None:
    chip = Chip("Country", "is Finland")
    qtbot.addWidget(chip)
    chip.show()
    with qtbot.assertNotEmitted(chip.removed), qtbot.waitSignal(chip.edit_wanted):
        QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    cross = chip.findChild(QToolButton)
    assert cross is not None
    assert cross.accessibleName() == "Remove filter Country is Finland"
    with qtbot.assertNotEmitted(chip.edit_wanted), qtbot.waitSignal(chip.removed):
        QTest.mouseClick(cross, Qt.MouseButton.LeftButton)


def test_local_chip_looks_different_and_says_why(qtbot: QtBot) -> None:
    server, local = Chip("Phone", "matches +4"), Chip("Phone", "matches +4", "The server cannot match patterns")
    for chip in (server, local):
        qtbot.addWidget(chip)
        chip.resize(chip.sizeHint())
    assert local.is_local
    assert not server.is_local
    assert local.toolTip() == local.accessibleDescription() == "The server cannot match patterns"
    grounds = [chip.grab().toImage().pixelColor(chip.width() // 2, 3) for chip in (server, local)]
    assert grounds == [theme().colours.wash, theme().colours.header]
    assert local.sizeHint().width() > server.sizeHint().width()


def flow_of(qtbot: QtBot, count: int) -> tuple[QFrame, FlowLayout]:
    bar = QFrame()
    qtbot.addWidget(bar)
    flow = FlowLayout(bar)
    for i in range(count):
        flow.addWidget(button(f"Button {i}"))
    return bar, flow


def places(flow: FlowLayout) -> list[QRect]:
    return [flow.itemAt(i).geometry() for i in range(flow.count())]


def test_flow_wraps_and_its_height_follows(qtbot: QtBot) -> None:
    bar, flow = flow_of(qtbot, 6)
    assert flow.heightForWidth(200) > flow.heightForWidth(2000)
    bar.resize(200, flow.heightForWidth(200))
    bar.show()
    rects = places(flow)
    assert all(bar.rect().contains(rect) for rect in rects)
    assert not any(a.intersects(b) for i, a in enumerate(rects) for b in rects[:i])


def test_flow_mirrors(qtbot: QtBot) -> None:
    bar, flow = flow_of(qtbot, 2)
    bar.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    bar.resize(600, 60)
    bar.show()
    first, second = places(flow)
    assert first.left() > second.left()


def test_flow_inserts_and_takes_out(qtbot: QtBot) -> None:
    _, flow = flow_of(qtbot, 2)
    extra = button("extra")
    flow.insertWidget(1, extra)
    assert flow.itemAt(1).widget() is extra
    assert flow.takeAt(1).widget() is extra
    assert flow.takeAt(9) is None
    assert flow.count() == 2
    extra.deleteLater()


def test_a_row_that_wraps_grows_with_what_comes_and_shrinks_with_what_is_hidden(qtbot: QtBot) -> None:
    frame = QFrame()
    qtbot.addWidget(frame)
    layout = FlowLayout(frame)
    buttons = [button("Something") for _ in range(3)]
    for one in buttons:
        layout.addWidget(one)
    frame.show()
    qtbot.waitUntil(lambda: all(one.isVisible() for one in buttons))
    width = layout.sizeHint().width()
    one_line = layout.heightForWidth(width)
    layout.addWidget(more := button("Something more"))
    more.show()
    two_lines = layout.heightForWidth(width)
    assert two_lines > one_line
    more.hide()
    assert layout.heightForWidth(width) == one_line
    more.show()
    assert layout.heightForWidth(width) == two_lines
    more.setText("S")
    assert layout.heightForWidth(2 * width) == one_line
