# SPDX-License-Identifier: MIT
"""What the query page shows before anything was run: what it is for, and examples to run."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from crmdesk.ui.parts import box, button, fill, label
from crmdesk.ui.theme import theme
from crmdesk.ui.wording import tr

_WIDTH = 720


class QueryStart(QFrame):
    """Signals:
    chosen(str): An example is to be run.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.examples: tuple[str, ...] = ()
        title = label(tr("Ask the server in its own words"), "", "head")
        self._hint = label(tr("Type a query above and press Ctrl+Return."), "muted", wrap=True)
        self._examples = QVBoxLayout()
        self._examples.setSpacing(theme().px(8))
        words = box(title, self._hint, 6, self._examples, None, vertical=True, spacing=6)
        words.setMaximumWidth(theme().px(_WIDTH))
        words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        fill(self, 1, words, 1, margins=(24, 28, 24, 24), role="window")

    def show_examples(self, texts: Sequence[str]) -> None:
        """Offer these; called once."""
        if texts:
            self._hint.setText(tr("Type a query above and press Ctrl+Return, or run one of these:"))
        self.examples = tuple(texts)
        for text in texts:
            self._examples.addWidget(self._card(text))

    def _card(self, text: str) -> QWidget:
        words = label(text, "", "mono", wrap=True, select=True)
        words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        run = button(tr("Run"), "", lambda: self.chosen.emit(text))
        run.setAccessibleName(tr("Run {query}", query=text))
        return box(words, run, margins=(12, 9, 10, 9), spacing=12, role="card")
