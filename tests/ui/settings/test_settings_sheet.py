# SPDX-License-Identifier: MIT
"""The settings' sheet: every setting is there, found, changed at once, brought back, locked."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit, QSpinBox
from pytestqt.qtbot import QtBot

from crmdesk.engine.settings import SETTINGS, Settings
from crmdesk.ui.settings.setting_words import ROWS, format_choices
from crmdesk.ui.settings.settings_sheet import SettingsSheet
from tests.ui.house import press
from tests.ui.waiting import Host, host


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Host]:
    with host() as made:
        yield made


def opened(window: Host, settings: Settings, typed: str = "") -> SettingsSheet:
    sheet = SettingsSheet(settings, typed)
    sheet.open_in(window)
    return sheet


def shown(sheet: SettingsSheet) -> list[str]:
    return [name for name, row in sheet.rows.items() if row.isVisibleTo(sheet)]


def test_every_setting_stands_there_once_with_a_control_that_has_a_name(window: Host) -> None:
    sheet = opened(window, Settings(None))
    assert [words.name for words in ROWS] == list(sheet.rows)
    assert set(sheet.rows) == set(SETTINGS)
    for words in ROWS:
        setting = SETTINGS[words.name]
        assert not setting.choices or set(words.choices) == set(setting.choices), words.name
        assert sheet.rows[words.name].control.accessibleName() == words.label
    assert all(not row.reset.isVisibleTo(sheet) for row in sheet.rows.values())


@pytest.mark.parametrize(
    ("typed", "found"),
    [("timeout", ["deadline_s"]), ("dark", ["scheme"]), ("zzz", []), ("suomi", ["language"]), ("new versions", ["updates", "updates_address"])],
)  # fmt: skip
def test_typing_finds_a_setting_by_any_of_its_words(window: Host, typed: str, found: list[str]) -> None:
    sheet = opened(window, Settings(None))
    QTest.keyClicks(sheet.search, typed)
    assert shown(sheet) == found
    sheet.search.clear()
    assert len(shown(sheet)) == len(ROWS)


def test_a_change_is_at_work_at_once_and_can_be_taken_back(window: Host) -> None:
    settings = Settings(None)
    sheet = opened(window, settings)
    colours, deadline, asks = (sheet.rows[name] for name in ("scheme", "deadline_s", "updates"))
    assert isinstance(colours.control, QComboBox)
    colours.control.setFocus()
    QTest.keyClick(colours.control, Qt.Key.Key_Down)
    assert settings.text("scheme") == "light"
    assert isinstance(deadline.control, QSpinBox)
    deadline.control.setValue(90)
    assert settings.number("deadline_s") == 90
    assert isinstance(asks.control, QCheckBox)
    asks.control.click()
    assert settings.flag("updates")
    assert colours.reset.isVisibleTo(sheet)
    colours.reset.click()
    assert settings.text("scheme") == "system"
    assert colours.control.currentData() == "system"
    assert not colours.reset.isVisibleTo(sheet)
    press(sheet, "Reset all")
    assert (settings.number("deadline_s"), settings.flag("updates")) == (30, False)


def test_an_address_must_be_https_and_the_sheet_says_so(window: Host) -> None:
    settings = Settings(None)
    sheet = opened(window, settings)
    row = sheet.rows["updates_address"]
    assert isinstance(row.control, QLineEdit)
    row.control.setFocus()
    QTest.keyClicks(row.control, "http://intra.example/version.json")
    QTest.keyClick(row.control, Qt.Key.Key_Return)
    assert settings.text("updates_address") == ""
    assert row.control.property("role") == "invalid"
    row.control.selectAll()
    QTest.keyClicks(row.control, "https://intra.example/version.json")
    QTest.keyClick(row.control, Qt.Key.Key_Return)
    assert settings.text("updates_address") == "https://intra.example/version.json"
    assert row.control.property("role") != "invalid"
    assert sheet.isVisible()


def test_an_address_that_is_being_typed_counts_when_the_sheet_goes(window: Host) -> None:
    settings = Settings(None)
    sheet = opened(window, settings)
    line = sheet.rows["updates_address"].control
    line.setFocus()
    QTest.keyClicks(line, "https://intra.example/v.json")
    sheet.reject()
    assert settings.text("updates_address") == "https://intra.example/v.json"


def test_agreeing_without_an_address_explains_itself(window: Host) -> None:
    sheet = opened(window, Settings(None))
    asks = sheet.rows["updates"].control
    assert isinstance(asks, QCheckBox)
    asks.click()
    assert "Nobody can be asked" in sheet.rows["updates_address"]._problem.text()
    asks.click()
    assert sheet.rows["updates_address"]._problem.text() == ""


def test_what_the_administrator_locked_is_shown_and_stays(window: Host, tmp_path: Path) -> None:
    policy = tmp_path / "policy.json"
    policy.write_text(json.dumps({"settings": {"density": "compact", "colour": 1}, "locked": ["density"]}))
    settings = Settings(tmp_path / "own.json", policy)
    sheet = opened(window, settings)
    row = sheet.rows["density"]
    assert isinstance(row.control, QComboBox)
    assert row.control.currentData() == "compact"
    assert not row.control.isEnabled()
    assert row.lock.isVisibleTo(sheet)
    assert not sheet.rows["scheme"].lock.isVisibleTo(sheet)
    assert "colour" in sheet.note.accessibleName()
    assert sheet.note.isVisibleTo(sheet)


def test_a_file_that_cannot_be_written_is_told_in_the_sheet(window: Host, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    sheet = opened(window, Settings(tmp_path / "file" / "settings.json"))
    number = sheet.rows["deadline_s"].control
    assert isinstance(number, QSpinBox)
    number.setValue(60)
    assert "could not be saved" in sheet.note.accessibleName()


def test_a_change_by_key_is_shown_while_the_sheet_is_open(window: Host, qtbot: QtBot) -> None:
    settings = Settings(None)
    sheet = opened(window, settings)
    sizes = sheet.rows["text_percent"].control
    settings.choose("text_percent", 133)
    assert isinstance(sizes, QComboBox)
    qtbot.waitUntil(lambda: sizes.currentText() == "133 %")


def test_the_wheel_over_a_list_changes_nothing(window: Host) -> None:
    settings = Settings(None)
    sheet = opened(window, settings)
    combo = sheet.rows["scheme"].control
    turn = QWheelEvent(
        QPointF(5, 5), combo.mapToGlobal(QPointF(5, 5)), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(combo, turn)
    assert settings.text("scheme") == "system"


def test_formats_show_an_example_and_keep_an_unusual_choice(qapp: QApplication) -> None:
    shown = format_choices("ja_JP")
    assert "24.12.2026 · 1.234,50" in shown["de_DE"]
    assert "2026-12-24" in shown["iso"]
    assert "ja_JP" in shown
    assert list(shown)[:2] == ["system", "iso"]


def test_a_sheet_that_is_gone_hears_nothing(window: Host, qtbot: QtBot) -> None:
    settings = Settings(None)
    opened(window, settings).accept()
    settings.choose("scheme", "dark")
    assert settings.changed._listeners == []
