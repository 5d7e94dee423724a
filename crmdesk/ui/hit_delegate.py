# SPDX-License-Identifier: MIT
"""Paints one hit of go-to-anything: icon, two lines, the typed words bold."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from crmdesk.domain.matching import folded
from crmdesk.ui import icons
from crmdesk.ui.theme import theme

if TYPE_CHECKING:
    from crmdesk.ui.palette import Hit

HIT = Qt.ItemDataRole.UserRole
"""The role under which a model gives the hit itself."""
_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute


def bold_parts(text: str, words: Iterable[str]) -> list[tuple[str, bool]]:
    """The text in pieces; True = it matches one of the words, case and accents aside. Together they are the text."""
    flat = folded(text)
    marked = [False] * len(text)
    for word in {folded(word) for word in words if word}:
        at = flat.find(word)
        while at >= 0:
            marked[at : at + len(word)] = [True] * len(word)
            at = flat.find(word, at + len(word))
    parts: list[tuple[str, bool]] = []
    for letter, bold in zip(text, marked, strict=True):
        if parts and parts[-1][1] == bold:
            parts[-1] = (parts[-1][0] + letter, bold)
        else:
            parts.append((letter, bold))
    return parts


class HitDelegate(QStyledItemDelegate):
    """Two lines a hit; `where` at the far edge of the first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words: tuple[str, ...] = ()

    def set_words(self, words: Iterable[str]) -> None:
        """What was typed; it is painted bold in the second line."""
        self._words = tuple(words)

    @property
    def height(self) -> int:
        """Pixels of a hit."""
        t = theme()
        return max(t.px(52), t.metrics("bold").height() + t.metrics("small").height() + t.px(16))

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, self.height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        hit: Hit = index.data(HIT)
        t, c = theme(), theme().colours
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, c.selection)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, c.header)
        side, pad, gap = t.px(17), t.px(18), t.px(45)
        ratio = painter.device().devicePixelRatioF()
        glyph = hit.icon if icons.has_icon(hit.icon) else "circle"
        image = icons.pixmap(glyph, c.muted, side, ratio)
        upper_h = t.metrics("bold").height()
        lower_h = t.metrics("small").height()
        top = rect.top() + (rect.height() - upper_h - lower_h - t.px(1)) // 2
        painter.drawPixmap(
            QPoint(rect.right() - pad - side if mirrored else rect.left() + pad, top + (upper_h - side) // 2), image
        )
        left, right = rect.left() + (pad if mirrored else gap), rect.right() - (gap if mirrored else pad)
        upper = QRect(left, top, right - left, upper_h)
        lower = QRect(left, top + upper_h + t.px(1), right - left, lower_h)
        used = self._far(painter, upper, hit.where, c.muted, mirrored)
        room = upper.adjusted(used if mirrored else 0, 0, 0 if mirrored else -used, 0)
        painter.setPen(c.text)
        painter.setFont(t.font("bold"))
        near = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        title = t.metrics("bold").elidedText(hit.title, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, near | _MIDDLE, title)
        painter.setPen(c.muted)
        self._detail(painter, lower, hit.detail, mirrored)
        painter.restore()

    def _far(self, painter: QPainter, room: QRect, text: str, ink: QColor, mirrored: bool) -> int:
        """The text at the far edge; the pixels it takes, with a gap."""
        if not text:
            return 0
        t = theme()
        metrics = t.metrics("small")
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width() // 2)
        painter.setFont(t.font("small"))
        painter.setPen(ink)
        far = Qt.AlignmentFlag.AlignLeft if mirrored else Qt.AlignmentFlag.AlignRight
        painter.drawText(room, far | _MIDDLE, shown)
        return metrics.horizontalAdvance(shown) + t.px(12)

    def _detail(self, painter: QPainter, room: QRect, text: str, mirrored: bool) -> None:
        """Piece by piece, matched words bold; mirrored text is drawn whole, so that its order stays right."""
        t = theme()
        shown = t.metrics("small").elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        if mirrored:
            painter.setFont(t.font("small"))
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | _MIDDLE, shown)
            return
        x = room.left()
        for part, bold in bold_parts(shown, self._words):
            font = "small_bold" if bold else "small"
            painter.setFont(t.font(font))
            painter.drawText(QRect(x, room.top(), room.right() - x, room.height()), _MIDDLE, part)
            x += t.metrics(font).horizontalAdvance(part)
