# SPDX-License-Identifier: MIT
"""The keyboard map, and what this program is: versions, and the licences of everything in it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFileDialog,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
)

from crmdesk import __version__
from crmdesk.domain.matching import folded
from crmdesk.engine.licences import Work, shipped
from crmdesk.engine.versions import as_report, versions
from crmdesk.ui.key_list import KeyList
from crmdesk.ui.key_map import KeyLine, as_text, key_lines
from crmdesk.ui.parts import Note, box, button, clearable, label, set_font
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import tr

_COPIED_MS = 1_500
_MOST_PX = 560  # large text must leave room for the foot in a window of 900


class KeysSheet(Sheet):
    """Every action and its key, by group; typing finds one, and all can be taken along as text."""

    shows_no_records = True

    def __init__(self) -> None:
        super().__init__(tr("Keyboard map"), 620)
        self._lines = key_lines()
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Find an action or a key"))
        self.search.setAccessibleName(tr("Find an action or a key"))
        clearable(self.search)
        self.search.textChanged.connect(self._show)
        self._note = Note("", "bad")
        self._note.hide()
        self.list = KeyList()
        self.list.setMinimumHeight(min(theme().px(460), _MOST_PX))
        top = box(self.search, self._note, vertical=True, margins=(0, 0, 12, 0))
        body = box(top, self.list, vertical=True, margins=(18, 14, 6, 10), spacing=8)
        self._copy = _copier(tr("Copy as text"), self.text)
        save = button(tr("Save as text…"), "", self._choose_file)
        self.set_content(body, (self._copy, save), (button(tr("Close"), "primary", self.accept),))
        self._show("")

    def text(self) -> str:
        """What is shown, as text."""
        return as_text(self.matching(self.search.text()))

    def matching(self, typed: str) -> list[KeyLine]:
        """The actions that fit, by name, group or key."""
        words = folded(typed).split()
        return [
            line for line in self._lines if all(w in folded(f"{line.group} {line.what} {line.keys}") for w in words)
        ]

    def save(self, path: Path) -> None:
        """Write the text; what keeps it from being written is told in the sheet."""
        try:
            path.write_text(self.text(), "utf-8")
        except OSError as error:
            self._note.show_text(tr("{file} cannot be written: {why}", file=path, why=error.strerror or error), "bad")
            self._note.show()
            return
        self._note.hide()

    def _choose_file(self) -> None:
        dialog = QFileDialog(self.window(), tr("Save as text"), tr("crmdesk keys.txt"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("txt")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.save(Path(name)))
        dialog.open()

    def _show(self, typed: str) -> None:
        self.list.show_lines(self.matching(typed))


class AboutSheet(Sheet):
    """Version, what it stands on, and whose work under which licence."""

    shows_no_records = True

    def __init__(self, works: Callable[[], tuple[Work, ...]] | None = None) -> None:
        """`works`: what is carried, known already; None = it is read beside, and shown a moment later."""
        super().__init__(tr("About crmdesk"), 860)
        self._works: tuple[Work, ...] = ()
        self._scope = TaskScope(_raised)
        self._versions = versions()
        name = label(f"crmdesk {__version__}", font="title", select=True)
        told = " · ".join(f"{what} {version}" for what, version in self._versions[1:4])
        what = label(tr("Browse and mend the data of your CRM. MIT licence."), "muted", wrap=True)
        self.list, self.body = QListWidget(), QPlainTextEdit(readOnly=True)
        self.list.setAccessibleName(tr("Works in crmdesk, with their licences"))
        self.list.setFixedWidth(theme().px(320))
        self.list.setSpacing(theme().px(2))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # long names end in dots
        self.body.setProperty("role", "code")
        self.body.setAccessibleName(tr("Text of the licence"))
        self.body.setTabChangesFocus(True)
        set_font(self.body, "mono")
        self.list.currentRowChanged.connect(self._show_text)
        both = box(self.list, self.body, spacing=10)
        both.setMinimumHeight(min(theme().px(360), _MOST_PX - 100))
        parts = label(tr("Crmdesk carries these works of others, each under its own licence:"), "muted")
        body = box(
            name, label(told, "muted", "small", select=True), what, 4, parts, both, vertical=True,
            margins=(18, 14, 18, 14), spacing=6,
        )  # fmt: skip
        self.copy = _copier(tr("Copy versions for a report"), lambda: as_report(self._versions))
        self.set_content(body, (self.copy,), (button(tr("Close"), "primary", self.accept),))
        self.closed.connect(lambda _: self._scope.cancel("read"))
        if works is not None:
            self._fill(works())
        else:
            self._scope.start(self._read(), slot="read")

    async def _read(self) -> None:
        """Hundreds of small files: not on this thread."""
        import asyncio

        self._fill(await asyncio.to_thread(shipped))

    def _fill(self, works: tuple[Work, ...]) -> None:
        self._works = works
        for work in works:
            self.list.addItem(f"{work.name} · {work.licence}" if work.licence else work.name)
        self.list.setCurrentRow(0)

    def _show_text(self, row: int) -> None:
        text = self._works[row].text if 0 <= row < len(self._works) else ""
        self.body.setPlainText(text or tr("No text of its licence came with this work."))


def _raised(error: BaseException) -> None:
    """What nobody expected comes out where the program meets it."""
    raise error


def _copier(words: str, text: Callable[[], str]) -> QPushButton:
    """A button that puts a text on the clipboard and says so for a moment."""
    made = button(words)

    def copy() -> None:
        QGuiApplication.clipboard().setText(text())
        made.setText(tr("Copied"))
        QTimer.singleShot(_COPIED_MS, made, lambda: made.setText(words))

    made.clicked.connect(copy)
    return made
