# SPDX-License-Identifier: MIT
"""What eyes need of a window, measured on its picture: texts that stand out from their ground, a focus that shows."""

from collections import Counter

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QScrollArea, QWidget

from crmdesk.ui.accounts.choice_buttons import Dot
from crmdesk.ui.metrics import contrast
from tests.touch import controls, parents, told

LEAST_TEXT, LEAST_FOCUS = 4.5, 3.0
_LOST = 0.82  # what the smoothing of thin strokes takes of a contrast, at two pixels a point
_MOST_ASKED = 24  # pixels that must tell the focus; half of one side and the other for small ones


def pale_texts(window: QWidget) -> list[str]:
    """Enabled texts whose darkest stroke stands out less than 4.5 : 1 from the ground that most of their room has."""
    picture = window.grab().toImage()
    ratio = picture.devicePixelRatio()
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or not widget.isEnabled() or not _says(widget):
            continue
        shown = widget.visibleRegion().boundingRect()
        if shown.isEmpty() or shown.height() < widget.fontMetrics().ascent():
            continue
        on_top = window.childAt(widget.mapTo(window, shown.center()))
        if on_top is not widget and (on_top is None or not widget.isAncestorOf(on_top)):
            continue  # something that came up lies over it
        place = shown.translated(widget.mapTo(window, QPoint(0, 0)))
        area = QRect(*(round(n * ratio) for n in (place.x(), place.y(), place.width(), place.height())))
        worth = _strongest(picture.copy(area))
        if 1.0 < worth < LEAST_TEXT * _LOST:
            found.append(f"pale {worth:.1f}: {told(widget)}")
    return found


def _says(widget: QWidget) -> bool:
    if isinstance(widget, QLabel):
        return bool(widget.text()) and widget.pixmap().isNull()
    if isinstance(widget, QLineEdit):
        return bool(widget.text() or widget.placeholderText())
    return isinstance(widget, QComboBox) or (isinstance(widget, QAbstractButton) and not isinstance(widget, Dot))


def _strongest(picture: QImage) -> float:
    """The contrast of the colour that differs most from the commonest one; 1.0 = there is one colour only."""
    counts = Counter(picture.pixel(x, y) for x in range(picture.width()) for y in range(picture.height()))
    if not counts:
        return 1.0
    ground = QColor(counts.most_common(1)[0][0])
    return max((contrast(QColor(pixel), ground) for pixel in counts), default=1.0)


def unseen_focus(window: QWidget, seen: set[str]) -> list[str]:
    """Controls, one of each look, whose picture with the focus does not differ by 3 : 1 in enough pixels."""
    found = []
    before = QApplication.focusWidget()
    for widget in list(controls(window)):
        look = f"{type(widget).__name__} {widget.property('role') or ''}{_state(widget)}"
        if look in seen or not widget.focusPolicy() & Qt.FocusPolicy.TabFocus or widget.focusProxy() is not None:
            continue
        seen.add(look)
        if widget.property("role") == "search":
            continue  # the only stop of its sheet; its cursor shows where typing goes
        for around in parents(widget):
            if isinstance(around, QScrollArea):
                around.ensureWidgetVisible(widget)
        count = focus_pixels(widget, window)
        if count < min(_MOST_ASKED, (widget.width() + widget.height()) / 2):
            found.append(f"focus not seen ({count} px): {look}: {told(widget)}")
    if before is not None:
        before.setFocus(Qt.FocusReason.OtherFocusReason)
    return found


def _state(widget: QWidget) -> str:
    return " checked" if isinstance(widget, QAbstractButton) and widget.isChecked() else ""


def focus_pixels(widget: QWidget, window: QWidget) -> int:
    """How many pixels of a widget's picture change by 3 : 1 when it gets the focus."""
    held = QApplication.focusWidget()
    if held is not None:
        held.clearFocus()
    QApplication.sendPostedEvents()
    without = _picture(widget, window)
    widget.setFocus(Qt.FocusReason.OtherFocusReason)
    QApplication.sendPostedEvents()
    has = QApplication.focusWidget()
    if has is not None and isinstance(has, QLineEdit):
        has.deselect()
    with_it = _picture(widget, window)
    widget.clearFocus()
    return changed_pixels(without, with_it)


def _picture(widget: QWidget, window: QWidget) -> QImage:
    place = widget.rect().translated(widget.mapTo(window, QPoint(0, 0))).adjusted(-3, -3, 3, 3)
    return window.grab(place).toImage()


def changed_pixels(one: QImage, other: QImage) -> int:
    """How many pixels of two pictures of one size differ by 3 : 1 or more."""
    if one.size() != other.size():
        return one.width()
    count, known = 0, {}
    for y in range(one.height()):
        for x in range(one.width()):
            pair = one.pixel(x, y), other.pixel(x, y)
            if pair[0] != pair[1]:
                if pair not in known:
                    known[pair] = contrast(QColor(pair[0]), QColor(pair[1])) >= LEAST_FOCUS
                count += known[pair]
    return count
