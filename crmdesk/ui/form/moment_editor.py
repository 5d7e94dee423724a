# SPDX-License-Identifier: MIT
"""The editor of days and moments: typed as the person writes them, or chosen in a calendar."""

from datetime import date, datetime, time, timedelta

from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCalendarWidget, QLineEdit, QWidget

from crmdesk.domain.schema import Field, FieldType
from crmdesk.domain.values import NotAValue, Value
from crmdesk.ui.form.editor import FieldEditor, place_beside
from crmdesk.ui.formats import Formats
from crmdesk.ui.parts import tool
from crmdesk.ui.wording import tr


class MomentEditor(FieldEditor):
    """A line and a calendar (F4 or Alt+Down). Up and Down go by days; a moment keeps its time."""

    def __init__(self, field: Field, formats: Formats, parent: QWidget | None) -> None:
        self.line = QLineEdit()
        super().__init__(field, formats, parent, self.line)
        self.line.setPlaceholderText("2026-12-24" if field.type is FieldType.DATE else "2026-12-24 14:30")
        self.button = tool("calendar-blank", tr("Open the calendar"), self.open_calendar, size=14)
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.button.setCursor(Qt.CursorShape.ArrowCursor)
        self.button.setParent(self)
        self.line.setTextMargins(0, 0, self.button.width(), 0)
        self._calendar: QCalendarWidget | None = None

    def text(self) -> str:
        return self.line.text()

    def set_text(self, text: str) -> None:
        self.line.setText(text)

    def begin(self, key: str = "") -> None:
        super().begin(key)
        self.line.selectAll()
        if key:
            self.line.insert(key)

    def open_calendar(self) -> None:
        """Show the month of the day that is typed, or today's."""
        if self._calendar is None:
            self._calendar = QCalendarWidget(self)
            self._calendar.setWindowFlags(Qt.WindowType.Popup)
            self._calendar.setLocale(self._formats.locale)
            self._calendar.setGridVisible(False)
            self._calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.ISOWeekNumbers)
            self._calendar.clicked.connect(self._on_day)
            self._calendar.activated.connect(self._on_day)
        day = self._day()
        if day is not None:
            self._calendar.setSelectedDate(QDate(day.year, day.month, day.day))
        self._calendar.adjustSize()
        place_beside(self._calendar, self, at_end=True)
        self._calendar.show()
        self._calendar.setFocus(Qt.FocusReason.PopupFocusReason)

    @property
    def calendar(self) -> QCalendarWidget | None:
        """The calendar, once it was opened."""
        return self._calendar

    def _on_day(self, day: QDate) -> None:
        if self._calendar is not None and self._calendar.isVisible():
            self._calendar.close()
            self._take(date(day.year(), day.month(), day.day()))
            self.inner.setFocus(Qt.FocusReason.PopupFocusReason)
            self.committed.emit()

    def _typed(self) -> Value:
        try:
            return self._formats.read(self.line.text(), self.field)
        except NotAValue:
            return None

    def _day(self) -> date | None:
        typed = self._typed()
        if isinstance(typed, datetime):
            return typed.astimezone(self._formats.zone).date()
        return typed if isinstance(typed, date) else None

    def _take(self, day: date) -> None:
        typed: Value = day
        if self.field.type is FieldType.DATETIME:
            held = self._typed()
            clock = held.astimezone(self._formats.zone).time() if isinstance(held, datetime) else time(9, 0)
            typed = datetime.combine(day, clock, tzinfo=self._formats.zone)
        self.line.setText(self._formats.edit_text(typed, self.field))

    def _on_key(self, event: QKeyEvent) -> bool:
        down = event.key() == Qt.Key.Key_Down
        if event.key() == Qt.Key.Key_F4:
            self.open_calendar()
            return True
        if (down or event.key() == Qt.Key.Key_Up) and not event.modifiers():
            day = self._day()
            if day is not None and date.min < day < date.max:
                self._take(day + timedelta(days=-1 if down else 1))
            return True
        return super()._on_key(event)

    def resizeEvent(self, event: object) -> None:
        gap = (self.height() - self.button.height()) // 2
        left = gap if self.isRightToLeft() else self.width() - self.button.width() - gap
        self.button.move(left, gap)
        self.button.raise_()
