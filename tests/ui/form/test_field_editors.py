# SPDX-License-Identifier: MIT
"""Every type of field has an editor that gives back what it was given, reads what is typed and refuses the rest."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from PySide6.QtCore import QDate, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.schema import Field, FieldType
from crmdesk.domain.values import NotAValue, Value
from crmdesk.ui.form.choice_editors import ChoiceEditor, MultiChoiceEditor
from crmdesk.ui.form.field_editors import FieldEditor, make_editor
from crmdesk.ui.form.moment_editor import MomentEditor
from crmdesk.ui.form.text_editors import BooleanEditor, LongTextEditor
from crmdesk.ui.formats import Formats
from tests.ui.form.conftest import COLOURS, a_field

Show = Callable[[QWidget], QMainWindow]
VALUES: list[tuple[FieldType, Value]] = [
    (FieldType.TEXT, "Äijälä Oy"),
    (FieldType.LONG_TEXT, "one\ntwo"),
    (FieldType.INTEGER, 12_345),
    (FieldType.DECIMAL, Decimal("1.2345")),
    (FieldType.MONEY, Decimal("1250000.005")),
    (FieldType.PERCENT, Decimal("7.5")),
    (FieldType.BOOLEAN, False),
    (FieldType.DATE, date(2026, 2, 28)),
    (FieldType.DATETIME, datetime(2026, 2, 28, 14, 30, 5, tzinfo=UTC)),
    (FieldType.TIME, time(14, 30)),
    (FieldType.CHOICE, "g"),
    (FieldType.MULTI_CHOICE, ("r", "b")),
    (FieldType.REFERENCE, RecordId(ModuleName("Users"), "19x1")),
    (FieldType.EMAIL, "a@b.fi"),
    (FieldType.PHONE, "+358 9 1"),
    (FieldType.URL, "www.aijala.fi"),
    (FieldType.OPAQUE, "?"),
]


def made(kind: FieldType, formats: Formats, show: Show, **more: object) -> FieldEditor:
    choices = COLOURS if kind in (FieldType.CHOICE, FieldType.MULTI_CHOICE) else ()
    editor = make_editor(a_field("it", kind, **{"choices": choices, **more}), formats)
    show(editor)
    editor.begin()
    return editor


@pytest.mark.parametrize(("kind", "value"), VALUES)
def test_unchanged_text_gives_back_the_very_value(
    kind: FieldType, value: Value, formats: Formats, shown: Show, qtbot: QtBot
) -> None:
    editor = made(kind, formats, shown)
    for held in (value, None):
        editor.set_value(held)
        assert not editor.modified
        assert editor.value() is held


@pytest.mark.parametrize(("kind", "value"), [pair for pair in VALUES if pair[0] is not FieldType.REFERENCE])
def test_the_text_of_a_value_reads_as_that_value(
    kind: FieldType, value: Value, formats: Formats, shown: Show, qtbot: QtBot
) -> None:
    editor = made(kind, formats, shown)
    editor.set_value(value)
    text = editor.text()
    editor.set_value(None)
    editor.set_text(text)
    assert editor.modified
    assert editor.value() == value
    editor.clear()
    assert editor.value() is None


def test_numbers_are_read_in_the_persons_own_way(formats: Formats, shown: Show, qtbot: QtBot) -> None:
    editor = made(FieldType.MONEY, formats, shown)
    editor.set_value(Decimal("1250000.00"))
    assert editor.text() == "1250000"
    editor.begin()
    QTest.keyClicks(editor.inner, "1.400.000,50")  # everything was selected
    assert editor.value() == Decimal("1400000.50")
    editor.set_text("twelve")
    with pytest.raises(NotAValue, match="twelve"):
        editor.value()


def test_a_text_longer_than_the_server_takes_is_shown_whole(formats: Formats, shown: Show, qtbot: QtBot) -> None:
    editor = made(FieldType.TEXT, formats, shown, max_length=5)
    editor.set_value("longer than five")
    assert editor.text() == "longer than five"
    editor.set_value(None)
    editor.begin("x")
    assert editor.text() == "x"


def test_a_pasted_text_is_never_cut_by_the_editor(formats: Formats, shown: Show, qtbot: QtBot) -> None:
    """Whether the server takes it is said when it is committed; cut in silence, nobody would notice."""
    editor = made(FieldType.TEXT, formats, shown, max_length=5)
    QGuiApplication.clipboard().setText("Bahnhofstraße 12\nHinterhaus")
    QTest.keyClick(editor.inner, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert editor.value() == "Bahnhofstraße 12\nHinterhaus"
    editor.set_value("x" * 40_000)
    assert len(editor.text()) == 40_000


def test_return_commits_and_escape_cancels(formats: Formats, shown: Show, qtbot: QtBot) -> None:
    editor = made(FieldType.TEXT, formats, shown)
    with qtbot.waitSignal(editor.committed):
        QTest.keyClick(editor.inner, Qt.Key.Key_Return)
    with qtbot.waitSignal(editor.cancelled):
        QTest.keyClick(editor.inner, Qt.Key.Key_Escape)


def test_return_makes_a_line_in_a_long_text_and_control_return_commits(
    formats: Formats, shown: Show, qtbot: QtBot
) -> None:
    editor = made(FieldType.LONG_TEXT, formats, shown)
    assert isinstance(editor, LongTextEditor)
    QTest.keyClicks(editor.area, "one")
    with qtbot.assertNotEmitted(editor.committed):
        QTest.keyClick(editor.area, Qt.Key.Key_Return)
    QTest.keyClicks(editor.area, "two")
    with qtbot.waitSignal(editor.committed):
        QTest.keyClick(editor.area, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert editor.value() == "one\ntwo"


def test_the_wheel_changes_no_choice(formats: Formats, shown: Show, qtbot: QtBot) -> None:
    editor = made(FieldType.CHOICE, formats, shown)
    assert isinstance(editor, ChoiceEditor)
    editor.set_value("g")
    wheel = QWheelEvent(
        QPointF(5, 5),
        QPointF(editor.combo.mapToGlobal(QPoint(5, 5))),
        QPoint(0, -120),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(editor.combo, wheel)
    assert editor.value() == "g"


def test_a_choice_the_list_does_not_know_is_kept(formats: Formats, shown: Show, qtbot: QtBot) -> None:
    editor = made(FieldType.CHOICE, formats, shown)
    assert isinstance(editor, ChoiceEditor)
    editor.set_value("violet")
    assert editor.combo.currentText() == "violet"
    assert editor.value() == "violet"
    QTest.keyClick(editor.combo, Qt.Key.Key_Up)
    assert editor.value() == "b"
    editor.clear()
    assert editor.value() is None


def test_a_choice_without_a_list_is_typed(formats: Formats, shown: Show, qtbot: QtBot) -> None:
    editor = made(FieldType.CHOICE, formats, shown, choices=())
    assert isinstance(editor, ChoiceEditor)
    line = editor.combo.lineEdit()
    assert line is not None
    QTest.keyClicks(line, "new")
    with qtbot.waitSignal(editor.committed):
        QTest.keyClick(line, Qt.Key.Key_Return)
    assert editor.value() == "new"


@pytest.mark.qt_log_ignore("grabbing the keyboard")
def test_several_choices_are_ticked_in_a_list(formats: Formats, shown: Show, qtbot: QtBot) -> None:
    editor = made(FieldType.MULTI_CHOICE, formats, shown)
    assert isinstance(editor, MultiChoiceEditor)
    editor.set_value(("g", "strange"))
    assert editor.line.text() == "Green, strange"
    QTest.keyClick(editor.line, Qt.Key.Key_Down)
    assert editor.list.isVisible()
    QTest.keyClick(editor.list.list, Qt.Key.Key_Space)
    QTest.keyClick(editor.list.list, Qt.Key.Key_Return)
    assert not editor.list.isVisible()
    assert editor.value() == ("r", "g", "strange")
    assert editor.owns(editor.list.list)


def test_an_empty_tick_answers_nothing_until_it_is_clicked(formats: Formats, shown: Show, qtbot: QtBot) -> None:
    editor = made(FieldType.BOOLEAN, formats, shown)
    assert isinstance(editor, BooleanEditor)
    editor.set_value(None)
    assert editor.value() is None
    with qtbot.waitSignal(editor.committed):
        QTest.keyClick(editor.tick, Qt.Key.Key_Space)
    assert editor.value() is True
    QTest.keyClick(editor.tick, Qt.Key.Key_Space)
    assert editor.value() is False


@pytest.mark.qt_log_ignore("grabbing the keyboard")
def test_days_go_up_and_down_and_come_from_the_calendar(formats: Formats, shown: Show, qtbot: QtBot) -> None:
    editor = made(FieldType.DATE, formats, shown)
    assert isinstance(editor, MomentEditor)
    editor.set_value(date(2026, 2, 28))
    QTest.keyClick(editor.line, Qt.Key.Key_Up)
    assert editor.value() == date(2026, 3, 1)
    QTest.keyClick(editor.line, Qt.Key.Key_F4)
    calendar = editor.calendar
    assert calendar is not None
    assert calendar.isVisible()
    assert calendar.selectedDate() == QDate(2026, 3, 1)
    with qtbot.waitSignal(editor.committed):
        calendar.clicked.emit(QDate(2026, 12, 24))
    assert editor.value() == date(2026, 12, 24)
    editor.set_text("24.12.2027")
    assert editor.value() == date(2027, 12, 24)


def test_a_moment_keeps_its_time_when_the_day_changes(formats: Formats, shown: Show, qtbot: QtBot) -> None:
    editor = made(FieldType.DATETIME, formats, shown)
    editor.set_value(datetime(2026, 2, 28, 14, 30, tzinfo=UTC))
    QTest.keyClick(editor.inner, Qt.Key.Key_Down)
    assert editor.value() == datetime(2026, 2, 27, 14, 30, tzinfo=UTC)


def test_a_reference_without_a_search_is_typed_as_its_id(formats: Formats, shown: Show, qtbot: QtBot) -> None:
    field = a_field("owner", FieldType.REFERENCE, refers_to=(ModuleName("Users"),))
    editor = make_editor(field, formats)
    editor.set_text("19x5")
    assert editor.value() == RecordId(ModuleName("Users"), "19x5")
    editor.deleteLater()


def test_every_type_has_an_editor_with_a_name() -> None:
    assert {kind for kind, _ in VALUES} == set(FieldType)
    assert Field(name=a_field("x").name, label="X").label == "X"
