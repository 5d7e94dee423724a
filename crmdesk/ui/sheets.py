# SPDX-License-Identifier: MIT
"""Sheets: dialogs inside the window, over its dimmed contents. They open and say when they are closed; none blocks."""

import asyncio
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QColor, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)
from shiboken6 import isValid

from crmdesk.ui.pan import Pan
from crmdesk.ui.parts import Item, box, fill, label, rule
from crmdesk.ui.shadow import paint_shadow
from crmdesk.ui.theme import theme

_PAINT_MS = 1  # not 0: that would come before what waits


class Backdrop(QWidget):
    """Covers a window, dims it, and keeps mouse, Tab and shortcuts inside the one sheet it holds.

    Made by `Sheet.open_in`, owned by the window, deleted when its sheet closes.
    """

    def __init__(self, window: QWidget, sheet: "Sheet", top: int | None) -> None:
        super().__init__(window, Qt.WindowType.SubWindow)  # within which Qt keeps Tab
        self.sheet = self._sheet = sheet
        self._top = top
        self._window = window
        self._before: QWidget | None = window.focusWidget()
        sheet.setParent(self)
        window.installEventFilter(self)
        self.fit()

    def fit(self) -> None:
        """Cover the window and place the sheet: in the middle, or `top` pixels below the upper edge."""
        t = theme()
        self.setGeometry(self._window.rect())
        hint = self._sheet.sizeHint()
        width = min(hint.width(), self.width() - t.px(48))
        height = min(self._sheet.height_for(width), self.height() - t.px(48))
        middle, lowest = (self.height() - height) // 2, self.height() - t.px(24) - height
        y = middle if self._top is None else max(min(t.px(self._top), lowest), 0)
        self._sheet.setGeometry((self.width() - width) // 2, y, width, height)
        self.update()  # the shadow of the former place goes

    def paint_soon(self) -> None:
        """Be painted a moment later: a large sheet takes long enough to be made, and what waits has its turn between."""
        self.setUpdatesEnabled(False)
        QTimer.singleShot(_PAINT_MS, self, lambda: self.setUpdatesEnabled(True))

    def give_focus_back(self) -> None:
        """Let the widget that had the focus before have it again, and go away."""
        self._window.removeEventFilter(self)
        self.hide()
        before = self._before
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.fit()
        return False

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if not self._is_mnemonic(event):
                event.accept()  # what the window behind would take
                return True
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._sheet.reject()

    def _is_mnemonic(self, event: QKeyEvent) -> bool:
        """Whether the key is Alt and an underlined letter of the sheet itself; only those pass on as shortcuts."""
        if event.modifiers() != Qt.KeyboardModifier.AltModifier:
            return False
        key = QKeySequence(event.keyCombination())
        texts = [b.text() for b in self._sheet.findChildren(QAbstractButton)]
        texts += [named.text() for named in self._sheet.findChildren(QLabel)]
        return any(QKeySequence.mnemonic(text).matches(key) == QKeySequence.SequenceMatch.ExactMatch for text in texts)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._sheet.closes_outside and not self._sheet.geometry().contains(event.position().toPoint()):
            self._sheet.reject()

    def focus_first(self) -> None:
        """Focus the sheet's first line edit, else its first widget, else the sheet."""
        reached = [one for one in self._sheet.findChildren(QWidget) if self._is_reached(one)]
        field = next((one for one in reached if isinstance(one, QLineEdit)), None)
        (field or next(iter(reached), self._sheet)).setFocus(Qt.FocusReason.PopupFocusReason)

    def _is_reached(self, widget: QWidget) -> bool:
        """Whether Tab stops at it."""
        return (
            bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
            and widget.isVisibleTo(self._sheet)
            and widget.isEnabled()
            and widget.focusProxy() is None
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(10, 14, 22, 130 if theme().dark else 90))
        paint_shadow(painter, self._sheet.geometry(), self.devicePixelRatioF())
        painter.end()


@runtime_checkable
class Holding(Protocol):
    """A window that may keep sheets back while an account is locked."""

    def holds_back(self, backdrop: Backdrop) -> bool:
        """Whether it opens later, and not now."""


class Sheet(QDialog):
    """A card with a title, a body and a foot. Subclass it, or make one and `set_content`.

    A QDialog only for its role: screen readers announce a dialog. It is never a window and never runs a loop; it lives
    inside a Backdrop, `accept()` and `reject()` (also Esc) close and delete it.

    Attributes:
        shows_no_records: Nothing in it is told of customers, so that it may open while an account is locked.
        closes_outside: Whether a click beside the sheet closes it (for light ones such as go-to-anything).

    Signals:
        closed(bool): It was accepted (True) or rejected; emitted once, before it is deleted.
    """

    shows_no_records = False

    closed = Signal(bool)

    def __init__(self, title: str, width: int = 640) -> None:
        """`width` in pixels at normal text size; the height follows the content, both within the window."""
        super().__init__()
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setSizeGripEnabled(False)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.closes_outside = False
        self._width = width
        self._done = False
        self._title = label(title, font="head")

    def set_title(self, title: str) -> None:
        """Say what the sheet is for."""
        self._title.setText(title)
        self.setWindowTitle(title)
        self.setAccessibleName(title)

    def set_content(self, body: QWidget, left: tuple[Item, ...] = (), right: tuple[Item, ...] = ()) -> None:
        """Lay out title, body (its own margins: 18, 14, 18, 14; scrolled where it is too high) and a foot with buttons at both ends. Call it once."""
        head = box(self._title, None, margins=(18, 14, 18, 14))
        foot = box(*left, None, *right, margins=(18, 11, 18, 11), role="foot")
        fill(
            self, head, rule(), Pan(body), rule(), foot, vertical=True, margins=(1, 1, 1, 1), spacing=0
        )  # the rim stays free
        for part in (head, foot):
            part.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def open_in(self, window: QWidget, *, top: int | None = None, focus: QWidget | None = None) -> None:
        """Show the sheet over a window: centred, or `top` px from its upper edge. `focus` gets the first focus."""
        backdrop = Backdrop(window, self, top)
        if isinstance(window, Holding) and window.holds_back(backdrop):
            return
        self.setAttribute(Qt.WidgetAttribute.WA_Moved)  # otherwise QDialog centres itself on the screen
        backdrop.paint_soon()
        backdrop.show()
        self.show()
        backdrop.raise_()
        backdrop.fit()  # only a shown sheet knows its styled height
        if focus is None:
            backdrop.focus_first()
        else:
            focus.setFocus(Qt.FocusReason.PopupFocusReason)

    async def ask_in(self, window: QWidget, *, top: int | None = None, focus: QWidget | None = None) -> bool:
        """Open the sheet and wait until it is closed; whether it was accepted. Cancelling the wait closes it."""
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.closed.connect(lambda accepted: None if answer.done() else answer.set_result(accepted))
        self.open_in(window, top=top, focus=focus)
        try:
            return await answer
        finally:
            if not self._done:
                self.done(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return presses the button that has the focus on every platform, as Space does."""
        held = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(held, QPushButton):
            if held.hasFocus() and not event.isAutoRepeat():
                held.click()
            return
        super().keyPressEvent(event)

    def may_close(self) -> bool:
        """Whether Esc and Cancel may close it now; override to hold on while something is being written."""
        return True

    def reject(self) -> None:
        if self.may_close():
            super().reject()

    def done(self, result: int) -> None:
        if self._done:
            return
        self._done = True
        super().done(result)
        backdrop = self.parentWidget()
        if isinstance(backdrop, Backdrop):
            backdrop.give_focus_back()
        self.closed.emit(result == QDialog.DialogCode.Accepted.value)

    def refit(self) -> None:
        """Place the sheet anew after its content grew or shrank."""
        backdrop = self.parentWidget()
        if isinstance(backdrop, Backdrop):
            # A box within a box tells the outer one of its new size by an event only.
            QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
            backdrop.fit()

    def height_for(self, width: int) -> int:
        """The height that the content wants at a width."""
        layout = self.layout()
        if layout is None:
            return self.minimumHeight()
        layout.activate()
        return layout.heightForWidth(width) if layout.hasHeightForWidth() else layout.sizeHint().height()

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        width = theme().px(self._width)
        return QSize(width, self.height_for(width))

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self.reject()

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(t.colours.line if t.dark else Qt.PenStyle.NoPen)
        painter.setBrush(t.colours.card)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 12, 12)
        painter.end()
