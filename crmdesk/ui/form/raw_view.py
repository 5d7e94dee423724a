# SPDX-License-Identifier: MIT
"""Raw: the reply as it came, to be read, searched and copied."""

import json

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QShortcut, QTextCursor, QTextDocument
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from crmdesk.ui.form.record_page import RecordPage, Shown, Start
from crmdesk.ui.formats import Formats
from crmdesk.ui.parts import box, button, clearable, label, set_font, tool
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.theme import theme
from crmdesk.ui.wording import plural, tr

_MOST_MARKS = 2000


def pretty(raw: str) -> str:
    """JSON with a line for each field, everything else as it is; letters stay letters."""
    try:
        return json.dumps(json.loads(raw), ensure_ascii=False, indent=2)
    except ValueError:
        return raw


class RawView(RecordPage):
    """The record's `raw` text; the connector has masked its secrets."""

    def __init__(self, formats: Formats, scope: TaskScope, start: Start, parent: QWidget | None = None) -> None:
        super().__init__(formats, scope, start, parent)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setProperty("role", "code")
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName(tr("The reply as it came"))
        self.text.setTabChangesFocus(True)
        set_font(self.text, "mono")
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Find"))
        self.search.setAccessibleName(tr("Find in the reply"))
        clearable(self.search)
        self.search.textChanged.connect(lambda _text: self._mark(move=True))
        self.search.returnPressed.connect(self.find_next)
        self.search.installEventFilter(self)
        self._hits = label("", "muted", "small")
        self._before = tool("caret-up", tr("Previous hit (Shift+F3)"), self.find_previous, size=13)
        self._after = tool("caret-down", tr("Next hit (F3)"), self.find_next, size=13)
        self._bar = box(self.search, self._hits, self._before, self._after, spacing=4)
        self._bar.hide()
        self.copy_button = button(tr("Copy"), clicked=self._on_copy)
        self._column.addWidget(self._bar)
        self._column.addWidget(self.text, 1)
        self._column.addWidget(box(self.copy_button, button(tr("Find…"), clicked=self.open_search), None))
        for sequence, action in (
            (QKeySequence("F3"), self.find_next),
            (QKeySequence("Shift+F3"), self.find_previous),
        ):
            shortcut = QShortcut(sequence, self, action)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        theme().changed.connect(self._on_theme)  # a bound method: it ends with the widget

    def event(self, event: QEvent) -> bool:
        """Find is ours before the window's menus may take it for the table."""
        overriding = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if overriding and event.matches(QKeySequence.StandardKey.Find):  # type: ignore[attr-defined]  # a key event
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Find):
            self.open_search()
        else:
            super().keyPressEvent(event)

    def forget(self) -> None:
        self.text.clear()

    async def fill(self, shown: Shown) -> None:
        self.text.setPlainText(pretty(shown.record.raw))
        self.say("" if shown.record.raw else tr("No reply was kept for this record."))
        self._mark(move=False)

    async def fill_alone(self, shown: Shown) -> None:
        self.say(
            tr(
                "You are offline: a copy holds the values, not the reply they came in. It comes when the server answers."
            )
        )

    def open_search(self) -> None:
        """Show the search line, with what is selected in it."""
        self._bar.show()
        chosen = self.text.textCursor().selectedText()
        if chosen and "\u2029" not in chosen:
            self.search.setText(chosen)
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def find_next(self) -> None:
        """Go to the next hit, from the end to the beginning."""
        self._find(QTextDocument.FindFlag(0), QTextCursor.MoveOperation.Start)

    def find_previous(self) -> None:
        """Go to the hit before."""
        self._find(QTextDocument.FindFlag.FindBackward, QTextCursor.MoveOperation.End)

    def _find(self, flags: QTextDocument.FindFlag, wrap_to: QTextCursor.MoveOperation) -> None:
        wanted = self.search.text()
        if wanted and not self.text.find(wanted, flags):
            self.text.moveCursor(wrap_to)
            self.text.find(wanted, flags)

    def _mark(self, *, move: bool) -> None:
        """Colour every hit and say how many there are."""
        wanted, document = self.search.text(), self.text.document()
        marks: list[QTextEdit.ExtraSelection] = []
        cursor = document.find(wanted) if wanted and not self._bar.isHidden() else QTextCursor()
        first = QTextCursor(cursor)
        while not cursor.isNull() and len(marks) < _MOST_MARKS:
            mark = QTextEdit.ExtraSelection()
            mark.cursor = cursor
            mark.format.setBackground(theme().colours.edited)
            mark.format.setForeground(theme().colours.on_edited)
            marks.append(mark)
            cursor = document.find(wanted, cursor)
        self.text.setExtraSelections(marks)
        self._hits.setText(plural(len(marks), "{n} hit", "{n} hits") if wanted else "")
        if move and not first.isNull():
            self.text.setTextCursor(first)

    def _on_theme(self) -> None:
        self._mark(move=False)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.info.emit(tr("The reply is on the clipboard."))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        pressed = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if pressed and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if pressed and event.type() == QEvent.Type.KeyPress:
            self._bar.hide()
            self._mark(move=False)
            self.text.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        return False
