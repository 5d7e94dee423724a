# SPDX-License-Identifier: MIT
"""The square with an account's initial in the colour the person chose: in the account box, menus and lists."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from crmdesk.engine.profiles import Profile
from crmdesk.ui.metrics import ENVIRONMENTS, ink_on
from crmdesk.ui.theme import theme


def mark_colour(profile: Profile | None) -> QColor:
    """The account's colour; grey where there is no account or its colour is unknown."""
    name = profile.colour if profile is not None else ""
    return QColor(ENVIRONMENTS[name]) if name in ENVIRONMENTS else theme().colours.muted


def paint_mark(painter: QPainter, place: QRectF, profile: Profile | None, font: str = "bold") -> None:
    """Paint the square with its initial; the painter's pen, brush and font are left changed."""
    ground = mark_colour(profile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    corner = place.width() * 0.22
    painter.drawRoundedRect(place, corner, corner)
    painter.setPen(ink_on(ground))
    painter.setFont(theme().font(font))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, profile.name[:1].upper() if profile is not None else "+")


def mark_icon(profile: Profile, ratio: float = 1.0) -> QIcon:
    """The square as an icon for menus."""
    size = theme().px(18)
    image = QPixmap(QSize(size, size) * ratio)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    paint_mark(painter, QRectF(0, 0, size, size), profile, "small_bold")
    painter.end()
    return QIcon(image)
