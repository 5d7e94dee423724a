# SPDX-License-Identifier: MIT
"""The tabs beside a record: all of them are seen in every language, at the usual width and with large text."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from crmdesk import translation
from crmdesk.translation import LANGUAGES, English
from crmdesk.ui import languages
from crmdesk.ui.form.pane_tabs import PaneTabs, Room
from crmdesk.ui.metrics import INSPECTOR
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import mark, tr

TABS = {"details": mark("Details"), "related": mark("Related"), "documents": mark("Documents"),
        "history": mark("History"), "raw": mark("Raw")}  # fmt: skip
MARGIN = 14


@pytest.fixture(autouse=True)
def _as_before(qapp: QApplication) -> Iterator[None]:
    yield
    theme().set_text_scale(1.0)
    translation.speak(English())


def made(qtbot: QtBot, width: int) -> PaneTabs:
    tabs = PaneTabs()
    qtbot.addWidget(tabs)
    for name, title in TABS.items():
        tabs.add(name, tr(title), picture="code")
    theme().dress(tabs)
    tabs.resize(width, tabs.sizeHint().height())
    tabs.show()
    tabs.count_in("related", "128")
    tabs.count_in("documents", "12")
    QApplication.processEvents()
    return tabs


def assert_all_seen(tabs: PaneTabs) -> None:
    assert not any(arrow.isVisible() for arrow in tabs.findChildren(QToolButton))
    assert tabs.tabRect(tabs.count() - 1).right() <= tabs.width()


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_every_tab_is_seen_in_every_language(qtbot: QtBot, code: str, scale: float) -> None:
    languages.begin_to_speak(code)
    theme().set_text_scale(scale)
    tabs = made(qtbot, theme().px(INSPECTOR - MARGIN))
    for name in TABS:
        tabs.choose(name)
        assert_all_seen(tabs)
    assert tabs.room < Room.PICTURES  # words


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_narrow_pane_shows_pictures_with_the_words_behind_them(qtbot: QtBot, code: str) -> None:
    languages.begin_to_speak(code)
    tabs = made(qtbot, 240 - MARGIN)
    assert tabs.tabText(4) == ""
    for name in TABS:
        tabs.choose(name)
        assert_all_seen(tabs)
    at = tabs.index_of("related")
    assert tabs.tabText(at) == ""
    assert tabs.tabToolTip(at) == f"{tr('Related')} 128"
    face = QAccessible.queryAccessibleInterface(tabs)
    assert face is not None
    assert face.child(at).text(QAccessible.Text.Name) == f"{tr('Related')} 128"
    tabs.resize(600, tabs.height())
    QApplication.processEvents()
    assert tabs.room == Room.ALL
    assert tabs.tabText(at) == f"{tr('Related')} 128"
    assert tabs.tabIcon(at).isNull()
