# SPDX-License-Identifier: MIT
"""Waiting for what the loop does next, and a window to open sheets in."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from crmdesk.ui.parts import fill


async def until(holds: Callable[[], bool], within_s: float = 5) -> None:
    """Let the loop run until something holds."""
    deadline = asyncio.get_running_loop().time() + within_s
    while not holds():
        assert asyncio.get_running_loop().time() < deadline, "it never came true"
        await asyncio.sleep(0.005)


class Host(QWidget):
    """A shown window with a field that has the focus."""

    def __init__(self) -> None:
        super().__init__()
        self.resize(1200, 800)
        self.field = QLineEdit()
        fill(self, self.field, None, vertical=True)
        self.show()
        self.activateWindow()
        self.field.setFocus()


@contextmanager
def host() -> Iterator[Host]:
    """A window for the time of a test; what it held is really deleted before the test ends."""
    window = Host()
    try:
        yield window
    finally:
        window.close()
        window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
