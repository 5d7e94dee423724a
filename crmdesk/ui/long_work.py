# SPDX-License-Identifier: MIT
"""LongWork: something that takes long, in the status bar: what, how far, a cross."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from crmdesk.ui.parts import ProgressBar, fill, label, show_length, tool
from crmdesk.ui.theme import theme


class LongWork(QFrame):
    """Hidden while nothing is under way.

    Signals:
        stop_wanted(): the cross.
    """

    stop_wanted = Signal()

    def __init__(self, stop_words: str) -> None:
        super().__init__()
        self._stop_words, self._is_built = stop_words, False
        self.hide()

    def _build(self) -> None:
        """Not before it is needed: the window's first picture waits for nothing that it does not show."""
        self._is_built = True
        self.work, self.done = label("", "muted", "small"), label("", "muted", "small")
        self.bar = ProgressBar()
        self.bar.setTextVisible(False)
        self.stop = tool("x", self._stop_words, self.stop_wanted.emit, size=11)
        fill(self, self.work, self.bar, self.done, 2, self.stop, spacing=4, margins=(0, 0, 8, 0))
        theme().changed.connect(self._resize)
        self._resize()

    def show_work(self, work: str, done: int, total: int | None, text: str) -> None:
        """How far it is; without a total the bar runs to and fro."""
        if not self._is_built:
            self._build()
        self.work.setText(work)
        show_length(self.bar, total)
        self.bar.setValue(done if total else -1)
        self.done.setText(text)
        self.show()

    def _resize(self) -> None:
        self.bar.setFixedWidth(theme().px(140))
