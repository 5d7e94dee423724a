# SPDX-License-Identifier: MIT
"""The hands of the tour: opens and shuts sheets, waits until a screen is whole, and takes its picture."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from crmdesk.ui.main_window import MainWindow
from crmdesk.ui.sheets import Backdrop, Sheet

SheetKind = TypeVar("SheetKind", bound=Sheet)
_PATIENCE_S = 20.0


class TourFailed(Exception):
    """A screen did not come."""


class TourHands:
    """Works one window.

    Attributes:
        suffix: what follows a picture's name. written: the pictures taken.
    """

    def __init__(self, window: MainWindow, folder: Path) -> None:
        self.window, self.folder = window, folder
        self.suffix = ""
        self.written: list[Path] = []

    def sheet(self, kind: type[SheetKind]) -> SheetKind:
        """The topmost sheet of a kind that is open.

        Raises:
            TourFailed: there is none.
        """
        for backdrop in reversed(self.window.findChildren(Backdrop)):
            for child in backdrop.findChildren(kind):
                if child.isVisible():
                    return child
        raise TourFailed(f"no {kind.__name__} is open")

    async def opened(self, kind: type[SheetKind]) -> SheetKind:
        """A sheet that comes when something has been read."""
        await self.until(lambda: any(one.isVisible() for one in self.window.findChildren(kind)), kind.__name__)
        return self.sheet(kind)

    async def shut(self, sheet: Sheet) -> None:
        """Close a sheet as Esc does."""
        sheet.reject()
        await asyncio.sleep(0.05)

    async def until(self, ready: Callable[[], bool], what: str) -> None:
        """Wait for something.

        Raises:
            TourFailed: it does not come.
        """
        end = asyncio.get_running_loop().time() + _PATIENCE_S
        while not ready():
            if asyncio.get_running_loop().time() > end:
                raise TourFailed(f"{what} did not come: {self.window.messages.shown_text}")
            await asyncio.sleep(0.02)

    async def settle(self) -> None:
        """Until nothing is asked of the server any more and everything is painted."""
        quiet, end = 0, asyncio.get_running_loop().time() + _PATIENCE_S
        while quiet < 6 and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(0.03)
            space = self.window.workspace
            quiet = quiet + 1 if space is None or not space.account.session.busy else 0

    async def take(self, name: str, window: QWidget | None = None) -> None:
        """Write a picture of the window, or of another one.

        Raises:
            TourFailed: it cannot be written.
        """
        await self.settle()
        path = self.folder / f"{name}{self.suffix}.png"
        QApplication.sendPostedEvents()
        if not (window or self.window).grab().save(str(path)):
            raise TourFailed(f"{path} cannot be written")
        self.written.append(path)


def press(sheet: QWidget, text: str) -> None:
    """Click the button that begins with these words.

    Raises:
        TourFailed: there is none.
    """
    for one in sheet.findChildren(QPushButton):
        if one.text().startswith(text):
            QTest.mouseClick(one, Qt.MouseButton.LeftButton)
            return
    raise TourFailed(f"no button {text}")
