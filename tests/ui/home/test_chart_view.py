# SPDX-License-Identifier: MIT
"""Charts: bars as long as their figures, in the theme's colours; mouse, keys and screen reader reach each of them."""

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from crmdesk.domain.usual import Standing
from crmdesk.ui.home.chart_view import ChartView
from crmdesk.ui.home.drawing import Drawing, Stroke
from crmdesk.ui.metrics import Scheme
from crmdesk.ui.theme import theme

STROKES = (
    Stroke("New", 100, "100"),
    Stroke("Won <b>&", 50, "50", Standing.WON),
    Stroke("Nothing", 0, "0"),
    Stroke("Lost", 25, "25", Standing.LOST),
)
TIPS = tuple(f"{stroke.label}: {stroke.told}" for stroke in STROKES)


@pytest.fixture(params=[False, True], ids=["upright", "lying"])
def view(qtbot: QtBot, request: pytest.FixtureRequest) -> ChartView:
    made = ChartView("Pipeline", STROKES, TIPS, lying=request.param)
    qtbot.addWidget(made)
    made.resize(500, 200)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.mark.usefixtures("qapp")
def test_bars_are_as_long_as_their_figures() -> None:
    lying, upright = (Drawing(STROKES, QSize(500, 200), lying=flag) for flag in (True, False))
    wide = [place.width() for place in lying.places]
    high = [place.height() for place in upright.places]
    for sizes in (wide, high):
        assert sizes[1] / sizes[0] == pytest.approx(0.5, abs=0.02)
        assert sizes[3] / sizes[0] == pytest.approx(0.25, abs=0.02)
        assert 0 < sizes[2] < sizes[3] / 5  # nothing can still be seen
    assert [place.top() for place in lying.places] == sorted(place.top() for place in lying.places)
    assert [place.left() for place in upright.places] == sorted(place.left() for place in upright.places)


@pytest.mark.usefixtures("qapp")
def test_a_chart_of_nothing_is_drawn() -> None:
    assert Drawing((), QSize(300, 100), lying=True).places == []
    assert Drawing((Stroke("a", 0, "0"),), QSize(300, 100), lying=False).renderer.isValid()


def test_a_click_anywhere_in_its_row_or_column_chooses_a_bar(view: ChartView) -> None:
    chosen: list[int] = []
    view.chosen.connect(chosen.append)
    for band in view._bands():
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=band.center().toPoint())
    assert chosen == [0, 1, 2, 3]
    assert view.bar_at(QPoint(1, 1).toPointF() * -5) == -1


def test_arrows_and_return_do_the_same_and_the_bar_is_told(view: ChartView) -> None:
    chosen: list[int] = []
    view.chosen.connect(chosen.append)
    view.setFocus()
    assert view.accessibleName() == "Pipeline"
    assert view.accessibleDescription() == "New: 100"
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.accessibleDescription() == "Won <b>&: 50"
    QTest.keyClick(view, Qt.Key.Key_Return)
    QTest.keyClick(view, Qt.Key.Key_End)
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert chosen == [1, 3]


def test_the_focused_bar_can_be_seen(view: ChartView) -> None:
    view.clearFocus()
    before = view.grab().toImage()
    view.setFocus()
    assert view.grab().toImage() != before


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK, Scheme.CONTRAST])
def test_colours_are_the_schemes_own(view: ChartView, scheme: Scheme) -> None:
    theme().choose(scheme)
    image, c = view.grab().toImage(), theme().colours
    seen = {
        QColor(image.pixel(place.center().toPoint())).name()
        for place, stroke in zip(view._drawn().places, STROKES, strict=True)
        if stroke.size
    }
    assert seen == {c.accent.name(), c.good.name(), c.muted.name()}
