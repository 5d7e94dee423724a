# SPDX-License-Identifier: MIT
"""What a table says when it has no rows: why, what to do, and a button that does it."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from crmdesk.ui.parts import box, button, fill, label


class EmptyState(QWidget):
    """Lies over the viewport of an empty table."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._title = label("", font="bold")
        self._hint = label("", "muted", wrap=True)
        self._act: Callable[[], object] | None = None
        self._button: QPushButton = button("", clicked=self._on_clicked)
        for text in (self._title, self._hint):
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
            text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        centred = box(None, self._button, None)
        fill(self, None, self._title, self._hint, centred, None, vertical=True, margins=(24, 24, 24, 24), spacing=6)
        self.say("", "")

    def say(self, title: str, hint: str, action: str = "", act: Callable[[], object] | None = None) -> None:
        """Set the words, and the button when there is something to do."""
        self._title.setText(title)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self._act = act
        self._button.setText(action)
        self._button.setVisible(bool(action) and act is not None)
        self.setAccessibleName(f"{title}. {hint}" if hint else title)

    def _on_clicked(self) -> None:
        if self._act is not None:
            self._act()
