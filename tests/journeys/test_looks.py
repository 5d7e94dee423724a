# SPDX-License-Identifier: MIT
"""The whole window in other looks: dark, large text, right to left; and on a real screen of its own."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from crmdesk.demo.server import DemoServer
from crmdesk.ui.metrics import Scheme
from crmdesk.ui.theme import theme
from tests.journeys.conftest import Play
from tests.journeys.program import Program, program

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _usual_look(qapp: QApplication) -> Iterator[None]:
    yield
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    theme().set_text_scale(1.0)
    theme().choose(Scheme.LIGHT)


def ground(picture: QImage) -> float:
    """How light a picture is, 0 to 1, by a grid of points."""
    points = [(x, y) for x in range(5, picture.width(), 97) for y in range(5, picture.height(), 61)]
    return sum(picture.pixelColor(x, y).lightnessF() for x, y in points) / len(points)


def cut_texts(window: QWidget) -> list[str]:
    """Labels and buttons that are shown with less room than their text needs in height, or a button in width."""
    found = []
    for widget in window.findChildren(QWidget):
        if not isinstance(widget, (QLabel, QAbstractButton)) or not widget.isVisible() or not widget.text():
            continue
        if not widget.visibleRegion().boundingRect().contains(QRect(QPoint(0, 0), widget.size())):
            continue  # scrolled out or below something: not cut by its own size
        line = widget.fontMetrics().height()
        wide = widget.fontMetrics().horizontalAdvance(widget.text().replace("&", ""))
        if widget.height() < line - 2 or (isinstance(widget, QAbstractButton) and widget.width() < wide - 2):
            found.append(f"{widget.text()} {widget.size().toTuple()}")
    return found


async def tour(p: Program) -> None:
    """Every kind of place: table, filter, record tabs, review, columns, go to anything."""
    tab = p.tab
    p.window.grab()
    tab.add_filter()
    p.window.grab()
    assert tab.bar is not None
    tab.bar.close_row()
    for name in p.space.panel.tabs.names():
        p.space.panel.tabs.choose(name)
        p.window.grab()
    await p.edit(0, "bill_city", "Espoo")
    sheet = await p.review()
    p.window.grab()
    assert not cut_texts(sheet)
    sheet.reject()
    p.window.go_to_anything()
    p.window.grab()
    p.keys("Esc")


def test_dark_and_back(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            light = ground(p.window.grab().toImage())
            p.keys("F9")
            assert theme().dark
            dark = ground(p.window.grab().toImage())
            assert light > 0.8
            assert dark < 0.35
            await tour(p)
            p.keys("F9")
            assert abs(ground(p.window.grab().toImage()) - light) < 0.1

    play(journey())


def test_text_at_200_percent(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            for _ in range(9):
                p.keys("Ctrl++")
            assert theme().text_scale == 2.0
            p.window.resize(1900, 1100)
            await tour(p)
            assert not cut_texts(p.window)
            p.keys("Ctrl+0")
            assert theme().text_scale == 1.0
            assert not cut_texts(p.window)

    play(journey())


def test_right_to_left(play: Play, tmp_path: Path, server: DemoServer, qapp: QApplication) -> None:
    async def journey() -> None:
        qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        async with program(tmp_path, server) as p:
            await p.open()
            await tour(p)
            side, panel = p.window.side, p.space.panel
            assert side.mapToGlobal(QPoint(0, 0)).x() > panel.mapToGlobal(QPoint(0, 0)).x()
            assert not cut_texts(p.window)

    play(journey())


# ---- a real screen -----------------------------------------------------------------------------------------------------

_TOOLS = ("Xvfb", "xdotool", "openbox")
_MISSING = [tool for tool in _TOOLS if shutil.which(tool) is None]


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A virtual X screen with a window manager; gives the environment to run in."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
        pass_fds=(writing,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as told:
        display = f":{told.readline().strip()}"
    environ = {
        **{k: v for k, v in os.environ.items() if k not in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY")},
        "DISPLAY": display,
        "PYTHONPATH": str(ROOT),
        "CRMDESK_CONFIG_DIR": str(tmp_path / "config"),
        "CRMDESK_DATA_DIR": str(tmp_path / "data"),
    }
    manager = subprocess.Popen(["openbox"], env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield environ
    for one in (manager, server):
        one.terminate()
        one.wait(10)


def xdo(environ: dict[str, str], *words: str) -> str:
    return subprocess.run(["xdotool", *words], env=environ, capture_output=True, text=True, timeout=30).stdout.strip()


def wait_for(environ: dict[str, str], title: str, program: "subprocess.Popen[str]", patience_s: float = 40) -> str:
    """The id of the window with that title."""
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        found = xdo(environ, "search", "--onlyvisible", "--name", title)
        if found:
            return found.splitlines()[-1]
        assert program.poll() is None, program.communicate()
        time.sleep(0.1)
    raise AssertionError(f"no window {title!r}")


@pytest.mark.xvfb
@pytest.mark.slow
@pytest.mark.skipif(bool(_MISSING), reason=f"not on this machine: {', '.join(_MISSING)}")
def test_the_program_on_a_real_screen(screen: dict[str, str]) -> None:
    """Start on the demo, type into a cell, quit by key: real events, the real event loop, exit code 0, no noise."""
    running = subprocess.Popen(
        [sys.executable, "-m", "crmdesk", "--demo"],
        env=screen,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        window = wait_for(screen, "Nordwind", running)
        xdo(screen, "windowfocus", "--sync", window)
        time.sleep(1.5)  # rows arrive; there is nothing outside to see them by
        xdo(screen, "key", "ctrl+k")
        time.sleep(0.3)
        xdo(screen, "type", "leads")
        time.sleep(0.3)
        xdo(screen, "key", "Return")
        time.sleep(0.8)
        xdo(screen, "key", "Right", "Right")
        xdo(screen, "type", "Espoo")
        xdo(screen, "key", "Return")
        time.sleep(0.3)
        xdo(screen, "key", "ctrl+q")
        out, err = running.communicate(timeout=30)
    finally:
        if running.poll() is None:
            running.kill()
            running.communicate()
    assert running.returncode == 0, err
    assert out == ""
    assert err == ""
