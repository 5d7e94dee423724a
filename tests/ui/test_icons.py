# SPDX-License-Identifier: MIT
"""Icons come from the shipped font, in the colour asked for at painting."""

import sys

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from crmdesk.ui import icons


def inks(image: QImage) -> set[str]:
    """The colours of the pixels that are fully covered."""
    points = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return {image.pixelColor(x, y).name() for x, y in points if image.pixelColor(x, y).alpha() == 255}


def test_glyph_has_the_colour(qapp: QApplication) -> None:
    image = icons.pixmap("check-square-fill", QColor("#2563cf"), 32).toImage()
    assert "#2563cf" in inks(image)


def test_icon_follows_its_colour(qapp: QApplication) -> None:
    colour = [QColor("#ff0000")]
    made = icons.icon("check-square-fill", lambda: colour[0])
    assert "#ff0000" in inks(made.pixmap(QSize(32, 32)).toImage())
    colour[0] = QColor("#00ff00")
    assert "#00ff00" in inks(made.pixmap(QSize(32, 32)).toImage())


def test_unknown_icon_fails_when_made_not_when_painted(qapp: QApplication) -> None:
    with pytest.raises(KeyError):
        icons.icon("no-such-glyph", lambda: QColor("red"))


def test_dense_screen_gets_dense_pixels(qapp: QApplication) -> None:
    image = icons.pixmap("x", QColor("black"), 16, 2.0)
    assert (image.width(), image.devicePixelRatio()) == (32, 2.0)


def test_app_icon_has_all_sizes_and_qtawesome_stays_unloaded(qapp: QApplication) -> None:
    sizes = {size.width() for size in icons.app_icon().availableSizes()}
    assert sizes == set(icons.APP_ICON_SIZES)
    assert "qtawesome" not in sys.modules
