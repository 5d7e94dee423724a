# SPDX-License-Identifier: MIT
"""The soft shadow of sheets: painted once for a screen, then stretched around whatever stands there."""

from functools import lru_cache

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

_REACH, _LOWER, _ROUND = 40, 10, 12  # px around a sheet, how much lower its shadow lies, its corners
_INNER, _CORNER = 120, 96  # of the picture: the card in it, and what is not stretched at each of its corners


def paint_shadow(painter: QPainter, place: QRect, ratio: float) -> None:
    """Around a card at ``place``; ``ratio``: the screen's pixels for one of ours."""
    picture = _picture(ratio)
    wide, high = picture.width() / ratio, picture.height() / ratio
    area = QRectF(place).adjusted(-_REACH, -_REACH, _REACH, _REACH + _LOWER)
    across = ((0.0, _CORNER, area.left(), _CORNER), (_CORNER, wide - 2 * _CORNER, area.left() + _CORNER, area.width() - 2 * _CORNER),
              (wide - _CORNER, _CORNER, area.right() - _CORNER, _CORNER))  # fmt: skip
    down = ((0.0, _CORNER, area.top(), _CORNER), (_CORNER, high - 2 * _CORNER, area.top() + _CORNER, area.height() - 2 * _CORNER),
            (high - _CORNER, _CORNER, area.bottom() - _CORNER, _CORNER))  # fmt: skip
    for x, width, to_x, to_width in across:
        for y, height, to_y, to_height in down:
            source = QRectF(x * ratio, y * ratio, width * ratio, height * ratio)
            painter.drawPixmap(QRectF(to_x, to_y, to_width, to_height), picture, source)


@lru_cache(maxsize=4)
def _picture(ratio: float) -> QPixmap:
    """The shadow of a small card."""
    wide, high = _INNER + 2 * _REACH, _INNER + 2 * _REACH + _LOWER
    picture = QPixmap(round(wide * ratio), round(high * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    place = QRectF(_REACH, _REACH, _INNER, _INNER)
    for step in range(_REACH):  # a soft shadow without a graphics effect, which would repaint the sheet each time
        painter.setBrush(QColor(0, 0, 0, 1 + step // 20))
        grown, radius = _REACH - step, _ROUND + _REACH - step
        painter.drawRoundedRect(place.adjusted(-grown, _LOWER - grown, grown, _LOWER + grown), radius, radius)
    painter.end()
    return picture
