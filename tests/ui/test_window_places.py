# SPDX-License-Identifier: MIT
"""What the next start finds as it was: panes, what is hidden, the tab in front; and a window whose screen is gone."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from crmdesk.demo.server import DemoServer
from crmdesk.ui.window_places import WindowPlaces
from tests.journeys.conftest import Play
from tests.journeys.program import PATIENCE_S, program, until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def test_panes_and_what_is_hidden_come_back(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            await p.edit(0, "bill_city", "Espoo")
            p.space.body.setSizes([700, 500])
            p.keys("Ctrl+B")
            p.keys("Ctrl+J")
            p.keys("Ctrl+I")
            widths = p.space.body.sizes()
            assert not p.space.panel.isVisible()
        async with program(tmp_path, server) as p:
            await p.open()
            assert not p.window.side.isVisible()
            assert not p.space.panel.isVisible()
            assert p.space.staged.is_folded
            p.keys("Ctrl+B")
            p.keys("Ctrl+I")
            p.keys("Ctrl+J")
            assert p.window.side.isVisible()
            assert p.space.panel.isVisible()
            assert widths != p.space.body.sizes()
        async with program(tmp_path, server) as p:
            await p.open()
            assert p.window.side.isVisible()
            assert p.space.panel.isVisible()
            assert not p.space.staged.is_folded

    play(journey())


def test_the_tab_in_front_is_in_front_again(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            await p.show_module("Leads")
            await p.show_module("Contacts")
            p.keys("Ctrl+PgUp")
            assert p.tab.module.name == "Leads"
        async with program(tmp_path, server) as p:
            await p.open()
            await until(lambda: len(p.space.pages) == 3, PATIENCE_S)
            assert p.tab.module.name == "Leads"

    play(journey())


def test_a_window_whose_screen_is_gone_comes_to_one_that_is_there(qtbot: QtBot, tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    far = QMainWindow()
    qtbot.addWidget(far)
    far.resize(700, 500)
    far.move(9000, 7000)
    far.show()
    WindowPlaces(settings).save(far, None, None)
    settings.sync()
    again = QMainWindow()
    qtbot.addWidget(again)
    WindowPlaces(QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)).restore(again)
    again.show()
    seen = again.frameGeometry().intersected(QApplication.primaryScreen().availableGeometry())
    assert seen.width() > 100
    assert seen.height() > 100


@pytest.mark.parametrize("text", ["maybe", "", "5"])
def test_what_cannot_be_read_is_as_if_it_were_not_there(qtbot: QtBot, tmp_path: Path, text: str) -> None:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    settings.setValue("shown/side", text)
    settings.setValue("sizes/side", text)
    settings.setValue("geometry", text)
    places = WindowPlaces(settings)
    assert places.is_on("side", otherwise=True)
    assert not places.is_on("side", otherwise=False)
    assert len(places.sizes("side", [1, 2])) == 2
    window = QMainWindow()
    qtbot.addWidget(window)
    places.restore(window)
