# SPDX-License-Identifier: MIT
"""The window in other sizes held against the usual one: two pixels a point, and text twice as large."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from crmdesk.demo.server import DemoServer
from crmdesk.ui.metrics import Scheme
from crmdesk.ui.parts import Tool
from crmdesk.ui.theme import theme
from tests.journeys.conftest import Play
from tests.journeys.program import PATIENCE_S, Program, program, until

TILE, APART = 24, 26  # pixels; mean difference of grey (0 to 255) from which on a tile shows something else
SIZE = QSize(1200, 760)
SCENES = ("table", "filter", "related", "review")


@pytest.fixture(autouse=True)
def _as_before(qapp: QApplication) -> Iterator[None]:
    yield
    theme().set_text_scale(1.0)
    theme().choose(Scheme.LIGHT)


def differing(one: QImage, other: QImage) -> float:
    """The share of tiles in which two pictures of one scene show something else, 0 to 1; sizes may differ."""
    columns, rows = one.width() // TILE, one.height() // TILE
    fit, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    # Coarse, four greys across a tile: what is drawn finer is not drawn otherwise.
    small = [
        image.scaled(one.size(), fit, smooth)
        .scaled(columns * 4, rows * 4, fit, smooth)
        .convertToFormat(QImage.Format.Format_Grayscale8)
        for image in (one, other)
    ]
    count = 0
    for left in range(0, columns * 4, 4):
        for top in range(0, rows * 4, 4):
            pairs = ((small[0].pixelColor(x, y), small[1].pixelColor(x, y))
                     for x in range(left, left + 4) for y in range(top, top + 4))  # fmt: skip
            count += sum(abs(a.value() - b.value()) for a, b in pairs) / 16 > APART
    return count / (columns * rows)


def picture(widget: QWidget, dots: int) -> QImage:
    """As a screen with so many pixels a point shows it."""
    image = QImage(widget.size() * dots, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(dots)
    painter = QPainter(image)
    widget.render(painter, QPoint(0, 0))
    painter.end()
    image.setDevicePixelRatio(1)
    return image


async def stand(p: Program, scene: str) -> None:
    """Bring a scene up; what another one left is gone."""
    await p.close_sheets()
    assert p.tab.bar is not None
    p.tab.bar.close_row()
    p.space.panel.tabs.choose("related" if scene == "related" else "details")
    if scene == "filter":
        p.tab.add_filter()
    elif scene == "review":
        await p.review()
    elif scene == "related":
        await until(lambda: p.space.panel.pages.related.model.rowCount() > 0, PATIENCE_S)
    await until(lambda: not p.account.session.busy, PATIENCE_S)
    held = QApplication.focusWidget()
    if held is not None:
        held.clearFocus()  # its cursor blinks


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
def test_two_pixels_a_point_show_the_same(play: Play, tmp_path: Path, server: DemoServer, scheme: Scheme) -> None:
    """Whatever is painted by hand stands where it stands on a plain screen; scenes among themselves are told apart."""

    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            theme().choose(scheme)
            p.window.resize(SIZE)
            await p.edit(1, "bill_city", "Espoo")
            plain = {}
            for scene in SCENES:
                await stand(p, scene)
                plain[scene] = picture(p.window, 1)
                assert differing(plain[scene], picture(p.window, 2)) == 0, scene
            assert differing(plain["table"], plain["review"]) > 0.05

    play(journey())


def test_everything_grows_with_the_text(play: Play, tmp_path: Path, server: DemoServer) -> None:
    """Chosen in the window that stands: every text, and every small picture that can be pressed, is twice as large."""

    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            await p.edit(1, "bill_city", "Espoo")
            shown = [one for one in p.window.findChildren(QWidget) if one.isVisible()]
            before = {one: (one.font().pixelSize(), one.height()) for one in shown}
            theme().set_text_scale(2.0)
            for one, (size, height) in before.items():
                if not isValid(one):
                    continue  # made anew
                grown = one.font().pixelSize() / size
                assert grown > 1.8, f"the text of {type(one).__name__} {one.accessibleName()!r} grew {grown:.2f} times"
                assert not isinstance(one, Tool) or one.height() > 1.8 * height, one.accessibleName()

    play(journey())
