# SPDX-License-Identifier: MIT
"""Charts can be told from their ground in every scheme: bars by 3 : 1, words by 4.5 : 1, also under the mouse."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from crmdesk.domain.usual import Standing
from crmdesk.ui.home.drawing import Drawing, Stroke
from crmdesk.ui.metrics import Scheme, contrast
from crmdesk.ui.theme import theme

STROKES = tuple(
    Stroke(f"Stage {number}", 40 + 20 * number, f"{number} 000 €", standing) for number, standing in enumerate(Standing)
)
SIZE, DOTS = QSize(460, 220), 3
LEAST_BAR, LEAST_TEXT = 3.0, 4.5
SMOOTHED = 0.9  # what the smoothing of strokes takes of a text's contrast at three pixels a point


@pytest.fixture(autouse=True)
def _as_before(qapp: QApplication) -> Iterator[None]:
    yield
    theme().choose(Scheme.LIGHT)


def painted(drawing: Drawing, ground: QColor) -> QImage:
    image = QImage(SIZE * DOTS, QImage.Format.Format_RGB32)
    image.fill(ground)
    painter = QPainter(image)
    drawing.renderer.render(painter, QRectF(image.rect()))
    painter.end()
    return image


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK, Scheme.CONTRAST])
@pytest.mark.parametrize("lying", [True, False])
@pytest.mark.parametrize("is_hovered", [False, True], ids=["plain", "hovered"])
def test_bars_and_words_stand_out(scheme: Scheme, lying: bool, is_hovered: bool) -> None:
    theme().choose(scheme)
    ground = theme().colours.wash if is_hovered else theme().colours.card
    drawing = Drawing(STROKES, SIZE, lying=lying)
    image = painted(drawing, ground)
    for stroke, place in zip(STROKES, drawing.places, strict=True):
        middle = place.center() * DOTS
        bar = image.pixelColor(middle.toPoint())
        assert contrast(bar, ground) >= LEAST_BAR, f"the bar of {stroke.standing}"
    for stroke, place in zip(STROKES, drawing.places, strict=True):
        if lying:
            label, value = QRectF(0, place.top(), place.left() - 2, place.height()), QRectF(
                place.right() + 2, place.top(), SIZE.width() - place.right() - 2, place.height())  # fmt: skip
        else:
            label, value = QRectF(place.left(), place.bottom() + 3, place.width(), SIZE.height() - place.bottom() - 3), \
                QRectF(place.left(), 0, place.width(), place.top() - 1)  # fmt: skip
        for what, room in (("label", label), ("figure", value)):
            assert strongest(image, room, ground) >= LEAST_TEXT * SMOOTHED, f"{what} of {stroke.label}"


def strongest(image: QImage, room: QRectF, ground: QColor) -> float:
    """The contrast of the pixel that differs most."""
    part = image.copy(QRectF(room.topLeft() * DOTS, room.size() * DOTS).toRect())
    colours = {part.pixel(x, y) for x in range(part.width()) for y in range(part.height())}
    return max(contrast(QColor(colour), ground) for colour in colours)
