# SPDX-License-Identifier: MIT
"""Panes side by side, whose border moves by mouse and by keys: Tab or a shortcut comes to it, arrows move it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QApplication, QSplitter, QSplitterHandle, QWidget
from shiboken6 import isValid

from crmdesk.ui.theme import theme
from crmdesk.ui.translation import tr

_STEP, _LEAP = 16, 80  # pixels at normal text size; with Shift


class Splitter(QSplitter):
    """One pixel to see, a few more to grab."""

    def __init__(self, orientation: Qt.Orientation) -> None:
        super().__init__(orientation)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)

    def createHandle(self) -> QSplitterHandle:
        return Border(self.orientation(), self)


class Border(QSplitterHandle):
    """The border of two panes. Arrows move it, with Shift further, Home and End as far as it goes; Esc leaves it."""

    def __init__(self, orientation: Qt.Orientation, parent: QSplitter) -> None:
        super().__init__(orientation, parent)
        self._before: QWidget | None = None
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(tr("Border between two panes"))
        self.setAccessibleDescription(tr("The arrow keys move it, Esc goes back."))

    def enter(self) -> None:
        """Take the focus until Esc or Return gives it back."""
        held = QApplication.focusWidget()
        if not isinstance(held, Border):
            self._before = held
        elif held is not self:
            self._before = held.left()
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def left(self) -> QWidget | None:
        """Where the focus was before; forgotten with this."""
        before, self._before = self._before, None
        return before

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.Key
        across = self.orientation() is Qt.Orientation.Horizontal
        less, more = (keys.Key_Left, keys.Key_Right) if across else (keys.Key_Up, keys.Key_Down)
        if across and self.isRightToLeft():
            less, more = more, less
        step = theme().px(_LEAP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _STEP)
        moves = {less: -step, more: step, keys.Key_Home: -1_000_000, keys.Key_End: 1_000_000}
        if event.key() in moves:
            self._move(moves[keys(event.key())])
        elif event.key() in (keys.Key_Escape, keys.Key_Return, keys.Key_Enter) and self._before is not None:
            before = self.left()
            if before is not None and isValid(before) and before.isVisible():
                before.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    def _move(self, step: int) -> None:
        """Room from one pane to the other, but none gets less than it needs."""
        splitter = self.splitter()
        after, sizes = splitter.indexOf(self), splitter.sizes()
        before = next((n for n in range(after - 1, -1, -1) if sizes[n] > 0), None)
        if before is None:
            return
        slack = [max(0, sizes[at] - self._least(splitter.widget(at))) for at in (before, after)]
        step = min(max(step, -slack[0]), slack[1])
        sizes[before] += step
        sizes[after] -= step
        splitter.setSizes(sizes)

    def _least(self, pane: QWidget | None) -> int:
        if pane is None:
            return 0
        least = pane.minimumSizeHint().expandedTo(pane.minimumSize())
        return least.width() if self.orientation() is Qt.Orientation.Horizontal else least.height()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.clearMask()  # Qt shows the one pixel in the middle only
        self.raise_()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.setMask(QRegion(self.contentsRect()))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.fillRect(self.rect(), theme().colours.accent)
            painter.end()


def borders(window: QWidget) -> list[Border]:
    """Those in sight, from the upper left on."""
    found = [one for one in window.findChildren(Border) if one.isVisible()]
    return sorted(found, key=lambda one: (one.mapTo(window, one.rect().topLeft()).x(), one.y()))


def enter_next(window: QWidget) -> None:
    """Give the focus to the border after the one that has it, round and round."""
    shown, held = borders(window), QApplication.focusWidget()
    if shown:
        at = shown.index(held) if isinstance(held, Border) and held in shown else -1
        shown[(at + 1) % len(shown)].enter()
