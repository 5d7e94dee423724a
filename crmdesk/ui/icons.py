# SPDX-License-Identifier: MIT
"""Icons: glyphs of the Phosphor font that QtAwesome ships, coloured when painted.

Only the font and its table of names are read. Importing the package costs 250 ms and a dozen fonts.
Names: https://phosphoricons.com (without "ph."), e.g. "buildings", "x", "check-square-fill".
"""

import json
from collections.abc import Callable
from functools import cache, lru_cache

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

from crmdesk.assets import package_folder, resource

APP_ICON_SIZES = (16, 24, 32, 48, 64, 128, 256, 512)


@cache
def _family() -> str:
    """The font's family; the font is read when the first glyph is painted."""
    folder = package_folder("qtawesome") / "fonts"
    number = QFontDatabase.addApplicationFont(str(next(folder.glob("phosphor-*.ttf"))))
    return QFontDatabase.applicationFontFamilies(number)[0]


@cache
def _glyphs() -> dict[str, str]:
    """The font's glyphs by name."""
    folder = package_folder("qtawesome") / "fonts"
    table: dict[str, str] = json.loads(next(folder.glob("phosphor-charmap-*.json")).read_text(encoding="utf-8"))
    return {name: chr(int(code, 16)) for name, code in table.items()}


@lru_cache(2048)
def _pixmap(name: str, rgba: int, size_px: int, ratio: float) -> QPixmap:
    glyph = _glyphs()[name]  # before a painter is open
    image = QPixmap(round(size_px * ratio), round(size_px * ratio))
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    font = QFont(_family())
    font.setPixelSize(max(1, size_px))
    painter = QPainter(image)
    painter.setFont(font)
    painter.setPen(QColor.fromRgba(rgba))
    painter.drawText(QRectF(0, 0, size_px, size_px), Qt.AlignmentFlag.AlignCenter, glyph)
    painter.end()
    return image


def has_icon(name: str) -> bool:
    """Whether the font has a glyph of this name."""
    return name in _glyphs()


def pixmap(name: str, colour: QColor, size_px: int = 16, ratio: float = 1.0) -> QPixmap:
    """A square picture of `size_px` logical pixels at a device pixel ratio.

    Raises:
        KeyError: The font has no such glyph.
    """
    return _pixmap(name, colour.rgba(), size_px, ratio)


class _GlyphEngine(QIconEngine):
    """Asks for its colour at each painting, so that icons follow a change of scheme."""

    def __init__(self, name: str, colour: Callable[[], QColor]) -> None:
        super().__init__()
        self._name = name
        self._colour = colour

    def _ink(self, mode: QIcon.Mode) -> QColor:
        colour = QColor(self._colour())
        if mode == QIcon.Mode.Disabled:
            colour.setAlphaF(0.45)
        return colour

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        size = min(rect.width(), rect.height())
        image = pixmap(self._name, self._ink(mode), size, painter.device().devicePixelRatioF())
        painter.drawPixmap(rect.x() + (rect.width() - size) // 2, rect.y() + (rect.height() - size) // 2, image)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return pixmap(self._name, self._ink(mode), min(size.width(), size.height()))

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        # `size` is logical (6.11); dividing it by the scale gives blurred glyphs.
        return pixmap(self._name, self._ink(mode), min(size.width(), size.height()), scale)

    def clone(self) -> QIconEngine:
        return _GlyphEngine(self._name, self._colour)


def icon(name: str, colour: Callable[[], QColor]) -> QIcon:
    """An icon whose colour is asked for at each painting.

    Raises:
        KeyError: The font has no such glyph (said here, as painting is too late).
    """
    if not has_icon(name):
        raise KeyError(name)
    return QIcon(_GlyphEngine(name, colour))


def app_icon() -> QIcon:
    """The program's own icon, in all sizes it is kept in."""
    made = QIcon()
    for size in APP_ICON_SIZES:
        made.addFile(str(resource("icons", f"crmdesk-{size}.png")), QSize(size, size))
    return made
