# SPDX-License-Identifier: MIT
"""A note above the fields with one thing to do about it: try again, keep the record."""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame

from crmdesk.ui.parts import button, fill, label, set_role


class RecordNotice(QFrame):
    """Hidden while there is nothing to say. Owned by the record panel."""

    def __init__(self) -> None:
        super().__init__()
        self.words = label("", wrap=True, select=True)
        self.button = button("", clicked=self._on_clicked)
        self._action: Callable[[], None] | None = None
        self._card = fill(QFrame(), self.words, self.button, margins=(12, 8, 8, 8))
        policy = self.words.sizePolicy()
        policy.setHorizontalStretch(1)
        self.words.setSizePolicy(policy)
        fill(self, self._card, margins=(14, 10, 14, 0))
        self.hide()

    def show_words(self, text: str, tone: str, word: str = "", action: Callable[[], None] | None = None) -> None:
        """Say something; `word` is on the button that runs `action`."""
        self.words.setText(text)
        self.setAccessibleName(text)
        set_role(self._card, f"note-{tone}")
        set_role(self.words, tone)
        self._action = action
        self.button.setText(word)
        self.button.setVisible(action is not None)
        self.show()

    def _on_clicked(self) -> None:
        if self._action is not None:
            self._action()
