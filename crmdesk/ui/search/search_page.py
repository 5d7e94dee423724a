# SPDX-License-Identifier: MIT
"""SearchPage: search as you type over every account's copy; servers that are there join in and are marked."""

from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListView, QWidget

from crmdesk.engine.mirror import SearchAnswer
from crmdesk.ui.formats import Formats
from crmdesk.ui.page import Page
from crmdesk.ui.parts import box, clearable, fill, label, rule
from crmdesk.ui.search.everywhere import Everywhere
from crmdesk.ui.search.search_rows import EACH, SearchDelegate, SearchRows, lines_of
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import plural, told, tr

_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class SearchPage(Page):
    """Owned by a workspace; there is one for each account that is open."""

    kind = "search"
    has_record_beside = False

    def __init__(self, everywhere: Everywhere, formats: Formats, text: str = "") -> None:
        super().__init__()
        self._everywhere, self._formats = everywhere, formats
        self._answer = SearchAnswer(text="")
        self.line = clearable(QLineEdit())
        self.line.setPlaceholderText(tr("Name, phone, e-mail, city, number: any part of it"))
        self.line.setAccessibleName(tr("Search every account's copy"))
        self.line.setMinimumWidth(theme().px(420))
        self.line.installEventFilter(self)
        self.told = label("", "muted", "small", wrap=True)
        self.rows, self.list = SearchRows(self), QListView()
        self._delegate = SearchDelegate(self.list)
        self.list.setModel(self.rows)
        self.list.setItemDelegate(self._delegate)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setMouseTracking(True)
        self.list.setAccessibleName(tr("What was found"))
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.activated.connect(self._open_index)
        self.list.clicked.connect(self._open_index)
        self.empty = label("", "muted", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing = box(None, self.empty, None, vertical=True, margins=(40, 20, 40, 20))
        head = box(box(self.line, None), self.told, vertical=True, margins=(14, 12, 14, 10), spacing=6)
        fill(self, head, rule(), self.list, self._nothing, vertical=True, spacing=0)
        self._deaf = everywhere.search.answered.connect(self._on_answer)
        self.line.textChanged.connect(self._on_text)
        self.line.setText(text)
        self._show()

    # ---- page ------------------------------------------------------------------------------------------------------

    def view(self) -> dict[str, Any]:
        return {"text": self.line.text()}

    def panes(self) -> list[QWidget]:
        return [self.line, self.list]

    def reload(self) -> None:
        """Ask anew, the servers too."""
        self._ask()

    def focus_search(self) -> None:
        """Begin to type."""
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.line.selectAll()

    async def aclose(self) -> None:
        self._deaf()
        if self.line.text():
            self._everywhere.search.stop()

    # ---- asking ----------------------------------------------------------------------------------------------------

    def _on_text(self) -> None:
        self.view_changed.emit()
        self._ask()

    def _ask(self) -> None:
        text = self.line.text()
        self._delegate.set_words(text.split())
        if not text.strip():
            self._everywhere.search.stop()
            self._answer = SearchAnswer(text="", settled=True)
            self.rows.show(())
            self._show()
            return
        self._everywhere.search.ask(text, self._everywhere.sessions(), most_each=EACH)

    def _on_answer(self, answer: SearchAnswer) -> None:
        """What is known so far for the text that stands in the line; another page's answers are not ours."""
        if answer.text != self.line.text():
            return
        marked = self.rows.line(self.list.currentIndex().row())
        same_text = self._answer.text == answer.text
        self._answer = answer
        self.rows.show(lines_of(answer.hits, self._formats))
        self._choose(self.rows.row_of(marked.key if marked is not None and same_text else None))
        self._show()

    def _show(self) -> None:
        has_rows = self.rows.rowCount() > 0
        self.list.setVisible(has_rows)
        self._nothing.setVisible(not has_rows)
        self.told.setText(self._words())
        self.empty.setText(self._why_empty())

    def _words(self) -> str:
        answer = self._answer
        if not answer.text:
            return ""
        parts = []
        if answer.hits:
            accounts = len({hit.account for hit in answer.hits})
            found = plural(len(answer.hits), "1 record found", "{n} records found")
            parts.append(
                found if accounts < 2 else tr("{found} in {n} accounts", found=found, n=self._formats.count(accounts))
            )
        if not answer.settled:
            parts.append(tr("still looking"))
        if answer.server_pending:
            parts.append(tr("asking the servers of {names}", names=", ".join(answer.server_pending)))
        parts += [tr("{account}: {trouble}", account=name, trouble=told(text)) for name, text in answer.failed]
        return " · ".join(parts)

    def _why_empty(self) -> str:
        if not self._answer.text:
            return tr("Every module that is copied to this computer is searched while you type, of all accounts, "
                      "also without their servers. F4 shows and changes what is copied.")  # fmt: skip
        if not self._answer.settled or self._answer.server_pending:
            return tr("Nothing found yet…")
        return tr(
            "Nothing fits. Only what is copied to this computer is searched, and servers that have a search of their own."
        )

    # ---- choosing --------------------------------------------------------------------------------------------------

    def _choose(self, row: int) -> None:
        if row >= 0:
            self.list.setCurrentIndex(self.rows.index(row, 0))

    def _open_index(self, index: QModelIndex) -> None:
        line = self.rows.line(index.row())
        if line is not None:
            self._everywhere.go(*line.key)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows and Return work while somebody types."""
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = _STEPS.get(Qt.Key(event.key()))
            if step is not None:
                self._choose(self.rows.next_row(self.list.currentIndex().row(), step))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._open_index(self.list.currentIndex())
                return True
        return super().eventFilter(watched, event)
