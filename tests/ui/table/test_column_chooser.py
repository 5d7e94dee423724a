# SPDX-License-Identifier: MIT
"""Which columns to see: ticks, order by keys, finding a field."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from crmdesk.domain.names import FieldName
from crmdesk.ui.table.column_chooser import ColumnChooser
from tests.ui.house import press
from tests.ui.table.kinds import FIELDS
from tests.ui.waiting import host

MONEY, TEXT, DATE = FieldName("money"), FieldName("text"), FieldName("date")


@pytest.fixture
def chooser(qtbot: QtBot) -> Iterator[ColumnChooser]:
    with host() as window:
        sheet = ColumnChooser(FIELDS, (MONEY, TEXT))
        sheet.open_in(window)
        yield sheet


def test_shown_columns_come_first_then_the_rest_by_name(chooser: ColumnChooser) -> None:
    texts = [chooser._list.item(row).text() for row in range(chooser._list.count())]
    assert texts[:2] == ["Money", "Text"]
    assert texts[2:] == sorted(texts[2:])
    assert "Opaque" not in texts
    assert chooser.wanted() == (MONEY, TEXT)


def test_alt_and_arrows_move_the_current_one(chooser: ColumnChooser) -> None:
    chooser._list.setFocus()
    chooser._list.setCurrentRow(1)
    QTest.keyClick(chooser._list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert chooser.wanted() == (TEXT, MONEY)
    assert chooser._list.currentRow() == 0
    QTest.keyClick(chooser._list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert chooser.wanted() == (TEXT, MONEY)
    press(chooser, "Down")
    assert chooser.wanted() == (MONEY, TEXT)


def test_space_ticks_and_the_choice_is_told(chooser: ColumnChooser) -> None:
    told: list[object] = []
    chooser.chosen.connect(told.append)
    chooser._list.setFocus()
    row = next(r for r in range(chooser._list.count()) if chooser._list.item(r).text() == "Date")
    chooser._list.setCurrentRow(row)
    QTest.keyClick(chooser._list, Qt.Key.Key_Space)
    press(chooser, "Show")
    assert told == [(MONEY, TEXT, DATE)]


def test_nothing_ticked_cannot_be_shown(chooser: ColumnChooser) -> None:
    for row in (0, 1):
        chooser._list.item(row).setCheckState(Qt.CheckState.Unchecked)
    assert not chooser._take.isEnabled()


def test_finding_by_label_or_name(chooser: ColumnChooser) -> None:
    QTest.keyClicks(chooser._filter, "multi_ch")
    shown = [r for r in range(chooser._list.count()) if not chooser._list.item(r).isHidden()]
    assert [chooser._list.item(row).text() for row in shown] == ["Multi choice"]
    assert chooser.wanted() == (MONEY, TEXT)  # what is hidden by the search stays chosen
