# SPDX-License-Identifier: MIT
"""ReviewProgress: how far a comparison or an apply is, in words and as a bar."""

from PySide6.QtWidgets import QWidget

from crmdesk.ui.changes.review_words import progress_words
from crmdesk.ui.parts import ProgressBar, fill, label


class ReviewProgress(QWidget):
    """One row; hidden by its owner when there is nothing under way."""

    def __init__(self) -> None:
        super().__init__()
        self._bar, self._text = ProgressBar(), label("", "muted", "small")
        fill(self, self._text, self._bar, spacing=10)

    def show_state(self, done: int, total: int, *, checking: bool) -> None:
        """So many records of so many are compared, or else sent."""
        self.show()
        self._bar.setRange(0, max(total, 1))
        self._bar.setValue(done)
        self.say(progress_words(done, total, checking=checking))

    def say(self, text: str) -> None:
        """Other words than how far it is."""
        self._text.setText(text)
        self._bar.setAccessibleName(text)
